//! Physicians below the pages: who may name, sign, accept and withdraw, and what nobody can rewrite.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod people;

use kanmon::error::{Error, Result};
use kanmon::ids::{EvidenceId, FacilityId, PersonId, QualificationId};
use kanmon::physicians::posts::{end_affiliation, name_physician};
use kanmon::physicians::{Named, NewPhysician, NewStatement, Physician, State, register, store};
use kanmon::rules::finding::Outcome;
use kanmon::rules::physician;
use kanmon::scope::Role;

use people::{House, Who, day};

fn new(name: &str) -> NewPhysician {
    NewPhysician {
        who: Named::New(name.to_owned()),
        department: "血液内科".to_owned(),
        title: "医長".to_owned(),
        first_day: day(2026, 12, 1),
        last_day: None,
    }
}

fn name(
    house: &House,
    who: &Who,
    place: &FacilityId,
    new: &NewPhysician,
) -> Result<(PersonId, EvidenceId)> {
    let (place, new) = (place.clone(), new.clone());
    house.act(who, move |tx, scope| {
        name_physician(tx, scope, &place, &new)
    })
}

fn yes() -> NewStatement {
    NewStatement {
        experience: Some(true),
        meetings: Some(true),
        cooperation: Some(true),
        statement: "造血器腫瘍の診療 15 年".to_owned(),
        first_day: None,
        last_day: None,
    }
}

fn submit_at(
    house: &House,
    who: &Who,
    place: &FacilityId,
    new: &NewStatement,
) -> Result<QualificationId> {
    let (place, new, proof) = (place.clone(), new.clone(), house.proof(who));
    house.act(who, move |tx, scope| {
        store::submit(tx, scope, &place, &new, &proof)
    })
}

fn submit(house: &House, who: &Who, new: &NewStatement) -> Result<QualificationId> {
    submit_at(house, who, who.facility.as_ref().unwrap(), new)
}

fn accept(house: &House, who: &Who, id: &QualificationId, version: i32) -> Result<()> {
    let (id, proof) = (id.clone(), house.proof(who));
    house.act(who, move |tx, scope| {
        store::accept(tx, scope, &id, version, &proof)
    })
}

fn send_back(house: &House, who: &Who, id: &QualificationId, reason: &'static str) -> Result<()> {
    let id = id.clone();
    house.act(who, move |tx, scope| {
        store::return_for_correction(tx, scope, &id, 1, reason)
    })
}

fn withdraw(house: &House, who: &Who, id: &QualificationId, version: i32) -> Result<()> {
    let (id, proof) = (id.clone(), house.proof(who));
    house.act(who, move |tx, scope| {
        store::withdraw(tx, scope, &id, version, "面談に応じられなくなった", &proof)
    })
}

fn end(house: &House, who: &Who, post: &EvidenceId, last: chrono::NaiveDate) -> Result<EvidenceId> {
    let post = post.clone();
    house.act(who, move |tx, scope| {
        end_affiliation(tx, scope, &post, last, "異動")
    })
}

fn read(house: &House, who: &Who, person: &PersonId) -> Result<Physician> {
    let today = house.today();
    house.see(who, |conn, scope| register::one(conn, scope, person, today))
}

struct Cast {
    house: House,
    place: FacilityId,
    elsewhere: FacilityId,
    physician: Who,
    officer: Who,
}

fn cast() -> Cast {
    let house = House::new();
    let place = house.facility("架空市立中央病院");
    let elsewhere = house.facility("架空大学医学部附属病院");
    let physician = house.physician("柏木 遥", &place);
    let officer = house.person("安全 一郎", Role::SafetyOfficer, None);
    Cast {
        house,
        place,
        elsewhere,
        physician,
        officer,
    }
}

#[test]
fn a_named_physician_is_kept_as_typed_and_stands_in_the_roll() {
    let cast = cast();
    let typed = "  \u{FA19}崎 𠮷彦 ";
    let (id, _) = name(&cast.house, &cast.officer, &cast.place, &new(typed)).unwrap();
    let found = read(&cast.house, &cast.officer, &id).unwrap();
    assert_eq!(found.name, "\u{FA19}崎 𠮷彦");
    let today = cast.house.today();
    let roll = cast
        .house
        .see(&cast.officer, |conn, scope| {
            register::of_facility(conn, scope, &cast.place, today)
        })
        .unwrap();
    assert_eq!(roll.len(), 2);
    assert!(roll.iter().all(|physician| physician.posts.len() == 1));
}

#[test]
fn a_physician_may_act_at_two_hospitals_with_one_statement() {
    let cast = cast();
    let other = NewPhysician {
        who: Named::Known(cast.physician.person.clone()),
        ..new("")
    };
    name(&cast.house, &cast.officer, &cast.elsewhere, &other).unwrap();
    let id = submit(&cast.house, &cast.physician, &yes()).unwrap();
    accept(&cast.house, &cast.officer, &id, 1).unwrap();
    let found = read(&cast.house, &cast.officer, &cast.physician.person).unwrap();
    assert_eq!(found.posts.len(), 2);
    let here = physician::qualification(&found.facts(&cast.place), cast.house.today());
    assert_eq!(here.outcome, Outcome::Met);
    let there = found.facts(&cast.elsewhere);
    let outcome = |on| physician::qualification(&there, on).outcome;
    assert_eq!(
        outcome(cast.house.today()),
        Outcome::Unmet,
        "not in post yet"
    );
    assert_eq!(outcome(day(2026, 12, 1)), Outcome::Met);
    // Both gates were judged again in the transaction of the acceptance.
    let renewed = "standing WHERE change_id IN \
                   (SELECT change_id FROM audit WHERE verb = 'qualification_accepted')";
    assert_eq!(cast.house.count(renewed), 2);
    // The other hospital sees what its gate rests on, and not where it was signed.
    let coordinator = cast.house.person(
        "外来 薬子",
        Role::FacilityCoordinator,
        Some(&cast.elsewhere),
    );
    let seen = read(&cast.house, &coordinator, &cast.physician.person).unwrap();
    assert_eq!(seen.posts.len(), 1);
    assert_eq!(seen.held().unwrap().facility_name, "");
}

#[test]
fn the_same_physician_is_not_named_twice() {
    let cast = cast();
    let first = name(&cast.house, &cast.officer, &cast.place, &new("仁科 亮"));
    assert!(first.is_ok());
    let again = name(&cast.house, &cast.officer, &cast.place, &new("仁科 亮"));
    assert!(matches!(again, Err(Error::Invalid(errors)) if errors.on("name").is_some()));
    let known = NewPhysician {
        who: Named::Known(cast.physician.person.clone()),
        ..new("")
    };
    let again = name(&cast.house, &cast.officer, &cast.place, &known);
    assert!(matches!(again, Err(Error::Invalid(_))));
    assert_eq!(cast.house.count("affiliation"), 2);
}

#[test]
fn a_coordinator_names_at_their_own_facility_only() {
    let cast = cast();
    let coordinator = cast
        .house
        .person("志村 理沙", Role::FacilityCoordinator, Some(&cast.place));
    name(&cast.house, &coordinator, &cast.place, &new("仁科 亮")).unwrap();
    let foreign = name(&cast.house, &coordinator, &cast.elsewhere, &new("森 明"));
    assert!(matches!(foreign, Err(Error::NotFound)));
    // Nor is a physician of another facility there to be chosen.
    let stranger = cast.house.physician("遠藤 学", &cast.elsewhere);
    let known = NewPhysician {
        who: Named::Known(stranger.person.clone()),
        ..new("")
    };
    let chosen = name(&cast.house, &coordinator, &cast.place, &known);
    assert!(matches!(chosen, Err(Error::NotFound)));
    assert!(matches!(
        read(&cast.house, &coordinator, &stranger.person),
        Err(Error::NotFound)
    ));
    let inspector = cast.house.person("調査 太郎", Role::Inspector, None);
    let reader = name(&cast.house, &inspector, &cast.place, &new("森 明"));
    assert!(matches!(reader, Err(Error::Forbidden)));
}

#[test]
fn ugly_names_are_refused_with_a_reason() {
    let cast = cast();
    let long = "あ".repeat(101);
    for typed in ["", "　", "a\0b", "二\n行", long.as_str()] {
        let refused = name(&cast.house, &cast.officer, &cast.place, &new(typed));
        assert!(
            matches!(&refused, Err(Error::Invalid(errors)) if errors.on("name").is_some()),
            "{typed:?}: {refused:?}"
        );
    }
    let kept = name(&cast.house, &cast.officer, &cast.place, &new("ﾔﾏﾀﾞ 🩺")).unwrap();
    let found = read(&cast.house, &cast.officer, &kept.0).unwrap();
    assert_eq!(found.name, "ﾔﾏﾀﾞ 🩺");
    let backwards = NewPhysician {
        last_day: Some(day(2026, 11, 30)),
        ..new("森 明")
    };
    let refused = name(&cast.house, &cast.officer, &cast.place, &backwards);
    assert!(matches!(refused, Err(Error::Invalid(errors)) if errors.on("last_day").is_some()));
}

#[test]
fn an_ended_post_is_replaced_and_never_rewritten() {
    let cast = cast();
    let (id, post) = name(&cast.house, &cast.officer, &cast.place, &new("仁科 亮")).unwrap();
    let early = end(&cast.house, &cast.officer, &post, day(2026, 11, 30));
    assert!(matches!(early, Err(Error::Invalid(_))));
    let ended = end(&cast.house, &cast.officer, &post, day(2027, 3, 31)).unwrap();
    assert_ne!(ended, post);
    let twice = end(&cast.house, &cast.officer, &post, day(2027, 3, 31));
    assert!(matches!(twice, Err(Error::Stale)));
    let found = read(&cast.house, &cast.officer, &id).unwrap();
    assert_eq!(found.posts.len(), 1);
    assert_eq!(found.posts[0].span.last, Some(day(2027, 3, 31)));
    let coordinator = cast.house.person(
        "外来 薬子",
        Role::FacilityCoordinator,
        Some(&cast.elsewhere),
    );
    let foreign = end(&cast.house, &coordinator, &ended, day(2027, 1, 1));
    assert!(matches!(foreign, Err(Error::NotFound)));
    let refusal = cast
        .house
        .raw(
            "UPDATE affiliation SET known_to = known_from, department = 'x' WHERE known_to IS NULL",
        )
        .unwrap_err();
    assert!(
        refusal.contains("guard: evidence is never rewritten"),
        "{refusal}"
    );
}

#[test]
fn only_the_physician_signs_their_own_statement() {
    let cast = cast();
    let house = &cast.house;
    let coordinator = house.person("志村 理沙", Role::FacilityCoordinator, Some(&cast.place));
    assert!(matches!(
        submit(house, &coordinator, &yes()),
        Err(Error::Forbidden)
    ));
    assert!(matches!(
        submit_at(house, &cast.officer, &cast.place, &yes()),
        Err(Error::Forbidden)
    ));
    // A physician by role whom nobody named here has no post to sign for.
    let unnamed = house.person("無名 医師", Role::Physician, Some(&cast.place));
    assert!(matches!(
        submit(house, &unnamed, &yes()),
        Err(Error::Invalid(_))
    ));
    assert!(matches!(
        submit_at(house, &cast.physician, &cast.elsewhere, &yes()),
        Err(Error::NotFound)
    ));
    // Another person's password is no proof.
    let (place, proof) = (cast.place.clone(), house.proof(&unnamed));
    let borrowed = house.act(&cast.physician, move |tx, scope| {
        store::submit(tx, scope, &place, &yes(), &proof)
    });
    assert!(matches!(borrowed, Err(Error::Forbidden)));
    assert_eq!(house.count("qualification"), 0);
    submit(house, &cast.physician, &yes()).unwrap();
    assert_eq!(house.count("signature WHERE meaning = 'statement'"), 1);
}

#[test]
fn a_statement_sent_twice_is_signed_once() {
    let cast = cast();
    submit(&cast.house, &cast.physician, &yes()).unwrap();
    let again = submit(&cast.house, &cast.physician, &yes());
    assert!(matches!(again, Err(Error::Stale)));
    assert_eq!(cast.house.count("qualification"), 1);
}

#[test]
fn nobody_accepts_what_they_submitted() {
    let cast = cast();
    let id = submit(&cast.house, &cast.physician, &yes()).unwrap();
    // The same person, now with the officer's role: persons are compared, not roles.
    let turncoat = Who {
        role: Role::SafetyOfficer,
        facility: None,
        ..cast.physician.clone()
    };
    assert!(matches!(
        accept(&cast.house, &turncoat, &id, 1),
        Err(Error::Forbidden)
    ));
    let coordinator = cast
        .house
        .person("志村 理沙", Role::FacilityCoordinator, Some(&cast.place));
    assert!(matches!(
        accept(&cast.house, &coordinator, &id, 1),
        Err(Error::Forbidden)
    ));
    let refusal = cast
        .house
        .raw("UPDATE qualification SET state = 'accepted', known_from = 1, reviewed_by = person_id")
        .unwrap_err();
    assert!(
        refusal.contains("nobody accepts what they submitted"),
        "{refusal}"
    );
    accept(&cast.house, &cast.officer, &id, 1).unwrap();
}

#[test]
fn an_accepted_statement_cannot_be_rewritten_even_by_raw_sql() {
    let cast = cast();
    let id = submit(&cast.house, &cast.physician, &yes()).unwrap();
    let before = cast.house.raw("UPDATE qualification SET meetings = NULL");
    assert!(before.is_err(), "signed before it is accepted");
    accept(&cast.house, &cast.officer, &id, 1).unwrap();
    for change in [
        "experience = NULL",
        "meetings = (1 = 0)",
        "cooperation = NULL",
        "statement = 'x'",
        "first_day = '2020-01-01'",
        "last_day = '2099-12-31'",
        "number = 99",
        "submitted_at = '2020-01-01 00:00:00'",
        "known_from = 1",
        "reviewed_by = NULL",
        "state = 'submitted'",
        "state = 'returned'",
        "state = 'withdrawn'",
    ] {
        let refusal = cast
            .house
            .raw(&format!("UPDATE qualification SET {change}"))
            .expect_err(change);
        assert!(refusal.contains("guard: "), "{change}: {refusal}");
    }
    let deleted = cast.house.raw("DELETE FROM qualification");
    assert!(deleted.unwrap_err().contains("guard: "));
    cast.house
        .raw("UPDATE qualification SET known_to = known_from")
        .unwrap();
    let revived = cast.house.raw("UPDATE qualification SET known_to = NULL");
    assert!(revived.unwrap_err().contains("guard: "));
}

#[test]
fn a_later_accepted_statement_takes_the_place_of_the_earlier() {
    let cast = cast();
    let first = submit(&cast.house, &cast.physician, &yes()).unwrap();
    accept(&cast.house, &cast.officer, &first, 1).unwrap();
    cast.house.advance(10);
    let no = NewStatement {
        meetings: Some(false),
        ..yes()
    };
    let second = submit(&cast.house, &cast.physician, &no).unwrap();
    let found = read(&cast.house, &cast.officer, &cast.physician.person).unwrap();
    assert_eq!(
        found.held().unwrap().id,
        first,
        "until the later is accepted"
    );
    accept(&cast.house, &cast.officer, &second, 1).unwrap();
    let found = read(&cast.house, &cast.officer, &cast.physician.person).unwrap();
    assert_eq!(found.held().unwrap().id, second);
    let earlier = found.statements.iter().find(|row| row.id == first).unwrap();
    assert_eq!(earlier.known_to, found.held().unwrap().known_from);
    let today = cast.house.today();
    let finding = physician::qualification(&found.facts(&cast.place), today);
    assert_eq!(finding.outcome, Outcome::Unmet);
    // What is no longer held cannot be withdrawn once more.
    assert!(matches!(
        withdraw(&cast.house, &cast.officer, &first, 2),
        Err(Error::Stale)
    ));
}

#[test]
fn a_returned_statement_carries_its_reason_and_a_new_one_may_follow() {
    let cast = cast();
    let unanswered = NewStatement {
        experience: None,
        ..yes()
    };
    let id = submit(&cast.house, &cast.physician, &unanswered).unwrap();
    assert!(matches!(
        send_back(&cast.house, &cast.officer, &id, " "),
        Err(Error::Invalid(_))
    ));
    send_back(&cast.house, &cast.officer, &id, "※3-1 が未回答です").unwrap();
    assert!(matches!(
        send_back(&cast.house, &cast.officer, &id, "二度"),
        Err(Error::Stale)
    ));
    assert!(matches!(
        accept(&cast.house, &cast.officer, &id, 2),
        Err(Error::Stale)
    ));
    let found = read(&cast.house, &cast.physician, &cast.physician.person).unwrap();
    let latest = found.latest().unwrap();
    assert_eq!((latest.state, latest.experience), (State::Returned, None));
    assert_eq!(latest.reason.as_deref(), Some("※3-1 が未回答です"));
    submit(&cast.house, &cast.physician, &yes()).unwrap();
}

#[test]
fn a_stale_version_changes_nothing() {
    let cast = cast();
    let id = submit(&cast.house, &cast.physician, &yes()).unwrap();
    assert!(matches!(
        accept(&cast.house, &cast.officer, &id, 2),
        Err(Error::Stale)
    ));
    assert_eq!(
        cast.house.count("signature WHERE meaning = 'acceptance'"),
        0
    );
    assert_eq!(
        cast.house
            .count("audit WHERE verb = 'qualification_accepted'"),
        0
    );
}

#[test]
fn a_physician_withdraws_their_own_statement_and_nobody_elses() {
    let cast = cast();
    let id = submit(&cast.house, &cast.physician, &yes()).unwrap();
    assert!(matches!(
        withdraw(&cast.house, &cast.physician, &id, 1),
        Err(Error::Stale)
    ));
    accept(&cast.house, &cast.officer, &id, 1).unwrap();
    let colleague = cast.house.physician("仁科 亮", &cast.place);
    assert!(matches!(
        withdraw(&cast.house, &colleague, &id, 2),
        Err(Error::Forbidden)
    ));
    let stranger = cast.house.physician("遠藤 学", &cast.elsewhere);
    assert!(matches!(
        withdraw(&cast.house, &stranger, &id, 2),
        Err(Error::NotFound)
    ));
    withdraw(&cast.house, &cast.physician, &id, 2).unwrap();
    let found = read(&cast.house, &cast.officer, &cast.physician.person).unwrap();
    assert!(found.held().is_none());
    assert_eq!(found.latest().unwrap().state, State::Withdrawn);
    assert_eq!(
        cast.house.count("signature WHERE meaning = 'withdrawal'"),
        1
    );
    let finding = physician::qualification(&found.facts(&cast.place), cast.house.today());
    assert_eq!(finding.outcome, Outcome::Unmet);
}

#[test]
fn statements_wait_in_order_and_a_facility_sees_its_own() {
    let cast = cast();
    let other = cast.house.physician("遠藤 学", &cast.elsewhere);
    submit(&cast.house, &cast.physician, &yes()).unwrap();
    submit(&cast.house, &other, &yes()).unwrap();
    let waiting = |who: &Who| {
        let rows = cast
            .house
            .see(who, |conn, scope| register::waiting(conn, scope, 0))
            .unwrap();
        rows.iter().map(|row| row.label()).collect::<Vec<_>>()
    };
    assert_eq!(waiting(&cast.officer), ["Q-0001", "Q-0002"]);
    assert_eq!(waiting(&other), ["Q-0002"]);
}

#[test]
fn the_list_is_paged_without_gaps_and_costs_the_same_however_long() {
    let cast = cast();
    let today = cast.house.today();
    let list = |after: Option<&PersonId>| {
        let before = cast.house.db.statements();
        let page = cast
            .house
            .see(&cast.officer, |conn, scope| {
                register::list(conn, scope, after, today)
            })
            .unwrap();
        (page.0, page.1, cast.house.db.statements() - before)
    };
    let few = list(None).2;
    for number in 0..60 {
        let physician = new(&format!("医師 {number:02}"));
        name(&cast.house, &cast.officer, &cast.place, &physician).unwrap();
    }
    let (first, next, many) = list(None);
    assert_eq!((first.len(), few), (50, many));
    let (rest, end, _) = list(next.as_ref());
    assert_eq!((rest.len(), end), (11, None));
    let mut all: Vec<PersonId> = first
        .into_iter()
        .chain(rest)
        .map(|row| row.person)
        .collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 61);
}

#[test]
fn an_invited_physician_can_be_chosen_instead_of_typed() {
    let cast = cast();
    let invited = cast
        .house
        .person("仁科 亮", Role::Physician, Some(&cast.place));
    let coordinator = cast
        .house
        .person("志村 理沙", Role::FacilityCoordinator, Some(&cast.place));
    let found = cast
        .house
        .see(&coordinator, |conn, scope| {
            register::candidates(conn, scope, &cast.place, "柏木")
        })
        .unwrap();
    assert_eq!(found, [(invited.person.clone(), "仁科 亮".to_owned())]);
    let known = NewPhysician {
        who: Named::Known(invited.person.clone()),
        ..new("")
    };
    name(&cast.house, &coordinator, &cast.place, &known).unwrap();
    submit(&cast.house, &invited, &yes()).unwrap();
}

//! A course that goes on at another facility: the code, the receiver's own standing, and what is confirmed.

use chrono::TimeDelta;
use kanmon::cases::{self, Kind, State};
use kanmon::error::{Error, Result};
use kanmon::ids::CaseId;
use kanmon::rules::dosing::facts::Act;

use super::ground::{Ward, blood, eligible, gathered, noted, one_error, record};
use crate::support::programme::{Place, Who};
use crate::support::{day, now};

fn offer(ward: &Ward) -> String {
    let (case, version) = (ward.case.clone(), ward.case().version);
    ward.ground
        .act(&ward.place.coordinator, move |tx, scope| {
            cases::offer_transfer(tx, scope, (&case, version))
        })
        .unwrap()
}

fn accept(ward: &Ward, who: &Who, code: &str) -> Result<CaseId> {
    let code = code.to_owned();
    ward.ground.act(who, move |tx, scope| {
        cases::accept_transfer(tx, scope, &code)
    })
}

fn receiver(ward: &Ward) -> Place {
    ward.ground.all_ready("架空大学病院")
}

#[test]
fn a_code_is_used_once_and_by_another_facility() {
    let ward = Ward::new();
    ward.week();
    let (one, two) = (receiver(&ward), ward.ground.all_ready("架空医療センター"));
    let code = offer(&ward);
    assert_eq!(code.len(), 19);
    one_error(
        accept(&ward, &one.physician, "2345-6789-ABCD-EFGH"),
        "code",
        "cases-code-unknown",
    );
    one_error(
        accept(&ward, &ward.place.physician, &code),
        "code",
        "cases-code-own",
    );
    let child = accept(&ward, &one.physician, &code.to_lowercase()).unwrap();
    assert_eq!(ward.case().state, State::ContinuedElsewhere);
    for who in [&one.physician, &two.physician] {
        one_error(accept(&ward, who, &code), "code", "cases-code-unknown");
    }
    let made = gathered(&ward.ground, &one.coordinator, &child).unwrap();
    assert_eq!(made.case.parent.as_ref(), Some(&ward.case));
    assert_ne!(made.case.number, ward.case().number);
    assert_eq!(made.case.course, 1);
}

#[test]
fn the_code_itself_is_kept_nowhere() {
    use diesel::prelude::*;
    let ward = Ward::new();
    let code = offer(&ward);
    let hashes: Vec<String> = ward
        .data
        .db
        .read(|conn| {
            use kanmon::schema::case_transfer;
            Ok(case_transfer::table
                .select(case_transfer::code_hash)
                .load(conn)?)
        })
        .unwrap();
    assert_eq!(hashes.len(), 1);
    assert_eq!(hashes[0].len(), 64);
    assert!(!hashes[0].contains(&code.to_lowercase()));
    let scope = ward.place.physician.scope.clone();
    let waiting = ward
        .data
        .db
        .read(|conn| cases::offered(conn, &scope, &ward.case))
        .unwrap()
        .unwrap();
    assert_eq!(waiting.expires_at - waiting.offered_at, TimeDelta::days(14));
}

#[test]
fn a_code_expires_after_a_fortnight() {
    let ward = Ward::new();
    let place = receiver(&ward);
    let code = offer(&ward);
    let end = now() + TimeDelta::days(14);
    ward.data.db.clock().move_to(end + TimeDelta::seconds(1));
    one_error(
        accept(&ward, &place.physician, &code),
        "code",
        "cases-code-expired",
    );
}

#[test]
fn a_code_works_through_its_last_instant() {
    let ward = Ward::new();
    let place = receiver(&ward);
    let code = offer(&ward);
    ward.data.db.clock().move_to(now() + TimeDelta::days(14));
    accept(&ward, &place.coordinator, &code).unwrap();
}

#[test]
fn a_further_code_a_withdrawal_and_a_closing_each_end_the_one_before() {
    let ward = Ward::new();
    let place = receiver(&ward);
    let lost = offer(&ward);
    let second = offer(&ward);
    let unknown = |code: &str| {
        one_error(
            accept(&ward, &place.physician, code),
            "code",
            "cases-code-unknown",
        );
    };
    unknown(&lost);
    let (case, version) = (ward.case.clone(), ward.case().version);
    ward.ground
        .act(&ward.place.physician, move |tx, scope| {
            cases::withdraw_transfer(tx, scope, (&case, version))
        })
        .unwrap();
    unknown(&second);
    let third = offer(&ward);
    let (case, version) = (ward.case.clone(), ward.case().version);
    ward.ground
        .act(&ward.place.physician, move |tx, scope| {
            cases::close(tx, scope, (&case, version))
        })
        .unwrap();
    unknown(&third);
}

#[test]
fn the_receiver_needs_a_standing_of_its_own() {
    let ward = Ward::new();
    let bare = ward.ground.place("架空診療所");
    let code = offer(&ward);
    one_error(
        accept(&ward, &bare.physician, &code),
        "code",
        "cases-no-standing",
    );
    // What was refused has used nothing up.
    assert_eq!(ward.case().state, State::Open);
    let place = receiver(&ward);
    ward.ground
        .report(&place, kanmon::rules::facility::Limb::Tocilizumab);
    one_error(
        accept(&ward, &place.physician, &code),
        "code",
        "cases-no-standing",
    );
    let other = ward.ground.all_ready("架空医療センター");
    accept(&ward, &other.physician, &code).unwrap();
}

#[test]
fn nothing_is_judged_until_each_record_is_confirmed() {
    let ward = Ward::new();
    ward.week();
    let place = receiver(&ward);
    let code = offer(&ward);
    let child = accept(&ward, &place.physician, &code).unwrap();
    let who = &place.physician;
    let held = || gathered(&ward.ground, who, &child).unwrap();
    let act = Act::NextDose {
        on: day("2026-12-01"),
    };
    let check = || {
        let scope = who.scope.clone();
        ward.data
            .db
            .read(|conn| cases::check(conn, &scope, &child, &act, now()))
    };
    // Two doses, the reaction, the response, and who is treated; the blood count stays where it was taken.
    assert_eq!(held().unconfirmed(), 5);
    let copied = held();
    assert!(copied.facts.counts.is_empty());
    let sender = ward.gathered().facts;
    assert_eq!(copied.facts.administrations, sender.administrations);
    assert_eq!(copied.facts.eligibility, eligible());
    for one in copied.records {
        one_error(check(), "act", "cases-unconfirmed");
        let (case, version) = (child.clone(), held().case.version);
        let keep = (case.clone(), act.clone());
        let kept = ward.ground.act(who, move |tx, scope| {
            cases::keep_check(tx, scope, (&keep.0, version), &keep.1)
        });
        one_error(kept, "act", "cases-unconfirmed");
        let id = one.id.clone();
        ward.ground
            .act(who, move |tx, scope| match one.entry.kind() {
                Kind::Eligibility => {
                    cases::change_eligibility(tx, scope, (&case, version), &eligible())
                }
                _ => cases::confirm_dose(tx, scope, (&case, version), &id),
            })
            .unwrap();
    }
    assert_eq!(held().unconfirmed(), 0);
    assert_eq!(held().facts.administrations, sender.administrations);
    check().unwrap();
    // Confirmed once: there is nothing left to confirm.
    let done = held();
    let (id, version) = (done.records[0].id.clone(), done.case.version);
    let case = child.clone();
    let again = ward.ground.act(who, move |tx, scope| {
        cases::confirm_dose(tx, scope, (&case, version), &id)
    });
    assert!(matches!(again, Err(Error::Stale)), "{again:?}");
    // Doses given elsewhere are the other facility's vials.
    let staff = ward.ground.staff();
    let tallies = ward
        .data
        .db
        .read(|conn| cases::tallies(conn, &staff))
        .unwrap();
    let of = |place: &Place| tallies.iter().find(|tally| tally.facility == place.id);
    let (here, there) = (of(&place).unwrap(), of(&ward.place).unwrap());
    assert_eq!((here.open, there.open), (1, 0));
    assert_eq!((here.vials.of_1mg, here.other_doses), (0, 0));
}

#[test]
fn neither_facility_sees_what_the_other_records_later() {
    let ward = Ward::new();
    let ids = ward.week();
    let place = receiver(&ward);
    let child = accept(&ward, &place.physician, &offer(&ward)).unwrap();
    record(&ward.ground, &place.physician, &child, &noted(blood(1))).unwrap();
    // The sender records nothing more, and corrects what it had.
    assert!(matches!(ward.record(&noted(blood(2))), Err(Error::Stale)));
    let (case, version, wrong) = (ward.case.clone(), ward.case().version, ids[0].clone());
    ward.ground
        .act(&ward.place.physician, move |tx, scope| {
            cases::correct(tx, scope, (&case, version), &wrong, "転記の誤り", None)
        })
        .unwrap();
    let seen = gathered(&ward.ground, &place.physician, &child).unwrap();
    assert_eq!(seen.facts.administrations.len(), 2);
    assert_eq!(seen.facts.counts.len(), 1);
    assert_eq!(ward.gathered().facts.administrations.len(), 1);
    assert_eq!(ward.gathered().facts.counts.len(), 1);
    let refused = [
        gathered(&ward.ground, &place.physician, &ward.case),
        gathered(&ward.ground, &ward.place.physician, &child),
    ];
    for one in refused {
        assert!(matches!(one, Err(Error::NotFound)), "{one:?}");
    }
}

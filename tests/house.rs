//! The house policy bends and changes by two who sign, and the notice for nobody; deviations are closed by whoever had no
//! hand in the delivery; a lapse while courses go on is told of by count.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use chrono::Days;
use diesel::prelude::*;
use kanmon::audit::Known;
use kanmon::deliveries::{self, Inquiry, State};
use kanmon::error::{Error, Result};
use kanmon::house::preview::{Counts, preview};
use kanmon::house::{NewException, Phase, ProposalState, changes, exceptions, proposals};
use kanmon::ids::{DeliveryId, DeviationId, ExceptionId, ProposalId};
use kanmon::outbox::Kind;
use kanmon::reminders;
use kanmon::rules::facility::Limb;
use kanmon::rules::finding::{EvidenceKind, Finding, Outcome, Reason, Source};
use kanmon::rules::gate;
use kanmon::rules::policy::PolicyVersion;
use kanmon::schema::{deviation, letter};
use kanmon::scope::Role;
use kanmon::standings;
use support::courses::course;
use support::deliveries::{done, head, obstacles, refused, rows, usual};
use support::forms::Sheet;
use support::house::{from_meetings, unmet_long_ago};
use support::programme::{Evidence, Ground, Place, Who};
use support::raw::{guarded, raw};
use support::{PASSWORD, TestApp, TestDb, User, day};

fn late() -> (TestDb, Ground, Place) {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.ready("架空市立中央病院", &unmet_long_ago());
    (data, ground, place)
}

/// The fields that were refused.
#[track_caller]
fn fields<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<String> {
    match outcome.unwrap_err() {
        Error::Invalid(errors) => errors.0.into_iter().map(|(field, _)| field).collect(),
        other => panic!("{other}"),
    }
}

fn meeting(ground: &Ground, place: &Place, on: &str, known: Known) -> Finding {
    let (_, days) = ground
        .db
        .read(|conn| standings::judge(conn, &ground.programme, &place.id, day(on), known))
        .unwrap();
    days[0].verdict.finding("meeting").unwrap().clone()
}

fn approve(ground: &Ground, who: &Who, id: &DeliveryId, reason: &str) -> Result<()> {
    let version = ground.delivery(id).row.version;
    ground.approve_as_of(who, id, version, reason).map(|_| ())
}

#[test]
fn an_exception_with_two_signatures_turns_what_is_late_into_what_is_considered() {
    let (_data, ground, place) = late();
    let id = ground.ordered(&place);
    let stopped = refused(ground.approve(&id));
    let failing = obstacles(&ground.kept(&stopped));
    assert!(failing.iter().all(|finding| finding.rule == "meeting"));

    let asked = ground.ask(&from_meetings(&place, "2026-12-10"));
    refused(ground.approve(&id));
    // One person in two roles is one person.
    let both = ground.also(&ground.safety, Role::DistributionApprover);
    assert!(matches!(
        ground.confirm_as(&both, &asked),
        Err(Error::Forbidden)
    ));
    assert!(matches!(
        ground.confirm_as(&ground.safety, &asked),
        Err(Error::Forbidden)
    ));
    refused(ground.approve(&id));
    let before = head(&ground.db);
    ground.confirm_as(&ground.second, &asked).unwrap();

    let finding = meeting(&ground, &place, "2026-11-26", Known::NOW);
    assert_eq!(
        (finding.source, finding.outcome, finding.until),
        (Source::House, Outcome::Consider, Some(day("2026-12-10")))
    );
    let Reason::HouseException { last, because } = &finding.reason else {
        panic!("{finding:?}");
    };
    assert_eq!(
        (*last, because.code()),
        (day("2026-12-10"), "MEETING_OVERDUE")
    );
    let rests = finding.evidence.iter();
    let rests: Vec<_> = rests
        .filter(|evidence| evidence.kind == EvidenceKind::Exception)
        .map(|evidence| evidence.id.clone())
        .collect();
    assert_eq!(rests, [asked.to_string()]);
    // The day after its last, and before it was known, nothing is set aside.
    for (on, known) in [("2026-12-11", Known::NOW), ("2026-11-26", Known(before))] {
        let finding = meeting(&ground, &place, on, known);
        assert_eq!(finding.outcome, Outcome::Unmet, "{on}");
    }

    // It is acknowledged with a reason, by somebody who did not ask for it.
    assert_eq!(fields(ground.approve(&id)), ["reason"]);
    assert!(matches!(
        approve(&ground, &both, &id, "検討した。"),
        Err(Error::Forbidden)
    ));
    approve(&ground, &ground.second, &id, "例外を確かめた。").unwrap();
    assert_eq!(ground.state_of(&id), State::Approved);
    ground.release(&id).unwrap();
    done(ground.ship(&id));
    ground.agrees();
}

#[test]
fn nobody_sets_a_clause_of_the_notice_aside() {
    let (data, ground, place) = late();
    let notice = gate::delivery_rules().iter();
    let notice = notice.filter(|(_, source)| *source == Source::Notice);
    let mut refused = 0;
    for (rule, _) in notice {
        let new = NewException {
            rule: (*rule).to_owned(),
            ..from_meetings(&place, "2026-12-10")
        };
        assert_eq!(fields(ground.ask_as(&ground.safety, &new)), ["rule"]);
        refused += 1;
    }
    assert_eq!(refused, 9);
    let house: Vec<_> = exceptions::house_rules().collect();
    assert_eq!(
        house,
        [
            "reconfirmation",
            "meeting",
            "explanation_age",
            "order_quantity",
            "case_vials"
        ]
    );
    // Nor does somebody with the database in their hands, though both signatures are true.
    let id = ground.bend(&from_meetings(&place, "2026-12-10"));
    let forged = "00000000-0000-7000-8000-000000000001";
    let request = format!(
        "INSERT INTO exception_request SELECT '{forged}', 900, programme_id, facility_id, 'explanation', first_day, \
         last_day, reason, 'asked', asked_by, asked_at, asked_signature, NULL, NULL, NULL, known_from, change_id \
         FROM exception_request WHERE id = '{id}'"
    );
    let refusal = raw(&data.db, &request).unwrap_err();
    assert!(refusal.contains("notice aside"), "{refusal}");
    let row = format!(
        "INSERT INTO house_exception SELECT '{forged}', 900, programme_id, facility_id, 'explanation', first_day, \
         last_day, asked_by, asked_signature, confirmed_by, confirmed_signature, change_id, known_from, NULL, NULL, NULL, NULL \
         FROM house_exception WHERE id = '{id}'"
    );
    let refusal = raw(&data.db, &row).unwrap_err();
    assert!(refusal.contains("notice aside"), "{refusal}");
}

#[test]
fn an_exception_that_ends_early_holds_what_rested_on_it() {
    let (_data, ground, place) = late();
    let exception = ground.bend(&from_meetings(&place, "2026-12-10"));
    let id = ground.ordered(&place);
    approve(&ground, &ground.approver, &id, "例外を確かめた。").unwrap();
    let today = ground.today();
    assert_eq!(ground.exception(&exception).phase(today), Phase::InForce);
    assert!(matches!(
        ground.end_exception(&ground.operator, &exception),
        Err(Error::Forbidden)
    ));
    ground.end_exception(&ground.safety, &exception).unwrap();
    assert_eq!(ground.exception(&exception).phase(today), Phase::Ended);
    assert_eq!(ground.state_of(&id), State::Held);
    assert!(matches!(
        ground.end_exception(&ground.approver, &exception),
        Err(Error::Stale)
    ));
    // An exception that lapses by the calendar holds them as well, once the sweep has found it.
    let second = ground.bend(&from_meetings(&place, "2026-11-25"));
    let standing = ground
        .db
        .read(|conn| standings::one(conn, &ground.staff(), &place.id))
        .unwrap()
        .unwrap();
    assert_eq!(
        (standing.outcome, standing.permitted_until),
        (Outcome::Consider, Some(day("2026-11-25")))
    );
    ground.sweep_on(day("2026-11-26"));
    assert_eq!(ground.exception(&second).phase(ground.today()), Phase::Over);
    let lapsed = meeting(&ground, &place, "2026-11-26", Known::NOW);
    assert_eq!(lapsed.outcome, Outcome::Unmet);
    ground.agrees();
}

#[test]
fn what_cannot_be_asked_for_is_refused_by_its_field() {
    let (_data, ground, place) = late();
    let before = rows(&ground.db);
    let good = from_meetings(&place, "2026-12-10");
    let with = |change: fn(&mut NewException)| {
        let mut new = good.clone();
        change(&mut new);
        fields(ground.ask_as(&ground.safety, &new))
    };
    assert_eq!(with(|new| new.first_day = day("2026-11-23")), ["first_day"]);
    assert_eq!(with(|new| new.last_day = day("2026-11-23")), ["last_day"]);
    let longest = day("2026-11-24") + Days::new(exceptions::LONGEST);
    assert_eq!(longest, day("2027-02-22"));
    assert_eq!(with(|new| new.last_day = day("2027-02-22")), ["last_day"]);
    assert_eq!(
        with(|new| new.last_day = chrono::NaiveDate::MAX),
        ["last_day"]
    );
    assert_eq!(with(|new| new.reason = " 　\n".to_owned()), ["reason"]);
    assert_eq!(with(|new| new.reason = "a\u{0}b".to_owned()), ["reason"]);
    assert_eq!(with(|new| new.reason = "長".repeat(1001)), ["reason"]);
    assert_eq!(with(|new| new.rule = "いつか".to_owned()), ["rule"]);
    for who in [&ground.approver, &ground.representative, &ground.operator] {
        assert!(matches!(ground.ask_as(who, &good), Err(Error::Forbidden)));
    }
    assert_eq!(before, rows(&ground.db));

    // The longest that there is, once; and what was taken back or declined is over.
    let mut long = good.clone();
    long.last_day = day("2027-02-21");
    let first = ground.ask(&long);
    assert_eq!(fields(ground.ask_as(&ground.safety, &good)), ["rule"]);
    let undo = |who: &Who,
                id: &ExceptionId,
                verb: fn(
        &mut kanmon::db::Tx<'_>,
        &kanmon::scope::Scope,
        &ExceptionId,
        &str,
    ) -> Result<()>,
                reason: &'static str| {
        let id = id.clone();
        ground.act(who, move |tx, scope| verb(tx, scope, &id, reason))
    };
    assert_eq!(
        fields(undo(&ground.approver, &first, exceptions::decline, "")),
        ["reason"]
    );
    undo(&ground.approver, &first, exceptions::decline, "会えます。").unwrap();
    let second = ground.ask(&good);
    undo(
        &ground.safety,
        &second,
        exceptions::withdraw,
        "会えました。",
    )
    .unwrap();
    for id in [&first, &second] {
        assert!(matches!(
            ground.confirm_as(&ground.second, id),
            Err(Error::Stale)
        ));
    }
    assert_eq!(
        meeting(&ground, &place, "2026-11-24", Known::NOW).outcome,
        Outcome::Unmet
    );
    // What waits too long is confirmed no more.
    let third = ground.ask(&from_meetings(&place, "2026-11-25"));
    ground.sweep_on(day("2026-11-26"));
    assert_eq!(
        fields(ground.confirm_as(&ground.second, &third)),
        ["password"]
    );
}

#[test]
fn the_database_holds_exceptions_to_their_signatures_and_days() {
    let (data, ground, place) = late();
    let db = &data.db;
    let id = ground.bend(&from_meetings(&place, "2026-12-10"));
    let waiting = ground.ask(&NewException {
        rule: "reconfirmation".to_owned(),
        ..from_meetings(&place, "2026-12-10")
    });
    let request = |trigger| [(trigger, "exception_request")];
    guarded(
        db,
        &request("exception_request_moves_on"),
        "never changes",
        &format!("UPDATE exception_request SET last_day = '2027-12-31' WHERE id = '{id}'"),
    );
    guarded(
        db,
        &request("exception_request_moves_on"),
        "two persons",
        &format!(
            "UPDATE exception_request SET state = 'confirmed', decided_by = asked_by, decided_at = asked_at \
             WHERE id = '{waiting}'"
        ),
    );
    guarded(
        db,
        &request("exception_request_no_delete"),
        "never changes",
        &format!("DELETE FROM exception_request WHERE id = '{waiting}'"),
    );
    let exception = |trigger| [(trigger, "house_exception")];
    guarded(
        db,
        &exception("house_exception_only_ends"),
        "never changes",
        &format!("UPDATE house_exception SET last_day = '2027-12-31' WHERE id = '{id}'"),
    );
    guarded(
        db,
        &exception("house_exception_only_ends"),
        "ends once",
        &format!("UPDATE house_exception SET end_reason = 'later' WHERE id = '{id}'"),
    );
    guarded(
        db,
        &exception("house_exception_no_delete"),
        "never changes",
        &format!("DELETE FROM house_exception WHERE id = '{id}'"),
    );
    // What waits for its second signature is no exception, whoever writes the row.
    guarded(
        db,
        &exception("house_exception_needs_both"),
        "asked for and confirmed",
        &format!(
            "INSERT INTO house_exception SELECT r.id, r.number, r.programme_id, r.facility_id, r.rule, r.first_day, r.last_day, \
             r.asked_by, r.asked_signature, e.confirmed_by, r.asked_signature, r.change_id, r.known_from, NULL, NULL, NULL, NULL \
             FROM exception_request r, house_exception e WHERE r.id = '{waiting}' AND e.id = '{id}'"
        ),
    );
}

#[test]
fn an_approval_and_a_shipment_rest_on_an_exception_that_is_there() {
    let (data, ground, place) = late();
    let exception = ground.bend(&from_meetings(&place, "2026-12-10"));
    let id = ground.ordered(&place);
    approve(&ground, &ground.approver, &id, "例外を確かめた。").unwrap();
    // The same approval once more, as if the exception had been of another rule, facility or time.
    let again = format!(
        "DELETE FROM approval WHERE delivery_id = '{id}'; INSERT INTO approval SELECT * FROM copied;"
    );
    let copy = format!(
        "CREATE TEMP TABLE copied AS SELECT * FROM approval WHERE delivery_id = '{id}';\
         UPDATE delivery SET state = 'ordered', approval_id = NULL WHERE id = '{id}';"
    );
    let triggers = [
        ("approval_no_delete", "approval"),
        ("delivery_moves_with_cause", "delivery"),
        ("house_exception_only_ends", "house_exception"),
    ];
    let attempt = |change: &str| {
        support::raw::without(&data.db, &triggers, &format!("{copy}{change}{again}"))
    };
    attempt("").unwrap();
    for change in [
        "rule = 'reconfirmation'",
        "last_day = '2026-11-25'",
        "first_day = '2026-11-26'",
        "known_to = known_from",
    ] {
        let change = format!("UPDATE house_exception SET {change} WHERE id = '{exception}';");
        let refusal = attempt(&change).unwrap_err();
        assert!(
            refusal.contains("an answer rests on"),
            "{change}: {refusal}"
        );
    }
}

fn at(app: &TestApp, ground: &Ground, who: &Who) -> User {
    ground.at_browser(app, who)
}

#[test]
fn an_exception_is_asked_for_confirmed_and_ended_on_its_pages() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.ready("架空市立中央病院", &unmet_long_ago());
    let other = ground.all_ready("架空大学病院");
    let mut safety = at(&app, &ground, &ground.safety);
    let mut approver = at(&app, &ground, &ground.approver);
    let own = format!("/facilities/{}", place.id);
    let form = format!("{own}/exceptions/new?rule=meeting");
    safety.get(&own).is(200).holds(&form);
    approver.get(&own).is(200).says_not("例外を求める");
    let other_page = safety.get(&format!("/facilities/{}", other.id));
    other_page.is(200).says_not("例外を求める");
    safety.get(&form).is(200).says("医師との面談");

    // Ugly input comes back as it was typed, beside its field.
    let ugly = Sheet::new()
        .all(&[
            ("rule", "admission"),
            ("reason", "<script>alert(1)</script>"),
            ("password", PASSWORD),
        ])
        .day("first_day", "2026-11-24")
        .all(&[
            ("last_day-y", "2026"),
            ("last_day-m", "13"),
            ("last_day-d", "40"),
        ])
        .send(&mut safety, &format!("{own}/exceptions"));
    ugly.is(422).holds("&#60;script&#62;");
    assert!(!ugly.body.contains("<script>alert"), "{}", ugly.body);
    let sheet = |password: &str| {
        Sheet::new()
            .all(&[
                ("rule", "meeting"),
                ("reason", "12 月 3 日に面談を予定している。"),
                ("password", password),
            ])
            .day("first_day", "2026-11-24")
            .day("last_day", "2026-12-10")
    };
    sheet("wrong")
        .send(&mut safety, &format!("{own}/exceptions"))
        .is(422);
    let page = sheet(PASSWORD).taken(&mut safety, &format!("{own}/exceptions"));
    safety.get(&page).is(200).says("E-0001").says("効力なし");
    safety.get("/exceptions").is(200).says("架空市立中央病院");

    // The approver finds it on the first page.
    approver
        .get("/")
        .is(200)
        .says("署名を待つ社内基準の例外")
        .holds(&page);
    approver
        .get(&page)
        .is(200)
        .says("12 月 3 日に面談を予定している。");
    approver
        .post(&format!("{page}/confirmation"), &[("password", "wrong")])
        .is(422);
    let confirmed =
        approver.post_and_follow(&format!("{page}/confirmation"), &[("password", PASSWORD)]);
    confirmed.is(200).says("例外を認めました。").says("有効");
    assert_eq!(
        confirmed.body.matches("社内基準の例外を認めた").count(),
        2,
        "both signatures are shown"
    );
    approver.get("/").is(200).says_not("E-0001");
    // The card says until when, and what it would be without.
    let card = safety.get(&own);
    card.is(200)
        .says("社内基準の例外が 2026年12月10日(木)まで認められています")
        .says("期限")
        .holds(&format!("href=\"{page}\""));
    // Another facility sees nothing of it; its own sees that its own rule is bent.
    let mut coordinator = at(&app, &ground, &place.coordinator);
    coordinator.get(&page).is(200).says("架空市立中央病院");
    let mut foreign = at(&app, &ground, &other.coordinator);
    foreign.get(&page).is(404);
    foreign
        .get("/exceptions?state=in_force")
        .is(200)
        .says_not("E-0001");
    for path in ["confirmation", "refusal", "withdrawal", "end"] {
        coordinator.post(&format!("{page}/{path}"), &[]).is(403);
    }
    approver
        .post(&format!("{page}/end"), &[("reason", "")])
        .is(422);
    let ended = approver.post_and_follow(&format!("{page}/end"), &[("reason", "面談が済んだ。")]);
    ended.is(200).says("途中で終えた").says("面談が済んだ。");
    approver
        .post(&format!("{page}/end"), &[("reason", "もう一度")])
        .is(409);
    for list in ["waiting", "in_force", "past"] {
        let page = safety.get(&format!("/exceptions?state={list}&after=99999"));
        page.is(200);
    }
    safety.get("/exceptions?state=past").is(200).says("E-0001");
    safety.get("/exceptions?state=%00&after=-1").is(200);
}

fn sixty() -> PolicyVersion {
    PolicyVersion {
        meeting_days: 3,
        ..PolicyVersion::initial(day("2026-12-01"))
    }
}

fn found(ground: &Ground, id: &ProposalId) -> kanmon::house::Proposal {
    let scope = ground.staff();
    ground
        .db
        .read(|conn| proposals::one(conn, &scope, id))
        .unwrap()
}

#[test]
fn a_version_of_the_policy_takes_two_safety_officers() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let other = ground.someone("野村 聡", Role::SafetyOfficer, None);
    let id = ground.draw_up_as(&ground.safety, &sixty()).unwrap();
    assert!(matches!(
        ground.propose_as(&other, &id),
        Err(Error::Forbidden)
    ));
    assert!(matches!(
        ground.confirm_policy_as(&other, &id),
        Err(Error::Stale)
    ));
    ground.propose_as(&ground.safety, &id).unwrap();
    assert!(matches!(
        ground.confirm_policy_as(&ground.safety, &id),
        Err(Error::Forbidden)
    ));
    let versions = || {
        let known = ground
            .db
            .read(|conn| kanmon::programmes::policies(conn, &ground.programme, Known::NOW));
        known.unwrap().len()
    };
    assert_eq!(versions(), 1);
    // A second one on its way is overtaken by the first that is adopted.
    let late = ground.draw_up_as(&other, &sixty()).unwrap();
    ground.propose_as(&other, &late).unwrap();
    ground.confirm_policy_as(&other, &id).unwrap();
    assert_eq!(versions(), 2);
    assert_eq!(found(&ground, &id).state, ProposalState::Confirmed);
    assert!(matches!(
        ground.confirm_policy_as(&ground.safety, &late),
        Err(Error::Stale)
    ));
    // The standings follow once the sweep has taken them, and what was judged before stays.
    assert_eq!(
        meeting(&ground, &place, "2026-11-30", Known::NOW).outcome,
        Outcome::Met
    );
    assert_eq!(
        meeting(&ground, &place, "2026-12-01", Known::NOW).outcome,
        Outcome::Unmet
    );
    ground.sweep_on(day("2026-12-01"));
    ground.agrees();
}

#[test]
fn the_preview_says_which_facilities_a_version_changes() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let late = ground.ready("架空大学病院", &unmet_long_ago());
    let scope = ground.staff();
    let seen = |policy: &PolicyVersion| {
        ground
            .db
            .read(|conn| preview(conn, &scope, policy, None, 50))
            .unwrap()
    };
    let mut strict = sixty();
    strict.version = 2;
    let found = seen(&strict);
    assert_eq!(
        found.counts,
        Counts {
            judged: 2,
            worse: 1,
            better: 0
        }
    );
    assert_eq!(
        (found.rows[0].name.as_str(), found.rows[0].rules.as_slice()),
        ("架空市立中央病院", &["meeting".to_owned()][..])
    );
    assert_eq!(found.rows[0].facility, place.id);
    let mut easy = sixty();
    easy.version = 2;
    easy.meeting_days = 400;
    let found = seen(&easy);
    assert_eq!((found.counts.worse, found.counts.better), (0, 1));
    assert_eq!(found.rows[0].facility, late.id);
    // Rows go on from one page to the next; the counts are of all.
    let after = ground
        .db
        .read(|conn| preview(conn, &scope, &easy, Some(&late.id), 50))
        .unwrap();
    assert_eq!((after.rows.len(), after.counts), (0, found.counts));
}

#[test]
fn figures_that_make_no_sense_are_refused_by_their_field() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let with = |change: fn(&mut PolicyVersion)| {
        let mut policy = sixty();
        change(&mut policy);
        fields(ground.draw_up_as(&ground.safety, &policy))
    };
    assert_eq!(with(|policy| policy.meeting_days = 0), ["meeting_days"]);
    assert_eq!(
        with(|policy| policy.meeting_days = i64::MIN),
        ["meeting_days"]
    );
    assert_eq!(
        with(|policy| policy.reconfirm_months = u32::MAX),
        ["reconfirm_months"]
    );
    assert_eq!(
        with(|policy| policy.reminder_days.clear()),
        ["reminder_days"]
    );
    assert_eq!(
        with(|policy| policy.reminders.late_days = vec![9999]),
        ["late_days"]
    );
    assert_eq!(
        with(|policy| policy.first_day = day("2026-11-23")),
        ["first_day"]
    );
    assert_eq!(
        with(|policy| policy.meeting_days = 90),
        ["reconfirm_months"]
    );
    for who in [&ground.approver, &ground.representative] {
        assert!(matches!(
            ground.draw_up_as(who, &sixty()),
            Err(Error::Forbidden)
        ));
    }
    // Lists are kept in the order in which the plan of reminders wants them.
    let mut policy = sixty();
    policy.reminder_days = vec![1, 30, 7, 7];
    policy.reminders.safety_repeat_days = vec![5, 0];
    let id = ground.draw_up_as(&ground.safety, &policy).unwrap();
    let kept = found(&ground, &id).policy;
    assert_eq!(kept.reminder_days, [30, 7, 1]);
    assert_eq!(kept.reminders.safety_repeat_days, [0, 5]);
    // What waits until its first day has passed is signed no more.
    ground.sweep_on(day("2026-12-02"));
    assert_eq!(fields(ground.propose_as(&ground.safety, &id)), ["password"]);
    let (own, taken) = (id.clone(), "取りやめる");
    ground
        .act(&ground.safety, move |tx, scope| {
            changes::withdraw(tx, scope, &own, taken)
        })
        .unwrap();
    assert_eq!(found(&ground, &id).state, ProposalState::Withdrawn);
}

#[test]
fn the_database_holds_versions_to_their_two_signatures() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let id = ground.draw_up_as(&ground.safety, &sixty()).unwrap();
    ground.propose_as(&ground.safety, &id).unwrap();
    let db = &data.db;
    let proposal = |trigger| [(trigger, "policy_proposal")];
    guarded(
        db,
        &proposal("policy_proposal_moves_on"),
        "never changes",
        &format!("UPDATE policy_proposal SET body = '{{}}' WHERE id = '{id}'"),
    );
    guarded(
        db,
        &proposal("policy_proposal_moves_on"),
        "another safety officer",
        &format!(
            "UPDATE policy_proposal SET state = 'confirmed', decided_by = drawn_by, decided_at = drawn_at, \
             decided_signature = proposed_signature, decided_preview = proposed_preview WHERE id = '{id}'"
        ),
    );
    guarded(
        db,
        &proposal("policy_proposal_no_delete"),
        "never changes",
        &format!("DELETE FROM policy_proposal WHERE id = '{id}'"),
    );
    let version = |trigger| [(trigger, "policy_version")];
    guarded(
        db,
        &version("policy_version_needs_two"),
        "confirmed by another",
        &format!(
            "INSERT INTO policy_version SELECT '{id}', programme_id, 2, '2026-12-01', body, drawn_by, 'somebody', known_from \
             FROM policy_proposal WHERE id = '{id}'"
        ),
    );
    guarded(
        db,
        &version("policy_version_no_update"),
        "never changes",
        "UPDATE policy_version SET first_day = '2026-01-01'",
    );
    guarded(
        db,
        &version("policy_version_no_delete"),
        "never changes",
        "DELETE FROM policy_version",
    );
}

#[test]
fn a_change_of_the_policy_is_drawn_up_seen_and_signed_on_its_pages() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let other = ground.someone("野村 聡", Role::SafetyOfficer, None);
    let mut first = at(&app, &ground, &ground.safety);
    let mut second = at(&app, &ground, &other);
    let mut coordinator = at(&app, &ground, &place.coordinator);
    coordinator.get("/policy").is(403);
    first
        .get("/policy")
        .is(200)
        .says("導入時の基準")
        .says("90 日");
    let form = first.get("/policy/proposals/new");
    form.is(200).holds("value=\"30, 14, 7, 1\"");
    let sheet = |meeting: &str| {
        Sheet::new()
            .day("first_day", "2026-12-01")
            .all(&[
                ("reconfirm_months", "12"),
                ("meeting_days", meeting),
                ("explanation_months", "１２"),
                ("order_1mg", "6"),
                ("order_30mg", "10"),
                ("partner_basis", "either"),
                ("reminder_days", "30、14　7,1"),
                ("release_days", "7, 1"),
                ("late_days", "1"),
                ("deputy_days", "7"),
                ("officer_days", "14"),
                ("review_days", "3"),
                ("order_days", "1"),
                ("hold_days", "1"),
            ])
            .all(&[
                ("answer_days", "7"),
                ("safety_days", "0"),
                ("safety_repeat_days", "0, 1, 3"),
                ("reason", "面談の間隔を見直す。"),
            ])
    };
    sheet("いつも")
        .send(&mut first, "/policy/proposals")
        .is(422)
        .says("いつも");
    sheet("90").send(&mut first, "/policy/proposals").is(422);
    first.post("/policy/proposals", &[]).is(422);
    let page = sheet("3").taken(&mut first, "/policy/proposals");
    let seen = first.get(&page);
    seen.is(200)
        .says("判定した施設 1、判定が悪くなる施設 1、よくなる施設 0")
        .says("架空市立中央病院")
        .says("3 日");
    second.get("/").is(200).says_not("H-0001");
    second
        .post(&format!("{page}/proposal"), &[("password", PASSWORD)])
        .is(403);
    first
        .post_and_follow(&format!("{page}/proposal"), &[("password", PASSWORD)])
        .is(200)
        .says("提案した人に示した内容");
    first
        .post(&format!("{page}/confirmation"), &[("password", PASSWORD)])
        .is(403);
    first.get("/").is(200).says_not("H-0001");
    second.get("/").is(200).says("H-0001");
    second.get(&page).is(200).says("判定が悪くなる施設 1");
    second
        .post_and_follow(&format!("{page}/confirmation"), &[("password", PASSWORD)])
        .is(200)
        .says("定まった");
    first
        .get("/policy")
        .is(200)
        .says("第 2 版")
        .says("野村 聡")
        .says("森下 恵");
    first
        .get("/policy/proposals/new")
        .is(200)
        .holds("value=\"3\"");
    second
        .post(&format!("{page}/refusal"), &[("reason", "遅い")])
        .is(409);
}

/// A delivery that came on another day than was planned.
fn deviated(ground: &Ground, place: &Place) -> DeviationId {
    let id = ground.order(&ground.operator, usual(place));
    done(ground.approve(&id));
    ground.release(&id).unwrap();
    done(ground.ship(&id));
    ground.receive(&id).unwrap();
    let own = deviation::table.filter(deviation::delivery_id.eq(id.as_str()));
    let found = ground
        .db
        .read(|conn| Ok(own.select(deviation::id).first::<DeviationId>(conn)?));
    found.unwrap()
}

fn inquiry() -> Inquiry {
    Inquiry {
        cause: "輸送会社の便が一日早かった。".to_owned(),
        action: "便を改めた。".to_owned(),
        assessment: "温度は保たれ、品質への影響はない。".to_owned(),
    }
}

fn close(ground: &Ground, who: &Who, id: &DeviationId, inquiry: Inquiry) -> Result<()> {
    let id = id.clone();
    ground.sign(who, move |tx, scope, proof| {
        deliveries::close(tx, scope, &id, &inquiry, proof)
    })
}

#[test]
fn a_deviation_is_closed_by_a_safety_officer_who_had_no_hand_in_the_delivery() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = deviated(&ground, &place);
    let row = || {
        let read = |conn: &mut kanmon::db::AnyConn| {
            let all: (String, String, String) = deviation::table
                .select((deviation::id, deviation::kind, deviation::verdict_id))
                .first(conn)?;
            Ok(all)
        };
        ground.db.read(read).unwrap()
    };
    let before = row();
    // Who shipped it is a safety officer as well, and closes nothing.
    let shipped = ground.also(&ground.operator, Role::SafetyOfficer);
    assert!(matches!(
        close(&ground, &shipped, &id, inquiry()),
        Err(Error::Forbidden)
    ));
    assert!(matches!(
        close(&ground, &ground.approver, &id, inquiry()),
        Err(Error::Forbidden)
    ));
    let empty = Inquiry::default();
    assert_eq!(
        fields(close(&ground, &ground.safety, &id, empty)),
        ["cause", "action", "assessment"]
    );
    close(&ground, &ground.safety, &id, inquiry()).unwrap();
    assert!(matches!(
        close(&ground, &ground.safety, &id, inquiry()),
        Err(Error::Stale)
    ));
    assert_eq!(before, row());
    let db = &data.db;
    guarded(
        db,
        &[("deviation_no_update", "deviation")],
        "never changes",
        "UPDATE deviation SET kind = 'damaged'",
    );
    guarded(
        db,
        &[("deviation_closure_no_update", "deviation_closure")],
        "never changes",
        "UPDATE deviation_closure SET cause = 'another'",
    );
    guarded(
        db,
        &[("deviation_closure_no_delete", "deviation_closure")],
        "never changes",
        "DELETE FROM deviation_closure",
    );
    // A closure by whoever shipped it, written past the program.
    let moved = format!(
        "CREATE TEMP TABLE copied AS SELECT * FROM deviation_closure; DELETE FROM deviation_closure; \
         UPDATE copied SET closed_by = '{}'; INSERT INTO deviation_closure SELECT * FROM copied;",
        ground.operator.person
    );
    let opened = [("deviation_closure_no_delete", "deviation_closure")];
    let refusal = support::raw::without(db, &opened, &moved).unwrap_err();
    assert!(refusal.contains("who shipped or received"), "{refusal}");
}

#[test]
fn deviations_are_listed_looked_into_and_closed_on_their_pages() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = deviated(&ground, &place);
    let mut safety = at(&app, &ground, &ground.safety);
    let mut inspector = app.user(Role::Inspector, None);
    let page = format!("/deviations/{id}");
    safety
        .get("/")
        .is(200)
        .says("終結していない逸脱")
        .holds(&page);
    safety.get("/deviations").is(200).says("X-0001");
    safety
        .get("/deviations?state=closed")
        .is(200)
        .says_not("X-0001");
    inspector.get(&page).is(200).says_not("署名して終結する");
    at(&app, &ground, &place.coordinator).get(&page).is(403);
    let closure = format!("{page}/closure");
    inspector.post(&closure, &[]).is(403);
    let texts = [
        ("cause", "<b>便の誤り</b>"),
        ("action", "便を改めた。"),
        ("assessment", "影響なし。"),
    ];
    safety
        .post(&closure, &texts)
        .is(422)
        .holds("&#60;b&#62;便の誤り");
    let signed = Sheet::new().all(&texts).put("password", PASSWORD);
    let next = signed.taken(&mut safety, &closure);
    safety
        .get(&next)
        .is(200)
        .says("終結")
        .says("逸脱を調べ、終結した")
        .says("影響なし。");
    signed.send(&mut safety, &closure).is(409);
    safety.get("/").is(200).says_not("X-0001");
    safety
        .get("/deviations?state=closed")
        .is(200)
        .says("X-0001");
}

fn letters(ground: &Ground) -> Vec<(String, String)> {
    let found = letter::table
        .filter(letter::kind.eq(Kind::LapseMidCourse))
        .order(letter::id)
        .select((letter::subject, letter::body));
    ground.db.read(|conn| Ok(found.load(conn)?)).unwrap()
}

#[test]
fn a_lapse_while_courses_go_on_is_told_of_by_count_alone() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let quiet = ground.all_ready("架空大学病院");
    let (case, ..) = course(&ground, &place);
    course(&ground, &place);
    let number = {
        let scope = place.coordinator.scope.clone();
        let found = ground
            .db
            .read(|conn| kanmon::cases::case(conn, &scope, &case));
        found.unwrap().number
    };
    let mut safety = at(&app, &ground, &ground.safety);
    let run = || reminders::run(&ground.db, &ground.programme, ground.today()).unwrap();
    run();
    assert_eq!(letters(&ground), []);
    safety
        .get("/")
        .is(200)
        .says("要件を満たさなくなったところはありません");
    // Both lapse; courses go on at one.
    ground.report(&place, Limb::Tocilizumab);
    ground.report(&quiet, Limb::Tocilizumab);
    run();
    let queued = letters(&ground);
    assert_eq!(queued.len(), 1);
    assert_eq!(queued[0].0, place.id.to_string());
    assert!(queued[0].1.contains("\"text\":\"2\""), "{}", queued[0].1);
    assert!(!queued[0].1.contains(&number), "{}", queued[0].1);
    run();
    assert_eq!(letters(&ground).len(), 1, "it is told of once a step");
    let page = safety.get("/");
    page.is(200)
        .says("治療中の症例がある施設の要件失効")
        .says("2 件");
    let section = support::forms::between(&page.body, "id=\"halted\"", "</section>");
    assert!(section.contains("架空市立中央病院"), "{section}");
    assert!(!section.contains("架空大学病院") && !section.contains(&number));
    // Nobody else of the manufacturer is told.
    let mut representative = at(&app, &ground, &ground.representative);
    representative
        .get("/")
        .is(200)
        .says_not("治療中の症例がある施設の要件失効");
    // It is told of again the day after, and no more once the conditions hold again.
    ground.sweep_on(day("2026-11-25"));
    run();
    assert_eq!(letters(&ground).len(), 2);
    ground.attest(&place, &Evidence::default());
    ground.sweep_on(day("2026-11-27"));
    run();
    assert_eq!(letters(&ground).len(), 2);
    let mut safety = at(&app, &ground, &ground.safety);
    safety
        .get("/")
        .is(200)
        .says("要件を満たさなくなったところはありません");
}

//! What an acceptance, a report and a withdrawal do to the rows of evidence.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use kanmon::attestations::*;
use kanmon::db::AnyConn;
use kanmon::error::Error;
use kanmon::rules::finding::Outcome;
use kanmon::schema::{audit, change_report, partnership, readiness};

use super::ground::{Ground, day};
use super::{Ready, fields, readiness_rows, speaking};

#[test]
fn a_new_acceptance_ends_the_old_evidence_without_rewriting_it() {
    let ground = Ground::new();
    let old = ground.accepted("2026-04-01");
    let before = readiness_rows(&ground);
    ground.db.clock().advance(TimeDelta::days(1));
    let new = ground.accepted("2026-11-20");

    let rows = readiness_rows(&ground);
    let ended = rows.iter().find(|row| row.id == before[0].id).unwrap();
    let expected = Ready {
        known_to: ended.known_to,
        ..before[0].clone()
    };
    assert_eq!(ended, &expected, "only its end was written");
    let accepted_at = rows
        .iter()
        .find(|row| row.attestation == new.to_string())
        .unwrap();
    assert_eq!(ended.known_to, Some(accepted_at.known_from));

    // Each day is spoken for by one attestation: the old one up to the day before the new one's first.
    for (on, by) in [
        ("2026-04-01", &old),
        ("2026-11-19", &old),
        ("2026-11-20", &new),
    ] {
        let speaking = speaking(&ground, on);
        assert_eq!(speaking.len(), 1, "{on}");
        assert_eq!(speaking[0].attestation, by.to_string(), "{on}");
    }
    let rest = speaking(&ground, "2026-11-19").remove(0);
    assert_eq!(rest.entered_by, before[0].entered_by);
    assert_eq!(rest.accepted_by, before[0].accepted_by);
    assert_eq!(ground.get(&old).state, State::Superseded);

    let refused = |answer: Result<usize, Error>| {
        assert!(
            format!("{answer:?}").contains("guard: evidence is never rewritten"),
            "{answer:?}"
        );
    };
    let row = readiness::table.filter(readiness::known_to.is_null());
    let earlier = readiness::first_day.eq(day("2020-01-01"));
    refused(
        ground
            .db
            .exclusively(move |conn| Ok(diesel::update(row).set(earlier).execute(conn)?)),
    );
    // Not even while it is ended.
    let both = (earlier, readiness::known_to.eq(1_i64));
    refused(
        ground
            .db
            .exclusively(move |conn| Ok(diesel::update(row).set(both).execute(conn)?)),
    );
    refused(
        ground
            .db
            .exclusively(move |conn| Ok(diesel::delete(row).execute(conn)?)),
    );
}

#[test]
fn an_acceptance_for_days_ahead_leaves_no_gap_before_them() {
    let ground = Ground::new();
    let old = ground.accepted("2026-04-01");
    let new = ground.accepted("2026-12-15");
    assert_eq!(
        speaking(&ground, "2026-12-14")[0].attestation,
        old.to_string()
    );
    assert_eq!(
        speaking(&ground, "2026-12-15")[0].attestation,
        new.to_string()
    );
}

/// What an agreement states of the ICU, and its last day.
type StatedIcu = (Option<bool>, Option<NaiveDate>);

#[test]
fn an_agreement_confirmed_unchanged_leaves_one_row_and_a_changed_one_keeps_its_past() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let accept_with = |partner: PartnerAnswer| {
        let id = ground.start(&who);
        ground.fill(&who, &id, "2026-11-10");
        ground.save(&who, &id, Part::Partner(partner)).unwrap();
        ground.submit(&who, &id).unwrap();
        ground.accept(&ground.officer(), &id).unwrap();
    };
    let known = |conn: &mut AnyConn| -> Result<Vec<StatedIcu>, Error> {
        Ok(partnership::table
            .filter(partnership::known_to.is_null())
            .order(partnership::agreement_last_day)
            .select((partnership::states_icu, partnership::agreement_last_day))
            .load(conn)?)
    };
    accept_with(ground.partner());
    accept_with(ground.partner());
    let last = Some(day("2027-03-31"));
    assert_eq!(ground.db.read(known).unwrap(), [(Some(true), last)]);

    accept_with(PartnerAnswer {
        states_icu: Some(false),
        ..ground.partner()
    });
    let before = Some(day("2026-11-09"));
    assert_eq!(
        ground.db.read(known).unwrap(),
        [(Some(true), before), (Some(false), last)]
    );
}

/// How the clinic's standing answers F-1.1.
fn admission_of_the_standing(ground: &Ground) -> Outcome {
    let scope = ground.clinic_scope();
    let kept = ground
        .db
        .read(|conn| {
            let standing = kanmon::standings::one(conn, &scope, &ground.clinic)?.unwrap();
            kanmon::verdicts::get(conn, &scope, &standing.verdict)
        })
        .unwrap();
    let findings = &kept.days[0].verdict.findings;
    let admission = findings.iter().find(|finding| finding.rule == "admission");
    admission.unwrap().outcome
}

#[test]
fn a_change_report_takes_effect_at_once() {
    let ground = Ground::new();
    ground.accepted("2026-04-01");
    assert_eq!(admission_of_the_standing(&ground), Outcome::Met);
    let who = ground.coordinator();
    let id = ground
        .report(&who, "2026-11-22", "ICU の改修工事のため")
        .unwrap();
    let again = ground
        .report(&who, "2026-11-22", "ICU の改修工事のため")
        .unwrap();
    assert_eq!(id, again, "the same report sent twice is one");
    assert_eq!(admission_of_the_standing(&ground), Outcome::Unmet);
    let row: (String, i64, Option<i64>) = ground
        .db
        .read(|conn| {
            Ok(change_report::table
                .select((
                    change_report::limb,
                    change_report::known_from,
                    change_report::known_to,
                ))
                .get_result(conn)?)
        })
        .unwrap();
    let reported: i64 = ground
        .db
        .read(|conn| {
            Ok(audit::table
                .filter(audit::verb.eq("change_reported"))
                .select(audit::seq)
                .get_result(conn)?)
        })
        .unwrap();
    assert_eq!(row, ("intensive_care".to_owned(), reported, None));
}

#[test]
fn an_acceptance_answers_the_reports_its_signer_knew_of_and_no_other() {
    let ground = Ground::new();
    let who = ground.coordinator();
    ground.accepted("2026-04-01");
    let known = ground.report(&who, "2026-11-20", "ICU 閉鎖").unwrap();
    let ahead = ground.report(&who, "2026-12-01", "年末の閉鎖").unwrap();
    let id = ground.submitted(&who, "2026-11-21");
    let later = ground.report(&who, "2026-11-20", "ICU 閉鎖").unwrap();
    assert_ne!(
        known, later,
        "while answers are under review a second report is no repetition"
    );
    ground.accept(&ground.officer(), &id).unwrap();
    let standing: Vec<_> = ground
        .db
        .read(|conn| standing_reports(conn, &ground.clinic_scope(), &ground.clinic))
        .unwrap()
        .into_iter()
        .map(|report| report.id)
        .collect();
    assert_eq!(standing, [later, ahead]);
}

#[test]
fn days_between_a_report_and_the_new_first_day_do_not_become_good_again() {
    let ground = Ground::new();
    let old = ground.accepted("2026-04-01");
    ground
        .report(&ground.coordinator(), "2026-11-10", "ICU 閉鎖")
        .unwrap();
    ground.accepted("2026-11-20");
    assert_eq!(
        speaking(&ground, "2026-11-09")[0].attestation,
        old.to_string()
    );
    assert!(speaking(&ground, "2026-11-10").is_empty());
    assert!(speaking(&ground, "2026-11-19").is_empty());
    assert_eq!(speaking(&ground, "2026-11-20").len(), 1);
}

#[test]
fn a_withdrawal_ends_all_that_rests_on_it_and_brings_nothing_back() {
    let ground = Ground::new();
    let old = ground.accepted("2026-04-01");
    let new = ground.accepted("2026-11-10");
    let officer = ground.officer();
    assert_eq!(
        fields(ground.withdraw(&officer, &new, "")),
        ["withdrawal_reason"]
    );
    ground
        .withdraw(&officer, &new, "署名者が別人だった")
        .unwrap();
    assert_eq!(ground.get(&new).state, State::Withdrawn);
    assert!(speaking(&ground, "2026-11-10").is_empty());
    assert_eq!(
        speaking(&ground, "2026-11-09").len(),
        1,
        "the old one still speaks for its days"
    );
    ground
        .withdraw(&ground.coordinator(), &old, "誤りがあった")
        .unwrap();
    assert!(speaking(&ground, "2026-11-09").is_empty());
    assert!(matches!(
        ground.withdraw(&officer, &old, "二度目"),
        Err(Error::Stale)
    ));
}

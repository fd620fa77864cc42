//! What is recorded of a course, in which bounds, and how it is corrected.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use kanmon::cases::{self, Entry, Kind, NewCase, State};
use kanmon::error::Error;
use kanmon::rules::briefing::Moment;
use kanmon::rules::dosing::facts::Given;
use kanmon::rules::dosing::quantity::Quantity;

use super::ground::{
    Ward, ago, blood, course, crs, dose, eligible, given, noted, one_error, open, record, refused,
    response,
};
use crate::support::now;

#[test]
fn numbers_are_made_up_and_each_is_given_once() {
    let ward = Ward::new();
    let mut numbers = BTreeSet::from([ward.case().number]);
    for _ in 0..40 {
        let case = open(&ward.ground, &ward.place.coordinator).unwrap();
        let scope = ward.place.coordinator.scope.clone();
        let read = |conn: &mut kanmon::db::AnyConn| {
            let made = cases::case(conn, &scope, &case)?;
            let typed = made.number.to_lowercase().replace('-', " ");
            assert_eq!(cases::by_number(conn, &scope, &typed)?, made);
            Ok(made.number)
        };
        let number = ward.data.db.read(read).unwrap();
        assert_eq!(number.chars().count(), 8, "{number}");
        assert_eq!(&number[3..4], "-");
        assert!(!number.contains(['0', 'O', '1', 'I', 'L', 'A', 'E', 'U']));
        assert_eq!(cases::number_typed(&number), Some(number.clone()));
        assert!(numbers.insert(number));
    }
    let scope = ward.place.physician.scope.clone();
    let (first, next) = ward
        .data
        .db
        .read(|conn| cases::list(conn, &scope, Some(State::Open), None))
        .unwrap();
    assert_eq!((first.len(), next), (41, None));
}

#[test]
fn the_order_of_entry_does_not_change_what_is_judged() {
    let one = Ward::new();
    one.week();
    let two = open(&one.ground, &one.place.physician).unwrap();
    for new in course(&one.place).iter().rev() {
        record(&one.ground, &one.place.coordinator, &two, new).unwrap();
    }
    let scope = one.place.physician.scope.clone();
    let other = one
        .data
        .db
        .read(|conn| cases::gather(conn, &scope, &two))
        .unwrap();
    let first = one.gathered();
    assert_eq!(first.facts, other.facts);
    assert_eq!(first.facts.eligibility, eligible());
    let found = &first.facts;
    let counted = [
        found.administrations.len(),
        found.reactions.len(),
        found.counts.len(),
        found.responses.len(),
    ];
    assert_eq!(counted, [2, 1, 1, 1]);
}

#[test]
fn gathering_takes_the_same_number_of_statements_however_much_is_recorded() {
    let ward = Ward::new();
    let count = || {
        let before = ward.data.db.statements();
        ward.gathered();
        ward.data.db.statements() - before
    };
    let empty = count();
    ward.week();
    assert_eq!(count(), empty);
}

#[test]
fn a_page_older_than_the_case_changes_nothing() {
    let ward = Ward::new();
    let version = ward.case().version;
    ward.record(&noted(blood(1))).unwrap();
    let case = ward.case.clone();
    let late = ward.ground.act(&ward.place.physician, move |tx, scope| {
        cases::record(tx, scope, (&case, version), &noted(blood(2)))
    });
    assert!(matches!(late, Err(Error::Stale)), "{late:?}");
    assert_eq!(ward.gathered().facts.counts.len(), 1);
}

#[test]
fn nothing_is_recorded_before_it_happens() {
    let ward = Ward::new();
    let ahead = "cases-in-the-future";
    let mut begun = dose(1, 1, 1, -1);
    begun.ended = None;
    one_error(
        ward.record(&given(&ward.place, begun.clone())),
        "started",
        ahead,
    );
    begun.started = Moment::Instant(ago(1));
    begun.ended = Some(now() + TimeDelta::minutes(1));
    one_error(ward.record(&given(&ward.place, begun)), "ended", ahead);
    one_error(ward.record(&noted(blood(-1))), "taken", ahead);
    one_error(ward.record(&noted(crs(&[1], -1))), "onset", ahead);
    let Entry::Response(mut tomorrow) = response() else {
        unreachable!()
    };
    tomorrow.on = now().date_naive() + TimeDelta::days(1);
    one_error(ward.record(&noted(Entry::Response(tomorrow))), "on", ahead);
    ward.data.db.clock().advance(TimeDelta::hours(2));
    ward.record(&noted(blood(-1))).unwrap();
}

#[test]
fn what_cannot_be_so_is_refused_and_named() {
    let ward = Ward::new();
    let mut wrong = dose(1, 1, 1, 5);
    wrong.mg = Quantity::whole(0);
    one_error(
        ward.record(&given(&ward.place, wrong)),
        "mg",
        "cases-dose-missing",
    );
    let mut wrong = dose(1, 1, 1, 5);
    wrong.given = Given::Partly(Quantity::whole(2));
    one_error(
        ward.record(&given(&ward.place, wrong)),
        "given",
        "cases-given-exceeds",
    );
    let mut wrong = dose(1, 1, 1, 5);
    wrong.ended = Some(ago(6));
    one_error(
        ward.record(&given(&ward.place, wrong)),
        "ended",
        "cases-out-of-order",
    );
    one_error(
        ward.record(&noted(crs(&[1, 6], 5))),
        "grades",
        "cases-grade",
    );
    one_error(
        ward.record(&noted(blood(24 * 365 * 30))),
        "taken",
        "cases-too-early",
    );
    // Under whom it is given (W-1a).
    let mut nobody = given(&ward.place, dose(1, 1, 1, 5));
    nobody.physician = None;
    one_error(ward.record(&nobody), "physician", "cases-physician-missing");
    nobody.physician = Some(ward.place.coordinator.person.clone());
    one_error(
        ward.record(&nobody),
        "physician",
        "cases-physician-not-in-post",
    );
    one_error(
        ward.record(&noted(Entry::Eligibility(eligible()))),
        "kind",
        "cases-eligibility-changes",
    );
    assert_eq!(ward.case().version, 1);
    let bad = ward.ground.act(&ward.place.physician, |tx, scope| {
        let new = NewCase {
            course: 0,
            eligibility: eligible(),
        };
        cases::open(tx, scope, &new)
    });
    one_error(bad, "course", "cases-course");
}

#[test]
fn a_correction_keeps_what_was_written_before() {
    let ward = Ward::new();
    let ids = ward.week();
    let wrong = ids[0].clone();
    let right = given(&ward.place, dose(1, 1, 1, 24 * 9));
    let correct = |reason: &'static str, right: Option<cases::NewRecord>| {
        let (case, version, wrong) = (ward.case.clone(), ward.case().version, wrong.clone());
        ward.ground.act(&ward.place.coordinator, move |tx, scope| {
            cases::correct(tx, scope, (&case, version), &wrong, reason, right.as_ref())
        })
    };
    one_error(correct("", None), "reason", "cases-reason-missing");
    one_error(
        correct("転記の誤り", Some(noted(blood(1)))),
        "kind",
        "cases-kind-kept",
    );
    let made = correct("転記の誤り", Some(right.clone())).unwrap().unwrap();
    assert!(matches!(correct("もう一度", None), Err(Error::Stale)));
    let scope = ward.place.physician.scope.clone();
    let all = ward
        .data
        .db
        .read(|conn| cases::records(conn, &scope, &ward.case))
        .unwrap();
    assert_eq!(all.len(), 7);
    let before = all.iter().find(|one| one.id == ids[0]).unwrap();
    let after = all.iter().find(|one| one.id == made).unwrap();
    assert_eq!(before.entry, course(&ward.place)[0].entry);
    assert_eq!(before.end_reason.as_deref(), Some("転記の誤り"));
    assert_eq!(before.known_to, Some(after.known_from));
    assert_eq!((&after.entry, after.known_to), (&right.entry, None));
    assert_eq!(after.replaces.as_ref(), Some(&ids[0]));
    assert_eq!(ward.gathered().facts.administrations.len(), 2);
    // Who is treated changes in the same way, and there is one answer at a time.
    let (case, version) = (ward.case.clone(), ward.case().version);
    let mut facts = eligible();
    facts.adult = None;
    let other = facts.clone();
    ward.ground
        .act(&ward.place.physician, move |tx, scope| {
            cases::change_eligibility(tx, scope, (&case, version), &other)
        })
        .unwrap();
    let now_held = ward.gathered();
    assert_eq!(now_held.facts.eligibility, facts);
    let held = now_held.records.iter();
    let of_kind = held.filter(|one| one.entry.kind() == Kind::Eligibility);
    assert_eq!(of_kind.count(), 1);
}

#[test]
fn a_closed_case_takes_no_more_records_but_can_be_corrected() {
    let ward = Ward::new();
    let ids = ward.week();
    let (case, version) = (ward.case.clone(), ward.case().version);
    ward.ground
        .act(&ward.place.coordinator, move |tx, scope| {
            cases::close(tx, scope, (&case, version))
        })
        .unwrap();
    assert_eq!(ward.case().state, State::Closed);
    assert!(matches!(ward.record(&noted(blood(1))), Err(Error::Stale)));
    let (case, version) = (ward.case.clone(), ward.case().version);
    ward.ground
        .act(&ward.place.coordinator, move |tx, scope| {
            cases::correct(tx, scope, (&case, version), &ids[3], "別の患者の値", None)
        })
        .unwrap();
    assert_eq!(ward.gathered().facts.counts.len(), 0);
}

#[test]
fn a_case_holds_so_many_records_and_no_more() {
    let ward = Ward::new();
    let (case, place) = (ward.case.clone(), ward.place.clone());
    // The eligibility is one of them.
    let filled = ward.ground.act(&ward.place.physician, move |tx, scope| {
        for version in 1..i32::try_from(cases::MOST_RECORDS).unwrap() {
            let new = given(&place, dose(1, 1, 1, i64::from(version) + 4));
            cases::record(tx, scope, (&case, version), &new)?;
        }
        Ok(())
    });
    filled.unwrap();
    let errors = refused(ward.record(&noted(blood(1))));
    assert_eq!(errors[0].1, "cases-full");
}

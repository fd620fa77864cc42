//! Dosing checks: shown without a trace, or kept and judged again.

use chrono::TimeDelta;
use kanmon::cases;
use kanmon::error::{Error, Result};
use kanmon::ids::VerdictId;
use kanmon::rules::dosing::facts::Act;
use kanmon::scope::{Role, Scope};
use kanmon::verdicts::{self, Kind, Purpose};

use super::ground::{Ward, one_error};
use crate::support::programme::Who;
use crate::support::raw::raw;
use crate::support::{day, now};

fn next() -> Act {
    Act::NextDose {
        on: day("2026-12-01"),
    }
}

pub fn keep(ward: &Ward, who: &Who, act: Act) -> Result<VerdictId> {
    let (case, version) = (ward.case.clone(), ward.case().version);
    ward.ground.act(who, move |tx, scope| {
        cases::keep_check(tx, scope, (&case, version), &act)
    })
}

#[test]
fn a_check_can_be_run_on_any_day_without_storing_anything() {
    let ward = Ward::new();
    ward.week();
    let scope = ward.place.physician.scope.clone();
    let (before, judged) = (
        ward.data.db.read(kanmon::audit::head).unwrap(),
        ward.ground.replay().0,
    );
    let run = |act: &Act| {
        ward.data
            .db
            .read(|conn| cases::check(conn, &scope, &ward.case, act, now()))
    };
    let checked = run(&next()).unwrap();
    assert_eq!(checked.days.len(), 1);
    assert_eq!(checked.days[0].day, day("2026-12-01"));
    assert_eq!(checked.asked.case().unwrap().case, ward.gathered().facts);
    assert_eq!(checked.asked.answer(), checked.days);
    run(&Act::NextDose {
        on: day("2027-06-01"),
    })
    .unwrap();
    let slip = Act::NextDose {
        on: chrono::NaiveDate::MAX,
    };
    one_error(run(&slip), "on", "cases-in-the-future");
    let slip = Act::Discharge {
        at: chrono::DateTime::<chrono::Utc>::MIN_UTC,
        ongoing_crs: None,
        instructed: None,
        elsewhere: false,
    };
    one_error(run(&slip), "at", "cases-too-early");
    assert_eq!(ward.data.db.read(kanmon::audit::head).unwrap(), before);
    assert_eq!(ward.ground.replay().0, judged);
}

#[test]
fn a_kept_check_is_read_back_as_it_was_and_judged_again() {
    let ward = Ward::new();
    ward.week();
    let judged = ward.ground.replay().0;
    let id = keep(&ward, &ward.place.physician, next()).unwrap();
    let later = keep(
        &ward,
        &ward.place.coordinator,
        Act::Discharge {
            at: now() + TimeDelta::hours(30),
            ongoing_crs: Some(false),
            instructed: Some(true),
            elsewhere: false,
        },
    )
    .unwrap();
    let scope = ward.place.coordinator.scope.clone();
    let kept = ward
        .data
        .db
        .read(|conn| cases::kept_checks(conn, &scope, &ward.case, 10))
        .unwrap();
    let ids: Vec<&VerdictId> = kept.iter().map(|one| &one.id).collect();
    assert_eq!(ids, [&later, &id]);
    let first = &kept[1];
    assert_eq!(
        (first.kind, first.purpose),
        (Kind::Case, Purpose::DosingCheck)
    );
    assert_eq!(first.subject, ward.case.to_string());
    assert_eq!(first.asked.case().unwrap().act, next());
    assert_eq!(first.asked.answer(), first.days);
    assert_eq!(kept[0].days[0].day, day("2026-11-25"));
    let (again, differences) = ward.ground.replay();
    assert_eq!(again, judged + 2);
    assert!(differences.is_empty(), "{differences:?}");
}

#[test]
fn replay_finds_a_kept_check_that_was_tampered_with() {
    let ward = Ward::new();
    ward.week();
    let id = keep(&ward, &ward.place.physician, next()).unwrap();
    ward.data
        .db
        .jot(|conn| crate::support::raw::drop_trigger(conn, ("verdict_no_update", "verdict")))
        .unwrap();
    raw(
        &ward.data.db,
        &format!(
            "UPDATE verdict SET facts = replace(facts, '\"course\":1', '\"course\":2') WHERE id = '{id}'"
        ),
    )
    .unwrap();
    let (_, differences) = ward.ground.replay();
    let found: Vec<_> = differences.iter().map(|one| one.verdict.as_str()).collect();
    assert_eq!(found, [id.as_str()]);
    assert!(differences[0].same_rules);
}

#[test]
fn no_check_is_of_a_case_that_is_closed() {
    let ward = Ward::new();
    let (case, version) = (ward.case.clone(), ward.case().version);
    ward.ground
        .act(&ward.place.physician, move |tx, scope| {
            cases::close(tx, scope, (&case, version))
        })
        .unwrap();
    let scope = ward.place.physician.scope.clone();
    let run = ward
        .data
        .db
        .read(|conn| cases::check(conn, &scope, &ward.case, &next(), now()));
    one_error(run, "act", "cases-not-open");
    assert!(matches!(
        keep(&ward, &ward.place.physician, next()),
        Err(Error::Stale)
    ));
}

#[test]
fn a_check_is_read_by_its_own_facility_alone() {
    let ward = Ward::new();
    ward.week();
    let id = keep(&ward, &ward.place.physician, next()).unwrap();
    let other = ward.ground.all_ready("架空クリニック");
    let inspector = ward.ground.someone("調査 太郎", Role::Inspector, None);
    let strangers: [&Scope; 3] = [
        &ward.ground.safety.scope,
        &inspector.scope,
        &other.physician.scope,
    ];
    for scope in strangers {
        let read = ward.data.db.read(|conn| {
            assert!(verdicts::load(conn, scope, std::slice::from_ref(&id))?.is_empty());
            let of = verdicts::of_subject(conn, scope, ward.case.as_str(), 10)?;
            assert!(of.is_empty());
            assert!(matches!(
                verdicts::get(conn, scope, &id),
                Err(Error::NotFound)
            ));
            Ok(())
        });
        read.unwrap();
    }
    let own = &ward.place.coordinator.scope;
    ward.data
        .db
        .read(|conn| verdicts::get(conn, own, &id))
        .unwrap();
}

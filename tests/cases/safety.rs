//! A reaction reaches the manufacturer by an explicit report, which a safety officer acknowledges once.

use chrono::{DateTime, TimeDelta, Utc};
use kanmon::cases::{self, SafetyTask};
use kanmon::error::{Error, Result};
use kanmon::ids::{CaseRecordId, SafetyTaskId};
use kanmon::rules::finding::Reaction;
use kanmon::scope::Role;

use super::ground::{Ward, ago, crs, noted, one_error};
use crate::support::now;
use crate::support::programme::Who;

fn report(ward: &Ward, record: &CaseRecordId, aware_at: DateTime<Utc>) -> Result<SafetyTaskId> {
    let (case, version) = (ward.case.clone(), ward.case().version);
    let record = record.clone();
    ward.ground.act(&ward.place.physician, move |tx, scope| {
        cases::report_reaction(tx, scope, (&case, version), &record, aware_at)
    })
}

fn acknowledge(ward: &Ward, who: &Who, task: &SafetyTaskId) -> Result<()> {
    let task = task.clone();
    ward.ground.act(who, move |tx, scope| {
        cases::acknowledge_task(tx, scope, &task)
    })
}

fn tasks(ward: &Ward, who: &Who, is_open: bool) -> Vec<SafetyTask> {
    ward.data
        .db
        .read(|conn| cases::tasks(conn, &who.scope, is_open, 0, 50))
        .unwrap()
}

#[test]
fn a_recorded_reaction_stays_at_the_facility_until_it_is_reported() {
    let ward = Ward::new();
    let record = ward.record(&noted(crs(&[1, 3, 2], 20))).unwrap();
    let safety = &ward.ground.safety;
    assert!(tasks(&ward, safety, true).is_empty());
    one_error(
        report(&ward, &record, now() + TimeDelta::minutes(1)),
        "aware_at",
        "cases-in-the-future",
    );
    one_error(
        report(&ward, &record, ago(21)),
        "aware_at",
        "cases-aware-before-onset",
    );
    let id = report(&ward, &record, ago(19)).unwrap();
    one_error(
        report(&ward, &record, ago(19)),
        "aware_at",
        "cases-reported-already",
    );
    let open = tasks(&ward, safety, true);
    assert_eq!(open.len(), 1);
    let task = &open[0];
    assert_eq!((&task.id, task.label().as_str()), (&id, "S-0001"));
    assert_eq!(task.case_number, ward.case().number);
    assert_eq!((task.reaction, task.grade), (Reaction::Crs, Some(3)));
    assert_eq!((task.aware_at, task.reported_at), (ago(19), now()));
    assert_eq!(task.facility_name, "架空市立中央病院");
    let own = &ward.place.coordinator;
    assert_eq!(tasks(&ward, own, true), open);
    let scope = own.scope.clone();
    let of_case = ward
        .data
        .db
        .read(|conn| cases::tasks_of(conn, &scope, &ward.case))
        .unwrap();
    assert_eq!(of_case, vec![(record, open[0].clone())]);
    let other = ward.ground.all_ready("架空クリニック");
    assert!(tasks(&ward, &other.coordinator, true).is_empty());
}

#[test]
fn only_a_reaction_is_reported() {
    let ward = Ward::new();
    let ids = ward.week();
    let ended = report(&ward, &ids[0], now());
    assert!(matches!(ended, Err(Error::NotFound)), "{ended:?}");
}

#[test]
fn a_task_is_acknowledged_once_and_by_a_safety_officer() {
    let ward = Ward::new();
    let ids = ward.week();
    let id = report(&ward, &ids[1], ago(1)).unwrap();
    for role in Role::ALL {
        if *role == Role::SafetyOfficer {
            continue;
        }
        let place = role.is_at_facility().then_some(&ward.place.id);
        let who = ward.ground.someone("架空 太郎", *role, place);
        let ended = acknowledge(&ward, &who, &id);
        assert!(
            matches!(ended, Err(Error::Forbidden)),
            "{role:?}: {ended:?}"
        );
    }
    ward.data.db.clock().advance(TimeDelta::minutes(10));
    acknowledge(&ward, &ward.ground.safety, &id).unwrap();
    let again = acknowledge(&ward, &ward.ground.safety, &id);
    assert!(matches!(again, Err(Error::Stale)), "{again:?}");
    assert!(tasks(&ward, &ward.ground.safety, true).is_empty());
    let done = tasks(&ward, &ward.ground.safety, false);
    let stamp = (
        ward.ground.safety.actor.name.clone(),
        now() + TimeDelta::minutes(10),
    );
    assert_eq!(done[0].acknowledged, Some(stamp));
}

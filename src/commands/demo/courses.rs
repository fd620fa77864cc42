//! Two fictional courses of the sample: one that rests after its second dose, one in its fifth cycle.

use chrono::{DateTime, Days, TimeDelta, Utc};
use kanmon::cases::{self, Entry, NewCase, NewRecord};
use kanmon::clock::start_of;
use kanmon::error::Result;
use kanmon::ids::{CaseId, CaseRecordId, PersonId};
use serde_json::{Value, json};

use super::acts::Place;
use super::cast::Stage;

/// Ten in the morning, this many days before today.
fn ago(stage: &Stage<'_>, days: u64) -> DateTime<Utc> {
    let today = stage.db.clock().today();
    let day = today.checked_sub_days(Days::new(days)).unwrap_or(today);
    start_of(day) + TimeDelta::hours(10)
}

fn open(stage: &Stage<'_>, place: &Place) -> Result<CaseId> {
    let new = NewCase {
        course: 1,
        eligibility: serde_json::from_value(json!({
            "adult": true, "diagnosis": "follicular_lymphoma", "status": "relapsed",
            "therapies": [
                {"kind": "standard", "anti_cd20": "yes", "outcome": "relapse"},
                {"kind": "standard", "anti_cd20": "yes", "outcome": "ineffective"}
            ],
            "fl_grade": "2", "pathologist_experienced": true, "explained_efficacy": true,
            "explained_risk": true, "consent_by": "patient", "consent_before_first_dose": true,
            "appropriateness_recorded": true, "physician_qualified": true,
            "other_antineoplastics": []
        }))?,
    };
    stage.act(&place.physician.0, move |tx, scope| {
        cases::open(tx, scope, &new)
    })
}

fn record(
    stage: &Stage<'_>,
    place: &Place,
    id: &CaseId,
    entry: Entry,
    physician: Option<PersonId>,
) -> Result<CaseRecordId> {
    let (id, new) = (
        id.clone(),
        NewRecord {
            entry,
            physician,
            elsewhere: false,
        },
    );
    stage.act(&place.physician.0, move |tx, scope| {
        let version = cases::case(tx.conn, scope, &id)?.version;
        cases::record(tx, scope, (&id, version), &new)
    })
}

fn dose(
    stage: &Stage<'_>,
    place: &Place,
    id: &CaseId,
    (cycle, day, mg, days): (u32, u32, u32, u64),
    crs: bool,
) -> Result<()> {
    let started = ago(stage, days);
    let body: Value = json!({
        "step": {"cycle": cycle, "day": day}, "mg": mg.to_string(), "given": "in_full",
        "started": {"instant": started}, "ended": started + TimeDelta::hours(4),
        "inpatient": true, "crs_followed": crs
    });
    let entry = Entry::Administration(serde_json::from_value(body)?);
    let physician = Some(stage.player(&place.physician.0)?.person);
    record(stage, place, id, entry, physician)?;
    Ok(())
}

/// Tells both courses as of yesterday; the reaction of the first waits for the safety officer.
pub fn tell(stage: &Stage<'_>, place: &Place) -> Result<()> {
    let first = open(stage, place)?;
    dose(stage, place, &first, (1, 1, 1, 21), true)?;
    let onset = ago(stage, 21) + TimeDelta::hours(9);
    let crs = json!({
        "reaction": "crs", "scale": "ASTCT", "grades": [1],
        "onset": {"instant": onset}, "recovered": {"instant": onset + TimeDelta::hours(20)}
    });
    let crs = Entry::Reaction(serde_json::from_value(crs)?);
    let crs = record(stage, place, &first, crs, None)?;
    dose(stage, place, &first, (1, 8, 2, 14), false)?;
    for (days, neutrophils) in [(7, "380"), (1, "1240")] {
        let count = json!({
            "taken": ago(stage, days) - TimeDelta::hours(2),
            "platelets": {"value": "15.2", "unit": "10^4/uL"},
            "neutrophils": {"value": neutrophils, "unit": "/uL"}
        });
        let count = Entry::Count(serde_json::from_value(count)?);
        record(stage, place, &first, count, None)?;
    }
    stage.act(&place.physician.0, move |tx, scope| {
        let version = cases::case(tx.conn, scope, &first)?.version;
        let aware = onset + TimeDelta::minutes(20);
        cases::report_reaction(tx, scope, (&first, version), &crs, aware)
    })?;
    let second = open(stage, place)?;
    for step in [
        (1, 1, 1, 95),
        (1, 8, 2, 88),
        (1, 15, 60, 81),
        (2, 1, 60, 74),
        (3, 1, 30, 53),
        (4, 1, 30, 32),
        (5, 1, 30, 11),
    ] {
        dose(stage, place, &second, step, false)?;
    }
    Ok(())
}

//! A course of treatment at a facility, recorded through the verbs: an eligible patient, a dose, a reported reaction.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use chrono::{DateTime, Utc};
use kanmon::cases::{self, Entry, NewCase, NewRecord};
use kanmon::ids::{CaseId, CaseRecordId, SafetyTaskId};
use serde_json::json;

use super::programme::{Ground, Place};

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A patient whom the notice lets treat.
pub fn eligible() -> NewCase {
    let eligibility = json!({
        "adult": true, "diagnosis": "follicular_lymphoma", "status": "relapsed",
        "therapies": [
            {"kind": "standard", "anti_cd20": "yes", "outcome": "relapse"},
            {"kind": "standard", "anti_cd20": "no", "outcome": "ineffective"}
        ],
        "fl_grade": "2", "pathologist_experienced": true, "explained_efficacy": true,
        "explained_risk": true, "consent_by": "patient", "consent_before_first_dose": true,
        "appropriateness_recorded": true, "physician_qualified": true,
        "other_antineoplastics": []
    });
    NewCase {
        course: 1,
        eligibility: serde_json::from_value(eligibility).unwrap(),
    }
}

pub fn dose(place: &Place, step: (u32, u32), mg: &str, started: &str) -> NewRecord {
    let body = json!({
        "step": {"cycle": step.0, "day": step.1}, "mg": mg, "given": "in_full",
        "started": {"instant": started}, "crs_followed": true
    });
    NewRecord {
        entry: Entry::Administration(serde_json::from_value(body).unwrap()),
        physician: Some(place.physician.person.clone()),
        elsewhere: false,
    }
}

pub fn crs() -> NewRecord {
    let body = json!({
        "reaction": "crs", "scale": "ASTCT", "grades": [1],
        "onset": {"instant": "2026-11-10T01:00:00Z"},
        "recovered": {"instant": "2026-11-11T01:00:00Z"}
    });
    NewRecord {
        entry: Entry::Reaction(serde_json::from_value(body).unwrap()),
        physician: None,
        elsewhere: false,
    }
}

pub fn opened(ground: &Ground, place: &Place) -> CaseId {
    ground
        .act(&place.coordinator, |tx, scope| {
            cases::open(tx, scope, &eligible())
        })
        .unwrap()
}

pub fn recorded(ground: &Ground, place: &Place, id: &CaseId, new: NewRecord) -> CaseRecordId {
    let id = id.clone();
    ground
        .act(&place.coordinator, move |tx, scope| {
            let version = cases::case(tx.conn, scope, &id)?.version;
            cases::record(tx, scope, (&id, version), &new)
        })
        .unwrap()
}

/// A case with one dose and two reactions; the second is reported and waits for the safety officer.
pub fn course(ground: &Ground, place: &Place) -> (CaseId, CaseRecordId, SafetyTaskId) {
    let id = opened(ground, place);
    recorded(
        ground,
        place,
        &id,
        dose(place, (1, 1), "1", "2026-11-09T01:00:00Z"),
    );
    let reaction = recorded(ground, place, &id, crs());
    let reported = recorded(ground, place, &id, crs());
    let case = id.clone();
    let task = ground
        .act(&place.coordinator, move |tx, scope| {
            let version = cases::case(tx.conn, scope, &case)?.version;
            let aware = at("2026-11-10T02:00:00Z");
            cases::report_reaction(tx, scope, (&case, version), &reported, aware)
        })
        .unwrap();
    (id, reaction, task)
}

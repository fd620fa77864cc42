//! Where the patient is when a dose begins, and when the patient may leave (P-3a, P-3b, P-4, W-2c).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::course::{Path, Step};
use super::quantity::{Datum, Quantity};
use crate::rules::finding::Verdict;

/// In hospital or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// 入院.
    Inpatient,
    /// 外来.
    Outpatient,
}

/// A recorded decision on admission after it was considered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsiderationRecord {
    /// To be in hospital.
    Inpatient,
    /// To be treated as an outpatient, with the reason recorded.
    OutpatientWithReason,
}

/// Whether the dose is the first 60 mg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First60 {
    /// It is.
    Yes,
    /// A whole 60 mg was given before, or the dose is another.
    No,
    /// 60 mg was begun before and given only in part.
    EarlierOneInPart(Quantity),
}

/// What is asked of the setting of one dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdmissionFacts {
    /// The dose's place in the course.
    pub step: Step,
    /// The dose in mg.
    pub mg: Quantity,
    /// How the course came to this cycle.
    pub path: Path,
    /// Whether it is the first 60 mg.
    pub first_60mg: First60,
    /// Where the patient is; not asked when planning.
    pub setting: Datum<Setting>,
    /// When the patient was admitted, where that is known.
    pub admitted: Option<DateTime<Utc>>,
    /// When the dose begins, where that is known.
    pub start: Option<DateTime<Utc>>,
    /// The recorded decision on admission; not asked when planning.
    pub consideration: Datum<ConsiderationRecord>,
    /// The highest grade of CRS after the previous dose; 0 is none.
    pub last_crs_grade: u32,
}

/// The verdict on the setting of a dose: rules `first_60mg_in_hospital`, `admission_considered` and `inpatient_after_grade_three`.
#[must_use]
pub fn admission(facts: &AdmissionFacts) -> Verdict {
    let _ = facts;
    Verdict::default()
}

/// What is asked before a patient leaves the hospital: discharge and leave alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DischargeFacts {
    /// Whether the last dose was the first 60 mg (or the notice leaves open whether it was).
    pub first_60mg: bool,
    /// When that administration began.
    pub start: Option<DateTime<Utc>>,
    /// When the patient would leave.
    pub leaving: DateTime<Utc>,
    /// Whether cytokine release syndrome is going on.
    pub ongoing_crs: Option<bool>,
    /// Whether the patient was told when to seek care.
    pub instructed: Option<bool>,
    /// Whether part of the stay was at another facility.
    pub elsewhere: bool,
}

/// The verdict on leaving: rules `stay_of_48_hours`, `crs_at_leaving`, `place_of_stay` and `instruction`.
#[must_use]
pub fn discharge(facts: &DischargeFacts) -> Verdict {
    let _ = facts;
    Verdict::default()
}

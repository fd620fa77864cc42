//! The regimen: which dose on which day of which cycle (D-1a), by which route, and not earlier.

use serde::{Deserialize, Serialize};

use super::course::{Path, PlannedDose};
use super::quantity::{Datum, Quantity};
use crate::rules::finding::Verdict;

/// The route of administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// 点滴静注.
    IvInfusion,
    /// Any other.
    Other,
}

/// What is asked of one dose by its place in the course. Cycle and day are as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoseFacts {
    /// The cycle.
    pub cycle: Datum<i64>,
    /// The day of the cycle.
    pub day: Datum<i64>,
    /// How the course came to this cycle.
    pub path: Path,
    /// The dose ordered.
    pub ordered: Datum<Quantity>,
    /// The route ordered.
    pub route: Datum<Route>,
}

/// The verdict on one dose: rules `place_in_course`, `ordered_dose` and `route`; advice: the dose and, on the standard path, the sum so far.
#[must_use]
pub fn dose(facts: &DoseFacts) -> Verdict {
    let _ = facts;
    Verdict::default()
}

/// A delay within a course that is planned as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detour {
    /// RS-C1D1-2W: C1D1 given again.
    CycleOneDayOneAgain,
    /// RS-C1D8-2W6W: C1D8 given again.
    CycleOneDayEightAgain,
    /// RS-C1D8-6W: cycle 1 from its first day again.
    CycleOneAgain,
    /// RS-C1D15-6W, RS-C2-6W, RS-C3P-6W: this cycle begins with 1 mg and 2 mg again.
    ReStepUp {
        /// The number of the cycle.
        cycle: u32,
    },
}

/// The doses of these cycles, first and last inclusive, with at most one delay.
#[must_use]
pub fn sequence(first_cycle: u32, last_cycle: u32, detour: Option<Detour>) -> Vec<PlannedDose> {
    let _ = (first_cycle, last_cycle, detour);
    Vec::new()
}

/// The verdict on a whole course as planned: one finding that cites D-1a, D-1b and the rows of the delay.
#[must_use]
pub fn plan(first_cycle: u32, last_cycle: u32, detour: Option<Detour>) -> Verdict {
    let _ = (first_cycle, last_cycle, detour);
    Verdict::default()
}

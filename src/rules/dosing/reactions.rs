//! The table of reactions (DN-2): at onset, before resuming the same administration, before the next dose.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::quantity::{Datum, Quantity};
use crate::rules::briefing::Moment;
use crate::rules::finding::{Reaction, Verdict};

/// By which scale a reaction was graded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// The consensus of the American Society for Transplantation and Cellular Therapy, which the notice uses.
    #[serde(rename = "ASTCT")]
    Astct,
    /// CTCAE or any other.
    #[serde(rename = "other")]
    Other,
}

/// The unit of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RateUnit {
    /// mL/h.
    #[serde(rename = "mL/h")]
    MillilitresPerHour,
    /// mg/h.
    #[serde(rename = "mg/h")]
    MilligramsPerHour,
}

/// A rate of administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The number.
    pub value: Quantity,
    /// Its unit.
    pub unit: RateUnit,
}

/// What is asked of one reaction, whatever the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReactionFacts {
    /// Which reaction.
    pub reaction: Reaction,
    /// The scale of the grade; not asked for reactions that have no row.
    pub scale: Datum<Scale>,
    /// The grades of this episode in the order in which they were seen; empty when nobody recorded one.
    pub grades: Vec<u32>,
    /// Whether the same reaction reached Grade 3 at an earlier dose of this drug.
    pub earlier_grade_three: Option<bool>,
    /// Whether the same reaction reached Grade 4 at an earlier dose of this drug.
    pub earlier_grade_four: bool,
}

/// The verdict at onset: rules `grading_scale` and `reaction`; advice: action, resumption, whether the next dose waits.
/// `running` is whether an administration runs that can be interrupted.
#[must_use]
pub fn onset(facts: &ReactionFacts, running: bool) -> Verdict {
    let _ = (facts, running);
    Verdict::default()
}

/// The verdict when it came back after the administration had been resumed.
#[must_use]
pub fn recurrence(facts: &ReactionFacts) -> Verdict {
    let _ = facts;
    Verdict::default()
}

/// What is asked before the interrupted administration goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumptionFacts {
    /// When.
    pub at: DateTime<Utc>,
    /// CRS: whether the symptoms are gone; `None` when nobody recorded it.
    pub recovered: Option<bool>,
    /// ICANS: the grade now.
    pub current_grade: Option<u32>,
    /// ICANS: when it had come down to Grade 1.
    pub recovered_to_grade_one: Moment,
    /// The rate at which it would go on; and the one at interruption, in the same unit. `None` when not known or not comparable.
    pub rates: Option<(Quantity, Quantity)>,
    /// Whether it already came back after a resumption of this administration.
    pub recurred_after_resumption: bool,
}

/// The verdict on resuming: rules `grading_scale`, `resumption` and `resumption_rate`.
#[must_use]
pub fn resumption(facts: &ReactionFacts, resumption: &ResumptionFacts) -> Verdict {
    let _ = (facts, resumption);
    Verdict::default()
}

/// The rate of the next dose beside that of the previous one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateFacts {
    /// Planning: not asked.
    NotAsked,
    /// The doses are the same, and so are the units: the rate planned and the rate before. `None` when one is not known.
    SameDose(Option<(Quantity, Quantity)>),
    /// Another dose follows, so half of a rate of volume and half of a rate of mass differ.
    OtherDose,
    /// The previous administration was resumed at another rate: planned, and the lowest rate before.
    TwoRates {
        /// The rate planned.
        planned: Option<Quantity>,
        /// The lowest rate of the previous administration.
        lowest: Quantity,
    },
}

/// What is asked before the next dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextDoseFacts {
    /// When it would begin.
    pub at: DateTime<Utc>,
    /// When the symptoms had gone.
    pub recovered: Moment,
    /// ICANS: the grade now.
    pub current_grade: Option<u32>,
    /// ICANS: when it had come down to Grade 1.
    pub recovered_to_grade_one: Moment,
    /// ICANS: when Grade 3 began and ended; not asked when it was not reached.
    pub grade_three: Datum<(Moment, Moment)>,
    /// The rate.
    pub rate: RateFacts,
    /// Whether a reason for another rate is recorded.
    pub rate_reason_recorded: bool,
    /// Whether a decision to go on after more than seven days of Grade 3 is recorded.
    pub continuation_recorded: bool,
}

/// The verdict on the next dose: rules `grading_scale`, `recovery_72_hours`, `rate_after_reaction` and `grade_three_duration`.
#[must_use]
pub fn next_dose(facts: &ReactionFacts, next: &NextDoseFacts) -> Verdict {
    let _ = (facts, next);
    Verdict::default()
}

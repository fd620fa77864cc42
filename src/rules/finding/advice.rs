//! What comes with a dosing verdict beside its findings: the dose, what follows, and what the notice asks around it.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::rules::dosing::course::PlannedDose;
use crate::rules::dosing::quantity::Quantity;
use crate::rules::dosing::vials::Vials;

/// Why a corticosteroid is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SteroidBasis {
    /// DN-1a: every dose of cycles 1 and 2.
    CyclesOneAndTwo,
    /// DN-1b: the previous dose was followed by CRS, or nobody recorded whether it was.
    CrsAfterPreviousDose,
    /// RS-N2: days 1, 8 and 15 of a repeated step-up in cycle 3 or later.
    ReStepUp,
}

/// Whether the notice asks for a corticosteroid 60 minutes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Steroid {
    /// It does.
    Required(SteroidBasis),
    /// It does not; it does not forbid one either.
    NotRequired,
}

/// What the notice says of a stay in hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// P-3b: in hospital for this many hours from the start.
    Mandatory {
        /// Hours from the start of the administration.
        hours: u32,
    },
    /// P-3a, AE-CRS-G3-n2: to be considered.
    Consider,
    /// The notice names this dose nowhere.
    NotMandated,
    /// The notice is silent on a dose like this one; staying in hospital again is the cautious choice.
    NotStated,
}

/// What is to be done about a reaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 適切な処置: treat; nothing runs that could be interrupted.
    Treat,
    /// 休薬: withhold until a value recovers.
    Withhold,
    /// 投与を中断し、適切な処置.
    InterruptAndTreat,
    /// 本剤の投与を中止.
    DiscontinuePermanently,
}

/// Whether the interrupted administration may be resumed; of two the stricter is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resumption {
    /// After recovery, at this fraction of the rate at interruption or less.
    AfterRecovery {
        /// The highest permitted fraction.
        max_fraction: Quantity,
    },
    /// At least 72 hours after recovery to Grade 1.
    After72hAtGradeOne,
    /// Not in this administration.
    NotPermitted,
}

/// Which decision comes after the last dose that can be scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThenDecision {
    /// D-1b: the response at the end of cycle 8.
    EndOfCycle8Response,
    /// D-1b: 17 cycles are all.
    CourseCompleted17,
}

/// What the reader must know that no finding says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The notice names neither the corticosteroid nor its dose.
    SteroidDrugAndDoseNotStated,
    /// DN-1c: antipyretic analgesics and antihistamines as needed.
    AntipyreticAntihistamineAsNeeded,
    /// The number of the cycle is a reading: the row does not name it.
    CycleNumberIsAReading,
}

/// Advice that comes with a verdict; the gate gives none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Advice {
    /// The dose due, and its place in the course.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dose: Option<PlannedDose>,
    /// What follows it, as the table says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub following: Vec<PlannedDose>,
    /// The decision that comes after these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then_decision: Option<ThenDecision>,
    /// Milligrams given from the first dose through this one, in the regimen without delays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cumulative_mg: Option<u32>,
    /// The last cycle that may be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_cycle: Option<u32>,
    /// Whether a corticosteroid is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steroid: Option<Steroid>,
    /// How many minutes to wait until the corticosteroid was given 60 minutes before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_minutes: Option<i64>,
    /// What the notice says of a stay in hospital.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admission: Option<Admission>,
    /// What a site does that takes the strictest reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict_admission: Option<Admission>,
    /// The vials that make the dose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vials: Option<Vials>,
    /// What is to be done about a reaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Whether the interrupted administration may be resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumption: Option<Resumption>,
    /// Whether the next dose waits for 72 hours after recovery.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub next_dose_72h_after_recovery: bool,
    /// The highest rate under the strictest reading, in mL/h or mg/h as it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict_max_rate: Option<Quantity>,
    /// The earliest permitted instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<DateTime<Utc>>,
    /// The earliest permitted day; where the notice is silent, the cautious suggestion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest_day: Option<NaiveDate>,
    /// What else the reader must know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
}

impl Resumption {
    /// How strict it is, the permitted rate aside.
    const fn rank(&self) -> u8 {
        match self {
            Self::AfterRecovery { .. } => 0,
            Self::After72hAtGradeOne => 1,
            Self::NotPermitted => 2,
        }
    }
}

impl Ord for Resumption {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::AfterRecovery { max_fraction: own }, Self::AfterRecovery { max_fraction }) => {
                max_fraction.cmp(own)
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Resumption {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Advice {
    /// This advice, with what only the other one says. Of two actions the graver, of two resumptions the stricter, of two instants the later, of two waits the longer.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let mut notices = self.notices;
        notices.extend(other.notices);
        notices.sort_unstable();
        notices.dedup();
        Self {
            dose: self.dose.or(other.dose),
            following: if self.following.is_empty() {
                other.following
            } else {
                self.following
            },
            then_decision: self.then_decision.or(other.then_decision),
            cumulative_mg: self.cumulative_mg.or(other.cumulative_mg),
            max_cycle: self.max_cycle.or(other.max_cycle),
            steroid: self.steroid.or(other.steroid),
            wait_minutes: self.wait_minutes.max(other.wait_minutes),
            admission: self.admission.or(other.admission),
            strict_admission: self.strict_admission.or(other.strict_admission),
            vials: self.vials.or(other.vials),
            action: self.action.max(other.action),
            resumption: self.resumption.max(other.resumption),
            next_dose_72h_after_recovery: self.next_dose_72h_after_recovery
                || other.next_dose_72h_after_recovery,
            strict_max_rate: self.strict_max_rate.or(other.strict_max_rate),
            earliest: self.earliest.max(other.earliest),
            earliest_day: self.earliest_day.max(other.earliest_day),
            notices,
        }
    }
}

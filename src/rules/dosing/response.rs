//! The decision at the end of cycle 8, and the end of the course (D-1b).

use serde::{Deserialize, Serialize};

use super::course::Step;
use crate::rules::finding::Verdict;

/// A response category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// 完全奏効.
    #[serde(rename = "CR")]
    Cr,
    /// 部分奏効.
    #[serde(rename = "PR")]
    Pr,
    /// 病勢安定.
    #[serde(rename = "SD")]
    Sd,
    /// 病勢進行.
    #[serde(rename = "PD")]
    Pd,
    /// Not evaluable.
    #[serde(rename = "NE")]
    Ne,
    /// Categories that contradict each other, or another word.
    #[serde(rename = "other")]
    Other,
}

/// What is asked of the course as a whole before a dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseFacts {
    /// The cycle of the dose proposed.
    pub cycle: u32,
    /// 1 for the first course.
    pub course: u32,
    /// The response at the end of cycle 8; `None` when nobody recorded it.
    pub end_of_cycle_8: Option<Response>,
    /// The place in the course at which that was assessed, where it was recorded.
    pub assessed_at: Option<Step>,
    /// The latest other response, where one was recorded.
    pub interim: Option<Response>,
}

/// May this cycle be given at all? One finding of every rule; advice: the last cycle that may be given.
#[must_use]
pub fn response(facts: &ResponseFacts) -> Verdict {
    let _ = facts;
    Verdict::default()
}

//! The questions that verdicts answer: the gate's, day by day, and that of a dosing check.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::clock::{jst_date, start_of};
use crate::error::Result;
use crate::rules::dosing::facts::{Act, CaseQuestion};
use crate::rules::finding::{Advice, Verdict};
use crate::rules::gate::{self, Arrival, GateFacts, OrderFacts};
use crate::rules::{dosing, notice};

/// The whole question, as the rules take it: what is known, what is ordered, which days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub facts: GateFacts,
    pub order: Option<OrderFacts>,
    pub first_day: NaiveDate,
    /// Inclusive.
    pub last_day: NaiveDate,
    /// The goods cannot arrive before this instant.
    pub not_before: DateTime<Utc>,
}

/// The answer of one judged day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub day: NaiveDate,
    pub verdict: Verdict,
}

impl Question {
    /// Judges every day from the first through the last. INVARIANT: at least one day is judged.
    pub fn answer(&self) -> Vec<Day> {
        self.days()
            .map(|day| Day {
                day,
                verdict: match &self.order {
                    Some(order) => gate::delivery(
                        &self.facts,
                        order,
                        &Arrival {
                            on: day,
                            not_before: self.not_before.max(start_of(day)),
                        },
                    ),
                    None => gate::standing(&self.facts, day),
                },
            })
            .collect()
    }

    fn days(&self) -> impl Iterator<Item = NaiveDate> {
        let last = self.last_day.max(self.first_day);
        self.first_day
            .iter_days()
            .take_while(move |day| *day <= last)
    }

    /// The edition of the notice in force on the last day, or `none`.
    pub fn edition(&self) -> &'static str {
        notice::edition_in_force(self.last_day).map_or("none", |edition| edition.id)
    }

    pub(super) fn policy_version(&self) -> i32 {
        self.facts
            .policies
            .iter()
            .filter(|policy| policy.first_day <= self.last_day)
            .max_by_key(|policy| (policy.first_day, policy.version))
            .map_or(0, |policy| policy.version)
    }
}

/// Any question whose answer is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// May this medicine arrive?
    Gate(Box<Question>),
    /// May this act in a course of treatment go on?
    Case(Box<CaseQuestion>),
}

/// A dosing check as it is stored: the question, and what was advised beside the findings.
#[derive(Serialize, Deserialize)]
struct StoredCheck {
    question: CaseQuestion,
    advice: Advice,
}

/// The days a question asks about, and the instant before which nothing can happen.
pub(super) struct Asking {
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub not_before: DateTime<Utc>,
}

/// The instant an act is asked for; planning is asked for a whole day.
fn instant_of(act: &Act) -> DateTime<Utc> {
    match act {
        Act::NextDose { on } => start_of(*on),
        Act::Start(start) => start.at,
        Act::Resume { at, .. } | Act::Discharge { at, .. } => *at,
    }
}

/// The Japanese day an act is asked for.
pub(super) fn day_of(act: &Act) -> NaiveDate {
    match act {
        Act::NextDose { on } => *on,
        other => jst_date(instant_of(other)),
    }
}

impl Asked {
    /// The answer that the rules give today; a dosing check is of one day.
    pub fn answer(&self) -> Vec<Day> {
        match self {
            Asked::Gate(question) => question.answer(),
            Asked::Case(question) => vec![Day {
                day: day_of(&question.act),
                verdict: dosing::check(question),
            }],
        }
    }

    /// The gate's question, where it is one.
    pub fn gate(&self) -> Option<&Question> {
        match self {
            Asked::Gate(question) => Some(question),
            Asked::Case(_) => None,
        }
    }

    /// The question of a dosing check, where it is one.
    pub fn case(&self) -> Option<&CaseQuestion> {
        match self {
            Asked::Case(question) => Some(question),
            Asked::Gate(_) => None,
        }
    }

    /// The edition of the notice in force on the last day, or `none`.
    pub fn edition(&self) -> &'static str {
        notice::edition_in_force(self.span().last_day).map_or("none", |edition| edition.id)
    }

    /// The house policy has no say in a dosing check.
    pub(super) fn policy_version(&self) -> i32 {
        self.gate().map_or(0, Question::policy_version)
    }

    pub(super) fn format(&self) -> u16 {
        match self {
            Asked::Gate(question) => question.facts.format,
            Asked::Case(question) => question.format,
        }
    }

    pub(super) fn span(&self) -> Asking {
        match self {
            Asked::Gate(question) => Asking {
                first_day: question.first_day,
                last_day: question.last_day.max(question.first_day),
                not_before: question.not_before,
            },
            Asked::Case(question) => Asking {
                first_day: day_of(&question.act),
                last_day: day_of(&question.act),
                not_before: instant_of(&question.act),
            },
        }
    }

    /// The text that is stored, and digested, as the facts. Findings are rows of their own; the advice of a
    /// dosing check has no other place.
    pub(super) fn stored(&self, days: &[Day]) -> Result<String> {
        Ok(match self {
            Asked::Gate(question) => serde_json::to_string(question)?,
            Asked::Case(question) => serde_json::to_string(&StoredCheck {
                question: question.as_ref().clone(),
                advice: days
                    .first()
                    .map(|day| day.verdict.advice.clone())
                    .unwrap_or_default(),
            })?,
        })
    }

    /// A question read back, and its answer with the findings that were found.
    pub(super) fn read(kind: Kind, facts: &str, found: Vec<Day>) -> Result<(Asked, Vec<Day>)> {
        if kind != Kind::Case {
            return Ok((Asked::Gate(Box::new(serde_json::from_str(facts)?)), found));
        }
        let StoredCheck { question, advice } = serde_json::from_str(facts)?;
        // A check is of one day; findings of any other day would contradict it, and `replay` says so.
        let first = Day {
            day: day_of(&question.act),
            verdict: Verdict::default(),
        };
        let mut days = if found.is_empty() { vec![first] } else { found };
        if let Some(day) = days.first_mut() {
            day.verdict.advice = advice;
        }
        Ok((Asked::Case(Box::new(question)), days))
    }
}

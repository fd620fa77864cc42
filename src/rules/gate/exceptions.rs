//! Exceptions from the house policy: what a safety officer and an approver set aside for a while. The notice bends for nobody.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::question::Question;
use crate::rules::finding::{Answer, Evidence, Outcome, Reason, Source};

/// An exception from one rule of the house policy that carries both signatures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HouseException {
    /// The last day on which it is in force; there is always one.
    pub last: NaiveDate,
    /// The first day on which it is in force.
    pub first: NaiveDate,
    /// The name of the rule. A name of a rule of the notice sets nothing aside.
    pub rule: String,
    /// The record with its reason and its two signatures.
    pub evidence: Evidence,
}

impl HouseException {
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }
}

/// The answer of a rule with the exception in force on the day, where there is one: what does not hold is to be
/// considered, and why it does not hold stays in the reason.
///
/// INVARIANT: an answer of the notice comes back as it went in, whatever an exception names.
/// READING: an exception sets aside what is known to be late or too much, never what nobody recorded: missing data never passes.
/// READING: of several exceptions from one rule the one that lasts longest speaks.
pub(super) fn bent(
    (rule, source): (&str, Source),
    question: &Question<'_>,
    answer: Answer,
) -> Answer {
    let missing = matches!(answer.reason, Reason::MissingData { .. });
    if source != Source::House || answer.outcome != Outcome::Unmet || missing {
        return answer;
    }
    let exceptions = question.facts.exceptions.iter();
    let in_force = exceptions.filter(|one| one.rule == rule && one.holds_on(question.on));
    let Some(exception) = in_force.max() else {
        return answer;
    };
    Answer {
        outcome: Outcome::Consider,
        reason: Reason::HouseException {
            last: exception.last,
            because: Box::new(answer.reason),
        },
        evidence: answer.evidence,
    }
    .resting_on([&exception.evidence])
}

//! The one answer type of the gate, the standing, the physician and the dosing check: findings and the verdict they make.

mod advice;
mod reason;
mod terms;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use advice::{
    Action, Admission, Advice, Notice, Resumption, Steroid, SteroidBasis, ThenDecision,
};
pub use reason::{REASON_CODES, Reason};
pub use terms::{
    Argument, Drug, Field, Owner, PhysicianGap, PhysicianPoint, Reaction, Sign, Topic,
};

/// How one rule is answered; the worst of several is their maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The requirement holds and its evidence is named.
    Met,
    /// 検討・考慮: may go on after a recorded reason.
    Consider,
    /// The notice is silent: a responsible person decides, and the decision is recorded.
    Undetermined,
    /// The requirement does not hold, or nothing on file proves it.
    Unmet,
}

impl Outcome {
    /// Every outcome, best first.
    pub const ALL: [Self; 4] = [Self::Met, Self::Consider, Self::Undetermined, Self::Unmet];

    /// The word kept in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Consider => "consider",
            Self::Undetermined => "undetermined",
            Self::Unmet => "unmet",
        }
    }
}

/// Whose requirement a finding answers: only house findings can be bent by an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The ministry's notice (通知).
    Notice,
    /// The manufacturer's own policy (社内基準), which the notice does not ask for.
    House,
}

impl Source {
    /// Both sources, the notice first.
    pub const ALL: [Self; 2] = [Self::Notice, Self::House];

    /// The word kept in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::House => "house",
        }
    }
}

/// A word read from the database or from JSON that names none of the values of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// What the word should have named, for example "outcome".
    pub expected: &'static str,
    /// The word that was found.
    pub found: String,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?} is not a known {}",
            self.found, self.expected
        )
    }
}

impl std::error::Error for UnknownWord {}

impl FromStr for Outcome {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
            .ok_or_else(|| UnknownWord {
                expected: "outcome",
                found: word.to_owned(),
            })
    }
}

impl FromStr for Source {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|source| source.as_str() == word)
            .ok_or_else(|| UnknownWord {
                expected: "source",
                found: word.to_owned(),
            })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What kind of record a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// 要件確認: a facility's accepted attestation.
    Attestation,
    /// 体制変更の届出: a facility's report that something no longer holds.
    ChangeReport,
    /// 連携協定書・確認書: an agreement with a partner facility.
    Partnership,
    /// A physician's signed statement on the three points of ※3.
    Qualification,
    /// A physician's time in post at the facility.
    Affiliation,
    /// 事前説明: the manufacturer's explanation before the delivery.
    Briefing,
    /// 面談: a meeting of a physician with the representative.
    Meeting,
    /// 社内基準: a version of the house policy.
    Policy,
    /// 注文: the order that is judged.
    Order,
    /// 社内基準の例外: an exception from the house policy with two signatures.
    Exception,
}

impl EvidenceKind {
    /// The word kept in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attestation => "attestation",
            Self::ChangeReport => "change_report",
            Self::Partnership => "partnership",
            Self::Qualification => "qualification",
            Self::Affiliation => "affiliation",
            Self::Briefing => "briefing",
            Self::Meeting => "meeting",
            Self::Policy => "policy",
            Self::Order => "order",
            Self::Exception => "exception",
        }
    }
}

/// A record that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// What kind of record it is.
    pub kind: EvidenceKind,
    /// The record's internal id.
    pub id: String,
    /// The record's printed number, for example "A-0412".
    pub label: String,
}

/// The answer of one rule on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's name, which is the name of its function.
    pub rule: Cow<'static, str>,
    /// Whose requirement the rule is.
    pub source: Source,
    /// The clauses the rule cites: ids of the notice ("F-1.1") or of the house policy ("HP-1").
    pub clauses: Vec<Cow<'static, str>>,
    /// How the rule is answered.
    pub outcome: Outcome,
    /// Why, as a typed value that message files turn into a sentence.
    pub reason: Reason,
    /// The records the answer rests on.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The last day (inclusive, Japanese calendar) on which outcome and reason stay as they are
    /// if nothing new is recorded; `None` when no end is known.
    pub until: Option<NaiveDate>,
}

impl Finding {
    /// The finding of a rule of the notice whose facts are of one day or one instant only, so that it has no end.
    pub(crate) fn of_notice(
        rule: &'static str,
        clauses: impl IntoIterator<Item = &'static str>,
        answer: Answer,
    ) -> Self {
        Self {
            rule: Cow::Borrowed(rule),
            source: Source::Notice,
            clauses: clauses.into_iter().map(Cow::Borrowed).collect(),
            outcome: answer.outcome,
            reason: answer.reason,
            evidence: answer.evidence,
            until: None,
        }
    }

    /// The finding of a rule on a day: its answer, and the last day on which the answer stays as it is.
    ///
    /// `boundaries` holds every day on which the answer may differ from that of the day before;
    /// the rule is asked again at each later one, so that no rule can state an end it does not keep.
    pub(crate) fn dated(
        rule: &'static str,
        source: Source,
        clauses: &[&'static str],
        on: NaiveDate,
        boundaries: &BTreeSet<NaiveDate>,
        answer: impl Fn(NaiveDate) -> Answer,
    ) -> Self {
        let today = answer(on);
        let changes = boundaries
            .range((Bound::Excluded(on), Bound::Unbounded))
            .find(|day| !answer(**day).stays_as(&today));
        Self {
            rule: Cow::Borrowed(rule),
            source,
            clauses: clauses.iter().copied().map(Cow::Borrowed).collect(),
            outcome: today.outcome,
            reason: today.reason,
            evidence: today.evidence,
            until: changes.and_then(NaiveDate::pred_opt),
        }
    }
}

/// What the findings come to: allowed, allowed after acknowledgement, referred, or blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Decision {
    /// All findings are met.
    Allow,
    /// May proceed once a named person has recorded a reason.
    Warn,
    /// The notice does not determine it: hold until a responsible person's decision is recorded.
    Refer,
    /// Must not proceed.
    Block,
}

impl Decision {
    /// The word of the notice's test vectors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::Warn => "WARN",
            Self::Refer => "REFER",
            Self::Block => "BLOCK",
        }
    }
}

impl From<Outcome> for Decision {
    fn from(worst: Outcome) -> Self {
        match worst {
            Outcome::Met => Self::Allow,
            Outcome::Consider => Self::Warn,
            Outcome::Undetermined => Self::Refer,
            Outcome::Unmet => Self::Block,
        }
    }
}

/// All findings of one judgement. Yes or no is never stored: it is computed from the findings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// One finding of every rule, in the order of the rules.
    pub findings: Vec<Finding>,
    /// Typed advice beside the findings.
    #[serde(default)]
    pub advice: Advice,
}

impl Verdict {
    /// A verdict without advice.
    #[must_use]
    pub fn new(findings: Vec<Finding>) -> Self {
        Self {
            findings,
            advice: Advice::default(),
        }
    }

    /// The worst outcome among the findings; `None` when there are none.
    #[must_use]
    pub fn worst(&self) -> Option<Outcome> {
        self.findings.iter().map(|finding| finding.outcome).max()
    }

    /// What the findings come to. INVARIANT: no findings is [`Decision::Block`], because nothing was proven.
    #[must_use]
    pub fn decision(&self) -> Decision {
        self.worst().map_or(Decision::Block, Decision::from)
    }

    /// Whether the act may go on. A `Consider` permits only together with an acknowledgement:
    /// see [`Self::needs_acknowledgement`].
    #[must_use]
    pub fn permits(&self) -> bool {
        matches!(self.decision(), Decision::Allow | Decision::Warn)
    }

    /// Whether it permits only after somebody recorded why (検討・考慮).
    #[must_use]
    pub fn needs_acknowledgement(&self) -> bool {
        self.decision() == Decision::Warn
    }

    /// Both verdicts as one: all findings, and the advice of both (the first has the word where both speak).
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.findings.extend(other.findings);
        self.advice = self.advice.or(other.advice);
        self
    }

    /// The last day on which every finding stays as it is; `None` when no end is known.
    #[must_use]
    pub fn until(&self) -> Option<NaiveDate> {
        self.findings
            .iter()
            .filter_map(|finding| finding.until)
            .min()
    }

    /// The finding of the rule with this name.
    #[must_use]
    pub fn finding(&self, rule: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.rule == rule)
    }
}

/// What a rule answers on one day, before its name, its clauses and its `until` are put on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Reason,
    pub(crate) evidence: Vec<Evidence>,
}

impl Answer {
    pub(crate) fn met(reason: Reason) -> Self {
        Self {
            outcome: Outcome::Met,
            reason,
            evidence: Vec::new(),
        }
    }

    pub(crate) fn consider(reason: Reason) -> Self {
        Self {
            outcome: Outcome::Consider,
            reason,
            evidence: Vec::new(),
        }
    }

    /// The notice is silent: a responsible person decides.
    pub(crate) fn undetermined(reason: Reason) -> Self {
        Self {
            outcome: Outcome::Undetermined,
            reason,
            evidence: Vec::new(),
        }
    }

    pub(crate) fn unmet(reason: Reason) -> Self {
        Self {
            outcome: Outcome::Unmet,
            reason,
            evidence: Vec::new(),
        }
    }

    /// A datum that nobody recorded never passes.
    pub(crate) fn missing(field: Field) -> Self {
        Self::unmet(Reason::MissingData { field })
    }

    pub(crate) fn resting_on<'a>(
        mut self,
        evidence: impl IntoIterator<Item = &'a Evidence>,
    ) -> Self {
        for record in evidence {
            if !self.evidence.contains(record) {
                self.evidence.push(record.clone());
            }
        }
        self
    }

    /// Whether nothing that a reader would act on differs: `until` ends where this becomes false.
    pub(crate) fn stays_as(&self, other: &Self) -> bool {
        self.outcome == other.outcome && self.reason == other.reason
    }
}

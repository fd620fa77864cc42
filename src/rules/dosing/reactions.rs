//! The table of reactions (DN-2): at onset, before resuming the same administration, before the next dose.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use self::table::{Onset, Place, Resume, Row};
use super::quantity::{Datum, Quantity};
use crate::rules::briefing::Moment;
use crate::rules::finding::{
    Action, Advice, Answer, Field, Finding, Outcome, Reaction, Reason, Resumption, Verdict,
};

mod next_dose;
mod resumption;
mod table;
#[cfg(test)]
mod tests;
mod wait;

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
    /// Whether the same reaction ended the treatment at an earlier dose of this drug: Grade 4, or Grade 3 twice.
    pub earlier_grade_four: bool,
}

/// The verdict at onset: rules `grading_scale` and `reaction`; advice: action, resumption, whether the next dose waits.
/// `running` is whether an administration runs that can be interrupted.
#[must_use]
pub fn onset(facts: &ReactionFacts, running: bool) -> Verdict {
    let (reaction, advice) = reaction(facts, running);
    Verdict {
        findings: vec![grading_scale(facts), reaction],
        advice,
    }
}

/// The verdict when it came back after the administration had been resumed.
#[must_use]
pub fn recurrence(facts: &ReactionFacts) -> Verdict {
    let (reaction, advice) = reaction_again(facts);
    Verdict {
        findings: vec![grading_scale(facts), reaction],
        advice,
    }
}

/// AE-NOTE: graded by ASTCT.
///
/// 「Gradeは米国移植細胞治療学会 (ASTCT) コンセンサスに準じる。」
///
/// READING: grades by CTCAE or any other scale are refused as input and never translated.
/// READING: a reaction without a row asks for no grade.
fn grading_scale(facts: &ReactionFacts) -> Finding {
    let answer = match (facts.reaction, facts.scale) {
        (Reaction::Hlh | Reaction::Other, _) => Answer::met(Reason::NoGradeAsked {}),
        (_, Datum::Known(Scale::Astct)) => Answer::met(Reason::GradedByAstct {}),
        (_, Datum::Known(Scale::Other)) => Answer::unmet(Reason::ScaleNotAstct {}),
        (_, Datum::Missing | Datum::NotAsked) => Answer::missing(Field::GradingScale),
    };
    Finding::of_notice("grading_scale", ["AE-NOTE"], answer)
}

/// DN-2, AE-CRS-*, AE-ICANS-*: the cell of onset.
///
/// 「本剤投与により以下の副作用が発現した場合には、症状、重症度等に応じて、以下の基準を目安に、本剤の投与中断等を考慮すること。」
///
/// READING: 「投与を中断」 cannot apply to an administration that has ended; 「適切な処置」 and the cell of the next dose still do.
/// READING: Grade 3 back within one episode: both rows stop what runs, so that much is advised while the rest is referred.
/// READING: ICANS Grade 1, HLH and reactions without a row are referred and never read as harmless.
fn reaction(facts: &ReactionFacts, running: bool) -> (Finding, Advice) {
    let found = |clauses: Vec<&'static str>, answer, advice| {
        (Finding::of_notice("reaction", clauses, answer), advice)
    };
    match facts.place() {
        Place::In(row) => {
            let clauses = ["DN-2"].into_iter().chain(row.onset.1.iter().copied());
            match row.onset.0 {
                Onset::Discontinue => {
                    found(clauses.collect(), facts.discontinue(), discontinuation())
                }
                Onset::InterruptAndTreat if running => found(
                    clauses.chain(row.resume.1.iter().copied()).collect(),
                    facts.interrupt(),
                    interruption(row.resumption()),
                ),
                Onset::InterruptAndTreat => found(
                    clauses
                        .chain(row.next.1.iter().copied())
                        .chain(row.half_rate.iter().copied())
                        .collect(),
                    Answer::consider(Reason::TreatAfterInfusion {
                        reaction: facts.reaction,
                        grade: facts.known_grade(),
                    }),
                    Advice {
                        action: Some(Action::Treat),
                        next_dose_72h_after_recovery: true,
                        ..Advice::default()
                    },
                ),
            }
        }
        Place::Between(row, ended) => found(
            ["DN-2"]
                .into_iter()
                .chain([row.onset.1, ended.onset.1].concat())
                .collect(),
            Answer::undetermined(Reason::RecurrenceWithinEpisodeNotStated {}),
            Advice {
                action: Some(if running {
                    Action::InterruptAndTreat
                } else {
                    Action::Treat
                }),
                ..Advice::default()
            },
        ),
        Place::Unknown(answer, clauses) => found(clauses, answer, Advice::default()),
        Place::Silent(reason, clauses) => {
            found(clauses, Answer::undetermined(reason), Advice::default())
        }
        Place::Nothing => found(
            vec!["DN-2"],
            Answer::met(Reason::NoReaction {
                reaction: facts.reaction,
            }),
            Advice::default(),
        ),
    }
}

/// AE-CRS-G1-c, AE-CRS-G2-c: back after the resumption.
///
/// 「投与再開後に症状が再発した場合は、投与を中断し、再開しないこと。」
///
/// READING: this ends the one administration; it is neither 「Grade3（再発）」 nor 中止, and the next dose may follow.
/// READING: a graver grade than these rows, and ICANS, whose cells do not say this, fall under their own row as at onset.
fn reaction_again(facts: &ReactionFacts) -> (Finding, Advice) {
    match facts.place() {
        Place::In(row) if !row.recurrence.is_empty() => {
            let clauses = ["DN-2"].into_iter().chain(row.recurrence.iter().copied());
            (
                Finding::of_notice("reaction", clauses, facts.interrupt()),
                interruption(Resumption::NotPermitted),
            )
        }
        _ => reaction(facts, true),
    }
}

impl ReactionFacts {
    /// The grade for a message; 4 when an earlier dose ended the treatment and nobody graded this one.
    fn known_grade(&self) -> u32 {
        self.grade().unwrap_or(4)
    }

    fn interrupt(&self) -> Answer {
        Answer::unmet(Reason::InterruptAndTreat {
            reaction: self.reaction,
            grade: self.known_grade(),
        })
    }

    fn discontinue(&self) -> Answer {
        Answer::unmet(Reason::DiscontinuePermanently {
            reaction: self.reaction,
            grade: self.known_grade(),
        })
    }

    fn discontinued(&self) -> Answer {
        Answer::unmet(Reason::PermanentlyDiscontinued {
            reaction: self.reaction,
        })
    }
}

impl Row {
    /// What the row advises on resuming.
    fn resumption(&self) -> Resumption {
        match self.resume.0 {
            Resume::AtFullRate => Resumption::AfterRecovery {
                max_fraction: Quantity::whole(1),
            },
            Resume::AtHalfRate => Resumption::AfterRecovery {
                max_fraction: Quantity::whole(1).half(),
            },
            Resume::After72hAtGradeOne => Resumption::After72hAtGradeOne,
            Resume::Never | Resume::Discontinued => Resumption::NotPermitted,
        }
    }
}

impl Answer {
    /// This answer of the milder row if it forbids; else the notice does not say whether the graver row forbids.
    fn or_return_not_stated(self) -> Self {
        if self.outcome == Outcome::Unmet {
            self
        } else {
            Self::undetermined(Reason::RecurrenceWithinEpisodeNotStated {})
        }
    }
}

fn interruption(resumption: Resumption) -> Advice {
    Advice {
        action: Some(Action::InterruptAndTreat),
        resumption: Some(resumption),
        next_dose_72h_after_recovery: true,
        ..Advice::default()
    }
}

fn discontinuation() -> Advice {
    Advice {
        action: Some(Action::DiscontinuePermanently),
        resumption: Some(Resumption::NotPermitted),
        ..Advice::default()
    }
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
    resumption::verdict(facts, resumption)
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
    /// The grade now.
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
    next_dose::verdict(facts, next)
}

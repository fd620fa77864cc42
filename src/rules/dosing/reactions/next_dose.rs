//! Before the next dose: 72 hours after recovery, the rate, and how long ICANS Grade 3 lasted.

use chrono::TimeDelta;

use super::table::{Next, Place, Row};
use super::wait::{Wait, wait};
use super::{NextDoseFacts, RateFacts, ReactionFacts, grading_scale};
use crate::rules::briefing::Moment;
use crate::rules::dosing::quantity::{Datum, Quantity};
use crate::rules::finding::{Advice, Answer, Field, Finding, Reaction, Reason, Verdict};

pub(super) fn verdict(facts: &ReactionFacts, asked: &NextDoseFacts) -> Verdict {
    let (recovery, waiting) = recovery_72_hours(facts, asked);
    let (rate, slowing) = rate_after_reaction(facts, asked);
    Verdict {
        findings: vec![
            grading_scale(facts),
            recovery,
            rate,
            grade_three_duration(facts, asked),
        ],
        advice: waiting.or(slowing),
    }
}

/// AE-CRS-G1-n, AE-CRS-G2-n1, AE-CRS-G3-n1, AE-ICANS-G2-n, AE-ICANS-G3-n1: 72 hours after recovery.
///
/// 「症状が回復してから 72 時間以上経過していることを確認し、投与すること。」
///
/// READING: nobody can give the next dose while the symptoms last, whenever they were said to have gone.
/// READING: ICANS at Grade 1 is 「回復」 for resuming; whether it is for the next dose is not stated, so it is referred after 72 hours.
/// READING: the row of discontinuation has an empty cell because no dose follows.
/// READING: Grade 3 back within one episode is referred unless the milder row forbids the dose already.
fn recovery_72_hours(facts: &ReactionFacts, asked: &NextDoseFacts) -> (Finding, Advice) {
    let found = |clauses: Vec<&'static str>, answer: Answer, advice: Advice| {
        let finding = Finding::of_notice("recovery_72_hours", clauses, answer);
        (finding, advice)
    };
    match facts.place() {
        Place::In(row) => {
            let (answer, advice) = by_row(facts, row, asked);
            found(cells(row, asked), answer, advice)
        }
        Place::Between(row, ended) => {
            let (answer, advice) = by_row(facts, row, asked);
            let clauses = [cells(row, asked), ended.next.1.to_vec()].concat();
            found(clauses, answer.or_return_not_stated(), advice)
        }
        Place::Unknown(answer, clauses) => found(clauses, answer, Advice::default()),
        Place::Silent(reason, clauses) => {
            found(clauses, Answer::undetermined(reason), Advice::default())
        }
        Place::Nothing => {
            let reaction = facts.reaction;
            let answer = Answer::met(Reason::NoReaction { reaction });
            found(vec!["DN-2"], answer, Advice::default())
        }
    }
}

/// Whether ICANS is still there at Grade 1, which the cells of resuming and of the next dose call by different words.
fn residual(row: &Row, asked: &NextDoseFacts) -> bool {
    row.reaction == Reaction::Icans && asked.current_grade == Some(1)
}

/// The clauses on the next dose; for a residual Grade 1 also the cell that calls it recovered.
fn cells(row: &Row, asked: &NextDoseFacts) -> Vec<&'static str> {
    let resume: &[&str] = if row.next.0 == Next::After72h && residual(row, asked) {
        row.resume.1
    } else {
        &[]
    };
    [&["DN-2"], resume, row.next.1].concat()
}

fn by_row(facts: &ReactionFacts, row: &Row, asked: &NextDoseFacts) -> (Answer, Advice) {
    let advising = |answer, earliest| {
        let advice = Advice {
            earliest,
            ..Advice::default()
        };
        (answer, advice)
    };
    if row.next.0 == Next::Never {
        return advising(facts.discontinued(), None);
    }
    let residual = residual(row, asked);
    if !residual && asked.current_grade.is_some_and(|grade| grade > 0) {
        return advising(Answer::unmet(Reason::NotRecovered {}), None);
    }
    let recovered = match (residual, asked.recovered_to_grade_one) {
        (true, moment @ (Moment::Instant(_) | Moment::Day(_))) => moment,
        _ => asked.recovered,
    };
    match wait(recovered, asked.at) {
        Wait::Over if residual => advising(
            Answer::undetermined(Reason::RecoveryDefinitionAmbiguous {}),
            None,
        ),
        Wait::Over => advising(Answer::met(Reason::Recovered72h {}), None),
        Wait::Short { earliest } => advising(
            Answer::unmet(Reason::LessThan72h { earliest }),
            Some(earliest),
        ),
        Wait::Unproven { earliest } => advising(
            Answer::unmet(Reason::RecoveryNotConfirmed {}),
            Some(earliest),
        ),
        Wait::NotRecorded => advising(Answer::unmet(Reason::RecoveryNotConfirmed {}), None),
    }
}

/// AE-CRS-G2-n2, AE-CRS-G3-n2: half the previous rate.
///
/// 「前回投与時の半分以下の投与速度とすることを検討する。」 「前回投与時の半分以下の投与速度とし、入院にて行うことを検討する。」
///
/// READING: after Grade 3 too 「検討する」 governs both the rate and the hospital; a strict reader demands the rate.
/// READING: exactly half is 「半分以下」. Another rate is possible for a recorded reason.
/// READING: when the dose differs, half of a rate of volume and half of one of mass are not the same; the text does not say which.
/// READING: when the previous administration had two rates, which is 「前回投与時」 is not stated; half of the lowest satisfies every reading.
fn rate_after_reaction(facts: &ReactionFacts, asked: &NextDoseFacts) -> (Finding, Advice) {
    let found = |clauses: Vec<&'static str>, answer: Answer, advice: Advice| {
        let finding = Finding::of_notice("rate_after_reaction", clauses, answer);
        (finding, advice)
    };
    let unrestricted = || Answer::met(Reason::RateNotRestricted {});
    match facts.place() {
        Place::In(row) if row.next.0 == Next::Never => found(
            [&["DN-2"], row.next.1].concat(),
            facts.discontinued(),
            Advice::default(),
        ),
        Place::In(row) | Place::Between(row, _) if row.half_rate.is_empty() => found(
            [&["DN-2"], row.next.1].concat(),
            unrestricted(),
            Advice::default(),
        ),
        Place::In(row) | Place::Between(row, _) => {
            let (answer, advice) = half_rate(asked);
            found([&["DN-2"], row.half_rate].concat(), answer, advice)
        }
        Place::Unknown(answer, clauses) => found(clauses, answer, Advice::default()),
        Place::Silent(_, clauses) => found(clauses, unrestricted(), Advice::default()),
        Place::Nothing => found(vec!["DN-2"], unrestricted(), Advice::default()),
    }
}

fn half_rate(asked: &NextDoseFacts) -> (Answer, Advice) {
    let is_half = |planned: Quantity, before: Quantity| planned.times(2) <= before;
    let planned_at_half = match asked.rate {
        RateFacts::SameDose(Some((planned, before))) => is_half(planned, before),
        RateFacts::TwoRates {
            planned: Some(planned),
            lowest,
        } => is_half(planned, lowest),
        RateFacts::NotAsked
        | RateFacts::SameDose(None)
        | RateFacts::OtherDose
        | RateFacts::TwoRates { planned: None, .. } => false,
    };
    let strict_max_rate = match asked.rate {
        RateFacts::TwoRates { lowest, .. } => Some(lowest.half()),
        _ => None,
    };
    let answer = if planned_at_half || asked.rate_reason_recorded {
        Answer::met(Reason::HalfRatePlanned {})
    } else {
        match asked.rate {
            RateFacts::NotAsked | RateFacts::SameDose(_) => {
                Answer::consider(Reason::HalfRateToBeConsidered {})
            }
            RateFacts::OtherDose => Answer::undetermined(Reason::RateUnitNotStated {}),
            RateFacts::TwoRates { lowest, .. } => {
                Answer::undetermined(Reason::ReferenceRateNotStated {
                    limit: lowest.half(),
                })
            }
        }
    };
    let advice = Advice {
        strict_max_rate,
        ..Advice::default()
    };
    (answer, advice)
}

/// AE-ICANS-G3-n2: Grade 3 for more than seven days.
///
/// 「Grade3 の症状が 7 日を超えて継続する場合は、本剤の投与中止を検討すること。」
///
/// READING: more than 168 hours by the clock; where only a day is known, from seven calendar days on, which may be more.
/// READING: 「検討」 is done when the decision to go on is recorded.
/// READING: an end before its beginning is no record of how long it lasted.
fn grade_three_duration(facts: &ReactionFacts, asked: &NextDoseFacts) -> Finding {
    let none = || {
        Answer::met(Reason::NoReaction {
            reaction: Reaction::Icans,
        })
    };
    let (answer, clauses) = match facts.place() {
        Place::In(row) if row.next.0 == Next::Never => {
            (facts.discontinued(), [&["DN-2"], row.next.1].concat())
        }
        Place::In(row) | Place::Between(row, _) if !row.seven_days.is_empty() => {
            (lasting(asked), [&["DN-2"], row.seven_days].concat())
        }
        Place::Unknown(answer, clauses) => (answer, clauses),
        Place::In(_) | Place::Between(..) | Place::Silent(..)
            if facts.reaction == Reaction::Icans =>
        {
            (
                Answer::met(Reason::GradeThreeWithin7Days {}),
                vec!["AE-ICANS-G3-n2"],
            )
        }
        Place::In(_) | Place::Between(..) | Place::Silent(..) | Place::Nothing => {
            (none(), vec!["AE-ICANS-G3-n2"])
        }
    };
    Finding::of_notice("grade_three_duration", clauses, answer)
}

fn lasting(asked: &NextDoseFacts) -> Answer {
    const SEVEN_DAYS: TimeDelta = TimeDelta::hours(168);
    let Datum::Known((from, to)) = asked.grade_three else {
        return Answer::missing(Field::GradeThreeDuration);
    };
    let (lasted, longer) = match (from, to) {
        (Moment::Instant(from), Moment::Instant(to)) => {
            let lasted = to.signed_duration_since(from);
            (lasted, lasted > SEVEN_DAYS)
        }
        _ => {
            let (Some(from), Some(to)) = (from.day(), to.day()) else {
                return Answer::missing(Field::GradeThreeDuration);
            };
            let lasted = to.signed_duration_since(from);
            (lasted, lasted >= SEVEN_DAYS)
        }
    };
    if lasted < TimeDelta::zero() {
        Answer::missing(Field::GradeThreeDuration)
    } else if !longer {
        Answer::met(Reason::GradeThreeWithin7Days {})
    } else if asked.continuation_recorded {
        Answer::met(Reason::ContinuationDecided {})
    } else {
        Answer::consider(Reason::ConsiderDiscontinuation {})
    }
}

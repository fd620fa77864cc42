//! Before the interrupted administration goes on: recovered, permitted by the row, and not too fast.

use super::table::{Place, Resume, Row};
use super::wait::{Wait, wait};
use super::{ReactionFacts, ResumptionFacts, grading_scale};
use crate::rules::finding::{Advice, Answer, Field, Finding, Reason, Verdict};

pub(super) fn verdict(facts: &ReactionFacts, asked: &ResumptionFacts) -> Verdict {
    let (resumption, advice) = resumption(facts, asked);
    Verdict {
        findings: vec![
            grading_scale(facts),
            resumption,
            resumption_rate(facts, asked),
        ],
        advice,
    }
}

/// AE-CRS-G1-b, -c, AE-CRS-G2-b, -c, AE-CRS-G3-b, AE-ICANS-G2-b, AE-ICANS-G3-ab: whether the administration may go on.
///
/// 「症状が回復した場合は、…投与を再開することができる。投与再開後に症状が再発した場合は、投与を中断し、再開しないこと。」
/// 「Grade1 まで回復した場合は、回復から 72 時間以上経過していることを確認し、投与を再開することができる。」
///
/// READING: 「できる」 permits and never obliges.
/// READING: recovery from CRS is confirmed by a record that the symptoms are gone; from ICANS by Grade 1 or none now.
/// READING: the rows of ICANS forbid no second resumption; each one waits anew for 72 hours.
/// READING: Grade 3 back within one episode is referred unless both rows in question forbid alike.
fn resumption(facts: &ReactionFacts, asked: &ResumptionFacts) -> (Finding, Advice) {
    let found = |clauses: Vec<&'static str>, answer: Answer, advice: Advice| {
        (Finding::of_notice("resumption", clauses, answer), advice)
    };
    match facts.place() {
        Place::In(row) => {
            let (answer, advice) = by_row(facts, row, asked);
            found(cells(row, asked), answer, advice)
        }
        Place::Between(row, ended) => {
            let (answer, advice) = by_row(facts, row, asked);
            let clauses = [cells(row, asked), ended.resume.1.to_vec()].concat();
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

/// The clauses on resuming: also the one on coming back, where that has happened.
fn cells(row: &Row, asked: &ResumptionFacts) -> Vec<&'static str> {
    let again: &[&str] = if asked.recurred_after_resumption {
        row.recurrence
    } else {
        &[]
    };
    [&["DN-2"], row.resume.1, again].concat()
}

fn by_row(facts: &ReactionFacts, row: &Row, asked: &ResumptionFacts) -> (Answer, Advice) {
    let answer = match row.resume.0 {
        Resume::Discontinued => facts.discontinued(),
        Resume::Never => Answer::unmet(Reason::NoResumeAfterG3 {}),
        Resume::AtFullRate | Resume::AtHalfRate if asked.recurred_after_resumption => {
            Answer::unmet(Reason::NoSecondResume {})
        }
        Resume::AtFullRate | Resume::AtHalfRate => match asked.recovered {
            Some(true) => Answer::met(Reason::ResumptionPermitted {}),
            Some(false) => Answer::unmet(Reason::NotRecovered {}),
            None => Answer::unmet(Reason::RecoveryNotConfirmed {}),
        },
        Resume::After72hAtGradeOne => return at_grade_one(asked),
    };
    (answer, Advice::default())
}

fn at_grade_one(asked: &ResumptionFacts) -> (Answer, Advice) {
    let advising = |answer, earliest| {
        let advice = Advice {
            earliest,
            ..Advice::default()
        };
        (answer, advice)
    };
    match asked.current_grade {
        None => return advising(Answer::missing(Field::CurrentGrade), None),
        Some(0 | 1) => {}
        Some(_) => return advising(Answer::unmet(Reason::NotRecoveredToG1 {}), None),
    }
    match wait(asked.recovered_to_grade_one, asked.at) {
        Wait::Over => advising(Answer::met(Reason::ResumptionPermitted {}), None),
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

/// AE-CRS-G1-b, AE-CRS-G2-b: the rate at which it goes on.
///
/// 「中断時の投与速度で投与を再開することができる。」 「中断時の半分以下の投与速度で投与を再開することができる。」
///
/// READING: after Grade 1 a slower rate than that at interruption is permitted too, a faster one is not.
/// READING: exactly half is 「半分以下」.
/// READING: the rows of ICANS name no rate, so none is asked; nor does the notice name one for reactions without a row.
fn resumption_rate(facts: &ReactionFacts, asked: &ResumptionFacts) -> Finding {
    let (answer, clauses) = match facts.place() {
        Place::In(row) | Place::Between(row, _) => (
            rate_by_row(facts, row, asked),
            [&["DN-2"], row.resume.1].concat(),
        ),
        Place::Unknown(answer, clauses) => (answer, clauses),
        Place::Silent(_, clauses) => (Answer::met(Reason::RateNotRestricted {}), clauses),
        Place::Nothing => (Answer::met(Reason::RateNotRestricted {}), vec!["DN-2"]),
    };
    Finding::of_notice("resumption_rate", clauses, answer)
}

fn rate_by_row(facts: &ReactionFacts, row: &Row, asked: &ResumptionFacts) -> Answer {
    let (times, limit) = match row.resume.0 {
        Resume::AtFullRate => (1, asked.rates.map(|(_, before)| before)),
        Resume::AtHalfRate => (2, asked.rates.map(|(_, before)| before.half())),
        Resume::After72hAtGradeOne => return Answer::met(Reason::RateNotRestricted {}),
        Resume::Never => return Answer::unmet(Reason::NoResumeAfterG3 {}),
        Resume::Discontinued => return facts.discontinued(),
    };
    match (asked.rates, limit) {
        (Some((proposed, before)), Some(_)) if proposed.times(times) <= before => {
            Answer::met(Reason::ResumptionPermitted {})
        }
        (Some((proposed, _)), Some(limit)) => {
            Answer::unmet(Reason::RateTooHigh { proposed, limit })
        }
        _ => Answer::missing(Field::ResumptionRate),
    }
}

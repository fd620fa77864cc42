//! Which dose comes next after this interval: the table of restarting after a delay (DN-3) with both notes.

mod table;
#[cfg(test)]
mod tests;

use chrono::{NaiveDate, TimeDelta};

use self::table::{Row, RowsOf, Ruling, clauses_of_cycle};
use super::course::{Path, PlannedDose, Step};
use super::facts::Given;
use super::quantity::Quantity;
use super::regimen::{CYCLES_BEFORE_THE_RESPONSE, CYCLES_IN_ALL, sequence};
use crate::rules::finding::{
    Advice, Answer, Field, Finding, Notice, Outcome, Reason, Steroid, ThenDecision, Verdict,
};

/// The dose before the one in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviousDose {
    /// Its place in the course.
    pub step: Step,
    /// The dose intended, in mg.
    pub mg: Quantity,
    /// How much of it was given.
    pub given: Given,
    /// How the course came to its cycle.
    pub path: Path,
}

/// What is asked of the interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestartFacts {
    /// The dose before; `None` when none was given yet.
    pub previous: Option<PreviousDose>,
    /// Calendar days from the Japanese day of the previous dose to that of the one in question; `None` when not known.
    pub interval: Option<i64>,
    /// Calendar days from day 1 of the previous dose's cycle (as given) to the day in question, where known.
    pub since_day_one: Option<i64>,
    /// The day in question, where known: only to name the earliest day.
    pub on: Option<NaiveDate>,
}

/// The verdict on the interval: rules `previous_dose`, `schedule` (not early) and `restart` (the row);
/// advice: the dose due, what follows, the corticosteroid, the decision that comes then.
#[must_use]
pub fn restart(facts: &RestartFacts) -> Verdict {
    match &facts.previous {
        Some(previous) => after(previous, facts),
        None => first_administration(),
    }
}

/// The place that the table names for the next dose, whether or not it may be given; `None` when no row has the previous dose.
///
/// `response` is asked of its cycle also where the interval itself is refused.
#[must_use]
pub fn place_due(facts: &RestartFacts) -> Option<Step> {
    let Some(previous) = &facts.previous else {
        return Some(Step::new(1, 1));
    };
    let rows = rows_of(previous)?;
    let days = facts.interval.unwrap_or(0);
    Some(rows.after_days(days).today(previous.step.cycle).step)
}

fn first_administration() -> Verdict {
    let met = |rule, clauses: &[&'static str]| {
        let answer = Answer::met(Reason::FirstAdministration {});
        Finding::of_notice(rule, clauses.iter().copied(), answer)
    };
    let mut doses = sequence(1, 1, None).into_iter();
    Verdict {
        findings: vec![
            met("previous_dose", &["DN-3"]),
            met("schedule", &["D-1a"]),
            met("restart", &["DN-3"]),
        ],
        advice: Advice {
            dose: doses.next(),
            following: doses.collect(),
            ..Advice::default()
        },
    }
}

fn after(previous: &PreviousDose, facts: &RestartFacts) -> Verdict {
    let rows = rows_of(previous);
    let known = previous_dose(previous, rows.as_ref());
    let on_time = schedule(facts, rows.as_ref(), &known);
    let row = rows
        .as_ref()
        .zip(facts.interval)
        .map(|(rows, days)| (rows.after_days(days), days));
    let ruled = table_row(previous, row, &known, &on_time);
    let given = [&known, &on_time, &ruled]
        .iter()
        .all(|answer| answer.outcome <= Outcome::Consider);
    let mut advice = match row {
        Some((row, _)) if given => advice(row, previous.step.cycle),
        _ => Advice::default(),
    };
    if matches!(
        on_time.reason,
        Reason::EarlierThanScheduledDay { .. } | Reason::SpacingAfterShortDelayNotStated { .. }
    ) {
        advice.earliest_day = rows.and_then(|rows| earliest_day(facts, rows.scheduled()));
    }
    let late = matches!(
        on_time.reason,
        Reason::SpacingAfterShortDelayNotStated { .. }
    );
    let schedule_clauses: &[_] = if late { &["D-1a", "RS-N1"] } else { &["D-1a"] };
    let restart_clauses = restart_clauses(previous, row.map(|(row, _)| row), &on_time, &advice);
    Verdict {
        findings: vec![
            Finding::of_notice("previous_dose", previous_clauses(&known), known),
            Finding::of_notice("schedule", schedule_clauses.iter().copied(), on_time),
            Finding::of_notice("restart", restart_clauses, ruled),
        ],
        advice,
    }
}

fn rows_of(previous: &PreviousDose) -> Option<RowsOf> {
    RowsOf::dose(previous.step, previous.path, previous.mg.as_whole()?)
}

/// DN-3: the previous dose is one of the table, and was given whole.
///
/// 「本剤投与延期後の再開時の投与方法に関しては、…以下のとおりとすること。」
///
/// READING: a row is matched by cycle, day and milligrams. A dose that the table does not have (given in error) matches none;
/// so does a dose of which more was given than intended, and a repeated step-up whose day 1 was not 1 mg.
/// READING: neither the table nor DN-2 says what follows a dose given in part, nor whether the remainder may be given.
fn previous_dose(previous: &PreviousDose, rows: Option<&RowsOf>) -> Answer {
    let Step { cycle, day } = previous.step;
    if cycle < 1 {
        let cycle = i64::from(cycle);
        return Answer::unmet(Reason::InvalidCycle { cycle });
    }
    let no_row = |mg| Answer::undetermined(Reason::PreviousDoseMatchesNoRow { cycle, day, mg });
    match (previous.given, previous.mg.as_whole(), rows) {
        (Given::NotRecorded, _, _) => Answer::missing(Field::PreviousDoseGiven),
        (_, None, _) | (_, _, None) => no_row(previous.mg),
        (Given::Partly(given), _, _) if given > previous.mg => no_row(given),
        (Given::Partly(given), Some(mg), _) if given < previous.mg => {
            Answer::undetermined(Reason::PartialDoseNotStated { given, mg })
        }
        (_, Some(mg), _) => Answer::met(Reason::PreviousDoseInTable { cycle, day, mg }),
    }
}

/// Of a dose given in part, the cells that end an administration are silent on the next dose's amount.
fn previous_clauses(known: &Answer) -> impl Iterator<Item = &'static str> + use<> {
    let partial = matches!(known.reason, Reason::PartialDoseNotStated { .. });
    let silent = ["D-1a", "AE-CRS-G1-c", "AE-CRS-G2-c", "AE-CRS-G3-b"];
    std::iter::once("DN-3").chain(silent.into_iter().filter(move |_| partial))
}

/// D-1a, DN-3: not earlier than the regimen says.
///
/// 「21日間を1サイクルとし、1サイクル目は1日目に1 mg、8日目に2 mg、15日目に60 mg、2サイクル目は1日目に60 mg、
/// 3サイクル目以降は1日目に30 mgを8サイクルまで点滴静注する。」
///
/// READING: the notice gives no window before the day. RS-N1 speaks of delay only and lets no dose come early.
/// READING: whether the later days of a cycle move with a dose that was late is not stated: on or after the step's own
/// calendar day it is for the physician to decide, and the suggestion keeps the days between the steps.
/// READING: no two doses fall on one day, whatever the calendar says.
fn schedule(facts: &RestartFacts, rows: Option<&RowsOf>, known: &Answer) -> Answer {
    let Some(days) = facts.interval else {
        return Answer::missing(Field::PreviousDoseDay);
    };
    if days < 0 {
        return Answer::unmet(Reason::InvalidDates { days });
    }
    let Some(rows) = rows else {
        return known.clone();
    };
    let scheduled = rows.scheduled();
    if days >= scheduled {
        return Answer::met(Reason::OnSchedule { days });
    }
    let own_day = facts.since_day_one.is_some_and(|day| day >= rows.offset());
    if own_day && days > 0 {
        Answer::undetermined(Reason::SpacingAfterShortDelayNotStated { days, scheduled })
    } else {
        Answer::unmet(Reason::EarlierThanScheduledDay { days, scheduled })
    }
}

fn earliest_day(facts: &RestartFacts, scheduled: i64) -> Option<NaiveDate> {
    let wait = TimeDelta::try_days(scheduled.checked_sub(facts.interval?)?)?;
    facts.on?.checked_add_signed(wait)
}

/// DN-3, RS-N1, RS-N2: the dose that the row of this interval names.
///
/// 「前回投与日からの期間が上記より短い場合は、予定されていた用量で投与を再開する。」
///
/// READING: 「前回投与日」 is a date: calendar days between Japanese dates, from the previous dose and not from the day that
/// was missed, whatever the cause of the delay.
/// READING: a repeated cycle 1 is 1サイクル目, so its rows apply again.
/// READING: the label 「2 サイクル目 60 mg」 has no day, so a row also has day 15 of a repeated step-up as its previous dose
/// (and 「3 サイクル目以降 30 mg」 likewise); that a step-up is repeated again is then for the physician to confirm.
/// READING: within a repeated step-up the row itself has days 8 and 15; a delay there has no row.
/// READING: RS-C3P-6W does not name the cycle of its doses; it is the next one, because a delay skips no cycle.
fn table_row(
    previous: &PreviousDose,
    row: Option<(&'static Row, i64)>,
    known: &Answer,
    on_time: &Answer,
) -> Answer {
    if known.outcome != Outcome::Met {
        return known.clone();
    }
    let Some((row, days)) = row.filter(|_| on_time.outcome == Outcome::Met) else {
        return on_time.clone();
    };
    let PlannedDose { step, mg } = row.today(previous.step.cycle);
    let Step { cycle, day } = step;
    match row.ruling {
        Ruling::Planned => Answer::met(Reason::PlannedDoseKept {
            days,
            cycle,
            day,
            mg,
        }),
        Ruling::Row => Answer::met(Reason::RestartByRow {
            days,
            cycle,
            day,
            mg,
        }),
        Ruling::Reading => Answer::consider(Reason::RestepAgainIsAReading {
            days,
            cycle,
            day,
            mg,
        }),
        Ruling::Silent => {
            Answer::undetermined(Reason::DelayDuringRestepNotStated { days, cycle, day })
        }
    }
}

/// The row that ruled; else, what the table has for the cycle of the previous dose.
fn restart_clauses(
    previous: &PreviousDose,
    row: Option<&'static Row>,
    on_time: &Answer,
    advice: &Advice,
) -> Vec<&'static str> {
    let mut clauses = vec!["DN-3"];
    match row.filter(|_| on_time.outcome == Outcome::Met) {
        Some(row) => clauses.extend(row.clauses),
        None => clauses.extend(clauses_of_cycle(previous.step, previous.path)),
    }
    let beyond_eight = |dose: PlannedDose| dose.step.cycle > CYCLES_BEFORE_THE_RESPONSE;
    if advice.then_decision.is_some() || advice.dose.is_some_and(beyond_eight) {
        clauses.push("D-1b");
    }
    clauses
}

/// What goes with the row: the dose, what follows it up to the next decision of D-1b, and the corticosteroid of its cycle.
///
/// 「8サイクル終了時に、完全奏効が得られた患者は投与を終了し、また、病勢安定又は部分奏効が得られた患者は、計 17 サイクルまで投与を継続する。」
fn advice(row: &Row, cycle: u32) -> Advice {
    let dose = row.today(cycle);
    let (last, decision) = if dose.step.cycle <= CYCLES_BEFORE_THE_RESPONSE {
        let decision = ThenDecision::EndOfCycle8Response;
        (CYCLES_BEFORE_THE_RESPONSE, decision)
    } else {
        (CYCLES_IN_ALL, ThenDecision::CourseCompleted17)
    };
    let (following, beyond): (Vec<_>, Vec<_>) =
        row.then(cycle).partition(|next| next.step.cycle <= last);
    let restarted = matches!(row.ruling, Ruling::Row | Ruling::Reading);
    let unnamed = restarted && row.clauses.contains(&"RS-C3P-6W");
    Advice {
        dose: Some(dose),
        following,
        then_decision: (!beyond.is_empty()).then_some(decision),
        steroid: row.steroid.map(Steroid::Required),
        notices: unnamed
            .then_some(Notice::CycleNumberIsAReading)
            .into_iter()
            .collect(),
        ..Advice::default()
    }
}

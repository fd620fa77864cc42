//! Planning: what is due on a day, and from which day on the answer is another one.

use std::collections::BTreeSet;
use std::ops::Bound;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::course::{PlannedDose, SIX_WEEKS, TWO_WEEKS};
use super::eligibility::eligibility;
use super::facts::CaseFacts;
use super::history::{History, at_latest};
use super::premedication::{PremedicationFacts, Relief, SteroidGiven, premedication};
use super::quantity::{Datum, Quantity};
use super::regimen::{DoseFacts, dose};

use super::start::{blood, reactions, setting};
use super::{due, vials};
use crate::rules::briefing::{japanese_day, start_of};
use crate::rules::finding::{Argument, Outcome, Reason, Verdict};

/// Days in a row on which the same dose is due, or on which the tables name none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first of these days.
    pub first: NaiveDate,
    /// The last of them; `None` when no end is known.
    pub last: Option<NaiveDate>,
    /// How the tables of restarting and of the end of the course answer.
    pub outcome: Outcome,
    /// The dose due.
    pub dose: Option<PlannedDose>,
    /// Whether it is the dose that had been planned (D-1a, RS-N1) and not one of a row of restarting.
    pub as_planned: bool,
    /// The code of the reason.
    pub code: String,
    /// The clauses that say so.
    pub clauses: Vec<String>,
}

/// The days that follow the previous dose, cut where the dose due changes. Without a previous dose: none.
#[must_use]
pub fn outlook(case: &CaseFacts) -> Vec<Window> {
    let history = History::of(case);
    let Some(first) = history.last_day().and_then(|day| day.succ_opt()) else {
        return Vec::new();
    };
    let days = boundaries(&history);
    let mut windows: Vec<Window> = Vec::new();
    let later = days.range((Bound::Excluded(first), Bound::Unbounded));
    for day in std::iter::once(first).chain(later.copied()) {
        let next = window(case, &history, day);
        match windows.last_mut() {
            Some(last) if last.dose == next.dose && last.code == next.code => {}
            last => {
                if let Some(last) = last {
                    last.last = day.pred_opt();
                }
                windows.push(next);
            }
        }
    }
    windows
}

fn window(case: &CaseFacts, history: &History<'_>, day: NaiveDate) -> Window {
    let due = due(case, history, day);
    let worst = due
        .verdict
        .findings
        .iter()
        .rev()
        .max_by_key(|finding| (finding.outcome, finding.rule == "restart"));
    Window {
        first: day,
        last: None,
        outcome: worst.map_or(Outcome::Unmet, |finding| finding.outcome),
        dose: due.dose,
        as_planned: worst.is_some_and(|finding| finding.reason.code() == "PLANNED_DOSE_KEPT"),
        code: worst.map_or_else(String::new, |finding| finding.reason.code().to_owned()),
        clauses: worst.map_or_else(Vec::new, |finding| {
            finding.clauses.iter().map(ToString::to_string).collect()
        }),
    }
}

/// Every day on which an answer may differ from that of the day before, if nothing new is recorded.
fn boundaries(history: &History<'_>) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    let mut after = |day: Option<NaiveDate>, by: i64| {
        let by = u64::try_from(by).unwrap_or(0);
        days.extend(day.and_then(|day| day.checked_add_days(Days::new(by))));
    };
    for by in [0, 7, 8, 21, TWO_WEEKS, SIX_WEEKS] {
        after(history.last_day(), by);
    }
    for by in [7, 14, 21] {
        after(history.day_one(), by);
    }
    for reaction in crate::rules::finding::Reaction::ALL {
        let (_, episodes) = history.reaction(*reaction);
        for episode in episodes {
            for moment in [episode.recovered, episode.recovered_to_grade_one] {
                let ready = at_latest(moment)
                    .and_then(|recovered| recovered.checked_add_signed(TimeDelta::hours(72)));
                days.extend(ready.map(japanese_day));
                days.extend(ready.and_then(|ready| japanese_day(ready).succ_opt()));
            }
        }
    }
    days
}

/// The verdict on giving the next dose on a day: what is due, and what goes with it.
pub(super) fn next_dose(case: &CaseFacts, history: &History<'_>, on: NaiveDate) -> Verdict {
    let mut verdict = planned(case, history, on);
    let later: Vec<(NaiveDate, Verdict)> = boundaries(history)
        .range((Bound::Excluded(on), Bound::Unbounded))
        .map(|day| (*day, planned(case, history, *day)))
        .collect();
    for (position, finding) in verdict.findings.iter_mut().enumerate() {
        // READING: a finding stays as it is while its outcome and its reason do, though the number of days in it grows.
        let stays = |other: &Verdict| {
            other.findings.get(position).is_some_and(|other| {
                other.outcome == finding.outcome
                    && other.clauses == finding.clauses
                    && but_for_days(&other.reason) == but_for_days(&finding.reason)
            })
        };
        finding.until = later
            .iter()
            .find(|(_, other)| !stays(other))
            .and_then(|(day, _)| day.pred_opt());
    }
    verdict
}

/// What a reason says, the number of days since the previous dose aside.
fn but_for_days(reason: &Reason) -> (&'static str, Vec<(&'static str, Argument)>) {
    let arguments = reason.arguments().into_iter();
    (
        reason.code(),
        arguments.filter(|(name, _)| *name != "days").collect(),
    )
}

/// READING: a day is judged by its last instant, because the dose may begin at any time of it;
/// the advice names the earliest instant where there is one.
fn last_instant(day: NaiveDate) -> DateTime<Utc> {
    day.succ_opt()
        .map_or(DateTime::<Utc>::MAX_UTC, start_of)
        .checked_sub_signed(TimeDelta::seconds(1))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn planned(case: &CaseFacts, history: &History<'_>, on: NaiveDate) -> Verdict {
    let due = due(case, history, on);
    let at = last_instant(on);
    let not_asked = Relief {
        needed: Datum::NotAsked,
        antipyretic: Datum::NotAsked,
        antihistamine: Datum::NotAsked,
    };
    let mut verdict = eligibility(&case.eligibility)
        .and(due.verdict.clone())
        .and(reactions(history, at, None))
        .and(blood(history, at, false))
        .and(setting(history, &due, None))
        .and(premedication(&PremedicationFacts {
            step: due.step,
            path: due.path,
            previous_crs: history.previous_crs(),
            steroid: SteroidGiven::NotAsked,
            relief: not_asked,
        }));
    if let Some(planned) = due.dose {
        let ordered: Datum<Quantity> = Datum::NotAsked;
        verdict = verdict.and(dose(&DoseFacts {
            cycle: Datum::Known(i64::from(planned.step.cycle)),
            day: Datum::Known(i64::from(planned.step.day)),
            path: due.path,
            ordered,
            route: Datum::NotAsked,
        }));
        verdict.advice.vials = vials::vials_of(planned.mg);
    }
    verdict.advice.dose = due.dose;
    verdict
}

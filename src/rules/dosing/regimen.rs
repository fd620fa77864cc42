//! The regimen: which dose on which day of which cycle (D-1a), by which route, and the doses of a whole course.

#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::course::{Path, PlannedDose, Step};
use super::quantity::{Datum, Quantity};
use crate::rules::finding::{Advice, Answer, Field, Finding, Notice, Reason, Verdict};

/// Days of a cycle (D-1a: 「21日間を1サイクルとし」).
pub const DAYS_OF_A_CYCLE: u32 = 21;

/// The last cycle before the response decides (D-1a: 「8サイクルまで」).
pub const CYCLES_BEFORE_THE_RESPONSE: u32 = 8;

/// The last cycle of all (D-1b: 「計 17 サイクルまで」).
pub const CYCLES_IN_ALL: u32 = 17;

/// One line of the regimen: on this day of each of these cycles, this many milligrams.
struct Line {
    cycles: (u32, u32),
    day: u32,
    mg: u32,
}

const fn line(first: u32, last: u32, day: u32, mg: u32) -> Line {
    Line {
        cycles: (first, last),
        day,
        mg,
    }
}

/// D-1a: the regimen.
///
/// 「1サイクル目は1日目に1 mg、8日目に2 mg、15日目に60 mg、2サイクル目は1日目に60 mg、3サイクル目以降は1日目に30 mg」
#[rustfmt::skip]
const REGIMEN: [Line; 5] = [
    //   cycles            day  mg
    line(1, 1,              1,   1),
    line(1, 1,              8,   2),
    line(1, 1,             15,  60),
    line(2, 2,              1,  60),
    line(3, CYCLES_IN_ALL,  1,  30),
];

/// RS-C1D15-6W-a, RS-C2-6W-a, RS-C3P-6W: a cycle that begins with 1 mg and 2 mg again.
///
/// 「2 サイクル目として、1 日目に 1 mg、8 日目に 2 mg、15 日目に 60 mg」「3 サイクル目として、1 日目に 1 mg、8 日目に 2 mg、15 日目に 30 mg」
#[rustfmt::skip]
const RE_STEP_UP: [Line; 6] = [
    //   cycles            day  mg
    line(2, 2,              1,   1),
    line(2, 2,              8,   2),
    line(2, 2,             15,  60),
    line(3, CYCLES_IN_ALL,  1,   1),
    line(3, CYCLES_IN_ALL,  8,   2),
    line(3, CYCLES_IN_ALL, 15,  30),
];

/// The doses of one cycle; none outside cycles 1 to 17.
fn doses_of(cycle: u32, stepped_up: bool) -> impl Iterator<Item = PlannedDose> {
    let lines: &[Line] = if stepped_up && cycle > 1 {
        &RE_STEP_UP
    } else {
        &REGIMEN
    };
    lines
        .iter()
        .filter(move |line| (line.cycles.0..=line.cycles.1).contains(&cycle))
        .map(move |line| PlannedDose::new(cycle, line.day, line.mg))
}

/// The route of administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// 点滴静注.
    IvInfusion,
    /// Any other.
    Other,
}

/// What is asked of one dose by its place in the course. Cycle and day are as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoseFacts {
    /// The cycle.
    pub cycle: Datum<i64>,
    /// The day of the cycle.
    pub day: Datum<i64>,
    /// How the course came to this cycle.
    pub path: Path,
    /// The dose ordered.
    pub ordered: Datum<Quantity>,
    /// The route ordered.
    pub route: Datum<Route>,
}

/// The verdict on one dose: rules `place_in_course`, `ordered_dose` and `route`; advice: the dose and, on the standard path, the sum so far.
///
/// READING: where no dose is due there is nothing to compare an order with, so `ordered_dose` answers as `place_in_course` does.
#[must_use]
pub fn dose(facts: &DoseFacts) -> Verdict {
    let (due, place, order) = match place_in_course(facts) {
        Ok(due) => (
            Some(due),
            Answer::met(as_planned(due)),
            ordered_dose(due, facts.ordered),
        ),
        Err(answer) => {
            let order = Finding::of_notice("ordered_dose", ORDER_CLAUSES, answer.clone());
            (None, answer, order)
        }
    };
    Verdict {
        findings: vec![
            Finding::of_notice("place_in_course", ["D-1a", "D-1b"], place),
            order,
            Finding::of_notice("route", ["D-1a", "N0-2"], route(facts.route)),
        ],
        advice: Advice {
            dose: due,
            cumulative_mg: due
                .filter(|_| facts.path == Path::Standard)
                .map(|due| milligrams_through(due.step)),
            ..Advice::default()
        },
    }
}

const fn as_planned(due: PlannedDose) -> Reason {
    Reason::DoseAsPlanned {
        cycle: due.step.cycle,
        day: due.step.day,
        mg: due.mg,
    }
}

/// D-1a, D-1b: the regimen has a dose on this day of this cycle.
///
/// 「21日間を1サイクルとし、1サイクル目は1日目に1 mg、8日目に2 mg、15日目に60 mg、2サイクル目は1日目に60 mg、
/// 3サイクル目以降は1日目に30 mgを8サイクルまで点滴静注する。」「計 17 サイクルまで投与を継続する。」
///
/// READING: a cycle that begins with 1 mg and 2 mg again has the days of its row (1, 8 and 15) in place of its single day.
/// Whether cycles 9 to 17 are given at all is asked by `response`.
fn place_in_course(facts: &DoseFacts) -> Result<PlannedDose, Answer> {
    let Datum::Known(cycle) = facts.cycle else {
        return Err(Answer::missing(Field::Cycle));
    };
    if cycle < 1 {
        return Err(Answer::unmet(Reason::InvalidCycle { cycle }));
    }
    let cycle = u32::try_from(cycle).unwrap_or(u32::MAX);
    if cycle > CYCLES_IN_ALL {
        return Err(Answer::unmet(Reason::BeyondTotal17Cycles { cycle }));
    }
    let Datum::Known(day) = facts.day else {
        return Err(Answer::missing(Field::CourseDay));
    };
    let day = u32::try_from(day.max(0)).unwrap_or(u32::MAX);
    doses_of(cycle, facts.path == Path::ReStepUp)
        .find(|dose| dose.step.day == day)
        .ok_or_else(|| Answer::unmet(Reason::NoDoseOnThisDay { cycle, day }))
}

const ORDER_CLAUSES: [&str; 3] = ["D-1a", "N0-2", "DN-2"];

/// D-1a, N0-2, DN-2: the dose ordered is the one due. The regimen and the table of restarting share this rule.
///
/// 「1日目に1 mg、8日目に2 mg、15日目に60 mg」「症状、重症度等に応じて、以下の基準を目安に、本剤の投与中断等を考慮すること。」
///
/// READING: no dose is reduced: DN-2's table interrupts, delays or discontinues, and names no smaller dose. Any other figure,
/// however near, is another dose. Where no order is asked for, the dose is the one planned.
#[must_use]
pub fn ordered_dose(due: PlannedDose, ordered: Datum<Quantity>) -> Finding {
    let answer = match ordered {
        Datum::Missing => Answer::missing(Field::DoseMg),
        Datum::Known(ordered) if ordered != Quantity::whole(due.mg) => {
            Answer::unmet(Reason::DoseMismatch {
                ordered,
                expected_mg: due.mg,
            })
        }
        Datum::Known(_) | Datum::NotAsked => Answer::met(as_planned(due)),
    };
    Finding::of_notice("ordered_dose", ORDER_CLAUSES, answer)
}

/// D-1a, N0-2: by intravenous infusion.
///
/// 「8サイクルまで点滴静注する。」「販売名：ルンスミオ点滴静注 1 mg、同点滴静注 30 mg」
fn route(route: Datum<Route>) -> Answer {
    match route {
        Datum::Missing => Answer::missing(Field::Route),
        Datum::Known(Route::Other) => Answer::unmet(Reason::RouteNotIvInfusion {}),
        Datum::Known(Route::IvInfusion) | Datum::NotAsked => {
            Answer::met(Reason::RouteIvInfusion {})
        }
    }
}

/// The milligrams of the regimen without delays from the first dose through the one at this place.
fn milligrams_through(step: Step) -> u32 {
    let doses = sequence(1, step.cycle, None);
    total_mg(doses.iter().filter(|dose| dose.step <= step))
}

fn total_mg<'a>(doses: impl IntoIterator<Item = &'a PlannedDose>) -> u32 {
    doses.into_iter().map(|dose| dose.mg).sum()
}

/// A delay within a course that is planned as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detour {
    /// RS-C1D1-2W: C1D1 given again.
    CycleOneDayOneAgain,
    /// RS-C1D8-2W6W: C1D8 given again.
    CycleOneDayEightAgain,
    /// RS-C1D8-6W: cycle 1 from its first day again.
    CycleOneAgain,
    /// RS-C1D15-6W, RS-C2-6W, RS-C3P-6W: this cycle begins with 1 mg and 2 mg again.
    ReStepUp {
        /// The number of the cycle.
        cycle: u32,
    },
}

impl Detour {
    /// The rows of the table of restarting by which the course takes it.
    const fn clauses(self) -> &'static [&'static str] {
        match self {
            Self::CycleOneDayOneAgain => &["RS-C1D1-2W"],
            Self::CycleOneDayEightAgain => &["RS-C1D8-2W6W"],
            Self::CycleOneAgain => &["RS-C1D8-6W"],
            Self::ReStepUp { cycle: 0..=2 } => &["RS-C1D15-6W-a", "RS-C1D15-6W-b"],
            Self::ReStepUp { cycle: 3 } => &["RS-C2-6W-a", "RS-C2-6W-b", "RS-N2"],
            Self::ReStepUp { .. } => &["RS-C3P-6W", "RS-N2"],
        }
    }

    /// The days of cycle 1 that were given before it was begun, or a dose of it was given, again.
    const fn given_before(self) -> &'static [u32] {
        match self {
            Self::CycleOneDayOneAgain => &[1],
            Self::CycleOneDayEightAgain => &[8],
            Self::CycleOneAgain => &[1, 8],
            Self::ReStepUp { .. } => &[],
        }
    }
}

/// The doses of these cycles, first and last inclusive, with at most one delay. No cycle outside 1 to 17 has any.
///
/// READING: a cycle of the row takes the place of that cycle, so that it counts towards 8 and 17 like any other.
#[must_use]
pub fn sequence(first_cycle: u32, last_cycle: u32, detour: Option<Detour>) -> Vec<PlannedDose> {
    let before = |dose: &PlannedDose| {
        let days = detour.map_or(&[][..], Detour::given_before);
        dose.step.cycle == 1 && days.contains(&dose.step.day)
    };
    let mut doses = Vec::new();
    for cycle in first_cycle.max(1)..=last_cycle.min(CYCLES_IN_ALL) {
        let stepped_up = detour == Some(Detour::ReStepUp { cycle });
        match detour {
            // What was given before the delay stands ahead of the whole cycle.
            Some(Detour::CycleOneAgain) => doses.extend(doses_of(cycle, false).filter(before)),
            Some(Detour::CycleOneDayOneAgain | Detour::CycleOneDayEightAgain) => {
                let twice =
                    |dose: PlannedDose| std::iter::repeat_n(dose, 1 + usize::from(before(&dose)));
                doses.extend(doses_of(cycle, false).flat_map(twice));
                continue;
            }
            Some(Detour::ReStepUp { .. }) | None => {}
        }
        doses.extend(doses_of(cycle, stepped_up));
    }
    doses
}

/// The verdict on a whole course as planned: one finding that cites D-1a, D-1b and the rows of the delay.
#[must_use]
pub fn plan(first_cycle: u32, last_cycle: u32, detour: Option<Detour>) -> Verdict {
    let mut clauses = vec!["D-1a", "N0-2"];
    if last_cycle > CYCLES_BEFORE_THE_RESPONSE {
        clauses.push("D-1b");
    }
    clauses.extend(detour.map_or(&[][..], Detour::clauses));
    let notices = match detour {
        Some(Detour::ReStepUp { cycle: 4.. }) => vec![Notice::CycleNumberIsAReading],
        _ => Vec::new(),
    };
    Verdict {
        findings: vec![Finding::of_notice(
            "course",
            clauses,
            course(first_cycle, last_cycle, detour),
        )],
        advice: Advice {
            notices,
            ..Advice::default()
        },
    }
}

/// D-1a, D-1b, N0-2: a course of these cycles is one of the notice.
///
/// 「3サイクル目以降は1日目に30 mgを8サイクルまで点滴静注する。」「計 17 サイクルまで投与を継続する。」
///
/// READING: no row begins cycle 1 as a repeated step-up of a later cycle: cycle 1 is that step-up.
fn course(first_cycle: u32, last_cycle: u32, detour: Option<Detour>) -> Answer {
    let stepped_up = match detour {
        Some(Detour::ReStepUp { cycle }) => Some(cycle),
        _ => None,
    };
    let highest = last_cycle.max(stepped_up.unwrap_or(0));
    if first_cycle < 1 || last_cycle < first_cycle {
        let cycle = i64::from(first_cycle.min(last_cycle));
        return Answer::unmet(Reason::InvalidCycle { cycle });
    }
    if let Some(cycle @ ..=1) = stepped_up {
        let cycle = i64::from(cycle);
        return Answer::unmet(Reason::InvalidCycle { cycle });
    }
    if highest > CYCLES_IN_ALL {
        return Answer::unmet(Reason::BeyondTotal17Cycles { cycle: highest });
    }
    let doses = sequence(first_cycle, last_cycle, detour);
    Answer::met(Reason::CoursePlanned {
        administrations: u32::try_from(doses.len()).unwrap_or(u32::MAX),
        total_mg: total_mg(&doses),
    })
}

/// The days of these doses without delays, counted from day 1 of cycle 1. What lies beyond the calendar is left out.
///
/// D-1a: 「21日間を1サイクルとし」.
#[must_use]
pub fn calendar(first_day: NaiveDate, doses: &[PlannedDose]) -> Vec<(NaiveDate, PlannedDose)> {
    doses
        .iter()
        .filter_map(|dose| Some((day_of(first_day, dose.step)?, *dose)))
        .collect()
}

/// The day of a place in a course without delays; `None` before cycle 1, before day 1, and beyond the calendar.
#[must_use]
pub fn day_of(first_day: NaiveDate, step: Step) -> Option<NaiveDate> {
    let cycles = u64::from(step.cycle.checked_sub(1)?) * u64::from(DAYS_OF_A_CYCLE);
    first_day.checked_add_days(Days::new(cycles + u64::from(step.day.checked_sub(1)?)))
}

//! The table of restarting after a delay (DN-3) once more, and every previous dose held against it.

use chrono::{Days, NaiveDate};
use kanmon::rules::dosing::course::{Path, Step};
use kanmon::rules::dosing::facts::Given;
use kanmon::rules::dosing::quantity::Quantity;
use kanmon::rules::dosing::response::{ResponseFacts, response};
use kanmon::rules::dosing::restart::{PreviousDose, RestartFacts, restart};
use kanmon::rules::finding::{Steroid, SteroidBasis, ThenDecision};

use crate::answer::{ANY, Dose, Doses, Expected, Say, Tally};
use crate::response::{RESPONSES, at_the_end_of_cycle_8};

/// Every way to a cycle.
pub const PATHS: [Path; 4] = [
    Path::Standard,
    Path::CycleOneRepeated,
    Path::ReStepUp,
    Path::AfterReStepUp,
];

/// 2週間 and 6週間 as days.
const TWO_WEEKS: i64 = 14;
const SIX_WEEKS: i64 = 42;

/// What the previous dose is to the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    /// 1 サイクル目 1 日目 1 mg.
    C1D1,
    /// 1 サイクル目 8 日目 2 mg.
    C1D8,
    /// 1 サイクル目 15 日目 60 mg.
    C1D15,
    /// 2 サイクル目 60 mg, 3 サイクル目以降 30 mg.
    DayOne,
    /// The same labels, met on day 15 of a repeated step-up.
    DayFifteenOfReStepUp,
    /// 1 mg or 2 mg of a repeated step-up: no row.
    InsideReStepUp,
    /// No such dose in the notice.
    None,
}

fn row(cycle: u32, day: u32, mg: u32, path: Path) -> Row {
    match (path, cycle, day, mg) {
        (Path::ReStepUp, 2.., 1, 1) | (Path::ReStepUp, 2.., 8, 2) => Row::InsideReStepUp,
        (Path::ReStepUp, 2, 15, 60) | (Path::ReStepUp, 3.., 15, 30) => Row::DayFifteenOfReStepUp,
        (Path::ReStepUp, 2.., _, _) => Row::None,
        (_, 1, 1, 1) => Row::C1D1,
        (_, 1, 8, 2) => Row::C1D8,
        (_, 1, 15, 60) => Row::C1D15,
        (_, 2, 1, 60) | (_, 3.., 1, 30) => Row::DayOne,
        _ => Row::None,
    }
}

/// Days to the next dose by D-1a, where the previous one lies on a day that has a dose.
fn spacing(row: Row) -> i64 {
    if row == Row::DayOne { 21 } else { 7 }
}

/// The next dose as planned.
fn planned(row: Row, cycle: u32, day: u32) -> Dose {
    let top = if cycle == 2 { 60 } else { 30 };
    match (row, day) {
        (Row::C1D1, _) => (1, 8, 2),
        (Row::C1D8, _) => (1, 15, 60),
        (Row::C1D15, _) => (2, 1, 60),
        (Row::InsideReStepUp, 1) => (cycle, 8, 2),
        (Row::InsideReStepUp, _) => (cycle, 15, top),
        _ => (cycle + 1, 1, 30),
    }
}

/// The dose of the row after this interval, and whether it begins a repeated step-up.
fn by_row(row: Row, cycle: u32, day: u32, days: i64) -> (Dose, bool) {
    match row {
        Row::C1D1 if days >= TWO_WEEKS => ((1, 1, 1), false),
        Row::C1D8 if days >= SIX_WEEKS => ((1, 1, 1), false),
        Row::C1D8 if days >= TWO_WEEKS => ((1, 8, 2), false),
        Row::C1D15 if days >= SIX_WEEKS => ((2, 1, 1), true),
        Row::DayOne | Row::DayFifteenOfReStepUp if days >= SIX_WEEKS => ((cycle + 1, 1, 1), true),
        Row::InsideReStepUp => (planned(row, cycle, day), true),
        _ => (planned(row, cycle, day), false),
    }
}

/// What comes after a dose, and which decision comes then.
fn after(dose: Dose, stepping: bool) -> (Doses, Option<ThenDecision>) {
    let (cycle, day, _) = dose;
    let mut doses = Doses::default();
    let top = if cycle <= 2 { 60 } else { 30 };
    let steps = cycle == 1 || stepping;
    if steps && day == 1 {
        doses.push((cycle, 8, 2));
    }
    if steps && day < 15 {
        doses.push((cycle, 15, top));
    }
    if cycle == 1 && day < 15 {
        return (doses, None);
    }
    let then = match cycle {
        8 => Some(ThenDecision::EndOfCycle8Response),
        17 => Some(ThenDecision::CourseCompleted17),
        1 => {
            doses.push((2, 1, 60));
            None
        }
        _ => {
            doses.push((cycle + 1, 1, 30));
            None
        }
    };
    (doses, then)
}

/// The question as plain numbers.
#[derive(Clone, Copy)]
pub struct Asked {
    pub cycle: u32,
    pub day: u32,
    pub mg: u32,
    pub path: Path,
    pub whole: bool,
    pub days: i64,
    pub since_day_one: Option<i64>,
}

/// The table's answer, and the cycle of the dose it is about.
pub fn next_dose(asked: Asked) -> (Expected, u32) {
    let Asked {
        cycle,
        day,
        mg,
        path,
        whole,
        days,
        since_day_one,
    } = asked;
    let row = row(cycle, day, mg, path);
    let mut says = Expected::default();
    if !whole {
        says.line(
            Say::Refer,
            if row == Row::None {
                ANY
            } else {
                "PARTIAL_DOSE_NOT_STATED"
            },
        );
    }
    if days < 0 {
        says.line(Say::Stop, "INVALID_DATES");
        says.dose = Some(None);
        return (says, cycle);
    }
    if row == Row::None {
        says.line(
            Say::Refer,
            if whole {
                "PREVIOUS_DOSE_MATCHES_NO_ROW"
            } else {
                ANY
            },
        );
        says.dose = Some(None);
        return (says, cycle);
    }
    let (_, next_day, _) = planned(row, cycle, day);
    if days < spacing(row) {
        let calendar_day = if next_day == 1 {
            21
        } else {
            i64::from(next_day) - 1
        };
        // One day is never two days of the course at once.
        if days > 0 && since_day_one.is_some_and(|since| since >= calendar_day) {
            says.line(Say::Refer, "SPACING_AFTER_SHORT_DELAY_NOT_STATED");
        } else {
            says.line(Say::Stop, "EARLIER_THAN_SCHEDULED_DAY");
        }
        // Nothing is due on this day.
        says.dose = Some(None);
        return (says, planned(row, cycle, day).0);
    }
    let (dose, stepping) = by_row(row, cycle, day, days);
    if row == Row::InsideReStepUp && days > 7 {
        says.line(
            Say::Refer,
            if whole {
                "DELAY_DURING_RESTEP_NOT_STATED"
            } else {
                ANY
            },
        );
        says.dose = Some(None);
        return (says, dose.0);
    }
    if !whole {
        says.dose = Some(None);
        return (says, dose.0);
    }
    if dose.0 > 17 {
        return (says, dose.0);
    }
    if row == Row::DayFifteenOfReStepUp && days >= SIX_WEEKS {
        says.line(Say::Weigh, "RESTEP_AGAIN_IS_A_READING");
    }
    let (following, then) = after(dose, stepping);
    says.dose = Some(Some(dose));
    says.following = Some(following);
    says.then = Some(then);
    says.steroid = match (dose.0, stepping) {
        (2, true) => Some(Steroid::Required(SteroidBasis::CyclesOneAndTwo)),
        (_, true) => Some(Steroid::Required(SteroidBasis::ReStepUp)),
        _ => None,
    };
    (says, dose.0)
}

fn facts(asked: Asked, on: Option<NaiveDate>) -> RestartFacts {
    RestartFacts {
        previous: Some(PreviousDose {
            step: Step::new(asked.cycle, asked.day),
            mg: Quantity::whole(asked.mg),
            given: if asked.whole {
                Given::InFull
            } else {
                Given::Partly(Quantity::whole(asked.mg).half())
            },
            path: asked.path,
        }),
        interval: Some(asked.days),
        since_day_one: asked.since_day_one,
        on,
    }
}

/// Every previous dose, right or wrong, of one cycle after every interval.
pub fn every_previous_dose(part: u32, tally: &mut Tally) {
    let cycle = part + 1;
    for (day, mg, path) in places(&[1, 8, 15, 2, 22], &[1, 2, 30, 60, 15]) {
        for (days, whole) in (-3..=120).flat_map(|days| [(days, true), (days, false)]) {
            let asked = Asked {
                cycle,
                day,
                mg,
                path,
                whole,
                days,
                since_day_one: None,
            };
            let (says, next) = next_dose(asked);
            if next > 17 && says.worst() == Say::Go {
                continue;
            }
            let facts = facts(asked, None);
            tally.case(&says, &restart(&facts), || format!("{facts:?}"));
        }
    }
    if cycle == 1 {
        nothing_known(tally);
    }
}

/// No previous dose; and a previous dose of which day or amount is not recorded.
fn nothing_known(tally: &mut Tally) {
    let known = facts(
        Asked {
            cycle: 3,
            day: 1,
            mg: 30,
            path: Path::Standard,
            whole: true,
            days: 21,
            since_day_one: None,
        },
        None,
    );
    let mut missing = Expected::default();
    missing.line(Say::Stop, "MISSING_DATA");
    let undated = RestartFacts {
        interval: None,
        ..known
    };
    tally.case(&missing, &restart(&undated), || format!("{undated:?}"));
    let unmeasured = RestartFacts {
        previous: known.previous.map(|dose| PreviousDose {
            given: Given::NotRecorded,
            ..dose
        }),
        ..known
    };
    tally.case(&missing, &restart(&unmeasured), || {
        format!("{unmeasured:?}")
    });
    let first = RestartFacts {
        previous: None,
        interval: None,
        since_day_one: None,
        on: None,
    };
    let mut says = Expected::default();
    says.line(Say::Go, "FIRST_ADMINISTRATION");
    says.dose = Some(Some((1, 1, 1)));
    says.following = Some(Doses::of(&[(1, 8, 2), (1, 15, 60)]));
    tally.case(&says, &restart(&first), || format!("{first:?}"));
}

fn places(days: &'static [u32], mgs: &'static [u32]) -> impl Iterator<Item = (u32, u32, Path)> {
    days.iter().flat_map(move |day| {
        mgs.iter()
            .flat_map(move |mg| PATHS.iter().map(move |path| (*day, *mg, *path)))
    })
}

/// The doses of the notice of one cycle, after every interval, with every response at the end of cycle 8.
pub fn with_response(part: u32, tally: &mut Tally) {
    let cycle = part + 1;
    for (day, mg) in [(1, 1), (8, 2), (15, 60), (1, 60), (1, 30), (15, 30)] {
        for path in PATHS {
            for days in -3..=120 {
                let asked = Asked {
                    cycle,
                    day,
                    mg,
                    path,
                    whole: true,
                    days,
                    since_day_one: None,
                };
                let (says, next) = next_dose(asked);
                let facts = facts(asked, None);
                let verdict = restart(&facts);
                for end_of_cycle_8 in RESPONSES {
                    let question = ResponseFacts {
                        cycle: next,
                        course: 1,
                        end_of_cycle_8,
                        assessed_at: None,
                        interim: None,
                    };
                    let both = says.and(&at_the_end_of_cycle_8(&question));
                    let joined = verdict.clone().and(response(&question));
                    tally.case(&both, &joined, || format!("{facts:?} {question:?}"));
                }
            }
        }
    }
}

/// The steps after a dose that was itself late: has the calendar day come although the interval is short?
pub fn after_a_late_dose(part: u32, tally: &mut Tally) {
    let cycle = part + 1;
    let first = NaiveDate::from_ymd_opt(2025, 3, 3).expect("a day");
    for (day, mg, path) in places(&[1, 8, 15], &[1, 2, 30, 60]) {
        let row = row(cycle, day, mg, path);
        if row == Row::None {
            continue;
        }
        for late in 0..=if day == 1 { 0 } else { 12 } {
            for days in 0..=45_u32 {
                let since = i64::from(days + day - 1 + late);
                let asked = Asked {
                    cycle,
                    day,
                    mg,
                    path,
                    whole: true,
                    days: i64::from(days),
                    since_day_one: Some(since),
                };
                let (says, next) = next_dose(asked);
                if next > 17 && says.worst() == Say::Go {
                    continue;
                }
                let on = first + Days::new(u64::from(days));
                let facts = facts(asked, Some(on));
                let verdict = restart(&facts);
                tally.case(&says, &verdict, || format!("{facts:?}"));
                if i64::from(days) < spacing(row) {
                    let earliest = first + Days::new(spacing(row).unsigned_abs());
                    tally.equal(&Some(earliest), &verdict.advice.earliest_day, || {
                        format!("earliest day of {facts:?}")
                    });
                }
            }
        }
    }
}

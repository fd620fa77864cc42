//! The regimen (D-1a), whole courses with a delay, and the vials, once more.

use kanmon::rules::dosing::course::{Path, PlannedDose};
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::dosing::regimen::{Detour, DoseFacts, Route, dose, sequence};
use kanmon::rules::dosing::vials::{Vials, prepared, vials_of};

use crate::answer::{ANY, Dose, Expected, Say, Tally};
use crate::restart::PATHS;

/// The whole course without delays: cycle, day, milligrams, milligrams so far.
const REGIMEN: [(u32, u32, u32, u32); 19] = [
    (1, 1, 1, 1),
    (1, 8, 2, 3),
    (1, 15, 60, 63),
    (2, 1, 60, 123),
    (3, 1, 30, 153),
    (4, 1, 30, 183),
    (5, 1, 30, 213),
    (6, 1, 30, 243),
    (7, 1, 30, 273),
    (8, 1, 30, 303),
    (9, 1, 30, 333),
    (10, 1, 30, 363),
    (11, 1, 30, 393),
    (12, 1, 30, 423),
    (13, 1, 30, 453),
    (14, 1, 30, 483),
    (15, 1, 30, 513),
    (16, 1, 30, 543),
    (17, 1, 30, 573),
];

/// A repeated step-up from the second cycle on: day and milligrams in cycle 2 and in the later ones.
const RE_STEP_UP: [(u32, u32, u32); 3] = [(1, 1, 1), (8, 2, 2), (15, 60, 30)];

/// The dose of this place, and the sum so far where there was no delay.
fn due(cycle: i64, day: i64, path: Path) -> Option<(u32, Option<u32>)> {
    let cycle = u32::try_from(cycle)
        .ok()
        .filter(|cycle| (1..=17).contains(cycle))?;
    match path {
        Path::ReStepUp if cycle >= 2 => RE_STEP_UP
            .iter()
            .find(|(on, _, _)| i64::from(*on) == day)
            .map(|(_, second, later)| (if cycle == 2 { *second } else { *later }, None)),
        _ => REGIMEN
            .iter()
            .find(|(of, on, _, _)| *of == cycle && i64::from(*on) == day)
            .map(|(_, _, mg, sum)| (*mg, (path == Path::Standard).then_some(*sum))),
    }
}

fn at_a_place(facts: &DoseFacts) -> Expected {
    let mut says = Expected::default();
    match (facts.cycle, facts.day) {
        (Datum::Known(cycle), Datum::Known(day)) => match due(cycle, day, facts.path) {
            Some((mg, sum)) => {
                let place = |number: i64| u32::try_from(number).unwrap_or(0);
                says.dose = Some(Some((place(cycle), place(day), mg)));
                says.cumulative = sum;
                match facts.ordered {
                    Datum::Missing => says.line(Say::Stop, "MISSING_DATA"),
                    Datum::Known(ordered) if ordered != Quantity::whole(mg) => {
                        says.line(Say::Stop, "DOSE_MISMATCH");
                    }
                    _ => says.line(Say::Go, ANY),
                }
            }
            None if cycle < 1 => says.line(Say::Stop, "INVALID_CYCLE"),
            None if cycle > 17 => says.line(Say::Stop, ANY),
            None => says.line(Say::Stop, "NO_DOSE_ON_THIS_DAY"),
        },
        (Datum::Missing, Datum::Known(_)) => says.line(Say::Stop, "MISSING_DATA"),
        _ => says.line(Say::Stop, ANY),
    }
    match facts.route {
        Datum::Missing => says.line(Say::Stop, "MISSING_DATA"),
        Datum::Known(Route::Other) => says.line(Say::Stop, "ROUTE_NOT_IV_INFUSION"),
        Datum::NotAsked | Datum::Known(Route::IvInfusion) => says.line(Say::Go, ANY),
    }
    says
}

/// Every day of a cycle, by every path, with every usual and some unusual orders.
pub fn every_place(part: u32, tally: &mut Tally) {
    let cycle = i64::from(part);
    let mut orders = vec![Datum::NotAsked, Datum::Missing];
    for text in [
        "0", "0.999999", "1", "1.000001", "2", "3", "15", "29.9", "30", "45", "60", "60.5",
    ] {
        orders.push(Datum::Known(text.parse().expect("a quantity")));
    }
    let routes = [
        Datum::NotAsked,
        Datum::Missing,
        Datum::Known(Route::IvInfusion),
        Datum::Known(Route::Other),
    ];
    let days = (-1..=25).map(Datum::Known).chain([Datum::Missing]);
    let places = days.flat_map(|day| [(Datum::Known(cycle), day), (Datum::Missing, day)]);
    for (cycle, day) in places {
        for (path, ordered) in PATHS
            .iter()
            .flat_map(|path| orders.iter().map(|mg| (*path, *mg)))
        {
            for route in routes {
                let facts = DoseFacts {
                    cycle,
                    day,
                    path,
                    ordered,
                    route,
                };
                tally.case(&at_a_place(&facts), &dose(&facts), || format!("{facts:?}"));
            }
        }
    }
}

/// The doses of these cycles with at most one delay, cut out of the table.
fn course(first: u32, last: u32, detour: Option<Detour>) -> Vec<Dose> {
    let mut doses = Vec::new();
    for (cycle, day, mg, _) in REGIMEN.iter().filter(|row| (first..=last).contains(&row.0)) {
        match (detour, *cycle, *day) {
            (Some(Detour::ReStepUp { cycle: again }), cycle, 1) if cycle == again && cycle > 1 => {
                let top = if cycle == 2 { 60 } else { 30 };
                doses.extend([(cycle, 1, 1), (cycle, 8, 2), (cycle, 15, top)]);
            }
            (Some(Detour::CycleOneDayOneAgain), 1, 1) => doses.extend([(1, 1, 1), (1, 1, 1)]),
            (Some(Detour::CycleOneDayEightAgain), 1, 8) => doses.extend([(1, 8, 2), (1, 8, 2)]),
            (Some(Detour::CycleOneAgain), 1, 8) => {
                doses.extend([(1, 8, 2), (1, 1, 1), (1, 8, 2)]);
            }
            _ => doses.push((*cycle, *day, *mg)),
        }
    }
    doses
}

/// Every stretch of cycles with every detour.
pub fn every_course(_: u32, tally: &mut Tally) {
    let mut detours = vec![
        None,
        Some(Detour::CycleOneDayOneAgain),
        Some(Detour::CycleOneDayEightAgain),
        Some(Detour::CycleOneAgain),
    ];
    detours.extend((2..=17).map(|cycle| Some(Detour::ReStepUp { cycle })));
    for (first, last) in (1..=17).flat_map(|first| (first..=17).map(move |last| (first, last))) {
        for detour in &detours {
            let plain = |dose: &PlannedDose| (dose.step.cycle, dose.step.day, dose.mg);
            let said: Vec<Dose> = sequence(first, last, *detour).iter().map(plain).collect();
            tally.equal(&course(first, last, *detour), &said, || {
                format!("cycles {first} to {last}, {detour:?}")
            });
        }
    }
}

/// Every usual dose with every number of vials.
pub fn every_vial(_: u32, tally: &mut Tally) {
    for (mg, of_1mg, of_30mg) in [(1, 1, 0), (2, 2, 0), (30, 0, 1), (60, 0, 2)] {
        let usual = Vials { of_1mg, of_30mg };
        tally.equal(&Some(usual), &vials_of(mg), || format!("vials of {mg} mg"));
        for (ones, thirties) in (0..=70).flat_map(|ones| (0..=3).map(move |more| (ones, more))) {
            let vials = Vials {
                of_1mg: ones,
                of_30mg: thirties,
            };
            let mut says = Expected::default();
            if vials == usual {
                says.line(Say::Go, ANY);
            } else if ones + 30 * thirties == mg {
                says.line(Say::Weigh, "UNUSUAL_VIAL_COMBINATION");
            } else {
                says.line(Say::Stop, "QUANTITY_MISMATCH");
            }
            let verdict = prepared(mg, Some(vials));
            tally.case(&says, &verdict, || format!("{vials:?} for {mg} mg"));
            tally.equal(&Some(usual), &verdict.advice.vials, || {
                format!("advice for {mg} mg")
            });
        }
    }
}

//! What is given before a dose (DN-1a, DN-1b, DN-1c, RS-N2) once more.

use kanmon::rules::dosing::course::{Path, Step};
use kanmon::rules::dosing::premedication::{
    PremedicationFacts, PreviousCrs, Relief, SteroidGiven, premedication,
};
use kanmon::rules::dosing::quantity::Datum;
use kanmon::rules::finding::{Steroid, SteroidBasis};

use crate::answer::{ANY, Expected, Say, Tally};
use crate::restart::PATHS;

/// Why the corticosteroid is required; `None` when it is not.
fn required(cycle: u32, path: Path, previous: PreviousCrs) -> Option<SteroidBasis> {
    match (cycle, path, previous) {
        (..=2, _, _) => Some(SteroidBasis::CyclesOneAndTwo),
        (_, Path::ReStepUp, _) => Some(SteroidBasis::ReStepUp),
        (_, _, PreviousCrs::Recorded(true) | PreviousCrs::NotRecorded) => {
            Some(SteroidBasis::CrsAfterPreviousDose)
        }
        _ => None,
    }
}

fn before_a_dose(facts: &PremedicationFacts) -> Expected {
    let mut says = Expected::default();
    let basis = required(facts.step.cycle, facts.path, facts.previous_crs);
    says.steroid = Some(basis.map_or(Steroid::NotRequired, Steroid::Required));
    if basis == Some(SteroidBasis::CrsAfterPreviousDose)
        && facts.previous_crs == PreviousCrs::NotRecorded
    {
        says.line(Say::Stop, "CRS_ASSESSMENT_OF_PREVIOUS_DOSE_MISSING");
    } else if basis.is_some() {
        steroid(facts.steroid, &mut says);
    }
    relief(&facts.relief, &mut says);
    says
}

/// The required corticosteroid, in minutes before the start.
fn steroid(given: SteroidGiven, says: &mut Expected) {
    match given {
        SteroidGiven::NotAsked => says.line(Say::Go, ANY),
        SteroidGiven::No => says.line(Say::Stop, "STEROID_MISSING"),
        SteroidGiven::Yes(None) => says.line(Say::Stop, "MISSING_DATA"),
        SteroidGiven::Yes(Some(..=0)) => says.line(Say::Stop, "STEROID_NOT_BEFORE_START"),
        SteroidGiven::Yes(Some(minutes @ 1..=59)) => {
            says.line(Say::Stop, "STEROID_LESS_THAN_60_MIN");
            says.wait = Some(Some(60 - minutes));
        }
        SteroidGiven::Yes(Some(60..=120)) => says.wait = Some(None),
        SteroidGiven::Yes(Some(_)) => says.line(Say::Weigh, "STEROID_MUCH_EARLIER_THAN_60_MIN"),
    }
}

/// The others, as needed, 30 to 60 minutes before; they never stop a dose.
fn relief(relief: &Relief, says: &mut Expected) {
    // Where one was given it was needed; where neither was, the need is what is asked.
    if relief.antipyretic == Datum::NotAsked && relief.antihistamine == Datum::NotAsked {
        return match relief.needed {
            Datum::NotAsked | Datum::Known(false) => says.line(Say::Go, ANY),
            Datum::Missing => says.line(Say::Weigh, "NEED_NOT_ASSESSED"),
            Datum::Known(true) => says.line(Say::Weigh, "RELIEF_TIME_NOT_RECORDED"),
        };
    }
    for (time, outside) in [
        (relief.antipyretic, "ANTIPYRETIC_OUTSIDE_30_60"),
        (relief.antihistamine, "ANTIHISTAMINE_OUTSIDE_30_60"),
    ] {
        match time {
            Datum::NotAsked | Datum::Known(30..=60) => says.line(Say::Go, ANY),
            Datum::Missing => says.line(Say::Weigh, ANY),
            // Two of them outside are one finding, so only one code can be asked for.
            Datum::Known(_) if relief.antipyretic == relief.antihistamine => {
                says.line(Say::Weigh, ANY);
            }
            Datum::Known(_) => {
                let alone = matches!(relief.needed, Datum::NotAsked | Datum::Known(true))
                    && [relief.antipyretic, relief.antihistamine].contains(&Datum::NotAsked);
                says.line(Say::Weigh, if alone { outside } else { ANY });
            }
        }
    }
}

const NO_RELIEF: Relief = Relief {
    needed: Datum::NotAsked,
    antipyretic: Datum::NotAsked,
    antihistamine: Datum::NotAsked,
};

/// Every dose with every corticosteroid from 5 minutes after the start to 250 before it.
pub fn every_dose(part: u32, tally: &mut Tally) {
    let reliefs = [
        NO_RELIEF,
        Relief {
            needed: Datum::Known(true),
            antipyretic: Datum::Known(29),
            ..NO_RELIEF
        },
    ];
    let given = [
        SteroidGiven::NotAsked,
        SteroidGiven::No,
        SteroidGiven::Yes(None),
    ];
    let given = given
        .into_iter()
        .chain((-5..=250).map(|m| SteroidGiven::Yes(Some(m))));
    for steroid in given {
        for (day, path) in [1, 8, 15]
            .iter()
            .flat_map(|day| PATHS.map(|path| (*day, path)))
        {
            for previous_crs in [
                PreviousCrs::NoPreviousDose,
                PreviousCrs::Recorded(true),
                PreviousCrs::Recorded(false),
                PreviousCrs::NotRecorded,
            ] {
                if previous_crs == PreviousCrs::NoPreviousDose && part > 0 {
                    continue;
                }
                for relief in &reliefs {
                    let facts = PremedicationFacts {
                        step: Step::new(part + 1, day),
                        path,
                        previous_crs,
                        steroid,
                        relief: *relief,
                    };
                    let says = before_a_dose(&facts);
                    tally.case(&says, &premedication(&facts), || format!("{facts:?}"));
                }
            }
        }
    }
}

/// Every need and every pair of times.
pub fn every_relief(_: u32, tally: &mut Tally) {
    let times = [Datum::NotAsked, Datum::Missing];
    let times: Vec<Datum<i64>> = times
        .into_iter()
        .chain((-2..=95).map(Datum::Known))
        .collect();
    for needed in [
        Datum::NotAsked,
        Datum::Missing,
        Datum::Known(true),
        Datum::Known(false),
    ] {
        for antipyretic in &times {
            for antihistamine in &times {
                let facts = PremedicationFacts {
                    step: Step::new(1, 1),
                    path: Path::Standard,
                    previous_crs: PreviousCrs::NoPreviousDose,
                    steroid: SteroidGiven::Yes(Some(60)),
                    relief: Relief {
                        needed,
                        antipyretic: *antipyretic,
                        antihistamine: *antihistamine,
                    },
                };
                let says = before_a_dose(&facts);
                tally.case(&says, &premedication(&facts), || format!("{facts:?}"));
            }
        }
    }
}

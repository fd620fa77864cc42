//! Numbers, days and instants at the ends of what there is: every table answers, and none panics.

use chrono::{DateTime, NaiveDate, Utc};
use kanmon::rules::briefing::Moment;
use kanmon::rules::dosing::admission::{
    AdmissionFacts, DischargeFacts, First60, admission, discharge,
};
use kanmon::rules::dosing::counts::{CountFacts, CountUnit, counts};
use kanmon::rules::dosing::course::{Path, PlannedDose, Step};
use kanmon::rules::dosing::facts::{Count, Given};
use kanmon::rules::dosing::premedication::{
    PremedicationFacts, Relief, SteroidGiven, premedication,
};
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::dosing::reactions::{
    NextDoseFacts, RateFacts, ReactionFacts, ResumptionFacts, next_dose, onset, recurrence,
    resumption,
};
use kanmon::rules::dosing::regimen::{
    Detour, DoseFacts, calendar, day_of, dose, ordered_dose, plan, sequence,
};
use kanmon::rules::dosing::response::{Response, ResponseFacts, response};
use kanmon::rules::dosing::restart::{PreviousDose, RestartFacts, restart};
use kanmon::rules::dosing::vials::{Vials, prepared, vials_of};
use kanmon::rules::finding::{Reaction, Verdict};

use crate::weaker::{DOSE, PREMEDICATED, acts, blood, episode, in_hospital, leaving, noon};

/// Instants, days and numbers at the ends of what there is.
fn extreme_moments() -> Vec<Moment> {
    vec![
        Moment::NotRecorded,
        Moment::Instant(DateTime::<Utc>::MIN_UTC),
        Moment::Instant(DateTime::<Utc>::MAX_UTC),
        Moment::Instant(noon()),
        Moment::Day(NaiveDate::MIN),
        Moment::Day(NaiveDate::MAX),
    ]
}

const INSTANTS: [DateTime<Utc>; 2] = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC];
const NUMBERS: [i64; 7] = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
const WHOLES: [u32; 6] = [0, 1, 8, 17, u32::MAX - 1, u32::MAX];
/// Every way to a cycle.
pub const PATHS: [Path; 4] = [
    Path::Standard,
    Path::CycleOneRepeated,
    Path::ReStepUp,
    Path::AfterReStepUp,
];

/// Every quantity at an end.
fn extreme_quantities() -> [Quantity; 5] {
    ["0", "0.000001", "0.5", "30", "999999999999.999999"].map(|text| text.parse().unwrap())
}

/// A verdict of a table on facts at the ends: it has findings.
fn answers(verdict: &Verdict) {
    assert!(!verdict.findings.is_empty());
}

#[test]
fn extreme_numbers_and_days_make_no_table_of_doses_panic() {
    for path in PATHS {
        for (cycle, day) in WHOLES
            .iter()
            .flat_map(|one| WHOLES.map(|other| (*one, other)))
        {
            let step = Step::new(cycle, day);
            for mg in extreme_quantities() {
                for interval in NUMBERS {
                    for on in [None, Some(NaiveDate::MIN), Some(NaiveDate::MAX)] {
                        let previous = Some(PreviousDose {
                            step,
                            mg,
                            given: Given::Partly(mg),
                            path,
                        });
                        let since_day_one = Some(interval);
                        let interval = Some(interval);
                        answers(&restart(&RestartFacts {
                            previous,
                            interval,
                            since_day_one,
                            on,
                        }));
                        let previous = previous.map(|one| PreviousDose {
                            given: Given::InFull,
                            ..one
                        });
                        answers(&restart(&RestartFacts {
                            previous,
                            interval,
                            since_day_one,
                            on,
                        }));
                    }
                }
                let facts = in_hospital(First60::EarlierOneInPart(mg), step, path);
                for (admitted, start) in [(INSTANTS[0], INSTANTS[1]), (INSTANTS[1], INSTANTS[0])] {
                    let (admitted, start) = (Some(admitted), Some(start));
                    answers(&admission(&AdmissionFacts {
                        admitted,
                        start,
                        last_crs_grade: u32::MAX,
                        ..facts
                    }));
                }
                answers(&Verdict::new(vec![ordered_dose(
                    PlannedDose { step, mg: u32::MAX },
                    Datum::Known(mg),
                )]));
            }
            for minutes in NUMBERS {
                let relief = Relief {
                    needed: Datum::Known(true),
                    antipyretic: Datum::Known(minutes),
                    antihistamine: Datum::Known(minutes),
                };
                let steroid = SteroidGiven::Yes(Some(minutes));
                answers(&premedication(&PremedicationFacts {
                    step,
                    path,
                    steroid,
                    relief,
                    ..PREMEDICATED
                }));
            }
            let end_of_cycle_8 = Some(Response::Pr);
            let assessed_at = Some(step);
            answers(&response(&ResponseFacts {
                cycle,
                course: day,
                end_of_cycle_8,
                assessed_at,
                interim: None,
            }));
            for first in [NaiveDate::MIN, NaiveDate::MAX] {
                let _ = day_of(first, step);
                let _ = calendar(first, &[PlannedDose { step, mg: u32::MAX }]);
            }
        }
        for (cycle, day) in NUMBERS
            .iter()
            .flat_map(|one| NUMBERS.map(|other| (*one, other)))
        {
            for mg in extreme_quantities() {
                let (cycle, day) = (Datum::Known(cycle), Datum::Known(day));
                answers(&dose(&DoseFacts {
                    cycle,
                    day,
                    path,
                    ordered: Datum::Known(mg),
                    ..DOSE
                }));
            }
        }
    }
    for mg in WHOLES {
        let _ = vials_of(mg);
        for (of_1mg, of_30mg) in WHOLES
            .iter()
            .flat_map(|one| WHOLES.map(|other| (*one, other)))
        {
            answers(&prepared(mg, Some(Vials { of_1mg, of_30mg })));
        }
    }
}

#[test]
fn a_course_of_endless_cycles_has_an_end() {
    for (first, last) in WHOLES
        .iter()
        .flat_map(|one| WHOLES.map(|other| (*one, other)))
    {
        for detour in [
            None,
            Some(Detour::CycleOneAgain),
            Some(Detour::ReStepUp { cycle: last }),
        ] {
            assert!(
                sequence(first, last, detour).len() <= 22,
                "{first} to {last}"
            );
            answers(&plan(first, last, detour));
        }
    }
}

#[test]
fn extreme_instants_make_no_table_of_reactions_and_stays_panic() {
    let (go_on, next) = acts();
    for at in INSTANTS {
        for one in extreme_moments() {
            for grade in [0, 1, 2, 3, 4, u32::MAX] {
                for reaction in [
                    Reaction::Crs,
                    Reaction::Icans,
                    Reaction::Hlh,
                    Reaction::Other,
                ] {
                    let facts: ReactionFacts = episode(reaction, grade);
                    answers(&onset(&facts, true));
                    answers(&recurrence(&facts));
                    let current_grade = Some(grade);
                    answers(&resumption(
                        &facts,
                        &ResumptionFacts {
                            at,
                            recovered_to_grade_one: one,
                            ..go_on
                        },
                    ));
                    for other in extreme_moments() {
                        for rate in extreme_quantities() {
                            answers(&next_dose(
                                &facts,
                                &NextDoseFacts {
                                    at,
                                    recovered: one,
                                    recovered_to_grade_one: other,
                                    current_grade,
                                    grade_three: Datum::Known((one, other)),
                                    rate: RateFacts::TwoRates {
                                        planned: Some(rate),
                                        lowest: rate,
                                    },
                                    ..next
                                },
                            ));
                        }
                    }
                }
            }
        }
        for start in INSTANTS {
            answers(&discharge(&DischargeFacts {
                start: Some(start),
                leaving: at,
                ..leaving()
            }));
        }
    }
    for value in extreme_quantities() {
        for unit in [CountUnit::PerMm3, CountUnit::TenThousandPerMicrolitre] {
            let count = Datum::Known(Count {
                value,
                unit: Some(unit),
            });
            answers(&counts(&CountFacts {
                platelets: count,
                neutrophils: count,
                ..blood()
            }));
        }
    }
}

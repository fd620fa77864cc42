//! Where the patient is at a dose and when the patient may leave (P-3a, P-3b, P-4, AE-CRS-G3-n2) once more.

use chrono::{DateTime, TimeDelta, Utc};
use kanmon::rules::dosing::admission::{
    AdmissionFacts, ConsiderationRecord, DischargeFacts, First60, Setting, admission, discharge,
};
use kanmon::rules::dosing::course::{Path, Step};
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::finding::Admission;

use crate::answer::{ANY, Expected, Say, Tally};
use crate::restart::PATHS;

/// A morning in Tokyo.
fn morning() -> DateTime<Utc> {
    "2025-01-20T01:00:00Z".parse().expect("an instant")
}

const SETTINGS: [Datum<Setting>; 4] = [
    Datum::NotAsked,
    Datum::Missing,
    Datum::Known(Setting::Inpatient),
    Datum::Known(Setting::Outpatient),
];

const CONSIDERATIONS: [Datum<ConsiderationRecord>; 4] = [
    Datum::NotAsked,
    Datum::Missing,
    Datum::Known(ConsiderationRecord::Inpatient),
    Datum::Known(ConsiderationRecord::OutpatientWithReason),
];

/// Where the patient is, or is to be as far as anybody decided.
fn place(facts: &AdmissionFacts) -> Option<Setting> {
    match (facts.setting, facts.consideration) {
        (Datum::Known(setting), _) => Some(setting),
        (Datum::NotAsked, Datum::Known(ConsiderationRecord::Inpatient)) => Some(Setting::Inpatient),
        (Datum::NotAsked, Datum::Known(ConsiderationRecord::OutpatientWithReason)) => {
            Some(Setting::Outpatient)
        }
        _ => None,
    }
}

/// Whether 検討する is answered: a decision for the hospital does not explain an outpatient.
fn decided(facts: &AdmissionFacts) -> bool {
    match facts.consideration {
        Datum::Known(ConsiderationRecord::OutpatientWithReason) => true,
        Datum::Known(ConsiderationRecord::Inpatient) => place(facts) != Some(Setting::Outpatient),
        // Planning asks for no decision, nor does a stay in hospital; anything else does.
        Datum::NotAsked => matches!(
            facts.setting,
            Datum::NotAsked | Datum::Known(Setting::Inpatient)
        ),
        Datum::Missing => false,
    }
}

fn at_a_dose(facts: &AdmissionFacts) -> Expected {
    let mut says = Expected::default();
    let place = place(facts);
    let inpatient = place == Some(Setting::Inpatient);
    let in_re_step_up = facts.path == Path::ReStepUp && facts.step.cycle >= 2;
    let after_grade_three = facts.last_crs_grade >= 3;
    let second_60mg = in_re_step_up && facts.step == Step::new(2, 15);

    says.admission = match facts.first_60mg {
        First60::Yes => Some(Admission::Mandatory { hours: 48 }),
        // Whether it is the first is not stated, so neither is what the notice says of it.
        First60::EarlierOneInPart(_) => None,
        // Two sentences at once, of which the advice can name one only.
        First60::No if in_re_step_up && after_grade_three => None,
        First60::No if in_re_step_up => Some(Admission::NotStated),
        First60::No if facts.step.cycle == 1 || after_grade_three => Some(Admission::Consider),
        First60::No => Some(Admission::NotMandated),
    };

    let late = facts
        .admitted
        .zip(facts.start)
        .is_some_and(|(admitted, start)| admitted > start);
    match (facts.first_60mg, place) {
        (First60::No, _) => says.line(Say::Go, ANY),
        (First60::EarlierOneInPart(_), Some(Setting::Inpatient)) => says.line(Say::Go, ANY),
        (First60::EarlierOneInPart(_), _) => {
            says.line(Say::Refer, "FIRST_60MG_NOT_COMPLETED_NOT_STATED");
        }
        (First60::Yes, Some(Setting::Outpatient)) => {
            says.line(
                Say::Stop,
                if late {
                    ANY
                } else {
                    "FIRST_60MG_REQUIRES_INPATIENT"
                },
            );
        }
        (First60::Yes, _) if late => says.line(Say::Stop, "NOT_INPATIENT_FROM_START"),
        (First60::Yes, None) if facts.setting == Datum::Missing => {
            says.line(Say::Stop, "MISSING_DATA");
        }
        (First60::Yes, _) => says.line(Say::Go, ANY),
    }

    // 入院管理等の適切な体制: the hospital is one. The second 60 mg is weighed wherever it is not given there.
    let planned = facts.setting == Datum::NotAsked && facts.consideration == Datum::NotAsked;
    if facts.first_60mg == First60::Yes {
        says.line(Say::Go, ANY);
    } else if second_60mg && !inpatient && !planned {
        says.line(Say::Weigh, "SECOND_60MG_AFTER_RESTEP");
    } else if facts.step.cycle == 1 && !decided(facts) {
        says.line(Say::Weigh, "CONSIDERATION_NOT_RECORDED");
    } else if in_re_step_up && !second_60mg && !inpatient && !decided(facts) {
        says.line(Say::Weigh, "RESTEP_SETTING_NOT_STATED");
    }
    if after_grade_three && !inpatient && !decided(facts) {
        says.line(Say::Weigh, "INPATIENT_AFTER_G3_TO_BE_CONSIDERED");
    }
    says
}

/// Every dose of a cycle, in every setting.
pub fn every_setting(part: u32, tally: &mut Tally) {
    let cycle = part + 1;
    let times = [
        (None, None),
        (Some(-1), Some(0)),
        (Some(0), Some(0)),
        (Some(1), Some(0)),
        (None, Some(0)),
    ];
    let at = |minutes: Option<i64>| minutes.map(|m| morning() + TimeDelta::minutes(m));
    for (day, mg, path) in [1, 8, 15].iter().flat_map(|day| {
        [1, 2, 30, 60]
            .into_iter()
            .flat_map(move |mg| PATHS.map(|path| (*day, mg, path)))
    }) {
        let firsts: &[First60] = if mg == 60 {
            &[
                First60::No,
                First60::Yes,
                First60::EarlierOneInPart(Quantity::whole(5)),
            ]
        } else {
            &[First60::No]
        };
        for first_60mg in firsts {
            for (setting, consideration) in SETTINGS
                .into_iter()
                .flat_map(|one| CONSIDERATIONS.map(|other| (one, other)))
            {
                for (admitted, start) in times {
                    if *first_60mg != First60::Yes && admitted != Some(0) {
                        continue;
                    }
                    for last_crs_grade in 0..=4 {
                        let facts = AdmissionFacts {
                            step: Step::new(cycle, day),
                            mg: Quantity::whole(mg),
                            path,
                            first_60mg: *first_60mg,
                            setting,
                            admitted: at(admitted),
                            start: at(start),
                            consideration,
                            last_crs_grade,
                        };
                        let says = at_a_dose(&facts);
                        tally.case(&says, &admission(&facts), || format!("{facts:?}"));
                    }
                }
            }
        }
    }
}

fn at_leaving(facts: &DischargeFacts) -> Expected {
    let mut says = Expected::default();
    match facts.start {
        None if facts.first_60mg => says.line(Say::Stop, "MISSING_DATA"),
        // The last dose cannot have begun after the patient left.
        Some(start) if start > facts.leaving => says.line(Say::Stop, ANY),
        Some(start) if facts.first_60mg && (facts.leaving - start).num_seconds() < 48 * 3600 => {
            says.line(Say::Stop, "BEFORE_48H");
        }
        _ => says.line(Say::Go, ANY),
    }
    if facts.elsewhere {
        says.line(Say::Weigh, "INPATIENT_AT_OTHER_FACILITY");
    }
    match facts.ongoing_crs {
        None => says.line(Say::Stop, "MISSING_DATA"),
        Some(true) => says.line(Say::Weigh, "ONGOING_CRS_AT_48H"),
        Some(false) => says.line(Say::Go, ANY),
    }
    match facts.instructed {
        Some(true) => says.line(Say::Go, ANY),
        Some(false) => says.line(Say::Stop, "INSTRUCTION_MISSING"),
        None => says.line(Say::Stop, ANY),
    }
    says
}

/// Every minute of leaving around 48 hours, and hours around the start.
pub fn every_discharge(_: u32, tally: &mut Tally) {
    let minutes = (-120..=120)
        .map(|minute| minute * 60)
        .chain((47 * 60)..=(49 * 60));
    let answers = [None, Some(false), Some(true)];
    for seconds in minutes.flat_map(|minute| [minute * 60, minute * 60 - 1]) {
        for (ongoing_crs, instructed) in answers
            .iter()
            .flat_map(|one| answers.map(|other| (*one, other)))
        {
            for (first_60mg, elsewhere) in
                [(true, false), (true, true), (false, false), (false, true)]
            {
                for start in [None, Some(morning())] {
                    let facts = DischargeFacts {
                        first_60mg,
                        start,
                        leaving: morning() + TimeDelta::seconds(seconds),
                        ongoing_crs,
                        instructed,
                        elsewhere,
                    };
                    tally.case(&at_leaving(&facts), &discharge(&facts), || {
                        format!("{facts:?}")
                    });
                }
            }
        }
    }
}

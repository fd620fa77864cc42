//! The vectors of kind `hospitalisation`: their inputs as facts, with the satisfied baseline for whatever is not under test.

use chrono::{DateTime, FixedOffset, Utc};
use kanmon::rules::dosing::admission::{
    AdmissionFacts, ConsiderationRecord, DischargeFacts, First60, Setting, admission, discharge,
};
use kanmon::rules::dosing::course::Step;
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::finding::{Admission, Verdict};
use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::input::Input;
use crate::of_this_test::{Case, trials_of};
use crate::words::{instant, read_path, word};
use crate::{Judged, Vector};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct StayInput {
    cycle: Option<u32>,
    day: Option<u32>,
    mg: Option<u32>,
    path: Input<String>,
    first_60mg: Input<bool>,
    previous_60mg_given_mg: Input<Quantity>,
    setting: Input<String>,
    decision_recorded: Input<String>,
    reason_recorded: Input<Value>,
    last_crs_grade: Input<u32>,
    admission_at: Input<String>,
    infusion_start: Input<String>,
    discharge_at: Option<String>,
    leave_at: Option<String>,
    ongoing_crs: Input<bool>,
    instruction_recorded: Input<bool>,
    transfers: Input<Vec<TransferInput>>,
    /// The 48 hours run from the start: no rule reads the end.
    #[serde(rename = "infusion_end")]
    _infusion_end: Input<String>,
    /// An interruption does not begin the 48 hours again: no rule reads it.
    #[serde(rename = "interrupted_minutes")]
    _interrupted_minutes: Input<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransferInput {
    at: String,
    to: String,
}

/// The verdict on a vector of kind `hospitalisation`: on the setting of a dose, on leaving, or on both.
pub fn judge(vector: &Vector) -> Result<Judged, String> {
    let input: StayInput =
        serde_json::from_value(vector.input.clone()).map_err(|error| error.to_string())?;
    let leaving = [&input.discharge_at, &input.leave_at]
        .into_iter()
        .flatten()
        .map(|text| instant(text))
        .collect::<Result<Vec<_>, _>>()?;
    let leaving = leaving.into_iter().min();
    let of_a_dose = [
        "cycle",
        "setting",
        "decision_recorded",
        "reason_recorded",
        "admission_at",
    ]
    .iter()
    .any(|field| vector.input.get(field).is_some());
    let verdict = match (leaving, of_a_dose) {
        (Some(leaving), true) => on_setting(&input)?.and(on_leaving(&input, leaving)?),
        (Some(leaving), false) => on_leaving(&input, leaving)?,
        (None, _) => on_setting(&input)?,
    };
    let word = |admission| match admission {
        Admission::Mandatory { .. } => "MANDATORY",
        Admission::Consider => "CONSIDER",
        Admission::NotMandated => "NOT_MANDATED",
        Admission::NotStated => "NOT_STATED",
    };
    let hours = match verdict.advice.admission {
        Some(Admission::Mandatory { hours }) => Some(hours),
        _ => None,
    };
    let earliest = verdict.advice.earliest.map(|earliest| {
        let tokyo = FixedOffset::east_opt(9 * 3600).unwrap();
        let earliest = earliest.with_timezone(&tokyo);
        earliest.format("%Y-%m-%dT%H:%M%:z").to_string()
    });
    let further = Map::from_iter([
        (
            "admission".to_owned(),
            json!(verdict.advice.admission.map(word)),
        ),
        (
            "strict_admission".to_owned(),
            json!(verdict.advice.strict_admission.map(word)),
        ),
        ("until_hours_from_start".to_owned(), json!(hours)),
        ("earliest".to_owned(), json!(earliest)),
    ]);
    Ok(Judged { verdict, further })
}

fn known_instant(input: &Input<String>) -> Result<Option<DateTime<Utc>>, String> {
    match input {
        Input::Given(text) => instant(text).map(Some),
        Input::Absent | Input::Null => Ok(None),
    }
}

/// Where the dose stands in the course, and how many milligrams it has there, as far as either is said.
fn dose(input: &StayInput) -> (Step, u32) {
    let step = match (input.cycle, input.day) {
        (Some(cycle), day) => Step::new(cycle, day.unwrap_or(1)),
        // The first 60 mg of the regimen, unless a 60 mg is said to have gone before.
        (None, _) if matches!(input.previous_60mg_given_mg, Input::Absent) => Step::new(1, 15),
        (None, _) => Step::new(2, 1),
    };
    let by_regimen = match (step.cycle, step.day) {
        (1, 1) => 1,
        (1, 8) => 2,
        (1 | 2, _) => 60,
        _ => 30,
    };
    (step, input.mg.unwrap_or(by_regimen))
}

fn which_60mg(input: &StayInput) -> First60 {
    let (step, mg) = dose(input);
    let of_cycle_one = step.cycle <= 1 && mg == 60;
    match (&input.first_60mg, &input.previous_60mg_given_mg) {
        (Input::Given(true) | Input::Null, _) => First60::Yes,
        (_, Input::Null) => First60::EarlierOneInPart(Quantity::whole(0)),
        (_, Input::Given(given)) if *given < Quantity::whole(60) => {
            First60::EarlierOneInPart(*given)
        }
        (Input::Absent, Input::Absent) if of_cycle_one => First60::Yes,
        _ => First60::No,
    }
}

fn on_setting(input: &StayInput) -> Result<Verdict, String> {
    let (step, mg) = dose(input);
    let admitted = known_instant(&input.admission_at)?;
    let start = known_instant(&input.infusion_start)?;
    let setting = match &input.setting {
        Input::Given(word) if word == "INPATIENT" => Datum::Known(Setting::Inpatient),
        Input::Given(word) if word == "OUTPATIENT" => Datum::Known(Setting::Outpatient),
        Input::Given(word) => return Err(format!("unknown setting {word:?}")),
        Input::Null => Datum::Missing,
        // A time of admission is a stay in hospital; whether from the start is what the times say.
        Input::Absent => match (&input.admission_at, &input.infusion_start) {
            (Input::Absent, _) => Datum::NotAsked,
            (Input::Null, _) | (_, Input::Null) => Datum::Missing,
            (Input::Given(_), _) => Datum::Known(Setting::Inpatient),
        },
    };
    let decision = match &input.decision_recorded {
        Input::Absent => Datum::NotAsked,
        other => Datum::from(word(
            other,
            ConsiderationRecord::Inpatient,
            |word| match word {
                "INPATIENT" => Some(ConsiderationRecord::Inpatient),
                "OUTPATIENT_WITH_REASON" => Some(ConsiderationRecord::OutpatientWithReason),
                _ => None,
            },
        )?),
    };
    let consideration = match (decision, &input.reason_recorded) {
        (Datum::Known(decision), _) => Datum::Known(decision),
        (_, Input::Given(Value::Bool(true))) => {
            Datum::Known(ConsiderationRecord::OutpatientWithReason)
        }
        (_, Input::Given(Value::String(reason))) if !reason.trim().is_empty() => {
            Datum::Known(ConsiderationRecord::OutpatientWithReason)
        }
        (_, Input::Null | Input::Given(Value::Bool(false) | Value::String(_))) => Datum::Missing,
        (_, Input::Given(other)) => return Err(format!("unknown reason_recorded {other}")),
        (decision, Input::Absent) => decision,
    };
    Ok(admission(&AdmissionFacts {
        step,
        mg: Quantity::whole(mg),
        path: read_path(&input.path)?,
        first_60mg: which_60mg(input),
        setting,
        admitted,
        start,
        consideration,
        last_crs_grade: match input.last_crs_grade {
            Input::Absent => 0,
            Input::Given(grade) => grade,
            Input::Null => return Err("last_crs_grade is null".to_owned()),
        },
    }))
}

fn on_leaving(input: &StayInput, leaving: DateTime<Utc>) -> Result<Verdict, String> {
    let start = match &input.infusion_start {
        // Not under test: long enough ago.
        Input::Absent => Some(leaving - chrono::TimeDelta::hours(48)),
        other => known_instant(other)?,
    };
    let mut elsewhere = matches!(input.transfers, Input::Null);
    if let Input::Given(transfers) = &input.transfers {
        for transfer in transfers {
            if !transfer.to.starts_with("PARTNER") {
                return Err(format!("unknown place {:?}", transfer.to));
            }
            elsewhere |= instant(&transfer.at)? < leaving;
        }
    }
    Ok(discharge(&DischargeFacts {
        first_60mg: which_60mg(input) != First60::No,
        start,
        leaving,
        ongoing_crs: input.ongoing_crs.clone().or_baseline(false),
        instructed: input.instruction_recorded.clone().or_baseline(true),
        elsewhere,
    }))
}

/// Inputs that the sample does not hold.
pub fn trials() -> Vec<Trial> {
    let case = |name, input, expected: Value, clauses: &[&str]| {
        Case::of("hospitalisation", name, input, expected, clauses)
    };
    let stay = |changes: Value| {
        let mut input = json!({"first_60mg": true, "infusion_start": "2025-01-20T10:00+09:00", "discharge_at": "2025-01-22T10:00+09:00"});
        input
            .as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        input
    };
    let missing = || json!({"decision": "BLOCK", "reason": "MISSING_DATA"});
    trials_of(vec![
        case(
            "c1d1_planned",
            json!({"cycle": 1, "day": 1, "mg": 1}),
            json!({"decision": "ALLOW", "admission": "CONSIDER"}),
            &["P-3a", "W-2c"],
        ),
        case(
            "the_first_60_mg_in_a_setting_not_recorded",
            json!({"cycle": 1, "day": 15, "mg": 60, "first_60mg": true, "setting": null}),
            json!({"decision": "BLOCK", "reason": "MISSING_DATA", "admission": "MANDATORY"}),
            &["P-3b"],
        ),
        case(
            "grade_three_and_in_hospital",
            json!({"cycle": 4, "day": 1, "mg": 30, "last_crs_grade": 3, "setting": "INPATIENT"}),
            json!({"decision": "ALLOW", "admission": "CONSIDER"}),
            &["AE-CRS-G3-n2"],
        ),
        case(
            "grade_three_and_a_recorded_reason",
            json!({"cycle": 4, "day": 1, "mg": 30, "last_crs_grade": 3, "setting": "OUTPATIENT", "reason_recorded": true}),
            json!({"decision": "ALLOW", "admission": "CONSIDER"}),
            &["AE-CRS-G3-n2"],
        ),
        case(
            "part_of_the_first_60_mg_and_in_hospital_again",
            json!({"cycle": 2, "day": 1, "mg": 60, "previous_60mg_given_mg": 5, "setting": "INPATIENT"}),
            json!({"decision": "ALLOW", "strict_admission": "MANDATORY"}),
            &["P-3b"],
        ),
        case(
            "an_instruction_not_recorded",
            stay(json!({"instruction_recorded": null})),
            missing(),
            &["P-4"],
        ),
        case(
            "crs_not_recorded",
            stay(json!({"ongoing_crs": null})),
            missing(),
            &["P-3b", "W-2d"],
        ),
        case(
            "leave_before_discharge",
            stay(json!({"leave_at": "2025-01-21T10:00+09:00"})),
            json!({"decision": "BLOCK", "reason": "BEFORE_48H", "earliest": "2025-01-22T10:00+09:00"}),
            &["P-3b"],
        ),
        case(
            "another_dose_without_48_hours",
            stay(json!({"first_60mg": false, "discharge_at": "2025-01-20T16:00+09:00"})),
            json!({"decision": "ALLOW"}),
            &["P-3b", "P-4"],
        ),
        case(
            "an_unknown_setting_fails",
            json!({"cycle": 1, "day": 15, "mg": 60, "setting": "HOTEL"}),
            json!({}),
            &[],
        )
        .fails("unknown"),
        case(
            "a_wrong_admission_fails",
            json!({"cycle": 1, "day": 1, "mg": 1}),
            json!({"admission": "MANDATORY"}),
            &[],
        )
        .fails("admission is"),
    ])
}

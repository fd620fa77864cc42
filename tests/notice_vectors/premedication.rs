//! The vectors of kind `premedication`: their inputs as facts, with the satisfied baseline for whatever is not under test.

use std::collections::BTreeMap;

use kanmon::rules::dosing::course::Step;
use kanmon::rules::dosing::premedication::{
    PremedicationFacts, PreviousCrs, Relief, SteroidGiven, premedication,
};
use kanmon::rules::dosing::quantity::Datum;
use kanmon::rules::finding::{Notice, Steroid};
use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::input::Input;
use crate::of_this_test::{Case, trials_of};
use crate::words::{read_path, read_step};
use crate::{Judged, Vector};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct PremedicationInput {
    cycle: Option<u32>,
    day: Option<u32>,
    path: Input<String>,
    crs_after_previous_dose: Input<bool>,
    crs_grade: Input<u32>,
    crs_history: BTreeMap<String, Option<u32>>,
    steroid_given: Input<bool>,
    steroid_minutes_before_start: Input<i64>,
    /// Drug and dose, of which the notice says nothing: only that it was given.
    steroid: Input<String>,
    antipyretic_need: Input<String>,
    antipyretic_minutes_before_start: Input<i64>,
    antihistamine_minutes_before_start: Input<i64>,
}

/// The verdict on a vector of kind `premedication`.
pub fn judge(vector: &Vector) -> Result<Judged, String> {
    let input: PremedicationInput =
        serde_json::from_value(vector.input.clone()).map_err(|error| error.to_string())?;
    let step = match (input.cycle, input.day) {
        (Some(cycle), day) => Step::new(cycle, day.unwrap_or(1)),
        (None, _) => return Err("cycle is needed".to_owned()),
    };
    let needed = match &input.antipyretic_need {
        Input::Absent => Datum::NotAsked,
        Input::Null => Datum::Missing,
        Input::Given(word) => Datum::Known(match word.as_str() {
            "NO_RECORDED" => false,
            "YES_RECORDED" => true,
            _ => return Err(format!("unknown word {word:?}")),
        }),
    };
    let asked = |minutes: &Input<i64>| match minutes {
        Input::Absent => Datum::NotAsked,
        Input::Null => Datum::Missing,
        Input::Given(minutes) => Datum::Known(*minutes),
    };
    let antihistamine = asked(&input.antihistamine_minutes_before_start);
    let antipyretic = match asked(&input.antipyretic_minutes_before_start) {
        // Needed, and no time is under test: one in time is the baseline.
        Datum::NotAsked if needed == Datum::Known(true) && antihistamine == Datum::NotAsked => {
            Datum::Known(30)
        }
        time => time,
    };
    let facts = PremedicationFacts {
        step,
        path: read_path(&input.path)?,
        previous_crs: previous_crs(&input, step)?,
        steroid: steroid_given(&input)?,
        relief: Relief {
            needed,
            antipyretic,
            antihistamine,
        },
    };
    let verdict = premedication(&facts);
    let says = |notice, word: &str| {
        verdict
            .advice
            .notices
            .contains(&notice)
            .then_some(word.to_owned())
    };
    let steroid = verdict.advice.steroid.map(|steroid| match steroid {
        Steroid::Required(_) => "REQUIRED",
        Steroid::NotRequired => "NOT_REQUIRED",
    });
    let further = Map::from_iter([
        ("steroid".to_owned(), json!(steroid)),
        (
            "wait_minutes".to_owned(),
            json!(verdict.advice.wait_minutes),
        ),
        (
            "antipyretic_antihistamine".to_owned(),
            json!(says(Notice::AntipyreticAntihistamineAsNeeded, "AS_NEEDED")),
        ),
        (
            "inform".to_owned(),
            json!(says(
                Notice::SteroidDrugAndDoseNotStated,
                "STEROID_DRUG_AND_DOSE_NOT_STATED_IN_NOTICE"
            )),
        ),
    ]);
    Ok(Judged { verdict, further })
}

/// Whether CRS followed the previous dose: as said, or else as its grade or the history says.
fn previous_crs(input: &PremedicationInput, step: Step) -> Result<PreviousCrs, String> {
    let mut earlier = Vec::new();
    for (place, grade) in &input.crs_history {
        let place = read_step(place)?;
        if place < step {
            earlier.push((place, *grade));
        }
    }
    let latest = earlier.into_iter().max();
    Ok(
        match (&input.crs_after_previous_dose, &input.crs_grade, latest) {
            (Input::Given(crs), _, _) => PreviousCrs::Recorded(*crs),
            (Input::Null, _, _) | (Input::Absent, Input::Null, _) => PreviousCrs::NotRecorded,
            (Input::Absent, Input::Given(grade), _) => PreviousCrs::Recorded(*grade > 0),
            (Input::Absent, Input::Absent, Some((_, grade))) => grade
                .map_or(PreviousCrs::NotRecorded, |grade| {
                    PreviousCrs::Recorded(grade > 0)
                }),
            (Input::Absent, Input::Absent, None) if step == Step::new(1, 1) => {
                PreviousCrs::NoPreviousDose
            }
            (Input::Absent, Input::Absent, None) => PreviousCrs::Recorded(false),
        },
    )
}

fn steroid_given(input: &PremedicationInput) -> Result<SteroidGiven, String> {
    Ok(
        match (&input.steroid_given, &input.steroid_minutes_before_start) {
            (Input::Given(false), Input::Given(_)) => {
                return Err("a steroid that was not given has a time".to_owned());
            }
            (Input::Given(false), _) => SteroidGiven::No,
            (_, Input::Given(minutes)) => SteroidGiven::Yes(Some(*minutes)),
            (_, Input::Null) | (Input::Null, _) => SteroidGiven::Yes(None),
            (Input::Given(true), Input::Absent) => SteroidGiven::Yes(Some(60)),
            (Input::Absent, Input::Absent) => match input.steroid {
                Input::Absent => SteroidGiven::NotAsked,
                Input::Null => SteroidGiven::Yes(None),
                Input::Given(_) => SteroidGiven::Yes(Some(60)),
            },
        },
    )
}

/// Inputs that the sample does not hold.
pub fn trials() -> Vec<Trial> {
    let case = |name, input, expected: Value, clauses: &[&str]| {
        Case::of("premedication", name, input, expected, clauses)
    };
    trials_of(vec![
        case(
            "c3d1_without_crs",
            json!({"cycle": 3, "day": 1, "path": "standard", "crs_after_previous_dose": false}),
            json!({"decision": "ALLOW", "steroid": "NOT_REQUIRED"}),
            &["DN-1b", "DN-1c"],
        ),
        case(
            "c3d1_with_crs_in_its_history_only",
            json!({"cycle": 3, "day": 1, "crs_history": {"C1D15": 0, "C2D1": 1}}),
            json!({"steroid": "REQUIRED"}),
            &["DN-1b"],
        ),
        case(
            "c1d1_repeated",
            json!({"cycle": 1, "day": 1, "path": "C1_restart", "crs_after_previous_dose": null}),
            json!({"decision": "ALLOW", "steroid": "REQUIRED"}),
            &["DN-1a", "RS-C1D1-2W"],
        ),
        case(
            "after_a_repeated_step_up_crs_asks_for_a_steroid",
            json!({"cycle": 4, "day": 1, "path": "after_restep_C3", "crs_after_previous_dose": true, "steroid_given": false}),
            json!({"decision": "BLOCK", "reason": "STEROID_MISSING", "steroid": "REQUIRED"}),
            &["DN-1b"],
        ),
        case(
            "a_steroid_at_the_start",
            json!({"cycle": 1, "day": 1, "steroid_minutes_before_start": 0}),
            json!({"decision": "BLOCK", "reason": "STEROID_NOT_BEFORE_START"}),
            &["DN-1a"],
        ),
        case(
            "an_unknown_path_fails",
            json!({"cycle": 3, "day": 1, "path": "detour"}),
            json!({}),
            &[],
        )
        .fails("unknown"),
        case(
            "an_unknown_input_fails",
            json!({"cycle": 3, "day": 1, "weather": "fine"}),
            json!({}),
            &[],
        )
        .fails("unknown"),
    ])
}

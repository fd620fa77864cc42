//! The vectors of kind `response`: their inputs as facts, with the satisfied baseline for whatever is not under test.

use kanmon::rules::dosing::course::Step;
use kanmon::rules::dosing::response::{Response, ResponseFacts, response};
use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::input::Input;
use crate::of_this_test::{Case, trials_of};
use crate::words::read_step;
use crate::{Judged, Vector};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct ResponseInput {
    completed_cycle: Input<u32>,
    current_cycle: Input<u32>,
    current_day: Input<u32>,
    response_end_of_cycle_8: Input<String>,
    interim_response: Input<String>,
    assessment_day: Input<String>,
    proposed: Option<ProposedInput>,
    /// A request changes no clause: no rule reads it.
    #[serde(rename = "physician_request")]
    _physician_request: Input<String>,
    /// Cycles are counted, not administrations: no rule reads it.
    #[serde(rename = "administrations")]
    _administrations: Input<u32>,
    /// The number of the course says it: no rule reads it.
    #[serde(rename = "relapsed_after")]
    _relapsed_after: Input<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProposedInput {
    cycle: u32,
    /// The regimen's matter, as is the dose.
    #[serde(rename = "day")]
    _day: Option<u32>,
    #[serde(rename = "mg")]
    _mg: Option<u32>,
    course: Option<u32>,
}

/// The verdict on a vector of kind `response`.
pub fn judge(vector: &Vector) -> Result<Judged, String> {
    let input: ResponseInput =
        serde_json::from_value(vector.input.clone()).map_err(|error| error.to_string())?;
    let (cycle, course) = match (&input.proposed, &input.completed_cycle) {
        (Some(proposed), _) => (proposed.cycle, proposed.course.unwrap_or(1)),
        (None, Input::Given(completed)) => (completed.saturating_add(1), 1),
        (None, _) => return Err("proposed is needed: no cycle is judged without it".to_owned()),
    };
    let assessed_at = match (
        &input.assessment_day,
        &input.current_cycle,
        &input.current_day,
    ) {
        (Input::Given(step), _, _) => Some(read_step(step)?),
        (_, Input::Given(cycle), Input::Given(day)) => Some(Step::new(*cycle, *day)),
        _ => None,
    };
    let category = |word: &str| match word {
        "CR" => Response::Cr,
        "PR" => Response::Pr,
        "SD" => Response::Sd,
        "PD" => Response::Pd,
        "NE" => Response::Ne,
        _ => Response::Other,
    };
    let facts = ResponseFacts {
        cycle,
        course,
        end_of_cycle_8: match &input.response_end_of_cycle_8 {
            Input::Given(word) => Some(category(word)),
            Input::Absent if cycle > 8 => Some(Response::Pr),
            Input::Absent | Input::Null => None,
        },
        assessed_at,
        interim: match &input.interim_response {
            Input::Given(word) => Some(category(word)),
            Input::Absent | Input::Null => None,
        },
    };
    let verdict = response(&facts);
    let further = Map::from_iter([("max_cycle".to_owned(), json!(verdict.advice.max_cycle))]);
    Ok(Judged { verdict, further })
}

/// Inputs that the sample does not hold.
pub fn trials() -> Vec<Trial> {
    let case = |name, input, expected: Value, clauses: &[&str]| {
        Case::of("response", name, input, expected, clauses)
    };
    let ninth = |response: Value| json!({"completed_cycle": 8, "response_end_of_cycle_8": response, "proposed": {"cycle": 9, "day": 1, "mg": 30}});
    trials_of(vec![
        case(
            "sd_continues_to_17",
            ninth(json!("SD")),
            json!({"decision": "ALLOW", "max_cycle": 17}),
            &["D-1b"],
        ),
        case(
            "the_eighteenth_cycle_is_too_many",
            json!({"completed_cycle": 17, "response_end_of_cycle_8": "PR", "proposed": {"cycle": 18, "day": 1, "mg": 30}}),
            json!({"decision": "BLOCK", "reason": "BEYOND_TOTAL_17_CYCLES", "max_cycle": 17}),
            &["D-1b"],
        ),
        case(
            "a_wrong_last_cycle_fails",
            ninth(json!("CR")),
            json!({"max_cycle": 17}),
            &[],
        )
        .fails("max_cycle is 8"),
        case(
            "a_field_of_another_kind_fails",
            ninth(json!("PR")),
            json!({"steroid": "REQUIRED"}),
            &[],
        )
        .fails("is not checked"),
    ])
}

//! The end of cycle 8 and the end of the course (D-1b) once more.

use kanmon::rules::dosing::course::Step;
use kanmon::rules::dosing::response::{Response, ResponseFacts, response};

use crate::answer::{Expected, Say, Tally};

/// Every response, and none.
pub const RESPONSES: [Option<Response>; 7] = [
    None,
    Some(Response::Cr),
    Some(Response::Pr),
    Some(Response::Sd),
    Some(Response::Pd),
    Some(Response::Ne),
    Some(Response::Other),
];

/// May this cycle be given?
pub fn at_the_end_of_cycle_8(asked: &ResponseFacts) -> Expected {
    let mut says = Expected::default();
    if asked.cycle > 17 {
        says.line(Say::Stop, "BEYOND_TOTAL_17_CYCLES");
    }
    // Of a further course nothing is said, and the responses are those of the course before.
    if asked.course > 1 {
        says.line(Say::Refer, "RETREATMENT_NOT_STATED");
        return says;
    }
    if [asked.interim, asked.end_of_cycle_8].contains(&Some(Response::Pd)) {
        says.line(Say::Refer, "PD_NOT_STATED");
    }
    if asked.cycle <= 8 {
        return says;
    }
    match asked.end_of_cycle_8 {
        None => says.line(Say::Stop, "RESPONSE_MISSING"),
        Some(Response::Cr) => {
            says.line(Say::Stop, "COURSE_COMPLETED_CR");
            says.max_cycle = Some(8);
        }
        Some(Response::Pr | Response::Sd) => says.max_cycle = Some(17),
        Some(Response::Pd) => says.line(Say::Refer, "PD_NOT_STATED"),
        Some(Response::Ne) => says.line(Say::Refer, "NE_NOT_STATED"),
        Some(Response::Other) => says.line(Say::Refer, "RESPONSE_CRITERIA_NOT_STATED"),
    }
    let early = |at: Step| at.cycle < 8 || at.cycle == 8 && at.day < 15;
    if asked.end_of_cycle_8.is_some() && asked.assessed_at.is_some_and(early) {
        says.line(Say::Weigh, "ASSESSMENT_NOT_AT_END_OF_CYCLE_8");
    }
    says
}

/// Every cycle with every response, interim response and day of assessment.
pub fn every_response(_: u32, tally: &mut Tally) {
    let days = (1..=8).flat_map(|cycle| (1..=21).map(move |day| Some(Step::new(cycle, day))));
    let later = [Step::new(9, 1), Step::new(12, 1)].map(Some);
    let days: Vec<Option<Step>> = std::iter::once(None).chain(days).chain(later).collect();
    for (cycle, course) in (1..=25).flat_map(|cycle| [(cycle, 1), (cycle, 2)]) {
        for end_of_cycle_8 in RESPONSES {
            for interim in RESPONSES {
                for assessed_at in days.iter().filter(|at| at.is_none_or(|at| at.cycle > 6)) {
                    let asked = ResponseFacts {
                        cycle,
                        course,
                        end_of_cycle_8,
                        assessed_at: *assessed_at,
                        interim,
                    };
                    let says = at_the_end_of_cycle_8(&asked);
                    tally.case(&says, &response(&asked), || format!("{asked:?}"));
                }
            }
        }
    }
}

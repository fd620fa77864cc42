//! The shared dosing rules: one file a table of the notice, and here the answer for a whole case.
//!
//! | file | table |
//! |---|---|
//! | [`eligibility`] | who is treated, and on what ground (I, IN, W-1, DN-4) |
//! | [`regimen`] | which dose on which day of which cycle (D-1a) |
//! | [`restart`] | which dose after a delay (DN-3) |
//! | [`response`] | the end of cycle 8, and of the course (D-1b) |
//! | [`premedication`] | what is given before a dose (DN-1, RS-N2) |
//! | [`admission`] | where the patient is, and when the patient may leave (P-3, P-4) |
//! | [`reactions`], [`counts`] | at onset, before resuming, before the next dose (DN-2) |
//! | [`vials`] | whole vials for a dose and for a course |
//!
//! The tables know nothing of each other; [`check`] reads what each of them asks from the records of a case.
//!
//! ```
//! use kanmon::rules::dosing::{check, facts::CaseQuestion};
//! use kanmon::rules::finding::Decision;
//!
//! // Cycle 1 day 8 was given fifteen days ago: the table says 2 mg again, whatever had been planned.
//! let question: CaseQuestion = serde_json::from_str(r#"{
//!     "format": 1,
//!     "case": {
//!         "course": 1,
//!         "eligibility": {
//!             "adult": true, "diagnosis": "follicular_lymphoma", "status": "relapsed",
//!             "therapies": [
//!                 {"kind": "standard", "anti_cd20": "yes", "outcome": "relapse"},
//!                 {"kind": "standard", "anti_cd20": "no", "outcome": "ineffective"}
//!             ],
//!             "fl_grade": "2", "pathologist_experienced": true,
//!             "explained_efficacy": true, "explained_risk": true,
//!             "consent_by": "patient", "consent_before_first_dose": true,
//!             "appropriateness_recorded": true, "physician_qualified": true,
//!             "other_antineoplastics": []
//!         },
//!         "administrations": [
//!             {"step": {"cycle": 1, "day": 1}, "mg": 1, "given": "in_full",
//!              "started": {"instant": "2026-11-02T01:00:00Z"}, "crs_followed": false},
//!             {"step": {"cycle": 1, "day": 8}, "mg": 2, "given": "in_full",
//!              "started": {"instant": "2026-11-09T01:00:00Z"}, "crs_followed": false}
//!         ]
//!     },
//!     "act": {"ask": "next_dose", "on": "2026-11-24"}
//! }"#).unwrap();
//! let verdict = check(&question);
//! assert_eq!(verdict.decision(), Decision::Allow);
//! assert_eq!(verdict.advice.dose.map(|dose| (dose.step.to_string(), dose.mg)), Some(("C1D8".into(), 2)));
//! ```

pub mod admission;
pub mod counts;
pub mod course;
pub mod decision;
pub mod eligibility;
pub mod facts;
mod history;
mod outlook;
pub mod premedication;
mod problems;
pub mod quantity;
pub mod reactions;
pub mod regimen;
pub mod response;
pub mod restart;
mod start;
mod stay;
pub mod vials;

use chrono::NaiveDate;

use self::course::{Path, PlannedDose, Step};
use self::facts::{Act, CaseFacts, CaseQuestion};
use self::history::History;
use self::response::{Response, ResponseFacts};
use self::restart::RestartFacts;
use super::finding::Verdict;

pub use self::outlook::{Window, outlook};
pub use self::problems::{Fault, MOST_RECORDS, Problem, problems};

/// The verdict on an act in a course: one finding of every rule that the act asks.
///
/// It answers for whatever is on file, in whatever order; a file that contradicts itself is found by [`problems`] beforehand.
#[must_use]
pub fn check(question: &CaseQuestion) -> Verdict {
    let case = &question.case;
    let history = History::of(case);
    match &question.act {
        Act::NextDose { on } => outlook::next_dose(case, &history, *on),
        Act::Start(start) => {
            decision::decided(start::start(case, &history, start), &start.decisions)
        }
        Act::Resume {
            at,
            rate,
            current_grade,
            decisions,
        } => decision::decided(
            stay::resume(&history, *at, *rate, *current_grade),
            decisions,
        ),
        Act::Discharge {
            at,
            ongoing_crs,
            instructed,
            elsewhere,
        } => stay::discharge(&history, *at, *ongoing_crs, *instructed, *elsewhere),
    }
}

/// The dose that comes next, before anybody asks whether it may begin.
struct Due {
    /// The findings on the interval and on the course as a whole.
    verdict: Verdict,
    /// The dose, where the tables name one.
    dose: Option<PlannedDose>,
    /// Its place in the course; where the tables name no dose, that of the previous one.
    step: Step,
    /// How the course comes to it.
    path: Path,
}

/// Which dose is due on this day (DN-3, D-1a), and whether the course goes on at all (D-1b).
fn due(case: &CaseFacts, history: &History<'_>, on: NaiveDate) -> Due {
    let days_since = |day: NaiveDate| (on - day).num_days();
    let before = history.previous();
    let asked = RestartFacts {
        previous: before,
        interval: history.last_day().map(days_since),
        since_day_one: history.day_one().map(days_since),
        on: Some(on),
    };
    let interval = restart::restart(&asked);
    let step = restart::place_due(&asked)
        .or(before.map(|previous| previous.step))
        .unwrap_or(Step::new(1, 1));
    let path = match (interval.advice.dose, before) {
        (Some(dose), _) => history.path_to(dose),
        (None, Some(previous)) => previous.path,
        (None, None) => Path::Standard,
    };
    let course = response::response(&response_facts(case, step.cycle));
    let goes_on = course.permits();
    let mut verdict = interval.and(course);
    if !goes_on {
        // INVARIANT: no dose is named where the course has ended or its next branch is not decided.
        verdict.advice.dose = None;
        verdict.advice.following = Vec::new();
    }
    Due {
        dose: verdict.advice.dose,
        verdict,
        step,
        path,
    }
}

/// What the decision at the end of cycle 8 asks.
///
/// READING: of several assessments of one kind the latest counts; two categories on one day contradict each other.
fn response_facts(case: &CaseFacts, cycle: u32) -> ResponseFacts {
    let latest = |end_of_cycle_8: bool| {
        let kind = || {
            case.responses
                .iter()
                .filter(move |row| row.end_of_cycle_8 == end_of_cycle_8)
        };
        let day = kind().map(|row| row.on).max()?;
        kind()
            .filter(|row| row.on == day)
            .map(|row| (row.response, row.at))
            .reduce(|one, other| {
                if one.0 == other.0 {
                    (one.0, one.1.min(other.1))
                } else {
                    (Response::Other, None)
                }
            })
    };
    let decisive = latest(true);
    ResponseFacts {
        cycle,
        course: case.course,
        end_of_cycle_8: decisive.map(|(response, _)| response),
        assessed_at: decisive.and_then(|(_, at)| at),
        interim: latest(false).map(|(response, _)| response),
    }
}

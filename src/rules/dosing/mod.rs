//! The shared dosing rules: one file a table of the notice, and here the answer for a whole case.

pub mod admission;
pub mod counts;
pub mod course;
pub mod eligibility;
pub mod facts;
pub mod premedication;
pub mod quantity;
pub mod reactions;
pub mod regimen;
pub mod response;
pub mod restart;
pub mod vials;

use self::facts::CaseQuestion;
use super::finding::Verdict;

/// The verdict on an act in a course: one finding of every rule that the act asks.
#[must_use]
pub fn check(question: &CaseQuestion) -> Verdict {
    let _ = question;
    Verdict::default()
}

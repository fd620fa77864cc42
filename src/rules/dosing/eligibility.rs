//! Who is treated, and on what ground (I-1, IN-1, IN-2, W-1a, W-1b, D-1a's 成人, DN-4).

use serde::{Deserialize, Serialize};

use crate::rules::finding::Verdict;

/// From which age a person is read as 成人.
///
/// READING: the notice states no age; the age of majority is 18.
pub const ADULT_FROM_YEARS: u32 = 18;

/// What is on file of the patient. `None` is not recorded, and never passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityFacts {
    /// Whether the patient is an adult; no age and no birth date is kept.
    pub adult: Option<bool>,
    /// The diagnosis.
    pub diagnosis: Option<Diagnosis>,
    /// Relapsed, refractory or neither.
    pub status: Option<DiseaseStatus>,
    /// The therapies before this drug; `None` when nobody recorded them.
    pub therapies: Option<Vec<PriorTherapy>>,
    /// The histological grade.
    pub fl_grade: Option<FlGrade>,
    /// Whether an experienced pathologist made the diagnosis.
    pub pathologist_experienced: Option<bool>,
    /// Whether efficacy was explained.
    pub explained_efficacy: Option<bool>,
    /// Whether the risks were explained.
    pub explained_risk: Option<bool>,
    /// Who consented; `None` is nobody.
    pub consent_by: Option<ConsentBy>,
    /// Whether consent was given before the first dose.
    pub consent_before_first_dose: Option<bool>,
    /// Whether treatment was judged appropriate.
    pub appropriateness_recorded: Option<bool>,
    /// Whether the physician in charge is qualified.
    pub physician_qualified: Option<bool>,
    /// Other antineoplastic agents given at the same time; premedication is none.
    pub other_antineoplastics: Option<Vec<String>>,
    /// Whether a justification of the combination is recorded.
    #[serde(default)]
    pub combination_justified: bool,
}

/// The diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diagnosis {
    /// 濾胞性リンパ腫.
    FollicularLymphoma,
    /// Any other.
    Other,
}

/// Whether the disease came back or never went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiseaseStatus {
    /// 再発.
    Relapsed,
    /// 難治性.
    Refractory,
    /// Neither.
    Neither,
}

/// A histological grade of follicular lymphoma, as reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlGrade {
    /// Grade 1.
    #[serde(rename = "1")]
    One,
    /// Grade 2.
    #[serde(rename = "2")]
    Two,
    /// Grade 1-2, reported together.
    #[serde(rename = "1-2")]
    OneToTwo,
    /// Grade 3A.
    #[serde(rename = "3A")]
    ThreeA,
    /// Grade 3B.
    #[serde(rename = "3B")]
    ThreeB,
    /// Grade 3 without A or B.
    #[serde(rename = "3")]
    Three,
    /// Reported without a grade.
    #[serde(rename = "ungraded")]
    Ungraded,
}

/// A therapy before this drug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorTherapy {
    /// What it was.
    pub kind: TherapyKind,
    /// Whether it contained an anti-CD20 monoclonal antibody.
    pub anti_cd20: Option<AntiCd20>,
    /// How it ended.
    pub outcome: Option<TherapyOutcome>,
}

/// Whether a therapy counts as a standard therapy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TherapyKind {
    /// A standard therapy.
    Standard,
    /// Maintenance, radiotherapy, transplant or another of which the notice does not say whether it counts.
    Doubtful,
}

/// Whether a therapy contained an anti-CD20 monoclonal antibody product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AntiCd20 {
    /// It did.
    Yes,
    /// It did not.
    No,
    /// A bispecific antibody only; the notice does not say whether it counts.
    BispecificOnly,
}

/// How a therapy ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TherapyOutcome {
    /// 無効.
    Ineffective,
    /// 治療後に再発.
    Relapse,
    /// Stopped for intolerance or another cause: neither.
    StoppedForIntolerance,
    /// It worked, and the disease has not come back.
    StillEffective,
}

/// Who consented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentBy {
    /// The patient.
    Patient,
    /// The family.
    Family,
}

/// The verdict on the patient: one finding of every rule.
#[must_use]
pub fn eligibility(facts: &EligibilityFacts) -> Verdict {
    let _ = facts;
    Verdict::default()
}

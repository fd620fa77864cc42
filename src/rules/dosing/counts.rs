//! Blood counts before a dose: the rows of thrombocytopenia and neutropenia (AE-PLT, AE-ANC).

use serde::{Deserialize, Serialize};

use super::facts::Count;
use super::quantity::{Datum, Quantity};
use crate::rules::finding::{Action, Advice, Answer, Field, Finding, Reason, Verdict};

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
    let findings = vec![platelets(facts), neutrophils(facts)];
    let too_low = |finding: &Finding| {
        matches!(
            finding.reason,
            Reason::PlateletsBelow50000 { .. } | Reason::NeutrophilsBelow1000 { .. }
        )
    };
    let advice = Advice {
        action: findings.iter().any(too_low).then_some(Action::Withhold),
        ..Advice::default()
    };
    Verdict { findings, advice }
}

/// AE-PLT: platelets of 50,000/mm³ or more.
///
/// 「50,000/mm³ 以上になるまで休薬する。」
///
/// READING: 50,000 exactly are 「以上」; the value alone counts, and no 72 hours are asked after it was reached.
/// READING: the table is about reactions to this drug (DN-2), so a low count before the first dose is referred.
/// READING: the notice does not say whether platelets after a transfusion count; they may, after a recorded reason.
/// READING: the notice does not say when counts are taken; without one nothing proves that the dose need not be withheld.
fn platelets(facts: &CountFacts) -> Finding {
    let answer = match facts.platelets.into() {
        Reported::Nothing => Answer::missing(Field::Platelets),
        Reported::NotAsked => Answer::met(Reason::CountNotAsked {}),
        Reported::WithoutUnit => Answer::unmet(Reason::UnitMissing {}),
        Reported::PerMm3(per_mm3) if per_mm3 >= Quantity::whole(50_000) => {
            if facts.transfused_within_72h {
                Answer::consider(Reason::TransfusionSupportedCountNotStated {})
            } else {
                Answer::met(Reason::PlateletsSufficient { per_mm3 })
            }
        }
        Reported::PerMm3(_) if facts.before_first_dose => {
            Answer::undetermined(Reason::BaselineCytopeniaNotStated {})
        }
        Reported::PerMm3(per_mm3) => Answer::unmet(Reason::PlateletsBelow50000 { per_mm3 }),
    };
    Finding::of_notice("platelets", ["DN-2", "AE-PLT"], answer)
}

/// AE-ANC: neutrophils of 1,000/mm³ or more.
///
/// 「1,000/mm³ 以上になるまで休薬する。」
///
/// READING: as for platelets; the notice's limit holds and not the one of 500/mm³ that other countries' labels name.
/// READING: the notice does not say whether neutrophils under a growth factor count; they may, after a recorded reason.
fn neutrophils(facts: &CountFacts) -> Finding {
    let answer = match facts.neutrophils.into() {
        Reported::Nothing => Answer::missing(Field::Neutrophils),
        Reported::NotAsked => Answer::met(Reason::CountNotAsked {}),
        Reported::WithoutUnit => Answer::unmet(Reason::UnitMissing {}),
        Reported::PerMm3(per_mm3) if per_mm3 >= Quantity::whole(1_000) => {
            if facts.growth_factor {
                Answer::consider(Reason::GrowthFactorSupportedCountNotStated {})
            } else {
                Answer::met(Reason::NeutrophilsSufficient { per_mm3 })
            }
        }
        Reported::PerMm3(_) if facts.before_first_dose => {
            Answer::undetermined(Reason::BaselineCytopeniaNotStated {})
        }
        Reported::PerMm3(per_mm3) => Answer::unmet(Reason::NeutrophilsBelow1000 { per_mm3 }),
    };
    Finding::of_notice("neutrophils", ["DN-2", "AE-ANC"], answer)
}

/// A count as the rules compare it.
enum Reported {
    /// The act does not ask for it.
    NotAsked,
    /// Nobody recorded it.
    Nothing,
    /// A number of which nobody knows what it counts: 50 may be 50 or 50,000.
    WithoutUnit,
    /// In the unit of the table.
    PerMm3(Quantity),
}

impl From<Datum<Count>> for Reported {
    /// 1 mm³ is 1 µL, so only powers of ten are multiplied and nothing is rounded.
    fn from(count: Datum<Count>) -> Self {
        let count = match count {
            Datum::NotAsked => return Self::NotAsked,
            Datum::Missing => return Self::Nothing,
            Datum::Known(count) => count,
        };
        count.unit.map_or(Self::WithoutUnit, |unit| {
            Self::PerMm3(count.value.times(match unit {
                CountUnit::PerMm3 | CountUnit::PerMicrolitre => 1,
                CountUnit::ThousandPerMicrolitre | CountUnit::BillionPerLitre => 1_000,
                CountUnit::TenThousandPerMicrolitre => 10_000,
            }))
        })
    }
}

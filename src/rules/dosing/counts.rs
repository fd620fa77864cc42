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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::rules::finding::Outcome;

    fn count(value: &str, unit: CountUnit) -> Datum<Count> {
        Datum::Known(Count {
            value: value.parse().unwrap(),
            unit: Some(unit),
        })
    }

    fn facts(platelets: Datum<Count>, neutrophils: Datum<Count>) -> CountFacts {
        CountFacts {
            platelets,
            neutrophils,
            before_first_dose: false,
            transfused_within_72h: false,
            growth_factor: false,
        }
    }

    fn of_platelets(facts: &CountFacts) -> (Outcome, &'static str) {
        let verdict = counts(facts);
        let finding = verdict.finding("platelets").unwrap();
        (finding.outcome, finding.reason.code())
    }

    fn of_neutrophils(facts: &CountFacts) -> (Outcome, &'static str) {
        let verdict = counts(facts);
        let finding = verdict.finding("neutrophils").unwrap();
        (finding.outcome, finding.reason.code())
    }

    #[test]
    fn fifty_thousand_platelets_suffice_in_every_unit_and_less_do_not() {
        for (unit, enough, less) in [
            (CountUnit::PerMm3, "50000", "49999.999999"),
            (CountUnit::PerMicrolitre, "50000", "49999"),
            (CountUnit::ThousandPerMicrolitre, "50", "49.999999"),
            (CountUnit::TenThousandPerMicrolitre, "5.0", "4.999999"),
            (CountUnit::BillionPerLitre, "50", "49.9"),
        ] {
            let judged = |value| of_platelets(&facts(count(value, unit), Datum::NotAsked));
            assert_eq!(judged(enough), (Outcome::Met, "PLATELETS_SUFFICIENT"));
            assert_eq!(judged(less), (Outcome::Unmet, "PLATELETS_BELOW_50000"));
            let vast = "999999999999.999999";
            assert_eq!(judged(vast), (Outcome::Met, "PLATELETS_SUFFICIENT"));
        }
    }

    #[test]
    fn a_thousand_neutrophils_suffice_in_every_unit_and_less_do_not() {
        for (unit, enough, less) in [
            (CountUnit::PerMm3, "1000", "999"),
            (CountUnit::ThousandPerMicrolitre, "1", "0.999999"),
            (CountUnit::TenThousandPerMicrolitre, "0.1", "0.099999"),
            (CountUnit::BillionPerLitre, "1.0", "0.99"),
        ] {
            let judged = |value| of_neutrophils(&facts(Datum::NotAsked, count(value, unit)));
            assert_eq!(judged(enough), (Outcome::Met, "NEUTROPHILS_SUFFICIENT"));
            assert_eq!(judged(less), (Outcome::Unmet, "NEUTROPHILS_BELOW_1000"));
        }
    }

    #[test]
    fn one_count_too_low_withholds_the_dose() {
        let enough = count("80000", CountUnit::PerMm3);
        let low = counts(&facts(enough, count("800", CountUnit::PerMm3)));
        assert_eq!(low.advice.action, Some(Action::Withhold));
        let well = counts(&facts(enough, count("1000", CountUnit::PerMm3)));
        assert_eq!(well.advice.action, None);
        assert_eq!(well.worst(), Some(Outcome::Met));
    }

    #[test]
    fn a_number_without_a_unit_is_no_count() {
        let bare = Datum::Known(Count {
            value: Quantity::whole(50_000),
            unit: None,
        });
        let judged = facts(bare, bare);
        assert_eq!(of_platelets(&judged), (Outcome::Unmet, "UNIT_MISSING"));
        assert_eq!(of_neutrophils(&judged), (Outcome::Unmet, "UNIT_MISSING"));
        assert_eq!(counts(&judged).advice, Advice::default());
    }

    #[test]
    fn a_count_that_nobody_took_does_not_pass_and_one_not_asked_does() {
        let judged = facts(Datum::Missing, Datum::NotAsked);
        assert_eq!(of_platelets(&judged), (Outcome::Unmet, "MISSING_DATA"));
        assert_eq!(of_neutrophils(&judged), (Outcome::Met, "COUNT_NOT_ASKED"));
    }

    #[test]
    fn a_low_count_before_the_first_dose_is_referred() {
        let before = CountFacts {
            before_first_dose: true,
            ..facts(
                count("49999", CountUnit::PerMm3),
                count("999", CountUnit::PerMm3),
            )
        };
        let expected = (Outcome::Undetermined, "BASELINE_CYTOPENIA_NOT_STATED");
        assert_eq!(of_platelets(&before), expected);
        assert_eq!(of_neutrophils(&before), expected);
        assert_eq!(counts(&before).advice, Advice::default());
    }

    #[test]
    fn a_supported_count_is_considered_when_it_suffices_and_too_low_all_the_same_when_not() {
        let supported = |platelets: &str, neutrophils: &str| CountFacts {
            transfused_within_72h: true,
            growth_factor: true,
            ..facts(
                count(platelets, CountUnit::PerMm3),
                count(neutrophils, CountUnit::PerMm3),
            )
        };
        let enough = supported("50000", "1000");
        assert_eq!(
            of_platelets(&enough),
            (Outcome::Consider, "TRANSFUSION_SUPPORTED_COUNT_NOT_STATED")
        );
        assert_eq!(
            of_neutrophils(&enough),
            (
                Outcome::Consider,
                "GROWTH_FACTOR_SUPPORTED_COUNT_NOT_STATED"
            )
        );
        let low = supported("49999", "999");
        assert_eq!(of_platelets(&low).0, Outcome::Unmet);
        assert_eq!(of_neutrophils(&low).0, Outcome::Unmet);
    }
}

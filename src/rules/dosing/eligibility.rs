//! Who is treated, and on what ground (I-1, IN-1, IN-2, W-1a, W-1b, D-1a's 成人, DN-4).

mod therapies;

use serde::{Deserialize, Serialize};

use self::therapies::prior_therapies;
use crate::rules::finding::{Answer, Field, Finding, Reason, Topic, Verdict};

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
    Verdict::new(vec![
        Finding::of_notice("adult", ["D-1a"], adult(facts)),
        Finding::of_notice("indication", ["I-1"], indication(facts)),
        Finding::of_notice(
            "prior_therapies",
            ["IN-1"],
            prior_therapies(facts.therapies.as_deref()),
        ),
        Finding::of_notice("fl_grade", ["IN-2"], fl_grade(facts)),
        Finding::of_notice("pathologist", ["IN-2"], pathologist(facts)),
        Finding::of_notice("patient_explanation", ["W-1b"], patient_explanation(facts)),
        Finding::of_notice("consent", ["W-1b"], consent(facts)),
        Finding::of_notice("appropriateness", ["W-1a"], appropriateness(facts)),
        Finding::of_notice("physician_in_charge", ["W-1a"], physician_in_charge(facts)),
        Finding::of_notice("combination", ["DN-4", "DN-1a"], combination(facts)),
    ])
}

/// A yes-or-no datum: met, unmet, or missing when nobody recorded it.
fn yes_or_no(datum: Option<bool>, field: Field, yes: Reason, no: Reason) -> Answer {
    match datum {
        Some(true) => Answer::met(yes),
        Some(false) => Answer::unmet(no),
        None => Answer::missing(field),
    }
}

/// D-1a: the regimen is one for adults.
///
/// 「通常、成人にはモスネツズマブ（遺伝子組換え）として」
///
/// READING: from [`ADULT_FROM_YEARS`] on; the rule takes the answer, so that no age is kept.
fn adult(facts: &EligibilityFacts) -> Answer {
    yes_or_no(
        facts.adult,
        Field::Adult,
        Reason::Adult {},
        Reason::NotAdult {},
    )
}

/// I-1: relapsed or refractory follicular lymphoma.
///
/// 「再発又は難治性の濾胞性リンパ腫」
///
/// READING: another diagnosis is named before anything missing, because no further datum would mend it.
fn indication(facts: &EligibilityFacts) -> Answer {
    match (facts.diagnosis, facts.status) {
        (Some(Diagnosis::Other), _) => Answer::unmet(Reason::NotFollicularLymphoma {}),
        (_, Some(DiseaseStatus::Neither)) => Answer::unmet(Reason::NotRelapsedOrRefractory {}),
        (None, _) => Answer::missing(Field::Diagnosis),
        (_, None) => Answer::missing(Field::DiseaseStatus),
        (
            Some(Diagnosis::FollicularLymphoma),
            Some(DiseaseStatus::Relapsed | DiseaseStatus::Refractory),
        ) => Answer::met(Reason::RelapsedOrRefractory {}),
    }
}

/// IN-2: Grade 1 to 3A.
///
/// 「Grade 1～3A と診断された患者に投与すること。」
///
/// READING: both ends are included. A Grade 3 without A or B, or no grade in the report, may lie outside: it is
/// not shown to be within, and the pathologist is asked. This grade is one of histology, not of a reaction.
fn fl_grade(facts: &EligibilityFacts) -> Answer {
    match facts.fl_grade {
        Some(FlGrade::One | FlGrade::Two | FlGrade::OneToTwo | FlGrade::ThreeA) => {
            Answer::met(Reason::FlGradeWithin13a {})
        }
        Some(FlGrade::ThreeB) => Answer::unmet(Reason::FlGradeOutside13a {}),
        Some(FlGrade::Three | FlGrade::Ungraded) => Answer::unmet(Reason::FlGradeNotSpecific {}),
        None => Answer::missing(Field::FlGrade),
    }
}

/// IN-2: diagnosed by a pathologist with sufficient experience.
///
/// 「十分な経験を有する病理医により、Grade 1～3A と診断された患者に投与すること。」
///
/// READING: how much experience is sufficient is not stated; the record says that it is.
fn pathologist(facts: &EligibilityFacts) -> Answer {
    yes_or_no(
        facts.pathologist_experienced,
        Field::Pathologist,
        Reason::PathologistConfirmed {},
        Reason::PathologistNotConfirmed {},
    )
}

/// W-1b: efficacy and risks are explained to the patient or the family before treatment starts.
///
/// 「治療開始に先立ち、患者又はその家族に有効性及び危険性を十分に説明し」
///
/// READING: 「及び」: one topic alone is not enough; what was left out is named before what nobody recorded.
fn patient_explanation(facts: &EligibilityFacts) -> Answer {
    let topics = [
        (Topic::Efficacy, facts.explained_efficacy),
        (Topic::Risks, facts.explained_risk),
    ];
    let lacking: Vec<Topic> = topics
        .into_iter()
        .filter(|(_, explained)| *explained == Some(false))
        .map(|(topic, _)| topic)
        .collect();
    if !lacking.is_empty() {
        Answer::unmet(Reason::ExplanationIncomplete { lacking })
    } else if topics.iter().any(|(_, explained)| explained.is_none()) {
        Answer::missing(Field::PatientExplanation)
    } else {
        Answer::met(Reason::PatientInformed {})
    }
}

/// W-1b: consent before treatment starts.
///
/// 「治療開始に先立ち、患者又はその家族に有効性及び危険性を十分に説明し、同意を得てから投与すること。」
///
/// READING: the patient's consent or the family's; once, before the first dose, not before each.
fn consent(facts: &EligibilityFacts) -> Answer {
    match (facts.consent_by, facts.consent_before_first_dose) {
        (None, _) => Answer::unmet(Reason::ConsentMissing {}),
        (Some(_), Some(false)) => Answer::unmet(Reason::ConsentNotBeforeTreatment {}),
        (Some(_), None) => Answer::missing(Field::ConsentTime),
        (Some(ConsentBy::Patient | ConsentBy::Family), Some(true)) => {
            Answer::met(Reason::ConsentBeforeTreatment {})
        }
    }
}

/// W-1a: only cases in which administration is judged appropriate.
///
/// 「本剤の投与が適切と判断される症例についてのみ投与すること。」
fn appropriateness(facts: &EligibilityFacts) -> Answer {
    yes_or_no(
        facts.appropriateness_recorded,
        Field::Appropriateness,
        Reason::AppropriatenessRecorded {},
        Reason::AppropriatenessNotRecorded {},
    )
}

/// W-1a: under a physician with sufficient knowledge and experience.
///
/// 「造血器悪性腫瘍の治療に対して、十分な知識・経験を持つ医師のもとで」
fn physician_in_charge(facts: &EligibilityFacts) -> Answer {
    yes_or_no(
        facts.physician_qualified,
        Field::PhysicianInCharge,
        Reason::PhysicianInChargeQualified {},
        Reason::PhysicianNotQualified {},
    )
}

/// DN-4: combination with other antineoplastic agents is not established.
///
/// 「他の抗悪性腫瘍剤との併用について、有効性及び安全性は確立していない。」
///
/// READING: a statement, not a prohibition: it is weighed, and the justification recorded.
/// READING: the corticosteroid that DN-1a itself orders is premedication, no combination.
fn combination(facts: &EligibilityFacts) -> Answer {
    let Some(agents) = &facts.other_antineoplastics else {
        return Answer::missing(Field::OtherAntineoplastics);
    };
    if agents.is_empty() {
        return Answer::met(Reason::NoCombination {});
    }
    let drugs = agents.join(", ");
    if facts.combination_justified {
        Answer::met(Reason::CombinationJustified { drugs })
    } else {
        Answer::consider(Reason::CombinationNotEstablished { drugs })
    }
}

#[cfg(test)]
mod tests;

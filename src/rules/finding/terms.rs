//! The words that reasons are made of: who can mend what, which datum is missing, and the values a message may show.

use super::reason::Reason;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::rules::dosing::quantity::Quantity;
use crate::rules::gate::OrderedProduct;

/// Who can mend a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// 施設担当者: attests readiness, names physicians, reports changes.
    FacilityCoordinator,
    /// 医師: signs the own qualification.
    Physician,
    /// 医薬情報担当者 (MR): explains and meets.
    Representative,
    /// 安全管理部門担当者: reviews evidence and owns house policy.
    SafetyOfficer,
    /// 流通担当者: changes the order, the destination or the day.
    DistributionOperator,
    /// 納入承認者: acknowledges what is to be considered.
    Approver,
    /// 薬剤師・看護師: prepare and record at the bedside.
    Pharmacy,
}

impl Owner {
    /// Every owner.
    pub const ALL: [Self; 7] = [
        Self::FacilityCoordinator,
        Self::Physician,
        Self::Representative,
        Self::SafetyOfficer,
        Self::DistributionOperator,
        Self::Approver,
        Self::Pharmacy,
    ];

    /// The id of the message that names this owner.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::FacilityCoordinator => "owner-facility-coordinator",
            Self::Physician => "owner-physician",
            Self::Representative => "owner-representative",
            Self::SafetyOfficer => "owner-safety-officer",
            Self::DistributionOperator => "owner-distribution-operator",
            Self::Approver => "owner-approver",
            Self::Pharmacy => "owner-pharmacy",
        }
    }
}

/// Declares an enum of words, each with the message id that names it.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $id:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the notice.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The id of the message that names it.
            #[must_use]
            pub const fn message_id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }
        }

        impl From<&$name> for Argument {
            fn from(value: &$name) -> Self { Self::Term(value.message_id()) }
        }

        impl From<&Vec<$name>> for Argument {
            fn from(values: &Vec<$name>) -> Self {
                Self::Terms(values.iter().map(|value| value.message_id()).collect())
            }
        }
    };
}

named! {
    /// A datum that was asked for and is not on file.
    Field {
        /// Any accepted attestation of the facility.
        Readiness => "field-readiness",
        /// ※1: whether the facility has an ICU or equivalent equipment.
        IntensiveCare => "field-intensive-care",
        /// ※1: the dated statement that the equipment is equivalent to an ICU.
        IntensiveCareStatement => "field-intensive-care-statement",
        /// F-1.1: whether the facility admits around the clock.
        Admission24h => "field-admission-24h",
        /// P-3b: whether the facility has inpatient beds.
        InpatientBeds => "field-inpatient-beds",
        /// F-1.2, P-5: whether tocilizumab is ready.
        TocilizumabReady => "field-tocilizumab-ready",
        /// F-1.2: whether test results are obtainable promptly.
        TestResultsAvailable => "field-test-results-available",
        /// ※2: the agreement with the partner, with its first day.
        PartnershipAgreement => "field-partnership-agreement",
        /// ※2: an attestation of the partner itself, where house policy asks for one.
        PartnerReadiness => "field-partner-readiness",
        /// ※2: whether the partner has an ICU or equivalent equipment.
        PartnerIntensiveCare => "field-partner-intensive-care",
        /// ※2: the dated statement that the partner's equipment is equivalent to an ICU.
        PartnerIntensiveCareStatement => "field-partner-intensive-care-statement",
        /// ※2: whether the partner admits around the clock.
        PartnerAdmission24h => "field-partner-admission-24h",
        /// F-1.2: whether tocilizumab is ready at the partner.
        PartnerTocilizumabReady => "field-partner-tocilizumab-ready",
        /// F-1.2: whether test results are obtainable promptly at the partner.
        PartnerTestResultsAvailable => "field-partner-test-results-available",
        /// F-1.3: any named physician.
        Physician => "field-physician",
        /// ※3: the physician's signed statement on the three points.
        PhysicianQualification => "field-physician-qualification",
        /// ※3-1: experience with haematological malignancies.
        PhysicianExperience => "field-physician-experience",
        /// ※3-2: whether regular meetings with the representative are possible.
        PhysicianMeetings => "field-physician-meetings",
        /// ※3-3: whether the physician cooperates with the safety measures.
        PhysicianCooperation => "field-physician-cooperation",
        /// F-1.3: the physician's time in post at the facility.
        PhysicianAffiliation => "field-physician-affiliation",
        /// F-1.4: any explanation of product and safety measures.
        Explanation => "field-explanation",
        /// F-1.4: who explained.
        ExplanationPresenter => "field-explanation-presenter",
        /// F-1.4: whether the product was explained.
        ExplanationProduct => "field-explanation-product",
        /// F-1.4: whether the safety measures were explained.
        ExplanationSafetyMeasures => "field-explanation-safety-measures",
        /// F-1.4: when the explanation ended.
        ExplanationTime => "field-explanation-time",
        /// F-1: whether the destination itself is qualified.
        DestinationQualified => "field-destination-qualified",
        /// N0-2: the products ordered and their quantities.
        OrderLines => "field-order-lines",
        /// The house policy in force on the day.
        Policy => "field-policy",
        /// HP-2: a meeting, or the day from which its due day counts.
        Meeting => "field-meeting",
        /// W-1a: whether a qualified physician is on duty on the dosing day.
        QualifiedPhysicianOnDuty => "field-qualified-physician-on-duty",
        /// W-1a: whether the facility is qualified on the dosing day.
        FacilityQualified => "field-facility-qualified",
        /// D-1a: whether the patient is an adult.
        Adult => "field-adult",
        /// I-1: the diagnosis.
        Diagnosis => "field-diagnosis",
        /// I-1: whether the disease relapsed or is refractory.
        DiseaseStatus => "field-disease-status",
        /// IN-1: the standard therapies before this drug.
        PriorTherapies => "field-prior-therapies",
        /// IN-1: whether an anti-CD20 monoclonal antibody was among them.
        PriorTherapyAntiCd20 => "field-prior-therapy-anti-cd20",
        /// IN-1: how each of them ended.
        PriorTherapyOutcome => "field-prior-therapy-outcome",
        /// IN-2: the grade of the follicular lymphoma.
        FlGrade => "field-fl-grade",
        /// IN-2: the pathologist's experience.
        Pathologist => "field-pathologist",
        /// W-1b: whether efficacy and risks were explained.
        PatientExplanation => "field-patient-explanation",
        /// W-1b: when consent was given.
        ConsentTime => "field-consent-time",
        /// W-1a: whether treatment was judged appropriate.
        Appropriateness => "field-appropriateness",
        /// W-1a: whether the physician in charge is qualified.
        PhysicianInCharge => "field-physician-in-charge",
        /// DN-4: other antineoplastic agents.
        OtherAntineoplastics => "field-other-antineoplastics",
        /// D-1a: the number of the cycle.
        Cycle => "field-cycle",
        /// D-1a: the day of the cycle.
        CourseDay => "field-course-day",
        /// D-1a: the dose in mg.
        DoseMg => "field-dose-mg",
        /// D-1a: the route.
        Route => "field-route",
        /// DN-3: the day of the previous administration.
        PreviousDoseDay => "field-previous-dose-day",
        /// DN-3: how much of the previous dose was given.
        PreviousDoseGiven => "field-previous-dose-given",
        /// DN-1a: when the corticosteroid was given.
        SteroidTime => "field-steroid-time",
        /// P-3b: whether the patient is in hospital.
        Setting => "field-setting",
        /// P-3b: when the administration started.
        InfusionStart => "field-infusion-start",
        /// P-3b: whether cytokine release syndrome is going on.
        OngoingCrs => "field-ongoing-crs",
        /// P-4: the instruction to the patient.
        Instruction => "field-instruction",
        /// AE: which reaction it was.
        ReactionGrade => "field-reaction-grade",
        /// AE-NOTE: the scale of the grade.
        GradingScale => "field-grading-scale",
        /// AE: whether there was a Grade 3 of the same reaction before.
        EarlierGradeThree => "field-earlier-grade-three",
        /// AE-CRS: the rate at which the administration would go on.
        ResumptionRate => "field-resumption-rate",
        /// AE-ICANS: the present grade.
        CurrentGrade => "field-current-grade",
        /// AE-ICANS-G3-n2: how long Grade 3 lasted.
        GradeThreeDuration => "field-grade-three-duration",
        /// AE-PLT: the platelet count.
        Platelets => "field-platelets",
        /// AE-ANC: the neutrophil count.
        Neutrophils => "field-neutrophils",
        /// The vials prepared.
        VialsPrepared => "field-vials-prepared",
    }
}

impl Field {
    /// Who can supply it.
    #[must_use]
    pub const fn owners(self) -> &'static [Owner] {
        match self {
            Self::Physician | Self::PhysicianAffiliation => &[Owner::FacilityCoordinator],
            Self::PhysicianQualification
            | Self::PhysicianExperience
            | Self::PhysicianMeetings
            | Self::PhysicianCooperation => &[Owner::Physician, Owner::FacilityCoordinator],
            Self::Explanation
            | Self::ExplanationPresenter
            | Self::ExplanationProduct
            | Self::ExplanationSafetyMeasures
            | Self::ExplanationTime
            | Self::Meeting => &[Owner::Representative],
            Self::DestinationQualified | Self::OrderLines => &[Owner::DistributionOperator],
            Self::Policy => &[Owner::SafetyOfficer],
            Self::Adult
            | Self::Diagnosis
            | Self::DiseaseStatus
            | Self::PriorTherapies
            | Self::PriorTherapyAntiCd20
            | Self::PriorTherapyOutcome
            | Self::FlGrade
            | Self::Pathologist
            | Self::PatientExplanation
            | Self::ConsentTime
            | Self::Appropriateness
            | Self::PhysicianInCharge
            | Self::OtherAntineoplastics
            | Self::Setting
            | Self::OngoingCrs
            | Self::ReactionGrade
            | Self::GradingScale
            | Self::EarlierGradeThree
            | Self::CurrentGrade
            | Self::GradeThreeDuration => &[Owner::Physician],
            Self::Cycle
            | Self::CourseDay
            | Self::DoseMg
            | Self::Route
            | Self::PreviousDoseDay
            | Self::PreviousDoseGiven
            | Self::SteroidTime
            | Self::InfusionStart
            | Self::Instruction
            | Self::ResumptionRate
            | Self::Platelets
            | Self::Neutrophils
            | Self::VialsPrepared => &[Owner::Physician, Owner::Pharmacy],
            _ => &[Owner::FacilityCoordinator],
        }
    }
}

named! {
    /// What F-1.3 asks of one physician: the three points of ※3, and being in post.
    PhysicianPoint {
        /// ※3-1.
        Experience => "physician-point-experience",
        /// ※3-2.
        Meetings => "physician-point-meetings",
        /// ※3-3.
        Cooperation => "physician-point-cooperation",
        /// In post at the facility on the day.
        Post => "physician-point-post",
    }
}

named! {
    /// What the manufacturer explains before the delivery (F-1.4), and the physician before treatment (W-1b).
    Topic {
        /// 製品.
        Product => "topic-product",
        /// 安全対策.
        SafetyMeasures => "topic-safety-measures",
        /// 有効性, to the patient or the family (W-1b).
        Efficacy => "topic-efficacy",
        /// 危険性, to the patient or the family (W-1b).
        Risks => "topic-risks",
    }
}

named! {
    /// The six signs that P-2 names for observation.
    Sign {
        /// 発熱.
        Fever => "sign-fever",
        /// 悪寒.
        Chills => "sign-chills",
        /// 低血圧.
        Hypotension => "sign-hypotension",
        /// 頻脈.
        Tachycardia => "sign-tachycardia",
        /// 低酸素症.
        Hypoxia => "sign-hypoxia",
        /// 頭痛.
        Headache => "sign-headache",
    }
}

named! {
    /// A reaction of which the notice speaks, or another one.
    Reaction {
        /// サイトカイン放出症候群.
        Crs => "reaction-crs",
        /// 免疫エフェクター細胞関連神経毒性症候群.
        Icans => "reaction-icans",
        /// 血球貪食性リンパ組織球症.
        Hlh => "reaction-hlh",
        /// Any other reaction: the notice has no row for it.
        Other => "reaction-other",
    }
}

named! {
    /// A premedication as needed (DN-1c).
    Drug {
        /// 解熱鎮痛剤.
        Antipyretic => "drug-antipyretic",
        /// 抗ヒスタミン剤.
        Antihistamine => "drug-antihistamine",
    }
}

/// One physician and what is not proven of that person on the day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PhysicianGap {
    /// The physician's name, as typed.
    pub physician: String,
    /// What is lacking, in the order of the notice; never empty in a finding.
    pub lacking: Vec<PhysicianPoint>,
}

/// A value that a message may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A day of the Japanese calendar.
    Date(NaiveDate),
    /// An instant, to be shown in Japanese time.
    Instant(DateTime<Utc>),
    /// A count.
    Number(i64),
    /// A name, shown as typed.
    Text(String),
    /// The id of a message to translate, for example `field-admission-24h`.
    Term(&'static str),
    /// Several message ids to translate and list.
    Terms(Vec<&'static str>),
    /// Names, each with the message ids that apply to it.
    Named(Vec<(String, Vec<&'static str>)>),
    /// Another message with its own values.
    Said(&'static str, Vec<(&'static str, Argument)>),
}

impl From<&NaiveDate> for Argument {
    fn from(date: &NaiveDate) -> Self {
        Self::Date(*date)
    }
}

/// A day that may have no stated end reads as the term `no-stated-end`, so that every message has all its arguments.
impl From<&Option<NaiveDate>> for Argument {
    fn from(date: &Option<NaiveDate>) -> Self {
        date.map_or(Self::Term("no-stated-end"), Self::Date)
    }
}

/// A reason within a reason is said whole.
impl From<&Box<Reason>> for Argument {
    fn from(reason: &Box<Reason>) -> Self {
        Self::Said(reason.message_id(), reason.arguments())
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&u32> for Argument {
    fn from(number: &u32) -> Self {
        Self::Number(i64::from(*number))
    }
}

impl From<&u64> for Argument {
    fn from(number: &u64) -> Self {
        Self::Number(i64::try_from(*number).unwrap_or(i64::MAX))
    }
}

/// An exact decimal reads as it was typed, without trailing zeros.
impl From<&Quantity> for Argument {
    fn from(quantity: &Quantity) -> Self {
        Self::Text(quantity.to_string())
    }
}

impl From<&i64> for Argument {
    fn from(number: &i64) -> Self {
        Self::Number(*number)
    }
}

impl From<&DateTime<Utc>> for Argument {
    fn from(instant: &DateTime<Utc>) -> Self {
        Self::Instant(*instant)
    }
}

impl From<&OrderedProduct> for Argument {
    fn from(product: &OrderedProduct) -> Self {
        match product {
            OrderedProduct::Known(product) => Self::Term(product.message_id()),
            OrderedProduct::Unknown(typed) => Self::Text(typed.clone()),
        }
    }
}

impl From<&Vec<PhysicianGap>> for Argument {
    fn from(gaps: &Vec<PhysicianGap>) -> Self {
        let terms =
            |gap: &PhysicianGap| gap.lacking.iter().map(|point| point.message_id()).collect();
        Self::Named(
            gaps.iter()
                .map(|gap| (gap.physician.clone(), terms(gap)))
                .collect(),
        )
    }
}

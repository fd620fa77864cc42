//! Why a finding is what it is: one typed reason per code, with its arguments and with those who can mend it.
//!
//! Sentences live in message files. The message of a reason is `reason-` + its code in kebab case
//! ([`Reason::message_id`]), its remedy `remedy-` + the same; a field is `field-…`, an owner `owner-…`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

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
}

impl Owner {
    /// Every owner.
    pub const ALL: [Self; 6] = [
        Self::FacilityCoordinator,
        Self::Physician,
        Self::Representative,
        Self::SafetyOfficer,
        Self::DistributionOperator,
        Self::Approver,
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
    /// What the manufacturer explains before the delivery (F-1.4).
    Topic {
        /// 製品.
        Product => "topic-product",
        /// 安全対策.
        SafetyMeasures => "topic-safety-measures",
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

/// Declares the reasons: variant, code, message name, arguments, and the owners who can mend it.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident { $($field:ident: $kind:ty),* } $code:literal $kebab:literal [$($owner:ident),*];)+) => {
        /// Why a finding is what it is.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(tag = "code")]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $code)] $variant {
                $($field: $kind),*
            },)+
        }

        /// Every code with the part of its message id after `reason-`, in the order of declaration.
        pub const REASON_CODES: &[(&str, &str)] = &[$(($code, $kebab),)+];

        impl Reason {
            /// The code of this reason: the one of the notice's test vectors wherever they have one.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code,)+ }
            }

            /// The id of the message that says this reason.
            #[must_use]
            pub const fn message_id(&self) -> &'static str {
                match self { $(Self::$variant { .. } => concat!("reason-", $kebab),)+ }
            }

            /// The id of the message that says how to mend it; `None` when there is nothing to mend.
            #[must_use]
            pub const fn remedy_id(&self) -> Option<&'static str> {
                if self.owners().is_empty() { return None; }
                Some(match self { $(Self::$variant { .. } => concat!("remedy-", $kebab),)+ })
            }

            /// The values that the message may show, by name.
            #[must_use]
            pub fn arguments(&self) -> Vec<(&'static str, Argument)> {
                match self {
                    $(Self::$variant { $($field),* } => vec![$((stringify!($field), Argument::from($field))),*],)+
                }
            }

            /// Who can mend it; empty when there is nothing to mend. A missing datum is mended by whoever supplies it.
            #[must_use]
            pub const fn owners(&self) -> &'static [Owner] {
                match self {
                    Self::MissingData { field } => field.owners(),
                    $(#[allow(unreachable_patterns, reason = "missing data is answered above")]
                    Self::$variant { .. } => &[$(Owner::$owner),*],)+
                }
            }
        }
    };
}

reasons! {
    /// Every product ordered has rules in the edition in force.
    ProductsCovered {} "PRODUCTS_COVERED" "products-covered" [];
    /// The goods go to the facility that is judged, which has evidence on file.
    DestinationHasEvidence {} "DESTINATION_HAS_EVIDENCE" "destination-has-evidence" [];
    /// The goods go to another facility that satisfies F-1 itself.
    DestinationQualified { destination: String } "DESTINATION_QUALIFIED" "destination-qualified" [];
    /// The facility itself admits around the clock, with an ICU or equivalent (※1).
    AdmissionAtOwnFacility {} "ADMISSION_AT_OWN_FACILITY" "admission-at-own-facility" [];
    /// A partner admits around the clock, with an ICU or equivalent (※2); `until` is the agreement's stated last day.
    AdmissionThroughPartner { partner: String, until: Option<NaiveDate> } "ADMISSION_THROUGH_PARTNER" "admission-through-partner" [];
    /// Tocilizumab is ready at the facility itself.
    TocilizumabReady {} "TOCILIZUMAB_READY" "tocilizumab-ready" [];
    /// Tocilizumab is ready where the drug is given and where deteriorating patients are admitted.
    TocilizumabReadyAtBothSites { partner: String } "TOCILIZUMAB_READY_AT_BOTH_SITES" "tocilizumab-ready-at-both-sites" [];
    /// Test results are obtainable promptly.
    TestResultsObtainable {} "TEST_RESULTS_OBTAINABLE" "test-results-obtainable" [];
    /// One named person meets all three points of ※3 and is in post.
    QualifiedPhysicianInPost { physician: String } "QUALIFIED_PHYSICIAN_IN_POST" "qualified-physician-in-post" [];
    /// One point is proven of one physician.
    PhysicianPointProven { point: PhysicianPoint } "PHYSICIAN_POINT_PROVEN" "physician-point-proven" [];
    /// Product and safety measures were explained before the delivery.
    ExplainedBeforeDelivery { explained: NaiveDate } "EXPLAINED_BEFORE_DELIVERY" "explained-before-delivery" [];
    /// The first 60 mg can be started in hospital at the facility itself.
    InpatientSite {} "INPATIENT_SITE" "inpatient-site" [];
    /// The evidence was accepted or re-confirmed recently enough; `last` is the last day in time.
    EvidenceReconfirmed { accepted: NaiveDate, last: Option<NaiveDate> } "EVIDENCE_RECONFIRMED" "evidence-reconfirmed" [];
    /// A qualified physician met the representative recently enough; `due` is the last day in time for the next one.
    MeetingInTime { physician: String, met: NaiveDate, due: Option<NaiveDate> } "MEETING_IN_TIME" "meeting-in-time" [];
    /// No meeting since the physician came, and none is due yet.
    FirstMeetingNotYetDue { physician: String, affiliated: NaiveDate, due: Option<NaiveDate> } "FIRST_MEETING_NOT_YET_DUE" "first-meeting-not-yet-due" [];
    /// The explanation is not older than house policy lets pass; `last` is the last such day.
    ExplanationRecent { explained: NaiveDate, last: Option<NaiveDate> } "EXPLANATION_RECENT" "explanation-recent" [];
    /// The order is within the usual quantity.
    OrderQuantityUsual { vials_1mg: u64, vials_30mg: u64 } "ORDER_QUANTITY_USUAL" "order-quantity-usual" [];
    /// A qualified physician is on duty on the dosing day.
    QualifiedPhysicianOnDuty {} "QUALIFIED_PHYSICIAN_ON_DUTY" "qualified-physician-on-duty" [];
    /// The facility is qualified on the dosing day.
    FacilityQualified {} "FACILITY_QUALIFIED" "facility-qualified" [];
    /// A version of the manufacturer's CRS guidance is registered at the site.
    CrsGuidanceRegistered { version: String } "CRS_GUIDANCE_REGISTERED" "crs-guidance-registered" [];
    /// All six signs of P-2 are recorded.
    ObservationComplete {} "OBSERVATION_COMPLETE" "observation-complete" [];
    /// The administration has not begun, so there is nothing to observe yet.
    ObservationNotYetDue {} "OBSERVATION_NOT_YET_DUE" "observation-not-yet-due" [];

    /// A datum is not on file.
    MissingData { field: Field } "MISSING_DATA" "missing-data" [];
    /// No edition in force on the day has rules for this product.
    NoRulesLoaded { product: OrderedProduct } "NO_RULES_LOADED" "no-rules-loaded" [DistributionOperator, SafetyOfficer];
    /// The destination does not satisfy F-1 itself.
    DestinationNotQualified { destination: String } "DESTINATION_NOT_QUALIFIED" "destination-not-qualified" [DistributionOperator, FacilityCoordinator];
    /// The facility's evidence has reached its own stated end.
    ReadinessEnded { ended: NaiveDate } "READINESS_ENDED" "readiness-ended" [FacilityCoordinator];
    /// The facility's evidence begins on a later day.
    ReadinessNotYetInForce { from: NaiveDate } "READINESS_NOT_YET_IN_FORCE" "readiness-not-yet-in-force" [DistributionOperator, FacilityCoordinator];
    /// No place admits around the clock with an ICU or equivalent.
    No24hAdmissionWithIcu {} "NO_24H_ADMISSION_WITH_ICU" "no-24h-admission-with-icu" [FacilityCoordinator];
    /// The agreement with the partner has ended.
    PartnershipLapsed { partner: String, ended: NaiveDate } "PARTNERSHIP_LAPSED" "partnership-lapsed" [FacilityCoordinator];
    /// The agreement with the partner begins on a later day.
    PartnershipNotYetInForce { partner: String, from: NaiveDate } "PARTNERSHIP_NOT_YET_IN_FORCE" "partnership-not-yet-in-force" [DistributionOperator, FacilityCoordinator];
    /// Tocilizumab is ready nowhere.
    TocilizumabNotReady {} "TOCILIZUMAB_NOT_READY" "tocilizumab-not-ready" [FacilityCoordinator];
    /// Tocilizumab is not ready where the drug is given.
    TocilizumabNotReadyAtTreatingSite {} "TOCILIZUMAB_NOT_READY_AT_TREATING_SITE" "tocilizumab-not-ready-at-treating-site" [FacilityCoordinator];
    /// Tocilizumab is not ready where deteriorating patients are admitted.
    TocilizumabNotReadyAtAdmittingSite { partner: String } "TOCILIZUMAB_NOT_READY_AT_ADMITTING_SITE" "tocilizumab-not-ready-at-admitting-site" [FacilityCoordinator];
    /// Test results are not obtainable promptly at the facility.
    TestResultsNotObtainable {} "TEST_RESULTS_NOT_OBTAINABLE" "test-results-not-obtainable" [FacilityCoordinator];
    /// Test results are not obtainable promptly where deteriorating patients are admitted.
    TestResultsNotObtainableAtAdmittingSite { partner: String } "TEST_RESULTS_NOT_OBTAINABLE_AT_ADMITTING_SITE" "test-results-not-obtainable-at-admitting-site" [FacilityCoordinator];
    /// No one named person meets all three points of ※3 and is in post.
    PhysicianRequirement { physicians: Vec<PhysicianGap> } "PHYSICIAN_REQUIREMENT" "physician-requirement" [FacilityCoordinator, Physician];
    /// Nothing was explained.
    ExplanationMissing {} "EXPLANATION_MISSING" "explanation-missing" [Representative];
    /// Not both topics were explained.
    ExplanationIncomplete { lacking: Vec<Topic> } "EXPLANATION_INCOMPLETE" "explanation-incomplete" [Representative];
    /// The explanation ended after the goods may have arrived.
    ExplanationNotBeforeDelivery { explained: NaiveDate } "EXPLANATION_NOT_BEFORE_DELIVERY" "explanation-not-before-delivery" [Representative, DistributionOperator];
    /// Only the day of the explanation is known, and it is the day of the delivery.
    ExplanationOrderNotProven { explained: NaiveDate } "EXPLANATION_ORDER_NOT_PROVEN" "explanation-order-not-proven" [Representative, DistributionOperator];
    /// Somebody other than the manufacturer explained.
    ExplanationNotByMah {} "EXPLANATION_NOT_BY_MAH" "explanation-not-by-mah" [Representative];
    /// The facility may receive the product but cannot start the first 60 mg in hospital.
    DeliveryOkButFirst60mgNeedsInpatientSite {} "DELIVERY_OK_BUT_FIRST_60MG_NEEDS_INPATIENT_SITE" "delivery-ok-but-first-60mg-needs-inpatient-site" [Approver, FacilityCoordinator];
    /// House policy: the evidence has not been re-confirmed in time; `last` was the last day in time.
    ReconfirmationOverdue { accepted: NaiveDate, last: NaiveDate } "RECONFIRMATION_OVERDUE" "reconfirmation-overdue" [FacilityCoordinator, SafetyOfficer];
    /// House policy: no qualified physician met the representative in time; `due` was the last day in time.
    MeetingOverdue { physician: String, counted_from: NaiveDate, due: NaiveDate } "MEETING_OVERDUE" "meeting-overdue" [Representative, Physician];
    /// House policy: the explanation is old; the notice states no validity. `last` was the last day that passes.
    ExplanationAgeNotStated { explained: NaiveDate, last: NaiveDate } "EXPLANATION_AGE_NOT_STATED" "explanation-age-not-stated" [Representative, Approver];
    /// House policy: the order is above the usual quantity.
    OrderQuantityAbovePolicy { vials_1mg: u64, limit_1mg: u32, vials_30mg: u64, limit_30mg: u32 } "ORDER_QUANTITY_ABOVE_POLICY" "order-quantity-above-policy" [DistributionOperator, Approver];
    /// No qualified physician is on duty on the dosing day.
    PhysicianNotPresent {} "PHYSICIAN_NOT_PRESENT" "physician-not-present" [FacilityCoordinator, Physician];
    /// The facility is not qualified on the dosing day.
    FacilityNotQualified {} "FACILITY_NOT_QUALIFIED" "facility-not-qualified" [FacilityCoordinator];
    /// No version of the manufacturer's CRS guidance is registered at the site.
    CrsGuidanceNotRegistered {} "CRS_GUIDANCE_NOT_REGISTERED" "crs-guidance-not-registered" [FacilityCoordinator, Representative];
    /// Not all six signs of P-2 are recorded.
    ObservationIncomplete { missing: Vec<Sign> } "OBSERVATION_INCOMPLETE" "observation-incomplete" [FacilityCoordinator, Physician];
}

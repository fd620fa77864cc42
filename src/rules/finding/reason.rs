//! Why a finding is what it is: one typed reason per code, with its arguments and with those who can mend it.
//!
//! Sentences live in message files. The message of a reason is `reason-` + its code in kebab case
//! ([`Reason::message_id`]), its remedy `remedy-` + the same; a field is `field-…`, an owner `owner-…`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::terms::{
    Argument, Drug, Field, Owner, PhysicianGap, PhysicianPoint, Reaction, Sign, Topic,
};
use crate::rules::dosing::quantity::Quantity;
use crate::rules::gate::OrderedProduct;

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
            pub fn remedy_id(&self) -> Option<&'static str> {
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

            /// Who can mend it; empty when there is nothing to mend. A missing datum is mended by whoever supplies it,
            /// what an exception sets aside by whoever would mend it without the exception.
            #[must_use]
            pub fn owners(&self) -> &'static [Owner] {
                match self {
                    Self::MissingData { field } => field.owners(),
                    Self::HouseException { because, .. } => because.owners(),
                    Self::ExplanationIncomplete { lacking } if matches!(lacking.as_slice(), [Topic::Efficacy | Topic::Risks, ..]) => &[Owner::Physician],
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

    // The indication (eligibility.rs).
    /// The patient is an adult.
    Adult {} "ADULT" "adult" [];
    /// Follicular lymphoma.
    FollicularLymphoma {} "FOLLICULAR_LYMPHOMA" "follicular-lymphoma" [];
    /// Relapsed or refractory.
    RelapsedOrRefractory {} "RELAPSED_OR_REFRACTORY" "relapsed-or-refractory" [];
    /// At least two standard therapies, one with an anti-CD20 antibody, failed.
    PriorTherapiesSufficient { count: u32 } "PRIOR_THERAPIES_SUFFICIENT" "prior-therapies-sufficient" [];
    /// Grade 1 to 3A.
    FlGradeWithin13a {} "FL_GRADE_WITHIN_1_3A" "fl-grade-within-1-3a" [];
    /// The grade was diagnosed by an experienced pathologist.
    PathologistConfirmed {} "PATHOLOGIST_CONFIRMED" "pathologist-confirmed" [];
    /// Efficacy and risks were explained to the patient or the family.
    PatientInformed {} "PATIENT_INFORMED" "patient-informed" [];
    /// Consent was given before the first dose.
    ConsentBeforeTreatment {} "CONSENT_BEFORE_TREATMENT" "consent-before-treatment" [];
    /// Treatment was judged appropriate for this patient.
    AppropriatenessRecorded {} "APPROPRIATENESS_RECORDED" "appropriateness-recorded" [];
    /// The physician in charge is qualified.
    PhysicianInChargeQualified {} "PHYSICIAN_IN_CHARGE_QUALIFIED" "physician-in-charge-qualified" [];
    /// No other antineoplastic agent is given.
    NoCombination {} "NO_COMBINATION" "no-combination" [];
    /// Another antineoplastic agent is given, with a recorded justification.
    CombinationJustified { drugs: String } "COMBINATION_JUSTIFIED" "combination-justified" [];
    /// The patient is not an adult.
    NotAdult {} "NOT_ADULT" "not-adult" [Physician];
    /// The diagnosis is another.
    NotFollicularLymphoma {} "NOT_FOLLICULAR_LYMPHOMA" "not-follicular-lymphoma" [Physician];
    /// The disease is neither relapsed nor refractory, or a therapy neither failed nor was followed by relapse.
    NotRelapsedOrRefractory {} "NOT_RELAPSED_OR_REFRACTORY" "not-relapsed-or-refractory" [Physician];
    /// Fewer than two standard therapies.
    FewerThan2StandardTherapies { count: u32 } "FEWER_THAN_2_STANDARD_THERAPIES" "fewer-than-2-standard-therapies" [Physician];
    /// None of them contained an anti-CD20 monoclonal antibody.
    NoAntiCd20Mab {} "NO_ANTI_CD20_MAB" "no-anti-cd20-mab" [Physician];
    /// A therapy was stopped for another cause; the notice does not speak of it.
    OutcomeNeitherIneffectiveNorRelapse {} "OUTCOME_NEITHER_INEFFECTIVE_NOR_RELAPSE" "outcome-neither-ineffective-nor-relapse" [Physician];
    /// Whether it counts as a standard therapy is not stated.
    WhatCountsAsAStandardTherapyNotStated {} "WHAT_COUNTS_AS_A_STANDARD_THERAPY_NOT_STATED" "what-counts-as-a-standard-therapy-not-stated" [Physician];
    /// Whether a bispecific antibody counts as an anti-CD20 product is not stated.
    DefinitionOfAntiCd20MabProduct {} "DEFINITION_OF_ANTI_CD20_MAB_PRODUCT" "definition-of-anti-cd20-mab-product" [Physician];
    /// Grade 3B.
    FlGradeOutside13a {} "FL_GRADE_OUTSIDE_1_3A" "fl-grade-outside-1-3a" [Physician];
    /// A grade that does not show whether it is within 1 to 3A.
    FlGradeNotSpecific {} "FL_GRADE_NOT_SPECIFIC" "fl-grade-not-specific" [Physician];
    /// No experienced pathologist made the diagnosis.
    PathologistNotConfirmed {} "PATHOLOGIST_NOT_CONFIRMED" "pathologist-not-confirmed" [Physician];
    /// Nobody's consent is recorded.
    ConsentMissing {} "CONSENT_MISSING" "consent-missing" [Physician];
    /// Consent came after the first dose.
    ConsentNotBeforeTreatment {} "CONSENT_NOT_BEFORE_TREATMENT" "consent-not-before-treatment" [Physician];
    /// Nobody recorded that treatment is appropriate.
    AppropriatenessNotRecorded {} "APPROPRIATENESS_NOT_RECORDED" "appropriateness-not-recorded" [Physician];
    /// The physician in charge is not qualified.
    PhysicianNotQualified {} "PHYSICIAN_NOT_QUALIFIED" "physician-not-qualified" [Physician, FacilityCoordinator];
    /// Another antineoplastic agent is given and nobody recorded why.
    CombinationNotEstablished { drugs: String } "COMBINATION_NOT_ESTABLISHED" "combination-not-established" [Physician];

    // The regimen (regimen.rs).
    /// The dose of this day of the regimen.
    DoseAsPlanned { cycle: u32, day: u32, mg: u32 } "DOSE_AS_PLANNED" "dose-as-planned" [];
    /// A whole course, planned.
    CoursePlanned { administrations: u32, total_mg: u32 } "COURSE_PLANNED" "course-planned" [];
    /// By intravenous infusion.
    RouteIvInfusion {} "ROUTE_IV_INFUSION" "route-iv-infusion" [];
    /// Not earlier than the regimen says.
    OnSchedule { days: i64 } "ON_SCHEDULE" "on-schedule" [];
    /// No dose was given before.
    FirstAdministration {} "FIRST_ADMINISTRATION" "first-administration" [];
    /// There is no such cycle.
    InvalidCycle { cycle: i64 } "INVALID_CYCLE" "invalid-cycle" [Physician, Pharmacy];
    /// The regimen has no dose on this day.
    NoDoseOnThisDay { cycle: u32, day: u32 } "NO_DOSE_ON_THIS_DAY" "no-dose-on-this-day" [Physician, Pharmacy];
    /// Another dose than the one due.
    DoseMismatch { ordered: Quantity, expected_mg: u32 } "DOSE_MISMATCH" "dose-mismatch" [Physician, Pharmacy];
    /// Another route.
    RouteNotIvInfusion {} "ROUTE_NOT_IV_INFUSION" "route-not-iv-infusion" [Physician, Pharmacy];
    /// Earlier than the regimen says.
    EarlierThanScheduledDay { days: i64, scheduled: i64 } "EARLIER_THAN_SCHEDULED_DAY" "earlier-than-scheduled-day" [Physician, Pharmacy];
    /// The previous dose was late; whether this one moves too is not stated.
    SpacingAfterShortDelayNotStated { days: i64, scheduled: i64 } "SPACING_AFTER_SHORT_DELAY_NOT_STATED" "spacing-after-short-delay-not-stated" [Physician];

    // The end of cycle 8 (response.rs).
    /// The decision at the end of cycle 8 is not yet due.
    ResponseNotYetAsked {} "RESPONSE_NOT_YET_ASKED" "response-not-yet-asked" [];
    /// The first course with this drug.
    FirstCourse {} "FIRST_COURSE" "first-course" [];
    /// Not beyond the 17th cycle.
    WithinTotal17Cycles { cycle: u32 } "WITHIN_TOTAL_17_CYCLES" "within-total-17-cycles" [];
    /// No progressive disease is on file.
    NoProgressionRecorded {} "NO_PROGRESSION_RECORDED" "no-progression-recorded" [];
    /// Nothing on file places the assessment before the end of cycle 8.
    AssessedAtEndOfCycle8 {} "ASSESSED_AT_END_OF_CYCLE_8" "assessed-at-end-of-cycle-8" [];
    /// Stable disease or partial response at the end of cycle 8.
    ContinueTo17 {} "CONTINUE_TO_17" "continue-to-17" [];
    /// No more than 17 cycles in all.
    BeyondTotal17Cycles { cycle: u32 } "BEYOND_TOTAL_17_CYCLES" "beyond-total-17-cycles" [Physician];
    /// Complete response at the end of cycle 8: treatment ends.
    CourseCompletedCr {} "COURSE_COMPLETED_CR" "course-completed-cr" [Physician];
    /// Progressive disease: the notice is silent.
    PdNotStated {} "PD_NOT_STATED" "pd-not-stated" [Physician];
    /// Not evaluable: the notice is silent.
    NeNotStated {} "NE_NOT_STATED" "ne-not-stated" [Physician];
    /// The response at the end of cycle 8 is not recorded.
    ResponseMissing {} "RESPONSE_MISSING" "response-missing" [Physician];
    /// The response is none of CR, PR, SD, PD, NE.
    ResponseCriteriaNotStated {} "RESPONSE_CRITERIA_NOT_STATED" "response-criteria-not-stated" [Physician];
    /// A second course after the first: the notice is silent.
    RetreatmentNotStated {} "RETREATMENT_NOT_STATED" "retreatment-not-stated" [Physician];
    /// The response was assessed long before the end of cycle 8.
    AssessmentNotAtEndOfCycle8 {} "ASSESSMENT_NOT_AT_END_OF_CYCLE_8" "assessment-not-at-end-of-cycle-8" [Physician];

    // Restart after a delay (restart.rs).
    /// The previous dose is one of the table.
    PreviousDoseInTable { cycle: u32, day: u32, mg: u32 } "PREVIOUS_DOSE_IN_TABLE" "previous-dose-in-table" [];
    /// The interval reaches a row: restart as the row says.
    RestartByRow { days: i64, cycle: u32, day: u32, mg: u32 } "RESTART_BY_ROW" "restart-by-row" [];
    /// The interval is shorter than any row: the planned dose.
    PlannedDoseKept { days: i64, cycle: u32, day: u32, mg: u32 } "PLANNED_DOSE_KEPT" "planned-dose-kept" [];
    /// The day lies before the previous dose.
    InvalidDates { days: i64 } "INVALID_DATES" "invalid-dates" [Physician, Pharmacy];
    /// The previous dose was given in part; the notice is silent.
    PartialDoseNotStated { given: Quantity, mg: u32 } "PARTIAL_DOSE_NOT_STATED" "partial-dose-not-stated" [Physician];
    /// The previous dose is none of the table.
    PreviousDoseMatchesNoRow { cycle: u32, day: u32, mg: Quantity } "PREVIOUS_DOSE_MATCHES_NO_ROW" "previous-dose-matches-no-row" [Physician];
    /// Late within a repeated step-up; no row says what to do.
    DelayDuringRestepNotStated { days: i64, cycle: u32, day: u32 } "DELAY_DURING_RESTEP_NOT_STATED" "delay-during-restep-not-stated" [Physician];
    /// The row is matched only by its label.
    RestepAgainIsAReading { days: i64, cycle: u32, day: u32, mg: u32 } "RESTEP_AGAIN_IS_A_READING" "restep-again-is-a-reading" [Physician];

    // Premedication (premedication.rs).
    /// The corticosteroid was given at least 60 minutes before.
    SteroidInTime { minutes: i64 } "STEROID_IN_TIME" "steroid-in-time" [];
    /// A corticosteroid is required 60 minutes before the start.
    SteroidRequired {} "STEROID_REQUIRED" "steroid-required" [];
    /// The notice asks for no corticosteroid.
    SteroidNotRequired {} "STEROID_NOT_REQUIRED" "steroid-not-required" [];
    /// A required corticosteroid was not given.
    SteroidMissing {} "STEROID_MISSING" "steroid-missing" [Physician, Pharmacy];
    /// The corticosteroid was not given before the start.
    SteroidNotBeforeStart { minutes: i64 } "STEROID_NOT_BEFORE_START" "steroid-not-before-start" [Physician, Pharmacy];
    /// Less than 60 minutes before the start.
    SteroidLessThan60Min { minutes: i64, wait: i64 } "STEROID_LESS_THAN_60_MIN" "steroid-less-than-60-min" [Physician, Pharmacy];
    /// Much earlier than 60 minutes before.
    SteroidMuchEarlierThan60Min { minutes: i64 } "STEROID_MUCH_EARLIER_THAN_60_MIN" "steroid-much-earlier-than-60-min" [Physician, Pharmacy];
    /// Nobody recorded whether the previous dose was followed by CRS.
    CrsAssessmentOfPreviousDoseMissing {} "CRS_ASSESSMENT_OF_PREVIOUS_DOSE_MISSING" "crs-assessment-of-previous-dose-missing" [Physician, Pharmacy];
    /// Given 30 to 60 minutes before.
    ReliefInTime {} "RELIEF_IN_TIME" "relief-in-time" [];
    /// Judged not necessary, and recorded.
    ReliefNotNeeded {} "RELIEF_NOT_NEEDED" "relief-not-needed" [];
    /// As needed, 30 to 60 minutes before.
    ReliefAsNeeded {} "RELIEF_AS_NEEDED" "relief-as-needed" [];
    /// Nobody recorded whether it is needed.
    NeedNotAssessed {} "NEED_NOT_ASSESSED" "need-not-assessed" [Physician, Pharmacy];
    /// Needed, and the time is not recorded.
    ReliefTimeNotRecorded { drug: Drug } "RELIEF_TIME_NOT_RECORDED" "relief-time-not-recorded" [Physician, Pharmacy];
    /// Not 30 to 60 minutes before.
    AntipyreticOutside3060 { minutes: i64 } "ANTIPYRETIC_OUTSIDE_30_60" "antipyretic-outside-30-60" [Physician, Pharmacy];
    /// Not 30 to 60 minutes before.
    AntihistamineOutside3060 { minutes: i64 } "ANTIHISTAMINE_OUTSIDE_30_60" "antihistamine-outside-30-60" [Physician, Pharmacy];

    // Admission (admission.rs).
    /// In hospital from the start.
    InpatientFromStart {} "INPATIENT_FROM_START" "inpatient-from-start" [];
    /// The first 60 mg: in hospital for 48 hours from the start.
    AdmissionMandatory {} "ADMISSION_MANDATORY" "admission-mandatory" [];
    /// Cycle 1: admission is considered after each dose.
    AdmissionToBeConsidered {} "ADMISSION_TO_BE_CONSIDERED" "admission-to-be-considered" [];
    /// Admission was considered and the decision recorded.
    AdmissionConsidered {} "ADMISSION_CONSIDERED" "admission-considered" [];
    /// The notice asks for no admission.
    AdmissionNotMandated {} "ADMISSION_NOT_MANDATED" "admission-not-mandated" [];
    /// Nobody recorded the decision on admission.
    ConsiderationNotRecorded {} "CONSIDERATION_NOT_RECORDED" "consideration-not-recorded" [Physician];
    /// The first 60 mg needs a stay in hospital.
    First60mgRequiresInpatient {} "FIRST_60MG_REQUIRES_INPATIENT" "first-60mg-requires-inpatient" [Physician];
    /// Admitted only after the start.
    NotInpatientFromStart {} "NOT_INPATIENT_FROM_START" "not-inpatient-from-start" [Physician];
    /// The first 60 mg was given in part; whether the next is the first is not stated.
    First60mgNotCompletedNotStated {} "FIRST_60MG_NOT_COMPLETED_NOT_STATED" "first-60mg-not-completed-not-stated" [Physician];
    /// A later 60 mg after a repeated step-up; the notice does not say.
    Second60mgAfterRestep {} "SECOND_60MG_AFTER_RESTEP" "second-60mg-after-restep" [Physician];
    /// A repeated step-up after cycle 1; the notice does not say.
    RestepSettingNotStated {} "RESTEP_SETTING_NOT_STATED" "restep-setting-not-stated" [Physician];
    /// After CRS Grade 3 admission is to be considered.
    InpatientAfterG3ToBeConsidered {} "INPATIENT_AFTER_G3_TO_BE_CONSIDERED" "inpatient-after-g3-to-be-considered" [Physician];
    /// Before 48 hours from the start.
    Before48h { earliest: DateTime<Utc> } "BEFORE_48H" "before-48h" [Physician];
    /// 48 hours from the start have passed.
    Hours48Passed { since: DateTime<Utc> } "HOURS_48_PASSED" "hours-48-passed" [];
    /// Not the first 60 mg: no minimum stay.
    Not48hDose {} "NOT_48H_DOSE" "not-48h-dose" [];
    /// CRS is going on; 48 hours are a minimum.
    OngoingCrsAt48h {} "ONGOING_CRS_AT_48H" "ongoing-crs-at-48h" [Physician];
    /// No CRS is going on.
    NoOngoingCrs {} "NO_ONGOING_CRS" "no-ongoing-crs" [];
    /// The patient was not told when to seek care.
    InstructionMissing {} "INSTRUCTION_MISSING" "instruction-missing" [Physician, Pharmacy];
    /// The patient was told when to seek care.
    InstructionGiven {} "INSTRUCTION_GIVEN" "instruction-given" [];
    /// Part of the stay was at another facility.
    InpatientAtOtherFacility {} "INPATIENT_AT_OTHER_FACILITY" "inpatient-at-other-facility" [Physician, FacilityCoordinator];
    /// The whole stay was at one facility.
    StayedAtFacility {} "STAYED_AT_FACILITY" "stayed-at-facility" [];

    // Reactions (reactions.rs, counts.rs).
    /// No such reaction is to be regarded.
    NoReaction { reaction: Reaction } "NO_REACTION" "no-reaction" [];
    /// The notice has no row for this reaction, so no grade is read.
    NoGradeAsked {} "NO_GRADE_ASKED" "no-grade-asked" [];
    /// Graded by ASTCT.
    GradedByAstct {} "GRADED_BY_ASTCT" "graded-by-astct" [];
    /// The running administration is interrupted and the patient treated.
    InterruptAndTreat { reaction: Reaction, grade: u32 } "INTERRUPT_AND_TREAT" "interrupt-and-treat" [Physician];
    /// Nothing runs any more: treat, and wait before the next dose.
    TreatAfterInfusion { reaction: Reaction, grade: u32 } "TREAT_AFTER_INFUSION" "treat-after-infusion" [Physician];
    /// This drug is discontinued.
    DiscontinuePermanently { reaction: Reaction, grade: u32 } "DISCONTINUE_PERMANENTLY" "discontinue-permanently" [Physician];
    /// This drug was discontinued for this reaction.
    PermanentlyDiscontinued { reaction: Reaction } "PERMANENTLY_DISCONTINUED" "permanently-discontinued" [Physician];
    /// Graded by another scale.
    ScaleNotAstct {} "SCALE_NOT_ASTCT" "scale-not-astct" [Physician];
    /// Whether Grade 3 again within one episode is a recurrence is not stated.
    RecurrenceWithinEpisodeNotStated {} "RECURRENCE_WITHIN_EPISODE_NOT_STATED" "recurrence-within-episode-not-stated" [Physician];
    /// ICANS Grade 1 has no row.
    IcansG1NotStated {} "ICANS_G1_NOT_STATED" "icans-g1-not-stated" [Physician];
    /// HLH has no row.
    HlhActionNotStated {} "HLH_ACTION_NOT_STATED" "hlh-action-not-stated" [Physician];
    /// The reaction is not in the notice.
    EventNotInNotice {} "EVENT_NOT_IN_NOTICE" "event-not-in-notice" [Physician];
    /// Not recovered.
    NotRecovered {} "NOT_RECOVERED" "not-recovered" [Physician];
    /// Not recovered to Grade 1.
    NotRecoveredToG1 {} "NOT_RECOVERED_TO_G1" "not-recovered-to-g1" [Physician];
    /// Faster than the row permits.
    RateTooHigh { proposed: Quantity, limit: Quantity } "RATE_TOO_HIGH" "rate-too-high" [Physician, Pharmacy];
    /// No resumption after Grade 3.
    NoResumeAfterG3 {} "NO_RESUME_AFTER_G3" "no-resume-after-g3" [Physician];
    /// It came back after the resumption: no further resumption of this administration.
    NoSecondResume {} "NO_SECOND_RESUME" "no-second-resume" [Physician];
    /// The administration may be resumed.
    ResumptionPermitted {} "RESUMPTION_PERMITTED" "resumption-permitted" [];
    /// Less than 72 hours since recovery.
    LessThan72h { earliest: DateTime<Utc> } "LESS_THAN_72H" "less-than-72h" [Physician];
    /// It is not confirmed when the patient recovered.
    RecoveryNotConfirmed {} "RECOVERY_NOT_CONFIRMED" "recovery-not-confirmed" [Physician];
    /// At least 72 hours since recovery.
    Recovered72h {} "RECOVERED_72H" "recovered-72h" [];
    /// Whether a residual Grade 1 is recovery is not stated.
    RecoveryDefinitionAmbiguous {} "RECOVERY_DEFINITION_AMBIGUOUS" "recovery-definition-ambiguous" [Physician];
    /// The notice restricts no rate.
    RateNotRestricted {} "RATE_NOT_RESTRICTED" "rate-not-restricted" [];
    /// Half or less of the previous rate, or another rate for a recorded reason.
    HalfRatePlanned {} "HALF_RATE_PLANNED" "half-rate-planned" [];
    /// Half the previous rate is to be considered.
    HalfRateToBeConsidered {} "HALF_RATE_TO_BE_CONSIDERED" "half-rate-to-be-considered" [Physician];
    /// Whether the rate is one of volume or of mass is not stated.
    RateUnitNotStated {} "RATE_UNIT_NOT_STATED" "rate-unit-not-stated" [Physician];
    /// The previous administration had two rates; which one counts is not stated.
    ReferenceRateNotStated { limit: Quantity } "REFERENCE_RATE_NOT_STATED" "reference-rate-not-stated" [Physician];
    /// Grade 3 lasted no more than seven days.
    GradeThreeWithin7Days {} "GRADE_THREE_WITHIN_7_DAYS" "grade-three-within-7-days" [];
    /// Grade 3 lasted more than seven days.
    ConsiderDiscontinuation {} "CONSIDER_DISCONTINUATION" "consider-discontinuation" [Physician];
    /// Grade 3 lasted more than seven days, and the decision to go on is recorded.
    ContinuationDecided {} "CONTINUATION_DECIDED" "continuation-decided" [];
    /// At least 50,000/mm3.
    PlateletsSufficient { per_mm3: Quantity } "PLATELETS_SUFFICIENT" "platelets-sufficient" [];
    /// Below 50,000/mm3.
    PlateletsBelow50000 { per_mm3: Quantity } "PLATELETS_BELOW_50000" "platelets-below-50000" [Physician];
    /// At least 1,000/mm3.
    NeutrophilsSufficient { per_mm3: Quantity } "NEUTROPHILS_SUFFICIENT" "neutrophils-sufficient" [];
    /// Below 1,000/mm3.
    NeutrophilsBelow1000 { per_mm3: Quantity } "NEUTROPHILS_BELOW_1000" "neutrophils-below-1000" [Physician];
    /// This act does not ask for the count.
    CountNotAsked {} "COUNT_NOT_ASKED" "count-not-asked" [];
    /// A count without a unit.
    UnitMissing {} "UNIT_MISSING" "unit-missing" [Physician, Pharmacy];
    /// Low before the first dose: the table is about reactions to this drug.
    BaselineCytopeniaNotStated {} "BASELINE_CYTOPENIA_NOT_STATED" "baseline-cytopenia-not-stated" [Physician];
    /// Sufficient only after a transfusion.
    TransfusionSupportedCountNotStated {} "TRANSFUSION_SUPPORTED_COUNT_NOT_STATED" "transfusion-supported-count-not-stated" [Physician];
    /// Sufficient only with a growth factor.
    GrowthFactorSupportedCountNotStated {} "GROWTH_FACTOR_SUPPORTED_COUNT_NOT_STATED" "growth-factor-supported-count-not-stated" [Physician];

    // Vials (vials.rs).
    /// The vials that make the dose.
    VialsAsComputed { vials_1mg: u32, vials_30mg: u32 } "VIALS_AS_COMPUTED" "vials-as-computed" [];
    /// The right amount from unusual vials.
    UnusualVialCombination { vials_1mg: u32, vials_30mg: u32 } "UNUSUAL_VIAL_COMBINATION" "unusual-vial-combination" [Physician, Pharmacy];
    /// The vials do not make the dose.
    QuantityMismatch { vials_1mg: u32, vials_30mg: u32 } "QUANTITY_MISMATCH" "quantity-mismatch" [Physician, Pharmacy];

    // A physician's recorded decision (decision.rs).
    /// A physician's recorded decision answers what a guideline clause left to judgement.
    DecidedByPhysician { was: String } "DECIDED_BY_PHYSICIAN" "decided-by-physician" [];

    // Orders that name cases (gate/named.rs).
    /// The order names no case.
    NoCaseNamed {} "NO_CASE_NAMED" "no-case-named" [];
    /// The files of the cases named satisfy the indication.
    NamedCasesEligible { count: u32 } "NAMED_CASES_ELIGIBLE" "named-cases-eligible" [];
    /// The file of a case named leaves a clause of the indication open.
    NamedCaseOpen { cases: String } "NAMED_CASE_OPEN" "named-case-open" [FacilityCoordinator, Physician];
    /// The vials ordered are those due.
    CaseVialsFit { vials_1mg: u64, vials_30mg: u64 } "CASE_VIALS_FIT" "case-vials-fit" [];
    /// The vials ordered are not those due.
    CaseVialsDiffer { vials_1mg: u64, vials_30mg: u64, due_1mg: u64, due_30mg: u64, arithmetic: String } "CASE_VIALS_DIFFER" "case-vials-differ" [FacilityCoordinator, Approver];

    // Exceptions from the house policy (gate/exceptions.rs).
    /// House policy is not kept, and an exception with two signatures sets that aside through its last day.
    HouseException { last: NaiveDate, because: Box<Reason> } "HOUSE_EXCEPTION" "house-exception" [SafetyOfficer, Approver];
}

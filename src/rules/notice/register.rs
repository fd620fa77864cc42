//! Which rules answer each clause of the notice, why a clause has none, and the tests that try it beside the vectors.
//!
//! `tests/clauses.rs` and the trial `register` of `tests/notice_vectors.rs` hold this list against what the findings cite.

/// Why no rule answers a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutRule {
    /// It asks authorities and associations to make the notice known, and nothing of a delivery or a dose.
    Addressed,
    /// It introduces the clauses below it, which have their own rules.
    Introduces,
    /// It is a duty of the marketing authorisation holder beside any delivery or dose.
    HolderDuty,
    /// It states a risk and asks for no act; the clauses that ask for one have their own rules.
    StatesRisk,
}

impl WithoutRule {
    /// Every reason.
    pub const ALL: [Self; 4] = [
        Self::Addressed,
        Self::Introduces,
        Self::HolderDuty,
        Self::StatesRisk,
    ];

    /// The word kept in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Addressed => "addressed",
            Self::Introduces => "introduces",
            Self::HolderDuty => "holder_duty",
            Self::StatesRisk => "states_risk",
        }
    }

    /// The id of the message that says it.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::Addressed => "without-rule-addressed",
            Self::Introduces => "without-rule-introduces",
            Self::HolderDuty => "without-rule-holder-duty",
            Self::StatesRisk => "without-rule-states-risk",
        }
    }
}

/// What answers a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// These rules: each cites the clause in a finding.
    By(&'static [&'static str]),
    /// None, for this reason.
    Nowhere(WithoutRule),
}

/// One line of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The id of the clause.
    pub clause: &'static str,
    /// What answers it.
    pub answered: Answered,
    /// Tests that try it beside the notice's vectors: names of test functions.
    pub tests: &'static [&'static str],
}

impl Entry {
    /// The rules that answer the clause; none where a reason stands instead.
    #[must_use]
    pub const fn rules(&self) -> &'static [&'static str] {
        match self.answered {
            Answered::By(rules) => rules,
            Answered::Nowhere(_) => &[],
        }
    }

    /// Why no rule answers the clause; `None` where one does.
    #[must_use]
    pub const fn without_rule(&self) -> Option<WithoutRule> {
        match self.answered {
            Answered::By(_) => None,
            Answered::Nowhere(why) => Some(why),
        }
    }
}

/// Clauses without a rule are still quoted word for word and shown, and these tests see to it.
const QUOTED_AND_SHOWN: &[&str] = &[
    "every_clause_of_the_index_is_quoted_in_its_order",
    "the_notice_is_shown_clause_by_clause_and_the_house_apart",
];

const fn by(clause: &'static str, rules: &'static [&'static str]) -> Entry {
    Entry {
        clause,
        answered: Answered::By(rules),
        tests: &[],
    }
}

const fn nowhere(clause: &'static str, why: WithoutRule) -> Entry {
    Entry {
        clause,
        answered: Answered::Nowhere(why),
        tests: QUOTED_AND_SHOWN,
    }
}

/// Every clause once, in the order of the notice.
#[rustfmt::skip]
pub const REGISTER: &[Entry] = &[
    // The letter and the preamble.
    nowhere("N0-1", WithoutRule::Addressed),
    by("N0-2", &["product", "ordered_dose", "route", "vials", "course"]),
    nowhere("N0-3", WithoutRule::Addressed),
    nowhere("N0-4", WithoutRule::Addressed),
    // 1(1) The conditions of approval, 1(2) its head.
    nowhere("N1-1", WithoutRule::Introduces),
    nowhere("N1-1-1", WithoutRule::HolderDuty),
    by("N1-1-2", &["admission", "qualified_facility"]),
    nowhere("N1-2a", WithoutRule::Introduces),
    by("N1-2b", &["steroid", "reaction", "resumption", "resumption_rate", "recovery_72_hours", "rate_after_reaction"]),
    // Warnings.
    by("W-1a", &["responsible_physician", "qualified_facility", "appropriateness", "physician_in_charge", "named_cases"]),
    by("W-1b", &["patient_explanation", "consent", "named_cases"]),
    nowhere("W-2a", WithoutRule::StatesRisk),
    by("W-2b", &["reaction", "resumption", "resumption_rate", "recovery_72_hours", "rate_after_reaction"]),
    by("W-2c", &["admission_considered"]),
    by("W-2d", &["crs_guidance", "steroid", "crs_at_leaving"]),
    // Indication.
    by("I-1", &["indication", "named_cases"]),
    by("IN-1", &["prior_therapies", "retreatment", "named_cases"]),
    by("IN-2", &["fl_grade", "pathologist", "named_cases"]),
    // Dosage.
    by("D-1a", &["adult", "place_in_course", "ordered_dose", "route", "vials", "course", "previous_dose", "schedule", "restart", "end_of_cycle_8", "progression", "named_cases"]),
    by("D-1b", &["place_in_course", "course", "restart", "retreatment", "total_cycles", "end_of_cycle_8", "progression", "time_of_assessment"]),
    by("DN-1a", &["combination", "restart", "steroid"]),
    by("DN-1b", &["steroid"]),
    by("DN-1c", &["relief"]),
    // The table of adverse reactions.
    by("DN-2", &["ordered_dose", "reaction", "resumption", "resumption_rate", "recovery_72_hours", "rate_after_reaction", "grade_three_duration", "platelets", "neutrophils"]),
    by("AE-CRS-G1-a", &["reaction"]),
    by("AE-CRS-G1-b", &["reaction", "resumption", "resumption_rate"]),
    by("AE-CRS-G1-c", &["previous_dose", "reaction", "resumption"]),
    by("AE-CRS-G1-n", &["reaction", "recovery_72_hours", "rate_after_reaction"]),
    by("AE-CRS-G2-a", &["reaction"]),
    by("AE-CRS-G2-b", &["reaction", "resumption", "resumption_rate"]),
    by("AE-CRS-G2-c", &["previous_dose", "reaction", "resumption"]),
    by("AE-CRS-G2-n1", &["recovery_72_hours"]),
    by("AE-CRS-G2-n2", &["rate_after_reaction"]),
    by("AE-CRS-G3-a", &["reaction"]),
    by("AE-CRS-G3-b", &["previous_dose", "reaction", "resumption", "resumption_rate"]),
    by("AE-CRS-G3-n1", &["recovery_72_hours"]),
    by("AE-CRS-G3-n2", &["inpatient_after_grade_three", "rate_after_reaction"]),
    by("AE-CRS-G3R4", &["reaction", "resumption", "resumption_rate", "recovery_72_hours", "rate_after_reaction", "grade_three_duration"]),
    by("AE-ICANS-G2-a", &["reaction", "resumption", "resumption_rate", "recovery_72_hours", "rate_after_reaction"]),
    by("AE-ICANS-G2-b", &["reaction", "resumption", "resumption_rate", "recovery_72_hours"]),
    by("AE-ICANS-G2-n", &["recovery_72_hours", "rate_after_reaction"]),
    by("AE-ICANS-G3-ab", &["reaction", "resumption", "resumption_rate"]),
    by("AE-ICANS-G3-n1", &["recovery_72_hours", "rate_after_reaction"]),
    by("AE-ICANS-G3-n2", &["grade_three_duration"]),
    by("AE-ICANS-G3R4", &["reaction", "resumption", "resumption_rate", "recovery_72_hours", "rate_after_reaction", "grade_three_duration"]),
    by("AE-PLT", &["platelets"]),
    by("AE-ANC", &["neutrophils"]),
    by("AE-NOTE", &["grading_scale", "recovery_72_hours", "rate_after_reaction", "grade_three_duration"]),
    // The table of restarting after a delay.
    by("DN-3", &["previous_dose", "restart"]),
    by("RS-C1D1-2W", &["course", "restart", "steroid", "first_60mg_in_hospital", "admission_considered"]),
    by("RS-C1D8-2W6W", &["course", "restart", "steroid", "first_60mg_in_hospital", "admission_considered"]),
    by("RS-C1D8-6W", &["course", "restart", "steroid", "first_60mg_in_hospital", "admission_considered"]),
    by("RS-C1D15-6W-a", &["course", "restart", "steroid", "first_60mg_in_hospital", "admission_considered"]),
    by("RS-C1D15-6W-b", &["course", "restart"]),
    by("RS-C2-6W-a", &["course", "restart", "steroid", "first_60mg_in_hospital", "admission_considered"]),
    by("RS-C2-6W-b", &["course", "restart"]),
    by("RS-C3P-6W", &["course", "restart", "total_cycles", "steroid"]),
    by("RS-N1", &["schedule", "restart"]),
    by("RS-N2", &["course", "restart", "steroid"]),
    by("DN-4", &["combination", "named_cases"]),
    // Important precautions.
    nowhere("P-0", WithoutRule::Introduces),
    by("P-1", &["steroid"]),
    by("P-2", &["observation"]),
    by("P-3a", &["admission_considered"]),
    by("P-3b", &["inpatient_site", "first_60mg_in_hospital", "stay_of_48_hours", "crs_at_leaving", "place_of_stay"]),
    by("P-4", &["instruction"]),
    by("P-5", &["tocilizumab", "tocilizumab_at_site"]),
    // 1(3) The delivery.
    by("F-1", &["destination"]),
    by("F-1.1", &["admission", "inpatient_site", "place_of_stay"]),
    by("F-1.2", &["tocilizumab", "test_results"]),
    by("F-1.3", &["qualified_physician", "in_post"]),
    by("F-1.4", &["explanation"]),
    by("F-*1", &["admission"]),
    by("F-*2", &["admission", "inpatient_site"]),
    by("F-*3-1", &["qualified_physician", "haematological_experience"]),
    by("F-*3-2", &["qualified_physician", "regular_meetings"]),
    by("F-*3-3", &["qualified_physician", "safety_cooperation"]),
];

/// The line of a clause.
#[must_use]
pub fn entry(clause: &str) -> Option<&'static Entry> {
    REGISTER.iter().find(|entry| entry.clause == clause)
}

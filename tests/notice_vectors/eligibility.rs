//! The vectors of kind `eligibility`: their inputs as facts, with the satisfied baseline for whatever is not under test.

use kanmon::rules::dosing::eligibility::{
    ADULT_FROM_YEARS, AntiCd20, ConsentBy, Diagnosis, DiseaseStatus, EligibilityFacts, FlGrade,
    PriorTherapy, TherapyKind, TherapyOutcome, eligibility,
};
use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::input::Input;
use crate::of_this_test::{Case, trials_of};
use crate::words::word;
use crate::{Judged, Vector};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct EligibilityInput {
    age: Input<u32>,
    diagnosis: Input<String>,
    status: Input<String>,
    prior_standard_therapies: Input<u32>,
    anti_cd20_mab_included: Input<bool>,
    anti_cd20_exposure: Input<String>,
    each_refractory_or_relapsed: Input<bool>,
    therapies: Input<Vec<TherapyInput>>,
    fl_grade: Input<String>,
    pathologist_experienced: Input<bool>,
    explained_efficacy: Input<bool>,
    explained_risk: Input<bool>,
    consent_by: Input<String>,
    consent_before_first_dose: Input<bool>,
    appropriateness_recorded: Input<bool>,
    physician_qualified: Input<bool>,
    other_antineoplastics: Input<Vec<String>>,
    /// What DN-1a itself orders is no combination: no rule reads it.
    #[serde(rename = "premedication")]
    _premedication: Input<Vec<String>>,
}

/// Details of one of the therapies that the other inputs count.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct TherapyInput {
    n: u32,
    name: Input<String>,
    anti_cd20: Input<bool>,
    outcome: Input<String>,
}

/// The verdict on a vector of kind `eligibility`.
pub fn judge(vector: &Vector) -> Result<Judged, String> {
    let input: EligibilityInput =
        serde_json::from_value(vector.input.clone()).map_err(|error| error.to_string())?;
    let therapies = therapies(&input)?;
    let facts = EligibilityFacts {
        adult: input
            .age
            .or_baseline(ADULT_FROM_YEARS)
            .map(|age| age >= ADULT_FROM_YEARS),
        diagnosis: input
            .diagnosis
            .or_baseline("FL".to_owned())
            .map(|diagnosis| match diagnosis.as_str() {
                "FL" => Diagnosis::FollicularLymphoma,
                _ => Diagnosis::Other,
            }),
        status: word(&input.status, DiseaseStatus::Relapsed, |word| match word {
            "RELAPSED" => Some(DiseaseStatus::Relapsed),
            "REFRACTORY" => Some(DiseaseStatus::Refractory),
            "REMISSION" | "UNTREATED" | "NEWLY_DIAGNOSED" => Some(DiseaseStatus::Neither),
            _ => None,
        })?,
        therapies,
        fl_grade: word(&input.fl_grade, FlGrade::Two, |word| match word {
            "1" => Some(FlGrade::One),
            "2" => Some(FlGrade::Two),
            "1-2" => Some(FlGrade::OneToTwo),
            "3A" => Some(FlGrade::ThreeA),
            "3B" => Some(FlGrade::ThreeB),
            "3" => Some(FlGrade::Three),
            "cFL_UNGRADED" | "UNGRADED" => Some(FlGrade::Ungraded),
            _ => None,
        })?,
        pathologist_experienced: input.pathologist_experienced.or_baseline(true),
        explained_efficacy: input.explained_efficacy.or_baseline(true),
        explained_risk: input.explained_risk.or_baseline(true),
        consent_by: word(&input.consent_by, ConsentBy::Patient, |word| match word {
            "PATIENT" => Some(ConsentBy::Patient),
            "FAMILY" => Some(ConsentBy::Family),
            _ => None,
        })?,
        consent_before_first_dose: input.consent_before_first_dose.or_baseline(true),
        appropriateness_recorded: input.appropriateness_recorded.or_baseline(true),
        physician_qualified: input.physician_qualified.or_baseline(true),
        other_antineoplastics: input.other_antineoplastics.or_baseline(Vec::new()),
        combination_justified: false,
    };
    Ok(Judged {
        verdict: eligibility(&facts),
        further: Map::new(),
    })
}

/// The list that the counts and details speak of: what is said of all is true of each, unless a detail says otherwise.
fn therapies(input: &EligibilityInput) -> Result<Option<Vec<PriorTherapy>>, String> {
    let count = match input.prior_standard_therapies {
        Input::Absent => 2,
        Input::Null => return Ok(None),
        Input::Given(count) if count <= 100 => count,
        Input::Given(count) => return Err(format!("{count} therapies")),
    };
    let details: &[TherapyInput] = match &input.therapies {
        Input::Given(details) => details,
        Input::Absent | Input::Null => &[],
    };
    if let Some(other) = details
        .iter()
        .find(|detail| !(1..=count).contains(&detail.n))
    {
        return Err(format!("therapy {} of {count}", other.n));
    }
    let outcome = match input.each_refractory_or_relapsed {
        Input::Absent | Input::Given(true | false) => Some(TherapyOutcome::Relapse),
        Input::Null => None,
    };
    let mut list = Vec::new();
    for n in 1..=count {
        let mut therapy = PriorTherapy {
            kind: TherapyKind::Standard,
            anti_cd20: Some(AntiCd20::No),
            outcome,
        };
        for detail in details.iter().filter(|detail| detail.n == n) {
            apply(detail, &mut therapy)?;
        }
        list.push(therapy);
    }
    let all_failed = list
        .iter()
        .all(|one| one.outcome == Some(TherapyOutcome::Relapse));
    if matches!(input.each_refractory_or_relapsed, Input::Given(false))
        && all_failed
        && let Some(last) = list.last_mut()
    {
        last.outcome = Some(TherapyOutcome::StillEffective);
    }
    let exposure = match (&input.anti_cd20_exposure, &input.anti_cd20_mab_included) {
        (Input::Given(word), _) if word == "CD20xCD3_BISPECIFIC_ONLY" => {
            Some(AntiCd20::BispecificOnly)
        }
        (Input::Given(word), _) => return Err(format!("unknown word {word:?}")),
        (Input::Absent, Input::Absent | Input::Given(true)) => Some(AntiCd20::Yes),
        (Input::Absent, Input::Given(false)) => Some(AntiCd20::No),
        (Input::Null, _) | (_, Input::Null) => None,
    };
    let said = details
        .iter()
        .any(|detail| !matches!(detail.anti_cd20, Input::Absent));
    if !said && let Some(first) = list.first_mut() {
        first.anti_cd20 = exposure;
    }
    Ok(Some(list))
}

fn apply(detail: &TherapyInput, therapy: &mut PriorTherapy) -> Result<(), String> {
    if let Input::Given(name) = &detail.name {
        let name = name.to_lowercase();
        if ["maintenance", "radiotherapy", "transplant"]
            .iter()
            .any(|doubtful| name.contains(doubtful))
        {
            therapy.kind = TherapyKind::Doubtful;
        }
    }
    match detail.anti_cd20 {
        Input::Absent => {}
        Input::Null => therapy.anti_cd20 = None,
        Input::Given(true) => therapy.anti_cd20 = Some(AntiCd20::Yes),
        Input::Given(false) => therapy.anti_cd20 = Some(AntiCd20::No),
    }
    match &detail.outcome {
        Input::Absent => {}
        Input::Null => therapy.outcome = None,
        Input::Given(word) => {
            therapy.outcome = Some(match word.as_str() {
                "INEFFECTIVE" | "REFRACTORY" => TherapyOutcome::Ineffective,
                "RELAPSE" | "RELAPSED" => TherapyOutcome::Relapse,
                "STOPPED_FOR_INTOLERANCE" => TherapyOutcome::StoppedForIntolerance,
                "STILL_EFFECTIVE" | "REMISSION" => TherapyOutcome::StillEffective,
                _ => return Err(format!("unknown word {word:?}")),
            });
        }
    }
    Ok(())
}

/// Inputs that the sample does not hold.
pub fn trials() -> Vec<Trial> {
    let case = |name, input, expected: Value, clauses: &[&str]| {
        Case::of("eligibility", name, input, expected, clauses)
    };
    let missing = || json!({"decision": "BLOCK", "reason": "MISSING_DATA"});
    let blocked = |reason: &str| json!({"decision": "BLOCK", "reason": reason});
    trials_of(vec![
        case(
            "no_input_is_an_eligible_patient",
            json!({}),
            json!({"decision": "ALLOW"}),
            &["I-1"],
        ),
        case(
            "an_age_not_recorded",
            json!({"age": null}),
            missing(),
            &["D-1a"],
        ),
        case(
            "a_diagnosis_not_recorded",
            json!({"diagnosis": null}),
            missing(),
            &["I-1"],
        ),
        case(
            "a_status_not_recorded",
            json!({"status": null}),
            missing(),
            &["I-1"],
        ),
        case(
            "a_grade_not_recorded",
            json!({"fl_grade": null}),
            missing(),
            &["IN-2"],
        ),
        case(
            "a_pathologist_not_recorded",
            json!({"pathologist_experienced": null}),
            missing(),
            &["IN-2"],
        ),
        case(
            "an_antibody_not_recorded",
            json!({"anti_cd20_mab_included": null}),
            missing(),
            &["IN-1"],
        ),
        case(
            "outcomes_not_recorded",
            json!({"each_refractory_or_relapsed": null}),
            missing(),
            &["IN-1"],
        ),
        case(
            "an_explanation_not_recorded",
            json!({"explained_risk": null}),
            missing(),
            &["W-1b"],
        ),
        case(
            "an_explanation_of_the_risks_alone",
            json!({"explained_efficacy": false}),
            blocked("EXPLANATION_INCOMPLETE"),
            &["W-1b"],
        ),
        case(
            "consent_at_an_unknown_time",
            json!({"consent_before_first_dose": null}),
            missing(),
            &["W-1b"],
        ),
        case(
            "a_case_not_judged_appropriate",
            json!({"appropriateness_recorded": false}),
            blocked("APPROPRIATENESS_NOT_RECORDED"),
            &["W-1a"],
        ),
        case(
            "appropriateness_not_recorded",
            json!({"appropriateness_recorded": null}),
            missing(),
            &["W-1a"],
        ),
        case(
            "a_physician_not_recorded",
            json!({"physician_qualified": null}),
            missing(),
            &["W-1a"],
        ),
        case(
            "no_therapy_at_all",
            json!({"prior_standard_therapies": 0}),
            blocked("FEWER_THAN_2_STANDARD_THERAPIES"),
            &["IN-1"],
        ),
        case(
            "two_therapies_without_antibody",
            json!({"anti_cd20_mab_included": false}),
            blocked("NO_ANTI_CD20_MAB"),
            &["IN-1"],
        ),
        case(
            "a_therapy_that_still_works",
            json!({"each_refractory_or_relapsed": false}),
            blocked("NOT_RELAPSED_OR_REFRACTORY"),
            &["IN-1"],
        ),
        case(
            "a_transplant_counted_as_the_second_line",
            json!({"therapies": [{"n": 1, "name": "R-CHOP"}, {"n": 2, "name": "autologous transplant"}]}),
            json!({"decision": "REFER", "reason": "WHAT_COUNTS_AS_A_STANDARD_THERAPY_NOT_STATED"}),
            &["IN-1"],
        ),
        case(
            "an_unknown_grade_fails",
            json!({"fl_grade": "4"}),
            json!({}),
            &[],
        )
        .fails("unknown"),
        case(
            "an_unknown_input_fails",
            json!({"weather": "fine"}),
            json!({}),
            &[],
        )
        .fails("unknown"),
        case(
            "an_unknown_detail_fails",
            json!({"therapies": [{"n": 1, "drug": "x"}]}),
            json!({}),
            &[],
        )
        .fails("unknown"),
    ])
}

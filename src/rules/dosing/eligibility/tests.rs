//! Who may be treated, at the boundaries.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::rules::finding::{Decision, Outcome};

fn therapy(kind: TherapyKind, anti_cd20: AntiCd20, outcome: TherapyOutcome) -> PriorTherapy {
    PriorTherapy {
        kind,
        anti_cd20: Some(anti_cd20),
        outcome: Some(outcome),
    }
}

fn with_antibody() -> PriorTherapy {
    therapy(
        TherapyKind::Standard,
        AntiCd20::Yes,
        TherapyOutcome::Relapse,
    )
}

fn without_antibody() -> PriorTherapy {
    therapy(
        TherapyKind::Standard,
        AntiCd20::No,
        TherapyOutcome::Ineffective,
    )
}

fn eligible() -> EligibilityFacts {
    EligibilityFacts {
        adult: Some(true),
        diagnosis: Some(Diagnosis::FollicularLymphoma),
        status: Some(DiseaseStatus::Relapsed),
        therapies: Some(vec![with_antibody(), without_antibody()]),
        fl_grade: Some(FlGrade::Two),
        pathologist_experienced: Some(true),
        explained_efficacy: Some(true),
        explained_risk: Some(true),
        consent_by: Some(ConsentBy::Patient),
        consent_before_first_dose: Some(true),
        appropriateness_recorded: Some(true),
        physician_qualified: Some(true),
        other_antineoplastics: Some(Vec::new()),
        combination_justified: false,
    }
}

/// The outcome and the code of a rule after this change to an eligible patient.
fn answered(rule: &str, change: impl FnOnce(&mut EligibilityFacts)) -> (Outcome, &'static str) {
    let mut facts = eligible();
    change(&mut facts);
    let verdict = eligibility(&facts);
    assert_eq!(verdict.findings.len(), 10, "every rule answers");
    let finding = verdict.finding(rule).unwrap();
    (finding.outcome, finding.reason.code())
}

fn on_therapies(therapies: &[PriorTherapy]) -> (Outcome, &'static str) {
    answered("prior_therapies", |facts| {
        facts.therapies = Some(therapies.to_vec());
    })
}

#[test]
fn an_eligible_patient_passes_every_rule() {
    assert_eq!(eligibility(&eligible()).decision(), Decision::Allow);
}

#[test]
fn nothing_recorded_passes_no_rule() {
    let nothing = EligibilityFacts {
        adult: None,
        diagnosis: None,
        status: None,
        therapies: None,
        fl_grade: None,
        pathologist_experienced: None,
        explained_efficacy: None,
        explained_risk: None,
        consent_by: None,
        consent_before_first_dose: None,
        appropriateness_recorded: None,
        physician_qualified: None,
        other_antineoplastics: None,
        combination_justified: true,
    };
    for finding in eligibility(&nothing).findings {
        assert_eq!(finding.outcome, Outcome::Unmet, "{}", finding.rule);
    }
}

#[test]
fn another_diagnosis_is_named_before_a_missing_status() {
    let answer = answered("indication", |facts| {
        facts.diagnosis = Some(Diagnosis::Other);
        facts.status = None;
    });
    assert_eq!(answer, (Outcome::Unmet, "NOT_FOLLICULAR_LYMPHOMA"));
}

#[test]
fn three_a_is_within_and_three_alone_is_not_shown_to_be() {
    for (grade, expected) in [
        (FlGrade::ThreeA, "FL_GRADE_WITHIN_1_3A"),
        (FlGrade::OneToTwo, "FL_GRADE_WITHIN_1_3A"),
        (FlGrade::ThreeB, "FL_GRADE_OUTSIDE_1_3A"),
        (FlGrade::Three, "FL_GRADE_NOT_SPECIFIC"),
        (FlGrade::Ungraded, "FL_GRADE_NOT_SPECIFIC"),
    ] {
        let (_, code) = answered("fl_grade", |facts| facts.fl_grade = Some(grade));
        assert_eq!(code, expected, "{grade:?}");
    }
}

#[test]
fn a_topic_left_out_is_named_before_one_that_nobody_recorded() {
    let answer = answered("patient_explanation", |facts| {
        facts.explained_efficacy = None;
        facts.explained_risk = Some(false);
    });
    assert_eq!(answer, (Outcome::Unmet, "EXPLANATION_INCOMPLETE"));
}

#[test]
fn consent_at_an_unknown_time_is_not_consent_before_treatment() {
    let answer = answered("consent", |facts| facts.consent_before_first_dose = None);
    assert_eq!(answer, (Outcome::Unmet, "MISSING_DATA"));
}

#[test]
fn a_justified_combination_is_met() {
    let combined = |justified| {
        answered("combination", |facts| {
            facts.other_antineoplastics = Some(vec!["lenalidomide".to_owned()]);
            facts.combination_justified = justified;
        })
    };
    assert_eq!(
        combined(false),
        (Outcome::Consider, "COMBINATION_NOT_ESTABLISHED")
    );
    assert_eq!(combined(true), (Outcome::Met, "COMBINATION_JUSTIFIED"));
}

#[test]
fn a_further_therapy_that_still_works_takes_nothing_away() {
    let works = PriorTherapy {
        outcome: Some(TherapyOutcome::StillEffective),
        ..without_antibody()
    };
    assert_eq!(
        on_therapies(&[with_antibody(), without_antibody(), works]),
        (Outcome::Met, "PRIOR_THERAPIES_SUFFICIENT")
    );
    assert_eq!(
        on_therapies(&[with_antibody(), works]),
        (Outcome::Unmet, "NOT_RELAPSED_OR_REFRACTORY")
    );
}

#[test]
fn an_antibody_that_still_works_is_not_among_the_failed_therapies() {
    let works = PriorTherapy {
        outcome: Some(TherapyOutcome::StillEffective),
        ..with_antibody()
    };
    assert_eq!(
        on_therapies(&[works, without_antibody(), without_antibody()]),
        (Outcome::Unmet, "NOT_RELAPSED_OR_REFRACTORY")
    );
}

#[test]
fn what_nobody_recorded_is_asked_for_only_where_it_could_change_the_answer() {
    let unknown = PriorTherapy {
        anti_cd20: None,
        outcome: None,
        ..without_antibody()
    };
    let field = |therapies: &[PriorTherapy]| {
        let facts = EligibilityFacts {
            therapies: Some(therapies.to_vec()),
            ..eligible()
        };
        eligibility(&facts)
            .finding("prior_therapies")
            .unwrap()
            .reason
            .clone()
    };
    assert_eq!(
        field(&[with_antibody(), without_antibody(), unknown]),
        Reason::PriorTherapiesSufficient { count: 2 }
    );
    assert_eq!(
        field(&[unknown]),
        Reason::FewerThan2StandardTherapies { count: 1 }
    );
    assert_eq!(
        field(&[with_antibody(), unknown]),
        Reason::MissingData {
            field: Field::PriorTherapyOutcome
        }
    );
    assert_eq!(
        field(&[without_antibody(), unknown]),
        Reason::MissingData {
            field: Field::PriorTherapyAntiCd20
        }
    );
}

#[test]
fn the_open_question_is_the_one_that_would_settle_it() {
    let bispecific = PriorTherapy {
        anti_cd20: Some(AntiCd20::BispecificOnly),
        ..with_antibody()
    };
    let maintenance = PriorTherapy {
        kind: TherapyKind::Doubtful,
        ..without_antibody()
    };
    let intolerance = PriorTherapy {
        outcome: Some(TherapyOutcome::StoppedForIntolerance),
        ..without_antibody()
    };
    for (therapies, expected) in [
        (
            vec![with_antibody(), maintenance],
            "WHAT_COUNTS_AS_A_STANDARD_THERAPY_NOT_STATED",
        ),
        (
            vec![with_antibody(), intolerance],
            "OUTCOME_NEITHER_INEFFECTIVE_NOR_RELAPSE",
        ),
        (
            vec![bispecific, without_antibody(), maintenance],
            "DEFINITION_OF_ANTI_CD20_MAB_PRODUCT",
        ),
        (
            vec![bispecific, maintenance],
            "WHAT_COUNTS_AS_A_STANDARD_THERAPY_NOT_STATED",
        ),
    ] {
        assert_eq!(
            on_therapies(&therapies),
            (Outcome::Undetermined, expected),
            "{therapies:?}"
        );
    }
}

/// Every therapy there can be.
fn every_therapy() -> Vec<PriorTherapy> {
    let mut all = Vec::new();
    for kind in [TherapyKind::Standard, TherapyKind::Doubtful] {
        for anti_cd20 in [
            Some(AntiCd20::Yes),
            Some(AntiCd20::BispecificOnly),
            Some(AntiCd20::No),
            None,
        ] {
            for outcome in [
                Some(TherapyOutcome::Relapse),
                Some(TherapyOutcome::Ineffective),
                Some(TherapyOutcome::StoppedForIntolerance),
                Some(TherapyOutcome::StillEffective),
                None,
            ] {
                all.push(PriorTherapy {
                    kind,
                    anti_cd20,
                    outcome,
                });
            }
        }
    }
    all
}

/// The next worse states of a therapy.
fn worse(one: PriorTherapy) -> Vec<PriorTherapy> {
    let anti_cd20 = match one.anti_cd20 {
        Some(AntiCd20::Yes) => vec![Some(AntiCd20::BispecificOnly), None],
        Some(AntiCd20::BispecificOnly) => vec![Some(AntiCd20::No), None],
        Some(AntiCd20::No) => vec![None],
        None => Vec::new(),
    };
    let outcome = match one.outcome {
        Some(TherapyOutcome::Relapse | TherapyOutcome::Ineffective) => {
            vec![Some(TherapyOutcome::StoppedForIntolerance), None]
        }
        Some(TherapyOutcome::StoppedForIntolerance) => {
            vec![Some(TherapyOutcome::StillEffective), None]
        }
        Some(TherapyOutcome::StillEffective) => vec![None],
        None => Vec::new(),
    };
    let mut all = vec![PriorTherapy {
        kind: TherapyKind::Doubtful,
        ..one
    }];
    all.extend(
        anti_cd20
            .into_iter()
            .map(|anti_cd20| PriorTherapy { anti_cd20, ..one }),
    );
    all.extend(
        outcome
            .into_iter()
            .map(|outcome| PriorTherapy { outcome, ..one }),
    );
    all
}

#[test]
fn a_worse_therapy_never_gives_a_better_answer() {
    let all = every_therapy();
    let judged = |therapies: &[PriorTherapy]| therapies::prior_therapies(Some(therapies)).outcome;
    for first in &all {
        for second in &all {
            let pair = judged(&[*first, *second]);
            assert_eq!(judged(&[*second, *first]), pair, "the order is no matter");
            for worsened in worse(*first) {
                assert!(
                    judged(&[worsened, *second]) >= pair,
                    "{first:?} to {worsened:?} beside {second:?}"
                );
            }
            for third in &all {
                assert!(judged(&[*first, *second, *third]) <= pair, "one more");
            }
        }
    }
}

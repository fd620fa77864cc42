//! Who is treated, and on what ground (I-1, IN-1, IN-2, W-1a, W-1b, DN-4), once more.

use kanmon::rules::dosing::eligibility::{
    AntiCd20, ConsentBy, Diagnosis, DiseaseStatus, EligibilityFacts, FlGrade, PriorTherapy,
    TherapyKind, TherapyOutcome, eligibility,
};

use crate::answer::{ANY, Expected, Say, Tally};

/// A yes, a no with its code, or a missing datum.
fn asked(answer: Option<bool>, no: &'static str, says: &mut Expected) {
    match answer {
        Some(true) => says.line(Say::Go, ANY),
        Some(false) => says.line(Say::Stop, no),
        None => says.line(Say::Stop, "MISSING_DATA"),
    }
}

/// How surely something is so: it is not, nobody recorded it, the notice is silent, it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sure {
    No,
    NotRecorded,
    Silent,
    Yes,
}

fn standard(therapy: &PriorTherapy) -> Sure {
    match therapy.kind {
        TherapyKind::Standard => Sure::Yes,
        TherapyKind::Doubtful => Sure::Silent,
    }
}

fn failed(therapy: &PriorTherapy) -> Sure {
    match therapy.outcome {
        Some(TherapyOutcome::Ineffective | TherapyOutcome::Relapse) => Sure::Yes,
        Some(TherapyOutcome::StoppedForIntolerance) => Sure::Silent,
        Some(TherapyOutcome::StillEffective) => Sure::No,
        None => Sure::NotRecorded,
    }
}

fn anti_cd20(therapy: &PriorTherapy) -> Sure {
    match therapy.anti_cd20 {
        Some(AntiCd20::Yes) => Sure::Yes,
        Some(AntiCd20::BispecificOnly) => Sure::Silent,
        Some(AntiCd20::No) => Sure::No,
        None => Sure::NotRecorded,
    }
}

/// 抗 CD20 モノクローナル抗体製剤を含む少なくとも2つの標準的な治療が無効又は治療後に再発.
fn two_failed(therapies: &[PriorTherapy]) -> Sure {
    let mut best = Sure::No;
    for (place, one) in therapies.iter().enumerate() {
        for other in &therapies[place + 1..] {
            let pair = [standard(one), standard(other), failed(one), failed(other)]
                .into_iter()
                .chain([anti_cd20(one).max(anti_cd20(other))])
                .min();
            best = best.max(pair.unwrap_or(Sure::No));
        }
    }
    best
}

fn therapies(therapies: Option<&[PriorTherapy]>, says: &mut Expected) {
    let Some(therapies) = therapies else {
        return says.line(Say::Stop, "MISSING_DATA");
    };
    if therapies.len() < 2 {
        return says.line(Say::Stop, "FEWER_THAN_2_STANDARD_THERAPIES");
    }
    let plain =
        |therapy: &PriorTherapy| standard(therapy) == Sure::Yes && failed(therapy) == Sure::Yes;
    match two_failed(therapies) {
        Sure::Yes => says.line(Say::Go, ANY),
        Sure::Silent => says.line(Say::Refer, ANY),
        _ if therapies.iter().all(plain)
            && therapies
                .iter()
                .all(|therapy| anti_cd20(therapy) == Sure::No) =>
        {
            says.line(Say::Stop, "NO_ANTI_CD20_MAB");
        }
        _ => says.line(Say::Stop, ANY),
    }
}

fn of_a_patient(facts: &EligibilityFacts) -> Expected {
    let mut says = Expected::default();
    asked(facts.adult, "NOT_ADULT", &mut says);
    let lymphoma = facts
        .diagnosis
        .map(|diagnosis| diagnosis == Diagnosis::FollicularLymphoma);
    match lymphoma {
        Some(true) => says.line(Say::Go, ANY),
        Some(false) => says.line(Say::Stop, "NOT_FOLLICULAR_LYMPHOMA"),
        None => says.line(Say::Stop, ANY),
    }
    // The indication is one sentence, so where both fail either may be named.
    match facts.status {
        Some(DiseaseStatus::Relapsed | DiseaseStatus::Refractory) => says.line(Say::Go, ANY),
        Some(DiseaseStatus::Neither) if lymphoma == Some(true) => {
            says.line(Say::Stop, "NOT_RELAPSED_OR_REFRACTORY");
        }
        _ => says.line(Say::Stop, ANY),
    }
    therapies(facts.therapies.as_deref(), &mut says);
    match facts.fl_grade {
        None => says.line(Say::Stop, "MISSING_DATA"),
        Some(FlGrade::One | FlGrade::Two | FlGrade::OneToTwo | FlGrade::ThreeA) => {
            says.line(Say::Go, ANY);
        }
        Some(FlGrade::ThreeB) => says.line(Say::Stop, "FL_GRADE_OUTSIDE_1_3A"),
        Some(FlGrade::Three | FlGrade::Ungraded) => says.line(Say::Stop, "FL_GRADE_NOT_SPECIFIC"),
    }
    asked(
        facts.pathologist_experienced,
        "PATHOLOGIST_NOT_CONFIRMED",
        &mut says,
    );
    match (facts.explained_efficacy, facts.explained_risk) {
        (Some(true), Some(true)) => says.line(Say::Go, ANY),
        (Some(_), Some(_)) => says.line(Say::Stop, "EXPLANATION_INCOMPLETE"),
        _ => says.line(Say::Stop, ANY),
    }
    match (facts.consent_by, facts.consent_before_first_dose) {
        (Some(ConsentBy::Patient | ConsentBy::Family), Some(true)) => says.line(Say::Go, ANY),
        (None, Some(true)) => says.line(Say::Stop, "CONSENT_MISSING"),
        (Some(_), Some(false)) => says.line(Say::Stop, "CONSENT_NOT_BEFORE_TREATMENT"),
        (Some(_), None) => says.line(Say::Stop, "MISSING_DATA"),
        _ => says.line(Say::Stop, ANY),
    }
    match facts.appropriateness_recorded {
        Some(true) => says.line(Say::Go, ANY),
        Some(false) => says.line(Say::Stop, "APPROPRIATENESS_NOT_RECORDED"),
        None => says.line(Say::Stop, ANY),
    }
    asked(
        facts.physician_qualified,
        "PHYSICIAN_NOT_QUALIFIED",
        &mut says,
    );
    match facts.other_antineoplastics.as_deref() {
        None => says.line(Say::Stop, "MISSING_DATA"),
        Some([_, ..]) if !facts.combination_justified => {
            says.line(Say::Weigh, "COMBINATION_NOT_ESTABLISHED");
        }
        Some(_) => says.line(Say::Go, ANY),
    }
    says
}

fn in_order() -> EligibilityFacts {
    let therapy = PriorTherapy {
        kind: TherapyKind::Standard,
        anti_cd20: Some(AntiCd20::Yes),
        outcome: Some(TherapyOutcome::Relapse),
    };
    EligibilityFacts {
        adult: Some(true),
        diagnosis: Some(Diagnosis::FollicularLymphoma),
        status: Some(DiseaseStatus::Relapsed),
        therapies: Some(vec![
            therapy,
            PriorTherapy {
                anti_cd20: Some(AntiCd20::No),
                ..therapy
            },
        ]),
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

const YES_NO: [Option<bool>; 3] = [Some(true), Some(false), None];

/// Everything around consent, upon the same patient.
fn consents(patient: &EligibilityFacts) -> Vec<EligibilityFacts> {
    let mut all = Vec::new();
    let pairs = || {
        YES_NO
            .iter()
            .flat_map(|one| YES_NO.map(|other| (*one, other)))
    };
    for (explained_efficacy, explained_risk) in pairs() {
        for (consent_before_first_dose, appropriateness_recorded) in pairs() {
            for consent_by in [Some(ConsentBy::Patient), Some(ConsentBy::Family), None] {
                for physician_qualified in YES_NO {
                    for drugs in [
                        Some(Vec::new()),
                        Some(vec!["lenalidomide".to_owned()]),
                        None,
                    ] {
                        for combination_justified in [false, true] {
                            all.push(EligibilityFacts {
                                explained_efficacy,
                                explained_risk,
                                consent_by,
                                consent_before_first_dose,
                                appropriateness_recorded,
                                physician_qualified,
                                other_antineoplastics: drugs.clone(),
                                combination_justified,
                                ..patient.clone()
                            });
                        }
                    }
                }
            }
        }
    }
    all
}

const FL_GRADES: [Option<FlGrade>; 8] = [
    Some(FlGrade::Two),
    Some(FlGrade::One),
    Some(FlGrade::OneToTwo),
    Some(FlGrade::ThreeA),
    Some(FlGrade::ThreeB),
    Some(FlGrade::Three),
    Some(FlGrade::Ungraded),
    None,
];

/// Every patient of one histological grade, with every consent or a sample of them.
pub fn every_patient(part: u32, tally: &mut Tally) {
    let fl_grade = FL_GRADES[part as usize];
    let base = EligibilityFacts {
        fl_grade,
        ..in_order()
    };
    for facts in consents(&base) {
        tally.case(&of_a_patient(&facts), &eligibility(&facts), || {
            format!("{facts:?}")
        });
    }
    for (adult, pathologist) in YES_NO
        .iter()
        .flat_map(|one| YES_NO.map(|other| (*one, other)))
    {
        for diagnosis in [
            Some(Diagnosis::FollicularLymphoma),
            Some(Diagnosis::Other),
            None,
        ] {
            for status in [
                Some(DiseaseStatus::Relapsed),
                Some(DiseaseStatus::Refractory),
                Some(DiseaseStatus::Neither),
                None,
            ] {
                let patient = EligibilityFacts {
                    adult,
                    diagnosis,
                    status,
                    pathologist_experienced: pathologist,
                    ..base.clone()
                };
                for facts in consents(&patient).into_iter().step_by(101) {
                    tally.case(&of_a_patient(&facts), &eligibility(&facts), || {
                        format!("{facts:?}")
                    });
                }
            }
        }
    }
}

/// Every list of up to three therapies.
pub fn every_therapy(_: u32, tally: &mut Tally) {
    let mut alphabet = Vec::new();
    for kind in [TherapyKind::Standard, TherapyKind::Doubtful] {
        for anti_cd20 in [
            Some(AntiCd20::Yes),
            Some(AntiCd20::No),
            Some(AntiCd20::BispecificOnly),
            None,
        ] {
            for outcome in [
                Some(TherapyOutcome::Ineffective),
                Some(TherapyOutcome::Relapse),
                Some(TherapyOutcome::StoppedForIntolerance),
                Some(TherapyOutcome::StillEffective),
                None,
            ] {
                alphabet.push(PriorTherapy {
                    kind,
                    anti_cd20,
                    outcome,
                });
            }
        }
    }
    let mut lists = vec![None, Some(Vec::new())];
    for one in &alphabet {
        lists.push(Some(vec![*one]));
        for other in &alphabet {
            lists.push(Some(vec![*one, *other]));
            for third in &alphabet {
                lists.push(Some(vec![*one, *other, *third]));
            }
        }
    }
    for therapies in lists {
        let facts = EligibilityFacts {
            therapies,
            ..in_order()
        };
        tally.case(&of_a_patient(&facts), &eligibility(&facts), || {
            format!("{:?}", facts.therapies)
        });
    }
}

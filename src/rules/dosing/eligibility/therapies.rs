//! Whether at least two standard therapies failed, one with an anti-CD20 antibody (IN-1), where parts of it may be open.

use super::{AntiCd20, PriorTherapy, TherapyKind, TherapyOutcome};
use crate::rules::finding::{Answer, Field, Outcome, Reason};

/// IN-1: at least two standard therapies, an anti-CD20 monoclonal antibody product among them, failed.
///
/// 「抗 CD20 モノクローナル抗体製剤を含む少なくとも2つの標準的な治療が無効又は治療後に再発した患者を対象とすること。」
///
/// READING: 「を含む」: one of the failed therapies contains the antibody, not each of them.
/// READING: 「少なくとも」: a further therapy that did not fail takes nothing away.
/// READING: what nobody recorded is taken as the worst that it could be; it is asked for where that is not enough
/// and the best that it could be is.
pub(super) fn prior_therapies(therapies: Option<&[PriorTherapy]>) -> Answer {
    let Some(therapies) = therapies else {
        return Answer::missing(Field::PriorTherapies);
    };
    let worst = judge(&filled(therapies, WORST));
    let best = judge(&filled(therapies, BEST));
    if worst.outcome != Outcome::Unmet {
        return worst;
    }
    if best.outcome == Outcome::Unmet {
        return best;
    }
    let without_antibody = judge(&filled(therapies, (WORST.0, BEST.1)));
    if without_antibody.outcome != best.outcome {
        Answer::missing(Field::PriorTherapyAntiCd20)
    } else {
        Answer::missing(Field::PriorTherapyOutcome)
    }
}

type Filling = (Option<AntiCd20>, Option<TherapyOutcome>);

/// The best that missing data could be.
const BEST: Filling = (Some(AntiCd20::Yes), Some(TherapyOutcome::Ineffective));
/// The worst that they could be.
const WORST: Filling = (Some(AntiCd20::No), Some(TherapyOutcome::StillEffective));

/// The therapies with this in place of what nobody recorded.
fn filled(therapies: &[PriorTherapy], (anti_cd20, outcome): Filling) -> Vec<PriorTherapy> {
    therapies
        .iter()
        .map(|therapy| PriorTherapy {
            anti_cd20: therapy.anti_cd20.or(anti_cd20),
            outcome: therapy.outcome.or(outcome),
            ..*therapy
        })
        .collect()
}

/// The answer on therapies of which everything is recorded.
fn judge(therapies: &[PriorTherapy]) -> Answer {
    let count = u32::try_from(therapies.len()).unwrap_or(u32::MAX);
    if count < 2 {
        return Answer::unmet(Reason::FewerThan2StandardTherapies { count });
    }
    if suffice(therapies, certainly_failed, certainly_anti_cd20) {
        return Answer::met(Reason::PriorTherapiesSufficient {
            count: u32::try_from(therapies.iter().filter(|one| certainly_failed(one)).count())
                .unwrap_or(u32::MAX),
        });
    }
    if !therapies.iter().any(possibly_anti_cd20) {
        return Answer::unmet(Reason::NoAntiCd20Mab {});
    }
    if !suffice(therapies, possibly_failed, possibly_anti_cd20) {
        return Answer::unmet(Reason::NotRelapsedOrRefractory {});
    }
    Answer::undetermined(open_question(therapies))
}

/// At least two that failed, the antibody in one of these.
fn suffice(
    therapies: &[PriorTherapy],
    failed: fn(&PriorTherapy) -> bool,
    anti_cd20: fn(&PriorTherapy) -> bool,
) -> bool {
    let failed: Vec<_> = therapies.iter().filter(|one| failed(one)).collect();
    failed.len() >= 2 && failed.into_iter().any(anti_cd20)
}

/// 無効又は治療後に再発 of a standard therapy.
fn certainly_failed(therapy: &PriorTherapy) -> bool {
    therapy.kind == TherapyKind::Standard
        && matches!(
            therapy.outcome,
            Some(TherapyOutcome::Ineffective | TherapyOutcome::Relapse)
        )
}

/// READING: a therapy that still works did not fail, whatever kind it is; one stopped for intolerance, or of a
/// doubtful kind, is neither counted nor refused, because the notice does not speak of it.
fn possibly_failed(therapy: &PriorTherapy) -> bool {
    therapy.outcome != Some(TherapyOutcome::StillEffective)
}

fn certainly_anti_cd20(therapy: &PriorTherapy) -> bool {
    therapy.anti_cd20 == Some(AntiCd20::Yes)
}

/// READING: whether a bispecific antibody against CD20 and CD3 is an 抗 CD20 モノクローナル抗体製剤 is not stated.
fn possibly_anti_cd20(therapy: &PriorTherapy) -> bool {
    therapy.anti_cd20 != Some(AntiCd20::No)
}

/// The first question of the three whose favourable answer alone would settle it; when it takes several, the first that arises.
fn open_question(therapies: &[PriorTherapy]) -> Reason {
    let kinds = |one: &PriorTherapy| PriorTherapy {
        kind: TherapyKind::Standard,
        ..*one
    };
    let outcomes = |one: &PriorTherapy| PriorTherapy {
        outcome: match one.outcome {
            Some(TherapyOutcome::StoppedForIntolerance) => Some(TherapyOutcome::Relapse),
            outcome => outcome,
        },
        ..*one
    };
    let antibodies = |one: &PriorTherapy| PriorTherapy {
        anti_cd20: match one.anti_cd20 {
            Some(AntiCd20::BispecificOnly) => Some(AntiCd20::Yes),
            anti_cd20 => anti_cd20,
        },
        ..*one
    };
    let changes = |settle: &dyn Fn(&PriorTherapy) -> PriorTherapy| {
        let settled: Vec<PriorTherapy> = therapies.iter().map(settle).collect();
        (
            suffice(&settled, certainly_failed, certainly_anti_cd20),
            therapies
                .iter()
                .zip(&settled)
                .any(|(one, settled)| one != settled && possibly_failed(one)),
        )
    };
    let questions = [
        (
            changes(&kinds),
            Reason::WhatCountsAsAStandardTherapyNotStated {},
        ),
        (
            changes(&outcomes),
            Reason::OutcomeNeitherIneffectiveNorRelapse {},
        ),
        (
            changes(&antibodies),
            Reason::DefinitionOfAntiCd20MabProduct {},
        ),
    ];
    let alone = questions.iter().find(|((settles, _), _)| *settles);
    let arises = questions.iter().find(|((_, arises), _)| *arises);
    alone.or(arises).map_or(
        Reason::WhatCountsAsAStandardTherapyNotStated {},
        |(_, reason)| reason.clone(),
    )
}

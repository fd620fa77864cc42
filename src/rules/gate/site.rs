//! The rules on places: where a deteriorating patient is admitted, treated and tested, and where the first 60 mg is started.

use super::question::Question;
use crate::rules::facility::{Held, Limb, Partnership, Site};
use crate::rules::finding::{Answer, Reason};

/// Where deteriorating patients are admitted.
enum AdmittingSite<'a> {
    Own(Site<'a>),
    Partner(&'a Partnership, Site<'a>),
}

/// The place that admits on the day, if any: the facility itself before a partner.
///
/// READING: of several partners that admit, one that is also ready for tocilizumab and tests suffices, and both limbs of F-1.2
/// are asked of that same partner; two partners are never added together.
fn admitting_site<'a>(question: &Question<'a>) -> Option<AdmittingSite<'a>> {
    let own = question.own_site();
    if own.admission() == Held::Yes {
        return Some(AdmittingSite::Own(own));
    }
    let basis = question.partner_basis();
    question
        .facts
        .partnerships
        .iter()
        .map(|partnership| (partnership, Site::partner(partnership, basis, question.on)))
        .filter(|(_, site)| site.admission() == Held::Yes)
        .min_by_key(|(partnership, site)| {
            let last = partnership.agreement.and_then(|span| span.last);
            let unready = (
                site.tocilizumab().distance(),
                site.test_results().distance(),
            );
            // The agreement that lasts longest speaks, so that the finding is good for as long as it can be.
            (
                unready,
                last.is_some(),
                std::cmp::Reverse(last),
                *partnership,
            )
        })
        .map(|(partnership, site)| AdmittingSite::Partner(partnership, site))
}

/// F-1.1, ※1, ※2, N1-1-2: admission around the clock, at the facility itself or at a partner.
///
/// 「使用患者に状態悪化等があった場合、24 時間体制で自施設※1 又は連携施設※2 において入院管理が可能」
/// 「※1 ICU 又は ICU と同等の設備を有する医療施設」「※2 ICU 又は ICU と同等の設備を有する医療施設と連携している医療施設」
///
/// READING: the place that admits around the clock must itself have the ICU or equivalent; 24-hour wards at one place
/// and an ICU at another do not add up. ※2 is worded in a circle: read as "the partner has the ICU".
/// READING: the requirement must hold on the day of the delivery, so an agreement that has ended, or has not begun, proves nothing.
pub(super) fn admission(question: &Question) -> Answer {
    let limbs = [Limb::IntensiveCare, Limb::Admission24h];
    match admitting_site(question) {
        Some(AdmittingSite::Own(site)) => {
            Answer::met(Reason::AdmissionAtOwnFacility {}).resting_on(site.evidence(&limbs))
        }
        Some(AdmittingSite::Partner(partnership, site)) => {
            Answer::met(Reason::AdmissionThroughPartner {
                partner: partnership.partner.clone(),
                until: partnership.agreement.and_then(|span| span.last),
            })
            .resting_on(site.evidence(&limbs))
        }
        None => nearest_to_admission(question),
    }
}

/// Why nobody admits: the reason of the place that lacks least, because that is the one worth mending.
/// Where every place has a recorded "no", all of them are the evidence.
fn nearest_to_admission(question: &Question) -> Answer {
    let limbs = [Limb::IntensiveCare, Limb::Admission24h];
    let basis = question.partner_basis();
    let mut partners: Vec<&Partnership> = question.facts.partnerships.iter().collect();
    // Among equals the facility itself comes first; among partners the order of the records must not matter.
    partners.sort();
    let sites: Vec<Site> = std::iter::once(question.own_site())
        .chain(
            partners
                .into_iter()
                .map(|partnership| Site::partner(partnership, basis, question.on)),
        )
        .collect();
    let nearest = sites
        .iter()
        .map(|site| (site.admission(), site))
        .min_by_key(|(held, _)| held.distance());
    match nearest {
        Some((Held::Unproven(reason), site)) => {
            Answer::unmet(reason).resting_on(site.evidence(&limbs))
        }
        _ => Answer::unmet(Reason::No24hAdmissionWithIcu {})
            .resting_on(sites.iter().flat_map(|site| site.evidence(&limbs))),
    }
}

/// F-1.2, P-5: tocilizumab ready promptly, where the drug is given and where deteriorating patients are admitted.
///
/// 「必要な検査の結果が得られ次第速やかに、トシリズマブによる抗サイトカイン療法等の対応が可能な体制が整っており」
/// 「緊急時に備えてトシリズマブ（遺伝子組換え）を速やかに使用できるように準備しておくこと。」
///
/// READING: F-1.2 names no place and P-5 addresses the administering site; read strictly, both the treating and the admitting site.
/// READING: the 24 hours of F-1.1 govern tocilizumab too, though the grammar allows only the admission.
/// READING: where no place admits, `admission` says so, and this rule speaks of the treating site alone.
pub(super) fn tocilizumab(question: &Question) -> Answer {
    let own = question.own_site();
    let treating = own.tocilizumab();
    let limbs = [Limb::Tocilizumab];
    let at_treating_site = own.evidence(&limbs);
    let Some(AdmittingSite::Partner(partnership, site)) = admitting_site(question) else {
        return match treating {
            Held::Yes => Answer::met(Reason::TocilizumabReady {}),
            Held::No => Answer::unmet(Reason::TocilizumabNotReady {}),
            Held::Unproven(reason) => Answer::unmet(reason),
        }
        .resting_on(at_treating_site);
    };
    let partner = partnership.partner.clone();
    let answer = match (treating, site.tocilizumab()) {
        (Held::Yes, Held::Yes) => Answer::met(Reason::TocilizumabReadyAtBothSites { partner }),
        (Held::No, Held::No) => Answer::unmet(Reason::TocilizumabNotReady {}),
        (Held::No, _) => Answer::unmet(Reason::TocilizumabNotReadyAtTreatingSite {}),
        (_, Held::No) => Answer::unmet(Reason::TocilizumabNotReadyAtAdmittingSite { partner }),
        (Held::Unproven(reason), _) | (_, Held::Unproven(reason)) => Answer::unmet(reason),
    };
    answer
        .resting_on(at_treating_site)
        .resting_on(site.evidence(&limbs))
}

/// F-1.2: test results obtainable promptly, without which nobody knows when to give tocilizumab.
///
/// 「必要な検査の結果が得られ次第速やかに、トシリズマブによる抗サイトカイン療法等の対応が可能な体制が整っており」
///
/// READING: 「必要な検査の結果が得られ次第」 presupposes that the tests can be done, and the 24 hours of F-1.1 govern them too:
/// a site without a night laboratory does not satisfy it.
pub(super) fn test_results(question: &Question) -> Answer {
    let own = question.own_site();
    let limbs = [Limb::TestResults];
    let at_treating_site = own.evidence(&limbs);
    let partner = match admitting_site(question) {
        Some(AdmittingSite::Partner(partnership, site)) => Some((partnership, site)),
        Some(AdmittingSite::Own(_)) | None => None,
    };
    let answer = match (
        own.test_results(),
        partner
            .as_ref()
            .map(|(row, site)| (row, site.test_results())),
    ) {
        (Held::No, _) => Answer::unmet(Reason::TestResultsNotObtainable {}),
        (_, Some((row, Held::No))) => {
            Answer::unmet(Reason::TestResultsNotObtainableAtAdmittingSite {
                partner: row.partner.clone(),
            })
        }
        (Held::Unproven(reason), _) | (Held::Yes, Some((_, Held::Unproven(reason)))) => {
            Answer::unmet(reason)
        }
        (Held::Yes, None | Some((_, Held::Yes))) => Answer::met(Reason::TestResultsObtainable {}),
    };
    let at_partner = partner.iter().flat_map(|(_, site)| site.evidence(&limbs));
    answer.resting_on(at_treating_site).resting_on(at_partner)
}

/// P-3b with F-1.1, ※2: whether the first 60 mg can be started in hospital where the goods go.
///
/// 「ただし、少なくとも初回の 60mg 投与開始後 48 時間は必ず入院管理とすること。」
///
/// READING: P-3b binds at the administration, not at the delivery, so a site without beds may receive the product;
/// but somebody must say where cycle 1 day 15 will be started, hence `Consider`. A partner's beds do not answer it,
/// because the patient must already be in hospital when the infusion starts.
pub(super) fn inpatient_site(question: &Question) -> Answer {
    let own = question.own_site();
    match own.inpatient_beds() {
        Held::Yes => Answer::met(Reason::InpatientSite {}),
        Held::No => Answer::consider(Reason::DeliveryOkButFirst60mgNeedsInpatientSite {}),
        Held::Unproven(reason) => Answer::unmet(reason),
    }
    .resting_on(own.evidence(&[Limb::InpatientBeds]))
}

//! What binds at the site on the dosing day, whatever was delivered before (W-1a, P-5, W-2d, P-2).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::finding::{Answer, Field, Finding, Reason, Sign, Verdict};

/// What was observed of the patient during the administration (P-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observation {
    /// The administration has not begun.
    BeforeStart,
    /// It has begun, and these signs were looked for and recorded, present or absent.
    Recorded(BTreeSet<Sign>),
    /// It has begun, and nothing was recorded.
    NotRecorded,
}

/// The site on the dosing day. `None` means that nobody recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdministrationFacts {
    /// Tocilizumab is at hand at the site, confirmed on the day.
    pub tocilizumab_ready: Option<bool>,
    /// A physician who meets all three points of ※3 is on duty.
    pub qualified_physician_on_duty: Option<bool>,
    /// The facility's gate holds on the day.
    pub facility_qualified: Option<bool>,
    /// The version of the manufacturer's CRS guidance registered at the site.
    pub crs_guidance_version: Option<String>,
    /// The record of observation.
    pub observation: Observation,
}

/// The verdict on administering at this site on this day, whoever the patient is: one finding of every rule.
#[must_use]
pub fn administration(facts: &AdministrationFacts) -> Verdict {
    Verdict::new(vec![
        Finding::of_notice("tocilizumab_at_site", ["P-5"], tocilizumab_at_site(facts)),
        Finding::of_notice(
            "responsible_physician",
            ["W-1a"],
            responsible_physician(facts),
        ),
        Finding::of_notice(
            "qualified_facility",
            ["W-1a", "N1-1-2"],
            qualified_facility(facts),
        ),
        Finding::of_notice("crs_guidance", ["W-2d"], crs_guidance(facts)),
        Finding::of_notice("observation", ["P-2"], observation(facts)),
    ])
}

/// P-5: tocilizumab at hand at the administering site.
///
/// 「緊急時に備えてトシリズマブ（遺伝子組換え）を速やかに使用できるように準備しておくこと。」
///
/// READING: confirmed on the dosing day; the number of doses is not stated, so none is asked.
fn tocilizumab_at_site(facts: &AdministrationFacts) -> Answer {
    match facts.tocilizumab_ready {
        Some(true) => Answer::met(Reason::TocilizumabReady {}),
        Some(false) => Answer::unmet(Reason::TocilizumabNotReady {}),
        None => Answer::missing(Field::TocilizumabReady),
    }
}

/// W-1a: under a physician with sufficient knowledge and experience.
///
/// 「造血器悪性腫瘍の治療に対して、十分な知識・経験を持つ医師のもとで」
///
/// READING: 「医師のもとで」: a qualified physician is on duty that day, though another may prescribe.
fn responsible_physician(facts: &AdministrationFacts) -> Answer {
    match facts.qualified_physician_on_duty {
        Some(true) => Answer::met(Reason::QualifiedPhysicianOnDuty {}),
        Some(false) => Answer::unmet(Reason::PhysicianNotPresent {}),
        None => Answer::missing(Field::QualifiedPhysicianOnDuty),
    }
}

/// W-1a, N1-1-2: at a facility able to respond to emergencies.
///
/// 「緊急時に十分対応できる医療施設において」
///
/// READING: the gate at delivery is not the only one: product on the shelf does not authorise a dose after the facility lost its capability.
fn qualified_facility(facts: &AdministrationFacts) -> Answer {
    match facts.facility_qualified {
        Some(true) => Answer::met(Reason::FacilityQualified {}),
        Some(false) => Answer::unmet(Reason::FacilityNotQualified {}),
        None => Answer::missing(Field::FacilityQualified),
    }
}

/// W-2d: the manufacturer's CRS guidance is available at the site.
///
/// 「製造販売業者が提供するサイトカイン放出症候群管理ガイダンス等に従い、適切な処置を行うこと。」
///
/// READING: following the guidance presupposes that it is there; but the text does not make it a condition of dosing, hence `Consider`.
fn crs_guidance(facts: &AdministrationFacts) -> Answer {
    match facts.crs_guidance_version.as_deref().map(str::trim) {
        Some(version) if !version.is_empty() => Answer::met(Reason::CrsGuidanceRegistered {
            version: version.to_owned(),
        }),
        _ => Answer::consider(Reason::CrsGuidanceNotRegistered {}),
    }
}

/// P-2: the six signs are observed during the administration.
///
/// 「本剤の投与中は、発熱、悪寒、低血圧、頻脈、低酸素症、頭痛等について、観察を十分に行うこと。」
///
/// READING: a sufficient observation records each sign that the clause names; no interval is stated, so none is asked, hence `Consider`.
/// READING: before the administration begins there is nothing to observe.
fn observation(facts: &AdministrationFacts) -> Answer {
    let recorded = match &facts.observation {
        Observation::BeforeStart => return Answer::met(Reason::ObservationNotYetDue {}),
        Observation::Recorded(signs) => Some(signs),
        Observation::NotRecorded => None,
    };
    let is_recorded = |sign: &Sign| recorded.is_some_and(|signs| signs.contains(sign));
    let missing: Vec<Sign> = Sign::ALL
        .iter()
        .copied()
        .filter(|sign| !is_recorded(sign))
        .collect();
    if missing.is_empty() {
        Answer::met(Reason::ObservationComplete {})
    } else {
        Answer::consider(Reason::ObservationIncomplete { missing })
    }
}

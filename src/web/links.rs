//! Where records are shown: the addresses that more than one room's pages print.

use crate::rules::finding::{Evidence, EvidenceKind};

/// The page of a piece of evidence, where it has one of its own.
pub fn evidence(evidence: &Evidence) -> Option<String> {
    let id = &evidence.id;
    match evidence.kind {
        EvidenceKind::Attestation => Some(format!("/attestations/{id}")),
        EvidenceKind::Qualification => Some(format!("/qualifications/{id}")),
        EvidenceKind::Briefing | EvidenceKind::Meeting => Some(format!("/contacts/{id}")),
        EvidenceKind::Policy => Some("/notice#house".to_owned()),
        EvidenceKind::Exception => Some(format!("/exceptions/{id}")),
        EvidenceKind::Order => Some(format!("/deliveries/{id}")),
        EvidenceKind::ChangeReport | EvidenceKind::Partnership | EvidenceKind::Affiliation => None,
    }
}

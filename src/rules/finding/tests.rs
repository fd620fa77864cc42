//! The words of an answer: codes, message ids, and what a verdict comes to.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_message_name_is_its_code_in_kebab_case() {
    for (code, kebab) in REASON_CODES {
        assert_eq!(*kebab, code.to_lowercase().replace('_', "-"));
    }
    let codes: BTreeSet<_> = REASON_CODES.iter().map(|(code, _)| code).collect();
    assert_eq!(
        codes.len(),
        REASON_CODES.len(),
        "no code stands for two reasons"
    );
}

#[test]
fn a_reason_is_stored_under_its_code() {
    let reason = Reason::MissingData {
        field: Field::Admission24h,
    };
    let stored = serde_json::to_value(&reason).unwrap();
    assert_eq!(stored.get("code"), Some(&serde_json::json!(reason.code())));
    assert_eq!(serde_json::from_value::<Reason>(stored).unwrap(), reason);
    let bare: Reason =
        serde_json::from_value(serde_json::json!({"code": "NO_24H_ADMISSION_WITH_ICU"})).unwrap();
    assert_eq!(bare, Reason::No24hAdmissionWithIcu {});
}

#[test]
fn a_missing_datum_names_its_field_and_who_supplies_it() {
    let reason = Reason::MissingData {
        field: Field::PhysicianCooperation,
    };
    assert_eq!(
        reason.arguments(),
        [("field", Argument::Term("field-physician-cooperation"))]
    );
    assert_eq!(
        reason.owners(),
        [Owner::Physician, Owner::FacilityCoordinator]
    );
    assert_eq!(reason.remedy_id(), Some("remedy-missing-data"));
    for field in Field::ALL {
        assert!(!field.owners().is_empty(), "{field:?}");
        assert!(field.message_id().starts_with("field-"), "{field:?}");
    }
}

#[test]
fn what_is_met_needs_no_remedy() {
    let reason = Reason::AdmissionThroughPartner {
        partner: "架空大学医学部附属病院".to_owned(),
        until: None,
    };
    assert_eq!(reason.remedy_id(), None);
    assert_eq!(reason.message_id(), "reason-admission-through-partner");
    assert_eq!(
        reason.arguments().last(),
        Some(&("until", Argument::Term("no-stated-end")))
    );
}

#[test]
fn no_findings_permit_nothing() {
    let verdict = Verdict::default();
    assert_eq!(
        (verdict.worst(), verdict.decision(), verdict.permits()),
        (None, Decision::Block, false)
    );
}

#[test]
fn the_worst_finding_decides() {
    let finding = |outcome| Finding {
        rule: "rule".into(),
        source: Source::Notice,
        clauses: Vec::new(),
        outcome,
        reason: Reason::ProductsCovered {},
        evidence: Vec::new(),
        until: None,
    };
    for (index, (outcome, decision)) in [
        (Outcome::Met, Decision::Allow),
        (Outcome::Consider, Decision::Warn),
        (Outcome::Undetermined, Decision::Refer),
        (Outcome::Unmet, Decision::Block),
    ]
    .into_iter()
    .enumerate()
    {
        let verdict = Verdict::new(vec![
            finding(Outcome::Met),
            finding(outcome),
            finding(Outcome::Met),
        ]);
        assert_eq!(verdict.decision(), decision);
        assert_eq!(verdict.permits(), index < 2, "{outcome}");
        assert_eq!(verdict.needs_acknowledgement(), index == 1, "{outcome}");
        assert_eq!(outcome.as_str().parse(), Ok(outcome));
    }
}

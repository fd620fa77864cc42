//! The gate as sentences, on one facility whose days are those of the sample pages.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::rules::briefing::{Moment, Presenter, start_of};
use crate::rules::facility::{IntensiveCare, Limb, PartnerStatement, Span};
use crate::rules::finding::{Evidence, EvidenceKind};
use crate::rules::physician::{Affiliation, Meeting, MeetingMode, Qualification};
use crate::rules::policy::PartnerBasis;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn evidence(kind: EvidenceKind, label: &str) -> Evidence {
    Evidence {
        kind,
        id: format!("id-{label}"),
        label: label.to_owned(),
    }
}

fn span(first: &str, last: Option<&str>) -> Span {
    Span {
        first: day(first),
        last: last.map(day),
    }
}

fn readiness(label: &str, accepted: &str) -> Readiness {
    Readiness {
        evidence: evidence(EvidenceKind::Attestation, label),
        span: span(accepted, None),
        accepted_on: day(accepted),
        intensive_care: Some(IntensiveCare::None),
        admission_24h: Some(false),
        inpatient_beds: Some(true),
        tocilizumab_ready: Some(true),
        test_results_available: Some(true),
        crs_guidance_version: Some("2".to_owned()),
    }
}

fn physician(name: &str, first: &str, last: Option<&str>) -> PhysicianFacts {
    PhysicianFacts {
        person_id: name.to_owned(),
        name: name.to_owned(),
        qualification: Some(Qualification {
            evidence: evidence(EvidenceKind::Qualification, name),
            span: span(first, None),
            experience: Some(true),
            meetings: Some(true),
            cooperation: Some(true),
        }),
        affiliations: vec![Affiliation {
            evidence: evidence(EvidenceKind::Affiliation, name),
            span: span(first, last),
        }],
        meetings: Vec::new(),
    }
}

/// A facility without an ICU, with a university hospital as its partner, as on the sample pages.
fn facility() -> GateFacts {
    let mut kashiwagi = physician("柏木 遥", "2025-12-01", Some("2026-11-25"));
    kashiwagi.meetings.push(Meeting {
        evidence: evidence(EvidenceKind::Meeting, "M-0611"),
        at: day("2026-10-14"),
        mode: MeetingMode::Online,
    });
    GateFacts {
        format: GateFacts::FORMAT,
        readiness: vec![readiness("A-0412", "2025-11-26")],
        changes: Vec::new(),
        partnerships: vec![Partnership {
            evidence: evidence(EvidenceKind::Partnership, "P-0031"),
            partner: "架空大学医学部附属病院".to_owned(),
            partner_id: "partner".to_owned(),
            agreement: Some(span("2025-04-01", Some("2027-03-31"))),
            stated: PartnerStatement {
                icu: Some(true),
                admission_24h: Some(true),
                tocilizumab_ready: Some(true),
            },
            own: Vec::new(),
            own_changes: Vec::new(),
            own_recorded: false,
        }],
        physicians: vec![kashiwagi],
        explanations: vec![ExplanationFacts {
            evidence: evidence(EvidenceKind::Briefing, "B-0207"),
            by: Presenter::Manufacturer,
            product: Some(true),
            safety_measures: Some(true),
            ended: Moment::Instant("2025-12-03T15:30:00+09:00".parse().unwrap()),
        }],
        policies: vec![PolicyVersion::initial(day("2024-12-27"))],
        exceptions: Vec::new(),
    }
}

fn order(vials_1mg: u32, vials_30mg: u32) -> OrderFacts {
    OrderFacts {
        cases: Vec::new(),
        lines: vec![
            OrderLine {
                product: OrderedProduct::Known(Product::LunsumioIv1Mg),
                quantity: vials_1mg,
            },
            OrderLine {
                product: OrderedProduct::Known(Product::LunsumioIv30Mg),
                quantity: vials_30mg,
            },
        ],
        destination: Destination::OrderedFacility,
    }
}

fn delivered(facts: &GateFacts, on: &str) -> Verdict {
    let on = day(on);
    delivery(
        facts,
        &order(3, 2),
        &Arrival {
            on,
            not_before: start_of(on),
        },
    )
}

fn answer(verdict: &Verdict, rule: &str) -> (Outcome, &'static str, Option<NaiveDate>) {
    let finding = verdict.finding(rule).unwrap();
    (finding.outcome, finding.reason.code(), finding.until)
}

#[test]
fn the_sample_facility_is_judged_as_on_the_sample_page() {
    let held = delivered(&facility(), "2026-11-26");
    let not_met: Vec<_> = held
        .findings
        .iter()
        .filter(|finding| finding.outcome != Outcome::Met)
        .collect();
    let not_met: Vec<_> = not_met
        .iter()
        .map(|finding| finding.rule.as_ref())
        .collect();
    assert_eq!(not_met, ["qualified_physician", "reconfirmation"]);

    let allowed = delivered(&facility(), "2026-11-25");
    assert_eq!(allowed.decision(), Decision::Allow);
    let until = |rule| answer(&allowed, rule).2;
    assert_eq!(until("admission"), Some(day("2027-03-31")));
    assert_eq!(until("qualified_physician"), Some(day("2026-11-25")));
    assert_eq!(until("explanation"), None);
    assert_eq!(until("reconfirmation"), Some(day("2026-11-25")));
    assert_eq!(until("meeting"), Some(day("2027-01-12")));
    assert_eq!(until("explanation_age"), Some(day("2026-12-03")));
    assert_eq!(until("order_quantity"), None);
    assert_eq!(allowed.until(), Some(day("2026-11-25")));
    assert_eq!(
        permitted_until(&facility(), day("2026-10-20")),
        Some(day("2026-11-25"))
    );
}

#[test]
fn an_ended_partner_agreement_holds_the_delivery() {
    let verdict = delivered(&facility(), "2027-04-01");
    assert_eq!(
        answer(&verdict, "admission"),
        (Outcome::Unmet, "PARTNERSHIP_LAPSED", None)
    );
}

#[test]
fn a_change_report_counts_from_its_own_day_whatever_was_attested() {
    let mut facts = facility();
    facts.partnerships[0].own = vec![Readiness {
        intensive_care: Some(IntensiveCare::Icu),
        admission_24h: Some(true),
        ..readiness("A-0400", "2025-11-01")
    }];
    facts.partnerships[0].own_changes = vec![ChangeReport {
        evidence: evidence(EvidenceKind::ChangeReport, "C-0042"),
        limb: Limb::IntensiveCare,
        from: day("2026-06-08"),
    }];
    let before = delivered(&facts, "2026-06-07");
    assert_eq!(answer(&before, "admission").2, Some(day("2026-06-07")));
    let after = delivered(&facts, "2026-06-08");
    assert_eq!(
        answer(&after, "admission"),
        (Outcome::Unmet, "NO_24H_ADMISSION_WITH_ICU", None)
    );
    let labels: Vec<_> = after
        .finding("admission")
        .unwrap()
        .evidence
        .iter()
        .map(|row| row.label.as_str())
        .collect();
    assert_eq!(labels, ["A-0412", "P-0031", "A-0400", "C-0042"]);
}

#[test]
fn an_icu_at_one_place_and_night_admission_at_another_do_not_add_up() {
    let mut facts = facility();
    facts.readiness[0].intensive_care = Some(IntensiveCare::Icu);
    facts.partnerships[0].stated.icu = Some(false);
    assert_eq!(
        answer(&delivered(&facts, "2026-01-05"), "admission").1,
        "NO_24H_ADMISSION_WITH_ICU"
    );
}

#[test]
fn an_equivalence_to_an_icu_is_proven_from_the_day_of_its_statement() {
    let mut facts = facility();
    facts.partnerships.clear();
    facts.readiness[0].admission_24h = Some(true);
    facts.readiness[0].intensive_care = Some(IntensiveCare::Equivalent { stated_on: None });
    assert_eq!(
        answer(&delivered(&facts, "2026-01-05"), "admission").1,
        "MISSING_DATA"
    );
    facts.readiness[0].intensive_care = Some(IntensiveCare::Equivalent {
        stated_on: Some(day("2026-01-06")),
    });
    assert_eq!(
        answer(&delivered(&facts, "2026-01-05"), "admission"),
        (Outcome::Unmet, "MISSING_DATA", Some(day("2026-01-05")))
    );
    assert_eq!(
        answer(&delivered(&facts, "2026-01-06"), "admission").1,
        "ADMISSION_AT_OWN_FACILITY"
    );
}

#[test]
fn house_policy_says_whose_word_proves_a_partner() {
    let mut facts = facility();
    let basis = |facts: &mut GateFacts, basis| facts.policies[0].partner_basis = basis;
    let code = |facts: &GateFacts| answer(&delivered(facts, "2026-01-05"), "admission").1;
    basis(&mut facts, PartnerBasis::OwnAttestation);
    assert_eq!(
        code(&facts),
        "MISSING_DATA",
        "the partner has attested nothing itself"
    );
    facts.partnerships[0].own = vec![readiness("A-0400", "2025-11-01")];
    basis(&mut facts, PartnerBasis::Either);
    assert_eq!(
        code(&facts),
        "NO_24H_ADMISSION_WITH_ICU",
        "the partner's own record silences the agreement"
    );
    basis(&mut facts, PartnerBasis::Agreement);
    assert_eq!(code(&facts), "ADMISSION_THROUGH_PARTNER");
}

#[test]
fn two_partners_are_never_added_together() {
    let mut facts = facility();
    let mut second = facts.partnerships[0].clone();
    second.partner_id = "second".to_owned();
    second.own = vec![Readiness {
        intensive_care: Some(IntensiveCare::Icu),
        admission_24h: Some(true),
        test_results_available: Some(false),
        ..readiness("A-0500", "2025-11-01")
    }];
    facts.partnerships[0].stated.tocilizumab_ready = Some(false);
    facts.partnerships.push(second);
    assert!(!delivered(&facts, "2026-01-05").permits());
}

#[test]
fn two_physicians_are_never_added_together() {
    let mut facts = facility();
    facts.physicians = vec![
        physician("甲", "2025-12-01", None),
        physician("乙", "2025-12-01", None),
    ];
    facts.physicians[0]
        .qualification
        .as_mut()
        .unwrap()
        .experience = Some(false);
    facts.physicians[1]
        .qualification
        .as_mut()
        .unwrap()
        .cooperation = Some(false);
    assert_eq!(
        answer(&delivered(&facts, "2026-01-05"), "qualified_physician").1,
        "PHYSICIAN_REQUIREMENT"
    );
}

#[test]
fn a_successor_keeps_the_gate_open_although_the_reason_changes() {
    let mut facts = facility();
    facts
        .physicians
        .push(physician("仁科 亮", "2026-11-20", None));
    facts.readiness.push(readiness("A-0588", "2026-11-20"));
    let verdict = standing(&facts, day("2026-11-15"));
    assert_eq!(
        answer(&verdict, "qualified_physician").2,
        Some(day("2026-11-19"))
    );
    assert!(standing(&facts, day("2026-11-26")).permits());
    assert_eq!(
        permitted_until(&facts, day("2026-11-15")),
        Some(day("2027-02-18")),
        "ninety days after 仁科 came"
    );
}

#[test]
fn an_explanation_on_the_delivery_day_needs_its_time() {
    let mut facts = facility();
    let on = day("2025-12-03");
    let verdict = |facts: &GateFacts, not_before: &str| {
        delivery(
            facts,
            &order(3, 2),
            &Arrival {
                on,
                not_before: not_before.parse().unwrap(),
            },
        )
    };
    let code = |facts: &GateFacts, not_before| answer(&verdict(facts, not_before), "explanation").1;
    assert_eq!(
        code(&facts, "2025-12-03T15:30:00+09:00"),
        "EXPLAINED_BEFORE_DELIVERY"
    );
    assert_eq!(
        code(&facts, "2025-12-03T15:29:59+09:00"),
        "EXPLANATION_NOT_BEFORE_DELIVERY"
    );
    assert!(
        answer(&standing(&facts, on), "explanation").0 == Outcome::Met,
        "a delivery later that day could follow"
    );
    facts.explanations[0].ended = Moment::Day(on);
    assert_eq!(
        code(&facts, "2025-12-03T23:59:59+09:00"),
        "EXPLANATION_ORDER_NOT_PROVEN"
    );
    assert_eq!(
        answer(&standing(&facts, on), "explanation").1,
        "EXPLANATION_ORDER_NOT_PROVEN"
    );
    facts.explanations[0].ended = Moment::Day(day("2025-12-02"));
    assert_eq!(
        code(&facts, "2025-12-03T00:00:00+09:00"),
        "EXPLAINED_BEFORE_DELIVERY"
    );
}

#[test]
fn expiry_by_house_policy_is_a_house_finding_only() {
    let verdict = delivered(&facility(), "2026-11-26");
    assert_eq!(
        verdict.finding("reconfirmation").unwrap().source,
        Source::House
    );
    assert_eq!(
        answer(&verdict, "tocilizumab").0,
        Outcome::Met,
        "the last accepted evidence still answers F-1"
    );
}

#[test]
fn a_policy_to_come_is_counted() {
    let mut facts = facility();
    facts.policies.push(PolicyVersion {
        version: 2,
        meeting_days: 30,
        ..PolicyVersion::initial(day("2026-11-10"))
    });
    let verdict = standing(&facts, day("2026-11-05"));
    assert_eq!(
        answer(&verdict, "meeting"),
        (Outcome::Met, "MEETING_IN_TIME", Some(day("2026-11-09")))
    );
    assert_eq!(
        answer(&standing(&facts, day("2026-11-14")), "meeting").1,
        "MEETING_OVERDUE"
    );
}

#[test]
fn a_large_order_is_to_be_considered() {
    let on = day("2026-01-05");
    let arrival = Arrival {
        on,
        not_before: start_of(on),
    };
    assert_eq!(
        delivery(&facility(), &order(6, 10), &arrival).decision(),
        Decision::Allow
    );
    for large in [order(7, 10), order(6, 11)] {
        let verdict = delivery(&facility(), &large, &arrival);
        assert!(verdict.permits() && verdict.needs_acknowledgement());
    }
}

#[test]
fn a_product_without_rules_is_refused() {
    let on = day("2026-01-05");
    let mut subcutaneous = order(3, 2);
    subcutaneous.lines[0].product = OrderedProduct::from("lunsumio_sc_45mg".to_owned());
    let verdict = delivery(
        &facility(),
        &subcutaneous,
        &Arrival {
            on,
            not_before: start_of(on),
        },
    );
    assert_eq!(answer(&verdict, "product").1, "NO_RULES_LOADED");
    assert_eq!(
        answer(&delivered(&facility(), "2024-12-26"), "product").1,
        "NO_RULES_LOADED"
    );
    assert_eq!(
        answer(&delivered(&facility(), "2024-12-26"), "product").2,
        Some(day("2024-12-26"))
    );
}

#[test]
fn nothing_on_file_is_refused_by_every_rule_that_needs_evidence() {
    let nothing = GateFacts {
        format: GateFacts::FORMAT,
        readiness: Vec::new(),
        changes: Vec::new(),
        partnerships: Vec::new(),
        physicians: Vec::new(),
        explanations: Vec::new(),
        policies: Vec::new(),
        exceptions: Vec::new(),
    };
    let verdict = standing(&nothing, day("2026-01-05"));
    assert!(
        verdict
            .findings
            .iter()
            .all(|finding| finding.outcome == Outcome::Unmet)
    );
    for rule in [
        "destination",
        "admission",
        "tocilizumab",
        "test_results",
        "inpatient_site",
    ] {
        assert_eq!(answer(&verdict, rule).1, "MISSING_DATA", "{rule}");
    }
}

#[test]
fn every_clause_that_a_rule_cites_exists() {
    for id in RULES.iter().flat_map(|rule| rule.clauses) {
        let known =
            notice::clause(id).is_some() || crate::rules::policy::house_clause(id).is_some();
        assert!(known, "{id}");
    }
}

#[test]
fn affiliations_without_a_gap_count_as_one() {
    let mut person = physician("柏木 遥", "2025-12-01", Some("2026-03-31"));
    let renewed = Affiliation {
        evidence: evidence(EvidenceKind::Affiliation, "E-2"),
        span: span("2026-04-01", None),
    };
    person.affiliations.push(renewed);
    assert_eq!(
        person.affiliated_since(day("2026-05-01")),
        Some(day("2025-12-01"))
    );
    person.affiliations[1].span.first = day("2026-04-02");
    assert_eq!(
        person.affiliated_since(day("2026-05-01")),
        Some(day("2026-04-02"))
    );
    assert_eq!(person.affiliated_since(day("2026-04-01")), None);
}

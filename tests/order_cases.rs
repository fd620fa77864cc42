//! Orders that name cases: the vials that are due, the question to the facility, and what nobody else learns.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use chrono::TimeDelta;
use kanmon::cases::{self, Entry, NewCase, NewRecord};
use kanmon::clock::start_of;
use kanmon::deliveries::{NewOrder, State};
use kanmon::error::{Error, FieldErrors};
use kanmon::ids::{CaseId, DeliveryId};
use kanmon::rules::dosing::eligibility::{
    AntiCd20, ConsentBy, Diagnosis, DiseaseStatus, EligibilityFacts, FlGrade, PriorTherapy,
    TherapyKind, TherapyOutcome,
};
use kanmon::rules::finding::{Finding, Outcome};
use support::deliveries::{done, obstacles, refused, rows, usual, verbs_after};
use support::forms::Sheet;
use support::programme::{Ground, Place};
use support::{TestApp, TestDb, day};

/// A patient whom the notice names.
fn eligible() -> EligibilityFacts {
    let therapy = |anti_cd20, outcome| PriorTherapy {
        kind: TherapyKind::Standard,
        anti_cd20: Some(anti_cd20),
        outcome: Some(outcome),
    };
    EligibilityFacts {
        adult: Some(true),
        diagnosis: Some(Diagnosis::FollicularLymphoma),
        status: Some(DiseaseStatus::Relapsed),
        therapies: Some(vec![
            therapy(AntiCd20::Yes, TherapyOutcome::Relapse),
            therapy(AntiCd20::No, TherapyOutcome::Ineffective),
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

/// The same, but nobody wrote down who made the diagnosis.
fn unanswered() -> EligibilityFacts {
    EligibilityFacts {
        pathologist_experienced: None,
        ..eligible()
    }
}

/// A case of this file and its number.
fn case(ground: &Ground, place: &Place, eligibility: EligibilityFacts) -> (CaseId, String) {
    let new = NewCase {
        course: 1,
        eligibility,
    };
    ground
        .act(&place.physician, move |tx, scope| {
            let id = cases::open(tx, scope, &new)?;
            let number = cases::case(tx.conn, scope, &id)?.number;
            Ok((id, number))
        })
        .unwrap()
}

fn change(ground: &Ground, place: &Place, id: &CaseId, facts: EligibilityFacts) {
    let id = id.clone();
    ground
        .act(&place.physician, move |tx, scope| {
            let version = cases::case(tx.conn, scope, &id)?.version;
            cases::change_eligibility(tx, scope, (&id, version), &facts).map(drop)
        })
        .unwrap();
}

fn naming(place: &Place, named: &[(&str, i32)]) -> NewOrder {
    let cases = named.iter().map(|(n, doses)| ((*n).to_owned(), *doses));
    NewOrder {
        cases: cases.collect(),
        ..usual(place)
    }
}

fn attempt(ground: &Ground, place: &Place, new: NewOrder) -> Result<DeliveryId, FieldErrors> {
    let programme = ground.programme.clone();
    let made = ground.act(&place.coordinator, move |tx, scope| {
        kanmon::deliveries::order(tx, scope, &programme, &new)
    });
    match made {
        Ok(id) => Ok(id),
        Err(Error::Invalid(errors)) => Err(errors),
        Err(other) => panic!("{other}"),
    }
}

/// What the latest verdict on a delivery found by a rule.
fn found(ground: &Ground, id: &DeliveryId, rule: &str) -> Finding {
    let kept = ground.kept(&ground.delivery(id).verdict);
    let mut findings = kept.days.into_iter().flat_map(|day| day.verdict.findings);
    findings.find(|finding| finding.rule == rule).unwrap()
}

fn words(finding: &Finding) -> String {
    serde_json::to_string(&finding.reason).unwrap()
}

#[test]
fn an_order_that_fits_an_eligible_case_passes_from_the_order_to_the_shipment() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let (_, number) = case(&ground, &place, eligible());
    // Cycle 1: 1 mg, 2 mg and 60 mg, however the number is typed.
    let typed = number.to_lowercase().replace('-', "");
    let id = ground.order(&place.coordinator, naming(&place, &[(&typed, 3)]));
    assert_eq!(found(&ground, &id, "case_vials").outcome, Outcome::Met);
    assert_eq!(found(&ground, &id, "named_cases").outcome, Outcome::Met);
    done(ground.approve(&id));
    ground.release(&id).unwrap();
    done(ground.ship(&id));
    ground.receive(&id).unwrap();
    assert_eq!(ground.state_of(&id), State::Received);
    assert_eq!(ground.delivery(&id).deviations.len(), 1, "another day");
    ground.agrees();
}

#[test]
fn vials_that_are_not_those_due_are_a_house_finding_with_the_arithmetic_and_ask_for_a_reason() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let (_, one) = case(&ground, &place, eligible());
    let (_, other) = case(&ground, &place, eligible());
    let named = naming(&place, &[(&one, 3), (&other, 4)]);
    let id = ground.order(&place.coordinator, named);
    let finding = found(&ground, &id, "case_vials");
    assert_eq!(finding.outcome, Outcome::Consider);
    assert_eq!(finding.clauses, ["HP-5"]);
    let said = words(&finding);
    for part in [
        format!("{one}: 1 mg × 3 + 30 mg × 2"),
        format!("{other}: 1 mg × 3 + 30 mg × 4"),
        "\"due_1mg\":6".to_owned(),
        "\"due_30mg\":6".to_owned(),
    ] {
        assert!(said.contains(&part), "{said} lacks {part}");
    }
    assert!(matches!(ground.approve(&id), Err(Error::Invalid(_))));
    let version = ground.delivery(&id).row.version;
    let reason = "在庫を使います";
    done(ground.approve_as_of(&ground.approver, &id, version, reason));
    ground.release(&id).unwrap();
    done(ground.ship(&id));
    ground.agrees();
}

#[test]
fn a_case_whose_file_leaves_a_clause_open_stops_the_order_by_that_clause_and_never_by_f_1() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let (case_id, number) = case(&ground, &place, unanswered());
    let id = ground.order(&place.coordinator, naming(&place, &[(&number, 3)]));
    assert_eq!(ground.state_of(&id), State::Ordered);
    let kept = ground.kept(&refused(ground.approve(&id)));
    let stopping = obstacles(&kept);
    assert!(!stopping.is_empty());
    for finding in &stopping {
        assert_eq!(finding.rule, "named_cases");
        assert!(finding.clauses.iter().any(|clause| clause == "IN-2"));
        assert!(!finding.clauses.iter().any(|clause| clause.starts_with('F')));
        assert!(words(finding).contains(&format!("{number} (IN-2)")));
    }
    // The facility answers in the file, and the same order passes.
    let before = support::deliveries::head(&data.db);
    change(&ground, &place, &case_id, eligible());
    done(ground.approve(&id));
    let verbs = verbs_after(&data.db, before);
    assert!(verbs.contains(&"delivery_cases_judged".to_owned()));
    ground.agrees();
}

#[test]
fn a_file_that_changes_after_the_approval_stops_the_shipment() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let (case_id, number) = case(&ground, &place, eligible());
    let id = ground.order(&place.coordinator, naming(&place, &[(&number, 3)]));
    done(ground.approve(&id));
    ground.release(&id).unwrap();
    let changed = EligibilityFacts {
        consent_by: None,
        ..eligible()
    };
    change(&ground, &place, &case_id, changed);
    let kept = ground.kept(&refused(ground.ship(&id)));
    let stopping = obstacles(&kept);
    assert!(words(&stopping[0]).contains("(W-1b)"));
    assert_eq!(ground.state_of(&id), State::Held);
    // A change of other evidence finds the answer that was kept.
    change(&ground, &place, &case_id, eligible());
    done(ground.approve(&id));
    assert_eq!(ground.state_of(&id), State::Approved);
    ground.meet(&place, day("2026-11-22"));
    assert_eq!(ground.state_of(&id), State::Approved);
    ground.agrees();
}

#[test]
fn a_dose_given_after_the_approval_is_another_number_of_vials_that_nobody_considered() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let (case_id, number) = case(&ground, &place, eligible());
    let id = ground.order(&place.coordinator, naming(&place, &[(&number, 3)]));
    done(ground.approve(&id));
    ground.release(&id).unwrap();
    let started = start_of(day("2026-11-23")) + TimeDelta::hours(10);
    let dose: kanmon::rules::dosing::facts::Administration =
        serde_json::from_value(serde_json::json!({
            "step": {"cycle": 1, "day": 1}, "mg": 1, "given": "in_full",
            "started": {"instant": started}, "crs_followed": false,
        }))
        .unwrap();
    let physician = place.physician.person.clone();
    let given = case_id.clone();
    ground
        .act(&place.physician, move |tx, scope| {
            let record = NewRecord {
                entry: Entry::Administration(dose.clone()),
                physician: Some(physician.clone()),
                elsewhere: false,
            };
            cases::record(tx, scope, (&given, 1), &record).map(drop)
        })
        .unwrap();
    refused(ground.ship(&id));
    let finding = found(&ground, &id, "case_vials");
    assert_eq!(finding.outcome, Outcome::Consider);
    // Cycle 1 day 8 is due from the first day on which it may be given: 2 mg, 60 mg, and cycle 2.
    let due = format!("{number}: 1 mg × 2 + 30 mg × 4");
    assert!(words(&finding).contains(&due), "{}", words(&finding));
    ground.agrees();
}

#[test]
fn a_number_of_another_facility_and_one_of_nobody_are_refused_in_the_same_words() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let other = ground.all_ready("架空大学病院");
    let (_, foreign) = case(&ground, &other, eligible());
    let (own_id, own) = case(&ground, &place, eligible());
    let before = rows(&data.db);
    let code = |named: &[(&str, i32)]| {
        let errors = attempt(&ground, &place, naming(&place, named)).unwrap_err();
        errors.on("cases").unwrap().id
    };
    assert_eq!(code(&[(&foreign, 1)]), "order-case-unknown");
    assert_eq!(code(&[("9K4-22H7", 1)]), "order-case-unknown");
    assert_eq!(code(&[("わからない", 1)]), "order-case-unknown");
    assert_eq!(code(&[(&own, 1), (&own, 2)]), "order-case-twice");
    assert_eq!(code(&[(&own, 0)]), "order-case-doses");
    assert_eq!(code(&[(&own, 5)]), "order-case-doses");
    assert_eq!(rows(&data.db), before, "nothing was kept");
    ground
        .act(&place.physician, move |tx, scope| {
            cases::close(tx, scope, (&own_id, 1))
        })
        .unwrap();
    assert_eq!(code(&[(&own, 1)]), "order-case-not-open");
}

#[test]
fn what_an_order_names_is_not_rewritten_and_leaves_with_the_goods() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let (_, number) = case(&ground, &place, eligible());
    let id = ground.order(&place.coordinator, naming(&place, &[(&number, 3)]));
    let refused_with = |words: &str, sql: &str| {
        let said = support::raw::raw(&data.db, sql).unwrap_err();
        assert!(said.contains(words), "{said}");
    };
    let never = "an order is never rewritten";
    refused_with(never, "DELETE FROM delivery_case");
    refused_with(never, "UPDATE delivery_case SET doses = 1");
    refused_with(
        "needs an audit row of the same change",
        "UPDATE delivery_case SET open_clauses = '', change_id = 'forged'",
    );
    done(ground.approve(&id));
    ground.release(&id).unwrap();
    done(ground.ship(&id));
    refused_with(
        "what was shipped is judged no more",
        "UPDATE delivery_case SET open_clauses = 'IN-1'",
    );
}

#[test]
fn the_pages_take_cases_and_show_a_number_vials_and_clauses_and_no_more() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let (_, number) = case(&ground, &place, unanswered());
    let mut coordinator = ground.at_browser(&app, &place.coordinator);
    let form = format!("/facilities/{}/deliveries", place.id);
    coordinator
        .get(&format!("{form}/new"))
        .is(200)
        .says("症例番号 4");
    let sheet = |case: &str, doses: &str| {
        Sheet::new()
            .all(&[("channel", "direct"), ("quantity_1mg", "3")])
            .put("quantity_30mg", "2")
            .day("ships_on", "2026-11-25")
            .day("arrives_on", "2026-11-26")
            .put("case_1", case)
            .put("doses_1", doses)
    };
    let wrong = sheet("9K4-22H7", "3").send(&mut coordinator, &form);
    wrong.is(422).says("「9K4-22H7」は、この施設にありません");
    let empty = sheet(&number, "").send(&mut coordinator, &form);
    empty.is(422).holds(&number);
    let page = sheet(&number, "３").taken(&mut coordinator, &form);
    coordinator
        .get(&page)
        .is(200)
        .says(&number)
        .says("IN-2 を満たしていますか");
    coordinator.get("/").is(200).says("症例の質問に答える");
    let mut operator = ground.at_browser(&app, &ground.operator);
    let seen = operator.get(&page);
    seen.is(200).says(&number).says("1 mg × 3").says("IN-2");
    for detail in ["病理", "同意", "リンパ腫"] {
        let text = seen.text();
        let table = text.split("施設への質問").nth(1).unwrap();
        let rest: String = table.chars().take(120).collect();
        assert!(!rest.contains(detail), "{rest}");
    }
    // What the operator enters from the facility's printed request is taken as well.
    sheet(&number, "3").taken(&mut operator, &form);
}

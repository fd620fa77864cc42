//! Trials of the vectors' test itself: what must fail fails, and inputs that the sample does not hold are answered well.

use kanmon::rules::gate::delivery_rules;
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};

use crate::gate::delivered_on;
use crate::run;

pub fn trials() -> Vec<Trial> {
    let own = |input: Value| {
        json!({
            "id": "T", "kind": "gate", "title": "t", "input": input,
            "expected": {"decision": "ALLOW"}, "clauses": [], "basis": "LITERAL"
        })
    };
    let delivered = |changes: Value| {
        let mut input = json!({"check": "delivery", "delivery_at": "2025-04-01T09:00+09:00"});
        input
            .as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        input
    };
    let expecting = move |changes: Value, decision: &str, reason: &str, clauses: Value| {
        let mut vector = own(delivered(changes));
        vector["expected"] = json!({"decision": decision, "reason": reason});
        vector["clauses"] = clauses;
        vector
    };
    let changed = move |key: &str, value: Value| {
        let mut vector = own(delivered(json!({})));
        vector[key] = value;
        vector
    };
    let refused = |name: &str, vector: Value, because: &'static str| {
        Trial::test(name, move || match run(vector) {
            Err(error) if error.contains(because) => Ok(()),
            Err(error) => Err(format!("fails for another reason: {error}").into()),
            Ok(()) => Err("passes".into()),
        })
        .with_kind("self")
    };
    let answered = |name: &str, vector: Value| {
        Trial::test(name, move || run(vector).map_err(Failed::from)).with_kind("self")
    };
    let no_icu = || json!({"icu": false, "admission_24h": false});
    let missing = |name: &str, changes: Value, clauses: Value| {
        answered(name, expecting(changes, "BLOCK", "MISSING_DATA", clauses))
    };
    let blocked = |name: &str, changes: Value, reason: &str, clauses: Value| {
        answered(name, expecting(changes, "BLOCK", reason, clauses))
    };
    vec![
        answered(
            "the_baseline_is_satisfied",
            changed(
                "clauses",
                json!(["F-1", "F-1.1", "F-1.2", "F-1.3", "F-1.4"]),
            ),
        ),
        Trial::test("a_delivery_is_judged_by_every_rule", || {
            let verdict = delivered_on("2025-04-01");
            let rules: Vec<String> = verdict?
                .findings
                .iter()
                .map(|finding| finding.rule.to_string())
                .collect();
            let expected: Vec<&str> = delivery_rules().iter().map(|(name, _)| *name).collect();
            if rules == expected {
                Ok(())
            } else {
                Err(format!("{rules:?}").into())
            }
        })
        .with_kind("self"),
        refused(
            "an_unknown_kind_fails",
            changed("kind", json!("weather")),
            "unknown kind",
        ),
        refused(
            "an_unknown_field_of_a_vector_fails",
            changed("mood", json!("good")),
            "unknown field",
        ),
        refused(
            "an_unknown_input_fails",
            own(delivered(json!({"weather": "fine"}))),
            "unknown field",
        ),
        refused(
            "an_unknown_nested_input_fails",
            own(delivered(json!({"own": {"helipad": true}}))),
            "unknown field",
        ),
        refused(
            "an_unknown_check_fails",
            own(json!({"check": "storage"})),
            "unknown check",
        ),
        refused(
            "an_unchecked_expectation_fails",
            changed("expected", json!({"dose_mg": 30})),
            "is not checked",
        ),
        refused(
            "a_wrong_decision_fails",
            changed("expected", json!({"decision": "BLOCK"})),
            "decision is ALLOW",
        ),
        refused(
            "an_uncited_clause_fails",
            changed("clauses", json!(["RS-N1"])),
            "cited by no finding",
        ),
        blocked(
            "no_icu_and_no_partner",
            json!({"own": no_icu(), "partner": {"exists": false}}),
            "NO_24H_ADMISSION_WITH_ICU",
            json!(["F-1.1", "F-*1"]),
        ),
        blocked(
            "a_partner_without_icu",
            json!({"own": no_icu(), "partner": {"icu": false}}),
            "NO_24H_ADMISSION_WITH_ICU",
            json!(["F-1.1", "F-*2"]),
        ),
        blocked(
            "a_partner_without_night_admission",
            json!({"own": no_icu(), "partner": {"admission_24h": false}}),
            "NO_24H_ADMISSION_WITH_ICU",
            json!(["F-1.1", "F-*2"]),
        ),
        blocked(
            "no_tocilizumab_anywhere",
            json!({"own": {"tocilizumab_ready": false}}),
            "TOCILIZUMAB_NOT_READY",
            json!(["F-1.2"]),
        ),
        blocked(
            "a_physician_who_cannot_meet",
            json!({"physician": {"mr_meetings": false}}),
            "PHYSICIAN_REQUIREMENT",
            json!(["F-1.3", "F-*3-2"]),
        ),
        blocked(
            "a_physician_who_left",
            json!({"physician": {"in_post": false}}),
            "PHYSICIAN_REQUIREMENT",
            json!(["F-1.3"]),
        ),
        blocked(
            "delivery_to_a_partner_not_qualified",
            json!({"partner": {"qualified": false}, "deliver_to": "PARTNER"}),
            "DESTINATION_NOT_QUALIFIED",
            json!(["F-1"]),
        ),
        missing(
            "a_partner_without_agreement",
            json!({"own": no_icu(), "partner": {"agreement_valid_until": null}}),
            json!(["F-1.1", "F-*2"]),
        ),
        missing(
            "a_partner_of_whom_nothing_is_known",
            json!({"own": no_icu(), "partner": null}),
            json!(["F-*2"]),
        ),
        missing(
            "a_partner_whose_icu_is_not_recorded",
            json!({"own": no_icu(), "partner": {"icu": null}}),
            json!(["F-*2"]),
        ),
        missing(
            "a_partner_whose_tocilizumab_is_not_recorded",
            json!({"own": no_icu(), "partner": {"tocilizumab_ready": null}}),
            json!(["F-1.2"]),
        ),
        missing(
            "an_icu_not_recorded",
            json!({"own": {"icu": null}}),
            json!(["F-*1"]),
        ),
        missing(
            "night_admission_not_recorded",
            json!({"own": {"admission_24h": null}}),
            json!(["F-1.1"]),
        ),
        missing(
            "beds_not_recorded",
            json!({"own": {"inpatient_beds": null}}),
            json!(["P-3b"]),
        ),
        missing(
            "tocilizumab_not_recorded",
            json!({"own": {"tocilizumab_ready": null}}),
            json!(["F-1.2", "P-5"]),
        ),
        missing(
            "test_results_not_recorded",
            json!({"own": {"lab_results_available": null}}),
            json!(["F-1.2"]),
        ),
        missing(
            "no_physician_named",
            json!({"physician": null}),
            json!(["F-1.3"]),
        ),
        missing(
            "experience_not_recorded",
            json!({"physician": {"haem_malignancy_experience": null}}),
            json!(["F-*3-1"]),
        ),
        missing(
            "meetings_not_recorded",
            json!({"physician": {"mr_meetings": null}}),
            json!(["F-*3-2"]),
        ),
        missing(
            "cooperation_not_recorded",
            json!({"physician": {"safety_cooperation": null}}),
            json!(["F-*3-3"]),
        ),
        missing(
            "post_not_recorded",
            json!({"physician": {"in_post": null}}),
            json!(["F-1.3"]),
        ),
        missing(
            "presenter_not_recorded",
            json!({"explanation": {"by": null}}),
            json!(["F-1.4"]),
        ),
        missing(
            "product_topic_not_recorded",
            json!({"explanation": {"product": null}}),
            json!(["F-1.4"]),
        ),
        missing(
            "safety_topic_not_recorded",
            json!({"explanation": {"safety_measures": null}}),
            json!(["F-1.4"]),
        ),
        missing(
            "explanation_time_not_recorded",
            json!({"explanation": {"at": null}}),
            json!(["F-1.4"]),
        ),
        missing(
            "destination_not_known",
            json!({"partner": {"qualified": null}, "deliver_to": "PARTNER"}),
            json!(["F-1"]),
        ),
    ]
}

/// A vector of any kind, for what the sample does not hold.
pub struct Case {
    name: String,
    vector: Value,
    fails: Option<&'static str>,
}

impl Case {
    /// A vector with this input, which must pass.
    pub fn of(kind: &str, name: &str, input: Value, expected: Value, clauses: &[&str]) -> Self {
        Self {
            name: format!("{kind}: {name}"),
            vector: json!({
                "id": "T", "kind": kind, "title": name, "input": input,
                "expected": expected, "clauses": clauses, "basis": "LITERAL"
            }),
            fails: None,
        }
    }

    /// The same, which must fail with an error that contains this.
    pub fn fails(mut self, because: &'static str) -> Self {
        self.fails = Some(because);
        self
    }
}

/// One trial each.
pub fn trials_of(cases: Vec<Case>) -> Vec<Trial> {
    let trial = |case: Case| {
        Trial::test(case.name, move || match (run(case.vector), case.fails) {
            (Ok(()), None) => Ok(()),
            (Err(error), Some(because)) if error.contains(because) => Ok(()),
            (Ok(()), Some(_)) => Err("passes".into()),
            (Err(error), _) => Err(error.into()),
        })
        .with_kind("self")
    };
    cases.into_iter().map(trial).collect()
}

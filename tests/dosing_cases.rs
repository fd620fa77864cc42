//! Whole cases: what the tables answer together, on which day the answer turns, and what a recorded decision may change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use kanmon::rules::dosing::facts::{Act, CaseQuestion, Decision as Recorded, Given};
use kanmon::rules::dosing::{check, outlook, problems};
use kanmon::rules::finding::{Decision, Outcome, Verdict};
use serde_json::{Value, json};

fn example() -> Value {
    serde_json::from_str(include_str!("../docs/case.example.json")).unwrap()
}

fn question(value: Value) -> CaseQuestion {
    serde_json::from_value(value).unwrap()
}

/// The example with what is proposed put right: everything is met.
fn right() -> Value {
    let mut right = example();
    right["act"]["mg"] = json!(2);
    right["act"]["vials"] = json!({"of_1mg": 2, "of_30mg": 0});
    right
}

/// A course as it would go: the doses given so far, each on its day from 2026-01-05 on, without any reaction.
fn given(doses: &[(u32, u32, u32, i64)]) -> Value {
    let first: DateTime<Utc> = "2026-01-05T01:00:00Z".parse().unwrap();
    let rows: Vec<Value> = doses
        .iter()
        .map(|(cycle, day, mg, at)| {
            json!({
                "step": {"cycle": cycle, "day": day}, "mg": mg, "given": "in_full",
                "started": {"instant": first + TimeDelta::days(*at)}, "crs_followed": false
            })
        })
        .collect();
    let mut case = example();
    case["case"]["administrations"] = Value::Array(rows);
    case["case"]["reactions"] = json!([]);
    case["case"]["counts"] = json!([]);
    case
}

fn next(case: &Value, days_after_first: u64) -> Verdict {
    let first = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let on = first + Days::new(days_after_first);
    let mut case = case.clone();
    case["act"] = json!({"ask": "next_dose", "on": on});
    check(&question(case))
}

fn due(verdict: &Verdict) -> Option<(u32, u32, u32)> {
    let dose = verdict.advice.dose?;
    Some((dose.step.cycle, dose.step.day, dose.mg))
}

fn codes(verdict: &Verdict, outcome: Outcome) -> Vec<&'static str> {
    let worst = verdict.findings.iter().filter(|f| f.outcome == outcome);
    worst.map(|finding| finding.reason.code()).collect()
}

#[test]
fn a_course_without_delay_runs_through_eight_cycles_and_then_asks_for_the_response() {
    let mut course = vec![(1, 1, 1, 0), (1, 8, 2, 7), (1, 15, 60, 14), (2, 1, 60, 21)];
    course.extend((3..=8).map(|cycle| (cycle, 1, 30, 21 * (i64::from(cycle) - 1))));
    assert_eq!(due(&next(&given(&[]), 0)), Some((1, 1, 1)));
    for at in 1..course.len() {
        let (cycle, day, mg, on) = course[at];
        let verdict = next(&given(&course[..at]), on.unsigned_abs());
        assert_eq!(due(&verdict), Some((cycle, day, mg)));
        assert_eq!(verdict.decision(), Decision::Allow, "{verdict:#?}");
        let early = next(&given(&course[..at]), on.unsigned_abs() - 1);
        assert_eq!(due(&early), None);
        assert!(codes(&early, Outcome::Unmet).contains(&"EARLIER_THAN_SCHEDULED_DAY"));
    }
    let mut whole = given(&course);
    assert_eq!(
        codes(&next(&whole, 168), Outcome::Unmet),
        ["RESPONSE_MISSING"]
    );
    let assessed = |response: &str| json!([{"on": "2026-06-20", "response": response, "end_of_cycle_8": true, "at": {"cycle": 8, "day": 20}}]);
    whole["case"]["responses"] = assessed("PR");
    assert_eq!(due(&next(&whole, 168)), Some((9, 1, 30)));
    whole["case"]["responses"] = assessed("CR");
    assert_eq!(
        codes(&next(&whole, 168), Outcome::Unmet),
        ["COURSE_COMPLETED_CR"]
    );
    assert_eq!(due(&next(&whole, 168)), None);
    whole["case"]["responses"] = assessed("PD");
    assert_eq!(next(&whole, 168).decision(), Decision::Refer);
}

#[test]
fn a_repeated_step_up_after_six_weeks_asks_for_the_steroid_on_each_of_its_days_and_then_by_crs_again()
 {
    let before = [
        (1, 1, 1, 0),
        (1, 8, 2, 7),
        (1, 15, 60, 14),
        (2, 1, 60, 21),
        (3, 1, 30, 42),
    ];
    let steps = [
        (4, 1, 1, 84),
        (4, 8, 2, 91),
        (4, 15, 30, 98),
        (5, 1, 30, 105),
    ];
    let mut course = before.to_vec();
    for (nth, (cycle, day, mg, on)) in steps.into_iter().enumerate() {
        let verdict = next(&given(&course), u64::try_from(on).unwrap());
        assert_eq!(due(&verdict), Some((cycle, day, mg)));
        let steroid = serde_json::to_value(verdict.advice.steroid).unwrap();
        let expected = if nth < 3 {
            json!({"required": "re_step_up"})
        } else {
            json!("not_required")
        };
        assert_eq!(steroid, expected);
        course.push((cycle, day, mg, on));
    }
    // One day before six weeks the planned dose is due; late within the repeated step-up the notice is silent.
    assert_eq!(due(&next(&given(&before), 83)), Some((4, 1, 30)));
    let late = next(&given(&[&before[..], &steps[..1]].concat()), 92);
    assert_eq!((late.decision(), due(&late)), (Decision::Refer, None));
    // 1 mg that no row asked for is a dosing error, and nothing follows from it.
    let error = next(&given(&[&before[..], &[(4, 1, 1, 63)]].concat()), 70);
    assert!(codes(&error, Outcome::Undetermined).contains(&"PREVIOUS_DOSE_MATCHES_NO_ROW"));
}

#[test]
fn the_outlook_turns_on_exactly_the_days_on_which_the_check_does() {
    let case = given(&[(1, 1, 1, 0), (1, 8, 2, 7)]);
    let windows = outlook(&question(case.clone()).case);
    let shown: Vec<_> = windows
        .iter()
        .map(|window| {
            (
                window.first.to_string(),
                window.dose.map(|dose| dose.mg),
                window.as_planned,
            )
        })
        .collect();
    let expected = [
        ("2026-01-13", None, false),
        ("2026-01-19", Some(60), true),
        ("2026-01-26", Some(2), false),
        ("2026-02-23", Some(1), false),
    ];
    assert_eq!(
        shown,
        expected.map(|(day, mg, planned)| (day.to_owned(), mg, planned))
    );
    for days in 8..=90 {
        let verdict = next(&case, days);
        let on = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap() + Days::new(days);
        let window = windows
            .iter()
            .find(|window| window.first <= on && window.last.is_none_or(|last| on <= last))
            .unwrap();
        assert_eq!(
            due(&verdict).map(|dose| dose.2),
            window.dose.map(|dose| dose.mg),
            "{on}"
        );
        // What the restart row says stays as it is through its `until`, and not one day longer.
        let restart = verdict.finding("restart").unwrap();
        assert_eq!(restart.until, window.last, "{on}");
    }
}

#[test]
fn the_order_of_the_records_does_not_matter() {
    let mut case = right();
    let expected = check(&question(case.clone()));
    for list in ["administrations", "reactions", "counts", "responses"] {
        case["case"][list].as_array_mut().unwrap().reverse();
    }
    assert_eq!(check(&question(case)), expected);
    assert_eq!(expected.decision(), Decision::Allow);
}

#[test]
fn a_verdict_survives_json() {
    for case in [right(), example(), given(&[(1, 1, 1, 0)])] {
        let verdict = check(&question(case));
        let text = serde_json::to_string(&verdict).unwrap();
        assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap(), verdict);
    }
}

/// What is taken away from a start that may go on, and the reason that must then stand among the worst.
#[test]
fn each_fact_taken_away_from_a_right_start_stops_it_alone() {
    assert_eq!(check(&question(right())).decision(), Decision::Allow);
    let taken: &[(&str, Value, &str)] = &[
        ("/case/eligibility/adult", json!(false), "NOT_ADULT"),
        (
            "/case/eligibility/diagnosis",
            json!("other"),
            "NOT_FOLLICULAR_LYMPHOMA",
        ),
        (
            "/case/eligibility/fl_grade",
            json!("3B"),
            "FL_GRADE_OUTSIDE_1_3A",
        ),
        (
            "/case/eligibility/consent_by",
            json!(null),
            "CONSENT_MISSING",
        ),
        (
            "/case/eligibility/therapies/0/anti_cd20",
            json!("no"),
            "NO_ANTI_CD20_MAB",
        ),
        (
            "/case/administrations/1/given",
            json!({"partly": 1}),
            "PARTIAL_DOSE_NOT_STATED",
        ),
        (
            "/case/administrations/1/given",
            json!("not_recorded"),
            "MISSING_DATA",
        ),
        ("/case/reactions/0/scale", json!("other"), "SCALE_NOT_ASTCT"),
        (
            "/case/reactions/0/grades",
            json!([4]),
            "PERMANENTLY_DISCONTINUED",
        ),
        (
            "/case/reactions/0/recovered",
            json!("not_recorded"),
            "RECOVERY_NOT_CONFIRMED",
        ),
        (
            "/case/reactions/0/recovered",
            json!({"instant": "2026-11-21T10:31:00+09:00"}),
            "LESS_THAN_72H",
        ),
        (
            "/case/counts/1/platelets/value",
            json!(49999),
            "PLATELETS_BELOW_50000",
        ),
        ("/case/counts/1/platelets/unit", json!(null), "UNIT_MISSING"),
        (
            "/case/counts/1/neutrophils/value",
            json!(999),
            "NEUTROPHILS_BELOW_1000",
        ),
        ("/act/mg", json!(null), "MISSING_DATA"),
        ("/act/mg", json!(60), "DOSE_MISMATCH"),
        ("/act/route", json!("other"), "ROUTE_NOT_IV_INFUSION"),
        (
            "/act/vials",
            json!({"of_1mg": 0, "of_30mg": 1}),
            "QUANTITY_MISMATCH",
        ),
        ("/act/steroid", json!("not_given"), "STEROID_MISSING"),
        (
            "/act/steroid",
            json!({"at": "2026-11-24T09:31:00+09:00"}),
            "STEROID_LESS_THAN_60_MIN",
        ),
        ("/act/relief_needed", json!(null), "NEED_NOT_ASSESSED"),
        (
            "/act/consideration",
            json!(null),
            "CONSIDERATION_NOT_RECORDED",
        ),
        ("/act/site/tocilizumab_ready", json!(null), "MISSING_DATA"),
        (
            "/act/site/qualified_physician_on_duty",
            json!(false),
            "PHYSICIAN_NOT_PRESENT",
        ),
        (
            "/act/site/facility_qualified",
            json!(false),
            "FACILITY_NOT_QUALIFIED",
        ),
        (
            "/act/at",
            json!("2026-11-22T10:30:00+09:00"),
            "DOSE_MISMATCH",
        ),
    ];
    for (pointer, value, code) in taken {
        let mut case = right();
        *case.pointer_mut(pointer).unwrap() = value.clone();
        let verdict = check(&question(case));
        assert_ne!(verdict.decision(), Decision::Allow, "{pointer}");
        let worst = codes(&verdict, verdict.worst().unwrap());
        assert!(worst.contains(code), "{pointer}: {worst:?}");
    }
}

/// DN-2 is a guide; DN-3, DN-1a, P-3b and W-1b are not.
#[test]
fn a_recorded_decision_answers_a_cell_of_the_guide_and_never_a_firm_clause() {
    let decide = |mut case: Value| {
        let before = check(&question(case.clone()));
        let decisions: Vec<Recorded> = before
            .findings
            .iter()
            .map(|finding| Recorded {
                rule: finding.rule.to_string(),
                code: finding.reason.code().to_owned(),
                because: "理由".to_owned(),
            })
            .collect();
        case["act"]["decisions"] = serde_json::to_value(decisions).unwrap();
        (before.decision(), check(&question(case)))
    };
    let with = |pointer: &str, value: Value| {
        let mut case = right();
        *case.pointer_mut(pointer).unwrap() = value;
        case
    };
    let guide = [
        ("/case/counts/1/neutrophils/value", json!(900)),
        (
            "/case/reactions/0/recovered",
            json!({"instant": "2026-11-22T10:00:00+09:00"}),
        ),
        ("/case/reactions/0/grades", json!([4])),
    ];
    for (pointer, value) in guide {
        let (before, after) = decide(with(pointer, value));
        assert_eq!(
            (before, after.decision()),
            (Decision::Block, Decision::Warn),
            "{pointer}"
        );
    }
    let (before, after) = decide(with("/case/administrations/1/given", json!({"partly": 1})));
    assert_eq!(
        (before, after.decision()),
        (Decision::Refer, Decision::Warn)
    );
    let firm = [
        ("/act/mg", json!(60)),
        ("/act/steroid", json!("not_given")),
        ("/act/steroid", json!({"at": "2026-11-24T09:31:00+09:00"})),
        ("/case/eligibility/consent_by", json!(null)),
        ("/act/site/tocilizumab_ready", json!(false)),
        // What was not recorded is no matter of judgement, even in the guide.
        ("/case/counts/1/neutrophils/unit", json!(null)),
        ("/case/reactions/0/recovered", json!("not_recorded")),
    ];
    for (pointer, value) in firm {
        let (before, after) = decide(with(pointer, value));
        assert_eq!(
            (before, after.decision()),
            (Decision::Block, Decision::Block),
            "{pointer}"
        );
    }
    // The first 60 mg as an outpatient, and leaving before 48 hours.
    let mut first_60 = given(&[(1, 1, 1, 0), (1, 8, 2, 7)]);
    first_60["act"] = right()["act"].clone();
    first_60["act"]["at"] = json!("2026-01-19T01:00:00Z");
    first_60["act"]["steroid"] = json!({"at": "2026-01-19T00:00:00Z"});
    first_60["act"]["mg"] = json!(60);
    first_60["act"]["vials"] = json!({"of_1mg": 0, "of_30mg": 2});
    first_60["case"]["counts"] = json!([{"taken": "2026-01-19T00:00:00Z", "platelets": {"value": 15, "unit": "10^4/uL"}, "neutrophils": {"value": 2, "unit": "10^9/L"}}]);
    assert_eq!(
        check(&question(first_60.clone())).decision(),
        Decision::Allow
    );
    first_60["act"]["setting"] = json!("outpatient");
    let (before, after) = decide(first_60);
    assert_eq!(
        (before, after.decision()),
        (Decision::Block, Decision::Block)
    );
    assert!(codes(&after, Outcome::Unmet).contains(&"FIRST_60MG_REQUIRES_INPATIENT"));
}

#[test]
fn a_decision_answers_the_reason_it_was_made_for_and_no_other() {
    let mut case = right();
    case["case"]["counts"][1]["neutrophils"]["value"] = json!(900);
    let decision = |rule: &str, code: &str, because: &str| json!([{"rule": rule, "code": code, "because": because}]);
    for (rule, code, because, expected) in [
        (
            "neutrophils",
            "NEUTROPHILS_BELOW_1000",
            "reason",
            Decision::Warn,
        ),
        (
            "neutrophils",
            "PLATELETS_BELOW_50000",
            "reason",
            Decision::Block,
        ),
        (
            "platelets",
            "NEUTROPHILS_BELOW_1000",
            "reason",
            Decision::Block,
        ),
        (
            "neutrophils",
            "NEUTROPHILS_BELOW_1000",
            " \u{3000} ",
            Decision::Block,
        ),
    ] {
        case["act"]["decisions"] = decision(rule, code, because);
        assert_eq!(
            check(&question(case.clone())).decision(),
            expected,
            "{rule} {code}"
        );
    }
}

#[test]
fn a_reaction_counts_for_the_next_dose_and_its_grade_three_for_the_whole_course() {
    let reaction = |onset: &str, grades: Value| {
        json!({"reaction": "crs", "scale": "ASTCT", "grades": grades, "onset": {"instant": onset},
               "recovered": {"instant": onset}})
    };
    let doses = [
        (1, 1, 1, 0),
        (1, 8, 2, 7),
        (1, 15, 60, 14),
        (2, 1, 60, 21),
        (3, 1, 30, 42),
    ];
    let mut case = given(&doses);
    // Grade 3 after the second dose no longer bears on the sixth one.
    case["case"]["reactions"] = json!([reaction("2026-01-12T05:00:00Z", json!([3]))]);
    assert_eq!(next(&case, 63).decision(), Decision::Allow);
    // Grade 3 once more at a later dose ends the treatment, now and at every later dose.
    case["case"]["reactions"] = json!([
        reaction("2026-01-12T05:00:00Z", json!([3])),
        reaction("2026-02-16T05:00:00Z", json!([2, 3])),
    ]);
    assert!(codes(&next(&case, 63), Outcome::Unmet).contains(&"PERMANENTLY_DISCONTINUED"));
    case["case"]["reactions"] = json!([
        reaction("2026-01-12T05:00:00Z", json!([3])),
        reaction("2026-01-19T05:00:00Z", json!([3])),
    ]);
    assert!(codes(&next(&case, 63), Outcome::Unmet).contains(&"PERMANENTLY_DISCONTINUED"));
    // One Grade 3 that nobody saw recover is one, though it bears on every dose until somebody does.
    let mut unrecovered = reaction("2026-01-12T05:00:00Z", json!([3]));
    unrecovered["recovered"] = json!("not_recorded");
    case["case"]["reactions"] = json!([unrecovered]);
    let stopped = codes(&next(&case, 63), Outcome::Unmet);
    assert!(stopped.contains(&"RECOVERY_NOT_CONFIRMED"), "{stopped:?}");
    assert!(
        !stopped.contains(&"PERMANENTLY_DISCONTINUED"),
        "{stopped:?}"
    );
    // With another one at a dose between them it has come back.
    let again = reaction("2026-01-19T05:00:00Z", json!([3]));
    case["case"]["reactions"] = json!([case["case"]["reactions"][0], again]);
    assert!(codes(&next(&case, 63), Outcome::Unmet).contains(&"PERMANENTLY_DISCONTINUED"));
    // CRS of any grade after the previous dose brings the steroid back in cycle 3 and later.
    case["case"]["reactions"] = json!([reaction("2026-02-16T05:00:00Z", json!([1]))]);
    let steroid = |case: &Value| serde_json::to_value(next(case, 63).advice.steroid).unwrap();
    assert_eq!(
        steroid(&case),
        json!({"required": "crs_after_previous_dose"})
    );
    case["case"]["reactions"] = json!([]);
    assert_eq!(steroid(&case), json!("not_required"));
}

#[test]
fn a_count_from_before_the_previous_dose_says_nothing_and_of_two_since_then_the_later_one_speaks() {
    let counted = |times: [&str; 2]| {
        let mut case = right();
        for (nth, time) in times.into_iter().enumerate() {
            case["case"]["counts"][nth]["taken"] = json!(time);
        }
        check(&question(case))
    };
    // The first of the two is too low, the second is not.
    let before = "2026-11-08T07:40:00+09:00";
    let old = counted([before, before]);
    assert_eq!(
        codes(&old, Outcome::Unmet),
        ["MISSING_DATA", "MISSING_DATA"]
    );
    let early = "2026-11-16T07:40:00+09:00";
    let late = "2026-11-24T07:40:00+09:00";
    assert_eq!(counted([early, late]).decision(), Decision::Allow);
    assert_eq!(
        codes(&counted([late, early]), Outcome::Unmet),
        ["NEUTROPHILS_BELOW_1000"]
    );
    // A count taken after the start that is asked about is not there yet.
    let after = "2026-11-24T10:31:00+09:00";
    assert_eq!(counted([after, late]).decision(), Decision::Allow);
}

#[test]
fn the_48_hours_run_from_the_start_of_the_first_60_mg() {
    let mut case = given(&[(1, 1, 1, 0), (1, 8, 2, 7), (1, 15, 60, 14)]);
    let start: DateTime<Utc> = "2026-01-19T01:00:00Z".parse().unwrap();
    let mut leave = |minutes: i64, ongoing: Value, told: Value| {
        case["act"] = json!({"ask": "discharge", "at": start + TimeDelta::minutes(minutes), "ongoing_crs": ongoing, "instructed": told});
        check(&question(case.clone()))
    };
    let early = leave(48 * 60 - 1, json!(false), json!(true));
    assert_eq!(codes(&early, Outcome::Unmet), ["BEFORE_48H"]);
    assert_eq!(early.advice.earliest, Some(start + TimeDelta::hours(48)));
    assert_eq!(
        leave(48 * 60, json!(false), json!(true)).decision(),
        Decision::Allow
    );
    assert_eq!(
        leave(48 * 60, json!(true), json!(true)).decision(),
        Decision::Warn
    );
    assert_eq!(
        leave(48 * 60, json!(null), json!(true)).decision(),
        Decision::Block
    );
    assert_eq!(
        leave(48 * 60, json!(false), json!(null)).decision(),
        Decision::Block
    );
    let mut day_only = given(&[(1, 1, 1, 0), (1, 8, 2, 7), (1, 15, 60, 14)]);
    day_only["case"]["administrations"][2]["started"] = json!({"day": "2026-01-19"});
    let at = |hour: &str| json!({"ask": "discharge", "at": hour, "ongoing_crs": false, "instructed": true});
    day_only["act"] = at("2026-01-21T14:59:00Z");
    assert_eq!(
        check(&question(day_only.clone())).decision(),
        Decision::Block
    );
    day_only["act"] = at("2026-01-21T15:00:00Z");
    assert_eq!(check(&question(day_only)).decision(), Decision::Allow);
}

#[test]
fn an_interrupted_administration_goes_on_at_the_rate_the_row_permits_and_only_once() {
    let resumed = |grade: u32, rate: Value, again: bool| {
        let mut case = given(&[(1, 1, 1, 0)]);
        case["case"]["administrations"][0]["given"] = json!("not_recorded");
        case["case"]["administrations"][0]["rate"] = json!({"value": 25, "unit": "mL/h"});
        let at = |hour: &str| format!("2026-01-05T{hour}:00Z");
        let mut interruptions =
            vec![json!({"at": at("02:00"), "rate": {"value": 25, "unit": "mL/h"}})];
        if again {
            interruptions[0]["resumed"] = json!(at("02:30"));
            interruptions.push(json!({"at": at("03:00"), "rate": {"value": 25, "unit": "mL/h"}}));
        }
        case["case"]["administrations"][0]["interruptions"] = json!(interruptions);
        case["case"]["reactions"] = json!([{"reaction": "crs", "scale": "ASTCT", "grades": [grade],
            "onset": {"instant": at("02:00")}, "recovered": {"instant": at("03:30")}}]);
        case["act"] = json!({"ask": "resume", "at": at("04:00"), "rate": rate});
        let question = question(case);
        assert_eq!(
            problems(&question, "2026-01-06T00:00:00Z".parse().unwrap()),
            []
        );
        check(&question)
    };
    let rate = |value: &str, unit: &str| json!({"value": value, "unit": unit});
    assert_eq!(
        resumed(1, rate("25", "mL/h"), false).decision(),
        Decision::Allow
    );
    assert_eq!(
        codes(
            &resumed(1, rate("25.000001", "mL/h"), false),
            Outcome::Unmet
        ),
        ["RATE_TOO_HIGH"]
    );
    assert_eq!(
        resumed(2, rate("12.5", "mL/h"), false).decision(),
        Decision::Allow
    );
    assert_eq!(
        codes(&resumed(2, rate("12.51", "mL/h"), false), Outcome::Unmet),
        ["RATE_TOO_HIGH"]
    );
    assert_eq!(
        codes(&resumed(2, rate("1", "mg/h"), false), Outcome::Unmet),
        ["MISSING_DATA"]
    );
    assert!(
        codes(&resumed(3, rate("1", "mL/h"), false), Outcome::Unmet)
            .contains(&"NO_RESUME_AFTER_G3")
    );
    assert!(
        codes(&resumed(1, rate("25", "mL/h"), true), Outcome::Unmet).contains(&"NO_SECOND_RESUME")
    );
}

#[test]
fn nothing_on_file_never_passes_and_nothing_extreme_panics() {
    let mut empty = example();
    empty["case"] = json!({"course": 1, "eligibility": {}});
    let verdict = check(&question(empty.clone()));
    assert_eq!(verdict.decision(), Decision::Block);
    let far = [NaiveDate::MIN, NaiveDate::MAX];
    let instants = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC];
    let base = question(given(&[(1, 1, 1, 0), (1, 8, 2, 7)]));
    for on in far {
        let mut asked = base.clone();
        asked.act = Act::NextDose { on };
        let due = check(&asked).advice.dose;
        assert_eq!(due.is_some(), on == NaiveDate::MAX);
    }
    for at in instants {
        for act in [
            Act::Discharge {
                at,
                ongoing_crs: None,
                instructed: None,
                elsewhere: true,
            },
            Act::Resume {
                at,
                rate: None,
                current_grade: Some(u32::MAX),
                decisions: Vec::new(),
            },
        ] {
            let mut asked = base.clone();
            asked.act = act;
            assert_ne!(check(&asked).decision(), Decision::Allow);
        }
        let mut asked = question(right());
        if let Act::Start(start) = &mut asked.act {
            start.at = at;
        }
        for record in &mut asked.case.administrations {
            record.started = kanmon::rules::briefing::Moment::Instant(at);
            record.step.cycle = u32::MAX;
            record.given = Given::NotRecorded;
        }
        assert_ne!(check(&asked).decision(), Decision::Allow);
        let _ = outlook(&asked.case);
        let _ = problems(&asked, at);
    }
}

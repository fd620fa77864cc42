//! Where the patient is, and when the patient may leave, at the boundaries.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::rules::finding::{Decision, Outcome};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn planned(cycle: u32, day: u32, mg: u32) -> AdmissionFacts {
    AdmissionFacts {
        step: Step::new(cycle, day),
        mg: Quantity::whole(mg),
        path: Path::Standard,
        first_60mg: First60::No,
        setting: Datum::NotAsked,
        admitted: None,
        start: None,
        consideration: Datum::NotAsked,
        last_crs_grade: 0,
    }
}

fn first_60mg(setting: Datum<Setting>) -> AdmissionFacts {
    AdmissionFacts {
        first_60mg: First60::Yes,
        setting,
        ..planned(1, 15, 60)
    }
}

const INPATIENT: Datum<Setting> = Datum::Known(Setting::Inpatient);
const OUTPATIENT: Datum<Setting> = Datum::Known(Setting::Outpatient);
const WITH_REASON: Datum<ConsiderationRecord> =
    Datum::Known(ConsiderationRecord::OutpatientWithReason);
const FOR_HOSPITAL: Datum<ConsiderationRecord> = Datum::Known(ConsiderationRecord::Inpatient);

/// The decision with the advice and the codes of the worst findings.
fn judged(facts: &AdmissionFacts) -> (Decision, Admission, Vec<&'static str>) {
    let verdict = admission(facts);
    assert_eq!(verdict.findings.len(), 3, "every rule answers");
    let worst = verdict
        .findings
        .iter()
        .filter(|finding| Some(finding.outcome) == verdict.worst())
        .map(|finding| finding.reason.code());
    (
        verdict.decision(),
        verdict.advice.admission.unwrap(),
        worst.collect(),
    )
}

#[test]
fn the_first_60_mg_begins_in_hospital() {
    for (setting, expected) in [
        (Datum::NotAsked, Decision::Allow),
        (INPATIENT, Decision::Allow),
        (OUTPATIENT, Decision::Block),
        (Datum::Missing, Decision::Block),
    ] {
        let (decision, advice, _) = judged(&first_60mg(setting));
        assert_eq!((decision, advice), (expected, MANDATORY), "{setting:?}");
    }
}

#[test]
fn no_recorded_reason_makes_the_first_60_mg_an_outpatients() {
    for setting in [OUTPATIENT, Datum::NotAsked] {
        let facts = AdmissionFacts {
            consideration: WITH_REASON,
            ..first_60mg(setting)
        };
        assert_eq!(judged(&facts).2, ["FIRST_60MG_REQUIRES_INPATIENT"]);
    }
}

#[test]
fn admission_at_the_minute_of_the_start_is_in_time_and_one_later_is_not() {
    let admitted = |minute: &str| AdmissionFacts {
        admitted: Some(at(&format!("2025-01-20T10:{minute}:00Z"))),
        start: Some(at("2025-01-20T10:00:00Z")),
        ..first_60mg(INPATIENT)
    };
    assert_eq!(judged(&admitted("00")).0, Decision::Allow);
    assert_eq!(judged(&admitted("01")).2, ["NOT_INPATIENT_FROM_START"]);
}

#[test]
fn a_first_60_mg_given_in_part_is_settled_only_by_the_hospital() {
    let part = |setting| AdmissionFacts {
        first_60mg: First60::EarlierOneInPart(Quantity::whole(5)),
        setting,
        ..planned(2, 1, 60)
    };
    assert_eq!(judged(&part(INPATIENT)).0, Decision::Allow);
    for setting in [OUTPATIENT, Datum::Missing, Datum::NotAsked] {
        let (decision, advice, codes) = judged(&part(setting));
        assert_eq!((decision, advice), (Decision::Refer, Admission::NotStated));
        assert_eq!(codes, ["FIRST_60MG_NOT_COMPLETED_NOT_STATED"]);
        assert_eq!(
            admission(&part(setting)).advice.strict_admission,
            Some(MANDATORY)
        );
    }
    let late = AdmissionFacts {
        admitted: Some(at("2025-01-20T11:00:00Z")),
        start: Some(at("2025-01-20T10:00:00Z")),
        ..part(INPATIENT)
    };
    assert_eq!(judged(&late).0, Decision::Refer);
    let thirty = AdmissionFacts {
        mg: Quantity::whole(30),
        step: Step::new(3, 1),
        ..part(OUTPATIENT)
    };
    assert_eq!(judged(&thirty).0, Decision::Allow, "no 60 mg");
}

#[test]
fn cycle_1_asks_for_a_recorded_decision() {
    for (setting, consideration, expected) in [
        (Datum::NotAsked, Datum::NotAsked, Decision::Allow),
        (Datum::NotAsked, Datum::Missing, Decision::Warn),
        (Datum::NotAsked, WITH_REASON, Decision::Allow),
        (OUTPATIENT, Datum::NotAsked, Decision::Warn),
        (OUTPATIENT, WITH_REASON, Decision::Allow),
        (OUTPATIENT, FOR_HOSPITAL, Decision::Warn),
        (INPATIENT, Datum::Missing, Decision::Warn),
        (INPATIENT, FOR_HOSPITAL, Decision::Allow),
    ] {
        let facts = AdmissionFacts {
            setting,
            consideration,
            ..planned(1, 8, 2)
        };
        let (decision, advice, _) = judged(&facts);
        assert_eq!(
            (decision, advice),
            (expected, Admission::Consider),
            "{setting:?} {consideration:?}"
        );
    }
}

#[test]
fn a_repeated_step_up_after_cycle_1_is_weighed() {
    let dose = |cycle, day, mg, setting, consideration| {
        judged(&AdmissionFacts {
            path: Path::ReStepUp,
            setting,
            consideration,
            ..planned(cycle, day, mg)
        })
    };
    for (cycle, day, mg, code) in [
        (2, 1, 1, "RESTEP_SETTING_NOT_STATED"),
        (2, 8, 2, "RESTEP_SETTING_NOT_STATED"),
        (2, 15, 60, "SECOND_60MG_AFTER_RESTEP"),
        (3, 15, 30, "RESTEP_SETTING_NOT_STATED"),
    ] {
        let (decision, advice, codes) = dose(cycle, day, mg, OUTPATIENT, Datum::Missing);
        assert_eq!((decision, advice), (Decision::Warn, Admission::NotStated));
        assert_eq!(codes, [code]);
        let inpatient = dose(cycle, day, mg, INPATIENT, Datum::Missing);
        assert_eq!(inpatient.0, Decision::Allow);
        let planned = dose(cycle, day, mg, Datum::NotAsked, Datum::NotAsked);
        assert_eq!(planned.0, Decision::Allow);
    }
    let reasoned = dose(3, 1, 1, OUTPATIENT, WITH_REASON);
    assert_eq!(reasoned.0, Decision::Allow);
    let second_60mg = dose(2, 15, 60, OUTPATIENT, WITH_REASON);
    assert_eq!(second_60mg.0, Decision::Warn);
}

#[test]
fn grade_three_and_no_lower_grade_asks_for_the_hospital_or_a_reason() {
    let after = |grade, setting, consideration| {
        judged(&AdmissionFacts {
            last_crs_grade: grade,
            setting,
            consideration,
            ..planned(4, 1, 30)
        })
    };
    assert_eq!(after(2, OUTPATIENT, Datum::Missing).0, Decision::Allow);
    let (decision, advice, codes) = after(3, OUTPATIENT, Datum::Missing);
    assert_eq!((decision, advice), (Decision::Warn, Admission::Consider));
    assert_eq!(codes, ["INPATIENT_AFTER_G3_TO_BE_CONSIDERED"]);
    assert_eq!(after(3, OUTPATIENT, WITH_REASON).0, Decision::Allow);
    assert_eq!(after(3, INPATIENT, Datum::Missing).0, Decision::Allow);
    assert_eq!(
        after(u32::MAX, Datum::Missing, Datum::Missing).0,
        Decision::Warn
    );
}

fn leaving(text: &str) -> DischargeFacts {
    DischargeFacts {
        first_60mg: true,
        start: Some(at("2025-01-20T01:00:00Z")),
        leaving: at(text),
        ongoing_crs: Some(false),
        instructed: Some(true),
        elsewhere: false,
    }
}

fn stay(facts: &DischargeFacts) -> (Outcome, &'static str) {
    let verdict = discharge(facts);
    assert_eq!(verdict.findings.len(), 4, "every rule answers");
    let finding = verdict.finding("stay_of_48_hours").unwrap();
    (finding.outcome, finding.reason.code())
}

#[test]
fn forty_eight_hours_are_enough_and_a_second_less_is_not() {
    assert_eq!(
        stay(&leaving("2025-01-22T01:00:00Z")),
        (Outcome::Met, "HOURS_48_PASSED")
    );
    let early = leaving("2025-01-22T00:59:59Z");
    assert_eq!(stay(&early), (Outcome::Unmet, "BEFORE_48H"));
    assert_eq!(
        discharge(&early).advice.earliest,
        Some(at("2025-01-22T01:00:00Z"))
    );
}

#[test]
fn nobody_leaves_before_the_dose_has_begun() {
    let before = leaving("2025-01-19T01:00:00Z");
    assert_eq!(stay(&before), (Outcome::Unmet, "BEFORE_48H"));
    let other_dose = DischargeFacts {
        first_60mg: false,
        ..before
    };
    assert_eq!(stay(&other_dose), (Outcome::Unmet, "MISSING_DATA"));
}

#[test]
fn a_start_that_is_not_known_or_beyond_the_calendar_is_missing() {
    for start in [None, Some(DateTime::<Utc>::MAX_UTC)] {
        let facts = DischargeFacts {
            start,
            leaving: DateTime::<Utc>::MAX_UTC,
            ..leaving("2025-01-22T01:00:00Z")
        };
        assert_eq!(stay(&facts), (Outcome::Unmet, "MISSING_DATA"));
    }
}

#[test]
fn another_dose_asks_for_no_48_hours_but_for_the_instruction() {
    let other_dose = DischargeFacts {
        first_60mg: false,
        start: None,
        ..leaving("2025-01-20T02:00:00Z")
    };
    assert_eq!(stay(&other_dose), (Outcome::Met, "NOT_48H_DOSE"));
    assert_eq!(discharge(&other_dose).decision(), Decision::Allow);
    for instructed in [Some(false), None] {
        let untold = DischargeFacts {
            instructed,
            ..other_dose
        };
        assert_eq!(discharge(&untold).decision(), Decision::Block);
    }
}

#[test]
fn what_goes_on_after_48_hours_is_weighed_and_must_be_known() {
    let crs = |ongoing_crs| {
        discharge(&DischargeFacts {
            ongoing_crs,
            ..leaving("2025-01-22T01:00:00Z")
        })
        .decision()
    };
    assert_eq!(crs(Some(true)), Decision::Warn);
    assert_eq!(crs(None), Decision::Block);
    let elsewhere = DischargeFacts {
        elsewhere: true,
        ..leaving("2025-01-22T01:00:00Z")
    };
    assert_eq!(discharge(&elsewhere).decision(), Decision::Warn);
}

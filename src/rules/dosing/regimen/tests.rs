//! Tests of the regimen: every place of the course, its neighbours, and whole courses.

use chrono::NaiveDate;

use super::{Detour, DoseFacts, Route, calendar, dose, ordered_dose, plan, sequence};
use crate::rules::dosing::course::{Path, PlannedDose};
use crate::rules::dosing::quantity::{Datum, Quantity};
use crate::rules::finding::{Decision, Outcome, Verdict};

fn at(cycle: i64, day: i64) -> DoseFacts {
    DoseFacts {
        cycle: Datum::Known(cycle),
        day: Datum::Known(day),
        path: Path::Standard,
        ordered: Datum::NotAsked,
        route: Datum::NotAsked,
    }
}

fn worst_code(verdict: &Verdict) -> Option<&'static str> {
    let worst = verdict.worst();
    verdict
        .findings
        .iter()
        .find(|finding| Some(finding.outcome) == worst)
        .map(|finding| finding.reason.code())
}

fn milligrams(doses: &[PlannedDose]) -> Vec<u32> {
    doses.iter().map(|dose| dose.mg).collect()
}

#[test]
fn cycle_one_has_doses_on_days_1_8_and_15_only() {
    let days: Vec<i64> = (-1..30)
        .filter(|day| dose(&at(1, *day)).permits())
        .collect();
    assert_eq!(days, [1, 8, 15]);
}

#[test]
fn the_sum_of_the_course_is_303_after_cycle_8_and_573_after_cycle_17() {
    assert_eq!(dose(&at(1, 8)).advice.cumulative_mg, Some(3));
    assert_eq!(dose(&at(8, 1)).advice.cumulative_mg, Some(303));
    assert_eq!(dose(&at(17, 1)).advice.cumulative_mg, Some(573));
}

#[test]
fn cycles_before_the_first_and_after_the_seventeenth_are_refused() {
    assert_eq!(worst_code(&dose(&at(0, 1))), Some("INVALID_CYCLE"));
    assert_eq!(
        worst_code(&dose(&at(i64::MIN, i64::MIN))),
        Some("INVALID_CYCLE")
    );
    assert_eq!(
        worst_code(&dose(&at(18, 1))),
        Some("BEYOND_TOTAL_17_CYCLES")
    );
    assert_eq!(
        worst_code(&dose(&at(i64::MAX, i64::MAX))),
        Some("BEYOND_TOTAL_17_CYCLES")
    );
    assert_eq!(
        worst_code(&dose(&at(2, i64::MAX))),
        Some("NO_DOSE_ON_THIS_DAY")
    );
}

#[test]
fn every_rule_answers_where_no_dose_is_due() {
    let verdict = dose(&DoseFacts {
        cycle: Datum::Missing,
        ..at(1, 1)
    });
    let rules: Vec<&str> = verdict.findings.iter().map(|f| &*f.rule).collect();
    assert_eq!(rules, ["place_in_course", "ordered_dose", "route"]);
    assert_eq!(verdict.decision(), Decision::Block);
    assert_eq!(verdict.advice.dose, None);
}

#[test]
fn a_repeated_step_up_has_its_own_days_and_its_own_top_step() {
    let doses = |cycle| {
        [1, 8, 15].map(|day| {
            let facts = DoseFacts {
                path: Path::ReStepUp,
                ..at(cycle, day)
            };
            dose(&facts).advice.dose.map(|dose| dose.mg)
        })
    };
    assert_eq!(doses(2), [Some(1), Some(2), Some(60)]);
    assert_eq!(doses(3), [Some(1), Some(2), Some(30)]);
    assert_eq!(doses(17), [Some(1), Some(2), Some(30)]);
    assert_eq!(dose(&at(3, 8)).decision(), Decision::Block);
}

#[test]
fn a_cycle_after_a_repeated_step_up_is_as_planned_and_has_no_sum() {
    let facts = DoseFacts {
        path: Path::AfterReStepUp,
        ..at(3, 1)
    };
    let advice = dose(&facts).advice;
    assert_eq!(advice.dose, Some(PlannedDose::new(3, 1, 30)));
    assert_eq!(advice.cumulative_mg, None);
}

#[test]
fn an_order_passes_only_when_it_is_exactly_the_dose_due() {
    let outcome = |text: &str| {
        let ordered = text
            .parse::<Quantity>()
            .map_or(Datum::Missing, Datum::Known);
        ordered_dose(PlannedDose::new(2, 1, 60), ordered).outcome
    };
    assert_eq!(outcome("60.000"), Outcome::Met);
    assert_eq!(outcome("59.999999"), Outcome::Unmet);
    assert_eq!(outcome("60.000001"), Outcome::Unmet);
    assert_eq!(outcome("sixty"), Outcome::Unmet);
}

#[test]
fn only_an_intravenous_infusion_passes() {
    let decision = |route| dose(&DoseFacts { route, ..at(1, 1) }).decision();
    assert_eq!(decision(Datum::Known(Route::IvInfusion)), Decision::Allow);
    assert_eq!(decision(Datum::Known(Route::Other)), Decision::Block);
    assert_eq!(decision(Datum::Missing), Decision::Block);
}

#[test]
fn each_delay_repeats_the_doses_of_its_row() {
    let first_two = |detour| milligrams(&sequence(1, 2, Some(detour)));
    assert_eq!(first_two(Detour::CycleOneDayOneAgain), [1, 1, 2, 60, 60]);
    assert_eq!(first_two(Detour::CycleOneDayEightAgain), [1, 2, 2, 60, 60]);
    assert_eq!(first_two(Detour::CycleOneAgain), [1, 2, 1, 2, 60, 60]);
    assert_eq!(
        first_two(Detour::ReStepUp { cycle: 2 }),
        [1, 2, 60, 1, 2, 60]
    );
    assert_eq!(
        milligrams(&sequence(3, 4, Some(Detour::ReStepUp { cycle: 4 }))),
        [30, 1, 2, 30]
    );
    assert_eq!(
        milligrams(&sequence(3, 4, Some(Detour::CycleOneAgain))),
        [30, 30]
    );
}

#[test]
fn a_delay_adds_its_doses_once_and_a_course_never_passes_cycle_17() {
    assert_eq!(sequence(1, 17, None).len(), 19);
    assert_eq!(
        sequence(0, u32::MAX, Some(Detour::ReStepUp { cycle: 12 })).len(),
        21
    );
    assert!(sequence(9, 8, None).is_empty());
}

#[test]
fn a_course_that_the_notice_does_not_have_is_refused() {
    let code = |first, last, detour| worst_code(&plan(first, last, detour));
    assert_eq!(code(1, 17, None), Some("COURSE_PLANNED"));
    assert_eq!(code(1, 18, None), Some("BEYOND_TOTAL_17_CYCLES"));
    assert_eq!(code(0, 8, None), Some("INVALID_CYCLE"));
    assert_eq!(code(5, 4, None), Some("INVALID_CYCLE"));
    assert_eq!(
        code(1, 8, Some(Detour::ReStepUp { cycle: 1 })),
        Some("INVALID_CYCLE")
    );
    assert_eq!(
        code(1, 17, Some(Detour::ReStepUp { cycle: 18 })),
        Some("BEYOND_TOTAL_17_CYCLES")
    );
}

#[test]
fn the_end_of_the_calendar_ends_the_days_and_nothing_breaks() {
    assert!(calendar(NaiveDate::MAX, &sequence(1, 8, None)).len() < 2);
    let first = NaiveDate::from_ymd_opt(2024, 2, 9).unwrap_or_default();
    let days = calendar(first, &sequence(1, 2, None));
    let twenty_second_day = NaiveDate::from_ymd_opt(2024, 3, 1);
    assert_eq!(days.last().map(|(day, _)| *day), twenty_second_day);
}

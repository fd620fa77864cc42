//! Tests of the table of restarting: both sides of each boundary, and whatever matches no row.

use chrono::NaiveDate;

use super::table::ROWS;
use super::{PreviousDose, RestartFacts, place_due, restart};
use crate::rules::dosing::course::{Path, PlannedDose, Step};
use crate::rules::dosing::facts::Given;
use crate::rules::dosing::quantity::Quantity;
use crate::rules::dosing::regimen::{Detour, sequence};
use crate::rules::finding::{Decision, Notice, Steroid, SteroidBasis, ThenDecision, Verdict};

fn after(path: Path, (cycle, day, mg): (u32, u32, u32), days: i64) -> RestartFacts {
    RestartFacts {
        previous: Some(PreviousDose {
            step: Step::new(cycle, day),
            mg: Quantity::whole(mg),
            given: Given::InFull,
            path,
        }),
        interval: Some(days),
        since_day_one: None,
        on: None,
    }
}

fn given(mut facts: RestartFacts, given: Given) -> RestartFacts {
    facts.previous = facts.previous.map(|dose| PreviousDose { given, ..dose });
    facts
}

/// The dose of today, as charts write it.
fn today(path: Path, previous: (u32, u32, u32), days: i64) -> String {
    let dose = restart(&after(path, previous, days)).advice.dose;
    dose.map_or("none".to_owned(), |dose| {
        format!("{} {}", dose.step, dose.mg)
    })
}

fn codes(verdict: &Verdict) -> Vec<&'static str> {
    let worst = verdict.worst();
    let findings = verdict.findings.iter();
    findings
        .filter(|finding| Some(finding.outcome) == worst)
        .map(|finding| finding.reason.code())
        .collect()
}

fn code(facts: &RestartFacts) -> &'static str {
    codes(&restart(facts)).first().copied().unwrap_or("none")
}

#[test]
fn nothing_given_yet_begins_the_course() {
    let verdict = restart(&RestartFacts {
        previous: None,
        interval: None,
        since_day_one: None,
        on: None,
    });
    assert_eq!(verdict.decision(), Decision::Allow);
    assert_eq!(verdict.findings.len(), 3);
    assert_eq!(verdict.advice.dose, Some(PlannedDose::new(1, 1, 1)));
    let then = [PlannedDose::new(1, 8, 2), PlannedDose::new(1, 15, 60)];
    assert_eq!(verdict.advice.following, then);
}

#[test]
fn each_row_begins_on_its_own_day() {
    let standard = |previous, days| today(Path::Standard, previous, days);
    for (previous, days, expected) in [
        ((1, 1, 1), 6, "none"),
        ((1, 1, 1), 7, "C1D8 2"),
        ((1, 1, 1), 13, "C1D8 2"),
        ((1, 1, 1), 14, "C1D1 1"),
        ((1, 1, 1), i64::MAX, "C1D1 1"),
        ((1, 8, 2), 6, "none"),
        ((1, 8, 2), 13, "C1D15 60"),
        ((1, 8, 2), 14, "C1D8 2"),
        ((1, 8, 2), 41, "C1D8 2"),
        ((1, 8, 2), 42, "C1D1 1"),
        ((1, 15, 60), 6, "none"),
        ((1, 15, 60), 7, "C2D1 60"),
        ((1, 15, 60), 41, "C2D1 60"),
        ((1, 15, 60), 42, "C2D1 1"),
        ((2, 1, 60), 20, "none"),
        ((2, 1, 60), 21, "C3D1 30"),
        ((2, 1, 60), 41, "C3D1 30"),
        ((2, 1, 60), 42, "C3D1 1"),
        ((5, 1, 30), 20, "none"),
        ((5, 1, 30), 41, "C6D1 30"),
        ((5, 1, 30), 42, "C6D1 1"),
    ] {
        assert_eq!(standard(previous, days), expected, "{previous:?} {days}");
    }
}

#[test]
fn a_repeated_cycle_one_is_cycle_one_again() {
    for (previous, days) in [
        ((1, 1, 1), 14),
        ((1, 8, 2), 14),
        ((1, 8, 2), 42),
        ((1, 15, 60), 7),
    ] {
        let repeated = restart(&after(Path::CycleOneRepeated, previous, days));
        assert_eq!(repeated, restart(&after(Path::Standard, previous, days)));
        assert_eq!(repeated.decision(), Decision::Allow);
    }
}

#[test]
fn within_a_repeated_step_up_only_the_seventh_day_has_a_row() {
    for (cycle, top) in [(2, 60), (3, 30), (4, 30), (17, 30)] {
        let decision =
            |day, mg, days| restart(&after(Path::ReStepUp, (cycle, day, mg), days)).decision();
        for (day, mg) in [(1, 1), (8, 2)] {
            assert_eq!(decision(day, mg, 6), Decision::Block);
            assert_eq!(decision(day, mg, 7), Decision::Allow);
            assert_eq!(decision(day, mg, 8), Decision::Refer);
            assert_eq!(decision(day, mg, 42), Decision::Refer);
        }
        assert_eq!(decision(15, top, 6), Decision::Block);
        assert_eq!(decision(15, top, 7), Decision::Allow);
        assert_eq!(decision(15, top, 41), Decision::Allow);
        assert_eq!(decision(15, top, 42), Decision::Warn);
    }
}

#[test]
fn a_repeated_step_up_names_its_corticosteroid() {
    let steroid = |path, previous, days| restart(&after(path, previous, days)).advice.steroid;
    let cycle_two = Some(Steroid::Required(SteroidBasis::CyclesOneAndTwo));
    let later = Some(Steroid::Required(SteroidBasis::ReStepUp));
    assert_eq!(steroid(Path::Standard, (1, 15, 60), 42), cycle_two);
    assert_eq!(steroid(Path::ReStepUp, (2, 8, 2), 7), cycle_two);
    assert_eq!(steroid(Path::Standard, (2, 1, 60), 42), later);
    assert_eq!(steroid(Path::ReStepUp, (6, 1, 1), 7), later);
    assert_eq!(steroid(Path::ReStepUp, (6, 15, 30), 7), None);
    assert_eq!(steroid(Path::Standard, (2, 1, 60), 41), None);
}

#[test]
fn what_follows_stops_at_the_decisions_of_cycles_8_and_17() {
    let advice = |previous, days| restart(&after(Path::Standard, previous, days)).advice;
    let to_eight = advice((7, 1, 30), 21);
    assert_eq!(to_eight.dose, Some(PlannedDose::new(8, 1, 30)));
    assert!(to_eight.following.is_empty());
    assert_eq!(
        to_eight.then_decision,
        Some(ThenDecision::EndOfCycle8Response)
    );
    let to_nine = advice((8, 1, 30), 21);
    assert_eq!(to_nine.following, [PlannedDose::new(10, 1, 30)]);
    assert_eq!(to_nine.then_decision, None);
    let to_seventeen = advice((16, 1, 30), 42);
    assert_eq!(to_seventeen.following.len(), 2);
    assert_eq!(
        to_seventeen.then_decision,
        Some(ThenDecision::CourseCompleted17)
    );
    assert_eq!(to_seventeen.notices, [Notice::CycleNumberIsAReading]);
}

#[test]
fn a_dose_that_no_row_has_is_referred_at_any_interval() {
    for (path, previous) in [
        (Path::Standard, (2, 1, 30)),
        (Path::Standard, (1, 8, 60)),
        (Path::Standard, (1, 2, 1)),
        (Path::Standard, (2, 1, 1)),
        (Path::Standard, (2, 8, 2)),
        (Path::ReStepUp, (2, 1, 60)),
        (Path::ReStepUp, (4, 1, 30)),
        (Path::ReStepUp, (3, 15, 60)),
        (Path::AfterReStepUp, (4, 15, 30)),
    ] {
        for days in [0, 7, 21, 42, i64::MAX] {
            let verdict = restart(&after(path, previous, days));
            assert_eq!(verdict.decision(), Decision::Refer, "{previous:?} {days}");
            assert!(codes(&verdict).contains(&"PREVIOUS_DOSE_MATCHES_NO_ROW"));
            assert_eq!(verdict.advice.dose, None);
        }
    }
}

#[test]
fn a_fraction_beside_a_dose_of_the_table_matches_no_row() {
    let mut facts = after(Path::Standard, (2, 1, 60), 21);
    let mg = "59.5".parse().unwrap_or(Quantity::whole(60));
    facts.previous = facts.previous.map(|dose| PreviousDose { mg, ..dose });
    assert_eq!(code(&facts), "PREVIOUS_DOSE_MATCHES_NO_ROW");
}

#[test]
fn a_dose_given_in_part_is_referred_and_one_given_whole_is_not() {
    let facts = |part| {
        let part = Given::Partly(Quantity::whole(part));
        given(after(Path::Standard, (1, 15, 60), 7), part)
    };
    assert_eq!(code(&facts(0)), "PARTIAL_DOSE_NOT_STATED");
    assert_eq!(code(&facts(59)), "PARTIAL_DOSE_NOT_STATED");
    assert_eq!(restart(&facts(60)).decision(), Decision::Allow);
    assert_eq!(code(&facts(61)), "PREVIOUS_DOSE_MATCHES_NO_ROW");
    let unknown = given(after(Path::Standard, (1, 15, 60), 7), Given::NotRecorded);
    assert_eq!(code(&unknown), "MISSING_DATA");
}

#[test]
fn unknown_and_impossible_days_are_refused() {
    let facts = after(Path::Standard, (3, 1, 30), -1);
    assert_eq!(code(&facts), "INVALID_DATES");
    assert_eq!(
        code(&after(Path::Standard, (3, 1, 30), i64::MIN)),
        "INVALID_DATES"
    );
    let unknown = RestartFacts {
        interval: None,
        ..facts
    };
    assert_eq!(code(&unknown), "MISSING_DATA");
    assert_eq!(code(&after(Path::Standard, (0, 1, 1), 7)), "INVALID_CYCLE");
}

#[test]
fn after_a_late_step_the_calendar_day_of_the_next_is_for_the_physician() {
    let facts = |days, since| RestartFacts {
        since_day_one: Some(since),
        on: NaiveDate::from_ymd_opt(2025, 1, 20),
        ..after(Path::Standard, (1, 8, 2), days)
    };
    assert_eq!(code(&facts(3, 13)), "EARLIER_THAN_SCHEDULED_DAY");
    assert_eq!(code(&facts(3, 14)), "SPACING_AFTER_SHORT_DELAY_NOT_STATED");
    assert_eq!(code(&facts(0, 14)), "EARLIER_THAN_SCHEDULED_DAY");
    assert_eq!(restart(&facts(7, 21)).decision(), Decision::Allow);
    let suggested = restart(&facts(3, 14)).advice;
    assert_eq!(suggested.earliest_day, NaiveDate::from_ymd_opt(2025, 1, 24));
    assert_eq!(suggested.dose, None);
}

#[test]
fn the_edge_of_the_calendar_has_no_earliest_day() {
    let facts = RestartFacts {
        on: Some(NaiveDate::MAX),
        ..after(Path::Standard, (2, 1, 60), 20)
    };
    assert_eq!(restart(&facts).advice.earliest_day, None);
}

#[test]
fn the_place_due_is_known_also_where_the_day_is_refused() {
    let facts = after(Path::Standard, (8, 1, 30), 3);
    assert_eq!(place_due(&facts), Some(Step::new(9, 1)));
    assert_eq!(place_due(&after(Path::Standard, (8, 1, 60), 3)), None);
    let last = after(Path::Standard, (u32::MAX, 1, 30), 21);
    assert_eq!(place_due(&last), Some(Step::new(u32::MAX, 1)));
}

#[test]
fn the_rows_of_a_dose_stand_together_in_the_order_of_their_days() {
    for pair in ROWS.windows(2) {
        let [one, next] = pair else { continue };
        let first_of_its_dose = !ROWS
            .iter()
            .take_while(|row| !std::ptr::eq(*row, next))
            .any(|row| row.after == next.after);
        assert!(first_of_its_dose || (one.after == next.after && one.from < next.from));
    }
}

/// Gives every dose on its day, and restarts after six weeks where that leads to this cycle.
fn walk(restepped: Option<u32>) -> Vec<PlannedDose> {
    let mut given = vec![PlannedDose::new(1, 1, 1)];
    while let Some(last) = given.last().copied() {
        let Step { cycle, day } = last.step;
        let path = if restepped == Some(cycle) {
            Path::ReStepUp
        } else {
            Path::Standard
        };
        let ends_its_cycle = cycle > 1 || day == 15;
        let delayed = ends_its_cycle && restepped == Some(cycle + 1);
        let days = (1..=42)
            .filter(|days| !delayed || *days == 42)
            .find(|days| restart(&after(path, (cycle, day, last.mg), *days)).permits());
        let next = days.and_then(|days| {
            let facts = after(path, (cycle, day, last.mg), days);
            restart(&facts).advice.dose
        });
        match next {
            Some(next) if next.step.cycle <= 17 => given.push(next),
            _ => break,
        }
    }
    given
}

#[test]
fn from_row_to_row_the_whole_course_is_the_one_of_the_regimen() {
    assert_eq!(walk(None), sequence(1, 17, None));
    for cycle in 2..=17 {
        let detour = Some(Detour::ReStepUp { cycle });
        assert_eq!(walk(Some(cycle)), sequence(1, 17, detour), "cycle {cycle}");
    }
}

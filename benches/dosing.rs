//! How fast the dosing rules answer, each figure beside its yardstick measured in the same run; it judges nothing.
//!
//! `cargo bench --bench dosing` prints medians of ratios: the table of restarting with its explanation beside a hand-written
//! `match` that builds the same findings, and beside the bare `match`; and whole-case checks per second.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::borrow::Cow;
use std::hint::black_box;
use std::time::Instant;

use kanmon::rules::dosing::check;
use kanmon::rules::dosing::course::{Path, Step};
use kanmon::rules::dosing::facts::{CaseQuestion, Given};
use kanmon::rules::dosing::quantity::Quantity;
use kanmon::rules::dosing::restart::{PreviousDose, RestartFacts, restart};
use kanmon::rules::finding::{Finding, Outcome, Reason, Source};

const ROUNDS: usize = 21;

/// Previous dose (cycle, day, mg) and days since.
type Input = (u32, u32, u32, i64);

/// The bare decision: cycle, day and milligrams of the dose that is due.
fn bare((cycle, day, _, days): Input) -> (u32, u32, u32) {
    match (cycle, day, days) {
        (1, 1, ..14) => (1, 8, 2),
        (1, 1, _) => (1, 1, 1),
        (1, 8, ..14) => (1, 15, 60),
        (1, 8, ..42) => (1, 8, 2),
        (1, 8, _) => (1, 1, 1),
        (1, 15, ..42) => (2, 1, 60),
        (1, _, _) => (2, 1, 1),
        (_, _, ..42) => (cycle + 1, 1, 30),
        _ => (cycle + 1, 1, 1),
    }
}

/// A `match` written by hand that builds the same findings as the rules do.
fn by_hand(input: Input) -> Vec<Finding> {
    let (cycle, day, mg, days) = input;
    let (to_cycle, to_day, to_mg) = bare(input);
    let kept = |clauses: &[&'static str]| (true, clauses.to_vec());
    let row = |clauses: &[&'static str]| (false, clauses.to_vec());
    let (planned, mut clauses) = match (cycle, day, days) {
        (1, 1, ..14) => kept(&["DN-3", "D-1a", "RS-N1", "RS-C1D1-2W"]),
        (1, 1, _) => row(&["DN-3", "RS-C1D1-2W"]),
        (1, 8, ..14) => kept(&["DN-3", "D-1a", "RS-N1", "RS-C1D8-2W6W", "RS-C1D8-6W"]),
        (1, 8, ..42) => row(&["DN-3", "RS-C1D8-2W6W"]),
        (1, 8, _) => row(&["DN-3", "RS-C1D8-6W"]),
        (1, 15, ..42) => kept(&["DN-3", "D-1a", "RS-N1", "RS-C1D15-6W-a"]),
        (1, _, _) => row(&["DN-3", "RS-C1D15-6W-a", "RS-C1D15-6W-b", "DN-1a"]),
        (2, _, ..42) => kept(&["DN-3", "D-1a", "RS-N1", "RS-C2-6W-a"]),
        (2, _, _) => row(&["DN-3", "RS-C2-6W-a", "RS-C2-6W-b", "RS-N2"]),
        (_, _, ..42) => kept(&["DN-3", "D-1a", "RS-N1", "RS-C3P-6W"]),
        _ => row(&["DN-3", "RS-C3P-6W", "RS-N2"]),
    };
    if to_cycle >= 8 {
        clauses.push("D-1b");
    }
    let reason = if planned {
        Reason::PlannedDoseKept {
            days,
            cycle: to_cycle,
            day: to_day,
            mg: to_mg,
        }
    } else {
        Reason::RestartByRow {
            days,
            cycle: to_cycle,
            day: to_day,
            mg: to_mg,
        }
    };
    let finding = |rule, clauses: Vec<&'static str>, reason| Finding {
        rule: Cow::Borrowed(rule),
        source: Source::Notice,
        clauses: clauses.into_iter().map(Cow::Borrowed).collect(),
        outcome: Outcome::Met,
        reason,
        evidence: Vec::new(),
        until: None,
    };
    vec![
        finding(
            "previous_dose",
            vec!["DN-3"],
            Reason::PreviousDoseInTable { cycle, day, mg },
        ),
        finding("schedule", vec!["D-1a"], Reason::OnSchedule { days }),
        finding("restart", clauses, reason),
    ]
}

fn facts((cycle, day, mg, days): Input) -> RestartFacts {
    RestartFacts {
        previous: Some(PreviousDose {
            step: Step::new(cycle, day),
            mg: Quantity::whole(mg),
            given: Given::InFull,
            path: Path::Standard,
        }),
        interval: Some(days),
        since_day_one: None,
        on: None,
    }
}

/// Every previous dose of the standard path with every interval from its day on to 120 days.
fn inputs() -> Vec<Input> {
    let cycle_one = [(1, 1, 1, 7), (1, 8, 2, 7), (1, 15, 60, 7), (2, 1, 60, 21)];
    let later = (3..=16).map(|cycle| (cycle, 1, 30, 21));
    cycle_one
        .into_iter()
        .chain(later)
        .flat_map(|(cycle, day, mg, first)| (first..=120).map(move |days| (cycle, day, mg, days)))
        .collect()
}

/// Seconds for so many calls on each input.
fn seconds<T, R>(inputs: &[T], times: usize, work: impl Fn(&T) -> R) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        for input in inputs {
            black_box(work(black_box(input)));
        }
    }
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let inputs = inputs();
    for input in &inputs {
        assert_eq!(
            restart(&facts(*input)).findings,
            by_hand(*input),
            "{input:?}"
        );
        let due = restart(&facts(*input)).advice.dose.unwrap();
        assert_eq!((due.step.cycle, due.step.day, due.mg), bare(*input));
    }
    println!(
        "{} inputs, {ROUNDS} rounds, medians of one run",
        inputs.len()
    );
    let (mut rules, mut hand, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        rules.push(seconds(&inputs, 20, |input| restart(&facts(*input))));
        hand.push(seconds(&inputs, 20, |input| by_hand(*input)));
        plain.push(seconds(&inputs, 20, |input| bare(*input)));
    }
    let ratios = |over: &[f64]| median(rules.iter().zip(over).map(|(a, b)| a / b).collect());
    let calls = (inputs.len() * 20) as f64;
    println!(
        "decisions with explanation per second: {:.0}",
        calls / median(rules.clone())
    );
    println!(
        "times the hand-written match with the same findings: {:.2} (wanted: at most 3)",
        ratios(&hand)
    );
    println!("times the bare match: {:.0}", ratios(&plain));

    let text = include_str!("../docs/case.example.json");
    let mut start: CaseQuestion = serde_json::from_str(text).unwrap();
    let started = vec![start.clone()];
    start.act = serde_json::from_str(r#"{"ask": "next_dose", "on": "2026-11-24"}"#).unwrap();
    let planned = vec![start];
    for (name, questions) in [("start", started), ("next dose", planned)] {
        let (mut whole, mut beside) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            whole.push(seconds(&questions, 500, check));
            beside.push(seconds(&inputs[..1], 500, |input| by_hand(*input)));
        }
        let ratio = median(whole.iter().zip(&beside).map(|(a, b)| a / b).collect());
        println!(
            "whole-case checks per second ({name}): {:.0}; one costs as much as {ratio:.0} hand-written matches",
            500.0 / median(whole)
        );
    }
}

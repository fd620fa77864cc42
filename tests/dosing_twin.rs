//! The dosing tables once more, written from the notice alone and held against the rules for more than a million cases.
//!
//! The second implementation shares no code and no table with the rules: it knows only the facts they take.
//! Where the notice leaves something open it follows the same published readings; anything else must come out of the words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::answer::Tally;

#[path = "dosing_twin/admission.rs"]
mod admission;
#[path = "dosing_twin/answer.rs"]
mod answer;
#[path = "dosing_twin/counts.rs"]
mod counts;
#[path = "dosing_twin/eligibility.rs"]
mod eligibility;
#[path = "dosing_twin/next_dose.rs"]
mod next_dose;
#[path = "dosing_twin/premedication.rs"]
mod premedication;
#[path = "dosing_twin/reactions.rs"]
mod reactions;
#[path = "dosing_twin/regimen.rs"]
mod regimen;
#[path = "dosing_twin/response.rs"]
mod response;
#[path = "dosing_twin/restart.rs"]
mod restart;
#[path = "dosing_twin/resuming.rs"]
mod resuming;

/// A group of cases, cut into parts that threads take one by one.
struct Group {
    name: &'static str,
    parts: u32,
    run: fn(u32, &mut Tally),
}

const GROUPS: &[Group] = &[
    Group {
        name: "restart",
        parts: 17,
        run: restart::every_previous_dose,
    },
    Group {
        name: "restart with response",
        parts: 17,
        run: restart::with_response,
    },
    Group {
        name: "restart after a late dose",
        parts: 17,
        run: restart::after_a_late_dose,
    },
    Group {
        name: "response",
        parts: 1,
        run: response::every_response,
    },
    Group {
        name: "premedication",
        parts: 17,
        run: premedication::every_dose,
    },
    Group {
        name: "relief",
        parts: 1,
        run: premedication::every_relief,
    },
    Group {
        name: "admission",
        parts: 17,
        run: admission::every_setting,
    },
    Group {
        name: "discharge",
        parts: 1,
        run: admission::every_discharge,
    },
    Group {
        name: "onset",
        parts: 1,
        run: reactions::every_onset,
    },
    Group {
        name: "resumption",
        parts: 4,
        run: resuming::every_resumption,
    },
    Group {
        name: "next dose",
        parts: 6,
        run: next_dose::every_next_dose,
    },
    Group {
        name: "counts",
        parts: 6,
        run: counts::every_count,
    },
    Group {
        name: "regimen",
        parts: 21,
        run: regimen::every_place,
    },
    Group {
        name: "courses",
        parts: 1,
        run: regimen::every_course,
    },
    Group {
        name: "vials",
        parts: 1,
        run: regimen::every_vial,
    },
    Group {
        name: "eligibility",
        parts: 8,
        run: eligibility::every_patient,
    },
    Group {
        name: "therapies",
        parts: 1,
        run: eligibility::every_therapy,
    },
];

/// Runs every part of every group on as many threads as there are cores.
fn run() -> BTreeMap<&'static str, Tally> {
    let parts: Vec<(&Group, u32)> = GROUPS
        .iter()
        .flat_map(|group| (0..group.parts).map(move |part| (group, part)))
        .collect();
    let next = AtomicUsize::new(0);
    let tallies = Mutex::new(BTreeMap::<&'static str, Tally>::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((group, part)) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut tally = Tally::default();
                    (group.run)(*part, &mut tally);
                    tallies
                        .lock()
                        .unwrap()
                        .entry(group.name)
                        .or_default()
                        .absorb(tally);
                }
            });
        }
    });
    tallies.into_inner().unwrap()
}

#[test]
fn two_implementations_of_the_notice_agree_on_more_than_a_million_cases() {
    let tallies = run();
    let mut shown = 0;
    for (name, tally) in &tallies {
        println!(
            "{name}: {} cases, {} differences",
            tally.cases, tally.differences
        );
        for (kind, input) in &tally.first {
            shown += 1;
            println!("  {shown}. {input}\n    {kind}");
        }
    }
    let cases: u64 = tallies.values().map(|tally| tally.cases).sum();
    let differences: u64 = tallies.values().map(|tally| tally.differences).sum();
    println!("in total: {cases} cases, {differences} differences");
    assert!(cases >= 1_000_000, "only {cases} cases");
    assert_eq!(differences, 0, "the two implementations differ");
}

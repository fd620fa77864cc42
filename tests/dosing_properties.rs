//! What holds of every dosing table: a worse fact never turns a no into a yes, an answer turns exactly at its boundary,
//! a verdict survives JSON with its advice, quantities are exact, and nothing makes a table panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use chrono::{NaiveDate, TimeDelta};
use kanmon::rules::dosing::admission::{DischargeFacts, First60, admission, discharge};
use kanmon::rules::dosing::counts::{CountFacts, counts};
use kanmon::rules::dosing::course::{Path, PlannedDose, Step};
use kanmon::rules::dosing::eligibility::eligibility;
use kanmon::rules::dosing::facts::Given;
use kanmon::rules::dosing::premedication::{
    PremedicationFacts, Relief, SteroidGiven, premedication,
};
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::dosing::reactions::{
    NextDoseFacts, RateFacts, ResumptionFacts, next_dose, onset, recurrence, resumption,
};
use kanmon::rules::dosing::regimen::{Detour, dose, plan};
use kanmon::rules::dosing::response::{ResponseFacts, response};
use kanmon::rules::dosing::restart::{PreviousDose, RestartFacts, restart};
use kanmon::rules::dosing::vials::{Vials, prepared};
use kanmon::rules::finding::{Outcome, Reaction, Verdict};
use proptest::prelude::*;

use self::weaker::*;

#[path = "dosing_properties/extremes.rs"]
mod extremes;
#[path = "dosing_properties/weaker.rs"]
mod weaker;

/// Makes up to three different fields worse, one after the other, and asks each time whether the answer got better.
fn worse_never_helps<F: Clone>(base: &F, worse: &[Worse<F>], judge: impl Fn(&F) -> Verdict) {
    fn go<F: Clone>(
        facts: &F,
        changed: &[&'static str],
        worse: &[Worse<F>],
        judge: &impl Fn(&F) -> Verdict,
    ) {
        let before = judge(facts).worst().expect("a finding");
        for (field, change) in worse {
            if changed.contains(field) {
                continue;
            }
            let mut facts = facts.clone();
            change(&mut facts);
            let verdict = judge(&facts);
            let after = verdict.worst().expect("a finding");
            let path = [changed, &[field]].concat();
            assert!(
                after >= before,
                "{path:?}: {before} became {after}: {:?}",
                verdict.findings
            );
            if path.len() < 3 {
                go(&facts, &path, worse, judge);
            }
        }
    }
    go(base, &[], worse, &judge);
}

#[test]
fn a_worse_fact_never_turns_a_no_into_a_yes() {
    worse_never_helps(&patient(), OF_A_PATIENT, eligibility);
    worse_never_helps(&DOSE, OF_A_DOSE, dose);
    worse_never_helps(&INTERVAL, OF_AN_INTERVAL, restart);
    worse_never_helps(&COURSE, OF_A_COURSE, response);
    worse_never_helps(&PREMEDICATED, OF_PREMEDICATION, premedication);
    worse_never_helps(&leaving(), OF_LEAVING, discharge);
    worse_never_helps(&blood(), OF_BLOOD, counts);
    for facts in [
        in_hospital(First60::Yes, Step::new(1, 15), Path::Standard),
        in_hospital(First60::No, Step::new(1, 8), Path::CycleOneRepeated),
        in_hospital(First60::No, Step::new(2, 15), Path::ReStepUp),
        in_hospital(First60::No, Step::new(4, 8), Path::ReStepUp),
        in_hospital(First60::No, Step::new(2, 1), Path::Standard),
        in_hospital(
            First60::EarlierOneInPart(Quantity::whole(5)),
            Step::new(2, 1),
            Path::Standard,
        ),
    ] {
        worse_never_helps(&facts, OF_A_SETTING, admission);
    }
    let (go_on, next) = acts();
    for (reaction, grade) in [
        (Reaction::Crs, 1),
        (Reaction::Crs, 2),
        (Reaction::Crs, 3),
        (Reaction::Icans, 1),
        (Reaction::Icans, 2),
        (Reaction::Icans, 3),
        (Reaction::Hlh, 2),
    ] {
        let facts = episode(reaction, grade);
        let judge = |(facts, now): &After<ResumptionFacts>| resumption(facts, now);
        worse_never_helps(&(facts.clone(), go_on), OF_RESUMING, judge);
        let judge = |(facts, now): &After<NextDoseFacts>| next_dose(facts, now);
        worse_never_helps(&(facts, next), OF_A_NEXT_DOSE, judge);
    }
}

#[test]
fn facts_in_order_pass_and_each_worse_one_alone_is_noticed_by_the_firm_tables() {
    fn each<F: Clone>(base: &F, worse: &[Worse<F>], judge: impl Fn(&F) -> Verdict) {
        assert_eq!(
            judge(base).worst(),
            Some(Outcome::Met),
            "{:?}",
            judge(base).findings
        );
        for (field, change) in worse {
            let mut facts = base.clone();
            change(&mut facts);
            assert_ne!(judge(&facts).worst(), Some(Outcome::Met), "{field}");
        }
    }
    each(&patient(), OF_A_PATIENT, eligibility);
    each(&DOSE, OF_A_DOSE, dose);
    each(&INTERVAL, OF_AN_INTERVAL, restart);
    each(&COURSE, OF_A_COURSE, response);
    each(&PREMEDICATED, OF_PREMEDICATION, premedication);
    each(&leaving(), OF_LEAVING, discharge);
    each(&blood(), OF_BLOOD, counts);
}

/// The worst outcome just before and exactly at a boundary.
fn turns<T>(name: &str, judge: impl Fn(T) -> Verdict, at: [T; 2], outcomes: [Outcome; 2]) {
    let said = at.map(|value| judge(value).worst().expect("a finding"));
    assert_eq!(said, outcomes, "{name}");
}

const fn after_a_gap(cycle: u32, day: u32, mg: u32, days: i64) -> RestartFacts {
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

#[test]
fn the_dose_due_turns_exactly_at_14_and_at_42_days() {
    let due = |cycle, day, mg, days| restart(&after_a_gap(cycle, day, mg, days)).advice.dose;
    let one = |cycle, day, mg| Some(PlannedDose::new(cycle, day, mg));
    for (previous, days, before, from) in [
        ((1, 1, 1), 14, one(1, 8, 2), one(1, 1, 1)),
        ((1, 8, 2), 14, one(1, 15, 60), one(1, 8, 2)),
        ((1, 8, 2), 42, one(1, 8, 2), one(1, 1, 1)),
        ((1, 15, 60), 42, one(2, 1, 60), one(2, 1, 1)),
        ((2, 1, 60), 42, one(3, 1, 30), one(3, 1, 1)),
        ((3, 1, 30), 42, one(4, 1, 30), one(4, 1, 1)),
        ((16, 1, 30), 42, one(17, 1, 30), one(17, 1, 1)),
    ] {
        let (cycle, day, mg) = previous;
        assert_eq!(
            due(cycle, day, mg, days - 1),
            before,
            "{previous:?} before {days} days"
        );
        assert_eq!(
            due(cycle, day, mg, days),
            from,
            "{previous:?} at {days} days"
        );
    }
}

#[test]
fn each_answer_turns_exactly_at_its_boundary() {
    use Outcome::{Consider, Met, Unmet};
    let steroid = |minutes| {
        premedication(&PremedicationFacts {
            steroid: SteroidGiven::Yes(Some(minutes)),
            ..PREMEDICATED
        })
    };
    turns("59 and 60 minutes", steroid, [59, 60], [Unmet, Met]);
    turns("120 and 121 minutes", steroid, [120, 121], [Met, Consider]);
    let relief = |minutes| {
        let relief = Relief {
            antipyretic: Datum::Known(minutes),
            ..PREMEDICATED.relief
        };
        premedication(&PremedicationFacts {
            relief,
            ..PREMEDICATED
        })
    };
    turns("29 and 30 minutes", relief, [29, 30], [Consider, Met]);
    turns("60 and 61 minutes", relief, [60, 61], [Met, Consider]);

    let stay = |minutes| {
        let start = Some(noon() - TimeDelta::minutes(minutes));
        discharge(&DischargeFacts { start, ..leaving() })
    };
    turns("48 hours", stay, [48 * 60 - 1, 48 * 60], [Unmet, Met]);

    let (go_on, next) = acts();
    let crs = episode(Reaction::Crs, 2);
    let icans = episode(Reaction::Icans, 3);
    let hours = [72 * 60 - 1, 72 * 60];
    let wait = |minutes| {
        next_dose(
            &crs,
            &NextDoseFacts {
                recovered: before_noon(minutes),
                ..next
            },
        )
    };
    turns("72 hours after CRS", wait, hours, [Unmet, Met]);
    let wait = |minutes| {
        next_dose(
            &icans,
            &NextDoseFacts {
                recovered: before_noon(minutes),
                ..next
            },
        )
    };
    turns("72 hours after ICANS", wait, hours, [Unmet, Met]);
    let wait = |minutes| {
        resumption(
            &icans,
            &ResumptionFacts {
                recovered_to_grade_one: before_noon(minutes),
                ..go_on
            },
        )
    };
    turns("72 hours at Grade 1", wait, hours, [Unmet, Met]);
    let lasted = |minutes: i64| {
        let grade_three = Datum::Known((before_noon(6_000 + minutes), before_noon(6_000)));
        next_dose(
            &icans,
            &NextDoseFacts {
                grade_three,
                ..next
            },
        )
    };
    turns(
        "168 hours",
        lasted,
        [168 * 60, 168 * 60 + 1],
        [Met, Consider],
    );

    let platelets = |number| {
        counts(&CountFacts {
            platelets: per_mm3(number),
            ..blood()
        })
    };
    turns("50,000/mm3", platelets, [49_999, 50_000], [Unmet, Met]);
    let neutrophils = |number| {
        counts(&CountFacts {
            neutrophils: per_mm3(number),
            ..blood()
        })
    };
    turns("1,000/mm3", neutrophils, [999, 1_000], [Unmet, Met]);

    let early = |days| restart(&after_a_gap(2, 1, 60, days));
    turns("21 days", early, [20, 21], [Unmet, Met]);
    let grade = |grade| onset(&episode(Reaction::Crs, grade), false);
    turns("Grade 4", grade, [3, 4], [Consider, Unmet]);
    let cycle = |cycle| response(&ResponseFacts { cycle, ..COURSE });
    turns("17 cycles", cycle, [17, 18], [Met, Unmet]);
    let day = |day| {
        response(&ResponseFacts {
            assessed_at: Some(Step::new(8, day)),
            ..COURSE
        })
    };
    turns("cycle 8 day 15", day, [14, 15], [Consider, Met]);
}

/// Written as JSON and read again, a verdict is the same.
fn survives(verdict: &Verdict) {
    let text = serde_json::to_string(verdict).unwrap();
    let read: Verdict =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(&read, verdict, "{text}");
}

#[test]
fn a_verdict_of_every_table_survives_json_with_its_advice() {
    survives(&eligibility(&patient()));
    survives(&dose(&DOSE));
    survives(&response(&COURSE));
    survives(&premedication(&PREMEDICATED));
    survives(&premedication(&PremedicationFacts {
        steroid: SteroidGiven::Yes(Some(5)),
        ..PREMEDICATED
    }));
    survives(&admission(&in_hospital(
        First60::Yes,
        Step::new(1, 15),
        Path::Standard,
    )));
    survives(&discharge(&DischargeFacts {
        leaving: noon() - TimeDelta::minutes(1),
        ..leaving()
    }));
    survives(&counts(&blood()));
    survives(&prepared(
        60,
        Some(Vials {
            of_1mg: 30,
            of_30mg: 1,
        }),
    ));
    survives(&plan(1, 17, Some(Detour::ReStepUp { cycle: 5 })));
    let (go_on, next) = acts();
    for (reaction, grade) in [Reaction::Crs, Reaction::Icans, Reaction::Hlh]
        .iter()
        .flat_map(|one| (0..=4).map(|g| (*one, g)))
    {
        let facts = episode(reaction, grade);
        let late = NextDoseFacts {
            recovered: before_noon(60),
            ..next
        };
        let rate = RateFacts::TwoRates {
            planned: None,
            lowest: "12.5".parse().unwrap(),
        };
        for verdict in [
            onset(&facts, true),
            onset(&facts, false),
            recurrence(&facts),
            resumption(&facts, &go_on),
            next_dose(&facts, &late),
            next_dose(&facts, &NextDoseFacts { rate, ..next }),
        ] {
            survives(&verdict);
        }
    }
}

proptest! {
    #[test]
    fn a_verdict_on_any_interval_survives_json(
        cycle in 0_u32..20, day in 0_u32..25, mg in 0_u32..62, path in 0_usize..4,
        partly in any::<bool>(), days in -5_i64..200, on in proptest::option::of(0_i64..9_000),
    ) {
        let mg = Quantity::whole(mg);
        let given = if partly { Given::Partly(mg.half()) } else { Given::InFull };
        let previous = PreviousDose { step: Step::new(cycle, day), mg, given, path: crate::extremes::PATHS[path] };
        survives(&restart(&RestartFacts {
            previous: Some(previous),
            interval: Some(days),
            since_day_one: None,
            on: on.and_then(|days| NaiveDate::from_ymd_opt(2024, 12, 27)?.checked_add_signed(TimeDelta::days(days))),
        }));
    }

    #[test]
    fn a_quantity_reads_back_as_it_is_printed_and_keeps_its_order(
        one in 0_u64..1_000_000_000_000_000_000, other in 0_u64..1_000_000_000_000_000_000,
    ) {
        let quantity = |millionths: u64| -> Quantity {
            format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000).parse().unwrap()
        };
        let (left, right) = (quantity(one), quantity(other));
        prop_assert_eq!(left.to_string().parse::<Quantity>(), Ok(left));
        let json = serde_json::to_string(&left).unwrap();
        prop_assert_eq!(serde_json::from_str::<Quantity>(&json).unwrap(), left);
        prop_assert_eq!(left.cmp(&right), one.cmp(&other));
        prop_assert!(left.half() <= left && left <= left.times(2));
        prop_assert!(left.half().times(2) <= left);
    }

    #[test]
    fn no_text_makes_a_quantity_panic(text in "[-+]?[0-9]{0,14}[.]?[0-9]{0,8}[ eE]?|\\PC{0,12}") {
        if let Ok(read) = text.parse::<Quantity>() {
            prop_assert_eq!(read.to_string().parse::<Quantity>(), Ok(read));
        }
    }
}

//! What is not on file, not in the table, or beyond any calendar: every rule still answers.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::rules::finding::Decision;

fn duration(facts: &ReactionFacts, from: Moment, to: Moment) -> (Outcome, &'static str) {
    let asked = NextDoseFacts {
        grade_three: Datum::Known((from, to)),
        ..dosing()
    };
    answer(&next_dose(facts, &asked), "grade_three_duration")
}

#[test]
fn grade_three_of_icans_for_more_than_168_hours_asks_whether_to_go_on() {
    let week = || met("GRADE_THREE_WITHIN_7_DAYS");
    let longer = || considered("CONSIDER_DISCONTINUATION");
    let instants = |hours, minutes| duration(&icans(3), ago(hours, minutes), ago(100, 0));
    assert_eq!(instants(268, 0), week());
    assert_eq!(instants(268, 1), longer());
    assert_eq!(instants(99, 0), unmet("MISSING_DATA"));
    let days = |to| duration(&icans(3), day("2025-03-01"), day(to));
    assert_eq!(days("2025-03-07"), week());
    assert_eq!(days("2025-03-08"), longer());
    assert_eq!(days("2025-02-28"), unmet("MISSING_DATA"));
    let begun = Moment::Instant("2025-03-01T23:00:00+09:00".parse().unwrap());
    assert_eq!(duration(&icans(3), begun, day("2025-03-08")), longer());
    assert_eq!(
        duration(&icans(3), begun, Moment::NotRecorded),
        unmet("MISSING_DATA")
    );
    assert_eq!(duration(&icans(2), ago(900, 0), ago(1, 0)), week());
    assert_eq!(
        duration(&crs(3), ago(900, 0), ago(1, 0)),
        met("NO_REACTION")
    );
}

#[test]
fn a_recorded_decision_to_go_on_answers_the_seven_days() {
    let asked = |grade_three| NextDoseFacts {
        grade_three,
        continuation_recorded: true,
        ..dosing()
    };
    let judged = |grade_three| {
        let verdict = next_dose(&icans(3), &asked(grade_three));
        answer(&verdict, "grade_three_duration")
    };
    let long = Datum::Known((ago(500, 0), ago(100, 0)));
    assert_eq!(judged(long), met("CONTINUATION_DECIDED"));
    assert_eq!(judged(Datum::Missing), unmet("MISSING_DATA"));
    assert_eq!(judged(Datum::NotAsked), unmet("MISSING_DATA"));
}

#[test]
fn a_grade_by_another_scale_is_not_applied() {
    for (scale, code) in [
        (Datum::Known(Scale::Other), "SCALE_NOT_ASTCT"),
        (Datum::Missing, "MISSING_DATA"),
        (Datum::NotAsked, "MISSING_DATA"),
    ] {
        let facts = ReactionFacts { scale, ..crs(1) };
        for verdict in [
            onset(&facts, true),
            onset(&facts, false),
            recurrence(&facts),
            resumption(&facts, &resuming()),
            next_dose(&facts, &dosing()),
        ] {
            assert_eq!(answer(&verdict, "grading_scale"), unmet(code));
            for finding in &verdict.findings {
                let is_about_icans = finding.rule == "grade_three_duration";
                assert!(is_about_icans || finding.reason.code() == code);
            }
            assert_eq!(verdict.advice, Advice::default());
        }
    }
}

#[test]
fn a_reaction_that_nobody_graded_passes_nowhere() {
    let facts = graded(Reaction::Crs, &[]);
    assert_eq!(at_onset(&facts), unmet("MISSING_DATA"));
    assert_eq!(resumed(&facts, resuming()), unmet("MISSING_DATA"));
    assert_eq!(recovery(&facts, dosing()), unmet("MISSING_DATA"));
}

#[test]
fn grade_zero_is_no_reaction() {
    for facts in [crs(0), icans(0)] {
        assert_eq!(onset(&facts, true).decision(), Decision::Allow);
        let verdict = next_dose(&facts, &dosing());
        assert_eq!(answer(&verdict, "recovery_72_hours"), met("NO_REACTION"));
        assert_eq!(verdict.decision(), Decision::Allow);
    }
}

#[test]
fn what_the_notice_does_not_determine_is_referred_in_every_phase() {
    let other_scale = |reaction| ReactionFacts {
        scale: Datum::NotAsked,
        ..graded(reaction, &[3, 1, 3])
    };
    for (facts, code) in [
        (icans(1), "ICANS_G1_NOT_STATED"),
        (other_scale(Reaction::Hlh), "HLH_ACTION_NOT_STATED"),
        (other_scale(Reaction::Other), "EVENT_NOT_IN_NOTICE"),
    ] {
        for (verdict, rule) in [
            (onset(&facts, true), "reaction"),
            (onset(&facts, false), "reaction"),
            (recurrence(&facts), "reaction"),
            (resumption(&facts, &resuming()), "resumption"),
            (next_dose(&facts, &dosing()), "recovery_72_hours"),
        ] {
            assert_eq!(answer(&verdict, rule), referred(code));
            assert_eq!(verdict.decision(), Decision::Refer, "{code} {rule}");
            assert_eq!(verdict.advice, Advice::default());
        }
    }
}

/// Instants and days from the beginning of the calendar to its end.
fn moments() -> impl Strategy<Value = Moment> {
    prop_oneof![
        Just(Moment::NotRecorded),
        Just(Moment::Day(NaiveDate::MAX)),
        Just(Moment::Day(NaiveDate::MIN)),
        Just(Moment::Instant(DateTime::<Utc>::MAX_UTC)),
        Just(Moment::Instant(DateTime::<Utc>::MIN_UTC)),
        (0_i64..200).prop_map(|hours| ago(hours, 0)),
        (0_u64..9).prop_map(|days| {
            let last = NaiveDate::from_ymd_opt(2025, 3, 31).unwrap();
            Moment::Day(last - chrono::Days::new(days))
        }),
    ]
}

fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    prop_oneof![
        Just(now()),
        Just(DateTime::<Utc>::MAX_UTC),
        Just(DateTime::<Utc>::MIN_UTC),
    ]
}

fn quantities() -> impl Strategy<Value = Quantity> {
    prop_oneof![
        Just(quantity("999999999999.999999")),
        (0_u32..60).prop_map(Quantity::whole),
    ]
}

fn reactions() -> impl Strategy<Value = ReactionFacts> {
    (
        prop::sample::select(Reaction::ALL),
        prop::sample::select(vec![
            Datum::Known(Scale::Astct),
            Datum::Known(Scale::Astct),
            Datum::Known(Scale::Other),
            Datum::Missing,
        ]),
        prop::collection::vec(prop_oneof![0_u32..5, Just(u32::MAX)], 0..4),
        prop::option::of(any::<bool>()),
        any::<bool>(),
    )
        .prop_map(|(reaction, scale, grades, three, four)| ReactionFacts {
            reaction,
            scale,
            grades,
            earlier_grade_three: three,
            earlier_grade_four: four,
        })
}

proptest! {
    #[test]
    fn every_rule_answers_whatever_is_on_file(
        facts in reactions(),
        at in instants(),
        moments in [moments(), moments(), moments(), moments()],
        current_grade in prop::option::of(0_u32..5),
        rates in prop::option::of((quantities(), quantities())),
        other_dose in any::<bool>(),
        flags in any::<[bool; 3]>(),
    ) {
        let [recovered, recovered_to_grade_one, from, to] = moments;
        let [one, two, three] = flags;
        let resuming = ResumptionFacts {
            at,
            recovered: current_grade.map(|grade| grade == 0),
            current_grade,
            recovered_to_grade_one,
            rates,
            recurred_after_resumption: one,
        };
        let dosing = NextDoseFacts {
            at,
            recovered,
            current_grade,
            recovered_to_grade_one,
            grade_three: Datum::Known((from, to)),
            rate: if other_dose { RateFacts::OtherDose } else { RateFacts::SameDose(rates) },
            rate_reason_recorded: two,
            continuation_recorded: three,
        };
        let resumed = resumption(&facts, &resuming);
        let next = next_dose(&facts, &dosing);
        for (verdict, rules) in [
            (onset(&facts, one), 2),
            (recurrence(&facts), 2),
            (resumed.clone(), 3),
            (next.clone(), 4),
        ] {
            prop_assert_eq!(verdict.findings.len(), rules);
            for finding in &verdict.findings {
                prop_assert!(!finding.clauses.is_empty());
            }
        }
        // Nothing that the table knows goes on within 72 hours, after its end, or ungraded.
        let graded_well = facts.scale == Datum::Known(Scale::Astct) && !facts.grades.is_empty();
        let table = matches!(facts.reaction, Reaction::Crs | Reaction::Icans);
        if table && (!graded_well || facts.earlier_grade_four) {
            prop_assert_eq!(next.decision(), Decision::Block);
            prop_assert_eq!(resumed.decision(), Decision::Block);
        }
        if next.decision() == Decision::Allow && facts.grades.iter().any(|grade| *grade > 0) {
            let over = wait::wait(dosing.recovered, at) == wait::Wait::Over;
            prop_assert!(over && current_grade.is_none_or(|grade| grade == 0));
        }
    }
}

//! The table of reactions at each of its boundaries: grades, hours, rates, and what nobody recorded.
#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::TimeDelta;

use super::*;
use crate::rules::notice;

mod unknown;

/// The instant at which every question is asked: 10:00 in Japan on 2025-03-31.
fn now() -> DateTime<Utc> {
    "2025-03-31T01:00:00Z".parse().unwrap()
}

fn ago(hours: i64, minutes: i64) -> Moment {
    Moment::Instant(now() - TimeDelta::hours(hours) - TimeDelta::minutes(minutes))
}

fn day(text: &str) -> Moment {
    Moment::Day(text.parse().unwrap())
}

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn graded(reaction: Reaction, grades: &[u32]) -> ReactionFacts {
    ReactionFacts {
        reaction,
        scale: Datum::Known(Scale::Astct),
        grades: grades.to_vec(),
        earlier_grade_three: Some(false),
        earlier_grade_four: false,
    }
}

fn crs(grade: u32) -> ReactionFacts {
    graded(Reaction::Crs, &[grade])
}

fn icans(grade: u32) -> ReactionFacts {
    graded(Reaction::Icans, &[grade])
}

fn again(facts: ReactionFacts) -> ReactionFacts {
    ReactionFacts {
        earlier_grade_three: Some(true),
        ..facts
    }
}

/// Recovered, at Grade 1 for exactly 72 hours, at half the rate at interruption.
fn resuming() -> ResumptionFacts {
    ResumptionFacts {
        at: now(),
        recovered: Some(true),
        current_grade: Some(1),
        recovered_to_grade_one: ago(72, 0),
        rates: Some((Quantity::whole(10), Quantity::whole(20))),
        recurred_after_resumption: false,
    }
}

/// Recovered exactly 72 hours ago, at half the rate, with Grade 3 of exactly seven days.
fn dosing() -> NextDoseFacts {
    NextDoseFacts {
        at: now(),
        recovered: ago(72, 0),
        current_grade: Some(0),
        recovered_to_grade_one: ago(96, 0),
        grade_three: Datum::Known((ago(300, 0), ago(132, 0))),
        rate: RateFacts::SameDose(Some((Quantity::whole(10), Quantity::whole(20)))),
        rate_reason_recorded: false,
        continuation_recorded: false,
    }
}

/// The outcome and the code of one rule.
fn answer(verdict: &Verdict, rule: &str) -> (Outcome, &'static str) {
    let finding = verdict.finding(rule).unwrap();
    (finding.outcome, finding.reason.code())
}

fn unmet(code: &'static str) -> (Outcome, &'static str) {
    (Outcome::Unmet, code)
}

fn met(code: &'static str) -> (Outcome, &'static str) {
    (Outcome::Met, code)
}

fn referred(code: &'static str) -> (Outcome, &'static str) {
    (Outcome::Undetermined, code)
}

fn considered(code: &'static str) -> (Outcome, &'static str) {
    (Outcome::Consider, code)
}

fn at_onset(facts: &ReactionFacts) -> (Outcome, &'static str) {
    answer(&onset(facts, true), "reaction")
}

fn resumed(facts: &ReactionFacts, asked: ResumptionFacts) -> (Outcome, &'static str) {
    answer(&resumption(facts, &asked), "resumption")
}

fn recovery(facts: &ReactionFacts, asked: NextDoseFacts) -> (Outcome, &'static str) {
    answer(&next_dose(facts, &asked), "recovery_72_hours")
}

fn rate(facts: &ReactionFacts, rate: RateFacts) -> (Outcome, &'static str) {
    let asked = NextDoseFacts { rate, ..dosing() };
    answer(&next_dose(facts, &asked), "rate_after_reaction")
}

#[test]
fn every_cell_of_the_table_cites_clauses_that_the_notice_has() {
    for row in &table::TABLE {
        let cells = [
            row.onset.1,
            row.resume.1,
            row.recurrence,
            row.next.1,
            row.half_rate,
            row.seven_days,
        ];
        for id in cells.concat() {
            assert!(notice::clause(id).is_some(), "{id}");
        }
    }
}

#[test]
fn grades_one_and_two_of_crs_interrupt_and_may_resume_after_recovery() {
    for (grade, fraction) in [(1, "1"), (2, "0.5")] {
        let verdict = onset(&crs(grade), true);
        assert_eq!(answer(&verdict, "reaction"), unmet("INTERRUPT_AND_TREAT"));
        assert_eq!(verdict.advice.action, Some(Action::InterruptAndTreat));
        let max_fraction = quantity(fraction);
        assert_eq!(
            verdict.advice.resumption,
            Some(Resumption::AfterRecovery { max_fraction })
        );
        assert!(verdict.advice.next_dose_72h_after_recovery);
    }
}

#[test]
fn a_first_grade_three_of_crs_interrupts_and_is_not_resumed_but_does_not_end_the_drug() {
    for grades in [&[3][..], &[2, 3], &[3, 3, 1]] {
        let verdict = onset(&graded(Reaction::Crs, grades), true);
        assert_eq!(answer(&verdict, "reaction"), unmet("INTERRUPT_AND_TREAT"));
        assert_eq!(verdict.advice.action, Some(Action::InterruptAndTreat));
        assert_eq!(verdict.advice.resumption, Some(Resumption::NotPermitted));
    }
}

#[test]
fn grade_three_again_and_grade_four_end_the_drug() {
    for facts in [
        crs(4),
        icans(4),
        crs(7),
        again(crs(3)),
        again(icans(3)),
        again(graded(Reaction::Crs, &[3, 1, 3])),
    ] {
        let verdict = onset(&facts, false);
        assert_eq!(
            answer(&verdict, "reaction"),
            unmet("DISCONTINUE_PERMANENTLY")
        );
        assert_eq!(verdict.advice.action, Some(Action::DiscontinuePermanently));
        let next = next_dose(&facts, &dosing());
        assert_eq!(
            answer(&next, "recovery_72_hours"),
            unmet("PERMANENTLY_DISCONTINUED")
        );
        assert_eq!(
            resumed(&facts, resuming()),
            unmet("PERMANENTLY_DISCONTINUED")
        );
    }
}

#[test]
fn a_grade_four_at_an_earlier_dose_ends_the_drug_whatever_came_later() {
    for grades in [&[][..], &[0], &[1], &[2]] {
        for scale in [Datum::Known(Scale::Other), Datum::Known(Scale::Astct)] {
            let facts = ReactionFacts {
                earlier_grade_four: true,
                scale,
                ..graded(Reaction::Icans, grades)
            };
            assert_eq!(
                recovery(&facts, dosing()),
                unmet("PERMANENTLY_DISCONTINUED")
            );
        }
    }
}

#[test]
fn an_earlier_grade_three_does_not_change_the_row_of_grade_two() {
    assert_eq!(
        onset(&again(crs(2)), true).advice,
        onset(&crs(2), true).advice
    );
    let unknown = ReactionFacts {
        earlier_grade_three: None,
        ..crs(2)
    };
    assert_eq!(at_onset(&unknown), unmet("INTERRUPT_AND_TREAT"));
}

#[test]
fn grade_three_is_not_judged_without_knowing_of_an_earlier_one() {
    for reaction in [Reaction::Crs, Reaction::Icans] {
        let facts = ReactionFacts {
            earlier_grade_three: None,
            ..graded(reaction, &[3])
        };
        for verdict in [
            onset(&facts, true),
            resumption(&facts, &resuming()),
            next_dose(&facts, &dosing()),
        ] {
            let field = Field::EarlierGradeThree;
            let missing = Reason::MissingData { field };
            assert!(verdict.findings.iter().any(|found| found.reason == missing));
        }
    }
}

#[test]
fn grade_three_back_within_one_episode_is_referred() {
    let facts = graded(Reaction::Crs, &[3, 1, 3]);
    let not_stated = "RECURRENCE_WITHIN_EPISODE_NOT_STATED";
    assert_eq!(at_onset(&facts), referred(not_stated));
    assert_eq!(recovery(&facts, dosing()), referred(not_stated));
    let early = NextDoseFacts {
        recovered: ago(71, 59),
        ..dosing()
    };
    assert_eq!(recovery(&facts, early), unmet("LESS_THAN_72H"));
    assert_eq!(resumed(&facts, resuming()), unmet("NO_RESUME_AFTER_G3"));
    let icans = graded(Reaction::Icans, &[3, 2, 3]);
    assert_eq!(resumed(&icans, resuming()), referred(not_stated));
}

#[test]
fn a_reaction_after_the_infusion_is_treated_and_the_next_dose_waits() {
    let verdict = onset(&crs(1), false);
    assert_eq!(
        answer(&verdict, "reaction"),
        considered("TREAT_AFTER_INFUSION")
    );
    assert_eq!(verdict.advice.action, Some(Action::Treat));
    assert_eq!(verdict.advice.resumption, None);
    assert!(verdict.advice.next_dose_72h_after_recovery);
    let clauses = &verdict.finding("reaction").unwrap().clauses;
    assert_eq!(clauses, &["DN-2", "AE-CRS-G1-a", "AE-CRS-G1-n"]);
}

#[test]
fn a_symptom_back_after_the_resumption_ends_this_administration_only() {
    for grade in [1, 2] {
        let verdict = recurrence(&crs(grade));
        assert_eq!(answer(&verdict, "reaction"), unmet("INTERRUPT_AND_TREAT"));
        assert_eq!(verdict.advice.action, Some(Action::InterruptAndTreat));
        assert_eq!(verdict.advice.resumption, Some(Resumption::NotPermitted));
        let asked = ResumptionFacts {
            recurred_after_resumption: true,
            ..resuming()
        };
        assert_eq!(resumed(&crs(grade), asked), unmet("NO_SECOND_RESUME"));
        assert_eq!(recovery(&crs(grade), dosing()), met("RECOVERED_72H"));
    }
    assert_eq!(
        recurrence(&crs(4)).advice.action,
        Some(Action::DiscontinuePermanently)
    );
    assert_eq!(recurrence(&icans(2)), onset(&icans(2), true));
}

#[test]
fn crs_resumes_only_when_the_symptoms_are_known_to_be_gone() {
    for (recovered, expected) in [
        (Some(true), met("RESUMPTION_PERMITTED")),
        (Some(false), unmet("NOT_RECOVERED")),
        (None, unmet("RECOVERY_NOT_CONFIRMED")),
    ] {
        let asked = ResumptionFacts {
            recovered,
            ..resuming()
        };
        assert_eq!(resumed(&crs(1), asked), expected);
    }
    assert_eq!(resumed(&crs(3), resuming()), unmet("NO_RESUME_AFTER_G3"));
}

#[test]
fn the_rate_of_resuming_is_at_most_the_whole_or_the_half() {
    let judged = |facts: &ReactionFacts, proposed: &str| {
        let asked = ResumptionFacts {
            rates: Some((quantity(proposed), quantity("12.5"))),
            ..resuming()
        };
        answer(&resumption(facts, &asked), "resumption_rate").1
    };
    for (facts, at_most, above) in [(crs(1), "12.5", "12.500001"), (crs(2), "6.25", "6.250001")] {
        assert_eq!(judged(&facts, at_most), "RESUMPTION_PERMITTED");
        assert_eq!(judged(&facts, above), "RATE_TOO_HIGH");
    }
    assert_eq!(judged(&icans(2), "100"), "RATE_NOT_RESTRICTED");
    let asked = ResumptionFacts {
        rates: None,
        ..resuming()
    };
    let rate = resumption(&crs(2), &asked);
    assert_eq!(answer(&rate, "resumption_rate"), unmet("MISSING_DATA"));
}

#[test]
fn icans_resumes_after_72_hours_at_grade_one() {
    for facts in [icans(2), icans(3)] {
        let asked = |current_grade, recovered_to_grade_one| ResumptionFacts {
            current_grade,
            recovered_to_grade_one,
            ..resuming()
        };
        for (asked, expected) in [
            (asked(Some(1), ago(72, 0)), met("RESUMPTION_PERMITTED")),
            (asked(Some(0), ago(72, 0)), met("RESUMPTION_PERMITTED")),
            (asked(Some(1), ago(71, 59)), unmet("LESS_THAN_72H")),
            (asked(Some(2), ago(72, 0)), unmet("NOT_RECOVERED_TO_G1")),
            (asked(None, ago(72, 0)), unmet("MISSING_DATA")),
            (
                asked(Some(1), Moment::NotRecorded),
                unmet("RECOVERY_NOT_CONFIRMED"),
            ),
        ] {
            assert_eq!(resumed(&facts, asked), expected);
        }
    }
    let asked = ResumptionFacts {
        recovered_to_grade_one: ago(70, 0),
        ..resuming()
    };
    let advice = resumption(&icans(2), &asked).advice;
    assert_eq!(advice.earliest, Some(now() + TimeDelta::hours(2)));
}

#[test]
fn the_next_dose_waits_for_72_hours_and_not_a_minute_more() {
    for facts in [crs(1), crs(2), crs(3), icans(2), icans(3)] {
        assert_eq!(recovery(&facts, dosing()), met("RECOVERED_72H"));
        let early = NextDoseFacts {
            recovered: ago(71, 59),
            ..dosing()
        };
        let verdict = next_dose(&facts, &early);
        assert_eq!(
            answer(&verdict, "recovery_72_hours"),
            unmet("LESS_THAN_72H")
        );
        let earliest = now() + TimeDelta::minutes(1);
        assert_eq!(verdict.advice.earliest, Some(earliest));
        let unknown = NextDoseFacts {
            recovered: Moment::NotRecorded,
            ..dosing()
        };
        assert_eq!(recovery(&facts, unknown), unmet("RECOVERY_NOT_CONFIRMED"));
        let ill = NextDoseFacts {
            current_grade: Some(2),
            ..dosing()
        };
        assert_eq!(recovery(&facts, ill), unmet("NOT_RECOVERED"));
    }
}

#[test]
fn a_recovery_known_by_its_day_only_came_at_the_end_of_that_day() {
    let at = |text: &str| {
        let asked = NextDoseFacts {
            at: text.parse().unwrap(),
            recovered: day("2025-01-20"),
            ..dosing()
        };
        let verdict = next_dose(&crs(1), &asked);
        (
            answer(&verdict, "recovery_72_hours").1,
            verdict.advice.earliest,
        )
    };
    let earliest: DateTime<Utc> = "2025-01-24T00:00:00+09:00".parse().unwrap();
    for (text, code, advised) in [
        ("2025-01-22T23:59:59+09:00", "LESS_THAN_72H", Some(earliest)),
        (
            "2025-01-23T00:00:00+09:00",
            "RECOVERY_NOT_CONFIRMED",
            Some(earliest),
        ),
        (
            "2025-01-23T23:59:59+09:00",
            "RECOVERY_NOT_CONFIRMED",
            Some(earliest),
        ),
        ("2025-01-24T00:00:00+09:00", "RECOVERED_72H", None),
    ] {
        assert_eq!(at(text), (code, advised), "{text}");
    }
}

#[test]
fn a_residual_grade_one_of_icans_is_referred_after_72_hours_and_refused_before() {
    let asked = |recovered_to_grade_one| NextDoseFacts {
        current_grade: Some(1),
        recovered_to_grade_one,
        recovered: Moment::NotRecorded,
        ..dosing()
    };
    let ambiguous = referred("RECOVERY_DEFINITION_AMBIGUOUS");
    assert_eq!(recovery(&icans(2), asked(ago(72, 0))), ambiguous);
    assert_eq!(
        recovery(&icans(2), asked(ago(71, 59))),
        unmet("LESS_THAN_72H")
    );
    assert_eq!(
        recovery(&icans(3), asked(Moment::NotRecorded)),
        unmet("RECOVERY_NOT_CONFIRMED")
    );
    let verdict = next_dose(&icans(2), &asked(ago(100, 0)));
    let clauses = &verdict.finding("recovery_72_hours").unwrap().clauses;
    assert_eq!(clauses, &["DN-2", "AE-ICANS-G2-b", "AE-ICANS-G2-n"]);
}

#[test]
fn half_the_previous_rate_is_considered_after_grades_two_and_three_of_crs() {
    let same = |planned: &str| RateFacts::SameDose(Some((quantity(planned), quantity("25"))));
    let to_consider = considered("HALF_RATE_TO_BE_CONSIDERED");
    for facts in [crs(2), crs(3)] {
        assert_eq!(rate(&facts, same("12.5")), met("HALF_RATE_PLANNED"));
        assert_eq!(rate(&facts, same("12.500001")), to_consider);
        assert_eq!(rate(&facts, RateFacts::SameDose(None)), to_consider);
        assert_eq!(rate(&facts, RateFacts::NotAsked), to_consider);
        assert_eq!(
            rate(&facts, RateFacts::OtherDose),
            referred("RATE_UNIT_NOT_STATED")
        );
        let asked = NextDoseFacts {
            rate: same("25"),
            rate_reason_recorded: true,
            ..dosing()
        };
        let verdict = next_dose(&facts, &asked);
        assert_eq!(
            answer(&verdict, "rate_after_reaction"),
            met("HALF_RATE_PLANNED")
        );
    }
    for facts in [crs(1), icans(2), icans(3)] {
        assert_eq!(
            rate(&facts, RateFacts::OtherDose),
            met("RATE_NOT_RESTRICTED")
        );
    }
}

#[test]
fn after_two_rates_half_of_the_lowest_satisfies_every_reading() {
    let two = |planned: Option<&str>| RateFacts::TwoRates {
        planned: planned.map(quantity),
        lowest: quantity("12.5"),
    };
    let not_stated = referred("REFERENCE_RATE_NOT_STATED");
    assert_eq!(rate(&crs(2), two(Some("6.25"))), met("HALF_RATE_PLANNED"));
    assert_eq!(rate(&crs(2), two(Some("6.250001"))), not_stated);
    assert_eq!(rate(&crs(2), two(None)), not_stated);
    let asked = NextDoseFacts {
        rate: two(Some("12.5")),
        ..dosing()
    };
    let advice = next_dose(&crs(2), &asked).advice;
    assert_eq!(advice.strict_max_rate, Some(quantity("6.25")));
}

//! The vectors of kind `ae`: reactions and blood counts, with the satisfied baseline for whatever is not under test.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use kanmon::rules::briefing::Moment;
use kanmon::rules::dosing::admission::{
    AdmissionFacts, ConsiderationRecord, First60, Setting, admission,
};
use kanmon::rules::dosing::counts::{CountFacts, counts};
use kanmon::rules::dosing::course::{Path, Step};
use kanmon::rules::dosing::facts::{Count, Given};
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::dosing::reactions::{
    NextDoseFacts, RateFacts, ReactionFacts, ResumptionFacts, Scale, next_dose, onset, recurrence,
    resumption,
};
use kanmon::rules::dosing::regimen::ordered_dose;
use kanmon::rules::dosing::restart::{PreviousDose, RestartFacts, restart};
use kanmon::rules::finding::{Action, Reaction, Resumption, Verdict};
use serde_json::{Map, Value, json};

use self::words::{EventInput, NextInput, Place, PreviousInput, hours, moment, unit};
use crate::input::Input;
use crate::{Judged, Vector};

#[path = "reactions/words.rs"]
mod words;

/// The verdict on a vector of kind `ae`.
pub fn judge(vector: &Vector) -> Result<Judged, String> {
    let input: EventInput =
        serde_json::from_value(vector.input.clone()).map_err(|error| error.to_string())?;
    let reactions: &[Reaction] = match input.event.as_str() {
        "LAB" => return Ok(judged(counts(&count_facts(&input)?))),
        "CRS" => &[Reaction::Crs],
        "ICANS" => &[Reaction::Icans],
        // The first has the word where the advice of both speaks, and to wait 72 hours is the stricter one.
        "CRS+ICANS" => &[Reaction::Icans, Reaction::Crs],
        "HLH" => &[Reaction::Hlh],
        "" => return Err("event is needed".to_owned()),
        _ => &[Reaction::Other],
    };
    let mut verdict = Verdict::default();
    for reaction in reactions {
        let several = reactions.len() > 1;
        verdict = verdict.and(verdict_on(&input, *reaction, several)?);
    }
    Ok(judged(verdict.and(beside(&input, reactions)?)))
}

fn verdict_on(input: &EventInput, reaction: Reaction, several: bool) -> Result<Verdict, String> {
    let facts = reaction_facts(input, reaction, several)?;
    let running = known(&input.infusion_running, true).unwrap_or(true);
    Ok(match input.phase.as_str() {
        "onset" => onset(&facts, running),
        "recurrence_after_resume" => recurrence(&facts),
        "resume" => resumption(&facts, &resumption_facts(input, &facts)?),
        "next_dose" => next_dose(&facts, &next_dose_facts(input, &facts)?),
        other => return Err(format!("unknown phase {other:?}")),
    })
}

/// What an input says: the baseline when it is absent, nothing when it is null.
fn known<T: Clone>(input: &Input<T>, baseline: T) -> Option<T> {
    match input {
        Input::Absent => Some(baseline),
        Input::Null => None,
        Input::Given(value) => Some(value.clone()),
    }
}

/// The first of these inputs that is there.
fn first<'a, T>(inputs: &[&'a Input<T>]) -> &'a Input<T> {
    let there = inputs.iter().find(|input| !matches!(input, Input::Absent));
    there.copied().unwrap_or(inputs[0])
}

fn is_true(input: &Input<bool>) -> bool {
    matches!(input, Input::Given(true))
}

fn reaction_facts(
    input: &EventInput,
    reaction: Reaction,
    several: bool,
) -> Result<ReactionFacts, String> {
    let is_icans = reaction == Reaction::Icans;
    let own = if is_icans {
        &input.icans_grade
    } else {
        &input.crs_grade
    };
    let grade = if several {
        own
    } else {
        first(&[&input.grade, own])
    };
    let mut grades = known(&input.episode_grades, Vec::new()).unwrap_or_default();
    match grade {
        Input::Given(grade) if !grades.contains(grade) => grades.push(*grade),
        Input::Given(_) | Input::Null => {}
        Input::Absent if !grades.is_empty() => {}
        Input::Absent if matches!(reaction, Reaction::Hlh | Reaction::Other) => {}
        Input::Absent => return Err("no reaction is judged without its grade".to_owned()),
    }
    let (three, four, earlier) = if is_icans {
        (
            &input.prior_icans_g3,
            &input.prior_icans_g4,
            &input.prior_icans_grades,
        )
    } else {
        (
            &input.prior_crs_g3,
            &input.prior_crs_g4,
            &input.prior_crs_grades,
        )
    };
    let listed = known(earlier, Vec::new());
    let times = |wanted: fn(u32) -> bool| {
        let grades = listed.iter().flatten().copied();
        grades.filter(|grade| wanted(*grade)).count()
    };
    let thirds = times(|grade| grade == 3);
    Ok(ReactionFacts {
        reaction,
        scale: match &input.scale {
            _ if matches!(reaction, Reaction::Hlh | Reaction::Other) => Datum::NotAsked,
            Input::Null => Datum::Missing,
            Input::Given(scale) if scale != "ASTCT" => Datum::Known(Scale::Other),
            Input::Absent | Input::Given(_) => Datum::Known(Scale::Astct),
        },
        grades,
        earlier_grade_three: match known(three, false) {
            _ if thirds > 0 => Some(true),
            Some(false) if listed.is_none() => None,
            stated => stated,
        },
        earlier_grade_four: is_true(four) || times(|grade| grade > 3) > 0 || thirds > 1,
    })
}

/// The instant at which every vector is judged that names none.
fn at(input: &EventInput) -> Result<DateTime<Utc>, String> {
    let text = known(&input.dose_at, "2025-03-31T10:00+09:00".to_owned());
    match text.as_deref().map(moment) {
        Some(Ok(Moment::Instant(at))) => Ok(at),
        other => Err(format!("dose_at is no instant: {other:?}")),
    }
}

/// So many hours ago; long ago when it is not under test.
fn ago(input: &Input<Value>, at: DateTime<Utc>) -> Result<Moment, String> {
    Ok(match input {
        Input::Absent => Moment::Instant(at - TimeDelta::hours(10_000)),
        Input::Null => Moment::NotRecorded,
        Input::Given(value) => Moment::Instant(at - hours(value)?),
    })
}

/// The grade now: what is stated, else that of the recovery which is stated.
fn current_grade(input: &EventInput, facts: &ReactionFacts, baseline: u32) -> Option<u32> {
    let own = if facts.reaction == Reaction::Icans {
        first(&[&input.current_grade, &input.icans_current_grade])
    } else {
        &Input::Absent
    };
    let unrecovered = matches!(input.recovered, Input::Given(false));
    let highest = facts.grades.iter().copied().max();
    known(
        own,
        if unrecovered {
            highest.unwrap_or(1)
        } else {
            baseline
        },
    )
}

fn resumption_facts(input: &EventInput, facts: &ReactionFacts) -> Result<ResumptionFacts, String> {
    let at = at(input)?;
    let half = Quantity::whole(1).half();
    let fraction = known(&input.rate_fraction_of_interruption, half);
    let to_grade_one = [
        &input.hours_since_recovery_to_g1,
        &input.icans_hours_since_recovery,
        &input.hours_since_recovery,
    ];
    Ok(ResumptionFacts {
        at,
        recovered: known(first(&[&input.crs_recovered, &input.recovered]), true),
        current_grade: current_grade(input, facts, 1),
        recovered_to_grade_one: ago(first(&to_grade_one), at)?,
        rates: fraction.map(|fraction| (fraction, Quantity::whole(1))),
        recurred_after_resumption: is_true(&input.recurred_after_resume),
    })
}

fn next_dose_facts(input: &EventInput, facts: &ReactionFacts) -> Result<NextDoseFacts, String> {
    let at = at(input)?;
    let is_icans = facts.reaction == Reaction::Icans;
    let own = if is_icans {
        &input.icans_hours_since_recovery
    } else {
        &input.crs_hours_since_recovery
    };
    let since = first(&[own, &input.hours_since_recovery]);
    let recovered = match (since, &input.recovered_on) {
        (Input::Absent, Input::Given(text)) => moment(text)?,
        (Input::Absent, Input::Null) => Moment::NotRecorded,
        _ => ago(since, at)?,
    };
    // Only a residual Grade 1 has a recovery to Grade 1 and no other one.
    let only_to_grade_one = is_icans
        && matches!(since, Input::Absent)
        && !matches!(input.hours_since_recovery_to_g1, Input::Absent);
    let grade = current_grade(input, facts, u32::from(only_to_grade_one));
    Ok(NextDoseFacts {
        at,
        // With the grade now under test and missing, nobody confirmed that the symptoms are gone.
        recovered: grade.map_or(Moment::NotRecorded, |_| recovered),
        current_grade: grade,
        recovered_to_grade_one: match &input.hours_since_recovery_to_g1 {
            Input::Absent => Moment::NotRecorded,
            stated => ago(stated, at)?,
        },
        grade_three: Datum::Known(grade_three(input, at)?),
        rate: rate_facts(input),
        rate_reason_recorded: is_true(&input.reason_recorded),
        continuation_recorded: is_true(&input.decision_recorded),
    })
}

/// When Grade 3 began and ended: one hour long when it is not under test.
fn grade_three(input: &EventInput, at: DateTime<Utc>) -> Result<(Moment, Moment), String> {
    let end = at - TimeDelta::hours(1_000);
    let from = |lasted: TimeDelta| (Moment::Instant(end - lasted), Moment::Instant(end));
    let stated = |input: &Input<String>| match input {
        Input::Given(text) => moment(text),
        Input::Absent | Input::Null => Ok(Moment::NotRecorded),
    };
    match (
        &input.grade3_duration_hours,
        &input.grade3_from,
        &input.grade3_to,
    ) {
        (Input::Given(value), _, _) => Ok(from(hours(value)?)),
        (Input::Null, _, _) => Ok((Moment::NotRecorded, Moment::NotRecorded)),
        (Input::Absent, Input::Absent, Input::Absent) => Ok(from(TimeDelta::hours(1))),
        (Input::Absent, begun, ended) => Ok((stated(begun)?, stated(ended)?)),
    }
}

fn rate_facts(input: &EventInput) -> RateFacts {
    let half = (Quantity::whole(1).half(), Quantity::whole(1));
    let (empty_previous, empty_next) = (PreviousInput::default(), NextInput::default());
    let previous = match &input.previous {
        Input::Given(previous) => previous,
        Input::Absent | Input::Null => &empty_previous,
    };
    let next = match &input.next {
        Input::Given(next) => next,
        Input::Absent | Input::Null => &empty_next,
    };
    if let (Input::Given(before), Input::Given(after)) = (&previous.mg, &next.mg)
        && before != after
    {
        return RateFacts::OtherDose;
    }
    let value = |input: &Input<Quantity>| match input {
        Input::Given(value) => Some(*value),
        Input::Absent | Input::Null => None,
    };
    let next_volume = first(&[&input.next_rate_ml_per_h, &next.rate_ml_per_h]);
    let next_mass = first(&[&input.next_rate_mg_per_h, &next.rate_mg_per_h]);
    let begun = first(&[&previous.initial_rate_ml_per_h, &previous.rate_ml_per_h]);
    if let (Some(begun), Some(resumed)) = (value(begun), value(&previous.resumed_rate_ml_per_h))
        && begun != resumed
    {
        return RateFacts::TwoRates {
            planned: value(next_volume),
            lowest: begun.min(resumed),
        };
    }
    let begun = first(&[begun, &previous.resumed_rate_ml_per_h]);
    match (&input.rate_fraction_of_previous, &input.previous) {
        (Input::Given(fraction), _) => RateFacts::SameDose(Some((*fraction, Quantity::whole(1)))),
        (Input::Null, _) | (_, Input::Null) => RateFacts::SameDose(None),
        _ => RateFacts::SameDose(match (next_volume, next_mass) {
            (Input::Absent, Input::Absent) => Some(half),
            (Input::Given(planned), _) => value(begun).map(|begun| (*planned, begun)),
            (_, Input::Given(planned)) => {
                value(&previous.rate_mg_per_h).map(|begun| (*planned, begun))
            }
            _ => None,
        }),
    }
}

/// What another table says of the same dose: where the patient is after CRS, and which dose is due after the interval.
fn beside(input: &EventInput, reactions: &[Reaction]) -> Result<Verdict, String> {
    let mut verdict = Verdict::default();
    if input.phase != "next_dose" {
        return Ok(verdict);
    }
    if reactions.contains(&Reaction::Crs) && !matches!(input.setting, Input::Absent) {
        let facts = reaction_facts(input, Reaction::Crs, reactions.len() > 1)?;
        let setting = known(&input.setting, Place::Inpatient);
        verdict = verdict.and(admission(&AdmissionFacts {
            step: Step::new(5, 1),
            mg: Quantity::whole(30),
            path: Path::Standard,
            first_60mg: First60::No,
            setting: Datum::from(setting.map(|setting| match setting {
                Place::Inpatient => Setting::Inpatient,
                Place::Outpatient => Setting::Outpatient,
            })),
            admitted: None,
            start: None,
            consideration: if is_true(&input.reason_recorded) {
                Datum::Known(ConsiderationRecord::OutpatientWithReason)
            } else {
                Datum::Missing
            },
            last_crs_grade: facts.grades.iter().copied().max().unwrap_or(0),
        }));
    }
    if let Input::Given(last) = &input.last {
        verdict = verdict.and(restart(&RestartFacts {
            previous: Some(PreviousDose {
                step: Step::new(last.cycle, last.day),
                mg: last.mg,
                given: Given::InFull,
                path: Path::Standard,
            }),
            interval: known(&input.interval_days, 21),
            since_day_one: None,
            on: None,
        }));
        if let (Some(due), Input::Given(_) | Input::Null) = (verdict.advice.dose, &input.ordered_mg)
        {
            let ordered = Datum::from(known(&input.ordered_mg, Quantity::whole(due.mg)));
            verdict.findings.push(ordered_dose(due, ordered));
        }
    }
    Ok(verdict)
}

fn count_facts(input: &EventInput) -> Result<CountFacts, String> {
    let unit = match &input.unit {
        // Never guessed: a number without a unit is no count, whether or not the unit is under test.
        Input::Absent | Input::Null => None,
        Input::Given(word) => Some(unit(word).ok_or_else(|| format!("unknown unit {word:?}"))?),
    };
    let count = |input: &Input<Quantity>| match input {
        Input::Absent => Datum::NotAsked,
        Input::Null => Datum::Missing,
        Input::Given(value) => Datum::Known(Count {
            value: *value,
            unit,
        }),
    };
    Ok(CountFacts {
        platelets: count(&input.platelets),
        neutrophils: count(&input.neutrophils),
        before_first_dose: match &input.phase_detail {
            Input::Absent | Input::Null => false,
            Input::Given(word) if word == "before_first_dose" => true,
            Input::Given(word) => return Err(format!("unknown phase_detail {word:?}")),
        },
        transfused_within_72h: is_true(&input.transfused_within_72h),
        growth_factor: is_true(&input.growth_factor),
    })
}

/// The verdict, with its advice in the words of the vectors.
fn judged(verdict: Verdict) -> Judged {
    let number = |quantity: Quantity| quantity.to_string().parse::<f64>().ok();
    let advice = &verdict.advice;
    let mut further = Map::new();
    if let Some(action) = advice.action {
        further.insert(
            "action".to_owned(),
            json!(match action {
                Action::Treat => "TREAT",
                Action::Withhold => "WITHHOLD",
                Action::InterruptAndTreat => "INTERRUPT_AND_TREAT",
                Action::DiscontinuePermanently => "DISCONTINUE_PERMANENTLY",
            }),
        );
        let permanent = action == Action::DiscontinuePermanently;
        further.insert("permanent".to_owned(), json!(permanent));
    }
    if let Some(resumption) = advice.resumption {
        let (word, fraction) = match resumption {
            Resumption::AfterRecovery { max_fraction } => {
                ("PERMITTED_AFTER_RECOVERY", Some(max_fraction))
            }
            Resumption::After72hAtGradeOne => ("PERMITTED_72H_AFTER_RECOVERY_TO_G1", None),
            Resumption::NotPermitted => ("NOT_PERMITTED", None),
        };
        further.insert("resume".to_owned(), json!(word));
        if let Some(fraction) = fraction.and_then(number) {
            further.insert(
                "max_rate_fraction_of_interruption".to_owned(),
                json!(fraction),
            );
        }
    }
    if advice.next_dose_72h_after_recovery {
        further.insert(
            "next_dose_condition".to_owned(),
            json!("72H_AFTER_RECOVERY"),
        );
    }
    if let (Some(earliest), Some(japan)) = (advice.earliest, FixedOffset::east_opt(9 * 3600)) {
        let text = earliest.with_timezone(&japan).format("%Y-%m-%dT%H:%M%:z");
        further.insert("earliest".to_owned(), json!(text.to_string()));
    }
    if let Some(rate) = advice.strict_max_rate.and_then(number) {
        further.insert("strict_max_rate_mL_per_h".to_owned(), json!(rate));
    }
    if let Some(dose) = advice.dose {
        further.insert("expected_dose_mg".to_owned(), json!(dose.mg));
    }
    Judged { verdict, further }
}

//! The vectors of kinds `regimen`, `restart` and `vials`: places in a course, delays, whole courses and their vials.

use chrono::NaiveDate;
use kanmon::rules::briefing::japanese_day;
use kanmon::rules::dosing::counts::{CountFacts, CountUnit, counts};
use kanmon::rules::dosing::course::{PlannedDose, Step};
use kanmon::rules::dosing::facts::{Count, Given};
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::dosing::regimen::{
    DoseFacts, calendar, day_of, dose, ordered_dose, plan, sequence,
};
use kanmon::rules::dosing::response::{Response, ResponseFacts, response};
use kanmon::rules::dosing::restart::{self, PreviousDose, RestartFacts, place_due};
use kanmon::rules::dosing::vials::{Vials, prepared, vials_of};
use kanmon::rules::finding::{Outcome, Reason, Steroid, SteroidBasis, ThenDecision, Verdict};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::course_words::{detour, instant, path, route};
use crate::input::Input;
use crate::{Judged, Vector};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct RegimenInput {
    path: Option<String>,
    cycle: Input<i64>,
    day: Input<i64>,
    ordered_mg: Input<Quantity>,
    route: Input<String>,
    response_end_of_cycle_8: Input<String>,
    c1d1_date: Option<NaiveDate>,
    cycles: Option<u32>,
    restep_cycle: Option<u32>,
    last: Input<LastInput>,
    last_date: Input<NaiveDate>,
    proposed: Option<ProposedInput>,
    proposed_date: Input<NaiveDate>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct RestartInput {
    path: Option<String>,
    last: Input<LastInput>,
    interval_days: Input<i64>,
    c1d1_date: Option<NaiveDate>,
    last_date: Input<NaiveDate>,
    restart_date: Input<NaiveDate>,
    last_start: Option<String>,
    restart_start: Option<String>,
    /// The interval counts from the previous dose: no rule reads it.
    #[serde(rename = "missed_planned_date")]
    _missed_planned_date: Option<NaiveDate>,
    ordered_mg: Input<Quantity>,
    response_end_of_cycle_8: Input<String>,
    neutrophils_per_mm3: Input<Quantity>,
    platelets_per_mm3: Input<Quantity>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct LastInput {
    cycle: Option<u32>,
    day: Option<u32>,
    mg: Option<Quantity>,
    path: Option<String>,
    given_mg: Input<Quantity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProposedInput {
    cycle: u32,
    day: u32,
    mg: Option<Quantity>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct VialsInput {
    dose_mg: Option<u32>,
    proposed: Input<VialsPrepared>,
    path: Option<String>,
    cycle: Option<u32>,
    cycles: Option<u32>,
    from_cycle: Option<u32>,
    to_cycle: Option<u32>,
    restep_cycle: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct VialsPrepared {
    vials_1mg: Option<u32>,
    vials_30mg: Option<u32>,
}

/// A vector of kind `regimen`: one dose, the interval before a dose, or a whole course.
pub fn regimen(vector: &Vector) -> Result<Judged, String> {
    let input: RegimenInput = read(vector)?;
    if !matches!(input.last, Input::Absent) {
        return proposed(input);
    }
    match input.cycles {
        Some(cycles) => course(vector, &input, cycles),
        None => one_dose(input),
    }
}

fn one_dose(input: RegimenInput) -> Result<Judged, String> {
    let cycle = match input.cycle {
        Input::Absent => return Err("a dose without a cycle".to_owned()),
        cycle => Datum::from(cycle.or_baseline(1)),
    };
    let number = match cycle {
        Datum::Known(cycle) => u32::try_from(cycle).ok(),
        Datum::Missing | Datum::NotAsked => None,
    };
    let mut verdict = dose(&DoseFacts {
        cycle,
        day: Datum::from(input.day.or_baseline(1)),
        path: path(input.path.as_deref(), number, input.restep_cycle)?,
        ordered: asked(input.ordered_mg),
        route: match asked(input.route) {
            Datum::Known(word) => Datum::Known(route(&word)),
            Datum::Missing => Datum::Missing,
            Datum::NotAsked => Datum::NotAsked,
        },
    });
    if let Some(cycle) = number {
        verdict = with_response(verdict, cycle, input.response_end_of_cycle_8);
    }
    let mut further = dose_mismatch(&verdict);
    if let Some(due) = verdict.advice.dose {
        further.insert("dose_mg".to_owned(), json!(due.mg));
    }
    if let Some(sum) = verdict.advice.cumulative_mg {
        further.insert("cumulative_mg".to_owned(), json!(sum));
    }
    Ok(Judged { verdict, further })
}

/// A dose proposed after another one, each with its day.
fn proposed(input: RegimenInput) -> Result<Judged, String> {
    let (last_date, on) = (known(input.last_date), known(input.proposed_date));
    let facts = RestartFacts {
        previous: Some(previous(input.last, input.path.as_deref())?),
        interval: days_between(last_date, on),
        since_day_one: None,
        on,
    };
    let facts = since_day_one(facts, input.c1d1_date);
    let ordered = match &input.proposed {
        Some(dose) => Datum::from(dose.mg),
        None => Datum::NotAsked,
    };
    let judged = interval(&facts, ordered, input.response_end_of_cycle_8);
    match (judged.verdict.advice.dose, input.proposed) {
        (Some(due), Some(dose)) if due.step != Step::new(dose.cycle, dose.day) => {
            if dose.mg == Some(Quantity::whole(due.mg)) {
                return Err(format!("the dose due is that of {}", due.step));
            }
            Ok(judged)
        }
        _ => Ok(judged),
    }
}

/// A whole course: its doses, its days, its sums.
fn course(vector: &Vector, input: &RegimenInput, cycles: u32) -> Result<Judged, String> {
    let detour = detour(input.path.as_deref(), input.restep_cycle)?;
    let response = match &input.response_end_of_cycle_8 {
        Input::Absent => Input::Absent,
        Input::Null => Input::Null,
        Input::Given(word) => Input::Given(word.clone()),
    };
    let verdict = with_response(plan(1, cycles, detour), cycles, response);
    let doses = sequence(1, cycles, detour);
    let milligrams: Vec<u32> = doses.iter().map(|dose| dose.mg).collect();
    let mut further = of_sum(&doses);
    further.insert("doses_mg".to_owned(), json!(milligrams));
    if let (Some(first_day), None) = (input.c1d1_date, detour) {
        // The vectors name some of the days only, so those alone are compared.
        let named = vector.expected.get("dates").and_then(Value::as_object);
        let dates: Map<String, Value> = calendar(first_day, &doses)
            .into_iter()
            .map(|(day, dose)| (dose.step.to_string(), json!(day)))
            .filter(|(label, _)| named.is_some_and(|dates| dates.contains_key(label)))
            .collect();
        further.insert("dates".to_owned(), Value::Object(dates));
        for cycle in 1..=cycles.min(17) {
            let last_day = day_of(first_day, Step::new(cycle, 21));
            further.insert(format!("end_of_cycle_{cycle}_day21"), json!(last_day));
        }
    }
    Ok(Judged { verdict, further })
}

/// A vector of kind `restart`: the interval, the response that its cycle asks for, and the counts.
pub fn restart(vector: &Vector) -> Result<Judged, String> {
    let input: RestartInput = read(vector)?;
    let day = |date: Input<NaiveDate>, start: Option<String>| match (known(date), start) {
        (None, Some(text)) => instant(&text).map(|start| Some(japanese_day(start))),
        (date, _) => Ok(date),
    };
    let on = day(input.restart_date, input.restart_start)?;
    let last_date = day(input.last_date, input.last_start)?;
    let facts = RestartFacts {
        previous: match input.last {
            Input::Absent => None,
            last => Some(previous(last, input.path.as_deref())?),
        },
        interval: match input.interval_days {
            Input::Absent => days_between(last_date, on),
            days => known(days),
        },
        since_day_one: None,
        on,
    };
    let facts = since_day_one(facts, input.c1d1_date);
    let ordered = asked(input.ordered_mg);
    let mut judged = interval(&facts, ordered, input.response_end_of_cycle_8);
    let (platelets, neutrophils) = (
        asked(input.platelets_per_mm3),
        asked(input.neutrophils_per_mm3),
    );
    if (platelets, neutrophils) != (Datum::NotAsked, Datum::NotAsked) {
        judged.verdict = judged.verdict.and(counts(&CountFacts {
            platelets: per_mm3(platelets),
            neutrophils: per_mm3(neutrophils),
            before_first_dose: facts.previous.is_none(),
            transfused_within_72h: false,
            growth_factor: false,
        }));
    }
    Ok(judged)
}

/// What `regimen` and `restart` share: the row, the order and the response.
fn interval(
    facts: &RestartFacts,
    ordered: Datum<Quantity>,
    response_word: Input<String>,
) -> Judged {
    let mut verdict = restart::restart(facts);
    if let Some(due) = verdict.advice.dose {
        verdict.findings.push(ordered_dose(due, ordered));
    }
    if let Some(due) = place_due(facts) {
        verdict = with_response(verdict, due.cycle, response_word);
    }
    let mut further = dose_mismatch(&verdict);
    let advice = &verdict.advice;
    let labelled = |dose: &PlannedDose| (dose.step.to_string(), dose.mg);
    if let Some(dose) = advice.dose {
        let (label, mg) = labelled(&dose);
        further.insert("today".to_owned(), json!({"label": label, "mg": mg}));
        let then: Vec<_> = advice.following.iter().map(labelled).collect();
        further.insert("then".to_owned(), json!(then));
    }
    let steroid = advice.steroid.map(|steroid| match steroid {
        Steroid::Required(SteroidBasis::CyclesOneAndTwo) => "REQUIRED_ALL_CYCLE_2_DOSES",
        Steroid::Required(SteroidBasis::ReStepUp) => "REQUIRED_D1_D8_D15",
        Steroid::Required(SteroidBasis::CrsAfterPreviousDose) => "REQUIRED",
        Steroid::NotRequired => "NOT_REQUIRED",
    });
    let decision = advice.then_decision.map(|decision| match decision {
        ThenDecision::EndOfCycle8Response => "END_OF_CYCLE_8_RESPONSE",
        ThenDecision::CourseCompleted17 => "COURSE_COMPLETED_17",
    });
    let early = |finding: &kanmon::rules::finding::Finding| match finding.reason {
        Reason::EarlierThanScheduledDay { .. } => Some("earliest_date"),
        Reason::SpacingAfterShortDelayNotStated { .. } => Some("suggested_earliest_date"),
        _ => None,
    };
    let words = [("steroid", steroid), ("then_decision", decision)];
    further.extend(words.map(|(field, word)| (field.to_owned(), json!(word))));
    if let Some(field) = verdict.findings.iter().find_map(early) {
        further.insert(field.to_owned(), json!(advice.earliest_day));
    }
    Judged { verdict, further }
}

/// Adds what the response at the end of cycle 8 says of this cycle. Absent is satisfied: a partial response.
/// A dose that it does not permit is not named.
fn with_response(verdict: Verdict, cycle: u32, word: Input<String>) -> Verdict {
    let baseline = matches!(word, Input::Absent) && cycle > 8;
    let recorded = known(word)
        .map(|word| serde_json::from_value(json!(word)).unwrap_or(Response::Other))
        .or(baseline.then_some(Response::Pr));
    let asked = response(&ResponseFacts {
        cycle,
        course: 1,
        end_of_cycle_8: recorded,
        assessed_at: None,
        interim: None,
    });
    let permits = asked.worst() <= Some(Outcome::Consider);
    let mut joined = verdict.and(asked);
    if !permits {
        joined.advice.dose = None;
        joined.advice.following.clear();
    }
    joined
}

/// A vector of kind `vials`: one dose, or a course or a part of one.
pub fn vials(vector: &Vector) -> Result<Judged, String> {
    let input: VialsInput = read(vector)?;
    if let Some(mg) = input.dose_mg {
        let scanned = match input.proposed {
            Input::Absent => vials_of(mg),
            Input::Null => None,
            Input::Given(scanned) => scanned.vials(),
        };
        let verdict = prepared(mg, scanned);
        let needed = verdict.advice.vials.unwrap_or_default();
        let further = of_vials(needed);
        return Ok(Judged { verdict, further });
    }
    let first = input.from_cycle.or(input.cycle).unwrap_or(1);
    let last = input.to_cycle.or(input.cycle).or(input.cycles);
    let last = last.ok_or("neither a dose nor a cycle")?;
    let detour = detour(input.path.as_deref(), input.restep_cycle.or(input.cycle))?;
    Ok(Judged {
        verdict: plan(first, last, detour),
        further: of_sum(&sequence(first, last, detour)),
    })
}

impl VialsPrepared {
    fn vials(&self) -> Option<Vials> {
        Some(Vials {
            of_1mg: self.vials_1mg?,
            of_30mg: self.vials_30mg?,
        })
    }
}

fn of_vials(vials: Vials) -> Map<String, Value> {
    let fields = [
        ("vials_1mg", json!(vials.of_1mg)),
        ("vials_30mg", json!(vials.of_30mg)),
        ("total_mg", json!(vials.total_mg())),
    ];
    Map::from_iter(fields.map(|(field, value)| (field.to_owned(), value)))
}

fn of_sum(doses: &[PlannedDose]) -> Map<String, Value> {
    let mut further = of_vials(Vials::of_doses(doses));
    further.insert("administrations".to_owned(), json!(doses.len()));
    further
}

fn dose_mismatch(verdict: &Verdict) -> Map<String, Value> {
    let mismatches = verdict
        .findings
        .iter()
        .filter_map(|finding| match finding.reason {
            Reason::DoseMismatch { expected_mg, .. } => Some(expected_mg),
            _ => None,
        });
    mismatches
        .map(|mg| ("expected_dose_mg".to_owned(), json!(mg)))
        .collect()
}

/// The previous dose. One of which a field is null is a dose of which nobody recorded what was given.
fn previous(last: Input<LastInput>, course_path: Option<&str>) -> Result<PreviousDose, String> {
    let last = known(last).unwrap_or_default();
    let recorded = last.cycle.zip(last.day).zip(last.mg);
    let ((cycle, day), mg) = recorded.unwrap_or(((1, 1), Quantity::whole(1)));
    let given = match (recorded, last.given_mg) {
        (None, _) | (Some(_), Input::Null) => Given::NotRecorded,
        (Some(_), Input::Absent) => Given::InFull,
        (Some(_), Input::Given(part)) => Given::Partly(part),
    };
    Ok(PreviousDose {
        step: Step::new(cycle, day),
        mg,
        given,
        path: path(last.path.as_deref().or(course_path), Some(cycle), None)?,
    })
}

/// Only cycle 1 begins on the first day of the course whatever happened since; day 1 of a later cycle is known from a dose on it.
fn since_day_one(facts: RestartFacts, first_day: Option<NaiveDate>) -> RestartFacts {
    let since_day_one = match facts.previous.map(|previous| previous.step) {
        Some(Step { day: 1, .. }) => facts.interval,
        Some(Step { cycle: 1, .. }) => days_between(first_day, facts.on),
        _ => None,
    };
    RestartFacts {
        since_day_one,
        ..facts
    }
}

fn per_mm3(count: Datum<Quantity>) -> Datum<Count> {
    match count {
        Datum::NotAsked => Datum::NotAsked,
        Datum::Missing => Datum::Missing,
        Datum::Known(value) => Datum::Known(Count {
            value,
            unit: Some(CountUnit::PerMm3),
        }),
    }
}

fn read<T: serde::de::DeserializeOwned>(vector: &Vector) -> Result<T, String> {
    serde_json::from_value(vector.input.clone()).map_err(|error| error.to_string())
}

fn known<T>(input: Input<T>) -> Option<T> {
    match input {
        Input::Absent | Input::Null => None,
        Input::Given(value) => Some(value),
    }
}

fn asked<T>(input: Input<T>) -> Datum<T> {
    match input {
        Input::Absent => Datum::NotAsked,
        Input::Null => Datum::Missing,
        Input::Given(value) => Datum::Known(value),
    }
}

fn days_between(first: Option<NaiveDate>, second: Option<NaiveDate>) -> Option<i64> {
    Some(second?.signed_duration_since(first?).num_days())
}

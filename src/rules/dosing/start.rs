//! Whether a dose may begin: every table asked of the records and of the bedside.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::admission::{AdmissionFacts, First60, admission};
use super::counts::{CountFacts, counts};
use super::course::PlannedDose;
use super::eligibility::eligibility;
use super::facts::{Administration, CaseFacts, Episode, Premedication, StartFacts};
use super::history::{History, at_latest, latest_of};
use super::premedication::{PremedicationFacts, Relief, SteroidGiven, premedication};
use super::quantity::{Datum, Quantity};
use super::reactions::{NextDoseFacts, Rate, RateFacts, next_dose};
use super::regimen::{DoseFacts, dose};
use super::vials;
use super::{Due, due};
use crate::rules::administration::administration;
use crate::rules::briefing::{Moment, japanese_day};
use crate::rules::finding::{Reaction, Verdict};

/// The verdict on beginning a dose now.
pub(super) fn start(case: &CaseFacts, history: &History<'_>, asked: &StartFacts) -> Verdict {
    let due = due(case, history, japanese_day(asked.at));
    let by = |premedication: Premedication| match premedication {
        Premedication::NotGiven => Datum::NotAsked,
        Premedication::At(instant) => Datum::Known((asked.at - instant).num_minutes()),
        Premedication::TimeNotRecorded => Datum::Missing,
    };
    let relief = Relief {
        needed: Datum::from(asked.relief_needed),
        antipyretic: by(asked.antipyretic),
        antihistamine: by(asked.antihistamine),
    };
    let steroid = match asked.steroid {
        Premedication::NotGiven => SteroidGiven::No,
        Premedication::At(instant) => SteroidGiven::Yes(Some((asked.at - instant).num_minutes())),
        Premedication::TimeNotRecorded => SteroidGiven::Yes(None),
    };
    let ordered = Datum::from(asked.mg);
    let mut verdict = eligibility(&case.eligibility)
        .and(due.verdict.clone())
        .and(reactions(history, asked.at, Some((asked, due.dose))))
        .and(blood(history, asked.at, true))
        .and(setting(history, &due, Some(asked)))
        .and(premedication(&PremedicationFacts {
            step: due.step,
            path: due.path,
            previous_crs: history.previous_crs(),
            steroid,
            relief,
        }))
        .and(administration(&asked.site));
    if let Some(planned) = due.dose {
        verdict = verdict
            .and(dose(&DoseFacts {
                cycle: Datum::Known(i64::from(planned.step.cycle)),
                day: Datum::Known(i64::from(planned.step.day)),
                path: due.path,
                ordered,
                route: Datum::from(asked.route),
            }))
            .and(vials::prepared(planned.mg, asked.vials));
    }
    // INVARIANT: the dose shown is the one the tables of restarting and of the end of the course name, or none.
    verdict.advice.dose = due.dose;
    verdict
}

/// The table of reactions before the next dose: each reaction that has a row, and those that were seen.
/// `start` is `None` when planning.
pub(super) fn reactions(
    history: &History<'_>,
    at: DateTime<Utc>,
    start: Option<(&StartFacts, Option<PlannedDose>)>,
) -> Verdict {
    let rows = [
        Reaction::Crs,
        Reaction::Icans,
        Reaction::Hlh,
        Reaction::Other,
    ];
    rows.into_iter()
        .map(|reaction| (reaction, history.reaction(reaction)))
        .filter(|(reaction, (_, episodes))| {
            matches!(reaction, Reaction::Crs | Reaction::Icans) || !episodes.is_empty()
        })
        .map(|(_, (facts, episodes))| {
            let latest = |moment: fn(&Episode) -> Moment| latest_of(&episodes, moment);
            let recovered = latest(|episode| episode.recovered);
            let to_grade_one = latest(|episode| episode.recovered_to_grade_one);
            let reached_three = facts.grades.iter().any(|grade| *grade >= 3);
            next_dose(
                &facts,
                &NextDoseFacts {
                    at,
                    recovered,
                    current_grade: match (recovered, to_grade_one) {
                        (Moment::NotRecorded, Moment::NotRecorded) => None,
                        (Moment::NotRecorded, _) => Some(1),
                        _ => Some(0),
                    },
                    recovered_to_grade_one: to_grade_one,
                    grade_three: if reached_three {
                        Datum::Known(longest_grade_three(&episodes))
                    } else {
                        Datum::NotAsked
                    },
                    rate: start.map_or(RateFacts::NotAsked, |(asked, due)| {
                        rates(history.last_record(), asked.rate, due)
                    }),
                    // A recorded decision answers these findings by name, see `decision`.
                    rate_reason_recorded: false,
                    continuation_recorded: false,
                },
            )
        })
        .fold(Verdict::default(), Verdict::and)
}

/// From when to when Grade 3 lasted, in the episode in which it lasted longest.
fn longest_grade_three(episodes: &[&Episode]) -> (Moment, Moment) {
    let length = |(from, to): (Moment, Moment)| match (from, to) {
        (Moment::Instant(from), to) => at_latest(to).map(|to| to - from),
        (from, to) => from
            .day()
            .zip(to.day())
            .map(|(from, to)| to - from + chrono::TimeDelta::days(1)),
    };
    episodes
        .iter()
        .filter(|episode| episode.grades.iter().any(|grade| *grade >= 3))
        .map(|episode| (episode.grade_three_from, episode.grade_three_to))
        // What nobody recorded is longer than anything recorded.
        .min_by_key(|span| Reverse(length(*span).unwrap_or(chrono::TimeDelta::MAX)))
        .unwrap_or((Moment::NotRecorded, Moment::NotRecorded))
}

/// The rate planned beside the rate before.
fn rates(
    last: Option<&Administration>,
    planned: Option<Rate>,
    due: Option<PlannedDose>,
) -> RateFacts {
    let Some(last) = last else {
        return RateFacts::NotAsked;
    };
    if due.is_some_and(|due| Quantity::whole(due.mg) != last.mg) {
        return RateFacts::OtherDose;
    }
    let unit = planned
        .map(|rate| rate.unit)
        .or(last.rate.map(|rate| rate.unit));
    let in_unit = |rate: Rate| (Some(rate.unit) == unit).then_some(rate.value);
    let resumed: Vec<Option<Quantity>> = last
        .interruptions
        .iter()
        .filter(|interruption| interruption.resumed.is_some())
        .map(|interruption| interruption.resumed_rate.and_then(in_unit))
        .collect();
    let began = last.rate.and_then(in_unit);
    let planned = planned.and_then(in_unit);
    if resumed.iter().all(|rate| *rate == began && began.is_some()) {
        return RateFacts::SameDose(planned.zip(began));
    }
    match resumed
        .into_iter()
        .chain([began])
        .collect::<Option<Vec<_>>>()
    {
        Some(known) => known
            .into_iter()
            .min()
            .map_or(RateFacts::SameDose(None), |lowest| RateFacts::TwoRates {
                planned,
                lowest,
            }),
        None => RateFacts::SameDose(None),
    }
}

/// The blood counts before a dose. When planning, only what is on file is judged; before a start both are asked for.
pub(super) fn blood(history: &History<'_>, by: DateTime<Utc>, asked: bool) -> Verdict {
    let (platelets, neutrophils) = history.latest_counts(by);
    let absent = if asked {
        Datum::Missing
    } else {
        Datum::NotAsked
    };
    counts(&CountFacts {
        platelets: platelets
            .and_then(|count| count.platelets)
            .map_or(absent, Datum::Known),
        neutrophils: neutrophils
            .and_then(|count| count.neutrophils)
            .map_or(absent, Datum::Known),
        before_first_dose: history.previous().is_none(),
        transfused_within_72h: platelets.is_some_and(|count| count.transfused_within_72h),
        growth_factor: neutrophils.is_some_and(|count| count.growth_factor),
    })
}

/// The setting of the dose that is due. `asked` is `None` when planning.
pub(super) fn setting(history: &History<'_>, due: &Due, asked: Option<&StartFacts>) -> Verdict {
    let mg = due
        .dose
        .map(|dose| Quantity::whole(dose.mg))
        .or(asked.and_then(|asked| asked.mg))
        .unwrap_or(Quantity::whole(0));
    let first_60mg = if mg == Quantity::whole(60) {
        history.first_60mg()
    } else {
        First60::No
    };
    admission(&AdmissionFacts {
        step: due.step,
        mg,
        path: due.path,
        first_60mg,
        setting: asked.map_or(Datum::NotAsked, |asked| Datum::from(asked.setting)),
        admitted: asked.and_then(|asked| asked.admitted),
        start: asked.map(|asked| asked.at),
        consideration: asked.map_or(Datum::NotAsked, |asked| Datum::from(asked.consideration)),
        last_crs_grade: history.last_crs_grade(),
    })
}

//! The same table before the next dose (次回の投与) once more.

use kanmon::rules::dosing::quantity::Datum;
use kanmon::rules::dosing::reactions::{NextDoseFacts, RateFacts, ReactionFacts, Scale, next_dose};
use kanmon::rules::finding::Reaction;

use crate::answer::{ANY, Expected, Say, Tally};
use crate::reactions::{Row, by_another_scale, row};
use crate::resuming::{
    DAY, HOUR, REACTIONS, Rates, When, episodes, moments, quantity, rates, waited,
};

/// How the rate of the next dose is asked.
#[derive(Clone, Copy)]
enum Pace {
    NotAsked,
    Same(Rates),
    Other,
    Two(Option<u64>, u64),
}

/// What is known before the next dose.
struct Before {
    at: i64,
    recovered: When,
    current: Option<u32>,
    to_one: When,
    three: Datum<(When, When)>,
    pace: Pace,
    reasoned: bool,
    continued: bool,
}

fn next(facts: &ReactionFacts, now: &Before) -> Expected {
    if let Some(says) = by_another_scale(facts) {
        return says;
    }
    let mut says = Expected::default();
    let row = row(facts);
    match row {
        Row::Ungraded | Row::ThreeOfUnknownNumber => says.line(Say::Stop, "MISSING_DATA"),
        Row::Discontinue | Row::DiscontinuedBefore => {
            says.line(Say::Stop, "PERMANENTLY_DISCONTINUED");
        }
        Row::Silent(code) => says.line(Say::Refer, code),
        Row::IcansOne => says.line(Say::Refer, "ICANS_G1_NOT_STATED"),
        Row::ThreeAgain(_) => says.line(Say::Refer, "RECURRENCE_WITHIN_EPISODE_NOT_STATED"),
        _ => says.line(Say::Go, ANY),
    }
    if matches!(
        row,
        Row::Crs(_) | Row::CrsThree | Row::ThreeAgain(Reaction::Crs)
    ) {
        waited(now.recovered, now.at, &mut says);
        if row != Row::Crs(1) {
            pace(now, &mut says);
        }
    }
    if matches!(
        row,
        Row::IcansTwo | Row::IcansThree | Row::ThreeAgain(Reaction::Icans)
    ) {
        match now.current {
            Some(2..) => says.line(Say::Stop, ANY),
            // 症状が回復: the recorded recovery is what the cell asks for.
            None | Some(0) => waited(now.recovered, now.at, &mut says),
            // Both readings ask for 72 hours at Grade 1 or better; only one is content with it.
            Some(_) => {
                let known = now.to_one != When::Unknown;
                waited(
                    if known { now.to_one } else { now.recovered },
                    now.at,
                    &mut says,
                );
                let twice = matches!(row, Row::ThreeAgain(_));
                says.line(
                    Say::Refer,
                    if twice {
                        ANY
                    } else {
                        "RECOVERY_DEFINITION_AMBIGUOUS"
                    },
                );
            }
        }
        if row != Row::IcansTwo {
            duration(now, &mut says);
        }
    }
    says
}

/// 前回投与時の半分以下の投与速度とすることを検討する.
fn pace(now: &Before, says: &mut Expected) {
    let half = |planned: u64, before: u64| planned * 2 <= before;
    match now.pace {
        Pace::Same(Some((planned, before))) if half(planned, before) => says.line(Say::Go, ANY),
        Pace::Two(Some(planned), lowest) if half(planned, lowest) => says.line(Say::Go, ANY),
        _ if now.reasoned => says.line(Say::Go, ANY),
        Pace::Same(_) | Pace::NotAsked => says.line(Say::Weigh, "HALF_RATE_TO_BE_CONSIDERED"),
        Pace::Other => says.line(Say::Refer, "RATE_UNIT_NOT_STATED"),
        Pace::Two(_, _) => says.line(Say::Refer, "REFERENCE_RATE_NOT_STATED"),
    }
}

/// Grade3 の症状が 7 日を超えて継続する場合.
fn duration(now: &Before, says: &mut Expected) {
    let longer = match now.three {
        Datum::NotAsked | Datum::Missing => return says.line(Say::Stop, "MISSING_DATA"),
        Datum::Known((When::At(from), When::At(to))) => to - from > 168 * HOUR,
        Datum::Known((from, to)) => match (from.day(), to.day()) {
            (Some(from), Some(to)) => to - from >= 7,
            _ => return says.line(Say::Stop, "MISSING_DATA"),
        },
    };
    if longer && !now.continued {
        says.line(Say::Weigh, "CONSIDER_DISCONTINUATION");
    }
}

fn threes() -> Vec<Datum<(When, When)>> {
    let mut all = vec![Datum::NotAsked, Datum::Missing];
    let from = 2 * DAY + 9 * HOUR;
    for seconds in [
        48 * HOUR,
        168 * HOUR - 60,
        168 * HOUR,
        168 * HOUR + 1,
        168 * HOUR + 60,
        168 * HOUR + 120,
    ] {
        all.push(Datum::Known((When::At(from), When::At(from + seconds))));
    }
    for days in 5..=9 {
        all.push(Datum::Known((When::Day(2), When::Day(2 + days))));
        all.push(Datum::Known((When::At(from), When::Day(2 + days))));
    }
    all.push(Datum::Known((When::Unknown, When::Day(9))));
    all.push(Datum::Known((When::At(from), When::Unknown)));
    all
}

fn paces() -> Vec<Pace> {
    let mut all = vec![Pace::NotAsked, Pace::Other, Pace::Same(None)];
    for (planned, before) in rates().into_iter().flatten().step_by(4) {
        all.push(Pace::Same(Some((planned, before))));
    }
    for planned in [
        None,
        Some(0),
        Some(6_250_000),
        Some(6_250_001),
        Some(12_500_000),
    ] {
        all.push(Pace::Two(planned, 12_500_000));
    }
    all
}

/// Every next dose after one reaction; the last two parts ask the scale.
pub fn every_next_dose(part: u32, tally: &mut Tally) {
    let reaction = REACTIONS[part as usize % 4];
    let astct = [Datum::Known(Scale::Astct)];
    let others = [Datum::NotAsked, Datum::Missing, Datum::Known(Scale::Other)];
    for facts in episodes(reaction, if part < 4 { &astct } else { &others }) {
        // Where no row or no scale is, most of the rest has no say.
        let step = if part < 2 { 1 } else { 17 };
        for now in befores(reaction, part < 4).into_iter().step_by(step) {
            let asked = NextDoseFacts {
                at: When::instant(now.at),
                recovered: now.recovered.moment(),
                current_grade: now.current,
                recovered_to_grade_one: now.to_one.moment(),
                grade_three: match now.three {
                    Datum::NotAsked => Datum::NotAsked,
                    Datum::Missing => Datum::Missing,
                    Datum::Known((from, to)) => Datum::Known((from.moment(), to.moment())),
                },
                rate: match now.pace {
                    Pace::NotAsked => RateFacts::NotAsked,
                    Pace::Other => RateFacts::OtherDose,
                    Pace::Same(rates) => RateFacts::SameDose(
                        rates.map(|(one, other)| (quantity(one), quantity(other))),
                    ),
                    Pace::Two(planned, lowest) => RateFacts::TwoRates {
                        planned: planned.map(quantity),
                        lowest: quantity(lowest),
                    },
                },
                rate_reason_recorded: now.reasoned,
                continuation_recorded: now.continued,
            };
            let says = next(&facts, &now);
            tally.case(&says, &next_dose(&facts, &asked), || {
                format!("{facts:?} {asked:?}")
            });
        }
    }
}

fn befores(reaction: Reaction, all: bool) -> Vec<Before> {
    let base = |at: i64| Before {
        at,
        recovered: When::At(at - 72 * HOUR),
        current: Some(0),
        to_one: When::Unknown,
        three: Datum::NotAsked,
        pace: Pace::NotAsked,
        reasoned: false,
        continued: false,
    };
    let mut befores = Vec::new();
    let ats = [20 * DAY + 10 * HOUR, 20 * DAY, 21 * DAY - 60];
    for at in ats.into_iter().take(if all { 3 } else { 1 }) {
        for recovered in moments(at) {
            if reaction == Reaction::Icans {
                for (to_one, current) in moments(at).into_iter().step_by(2).flat_map(|one| {
                    [None, Some(0), Some(1), Some(2), Some(4)].map(|now| (one, now))
                }) {
                    befores.push(Before {
                        recovered,
                        current,
                        to_one,
                        ..base(at)
                    });
                }
                for three in threes() {
                    for (continued, current) in [(true, 0), (false, 0), (true, 1), (false, 1)] {
                        let current = Some(current);
                        let to_one = recovered;
                        befores.push(Before {
                            recovered,
                            current,
                            to_one,
                            three,
                            continued,
                            ..base(at)
                        });
                    }
                }
            } else {
                for (pace, reasoned) in paces()
                    .into_iter()
                    .flat_map(|pace| [(pace, false), (pace, true)])
                {
                    befores.push(Before {
                        recovered,
                        pace,
                        reasoned,
                        ..base(at)
                    });
                }
            }
        }
    }
    befores
}

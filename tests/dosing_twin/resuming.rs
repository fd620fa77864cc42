//! The same table before an interrupted administration goes on, once more; and time as this implementation counts it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kanmon::rules::briefing::Moment;
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::dosing::reactions::{ReactionFacts, ResumptionFacts, Scale, resumption};
use kanmon::rules::finding::Reaction;

use crate::answer::{ANY, Expected, Say, Tally};
use crate::reactions::{Row, by_another_scale, row};

/// The seconds of an hour.
pub const HOUR: i64 = 3600;
/// And of a day.
pub const DAY: i64 = 24 * HOUR;

/// A moment as seconds from a Japanese midnight, or as whole days from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    At(i64),
    Day(i64),
    Unknown,
}

impl When {
    pub fn moment(self) -> Moment {
        let midnight: DateTime<Utc> = "2025-02-28T15:00:00Z".parse().expect("an instant");
        let first = NaiveDate::from_ymd_opt(2025, 3, 1).expect("a day");
        match self {
            Self::At(seconds) => Moment::Instant(midnight + TimeDelta::seconds(seconds)),
            Self::Day(days) => Moment::Day(first + TimeDelta::days(days)),
            Self::Unknown => Moment::NotRecorded,
        }
    }

    pub fn instant(seconds: i64) -> DateTime<Utc> {
        match Self::At(seconds).moment() {
            Moment::Instant(instant) => instant,
            _ => unreachable!("an instant"),
        }
    }

    /// The day it lies on.
    pub fn day(self) -> Option<i64> {
        match self {
            Self::At(seconds) => Some(seconds.div_euclid(DAY)),
            Self::Day(day) => Some(day),
            Self::Unknown => None,
        }
    }
}

/// 回復してから 72 時間以上経過していることを確認し: of a day only its end proves anything.
pub fn waited(recovered: When, at: i64, says: &mut Expected) {
    match recovered {
        When::At(seconds) if at - seconds >= 72 * HOUR => says.line(Say::Go, ANY),
        When::At(_) => says.line(Say::Stop, "LESS_THAN_72H"),
        When::Day(day) if at - (day + 1) * DAY >= 72 * HOUR => says.line(Say::Go, ANY),
        When::Day(day) if at - day * DAY >= 72 * HOUR => {
            says.line(Say::Stop, "RECOVERY_NOT_CONFIRMED");
        }
        When::Day(_) => says.line(Say::Stop, ANY),
        When::Unknown => says.line(Say::Stop, "RECOVERY_NOT_CONFIRMED"),
    }
}

/// Moments around 72 hours before, and days around it.
pub fn moments(at: i64) -> Vec<When> {
    let mut all = vec![When::Unknown];
    for seconds in [
        -HOUR,
        0,
        71 * HOUR + 58 * 60,
        71 * HOUR + 59 * 60,
        72 * HOUR - 1,
        72 * HOUR,
        72 * HOUR + 1,
        72 * HOUR + 60,
        72 * HOUR + 120,
        100 * HOUR,
    ] {
        all.push(When::At(at - seconds));
    }
    all.extend((-1..=6).map(|days| When::Day(at.div_euclid(DAY) - days)));
    all
}

const GRADES: [&[u32]; 14] = [
    &[],
    &[0],
    &[1],
    &[2],
    &[3],
    &[4],
    &[5],
    &[1, 2],
    &[2, 1],
    &[2, 3],
    &[3, 1],
    &[3, 3],
    &[3, 1, 3],
    &[3, 2, 4],
];

/// Every list of grades with every earlier one.
pub fn episodes(reaction: Reaction, scales: &[Datum<Scale>]) -> Vec<ReactionFacts> {
    let silent = matches!(reaction, Reaction::Hlh | Reaction::Other);
    let mut all = Vec::new();
    for grades in GRADES {
        for scale in scales {
            for (earlier_grade_three, earlier_grade_four) in [
                (Some(false), false),
                (Some(true), false),
                (None, false),
                (Some(false), true),
            ] {
                if !(silent && earlier_grade_four) {
                    all.push(ReactionFacts {
                        reaction,
                        scale: if silent { Datum::NotAsked } else { *scale },
                        grades: grades.to_vec(),
                        earlier_grade_three,
                        earlier_grade_four,
                    });
                }
            }
        }
    }
    all
}

/// A rate planned beside the one before, in millionths.
pub type Rates = Option<(u64, u64)>;

/// So many millionths.
pub fn quantity(millionths: u64) -> Quantity {
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.parse().expect("a quantity")
}

/// Rates around the whole and the half of some rates before.
pub fn rates() -> Vec<Rates> {
    let mut all = vec![None];
    for before in [100_000_000_u64, 25_000_000, 500_000, 33_333_333, 1] {
        for planned in [
            0,
            before / 4,
            before / 2 - before / 2 % 2,
            before / 2,
            before,
        ] {
            for planned in [planned, planned + 1, planned.saturating_sub(1)] {
                all.push(Some((planned, before)));
            }
        }
    }
    all
}

/// What is known when the administration would go on.
struct Bedside {
    at: i64,
    recovered: Option<bool>,
    current: Option<u32>,
    to_one: When,
    rates: Rates,
    recurred: bool,
}

fn goes_on(facts: &ReactionFacts, now: &Bedside) -> Expected {
    if let Some(says) = by_another_scale(facts) {
        return says;
    }
    let mut says = Expected::default();
    let row = row(facts);
    match row {
        Row::Ungraded | Row::ThreeOfUnknownNumber if facts.reaction == Reaction::Icans => {
            says.line(Say::Stop, "MISSING_DATA");
        }
        // Of CRS Grade 3 no administration goes on, whether it is the first or not.
        Row::Ungraded | Row::ThreeOfUnknownNumber => says.line(Say::Stop, ANY),
        Row::ThreeAgain(Reaction::Crs) => says.line(Say::Stop, ANY),
        Row::CrsThree => says.line(Say::Stop, "NO_RESUME_AFTER_G3"),
        Row::Discontinue | Row::DiscontinuedBefore => {
            says.line(Say::Stop, "PERMANENTLY_DISCONTINUED");
        }
        Row::Silent(code) => says.line(Say::Refer, code),
        Row::IcansOne => says.line(Say::Refer, "ICANS_G1_NOT_STATED"),
        Row::ThreeAgain(_) => says.line(Say::Refer, "RECURRENCE_WITHIN_EPISODE_NOT_STATED"),
        Row::Nothing | Row::Crs(_) | Row::IcansTwo | Row::IcansThree => says.line(Say::Go, ANY),
    }
    if let Row::Crs(grade) = row {
        if now.recurred {
            says.line(Say::Stop, "NO_SECOND_RESUME");
        }
        match now.recovered {
            Some(true) => says.line(Say::Go, ANY),
            Some(false) => says.line(Say::Stop, if now.recurred { ANY } else { "NOT_RECOVERED" }),
            None => says.line(Say::Stop, ANY),
        }
        match now.rates {
            None => says.line(Say::Stop, "MISSING_DATA"),
            Some((planned, before)) if planned * u64::from(grade) > before => {
                says.line(Say::Stop, "RATE_TOO_HIGH");
            }
            Some(_) => says.line(Say::Go, ANY),
        }
    }
    if matches!(
        row,
        Row::IcansTwo | Row::IcansThree | Row::ThreeAgain(Reaction::Icans)
    ) {
        match now.current {
            None => says.line(Say::Stop, ANY),
            Some(2..) => says.line(Say::Stop, "NOT_RECOVERED_TO_G1"),
            Some(_) => waited(now.to_one, now.at, &mut says),
        }
    }
    says
}

/// Every resumption of one reaction.
pub fn every_resumption(part: u32, tally: &mut Tally) {
    let reaction = REACTIONS[part as usize];
    let scales = [
        Datum::Known(Scale::Astct),
        Datum::NotAsked,
        Datum::Missing,
        Datum::Known(Scale::Other),
    ];
    for facts in episodes(reaction, &scales) {
        // Without a reaction there is nothing from which to go on.
        if row(&facts) == Row::Nothing {
            continue;
        }
        let mut nows = Vec::new();
        let base = Bedside {
            at: 20 * DAY,
            recovered: Some(true),
            current: Some(1),
            to_one: When::At(0),
            rates: Some((1, 100)),
            recurred: false,
        };
        if reaction == Reaction::Icans {
            for at in [20 * DAY, 20 * DAY + 10 * HOUR, 21 * DAY - 60] {
                for (to_one, current) in moments(at).into_iter().flat_map(|one| {
                    [None, Some(0), Some(1), Some(2), Some(3), Some(4)].map(|now| (one, now))
                }) {
                    for rates in [None, Some((200, 100))] {
                        nows.push(Bedside {
                            at,
                            current,
                            to_one,
                            rates,
                            ..base
                        });
                    }
                }
            }
        } else {
            for (rates, recurred) in rates()
                .into_iter()
                .flat_map(|rates| [(rates, false), (rates, true)])
            {
                for recovered in [None, Some(false), Some(true)] {
                    nows.push(Bedside {
                        recovered,
                        rates,
                        recurred,
                        ..base
                    });
                }
            }
        }
        let astct = facts.scale == Datum::Known(Scale::Astct);
        for now in nows.iter().step_by(if astct { 1 } else { 29 }) {
            let asked = ResumptionFacts {
                at: When::instant(now.at),
                recovered: now.recovered,
                current_grade: now.current,
                recovered_to_grade_one: now.to_one.moment(),
                rates: now
                    .rates
                    .map(|(one, other)| (quantity(one), quantity(other))),
                recurred_after_resumption: now.recurred,
            };
            let says = goes_on(&facts, now);
            tally.case(&says, &resumption(&facts, &asked), || {
                format!("{facts:?} {asked:?}")
            });
        }
    }
}

/// Every reaction.
pub const REACTIONS: [Reaction; 4] = [
    Reaction::Crs,
    Reaction::Icans,
    Reaction::Hlh,
    Reaction::Other,
];

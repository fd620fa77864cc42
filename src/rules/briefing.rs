//! The manufacturer's explanation of product and safety measures before the delivery (事前説明, F-1.4).

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::finding::{Answer, Evidence, Field, Outcome, Reason, Topic};

/// Who explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presenter {
    /// 製造販売業者 (the marketing authorisation holder).
    Manufacturer,
    /// 特約店・卸.
    Wholesaler,
    /// Nobody recorded who it was.
    NotRecorded,
}

/// When something ended, as exactly as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// At this instant.
    Instant(DateTime<Utc>),
    /// Some time on this Japanese day.
    Day(NaiveDate),
    /// Nobody recorded when.
    NotRecorded,
}

/// One explanation given to the facility. `None` means that nobody recorded the topic, and never passes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExplanationFacts {
    /// The record of it.
    pub evidence: Evidence,
    /// Who explained.
    pub by: Presenter,
    /// Whether the product was explained.
    pub product: Option<bool>,
    /// Whether the safety measures were explained.
    pub safety_measures: Option<bool>,
    /// When it ended.
    pub ended: Moment,
}

/// By how much Japanese time is ahead of UTC. Japan keeps no daylight saving time.
const JAPAN_AHEAD: TimeDelta = TimeDelta::hours(9);

/// The Japanese day of an instant.
#[must_use]
pub fn japanese_day(instant: DateTime<Utc>) -> NaiveDate {
    // Only within nine hours of the end of the calendar is there no such day.
    instant
        .checked_add_signed(JAPAN_AHEAD)
        .unwrap_or(instant)
        .date_naive()
}

/// 00:00 Japanese time of a day.
#[must_use]
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN).and_utc();
    midnight.checked_sub_signed(JAPAN_AHEAD).unwrap_or(midnight)
}

impl Moment {
    /// The Japanese day of it, if anything was recorded.
    #[must_use]
    pub fn day(self) -> Option<NaiveDate> {
        match self {
            Self::Instant(instant) => Some(japanese_day(instant)),
            Self::Day(day) => Some(day),
            Self::NotRecorded => None,
        }
    }
}

/// F-1.4: product and safety measures explained by the manufacturer before the goods arrive.
///
/// 「製造販売業者から製品および安全対策の事前説明を行った上で納入すること」
///
/// READING: 「行った上で」 requires proof of the order, so an explanation on the day of the delivery needs its time;
/// the day alone proves the order only when it lies before the delivery's day.
/// READING: one explanation before the delivery suffices, and it need not be repeated for each; its age is house policy (HP-3).
/// READING: product and safety measures are explained in one and the same record; two halves are never added together.
/// READING: the form is free, also online; but it is the manufacturer who explains, and a wholesaler's explanation does not count.
/// READING: 納入 is the arrival of the goods, so an explanation that ended at the earliest instant of arrival came before it.
pub(crate) fn explanation(
    explanations: &[ExplanationFacts],
    on: NaiveDate,
    not_before: DateTime<Utc>,
) -> Answer {
    if let Some(explanation) = latest_before_delivery(explanations, on, not_before) {
        return explanation
            .answer(on, not_before)
            .resting_on([&explanation.evidence]);
    }
    let nearest = explanations.iter().min_by_key(|explanation| {
        let reason = explanation.answer(on, not_before).reason;
        (
            distance(&reason),
            Reverse((explanation.ended.day(), *explanation)),
        )
    });
    nearest.map_or(
        Answer::unmet(Reason::ExplanationMissing {}),
        |explanation| {
            explanation
                .answer(on, not_before)
                .resting_on([&explanation.evidence])
        },
    )
}

/// The latest explanation that satisfies F-1.4, if any.
pub(crate) fn latest_before_delivery(
    explanations: &[ExplanationFacts],
    on: NaiveDate,
    not_before: DateTime<Utc>,
) -> Option<&ExplanationFacts> {
    explanations
        .iter()
        .filter(|explanation| explanation.answer(on, not_before).outcome == Outcome::Met)
        .max_by_key(|explanation| (explanation.ended.day(), *explanation))
}

/// How far an explanation is from satisfying F-1.4: one that only came too late is nearer than one on half the topics.
const fn distance(reason: &Reason) -> u8 {
    match reason {
        Reason::ExplanationOrderNotProven { .. } => 0,
        Reason::ExplanationNotBeforeDelivery { .. } => 1,
        Reason::MissingData { .. } => 2,
        Reason::ExplanationIncomplete { .. } => 3,
        _ => 4,
    }
}

impl ExplanationFacts {
    fn answer(&self, on: NaiveDate, not_before: DateTime<Utc>) -> Answer {
        match self.by {
            Presenter::Manufacturer => {}
            Presenter::Wholesaler => return Answer::unmet(Reason::ExplanationNotByMah {}),
            Presenter::NotRecorded => return Answer::missing(Field::ExplanationPresenter),
        }
        let topics = [
            (Topic::Product, self.product),
            (Topic::SafetyMeasures, self.safety_measures),
        ];
        if topics
            .iter()
            .any(|(_, explained)| *explained == Some(false))
        {
            let lacking = topics
                .into_iter()
                .filter(|(_, explained)| *explained != Some(true));
            return Answer::unmet(Reason::ExplanationIncomplete {
                lacking: lacking.map(|(topic, _)| topic).collect(),
            });
        }
        if self.product.is_none() {
            return Answer::missing(Field::ExplanationProduct);
        }
        if self.safety_measures.is_none() {
            return Answer::missing(Field::ExplanationSafetyMeasures);
        }
        let Some(explained) = self.ended.day() else {
            return Answer::missing(Field::ExplanationTime);
        };
        let came_before = match self.ended {
            // The day is compared as well, in case somebody judges a past day with a present instant.
            Moment::Instant(instant) => instant <= not_before && explained <= on,
            Moment::Day(_) | Moment::NotRecorded if explained == on => {
                return Answer::unmet(Reason::ExplanationOrderNotProven { explained });
            }
            Moment::Day(_) | Moment::NotRecorded => explained < on,
        };
        if came_before {
            Answer::met(Reason::ExplainedBeforeDelivery { explained })
        } else {
            Answer::unmet(Reason::ExplanationNotBeforeDelivery { explained })
        }
    }
}

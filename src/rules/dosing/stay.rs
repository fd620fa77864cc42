//! During and after an administration: whether an interrupted one may go on, and when the patient may leave.

use chrono::{DateTime, Utc};

use super::admission::{self, DischargeFacts};
use super::facts::Episode;
use super::history::{History, at_latest, latest_of};
use super::quantity::Datum;
use super::reactions::{Rate, ReactionFacts, ResumptionFacts, resumption};
use crate::rules::briefing::Moment;
use crate::rules::finding::{Reaction, Verdict};

/// The verdict on resuming the previous administration, which stands interrupted.
///
/// READING: no sentence speaks of several reactions at once; each row must be satisfied.
pub(super) fn resume(
    history: &History<'_>,
    at: DateTime<Utc>,
    rate: Option<Rate>,
    current_grade: Option<u32>,
) -> Verdict {
    let interrupted = history
        .last_record()
        .and_then(|record| record.interruptions.iter().max_by_key(|row| row.at));
    let rates = rate
        .zip(interrupted.and_then(|interruption| interruption.rate))
        .filter(|(proposed, before)| proposed.unit == before.unit)
        .map(|(proposed, before)| (proposed.value, before.value));
    let went_on_before = history
        .last_record()
        .is_some_and(|record| record.interruptions.iter().any(|row| row.resumed.is_some()));
    let seen: Vec<(ReactionFacts, Vec<&Episode>)> = Reaction::ALL
        .iter()
        .map(|reaction| history.reaction(*reaction))
        .filter(|(_, episodes)| !episodes.is_empty())
        .collect();
    let judged = seen.iter().map(|(facts, episodes)| {
        let came_back = episodes.iter().any(|row| row.recurred_after_resumption) || went_on_before;
        resumption(
            facts,
            &ResumptionFacts {
                at,
                recovered: recovered_by(episodes, at),
                current_grade,
                recovered_to_grade_one: latest_of(episodes, |row| row.recovered_to_grade_one),
                rates,
                recurred_after_resumption: came_back,
            },
        )
    });
    if seen.is_empty() {
        // An interruption of which nobody recorded the reaction: its row cannot be found.
        let unknown = ReactionFacts {
            reaction: Reaction::Crs,
            scale: Datum::Missing,
            grades: Vec::new(),
            earlier_grade_three: None,
            earlier_grade_four: false,
        };
        return resumption(
            &unknown,
            &ResumptionFacts {
                at,
                recovered: None,
                current_grade,
                recovered_to_grade_one: Moment::NotRecorded,
                rates,
                recurred_after_resumption: went_on_before,
            },
        );
    }
    judged.fold(Verdict::default(), Verdict::and)
}

/// Whether all symptoms had gone by an instant; `None` when it is not known of one of them.
fn recovered_by(episodes: &[&Episode], at: DateTime<Utc>) -> Option<bool> {
    episodes
        .iter()
        .map(
            |episode| match (episode.recovered, at_latest(episode.recovered)) {
                (Moment::Instant(instant), _) => Some(instant <= at),
                (_, Some(latest)) if latest <= at => Some(true),
                _ => None,
            },
        )
        .try_fold(true, |all, one| one.map(|one| all && one))
}

/// The verdict on leaving the hospital.
pub(super) fn discharge(
    history: &History<'_>,
    at: DateTime<Utc>,
    ongoing_crs: Option<bool>,
    instructed: Option<bool>,
    elsewhere: bool,
) -> Verdict {
    let with_stay = history.dose_with_stay();
    admission::discharge(&DischargeFacts {
        first_60mg: with_stay.is_some(),
        start: with_stay.and_then(|record| at_latest(record.started)),
        leaving: at,
        ongoing_crs,
        instructed,
        elsewhere,
    })
}

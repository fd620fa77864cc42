//! The course as it was given, in the order of time: the previous dose, how the course came there, which reactions followed it.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::admission::First60;
use super::course::{Path, PlannedDose, SIX_WEEKS, Step};
use super::facts::{Administration, BloodCount, CaseFacts, Episode, Given};
use super::premedication::PreviousCrs;
use super::quantity::{Datum, Quantity};
use super::reactions::{ReactionFacts, Scale};

use super::restart::PreviousDose;
use crate::rules::briefing::{Moment, start_of};
use crate::rules::finding::Reaction;

/// A dose given, and how the course came to its cycle.
struct Dose<'a> {
    record: &'a Administration,
    path: Path,
    /// Day 1 of its cycle, as given or as a restart counts it.
    day_one: Option<NaiveDate>,
}

/// The course in the order of time.
pub(super) struct History<'a> {
    doses: Vec<Dose<'a>>,
    episodes: &'a [Episode],
    counts: &'a [BloodCount],
}

/// The earliest instant at which it may have been; what nobody recorded counts as the last of all.
fn at_earliest(moment: Moment) -> DateTime<Utc> {
    match moment {
        Moment::Instant(instant) => instant,
        Moment::Day(day) => start_of(day),
        Moment::NotRecorded => DateTime::<Utc>::MAX_UTC,
    }
}

/// The latest instant at which it may have been, if it is known at all.
pub(super) fn at_latest(moment: Moment) -> Option<DateTime<Utc>> {
    match moment {
        Moment::Instant(instant) => Some(instant),
        Moment::Day(day) => day.succ_opt().map(start_of),
        Moment::NotRecorded => None,
    }
}

/// The latest of these moments; one that nobody recorded is the latest of all.
pub(super) fn latest_of(episodes: &[&Episode], moment: fn(&Episode) -> Moment) -> Moment {
    episodes
        .iter()
        .map(|episode| moment(episode))
        .max_by_key(|moment| at_latest(*moment).map_or((1, DateTime::<Utc>::MAX_UTC), |at| (0, at)))
        .unwrap_or(Moment::NotRecorded)
}

impl<'a> History<'a> {
    pub(super) fn of(case: &'a CaseFacts) -> Self {
        let mut given: Vec<&Administration> = case.administrations.iter().collect();
        let key = |row: &Administration| (at_earliest(row.started), row.step, row.mg);
        // Records are a set: two that began together are put in an order that does not depend on how they were listed.
        given.sort_by(|one, other| {
            key(one)
                .cmp(&key(other))
                .then_with(|| format!("{one:?}").cmp(&format!("{other:?}")))
        });
        let mut doses: Vec<Dose<'a>> = Vec::with_capacity(given.len());
        for record in given {
            let (path, day_one) = came_to(doses.last(), record);
            doses.push(Dose {
                record,
                path,
                day_one,
            });
        }
        Self {
            doses,
            episodes: &case.reactions,
            counts: &case.counts,
        }
    }

    fn last(&self) -> Option<&Dose<'a>> {
        self.doses.last()
    }

    /// The record of the previous dose.
    pub(super) fn last_record(&self) -> Option<&'a Administration> {
        self.last().map(|dose| dose.record)
    }

    /// The previous dose as the table of restarting asks for it.
    pub(super) fn previous(&self) -> Option<PreviousDose> {
        self.last().map(|dose| PreviousDose {
            step: dose.record.step,
            mg: dose.record.mg,
            given: dose.record.given,
            path: dose.path,
        })
    }

    /// The Japanese day of the previous dose.
    pub(super) fn last_day(&self) -> Option<NaiveDate> {
        self.last()?.record.started.day()
    }

    /// Day 1 of the previous dose's cycle.
    pub(super) fn day_one(&self) -> Option<NaiveDate> {
        self.last()?.day_one
    }

    /// How the course comes to this dose, if it is given next.
    pub(super) fn path_to(&self, due: PlannedDose) -> Path {
        let Some(last) = self.last() else {
            return Path::Standard;
        };
        let Step { cycle, day } = due.step;
        let repeated = cycle == 1
            && (last.path == Path::CycleOneRepeated
                || (last.record.step.cycle == 1 && day <= last.record.step.day));
        let same_cycle = cycle == last.record.step.cycle;
        match last.path {
            _ if repeated => Path::CycleOneRepeated,
            _ if cycle >= 2 && day == 1 && due.mg == 1 => Path::ReStepUp,
            Path::ReStepUp if same_cycle => Path::ReStepUp,
            Path::ReStepUp | Path::AfterReStepUp => Path::AfterReStepUp,
            Path::Standard | Path::CycleOneRepeated => Path::Standard,
        }
    }

    /// Whether 60 mg now would be the first.
    pub(super) fn first_60mg(&self) -> First60 {
        first_among(self.doses.iter().map(|dose| dose.record))
    }

    /// The latest dose of 60 mg that was, or may have been, the first one.
    pub(super) fn dose_with_stay(&self) -> Option<&'a Administration> {
        let is_60 = |dose: &&Dose| dose.record.mg == Quantity::whole(60);
        self.doses
            .iter()
            .enumerate()
            .filter(|(_, dose)| is_60(dose))
            .filter(|(at, _)| {
                let before = self.doses.iter().take(*at).map(|dose| dose.record);
                first_among(before) != First60::No
            })
            .map(|(_, dose)| dose.record)
            .next_back()
    }

    /// The dose after which an episode began: its place among the doses, counted from 0; `None` before the first.
    fn dose_before(&self, episode: &Episode) -> Option<usize> {
        let began_by = |dose: &Dose| match (dose.record.started, episode.onset) {
            (_, Moment::NotRecorded) => true,
            (Moment::Instant(start), Moment::Instant(onset)) => start <= onset,
            (start, onset) => start.day() <= onset.day(),
        };
        self.doses.iter().rposition(began_by)
    }

    /// The episodes that bear on what comes after the previous dose: those since it, and those that nobody saw recover.
    fn episodes_since_last(&self, reaction: Reaction) -> Vec<&'a Episode> {
        let last = self.doses.len().checked_sub(1);
        let mut found: Vec<&Episode> = self
            .episodes
            .iter()
            .filter(|episode| episode.reaction == reaction)
            .filter(|episode| {
                self.dose_before(episode) == last || episode.recovered == Moment::NotRecorded
            })
            .collect();
        found.sort_by(|one, other| {
            at_earliest(one.onset)
                .cmp(&at_earliest(other.onset))
                .then_with(|| format!("{one:?}").cmp(&format!("{other:?}")))
        });
        found
    }

    /// What the table of reactions asks of one reaction since the previous dose, with the episodes it rests on.
    ///
    /// READING: episodes of one reaction between two doses are one episode that subsided and came back.
    pub(super) fn reaction(&self, reaction: Reaction) -> (ReactionFacts, Vec<&'a Episode>) {
        let episodes = self.episodes_since_last(reaction);
        // An episode that nobody saw recover is judged as that of its own dose, and is not earlier than itself.
        let dose_judged = episodes
            .iter()
            .map(|episode| self.dose_before(episode))
            .max()
            .unwrap_or(self.doses.len().checked_sub(1));
        let mut grades: Vec<u32> = Vec::new();
        let mut is_graded = true;
        for episode in &episodes {
            if !grades.is_empty() {
                grades.push(0);
            }
            is_graded &= !episode.grades.is_empty();
            grades.extend(&episode.grades);
        }
        if episodes.is_empty() {
            grades.push(0);
        } else if !is_graded {
            grades.clear();
        }
        let scale = episodes
            .iter()
            .map(|episode| Datum::from(episode.scale))
            .reduce(|one, other| if one == other { one } else { Datum::Missing })
            // Where nothing was seen there is nothing to grade.
            .unwrap_or(Datum::Known(Scale::Astct));
        let earlier = || {
            self.episodes
                .iter()
                .filter(|episode| episode.reaction == reaction)
                .filter(|episode| self.dose_before(episode) != dose_judged)
        };
        let top = |episode: &Episode| episode.grades.iter().copied().max();
        let doses_with_three = {
            let mut doses: Vec<Option<usize>> = earlier()
                .filter(|episode| top(episode) == Some(3))
                .map(|episode| self.dose_before(episode))
                .collect();
            doses.sort_unstable();
            doses.dedup();
            doses.len()
        };
        let unknown = earlier()
            .any(|episode| episode.grades.is_empty() || episode.scale != Some(Scale::Astct));
        let facts = ReactionFacts {
            reaction,
            scale,
            grades,
            earlier_grade_three: match doses_with_three {
                0 if unknown => None,
                count => Some(count > 0),
            },
            // A second Grade 3 ended the treatment as a Grade 4 did.
            earlier_grade_four: doses_with_three > 1
                || earlier().any(|episode| top(episode) >= Some(4)),
        };
        (facts, episodes)
    }

    /// Whether CRS followed the previous dose.
    pub(super) fn previous_crs(&self) -> PreviousCrs {
        let Some(last) = self.last() else {
            return PreviousCrs::NoPreviousDose;
        };
        let followed = self
            .episodes_since_last(Reaction::Crs)
            .iter()
            .any(|episode| {
                episode.grades.iter().any(|grade| *grade > 0) || episode.grades.is_empty()
            });
        match last.record.crs_followed {
            _ if followed => PreviousCrs::Recorded(true),
            Some(recorded) => PreviousCrs::Recorded(recorded),
            None => PreviousCrs::NotRecorded,
        }
    }

    /// The highest grade of CRS since the previous dose; 0 is none.
    pub(super) fn last_crs_grade(&self) -> u32 {
        let (facts, _) = self.reaction(Reaction::Crs);
        facts.grades.iter().copied().max().unwrap_or(0)
    }

    /// The latest blood count of each kind before an instant and since the previous dose.
    ///
    /// READING: the notice does not say how old a count may be; one from before the previous dose says nothing of what that dose did.
    pub(super) fn latest_counts(
        &self,
        by: DateTime<Utc>,
    ) -> (Option<&'a BloodCount>, Option<&'a BloodCount>) {
        let since = self.last().map_or(DateTime::<Utc>::MIN_UTC, |dose| {
            at_earliest(dose.record.started)
        });
        let latest = |has: fn(&BloodCount) -> bool| {
            self.counts
                .iter()
                .filter(|count| has(count) && count.taken <= by && count.taken >= since)
                .max_by(|one, other| {
                    // Of two counts of one instant the lower one is believed.
                    one.taken
                        .cmp(&other.taken)
                        .then_with(|| format!("{other:?}").cmp(&format!("{one:?}")))
                })
        };
        (
            latest(|count| count.platelets.is_some()),
            latest(|count| count.neutrophils.is_some()),
        )
    }
}

/// How the course came to the cycle of this dose, and day 1 of that cycle.
fn came_to(last: Option<&Dose<'_>>, record: &Administration) -> (Path, Option<NaiveDate>) {
    let Step { cycle, day } = record.step;
    let today = record.started.day();
    let counted =
        today.and_then(|today| today.checked_sub_days(Days::new(u64::from(day.saturating_sub(1)))));
    let Some(last) = last else {
        return (Path::Standard, counted);
    };
    let same_cycle = cycle == last.record.step.cycle;
    let given_again = same_cycle && day <= last.record.step.day;
    let day_one = if same_cycle && !given_again {
        last.day_one
    } else {
        counted
    };
    let interval = today
        .zip(last.record.started.day())
        .map(|(today, before)| (today - before).num_days());
    let after_six_weeks = interval.is_some_and(|days| days >= SIX_WEEKS);
    let path = match last.path {
        _ if cycle == 1 && given_again => Path::CycleOneRepeated,
        Path::CycleOneRepeated if cycle == 1 => Path::CycleOneRepeated,
        // A first step of 1 mg is a repeated step-up only where the table asks for one.
        _ if cycle >= 2 && day == 1 && record.mg == Quantity::whole(1) && after_six_weeks => {
            Path::ReStepUp
        }
        Path::ReStepUp if same_cycle && !given_again => Path::ReStepUp,
        Path::ReStepUp | Path::AfterReStepUp if cycle >= 2 => Path::AfterReStepUp,
        _ => Path::Standard,
    };
    (path, day_one)
}

fn first_among<'a>(before: impl Iterator<Item = &'a Administration>) -> First60 {
    let mut state = First60::Yes;
    for record in before.filter(|record| record.mg == Quantity::whole(60)) {
        match record.given {
            Given::InFull => return First60::No,
            Given::Partly(given) => state = First60::EarlierOneInPart(given),
            Given::NotRecorded => state = First60::EarlierOneInPart(Quantity::whole(0)),
        }
    }
    state
}

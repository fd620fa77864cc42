//! The run that turns the plan into letters: some thousands of posts at a time, each part in a transaction of its own.
//!
//! INVARIANT: only letters that are not queued yet are written, so that a second run on the same day writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use super::facts::{self, Part};
use super::matters::{self, Matter};
use super::plan::{Calendar, People, Reminder};
use super::{queued, readers};
use crate::audit::Known;
use crate::clock::start_of;
use crate::db::{AnyConn, Db};
use crate::error::Result;
use crate::ids::{FacilityId, LetterId, ProgrammeId};
use crate::outbox::{self, Body, Kind, NewLetter, Value};
use crate::programmes::days_off::DaysOff;
use crate::programmes::{self, days_off};
use crate::rules::policy::PolicyVersion;

/// Posts of physicians in one part of a run.
const POSTS: i64 = 5_000;
/// Letters or facilities of one statement; SQLite takes 32766 values in one.
pub(super) const BATCH: usize = 10_000;
/// Reminders go out at seven in the morning.
const HOUR: i64 = 7;

/// What a run found and queued, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Matters that are open, whether or not anybody is told of them today.
    pub open: usize,
    /// Letters that are new.
    pub queued: usize,
}

/// What a run found and queued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    pub on: NaiveDate,
    pub open: usize,
    pub queued: usize,
    pub kinds: BTreeMap<Kind, Tally>,
    /// The holidays that are listed end within sixty days, or have ended.
    pub holidays_end: bool,
}

/// What a run reads once.
struct Frame {
    policy: Option<PolicyVersion>,
    off: DaysOff,
    people: People,
}

/// Queues what is due on a day and is not queued yet.
///
/// READING: the house policy in force on the day decides about every matter that is open on it; where none is in force
/// nothing is due.
pub fn run(db: &Db, programme: &ProgrammeId, on: NaiveDate) -> Result<Planned> {
    run_in_parts(db, programme, on, POSTS)
}

/// The same in parts of another size; tests make them small.
pub fn run_in_parts(
    db: &Db,
    programme: &ProgrammeId,
    on: NaiveDate,
    posts: i64,
) -> Result<Planned> {
    let mut frame = db.read(|conn| frame(conn, programme, on))?;
    let mut planned = Planned {
        on,
        open: 0,
        queued: 0,
        kinds: BTreeMap::new(),
        holidays_end: frame.off.ends_within(on, 60),
    };
    let Some(policy) = frame.policy else {
        return Ok(planned);
    };
    let calendar = Calendar::new(&policy, &frame.off);
    let kinds: BTreeSet<Kind> = Kind::ALL.iter().copied().collect();
    let mut after = String::new();
    loop {
        let people = &mut frame.people;
        let (to, letters) = db.read(|conn| {
            let to = facts::end_of_part(conn, &after, posts)?;
            let part = Part::Range {
                after: after.clone(),
                to: to.clone(),
            };
            let facts = facts::read(conn, programme, &part, on, &kinds)?;
            readers::at_facilities(conn, programme, &part, on, people)?;
            let matters = matters::matters(&facts, &policy, on);
            for matter in &matters {
                planned.of(matter.kind).open += 1;
            }
            let due = calendar.reminders(&matters, people, on);
            Ok((to, new_letters(conn, programme, &due, on)?))
        })?;
        planned.queue(db, letters)?;
        match to {
            Some(to) => after = to.to_string(),
            None => break,
        }
    }
    settle_unaddressed(db, programme, on)?;
    planned.open = planned.kinds.values().map(|tally| tally.open).sum();
    planned.queued = planned.kinds.values().map(|tally| tally.queued).sum();
    Ok(planned)
}

/// Reads what a run reads and plans nothing; how many facts there are. It is the yardstick of `benches/planning.rs`.
#[doc(hidden)]
pub fn read_only(db: &Db, programme: &ProgrammeId, on: NaiveDate) -> Result<usize> {
    let mut frame = db.read(|conn| frame(conn, programme, on))?;
    let kinds: BTreeSet<Kind> = Kind::ALL.iter().copied().collect();
    let (mut after, mut count) = (String::new(), 0);
    loop {
        let to = db.read(|conn| {
            let to = facts::end_of_part(conn, &after, POSTS)?;
            let part = Part::Range {
                after: after.clone(),
                to: to.clone(),
            };
            let facts = facts::read(conn, programme, &part, on, &kinds)?;
            readers::at_facilities(conn, programme, &part, on, &mut frame.people)?;
            count += facts.physicians.len() + facts.ready.len();
            Ok(to)
        })?;
        match to {
            Some(to) => after = to.to_string(),
            None => return Ok(count),
        }
    }
}

/// Ends reminders that found no address and whose matter is done since, so that nobody prints what is no longer due.
fn settle_unaddressed(db: &Db, programme: &ProgrammeId, on: NaiveDate) -> Result<()> {
    let mut after: Option<LetterId> = None;
    loop {
        let (last, done) = db.read(|conn| {
            let asked = queued::unaddressed(conn, programme, on, after.as_ref(), POSTS)?;
            let due = super::still_due(conn, programme, on, &asked)?;
            let ids = asked.into_iter().map(|letter| letter.id);
            let last = ids.clone().next_back();
            Ok((last, ids.filter(|id| !due.contains(id)).collect::<Vec<_>>()))
        })?;
        if !done.is_empty() {
            let now = db.clock().now();
            db.jot(move |conn| outbox::marks::lapse_unaddressed(conn, now, &done))?;
        }
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
}

fn frame(conn: &mut AnyConn, programme: &ProgrammeId, on: NaiveDate) -> Result<Frame> {
    let versions = programmes::policies(conn, programme, Known::NOW)?;
    Ok(Frame {
        policy: PolicyVersion::in_force(&versions, on).cloned(),
        off: days_off::known(conn)?,
        people: readers::staff(conn, on)?,
    })
}

impl Planned {
    fn of(&mut self, kind: Kind) -> &mut Tally {
        self.kinds.entry(kind).or_default()
    }

    /// Queues letters, kind by kind, in one transaction; none where there are none.
    fn queue(&mut self, db: &Db, letters: BTreeMap<Kind, Vec<NewLetter>>) -> Result<()> {
        if letters.is_empty() {
            return Ok(());
        }
        let now = db.clock().now();
        let queued = db.jot(move |conn| {
            let mut queued = Vec::new();
            for (kind, letters) in &letters {
                queued.push((*kind, outbox::queue(conn, now, letters)?));
            }
            Ok(queued)
        })?;
        for (kind, count) in queued {
            self.of(kind).queued += count;
        }
        Ok(())
    }
}

/// Those of the letters that are not queued yet.
fn new_letters(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    due: &[Reminder<'_>],
    on: NaiveDate,
) -> Result<BTreeMap<Kind, Vec<NewLetter>>> {
    let known = queued::queued(conn, due)?;
    let mut new: Vec<&Reminder<'_>> = Vec::new();
    for reminder in due {
        let matter = reminder.matter;
        let key = (
            matter.subject.clone(),
            matter.due_on,
            reminder.stage,
            reminder.to.account.clone(),
        );
        if !known.contains(&(matter.kind, key)) {
            new.push(reminder);
        }
    }
    let places: BTreeSet<&FacilityId> = new.iter().map(|one| &one.matter.facility).collect();
    let names = facts::names(conn, &places)?;
    let mut letters: BTreeMap<Kind, Vec<NewLetter>> = BTreeMap::new();
    for reminder in new {
        let matter = reminder.matter;
        let place = names.get(&matter.facility).cloned().unwrap_or_default();
        letters.entry(matter.kind).or_default().push(NewLetter {
            kind: matter.kind,
            subject: matter.subject.clone(),
            due_on: matter.due_on,
            stage: reminder.stage,
            to: reminder.to.clone(),
            programme: programme.clone(),
            facility: Some(matter.facility.clone()),
            body: body(matter, place, on),
            not_before: not_before(matter.kind, on),
        });
    }
    Ok(letters)
}

fn body(matter: &Matter, place: String, on: NaiveDate) -> Body {
    let days = (matter.due_on - on).num_days().abs();
    let values = [
        ("name", Value::Text(matter.name.clone())),
        ("due", Value::Date(matter.due_on)),
        ("days", Value::Number(days)),
    ];
    Body {
        place,
        values: values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        path: matter.path.clone(),
        calendar: None,
    }
}

/// Seven in the morning of the day; for a reaction its first instant, which has passed.
fn not_before(kind: Kind, on: NaiveDate) -> DateTime<Utc> {
    let hours = if kind.is_safety() { 0 } else { HOUR };
    start_of(on) + TimeDelta::hours(hours)
}

//! Which letters of the plan are queued already, and which of them nobody can get.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Asked;
use super::matters::Matter;
use super::plan::Reminder;
use crate::clock::start_of;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{AccountId, LetterId, ProgrammeId};
use crate::outbox::{Kind, State};
use crate::schema::letter;

/// Subjects of one statement; SQLite takes 32766 values in one.
const BATCH: usize = 10_000;

/// A letter's key within its kind: subject, day, stage, reader.
pub type Key = (String, NaiveDate, i32, AccountId);

/// Which letters about these matters are queued already, in whatever state.
pub fn queued(conn: &mut AnyConn, due: &[Reminder<'_>]) -> Result<HashSet<(Kind, Key)>> {
    let mut subjects: BTreeMap<Kind, Vec<&str>> = BTreeMap::new();
    let mut last: Option<&Matter> = None;
    for reminder in due {
        // The letters of one matter stand together.
        if last.is_none_or(|last| last != reminder.matter) {
            let of_kind = subjects.entry(reminder.matter.kind).or_default();
            of_kind.push(&reminder.matter.subject);
        }
        last = Some(reminder.matter);
    }
    let mut found = HashSet::with_capacity(due.len());
    for (kind, subjects) in subjects {
        for batch in subjects.chunks(BATCH) {
            let rows: Vec<Key> = letter::table
                .filter(letter::kind.eq(kind))
                .filter(letter::subject.eq_any(batch))
                .select((
                    letter::subject,
                    letter::due_on,
                    letter::stage,
                    letter::account_id,
                ))
                .load(conn)?;
            found.extend(rows.into_iter().map(|key| (kind, key)));
        }
    }
    Ok(found)
}

/// Reminders of earlier days that found no address, after one of them, at most `limit`.
pub fn unaddressed(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    on: NaiveDate,
    after: Option<&LetterId>,
    limit: i64,
) -> Result<Vec<Asked>> {
    let reminders = Kind::ALL.iter().copied().filter(|kind| kind.is_reminder());
    let mut query = letter::table
        .filter(letter::state.eq(State::Unaddressed))
        .filter(letter::programme_id.eq(programme))
        .filter(letter::kind.eq_any(reminders.collect::<Vec<_>>()))
        .filter(letter::queued_at.lt(start_of(on).naive_utc()))
        .order(letter::id)
        .limit(limit)
        .select((letter::id, letter::kind, letter::subject, letter::due_on))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(letter::id.gt(after.clone()));
    }
    let rows: Vec<(LetterId, Kind, String, NaiveDate)> = query.load(conn)?;
    let asked = |(id, kind, subject, due_on)| Asked {
        id,
        kind,
        subject,
        due_on,
    };
    Ok(rows.into_iter().map(asked).collect())
}

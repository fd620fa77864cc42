//! Leases: a sender holds a few letters for a while, and a fence tells it from whoever holds them after it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::{Kind, State, backoff};
use crate::db::{AnyConn, Db, ForUpdate};
use crate::error::Result;
use crate::ids::{AccountId, FacilityId, LetterId, ProgrammeId};
use crate::schema::{letter, letter_try};

/// No setting allows a longer one, so that a sender never mistakes another's longer lease for one of another time.
const LONGEST_LEASE: TimeDelta = TimeDelta::hours(1);

/// A letter in the hands of one sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    pub id: LetterId,
    pub programme: ProgrammeId,
    pub kind: Kind,
    pub subject: String,
    pub due_on: NaiveDate,
    pub stage: i32,
    pub account: AccountId,
    pub copy: i32,
    pub facility: Option<FacilityId>,
    /// JSON of a [`super::Body`]; it is read when the letter is written, so that one that cannot be read stops no other.
    pub body: String,
    /// Tries that counted before this one.
    pub attempts: i32,
    /// When the first of them was.
    pub first_try: Option<DateTime<Utc>>,
    /// Grows with every lease: a mark with an older one changes nothing.
    pub fence: i64,
    pub lease_until: DateTime<Utc>,
}

#[derive(Queryable)]
struct Row {
    id: LetterId,
    programme: ProgrammeId,
    kind: Kind,
    subject: String,
    due_on: NaiveDate,
    stage: i32,
    account: AccountId,
    copy: i32,
    facility: Option<FacilityId>,
    body: String,
    attempts: i32,
    fence: i64,
}

/// Takes up to `limit` letters that are due into the hands of one sender, for `length`.
pub fn lease(db: &Db, now: DateTime<Utc>, length: TimeDelta, limit: i64) -> Result<Vec<Leased>> {
    db.jot(move |conn| take(conn, now, length, limit))
}

fn take(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    length: TimeDelta,
    limit: i64,
) -> Result<Vec<Leased>> {
    let at = now.naive_utc();
    // After the clock was turned back, what lies further ahead than any lease or wait reaches was set by the other
    // time. A reminder that was queued by it waits for its day; news does not.
    let beyond_lease = later(now, length.max(LONGEST_LEASE) * 2);
    let beyond_wait = later(now, backoff::longest_letter_wait() + TimeDelta::hours(1));
    let ahead = later(now, TimeDelta::days(1));
    let news: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| !kind.is_reminder() && *kind != Kind::Digest)
        .collect();
    let due = letter::not_before
        .le(at)
        .or(letter::attempts
            .gt(0)
            .and(letter::not_before.gt(beyond_wait))
            .and(letter::queued_at.le(ahead)))
        .or(letter::kind.eq_any(news).and(letter::queued_at.gt(ahead)));
    let free = letter::lease_until
        .is_null()
        .or(letter::lease_until.lt(at))
        .or(letter::lease_until.gt(beyond_lease));
    let waiting = letter::table
        .filter(letter::state.eq(State::Waiting))
        .filter(due)
        .filter(free.assume_not_null())
        // The index ends this after a few rows, however many wait since the same instant; an order by id as well would
        // sort all of those for every lease.
        .order(letter::not_before)
        .limit(limit)
        .select((
            letter::id,
            letter::programme_id,
            letter::kind,
            letter::subject,
            letter::due_on,
            letter::stage,
            letter::account_id,
            letter::copy,
            letter::facility_id,
            letter::body,
            letter::attempts,
            letter::fence,
        ));
    let rows: Vec<Row> = ForUpdate(waiting).load(conn)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&LetterId> = rows.iter().map(|row| &row.id).collect();
    let until = later(now, length);
    diesel::update(letter::table.filter(letter::id.eq_any(ids)))
        .set((
            letter::fence.eq(letter::fence + 1),
            letter::lease_until.eq(until),
        ))
        .execute(conn)?;
    let firsts = first_tries(conn, &rows)?;
    Ok(rows
        .into_iter()
        .map(|row| Leased {
            first_try: firsts.get(&row.id).map(NaiveDateTime::and_utc),
            id: row.id,
            programme: row.programme,
            kind: row.kind,
            subject: row.subject,
            due_on: row.due_on,
            stage: row.stage,
            account: row.account,
            copy: row.copy,
            facility: row.facility,
            body: row.body,
            attempts: row.attempts,
            fence: row.fence + 1,
            lease_until: until.and_utc(),
        })
        .collect())
}

fn later(now: DateTime<Utc>, by: TimeDelta) -> NaiveDateTime {
    now.checked_add_signed(by).unwrap_or(now).naive_utc()
}

fn first_tries(conn: &mut AnyConn, rows: &[Row]) -> Result<HashMap<LetterId, NaiveDateTime>> {
    let tried: Vec<&LetterId> = rows
        .iter()
        .filter(|row| row.attempts > 0)
        .map(|row| &row.id)
        .collect();
    if tried.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(LetterId, NaiveDateTime)> = letter_try::table
        .filter(letter_try::letter_id.eq_any(tried))
        .filter(letter_try::number.eq(1))
        .select((letter_try::letter_id, letter_try::at))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// How much of a lease is left; nothing where the clock was turned back behind its beginning.
pub fn left(until: DateTime<Utc>, now: DateTime<Utc>, length: TimeDelta) -> TimeDelta {
    let left = until - now;
    if left > length + length {
        TimeDelta::zero()
    } else {
        left
    }
}

/// Holds letters for another `length`, until the instant that is returned with those that are still held: the others
/// another sender has taken since, or somebody has ended them.
pub fn hold_on(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    length: TimeDelta,
    held: &[(LetterId, i64)],
) -> Result<(DateTime<Utc>, HashSet<LetterId>)> {
    let waiting = letter::table
        .filter(letter::id.eq_any(held.iter().map(|(id, _)| id)))
        .filter(letter::state.eq(State::Waiting))
        .order((letter::not_before, letter::id))
        .select((letter::id, letter::fence));
    let found: HashSet<(LetterId, i64)> = ForUpdate(waiting)
        .load::<(LetterId, i64)>(conn)?
        .into_iter()
        .collect();
    let own: HashSet<LetterId> = held
        .iter()
        .filter(|one| found.contains(one))
        .map(|(id, _)| id.clone())
        .collect();
    let until = later(now, length);
    diesel::update(letter::table.filter(letter::id.eq_any(&own)))
        .set(letter::lease_until.eq(until))
        .execute(conn)?;
    Ok((until.and_utc(), own))
}

/// Gives letters back that were not tried; those that another sender holds by now stay with it.
pub fn give_back(conn: &mut AnyConn, held: &[(LetterId, i64)]) -> Result<()> {
    for (id, fence) in held {
        diesel::update(letter::table.find(id))
            .filter(letter::fence.eq(fence))
            .filter(letter::state.eq(State::Waiting))
            .set(letter::lease_until.eq(None::<NaiveDateTime>))
            .execute(conn)?;
    }
    Ok(())
}

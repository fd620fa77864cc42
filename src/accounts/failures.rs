//! Failed attempts, counted by the digest of what was typed, and the wait that follows too many of them.
//!
//! The lock is soft. Failing during a wait does not lengthen it, and no wait is longer than fifteen minutes: whoever
//! fails all day long keeps the owner waiting for a quarter of an hour after stopping, at most. While the attempts go
//! on, the owner has another way in, because codes are counted apart from passwords: a reset by mail or by the
//! administrator's paper is taken at once, forgives the failures and begins a session.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::audit::sha256;
use crate::db::AnyConn;
use crate::error::Result;
use crate::schema::sign_in_failure;

/// Failures that cost nothing but the time of the check.
const FREE: i32 = 10;
/// The wait after the first failure too many; it doubles with each further one.
const FIRST_WAIT_SECONDS: i64 = 30;
/// The longest wait. A lock without an end would let anybody lock anybody out.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// After this long without an attempt, earlier ones are forgotten: names that do not exist would pile up otherwise.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

crate::words! {
    /// What was tried.
    pub enum Sort {
        Password = "password",
        /// A single-use code. It is counted by itself, so that guessing at passwords does not block the way out.
        Code = "code",
    }
}

/// What failures are counted by. The login itself is not kept: people type passwords into the wrong field.
pub fn digest(sort: Sort, login: &str) -> String {
    sha256(&[sort.as_str().as_bytes(), b"\0", login.as_bytes()])
}

/// Whether a wait is running.
pub fn waits(conn: &mut AnyConn, digest: &str, now: DateTime<Utc>) -> Result<bool> {
    let until: Option<Option<NaiveDateTime>> = sign_in_failure::table
        .find(digest)
        .select(sign_in_failure::waits_until)
        .get_result(conn)
        .optional()?;
    Ok(until.flatten().is_some_and(|until| until > now.naive_utc()))
}

/// Counts a failure. INVARIANT: the statements are the same whoever was typed and whether or not a wait is running,
/// because their time is part of the answer's.
pub fn count(conn: &mut AnyConn, digest: &str, now: DateTime<Utc>) -> Result<()> {
    let at = now.naive_utc();
    let old = now.checked_sub_signed(REMEMBERED).unwrap_or(now);
    diesel::delete(sign_in_failure::table.filter(sign_in_failure::at.lt(old.naive_utc())))
        .execute(conn)?;
    let row: Option<(i32, Option<NaiveDateTime>)> = sign_in_failure::table
        .find(digest)
        .select((sign_in_failure::failures, sign_in_failure::waits_until))
        .get_result(conn)
        .optional()?;
    let (failures, until) = match row {
        Some((failures, Some(until))) if until > at => (failures, Some(until)),
        known => {
            let failures = known.map_or(0, |(failures, _)| failures).saturating_add(1);
            (failures, wait_after(failures, now))
        }
    };
    crate::each!(conn, c => diesel::insert_into(sign_in_failure::table)
        .values((
            sign_in_failure::login_digest.eq(digest),
            sign_in_failure::failures.eq(failures),
            sign_in_failure::waits_until.eq(until),
            sign_in_failure::at.eq(at),
        ))
        .on_conflict(sign_in_failure::login_digest)
        .do_update()
        .set((
            sign_in_failure::failures.eq(failures),
            sign_in_failure::waits_until.eq(until),
            sign_in_failure::at.eq(at),
        ))
        .execute(c))?;
    Ok(())
}

fn wait_after(failures: i32, now: DateTime<Utc>) -> Option<NaiveDateTime> {
    let beyond = u32::try_from(failures.checked_sub(FREE)?).ok()?;
    let seconds = FIRST_WAIT_SECONDS
        .saturating_mul(1_i64 << beyond.min(10))
        .min(LONGEST_WAIT_SECONDS);
    let until = now.checked_add_signed(TimeDelta::seconds(seconds))?;
    Some(until.naive_utc())
}

/// Forgets the failures of one login.
pub fn forgive(conn: &mut AnyConn, digest: &str) -> Result<()> {
    diesel::delete(sign_in_failure::table.find(digest)).execute(conn)?;
    Ok(())
}

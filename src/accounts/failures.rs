//! Failed attempts and the wait that follows too many of them.
//!
//! A try is counted before it is looked at and taken back when it was right, so that any number of tries at the same
//! moment are as many as one after the other. The lock is soft: trying during a wait does not lengthen it, and no wait is longer
//! than fifteen minutes. What a stranger can reach, the sign-in, is counted by what was typed there; signing and the second
//! factor are counted by account and only behind a right password. While somebody fails at an owner's sign-in all day, the owner has
//! another way in: a reset by mail or by the administrator's paper, whose code nobody guesses, knows no wait.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::audit::sha256;
use crate::db::AnyConn;
use crate::error::Result;
use crate::schema::sign_in_failure;

/// Failures that cost nothing but the time of the check; the next one brings the first wait.
const FREE: i32 = 9;
/// The wait after the first failure too many; it doubles with each further one.
const FIRST_WAIT_SECONDS: i64 = 30;
/// The longest wait. A lock without an end would let anybody lock anybody out.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// After this long without an attempt, earlier ones are forgotten: names that do not exist would pile up otherwise.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

crate::words! {
    /// What was tried.
    pub enum Sort {
        /// A password at the sign-in, counted by the login that was typed.
        Password = "password",
        /// A password under a signature, counted by account.
        Signing = "signing",
        /// A code of the second factor, counted by account.
        Factor = "factor",
    }
}

/// What tries are counted by. A login itself is not kept: people type passwords into the wrong field.
pub fn digest(sort: Sort, of: &str) -> String {
    sha256(&[sort.as_str().as_bytes(), b"\0", of.as_bytes()])
}

/// Counts a try and says whether it may be looked at: not while a wait is running.
///
/// INVARIANT: the statements are the same whoever was typed and whether or not a wait is running, because their time is
/// part of the answer's; the first of them takes the row, so that tries at the same moment follow one another.
pub fn begin(conn: &mut AnyConn, digest: &str, now: DateTime<Utc>) -> Result<bool> {
    let at = now.naive_utc();
    let old = now.checked_sub_signed(REMEMBERED).unwrap_or(now);
    diesel::delete(sign_in_failure::table.filter(sign_in_failure::at.lt(old.naive_utc())))
        .execute(conn)?;
    crate::each!(conn, c => diesel::insert_into(sign_in_failure::table)
        .values((
            sign_in_failure::login_digest.eq(digest),
            sign_in_failure::failures.eq(0),
            sign_in_failure::at.eq(at),
        ))
        .on_conflict(sign_in_failure::login_digest)
        .do_update()
        .set(sign_in_failure::at.eq(at))
        .execute(c))?;
    let (known, until) = counted(conn, digest)?;
    let waits = until.is_some_and(|until| until > at);
    let (failures, until) = match waits {
        true => (known, until),
        false => {
            let failures = known.saturating_add(1);
            (failures, wait_after(failures, now))
        }
    };
    set(conn, digest, (failures, until))?;
    Ok(!waits)
}

/// Takes a try back that was right. Those before it stay counted; the next wrong one waits as long as it would have.
pub fn take_back(conn: &mut AnyConn, digest: &str) -> Result<()> {
    match counted(conn, digest)? {
        (..=1, _) => forgive(conn, digest),
        (failures, _) => set(conn, digest, (failures - 1, None)),
    }
}

fn counted(conn: &mut AnyConn, digest: &str) -> Result<(i32, Option<NaiveDateTime>)> {
    let row: Option<(i32, Option<NaiveDateTime>)> = sign_in_failure::table
        .find(digest)
        .select((sign_in_failure::failures, sign_in_failure::waits_until))
        .get_result(conn)
        .optional()?;
    Ok(row.unwrap_or_default())
}

fn set(
    conn: &mut AnyConn,
    digest: &str,
    (failures, until): (i32, Option<NaiveDateTime>),
) -> Result<()> {
    diesel::update(sign_in_failure::table.find(digest))
        .set((
            sign_in_failure::failures.eq(failures),
            sign_in_failure::waits_until.eq(until),
        ))
        .execute(conn)?;
    Ok(())
}

fn wait_after(failures: i32, now: DateTime<Utc>) -> Option<NaiveDateTime> {
    let beyond = u32::try_from(failures.checked_sub(FREE + 1)?).ok()?;
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

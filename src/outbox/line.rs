//! The line to the mail server: since when it is down, and when it is tried again. Its being down is no letter's fault.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::{backoff, marks};
use crate::db::AnyConn;
use crate::error::Result;
use crate::schema::post_line;

/// The one row.
const ONE: i32 = 1;

/// How the line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostLine {
    /// None where it is up.
    pub down_since: Option<DateTime<Utc>>,
    /// Tries in a row that did not reach the mail server.
    pub tries: i32,
    pub next_try: Option<DateTime<Utc>>,
    /// What was in the way.
    pub answer: String,
}

impl PostLine {
    /// Whether it is not to be tried yet. A next try that lies further ahead than any wait was set before the clock
    /// was turned back, and holds up nobody.
    pub fn rests_at(&self, now: DateTime<Utc>) -> bool {
        self.next_try.is_some_and(|next| {
            next > now && next - now <= backoff::longest_line_wait() + TimeDelta::minutes(1)
        })
    }
}

pub fn state(conn: &mut AnyConn) -> Result<PostLine> {
    let row: (Option<NaiveDateTime>, i32, Option<NaiveDateTime>, String) = post_line::table
        .find(ONE)
        .select((
            post_line::down_since,
            post_line::tries,
            post_line::next_try,
            post_line::answer,
        ))
        .get_result(conn)?;
    Ok(PostLine {
        down_since: row.0.map(|at| at.and_utc()),
        tries: row.1,
        next_try: row.2.map(|at| at.and_utc()),
        answer: row.3,
    })
}

/// The mail server could not be reached. Returns since when.
pub fn down(conn: &mut AnyConn, now: DateTime<Utc>, why: &str) -> Result<DateTime<Utc>> {
    let before = state(conn)?;
    let tries = before.tries.saturating_add(1);
    let since = before.down_since.unwrap_or(now);
    let wait = backoff::line_wait(tries, backoff::chance());
    let next = now.checked_add_signed(wait).unwrap_or(now);
    diesel::update(post_line::table.find(ONE))
        .set((
            post_line::down_since.eq(since.naive_utc()),
            post_line::tries.eq(tries),
            post_line::next_try.eq(next.naive_utc()),
            post_line::answer.eq(marks::short(why)),
        ))
        .execute(conn)?;
    Ok(since)
}

/// The mail server answers.
pub fn up(conn: &mut AnyConn) -> Result<()> {
    diesel::update(post_line::table.find(ONE))
        .set((
            post_line::down_since.eq(None::<NaiveDateTime>),
            post_line::tries.eq(0),
            post_line::next_try.eq(None::<NaiveDateTime>),
            post_line::answer.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

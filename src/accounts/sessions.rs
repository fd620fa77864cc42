//! How sessions are kept: the digest of a key, the state as text, and the instant until which it lives.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::AccountId;
use crate::schema::session;

/// A session's text and the instant until which it lives.
pub fn session(conn: &mut AnyConn, key: &str) -> Result<Option<(String, DateTime<Utc>)>> {
    let row: Option<(String, NaiveDateTime)> = session::table
        .find(key)
        .select((session::state, session::expires_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(state, until)| (state, until.and_utc())))
}

/// Writes a session, new or known.
pub fn keep_session(
    conn: &mut AnyConn,
    key: &str,
    state: &str,
    until: DateTime<Utc>,
) -> Result<()> {
    let kept = diesel::update(session::table.find(key))
        .set((
            session::state.eq(state),
            session::expires_at.eq(until.naive_utc()),
        ))
        .execute(conn)?;
    if kept == 0 {
        diesel::insert_into(session::table)
            .values((
                session::key_hash.eq(key),
                session::state.eq(state),
                session::expires_at.eq(until.naive_utc()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Lets a session live on. It is never written anew, so that one which has just ended stays ended.
pub fn extend_session(conn: &mut AnyConn, key: &str, until: DateTime<Utc>) -> Result<()> {
    diesel::update(session::table.find(key))
        .set(session::expires_at.eq(until.naive_utc()))
        .execute(conn)?;
    Ok(())
}

pub fn end_session(conn: &mut AnyConn, key: &str) -> Result<()> {
    diesel::delete(session::table.find(key)).execute(conn)?;
    Ok(())
}

/// Ends every session of an account. The state is text that names the account by its id, which names nothing else.
pub fn end_sessions_of(conn: &mut AnyConn, account: &AccountId) -> Result<()> {
    let own = session::table.filter(session::state.like(format!("%{account}%")));
    diesel::delete(own).execute(conn)?;
    Ok(())
}

/// Forgets sessions that have ended.
pub fn sweep_sessions(conn: &mut AnyConn, now: DateTime<Utc>) -> Result<usize> {
    let ended = session::table.filter(session::expires_at.le(now.naive_utc()));
    Ok(diesel::delete(ended).execute(conn)?)
}

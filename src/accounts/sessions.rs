//! How sessions are kept: the digest of a key, whose it is, the state as text, and the instant until which it lives.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::entry;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, SessionId};
use crate::schema::session;

/// A session as it was kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: SessionId,
    pub state: String,
    pub born: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// What a session holds.
#[derive(Debug, Clone)]
pub struct State {
    pub account: Option<AccountId>,
    /// Whether both steps of signing in are done.
    pub signed_in: bool,
    pub text: String,
    /// Browser and system in a few words.
    pub agent: String,
    pub address: String,
}

/// A session as its owner sees it.
#[derive(Debug, Clone)]
pub struct Open {
    pub id: SessionId,
    pub born: DateTime<Utc>,
    pub last_used: DateTime<Utc>,
    pub agent: String,
    pub address: String,
}

type Row = (SessionId, String, NaiveDateTime, NaiveDateTime);

fn to_kept((id, state, born, until): Row) -> Kept {
    Kept {
        id,
        state,
        born: born.and_utc(),
        until: until.and_utc(),
    }
}

/// The session with this key.
pub fn session(conn: &mut AnyConn, key: &str) -> Result<Option<Kept>> {
    let row: Option<Row> = session::table
        .filter(session::key_hash.eq(key))
        .select((
            session::id,
            session::state,
            session::born,
            session::expires_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(to_kept))
}

/// The session with this identifier, whichever key it has now.
pub fn by_id(conn: &mut AnyConn, id: &SessionId) -> Result<Option<Kept>> {
    let row: Option<Row> = session::table
        .filter(session::id.eq(id))
        .select((
            session::id,
            session::state,
            session::born,
            session::expires_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(to_kept))
}

/// Writes a new session.
pub fn begin(
    conn: &mut AnyConn,
    key: &str,
    id: &SessionId,
    state: &State,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    diesel::insert_into(session::table)
        .values((
            session::key_hash.eq(key),
            session::id.eq(id),
            session::account_id.eq(&state.account),
            session::signed_in.eq(state.signed_in),
            session::state.eq(&state.text),
            session::born.eq(now.naive_utc()),
            session::last_used.eq(now.naive_utc()),
            session::expires_at.eq(until.naive_utc()),
            session::agent.eq(&state.agent),
            session::address.eq(&state.address),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes what a known session holds now, under the same key or a new one. Its birth stays, and so does its last hour.
pub fn change(
    conn: &mut AnyConn,
    id: &SessionId,
    key: &str,
    state: &State,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    diesel::update(session::table.filter(session::id.eq(id)))
        .set((
            session::key_hash.eq(key),
            session::account_id.eq(&state.account),
            session::signed_in.eq(state.signed_in),
            session::state.eq(&state.text),
            session::last_used.eq(now.naive_utc()),
            session::expires_at.eq(until.naive_utc()),
            session::agent.eq(&state.agent),
            session::address.eq(&state.address),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets a session live on. It is never written anew, so that one which has just ended stays ended.
pub fn extend(
    conn: &mut AnyConn,
    key: &str,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    diesel::update(session::table.find(key))
        .set((
            session::last_used.eq(now.naive_utc()),
            session::expires_at.eq(until.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes a key worthless from an instant on. The row stays until it is swept, so that a session which only changes its
/// key can be told from one that was ended meanwhile.
pub fn retire_key(conn: &mut AnyConn, key: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(session::table.find(key))
        .set(session::expires_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(())
}

/// Ends one session of an account; false where the account has none of this identifier.
pub fn end_one(conn: &mut AnyConn, account: &AccountId, id: &SessionId) -> Result<bool> {
    let own = session::table
        .filter(session::id.eq(id))
        .filter(session::account_id.eq(account));
    Ok(diesel::delete(own).execute(conn)? > 0)
}

/// Ends every session of an account but one, half-open ones included; each acts at its next request.
pub fn end_others(
    conn: &mut AnyConn,
    account: &AccountId,
    but: Option<&SessionId>,
) -> Result<usize> {
    let but = but.map_or("", SessionId::as_str);
    let ended = session::table
        .filter(session::account_id.eq(account))
        .filter(session::id.ne(but));
    Ok(diesel::delete(ended).execute(conn)?)
}

/// Ends the own sessions that were chosen, one by its identifier or all `others`; one of somebody else is not there.
/// Returns how many.
pub fn end_chosen(
    tx: &mut Tx<'_>,
    account: &AccountId,
    which: &str,
    own: Option<&SessionId>,
) -> Result<usize> {
    let count = match which {
        "others" => end_others(tx.conn, account, own)?,
        one => {
            let id: SessionId = one.parse().map_err(|_| Error::NotFound)?;
            match end_one(tx.conn, account, &id)? {
                true => 1,
                false => return Err(Error::NotFound),
            }
        }
    };
    if count > 0 {
        let detail = json!({ "count": count });
        tx.audit(entry("sessions_ended", account, None, detail))?;
    }
    Ok(count)
}

/// The open sessions of an account, the latest in use first.
pub fn of_account(
    conn: &mut AnyConn,
    account: &AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<Open>> {
    type Row = (SessionId, NaiveDateTime, NaiveDateTime, String, String);
    let rows: Vec<Row> = session::table
        .filter(session::account_id.eq(account))
        .filter(session::signed_in.eq(true))
        .filter(session::expires_at.gt(now.naive_utc()))
        .order((session::last_used.desc(), session::id))
        .limit(100)
        .select((
            session::id,
            session::born,
            session::last_used,
            session::agent,
            session::address,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, born, last_used, agent, address)| Open {
            id,
            born: born.and_utc(),
            last_used: last_used.and_utc(),
            agent,
            address,
        })
        .collect())
}

/// Forgets sessions that have ended.
pub fn sweep_sessions(conn: &mut AnyConn, now: DateTime<Utc>) -> Result<usize> {
    let ended = session::table.filter(session::expires_at.le(now.naive_utc()));
    Ok(diesel::delete(ended).execute(conn)?)
}

//! A lost second factor: one administrator asks to set it aside, a second one confirms.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::{entry, factors, login_key, store};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{AccountId, FactorLossId, PersonId};
use crate::schema::factor_loss;
use crate::scope::Role;

crate::words! {
    /// Where a request stands.
    pub enum State {
        Asked = "asked",
        Confirmed = "confirmed",
        Withdrawn = "withdrawn",
    }
}

/// A request that waits for a second administrator.
#[derive(Debug, Clone)]
pub struct Loss {
    pub id: FactorLossId,
    pub reason: String,
    /// How the person was identified.
    pub identified: String,
    pub asked_by: PersonId,
    pub asked_name: String,
    pub asked_at: DateTime<Utc>,
    pub known_from: i64,
}

/// The request that waits for an account, if there is one.
pub fn open_of(conn: &mut AnyConn, account: &AccountId) -> Result<Option<Loss>> {
    type Row = (
        FactorLossId,
        String,
        String,
        PersonId,
        String,
        NaiveDateTime,
        i64,
    );
    let row: Option<Row> = factor_loss::table
        .filter(factor_loss::account_id.eq(account))
        .filter(factor_loss::known_to.is_null())
        .select((
            factor_loss::id,
            factor_loss::reason,
            factor_loss::identified,
            factor_loss::asked_by,
            factor_loss::asked_name,
            factor_loss::asked_at,
            factor_loss::known_from,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|row| Loss {
        id: row.0,
        reason: row.1,
        identified: row.2,
        asked_by: row.3,
        asked_name: row.4,
        asked_at: row.5.and_utc(),
        known_from: row.6,
    }))
}

/// Asks to set somebody's factor aside: why, and how the person was identified.
///
/// READING: how a person is identified is written in words and left to the house; a video call, the line manager or the
/// facility's own directory are ways that differ from house to house.
pub fn ask(
    tx: &mut Tx<'_>,
    account: &AccountId,
    reason: &str,
    identified: &str,
) -> Result<FactorLossId> {
    let (person, subject) = other_persons(tx, account)?;
    if open_of(tx.conn, account)?.is_some() {
        return Err(Error::Stale);
    }
    if factors::store::active(tx.conn, account)?.is_none() {
        let message = Message::new("losses-no-factor");
        return Err(Error::invalid("reason", message));
    }
    let id = FactorLossId::fresh(tx.now);
    let detail = json!({ "person": subject.name, "reason": reason, "identified": identified });
    let known = tx.audit(entry("factor_loss_asked", account, None, detail))?;
    diesel::insert_into(factor_loss::table)
        .values((
            factor_loss::id.eq(&id),
            factor_loss::account_id.eq(account),
            factor_loss::reason.eq(reason),
            factor_loss::identified.eq(identified),
            factor_loss::asked_by.eq(&person),
            factor_loss::asked_name.eq(&tx.actor.name),
            factor_loss::asked_at.eq(tx.now.naive_utc()),
            factor_loss::known_from.eq(known),
            factor_loss::state.eq(State::Asked),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// A second administrator confirms: the factor and its codes are void, every session ends, and the person enrols anew at
/// the next sign-in. The password stays.
///
/// INVARIANT: two persons, and neither of them the one whose factor it is; the database refuses anything else too.
pub fn confirm(tx: &mut Tx<'_>, account: &AccountId, id: &FactorLossId) -> Result<()> {
    let (person, subject) = other_persons(tx, account)?;
    let loss = open_of(tx.conn, account)?.filter(|loss| loss.id == *id);
    let loss = loss.ok_or(Error::Stale)?;
    if loss.asked_by == person {
        return Err(Error::Forbidden);
    }
    // The request was about the factor of that time: one that was set up since is another.
    let factor = factors::store::active(tx.conn, account)?.ok_or(Error::Stale)?;
    if factor.known_from > loss.known_from {
        return Err(Error::Stale);
    }
    let detail = json!({ "person": subject.name, "asked": loss.asked_name });
    let known = tx.audit(entry("factor_loss_confirmed", account, None, detail))?;
    close(tx, id, State::Confirmed, (&person, known))?;
    factors::set_aside(tx, account, known)
}

/// Takes a request back: the factor was found again, or the request was a deception.
pub fn withdraw(tx: &mut Tx<'_>, account: &AccountId, id: &FactorLossId) -> Result<()> {
    let (person, subject) = other_persons(tx, account)?;
    let loss = open_of(tx.conn, account)?.filter(|loss| loss.id == *id);
    let loss = loss.ok_or(Error::Stale)?;
    let detail = json!({ "person": subject.name, "asked": loss.asked_name });
    let known = tx.audit(entry("factor_loss_withdrawn", account, None, detail))?;
    close(tx, id, State::Withdrawn, (&person, known))
}

/// Sets a factor aside from the command line, by whoever runs the installation.
///
/// READING: where one administrator is all there is, whoever runs the machine is the second person: they hold the database
/// and could do anything to it; the log says that it was done at the command line.
pub fn reset_at_command_line(tx: &mut Tx<'_>, login: &str) -> Result<()> {
    tx.actor.acts_as_the_program()?;
    let found = store::by_login(tx.conn, &login_key(login))?.ok_or(Error::NotFound)?;
    let account = found.id;
    if factors::store::active(tx.conn, &account)?.is_none() {
        return Err(Error::Stale);
    }
    let detail = json!({ "person": found.name });
    let known = tx.audit(entry(
        "factor_reset_at_command_line",
        &account,
        None,
        detail,
    ))?;
    factors::set_aside(tx, &account, known)
}

/// The administrator who acts, and the account, which is somebody else's.
fn other_persons(tx: &mut Tx<'_>, account: &AccountId) -> Result<(PersonId, store::Account)> {
    tx.actor.acts_as(&[Role::Administrator])?;
    let subject = store::account(tx.conn, account)?;
    match tx.actor.person.clone() {
        Some(person) if person != subject.person => Ok((person, subject)),
        _ => Err(Error::Forbidden),
    }
}

fn close(
    tx: &mut Tx<'_>,
    id: &FactorLossId,
    state: State,
    (person, known): (&PersonId, i64),
) -> Result<()> {
    diesel::update(factor_loss::table.find(id))
        .set((
            factor_loss::state.eq(state),
            factor_loss::ended_by.eq(person),
            factor_loss::known_to.eq(known),
        ))
        .execute(tx.conn)?;
    Ok(())
}

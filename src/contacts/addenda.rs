//! What is added to the record of a contact after it was sent: signed by name, with its time; the record itself stays.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::register;
use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{ContactId, PersonId};
use crate::schema::contact_addendum;
use crate::scope::{Role, Scope};
use crate::wording::{LONG, checked, required};

/// Who may add to a record.
pub const ADDS: &[Role] = &[Role::Representative, Role::SafetyOfficer];

/// An addition to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addendum {
    pub words: String,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Adds to a record that is held. The same words sent twice in a row by one person are added once.
///
/// READING: a corrected record takes no addition, because nothing rests on it any more; the one in its place does.
pub fn add(tx: &mut Tx<'_>, scope: &Scope, id: &ContactId, words: &str) -> Result<()> {
    let contact = register::one(tx.conn, scope, id)?;
    tx.actor.acts_as(ADDS)?;
    if contact.known_to.is_some() {
        return Err(Error::Stale);
    }
    let mut errors = FieldErrors::default();
    let missing = "addendum-missing";
    let words = required(&mut errors, "addendum", words, LONG, missing);
    checked(errors, ())?;
    let by = tx.actor.person()?.clone();
    let last: Option<(i32, PersonId, String)> = contact_addendum::table
        .filter(contact_addendum::contact_id.eq(id))
        .order(contact_addendum::position.desc())
        .select((
            contact_addendum::position,
            contact_addendum::entered_by,
            contact_addendum::words,
        ))
        .first(tx.conn)
        .optional()?;
    if last
        .as_ref()
        .is_some_and(|(_, who, said)| *who == by && *said == words)
    {
        return Ok(());
    }
    let seq = tx.audit(Entry {
        verb: "contact_addendum_added",
        subject: Subject::new("contact", id.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(contact.facility.clone()),
        detail: json!({ "number": contact.label() }),
    })?;
    diesel::insert_into(contact_addendum::table)
        .values((
            contact_addendum::contact_id.eq(id),
            contact_addendum::position.eq(last.map_or(0, |(position, ..)| position + 1)),
            contact_addendum::words.eq(&words),
            contact_addendum::entered_by.eq(&by),
            contact_addendum::entered_name.eq(&tx.actor.name),
            contact_addendum::entered_at.eq(tx.now.naive_utc()),
            contact_addendum::known_from.eq(seq),
            contact_addendum::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What was added to a record, in order.
pub fn of(conn: &mut AnyConn, id: &ContactId) -> Result<Vec<Addendum>> {
    let rows: Vec<(String, String, NaiveDateTime)> = contact_addendum::table
        .filter(contact_addendum::contact_id.eq(id))
        .order(contact_addendum::position)
        .select((
            contact_addendum::words,
            contact_addendum::entered_name,
            contact_addendum::entered_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(words, by, at)| Addendum {
            words,
            by,
            at: at.and_utc(),
        })
        .collect())
}

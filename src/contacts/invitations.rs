//! The letters of a booking, with its calendar entry: who is told what when it is made, moved or cancelled.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::diary::Booking;
use crate::db::{AnyConn, Tx};
use crate::error::Result;
use crate::ids::{AccountId, PersonId};
use crate::outbox::{self, Body, Calendar, Kind, NewLetter, Value};
use crate::schema::account;
use crate::scope::Scope;

/// What happened to a booking.
pub(super) enum Change<'a> {
    Booked(&'a Booking),
    /// As it was, and as it is.
    Moved(&'a Booking, &'a Booking),
    Cancelled(&'a Booking),
}

/// Queues the letters of a change. Whoever no longer comes gets a cancellation, whoever comes new an invitation.
///
/// READING: what is cancelled or moved after it began is told to those who are to come again, not to those for whom
/// it lies in the past.
pub(super) fn tell(tx: &mut Tx<'_>, scope: &Scope, change: &Change<'_>) -> Result<()> {
    let mut letters = Vec::new();
    match change {
        Change::Booked(booked) => {
            let to = everybody(tx.conn, booked)?;
            letters.extend(letter(tx, scope, Kind::MeetingBooked, booked, &to)?);
        }
        Change::Moved(before, after) => {
            let (were, are) = (everybody(tx.conn, before)?, everybody(tx.conn, after)?);
            let (stay, new): (Vec<_>, Vec<_>) =
                are.iter().cloned().partition(|id| were.contains(id));
            let gone: Vec<_> = were.into_iter().filter(|id| !are.contains(id)).collect();
            letters.extend(letter(tx, scope, Kind::MeetingChanged, after, &stay)?);
            letters.extend(letter(tx, scope, Kind::MeetingBooked, after, &new)?);
            if before.starts_at > tx.now {
                // A calendar takes a cancellation only with a higher sequence than what it knows.
                let dropped = Booking {
                    version: after.version,
                    ..(*before).clone()
                };
                letters.extend(letter(tx, scope, Kind::MeetingCancelled, &dropped, &gone)?);
            }
        }
        Change::Cancelled(booked) if booked.starts_at > tx.now => {
            let to = everybody(tx.conn, booked)?;
            letters.extend(letter(tx, scope, Kind::MeetingCancelled, booked, &to)?);
        }
        Change::Cancelled(_) => {}
    }
    outbox::queue(tx.conn, tx.now, &letters)?;
    Ok(())
}

/// The accounts of those who come, the representative first.
fn everybody(conn: &mut AnyConn, booked: &Booking) -> Result<Vec<AccountId>> {
    let people: Vec<&PersonId> = booked.physicians.iter().map(|one| &one.person).collect();
    let physicians: Vec<AccountId> = account::table
        .filter(account::person_id.eq_any(people))
        .filter(account::active.eq(true))
        .order(account::id)
        .select(account::id)
        .load(conn)?;
    let mut all = vec![booked.representative.clone()];
    all.extend(
        physicians
            .into_iter()
            .filter(|id| *id != booked.representative),
    );
    Ok(all)
}

fn letter(
    tx: &mut Tx<'_>,
    scope: &Scope,
    kind: Kind,
    booked: &Booking,
    to: &[AccountId],
) -> Result<Vec<NewLetter>> {
    let body = body(booked, kind == Kind::MeetingCancelled);
    let to = outbox::addressees(tx.conn, to)?;
    Ok(to
        .into_iter()
        .map(|to| NewLetter {
            kind,
            subject: booked.id.to_string(),
            due_on: booked.day(),
            stage: booked.version,
            to,
            programme: scope.programme().clone(),
            facility: Some(booked.facility.clone()),
            body: body.clone(),
            not_before: tx.now,
        })
        .collect())
}

/// What a letter about a booking says, with its calendar entry.
pub fn body(booked: &Booking, cancelled: bool) -> Body {
    let values = [
        ("name", Value::Text(booked.names().join("、"))),
        ("starts", Value::Instant(booked.starts_at)),
        ("venue", Value::Text(booked.venue.clone())),
        ("with", Value::Text(booked.representative_name.clone())),
    ];
    Body {
        place: booked.facility_name.clone(),
        values: BTreeMap::from(values.map(|(name, value)| (name.to_owned(), value))),
        path: format!("/bookings/{}", booked.id),
        calendar: Some(Calendar {
            booking: booked.id.clone(),
            sequence: booked.version,
            cancelled,
            starts_at: booked.starts_at,
            ends_at: booked.ends_at,
            venue: booked.venue.clone(),
        }),
    }
}

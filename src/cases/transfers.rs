//! A course that goes on at another facility: a one-time code on a printed page, and what the receiver confirms.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::{
    Case, KEEPERS, Kind, NewRecord, State, audited, begin, current, held_record, numbers,
    place_record, replace, store,
};
use crate::audit::Known;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{CaseId, CaseRecordId, CaseTransferId};
use crate::schema::case_transfer;
use crate::scope::Scope;
use crate::{standings, verdicts};

/// How long a code can be used. A fortnight is ours: no notice speaks of it.
const VALID: TimeDelta = TimeDelta::days(14);

crate::words! {
    /// What became of a code.
    pub enum Fate {
        Offered = "offered",
        Accepted = "accepted",
        /// Another code took its place, or the case was closed.
        Withdrawn = "withdrawn",
    }
}

/// A code that waits to be used. The code itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub offered_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Makes the code under which the course may go on at another facility, and returns it for this one time: it is
/// kept as a hash. A code made before is worth nothing from then on.
pub fn offer_transfer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&CaseId, i32),
) -> Result<String> {
    tx.actor.acts_as(KEEPERS)?;
    let case = current(tx, scope, (id, version), &[State::Open])?;
    let code = numbers::code()?;
    let seq = tx.audit(audited(scope, &case, "case_transfer_offered", None))?;
    withdraw_all(tx, id)?;
    let by = tx.actor.person()?.clone();
    let until = tx.now.checked_add_signed(VALID).unwrap_or(tx.now);
    diesel::insert_into(case_transfer::table)
        .values((
            case_transfer::id.eq(CaseTransferId::fresh(tx.now)),
            case_transfer::case_id.eq(id),
            case_transfer::programme_id.eq(scope.programme()),
            case_transfer::facility_id.eq(&case.facility),
            case_transfer::code_hash.eq(numbers::code_hash(&code)),
            case_transfer::state.eq(Fate::Offered),
            case_transfer::offered_by.eq(&by),
            case_transfer::offered_at.eq(tx.now.naive_utc()),
            case_transfer::expires_at.eq(until.naive_utc()),
            case_transfer::known_from.eq(seq),
            case_transfer::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(code)
}

/// Makes a code worth nothing, as after it was lost.
pub fn withdraw_transfer(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&CaseId, i32),
) -> Result<()> {
    tx.actor.acts_as(KEEPERS)?;
    let case = current(tx, scope, (id, version), &[State::Open])?;
    tx.audit(audited(scope, &case, "case_transfer_withdrawn", None))?;
    withdraw_all(tx, id)
}

pub(super) fn withdraw_all(tx: &mut Tx<'_>, id: &CaseId) -> Result<()> {
    diesel::update(
        case_transfer::table
            .filter(case_transfer::case_id.eq(id))
            .filter(case_transfer::state.eq(Fate::Offered)),
    )
    .set((
        case_transfer::state.eq(Fate::Withdrawn),
        case_transfer::change_id.eq(&tx.change),
    ))
    .execute(tx.conn)?;
    Ok(())
}

/// The code of a case that waits to be used, expired or not.
pub fn offered(conn: &mut AnyConn, scope: &Scope, id: &CaseId) -> Result<Option<Offer>> {
    let found: Option<(NaiveDateTime, NaiveDateTime)> = case_transfer::table
        .filter(case_transfer::case_id.eq(id))
        .filter(case_transfer::facility_id.eq(store::own(scope)?))
        .filter(case_transfer::state.eq(Fate::Offered))
        .select((case_transfer::offered_at, case_transfer::expires_at))
        .first(conn)
        .optional()?;
    Ok(found.map(|(offered_at, expires_at)| Offer {
        offered_at: offered_at.and_utc(),
        expires_at: expires_at.and_utc(),
    }))
}

/// Takes a course over at the actor's own facility: a case of its own, with what the sender had recorded as words
/// that wait to be confirmed. Neither facility sees what the other records from then on.
///
/// # Errors
/// `Invalid` for a code that is unknown, used, withdrawn, expired or of the same facility, and where the receiving
/// facility has no standing of its own today that permits.
pub fn accept_transfer(tx: &mut Tx<'_>, scope: &Scope, code: &str) -> Result<CaseId> {
    tx.actor.acts_as(KEEPERS)?;
    let place = store::own(scope)?.clone();
    let refused = |why| Error::invalid("code", Message::new(why));
    let found: Option<(CaseTransferId, CaseId, NaiveDateTime)> = case_transfer::table
        .filter(case_transfer::code_hash.eq(numbers::code_hash(code)))
        .filter(case_transfer::programme_id.eq(scope.programme()))
        .filter(case_transfer::state.eq(Fate::Offered))
        .select((
            case_transfer::id,
            case_transfer::case_id,
            case_transfer::expires_at,
        ))
        .first(tx.conn)
        .optional()?;
    let (transfer, parent, expires_at) = found.ok_or_else(|| refused("cases-code-unknown"))?;
    let parent = store::anybodys(tx.conn, &parent)?;
    if tx.now.naive_utc() > expires_at {
        return Err(refused("cases-code-expired"));
    }
    if parent.facility == place {
        return Err(refused("cases-code-own"));
    }
    if parent.state != State::Open {
        return Err(refused("cases-code-unknown"));
    }
    // A list's standing may be of yesterday; whether a course may go on here is judged afresh.
    let (_, days) = standings::judge(tx.conn, scope.programme(), &place, tx.today, Known::NOW)?;
    if !verdicts::permits(&days) {
        return Err(refused("cases-no-standing"));
    }
    let child = begin(tx, scope, place, parent.course, Some(parent.id.clone()))?;
    copy(tx, scope, &parent, &child)?;
    tx.audit(audited(scope, &parent, "case_continued", None))?;
    store::move_on(tx, &parent, State::ContinuedElsewhere)?;
    diesel::update(case_transfer::table.find(&transfer))
        .set((
            case_transfer::state.eq(Fate::Accepted),
            case_transfer::child_id.eq(&child.id),
            case_transfer::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(child.id)
}

/// Copies what is held of the sender's case, each record to be confirmed.
///
/// READING: beside the doses the reactions go on too, because the table of reactions asks for earlier grades at
/// every later dose, and the response, because D-1b asks for it; a blood count is taken anew before each dose.
fn copy(tx: &mut Tx<'_>, scope: &Scope, parent: &Case, child: &Case) -> Result<()> {
    let mut held = store::held_of(tx.conn, &parent.id)?;
    held.retain(|(_, entry)| entry.kind() != Kind::Count);
    held.sort_by_cached_key(|(id, entry)| {
        let at = entry.occurred();
        (at.is_some(), at, id.clone())
    });
    for ((_, entry), position) in held.into_iter().zip(1_i32..) {
        let elsewhere = entry.kind() != Kind::Eligibility;
        let new = NewRecord {
            entry,
            physician: None,
            elsewhere,
        };
        let place = (position, false);
        place_record(tx, scope, child, &new, place, None, child.known_from)?;
    }
    Ok(())
}

/// Confirms one record that came with the course, as it is. One that is wrong is corrected instead, and who is
/// treated may also be confirmed by [`super::change_eligibility`].
pub fn confirm_dose(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&CaseId, i32),
    record: &CaseRecordId,
) -> Result<CaseRecordId> {
    tx.actor.acts_as(KEEPERS)?;
    let case = current(tx, scope, (id, version), &[State::Open])?;
    let waiting = held_record(tx, scope, id, record)?;
    if waiting.confirmed {
        return Err(Error::Stale);
    }
    let same = NewRecord {
        entry: waiting.entry.clone(),
        physician: None,
        elsewhere: waiting.elsewhere,
    };
    replace(tx, scope, &case, &waiting, Some(&same), None)?.ok_or(Error::NotFound)
}

/// How many records of a case wait to be confirmed. While there are any, no check is answered.
pub fn unconfirmed(conn: &mut AnyConn, scope: &Scope, id: &CaseId) -> Result<usize> {
    Ok(store::gather(conn, scope, id)?.unconfirmed())
}

//! What people do with letters: sending one again, saying that it came back, handing it over on paper.

mod alarms;
mod reading;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde_json::json;

use crate::accounts::{self, mailboxes};
use crate::audit::{Entry, Subject};
use crate::db::{ForUpdate, Tx};
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::{AccountId, FacilityId, LetterId, ProgrammeId};
use crate::outbox::{Kind, State};
use crate::schema::letter;
use crate::scope::{Role, Scope};
use crate::wording::{checked, one_line, required};

pub use alarms::{Alarms, Holidays, alarms};
pub use reading::{Letter, NEEDING, Sight, Try, Which, bundle, copies, list, one, tries};

/// Who acts on letters.
pub const KEEPERS: &[Role] = &[Role::SafetyOfficer, Role::Administrator];

/// The longest reason.
const REASON: usize = 300;

/// The message that names a kind of letter.
pub fn kind_id(kind: Kind) -> String {
    format!("post-kind-{}", kind.as_str().replace('_', "-"))
}

/// The message that names a state.
pub fn state_id(state: State) -> String {
    format!("post-state-{}", state.as_str())
}

/// Queues a letter once more: the same words to the same reader, one copy on.
///
/// READING: a letter is sent again to the address of today, at once whatever its reader's habit, because somebody asked for
/// it; but not one that its reader has switched off, nor one whose matter is done.
///
/// INVARIANT: while a copy waits there is no second one, so that a form sent twice sends once.
///
/// # Errors
/// `Stale` where the letter is in another state than was seen; `Invalid` on `resend` where it cannot be sent again.
pub fn resend(tx: &mut Tx<'_>, scope: &Scope, id: &LetterId, seen: State) -> Result<LetterId> {
    let row = locked(tx, scope, id, seen)?;
    let refused = |words| Err(Error::invalid("resend", Message::new(words)));
    match row.state {
        State::Waiting | State::Bundled => return refused("post-still-waits"),
        State::Silenced => return refused("post-silenced"),
        State::Overtaken | State::Lapsed => return refused("post-done-with"),
        State::Sent | State::Dead | State::Bounced | State::Printed | State::Unaddressed => {}
    }
    if row.kind == Kind::Digest {
        return refused("post-digest-in-parts");
    }
    let reader = accounts::store::account(tx.conn, &row.account)?;
    if !reader.active {
        return refused("post-reader-closed");
    }
    if !mailboxes::of(tx.conn, &row.account)?.has_address() {
        return refused("post-no-address");
    }
    let same: Vec<(i32, State)> = letter::table
        .filter(letter::kind.eq(row.kind))
        .filter(letter::subject.eq(&row.subject))
        .filter(letter::due_on.eq(row.due_on))
        .filter(letter::stage.eq(row.stage))
        .filter(letter::account_id.eq(&row.account))
        .select((letter::copy, letter::state))
        .load(tx.conn)?;
    let waits = |(_, state): &(i32, State)| matches!(state, State::Waiting | State::Bundled);
    if same.iter().any(waits) {
        return refused("post-copy-waits");
    }
    let copy = same.iter().map(|(copy, _)| *copy).max().unwrap_or(0) + 1;
    let new = LetterId::fresh(tx.now);
    audit(tx, &row, "letter_resent", ("copy", json!(copy)))?;
    diesel::insert_into(letter::table)
        .values((
            letter::id.eq(&new),
            letter::programme_id.eq(scope.programme()),
            letter::kind.eq(row.kind),
            letter::subject.eq(&row.subject),
            letter::due_on.eq(row.due_on),
            letter::stage.eq(row.stage),
            letter::account_id.eq(&row.account),
            letter::copy.eq(copy),
            letter::facility_id.eq(row.facility.as_ref()),
            letter::body.eq(&row.body),
            letter::state.eq(State::Waiting),
            letter::queued_at.eq(tx.now.naive_utc()),
            letter::not_before.eq(tx.now.naive_utc()),
            letter::attempts.eq(0),
            letter::fence.eq(0_i64),
            letter::answer.eq(""),
        ))
        .execute(tx.conn)?;
    Ok(new)
}

/// Records that a letter which the mail server took came back.
///
/// # Errors
/// `Stale` where the letter is in another state than was seen; `Invalid` on `bounce_reason` where it is no letter that was
/// sent, or without a reason.
pub fn bounce(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &LetterId,
    seen: State,
    reason: &str,
) -> Result<()> {
    let row = locked(tx, scope, id, seen)?;
    if row.state != State::Sent {
        let message = Message::new("post-only-sent-bounces");
        return Err(Error::invalid("bounce_reason", message));
    }
    let mut errors = FieldErrors::default();
    let reason = required(
        &mut errors,
        "bounce_reason",
        reason,
        REASON,
        "forms-required",
    );
    one_line(&mut errors, "bounce_reason", &reason);
    checked(errors, ())?;
    audit(tx, &row, "letter_bounced", ("reason", json!(reason)))?;
    close(tx, &row, State::Bounced, Some(&reason))
}

/// Records that a letter was printed and handed over. One that still waits is then not sent.
///
/// # Errors
/// `Stale` where the letter is in another state than was seen; `Invalid` on `printed` where it was sent or needs no paper,
/// and while it is being handed to the mail server.
pub fn mark_printed(tx: &mut Tx<'_>, scope: &Scope, id: &LetterId, seen: State) -> Result<()> {
    let row = locked(tx, scope, id, seen)?;
    let refused = |words| Err(Error::invalid("printed", Message::new(words)));
    match row.state {
        State::Dead | State::Bounced | State::Unaddressed => {}
        State::Waiting if row.lease_until.is_some_and(|end| end > tx.now.naive_utc()) => {
            return refused("post-being-sent");
        }
        // Its letters would wait for it for ever.
        State::Waiting if row.kind == Kind::Digest => return refused("post-in-a-digest"),
        State::Waiting => {}
        State::Sent | State::Printed => return refused("post-has-arrived"),
        State::Bundled => return refused("post-in-a-digest"),
        State::Silenced | State::Overtaken | State::Lapsed => return refused("post-no-paper"),
    }
    audit(tx, &row, "letter_printed", ("due", json!(row.due_on)))?;
    close(tx, &row, State::Printed, None)
}

/// What an act needs to know of a letter.
#[derive(Queryable)]
struct Row {
    id: LetterId,
    programme: ProgrammeId,
    kind: Kind,
    subject: String,
    due_on: NaiveDate,
    stage: i32,
    account: AccountId,
    facility: Option<FacilityId>,
    body: String,
    state: State,
    fence: i64,
    lease_until: Option<NaiveDateTime>,
}

/// A letter of the programme, kept from others until the act is done; it is as it was seen.
fn locked(tx: &mut Tx<'_>, scope: &Scope, id: &LetterId, seen: State) -> Result<Row> {
    tx.actor.acts_as(KEEPERS)?;
    let query = letter::table
        .filter(letter::id.eq(id))
        .filter(letter::programme_id.eq(scope.programme()))
        .select((
            letter::id,
            letter::programme_id,
            letter::kind,
            letter::subject,
            letter::due_on,
            letter::stage,
            letter::account_id,
            letter::facility_id,
            letter::body,
            letter::state,
            letter::fence,
            letter::lease_until,
        ));
    let row: Row = ForUpdate(query).get_result(tx.conn)?;
    match row.state == seen {
        true => Ok(row),
        false => Err(Error::Stale),
    }
}

/// Ends a letter by hand. INVARIANT: its fence moves on, so that a sender which leased it before cannot mark it any more.
fn close(tx: &mut Tx<'_>, row: &Row, state: State, answer: Option<&str>) -> Result<()> {
    let open = letter::table
        .filter(letter::id.eq(&row.id))
        .filter(letter::state.eq(row.state))
        .filter(letter::fence.eq(row.fence));
    let changed = diesel::update(open)
        .set((
            letter::state.eq(state),
            letter::fence.eq(row.fence + 1),
            letter::lease_until.eq(None::<NaiveDateTime>),
            letter::ended_at.eq(tx.now.naive_utc()),
            answer.map(|words| letter::answer.eq(words)),
        ))
        .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::Stale),
    }
}

fn audit(
    tx: &mut Tx<'_>,
    row: &Row,
    verb: &'static str,
    (name, value): (&str, serde_json::Value),
) -> Result<i64> {
    let reader = accounts::store::account(tx.conn, &row.account)?;
    tx.audit(Entry {
        verb,
        subject: Subject::new("letter", row.id.as_str()),
        programme: Some(row.programme.clone()),
        facility: row.facility.clone(),
        detail: json!({
            "person": reader.name,
            "kind": format!("term:{}", kind_id(row.kind)),
            name: value,
        }),
    })
}

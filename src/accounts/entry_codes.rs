//! Invitations and resets: single-use codes, by mail or on paper, by which somebody sets a password themselves.
//!
//! INVARIANT: of a code only its digest is kept. A letter's code is made again when the letter is written (`codes`), one
//! on paper is shown once; both are worth nothing after their first use, their end, or a later one in their place.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::{
    Account, Hashed, SignedIn, administers, entry, factors, login_key, mailboxes, renew_password,
    store, strength,
};
use crate::clock::jst_date;
use crate::codes::{self, CodeKey};
use crate::config::Cost;
use crate::db::{AnyConn, Db, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{AccountId, EntryCodeId, PersonId};
use crate::outbox::{self, Body, Kind, NewLetter, Value};
use crate::schema::{audit, entry_code};
use crate::scope::Actor;

/// How long an invitation can be used.
///
/// READING: no rule gives a length. Two weeks reach somebody who is away for one.
const INVITATION: TimeDelta = TimeDelta::days(14);
/// How long a reset can be used: whoever asks for it waits for it.
const RESET: TimeDelta = TimeDelta::hours(1);
/// Letters with a reset that one account gets in an hour, so that nobody floods another's mailbox.
const RESETS_AN_HOUR: i64 = 3;
/// The version of the purpose of use that is shown at the first sign-in (`purpose-…` in the message files). Whoever
/// changes that text changes this.
pub const PURPOSE_VERSION: &str = "2026-11";

crate::words! {
    /// What a code is for.
    pub enum Purpose {
        /// The first sign-in.
        Invitation = "invitation",
        /// A new password in the place of a forgotten one.
        Reset = "reset",
    }
}

crate::words! {
    /// How a code reaches its reader.
    pub enum Way {
        Mail = "mail",
        /// Printed and handed over, because mail does fail.
        Paper = "paper",
    }
}

/// A code before it is kept. It is made outside of the write, which may be run again.
#[derive(Clone)]
pub struct NewCode {
    id: EntryCodeId,
    way: Way,
    digest: String,
}

impl NewCode {
    /// One that a letter will carry.
    pub fn by_mail(key: &CodeKey, now: DateTime<Utc>) -> Result<NewCode> {
        let id = EntryCodeId::fresh(now);
        Ok(NewCode {
            digest: codes::digest(&key.code(id.as_str())?),
            way: Way::Mail,
            id,
        })
    }

    /// One for paper, with the only copy of its text.
    pub fn on_paper(now: DateTime<Utc>) -> Result<(NewCode, String)> {
        let code = codes::random()?;
        let new = NewCode {
            id: EntryCodeId::fresh(now),
            way: Way::Paper,
            digest: codes::digest(&code),
        };
        Ok((new, code))
    }
}

/// A code that can still be used.
#[derive(Debug, Clone)]
pub struct OpenCode {
    pub account: AccountId,
    pub purpose: Purpose,
    pub way: Way,
    pub issued_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// The codes of some accounts that can still be used, earliest first.
pub fn open_of(
    conn: &mut AnyConn,
    accounts: &[AccountId],
    now: DateTime<Utc>,
) -> Result<Vec<OpenCode>> {
    type Row = (AccountId, Purpose, Way, NaiveDateTime, NaiveDateTime);
    let rows: Vec<Row> = entry_code::table
        .filter(entry_code::account_id.eq_any(accounts))
        .filter(entry_code::used_at.is_null())
        .filter(entry_code::revoked_at.is_null())
        .filter(entry_code::ends_at.gt(now.naive_utc()))
        .order((entry_code::issued_at, entry_code::id))
        .select((
            entry_code::account_id,
            entry_code::purpose,
            entry_code::way,
            entry_code::issued_at,
            entry_code::ends_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(account, purpose, way, issued_at, ends_at)| OpenCode {
            account,
            purpose,
            way,
            issued_at: issued_at.and_utc(),
            ends_at: ends_at.and_utc(),
        })
        .collect())
}

/// Invites somebody to sign in for the first time; an earlier invitation is worth nothing from then on. Returns when the
/// new one ends.
///
/// # Errors
/// `Stale` where the account has been signed in to already; `Invalid` on `way` where a letter has no address to go to;
/// `Forbidden` for anybody but administrators.
pub fn invite(tx: &mut Tx<'_>, account: &AccountId, code: &NewCode) -> Result<DateTime<Utc>> {
    administers(tx)?;
    let subject = store::account(tx.conn, account)?;
    if !subject.awaited {
        return Err(Error::Stale);
    }
    revoke_open(tx, account, Some(Purpose::Invitation), None)?;
    issue(tx, &subject, Purpose::Invitation, code)
}

/// Makes an open invitation worthless.
pub fn revoke_invitation(tx: &mut Tx<'_>, account: &AccountId) -> Result<()> {
    administers(tx)?;
    let subject = store::account(tx.conn, account)?;
    let open = open_of(tx.conn, std::slice::from_ref(account), tx.now)?;
    if !open.iter().any(|code| code.purpose == Purpose::Invitation) {
        return Err(Error::Stale);
    }
    tx.audit(entry(
        "invitation_revoked",
        account,
        None,
        json!({ "person": subject.name }),
    ))?;
    revoke_open(tx, account, Some(Purpose::Invitation), None)
}

/// A reset that an administrator prints for somebody whose mail does not arrive.
///
/// # Errors
/// `Stale` where the account was never signed in to: it needs an invitation; `Forbidden` for anybody but administrators,
/// for oneself, and for whoever gave the account its card: nobody holds both halves of somebody's sign-in.
pub fn print_reset(tx: &mut Tx<'_>, account: &AccountId, code: &NewCode) -> Result<DateTime<Utc>> {
    administers(tx)?;
    let subject = store::account(tx.conn, account)?;
    if subject.awaited {
        return Err(Error::Stale);
    }
    let person = tx.actor.person.clone();
    if person.as_ref() == Some(&subject.person)
        || (person.is_some() && factors::store::card_given_by(tx.conn, account)? == person)
    {
        return Err(Error::Forbidden);
    }
    revoke_open(tx, account, Some(Purpose::Reset), None)?;
    issue(tx, &subject, Purpose::Reset, code)
}

/// Who printed the last code of a kind for an account; nobody where none was printed.
pub(super) fn printed_by(
    conn: &mut AnyConn,
    account: &AccountId,
    purpose: Purpose,
) -> Result<Option<PersonId>> {
    let person: Option<Option<PersonId>> = entry_code::table
        .inner_join(audit::table.on(audit::seq.eq(entry_code::known_from)))
        .filter(entry_code::account_id.eq(account))
        .filter(entry_code::purpose.eq(purpose))
        .filter(entry_code::way.eq(Way::Paper))
        .order(entry_code::known_from.desc())
        .select(audit::person_id.nullable())
        .first(conn)
        .optional()?;
    Ok(person.flatten())
}

/// Sends a reset to whoever has this login, an open account and an address; to nobody otherwise, and says nothing of it.
/// What was printed stays good: asking in another's name takes nothing away from them.
pub fn request_reset(db: &Db, key: &CodeKey, login: &str) -> Result<()> {
    let login = login_key(login);
    let code = NewCode::by_mail(key, db.clock().now())?;
    db.write(&Actor::system("reset"), move |tx| {
        let Some(found) = store::by_login(tx.conn, &login)? else {
            return Ok(());
        };
        let subject = store::account(tx.conn, &found.id)?;
        let lately = tx.now - TimeDelta::hours(1);
        let sent: i64 = entry_code::table
            .filter(entry_code::account_id.eq(&found.id))
            .filter(entry_code::purpose.eq(Purpose::Reset))
            .filter(entry_code::way.eq(Way::Mail))
            .filter(entry_code::issued_at.gt(lately.naive_utc()))
            .count()
            .get_result(tx.conn)?;
        let reachable = mailboxes::of(tx.conn, &found.id)?.has_address();
        if !subject.active || subject.awaited || !reachable || sent >= RESETS_AN_HOUR {
            return Ok(());
        }
        revoke_open(tx, &found.id, Some(Purpose::Reset), Some(Way::Mail))?;
        issue(tx, &subject, Purpose::Reset, &code).map(|_| ())
    })
}

fn issue(
    tx: &mut Tx<'_>,
    subject: &Account,
    purpose: Purpose,
    code: &NewCode,
) -> Result<DateTime<Utc>> {
    if !subject.active {
        return Err(Error::invalid(
            "account",
            Message::new("accounts-account-closed"),
        ));
    }
    let (verb, good_for) = match purpose {
        Purpose::Invitation => ("invitation_issued", INVITATION),
        Purpose::Reset => ("reset_issued", RESET),
    };
    let ends_at = tx.now + good_for;
    let known = tx.audit(entry(
        verb,
        &subject.id,
        None,
        json!({
            "person": subject.name,
            "way": format!("term:{}", way_id(code.way)),
            "until": ends_at,
        }),
    ))?;
    diesel::insert_into(entry_code::table)
        .values((
            entry_code::id.eq(&code.id),
            entry_code::account_id.eq(&subject.id),
            entry_code::purpose.eq(purpose),
            entry_code::way.eq(code.way),
            entry_code::digest.eq(&code.digest),
            entry_code::issued_at.eq(tx.now.naive_utc()),
            entry_code::ends_at.eq(ends_at.naive_utc()),
            entry_code::known_from.eq(known),
        ))
        .execute(tx.conn)?;
    if code.way == Way::Mail {
        tell(tx, subject, purpose, (&code.id, ends_at))?;
    }
    Ok(ends_at)
}

/// Queues the letter that will carry the code. The row holds what it is about: the id of the code, never the code.
fn tell(
    tx: &mut Tx<'_>,
    subject: &Account,
    purpose: Purpose,
    (id, ends_at): (&EntryCodeId, DateTime<Utc>),
) -> Result<()> {
    let no_address = || Error::invalid("way", Message::new("invitation-no-address"));
    let to = outbox::addressees(tx.conn, std::slice::from_ref(&subject.id))?
        .into_iter()
        .find(|to| to.has_address)
        .ok_or_else(no_address)?;
    let programme = store::current_programme(tx.conn)?.ok_or(Error::NotFound)?;
    let (kind, path) = match purpose {
        Purpose::Invitation => (Kind::Invitation, "/invitation"),
        Purpose::Reset => (Kind::PasswordReset, "/reset"),
    };
    let letter = NewLetter {
        kind,
        subject: id.to_string(),
        due_on: jst_date(ends_at),
        stage: 0,
        to,
        programme: programme.id,
        facility: None,
        body: Body {
            place: programme.manufacturer,
            values: BTreeMap::from([
                ("name".to_owned(), Value::Text(subject.login.clone())),
                ("until".to_owned(), Value::Instant(ends_at)),
            ]),
            path: path.to_owned(),
            calendar: None,
        },
        not_before: tx.now,
    };
    outbox::queue(tx.conn, tx.now, &[letter]).map(|_| ())
}

/// Makes codes of an account worthless that were not used.
pub(super) fn revoke_open(
    tx: &mut Tx<'_>,
    account: &AccountId,
    purpose: Option<Purpose>,
    way: Option<Way>,
) -> Result<()> {
    let purposes = purpose.map_or(Purpose::ALL.to_vec(), |purpose| vec![purpose]);
    let ways = way.map_or(Way::ALL.to_vec(), |way| vec![way]);
    diesel::update(
        entry_code::table
            .filter(entry_code::account_id.eq(account))
            .filter(entry_code::purpose.eq_any(purposes))
            .filter(entry_code::way.eq_any(ways))
            .filter(entry_code::used_at.is_null())
            .filter(entry_code::revoked_at.is_null()),
    )
    .set(entry_code::revoked_at.eq(tx.now.naive_utc()))
    .execute(tx.conn)?;
    Ok(())
}

/// Sets a password by a code and signs in. A wrong login and a wrong code have the same answer and cost the same: the new
/// password is hashed before anything is looked up. Tries are not counted: nobody guesses a hundred bits, and a wait would only
/// take from the owner the way in that is left while somebody fails at the sign-in.
///
/// # Errors
/// `Invalid` on `login` for anything but an open code of an open account; on `new_password` where the password is too
/// short or easily guessed, which leaves the code as it is.
pub fn redeem(
    db: &Db,
    cost: Cost,
    purpose: Purpose,
    (login, code): (&str, &str),
    password: &str,
) -> Result<SignedIn> {
    let hashed = super::hash(cost, password)?;
    let (login, digest) = (login_key(login), codes::digest(code));
    let now = db.clock().now();
    let found = db.read(|conn| {
        let found = store::by_login(conn, &login)?;
        let id = found.as_ref().map(|found| found.id.as_str());
        let fits = fitting(conn, id.unwrap_or(""), purpose, &digest, now)?;
        Ok(found.filter(|found| found.active && fits))
    })?;
    let found = found.ok_or_else(wrong_code)?;
    // Only who holds the code learns what the password was measured against.
    let words = db.read(|conn| strength::words_of(conn, &found.id))?;
    strength::strong_enough(password, &words)?;
    let (account, actor) = (found.id.clone(), found.actor());
    let memberships = db.write(&actor, move |tx| {
        use_up(tx, &account, purpose, &digest)?;
        open_with(tx, &account, purpose, &hashed)?;
        store::memberships_on(tx.conn, &account, tx.today)
    })?;
    Ok(found.signed_in(memberships))
}

fn wrong_code() -> Error {
    Error::invalid("login", Message::new("accounts-wrong-code"))
}

/// Whether this code of an account can be used now.
fn fitting(
    conn: &mut AnyConn,
    account: &str,
    purpose: Purpose,
    digest: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let found: Option<EntryCodeId> = entry_code::table
        .filter(entry_code::digest.eq(digest))
        .filter(entry_code::account_id.eq(account))
        .filter(entry_code::purpose.eq(purpose))
        .filter(entry_code::used_at.is_null())
        .filter(entry_code::revoked_at.is_null())
        .filter(entry_code::ends_at.gt(now.naive_utc()))
        .select(entry_code::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Uses a code up. INVARIANT: of two that come at once one finds it open, because this is the write itself.
fn use_up(tx: &mut Tx<'_>, account: &AccountId, purpose: Purpose, digest: &str) -> Result<()> {
    let at = tx.now.naive_utc();
    let used = diesel::update(
        entry_code::table
            .filter(entry_code::digest.eq(digest))
            .filter(entry_code::account_id.eq(account))
            .filter(entry_code::purpose.eq(purpose))
            .filter(entry_code::used_at.is_null())
            .filter(entry_code::revoked_at.is_null())
            .filter(entry_code::ends_at.gt(at)),
    )
    .set(entry_code::used_at.eq(at))
    .execute(tx.conn)?;
    match used {
        0 => Err(wrong_code()),
        _ => Ok(()),
    }
}

/// What a used code does: the password is set, and for the first sign-in the purpose of use is on record as accepted.
/// A second factor stays what it is: the code stands for the password alone.
fn open_with(
    tx: &mut Tx<'_>,
    account: &AccountId,
    purpose: Purpose,
    password: &Hashed,
) -> Result<()> {
    let subject = store::account(tx.conn, account)?;
    let detail = match purpose {
        Purpose::Invitation => json!({ "person": subject.name, "version": PURPOSE_VERSION }),
        Purpose::Reset => json!({ "person": subject.name }),
    };
    let verb = match purpose {
        Purpose::Invitation => "first_signed_in",
        Purpose::Reset => "password_reset",
    };
    tx.audit(entry(verb, account, None, detail))?;
    if purpose == Purpose::Invitation {
        store::accept_purpose(tx.conn, account, PURPOSE_VERSION, tx.now)?;
    }
    renew_password(tx, &subject, password, None)
}

/// The message that names a way.
pub fn way_id(way: impl std::borrow::Borrow<Way>) -> &'static str {
    match way.borrow() {
        Way::Mail => "way-mail",
        Way::Paper => "way-paper",
    }
}

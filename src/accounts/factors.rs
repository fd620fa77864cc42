//! The second factor: an app that makes codes, or a printed card of single-use codes, and recovery codes beside either.

pub mod codes;
pub mod keys;
pub mod store;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::entry_codes::Purpose;
use super::failures::{self, Sort};
use super::{entry, right, sessions, tried};
use crate::audit::Entry;
use crate::db::{AnyConn, Db, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{AccountId, FactorId, SessionId};
use crate::scope::Role;

pub use keys::Keys;

/// Codes on a card: about two months of one sign-in and one signing a working day would use them up, so that a card is
/// printed anew a few times a year.
const ON_A_CARD: usize = 40;
/// Recovery codes made at once.
const RECOVERIES: usize = 10;
/// From this many unused codes downwards the owner is told at every sign-in.
const FEW: i64 = 3;

crate::words! {
    /// What somebody shows beside the password.
    pub enum Kind {
        /// An app on a telephone or computer that makes a code every thirty seconds.
        App = "totp",
        /// A printed card of numbered codes, for those without a telephone of their own.
        Card = "card",
    }
}

crate::words! {
    /// Codes that are used once.
    pub enum CodeKind {
        Card = "card",
        Recovery = "recovery",
    }
}

impl Kind {
    /// The message that names it.
    pub fn term(&self) -> &'static str {
        match self {
            Kind::App => "factor-kind-app",
            Kind::Card => "factor-kind-card",
        }
    }
}

/// What is asked for: a code of the app, or the code of this number on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    App,
    Card(i32),
    /// Every code of the card was used.
    CardUsedUp,
}

/// The factor an account has, as its owner and administrators see it.
#[derive(Debug, Clone)]
pub struct Held {
    pub kind: Kind,
    pub since: DateTime<Utc>,
    /// Codes left on the card; none for an app.
    pub on_card: Option<i64>,
    pub recoveries: i64,
}

impl Held {
    pub fn few_on_card(&self) -> bool {
        self.on_card.is_some_and(|left| left <= FEW)
    }

    pub fn few_recoveries(&self) -> bool {
        self.recoveries <= FEW
    }
}

/// A factor to be kept, with digests in the place of its codes.
#[derive(Debug, Clone)]
pub struct NewFactor {
    kind: Kind,
    secret: String,
    last_step: i64,
    card: Vec<String>,
    recovery: Vec<String>,
}

/// What an app needs to make codes.
#[derive(Debug, Clone)]
pub struct Setup {
    /// For the QR code.
    pub address: String,
    /// For typing by hand.
    pub secret: String,
}

/// What is asked of an account; none where it has no factor.
pub fn prompt(conn: &mut AnyConn, account: &AccountId) -> Result<Option<Prompt>> {
    let Some(factor) = store::active(conn, account)? else {
        return Ok(None);
    };
    Ok(Some(match factor.kind {
        Kind::App => Prompt::App,
        Kind::Card => store::asked(conn, &factor.id)?.map_or(Prompt::CardUsedUp, Prompt::Card),
    }))
}

/// The factor of an account.
pub fn held(conn: &mut AnyConn, account: &AccountId) -> Result<Option<Held>> {
    let Some(factor) = store::active(conn, account)? else {
        return Ok(None);
    };
    Ok(Some(Held {
        kind: factor.kind,
        since: factor.since,
        on_card: match factor.kind {
            Kind::App => None,
            Kind::Card => Some(store::left(conn, &factor.id, CodeKind::Card)?),
        },
        recoveries: store::left(conn, &factor.id, CodeKind::Recovery)?,
    }))
}

/// A secret for an app, sealed. It is kept in the session until a first code shows that the app has it.
pub fn begin(keys: &Keys, account: &AccountId) -> Result<String> {
    keys.seal(account, &codes::fresh_secret()?)
}

/// The sealed secret in the forms that an app takes.
pub fn setup(keys: &Keys, account: &AccountId, login: &str, sealed: &str) -> Result<Setup> {
    let secret = opened(keys, account, sealed)?;
    let totp = codes::totp(&secret, login)?;
    Ok(Setup {
        address: totp
            .to_url()
            .map_err(|cause| Error::broken("address of a second factor", cause))?,
        secret: codes::by_hand(&secret),
    })
}

/// An app's factor, if the first code is right. Returns it with the recovery codes, which are kept nowhere.
pub fn app(
    keys: &Keys,
    account: &AccountId,
    (sealed, typed): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(NewFactor, Vec<String>)> {
    let totp = codes::totp(&opened(keys, account, sealed)?, "")?;
    let step = codes::typed(typed).and_then(|code| codes::step_of(&totp, &code, now));
    let Some(last_step) = step else {
        let message = match typed.trim().is_empty() {
            true => "factors-code-needed",
            false => "factors-first-code-wrong",
        };
        return Err(Error::invalid("factor", Message::new(message)));
    };
    let (recovery, shown) = recoveries(keys, account)?;
    let new = NewFactor {
        kind: Kind::App,
        secret: sealed.to_owned(),
        last_step,
        card: Vec::new(),
        recovery,
    };
    Ok((new, shown))
}

/// A card's factor. Returns it with the codes of the card, which are kept nowhere.
///
/// READING: a card has no recovery codes until its owner makes them on the own page: whoever prints a card for somebody
/// would otherwise hold codes that outlive it.
pub fn card(keys: &Keys, account: &AccountId) -> Result<(NewFactor, Vec<String>)> {
    let mut shown = Vec::new();
    let mut card = Vec::new();
    for number in 1..=ON_A_CARD {
        let code = codes::draw(codes::CARD)?;
        card.push(keys.digest(account, &on_card(number), &code)?);
        shown.push(codes::grouped(&code, ' '));
    }
    let new = NewFactor {
        kind: Kind::Card,
        secret: String::new(),
        last_step: 0,
        card,
        recovery: Vec::new(),
    };
    Ok((new, shown))
}

/// Recovery codes: their digests, and the codes as they are shown once.
pub fn recoveries(keys: &Keys, account: &AccountId) -> Result<(Vec<String>, Vec<String>)> {
    let mut digests = Vec::new();
    let mut shown = Vec::new();
    for _ in 0..RECOVERIES {
        let code = codes::draw(codes::RECOVERY)?;
        digests.push(keys.digest(account, "recovery", &code)?);
        shown.push(codes::grouped(&code, '-'));
    }
    Ok((digests, shown))
}

fn on_card(number: impl std::fmt::Display) -> String {
    format!("card {number}")
}

fn opened(keys: &Keys, account: &AccountId, sealed: &str) -> Result<Vec<u8>> {
    keys.open(account, sealed)?
        .ok_or_else(|| Error::invalid("factor", Message::new("factors-unreadable")))
}

/// The owner sets up a factor: the first one, or another in the place of the one just proven. Every other session ends.
pub fn enrol(
    tx: &mut Tx<'_>,
    account: &AccountId,
    new: &NewFactor,
    (replaces, own): (bool, Option<&SessionId>),
) -> Result<()> {
    if tx.actor.account.as_ref() != Some(account) {
        return Err(Error::Forbidden);
    }
    let old = store::active(tx.conn, account)?;
    // Somebody with the password who was first leaves the second one without a way in: the first factor stands.
    if old.is_some() != replaces {
        return Err(Error::Stale);
    }
    keep(tx, account, new, "factor_enrolled", own)
}

/// The verb of the row that records who gave a card.
const CARD_GIVEN: &str = "factor_card_given";

/// An administrator hands a card to somebody who has no factor.
///
/// READING: a card is handed over in person, and the administrator who prints it sees its codes. That is why it is given
/// only to somebody who has no factor yet or whose lost one two administrators set aside, never in the place of one that
/// works, never to oneself; and why the password is asked beside it, which the administrator does not know: whoever printed
/// the account's last reset gives it no card, and whoever gave the card prints it no reset.
pub fn give_card(tx: &mut Tx<'_>, account: &AccountId, new: &NewFactor) -> Result<()> {
    tx.actor.acts_as(&[Role::Administrator])?;
    let subject = super::store::account(tx.conn, account)?;
    if tx.actor.person.as_ref() == Some(&subject.person) || !subject.active {
        return Err(Error::Forbidden);
    }
    if super::entry_codes::printed_by(tx.conn, account, Purpose::Reset)? == tx.actor.person {
        return Err(Error::Forbidden);
    }
    if new.kind != Kind::Card || store::active(tx.conn, account)?.is_some() {
        return Err(Error::Stale);
    }
    keep(tx, account, new, CARD_GIVEN, None)
}

fn keep(
    tx: &mut Tx<'_>,
    account: &AccountId,
    new: &NewFactor,
    verb: &'static str,
    own: Option<&SessionId>,
) -> Result<()> {
    let subject = super::store::account(tx.conn, account)?;
    if !subject.active {
        return Err(Error::Forbidden);
    }
    let detail = json!({ "person": subject.name, "factor": format!("term:{}", new.kind.term()) });
    let known = tx.audit(said(verb, account, detail))?;
    if let Some(old) = store::active(tx.conn, account)? {
        store::end(tx.conn, &old.id, known)?;
    }
    let id = FactorId::fresh(tx.now);
    store::insert(tx.conn, &id, account, new, (tx.now, known))?;
    sessions::end_others(tx.conn, account, own)?;
    Ok(())
}

/// Sets a factor aside without another in its place; whoever signs in next enrols anew. Every session ends.
pub(super) fn set_aside(tx: &mut Tx<'_>, account: &AccountId, known: i64) -> Result<()> {
    let old = store::active(tx.conn, account)?.ok_or(Error::Stale)?;
    store::end(tx.conn, &old.id, known)?;
    sessions::end_others(tx.conn, account, None)?;
    Ok(())
}

/// New recovery codes in the place of the old ones.
pub fn renew_recoveries(tx: &mut Tx<'_>, account: &AccountId, digests: &[String]) -> Result<()> {
    if tx.actor.account.as_ref() != Some(account) {
        return Err(Error::Forbidden);
    }
    let factor = store::active(tx.conn, account)?.ok_or(Error::Stale)?;
    let subject = super::store::account(tx.conn, account)?;
    let detail = json!({ "person": subject.name });
    tx.audit(said("recovery_codes_made", account, detail))?;
    store::replace_recovery(tx.conn, &factor.id, digests)
}

fn said(verb: &'static str, account: &AccountId, detail: serde_json::Value) -> Entry {
    entry(verb, account, None, detail)
}

/// What a code that was typed stands for.
enum Typed {
    Step(i64),
    Code(CodeKind, String),
}

/// Checks a code and uses it up. Wrong codes bring waits as wrong passwords do; during a wait no code is right.
///
/// # Errors
/// `Invalid` on `factor`: nothing was typed, no factor is set up, or the code is wrong, was used before or is not the one
/// that was asked for — which of these, is not said.
pub fn show(db: &Db, keys: &Keys, account: &AccountId, typed: &str) -> Result<()> {
    if typed.trim().is_empty() {
        let message = Message::new("factors-code-needed");
        return Err(Error::invalid("factor", message));
    }
    let now = db.clock().now();
    let (found, factor, asked) = db.read(|conn| {
        let found = super::store::account(conn, account)?;
        let factor = store::active(conn, account)?;
        let asked = match &factor {
            Some(factor) => store::asked(conn, &factor.id)?,
            None => None,
        };
        Ok((found, factor, asked))
    })?;
    let Some(factor) = factor else {
        return Err(Error::invalid("factor", Message::new("factors-none")));
    };
    let wrong = || Error::invalid("factor", Message::new("factors-wrong"));
    let counted = failures::digest(Sort::Factor, account.as_str());
    if !tried(db, &counted)? || !found.active {
        return Err(wrong());
    }
    let read = codes::typed(typed)
        .map(|code| understood(keys, account, (&factor, asked), &code, now))
        .transpose()?
        .flatten();
    let used = match read {
        Some(Typed::Step(step)) => {
            let id = factor.id;
            db.jot(move |conn| store::take_step(conn, &id, step))?
        }
        Some(Typed::Code(CodeKind::Card, digest)) => {
            let id = factor.id;
            db.jot(move |conn| store::use_code(conn, &id, (CodeKind::Card, &digest), now))?
        }
        Some(Typed::Code(CodeKind::Recovery, digest)) => {
            let (id, account) = (factor.id, account.clone());
            db.write(&found.actor(), move |tx| {
                recover(tx, &account, &id, &digest)
            })?
        }
        None => false,
    };
    match used {
        true => right(db, &counted),
        false => Err(wrong()),
    }
}

/// By its length a code says what it is; one that cannot be right is not understood.
fn understood(
    keys: &Keys,
    account: &AccountId,
    (factor, asked): (&store::Factor, Option<i32>),
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<Typed>> {
    Ok(match (factor.kind, code.len()) {
        (Kind::App, codes::APP) => {
            let totp = codes::totp(&opened(keys, account, &factor.secret)?, "")?;
            codes::step_of(&totp, code, now).map(Typed::Step)
        }
        (Kind::Card, codes::CARD) => match asked {
            Some(number) => {
                let digest = keys.digest(account, &on_card(number), code)?;
                Some(Typed::Code(CodeKind::Card, digest))
            }
            None => None,
        },
        (_, codes::RECOVERY) => {
            let digest = keys.digest(account, "recovery", code)?;
            Some(Typed::Code(CodeKind::Recovery, digest))
        }
        _ => None,
    })
}

/// Uses up a recovery code, once, and says so in the log.
fn recover(tx: &mut Tx<'_>, account: &AccountId, id: &FactorId, digest: &str) -> Result<bool> {
    let now = tx.now;
    if !store::use_code(tx.conn, id, (CodeKind::Recovery, digest), now)? {
        return Ok(false);
    }
    let left = store::left(tx.conn, id, CodeKind::Recovery)?;
    let subject = super::store::account(tx.conn, account)?;
    let detail = json!({ "person": subject.name, "left": left });
    tx.audit(said("recovery_code_used", account, detail))?;
    Ok(true)
}

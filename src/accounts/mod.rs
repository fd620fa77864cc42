//! People with one account each, and the memberships that give an account a role from a first to a last day.

pub mod account_review_pages;
pub mod closure_pages;
pub mod deputies;
pub mod entry_codes;
pub mod entry_pages;
pub mod factor_losses;
pub mod factor_pages;
pub mod factors;
pub mod failures;
pub mod invitation_pages;
pub mod letter_pages;
pub mod loss_pages;
pub mod mailboxes;
pub mod membership_pages;
pub mod memberships;
pub mod own_pages;
pub mod pages;
pub mod password_pages;
pub mod passwords;
pub mod preference_pages;
pub mod reviews;
pub mod sessions;
pub mod store;
pub mod strength;

use chrono::NaiveDate;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::audit::{Entry, Subject};
use crate::config::Cost;
use crate::db::{Db, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{AccountId, FacilityId, PersonId, SessionId};
use crate::messages::Lang;
use crate::rules::finding::Argument;
use crate::scope::Role;
use crate::signatures::{Method, Proof};

use failures::Sort;
use store::Credentials;

pub use memberships::{Membership, Training, end_membership, grant, record_training};
pub use passwords::{Hashed, hash};
pub use store::{Account, Standing};

/// A person to be given an account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// As typed: 神 (U+FA19) stays what it is.
    pub name: String,
    pub login: String,
    pub language: Lang,
}

/// Who has signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub account: AccountId,
    pub person: PersonId,
    pub name: String,
    pub language: Lang,
    /// What the account may do today; empty when every membership has ended or is still to begin.
    pub memberships: Vec<Membership>,
}

/// A login as it is compared: without outer spaces, in lower case.
pub fn login_key(login: &str) -> String {
    login.trim().to_lowercase()
}

/// The key people are sorted and searched by; the name itself stays as typed.
pub fn name_key(name: &str) -> String {
    name.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// Makes a person with an account. The password was hashed before the write, because hashing is slow on purpose.
pub fn create_account(
    tx: &mut Tx<'_>,
    new: &NewAccount,
    password: &Hashed,
) -> Result<(PersonId, AccountId)> {
    administers(tx)?;
    account_of(tx, None, new, password)
}

/// Makes an account for a person who is known already: a physician whom a facility has named. The name stays the
/// person's own; one person has one account.
pub fn create_account_for(
    tx: &mut Tx<'_>,
    person: &PersonId,
    new: &NewAccount,
    password: &Hashed,
) -> Result<AccountId> {
    administers(tx)?;
    let waiting = store::named_without_account(tx.conn)?;
    let Some(named) = waiting.into_iter().find(|named| named.person == *person) else {
        return Err(Error::Stale);
    };
    let new = NewAccount {
        name: named.name,
        ..new.clone()
    };
    Ok(account_of(tx, Some(person), &new, password)?.1)
}

/// An account that was just made waits for the first sign-in of its person, who has not chosen a password yet.
pub fn await_first(tx: &mut Tx<'_>, account: &AccountId) -> Result<()> {
    administers(tx)?;
    store::await_first(tx.conn, account)
}

fn account_of(
    tx: &mut Tx<'_>,
    known_person: Option<&PersonId>,
    new: &NewAccount,
    password: &Hashed,
) -> Result<(PersonId, AccountId)> {
    let login = login_key(&new.login);
    if store::by_login(tx.conn, &login)?.is_some() {
        return Err(Error::invalid(
            "login",
            Message::new("accounts-login-taken").with("login", Argument::Text(login)),
        ));
    }
    let account = AccountId::fresh(tx.now);
    let person = known_person.map_or_else(|| PersonId::fresh(tx.now), PersonId::clone);
    let known = tx.audit(entry(
        "account_created",
        &account,
        None,
        json!({ "person": new.name, "login": login }),
    ))?;
    if known_person.is_none() {
        store::insert_person(tx.conn, &person, &new.name, &name_key(&new.name), known)?;
    }
    store::insert_account(
        tx.conn,
        &account,
        &person,
        &login,
        password,
        new.language,
        known,
    )?;
    Ok((person, account))
}

/// Refuses days of which the last lies before the first, beside the field of the last.
pub fn in_order(field: &str, first: NaiveDate, last: Option<NaiveDate>) -> Result<()> {
    match last.filter(|last| *last < first) {
        Some(last) => Err(Error::invalid(
            field,
            Message::new("accounts-ends-before-it-begins")
                .with("first", Argument::Date(first))
                .with("last", Argument::Date(last)),
        )),
        None => Ok(()),
    }
}

/// Lets an account sign in, or no longer; it acts at the account's next request.
/// What was handed out to a closed account and not used is worth nothing when it is opened again.
pub fn set_active(tx: &mut Tx<'_>, account: &AccountId, active: bool) -> Result<()> {
    administers(tx)?;
    let subject = store::account(tx.conn, account)?;
    if subject.active == active {
        return Err(Error::Stale);
    }
    if !active && tx.actor.account.as_ref() == Some(account) {
        return Err(Error::invalid(
            "account",
            Message::new("accounts-own-administration"),
        ));
    }
    let verb = if active {
        "account_reopened"
    } else {
        "account_closed"
    };
    tx.audit(entry(
        verb,
        account,
        None,
        json!({ "person": subject.name }),
    ))?;
    sessions::end_others(tx.conn, account, None)?;
    entry_codes::revoke_open(tx, account, None, None)?;
    store::set_active(tx.conn, account, active)
}

/// A person's own new password. Every other session of the account ends; this one goes on.
///
/// # Errors
/// `Forbidden` for anybody but the owner.
pub fn change_password(
    tx: &mut Tx<'_>,
    account: &AccountId,
    password: &Hashed,
    own: Option<&SessionId>,
) -> Result<()> {
    if tx.actor.account.as_ref() != Some(account) {
        return Err(Error::Forbidden);
    }
    let subject = store::account(tx.conn, account)?;
    tx.audit(entry(
        "password_changed",
        account,
        None,
        json!({ "person": subject.name }),
    ))?;
    renew_password(tx, &subject, password, own)
}

/// A new password in place: what was tried against the old one is forgotten, whoever came in by it is out, and no code that
/// is still about sets another. Tries at the second factor stay counted: it is the same as before.
fn renew_password(
    tx: &mut Tx<'_>,
    account: &Account,
    password: &Hashed,
    own: Option<&SessionId>,
) -> Result<()> {
    store::set_password(tx.conn, &account.id, password)?;
    forgive(tx, account, &[Sort::Password, Sort::Signing])?;
    entry_codes::revoke_open(tx, &account.id, None, None)?;
    sessions::end_others(tx.conn, &account.id, own)?;
    Ok(())
}

fn forgive(tx: &mut Tx<'_>, account: &Account, sorts: &[Sort]) -> Result<()> {
    for sort in sorts {
        let of = match sort {
            Sort::Password => account.login.as_str(),
            Sort::Signing | Sort::Factor => account.id.as_str(),
        };
        failures::forgive(tx.conn, &failures::digest(*sort, of))?;
    }
    Ok(())
}

/// Checks a login. An unknown name, a wrong password, a closed account and a running wait have the same answer
/// and cost the same work, so that nobody learns which logins exist.
pub fn sign_in(db: &Db, cost: Cost, login: &str, password: &str) -> Result<SignedIn> {
    sign_in_or(db, login, password, |password| {
        passwords::for_nobody(cost, password)
    })
}

/// [`sign_in`] with the work that is done where there is no such account. Only the bench of sign-in times gives another
/// than the real one, to show that its own measurement would notice.
#[doc(hidden)]
pub fn sign_in_or(
    db: &Db,
    login: &str,
    password: &str,
    for_nobody: impl FnOnce(&str) -> Result<()>,
) -> Result<SignedIn> {
    let login = login_key(login);
    let counted = failures::digest(Sort::Password, &login);
    let Some(found) = checked(db, &counted, &login, password, for_nobody)? else {
        let message = Message::new("accounts-wrong-login");
        return Err(Error::invalid("login", message));
    };
    let today = db.clock().today();
    let memberships = db.read(|conn| store::memberships_on(conn, &found.id, today))?;
    Ok(found.signed_in(memberships))
}

/// The account, if the password is its own, it is open and no wait is running. The try is counted before it is looked at,
/// whether or not there is such an account: otherwise the time of writing it down would tell.
fn checked(
    db: &Db,
    counted: &str,
    login: &str,
    password: &str,
    for_nobody: impl FnOnce(&str) -> Result<()>,
) -> Result<Option<Credentials>> {
    let may = tried(db, counted)?;
    let found = db.read(|conn| store::by_login(conn, login))?;
    let found = passwords::check(found, password, for_nobody)?;
    let found = found.filter(|_| may);
    if found.is_some() {
        right(db, counted)?;
    }
    Ok(found)
}

/// Counts a try; false while a wait is running.
fn tried(db: &Db, counted: &str) -> Result<bool> {
    let (counted, now) = (counted.to_owned(), db.clock().now());
    db.jot(move |conn| failures::begin(conn, &counted, now))
}

/// The try that was just counted was right.
fn right(db: &Db, counted: &str) -> Result<()> {
    let counted = counted.to_owned();
    db.jot(move |conn| failures::take_back(conn, &counted))
}

/// Writes down that somebody is in, and forgives earlier failures. Only now: whoever knows a password and guesses codes
/// would otherwise be forgiven their guesses with every right password.
pub fn signed_in(db: &Db, account: &AccountId, method: Method) -> Result<()> {
    let subject = db.read(|conn| store::account(conn, account))?;
    let actor = subject.actor();
    db.write(&actor, move |tx| {
        forgive(tx, &subject, Sort::ALL)?;
        let detail = json!({ "method": method });
        tx.audit(entry("signed_in", &subject.id, None, detail))?;
        store::note_sign_in(tx.conn, &subject.id, tx.now)
    })
}

/// Checks the password of somebody who is signed in, for one act that needs a signature.
pub fn prove(db: &Db, cost: Cost, account: &AccountId, password: &str) -> Result<Proof> {
    let login = db.read(|conn| store::account(conn, account))?.login;
    let counted = failures::digest(Sort::Signing, account.as_str());
    let nobody = |password: &str| passwords::for_nobody(cost, password);
    let found = checked(db, &counted, &login, password, nobody)?;
    let found =
        found.ok_or_else(|| Error::invalid("password", Message::new("accounts-wrong-password")))?;
    Ok(Proof {
        account: found.id,
        person: found.person,
        method: Method::Password,
    })
}

/// Checks the password and the second factor of somebody who is signed in. The password first: a code is used up by
/// being shown, and a slip in the password shall not cost one.
pub fn prove_both(
    db: &Db,
    (cost, keys): (Cost, &factors::Keys),
    account: &AccountId,
    (password, code): (&str, &str),
) -> Result<Proof> {
    if code.trim().is_empty() {
        let message = Message::new("factors-code-needed");
        return Err(Error::invalid("factor", message));
    }
    let proof = prove(db, cost, account, password)?;
    factors::show(db, keys, account, code)?;
    Ok(Proof {
        method: Method::PasswordAndFactor,
        ..proof
    })
}

/// Refuses everybody but administrators and the program itself, which makes the first of them.
fn administers(tx: &Tx<'_>) -> Result<()> {
    tx.actor
        .acts_as_the_program()
        .or_else(|_| tx.actor.acts_as(&[Role::Administrator]))
}

/// The message that names a role.
pub fn role_id(role: impl std::borrow::Borrow<Role>) -> &'static str {
    match role.borrow() {
        Role::Representative => "role-representative",
        Role::SafetyOfficer => "role-safety-officer",
        Role::DistributionOperator => "role-distribution-operator",
        Role::DistributionApprover => "role-distribution-approver",
        Role::Administrator => "role-administrator",
        Role::Inspector => "role-inspector",
        Role::FacilityCoordinator => "role-facility-coordinator",
        Role::Physician => "role-physician",
    }
}

fn role_term(role: Role) -> Argument {
    Argument::Term(role_id(role))
}

/// A role inside the details of an audit row, to be named in the reader's language.
fn term(role: Role) -> String {
    format!("term:{}", role_id(role))
}

fn entry(
    verb: &'static str,
    account: &AccountId,
    facility: Option<&FacilityId>,
    detail: serde_json::Value,
) -> Entry {
    Entry {
        verb,
        subject: Subject::new("account", account.as_str()),
        programme: None,
        facility: facility.cloned(),
        detail,
    }
}

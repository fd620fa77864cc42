//! People with one account each, and the memberships that give an account a role from a first to a last day.

pub mod deputies;
pub mod factor_losses;
pub mod factor_pages;
pub mod factors;
pub mod letter_pages;
pub mod loss_pages;
pub mod mailboxes;
pub mod membership_pages;
pub mod own_pages;
pub mod pages;
pub mod passwords;
pub mod preference_pages;
pub mod sessions;
pub mod store;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::audit::{Entry, Subject};
use crate::config::Cost;
use crate::db::{Db, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{AccountId, FacilityId, MembershipId, PersonId};
use crate::messages::Lang;
use crate::rules::finding::Argument;
use crate::scope::{Actor, Role};
use crate::signatures::{Method, Proof};

pub use passwords::{Hashed, hash};
pub use store::{Account, Membership, Standing};

/// Failures that cost nothing but the time of the check.
const FREE_FAILURES: i32 = 10;
/// The wait after the first failure too many; it doubles with each further one.
const FIRST_WAIT_SECONDS: i64 = 30;
/// The longest wait. A lock without an end would let anybody lock anybody out.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;

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

/// Gives an account a role for a time, both days inclusive, unless the person then held two roles that one
/// person may not hold together.
pub fn grant(
    tx: &mut Tx<'_>,
    account: &AccountId,
    role: Role,
    facility: Option<&FacilityId>,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
) -> Result<MembershipId> {
    in_order("last_day", first_day, last_day)?;
    let facility = match (role.is_at_facility(), facility) {
        (true, None) => {
            return Err(Error::invalid(
                "facility",
                Message::new("accounts-facility-needed").with("role", role_term(role)),
            ));
        }
        (true, Some(facility)) => Some(facility),
        // A role at the manufacturer is held at no facility, whatever was typed.
        (false, _) => None,
    };
    let subject = store::account(tx.conn, account)?;
    let held = store::overlapping(tx.conn, account, first_day, last_day)?;
    if let Some(other) = held.iter().find(|other| !role.goes_with(other.role)) {
        return Err(Error::invalid(
            "role",
            Message::new("accounts-roles-do-not-go-together")
                .with("role", role_term(role))
                .with("other", role_term(other.role)),
        ));
    }
    let same = |other: &&Membership| other.role == role && other.facility.as_ref() == facility;
    if held.iter().any(|other| same(&other)) {
        return Err(Error::invalid(
            "role",
            Message::new("accounts-role-already-held").with("role", role_term(role)),
        ));
    }
    let place = match facility {
        Some(id) => Some(
            store::facility_name(tx.conn, id)?
                .ok_or_else(|| Error::invalid("facility", Message::new("accounts-no-facility")))?,
        ),
        None => None,
    };
    let membership = MembershipId::fresh(tx.now);
    let known = tx.audit(entry(
        "membership_granted",
        account,
        facility,
        json!({
            "person": subject.name,
            "role": term(role),
            "place": place.unwrap_or_else(|| "term:accounts-manufacturer".to_owned()),
            "first": first_day,
        }),
    ))?;
    store::insert_membership(
        tx.conn,
        &membership,
        account,
        role,
        facility,
        (first_day, last_day),
        known,
    )?;
    Ok(membership)
}

/// Sets the last day of a membership; a day that has passed ends it at the next request.
pub fn end_membership(
    tx: &mut Tx<'_>,
    membership: &MembershipId,
    last_day: NaiveDate,
) -> Result<AccountId> {
    let ending = store::membership(tx.conn, membership)?;
    // A membership is only ever shortened: a longer one would be a grant, which asks for the roles held beside it.
    if ending
        .last_day
        .is_some_and(|last| last < tx.today || last_day > last)
    {
        return Err(Error::Stale);
    }
    // Whoever gives out roles cannot take the own role away and leave nobody to give it back.
    if ending.role == Role::Administrator && tx.actor.account.as_ref() == Some(&ending.account) {
        return Err(Error::invalid(
            "membership",
            Message::new("accounts-own-administration"),
        ));
    }
    let account = store::account(tx.conn, &ending.account)?;
    tx.audit(entry(
        "membership_ended",
        &ending.account,
        ending.facility.as_ref(),
        json!({ "person": account.name, "role": term(ending.role),
            "before": { "last": ending.last_day }, "last": last_day }),
    ))?;
    store::set_last_day(tx.conn, membership, last_day)?;
    Ok(ending.account)
}

/// Lets an account sign in, or no longer; it acts at the account's next request.
pub fn set_active(tx: &mut Tx<'_>, account: &AccountId, active: bool) -> Result<()> {
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
    store::set_active(tx.conn, account, active)
}

/// Replaces a password and forgives earlier failures. Every session ends: whoever knew the old password is out.
pub fn change_password(tx: &mut Tx<'_>, account: &AccountId, password: &Hashed) -> Result<()> {
    let subject = store::account(tx.conn, account)?;
    tx.audit(entry(
        "password_changed",
        account,
        None,
        json!({ "person": subject.name }),
    ))?;
    sessions::end_others(tx.conn, account, None)?;
    store::set_password(tx.conn, account, password)
}

/// Checks a login. An unknown name, a wrong password, a closed account and a running wait have the same answer
/// and cost the same work, so that nobody learns which logins exist.
pub fn sign_in(db: &Db, cost: Cost, login: &str, password: &str) -> Result<SignedIn> {
    let login = login_key(login);
    let found = db.read(|conn| store::by_login(conn, &login))?;
    let now = db.clock().now();
    let Some(found) = passwords::check(cost, found, password, now)? else {
        return refused(db, &login, now);
    };
    let today = crate::clock::jst_date(now);
    let memberships = db.read(|conn| store::memberships_on(conn, &found.id, today))?;
    Ok(SignedIn {
        account: found.id,
        person: found.person,
        name: found.name,
        language: found.language,
        memberships,
    })
}

/// Writes down that somebody is in, and forgives earlier failures. Only now: whoever knows a password and guesses codes
/// would otherwise be forgiven their guesses with every right password.
pub fn signed_in(db: &Db, account: &AccountId, method: Method) -> Result<()> {
    let subject = db.read(|conn| store::account(conn, account))?;
    let actor = Actor {
        person: Some(subject.person),
        account: Some(subject.id),
        name: subject.name,
        role: "account".to_owned(),
    };
    let account = account.clone();
    db.write(&actor, move |tx| {
        store::forgive(tx.conn, &account)?;
        tx.audit(entry(
            "signed_in",
            &account,
            None,
            json!({ "method": method }),
        ))?;
        Ok(())
    })
}

/// Somebody who acts before any role was chosen.
fn actor_of(found: &store::Credentials) -> Actor {
    Actor {
        person: Some(found.person.clone()),
        account: Some(found.id.clone()),
        name: found.name.clone(),
        role: "account".to_owned(),
    }
}

/// Counts a failure and gives the one answer there is.
fn refused<T>(db: &Db, login: &str, now: DateTime<Utc>) -> Result<T> {
    count_failure(db, login, now)?;
    Err(Error::invalid(
        "login",
        Message::new("accounts-wrong-login"),
    ))
}

/// Counts a failure, where there is an account to count it on: a wrong password and a wrong code alike.
fn count_failure(db: &Db, login: &str, now: DateTime<Utc>) -> Result<()> {
    let login = login.to_owned();
    db.jot(move |conn| {
        let Some(found) = store::by_login(conn, &login)? else {
            return Ok(());
        };
        // Failing during a wait does not lengthen it; otherwise the true owner could be kept out for ever.
        if waits(&found, now) {
            return Ok(());
        }
        let failures = found.failures.saturating_add(1);
        store::set_failures(conn, &found.id, failures, wait_after(failures, now))
    })
}

/// Whether a wait is running, during which nothing is right.
fn waits(found: &store::Credentials, now: DateTime<Utc>) -> bool {
    found.locked_until.is_some_and(|until| until > now)
}

fn wait_after(failures: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let beyond = u32::try_from(failures.checked_sub(FREE_FAILURES)?).ok()?;
    let seconds = FIRST_WAIT_SECONDS
        .saturating_mul(1_i64 << beyond.min(10))
        .min(LONGEST_WAIT_SECONDS);
    now.checked_add_signed(TimeDelta::seconds(seconds))
}

/// Checks the password of somebody who is signed in, for one act that needs a signature.
pub fn prove(db: &Db, cost: Cost, account: &AccountId, password: &str) -> Result<Proof> {
    let login = db.read(|conn| store::account(conn, account))?.login;
    let found = db.read(|conn| store::by_login(conn, &login))?;
    let now = db.clock().now();
    match passwords::check(cost, found, password, now)? {
        Some(found) => Ok(Proof {
            account: found.id,
            person: found.person,
            method: Method::Password,
        }),
        None => match refused::<Proof>(db, &login, now) {
            Err(Error::Invalid(_)) => Err(Error::invalid(
                "password",
                Message::new("accounts-wrong-password"),
            )),
            other => other,
        },
    }
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

//! How people, accounts, memberships and their sessions are kept.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::{Hashed, SignedIn};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{AccountId, FacilityId, PersonId, ProgrammeId};
use crate::messages::Lang;
use crate::schema::{account, affiliation, facility, facility_code, person, programme};
use crate::scope::Actor;

pub use super::memberships::{Membership, holders, membership, memberships_of, memberships_on};

/// An account with the name of its person.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: AccountId,
    pub person: PersonId,
    pub name: String,
    pub login: String,
    pub language: Lang,
    pub active: bool,
    /// Invited, and not yet signed in for the first time.
    pub awaited: bool,
}

/// What a sign-in is checked against.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub id: AccountId,
    pub person: PersonId,
    pub name: String,
    pub language: Lang,
    pub password_hash: String,
    pub active: bool,
}

impl Account {
    /// The account as the author of what it does before any role was chosen.
    pub(super) fn actor(&self) -> Actor {
        nobody_yet(&self.id, &self.person, &self.name)
    }
}

fn nobody_yet(account: &AccountId, person: &PersonId, name: &str) -> Actor {
    Actor {
        person: Some(person.clone()),
        account: Some(account.clone()),
        name: name.to_owned(),
        role: "account".to_owned(),
    }
}

impl Credentials {
    pub(super) fn actor(&self) -> Actor {
        nobody_yet(&self.id, &self.person, &self.name)
    }

    pub(super) fn signed_in(self, memberships: Vec<Membership>) -> SignedIn {
        SignedIn {
            account: self.id,
            person: self.person,
            name: self.name,
            language: self.language,
            memberships,
        }
    }
}

/// All that a request needs to know about whoever sends it.
#[derive(Debug, Clone)]
pub struct Standing {
    pub account: Account,
    pub memberships: Vec<Membership>,
    pub programme: Option<Programme>,
}

/// The programme of this installation, as far as the head of every page shows it.
#[derive(Debug, Clone)]
pub struct Programme {
    pub id: ProgrammeId,
    pub name_ja: String,
    pub name_en: String,
    pub manufacturer: String,
}

type AccountRow = (AccountId, PersonId, String, String, Lang, bool, bool);

fn to_account(row: AccountRow) -> Account {
    let (id, person, name, login, language, active, awaited) = row;
    Account {
        id,
        person,
        name,
        login,
        language,
        active,
        awaited,
    }
}

/// One account.
pub fn account(conn: &mut AnyConn, id: &AccountId) -> Result<Account> {
    let row: AccountRow = account::table
        .inner_join(person::table.on(person::id.eq(account::person_id)))
        .filter(account::id.eq(id))
        .select((
            account::id,
            account::person_id,
            person::name,
            account::login,
            account::language,
            account::active,
            account::awaited,
        ))
        .get_result(conn)?;
    Ok(to_account(row))
}

/// The account with this login, in the form of [`super::login_key`].
pub fn by_login(conn: &mut AnyConn, login: &str) -> Result<Option<Credentials>> {
    type Row = (AccountId, PersonId, String, Lang, String, bool);
    let row: Option<Row> = account::table
        .inner_join(person::table.on(person::id.eq(account::person_id)))
        .filter(account::login.eq(login))
        .select((
            account::id,
            account::person_id,
            person::name,
            account::language,
            account::password_hash,
            account::active,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|row| Credentials {
        id: row.0,
        person: row.1,
        name: row.2,
        language: row.3,
        password_hash: row.4,
        active: row.5,
    }))
}

/// A page of the people with accounts, in the order of their keys, with all their memberships.
pub fn list(
    conn: &mut AnyConn,
    after: Option<(&str, &str)>,
    limit: i64,
) -> Result<Vec<(String, Account, Vec<Membership>)>> {
    let (key, id) = after.unwrap_or(("", ""));
    let rows: Vec<(String, AccountRow)> = account::table
        .inner_join(person::table.on(person::id.eq(account::person_id)))
        .filter(
            person::name_key
                .gt(key)
                .or(person::name_key.eq(key).and(account::id.gt(id))),
        )
        .order((person::name_key, account::id))
        .limit(limit)
        .select((
            person::name_key,
            (
                account::id,
                account::person_id,
                person::name,
                account::login,
                account::language,
                account::active,
                account::awaited,
            ),
        ))
        .load(conn)?;
    let accounts: Vec<AccountId> = rows.iter().map(|(_, row)| row.0.clone()).collect();
    let memberships = memberships_of(conn, &accounts)?;
    Ok(rows
        .into_iter()
        .map(|(key, row)| {
            let account = to_account(row);
            let own = memberships
                .iter()
                .filter(|membership| membership.account == account.id);
            let own = own.cloned().collect();
            (key, account, own)
        })
        .collect())
}

/// Who an account is today; none where it does not exist or is closed.
pub fn standing(
    conn: &mut AnyConn,
    account: &AccountId,
    today: NaiveDate,
) -> Result<Option<Standing>> {
    let found = match self::account(conn, account) {
        Ok(found) if found.active => found,
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(cause) => return Err(cause),
    };
    Ok(Some(Standing {
        memberships: memberships_on(conn, account, today)?,
        programme: current_programme(conn)?,
        account: found,
    }))
}

/// The programme of this installation.
pub fn current_programme(conn: &mut AnyConn) -> Result<Option<Programme>> {
    let row: Option<(ProgrammeId, String, String, String)> = programme::table
        .order(programme::id)
        .select((
            programme::id,
            programme::name_ja,
            programme::name_en,
            programme::manufacturer,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, name_ja, name_en, manufacturer)| Programme {
        id,
        name_ja,
        name_en,
        manufacturer,
    }))
}

pub fn facility_name(conn: &mut AnyConn, id: &FacilityId) -> Result<Option<String>> {
    let name = facility::table.find(id).select(facility::name);
    Ok(name.get_result(conn).optional()?)
}

/// The facilities that carry a code today, by any system of codes.
pub fn facilities_by_code(conn: &mut AnyConn, code: &str) -> Result<Vec<FacilityId>> {
    Ok(facility_code::table
        .filter(facility_code::code.eq(code))
        .filter(facility_code::known_to.is_null())
        .select(facility_code::facility_id)
        .distinct()
        .load(conn)?)
}

/// A physician whom a facility has named and who has no account yet.
#[derive(Debug, Clone, Queryable)]
pub struct NamedPerson {
    pub person: PersonId,
    pub name: String,
    pub place: String,
}

/// Named physicians without an account, by name; at most two hundred, which is more than wait at any time.
pub fn named_without_account(conn: &mut AnyConn) -> Result<Vec<NamedPerson>> {
    let mut named: Vec<NamedPerson> = affiliation::table
        .inner_join(person::table.on(person::id.eq(affiliation::person_id)))
        .inner_join(facility::table.on(facility::id.eq(affiliation::facility_id)))
        .left_join(account::table.on(account::person_id.eq(person::id)))
        .filter(account::id.is_null())
        .filter(affiliation::known_to.is_null())
        .order((person::name_key, person::id, affiliation::id))
        .limit(200)
        .select((person::id, person::name, facility::name))
        .load(conn)?;
    // Somebody named at two hospitals is still one person with one account.
    named.dedup_by(|later, first| later.person == first.person);
    Ok(named)
}

pub(super) fn insert_person(
    conn: &mut AnyConn,
    id: &PersonId,
    name: &str,
    key: &str,
    known: i64,
) -> Result<()> {
    diesel::insert_into(person::table)
        .values((
            person::id.eq(id),
            person::name.eq(name),
            person::name_key.eq(key),
            person::known_from.eq(known),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_account(
    conn: &mut AnyConn,
    id: &AccountId,
    person: &PersonId,
    login: &str,
    password: &Hashed,
    language: Lang,
    known: i64,
) -> Result<()> {
    diesel::insert_into(account::table)
        .values((
            account::id.eq(id),
            account::person_id.eq(person),
            account::login.eq(login),
            account::password_hash.eq(&password.0),
            account::language.eq(language),
            account::active.eq(true),
            account::known_from.eq(known),
            account::awaited.eq(false),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_active(conn: &mut AnyConn, id: &AccountId, active: bool) -> Result<()> {
    diesel::update(account::table.find(id))
        .set(account::active.eq(active))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_password(conn: &mut AnyConn, id: &AccountId, password: &Hashed) -> Result<()> {
    diesel::update(account::table.find(id))
        .set(account::password_hash.eq(&password.0))
        .execute(conn)?;
    Ok(())
}

/// From now on the account waits for its first sign-in.
pub(super) fn await_first(conn: &mut AnyConn, id: &AccountId) -> Result<()> {
    diesel::update(account::table.find(id))
        .set(account::awaited.eq(true))
        .execute(conn)?;
    Ok(())
}

/// The account was signed in to for the first time, and this purpose of use was accepted.
pub(super) fn accept_purpose(
    conn: &mut AnyConn,
    id: &AccountId,
    version: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(account::table.find(id))
        .set((
            account::awaited.eq(false),
            account::purpose_version.eq(version),
            account::purpose_accepted_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn note_sign_in(conn: &mut AnyConn, id: &AccountId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(account::table.find(id))
        .set(account::signed_in_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(())
}

/// The language a person reads from now on. It is a preference, so it leaves no audit row.
pub fn set_language(conn: &mut AnyConn, id: &AccountId, language: Lang) -> Result<()> {
    diesel::update(account::table.find(id))
        .set(account::language.eq(language))
        .execute(conn)?;
    Ok(())
}

//! How people, accounts, memberships and their sessions are kept.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::Hashed;
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{AccountId, FacilityId, MembershipId, PersonId, ProgrammeId};
use crate::messages::Lang;
use crate::schema::{account, affiliation, facility, facility_code, membership, person, programme};
use crate::scope::Role;

/// An account with the name of its person.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: AccountId,
    pub person: PersonId,
    pub name: String,
    pub login: String,
    pub language: Lang,
    pub active: bool,
}

/// What a sign-in is checked against.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub id: AccountId,
    pub person: PersonId,
    pub name: String,
    pub language: Lang,
    pub password_hash: String,
    pub failures: i32,
    pub locked_until: Option<DateTime<Utc>>,
    pub active: bool,
}

/// A role for a time, with the name of the facility where it is held at one.
#[derive(Debug, Clone)]
pub struct Membership {
    pub id: MembershipId,
    pub account: AccountId,
    pub role: Role,
    pub facility: Option<FacilityId>,
    pub place: Option<String>,
    pub first_day: NaiveDate,
    pub last_day: Option<NaiveDate>,
}

impl Membership {
    /// Whether it lets the account act on a day; both its days are inclusive.
    pub fn holds_on(&self, day: &NaiveDate) -> bool {
        self.first_day <= *day && !self.has_ended_by(day)
    }

    /// Whether its last day lies before a day.
    pub fn has_ended_by(&self, day: &NaiveDate) -> bool {
        self.last_day.is_some_and(|last| last < *day)
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

type AccountRow = (AccountId, PersonId, String, String, Lang, bool);

fn to_account(row: AccountRow) -> Account {
    let (id, person, name, login, language, active) = row;
    Account {
        id,
        person,
        name,
        login,
        language,
        active,
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
        ))
        .get_result(conn)?;
    Ok(to_account(row))
}

/// The account with this login, in the form of [`super::login_key`].
pub fn by_login(conn: &mut AnyConn, login: &str) -> Result<Option<Credentials>> {
    type Row = (
        AccountId,
        PersonId,
        String,
        Lang,
        String,
        i32,
        Option<NaiveDateTime>,
        bool,
    );
    let row: Option<Row> = account::table
        .inner_join(person::table.on(person::id.eq(account::person_id)))
        .filter(account::login.eq(login))
        .select((
            account::id,
            account::person_id,
            person::name,
            account::language,
            account::password_hash,
            account::failures,
            account::locked_until,
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
        failures: row.5,
        locked_until: row.6.map(|at| at.and_utc()),
        active: row.7,
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

type MembershipRow = (
    MembershipId,
    AccountId,
    Role,
    Option<FacilityId>,
    Option<String>,
    NaiveDate,
    Option<NaiveDate>,
);

fn to_membership(row: MembershipRow) -> Membership {
    let (id, account, role, facility, place, first_day, last_day) = row;
    Membership {
        id,
        account,
        role,
        facility,
        place,
        first_day,
        last_day,
    }
}

/// Every membership of some accounts, earliest first.
pub fn memberships_of(conn: &mut AnyConn, accounts: &[AccountId]) -> Result<Vec<Membership>> {
    let rows: Vec<MembershipRow> = membership::table
        .left_join(facility::table.on(facility::id.nullable().eq(membership::facility_id)))
        .filter(membership::account_id.eq_any(accounts))
        .order((membership::first_day, membership::id))
        .select((
            membership::id,
            membership::account_id,
            membership::role,
            membership::facility_id,
            facility::name.nullable(),
            membership::first_day,
            membership::last_day,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(to_membership).collect())
}

/// The memberships by which an account may act on a day.
pub fn memberships_on(
    conn: &mut AnyConn,
    account: &AccountId,
    day: NaiveDate,
) -> Result<Vec<Membership>> {
    let mut all = memberships_of(conn, std::slice::from_ref(account))?;
    all.retain(|membership| membership.holds_on(&day));
    Ok(all)
}

/// Who of the manufacturer holds one of these roles on a day with an open account, by name; at most two hundred.
pub fn holders(
    conn: &mut AnyConn,
    roles: &[Role],
    day: NaiveDate,
) -> Result<Vec<(AccountId, String)>> {
    let mut found: Vec<(AccountId, String)> = membership::table
        .inner_join(account::table.on(account::id.eq(membership::account_id)))
        .inner_join(person::table.on(person::id.eq(account::person_id)))
        .filter(membership::role.eq_any(roles))
        .filter(membership::facility_id.is_null())
        .filter(membership::first_day.le(day))
        .filter(
            membership::last_day
                .is_null()
                .or(membership::last_day.ge(day)),
        )
        .filter(account::active.eq(true))
        .order((person::name_key, account::id))
        .limit(200)
        .select((account::id, person::name))
        .load(conn)?;
    // Somebody may hold two of the roles.
    found.dedup();
    Ok(found)
}

/// The memberships of an account that share a day with a span.
pub fn overlapping(
    conn: &mut AnyConn,
    account: &AccountId,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
) -> Result<Vec<Membership>> {
    let mut all = memberships_of(conn, std::slice::from_ref(account))?;
    all.retain(|other| {
        last_day.is_none_or(|last| other.first_day <= last)
            && other.last_day.is_none_or(|last| first_day <= last)
    });
    Ok(all)
}

/// One membership.
pub fn membership(conn: &mut AnyConn, id: &MembershipId) -> Result<Membership> {
    let row: (
        AccountId,
        Role,
        Option<FacilityId>,
        NaiveDate,
        Option<NaiveDate>,
    ) = membership::table
        .find(id)
        .select((
            membership::account_id,
            membership::role,
            membership::facility_id,
            membership::first_day,
            membership::last_day,
        ))
        .get_result(conn)?;
    Ok(Membership {
        id: id.clone(),
        account: row.0,
        role: row.1,
        facility: row.2,
        place: None,
        first_day: row.3,
        last_day: row.4,
    })
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
            account::failures.eq(0),
            account::active.eq(true),
            account::known_from.eq(known),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_membership(
    conn: &mut AnyConn,
    id: &MembershipId,
    account: &AccountId,
    role: Role,
    facility: Option<&FacilityId>,
    days: (NaiveDate, Option<NaiveDate>),
    known: i64,
) -> Result<()> {
    diesel::insert_into(membership::table)
        .values((
            membership::id.eq(id),
            membership::account_id.eq(account),
            membership::role.eq(role),
            membership::facility_id.eq(facility),
            membership::first_day.eq(days.0),
            membership::last_day.eq(days.1),
            membership::known_from.eq(known),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_last_day(conn: &mut AnyConn, id: &MembershipId, last: NaiveDate) -> Result<()> {
    diesel::update(membership::table.find(id))
        .set(membership::last_day.eq(last))
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
        .set((
            account::password_hash.eq(&password.0),
            account::failures.eq(0),
            account::locked_until.eq(None::<NaiveDateTime>),
        ))
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

pub(super) fn set_failures(
    conn: &mut AnyConn,
    id: &AccountId,
    failures: i32,
    locked_until: Option<DateTime<Utc>>,
) -> Result<()> {
    diesel::update(account::table.find(id))
        .set((
            account::failures.eq(failures),
            account::locked_until.eq(locked_until.map(|at| at.naive_utc())),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn forgive(conn: &mut AnyConn, id: &AccountId) -> Result<()> {
    set_failures(conn, id, 0, None)
}

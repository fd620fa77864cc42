//! Memberships: which role an account holds where and when, given, trained for and ended.

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use serde_json::json;

use super::{administers, entry, in_order, role_term, store, term};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{AccountId, FacilityId, MembershipId};
use crate::rules::finding::Argument;
use crate::schema::{account, facility, membership, person};
use crate::scope::Role;

/// The days after the first on which an inspector may still read.
///
/// READING: no rule gives a length for an inspection. A month covers an announced one with its questions, and a longer
/// one is granted anew, which the review of accounts shows.
pub const INSPECTOR_DAYS: u64 = 31;

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
    /// The day of the recorded training; without one the role waits.
    pub trained_on: Option<NaiveDate>,
}

impl Membership {
    /// Whether it lets the account act on a day; both its days are inclusive, and the training lies behind.
    pub fn holds_on(&self, day: &NaiveDate) -> bool {
        self.first_day <= *day
            && !self.has_ended_by(day)
            && self.trained_on.is_some_and(|trained| trained <= *day)
    }

    /// Whether only the training is lacking.
    pub fn awaits_training(&self, day: &NaiveDate) -> bool {
        self.trained_on.is_none() && !self.has_ended_by(day)
    }

    /// Whether its last day lies before a day.
    pub fn has_ended_by(&self, day: &NaiveDate) -> bool {
        self.last_day.is_some_and(|last| last < *day)
    }
}

/// What was taught for a role, when and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    pub on: NaiveDate,
    /// Who trained, as typed: often nobody who has an account.
    pub by: String,
    /// The material with its version.
    pub material: String,
}

type MembershipRow = (
    MembershipId,
    AccountId,
    Role,
    Option<FacilityId>,
    Option<String>,
    NaiveDate,
    Option<NaiveDate>,
    Option<NaiveDate>,
);

fn to_membership(row: MembershipRow) -> Membership {
    let (id, account, role, facility, place, first_day, last_day, trained_on) = row;
    Membership {
        id,
        account,
        role,
        facility,
        place,
        first_day,
        last_day,
        trained_on,
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
            membership::trained_on,
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
        .filter(membership::trained_on.le(day))
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
    let row: MembershipRow = membership::table
        .left_join(facility::table.on(facility::id.nullable().eq(membership::facility_id)))
        .filter(membership::id.eq(id))
        .select((
            membership::id,
            membership::account_id,
            membership::role,
            membership::facility_id,
            facility::name.nullable(),
            membership::first_day,
            membership::last_day,
            membership::trained_on,
        ))
        .get_result(conn)?;
    Ok(to_membership(row))
}

fn insert_membership(
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

fn set_last_day(conn: &mut AnyConn, id: &MembershipId, last: NaiveDate) -> Result<()> {
    diesel::update(membership::table.find(id))
        .set(membership::last_day.eq(last))
        .execute(conn)?;
    Ok(())
}

fn set_training(conn: &mut AnyConn, id: &MembershipId, training: &Training) -> Result<()> {
    diesel::update(membership::table.find(id))
        .set((
            membership::trained_on.eq(training.on),
            membership::trained_by.eq(&training.by),
            membership::training_material.eq(&training.material),
        ))
        .execute(conn)?;
    Ok(())
}

/// Refuses a membership of an inspector that has no end or a distant one.
fn boxed_in_time(first_day: NaiveDate, last_day: Option<NaiveDate>) -> Result<()> {
    let latest = first_day
        .checked_add_days(Days::new(INSPECTOR_DAYS))
        .unwrap_or(first_day);
    let message = match last_day {
        Some(last) if last <= latest => return Ok(()),
        Some(last) => {
            Message::new("accounts-inspector-too-long").with("last", Argument::Date(last))
        }
        None => Message::new("accounts-inspector-needs-an-end"),
    };
    Err(Error::invalid(
        "last_day",
        message.with("latest", Argument::Date(latest)),
    ))
}

/// Gives an account a role for a time, both days inclusive, unless the person then held two roles that one
/// person may not hold together. It can be used from the day on which the training is recorded.
pub fn grant(
    tx: &mut Tx<'_>,
    account: &AccountId,
    role: Role,
    facility: Option<&FacilityId>,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
) -> Result<MembershipId> {
    administers(tx)?;
    in_order("last_day", first_day, last_day)?;
    if role == Role::Inspector {
        boxed_in_time(first_day, last_day)?;
    }
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
    let held = overlapping(tx.conn, account, first_day, last_day)?;
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
    insert_membership(
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
    administers(tx)?;
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
        json!({ "person": account.name, "role": term(ending.role), "last": last_day }),
    ))?;
    set_last_day(tx.conn, membership, last_day)?;
    Ok(ending.account)
}

/// Records the training for a membership, once; from that day on the role can be used.
///
/// # Errors
/// `Invalid` on `trained_on` for a day to come; `Stale` where a training is recorded already or the role has ended;
/// `Forbidden` for anybody but administrators.
pub fn record_training(
    tx: &mut Tx<'_>,
    id: &MembershipId,
    training: &Training,
) -> Result<AccountId> {
    administers(tx)?;
    let held = membership(tx.conn, id)?;
    if held.trained_on.is_some() || held.has_ended_by(&tx.today) {
        return Err(Error::Stale);
    }
    if training.on > tx.today {
        return Err(Error::invalid(
            "trained_on",
            Message::new("accounts-training-ahead").with("day", Argument::Date(training.on)),
        ));
    }
    let subject = store::account(tx.conn, &held.account)?;
    tx.audit(entry(
        "training_recorded",
        &held.account,
        held.facility.as_ref(),
        json!({
            "person": subject.name,
            "role": term(held.role),
            "day": training.on,
            "by": training.by,
            "material": training.material,
        }),
    ))?;
    set_training(tx.conn, id, training)?;
    Ok(held.account)
}

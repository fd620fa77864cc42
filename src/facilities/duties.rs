//! Duties (担当): which representatives look after which facility, from a first to a last day.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

use super::store;
use crate::accounts;
use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{AccountId, DutyId, FacilityId, ProgrammeId};
use crate::rules::finding::Argument;
use crate::schema::{account, duty, facility, person};
use crate::scope::{Role, Scope};

/// Who says which representative looks after which facility.
pub const ASSIGN: &[Role] = &[Role::SafetyOfficer, Role::Administrator];

/// A representative who looks after a facility.
#[derive(Debug, Clone, Queryable)]
pub struct Duty {
    pub id: DutyId,
    pub facility: FacilityId,
    pub place: String,
    pub account: AccountId,
    /// The representative's name.
    pub name: String,
    pub first_day: NaiveDate,
    pub last_day: Option<NaiveDate>,
}

impl Duty {
    pub fn holds_on(&self, day: &NaiveDate) -> bool {
        self.first_day <= *day && self.last_day.is_none_or(|last| *day <= last)
    }
}

/// Duties that are known and not over by a day, with the names of both.
macro_rules! duties {
    ($day:expr) => {
        duty::table
            .inner_join(facility::table.on(facility::id.eq(duty::facility_id)))
            .inner_join(account::table.on(account::id.eq(duty::account_id)))
            .inner_join(person::table.on(person::id.eq(account::person_id)))
            .filter(duty::known_to.is_null())
            .filter(duty::last_day.is_null().or(duty::last_day.ge($day)))
            .select((
                duty::id,
                duty::facility_id,
                facility::name,
                duty::account_id,
                person::name,
                duty::first_day,
                duty::last_day,
            ))
    };
}

/// Who looks after a facility, or will, from a day on.
///
/// READING: a facility learns who looks after it: the representative is whom it calls.
pub fn of_facility(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    day: NaiveDate,
) -> Result<Vec<Duty>> {
    scope.admit(place)?;
    Ok(duties!(day)
        .filter(duty::facility_id.eq(place))
        .filter(duty::programme_id.eq(scope.programme()))
        .order((duty::first_day, duty::id))
        .load(conn)?)
}

/// Which facilities an account looks after, or will, from a day on; at most two hundred.
pub fn of_account(conn: &mut AnyConn, who: &AccountId, day: NaiveDate) -> Result<Vec<Duty>> {
    Ok(duties!(day)
        .filter(duty::account_id.eq(who))
        .order((facility::name_key, duty::id))
        .limit(200)
        .load(conn)?)
}

/// The representatives of a day, by name, to choose from.
pub fn representatives(conn: &mut AnyConn, day: NaiveDate) -> Result<Vec<(AccountId, String)>> {
    accounts::store::holders(conn, &[Role::Representative], day)
}

/// Gives a facility a representative from a first to a last day; others may look after it as well.
///
/// # Errors
/// `Invalid` where the account is no representative on the first day, where the days are not in their order, or where
/// the same representative looks after the facility on a day of these already.
pub fn assign(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: &FacilityId,
    who: &AccountId,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
) -> Result<DutyId> {
    tx.actor.acts_as(ASSIGN)?;
    let found = store::get(tx.conn, scope, place)?;
    let other = accounts::store::account(tx.conn, who)?;
    accounts::in_order("duty_last_day", first_day, last_day)?;
    if last_day.is_some_and(|last| last < tx.today) {
        return Err(Error::invalid(
            "duty_last_day",
            Message::new("duties-over-already"),
        ));
    }
    let held = accounts::store::memberships_on(tx.conn, who, first_day)?;
    let represents = held.iter().any(|own| own.role == Role::Representative);
    if !other.active || !represents {
        let message = Message::new("duties-no-representative")
            .with("person", Argument::Text(other.name))
            .with("first", Argument::Date(first_day));
        return Err(Error::invalid("representative", message));
    }
    let known = of_facility(tx.conn, scope, place, tx.today)?;
    let overlaps = |duty: &Duty| {
        duty.account == *who
            && duty.last_day.is_none_or(|last| first_day <= last)
            && last_day.is_none_or(|last| duty.first_day <= last)
    };
    if known.iter().any(overlaps) {
        let message = Message::new("duties-already").with("person", Argument::Text(other.name));
        return Err(Error::invalid("representative", message));
    }
    let id = DutyId::fresh(tx.now);
    let detail = json!({ "person": other.name, "place": found.name,
        "first": first_day, "last": last_day });
    let seq = audit(tx, scope.programme(), place, "duty_assigned", detail)?;
    let span = (first_day, last_day);
    insert(tx, &id, scope.programme(), (place, who), span, seq)?;
    Ok(id)
}

/// Ends a duty with yesterday; one that has not begun is taken back. Returns whose it was, and where.
///
/// INVARIANT: the row that was held stays; one with the earlier last day takes its place.
pub fn end(tx: &mut Tx<'_>, scope: &Scope, id: &DutyId) -> Result<(AccountId, FacilityId)> {
    tx.actor.acts_as(ASSIGN)?;
    type Row = (
        ProgrammeId,
        FacilityId,
        AccountId,
        NaiveDate,
        Option<NaiveDate>,
        Option<i64>,
    );
    let row: Row = duty::table
        .filter(duty::id.eq(id))
        .select((
            duty::programme_id,
            duty::facility_id,
            duty::account_id,
            duty::first_day,
            duty::last_day,
            duty::known_to,
        ))
        .get_result(tx.conn)?;
    let (programme, place, who, first_day, last_day, known_to) = row;
    scope.admit(&place)?;
    if programme != *scope.programme() {
        return Err(Error::NotFound);
    }
    if known_to.is_some() || last_day.is_some_and(|last| last < tx.today) {
        return Err(Error::Stale);
    }
    let found = store::get(tx.conn, scope, &place)?;
    let other = accounts::store::account(tx.conn, &who)?;
    let yesterday = tx.today.pred_opt().unwrap_or(tx.today);
    let detail = json!({ "person": other.name, "place": found.name,
        "before": { "last": last_day }, "last": yesterday });
    let seq = audit(tx, &programme, &place, "duty_ended", detail)?;
    diesel::update(duty::table.filter(duty::id.eq(id)))
        .set(duty::known_to.eq(seq))
        .execute(tx.conn)?;
    if first_day <= yesterday {
        let ended = DutyId::fresh(tx.now);
        let span = (first_day, Some(yesterday));
        insert(tx, &ended, &programme, (&place, &who), span, seq)?;
    }
    Ok((who, place))
}

fn audit(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    place: &FacilityId,
    verb: &'static str,
    detail: serde_json::Value,
) -> Result<i64> {
    tx.audit(Entry {
        verb,
        subject: Subject::new("facility", place.as_str()),
        programme: Some(programme.clone()),
        facility: Some(place.clone()),
        detail,
    })
}

fn insert(
    tx: &mut Tx<'_>,
    id: &DutyId,
    programme: &ProgrammeId,
    (place, who): (&FacilityId, &AccountId),
    (first_day, last_day): (NaiveDate, Option<NaiveDate>),
    seq: i64,
) -> Result<()> {
    diesel::insert_into(duty::table)
        .values((
            duty::id.eq(id),
            duty::programme_id.eq(programme),
            duty::facility_id.eq(place),
            duty::account_id.eq(who),
            duty::first_day.eq(first_day),
            duty::last_day.eq(last_day),
            duty::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    Ok(())
}

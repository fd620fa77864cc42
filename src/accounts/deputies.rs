//! Deputies: who stands in for whom, from a first to a last day.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

use super::{Membership, in_order, store};
use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{AccountId, DeputyId};
use crate::rules::finding::Argument;
use crate::schema::{account, deputy, person};
use crate::scope::Role;

/// The roles that have deputies.
///
/// READING: the manufacturer's people stand in for one another. A facility's letters go to each of its coordinators, so
/// that there nobody is named; inspectors and administrators have no letters that a day can be missed by.
pub const ROLES: &[Role] = &[
    Role::Representative,
    Role::SafetyOfficer,
    Role::DistributionOperator,
    Role::DistributionApprover,
];

/// Somebody who stands in.
#[derive(Debug, Clone)]
pub struct Deputy {
    pub id: DeputyId,
    pub account: AccountId,
    pub deputy: AccountId,
    /// The deputy's name.
    pub name: String,
    pub first_day: NaiveDate,
    pub last_day: Option<NaiveDate>,
}

impl Deputy {
    pub fn has_ended_by(&self, day: &NaiveDate) -> bool {
        self.last_day.is_some_and(|last| last < *day)
    }
}

/// The deputies of an account that were named and not taken back, earliest first.
pub fn of(conn: &mut AnyConn, of: &AccountId) -> Result<Vec<Deputy>> {
    type Row = (DeputyId, AccountId, String, NaiveDate, Option<NaiveDate>);
    let rows: Vec<Row> = deputy::table
        .inner_join(account::table.on(account::id.eq(deputy::deputy_id)))
        .inner_join(person::table.on(person::id.eq(account::person_id)))
        .filter(deputy::account_id.eq(of))
        .filter(deputy::known_to.is_null())
        .order((deputy::first_day, deputy::id))
        .select((
            deputy::id,
            deputy::deputy_id,
            person::name,
            deputy::first_day,
            deputy::last_day,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, deputy, name, first_day, last_day)| Deputy {
            id,
            account: of.clone(),
            deputy,
            name,
            first_day,
            last_day,
        })
        .collect())
}

/// Whoever shares one of these roles on a day, by name, but for one account.
pub fn candidates(
    conn: &mut AnyConn,
    of: &AccountId,
    roles: &[Role],
    day: NaiveDate,
) -> Result<Vec<(AccountId, String)>> {
    let mut found = store::holders(conn, roles, day)?;
    found.retain(|(account, _)| account != of);
    Ok(found)
}

/// The roles of some memberships for which somebody can stand in.
pub fn roles_of(memberships: &[Membership]) -> Vec<Role> {
    let held = |role: &&Role| memberships.iter().any(|own| own.role == **role);
    ROLES.iter().filter(held).copied().collect()
}

/// Names who stands in for an account from a first to a last day, both inclusive.
///
/// # Errors
/// `Invalid` where the deputy is the same person, holds none of the account's roles on the first day, or where another
/// deputy is named for a day of these; `Forbidden` for anybody but the account itself and administrators.
pub fn name_deputy(
    tx: &mut Tx<'_>,
    of_account: &AccountId,
    stands_in: &AccountId,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
) -> Result<DeputyId> {
    may(tx, of_account)?;
    let subject = store::account(tx.conn, of_account)?;
    let other = store::account(tx.conn, stands_in)?;
    if of_account == stands_in || subject.person == other.person {
        return Err(Error::invalid("deputy", Message::new("deputies-oneself")));
    }
    days(tx.today, first_day, last_day)?;
    let own = roles_of(&store::memberships_on(tx.conn, of_account, first_day)?);
    let theirs = roles_of(&store::memberships_on(tx.conn, stands_in, first_day)?);
    if !other.active || !own.iter().any(|role| theirs.contains(role)) {
        let message = Message::new("deputies-another-role")
            .with("person", Argument::Text(other.name))
            .with("first", Argument::Date(first_day));
        return Err(Error::invalid("deputy", message));
    }
    let overlaps = |known: &&Deputy| {
        known.last_day.is_none_or(|last| first_day <= last)
            && last_day.is_none_or(|last| known.first_day <= last)
    };
    if let Some(known) = of(tx.conn, of_account)?.iter().find(overlaps) {
        let message = Message::new("deputies-already")
            .with("person", Argument::Text(known.name.clone()))
            .with("first", Argument::Date(known.first_day));
        return Err(Error::invalid("deputy_first_day", message));
    }
    let id = DeputyId::fresh(tx.now);
    let detail = json!({ "person": subject.name, "deputy": other.name,
        "first": first_day, "last": last_day });
    let known = tx.audit(entry("deputy_named", of_account, detail))?;
    insert(tx, &id, of_account, stands_in, (first_day, last_day), known)?;
    Ok(id)
}

/// What the days of a stand-in have to be: not over, and in their order.
fn days(today: NaiveDate, first: NaiveDate, last: Option<NaiveDate>) -> Result<()> {
    if first < today {
        return Err(Error::invalid(
            "deputy_first_day",
            Message::new("deputies-in-the-past").with("first", Argument::Date(first)),
        ));
    }
    in_order("deputy_last_day", first, last)
}

/// Ends a stand-in with yesterday; one that has not begun is taken back. Returns whose deputy it was.
///
/// INVARIANT: the row that was held stays; one with the earlier last day takes its place.
pub fn end(tx: &mut Tx<'_>, id: &DeputyId) -> Result<AccountId> {
    type Row = (
        AccountId,
        AccountId,
        NaiveDate,
        Option<NaiveDate>,
        Option<i64>,
    );
    let row: Row = deputy::table
        .filter(deputy::id.eq(id))
        .select((
            deputy::account_id,
            deputy::deputy_id,
            deputy::first_day,
            deputy::last_day,
            deputy::known_to,
        ))
        .get_result(tx.conn)?;
    let (of_account, stands_in, first_day, last_day, known_to) = row;
    // Whose deputies somebody may not end, they need not know of.
    may(tx, &of_account).map_err(|_| Error::NotFound)?;
    if known_to.is_some() || last_day.is_some_and(|last| last < tx.today) {
        return Err(Error::Stale);
    }
    let subject = store::account(tx.conn, &of_account)?;
    let other = store::account(tx.conn, &stands_in)?;
    let yesterday = tx.today.pred_opt().unwrap_or(tx.today);
    let detail = json!({ "person": subject.name, "deputy": other.name,
        "before": { "last": last_day }, "last": yesterday });
    let known = tx.audit(entry("deputy_ended", &of_account, detail))?;
    diesel::update(deputy::table.filter(deputy::id.eq(id)))
        .set(deputy::known_to.eq(known))
        .execute(tx.conn)?;
    if first_day <= yesterday {
        let ended = DeputyId::fresh(tx.now);
        let span = (first_day, Some(yesterday));
        insert(tx, &ended, &of_account, &stands_in, span, known)?;
    }
    Ok(of_account)
}

/// Everybody names their own deputy; an administrator anybody's, because who falls ill names nobody.
fn may(tx: &Tx<'_>, of_account: &AccountId) -> Result<()> {
    match tx.actor.account.as_ref() == Some(of_account) {
        true => Ok(()),
        false => tx.actor.acts_as(&[Role::Administrator]),
    }
}

fn entry(verb: &'static str, account: &AccountId, detail: serde_json::Value) -> Entry {
    Entry {
        verb,
        subject: Subject::new("account", account.as_str()),
        programme: None,
        facility: None,
        detail,
    }
}

fn insert(
    tx: &mut Tx<'_>,
    id: &DeputyId,
    of_account: &AccountId,
    stands_in: &AccountId,
    (first_day, last_day): (NaiveDate, Option<NaiveDate>),
    known: i64,
) -> Result<()> {
    diesel::insert_into(deputy::table)
        .values((
            deputy::id.eq(id),
            deputy::account_id.eq(of_account),
            deputy::deputy_id.eq(stands_in),
            deputy::first_day.eq(first_day),
            deputy::last_day.eq(last_day),
            deputy::known_from.eq(known),
        ))
        .execute(tx.conn)?;
    Ok(())
}

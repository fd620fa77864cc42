//! The review of accounts: everybody with roles, training and last sign-in on one list, and that somebody went through it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::entry_codes::{self, OpenCode, Purpose};
use super::{Membership, store};
use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::error::Result;
use crate::ids::{AccountId, AccountReviewId};
use crate::schema::{account, account_review, person};
use crate::scope::Role;

/// An account that nobody has signed in to for this long is pointed out.
///
/// READING: no rule gives a length. A quarter without a sign-in is longer than any leave, and than the ninety days
/// between two meetings.
pub const UNUSED: TimeDelta = TimeDelta::days(90);
/// Accounts of one statement; SQLite takes 32766 values in one.
const BATCH: usize = 10_000;

/// One account as it is reviewed.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// The key of the list.
    pub key: String,
    pub account: AccountId,
    pub name: String,
    pub login: String,
    pub active: bool,
    /// Invited, and not yet signed in for the first time.
    pub awaited: bool,
    pub signed_in_at: Option<DateTime<Utc>>,
    pub memberships: Vec<Membership>,
    pub invitation: Option<OpenCode>,
}

impl Reviewed {
    /// Whether nobody has signed in for a quarter, or ever.
    pub fn is_unused(&self, now: &DateTime<Utc>) -> bool {
        self.active
            && self
                .signed_in_at
                .is_none_or(|at| now.signed_duration_since(at) > UNUSED)
    }
}

/// A page of the accounts in the order of their names, or with no limit all of them. The number of statements grows by
/// one for every ten thousand accounts.
pub fn accounts(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    after: Option<(&str, &str)>,
    limit: Option<i64>,
) -> Result<Vec<Reviewed>> {
    type Row = (
        String,
        AccountId,
        String,
        String,
        bool,
        bool,
        Option<NaiveDateTime>,
    );
    let (key, id) = after.unwrap_or(("", ""));
    let rows: Vec<Row> = account::table
        .inner_join(person::table.on(person::id.eq(account::person_id)))
        .filter(
            person::name_key
                .gt(key)
                .or(person::name_key.eq(key).and(account::id.gt(id))),
        )
        .order((person::name_key, account::id))
        .limit(limit.unwrap_or(i64::MAX))
        .select((
            person::name_key,
            account::id,
            person::name,
            account::login,
            account::active,
            account::awaited,
            account::signed_in_at,
        ))
        .load(conn)?;
    let ids: Vec<AccountId> = rows.iter().map(|row| row.1.clone()).collect();
    let mut held: HashMap<AccountId, Vec<Membership>> = HashMap::new();
    let mut invited: HashMap<AccountId, OpenCode> = HashMap::new();
    for some in ids.chunks(BATCH) {
        for membership in store::memberships_of(conn, some)? {
            held.entry(membership.account.clone())
                .or_default()
                .push(membership);
        }
        let open = entry_codes::open_of(conn, some, now)?;
        let invitations = open
            .into_iter()
            .filter(|code| code.purpose == Purpose::Invitation);
        invited.extend(invitations.map(|code| (code.account.clone(), code)));
    }
    Ok(rows
        .into_iter()
        .map(|(key, id, name, login, active, awaited, at)| Reviewed {
            memberships: held.remove(&id).unwrap_or_default(),
            invitation: invited.remove(&id),
            key,
            account: id,
            name,
            login,
            active,
            awaited,
            signed_in_at: at.map(|at| at.and_utc()),
        })
        .collect())
}

/// A review that was recorded.
#[derive(Debug, Clone, Queryable)]
pub struct Review {
    pub reviewed_on: NaiveDate,
    pub by: String,
    pub accounts: i64,
    pub remark: String,
}

/// The latest reviews, last first.
pub fn latest(conn: &mut AnyConn, limit: i64) -> Result<Vec<Review>> {
    Ok(account_review::table
        .order(account_review::known_from.desc())
        .limit(limit)
        .select((
            account_review::reviewed_on,
            account_review::reviewed_name,
            account_review::accounts,
            account_review::remark,
        ))
        .load(conn)?)
}

/// Records that the one who acts went through every account today.
pub fn record(tx: &mut Tx<'_>, remark: &str) -> Result<AccountReviewId> {
    tx.actor.acts_as(&[Role::Administrator])?;
    let id = AccountReviewId::fresh(tx.now);
    let by = tx.actor.person()?.clone();
    let accounts: i64 = account::table.count().get_result(tx.conn)?;
    let known = tx.audit(Entry {
        verb: "accounts_reviewed",
        subject: Subject::new("account_review", id.as_str()),
        programme: None,
        facility: None,
        detail: json!({ "accounts": accounts, "remark": remark }),
    })?;
    diesel::insert_into(account_review::table)
        .values((
            account_review::id.eq(&id),
            account_review::reviewed_on.eq(tx.today),
            account_review::reviewed_by.eq(&by),
            account_review::reviewed_name.eq(&tx.actor.name),
            account_review::accounts.eq(accounts),
            account_review::remark.eq(remark),
            account_review::known_from.eq(known),
            account_review::change_id.eq(tx.change.as_str()),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

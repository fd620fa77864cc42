//! Where and how somebody wants letters: one address an account, and at once, in the morning, or not at all.

use diesel::prelude::*;
use serde_json::json;

use super::store;
use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::mail::{self, BadAddress};
use crate::outbox::Habit;
use crate::schema::mailbox;
use crate::scope::Role;

/// Where and how an account wants its letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Empty where the address was taken away: the account then has none.
    pub address: String,
    pub habit: Habit,
}

impl Mailbox {
    /// What holds for an account that nobody has said anything about.
    pub fn none() -> Mailbox {
        Mailbox {
            address: String::new(),
            habit: Habit::AtOnce,
        }
    }

    pub fn has_address(&self) -> bool {
        !self.address.is_empty()
    }
}

/// The mailbox of an account.
pub fn of(conn: &mut AnyConn, account: &AccountId) -> Result<Mailbox> {
    let row: Option<(String, Habit)> = mailbox::table
        .filter(mailbox::account_id.eq(account))
        .select((mailbox::address, mailbox::habit))
        .get_result(conn)
        .optional()?;
    Ok(row.map_or_else(Mailbox::none, |(address, habit)| Mailbox { address, habit }))
}

/// Sets where and how an account wants its letters; an empty address takes it away.
///
/// READING: everybody sets their own; an administrator sets anybody's, because accounts are made before their people sign in.
///
/// INVARIANT: the log says that an address was set and never which: it is read by more people than the address.
///
/// # Errors
/// `Invalid` on `address` where it is none; `Forbidden` for anybody else's.
pub fn set(tx: &mut Tx<'_>, account: &AccountId, address: &str, habit: Habit) -> Result<()> {
    if tx.actor.account.as_ref() != Some(account) {
        tx.actor.acts_as(&[Role::Administrator])?;
    }
    let address = checked(address)?;
    let before = of(tx.conn, account)?;
    let after = Mailbox { address, habit };
    if before == after {
        return Ok(());
    }
    let subject = store::account(tx.conn, account)?;
    let known = tx.audit(Entry {
        verb: "mailbox_set",
        subject: Subject::new("account", account.as_str()),
        programme: None,
        facility: None,
        detail: json!({
            "person": subject.name,
            "address": format!("term:{}", change(&before, &after)),
            "habit": format!("term:{}", habit_id(habit)),
        }),
    })?;
    let changed = diesel::update(mailbox::table.filter(mailbox::account_id.eq(account)))
        .set((
            mailbox::address.eq(&after.address),
            mailbox::habit.eq(after.habit),
            mailbox::known_from.eq(known),
        ))
        .execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(mailbox::table)
            .values((
                mailbox::account_id.eq(account),
                mailbox::address.eq(&after.address),
                mailbox::habit.eq(after.habit),
                mailbox::known_from.eq(known),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The message that names a habit.
pub fn habit_id(habit: impl std::borrow::Borrow<Habit>) -> &'static str {
    match habit.borrow() {
        Habit::AtOnce => "habit-at-once",
        Habit::Digest => "habit-digest",
        Habit::Off => "habit-off",
    }
}

/// What became of the address, in the words of the log.
fn change(before: &Mailbox, after: &Mailbox) -> &'static str {
    match (before.has_address(), after.has_address()) {
        (_, _) if before.address == after.address => "mailbox-address-kept",
        (false, _) => "mailbox-address-given",
        (true, true) => "mailbox-address-changed",
        (true, false) => "mailbox-address-removed",
    }
}

/// An address as it is kept, or what is wrong with it.
fn checked(typed: &str) -> Result<String> {
    match mail::address(typed) {
        Ok(address) => Ok(address.to_string()),
        Err(BadAddress::Empty) => Ok(String::new()),
        Err(bad) => Err(Error::invalid("address", bad.message())),
    }
}

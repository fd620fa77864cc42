//! How second factors and their codes are kept.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use super::{CodeKind, Kind, NewFactor};
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{AccountId, FactorId, PersonId};
use crate::schema::{audit, factor, factor_code};

/// The factor that an account has now.
#[derive(Debug, Clone)]
pub struct Factor {
    pub id: FactorId,
    pub kind: Kind,
    /// Sealed; empty for a card.
    pub secret: String,
    pub last_step: i64,
    pub since: DateTime<Utc>,
    pub known_from: i64,
}

/// The factor that an account has now; at most one.
pub fn active(conn: &mut AnyConn, account: &AccountId) -> Result<Option<Factor>> {
    let row: Option<(FactorId, Kind, String, i64, NaiveDateTime, i64)> = factor::table
        .filter(factor::account_id.eq(account))
        .filter(factor::known_to.is_null())
        .select((
            factor::id,
            factor::kind,
            factor::secret,
            factor::last_step,
            factor::since,
            factor::known_from,
        ))
        .get_result(conn)
        .optional()?;
    Ok(
        row.map(|(id, kind, secret, last_step, since, known_from)| Factor {
            id,
            kind,
            secret,
            last_step,
            since: since.and_utc(),
            known_from,
        }),
    )
}

/// Who gave an account the card that it has now; nobody where its factor is none that was given.
pub fn card_given_by(conn: &mut AnyConn, account: &AccountId) -> Result<Option<PersonId>> {
    let person: Option<Option<PersonId>> = factor::table
        .inner_join(audit::table.on(audit::seq.eq(factor::known_from)))
        .filter(factor::account_id.eq(account))
        .filter(factor::known_to.is_null())
        .filter(audit::verb.eq(super::CARD_GIVEN))
        .select(audit::person_id.nullable())
        .get_result(conn)
        .optional()?;
    Ok(person.flatten())
}

/// The number of the card's code that is asked for next: the first that was not used.
pub fn asked(conn: &mut AnyConn, factor: &FactorId) -> Result<Option<i32>> {
    Ok(factor_code::table
        .filter(factor_code::factor_id.eq(factor))
        .filter(factor_code::kind.eq(CodeKind::Card))
        .filter(factor_code::used_at.is_null())
        .select(min(factor_code::position))
        .get_result(conn)?)
}

/// How many codes of a kind are left.
pub fn left(conn: &mut AnyConn, factor: &FactorId, kind: CodeKind) -> Result<i64> {
    Ok(factor_code::table
        .filter(factor_code::factor_id.eq(factor))
        .filter(factor_code::kind.eq(kind))
        .filter(factor_code::used_at.is_null())
        .select(count_star())
        .get_result(conn)?)
}

pub(super) fn insert(
    conn: &mut AnyConn,
    id: &FactorId,
    account: &AccountId,
    new: &NewFactor,
    (since, known): (DateTime<Utc>, i64),
) -> Result<()> {
    diesel::insert_into(factor::table)
        .values((
            factor::id.eq(id),
            factor::account_id.eq(account),
            factor::kind.eq(new.kind),
            factor::secret.eq(&new.secret),
            factor::last_step.eq(new.last_step),
            factor::since.eq(since.naive_utc()),
            factor::known_from.eq(known),
        ))
        .execute(conn)?;
    insert_codes(conn, id, CodeKind::Card, &new.card)?;
    insert_codes(conn, id, CodeKind::Recovery, &new.recovery)
}

fn insert_codes(
    conn: &mut AnyConn,
    id: &FactorId,
    kind: CodeKind,
    digests: &[String],
) -> Result<()> {
    for (position, digest) in (1_i32..).zip(digests) {
        diesel::insert_into(factor_code::table)
            .values((
                factor_code::factor_id.eq(id),
                factor_code::kind.eq(kind),
                factor_code::position.eq(position),
                factor_code::digest.eq(digest),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// New recovery codes in the place of the old ones, which are worth nothing from here on.
pub(super) fn replace_recovery(
    conn: &mut AnyConn,
    id: &FactorId,
    digests: &[String],
) -> Result<()> {
    let old = factor_code::table
        .filter(factor_code::factor_id.eq(id))
        .filter(factor_code::kind.eq(CodeKind::Recovery));
    diesel::delete(old).execute(conn)?;
    insert_codes(conn, id, CodeKind::Recovery, digests)
}

/// Ends a factor; its codes end with it.
pub(super) fn end(conn: &mut AnyConn, id: &FactorId, known: i64) -> Result<()> {
    let held = factor::table
        .filter(factor::id.eq(id))
        .filter(factor::known_to.is_null());
    diesel::update(held)
        .set(factor::known_to.eq(known))
        .execute(conn)?;
    Ok(())
}

/// Takes a time step, unless it or a later one was taken before.
pub(super) fn take_step(conn: &mut AnyConn, id: &FactorId, step: i64) -> Result<bool> {
    let earlier = factor::table
        .filter(factor::id.eq(id))
        .filter(factor::known_to.is_null())
        .filter(factor::last_step.lt(step));
    let taken = diesel::update(earlier)
        .set(factor::last_step.eq(step))
        .execute(conn)?;
    Ok(taken == 1)
}

/// Uses up a code, unless it was used before.
pub(super) fn use_code(
    conn: &mut AnyConn,
    id: &FactorId,
    (kind, digest): (CodeKind, &str),
    now: DateTime<Utc>,
) -> Result<bool> {
    let unused = factor_code::table
        .filter(factor_code::factor_id.eq(id))
        .filter(factor_code::kind.eq(kind))
        .filter(factor_code::digest.eq(digest))
        .filter(factor_code::used_at.is_null());
    let used = diesel::update(unused)
        .set(factor_code::used_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(used == 1)
}

//! How standings are kept: one row a facility and programme, found by when they end.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::tally;
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{FacilityId, ProgrammeId, VerdictId};
use crate::rules::finding::Outcome;
use crate::schema::{facility, partnership, standing};
use crate::scope::Scope;

/// A facility's standing as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub facility: FacilityId,
    pub verdict: VerdictId,
    pub outcome: Outcome,
    pub judged_on: NaiveDate,
    /// The last day on which every finding stays as it is, if nothing new is recorded.
    pub until: Option<NaiveDate>,
    /// The last day on which the standing still permits; none where it does not permit, or has no known end.
    pub permitted_until: Option<NaiveDate>,
    pub(super) digest: String,
}

type Row = (
    FacilityId,
    VerdictId,
    String,
    NaiveDate,
    Option<NaiveDate>,
    Option<NaiveDate>,
    String,
);

fn read(
    (facility, verdict, outcome, judged_on, until, permitted_until, digest): Row,
) -> Result<Standing> {
    Ok(Standing {
        facility,
        verdict,
        outcome: outcome
            .parse::<Outcome>()
            .map_err(|cause| Error::broken("stored standing", cause))?,
        judged_on,
        until,
        permitted_until,
        digest,
    })
}

macro_rules! columns {
    () => {
        (
            standing::facility_id,
            standing::verdict_id,
            standing::outcome,
            standing::judged_on,
            standing::until,
            standing::permitted_until,
            standing::digest,
        )
    };
}

/// The facilities that name one of these as their partner.
pub(super) fn dependants(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    partners: &[FacilityId],
) -> Result<Vec<FacilityId>> {
    Ok(partnership::table
        .filter(partnership::programme_id.eq(programme))
        .filter(partnership::partner_id.eq_any(partners))
        .filter(partnership::known_to.is_null())
        .select(partnership::facility_id)
        .distinct()
        .load(conn)?)
}

pub(super) fn kept(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facilities: &[FacilityId],
) -> Result<HashMap<FacilityId, Standing>> {
    let rows: Vec<Row> = standing::table
        .filter(standing::programme_id.eq(programme))
        .filter(standing::facility_id.eq_any(facilities))
        .select(columns!())
        .load(conn)?;
    rows.into_iter()
        .map(|row| read(row).map(|standing| (standing.facility.clone(), standing)))
        .collect()
}

pub(super) fn put(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    new: &Standing,
    before: Option<Outcome>,
) -> Result<()> {
    let values = (
        standing::verdict_id.eq(&new.verdict),
        standing::outcome.eq(new.outcome.as_str()),
        standing::judged_on.eq(new.judged_on),
        standing::until.eq(new.until),
        standing::permitted_until.eq(new.permitted_until),
        standing::digest.eq(&new.digest),
        standing::change_id.eq(&tx.change),
    );
    if let Some(before) = before {
        diesel::update(standing::table.find((programme, &new.facility)))
            .set(values)
            .execute(tx.conn)?;
        if before == new.outcome {
            return Ok(());
        }
        counters::shift(tx.conn, &tally(programme, before), -1)?;
    } else {
        diesel::insert_into(standing::table)
            .values((
                standing::programme_id.eq(programme),
                standing::facility_id.eq(&new.facility),
                values,
            ))
            .execute(tx.conn)?;
    }
    counters::shift(tx.conn, &tally(programme, new.outcome), 1)?;
    Ok(())
}

/// Standings whose last day has passed.
pub(super) fn due(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<FacilityId>> {
    Ok(standing::table
        .filter(standing::programme_id.eq(programme))
        .filter(standing::until.lt(today))
        .order((standing::until, standing::facility_id))
        .limit(limit)
        .select(standing::facility_id)
        .load(conn)?)
}

pub(super) fn page(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    after: Option<&FacilityId>,
    limit: i64,
) -> Result<Vec<Standing>> {
    let mut query = standing::table
        .filter(standing::programme_id.eq(programme))
        .order(standing::facility_id)
        .limit(limit)
        .select(columns!())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(standing::facility_id.gt(after.clone()));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(read).collect()
}

/// The standings of these facilities; those without any record have none.
pub fn of(conn: &mut AnyConn, scope: &Scope, facilities: &[FacilityId]) -> Result<Vec<Standing>> {
    let seen: Vec<&FacilityId> = facilities.iter().filter(|id| scope.sees(id)).collect();
    let rows: Vec<Row> = standing::table
        .filter(standing::programme_id.eq(scope.programme()))
        .filter(standing::facility_id.eq_any(seen))
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// Facilities with a standing at one of these outcomes, by name of facility, after a facility; at most `limit`.
pub fn outcomes(
    conn: &mut AnyConn,
    scope: &Scope,
    outcome: Outcome,
    after: Option<&FacilityId>,
    limit: i64,
) -> Result<Vec<(String, Standing)>> {
    let mut query = standing::table
        .inner_join(facility::table)
        .filter(standing::programme_id.eq(scope.programme()))
        .filter(standing::outcome.eq(outcome.as_str()))
        .order(standing::facility_id)
        .limit(limit)
        .select((facility::name, columns!()))
        .into_boxed();
    if let Some(own) = scope.only() {
        query = query.filter(standing::facility_id.eq(own.clone()));
    }
    if let Some(after) = after {
        query = query.filter(standing::facility_id.gt(after.clone()));
    }
    let rows: Vec<(String, Row)> = query.load(conn)?;
    rows.into_iter()
        .map(|(name, row)| read(row).map(|standing| (name, standing)))
        .collect()
}

/// Facilities that permit today and stop permitting after a day up to `by`, soonest first; at most `limit`.
pub fn lapsing(
    conn: &mut AnyConn,
    scope: &Scope,
    by: NaiveDate,
    limit: i64,
) -> Result<Vec<(String, Standing)>> {
    let mut query = standing::table
        .inner_join(facility::table)
        .filter(standing::programme_id.eq(scope.programme()))
        .filter(standing::outcome.eq_any([Outcome::Met.as_str(), Outcome::Consider.as_str()]))
        .filter(standing::permitted_until.le(by))
        .order((standing::permitted_until, standing::facility_id))
        .limit(limit)
        .select((facility::name, columns!()))
        .into_boxed();
    if let Some(own) = scope.only() {
        query = query.filter(standing::facility_id.eq(own.clone()));
    }
    let rows: Vec<(String, Row)> = query.load(conn)?;
    rows.into_iter()
        .map(|(name, row)| read(row).map(|standing| (name, standing)))
        .collect()
}

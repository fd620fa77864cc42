//! How standings are kept: one row a facility and programme, found by when they end.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::tally;
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{FacilityId, ProgrammeId, VerdictId};
use crate::rules::finding::{Finding, Outcome};
use crate::schema::{facility, finding, partnership, standing};
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

impl Standing {
    /// Whether it still permits on a day, which the daily sweep may not have reached yet.
    pub fn permits_on(&self, day: NaiveDate) -> bool {
        self.outcome <= Outcome::Consider && self.permitted_until.is_none_or(|last| day <= last)
    }
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

/// Standings whose last day has passed, after a facility.
pub(super) fn due(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    today: NaiveDate,
    after: Option<&FacilityId>,
    limit: i64,
) -> Result<Vec<FacilityId>> {
    let mut query = standing::table
        .filter(standing::programme_id.eq(programme))
        .filter(standing::until.lt(today))
        .order(standing::facility_id)
        .limit(limit)
        .select(standing::facility_id)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(standing::facility_id.gt(after.clone()));
    }
    Ok(query.load(conn)?)
}

/// The facilities of which anything was ever recorded, by id, after one of them; at most `limit`.
pub fn places(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    after: Option<&FacilityId>,
    limit: i64,
) -> Result<Vec<FacilityId>> {
    let after = after.map_or("", FacilityId::as_str);
    Ok(standing::table
        .filter(standing::programme_id.eq(programme))
        .filter(standing::facility_id.gt(after))
        .order(standing::facility_id)
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
    lapsing_after(conn, scope, by, None, limit)
}

/// The same, from after the day and the facility of the row shown last.
pub fn lapsing_after(
    conn: &mut AnyConn,
    scope: &Scope,
    by: NaiveDate,
    after: Option<&(NaiveDate, FacilityId)>,
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
    if let Some((day, last)) = after {
        query = query.filter(
            standing::permitted_until.ge(*day).and(
                standing::permitted_until
                    .gt(*day)
                    .or(standing::facility_id.gt(last.clone())),
            ),
        );
    }
    let rows: Vec<(String, Row)> = query.load(conn)?;
    rows.into_iter()
        .map(|(name, row)| read(row).map(|standing| (name, standing)))
        .collect()
}

/// A facility that names another as its partner.
#[derive(Debug, Clone, Queryable)]
pub struct Relying {
    pub facility: FacilityId,
    pub name: String,
    /// The last day of the agreement.
    pub last_day: Option<NaiveDate>,
}

/// The facilities that name this one as their partner, by name. INVARIANT: a facility never learns of another from it.
pub fn relying(conn: &mut AnyConn, scope: &Scope, partner: &FacilityId) -> Result<Vec<Relying>> {
    if scope.only().is_some() {
        return Ok(Vec::new());
    }
    Ok(partnership::table
        .inner_join(facility::table.on(facility::id.eq(partnership::facility_id)))
        .filter(partnership::programme_id.eq(scope.programme()))
        .filter(partnership::partner_id.eq(partner))
        .filter(partnership::known_to.is_null())
        .order((facility::name_key, facility::id, partnership::id))
        .select((
            facility::id,
            facility::name,
            partnership::agreement_last_day,
        ))
        .load(conn)?)
}

/// What a facility's standing answers to one rule.
#[derive(Debug, Clone)]
pub struct Answered {
    pub facility: FacilityId,
    pub name: String,
    pub finding: Finding,
}

/// What standings answer to these rules where it is not met, or ends on a day up to `by`; those not met come first.
/// At most `limit` of each, found through the indexes of standings that do not permit or end soon.
pub fn answers(
    conn: &mut AnyConn,
    scope: &Scope,
    rules: &[&str],
    by: NaiveDate,
    limit: i64,
) -> Result<Vec<Answered>> {
    type Row = (FacilityId, String, String);
    let asked = || {
        standing::table
            .inner_join(facility::table)
            .inner_join(finding::table.on(finding::verdict_id.eq(standing::verdict_id)))
            .filter(standing::programme_id.eq(scope.programme().clone()))
            .filter(finding::rule.eq_any(rules.iter().map(|rule| (*rule).to_owned())))
            .limit(limit)
            .select((standing::facility_id, facility::name, finding::body))
    };
    let failing = asked()
        .filter(standing::outcome.ne(Outcome::Met.as_str()))
        .filter(finding::outcome.ne(Outcome::Met.as_str()))
        .order((standing::facility_id, finding::position));
    let ending = asked()
        .filter(standing::until.le(by))
        .filter(finding::outcome.eq(Outcome::Met.as_str()))
        .filter(finding::until.le(by))
        .order((standing::until, standing::facility_id, finding::position));
    let mut rows: Vec<Row> = match scope.only() {
        Some(own) => failing.filter(standing::facility_id.eq(own)).load(conn)?,
        None => failing.load(conn)?,
    };
    rows.extend::<Vec<Row>>(match scope.only() {
        Some(own) => ending.filter(standing::facility_id.eq(own)).load(conn)?,
        None => ending.load(conn)?,
    });
    rows.into_iter()
        .map(|(facility, name, body)| {
            Ok(Answered {
                facility,
                name,
                finding: serde_json::from_str(&body)?,
            })
        })
        .collect()
}

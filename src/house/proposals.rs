//! How changes of the house policy are read: one, and the lists of those under way and of those decided.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::changes::{Proposal, ProposalState};
use super::exceptions::Deed;
use super::preview::Counts;
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{PersonId, ProposalId};
use crate::schema::{person, policy_proposal};
use crate::scope::Scope;

type Row = (
    ProposalId,
    i64,
    String,
    String,
    ProposalState,
    (PersonId, NaiveDateTime),
    (Option<NaiveDateTime>, Option<String>),
    (Option<PersonId>, Option<NaiveDateTime>, Option<String>),
    Option<String>,
);

macro_rules! columns {
    () => {
        (
            policy_proposal::id,
            policy_proposal::number,
            policy_proposal::body,
            policy_proposal::reason,
            policy_proposal::state,
            (policy_proposal::drawn_by, policy_proposal::drawn_at),
            (
                policy_proposal::proposed_at,
                policy_proposal::proposed_preview,
            ),
            (
                policy_proposal::decided_by,
                policy_proposal::decided_at,
                policy_proposal::decision_reason,
            ),
            policy_proposal::decided_preview,
        )
    };
}

/// One proposal. Who is at a facility reads none.
pub fn one(conn: &mut AnyConn, scope: &Scope, id: &ProposalId) -> Result<Proposal> {
    if scope.only().is_some() {
        return Err(Error::NotFound);
    }
    let row: Row = policy_proposal::table
        .filter(policy_proposal::programme_id.eq(scope.programme()))
        .filter(policy_proposal::id.eq(id))
        .select(columns!())
        .get_result(conn)?;
    read(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Proposals in these states before a number (0 for the latest), latest first, at most `limit`.
pub fn list(
    conn: &mut AnyConn,
    scope: &Scope,
    states: &[ProposalState],
    before: i64,
    limit: i64,
) -> Result<Vec<Proposal>> {
    if scope.only().is_some() {
        return Ok(Vec::new());
    }
    let before = if before > 0 { before } else { i64::MAX };
    let rows: Vec<Row> = policy_proposal::table
        .filter(policy_proposal::programme_id.eq(scope.programme()))
        .filter(policy_proposal::state.eq_any(states))
        .filter(policy_proposal::number.lt(before))
        .order(policy_proposal::number.desc())
        .limit(limit)
        .select(columns!())
        .load(conn)?;
    read(conn, rows)
}

fn read(conn: &mut AnyConn, rows: Vec<Row>) -> Result<Vec<Proposal>> {
    let mut persons: BTreeSet<PersonId> = BTreeSet::new();
    for row in &rows {
        persons.insert(row.5.0.clone());
        persons.extend(row.7.0.clone());
    }
    let names: Vec<(PersonId, String)> = person::table
        .filter(person::id.eq_any(persons))
        .select((person::id, person::name))
        .load(conn)?;
    let names: HashMap<PersonId, String> = names.into_iter().collect();
    let deed = |person: PersonId, at: NaiveDateTime, reason: String| Deed {
        name: names.get(&person).cloned().unwrap_or_default(),
        person,
        at: at.and_utc(),
        reason,
    };
    let counts = |stored: Option<String>| -> Result<Option<Counts>> {
        Ok(stored
            .map(|stored| serde_json::from_str(&stored))
            .transpose()?)
    };
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let decided = match (row.7.0, row.7.1) {
            (Some(person), Some(at)) => Some(deed(person, at, row.7.2.unwrap_or_default())),
            _ => None,
        };
        all.push(Proposal {
            id: row.0,
            number: row.1,
            policy: serde_json::from_str(&row.2)?,
            state: row.4,
            drawn: deed(row.5.0, row.5.1, row.3),
            proposed_at: row.6.0.map(|at| at.and_utc()),
            proposed_preview: counts(row.6.1)?,
            decided,
            decided_preview: counts(row.8)?,
        });
    }
    Ok(all)
}

//! How exceptions from the house policy are read: one, and the lists of those that wait, hold and are past.

use std::collections::{BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::exceptions::{Deed, Exception, State};
use crate::db::{AnyConn, MultiBackend};
use crate::error::{Error, Result};
use crate::ids::{ExceptionId, FacilityId, PersonId};
use crate::schema::{exception_request, facility, house_exception, person};
use crate::scope::Scope;

/// Which exceptions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that wait for the second signature, oldest first.
    Waiting,
    /// Those with both signatures that are in force or to come, latest first.
    InForce,
    /// Those that have no effect any more or never had, latest first.
    Past,
}

type Ended = (Option<PersonId>, Option<NaiveDateTime>, Option<String>);
type Decided = (Option<PersonId>, Option<NaiveDateTime>, Option<String>);
type Row = (
    ExceptionId,
    i64,
    (FacilityId, String),
    String,
    (NaiveDate, NaiveDate),
    State,
    (PersonId, NaiveDateTime, String),
    Decided,
    Option<Ended>,
);

/// Exceptions with what became of them; filtered and ordered by the reader.
macro_rules! rows {
    ($scope:expr) => {
        exception_request::table
            .inner_join(facility::table.on(facility::id.eq(exception_request::facility_id)))
            .left_join(house_exception::table.on(house_exception::id.eq(exception_request::id)))
            .filter(exception_request::programme_id.eq($scope.programme().clone()))
            .select((
                exception_request::id,
                exception_request::number,
                (exception_request::facility_id, facility::name),
                exception_request::rule,
                (exception_request::first_day, exception_request::last_day),
                exception_request::state,
                (
                    exception_request::asked_by,
                    exception_request::asked_at,
                    exception_request::reason,
                ),
                (
                    exception_request::decided_by,
                    exception_request::decided_at,
                    exception_request::decision_reason,
                ),
                (
                    house_exception::ended_by,
                    house_exception::ended_at,
                    house_exception::end_reason,
                )
                    .nullable(),
            ))
    };
}

/// One exception.
pub fn one(conn: &mut AnyConn, scope: &Scope, id: &ExceptionId) -> Result<Exception> {
    let row: Row = rows!(scope)
        .filter(exception_request::id.eq(id))
        .get_result(conn)?;
    scope.admit(&row.2.0)?;
    read(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Exceptions of one sort from after a number, at most `limit`.
pub fn list(
    conn: &mut AnyConn,
    scope: &Scope,
    which: Which,
    today: NaiveDate,
    after: i64,
    limit: i64,
) -> Result<Vec<Exception>> {
    let mut query = rows!(scope).limit(limit).into_boxed::<MultiBackend>();
    if let Some(own) = scope.only() {
        query = query.filter(exception_request::facility_id.eq(own.clone()));
    }
    if which != Which::Waiting && after > 0 {
        query = query.filter(exception_request::number.lt(after));
    }
    let holds = || {
        exception_request::state
            .eq(State::Confirmed)
            .and(exception_request::last_day.ge(today))
    };
    let rows: Vec<Row> = match which {
        Which::Waiting => query
            .filter(exception_request::state.eq(State::Asked))
            .filter(exception_request::number.gt(after))
            .order(exception_request::number.asc())
            .load(conn)?,
        Which::InForce => query
            .filter(holds())
            .filter(house_exception::known_to.is_null())
            .order(exception_request::number.desc())
            .load(conn)?,
        Which::Past => query
            .filter(exception_request::state.ne(State::Asked))
            .filter(diesel::dsl::not(
                holds().and(house_exception::known_to.is_null()),
            ))
            .order(exception_request::number.desc())
            .load(conn)?,
    };
    read(conn, rows)
}

fn read(conn: &mut AnyConn, rows: Vec<Row>) -> Result<Vec<Exception>> {
    let mut persons: BTreeSet<PersonId> = BTreeSet::new();
    for row in &rows {
        persons.insert(row.6.0.clone());
        persons.extend(row.7.0.clone());
        persons.extend(row.8.iter().filter_map(|ended| ended.0.clone()));
    }
    let names: Vec<(PersonId, String)> = person::table
        .filter(person::id.eq_any(persons))
        .select((person::id, person::name))
        .load(conn)?;
    let names: HashMap<PersonId, String> = names.into_iter().collect();
    let deed = |person: PersonId, at: NaiveDateTime, reason: Option<String>| Deed {
        name: names.get(&person).cloned().unwrap_or_default(),
        person,
        at: at.and_utc(),
        reason: reason.unwrap_or_default(),
    };
    let done = |(person, at, reason): (Option<PersonId>, Option<NaiveDateTime>, Option<String>)| {
        Some(deed(person?, at?, reason))
    };
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| Exception {
            id: row.0,
            number: row.1,
            facility: row.2.0,
            facility_name: row.2.1,
            rule: row.3,
            first_day: row.4.0,
            last_day: row.4.1,
            state: row.5,
            asked: deed(row.6.0, row.6.1, Some(row.6.2)),
            decided: done(row.7),
            ended: row.8.and_then(done),
        })
        .collect())
}

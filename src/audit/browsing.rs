//! The whole log read page by page, newest first, and what happened to some records since an instant.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{Row, shown};
use crate::clock::start_of;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{FacilityId, PersonId};
use crate::schema::{audit, audit_detail, audit_head, checkpoint};
use crate::scope::Scope;

/// Which rows are looked for; all of them, where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    pub person: Option<PersonId>,
    /// The kind of record.
    pub kind: Option<String>,
    pub facility: Option<FacilityId>,
    /// The record.
    pub subject: Option<String>,
    /// The day in Japan.
    pub day: Option<NaiveDate>,
}

/// The rows before a sequence, newest first, at most `limit`. Rows of no programme are the installation's own.
pub fn browse(
    conn: &mut AnyConn,
    scope: &Scope,
    which: &Which,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut query = rows!()
        .filter(
            audit::programme_id
                .is_null()
                .or(audit::programme_id.eq(scope.programme().as_str())),
        )
        .order(audit::seq.desc())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(audit::seq.lt(before));
    }
    if let Some(person) = &which.person {
        query = query.filter(audit::person_id.eq(person.to_string()));
    }
    if let Some(kind) = &which.kind {
        query = query.filter(audit::subject_kind.eq(kind.clone()));
    }
    if let Some(subject) = &which.subject {
        query = query.filter(audit::subject_id.eq(subject.clone()));
    }
    if let Some(facility) = scope.only().or(which.facility.as_ref()) {
        query = query.filter(audit::facility_id.eq(facility.to_string()));
    }
    if let Some(day) = which.day {
        let next = day.succ_opt().unwrap_or(day);
        query = query
            .filter(audit::at.ge(start_of(day).naive_utc()))
            .filter(audit::at.lt(start_of(next).naive_utc()));
    }
    Ok(shown(scope, query.load(conn)?))
}

/// What happened to these records after an instant, oldest first, at most `limit` rows.
pub fn since(
    conn: &mut AnyConn,
    scope: &Scope,
    subjects: &[String],
    after: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Row>> {
    let rows = rows!()
        .filter(audit::subject_id.eq_any(subjects))
        .filter(audit::at.gt(after.naive_utc()))
        .order(audit::seq)
        .limit(limit)
        .load(conn)?;
    Ok(shown(scope, rows))
}

/// How far the log has come, and how far its last checkpoint speaks.
#[derive(Debug, Clone)]
pub struct Standing {
    pub rows: i64,
    /// Rows, and the instant it was signed at.
    pub checkpoint: Option<(i64, DateTime<Utc>)>,
}

/// How the log stands now.
pub fn standing(conn: &mut AnyConn) -> Result<Standing> {
    let rows = audit_head::table.select(audit_head::seq).get_result(conn)?;
    let last: Option<(i64, NaiveDateTime)> = checkpoint::table
        .order(checkpoint::size.desc())
        .select((checkpoint::size, checkpoint::at))
        .first(conn)
        .optional()?;
    Ok(Standing {
        rows,
        checkpoint: last.map(|(size, at)| (size, at.and_utc())),
    })
}

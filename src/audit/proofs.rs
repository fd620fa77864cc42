//! What of the proof stands on a certificate and on the page it leads to: a row of the log and the checkpoint that covers it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;

use super::paths::{self, Inclusion};
use super::tree;
use super::{Row, Stored, shown};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{AuditId, FacilityId};
use crate::notes::{Checkpoint, Verifier};
use crate::schema::{audit, audit_detail, checkpoint};
use crate::scope::Scope;

/// A row of the log as a certificate prints it.
#[derive(Debug, Clone)]
pub struct Logged {
    pub id: AuditId,
    pub seq: i64,
    pub verb: String,
    pub at: DateTime<Utc>,
    pub leaf: String,
    /// None until a checkpoint was signed that covers the row.
    pub covered: Option<Covering>,
}

/// The first checkpoint that covers a row: it stays the same, so that what is printed twice is printed alike.
#[derive(Debug, Clone)]
pub struct Covering {
    pub size: u64,
    pub root: String,
    pub key: Verifier,
    pub at: DateTime<Utc>,
    pub note: String,
}

/// The latest row of a record under each of these verbs, in their order.
pub fn logged(conn: &mut AnyConn, subject: &str, verbs: &[&str]) -> Result<Vec<Logged>> {
    type Found = (AuditId, i64, String, NaiveDateTime, String);
    let rows: Vec<Found> = audit::table
        .filter(audit::subject_id.eq(subject))
        .filter(audit::verb.eq_any(verbs))
        .order(audit::seq)
        .select((audit::id, audit::seq, audit::verb, audit::at, audit::leaf))
        .load(conn)?;
    let mut found = Vec::new();
    for verb in verbs {
        let Some(row) = rows.iter().rev().find(|row| row.2 == *verb) else {
            continue;
        };
        let (id, seq, verb, at, leaf) = row.clone();
        found.push(Logged {
            covered: covering(conn, seq)?,
            id,
            seq,
            verb,
            at: at.and_utc(),
            leaf,
        });
    }
    Ok(found)
}

fn covering(conn: &mut AnyConn, seq: i64) -> Result<Option<Covering>> {
    let row: Option<(String, NaiveDateTime)> = checkpoint::table
        .filter(checkpoint::size.ge(seq))
        .order(checkpoint::size)
        .select((checkpoint::note, checkpoint::at))
        .first(conn)
        .optional()?;
    let Some((note, at)) = row else {
        return Ok(None);
    };
    let keys = tree::keys(conn)?;
    let opened = keys.into_iter().find_map(|key| {
        let known = Checkpoint::parse(key.open(&note).ok()?).ok()?;
        Some((key, known))
    });
    Ok(opened.map(|(key, known)| Covering {
        size: known.size,
        root: hex::encode(known.root),
        key,
        at: at.and_utc(),
        note,
    }))
}

/// A row of the log with its record, for whoever may see the record.
#[derive(Debug, Clone)]
pub struct Found {
    pub kind: String,
    pub subject: String,
    pub row: Row,
    pub logged: Logged,
}

/// One row of the programme's log; one of another facility is not found.
pub fn row(conn: &mut AnyConn, scope: &Scope, id: &AuditId) -> Result<Found> {
    type About = (String, String, Option<FacilityId>, AuditId, i64, String);
    let about: About = audit::table
        .filter(audit::id.eq(id))
        .filter(audit::programme_id.eq(scope.programme().as_str()))
        .select((
            audit::subject_kind,
            audit::subject_id,
            audit::facility_id,
            audit::id,
            audit::seq,
            audit::leaf,
        ))
        .get_result(conn)?;
    let (kind, subject, facility, id, seq, leaf) = about;
    scope.admit(&facility.ok_or(Error::NotFound)?)?;
    let stored: Vec<Stored> = rows!().filter(audit::seq.eq(seq)).load(conn)?;
    let row = shown(scope, stored).pop().ok_or(Error::NotFound)?;
    Ok(Found {
        kind,
        subject,
        logged: Logged {
            covered: covering(conn, seq)?,
            id,
            seq,
            verb: row.verb.clone(),
            at: row.at,
            leaf,
        },
        row,
    })
}

/// What is given away to prove a row: its path, the checkpoint, and the keys that the log names.
#[derive(Debug, Clone, Serialize)]
pub struct Given {
    pub proof: Inclusion,
    pub checkpoint: String,
    /// Printed keys as the log names them; one that was kept outside proves more.
    pub keys: Vec<String>,
}

/// The proof of a row within the first checkpoint that covers it.
///
/// # Errors
/// `NotFound` where no checkpoint covers it yet; `Broken` where the path does not lead to the checkpoint's root.
pub fn given(conn: &mut AnyConn, logged: &Logged) -> Result<Given> {
    let covered = logged.covered.as_ref().ok_or(Error::NotFound)?;
    given_in(conn, logged.id.as_str(), &covered.note, covered.size)
}

/// The proof of the row with this id, or this sequence, within a checkpoint that one of the log's keys signed.
///
/// # Errors
/// `NotFound` where there is no such row in it; `Broken` where the path does not lead to the checkpoint's root.
pub fn given_in(conn: &mut AnyConn, id: &str, note: &str, size: u64) -> Result<Given> {
    let known = tree::opened(&tree::keys(conn)?, note);
    let known = known.filter(|known| known.size == size);
    let proof = paths::prove(conn, id, size)?;
    // INVARIANT: no proof is given away that does not hold.
    if known.is_none_or(|known| proof.root != hex::encode(known.root)) {
        return Err(Error::Broken(format!(
            "row {id} is not in the tree of checkpoint {size}; run `kanmon audit verify`"
        )));
    }
    Ok(Given {
        proof,
        checkpoint: note.to_owned(),
        keys: keys(conn)?,
    })
}

/// The printed keys that the log names.
pub fn keys(conn: &mut AnyConn) -> Result<Vec<String>> {
    Ok(tree::keys(conn)?.iter().map(Verifier::to_string).collect())
}

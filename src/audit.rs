//! The audit log: one row for everything that changed, written in the transaction of the change.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::db::{AnyConn, Tx};
use crate::error::Result;
use crate::ids::{ChangeId, FacilityId, PersonId, ProgrammeId};
use crate::merkle::{self, Hash};
use crate::schema::{audit, audit_detail};
use crate::scope::Scope;

/// Rows with their details, as they are shown.
macro_rules! rows {
    () => {
        audit::table
            .left_join(audit_detail::table.on(audit_detail::seq.eq(audit::seq)))
            .select((
                audit::seq,
                audit::at,
                audit::person_id.nullable(),
                audit::person_name,
                audit::role,
                audit::verb,
                audit::facility_id,
                audit_detail::detail.nullable(),
                audit::subject_kind,
                audit::subject_id,
            ))
    };
}

/// Rows with all that their leaves are made of.
macro_rules! leafed {
    () => {
        audit::table
            .left_join(audit_detail::table.on(audit_detail::seq.eq(audit::seq)))
            .select((
                audit::seq,
                audit::id,
                audit::change_id,
                audit::at,
                audit::person_id,
                audit::person_name,
                audit::role,
                audit::verb,
                audit::subject_kind,
                audit::subject_id,
                audit::programme_id,
                audit::facility_id,
                audit::detail_digest,
                audit::leaf,
                audit_detail::salt.nullable(),
                audit_detail::detail.nullable(),
            ))
    };
}

pub mod browsing;
pub mod paths;
pub mod proofs;
pub mod tree;

/// What a row is about: a kind of record and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub kind: &'static str,
    pub id: String,
}

impl Subject {
    pub fn new(kind: &'static str, id: &(impl AsRef<str> + ?Sized)) -> Subject {
        Subject {
            kind,
            id: id.as_ref().to_owned(),
        }
    }
}

/// What happened, before it has a sequence. `verb` names the sentence `audit-VERB` of the message files and
/// `detail` holds the values of that sentence.
#[derive(Debug, Clone)]
pub struct Entry {
    pub verb: &'static str,
    pub subject: Subject,
    pub programme: Option<ProgrammeId>,
    pub facility: Option<FacilityId>,
    pub detail: Value,
}

/// A row as it is shown in a record's history.
#[derive(Debug, Clone)]
pub struct Row {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub person: Option<PersonId>,
    pub person_name: String,
    pub role: String,
    pub verb: String,
    /// What it is about: a kind of record and its id.
    pub subject_kind: String,
    pub subject_id: String,
    pub facility: Option<FacilityId>,
    pub detail: Value,
}

impl Tx<'_> {
    /// Records what this write does and returns the sequence at which it becomes known.
    pub fn audit(&mut self, entry: Entry) -> Result<i64> {
        let seq = self.seq + 1;
        let id = crate::ids::fresh(self.now);
        let detail = entry.detail.to_string();
        let salt = salt()?;
        let detail_digest = sha256(&[salt.as_bytes(), detail.as_bytes()]);
        let at = self.now.naive_utc();
        let person = self.actor.person.as_ref().map(PersonId::as_str);
        let programme = entry.programme.as_ref().map(ProgrammeId::as_str);
        let facility = entry.facility.as_ref().map(FacilityId::as_str);
        let hash = leaf(&[
            &seq.to_string(),
            &id,
            self.change.as_str(),
            &self.now.to_rfc3339(),
            person.unwrap_or(""),
            &self.actor.name,
            &self.actor.role,
            entry.verb,
            entry.subject.kind,
            &entry.subject.id,
            programme.unwrap_or(""),
            facility.unwrap_or(""),
            &detail_digest,
        ]);
        diesel::insert_into(audit::table)
            .values((
                audit::seq.eq(seq),
                audit::id.eq(&id),
                audit::change_id.eq(self.change.as_str()),
                audit::at.eq(at),
                audit::person_id.eq(person),
                audit::person_name.eq(&self.actor.name),
                audit::role.eq(&self.actor.role),
                audit::verb.eq(entry.verb),
                audit::subject_kind.eq(entry.subject.kind),
                audit::subject_id.eq(&entry.subject.id),
                audit::programme_id.eq(programme),
                audit::facility_id.eq(facility),
                audit::detail_digest.eq(&detail_digest),
                audit::leaf.eq(hex::encode(hash)),
            ))
            .execute(self.conn)?;
        diesel::insert_into(audit_detail::table)
            .values((
                audit_detail::seq.eq(seq),
                audit_detail::salt.eq(&salt),
                audit_detail::detail.eq(&detail),
            ))
            .execute(self.conn)?;
        self.seq = seq;
        for subtree in self.frontier.append(hash) {
            paths::keep_subtree(self.conn, &subtree)?;
        }
        Ok(seq)
    }
}

/// The leaf hash of RFC 6962 over the row's fields, each preceded by its length so that no two rows run together.
fn leaf(fields: &[&str]) -> Hash {
    let mut contents = Vec::new();
    for field in fields {
        let length = u64::try_from(field.len()).unwrap_or(u64::MAX);
        contents.extend_from_slice(&length.to_be_bytes());
        contents.extend_from_slice(field.as_bytes());
    }
    merkle::leaf(&contents)
}

/// SHA-256 over the parts in order, in lower-case hexadecimal.
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

/// Sixteen random bytes in hexadecimal.
fn salt() -> Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|cause| crate::error::Error::broken("random", cause))?;
    Ok(hex::encode(bytes))
}

/// The history of one record, newest first, at most `limit` rows.
pub fn history(
    conn: &mut AnyConn,
    scope: &Scope,
    subjects: &[String],
    limit: i64,
) -> Result<Vec<Row>> {
    let rows = rows!()
        .filter(audit::subject_id.eq_any(subjects))
        .order(audit::seq.desc())
        .limit(limit)
        .load(conn)?;
    Ok(shown(scope, rows))
}

/// What the log keeps of one record under one verb, by the change that it was part of. Details that retention has
/// deleted are left out.
pub fn details(conn: &mut AnyConn, subject: &str, verb: &str) -> Result<HashMap<ChangeId, Value>> {
    let rows: Vec<(ChangeId, String)> = audit::table
        .inner_join(audit_detail::table.on(audit_detail::seq.eq(audit::seq)))
        .filter(audit::subject_id.eq(subject))
        .filter(audit::verb.eq(verb))
        .select((audit::change_id, audit_detail::detail))
        .load(conn)?;
    rows.into_iter()
        .map(|(change, detail)| Ok((change, serde_json::from_str(&detail)?)))
        .collect()
}

/// What happened at one facility to records of these kinds, newest first, at most `limit` rows.
///
/// The kinds are named because not every reader of a facility may read of everything that happens there.
pub fn of_facility(
    conn: &mut AnyConn,
    scope: &Scope,
    facility: &FacilityId,
    kinds: &[&str],
    limit: i64,
) -> Result<Vec<Row>> {
    scope.admit(facility)?;
    let rows = rows!()
        .filter(audit::facility_id.eq(facility.as_str()))
        .filter(audit::subject_kind.eq_any(kinds))
        .filter(
            audit::programme_id
                .is_null()
                .or(audit::programme_id.eq(scope.programme().as_str())),
        )
        .order(audit::seq.desc())
        .limit(limit)
        .load(conn)?;
    Ok(shown(scope, rows))
}

type Stored = (
    i64,
    NaiveDateTime,
    Option<PersonId>,
    String,
    String,
    String,
    Option<FacilityId>,
    Option<String>,
    String,
    String,
);

fn shown(scope: &Scope, rows: Vec<Stored>) -> Vec<Row> {
    rows.into_iter()
        .filter(|row| row.6.as_ref().is_none_or(|facility| scope.sees(facility)))
        .map(|row| Row {
            seq: row.0,
            at: row.1.and_utc(),
            person: row.2,
            person_name: row.3,
            role: row.4,
            verb: row.5,
            facility: row.6,
            subject_kind: row.8,
            subject_id: row.9,
            detail: row
                .7
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or(Value::Null),
        })
        .collect()
}

/// Until which audit sequence something was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known(pub i64);

impl Known {
    /// All that is known now.
    pub const NOW: Known = Known(i64::MAX);
}

/// What was known at an instant: everything committed up to and including it.
pub fn known_at(conn: &mut AnyConn, instant: DateTime<Utc>) -> Result<Known> {
    let seq: Option<i64> = audit::table
        .filter(audit::at.le(instant.naive_utc()))
        .select(diesel::dsl::max(audit::seq))
        .get_result(conn)?;
    Ok(Known(seq.unwrap_or(0)))
}

/// Where the log stands now.
pub fn head(conn: &mut AnyConn) -> Result<i64> {
    use crate::schema::audit_head;
    Ok(audit_head::table.select(audit_head::seq).get_result(conn)?)
}

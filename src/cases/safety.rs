//! A reaction reported to the manufacturer by an explicit act: a safety task, open until a safety officer acknowledges it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::{Entry, KEEPERS, State, current, held_record, store};
use crate::audit::{Entry as Audited, Subject};
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{CaseId, CaseRecordId, FacilityId, SafetyTaskId};
use crate::rules::finding::{Argument, Reaction};
use crate::schema::{facility, person, safety_task};
use crate::scope::{Role, Scope};
use crate::standings::label;

/// A safety task. It says which reaction of which grade, and nothing else of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyTask {
    pub id: SafetyTaskId,
    pub number: i64,
    pub facility: FacilityId,
    pub facility_name: String,
    pub case_number: String,
    pub reaction: Reaction,
    /// The highest grade seen; none where nobody graded it.
    pub grade: Option<i32>,
    /// When the facility became aware, as it typed it.
    pub aware_at: DateTime<Utc>,
    pub reported_by: String,
    pub reported_at: DateTime<Utc>,
    /// By whom and when; none while the task is open.
    pub acknowledged: Option<(String, DateTime<Utc>)>,
}

impl SafetyTask {
    /// The printed number, for example `S-0007`.
    pub fn label(&self) -> String {
        label("S", self.number)
    }
}

fn word(reaction: Reaction) -> Result<String> {
    match serde_json::to_value(reaction)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Error::broken("the word of a reaction", other)),
    }
}

/// Reports a recorded reaction to the manufacturer. Nothing else makes it known there.
///
/// # Errors
/// `Invalid` where it was reported already, or for an instant of awareness to come or before the onset.
pub fn report_reaction(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&CaseId, i32),
    record: &CaseRecordId,
    aware_at: DateTime<Utc>,
) -> Result<SafetyTaskId> {
    tx.actor.acts_as(KEEPERS)?;
    let case = current(tx, scope, (id, version), State::ALL)?;
    let record = held_record(tx, scope, id, record)?;
    let Entry::Reaction(episode) = &record.entry else {
        return Err(Error::NotFound);
    };
    if !record.confirmed {
        let message = Message::new("cases-unconfirmed").with("count", Argument::Number(1));
        return Err(Error::invalid("aware_at", message));
    }
    if aware_at > tx.now {
        let now = Argument::Instant(tx.now);
        let message = Message::new("cases-in-the-future").with("now", now);
        return Err(Error::invalid("aware_at", message));
    }
    if record
        .entry
        .occurred()
        .is_some_and(|onset| aware_at < onset)
    {
        let message = Message::new("cases-aware-before-onset");
        return Err(Error::invalid("aware_at", message));
    }
    let reported: Option<i64> = safety_task::table
        .filter(safety_task::record_id.eq(&record.id))
        .select(safety_task::number)
        .first(tx.conn)
        .optional()?;
    if let Some(number) = reported {
        let number = Argument::Text(label("S", number));
        let message = Message::new("cases-reported-already").with("number", number);
        return Err(Error::invalid("aware_at", message));
    }
    let task = SafetyTaskId::fresh(tx.now);
    let number = counters::next(tx, "safety_task")?;
    let grade = episode.grades.iter().max();
    let seq = tx.audit(Audited {
        verb: "reaction_reported",
        subject: Subject::new("safety_task", task.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(case.facility.clone()),
        detail: json!({ "number": label("S", number), "case": case.number }),
    })?;
    let by = tx.actor.person()?.clone();
    diesel::insert_into(safety_task::table)
        .values((
            safety_task::id.eq(&task),
            safety_task::number.eq(number),
            safety_task::programme_id.eq(scope.programme()),
            safety_task::facility_id.eq(&case.facility),
            safety_task::case_id.eq(&case.id),
            safety_task::case_number.eq(&case.number),
            safety_task::record_id.eq(&record.id),
            safety_task::reaction.eq(word(episode.reaction)?),
            safety_task::grade.eq(grade.and_then(|grade| i32::try_from(*grade).ok())),
            safety_task::aware_at.eq(aware_at.naive_utc()),
            safety_task::reported_by.eq(&by),
            safety_task::reported_at.eq(tx.now.naive_utc()),
            safety_task::known_from.eq(seq),
            safety_task::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(task)
}

/// Acknowledges a safety task, once.
pub fn acknowledge_task(tx: &mut Tx<'_>, scope: &Scope, id: &SafetyTaskId) -> Result<()> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let found = task(tx.conn, scope, id)?;
    if found.acknowledged.is_some() {
        return Err(Error::Stale);
    }
    tx.audit(Audited {
        verb: "safety_task_acknowledged",
        subject: Subject::new("safety_task", id.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(found.facility.clone()),
        detail: json!({ "number": found.label(), "case": found.case_number }),
    })?;
    let by = tx.actor.person()?.clone();
    diesel::update(safety_task::table.find(id))
        .set((
            safety_task::acknowledged_by.eq(by),
            safety_task::acknowledged_at.eq(tx.now.naive_utc()),
            safety_task::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

type Row = (
    SafetyTaskId,
    i64,
    FacilityId,
    String,
    String,
    String,
    Option<i32>,
    NaiveDateTime,
    String,
    NaiveDateTime,
    Option<String>,
    Option<NaiveDateTime>,
);

diesel::alias!(person as acknowledger: Acknowledger);

/// A task with the names that belong to it; filtered and ordered by the reader.
macro_rules! rows {
    ($scope:expr) => {
        safety_task::table
            .inner_join(facility::table.on(facility::id.eq(safety_task::facility_id)))
            .inner_join(person::table.on(person::id.eq(safety_task::reported_by)))
            .left_join(
                acknowledger.on(acknowledger
                    .field(person::id)
                    .nullable()
                    .eq(safety_task::acknowledged_by)),
            )
            .filter(safety_task::programme_id.eq($scope.programme().clone()))
            .select((
                safety_task::id,
                safety_task::number,
                safety_task::facility_id,
                facility::name,
                safety_task::case_number,
                safety_task::reaction,
                safety_task::grade,
                safety_task::aware_at,
                person::name,
                safety_task::reported_at,
                acknowledger.field(person::name).nullable(),
                safety_task::acknowledged_at,
            ))
    };
}

fn read(row: Row) -> Result<SafetyTask> {
    Ok(SafetyTask {
        id: row.0,
        number: row.1,
        facility: row.2,
        facility_name: row.3,
        case_number: row.4,
        reaction: serde_json::from_value(serde_json::Value::String(row.5))?,
        grade: row.6,
        aware_at: row.7.and_utc(),
        reported_by: row.8,
        reported_at: row.9.and_utc(),
        acknowledged: row.10.zip(row.11.map(|at| at.and_utc())),
    })
}

/// One task.
pub fn task(conn: &mut AnyConn, scope: &Scope, id: &SafetyTaskId) -> Result<SafetyTask> {
    let row: Row = rows!(scope)
        .filter(safety_task::id.eq(id))
        .get_result(conn)?;
    let found = read(row)?;
    scope.admit(&found.facility)?;
    Ok(found)
}

/// Tasks that are open, or those that are not, oldest first, from after a number; at most `limit`.
pub fn tasks(
    conn: &mut AnyConn,
    scope: &Scope,
    is_open: bool,
    after: i64,
    limit: i64,
) -> Result<Vec<SafetyTask>> {
    let asked = rows!(scope)
        .filter(safety_task::acknowledged_at.is_null().eq(is_open))
        .filter(safety_task::number.gt(after))
        .order(safety_task::number)
        .limit(limit);
    let rows: Vec<Row> = match scope.only() {
        Some(own) => asked.filter(safety_task::facility_id.eq(own)).load(conn)?,
        None => asked.load(conn)?,
    };
    rows.into_iter().map(read).collect()
}

/// The tasks of one case of the reader's own facility, each with the record that was reported.
pub fn tasks_of(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &CaseId,
) -> Result<Vec<(CaseRecordId, SafetyTask)>> {
    let own = store::own(scope)?;
    let rows: Vec<Row> = rows!(scope)
        .filter(safety_task::case_id.eq(id))
        .filter(safety_task::facility_id.eq(own))
        .order(safety_task::number)
        .load(conn)?;
    let records: Vec<CaseRecordId> = safety_task::table
        .filter(safety_task::case_id.eq(id))
        .filter(safety_task::facility_id.eq(own))
        .order(safety_task::number)
        .select(safety_task::record_id)
        .load(conn)?;
    let tasks: Vec<SafetyTask> = rows.into_iter().map(read).collect::<Result<_>>()?;
    Ok(records.into_iter().zip(tasks).collect())
}

//! Deviations (逸脱) as they are looked into: a safety officer closes one with cause, action and assessment, and signs.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{DeliveryId, DeviationId, FacilityId, PersonId, VerdictId};
use crate::schema::{delivery, deviation, deviation_closure, facility, person, receipt, shipment};
use crate::scope::{Role, Scope};
use crate::signatures::{self, Meaning, Proof, Signed};
use crate::standings::label;
use crate::wording::{LONG, checked, required};

/// The kind of record that the closure's signature is on.
pub const RECORD: &str = "deviation";

/// What was found out about a deviation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inquiry {
    /// Why it came about.
    pub cause: String,
    /// What is done so that it does not come about again.
    pub action: String,
    /// What it means for the goods and for patients.
    pub assessment: String,
}

/// A deviation with its delivery and, once it is closed, its inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviated {
    pub id: DeviationId,
    pub number: i64,
    pub kind: String,
    pub at: DateTime<Utc>,
    pub facility: FacilityId,
    pub facility_name: String,
    pub delivery: DeliveryId,
    pub delivery_number: i64,
    pub verdict: VerdictId,
    pub closed: Option<Closure>,
}

/// Who closed it, when, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    pub by: String,
    pub at: DateTime<Utc>,
    pub inquiry: Inquiry,
}

impl Deviated {
    /// The printed number, for example `X-0003`.
    pub fn label(&self) -> String {
        label("X", self.number)
    }

    pub fn delivery_label(&self) -> String {
        label("D", self.delivery_number)
    }

    /// What is signed: what happened to which delivery, and what was found out.
    fn canonical(&self, inquiry: &Inquiry) -> Result<String> {
        Ok(serde_json::to_string(&json!({
            "deviation": self.id,
            "delivery": self.delivery,
            "kind": self.kind,
            "verdict": self.verdict,
            "cause": inquiry.cause,
            "action": inquiry.action,
            "assessment": inquiry.assessment,
        }))?)
    }

    /// The message that says what happened.
    pub fn word(&self) -> String {
        format!("delivery-deviation-{}", self.kind.replace('_', "-"))
    }
}

/// Closes a deviation. The deviation itself never changes.
///
/// READING: who shipped or received the delivery does not judge what went wrong with it; persons are compared, whatever
/// role they act in.
///
/// # Errors
/// `Forbidden` to whoever shipped or received the delivery, `Stale` where it is closed already, `Invalid` where a text is
/// missing.
pub fn close(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &DeviationId,
    inquiry: &Inquiry,
    proof: &Proof,
) -> Result<()> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let found = deviation(tx.conn, scope, id)?;
    let person = tx.actor.person()?.clone();
    if hands(tx.conn, &found.delivery)?.contains(&person) {
        return Err(Error::Forbidden);
    }
    if found.closed.is_some() {
        return Err(Error::Stale);
    }
    let inquiry = in_words(inquiry)?;
    let seq = tx.audit(Entry {
        verb: "deviation_closed",
        subject: Subject::new(RECORD, id.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(found.facility.clone()),
        detail: json!({
            "number": found.label(),
            "delivery": found.delivery_label(),
            "cause": inquiry.cause,
            "action": inquiry.action,
            "assessment": inquiry.assessment,
        }),
    })?;
    let canonical = found.canonical(&inquiry)?;
    let record = (RECORD, id.as_str());
    let signature = signatures::sign(tx, proof, Meaning::DeviationClosure, record, &canonical)?;
    diesel::insert_into(deviation_closure::table)
        .values((
            deviation_closure::deviation_id.eq(id),
            deviation_closure::cause.eq(&inquiry.cause),
            deviation_closure::action.eq(&inquiry.action),
            deviation_closure::assessment.eq(&inquiry.assessment),
            deviation_closure::closed_by.eq(&person),
            deviation_closure::closed_at.eq(tx.now.naive_utc()),
            deviation_closure::signature_id.eq(&signature),
            deviation_closure::known_from.eq(seq),
            deviation_closure::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The signature under its closure, beside what the closure says now.
pub fn closures(conn: &mut AnyConn, found: &Deviated) -> Result<Vec<Signed>> {
    let Some(closed) = &found.closed else {
        return Ok(Vec::new());
    };
    let canonical = found.canonical(&closed.inquiry)?;
    signatures::beside(conn, (RECORD, found.id.as_str()), &canonical)
}

fn in_words(inquiry: &Inquiry) -> Result<Inquiry> {
    let mut errors = FieldErrors::default();
    let mut text = |field: &str, typed: &str| {
        required(&mut errors, field, typed, LONG, "deviation-text-missing")
    };
    let inquiry = Inquiry {
        cause: text("cause", &inquiry.cause),
        action: text("action", &inquiry.action),
        assessment: text("assessment", &inquiry.assessment),
    };
    checked(errors, inquiry)
}

/// Who shipped and who received a delivery.
fn hands(conn: &mut AnyConn, id: &DeliveryId) -> Result<Vec<PersonId>> {
    let mut persons: Vec<PersonId> = shipment::table
        .filter(shipment::delivery_id.eq(id))
        .select(shipment::person_id)
        .load(conn)?;
    let received: Vec<PersonId> = receipt::table
        .filter(receipt::delivery_id.eq(id))
        .select(receipt::person_id)
        .load(conn)?;
    persons.extend(received);
    Ok(persons)
}

/// Whether somebody may close it as far as their hands in the delivery go.
pub fn may_close(conn: &mut AnyConn, deviated: &Deviated, person: &PersonId) -> Result<bool> {
    Ok(deviated.closed.is_none() && !hands(conn, &deviated.delivery)?.contains(person))
}

type Row = (
    DeviationId,
    i64,
    String,
    NaiveDateTime,
    (FacilityId, String),
    (DeliveryId, i64),
    VerdictId,
    Option<(String, NaiveDateTime, String, String, String)>,
);

/// Deviations with their deliveries and closures; filtered and ordered by the reader.
macro_rules! rows {
    ($scope:expr) => {
        deviation::table
            .inner_join(delivery::table.on(delivery::id.eq(deviation::delivery_id)))
            .inner_join(facility::table.on(facility::id.eq(deviation::facility_id)))
            .left_join(
                deviation_closure::table.on(deviation_closure::deviation_id.eq(deviation::id)),
            )
            .left_join(
                person::table.on(person::id
                    .nullable()
                    .eq(deviation_closure::closed_by.nullable())),
            )
            .filter(deviation::programme_id.eq($scope.programme().clone()))
            .select((
                deviation::id,
                deviation::number,
                deviation::kind,
                deviation::at,
                (deviation::facility_id, facility::name),
                (deviation::delivery_id, delivery::number),
                deviation::verdict_id,
                (
                    person::name,
                    deviation_closure::closed_at,
                    deviation_closure::cause,
                    deviation_closure::action,
                    deviation_closure::assessment,
                )
                    .nullable(),
            ))
    };
}

fn read(row: Row) -> Deviated {
    Deviated {
        id: row.0,
        number: row.1,
        kind: row.2,
        at: row.3.and_utc(),
        facility: row.4.0,
        facility_name: row.4.1,
        delivery: row.5.0,
        delivery_number: row.5.1,
        verdict: row.6,
        closed: row.7.map(|(by, at, cause, action, assessment)| Closure {
            by,
            at: at.and_utc(),
            inquiry: Inquiry {
                cause,
                action,
                assessment,
            },
        }),
    }
}

/// One deviation.
pub fn deviation(conn: &mut AnyConn, scope: &Scope, id: &DeviationId) -> Result<Deviated> {
    let row: Row = rows!(scope).filter(deviation::id.eq(id)).get_result(conn)?;
    scope.admit(&row.4.0)?;
    Ok(read(row))
}

/// Deviations that are open, or those that are closed, oldest first, from after a number; at most `limit`.
pub fn deviations(
    conn: &mut AnyConn,
    scope: &Scope,
    is_open: bool,
    after: i64,
    limit: i64,
) -> Result<Vec<Deviated>> {
    let asked = rows!(scope)
        .filter(deviation_closure::deviation_id.is_null().eq(is_open))
        .filter(deviation::number.gt(after))
        .order(deviation::number)
        .limit(limit);
    let rows: Vec<Row> = match scope.only() {
        Some(own) => asked.filter(deviation::facility_id.eq(own)).load(conn)?,
        None => asked.load(conn)?,
    };
    Ok(rows.into_iter().map(read).collect())
}

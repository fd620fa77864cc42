//! What happened at one facility or to one delivery: verdicts, deliveries with their steps, letters, signatures.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::Titled;
use crate::audit::Row;
use crate::audit::browsing::{Which, browse};
use crate::db::AnyConn;
use crate::deliveries::{self, Line, ListedDelivery};
use crate::error::Result;
use crate::ids::{DeliveryId, LetterId, SignatureId, VerdictId};
use crate::outbox::{Kind, State};
use crate::schema::{
    account, approval, attestation, case_file, delivery, deviation, letter, person, qualification,
    receipt, release_order, shipment, shipment_lot, signature, verdict,
};
use crate::scope::Scope;
use crate::signatures::Meaning;
use crate::verdicts::{self, Kept};

/// Records of one read.
pub const PAGE: i64 = 500;
/// Rows of the log of one read.
pub const ROWS: i64 = 5_000;
/// Kinds of record of which a dossier says nothing but their number.
pub(super) const OF_CASES: [&str; 3] = ["case", "case_transfer", "safety_task"];

/// The verdicts after a number, in order, at most a page; never a dosing check.
pub fn verdicts_after(
    conn: &mut AnyConn,
    scope: &Scope,
    of: &Titled,
    after: i64,
) -> Result<Vec<Kept>> {
    let mut query = verdict::table
        .filter(verdict::programme_id.eq(scope.programme()))
        .filter(verdict::kind.ne(verdicts::Kind::Case))
        .filter(verdict::number.gt(after))
        .order(verdict::number)
        .limit(PAGE)
        .select(verdict::id)
        .into_boxed();
    query = match of.only() {
        Some(id) => query.filter(verdict::subject_id.eq(id.to_string())),
        None => query.filter(verdict::facility_id.eq(of.facility.clone())),
    };
    let ids: Vec<VerdictId> = query.load(conn)?;
    verdicts::load(conn, scope, &ids)
}

/// A step that a delivery took.
#[derive(Debug, Clone)]
pub struct Step {
    pub delivery: DeliveryId,
    pub at: DateTime<Utc>,
    pub by: String,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    Approved {
        first: NaiveDate,
        last: NaiveDate,
        reason: String,
    },
    Released {
        number: i64,
        last_day: NaiveDate,
    },
    Shipped {
        first: NaiveDate,
        last: NaiveDate,
        lots: Vec<(String, String, i32)>,
    },
    Received {
        at: DateTime<Utc>,
        condition: String,
        celsius: Option<(f64, f64)>,
        remarks: String,
    },
    Deviated {
        number: i64,
        kind: String,
    },
}

/// A delivery with its lines.
type Ordered = (ListedDelivery, Vec<Line>);

/// The deliveries after a number with what was ordered and every step, at most a page.
pub fn deliveries_after(
    conn: &mut AnyConn,
    scope: &Scope,
    of: &Titled,
    after: i64,
) -> Result<(Vec<Ordered>, Vec<Step>)> {
    let (after, limit) = match of.number {
        // One delivery is the next one after the number before it.
        Some(number) => (after.max(number.saturating_sub(1)), 1),
        None => (after, PAGE),
    };
    let (mut rows, lines) = deliveries::list(conn, scope, &[], Some(&of.facility), after, limit)?;
    rows.retain(|row| of.only().is_none_or(|only| row.id == *only));
    let ids: Vec<&DeliveryId> = rows.iter().map(|row| &row.id).collect();
    let steps = steps(conn, &ids)?;
    Ok((deliveries::beside_lines(rows, &lines), steps))
}

fn steps(conn: &mut AnyConn, ids: &[&DeliveryId]) -> Result<Vec<Step>> {
    let ids = ids.to_vec();
    let mut steps = Vec::new();
    type Approved = (
        DeliveryId,
        NaiveDateTime,
        String,
        NaiveDate,
        NaiveDate,
        String,
    );
    let approved: Vec<Approved> = approval::table
        .inner_join(person::table.on(person::id.eq(approval::person_id)))
        .filter(approval::delivery_id.eq_any(ids.clone()))
        .select((
            approval::delivery_id,
            approval::at,
            person::name,
            approval::ships_on,
            approval::arrives_on,
            approval::reason,
        ))
        .load(conn)?;
    for (delivery, at, by, first, last, reason) in approved {
        let what = What::Approved {
            first,
            last,
            reason,
        };
        steps.push(step(delivery, at, by, what));
    }
    type Released = (DeliveryId, NaiveDateTime, String, i64, NaiveDate);
    let released: Vec<Released> = release_order::table
        .inner_join(person::table.on(person::id.eq(release_order::person_id)))
        .filter(release_order::delivery_id.eq_any(ids.clone()))
        .select((
            release_order::delivery_id,
            release_order::at,
            person::name,
            release_order::number,
            release_order::last_day,
        ))
        .load(conn)?;
    for (delivery, at, by, number, last_day) in released {
        steps.push(step(delivery, at, by, What::Released { number, last_day }));
    }
    steps.extend(shipped(conn, &ids)?);
    type Received = (
        DeliveryId,
        NaiveDateTime,
        String,
        NaiveDateTime,
        String,
        (Option<f64>, Option<f64>),
        String,
    );
    let received: Vec<Received> = receipt::table
        .inner_join(person::table.on(person::id.eq(receipt::person_id)))
        .filter(receipt::delivery_id.eq_any(ids.clone()))
        .select((
            receipt::delivery_id,
            receipt::at,
            person::name,
            receipt::received_at,
            receipt::condition,
            (receipt::lowest_celsius, receipt::highest_celsius),
            receipt::remarks,
        ))
        .load(conn)?;
    for (delivery, at, by, received_at, condition, celsius, remarks) in received {
        let what = What::Received {
            at: received_at.and_utc(),
            condition,
            celsius: celsius.0.zip(celsius.1),
            remarks,
        };
        steps.push(step(delivery, at, by, what));
    }
    let deviated: Vec<(DeliveryId, NaiveDateTime, i64, String)> = deviation::table
        .filter(deviation::delivery_id.eq_any(ids))
        .select((
            deviation::delivery_id,
            deviation::at,
            deviation::number,
            deviation::kind,
        ))
        .load(conn)?;
    for (delivery, at, number, kind) in deviated {
        let what = What::Deviated { number, kind };
        steps.push(step(delivery, at, String::new(), what));
    }
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

fn step(delivery: DeliveryId, at: NaiveDateTime, by: String, what: What) -> Step {
    Step {
        delivery,
        at: at.and_utc(),
        by,
        what,
    }
}

fn shipped(conn: &mut AnyConn, ids: &[&DeliveryId]) -> Result<Vec<Step>> {
    type Shipped = (
        String,
        DeliveryId,
        NaiveDateTime,
        String,
        NaiveDate,
        NaiveDate,
    );
    let rows: Vec<Shipped> = shipment::table
        .inner_join(person::table.on(person::id.eq(shipment::person_id)))
        .filter(shipment::delivery_id.eq_any(ids.to_vec()))
        .select((
            shipment::id,
            shipment::delivery_id,
            shipment::at,
            person::name,
            shipment::shipped_on,
            shipment::arrives_on,
        ))
        .load(conn)?;
    let shipments: Vec<&String> = rows.iter().map(|row| &row.0).collect();
    let found: Vec<(String, String, String, i32)> = shipment_lot::table
        .filter(shipment_lot::shipment_id.eq_any(shipments))
        .order((shipment_lot::shipment_id, shipment_lot::position))
        .select((
            shipment_lot::shipment_id,
            shipment_lot::product,
            shipment_lot::lot,
            shipment_lot::quantity,
        ))
        .load(conn)?;
    let mut lots: HashMap<String, Vec<(String, String, i32)>> = HashMap::new();
    for (shipment, product, lot, quantity) in found {
        lots.entry(shipment)
            .or_default()
            .push((product, lot, quantity));
    }
    Ok(rows
        .into_iter()
        .map(|(id, delivery, at, by, first, last)| {
            let lots = lots.remove(&id).unwrap_or_default();
            step(delivery, at, by, What::Shipped { first, last, lots })
        })
        .collect())
}

/// A letter about it: what of, to whom, and what became of it. Its address and its words are not taken along.
#[derive(Debug, Clone, Queryable)]
pub struct Posted {
    pub id: LetterId,
    pub kind: Kind,
    pub due_on: NaiveDate,
    pub reader: String,
    pub state: State,
    pub queued_at: NaiveDateTime,
    pub ended_at: Option<NaiveDateTime>,
}

/// The letters after an id, at most a page.
pub fn letters_after(
    conn: &mut AnyConn,
    scope: &Scope,
    of: &Titled,
    after: &str,
) -> Result<Vec<Posted>> {
    let mut query = letter::table
        .inner_join(account::table.on(account::id.eq(letter::account_id)))
        .inner_join(person::table.on(person::id.eq(account::person_id)))
        .filter(letter::programme_id.eq(scope.programme()))
        .filter(letter::facility_id.eq(of.facility.to_string()))
        .filter(letter::id.gt(after.to_owned()))
        .order(letter::id)
        .limit(PAGE)
        .select((
            letter::id,
            letter::kind,
            letter::due_on,
            person::name,
            letter::state,
            letter::queued_at,
            letter::ended_at,
        ))
        .into_boxed();
    if let Some(only) = of.only() {
        query = query.filter(letter::subject.eq(only.to_string()));
    }
    Ok(query.load(conn)?)
}

/// A signature under one of its records.
#[derive(Debug, Clone, Queryable)]
pub struct Signed {
    pub id: SignatureId,
    pub name: String,
    pub role: String,
    pub meaning: Meaning,
    pub record_kind: String,
    pub record_id: String,
    pub digest: String,
    pub at: NaiveDateTime,
    pub known_from: i64,
}

/// The signatures after a sequence under its records: deliveries, attestations, statements; at most a page.
pub fn signatures_after(
    conn: &mut AnyConn,
    scope: &Scope,
    of: &Titled,
    after: &str,
) -> Result<Vec<Signed>> {
    let mut query = signature::table
        .filter(signature::id.gt(after.to_owned()))
        .order(signature::id)
        .limit(PAGE)
        .select((
            signature::id,
            signature::person_name,
            signature::role,
            signature::meaning,
            signature::record_kind,
            signature::record_id,
            signature::digest,
            signature::at,
            signature::known_from,
        ))
        .into_boxed();
    query = match of.only() {
        Some(id) => query.filter(signature::record_id.eq(id.to_string())),
        None => {
            let (programme, place) = (scope.programme().clone(), of.facility.clone());
            let deliveries = delivery::table
                .filter(delivery::programme_id.eq(programme.clone()))
                .filter(delivery::facility_id.eq(place.clone()))
                .select(delivery::id);
            let attestations = attestation::table
                .filter(attestation::programme_id.eq(programme.clone()))
                .filter(attestation::facility_id.eq(place.clone()))
                .select(attestation::id);
            let statements = qualification::table
                .filter(qualification::programme_id.eq(programme))
                .filter(qualification::facility_id.eq(place))
                .select(qualification::id);
            query.filter(
                signature::record_id
                    .eq_any(deliveries)
                    .or(signature::record_id.eq_any(attestations))
                    .or(signature::record_id.eq_any(statements)),
            )
        }
    };
    Ok(query.load(conn)?)
}

/// What the log says of it, newest first before a sequence, at most a page; nothing about single cases.
pub fn history_before(
    conn: &mut AnyConn,
    scope: &Scope,
    of: &Titled,
    before: Option<i64>,
) -> Result<Vec<Row>> {
    let which = Which {
        facility: Some(of.facility.clone()),
        subject: of.only().map(ToString::to_string),
        ..Which::default()
    };
    browse(conn, scope, &which, before, ROWS)
}

/// Whether a row is about a single case, of which a dossier says nothing.
pub fn is_of_a_case(row: &Row) -> bool {
    let dosing_check = row.verb == "verdict_kept"
        && row.detail.get("kind").and_then(serde_json::Value::as_str) == Some("case");
    OF_CASES.contains(&row.subject_kind.as_str())
        || row.verb == "delivery_cases_judged"
        || dosing_check
}

/// How many courses of treatment there ever were at the facility; nothing else of them is taken along.
pub fn cases(conn: &mut AnyConn, scope: &Scope, of: &Titled) -> Result<i64> {
    Ok(case_file::table
        .filter(case_file::programme_id.eq(scope.programme()))
        .filter(case_file::facility_id.eq(&of.facility))
        .count()
        .get_result(conn)?)
}

//! How one delivery is read: the record with every step it took.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{Acknowledged, Channel, Line};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{
    ApprovalId, DeliveryId, DeviationId, PersonId, ReceiptId, ReleaseId, ShipmentId, VerdictId,
};
use crate::schema::{
    approval, delivery, delivery_line, deviation, deviation_closure, facility, person, receipt,
    receipt_line, release_order, shipment, shipment_lot,
};
use crate::scope::Scope;
use crate::standings::holds::Pending;

/// A delivery with every step it took.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub row: Pending,
    pub facility_name: String,
    pub channel: Channel,
    pub wholesaler: String,
    pub branch: String,
    pub ordered_by: PersonId,
    pub ordered_by_name: String,
    pub ordered_at: DateTime<Utc>,
    pub verdict: VerdictId,
    pub held_at: Option<DateTime<Utc>>,
    pub lines: Vec<Line>,
    /// The latest approval; of a delivery on hold, the one that no longer releases it.
    pub approval: Option<Approval>,
    pub release: Option<Release>,
    pub shipment: Option<Shipment>,
    pub receipt: Option<Receipt>,
    pub deviations: Vec<Deviation>,
}

/// Who approved which days, and what they acknowledged.
#[derive(Debug, Clone)]
pub struct Approval {
    pub id: ApprovalId,
    pub verdict: VerdictId,
    pub person_name: String,
    pub reason: String,
    pub ships_on: NaiveDate,
    pub arrives_on: NaiveDate,
    pub at: DateTime<Utc>,
}

/// 納入指示.
#[derive(Debug, Clone)]
pub struct Release {
    pub id: ReleaseId,
    pub number: i64,
    pub last_day: NaiveDate,
    pub person_name: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone)]
pub struct Shipment {
    pub id: ShipmentId,
    /// The verdict it left on.
    pub verdict: VerdictId,
    pub shipped_on: NaiveDate,
    pub arrives_on: NaiveDate,
    pub person_name: String,
    pub at: DateTime<Utc>,
    pub lots: Vec<Lot>,
}

#[derive(Debug, Clone, Queryable)]
pub struct Lot {
    pub product: String,
    pub lot: String,
    pub expires_on: NaiveDate,
    pub quantity: i32,
}

impl Lot {
    pub(super) fn key(&self) -> String {
        format!("{} {}", self.product, self.lot)
    }
}

#[derive(Debug, Clone)]
pub struct Receipt {
    pub received_at: DateTime<Utc>,
    pub condition: String,
    pub lowest_celsius: Option<f64>,
    pub highest_celsius: Option<f64>,
    pub remarks: String,
    pub person_name: String,
    pub lines: Vec<(String, String, i32)>,
}

#[derive(Debug, Clone, Queryable)]
pub struct Deviation {
    pub id: DeviationId,
    pub number: i64,
    pub kind: String,
    pub verdict: VerdictId,
    pub at: NaiveDateTime,
    /// When it was closed; none while it is open.
    pub closed_at: Option<NaiveDateTime>,
}

/// What a step starts from, and who ordered it.
pub fn pending(conn: &mut AnyConn, scope: &Scope, id: &DeliveryId) -> Result<(Pending, PersonId)> {
    let (row, ordered_by): (Pending, PersonId) = delivery::table
        .filter(delivery::id.eq(id))
        .filter(delivery::programme_id.eq(scope.programme()))
        .select((Pending::as_select(), delivery::ordered_by))
        .get_result(conn)?;
    scope.admit(&row.facility)?;
    Ok((row, ordered_by))
}

pub(super) fn lines(conn: &mut AnyConn, id: &DeliveryId) -> Result<Vec<(String, i32)>> {
    Ok(delivery_line::table
        .filter(delivery_line::delivery_id.eq(id))
        .order(delivery_line::position)
        .select((delivery_line::product, delivery_line::quantity))
        .load(conn)?)
}

/// The release that the delivery stands under.
pub(super) fn standing_release(conn: &mut AnyConn, id: &DeliveryId) -> Result<Release> {
    releases(conn, id)?.pop().ok_or(Error::Stale)
}

fn releases(conn: &mut AnyConn, id: &DeliveryId) -> Result<Vec<Release>> {
    type Row = (ReleaseId, i64, NaiveDate, String, NaiveDateTime);
    let rows: Vec<Row> = release_order::table
        .inner_join(delivery::table.on(delivery::release_id.eq(release_order::id.nullable())))
        .inner_join(person::table.on(person::id.eq(release_order::person_id)))
        .filter(delivery::id.eq(id))
        .select((
            release_order::id,
            release_order::number,
            release_order::last_day,
            person::name,
            release_order::at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, number, last_day, person_name, at)| Release {
            id,
            number,
            last_day,
            person_name,
            at: at.and_utc(),
        })
        .collect())
}

fn approvals(conn: &mut AnyConn, id: &DeliveryId) -> Result<Vec<Approval>> {
    type Row = (
        ApprovalId,
        VerdictId,
        String,
        String,
        NaiveDate,
        NaiveDate,
        NaiveDateTime,
    );
    let rows: Vec<Row> = approval::table
        .inner_join(delivery::table.on(delivery::approval_id.eq(approval::id.nullable())))
        .inner_join(person::table.on(person::id.eq(approval::person_id)))
        .filter(delivery::id.eq(id))
        .select((
            approval::id,
            approval::verdict_id,
            person::name,
            approval::reason,
            approval::ships_on,
            approval::arrives_on,
            approval::at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(
            |(id, verdict, person_name, reason, ships_on, arrives_on, at)| Approval {
                id,
                verdict,
                person_name,
                reason,
                ships_on,
                arrives_on,
                at: at.and_utc(),
            },
        )
        .collect())
}

/// Who gave the standing approval, and for which days.
pub(super) fn approved(
    conn: &mut AnyConn,
    id: &DeliveryId,
) -> Result<Option<(PersonId, NaiveDate, NaiveDate)>> {
    Ok(approval::table
        .inner_join(delivery::table.on(delivery::approval_id.eq(approval::id.nullable())))
        .filter(delivery::id.eq(id))
        .select((
            approval::person_id,
            approval::ships_on,
            approval::arrives_on,
        ))
        .get_result(conn)
        .optional()?)
}

/// What the approver acknowledged.
pub(super) fn acknowledged(conn: &mut AnyConn, id: &DeliveryId) -> Result<Vec<Acknowledged>> {
    let text: String = approval::table
        .inner_join(delivery::table.on(delivery::approval_id.eq(approval::id.nullable())))
        .filter(delivery::id.eq(id))
        .select(approval::acknowledged)
        .get_result(conn)?;
    Ok(serde_json::from_str(&text)?)
}

pub(super) fn shipment(conn: &mut AnyConn, id: &DeliveryId) -> Result<Shipment> {
    shipments(conn, id)?.ok_or(Error::Stale)
}

fn shipments(conn: &mut AnyConn, id: &DeliveryId) -> Result<Option<Shipment>> {
    type Row = (
        ShipmentId,
        VerdictId,
        NaiveDate,
        NaiveDate,
        String,
        NaiveDateTime,
    );
    let row: Option<Row> = shipment::table
        .inner_join(person::table.on(person::id.eq(shipment::person_id)))
        .filter(shipment::delivery_id.eq(id))
        .select((
            shipment::id,
            shipment::verdict_id,
            shipment::shipped_on,
            shipment::arrives_on,
            person::name,
            shipment::at,
        ))
        .get_result(conn)
        .optional()?;
    let Some((id, verdict, shipped_on, arrives_on, person_name, at)) = row else {
        return Ok(None);
    };
    let lots = shipment_lot::table
        .filter(shipment_lot::shipment_id.eq(&id))
        .order(shipment_lot::position)
        .select((
            shipment_lot::product,
            shipment_lot::lot,
            shipment_lot::expires_on,
            shipment_lot::quantity,
        ))
        .load(conn)?;
    Ok(Some(Shipment {
        id,
        verdict,
        shipped_on,
        arrives_on,
        person_name,
        at: at.and_utc(),
        lots,
    }))
}

fn receipts(conn: &mut AnyConn, id: &DeliveryId) -> Result<Option<Receipt>> {
    type Row = (
        ReceiptId,
        NaiveDateTime,
        String,
        Option<f64>,
        Option<f64>,
        String,
        String,
    );
    let row: Option<Row> = receipt::table
        .inner_join(person::table.on(person::id.eq(receipt::person_id)))
        .filter(receipt::delivery_id.eq(id))
        .select((
            receipt::id,
            receipt::received_at,
            receipt::condition,
            receipt::lowest_celsius,
            receipt::highest_celsius,
            receipt::remarks,
            person::name,
        ))
        .get_result(conn)
        .optional()?;
    let Some((id, at, condition, lowest_celsius, highest_celsius, remarks, person_name)) = row
    else {
        return Ok(None);
    };
    let lines = receipt_line::table
        .filter(receipt_line::receipt_id.eq(&id))
        .order(receipt_line::position)
        .select((
            receipt_line::product,
            receipt_line::lot,
            receipt_line::quantity,
        ))
        .load(conn)?;
    Ok(Some(Receipt {
        received_at: at.and_utc(),
        condition,
        lowest_celsius,
        highest_celsius,
        remarks,
        person_name,
        lines,
    }))
}

/// One delivery with all its steps.
pub fn detail(conn: &mut AnyConn, scope: &Scope, id: &DeliveryId) -> Result<Delivery> {
    let (row, ordered_by) = pending(conn, scope, id)?;
    type Rest = (
        String,
        Channel,
        String,
        String,
        String,
        NaiveDateTime,
        VerdictId,
        Option<NaiveDateTime>,
    );
    let (facility_name, channel, wholesaler, branch, ordered_by_name, ordered_at, verdict, held_at): Rest =
        delivery::table
            .inner_join(facility::table)
            .inner_join(person::table.on(person::id.eq(delivery::ordered_by)))
            .filter(delivery::id.eq(id))
            .select((
                facility::name,
                delivery::channel,
                delivery::wholesaler,
                delivery::branch,
                person::name,
                delivery::ordered_at,
                delivery::verdict_id,
                delivery::held_at,
            ))
            .get_result(conn)?;
    let lines = lines(conn, id)?
        .into_iter()
        .map(|(product, quantity)| Line {
            delivery: id.clone(),
            product,
            quantity,
        })
        .collect();
    let deviations = deviation::table
        .left_join(deviation_closure::table.on(deviation_closure::deviation_id.eq(deviation::id)))
        .filter(deviation::delivery_id.eq(id))
        .order(deviation::number)
        .select((
            deviation::id,
            deviation::number,
            deviation::kind,
            deviation::verdict_id,
            deviation::at,
            deviation_closure::closed_at.nullable(),
        ))
        .load(conn)?;
    Ok(Delivery {
        row,
        facility_name,
        channel,
        wholesaler,
        branch,
        ordered_by,
        ordered_by_name,
        ordered_at: ordered_at.and_utc(),
        verdict,
        held_at: held_at.map(|at| at.and_utc()),
        lines,
        approval: approvals(conn, id)?.pop(),
        release: releases(conn, id)?.pop(),
        shipment: shipments(conn, id)?,
        receipt: receipts(conn, id)?,
        deviations,
    })
}

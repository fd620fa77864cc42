//! How deliveries are read: lists in number order, and one record with every step it took.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{Acknowledged, Channel, State};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{
    ApprovalId, DeliveryId, FacilityId, PersonId, ReceiptId, ReleaseId, ShipmentId, VerdictId,
};
use crate::rules::gate::OrderedProduct;
use crate::schema::{
    approval, delivery, delivery_line, deviation, facility, person, receipt, receipt_line,
    release_order, shipment, shipment_lot,
};
use crate::scope::Scope;
use crate::standings::holds::{self, Pending};

/// One line of a list of deliveries.
#[derive(Debug, Clone, Queryable)]
pub struct ListedDelivery {
    pub id: DeliveryId,
    pub number: i64,
    pub facility: FacilityId,
    pub facility_name: String,
    pub state: State,
    pub ships_on: NaiveDate,
    pub arrives_on: NaiveDate,
    pub ordered_at: NaiveDateTime,
    pub held_at: Option<NaiveDateTime>,
    pub ordered_by: PersonId,
    pub verdict: VerdictId,
}

/// A product and its vials.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Line {
    pub delivery: DeliveryId,
    pub product: String,
    pub quantity: i32,
}

impl Line {
    /// The product in the fewest words: its strength, or the word that was typed for one the notice does not know.
    pub fn product_short(&self) -> String {
        match holds::product_named(&self.product) {
            OrderedProduct::Known(product) => format!("{} mg", product.milligrams()),
            OrderedProduct::Unknown(word) => word,
        }
    }
}

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
    pub number: i64,
    pub kind: String,
    pub verdict: VerdictId,
    pub at: NaiveDateTime,
}

/// What a step starts from, and who ordered it.
pub(super) fn pending(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &DeliveryId,
) -> Result<(Pending, PersonId)> {
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
    type Row = (ShipmentId, NaiveDate, NaiveDate, String, NaiveDateTime);
    let row: Option<Row> = shipment::table
        .inner_join(person::table.on(person::id.eq(shipment::person_id)))
        .filter(shipment::delivery_id.eq(id))
        .select((
            shipment::id,
            shipment::shipped_on,
            shipment::arrives_on,
            person::name,
            shipment::at,
        ))
        .get_result(conn)
        .optional()?;
    let Some((id, shipped_on, arrives_on, person_name, at)) = row else {
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

/// The columns of a line of a list.
macro_rules! listed {
    () => {
        (
            delivery::id,
            delivery::number,
            delivery::facility_id,
            facility::name,
            delivery::state,
            delivery::ships_on,
            delivery::arrives_on,
            delivery::ordered_at,
            delivery::held_at,
            delivery::ordered_by,
            delivery::verdict_id,
        )
    };
}

/// Deliveries in these states (all, if none is named), oldest first after a number; at most `limit`.
pub fn list(
    conn: &mut AnyConn,
    scope: &Scope,
    states: &[State],
    facility: Option<&FacilityId>,
    after: i64,
    limit: i64,
) -> Result<(Vec<ListedDelivery>, Vec<Line>)> {
    let mut query = delivery::table
        .inner_join(facility::table)
        .filter(delivery::programme_id.eq(scope.programme()))
        .filter(delivery::number.gt(after))
        .order(delivery::number)
        .limit(limit)
        .select(listed!())
        .into_boxed();
    if let Some(only) = scope.only().or(facility) {
        query = query.filter(delivery::facility_id.eq(only.clone()));
    }
    if let (Some(own), Some(asked)) = (scope.only(), facility)
        && own != asked
    {
        return Err(Error::NotFound);
    }
    if !states.is_empty() {
        query = query.filter(delivery::state.eq_any(states.to_vec()));
    }
    let rows = query.load(conn)?;
    with_lines(conn, rows)
}

/// The latest deliveries of one facility, newest first; at most `limit`.
pub fn latest(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    limit: i64,
) -> Result<(Vec<ListedDelivery>, Vec<Line>)> {
    scope.admit(place)?;
    let rows = delivery::table
        .inner_join(facility::table)
        .filter(delivery::programme_id.eq(scope.programme()))
        .filter(delivery::facility_id.eq(place))
        .order(delivery::number.desc())
        .limit(limit)
        .select(listed!())
        .load(conn)?;
    with_lines(conn, rows)
}

fn with_lines(
    conn: &mut AnyConn,
    rows: Vec<ListedDelivery>,
) -> Result<(Vec<ListedDelivery>, Vec<Line>)> {
    let ids: Vec<&DeliveryId> = rows.iter().map(|row| &row.id).collect();
    let lines = delivery_line::table
        .filter(delivery_line::delivery_id.eq_any(ids))
        .order((delivery_line::delivery_id, delivery_line::position))
        .select((
            delivery_line::delivery_id,
            delivery_line::product,
            delivery_line::quantity,
        ))
        .load(conn)?;
    Ok((rows, lines))
}

/// The facilities, out of these, of the deliveries that are ordered and not yet shipped: one entry a delivery.
pub fn under_way_at(
    conn: &mut AnyConn,
    scope: &Scope,
    places: &[FacilityId],
) -> Result<Vec<FacilityId>> {
    let states = [
        State::Ordered,
        State::Approved,
        State::Released,
        State::Held,
    ];
    let seen: Vec<&FacilityId> = places.iter().filter(|place| scope.sees(place)).collect();
    Ok(delivery::table
        .filter(delivery::programme_id.eq(scope.programme()))
        .filter(delivery::state.eq_any(states))
        .filter(delivery::facility_id.eq_any(seen))
        .select(delivery::facility_id)
        .load(conn)?)
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
        .filter(deviation::delivery_id.eq(id))
        .order(deviation::number)
        .select((
            deviation::number,
            deviation::kind,
            deviation::verdict_id,
            deviation::at,
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

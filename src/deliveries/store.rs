//! How deliveries are kept: the record, its lines, and a row for every step it took.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::{Acknowledged, Channel, NewOrder, ReceivedGoods, ShippedLot, State};
use crate::audit::{Entry, Subject};
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{
    ApprovalId, DeliveryId, DeviationId, FacilityId, PersonId, ProgrammeId, ReceiptId, ReleaseId,
    ShipmentId, SignatureId, VerdictId,
};
use crate::rules::gate::{Destination, OrderFacts, OrderLine};
use crate::schema::{
    approval, delivery, delivery_line, deviation, facility, person, receipt, receipt_line,
    release_order, shipment, shipment_lot,
};
use crate::scope::Scope;
use crate::standings::holds::{self, Pending};
use crate::standings::label;

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

/// The order as the rules take it, before it is kept.
pub(super) fn order_facts(lines: &[(String, i32)]) -> OrderFacts {
    OrderFacts {
        lines: lines
            .iter()
            .map(|(product, quantity)| OrderLine {
                product: holds::product_named(product),
                quantity: u32::try_from(*quantity).unwrap_or(0),
            })
            .collect(),
        destination: Destination::OrderedFacility,
    }
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    new: &NewOrder,
    row: &Pending,
    person: &PersonId,
    verdict: &VerdictId,
) -> Result<()> {
    diesel::insert_into(delivery::table)
        .values((
            delivery::id.eq(&row.id),
            delivery::number.eq(row.number),
            delivery::programme_id.eq(programme),
            delivery::facility_id.eq(&row.facility),
            delivery::channel.eq(new.channel),
            delivery::wholesaler.eq(&new.wholesaler),
            delivery::branch.eq(&new.branch),
            delivery::state.eq(row.state),
            delivery::version.eq(row.version),
            delivery::ships_on.eq(row.ships_on),
            delivery::arrives_on.eq(row.arrives_on),
            delivery::ordered_by.eq(person),
            delivery::ordered_at.eq(tx.now.naive_utc()),
            delivery::verdict_id.eq(verdict),
            delivery::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    for (position, (product, quantity)) in (0_i32..).zip(&new.lines) {
        diesel::insert_into(delivery_line::table)
            .values((
                delivery_line::delivery_id.eq(&row.id),
                delivery_line::position.eq(position),
                delivery_line::product.eq(product),
                delivery_line::quantity.eq(quantity),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
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

pub(super) fn approve(
    tx: &mut Tx<'_>,
    row: &Pending,
    verdict: &VerdictId,
    signature: &SignatureId,
    (acknowledged, reason): (&str, &str),
) -> Result<()> {
    let id = ApprovalId::fresh(tx.now);
    let person = tx.actor.person()?;
    diesel::insert_into(approval::table)
        .values((
            approval::id.eq(&id),
            approval::delivery_id.eq(&row.id),
            approval::verdict_id.eq(verdict),
            approval::person_id.eq(person),
            approval::acknowledged.eq(acknowledged),
            approval::reason.eq(reason),
            // A planned shipment day that has passed is approved from today on.
            approval::ships_on.eq(row.ships_on.max(tx.today)),
            approval::arrives_on.eq(row.arrives_on),
            approval::at.eq(tx.now.naive_utc()),
            approval::signature_id.eq(signature),
            approval::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    diesel::update(delivery::table.find(&row.id))
        .set((
            delivery::state.eq(State::Approved),
            delivery::version.eq(row.version + 1),
            delivery::verdict_id.eq(verdict),
            delivery::approval_id.eq(Some(id.as_str())),
            delivery::release_id.eq(None::<String>),
            delivery::held_at.eq(None::<NaiveDateTime>),
            delivery::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn set_state(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    row: &Pending,
    to: State,
) -> Result<()> {
    diesel::update(delivery::table.find(&row.id))
        .set((
            delivery::state.eq(to),
            delivery::version.eq(row.version + 1),
            delivery::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    holds::moved(tx.conn, programme, Some(row.state), to)
}

/// Lets the record show the verdict that stopped it; nothing else of it moves.
pub(super) fn point_to(tx: &mut Tx<'_>, row: &Pending, verdict: &VerdictId) -> Result<()> {
    diesel::update(delivery::table.find(&row.id))
        .set((
            delivery::verdict_id.eq(verdict),
            delivery::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn reschedule(tx: &mut Tx<'_>, row: &Pending, verdict: &VerdictId) -> Result<()> {
    diesel::update(delivery::table.find(&row.id))
        .set((
            delivery::ships_on.eq(row.ships_on),
            delivery::arrives_on.eq(row.arrives_on),
            delivery::version.eq(row.version),
            delivery::verdict_id.eq(verdict),
            delivery::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn release(
    tx: &mut Tx<'_>,
    row: &Pending,
    number: i64,
    last_day: NaiveDate,
) -> Result<ReleaseId> {
    let id = ReleaseId::fresh(tx.now);
    let approval: Option<String> = delivery::table
        .find(&row.id)
        .select(delivery::approval_id)
        .get_result(tx.conn)?;
    let approval = approval.ok_or(Error::Stale)?;
    diesel::insert_into(release_order::table)
        .values((
            release_order::id.eq(&id),
            release_order::number.eq(number),
            release_order::delivery_id.eq(&row.id),
            release_order::approval_id.eq(approval),
            release_order::last_day.eq(last_day),
            release_order::person_id.eq(tx.actor.person()?),
            release_order::at.eq(tx.now.naive_utc()),
            release_order::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    diesel::update(delivery::table.find(&row.id))
        .set((
            delivery::state.eq(State::Released),
            delivery::version.eq(row.version + 1),
            delivery::release_id.eq(Some(id.as_str())),
            delivery::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(id)
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

pub(super) fn ship(
    tx: &mut Tx<'_>,
    row: &Pending,
    release: &ReleaseId,
    verdict: &VerdictId,
    arrives_on: NaiveDate,
    lots: &[ShippedLot],
) -> Result<()> {
    let id = ShipmentId::fresh(tx.now);
    diesel::insert_into(shipment::table)
        .values((
            shipment::id.eq(&id),
            shipment::delivery_id.eq(&row.id),
            shipment::verdict_id.eq(verdict),
            shipment::release_id.eq(release),
            shipment::shipped_on.eq(tx.today),
            shipment::arrives_on.eq(arrives_on),
            shipment::person_id.eq(tx.actor.person()?),
            shipment::at.eq(tx.now.naive_utc()),
            shipment::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    for (position, lot) in (0_i32..).zip(lots) {
        diesel::insert_into(shipment_lot::table)
            .values((
                shipment_lot::shipment_id.eq(&id),
                shipment_lot::position.eq(position),
                shipment_lot::product.eq(&lot.product),
                shipment_lot::lot.eq(&lot.lot),
                shipment_lot::expires_on.eq(lot.expires_on),
                shipment_lot::quantity.eq(lot.quantity),
            ))
            .execute(tx.conn)?;
    }
    diesel::update(delivery::table.find(&row.id))
        .set((
            delivery::state.eq(State::Shipped),
            delivery::version.eq(row.version + 1),
            delivery::ships_on.eq(tx.today),
            delivery::arrives_on.eq(arrives_on),
            delivery::verdict_id.eq(verdict),
            delivery::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
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

pub(super) fn receive(
    tx: &mut Tx<'_>,
    row: &Pending,
    verdict: &VerdictId,
    goods: &ReceivedGoods,
) -> Result<()> {
    let id = ReceiptId::fresh(tx.now);
    diesel::insert_into(receipt::table)
        .values((
            receipt::id.eq(&id),
            receipt::delivery_id.eq(&row.id),
            receipt::verdict_id.eq(verdict),
            receipt::received_at.eq(goods.at.naive_utc()),
            receipt::condition.eq(if goods.intact { "intact" } else { "damaged" }),
            receipt::lowest_celsius.eq(goods.celsius.map(|(lowest, _)| lowest)),
            receipt::highest_celsius.eq(goods.celsius.map(|(_, highest)| highest)),
            receipt::remarks.eq(&goods.remarks),
            receipt::person_id.eq(tx.actor.person()?),
            receipt::at.eq(tx.now.naive_utc()),
            receipt::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    for (position, line) in (0_i32..).zip(&goods.lines) {
        diesel::insert_into(receipt_line::table)
            .values((
                receipt_line::receipt_id.eq(&id),
                receipt_line::position.eq(position),
                receipt_line::product.eq(&line.product),
                receipt_line::lot.eq(&line.lot),
                receipt_line::quantity.eq(line.quantity),
            ))
            .execute(tx.conn)?;
    }
    diesel::update(delivery::table.find(&row.id))
        .set((
            delivery::state.eq(State::Received),
            delivery::version.eq(row.version + 1),
            delivery::verdict_id.eq(verdict),
            delivery::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
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

/// Records a deviation, which stays open until it is closed with a signature.
pub(super) fn deviate(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    row: &Pending,
    kind: &str,
    verdict: &VerdictId,
) -> Result<()> {
    let number = counters::next(tx, "deviation")?;
    let seq = tx.audit(Entry {
        verb: "deviation_recorded",
        subject: Subject::new("delivery", row.id.as_str()),
        programme: Some(programme.clone()),
        facility: Some(row.facility.clone()),
        detail: json!({ "number": label("X", number), "kind": kind }),
    })?;
    diesel::insert_into(deviation::table)
        .values((
            deviation::id.eq(DeviationId::fresh(tx.now)),
            deviation::number.eq(number),
            deviation::programme_id.eq(programme),
            deviation::facility_id.eq(&row.facility),
            deviation::delivery_id.eq(&row.id),
            deviation::kind.eq(kind),
            deviation::verdict_id.eq(verdict),
            deviation::at.eq(tx.now.naive_utc()),
            deviation::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    Ok(())
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
        .select((
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
        ))
        .into_boxed();
    if let Some(only) = scope.only().or(facility) {
        query = query.filter(delivery::facility_id.eq(only.clone()));
    }
    if let (Some(own), Some(asked)) = (scope.only(), facility) {
        if own != asked {
            return Err(Error::NotFound);
        }
    }
    if !states.is_empty() {
        query = query.filter(delivery::state.eq_any(states.to_vec()));
    }
    let rows: Vec<ListedDelivery> = query.load(conn)?;
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

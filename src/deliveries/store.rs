//! How deliveries are kept: the record, its lines, and a row for every step it took.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde_json::json;

use super::{NewOrder, ReceivedGoods, ShippedLot, State};
use crate::audit::{Entry, Subject};
use crate::cases::Wanted;
use crate::counters;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{
    ApprovalId, DeviationId, PersonId, ProgrammeId, ReceiptId, ReleaseId, ShipmentId, SignatureId,
    VerdictId,
};
use crate::rules::gate::{Destination, NamedCase, OrderFacts, OrderLine};
use crate::schema::{
    approval, delivery, delivery_line, deviation, receipt, receipt_line, release_order, shipment,
    shipment_lot,
};
use crate::standings::holds::{self, Pending};
use crate::standings::label;

/// The order as the rules take it, before it is kept.
pub(super) fn order_facts(lines: &[(String, i32)], named: &[(Wanted, NamedCase)]) -> OrderFacts {
    OrderFacts {
        cases: named.iter().map(|(_, case)| case.clone()).collect(),
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

pub(super) fn approve(
    tx: &mut Tx<'_>,
    row: &Pending,
    (verdict, (ships_on, arrives_on)): (&VerdictId, (NaiveDate, NaiveDate)),
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
            approval::ships_on.eq(ships_on),
            approval::arrives_on.eq(arrives_on),
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

//! How deliveries are listed: by state in number order, the latest of a facility, those under way.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::State;
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{DeliveryId, FacilityId, PersonId, VerdictId};
use crate::rules::gate::OrderedProduct;
use crate::schema::{delivery, delivery_line, facility, shipment, shipment_lot};
use crate::scope::Scope;
use crate::standings::holds;

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

/// What these deliveries order.
pub(super) fn lines_of(conn: &mut AnyConn, ids: &[DeliveryId]) -> Result<Vec<Line>> {
    Ok(delivery_line::table
        .filter(delivery_line::delivery_id.eq_any(ids))
        .order((delivery_line::delivery_id, delivery_line::position))
        .select((
            delivery_line::delivery_id,
            delivery_line::product,
            delivery_line::quantity,
        ))
        .load(conn)?)
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
    let ids: Vec<DeliveryId> = rows.iter().map(|row| row.id.clone()).collect();
    let lines = lines_of(conn, &ids)?;
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

/// Each delivery with its own lines.
pub fn beside_lines(rows: Vec<ListedDelivery>, lines: &[Line]) -> Vec<(ListedDelivery, Vec<Line>)> {
    rows.into_iter()
        .map(|row| {
            let own = lines
                .iter()
                .filter(|line| line.delivery == row.id)
                .cloned()
                .collect();
            (row, own)
        })
        .collect()
}

/// One delivery that carried a lot.
#[derive(Debug, Clone, Queryable)]
pub struct Consignee {
    pub delivery: DeliveryId,
    pub number: i64,
    pub facility: FacilityId,
    pub facility_name: String,
    pub state: State,
    pub product: String,
    pub quantity: i32,
    pub expires_on: NaiveDate,
    pub shipped_on: NaiveDate,
}

/// Every delivery that carried a lot, oldest first after a number: whom to ask when the lot must come back.
pub fn consignees(
    conn: &mut AnyConn,
    scope: &Scope,
    lot: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Consignee>> {
    let mut query = shipment_lot::table
        .inner_join(shipment::table.on(shipment::id.eq(shipment_lot::shipment_id)))
        .inner_join(delivery::table.on(delivery::id.eq(shipment::delivery_id)))
        .inner_join(facility::table.on(facility::id.eq(delivery::facility_id)))
        .filter(shipment_lot::lot.eq(lot))
        .filter(delivery::programme_id.eq(scope.programme()))
        .filter(delivery::number.gt(after))
        .order((delivery::number, shipment_lot::position))
        .limit(limit)
        .select((
            delivery::id,
            delivery::number,
            delivery::facility_id,
            facility::name,
            delivery::state,
            shipment_lot::product,
            shipment_lot::quantity,
            shipment_lot::expires_on,
            shipment::shipped_on,
        ))
        .into_boxed();
    if let Some(own) = scope.only() {
        query = query.filter(delivery::facility_id.eq(own.clone()));
    }
    Ok(query.load(conn)?)
}

/// A lot that a facility was sent.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Sent {
    pub product: String,
    pub lot: String,
    pub expires_on: NaiveDate,
}

/// The lots sent to a facility that expire from one day through another, the earliest first, each once.
pub fn expiring(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    (from, by): (NaiveDate, NaiveDate),
    limit: i64,
) -> Result<Vec<Sent>> {
    scope.admit(place)?;
    let mut sent: Vec<Sent> = shipment_lot::table
        .inner_join(shipment::table.on(shipment::id.eq(shipment_lot::shipment_id)))
        .inner_join(delivery::table.on(delivery::id.eq(shipment::delivery_id)))
        .filter(delivery::programme_id.eq(scope.programme()))
        .filter(delivery::facility_id.eq(place))
        .filter(shipment_lot::expires_on.between(from, by))
        .order((
            shipment_lot::expires_on,
            shipment_lot::product,
            shipment_lot::lot,
        ))
        .limit(limit)
        .select((
            shipment_lot::product,
            shipment_lot::lot,
            shipment_lot::expires_on,
        ))
        .load(conn)?;
    sent.dedup();
    Ok(sent)
}

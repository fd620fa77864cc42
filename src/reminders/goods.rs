//! What of deliveries, lots and reported reactions is read for reminders.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::facts::{Part, of_programme, within};
use super::matters::{Facts, Lot, Release, Waiting};
use crate::clock::jst_date;
use crate::db::{AnyConn, MultiBackend};
use crate::deliveries::State as Delivered;
use crate::error::Result;
use crate::ids::{DeliveryId, FacilityId, PersonId, ProgrammeId, SafetyTaskId};
use crate::schema::{delivery, release_order, safety_task, shipment, shipment_lot};
use crate::standings::label;

/// Orders that wait, deliveries on hold, releases that have not been shipped.
pub fn deliveries(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    part: &Part,
    facts: &mut Facts,
) -> Result<()> {
    type Row = (
        DeliveryId,
        i64,
        FacilityId,
        Delivered,
        PersonId,
        NaiveDateTime,
        Option<NaiveDateTime>,
        Option<NaiveDate>,
    );
    let open = [Delivered::Ordered, Delivered::Held, Delivered::Released];
    let rows = delivery::table
        .left_join(release_order::table.on(release_order::id.nullable().eq(delivery::release_id)))
        .filter(of_programme!(delivery, programme))
        .filter(delivery::state.eq_any(open))
        .select((
            delivery::id,
            delivery::number,
            delivery::facility_id,
            delivery::state,
            delivery::ordered_by,
            delivery::ordered_at,
            delivery::held_at,
            release_order::last_day.nullable(),
        ));
    let rows: Vec<Row> = within!(rows, delivery::facility_id, part).load(conn)?;
    for (id, number, facility, state, ordered_by, ordered_at, held_at, last) in rows {
        let label = label("D", number);
        if state == Delivered::Released {
            // A release without its order cannot be; it would have no day to remind of.
            facts.releases.extend(last.map(|last| Release {
                facility,
                delivery: id,
                label,
                last,
            }));
            continue;
        }
        let held = state == Delivered::Held;
        let since = if held {
            held_at.unwrap_or(ordered_at)
        } else {
            ordered_at
        };
        let waiting = Waiting {
            facility,
            subject: id.to_string(),
            label,
            path: format!("/deliveries/{id}"),
            since: jst_date(since.and_utc()),
            person: Some(ordered_by),
        };
        match held {
            true => facts.held.push(waiting),
            false => facts.orders.push(waiting),
        }
    }
    Ok(())
}

pub fn lots(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    part: &Part,
    on: NaiveDate,
) -> Result<Vec<Lot>> {
    let rows = delivery::table
        .inner_join(shipment::table.on(shipment::delivery_id.eq(delivery::id)))
        .inner_join(shipment_lot::table.on(shipment_lot::shipment_id.eq(shipment::id)))
        .filter(of_programme!(delivery, programme))
        .filter(delivery::state.eq_any([Delivered::Shipped, Delivered::Received]))
        .filter(shipment_lot::expires_on.ge(on))
        .select((
            delivery::facility_id,
            shipment_lot::product,
            shipment_lot::lot,
            shipment_lot::expires_on,
        ));
    let rows: Vec<(FacilityId, String, String, NaiveDate)> =
        within!(rows, delivery::facility_id, part).load(conn)?;
    let lots: BTreeSet<Lot> = rows
        .into_iter()
        .map(|(facility, product, lot, expires_on)| Lot {
            facility,
            product,
            lot,
            expires_on,
        })
        .collect();
    Ok(lots.into_iter().collect())
}

pub fn tasks(conn: &mut AnyConn, programme: &ProgrammeId, part: &Part) -> Result<Vec<Waiting>> {
    let rows = safety_task::table
        .filter(safety_task::programme_id.eq(programme.to_string()))
        .filter(safety_task::acknowledged_at.is_null())
        .select((
            safety_task::id,
            safety_task::number,
            safety_task::facility_id,
            safety_task::reported_at,
        ));
    let rows: Vec<(SafetyTaskId, i64, FacilityId, NaiveDateTime)> =
        within!(rows, safety_task::facility_id, part).load(conn)?;
    let row =
        |(id, number, facility, at): (SafetyTaskId, i64, FacilityId, NaiveDateTime)| Waiting {
            facility,
            subject: id.to_string(),
            label: label("S", number),
            path: format!("/safety-tasks/{id}/acknowledgement"),
            since: jst_date(at.and_utc()),
            person: None,
        };
    Ok(rows.into_iter().map(row).collect())
}

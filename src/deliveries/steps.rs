//! The steps after approval: release, shipment with its lots, receipt with what arrived.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::approving::acknowledgement;
use super::records::{self, Release};
use super::store;
use super::{Acknowledged, State, current, judge, keep, record, refused_by_gate};
use crate::clock::jst_date;
use crate::counters;
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Message, Result, Ruling};
use crate::ids::{DeliveryId, ReleaseId, VerdictId};
use crate::rules::finding::Argument;
use crate::scope::{Role, Scope};
use crate::standings::holds::{self, Pending};
use crate::standings::label;
use crate::verdicts::{self, Purpose};

/// The cold chain the products need, in degrees Celsius, both inclusive.
pub const COLD_CHAIN: (f64, f64) = (2.0, 8.0);

/// A lot that is shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippedLot {
    pub product: String,
    pub lot: String,
    pub expires_on: NaiveDate,
    pub quantity: i32,
}

/// A lot as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    pub product: String,
    pub lot: String,
    pub quantity: i32,
}

/// What arrived, when and how.
#[derive(Debug, Clone)]
pub struct ReceivedGoods {
    pub at: DateTime<Utc>,
    /// Whether packages and vials were whole.
    pub intact: bool,
    /// The lowest and highest temperature on the way, in degrees Celsius, where a logger recorded it.
    pub celsius: Option<(f64, f64)>,
    pub remarks: String,
    pub lines: Vec<ReceiptLine>,
}

/// Releases an approved delivery (納入指示): one facility, the approved quantity, a last day.
pub fn release(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&DeliveryId, i32),
    last_day: NaiveDate,
) -> Result<ReleaseId> {
    tx.actor.acts_as(&[Role::DistributionOperator])?;
    let (programme, row, _) = current(tx, scope, id, version, &[State::Approved])?;
    if last_day < row.arrives_on {
        return Err(Error::invalid(
            "last_day",
            Message::new("delivery-release-ends-early").with("day", Argument::Date(row.arrives_on)),
        ));
    }
    let first_day = row.ships_on.max(tx.today);
    if days_between(first_day, last_day) > super::LONGEST_WAY {
        return Err(Error::invalid("last_day", super::too_long()));
    }
    // Whoever holds the release may deliver on any of its days, so that the gate passes all of them.
    let released = Pending {
        ships_on: first_day,
        arrives_on: last_day,
        ..row.clone()
    };
    let judged = judge(tx.conn, &programme, &released, (tx.today, tx.now))?;
    if let Some(failing) = judged.days.iter().find(|day| !day.verdict.permits()) {
        return Err(Error::invalid(
            "last_day",
            Message::new("delivery-release-beyond-gate").with("day", Argument::Date(failing.day)),
        ));
    }
    let number = counters::next(tx, "release")?;
    record(
        tx,
        &programme,
        &row,
        "delivery_released",
        json!({ "release": label("R", number), "last_day": last_day }),
    )?;
    let release = store::release(tx, &row, number, last_day)?;
    holds::moved(tx.conn, &programme, Some(row.state), State::Released)?;
    Ok(release)
}

fn days_between(first: NaiveDate, last: NaiveDate) -> u64 {
    u64::try_from(last.signed_duration_since(first).num_days()).unwrap_or(0)
}

/// Ships a released delivery today, to arrive on a day. The gate runs again in this transaction.
pub fn ship(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&DeliveryId, i32),
    arrives_on: NaiveDate,
    lots: &[ShippedLot],
) -> Result<Ruling<VerdictId>> {
    tx.actor.acts_as(&[Role::DistributionOperator])?;
    let (programme, row, _) = current(tx, scope, id, version, &[State::Released])?;
    let release = records::standing_release(tx.conn, id)?;
    let errors = shipment_errors(tx, &row, &release, arrives_on, lots)?;
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    // Shipped today, whatever day was planned: the days that are judged are the days on the way.
    let leaving = Pending {
        ships_on: tx.today,
        arrives_on,
        ..row.clone()
    };
    let judged = judge(tx.conn, &programme, &leaving, (tx.today, tx.now))?;
    if !verdicts::permits(&judged.days) {
        let verdict = refused_by_gate(tx, &programme, &row, Purpose::Shipment, &judged)?;
        return Ok(Ruling::Refused(verdict));
    }
    // Whoever approved may have entered or accepted evidence since, in another role: then another one approves.
    let (approver, ..) = records::approved(tx.conn, id)?.ok_or(Error::Stale)?;
    let findings = judged.days.iter().flat_map(|day| &day.verdict.findings);
    if judged.gathered.hands_on(findings).contains(&approver) {
        let verdict = refused_by_gate(tx, &programme, &row, Purpose::Shipment, &judged)?;
        return Ok(Ruling::Refused(verdict));
    }
    // What is to be considered was acknowledged by the approver; a new reason asks for a new approval.
    let acknowledged: Vec<Acknowledged> = records::acknowledged(tx.conn, id)?;
    for finding in verdicts::considerations(&judged.days) {
        if !acknowledged.contains(&acknowledgement(&finding)?) {
            let verdict = refused_by_gate(tx, &programme, &row, Purpose::Shipment, &judged)?;
            return Ok(Ruling::Refused(verdict));
        }
    }
    record(
        tx,
        &programme,
        &row,
        "delivery_shipped",
        json!({
            "shipped_on": tx.today,
            "arrives_on": arrives_on,
            "lots": lots.iter().map(|lot| &lot.lot).collect::<Vec<_>>(),
        }),
    )?;
    let verdict = keep(tx, &programme, &row, Purpose::Shipment, &judged)?;
    store::ship(tx, &row, &release.id, &verdict, arrives_on, lots)?;
    holds::moved(tx.conn, &programme, Some(row.state), State::Shipped)?;
    Ok(Ruling::Done(verdict))
}

fn shipment_errors(
    tx: &mut Tx<'_>,
    row: &Pending,
    release: &Release,
    arrives_on: NaiveDate,
    lots: &[ShippedLot],
) -> Result<FieldErrors> {
    let mut errors = super::schedule_errors(tx.today, arrives_on, tx.today);
    if arrives_on > release.last_day {
        errors.add(
            "arrives_on",
            Message::new("delivery-after-release").with("day", Argument::Date(release.last_day)),
        );
    }
    for (index, lot) in lots.iter().enumerate() {
        if lot.expires_on < arrives_on {
            errors.add(
                &format!("lots-{index}-expires_on"),
                Message::new("delivery-lot-expired")
                    .with("lot", Argument::Text(lot.lot.clone()))
                    .with("day", Argument::Date(lot.expires_on)),
            );
        }
    }
    let ordered = totals(records::lines(tx.conn, &row.id)?.into_iter());
    let shipped = totals(lots.iter().map(|lot| (lot.product.clone(), lot.quantity)));
    if ordered != shipped {
        errors.add(
            "lots",
            Message::new("delivery-lots-differ-from-order")
                .with("shipped", Argument::Text(in_words(&shipped)))
                .with("ordered", Argument::Text(in_words(&ordered))),
        );
    }
    Ok(errors)
}

fn totals(lines: impl Iterator<Item = (String, i32)>) -> BTreeMap<String, i64> {
    let mut totals = BTreeMap::new();
    for (product, quantity) in lines {
        *totals.entry(product).or_insert(0) += i64::from(quantity);
    }
    totals.retain(|_, quantity| *quantity != 0);
    totals
}

fn in_words(totals: &BTreeMap<String, i64>) -> String {
    let each: Vec<String> = totals
        .iter()
        .map(|(product, quantity)| format!("{product} × {quantity}"))
        .collect();
    each.join(", ")
}

/// Records what arrived. The actual day is judged; a lapse on the way, a difference in quantity, damage or a
/// broken cold chain is a recorded deviation, because the goods are there.
pub fn receive(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&DeliveryId, i32),
    goods: &ReceivedGoods,
) -> Result<()> {
    tx.actor.acts_as(super::ORDERS)?;
    let (programme, row, _) = current(tx, scope, id, version, &[State::Shipped])?;
    let shipment = records::shipment(tx.conn, id)?;
    if goods.at < shipment.at || goods.at > tx.now {
        return Err(Error::invalid(
            "received_at",
            Message::new("delivery-received-out-of-order")
                .with("from", Argument::Instant(shipment.at))
                .with("to", Argument::Instant(tx.now)),
        ));
    }
    let day = jst_date(goods.at);
    record(
        tx,
        &programme,
        &row,
        "delivery_received",
        json!({ "received_at": goods.at, "intact": goods.intact }),
    )?;
    let arrived = Pending {
        ships_on: day,
        arrives_on: day,
        ..row.clone()
    };
    let judged = judge(tx.conn, &programme, &arrived, (day, goods.at))?;
    let verdict = keep(tx, &programme, &row, Purpose::Receipt, &judged)?;
    store::receive(tx, &row, &verdict, goods)?;
    holds::moved(tx.conn, &programme, Some(row.state), State::Received)?;
    let sent = totals(shipment.lots.iter().map(|lot| (lot.key(), lot.quantity)));
    let came = totals(
        goods
            .lines
            .iter()
            .map(|line| (format!("{} {}", line.product, line.lot), line.quantity)),
    );
    let warm = goods
        .celsius
        .is_some_and(|(lowest, highest)| lowest < COLD_CHAIN.0 || highest > COLD_CHAIN.1);
    let deviations = [
        (!verdicts::permits(&judged.days), "lapse_on_the_way"),
        (sent != came, "quantity_differs"),
        (!goods.intact, "damaged"),
        (warm, "cold_chain_broken"),
        (day != shipment.arrives_on, "arrived_on_another_day"),
    ];
    for (found, kind) in deviations {
        if found {
            store::deviate(tx, &programme, &row, kind, &verdict)?;
        }
    }
    Ok(())
}

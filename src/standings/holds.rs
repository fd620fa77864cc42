//! Approved deliveries that a change of evidence stops: judged with their order, and put on hold.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::facts::{Gathered, label};
use crate::audit::{Entry, Subject};
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::Result;
use crate::ids::{DeliveryId, FacilityId, ProgrammeId, VerdictId};
use crate::rules::dosing::vials::Vials;
use crate::rules::gate::{Destination, NamedCase, OrderFacts, OrderLine, OrderedProduct};
use crate::schema::{delivery, delivery_case, delivery_line};
use crate::verdicts::{self, Kind, Occasion, Purpose, Question};

crate::words! {
    /// Where a delivery stands between order and receipt.
    pub enum State {
        Ordered = "ordered",
        Approved = "approved",
        Released = "released",
        Held = "held",
        Shipped = "shipped",
        Received = "received",
        Refused = "refused",
        Cancelled = "cancelled",
    }
}

impl State {
    /// The icon that goes with it.
    pub fn icon(self) -> &'static str {
        match self {
            State::Ordered => "todo",
            State::Approved | State::Released => "draft",
            State::Held => "hold",
            State::Shipped => "soon",
            State::Received => "met",
            State::Refused => "unmet",
            State::Cancelled => "open",
        }
    }

    /// The message that names it.
    pub fn word(self) -> String {
        format!("delivery-state-{}", self.as_str())
    }
}

/// What the rules need of a delivery, beside the facts of its facility.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = delivery)]
pub struct Pending {
    pub id: DeliveryId,
    pub number: i64,
    #[diesel(column_name = facility_id)]
    pub facility: FacilityId,
    pub state: State,
    pub version: i32,
    pub ships_on: NaiveDate,
    pub arrives_on: NaiveDate,
}

/// The orders of these deliveries as the rules take them.
pub fn orders(conn: &mut AnyConn, ids: &[DeliveryId]) -> Result<HashMap<DeliveryId, OrderFacts>> {
    let rows: Vec<(DeliveryId, String, i32)> = delivery_line::table
        .filter(delivery_line::delivery_id.eq_any(ids))
        .order((delivery_line::delivery_id, delivery_line::position))
        .select((
            delivery_line::delivery_id,
            delivery_line::product,
            delivery_line::quantity,
        ))
        .load(conn)?;
    let mut orders: HashMap<DeliveryId, OrderFacts> = HashMap::new();
    for (id, product, quantity) in rows {
        let line = OrderLine {
            product: product_named(&product),
            quantity: u32::try_from(quantity).unwrap_or(0),
        };
        orders
            .entry(id)
            .or_insert_with(|| OrderFacts {
                cases: Vec::new(),
                lines: Vec::new(),
                // INVARIANT: a delivery names one facility, and the goods go there.
                destination: Destination::OrderedFacility,
            })
            .lines
            .push(line);
    }
    for (id, case) in named_cases(conn, ids)? {
        if let Some(order) = orders.get_mut(&id) {
            order.cases.push(case);
        }
    }
    Ok(orders)
}

/// The cases that these orders name, as they were judged last. They are only read here: evidence knows no cases.
fn named_cases(conn: &mut AnyConn, ids: &[DeliveryId]) -> Result<Vec<(DeliveryId, NamedCase)>> {
    type Row = (DeliveryId, String, Option<i32>, Option<i32>, String);
    let rows: Vec<Row> = delivery_case::table
        .filter(delivery_case::delivery_id.eq_any(ids))
        .order((delivery_case::delivery_id, delivery_case::position))
        .select((
            delivery_case::delivery_id,
            delivery_case::number,
            delivery_case::due_1mg,
            delivery_case::due_30mg,
            delivery_case::open_clauses,
        ))
        .load(conn)?;
    let named = |(id, number, one, thirty, open): Row| {
        let vials = |count: i32| u32::try_from(count).unwrap_or(0);
        let due = one.zip(thirty).map(|(one, thirty)| Vials {
            of_1mg: vials(one),
            of_30mg: vials(thirty),
        });
        let open = open.split_whitespace().map(str::to_owned).collect();
        (id, NamedCase { number, due, open })
    };
    Ok(rows.into_iter().map(named).collect())
}

/// A product as it was ordered: one the notice knows, or the word that was typed.
pub fn product_named(word: &str) -> OrderedProduct {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .unwrap_or_else(|_| OrderedProduct::Unknown(word.to_owned()))
}

/// The question of a delivery: every day from the later of today and the shipment through the arrival.
pub fn question(
    gathered: &Gathered,
    order: &OrderFacts,
    (ships_on, arrives_on): (NaiveDate, NaiveDate),
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Question {
    let first_day = ships_on.max(today);
    Question {
        facts: gathered.facts.clone(),
        order: Some(order.clone()),
        first_day,
        last_day: arrives_on.max(first_day),
        not_before: now,
    }
}

/// Judges the approved and released deliveries of these facilities again and holds those that fail.
pub(super) fn hold_failing(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    gathered: &HashMap<FacilityId, Gathered>,
) -> Result<()> {
    let facilities: Vec<&FacilityId> = gathered.keys().collect();
    let pending: Vec<Pending> = delivery::table
        .filter(delivery::programme_id.eq(programme))
        .filter(delivery::state.eq_any([State::Approved, State::Released]))
        .filter(delivery::facility_id.eq_any(facilities))
        .order(delivery::number)
        .select(Pending::as_select())
        .load(tx.conn)?;
    if pending.is_empty() {
        return Ok(());
    }
    let ids: Vec<DeliveryId> = pending.iter().map(|row| row.id.clone()).collect();
    let orders = orders(tx.conn, &ids)?;
    for row in &pending {
        let (Some(gathered), Some(order)) = (gathered.get(&row.facility), orders.get(&row.id))
        else {
            continue;
        };
        let span = (row.ships_on, row.arrives_on);
        let question = question(gathered, order, span, tx.today, tx.now);
        let days = question.answer();
        if !verdicts::permits(&days) {
            let occasion = occasion(programme, row, Purpose::Change);
            let verdict = verdicts::keep(tx, &occasion, &question, &days)?;
            hold(tx, programme, row, &verdict, "evidence_changed", "")?;
        }
    }
    Ok(())
}

/// What a verdict on a delivery is kept for.
pub fn occasion(programme: &ProgrammeId, row: &Pending, purpose: Purpose) -> Occasion {
    Occasion {
        kind: Kind::Delivery,
        purpose,
        programme: programme.clone(),
        facility: row.facility.clone(),
        subject: row.id.to_string(),
    }
}

/// Puts an approved or released delivery on hold. Only a new approval releases it.
pub fn hold(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    row: &Pending,
    verdict: &VerdictId,
    cause: &str,
    reason: &str,
) -> Result<()> {
    tx.audit(Entry {
        verb: "delivery_held",
        subject: Subject::new("delivery", row.id.as_str()),
        programme: Some(programme.clone()),
        facility: Some(row.facility.clone()),
        detail: json!({
            "number": label("D", row.number),
            "cause": cause,
            "reason": reason,
            "verdict": verdict,
        }),
    })?;
    diesel::update(delivery::table.find(&row.id))
        .set((
            delivery::state.eq(State::Held),
            delivery::version.eq(row.version + 1),
            delivery::verdict_id.eq(verdict),
            delivery::held_at.eq(tx.now.naive_utc()),
            delivery::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    moved(tx.conn, programme, Some(row.state), State::Held)
}

/// Keeps the tallies of deliveries by state.
pub fn moved(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    from: Option<State>,
    to: State,
) -> Result<()> {
    if let Some(from) = from {
        counters::shift(conn, &tally(programme, from), -1)?;
    }
    counters::shift(conn, &tally(programme, to), 1)?;
    Ok(())
}

/// The name of the tally of deliveries in a state.
pub fn tally(programme: &ProgrammeId, state: State) -> String {
    format!("delivery:{programme}:{}", state.as_str())
}

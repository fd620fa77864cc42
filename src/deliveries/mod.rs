//! Deliveries: ordered → approved → released → shipped → received, or refused, cancelled, on hold.
//!
//! Approval and shipment gather the facts afresh and judge every day from the shipment through the arrival,
//! inside the transaction of the step they permit.

pub mod approval_pages;
mod approvals;
mod approving;
pub mod certificate_pages;
pub mod deviation_pages;
mod deviations;
pub mod hindsight;
mod judging;
mod lists;
pub mod lot_pages;
mod named;
pub mod order_pages;
pub mod pages;
pub mod proofs;
mod records;
mod signing;
pub mod step_pages;
mod steps;
mod store;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::audit::{Entry, Subject};
use crate::cases;
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Message, Result, Ruling};
use crate::ids::{DeliveryId, FacilityId, ProgrammeId};
use crate::rules::finding::Argument;
use crate::scope::{Role, Scope};
use crate::signatures::{self, Meaning, Proof};
use crate::standings::holds::{self, Pending};
use crate::standings::label;
use crate::verdicts::{self, Purpose};
use crate::{counters, ids::VerdictId};

pub use crate::standings::holds::State;
pub use approvals::{Approvals, MOST_AT_ONCE, Offered, Offers, approve_listed, offers, these};
pub use approving::approve;
pub use deviations::{
    Closure, Deviated, Inquiry, close, closures, deviation, deviations, may_close,
};
pub use judging::{Judged, judge, judge_on, orders};
pub use lists::{
    Consignee, Line, ListedDelivery, Sent, beside_lines, consignees, expiring, latest, list,
    under_way_at,
};
pub use records::{
    Approval, Delivery, Deviation, Lot, Receipt, Release, Shipment, detail, pending,
};
pub use signing::signed;
pub use steps::{ReceiptLine, ReceivedGoods, ShippedLot, receive, release, ship};

/// The longest way from shipment to arrival that can be judged day by day.
/// READING: a fortnight is ours; no delivery of a refrigerated medicine takes longer.
pub const LONGEST_WAY: u64 = 14;

/// The states in which the gate still has a say.
pub const OPEN: [State; 4] = [
    State::Ordered,
    State::Held,
    State::Approved,
    State::Released,
];

/// Facilities order; operators enter what arrives by FAX or telephone.
pub(crate) const ORDERS: &[Role] = &[Role::FacilityCoordinator, Role::DistributionOperator];

crate::words! {
    /// How the goods go.
    pub enum Channel {
        Direct = "direct",
        Wholesaler = "wholesaler",
    }
}

/// An order as it is taken.
#[derive(Debug, Clone)]
pub struct NewOrder {
    pub facility: FacilityId,
    pub channel: Channel,
    pub wholesaler: String,
    pub branch: String,
    /// Product words and vials.
    pub lines: Vec<(String, i32)>,
    /// Case numbers as they were typed, each with the number of doses it is ordered for; most orders name none.
    pub cases: Vec<(String, i32)>,
    pub ships_on: NaiveDate,
    pub arrives_on: NaiveDate,
}

/// What the approver acknowledged: a rule with the reason it gave, by which shipment knows it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    pub rule: String,
    pub reason: Value,
}

/// Takes an order. It is kept whatever the gate says: an ordered delivery that fails stays ordered.
pub fn order(
    tx: &mut Tx<'_>,
    scope: &Scope,
    programme: &ProgrammeId,
    new: &NewOrder,
) -> Result<DeliveryId> {
    tx.actor.acts_as(ORDERS)?;
    scope.admit(&new.facility)?;
    let person = tx.actor.person()?.clone();
    let mut errors = schedule_errors(new.ships_on, new.arrives_on, tx.today);
    if new.lines.is_empty() {
        errors.add("lines", Message::new("delivery-nothing-ordered"));
    }
    if new.channel == Channel::Wholesaler && new.wholesaler.is_empty() {
        errors.add("wholesaler", Message::new("delivery-wholesaler-missing"));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let named = cases::for_order(
        tx.conn,
        programme,
        &new.facility,
        &new.cases,
        new.arrives_on,
    )?;
    let id = DeliveryId::fresh(tx.now);
    let number = counters::next(tx, "delivery")?;
    let row = Pending {
        id: id.clone(),
        number,
        facility: new.facility.clone(),
        state: State::Ordered,
        version: 1,
        ships_on: new.ships_on,
        arrives_on: new.arrives_on,
    };
    let seq = record(tx, programme, &row, "delivery_ordered", json!({}))?;
    let order = store::order_facts(&new.lines, &named);
    let judged = judging::judge_order(tx.conn, programme, &row, &order, (tx.today, tx.now))?;
    let verdict = keep(tx, programme, &row, Purpose::Order, &judged)?;
    store::insert(tx, programme, new, &row, &person, &verdict)?;
    named::insert(tx, &row, &named, seq)?;
    holds::moved(tx.conn, programme, None, State::Ordered)?;
    Ok(id)
}

/// Refuses a delivery for good.
pub fn refuse(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&DeliveryId, i32),
    reason: &str,
    proof: &Proof,
) -> Result<()> {
    tx.actor.acts_as(&[Role::DistributionApprover])?;
    let (programme, row, ordered_by) = current(tx, scope, id, version, &OPEN)?;
    if Some(&ordered_by) == tx.actor.person.as_ref() {
        return Err(Error::Forbidden);
    }
    needs_reason(reason)?;
    record(
        tx,
        &programme,
        &row,
        signing::REFUSED,
        json!({ "reason": reason }),
    )?;
    let canonical = signing::refusal(tx.conn, &row, reason)?;
    let record = (signing::SUBJECT, id.as_str());
    signatures::sign(tx, proof, Meaning::Refusal, record, &canonical)?;
    store::set_state(tx, &programme, &row, State::Refused)
}

/// Takes an order back before it is shipped.
pub fn cancel(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&DeliveryId, i32),
    reason: &str,
) -> Result<()> {
    tx.actor.acts_as(ORDERS)?;
    let (programme, row, _) = current(tx, scope, id, version, &OPEN)?;
    needs_reason(reason)?;
    record(
        tx,
        &programme,
        &row,
        "delivery_cancelled",
        json!({ "reason": reason }),
    )?;
    store::set_state(tx, &programme, &row, State::Cancelled)
}

/// Stops an approved or released delivery by hand; only a new approval releases it.
pub fn hold(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&DeliveryId, i32),
    reason: &str,
) -> Result<()> {
    tx.actor
        .acts_as(&[Role::DistributionApprover, Role::SafetyOfficer])?;
    let (programme, row, _) = current(tx, scope, id, version, &[State::Approved, State::Released])?;
    needs_reason(reason)?;
    let judged = judge(tx.conn, &programme, &row, (tx.today, tx.now))?;
    let verdict = keep(tx, &programme, &row, Purpose::Change, &judged)?;
    holds::hold(tx, &programme, &row, &verdict, "by_hand", reason)
}

/// Moves the shipment and the arrival. An approved delivery goes on hold where the gate does not pass the new days,
/// or they are not among those that were approved.
pub fn reschedule(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&DeliveryId, i32),
    (ships_on, arrives_on): (NaiveDate, NaiveDate),
) -> Result<Ruling<()>> {
    tx.actor.acts_as(ORDERS)?;
    let (programme, row, _) = current(tx, scope, id, version, &OPEN)?;
    let errors = schedule_errors(ships_on, arrives_on, tx.today);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    record(
        tx,
        &programme,
        &row,
        "delivery_rescheduled",
        json!({
            "before": { "ships_on": row.ships_on, "arrives_on": row.arrives_on },
            "ships_on": ships_on,
            "arrives_on": arrives_on,
        }),
    )?;
    let moved = Pending {
        ships_on,
        arrives_on,
        version: row.version + 1,
        ..row
    };
    let judged = judge(tx.conn, &programme, &moved, (tx.today, tx.now))?;
    let verdict = keep(tx, &programme, &moved, Purpose::Change, &judged)?;
    store::reschedule(tx, &moved, &verdict)?;
    if !matches!(moved.state, State::Approved | State::Released) {
        return Ok(Ruling::Done(()));
    }
    // A signature covers the days that were signed: days outside of them ask for a new one.
    let approved = records::approved(tx.conn, id)?;
    let outside = approved.is_none_or(|(_, first, last)| ships_on < first || arrives_on > last);
    let permits = verdicts::permits(&judged.days);
    if outside || !permits {
        holds::hold(tx, &programme, &moved, &verdict, "rescheduled", "")?;
    }
    if permits {
        Ok(Ruling::Done(()))
    } else {
        Ok(Ruling::Refused(verdict))
    }
}

fn keep(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    row: &Pending,
    purpose: Purpose,
    judged: &Judged,
) -> Result<VerdictId> {
    let occasion = holds::occasion(programme, row, purpose);
    if purpose != Purpose::Order
        && let Some(order) = &judged.question.order
    {
        named::renew(tx, programme, row, &order.cases)?;
    }
    verdicts::keep(tx, &occasion, &judged.question, &judged.days)
}

/// A step the gate did not let pass: the verdict and the audit row are kept, an approved delivery goes on hold,
/// and nothing else moves.
pub(crate) fn refused_by_gate(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    row: &Pending,
    purpose: Purpose,
    judged: &Judged,
) -> Result<VerdictId> {
    let verdict = keep(tx, programme, row, purpose, judged)?;
    record(
        tx,
        programme,
        row,
        "delivery_stopped",
        json!({ "verdict": verdict, "step": purpose.as_str() }),
    )?;
    if matches!(row.state, State::Approved | State::Released) {
        holds::hold(tx, programme, row, &verdict, "gate", "")?;
    } else {
        store::point_to(tx, row, &verdict)?;
    }
    Ok(verdict)
}

/// The record a step starts from, if the reader may see it and has seen its latest version.
pub(crate) fn current(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &DeliveryId,
    version: i32,
    states: &[State],
) -> Result<(ProgrammeId, Pending, crate::ids::PersonId)> {
    let (row, ordered_by) = records::pending(tx.conn, scope, id)?;
    if row.version != version || !states.contains(&row.state) {
        return Err(Error::Stale);
    }
    Ok((scope.programme().clone(), row, ordered_by))
}

pub(crate) fn record(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    row: &Pending,
    verb: &'static str,
    mut detail: Value,
) -> Result<i64> {
    if let Value::Object(values) = &mut detail {
        values.insert("number".to_owned(), json!(label("D", row.number)));
    }
    tx.audit(Entry {
        verb,
        subject: Subject::new(signing::SUBJECT, row.id.as_str()),
        programme: Some(programme.clone()),
        facility: Some(row.facility.clone()),
        detail,
    })
}

fn needs_reason(reason: &str) -> Result<()> {
    if reason.is_empty() {
        return Err(Error::invalid(
            "reason",
            Message::new("delivery-reason-missing"),
        ));
    }
    Ok(())
}

fn schedule_errors(ships_on: NaiveDate, arrives_on: NaiveDate, today: NaiveDate) -> FieldErrors {
    let mut errors = FieldErrors::default();
    if ships_on < today {
        errors.add(
            "ships_on",
            Message::new("delivery-ships-in-the-past").with("day", Argument::Date(ships_on)),
        );
    }
    if arrives_on < ships_on {
        errors.add(
            "arrives_on",
            Message::new("delivery-arrives-before-shipment")
                .with("day", Argument::Date(arrives_on)),
        );
    } else if ships_on
        .checked_add_days(Days::new(LONGEST_WAY))
        .is_none_or(|latest| arrives_on > latest)
    {
        errors.add("arrives_on", too_long());
    }
    errors
}

/// More days than can be judged one by one.
fn too_long() -> Message {
    let days = i64::try_from(LONGEST_WAY).unwrap_or(0);
    Message::new("delivery-takes-too-long").with("days", Argument::Number(days))
}

//! Several orders approved by one signing: which of them are offered, and how the list is judged and signed.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::approving::{Permitted, Weighed, weigh};
use super::{Line, State, holds, judging, lists, schedule_errors};
use crate::audit::Known;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{DeliveryId, FacilityId, PersonId};
use crate::rules::finding::{Argument, Finding};
use crate::schema::{delivery, facility};
use crate::scope::{Role, Scope};
use crate::signatures::{Batch, Proof};
use crate::standings::holds::Pending;
use crate::standings::{self, label};
use crate::verdicts;

/// The most deliveries that one signing covers.
/// READING: fifty are ours: as many as stand on one page, so that what is signed was before the signer's eyes.
pub const MOST_AT_ONCE: usize = 50;

/// An order that passes the gate on all its days now, and that its reader had no hand in.
#[derive(Debug, Clone)]
pub struct Offered {
    pub row: Pending,
    pub facility_name: String,
    pub lines: Vec<Line>,
    /// What is to be considered; such an order is approved on its own page, where the reason is given.
    pub considered: Vec<Finding>,
}

/// One page of orders that wait for approval.
#[derive(Debug, Clone)]
pub struct Offers {
    pub rows: Vec<Offered>,
    /// Where the next page begins, if more orders wait.
    pub next: Option<i64>,
}

/// Orders after a number that may be approved now, judged together with a constant number of statements.
/// READING: only what waits for its first approval is offered. A delivery on hold shows on its own page what changed
/// since it was approved, and is approved there.
pub fn offers(
    conn: &mut AnyConn,
    scope: &Scope,
    reader: &PersonId,
    (today, now): (NaiveDate, DateTime<Utc>),
    after: i64,
) -> Result<Offers> {
    let one_more = i64::try_from(MOST_AT_ONCE.saturating_add(1)).unwrap_or(i64::MAX);
    let mut waiting: Vec<(Pending, String, PersonId)> = delivery::table
        .inner_join(facility::table)
        .filter(delivery::programme_id.eq(scope.programme()))
        .filter(delivery::state.eq(State::Ordered))
        .filter(delivery::number.gt(after))
        .order(delivery::number)
        .limit(one_more)
        .select((Pending::as_select(), facility::name, delivery::ordered_by))
        .load(conn)?;
    let more = waiting.len() > MOST_AT_ONCE;
    waiting.truncate(MOST_AT_ONCE);
    let next = waiting.last().filter(|_| more).map(|(row, ..)| row.number);
    waiting.retain(|(row, _, ordered_by)| {
        let overdue = schedule_errors(row.ships_on.max(today), row.arrives_on, today);
        scope.sees(&row.facility) && ordered_by != reader && overdue.is_empty()
    });
    let mut places: Vec<FacilityId> = waiting
        .iter()
        .map(|(row, ..)| row.facility.clone())
        .collect();
    places.sort();
    places.dedup();
    let gathered = standings::gather(conn, scope.programme(), &places, Known::NOW)?;
    let arrivals: Vec<(&DeliveryId, NaiveDate)> = waiting
        .iter()
        .map(|(row, ..)| (&row.id, row.arrives_on))
        .collect();
    let orders = judging::orders(conn, &arrivals)?;
    let ids: Vec<DeliveryId> = waiting.iter().map(|(row, ..)| row.id.clone()).collect();
    let mut lines: HashMap<DeliveryId, Vec<Line>> = HashMap::new();
    for line in lists::lines_of(conn, &ids)? {
        lines.entry(line.delivery.clone()).or_default().push(line);
    }
    let mut rows = Vec::new();
    for (row, facility_name, _) in waiting {
        let (Some(place), Some(order)) = (gathered.get(&row.facility), orders.get(&row.id)) else {
            continue;
        };
        let span = (row.ships_on, row.arrives_on);
        let days = holds::question(place, order, span, today, now).answer();
        let findings = days.iter().flat_map(|day| &day.verdict.findings);
        if !verdicts::permits(&days) || place.hands_on(findings).contains(reader) {
            continue;
        }
        rows.push(Offered {
            lines: lines.remove(&row.id).unwrap_or_default(),
            considered: verdicts::considerations(&days),
            facility_name,
            row,
        });
    }
    Ok(Offers { rows, next })
}

/// What these deliveries are now, by their ids or numbers.
pub fn these(
    conn: &mut AnyConn,
    scope: &Scope,
    ids: &[DeliveryId],
    numbers: &[i64],
) -> Result<Vec<Pending>> {
    let mut rows: Vec<Pending> = delivery::table
        .filter(delivery::programme_id.eq(scope.programme()))
        .filter(
            delivery::id
                .eq_any(ids)
                .or(delivery::number.eq_any(numbers)),
        )
        .order(delivery::number)
        .select(Pending::as_select())
        .load(conn)?;
    rows.retain(|row| scope.sees(&row.facility));
    Ok(rows)
}

/// What came of a list: the deliveries that were approved, and those that the gate refused at that moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approvals {
    pub approved: Vec<i64>,
    pub refused: Vec<i64>,
}

/// Approves a list of orders, each named with the version that was shown, by one signing.
///
/// READING: what is signed is the list as it was shown. Where one of its records has moved on since, or now asks for a
/// reason that nobody was asked for, nothing is signed and the list is shown anew. An order that the gate refuses at
/// the moment of signing is refused by itself, with its kept verdict: the others are deliveries of their own, and the
/// digest of the list is over what was signed.
///
/// # Errors
/// As for one approval; each of them undoes the whole list.
pub fn approve_listed(
    tx: &mut Tx<'_>,
    scope: &Scope,
    listed: &[(DeliveryId, i32)],
    proof: &Proof,
) -> Result<Approvals> {
    tx.actor.acts_as(&[Role::DistributionApprover])?;
    let mut listed = listed.to_vec();
    listed.sort();
    listed.dedup();
    if listed.is_empty() {
        return Err(Error::invalid(
            "chosen",
            Message::new("approvals-none-chosen"),
        ));
    }
    if listed.len() > MOST_AT_ONCE {
        let most = i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX);
        let message = Message::new("approvals-too-many").with("most", Argument::Number(most));
        return Err(Error::invalid("chosen", message));
    }
    let weighed: Vec<Weighed> = listed
        .iter()
        .map(|(id, version)| {
            let one = weigh(tx, scope, (id, *version), &[State::Ordered]);
            one.map_err(in_list)
        })
        .collect::<Result<_>>()?;
    let (passing, failing): (Vec<Weighed>, Vec<Weighed>) = weighed
        .into_iter()
        .partition(|one| verdicts::permits(&one.judged.days));
    for one in &passing {
        if !verdicts::considerations(&one.judged.days).is_empty() {
            let number = Argument::Text(label("D", one.row.number));
            let message = Message::new("approvals-asks-a-reason").with("number", number);
            return Err(Error::invalid("chosen", message));
        }
    }
    let permitted: Vec<Permitted> = passing
        .into_iter()
        .map(|one| one.permitted(tx, (&[], "")))
        .collect::<Result<_>>()?;
    let signed = permitted.iter();
    let batch = Batch::of(signed.map(|one| (one.record(), one.canonical.as_str())));
    let mut done = Approvals::default();
    for one in permitted {
        done.approved.push(one.row.number);
        one.sign(tx, proof, Some(&batch))?;
    }
    for one in &failing {
        one.refuse(tx)?;
        done.refused.push(one.row.number);
    }
    done.approved.sort_unstable();
    done.refused.sort_unstable();
    Ok(done)
}

/// The page of a list has one place for what is wrong with any of its rows.
fn in_list(wrong: Error) -> Error {
    match wrong {
        Error::Invalid(errors) => {
            let mut moved = crate::error::FieldErrors::default();
            for (_, message) in errors.0 {
                moved.add("chosen", message);
            }
            Error::Invalid(moved)
        }
        other => other,
    }
}

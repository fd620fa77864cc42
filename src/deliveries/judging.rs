//! How a delivery is judged: the facts of its facility, its order, and the cases it names as their files stand now.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::{OPEN, records};
use crate::audit::Known;
use crate::cases::{self, Wanted};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{CaseId, DeliveryId, FacilityId, ProgrammeId};
use crate::rules::gate::OrderFacts;
use crate::schema::delivery_case;
use crate::scope::Scope;
use crate::standings::holds::{self, Pending};
use crate::standings::{self, Gathered};
use crate::verdicts::{Day, Question};

/// A delivery judged afresh.
pub struct Judged {
    pub gathered: Gathered,
    pub question: Question,
    pub days: Vec<Day>,
}

/// The orders of deliveries that are still open, with the day each arrives: what their cases are judged to be is of now.
pub fn orders(
    conn: &mut AnyConn,
    deliveries: &[(&DeliveryId, NaiveDate)],
) -> Result<HashMap<DeliveryId, OrderFacts>> {
    let ids: Vec<DeliveryId> = deliveries.iter().map(|(id, _)| (*id).clone()).collect();
    let stored = holds::orders(conn, &ids)?;
    afresh(conn, stored, deliveries)
}

/// Puts today's answers of the cases in the place of the stored ones, so that a question that was answered opens the
/// gate and a file that changed closes it.
fn afresh(
    conn: &mut AnyConn,
    mut orders: HashMap<DeliveryId, OrderFacts>,
    deliveries: &[(&DeliveryId, NaiveDate)],
) -> Result<HashMap<DeliveryId, OrderFacts>> {
    let names = |id: &DeliveryId| orders.get(id).is_some_and(|order| !order.cases.is_empty());
    let naming: Vec<(&DeliveryId, NaiveDate)> = deliveries
        .iter()
        .filter(|(id, _)| names(id))
        .copied()
        .collect();
    if naming.is_empty() {
        return Ok(orders);
    }
    let ids = naming.iter().map(|(id, _)| id.as_str());
    let rows: Vec<(DeliveryId, CaseId, i32)> = delivery_case::table
        .filter(delivery_case::delivery_id.eq_any(ids))
        .order((delivery_case::delivery_id, delivery_case::position))
        .select((
            delivery_case::delivery_id,
            delivery_case::case_id,
            delivery_case::doses,
        ))
        .load(conn)?;
    let arrival = |id: &DeliveryId| naming.iter().find(|(other, _)| *other == id);
    let wanted: Vec<(DeliveryId, Wanted)> = rows
        .into_iter()
        .filter_map(|(id, case, doses)| {
            let (_, on) = *arrival(&id)?;
            Some((id, Wanted { case, doses, on }))
        })
        .collect();
    let asked: Vec<Wanted> = wanted.iter().map(|(_, one)| one.clone()).collect();
    let answers = cases::answer(conn, &asked)?;
    for (id, _) in &naming {
        if let Some(order) = orders.get_mut(*id) {
            order.cases.clear();
        }
    }
    for ((id, _), case) in wanted.into_iter().zip(answers) {
        if let Some(order) = orders.get_mut(&id) {
            order.cases.push(case);
        }
    }
    Ok(orders)
}

/// Judges a delivery as it is scheduled, without keeping anything.
pub fn judge(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    row: &Pending,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<Judged> {
    let ids = std::slice::from_ref(&row.id);
    let stored = holds::orders(conn, ids)?;
    let mut orders = match OPEN.contains(&row.state) {
        true => afresh(conn, stored, &[(&row.id, row.arrives_on)])?,
        // What was shipped was judged when it left; a course that goes on since has no say in that.
        false => stored,
    };
    let order = orders.remove(&row.id).ok_or(Error::NotFound)?;
    judge_order(conn, programme, row, &order, (today, now))
}

pub(super) fn judge_order(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    row: &Pending,
    order: &OrderFacts,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<Judged> {
    let gathered = gathered(conn, programme, &row.facility, Known::NOW)?;
    let span = (row.ships_on, row.arrives_on);
    let question = holds::question(&gathered, order, span, today, now);
    let days = question.answer();
    Ok(Judged {
        gathered,
        question,
        days,
    })
}

/// Judges a delivery as if it arrived on a day, as known at a point of the log.
pub fn judge_on(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &DeliveryId,
    on: NaiveDate,
    known: Known,
) -> Result<(Question, Vec<Day>)> {
    let (row, _) = records::pending(conn, scope, id)?;
    let order = holds::orders(conn, std::slice::from_ref(id))?
        .remove(id)
        .ok_or(Error::NotFound)?;
    let gathered = gathered(conn, scope.programme(), &row.facility, known)?;
    let question = Question {
        facts: gathered.facts,
        order: Some(order),
        first_day: on,
        last_day: on,
        not_before: crate::clock::start_of(on),
    };
    let days = question.answer();
    Ok((question, days))
}

fn gathered(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facility: &FacilityId,
    known: Known,
) -> Result<Gathered> {
    standings::gather(conn, programme, std::slice::from_ref(facility), known)?
        .remove(facility)
        .ok_or(Error::NotFound)
}

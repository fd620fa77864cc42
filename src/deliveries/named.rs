//! The cases that an order names: kept with it, and answered for again whenever it is judged.

use diesel::prelude::*;
use serde_json::json;

use super::record;
use crate::cases::Wanted;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::ProgrammeId;
use crate::rules::gate::NamedCase;
use crate::schema::delivery_case;
use crate::standings::holds::{self, Pending};

/// A case's vials and open clauses as its row holds them.
fn columns(case: &NamedCase) -> (Option<i32>, Option<i32>, String) {
    let vials = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let one = case.due.map(|due| vials(due.of_1mg));
    let thirty = case.due.map(|due| vials(due.of_30mg));
    (one, thirty, case.open.join(" "))
}

/// Keeps the cases with their order, from its audit row on.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    row: &Pending,
    named: &[(Wanted, NamedCase)],
    seq: i64,
) -> Result<()> {
    for (position, (wanted, case)) in (0_i32..).zip(named) {
        let (one, thirty, open) = columns(case);
        diesel::insert_into(delivery_case::table)
            .values((
                delivery_case::delivery_id.eq(&row.id),
                delivery_case::case_id.eq(&wanted.case),
                delivery_case::number.eq(&case.number),
                delivery_case::position.eq(position),
                delivery_case::doses.eq(wanted.doses),
                delivery_case::due_1mg.eq(one),
                delivery_case::due_30mg.eq(thirty),
                delivery_case::open_clauses.eq(open),
                delivery_case::known_from.eq(seq),
                delivery_case::change_id.eq(&tx.change),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Lets the rows of an order say what its cases were judged to be now, where that is another answer than before.
pub(super) fn renew(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    row: &Pending,
    cases: &[NamedCase],
) -> Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let mut stored = holds::orders(tx.conn, std::slice::from_ref(&row.id))?;
    let stored = stored.remove(&row.id).map_or_else(Vec::new, |o| o.cases);
    let moved: Vec<&NamedCase> = cases.iter().filter(|case| !stored.contains(case)).collect();
    if moved.is_empty() {
        return Ok(());
    }
    // The log has readers who may not read a case: it names numbers, and no clause.
    let numbers: Vec<&str> = moved.iter().map(|case| case.number.as_str()).collect();
    let detail = json!({ "cases": numbers });
    let seq = record(tx, programme, row, "delivery_cases_judged", detail)?;
    for case in moved {
        let (one, thirty, open) = columns(case);
        let kept = delivery_case::table
            .filter(delivery_case::delivery_id.eq(&row.id))
            .filter(delivery_case::number.eq(&case.number));
        diesel::update(kept)
            .set((
                delivery_case::due_1mg.eq(one),
                delivery_case::due_30mg.eq(thirty),
                delivery_case::open_clauses.eq(open),
                delivery_case::known_from.eq(seq),
                delivery_case::change_id.eq(&tx.change),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

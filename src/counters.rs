//! Numbers handed out in order, and tallies kept beside the rows, so that no page counts a table.

use diesel::prelude::*;

use crate::db::{AnyConn, Tx};
use crate::error::Result;
use crate::schema::counter;

/// Moves a counter and returns where it then stands; a counter that was never moved stands at nought.
pub fn shift(conn: &mut AnyConn, name: &str, by: i64) -> Result<i64> {
    let moved: Option<i64> = diesel::update(counter::table.find(name))
        .set(counter::value.eq(counter::value + by))
        .returning(counter::value)
        .get_result(conn)
        .optional()?;
    if let Some(value) = moved {
        return Ok(value);
    }
    diesel::insert_into(counter::table)
        .values((counter::name.eq(name), counter::value.eq(by)))
        .execute(conn)?;
    Ok(by)
}

/// The next number of a series, from 1. INVARIANT: one writer at a time, so no number is given twice.
pub fn next(tx: &mut Tx<'_>, series: &str) -> Result<i64> {
    shift(tx.conn, &format!("number:{series}"), 1)
}

/// Where counters stand, for names known beforehand; absent ones stand at nought.
pub fn read(conn: &mut AnyConn, names: &[String]) -> Result<Vec<i64>> {
    let rows: Vec<(String, i64)> = counter::table
        .filter(counter::name.eq_any(names))
        .load(conn)?;
    Ok(names
        .iter()
        .map(|name| {
            rows.iter()
                .find(|(found, _)| found == name)
                .map_or(0, |(_, value)| *value)
        })
        .collect())
}

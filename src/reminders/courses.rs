//! Courses under way at facilities whose standing no longer permits a delivery: how many, and nothing else of them.
//!
//! INVARIANT: neither a case's number nor anything recorded of it leaves this file; the manufacturer learns a count.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;

use super::facts::{Part, of_programme, within};
use super::matters::Waiting;
use crate::cases::{Kind, State};
use crate::db::{AnyConn, MultiBackend};
use crate::error::Result;
use crate::ids::{FacilityId, ProgrammeId};
use crate::rules::finding::Outcome;
use crate::schema::{case_file, case_record, standing, verdict};
use crate::verdicts;

/// A facility that may not be delivered to while courses go on there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interrupted {
    pub facility: FacilityId,
    /// Since when its standing has not permitted.
    pub since: NaiveDate,
    /// Courses with at least one dose that are neither closed nor continued elsewhere.
    pub courses: i64,
}

/// Every facility of the programme where it is so now.
pub fn everywhere(conn: &mut AnyConn, programme: &ProgrammeId) -> Result<Vec<Interrupted>> {
    let all = Part::Range {
        after: String::new(),
        to: None,
    };
    interrupted(conn, programme, &all)
}

/// The same as matters of the plan.
pub(super) fn waiting(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    part: &Part,
) -> Result<Vec<Waiting>> {
    let found = interrupted(conn, programme, part)?.into_iter();
    let waits = found.map(|one| Waiting {
        subject: one.facility.to_string(),
        label: one.courses.to_string(),
        path: format!("/facilities/{}", one.facility),
        since: one.since,
        facility: one.facility,
        person: None,
    });
    Ok(waits.collect())
}

/// READING: a course is under way once a dose of it is recorded, wherever that dose was given, until its case is closed
/// or goes on elsewhere. The standing counts as it is kept, so that a lapse by the calendar counts once the sweep found it.
fn interrupted(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    part: &Part,
) -> Result<Vec<Interrupted>> {
    let rows = case_file::table
        .inner_join(case_record::table.on(case_record::case_id.eq(case_file::id)))
        .inner_join(
            standing::table.on(standing::facility_id
                .eq(case_file::facility_id)
                .and(standing::programme_id.eq(case_file::programme_id))),
        )
        .filter(of_programme!(case_file, programme))
        .filter(case_file::state.eq(State::Open))
        .filter(case_record::kind.eq(Kind::Administration))
        .filter(case_record::known_to.is_null())
        .filter(standing::outcome.eq_any(failing()))
        .select((case_file::facility_id, case_file::id))
        .distinct();
    let rows: Vec<(FacilityId, String)> = within!(rows, case_file::facility_id, part).load(conn)?;
    let mut counts: BTreeMap<FacilityId, i64> = BTreeMap::new();
    for (facility, _) in rows {
        *counts.entry(facility).or_default() += 1;
    }
    let places: Vec<&FacilityId> = counts.keys().collect();
    let since = since(conn, programme, &places)?;
    let found = counts.into_iter().filter_map(|(facility, courses)| {
        Some(Interrupted {
            since: *since.get(facility.as_str())?,
            facility,
            courses,
        })
    });
    Ok(found.collect())
}

fn failing() -> [&'static str; 2] {
    [Outcome::Undetermined.as_str(), Outcome::Unmet.as_str()]
}

/// Since when the standings of these facilities have not permitted: the first day after the last answer that did.
fn since(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    places: &[&FacilityId],
) -> Result<HashMap<String, NaiveDate>> {
    let own = || {
        verdict::subject_id
            .eq_any(
                places
                    .iter()
                    .map(|place| place.as_str())
                    .collect::<Vec<_>>(),
            )
            .and(verdict::kind.eq(verdicts::Kind::Standing))
            .and(verdict::programme_id.eq(programme.to_string()))
    };
    let permitted: Vec<(String, Option<i64>)> = verdict::table
        .filter(own())
        .filter(verdict::outcome.ne_all(failing()))
        .group_by(verdict::subject_id)
        .select((verdict::subject_id, max(verdict::number)))
        .load(conn)?;
    let permitted: HashMap<String, i64> = permitted
        .into_iter()
        .filter_map(|(place, number)| Some((place, number?)))
        .collect();
    let failed: Vec<(String, i64, NaiveDate)> = verdict::table
        .filter(own())
        .filter(verdict::outcome.eq_any(failing()))
        .order(verdict::number)
        .select((verdict::subject_id, verdict::number, verdict::first_day))
        .load(conn)?;
    let mut since = HashMap::new();
    for (place, number, day) in failed {
        if permitted.get(&place).is_none_or(|last| *last < number) {
            since.entry(place).or_insert(day);
        }
    }
    Ok(since)
}

//! Many cases at once, for lists: each with its last dose and the day on which the next one is due, in one statement more.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Case, Entry, Kind, store};
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::CaseId;
use crate::rules::dosing::course::Step;
use crate::rules::dosing::outlook;
use crate::schema::case_record;
use crate::scope::Scope;

/// A case as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    pub case: Case,
    /// The dose that was begun last: its place, its milligrams, its day where that is known.
    pub last: Option<(Step, String, Option<NaiveDate>)>,
    /// The first day on which the dose that had been planned is due.
    pub due: Option<NaiveDate>,
    /// Records of another facility that wait to be confirmed here.
    pub unconfirmed: usize,
}

/// What a list shows of these cases, which the reader was given by [`super::list`].
pub fn courses(conn: &mut AnyConn, scope: &Scope, cases: Vec<Case>) -> Result<Vec<Course>> {
    let own = store::own(scope)?;
    let ids: Vec<&CaseId> = cases.iter().map(|case| &case.id).collect();
    let rows: Vec<(CaseId, Kind, String, bool)> = case_record::table
        .filter(case_record::case_id.eq_any(ids))
        .filter(case_record::facility_id.eq(own))
        .filter(case_record::known_to.is_null())
        .select((
            case_record::case_id,
            case_record::kind,
            case_record::body,
            case_record::confirmed,
        ))
        .load(conn)?;
    let mut held: BTreeMap<CaseId, (Vec<Entry>, usize)> = BTreeMap::new();
    for (id, kind, body, confirmed) in rows {
        let (entries, waiting) = held.entry(id).or_default();
        entries.push(Entry::read(kind, &body)?);
        *waiting = waiting.saturating_add(usize::from(!confirmed));
    }
    Ok(cases
        .into_iter()
        .map(|case| {
            let (entries, unconfirmed) = held.remove(&case.id).unwrap_or_default();
            course(case, &entries, unconfirmed)
        })
        .collect())
}

fn course(case: Case, entries: &[Entry], unconfirmed: usize) -> Course {
    let facts = store::facts(case.course, entries.iter());
    let doses = facts.administrations.iter();
    let last = doses
        .max_by_key(|dose| (dose.started.day(), dose.step))
        .map(|dose| (dose.step, dose.mg.to_string(), dose.started.day()));
    // While words of another facility wait to be confirmed, nothing is answered from them.
    let due = match unconfirmed {
        0 => outlook(&facts)
            .into_iter()
            .find(|window| window.as_planned)
            .map(|window| window.first),
        _ => None,
    };
    Course {
        case,
        last,
        due,
        unconfirmed,
    }
}

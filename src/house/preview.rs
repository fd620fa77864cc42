//! What a version of the house policy would change: every facility judged with it and without it, on its first day.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::audit::Known;
use crate::db::AnyConn;
use crate::error::Result;
use crate::facilities;
use crate::ids::FacilityId;
use crate::rules::finding::Outcome;
use crate::rules::gate::{self, GateFacts};
use crate::rules::policy::PolicyVersion;
use crate::scope::Scope;
use crate::standings;

/// Facilities gathered at a time: the number of statements grows by as many, never with the facilities.
const PART: i64 = 500;

/// How many facilities a version changes, as kept beside the signatures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Facilities with a standing, all of which were judged.
    pub judged: u64,
    /// Those whose standing becomes worse.
    pub worse: u64,
    /// Those whose standing becomes better.
    pub better: u64,
}

/// A facility whose standing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub facility: FacilityId,
    pub name: String,
    pub before: Outcome,
    pub after: Outcome,
    /// The names of the rules that answer otherwise.
    pub rules: Vec<String>,
}

/// What was found, with one page of the facilities that change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub on: NaiveDate,
    pub counts: Counts,
    pub rows: Vec<Changed>,
}

/// Judges every facility of the programme on the version's first day, with it and without it, as known now.
/// The rows begin after a facility and are at most `limit`; the counts are of all.
///
/// READING: a standing is compared, not an order: what a version asks of an order's size is asked when one is placed.
pub fn preview(
    conn: &mut AnyConn,
    scope: &Scope,
    proposed: &PolicyVersion,
    from: Option<&FacilityId>,
    limit: usize,
) -> Result<Preview> {
    let mut found = Preview {
        on: proposed.first_day,
        counts: Counts::default(),
        rows: Vec::new(),
    };
    let mut after: Option<FacilityId> = None;
    loop {
        let places = standings::places(conn, scope.programme(), after.as_ref(), PART)?;
        let Some(last) = places.last() else {
            break;
        };
        after = Some(last.clone());
        let gathered = standings::gather(conn, scope.programme(), &places, Known::NOW)?;
        for place in &places {
            let Some(facts) = gathered.get(place).map(|gathered| &gathered.facts) else {
                continue;
            };
            found.counts.judged += 1;
            let Some(changed) = compared(facts, proposed, place) else {
                continue;
            };
            match changed.after > changed.before {
                true => found.counts.worse += 1,
                false => found.counts.better += 1,
            }
            if from.is_none_or(|from| place > from) && found.rows.len() < limit {
                found.rows.push(changed);
            }
        }
    }
    let ids: Vec<FacilityId> = found.rows.iter().map(|row| row.facility.clone()).collect();
    let mut names: HashMap<FacilityId, String> = facilities::named(conn, &ids)?;
    for row in &mut found.rows {
        row.name = names.remove(&row.facility).unwrap_or_default();
    }
    Ok(found)
}

/// How a facility's standing changes; `None` where its outcome stays.
fn compared(facts: &GateFacts, proposed: &PolicyVersion, place: &FacilityId) -> Option<Changed> {
    let on = proposed.first_day;
    let without = gate::standing(facts, on);
    let mut facts = facts.clone();
    facts.policies.push(proposed.clone());
    let with = gate::standing(&facts, on);
    let worst =
        |verdict: &crate::rules::finding::Verdict| verdict.worst().unwrap_or(Outcome::Unmet);
    let (before, after) = (worst(&without), worst(&with));
    if before == after {
        return None;
    }
    let pairs = without.findings.iter().zip(&with.findings);
    let rules = pairs
        .filter(|(one, other)| one.outcome != other.outcome)
        .map(|(_, other)| other.rule.to_string());
    Some(Changed {
        facility: place.clone(),
        name: String::new(),
        before,
        after,
        rules: rules.collect(),
    })
}

//! Standings: each facility's gate without an order, renewed in the transaction of any change of evidence.
//!
//! Lists read standings. Approval and shipment never do: they gather the facts afresh and judge again.

pub mod facts;
pub mod holds;
mod people;
mod store;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::audit::{Entry, Known, Subject, sha256};
use crate::clock::start_of;
use crate::db::{AnyConn, Db, Tx};
use crate::error::Result;
use crate::ids::{FacilityId, ProgrammeId};
use crate::rules::finding::Outcome;
use crate::rules::gate;
use crate::scope::{Actor, Scope};
use crate::verdicts::{self, Day, Kind, Occasion, Purpose, Question};

pub use facts::{Gathered, gather, label};
pub use store::{
    Answered, Relying, Standing, answers, lapsing, lapsing_after, of, outcomes, places, relying,
};

/// How many facilities one transaction of the daily sweep renews, so that it never keeps other writers waiting long.
const SWEEP: i64 = 100;

/// The standing question of one facility on one day.
pub fn question(gathered: &Gathered, on: NaiveDate, not_before: DateTime<Utc>) -> Question {
    Question {
        facts: gathered.facts.clone(),
        order: None,
        first_day: on,
        last_day: on,
        not_before,
    }
}

/// Judges one facility's standing on a day, as known at a point of the log, without keeping anything.
pub fn judge(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facility: &FacilityId,
    on: NaiveDate,
    known: Known,
) -> Result<(Question, Vec<Day>)> {
    let mut gathered = gather(conn, programme, std::slice::from_ref(facility), known)?;
    let gathered = gathered
        .remove(facility)
        .ok_or(crate::error::Error::NotFound)?;
    let question = question(&gathered, on, start_of(on));
    let days = question.answer();
    Ok((question, days))
}

/// Renews the standings of these facilities and of all that depend on them as partners, and puts approved
/// deliveries on hold that no longer pass. Every verb that changes evidence ends with it.
pub fn renew(tx: &mut Tx<'_>, programme: &ProgrammeId, facilities: &[FacilityId]) -> Result<()> {
    let mut all: BTreeSet<FacilityId> = facilities.iter().cloned().collect();
    all.extend(store::dependants(tx.conn, programme, facilities)?);
    let all: Vec<FacilityId> = all.into_iter().collect();
    let gathered = gather(tx.conn, programme, &all, Known::NOW)?;
    let before = store::kept(tx.conn, programme, &all)?;
    for facility in &all {
        if let Some(gathered) = gathered.get(facility) {
            renew_one(tx, programme, facility, gathered, before.get(facility))?;
        }
    }
    holds::hold_failing(tx, programme, &gathered)
}

fn renew_one(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    facility: &FacilityId,
    gathered: &Gathered,
    before: Option<&Standing>,
) -> Result<()> {
    let question = question(gathered, tx.today, tx.now);
    let days = question.answer();
    let digest = digest(&question, &days)?;
    let outcome = verdicts::worst(&days);
    let until = days.iter().filter_map(|day| day.verdict.until()).min();
    let permitted_until = gate::permitted_until(&gathered.facts, tx.today);
    // A verdict says what changed; where nothing did, the last one still stands and only its day moves on.
    let verdict = match before {
        Some(standing) if standing.digest == digest => standing.verdict.clone(),
        _ => {
            let occasion = Occasion {
                kind: Kind::Standing,
                purpose: Purpose::Standing,
                programme: programme.clone(),
                facility: facility.clone(),
                subject: facility.to_string(),
            };
            verdicts::keep(tx, &occasion, &question, &days)?
        }
    };
    let renewed = Standing {
        facility: facility.clone(),
        verdict,
        outcome,
        judged_on: tx.today,
        until,
        permitted_until,
        digest,
    };
    store::put(
        tx,
        programme,
        &renewed,
        before.map(|standing| standing.outcome),
    )
}

/// What a standing's answer is recognised by: facts and findings, without the instant of asking.
fn digest(question: &Question, days: &[Day]) -> Result<String> {
    let facts = serde_json::to_string(&question.facts)?;
    let findings: Vec<_> = days.iter().flat_map(|day| &day.verdict.findings).collect();
    let findings = serde_json::to_string(&findings)?;
    Ok(sha256(&[facts.as_bytes(), findings.as_bytes()]))
}

/// The daily sweep: renews every standing whose `until` has passed, a hundred facilities a transaction.
/// Returns how many were renewed.
pub fn sweep(db: &Db, programme: &ProgrammeId) -> Result<usize> {
    let (mut renewed, mut after) = (0, None);
    loop {
        // Going on after the last one ends the sweep even if a renewed standing were due at once again.
        let (asked, from) = (programme.clone(), after.clone());
        let swept = db.write(&Actor::system("sweep"), move |tx| {
            let due = store::due(tx.conn, &asked, tx.today, from.as_ref(), SWEEP)?;
            if !due.is_empty() {
                swept(tx, &asked, &due)?;
            }
            Ok(due)
        })?;
        let Some(last) = swept.last() else {
            return Ok(renewed);
        };
        renewed += swept.len();
        after = Some(last.clone());
    }
}

/// Renews these standings and records that it was done.
fn swept(tx: &mut Tx<'_>, programme: &ProgrammeId, due: &[FacilityId]) -> Result<()> {
    tx.audit(Entry {
        verb: "standings_swept",
        subject: Subject::new("programme", programme.as_str()),
        programme: Some(programme.clone()),
        facility: None,
        detail: json!({ "facilities": due.len() }),
    })?;
    renew(tx, programme, due)
}

/// A stored standing that a fresh judgement does not give.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Drift {
    pub facility: String,
    pub stored: &'static str,
    pub judged: &'static str,
}

/// Judges every stored standing afresh and reports those that differ; with `mend`, renews them too.
pub fn rebuild(db: &Db, programme: &ProgrammeId, mend: bool) -> Result<(usize, Vec<Drift>)> {
    let today = db.clock().today();
    let mut after: Option<FacilityId> = None;
    let (mut seen, mut drifts) = (0, Vec::new());
    loop {
        let page = db.read(|conn| {
            let standings = store::page(conn, programme, after.as_ref(), SWEEP)?;
            let ids: Vec<FacilityId> = standings.iter().map(|row| row.facility.clone()).collect();
            let gathered = gather(conn, programme, &ids, Known::NOW)?;
            Ok((standings, gathered))
        })?;
        let (standings, gathered) = page;
        let Some(last) = standings.last() else {
            return Ok((seen, drifts));
        };
        after = Some(last.facility.clone());
        seen += standings.len();
        let drifted = differing(&standings, &gathered, today)?;
        if mend && !drifted.is_empty() {
            let due: Vec<FacilityId> = drifted.iter().map(|(id, _)| id.clone()).collect();
            let programme = programme.clone();
            db.write(&Actor::system("standings rebuild"), move |tx| {
                swept(tx, &programme, &due)
            })?;
        }
        drifts.extend(drifted.into_iter().map(|(_, drift)| drift));
    }
}

fn differing(
    standings: &[Standing],
    gathered: &HashMap<FacilityId, Gathered>,
    today: NaiveDate,
) -> Result<Vec<(FacilityId, Drift)>> {
    let mut found = Vec::new();
    for standing in standings {
        let Some(gathered) = gathered.get(&standing.facility) else {
            continue;
        };
        // A standing speaks for its day through its `until`; one that is overdue is the sweep's work,
        // and counts as a difference because a list would show it.
        let question = question(gathered, today, start_of(today));
        let days = question.answer();
        if digest(&question, &days)? != standing.digest {
            found.push((
                standing.facility.clone(),
                Drift {
                    facility: standing.facility.to_string(),
                    stored: standing.outcome.as_str(),
                    judged: verdicts::worst(&days).as_str(),
                },
            ));
        }
    }
    Ok(found)
}

/// The tally that lists show: how many facilities stand at an outcome.
pub fn tally(programme: &ProgrammeId, outcome: Outcome) -> String {
    format!("standing:{programme}:{}", outcome.as_str())
}

/// The standing of one facility, if anything was ever recorded for it.
pub fn one(conn: &mut AnyConn, scope: &Scope, facility: &FacilityId) -> Result<Option<Standing>> {
    scope.admit(facility)?;
    Ok(of(conn, scope, std::slice::from_ref(facility))?.pop())
}

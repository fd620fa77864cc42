//! What left and would not pass with what is known today: each delivery judged again for its own days, a page at a time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::State;
use crate::audit::browsing::since;
use crate::audit::{self, Known};
use crate::clock::jst_date;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{DeliveryId, FacilityId, ShipmentId, VerdictId};
use crate::rules::finding::{EvidenceKind, Finding, Outcome};
use crate::rules::gate::GateFacts;
use crate::schema::{delivery, facility, qualification, receipt, shipment};
use crate::scope::Scope;
use crate::standings;
use crate::verdicts::{self, Day, Kept, Question};

/// Shipments that one look judges again.
pub const PAGE: i64 = 50;
/// Rows of the log that one look reads to say since when.
const ROWS: i64 = 1_000;

/// A delivery whose answer would be no today.
#[derive(Debug, Clone)]
pub struct Doubted {
    pub id: DeliveryId,
    pub number: i64,
    pub facility: FacilityId,
    pub facility_name: String,
    pub state: State,
    pub shipped_on: NaiveDate,
    /// The day it was received, or is expected.
    pub arrives_on: NaiveDate,
    /// The number of the verdict it left on.
    pub verdict: i64,
    /// The answers of today for its days.
    pub days: Vec<Day>,
    pub changes: Vec<Change>,
}

/// A rule that fails now: how it was answered when the goods left, and what has been recorded since.
#[derive(Debug, Clone)]
pub struct Change {
    pub day: NaiveDate,
    pub before: Option<Finding>,
    pub now: Finding,
    pub since: Vec<audit::Row>,
}

/// What one look found.
#[derive(Debug, Clone)]
pub struct Looked {
    pub seen: usize,
    pub doubted: Vec<Doubted>,
    /// The shipment after which the next look begins, if there is more.
    pub next: Option<ShipmentId>,
}

#[derive(Queryable)]
struct Left {
    shipment: ShipmentId,
    verdict: VerdictId,
    id: DeliveryId,
    number: i64,
    facility: FacilityId,
    facility_name: String,
    state: State,
    shipped_on: NaiveDate,
    arrives_on: NaiveDate,
    received_at: Option<NaiveDateTime>,
}

/// Judges the shipments after one again, in the order they left, with a constant number of statements.
pub fn look(conn: &mut AnyConn, scope: &Scope, after: Option<&ShipmentId>) -> Result<Looked> {
    let mut left = left(conn, scope, after)?;
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = left.len() > size;
    left.truncate(size);
    let next = left.last().filter(|_| more).map(|row| row.shipment.clone());
    let ids: Vec<VerdictId> = left.iter().map(|row| row.verdict.clone()).collect();
    let kept = verdicts::load(conn, scope, &ids)?;
    let kept: HashMap<&VerdictId, &Kept> = kept.iter().map(|kept| (&kept.id, kept)).collect();
    let places: BTreeSet<FacilityId> = left.iter().map(|row| row.facility.clone()).collect();
    let places: Vec<FacilityId> = places.into_iter().collect();
    let today = standings::gather(conn, scope.programme(), &places, Known::NOW)?;
    let withdrawn = withdrawn(conn, kept.values().copied())?;
    let mut doubted = Vec::new();
    let mut asked: Vec<(DateTime<Utc>, Vec<BTreeSet<String>>)> = Vec::new();
    for row in &left {
        let (Some(kept), Some(today)) = (kept.get(&row.verdict), today.get(&row.facility)) else {
            continue;
        };
        let Some(then) = kept.asked.gate() else {
            continue;
        };
        let days = judged_again(row, then, &today.facts, &withdrawn);
        if !verdicts::permits(&days) {
            let changes = changes(kept, &days);
            let about = |change: &Change| subjects(change, &then.facts, &today.facts);
            asked.push((kept.at, changes.iter().map(about).collect()));
            doubted.push(row.doubted(kept.number, days, changes));
        }
    }
    tell_since(conn, scope, &mut doubted, &asked)?;
    Ok(Looked {
        seen: left.len(),
        doubted,
        next,
    })
}

impl Left {
    fn doubted(&self, verdict: i64, days: Vec<Day>, changes: Vec<Change>) -> Doubted {
        Doubted {
            id: self.id.clone(),
            number: self.number,
            facility: self.facility.clone(),
            facility_name: self.facility_name.clone(),
            state: self.state,
            shipped_on: self.shipped_on,
            arrives_on: self.received_on().unwrap_or(self.arrives_on),
            verdict,
            days,
            changes,
        }
    }

    fn received_on(&self) -> Option<NaiveDate> {
        self.received_at.map(|at| jst_date(at.and_utc()))
    }
}

fn left(conn: &mut AnyConn, scope: &Scope, after: Option<&ShipmentId>) -> Result<Vec<Left>> {
    let mut query = shipment::table
        .inner_join(delivery::table.on(delivery::id.eq(shipment::delivery_id)))
        .inner_join(facility::table.on(facility::id.eq(delivery::facility_id)))
        .left_join(receipt::table.on(receipt::delivery_id.eq(delivery::id)))
        .filter(delivery::programme_id.eq(scope.programme()))
        .order(shipment::id)
        .limit(PAGE + 1)
        .select((
            shipment::id,
            shipment::verdict_id,
            delivery::id,
            delivery::number,
            delivery::facility_id,
            facility::name,
            delivery::state,
            shipment::shipped_on,
            shipment::arrives_on,
            receipt::received_at.nullable(),
        ))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(shipment::id.gt(after.clone()));
    }
    if let Some(own) = scope.only() {
        query = query.filter(delivery::facility_id.eq(own.clone()));
    }
    Ok(query.load(conn)?)
}

/// The statements of physicians that these verdicts rested on and that were withdrawn since.
fn withdrawn<'a>(
    conn: &mut AnyConn,
    kept: impl Iterator<Item = &'a Kept>,
) -> Result<BTreeSet<String>> {
    let statements: BTreeSet<&str> = kept
        .filter_map(|kept| kept.asked.gate())
        .flat_map(|question| &question.facts.physicians)
        .filter_map(|physician| physician.qualification.as_ref())
        .map(|statement| statement.evidence.id.as_str())
        .collect();
    let rows: Vec<String> = qualification::table
        .filter(qualification::id.eq_any(statements.into_iter().collect::<Vec<&str>>()))
        .filter(qualification::state.eq("withdrawn"))
        .select(qualification::id)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The answers of today for the days from shipment through arrival. The order, and what its cases were judged to be,
/// stay those of the shipment: a course that goes on since has no say in it.
fn judged_again(
    row: &Left,
    then: &Question,
    today: &GateFacts,
    withdrawn: &BTreeSet<String>,
) -> Vec<Day> {
    let received = row.received_on();
    let last = received.map_or(row.arrives_on, |day| day.min(row.arrives_on));
    let way = row.shipped_on.iter_days().take_while(|day| *day <= last);
    // Goods that came later than they should are judged on the day they came, too.
    let late = received.filter(|day| *day > row.arrives_on);
    way.chain(late)
        .flat_map(|day| {
            let question = Question {
                facts: in_hindsight(&then.facts, today, day, withdrawn),
                first_day: day,
                last_day: day,
                ..then.clone()
            };
            question.answer()
        })
        .collect()
}

/// What is known today of a past day.
///
/// Attestations, agreements, posts and contacts say that themselves: what was replaced is known on for its own days.
/// A statement of a physician is replaced whole, so the one that was held then speaks for the days before the first
/// good day of its successor, unless it was withdrawn; and a partner's own record silences the agreement only from
/// the day on which there was one.
fn in_hindsight(
    then: &GateFacts,
    today: &GateFacts,
    day: NaiveDate,
    withdrawn: &BTreeSet<String>,
) -> GateFacts {
    let mut facts = today.clone();
    for physician in &mut facts.physicians {
        let held = physician.qualification.as_ref();
        if held.is_some_and(|statement| statement.span.first <= day) {
            continue;
        }
        let before = then
            .physicians
            .iter()
            .find(|known| known.person_id == physician.person_id)
            .and_then(|known| known.qualification.as_ref())
            .filter(|statement| !withdrawn.contains(&statement.evidence.id));
        if let Some(statement) = before {
            physician.qualification = Some(statement.clone());
        }
    }
    for partnership in &mut facts.partnerships {
        let recorded = then.partnerships.iter().any(|known| {
            known.partner_id == partnership.partner_id
                && (known.own_recorded || !known.own.is_empty())
        });
        let speaks = partnership.own.iter().any(|row| row.span.first <= day)
            || partnership.own_changes.iter().any(|row| row.from <= day);
        if !recorded && !speaks {
            partnership.own.clear();
            partnership.own_changes.clear();
            partnership.own_recorded = false;
        }
    }
    facts
}

/// Of every rule that fails now its worst answer, beside the one of the shipment.
fn changes(kept: &Kept, now: &[Day]) -> Vec<Change> {
    let worst = |days: &[Day]| {
        let mut worst: BTreeMap<String, (NaiveDate, Finding)> = BTreeMap::new();
        for day in days {
            for finding in &day.verdict.findings {
                let known = worst.get(finding.rule.as_ref());
                if known.is_none_or(|(_, known)| known.outcome < finding.outcome) {
                    worst.insert(finding.rule.to_string(), (day.day, finding.clone()));
                }
            }
        }
        worst
    };
    let mut before = worst(&kept.days);
    worst(now)
        .into_iter()
        .filter(|(_, (_, finding))| finding.outcome > Outcome::Consider)
        .map(|(rule, (day, now))| Change {
            day,
            before: before.remove(&rule).map(|(_, finding)| finding),
            now,
            since: Vec::new(),
        })
        .collect()
}

/// The records whose rows in the log may say since when: those that either answer rests on. A post is a row of its
/// person's record.
fn subjects(change: &Change, then: &GateFacts, today: &GateFacts) -> BTreeSet<String> {
    let findings = change.before.iter().chain([&change.now]);
    let mut all = BTreeSet::new();
    for evidence in findings.flat_map(|finding| &finding.evidence) {
        if evidence.kind == EvidenceKind::Affiliation {
            let named = then.physicians.iter().chain(&today.physicians);
            let own = named.filter(|physician| {
                let mut posts = physician.affiliations.iter();
                posts.any(|post| post.evidence.id == evidence.id)
            });
            all.extend(own.map(|physician| physician.person_id.clone()));
        }
        all.insert(evidence.id.clone());
    }
    all
}

/// Puts beside every change what the log says of its records since the goods left.
fn tell_since(
    conn: &mut AnyConn,
    scope: &Scope,
    doubted: &mut [Doubted],
    asked: &[(DateTime<Utc>, Vec<BTreeSet<String>>)],
) -> Result<()> {
    let Some(earliest) = asked.iter().map(|(at, _)| *at).min() else {
        return Ok(());
    };
    let all: BTreeSet<&String> = asked.iter().flat_map(|(_, sets)| sets).flatten().collect();
    let all: Vec<String> = all.into_iter().cloned().collect();
    let rows = since(conn, scope, &all, earliest, ROWS)?;
    for (delivery, (at, sets)) in doubted.iter_mut().zip(asked) {
        for (change, subjects) in delivery.changes.iter_mut().zip(sets) {
            let own = rows.iter().filter(|row| {
                let elsewhere = row.subject_kind == "person"
                    && row.facility.as_ref() != Some(&delivery.facility);
                row.at > *at && subjects.contains(&row.subject_id) && !elsewhere
            });
            change.since = own.cloned().collect();
        }
    }
    Ok(())
}

//! Verdicts as photographs: the question asked, every finding of every day, the versions used; never changed.

mod asked;
mod replay;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use crate::audit::{Entry, Subject, sha256};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{ChangeId, FacilityId, ProgrammeId, VerdictId};
use crate::rules::finding::{Finding, Outcome, Verdict};
use crate::rules::gate::{self, GateFacts};
use crate::rules::{RULES_VERSION, notice};
use crate::schema::{finding, gate_rule, verdict};
use crate::scope::Scope;
use crate::{counters, each};

pub use asked::{Asked, Day, Question};
pub use replay::{Difference, replay};

crate::words! {
    /// What is judged.
    pub enum Kind {
        Delivery = "delivery",
        Standing = "standing",
        /// A dosing check of a course. INVARIANT: only its own facility reads it.
        Case = "case",
    }
}

crate::words! {
    /// On what occasion it is judged.
    pub enum Purpose {
        Order = "order",
        Approval = "approval",
        Shipment = "shipment",
        Receipt = "receipt",
        /// The evidence, the day or the schedule changed.
        Change = "change",
        Standing = "standing",
        DosingCheck = "dosing_check",
    }
}

/// Whether every judged day permits.
pub fn permits(days: &[Day]) -> bool {
    !days.is_empty() && days.iter().all(|day| day.verdict.permits())
}

/// The worst outcome of all days; no day is the worst of all.
pub fn worst(days: &[Day]) -> Outcome {
    days.iter()
        .map(|day| day.verdict.worst().unwrap_or(Outcome::Unmet))
        .max()
        .unwrap_or(Outcome::Unmet)
}

/// The findings to be acknowledged, each once: rule and reason.
pub fn considerations(days: &[Day]) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for finding in days.iter().flat_map(|day| &day.verdict.findings) {
        let known = |other: &Finding| other.rule == finding.rule && other.reason == finding.reason;
        if finding.outcome == Outcome::Consider && !found.iter().any(known) {
            found.push(finding.clone());
        }
    }
    found
}

/// Takes what a facility may not see out of findings on it.
/// INVARIANT: a dependent sees of its partner only whether it is accepted, so the partner's own records are not named.
pub fn hide_partners(facts: &GateFacts, days: &mut [Day]) {
    let foreign: BTreeSet<&str> = facts
        .partnerships
        .iter()
        .flat_map(|row| {
            let own = row.own.iter().map(|ready| &ready.evidence);
            own.chain(row.own_changes.iter().map(|change| &change.evidence))
        })
        .map(|evidence| evidence.id.as_str())
        .collect();
    let findings = days.iter_mut().flat_map(|day| &mut day.verdict.findings);
    for finding in findings {
        finding
            .evidence
            .retain(|evidence| !foreign.contains(evidence.id.as_str()));
    }
}

/// What a verdict is kept for.
#[derive(Debug, Clone)]
pub struct Occasion {
    pub kind: Kind,
    pub purpose: Purpose,
    pub programme: ProgrammeId,
    pub facility: FacilityId,
    /// The delivery or the case, or for a standing the facility.
    pub subject: String,
}

#[derive(Insertable)]
#[diesel(table_name = finding, treat_none_as_default_value = false)]
struct NewFinding<'a> {
    verdict_id: &'a str,
    position: i32,
    day: NaiveDate,
    rule: &'a str,
    source: &'a str,
    outcome: &'a str,
    code: &'a str,
    body: String,
    until: Option<NaiveDate>,
}

/// Keeps an answer. The verdict belongs to this write alone: the guards compare its change with the step's.
pub fn keep(
    tx: &mut Tx<'_>,
    occasion: &Occasion,
    question: &Question,
    days: &[Day],
) -> Result<VerdictId> {
    keep_asked(tx, occasion, &Asked::Gate(Box::new(question.clone())), days)
}

/// Keeps the answer of any question.
pub fn keep_asked(
    tx: &mut Tx<'_>,
    occasion: &Occasion,
    asked: &Asked,
    days: &[Day],
) -> Result<VerdictId> {
    let id = VerdictId::fresh(tx.now);
    let facts = asked.stored(days)?;
    let span = asked.span();
    let bodies = days
        .iter()
        .flat_map(|day| &day.verdict.findings)
        .map(serde_json::to_string)
        .collect::<Result<Vec<String>, _>>()?;
    let number = counters::next(tx, "verdict")?;
    let digest = digest(&facts, &bodies);
    let outcome = worst(days).as_str();
    diesel::insert_into(verdict::table)
        .values((
            (
                verdict::id.eq(&id),
                verdict::number.eq(number),
                verdict::kind.eq(occasion.kind),
                verdict::purpose.eq(occasion.purpose),
                verdict::programme_id.eq(&occasion.programme),
                verdict::facility_id.eq(&occasion.facility),
                verdict::subject_id.eq(&occasion.subject),
                verdict::first_day.eq(span.first_day),
                verdict::last_day.eq(span.last_day),
                verdict::days.eq(i32::try_from(days.len()).unwrap_or(i32::MAX)),
            ),
            verdict::not_before.eq(span.not_before.naive_utc()),
            verdict::known_seq.eq(tx.seq),
            verdict::at.eq(tx.now.naive_utc()),
            verdict::change_id.eq(&tx.change),
            verdict::edition.eq(asked.edition()),
            verdict::policy_version.eq(asked.policy_version()),
            verdict::rules_version.eq(RULES_VERSION),
            verdict::facts_format.eq(i32::from(asked.format())),
            verdict::facts.eq(&facts),
            verdict::outcome.eq(outcome),
            verdict::digest.eq(&digest),
        ))
        .execute(tx.conn)?;
    let columns = columns(days);
    let rows: Vec<NewFinding<'_>> = columns
        .iter()
        .zip(bodies)
        .zip(0_i32..)
        .map(|((column, body), position)| NewFinding {
            verdict_id: id.as_str(),
            position,
            day: column.0,
            rule: &column.1,
            source: &column.2,
            outcome: &column.3,
            code: &column.4,
            body,
            until: column.5,
        })
        .collect();
    for part in rows.chunks(500) {
        each!(tx.conn, c => diesel::insert_into(finding::table).values(part).execute(c))?;
    }
    // INVARIANT: the log holds the digest of every verdict, so that an answer changed later no longer fits the log.
    tx.audit(Entry {
        verb: "verdict_kept",
        subject: Subject::new("verdict", id.as_str()),
        programme: Some(occasion.programme.clone()),
        facility: Some(occasion.facility.clone()),
        detail: json!({
            "number": number,
            "kind": occasion.kind,
            "purpose": occasion.purpose,
            "subject": occasion.subject,
            "first": span.first_day,
            "last": span.last_day,
            "outcome": outcome,
            "digest": digest,
        }),
    })?;
    Ok(id)
}

/// What of a finding stands in columns of its own, where the guards and lists read it:
/// day, rule, source, outcome, code, until.
type Column = (NaiveDate, String, String, String, String, Option<NaiveDate>);

/// The columns of every finding, in their order. A rule that answers of several things on one day, as of two
/// reactions, is numbered from the second on (`reaction:2`), so that a day has each name once.
fn columns(days: &[Day]) -> Vec<Column> {
    let mut seen: BTreeMap<(NaiveDate, &str), u32> = BTreeMap::new();
    let findings = days
        .iter()
        .flat_map(|day| day.verdict.findings.iter().map(|f| (day.day, f)));
    findings
        .map(|(day, finding)| {
            let times = seen.entry((day, &finding.rule)).or_default();
            *times = times.saturating_add(1);
            let rule = match *times {
                1 => finding.rule.to_string(),
                times => format!("{}:{times}", finding.rule),
            };
            (
                day,
                rule,
                finding.source.as_str().to_owned(),
                finding.outcome.as_str().to_owned(),
                finding.reason.code().to_owned(),
                finding.until,
            )
        })
        .collect()
}

pub(crate) fn digest(facts: &str, bodies: &[String]) -> String {
    let parts: Vec<&[u8]> = std::iter::once(facts.as_bytes())
        .chain(bodies.iter().map(String::as_bytes))
        .collect();
    sha256(&parts)
}

/// The digests of verdicts as their facts and findings give them now.
pub fn digests(conn: &mut AnyConn, ids: &[VerdictId]) -> Result<HashMap<VerdictId, String>> {
    let facts: Vec<(VerdictId, String)> = verdict::table
        .filter(verdict::id.eq_any(ids))
        .select((verdict::id, verdict::facts))
        .load(conn)?;
    let bodies: Vec<(VerdictId, String)> = finding::table
        .filter(finding::verdict_id.eq_any(ids))
        .order((finding::verdict_id, finding::position))
        .select((finding::verdict_id, finding::body))
        .load(conn)?;
    let mut by_verdict: HashMap<VerdictId, Vec<String>> = HashMap::new();
    for (id, body) in bodies {
        by_verdict.entry(id).or_default().push(body);
    }
    Ok(facts
        .into_iter()
        .map(|(id, facts)| {
            let bodies = by_verdict.remove(&id).unwrap_or_default();
            let digest = digest(&facts, &bodies);
            (id, digest)
        })
        .collect())
}

/// A kept verdict as it was.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: VerdictId,
    pub number: i64,
    pub kind: Kind,
    pub purpose: Purpose,
    pub facility: FacilityId,
    pub subject: String,
    pub at: DateTime<Utc>,
    pub change: ChangeId,
    pub edition: String,
    pub policy_version: i32,
    pub rules_version: i32,
    pub asked: Asked,
    pub days: Vec<Day>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = verdict)]
struct Row {
    id: VerdictId,
    number: i64,
    kind: Kind,
    purpose: Purpose,
    facility_id: FacilityId,
    subject_id: String,
    at: NaiveDateTime,
    change_id: ChangeId,
    edition: String,
    policy_version: i32,
    rules_version: i32,
    facts: String,
    outcome: String,
    days: i32,
    digest: String,
}

/// Verdicts by their ids, in the order of their numbers; ids outside the scope are not found.
/// INVARIANT: whoever sees every facility reads no dosing check.
pub fn load(conn: &mut AnyConn, scope: &Scope, ids: &[VerdictId]) -> Result<Vec<Kept>> {
    let mut query = verdict::table
        .filter(verdict::id.eq_any(ids))
        .filter(verdict::programme_id.eq(scope.programme()))
        .order(verdict::number)
        .select(Row::as_select())
        .into_boxed();
    query = match scope.only() {
        Some(own) => query.filter(verdict::facility_id.eq(own.clone())),
        None => query.filter(verdict::kind.ne(Kind::Case)),
    };
    let rows = query.load(conn)?;
    assemble(conn, rows)
}

/// The verdicts on one subject, latest first, at most `limit`; under the same INVARIANT as [`load`].
pub fn of_subject(
    conn: &mut AnyConn,
    scope: &Scope,
    subject: &str,
    limit: i64,
) -> Result<Vec<Kept>> {
    let ids: Vec<VerdictId> = verdict::table
        .filter(verdict::subject_id.eq(subject))
        .order(verdict::number.desc())
        .limit(limit)
        .select(verdict::id)
        .load(conn)?;
    let mut kept = load(conn, scope, &ids)?;
    kept.reverse();
    Ok(kept)
}

/// One verdict.
pub fn get(conn: &mut AnyConn, scope: &Scope, id: &VerdictId) -> Result<Kept> {
    load(conn, scope, std::slice::from_ref(id))?
        .pop()
        .ok_or(Error::NotFound)
}

fn assemble(conn: &mut AnyConn, rows: Vec<Row>) -> Result<Vec<Kept>> {
    let ids: Vec<&VerdictId> = rows.iter().map(|row| &row.id).collect();
    let findings: Vec<(VerdictId, NaiveDate, String)> = finding::table
        .filter(finding::verdict_id.eq_any(ids))
        .order((finding::verdict_id, finding::position))
        .select((finding::verdict_id, finding::day, finding::body))
        .load(conn)?;
    let mut by_verdict: HashMap<VerdictId, Vec<Day>> = HashMap::new();
    for (id, day, body) in findings {
        let finding: Finding = serde_json::from_str(&body)?;
        let days = by_verdict.entry(id).or_default();
        match days.last_mut() {
            Some(last) if last.day == day => last.verdict.findings.push(finding),
            _ => days.push(Day {
                day,
                verdict: Verdict::new(vec![finding]),
            }),
        }
    }
    rows.into_iter()
        .map(|row| {
            let found = by_verdict.remove(&row.id).unwrap_or_default();
            let (asked, days) = Asked::read(row.kind, &row.facts, found)?;
            Ok(Kept {
                asked,
                days,
                id: row.id,
                number: row.number,
                kind: row.kind,
                purpose: row.purpose,
                facility: row.facility_id,
                subject: row.subject_id,
                at: row.at.and_utc(),
                change: row.change_id,
                edition: row.edition,
                policy_version: row.policy_version,
                rules_version: row.rules_version,
            })
        })
        .collect()
}

/// Writes the names of the gate's rules where the database's guard can read them.
pub fn register_rules(conn: &mut AnyConn) -> Result<()> {
    for edition in notice::editions() {
        diesel::delete(gate_rule::table.filter(gate_rule::edition.eq(edition.id))).execute(conn)?;
        for (rule, source) in gate::delivery_rules() {
            diesel::insert_into(gate_rule::table)
                .values((
                    gate_rule::edition.eq(edition.id),
                    gate_rule::rule.eq(*rule),
                    gate_rule::source.eq(source.as_str()),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::rules::finding::{Field, Reason, Source};

    #[test]
    fn a_rule_that_answers_twice_on_a_day_stands_in_two_rows() {
        let finding = |rule: &'static str| Finding {
            rule: rule.into(),
            source: Source::Notice,
            clauses: Vec::new(),
            outcome: Outcome::Unmet,
            reason: Reason::MissingData {
                field: Field::Readiness,
            },
            evidence: Vec::new(),
            until: None,
        };
        let day: NaiveDate = "2026-11-24".parse().unwrap();
        let of = |day| Day {
            day,
            verdict: Verdict::new(vec![
                finding("reaction"),
                finding("steroid"),
                finding("reaction"),
            ]),
        };
        let rules: Vec<String> = columns(&[of(day), of(day.succ_opt().unwrap())])
            .into_iter()
            .map(|column| column.1)
            .collect();
        let each = ["reaction", "steroid", "reaction:2"];
        assert_eq!(rules, [each, each].concat());
    }
}

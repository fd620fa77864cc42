//! Verdicts as photographs: the question asked, every finding of every day, the versions used; never changed.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::audit::sha256;
use crate::clock::start_of;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{ChangeId, FacilityId, ProgrammeId, VerdictId};
use crate::rules::finding::{Finding, Outcome, Verdict};
use crate::rules::gate::{self, Arrival, GateFacts, OrderFacts};
use crate::rules::{RULES_VERSION, notice};
use crate::schema::{finding, gate_rule, verdict};
use crate::scope::Scope;
use crate::{counters, each};

crate::words! {
    /// What is judged.
    pub enum Kind {
        Delivery = "delivery",
        Standing = "standing",
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
    }
}

/// The whole question, as the rules take it: what is known, what is ordered, which days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub facts: GateFacts,
    pub order: Option<OrderFacts>,
    pub first_day: NaiveDate,
    /// Inclusive.
    pub last_day: NaiveDate,
    /// The goods cannot arrive before this instant.
    pub not_before: DateTime<Utc>,
}

/// The answer of one judged day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub day: NaiveDate,
    pub verdict: Verdict,
}

impl Question {
    /// Judges every day from the first through the last. INVARIANT: at least one day is judged.
    pub fn answer(&self) -> Vec<Day> {
        self.days()
            .map(|day| Day {
                day,
                verdict: match &self.order {
                    Some(order) => gate::delivery(
                        &self.facts,
                        order,
                        &Arrival {
                            on: day,
                            not_before: self.not_before.max(start_of(day)),
                        },
                    ),
                    None => gate::standing(&self.facts, day),
                },
            })
            .collect()
    }

    fn days(&self) -> impl Iterator<Item = NaiveDate> {
        let last = self.last_day.max(self.first_day);
        self.first_day
            .iter_days()
            .take_while(move |day| *day <= last)
    }

    /// The edition of the notice in force on the last day, or `none`.
    pub fn edition(&self) -> &'static str {
        notice::edition_in_force(self.last_day).map_or("none", |edition| edition.id)
    }

    fn policy_version(&self) -> i32 {
        self.facts
            .policies
            .iter()
            .filter(|policy| policy.first_day <= self.last_day)
            .max_by_key(|policy| (policy.first_day, policy.version))
            .map_or(0, |policy| policy.version)
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
    /// The delivery, or for a standing the facility.
    pub subject: String,
}

#[derive(Insertable)]
#[diesel(table_name = finding, treat_none_as_default_value = false)]
struct NewFinding<'a> {
    verdict_id: &'a str,
    position: i32,
    day: NaiveDate,
    rule: &'a str,
    source: &'static str,
    outcome: &'static str,
    code: &'static str,
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
    let id = VerdictId::fresh(tx.now);
    let facts = serde_json::to_string(question)?;
    let bodies = days
        .iter()
        .flat_map(|day| &day.verdict.findings)
        .map(serde_json::to_string)
        .collect::<Result<Vec<String>, _>>()?;
    let number = counters::next(tx, "verdict")?;
    let last_day = question.last_day.max(question.first_day);
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
                verdict::first_day.eq(question.first_day),
                verdict::last_day.eq(last_day),
                verdict::days.eq(i32::try_from(days.len()).unwrap_or(i32::MAX)),
            ),
            verdict::not_before.eq(question.not_before.naive_utc()),
            verdict::known_seq.eq(tx.seq),
            verdict::at.eq(tx.now.naive_utc()),
            verdict::change_id.eq(&tx.change),
            verdict::edition.eq(question.edition()),
            verdict::policy_version.eq(question.policy_version()),
            verdict::rules_version.eq(RULES_VERSION),
            verdict::facts_format.eq(i32::from(question.facts.format)),
            verdict::facts.eq(&facts),
            verdict::outcome.eq(worst(days).as_str()),
            verdict::digest.eq(digest(&facts, &bodies)),
        ))
        .execute(tx.conn)?;
    let rows: Vec<NewFinding<'_>> = days
        .iter()
        .flat_map(|day| {
            day.verdict
                .findings
                .iter()
                .map(move |finding| (day.day, finding))
        })
        .zip(bodies)
        .zip(0_i32..)
        .map(|(((day, finding), body), position)| NewFinding {
            verdict_id: id.as_str(),
            position,
            day,
            rule: &finding.rule,
            source: finding.source.as_str(),
            outcome: finding.outcome.as_str(),
            code: finding.reason.code(),
            body,
            until: finding.until,
        })
        .collect();
    for part in rows.chunks(500) {
        each!(tx.conn, c => diesel::insert_into(finding::table).values(part).execute(c))?;
    }
    Ok(id)
}

fn digest(facts: &str, bodies: &[String]) -> String {
    let parts: Vec<&[u8]> = std::iter::once(facts.as_bytes())
        .chain(bodies.iter().map(String::as_bytes))
        .collect();
    sha256(&parts)
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
    pub question: Question,
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
pub fn load(conn: &mut AnyConn, scope: &Scope, ids: &[VerdictId]) -> Result<Vec<Kept>> {
    let mut query = verdict::table
        .filter(verdict::id.eq_any(ids))
        .filter(verdict::programme_id.eq(scope.programme()))
        .order(verdict::number)
        .select(Row::as_select())
        .into_boxed();
    if let Some(own) = scope.only() {
        query = query.filter(verdict::facility_id.eq(own.clone()));
    }
    let rows = query.load(conn)?;
    assemble(conn, rows)
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
    let mut by_verdict: std::collections::HashMap<VerdictId, Vec<Day>> =
        std::collections::HashMap::new();
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
            Ok(Kept {
                days: by_verdict.remove(&row.id).unwrap_or_default(),
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
                question: serde_json::from_str(&row.facts)?,
            })
        })
        .collect()
}

/// What `replay` found about one verdict whose stored answer the rules of today do not give.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    pub verdict: String,
    pub number: i64,
    pub rules_version: i32,
    /// A difference under the same rules version is an error; under an older one it is a changed answer.
    pub same_rules: bool,
    pub rules: Vec<String>,
}

/// Judges stored verdicts again, a page at a time, and reports where today's answer differs, or where a stored
/// verdict contradicts itself. Returns how many were judged.
pub fn replay(conn: &mut AnyConn, mut differs: impl FnMut(Difference)) -> Result<u64> {
    let mut after = 0_i64;
    let mut judged = 0;
    loop {
        let rows: Vec<Row> = verdict::table
            .filter(verdict::number.gt(after))
            .order(verdict::number)
            .limit(200)
            .select(Row::as_select())
            .load(conn)?;
        let Some(last) = rows.last() else {
            return Ok(judged);
        };
        after = last.number;
        let seals = seals(conn, &rows)?;
        for (kept, seal) in assemble(conn, rows)?.into_iter().zip(seals) {
            judged += 1;
            let today = kept.question.answer();
            let broken = seal.contradicted_by(&kept);
            if today != kept.days || broken.is_some() {
                differs(Difference {
                    verdict: kept.id.to_string(),
                    number: kept.number,
                    rules_version: kept.rules_version,
                    same_rules: broken.is_some() || kept.rules_version == RULES_VERSION,
                    rules: changed_rules(&kept.days, &today, broken.unwrap_or_default()),
                });
            }
        }
    }
}

/// What stands in columns of its own, where the guards and lists read it.
type Column = (NaiveDate, String, String, String, String, Option<NaiveDate>);

/// What a verdict's other columns say: they must say what its findings say.
struct Seal {
    outcome: String,
    days: i32,
    stored: String,
    computed: String,
    columns: Vec<Column>,
}

impl Seal {
    /// The rules whose columns say something else than their finding; `None` where nothing is amiss.
    fn contradicted_by(&self, kept: &Kept) -> Option<Vec<String>> {
        let said: Vec<Column> = kept
            .days
            .iter()
            .flat_map(|day| day.verdict.findings.iter().map(|f| (day.day, f)))
            .map(|(day, finding)| {
                (
                    day,
                    finding.rule.to_string(),
                    finding.source.as_str().to_owned(),
                    finding.outcome.as_str().to_owned(),
                    finding.reason.code().to_owned(),
                    finding.until,
                )
            })
            .collect();
        let rules: Vec<String> = self
            .columns
            .iter()
            .filter(|column| !said.contains(column))
            .map(|column| column.1.clone())
            .collect();
        let whole = self.outcome == worst(&kept.days).as_str()
            && usize::try_from(self.days).is_ok_and(|days| days == kept.days.len())
            && self.stored == self.computed;
        (!rules.is_empty() || !whole).then_some(rules)
    }
}

/// The seals of these verdicts, in their order.
fn seals(conn: &mut AnyConn, rows: &[Row]) -> Result<Vec<Seal>> {
    let ids: Vec<&VerdictId> = rows.iter().map(|row| &row.id).collect();
    let found: Vec<(VerdictId, String, Column)> = finding::table
        .filter(finding::verdict_id.eq_any(ids))
        .order((finding::verdict_id, finding::position))
        .select((
            finding::verdict_id,
            finding::body,
            (
                finding::day,
                finding::rule,
                finding::source,
                finding::outcome,
                finding::code,
                finding::until,
            ),
        ))
        .load(conn)?;
    let mut of: std::collections::HashMap<VerdictId, (Vec<String>, Vec<Column>)> =
        std::collections::HashMap::new();
    for (id, body, column) in found {
        let (bodies, columns) = of.entry(id).or_default();
        bodies.push(body);
        columns.push(column);
    }
    Ok(rows
        .iter()
        .map(|row| {
            let (bodies, columns) = of.remove(&row.id).unwrap_or_default();
            Seal {
                outcome: row.outcome.clone(),
                days: row.days,
                stored: row.digest.clone(),
                computed: digest(&row.facts, &bodies),
                columns,
            }
        })
        .collect())
}

fn changed_rules(then: &[Day], now: &[Day], further: Vec<String>) -> Vec<String> {
    let all = |days: &[Day]| -> Vec<(NaiveDate, Finding)> {
        days.iter()
            .flat_map(|day| day.verdict.findings.iter().map(|f| (day.day, f.clone())))
            .collect()
    };
    let (then, now) = (all(then), all(now));
    let mut rules: Vec<String> = then
        .iter()
        .filter(|row| !now.contains(row))
        .chain(now.iter().filter(|row| !then.contains(row)))
        .map(|(_, finding)| finding.rule.to_string())
        .chain(further)
        .collect();
    rules.sort();
    rules.dedup();
    rules
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

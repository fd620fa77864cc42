//! Judging stored verdicts again from their stored facts, and reading whether each still says one thing.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;

use super::{Column, Day, Kept, Row, assemble, columns, digest, worst};
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::VerdictId;
use crate::rules::RULES_VERSION;
use crate::rules::finding::Finding;
use crate::schema::{finding, verdict};

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
            let today = kept.asked.answer();
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
        let said = columns(&kept.days);
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
    let mut of: HashMap<VerdictId, (Vec<String>, Vec<Column>)> = HashMap::new();
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

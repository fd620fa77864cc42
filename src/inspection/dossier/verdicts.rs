//! The page of a dossier with every verdict: each finding of each day, with the clauses it cites quoted at the end.

use std::collections::BTreeSet;

use askama::Template;

use super::{Own, begin, end, is_full, put};
use crate::db::AnyConn;
use crate::dossiers::folder::Folder;
use crate::dossiers::records;
use crate::error::Result;
use crate::messages::Lang;
use crate::rules::finding::{Finding, Outcome, Source};
use crate::rules::{notice, policy};
use crate::scope::Scope;
use crate::verdicts::{self, Kept};
use crate::web::card;

struct FindingRow {
    class: &'static str,
    day: String,
    rule: String,
    source: String,
    clauses: Vec<&'static str>,
    outcome: String,
    reason: String,
    evidence: String,
    until: String,
}

struct VerdictRow {
    number: String,
    purpose: String,
    class: &'static str,
    outcome: String,
    made: String,
    findings: Vec<FindingRow>,
}

#[derive(Template)]
#[template(path = "dossier/verdicts.html")]
struct VerdictsPart<'a> {
    own: &'a Own<'a>,
    rows: Vec<VerdictRow>,
}

/// Id, whether it is of the house, the text, the same in English.
type Quoted = (&'static str, bool, &'static str, &'static str);

#[derive(Template)]
#[template(path = "dossier/clauses.html")]
struct ClausesPart<'a> {
    own: &'a Own<'a>,
    rows: Vec<Quoted>,
}

pub(super) fn verdicts_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "verdicts.html")?;
    let (mut after, mut cited) = (0, BTreeSet::new());
    loop {
        let found = records::verdicts_after(conn, scope, own.of, after)?;
        let Some(last) = found.last() else { break };
        after = last.number;
        // One after the other: the findings of a page of verdicts in words take many times what they take as kept.
        for kept in &found {
            let rows = vec![verdict_row(own.lang, kept)];
            let clauses = rows.iter().flat_map(|row| &row.findings);
            cited.extend(clauses.flat_map(|finding| finding.clauses.iter().copied()));
            put(&mut page, &VerdictsPart { own, rows })?;
        }
        if !is_full(found.len()) {
            break;
        }
    }
    let rows = cited.into_iter().filter_map(quoted).collect();
    put(&mut page, &ClausesPart { own, rows })?;
    end(folder, page)
}

/// The id of a clause as the notice or the house policy holds it.
fn clause_id(id: &str) -> Option<&'static str> {
    let own = notice::clause(id).map(|clause| clause.id);
    own.or_else(|| policy::house_clause(id).map(|clause| clause.id))
}

fn quoted(id: &'static str) -> Option<Quoted> {
    match (notice::clause(id), policy::house_clause(id)) {
        (Some(clause), _) => Some((id, false, clause.japanese, clause.english)),
        (None, Some(clause)) => Some((id, true, clause.japanese, clause.english)),
        (None, None) => None,
    }
}

fn verdict_row(lang: Lang, kept: &Kept) -> VerdictRow {
    let permits = verdicts::permits(&kept.days);
    let (_, outcome) = card::overall(&kept.days, false);
    let findings = kept.days.iter().flat_map(|day| {
        let findings = day.verdict.findings.iter();
        findings.map(|finding| finding_row(lang, lang.date(day.day), finding))
    });
    let versions = [
        ("edition", kept.edition.clone()),
        ("policy", kept.policy_version.to_string()),
        ("rules", kept.rules_version.to_string()),
    ];
    let versions: Vec<(String, String)> = versions
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let versions = lang.weave("dossier-versions", &versions);
    VerdictRow {
        number: format!("V-{:05}", kept.number),
        purpose: lang.t(&format!("dossier-purpose-{}", kept.purpose.as_str())),
        class: if permits { "yes" } else { "no" },
        outcome: lang.t(outcome),
        made: format!("{} {}", lang.instant(kept.at), versions.unwrap_or_default()),
        findings: findings.collect(),
    }
}

fn finding_row(lang: Lang, day: String, finding: &Finding) -> FindingRow {
    let mut evidence: Vec<&str> = Vec::new();
    for one in &finding.evidence {
        if !evidence.contains(&one.label.as_str()) {
            evidence.push(&one.label);
        }
    }
    FindingRow {
        class: match finding.outcome {
            Outcome::Met | Outcome::Consider => "yes",
            Outcome::Undetermined | Outcome::Unmet => "no",
        },
        day,
        rule: lang.t(&format!("rule-{}", finding.rule)),
        source: lang.t(match finding.source {
            Source::Notice => "verdict-notice",
            Source::House => "verdict-house",
        }),
        clauses: finding
            .clauses
            .iter()
            .filter_map(|id| clause_id(id))
            .collect(),
        outcome: lang.t(card::outcome_id(finding.outcome)),
        reason: card::reason(lang, &finding.reason),
        evidence: evidence.join(lang.comma()),
        until: finding
            .until
            .map_or_else(|| lang.t("no-stated-end"), |day| lang.date(day)),
    }
}

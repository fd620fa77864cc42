//! The pages of a dossier that show what a decision rested on: every row of evidence, every attestation with its answers.

use std::collections::BTreeSet;

use askama::Template;

use super::super::as_known::kind;
use super::{Own, begin, end, is_full, put};
use crate::attestations::{self, Attestation, sheet};
use crate::db::AnyConn;
use crate::dossiers::evidence::{Evidence, Kept};
use crate::dossiers::folder::Folder;
use crate::dossiers::records;
use crate::error::Result;
use crate::scope::Scope;
use crate::web::page::Html;

/// A row of evidence in words.
struct EvidenceRow {
    id: String,
    label: String,
    kind: &'static str,
    says: Vec<(Html, String)>,
    hands: String,
    known_from: String,
    known_to: String,
}

#[derive(Template)]
#[template(path = "dossier/evidence.html")]
struct EvidencePart<'a> {
    own: &'a Own<'a>,
    rows: Vec<EvidenceRow>,
}

pub(super) fn evidence_page(own: &Own<'_>, kept: &Evidence, folder: &mut Folder) -> Result<()> {
    let mut page = begin(own, folder, "evidence.html")?;
    let rows = kept.rows.iter().map(|row| evidence_row(own, kept, row));
    let rows = rows.collect();
    put(&mut page, &EvidencePart { own, rows })?;
    end(folder, page)
}

fn evidence_row(own: &Own<'_>, all: &Evidence, row: &Kept) -> EvidenceRow {
    let lang = own.lang;
    let at = |seq: Option<i64>| {
        let seq = seq?;
        let at = all.instants.get(&seq).map(|at| lang.instant(*at));
        Some(format!("{} ({seq})", at.unwrap_or_default()))
    };
    let mut hands: Vec<&str> = Vec::new();
    for person in &row.hands {
        let name = all.people.get(person).map_or("", String::as_str);
        if !hands.contains(&name) {
            hands.push(name);
        }
    }
    EvidenceRow {
        id: row.id.clone(),
        label: row.label.clone(),
        kind: kind(row.kind),
        says: row
            .says
            .iter()
            .map(|(id, value)| (own.both(id), lang.value(value)))
            .collect(),
        hands: hands.join(lang.comma()),
        known_from: at(row.known_from).unwrap_or_else(|| lang.t("dossier-never-in-force")),
        known_to: at(row.known_to).unwrap_or_else(|| lang.t("dossier-still-known")),
    }
}

/// One step of an attestation: its questions with the answers, and the clauses they stand for.
struct Asked {
    title: String,
    lines: Vec<(String, Option<String>)>,
    clauses: Vec<(&'static str, &'static str)>,
}

struct Sheet {
    id: String,
    label: String,
    state: String,
    people: String,
    reason: Option<String>,
    parts: Vec<Asked>,
}

#[derive(Template)]
#[template(path = "dossier/attestations.html")]
struct AttestationsPart<'a> {
    own: &'a Own<'a>,
    rows: Vec<Sheet>,
}

pub(super) fn attestations_page(
    conn: &mut AnyConn,
    scope: &Scope,
    (own, rests): (&Own<'_>, Option<&BTreeSet<String>>),
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "attestations.html")?;
    let mut after = 0;
    loop {
        let place = &own.of.facility;
        let found = attestations::submitted_after(conn, scope, place, after, records::PAGE)?;
        let Some(last) = found.last() else { break };
        after = last.number;
        let more = is_full(found.len());
        let wanted = found
            .iter()
            .filter(|row| rests.is_none_or(|rests| rests.contains(row.id.as_str())));
        let rows = wanted.map(|row| sheet_of(own, row)).collect();
        put(&mut page, &AttestationsPart { own, rows })?;
        if !more {
            break;
        }
    }
    end(folder, page)
}

fn sheet_of(own: &Own<'_>, row: &Attestation) -> Sheet {
    let lang = own.lang;
    let acts = [&row.submitted, &row.reviewed];
    let people = acts.into_iter().flatten();
    let people = people.map(|(who, at)| format!("{} {}", lang.instant(*at), who.name));
    let parts = sheet(lang, row).into_iter().map(|section| Asked {
        title: lang.t(section.step.term()),
        lines: section
            .lines
            .into_iter()
            .map(|line| (line.question, line.answer))
            .collect(),
        clauses: section
            .clauses
            .iter()
            .map(|clause| (clause.id, clause.japanese))
            .collect(),
    });
    Sheet {
        id: row.id.to_string(),
        label: row.label(),
        state: lang.t(&format!("facilities-attestation-{}", row.state.as_str())),
        people: people.collect::<Vec<_>>().join(lang.comma()),
        reason: row.return_reason.clone(),
        parts: parts.collect(),
    }
}

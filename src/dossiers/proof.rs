//! The proofs of a dossier: the whole log without what is not about it, its shipments, the checkpoints and the keys.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::{Value, json};

use super::folder::Folder;
use super::records::OF_CASES;
use super::{Titled, records};
use crate::audit::tree::{self, Leafed};
use crate::db::AnyConn;
use crate::deliveries::proofs::{self, Whose};
use crate::error::Result;
use crate::schema::verdict;
use crate::scope::Scope;

/// What a dossier's rows of the log are recognised by.
struct Own {
    facility: String,
    /// The delivery, where the dossier is about one.
    only: Option<String>,
    /// Records beyond the facility's own: signatures, and what a single delivery rests on.
    records: BTreeSet<String>,
}

impl Own {
    /// Whether the details of a row belong into the dossier.
    ///
    /// INVARIANT: a row of another facility keeps its columns and its digest, so that the tree still verifies, and
    /// loses what was recorded; so does every row about a single case.
    fn takes(&self, row: &Leafed) -> bool {
        if OF_CASES.contains(&row.subject_kind.as_str()) || row.verb == "delivery_cases_judged" {
            return false;
        }
        // The keys that sign the log are nobody's.
        if row.subject_kind == "log" || self.records.contains(&row.subject_id) {
            return true;
        }
        let of_facility = row.facility_id.as_deref() == Some(self.facility.as_str());
        of_facility && self.is_about(row) && !is_dosing_check(row)
    }

    fn is_about(&self, row: &Leafed) -> bool {
        match &self.only {
            None => true,
            Some(delivery) => row.subject_id == *delivery,
        }
    }
}

fn is_dosing_check(row: &Leafed) -> bool {
    row.verb == "verdict_kept"
        && row
            .detail
            .as_deref()
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
            .is_none_or(|detail| detail.get("kind").and_then(Value::as_str) == Some("case"))
}

/// What rows are recognised by: the signatures, and of a delivery its verdicts and the evidence they rest on.
fn own(conn: &mut AnyConn, scope: &Scope, of: &Titled, evidence: BTreeSet<String>) -> Result<Own> {
    let mut records = BTreeSet::new();
    let mut after = String::new();
    loop {
        let page = records::signatures_after(conn, scope, of, &after)?;
        let Some(last) = page.last() else { break };
        after = last.id.to_string();
        records.extend(page.iter().map(|row| row.id.to_string()));
        if page.len() < usize::try_from(records::PAGE).unwrap_or(usize::MAX) {
            break;
        }
    }
    if let Some(id) = of.only() {
        let verdicts: Vec<String> = verdict::table
            .filter(verdict::subject_id.eq(id.to_string()))
            .select(verdict::id)
            .load(conn)?;
        records.extend(verdicts);
        records.extend(evidence);
    }
    Ok(Own {
        facility: of.facility.to_string(),
        only: of.only().map(ToString::to_string),
        records,
    })
}

/// The records that the findings of its verdicts name.
pub fn resting_on(conn: &mut AnyConn, scope: &Scope, of: &Titled) -> Result<BTreeSet<String>> {
    let verdicts = records::verdicts_after(conn, scope, of, 0)?;
    let findings = verdicts
        .iter()
        .flat_map(|kept| &kept.days)
        .flat_map(|day| &day.verdict.findings);
    Ok(findings
        .flat_map(|finding| &finding.evidence)
        .map(|evidence| evidence.id.clone())
        .collect())
}

/// Writes what the second verifier reads. `evidence` are the facility's own records that are shown.
pub fn write(
    conn: &mut AnyConn,
    scope: &Scope,
    of: &Titled,
    evidence: BTreeSet<String>,
    folder: &mut Folder,
) -> Result<()> {
    let own = own(conn, scope, of, evidence)?;
    let mut out = folder.file("audit.jsonl")?;
    let (mut last, mut left_out) = (i64::MIN, 0_u64);
    loop {
        let page = tree::page(conn, last)?;
        let Some(end) = page.last() else { break };
        last = end.seq;
        for mut row in page {
            if !own.takes(&row) {
                left_out += u64::from(row.detail.is_some());
                (row.salt, row.detail) = (None, None);
            }
            out.line(&row)?;
        }
    }
    folder.close(out)?;
    let mut out = folder.file("shipments.jsonl")?;
    let whose = match of.only() {
        Some(id) => Whose::Delivery(id.clone()),
        None => Whose::Facility(of.facility.clone()),
    };
    let mut after = String::new();
    loop {
        let page = proofs::shipped(conn, &whose, &after)?;
        let Some(end) = page.last() else { break };
        after.clone_from(&end.shipment);
        for one in &page {
            out.line(one)?;
        }
    }
    folder.close(out)?;
    let mut out = folder.file("checkpoints.jsonl")?;
    for (size, note, at) in tree::checkpoints(conn)? {
        out.line(&json!({ "size": size, "at": at, "note": note }))?;
    }
    folder.close(out)?;
    let mut out = folder.file("keys.txt")?;
    for key in tree::keys(conn)? {
        out.text(&format!("{key}\n"))?;
    }
    folder.close(out)?;
    let mut out = folder.file("dossier.json")?;
    out.line(&json!({
        "format": 1,
        "about": of.kind(),
        "id": of.id(),
        "title": of.title,
        "facility": of.facility,
        "details_left_out": left_out,
    }))?;
    folder.close(out)
}

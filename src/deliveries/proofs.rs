//! The negative that a log can prove: nothing was shipped without a permitting verdict of the same transaction.

use std::collections::HashMap;
use std::fmt;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;

use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{DeliveryId, FacilityId};
use crate::schema::{audit, audit_detail, finding, shipment, verdict};
use crate::verdicts;

/// Shipments of one read.
const PAGE: i64 = 200;

/// A shipment with the verdict it left on, as it is exported: enough to check both against the log.
#[derive(Debug, Clone, Serialize)]
pub struct Shipped {
    pub shipment: String,
    pub delivery: String,
    pub change_id: String,
    pub shipped_on: NaiveDate,
    pub arrives_on: NaiveDate,
    pub verdict: String,
    /// The verdict's facts and findings, over which its digest goes.
    pub facts: String,
    pub findings: Vec<String>,
}

impl Shipped {
    /// The digest as facts and findings give it.
    fn digest(&self) -> String {
        verdicts::digest(&self.facts, &self.findings)
    }
}

/// Whose shipments are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    All,
    Facility(FacilityId),
    Delivery(DeliveryId),
}

/// Shipments after an id, in order of their ids, at most a page.
pub fn shipped(conn: &mut AnyConn, whose: &Whose, after: &str) -> Result<Vec<Shipped>> {
    type Row = (String, String, String, NaiveDate, NaiveDate, String, String);
    let mut query = shipment::table
        .inner_join(verdict::table.on(verdict::id.eq(shipment::verdict_id)))
        .filter(shipment::id.gt(after.to_owned()))
        .order(shipment::id)
        .limit(PAGE)
        .select((
            shipment::id,
            shipment::delivery_id,
            shipment::change_id,
            shipment::shipped_on,
            shipment::arrives_on,
            shipment::verdict_id,
            verdict::facts,
        ))
        .into_boxed();
    query = match whose {
        Whose::All => query,
        Whose::Facility(place) => query.filter(verdict::facility_id.eq(place.clone())),
        Whose::Delivery(id) => query.filter(shipment::delivery_id.eq(id.to_string())),
    };
    let rows: Vec<Row> = query.load(conn)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&String> = rows.iter().map(|row| &row.5).collect();
    let bodies: Vec<(String, String)> = finding::table
        .filter(finding::verdict_id.eq_any(ids))
        .order((finding::verdict_id, finding::position))
        .select((finding::verdict_id, finding::body))
        .load(conn)?;
    let mut findings: HashMap<String, Vec<String>> = HashMap::new();
    for (verdict, body) in bodies {
        findings.entry(verdict).or_default().push(body);
    }
    Ok(rows
        .into_iter()
        .map(
            |(shipment, delivery, change_id, shipped_on, arrives_on, verdict, facts)| Shipped {
                findings: findings.remove(&verdict).unwrap_or_default(),
                shipment,
                delivery,
                change_id,
                shipped_on,
                arrives_on,
                verdict,
                facts,
            },
        )
        .collect())
}

/// What the log says of the verdict that a shipment left on.
struct Logged {
    change_id: String,
    detail: Value,
}

/// Why the log does not bear a shipment out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    NoVerdict,
    OtherTransaction,
    SomethingElse,
    OtherDays,
    DoesNotPermit,
    NotTheRecorded,
}

impl Flaw {
    /// The message that says so on a page.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Flaw::NoVerdict => "inspection-flaw-no-verdict",
            Flaw::OtherTransaction => "inspection-flaw-other-transaction",
            Flaw::SomethingElse => "inspection-flaw-something-else",
            Flaw::OtherDays => "inspection-flaw-other-days",
            Flaw::DoesNotPermit => "inspection-flaw-does-not-permit",
            Flaw::NotTheRecorded => "inspection-flaw-not-the-recorded",
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flaw::NoVerdict => "the log knows no verdict of this shipment",
            Flaw::OtherTransaction => "its verdict is of another transaction",
            Flaw::SomethingElse => "its verdict is of something else",
            Flaw::OtherDays => "its verdict is of other days",
            Flaw::DoesNotPermit => "its verdict does not permit",
            Flaw::NotTheRecorded => "its verdict's facts or findings are not those recorded",
        })
    }
}

/// A shipment that the log does not bear out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproved {
    pub delivery: String,
    pub what: Flaw,
}

/// What a look at one page of shipments found.
#[derive(Debug, Clone)]
pub struct Looked {
    pub seen: u64,
    pub unproved: Vec<Unproved>,
    /// The shipment after which the next page begins, if there is one.
    pub next: Option<String>,
}

/// Looks at the shipments after an id, at most a page of them.
pub fn look(conn: &mut AnyConn, after: &str) -> Result<Looked> {
    let page = shipped(conn, &Whose::All, after)?;
    let logged = logged(conn, &page)?;
    let full = i64::try_from(page.len()).is_ok_and(|found| found == PAGE);
    let next = page.last().filter(|_| full);
    Ok(Looked {
        seen: u64::try_from(page.len()).unwrap_or(u64::MAX),
        next: next.map(|last| last.shipment.clone()),
        unproved: page
            .iter()
            .filter_map(|one| {
                let what = flaw(one, logged.get(&one.verdict))?;
                let delivery = one.delivery.clone();
                Some(Unproved { delivery, what })
            })
            .collect(),
    })
}

/// Every shipment that has no permitting verdict of the same transaction in the log, and how many there are in all.
pub fn unproved(conn: &mut AnyConn) -> Result<(u64, Vec<Unproved>)> {
    let (mut after, mut seen, mut found) = (Some(String::new()), 0, Vec::new());
    while let Some(from) = after {
        let page = look(conn, &from)?;
        seen += page.seen;
        found.extend(page.unproved);
        after = page.next;
    }
    Ok((seen, found))
}

fn logged(conn: &mut AnyConn, page: &[Shipped]) -> Result<HashMap<String, Logged>> {
    let ids: Vec<&String> = page.iter().map(|one| &one.verdict).collect();
    let rows: Vec<(String, String, String)> = audit::table
        .inner_join(audit_detail::table.on(audit_detail::seq.eq(audit::seq)))
        .filter(audit::subject_id.eq_any(ids))
        .filter(audit::verb.eq("verdict_kept"))
        .select((audit::subject_id, audit::change_id, audit_detail::detail))
        .load(conn)?;
    rows.into_iter()
        .map(|(verdict, change_id, detail)| {
            let detail = serde_json::from_str(&detail)?;
            Ok((verdict, Logged { change_id, detail }))
        })
        .collect()
}

fn flaw(one: &Shipped, logged: Option<&Logged>) -> Option<Flaw> {
    let Some(logged) = logged else {
        return Some(Flaw::NoVerdict);
    };
    let says = |name: &str| logged.detail.get(name).and_then(Value::as_str);
    let permits = matches!(says("outcome"), Some("met" | "consider"));
    let (first, last) = (one.shipped_on.to_string(), one.arrives_on.to_string());
    match () {
        () if logged.change_id != one.change_id => Some(Flaw::OtherTransaction),
        () if says("purpose") != Some("shipment") || says("subject") != Some(&one.delivery) => {
            Some(Flaw::SomethingElse)
        }
        () if (says("first"), says("last")) != (Some(&first), Some(&last)) => Some(Flaw::OtherDays),
        () if !permits => Some(Flaw::DoesNotPermit),
        () if says("digest") != Some(&one.digest()) => Some(Flaw::NotTheRecorded),
        () => None,
    }
}

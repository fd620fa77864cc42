//! What signatures on a delivery bind: one text for an approval, one for a refusal, made alike when somebody signs and
//! when it is shown. What happens to the delivery afterwards is no part of them.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::{Delivery, records};
use crate::audit;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{SignatureId, VerdictId};
use crate::schema::approval;
use crate::signatures::{self, Meaning, Signed};
use crate::standings::holds::Pending;
use crate::standings::label;
use crate::verdicts;

/// The kind under which audit and signatures name a delivery.
pub(super) const SUBJECT: &str = "delivery";
/// The verb under which the log keeps the reason of a refusal.
pub(super) const REFUSED: &str = "delivery_refused";

/// What is delivered where, whatever its state.
fn order(conn: &mut AnyConn, row: &Pending) -> Result<Value> {
    let lines = records::lines(conn, &row.id)?;
    Ok(json!({
        "delivery": row.id,
        "number": label("D", row.number),
        "facility": row.facility,
        "lines": lines,
    }))
}

/// What an approver signs: the days, the verdict with its facts and findings, and what was acknowledged.
struct Approved {
    ships_on: NaiveDate,
    arrives_on: NaiveDate,
    /// The digest over the verdict's facts and findings as they are kept.
    verdict: String,
    acknowledged: String,
    reason: String,
}

impl Approved {
    fn canonical(&self, order: &Value) -> String {
        json!([
            order,
            "approved",
            self.ships_on,
            self.arrives_on,
            self.verdict,
            self.acknowledged,
            self.reason
        ])
        .to_string()
    }
}

/// The text of an approval that is about to be kept with this verdict.
pub(super) fn approval(
    conn: &mut AnyConn,
    (row, days): (&Pending, (NaiveDate, NaiveDate)),
    verdict: &VerdictId,
    (acknowledged, reason): (&str, &str),
) -> Result<String> {
    let digests = verdicts::digests(conn, std::slice::from_ref(verdict))?;
    let approved = Approved {
        ships_on: days.0,
        arrives_on: days.1,
        verdict: digests.get(verdict).cloned().unwrap_or_default(),
        acknowledged: acknowledged.to_owned(),
        reason: reason.to_owned(),
    };
    Ok(approved.canonical(&order(conn, row)?))
}

/// The text of a refusal.
pub(super) fn refusal(conn: &mut AnyConn, row: &Pending, reason: &str) -> Result<String> {
    Ok(json!([order(conn, row)?, "refused", reason]).to_string())
}

/// The signatures on a delivery, each beside the record as it is now.
pub fn signed(conn: &mut AnyConn, delivery: &Delivery) -> Result<Vec<Signed>> {
    let row = &delivery.row;
    let signatures = signatures::on(conn, SUBJECT, row.id.as_str())?;
    let order = order(conn, row)?;
    let approvals = approvals(conn, row)?;
    let refusals = audit::details(conn, row.id.as_str(), REFUSED)?;
    let shown = signatures.into_iter().map(|one| {
        let text = match one.meaning {
            Meaning::Approval => approvals.get(&one.id).map(|kept| kept.canonical(&order)),
            Meaning::Refusal => {
                let reason = refusals
                    .get(&one.change)
                    .and_then(|kept| kept.get("reason"));
                let reason = reason.and_then(Value::as_str);
                reason.map(|reason| json!([order, "refused", reason]).to_string())
            }
            _ => None,
        };
        one.against(text.as_deref())
    });
    Ok(shown.collect())
}

fn approvals(conn: &mut AnyConn, row: &Pending) -> Result<HashMap<SignatureId, Approved>> {
    type Kept = (SignatureId, VerdictId, String, String, NaiveDate, NaiveDate);
    let rows: Vec<Kept> = approval::table
        .filter(approval::delivery_id.eq(&row.id))
        .select((
            approval::signature_id,
            approval::verdict_id,
            approval::acknowledged,
            approval::reason,
            approval::ships_on,
            approval::arrives_on,
        ))
        .load(conn)?;
    let verdicts: Vec<VerdictId> = rows.iter().map(|kept| kept.1.clone()).collect();
    let mut digests = verdicts::digests(conn, &verdicts)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(
            |(signature, verdict, acknowledged, reason, ships_on, arrives_on)| {
                let approved = Approved {
                    ships_on,
                    arrives_on,
                    verdict: digests.remove(&verdict).unwrap_or_default(),
                    acknowledged,
                    reason,
                };
                (signature, approved)
            },
        )
        .collect())
}

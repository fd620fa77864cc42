//! The approval of one delivery: judged afresh, refused to whoever had a hand in it, then signed by itself or in a list.

use chrono::NaiveDate;
use serde_json::json;

use super::judging::{Judged, judge};
use super::{
    Acknowledged, State, current, keep, record, refused_by_gate, schedule_errors, signing, store,
};
use crate::db::Tx;
use crate::error::{Error, Message, Result, Ruling};
use crate::ids::{DeliveryId, ProgrammeId, VerdictId};
use crate::scope::{Role, Scope};
use crate::signatures::{self, Batch, Meaning, Proof};
use crate::standings::holds::{self, Pending};
use crate::verdicts::{self, Purpose};

/// Approves a delivery that the gate passes today, on every day from shipment through arrival.
///
/// # Errors
/// `Forbidden` for whoever ordered it, or entered or accepted evidence it rests on; `Stale` where the page is
/// older than the record; `Invalid` where something to be considered was not acknowledged.
pub fn approve(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&DeliveryId, i32),
    reason: &str,
    proof: &Proof,
) -> Result<Ruling<VerdictId>> {
    let weighed = weigh(tx, scope, (id, version), &[State::Ordered, State::Held])?;
    if !verdicts::permits(&weighed.judged.days) {
        return weighed.refuse(tx).map(Ruling::Refused);
    }
    let considered = verdicts::considerations(&weighed.judged.days);
    if !considered.is_empty() && reason.is_empty() {
        return Err(Error::invalid(
            "reason",
            Message::new("delivery-acknowledge"),
        ));
    }
    let acknowledged: Vec<Acknowledged> = considered
        .iter()
        .map(acknowledgement)
        .collect::<Result<_>>()?;
    let permitted = weighed.permitted(tx, (&acknowledged, reason))?;
    permitted.sign(tx, proof, None).map(Ruling::Done)
}

/// A delivery that its approver looks at: judged afresh, and none of their own doing.
pub(super) struct Weighed {
    programme: ProgrammeId,
    pub(super) row: Pending,
    pub(super) judged: Judged,
}

/// Judges a delivery for whoever is about to approve it.
pub(super) fn weigh(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&DeliveryId, i32),
    states: &[State],
) -> Result<Weighed> {
    tx.actor.acts_as(&[Role::DistributionApprover])?;
    let (programme, row, ordered_by) = current(tx, scope, id, version, states)?;
    let person = tx.actor.person()?.clone();
    if ordered_by == person {
        return Err(Error::Forbidden);
    }
    let overdue = schedule_errors(row.ships_on.max(tx.today), row.arrives_on, tx.today);
    if !overdue.is_empty() {
        return Err(Error::Invalid(overdue));
    }
    let judged = judge(tx.conn, &programme, &row, (tx.today, tx.now))?;
    let findings = judged.days.iter().flat_map(|day| &day.verdict.findings);
    if judged.gathered.hands_on(findings).contains(&person) {
        return Err(Error::Forbidden);
    }
    Ok(Weighed {
        programme,
        row,
        judged,
    })
}

impl Weighed {
    pub(super) fn refuse(&self, tx: &mut Tx<'_>) -> Result<VerdictId> {
        refused_by_gate(
            tx,
            &self.programme,
            &self.row,
            Purpose::Approval,
            &self.judged,
        )
    }

    /// Keeps the verdict that permits it; what is left to do is to sign.
    pub(super) fn permitted(
        self,
        tx: &mut Tx<'_>,
        (acknowledged, reason): (&[Acknowledged], &str),
    ) -> Result<Permitted> {
        let Weighed {
            programme,
            row,
            judged,
        } = self;
        record(
            tx,
            &programme,
            &row,
            "delivery_approved",
            json!({ "ships_on": row.ships_on, "arrives_on": row.arrives_on, "reason": reason }),
        )?;
        let verdict = keep(tx, &programme, &row, Purpose::Approval, &judged)?;
        // A planned shipment day that has passed is approved from today on.
        let days = (row.ships_on.max(tx.today), row.arrives_on);
        let acknowledged = serde_json::to_string(acknowledged)?;
        let words = (acknowledged.as_str(), reason);
        let canonical = signing::approval(tx.conn, (&row, days), &verdict, words)?;
        Ok(Permitted {
            programme,
            verdict,
            days,
            canonical,
            reason: reason.to_owned(),
            acknowledged,
            row,
        })
    }
}

/// A delivery with the verdict that permits it and the text that its approver signs.
pub(super) struct Permitted {
    programme: ProgrammeId,
    pub(super) row: Pending,
    verdict: VerdictId,
    days: (NaiveDate, NaiveDate),
    acknowledged: String,
    reason: String,
    pub(super) canonical: String,
}

impl Permitted {
    pub(super) fn record(&self) -> (&'static str, &str) {
        (signing::SUBJECT, self.row.id.as_str())
    }

    /// Signs it, by itself or as one of a list, and moves the delivery on.
    pub(super) fn sign(
        self,
        tx: &mut Tx<'_>,
        proof: &Proof,
        batch: Option<&Batch>,
    ) -> Result<VerdictId> {
        let signature = signatures::sign_listed(
            tx,
            proof,
            Meaning::Approval,
            self.record(),
            &self.canonical,
            batch,
        )?;
        let words = (self.acknowledged.as_str(), self.reason.as_str());
        store::approve(tx, &self.row, (&self.verdict, self.days), &signature, words)?;
        holds::moved(
            tx.conn,
            &self.programme,
            Some(self.row.state),
            State::Approved,
        )?;
        Ok(self.verdict)
    }
}

pub(crate) fn acknowledgement(finding: &crate::rules::finding::Finding) -> Result<Acknowledged> {
    Ok(Acknowledged {
        rule: finding.rule.to_string(),
        reason: serde_json::to_value(&finding.reason)?,
    })
}

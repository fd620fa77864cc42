//! What signatures on an attestation bind: one text for each meaning, made alike when somebody signs and when it is shown.

use serde_json::{Value, json};

use super::{Attestation, SUBJECT};
use crate::audit;
use crate::db::AnyConn;
use crate::error::Result;
use crate::signatures::{self, Meaning, Signed};

/// The verb under which the log keeps the text of each submission.
pub(super) const SUBMITTED: &str = "attestation_submitted";

impl Attestation {
    /// The text that signatures on it bind: what it is about, and every answer.
    pub fn canonical(&self) -> Result<String> {
        let about = json!([self.programme, self.facility.id, self.label()]);
        Ok(format!("{about}\n{}", self.answers.canonical()?))
    }

    /// The text that its withdrawal binds.
    pub(super) fn canonical_withdrawn(&self, reason: &str) -> Result<String> {
        let reason = json!({ "withdrawn": reason });
        Ok(format!("{}\n{reason}", self.canonical()?))
    }
}

/// The signatures on an attestation, each beside the record as it is now. Answers that were returned may change, so that
/// a submission before the last one, and the last one until it is signed anew, stand beside the text that the log keeps.
pub fn signed(conn: &mut AnyConn, found: &Attestation) -> Result<Vec<Signed>> {
    let signatures = signatures::on(conn, SUBJECT, found.id.as_str())?;
    let logged = audit::details(conn, found.id.as_str(), SUBMITTED)?;
    let canonical = found.canonical()?;
    let reason = found.return_reason.as_deref().unwrap_or_default();
    let withdrawn = found.canonical_withdrawn(reason)?;
    let accepted = signatures
        .iter()
        .any(|one| one.meaning == Meaning::Acceptance);
    let last = signatures
        .iter()
        .rposition(|one| one.meaning == Meaning::Attestation);
    let open = found.state.is_open_to_answers() && !accepted;
    let shown = signatures.into_iter().enumerate().map(|(at, one)| {
        let is_former = one.meaning == Meaning::Attestation && (open || Some(at) != last);
        if is_former {
            let text = logged.get(&one.change).and_then(|kept| kept.get("signed"));
            let text = text.and_then(Value::as_str).map(ToOwned::to_owned);
            return one.against_former(text.as_deref());
        }
        match one.meaning {
            Meaning::Withdrawal => one.against(Some(&withdrawn)),
            _ => one.against(Some(&canonical)),
        }
    });
    Ok(shown.collect())
}

//! Dosing checks: the course as it is recorded and the act proposed, answered by the rules; kept, or only shown.

use chrono::{DateTime, Utc};

use super::{Case, Gathered, KEEPERS, State, audited, current, entries, store};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Message, Result};
use crate::ids::{CaseId, VerdictId};
use crate::rules::dosing::facts::{Act, CaseQuestion};
use crate::rules::finding::Argument;
use crate::scope::Scope;
use crate::verdicts::{self, Asked, Day, Kept, Kind, Occasion, Purpose};

/// A check that was run. Nothing of it is stored.
#[derive(Debug, Clone)]
pub struct Checked {
    pub gathered: Gathered,
    pub asked: Asked,
    /// The one day of the act, as the verdict card takes it.
    pub days: Vec<Day>,
}

/// Runs a check of an act, now or on any other day, without storing anything.
///
/// # Errors
/// `Invalid` while records of another facility wait to be confirmed, and for a case that is no longer open.
pub fn check(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &CaseId,
    act: &Act,
    now: DateTime<Utc>,
) -> Result<Checked> {
    entries::check_act(act, now)?;
    let gathered = store::gather(conn, scope, id)?;
    // INVARIANT: what nobody here has confirmed is judged by nobody.
    let waiting = gathered.unconfirmed();
    if waiting > 0 {
        let waiting = Argument::Number(i64::try_from(waiting).unwrap_or(i64::MAX));
        let message = Message::new("cases-unconfirmed").with("count", waiting);
        return Err(Error::invalid("act", message));
    }
    if gathered.case.state != State::Open {
        return Err(Error::invalid("act", Message::new("cases-not-open")));
    }
    let asked = Asked::Case(Box::new(CaseQuestion {
        format: CaseQuestion::FORMAT,
        case: gathered.facts.clone(),
        act: act.clone(),
    }));
    let days = asked.answer();
    Ok(Checked {
        gathered,
        asked,
        days,
    })
}

/// Runs a check and keeps the verdict: facts, findings and advice, so that it can be judged again.
pub fn keep_check(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&CaseId, i32),
    act: &Act,
) -> Result<VerdictId> {
    tx.actor.acts_as(KEEPERS)?;
    let case: Case = current(tx, scope, (id, version), &[State::Open])?;
    let checked = check(tx.conn, scope, id, act, tx.now)?;
    tx.audit(audited(scope, &case, "dosing_check_kept", None))?;
    let occasion = Occasion {
        kind: Kind::Case,
        purpose: Purpose::DosingCheck,
        programme: scope.programme().clone(),
        facility: case.facility.clone(),
        subject: case.id.to_string(),
    };
    verdicts::keep_asked(tx, &occasion, &checked.asked, &checked.days)
}

/// The checks that were kept of a case, latest first, at most `limit`.
pub fn kept_checks(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &CaseId,
    limit: i64,
) -> Result<Vec<Kept>> {
    store::own(scope)?;
    verdicts::of_subject(conn, scope, id.as_str(), limit)
}

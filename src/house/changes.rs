//! Changes of the house policy (社内基準の変更): drawn up and proposed by one safety officer, confirmed by another, both signing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::exceptions::Deed;
use super::preview::Counts;
use super::proposals::one;
use crate::audit::{Entry, Known, Subject};
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::{ProposalId, SignatureId};
use crate::programmes;
use crate::rules::finding::Argument;
use crate::rules::policy::PolicyVersion;
use crate::schema::{policy_proposal, policy_version};
use crate::scope::{Role, Scope};
use crate::signatures::{self, Meaning, Proof, Signed};
use crate::standings::label;
use crate::wording::{LONG, checked, required};

/// The kind of record that both signatures are on.
pub const RECORD: &str = "policy_proposal";
/// The most steps of one list of days.
const STEPS: usize = 10;

crate::words! {
    /// How far a change has come.
    pub enum ProposalState {
        /// Drawn up, so that its effect can be looked at.
        Drawn = "drawn",
        /// Signed by whoever drew it up.
        Proposed = "proposed",
        /// Signed by another safety officer as well, and adopted.
        Confirmed = "confirmed",
        Declined = "declined",
        Withdrawn = "withdrawn",
    }
}

/// A change as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub id: ProposalId,
    pub number: i64,
    /// Every figure, with the version's number and its first day.
    pub policy: PolicyVersion,
    pub state: ProposalState,
    /// Who drew it up, with the reason for the change.
    pub drawn: Deed,
    pub proposed_at: Option<DateTime<Utc>>,
    /// What the proposer was shown when they signed.
    pub proposed_preview: Option<Counts>,
    pub decided: Option<Deed>,
    /// What the second safety officer was shown when they signed.
    pub decided_preview: Option<Counts>,
}

impl Proposal {
    /// The printed number, for example `H-0003`.
    pub fn label(&self) -> String {
        label("H", self.number)
    }

    /// What both sign: the figures, all of them, and the reason.
    fn canonical(&self) -> Result<String> {
        Ok(serde_json::to_string(&json!({
            "proposal": self.id,
            "policy": self.policy,
            "reason": self.drawn.reason,
        }))?)
    }

    fn entry(&self, scope: &Scope, verb: &'static str, reason: &str) -> Entry {
        Entry {
            verb,
            subject: Subject::new(RECORD, self.id.as_str()),
            programme: Some(scope.programme().clone()),
            facility: None,
            detail: json!({
                "number": self.label(),
                "version": self.policy.version,
                "first_day": self.policy.first_day,
                "reason": reason,
            }),
        }
    }
}

/// Draws up the next version, so that its effect can be looked at before anybody signs.
/// The version's number is given here, whatever the figures come with.
///
/// # Errors
/// `Invalid` where a figure makes no sense, nothing changes, the first day has passed, or the reason is missing.
pub fn draw_up(
    tx: &mut Tx<'_>,
    scope: &Scope,
    figures: &PolicyVersion,
    reason: &str,
) -> Result<ProposalId> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let known = programmes::policies(tx.conn, scope.programme(), Known::NOW)?;
    let mut policy = in_order(figures);
    policy.version = latest(&known) + 1;
    let mut errors = figure_errors(&policy);
    if policy.first_day < tx.today {
        errors.add("first_day", Message::new("policy-in-the-past"));
    }
    let reason = required(&mut errors, "reason", reason, LONG, "policy-reason-missing");
    if errors.is_empty() && changes_nothing(&known, &policy) {
        errors.add("reconfirm_months", Message::new("policy-nothing-changes"));
    }
    checked(errors, ())?;
    let proposal = Proposal {
        id: ProposalId::fresh(tx.now),
        number: counters::next(tx, "policy_proposal")?,
        policy,
        state: ProposalState::Drawn,
        drawn: Deed {
            person: tx.actor.person()?.clone(),
            name: tx.actor.name.clone(),
            at: tx.now,
            reason,
        },
        proposed_at: None,
        proposed_preview: None,
        decided: None,
        decided_preview: None,
    };
    let seq = tx.audit(proposal.entry(scope, "policy_drawn_up", &proposal.drawn.reason))?;
    diesel::insert_into(policy_proposal::table)
        .values((
            policy_proposal::id.eq(&proposal.id),
            policy_proposal::number.eq(proposal.number),
            policy_proposal::programme_id.eq(scope.programme()),
            policy_proposal::body.eq(serde_json::to_string(&proposal.policy)?),
            policy_proposal::reason.eq(&proposal.drawn.reason),
            policy_proposal::state.eq(ProposalState::Drawn),
            policy_proposal::drawn_by.eq(&proposal.drawn.person),
            policy_proposal::drawn_at.eq(tx.now.naive_utc()),
            policy_proposal::known_from.eq(seq),
            policy_proposal::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(proposal.id)
}

fn latest(known: &[PolicyVersion]) -> i32 {
    known.iter().map(|known| known.version).max().unwrap_or(0)
}

/// Whether the version in force on that day has the same figures.
fn changes_nothing(known: &[PolicyVersion], policy: &PolicyVersion) -> bool {
    PolicyVersion::in_force(known, policy.first_day).is_some_and(|now| {
        let same = PolicyVersion {
            version: now.version,
            first_day: now.first_day,
            ..policy.clone()
        };
        same == *now
    })
}

/// The figures with their lists of days in the order in which the plan of reminders wants them, each day once.
fn in_order(figures: &PolicyVersion) -> PolicyVersion {
    let mut policy = figures.clone();
    let ascending = |days: &mut Vec<u32>| {
        days.sort_unstable();
        days.dedup();
    };
    let house = &mut policy.reminders;
    ascending(&mut house.late_days);
    ascending(&mut house.safety_repeat_days);
    for days in [&mut policy.reminder_days, &mut house.release_days] {
        ascending(days);
        days.reverse();
    }
    policy
}

/// READING: the bounds of the figures are ours: wide enough for any policy we can think of, narrow enough for a slip of the
/// keyboard to be seen.
fn figure_errors(policy: &PolicyVersion) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let house = &policy.reminders;
    let figures = [
        (
            "reconfirm_months",
            i64::from(policy.reconfirm_months),
            1,
            120,
        ),
        ("meeting_days", policy.meeting_days, 1, 3650),
        (
            "explanation_months",
            i64::from(policy.explanation_months),
            1,
            120,
        ),
        ("order_1mg", i64::from(policy.order_1mg), 0, 999),
        ("order_30mg", i64::from(policy.order_30mg), 0, 999),
        ("deputy_days", i64::from(house.deputy_days), 0, 365),
        ("officer_days", i64::from(house.officer_days), 0, 365),
        ("review_days", i64::from(house.review_days), 0, 365),
        ("order_days", i64::from(house.order_days), 0, 365),
        ("hold_days", i64::from(house.hold_days), 0, 365),
        ("answer_days", i64::from(house.answer_days), 0, 365),
        ("safety_days", i64::from(house.safety_days), 0, 30),
    ];
    for (field, found, least, most) in figures {
        if !(least..=most).contains(&found) {
            let message = Message::new("policy-figure-out-of-range")
                .with("found", Argument::Number(found))
                .with("least", Argument::Number(least))
                .with("most", Argument::Number(most));
            errors.add(field, message);
        }
    }
    let lists = [
        ("reminder_days", &policy.reminder_days),
        ("release_days", &house.release_days),
        ("late_days", &house.late_days),
        ("safety_repeat_days", &house.safety_repeat_days),
    ];
    for (field, days) in lists {
        if days.is_empty() || days.len() > STEPS || days.iter().any(|day| *day > 365) {
            errors.add(field, Message::new("policy-days-out-of-range"));
        }
    }
    errors
}

/// Signs the version that one drew up, having seen what it changes.
///
/// # Errors
/// `Forbidden` to anybody else; `Stale` where it is proposed already or another version came in between.
pub fn propose(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &ProposalId,
    shown: &Counts,
    proof: &Proof,
) -> Result<()> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let found = current(tx, scope, id, ProposalState::Drawn)?;
    if tx.actor.person()? != &found.drawn.person {
        return Err(Error::Forbidden);
    }
    still_to_come(tx, scope, &found)?;
    tx.audit(found.entry(scope, "policy_proposed", &found.drawn.reason))?;
    let signature = sign(tx, &found, proof)?;
    diesel::update(policy_proposal::table.find(id))
        .set((
            policy_proposal::state.eq(ProposalState::Proposed),
            policy_proposal::proposed_at.eq(tx.now.naive_utc()),
            policy_proposal::proposed_signature.eq(&signature),
            policy_proposal::proposed_preview.eq(serde_json::to_string(shown)?),
            policy_proposal::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Signs a version that another proposed, having seen what it changes, and adopts it.
///
/// # Errors
/// `Forbidden` to whoever proposed it; `Stale` where it waits no more or another version came in between; `Invalid`
/// where its first day has passed meanwhile.
pub fn confirm(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &ProposalId,
    shown: &Counts,
    proof: &Proof,
) -> Result<()> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let found = current(tx, scope, id, ProposalState::Proposed)?;
    // INVARIANT: the two signatures are of two persons.
    if tx.actor.person()? == &found.drawn.person {
        return Err(Error::Forbidden);
    }
    still_to_come(tx, scope, &found)?;
    tx.audit(found.entry(scope, "policy_confirmed", &found.drawn.reason))?;
    let signature = sign(tx, &found, proof)?;
    let signed = Some((&signature, serde_json::to_string(shown)?));
    decide(tx, id, ProposalState::Confirmed, None, signed)?;
    programmes::adopt_policy(tx, scope.programme(), &found.policy, &found.drawn.person)?;
    Ok(())
}

/// The signatures on it, each beside what it says now.
pub fn signed(conn: &mut AnyConn, proposal: &Proposal) -> Result<Vec<Signed>> {
    signatures::beside(conn, (RECORD, proposal.id.as_str()), &proposal.canonical()?)
}

fn sign(tx: &mut Tx<'_>, proposal: &Proposal, proof: &Proof) -> Result<SignatureId> {
    let record = (RECORD, proposal.id.as_str());
    let canonical = proposal.canonical()?;
    signatures::sign(tx, proof, Meaning::PolicyChange, record, &canonical)
}

/// A version follows the last one and changes no day that has passed.
fn still_to_come(tx: &mut Tx<'_>, scope: &Scope, proposal: &Proposal) -> Result<()> {
    let policy = &proposal.policy;
    let known: Option<i32> = policy_version::table
        .filter(policy_version::programme_id.eq(scope.programme()))
        .filter(policy_version::version.ge(policy.version))
        .select(policy_version::version)
        .first(tx.conn)
        .optional()?;
    if known.is_some() {
        return Err(Error::Stale);
    }
    if policy.first_day < tx.today {
        return Err(Error::invalid(
            "password",
            Message::new("policy-in-the-past"),
        ));
    }
    Ok(())
}

/// Declines what another proposed.
pub fn decline(tx: &mut Tx<'_>, scope: &Scope, id: &ProposalId, reason: &str) -> Result<()> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let found = current(tx, scope, id, ProposalState::Proposed)?;
    if tx.actor.person()? == &found.drawn.person {
        return Err(Error::Forbidden);
    }
    undo(
        tx,
        scope,
        &found,
        (ProposalState::Declined, "policy_declined"),
        reason,
    )
}

/// Takes back what one drew up, before it is confirmed.
pub fn withdraw(tx: &mut Tx<'_>, scope: &Scope, id: &ProposalId, reason: &str) -> Result<()> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let found = one(tx.conn, scope, id)?;
    if !matches!(found.state, ProposalState::Drawn | ProposalState::Proposed) {
        return Err(Error::Stale);
    }
    if tx.actor.person()? != &found.drawn.person {
        return Err(Error::Forbidden);
    }
    undo(
        tx,
        scope,
        &found,
        (ProposalState::Withdrawn, "policy_withdrawn"),
        reason,
    )
}

fn undo(
    tx: &mut Tx<'_>,
    scope: &Scope,
    found: &Proposal,
    (state, verb): (ProposalState, &'static str),
    reason: &str,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    let reason = required(&mut errors, "reason", reason, LONG, "policy-reason-missing");
    let reason = checked(errors, reason)?;
    tx.audit(found.entry(scope, verb, &reason))?;
    decide(tx, &found.id, state, Some(&reason), None)
}

fn decide(
    tx: &mut Tx<'_>,
    id: &ProposalId,
    state: ProposalState,
    reason: Option<&str>,
    signed: Option<(&SignatureId, String)>,
) -> Result<()> {
    let person = tx.actor.person()?.clone();
    let (signature, shown) = signed.unzip();
    diesel::update(policy_proposal::table.find(id))
        .set((
            policy_proposal::state.eq(state),
            policy_proposal::decided_by.eq(person),
            policy_proposal::decided_at.eq(tx.now.naive_utc()),
            policy_proposal::decision_reason.eq(reason),
            policy_proposal::decided_signature.eq(signature),
            policy_proposal::decided_preview.eq(shown),
            policy_proposal::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn current(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &ProposalId,
    state: ProposalState,
) -> Result<Proposal> {
    let found = one(tx.conn, scope, id)?;
    match found.state == state {
        true => Ok(found),
        false => Err(Error::Stale),
    }
}

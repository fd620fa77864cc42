//! Attestations (要件確認): a facility's signed answers on its readiness, and what becomes of them.
//!
//! ```text
//! draft → submitted → accepted → superseded (a later one was accepted) | withdrawn
//!            ↓  ↑                     ↓
//!          returned               withdrawn
//! ```
//!
//! Accepted answers are kept as evidence: a row of readiness, and one of partnership where a partner is named.
//! Evidence is only ever ended. A change report (体制変更の届出) takes something back at once, without a review.

mod answers;
pub mod certificate_pages;
pub mod change_pages;
mod evidence;
pub mod pages;
pub mod review_pages;
mod sheet;
mod signing;
pub mod step_pages;
mod store;

use chrono::NaiveDate;
use serde_json::json;

use crate::audit::{Entry, Subject};
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::{AttestationId, EvidenceId, FacilityId, ProgrammeId};
use crate::rules::facility::Limb;
use crate::scope::{Role, Scope};
use crate::signatures::{self, Meaning, Proof};
use crate::standings;

pub use answers::{
    AdmissionAnswer, Answers, Care, GuidanceAnswer, IntensiveCareAnswer, Part, PartnerAnswer,
    Progress, Step, TocilizumabAnswer, ValidityAnswer,
};
pub use evidence::{Confirmed, Report, confirmed, limb, limb_term, standing_reports};
pub use sheet::{Line, Section, sheet};
pub use signing::signed;
pub use store::to_review;
pub use store::{
    Attestation, Listed, Listing, Named, PAGE, Place, get, list, of_facility, submitted_after,
};

/// The kind under which audit and signatures name an attestation.
pub const SUBJECT: &str = "attestation";
/// The longest reason that is kept, in characters.
const REASON_MAX: usize = 1000;

crate::words! {
    /// Where an attestation stands.
    pub enum State {
        Draft = "draft",
        Submitted = "submitted",
        Returned = "returned",
        Accepted = "accepted",
        /// A later attestation of the facility was accepted.
        Superseded = "superseded",
        Withdrawn = "withdrawn",
    }
}

impl State {
    /// Whether the facility may still change its answers.
    pub fn is_open_to_answers(self) -> bool {
        matches!(self, State::Draft | State::Returned)
    }

    /// Whether it was accepted, then or now.
    pub fn was_accepted(self) -> bool {
        matches!(self, State::Accepted | State::Superseded | State::Withdrawn)
    }
}

/// The printed number of an attestation: A-0412.
pub fn label(number: i64) -> String {
    standings::label("A", number)
}

/// A word of the message files inside the details of an audit row.
fn term(id: &str) -> String {
    format!("term:{id}")
}

/// The printed number of a change report: C-0007.
pub fn report_label(number: i64) -> String {
    standings::label("C", number)
}

impl Listed {
    /// The printed number.
    pub fn label(&self) -> String {
        label(self.number)
    }
}

impl Confirmed {
    /// The printed number.
    pub fn label(&self) -> String {
        label(self.number)
    }
}

impl Attestation {
    /// The printed number.
    pub fn label(&self) -> String {
        label(self.number)
    }

    /// How far each step has come, in the order of the task list.
    pub fn progress(&self) -> Vec<(Step, Progress)> {
        Step::ALL
            .iter()
            .map(|step| (*step, self.answers.progress(*step, self.return_step)))
            .collect()
    }

    /// The steps that stand in the way of submission.
    pub fn unfinished(&self) -> Vec<Step> {
        self.answers.unfinished(self.return_step)
    }
}

/// Begins a facility's attestation with the answers accepted last. One that is already under way is gone on with,
/// so that pressing the button twice begins one.
pub fn start(
    tx: &mut Tx<'_>,
    scope: &Scope,
    programme: &ProgrammeId,
    facility: &FacilityId,
) -> Result<AttestationId> {
    tx.actor.acts_as(&[Role::FacilityCoordinator])?;
    admit(tx, scope, programme, facility)?;
    if let Some(open) = store::open_of(tx.conn, programme, facility)? {
        return Ok(open);
    }
    let accepted = store::accepted_answers(tx.conn, programme, facility)?;
    let answers = accepted.map_or_else(Answers::default, |last| last.carried_over(tx.today));
    let id = AttestationId::fresh(tx.now);
    let number = counters::next(tx, SUBJECT)?;
    tx.audit(Entry {
        verb: "attestation_started",
        subject: Subject::new(SUBJECT, id.as_str()),
        programme: Some(programme.clone()),
        facility: Some(facility.clone()),
        detail: json!({ "number": label(number) }),
    })?;
    let started_by = tx.actor.person()?.clone();
    let new = store::New {
        id: &id,
        number,
        programme_id: programme,
        facility_id: facility,
        state: State::Draft,
        version: 1,
        answers: answers.canonical()?,
        started_by: &started_by,
        started_at: tx.now.naive_utc(),
    };
    store::insert(tx.conn, &new)?;
    Ok(id)
}

/// Saves one step, complete or not. A returned step counts as corrected once it is saved.
pub fn save_step(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &AttestationId,
    version: i32,
    part: &Part,
) -> Result<()> {
    tx.actor.acts_as(&[Role::FacilityCoordinator])?;
    let found = held(tx, scope, id, version, &[State::Draft, State::Returned])?;
    let mut faults = part.faults(&found.facility.id);
    if let Part::Partner(PartnerAnswer {
        facility: Some(partner),
        ..
    }) = part
        && !store::exists(tx.conn, partner)?
    {
        faults.add(
            "partner_code",
            Message::new("attestation-error-partner-unknown"),
        );
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let step = part.step();
    let mut answers = found.answers.clone();
    answers.take(part);
    record(
        tx,
        &found,
        "attestation_step_saved",
        json!({ "step": term(step.term()) }),
    )?;
    let change = store::Change {
        answers: Some(answers.canonical()?),
        return_step: (found.return_step == Some(step)).then_some(None),
        ..store::Change::default()
    };
    store::change(tx.conn, id, version, change)
}

/// Signs and submits. The log keeps the answers as signed, because a return lets them be changed again.
pub fn submit(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &AttestationId,
    version: i32,
    proof: &Proof,
) -> Result<()> {
    tx.actor.acts_as(&[Role::FacilityCoordinator])?;
    let found = held(tx, scope, id, version, &[State::Draft, State::Returned])?;
    let unfinished = found.unfinished();
    if !unfinished.is_empty() {
        let lacking = |step: &Step| {
            let message = Message::new("attestation-error-step-unfinished");
            (step.as_str().to_owned(), message)
        };
        return Err(Error::Invalid(FieldErrors(
            unfinished.iter().map(lacking).collect(),
        )));
    }
    let seen = found.canonical()?;
    record(tx, &found, signing::SUBMITTED, json!({ "signed": seen }))?;
    signatures::sign(
        tx,
        proof,
        Meaning::Attestation,
        (SUBJECT, id.as_str()),
        &seen,
    )?;
    let change = store::Change {
        state: Some(State::Submitted),
        submitted_by: Some(tx.actor.person()?.clone()),
        submitted_at: Some(tx.now.naive_utc()),
        return_step: Some(None),
        return_reason: Some(None),
        ..store::Change::default()
    };
    store::change(tx.conn, id, version, change)?;
    tally(tx, &found.programme, 1)
}

/// Sends one step back to the facility with a reason.
pub fn return_for_correction(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &AttestationId,
    version: i32,
    step: Step,
    reason: &str,
) -> Result<()> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let found = held(tx, scope, id, version, &[State::Submitted])?;
    let reason = given("return_reason", reason)?;
    record(
        tx,
        &found,
        "attestation_returned",
        json!({ "step": term(step.term()), "reason": reason }),
    )?;
    let change = store::Change {
        state: Some(State::Returned),
        reviewed_by: Some(tx.actor.person()?.clone()),
        reviewed_at: Some(tx.now.naive_utc()),
        return_step: Some(Some(step)),
        return_reason: Some(Some(reason)),
        ..store::Change::default()
    };
    store::change(tx.conn, id, version, change)?;
    tally(tx, &found.programme, -1)
}

/// Accepts: the answers become evidence, and take the place of what was accepted before.
///
/// INVARIANT: nobody accepts what they started, filled or submitted; persons are compared, not accounts or roles.
pub fn accept(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &AttestationId,
    version: i32,
    proof: &Proof,
) -> Result<()> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let found = held(tx, scope, id, version, &[State::Submitted])?;
    let reviewer = tx.actor.person()?.clone();
    let submitter = found.submitted.as_ref().map(|(who, _)| &who.id);
    if submitter == Some(&reviewer) || store::had_a_hand(tx.conn, id, &reviewer)? {
        return Err(Error::Forbidden);
    }
    let seq = record(tx, &found, "attestation_accepted", json!({}))?;
    signatures::sign(
        tx,
        proof,
        Meaning::Acceptance,
        (SUBJECT, id.as_str()),
        &found.canonical()?,
    )?;
    let change = store::Change {
        state: Some(State::Accepted),
        reviewed_by: Some(reviewer),
        reviewed_at: Some(tx.now.naive_utc()),
        ..store::Change::default()
    };
    store::change(tx.conn, id, version, change)?;
    tally(tx, &found.programme, -1)?;
    store::supersede(tx.conn, &found)?;
    evidence::put_in_force(tx, &found, seq)?;
    standings::renew(tx, &found.programme, &[found.facility.id])
}

/// Withdraws accepted evidence. What an earlier attestation said does not come back: the facility attests anew.
///
/// READING: a superseded attestation can be withdrawn too, because it still speaks for the days before its successor's.
pub fn withdraw(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &AttestationId,
    version: i32,
    reason: &str,
    proof: &Proof,
) -> Result<()> {
    tx.actor
        .acts_as(&[Role::SafetyOfficer, Role::FacilityCoordinator])?;
    let found = held(
        tx,
        scope,
        id,
        version,
        &[State::Accepted, State::Superseded],
    )?;
    let reason = given("withdrawal_reason", reason)?;
    let seq = record(
        tx,
        &found,
        "attestation_withdrawn",
        json!({ "reason": reason }),
    )?;
    let seen = found.canonical_withdrawn(&reason)?;
    signatures::sign(
        tx,
        proof,
        Meaning::Withdrawal,
        (SUBJECT, id.as_str()),
        &seen,
    )?;
    let change = store::Change {
        state: Some(State::Withdrawn),
        return_reason: Some(Some(reason)),
        ..store::Change::default()
    };
    store::change(tx.conn, id, version, change)?;
    evidence::withdraw(tx.conn, id, seq)?;
    standings::renew(tx, &found.programme, &[found.facility.id])
}

/// Reports that something no longer holds from a day on. It takes effect at once and needs nobody's consent.
/// The same report sent twice is one, unless an attestation is under review: a report made after its submission
/// says something that its answers did not know.
pub fn report_change(
    tx: &mut Tx<'_>,
    scope: &Scope,
    programme: &ProgrammeId,
    facility: &FacilityId,
    limb: Limb,
    from_day: NaiveDate,
    reason: &str,
) -> Result<EvidenceId> {
    tx.actor
        .acts_as(&[Role::FacilityCoordinator, Role::SafetyOfficer])?;
    admit(tx, scope, programme, facility)?;
    let reason = given("change_reason", reason)?;
    if let Some(fault) = answers::year_fault(from_day) {
        return Err(Error::invalid("change_from", fault));
    }
    if let Some(same) =
        evidence::same_report(tx.conn, (programme, facility), limb, from_day, &reason)?
        && !store::is_under_review(tx.conn, programme, facility)?
    {
        return Ok(same);
    }
    let id = EvidenceId::fresh(tx.now);
    let number = counters::next(tx, "change_report")?;
    let seq = tx.audit(Entry {
        verb: "change_reported",
        subject: Subject::new("change_report", id.as_str()),
        programme: Some(programme.clone()),
        facility: Some(facility.clone()),
        detail: json!({
            "number": report_label(number), "limb": term(limb_term(limb)), "from": from_day, "reason": reason,
        }),
    })?;
    let report = Report {
        id: id.clone(),
        number,
        facility: Place {
            id: facility.clone(),
            name: String::new(),
        },
        limb,
        from_day,
        reason,
        known_from: seq,
    };
    evidence::insert_report(tx, programme, &report)?;
    standings::renew(tx, programme, std::slice::from_ref(facility))?;
    Ok(id)
}

/// How many attestations of a programme wait for a reviewer, without counting them.
pub fn waiting(conn: &mut AnyConn, programme: &ProgrammeId) -> Result<i64> {
    let found = counters::read(conn, &[tally_name(programme)])?;
    Ok(found.first().copied().unwrap_or(0))
}

fn tally(tx: &mut Tx<'_>, programme: &ProgrammeId, by: i64) -> Result<()> {
    counters::shift(tx.conn, &tally_name(programme), by).map(|_| ())
}

fn tally_name(programme: &ProgrammeId) -> String {
    format!("attestations_waiting:{programme}")
}

fn admit(
    tx: &mut Tx<'_>,
    scope: &Scope,
    programme: &ProgrammeId,
    facility: &FacilityId,
) -> Result<()> {
    scope.admit(facility)?;
    if scope.programme() == programme && store::exists(tx.conn, facility)? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// The record as the asker saw it and in a state that admits the verb; anything else is stale.
fn held(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &AttestationId,
    version: i32,
    states: &[State],
) -> Result<Attestation> {
    let found = store::get(tx.conn, scope, id)?;
    if found.version == version && states.contains(&found.state) {
        Ok(found)
    } else {
        Err(Error::Stale)
    }
}

/// A reason as typed, without outer spaces.
fn given(field: &str, reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::invalid(
            field,
            Message::new("attestation-error-reason-missing"),
        ));
    }
    match answers::text_fault(reason, REASON_MAX) {
        Some(fault) => Err(Error::invalid(field, fault)),
        None => Ok(reason.to_owned()),
    }
}

fn record(
    tx: &mut Tx<'_>,
    about: &Attestation,
    verb: &'static str,
    mut detail: serde_json::Value,
) -> Result<i64> {
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("number".to_owned(), json!(label(about.number)));
    }
    tx.audit(Entry {
        verb,
        subject: Subject::new(SUBJECT, about.id.as_str()),
        programme: Some(about.programme.clone()),
        facility: Some(about.facility.id.clone()),
        detail,
    })
}

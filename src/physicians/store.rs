//! Statements on ※3: submitted by the physician, reviewed by a safety officer, withdrawn by either.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

use super::{NewStatement, Qualification, SUBJECT, State, register};
use crate::audit::{Entry, Subject};
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::{FacilityId, PersonId, QualificationId};
use crate::rules::facility::Span;
use crate::rules::finding::Argument;
use crate::schema::qualification;
use crate::scope::{Role, Scope};
use crate::signatures::{self, Meaning, Proof};
use crate::standings;
use crate::wording::{LONG, checked, optional, required};

/// A physician signs their own statement on ※3 at a facility where they are, or are to be, in post.
pub fn submit(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: &FacilityId,
    new: &NewStatement,
    proof: &Proof,
) -> Result<QualificationId> {
    scope.admit(place)?;
    tx.actor.acts_as(&[Role::Physician])?;
    let me = tx.actor.person()?.clone();
    let physician = register::one(tx.conn, scope, &me, tx.today).map_err(not_named)?;
    let posts = &mut physician.posts.iter();
    if !posts.any(|post| post.facility == *place && !post.span.has_ended_by(tx.today)) {
        return Err(not_named(Error::NotFound));
    }
    let mine = pending(tx.conn, scope, &me)?;
    if mine > 0 {
        return Err(Error::Stale);
    }
    let mut errors = FieldErrors::default();
    let statement = optional(&mut errors, "statement", &new.statement, LONG);
    let span = Span {
        first: new.first_day.unwrap_or(tx.today),
        last: new.last_day,
    };
    if span.has_ended_by(span.first) {
        errors.add("last_day", Message::new("physicians-last-before-first"));
    }
    checked(errors, ())?;
    let row = Qualification {
        id: QualificationId::fresh(tx.now),
        number: counters::next(tx, "qualification")?,
        programme: scope.programme().clone(),
        person: me.clone(),
        name: physician.name.clone(),
        facility: place.clone(),
        facility_name: String::new(),
        state: State::Submitted,
        version: 1,
        experience: new.experience,
        meetings: new.meetings,
        cooperation: new.cooperation,
        statement,
        span,
        submitted_by: me,
        submitted_at: tx.now,
        reviewed_at: None,
        reason: None,
        known_from: None,
        known_to: None,
    };
    audit(tx, "qualification_submitted", &row, None)?;
    insert(tx, &row)?;
    sign(tx, proof, Meaning::Statement, &row, &row.canonical())?;
    renew(tx, scope, &row.person)?;
    Ok(row.id)
}

/// Who has no post here cannot sign here yet; the sentence says whom to ask.
fn not_named(cause: Error) -> Error {
    match cause {
        Error::NotFound => Error::invalid("facility", Message::new("physicians-not-named-here")),
        other => other,
    }
}

/// How many of a person's statements wait for review: one at a time, so that a form sent twice signs once.
fn pending(conn: &mut AnyConn, scope: &Scope, person: &PersonId) -> Result<i64> {
    Ok(qualification::table
        .filter(qualification::person_id.eq(person))
        .filter(qualification::programme_id.eq(scope.programme()))
        .filter(qualification::state.eq(State::Submitted))
        .count()
        .get_result(conn)?)
}

fn insert(tx: &mut Tx<'_>, row: &Qualification) -> Result<()> {
    diesel::insert_into(qualification::table)
        .values((
            qualification::id.eq(&row.id),
            qualification::number.eq(row.number),
            qualification::programme_id.eq(&row.programme),
            qualification::person_id.eq(&row.person),
            qualification::facility_id.eq(&row.facility),
            qualification::state.eq(row.state),
            qualification::version.eq(row.version),
            qualification::experience.eq(row.experience),
            qualification::meetings.eq(row.meetings),
            qualification::cooperation.eq(row.cooperation),
            qualification::statement.eq(&row.statement),
            qualification::first_day.eq(row.span.first),
            qualification::last_day.eq(row.span.last),
            qualification::submitted_by.eq(&row.submitted_by),
            qualification::submitted_at.eq(row.submitted_at.naive_utc()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A safety officer accepts a statement; the person's earlier one ceases to be held with the same step.
///
/// READING: a statement that answers "no", or leaves a point unanswered, may be accepted: it is then what is known of
/// the physician, and the gate reads it as such.
pub fn accept(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &QualificationId,
    version: i32,
    proof: &Proof,
) -> Result<()> {
    let row = under_review(tx, scope, id, version)?;
    let held: i64 = qualification::table
        .filter(qualification::person_id.eq(&row.person))
        .filter(qualification::programme_id.eq(&row.programme))
        .filter(qualification::known_from.is_not_null())
        .filter(qualification::known_to.is_null())
        .count()
        .get_result(tx.conn)?;
    // Accepting it ends the one that is held: before its own first day the physician would have none.
    if held > 0 && row.span.first > tx.today {
        return Err(Error::invalid(
            "first_day",
            Message::new("physicians-not-yet-in-force").with("day", Argument::Date(row.span.first)),
        ));
    }
    let seq = audit(tx, "qualification_accepted", &row, None)?;
    diesel::update(
        qualification::table
            .filter(qualification::person_id.eq(&row.person))
            .filter(qualification::programme_id.eq(&row.programme))
            .filter(qualification::known_from.is_not_null())
            .filter(qualification::known_to.is_null()),
    )
    .set(qualification::known_to.eq(seq))
    .execute(tx.conn)?;
    let step = Step::to(State::Accepted, &row).reviewed(tx)?;
    let known_from = Some(seq);
    Step { known_from, ..step }.take(tx, &row)?;
    sign(tx, proof, Meaning::Acceptance, &row, &row.canonical())?;
    renew(tx, scope, &row.person)
}

/// A safety officer sends a statement back; the physician signs a new one.
pub fn return_for_correction(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &QualificationId,
    version: i32,
    reason: &str,
) -> Result<()> {
    let row = under_review(tx, scope, id, version)?;
    let reason = reason_given(reason)?;
    audit(tx, "qualification_returned", &row, Some(&reason))?;
    let mut step = Step::to(State::Returned, &row).reviewed(tx)?;
    step.return_reason = Some(reason);
    step.take(tx, &row)?;
    renew(tx, scope, &row.person)
}

/// A safety officer, or the physician in person, withdraws an accepted statement. It takes effect at once.
pub fn withdraw(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &QualificationId,
    version: i32,
    reason: &str,
    proof: &Proof,
) -> Result<()> {
    let row = register::statement(tx.conn, scope, id, tx.today)?;
    let own = tx.actor.person.as_ref() == Some(&row.person);
    tx.actor.acts_as(match own {
        true => &[Role::Physician],
        false => &[Role::SafetyOfficer],
    })?;
    if row.version != version || row.state != State::Accepted || !row.is_held() {
        return Err(Error::Stale);
    }
    let reason = reason_given(reason)?;
    let seq = audit(tx, "qualification_withdrawn", &row, Some(&reason))?;
    let mut step = Step::to(State::Withdrawn, &row);
    let seen = row.canonical_withdrawn(&reason);
    step.return_reason = Some(reason);
    step.known_to = Some(seq);
    step.take(tx, &row)?;
    sign(tx, proof, Meaning::Withdrawal, &row, &seen)?;
    renew(tx, scope, &row.person)
}

/// A statement that this safety officer may review in this version.
///
/// INVARIANT: nobody reviews what they submitted, whatever role they hold today.
fn under_review(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &QualificationId,
    version: i32,
) -> Result<Qualification> {
    let row = register::statement(tx.conn, scope, id, tx.today)?;
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let me = tx.actor.person()?;
    if *me == row.submitted_by || *me == row.person {
        return Err(Error::Forbidden);
    }
    if row.version != version || row.state != State::Submitted {
        return Err(Error::Stale);
    }
    Ok(row)
}

/// What a step writes; what is `None` stays as it is.
#[derive(AsChangeset)]
#[diesel(table_name = qualification)]
struct Step {
    state: State,
    version: i32,
    reviewed_by: Option<PersonId>,
    reviewed_at: Option<NaiveDateTime>,
    return_reason: Option<String>,
    known_from: Option<i64>,
    known_to: Option<i64>,
}

impl Step {
    fn to(state: State, row: &Qualification) -> Step {
        Step {
            state,
            version: row.version + 1,
            reviewed_by: None,
            reviewed_at: None,
            return_reason: None,
            known_from: None,
            known_to: None,
        }
    }

    /// The step is a review, by whom and when.
    fn reviewed(mut self, tx: &Tx<'_>) -> Result<Step> {
        self.reviewed_by = Some(tx.actor.person()?.clone());
        self.reviewed_at = Some(tx.now.naive_utc());
        Ok(self)
    }

    /// Moves a statement on, unless somebody else did so first.
    fn take(self, tx: &mut Tx<'_>, row: &Qualification) -> Result<()> {
        let version = self.version - 1;
        let rows = diesel::update(
            qualification::table
                .filter(qualification::id.eq(&row.id))
                .filter(qualification::version.eq(version)),
        )
        .set(self)
        .execute(tx.conn)?;
        match rows {
            1 => Ok(()),
            _ => Err(Error::Stale),
        }
    }
}

fn reason_given(typed: &str) -> Result<String> {
    let mut errors = FieldErrors::default();
    let missing = "physicians-reason-missing";
    let reason = required(&mut errors, "reason", typed, LONG, missing);
    checked(errors, reason)
}

fn audit(
    tx: &mut Tx<'_>,
    verb: &'static str,
    row: &Qualification,
    reason: Option<&str>,
) -> Result<i64> {
    tx.audit(Entry {
        verb,
        subject: Subject::new(SUBJECT, row.id.as_str()),
        programme: Some(row.programme.clone()),
        facility: Some(row.facility.clone()),
        detail: json!({ "number": row.label(), "name": row.name, "reason": reason }),
    })
}

fn sign(
    tx: &mut Tx<'_>,
    proof: &Proof,
    meaning: Meaning,
    row: &Qualification,
    canonical: &str,
) -> Result<()> {
    let record = (SUBJECT, row.id.as_str());
    signatures::sign(tx, proof, meaning, record, canonical).map(|_| ())
}

/// Every facility at which the person is in post may stand differently now.
pub(super) fn renew(tx: &mut Tx<'_>, scope: &Scope, person: &PersonId) -> Result<()> {
    let facilities = register::facilities_of(tx.conn, person)?;
    standings::renew(tx, scope.programme(), &facilities)
}

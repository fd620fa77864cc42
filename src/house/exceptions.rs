//! Exceptions from one rule of the house policy (社内基準の例外): a safety officer asks, an approver confirms, both sign.

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

use super::register::one;
use crate::audit::{Entry, Subject};
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, FieldErrors, Message, Result};
use crate::facilities;
use crate::ids::{ExceptionId, FacilityId, PersonId, SignatureId};
use crate::rules::finding::{Argument, Source};
use crate::rules::gate;
use crate::schema::{exception_request, house_exception};
use crate::scope::{Role, Scope};
use crate::signatures::{self, Meaning, Proof, Signed};
use crate::standings::{self, label};
use crate::wording::{LONG, checked, required};

/// The most days of one exception, both ends counted.
///
/// READING: ours, as long as the usual interval of meetings; a longer need is a change of the policy, or is asked for and
/// signed again.
pub const LONGEST: u64 = 90;

/// The kind of record that both signatures are on.
pub const RECORD: &str = "exception";

crate::words! {
    /// What became of what was asked for.
    pub enum State {
        Asked = "asked",
        Confirmed = "confirmed",
        Declined = "declined",
        Withdrawn = "withdrawn",
    }
}

/// Where an exception stands on a day, as a reader wants to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waits for the second signature and has no effect.
    Waiting,
    /// Both have signed and its first day is to come.
    ToCome,
    InForce,
    /// Its last day has passed.
    Over,
    /// Ended early.
    Ended,
    Declined,
    Withdrawn,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewException {
    pub facility: FacilityId,
    /// The name of a rule of the house.
    pub rule: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub reason: String,
}

/// Who did something, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    pub person: PersonId,
    pub name: String,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// An exception as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    pub id: ExceptionId,
    pub number: i64,
    pub facility: FacilityId,
    pub facility_name: String,
    pub rule: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub state: State,
    /// Who asked, with the reason for the exception.
    pub asked: Deed,
    /// Who confirmed, declined or withdrew it.
    pub decided: Option<Deed>,
    /// Who ended it before its last day.
    pub ended: Option<Deed>,
}

impl Exception {
    /// The printed number, for example `E-0007`.
    pub fn label(&self) -> String {
        label("E", self.number)
    }

    pub fn phase(&self, today: NaiveDate) -> Phase {
        match self.state {
            State::Asked => Phase::Waiting,
            State::Declined => Phase::Declined,
            State::Withdrawn => Phase::Withdrawn,
            State::Confirmed if self.ended.is_some() => Phase::Ended,
            State::Confirmed if self.last_day < today => Phase::Over,
            State::Confirmed if today < self.first_day => Phase::ToCome,
            State::Confirmed => Phase::InForce,
        }
    }

    /// What both sign: the whole of what is set aside, where, when and why.
    fn canonical(&self) -> Result<String> {
        Ok(serde_json::to_string(&json!({
            "exception": self.id,
            "facility": self.facility,
            "rule": self.rule,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "reason": self.asked.reason,
        }))?)
    }

    fn entry(&self, scope: &Scope, verb: &'static str, reason: &str) -> Entry {
        Entry {
            verb,
            subject: Subject::new(RECORD, self.id.as_str()),
            programme: Some(scope.programme().clone()),
            facility: Some(self.facility.clone()),
            detail: self.detail(reason),
        }
    }

    fn detail(&self, reason: &str) -> Value {
        json!({
            "number": self.label(),
            "rule": format!("term:rule-{}", self.rule),
            "first_day": self.first_day,
            "last_day": self.last_day,
            "reason": reason,
        })
    }
}

/// The rules from which there can be an exception: those of the house, by name.
pub fn house_rules() -> impl Iterator<Item = &'static str> {
    let rules = gate::delivery_rules().iter();
    rules
        .filter(|(_, source)| *source == Source::House)
        .map(|(rule, _)| *rule)
}

/// Asks for an exception. It has no effect until an approver has signed as well.
///
/// # Errors
/// `Invalid` where the rule is one of the notice, the days are past, backwards or too many, the reason is missing, or
/// the same is asked for already.
pub fn ask(
    tx: &mut Tx<'_>,
    scope: &Scope,
    new: &NewException,
    proof: &Proof,
) -> Result<ExceptionId> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let place = facilities::get(tx.conn, scope, &new.facility)?;
    let mut errors = FieldErrors::default();
    rule_errors(&mut errors, &new.rule);
    day_errors(&mut errors, new, tx.today);
    let missing = "exceptions-reason-missing";
    let reason = required(&mut errors, "reason", &new.reason, LONG, missing);
    checked(errors, ())?;
    if let Some(number) = asked_already(tx.conn, scope, new)? {
        let number = Argument::Text(label("E", number));
        let message = Message::new("exceptions-asked-already").with("number", number);
        return Err(Error::invalid("rule", message));
    }
    let asked = Exception {
        id: ExceptionId::fresh(tx.now),
        number: counters::next(tx, "exception")?,
        facility: place.id,
        facility_name: place.name,
        rule: new.rule.clone(),
        first_day: new.first_day,
        last_day: new.last_day,
        state: State::Asked,
        asked: Deed {
            person: tx.actor.person()?.clone(),
            name: tx.actor.name.clone(),
            at: tx.now,
            reason,
        },
        decided: None,
        ended: None,
    };
    let seq = tx.audit(asked.entry(scope, "exception_asked", &asked.asked.reason))?;
    let signature = sign(tx, &asked, proof)?;
    diesel::insert_into(exception_request::table)
        .values((
            exception_request::id.eq(&asked.id),
            exception_request::number.eq(asked.number),
            exception_request::programme_id.eq(scope.programme()),
            exception_request::facility_id.eq(&asked.facility),
            exception_request::rule.eq(&asked.rule),
            exception_request::first_day.eq(asked.first_day),
            exception_request::last_day.eq(asked.last_day),
            exception_request::reason.eq(&asked.asked.reason),
            exception_request::state.eq(State::Asked),
            exception_request::asked_by.eq(&asked.asked.person),
            exception_request::asked_at.eq(tx.now.naive_utc()),
            exception_request::asked_signature.eq(&signature),
            exception_request::known_from.eq(seq),
            exception_request::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(asked.id)
}

fn rule_errors(errors: &mut FieldErrors, rule: &str) {
    let known = gate::delivery_rules()
        .iter()
        .find(|(name, _)| *name == rule);
    match known {
        Some((_, Source::House)) => {}
        // INVARIANT: nobody sets a clause of the notice aside.
        Some((_, Source::Notice)) => errors.add("rule", Message::new("exceptions-not-the-notice")),
        None => errors.add("rule", Message::new("forms-choose")),
    }
}

fn day_errors(errors: &mut FieldErrors, new: &NewException, today: NaiveDate) {
    if new.first_day < today {
        let today = Argument::Date(today);
        let message = Message::new("exceptions-in-the-past").with("today", today);
        errors.add("first_day", message);
    }
    let latest = new.first_day.checked_add_days(Days::new(LONGEST - 1));
    if new.last_day < new.first_day {
        let first = Argument::Date(new.first_day);
        let message = Message::new("exceptions-ends-before").with("first", first);
        errors.add("last_day", message);
    } else if latest.is_none_or(|latest| latest < new.last_day) {
        let days = i64::try_from(LONGEST).unwrap_or(i64::MAX);
        let message = Message::new("exceptions-too-long").with("days", Argument::Number(days));
        errors.add("last_day", message);
    }
}

/// The number of what waits already for the same rule at the same facility.
fn asked_already(conn: &mut AnyConn, scope: &Scope, new: &NewException) -> Result<Option<i64>> {
    Ok(exception_request::table
        .filter(exception_request::programme_id.eq(scope.programme()))
        .filter(exception_request::facility_id.eq(&new.facility))
        .filter(exception_request::rule.eq(&new.rule))
        .filter(exception_request::state.eq(State::Asked))
        .select(exception_request::number)
        .first(conn)
        .optional()?)
}

/// The signatures on it, each beside what it says now.
pub fn signed(conn: &mut AnyConn, exception: &Exception) -> Result<Vec<Signed>> {
    signatures::beside(
        conn,
        (RECORD, exception.id.as_str()),
        &exception.canonical()?,
    )
}

fn sign(tx: &mut Tx<'_>, exception: &Exception, proof: &Proof) -> Result<SignatureId> {
    let record = (RECORD, exception.id.as_str());
    signatures::sign(
        tx,
        proof,
        Meaning::Exception,
        record,
        &exception.canonical()?,
    )
}

/// Gives the second signature: from now on the exception is in force on its days.
///
/// # Errors
/// `Forbidden` to whoever asked, `Stale` where it waits no more, `Invalid` where its last day has passed meanwhile.
pub fn confirm(tx: &mut Tx<'_>, scope: &Scope, id: &ExceptionId, proof: &Proof) -> Result<()> {
    tx.actor.acts_as(&[Role::DistributionApprover])?;
    let found = waiting(tx, scope, id)?;
    let person = tx.actor.person()?.clone();
    // INVARIANT: the two signatures are of two persons, whatever roles one person holds.
    if person == found.asked.person {
        return Err(Error::Forbidden);
    }
    if found.last_day < tx.today {
        let last = Argument::Date(found.last_day);
        let message = Message::new("exceptions-over-already").with("last", last);
        return Err(Error::invalid("password", message));
    }
    let seq = tx.audit(found.entry(scope, "exception_confirmed", &found.asked.reason))?;
    let signature = sign(tx, &found, proof)?;
    let asked_signature: String = exception_request::table
        .find(id)
        .select(exception_request::asked_signature)
        .get_result(tx.conn)?;
    decide(tx, id, State::Confirmed, None)?;
    diesel::insert_into(house_exception::table)
        .values((
            house_exception::id.eq(id),
            house_exception::number.eq(found.number),
            house_exception::programme_id.eq(scope.programme()),
            house_exception::facility_id.eq(&found.facility),
            house_exception::rule.eq(&found.rule),
            house_exception::first_day.eq(found.first_day),
            house_exception::last_day.eq(found.last_day),
            house_exception::asked_by.eq(&found.asked.person),
            house_exception::asked_signature.eq(asked_signature),
            house_exception::confirmed_by.eq(&person),
            house_exception::confirmed_signature.eq(&signature),
            house_exception::change_id.eq(&tx.change),
            house_exception::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    standings::renew(tx, scope.programme(), &[found.facility])
}

/// Declines what was asked for.
pub fn decline(tx: &mut Tx<'_>, scope: &Scope, id: &ExceptionId, reason: &str) -> Result<()> {
    tx.actor.acts_as(&[Role::DistributionApprover])?;
    undo(
        tx,
        scope,
        id,
        (State::Declined, "exception_declined"),
        reason,
    )
}

/// Takes back what was asked for, before the second signature.
pub fn withdraw(tx: &mut Tx<'_>, scope: &Scope, id: &ExceptionId, reason: &str) -> Result<()> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    undo(
        tx,
        scope,
        id,
        (State::Withdrawn, "exception_withdrawn"),
        reason,
    )
}

fn undo(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &ExceptionId,
    (state, verb): (State, &'static str),
    reason: &str,
) -> Result<()> {
    let found = waiting(tx, scope, id)?;
    let reason = given(reason)?;
    tx.audit(found.entry(scope, verb, &reason))?;
    decide(tx, id, state, Some(&reason))
}

fn given(reason: &str) -> Result<String> {
    let mut errors = FieldErrors::default();
    let missing = "exceptions-reason-missing";
    let reason = required(&mut errors, "reason", reason, LONG, missing);
    checked(errors, reason)
}

/// What waits for the second signature.
fn waiting(tx: &mut Tx<'_>, scope: &Scope, id: &ExceptionId) -> Result<Exception> {
    let found = one(tx.conn, scope, id)?;
    match found.state {
        State::Asked => Ok(found),
        _ => Err(Error::Stale),
    }
}

fn decide(tx: &mut Tx<'_>, id: &ExceptionId, state: State, reason: Option<&str>) -> Result<()> {
    let person = tx.actor.person()?.clone();
    diesel::update(exception_request::table.find(id))
        .set((
            exception_request::state.eq(state),
            exception_request::decided_by.eq(person),
            exception_request::decided_at.eq(tx.now.naive_utc()),
            exception_request::decision_reason.eq(reason),
            exception_request::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends an exception before its last day; either of the two roles may.
pub fn end(tx: &mut Tx<'_>, scope: &Scope, id: &ExceptionId, reason: &str) -> Result<()> {
    tx.actor
        .acts_as(&[Role::SafetyOfficer, Role::DistributionApprover])?;
    let found = one(tx.conn, scope, id)?;
    if !matches!(found.phase(tx.today), Phase::ToCome | Phase::InForce) {
        return Err(Error::Stale);
    }
    let reason = given(reason)?;
    let seq = tx.audit(found.entry(scope, "exception_ended", &reason))?;
    let person = tx.actor.person()?.clone();
    diesel::update(house_exception::table.find(id))
        .set((
            house_exception::known_to.eq(seq),
            house_exception::ended_by.eq(person),
            house_exception::ended_at.eq(tx.now.naive_utc()),
            house_exception::end_reason.eq(reason),
        ))
        .execute(tx.conn)?;
    standings::renew(tx, scope.programme(), &[found.facility])
}

//! Cases: a course of treatment at one facility, without direct identifiers, and the dosing checks asked about it.
//!
//! A case has a number that the program makes up; the hospital keeps the link to its chart. What is recorded is
//! never rewritten, is read by the facility alone, and leaves it only by an act of its own: the report of a
//! reaction ([`report_reaction`]), the code under which a course goes on elsewhere ([`offer_transfer`]), or an order
//! that names it, which learns its vials and open clauses ([`for_order`]).

mod answer_pages;
mod around_pages;
mod bedside_form_pages;
pub mod bedside_pages;
pub mod calendar_pages;
pub mod check_pages;
mod checks;
pub mod eligibility_pages;
mod entries;
pub mod entry_form_pages;
pub mod entry_pages;
mod lists;
mod numbers;
mod orders;
pub mod pages;
pub mod record_pages;
mod safety;
pub mod safety_pages;
mod store;
mod told_pages;
pub mod transfer_pages;
mod transfers;
mod typed_pages;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::audit::{Entry as Audited, Subject};
use crate::clock::jst_date;
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::{CaseId, CaseRecordId, FacilityId, PersonId};
use crate::physicians::register::in_post;
use crate::rules::dosing::eligibility::EligibilityFacts;
use crate::rules::finding::Argument;
use crate::scope::{Role, Scope};
use crate::wording::{LONG, checked, required};

pub use checks::{Checked, check, keep_check, kept_checks};
pub use entries::{Entry, Kind};
pub use lists::{Course, courses};
pub use numbers::number_typed;
pub use orders::{MOST_DOSES, Wanted, answer, for_order};
pub use safety::{SafetyTask, acknowledge_task, report_reaction, task, tasks, tasks_of};
pub use store::{Gathered, PAGE, Tally, by_number, case, gather, list, records, tallies};
pub use transfers::{
    Offer, accept_transfer, confirm_dose, offer_transfer, offered, unconfirmed, withdraw_transfer,
};

/// Who keeps a facility's cases.
pub const KEEPERS: &[Role] = &[Role::Physician, Role::FacilityCoordinator];

/// The most records that are held of one case. Ours: 17 cycles fill a fraction of it.
pub const MOST_RECORDS: i64 = 400;
/// The most rows that a case may grow to by corrections.
const MOST_ROWS: i32 = 4000;

crate::words! {
    pub enum State {
        Open = "open",
        /// The course ended here.
        Closed = "closed",
        /// The course goes on at another facility.
        ContinuedElsewhere = "continued_elsewhere",
    }
}

impl State {
    /// The message that names it.
    pub fn word(self) -> &'static str {
        match self {
            State::Open => "case-state-open",
            State::Closed => "case-state-closed",
            State::ContinuedElsewhere => "case-state-continued",
        }
    }
}

/// A case as its facility knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    /// As it is printed, for example `9K4-22H7`.
    pub number: String,
    pub facility: FacilityId,
    pub state: State,
    pub version: i32,
    /// 1 for the first course with this medicine.
    pub course: u32,
    /// The case of another facility that this one goes on from; nobody here can read it.
    pub parent: Option<CaseId>,
    pub opened_by: PersonId,
    pub opened_at: DateTime<Utc>,
    /// The audit sequence at which it became known; lists go on from it.
    pub known_from: i64,
}

/// A case to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// 1 for the first course with this medicine.
    pub course: u32,
    pub eligibility: EligibilityFacts,
}

/// Something to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    pub entry: Entry,
    /// The physician in charge (W-1a), who was in post on that day. A dose given here needs one.
    pub physician: Option<PersonId>,
    /// Whether it happened at another facility, so that its vials count there.
    pub elsewhere: bool,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub id: CaseRecordId,
    /// Its number within the case.
    pub position: i32,
    pub entry: Entry,
    pub elsewhere: bool,
    /// False until the receiver of a course has confirmed what the sender had recorded.
    pub confirmed: bool,
    /// The physician in charge, by id and name.
    pub physician: Option<(PersonId, String)>,
    pub entered_by: (PersonId, String),
    pub replaces: Option<CaseRecordId>,
    /// The audit sequences at which it became known and ceased to be held.
    pub known_from: i64,
    pub known_to: Option<i64>,
    /// Why it ceased to be held, where somebody corrected it.
    pub end_reason: Option<String>,
}

/// Opens a case at the actor's own facility.
pub fn open(tx: &mut Tx<'_>, scope: &Scope, new: &NewCase) -> Result<CaseId> {
    tx.actor.acts_as(KEEPERS)?;
    let place = store::own(scope)?.clone();
    let entry = NewRecord {
        entry: Entry::Eligibility(new.eligibility.clone()),
        physician: None,
        elsewhere: false,
    };
    let mut errors = FieldErrors::default();
    if !(1..=99).contains(&new.course) {
        errors.add("course", Message::new("cases-course"));
    }
    entry.entry.check(&mut errors, tx.now);
    checked(errors, ())?;
    let case = begin(tx, scope, place, new.course, None)?;
    place_record(tx, scope, &case, &entry, (1, true), None, case.known_from)?;
    Ok(case.id)
}

/// Puts a fresh case into the books, with its audit row.
fn begin(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: FacilityId,
    course: u32,
    parent: Option<CaseId>,
) -> Result<Case> {
    let mut number = numbers::number()?;
    while store::is_taken(tx.conn, &number)? {
        number = numbers::number()?;
    }
    let mut case = Case {
        id: CaseId::fresh(tx.now),
        number,
        facility: place,
        state: State::Open,
        version: 1,
        course,
        parent,
        opened_by: tx.actor.person()?.clone(),
        opened_at: tx.now,
        known_from: 0,
    };
    case.known_from = tx.audit(audited(scope, &case, "case_opened", None))?;
    store::insert_case(tx, scope, &case)?;
    Ok(case)
}

/// Records a dose, a reaction, a count or a response that has happened.
///
/// # Errors
/// `Stale` where the page is older than the case or the case is no longer open; `Invalid` for a time to come.
pub fn record(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&CaseId, i32),
    new: &NewRecord,
) -> Result<CaseRecordId> {
    tx.actor.acts_as(KEEPERS)?;
    let case = current(tx, scope, (id, version), &[State::Open])?;
    if new.entry.kind() == Kind::Eligibility {
        let message = Message::new("cases-eligibility-changes");
        return Err(Error::invalid("kind", message));
    }
    if store::count_held(tx.conn, id)? >= MOST_RECORDS {
        let most = Argument::Number(MOST_RECORDS);
        let message = Message::new("cases-full").with("most", most);
        return Err(Error::invalid("kind", message));
    }
    check_record(tx, &case, new, !new.elsewhere)?;
    let position = next_position(tx, id)?;
    let seq = tx.audit(audited(scope, &case, "case_recorded", Some(position)))?;
    let made = place_record(tx, scope, &case, new, (position, true), None, seq)?;
    store::move_on(tx, &case, case.state)?;
    Ok(made)
}

/// Ends a wrong record with a reason and puts the right one in its place, or nothing where nothing happened.
/// A record can be corrected whatever became of the case; it never goes away.
pub fn correct(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&CaseId, i32),
    wrong: &CaseRecordId,
    reason: &str,
    right: Option<&NewRecord>,
) -> Result<Option<CaseRecordId>> {
    tx.actor.acts_as(KEEPERS)?;
    let case = current(tx, scope, (id, version), State::ALL)?;
    let wrong = held_record(tx, scope, id, wrong)?;
    let mut errors = FieldErrors::default();
    let missing = "cases-reason-missing";
    let reason = required(&mut errors, "reason", reason, LONG, missing);
    let kind = wrong.entry.kind();
    if kind == Kind::Eligibility || right.is_some_and(|right| right.entry.kind() != kind) {
        errors.add("kind", Message::new("cases-kind-kept"));
    }
    checked(errors, ())?;
    if let Some(right) = right {
        check_record(tx, &case, right, !right.elsewhere)?;
    }
    replace(tx, scope, &case, &wrong, right, Some(&reason))
}

/// Puts other words on who is treated, and on what ground, in the place of those that are held.
pub fn change_eligibility(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&CaseId, i32),
    facts: &EligibilityFacts,
) -> Result<CaseRecordId> {
    tx.actor.acts_as(KEEPERS)?;
    let case = current(tx, scope, (id, version), &[State::Open])?;
    let right = NewRecord {
        entry: Entry::Eligibility(facts.clone()),
        physician: None,
        elsewhere: false,
    };
    check_record(tx, &case, &right, false)?;
    let gathered = store::gather(tx.conn, scope, id)?;
    let held = gathered
        .records
        .iter()
        .find(|record| record.entry.kind() == Kind::Eligibility)
        .ok_or(Error::NotFound)?;
    replace(tx, scope, &case, held, Some(&right), None)?.ok_or(Error::NotFound)
}

/// Closes a case whose course ended. It is not opened again: a further course is a case of its own.
pub fn close(tx: &mut Tx<'_>, scope: &Scope, (id, version): (&CaseId, i32)) -> Result<()> {
    tx.actor.acts_as(KEEPERS)?;
    let case = current(tx, scope, (id, version), &[State::Open])?;
    tx.audit(audited(scope, &case, "case_closed", None))?;
    transfers::withdraw_all(tx, &case.id)?;
    store::move_on(tx, &case, State::Closed)
}

/// The case an act starts from, if the actor may see it, has seen its latest version, and it is in such a state.
fn current(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&CaseId, i32),
    states: &[State],
) -> Result<Case> {
    let case = store::case(tx.conn, scope, id)?;
    if case.version != version || !states.contains(&case.state) {
        return Err(Error::Stale);
    }
    Ok(case)
}

/// A record of the case, while it is held.
fn held_record(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &CaseId,
    record: &CaseRecordId,
) -> Result<Record> {
    let all = store::records(tx.conn, scope, id)?;
    let found = all.into_iter().find(|one| one.id == *record);
    let found = found.ok_or(Error::NotFound)?;
    if found.known_to.is_some() {
        return Err(Error::Stale);
    }
    Ok(found)
}

/// Checks what is to be recorded: its own bounds, and the physician in charge.
fn check_record(tx: &mut Tx<'_>, case: &Case, new: &NewRecord, here: bool) -> Result<()> {
    let mut errors = FieldErrors::default();
    new.entry.check(&mut errors, tx.now);
    let dose = new.entry.kind() == Kind::Administration;
    match &new.physician {
        // READING: W-1a asks under whom each dose is given; what happened elsewhere has no physician of this facility.
        None if dose && here => {
            errors.add("physician", Message::new("cases-physician-missing"));
        }
        Some(physician) if errors.is_empty() => {
            let on = new.entry.occurred().map_or(tx.today, jst_date);
            let there = in_post(tx.conn, &case.facility, on)?;
            if !there.iter().any(|(known, _)| known == physician) {
                let day = Argument::Date(on);
                let message = Message::new("cases-physician-not-in-post").with("day", day);
                errors.add("physician", message);
            }
        }
        _ => {}
    }
    checked(errors, ())
}

/// Ends a record and puts another in its place, in one step of the case.
fn replace(
    tx: &mut Tx<'_>,
    scope: &Scope,
    case: &Case,
    wrong: &Record,
    right: Option<&NewRecord>,
    reason: Option<&str>,
) -> Result<Option<CaseRecordId>> {
    // The words of a reason stay with the record: whoever reads the log reads numbers only.
    let entry = audited(scope, case, "case_corrected", Some(wrong.position));
    let seq = tx.audit(entry)?;
    store::end_record(tx, &wrong.id, seq, reason)?;
    let made = match right {
        Some(new) => {
            let position = next_position(tx, &case.id)?;
            let place = (position, true);
            Some(place_record(
                tx,
                scope,
                case,
                new,
                place,
                Some(&wrong.id),
                seq,
            )?)
        }
        None => None,
    };
    store::move_on(tx, case, case.state)?;
    Ok(made)
}

fn place_record(
    tx: &mut Tx<'_>,
    scope: &Scope,
    case: &Case,
    new: &NewRecord,
    (position, confirmed): (i32, bool),
    replaces: Option<&CaseRecordId>,
    seq: i64,
) -> Result<CaseRecordId> {
    let placed = store::Placed {
        case,
        position,
        confirmed,
        replaces,
        seq,
    };
    store::insert_record(tx, scope, new, &placed)
}

/// The number of the next record. Corrections make rows too, so that they have an end as well.
fn next_position(tx: &mut Tx<'_>, id: &CaseId) -> Result<i32> {
    let last = store::last_position(tx.conn, id)?;
    if last >= MOST_ROWS {
        let most = Argument::Number(MOST_ROWS.into());
        let message = Message::new("cases-full").with("most", most);
        return Err(Error::invalid("kind", message));
    }
    Ok(last.saturating_add(1))
}

/// The audit row of an act. INVARIANT: it carries the case's number and a record's number, and nothing else, because
/// the log has readers who may not read the case.
fn audited(scope: &Scope, case: &Case, verb: &'static str, record: Option<i32>) -> Audited {
    Audited {
        verb,
        subject: Subject::new("case", case.id.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(case.facility.clone()),
        detail: json!({ "number": case.number, "record": record }),
    }
}

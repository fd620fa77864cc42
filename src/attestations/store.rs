//! Attestations as rows: each read takes a scope, and each change the version that was read.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::State;
use super::answers::{Answers, Step};
use crate::db::AnyConn;
use crate::error::{Error, Message, Result};
use crate::facilities::{self, codes::MedicalInstitutionCode};
use crate::ids::{AttestationId, FacilityId, PersonId, ProgrammeId};
use crate::rules::finding::Argument;
use crate::schema::{attestation, audit, facility, person};
use crate::scope::Scope;

/// How many attestations a page of a list holds.
pub const PAGE: i64 = 50;

/// A person with the name to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: PersonId,
    pub name: String,
}

/// A facility with the name to print, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub id: FacilityId,
    pub name: String,
}

/// One attestation (要件確認) as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    pub id: AttestationId,
    pub number: i64,
    pub programme: ProgrammeId,
    pub facility: Place,
    pub state: State,
    /// Raised by every change; whoever changes it names the one they saw.
    pub version: i32,
    pub answers: Answers,
    /// The partner that the answers name.
    pub partner: Option<Place>,
    pub started: (Named, DateTime<Utc>),
    pub submitted: Option<(Named, DateTime<Utc>)>,
    /// Who accepted or returned it.
    pub reviewed: Option<(Named, DateTime<Utc>)>,
    /// The step sent back, until it is saved again.
    pub return_step: Option<Step>,
    /// Why it was sent back, or why accepted evidence was withdrawn.
    pub return_reason: Option<String>,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: AttestationId,
    pub number: i64,
    pub facility: Place,
    pub state: State,
    pub started_at: DateTime<Utc>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub reviewed_at: Option<DateTime<Utc>>,
}

/// A page of a list; `next` is the number to go on below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    pub rows: Vec<Listed>,
    pub next: Option<i64>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = attestation)]
struct Row {
    id: AttestationId,
    number: i64,
    programme_id: ProgrammeId,
    facility_id: FacilityId,
    state: State,
    version: i32,
    answers: String,
    started_by: PersonId,
    started_at: NaiveDateTime,
    submitted_by: Option<PersonId>,
    submitted_at: Option<NaiveDateTime>,
    reviewed_by: Option<PersonId>,
    reviewed_at: Option<NaiveDateTime>,
    return_step: Option<Step>,
    return_reason: Option<String>,
}

/// One attestation; a foreign one is not found.
pub fn get(conn: &mut AnyConn, scope: &Scope, id: &AttestationId) -> Result<Attestation> {
    let mut query = attestation::table
        .filter(attestation::id.eq(id))
        .filter(attestation::programme_id.eq(scope.programme()))
        .select(Row::as_select())
        .into_boxed();
    if let Some(own) = scope.only() {
        query = query.filter(attestation::facility_id.eq(own.clone()));
    }
    let row = query.first(conn)?;
    assemble(conn, row)
}

/// The attestations of one facility that were ever submitted, after a number, at most a page, with their answers.
pub fn submitted_after(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    after: i64,
    limit: i64,
) -> Result<Vec<Attestation>> {
    scope.admit(place)?;
    let rows = attestation::table
        .filter(attestation::programme_id.eq(scope.programme()))
        .filter(attestation::facility_id.eq(place))
        .filter(attestation::submitted_at.is_not_null())
        .filter(attestation::number.gt(after))
        .order(attestation::number)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    assemble_all(conn, rows)
}

fn assemble(conn: &mut AnyConn, row: Row) -> Result<Attestation> {
    assemble_all(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

fn assemble_all(conn: &mut AnyConn, rows: Vec<Row>) -> Result<Vec<Attestation>> {
    let rows: Vec<(Row, Answers)> = rows
        .into_iter()
        .map(|row| {
            let answers = Answers::parse(&row.answers)?;
            Ok((row, answers))
        })
        .collect::<Result<_>>()?;
    let people: Vec<&PersonId> = rows
        .iter()
        .flat_map(|(row, _)| {
            std::iter::once(&row.started_by)
                .chain(&row.submitted_by)
                .chain(&row.reviewed_by)
        })
        .collect();
    let people: HashMap<PersonId, String> = person::table
        .filter(person::id.eq_any(people))
        .select((person::id, person::name))
        .load(conn)?
        .into_iter()
        .collect();
    let places: Vec<&FacilityId> = rows
        .iter()
        .flat_map(|(row, answers)| {
            std::iter::once(&row.facility_id).chain(&answers.partner.facility)
        })
        .collect();
    let places: HashMap<FacilityId, String> = facility::table
        .filter(facility::id.eq_any(places))
        .select((facility::id, facility::name))
        .load(conn)?
        .into_iter()
        .collect();
    let named = |id: PersonId| Named {
        name: people.get(&id).cloned().unwrap_or_default(),
        id,
    };
    let place = |id: &FacilityId| Place {
        name: places.get(id).cloned().unwrap_or_default(),
        id: id.clone(),
    };
    let act = |who: Option<PersonId>, at: Option<NaiveDateTime>| {
        who.zip(at).map(|(who, at)| (named(who), at.and_utc()))
    };
    let attestation = |(row, answers): (Row, Answers)| Attestation {
        facility: place(&row.facility_id),
        partner: answers.partner.facility.as_ref().map(place),
        started: (named(row.started_by), row.started_at.and_utc()),
        submitted: act(row.submitted_by, row.submitted_at),
        reviewed: act(row.reviewed_by, row.reviewed_at),
        id: row.id,
        number: row.number,
        programme: row.programme_id,
        state: row.state,
        version: row.version,
        answers,
        return_step: row.return_step,
        return_reason: row.return_reason,
    };
    Ok(rows.into_iter().map(attestation).collect())
}

type ListedRow = (
    AttestationId,
    i64,
    FacilityId,
    String,
    State,
    NaiveDateTime,
    Option<NaiveDateTime>,
    Option<NaiveDateTime>,
);

/// Attestations in one state or in all, the latest number first, from below a number on.
pub fn list(
    conn: &mut AnyConn,
    scope: &Scope,
    state: Option<State>,
    below: Option<i64>,
) -> Result<Listing> {
    listing(conn, scope, scope.only(), state, below)
}

/// The attestations of one facility, the latest first.
pub fn of_facility(
    conn: &mut AnyConn,
    scope: &Scope,
    facility: &FacilityId,
    below: Option<i64>,
) -> Result<Listing> {
    scope.admit(facility)?;
    listing(conn, scope, Some(facility), None, below)
}

fn listing(
    conn: &mut AnyConn,
    scope: &Scope,
    only: Option<&FacilityId>,
    state: Option<State>,
    below: Option<i64>,
) -> Result<Listing> {
    let mut query = attestation::table
        .inner_join(facility::table.on(facility::id.eq(attestation::facility_id)))
        .filter(attestation::programme_id.eq(scope.programme()))
        .order(attestation::number.desc())
        .limit(PAGE + 1)
        .select((
            attestation::id,
            attestation::number,
            facility::id,
            facility::name,
            attestation::state,
            attestation::started_at,
            attestation::submitted_at,
            attestation::reviewed_at,
        ))
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(attestation::facility_id.eq(only.clone()));
    }
    if let Some(state) = state {
        query = query.filter(attestation::state.eq(state));
    }
    if let Some(below) = below {
        query = query.filter(attestation::number.lt(below));
    }
    let found: Vec<ListedRow> = query.load(conn)?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > page;
    let rows: Vec<Listed> = found
        .into_iter()
        .take(page)
        .map(
            |(id, number, facility, name, state, started_at, submitted_at, reviewed_at)| Listed {
                id,
                number,
                facility: Place { id: facility, name },
                state,
                started_at: started_at.and_utc(),
                submitted_at: submitted_at.map(|at| at.and_utc()),
                reviewed_at: reviewed_at.map(|at| at.and_utc()),
            },
        )
        .collect();
    let next = rows.last().filter(|_| more).map(|row| row.number);
    Ok(Listing { rows, next })
}

/// The facility's attestation that is still being filled or reviewed.
pub(super) fn open_of(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facility: &FacilityId,
) -> Result<Option<AttestationId>> {
    Ok(attestation::table
        .filter(attestation::programme_id.eq(programme))
        .filter(attestation::facility_id.eq(facility))
        .filter(attestation::state.eq_any([State::Draft, State::Submitted, State::Returned]))
        .order(attestation::number.desc())
        .select(attestation::id)
        .first(conn)
        .optional()?)
}

/// The answers that the facility's latest acceptance rests on.
pub(super) fn accepted_answers(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facility: &FacilityId,
) -> Result<Option<Answers>> {
    let text: Option<String> = attestation::table
        .filter(attestation::programme_id.eq(programme))
        .filter(attestation::facility_id.eq(facility))
        .filter(attestation::state.eq(State::Accepted))
        .order(attestation::number.desc())
        .select(attestation::answers)
        .first(conn)
        .optional()?;
    text.map(|text| Answers::parse(&text)).transpose()
}

/// Whether a submission of the facility waits for its reviewer.
pub(super) fn is_under_review(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facility: &FacilityId,
) -> Result<bool> {
    let rows = attestation::table
        .filter(attestation::programme_id.eq(programme))
        .filter(attestation::facility_id.eq(facility))
        .filter(attestation::state.eq(State::Submitted));
    Ok(diesel::select(diesel::dsl::exists(rows)).get_result(conn)?)
}

/// The partner that a typed 医療機関コード names: nine or ten digits that exactly one facility bears.
pub fn partner_of_code(conn: &mut AnyConn, typed: &str) -> Result<Place> {
    let wrong = |id| {
        let found = Argument::Text(typed.trim().to_owned());
        Error::invalid("partner_code", Message::new(id).with("found", found))
    };
    let code = MedicalInstitutionCode::parse(typed)
        .map_err(|_| wrong("attestation-error-partner-code"))?;
    match facilities::find_by_code(conn, &code) {
        Ok(found) => Ok(Place {
            id: found.id,
            name: found.name,
        }),
        Err(Error::NotFound) => Err(wrong("attestation-error-partner-unknown")),
        Err(other) => Err(other),
    }
}

/// The code that a form shows for a partner named before. Codes stand in public lists: no scope hides them.
pub fn code_of(conn: &mut AnyConn, scope: &Scope, partner: &FacilityId) -> Result<String> {
    let all = Scope::Programme(scope.programme().clone());
    let codes = facilities::codes_of(conn, &all, partner)?;
    let of_today = |code: &&facilities::Code| {
        code.system == facilities::MEDICAL_INSTITUTION && code.known_to.is_none()
    };
    Ok(codes
        .iter()
        .find(of_today)
        .map_or_else(String::new, facilities::Code::printed))
}

/// Whether there is such a facility.
pub(super) fn exists(conn: &mut AnyConn, id: &FacilityId) -> Result<bool> {
    let found = facility::table.filter(facility::id.eq(id));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}

/// Whether the person started, filled or submitted the attestation at any time, as the log has it.
pub(super) fn had_a_hand(
    conn: &mut AnyConn,
    id: &AttestationId,
    person: &PersonId,
) -> Result<bool> {
    let verbs = [
        "attestation_started",
        "attestation_step_saved",
        "attestation_submitted",
    ];
    let rows = audit::table
        .filter(audit::subject_kind.eq(super::SUBJECT))
        .filter(audit::subject_id.eq(id.as_str()))
        .filter(audit::verb.eq_any(verbs))
        .filter(audit::person_id.eq(person.as_str()));
    Ok(diesel::select(diesel::dsl::exists(rows)).get_result(conn)?)
}

/// The audit sequence at which the attestation was submitted last.
pub(super) fn submitted_seq(conn: &mut AnyConn, id: &AttestationId) -> Result<i64> {
    let seq: Option<i64> = audit::table
        .filter(audit::subject_kind.eq(super::SUBJECT))
        .filter(audit::subject_id.eq(id.as_str()))
        .filter(audit::verb.eq("attestation_submitted"))
        .select(diesel::dsl::max(audit::seq))
        .get_result(conn)?;
    Ok(seq.unwrap_or(0))
}

/// A new row.
#[derive(Insertable)]
#[diesel(table_name = attestation)]
pub(super) struct New<'a> {
    pub id: &'a AttestationId,
    pub number: i64,
    pub programme_id: &'a ProgrammeId,
    pub facility_id: &'a FacilityId,
    pub state: State,
    pub version: i32,
    pub answers: String,
    pub started_by: &'a PersonId,
    pub started_at: NaiveDateTime,
}

pub(super) fn insert(conn: &mut AnyConn, new: &New<'_>) -> Result<()> {
    diesel::insert_into(attestation::table)
        .values(new)
        .execute(conn)?;
    Ok(())
}

/// What a verb changes; an outer `None` leaves the column as it is.
#[derive(AsChangeset, Default)]
#[diesel(table_name = attestation)]
pub(super) struct Change {
    pub state: Option<State>,
    pub answers: Option<String>,
    pub submitted_by: Option<PersonId>,
    pub submitted_at: Option<NaiveDateTime>,
    pub reviewed_by: Option<PersonId>,
    pub reviewed_at: Option<NaiveDateTime>,
    pub return_step: Option<Option<Step>>,
    pub return_reason: Option<Option<String>>,
}

/// Changes the row that was read, and no later one.
pub(super) fn change(
    conn: &mut AnyConn,
    id: &AttestationId,
    version: i32,
    change: Change,
) -> Result<()> {
    let row = attestation::table
        .filter(attestation::id.eq(id))
        .filter(attestation::version.eq(version));
    let changed = diesel::update(row)
        .set((change, attestation::version.eq(version + 1)))
        .execute(conn)?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// The facility's earlier accepted attestations become superseded; returns how many.
pub(super) fn supersede(conn: &mut AnyConn, by: &Attestation) -> Result<usize> {
    let earlier = attestation::table
        .filter(attestation::programme_id.eq(&by.programme))
        .filter(attestation::facility_id.eq(&by.facility.id))
        .filter(attestation::state.eq(State::Accepted))
        .filter(attestation::id.ne(&by.id));
    Ok(diesel::update(earlier)
        .set((
            attestation::state.eq(State::Superseded),
            attestation::version.eq(attestation::version + 1),
        ))
        .execute(conn)?)
}

/// What was submitted and waits for a reviewer, oldest first; at most `limit`.
pub fn to_review(conn: &mut AnyConn, scope: &Scope, limit: i64) -> Result<Vec<Listed>> {
    let mut query = attestation::table
        .inner_join(facility::table.on(facility::id.eq(attestation::facility_id)))
        .filter(attestation::programme_id.eq(scope.programme()))
        .filter(attestation::state.eq(State::Submitted))
        .order(attestation::number)
        .limit(limit)
        .select((
            attestation::id,
            attestation::number,
            facility::id,
            facility::name,
            attestation::state,
            attestation::started_at,
            attestation::submitted_at,
            attestation::reviewed_at,
        ))
        .into_boxed();
    if let Some(own) = scope.only() {
        query = query.filter(attestation::facility_id.eq(own.clone()));
    }
    let found: Vec<ListedRow> = query.load(conn)?;
    Ok(found.into_iter().map(line).collect())
}

fn line(row: ListedRow) -> Listed {
    let (id, number, facility, name, state, started_at, submitted_at, reviewed_at) = row;
    Listed {
        id,
        number,
        facility: Place { id: facility, name },
        state,
        started_at: started_at.and_utc(),
        submitted_at: submitted_at.map(|at| at.and_utc()),
        reviewed_at: reviewed_at.map(|at| at.and_utc()),
    }
}

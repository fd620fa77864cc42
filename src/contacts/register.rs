//! Contacts read back, each with who was there, in a constant number of queries.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Contact, Kind, Mode, Presenter};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{ContactId, FacilityId, PersonId, ProgrammeId};
use crate::schema::{contact, contact_attendee, facility};
use crate::scope::Scope;

/// Rows a page.
pub const PAGE: i64 = 50;

#[derive(Queryable)]
struct Row {
    id: ContactId,
    number: i64,
    programme: ProgrammeId,
    facility: FacilityId,
    facility_name: String,
    kind: Kind,
    mode: Mode,
    presenter: Presenter,
    presenter_name: String,
    product: Option<bool>,
    safety_measures: Option<bool>,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    materials: String,
    summary: String,
    entered_by: PersonId,
    known_from: i64,
    known_to: Option<i64>,
}

/// A contact with its facility's name; filtered and ordered by the reader.
macro_rules! contacts {
    () => {
        contact::table
            .inner_join(facility::table.on(facility::id.eq(contact::facility_id)))
            .select((
                contact::id,
                contact::number,
                contact::programme_id,
                contact::facility_id,
                facility::name,
                contact::kind,
                contact::mode,
                contact::presenter,
                contact::presenter_name,
                contact::product,
                contact::safety_measures,
                contact::starts_at,
                contact::ends_at,
                contact::materials,
                contact::summary,
                contact::entered_by,
                contact::known_from,
                contact::known_to,
            ))
    };
}

/// The contacts of a facility that are held, latest first, from before an instant.
pub fn of_facility(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    limit: i64,
) -> Result<Vec<Contact>> {
    scope.admit(place)?;
    let rows = contacts!()
        .filter(contact::programme_id.eq(scope.programme()))
        .filter(contact::facility_id.eq(place))
        .filter(contact::known_to.is_null())
        .order((contact::starts_at.desc(), contact::number.desc()))
        .limit(limit)
        .load(conn)?;
    with_attendees(conn, rows)
}

/// A page of contacts of one kind, or of both, newest number first, from before a number.
pub fn list(
    conn: &mut AnyConn,
    scope: &Scope,
    kind: Option<Kind>,
    before: Option<i64>,
) -> Result<(Vec<Contact>, Option<i64>)> {
    let mut query = contacts!()
        .filter(contact::programme_id.eq(scope.programme()))
        .filter(contact::known_to.is_null())
        .filter(contact::number.lt(before.unwrap_or(i64::MAX)))
        .order(contact::number.desc())
        .limit(PAGE + 1)
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(contact::kind.eq(kind));
    }
    if let Some(own) = scope.only() {
        query = query.filter(contact::facility_id.eq(own));
    }
    let mut rows: Vec<Row> = query.load(conn)?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let next = match more {
        true => rows.last().map(|row| row.number),
        false => None,
    };
    Ok((with_attendees(conn, rows)?, next))
}

/// One contact, also one that was corrected since.
pub fn one(conn: &mut AnyConn, scope: &Scope, id: &ContactId) -> Result<Contact> {
    let row: Row = contacts!().filter(contact::id.eq(id)).get_result(conn)?;
    if row.programme != *scope.programme() {
        return Err(Error::NotFound);
    }
    scope.admit(&row.facility)?;
    let found = with_attendees(conn, vec![row])?;
    found.into_iter().next().ok_or(Error::NotFound)
}

fn with_attendees(conn: &mut AnyConn, rows: Vec<Row>) -> Result<Vec<Contact>> {
    let ids: Vec<&ContactId> = rows.iter().map(|row| &row.id).collect();
    let there: Vec<(ContactId, Option<PersonId>, String)> = contact_attendee::table
        .filter(contact_attendee::contact_id.eq_any(ids))
        .order((contact_attendee::contact_id, contact_attendee::position))
        .select((
            contact_attendee::contact_id,
            contact_attendee::person_id,
            contact_attendee::name,
        ))
        .load(conn)?;
    let attendees = |id: &ContactId| {
        let of = there.iter().filter(|(contact, ..)| contact == id);
        of.map(|(_, person, name)| (person.clone(), name.clone()))
            .collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| Contact {
            attendees: attendees(&row.id),
            id: row.id,
            number: row.number,
            facility: row.facility,
            facility_name: row.facility_name,
            kind: row.kind,
            mode: row.mode,
            presenter: row.presenter,
            presenter_name: row.presenter_name,
            product: row.product,
            safety_measures: row.safety_measures,
            starts_at: row.starts_at.and_utc(),
            ends_at: row.ends_at.and_utc(),
            materials: row.materials,
            summary: row.summary,
            entered_by: row.entered_by,
            known_from: row.known_from,
            known_to: row.known_to,
        })
        .collect())
}

//! Posts: a physician is named at a facility, and a post ends by a row that takes the place of the one before.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

use super::store::renew;
use super::{Named, NewPhysician};
use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, FieldErrors, Message, Result};
use crate::facilities::keys::search_key;
use crate::ids::{EvidenceId, FacilityId, PersonId};
use crate::schema::{account, affiliation, facility, membership, person};
use crate::scope::{Role, Scope};
use crate::wording::{LONG, SHORT, checked, one_line, optional, required};

/// Who names physicians and ends their posts.
pub const NAMES: &[Role] = &[
    Role::FacilityCoordinator,
    Role::Representative,
    Role::SafetyOfficer,
];

/// Names a physician at a facility: a new person, or one who is known already, with a post there.
pub fn name_physician(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: &FacilityId,
    new: &NewPhysician,
) -> Result<(PersonId, EvidenceId)> {
    scope.admit(place)?;
    exists(tx.conn, place)?;
    tx.actor.acts_as(NAMES)?;
    let mut errors = FieldErrors::default();
    let name = match &new.who {
        Named::Known(id) => known_name(tx.conn, scope, place, id)?,
        Named::New(typed) => {
            let missing = "physicians-name-missing";
            let name = required(&mut errors, "name", typed, SHORT, missing);
            one_line(&mut errors, "name", &name);
            name
        }
    };
    let department = optional(&mut errors, "department", &new.department, SHORT);
    let title = optional(&mut errors, "title", &new.title, SHORT);
    one_line(&mut errors, "department", &department);
    one_line(&mut errors, "title", &title);
    if new.last_day.is_some_and(|last| last < new.first_day) {
        errors.add("last_day", Message::new("physicians-last-before-first"));
    }
    // Texts are checked before they meet the database: PostgreSQL breaks on NUL even in a comparison.
    checked(errors, ())?;
    if already_named(tx.conn, place, new, &name, &department)? {
        let message = Message::new("physicians-already-named");
        return Err(Error::invalid("name", message));
    }
    let by = tx.actor.person()?.clone();
    let id = match &new.who {
        Named::Known(id) => id.clone(),
        Named::New(_) => PersonId::fresh(tx.now),
    };
    let detail = json!({ "name": name, "department": department, "title": title,
        "first_day": new.first_day, "last_day": new.last_day });
    let seq = tx.audit(Entry {
        verb: "physician_named",
        subject: Subject::new("person", id.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(place.clone()),
        detail,
    })?;
    if let Named::New(_) = new.who {
        diesel::insert_into(person::table)
            .values((
                person::id.eq(&id),
                person::name.eq(&name),
                person::name_key.eq(search_key(&name)),
                person::known_from.eq(seq),
            ))
            .execute(tx.conn)?;
    }
    let post = EvidenceId::fresh(tx.now);
    diesel::insert_into(affiliation::table)
        .values((
            affiliation::id.eq(&post),
            affiliation::person_id.eq(&id),
            affiliation::facility_id.eq(place),
            affiliation::department.eq(&department),
            affiliation::title.eq(&title),
            affiliation::first_day.eq(new.first_day),
            affiliation::last_day.eq(new.last_day),
            affiliation::entered_by.eq(&by),
            affiliation::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    renew(tx, scope, &id)?;
    Ok((id, post))
}

fn exists(conn: &mut AnyConn, place: &FacilityId) -> Result<()> {
    let found: Option<FacilityId> = facility::table
        .filter(facility::id.eq(place))
        .select(facility::id)
        .get_result(conn)
        .optional()?;
    found.map(|_| ()).ok_or(Error::NotFound)
}

/// The name of a person who may be named here.
///
/// INVARIANT: to a facility a person exists only through an account or a post at that facility.
fn known_name(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    id: &PersonId,
) -> Result<String> {
    let name: String = person::table
        .filter(person::id.eq(id))
        .select(person::name)
        .get_result(conn)?;
    if scope.only().is_none() {
        return Ok(name);
    }
    let invited: i64 = account::table
        .inner_join(membership::table.on(membership::account_id.eq(account::id)))
        .filter(account::person_id.eq(id))
        .filter(membership::facility_id.eq(place))
        .filter(membership::role.eq(Role::Physician))
        .count()
        .get_result(conn)?;
    let posts: i64 = affiliation::table
        .filter(affiliation::person_id.eq(id))
        .filter(affiliation::facility_id.eq(place))
        .count()
        .get_result(conn)?;
    match invited + posts {
        0 => Err(Error::NotFound),
        _ => Ok(name),
    }
}

/// Whether these days and this person stand in the roll already, as after a form sent twice.
///
/// READING: two physicians of one name in one department would be told apart by what the facility types after the
/// name; the same name in another department is taken for another person.
fn already_named(
    conn: &mut AnyConn,
    place: &FacilityId,
    new: &NewPhysician,
    name: &str,
    department: &str,
) -> Result<bool> {
    type Row = (PersonId, String, String, NaiveDate, Option<NaiveDate>);
    let rows: Vec<Row> = affiliation::table
        .inner_join(person::table.on(person::id.eq(affiliation::person_id)))
        .filter(affiliation::facility_id.eq(place))
        .filter(affiliation::known_to.is_null())
        .filter(person::name.eq(name))
        .select((
            person::id,
            person::name,
            affiliation::department,
            affiliation::first_day,
            affiliation::last_day,
        ))
        .load(conn)?;
    Ok(rows.iter().any(|(id, _, where_, first, last)| {
        let same = match &new.who {
            Named::Known(known) => known == id,
            Named::New(_) => where_ == department,
        };
        let begins_before_end = last.is_none_or(|last| new.first_day <= last);
        let ends_after_begin = new.last_day.is_none_or(|last| *first <= last);
        same && begins_before_end && ends_after_begin
    }))
}

/// Ends a post: the row that was held ceases, and a row with the last day takes its place.
pub fn end_affiliation(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &EvidenceId,
    last_day: NaiveDate,
    reason: &str,
) -> Result<EvidenceId> {
    type Row = (
        PersonId,
        String,
        FacilityId,
        String,
        String,
        NaiveDate,
        Option<NaiveDate>,
        Option<i64>,
    );
    let row: Row = affiliation::table
        .inner_join(person::table.on(person::id.eq(affiliation::person_id)))
        .filter(affiliation::id.eq(id))
        .select((
            affiliation::person_id,
            person::name,
            affiliation::facility_id,
            affiliation::department,
            affiliation::title,
            affiliation::first_day,
            affiliation::last_day,
            affiliation::known_to,
        ))
        .get_result(tx.conn)?;
    let (who, name, place, department, title, first_day, until, known_to) = row;
    scope.admit(&place)?;
    tx.actor.acts_as(NAMES)?;
    if known_to.is_some() {
        return Err(Error::Stale);
    }
    let mut errors = FieldErrors::default();
    if last_day < first_day {
        errors.add("last_day", Message::new("physicians-last-before-first"));
    }
    let missing = "physicians-reason-missing";
    let reason = required(&mut errors, "reason", reason, LONG, missing);
    checked(errors, ())?;
    let by = tx.actor.person()?.clone();
    let seq = tx.audit(Entry {
        verb: "affiliation_ended",
        subject: Subject::new("person", who.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(place.clone()),
        detail: json!({ "name": name, "before": { "last_day": until }, "last_day": last_day,
            "reason": reason }),
    })?;
    diesel::update(affiliation::table.filter(affiliation::id.eq(id)))
        .set(affiliation::known_to.eq(seq))
        .execute(tx.conn)?;
    let ended = EvidenceId::fresh(tx.now);
    diesel::insert_into(affiliation::table)
        .values((
            affiliation::id.eq(&ended),
            affiliation::person_id.eq(&who),
            affiliation::facility_id.eq(&place),
            affiliation::department.eq(department),
            affiliation::title.eq(title),
            affiliation::first_day.eq(first_day),
            affiliation::last_day.eq(last_day),
            affiliation::entered_by.eq(by),
            affiliation::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    renew(tx, scope, &who)?;
    Ok(ended)
}

//! What is done about contacts: recorded after they were held, and corrected by a record that takes their place.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::{Attendee, Contact, Kind, NewContact, Presenter, bookings, label, register};
use crate::audit::{Entry, Subject};
use crate::clock::jst_date;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::{ContactId, FacilityId, PersonId};
use crate::physicians::register::in_post;
use crate::rules::finding::Argument;
use crate::schema::{contact, contact_attendee, facility};
use crate::scope::{Role, Scope};
use crate::wording::{LONG, SHORT, checked, one_line, optional, required};
use crate::{counters, standings};

/// The most people one record names.
const MOST_ATTENDEES: usize = 50;

/// Records an explanation or a meeting that has been held.
pub fn record(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: &FacilityId,
    new: &NewContact,
) -> Result<ContactId> {
    scope.admit(place)?;
    let found: Option<FacilityId> = facility::table
        .filter(facility::id.eq(place))
        .select(facility::id)
        .get_result(tx.conn)
        .optional()?;
    found.ok_or(Error::NotFound)?;
    tx.actor.acts_as(&[Role::Representative])?;
    let id = enter(tx, scope, place, new, None)?;
    standings::renew(tx, scope.programme(), std::slice::from_ref(place))?;
    Ok(id)
}

/// Ends a wrong record with a reason and puts the right one in its place, or nothing where nothing was held.
pub fn correct(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: &ContactId,
    reason: &str,
    right: Option<&NewContact>,
) -> Result<Option<ContactId>> {
    let wrong = register::one(tx.conn, scope, id)?;
    tx.actor
        .acts_as(&[Role::Representative, Role::SafetyOfficer])?;
    if wrong.known_to.is_some() {
        return Err(Error::Stale);
    }
    let mut errors = FieldErrors::default();
    let missing = "contacts-reason-missing";
    let reason = required(&mut errors, "reason", reason, LONG, missing);
    if right.is_some_and(|right| right.kind != wrong.kind) {
        errors.add("kind", Message::new("contacts-kind-kept"));
    }
    checked(errors, ())?;
    let seq = tx.audit(Entry {
        verb: "contact_corrected",
        subject: Subject::new("contact", id.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(wrong.facility.clone()),
        detail: json!({ "number": wrong.label(), "reason": reason }),
    })?;
    diesel::update(contact::table.filter(contact::id.eq(id)))
        .set(contact::known_to.eq(seq))
        .execute(tx.conn)?;
    let place = &wrong.facility;
    let right = match right {
        Some(new) => Some(enter(tx, scope, place, new, Some(&wrong))?),
        None => None,
    };
    bookings::follow(tx, scope, id, right.as_ref())?;
    standings::renew(tx, scope.programme(), std::slice::from_ref(place))?;
    Ok(right)
}

/// The texts of a contact as they are kept.
struct Words {
    presenter_name: String,
    materials: String,
    summary: String,
    attendees: Vec<(Option<PersonId>, String)>,
}

fn enter(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: &FacilityId,
    new: &NewContact,
    instead_of: Option<&Contact>,
) -> Result<ContactId> {
    let words = check(tx, place, new)?;
    let by = tx.actor.person()?.clone();
    let number = counters::next(tx, "contact")?;
    let id = ContactId::fresh(tx.now);
    let names: Vec<&str> = words.attendees.iter().map(|(_, name)| &**name).collect();
    let seq = tx.audit(Entry {
        verb: match new.kind {
            Kind::Briefing => "briefing_recorded",
            Kind::Meeting => "meeting_recorded",
        },
        subject: Subject::new("contact", id.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(place.clone()),
        detail: json!({
            "number": label(new.kind, number),
            "name": names.join("、"),
            "day": jst_date(new.starts_at),
            "instead_of": instead_of.map(Contact::label),
        }),
    })?;
    let explained = |answer| match new.kind {
        Kind::Briefing => answer,
        Kind::Meeting => None,
    };
    diesel::insert_into(contact::table)
        .values((
            contact::id.eq(&id),
            contact::number.eq(number),
            contact::programme_id.eq(scope.programme()),
            contact::facility_id.eq(place),
            contact::kind.eq(new.kind),
            contact::mode.eq(new.mode),
            contact::presenter.eq(match new.kind {
                Kind::Briefing => new.presenter,
                Kind::Meeting => Presenter::Manufacturer,
            }),
            contact::presenter_name.eq(&words.presenter_name),
            contact::product.eq(explained(new.product)),
            contact::safety_measures.eq(explained(new.safety_measures)),
            contact::starts_at.eq(new.starts_at.naive_utc()),
            contact::ends_at.eq(new.ends_at.naive_utc()),
            contact::materials.eq(&words.materials),
            contact::summary.eq(&words.summary),
            contact::entered_by.eq(&by),
            contact::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    for (position, (person, name)) in (0i32..).zip(&words.attendees) {
        diesel::insert_into(contact_attendee::table)
            .values((
                contact_attendee::contact_id.eq(&id),
                contact_attendee::position.eq(position),
                contact_attendee::person_id.eq(person),
                contact_attendee::name.eq(name),
            ))
            .execute(tx.conn)?;
    }
    Ok(id)
}

fn check(tx: &mut Tx<'_>, place: &FacilityId, new: &NewContact) -> Result<Words> {
    let mut errors = FieldErrors::default();
    times(&mut errors, new, tx.now);
    let missing = match new.kind {
        Kind::Briefing => "contacts-presenter-missing",
        Kind::Meeting => "contacts-representative-missing",
    };
    let typed = &new.presenter_name;
    let presenter_name = required(&mut errors, "presenter_name", typed, SHORT, missing);
    one_line(&mut errors, "presenter_name", &presenter_name);
    let attendees = attendees(tx.conn, &mut errors, place, new)?;
    let materials = optional(&mut errors, "materials", &new.materials, LONG);
    let summary = optional(&mut errors, "summary", &new.summary, LONG);
    if let Some(number) = twice(tx, place, new)? {
        let number = Argument::Text(number);
        let message = Message::new("contacts-recorded-already").with("number", number);
        errors.add("starts_at", message);
    }
    let words = Words {
        presenter_name,
        materials,
        summary,
        attendees,
    };
    checked(errors, words)
}

/// READING: a contact is recorded after it ended, because a record of what is only planned proves nothing.
fn times(errors: &mut FieldErrors, new: &NewContact, now: DateTime<Utc>) {
    if new.starts_at > now {
        let now = Argument::Instant(now);
        errors.add(
            "starts_at",
            Message::new("contacts-in-the-future").with("now", now),
        );
    } else if new.ends_at <= new.starts_at {
        errors.add("ends_at", Message::new("contacts-ends-before-start"));
    } else if new.ends_at > now {
        let now = Argument::Instant(now);
        errors.add(
            "ends_at",
            Message::new("contacts-in-the-future").with("now", now),
        );
    }
}

/// Who was there, each once, physicians by the name they are known by.
///
/// READING: a meeting needs a physician who was in post at the facility on that day; one who was not may be named in
/// words, and counts for no interval.
fn attendees(
    conn: &mut AnyConn,
    errors: &mut FieldErrors,
    place: &FacilityId,
    new: &NewContact,
) -> Result<Vec<(Option<PersonId>, String)>> {
    let physicians = in_post(conn, place, jst_date(new.starts_at))?;
    let mut there: Vec<(Option<PersonId>, String)> = Vec::new();
    for attendee in &new.attendees {
        let one = match attendee {
            Attendee::Typed(name) if name.trim().is_empty() => continue,
            Attendee::Typed(name) => {
                let name = optional(errors, "others", name, SHORT);
                one_line(errors, "others", &name);
                (None, name)
            }
            Attendee::Physician(id) => match physicians.iter().find(|(known, _)| known == id) {
                Some((_, name)) => (Some(id.clone()), name.clone()),
                None => {
                    let day = Argument::Date(jst_date(new.starts_at));
                    let message = Message::new("contacts-physician-not-in-post").with("day", day);
                    if errors.on("attendees").is_none() {
                        errors.add("attendees", message);
                    }
                    continue;
                }
            },
        };
        if !there.contains(&one) {
            there.push(one);
        }
    }
    if errors.on("attendees").is_some() {
        return Ok(there);
    }
    let physician_there = there.iter().any(|(person, _)| person.is_some());
    if there.len() > MOST_ATTENDEES {
        errors.add("attendees", Message::new("contacts-attendees-too-many"));
    } else if new.kind == Kind::Meeting && !physician_there {
        errors.add("attendees", Message::new("contacts-physician-missing"));
    } else if there.is_empty() {
        errors.add("attendees", Message::new("contacts-attendees-missing"));
    }
    Ok(there)
}

/// The number of a held record of the same kind, place, beginning and author, as after a form sent twice.
fn twice(tx: &mut Tx<'_>, place: &FacilityId, new: &NewContact) -> Result<Option<String>> {
    let number: Option<i64> = contact::table
        .filter(contact::facility_id.eq(place))
        .filter(contact::kind.eq(new.kind))
        .filter(contact::starts_at.eq(new.starts_at.naive_utc()))
        .filter(contact::entered_by.eq(tx.actor.person()?.clone()))
        .filter(contact::known_to.is_null())
        .select(contact::number)
        .first(tx.conn)
        .optional()?;
    Ok(number.map(|number| label(new.kind, number)))
}

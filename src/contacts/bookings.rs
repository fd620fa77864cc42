//! Meetings that are to be held: booked, changed and cancelled, each with its letters in the same transaction.
//!
//! READING: a booking proves nothing. ※3-2 and the house's interval rest on the record of a meeting that was held.

use chrono::{DateTime, Months, Utc};
use diesel::prelude::*;
use serde_json::json;

use super::diary::{self, Booking};
use super::invitations::{self, Change};
use super::{Kind, Mode, NewContact, register, store};
use crate::audit::{Entry, Subject};
use crate::clock::jst_date;
use crate::counters;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, FieldErrors, Message, Result};
use crate::facilities;
use crate::ids::{AccountId, BookingId, ContactId, FacilityId, PersonId};
use crate::physicians::register as physicians;
use crate::physicians::roll;
use crate::rules::finding::Argument;
use crate::schema::{booking, booking_physician};
use crate::scope::{Role, Scope};
use crate::wording::{LONG, SHORT, checked, one_line, optional, required};

/// The most physicians of one meeting.
const MOST: usize = 50;
/// How far ahead a meeting is booked.
const AHEAD: Months = Months::new(12);

crate::words! {
    /// How far a booking has come.
    pub enum State {
        Booked = "booked",
        /// The meeting was recorded.
        Held = "held",
        Cancelled = "cancelled",
    }
}

impl State {
    /// The icon and the message that name it.
    pub fn status(self) -> (&'static str, &'static str) {
        match self {
            State::Booked => ("todo", "booking-booked"),
            State::Held => ("met", "booking-held"),
            State::Cancelled => ("open", "booking-cancelled"),
        }
    }
}

/// A meeting to be booked, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBooking {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub mode: Mode,
    /// A room or an address of an online meeting; may be empty.
    pub venue: String,
    pub physicians: Vec<PersonId>,
    /// Book also with a physician who does not meet ※3 on that day.
    pub anyway: bool,
}

/// Who comes, by the name they are known by.
type Participants = Vec<(PersonId, String)>;

/// Books a meeting. The same form sent twice books once.
///
/// READING: whoever books is the representative of the meeting; another representative may change or cancel it.
pub fn book(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: &FacilityId,
    new: &NewBooking,
) -> Result<BookingId> {
    facilities::get(tx.conn, scope, place)?;
    tx.actor.acts_as(&[Role::Representative])?;
    let by = tx.actor.person()?.clone();
    let representative = tx.actor.account.clone().ok_or(Error::Forbidden)?;
    if let Some(same) = twice(tx.conn, scope, place, &representative, new)? {
        return Ok(same);
    }
    let (venue, participants) = check(tx, scope, place, (&representative, None), new)?;
    let id = BookingId::fresh(tx.now);
    let number = counters::next(tx, "booking")?;
    let seq = audit(
        tx,
        scope,
        "meeting_booked",
        (&id, place),
        json!({ "number": diary::label(number), "starts": new.starts_at, "name": names(&participants),
            "anyway": new.anyway }),
    )?;
    diesel::insert_into(booking::table)
        .values((
            booking::id.eq(&id),
            booking::number.eq(number),
            booking::programme_id.eq(scope.programme()),
            booking::facility_id.eq(place),
            booking::state.eq(State::Booked),
            booking::version.eq(1),
            booking::starts_at.eq(new.starts_at.naive_utc()),
            booking::ends_at.eq(new.ends_at.naive_utc()),
            booking::mode.eq(new.mode),
            booking::venue.eq(&venue),
            booking::representative_id.eq(&representative),
            booking::booked_by.eq(&by),
            booking::booked_at.eq(tx.now.naive_utc()),
            booking::known_from.eq(seq),
            booking::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    seat(tx, &id, &participants)?;
    let booked = diary::one(tx.conn, scope, &id)?;
    invitations::tell(tx, scope, &Change::Booked(&booked))?;
    Ok(id)
}

/// Moves a meeting or changes who comes. The version that was read must still be the booking's; it is one more after.
pub fn change(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&BookingId, i32),
    new: &NewBooking,
) -> Result<()> {
    let before = diary::one(tx.conn, scope, id)?;
    tx.actor.acts_as(&[Role::Representative])?;
    let twice = before.version == version + 1 || before.version == version;
    if before.state == State::Booked && twice && is_same(&before, new) {
        // Nothing differs, as after a form sent twice: nobody gets a letter about nothing.
        return Ok(());
    }
    if before.version != version || before.state != State::Booked {
        return Err(Error::Stale);
    }
    let own = (&before.representative, Some(id));
    let (venue, participants) = check(tx, scope, &before.facility, own, new)?;
    let seq = audit(
        tx,
        scope,
        "meeting_changed",
        (id, &before.facility),
        json!({
            "number": before.label(),
            "before": {
                "starts": before.starts_at,
                "ends": before.ends_at,
                "mode": format!("term:{}", before.mode.word()),
                "venue": before.venue,
                "name": before.physicians.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join("、"),
            },
            "starts": new.starts_at,
            "ends": new.ends_at,
            "mode": format!("term:{}", new.mode.word()),
            "venue": venue,
            "name": names(&participants),
            "anyway": new.anyway,
        }),
    )?;
    diesel::delete(booking_physician::table.filter(booking_physician::booking_id.eq(id)))
        .execute(tx.conn)?;
    seat(tx, id, &participants)?;
    diesel::update(booking::table.filter(booking::id.eq(id)))
        .set((
            booking::version.eq(version + 1),
            booking::starts_at.eq(new.starts_at.naive_utc()),
            booking::ends_at.eq(new.ends_at.naive_utc()),
            booking::mode.eq(new.mode),
            booking::venue.eq(&venue),
            booking::known_from.eq(seq),
            booking::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    let after = diary::one(tx.conn, scope, id)?;
    invitations::tell(tx, scope, &Change::Moved(&before, &after))
}

/// Cancels a meeting with a reason.
pub fn cancel(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, version): (&BookingId, i32),
    reason: &str,
) -> Result<()> {
    let before = diary::one(tx.conn, scope, id)?;
    tx.actor.acts_as(&[Role::Representative])?;
    if before.state == State::Cancelled && before.version == version + 1 {
        return Ok(());
    }
    if before.version != version || before.state != State::Booked {
        return Err(Error::Stale);
    }
    let mut errors = FieldErrors::default();
    let missing = "bookings-reason-missing";
    let reason = required(&mut errors, "reason", reason, LONG, missing);
    checked(errors, ())?;
    let detail = json!({ "number": before.label(), "starts": before.starts_at, "reason": reason });
    let seq = audit(
        tx,
        scope,
        "meeting_cancelled",
        (id, &before.facility),
        detail,
    )?;
    diesel::update(booking::table.filter(booking::id.eq(id)))
        .set((
            booking::state.eq(State::Cancelled),
            booking::version.eq(version + 1),
            booking::known_from.eq(seq),
            booking::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    let after = diary::one(tx.conn, scope, id)?;
    invitations::tell(tx, scope, &Change::Cancelled(&after))
}

/// Records the meeting that was booked.
///
/// READING: the record says when it was held and who was there, whatever was booked; the booking only leads to it.
pub fn record_held(
    tx: &mut Tx<'_>,
    scope: &Scope,
    (id, place): (&BookingId, &FacilityId),
    new: &NewContact,
) -> Result<ContactId> {
    let booked = diary::one(tx.conn, scope, id)?;
    if booked.facility != *place {
        return Err(Error::NotFound);
    }
    tx.actor.acts_as(&[Role::Representative])?;
    if let Some(held) = &booked.contact {
        let number = register::one(tx.conn, scope, held)?.label();
        let message = Message::new("contacts-recorded-already");
        return Err(Error::invalid(
            "starts_at",
            message.with("number", Argument::Text(number)),
        ));
    }
    if booked.state == State::Cancelled || new.kind != Kind::Meeting {
        return Err(Error::Stale);
    }
    let contact = store::record(tx, scope, place, new)?;
    point(tx, scope, &booked, Some(&contact))?;
    Ok(contact)
}

/// Lets a booking follow the correction of its record: to the right record, or back to one that is not held yet.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    scope: &Scope,
    wrong: &ContactId,
    right: Option<&ContactId>,
) -> Result<()> {
    match diary::of_contact(tx.conn, scope, wrong)? {
        Some(booked) => point(tx, scope, &booked, right),
        None => Ok(()),
    }
}

fn point(
    tx: &mut Tx<'_>,
    scope: &Scope,
    booked: &Booking,
    contact: Option<&ContactId>,
) -> Result<()> {
    let about = (&booked.id, &booked.facility);
    let (state, seq) = match contact {
        Some(contact) => {
            let record = register::one(tx.conn, scope, contact)?.label();
            let detail = json!({ "number": booked.label(), "record": record });
            let seq = audit(tx, scope, "booking_recorded", about, detail)?;
            (State::Held, seq)
        }
        None => {
            let detail = json!({ "number": booked.label() });
            let seq = audit(tx, scope, "booking_reopened", about, detail)?;
            (State::Booked, seq)
        }
    };
    diesel::update(booking::table.filter(booking::id.eq(&booked.id)))
        .set((
            booking::state.eq(state),
            booking::contact_id.eq(contact),
            booking::known_from.eq(seq),
            booking::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn audit(
    tx: &mut Tx<'_>,
    scope: &Scope,
    verb: &'static str,
    (id, place): (&BookingId, &FacilityId),
    detail: serde_json::Value,
) -> Result<i64> {
    tx.audit(Entry {
        verb,
        subject: Subject::new("booking", id.as_str()),
        programme: Some(scope.programme().clone()),
        facility: Some(place.clone()),
        detail,
    })
}

fn seat(tx: &mut Tx<'_>, id: &BookingId, participants: &Participants) -> Result<()> {
    let rows: Vec<_> = (0i32..)
        .zip(participants)
        .map(|(position, (person, _))| {
            (
                booking_physician::booking_id.eq(id),
                booking_physician::position.eq(position),
                booking_physician::person_id.eq(person),
            )
        })
        .collect();
    crate::each!(tx.conn, c => diesel::insert_into(booking_physician::table)
        .values(&rows)
        .execute(c))?;
    Ok(())
}

fn names(participants: &Participants) -> String {
    let names: Vec<&str> = participants.iter().map(|(_, name)| &**name).collect();
    names.join("、")
}

/// What is typed, checked as a whole: venue and participants, or everything that is wrong at once.
fn check(
    tx: &mut Tx<'_>,
    scope: &Scope,
    place: &FacilityId,
    (representative, own): (&AccountId, Option<&BookingId>),
    new: &NewBooking,
) -> Result<(String, Participants)> {
    let mut errors = FieldErrors::default();
    times(&mut errors, new, tx.now);
    if let Some(number) = overlapping(tx.conn, representative, own, new)? {
        let number = Argument::Text(diary::label(number));
        let message = Message::new("bookings-overlap").with("number", number);
        errors.add("starts_at", message);
    }
    let venue = optional(&mut errors, "venue", &new.venue, SHORT);
    one_line(&mut errors, "venue", &venue);
    let participants = participants(tx.conn, scope, &mut errors, place, new)?;
    checked(errors, (venue, participants))
}

fn times(errors: &mut FieldErrors, new: &NewBooking, now: DateTime<Utc>) {
    let furthest = jst_date(now).checked_add_months(AHEAD);
    if new.starts_at <= now {
        let now = Argument::Instant(now);
        errors.add(
            "starts_at",
            Message::new("bookings-in-the-past").with("now", now),
        );
    } else if let Some(last) = furthest.filter(|last| jst_date(new.starts_at) > *last) {
        let last = Argument::Date(last);
        errors.add(
            "starts_at",
            Message::new("bookings-too-far-ahead").with("last", last),
        );
    }
    if new.ends_at <= new.starts_at {
        errors.add("ends_at", Message::new("contacts-ends-before-start"));
    } else if jst_date(new.ends_at) != jst_date(new.starts_at) {
        errors.add("ends_at", Message::new("bookings-over-midnight"));
    }
}

/// The number of another meeting of the same representative at that time.
fn overlapping(
    conn: &mut AnyConn,
    representative: &AccountId,
    own: Option<&BookingId>,
    new: &NewBooking,
) -> Result<Option<i64>> {
    let own = own.map_or("", BookingId::as_str);
    Ok(booking::table
        .filter(booking::representative_id.eq(representative))
        .filter(booking::state.eq(State::Booked))
        .filter(booking::starts_at.lt(new.ends_at.naive_utc()))
        .filter(booking::ends_at.gt(new.starts_at.naive_utc()))
        .filter(booking::id.ne(own))
        .order((booking::starts_at, booking::number))
        .select(booking::number)
        .first(conn)
        .optional()?)
}

/// Who comes, each once: physicians in post at the facility on that day.
///
/// READING: a meeting with a physician whose accepted statement on ※3 does not speak on that day is booked only when
/// somebody says so knowingly; while ※3 is not met it counts for no interval, because HP-2 asks of qualified
/// physicians first.
fn participants(
    conn: &mut AnyConn,
    scope: &Scope,
    errors: &mut FieldErrors,
    place: &FacilityId,
    new: &NewBooking,
) -> Result<Participants> {
    let day = jst_date(new.starts_at);
    let rows = roll::rows(
        physicians::of_facility(conn, scope, place, day)?,
        place,
        day,
    );
    let (mut coming, mut absent, mut unqualified) = (Participants::new(), Vec::new(), Vec::new());
    let mut unknown = false;
    for id in &new.physicians {
        let Some(row) = rows.iter().find(|row| row.physician.person == *id) else {
            unknown = true;
            continue;
        };
        let name = row.physician.name.clone();
        if coming.iter().any(|(known, _)| known == id) || absent.contains(&name) {
            continue;
        }
        if !row.post.span.contains(day) {
            absent.push(name);
            continue;
        }
        if !row.qualified {
            unqualified.push(name.clone());
        }
        coming.push((id.clone(), name));
    }
    let named = |id, names: &[String]| {
        Message::new(id)
            .with("names", Argument::Text(names.join("、")))
            .with("day", Argument::Date(day))
    };
    if unknown {
        errors.add("physicians", Message::new("bookings-physician-unknown"));
    } else if !absent.is_empty() {
        let message = named("bookings-physician-not-in-post", &absent);
        errors.add("physicians", message);
    } else if coming.is_empty() {
        errors.add("physicians", Message::new("bookings-physician-missing"));
    } else if coming.len() > MOST {
        errors.add("physicians", Message::new("contacts-attendees-too-many"));
    }
    if !unqualified.is_empty() && !new.anyway {
        errors.add("anyway", named("bookings-not-qualified", &unqualified));
    }
    Ok(coming)
}

/// The booking that this form has made already.
fn twice(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    representative: &AccountId,
    new: &NewBooking,
) -> Result<Option<BookingId>> {
    let found: Option<BookingId> = booking::table
        .filter(booking::facility_id.eq(place))
        .filter(booking::representative_id.eq(representative))
        .filter(booking::state.eq(State::Booked))
        .filter(booking::starts_at.eq(new.starts_at.naive_utc()))
        .select(booking::id)
        .first(conn)
        .optional()?;
    let Some(id) = found else {
        return Ok(None);
    };
    let known = diary::one(conn, scope, &id)?;
    Ok(is_same(&known, new).then_some(id))
}

/// Whether a booking is what a form says.
fn is_same(known: &Booking, new: &NewBooking) -> bool {
    let coming: Vec<&PersonId> = known.physicians.iter().map(|one| &one.person).collect();
    let mut typed: Vec<&PersonId> = Vec::new();
    for id in &new.physicians {
        if !typed.contains(&id) {
            typed.push(id);
        }
    }
    (known.starts_at, known.ends_at, known.mode) == (new.starts_at, new.ends_at, new.mode)
        && known.venue == new.venue.trim()
        && coming.len() == typed.len()
        && coming.iter().all(|id| typed.contains(id))
}

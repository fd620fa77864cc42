//! Bookings read back, each with who comes and whether they will still be in post, in a constant number of queries.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};
use diesel::prelude::*;

use super::Mode;
use super::bookings::State;
use crate::clock::{jst, jst_date};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::{AccountId, BookingId, ContactId, FacilityId, PersonId, ProgrammeId};
use crate::rules::facility::Span;
use crate::schema::{account, affiliation, booking, booking_physician, facility, person};
use crate::scope::Scope;
use crate::standings;

/// Rows a page.
pub const PAGE: i64 = 50;

/// The printed number, for example K-0012.
pub fn label(number: i64) -> String {
    standings::label("K", number)
}

/// A physician who is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    pub person: PersonId,
    pub name: String,
    /// Whether they are in post at the facility on the day of the meeting, as far as is known now.
    pub in_post: bool,
}

/// A booking as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub id: BookingId,
    pub number: i64,
    pub facility: FacilityId,
    pub facility_name: String,
    pub state: State,
    /// One more with every change; the SEQUENCE of its calendar entry.
    pub version: i32,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub mode: Mode,
    pub venue: String,
    pub representative: AccountId,
    pub representative_name: String,
    /// The record of the meeting, once it was held.
    pub contact: Option<ContactId>,
    pub physicians: Vec<Participant>,
}

impl Booking {
    pub fn label(&self) -> String {
        label(self.number)
    }

    /// The day in Japan for which it is booked.
    pub fn day(&self) -> NaiveDate {
        jst_date(self.starts_at)
    }

    /// The time of day in Japan at which it ends.
    pub fn ends(&self) -> String {
        time(self.ends_at)
    }

    /// Whether it can still be changed or cancelled.
    pub fn is_open(&self) -> bool {
        self.state == State::Booked
    }

    /// Whether it is over and nobody has recorded it.
    pub fn is_unrecorded(&self, now: &DateTime<Utc>) -> bool {
        self.is_open() && self.ends_at <= *now
    }

    /// Whether it has begun, so that it can be recorded once it ends.
    pub fn has_begun(&self, now: &DateTime<Utc>) -> bool {
        self.is_open() && self.starts_at <= *now
    }

    pub fn names(&self) -> Vec<&str> {
        self.physicians.iter().map(|one| &*one.name).collect()
    }

    /// Those who will have left by then.
    pub fn leavers(&self) -> Vec<&str> {
        let gone = self.physicians.iter().filter(|one| !one.in_post);
        gone.map(|one| &*one.name).collect()
    }

    /// Whether somebody who is to come will have left by then, which matters while it is still to be held.
    pub fn misses_somebody(&self) -> bool {
        self.is_open() && self.physicians.iter().any(|one| !one.in_post)
    }
}

/// The time of day in Japan.
pub fn time(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&jst());
    format!("{:02}:{:02}", local.hour(), local.minute())
}

#[derive(Queryable)]
struct Row {
    id: BookingId,
    number: i64,
    programme: ProgrammeId,
    facility: FacilityId,
    facility_name: String,
    state: State,
    version: i32,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    mode: Mode,
    venue: String,
    representative: AccountId,
    representative_name: String,
    contact: Option<ContactId>,
}

/// A booking with the names of its facility and representative; filtered and ordered by the reader.
macro_rules! bookings {
    () => {
        booking::table
            .inner_join(facility::table.on(facility::id.eq(booking::facility_id)))
            .inner_join(account::table.on(account::id.eq(booking::representative_id)))
            .inner_join(person::table.on(person::id.eq(account::person_id)))
            .select((
                booking::id,
                booking::number,
                booking::programme_id,
                booking::facility_id,
                facility::name,
                booking::state,
                booking::version,
                booking::starts_at,
                booking::ends_at,
                booking::mode,
                booking::venue,
                booking::representative_id,
                person::name,
                booking::contact_id,
            ))
    };
}

/// One booking.
pub fn one(conn: &mut AnyConn, scope: &Scope, id: &BookingId) -> Result<Booking> {
    let row: Row = bookings!().filter(booking::id.eq(id)).get_result(conn)?;
    if row.programme != *scope.programme() {
        return Err(Error::NotFound);
    }
    scope.admit(&row.facility)?;
    let found = with_physicians(conn, vec![row])?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// The booking that led to a record.
pub fn of_contact(
    conn: &mut AnyConn,
    scope: &Scope,
    contact: &ContactId,
) -> Result<Option<Booking>> {
    let rows: Vec<Row> = bookings!()
        .filter(booking::contact_id.eq(contact))
        .filter(booking::programme_id.eq(scope.programme()))
        .load(conn)?;
    let rows = rows.into_iter().filter(|row| scope.sees(&row.facility));
    Ok(with_physicians(conn, rows.collect())?.pop())
}

/// Which bookings a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// To be held, the next first; what is over and not recorded stands before them.
    Open,
    /// Every booking, the latest number first.
    All,
}

/// A page of bookings, from after the given one, and the one to go on after.
pub fn list(
    conn: &mut AnyConn,
    scope: &Scope,
    which: Which,
    after: Option<&BookingId>,
) -> Result<(Vec<Booking>, Option<BookingId>)> {
    let from: Option<(NaiveDateTime, i64)> = match after {
        None => None,
        Some(id) => booking::table
            .filter(booking::id.eq(id))
            .select((booking::starts_at, booking::number))
            .first(conn)
            .optional()?,
    };
    let mut query = bookings!()
        .filter(booking::programme_id.eq(scope.programme()))
        .limit(PAGE + 1)
        .into_boxed();
    query = match which {
        Which::Open => query
            .filter(booking::state.eq(State::Booked))
            .order((booking::starts_at.asc(), booking::number.asc())),
        Which::All => query.order((booking::number.desc(), booking::starts_at.desc())),
    };
    if let Some((at, number)) = from {
        query = match which {
            Which::Open => query.filter(
                booking::starts_at
                    .gt(at)
                    .or(booking::starts_at.eq(at).and(booking::number.gt(number))),
            ),
            Which::All => query.filter(booking::number.lt(number)),
        };
    }
    if let Some(own) = scope.only() {
        query = query.filter(booking::facility_id.eq(own));
    }
    let mut rows: Vec<Row> = query.load(conn)?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let next = match more {
        true => rows.last().map(|row| row.id.clone()),
        false => None,
    };
    Ok((with_physicians(conn, rows)?, next))
}

/// The open bookings of a facility, the next first.
pub fn of_facility(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    limit: i64,
) -> Result<Vec<Booking>> {
    scope.admit(place)?;
    let rows = bookings!()
        .filter(booking::programme_id.eq(scope.programme()))
        .filter(booking::facility_id.eq(place))
        .filter(booking::state.eq(State::Booked))
        .order((booking::starts_at, booking::number))
        .limit(limit)
        .load(conn)?;
    with_physicians(conn, rows)
}

/// The open bookings of a representative that begin before an instant, the earliest first.
pub fn of_representative(
    conn: &mut AnyConn,
    scope: &Scope,
    account: &AccountId,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Booking>> {
    let rows = bookings!()
        .filter(booking::programme_id.eq(scope.programme()))
        .filter(booking::representative_id.eq(account))
        .filter(booking::state.eq(State::Booked))
        .filter(booking::starts_at.lt(before.naive_utc()))
        .order((booking::starts_at, booking::number))
        .limit(limit)
        .load(conn)?;
    with_physicians(conn, rows)
}

type Post = (PersonId, FacilityId, NaiveDate, Option<NaiveDate>);

fn with_physicians(conn: &mut AnyConn, rows: Vec<Row>) -> Result<Vec<Booking>> {
    let ids: Vec<&BookingId> = rows.iter().map(|row| &row.id).collect();
    let coming: Vec<(BookingId, PersonId, String)> = booking_physician::table
        .inner_join(person::table.on(person::id.eq(booking_physician::person_id)))
        .filter(booking_physician::booking_id.eq_any(ids))
        .order((booking_physician::booking_id, booking_physician::position))
        .select((
            booking_physician::booking_id,
            booking_physician::person_id,
            person::name,
        ))
        .load(conn)?;
    let people: Vec<&PersonId> = coming.iter().map(|(_, person, _)| person).collect();
    let posts: Vec<Post> = affiliation::table
        .filter(affiliation::person_id.eq_any(people))
        .filter(affiliation::known_to.is_null())
        .select((
            affiliation::person_id,
            affiliation::facility_id,
            affiliation::first_day,
            affiliation::last_day,
        ))
        .load(conn)?;
    let in_post = |row: &Row, person: &PersonId| {
        let day = jst_date(row.starts_at.and_utc());
        posts.iter().any(|(who, place, first, last)| {
            let span = Span {
                first: *first,
                last: *last,
            };
            who == person && *place == row.facility && span.contains(day)
        })
    };
    Ok(rows
        .into_iter()
        .map(|row| Booking {
            physicians: coming
                .iter()
                .filter(|(id, ..)| *id == row.id)
                .map(|(_, person, name)| Participant {
                    in_post: in_post(&row, person),
                    person: person.clone(),
                    name: name.clone(),
                })
                .collect(),
            id: row.id,
            number: row.number,
            facility: row.facility,
            facility_name: row.facility_name,
            state: row.state,
            version: row.version,
            starts_at: row.starts_at.and_utc(),
            ends_at: row.ends_at.and_utc(),
            mode: row.mode,
            venue: row.venue,
            representative: row.representative,
            representative_name: row.representative_name,
            contact: row.contact,
        })
        .collect())
}

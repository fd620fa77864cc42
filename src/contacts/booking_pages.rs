//! Bookings as they are seen: the list, the form, one booking, its change and its cancellation.

use actix_web::web::Query;
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::bookings::{self, NewBooking};
use super::diary::{self, Booking, Which, time};
use super::{Mode, register};
use crate::audit;
use crate::clock::jst_date;
use crate::db::AnyConn;
use crate::error::{Error, FieldErrors, Message, Result as Outcome};
use crate::facilities;
use crate::ids::{BookingId, FacilityId, PersonId};
use crate::physicians::register as physicians;
use crate::physicians::roll;
use crate::rules::facility::Span;
use crate::scope::{Role, Scope};
use crate::web::visitor::Readers;
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Pager, Problem, Representative, Shell, Site, Ymd, or_again,
    see_other, show, show_again,
};
use crate::wording::SHORT;

/// What is typed of a booking.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BookingForm {
    version: String,
    starts_at: Ymd,
    ends_at: String,
    mode: String,
    venue: String,
    physicians: Vec<String>,
    anyway: String,
    reason: String,
}

impl BookingForm {
    fn of(booking: &Booking, anyway: bool) -> BookingForm {
        let mut starts_at = Ymd::from(booking.day());
        starts_at.t = time(booking.starts_at);
        BookingForm {
            version: booking.version.to_string(),
            starts_at,
            ends_at: time(booking.ends_at),
            mode: booking.mode.as_str().to_owned(),
            venue: booking.venue.clone(),
            physicians: booking
                .physicians
                .iter()
                .map(|one| one.person.to_string())
                .collect(),
            anyway: if anyway { "yes" } else { "" }.to_owned(),
            reason: String::new(),
        }
    }

    fn has(&self, person: &PersonId) -> bool {
        self.physicians.iter().any(|id| id == person.as_str())
    }

    /// The day that was typed, so that the form says who is in post then.
    fn day(&self, today: NaiveDate) -> NaiveDate {
        let typed = Fields::new().optional_date("starts_at", &self.starts_at);
        typed.unwrap_or(today)
    }

    /// The version of the booking that the form was made for.
    fn version(&self) -> i32 {
        self.version.trim().parse().unwrap_or(0)
    }

    fn check(&self) -> Result<NewBooking, FieldErrors> {
        let mut fields = Fields::new();
        let starts_at = fields.instant("starts_at", &self.starts_at);
        let mut end = Ymd::from(jst_date(starts_at));
        end.t.clone_from(&self.ends_at);
        let ends_at = fields.instant("ends_at", &end);
        let mode = fields.choice("mode", &self.mode, Mode::from_word);
        let venue = fields.optional_text("venue", &self.venue, SHORT);
        let mut physicians = Vec::new();
        for id in &self.physicians {
            match id.parse() {
                Ok(id) => physicians.push(id),
                Err(_) => {
                    fields.add("physicians", Message::new("bookings-physician-unknown"));
                    break;
                }
            }
        }
        if self.physicians.is_empty() {
            fields.add("physicians", Message::new("bookings-physician-missing"));
        }
        fields.done(NewBooking {
            starts_at,
            ends_at,
            mode: mode.unwrap_or(Mode::FaceToFace),
            venue: venue.unwrap_or_default(),
            physicians,
            anyway: self.anyway == "yes",
        })
    }
}

/// A physician whom the form offers.
struct Offered {
    person: PersonId,
    name: String,
    post: Span,
    /// On the day that is typed.
    in_post: bool,
    qualified: bool,
}

/// The physicians of a facility as they stand on a day; of those who have left only whoever was chosen.
fn offered(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    day: NaiveDate,
    chosen: impl Fn(&PersonId) -> bool,
) -> Outcome<Vec<Offered>> {
    let all = physicians::of_facility(conn, scope, place, day)?;
    let offered = roll::rows(all, place, day).into_iter().map(|row| Offered {
        in_post: row.post.span.contains(day),
        qualified: row.qualified,
        post: row.post.span,
        person: row.physician.person,
        name: row.physician.name,
    });
    Ok(offered
        .filter(|one| !one.post.has_ended_by(day) || chosen(&one.person))
        .collect())
}

#[derive(Template)]
#[template(path = "contacts/booking_form.html")]
struct FormPage {
    shell: Shell,
    /// Where the form is sent to.
    action: String,
    facility: String,
    /// The booking that is changed.
    changed: Option<Booking>,
    offered: Vec<Offered>,
    form: BookingForm,
    errors: FieldErrors,
    /// The message on the button.
    button: &'static str,
}

impl FormPage {
    /// Whether the box for those who do not meet ※3 is needed.
    fn asks_anyway(&self) -> bool {
        let mut shown = self.offered.iter();
        self.errors.on("anyway").is_some() || shown.any(|one| !one.qualified)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct For {
    physician: String,
}

/// GET /facilities/{id}/bookings/new; `?physician=` ticks one.
pub async fn new_form(
    site: Site,
    who: By<Representative>,
    Id(place): Id<FacilityId>,
    query: Query<For>,
) -> Answer {
    let form = BookingForm {
        physicians: vec![query.physician.clone()],
        ..BookingForm::default()
    };
    let mut page = new_page(&site, &who, place, form, FieldErrors::default()).await?;
    if let ([only], true) = (page.offered.as_slice(), query.physician.is_empty()) {
        page.form.physicians = vec![only.person.to_string()];
    }
    show(page)
}

async fn new_page(
    site: &Site,
    who: &By<Representative>,
    place: FacilityId,
    form: BookingForm,
    errors: FieldErrors,
) -> Result<FormPage, Problem> {
    let day = form.day(site.db.clock().today());
    let (scope, id, typed) = (who.scope.clone(), place.clone(), form.clone());
    let found = site.read(move |conn| {
        let facility = facilities::get(conn, &scope, &id)?;
        let offered = offered(conn, &scope, &id, day, |person| typed.has(person))?;
        Ok((facility.name, offered))
    });
    let (facility, offered) = found.await?;
    let mut shell = who
        .shell("bookings-new-title", Nav::Contacts)
        .crumb("/bookings", "bookings-title")
        .crumb_named(&format!("/facilities/{place}"), &facility);
    shell.wrong = !errors.is_empty();
    Ok(FormPage {
        shell,
        action: format!("/facilities/{place}/bookings"),
        facility,
        changed: None,
        offered,
        form,
        errors,
        button: "bookings-book-do",
    })
}

/// POST /facilities/{id}/bookings
pub async fn book(
    site: Site,
    who: By<Representative>,
    Id(place): Id<FacilityId>,
    Form(form): Form<BookingForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok(new) => {
            let (scope, id) = (who.scope.clone(), place.clone());
            let booked = site.write(&who, move |tx| bookings::book(tx, &scope, &id, &new));
            booked.await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(id) => {
            who.flash(Message::new("bookings-booked"));
            see_other(&format!("/bookings/{id}"))
        }
        Err(errors) => show_again(new_page(&site, &who, place, form, errors).await?),
    }
}

/// GET /bookings/{id}/change
pub async fn change_form(site: Site, who: By<Representative>, Id(id): Id<BookingId>) -> Answer {
    show(change_page(&site, &who, id, None, FieldErrors::default()).await?)
}

async fn change_page(
    site: &Site,
    who: &By<Representative>,
    id: BookingId,
    typed: Option<BookingForm>,
    errors: FieldErrors,
) -> Result<FormPage, Problem> {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let booking = diary::one(conn, &scope, &id)?;
        if !booking.is_open() {
            return Err(Error::Stale);
        }
        let mut form = match typed {
            Some(typed) => typed,
            None => BookingForm::of(&booking, false),
        };
        let day = form.day(today);
        let place = &booking.facility;
        let offered = offered(conn, &scope, place, day, |person| form.has(person))?;
        // What was booked knowingly is not asked again before anything is changed.
        if errors.is_empty() {
            let knowingly = offered
                .iter()
                .any(|one| form.has(&one.person) && !one.qualified);
            form = BookingForm::of(&booking, knowingly);
        }
        Ok((booking, offered, form, errors))
    });
    let (booking, offered, form, errors) = found.await?;
    let mut shell = who
        .shell("bookings-change-title", Nav::Contacts)
        .crumb("/bookings", "bookings-title")
        .crumb_named(&format!("/bookings/{}", booking.id), booking.label());
    shell.wrong = !errors.is_empty();
    Ok(FormPage {
        shell,
        action: format!("/bookings/{}/change", booking.id),
        facility: booking.facility_name.clone(),
        offered,
        form,
        errors,
        button: "bookings-change-do",
        changed: Some(booking),
    })
}

/// POST /bookings/{id}/change
pub async fn change(
    site: Site,
    who: By<Representative>,
    Id(id): Id<BookingId>,
    Form(form): Form<BookingForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok(new) => {
            let (scope, of, version) = (who.scope.clone(), id.clone(), form.version());
            let changed = site.write(&who, move |tx| {
                bookings::change(tx, &scope, (&of, version), &new)
            });
            changed.await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new("bookings-changed"));
            see_other(&format!("/bookings/{id}"))
        }
        Err(errors) => show_again(change_page(&site, &who, id, Some(form), errors).await?),
    }
}

#[derive(Template)]
#[template(path = "contacts/booking_cancellation.html")]
struct CancellationPage {
    shell: Shell,
    booking: Booking,
    form: BookingForm,
    errors: FieldErrors,
}

/// GET /bookings/{id}/cancellation
pub async fn cancellation_form(
    site: Site,
    who: By<Representative>,
    Id(id): Id<BookingId>,
) -> Answer {
    show(cancellation_page(&site, &who, id, None, FieldErrors::default()).await?)
}

async fn cancellation_page(
    site: &Site,
    who: &By<Representative>,
    id: BookingId,
    typed: Option<BookingForm>,
    errors: FieldErrors,
) -> Result<CancellationPage, Problem> {
    let scope = who.scope.clone();
    let booking = site.read(move |conn| diary::one(conn, &scope, &id)).await?;
    if !booking.is_open() {
        return Err(Error::Stale.into());
    }
    let mut shell = who
        .shell("bookings-cancel-title", Nav::Contacts)
        .crumb("/bookings", "bookings-title")
        .crumb_named(&format!("/bookings/{}", booking.id), booking.label());
    shell.wrong = !errors.is_empty();
    Ok(CancellationPage {
        shell,
        form: typed.unwrap_or_else(|| BookingForm::of(&booking, false)),
        booking,
        errors,
    })
}

/// POST /bookings/{id}/cancellation
pub async fn cancel(
    site: Site,
    who: By<Representative>,
    Id(id): Id<BookingId>,
    Form(form): Form<BookingForm>,
) -> Answer {
    let (scope, of, version) = (who.scope.clone(), id.clone(), form.version());
    let reason = form.reason.clone();
    let cancelled = site.write(&who, move |tx| {
        bookings::cancel(tx, &scope, (&of, version), &reason)
    });
    let outcome = cancelled.await;
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new("bookings-cancelled"));
            see_other(&format!("/bookings/{id}"))
        }
        Err(errors) => show_again(cancellation_page(&site, &who, id, Some(form), errors).await?),
    }
}

#[derive(Template)]
#[template(path = "contacts/booking.html")]
struct BookingPage {
    shell: Shell,
    booking: Booking,
    /// Who comes, as they stand on the day of the meeting.
    coming: Vec<Offered>,
    /// The number of the record of the meeting.
    record: Option<String>,
    /// Why it was cancelled.
    cancelled: Option<String>,
    history: Vec<audit::Row>,
    /// Whether this reader may change it.
    changes: bool,
    /// Whether this reader may see the agenda of a meeting.
    prepares: bool,
}

/// GET /bookings/{id}
pub async fn booking(site: Site, who: By<Readers>, Id(id): Id<BookingId>) -> Answer {
    let scope = who.scope.clone();
    let found = site.read(move |conn| {
        let booking = diary::one(conn, &scope, &id)?;
        let is_coming = |person: &PersonId| {
            let mut coming = booking.physicians.iter();
            coming.any(|one| one.person == *person)
        };
        let (place, day) = (&booking.facility, booking.day());
        let mut coming = offered(conn, &scope, place, day, is_coming)?;
        coming.retain(|one| is_coming(&one.person));
        let record = match &booking.contact {
            Some(contact) => Some(register::one(conn, &scope, contact)?.label()),
            None => None,
        };
        let history = audit::history(conn, &scope, &[id.to_string()], 50)?;
        Ok((booking, coming, record, history))
    });
    let (booking, coming, record, history) = found.await?;
    let cancelled = history
        .iter()
        .filter(|row| row.verb == "meeting_cancelled")
        .find_map(|row| Some(row.detail.get("reason")?.as_str()?.to_owned()));
    show(BookingPage {
        shell: who
            .shell("bookings-title", Nav::Contacts)
            .crumb("/bookings", "bookings-title")
            .titled(booking.label()),
        changes: who.role == Role::Representative && booking.is_open(),
        prepares: who.is(&[Role::Representative, Role::SafetyOfficer, Role::Inspector]),
        booking,
        coming,
        record,
        cancelled,
        history,
    })
}

#[derive(Template)]
#[template(path = "contacts/bookings.html")]
struct ListPage {
    shell: Shell,
    bookings: Vec<Booking>,
    which: Which,
    /// Whether the reader records meetings.
    records: bool,
    pager: Pager,
}

impl ListPage {
    fn is(&self, which: Which) -> bool {
        self.which == which
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    show: String,
    after: String,
}

/// GET /bookings; `?show=all` lists also what was held or cancelled.
pub async fn list(site: Site, who: By<Readers>, query: Query<Shown>) -> Answer {
    let (which, all) = match query.show.as_str() {
        "all" => (Which::All, "/bookings?show=all"),
        _ => (Which::Open, "/bookings"),
    };
    let after: Option<BookingId> = query.after.parse().ok();
    let later = after.is_some();
    let scope = who.scope.clone();
    let found = site.read(move |conn| diary::list(conn, &scope, which, after.as_ref()));
    let (bookings, next) = found.await?;
    let joint = if which == Which::All { '&' } else { '?' };
    show(ListPage {
        shell: who.shell("bookings-title", Nav::Contacts),
        bookings,
        which,
        records: who.role == Role::Representative,
        pager: Pager {
            first: later.then(|| all.to_owned()),
            next: next.map(|id| format!("{all}{joint}after={id}")),
            size: diary::PAGE,
        },
    })
}

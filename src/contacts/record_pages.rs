//! Recording an explanation or a meeting: one form made for a telephone, filled in as far as a booking or the last
//! record says.

use actix_web::web::Query;
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::agenda::last_materials;
use super::bookings;
use super::diary::{self, Booking, time};
use super::{Attendee, Contact, Kind, Mode, NewContact, Presenter};
use crate::clock::jst_date;
use crate::error::{Error, FieldErrors, Message};
use crate::facilities;
use crate::ids::{BookingId, ContactId, FacilityId, PersonId};
use crate::physicians::register::in_post;
use crate::rules::notice;
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Problem, Representative, Shell, Site, Ymd, or_again,
    see_other, show, show_again,
};
use crate::wording::{LONG, SHORT};

/// What is typed of a contact.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    pub(super) kind: String,
    pub(super) mode: String,
    pub(super) starts_at: Ymd,
    pub(super) ends_at: String,
    pub(super) attendees: Vec<String>,
    pub(super) others: String,
    pub(super) presenter: String,
    pub(super) presenter_name: String,
    pub(super) product: String,
    pub(super) safety_measures: String,
    pub(super) materials: String,
    pub(super) summary: String,
    /// The materials of last time, where they were used again.
    pub(super) same_materials: String,
    /// The booking that the meeting was held by.
    pub(super) booking: String,
    /// Of a correction: `replace`, or `strike` what never took place.
    pub(super) how: String,
    pub(super) reason: String,
    /// Of an addition to a record.
    pub(super) addendum: String,
}

impl ContactForm {
    /// A form that needs as little typing as can be: today, and whoever records.
    fn fresh(kind: Kind, today: NaiveDate, name: &str) -> ContactForm {
        ContactForm {
            kind: kind.as_str().to_owned(),
            starts_at: today.into(),
            presenter: Presenter::Manufacturer.as_str().to_owned(),
            presenter_name: name.to_owned(),
            ..ContactForm::default()
        }
    }

    /// The form of a record that is to be corrected.
    pub(super) fn of(contact: &Contact) -> ContactForm {
        let word = |answer: Option<bool>| match answer {
            Some(true) => "yes".to_owned(),
            Some(false) => "no".to_owned(),
            None => String::new(),
        };
        let there = contact.attendees.iter();
        let typed = there.clone().filter(|(person, _)| person.is_none());
        let others: Vec<&str> = typed.map(|(_, name)| name.as_str()).collect();
        let mut starts_at = Ymd::from(contact.day());
        starts_at.t = time(contact.starts_at);
        ContactForm {
            kind: contact.kind.as_str().to_owned(),
            mode: contact.mode.as_str().to_owned(),
            starts_at,
            ends_at: time(contact.ends_at),
            attendees: there
                .filter_map(|(person, _)| person.as_ref().map(PersonId::to_string))
                .collect(),
            others: others.join("\n"),
            presenter: contact.presenter.as_str().to_owned(),
            presenter_name: contact.presenter_name.clone(),
            product: word(contact.product),
            safety_measures: word(contact.safety_measures),
            materials: contact.materials.clone(),
            summary: contact.summary.clone(),
            how: "replace".to_owned(),
            ..ContactForm::default()
        }
    }

    /// The form of a meeting that was booked: all that the booking says, and the end as far as it has come.
    fn booked(booking: &Booking, now: DateTime<Utc>, name: &str) -> ContactForm {
        let ends_at = match booking.starts_at < now {
            true => booking.ends_at.min(now),
            false => booking.ends_at,
        };
        let mut starts_at = Ymd::from(booking.day());
        starts_at.t = time(booking.starts_at);
        let coming = booking.physicians.iter();
        ContactForm {
            mode: booking.mode.as_str().to_owned(),
            starts_at,
            ends_at: time(ends_at),
            attendees: coming.map(|one| one.person.to_string()).collect(),
            booking: booking.id.to_string(),
            ..ContactForm::fresh(Kind::Meeting, booking.day(), name)
        }
    }

    pub(super) fn kind(&self) -> Kind {
        Kind::from_word(&self.kind).unwrap_or(Kind::Meeting)
    }

    /// The day that was typed, so that the form offers who was in post then.
    pub(super) fn day(&self, today: NaiveDate) -> NaiveDate {
        let typed = Fields::new().optional_date("starts_at", &self.starts_at);
        typed.unwrap_or(today)
    }

    pub(super) fn has(&self, person: &PersonId) -> bool {
        self.attendees.iter().any(|id| id == person.as_str())
    }

    pub(super) fn check(&self) -> Result<NewContact, FieldErrors> {
        let mut fields = Fields::new();
        let kind = self.kind();
        let mode = fields.choice("mode", &self.mode, Mode::from_word);
        let starts_at = fields.instant("starts_at", &self.starts_at);
        let ends_at = self.ends_at(&mut fields, starts_at);
        let attendees = self.attendees(&mut fields);
        let explains = kind == Kind::Briefing;
        let presenter = match explains {
            true => fields.choice("presenter", &self.presenter, presenter),
            false => None,
        };
        let presenter_name = fields.text("presenter_name", &self.presenter_name, SHORT);
        let topic = |fields: &mut Fields, field: &str, typed: &str| {
            explains.then(|| fields.yes_no(field, typed))
        };
        let product = topic(&mut fields, "product", &self.product);
        let safety_measures = topic(&mut fields, "safety_measures", &self.safety_measures);
        let materials = fields.optional_lines("materials", &self.materials(), LONG);
        let summary = fields.optional_lines("summary", &self.summary, LONG);
        fields.done(NewContact {
            kind,
            mode: mode.unwrap_or(Mode::FaceToFace),
            presenter: presenter.unwrap_or(Presenter::Manufacturer),
            presenter_name,
            product,
            safety_measures,
            starts_at,
            ends_at,
            materials: materials.unwrap_or_default(),
            summary: summary.unwrap_or_default(),
            attendees,
        })
    }

    /// What is typed, and what was ticked as used again.
    fn materials(&self) -> String {
        let both = [self.same_materials.trim(), self.materials.trim()];
        let both: Vec<&str> = both.into_iter().filter(|text| !text.is_empty()).collect();
        both.join("、")
    }

    /// The end is typed as a time of the same day: nobody meets over midnight.
    fn ends_at(&self, fields: &mut Fields, starts_at: DateTime<Utc>) -> DateTime<Utc> {
        let mut end = Ymd::from(jst_date(starts_at));
        end.t = self.ends_at.clone();
        fields.instant("ends_at", &end)
    }

    /// Physicians by id and others by name, one a line.
    fn attendees(&self, fields: &mut Fields) -> Vec<Attendee> {
        let mut there = Vec::new();
        for id in &self.attendees {
            match id.parse() {
                Ok(id) => there.push(Attendee::Physician(id)),
                Err(_) => fields.add("attendees", Message::new("forms-choose")),
            }
        }
        let others = fields.optional_lines("others", &self.others, LONG);
        for name in others.unwrap_or_default().lines() {
            there.push(Attendee::Typed(name.to_owned()));
        }
        there
    }
}

/// Who explained, among those that a form offers.
fn presenter(word: &str) -> Option<Presenter> {
    Presenter::from_word(word).filter(|presenter| *presenter != Presenter::NotRecorded)
}

/// The notice's own words on the explanation, shown where one is recorded.
fn explanation_clause() -> &'static str {
    notice::clause("F-1.4").map_or("", |clause| clause.japanese)
}

#[derive(Template)]
#[template(path = "contacts/new.html")]
struct NewPage {
    shell: Shell,
    place: FacilityId,
    facility: String,
    /// Who was in post on the day.
    physicians: Vec<(PersonId, String)>,
    /// The booking that is recorded.
    booking: Option<Booking>,
    /// The materials this representative noted last.
    last_materials: Option<String>,
    form: ContactForm,
    errors: FieldErrors,
}

impl NewPage {
    /// Whether only what a booking does not know has to be looked at.
    fn is_quick(&self) -> bool {
        self.booking.is_some()
    }

    /// Whether the fields that the booking filled in are in sight: when something in them is wrong.
    fn is_unfolded(&self) -> bool {
        let folded = [
            "starts_at",
            "ends_at",
            "attendees",
            "others",
            "presenter_name",
        ];
        folded.iter().any(|field| self.errors.on(field).is_some())
    }
}

/// What the form begins with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Prefilled {
    kind: String,
    booking: String,
    physician: String,
}

/// GET /facilities/{id}/contacts/new; `?kind=`, and for a meeting `?booking=` or `?physician=`.
pub async fn new_form(
    site: Site,
    who: By<Representative>,
    Id(place): Id<FacilityId>,
    query: Query<Prefilled>,
) -> Answer {
    let kind = Kind::from_word(&query.kind).unwrap_or(Kind::Meeting);
    let mut form = ContactForm::fresh(kind, site.db.clock().today(), &who.name);
    if kind == Kind::Meeting {
        form.booking.clone_from(&query.booking);
        form.attendees = vec![query.physician.clone()];
    }
    let mut page = new_page(&site, &who, place, form, FieldErrors::default()).await?;
    if let Some(booking) = page.booking.as_ref().filter(|booking| !booking.is_open()) {
        return see_other(&format!("/bookings/{}", booking.id));
    }
    if let Some(booking) = &page.booking {
        page.form = ContactForm::booked(booking, site.db.clock().now(), &who.name);
    } else if let ([(only, _)], true) = (page.physicians.as_slice(), query.physician.is_empty()) {
        page.form.attendees = vec![only.to_string()];
    }
    show(page)
}

async fn new_page(
    site: &Site,
    who: &By<Representative>,
    place: FacilityId,
    form: ContactForm,
    errors: FieldErrors,
) -> Result<NewPage, Problem> {
    let today = site.db.clock().today();
    let (scope, id, author) = (who.scope.clone(), place.clone(), who.person.clone());
    let (typed, fresh) = (form.clone(), errors.is_empty());
    let found = site.read(move |conn| {
        let facility = facilities::get(conn, &scope, &id)?;
        let booking = match typed.booking.parse::<BookingId>() {
            Ok(booking) => Some(diary::one(conn, &scope, &booking)?),
            Err(_) => None,
        };
        if booking.as_ref().is_some_and(|own| own.facility != id) {
            return Err(Error::NotFound);
        }
        let day = match &booking {
            Some(booking) if fresh => booking.day(),
            _ => typed.day(today),
        };
        let last = match typed.kind() {
            Kind::Meeting => last_materials(conn, &scope, &author)?,
            Kind::Briefing => None,
        };
        Ok((facility.name, in_post(conn, &id, day)?, booking, last))
    });
    let (facility, physicians, booking, last_materials) = found.await?;
    let title = match form.kind() {
        Kind::Briefing => "contacts-new-briefing",
        Kind::Meeting => "contacts-new-meeting",
    };
    let mut shell = who
        .shell(title, Nav::Contacts)
        .crumb("/facilities", "nav-facilities")
        .crumb_named(&format!("/facilities/{place}"), &facility);
    shell.wrong = !errors.is_empty();
    Ok(NewPage {
        shell,
        place,
        facility,
        physicians,
        booking,
        last_materials,
        form,
        errors,
    })
}

/// POST /facilities/{id}/contacts
pub async fn record(
    site: Site,
    who: By<Representative>,
    Id(place): Id<FacilityId>,
    Form(form): Form<ContactForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok(new) => record_one(&site, &who, place.clone(), form.booking.parse().ok(), new).await,
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(id) => {
            who.flash(Message::new("contacts-recorded"));
            see_other(&format!("/contacts/{id}"))
        }
        Err(errors) => show_again(new_page(&site, &who, place, form, errors).await?),
    }
}

async fn record_one(
    site: &Site,
    who: &By<Representative>,
    place: FacilityId,
    booking: Option<BookingId>,
    new: NewContact,
) -> Result<ContactId, Problem> {
    let scope = who.scope.clone();
    site.write(who, move |tx| match &booking {
        Some(booking) => bookings::record_held(tx, &scope, (booking, &place), &new),
        None => super::record(tx, &scope, &place, &new),
    })
    .await
}

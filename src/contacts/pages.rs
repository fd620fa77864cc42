//! Explanations and meetings as they are seen: the list, the form made for a telephone, one record, its correction.

use actix_web::web::Query;
use askama::Template;
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use serde::Deserialize;

use super::{Attendee, Contact, Kind, Mode, NewContact, Presenter, register};
use crate::audit;
use crate::clock::{jst, jst_date};
use crate::error::{FieldErrors, Message};
use crate::facilities;
use crate::ids::{ContactId, FacilityId, PersonId};
use crate::physicians::register::in_post;
use crate::physicians::wording::{LONG, SHORT};
use crate::rules::notice;
use crate::scope::Role;
use crate::web::visitor::{Readers, RepresentativeOrSafety};
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Pager, Problem, Representative, Shell, Site, Ymd, or_again,
    see_other, show, show_again,
};

#[derive(Template)]
#[template(path = "contacts/list.html")]
struct ListPage {
    shell: Shell,
    contacts: Vec<Contact>,
    kind: Option<Kind>,
    pager: Pager,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    kind: String,
    after: String,
}

/// GET /contacts
pub async fn list(site: Site, who: By<Readers>, query: Query<Which>) -> Answer {
    let (kind, after) = (Kind::from_word(&query.kind), query.after.parse().ok());
    let scope = who.scope.clone();
    let found = site.read(move |conn| register::list(conn, &scope, kind, after));
    let (contacts, next) = found.await?;
    show(ListPage {
        shell: who.shell("contacts-title", Nav::Contacts),
        contacts,
        kind,
        pager: pager(kind, after, next),
    })
}

fn pager(kind: Option<Kind>, after: Option<i64>, next: Option<i64>) -> Pager {
    let (all, further) = match kind {
        Some(kind) => {
            let all = format!("/contacts?kind={}", kind.as_str());
            (all.clone(), format!("{all}&after="))
        }
        None => ("/contacts".to_owned(), "/contacts?after=".to_owned()),
    };
    Pager {
        first: after.map(|_| all),
        next: next.map(|number| format!("{further}{number}")),
        size: register::PAGE,
    }
}

/// What is typed of a contact.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    kind: String,
    mode: String,
    starts_at: Ymd,
    ends_at: String,
    attendees: Vec<String>,
    others: String,
    presenter: String,
    presenter_name: String,
    product: String,
    safety_measures: String,
    materials: String,
    summary: String,
    /// Of a correction: `replace`, or `strike` what never took place.
    how: String,
    reason: String,
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
    fn of(contact: &Contact) -> ContactForm {
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
            reason: String::new(),
        }
    }

    fn kind(&self) -> Kind {
        Kind::from_word(&self.kind).unwrap_or(Kind::Meeting)
    }

    /// The day that was typed, so that the form offers who was in post then.
    fn day(&self, today: NaiveDate) -> NaiveDate {
        let typed = Fields::new().optional_date("starts_at", &self.starts_at);
        typed.unwrap_or(today)
    }

    fn has(&self, person: &PersonId) -> bool {
        self.attendees.iter().any(|id| id == person.as_str())
    }

    fn check(&self) -> Result<NewContact, FieldErrors> {
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
        let materials = fields.optional_lines("materials", &self.materials, LONG);
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

/// The time of day in Japan.
fn time(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&jst());
    format!("{:02}:{:02}", local.hour(), local.minute())
}

#[derive(Template)]
#[template(path = "contacts/new.html")]
struct NewPage {
    shell: Shell,
    place: FacilityId,
    facility: String,
    /// Who was in post on the day.
    physicians: Vec<(PersonId, String)>,
    form: ContactForm,
    errors: FieldErrors,
}

/// GET /facilities/{id}/contacts/new
pub async fn new_form(
    site: Site,
    who: By<Representative>,
    Id(place): Id<FacilityId>,
    query: Query<Which>,
) -> Answer {
    let kind = Kind::from_word(&query.kind).unwrap_or(Kind::Meeting);
    let form = ContactForm::fresh(kind, site.db.clock().today(), &who.name);
    let mut page = new_page(&site, &who, place, form, FieldErrors::default()).await?;
    if let [(only, _)] = page.physicians.as_slice() {
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
    let day = form.day(site.db.clock().today());
    let (scope, id) = (who.scope.clone(), place.clone());
    let found = site.read(move |conn| {
        let facility = facilities::get(conn, &scope, &id)?;
        Ok((facility.name, in_post(conn, &id, day)?))
    });
    let (facility, physicians) = found.await?;
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
        Ok(new) => record_one(&site, &who, place.clone(), new).await,
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
    new: NewContact,
) -> Result<ContactId, Problem> {
    let scope = who.scope.clone();
    site.write(who, move |tx| super::record(tx, &scope, &place, &new))
        .await
}

#[derive(Template)]
#[template(path = "contacts/contact.html")]
struct ContactPage {
    shell: Shell,
    contact: Contact,
    /// Who ended it, when and why.
    corrected: Option<Corrected>,
    history: Vec<audit::Row>,
    may_correct: bool,
    /// Whether the form of a correction is open.
    correcting: bool,
    physicians: Vec<(PersonId, String)>,
    form: ContactForm,
    errors: FieldErrors,
}

struct Corrected {
    by: String,
    at: DateTime<Utc>,
    reason: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Correcting {
    correct: String,
}

/// GET /contacts/{id}; `?correct=yes` opens the form of a correction.
pub async fn contact(
    site: Site,
    who: By<Readers>,
    Id(id): Id<ContactId>,
    query: Query<Correcting>,
) -> Answer {
    let mut page = contact_page(&site, &who, id, None, FieldErrors::default()).await?;
    page.correcting = page.may_correct && query.correct == "yes";
    show(page)
}

async fn contact_page<R>(
    site: &Site,
    who: &By<R>,
    id: ContactId,
    typed: Option<ContactForm>,
    errors: FieldErrors,
) -> Result<ContactPage, Problem> {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let contact = register::one(conn, &scope, &id)?;
        let form = typed.unwrap_or_else(|| ContactForm::of(&contact));
        let physicians = in_post(conn, &contact.facility, form.day(today))?;
        let history = audit::history(conn, &scope, &[id.to_string()], 20)?;
        Ok((contact, form, physicians, history))
    });
    let (contact, form, physicians, history) = found.await?;
    let mut shell = who
        .shell("contacts-title", Nav::Contacts)
        .crumb("/contacts", "contacts-title")
        .titled(contact.label());
    shell.wrong = !errors.is_empty();
    let corrects = who.is(&[Role::Representative, Role::SafetyOfficer]);
    Ok(ContactPage {
        may_correct: corrects && contact.known_to.is_none(),
        correcting: !errors.is_empty(),
        corrected: history.iter().find_map(corrected),
        history,
        shell,
        contact,
        physicians,
        form,
        errors,
    })
}

fn corrected(row: &audit::Row) -> Option<Corrected> {
    (row.verb == "contact_corrected").then(|| Corrected {
        by: row.person_name.clone(),
        at: row.at,
        reason: row
            .detail
            .get("reason")
            .and_then(|reason| reason.as_str())
            .unwrap_or_default()
            .to_owned(),
    })
}

/// POST /contacts/{id}/correction
pub async fn correct(
    site: Site,
    who: By<RepresentativeOrSafety>,
    Id(id): Id<ContactId>,
    Form(form): Form<ContactForm>,
) -> Answer {
    let outcome = correct_one(&site, &who, &id, &form).await;
    match or_again(outcome)? {
        Ok(right) => {
            who.flash(Message::new("contacts-corrected"));
            see_other(&format!("/contacts/{}", right.unwrap_or(id)))
        }
        Err(errors) => show_again(contact_page(&site, &who, id, Some(form), errors).await?),
    }
}

async fn correct_one(
    site: &Site,
    who: &By<RepresentativeOrSafety>,
    id: &ContactId,
    form: &ContactForm,
) -> Result<Option<ContactId>, Problem> {
    let mut fields = Fields::new();
    let strikes = |word: &str| match word {
        "strike" => Some(true),
        "replace" => Some(false),
        _ => None,
    };
    let strikes = fields.choice("how", &form.how, strikes);
    let reason = fields.lines("reason", &form.reason, LONG);
    let (strikes, reason) = fields.done((strikes == Some(true), reason))?;
    let right = match strikes {
        true => None,
        false => Some(form.check()?),
    };
    let (scope, id) = (who.scope.clone(), id.clone());
    site.write(who, move |tx| {
        super::correct(tx, &scope, &id, &reason, right.as_ref())
    })
    .await
}

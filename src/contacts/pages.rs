//! Explanations and meetings as they are seen: the list, one record, what was added to it, its correction.

use actix_web::web::Query;
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::addenda::{self, Addendum};
use super::diary::{self, Booking};
use super::record_pages::ContactForm;
use super::{Contact, Kind, register};
use crate::audit;
use crate::error::{FieldErrors, Message};
use crate::ids::{ContactId, PersonId};
use crate::physicians::register::in_post;
use crate::web::visitor::{Readers, RepresentativeOrSafety};
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Pager, Problem, Shell, Site, or_again, see_other, show,
    show_again,
};
use crate::wording::LONG;

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
    /// Whether the form of an addition is open.
    adding: bool,
    addenda: Vec<Addendum>,
    /// The booking that led to it.
    booking: Option<Booking>,
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
        let added = addenda::of(conn, &id)?;
        let booking = diary::of_contact(conn, &scope, &id)?;
        Ok((contact, form, physicians, history, (added, booking)))
    });
    let (contact, form, physicians, history, (addenda, booking)) = found.await?;
    let mut shell = who
        .shell("contacts-title", Nav::Contacts)
        .crumb("/contacts", "contacts-title")
        .titled(contact.label());
    shell.wrong = !errors.is_empty();
    let corrects = who.is(addenda::ADDS);
    let adding = errors.on("addendum").is_some();
    Ok(ContactPage {
        may_correct: corrects && contact.known_to.is_none(),
        correcting: !errors.is_empty() && !adding,
        adding,
        addenda,
        booking,
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

/// What is added to a record.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AddendumForm {
    addendum: String,
}

/// POST /contacts/{id}/addendum
pub async fn add(
    site: Site,
    who: By<RepresentativeOrSafety>,
    Id(id): Id<ContactId>,
    Form(form): Form<AddendumForm>,
) -> Answer {
    let (scope, of, words) = (who.scope.clone(), id.clone(), form.addendum.clone());
    let added = site.write(&who, move |tx| addenda::add(tx, &scope, &of, &words));
    let outcome = added.await;
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new("addendum-added"));
            see_other(&format!("/contacts/{id}#addenda"))
        }
        Err(errors) => {
            let mut page = contact_page(&site, &who, id, None, errors).await?;
            page.form.addendum = form.addendum;
            show_again(page)
        }
    }
}

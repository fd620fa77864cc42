//! Deviations as they are seen: the list, open ones first, and one with its inquiry and its closure.

use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use super::{Deviated, Inquiry, close, closures, deviation, deviations, may_close};
use crate::audit;
use crate::error::{FieldErrors, Message};
use crate::ids::DeviationId;
use crate::scope::Role;
use crate::web::history::history;
use crate::web::page::Html;
use crate::web::signed::signatures;
use crate::web::visitor::Roles;
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Pager, Problem, SafetyOfficer, Shell, Site,
    StaffAndInspector, or_again, see_other, show, show_again,
};

/// The longest text of an inquiry, in characters.
const LONGEST: usize = 1000;

#[derive(Template)]
#[template(path = "deliveries/deviations.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Deviated>,
    is_open: bool,
    pager: Pager,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    state: String,
    after: String,
}

/// GET /deviations
pub async fn list(site: Site, who: By<StaffAndInspector>, query: Query<Which>) -> Answer {
    let is_open = query.state != "closed";
    let after: i64 = query.after.parse().unwrap_or(0);
    let scope = who.scope.clone();
    let found = site.read(move |conn| deviations(conn, &scope, is_open, after, Pager::SIZE + 1));
    let mut rows = found.await?;
    let path = match is_open {
        true => "/deviations?",
        false => "/deviations?state=closed&",
    };
    let pager = Pager::cut(&mut rows, path, after > 0, |row| row.number.to_string());
    show(ListPage {
        shell: who
            .shell("deviations-title", Nav::Deliveries)
            .crumb("/deliveries", "nav-deliveries"),
        rows,
        is_open,
        pager,
    })
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ClosureForm {
    cause: String,
    action: String,
    assessment: String,
    password: String,
    factor: String,
}

#[derive(Template)]
#[template(path = "deliveries/deviation.html")]
struct DeviationPage {
    shell: Shell,
    found: Deviated,
    signed: Html,
    history: Html,
    /// Whether this reader may close it.
    can_close: bool,
    /// The reader is a safety officer who had a hand in the delivery.
    own_hand: bool,
    form: ClosureForm,
    errors: FieldErrors,
}

async fn page<R: Roles>(
    site: &Site,
    who: &By<R>,
    id: &DeviationId,
    (form, errors): (ClosureForm, FieldErrors),
) -> Result<DeviationPage, Problem> {
    let (scope, id, person) = (who.scope.clone(), id.clone(), who.person.clone());
    let read = site.read(move |conn| {
        let found = deviation(conn, &scope, &id)?;
        let may = may_close(conn, &found, &person)?;
        let signed = closures(conn, &found)?;
        let records = [id.to_string(), found.delivery.to_string()];
        let history = audit::history(conn, &scope, &records, 100)?;
        Ok((found, may, signed, history))
    });
    let (found, may, signed, rows) = read.await?;
    let mut shell = who
        .shell("deviations-title", Nav::Deliveries)
        .titled(found.label())
        .crumb("/deliveries", "nav-deliveries")
        .crumb("/deviations", "deviations-title");
    shell.wrong = !errors.is_empty();
    let officer = who.is(&[Role::SafetyOfficer]);
    Ok(DeviationPage {
        history: history(&shell, &rows),
        signed: signatures(&shell, &signed),
        can_close: officer && may,
        own_hand: officer && !may && found.closed.is_none(),
        shell,
        found,
        form,
        errors,
    })
}

/// GET /deviations/{id}
pub async fn one(site: Site, who: By<StaffAndInspector>, Id(id): Id<DeviationId>) -> Answer {
    show(page(&site, &who, &id, <_>::default()).await?)
}

/// POST /deviations/{id}/closure
pub async fn post_closure(
    site: Site,
    who: By<SafetyOfficer>,
    Id(id): Id<DeviationId>,
    Form(form): Form<ClosureForm>,
) -> Answer {
    let scope = who.scope.clone();
    let outcome = async {
        let mut fields = Fields::new();
        let inquiry = Inquiry {
            cause: fields.lines("cause", &form.cause, LONGEST),
            action: fields.lines("action", &form.action, LONGEST),
            assessment: fields.lines("assessment", &form.assessment, LONGEST),
        };
        let inquiry = fields.done(inquiry)?;
        let proof = site.prove(&who, (&form.password, &form.factor)).await?;
        let at = id.clone();
        site.write(&who, move |tx| close(tx, &scope, &at, &inquiry, &proof))
            .await
    };
    let outcome = outcome.await;
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new("deviation-closed-now"));
            see_other(&format!("/deviations/{id}"))
        }
        Err(errors) => show_again(page(&site, &who, &id, (form, errors)).await?),
    }
}

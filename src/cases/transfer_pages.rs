//! The end of a case, and the way of a course to another facility: a code on paper, typed once by the receiver.

use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::pages::case_shell;
use super::record_pages::StepForm;
use super::{
    Case, Offer, State, accept_transfer, offer_transfer, offered, store, withdraw_transfer,
};
use crate::error::{Error, FieldErrors, Message};
use crate::ids::CaseId;
use crate::web::{
    Answer, By, FacilityPeople, Fields, Form, Id, Nav, Problem, Shell, Site, or_again, see_other,
    show, show_again,
};

#[derive(Template)]
#[template(path = "cases/closure.html")]
struct ClosurePage {
    shell: Shell,
    case: Case,
}

/// GET /cases/{id}/closure
pub async fn closure_form(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    let scope = who.scope.clone();
    let case = site
        .read(move |conn| store::case(conn, &scope, &id))
        .await?;
    if case.state != State::Open {
        who.flash(Message::new("cases-not-open"));
        return see_other(&format!("/cases/{}", case.id));
    }
    show(ClosurePage {
        shell: case_shell(&who, "case-closure-title", &case),
        case,
    })
}

/// POST /cases/{id}/closure
pub async fn close(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<StepForm>,
) -> Answer {
    let (scope, case) = (who.scope.clone(), id.clone());
    site.write(&who, move |tx| {
        super::close(tx, &scope, (&case, form.version()))
    })
    .await?;
    who.flash(Message::new("case-closed"));
    see_other(&format!("/cases/{id}"))
}

#[derive(Template)]
#[template(path = "cases/transfer.html")]
struct TransferPage {
    shell: Shell,
    case: Case,
    offer: Option<Offer>,
    /// The code, on the one page that ever shows it.
    code: Option<String>,
}

impl TransferPage {
    fn has_expired(&self, until: &DateTime<Utc>) -> bool {
        *until < self.shell.now
    }
}

async fn transfer_page(
    site: &Site,
    who: &By<FacilityPeople>,
    id: CaseId,
    code: Option<String>,
) -> Result<TransferPage, Problem> {
    let scope = who.scope.clone();
    let found = site.read(move |conn| {
        let case = store::case(conn, &scope, &id)?;
        let offer = offered(conn, &scope, &id)?;
        Ok((case, offer))
    });
    let (case, offer) = found.await?;
    Ok(TransferPage {
        shell: case_shell(who, "case-transfer-title", &case),
        case,
        offer,
        code,
    })
}

/// GET /cases/{id}/transfer
pub async fn transfer_form(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    let page = transfer_page(&site, &who, id, None).await?;
    if page.case.state != State::Open {
        who.flash(Message::new("cases-not-open"));
        return see_other(&format!("/cases/{}", page.case.id));
    }
    show(page)
}

/// What is to become of a code.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TransferForm {
    version: String,
    act: String,
}

/// POST /cases/{id}/transfer. The answer to an offer is the page itself and no redirect, because nothing keeps the code.
pub async fn transfer(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<TransferForm>,
) -> Answer {
    let version = form.version.parse().unwrap_or(0);
    let (scope, case) = (who.scope.clone(), id.clone());
    if form.act == "withdraw" {
        site.write(&who, move |tx| {
            withdraw_transfer(tx, &scope, (&case, version))
        })
        .await?;
        who.flash(Message::new("case-transfer-withdrawn"));
        return see_other(&format!("/cases/{id}/transfer"));
    }
    let code = site
        .write(&who, move |tx| offer_transfer(tx, &scope, (&case, version)))
        .await?;
    show(transfer_page(&site, &who, id, Some(code)).await?)
}

#[derive(Template)]
#[template(path = "cases/continuation.html")]
struct ContinuationPage {
    shell: Shell,
    form: ContinuationForm,
    errors: FieldErrors,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ContinuationForm {
    code: String,
}

fn continuation_page(
    who: &By<FacilityPeople>,
    form: ContinuationForm,
    errors: FieldErrors,
) -> ContinuationPage {
    let mut shell = who
        .shell("case-continuation-title", Nav::Cases)
        .crumb("/cases", "nav-cases");
    shell.wrong = !errors.is_empty();
    ContinuationPage {
        shell,
        form,
        errors,
    }
}

/// GET /cases/continuation
pub async fn continuation_form(_: Site, who: By<FacilityPeople>) -> Answer {
    let form = ContinuationForm::default();
    show(continuation_page(&who, form, FieldErrors::default()))
}

/// POST /cases/continuation
pub async fn continue_here(
    site: Site,
    who: By<FacilityPeople>,
    Form(form): Form<ContinuationForm>,
) -> Answer {
    let mut fields = Fields::new();
    let code = fields.text("code", &form.code, 64);
    let outcome = match fields.done(code) {
        Ok(code) => {
            let scope = who.scope.clone();
            site.write(&who, move |tx| accept_transfer(tx, &scope, &code))
                .await
        }
        Err(errors) => Err(Problem::from(Error::Invalid(errors))),
    };
    match or_again(outcome)? {
        Ok(id) => {
            who.flash(Message::new("case-continued"));
            see_other(&format!("/cases/{id}/records"))
        }
        Err(errors) => show_again(continuation_page(&who, form, errors)),
    }
}

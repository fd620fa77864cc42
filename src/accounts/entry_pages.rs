//! The open pages on which somebody sets a password by a code: the first sign-in, and the reset with its request.

use actix_web::HttpRequest;
use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use super::SignedIn;
use super::entry_codes::{self, PURPOSE_VERSION, Purpose};
use super::pages::enter;
use crate::error::{FieldErrors, Message};
use crate::web::{
    Answer, Fields, Form, Guest, Problem, Shell, Site, or_again, session, show, show_again,
};

/// What is typed on either page; the reset asks for no agreement.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EntryForm {
    login: String,
    single_use_code: String,
    new_password: String,
    new_password_again: String,
    /// `yes` where the purpose of use is accepted.
    accepted: String,
}

impl EntryForm {
    /// What can be said of the form itself. Everything else is checked by what it costs whoever has no code.
    fn check(&self, purpose: Purpose) -> Result<(), FieldErrors> {
        let mut fields = Fields::new();
        fields.text("login", &self.login, 100);
        fields.text("single_use_code", &self.single_use_code, 200);
        if self.new_password != self.new_password_again {
            fields.add(
                "new_password_again",
                Message::new("accounts-passwords-differ"),
            );
        }
        if purpose == Purpose::Invitation && self.accepted != "yes" {
            fields.add("accepted", Message::new("purpose-not-accepted"));
        }
        fields.done(())
    }
}

#[derive(Template)]
#[template(path = "accounts/invitation.html")]
struct InvitationPage {
    shell: Shell,
    form: EntryForm,
    version: &'static str,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "accounts/reset.html")]
struct ResetPage {
    shell: Shell,
    form: EntryForm,
    errors: FieldErrors,
}

fn invitation_page(guest: &Guest, form: EntryForm, errors: FieldErrors) -> InvitationPage {
    InvitationPage {
        shell: guest.form("invitation-title", &errors),
        form,
        version: PURPOSE_VERSION,
        errors,
    }
}

fn reset_page(guest: &Guest, form: EntryForm, errors: FieldErrors) -> ResetPage {
    ResetPage {
        shell: guest.form("reset-title", &errors),
        form,
        errors,
    }
}

/// GET /invitation: a letter's link brings its code along.
pub async fn invitation_form(guest: Guest, query: Query<CodeInLink>) -> Answer {
    show(invitation_page(
        &guest,
        carried(query),
        FieldErrors::default(),
    ))
}

/// GET /reset
pub async fn reset_form(guest: Guest, query: Query<CodeInLink>) -> Answer {
    show(reset_page(&guest, carried(query), FieldErrors::default()))
}

/// What a letter's link brings along.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CodeInLink {
    code: String,
}

fn carried(query: Query<CodeInLink>) -> EntryForm {
    EntryForm {
        single_use_code: query.into_inner().code,
        ..EntryForm::default()
    }
}

async fn redeemed(
    site: &Site,
    purpose: Purpose,
    form: &EntryForm,
) -> Result<Result<SignedIn, FieldErrors>, Problem> {
    let outcome = match form.check(purpose) {
        Ok(()) => {
            let (db, cost) = (site.db.clone(), site.config.cost);
            let (login, code) = (form.login.clone(), form.single_use_code.clone());
            let password = form.new_password.clone();
            site.block(move || entry_codes::redeem(&db, cost, purpose, (&login, &code), &password))
                .await
        }
        Err(errors) => Err(errors.into()),
    };
    or_again(outcome)
}

/// POST /invitation: the first sign-in.
pub async fn first_sign_in(
    site: Site,
    guest: Guest,
    req: HttpRequest,
    Form(form): Form<EntryForm>,
) -> Answer {
    session::attempt(&site, &req)?;
    match redeemed(&site, Purpose::Invitation, &form).await? {
        Ok(person) => enter(&site, &guest, &person, "/").await,
        Err(errors) => show_again(invitation_page(&guest, form, errors)),
    }
}

/// POST /reset: a new password. The second factor is asked for as at every sign-in.
pub async fn reset(
    site: Site,
    guest: Guest,
    req: HttpRequest,
    Form(form): Form<EntryForm>,
) -> Answer {
    session::attempt(&site, &req)?;
    match redeemed(&site, Purpose::Reset, &form).await? {
        Ok(person) => enter(&site, &guest, &person, "/").await,
        Err(errors) => show_again(reset_page(&guest, form, errors)),
    }
}

#[derive(Template)]
#[template(path = "accounts/reset_request.html")]
struct RequestPage {
    shell: Shell,
    form: RequestForm,
    errors: FieldErrors,
    /// Whether it was just asked for.
    asked: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RequestForm {
    login: String,
}

fn request_page(guest: &Guest, form: RequestForm, errors: FieldErrors, asked: bool) -> RequestPage {
    RequestPage {
        shell: guest.form("reset-request-title", &errors),
        form,
        errors,
        asked,
    }
}

/// GET /sign-in/reset
pub async fn request_form(guest: Guest) -> Answer {
    let nothing = (RequestForm::default(), FieldErrors::default());
    show(request_page(&guest, nothing.0, nothing.1, false))
}

/// POST /sign-in/reset: one answer for everybody, in one time, because it is given before anything is looked up.
pub async fn request(
    site: Site,
    guest: Guest,
    req: HttpRequest,
    Form(form): Form<RequestForm>,
) -> Answer {
    session::attempt(&site, &req)?;
    let mut fields = Fields::new();
    let login = fields.text("login", &form.login, 100);
    if let Err(errors) = fields.done(()) {
        return show_again(request_page(&guest, form, errors, false));
    }
    actix_web::rt::spawn(async move {
        let (db, key) = (site.db.clone(), site.config.codes());
        let sent = site.block(move || entry_codes::request_reset(&db, &key, &login));
        if let Err(cause) = sent.await {
            tracing::error!(%cause, "reset not sent");
        }
    });
    show(request_page(
        &guest,
        RequestForm::default(),
        FieldErrors::default(),
        true,
    ))
}

//! Everybody's own password: the old one and the second factor once, the new one twice.

use askama::Template;
use serde::Deserialize;

use super::strength;
use crate::error::{FieldErrors, Message};
use crate::web::{
    Answer, Anyone, By, Fields, Form, Nav, Problem, Shell, Site, or_again, see_other, session,
    show, show_again,
};

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct PasswordPage {
    shell: Shell,
    errors: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    old_password: String,
    new_password: String,
    new_password_again: String,
    factor: String,
}

impl PasswordForm {
    fn check(&self) -> Result<(), FieldErrors> {
        let mut fields = Fields::new();
        if self.old_password.is_empty() {
            fields.add("old_password", Message::new("forms-required"));
        }
        if self.new_password != self.new_password_again {
            fields.add(
                "new_password_again",
                Message::new("accounts-passwords-differ"),
            );
        }
        if self.new_password == self.old_password && !self.new_password.is_empty() {
            fields.add("new_password", Message::new("accounts-password-the-same"));
        }
        fields.done(())
    }
}

fn page(who: &By<Anyone>, errors: FieldErrors) -> PasswordPage {
    let mut shell = who
        .shell("password-title", Nav::None)
        .crumb("/letters/preferences", "preferences-title");
    shell.wrong = !errors.is_empty();
    PasswordPage { shell, errors }
}

/// GET /account/password
pub async fn form(who: By<Anyone>) -> Answer {
    show(page(&who, FieldErrors::default()))
}

/// POST /account/password: every other session of the account ends, and this one goes on under a new key, for as long as it
/// would have gone on anyway.
pub async fn change(site: Site, who: By<Anyone>, Form(form): Form<PasswordForm>) -> Answer {
    let outcome = match form.check() {
        Ok(()) => renew(&site, &who, &form).await,
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(()) => {
            who.session().renew();
            who.flash(Message::new("password-changed"));
            see_other("/account")
        }
        Err(errors) => show_again(page(&who, errors)),
    }
}

async fn renew(site: &Site, who: &By<Anyone>, form: &PasswordForm) -> Result<(), Problem> {
    let (db, cost, account) = (site.db.clone(), site.config.cost, who.account.clone());
    let new = form.new_password.clone();
    // What is wrong with the new one is said first: a code of the second factor is used up by being shown.
    let hashed = site.block(move || {
        let hashed = super::hash(cost, &new)?;
        let words = db.read(|conn| strength::words_of(conn, &account))?;
        strength::strong_enough(&new, &words)?;
        Ok(hashed)
    });
    let hashed = hashed.await?;
    let proof = site.prove_both(who, (&form.old_password, &form.factor));
    if let Err(errors) = or_again(proof.await)? {
        return Err(beside_the_old(errors).into());
    }
    let (account, own) = (who.account.clone(), session::own(who.session()));
    site.write(who, move |tx| {
        super::change_password(tx, &account, &hashed, own.as_ref())
    })
    .await
}

/// Here the password that can be wrong is the old one, and nothing was to be signed.
fn beside_the_old(errors: FieldErrors) -> FieldErrors {
    let moved = errors.0.into_iter().map(|(field, message)| {
        if field == "password" {
            let wrong = Message::new("accounts-old-password-wrong");
            ("old_password".to_owned(), wrong)
        } else {
            (field, message)
        }
    });
    FieldErrors(moved.collect())
}

//! Closing an account and opening it again: who leaves is out at the next request, whatever roles were left.

use askama::Template;
use serde::Deserialize;

use super::{Account, store};
use crate::error::{FieldErrors, Message};
use crate::ids::AccountId;
use crate::web::{
    Administrator, Answer, By, Form, Id, Nav, Problem, Shell, Site, or_again, see_other, show,
    show_again,
};

#[derive(Template)]
#[template(path = "accounts/closure.html")]
struct ClosurePage {
    shell: Shell,
    account: Account,
    oneself: bool,
    errors: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ProofForm {
    password: String,
    factor: String,
}

async fn page(
    site: &Site,
    who: &By<Administrator>,
    id: AccountId,
    errors: FieldErrors,
) -> Result<ClosurePage, Problem> {
    let account = site.read(move |conn| store::account(conn, &id)).await?;
    let mut shell = who
        .shell("closure-title", Nav::People)
        .crumb("/people", "people-title")
        .crumb_named(&format!("/people/{}", account.id), account.name.clone());
    shell.wrong = !errors.is_empty();
    Ok(ClosurePage {
        oneself: account.id == who.account,
        shell,
        account,
        errors,
    })
}

/// GET /people/{id}/closure
pub async fn form(site: Site, who: By<Administrator>, Id(id): Id<AccountId>) -> Answer {
    show(page(&site, &who, id, FieldErrors::default()).await?)
}

/// POST /people/{id}/closure
pub async fn close(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<ProofForm>,
) -> Answer {
    set(&site, &who, id, &form, false).await
}

/// POST /people/{id}/reopening
pub async fn reopen(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<ProofForm>,
) -> Answer {
    set(&site, &who, id, &form, true).await
}

async fn set(
    site: &Site,
    who: &By<Administrator>,
    id: AccountId,
    form: &ProofForm,
    active: bool,
) -> Answer {
    let account = id.clone();
    let outcome = async {
        site.prove(who, (&form.password, &form.factor)).await?;
        site.write(who, move |tx| super::set_active(tx, &account, active))
            .await
    };
    match or_again(outcome.await)? {
        Ok(()) => {
            who.flash(Message::new(match active {
                true => "closure-reopened",
                false => "closure-closed",
            }));
            see_other(&format!("/people/{id}"))
        }
        Err(errors) => show_again(page(site, who, id, errors).await?),
    }
}

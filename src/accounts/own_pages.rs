//! The page everybody has: the own second factor, recovery codes and sessions.

use askama::Template;
use serde::Deserialize;

use super::factor_pages::RecoveryPage;
use super::factors::{self, Held, Kind};
use super::sessions::{self, Open};
use super::store;
use crate::error::{FieldErrors, Message};
use crate::ids::SessionId;
use crate::rules::finding::Argument;
use crate::web::{
    Answer, Anyone, By, Fields, Form, Nav, Problem, Shell, Site, or_again, see_other, session,
    show, show_again,
};

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct AccountPage {
    shell: Shell,
    login: String,
    /// None in the sample, which asks for no second factor.
    held: Option<Held>,
    sessions: Vec<Open>,
    own: Option<SessionId>,
}

/// GET /account
pub async fn account(site: Site, who: By<Anyone>) -> Answer {
    let (id, now) = (who.account.clone(), site.db.clock().now());
    let asked = site.config.second_factor;
    let found = site.read(move |conn| {
        let held = match asked {
            true => factors::held(conn, &id)?,
            false => None,
        };
        let login = store::account(conn, &id)?.login;
        Ok((login, held, sessions::of_account(conn, &id, now)?))
    });
    let (login, held, sessions) = found.await?;
    show(AccountPage {
        shell: who.shell("account-title", Nav::None),
        login,
        held,
        sessions,
        own: session::own(who.session()),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SessionForm {
    /// Which is to end: its identifier, or `others`.
    session: String,
}

/// POST /account/sessions: they end at their next request.
pub async fn end_sessions(site: Site, who: By<Anyone>, Form(form): Form<SessionForm>) -> Answer {
    let own = session::own(who.session());
    let account = who.account.clone();
    let ended = site
        .write(&who, move |tx| {
            sessions::end_chosen(tx, &account, &form.session, own.as_ref())
        })
        .await?;
    let count = Argument::Number(i64::try_from(ended).unwrap_or(i64::MAX));
    who.flash(Message::new("account-sessions-ended").with("count", count));
    see_other("/account")
}

#[derive(Template)]
#[template(path = "accounts/own_proof.html")]
struct ProofPage {
    shell: Shell,
    /// Where the form is sent: `factor` or `recovery`.
    act: &'static str,
    held: Option<Held>,
    form: ProofForm,
    errors: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ProofForm {
    /// Which factor is to come: `totp` or `card`.
    kind: String,
    password: String,
    factor: String,
}

async fn proof_page(
    site: &Site,
    who: &By<Anyone>,
    act: &'static str,
    (form, errors): (ProofForm, FieldErrors),
) -> Result<ProofPage, Problem> {
    let (id, asked) = (who.account.clone(), site.config.second_factor);
    let held = site.read(move |conn| match asked {
        true => factors::held(conn, &id),
        false => Ok(None),
    });
    let title = match act {
        "factor" => "account-replace-title",
        _ => "account-recovery-title",
    };
    let mut shell = who
        .shell(title, Nav::None)
        .crumb("/account", "account-title");
    shell.wrong = !errors.is_empty();
    Ok(ProofPage {
        shell,
        act,
        held: held.await?,
        form,
        errors,
    })
}

/// GET /account/factor
pub async fn replace_form(site: Site, who: By<Anyone>) -> Answer {
    let empty = (ProofForm::default(), FieldErrors::default());
    show(proof_page(&site, &who, "factor", empty).await?)
}

/// POST /account/factor: another factor in the place of the one that is proven.
pub async fn replace(site: Site, who: By<Anyone>, Form(form): Form<ProofForm>) -> Answer {
    if !site.config.second_factor {
        return see_other("/account");
    }
    let outcome = replaced(&site, &who, &form).await;
    match or_again(outcome)? {
        Ok(Replaced::App) => see_other("/sign-in/factor"),
        Ok(Replaced::Card(codes)) => show(CardPage {
            shell: who
                .shell("card-title", Nav::None)
                .crumb("/account", "account-title"),
            name: who.name.clone(),
            codes,
            next: "/account".to_owned(),
        }),
        Err(errors) => {
            let page = proof_page(&site, &who, "factor", (form, errors)).await?;
            show_again(page)
        }
    }
}

/// What comes after the old factor was proven.
enum Replaced {
    /// The app is set up on the page for it.
    App,
    /// The card is printed at once.
    Card(Vec<String>),
}

async fn replaced(site: &Site, who: &By<Anyone>, form: &ProofForm) -> Result<Replaced, Problem> {
    let mut fields = Fields::new();
    let kind = fields.choice("kind", &form.kind, Kind::from_word);
    let kind = fields.done(kind)?.unwrap_or(Kind::App);
    site.prove_both(who, (&form.password, &form.factor)).await?;
    let keys = site.keys()?;
    match kind {
        Kind::App => {
            let sealed = factors::begin(&keys, &who.account)?;
            session::set_pending(who.session(), &sealed);
            Ok(Replaced::App)
        }
        Kind::Card => {
            let (new, codes) = factors::card(&keys, &who.account)?;
            let (account, own) = (who.account.clone(), session::own(who.session()));
            site.write(who, move |tx| {
                factors::enrol(tx, &account, &new, (true, own.as_ref()))
            })
            .await?;
            Ok(Replaced::Card(codes))
        }
    }
}

/// The codes of a card, numbered, as they are printed once.
#[derive(Template)]
#[template(path = "accounts/card.html")]
pub(super) struct CardPage {
    pub(super) shell: Shell,
    pub(super) name: String,
    pub(super) codes: Vec<String>,
    pub(super) next: String,
}

/// GET /account/recovery
pub async fn recovery_form(site: Site, who: By<Anyone>) -> Answer {
    let empty = (ProofForm::default(), FieldErrors::default());
    show(proof_page(&site, &who, "recovery", empty).await?)
}

/// POST /account/recovery: new recovery codes; the old ones are worth nothing from here on.
pub async fn recovery(site: Site, who: By<Anyone>, Form(form): Form<ProofForm>) -> Answer {
    if !site.config.second_factor {
        return see_other("/account");
    }
    let outcome = async {
        site.prove_both(&who, (&form.password, &form.factor))
            .await?;
        let (digests, codes) = factors::recoveries(&site.keys()?, &who.account)?;
        let account = who.account.clone();
        site.write(&who, move |tx| {
            factors::renew_recoveries(tx, &account, &digests)
        })
        .await?;
        Ok(codes)
    };
    match or_again(outcome.await)? {
        Ok(codes) => show(RecoveryPage {
            shell: who
                .shell("recovery-title", Nav::None)
                .crumb("/account", "account-title"),
            codes,
            next: "/account".to_owned(),
        }),
        Err(errors) => {
            let page = proof_page(&site, &who, "recovery", (form, errors)).await?;
            show_again(page)
        }
    }
}

//! The second step of signing in: showing the second factor, or setting up the first one.

use askama::Template;
use serde::Deserialize;

use super::factors::{self, NewFactor, Prompt, Setup};
use super::pages::remember;
use super::{SignedIn, store};
use crate::error::{Error, FieldErrors, Message};
use crate::ids::AccountId;
use crate::messages::Lang;
use crate::rules::finding::Argument;
use crate::scope::Actor;
use crate::signatures::Method;
use crate::web::page::{Html, own_path};
use crate::web::{
    Answer, Form, Guest, Problem, Shell, Site, or_again, qr, see_other, session, show, show_again,
};

/// The longest way back that is remembered while the second factor is awaited.
const LONGEST_NEXT: usize = 1000;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    factor: String,
}

/// Opens a session half: nobody's yet, for whoever has the right password.
pub(super) fn halfway(site: &Site, guest: &Guest, person: &SignedIn, next: &str) -> Answer {
    let next = match next.len() > LONGEST_NEXT {
        true => "/",
        false => own_path(next),
    };
    session::wait(guest.session(), &person.account, next);
    remember(see_other("/sign-in/second"), person.language, site)
}

/// Opens the session of somebody who has shown all that is asked for.
pub(super) async fn let_in(
    site: &Site,
    guest: &Guest,
    account: &AccountId,
    next: &str,
    method: Method,
) -> Answer {
    let lang = open_session(site, guest, account, method).await?;
    remember(see_other(own_path(next)), lang, site)
}

async fn open_session(
    site: &Site,
    guest: &Guest,
    account: &AccountId,
    method: Method,
) -> Result<Lang, Problem> {
    let (id, today) = (account.clone(), site.db.clock().today());
    let standing = site.read(move |conn| {
        let held = factors::held(conn, &id)?;
        Ok((store::standing(conn, &id, today)?, held))
    });
    let (Some(standing), held) = standing.await? else {
        return Err(Problem::SignIn(None));
    };
    let lang = standing.account.language;
    let own = standing.memberships.first();
    let own = own.ok_or(Problem::NoRoleToday(lang))?;
    let (db, id) = (site.db.clone(), account.clone());
    site.block(move || super::signed_in(&db, &id, method))
        .await?;
    session::begin(guest.session(), account, Some(&own.id));
    if let Some(held) = held.filter(|_| site.config.second_factor) {
        let number = |count: i64| Argument::Number(count);
        match held.on_card.filter(|_| held.few_on_card()) {
            Some(left) => {
                guest.flash(&Message::new("factors-few-on-card").with("count", number(left)));
            }
            None if held.few_recoveries() && held.on_card.is_none() => guest.flash(
                &Message::new("factors-few-recoveries").with("count", number(held.recoveries)),
            ),
            None => {}
        }
    }
    Ok(lang)
}

#[derive(Template)]
#[template(path = "accounts/second.html")]
struct SecondPage {
    shell: Shell,
    prompt: Prompt,
    errors: FieldErrors,
}

/// GET /sign-in/second
pub async fn second_form(site: Site, guest: Guest) -> Answer {
    second_page(&site, &guest, FieldErrors::default()).await
}

async fn second_page(site: &Site, guest: &Guest, errors: FieldErrors) -> Answer {
    let Some((account, _)) = session::waiting(guest.session()) else {
        return see_other("/sign-in");
    };
    let prompt = site.read(move |conn| factors::prompt(conn, &account));
    let Some(prompt) = prompt.await? else {
        return see_other("/sign-in/factor");
    };
    let mut shell = guest.shell("second-title");
    // A change of language comes back to this step, also from the form that was refused.
    shell.here = "/sign-in/second".to_owned();
    shell.wrong = !errors.is_empty();
    let wrong = shell.wrong;
    let page = SecondPage {
        shell,
        prompt,
        errors,
    };
    match wrong {
        true => show_again(page),
        false => show(page),
    }
}

/// POST /sign-in/second: tries are counted on the account, and only a right password leads here, so that a ward behind
/// one address does not use up its tries twice.
pub async fn second(site: Site, guest: Guest, Form(form): Form<CodeForm>) -> Answer {
    let Some((account, next)) = session::waiting(guest.session()) else {
        return see_other("/sign-in");
    };
    let (db, keys, id) = (site.db.clone(), site.keys()?, account.clone());
    let shown = site.block(move || factors::show(&db, &keys, &id, &form.factor));
    match or_again(shown.await)? {
        Ok(()) => let_in(&site, &guest, &account, &next, Method::PasswordAndFactor).await,
        Err(errors) => second_page(&site, &guest, errors).await,
    }
}

#[derive(Template)]
#[template(path = "accounts/factor_setup.html")]
struct SetupPage {
    shell: Shell,
    picture: Html,
    setup: Setup,
    /// Whether this is somebody signed in who replaces a factor, and not somebody on the way in.
    replaces: bool,
    errors: FieldErrors,
}

/// Recovery codes as they are shown once.
#[derive(Template)]
#[template(path = "accounts/recovery_codes.html")]
pub(super) struct RecoveryPage {
    pub(super) shell: Shell,
    pub(super) codes: Vec<String>,
    pub(super) next: String,
}

/// Who sets up a factor: somebody on the way in who has none, or somebody signed in who has just proven the old one.
struct Setter {
    account: AccountId,
    next: String,
    replaces: bool,
    sealed: String,
}

/// None where nobody may set up a factor here and now.
async fn setter(site: &Site, guest: &Guest) -> Result<Option<Setter>, Problem> {
    let pending = session::pending(guest.session());
    if let Some(visitor) = &guest.visitor {
        // Only the own page begins another factor, after both password and factor were proven; that proof grows old.
        let due = session::factor_is_due(guest.session(), site.db.clock().now());
        return Ok(pending.filter(|_| !due).map(|sealed| Setter {
            account: visitor.account.clone(),
            next: "/account".to_owned(),
            replaces: true,
            sealed,
        }));
    }
    let Some((account, next)) = session::waiting(guest.session()) else {
        return Ok(None);
    };
    let id = account.clone();
    let has_one = site.read(move |conn| Ok(factors::prompt(conn, &id)?.is_some()));
    if has_one.await? {
        return Ok(None);
    }
    let sealed = match pending {
        Some(sealed) => sealed,
        None => {
            let sealed = factors::begin(&site.keys()?, &account)?;
            session::set_pending(guest.session(), &sealed);
            sealed
        }
    };
    Ok(Some(Setter {
        account,
        next,
        replaces: false,
        sealed,
    }))
}

/// GET /sign-in/factor
pub async fn setup_form(site: Site, guest: Guest) -> Answer {
    let Some(setter) = setter(&site, &guest).await? else {
        return elsewhere(&guest);
    };
    show(setup_page(&site, &guest, &setter, FieldErrors::default()).await?)
}

/// Where somebody belongs who has nothing to set up.
fn elsewhere(guest: &Guest) -> Answer {
    match (&guest.visitor, session::waiting(guest.session())) {
        (Some(_), _) => see_other("/account"),
        (None, Some(_)) => see_other("/sign-in/second"),
        (None, None) => see_other("/sign-in"),
    }
}

async fn setup_page(
    site: &Site,
    guest: &Guest,
    setter: &Setter,
    errors: FieldErrors,
) -> Result<SetupPage, Problem> {
    let account = setter.account.clone();
    let login = site.read(move |conn| Ok(store::account(conn, &account)?.login));
    let setup = factors::setup(
        &site.keys()?,
        &setter.account,
        &login.await?,
        &setter.sealed,
    )?;
    let mut shell = guest.shell("factor-setup-title");
    shell.here = "/sign-in/factor".to_owned();
    shell.wrong = !errors.is_empty();
    Ok(SetupPage {
        picture: qr::picture(&setup.address, &shell.t("factor-setup-picture"))?,
        replaces: setter.replaces,
        shell,
        setup,
        errors,
    })
}

/// POST /sign-in/factor: the answer itself shows the recovery codes, because they are kept nowhere.
pub async fn setup(site: Site, guest: Guest, Form(form): Form<CodeForm>) -> Answer {
    let Some(setter) = setter(&site, &guest).await? else {
        return elsewhere(&guest);
    };
    let made = factors::app(
        &site.keys()?,
        &setter.account,
        (&setter.sealed, &form.factor),
        site.db.clock().now(),
    );
    let outcome = match made {
        Ok((new, codes)) => keep(&site, &guest, &setter, new).await.map(|()| codes),
        Err(cause) => Err(cause.into()),
    };
    let codes = match or_again(outcome)? {
        Ok(codes) => codes,
        Err(errors) => return show_again(setup_page(&site, &guest, &setter, errors).await?),
    };
    session::drop_pending(guest.session());
    if !setter.replaces {
        let method = Method::PasswordAndFactor;
        open_session(&site, &guest, &setter.account, method).await?;
    }
    show(RecoveryPage {
        shell: guest.shell("recovery-title"),
        codes,
        next: own_path(&setter.next).to_owned(),
    })
}

async fn keep(site: &Site, guest: &Guest, setter: &Setter, new: NewFactor) -> Result<(), Problem> {
    let (db, id) = (site.db.clone(), setter.account.clone());
    let own = session::own(guest.session());
    let replaces = setter.replaces;
    let work = move || {
        let subject = db.read(|conn| store::account(conn, &id))?;
        let actor = Actor {
            person: Some(subject.person),
            account: Some(subject.id),
            name: subject.name,
            role: "account".to_owned(),
        };
        db.write(&actor, move |tx| {
            factors::enrol(tx, &id, &new, (replaces, own.as_ref()))
        })
    };
    match site.block(work).await {
        // Somebody else set one up with this password meanwhile; the first stands.
        Err(Problem::Room(Error::Stale)) if !setter.replaces => {
            Err(Error::invalid("factor", Message::new("factors-another-was-first")).into())
        }
        other => other,
    }
}

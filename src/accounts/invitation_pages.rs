//! How somebody gets an account: the administrator invites by mail or by a printed code, anew or no longer, and prints
//! a reset for those whose mail does not arrive.

use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::entry_codes::{self, NewCode, Purpose, Way};
use super::pages::{Typed, person_page};
use super::{Account, NewAccount, mailboxes, passwords, store};
use crate::codes::CodeKey;
use crate::error::{FieldErrors, Message};
use crate::ids::{AccountId, PersonId};
use crate::messages::Lang;
use crate::outbox::Habit;
use crate::web::{
    Administrator, Answer, By, Fields, Form, Id, Nav, Problem, Shell, Site, or_again, see_other,
    show, show_again,
};

#[derive(Template)]
#[template(path = "accounts/person_new.html")]
struct NewPersonPage {
    shell: Shell,
    /// Physicians whom a facility has named and who have no account yet.
    waiting: Vec<(String, String)>,
    form: PersonForm,
    errors: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PersonForm {
    /// A named physician, or empty for somebody new.
    person: String,
    name: String,
    login: String,
    language: String,
    /// Where the letters go; it may be said later.
    address: String,
    /// How the invitation goes out.
    way: String,
}

impl PersonForm {
    fn check(&self) -> Result<(Option<PersonId>, NewAccount, Way), FieldErrors> {
        let mut fields = Fields::new();
        let person = match self.person.as_str() {
            "" => None,
            chosen => fields.choice("person", chosen, |id| id.parse::<PersonId>().ok()),
        };
        // The name of somebody who is known already is not asked for again.
        let name = match person {
            Some(_) => String::new(),
            None => fields.text("name", &self.name, 100),
        };
        let login = fields.text("login", &self.login, 100);
        let language = fields.choice("language", &self.language, Lang::from_word);
        let way = fields.choice("way", &self.way, Way::from_word);
        if way == Some(Way::Mail) && self.address.trim().is_empty() {
            fields.add("address", Message::new("invitation-no-address"));
        }
        let new = NewAccount {
            name,
            login,
            language: language.unwrap_or(Lang::Ja),
        };
        fields.done((person, new, way.unwrap_or(Way::Paper)))
    }
}

/// GET /people/new
pub async fn person_form(site: Site, who: By<Administrator>) -> Answer {
    show(NewPersonPage {
        waiting: waiting(&site).await?,
        shell: new_person_shell(&who),
        form: PersonForm {
            language: Lang::Ja.as_str().to_owned(),
            ..PersonForm::default()
        },
        errors: FieldErrors::default(),
    })
}

/// Named physicians without an account, as they are chosen: the name and where.
async fn waiting(site: &Site) -> Result<Vec<(String, String)>, Problem> {
    let named = site.read(store::named_without_account).await?;
    Ok(named
        .into_iter()
        .map(|named| {
            let label = format!("{} — {}", named.name, named.place);
            (named.person.to_string(), label)
        })
        .collect())
}

fn new_person_shell(who: &By<Administrator>) -> Shell {
    who.shell("person-new-title", Nav::People)
        .crumb("/people", "people-title")
}

/// A code before it is kept, and its text where it goes on paper.
fn code_for(
    way: Way,
    key: &CodeKey,
    now: DateTime<Utc>,
) -> crate::error::Result<(NewCode, Option<String>)> {
    match way {
        Way::Mail => Ok((NewCode::by_mail(key, now)?, None)),
        Way::Paper => NewCode::on_paper(now).map(|(new, text)| (new, Some(text))),
    }
}

/// A code on paper: shown once, because its text is kept nowhere.
#[derive(Template)]
#[template(path = "accounts/paper_code.html")]
struct PaperCodePage {
    shell: Shell,
    account: Account,
    purpose: Purpose,
    code: String,
    ends_at: DateTime<Utc>,
    /// Where it is typed: made from PUBLIC_URL alone.
    address: String,
    sender: String,
}

impl PaperCodePage {
    /// The words of the paper are in its reader's language.
    fn t(&self, id: &str) -> String {
        self.account.language.t(id)
    }

    fn until(&self) -> String {
        self.account.language.instant(self.ends_at)
    }

    fn dated(&self) -> String {
        let today = crate::clock::jst_date(self.shell.now);
        self.account.language.era_date(today)
    }

    fn invites(&self) -> bool {
        self.purpose == Purpose::Invitation
    }
}

/// What became of a code: on its way, or to be printed now.
struct Issued {
    account: Account,
    ends_at: DateTime<Utc>,
    text: Option<String>,
    sender: String,
}

fn answer(site: &Site, who: &By<Administrator>, purpose: Purpose, issued: Issued) -> Answer {
    let path = match purpose {
        Purpose::Invitation => "/invitation",
        Purpose::Reset => "/reset",
    };
    let person = format!("/people/{}", issued.account.id);
    match issued.text {
        None => {
            who.flash(Message::new("invitation-on-its-way"));
            see_other(&person)
        }
        Some(code) => show(PaperCodePage {
            shell: who
                .shell("paper-code-title", Nav::People)
                .crumb("/people", "people-title")
                .crumb_named(&person, &issued.account.name),
            account: issued.account,
            purpose,
            code,
            ends_at: issued.ends_at,
            address: format!("{}{path}", site.config.public_url.origin),
            sender: issued.sender,
        }),
    }
}

/// POST /people/new: makes the account and invites; a printed code is shown in the answer itself.
pub async fn create_person(
    site: Site,
    who: By<Administrator>,
    Form(form): Form<PersonForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok(new) => make(&site, &who, new, form.address.clone()).await,
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(issued) => answer(&site, &who, Purpose::Invitation, issued),
        Err(errors) => {
            let mut shell = new_person_shell(&who);
            shell.wrong = true;
            show_again(NewPersonPage {
                waiting: waiting(&site).await?,
                shell,
                form,
                errors,
            })
        }
    }
}

async fn make(
    site: &Site,
    who: &By<Administrator>,
    (person, new, way): (Option<PersonId>, NewAccount, Way),
    address: String,
) -> Result<Issued, Problem> {
    let cost = site.config.cost;
    let unknown = site.block(move || passwords::unknown(cost)).await?;
    let (code, text) = code_for(way, &site.config.codes(), site.db.clock().now())?;
    site.write(who, move |tx| {
        let account = match &person {
            Some(person) => super::create_account_for(tx, person, &new, &unknown)?,
            None => super::create_account(tx, &new, &unknown)?.1,
        };
        super::await_first(tx, &account)?;
        mailboxes::set(tx, &account, &address, Habit::AtOnce)?;
        let ends_at = entry_codes::invite(tx, &account, &code)?;
        Ok(Issued {
            account: store::account(tx.conn, &account)?,
            ends_at,
            text: text.clone(),
            sender: sender(tx.conn)?,
        })
    })
    .await
}

fn sender(conn: &mut crate::db::AnyConn) -> crate::error::Result<String> {
    let programme = store::current_programme(conn)?;
    Ok(programme.map(|own| own.manufacturer).unwrap_or_default())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct WayForm {
    way: String,
}

/// POST /people/{id}/invitation: anew, by mail or on paper.
pub async fn invite(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<WayForm>,
) -> Answer {
    let mut fields = Fields::new();
    let way = fields.choice("way", &form.way, Way::from_word);
    let outcome = match fields.done(way.unwrap_or(Way::Paper)) {
        Ok(way) => code(&site, &who, &id, (Purpose::Invitation, way)).await,
        Err(errors) => Err(errors.into()),
    };
    issued(&site, &who, id, Purpose::Invitation, outcome).await
}

/// POST /people/{id}/reset: a reset on paper. By mail everybody asks for their own.
pub async fn print_reset(site: Site, who: By<Administrator>, Id(id): Id<AccountId>) -> Answer {
    let outcome = code(&site, &who, &id, (Purpose::Reset, Way::Paper)).await;
    issued(&site, &who, id, Purpose::Reset, outcome).await
}

async fn code(
    site: &Site,
    who: &By<Administrator>,
    id: &AccountId,
    (purpose, way): (Purpose, Way),
) -> Result<Issued, Problem> {
    let (new, text) = code_for(way, &site.config.codes(), site.db.clock().now())?;
    let id = id.clone();
    site.write(who, move |tx| {
        let ends_at = match purpose {
            Purpose::Invitation => entry_codes::invite(tx, &id, &new)?,
            Purpose::Reset => entry_codes::print_reset(tx, &id, &new)?,
        };
        Ok(Issued {
            account: store::account(tx.conn, &id)?,
            ends_at,
            text: text.clone(),
            sender: sender(tx.conn)?,
        })
    })
    .await
}

async fn issued(
    site: &Site,
    who: &By<Administrator>,
    id: AccountId,
    purpose: Purpose,
    outcome: Result<Issued, Problem>,
) -> Answer {
    match or_again(outcome)? {
        Ok(issued) => answer(site, who, purpose, issued),
        Err(errors) => {
            let typed = Typed {
                errors,
                ..Typed::default()
            };
            show_again(person_page(site, who, id, typed).await?)
        }
    }
}

/// POST /people/{id}/invitation/revocation
pub async fn revoke(site: Site, who: By<Administrator>, Id(id): Id<AccountId>) -> Answer {
    let account = id.clone();
    site.write(&who, move |tx| entry_codes::revoke_invitation(tx, &account))
        .await?;
    who.flash(Message::new("invitation-revoked"));
    see_other(&format!("/people/{id}"))
}

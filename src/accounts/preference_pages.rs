//! Everybody's own page: where and how they want letters, and who stands in for them.

use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::deputies::{self, Deputy};
use super::mailboxes;
use crate::error::{FieldErrors, Message};
use crate::ids::AccountId;
use crate::outbox::Habit;
use crate::web::visitor::Roles;
use crate::web::{
    Answer, Anyone, By, Fields, Form, Nav, Problem, Shell, Site, Staff, Ymd, or_again, see_other,
    show, show_again,
};

#[derive(Template)]
#[template(path = "accounts/preferences.html")]
struct PreferencesPage {
    shell: Shell,
    form: MailboxForm,
    /// Whether this reader may have a deputy.
    deputised: bool,
    deputies: Vec<Deputy>,
    candidates: Vec<(String, String)>,
    deputy: DeputyForm,
    errors: FieldErrors,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct MailboxForm {
    pub address: String,
    pub habit: String,
}

impl MailboxForm {
    pub(super) fn check(&self) -> Result<(String, Habit), FieldErrors> {
        let mut fields = Fields::new();
        let habit = fields.choice("habit", &self.habit, Habit::from_word);
        fields.done((self.address.clone(), habit.unwrap_or(Habit::AtOnce)))
    }
}

impl From<mailboxes::Mailbox> for MailboxForm {
    fn from(mailbox: mailboxes::Mailbox) -> MailboxForm {
        MailboxForm {
            address: mailbox.address,
            habit: mailbox.habit.as_str().to_owned(),
        }
    }
}

/// Who is to stand in, and when.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DeputyForm {
    pub deputy: String,
    pub deputy_first_day: Ymd,
    pub deputy_last_day: Ymd,
}

impl From<NaiveDate> for DeputyForm {
    fn from(today: NaiveDate) -> DeputyForm {
        DeputyForm {
            deputy_first_day: today.into(),
            ..DeputyForm::default()
        }
    }
}

impl DeputyForm {
    pub(super) fn check(&self) -> Result<(AccountId, NaiveDate, Option<NaiveDate>), FieldErrors> {
        let mut fields = Fields::new();
        let deputy = fields.choice("deputy", &self.deputy, |id| id.parse::<AccountId>().ok());
        let first = fields.date("deputy_first_day", &self.deputy_first_day);
        let last = fields.optional_date("deputy_last_day", &self.deputy_last_day);
        match (deputy, fields.done(())) {
            (Some(deputy), Ok(())) => Ok((deputy, first, last)),
            (_, Err(errors)) => Err(errors),
            (None, Ok(())) => Err(FieldErrors::one("deputy", Message::new("forms-choose"))),
        }
    }
}

/// What was typed into either form of the page.
#[derive(Default)]
struct Typed {
    mailbox: Option<MailboxForm>,
    deputy: Option<DeputyForm>,
    errors: FieldErrors,
}

async fn page<R: Roles>(
    site: &Site,
    who: &By<R>,
    typed: Typed,
) -> Result<PreferencesPage, Problem> {
    let (account, today) = (who.account.clone(), site.db.clock().today());
    let asked = deputies::roles_of(&who.memberships);
    let deputised = who.is(deputies::ROLES);
    let found = site.read(move |conn| {
        let mailbox = mailboxes::of(conn, &account)?;
        let (mut named, mut candidates) = (Vec::new(), Vec::new());
        if deputised {
            named = deputies::of(conn, &account)?;
            candidates = deputies::candidates(conn, &account, &asked, today)?;
        }
        Ok((mailbox, named, candidates))
    });
    let (mailbox, mut named, candidates) = found.await?;
    named.retain(|deputy| !deputy.has_ended_by(&today));
    let mut shell = who.shell("preferences-title", Nav::None);
    shell.wrong = !typed.errors.is_empty();
    Ok(PreferencesPage {
        form: typed.mailbox.unwrap_or_else(|| mailbox.into()),
        deputised,
        deputies: named,
        candidates: candidates
            .into_iter()
            .map(|(id, name)| (id.to_string(), name))
            .collect(),
        deputy: typed.deputy.unwrap_or_else(|| DeputyForm::from(today)),
        errors: typed.errors,
        shell,
    })
}

/// GET /letters/preferences
pub async fn form(site: Site, who: By<Anyone>) -> Answer {
    show(page(&site, &who, Typed::default()).await?)
}

/// POST /letters/preferences
pub async fn save(site: Site, who: By<Anyone>, Form(form): Form<MailboxForm>) -> Answer {
    let outcome = match form.check() {
        Ok((address, habit)) => {
            let account = who.account.clone();
            site.write(&who, move |tx| {
                mailboxes::set(tx, &account, &address, habit)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new("preferences-kept"));
            see_other("/letters/preferences")
        }
        Err(errors) => {
            let typed = Typed {
                mailbox: Some(form),
                errors,
                ..Typed::default()
            };
            show_again(page(&site, &who, typed).await?)
        }
    }
}

/// POST /letters/deputies
pub async fn name_deputy(site: Site, who: By<Staff>, Form(form): Form<DeputyForm>) -> Answer {
    let outcome = match form.check() {
        Ok((deputy, first, last)) => {
            let account = who.account.clone();
            site.write(&who, move |tx| {
                deputies::name_deputy(tx, &account, &deputy, first, last)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("deputies-named"));
            see_other("/letters/preferences")
        }
        Err(errors) => {
            let typed = Typed {
                deputy: Some(form),
                errors,
                ..Typed::default()
            };
            show_again(page(&site, &who, typed).await?)
        }
    }
}

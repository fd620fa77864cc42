//! What an administrator sets for others: the address, who stands in, and which facilities somebody looks after.

use chrono::NaiveDate;
use serde::Deserialize;

use super::deputies::{self, Deputy};
use super::pages::{Typed, facility_of, person_page};
use super::preference_pages::{DeputyForm, MailboxForm};
use super::{Membership, mailboxes};
use crate::db::AnyConn;
use crate::error::{FieldErrors, Message, Result};
use crate::facilities::duties::{self, Duty};
use crate::ids::{AccountId, DeputyId};
use crate::scope::Role;
use crate::web::visitor::StaffOrAdministrator;
use crate::web::{
    Administrator, Answer, By, Fields, Form, Id, Site, Ymd, or_again, see_other, show_again,
};

/// What a person's page shows about letters.
pub(super) struct LettersOf {
    pub(super) mailbox: MailboxForm,
    /// Whether this person may have a deputy.
    pub(super) deputised: bool,
    pub(super) deputies: Vec<Deputy>,
    pub(super) candidates: Vec<(String, String)>,
    pub(super) deputy: DeputyForm,
    /// Whether this person looks after facilities.
    pub(super) represents: bool,
    pub(super) duties: Vec<Duty>,
    pub(super) duty: DutyForm,
}

type Forms = (Option<MailboxForm>, Option<DeputyForm>, Option<DutyForm>);

impl LettersOf {
    pub(super) fn read(
        conn: &mut AnyConn,
        id: &AccountId,
        memberships: &[Membership],
        today: NaiveDate,
        (mailbox, deputy, duty): Forms,
    ) -> Result<LettersOf> {
        let mut held = memberships.to_vec();
        held.retain(|own| !own.has_ended_by(&today));
        let roles = deputies::roles_of(&held);
        let mut named = deputies::of(conn, id)?;
        named.retain(|deputy| !deputy.has_ended_by(&today));
        let kept = mailboxes::of(conn, id)?;
        let candidates = deputies::candidates(conn, id, &roles, today)?;
        Ok(LettersOf {
            mailbox: mailbox.unwrap_or_else(|| kept.into()),
            deputised: !roles.is_empty(),
            deputies: named,
            candidates: candidates
                .into_iter()
                .map(|(id, name)| (id.to_string(), name))
                .collect(),
            deputy: deputy.unwrap_or_else(|| today.into()),
            represents: roles.contains(&Role::Representative),
            duties: duties::of_account(conn, id, today)?,
            duty: duty.unwrap_or_else(|| DutyForm {
                duty_first_day: today.into(),
                ..DutyForm::default()
            }),
        })
    }
}

/// POST /people/{id}/mailbox
pub async fn set_mailbox(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<MailboxForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok((address, habit)) => {
            let account = id.clone();
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
            see_other(&format!("/people/{id}"))
        }
        Err(errors) => {
            let typed = Typed {
                mailbox: Some(form),
                errors,
                ..Typed::default()
            };
            show_again(person_page(&site, &who, id, typed).await?)
        }
    }
}

/// POST /people/{id}/deputies
pub async fn name_deputy(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<DeputyForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok((deputy, first, last)) => {
            let account = id.clone();
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
            see_other(&format!("/people/{id}"))
        }
        Err(errors) => {
            let typed = Typed {
                deputy: Some(form),
                errors,
                ..Typed::default()
            };
            show_again(person_page(&site, &who, id, typed).await?)
        }
    }
}

/// POST /deputies/{id}/end: from today on.
pub async fn end_deputy(site: Site, who: By<StaffOrAdministrator>, Id(id): Id<DeputyId>) -> Answer {
    let account = site.write(&who, move |tx| deputies::end(tx, &id)).await?;
    who.flash(Message::new("deputies-ended"));
    match account == who.account {
        true => see_other("/letters/preferences"),
        false => see_other(&format!("/people/{account}")),
    }
}

/// Which facility is to be looked after, by its code, and when.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DutyForm {
    pub duty_facility: String,
    pub duty_first_day: Ymd,
    pub duty_last_day: Ymd,
}

/// POST /people/{id}/duties
pub async fn assign_duty(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<DutyForm>,
) -> Answer {
    let mut fields = Fields::new();
    let typed = fields.text("duty_facility", &form.duty_facility, 40);
    let first = fields.date("duty_first_day", &form.duty_first_day);
    let last = fields.optional_date("duty_last_day", &form.duty_last_day);
    let outcome = match fields.done(()) {
        Ok(()) => {
            let (scope, account) = (who.scope.clone(), id.clone());
            site.write(&who, move |tx| {
                let place = facility_of(tx.conn, &typed)?;
                duties::assign(tx, &scope, &place, &account, first, last)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("duties-assigned"));
            see_other(&format!("/people/{id}"))
        }
        Err(errors) => {
            let typed = Typed {
                duty: Some(form),
                errors: on_the_facility(errors),
                ..Typed::default()
            };
            show_again(person_page(&site, &who, id, typed).await?)
        }
    }
}

/// Here the facility is chosen and not the representative, so that what is wrong stands beside it.
fn on_the_facility(errors: FieldErrors) -> FieldErrors {
    let renamed = errors.0.into_iter().map(|(field, message)| {
        let field = match field.as_str() {
            "facility" | "representative" => "duty_facility".to_owned(),
            _ => field,
        };
        (field, message)
    });
    FieldErrors(renamed.collect())
}

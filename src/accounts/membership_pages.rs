//! The roles that somebody may act in today, which of them they act in, and the training that a role waits for.

use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::pages::{Typed, person_page};
use super::{Membership, Training, role_id, store};
use crate::error::{Error, FieldErrors, Message};
use crate::ids::{AccountId, MembershipId};
use crate::rules::finding::Argument;
use crate::web::{
    Administrator, Answer, Anyone, By, Fields, Form, Id, Nav, Shell, Site, Ymd, or_again,
    see_other, session, show, show_again,
};

#[derive(Template)]
#[template(path = "accounts/membership.html")]
struct MembershipPage {
    shell: Shell,
    memberships: Vec<Membership>,
    current: MembershipId,
    manufacturer: String,
}

/// GET /membership: the roles that this account may act in today.
pub async fn memberships(who: By<Anyone>) -> Answer {
    let shell = who.shell("membership-title", Nav::None);
    show(MembershipPage {
        manufacturer: shell.t("accounts-manufacturer"),
        shell,
        memberships: who.memberships.clone(),
        current: who.membership.clone(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct MembershipForm {
    membership: String,
}

/// POST /membership
pub async fn act_as(who: By<Anyone>, Form(form): Form<MembershipForm>) -> Answer {
    let mut own = who.memberships.iter();
    let chosen = own.find(|membership| membership.id.as_str() == form.membership);
    let chosen = chosen.ok_or(Error::NotFound)?;
    session::act_as(who.session(), &chosen.id);
    let role = Argument::Term(role_id(chosen.role));
    who.flash(Message::new("membership-now").with("role", role));
    see_other("/")
}

/// Who was trained for which role, when, by whom and with what.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TrainingForm {
    pub training_membership: String,
    pub trained_on: Ymd,
    pub trained_by: String,
    pub training_material: String,
}

impl TrainingForm {
    pub(super) fn on(today: NaiveDate) -> TrainingForm {
        TrainingForm {
            trained_on: today.into(),
            ..TrainingForm::default()
        }
    }

    fn check(&self) -> Result<(Option<MembershipId>, Training), FieldErrors> {
        let mut fields = Fields::new();
        let membership = fields.choice("training_membership", &self.training_membership, |id| {
            id.parse::<MembershipId>().ok()
        });
        let training = Training {
            on: fields.date("trained_on", &self.trained_on),
            by: fields.text("trained_by", &self.trained_by, 100),
            material: fields.text("training_material", &self.training_material, 200),
        };
        fields.done((membership, training))
    }
}

/// POST /people/{id}/training
pub async fn record_training(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<TrainingForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok((membership, training)) => {
            let account = id.clone();
            site.write(&who, move |tx| {
                let chosen = membership.as_ref().ok_or(Error::NotFound)?;
                // The page is one person's: another's role is not on it.
                if store::membership(tx.conn, chosen)?.account != account {
                    return Err(Error::NotFound);
                }
                super::record_training(tx, chosen, &training)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("training-recorded"));
            see_other(&format!("/people/{id}"))
        }
        Err(errors) => {
            let typed = Typed {
                training: Some(form),
                errors,
                ..Typed::default()
            };
            show_again(person_page(&site, &who, id, typed).await?)
        }
    }
}

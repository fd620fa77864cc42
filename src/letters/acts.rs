//! What is done with a letter: sent again, said to have come back, handed over on paper.

use serde::Deserialize;

use super::page;
use crate::error::{Error, FieldErrors, Message};
use crate::ids::LetterId;
use crate::outbox::State;
use crate::reminders::post;
use crate::web::visitor::Keepers;
use crate::web::{Answer, By, Form, Id, Problem, Site, or_again, see_other, show_again};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    /// The state that the reader saw.
    state: String,
    bounce_reason: String,
}

impl ActForm {
    /// A state that is none is one that the letter cannot be in any more.
    fn seen(&self) -> Result<State, Problem> {
        State::from_word(&self.state).ok_or(Problem::Room(Error::Stale))
    }
}

/// The letter's page once more with what was refused.
async fn again(
    site: &Site,
    who: &By<Keepers>,
    id: LetterId,
    form: ActForm,
    errors: FieldErrors,
) -> Answer {
    show_again(page(site, who, id, (form.bounce_reason, errors)).await?)
}

/// A letter that is not there is said so before the form is looked at.
async fn there(site: &Site, who: &By<Keepers>, id: &LetterId) -> Result<(), Problem> {
    let (sight, id) = (super::sight(who), id.clone());
    site.read(move |conn| post::one(conn, &sight, &id).map(|_| ()))
        .await
}

/// POST /letters/{id}/resend
pub async fn resend(
    site: Site,
    who: By<Keepers>,
    Id(id): Id<LetterId>,
    Form(form): Form<ActForm>,
) -> Answer {
    there(&site, &who, &id).await?;
    let (scope, seen, letter) = (who.scope.clone(), form.seen()?, id.clone());
    let outcome = site.write(&who, move |tx| post::resend(tx, &scope, &letter, seen));
    match or_again(outcome.await)? {
        Ok(copy) => {
            who.flash(Message::new("letters-resent"));
            see_other(&format!("/letters/{copy}"))
        }
        Err(errors) => again(&site, &who, id, form, errors).await,
    }
}

/// POST /letters/{id}/bounce
pub async fn bounce(
    site: Site,
    who: By<Keepers>,
    Id(id): Id<LetterId>,
    Form(form): Form<ActForm>,
) -> Answer {
    there(&site, &who, &id).await?;
    let (scope, seen, letter) = (who.scope.clone(), form.seen()?, id.clone());
    let reason = form.bounce_reason.clone();
    let outcome = site.write(&who, move |tx| {
        post::bounce(tx, &scope, &letter, seen, &reason)
    });
    match or_again(outcome.await)? {
        Ok(()) => {
            who.flash(Message::new("letters-bounced"));
            see_other(&format!("/letters/{id}"))
        }
        Err(errors) => again(&site, &who, id, form, errors).await,
    }
}

/// POST /letters/{id}/printed
pub async fn printed(
    site: Site,
    who: By<Keepers>,
    Id(id): Id<LetterId>,
    Form(form): Form<ActForm>,
) -> Answer {
    there(&site, &who, &id).await?;
    let (scope, seen, letter) = (who.scope.clone(), form.seen()?, id.clone());
    let outcome = site.write(&who, move |tx| {
        post::mark_printed(tx, &scope, &letter, seen)
    });
    match or_again(outcome.await)? {
        Ok(()) => {
            who.flash(Message::new("letters-handed-over"));
            see_other(&format!("/letters/{id}"))
        }
        Err(errors) => again(&site, &who, id, form, errors).await,
    }
}

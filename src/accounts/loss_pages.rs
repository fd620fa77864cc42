//! What administrators do about somebody's second factor: hand over a card, or set a lost factor aside, two of them.

use askama::Template;
use serde::Deserialize;

use super::factor_losses::{self, Loss};
use super::factors::{self, Held};
use super::own_pages::CardPage;
use super::{Account, store};
use crate::error::{Error, FieldErrors, Message};
use crate::ids::{AccountId, FactorLossId};
use crate::scope::Role;
use crate::web::{
    Administrator, Answer, By, Fields, Form, Id, Nav, Problem, Shell, Site, or_again, see_other,
    show, show_again,
};

#[derive(Template)]
#[template(path = "accounts/person_factor.html")]
struct FactorPage {
    shell: Shell,
    account: Account,
    held: Option<Held>,
    loss: Option<Loss>,
    /// Whether the administrator looks at the own account.
    oneself: bool,
    /// Whether the administrator is the one who asked.
    asked: bool,
    /// Whether there is another administrator who could confirm.
    another: bool,
    form: LossForm,
    errors: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LossForm {
    /// The request that was read.
    loss: String,
    reason: String,
    identified: String,
    password: String,
    factor: String,
}

impl LossForm {
    /// Any other text is no form of ours and stands for a request that has ended.
    fn loss(&self) -> Result<FactorLossId, Error> {
        self.loss.parse().map_err(|_| Error::Stale)
    }
}

async fn factor_page(
    site: &Site,
    who: &By<Administrator>,
    id: AccountId,
    (form, errors): (LossForm, FieldErrors),
) -> Result<FactorPage, Problem> {
    let today = site.db.clock().today();
    let found = site.read(move |conn| {
        let account = store::account(conn, &id)?;
        let held = factors::held(conn, &id)?;
        let loss = factor_losses::open_of(conn, &id)?;
        let administrators = store::holders(conn, &[Role::Administrator], today)?;
        Ok((account, held, loss, administrators))
    });
    let (account, held, loss, administrators) = found.await?;
    let mut shell = who
        .shell("person-factor-title", Nav::People)
        .crumb("/people", "people-title")
        .crumb_named(&format!("/people/{}", account.id), account.name.clone());
    shell.wrong = !errors.is_empty();
    let mut others = administrators.iter();
    Ok(FactorPage {
        oneself: account.person == who.person,
        asked: loss
            .as_ref()
            .is_some_and(|loss| loss.asked_by == who.person),
        another: others.any(|(other, _)| *other != who.account && *other != account.id),
        shell,
        account,
        held,
        loss,
        form,
        errors,
    })
}

/// GET /people/{id}/factor
pub async fn factor(site: Site, who: By<Administrator>, Id(id): Id<AccountId>) -> Answer {
    let empty = (LossForm::default(), FieldErrors::default());
    show(factor_page(&site, &who, id, empty).await?)
}

/// Ends an act on somebody's factor: back to the page, or the form once more.
async fn finish(
    site: &Site,
    who: &By<Administrator>,
    (id, form): (AccountId, LossForm),
    (outcome, done): (Result<(), Problem>, &'static str),
) -> Answer {
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new(done));
            see_other(&format!("/people/{id}/factor"))
        }
        Err(errors) => show_again(factor_page(site, who, id, (form, errors)).await?),
    }
}

/// POST /people/{id}/factor/card: the answer itself shows the codes, because they are kept nowhere.
pub async fn give_card(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<LossForm>,
) -> Answer {
    let account = id.clone();
    let outcome = async {
        let subject = site
            .read(move |conn| store::account(conn, &account))
            .await?;
        site.prove(&who, (&form.password, &form.factor)).await?;
        let (new, codes) = factors::card(&site.keys()?, &subject.id)?;
        let account = subject.id.clone();
        site.write(&who, move |tx| factors::give_card(tx, &account, &new))
            .await?;
        Ok((subject.name, codes))
    };
    match or_again(outcome.await)? {
        Ok((name, codes)) => show(CardPage {
            shell: who
                .shell("card-title", Nav::People)
                .crumb("/people", "people-title")
                .crumb_named(&format!("/people/{id}"), name.clone()),
            name,
            codes,
            next: format!("/people/{id}"),
        }),
        Err(errors) => {
            let page = factor_page(&site, &who, id, (form, errors)).await?;
            show_again(page)
        }
    }
}

/// POST /people/{id}/factor/loss
pub async fn ask(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<LossForm>,
) -> Answer {
    let account = id.clone();
    let outcome = async {
        let mut fields = Fields::new();
        let reason = fields.lines("reason", &form.reason, crate::wording::LONG);
        let identified = fields.lines("identified", &form.identified, crate::wording::LONG);
        let (reason, identified) = fields.done((reason, identified))?;
        site.prove(&who, (&form.password, &form.factor)).await?;
        site.write(&who, move |tx| {
            factor_losses::ask(tx, &account, &reason, &identified).map(|_| ())
        })
        .await
    };
    let outcome = outcome.await;
    finish(&site, &who, (id, form), (outcome, "losses-asked")).await
}

/// POST /people/{id}/factor/loss/confirmation
pub async fn confirm(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<LossForm>,
) -> Answer {
    let account = id.clone();
    let outcome = async {
        let loss = form.loss()?;
        site.prove(&who, (&form.password, &form.factor)).await?;
        site.write(&who, move |tx| factor_losses::confirm(tx, &account, &loss))
            .await
    };
    let outcome = outcome.await;
    finish(&site, &who, (id, form), (outcome, "losses-confirmed")).await
}

/// POST /people/{id}/factor/loss/withdrawal
pub async fn withdraw(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<LossForm>,
) -> Answer {
    let account = id.clone();
    let outcome = async {
        let loss = form.loss()?;
        site.write(&who, move |tx| factor_losses::withdraw(tx, &account, &loss))
            .await
    };
    let outcome = outcome.await;
    finish(&site, &who, (id, form), (outcome, "losses-withdrawn")).await
}

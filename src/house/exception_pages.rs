//! Exceptions from the house policy as they are seen: the lists, one with its two signatures, and the forms of each step.

use actix_web::web::Query;
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::exceptions::{self, Exception, NewException, Phase, house_rules};
use super::register::{self, Which};
use crate::audit;
use crate::db::Tx;
use crate::error::{FieldErrors, Message};
use crate::facilities::{self, Facility};
use crate::ids::{ExceptionId, FacilityId};
use crate::scope::Role;
use crate::web::history::history;
use crate::web::page::Html;
use crate::web::signed::signatures;
use crate::web::visitor::{Readers, Roles, SafetyOrApprover};
use crate::web::{
    Answer, Approver, By, Fields, Form, Id, Nav, Pager, Problem, SafetyOfficer, Shell, Site, Ymd,
    or_again, see_other, show, show_again,
};

/// The longest reason, in characters.
const REASON: usize = 1000;

/// Icon and word of where an exception stands.
pub fn state(phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Waiting => ("todo", "exception-waiting"),
        Phase::ToCome => ("soon", "exception-to-come"),
        Phase::InForce => ("consider", "exception-in-force"),
        Phase::Over => ("open", "exception-over"),
        Phase::Ended => ("open", "exception-ended"),
        Phase::Declined => ("unmet", "exception-declined"),
        Phase::Withdrawn => ("open", "exception-withdrawn"),
    }
}

#[derive(Template)]
#[template(path = "house/exceptions.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Exception>,
    chosen: &'static str,
    today: NaiveDate,
    pager: Pager,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    state: String,
    after: String,
}

/// The words of the lists in addresses.
const LISTS: [(&str, Which); 3] = [
    ("waiting", Which::Waiting),
    ("in_force", Which::InForce),
    ("past", Which::Past),
];

/// GET /exceptions
pub async fn list(site: Site, who: By<Readers>, query: Query<ListQuery>) -> Answer {
    let known = LISTS.into_iter().find(|(word, _)| *word == query.state);
    let (chosen, which) = known.unwrap_or(("waiting", Which::Waiting));
    let after: i64 = query.after.parse().unwrap_or(0);
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let limit = Pager::SIZE + 1;
    let found = site.read(move |conn| register::list(conn, &scope, which, today, after, limit));
    let mut rows = found.await?;
    let path = format!("/exceptions?state={chosen}&");
    let pager = Pager::cut(&mut rows, &path, after > 0, |row| row.number.to_string());
    show(ListPage {
        shell: who
            .shell("exceptions-title", Nav::Facilities)
            .crumb("/facilities", "nav-facilities"),
        rows,
        chosen,
        today,
        pager,
    })
}

impl ListPage {
    fn state(&self, row: &Exception) -> Html {
        let (icon, word) = state(row.phase(self.today));
        self.shell.status(icon, word)
    }

    fn rule(&self, row: &Exception) -> String {
        self.shell.t(&format!("rule-{}", row.rule))
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AskForm {
    rule: String,
    first_day: Ymd,
    last_day: Ymd,
    reason: String,
    password: String,
    factor: String,
}

#[derive(Template)]
#[template(path = "house/exception_new.html")]
struct AskPage {
    shell: Shell,
    facility: Facility,
    /// Rule and its name.
    rules: Vec<(String, String)>,
    form: AskForm,
    errors: FieldErrors,
}

async fn ask_page(
    site: &Site,
    who: &By<SafetyOfficer>,
    id: &FacilityId,
    (form, errors): (AskForm, FieldErrors),
) -> Result<AskPage, Problem> {
    let (scope, id) = (who.scope.clone(), id.clone());
    let facility = site
        .read(move |conn| facilities::get(conn, &scope, &id))
        .await?;
    let mut shell = who
        .shell("exceptions-ask-title", Nav::Facilities)
        .crumb("/facilities", "nav-facilities")
        .crumb_named(&format!("/facilities/{}", facility.id), &facility.name);
    shell.wrong = !errors.is_empty();
    let rules = house_rules().map(|rule| (rule.to_owned(), shell.t(&format!("rule-{rule}"))));
    Ok(AskPage {
        rules: rules.collect(),
        facility,
        shell,
        form,
        errors,
    })
}

/// Which rule the form begins with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    rule: String,
}

/// GET /facilities/{id}/exceptions/new
pub async fn ask_form(
    site: Site,
    who: By<SafetyOfficer>,
    Id(id): Id<FacilityId>,
    query: Query<Asked>,
) -> Answer {
    let form = AskForm {
        rule: query.rule.clone(),
        first_day: site.db.clock().today().into(),
        ..AskForm::default()
    };
    show(ask_page(&site, &who, &id, (form, FieldErrors::default())).await?)
}

/// POST /facilities/{id}/exceptions
pub async fn ask(
    site: Site,
    who: By<SafetyOfficer>,
    Id(id): Id<FacilityId>,
    Form(form): Form<AskForm>,
) -> Answer {
    let scope = who.scope.clone();
    let outcome = async {
        let mut fields = Fields::new();
        let known = |word: &str| house_rules().find(|rule| *rule == word);
        let rule = fields.choice("rule", &form.rule, known).unwrap_or_default();
        let new = NewException {
            facility: id.clone(),
            rule: rule.to_owned(),
            first_day: fields.date("first_day", &form.first_day),
            last_day: fields.date("last_day", &form.last_day),
            reason: fields.lines("reason", &form.reason, REASON),
        };
        let new = fields.done(new)?;
        let proof = site.prove(&who, (&form.password, &form.factor)).await?;
        site.write(&who, move |tx| exceptions::ask(tx, &scope, &new, &proof))
            .await
    };
    let outcome = outcome.await;
    match or_again(outcome)? {
        Ok(asked) => {
            who.flash(Message::new("exceptions-asked"));
            see_other(&format!("/exceptions/{asked}"))
        }
        Err(errors) => show_again(ask_page(&site, &who, &id, (form, errors)).await?),
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StepForm {
    reason: String,
    password: String,
    factor: String,
}

/// What a reader may still do with an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum May {
    /// Give the second signature, or decline.
    Decide,
    /// Take back what was asked for.
    Withdraw,
    /// End it early.
    End,
    Nothing,
}

#[derive(Template)]
#[template(path = "house/exception.html")]
struct ExceptionPage {
    shell: Shell,
    found: Exception,
    state: Html,
    rule: String,
    signed: Html,
    history: Html,
    may: May,
    /// The reader asked for it and is an approver too: somebody else confirms.
    mine: bool,
    form: StepForm,
    errors: FieldErrors,
}

impl ExceptionPage {
    fn may_decide(&self) -> bool {
        self.may == May::Decide
    }

    fn may_withdraw(&self) -> bool {
        self.may == May::Withdraw
    }

    fn may_end(&self) -> bool {
        self.may == May::End
    }
}

async fn page<R: Roles>(
    site: &Site,
    who: &By<R>,
    id: &ExceptionId,
    (form, errors): (StepForm, FieldErrors),
) -> Result<ExceptionPage, Problem> {
    let (scope, id) = (who.scope.clone(), id.clone());
    let read = site.read(move |conn| {
        let found = register::one(conn, &scope, &id)?;
        let signed = exceptions::signed(conn, &found)?;
        let history = audit::history(conn, &scope, &[id.to_string()], 100)?;
        Ok((found, signed, history))
    });
    let (found, signed, rows) = read.await?;
    let phase = found.phase(site.db.clock().today());
    let mine = found.asked.person == who.person;
    let may = match (phase, who.role) {
        (Phase::Waiting, Role::DistributionApprover) if !mine => May::Decide,
        (Phase::Waiting, Role::SafetyOfficer) => May::Withdraw,
        (Phase::ToCome | Phase::InForce, Role::SafetyOfficer | Role::DistributionApprover) => {
            May::End
        }
        _ => May::Nothing,
    };
    let mut shell = who
        .shell("exceptions-title", Nav::Facilities)
        .titled(found.label())
        .crumb("/exceptions", "exceptions-title");
    shell.wrong = !errors.is_empty();
    let (icon, word) = state(phase);
    Ok(ExceptionPage {
        state: shell.badge(icon, word),
        rule: shell.t(&format!("rule-{}", found.rule)),
        history: history(&shell, &rows),
        signed: signatures(&shell, &signed),
        mine: mine && phase == Phase::Waiting && who.is(&[Role::DistributionApprover]),
        shell,
        found,
        may,
        form,
        errors,
    })
}

/// GET /exceptions/{id}
pub async fn one(site: Site, who: By<Readers>, Id(id): Id<ExceptionId>) -> Answer {
    show(page(&site, &who, &id, <_>::default()).await?)
}

type Posted = (Id<ExceptionId>, Form<StepForm>);

/// Ends a step: back to the exception with what was done, or the page once more with what is wrong.
async fn finish<R: Roles>(
    (site, who): (&Site, &By<R>),
    (id, form, done): (&ExceptionId, StepForm, &'static str),
    outcome: Result<(), Problem>,
) -> Answer {
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new(done));
            see_other(&format!("/exceptions/{id}"))
        }
        Err(errors) => show_again(page(site, who, id, (form, errors)).await?),
    }
}

/// POST /exceptions/{id}/confirmation
pub async fn confirm(site: Site, who: By<Approver>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), id.clone());
    let outcome = async {
        let proof = site.prove(&who, (&form.password, &form.factor)).await?;
        let verb = move |tx: &mut Tx<'_>| exceptions::confirm(tx, &scope, &at, &proof);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, form, "exceptions-confirmed"), outcome).await
}

impl StepForm {
    fn given_reason(&self) -> Result<String, FieldErrors> {
        let mut fields = Fields::new();
        let reason = fields.lines("reason", &self.reason, REASON);
        fields.done(reason)
    }
}

/// POST /exceptions/{id}/refusal
pub async fn decline(site: Site, who: By<Approver>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), id.clone());
    let outcome = async {
        let reason = form.given_reason()?;
        let verb = move |tx: &mut Tx<'_>| exceptions::decline(tx, &scope, &at, &reason);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, form, "exceptions-declined"), outcome).await
}

/// POST /exceptions/{id}/withdrawal
pub async fn withdraw(site: Site, who: By<SafetyOfficer>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), id.clone());
    let outcome = async {
        let reason = form.given_reason()?;
        let verb = move |tx: &mut Tx<'_>| exceptions::withdraw(tx, &scope, &at, &reason);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, form, "exceptions-withdrawn"), outcome).await
}

/// POST /exceptions/{id}/end
pub async fn end(site: Site, who: By<SafetyOrApprover>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), id.clone());
    let outcome = async {
        let reason = form.given_reason()?;
        let verb = move |tx: &mut Tx<'_>| exceptions::end(tx, &scope, &at, &reason);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, form, "exceptions-ended"), outcome).await
}

//! Statements on ※3 as they are seen: signed by the physician, read beside the clauses, reviewed, withdrawn.

use askama::Template;
use serde::Deserialize;

use super::roll::CLAUSES;
use super::{NewStatement, Qualification, State, register};
use crate::audit;
use crate::error::{Error, FieldErrors, Message};
use crate::ids::{FacilityId, QualificationId};
use crate::rules::finding::Argument;
use crate::rules::notice::{self, Clause};
use crate::scope::Role;
use crate::signatures::Signed;
use crate::web::visitor::{Readers, Roles};
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, PhysicianRole, Problem, SafetyOfficer, Shell, Site, Ymd,
    or_again, see_other, show, show_again,
};

/// Those who may withdraw an accepted statement: an officer, or the physician their own.
#[derive(Debug, Clone, Copy)]
pub struct Withdrawing;

impl Roles for Withdrawing {
    const ROLES: &'static [Role] = &[Role::SafetyOfficer, Role::Physician];
}

/// One point of ※3 on a page: its field, the clause, what was answered.
pub(super) struct Asked {
    field: &'static str,
    pub clause: &'static Clause,
    pub answer: Option<bool>,
    typed: String,
}

/// The three points as a statement answers them.
pub(super) fn answered(row: &Qualification) -> Vec<Asked> {
    points(row.answers().map(|(_, answer)| (answer, String::new())))
}

/// The three points in the order of the notice, each with its clause.
fn points(answers: [(Option<bool>, String); 3]) -> Vec<Asked> {
    ["experience", "meetings", "cooperation"]
        .into_iter()
        .zip(CLAUSES)
        .zip(answers)
        .filter_map(|((field, clause), (answer, typed))| {
            Some(Asked {
                field,
                clause: notice::clause(clause)?,
                answer,
                typed,
            })
        })
        .collect()
}

#[derive(Template)]
#[template(path = "physicians/statement_new.html")]
struct NewPage {
    shell: Shell,
    points: Vec<Asked>,
    /// Why nothing can be signed now.
    blocked: Option<Message>,
    form: StatementForm,
    errors: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct StatementForm {
    experience: String,
    meetings: String,
    cooperation: String,
    statement: String,
    last_day: Ymd,
    password: String,
    factor: String,
}

impl StatementForm {
    /// READING: who signs on a page answers all three points; a point is left open only on paper of before.
    fn check(&self) -> Result<NewStatement, FieldErrors> {
        let mut fields = Fields::new();
        let experience = Some(fields.yes_no("experience", &self.experience));
        let meetings = Some(fields.yes_no("meetings", &self.meetings));
        let cooperation = Some(fields.yes_no("cooperation", &self.cooperation));
        let long = crate::wording::LONG;
        let statement = fields.optional_lines("statement", &self.statement, long);
        let last_day = fields.optional_date("last_day", &self.last_day);
        if self.password.is_empty() {
            fields.add("password", Message::new("forms-required"));
        }
        fields.done(NewStatement {
            experience,
            meetings,
            cooperation,
            statement: statement.unwrap_or_default(),
            first_day: None,
            last_day,
        })
    }
}

/// GET /qualifications/new
pub async fn new_form(site: Site, who: By<PhysicianRole>) -> Answer {
    let form = StatementForm::default();
    show(new_page(&site, &who, form, FieldErrors::default()).await?)
}

async fn new_page(
    site: &Site,
    who: &By<PhysicianRole>,
    form: StatementForm,
    errors: FieldErrors,
) -> Result<NewPage, Problem> {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let me = who.person.clone();
    let mine = site.read(move |conn| register::one(conn, &scope, &me, today));
    let blocked = match mine.await {
        Err(Problem::Room(Error::NotFound)) => Some(Message::new("physicians-not-named-here")),
        Err(other) => return Err(other),
        Ok(mine) => mine
            .statements
            .iter()
            .find(|row| row.is_pending())
            .map(|row| {
                let number = Argument::Text(row.label());
                Message::new("statement-pending-already").with("number", number)
            }),
    };
    let mut shell = who
        .shell("statement-new-title", Nav::Physicians)
        .crumb("/physicians", "physicians-title");
    shell.wrong = !errors.is_empty();
    Ok(NewPage {
        points: points([
            (None, form.experience.clone()),
            (None, form.meetings.clone()),
            (None, form.cooperation.clone()),
        ]),
        shell,
        blocked,
        form,
        errors,
    })
}

/// POST /qualifications
pub async fn submit(site: Site, who: By<PhysicianRole>, Form(form): Form<StatementForm>) -> Answer {
    let outcome = match form.check() {
        Ok(new) => sign(&site, &who, new, (&form.password, &form.factor)).await,
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(id) => {
            who.flash(Message::new("statement-signed"));
            see_other(&format!("/qualifications/{id}"))
        }
        Err(errors) => show_again(new_page(&site, &who, form, errors).await?),
    }
}

async fn sign(
    site: &Site,
    who: &By<PhysicianRole>,
    new: NewStatement,
    keys: (&str, &str),
) -> Result<QualificationId, Problem> {
    let place: FacilityId = who.facility.clone().ok_or(Error::Forbidden)?;
    let proof = site.prove(who, keys).await?;
    let scope = who.scope.clone();
    site.write(who, move |tx| {
        super::submit(tx, &scope, &place, &new, &proof)
    })
    .await
}

#[derive(Template)]
#[template(path = "physicians/statement.html")]
struct StatementPage {
    shell: Shell,
    row: Qualification,
    points: Vec<Asked>,
    signed: Vec<Signed>,
    history: Vec<audit::Row>,
    may_review: bool,
    may_withdraw: bool,
    form: StepForm,
    errors: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct StepForm {
    version: String,
    reason: String,
    password: String,
    factor: String,
}

impl StepForm {
    /// The version that was read. Any other text is no form of ours and stands for a version that never was.
    fn version(&self) -> i32 {
        self.version.parse().unwrap_or(0)
    }
}

/// GET /qualifications/{id}
pub async fn statement(site: Site, who: By<Readers>, Id(id): Id<QualificationId>) -> Answer {
    let form = StepForm::default();
    show(statement_page(&site, &who, id, form, FieldErrors::default()).await?)
}

async fn statement_page<R>(
    site: &Site,
    who: &By<R>,
    id: QualificationId,
    form: StepForm,
    errors: FieldErrors,
) -> Result<StatementPage, Problem> {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let row = register::statement(conn, &scope, &id, today)?;
        let signed = super::signed(conn, &row)?;
        let about = [row.id.to_string()];
        let history = audit::history(conn, &scope, &about, super::pages::HISTORY)?;
        Ok((row, signed, history))
    });
    let (row, signed, history) = found.await?;
    let (officer, own) = (who.role == Role::SafetyOfficer, who.person == row.person);
    let mut shell = who
        .shell("physicians-title", Nav::Physicians)
        .crumb("/physicians", "physicians-title")
        .crumb_named(&format!("/physicians/{}", row.person), &row.name)
        .titled(row.label());
    shell.wrong = !errors.is_empty();
    Ok(StatementPage {
        points: answered(&row),
        may_review: officer && !own && row.is_pending(),
        may_withdraw: row.state == State::Accepted
            && row.is_held()
            && (officer && !own || own && who.role == Role::Physician),
        shell,
        row,
        signed,
        history,
        form,
        errors,
    })
}

/// The page after a step, or the statement once more with what was wrong.
async fn after<R>(
    site: &Site,
    who: &By<R>,
    id: QualificationId,
    form: StepForm,
    outcome: Result<(), Problem>,
    done: &'static str,
) -> Answer {
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new(done));
            see_other(&format!("/qualifications/{id}"))
        }
        Err(errors) => show_again(statement_page(site, who, id, form, errors).await?),
    }
}

/// POST /qualifications/{id}/acceptance
pub async fn accept(
    site: Site,
    who: By<SafetyOfficer>,
    Id(id): Id<QualificationId>,
    Form(form): Form<StepForm>,
) -> Answer {
    let outcome = match site.prove(&who, (&form.password, &form.factor)).await {
        Ok(proof) => {
            let (scope, id, version) = (who.scope.clone(), id.clone(), form.version());
            let accepted = site.write(&who, move |tx| {
                super::accept(tx, &scope, &id, version, &proof)
            });
            accepted.await
        }
        Err(problem) => Err(problem),
    };
    after(&site, &who, id, form, outcome, "statement-was-accepted").await
}

/// POST /qualifications/{id}/return
pub async fn return_for_correction(
    site: Site,
    who: By<SafetyOfficer>,
    Id(id): Id<QualificationId>,
    Form(form): Form<StepForm>,
) -> Answer {
    let (scope, of, version) = (who.scope.clone(), id.clone(), form.version());
    let reason = form.reason.clone();
    let returned = site.write(&who, move |tx| {
        super::return_for_correction(tx, &scope, &of, version, &reason)
    });
    let outcome = returned.await;
    after(&site, &who, id, form, outcome, "statement-was-returned").await
}

/// POST /qualifications/{id}/withdrawal
pub async fn withdraw(
    site: Site,
    who: By<Withdrawing>,
    Id(id): Id<QualificationId>,
    Form(form): Form<StepForm>,
) -> Answer {
    let outcome = withdraw_one(&site, &who, &id, &form).await;
    after(&site, &who, id, form, outcome, "statement-was-withdrawn").await
}

async fn withdraw_one(
    site: &Site,
    who: &By<Withdrawing>,
    id: &QualificationId,
    form: &StepForm,
) -> Result<(), Problem> {
    let mut fields = Fields::new();
    let reason = fields.lines("reason", &form.reason, crate::wording::LONG);
    let reason = fields.done(reason)?;
    let proof = site.prove(who, (&form.password, &form.factor)).await?;
    let (scope, id, version) = (who.scope.clone(), id.clone(), form.version());
    site.write(who, move |tx| {
        super::withdraw(tx, &scope, &id, version, &reason, &proof)
    })
    .await
}

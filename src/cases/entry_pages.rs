//! The forms of what happened in a course: a dose, a reaction, a blood count, a response.

use askama::Template;
use chrono::NaiveDate;

use super::entry_form_pages::EntryForm;
use super::pages::case_shell;
use super::{Case, Kind, State, store};
use crate::error::{Error, FieldErrors, Message};
use crate::ids::{CaseId, PersonId};
use crate::physicians::register::in_post;
use crate::rules::dosing::check;
use crate::rules::dosing::course::PlannedDose;
use crate::rules::dosing::facts::{Act, CaseQuestion};
use crate::web::{
    Answer, By, FacilityPeople, Form, Id, Problem, Shell, Site, or_again, see_other, show,
    show_again,
};

#[derive(Template)]
#[template(path = "cases/entry.html")]
struct EntryPage {
    shell: Shell,
    case: Case,
    kind: Kind,
    lead: &'static str,
    /// The dose that the tables name today, where they name one.
    due: Option<PlannedDose>,
    /// Who was in post on the day, by id and name.
    physicians: Vec<(String, String)>,
    form: EntryForm,
    errors: FieldErrors,
}

/// The part of the address, the title and the first sentence of each kind's form.
fn words(kind: Kind) -> (&'static str, &'static str, &'static str) {
    match kind {
        Kind::Administration => ("doses", "case-new-dose", "case-new-dose-lead"),
        Kind::Reaction | Kind::Eligibility => {
            ("reactions", "case-new-reaction", "case-new-reaction-lead")
        }
        Kind::Count => ("counts", "case-new-count", "case-new-count-lead"),
        Kind::Response => ("responses", "case-new-response", "case-new-response-lead"),
    }
}

impl EntryPage {
    fn part(&self) -> &'static str {
        words(self.kind).0
    }

    /// The button of each kind, which says what is recorded.
    fn verb(&self) -> &'static str {
        words(self.kind).1
    }
}

/// Who may be in charge, as a select offers them.
pub(super) fn named(physicians: Vec<(PersonId, String)>) -> Vec<(String, String)> {
    let all = physicians.into_iter();
    all.map(|(id, name)| (id.to_string(), name)).collect()
}

/// Who is offered first: the only one there is, or the reader.
fn chosen(own: &PersonId, physicians: &[(PersonId, String)]) -> String {
    let is_there = physicians.iter().any(|(id, _)| id == own);
    match physicians {
        [(only, _)] => only.to_string(),
        _ if is_there => own.to_string(),
        _ => String::new(),
    }
}

async fn entry_page(
    site: &Site,
    who: &By<FacilityPeople>,
    id: CaseId,
    kind: Kind,
    typed: Option<(EntryForm, FieldErrors)>,
) -> Result<EntryPage, Problem> {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let day = typed
        .as_ref()
        .map_or(today, |(form, _)| form.day_typed(kind, today));
    let found = site.read(move |conn| {
        let gathered = store::gather(conn, &scope, &id)?;
        let physicians = in_post(conn, &gathered.case.facility, day)?;
        Ok((gathered, physicians))
    });
    let (gathered, physicians) = found.await?;
    let is_dose = kind == Kind::Administration && gathered.unconfirmed() == 0;
    let due = is_dose.then(|| due_today(&gathered.facts, today)).flatten();
    let case = gathered.case;
    let (form, errors) = typed.unwrap_or_else(|| {
        let mut form = EntryForm::fresh(case.version, today, due);
        if kind == Kind::Administration {
            form.physician = chosen(&who.person, &physicians);
        }
        (form, FieldErrors::default())
    });
    let (_, title, lead) = words(kind);
    let mut shell = case_shell(who, title, &case);
    shell.wrong = !errors.is_empty();
    Ok(EntryPage {
        shell,
        case,
        kind,
        lead,
        due,
        physicians: named(physicians),
        form,
        errors,
    })
}

/// The dose that the tables name for this day.
fn due_today(
    facts: &crate::rules::dosing::facts::CaseFacts,
    today: NaiveDate,
) -> Option<PlannedDose> {
    let question = CaseQuestion {
        format: CaseQuestion::FORMAT,
        case: facts.clone(),
        act: Act::NextDose { on: today },
    };
    check(&question).advice.dose
}

async fn form(site: Site, who: By<FacilityPeople>, id: CaseId, kind: Kind) -> Answer {
    let page = entry_page(&site, &who, id, kind, None).await?;
    if page.case.state != State::Open {
        who.flash(Message::new("cases-not-open"));
        return see_other(&format!("/cases/{}", page.case.id));
    }
    show(page)
}

async fn record(
    site: Site,
    who: By<FacilityPeople>,
    id: CaseId,
    kind: Kind,
    form: EntryForm,
) -> Answer {
    let outcome = match form.check(kind) {
        Ok(new) => {
            let (scope, case, version) = (who.scope.clone(), id.clone(), form.version());
            site.write(&who, move |tx| {
                super::record(tx, &scope, (&case, version), &new)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("case-recorded"));
            see_other(&format!("/cases/{id}"))
        }
        Err(errors) => {
            let typed = Some((form, placed(errors)));
            let page = entry_page(&site, &who, id, kind, typed).await?;
            // A page that is older than the case is told so before it is told of its slips.
            if page.case.state != State::Open {
                return Err(Error::Stale.into());
            }
            show_again(page)
        }
    }
}

/// Errors beside a field of the form: the verb speaks of all interruptions at once.
pub(super) fn placed(errors: FieldErrors) -> FieldErrors {
    let named = errors.0.into_iter().map(|(field, message)| {
        let field = match field.as_str() {
            "interruptions" => "pause1".to_owned(),
            _ => field,
        };
        (field, message)
    });
    FieldErrors(named.collect())
}

/// GET /cases/{id}/doses/new
pub async fn dose_form(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    form(site, who, id, Kind::Administration).await
}

/// POST /cases/{id}/doses/new
pub async fn dose(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<EntryForm>,
) -> Answer {
    record(site, who, id, Kind::Administration, form).await
}

/// GET /cases/{id}/reactions/new
pub async fn reaction_form(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    form(site, who, id, Kind::Reaction).await
}

/// POST /cases/{id}/reactions/new
pub async fn reaction(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<EntryForm>,
) -> Answer {
    record(site, who, id, Kind::Reaction, form).await
}

/// GET /cases/{id}/counts/new
pub async fn count_form(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    form(site, who, id, Kind::Count).await
}

/// POST /cases/{id}/counts/new
pub async fn count(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<EntryForm>,
) -> Answer {
    record(site, who, id, Kind::Count, form).await
}

/// GET /cases/{id}/responses/new
pub async fn response_form(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    form(site, who, id, Kind::Response).await
}

/// POST /cases/{id}/responses/new
pub async fn response(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<EntryForm>,
) -> Answer {
    record(site, who, id, Kind::Response, form).await
}

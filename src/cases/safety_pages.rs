//! A reaction reported to the manufacturer by an act of the hospital, and the tasks that come of it.

use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use super::pages::case_shell;
use super::record_pages::held;
use super::told_pages::title;
use super::typed_pages::typed_instant;
use super::{Case, Entry, PAGE, SafetyTask, acknowledge_task, report_reaction, tasks_of};
use crate::error::{Error, FieldErrors, Message};
use crate::ids::{CaseId, CaseRecordId, SafetyTaskId};
use crate::rules::finding::Reaction;
use crate::scope::Role;
use crate::web::visitor::SafetyReaders;
use crate::web::{
    Answer, By, FacilityPeople, Fields, Form, Id, Nav, Pager, Part, Problem, SafetyOfficer, Shell,
    Site, Ymd, or_again, see_other, show, show_again,
};

/// Who reads the tasks.
pub(super) const READERS: &[Role] = &[Role::SafetyOfficer, Role::Inspector];

#[derive(Template)]
#[template(path = "cases/report.html")]
struct ReportPage {
    shell: Shell,
    case: Case,
    record: CaseRecordId,
    title: String,
    reaction: Reaction,
    grade: Option<u32>,
    /// The task that it was reported as already.
    reported: Option<String>,
    form: ReportForm,
    errors: FieldErrors,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReportForm {
    version: String,
    aware_at: Ymd,
}

async fn report_page(
    site: &Site,
    who: &By<FacilityPeople>,
    (id, record): (CaseId, CaseRecordId),
    typed: Option<(ReportForm, FieldErrors)>,
) -> Result<ReportPage, Problem> {
    let scope = who.scope.clone();
    let found = site.read(move |conn| {
        let (case, record) = held(conn, &scope, &id, &record)?;
        let tasks = tasks_of(conn, &scope, &id)?;
        Ok((case, record, tasks))
    });
    let (case, record, tasks) = found.await?;
    let Entry::Reaction(episode) = &record.entry else {
        return Err(Error::NotFound.into());
    };
    let (form, errors) = typed.unwrap_or_else(|| {
        let form = ReportForm {
            version: case.version.to_string(),
            aware_at: typed_instant(site.db.clock().now()),
        };
        (form, FieldErrors::default())
    });
    let mut shell = case_shell(who, "case-report-title", &case)
        .crumb(&format!("/cases/{}/records", case.id), "case-records-title");
    shell.wrong = !errors.is_empty();
    Ok(ReportPage {
        title: title(&shell, &record),
        reaction: episode.reaction,
        grade: episode.grades.iter().max().copied(),
        reported: tasks
            .iter()
            .find(|(reported, _)| *reported == record.id)
            .map(|(_, task)| task.label()),
        shell,
        case,
        record: record.id,
        form,
        errors,
    })
}

/// GET /cases/{id}/records/{part}/report
pub async fn report_form(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Part(record): Part<CaseRecordId>,
) -> Answer {
    show(report_page(&site, &who, (id, record), None).await?)
}

/// POST /cases/{id}/records/{part}/report
pub async fn report(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Part(record): Part<CaseRecordId>,
    Form(form): Form<ReportForm>,
) -> Answer {
    let mut fields = Fields::new();
    let aware_at = fields.instant("aware_at", &form.aware_at);
    let outcome = match fields.done(aware_at) {
        Ok(aware_at) => {
            let (scope, case, record) = (who.scope.clone(), id.clone(), record.clone());
            let version = form.version.parse().unwrap_or(0);
            site.write(&who, move |tx| {
                report_reaction(tx, &scope, (&case, version), &record, aware_at)
            })
            .await
        }
        Err(errors) => Err(Problem::from(Error::Invalid(errors))),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("case-reported"));
            see_other(&format!("/cases/{id}/records"))
        }
        Err(errors) => {
            let typed = Some((form, errors));
            show_again(report_page(&site, &who, (id, record), typed).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "cases/tasks.html")]
struct TasksPage {
    shell: Shell,
    tasks: Vec<SafetyTask>,
    /// Those that are open, or those that are not.
    is_open: bool,
    may_acknowledge: bool,
    pager: Pager,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    state: String,
    after: String,
}

/// GET /safety-tasks
pub async fn tasks(site: Site, who: By<SafetyReaders>, query: Query<Which>) -> Answer {
    let is_open = query.state != "acknowledged";
    let after: i64 = query.after.parse().unwrap_or(0);
    let scope = who.scope.clone();
    let found = site.read(move |conn| super::tasks(conn, &scope, is_open, after, PAGE + 1));
    let mut tasks = found.await?;
    let path = match is_open {
        true => "/safety-tasks?",
        false => "/safety-tasks?state=acknowledged&",
    };
    let pager = Pager::cut(&mut tasks, path, after > 0, |task| task.number.to_string());
    show(TasksPage {
        shell: who.shell("safety-title", Nav::Cases),
        tasks,
        is_open,
        may_acknowledge: who.is(&[Role::SafetyOfficer]),
        pager,
    })
}

#[derive(Template)]
#[template(path = "cases/acknowledgement.html")]
struct AcknowledgementPage {
    shell: Shell,
    task: SafetyTask,
}

/// GET /safety-tasks/{id}/acknowledgement
pub async fn acknowledgement_form(
    site: Site,
    who: By<SafetyOfficer>,
    Id(id): Id<SafetyTaskId>,
) -> Answer {
    let scope = who.scope.clone();
    let task = site
        .read(move |conn| super::task(conn, &scope, &id))
        .await?;
    let shell = who
        .shell("safety-acknowledge-title", Nav::Cases)
        .crumb("/safety-tasks", "safety-title");
    show(AcknowledgementPage { shell, task })
}

/// POST /safety-tasks/{id}/acknowledgement
pub async fn acknowledge(site: Site, who: By<SafetyOfficer>, Id(id): Id<SafetyTaskId>) -> Answer {
    let scope = who.scope.clone();
    site.write(&who, move |tx| acknowledge_task(tx, &scope, &id))
        .await?;
    who.flash(Message::new("safety-acknowledged"));
    see_other("/safety-tasks")
}

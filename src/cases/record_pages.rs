//! All that was ever recorded of a case, by whom and when; what is wrong is ended with a reason, never rewritten.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::entry_form_pages::EntryForm;
use super::entry_pages::{named, placed};
use super::pages::case_shell;
use super::told_pages::{Line, lines, title};
use super::{Case, Kind, MOST_ROWS, Record, State, confirm_dose, store, tasks_of};
use crate::audit;
use crate::error::{Error, FieldErrors, Message};
use crate::ids::{CaseId, CaseRecordId};
use crate::physicians::register::in_post;
use crate::web::{
    Answer, By, FacilityPeople, Fields, Form, Id, Part, Problem, Shell, Site, or_again, see_other,
    show, show_again,
};
use crate::wording::LONG;

/// One record with what is said of it.
struct Told {
    record: Record,
    title: String,
    lines: Vec<Line>,
    entered_at: Option<DateTime<Utc>>,
    /// Who ended it and when; none while it is held.
    ended: Option<(String, DateTime<Utc>)>,
    /// The number of the record it took the place of.
    replaced: Option<i32>,
    /// The task that it was reported as.
    reported: Option<String>,
}

#[derive(Template)]
#[template(path = "cases/records.html")]
struct RecordsPage {
    shell: Shell,
    case: Case,
    told: Vec<Told>,
    unconfirmed: usize,
}

impl RecordsPage {
    /// Whether this record has a page for its correction.
    fn may_correct(&self, told: &Told) -> bool {
        told.ended.is_none() && told.record.known_to.is_none()
    }

    fn may_report(&self, told: &Told) -> bool {
        told.record.entry.kind() == Kind::Reaction
            && told.record.confirmed
            && told.reported.is_none()
            && told.record.known_to.is_none()
    }

    fn may_confirm(&self, told: &Told) -> bool {
        self.case.state == State::Open && !told.record.confirmed && told.record.known_to.is_none()
    }

    fn is_open(&self) -> bool {
        self.case.state == State::Open
    }
}

/// GET /cases/{id}/records
pub async fn records(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    let scope = who.scope.clone();
    let found = site.read(move |conn| {
        let case = store::case(conn, &scope, &id)?;
        let records = store::records(conn, &scope, &id)?;
        let tasks = tasks_of(conn, &scope, &id)?;
        let rows = audit::history(conn, &scope, &[id.to_string()], i64::from(MOST_ROWS) * 2)?;
        Ok((case, records, tasks, rows))
    });
    let (case, records, tasks, rows) = found.await?;
    let shell = case_shell(&who, "case-records-title", &case);
    let steps: BTreeMap<i64, (String, DateTime<Utc>)> = rows
        .into_iter()
        .map(|row| (row.seq, (row.person_name, row.at)))
        .collect();
    let places: BTreeMap<CaseRecordId, i32> = records
        .iter()
        .map(|record| (record.id.clone(), record.position))
        .collect();
    let waiting = |record: &&Record| !record.confirmed && record.known_to.is_none();
    let unconfirmed = records.iter().filter(waiting).count();
    let told = records.into_iter().map(|record| Told {
        title: title(&shell, &record),
        lines: lines(&shell, &record),
        entered_at: steps.get(&record.known_from).map(|(_, at)| *at),
        ended: record.known_to.and_then(|seq| steps.get(&seq).cloned()),
        replaced: record
            .replaces
            .as_ref()
            .and_then(|id| places.get(id).copied()),
        reported: tasks
            .iter()
            .find(|(reported, _)| *reported == record.id)
            .map(|(_, task)| task.label()),
        record,
    });
    show(RecordsPage {
        told: told.collect(),
        shell,
        case,
        unconfirmed,
    })
}

#[derive(Template)]
#[template(path = "cases/correction.html")]
struct CorrectionPage {
    shell: Shell,
    case: Case,
    record: Record,
    kind: Kind,
    title: String,
    lines: Vec<Line>,
    physicians: Vec<(String, String)>,
    form: EntryForm,
    errors: FieldErrors,
}

/// A record as it is held, with its case; one that was corrected since is stale.
pub(super) fn held(
    conn: &mut crate::db::AnyConn,
    scope: &crate::scope::Scope,
    id: &CaseId,
    record: &CaseRecordId,
) -> crate::error::Result<(Case, Record)> {
    let case = store::case(conn, scope, id)?;
    let all = store::records(conn, scope, id)?;
    let found = all.into_iter().find(|one| one.id == *record);
    let found = found.ok_or(Error::NotFound)?;
    match found.known_to {
        Some(_) => Err(Error::Stale),
        None => Ok((case, found)),
    }
}

async fn correction_page(
    site: &Site,
    who: &By<FacilityPeople>,
    (id, record): (CaseId, CaseRecordId),
    typed: Option<(EntryForm, FieldErrors)>,
) -> Result<CorrectionPage, Problem> {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let (case, record) = held(conn, &scope, &id, &record)?;
        let kind = record.entry.kind();
        let (form, errors) = typed.unwrap_or_else(|| {
            let form = EntryForm::of(&record, case.version);
            (form, FieldErrors::default())
        });
        let day = form.day_typed(kind, today);
        let physicians = in_post(conn, &case.facility, day)?;
        Ok((case, record, physicians, form, errors))
    });
    let (case, record, physicians, form, errors) = found.await?;
    let mut shell = case_shell(who, "case-correction-title", &case)
        .crumb(&format!("/cases/{}/records", case.id), "case-records-title");
    shell.wrong = !errors.is_empty();
    Ok(CorrectionPage {
        title: title(&shell, &record),
        lines: lines(&shell, &record),
        kind: record.entry.kind(),
        physicians: named(physicians),
        shell,
        case,
        record,
        form,
        errors,
    })
}

/// GET /cases/{id}/records/{part}/correction
pub async fn correction_form(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Part(record): Part<CaseRecordId>,
) -> Answer {
    let page = correction_page(&site, &who, (id.clone(), record), None).await?;
    if page.kind == Kind::Eligibility {
        return see_other(&format!("/cases/{id}/eligibility"));
    }
    show(page)
}

/// POST /cases/{id}/records/{part}/correction
pub async fn correct(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Part(record): Part<CaseRecordId>,
    Form(form): Form<EntryForm>,
) -> Answer {
    let page = correction_page(&site, &who, (id.clone(), record.clone()), None).await?;
    let outcome = correct_one(&site, &who, (&id, &record), page.kind, &form).await;
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new("case-corrected"));
            see_other(&format!("/cases/{id}/records"))
        }
        Err(errors) => {
            let typed = Some((form, placed(errors)));
            show_again(correction_page(&site, &who, (id, record), typed).await?)
        }
    }
}

async fn correct_one(
    site: &Site,
    who: &By<FacilityPeople>,
    (id, record): (&CaseId, &CaseRecordId),
    kind: Kind,
    form: &EntryForm,
) -> Result<(), Problem> {
    let mut fields = Fields::new();
    let strikes = |word: &str| match word {
        "strike" => Some(true),
        "replace" => Some(false),
        _ => None,
    };
    let strikes = fields.choice("how", &form.how, strikes);
    let reason = fields.lines("reason", &form.reason, LONG);
    let (strikes, reason) = fields.done((strikes == Some(true), reason))?;
    let right = match strikes {
        true => None,
        false => Some(form.check(kind)?),
    };
    let (scope, version) = (who.scope.clone(), form.version());
    let (id, record) = (id.clone(), record.clone());
    site.write(who, move |tx| {
        super::correct(tx, &scope, (&id, version), &record, &reason, right.as_ref())
    })
    .await?;
    Ok(())
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StepForm {
    pub version: String,
}

impl StepForm {
    pub fn version(&self) -> i32 {
        self.version.parse().unwrap_or(0)
    }
}

/// POST /cases/{id}/records/{part}/confirmation
pub async fn confirm(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Part(record): Part<CaseRecordId>,
    Form(form): Form<StepForm>,
) -> Result<HttpResponse, Problem> {
    let (scope, case) = (who.scope.clone(), id.clone());
    site.write(&who, move |tx| {
        confirm_dose(tx, &scope, (&case, form.version()), &record)
    })
    .await?;
    who.flash(Message::new("case-confirmed"));
    see_other(&format!("/cases/{id}/records"))
}

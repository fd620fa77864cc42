//! How a facility fills its attestation: the list, the task list, the steps, the check before signing.

use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use super::review_pages::ReviewPage;
use super::step_pages::SignForm;
use super::{
    Attestation, Confirmed, Listed, Progress, Report, Section, State, Step, evidence, sheet, store,
};
use crate::audit;
use crate::error::{Error, FieldErrors, Message};
use crate::ids::{AttestationId, FacilityId};
use crate::scope::Role;
use crate::web::visitor::Readers;
use crate::web::{
    Answer, By, Coordinator, Form, Id, Nav, Pager, Problem, Shell, Site, or_again, see_other, show,
    show_again,
};

/// POST /facilities/{id}/attestations
pub async fn start(site: Site, who: By<Coordinator>, Id(facility): Id<FacilityId>) -> Answer {
    let scope = who.scope.clone();
    let id = site
        .write(&who, move |tx| {
            super::start(tx, &scope, scope.programme(), &facility)
        })
        .await?;
    see_other(&format!("/attestations/{id}"))
}

#[derive(Template)]
#[template(path = "attestations/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Listed>,
    pager: Pager,
    chosen: Option<State>,
    /// The facility of somebody who may begin an attestation and report changes.
    own: Option<FacilityId>,
    reports: Vec<Report>,
}

impl ListPage {
    fn is_chosen(&self, state: &State) -> bool {
        self.chosen.as_ref() == Some(state)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    state: String,
    after: String,
}

/// GET /attestations
pub async fn list(site: Site, who: By<Readers>, query: Query<Filter>) -> Answer {
    let chosen = State::from_word(&query.state);
    let below = query.after.parse::<i64>().ok();
    let (scope, own) = (who.scope.clone(), who.facility.clone());
    let found = site.read(move |conn| {
        let reports = match &own {
            Some(own) => evidence::standing_reports(conn, &scope, own)?,
            None => Vec::new(),
        };
        Ok((store::list(conn, &scope, chosen, below)?, reports))
    });
    let (listing, reports) = found.await?;
    show(ListPage {
        shell: who.shell("attestations-title", Nav::Attestations),
        pager: pager(chosen, below, listing.next),
        rows: listing.rows,
        chosen,
        own: who
            .facility
            .clone()
            .filter(|_| who.is(&[Role::FacilityCoordinator])),
        reports,
    })
}

fn pager(chosen: Option<State>, below: Option<i64>, next: Option<i64>) -> Pager {
    let filter = chosen.map_or_else(String::new, |state| format!("state={}&", state.as_str()));
    let path = format!("/attestations?{filter}");
    Pager {
        first: below.map(|_| path.trim_end_matches(['?', '&']).to_owned()),
        next: next.map(|number| format!("{path}after={number}")),
        size: store::PAGE,
    }
}

/// What the pages of one attestation show.
pub(super) struct Seen {
    pub found: Attestation,
    pub confirmed: Option<Confirmed>,
    pub reports: Vec<Report>,
    pub history: Vec<audit::Row>,
    pub signed: Vec<crate::signatures::Signed>,
    /// Whether the reader started, filled or submitted it.
    pub mine: bool,
}

pub(super) async fn seen<R>(site: &Site, who: &By<R>, id: &AttestationId) -> Result<Seen, Problem> {
    let (scope, id, person) = (who.scope.clone(), id.clone(), who.person.clone());
    let today = site.db.clock().today();
    site.read(move |conn| {
        let found = store::get(conn, &scope, &id)?;
        let facility = found.facility.id.clone();
        Ok(Seen {
            confirmed: evidence::confirmed(conn, &scope, &facility, today)?,
            reports: evidence::standing_reports(conn, &scope, &facility)?,
            history: audit::history(conn, &scope, &[id.to_string()], 50)?,
            signed: super::signed(conn, &found)?,
            mine: store::had_a_hand(conn, &id, &person)?,
            found,
        })
    })
    .await
}

/// The frame of a page about one attestation.
pub(super) fn frame<R>(who: &By<R>, found: &Attestation) -> Shell {
    let shell = who
        .shell("attestations-title", Nav::Attestations)
        .crumb("/attestations", "attestations-title");
    let title = shell.t1("attestation-title", "number", found.label());
    shell.titled(title)
}

/// The icon that goes with a state.
pub(super) fn state_icon(state: &State) -> &'static str {
    match state {
        State::Draft => "draft",
        State::Submitted => "soon",
        State::Returned => "fix",
        State::Accepted => "met",
        State::Superseded => "todo",
        State::Withdrawn => "unmet",
    }
}

/// The message that names a state.
pub(super) fn state_term(state: &State) -> &'static str {
    match state {
        State::Draft => "attestation-state-draft",
        State::Submitted => "attestation-state-submitted",
        State::Returned => "attestation-state-returned",
        State::Accepted => "attestation-state-accepted",
        State::Superseded => "attestation-state-superseded",
        State::Withdrawn => "attestation-state-withdrawn",
    }
}

/// One line of the task list.
struct Task {
    step: Step,
    icon: &'static str,
    word: &'static str,
    clauses: String,
    about: &'static str,
    optional: bool,
    /// Why the step was returned.
    reason: Option<String>,
}

impl Task {
    fn of(found: &Attestation, step: Step, progress: Progress) -> Task {
        let (icon, word) = match progress {
            Progress::NotStarted => ("todo", "attestation-progress-not-started"),
            Progress::InProgress => ("draft", "attestation-progress-in-progress"),
            Progress::ToCorrect => ("fix", "attestation-progress-to-correct"),
            Progress::Complete => ("met", "attestation-progress-complete"),
        };
        let numbers: Vec<&str> = step.clauses().iter().map(|clause| clause.id).collect();
        Task {
            step,
            icon,
            word,
            clauses: numbers.join(" "),
            about: step.about(),
            optional: found.answers.is_optional(step),
            reason: found
                .return_reason
                .clone()
                .filter(|_| progress == Progress::ToCorrect),
        }
    }
}

#[derive(Template)]
#[template(path = "attestations/tasks.html")]
struct TaskPage {
    shell: Shell,
    found: Attestation,
    confirmed: Option<Confirmed>,
    tasks: Vec<Task>,
    done: usize,
    next: Option<Step>,
    saved: Option<chrono::DateTime<chrono::Utc>>,
}

impl TaskPage {
    fn new(who: &By<Readers>, seen: Seen) -> TaskPage {
        let found = seen.found;
        let progress = found.progress();
        let tasks: Vec<Task> = progress
            .iter()
            .map(|(step, progress)| Task::of(&found, *step, *progress))
            .collect();
        TaskPage {
            shell: frame(who, &found),
            done: tasks.iter().filter(|task| task.icon == "met").count(),
            tasks,
            next: found.unfinished().first().copied(),
            saved: seen.history.first().map(|row| row.at),
            confirmed: seen.confirmed,
            found,
        }
    }
}

/// GET /attestations/{id}: the task list for those who fill it, otherwise the answers beside the clauses.
pub async fn one(site: Site, who: By<Readers>, Id(id): Id<AttestationId>) -> Answer {
    let seen = seen(&site, &who, &id).await?;
    if who.is(&[Role::FacilityCoordinator]) && seen.found.state.is_open_to_answers() {
        return show(TaskPage::new(&who, seen));
    }
    show(ReviewPage::new(&who, seen, FieldErrors::default()))
}

#[derive(Template)]
#[template(path = "attestations/check.html")]
struct CheckPage {
    shell: Shell,
    found: Attestation,
    sections: Vec<Section>,
    unfinished: Vec<Step>,
    /// Whether each section leads back to its step.
    editable: bool,
    errors: FieldErrors,
}

impl CheckPage {
    fn new(who: &By<Coordinator>, found: Attestation, errors: FieldErrors) -> CheckPage {
        let path = format!("/attestations/{}", found.id);
        let mut shell = frame(who, &found);
        let above = shell.title.clone();
        shell = shell.crumb_named(&path, above);
        shell.title = shell.t("attestation-check-title");
        shell.wrong = !errors.is_empty();
        CheckPage {
            sections: sheet::sheet(shell.lang, &found),
            unfinished: found.unfinished(),
            editable: true,
            shell,
            found,
            errors,
        }
    }
}

/// GET /attestations/{id}/check
pub async fn check(site: Site, who: By<Coordinator>, Id(id): Id<AttestationId>) -> Answer {
    let found = seen(&site, &who, &id).await?.found;
    if !found.state.is_open_to_answers() {
        return see_other(&format!("/attestations/{id}"));
    }
    show(CheckPage::new(&who, found, FieldErrors::default()))
}

/// POST /attestations/{id}/submission: the password is the signature.
pub async fn submit(
    site: Site,
    who: By<Coordinator>,
    Id(id): Id<AttestationId>,
    Form(form): Form<SignForm>,
) -> Answer {
    let (scope, about) = (who.scope.clone(), id.clone());
    let outcome = form
        .sign(&site, &who, move |tx, version, proof| {
            super::submit(tx, &scope, &about, version, proof)
        })
        .await;
    let found = match or_again(outcome) {
        Ok(Ok(())) => return done(&who, &id, "attestation-submitted"),
        Ok(Err(errors)) => return again(&site, &who, &id, errors).await,
        Err(Problem::Room(Error::Stale)) => seen(&site, &who, &id).await?.found,
        Err(other) => return Err(other),
    };
    stale(&who, found)
}

async fn again(
    site: &Site,
    who: &By<Coordinator>,
    id: &AttestationId,
    errors: FieldErrors,
) -> Answer {
    let found = seen(site, who, id).await?.found;
    show_again(CheckPage::new(who, found, errors))
}

/// On to the attestation, which says what was done.
pub(super) fn done<R>(who: &By<R>, id: &AttestationId, message: &'static str) -> Answer {
    who.flash(Message::new(message));
    see_other(&format!("/attestations/{id}"))
}

#[derive(Template)]
#[template(path = "attestations/stale.html")]
struct StalePage {
    shell: Shell,
    found: Attestation,
}

/// The record has moved on since the form was opened: what it is now, and the way to it.
pub(super) fn stale<R>(who: &By<R>, found: Attestation) -> Answer {
    let mut shell = frame(who, &found);
    shell.title = shell.t("attestation-stale-title");
    conflict(show(StalePage { shell, found }))
}

pub(super) fn conflict(page: Answer) -> Answer {
    let mut page = page?;
    *page.status_mut() = StatusCode::CONFLICT;
    Ok(page)
}

//! An attestation as it is judged: answers beside clauses, acceptance, return and withdrawal.

use askama::Template;
use serde::Deserialize;

use super::pages::{Seen, done, frame, seen, stale};
use super::step_pages::SignForm;
use super::{Attestation, Report, Section, State, Step, limb_term, report_label, sheet};
use crate::error::{Error, FieldErrors};
use crate::ids::AttestationId;
use crate::rules::finding::Argument;
use crate::scope::Role;
use crate::signatures::Signed;
use crate::web::history::history;
use crate::web::page::Html;
use crate::web::visitor::Roles;
use crate::web::{Answer, By, Fields, Form, Id, Problem, SafetyOfficer, Shell, Site, show_again};

/// Those who may withdraw accepted evidence: the one who judges it, and the facility that gave it.
#[derive(Debug, Clone, Copy)]
pub struct Withdrawers;

impl Roles for Withdrawers {
    const ROLES: &'static [Role] = &[Role::SafetyOfficer, Role::FacilityCoordinator];
}

#[derive(Template)]
#[template(path = "attestations/review.html")]
pub(super) struct ReviewPage {
    shell: Shell,
    found: Attestation,
    sections: Vec<Section>,
    reports: Vec<Report>,
    /// Reports made after the answers were submitted, which an acceptance leaves in force.
    later: Vec<Report>,
    signed: Vec<Signed>,
    /// Whether it was accepted at some time, and so has a certificate.
    certified: bool,
    history: Html,
    can_judge: bool,
    /// The reader had a hand in it, and so judges it not.
    mine: bool,
    can_withdraw: bool,
    return_form: ReturnForm,
    withdrawal_reason: String,
    withdrawn: bool,
    /// The steps that can be sent back.
    steps: Vec<(String, String)>,
    editable: bool,
    errors: FieldErrors,
}

impl ReviewPage {
    pub(super) fn new<R>(who: &By<R>, seen: Seen, errors: FieldErrors) -> ReviewPage {
        let mut shell = frame(who, &seen.found);
        shell.wrong = !errors.is_empty();
        let found = seen.found;
        let officer = who.is(&[Role::SafetyOfficer]);
        let waits = found.state == State::Submitted;
        let accepted = matches!(found.state, State::Accepted | State::Superseded);
        let submitted_at = found.submitted.as_ref().map(|(_, at)| *at);
        let submission = seen
            .history
            .iter()
            .find(|row| row.verb == "attestation_submitted" && Some(row.at) == submitted_at);
        let since = submission.map_or(i64::MAX, |row| row.seq);
        let (later, reports) = seen
            .reports
            .into_iter()
            .partition(|report| waits && report.known_from > since);
        ReviewPage {
            sections: sheet::sheet(shell.lang, &found),
            reports,
            later,
            signed: seen.signed,
            certified: found.state.was_accepted(),
            history: history(&shell, &seen.history),
            can_judge: officer && waits && !seen.mine,
            mine: officer && waits && seen.mine,
            can_withdraw: accepted && who.is(Withdrawers::ROLES),
            return_form: ReturnForm::default(),
            withdrawal_reason: String::new(),
            withdrawn: found.state == State::Withdrawn,
            steps: Step::ALL
                .iter()
                .map(|step| (step.as_str().to_owned(), shell.t(step.term())))
                .collect(),
            editable: false,
            shell,
            found,
            errors,
        }
    }
}

/// A change report in one sentence.
pub(super) fn report_words(shell: &Shell, report: &Report) -> String {
    shell.lang.fill(
        "attestation-report-line",
        &[
            ("number", Argument::Text(report_label(report.number))),
            ("limb", Argument::Term(limb_term(report.limb))),
            ("from", Argument::Date(report.from_day)),
            ("reason", Argument::Text(report.reason.clone())),
        ],
    )
}

/// Goes on after a judgement, or shows the page again with what is wrong and what was typed.
async fn answer<R>(
    site: &Site,
    who: &By<R>,
    id: &AttestationId,
    outcome: Result<(), Problem>,
    (message, typed): (&'static str, impl FnOnce(&mut ReviewPage)),
) -> Answer {
    match outcome {
        Ok(()) => done(who, id, message),
        Err(Problem::Room(Error::Invalid(errors))) => {
            let mut page = ReviewPage::new(who, seen(site, who, id).await?, errors);
            typed(&mut page);
            show_again(page)
        }
        Err(Problem::Room(Error::Stale)) => stale(who, seen(site, who, id).await?.found),
        Err(other) => Err(other),
    }
}

/// POST /attestations/{id}/acceptance
pub async fn accept(
    site: Site,
    who: By<SafetyOfficer>,
    Id(id): Id<AttestationId>,
    Form(form): Form<SignForm>,
) -> Answer {
    let (scope, about) = (who.scope.clone(), id.clone());
    let outcome = form
        .sign(&site, &who, move |tx, version, proof| {
            super::accept(tx, &scope, &about, version, proof)
        })
        .await;
    answer(&site, &who, &id, outcome, ("attestation-accepted", |_| {})).await
}

/// What sends a step back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReturnForm {
    version: String,
    return_step: String,
    return_reason: String,
}

impl ReturnForm {
    fn check(&self) -> Result<(i32, Step, String), Problem> {
        let version = self.version.parse::<i32>().map_err(|_| Error::Stale)?;
        let mut fields = Fields::new();
        let step = fields.choice("return_step", &self.return_step, Step::from_word);
        let reason = fields.lines("return_reason", &self.return_reason, 1000);
        Ok(fields.done((version, step.unwrap_or(Step::Validity), reason))?)
    }
}

/// POST /attestations/{id}/return
pub async fn send_back(
    site: Site,
    who: By<SafetyOfficer>,
    Id(id): Id<AttestationId>,
    Form(form): Form<ReturnForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok((version, step, reason)) => {
            let (scope, about) = (who.scope.clone(), id.clone());
            site.write(&who, move |tx| {
                super::return_for_correction(tx, &scope, &about, version, step, &reason)
            })
            .await
        }
        Err(problem) => Err(problem),
    };
    let typed = move |page: &mut ReviewPage| page.return_form = form;
    answer(&site, &who, &id, outcome, ("attestation-returned", typed)).await
}

/// POST /attestations/{id}/withdrawal
pub async fn withdraw(
    site: Site,
    who: By<Withdrawers>,
    Id(id): Id<AttestationId>,
    Form(form): Form<SignForm>,
) -> Answer {
    let (scope, about) = (who.scope.clone(), id.clone());
    let reason = form.withdrawal_reason.replace("\r\n", "\n");
    let outcome = form
        .sign(&site, &who, move |tx, version, proof| {
            super::withdraw(tx, &scope, &about, version, &reason, proof)
        })
        .await;
    let typed = move |page: &mut ReviewPage| page.withdrawal_reason = form.withdrawal_reason;
    answer(&site, &who, &id, outcome, ("attestation-withdrawn", typed)).await
}

//! A change of the house policy as it is seen: the form of its figures, what it would change, and the two signatures.

use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use super::changes::{self, Proposal, ProposalState};
use super::policy_pages::{Figure, figures, listed, state};
use super::preview::{Changed, Counts, Preview, preview};
use super::proposals;
use crate::audit::{self, Known};
use crate::db::Tx;
use crate::error::{FieldErrors, Message};
use crate::ids::{FacilityId, ProposalId};
use crate::programmes;
use crate::rules::finding::Outcome;
use crate::rules::policy::{PartnerBasis, PolicyVersion, ReminderPolicy};
use crate::scope::Role;
use crate::web::card;
use crate::web::history::history;
use crate::web::page::Html;
use crate::web::signed::signatures;
use crate::web::visitor::Roles;
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Problem, SafetyOfficer, Shell, Site, StaffAndInspector, Ymd,
    or_again, see_other, show, show_again,
};

/// Facilities that change, on one page.
const ROWS: usize = 50;
/// The longest reason, in characters.
const REASON: usize = 1000;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FigureForm {
    first_day: Ymd,
    reconfirm_months: String,
    meeting_days: String,
    explanation_months: String,
    order_1mg: String,
    order_30mg: String,
    partner_basis: String,
    reminder_days: String,
    release_days: String,
    late_days: String,
    deputy_days: String,
    officer_days: String,
    review_days: String,
    order_days: String,
    hold_days: String,
    answer_days: String,
    safety_days: String,
    safety_repeat_days: String,
    reason: String,
}

/// The words of the bases in forms.
const BASES: [(&str, PartnerBasis); 3] = [
    ("either", PartnerBasis::Either),
    ("own_attestation", PartnerBasis::OwnAttestation),
    ("agreement", PartnerBasis::Agreement),
];

impl FigureForm {
    /// The figures of a version, to be changed.
    fn of(policy: &PolicyVersion, first_day: chrono::NaiveDate) -> FigureForm {
        let house = &policy.reminders;
        let days = |all: &[u32]| listed(crate::messages::Lang::En, all);
        let basis = BASES.iter().find(|(_, one)| *one == policy.partner_basis);
        FigureForm {
            first_day: first_day.into(),
            reconfirm_months: policy.reconfirm_months.to_string(),
            meeting_days: policy.meeting_days.to_string(),
            explanation_months: policy.explanation_months.to_string(),
            order_1mg: policy.order_1mg.to_string(),
            order_30mg: policy.order_30mg.to_string(),
            partner_basis: basis.map_or("", |(word, _)| word).to_owned(),
            reminder_days: days(&policy.reminder_days),
            release_days: days(&house.release_days),
            late_days: days(&house.late_days),
            deputy_days: house.deputy_days.to_string(),
            officer_days: house.officer_days.to_string(),
            review_days: house.review_days.to_string(),
            order_days: house.order_days.to_string(),
            hold_days: house.hold_days.to_string(),
            answer_days: house.answer_days.to_string(),
            safety_days: house.safety_days.to_string(),
            safety_repeat_days: days(&house.safety_repeat_days),
            reason: String::new(),
        }
    }

    /// The figures and the reason, read in the order of the page.
    fn check(&self) -> Result<(PolicyVersion, String), FieldErrors> {
        let mut fields = Fields::new();
        let first_day = fields.date("first_day", &self.first_day);
        let mut policy = PolicyVersion::initial(first_day);
        policy.reconfirm_months = number(&mut fields, "reconfirm_months", &self.reconfirm_months);
        policy.meeting_days = fields.number("meeting_days", &self.meeting_days, 1..=3650);
        policy.explanation_months =
            number(&mut fields, "explanation_months", &self.explanation_months);
        policy.order_1mg = number(&mut fields, "order_1mg", &self.order_1mg);
        policy.order_30mg = number(&mut fields, "order_30mg", &self.order_30mg);
        let basis = |word: &str| {
            let known = BASES.iter().find(|(one, _)| *one == word);
            known.map(|(_, basis)| *basis)
        };
        policy.partner_basis = fields
            .choice("partner_basis", &self.partner_basis, basis)
            .unwrap_or_default();
        policy.reminder_days = days(&mut fields, "reminder_days", &self.reminder_days);
        policy.reminders = ReminderPolicy {
            release_days: days(&mut fields, "release_days", &self.release_days),
            late_days: days(&mut fields, "late_days", &self.late_days),
            deputy_days: number(&mut fields, "deputy_days", &self.deputy_days),
            officer_days: number(&mut fields, "officer_days", &self.officer_days),
            review_days: number(&mut fields, "review_days", &self.review_days),
            order_days: number(&mut fields, "order_days", &self.order_days),
            hold_days: number(&mut fields, "hold_days", &self.hold_days),
            answer_days: number(&mut fields, "answer_days", &self.answer_days),
            safety_days: number(&mut fields, "safety_days", &self.safety_days),
            safety_repeat_days: days(&mut fields, "safety_repeat_days", &self.safety_repeat_days),
        };
        let reason = fields.lines("reason", &self.reason, REASON);
        fields.done((policy, reason))
    }
}

/// A whole number of moderate size; the verb knows the bounds of each.
fn number(fields: &mut Fields, field: &str, typed: &str) -> u32 {
    u32::try_from(fields.number(field, typed, 0..=9999)).unwrap_or(0)
}

/// Days in a list, as people write one: with commas of any width, or spaces.
fn days(fields: &mut Fields, field: &str, typed: &str) -> Vec<u32> {
    let parts = typed.split(|c: char| c.is_whitespace() || ",，、､".contains(c));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        fields.add(field, Message::new("forms-required"));
    }
    let mut found = Vec::new();
    for part in parts.into_iter().take(20) {
        match fields.optional_number(field, part, 0..=365) {
            Some(day) => found.push(u32::try_from(day).unwrap_or(0)),
            // One message for the field is enough.
            None => break,
        }
    }
    found
}

#[derive(Template)]
#[template(path = "house/proposal_new.html")]
struct NewPage {
    shell: Shell,
    form: FigureForm,
    errors: FieldErrors,
}

fn new_page(who: &By<SafetyOfficer>, form: FigureForm, errors: FieldErrors) -> NewPage {
    let mut shell = who
        .shell("policy-new-title", Nav::Notice)
        .crumb("/notice", "nav-notice")
        .crumb("/policy", "policy-title");
    shell.wrong = !errors.is_empty();
    NewPage {
        shell,
        form,
        errors,
    }
}

/// GET /policy/proposals/new
pub async fn new_form(site: Site, who: By<SafetyOfficer>) -> Answer {
    let scope = who.scope.clone();
    let today = site.db.clock().today();
    let policies = site
        .read(move |conn| programmes::policies(conn, scope.programme(), Known::NOW))
        .await?;
    // What is to come is what a further change changes.
    let latest = policies.last().cloned();
    let latest = latest.unwrap_or_else(|| PolicyVersion::initial(today));
    let form = FigureForm::of(&latest, today.max(latest.first_day));
    show(new_page(&who, form, FieldErrors::default()))
}

/// POST /policy/proposals
pub async fn draw_up(site: Site, who: By<SafetyOfficer>, Form(form): Form<FigureForm>) -> Answer {
    let scope = who.scope.clone();
    let outcome = match form.check() {
        Ok((policy, reason)) => {
            site.write(&who, move |tx| {
                changes::draw_up(tx, &scope, &policy, &reason)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(id) => see_other(&format!("/policy/proposals/{id}")),
        Err(errors) => show_again(new_page(&who, form, errors)),
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StepForm {
    reason: String,
    password: String,
    factor: String,
}

/// One figure beside that of the version before.
struct Beside {
    figure: Figure,
    before: Option<String>,
}

impl Beside {
    fn changes(&self) -> bool {
        self.before.as_deref() != Some(self.figure.words.as_str())
    }
}

#[derive(Template)]
#[template(path = "house/proposal.html")]
struct ProposalPage {
    shell: Shell,
    found: Proposal,
    state: Html,
    figures: Vec<Beside>,
    /// What it would change as things stand; only while nobody decided.
    preview: Option<Preview>,
    next: Option<String>,
    signed: Html,
    history: Html,
    can_propose: bool,
    can_decide: bool,
    can_withdraw: bool,
    form: StepForm,
    errors: FieldErrors,
}

impl ProposalPage {
    fn outcome(&self, outcome: &Outcome) -> Html {
        self.shell
            .status(card::icon(*outcome), card::outcome_id(*outcome))
    }

    fn rules(&self, row: &Changed) -> String {
        let names = row
            .rules
            .iter()
            .map(|rule| self.shell.t(&format!("rule-{rule}")));
        names.collect::<Vec<_>>().join(self.shell.lang.comma())
    }

    /// What somebody was shown when they signed, in a sentence.
    fn shown(&self, counts: &Counts) -> String {
        use crate::rules::finding::Argument;
        let number = |count: u64| Argument::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let values = [
            ("judged", number(counts.judged)),
            ("worse", number(counts.worse)),
            ("better", number(counts.better)),
        ];
        self.shell.lang.fill("policy-preview-counts", &values)
    }
}

/// Where the list of facilities goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct From {
    after: String,
}

async fn page<R: Roles>(
    site: &Site,
    who: &By<R>,
    id: &ProposalId,
    after: Option<FacilityId>,
    (form, errors): (StepForm, FieldErrors),
) -> Result<ProposalPage, Problem> {
    let (scope, id) = (who.scope.clone(), id.clone());
    let read = site.read(move |conn| {
        let found = proposals::one(conn, &scope, &id)?;
        let open = matches!(found.state, ProposalState::Drawn | ProposalState::Proposed);
        let preview = match open {
            true => Some(preview(
                conn,
                &scope,
                &found.policy,
                after.as_ref(),
                ROWS + 1,
            )?),
            false => None,
        };
        let policies = programmes::policies(conn, scope.programme(), Known::NOW)?;
        let signed = changes::signed(conn, &found)?;
        let rows = audit::history(conn, &scope, &[id.to_string()], 100)?;
        Ok((found, preview, policies, signed, rows))
    });
    let (found, mut preview, policies, signed, rows) = read.await?;
    let mut shell = who
        .shell("policy-proposal", Nav::Notice)
        .titled(found.label())
        .crumb("/notice", "nav-notice")
        .crumb("/policy", "policy-title");
    shell.wrong = !errors.is_empty();
    let own = found.drawn.person == who.person;
    let officer = who.is(&[Role::SafetyOfficer]);
    let (icon, word) = state(found.state);
    let before = policies
        .iter()
        .filter(|policy| policy.version < found.policy.version);
    let before = before.max_by_key(|policy| policy.version);
    let before: Vec<Figure> = before.map_or_else(Vec::new, |policy| figures(&shell, policy));
    let mut before = before.into_iter().map(|figure| figure.words);
    let next = preview.as_mut().and_then(|preview| {
        let more = preview.rows.len() > ROWS;
        preview.rows.truncate(ROWS);
        let last = preview.rows.last().filter(|_| more)?;
        Some(format!(
            "/policy/proposals/{}?after={}",
            found.id, last.facility
        ))
    });
    Ok(ProposalPage {
        state: shell.badge(icon, word),
        figures: figures(&shell, &found.policy)
            .into_iter()
            .map(|figure| Beside {
                before: before.next(),
                figure,
            })
            .collect(),
        history: history(&shell, &rows),
        signed: signatures(&shell, &signed),
        can_propose: officer && own && found.state == ProposalState::Drawn,
        can_decide: officer && !own && found.state == ProposalState::Proposed,
        can_withdraw: officer
            && own
            && matches!(found.state, ProposalState::Drawn | ProposalState::Proposed),
        shell,
        found,
        preview,
        next,
        form,
        errors,
    })
}

/// GET /policy/proposals/{id}
pub async fn one(
    site: Site,
    who: By<StaffAndInspector>,
    Id(id): Id<ProposalId>,
    query: Query<From>,
) -> Answer {
    let after = query.after.parse().ok();
    show(page(&site, &who, &id, after, <_>::default()).await?)
}

type Posted = (Id<ProposalId>, Form<StepForm>);

async fn finish(
    (site, who): (&Site, &By<SafetyOfficer>),
    (id, form, done): (&ProposalId, StepForm, &'static str),
    outcome: Result<(), Problem>,
) -> Answer {
    match or_again(outcome)? {
        Ok(()) => {
            who.flash(Message::new(done));
            see_other(&format!("/policy/proposals/{id}"))
        }
        Err(errors) => show_again(page(site, who, id, None, (form, errors)).await?),
    }
}

/// What the page showed of the change, counted again for the record beside the signature.
async fn shown(site: &Site, who: &By<SafetyOfficer>, id: &ProposalId) -> Result<Counts, Problem> {
    let (scope, id) = (who.scope.clone(), id.clone());
    let read = site.read(move |conn| {
        let found = proposals::one(conn, &scope, &id)?;
        Ok(preview(conn, &scope, &found.policy, None, 0)?.counts)
    });
    read.await
}

/// POST /policy/proposals/{id}/proposal
pub async fn propose(site: Site, who: By<SafetyOfficer>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), id.clone());
    let outcome = async {
        let proof = site.prove(&who, (&form.password, &form.factor)).await?;
        let shown = shown(&site, &who, &at).await?;
        let verb = move |tx: &mut Tx<'_>| changes::propose(tx, &scope, &at, &shown, &proof);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, form, "policy-proposed"), outcome).await
}

/// POST /policy/proposals/{id}/confirmation
pub async fn confirm(site: Site, who: By<SafetyOfficer>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), id.clone());
    let outcome = async {
        let proof = site.prove(&who, (&form.password, &form.factor)).await?;
        let shown = shown(&site, &who, &at).await?;
        let verb = move |tx: &mut Tx<'_>| changes::confirm(tx, &scope, &at, &shown, &proof);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, form, "policy-confirmed"), outcome).await
}

impl StepForm {
    fn given_reason(&self) -> Result<String, FieldErrors> {
        let mut fields = Fields::new();
        let reason = fields.lines("reason", &self.reason, REASON);
        fields.done(reason)
    }
}

/// POST /policy/proposals/{id}/refusal
pub async fn decline(site: Site, who: By<SafetyOfficer>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), id.clone());
    let outcome = async {
        let reason = form.given_reason()?;
        let verb = move |tx: &mut Tx<'_>| changes::decline(tx, &scope, &at, &reason);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, form, "policy-declined"), outcome).await
}

/// POST /policy/proposals/{id}/withdrawal
pub async fn withdraw(site: Site, who: By<SafetyOfficer>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), id.clone());
    let outcome = async {
        let reason = form.given_reason()?;
        let verb = move |tx: &mut Tx<'_>| changes::withdraw(tx, &scope, &at, &reason);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, form, "policy-withdrawn"), outcome).await
}

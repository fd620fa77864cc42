//! Questions at the bedside: may the dose begin now, may the interrupted one go on, may the patient leave. Asked without storing, kept on demand.

use askama::Template;
use chrono::Timelike;

use super::bedside_form_pages::{BedsideForm, Question};
use super::check_pages::{frame, shown};
use super::{Case, Gathered, State, check, gather, keep_check};
use super::{answer_pages, around_pages};
use crate::audit::Known;
use crate::clock::{jst, jst_date};
use crate::db::AnyConn;
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::CaseId;
use crate::rules::dosing::decision::may_be_decided;
use crate::rules::dosing::facts::Act;
use crate::scope::Scope;
use crate::standings;
use crate::verdicts::{self, Day};
use crate::web::card::{self, Occasion};
use crate::web::page::Html;
use crate::web::visitor::FacilityPeople;
use crate::web::{Answer, By, Form, Id, Shell, Site, Ymd, or_again, see_other, show, show_again};

/// The act with what the records say of the facility on that day.
fn with_standing(conn: &mut AnyConn, scope: &Scope, case: &Case, mut act: Act) -> Result<Act> {
    if let Act::Start(start) = &mut act {
        let on = jst_date(start.at);
        let judged = standings::judge(conn, scope.programme(), &case.facility, on, Known::NOW)?;
        start.site.facility_qualified = Some(verdicts::permits(&judged.1));
    }
    Ok(act)
}

/// A finding on which a physician may decide, and what was typed.
struct Open {
    key: String,
    label: String,
    because: String,
}

/// The answer, and the same without any decision: what may be decided stays in the form.
struct Judged {
    act: Act,
    days: Vec<Day>,
    undecided: Vec<Day>,
}

fn judge(
    conn: &mut AnyConn,
    scope: &Scope,
    case: &Case,
    act: Act,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Judged> {
    let act = with_standing(conn, scope, case, act)?;
    let checked = check(conn, scope, &case.id, &act, now)?;
    let mut plain = checked.asked.clone();
    if let verdicts::Asked::Case(question) = &mut plain {
        match &mut question.act {
            Act::Start(start) => start.decisions.clear(),
            Act::Resume { decisions, .. } => decisions.clear(),
            Act::NextDose { .. } | Act::Discharge { .. } => {}
        }
    }
    Ok(Judged {
        act,
        days: checked.days,
        undecided: plain.answer(),
    })
}

#[derive(Template)]
#[template(path = "cases/start.html")]
struct StartPage {
    shell: Shell,
    ask: Asking,
}

#[derive(Template)]
#[template(path = "cases/resume.html")]
struct ResumePage {
    shell: Shell,
    ask: Asking,
}

#[derive(Template)]
#[template(path = "cases/discharge.html")]
struct DischargePage {
    shell: Shell,
    ask: Asking,
}

/// What the three pages share.
struct Asking {
    shell: Shell,
    case: Case,
    form: BedsideForm,
    errors: FieldErrors,
    unconfirmed: usize,
    /// Whether there is anything to ask about: an interrupted dose, a dose at all.
    has_ground: bool,
    open: Vec<Open>,
    answer: Html,
    around: Html,
    card: Html,
}

impl Asking {
    fn may_ask(&self) -> bool {
        self.unconfirmed == 0 && self.case.state == State::Open && self.has_ground
    }
}

fn asking(
    who: &By<FacilityPeople>,
    question: Question,
    gathered: &Gathered,
    form: BedsideForm,
    judged: Option<&Judged>,
    errors: FieldErrors,
) -> Asking {
    let case = gathered.case.clone();
    let title = match question {
        Question::Start => "checks-start-title",
        Question::Resume => "checks-resume-title",
        Question::Discharge => "checks-discharge-title",
    };
    let shell = frame(who, title, &case);
    let doses = &gathered.facts.administrations;
    let mut page = Asking {
        unconfirmed: gathered.unconfirmed(),
        has_ground: match question {
            Question::Start => true,
            Question::Resume => doses.iter().any(|dose| !dose.interruptions.is_empty()),
            Question::Discharge => !doses.is_empty(),
        },
        open: Vec::new(),
        answer: Html::default(),
        around: Html::default(),
        card: Html::default(),
        errors,
        form,
        case,
        shell,
    };
    if let Some((judged, day)) = judged.and_then(|judged| Some((judged, judged.days.first()?)))
        && page.may_ask()
    {
        let shell = &page.shell;
        page.open = open(shell, &page.form, judged);
        page.answer = answer_pages::answer(shell, &judged.act, day);
        if question == Question::Start {
            let today = jst_date(shell.now);
            let facts = &gathered.facts;
            page.around = around_pages::around(shell, facts, &judged.act, day, today);
        }
        let occasion = Occasion {
            of_dose: true,
            judged_at: Some(shell.now),
            ..Occasion::default()
        };
        page.card = card::card(shell, "v", "checks-card", &judged.days, &occasion);
    }
    page
}

/// What may be decided, each with what was typed about it.
fn open(shell: &Shell, form: &BedsideForm, judged: &Judged) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::new();
    let findings = judged
        .undecided
        .iter()
        .flat_map(|day| &day.verdict.findings);
    for finding in findings.filter(|finding| may_be_decided(finding)) {
        let key = format!("{}|{}", finding.rule, finding.reason.code());
        if open.iter().any(|known| known.key == key) {
            continue;
        }
        let typed = form.decided.iter().position(|decided| *decided == key);
        let rule = shell.t(format!("rule-{}", finding.rule).as_str());
        let reason = card::reason(shell.lang, &finding.reason);
        open.push(Open {
            label: format!("{rule} — {reason}"),
            because: typed
                .and_then(|at| form.because.get(at))
                .cloned()
                .unwrap_or_default(),
            key,
        });
    }
    open
}

fn draw(question: Question, ask: Asking, again: bool) -> Answer {
    let shell = ask.shell.clone();
    match (question, again) {
        (Question::Start, false) => show(StartPage { shell, ask }),
        (Question::Start, true) => show_again(StartPage { shell, ask }),
        (Question::Resume, false) => show(ResumePage { shell, ask }),
        (Question::Resume, true) => show_again(ResumePage { shell, ask }),
        (Question::Discharge, false) => show(DischargePage { shell, ask }),
        (Question::Discharge, true) => show_again(DischargePage { shell, ask }),
    }
}

/// The form as it is before anybody typed: now, and days that are today.
fn fresh(site: &Site) -> BedsideForm {
    let now = site.db.clock().now().with_timezone(&jst());
    let today = Ymd::from(now.date_naive());
    let at = Ymd {
        t: format!("{}:{:02}", now.hour(), now.minute()),
        ..today.clone()
    };
    BedsideForm {
        asked_at: at,
        steroid_at: today.clone(),
        antipyretic_at: today.clone(),
        antihistamine_at: today,
        ..BedsideForm::default()
    }
}

/// What a check refuses is the instant asked about or the act as a whole; decisions stand in fields of their own.
fn of_the_form(errors: FieldErrors) -> FieldErrors {
    let named = errors.0.into_iter().map(|(field, message)| {
        let own = match field.as_str() {
            "decisions" => "because",
            _ => "asked_at",
        };
        (own.to_owned(), message)
    });
    FieldErrors(named.collect())
}

/// Answers what is in the form, without storing anything.
async fn answered(
    site: &Site,
    who: &By<FacilityPeople>,
    id: CaseId,
    question: Question,
    form: BedsideForm,
    mut errors: FieldErrors,
) -> Answer {
    let act = if errors.is_empty() {
        match form.act(question) {
            Ok(act) => Some(act),
            Err(wrong) => {
                errors = wrong;
                None
            }
        }
    } else {
        None
    };
    let (scope, now) = (who.scope.clone(), site.db.clock().now());
    let (gathered, judged) = site
        .read(move |conn| {
            let gathered = gather(conn, &scope, &id)?;
            let may = gathered.unconfirmed() == 0 && gathered.case.state == State::Open;
            let judged = match act.filter(|_| may) {
                Some(act) => match judge(conn, &scope, &gathered.case, act, now) {
                    Ok(judged) => Ok(Some(judged)),
                    Err(Error::Invalid(wrong)) => Err(wrong),
                    Err(other) => return Err(other),
                },
                None => Ok(None),
            };
            Ok((gathered, judged))
        })
        .await?;
    let judged = match judged {
        Ok(judged) => judged,
        Err(wrong) => {
            errors = of_the_form(wrong);
            None
        }
    };
    let again = !errors.is_empty();
    let mut form = form;
    form.version = gathered.case.version;
    let ask = asking(who, question, &gathered, form, judged.as_ref(), errors);
    draw(question, ask, again)
}

/// Keeps the answer and leads to it.
async fn kept(
    site: &Site,
    who: &By<FacilityPeople>,
    id: CaseId,
    question: Question,
    form: BedsideForm,
) -> Answer {
    let outcome = match form.act(question) {
        Ok(act) => {
            let (scope, own, version) = (who.scope.clone(), id.clone(), form.version);
            let work = site.write(who, move |tx| {
                let case = super::case(tx.conn, &scope, &own)?;
                let act = with_standing(tx.conn, &scope, &case, act.clone())?;
                keep_check(tx, &scope, (&own, version), &act)
            });
            or_again(work.await)?.map_err(of_the_form)
        }
        Err(errors) => Err(errors),
    };
    match outcome {
        Ok(verdict) => {
            who.flash(Message::new("checks-kept"));
            see_other(&format!("/cases/{id}/checks/{verdict}"))
        }
        Err(errors) => answered(site, who, id, question, form, errors).await,
    }
}

async fn posted(
    site: &Site,
    who: &By<FacilityPeople>,
    id: CaseId,
    question: Question,
    form: BedsideForm,
) -> Answer {
    shown(site)?;
    let (scope, own) = (who.scope.clone(), id.clone());
    site.read(move |conn| super::case(conn, &scope, &own))
        .await?;
    if form.action == "keep" {
        kept(site, who, id, question, form).await
    } else {
        answered(site, who, id, question, form, FieldErrors::default()).await
    }
}

async fn asked(site: &Site, who: &By<FacilityPeople>, id: CaseId, question: Question) -> Answer {
    shown(site)?;
    answered(site, who, id, question, fresh(site), FieldErrors::default()).await
}

/// GET /cases/{id}/start
pub async fn start(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    asked(&site, &who, id, Question::Start).await
}

/// POST /cases/{id}/start
pub async fn post_start(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<BedsideForm>,
) -> Answer {
    posted(&site, &who, id, Question::Start, form).await
}

/// GET /cases/{id}/resume
pub async fn resume(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    asked(&site, &who, id, Question::Resume).await
}

/// POST /cases/{id}/resume
pub async fn post_resume(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<BedsideForm>,
) -> Answer {
    posted(&site, &who, id, Question::Resume, form).await
}

/// GET /cases/{id}/discharge
pub async fn discharge(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    asked(&site, &who, id, Question::Discharge).await
}

/// POST /cases/{id}/discharge
pub async fn post_discharge(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<BedsideForm>,
) -> Answer {
    posted(&site, &who, id, Question::Discharge, form).await
}

//! Questions at the bedside: may the dose begin now, may the interrupted one go on, may the patient leave. Asked without storing, kept on demand.

use askama::Template;
use chrono::Timelike;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::answer_pages;
use super::check_pages::{frame, shown};
use super::{Case, Gathered, State, check, gather, keep_check};
use crate::audit::Known;
use crate::clock::{jst, jst_date};
use crate::db::AnyConn;
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::CaseId;
use crate::rules::administration::{AdministrationFacts, Observation};
use crate::rules::dosing::admission::{ConsiderationRecord, Setting};
use crate::rules::dosing::decision::may_be_decided;
use crate::rules::dosing::facts::{Act, Decision, Premedication, StartFacts};
use crate::rules::dosing::quantity::Quantity;
use crate::rules::dosing::reactions::{Rate, RateUnit};
use crate::rules::dosing::regimen::Route;
use crate::rules::dosing::vials::Vials;
use crate::rules::finding::Sign;
use crate::scope::Scope;
use crate::standings;
use crate::verdicts::{self, Day};
use crate::web::card::{self, Occasion};
use crate::web::page::Html;
use crate::web::visitor::FacilityPeople;
use crate::web::{
    Answer, By, Fields, Form, Id, Shell, Site, Ymd, or_again, see_other, show, show_again,
};

/// The most vials that one dose can be made of. READING: ours; 60 mg from vials of 1 mg.
const MOST_VIALS: i64 = 60;

/// Which question a page asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Start,
    Resume,
    Discharge,
}

/// Everything that any of the three asks; each reads its own fields. Strings as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BedsideForm {
    version: i32,
    action: String,
    asked_at: Ymd,
    ordered_mg: String,
    vials_1mg: String,
    vials_30mg: String,
    planned_rate: String,
    planned_rate_unit: String,
    steroid: String,
    steroid_at: Ymd,
    relief_needed: String,
    antipyretic: String,
    antipyretic_at: Ymd,
    antihistamine: String,
    antihistamine_at: Ymd,
    stay_setting: String,
    admitted_at: Ymd,
    consideration: String,
    tocilizumab_checked: String,
    physician_on_duty: String,
    observation: String,
    guidance_here: String,
    grade_now: String,
    ongoing_crs: String,
    instructed: String,
    stay_elsewhere: String,
    /// Rule and code of each finding that may be decided, and beside it why.
    decided: Vec<String>,
    because: Vec<String>,
}

/// A number as it is typed, with digits of either width.
fn quantity(fields: &mut Fields, field: &str, raw: &str) -> Option<Quantity> {
    let typed = fields.optional_text(field, raw, 20)?;
    let plain: String = typed.nfkc().collect();
    let read = plain.parse().ok();
    if read.is_none() {
        fields.add(field, Message::new("checks-not-a-quantity"));
    }
    read
}

fn premedication(fields: &mut Fields, field: &str, given: &str, at: &Ymd) -> Premedication {
    match given {
        "at" => Premedication::At(fields.instant(field, at)),
        "not_recorded" => Premedication::TimeNotRecorded,
        _ => Premedication::NotGiven,
    }
}

impl BedsideForm {
    fn rate(&self, fields: &mut Fields) -> Option<Rate> {
        let value = quantity(fields, "planned_rate", &self.planned_rate)?;
        let unit = match self.planned_rate_unit.as_str() {
            "ml" => RateUnit::MillilitresPerHour,
            "mg" => RateUnit::MilligramsPerHour,
            _ => {
                fields.add("planned_rate_unit", Message::new("forms-choose"));
                return None;
            }
        };
        Some(Rate { value, unit })
    }

    fn decisions(&self, fields: &mut Fields) -> Vec<Decision> {
        let mut decisions = Vec::new();
        for (decided, because) in self.decided.iter().zip(&self.because) {
            let because = fields.optional_lines("because", because, 500);
            if let (Some((rule, code)), Some(because)) = (decided.split_once('|'), because) {
                decisions.push(Decision {
                    rule: rule.to_owned(),
                    code: code.to_owned(),
                    because,
                });
            }
        }
        decisions
    }

    /// What was typed as an act. Whether the facility qualifies is not typed: it is looked up.
    fn act(&self, question: Question) -> Result<Act, FieldErrors> {
        let mut fields = Fields::new();
        let at = fields.instant("asked_at", &self.asked_at);
        let act = match question {
            Question::Start => {
                let fields = &mut fields;
                let of_1mg = fields.optional_number("vials_1mg", &self.vials_1mg, 0..=MOST_VIALS);
                let of_30mg =
                    fields.optional_number("vials_30mg", &self.vials_30mg, 0..=MOST_VIALS);
                let vials = (of_1mg.is_some() || of_30mg.is_some()).then(|| Vials {
                    of_1mg: of_1mg.and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
                    of_30mg: of_30mg.and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
                });
                let admitted = !self.admitted_at.is_empty();
                Act::Start(Box::new(StartFacts {
                    at,
                    mg: quantity(fields, "ordered_mg", &self.ordered_mg),
                    route: Some(Route::IvInfusion),
                    vials,
                    rate: self.rate(fields),
                    steroid: premedication(fields, "steroid_at", &self.steroid, &self.steroid_at),
                    relief_needed: fields.optional_yes_no("relief_needed", &self.relief_needed),
                    antipyretic: premedication(
                        fields,
                        "antipyretic_at",
                        &self.antipyretic,
                        &self.antipyretic_at,
                    ),
                    antihistamine: premedication(
                        fields,
                        "antihistamine_at",
                        &self.antihistamine,
                        &self.antihistamine_at,
                    ),
                    setting: match self.stay_setting.as_str() {
                        "inpatient" => Some(Setting::Inpatient),
                        "outpatient" => Some(Setting::Outpatient),
                        _ => None,
                    },
                    admitted: admitted.then(|| fields.instant("admitted_at", &self.admitted_at)),
                    consideration: match self.consideration.as_str() {
                        "inpatient" => Some(ConsiderationRecord::Inpatient),
                        "outpatient" => Some(ConsiderationRecord::OutpatientWithReason),
                        _ => None,
                    },
                    site: AdministrationFacts {
                        tocilizumab_ready: fields
                            .optional_yes_no("tocilizumab_checked", &self.tocilizumab_checked),
                        qualified_physician_on_duty: fields
                            .optional_yes_no("physician_on_duty", &self.physician_on_duty),
                        facility_qualified: None,
                        crs_guidance_version: fields.optional_text(
                            "guidance_here",
                            &self.guidance_here,
                            100,
                        ),
                        observation: match self.observation.as_str() {
                            "recorded" => {
                                Observation::Recorded(Sign::ALL.iter().copied().collect())
                            }
                            "not_recorded" => Observation::NotRecorded,
                            _ => Observation::BeforeStart,
                        },
                    },
                    decisions: self.decisions(fields),
                }))
            }
            Question::Resume => {
                let grade = fields.optional_number("grade_now", &self.grade_now, 0..=5);
                Act::Resume {
                    at,
                    rate: self.rate(&mut fields),
                    current_grade: grade.and_then(|grade| u32::try_from(grade).ok()),
                    decisions: self.decisions(&mut fields),
                }
            }
            Question::Discharge => Act::Discharge {
                at,
                ongoing_crs: fields.optional_yes_no("ongoing_crs", &self.ongoing_crs),
                instructed: fields.optional_yes_no("instructed", &self.instructed),
                elsewhere: self.stay_elsewhere == "yes",
            },
        };
        fields.done(act)
    }
}

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
            page.around = answer_pages::around(shell, facts, &judged.act, day, today);
        }
        let occasion = Occasion {
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

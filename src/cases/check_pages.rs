//! The page of a case: which dose is due on the day asked, what goes with it, and the checks that were kept.

use actix_web::web::Query;
use askama::Template;
use chrono::{Datelike, Days, NaiveDate, Utc};
use serde::Deserialize;

use super::answer_pages::{self, FactsLine};
use super::around_pages;
use super::{Case, Gathered, State, case, check, gather, keep_check, kept_checks};
use crate::db::AnyConn;
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::{CaseId, VerdictId};
use crate::rules::dosing::facts::Act;
use crate::rules::finding::Outcome;
use crate::scope::Scope;
use crate::standings::label;
use crate::verdicts::{self, Day, Kept, Kind};
use crate::web::card::{self, Occasion};
use crate::web::page::Html;
use crate::web::visitor::FacilityPeople;
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Part, Problem, Shell, Site, Ymd, or_again_as, see_other,
    show, show_again,
};

/// How many kept checks the page of a case lists.
const KEPT: i64 = 20;
/// Where the pages of a case stand in the navigation.
pub(super) const NAV: Nav = Nav::Cases;

/// The one place that asks whether this installation shows cases at all.
pub(super) fn shown(site: &Site) -> Result<(), Problem> {
    if site.config.cases {
        Ok(())
    } else {
        Err(Problem::Room(Error::NotFound))
    }
}

/// The frame of a page about a case.
pub(super) fn frame(who: &By<FacilityPeople>, title: &str, case: &Case) -> Shell {
    who.shell(title, NAV)
        .crumb("/", "nav-today")
        .crumb("/cases", "checks-cases")
        .crumb_named(&format!("/cases/{}", case.id), case.number.clone())
}

/// A day as it is asked for: in one piece by a link, or in three fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DayQuery {
    on: String,
    #[serde(rename = "asked_on-y")]
    y: String,
    #[serde(rename = "asked_on-m")]
    m: String,
    #[serde(rename = "asked_on-d")]
    d: String,
}

impl DayQuery {
    /// What was typed; none where nothing was asked for.
    fn typed(&self) -> Option<Ymd> {
        let mut parts = self.on.splitn(3, '-');
        let mut part = |typed: &str| match parts.next() {
            Some(part) if typed.is_empty() => part.to_owned(),
            _ => typed.to_owned(),
        };
        let ymd = Ymd {
            y: part(&self.y),
            m: part(&self.m),
            d: part(&self.d),
            t: String::new(),
        };
        (!ymd.is_empty()).then_some(ymd)
    }
}

/// A kept check in the list.
struct KeptLine {
    id: VerdictId,
    number: String,
    at: chrono::DateTime<Utc>,
    asked: &'static str,
    day: NaiveDate,
    state: (&'static str, &'static str),
}

impl KeptLine {
    fn of(kept: &Kept) -> KeptLine {
        let act = kept.asked.case().map(|question| &question.act);
        let span = kept
            .days
            .first()
            .map_or_else(NaiveDate::default, |day| day.day);
        KeptLine {
            id: kept.id.clone(),
            number: label("V", kept.number),
            at: kept.at,
            asked: act.map_or("checks-asked-next", asked),
            day: span,
            state: card::overall(&kept.days, true),
        }
    }
}

/// The message that names what was asked.
fn asked(act: &Act) -> &'static str {
    match act {
        Act::NextDose { .. } => "checks-asked-next",
        Act::Start(_) => "checks-asked-start",
        Act::Resume { .. } => "checks-asked-resume",
        Act::Discharge { .. } => "checks-asked-discharge",
    }
}

#[derive(Template)]
#[template(path = "cases/show.html")]
struct CasePage {
    shell: Shell,
    case: Case,
    facts: FactsLine,
    unconfirmed: usize,
    errors: FieldErrors,
    /// The day judged.
    on: NaiveDate,
    on_typed: Ymd,
    today: NaiveDate,
    week_later: NaiveDate,
    /// The day from which a dose is due, where today is too early.
    due_from: Option<NaiveDate>,
    answer: Html,
    around: Html,
    card: Html,
    kept: Vec<KeptLine>,
}

impl CasePage {
    fn is_open(&self) -> bool {
        self.case.state == State::Open
    }

    fn state_word(&self) -> String {
        self.shell.t(self.case.state.word())
    }

    fn day(&self) -> String {
        self.shell.lang.short_date(self.on)
    }

    fn due_day(&self) -> Option<String> {
        self.due_from.map(|from| self.shell.lang.date(from))
    }

    fn on_ymd(&self) -> [(&'static str, String); 3] {
        [
            ("asked_on-y", self.on.year().to_string()),
            ("asked_on-m", self.on.month().to_string()),
            ("asked_on-d", self.on.day().to_string()),
        ]
    }
}

/// What the page of a case is made of.
struct Seen {
    gathered: Gathered,
    on: NaiveDate,
    due_from: Option<NaiveDate>,
    days: Vec<Day>,
    errors: FieldErrors,
    kept: Vec<Kept>,
}

/// Reads a case and judges the day asked; without one, today or the first day on which a dose is due.
fn see(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &CaseId,
    asked: Option<NaiveDate>,
    now: chrono::DateTime<Utc>,
) -> Result<Seen> {
    let gathered = gather(conn, scope, id)?;
    let today = crate::clock::jst_date(now);
    let mut seen = Seen {
        on: asked.unwrap_or(today),
        due_from: None,
        days: Vec::new(),
        errors: FieldErrors::default(),
        kept: kept_checks(conn, scope, id, KEPT)?,
        gathered,
    };
    if seen.gathered.unconfirmed() > 0 || seen.gathered.case.state != State::Open {
        return Ok(seen);
    }
    let mut judge = |on| match check(conn, scope, id, &Act::NextDose { on }, now) {
        Ok(checked) => Ok(Ok(checked.days)),
        Err(Error::Invalid(errors)) => Ok(Err(errors)),
        Err(other) => Err(other),
    };
    match judge(seen.on)? {
        Ok(days) => seen.days = days,
        Err(errors) => {
            // A day out of reach is asked again; what is shown is today.
            let named = errors.0.into_iter();
            let named = named.map(|(_, message)| ("asked_on".to_owned(), message));
            seen.errors = FieldErrors(named.collect());
            seen.on = today;
            seen.days = judge(today)?.unwrap_or_default();
        }
    }
    let from = seen
        .days
        .first()
        .and_then(due_from)
        .filter(|from| *from > today);
    if let (None, Some(from)) = (asked, from)
        && let Ok(days) = judge(from)?
    {
        (seen.days, seen.on, seen.due_from) = (days, from, Some(from));
    }
    Ok(seen)
}

/// The day on which the dose is due, where the day judged is too early for it.
fn due_from(day: &Day) -> Option<NaiveDate> {
    let schedule = day.verdict.finding("schedule")?;
    let early = schedule.outcome == Outcome::Unmet;
    day.verdict.advice.earliest_day.filter(|_| early)
}

fn page(who: &By<FacilityPeople>, seen: Seen, typed: Option<Ymd>, errors: FieldErrors) -> CasePage {
    let case = seen.gathered.case.clone();
    let shell = who
        .shell("checks-title", NAV)
        .titled(case.number.clone())
        .crumb("/", "nav-today")
        .crumb("/cases", "checks-cases");
    let today = crate::clock::jst_date(shell.now);
    let act = Act::NextDose { on: seen.on };
    let facts = &seen.gathered.facts;
    let (mut answer, mut around, mut card) = (Html::default(), Html::default(), Html::default());
    if let Some(day) = seen.days.first() {
        answer = answer_pages::answer(&shell, &act, day);
        around = around_pages::around(&shell, facts, &act, day, today);
        let occasion = Occasion {
            of_dose: true,
            judged_at: Some(shell.now),
            ..Occasion::default()
        };
        card = card::card(&shell, "v", "checks-card", &seen.days, &occasion);
    }
    CasePage {
        facts: FactsLine::of(shell.lang, facts, seen.on),
        unconfirmed: seen.gathered.unconfirmed(),
        errors: if errors.is_empty() {
            seen.errors
        } else {
            errors
        },
        on_typed: typed.unwrap_or_else(|| seen.on.into()),
        week_later: seen.on.checked_add_days(Days::new(7)).unwrap_or(seen.on),
        on: seen.on,
        due_from: seen.due_from,
        kept: seen.kept.iter().map(KeptLine::of).collect(),
        today,
        answer,
        around,
        card,
        case,
        shell,
    }
}

/// GET /cases/{id}
pub async fn show_one(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    query: Query<DayQuery>,
) -> Answer {
    shown(&site)?;
    let typed = query.typed();
    let mut fields = Fields::new();
    let asked = typed.as_ref().map(|typed| fields.date("asked_on", typed));
    let (asked, errors) = match fields.done(asked) {
        Ok(asked) => (asked, FieldErrors::default()),
        Err(errors) => (None, errors),
    };
    let (scope, now) = (who.scope.clone(), site.db.clock().now());
    let seen = site
        .read(move |conn| see(conn, &scope, &id, asked, now))
        .await?;
    let page = page(&who, seen, typed, errors);
    if page.errors.is_empty() {
        show(page)
    } else {
        show_again(page)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct KeepForm {
    version: i32,
    asked_on: Ymd,
}

/// POST /cases/{id}/checks
pub async fn keep(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<KeepForm>,
) -> Answer {
    shown(&site)?;
    let (scope, now) = (who.scope.clone(), site.db.clock().now());
    let own = id.clone();
    site.read(move |conn| case(conn, &scope, &own)).await?;
    let mut fields = Fields::new();
    let on = fields.date("asked_on", &form.asked_on);
    let outcome = match fields.done(on) {
        Ok(on) => {
            let (scope, id, version) = (who.scope.clone(), id.clone(), form.version);
            let work = site.write(&who, move |tx| {
                keep_check(tx, &scope, (&id, version), &Act::NextDose { on })
            });
            or_again_as(work.await, "asked_on")?
        }
        Err(errors) => Err(errors),
    };
    match outcome {
        Ok(verdict) => {
            who.flash(Message::new("checks-kept"));
            see_other(&format!("/cases/{id}/checks/{verdict}"))
        }
        Err(errors) => {
            let scope = who.scope.clone();
            let seen = site
                .read(move |conn| see(conn, &scope, &id, None, now))
                .await?;
            show_again(page(&who, seen, Some(form.asked_on), errors))
        }
    }
}

#[derive(Template)]
#[template(path = "cases/kept.html")]
struct KeptPage {
    shell: Shell,
    case: Case,
    number: String,
    at: chrono::DateTime<Utc>,
    asked: &'static str,
    answer: Html,
    around: Html,
    card: Html,
}

/// GET /cases/{id}/checks/{part} — a kept check as it was.
pub async fn kept(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Part(verdict): Part<VerdictId>,
) -> Answer {
    shown(&site)?;
    let scope = who.scope.clone();
    let (case, kept) = site
        .read(move |conn| {
            let case = case(conn, &scope, &id)?;
            let kept = verdicts::get(conn, &scope, &verdict)?;
            if kept.kind == Kind::Case && kept.subject == case.id.as_str() {
                Ok((case, kept))
            } else {
                Err(Error::NotFound)
            }
        })
        .await?;
    let number = label("V", kept.number);
    let shell = frame(&who, "checks-title", &case).titled(number.clone());
    let question = kept.asked.case().ok_or(Problem::Room(Error::NotFound))?;
    let mut answer = Html::default();
    let mut around = Html::default();
    if let Some(day) = kept.days.first() {
        answer = answer_pages::answer(&shell, &question.act, day);
        if matches!(question.act, Act::NextDose { .. } | Act::Start(_)) {
            let then = crate::clock::jst_date(kept.at);
            around = around_pages::around(&shell, &question.case, &question.act, day, then);
        }
    }
    show(KeptPage {
        card: card::card(&shell, "v", "checks-card", &kept.days, &Occasion::of(&kept)),
        asked: asked(&question.act),
        at: kept.at,
        answer,
        around,
        number,
        case,
        shell,
    })
}

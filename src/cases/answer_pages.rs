//! What a dosing check answers, as every page of a case shows it: the dose or why none is named, what goes with it, the rows of the notice.

use askama::Template;
use chrono::{Days, NaiveDate};

use super::calendar_pages::{self, Picture, covers, due_in};
use crate::messages::Lang;
use crate::rules::briefing::Moment;
use crate::rules::dosing::course::PlannedDose;
use crate::rules::dosing::facts::{Act, Administration, CaseFacts, CaseQuestion, Given};
use crate::rules::dosing::quantity::Quantity;
use crate::rules::dosing::{Window, check, outlook};
use crate::rules::finding::{
    Action, Admission, Advice, Argument, Finding, Notice, Outcome, Reason, Steroid, SteroidBasis,
    ThenDecision, Verdict,
};
use crate::rules::notice;
use crate::verdicts::Day;
use crate::web::Shell;
use crate::web::card;
use crate::web::page::Html;

/// How many doses that follow are listed with their days.
const FOLLOWING: usize = 4;

/// A duty that goes with the dose: what it is about, the clause, and what the notice asks.
struct Duty {
    about: String,
    clause: &'static str,
    is_firm: bool,
    asked: String,
}

#[derive(Template)]
#[template(path = "cases/answer.html")]
struct AnswerHtml<'a> {
    shell: &'a Shell,
    heading: String,
    state: (&'static str, &'static str),
    dose: Option<PlannedDose>,
    is_large: bool,
    is_silent: bool,
    earliest: Option<Html>,
    why: Option<String>,
    open: Vec<&'a Finding>,
    vials: Option<String>,
    following: Vec<(PlannedDose, NaiveDate)>,
    then: Option<String>,
    advice: Vec<String>,
}

impl AnswerHtml<'_> {
    fn mg(&self, dose: &PlannedDose) -> String {
        mg(self.shell.lang, dose.mg)
    }

    fn step(&self, dose: &PlannedDose) -> String {
        step(self.shell.lang, *dose)
    }

    fn outcome(&self, finding: &Finding) -> Html {
        card::outcome(self.shell, finding)
    }

    fn reason(&self, finding: &Finding) -> String {
        card::reason(self.shell.lang, &finding.reason)
    }

    fn rule(&self, finding: &Finding) -> String {
        self.shell.t(format!("rule-{}", finding.rule).as_str())
    }
}

/// `60 mg`, in words of the language.
pub fn mg(lang: Lang, mg: u32) -> String {
    lang.fill("checks-mg", &[("mg", Argument::Number(mg.into()))])
}

fn mg_of(lang: Lang, quantity: Quantity) -> String {
    let text = Argument::Text(quantity.to_string());
    lang.fill("checks-mg", &[("mg", text)])
}

/// The place of a dose in the course.
pub fn step(lang: Lang, dose: PlannedDose) -> String {
    let values = [
        ("cycle", Argument::Number(dose.step.cycle.into())),
        ("day", Argument::Number(dose.step.day.into())),
    ];
    lang.fill("step", &values)
}

/// Whether the treatment has ended for good.
fn has_ended(verdict: &Verdict) -> bool {
    let ends = |finding: &Finding| {
        matches!(
            finding.reason,
            Reason::PermanentlyDiscontinued { .. } | Reason::DiscontinuePermanently { .. }
        )
    };
    verdict.advice.action == Some(Action::DiscontinuePermanently)
        || verdict.findings.iter().any(ends)
}

/// The dose that a page names. INVARIANT: none where the notice is silent or the treatment has ended.
pub fn named(verdict: &Verdict) -> Option<PlannedDose> {
    let is_silent = |finding: &Finding| finding.outcome == Outcome::Undetermined;
    if verdict.findings.iter().any(is_silent) || has_ended(verdict) {
        return None;
    }
    verdict.advice.dose
}

/// Whether nothing but records is lacking.
fn lacks_records_only(verdict: &Verdict) -> bool {
    let unmet = verdict
        .findings
        .iter()
        .filter(|f| f.outcome == Outcome::Unmet);
    let mut unmet = unmet.peekable();
    unmet.peek().is_some()
        && unmet.all(|finding| matches!(finding.reason, Reason::MissingData { .. }))
}

/// What follows a dose that is given on a day, on the days of the regimen.
pub fn following(
    advice: &Advice,
    dose: PlannedDose,
    on: NaiveDate,
) -> Vec<(PlannedDose, NaiveDate)> {
    let place = |dose: PlannedDose| {
        u64::from(dose.step.cycle)
            .saturating_mul(21)
            .saturating_add(dose.step.day.into())
    };
    advice
        .following
        .iter()
        .filter_map(|next| {
            let ahead = place(*next).checked_sub(place(dose))?;
            Some((*next, on.checked_add_days(Days::new(ahead))?))
        })
        .collect()
}

/// Icon and word for the whole answer to an act.
fn state(act: &Act, verdict: &Verdict) -> (&'static str, &'static str) {
    let (good, consider, silent, bad) = match act {
        Act::NextDose { .. } => (
            "checks-next-allowed",
            "checks-next-consider",
            "checks-next-silent",
            "checks-next-unmet",
        ),
        Act::Start(_) => (
            "checks-start-allowed",
            "checks-start-consider",
            "checks-start-silent",
            "checks-start-unmet",
        ),
        Act::Resume { .. } => (
            "checks-resume-allowed",
            "checks-resume-consider",
            "checks-resume-silent",
            "checks-resume-unmet",
        ),
        Act::Discharge { .. } => (
            "checks-discharge-allowed",
            "checks-discharge-consider",
            "checks-discharge-silent",
            "checks-discharge-unmet",
        ),
    };
    match verdict.worst() {
        Some(Outcome::Met) => ("met", good),
        Some(Outcome::Consider) => ("consider", consider),
        Some(Outcome::Undetermined) => ("open", silent),
        Some(Outcome::Unmet) | None => ("unmet", bad),
    }
}

fn heading(lang: Lang, act: &Act) -> String {
    let at = |id: &'static str, value: Argument| lang.fill(id, &[("at", value)]);
    match act {
        Act::NextDose { on } => at("checks-heading-next", Argument::Date(*on)),
        Act::Start(start) => at("checks-heading-start", Argument::Instant(start.at)),
        Act::Resume { at: then, .. } => at("checks-heading-resume", Argument::Instant(*then)),
        Act::Discharge { at: then, .. } => at("checks-heading-discharge", Argument::Instant(*then)),
    }
}

/// What else the advice says, in sentences.
fn sentences(lang: Lang, advice: &Advice) -> Vec<String> {
    let action = advice.action.map(|action| match action {
        Action::Treat => "advice-action-treat",
        Action::Withhold => "advice-action-withhold",
        Action::InterruptAndTreat => "advice-action-interrupt-and-treat",
        Action::DiscontinuePermanently => "advice-action-discontinue-permanently",
    });
    let next = advice
        .next_dose_72h_after_recovery
        .then_some("advice-next-dose-72h");
    let notices = advice.notices.iter().filter_map(|notice| match notice {
        // It stands with the premedication.
        Notice::AntipyreticAntihistamineAsNeeded => None,
        Notice::SteroidDrugAndDoseNotStated => {
            Some("advice-notice-steroid-drug-and-dose-not-stated")
        }
        Notice::CycleNumberIsAReading => Some("advice-notice-cycle-number-is-a-reading"),
    });
    let ids = action.into_iter().chain(next).chain(notices);
    ids.map(|id| lang.t(id)).collect()
}

/// The box with the answer to an act on a day.
pub fn answer(shell: &Shell, act: &Act, day: &Day) -> Html {
    let (lang, verdict) = (shell.lang, &day.verdict);
    let advice = &verdict.advice;
    let is_dose = matches!(act, Act::NextDose { .. } | Act::Start(_));
    let dose = named(verdict).filter(|_| is_dose);
    let earliest = match (advice.earliest, advice.earliest_day) {
        (Some(at), _) => Some(shell.instant(at)),
        (None, Some(on)) => Some(shell.date(on)),
        (None, None) => None,
    };
    let page = AnswerHtml {
        shell,
        heading: heading(lang, act),
        state: state(act, verdict),
        is_large: verdict.permits() || lacks_records_only(verdict),
        is_silent: is_dose
            && dose.is_none()
            && verdict
                .findings
                .iter()
                .any(|f| f.outcome == Outcome::Undetermined),
        earliest,
        why: verdict
            .finding("restart")
            .filter(|finding| dose.is_some() && finding.outcome == Outcome::Met)
            .map(|finding| card::reason(lang, &finding.reason)),
        open: verdict
            .findings
            .iter()
            .filter(|finding| finding.outcome > Outcome::Met)
            .collect(),
        vials: dose.and_then(|_| advice.vials).map(|vials| {
            let values = [
                ("of_1mg", Argument::Number(vials.of_1mg.into())),
                ("of_30mg", Argument::Number(vials.of_30mg.into())),
            ];
            lang.fill("advice-vials", &values)
        }),
        following: dose.map_or_else(Vec::new, |dose| {
            let all = following(advice, dose, day.day);
            all.into_iter().take(FOLLOWING).collect()
        }),
        then: advice.then_decision.filter(|_| dose.is_some()).map(|then| {
            lang.t(match then {
                ThenDecision::EndOfCycle8Response => "advice-then-end-of-cycle8-response",
                ThenDecision::CourseCompleted17 => "advice-then-course-completed17",
            })
        }),
        advice: sentences(lang, advice),
        dose,
    };
    Html(page.render().unwrap_or_default())
}

fn admission_duty(lang: Lang, about: String, admission: Admission, day: NaiveDate) -> Duty {
    let (clause, asked) = match admission {
        Admission::Mandatory { hours } => {
            let out = day.checked_add_days(Days::new(u64::from(hours / 24)));
            let duty = lang.fill(
                "advice-admission-mandatory",
                &[("hours", Argument::Number(hours.into()))],
            );
            let until = out.map(|out| {
                let days = [("from", Argument::Date(day)), ("to", Argument::Date(out))];
                lang.fill("checks-stay-until", &days)
            });
            ("P-3b", format!("{duty} {}", until.unwrap_or_default()))
        }
        Admission::Consider => ("P-3a", lang.t("advice-admission-consider")),
        Admission::NotMandated => ("P-3a", lang.t("advice-admission-not-mandated")),
        Admission::NotStated => ("P-3b", lang.t("advice-admission-not-stated")),
    };
    Duty {
        about,
        clause,
        is_firm: matches!(admission, Admission::Mandatory { .. }),
        asked,
    }
}

/// What is asked before and around the dose, and whether the next one is the first that asks for a stay.
fn duties(lang: Lang, facts: &CaseFacts, act: &Act, day: &Day) -> Vec<Duty> {
    let advice = &day.verdict.advice;
    let mut duties = Vec::new();
    let Some(dose) = named(&day.verdict).filter(|_| !matches!(act, Act::Resume { .. })) else {
        return duties;
    };
    if let Some(steroid) = advice.steroid {
        let (clause, asked) = match steroid {
            Steroid::Required(SteroidBasis::CyclesOneAndTwo) => {
                ("DN-1a", "advice-steroid-required-cycles-one-and-two")
            }
            Steroid::Required(SteroidBasis::CrsAfterPreviousDose) => {
                ("DN-1b", "advice-steroid-required-crs-after-previous-dose")
            }
            Steroid::Required(SteroidBasis::ReStepUp) => {
                ("RS-N2", "advice-steroid-required-re-step-up")
            }
            Steroid::NotRequired => ("DN-1", "advice-steroid-not-required"),
        };
        duties.push(Duty {
            about: lang.t("checks-steroid"),
            clause,
            is_firm: matches!(steroid, Steroid::Required(_)),
            asked: lang.t(asked),
        });
    }
    duties.push(Duty {
        about: lang.t("checks-relief"),
        clause: "DN-1c",
        is_firm: false,
        asked: lang.t("advice-notice-antipyretic-antihistamine-as-needed"),
    });
    if let Some(admission) = advice.admission {
        let about = lang.fill("checks-stay", &[("mg", Argument::Number(dose.mg.into()))]);
        duties.push(admission_duty(lang, about, admission, day.day));
    }
    if let Some((next, on)) = following(advice, dose, day.day).into_iter().next() {
        let admission = after(facts, dose, day.day, on).advice.admission;
        if let Some(admission @ Admission::Mandatory { .. }) = admission {
            let values = [("mg", Argument::Number(next.mg.into()))];
            let about = lang.fill("checks-stay-next", &values);
            duties.push(admission_duty(lang, about, admission, on));
        }
    }
    duties
}

/// The verdict on a later day, as if this dose had been given whole before.
fn after(facts: &CaseFacts, dose: PlannedDose, on: NaiveDate, later: NaiveDate) -> Verdict {
    let mut case = facts.clone();
    case.administrations.push(Administration {
        step: dose.step,
        mg: Quantity::whole(dose.mg),
        given: Given::InFull,
        started: Moment::Day(on),
        ended: None,
        rate: None,
        interruptions: Vec::new(),
        inpatient: None,
        crs_followed: Some(false),
    });
    check(&CaseQuestion {
        format: CaseQuestion::FORMAT,
        case,
        act: Act::NextDose { on: later },
    })
}

/// One row of the table of windows.
struct Span {
    days: String,
    since: String,
    due: String,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "cases/around.html")]
struct AroundHtml<'a> {
    shell: &'a Shell,
    duties: Vec<Duty>,
    calendar: Html,
    has_missed: bool,
    spans: Vec<Span>,
    /// The ids of the clauses whose rows apply; and what is said beside a period that does.
    marked: Vec<String>,
    marked_note: String,
}

/// The day of the previous dose, and the dose.
pub fn previous(facts: &CaseFacts) -> Option<(&Administration, NaiveDate)> {
    let dated = facts.administrations.iter();
    dated
        .filter_map(|dose| Some((dose, dose.started.day()?)))
        .max_by_key(|(dose, day)| (*day, dose.step))
}

fn spans(lang: Lang, windows: &[Window], before: NaiveDate, on: NaiveDate) -> Vec<Span> {
    let since = |day: NaiveDate| Argument::Number((day - before).num_days());
    let row = |window: &Window| {
        let first = ("first", Argument::Text(lang.short_date(window.first)));
        let from = ("from", since(window.first));
        let (days, since) = match window.last {
            Some(last) if last == window.first => (
                lang.short_date(last),
                lang.fill("checks-since-one", &[("days", since(last))]),
            ),
            Some(last) => {
                let end = ("last", Argument::Text(lang.short_date(last)));
                (
                    lang.fill("checks-days-between", &[first, end]),
                    lang.fill("checks-since-between", &[from, ("to", since(last))]),
                )
            }
            None => (
                lang.fill("checks-days-from", &[first]),
                lang.fill("checks-since-from", &[from]),
            ),
        };
        Span {
            days,
            since,
            due: due_in(lang, window),
            is_here: covers(window, on),
        }
    };
    windows.iter().map(row).collect()
}

fn picture(lang: Lang, facts: &CaseFacts, day: &Day, today: NaiveDate) -> Picture {
    let windows = outlook(facts);
    let dose = named(&day.verdict);
    let before = previous(facts).map(|(_, day)| day);
    let due: Vec<(NaiveDate, PlannedDose)> = dose
        .into_iter()
        .flat_map(|dose| {
            let later = following(&day.verdict.advice, dose, day.day);
            std::iter::once((day.day, dose)).chain(later.into_iter().map(|(dose, on)| (on, dose)))
        })
        .collect();
    let planned = windows.iter().find(|window| window.dose.is_some());
    let missed = planned
        .filter(|window| window.first < today && window.first < day.day)
        .and_then(|window| Some((window.first, mg(lang, window.dose?.mg))));
    let has_stay = matches!(
        day.verdict.advice.admission,
        Some(Admission::Mandatory { .. })
    );
    let first_stay = match (dose, due.get(1)) {
        (Some(_), _) if has_stay => Some(day.day),
        (Some(dose), Some((on, _))) => {
            let admission = after(facts, dose, day.day, *on).advice.admission;
            matches!(admission, Some(Admission::Mandatory { .. })).then_some(*on)
        }
        _ => None,
    };
    let stay = first_stay.into_iter().flat_map(|on| {
        [1, 2]
            .into_iter()
            .filter_map(move |ahead| on.checked_add_days(Days::new(ahead)))
    });
    Picture {
        given: facts
            .administrations
            .iter()
            .filter_map(|dose| Some((dose.started.day()?, mg_of(lang, dose.mg))))
            .collect(),
        due: due
            .into_iter()
            .map(|(on, dose)| (on, mg(lang, dose.mg)))
            .collect(),
        missed,
        stay: stay.collect(),
        windows,
        previous: before,
        today: Some(today),
        asked: Some(day.day),
    }
}

/// What stands around the answer: duties, the calendar with its table, and the notice's table of restarting.
pub fn around(shell: &Shell, facts: &CaseFacts, act: &Act, day: &Day, today: NaiveDate) -> Html {
    let lang = shell.lang;
    let picture = picture(lang, facts, day, today);
    let before = picture.previous;
    let restart = day.verdict.finding("restart");
    let is_by_row = restart.is_some_and(|finding| {
        finding.outcome <= Outcome::Consider && finding.reason.code() != "PLANNED_DOSE_KEPT"
    });
    let marked = match restart {
        Some(finding) if is_by_row => finding.clauses.iter().map(ToString::to_string).collect(),
        // Note 1 says that the planned dose is kept.
        Some(finding) if finding.outcome <= Outcome::Consider => vec!["RS-N1".to_owned()],
        _ => Vec::new(),
    };
    let page = AroundHtml {
        shell,
        duties: duties(lang, facts, act, day),
        calendar: calendar_pages::calendar(shell, &picture),
        has_missed: picture.missed.is_some(),
        spans: before.map_or_else(Vec::new, |before| {
            spans(lang, &picture.windows, before, day.day)
        }),
        marked,
        marked_note: before.map_or_else(String::new, |before| {
            let days = Argument::Number((day.day - before).num_days());
            lang.fill("checks-marked-note", &[("days", days)])
        }),
    };
    Html(page.render().unwrap_or_default())
}

impl AroundHtml<'_> {
    fn is_marked(&self, ids: &str) -> bool {
        let mut ids = ids.split_whitespace();
        ids.any(|id| self.marked.iter().any(|marked| marked == id))
    }

    /// The notice's own words of these clauses.
    fn said(&self, ids: &str) -> String {
        let clauses = ids.split_whitespace().filter_map(notice::clause);
        clauses.map(|clause| clause.japanese).collect()
    }
}

/// The facts of a case that a page opens with.
pub struct FactsLine {
    pub previous: Option<(String, NaiveDate, String)>,
    pub interval: Option<i64>,
    pub indication: String,
    pub consent: bool,
}

impl FactsLine {
    pub fn of(lang: Lang, facts: &CaseFacts, on: NaiveDate) -> FactsLine {
        use crate::rules::dosing::eligibility::{Diagnosis, DiseaseStatus};
        let before = previous(facts);
        let status = match facts.eligibility.status {
            Some(DiseaseStatus::Relapsed) => "checks-relapsed",
            Some(DiseaseStatus::Refractory) => "checks-refractory",
            Some(DiseaseStatus::Neither) | None => "checks-status-unknown",
        };
        let diagnosis = match facts.eligibility.diagnosis {
            Some(Diagnosis::FollicularLymphoma) => "checks-fl",
            Some(Diagnosis::Other) => "checks-other-diagnosis",
            None => "checks-not-recorded",
        };
        let values = [
            ("status", Argument::Term(status)),
            ("diagnosis", Argument::Term(diagnosis)),
        ];
        FactsLine {
            interval: before.map(|(_, day)| (on - day).num_days()),
            previous: before.map(|(dose, day)| {
                let place = PlannedDose {
                    step: dose.step,
                    mg: 0,
                };
                (mg_of(lang, dose.mg), day, step(lang, place))
            }),
            indication: lang.fill("checks-indication", &values),
            consent: facts.eligibility.consent_by.is_some(),
        }
    }
}

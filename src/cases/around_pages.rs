//! What stands around an answer: premedication and stay, the calendar with its table, and the notice's table of restarting.

use askama::Template;
use chrono::{Days, NaiveDate};

use super::answer_pages::{following, mg, mg_of, named, previous};
use super::calendar_pages::{self, Picture, covers, due_in};
use crate::messages::Lang;
use crate::rules::briefing::Moment;
use crate::rules::dosing::course::PlannedDose;
use crate::rules::dosing::decision::GUIDELINE_RULES;
use crate::rules::dosing::facts::{Act, Administration, CaseFacts, CaseQuestion, Given};
use crate::rules::dosing::quantity::Quantity;
use crate::rules::dosing::{Window, check, outlook};
use crate::rules::finding::{Admission, Argument, Outcome, Steroid, SteroidBasis, Verdict};
use crate::verdicts::Day;
use crate::web::Shell;
use crate::web::page::Html;

/// A duty that goes with the dose: what it is about, the clause, and what the notice asks.
struct Duty {
    about: String,
    clause: &'static str,
    is_firm: bool,
    asked: String,
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
    /// The cells of the table of reactions that apply.
    reacted: Vec<String>,
    marked_note: String,
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
        reacted: cells(day),
        marked_note: before.map_or_else(String::new, |before| {
            let days = Argument::Number((day.day - before).num_days());
            lang.fill("checks-marked-note", &[("days", days)])
        }),
    };
    Html(page.render().unwrap_or_default())
}

/// The cells of the table of reactions on which a finding of its rules rests, those of reactions that were not seen aside.
fn cells(day: &Day) -> Vec<String> {
    const UNSEEN: [&str; 6] = [
        "NO_REACTION",
        "GRADED_BY_ASTCT",
        "RATE_NOT_RESTRICTED",
        "PLATELETS_SUFFICIENT",
        "NEUTROPHILS_SUFFICIENT",
        "COUNT_NOT_ASKED",
    ];
    day.verdict
        .findings
        .iter()
        .filter(|finding| GUIDELINE_RULES.contains(&finding.rule.as_ref()))
        .filter(|finding| !UNSEEN.contains(&finding.reason.code()))
        .flat_map(|finding| &finding.clauses)
        .filter(|clause| clause.starts_with("AE-") && *clause != "AE-NOTE")
        .map(ToString::to_string)
        .collect()
}

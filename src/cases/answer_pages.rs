//! What a dosing check answers, as every page of a case shows it: the dose or why none is named, and what follows it.

use askama::Template;
use chrono::{Days, NaiveDate};

use crate::messages::Lang;
use crate::rules::dosing::course::PlannedDose;
use crate::rules::dosing::facts::{Act, Administration, CaseFacts};
use crate::rules::dosing::quantity::Quantity;
use crate::rules::finding::{
    Action, Advice, Argument, Finding, Notice, Outcome, Reason, ThenDecision, Verdict,
};
use crate::verdicts::Day;
use crate::web::Shell;
use crate::web::card;
use crate::web::page::Html;

/// How many doses that follow are listed with their days.
const FOLLOWING: usize = 4;

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

pub fn mg_of(lang: Lang, quantity: Quantity) -> String {
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
        vials: dose.and(advice.vials).map(|vials| {
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

/// The day of the previous dose, and the dose.
pub fn previous(facts: &CaseFacts) -> Option<(&Administration, NaiveDate)> {
    let dated = facts.administrations.iter();
    dated
        .filter_map(|dose| Some((dose, dose.started.day()?)))
        .max_by_key(|(dose, day)| (*day, dose.step))
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

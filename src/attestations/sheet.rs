//! An attestation as it is read: each question with its answer in words, beside the clauses that it answers.

use chrono::NaiveDate;

use super::answers::{Answers, Care, Step};
use super::store::Attestation;
use crate::messages::Lang;
use crate::rules::notice::{self, Clause};

/// A question and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The field of the form that asks it.
    pub field: &'static str,
    pub question: String,
    /// `None` where nobody answered.
    pub answer: Option<String>,
}

/// The questions of one step with the clauses they stand for.
#[derive(Debug, Clone)]
pub struct Section {
    pub step: Step,
    pub clauses: Vec<&'static Clause>,
    pub lines: Vec<Line>,
}

impl Step {
    /// The clauses of the notice that the step answers; what the notice does not ask has none.
    pub fn clauses(self) -> Vec<&'static Clause> {
        let ids: &[&str] = match self {
            Step::IntensiveCare => &["F-*1"],
            Step::Admission => &["F-1.1", "P-3b"],
            Step::Tocilizumab => &["F-1.2", "P-5"],
            Step::Partner => &["F-1.1", "F-*2"],
            Step::Guidance => &["W-2d"],
            Step::Validity => &[],
        };
        ids.iter().filter_map(|id| notice::clause(id)).collect()
    }
}

impl Step {
    /// The message that says what the step asks.
    pub fn about(self) -> &'static str {
        match self {
            Step::IntensiveCare => "attestation-about-intensive-care",
            Step::Admission => "attestation-about-admission",
            Step::Tocilizumab => "attestation-about-tocilizumab",
            Step::Partner => "attestation-about-partner",
            Step::Guidance => "attestation-about-guidance",
            Step::Validity => "attestation-about-validity",
        }
    }
}

/// The message that names a choice.
pub fn care_term(care: Care) -> &'static str {
    match care {
        Care::Icu => "attestation-care-icu",
        Care::Equivalent => "attestation-care-equivalent",
        Care::None => "attestation-care-none",
    }
}

/// The whole attestation in the order of its task list.
pub fn sheet(lang: Lang, of: &Attestation) -> Vec<Section> {
    Step::ALL
        .iter()
        .map(|step| Section {
            step: *step,
            clauses: step.clauses(),
            lines: lines(lang, of, *step),
        })
        .collect()
}

/// The questions of one step. What the other answers make pointless is not asked.
pub fn lines(lang: Lang, of: &Attestation, step: Step) -> Vec<Line> {
    let answers = &of.answers;
    let line = |field: &'static str, answer: Option<String>| Line {
        field,
        question: lang.t(&format!("label-{}", field.replace('_', "-"))),
        answer,
    };
    let yes_no = |answer: Option<bool>| {
        answer.map(|yes| {
            lang.t(if yes {
                "attestation-yes"
            } else {
                "attestation-no"
            })
        })
    };
    let date = |day: Option<NaiveDate>| day.map(|day| lang.date(day));
    match step {
        Step::IntensiveCare => {
            let care = answers.intensive_care.care;
            let mut lines = vec![line("care", care.map(|care| lang.t(care_term(care))))];
            if care == Some(Care::Equivalent) {
                lines.push(line("stated_on", date(answers.intensive_care.stated_on)));
            }
            lines
        }
        Step::Admission => vec![
            line(
                "around_the_clock",
                yes_no(answers.admission.around_the_clock),
            ),
            line("inpatient_beds", yes_no(answers.admission.inpatient_beds)),
        ],
        Step::Tocilizumab => vec![
            line("tocilizumab_ready", yes_no(answers.tocilizumab.ready_24h)),
            line("test_results", yes_no(answers.tocilizumab.test_results_24h)),
        ],
        Step::Partner => {
            let partner = &answers.partner;
            let named = partner.named.map(|yes| {
                lang.t(if yes {
                    "attestation-partner-yes"
                } else {
                    "attestation-partner-no"
                })
            });
            let mut lines = vec![line("partner_named", named)];
            if partner.named == Some(true) {
                let name = of.partner.as_ref().map(|place| place.name.clone());
                lines.extend([
                    line("partner_code", name),
                    line("agreement_first_day", date(partner.agreement_first_day)),
                    line("agreement_last_day", agreement_end(lang, answers)),
                    line("states_icu", yes_no(partner.states_icu)),
                    line("states_admission", yes_no(partner.states_admission_24h)),
                    line("states_tocilizumab", yes_no(partner.states_tocilizumab)),
                ]);
            }
            lines
        }
        Step::Guidance => vec![line("guidance_version", answers.guidance.version.clone())],
        Step::Validity => vec![
            line("valid_from", date(answers.validity.first_day)),
            line(
                "valid_until",
                date(answers.validity.last_day).or_else(|| {
                    let begun = answers.validity.first_day.is_some();
                    begun.then(|| lang.t("attestation-no-end"))
                }),
            ),
        ],
    }
}

fn agreement_end(lang: Lang, answers: &Answers) -> Option<String> {
    match answers.partner.agreement_ends? {
        true => answers.partner.agreement_last_day.map(|day| lang.date(day)),
        false => Some(lang.t("attestation-agreement-open")),
    }
}

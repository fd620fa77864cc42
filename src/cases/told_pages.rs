//! A record in words: what it is called, and line by line what it says.

use super::typed_pages::word;
use super::{Entry, Record};
use crate::rules::briefing::Moment;
use crate::rules::dosing::counts::CountUnit;
use crate::rules::dosing::eligibility::{ConsentBy, Diagnosis, DiseaseStatus, EligibilityFacts};
use crate::rules::dosing::facts::{Administration, BloodCount, Count, Episode, Given};
use crate::rules::dosing::reactions::{Rate, Scale};
use crate::rules::dosing::response::Response;
use crate::web::Shell;

/// One line: what it is about, and what was recorded.
pub(super) struct Line {
    pub label: String,
    pub value: String,
}

/// The name of a record: its kind, and the dose or the reaction it is about.
pub(super) fn title(shell: &Shell, record: &Record) -> String {
    let kind = shell.t(record.entry.kind().word());
    match &record.entry {
        Entry::Administration(dose) => format!("{kind} {} {} mg", dose.step, dose.mg),
        Entry::Reaction(episode) => {
            let name = shell.t(episode.reaction.message_id());
            match episode.grades.iter().max() {
                Some(grade) => format!("{kind} {name} Grade {grade}"),
                None => format!("{kind} {name}"),
            }
        }
        Entry::Response(assessment) => format!("{kind} {}", word(&assessment.response)),
        Entry::Count(_) | Entry::Eligibility(_) => kind,
    }
}

/// The message that names a unit.
fn unit(unit: CountUnit) -> &'static str {
    match unit {
        CountUnit::PerMm3 => "case-unit-mm3",
        CountUnit::PerMicrolitre => "case-unit-ul",
        CountUnit::ThousandPerMicrolitre => "case-unit-thousand",
        CountUnit::TenThousandPerMicrolitre => "case-unit-ten-thousand",
        CountUnit::BillionPerLitre => "case-unit-billion",
    }
}

struct Lines<'a> {
    shell: &'a Shell,
    lines: Vec<Line>,
}

impl Lines<'_> {
    fn put(&mut self, label: &str, value: String) {
        let label = self.shell.t(label);
        self.lines.push(Line { label, value });
    }

    fn moment(&mut self, label: &str, moment: Moment, always: bool) {
        let value = match moment {
            Moment::Instant(at) => self.shell.lang.instant(at),
            Moment::Day(day) => self.shell.lang.date(day),
            Moment::NotRecorded if always => self.shell.t("case-not-recorded"),
            Moment::NotRecorded => return,
        };
        self.put(label, value);
    }

    fn answer(&mut self, label: &str, answer: Option<bool>) {
        let id = match answer {
            Some(true) => "forms-yes",
            Some(false) => "forms-no",
            None => "case-not-recorded",
        };
        self.put(label, self.shell.t(id));
    }

    fn named(&mut self, label: &str, id: Option<&str>) {
        self.put(label, self.shell.t(id.unwrap_or("case-not-recorded")));
    }
}

/// What a record says.
pub(super) fn lines(shell: &Shell, record: &Record) -> Vec<Line> {
    let mut told = Lines {
        shell,
        lines: Vec::new(),
    };
    match &record.entry {
        Entry::Administration(dose) => of_dose(&mut told, dose),
        Entry::Reaction(episode) => of_episode(&mut told, episode),
        Entry::Count(count) => of_count(&mut told, count),
        Entry::Response(assessment) => {
            told.put("label-on", shell.lang.date(assessment.on));
            told.named("label-response", Some(response(assessment.response)));
            told.answer("label-end-of-cycle-8", Some(assessment.end_of_cycle_8));
            if let Some(at) = assessment.at {
                told.put("case-place", at.to_string());
            }
        }
        Entry::Eligibility(facts) => of_patient(&mut told, facts),
    }
    if let Some((_, name)) = &record.physician {
        told.put("label-physician", name.clone());
    }
    if record.elsewhere {
        told.answer("label-elsewhere", Some(true));
    }
    told.lines
}

fn response(response: Response) -> &'static str {
    match response {
        Response::Cr => "case-response-cr",
        Response::Pr => "case-response-pr",
        Response::Sd => "case-response-sd",
        Response::Pd => "case-response-pd",
        Response::Ne => "case-response-ne",
        Response::Other => "case-response-other",
    }
}

fn rate(rate: Rate) -> String {
    format!("{} {}", rate.value, word(&rate.unit))
}

fn of_dose(told: &mut Lines<'_>, dose: &Administration) {
    let given = match dose.given {
        Given::InFull => told.shell.t("case-given-in-full"),
        Given::Partly(mg) => format!("{} {mg} mg", told.shell.t("case-given-partly")),
        Given::NotRecorded => told.shell.t("case-not-recorded"),
    };
    told.moment("label-started", dose.started, true);
    let ended = dose.ended.map_or(Moment::NotRecorded, Moment::Instant);
    told.moment("label-ended", ended, true);
    told.put("label-given", given);
    if let Some(begun) = dose.rate {
        told.put("label-rate", rate(begun));
    }
    for pause in &dose.interruptions {
        let mut text = told.shell.lang.instant(pause.at);
        if let Some(before) = pause.rate {
            text.push_str(&format!(" ({})", rate(before)));
        }
        if let Some(resumed) = pause.resumed {
            text.push_str(" 〜 ");
            text.push_str(&told.shell.lang.instant(resumed));
        }
        if let Some(after) = pause.resumed_rate {
            text.push_str(&format!(" ({})", rate(after)));
        }
        told.put("case-interruption", text);
    }
    told.answer("label-inpatient", dose.inpatient);
    told.answer("label-crs-followed", dose.crs_followed);
}

fn of_episode(told: &mut Lines<'_>, episode: &Episode) {
    let grades: Vec<String> = episode.grades.iter().map(u32::to_string).collect();
    let grades = match grades.is_empty() {
        true => told.shell.t("case-not-recorded"),
        false => grades.join(", "),
    };
    told.put("label-grades", grades);
    let scale = episode.scale.map(|scale| match scale {
        Scale::Astct => "case-scale-astct",
        Scale::Other => "case-scale-other",
    });
    told.named("label-scale", scale);
    told.moment("label-onset", episode.onset, true);
    told.moment("label-recovered", episode.recovered, true);
    told.moment(
        "label-recovered-to-grade-one",
        episode.recovered_to_grade_one,
        false,
    );
    told.moment("label-grade-three-from", episode.grade_three_from, false);
    told.moment("label-grade-three-to", episode.grade_three_to, false);
    if episode.recurred_after_resumption {
        told.answer("label-recurred", Some(true));
    }
}

fn of_count(told: &mut Lines<'_>, count: &BloodCount) {
    let shell = told.shell;
    let said = |count: Option<Count>| match count {
        None => shell.t("case-not-recorded"),
        Some(count) => {
            let unit = count.unit.map_or("case-not-recorded", unit);
            format!("{} {}", count.value, shell.t(unit))
        }
    };
    told.moment("label-taken", Moment::Instant(count.taken), true);
    told.put("label-platelets", said(count.platelets));
    told.put("label-neutrophils", said(count.neutrophils));
    if count.transfused_within_72h {
        told.answer("label-transfused", Some(true));
    }
    if count.growth_factor {
        told.answer("label-growth-factor", Some(true));
    }
}

fn of_patient(told: &mut Lines<'_>, facts: &EligibilityFacts) {
    told.answer("label-adult", facts.adult);
    let diagnosis = facts.diagnosis.map(|diagnosis| match diagnosis {
        Diagnosis::FollicularLymphoma => "case-diagnosis-fl",
        Diagnosis::Other => "case-diagnosis-other",
    });
    told.named("label-diagnosis", diagnosis);
    let status = facts.status.map(|status| match status {
        DiseaseStatus::Relapsed => "case-status-relapsed",
        DiseaseStatus::Refractory => "case-status-refractory",
        DiseaseStatus::Neither => "case-status-neither",
    });
    told.named("label-status", status);
    let therapies = facts.therapies.as_ref().map(Vec::len);
    let therapies = match therapies {
        Some(count) => told.shell.n("case-therapies-count", count),
        None => told.shell.t("case-not-recorded"),
    };
    told.put("case-therapies", therapies);
    let grade = facts.fl_grade.as_ref().map(word);
    let grade = match grade.as_deref() {
        Some("ungraded") => told.shell.t("case-fl-ungraded"),
        Some(grade) => format!("Grade {grade}"),
        None => told.shell.t("case-not-recorded"),
    };
    told.put("label-fl-grade", grade);
    told.answer(
        "label-pathologist-experienced",
        facts.pathologist_experienced,
    );
    told.answer("label-explained-efficacy", facts.explained_efficacy);
    told.answer("label-explained-risk", facts.explained_risk);
    let consent = facts.consent_by.map(|by| match by {
        ConsentBy::Patient => "case-consent-patient",
        ConsentBy::Family => "case-consent-family",
    });
    told.named("label-consent-by", consent);
    told.answer(
        "label-consent-before-first-dose",
        facts.consent_before_first_dose,
    );
    told.answer(
        "label-appropriateness-recorded",
        facts.appropriateness_recorded,
    );
    told.answer("label-physician-qualified", facts.physician_qualified);
    let others = facts.other_antineoplastics.as_ref();
    told.answer(
        "label-others-given",
        others.map(|others| !others.is_empty()),
    );
    if let Some(others) = others.filter(|others| !others.is_empty()) {
        told.put("label-other-antineoplastics", others.join(", "));
        told.answer(
            "label-combination-justified",
            Some(facts.combination_justified),
        );
    }
}

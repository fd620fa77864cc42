//! Opening a case, and who is treated and on what ground: one form, without a name or a day of birth anywhere.

use askama::Template;
use serde::Deserialize;

use super::pages::case_shell;
use super::typed_pages::{answer, meant, word};
use super::{Case, NewCase, State, change_eligibility, store};
use crate::error::{Error, FieldErrors, Message};
use crate::ids::CaseId;
use crate::rules::dosing::eligibility::{EligibilityFacts, PriorTherapy};
use crate::web::{
    Answer, By, FacilityPeople, Fields, Form, Id, Nav, Problem, Shell, Site, or_again, see_other,
    show, show_again,
};

/// The most characters of what is typed of other medicines.
const MEDICINES: usize = 1000;

/// What is typed of a patient whom nobody names.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EligibilityForm {
    version: String,
    course: String,
    adult: String,
    diagnosis: String,
    status: String,
    no_therapies: String,
    therapy1_kind: String,
    therapy1_anti_cd20: String,
    therapy1_outcome: String,
    therapy2_kind: String,
    therapy2_anti_cd20: String,
    therapy2_outcome: String,
    therapy3_kind: String,
    therapy3_anti_cd20: String,
    therapy3_outcome: String,
    therapy4_kind: String,
    therapy4_anti_cd20: String,
    therapy4_outcome: String,
    fl_grade: String,
    pathologist_experienced: String,
    explained_efficacy: String,
    explained_risk: String,
    consent_by: String,
    consent_before_first_dose: String,
    appropriateness_recorded: String,
    physician_qualified: String,
    others_given: String,
    other_antineoplastics: String,
    combination_justified: String,
}

/// A row of the form: kind, anti-CD20 antibody, outcome, each as a word of the rules.
type Row<'a> = (&'static str, [&'a str; 3]);

fn optional<T: serde::de::DeserializeOwned>(
    fields: &mut Fields,
    field: &str,
    raw: &str,
) -> Option<T> {
    match raw {
        "" => None,
        raw => fields.choice(field, raw, meant),
    }
}

impl EligibilityForm {
    fn of(facts: &EligibilityFacts, version: i32) -> EligibilityForm {
        let therapies = facts.therapies.clone().unwrap_or_default();
        let mut rows = therapies.iter().map(|therapy| {
            let outcome = therapy.outcome.as_ref().map_or_else(String::new, word);
            let antibody = therapy.anti_cd20.as_ref().map_or_else(String::new, word);
            (word(&therapy.kind), antibody, outcome)
        });
        let first = rows.next().unwrap_or_default();
        let second = rows.next().unwrap_or_default();
        let third = rows.next().unwrap_or_default();
        let fourth = rows.next().unwrap_or_default();
        let others = facts.other_antineoplastics.as_ref();
        let none = facts.therapies.as_ref().is_some_and(Vec::is_empty);
        EligibilityForm {
            version: version.to_string(),
            course: String::new(),
            adult: answer(facts.adult),
            diagnosis: facts.diagnosis.as_ref().map_or_else(String::new, word),
            status: facts.status.as_ref().map_or_else(String::new, word),
            no_therapies: answer(none.then_some(true)),
            therapy1_kind: first.0,
            therapy1_anti_cd20: first.1,
            therapy1_outcome: first.2,
            therapy2_kind: second.0,
            therapy2_anti_cd20: second.1,
            therapy2_outcome: second.2,
            therapy3_kind: third.0,
            therapy3_anti_cd20: third.1,
            therapy3_outcome: third.2,
            therapy4_kind: fourth.0,
            therapy4_anti_cd20: fourth.1,
            therapy4_outcome: fourth.2,
            fl_grade: facts.fl_grade.as_ref().map_or_else(String::new, word),
            pathologist_experienced: answer(facts.pathologist_experienced),
            explained_efficacy: answer(facts.explained_efficacy),
            explained_risk: answer(facts.explained_risk),
            consent_by: facts.consent_by.as_ref().map_or_else(String::new, word),
            consent_before_first_dose: answer(facts.consent_before_first_dose),
            appropriateness_recorded: answer(facts.appropriateness_recorded),
            physician_qualified: answer(facts.physician_qualified),
            others_given: answer(others.map(|others| !others.is_empty())),
            other_antineoplastics: others.map_or_else(String::new, |others| others.join("\n")),
            combination_justified: answer(facts.combination_justified.then_some(true)),
        }
    }

    fn version(&self) -> i32 {
        self.version.parse().unwrap_or(0)
    }

    fn rows(&self) -> [Row<'_>; 4] {
        let row =
            |field, kind, antibody, outcome| -> Row<'_> { (field, [kind, antibody, outcome]) };
        [
            row(
                "therapy1_kind",
                &self.therapy1_kind,
                &self.therapy1_anti_cd20,
                &self.therapy1_outcome,
            ),
            row(
                "therapy2_kind",
                &self.therapy2_kind,
                &self.therapy2_anti_cd20,
                &self.therapy2_outcome,
            ),
            row(
                "therapy3_kind",
                &self.therapy3_kind,
                &self.therapy3_anti_cd20,
                &self.therapy3_outcome,
            ),
            row(
                "therapy4_kind",
                &self.therapy4_kind,
                &self.therapy4_anti_cd20,
                &self.therapy4_outcome,
            ),
        ]
    }

    /// The therapies before; none where nobody typed any and nobody said that there were none.
    fn therapies(&self, fields: &mut Fields) -> Option<Vec<PriorTherapy>> {
        let mut therapies = Vec::new();
        for (field, [kind, antibody, outcome]) in self.rows() {
            if [kind, antibody, outcome].iter().all(|word| word.is_empty()) {
                continue;
            }
            let kind = fields.choice(field, kind, meant);
            let anti_cd20 = optional(fields, field, antibody);
            let outcome = optional(fields, field, outcome);
            therapies.extend(kind.map(|kind| PriorTherapy {
                kind,
                anti_cd20,
                outcome,
            }));
        }
        let none = self.no_therapies == "yes";
        if none && !therapies.is_empty() {
            fields.add("no_therapies", Message::new("case-no-therapies-and-some"));
        }
        (none || !therapies.is_empty()).then_some(therapies)
    }

    fn others(&self, fields: &mut Fields) -> Option<Vec<String>> {
        let typed = fields.optional_lines(
            "other_antineoplastics",
            &self.other_antineoplastics,
            MEDICINES,
        );
        let typed: Vec<String> = typed
            .unwrap_or_default()
            .lines()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect();
        match fields.optional_yes_no("others_given", &self.others_given) {
            Some(true) if typed.is_empty() => {
                fields.add("other_antineoplastics", Message::new("forms-required"));
                None
            }
            Some(false) if !typed.is_empty() => {
                fields.add("others_given", Message::new("case-others-and-none"));
                None
            }
            None if typed.is_empty() => None,
            _ => Some(typed),
        }
    }

    fn check(&self) -> Result<EligibilityFacts, FieldErrors> {
        let mut fields = Fields::new();
        let facts = self.facts(&mut fields);
        fields.done(facts)
    }

    fn facts(&self, fields: &mut Fields) -> EligibilityFacts {
        let f = fields;
        EligibilityFacts {
            adult: f.optional_yes_no("adult", &self.adult),
            diagnosis: optional(f, "diagnosis", &self.diagnosis),
            status: optional(f, "status", &self.status),
            therapies: self.therapies(f),
            fl_grade: optional(f, "fl_grade", &self.fl_grade),
            pathologist_experienced: f
                .optional_yes_no("pathologist_experienced", &self.pathologist_experienced),
            explained_efficacy: f.optional_yes_no("explained_efficacy", &self.explained_efficacy),
            explained_risk: f.optional_yes_no("explained_risk", &self.explained_risk),
            consent_by: optional(f, "consent_by", &self.consent_by),
            consent_before_first_dose: f
                .optional_yes_no("consent_before_first_dose", &self.consent_before_first_dose),
            appropriateness_recorded: f
                .optional_yes_no("appropriateness_recorded", &self.appropriateness_recorded),
            physician_qualified: f
                .optional_yes_no("physician_qualified", &self.physician_qualified),
            other_antineoplastics: self.others(f),
            combination_justified: self.combination_justified == "yes",
        }
    }

    /// A case to be opened, with every slip of the form at once.
    fn new_case(&self) -> Result<NewCase, FieldErrors> {
        let mut fields = Fields::new();
        let course = fields.number("course", &self.course, 1..=99);
        let eligibility = self.facts(&mut fields);
        fields.done(NewCase {
            course: u32::try_from(course).unwrap_or(1),
            eligibility,
        })
    }
}

#[derive(Template)]
#[template(path = "cases/eligibility.html")]
struct EligibilityPage {
    shell: Shell,
    /// None while the case is still to be opened.
    case: Option<Case>,
    form: EligibilityForm,
    errors: FieldErrors,
}

fn new_page(
    who: &By<FacilityPeople>,
    form: EligibilityForm,
    errors: FieldErrors,
) -> EligibilityPage {
    let mut shell = who
        .shell("case-new-title", Nav::Cases)
        .crumb("/cases", "nav-cases");
    shell.wrong = !errors.is_empty();
    EligibilityPage {
        shell,
        case: None,
        form,
        errors,
    }
}

/// GET /cases/new
pub async fn new_form(_: Site, who: By<FacilityPeople>) -> Answer {
    let form = EligibilityForm {
        course: "1".to_owned(),
        ..EligibilityForm::default()
    };
    show(new_page(&who, form, FieldErrors::default()))
}

/// POST /cases/new
pub async fn open(
    site: Site,
    who: By<FacilityPeople>,
    Form(form): Form<EligibilityForm>,
) -> Answer {
    let outcome = match form.new_case() {
        Ok(new) => {
            let scope = who.scope.clone();
            site.write(&who, move |tx| super::open(tx, &scope, &new))
                .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(id) => {
            who.flash(Message::new("case-opened"));
            see_other(&format!("/cases/{id}"))
        }
        Err(errors) => show_again(new_page(&who, form, errors)),
    }
}

async fn page(
    site: &Site,
    who: &By<FacilityPeople>,
    id: CaseId,
    typed: Option<(EligibilityForm, FieldErrors)>,
) -> Result<EligibilityPage, Problem> {
    let scope = who.scope.clone();
    let found = site.read(move |conn| store::gather(conn, &scope, &id));
    let gathered = found.await?;
    let (form, errors) = typed.unwrap_or_else(|| {
        let form = EligibilityForm::of(&gathered.facts.eligibility, gathered.case.version);
        (form, FieldErrors::default())
    });
    let mut shell = case_shell(who, "case-eligibility-title", &gathered.case);
    shell.wrong = !errors.is_empty();
    Ok(EligibilityPage {
        shell,
        case: Some(gathered.case),
        form,
        errors,
    })
}

/// GET /cases/{id}/eligibility
pub async fn form(site: Site, who: By<FacilityPeople>, Id(id): Id<CaseId>) -> Answer {
    let page = page(&site, &who, id.clone(), None).await?;
    if page
        .case
        .as_ref()
        .is_some_and(|case| case.state != State::Open)
    {
        who.flash(Message::new("cases-not-open"));
        return see_other(&format!("/cases/{id}"));
    }
    show(page)
}

/// POST /cases/{id}/eligibility
pub async fn change(
    site: Site,
    who: By<FacilityPeople>,
    Id(id): Id<CaseId>,
    Form(form): Form<EligibilityForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok(facts) => {
            let (scope, case, version) = (who.scope.clone(), id.clone(), form.version());
            site.write(&who, move |tx| {
                change_eligibility(tx, &scope, (&case, version), &facts)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("case-eligibility-changed"));
            see_other(&format!("/cases/{id}"))
        }
        Err(errors) => {
            let page = page(&site, &who, id, Some((form, errors))).await?;
            if page
                .case
                .as_ref()
                .is_some_and(|case| case.state != State::Open)
            {
                return Err(Error::Stale.into());
            }
            show_again(page)
        }
    }
}

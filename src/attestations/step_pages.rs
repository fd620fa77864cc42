//! One step of an attestation as a form: what was typed is kept, whatever becomes of it.

use askama::Template;
use serde::Deserialize;

use super::pages::{conflict, done, frame, seen, stale};
use super::{
    AdmissionAnswer, Attestation, Care, GuidanceAnswer, IntensiveCareAnswer, Line, Part,
    PartnerAnswer, Place, Step, TocilizumabAnswer, ValidityAnswer, sheet, store,
};
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::AttestationId;
use crate::rules::finding::Argument;
use crate::rules::notice::Clause;
use crate::signatures::Proof;
use crate::web::Part as Named;
use crate::web::{
    Answer, By, Coordinator, Fields, Form, Id, Problem, Shell, Site, Ymd, see_other, show,
    show_again,
};

/// What every step posts; each reads its own fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StepForm {
    version: String,
    /// `list` goes back to the task list, anything else on to the next step.
    then: String,
    care: String,
    stated_on: Ymd,
    around_the_clock: String,
    inpatient_beds: String,
    tocilizumab_ready: String,
    test_results: String,
    partner_named: String,
    partner_code: String,
    /// The partner whose name was shown for the code.
    partner_confirmed: String,
    agreement_first_day: Ymd,
    agreement_ends: String,
    agreement_last_day: Ymd,
    states_icu: String,
    states_admission: String,
    states_tocilizumab: String,
    guidance_version: String,
    valid_from: Ymd,
    valid_until: Ymd,
}

fn word(answer: Option<bool>) -> String {
    match answer {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => String::new(),
    }
}

fn typed(day: Option<chrono::NaiveDate>) -> Ymd {
    day.map(Ymd::from).unwrap_or_default()
}

impl StepForm {
    /// The saved answers as they would be typed.
    fn of(found: &Attestation, code: String) -> StepForm {
        let answers = &found.answers;
        let care = answers.intensive_care.care.map(Care::as_str);
        let partner = &answers.partner;
        let confirmed = partner.facility.as_ref().map(ToString::to_string);
        StepForm {
            version: found.version.to_string(),
            care: care.unwrap_or_default().to_owned(),
            stated_on: typed(answers.intensive_care.stated_on),
            around_the_clock: word(answers.admission.around_the_clock),
            inpatient_beds: word(answers.admission.inpatient_beds),
            tocilizumab_ready: word(answers.tocilizumab.ready_24h),
            test_results: word(answers.tocilizumab.test_results_24h),
            partner_named: word(partner.named),
            partner_code: code,
            partner_confirmed: confirmed.unwrap_or_default(),
            agreement_first_day: typed(partner.agreement_first_day),
            agreement_ends: word(partner.agreement_ends),
            agreement_last_day: typed(partner.agreement_last_day),
            states_icu: word(partner.states_icu),
            states_admission: word(partner.states_admission_24h),
            states_tocilizumab: word(partner.states_tocilizumab),
            guidance_version: answers.guidance.version.clone().unwrap_or_default(),
            valid_from: typed(answers.validity.first_day),
            valid_until: typed(answers.validity.last_day),
            then: String::new(),
        }
    }

    /// The answers of one step. The partner's code is looked up where the write is.
    fn part(&self, step: Step) -> Result<Part, FieldErrors> {
        let mut fields = Fields::new();
        let part = match step {
            Step::IntensiveCare => Part::IntensiveCare(IntensiveCareAnswer {
                care: Care::from_word(&self.care),
                stated_on: fields.optional_date("stated_on", &self.stated_on),
            }),
            Step::Admission => Part::Admission(AdmissionAnswer {
                around_the_clock: fields
                    .optional_yes_no("around_the_clock", &self.around_the_clock),
                inpatient_beds: fields.optional_yes_no("inpatient_beds", &self.inpatient_beds),
            }),
            Step::Tocilizumab => Part::Tocilizumab(TocilizumabAnswer {
                ready_24h: fields.optional_yes_no("tocilizumab_ready", &self.tocilizumab_ready),
                test_results_24h: fields.optional_yes_no("test_results", &self.test_results),
            }),
            Step::Partner => Part::Partner(self.partner(&mut fields)),
            Step::Guidance => Part::Guidance(GuidanceAnswer {
                version: fields.optional_text("guidance_version", &self.guidance_version, 100),
            }),
            Step::Validity => Part::Validity(ValidityAnswer {
                first_day: fields.optional_date("valid_from", &self.valid_from),
                last_day: fields.optional_date("valid_until", &self.valid_until),
            }),
        };
        fields.done(part)
    }

    fn partner(&self, fields: &mut Fields) -> PartnerAnswer {
        let named = fields.optional_yes_no("partner_named", &self.partner_named);
        if named == Some(false) {
            return PartnerAnswer {
                named,
                ..PartnerAnswer::default()
            };
        }
        fields.optional_text("partner_code", &self.partner_code, 40);
        PartnerAnswer {
            named,
            facility: None,
            agreement_first_day: fields
                .optional_date("agreement_first_day", &self.agreement_first_day),
            agreement_ends: fields.optional_yes_no("agreement_ends", &self.agreement_ends),
            agreement_last_day: fields
                .optional_date("agreement_last_day", &self.agreement_last_day),
            states_icu: fields.optional_yes_no("states_icu", &self.states_icu),
            states_admission_24h: fields
                .optional_yes_no("states_admission", &self.states_admission),
            states_tocilizumab: fields
                .optional_yes_no("states_tocilizumab", &self.states_tocilizumab),
        }
    }
}

#[derive(Template)]
#[template(path = "attestations/step.html")]
struct StepPage {
    shell: Shell,
    found: Attestation,
    step: Step,
    place: i64,
    about: &'static str,
    /// Whether a partner is needed here, in words.
    partner_hint: &'static str,
    /// Why the step was returned.
    returned: Option<String>,
    clauses: Vec<&'static Clause>,
    form: StepForm,
    errors: FieldErrors,
    /// The facility that the typed code names, to be confirmed by its name.
    to_confirm: Option<Place>,
    /// The answers saved meanwhile by somebody else.
    meanwhile: Vec<Line>,
}

impl StepPage {
    fn new(who: &By<Coordinator>, found: Attestation, step: Step, form: StepForm) -> StepPage {
        let path = format!("/attestations/{}", found.id);
        let mut shell = frame(who, &found);
        let above = shell.title.clone();
        shell = shell.crumb_named(&path, above);
        shell.title = shell.t(step.term());
        StepPage {
            place: (1..)
                .zip(Step::ALL)
                .find(|(_, other)| **other == step)
                .map_or(1, |(place, _)| place),
            about: step.about(),
            partner_hint: if found.answers.admits_itself() {
                "attestation-partner-optional"
            } else {
                "attestation-partner-needed"
            },
            returned: found
                .return_reason
                .clone()
                .filter(|_| found.return_step == Some(step)),
            clauses: step.clauses(),
            shell,
            found,
            step,
            form,
            errors: FieldErrors::default(),
            to_confirm: None,
            meanwhile: Vec::new(),
        }
    }
}

/// The step that an address names. It is read here and not by the extractor, so that who may is asked first.
fn step_of(word: &str) -> Result<Step> {
    Step::from_word(word).ok_or(Error::NotFound)
}

/// GET /attestations/{id}/steps/{part}
pub async fn form(
    site: Site,
    who: By<Coordinator>,
    Id(id): Id<AttestationId>,
    Named(step): Named<String>,
) -> Answer {
    let step = step_of(&step)?;
    let (scope, about) = (who.scope.clone(), id.clone());
    let found = site.read(move |conn| {
        let found = store::get(conn, &scope, &about)?;
        let code = match &found.answers.partner.facility {
            Some(partner) => store::code_of(conn, &scope, partner)?,
            None => String::new(),
        };
        Ok((code, found))
    });
    let (code, found) = found.await?;
    if !found.state.is_open_to_answers() {
        return see_other(&format!("/attestations/{id}"));
    }
    let form = StepForm::of(&found, code);
    show(StepPage::new(&who, found, step, form))
}

/// How saving a step ends.
enum Saved {
    /// The next step that lacks an answer, if any.
    Done(Option<Step>),
    /// The code names this facility; it is saved once its name has been seen.
    ToConfirm(Place),
}

/// POST /attestations/{id}/steps/{part}
pub async fn save(
    site: Site,
    who: By<Coordinator>,
    Id(id): Id<AttestationId>,
    Named(step): Named<String>,
    Form(form): Form<StepForm>,
) -> Answer {
    let step = step_of(&step)?;
    match keep(&site, &who, &id, step, &form).await {
        Ok(Saved::Done(next)) => onward(&who, &id, next, &form),
        Ok(Saved::ToConfirm(place)) => {
            let mut page = again(&site, &who, &id, step, form).await?;
            page.form.partner_confirmed = place.id.to_string();
            page.to_confirm = Some(place);
            show(page)
        }
        Err(Problem::Room(Error::Invalid(errors))) => {
            let mut page = again(&site, &who, &id, step, form).await?;
            page.shell.wrong = true;
            page.errors = errors;
            show_again(page)
        }
        Err(Problem::Room(Error::Stale)) => overtaken(&site, &who, &id, step, form).await,
        Err(other) => Err(other),
    }
}

async fn keep(
    site: &Site,
    who: &By<Coordinator>,
    id: &AttestationId,
    step: Step,
    form: &StepForm,
) -> Result<Saved, Problem> {
    let part = form.part(step)?;
    let version = form.version.parse::<i32>().map_err(|_| Error::Stale)?;
    let (scope, id) = (who.scope.clone(), id.clone());
    let (code, confirmed) = (form.partner_code.clone(), form.partner_confirmed.clone());
    site.write(who, move |tx| {
        let mut part = part.clone();
        // The wall first: a code is looked up only for somebody whose attestation this is.
        store::get(tx.conn, &scope, &id)?;
        if let Part::Partner(answer) = &mut part
            && answer.named != Some(false)
            && !code.trim().is_empty()
        {
            let place = store::partner_of_code(tx.conn, &code)?;
            answer.facility = Some(place.id.clone());
            if place.id.as_str() != confirmed {
                return Ok(Saved::ToConfirm(place));
            }
        }
        super::save_step(tx, &scope, &id, version, &part)?;
        let left = store::get(tx.conn, &scope, &id)?.unfinished();
        Ok(Saved::Done(left.first().copied()))
    })
    .await
}

/// On to the next step that lacks an answer, or back to the list.
fn onward(
    who: &By<Coordinator>,
    id: &AttestationId,
    next: Option<Step>,
    form: &StepForm,
) -> Answer {
    let Some(next) = next.filter(|_| form.then != "list") else {
        return done(who, id, "attestation-saved");
    };
    who.flash(Message::new("attestation-saved"));
    see_other(&format!("/attestations/{id}/steps/{}", next.as_str()))
}

async fn again(
    site: &Site,
    who: &By<Coordinator>,
    id: &AttestationId,
    step: Step,
    form: StepForm,
) -> Result<StepPage, Problem> {
    let found = seen(site, who, id).await?.found;
    Ok(StepPage::new(who, found, step, form))
}

/// Somebody saved meanwhile: the page shows what they answered above what was typed, and asks again.
async fn overtaken(
    site: &Site,
    who: &By<Coordinator>,
    id: &AttestationId,
    step: Step,
    mut form: StepForm,
) -> Answer {
    let found = seen(site, who, id).await?.found;
    if !found.state.is_open_to_answers() {
        return stale(who, found);
    }
    form.version = found.version.to_string();
    let mut page = StepPage::new(who, found, step, form);
    page.meanwhile = sheet::lines(page.shell.lang, &page.found, step);
    conflict(show(page))
}

/// What a signature posts: the version that was seen, and the password.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignForm {
    pub(super) version: String,
    pub(super) password: String,
    pub(super) factor: String,
    pub(super) withdrawal_reason: String,
}

impl SignForm {
    /// Checks the password, which is slow on purpose, and then runs the verb that it signs.
    pub(super) async fn sign<R, F>(
        &self,
        site: &Site,
        who: &By<R>,
        mut verb: F,
    ) -> Result<(), Problem>
    where
        F: FnMut(&mut Tx<'_>, i32, &Proof) -> Result<()> + Send + 'static,
    {
        if self.password.is_empty() {
            let field = Argument::Term("label-password");
            let lacking = Message::new("attestation-error-password-missing").with("field", field);
            return Err(Error::invalid("password", lacking).into());
        }
        let version = self.version.parse::<i32>().map_err(|_| Error::Stale)?;
        let proof = site.prove(who, (&self.password, &self.factor)).await?;
        site.write(who, move |tx| verb(tx, version, &proof)).await
    }
}

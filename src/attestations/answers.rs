//! What a facility answers, step by step: typed, stored as JSON of a stated format, and never more certain than typed.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::FacilityId;
use crate::rules::finding::Argument;

/// The format written today. Older ones stay readable; a newer one is an error, never a guess.
const FORMAT: u16 = 1;
/// The longest version of a guidance that is kept, in characters.
const VERSION_MAX: usize = 100;

crate::words! {
    /// A part of the task list that is answered and saved by itself.
    pub enum Step {
        IntensiveCare = "intensive_care",
        Admission = "admission",
        Tocilizumab = "tocilizumab",
        Partner = "partner",
        Guidance = "guidance",
        Validity = "validity",
    }
}

impl Step {
    /// The name of the step in the message files.
    pub fn term(self) -> &'static str {
        match self {
            Step::IntensiveCare => "attestation-step-intensive-care",
            Step::Admission => "attestation-step-admission",
            Step::Tocilizumab => "attestation-step-tocilizumab",
            Step::Partner => "attestation-step-partner",
            Step::Guidance => "attestation-step-guidance",
            Step::Validity => "attestation-step-validity",
        }
    }
}

crate::words! {
    /// How far a step has come.
    pub enum Progress {
        NotStarted = "not_started",
        InProgress = "in_progress",
        /// A reviewer returned it, and it has not been saved since.
        ToCorrect = "to_correct",
        Complete = "complete",
    }
}

crate::words! {
    /// What the facility has for intensive care (※1).
    pub enum Care {
        Icu = "icu",
        Equivalent = "equivalent",
        None = "none",
    }
}

/// The facility's own intensive care.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IntensiveCareAnswer {
    pub care: Option<Care>,
    /// The day of the written statement that the equipment is equivalent to an ICU.
    pub stated_on: Option<NaiveDate>,
}

/// Admission at the facility itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdmissionAnswer {
    pub around_the_clock: Option<bool>,
    pub inpatient_beds: Option<bool>,
}

/// Treatment of cytokine release at the facility itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TocilizumabAnswer {
    pub ready_24h: Option<bool>,
    pub test_results_24h: Option<bool>,
}

/// The place that admits the facility's patients, and what the agreement says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartnerAnswer {
    /// Whether there is a partner at all.
    pub named: Option<bool>,
    pub facility: Option<FacilityId>,
    pub agreement_first_day: Option<NaiveDate>,
    /// Whether the agreement states an end: without this answer, an empty last day would be a guess.
    pub agreement_ends: Option<bool>,
    pub agreement_last_day: Option<NaiveDate>,
    pub states_icu: Option<bool>,
    pub states_admission_24h: Option<bool>,
    pub states_tocilizumab: Option<bool>,
}

/// The manufacturer's CRS guidance at the site (W-2d).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GuidanceAnswer {
    pub version: Option<String>,
}

/// The days for which the facility gives its word, both inclusive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ValidityAnswer {
    pub first_day: Option<NaiveDate>,
    /// The end that the facility itself states; the notice asks for none.
    pub last_day: Option<NaiveDate>,
}

/// The answers of one step, as saved at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    IntensiveCare(IntensiveCareAnswer),
    Admission(AdmissionAnswer),
    Tocilizumab(TocilizumabAnswer),
    Partner(PartnerAnswer),
    Guidance(GuidanceAnswer),
    Validity(ValidityAnswer),
}

impl Part {
    /// The step it answers.
    pub fn step(&self) -> Step {
        match self {
            Part::IntensiveCare(_) => Step::IntensiveCare,
            Part::Admission(_) => Step::Admission,
            Part::Tocilizumab(_) => Step::Tocilizumab,
            Part::Partner(_) => Step::Partner,
            Part::Guidance(_) => Step::Guidance,
            Part::Validity(_) => Step::Validity,
        }
    }

    /// What contradicts itself or cannot be, field by field. An answer left open is not an error here: a step may
    /// be saved half-way, and `Answers` says what it still lacks.
    pub fn faults(&self, own: &FacilityId) -> FieldErrors {
        let mut faults = FieldErrors::default();
        match self {
            Part::IntensiveCare(answer) => sane(&mut faults, "stated_on", answer.stated_on),
            Part::Admission(_) | Part::Tocilizumab(_) => {}
            Part::Partner(answer) => {
                if answer.facility.as_ref() == Some(own) {
                    faults.add(
                        "partner_code",
                        Message::new("attestation-error-partner-is-self"),
                    );
                }
                let days = (answer.agreement_first_day, answer.agreement_last_day);
                in_order(
                    &mut faults,
                    ("agreement_first_day", "agreement_last_day"),
                    days,
                );
            }
            Part::Guidance(answer) => {
                let text = answer.version.as_deref().unwrap_or_default();
                if let Some(fault) = text_fault(text, VERSION_MAX) {
                    faults.add("guidance_version", fault);
                }
            }
            Part::Validity(answer) => {
                let days = (answer.first_day, answer.last_day);
                in_order(&mut faults, ("valid_from", "valid_until"), days);
            }
        }
        faults
    }
}

/// What makes a short text unfit to be kept: its length, or characters that nobody can see.
pub(super) fn text_fault(text: &str, longest: usize) -> Option<Message> {
    let length = text.chars().count();
    if length > longest {
        return Some(
            Message::new("attestation-error-too-long")
                .with("found", number(length))
                .with("needed", number(longest)),
        );
    }
    // PostgreSQL keeps no NUL, and a control character in a letter or a table does harm only.
    let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    text.contains(hidden)
        .then(|| Message::new("attestation-error-invisible"))
}

fn number(count: usize) -> Argument {
    Argument::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

fn in_order(
    faults: &mut FieldErrors,
    names: (&str, &str),
    days: (Option<NaiveDate>, Option<NaiveDate>),
) {
    sane(faults, names.0, days.0);
    sane(faults, names.1, days.1);
    if let (Some(first), Some(last)) = days
        && last < first
    {
        faults.add(
            names.1,
            Message::new("attestation-error-ends-before-it-begins")
                .with("first", Argument::Date(first))
                .with("last", Argument::Date(last)),
        );
    }
}

/// A year far off is a slip of the keyboard; both databases would keep it and every list would sort by it.
pub(super) fn year_fault(day: NaiveDate) -> Option<Message> {
    let found = Argument::Text(day.to_string());
    (!(1900..=2999).contains(&day.year()))
        .then(|| Message::new("attestation-error-year").with("found", found))
}

fn sane(faults: &mut FieldErrors, name: &str, day: Option<NaiveDate>) {
    if let Some(fault) = day.and_then(year_fault) {
        faults.add(name, fault);
    }
}

/// Everything that one attestation says.
///
/// INVARIANT: `None` is a question that nobody answered. It is stored, shown and accepted as such and never as "no".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    pub format: u16,
    #[serde(default)]
    pub intensive_care: IntensiveCareAnswer,
    #[serde(default)]
    pub admission: AdmissionAnswer,
    #[serde(default)]
    pub tocilizumab: TocilizumabAnswer,
    #[serde(default)]
    pub partner: PartnerAnswer,
    #[serde(default)]
    pub guidance: GuidanceAnswer,
    #[serde(default)]
    pub validity: ValidityAnswer,
}

impl Default for Answers {
    fn default() -> Answers {
        Answers {
            format: FORMAT,
            intensive_care: IntensiveCareAnswer::default(),
            admission: AdmissionAnswer::default(),
            tocilizumab: TocilizumabAnswer::default(),
            partner: PartnerAnswer::default(),
            guidance: GuidanceAnswer::default(),
            validity: ValidityAnswer::default(),
        }
    }
}

impl Answers {
    /// Reads stored answers.
    pub fn parse(text: &str) -> Result<Answers> {
        let answers: Answers = serde_json::from_str(text)?;
        if answers.format == FORMAT {
            Ok(answers)
        } else {
            let format = answers.format;
            Err(Error::Broken(format!(
                "answers are of format {format}; this program reads format {FORMAT}"
            )))
        }
    }

    /// The one text of these answers: stored, shown, and bound by signatures.
    pub fn canonical(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }

    /// What a re-confirmation begins with: the answers accepted last, without what must be said anew.
    ///
    /// READING: the days of validity are always given anew, and an agreement that has ended is asked for again.
    pub fn carried_over(&self, today: NaiveDate) -> Answers {
        let mut next = self.clone();
        next.validity = ValidityAnswer::default();
        if next
            .partner
            .agreement_last_day
            .is_some_and(|last| last < today)
        {
            next.partner.agreement_first_day = None;
            next.partner.agreement_ends = None;
            next.partner.agreement_last_day = None;
        }
        next
    }

    /// Takes the answers of one step; what its own choices make pointless is dropped.
    pub fn take(&mut self, part: &Part) {
        match part.clone() {
            Part::IntensiveCare(mut answer) => {
                if answer.care != Some(Care::Equivalent) {
                    answer.stated_on = None;
                }
                self.intensive_care = answer;
            }
            Part::Admission(answer) => self.admission = answer,
            Part::Tocilizumab(answer) => self.tocilizumab = answer,
            Part::Partner(mut answer) => {
                if answer.agreement_ends == Some(false) {
                    answer.agreement_last_day = None;
                }
                if answer.named == Some(false) {
                    answer = PartnerAnswer {
                        named: Some(false),
                        ..PartnerAnswer::default()
                    };
                }
                self.partner = answer;
            }
            Part::Guidance(answer) => {
                let version = answer.version.as_deref().map(str::trim);
                self.guidance = GuidanceAnswer {
                    version: version.filter(|text| !text.is_empty()).map(str::to_owned),
                };
            }
            Part::Validity(answer) => self.validity = answer,
        }
    }

    /// Whether the facility itself has what F-1.1 asks, so that no partner is needed.
    ///
    /// READING: an answer still open counts as not having it: a partner is asked for until the opposite is stated.
    pub fn admits_itself(&self) -> bool {
        let care = match self.intensive_care.care {
            Some(Care::Icu) => true,
            Some(Care::Equivalent) => self.intensive_care.stated_on.is_some(),
            Some(Care::None) | None => false,
        };
        care && self.admission.around_the_clock == Some(true)
    }

    /// Whether the step may be left unanswered.
    pub fn is_optional(&self, step: Step) -> bool {
        match step {
            Step::Guidance => true,
            Step::Partner => self.admits_itself(),
            Step::IntensiveCare | Step::Admission | Step::Tocilizumab | Step::Validity => false,
        }
    }

    fn is_untouched(&self, step: Step) -> bool {
        match step {
            Step::IntensiveCare => self.intensive_care == IntensiveCareAnswer::default(),
            Step::Admission => self.admission == AdmissionAnswer::default(),
            Step::Tocilizumab => self.tocilizumab == TocilizumabAnswer::default(),
            Step::Partner => self.partner == PartnerAnswer::default(),
            Step::Guidance => self.guidance == GuidanceAnswer::default(),
            Step::Validity => self.validity == ValidityAnswer::default(),
        }
    }

    /// Whether the step lacks no answer. "No" is an answer like any other: the gate judges it, not this form.
    fn is_complete(&self, step: Step) -> bool {
        match step {
            Step::IntensiveCare => match self.intensive_care.care {
                Some(Care::Icu | Care::None) => true,
                // READING: 「ICU と同等の設備」 is not defined; the statement proves it only with its date.
                Some(Care::Equivalent) => self.intensive_care.stated_on.is_some(),
                None => false,
            },
            Step::Admission => {
                self.admission.around_the_clock.is_some() && self.admission.inpatient_beds.is_some()
            }
            Step::Tocilizumab => {
                self.tocilizumab.ready_24h.is_some() && self.tocilizumab.test_results_24h.is_some()
            }
            Step::Partner => match self.partner.named {
                Some(true) => self.partner.is_complete(),
                Some(false) => true,
                None => false,
            },
            Step::Guidance => self.guidance.version.is_some(),
            Step::Validity => self.validity.first_day.is_some(),
        }
    }

    /// How far a step has come; `returned` is the step that a reviewer sent back and nobody has saved since.
    pub fn progress(&self, step: Step, returned: Option<Step>) -> Progress {
        if returned == Some(step) {
            Progress::ToCorrect
        } else if self.is_complete(step) {
            Progress::Complete
        } else if self.is_untouched(step) {
            Progress::NotStarted
        } else {
            Progress::InProgress
        }
    }

    /// The steps that stand in the way of submission.
    pub fn unfinished(&self, returned: Option<Step>) -> Vec<Step> {
        let stands_in_the_way = |step: &Step| match self.progress(*step, returned) {
            Progress::Complete => false,
            Progress::NotStarted => !self.is_optional(*step),
            Progress::InProgress | Progress::ToCorrect => true,
        };
        Step::ALL
            .iter()
            .copied()
            .filter(stands_in_the_way)
            .collect()
    }
}

impl PartnerAnswer {
    fn is_complete(&self) -> bool {
        let end = match self.agreement_ends {
            Some(true) => self.agreement_last_day.is_some(),
            Some(false) => true,
            None => false,
        };
        end && self.facility.is_some()
            && self.agreement_first_day.is_some()
            && self.states_icu.is_some()
            && self.states_admission_24h.is_some()
            && self.states_tocilizumab.is_some()
    }
}

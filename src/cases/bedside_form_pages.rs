//! What is typed at the bedside, and the act that it makes.

use serde::Deserialize;

use super::typed_pages::quantity;
use crate::error::{FieldErrors, Message, Result};
use crate::rules::administration::{AdministrationFacts, Observation};
use crate::rules::dosing::admission::{ConsiderationRecord, Setting};
use crate::rules::dosing::facts::{Act, Decision, Premedication, StartFacts};
use crate::rules::dosing::reactions::{Rate, RateUnit};
use crate::rules::dosing::regimen::Route;
use crate::rules::dosing::vials::Vials;
use crate::rules::finding::Sign;
use crate::web::{Fields, Ymd};

/// The most vials that one dose can be made of. Ours: 60 mg from vials of 1 mg.
const MOST_VIALS: i64 = 60;

/// Which question a page asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Start,
    Resume,
    Discharge,
}

/// Everything that any of the three asks; each reads its own fields. Strings as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BedsideForm {
    pub(super) version: i32,
    pub(super) action: String,
    pub(super) asked_at: Ymd,
    pub(super) ordered_mg: String,
    pub(super) vials_1mg: String,
    pub(super) vials_30mg: String,
    pub(super) planned_rate: String,
    pub(super) planned_rate_unit: String,
    pub(super) steroid: String,
    pub(super) steroid_at: Ymd,
    pub(super) relief_needed: String,
    pub(super) antipyretic: String,
    pub(super) antipyretic_at: Ymd,
    pub(super) antihistamine: String,
    pub(super) antihistamine_at: Ymd,
    pub(super) stay_setting: String,
    pub(super) admitted_at: Ymd,
    pub(super) consideration: String,
    pub(super) tocilizumab_checked: String,
    pub(super) physician_on_duty: String,
    pub(super) observation: String,
    pub(super) guidance_here: String,
    pub(super) grade_now: String,
    pub(super) ongoing_crs: String,
    pub(super) instructed: String,
    pub(super) stay_elsewhere: String,
    /// Rule and code of each finding that may be decided, and beside it why.
    pub(super) decided: Vec<String>,
    pub(super) because: Vec<String>,
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
    pub(super) fn act(&self, question: Question) -> Result<Act, FieldErrors> {
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

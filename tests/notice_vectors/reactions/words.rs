//! How the vectors of kind `ae` are worded: their inputs, their times and their units.

use chrono::{DateTime, TimeDelta, Utc};
use kanmon::rules::briefing::Moment;
use kanmon::rules::dosing::counts::CountUnit;
use kanmon::rules::dosing::quantity::Quantity;
use serde::Deserialize;
use serde_json::Value;

use crate::input::Input;

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct EventInput {
    pub event: String,
    pub phase: String,
    pub scale: Input<String>,
    pub grade: Input<u32>,
    pub crs_grade: Input<u32>,
    pub icans_grade: Input<u32>,
    pub episode_grades: Input<Vec<u32>>,
    pub prior_crs_g3: Input<bool>,
    pub prior_icans_g3: Input<bool>,
    pub prior_crs_g4: Input<bool>,
    pub prior_icans_g4: Input<bool>,
    pub prior_crs_grades: Input<Vec<u32>>,
    pub prior_icans_grades: Input<Vec<u32>>,
    /// The table is about this drug: no rule reads another product's reactions.
    #[serde(rename = "prior_crs_g3_other_product")]
    _prior_crs_g3_other_product: Input<bool>,
    #[serde(rename = "prior_icans_g3_other_product")]
    _prior_icans_g3_other_product: Input<bool>,
    pub infusion_running: Input<bool>,
    pub recovered: Input<bool>,
    pub crs_recovered: Input<bool>,
    pub rate_fraction_of_interruption: Input<Quantity>,
    #[serde(alias = "recurred_after_resumption", alias = "recurrence_after_resume")]
    pub recurred_after_resume: Input<bool>,
    pub current_grade: Input<u32>,
    pub icans_current_grade: Input<u32>,
    pub hours_since_recovery: Input<Value>,
    pub crs_hours_since_recovery: Input<Value>,
    pub icans_hours_since_recovery: Input<Value>,
    pub hours_since_recovery_to_g1: Input<Value>,
    pub recovered_on: Input<String>,
    pub dose_at: Input<String>,
    pub rate_fraction_of_previous: Input<Quantity>,
    pub previous: Input<PreviousInput>,
    pub next: Input<NextInput>,
    #[serde(rename = "next_rate_mL_per_h")]
    pub next_rate_ml_per_h: Input<Quantity>,
    pub next_rate_mg_per_h: Input<Quantity>,
    pub reason_recorded: Input<bool>,
    pub setting: Input<Place>,
    pub grade3_duration_hours: Input<Value>,
    pub grade3_from: Input<String>,
    pub grade3_to: Input<String>,
    pub decision_recorded: Input<bool>,
    pub last: Input<LastInput>,
    pub interval_days: Input<i64>,
    pub ordered_mg: Input<Quantity>,
    pub platelets: Input<Quantity>,
    pub neutrophils: Input<Quantity>,
    pub unit: Input<String>,
    pub phase_detail: Input<String>,
    pub transfused_within_72h: Input<bool>,
    #[serde(alias = "gcsf_within_72h", alias = "gcsf", alias = "g_csf")]
    pub growth_factor: Input<bool>,
    /// No rule asks how long a count has been sufficient.
    #[serde(rename = "hours_since_threshold_reached")]
    _hours_since_threshold_reached: Input<Value>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct PreviousInput {
    pub mg: Input<Quantity>,
    pub rate_mg_per_h: Input<Quantity>,
    #[serde(rename = "rate_mL_per_h")]
    pub rate_ml_per_h: Input<Quantity>,
    #[serde(rename = "initial_rate_mL_per_h")]
    pub initial_rate_ml_per_h: Input<Quantity>,
    #[serde(rename = "resumed_rate_mL_per_h")]
    pub resumed_rate_ml_per_h: Input<Quantity>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct NextInput {
    pub mg: Input<Quantity>,
    pub rate_mg_per_h: Input<Quantity>,
    #[serde(rename = "rate_mL_per_h")]
    pub rate_ml_per_h: Input<Quantity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastInput {
    pub cycle: u32,
    pub day: u32,
    pub mg: Quantity,
}

/// Where the patient is, in the words of the vectors.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Place {
    Inpatient,
    Outpatient,
}

/// Reads "2025-01-23T10:00+09:00", with or without seconds, or a bare day.
pub fn moment(text: &str) -> Result<Moment, String> {
    let instant = ["%Y-%m-%dT%H:%M%:z", "%Y-%m-%dT%H:%M:%S%:z"]
        .iter()
        .find_map(|format| DateTime::parse_from_str(text, format).ok());
    match (instant, text.parse()) {
        (Some(instant), _) => Ok(Moment::Instant(instant.with_timezone(&Utc))),
        (None, Ok(day)) => Ok(Moment::Day(day)),
        (None, Err(_)) => Err(format!("{text:?} is neither an instant nor a day")),
    }
}

/// Reads "71:59", "71:59:59", or a number of hours.
pub fn hours(value: &Value) -> Result<TimeDelta, String> {
    let unreadable = || format!("{value} is no number of hours");
    if let Some(number) = value.as_f64() {
        return Ok(TimeDelta::seconds((number * 3600.0).round() as i64));
    }
    let parts = value.as_str().ok_or_else(unreadable)?.split(':');
    let parts: Vec<i64> = parts
        .map(|part| part.parse().map_err(|_| unreadable()))
        .collect::<Result<_, _>>()?;
    match parts.as_slice() {
        [hours] => Ok(TimeDelta::hours(*hours)),
        [hours, minutes] => Ok(TimeDelta::hours(*hours) + TimeDelta::minutes(*minutes)),
        [hours, minutes, seconds] => Ok(TimeDelta::hours(*hours)
            + TimeDelta::minutes(*minutes)
            + TimeDelta::seconds(*seconds)),
        _ => Err(unreadable()),
    }
}

/// The unit of a count by any of its usual spellings.
pub fn unit(word: &str) -> Option<CountUnit> {
    Some(match word {
        "/mm3" | "/mm³" => CountUnit::PerMm3,
        "/uL" | "/µL" | "/μL" => CountUnit::PerMicrolitre,
        "10^3/uL" | "x10^3/uL" | "10^3/µL" | "10^3/μL" | "K/uL" => {
            CountUnit::ThousandPerMicrolitre
        }
        "10^4/uL" | "x10^4/uL" | "10^4/µL" | "10^4/μL" | "万/uL" | "万/µL" | "万/μL" => {
            CountUnit::TenThousandPerMicrolitre
        }
        "10^9/L" | "x10^9/L" | "G/L" => CountUnit::BillionPerLitre,
        _ => return None,
    })
}

//! A course of treatment as the rules take it: what is on file, and the act that is asked about. No direct identifiers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::admission::{ConsiderationRecord, Setting};
use super::counts::CountUnit;
use super::course::Step;
use super::eligibility::EligibilityFacts;
use super::quantity::Quantity;
use super::reactions::{Rate, Scale};
use super::regimen::Route;
use super::response::Response;
use super::vials::Vials;
use crate::rules::administration::AdministrationFacts;
use crate::rules::briefing::Moment;
use crate::rules::finding::Reaction;

/// A question about a course: the whole file and the act proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseQuestion {
    /// The format of this question: [`Self::FORMAT`] when it is written today.
    pub format: u16,
    /// What is on file.
    pub case: CaseFacts,
    /// What is asked.
    pub act: Act,
}

impl CaseQuestion {
    /// The format written by this version of the rules.
    pub const FORMAT: u16 = 1;
}

/// What is on file of one course, in whatever order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFacts {
    /// 1 for the first course with this drug, 2 for a second one, of which the notice does not speak.
    pub course: u32,
    /// Who is treated, and on what ground.
    pub eligibility: EligibilityFacts,
    /// The doses given.
    #[serde(default)]
    pub administrations: Vec<Administration>,
    /// The reactions to them.
    #[serde(default)]
    pub reactions: Vec<Episode>,
    /// The blood counts.
    #[serde(default)]
    pub counts: Vec<BloodCount>,
    /// The responses assessed.
    #[serde(default)]
    pub responses: Vec<Assessment>,
}

/// How much of a dose was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// All of it.
    InFull,
    /// This many milligrams of it.
    Partly(Quantity),
    /// Nobody recorded how much.
    NotRecorded,
}

/// A dose that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Administration {
    /// Its place in the course.
    pub step: Step,
    /// The dose intended, in mg.
    pub mg: Quantity,
    /// How much of it was given.
    pub given: Given,
    /// When it began.
    pub started: Moment,
    /// When it ended; `None` while it runs or is interrupted.
    #[serde(default)]
    pub ended: Option<DateTime<Utc>>,
    /// The rate at which it began.
    #[serde(default)]
    pub rate: Option<Rate>,
    /// Its interruptions.
    #[serde(default)]
    pub interruptions: Vec<Interruption>,
    /// Whether the patient was in hospital from the start.
    #[serde(default)]
    pub inpatient: Option<bool>,
    /// Whether CRS of any grade followed it; `None` when nobody recorded it.
    #[serde(default)]
    pub crs_followed: Option<bool>,
}

/// An interruption of a running administration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interruption {
    /// When it was interrupted.
    pub at: DateTime<Utc>,
    /// The rate at that moment.
    #[serde(default)]
    pub rate: Option<Rate>,
    /// When it went on.
    #[serde(default)]
    pub resumed: Option<DateTime<Utc>>,
    /// The rate at which it went on.
    #[serde(default)]
    pub resumed_rate: Option<Rate>,
}

/// One episode of a reaction to this drug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Episode {
    /// Which reaction.
    pub reaction: Reaction,
    /// By which scale it was graded.
    #[serde(default)]
    pub scale: Option<Scale>,
    /// Its grades in the order in which they were seen; the grade of the episode is the highest.
    #[serde(default)]
    pub grades: Vec<u32>,
    /// When it began.
    pub onset: Moment,
    /// Whether it came back after the interrupted administration had been resumed.
    #[serde(default)]
    pub recurred_after_resumption: bool,
    /// When its symptoms had gone.
    pub recovered: Moment,
    /// ICANS: when it had come down to Grade 1.
    #[serde(default = "not_recorded")]
    pub recovered_to_grade_one: Moment,
    /// When Grade 3 began, where it was reached.
    #[serde(default = "not_recorded")]
    pub grade_three_from: Moment,
    /// When Grade 3 ended.
    #[serde(default = "not_recorded")]
    pub grade_three_to: Moment,
}

const fn not_recorded() -> Moment {
    Moment::NotRecorded
}

/// A value of a blood count with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The number as reported.
    pub value: Quantity,
    /// Its unit; without one it is refused, never guessed.
    pub unit: Option<CountUnit>,
}

/// A blood count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BloodCount {
    /// When the blood was taken.
    pub taken: DateTime<Utc>,
    /// Platelets.
    pub platelets: Option<Count>,
    /// Neutrophils.
    pub neutrophils: Option<Count>,
    /// Whether platelets were transfused within the 72 hours before.
    #[serde(default)]
    pub transfused_within_72h: bool,
    /// Whether a growth factor (G-CSF) supported the neutrophils.
    #[serde(default)]
    pub growth_factor: bool,
}

/// A response that was assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// The day of the assessment.
    pub on: NaiveDate,
    /// The category.
    pub response: Response,
    /// Whether it is the assessment at the end of cycle 8 (D-1b).
    pub end_of_cycle_8: bool,
    /// Its place in the course, where it was recorded.
    #[serde(default)]
    pub at: Option<Step>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Which dose is due on this day, and what goes with it?
    NextDose {
        /// The Japanese day.
        on: NaiveDate,
    },
    /// May this dose begin now?
    Start(Box<StartFacts>),
    /// May the interrupted administration go on?
    Resume {
        /// When.
        at: DateTime<Utc>,
        /// At which rate.
        rate: Option<Rate>,
        /// ICANS: the grade now.
        #[serde(default)]
        current_grade: Option<u32>,
        /// What a physician decided.
        #[serde(default)]
        decisions: Vec<Decision>,
    },
    /// May the patient leave the hospital?
    Discharge {
        /// When: discharge or leave alike.
        at: DateTime<Utc>,
        /// Whether cytokine release syndrome is going on.
        ongoing_crs: Option<bool>,
        /// Whether the patient was told when to seek care (P-4).
        instructed: Option<bool>,
        /// Whether part of the stay was at another facility.
        #[serde(default)]
        elsewhere: bool,
    },
}

/// The bedside at the start of an administration. `None` is not recorded, and never passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartFacts {
    /// When it would begin.
    pub at: DateTime<Utc>,
    /// The dose ordered, in mg.
    pub mg: Option<Quantity>,
    /// The route ordered.
    pub route: Option<Route>,
    /// The vials prepared.
    pub vials: Option<Vials>,
    /// The rate planned.
    #[serde(default)]
    pub rate: Option<Rate>,
    /// The corticosteroid.
    pub steroid: Premedication,
    /// Whether antipyretics and antihistamines were judged necessary.
    pub relief_needed: Option<bool>,
    /// The antipyretic analgesic.
    pub antipyretic: Premedication,
    /// The antihistamine.
    pub antihistamine: Premedication,
    /// Where the patient is.
    pub setting: Option<Setting>,
    /// When the patient was admitted.
    #[serde(default)]
    pub admitted: Option<DateTime<Utc>>,
    /// The recorded decision on admission.
    #[serde(default)]
    pub consideration: Option<ConsiderationRecord>,
    /// The site on this day.
    pub site: AdministrationFacts,
    /// What a physician decided.
    #[serde(default)]
    pub decisions: Vec<Decision>,
}

/// A premedication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Premedication {
    /// Not given.
    NotGiven,
    /// Given at this instant.
    At(DateTime<Utc>),
    /// Given; nobody recorded when.
    TimeNotRecorded,
}

/// A physician's recorded decision on one finding. It may answer a guideline clause or the notice's silence, never a firm clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The name of the rule.
    pub rule: String,
    /// The code of the reason that was decided on: a new reason asks for a new decision.
    pub code: String,
    /// Why, in few words and without names.
    pub because: String,
}

//! Where the patient is when a dose begins, and when the patient may leave (P-3a, P-3b, P-4, W-2c).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::course::{Path, Step};
use super::premedication::rows_of;
use super::quantity::{Datum, Quantity};
use crate::rules::finding::{Admission, Advice, Answer, Field, Finding, Reason, Verdict};

/// In hospital or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// 入院.
    Inpatient,
    /// 外来.
    Outpatient,
}

/// A recorded decision on admission after it was considered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsiderationRecord {
    /// To be in hospital.
    Inpatient,
    /// To be treated as an outpatient, with the reason recorded.
    OutpatientWithReason,
}

/// Whether the dose is the first 60 mg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First60 {
    /// It is.
    Yes,
    /// A whole 60 mg was given before, or the dose is another.
    No,
    /// 60 mg was begun before and given only in part.
    EarlierOneInPart(Quantity),
}

/// What is asked of the setting of one dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdmissionFacts {
    /// The dose's place in the course.
    pub step: Step,
    /// The dose in mg.
    pub mg: Quantity,
    /// How the course came to this cycle.
    pub path: Path,
    /// Whether it is the first 60 mg.
    pub first_60mg: First60,
    /// Where the patient is; not asked when planning.
    pub setting: Datum<Setting>,
    /// When the patient was admitted, where that is known.
    pub admitted: Option<DateTime<Utc>>,
    /// When the dose begins, where that is known.
    pub start: Option<DateTime<Utc>>,
    /// The recorded decision on admission; not asked when planning.
    pub consideration: Datum<ConsiderationRecord>,
    /// The highest grade of CRS after the previous dose; 0 is none.
    pub last_crs_grade: u32,
}

/// 48 時間 (P-3b).
const HOURS: u32 = 48;
/// The dose of which P-3b speaks, in mg.
const SIXTY: Quantity = Quantity::whole(60);
/// P-3b as advice.
const MANDATORY: Admission = Admission::Mandatory { hours: HOURS };
/// The grade of CRS after which the next dose in hospital is considered (AE-CRS-G3-n2).
const GRADE_THREE: u32 = 3;

/// The verdict on the setting of a dose: rules `first_60mg_in_hospital`, `admission_considered` and `inpatient_after_grade_three`.
#[must_use]
pub fn admission(facts: &AdmissionFacts) -> Verdict {
    let rows = rows_of(facts.path, facts.step.cycle);
    let first_60mg = [&["P-3b"], rows].concat();
    let considered = [&["P-3a", "W-2c"], rows].concat();
    Verdict {
        findings: vec![
            Finding::of_notice(
                "first_60mg_in_hospital",
                first_60mg,
                first_60mg_in_hospital(facts),
            ),
            Finding::of_notice(
                "admission_considered",
                considered,
                admission_considered(facts),
            ),
            Finding::of_notice(
                "inpatient_after_grade_three",
                ["AE-CRS-G3-n2"],
                inpatient_after_grade_three(facts),
            ),
        ],
        advice: Advice {
            admission: Some(advised(facts)),
            strict_admission: perhaps_first_60mg(facts).then_some(MANDATORY),
            ..Advice::default()
        },
    }
}

/// What the notice says of a stay in hospital for this dose.
///
/// | the dose | a stay in hospital | |
/// |---|---|---|
/// | the first 60 mg | 48 hours from the start, always | P-3b |
/// | 60 mg after one that was given only in part | not stated; the strictest reading is the row above | P-3b |
/// | any other of cycle 1, repeated or not | to be considered | P-3a, W-2c |
/// | the next after CRS Grade 3 | to be considered | AE-CRS-G3-n2 |
/// | one of a repeated step-up from cycle 2 on | not stated | P-3a, W-2c |
/// | any other | not asked for | |
fn advised(facts: &AdmissionFacts) -> Admission {
    if facts.first_60mg == First60::Yes {
        MANDATORY
    } else if perhaps_first_60mg(facts) {
        Admission::NotStated
    } else if facts.step.cycle <= 1 || facts.last_crs_grade >= GRADE_THREE {
        Admission::Consider
    } else if facts.path == Path::ReStepUp {
        Admission::NotStated
    } else {
        Admission::NotMandated
    }
}

/// Whether the notice leaves open that this is the first 60 mg.
fn perhaps_first_60mg(facts: &AdmissionFacts) -> bool {
    matches!(facts.first_60mg, First60::EarlierOneInPart(_)) && facts.mg == SIXTY
}

/// In hospital, or to be there by the decision that is recorded.
fn is_inpatient(facts: &AdmissionFacts) -> bool {
    match facts.setting {
        Datum::Known(setting) => setting == Setting::Inpatient,
        Datum::Missing => false,
        Datum::NotAsked => facts.consideration == Datum::Known(ConsiderationRecord::Inpatient),
    }
}

/// As an outpatient, or to be one by the decision that is recorded.
fn is_outpatient(facts: &AdmissionFacts) -> bool {
    match facts.setting {
        Datum::Known(setting) => setting == Setting::Outpatient,
        Datum::Missing => false,
        Datum::NotAsked => {
            facts.consideration == Datum::Known(ConsiderationRecord::OutpatientWithReason)
        }
    }
}

/// Whether the patient was admitted only after the start.
fn admitted_late(facts: &AdmissionFacts) -> bool {
    matches!((facts.admitted, facts.start), (Some(admitted), Some(start)) if admitted > start)
}

/// Whether the decision on admission is recorded.
///
/// READING: a decision for the hospital does not explain why the dose is given to an outpatient.
fn is_considered(facts: &AdmissionFacts) -> bool {
    match facts.consideration {
        Datum::Known(ConsiderationRecord::OutpatientWithReason) => true,
        Datum::Known(ConsiderationRecord::Inpatient) => !is_outpatient(facts),
        Datum::Missing | Datum::NotAsked => false,
    }
}

/// Whether the dose is only planned: neither the setting nor the decision is asked for yet.
///
/// READING: where the setting of a dose is known and it is not the hospital, the decision is asked for too.
fn is_planned(facts: &AdmissionFacts) -> bool {
    facts.consideration == Datum::NotAsked
        && matches!(
            facts.setting,
            Datum::NotAsked | Datum::Known(Setting::Inpatient)
        )
}

/// P-3b: in hospital from the start of the first 60 mg.
///
/// 「少なくとも初回の 60mg 投与開始後 48 時間は必ず入院管理とすること。」
///
/// READING: 「投与開始後」: in hospital when the dose begins, not only once it has run.
/// READING: in a cycle 1 that is given again (RS-C1D8-6W) before any 60 mg was given, its 60 mg is the first.
/// READING: whether a 60 mg given in part was 「初回の 60mg」 is not stated. In hospital again, either reading is kept.
fn first_60mg_in_hospital(facts: &AdmissionFacts) -> Answer {
    if perhaps_first_60mg(facts) {
        return if is_inpatient(facts) && !admitted_late(facts) {
            Answer::met(Reason::InpatientFromStart {})
        } else {
            Answer::undetermined(Reason::First60mgNotCompletedNotStated {})
        };
    }
    if facts.first_60mg != First60::Yes {
        return Answer::met(Reason::AdmissionNotMandated {});
    }
    if is_outpatient(facts) {
        Answer::unmet(Reason::First60mgRequiresInpatient {})
    } else if admitted_late(facts) {
        Answer::unmet(Reason::NotInpatientFromStart {})
    } else {
        match facts.setting {
            Datum::Missing => Answer::missing(Field::Setting),
            Datum::NotAsked => Answer::met(Reason::AdmissionMandatory {}),
            Datum::Known(_) => Answer::met(Reason::InpatientFromStart {}),
        }
    }
}

/// P-3a, W-2c: after each dose of cycle 1 a stay in hospital is considered.
///
/// 「1 サイクル目の各投与後には患者の状態に応じて入院管理を検討すること。」
/// 「特に治療初期は入院管理等の適切な体制下で本剤の投与を行うこと。」
///
/// READING: what is considered is recorded, also where the patient is in hospital; a repeated dose of cycle 1 is one of it.
/// READING: the first 60 mg is answered by P-3b, which leaves nothing to consider.
/// READING: 「治療初期」 is not defined. A repeated step-up from cycle 2 on begins treatment anew, but P-3a names only
/// cycle 1: it is weighed. So is the 60 mg at its end in cycle 2, unless it is given in hospital.
fn admission_considered(facts: &AdmissionFacts) -> Answer {
    if facts.first_60mg == First60::Yes {
        return Answer::met(Reason::AdmissionMandatory {});
    }
    let cycle_one = facts.step.cycle <= 1;
    if !cycle_one && facts.path != Path::ReStepUp {
        return Answer::met(Reason::AdmissionNotMandated {});
    }
    if is_planned(facts) {
        return Answer::met(Reason::AdmissionToBeConsidered {});
    }
    let inpatient = is_inpatient(facts);
    if cycle_one {
        if is_considered(facts) {
            Answer::met(Reason::AdmissionConsidered {})
        } else {
            Answer::consider(Reason::ConsiderationNotRecorded {})
        }
    } else if facts.step == Step::new(2, 15) && !inpatient {
        Answer::consider(Reason::Second60mgAfterRestep {})
    } else if inpatient || is_considered(facts) {
        Answer::met(Reason::AdmissionConsidered {})
    } else {
        Answer::consider(Reason::RestepSettingNotStated {})
    }
}

/// AE-CRS-G3-n2: after CRS Grade 3 the next dose is given in hospital, if that is so decided.
///
/// 「前回投与時の半分以下の投与速度とし、入院にて行うことを検討する。」
///
/// READING: 「検討する」 covers the hospital as it does the rate; a recorded reason answers it.
fn inpatient_after_grade_three(facts: &AdmissionFacts) -> Answer {
    if facts.last_crs_grade < GRADE_THREE {
        Answer::met(Reason::AdmissionNotMandated {})
    } else if is_inpatient(facts) || is_considered(facts) {
        Answer::met(Reason::AdmissionConsidered {})
    } else if is_planned(facts) {
        Answer::met(Reason::AdmissionToBeConsidered {})
    } else {
        Answer::consider(Reason::InpatientAfterG3ToBeConsidered {})
    }
}

/// What is asked before a patient leaves the hospital: discharge and leave alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DischargeFacts {
    /// Whether the last dose was the first 60 mg (or the notice leaves open whether it was).
    pub first_60mg: bool,
    /// When that administration began.
    pub start: Option<DateTime<Utc>>,
    /// When the patient would leave.
    pub leaving: DateTime<Utc>,
    /// Whether cytokine release syndrome is going on.
    pub ongoing_crs: Option<bool>,
    /// Whether the patient was told when to seek care.
    pub instructed: Option<bool>,
    /// Whether part of the stay was at another facility.
    pub elsewhere: bool,
}

/// The verdict on leaving: rules `stay_of_48_hours`, `crs_at_leaving`, `place_of_stay` and `instruction`;
/// advice: when the 48 hours of the first 60 mg are over.
#[must_use]
pub fn discharge(facts: &DischargeFacts) -> Verdict {
    Verdict {
        findings: vec![
            Finding::of_notice("stay_of_48_hours", ["P-3b"], stay_of_48_hours(facts)),
            Finding::of_notice("crs_at_leaving", ["P-3b", "W-2d"], crs_at_leaving(facts)),
            Finding::of_notice("place_of_stay", ["P-3b", "F-1.1"], place_of_stay(facts)),
            Finding::of_notice("instruction", ["P-4"], instruction(facts)),
        ],
        advice: Advice {
            earliest: earliest(facts).filter(|_| facts.first_60mg),
            ..Advice::default()
        },
    }
}

/// 48 hours from the start, where it is known and the calendar reaches so far.
fn earliest(facts: &DischargeFacts) -> Option<DateTime<Utc>> {
    facts
        .start?
        .checked_add_signed(TimeDelta::hours(i64::from(HOURS)))
}

/// P-3b: 48 hours in hospital from the start of the first 60 mg.
///
/// 「少なくとも初回の 60mg 投与開始後 48 時間は必ず入院管理とすること。」
///
/// READING: the hours run from the start, not from the end, and an interruption does not begin them again; 48:00 is enough.
/// READING: 「必ず」 leaves no gap: a leave of one night is leaving.
/// READING: a start after the patient has left is none that could be recorded of the last dose.
fn stay_of_48_hours(facts: &DischargeFacts) -> Answer {
    if !facts.first_60mg {
        return if facts.start.is_some_and(|start| start > facts.leaving) {
            Answer::missing(Field::InfusionStart)
        } else {
            Answer::met(Reason::Not48hDose {})
        };
    }
    match (facts.start, earliest(facts)) {
        (Some(since), Some(earliest)) if facts.leaving >= earliest => {
            Answer::met(Reason::Hours48Passed { since })
        }
        (Some(_), Some(earliest)) => Answer::unmet(Reason::Before48h { earliest }),
        _ => Answer::missing(Field::InfusionStart),
    }
}

/// P-3b, W-2d: nobody leaves with CRS going on without a second thought.
///
/// 「少なくとも」
/// 「異常が認められた場合には、製造販売業者が提供するサイトカイン放出症候群管理ガイダンス等に従い、適切な処置を行うこと。」
///
/// READING: 48 hours are a minimum; what holds after them is not stated, so it is weighed.
fn crs_at_leaving(facts: &DischargeFacts) -> Answer {
    match facts.ongoing_crs {
        Some(false) => Answer::met(Reason::NoOngoingCrs {}),
        Some(true) => Answer::consider(Reason::OngoingCrsAt48h {}),
        None => Answer::missing(Field::OngoingCrs),
    }
}

/// P-3b, F-1.1: where the patient stayed.
///
/// 「24 時間体制で自施設※1 又は連携施設※2 において入院管理が可能」
///
/// READING: 「入院管理」 names no place: a stay without a gap at two facilities keeps the text, but its proof lies at both.
fn place_of_stay(facts: &DischargeFacts) -> Answer {
    if facts.elsewhere {
        Answer::consider(Reason::InpatientAtOtherFacility {})
    } else {
        Answer::met(Reason::StayedAtFacility {})
    }
}

/// P-4: the patient is told when to seek care.
///
/// 「サイトカイン放出症候群が疑われる症状があらわれた場合には、速やかに医療機関を受診するよう患者を指導すること。」
///
/// READING: before the patient leaves, whichever dose it was, and also for a leave.
fn instruction(facts: &DischargeFacts) -> Answer {
    match facts.instructed {
        Some(true) => Answer::met(Reason::InstructionGiven {}),
        Some(false) => Answer::unmet(Reason::InstructionMissing {}),
        None => Answer::missing(Field::Instruction),
    }
}

#[cfg(test)]
mod tests;

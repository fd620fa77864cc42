//! What is given before a dose (DN-1a, DN-1b, DN-1c, RS-N2, P-1).

use super::course::{Path, Step};
use super::quantity::Datum;
use crate::rules::finding::{
    Advice, Answer, Drug, Field, Finding, Notice, Reason, Steroid, SteroidBasis, Verdict,
};

/// Whether cytokine release syndrome followed the previous dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviousCrs {
    /// There was no previous dose.
    NoPreviousDose,
    /// It is recorded.
    Recorded(bool),
    /// Nobody recorded it.
    NotRecorded,
}

/// The corticosteroid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SteroidGiven {
    /// Planning: what will be given is not asked.
    NotAsked,
    /// Not given.
    No,
    /// Given; minutes before the start, negative after it. `None` when nobody recorded the time.
    Yes(Option<i64>),
}

/// Antipyretic analgesics and antihistamines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relief {
    /// Whether they were judged necessary.
    pub needed: Datum<bool>,
    /// Minutes before the start at which the antipyretic was given.
    pub antipyretic: Datum<i64>,
    /// Minutes before the start at which the antihistamine was given.
    pub antihistamine: Datum<i64>,
}

/// What is asked before one dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PremedicationFacts {
    /// The dose's place in the course.
    pub step: Step,
    /// How the course came to this cycle.
    pub path: Path,
    /// CRS after the previous dose.
    pub previous_crs: PreviousCrs,
    /// The corticosteroid.
    pub steroid: SteroidGiven,
    /// The others.
    pub relief: Relief,
}

/// 60分前: the fewest minutes between the corticosteroid and the start.
const STEROID_MINUTES: i64 = 60;
/// READING: the clause states no upper limit but says 60 minutes; from twice that on it is weighed.
const STEROID_EARLY_MINUTES: i64 = 120;
/// 30～60分前, both included.
const RELIEF_MINUTES: std::ops::RangeInclusive<i64> = 30..=60;

/// The verdict on premedication: rules `steroid` and `relief`; advice: whether a corticosteroid is required.
#[must_use]
pub fn premedication(facts: &PremedicationFacts) -> Verdict {
    let duty = duty(facts);
    let required = matches!(duty, Steroid::Required(_));
    let mut notices = vec![Notice::AntipyreticAntihistamineAsNeeded];
    if required {
        notices.push(Notice::SteroidDrugAndDoseNotStated);
    }
    notices.sort_unstable();
    Verdict {
        findings: vec![
            Finding::of_notice("steroid", steroid_clauses(facts), steroid(facts, duty)),
            Finding::of_notice("relief", ["DN-1c"], relief(&facts.relief)),
        ],
        advice: Advice {
            steroid: Some(duty),
            wait_minutes: wait(facts).filter(|_| required),
            notices,
            ..Advice::default()
        },
    }
}

/// Whether a corticosteroid is required, and by what.
///
/// | the dose | a corticosteroid | |
/// |---|---|---|
/// | cycles 1 and 2, every dose, repeated or not | always | DN-1a |
/// | cycle 3 on, days 1, 8 and 15 of a repeated step-up | always | RS-N2 |
/// | cycle 3 on, any other | if CRS followed the previous dose, or nobody recorded whether it did | DN-1b |
///
/// READING: DN-1a names the days of cycle 1 but none of cycle 2, so it covers a repeated step-up in cycle 2 as well.
/// READING: 「あらわれなくなるまで」: one dose without CRS ends the duty; a later CRS begins it again.
fn duty(facts: &PremedicationFacts) -> Steroid {
    if facts.step.cycle <= 2 {
        return Steroid::Required(SteroidBasis::CyclesOneAndTwo);
    }
    match (facts.path, facts.previous_crs) {
        (Path::ReStepUp, _) => Steroid::Required(SteroidBasis::ReStepUp),
        (_, PreviousCrs::Recorded(false)) => Steroid::NotRequired,
        (
            _,
            PreviousCrs::Recorded(true) | PreviousCrs::NotRecorded | PreviousCrs::NoPreviousDose,
        ) => Steroid::Required(SteroidBasis::CrsAfterPreviousDose),
    }
}

/// The rows of DN-3 by which a dose came to where it is: none on the way that D-1a says.
///
/// | path | cycle | rows |
/// |---|---|---|
/// | cycle 1 repeated | 1 | RS-C1D1-2W, RS-C1D8-2W6W, RS-C1D8-6W |
/// | repeated step-up | 2 | RS-C1D15-6W-a |
/// | | 3 | RS-C2-6W-a |
/// | | 4 on | RS-C3P-6W |
pub(super) const fn rows_of(path: Path, cycle: u32) -> &'static [&'static str] {
    match (path, cycle) {
        (Path::CycleOneRepeated, _) => &["RS-C1D1-2W", "RS-C1D8-2W6W", "RS-C1D8-6W"],
        (Path::ReStepUp, ..=2) => &["RS-C1D15-6W-a"],
        (Path::ReStepUp, 3) => &["RS-C2-6W-a"],
        (Path::ReStepUp, _) => &["RS-C3P-6W"],
        (Path::Standard | Path::AfterReStepUp, _) => &[],
    }
}

/// From cycle 3 on both clauses are cited, whichever decides: each says where the other ends.
fn steroid_clauses(facts: &PremedicationFacts) -> Vec<&'static str> {
    let basis: &[&str] = if facts.step.cycle <= 2 {
        &["DN-1a"]
    } else {
        &["DN-1b", "RS-N2"]
    };
    let always = ["P-1", "W-2d", "N1-2b"];
    let rows = rows_of(facts.path, facts.step.cycle);
    [basis, rows, &always].concat()
}

/// How long to wait until the corticosteroid was given 60 minutes before.
fn wait(facts: &PremedicationFacts) -> Option<i64> {
    match facts.steroid {
        SteroidGiven::Yes(Some(minutes @ 1..STEROID_MINUTES)) => Some(STEROID_MINUTES - minutes),
        _ => None,
    }
}

/// DN-1a, DN-1b, RS-N2, P-1, W-2d: a corticosteroid 60 minutes before the start, where it is required. N1-2b: which one is not said here.
///
/// 「1サイクル目（1、8及び15日目）及び2サイクル目については、本剤投与の60分前に、副腎皮質ホルモン剤を前投与すること。」
/// 「3サイクル目以降は、本剤の前回投与後にサイトカイン放出症候群があらわれた患者には、サイトカイン放出症候群があらわれなくなるまで、副腎皮質ホルモン剤を前投与すること。」
/// 「1、8、15日目については、本剤投与の60分前に、副腎皮質ホルモン剤を前投与すること。」
///
/// READING: 「60分前に」: not later than 60 minutes before; waiting mends it.
/// READING: DN-1b names no time; it is the 60 minutes of the other two.
/// READING: whether CRS followed the previous dose is to be recorded even where a corticosteroid was given to be safe.
/// READING: where it is not required, giving one is not forbidden.
fn steroid(facts: &PremedicationFacts, duty: Steroid) -> Answer {
    let Steroid::Required(basis) = duty else {
        return Answer::met(Reason::SteroidNotRequired {});
    };
    if basis == SteroidBasis::CrsAfterPreviousDose
        && facts.previous_crs != PreviousCrs::Recorded(true)
    {
        return Answer::unmet(Reason::CrsAssessmentOfPreviousDoseMissing {});
    }
    let minutes = match facts.steroid {
        SteroidGiven::NotAsked => return Answer::met(Reason::SteroidRequired {}),
        SteroidGiven::No => return Answer::unmet(Reason::SteroidMissing {}),
        SteroidGiven::Yes(None) => return Answer::missing(Field::SteroidTime),
        SteroidGiven::Yes(Some(minutes)) => minutes,
    };
    if let Some(wait) = wait(facts) {
        Answer::unmet(Reason::SteroidLessThan60Min { minutes, wait })
    } else if minutes < STEROID_MINUTES {
        Answer::unmet(Reason::SteroidNotBeforeStart { minutes })
    } else if minutes > STEROID_EARLY_MINUTES {
        Answer::consider(Reason::SteroidMuchEarlierThan60Min { minutes })
    } else {
        Answer::met(Reason::SteroidInTime { minutes })
    }
}

/// DN-1c: antipyretic analgesics and antihistamines as needed, in every cycle.
///
/// 「サイクルによらず、本剤投与の30～60分前に、必要に応じて解熱鎮痛剤や抗ヒスタミン剤を前投与すること。」
///
/// READING: 「必要に応じて」: somebody judges the need, and the judgement is recorded; nothing here stops a dose.
/// READING: 「や」: one of the two may be enough. Where one was given, it was needed; where they were needed and
/// neither was given, no time is recorded that could be right.
fn relief(facts: &Relief) -> Answer {
    let given = [
        (Drug::Antipyretic, facts.antipyretic),
        (Drug::Antihistamine, facts.antihistamine),
    ]
    .into_iter()
    .filter(|(_, time)| *time != Datum::NotAsked);
    let answers: Vec<Answer> = given.map(|(drug, time)| relief_given(drug, time)).collect();
    if let Some(worst) = answers
        .into_iter()
        .rev()
        .max_by_key(|answer| answer.outcome)
    {
        return worst;
    }
    match facts.needed {
        Datum::NotAsked => Answer::met(Reason::ReliefAsNeeded {}),
        Datum::Missing => Answer::consider(Reason::NeedNotAssessed {}),
        Datum::Known(false) => Answer::met(Reason::ReliefNotNeeded {}),
        Datum::Known(true) => Answer::consider(Reason::ReliefTimeNotRecorded {
            drug: Drug::Antipyretic,
        }),
    }
}

/// One drug that was given.
fn relief_given(drug: Drug, time: Datum<i64>) -> Answer {
    match (time, drug) {
        (Datum::Known(minutes), _) if RELIEF_MINUTES.contains(&minutes) => {
            Answer::met(Reason::ReliefInTime {})
        }
        (Datum::Known(minutes), Drug::Antipyretic) => {
            Answer::consider(Reason::AntipyreticOutside3060 { minutes })
        }
        (Datum::Known(minutes), Drug::Antihistamine) => {
            Answer::consider(Reason::AntihistamineOutside3060 { minutes })
        }
        (Datum::Missing | Datum::NotAsked, drug) => {
            Answer::consider(Reason::ReliefTimeNotRecorded { drug })
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::rules::finding::{Decision, Outcome};

    fn facts(cycle: u32, day: u32, path: Path, previous_crs: PreviousCrs) -> PremedicationFacts {
        PremedicationFacts {
            step: Step::new(cycle, day),
            path,
            previous_crs,
            steroid: SteroidGiven::NotAsked,
            relief: Relief {
                needed: Datum::NotAsked,
                antipyretic: Datum::NotAsked,
                antihistamine: Datum::NotAsked,
            },
        }
    }

    fn answered(rule: &str, facts: &PremedicationFacts) -> (Outcome, &'static str) {
        let verdict = premedication(facts);
        let finding = verdict.finding(rule).unwrap();
        (finding.outcome, finding.reason.code())
    }

    #[test]
    fn cycles_one_and_two_need_a_steroid_whatever_came_before() {
        for path in [Path::Standard, Path::CycleOneRepeated, Path::ReStepUp] {
            for cycle in [1, 2] {
                for previous in [
                    PreviousCrs::Recorded(false),
                    PreviousCrs::NotRecorded,
                    PreviousCrs::NoPreviousDose,
                ] {
                    let asked = facts(cycle, 8, path, previous);
                    assert_eq!(
                        answered("steroid", &asked),
                        (Outcome::Met, "STEROID_REQUIRED")
                    );
                    let none = PremedicationFacts {
                        steroid: SteroidGiven::No,
                        ..asked
                    };
                    assert_eq!(
                        answered("steroid", &none),
                        (Outcome::Unmet, "STEROID_MISSING")
                    );
                }
            }
        }
    }

    #[test]
    fn from_cycle_3_the_previous_dose_decides_except_in_a_repeated_step_up() {
        let steroid = |path, previous| {
            premedication(&facts(3, 1, path, previous))
                .advice
                .steroid
                .unwrap()
        };
        for path in [Path::Standard, Path::AfterReStepUp] {
            assert_eq!(
                steroid(path, PreviousCrs::Recorded(false)),
                Steroid::NotRequired
            );
            assert_eq!(
                steroid(path, PreviousCrs::Recorded(true)),
                Steroid::Required(SteroidBasis::CrsAfterPreviousDose)
            );
        }
        assert_eq!(
            steroid(Path::ReStepUp, PreviousCrs::Recorded(false)),
            Steroid::Required(SteroidBasis::ReStepUp)
        );
    }

    #[test]
    fn a_previous_dose_of_which_nothing_is_recorded_holds_even_with_a_steroid() {
        for previous in [PreviousCrs::NotRecorded, PreviousCrs::NoPreviousDose] {
            let unknown = PremedicationFacts {
                steroid: SteroidGiven::Yes(Some(60)),
                ..facts(3, 1, Path::Standard, previous)
            };
            assert_eq!(
                answered("steroid", &unknown),
                (Outcome::Unmet, "CRS_ASSESSMENT_OF_PREVIOUS_DOSE_MISSING")
            );
        }
    }

    #[test]
    fn sixty_minutes_are_enough_and_fifty_nine_are_mended_by_waiting_one() {
        let given = |minutes| PremedicationFacts {
            steroid: SteroidGiven::Yes(minutes),
            ..facts(1, 8, Path::Standard, PreviousCrs::Recorded(false))
        };
        for (minutes, expected, wait) in [
            (Some(i64::MIN), "STEROID_NOT_BEFORE_START", None),
            (Some(0), "STEROID_NOT_BEFORE_START", None),
            (Some(1), "STEROID_LESS_THAN_60_MIN", Some(59)),
            (Some(59), "STEROID_LESS_THAN_60_MIN", Some(1)),
            (Some(60), "STEROID_IN_TIME", None),
            (Some(120), "STEROID_IN_TIME", None),
            (Some(121), "STEROID_MUCH_EARLIER_THAN_60_MIN", None),
            (Some(i64::MAX), "STEROID_MUCH_EARLIER_THAN_60_MIN", None),
            (None, "MISSING_DATA", None),
        ] {
            let (_, code) = answered("steroid", &given(minutes));
            assert_eq!(code, expected, "{minutes:?}");
            assert_eq!(premedication(&given(minutes)).advice.wait_minutes, wait);
        }
    }

    #[test]
    fn a_steroid_that_is_not_required_is_not_timed() {
        for steroid in [
            SteroidGiven::No,
            SteroidGiven::Yes(None),
            SteroidGiven::Yes(Some(5)),
        ] {
            let free = PremedicationFacts {
                steroid,
                ..facts(4, 1, Path::Standard, PreviousCrs::Recorded(false))
            };
            assert_eq!(
                answered("steroid", &free),
                (Outcome::Met, "STEROID_NOT_REQUIRED")
            );
            assert_eq!(premedication(&free).advice.wait_minutes, None);
        }
    }

    #[test]
    fn relief_is_given_30_to_60_minutes_before_and_never_stops_a_dose() {
        let first = facts(1, 1, Path::Standard, PreviousCrs::NoPreviousDose);
        let answer = |needed, antipyretic, antihistamine| {
            let relief = Relief {
                needed,
                antipyretic,
                antihistamine,
            };
            let facts = PremedicationFacts { relief, ..first };
            assert!(premedication(&facts).decision() <= Decision::Warn);
            answered("relief", &facts).1
        };
        let none = Datum::NotAsked;
        for (minutes, expected) in [
            (29, "ANTIPYRETIC_OUTSIDE_30_60"),
            (30, "RELIEF_IN_TIME"),
            (60, "RELIEF_IN_TIME"),
            (61, "ANTIPYRETIC_OUTSIDE_30_60"),
        ] {
            assert_eq!(
                answer(Datum::NotAsked, Datum::Known(minutes), none),
                expected
            );
        }
        assert_eq!(
            answer(Datum::Known(true), Datum::Known(30), Datum::Known(61)),
            "ANTIHISTAMINE_OUTSIDE_30_60"
        );
        assert_eq!(
            answer(Datum::Missing, Datum::Known(30), none),
            "RELIEF_IN_TIME"
        );
        assert_eq!(
            answer(Datum::Known(true), Datum::Missing, none),
            "RELIEF_TIME_NOT_RECORDED"
        );
        assert_eq!(
            answer(Datum::Known(true), none, none),
            "RELIEF_TIME_NOT_RECORDED"
        );
        assert_eq!(answer(Datum::Known(false), none, none), "RELIEF_NOT_NEEDED");
        assert_eq!(answer(Datum::Missing, none, none), "NEED_NOT_ASSESSED");
        assert_eq!(answer(Datum::NotAsked, none, none), "RELIEF_AS_NEEDED");
    }
}

//! The decision at the end of cycle 8, and the end of the course (D-1b).

use serde::{Deserialize, Serialize};

use super::course::Step;
use crate::rules::finding::{Advice, Answer, Finding, Reason, Verdict};

/// A response category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// 完全奏効.
    #[serde(rename = "CR")]
    Cr,
    /// 部分奏効.
    #[serde(rename = "PR")]
    Pr,
    /// 病勢安定.
    #[serde(rename = "SD")]
    Sd,
    /// 病勢進行.
    #[serde(rename = "PD")]
    Pd,
    /// Not evaluable.
    #[serde(rename = "NE")]
    Ne,
    /// Categories that contradict each other, or another word.
    #[serde(rename = "other")]
    Other,
}

/// What is asked of the course as a whole before a dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseFacts {
    /// The cycle of the dose proposed.
    pub cycle: u32,
    /// 1 for the first course.
    pub course: u32,
    /// The response at the end of cycle 8; `None` when nobody recorded it.
    pub end_of_cycle_8: Option<Response>,
    /// The place in the course at which that was assessed, where it was recorded.
    pub assessed_at: Option<Step>,
    /// The latest other response, where one was recorded.
    pub interim: Option<Response>,
}

/// The cycle at whose end the response decides (D-1b).
const DECIDING_CYCLE: u32 = 8;
/// 計 17 サイクルまで (D-1b).
const TOTAL_CYCLES: u32 = 17;
/// The day of the last third of a 21-day cycle.
const LATE_IN_CYCLE: u32 = 15;

/// May this cycle be given at all? One finding of every rule; advice: the last cycle that may be given.
#[must_use]
pub fn response(facts: &ResponseFacts) -> Verdict {
    Verdict {
        findings: vec![
            Finding::of_notice("retreatment", ["D-1b", "IN-1"], retreatment(facts)),
            Finding::of_notice("total_cycles", ["D-1b", "RS-C3P-6W"], total_cycles(facts)),
            Finding::of_notice("end_of_cycle_8", ["D-1a", "D-1b"], end_of_cycle_8(facts)),
            Finding::of_notice("progression", ["D-1a", "D-1b"], progression(facts)),
            Finding::of_notice("time_of_assessment", ["D-1b"], time_of_assessment(facts)),
        ],
        advice: Advice {
            max_cycle: max_cycle(facts),
            ..Advice::default()
        },
    }
}

/// Whether it is the first course: the response of an old course decides nothing of a later one.
const fn is_first_course(facts: &ResponseFacts) -> bool {
    facts.course <= 1
}

/// The last cycle, where the response has chosen it.
fn max_cycle(facts: &ResponseFacts) -> Option<u32> {
    match facts.end_of_cycle_8 {
        Some(Response::Sd | Response::Pr) if is_first_course(facts) => Some(TOTAL_CYCLES),
        Some(Response::Cr) if is_first_course(facts) => Some(DECIDING_CYCLE),
        _ => None,
    }
}

/// D-1b, IN-1: whether a second course may follow the first.
///
/// 「8サイクル終了時に、完全奏効が得られた患者は投与を終了し」
///
/// READING: the notice speaks of one course; of giving the drug again after a relapse it says nothing.
fn retreatment(facts: &ResponseFacts) -> Answer {
    if is_first_course(facts) {
        Answer::met(Reason::FirstCourse {})
    } else {
        Answer::undetermined(Reason::RetreatmentNotStated {})
    }
}

/// D-1b: no more than 17 cycles in all.
///
/// 「計 17 サイクルまで投与を継続する。」
///
/// READING: 「計」: the first eight are among the 17.
/// READING: cycles are counted, not administrations; a cycle that begins with 1 mg and 2 mg again (RS-C3P-6W) is one.
fn total_cycles(facts: &ResponseFacts) -> Answer {
    let cycle = facts.cycle;
    if cycle > TOTAL_CYCLES {
        Answer::unmet(Reason::BeyondTotal17Cycles { cycle })
    } else {
        Answer::met(Reason::WithinTotal17Cycles { cycle })
    }
}

/// D-1a, D-1b: eight cycles; what comes after them depends on the response at their end.
///
/// 「3サイクル目以降は1日目に30 mgを8サイクルまで点滴静注する。」
/// 「8サイクル終了時に、完全奏効が得られた患者は投与を終了し、また、病勢安定又は部分奏効が得られた患者は、計 17 サイクルまで投与を継続する。」
///
/// | 8サイクル終了時 | from cycle 9 on |
/// |---|---|
/// | 完全奏効 (CR) | ended |
/// | 病勢安定 (SD), 部分奏効 (PR) | to cycle 17 |
/// | PD, not evaluable, contradictory | not stated |
/// | not recorded | not before it is recorded |
///
/// READING: a complete response before the end of cycle 8 ends nothing, and one first seen after it does not either:
/// the branch is taken at the end of cycle 8.
/// READING: in a later course even the eight cycles are a matter of the silence on retreatment.
fn end_of_cycle_8(facts: &ResponseFacts) -> Answer {
    if facts.cycle <= DECIDING_CYCLE {
        return Answer::met(Reason::ResponseNotYetAsked {});
    }
    if !is_first_course(facts) {
        return Answer::undetermined(Reason::RetreatmentNotStated {});
    }
    match facts.end_of_cycle_8 {
        Some(Response::Sd | Response::Pr) => Answer::met(Reason::ContinueTo17 {}),
        Some(Response::Cr) => Answer::unmet(Reason::CourseCompletedCr {}),
        Some(Response::Pd) => Answer::undetermined(Reason::PdNotStated {}),
        Some(Response::Ne) => Answer::undetermined(Reason::NeNotStated {}),
        Some(Response::Other) => Answer::undetermined(Reason::ResponseCriteriaNotStated {}),
        None => Answer::unmet(Reason::ResponseMissing {}),
    }
}

/// D-1a, D-1b: whether to go on when the disease progresses.
///
/// 「病勢安定又は部分奏効が得られた患者は、計 17 サイクルまで投与を継続する。」
///
/// READING: progressive disease is mentioned nowhere, before the end of cycle 8, at it, or later; a physician decides.
/// READING: of a further course, the response at the end of cycle 8 is that of the course before it.
fn progression(facts: &ResponseFacts) -> Answer {
    let at_end_of_cycle_8 = facts.end_of_cycle_8.filter(|_| is_first_course(facts));
    let progressed = [facts.interim, at_end_of_cycle_8].contains(&Some(Response::Pd));
    if progressed {
        Answer::undetermined(Reason::PdNotStated {})
    } else {
        Answer::met(Reason::NoProgressionRecorded {})
    }
}

/// D-1b: the response is that at the end of cycle 8.
///
/// 「8サイクル終了時に」
///
/// READING: no tolerance is stated; an assessment before day 15 of cycle 8 is weighed again, one from then on passes.
/// READING: where its place was not recorded, the record that calls it the one at the end of cycle 8 is believed.
fn time_of_assessment(facts: &ResponseFacts) -> Answer {
    if facts.cycle <= DECIDING_CYCLE || !is_first_course(facts) {
        return Answer::met(Reason::ResponseNotYetAsked {});
    }
    match facts.assessed_at {
        Some(step) if step < Step::new(DECIDING_CYCLE, LATE_IN_CYCLE) => {
            Answer::consider(Reason::AssessmentNotAtEndOfCycle8 {})
        }
        _ => Answer::met(Reason::AssessedAtEndOfCycle8 {}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::finding::{Decision, Outcome};

    fn facts(cycle: u32, end_of_cycle_8: Option<Response>) -> ResponseFacts {
        ResponseFacts {
            cycle,
            course: 1,
            end_of_cycle_8,
            assessed_at: None,
            interim: None,
        }
    }

    fn codes_of_worst(verdict: &Verdict) -> Vec<&'static str> {
        let worst = verdict
            .findings
            .iter()
            .filter(|finding| Some(finding.outcome) == verdict.worst());
        worst.map(|finding| finding.reason.code()).collect()
    }

    #[test]
    fn the_eighth_cycle_asks_no_response_and_the_ninth_does() {
        assert_eq!(response(&facts(8, None)).decision(), Decision::Allow);
        let ninth = response(&facts(9, None));
        assert_eq!(ninth.decision(), Decision::Block);
        assert_eq!(codes_of_worst(&ninth), ["RESPONSE_MISSING"]);
    }

    #[test]
    fn the_seventeenth_cycle_is_the_last() {
        assert_eq!(
            response(&facts(17, Some(Response::Sd))).decision(),
            Decision::Allow
        );
        for cycle in [18, 25, u32::MAX] {
            let verdict = response(&facts(cycle, Some(Response::Pr)));
            assert_eq!(codes_of_worst(&verdict), ["BEYOND_TOTAL_17_CYCLES"]);
        }
    }

    #[test]
    fn a_complete_response_ends_the_course_only_at_the_end_of_cycle_8() {
        let early = ResponseFacts {
            interim: Some(Response::Cr),
            ..facts(5, None)
        };
        assert_eq!(response(&early).decision(), Decision::Allow);
        let late = ResponseFacts {
            interim: Some(Response::Cr),
            ..facts(13, Some(Response::Pr))
        };
        assert_eq!(response(&late).decision(), Decision::Allow);
        assert_eq!(response(&late).advice.max_cycle, Some(17));
        let ended = response(&facts(9, Some(Response::Cr)));
        assert_eq!(ended.decision(), Decision::Block);
        assert_eq!(ended.advice.max_cycle, Some(8));
    }

    #[test]
    fn progression_is_never_settled_by_the_notice() {
        for cycle in [2, 8, 9, 17] {
            let progressed = ResponseFacts {
                interim: Some(Response::Pd),
                ..facts(cycle, Some(Response::Pr))
            };
            assert_eq!(response(&progressed).decision(), Decision::Refer);
        }
        assert_eq!(
            response(&facts(8, Some(Response::Pd))).decision(),
            Decision::Refer
        );
    }

    #[test]
    fn day_15_of_cycle_8_is_late_enough() {
        for (cycle, day, expected) in [
            (7, 21, Outcome::Consider),
            (8, 14, Outcome::Consider),
            (8, 15, Outcome::Met),
            (9, 1, Outcome::Met),
        ] {
            let assessed = ResponseFacts {
                assessed_at: Some(Step::new(cycle, day)),
                ..facts(9, Some(Response::Pr))
            };
            assert_eq!(
                response(&assessed).worst(),
                Some(expected),
                "C{cycle}D{day}"
            );
        }
    }

    #[test]
    fn the_response_of_an_old_course_decides_nothing_of_a_new_one() {
        for cycle in [1, 9] {
            for old in [
                None,
                Some(Response::Cr),
                Some(Response::Pd),
                Some(Response::Pr),
            ] {
                let again = ResponseFacts {
                    course: 2,
                    ..facts(cycle, old)
                };
                let verdict = response(&again);
                assert_eq!(verdict.decision(), Decision::Refer);
                assert!(
                    codes_of_worst(&verdict)
                        .iter()
                        .all(|code| *code == "RETREATMENT_NOT_STATED")
                );
                assert_eq!(verdict.advice.max_cycle, None);
            }
        }
    }
}

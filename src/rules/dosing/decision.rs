//! What a physician's recorded decision can answer: a guideline cell, a consideration, the notice's silence — never a firm clause.

use super::facts::Decision;
use crate::rules::finding::{Finding, Outcome, Reason, Verdict};

/// The rules of the table of reactions.
///
/// 「症状、重症度等に応じて、以下の基準を目安に、本剤の投与中断等を考慮すること。」 (DN-2)
///
/// READING: the table is a guide, so a physician's recorded decision may deviate from each of its cells.
/// The tables of restarting (DN-3 「以下のとおりとすること」), premedication (DN-1a), the 48 hours (P-3b 「必ず」) and consent (W-1b)
/// are worded without any such word: there a decision changes nothing.
pub const GUIDELINE_RULES: [&str; 8] = [
    "reaction",
    "resumption",
    "resumption_rate",
    "recovery_72_hours",
    "rate_after_reaction",
    "grade_three_duration",
    "platelets",
    "neutrophils",
];

/// The findings after what a physician decided.
///
/// READING: a decision on what is to be considered (検討・考慮) settles it; a decision where the notice is silent, or against a
/// cell of the guide, lets the act go on only as something considered. It answers one reason of one rule: another reason asks again.
pub(super) fn decided(mut verdict: Verdict, decisions: &[Decision]) -> Verdict {
    for finding in &mut verdict.findings {
        let is_decided = decisions.iter().any(|decision| {
            decision.rule == finding.rule
                && decision.code == finding.reason.code()
                && !decision.because.trim().is_empty()
        });
        if let (true, Some(outcome)) = (is_decided, after_decision(finding)) {
            finding.reason = Reason::DecidedByPhysician {
                was: finding.reason.code().to_owned(),
            };
            finding.outcome = outcome;
        }
    }
    verdict
}

/// Whether a physician's recorded decision would change this finding: pages ask for one only there.
#[must_use]
pub fn may_be_decided(finding: &Finding) -> bool {
    after_decision(finding).is_some()
}

/// What a recorded decision makes of the finding; `None` where it changes nothing.
fn after_decision(finding: &Finding) -> Option<Outcome> {
    match finding.outcome {
        Outcome::Met => None,
        Outcome::Consider => Some(Outcome::Met),
        Outcome::Undetermined => Some(Outcome::Consider),
        Outcome::Unmet => may_be_set_aside(finding).then_some(Outcome::Consider),
    }
}

/// INVARIANT: what was not recorded, or was graded or counted so that the row cannot be applied, is not a matter of judgement.
fn may_be_set_aside(finding: &Finding) -> bool {
    let is_unknown = matches!(
        finding.reason,
        Reason::MissingData { .. }
            | Reason::ScaleNotAstct {}
            | Reason::UnitMissing {}
            | Reason::RecoveryNotConfirmed {}
    );
    GUIDELINE_RULES.contains(&finding.rule.as_ref()) && !is_unknown
}

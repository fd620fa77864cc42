//! The rules of the house policy (社内基準) on a delivery: a lapse here is a house finding only, never one of the notice.

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::question::Question;
use crate::rules::briefing::{ExplanationFacts, latest_before_delivery};
use crate::rules::facility::speaking;
use crate::rules::finding::{Answer, Field, Reason};
use crate::rules::gate::OrderedProduct;
use crate::rules::notice::Product;
use crate::rules::physician::{Meeting, PhysicianFacts};
use crate::rules::policy::PolicyVersion;

/// HP-1: the facility's evidence is re-confirmed in time.
///
/// 「社内基準：受理した要件確認は、受理の日から社内基準が定める月数ごとに再確認する。」
///
/// READING: the attestation that speaks on the day is the one that must be recent; a partner's attestation is re-confirmed
/// in the partner's own standing. Where none speaks, the rules of the notice say so, and the one accepted last is judged here,
/// so that one lapse is not counted twice.
pub(super) fn reconfirmation(question: &Question) -> Answer {
    let Some(policy) = question.policy() else {
        return Answer::missing(Field::Policy);
    };
    let readiness = &question.facts.readiness;
    let accepted_last = || readiness.iter().max_by_key(|row| (row.accepted_on, *row));
    let Some(row) = speaking(readiness, question.on).or_else(accepted_last) else {
        return Answer::missing(Field::Readiness);
    };
    let accepted = row.accepted_on;
    match policy.last_day_confirmed(accepted) {
        Some(last) if last < question.on => {
            Answer::unmet(Reason::ReconfirmationOverdue { accepted, last })
        }
        last => Answer::met(Reason::EvidenceReconfirmed { accepted, last }),
    }
    .resting_on([&row.evidence])
}

/// From which day the next meeting of a physician is counted.
struct Countdown<'a> {
    physician: &'a PhysicianFacts,
    from: NaiveDate,
    /// The meeting it is counted from; `None` when it is counted from the affiliation.
    meeting: Option<&'a Meeting>,
    /// The last day in time; `None` beyond the calendar.
    due: Option<NaiveDate>,
}

/// HP-2: a qualified physician met the representative in time.
///
/// 「社内基準：要件を満たす医師との面談の間隔は、社内基準が定める日数以内とする。面談がまだないときは着任の日から数える。」
///
/// READING: one qualified physician in time suffices, because F-1.3 needs one. Where nobody qualifies on the day,
/// `qualified_physician` says so, and this rule speaks of all physicians named, so that one lapse is not counted twice.
/// READING: a meeting before the physician came to this facility counts only if it was not followed by a later first day here.
pub(super) fn meeting(question: &Question) -> Answer {
    let Some(policy) = question.policy() else {
        return Answer::missing(Field::Policy);
    };
    let physicians = &question.facts.physicians;
    let qualified = physicians
        .iter()
        .filter(|physician| physician.qualifies(question.on));
    let latest_due = last_due(qualified, policy, question.on)
        .or_else(|| last_due(physicians.iter(), policy, question.on));
    let Some(countdown) = latest_due else {
        let field = if physicians.is_empty() {
            Field::Physician
        } else {
            Field::Meeting
        };
        return Answer::missing(field);
    };
    let physician = countdown.physician.name.clone();
    let (from, due) = (countdown.from, countdown.due);
    match (due, countdown.meeting) {
        (Some(due), _) if due < question.on => Answer::unmet(Reason::MeetingOverdue {
            physician,
            counted_from: from,
            due,
        }),
        (due, Some(_)) => Answer::met(Reason::MeetingInTime {
            physician,
            met: from,
            due,
        }),
        (due, None) => Answer::met(Reason::FirstMeetingNotYetDue {
            physician,
            affiliated: from,
            due,
        }),
    }
    .resting_on(countdown.meeting.map(|meeting| &meeting.evidence))
}

/// The countdown that ends last among these physicians.
fn last_due<'a>(
    physicians: impl Iterator<Item = &'a PhysicianFacts>,
    policy: &PolicyVersion,
    on: NaiveDate,
) -> Option<Countdown<'a>> {
    physicians
        .filter_map(|physician| countdown(physician, policy, on))
        .max_by_key(|countdown| {
            (
                countdown.due.is_none(),
                countdown.due,
                Reverse(countdown.physician),
            )
        })
}

fn countdown<'a>(
    physician: &'a PhysicianFacts,
    policy: &PolicyVersion,
    on: NaiveDate,
) -> Option<Countdown<'a>> {
    let begun = physician
        .affiliations
        .iter()
        .map(|affiliation| affiliation.span.first)
        .filter(|first| *first <= on);
    let affiliated = physician.affiliated_since(on).or_else(|| begun.max());
    let held = physician.meetings.iter().filter(|meeting| meeting.at <= on);
    let meeting = held
        .max_by_key(|meeting| (meeting.at, *meeting))
        .filter(|meeting| affiliated.is_none_or(|affiliated| affiliated <= meeting.at));
    let from = meeting.map(|meeting| meeting.at).or(affiliated)?;
    Some(Countdown {
        physician,
        from,
        meeting,
        due: policy.meeting_due(from),
    })
}

/// HP-3, F-1.4: an old explanation is to be considered, because the notice states no validity.
///
/// 「社内基準：事前説明から社内基準が定める月数を超えたときは、改めて説明することを検討する。」
///
/// READING: the notice says 「事前説明を行った上で」 and no period, so an old explanation still satisfies F-1.4; its age only asks
/// for a recorded reason. Where no explanation satisfies F-1.4, `explanation` says so, and the age of the latest one is judged,
/// so that one lapse is not counted twice.
pub(super) fn explanation_age(question: &Question) -> Answer {
    let Some(policy) = question.policy() else {
        return Answer::missing(Field::Policy);
    };
    let explanations = &question.facts.explanations;
    let given = |row: &&ExplanationFacts| row.ended.day().is_some_and(|day| day <= question.on);
    let latest =
        latest_before_delivery(explanations, question.on, question.not_before()).or_else(|| {
            explanations
                .iter()
                .filter(given)
                .max_by_key(|row| (row.ended.day(), *row))
        });
    let Some((explanation, explained)) =
        latest.and_then(|latest| Some((latest, latest.ended.day()?)))
    else {
        return Answer::missing(Field::Explanation);
    };
    match policy.last_day_recent(explained) {
        Some(last) if last < question.on => {
            Answer::consider(Reason::ExplanationAgeNotStated { explained, last })
        }
        last => Answer::met(Reason::ExplanationRecent { explained, last }),
    }
    .resting_on([&explanation.evidence])
}

/// HP-4: an unusually large order is to be considered.
///
/// 「社内基準：1 回の注文が社内基準の定める数量を超えるときは、その理由を検討し記録する。」
pub(super) fn order_quantity(question: &Question) -> Answer {
    let Some(policy) = question.policy() else {
        return Answer::missing(Field::Policy);
    };
    let lines = question
        .order
        .map_or(&[][..], |order| order.lines.as_slice());
    let vials = |product: Product| -> u64 {
        lines
            .iter()
            .filter(|line| line.product == OrderedProduct::Known(product))
            .fold(0, |sum, line| sum.saturating_add(u64::from(line.quantity)))
    };
    if lines.iter().all(|line| line.quantity == 0) {
        return Answer::missing(Field::OrderLines);
    }
    let (vials_1mg, vials_30mg) = (
        vials(Product::LunsumioIv1Mg),
        vials(Product::LunsumioIv30Mg),
    );
    let (limit_1mg, limit_30mg) = (policy.order_1mg, policy.order_30mg);
    if vials_1mg > u64::from(limit_1mg) || vials_30mg > u64::from(limit_30mg) {
        return Answer::consider(Reason::OrderQuantityAbovePolicy {
            vials_1mg,
            limit_1mg,
            vials_30mg,
            limit_30mg,
        });
    }
    Answer::met(Reason::OrderQuantityUsual {
        vials_1mg,
        vials_30mg,
    })
}

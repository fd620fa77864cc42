//! House policy (社内基準): what the manufacturer asks beyond the notice, versioned and dated, with texts of its own.

use chrono::{Months, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

/// On what a partner's readiness may rest.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PartnerBasis {
    /// Only on the partner's own accepted attestation.
    OwnAttestation,
    /// Only on the 連携協定書 or 確認書 that the treating facility supplied.
    Agreement,
    /// On the partner's own record where there is one, otherwise on the agreement.
    #[default]
    Either,
}

/// One version of the house policy. It is in force from its first day until a later version begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// The version's number.
    pub version: i32,
    /// The first day in force.
    pub first_day: NaiveDate,
    /// HP-1: calendar months after acceptance within which evidence is re-confirmed.
    pub reconfirm_months: u32,
    /// HP-2: days from one meeting to the next.
    pub meeting_days: i64,
    /// HP-3: calendar months after which an explanation is to be considered old.
    pub explanation_months: u32,
    /// HP-4: 1 mg vials in one order above which it is to be considered.
    pub order_1mg: u32,
    /// HP-4: 30 mg vials in one order above which it is to be considered.
    pub order_30mg: u32,
    /// On what a partner's readiness may rest.
    pub partner_basis: PartnerBasis,
    /// Days before an end on which somebody is reminded, most first.
    pub reminder_days: Vec<u32>,
    /// Who is reminded when of what waits or is late. A policy stored before there were letters has the figures as
    /// delivered, and is stored again as it was read, so that no digest of stored facts changes.
    #[serde(default, skip_serializing_if = "ReminderPolicy::is_default")]
    pub reminders: ReminderPolicy,
}

/// The lead times of letters: how long what waits may wait, and who hears of it once it is late.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ReminderPolicy {
    /// Days after its day on which whoever has to act is reminded again, fewest first.
    pub late_days: Vec<u32>,
    /// Days after its day on which the deputy hears of it, where one is named.
    pub deputy_days: u32,
    /// Days after its day on which the safety officers hear of it.
    pub officer_days: u32,
    /// Days within which what was submitted is reviewed.
    pub review_days: u32,
    /// Days within which an order is approved or refused.
    pub order_days: u32,
    /// Days within which somebody takes up a delivery on hold.
    pub hold_days: u32,
    /// Days within which returned evidence is answered.
    pub answer_days: u32,
    /// Days within which a reported reaction is acknowledged.
    pub safety_days: u32,
    /// Days after that on which an unacknowledged reaction is told of, fewest first; 0 is the day itself.
    pub safety_repeat_days: Vec<u32>,
    /// Days before a release's last day on which it is reminded of, most first.
    pub release_days: Vec<u32>,
}

impl Default for ReminderPolicy {
    fn default() -> Self {
        Self {
            late_days: vec![1],
            deputy_days: 7,
            officer_days: 14,
            review_days: 3,
            order_days: 1,
            hold_days: 1,
            answer_days: 7,
            safety_days: 0,
            safety_repeat_days: vec![0, 1, 3],
            release_days: vec![7, 1],
        }
    }
}

impl ReminderPolicy {
    /// Whether every figure is the one delivered.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A clause of the house policy. It is not a clause of the notice and is never shown as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HouseClause {
    /// The id by which findings cite it, for example "HP-1".
    pub id: &'static str,
    /// The text; the figures are those of the version in force.
    pub japanese: &'static str,
    /// The same in English.
    pub english: &'static str,
}

const HOUSE_CLAUSES: &[HouseClause] = &[
    HouseClause {
        id: "HP-1",
        japanese: "社内基準：受理した要件確認は、受理の日から社内基準が定める月数ごとに再確認する。これは当社の基準であり、通知は期間を定めていない。",
        english: "House policy: an accepted attestation is re-confirmed within the months that this policy sets, counted from the day of acceptance. This is our own policy; the notice sets no period.",
    },
    HouseClause {
        id: "HP-2",
        japanese: "社内基準：要件を満たす医師との面談の間隔は、社内基準が定める日数以内とする。面談がまだないときは着任の日から数える。これは当社の基準であり、通知は間隔を定めていない。",
        english: "House policy: meetings with a qualified physician are no further apart than the days that this policy sets; where none was held yet, they count from the day the physician came. This is our own policy; the notice sets no interval.",
    },
    HouseClause {
        id: "HP-3",
        japanese: "社内基準：事前説明から社内基準が定める月数を超えたときは、改めて説明することを検討する。これは当社の基準であり、通知は事前説明の有効期間を定めていない。",
        english: "House policy: once an explanation is older than the months that this policy sets, repeating it is to be considered. This is our own policy; the notice states no validity of an explanation.",
    },
    HouseClause {
        id: "HP-4",
        japanese: "社内基準：1 回の注文が社内基準の定める数量を超えるときは、その理由を検討し記録する。これは当社の基準であり、通知は数量を定めていない。",
        english: "House policy: an order above the quantities that this policy sets is considered and its reason recorded. This is our own policy; the notice sets no quantity.",
    },
    HouseClause {
        id: "HP-5",
        japanese: "社内基準：注文が症例を挙げるときは、その投与に要るバイアル数と注文数の違いを検討し記録する。これは当社の基準であり、通知は注文を症例と結び付けていない。",
        english: "House policy: where an order names cases, a difference between the vials due for them and those ordered is considered and its reason recorded. This is our own policy; the notice ties no order to a case.",
    },
];

/// Every clause of the house policy, in order.
#[must_use]
pub const fn house_clauses() -> &'static [HouseClause] {
    HOUSE_CLAUSES
}

/// The clause of the house policy with this id.
#[must_use]
pub fn house_clause(id: &str) -> Option<&'static HouseClause> {
    HOUSE_CLAUSES.iter().find(|clause| clause.id == id)
}

impl PolicyVersion {
    /// The policy as it is delivered, as version 1 from a given day: the operator may change every figure.
    #[must_use]
    pub fn initial(first_day: NaiveDate) -> Self {
        Self {
            version: 1,
            first_day,
            reconfirm_months: 12,
            meeting_days: 90,
            explanation_months: 12,
            order_1mg: 6,
            order_30mg: 10,
            partner_basis: PartnerBasis::Either,
            reminder_days: vec![30, 14, 7, 1],
            reminders: ReminderPolicy::default(),
        }
    }

    /// The version in force on a day; none before the first.
    #[must_use]
    pub fn in_force(versions: &[Self], on: NaiveDate) -> Option<&Self> {
        let begun = versions.iter().filter(|policy| policy.first_day <= on);
        begun.max_by_key(|policy| (policy.first_day, policy.version, *policy))
    }

    /// HP-1: the last day on which evidence accepted on a day needs no re-confirmation; `None` beyond the calendar.
    ///
    /// Accepted on 2025-11-26, twelve months end with 2026-11-25: the day of acceptance is the first of them.
    #[must_use]
    pub fn last_day_confirmed(&self, accepted_on: NaiveDate) -> Option<NaiveDate> {
        accepted_on
            .checked_add_months(Months::new(self.reconfirm_months))?
            .pred_opt()
    }

    /// HP-2: the last day in time for a meeting after one held on a day; `None` beyond the calendar.
    #[must_use]
    pub fn meeting_due(&self, counted_from: NaiveDate) -> Option<NaiveDate> {
        counted_from.checked_add_signed(TimeDelta::try_days(self.meeting_days)?)
    }

    /// HP-3: the last day on which an explanation given on a day is not yet old; `None` beyond the calendar.
    ///
    /// Explained on 2025-12-03, it is older than twelve months from 2026-12-04 on.
    #[must_use]
    pub fn last_day_recent(&self, explained: NaiveDate) -> Option<NaiveDate> {
        explained.checked_add_months(Months::new(self.explanation_months))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn initial() -> PolicyVersion {
        PolicyVersion::initial(NaiveDate::from_ymd_opt(2024, 12, 27).unwrap_or_default())
    }

    #[test]
    fn a_policy_stored_before_there_were_letters_is_read_and_stored_again_as_it_was() {
        let stored = concat!(
            r#"{"version":1,"first_day":"2024-12-27","reconfirm_months":12,"meeting_days":90,"#,
            r#""explanation_months":12,"order_1mg":6,"order_30mg":10,"partner_basis":"either","#,
            r#""reminder_days":[30,14,7,1]}"#
        );
        let read: PolicyVersion = serde_json::from_str(stored).unwrap_or_else(|_| initial());
        assert_eq!(read, initial());
        assert_eq!(serde_json::to_string(&read).ok().as_deref(), Some(stored));
    }

    #[test]
    fn other_lead_times_are_stored_and_those_that_are_not_named_stay_as_delivered() {
        let mut policy = initial();
        policy.reminders.deputy_days = 3;
        let stored = serde_json::to_string(&policy).unwrap_or_default();
        assert!(stored.contains(r#""deputy_days":3"#), "{stored}");
        assert_eq!(
            serde_json::from_str::<PolicyVersion>(&stored).ok(),
            Some(policy)
        );
        let part: Option<ReminderPolicy> = serde_json::from_str(r#"{"officer_days":21}"#).ok();
        let expected = ReminderPolicy {
            officer_days: 21,
            ..ReminderPolicy::default()
        };
        assert_eq!(part, Some(expected));
    }
}

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
        }
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

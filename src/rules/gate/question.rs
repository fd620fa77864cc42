//! One question put to every rule — these facts, this order, this day — and the days on which an answer may change.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Arrival, GateFacts, OrderFacts};
use crate::rules::briefing::start_of;
use crate::rules::facility::{ChangeReport, IntensiveCare, Readiness, Site};
use crate::rules::notice;
use crate::rules::physician::collect_boundaries;
use crate::rules::policy::{PartnerBasis, PolicyVersion};

/// What a rule is asked: the facts, the order if there is one, and the day.
pub(crate) struct Question<'a> {
    pub(crate) facts: &'a GateFacts,
    /// `None` when a standing is asked for.
    pub(crate) order: Option<&'a OrderFacts>,
    pub(crate) on: NaiveDate,
    /// The instant before which the goods cannot arrive, when a delivery is asked about.
    not_before: Option<DateTime<Utc>>,
}

impl<'a> Question<'a> {
    pub(crate) fn delivery(facts: &'a GateFacts, order: &'a OrderFacts, arrival: &Arrival) -> Self {
        Self {
            facts,
            order: Some(order),
            on: arrival.on,
            not_before: Some(arrival.not_before),
        }
    }

    pub(crate) fn standing(facts: &'a GateFacts, on: NaiveDate) -> Self {
        Self {
            facts,
            order: None,
            on,
            not_before: None,
        }
    }

    /// The same question on another day.
    pub(crate) fn moved_to(&self, day: NaiveDate) -> Self {
        Self { on: day, ..*self }
    }

    /// The instant before which the goods cannot arrive on the day in question.
    ///
    /// READING: a standing asks whether any delivery on that day could follow the explanation,
    /// so it counts what is explained until the end of the day; a delivery is judged by its own instant.
    pub(crate) fn not_before(&self) -> DateTime<Utc> {
        match self.not_before {
            Some(instant) => instant.max(start_of(self.on)),
            None => self
                .on
                .succ_opt()
                .map_or(DateTime::<Utc>::MAX_UTC, start_of),
        }
    }

    /// The version of the house policy in force on the day.
    pub(crate) fn policy(&self) -> Option<&'a PolicyVersion> {
        PolicyVersion::in_force(&self.facts.policies, self.on)
    }

    /// READING: without any house policy in force, either basis counts: the notice itself restricts neither.
    pub(crate) fn partner_basis(&self) -> PartnerBasis {
        self.policy()
            .map_or_else(PartnerBasis::default, |policy| policy.partner_basis)
    }

    /// The treating facility on the day.
    pub(crate) fn own_site(&self) -> Site<'a> {
        Site::own(&self.facts.readiness, &self.facts.changes, self.on)
    }
}

/// Every day on which any rule's answer to these facts may differ from that of the day before.
///
/// INVARIANT: a rule reads a date of the facts only through one of these days; `tests/gate_properties.rs`
/// compares what follows from them with judging day by day.
pub(crate) fn boundaries(facts: &GateFacts) -> BTreeSet<NaiveDate> {
    let mut days: BTreeSet<NaiveDate> = notice::editions()
        .iter()
        .map(|edition| edition.first_day)
        .collect();
    days.extend(facts.policies.iter().map(|policy| policy.first_day));
    for exception in &facts.exceptions {
        days.insert(exception.first);
        days.extend(exception.last.succ_opt());
    }
    of_readiness(&mut days, &facts.readiness, &facts.policies);
    of_changes(&mut days, &facts.changes);
    for partnership in &facts.partnerships {
        partnership
            .agreement
            .iter()
            .for_each(|span| span.collect_boundaries(&mut days));
        of_readiness(&mut days, &partnership.own, &facts.policies);
        of_changes(&mut days, &partnership.own_changes);
    }
    for physician in &facts.physicians {
        collect_boundaries(&mut days, physician);
        let counted_from = physician
            .affiliations
            .iter()
            .map(|affiliation| affiliation.span.first);
        for first in counted_from.chain(physician.meetings.iter().map(|meeting| meeting.at)) {
            days.extend(
                facts
                    .policies
                    .iter()
                    .filter_map(|policy| policy.meeting_due(first)?.succ_opt()),
            );
        }
    }
    for explanation in &facts.explanations {
        let Some(day) = explanation.ended.day() else {
            continue;
        };
        days.insert(day);
        days.extend(day.succ_opt());
        days.extend(
            facts
                .policies
                .iter()
                .filter_map(|policy| policy.last_day_recent(day)?.succ_opt()),
        );
    }
    days
}

fn of_readiness(
    days: &mut BTreeSet<NaiveDate>,
    readiness: &[Readiness],
    policies: &[PolicyVersion],
) {
    for row in readiness {
        row.span.collect_boundaries(days);
        if let Some(IntensiveCare::Equivalent {
            stated_on: Some(stated),
        }) = row.intensive_care
        {
            days.insert(stated);
        }
        days.extend(
            policies
                .iter()
                .filter_map(|policy| policy.last_day_confirmed(row.accepted_on)?.succ_opt()),
        );
    }
}

fn of_changes(days: &mut BTreeSet<NaiveDate>, changes: &[ChangeReport]) {
    days.extend(changes.iter().map(|report| report.from));
}

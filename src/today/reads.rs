//! What today's page reads: a constant number of statements for each role, whatever the number of facilities.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::{Desk, ROWS};
use crate::attestations::{self, Listed};
use crate::audit::Known;
use crate::cases::{self, Course, SafetyTask};
use crate::contacts::diary::{self, Booking};
use crate::counters;
use crate::db::AnyConn;
use crate::deliveries::{self, Deviated, Line, ListedDelivery, State};
use crate::error::{Error, Result};
use crate::facilities;
use crate::house::register::{self as exceptions, Which};
use crate::house::{Exception, Proposal, ProposalState, proposals};
use crate::ids::{DeliveryId, FacilityId};
use crate::physicians::{Physician, Qualification, register};
use crate::reminders::courses;
use crate::reminders::post::{self, Alarms};
use crate::rules::finding::{Finding, Outcome, Owner, Reason};
use crate::rules::gate;
use crate::scope::Role;
use crate::standings::{self, Answered, Gathered, Standing, holds, label};
use crate::verdicts::{self, Day};

/// How many days ahead a lapse or a meeting is called near.
const SOON: u64 = 30;
/// How far ahead booked meetings stand on the page.
const MEETINGS: TimeDelta = TimeDelta::days(7);
/// The rules that a representative mends.
const CONTACTS: [&str; 3] = ["meeting", "explanation", "explanation_age"];

/// A delivery with what is ordered.
pub(super) struct Going {
    pub row: ListedDelivery,
    pub lines: Vec<Line>,
}

/// A delivery judged now, with its order.
pub(super) struct Judged {
    pub going: Going,
    pub days: Vec<Day>,
    pub hand: Hand,
}

/// Whether the reader had a hand in it, which keeps them from approving it.
pub(super) enum Hand {
    None,
    Ordered,
    /// They entered or accepted these records.
    Evidence(Vec<String>),
}

/// A facility that stops being delivered to.
pub(super) struct Lapse {
    pub name: String,
    pub standing: Standing,
    pub last: NaiveDate,
    /// What ends on that day.
    pub ends: Vec<Finding>,
    /// Deliveries that are ordered and not yet shipped.
    pub deliveries: i64,
}

/// One facility's own reader: how it stands, and its attestations.
pub(super) struct Own {
    pub facility: FacilityId,
    pub recorded: bool,
    pub days: Vec<Day>,
    pub until: Option<NaiveDate>,
    pub attestations: Vec<Listed>,
}

/// A facility that may not be delivered to while courses go on there: how many.
pub(super) struct Halted {
    pub facility: FacilityId,
    pub name: String,
    pub since: NaiveDate,
    pub courses: i64,
}

/// What was read; what a role does not need stays empty.
#[derive(Default)]
pub(super) struct Found {
    pub states: BTreeMap<&'static str, i64>,
    pub outcomes: BTreeMap<&'static str, i64>,
    pub to_review: i64,
    pub waiting: Vec<Judged>,
    pub held: Vec<Judged>,
    pub approved: Vec<Going>,
    pub released: Vec<Going>,
    pub shipped: Vec<Going>,
    pub under_way: Vec<Going>,
    /// Those of them that wait for the facility's answer on a case.
    pub asked: Vec<DeliveryId>,
    pub lapsing: Vec<Lapse>,
    pub contacts: Vec<Answered>,
    /// The reader's own booked meetings, as far as they are near.
    pub bookings: Vec<Booking>,
    pub attestations: Vec<Listed>,
    pub statements: Vec<Qualification>,
    pub own: Option<Own>,
    pub physician: Option<Physician>,
    /// Open cases of the reader's own facility.
    pub courses: Vec<Course>,
    /// Reactions that wait for a safety officer.
    pub tasks: Vec<SafetyTask>,
    /// Exceptions that wait for an approver.
    pub exceptions: Vec<Exception>,
    /// Changes of the house policy that wait for another safety officer than the one who proposed them.
    pub proposals: Vec<Proposal>,
    pub deviations: Vec<Deviated>,
    pub halted: Vec<Halted>,
    /// What is wrong with the post.
    pub alarms: Alarms,
}

/// The last day that is called near.
pub(super) fn soon(today: NaiveDate) -> NaiveDate {
    today
        .checked_add_days(chrono::Days::new(SOON))
        .unwrap_or(today)
}

pub(super) fn read(conn: &mut AnyConn, desk: &Desk) -> Result<Found> {
    let mut found = Found::default();
    if desk.scope.only().is_none() && desk.role != Role::Administrator {
        tallies(conn, desk, &mut found)?;
    }
    match desk.role {
        Role::DistributionApprover => {
            judged_both(conn, desk, &mut found)?;
            let which = Which::Waiting;
            found.exceptions = exceptions::list(conn, &desk.scope, which, desk.today, 0, ROWS)?;
            found.lapsing = lapsing(conn, desk)?;
        }
        Role::DistributionOperator => {
            found.approved = going(conn, desk, &[State::Approved])?;
            found.released = going(conn, desk, &[State::Released])?;
            found.shipped = going(conn, desk, &[State::Shipped])?;
        }
        Role::Representative => {
            found.contacts = contacts(conn, desk)?;
            let by = desk.now + MEETINGS;
            found.bookings = diary::of_representative(conn, &desk.scope, &desk.account, by, ROWS)?;
            found.lapsing = lapsing(conn, desk)?;
        }
        Role::SafetyOfficer => {
            found.attestations = attestations::to_review(conn, &desk.scope, ROWS)?;
            found.statements = register::waiting(conn, &desk.scope, 0)?;
            judged_both(conn, desk, &mut found)?;
            found.tasks = cases::tasks(conn, &desk.scope, true, 0, ROWS)?;
            found.deviations = deliveries::deviations(conn, &desk.scope, true, 0, ROWS)?;
            found.proposals = to_confirm(conn, desk)?;
            found.halted = halted(conn, desk)?;
        }
        Role::FacilityCoordinator => {
            found.own = own(conn, desk)?;
            found.under_way = going(conn, desk, &UNDER_WAY)?;
            found.asked = asked(conn, &found.under_way)?;
        }
        Role::Physician => found.physician = physician(conn, desk)?,
        Role::Inspector | Role::Administrator => {}
    }
    if post::KEEPERS.contains(&desk.role) {
        found.alarms = post::alarms(conn, desk.scope.programme(), desk.today)?;
    }
    if desk.cases && cases::KEEPERS.contains(&desk.role) {
        let (open, _) = cases::list(conn, &desk.scope, Some(cases::State::Open), None)?;
        found.courses = cases::courses(conn, &desk.scope, open)?;
    }
    Ok(found)
}

/// The changes of the house policy that somebody else proposed.
fn to_confirm(conn: &mut AnyConn, desk: &Desk) -> Result<Vec<Proposal>> {
    let proposed = [ProposalState::Proposed];
    let mut found = proposals::list(conn, &desk.scope, &proposed, 0, ROWS)?;
    found.retain(|row| row.drawn.person != desk.person);
    Ok(found)
}

/// Where courses go on though nothing may be delivered, the longest first.
fn halted(conn: &mut AnyConn, desk: &Desk) -> Result<Vec<Halted>> {
    let mut found = courses::everywhere(conn, desk.scope.programme())?;
    found.sort_by(|one, other| (one.since, &one.facility).cmp(&(other.since, &other.facility)));
    found.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let places: Vec<FacilityId> = found.iter().map(|row| row.facility.clone()).collect();
    let mut names = facilities::named(conn, &places)?;
    let row = |row: courses::Interrupted| Halted {
        name: names.remove(&row.facility).unwrap_or_default(),
        facility: row.facility,
        since: row.since,
        courses: row.courses,
    };
    Ok(found.into_iter().map(row).collect())
}

/// The deliveries that a named case keeps back, because its file leaves a clause open now.
fn asked(conn: &mut AnyConn, under_way: &[Going]) -> Result<Vec<DeliveryId>> {
    let open: Vec<_> = under_way
        .iter()
        .filter(|going| deliveries::OPEN.contains(&going.row.state))
        .map(|going| (&going.row.id, going.row.arrives_on))
        .collect();
    let orders = deliveries::orders(conn, &open)?;
    let asks = |(id, order): (DeliveryId, gate::OrderFacts)| {
        let asks = order.cases.iter().any(|case| !case.open.is_empty());
        asks.then_some(id)
    };
    Ok(orders.into_iter().filter_map(asks).collect())
}

/// From order to the door of the facility.
const UNDER_WAY: [State; 5] = [
    State::Ordered,
    State::Approved,
    State::Released,
    State::Held,
    State::Shipped,
];

fn tallies(conn: &mut AnyConn, desk: &Desk, found: &mut Found) -> Result<()> {
    let programme = desk.scope.programme();
    let mut names: Vec<String> = Vec::new();
    names.extend(
        State::ALL
            .iter()
            .map(|state| holds::tally(programme, *state)),
    );
    names.extend(Outcome::ALL.map(|outcome| standings::tally(programme, outcome)));
    let mut counted = counters::read(conn, &names)?.into_iter();
    for state in State::ALL {
        let count = counted.next().unwrap_or(0);
        found.states.insert(state.as_str(), count);
    }
    for outcome in Outcome::ALL {
        let count = counted.next().unwrap_or(0);
        found.outcomes.insert(outcome.as_str(), count);
    }
    found.to_review = attestations::waiting(conn, programme)?;
    Ok(())
}

fn going(conn: &mut AnyConn, desk: &Desk, states: &[State]) -> Result<Vec<Going>> {
    let (rows, lines) = deliveries::list(conn, &desk.scope, states, None, 0, ROWS)?;
    let going = |row: ListedDelivery| Going {
        lines: lines
            .iter()
            .filter(|line| line.delivery == row.id)
            .cloned()
            .collect(),
        row,
    };
    Ok(rows.into_iter().map(going).collect())
}

/// Those who wait for approval (for an approver) and those on hold, judged together now: a kept verdict may be days
/// old, and evidence that came since is what the reader wants to know of.
fn judged_both(conn: &mut AnyConn, desk: &Desk, found: &mut Found) -> Result<()> {
    let waiting = match desk.role {
        Role::DistributionApprover => going(conn, desk, &[State::Ordered])?,
        _ => Vec::new(),
    };
    let held = going(conn, desk, &[State::Held])?;
    let all = || waiting.iter().chain(&held);
    let mut places: Vec<FacilityId> = all().map(|going| going.row.facility.clone()).collect();
    places.sort();
    places.dedup();
    let ids: Vec<_> = all()
        .map(|going| (&going.row.id, going.row.arrives_on))
        .collect();
    let gathered = standings::gather(conn, desk.scope.programme(), &places, Known::NOW)?;
    let orders = deliveries::orders(conn, &ids)?;
    let judge = |going: Going| {
        let place = gathered.get(&going.row.facility).ok_or(Error::NotFound)?;
        let order = orders.get(&going.row.id).ok_or(Error::NotFound)?;
        let span = (going.row.ships_on, going.row.arrives_on);
        let days = holds::question(place, order, span, desk.today, desk.now).answer();
        let hand = hand(desk, place, &going.row, &days);
        Ok(Judged { going, days, hand })
    };
    found.waiting = waiting.into_iter().map(judge).collect::<Result<_>>()?;
    found.held = held.into_iter().map(judge).collect::<Result<_>>()?;
    found.held.sort_by_key(|judged| judged.going.row.held_at);
    Ok(())
}

fn hand(desk: &Desk, place: &Gathered, row: &ListedDelivery, days: &[Day]) -> Hand {
    if row.ordered_by == desk.person {
        return Hand::Ordered;
    }
    let mut labels: Vec<String> = Vec::new();
    let findings = days.iter().flat_map(|day| &day.verdict.findings);
    for evidence in findings.flat_map(|finding| &finding.evidence) {
        let hands = place.hands.get(&evidence.id);
        let touched = hands.is_some_and(|hands| hands.contains(&desk.person));
        if touched && !labels.contains(&evidence.label) {
            labels.push(evidence.label.clone());
        }
    }
    match labels.is_empty() {
        true => Hand::None,
        false => Hand::Evidence(labels),
    }
}

/// What a representative can mend, or soon has to: the longest overdue first, then what ends soonest.
fn contacts(conn: &mut AnyConn, desk: &Desk) -> Result<Vec<Answered>> {
    let by = soon(desk.today);
    // Some of what is read belongs to others and is left out, so more is read than shown.
    let mut found = standings::answers(conn, &desk.scope, &CONTACTS, by, ROWS * 3)?;
    found.retain(|answer| {
        let finding = &answer.finding;
        let own = finding.reason.owners().contains(&Owner::Representative);
        // That nothing was ever explained is said by the notice's own rule.
        let twice = finding.rule == "explanation_age"
            && matches!(finding.reason, Reason::MissingData { .. });
        (own || finding.outcome == Outcome::Met) && !twice
    });
    found.sort_by_key(|answer| match &answer.finding.reason {
        Reason::MeetingOverdue { due, .. } => Some(*due),
        Reason::ExplanationAgeNotStated { last, .. } => Some(*last),
        _ => answer.finding.until,
    });
    Ok(found)
}

fn lapsing(conn: &mut AnyConn, desk: &Desk) -> Result<Vec<Lapse>> {
    let rows = standings::lapsing(conn, &desk.scope, soon(desk.today), ROWS + 1)?;
    let ids: Vec<_> = rows.iter().map(|(_, row)| row.verdict.clone()).collect();
    let places: Vec<FacilityId> = rows.iter().map(|(_, row)| row.facility.clone()).collect();
    let kept = verdicts::load(conn, &desk.scope, &ids)?;
    let orders = deliveries::under_way_at(conn, &desk.scope, &places)?;
    let lapse = |(name, standing): (String, Standing)| {
        let last = standing.permitted_until?;
        let own = kept.iter().find(|kept| kept.id == standing.verdict);
        let findings = own.into_iter().flat_map(|kept| &kept.days);
        let ends = findings
            .flat_map(|day| &day.verdict.findings)
            .filter(|finding| finding.until == Some(last))
            .cloned()
            .collect();
        let affected = orders.iter().filter(|place| **place == standing.facility);
        Some(Lapse {
            name,
            last,
            ends,
            deliveries: i64::try_from(affected.count()).unwrap_or(i64::MAX),
            standing,
        })
    };
    Ok(rows.into_iter().filter_map(lapse).collect())
}

fn own(conn: &mut AnyConn, desk: &Desk) -> Result<Option<Own>> {
    let Some(facility) = &desk.facility else {
        return Ok(None);
    };
    let programme = desk.scope.programme();
    let (question, days) = standings::judge(conn, programme, facility, desk.today, Known::NOW)?;
    let mut listed = attestations::of_facility(conn, &desk.scope, facility, None)?.rows;
    listed.retain(|row| {
        row.state.is_open_to_answers() || row.state == attestations::State::Submitted
    });
    listed.reverse();
    Ok(Some(Own {
        facility: facility.clone(),
        recorded: standings::one(conn, &desk.scope, facility)?.is_some(),
        until: gate::permitted_until(&question.facts, desk.today),
        days,
        attestations: listed,
    }))
}

/// The reader as a physician, once somebody has named them at a facility.
fn physician(conn: &mut AnyConn, desk: &Desk) -> Result<Option<Physician>> {
    match register::one(conn, &desk.scope, &desk.person, desk.today) {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

impl Going {
    pub(super) fn number(&self) -> String {
        label("D", self.row.number)
    }
}

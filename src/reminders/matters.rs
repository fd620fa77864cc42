//! What somebody has to do by a day: one function for each kind of matter, from dated facts to its deadline.
//!
//! Pure: facts in, matters out. What is done, superseded or gone is no matter and has no function's answer.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::ids::{AttestationId, DeliveryId, FacilityId, PersonId};
use crate::outbox::Kind;
use crate::rules::facility::Span;
use crate::rules::policy::PolicyVersion;

/// Stands between the parts of a subject that is about two records; no id contains it.
const AND: char = '@';

/// Something that somebody has to do by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    pub kind: Kind,
    /// INVARIANT: the same for as long as the matter is the same, also when the rows it rests on are replaced; otherwise
    /// its letters would go out again.
    pub subject: String,
    pub facility: FacilityId,
    /// The last day in time.
    pub due_on: NaiveDate,
    /// Whose or which, as the letter says it.
    pub name: String,
    /// The page on which to act.
    pub path: String,
    /// The physician it is about, or who ordered: who reads it, or must not.
    pub person: Option<PersonId>,
}

/// One person at one facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Physician {
    pub facility: FacilityId,
    pub person: PersonId,
    pub name: String,
    /// The known times in post here.
    pub posts: Vec<Span>,
    /// The days of the accepted statement that says yes to all three points of ※3.
    pub statement: Option<Span>,
    /// The latest meeting here.
    pub met: Option<NaiveDate>,
}

/// Accepted readiness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    pub facility: FacilityId,
    pub attestation: AttestationId,
    pub label: String,
    pub accepted_on: NaiveDate,
    pub last: Option<NaiveDate>,
    /// When it became known: of two accepted on a day the later one counts.
    pub known_from: i64,
}

/// The agreement of a facility with its partner; without a last day it does not end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    pub facility: FacilityId,
    pub partner: FacilityId,
    pub partner_name: String,
    pub last: Option<NaiveDate>,
}

/// A record that waits for somebody since a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub facility: FacilityId,
    pub subject: String,
    pub label: String,
    pub path: String,
    pub since: NaiveDate,
    pub person: Option<PersonId>,
}

/// A release that has not been shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub facility: FacilityId,
    pub delivery: DeliveryId,
    pub label: String,
    pub last: NaiveDate,
}

/// Vials of one lot that went to a facility.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lot {
    pub facility: FacilityId,
    pub product: String,
    pub lot: String,
    pub expires_on: NaiveDate,
}

/// The facts of some facilities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub physicians: Vec<Physician>,
    pub ready: Vec<Ready>,
    pub agreements: Vec<Agreement>,
    pub returned: Vec<Waiting>,
    pub reviews: Vec<Waiting>,
    pub orders: Vec<Waiting>,
    pub held: Vec<Waiting>,
    pub releases: Vec<Release>,
    pub lots: Vec<Lot>,
    pub tasks: Vec<Waiting>,
    /// Facilities that may not be delivered to while courses go on there; the label is how many.
    pub courses: Vec<Waiting>,
}

/// Every open matter of these facts on a day.
pub fn matters(facts: &Facts, policy: &PolicyVersion, on: NaiveDate) -> Vec<Matter> {
    let mut found = Vec::new();
    for physician in &facts.physicians {
        found.extend(meeting(physician, policy, on));
        found.extend(post_ending(physician, on));
    }
    found.extend(reconfirmations(&facts.ready, policy));
    found.extend(agreements(&facts.agreements));
    let waiting = |kind, all: &[Waiting], days| {
        let due = move |one: &Waiting| within(kind, one, days);
        all.iter().filter_map(due).collect::<Vec<_>>()
    };
    let house = &policy.reminders;
    found.extend(waiting(
        Kind::EvidenceReturned,
        &facts.returned,
        house.answer_days,
    ));
    found.extend(waiting(
        Kind::ReviewWaiting,
        &facts.reviews,
        house.review_days,
    ));
    found.extend(waiting(Kind::OrderWaiting, &facts.orders, house.order_days));
    found.extend(waiting(Kind::DeliveryHeld, &facts.held, house.hold_days));
    found.extend(waiting(Kind::SafetyTask, &facts.tasks, house.safety_days));
    found.extend(waiting(Kind::LapseMidCourse, &facts.courses, 0));
    found.extend(facts.releases.iter().map(release_ending));
    found.extend(facts.lots.iter().filter_map(|lot| lot_expiring(lot, on)));
    found
}

/// HP-2: the next meeting of a physician in post whose accepted statement speaks on the day.
///
/// READING: counted as the gate counts it: from the last meeting here, or from the first day of the unbroken time in post
/// where none was held since; only of physicians who meet all three points of ※3, because HP-2 speaks of those.
/// READING: a meeting that falls due only after the physician's last day here is nobody's matter.
fn meeting(physician: &Physician, policy: &PolicyVersion, on: NaiveDate) -> Option<Matter> {
    physician.statement.filter(|span| span.contains(on))?;
    let (since, until) = in_post(&physician.posts, on)?;
    let met = physician.met.filter(|met| *met >= since);
    let due_on = policy.meeting_due(met.unwrap_or(since))?;
    if until.is_some_and(|until| until < due_on) {
        return None;
    }
    Some(Matter {
        kind: Kind::MeetingDue,
        subject: both(&physician.facility, physician.person.as_str()),
        facility: physician.facility.clone(),
        due_on,
        name: physician.name.clone(),
        path: format!("/physicians/{}/agenda", physician.person),
        person: Some(physician.person.clone()),
    })
}

/// The first and last day of the unbroken time in post around a day.
fn in_post(posts: &[Span], on: NaiveDate) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let around = |day: NaiveDate| posts.iter().filter(move |span| span.contains(day));
    let mut since = around(on).map(|span| span.first).min()?;
    while let Some(earlier) = since
        .pred_opt()
        .and_then(|eve| around(eve).map(|span| span.first).min())
    {
        since = earlier;
    }
    Some((since, last_post(posts)))
}

/// The last day of the last post; `None` where one has no end.
fn last_post(posts: &[Span]) -> Option<NaiveDate> {
    let lasts: Option<Vec<NaiveDate>> = posts.iter().map(|span| span.last).collect();
    lasts?.into_iter().max()
}

/// A physician's post ends.
///
/// READING: only the last post here ends; one that another follows, with or without a gap, is no matter.
/// READING: once the physician has left there is nothing to do, so nobody is reminded of it afterwards.
fn post_ending(physician: &Physician, on: NaiveDate) -> Option<Matter> {
    let due_on = last_post(&physician.posts).filter(|last| *last >= on)?;
    Some(Matter {
        kind: Kind::PostEnding,
        subject: both(&physician.facility, physician.person.as_str()),
        facility: physician.facility.clone(),
        due_on,
        name: physician.name.clone(),
        path: format!("/physicians/{}", physician.person),
        person: None,
    })
}

/// HP-1: accepted evidence is confirmed again, by the day the policy sets or its own earlier last day.
///
/// READING: of several accepted attestations of one facility the one accepted last is to be confirmed again.
fn reconfirmations(ready: &[Ready], policy: &PolicyVersion) -> Vec<Matter> {
    let mut latest: BTreeMap<&FacilityId, &Ready> = BTreeMap::new();
    for row in ready {
        let kept = latest.entry(&row.facility).or_insert(row);
        if (row.accepted_on, row.known_from) > (kept.accepted_on, kept.known_from) {
            *kept = row;
        }
    }
    let matter = |row: &Ready| {
        let confirmed = policy.last_day_confirmed(row.accepted_on);
        Some(Matter {
            kind: Kind::Reconfirmation,
            subject: row.facility.to_string(),
            facility: row.facility.clone(),
            due_on: confirmed.into_iter().chain(row.last).min()?,
            name: row.label.clone(),
            path: format!("/attestations/{}", row.attestation),
            person: None,
        })
    };
    latest.into_values().filter_map(matter).collect()
}

/// The agreement with a partner ends.
///
/// READING: where a facility has several agreements with one partner, the one that lasts longest counts.
fn agreements(rows: &[Agreement]) -> Vec<Matter> {
    let mut longest: BTreeMap<(&FacilityId, &FacilityId), &Agreement> = BTreeMap::new();
    for row in rows {
        let kept = longest.entry((&row.facility, &row.partner)).or_insert(row);
        if (row.last.is_none(), row.last) > (kept.last.is_none(), kept.last) {
            *kept = row;
        }
    }
    let matter = |row: &Agreement| {
        Some(Matter {
            kind: Kind::AgreementEnding,
            subject: both(&row.facility, row.partner.as_str()),
            facility: row.facility.clone(),
            due_on: row.last?,
            name: row.partner_name.clone(),
            path: format!("/facilities/{}", row.facility),
            person: None,
        })
    };
    longest.into_values().filter_map(matter).collect()
}

/// What waits is late once the days that the policy allows have passed.
///
/// READING: they are calendar days from the day on which it began to wait; only the letters keep to working days.
fn within(kind: Kind, waiting: &Waiting, days: u32) -> Option<Matter> {
    Some(Matter {
        kind,
        subject: waiting.subject.clone(),
        facility: waiting.facility.clone(),
        due_on: waiting.since.checked_add_days(Days::new(days.into()))?,
        name: waiting.label.clone(),
        path: waiting.path.clone(),
        person: waiting.person.clone(),
    })
}

/// A release nears its last day, or has passed it, and has not been shipped.
fn release_ending(release: &Release) -> Matter {
    Matter {
        kind: Kind::ReleaseEnding,
        subject: release.delivery.to_string(),
        facility: release.facility.clone(),
        due_on: release.last,
        name: release.label.clone(),
        path: format!("/deliveries/{}", release.delivery),
        person: None,
    }
}

/// Vials of a lot expire.
///
/// READING: nobody records which vials were used, so a facility is told of every lot that went there, once for all its
/// deliveries, and no longer once the lot's day has passed.
fn lot_expiring(lot: &Lot, on: NaiveDate) -> Option<Matter> {
    (lot.expires_on >= on).then(|| Matter {
        kind: Kind::LotExpiring,
        subject: both(&lot.facility, &format!("{}{AND}{}", lot.product, lot.lot)),
        facility: lot.facility.clone(),
        due_on: lot.expires_on,
        name: lot.lot.clone(),
        path: format!("/facilities/{}", lot.facility),
        person: None,
    })
}

/// The subject of a matter between a facility and something else.
fn both(facility: &FacilityId, other: &str) -> String {
    format!("{facility}{AND}{other}")
}

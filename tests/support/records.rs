//! One record of every kind at a facility, so that tests can walk the list of addresses and forget none.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use chrono::{Days, TimeDelta};
use diesel::prelude::*;
use kanmon::accounts::deputies;
use kanmon::audit::tree;
use kanmon::cases;
use kanmon::clock::start_of;
use kanmon::contacts::Mode;
use kanmon::contacts::bookings::{self, NewBooking};
use kanmon::facilities::duties;
use kanmon::ids::{BookingId, CaseId, DayOffId, DeliveryId, DeputyId, DutyId, VerdictId};
use kanmon::notes::Signatory;
use kanmon::outbox::State;
use kanmon::programmes::days_off;
use kanmon::rules::dosing::facts::Act;
use kanmon::rules::policy::PolicyVersion;
use kanmon::schema::{affiliation, audit, contact, deviation, exception_request, qualification};
use kanmon::scope::{Actor, Role};

use super::kept_letters::letter_in;
use super::programme::{Ground, Place};
use super::{PASSWORD, day};

/// No day is off twice.
static DAY: AtomicU64 = AtomicU64::new(0);

/// No two letters of a test are about the same thing.
static LETTER: AtomicU64 = AtomicU64::new(0);

/// One record of every kind that an address can name.
pub struct Records {
    pub ids: BTreeMap<&'static str, String>,
    /// A reaction of the case.
    pub reaction: String,
}

pub fn records(ground: &Ground, place: &Place, delivery: &DeliveryId) -> Records {
    let scope = ground.staff();
    let (case, reaction, task) = super::courses::course(ground, place);
    let check = kept_check(ground, place, &case);
    let subject = format!("{} {}", place.id, LETTER.fetch_add(1, Ordering::Relaxed));
    let letter = letter_in(ground, place, &subject, State::Sent);
    let (duty, deputy, day_off) = post_room(ground, place);
    let booking = booked(ground, place);
    // Somebody on whom nothing else rests, so that ending a membership closes no other door.
    let spare = ground.someone("控井 花", Role::FacilityCoordinator, Some(&place.id));
    let membership = ground.membership_of(&spare);
    let row = proved(ground, place);
    let exception = exception_at(ground, place);
    let policy = PolicyVersion {
        meeting_days: 60,
        ..PolicyVersion::initial(ground.today())
    };
    let proposal = ground.draw_up_as(&ground.safety, &policy).unwrap();
    let deviation = deviation_at(ground, place);
    let accepted = accepted_at(ground, place);
    let ids = ground
        .db
        .read(|conn| {
            let own = kanmon::attestations::of_facility(conn, &scope, &place.id, None)?;
            let post: String = affiliation::table
                .filter(affiliation::facility_id.eq(&place.id))
                .select(affiliation::id)
                .first(conn)?;
            let statement: String = qualification::table
                .filter(qualification::facility_id.eq(&place.id))
                .select(qualification::id)
                .first(conn)?;
            let contact: String = contact::table
                .filter(contact::facility_id.eq(&place.id))
                .select(contact::id)
                .first(conn)?;
            Ok(BTreeMap::from([
                ("attestations", own.rows[0].id.to_string()),
                ("accepted", accepted),
                ("facilities", place.id.to_string()),
                ("physicians", place.physician.person.to_string()),
                ("affiliations", post),
                ("qualifications", statement),
                ("contacts", contact),
                ("bookings", booking.to_string()),
                ("deliveries", delivery.to_string()),
                ("exceptions", exception.to_string()),
                ("policy", proposal.to_string()),
                ("deviations", deviation),
                ("cases", case.to_string()),
                ("safety-tasks", task.to_string()),
                ("people", spare.account.to_string()),
                ("memberships", membership.to_string()),
                ("checks", check.to_string()),
                ("letters", letter.to_string()),
                ("duties", duty.to_string()),
                ("deputies", deputy.to_string()),
                ("days-off", day_off.to_string()),
                ("proofs", row.clone()),
            ]))
        })
        .unwrap();
    Records {
        ids,
        reaction: reaction.to_string(),
    }
}

/// A row of the log about the facility, which a checkpoint covers.
pub fn proved(ground: &Ground, place: &Place) -> String {
    let own = Signatory::new("kanmon/test", &[3; 32]).unwrap();
    ground
        .db
        .write(&Actor::system("test"), move |tx| {
            tree::know_key(tx, &own.verifier())?;
            tree::sign_checkpoint(tx, &own)
        })
        .unwrap();
    let id = place.id.clone();
    ground
        .db
        .read(|conn| {
            Ok(audit::table
                .filter(audit::facility_id.eq(id.as_str()))
                .filter(audit::verb.eq("attestation_accepted"))
                .order(audit::seq.desc())
                .select(audit::id)
                .first(conn)?)
        })
        .unwrap()
}

/// An attestation that was accepted, which alone has a certificate.
fn accepted_at(ground: &Ground, place: &Place) -> String {
    let scope = ground.staff();
    let known = ground
        .db
        .read(|conn| kanmon::attestations::of_facility(conn, &scope, &place.id, None))
        .unwrap();
    let accepted = kanmon::attestations::State::Accepted;
    let found = known.rows.iter().find(|row| row.state == accepted);
    let found = found.map(|row| row.id.to_string());
    found.unwrap_or_else(|| {
        let made = ground.attest(place, &super::programme::Evidence::default());
        made.to_string()
    })
}

/// An exception that waits for its second signature, or the one that is there already.
fn exception_at(ground: &Ground, place: &Place) -> String {
    let new = super::house::from_meetings(place, "2026-12-31");
    if let Ok(asked) = ground.ask_as(&ground.safety, &new) {
        return asked.to_string();
    }
    let own = exception_request::table.filter(exception_request::facility_id.eq(&place.id));
    let latest = own.order(exception_request::number.desc());
    ground
        .db
        .read(|conn| Ok(latest.select(exception_request::id).first(conn)?))
        .unwrap()
}

/// A delivery that came on another day than was planned, which is a deviation.
fn deviation_at(ground: &Ground, place: &Place) -> String {
    let id = ground.released(place);
    super::deliveries::done(ground.ship(&id));
    ground.receive(&id).unwrap();
    let own = deviation::table.filter(deviation::delivery_id.eq(id.as_str()));
    ground
        .db
        .read(|conn| Ok(own.select(deviation::id).first(conn)?))
        .unwrap()
}

static BOOKING: AtomicU32 = AtomicU32::new(0);

/// A meeting that is to be held; no two of a test are at the same time.
pub fn booked(ground: &Ground, place: &Place) -> BookingId {
    let hours = i64::from(BOOKING.fetch_add(1, Ordering::Relaxed));
    let day = ground.today() + Days::new(7);
    let starts_at = start_of(day) + TimeDelta::hours(8) + TimeDelta::minutes(5 * hours);
    let new = NewBooking {
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(5),
        mode: Mode::Online,
        venue: "第一会議室".to_owned(),
        physicians: vec![place.physician.person.clone()],
        anyway: true,
    };
    let id = place.id.clone();
    ground
        .act(&ground.representative, move |tx, scope| {
            bookings::book(tx, scope, &id, &new)
        })
        .unwrap()
}

/// A check of the case that was kept.
fn kept_check(ground: &Ground, place: &Place, case: &CaseId) -> VerdictId {
    let case = case.clone();
    ground
        .act(&place.physician, move |tx, scope| {
            let version = cases::case(tx.conn, scope, &case)?.version;
            let act = Act::NextDose { on: tx.today };
            cases::keep_check(tx, scope, (&case, version), &act)
        })
        .unwrap()
}

/// A representative of the facility, who has a deputy, and a day off.
fn post_room(ground: &Ground, place: &Place) -> (DutyId, DeputyId, DayOffId) {
    let own = ground.someone("大野 誠", Role::Representative, None);
    let other = ground.someone("木原 里美", Role::Representative, None);
    let (id, account) = (place.id.clone(), own.account.clone());
    let closed = day("2026-12-28") + Days::new(DAY.fetch_add(1, Ordering::Relaxed));
    let (duty, day_off) = ground
        .act(&ground.safety, move |tx, scope| {
            let today = tx.today;
            let duty = duties::assign(tx, scope, &id, &account, today, None)?;
            let closure = days_off::Kind::Closure;
            Ok((duty, days_off::add(tx, closed, closure, "年末休業")?))
        })
        .unwrap();
    let (account, stands_in) = (own.account.clone(), other.account.clone());
    let deputy = ground
        .act(&own, move |tx, _| {
            let today = tx.today;
            deputies::name_deputy(tx, &account, &stands_in, today, None)
        })
        .unwrap();
    (duty, deputy, day_off)
}

impl Records {
    /// The address of a route with this facility's own record in it; none where it names no record.
    pub fn address(&self, path: &str) -> Option<String> {
        if !path.contains("{id}") {
            return None;
        }
        let kind = path.split('/').nth(1).unwrap();
        let id = match path {
            "/attestations/{id}/certificate" => self.ids.get("accepted"),
            _ => self.ids.get(kind),
        };
        let id = id.unwrap_or_else(|| panic!("say which record {path} is about"));
        let part = match (kind, path.split('/').nth(3)) {
            ("cases", Some("checks")) => self.ids["checks"].as_str(),
            ("cases", _) => self.reaction.as_str(),
            _ => "intensive_care",
        };
        Some(path.replace("{id}", id).replace("{part}", part))
    }
}

/// Every field that a step of ours reads, so that a form is refused for whose it is and not for what it lacks.
pub const FORM: &[(&str, &str)] = &[
    ("version", "1"),
    ("reason", "理由"),
    ("return_reason", "理由"),
    ("return_step", "admission"),
    ("withdrawal_reason", "理由"),
    ("password", PASSWORD),
    ("factor", ""),
    ("ships_on-y", "2026"),
    ("ships_on-m", "11"),
    ("ships_on-d", "25"),
    ("arrives_on-y", "2026"),
    ("arrives_on-m", "11"),
    ("arrives_on-d", "26"),
    ("last_day-y", "2026"),
    ("last_day-m", "12"),
    ("last_day-d", "31"),
    ("first_day-y", "2026"),
    ("first_day-m", "4"),
    ("first_day-d", "1"),
    ("person", "new"),
    ("name", "仁科 亮"),
    ("care", "icu"),
    ("quantity_1mg", "3"),
    ("quantity_30mg", "2"),
    ("channel", "direct"),
    ("change_limb", "tocilizumab"),
    ("change_from-y", "2026"),
    ("change_from-m", "11"),
    ("change_from-d", "24"),
    ("change_reason", "理由"),
    ("received_at-y", "2026"),
    ("received_at-m", "11"),
    ("received_at-d", "24"),
    ("received_at-t", "9:00"),
    ("intact", "yes"),
    ("kind", "briefing"),
    ("how", "strike"),
    ("course", "1"),
    ("state", "sent"),
    ("bounce_reason", "理由"),
    ("address", "shimura@example.jp"),
    ("habit", "at_once"),
    ("addendum", "追記"),
    ("rule", "meeting"),
    ("cause", "輸送会社の遅れ"),
    ("action", "便を改める"),
    ("assessment", "品質への影響はない"),
];

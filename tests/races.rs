//! Races: of two who do the same at once one does it, and nothing is shipped after the evidence has gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread;

use diesel::prelude::*;
use kanmon::deliveries::{NewOrder, State};
use kanmon::error::{Error, Ruling};
use kanmon::ids::DeliveryId;
use kanmon::schema::{approval, audit, delivery, release_order, shipment};
use support::deliveries::{done, usual};
use support::programme::{Ground, Place};
use support::{PASSWORD, Reply, TestApp, TestDb, User, day};

const ROUNDS: usize = 6;

/// Sends all these at the same moment.
fn at_once(users: &mut [User], path: &str, form: &[(&str, &str)]) -> Vec<Reply> {
    let start = Barrier::new(users.len());
    thread::scope(|scope| {
        let sent: Vec<_> = users
            .iter_mut()
            .map(|user| {
                scope.spawn(|| {
                    start.wait();
                    user.post(path, form)
                })
            })
            .collect();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// One is done; the others are told that the record has moved on, with the way to it.
#[track_caller]
fn one_wins(replies: &[Reply], id: &DeliveryId) {
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    let mut expected = vec![409; replies.len()];
    expected[0] = 303;
    assert_eq!(statuses, expected);
    for lost in replies.iter().filter(|reply| reply.status == 409) {
        lost.holds(&format!("href=\"/deliveries/{id}\""));
    }
}

fn today(place: &Place) -> NewOrder {
    NewOrder {
        ships_on: day("2026-11-24"),
        arrives_on: day("2026-11-25"),
        ..usual(place)
    }
}

fn shipment_form(version: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("version", version),
        ("arrives_on-y", "2026"),
        ("arrives_on-m", "11"),
        ("arrives_on-d", "25"),
        ("lot_0", "K01A26"),
        ("expires_0-y", "2028"),
        ("expires_0-m", "3"),
        ("expires_0-d", "31"),
        ("quantity_0", "3"),
        ("lot_2", "K30C14"),
        ("expires_2-y", "2028"),
        ("expires_2-m", "3"),
        ("expires_2-d", "31"),
        ("quantity_2", "2"),
    ]
}

#[test]
fn of_those_who_approve_at_once_one_does() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let third = ground.someone("堀 健一", kanmon::scope::Role::DistributionApprover, None);
    let mut approvers =
        [&ground.approver, &ground.second, &third].map(|who| ground.at_browser(&app, who));
    for _ in 0..ROUNDS {
        let id = ground.order(&place.coordinator, today(&place));
        let form = [("version", "1"), ("password", PASSWORD)];
        let replies = at_once(&mut approvers, &format!("/deliveries/{id}/approval"), &form);
        one_wins(&replies, &id);
        assert_eq!(ground.delivery(&id).row.version, 2);
        assert_eq!(ground.state_of(&id), State::Approved);
    }
    let approvals: i64 = ground
        .db
        .read(|conn| Ok(approval::table.count().get_result(conn)?))
        .unwrap();
    assert_eq!(approvals, i64::try_from(ROUNDS).unwrap());
    ground.agrees();
}

#[test]
fn of_those_who_ship_at_once_one_does() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let role = kanmon::scope::Role::DistributionOperator;
    let others = [
        ground.operator.clone(),
        ground.someone("堀 健一", role, None),
        ground.someone("南 薫", role, None),
    ];
    let mut operators = others.map(|who| ground.at_browser(&app, &who));
    for _ in 0..ROUNDS {
        let id = ground.order(&place.coordinator, today(&place));
        done(ground.approve(&id));
        ground.release(&id).unwrap();
        let form = shipment_form("3");
        let replies = at_once(&mut operators, &format!("/deliveries/{id}/shipment"), &form);
        one_wins(&replies, &id);
        assert_eq!(ground.state_of(&id), State::Shipped);
    }
    let shipments: i64 = ground
        .db
        .read(|conn| Ok(shipment::table.count().get_result(conn)?))
        .unwrap();
    assert_eq!(shipments, i64::try_from(ROUNDS).unwrap());
}

#[test]
fn a_page_that_is_older_than_the_record_changes_nothing() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.order(&place.coordinator, today(&place));
    let mut approver = ground.at_browser(&app, &ground.approver);
    let page = approver.get(&format!("/deliveries/{id}/approval"));
    page.is(200).holds("name=\"version\" value=\"1\"");
    // Meanwhile the order is moved by a day, which the page did not show.
    let moved = id.clone();
    let ruling = ground.act(&ground.operator, move |tx, scope| {
        let days = (day("2026-11-25"), day("2026-11-27"));
        kanmon::deliveries::reschedule(tx, scope, (&moved, 1), days)
    });
    done(ruling);
    let form = [("version", "1"), ("password", PASSWORD)];
    for step in ["approval", "refusal"] {
        let form = [&form[..], &[("reason", "理由")]].concat();
        let reply = approver.post(&format!("/deliveries/{id}/{step}"), &form);
        reply.is(409).holds(&format!("href=\"/deliveries/{id}\""));
    }
    let mut operator = ground.at_browser(&app, &ground.operator);
    let mut old = vec![("version", "1"), ("reason", "理由")];
    old.extend(shipment_form("1").into_iter().skip(1));
    old.extend([
        ("ships_on-y", "2026"),
        ("ships_on-m", "11"),
        ("ships_on-d", "24"),
        ("last_day-y", "2026"),
        ("last_day-m", "12"),
        ("last_day-d", "31"),
    ]);
    for step in ["schedule", "cancellation", "release", "shipment"] {
        let reply = operator.post(&format!("/deliveries/{id}/{step}"), &old);
        reply.is(409).holds(&format!("href=\"/deliveries/{id}\""));
    }
    let row = ground.delivery(&id).row;
    assert_eq!((row.state, row.version), (State::Ordered, 2));
    assert_eq!(row.arrives_on, day("2026-11-27"));
    // The page as it is now goes through.
    let form = [("version", "2"), ("password", PASSWORD)];
    approver
        .post(&format!("/deliveries/{id}/approval"), &form)
        .is(303);
}

/// A step that somebody else may have taken meanwhile, or that the gate may have come to refuse.
fn perhaps<T>(outcome: Result<Ruling<T>, Error>) {
    match outcome {
        Ok(_) | Err(Error::Stale) => {}
        Err(other) => panic!("{other:?}"),
    }
}

fn all_the_way(ground: &Ground, id: &DeliveryId) {
    perhaps(ground.approve(id));
    perhaps(ground.release(id).map(Ruling::Done));
    perhaps(ground.ship(id));
}

const THREADS: usize = 8;
const DELIVERIES: usize = 20;

#[test]
fn nothing_is_shipped_twice_or_after_the_evidence_was_withdrawn() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let steady = ground.all_ready("架空市立中央病院");
    let fading = ground.all_ready("架空大学病院");
    let scope = ground.staff();
    let attestation = ground
        .db
        .read(|conn| kanmon::attestations::of_facility(conn, &scope, &fading.id, None))
        .unwrap()
        .rows[0]
        .id
        .clone();
    let deliveries: Vec<DeliveryId> = (0..DELIVERIES)
        .map(|n| {
            let place = if n % 2 == 0 { &steady } else { &fading };
            ground.order(&place.coordinator, today(place))
        })
        .collect();
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (ground, start) = (&ground, &start);
            let (deliveries, steady, attestation) = (&deliveries, &steady, &attestation);
            scope.spawn(move || {
                start.wait();
                // Each begins elsewhere, so that they meet and part.
                let from = number * DELIVERIES / THREADS;
                for (done, id) in deliveries
                    .iter()
                    .cycle()
                    .skip(from)
                    .take(DELIVERIES)
                    .enumerate()
                {
                    if number == 0 && done == 5 {
                        ground.withdraw(&ground.safety, attestation);
                    }
                    all_the_way(ground, id);
                }
                let own = ground.order(&steady.coordinator, today(steady));
                all_the_way(ground, &own);
            });
        }
    });
    // Once more in peace: whatever was withdrawn from is not shipped now either.
    for id in &deliveries {
        all_the_way(&ground, id);
    }
    let verb = |name: &'static str| {
        ground
            .db
            .read(move |conn| {
                Ok(audit::table
                    .filter(audit::verb.eq(name))
                    .order(audit::seq)
                    .select((audit::subject_id, audit::seq))
                    .load::<(String, i64)>(conn)?)
            })
            .unwrap()
    };
    let withdrawn = verb("attestation_withdrawn")[0].1;
    let mut shipped: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (id, seq) in verb("delivery_shipped") {
        shipped.entry(id).or_default().push(seq);
    }
    for (number, id) in deliveries.iter().enumerate() {
        let times = shipped.get(id.as_str()).cloned().unwrap_or_default();
        let state = ground.state_of(id);
        if number % 2 == 0 {
            assert_eq!((times.len(), state), (1, State::Shipped), "{id}");
        } else if times.is_empty() {
            assert!(
                matches!(state, State::Ordered | State::Held),
                "{id}: {state:?}"
            );
        } else {
            assert_eq!(state, State::Shipped);
            assert!(
                times.len() == 1 && times[0] < withdrawn,
                "{id}: {times:?} {withdrawn}"
            );
        }
    }
    // The steps on record are those in the log, and every number was given once.
    let (shipments, releases, numbers): (i64, Vec<i64>, Vec<i64>) = ground
        .db
        .read(|conn| {
            Ok((
                shipment::table.count().get_result(conn)?,
                release_order::table
                    .select(release_order::number)
                    .load(conn)?,
                delivery::table.select(delivery::number).load(conn)?,
            ))
        })
        .unwrap();
    assert_eq!(shipments, i64::try_from(shipped.len()).unwrap());
    for mut given in [releases, numbers] {
        given.sort_unstable();
        let gapless: Vec<i64> = (1..).take(given.len()).collect();
        assert_eq!(given, gapless);
    }
    ground.agrees();
}

#[test]
fn the_audit_log_has_no_gap_and_time_never_runs_backwards_under_eight_writers() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (ground, place, start) = (&ground, &place, &start);
            scope.spawn(move || {
                start.wait();
                for n in 0..5 {
                    // The machine's clock is turned back now and then.
                    let by = if (number + n) % 3 == 0 { -60 } else { 45 };
                    ground.db.clock().advance(chrono::TimeDelta::seconds(by));
                    ground.order(&place.coordinator, today(place));
                }
            });
        }
    });
    let log: Vec<(i64, chrono::NaiveDateTime)> = ground
        .db
        .read(|conn| {
            Ok(audit::table
                .order(audit::seq)
                .select((audit::seq, audit::at))
                .load(conn)?)
        })
        .unwrap();
    for (expected, (seq, _)) in (1..).zip(&log) {
        assert_eq!(*seq, expected);
    }
    assert!(log.windows(2).all(|pair| pair[0].1 <= pair[1].1));
}

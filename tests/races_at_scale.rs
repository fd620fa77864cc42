//! A thousand orders and sixty-four people at once: each order ships once or not at all, and nothing ships after the
//! order, or the evidence it rests on, was withdrawn.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use diesel::prelude::*;
use kanmon::audit::tree;
use kanmon::counters;
use kanmon::deliveries::{self, NewOrder, State, proofs};
use kanmon::error::{Error, Result, Ruling};
use kanmon::ids::{AttestationId, DeliveryId};
use kanmon::schema::{approval, audit, delivery, release_order, shipment, signature, verdict};
use kanmon::signatures::Proof;
use kanmon::standings::holds;
use support::deliveries::{lots, usual};
use support::programme::{Evidence, Ground, Place, Who};
use support::{TestDb, day};

const WORKERS: usize = 64;
const ORDERS: usize = 1_000;
/// Facilities; of the last ones the attestation is withdrawn while their orders are on their way.
const PLACES: usize = 10;
const FADING: usize = 4;
/// So many workers are on each order at the same time.
const RIVALS: usize = 4;
/// One order in so many is taken back by the facility that placed it, unless it has left by then.
const TAKEN_BACK: usize = 10;

/// Everybody's password is checked once, before anything begins: what races are the verbs.
struct Stage {
    ground: Ground,
    places: Vec<Place>,
    attestations: Vec<AttestationId>,
    proof: Proof,
    officer: Proof,
    shipped: AtomicUsize,
    withdrawn: AtomicUsize,
}

fn today(place: &Place) -> NewOrder {
    NewOrder {
        ships_on: day("2026-11-24"),
        arrives_on: day("2026-11-24"),
        ..usual(place)
    }
}

fn stage(data: &TestDb) -> Stage {
    let ground = Ground::begin(&data.db);
    let evidence = Evidence::default();
    let (mut places, mut attestations) = (Vec::new(), Vec::new());
    for number in 0..PLACES {
        let place = ground.place(&format!("架空第{number}病院"));
        ground.name(&place, &evidence);
        ground.state(&place, &evidence);
        attestations.push(ground.attest(&place, &evidence));
        ground.brief(&place, &evidence);
        ground.meet(&place, evidence.met_on);
        places.push(place);
    }
    Stage {
        proof: ground.proof(&ground.approver),
        officer: ground.proof(&ground.safety),
        ground,
        places,
        attestations,
        shipped: AtomicUsize::new(0),
        withdrawn: AtomicUsize::new(0),
    }
}

/// A step that somebody else may have taken meanwhile, or that the gate may have come to refuse.
fn went<T>(outcome: Result<Ruling<T>>) -> bool {
    match outcome {
        Ok(Ruling::Done(_)) => true,
        // A writer that waited too long for its turn has done nothing and may come again.
        Ok(Ruling::Refused(_)) | Err(Error::Stale | Error::Busy) => false,
        Err(other) => panic!("{other:?}"),
    }
}

impl Stage {
    fn place(&self, order: usize) -> &Place {
        &self.places[order % PLACES]
    }

    fn fades(order: usize) -> bool {
        order % PLACES >= PLACES - FADING
    }

    /// As one sees it on a page that may be out of date a moment later.
    fn seen(&self, id: &DeliveryId) -> (State, i32) {
        let read = |conn: &mut kanmon::db::AnyConn| {
            Ok(delivery::table
                .find(id)
                .select((delivery::state, delivery::version))
                .get_result(conn)?)
        };
        loop {
            match self.ground.db.read(read) {
                Err(Error::Busy) => {}
                other => return other.unwrap(),
            }
        }
    }

    fn approve(&self, id: &DeliveryId, version: i32) -> bool {
        let (id, proof) = (id.clone(), self.proof.clone());
        went(self.ground.act(&self.ground.approver, move |tx, scope| {
            deliveries::approve(tx, scope, (&id, version), "", &proof)
        }))
    }

    fn release(&self, id: &DeliveryId, version: i32) -> bool {
        let id = id.clone();
        let released = self.ground.act(&self.ground.operator, move |tx, scope| {
            let last = tx.today;
            deliveries::release(tx, scope, (&id, version), last).map(Ruling::Done)
        });
        match released {
            // The gate's answer to a release is an error beside its last day: nothing moves.
            Err(Error::Invalid(_)) => false,
            other => went(other),
        }
    }

    fn ship(&self, id: &DeliveryId, version: i32) -> bool {
        let id = id.clone();
        let shipped = went(self.ground.act(&self.ground.operator, move |tx, scope| {
            let (lots, arrives_on) = (lots(tx.today), tx.today);
            deliveries::ship(tx, scope, (&id, version), arrives_on, &lots)
        }));
        if shipped {
            self.one_more();
        }
        shipped
    }

    /// At every hundred and fiftieth shipment another facility loses its attestation.
    fn one_more(&self) {
        let shipped = self.shipped.fetch_add(1, Ordering::SeqCst) + 1;
        if !shipped.is_multiple_of(150) || shipped / 150 > FADING {
            return;
        }
        let fading = PLACES - shipped / 150;
        let (id, proof) = (self.attestations[fading].clone(), self.officer.clone());
        let withdrawal = self.ground.act(&self.ground.safety, move |tx, scope| {
            let version = kanmon::attestations::get(tx.conn, scope, &id)?.version;
            kanmon::attestations::withdraw(tx, scope, &id, version, "転記の誤り", &proof)
        });
        withdrawal.unwrap();
        self.withdrawn.fetch_add(1, Ordering::SeqCst);
    }

    /// Takes the order as far as it goes; whoever loses a step looks again and takes the next one.
    fn all_the_way(&self, id: &DeliveryId) {
        for _ in 0..8 {
            let (state, version) = self.seen(id);
            let went = match state {
                State::Ordered | State::Held => self.approve(id, version),
                State::Approved => self.release(id, version),
                State::Released => self.ship(id, version),
                _ => return,
            };
            // A step that the gate refuses is not asked for again and again.
            if !went && self.seen(id) == (state, version) {
                return;
            }
        }
    }

    /// The facility takes its order back, at whatever moment that falls, unless the goods have left.
    fn take_back(&self, order: usize, id: &DeliveryId) {
        let coordinator: &Who = &self.place(order).coordinator;
        loop {
            let (state, version) = self.seen(id);
            if !deliveries::OPEN.contains(&state) {
                return;
            }
            let id = id.clone();
            let done = self.ground.act(coordinator, move |tx, scope| {
                deliveries::cancel(tx, scope, (&id, version), "治療の予定が変わったため")
                    .map(Ruling::Done)
            });
            if went(done) {
                return;
            }
        }
    }
}

/// The rivals of an order: its first worker, and others far from it.
fn rivals(order: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..RIVALS).map(move |rank| ((order + rank * WORKERS / RIVALS) % WORKERS, rank))
}

/// What one worker has to do, in the order of the orders, so that rivals meet.
fn errands(worker: usize) -> Vec<(usize, usize)> {
    (0..ORDERS)
        .flat_map(|order| rivals(order).map(move |(who, rank)| (who, (order, rank))))
        .filter(|(who, _)| *who == worker)
        .map(|(_, errand)| errand)
        .collect()
}

/// Runs all workers at once.
fn all_at_once(work: impl Fn(usize) + Sync) {
    let start = Barrier::new(WORKERS);
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (work, start) = (&work, &start);
            scope.spawn(move || {
                start.wait();
                work(worker);
            });
        }
    });
}

fn gapless(mut given: Vec<i64>) {
    given.sort_unstable();
    let expected: Vec<i64> = (1..).take(given.len()).collect();
    assert_eq!(given, expected);
}

/// Audit rows of these verbs: subject and verb to their sequences.
fn log(ground: &Ground) -> BTreeMap<(String, String), Vec<i64>> {
    let rows: Vec<(String, String, i64)> = ground
        .db
        .read(|conn| {
            Ok(audit::table
                .filter(
                    audit::verb
                        .like("delivery_%")
                        .or(audit::verb.eq("attestation_withdrawn")),
                )
                .order(audit::seq)
                .select((audit::subject_id, audit::verb, audit::seq))
                .load(conn)?)
        })
        .unwrap();
    let mut found: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for (subject, verb, seq) in rows {
        found.entry((subject, verb)).or_default().push(seq);
    }
    found
}

#[test]
fn a_thousand_orders_and_sixty_four_workers_ship_each_order_once_or_never() {
    let began = Instant::now();
    let told = |what: &str| println!("{:>6.1} s {what}", began.elapsed().as_secs_f32());
    let data = TestDb::new();
    let stage = stage(&data);
    let ground = &stage.ground;
    told("facilities ready");

    // Sixty-four people enter a thousand orders.
    let placed: Vec<std::sync::OnceLock<DeliveryId>> =
        (0..ORDERS).map(|_| std::sync::OnceLock::new()).collect();
    all_at_once(|worker| {
        for order in (worker..ORDERS).step_by(WORKERS) {
            let place = stage.place(order);
            let id = ground.order(&place.coordinator, today(place));
            placed[order].set(id).unwrap();
        }
    });
    let ids: Vec<&DeliveryId> = placed.iter().map(|id| id.get().unwrap()).collect();
    told("ordered");

    // Four are on each order: approval, release and shipment race each other, the facility's taking back, and the
    // withdrawal of the evidence.
    all_at_once(|worker| {
        for (order, rank) in errands(worker) {
            if order % TAKEN_BACK == 3 && rank == 1 {
                stage.take_back(order, ids[order]);
            } else {
                stage.all_the_way(ids[order]);
            }
        }
    });
    told("raced");
    assert_eq!(stage.withdrawn.load(Ordering::SeqCst), FADING);
    // Once more in peace: what could ship has shipped, and what was withdrawn does not ship now either.
    for id in &ids {
        stage.all_the_way(id);
    }
    told("once more in peace");

    let log = log(ground);
    let at = |subject: &str, verb: &str| -> Vec<i64> {
        let found = log.get(&(subject.to_owned(), verb.to_owned()));
        found.cloned().unwrap_or_default()
    };
    let (mut left, mut taken_back, mut stopped) = (0_i64, 0, 0);
    for (order, id) in ids.iter().enumerate() {
        let (state, _) = stage.seen(id);
        let shipped = at(id.as_str(), "delivery_shipped");
        let cancelled = at(id.as_str(), "delivery_cancelled");
        let approved = at(id.as_str(), "delivery_approved");
        let released = at(id.as_str(), "delivery_released");
        assert!(
            shipped.len() <= 1,
            "order {order} left {} times",
            shipped.len()
        );
        assert_eq!(
            state == State::Shipped,
            shipped.len() == 1,
            "{order}: {state:?}"
        );
        assert_eq!(
            state == State::Cancelled,
            cancelled.len() == 1,
            "{order}: {state:?}"
        );
        if let [at] = shipped[..] {
            assert!(
                cancelled.is_empty(),
                "order {order} left although it was taken back"
            );
            assert!(
                approved.len() == 1 && released.len() == 1,
                "order {order}: {approved:?} {released:?}"
            );
            assert!(approved[0] < released[0] && released[0] < at, "{order}");
            left += 1;
        }
        taken_back += usize::from(state == State::Cancelled);
        if Stage::fades(order) {
            let attestation = &stage.attestations[order % PLACES];
            let gone = at(attestation.as_str(), "attestation_withdrawn")[0];
            for seq in shipped.iter().chain(&approved).chain(&released) {
                assert!(*seq < gone, "order {order} went on at {seq}, after {gone}");
            }
            if shipped.is_empty() && cancelled.is_empty() {
                assert!(
                    matches!(state, State::Ordered | State::Held),
                    "{order}: {state:?}"
                );
                stopped += 1;
            }
        } else if cancelled.is_empty() {
            assert_eq!(
                state,
                State::Shipped,
                "order {order} could ship and did not"
            );
        }
    }
    println!("{left} shipped, {taken_back} taken back, {stopped} stopped by withdrawn evidence");
    // All three came about, or the race was none.
    assert!(left > 0 && taken_back > 0 && stopped > 0);
    check_rows(ground, left);
    check_log(ground);
    told("checked");
    ground.agrees();
    told("every answer agrees with a fresh one");
}

/// The rows say the same as the log: one shipment an order, each on an approval and a verdict of its own transaction.
fn check_rows(ground: &Ground, left: i64) {
    type Ship = (String, String, String, String, String, String);
    let (shipments, approvals): (Vec<Ship>, Vec<(String, String)>) = ground
        .db
        .read(|conn| {
            let shipments = shipment::table
                .inner_join(verdict::table.on(verdict::id.eq(shipment::verdict_id)))
                .select((
                    shipment::delivery_id,
                    shipment::change_id,
                    verdict::change_id,
                    verdict::subject_id,
                    verdict::purpose,
                    verdict::outcome,
                ))
                .load(conn)?;
            let approvals = approval::table
                .inner_join(signature::table.on(signature::id.eq(approval::signature_id)))
                .filter(signature::change_id.eq(approval::change_id))
                .filter(signature::record_id.eq(approval::delivery_id))
                .select((approval::delivery_id, approval::change_id))
                .load(conn)?;
            Ok((shipments, approvals))
        })
        .unwrap();
    assert_eq!(i64::try_from(shipments.len()).unwrap(), left);
    let once: BTreeSet<&String> = shipments.iter().map(|row| &row.0).collect();
    assert_eq!(once.len(), shipments.len());
    let approved: BTreeSet<&String> = approvals.iter().map(|row| &row.0).collect();
    for (delivery, change, judged, subject, purpose, outcome) in &shipments {
        assert_eq!((change, delivery), (judged, subject));
        assert_eq!((purpose.as_str(), outcome.as_str()), ("shipment", "met"));
        assert!(
            approved.contains(delivery),
            "{delivery} was approved and signed"
        );
    }
    let (seen, unproved) = ground.db.read(proofs::unproved).unwrap();
    assert_eq!((i64::try_from(seen).unwrap(), unproved), (left, Vec::new()));
    let numbers: [Vec<i64>; 3] = ground
        .db
        .read(|conn| {
            Ok([
                delivery::table.select(delivery::number).load(conn)?,
                release_order::table
                    .select(release_order::number)
                    .load(conn)?,
                verdict::table.select(verdict::number).load(conn)?,
            ])
        })
        .unwrap();
    assert_eq!(numbers[0].len(), ORDERS);
    for given in numbers {
        gapless(given);
    }
    // The tallies that the first page shows are those of the rows.
    let names: Vec<String> = State::ALL
        .iter()
        .map(|state| holds::tally(&ground.programme, *state))
        .collect();
    let (tallies, states): (Vec<i64>, Vec<State>) = ground
        .db
        .read(|conn| {
            let states = delivery::table.select(delivery::state).load(conn)?;
            Ok((counters::read(conn, &names)?, states))
        })
        .unwrap();
    for (state, tally) in State::ALL.iter().zip(tallies) {
        let rows = states.iter().filter(|found| *found == state).count();
        assert_eq!(i64::try_from(rows).unwrap(), tally, "{state:?}");
    }
}

/// The log has no gap, time does not run backwards in it, and as a tree it is whole.
fn check_log(ground: &Ground) {
    let rows: Vec<(i64, chrono::NaiveDateTime)> = ground
        .db
        .read(|conn| {
            let all = audit::table.order(audit::seq);
            Ok(all.select((audit::seq, audit::at)).load(conn)?)
        })
        .unwrap();
    gapless(rows.iter().map(|row| row.0).collect());
    assert!(rows.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    let found = ground.db.read(|conn| tree::verify(conn, &[], &[])).unwrap();
    assert_eq!(found.damage, []);
    assert_eq!(found.rows, i64::try_from(rows.len()).unwrap());
}

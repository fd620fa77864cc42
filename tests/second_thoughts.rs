//! What changes after an approval: hands, days and withdrawn words that no longer carry it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use chrono::Days;
use kanmon::attestations::Care;
use kanmon::audit::Known;
use kanmon::deliveries::{self, State};
use kanmon::error::{Error, Ruling};
use kanmon::scope::Role;
use kanmon::{standings, verdicts};
use support::deliveries::{done, refused};
use support::programme::{Evidence, Ground};
use support::{TestDb, day};

#[test]
fn a_withdrawn_record_of_a_partner_does_not_let_the_old_agreement_speak_again() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let hub = ground.place("架空大学病院");
    let leaning = Evidence {
        care: Care::None,
        around_the_clock: false,
        partner: Some((hub.id.clone(), day("2026-04-01"), None)),
        ..Evidence::default()
    };
    let place = ground.ready("架空市立中央病院", &leaning);
    let permits = || {
        let judged = data.db.read(|conn| {
            let today = ground.today();
            standings::judge(conn, &ground.programme, &place.id, today, Known::NOW)
        });
        verdicts::permits(&judged.unwrap().1)
    };
    assert!(
        permits(),
        "nobody has heard of the hub but through the agreement"
    );
    let without = Evidence {
        care: Care::None,
        ..Evidence::default()
    };
    let attestation = ground.attest(&hub, &without);
    assert!(!permits(), "the hub itself says that it has no ICU");
    ground.withdraw(&ground.safety, &attestation);
    assert!(
        !permits(),
        "nobody speaks for the hub until it attests again"
    );
    ground.attest(&hub, &Evidence::default());
    assert!(permits());
}

#[test]
fn whoever_accepts_evidence_after_approving_needs_another_approver() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let delivery = ground.released(&place);
    let also = ground.also(&ground.approver, Role::SafetyOfficer);
    let renewed = ground.submit(&place, &Evidence::default());
    ground.accept(&also, &renewed);
    assert_eq!(ground.state_of(&delivery), State::Released);
    refused(ground.ship(&delivery));
    assert_eq!(ground.state_of(&delivery), State::Held);
    let version = ground.delivery(&delivery).row.version;
    done(ground.approve_as_of(&ground.second, &delivery, version, ""));
    ground.release(&delivery).unwrap();
    done(ground.ship(&delivery));
}

#[test]
fn a_delivery_moved_out_of_its_approved_days_waits_for_a_new_approval() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let delivery = ground.approved(&place);
    let row = ground.delivery(&delivery).row;
    let later = row.arrives_on + Days::new(3);
    let moved = ground.act(&ground.operator, move |tx, scope| {
        deliveries::reschedule(tx, scope, (&row.id, row.version), (row.ships_on, later))
    });
    assert_eq!(moved.unwrap(), Ruling::Done(()));
    assert_eq!(ground.state_of(&delivery), State::Held);
    done(ground.approve(&delivery));
}

#[test]
fn a_release_ends_before_the_gate_closes() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let leaving = Evidence {
        last_day_in_post: Some(day("2026-11-28")),
        ..Evidence::default()
    };
    let place = ground.ready("架空市立中央病院", &leaving);
    let delivery = ground.approved(&place);
    let release = |last: &str| {
        let (row, last) = (ground.delivery(&delivery).row, day(last));
        ground.act(&ground.operator, move |tx, scope| {
            deliveries::release(tx, scope, (&row.id, row.version), last)
        })
    };
    for beyond in ["2026-11-29", "2027-03-31"] {
        assert!(
            matches!(release(beyond), Err(Error::Invalid(_))),
            "{beyond}"
        );
        assert_eq!(ground.state_of(&delivery), State::Approved);
    }
    release("2026-11-28").unwrap();
}

//! Every verb of a delivery asks for the role itself, so that no page and no command can open it to another.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use kanmon::deliveries::{self, ReceivedGoods};
use kanmon::error::Error;
use kanmon::scope::{Actor, Role};
use support::TestDb;
use support::deliveries::{lots, rows, usual};
use support::programme::Ground;

#[test]
fn a_verb_of_a_delivery_is_closed_to_every_other_role() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.ordered(&place);
    let orders = &[Role::FacilityCoordinator, Role::DistributionOperator][..];
    let approves = &[Role::DistributionApprover][..];
    let operates = &[Role::DistributionOperator][..];
    let stops = &[Role::DistributionApprover, Role::SafetyOfficer][..];
    let verbs = [
        ("order", orders),
        ("approve", approves),
        ("refuse", approves),
        ("cancel", orders),
        ("hold", stops),
        ("reschedule", orders),
        ("release", operates),
        ("ship", operates),
        ("receive", orders),
    ];
    let before = rows(&data.db);
    for (verb, may) in verbs {
        for role in Role::ALL.iter().filter(|role| !may.contains(role)) {
            let who = ground.someone(
                "架空 太郎",
                *role,
                role.is_at_facility().then_some(&place.id),
            );
            let proof = ground.proof(&who);
            let (id, scope, new) = (id.clone(), who.scope.clone(), usual(&place));
            let actor = Actor {
                ..who.actor.clone()
            };
            let programme = scope.programme().clone();
            let ended = data.db.write(&actor, move |tx| {
                let at = (&id, 1);
                let day = tx.today;
                match verb {
                    "order" => deliveries::order(tx, &scope, &programme, &new).map(|_| ()),
                    "approve" => deliveries::approve(tx, &scope, at, "", &proof).map(|_| ()),
                    "refuse" => deliveries::refuse(tx, &scope, at, "理由", &proof),
                    "cancel" => deliveries::cancel(tx, &scope, at, "理由"),
                    "hold" => deliveries::hold(tx, &scope, at, "理由"),
                    "reschedule" => deliveries::reschedule(tx, &scope, at, (day, day)).map(|_| ()),
                    "release" => deliveries::release(tx, &scope, at, day).map(|_| ()),
                    "ship" => deliveries::ship(tx, &scope, at, day, &lots(day)).map(|_| ()),
                    _ => {
                        let goods = ReceivedGoods {
                            at: tx.now,
                            intact: true,
                            celsius: None,
                            remarks: String::new(),
                            lines: Vec::new(),
                        };
                        deliveries::receive(tx, &scope, at, &goods)
                    }
                }
            });
            assert!(
                matches!(ended, Err(Error::Forbidden)),
                "{verb} as {role:?}: {ended:?}"
            );
        }
    }
    let after = rows(&data.db);
    for table in [
        "delivery",
        "verdict",
        "approval",
        "shipment",
        "receipt",
        "release_order",
    ] {
        assert_eq!(before[table], after[table], "{table}");
    }
}

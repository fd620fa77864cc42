//! Following a lot: everybody who received it is named, and nobody at a facility sees another's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use kanmon::scope::Role;
use support::TestApp;
use support::deliveries::done;
use support::programme::Ground;

#[test]
fn a_lot_leads_to_every_facility_that_received_it() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    for name in ["架空市立中央病院", "架空大学病院"] {
        let place = ground.all_ready(name);
        let delivery = ground.released(&place);
        done(ground.ship(&delivery));
    }
    let lot = support::deliveries::lots(ground.today())[0].lot.clone();
    let mut inspector = app.user(Role::Inspector, None);
    let page = inspector.get(&format!("/lots?lot={lot}"));
    page.is(200)
        .says("架空市立中央病院")
        .says("架空大学病院")
        .says("D-0001")
        .says("D-0002");
    inspector
        .get("/lots?lot=nothing")
        .is(200)
        .says("出荷はありません");
    inspector.get("/lots?lot=%00").is(200).says("ロット番号");
    let place = ground.place("架空西病院");
    let mut coordinator = app.user(Role::FacilityCoordinator, Some(&place.id));
    assert_eq!(coordinator.get(&format!("/lots?lot={lot}")).status, 403);
}

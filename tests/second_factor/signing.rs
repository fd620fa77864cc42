//! Signing: password and second factor at first, and the password alone for a quarter of an hour after a proof.

use chrono::TimeDelta;
use diesel::prelude::*;
use kanmon::ids::DeliveryId;
use kanmon::schema::signature;
use kanmon::signatures::{self, Method};

use crate::ground::{Person, app, enrol};
use crate::support::programme::{Ground, Place};
use crate::support::{PASSWORD, Reply, TestApp};

struct Desk {
    app: TestApp,
    ground: Ground,
    place: Place,
    approver: Person,
}

fn desk() -> Desk {
    let app = app();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let who = ground.approver.clone();
    let approver = enrol(&app, &who.login, &who.account);
    Desk {
        app,
        ground,
        place,
        approver,
    }
}

impl Desk {
    fn refuse(&mut self, id: &DeliveryId, password: &str, code: &str) -> Reply {
        let form = [
            ("version", "1"),
            ("reason", "在庫を確かめる"),
            ("password", password),
            ("factor", code),
        ];
        let path = format!("/deliveries/{id}/refusal");
        self.approver.user.post(&path, &form)
    }

    fn order(&self) -> DeliveryId {
        self.ground.ordered(&self.place)
    }

    fn methods(&self, id: &DeliveryId) -> Vec<Method> {
        let id = id.clone();
        let signed = self.app.db.read(|conn| {
            signatures::on(conn, "delivery", id.as_str())
                .map(|signed| signed.iter().map(|one| one.method).collect())
        });
        signed.unwrap()
    }
}

#[test]
fn the_first_signing_asks_for_both_and_loses_nothing_of_what_was_typed() {
    let mut desk = desk();
    let id = desk.order();
    let path = format!("/deliveries/{id}/refusal");
    let page = desk.approver.user.get(&path);
    page.is(200)
        .holds("id=\"password\"")
        .holds("id=\"factor\"")
        .says("認証アプリに表示された 6 桁");
    let lacking = desk.refuse(&id, PASSWORD, "");
    lacking
        .is(422)
        .holds("id=\"factor-e\"")
        .says("「確認コード」を入力してください")
        .says("在庫を確かめる");
    let wrong = desk.refuse(&id, PASSWORD, "000000");
    wrong
        .is(422)
        .holds("id=\"factor-e\"")
        .says("在庫を確かめる");
    let code = desk.approver.next_code(&desk.app);
    let wrong = desk.refuse(&id, "not the password", &code);
    wrong.is(422).holds("id=\"password-e\"");
    assert!(desk.methods(&id).is_empty());
    // The slip in the password has not cost the code.
    let before = desk.approver.user.clone();
    desk.refuse(&id, PASSWORD, &code).is(303);
    assert_eq!(desk.methods(&id), [Method::PasswordAndFactor]);
    // The step up renewed the key.
    before.clone().get("/deliveries").is(303);
    desk.approver.user.get("/deliveries").is(200);
}

#[test]
fn a_code_shown_at_sign_in_does_not_sign() {
    let mut desk = desk();
    let id = desk.order();
    let code = desk.approver.code(&desk.app);
    desk.refuse(&id, PASSWORD, &code).is(422);
    desk.refuse(&id, PASSWORD, "").is(422);
    assert!(desk.methods(&id).is_empty());
}

#[test]
fn within_a_quarter_of_an_hour_of_the_last_proof_the_password_is_enough() {
    let mut desk = desk();
    let ids: Vec<DeliveryId> = (0..5).map(|_| desk.order()).collect();
    let code = desk.approver.next_code(&desk.app);
    desk.refuse(&ids[0], PASSWORD, &code).is(303);
    let page = format!("/deliveries/{}/refusal", ids[1]);
    let shown = desk.approver.user.get(&page);
    shown.is(200).holds("id=\"password\"");
    assert!(!shown.body.contains("id=\"factor\""));
    // A second before the end, after a look at a page in between.
    desk.app.clock.advance(TimeDelta::minutes(10));
    desk.approver.user.get("/deliveries").is(200);
    desk.app.clock.advance(TimeDelta::seconds(4 * 60 + 59));
    desk.refuse(&ids[1], PASSWORD, "").is(303);
    assert_eq!(desk.methods(&ids[1]), [Method::Password]);
    // That was a proof too; a quarter of an hour after it the factor is due again, to the second.
    desk.app.clock.advance(TimeDelta::minutes(10));
    desk.approver.user.get("/deliveries").is(200);
    desk.app.clock.advance(TimeDelta::minutes(5));
    let path = format!("/deliveries/{}/refusal", ids[2]);
    desk.approver.user.get(&path).is(200).holds("id=\"factor\"");
    desk.refuse(&ids[2], PASSWORD, "").is(422);
    assert!(desk.methods(&ids[2]).is_empty());
    let code = desk.approver.next_code(&desk.app);
    desk.refuse(&ids[2], PASSWORD, &code).is(303);
    assert_eq!(desk.methods(&ids[2]), [Method::PasswordAndFactor]);
    // Another session begins anew.
    let fresh = desk.approver.again(&desk.app);
    desk.approver.user = fresh;
    desk.refuse(&ids[3], PASSWORD, "").is(422);
    // A wrong password is no proof.
    desk.refuse(&ids[3], "not the password", "").is(422);
    desk.refuse(&ids[3], PASSWORD, "").is(422);
}

#[test]
fn a_signature_row_and_the_log_say_by_what_it_was_made() {
    let mut desk = desk();
    let id = desk.order();
    let code = desk.approver.recovery[0].clone();
    desk.refuse(&id, PASSWORD, &code).is(303);
    let row: String = desk
        .app
        .db
        .read(|conn| {
            Ok(signature::table
                .filter(signature::record_id.eq(id.as_str()))
                .select(signature::method)
                .get_result(conn)?)
        })
        .unwrap();
    assert_eq!(row, "password_and_factor");
    let said: Vec<String> = desk
        .app
        .db
        .read(|conn| {
            use kanmon::schema::audit_detail;
            Ok(audit_detail::table
                .filter(audit_detail::detail.like("%\"meaning\":\"refusal\"%"))
                .select(audit_detail::detail)
                .load(conn)?)
        })
        .unwrap();
    assert!(said[0].contains("\"method\":\"password_and_factor\""));
}

#[test]
fn stepping_up_gives_a_session_no_new_hours() {
    let mut desk = desk();
    let id = desk.order();
    for _ in 0..59 {
        desk.app.clock.advance(TimeDelta::minutes(10));
        desk.approver.user.get("/deliveries").is(200);
    }
    let code = desk.approver.code(&desk.app);
    desk.refuse(&id, PASSWORD, &code).is(303);
    desk.approver.user.get("/deliveries").is(200);
    desk.app.clock.advance(TimeDelta::minutes(10));
    desk.approver.user.get("/deliveries").is(303);
}

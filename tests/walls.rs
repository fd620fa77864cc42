//! Walls between facilities and between roles: whatever belongs to another is not there, and nobody judges their own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use actix_web::http::Method;
use kanmon::deliveries::State;
use kanmon::error::Error;
use kanmon::ids::DeliveryId;
use kanmon::scope::Role;
use kanmon::web::visitor::Who as May;
use support::deliveries::{done, moved, rows, usual};
use support::programme::{Evidence, Ground, Who};
use support::records::{FORM, records};
use support::{PASSWORD, TestApp, User, day};

fn ask(user: &mut User, method: &Method, path: &str, form: &[(&str, &str)]) -> u16 {
    match *method {
        Method::GET => user.get(path).status,
        _ => user.post(path, form).status,
    }
}

#[test]
fn nothing_of_another_facility_is_there() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let (own, other) = (
        ground.all_ready("架空市立中央病院"),
        ground.all_ready("架空大学病院"),
    );
    let delivery = ground.released(&other);
    let foreign = records(&ground, &other, &delivery);
    let mine = records(&ground, &own, &ground.released(&own));
    let users = [
        (Role::FacilityCoordinator, &own.coordinator),
        (Role::Physician, &own.physician),
    ]
    .map(|(role, who)| (role, ground.at_browser(&app, who)));
    let before = rows(&ground.db);
    let (mut seen, mut asked) = (0, 0);
    for (role, mut user) in users {
        for route in kanmon::app::routes() {
            let Some(path) = foreign.address(route.path) else {
                continue;
            };
            let May::Only(roles) = route.who else {
                continue;
            };
            let hidden = if roles.contains(&role) { 404 } else { 403 };
            for form in [&[][..], FORM] {
                let status = ask(&mut user, &route.method, &path, form);
                assert_eq!(status, hidden, "{role:?}: {} {path}", route.method);
                asked += 1;
            }
            // The same address about the own facility's record is there: the wall is between facilities.
            if hidden == 404 && route.method == Method::GET {
                let path = mine.address(route.path).unwrap();
                let status = user.get(&path).status;
                assert!(status == 200 || status == 303, "{role:?}: {path}: {status}");
                seen += 1;
            }
        }
        for list in [
            "/deliveries",
            "/attestations",
            "/physicians",
            "/contacts",
            "/letters",
            "/exceptions",
        ] {
            let page = user.get(list);
            page.is(200).says_not("架空大学病院");
            assert!(!page.body.contains(delivery.as_str()));
        }
    }
    assert!(seen >= 10 && asked >= 60, "{seen} {asked}");
    let mut moved = moved(&before, &rows(&ground.db));
    moved.remove("session");
    assert!(moved.is_empty(), "{moved:?}");
}

#[test]
fn what_is_hidden_answers_like_what_does_not_exist() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let (own, other) = (
        ground.all_ready("架空市立中央病院"),
        ground.all_ready("架空大学病院"),
    );
    let delivery = ground.ordered(&other);
    let mut user = ground.at_browser(&app, &own.coordinator);
    let hidden = user.get(&format!("/deliveries/{delivery}"));
    let absent = user.get("/deliveries/00000000-0000-7000-8000-000000000000");
    assert_eq!(hidden.is(404).text(), absent.is(404).text());
}

#[test]
fn an_inspector_reads_everything_and_posts_nothing() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let delivery = ground.released(&place);
    let records = records(&ground, &place, &delivery);
    let mut inspector = app.user(Role::Inspector, None);
    let before = rows(&ground.db);
    let own_desk = [
        "/sign-in",
        "/sign-in/second",
        "/sign-in/factor",
        "/sign-out",
        "/account/sessions",
        "/account/factor",
        "/account/recovery",
        "/language",
        "/membership",
        "/letters/preferences",
        "/account/password",
        "/invitation",
        "/reset",
        "/sign-in/reset",
    ];
    let mut refused = 0;
    for route in kanmon::app::routes() {
        if route.method == Method::GET || own_desk.contains(&route.path) {
            continue;
        }
        let path = records
            .address(route.path)
            .unwrap_or_else(|| route.path.to_owned());
        let reply = inspector.post(&path, FORM);
        assert_eq!(reply.status, 403, "{path}");
        refused += 1;
    }
    assert!(refused >= 20, "{refused}");
    let mut moved = moved(&before, &rows(&ground.db));
    moved.remove("session");
    assert!(moved.is_empty(), "{moved:?}");
    for kind in [
        "attestations",
        "physicians",
        "qualifications",
        "contacts",
        "deliveries",
    ] {
        let page = inspector.get(&format!("/{kind}/{}", records.ids[kind]));
        page.is(200);
        let main = page.body.split_once("<main").unwrap().1;
        assert!(!main.contains("<form method=\"post\""), "{kind}");
        assert!(!main.contains("method=\"post\""), "{kind}");
    }
}

fn approval(version: i32) -> Vec<(&'static str, String)> {
    vec![
        ("version", version.to_string()),
        ("password", PASSWORD.to_owned()),
        ("reason", "確認済み".to_owned()),
    ]
}

fn post_approval(user: &mut User, id: &DeliveryId, version: i32) -> support::Reply {
    let form = approval(version);
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    user.post(&format!("/deliveries/{id}/approval"), &form)
}

/// Acts by this one of one's own memberships.
fn act_as(user: &mut User, words: &str) {
    let page = user.get("/membership");
    let page = page.is(200).body.clone();
    if page.contains(&format!("（{words}）")) {
        return;
    }
    let row = page
        .split("<li")
        .find(|part| part.contains(words) && part.contains("name=\"membership\""))
        .unwrap_or_else(|| panic!("{words} not in {page}"));
    let (_, rest) = row.split_once("name=\"membership\" value=\"").unwrap();
    let (id, _) = rest.split_once('"').unwrap();
    user.post("/membership", &[("membership", id)]).is(303);
}

#[test]
fn nobody_approves_what_they_ordered_in_another_role() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let both = ground.someone("新川 直人", Role::DistributionOperator, None);
    let as_approver = ground.also(&both, Role::DistributionApprover);
    let id = ground.order(&both, usual(&place));
    let other = ground.ordered(&place);
    // Below the pages: the verb and, if the verb forgot, the database.
    let refusal = ground.approve_as_of(&as_approver, &id, 1, "");
    assert!(matches!(refusal, Err(Error::Forbidden)), "{refusal:?}");
    // Through the pages: no button, and the form is refused.
    let mut user = ground.at_browser(&app, &both);
    act_as(&mut user, "納入承認者");
    let page = user.get(&format!("/deliveries/{id}"));
    page.is(200).says_not("納入を承認する");
    user.get(&format!("/deliveries/{other}"))
        .is(200)
        .says("納入を承認する");
    let before = rows(&ground.db);
    post_approval(&mut user, &id, 1).is(403);
    let mut left = moved(&before, &rows(&ground.db));
    left.remove("session");
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(ground.state_of(&id), State::Ordered);
    // What somebody else ordered, the same person approves; and what they ordered, somebody else.
    post_approval(&mut user, &other, 1).is(303);
    assert_eq!(ground.state_of(&other), State::Approved);
    done(ground.approve(&id));
}

/// A person who was representative until yesterday and is approver from today.
fn former_representative(ground: &Ground) -> Who {
    use kanmon::accounts::{end_membership, store::memberships_of};
    let before = ground.representative.clone();
    ground
        .db
        .clock()
        .move_to(kanmon::clock::start_of(day("2026-11-25")));
    let account = before.account.clone();
    ground
        .db
        .write(&kanmon::scope::Actor::system("test"), move |tx| {
            let own = memberships_of(tx.conn, std::slice::from_ref(&account))?;
            end_membership(tx, &own[0].id, day("2026-11-24")).map(|_| ())
        })
        .unwrap();
    ground.also(&before, Role::DistributionApprover)
}

#[test]
fn nobody_approves_what_rests_on_evidence_they_entered_in_a_former_role() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.ordered(&place);
    let approver = former_representative(&ground);
    let refusal = ground.approve_as_of(&approver, &id, 1, "");
    assert!(matches!(refusal, Err(Error::Forbidden)), "{refusal:?}");
    let mut user = ground.at_browser(&app, &approver);
    user.get(&format!("/deliveries/{id}"))
        .is(200)
        .says_not("納入を承認する");
    post_approval(&mut user, &id, 1).is(403);
    assert_eq!(ground.state_of(&id), State::Ordered);
    done(ground.approve(&id));
}

#[test]
fn nobody_approves_what_rests_on_evidence_they_accepted() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let elsewhere = ground.all_ready("架空大学病院");
    // Of the two facilities, this officer accepted evidence of one only.
    let officer = ground.someone("安西 二郎", Role::SafetyOfficer, None);
    let submitted = ground.submit(&elsewhere, &Evidence::default());
    ground.accept(&officer, &submitted);
    let approver = ground.also(&officer, Role::DistributionApprover);
    let (free, bound) = (ground.ordered(&place), ground.ordered(&elsewhere));
    let refusal = ground.approve_as_of(&approver, &bound, 1, "");
    assert!(matches!(refusal, Err(Error::Forbidden)), "{refusal:?}");
    done(ground.approve_as_of(&approver, &free, 1, ""));
    done(ground.approve(&bound));
}

#[test]
fn a_partners_evidence_has_hands_too() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let hub = ground.all_ready("架空大学病院");
    let officer = ground.someone("安西 二郎", Role::SafetyOfficer, None);
    let submitted = ground.submit(&hub, &Evidence::default());
    ground.accept(&officer, &submitted);
    let leaning = Evidence {
        care: kanmon::attestations::Care::None,
        partner: Some((hub.id.clone(), day("2026-04-01"), None)),
        ..Evidence::default()
    };
    let clinic = ground.ready("架空クリニック", &leaning);
    let id = ground.ordered(&clinic);
    let approver = ground.also(&officer, Role::DistributionApprover);
    let refusal = ground.approve_as_of(&approver, &id, 1, "");
    assert!(matches!(refusal, Err(Error::Forbidden)), "{refusal:?}");
}

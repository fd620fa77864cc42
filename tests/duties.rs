//! Which representatives look after which facility.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use kanmon::error::Error;
use kanmon::facilities::duties;
use kanmon::scope::Role;
use support::forms::{Sheet, between};
use support::programme::{Ground, Who};
use support::{TestApp, day};

fn duty(who: &Who, first: &str, last: &str) -> Sheet {
    let sheet = Sheet::new()
        .put("representative", who.account.as_str())
        .day("duty_first_day", first);
    match last {
        "" => sheet,
        last => sheet.day("duty_last_day", last),
    }
}

#[test]
fn several_may_look_after_a_facility_and_each_once_at_a_time() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.place("架空市立中央病院");
    let other = ground.someone("木原 \u{fa19}美", Role::Representative, None);
    let mut safety = ground.at_browser(&app, &ground.safety);
    let path = format!("/facilities/{}/duties", place.id);
    safety.get(&path).is(200).says("担当者は決まっていません");
    let own = &ground.representative;
    duty(own, "2026-11-24", "").taken(&mut safety, &path);
    duty(&other, "2026-12-01", "2026-12-31").taken(&mut safety, &path);
    for (who, first, last, words) in [
        (own, "2026-12-01", "", "すでにこの施設の担当です"),
        (&other, "2026-12-31", "", "すでにこの施設の担当です"),
        (
            &ground.approver,
            "2026-12-01",
            "",
            "医薬情報担当者ではありません",
        ),
        (&other, "2027-02-02", "2027-02-01", "より前です"),
        (
            &other,
            "2026-10-01",
            "2026-10-31",
            "終わりの日が過ぎています",
        ),
    ] {
        duty(who, first, last)
            .send(&mut safety, &path)
            .is(422)
            .says(words);
    }
    Sheet::new().send(&mut safety, &path).is(422);
    let page = safety.get(&path);
    page.is(200).says("木原 \u{fa19}美").says("これから");
    // The facility learns whom to call, and its history says since when.
    let mut coordinator = ground.at_browser(&app, &place.coordinator);
    let seen = coordinator.get(&format!("/facilities/{}", place.id));
    seen.is(200)
        .says("大野 誠")
        .says("の担当に 大野 誠 さんを加えました")
        .says_not("担当を変える");
    coordinator.get(&path).is(403);
    coordinator.post(&path, &[]).is(403);
}

#[test]
fn a_duty_ends_with_yesterday_and_one_to_come_is_taken_back() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.place("架空市立中央病院");
    let mut safety = ground.at_browser(&app, &ground.safety);
    let path = format!("/facilities/{}/duties", place.id);
    duty(&ground.representative, "2026-11-24", "").taken(&mut safety, &path);
    app.db
        .clock()
        .move_to(kanmon::clock::start_of(day("2026-11-30")));
    let mut safety = ground.at_browser(&app, &ground.safety);
    let page = safety.get(&path).body;
    let end = format!("/duties/{}", between(&page, "action=\"/duties/", "\""));
    ground
        .at_browser(&app, &ground.representative)
        .post(&end, &[])
        .is(403);
    safety.post(&end, &[("back", path.as_str())]).is(303);
    safety.post(&end, &[]).is(409);
    safety.get(&path).says("担当者は決まっていません");
    // What was so is still known.
    let (scope, id) = (ground.staff(), place.id.clone());
    let before = ground
        .db
        .read(move |conn| duties::of_facility(conn, &scope, &id, day("2026-11-29")))
        .unwrap();
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].last_day, Some(day("2026-11-29")));
    duty(&ground.representative, "2026-12-24", "").taken(&mut safety, &path);
    let page = safety.get(&path).body;
    let end = format!("/duties/{}", between(&page, "action=\"/duties/", "\""));
    let back = safety.post(&end, &[("back", "//example.com")]);
    assert_eq!(back.is(303).location(), path);
    safety.get(&path).says("担当者は決まっていません");
    let missing = "/duties/00000000-0000-7000-8000-000000000000/end";
    safety.post(missing, &[]).is(404);
}

#[test]
fn an_administrator_gives_a_representative_facilities_by_their_code() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.place("架空市立中央病院");
    let administrator = ground.someone("堀 健一", Role::Administrator, None);
    let mut user = ground.at_browser(&app, &administrator);
    let path = format!("/people/{}", ground.representative.account);
    let sheet = |code: &str| {
        Sheet::new()
            .put("duty_facility", code)
            .day("duty_first_day", "2026-11-24")
    };
    let wide: String = place
        .code
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap())
        .collect();
    for wrong in ["", "999", "a\u{0}"] {
        let reply = sheet(wrong).send(&mut user, &format!("{path}/duties"));
        reply.is(422).holds("href=\"#duty_facility\"");
    }
    let at = sheet(&wide).taken(&mut user, &format!("{path}/duties"));
    let page = user.get(&at);
    page.is(200).says("架空市立中央病院");
    let end = format!("/duties/{}", between(&page.body, "action=\"/duties/", "\""));
    let back = user.post(&end, &[("back", path.as_str())]);
    assert_eq!(back.is(303).location(), path);
    user.get(&path).says("担当する施設はありません");
}

#[test]
fn the_verb_asks_for_the_role_itself() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.place("架空市立中央病院");
    for who in [&ground.representative, &ground.approver, &place.coordinator] {
        let (id, account) = (place.id.clone(), ground.representative.account.clone());
        let refused = ground.act(who, move |tx, scope| {
            let today = tx.today;
            duties::assign(tx, scope, &id, &account, today, None)
        });
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    }
}

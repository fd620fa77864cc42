//! Where and how somebody wants letters, and who stands in for them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use kanmon::accounts::{deputies, mailboxes};
use kanmon::error::Error;
use kanmon::outbox::{Addressee, Habit, Kind, State};
use kanmon::scope::Role;
use support::forms::{Sheet, between};
use support::kept_letters::{new_letter, queue, state_of};
use support::programme::{Ground, Who};
use support::{TestApp, day};

fn mailbox(ground: &Ground, who: &Who) -> mailboxes::Mailbox {
    let account = who.account.clone();
    ground
        .db
        .read(move |conn| mailboxes::of(conn, &account))
        .unwrap()
}

#[test]
fn everybody_sets_their_own_address_and_the_log_does_not_name_it() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.place("架空市立中央病院");
    let inspector = ground.someone("南 薫", Role::Inspector, None);
    for who in [&ground.representative, &inspector, &place.physician] {
        let mut user = ground.at_browser(&app, who);
        user.get("/letters/preferences")
            .is(200)
            .says("安全性に関わるメールは、どの設定でもすぐに送ります");
        let form = [("address", " ono.makoto@example.jp　"), ("habit", "digest")];
        user.post("/letters/preferences", &form).is(303);
        let kept = mailbox(&ground, who);
        assert_eq!(kept.address, "ono.makoto@example.jp");
        assert_eq!(kept.habit, Habit::Digest);
        user.get("/letters/preferences")
            .holds("value=\"ono.makoto@example.jp\"");
        // Taking it away keeps the habit.
        let form = [("address", ""), ("habit", "digest")];
        user.post("/letters/preferences", &form).is(303);
        assert!(!mailbox(&ground, who).has_address());
    }
    let details: Vec<String> = ground
        .db
        .read(|conn| {
            use diesel::prelude::*;
            use kanmon::schema::audit_detail;
            Ok(audit_detail::table
                .select(audit_detail::detail)
                .load(conn)?)
        })
        .unwrap();
    assert!(details.iter().any(|detail| detail.contains("habit-digest")));
    assert!(details.iter().all(|detail| !detail.contains("@example.jp")));
}

#[test]
fn what_is_no_address_comes_back_with_what_is_wrong() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let mut user = ground.at_browser(&app, &ground.representative);
    let long = format!("{}@example.jp", "a".repeat(300));
    for typed in [
        "ｏｎｏ＠ｅｘａｍｐｌｅ．ｊｐ",
        "ono@example.jp, abe@example.jp",
        "ono@example.jp;abe@example.jp",
        "ono@example.jp abe@example.jp",
        "ono@example.jp\r\nBcc: abe@example.jp",
        "ono@example.jp\nBcc: abe@example.jp",
        "ono\u{0}@example.jp",
        "大野 <ono@example.jp>",
        "\u{fa19}@example.jp",
        "ono",
        "@example.jp",
        "ono@",
        "ono@@example.jp",
        "ono..makoto@example.jp",
        &long,
    ] {
        let form = [("address", typed), ("habit", "at_once")];
        let reply = user.post("/letters/preferences", &form);
        reply.is(422).holds("href=\"#address\"");
        assert!(
            !mailbox(&ground, &ground.representative).has_address(),
            "{typed:?}"
        );
    }
    let huge = "a".repeat(10 * 1024 * 1024);
    let form = [("address", huge.as_str()), ("habit", "at_once")];
    user.post("/letters/preferences", &form).is(413);
    for habit in ["", "never", "\u{0}"] {
        let form = [("address", "ono@example.jp"), ("habit", habit)];
        user.post("/letters/preferences", &form).is(422);
    }
}

#[test]
fn safety_letters_are_not_switched_off() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let mut user = ground.at_browser(&app, &ground.safety);
    let form = [("address", "safety@example.jp"), ("habit", "off")];
    user.post("/letters/preferences", &form).is(303);
    let to = Addressee {
        account: ground.safety.account.clone(),
        has_address: true,
        habit: mailbox(&ground, &ground.safety).habit,
    };
    assert_eq!(to.habit, Habit::Off);
    for (kind, state) in [
        (Kind::SafetyTask, State::Waiting),
        (Kind::ReviewWaiting, State::Silenced),
    ] {
        let mut new = new_letter(&ground, kind, kind.as_str(), &to.account, None);
        new.to = to.clone();
        let id = queue(&ground, &[new]).remove(0);
        assert_eq!(state_of(&ground.db, &id), state);
    }
}

#[test]
fn an_administrator_sets_anybodys_and_nobody_else_does() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let administrator = ground.someone("堀 健一", Role::Administrator, None);
    let mut user = ground.at_browser(&app, &administrator);
    let path = format!("/people/{}", ground.representative.account);
    let form = [("address", "ono@example.jp"), ("habit", "at_once")];
    user.post(&format!("{path}/mailbox"), &form).is(303);
    user.get(&path).is(200).holds("value=\"ono@example.jp\"");
    let wrong = [("address", "ono"), ("habit", "at_once")];
    user.post(&format!("{path}/mailbox"), &wrong).is(422);
    let account = ground.representative.account.clone();
    let refused = ground.act(&ground.safety, move |tx, _| {
        mailboxes::set(tx, &account, "x@example.jp", Habit::Off)
    });
    assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    // At making a person: a wrong address makes nobody.
    let new = |address: &'static str| {
        [
            ("name", "\u{fa19}田 花"),
            ("login", "kanda"),
            ("language", "ja"),
            ("address", address),
            ("way", "mail"),
        ]
    };
    user.post("/people/new", &new("kanda＠example.jp")).is(422);
    let made = user.post("/people/new", &new("kanda@example.jp"));
    user.get(made.is(303).location())
        .is(200)
        .says("\u{fa19}田 花")
        .holds("value=\"kanda@example.jp\"");
}

fn deputy(who: &Who, first: &str, last: &str) -> Sheet {
    let sheet = Sheet::new()
        .put("deputy", who.account.as_str())
        .day("deputy_first_day", first);
    match last {
        "" => sheet,
        last => sheet.day("deputy_last_day", last),
    }
}

#[test]
fn a_deputy_holds_the_same_role_and_there_is_one_at_a_time() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let other = ground.someone("木原 \u{fa19}美", Role::Representative, None);
    let mut user = ground.at_browser(&app, &ground.representative);
    let path = "/letters/deputies";
    let refused = [
        (&ground.representative, "2026-12-01", "", "自分自身"),
        (&ground.safety, "2026-12-01", "", "同じ役割を持っていません"),
        (&other, "2026-11-23", "", "過ぎています"),
        (&other, "2026-12-02", "2026-12-01", "より前です"),
    ];
    for (who, first, last, words) in refused {
        deputy(who, first, last)
            .send(&mut user, path)
            .is(422)
            .says(words);
    }
    Sheet::new().send(&mut user, path).is(422);
    deputy(&other, "2026-12-01", "2026-12-10").taken(&mut user, path);
    for (first, last) in [
        ("2026-12-10", ""),
        ("2026-11-25", "2026-12-01"),
        ("2026-11-24", ""),
    ] {
        let again = deputy(&other, first, last).send(&mut user, path);
        again.is(422).says("が代理です");
    }
    deputy(&other, "2026-12-11", "").taken(&mut user, path);
    let page = user.get("/letters/preferences");
    page.is(200).says("木原 \u{fa19}美");
    assert_eq!(page.body.matches("/deputies/").count(), 2);
    // The one that has begun ends with yesterday; the one to come is taken back.
    app.db
        .clock()
        .move_to(kanmon::clock::start_of(day("2026-12-05")));
    let end = |page: &str| format!("/deputies/{}", between(page, "action=\"/deputies/", "\""));
    let first = end(&page.body);
    let mut user = ground.at_browser(&app, &ground.representative);
    let mut stranger = ground.at_browser(&app, &ground.operator);
    stranger.post(&first, &[]).is(404);
    user.post(&first, &[]).is(303);
    user.post(&first, &[]).is(409);
    let account = ground.representative.account.clone();
    let left = ground
        .db
        .read(move |conn| deputies::of(conn, &account))
        .unwrap();
    let last: Vec<_> = left.iter().map(|deputy| deputy.last_day).collect();
    assert_eq!(last, [Some(day("2026-12-04")), None]);
    let page = user.get("/letters/preferences").body;
    user.post(&end(&page), &[]).is(303);
    user.get("/letters/preferences")
        .says("代理は決まっていません");
}

#[test]
fn an_administrator_names_the_deputy_of_somebody_who_is_ill() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let other = ground.someone("木原 里美", Role::Representative, None);
    let administrator = ground.someone("堀 健一", Role::Administrator, None);
    let mut user = ground.at_browser(&app, &administrator);
    let path = format!("/people/{}", ground.representative.account);
    let at = deputy(&other, "2026-11-24", "").taken(&mut user, &format!("{path}/deputies"));
    let page = user.get(&at);
    page.is(200).says("木原 里美");
    let end = format!(
        "/deputies/{}",
        between(&page.body, "action=\"/deputies/", "\"")
    );
    assert_eq!(user.post(&end, &[]).is(303).location(), path);
    let missing = "/people/00000000-0000-7000-8000-000000000000/deputies";
    deputy(&other, "2026-11-24", "")
        .send(&mut user, missing)
        .is(404);
}

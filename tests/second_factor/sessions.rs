//! Sessions: the list of one's own, how they end, and how long they last.

use chrono::TimeDelta;
use kanmon::accounts;
use kanmon::error::Error;
use kanmon::scope::{Actor, Role};

use crate::ground::{app, between, code_at, codes_of, half, person, second, secret_of};
use crate::support::{PASSWORD, TestApp, User};

fn with_browser(user: &mut User, path: &str, agent: &str) -> u16 {
    user.send("GET", path, &[("user-agent", agent)], None)
        .status
}

#[test]
fn the_own_sessions_are_listed_and_ended_one_by_one_or_all_others() {
    let app = app();
    let mut hanako = person(&app, "hanako", Role::Administrator);
    let mut other = person(&app, "jiro", Role::Administrator);
    let mut second_one = hanako.again(&app);
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    assert_eq!(with_browser(&mut second_one, "/people", firefox), 200);
    let mut third = hanako.again(&app);
    third.get("/people").is(200);
    let page = second_one.get("/account");
    page.is(200)
        .says("Firefox / Linux")
        .says("127.0.0.1")
        .says("不明な端末");
    let ids: Vec<&str> = page
        .body
        .split("name=\"session\" value=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap())
        .collect();
    assert_eq!(ids.len(), 3, "two others, and all others: {ids:?}");
    assert_eq!(page.body.matches("この画面</span>").count(), 1);
    // Another's sessions are not there.
    for wrong in [
        ids[0],
        "",
        "x",
        "\0",
        "00000000-0000-7000-8000-000000000000",
    ] {
        let reply = other.user.post("/account/sessions", &[("session", wrong)]);
        assert_eq!(reply.status, 404, "{wrong:?}");
    }
    second_one
        .post_and_follow("/account/sessions", &[("session", ids[0])])
        .is(200)
        .says("サインインを 1 件終わらせました");
    let alive = [&mut hanako.user, &mut third].map(|user| user.get("/people").status == 200);
    assert_eq!(alive.iter().filter(|alive| **alive).count(), 1);
    second_one
        .post("/account/sessions", &[("session", "others")])
        .is(303);
    hanako.user.get("/people").is(303);
    third.get("/people").is(303);
    second_one.get("/people").is(200);
    other.user.get("/people").is(200);
}

#[test]
fn an_ended_session_stays_ended_under_every_key() {
    let app = app();
    let mut hanako = person(&app, "hanako", Role::Administrator);
    let stolen = hanako.user.clone();
    hanako.user.post("/sign-out", &[]).is(303);
    stolen.clone().get("/people").is(303);
    let list = hanako.again(&app).get("/account");
    let rows = between(&list.body, "<tbody>", "</tbody>");
    assert_eq!(rows.matches("<tr>").count(), 1, "{rows}");
}

#[test]
fn closing_an_account_or_changing_its_password_ends_every_session_at_the_next_request() {
    let app = app();
    let mut hanako = person(&app, "hanako", Role::Administrator);
    let mut waiting = half(&app, "hanako");
    let cost = app.site.config.cost;
    let hashed = accounts::hash(cost, "another correct horse").unwrap();
    let account = hanako.account.clone();
    let own = Actor {
        account: Some(account.clone()),
        ..Actor::system("test")
    };
    let (of, other) = (account.clone(), hashed.clone());
    let refused = app.db.write(&Actor::system("test"), move |tx| {
        accounts::change_password(tx, &of, &other, None)
    });
    assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    app.db
        .write(&own, move |tx| {
            accounts::change_password(tx, &account, &hashed, None)
        })
        .unwrap();
    hanako.user.get("/people").is(303);
    let code = hanako.next_code(&app);
    let sent = second(&mut waiting, &code);
    assert_eq!(sent.is(303).location(), "/sign-in", "a half-open one too");
    let mut user = app.visitor();
    let form = [("login", "hanako"), ("password", "another correct horse")];
    user.post("/sign-in", &form).is(303);
    second(&mut user, &code).is(303);
    user.get("/people").is(200);
    let account = hanako.account.clone();
    app.db
        .write(&Actor::system("test"), move |tx| {
            accounts::set_active(tx, &account, false)
        })
        .unwrap();
    user.get("/people").is(303);
}

#[test]
fn a_factor_is_replaced_after_the_old_one_was_proven_and_other_sessions_end() {
    let app = app();
    let mut hanako = person(&app, "hanako", Role::Administrator);
    let mut elsewhere = hanako.again(&app);
    elsewhere.get("/people").is(200);
    // Without a proof there is nothing to set up.
    let away = hanako.user.get("/sign-in/factor");
    assert_eq!(away.is(303).location(), "/account");
    let wrong = [("kind", "totp"), ("password", PASSWORD), ("factor", "")];
    hanako
        .user
        .post("/account/factor", &wrong)
        .is(422)
        .holds("id=\"factor-e\"");
    let nothing = [("kind", ""), ("password", PASSWORD), ("factor", "1")];
    hanako.user.post("/account/factor", &nothing).is(422);
    let code = hanako.next_code(&app);
    let form = [("kind", "totp"), ("password", PASSWORD), ("factor", &code)];
    let sent = hanako.user.post("/account/factor", &form);
    assert_eq!(sent.is(303).location(), "/sign-in/factor");
    let page = hanako.user.get("/sign-in/factor");
    let secret = secret_of(page.is(200).says("いまの確認方法がそのまま使えます"));
    assert_ne!(secret, hanako.secret);
    elsewhere.get("/people").is(200);
    let code = code_at(&secret, app.clock.now());
    let page = hanako.user.post("/sign-in/factor", &[("factor", &code)]);
    assert_eq!(codes_of(page.is(200)).len(), 10);
    elsewhere.get("/people").is(303);
    hanako.user.get("/people").is(200);
    second(&mut half(&app, "hanako"), &hanako.next_code(&app)).is(422);
    second(&mut half(&app, "hanako"), &hanako.recovery[0]).is(422);
    second(
        &mut half(&app, "hanako"),
        &code_at(&secret, app.clock.now()),
    )
    .is(303);
}

#[test]
fn the_proof_before_a_replacement_grows_old() {
    let app = app();
    let mut hanako = person(&app, "hanako", Role::Administrator);
    let code = hanako.next_code(&app);
    let form = [("kind", "totp"), ("password", PASSWORD), ("factor", &code)];
    hanako.user.post("/account/factor", &form).is(303);
    busy(&app, &mut hanako.user, 10);
    let secret = secret_of(hanako.user.get("/sign-in/factor").is(200));
    app.clock.advance(TimeDelta::minutes(5));
    let away = hanako.user.get("/sign-in/factor");
    assert_eq!(away.is(303).location(), "/account");
    let code = code_at(&secret, app.clock.now());
    let away = hanako.user.post("/sign-in/factor", &[("factor", &code)]);
    assert_eq!(away.is(303).location(), "/account");
    second(&mut half(&app, "hanako"), &hanako.next_code(&app)).is(303);
}

#[test]
fn recovery_codes_are_made_anew_and_the_old_ones_are_void() {
    let app = app();
    let mut hanako = person(&app, "hanako", Role::Administrator);
    hanako
        .user
        .post("/account/recovery", &[("password", PASSWORD)])
        .is(422);
    let code = hanako.next_code(&app);
    let form = [("password", PASSWORD), ("factor", code.as_str())];
    let page = hanako.user.post("/account/recovery", &form);
    let fresh = codes_of(page.is(200));
    second(&mut half(&app, "hanako"), &hanako.recovery[0]).is(422);
    second(&mut half(&app, "hanako"), &fresh[0]).is(303);
}

#[test]
fn a_card_is_printed_in_the_place_of_an_app() {
    let app = app();
    let mut hanako = person(&app, "hanako", Role::Administrator);
    let code = hanako.next_code(&app);
    let form = [("kind", "card"), ("password", PASSWORD), ("factor", &code)];
    let page = hanako.user.post("/account/factor", &form);
    let card = codes_of(page.is(200).says("コードカード"));
    second(&mut half(&app, "hanako"), &hanako.next_code(&app)).is(422);
    second(&mut half(&app, "hanako"), &card[0]).is(303);
    hanako
        .user
        .get("/account")
        .is(200)
        .says("印刷したコードカード")
        .says("39 個")
        .says("回復コードの残りが少ないか、まだありません");
}

/// Every tenth minute somebody looks at a page.
fn busy(app: &TestApp, user: &mut User, minutes: i64) {
    for _ in 0..minutes / 10 {
        app.clock.advance(TimeDelta::minutes(10));
        user.get("/people").is(200);
    }
}

#[test]
fn a_session_ends_at_fifteen_idle_minutes_to_the_second() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    for (seconds, status) in [(15 * 60 - 1, 200), (15 * 60, 303)] {
        let mut user = hanako.again(&app);
        user.get("/people").is(200);
        app.clock.advance(TimeDelta::seconds(seconds));
        assert_eq!(user.get("/people").status, status, "{seconds}");
    }
    // A half-open session is idle just so.
    for (seconds, location) in [(15 * 60 - 1, "/"), (15 * 60, "/sign-in")] {
        let mut user = half(&app, "hanako");
        app.clock.advance(TimeDelta::seconds(seconds));
        let reply = second(&mut user, &hanako.code(&app));
        assert_eq!(reply.is(303).location(), location, "{seconds}");
        app.clock.advance(TimeDelta::seconds(60));
    }
}

#[test]
fn a_session_ends_after_ten_hours_to_the_second_however_busy() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    for (last, status) in [(10 * 60 - 1, 200), (10 * 60, 303)] {
        let mut user = hanako.again(&app);
        busy(&app, &mut user, 590);
        app.clock.advance(TimeDelta::seconds(last));
        assert_eq!(user.get("/people").status, status, "{last}");
    }
}

#[test]
fn the_sample_asks_for_the_password_only() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    admin
        .get("/account")
        .is(200)
        .says("二つ目の確認を求めません");
    admin.get("/account/factor").is(200);
    let form = [("kind", "totp"), ("password", PASSWORD), ("factor", "")];
    let sent = admin.post("/account/factor", &form);
    assert_eq!(sent.is(303).location(), "/account");
}

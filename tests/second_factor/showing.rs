//! The second step of signing in.

use std::sync::Barrier;
use std::thread;

use actix_web::http::Method;
use chrono::TimeDelta;
use diesel::prelude::*;
use kanmon::accounts;
use kanmon::accounts::factors::{self, Keys};
use kanmon::ids::AccountId;
use kanmon::schema::{audit, factor, factor_code, session};
use kanmon::scope::Role;
use kanmon::web::visitor::Who;

use crate::ground::{Person, app, code_at, codes_of, enrol, half, person, second, secret_of};
use crate::support::raw::guarded;
use crate::support::{PASSWORD, TestApp, User};

/// Asks for every address that is anybody's; each answers like to a stranger.
fn reaches_nothing(user: &User) {
    let mut asked = 0;
    for route in kanmon::app::routes() {
        let Who::Only(_) = route.who else {
            continue;
        };
        let path = route
            .path
            .replace("{id}", "00000000-0000-0000-0000-000000000000")
            .replace("{part}", "admission");
        let mut user = user.clone();
        let reply = match route.method {
            Method::GET => user.get(&path),
            _ => user.post(&path, &[("password", PASSWORD)]),
        };
        assert_eq!(reply.status, 303, "{} {path}", route.method);
        assert!(
            reply.location().starts_with("/sign-in"),
            "{} {path}: {}",
            route.method,
            reply.location()
        );
        asked += 1;
    }
    assert!(asked > 100, "{asked}");
}

#[test]
fn a_right_password_alone_reaches_nothing_before_and_after_enrolment() {
    let app = app();
    app.account("架空 花子", "hanako", Role::Administrator, None);
    let fresh = half(&app, "hanako");
    reaches_nothing(&fresh);
    let (_, account, _) = app.account("架空 次郎", "jiro", Role::Administrator, None);
    let jiro = enrol(&app, "jiro", &account);
    jiro.user.clone().get("/people").is(200);
    reaches_nothing(&half(&app, "jiro"));
    // Whoever has a factor cannot set up another one with the password alone.
    let mut waiting = half(&app, "jiro");
    let away = waiting.get("/sign-in/factor");
    assert_eq!(away.is(303).location(), "/sign-in/second");
    let away = waiting.post("/sign-in/factor", &[("factor", "123456")]);
    assert_eq!(away.is(303).location(), "/sign-in/second");
    assert_eq!(
        app.visitor().get("/sign-in/second").is(303).location(),
        "/sign-in"
    );
    assert_eq!(
        app.visitor().get("/sign-in/factor").is(303).location(),
        "/sign-in"
    );
}

#[test]
fn a_factor_is_set_up_with_one_right_code_and_recovery_codes_are_shown_once() {
    let app = app();
    app.account("架空 花子", "hanako", Role::Administrator, None);
    let mut user = app.visitor();
    let form = [
        ("login", "hanako"),
        ("password", PASSWORD),
        ("next", "/people"),
    ];
    let sent = user.post("/sign-in", &form);
    assert_eq!(sent.is(303).location(), "/sign-in/second");
    let sent = user.get("/sign-in/second");
    assert_eq!(sent.is(303).location(), "/sign-in/factor");
    let page = user.get("/sign-in/factor");
    page.is(200)
        .holds("<svg class=\"qr\"")
        .says("二つ目の確認の登録")
        .says_not("利用者");
    assert!(!page.body.contains("style=\""), "no inline styles");
    let secret = secret_of(&page);
    assert_eq!(secret.len(), 20);
    let again = user.get("/sign-in/factor");
    assert_eq!(secret_of(&again), secret, "a second look shows the same");
    let wrong = user.post("/sign-in/factor", &[("factor", "000000")]);
    wrong
        .is(422)
        .says("確認コードが違います")
        .holds("href=\"#factor\"");
    let before = user.cookies["kanmon"].clone();
    let code = code_at(&secret, app.clock.now());
    let page = user.post("/sign-in/factor", &[("factor", &code)]);
    assert_eq!(codes_of(page.is(200)).len(), 10);
    page.holds("href=\"/people\"").says("いまだけ表示します");
    assert_ne!(
        user.cookies["kanmon"], before,
        "a new key for a whole session"
    );
    let mut stale = user.clone();
    stale.cookies.insert("kanmon".to_owned(), before);
    stale.get("/people").is(303);
    user.get("/people").is(200);
    // Sent twice, nothing is set up twice and nothing is shown twice.
    let twice = user.post("/sign-in/factor", &[("factor", &code)]);
    assert_eq!(twice.is(303).location(), "/account");
}

#[test]
fn whoever_has_the_password_and_is_second_finds_the_first_factor_standing() {
    let app = app();
    let (_, account, _) = app.account("架空 花子", "hanako", Role::Administrator, None);
    let mut late = half(&app, "hanako");
    let secret = secret_of(late.get("/sign-in/factor").is(200));
    let first = enrol(&app, "hanako", &account);
    let code = code_at(&secret, app.clock.now());
    // The first enrolment ended the other half-open session.
    let reply = late.post("/sign-in/factor", &[("factor", &code)]);
    assert_eq!(reply.is(303).location(), "/sign-in");
    second(&mut half(&app, "hanako"), &first.next_code(&app)).is(303);
}

#[test]
fn a_code_is_taken_once_and_never_an_earlier_one() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    // The code that confirmed the enrolment is used up.
    let mut user = half(&app, "hanako");
    second(&mut user, &hanako.code(&app))
        .is(422)
        .says("確認コードが違うか、すでに使われています");
    let code = hanako.next_code(&app);
    second(&mut user, &code).is(303);
    second(&mut half(&app, "hanako"), &code).is(422);
    // One step ahead is taken; then the present one lies behind it.
    app.clock.advance(TimeDelta::seconds(300));
    let ahead = code_at(&hanako.secret, app.clock.now() + TimeDelta::seconds(30));
    second(&mut half(&app, "hanako"), &ahead).is(303);
    second(&mut half(&app, "hanako"), &hanako.code(&app)).is(422);
}

#[test]
fn a_clock_may_be_wrong_by_one_step_and_not_by_two() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    for (off, status) in [(-60, 422), (-30, 303), (60, 422), (30, 303), (0, 422)] {
        if off != 0 {
            app.clock.advance(TimeDelta::seconds(600));
        }
        let code = code_at(&hanako.secret, app.clock.now() + TimeDelta::seconds(off));
        let reply = second(&mut half(&app, "hanako"), &code);
        assert_eq!(reply.status, status, "{off} seconds off");
    }
}

#[test]
fn codes_are_read_in_either_width_and_anything_else_is_refused_beside_the_field() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    let long = "1".repeat(50_000);
    let mut user = half(&app, "hanako");
    for wrong in ["\0", "12345\u{0}6", "１２３４５", "abcdef", long.as_str()] {
        second(&mut user, wrong)
            .is(422)
            .holds("id=\"factor-e\"")
            .says("確認コードが違うか");
    }
    for empty in ["", "  ", "\u{3000}"] {
        second(&mut user, empty)
            .is(422)
            .says("「確認コード」を入力してください");
    }
    user.post("/sign-in/second", &[]).is(422);
    let code = hanako.next_code(&app);
    let wide: String = code
        .chars()
        .map(|c| char::from_u32(u32::from(c) - 0x30 + 0xff10).unwrap())
        .collect();
    let typed = format!("　{}　{} ", &wide[..9], &wide[9..]);
    let page = second(&mut user, &typed);
    page.is(303);
    assert!(!page.body.contains(&code), "a code is never shown again");
}

#[test]
fn wrong_codes_make_one_wait_and_a_right_password_forgives_none_of_them() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    app.clock.advance(TimeDelta::seconds(300));
    for turn in 0..10 {
        // Each try after the right password once more.
        let reply = second(&mut half(&app, "hanako"), "000000");
        assert_eq!(reply.status, 422, "{turn}");
    }
    // Now even what is right is refused, also behind another right password.
    let code = hanako.code(&app);
    second(&mut half(&app, "hanako"), &code).is(422);
    // But not for ever, and failing during the wait does not lengthen it.
    let mut user = half(&app, "hanako");
    for _ in 0..5 {
        second(&mut user, "000000").is(422);
    }
    app.clock.advance(TimeDelta::minutes(15));
    let mut user = half(&app, "hanako");
    second(&mut user, &hanako.code(&app)).is(303);
    // Being in forgives: ten more tries are free of a wait.
    let mut user = half(&app, "hanako");
    for _ in 0..9 {
        second(&mut user, "000000").is(422);
    }
    second(&mut user, &hanako.next_code(&app)).is(303);
}

#[test]
fn whoever_fails_at_the_sign_in_blocks_neither_signing_nor_the_second_step_of_the_owner() {
    let app = app();
    let mut hanako = person(&app, "hanako", Role::Administrator);
    let mut waiting = half(&app, "hanako");
    let cost = app.site.config.cost;
    for _ in 0..12 {
        accounts::sign_in(&app.db, cost, "hanako", "wrong").unwrap_err();
    }
    accounts::sign_in(&app.db, cost, "hanako", PASSWORD).unwrap_err();
    accounts::prove(&app.db, cost, &hanako.account, PASSWORD).unwrap();
    let code = hanako.next_code(&app);
    second(&mut waiting, &code).is(303);
    hanako.user.get("/people").is(200);
}

#[test]
fn as_many_codes_at_the_same_moment_are_looked_at_as_one_after_the_other() {
    use kanmon::schema::sign_in_failure;
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    let keys = Keys::of(&app.site.config.secret).unwrap();
    let start = Barrier::new(48);
    thread::scope(|scope| {
        for _ in 0..48 {
            scope.spawn(|| {
                start.wait();
                factors::show(&app.db, &keys, &hanako.account, "000000").unwrap_err();
            });
        }
    });
    let counted: Vec<i32> = app
        .db
        .read(|conn| {
            let own = sign_in_failure::table.select(sign_in_failure::failures);
            Ok(own.filter(sign_in_failure::failures.gt(0)).load(conn)?)
        })
        .unwrap();
    // The tenth brings a wait, and what is tried during it is not looked at.
    assert_eq!(counted, [10]);
}

#[test]
fn nobody_holds_both_halves_of_somebody_else_s_sign_in() {
    let app = app();
    let mut one = person(&app, "one", Role::Administrator);
    let mut two = person(&app, "two", Role::Administrator);
    let (account, _) = with_card(&app, &mut one, "taro");
    let reset = format!("/people/{account}/reset");
    one.user.post(&reset, &[]).is(403);
    two.user.post(&reset, &[]).is(200);
    // Nor the other way round: whoever printed the reset of somebody without a factor gives no card.
    let (_, jiro, _) = app.account("架空 次郎", "jiro", Role::Representative, None);
    two.user.post(&format!("/people/{jiro}/reset"), &[]).is(200);
    let card = format!("/people/{jiro}/factor/card");
    let code = two.next_code(&app);
    let form = [("password", PASSWORD), ("factor", code.as_str())];
    two.user.post(&card, &form).is(403);
    let code = one.next_code(&app);
    let form = [("password", PASSWORD), ("factor", code.as_str())];
    one.user.post(&card, &form).is(200);
    // And nobody prints a reset for oneself.
    one.user
        .post(&format!("/people/{}/reset", one.account), &[])
        .is(403);
}

#[test]
fn a_right_code_during_a_wait_is_refused_and_not_used_up() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    let mut user = half(&app, "hanako");
    app.clock.advance(TimeDelta::seconds(30));
    for _ in 0..10 {
        second(&mut user, "000000").is(422);
    }
    let code = hanako.code(&app);
    second(&mut user, &code).is(422);
    app.clock.advance(TimeDelta::seconds(30));
    second(&mut user, &code).is(303);
}

#[test]
fn a_recovery_code_stands_in_once() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    let code = hanako.recovery[3].clone();
    let mut user = half(&app, "hanako");
    second(&mut user, &code.replace('-', "－")).is(303);
    second(&mut half(&app, "hanako"), &code).is(422);
    user.get("/account").is(200).says("9 個");
    // When few are left, the owner is told.
    for code in hanako.recovery.iter().take(3).chain(&hanako.recovery[4..7]) {
        second(&mut half(&app, "hanako"), code).is(303);
    }
    let mut user = half(&app, "hanako");
    second(&mut user, &hanako.recovery[7]).is(303);
    user.get("/people")
        .is(200)
        .says("回復コードの残りは 2 個です");
    let used: i64 = app
        .db
        .read(|conn| {
            Ok(audit::table
                .filter(audit::verb.eq("recovery_code_used"))
                .count()
                .get_result(conn)?)
        })
        .unwrap();
    assert_eq!(used, 8);
}

/// A card that an administrator printed for somebody without an app.
fn with_card(app: &TestApp, admin: &mut Person, login: &str) -> (AccountId, Vec<String>) {
    let (_, account, _) = app.account("仁科 亮", login, Role::Administrator, None);
    let code = admin.next_code(app);
    let form = [("password", PASSWORD), ("factor", code.as_str())];
    let path = format!("/people/{account}/factor/card");
    let page = admin.user.post(&path, &form);
    page.is(200).says("仁科 亮").says("いまだけ表示します");
    (account, codes_of(&page))
}

#[test]
fn a_card_answers_only_with_the_code_that_is_asked_for_and_each_once() {
    let app = app();
    let mut admin = person(&app, "hanako", Role::Administrator);
    let (account, card) = with_card(&app, &mut admin, "akira");
    assert_eq!(card.len(), 40);
    let mut user = half(&app, "akira");
    user.get("/sign-in/second")
        .is(200)
        .says("コードカードの 1 番");
    second(&mut user, &card[1])
        .is(422)
        .says("コードカードの 1 番");
    second(&mut user, &card[39]).is(422);
    second(&mut user, &card[0]).is(303);
    let mut user = half(&app, "akira");
    user.get("/sign-in/second")
        .is(200)
        .says("コードカードの 2 番");
    second(&mut user, &card[0]).is(422);
    second(&mut user, &card[2]).is(422);
    second(&mut user, &card[1]).is(303);
    // Used up to the last one, with a word in time.
    let keys = Keys::of(&app.site.config.secret).unwrap();
    for code in &card[2..37] {
        factors::show(&app.db, &keys, &account, code).unwrap();
        factors::show(&app.db, &keys, &account, code).unwrap_err();
        app.clock.advance(TimeDelta::minutes(20));
    }
    let mut user = half(&app, "akira");
    second(&mut user, &card[37]).is(303);
    user.get("/people").says("コードカードの残りは 2 個です");
    for code in &card[38..] {
        second(&mut half(&app, "akira"), code).is(303);
    }
    let mut user = half(&app, "akira");
    user.get("/sign-in/second").is(200).says("すべて使いました");
    second(&mut user, &card[39]).is(422);
}

#[test]
fn a_card_is_never_given_in_the_place_of_a_factor_nor_to_oneself_nor_by_another_role() {
    let app = app();
    let mut admin = person(&app, "hanako", Role::Administrator);
    let other = person(&app, "jiro", Role::SafetyOfficer);
    let code = admin.next_code(&app);
    let form = [("password", PASSWORD), ("factor", code.as_str())];
    let path = format!("/people/{}/factor/card", other.account);
    admin.user.post(&path, &form).is(409);
    let own = format!("/people/{}/factor/card", admin.account);
    admin.user.post(&own, &[("password", PASSWORD)]).is(403);
    let (_, fresh, _) = app.account("仁科 亮", "akira", Role::Inspector, None);
    let mut officer = other.user.clone();
    officer
        .post(&format!("/people/{fresh}/factor/card"), &form)
        .is(403);
}

#[test]
fn neither_secret_nor_codes_stand_in_the_database() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    let mut user = half(&app, "hanako");
    let (factors, codes, states): (Vec<String>, Vec<String>, Vec<String>) = app
        .db
        .read(|conn| {
            Ok((
                factor::table.select(factor::secret).load(conn)?,
                factor_code::table.select(factor_code::digest).load(conn)?,
                session::table.select(session::state).load(conn)?,
            ))
        })
        .unwrap();
    assert_eq!((factors.len(), codes.len()), (1, 10));
    let kept = [factors, codes.clone(), states].concat().join("\n");
    let plain = [
        hex::encode(&hanako.secret),
        totp_rs::Secret::from(hanako.secret.as_slice()).to_base32(),
        base64_of(&hanako.secret),
    ];
    for words in plain.iter().chain(&hanako.recovery) {
        assert!(!kept.contains(words.as_str()), "{words}");
    }
    for (code, digest) in hanako.recovery.iter().zip(&codes) {
        let bare: String = code.chars().filter(char::is_ascii_digit).collect();
        assert!(!kept.contains(&bare));
        assert_ne!(*digest, kanmon::audit::sha256(&[bare.as_bytes()]));
    }
    // A factor that was sealed for somebody else does not open in one's own row.
    let jiro = person(&app, "jiro", Role::Administrator);
    second(&mut user, &jiro.next_code(&app)).is(422);
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)
}

#[test]
fn under_another_secret_of_the_installation_a_factor_is_unreadable_and_the_page_says_so() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    let code = hanako.next_code(&app);
    let other = Keys::of(&[9; 64]).unwrap();
    let refused = factors::show(&app.db, &other, &hanako.account, &code).unwrap_err();
    assert!(
        format!("{refused:?}").contains("factors-unreadable"),
        "{refused:?}"
    );
    let own = Keys::of(&app.site.config.secret).unwrap();
    factors::show(&app.db, &own, &hanako.account, &code).unwrap();
}

#[test]
fn of_eight_who_show_the_same_code_at_once_one_is_let_in() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    let keys = Keys::of(&app.site.config.secret).unwrap();
    for code in [hanako.next_code(&app), hanako.recovery[0].clone()] {
        let shown = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| factors::show(&app.db, &keys, &hanako.account, &code).is_ok())
                })
                .collect();
            let ended = tries.into_iter().map(|one| one.join().unwrap());
            ended.collect::<Vec<bool>>()
        });
        assert_eq!(shown.iter().filter(|shown| **shown).count(), 1);
    }
}

#[test]
fn the_database_takes_no_step_back_and_no_code_twice() {
    let app = app();
    let hanako = person(&app, "hanako", Role::Administrator);
    second(&mut half(&app, "hanako"), &hanako.recovery[0]).is(303);
    let mut admin = hanako;
    with_card(&app, &mut admin, "akira");
    for (trigger, table, words, sql) in [
        (
            "factor_only_ends",
            "factor",
            "takes no time step twice",
            "UPDATE factor SET last_step = last_step - 1 WHERE kind = 'totp'",
        ),
        (
            "factor_only_ends",
            "factor",
            "only ends",
            "UPDATE factor SET secret = 'another' WHERE kind = 'totp'",
        ),
        (
            "factor_code_used_once",
            "factor_code",
            "used once",
            "UPDATE factor_code SET used_at = NULL WHERE used_at IS NOT NULL",
        ),
        (
            "factor_code_used_once",
            "factor_code",
            "used once",
            "UPDATE factor_code SET digest = 'another'",
        ),
        (
            "factor_code_card_stays",
            "factor_code",
            "stays",
            "DELETE FROM factor_code WHERE kind = 'card'",
        ),
    ] {
        guarded(&app.db, &[(trigger, table)], words, sql);
    }
    guarded(
        &app.db,
        &[
            ("factor_no_delete", "factor"),
            ("factor_code_card_stays", "factor_code"),
        ],
        "",
        "DELETE FROM factor_code; DELETE FROM factor",
    );
}

//! How people get in for the first time and again: invitations, resets, passwords, and what failing does to others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use kanmon::accounts::entry_codes::{self, NewCode, Purpose};
use kanmon::accounts::{self, NewAccount, mailboxes, passwords, strength};
use kanmon::error::Error;
use kanmon::ids::{AccountId, MembershipId};
use kanmon::messages::Lang;
use kanmon::outbox::{Habit, Kind};
use kanmon::reminders::sending;
use kanmon::schema::{account, audit, audit_detail, entry_code, letter, session};
use kanmon::scope::{Actor, Role};
use support::forms::{Sheet, between};
use support::programme::Ground;
use support::stage::{first_sign_in, on_paper};
use support::{PASSWORD, Reply, TestApp, User};

const NEW: &str = "mizuumi ni ukabu aoi mikazuki";

/// Somebody whom the administrator invited on paper, with a role and a training: account and code.
fn invited(app: &TestApp, login: &str) -> (AccountId, String) {
    invited_as(app, "神\u{fa19} 花子", login)
}

fn invited_as(app: &TestApp, name: &str, login: &str) -> (AccountId, String) {
    let (code, text) = NewCode::on_paper(app.clock.now()).unwrap();
    let new = NewAccount {
        name: name.to_owned(),
        login: login.to_owned(),
        language: Lang::Ja,
    };
    let hashed = passwords::unknown(app.site.config.cost).unwrap();
    let account = app
        .db
        .write(&Actor::system("test"), move |tx| {
            let (_, account) = accounts::create_account(tx, &new, &hashed)?;
            accounts::await_first(tx, &account)?;
            entry_codes::invite(tx, &account, &code)?;
            let today = tx.today;
            let own = accounts::grant(tx, &account, Role::SafetyOfficer, None, today, None)?;
            support::trained(tx, &own, today)?;
            Ok(account)
        })
        .unwrap();
    (account, text)
}

fn reset_form<'a>(login: &'a str, code: &'a str, password: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("login", login),
        ("single_use_code", code),
        ("new_password", password),
        ("new_password_again", password),
    ]
}

fn signs_in(app: &TestApp, login: &str, password: &str) -> u16 {
    let form = [("login", login), ("password", password)];
    app.visitor().post("/sign-in", &form).status
}

fn address_of(app: &TestApp, account: &AccountId, address: &'static str, habit: Habit) {
    let account = account.clone();
    let actor = Actor {
        role: Role::Administrator.as_str().to_owned(),
        ..Actor::system("test")
    };
    app.db
        .write(&actor, move |tx| {
            mailboxes::set(tx, &account, address, habit)
        })
        .unwrap();
}

/// What the outbox holds, as text.
fn outbox(app: &TestApp) -> Vec<(Kind, String, String)> {
    app.db
        .read(|conn| {
            Ok(letter::table
                .order(letter::id)
                .select((letter::kind, letter::subject, letter::body))
                .load(conn)?)
        })
        .unwrap()
}

/// Sends what waits into a folder and gives the letters, line folding undone.
fn sent(app: &TestApp) -> Vec<String> {
    let folder = std::env::temp_dir().join(format!("kanmon_{}", uuid::Uuid::now_v7().simple()));
    let mut mail = app.site.config.mail.clone();
    mail.office = kanmon::config::Office::Folder(folder.clone());
    let stop = std::sync::atomic::AtomicBool::new(false);
    sending::send(&app.db, &mail, &stop).unwrap();
    let mut letters: Vec<String> = Vec::new();
    if let Ok(files) = std::fs::read_dir(&folder) {
        for file in files {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
            letters.push(message.body_text(0).unwrap().into_owned());
        }
    }
    let _ = std::fs::remove_dir_all(folder);
    letters
}

/// The code in a letter's link.
fn code_in(letter: &str) -> String {
    let rest = letter.split("?code=").nth(1).expect("a link with a code");
    rest.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn whoever_was_invited_chooses_a_password_and_is_in() {
    let app = TestApp::new();
    let (account, code) = invited(&app, "kanda");
    let mut kanda = app.visitor();
    kanda
        .get("/invitation")
        .is(200)
        .says("利用目的")
        .says("患者さんの氏名");
    assert_eq!(signs_in(&app, "kanda", NEW), 422, "nothing is right yet");
    // As a Japanese keyboard types it.
    let typed: String = code.to_lowercase().replace('-', "ー");
    first_sign_in(&mut kanda, " KANDA ", &typed, NEW).is(303);
    kanda.get("/").is(200).says("神\u{fa19} 花子");
    assert_eq!(signs_in(&app, "kanda", NEW), 303);
    let kept: (bool, Option<String>, Option<chrono::NaiveDateTime>) = app
        .db
        .read(|conn| {
            Ok(account::table
                .find(&account)
                .select((
                    account::awaited,
                    account::purpose_version,
                    account::purpose_accepted_at,
                ))
                .get_result(conn)?)
        })
        .unwrap();
    let version = Some(entry_codes::PURPOSE_VERSION.to_owned());
    assert_eq!(kept, (false, version, Some(app.clock.now().naive_utc())));
}

#[test]
fn an_invitation_works_once_and_in_its_time_and_not_after_it_was_revoked() {
    let app = TestApp::new();
    let mut visitor = app.visitor();
    let (_, used) = invited(&app, "one");
    first_sign_in(&mut visitor, "one", &used, NEW).is(303);
    first_sign_in(&mut app.visitor(), "one", &used, NEW).is(422);
    let (_, late) = invited(&app, "two");
    app.clock
        .advance(TimeDelta::days(14) - TimeDelta::seconds(1));
    let (_, in_time) = invited(&app, "three");
    app.clock.advance(TimeDelta::seconds(1));
    first_sign_in(&mut app.visitor(), "two", &late, NEW)
        .is(422)
        .says("期限が切れているか");
    first_sign_in(&mut app.visitor(), "three", &in_time, NEW).is(303);
    let mut admin = app.user(Role::Administrator, None);
    let (account, first) = invited(&app, "four");
    let page = format!("/people/{account}");
    admin
        .get(&page)
        .is(200)
        .says("招待中")
        .says("招待を取り消す");
    let anew = admin.post(&format!("{page}/invitation"), &[("way", "paper")]);
    let (_, second) = on_paper(&anew);
    first_sign_in(&mut app.visitor(), "four", &first, NEW).is(422);
    let revocation = format!("{page}/invitation/revocation");
    admin
        .post_and_follow(&revocation, &[])
        .says("招待を取り消しました");
    admin.post(&revocation, &[]).is(409);
    first_sign_in(&mut app.visitor(), "four", &second, NEW).is(422);
    let third = admin.post(&format!("{page}/invitation"), &[("way", "paper")]);
    first_sign_in(&mut app.visitor(), "four", &on_paper(&third).1, NEW).is(303);
    // Whoever is in needs no invitation any more.
    admin
        .post(&format!("{page}/invitation"), &[("way", "paper")])
        .is(409);
}

#[test]
fn of_two_who_use_one_invitation_at_once_one_is_in() {
    let app = TestApp::new();
    for round in 0..5 {
        let login = format!("kanda-{round}");
        let (_, code) = invited(&app, &login);
        let mut answers: Vec<u16> = std::thread::scope(|scope| {
            let both = [1, 2].map(|_| {
                let (mut user, login, code) = (app.visitor(), login.clone(), code.clone());
                scope.spawn(move || first_sign_in(&mut user, &login, &code, NEW).status)
            });
            both.map(|one| one.join().unwrap()).to_vec()
        });
        answers.sort_unstable();
        assert_eq!(answers, [303, 422]);
    }
}

#[test]
fn a_wrong_login_and_a_wrong_code_have_the_same_answer() {
    let app = TestApp::new();
    let (_, code) = invited(&app, "hanako");
    let (_, other) = invited(&app, "taro");
    let mut visitor = app.visitor();
    let mut ask = |login: &str, code: &str| {
        let reply = first_sign_in(&mut visitor, login, code, NEW);
        reply.is(422).says("使い切りの番号が違うか");
        reply.body.replace(login, "X").replace(code, "Y")
    };
    let unknown = ask("nobody", &code);
    assert_eq!(unknown, ask("hanako", "ABCD-EFGH"));
    // The code of another account is as wrong as any.
    assert_eq!(unknown, ask("hanako", &other));
    // A weak password is called weak only to who holds the code.
    let weak = "hanako-hanako";
    let mut guess = |login: &str, code: &str| first_sign_in(&mut visitor, login, code, weak);
    guess("hanako", "ABCD-EFGH")
        .is(422)
        .says("使い切りの番号が違うか")
        .says_not("推測されやすい");
    let reply = guess("hanako", &code);
    reply.is(422).says("推測されやすい");
    assert!(reply.body.contains("id=\"new_password-e\""));
    assert!(
        !reply.body.contains(weak),
        "a password is never shown again"
    );
}

#[test]
fn a_closed_account_is_not_let_in_by_its_invitation() {
    let app = TestApp::new();
    let (account, code) = invited(&app, "hanako");
    let closing = account.clone();
    app.db
        .write(&Actor::system("test"), move |tx| {
            accounts::set_active(tx, &closing, false)
        })
        .unwrap();
    first_sign_in(&mut app.visitor(), "hanako", &code, NEW)
        .is(422)
        .says("使い切りの番号が違うか");
    let mut admin = app.user(Role::Administrator, None);
    admin
        .post(
            &format!("/people/{account}/invitation"),
            &[("way", "paper")],
        )
        .is(422)
        .says("停止中");
}

#[test]
fn the_form_says_what_is_wrong_and_keeps_what_was_typed_but_no_password() {
    let app = TestApp::new();
    let (_, code) = invited(&app, "hanako");
    let mut visitor = app.visitor();
    let long = "x".repeat(300);
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("login", "")], "ログイン名"),
        (&[("single_use_code", "\0")], "制御文字"),
        (
            &[("new_password_again", "another one")],
            "二つの新しいパスワードが違います",
        ),
        (&[("accepted", "")], "同意の欄"),
        (
            &[("new_password", "短い"), ("new_password_again", "短い")],
            "2 文字です",
        ),
        (
            &[("new_password", &long), ("new_password_again", &long)],
            "256 文字以内",
        ),
    ];
    for (changes, words) in cases {
        let mut form = vec![
            ("login", "hanako"),
            ("single_use_code", code.as_str()),
            ("new_password", NEW),
            ("new_password_again", NEW),
            ("accepted", "yes"),
        ];
        for (field, value) in changes {
            form.iter_mut().find(|(name, _)| name == field).unwrap().1 = value;
        }
        let reply = visitor.post("/invitation", &form);
        reply.is(422).says(words);
        assert!(!reply.body.contains(NEW), "{words}");
    }
    visitor.post("/invitation", &[]).is(422);
    for ugly in ["\u{202e}<script>", "' OR 1=1 --", "＝cmd", "👩‍⚕️", "%00"] {
        first_sign_in(&mut visitor, ugly, ugly, NEW).is(422);
        visitor
            .get(&format!(
                "/invitation?code={}",
                kanmon::web::page::encode(ugly)
            ))
            .is(200);
    }
    // None of it used the code up.
    first_sign_in(&mut visitor, "hanako", &code, NEW).is(303);
}

#[test]
fn an_invitation_by_mail_carries_its_code_in_the_letter_and_nowhere_else() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let administrator = ground.someone("堀 健一", Role::Administrator, None);
    let mut admin = ground.at_browser(&app, &administrator);
    let form = [
        ("name", "志村 理沙"),
        ("login", "shimura"),
        ("language", "ja"),
        ("address", "shimura@example.jp"),
        ("way", "mail"),
    ];
    let to = admin.post("/people/new", &form);
    let person = to.is(303).location().to_owned();
    admin.get(&person).is(200).says("招待のお知らせを送ります");
    let letters = sent(&app);
    assert_eq!(letters.len(), 1, "{letters:?}");
    let origin = &app.site.config.public_url.origin;
    assert!(letters[0].contains(&format!("{origin}/invitation?code=")));
    assert!(letters[0].contains("shimura"), "{}", letters[0]);
    let code = code_in(&letters[0]);
    // Neither the outbox nor the log nor the post room holds it.
    let (_, subject, body) = outbox(&app).remove(0);
    assert!(!body.contains("code") && !body.contains(&code), "{body}");
    let logged: Vec<String> = app
        .db
        .read(|conn| {
            Ok(audit_detail::table
                .select(audit_detail::detail)
                .load(conn)?)
        })
        .unwrap();
    assert!(logged.iter().all(|detail| !detail.contains(&code)));
    let digest: String = app
        .db
        .read(|conn| {
            Ok(entry_code::table
                .find(&subject)
                .select(entry_code::digest)
                .get_result(conn)?)
        })
        .unwrap();
    assert_eq!(digest, kanmon::codes::digest(&code));
    let mut officer = ground.at_browser(&app, &ground.safety);
    let list = officer.get("/letters");
    let id = between(&list.is(200).body, "href=\"/letters/0", "\"");
    for page in [format!("/letters/0{id}"), format!("/letters/0{id}/print")] {
        let page = officer.get(&page);
        page.is(200).says("shimura");
        assert!(!page.body.contains(&code) && !page.body.contains("?code="));
    }
    // The link opens the page with the code in it, and it works.
    let mut shimura = app.visitor();
    shimura
        .get(&format!("/invitation?code={code}"))
        .is(200)
        .holds(&code);
    first_sign_in(&mut shimura, "shimura", &code, NEW).is(403);
    assert_eq!(signs_in(&app, "shimura", "wrong wrong wrong"), 422);
}

#[test]
fn a_letter_that_carries_a_code_goes_at_once_and_never_after_its_end() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let own = ground.representative.clone();
    address_of(&app, &own.account, "ono@example.jp", Habit::Off);
    app.visitor()
        .post("/sign-in/reset", &[("login", &own.login)])
        .is(200);
    wait_for(&app, 1);
    // An hour later it is worth nothing, so that it stays.
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(sent(&app).len(), 0);
    app.visitor()
        .post("/sign-in/reset", &[("login", &own.login)])
        .is(200);
    wait_for(&app, 2);
    assert_eq!(sent(&app).len(), 1);
}

/// The request is answered before it is worked on.
fn wait_for(app: &TestApp, letters: usize) {
    for _ in 0..200 {
        if outbox(app).len() >= letters {
            return;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("{} letters after five seconds", outbox(app).len());
}

/// Long enough for what was asked to be done, where nothing is to come of it: a later request was worked on.
fn settle(app: &TestApp, known: &str) {
    let before = outbox(app).len();
    app.visitor()
        .post("/sign-in/reset", &[("login", known)])
        .is(200);
    wait_for(app, before + 1);
}

#[test]
fn a_forgotten_password_is_reset_by_a_letter_and_every_session_ends() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let own = ground.representative.clone();
    address_of(&app, &own.account, "ono@example.jp", Habit::Digest);
    let mut thief = ground.at_browser(&app, &own);
    thief.get("/").is(200);
    let mut visitor = app.visitor();
    let asked = visitor.post("/sign-in/reset", &[("login", &own.login)]);
    asked.is(200).says("登録されていれば");
    let unknown = visitor.post("/sign-in/reset", &[("login", "nobody")]);
    assert_eq!(asked.body, unknown.is(200).body);
    wait_for(&app, 1);
    let letters = sent(&app);
    let code = code_in(&letters[0]);
    assert!(letters[0].contains("/reset?code="));
    // An invitation's page does not take it, nor the reset's page an invitation.
    first_sign_in(&mut visitor, &own.login, &code, NEW).is(422);
    let (_, invitation) = invited(&app, "hanako");
    visitor
        .post("/reset", &reset_form("hanako", &invitation, NEW))
        .is(422);
    visitor
        .post("/reset", &reset_form(&own.login, &code, NEW))
        .is(303);
    visitor.get("/").is(200).says("サインアウト");
    thief.get("/").is(303);
    assert_eq!(signs_in(&app, &own.login, PASSWORD), 422);
    assert_eq!(signs_in(&app, &own.login, NEW), 303);
    app.visitor()
        .post(
            "/reset",
            &reset_form(&own.login, &code, "another good pass phrase"),
        )
        .is(422);
}

#[test]
fn nobody_floods_anothers_mailbox_and_asking_takes_nothing_away() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let (own, other) = (ground.representative.clone(), ground.safety.clone());
    for who in [&own, &other] {
        address_of(&app, &who.account, "x@example.jp", Habit::AtOnce);
    }
    let administrator = ground.someone("堀 健一", Role::Administrator, None);
    let mut admin = ground.at_browser(&app, &administrator);
    let printed = admin.post(&format!("/people/{}/reset", own.account), &[]);
    let (_, paper) = on_paper(&printed);
    for _ in 0..8 {
        let mut visitor = app.visitor();
        visitor
            .post("/sign-in/reset", &[("login", &own.login)])
            .is(200);
    }
    let mine = |app: &TestApp| {
        let id = own.account.clone();
        app.db
            .read(move |conn| {
                let all = letter::table.filter(letter::account_id.eq(&id));
                Ok(all.count().get_result::<i64>(conn)?)
            })
            .unwrap()
    };
    for _ in 0..200 {
        if mine(&app) == 3 {
            break;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    settle(&app, &other.login);
    assert_eq!(mine(&app), 3);
    // Of three letters the last one works, and the paper still does.
    let codes: Vec<String> = sent(&app).iter().map(|letter| code_in(letter)).collect();
    let open = |code: &String| {
        let digest = kanmon::codes::digest(code);
        app.db
            .read(move |conn| {
                let open = entry_code::table
                    .filter(entry_code::digest.eq(digest))
                    .filter(entry_code::revoked_at.is_null());
                Ok(open.count().get_result::<i64>(conn)?)
            })
            .unwrap()
            == 1
    };
    // One of them belongs to the other account.
    assert_eq!(codes.iter().filter(|code| open(code)).count(), 2);
    app.visitor()
        .post("/reset", &reset_form(&own.login, &paper, NEW))
        .is(303);
    app.clock.advance(TimeDelta::hours(1));
    app.visitor()
        .post("/sign-in/reset", &[("login", &own.login)])
        .is(200);
    settle(&app, &other.login);
    for _ in 0..200 {
        if mine(&app) == 4 {
            break;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    assert_eq!(mine(&app), 4);
}

#[test]
fn a_reset_goes_to_nobody_who_could_not_use_it() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let (waiting, _) = invited(&app, "hanako");
    address_of(&app, &waiting, "hanako@example.jp", Habit::AtOnce);
    let closed = ground.someone("閉 花子", Role::Representative, None);
    address_of(&app, &closed.account, "closed@example.jp", Habit::AtOnce);
    let account = closed.account.clone();
    ground
        .db
        .write(&Actor::system("test"), move |tx| {
            accounts::set_active(tx, &account, false)
        })
        .unwrap();
    let known = ground.safety.clone();
    address_of(&app, &known.account, "m@example.jp", Habit::AtOnce);
    let nowhere = ground.operator.clone();
    for login in [
        "hanako",
        &closed.login,
        &nowhere.login,
        "nobody",
        "' OR 1=1",
    ] {
        app.visitor()
            .post("/sign-in/reset", &[("login", login)])
            .is(200)
            .says("登録されていれば");
    }
    app.visitor().post("/sign-in/reset", &[]).is(422);
    settle(&app, &known.login);
    assert_eq!(outbox(&app).len(), 1);
    // Nor on paper for whoever needs an invitation.
    let administrator = ground.someone("堀 健一", Role::Administrator, None);
    let mut admin = ground.at_browser(&app, &administrator);
    admin.post(&format!("/people/{waiting}/reset"), &[]).is(409);
}

#[test]
fn neither_an_invitation_nor_a_reset_stands_in_for_the_second_factor() {
    let app = TestApp::with(|config| config.second_factor = true);
    let (account, code) = invited(&app, "hanako");
    let mut hanako = app.visitor();
    let halfway = first_sign_in(&mut hanako, "hanako", &code, NEW);
    assert_eq!(halfway.is(303).location(), "/sign-in/second");
    let (paper, again) = NewCode::on_paper(app.clock.now()).unwrap();
    app.db
        .write(&Actor::system("test"), move |tx| {
            entry_codes::print_reset(tx, &account, &paper)
        })
        .unwrap();
    let mut elsewhere = app.visitor();
    let form = reset_form("hanako", &again, "another good pass phrase");
    let halfway = elsewhere.post("/reset", &form);
    assert_eq!(halfway.is(303).location(), "/sign-in/second");
    // Half in is not in: the first of the two was even sent back to the start by the new password.
    assert!(hanako.get("/").location().starts_with("/sign-in"));
    assert!(elsewhere.get("/").location().starts_with("/sign-in"));
    let setup = elsewhere.get("/sign-in/second");
    assert_eq!(setup.is(303).location(), "/sign-in/factor");
    elsewhere.get("/sign-in/factor").is(200);
}

/// Fails until the wait begins; each attempt as from another address, below the pages.
fn fail(app: &TestApp, login: &str, times: usize) {
    for _ in 0..times {
        let cost = app.site.config.cost;
        let answer = accounts::sign_in(&app.db, cost, login, "wrong");
        assert!(matches!(answer, Err(Error::Invalid(_))), "{answer:?}");
    }
}

fn may(app: &TestApp, login: &str, password: &str) -> bool {
    accounts::sign_in(&app.db, app.site.config.cost, login, password).is_ok()
}

#[test]
fn who_fails_all_day_keeps_the_owner_out_no_longer_than_the_longest_wait_after_stopping() {
    let app = TestApp::new();
    app.account("架空 花子", "hanako", Role::SafetyOfficer, None);
    // Once every five minutes for a day, during waits and right after them: no wait grows beyond the longest.
    fail(&app, "hanako", 10);
    for _ in 0..24 * 12 {
        fail(&app, "hanako", 1);
        app.clock.advance(TimeDelta::minutes(5));
    }
    fail(&app, "hanako", 1);
    assert!(!may(&app, "hanako", PASSWORD));
    app.clock.advance(TimeDelta::minutes(15));
    assert!(
        may(&app, "hanako", PASSWORD),
        "fifteen minutes after it ended"
    );
    // Being in forgave everything: nine more failures bring no wait.
    let mut owner = app.visitor();
    owner.login = "hanako".to_owned();
    owner.sign_in(PASSWORD);
    fail(&app, "hanako", 9);
    assert!(may(&app, "hanako", PASSWORD));
}

#[test]
fn while_somebody_fails_on_and_on_the_owner_gets_in_by_a_code() {
    let app = TestApp::new();
    let (_, account, _) = {
        let (person, account, own) = app.account("架空 花子", "hanako", Role::SafetyOfficer, None);
        (person, account, own)
    };
    let mut admin = app.user(Role::Administrator, None);
    fail(&app, "hanako", 30);
    assert!(!may(&app, "hanako", PASSWORD));
    let (_, code) = on_paper(&admin.post(&format!("/people/{account}/reset"), &[]));
    fail(&app, "hanako", 1);
    let mut hanako = app.visitor();
    hanako
        .post("/reset", &reset_form("hanako", &code, NEW))
        .is(303);
    hanako.get("/").is(200);
    // Not even by failing at codes is that way closed: nobody guesses them, and so there is nothing to wait for.
    for _ in 0..30 {
        let cost = app.site.config.cost;
        let wrong = entry_codes::redeem(&app.db, cost, Purpose::Reset, ("hanako", "X"), NEW);
        assert!(matches!(wrong, Err(Error::Invalid(_))));
    }
    let (_, good) = on_paper(&admin.post(&format!("/people/{account}/reset"), &[]));
    let form = reset_form("hanako", &good, "another good pass phrase");
    app.visitor().post("/reset", &form).is(303);
}

#[test]
fn a_changed_password_leaves_no_reset_that_would_set_another() {
    let app = TestApp::new();
    let (_, account, _) = app.account("架空 花子", "hanako", Role::SafetyOfficer, None);
    let mut admin = app.user(Role::Administrator, None);
    let (_, code) = on_paper(&admin.post(&format!("/people/{account}/reset"), &[]));
    let mut hanako = app.visitor();
    hanako.login = "hanako".to_owned();
    hanako.sign_in(PASSWORD);
    let form = [
        ("old_password", PASSWORD),
        ("new_password", NEW),
        ("new_password_again", NEW),
    ];
    hanako.post("/account/password", &form).is(303);
    hanako.get("/").is(200);
    let form = reset_form("hanako", &code, "another good pass phrase");
    app.visitor().post("/reset", &form).is(422);
}

#[test]
fn a_closed_account_is_out_at_the_next_request_and_takes_no_old_invitation_when_it_is_opened_again()
{
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let (_, account, _) = app.account("架空 花子", "hanako", Role::SafetyOfficer, None);
    let mut hanako = app.visitor();
    hanako.login = "hanako".to_owned();
    hanako.sign_in(PASSWORD);
    let (_, code) = on_paper(&admin.post(&format!("/people/{account}/reset"), &[]));
    let close = format!("/people/{account}/closure");
    admin.get(&close).is(200).says("停止する");
    admin.post(&close, &[("password", "wrong")]).is(422);
    hanako.get("/").is(200);
    let signed = [("password", PASSWORD)];
    admin
        .post_and_follow(&close, &signed)
        .is(200)
        .says("アカウントを停止しました");
    admin.post(&close, &signed).is(409);
    hanako.get("/").is(303);
    assert_eq!(signs_in(&app, "hanako", PASSWORD), 422);
    let open = format!("/people/{account}/reopening");
    admin
        .post_and_follow(&open, &signed)
        .is(200)
        .says("再開しました");
    admin.post(&open, &signed).is(409);
    let form = reset_form("hanako", &code, NEW);
    app.visitor().post("/reset", &form).is(422);
    assert_eq!(signs_in(&app, "hanako", PASSWORD), 303);
    // Nobody closes the own account, which might be the last that gives out roles.
    let own = admin.account.clone().unwrap();
    let close = format!("/people/{own}/closure");
    admin.get(&close).is(200).says("自分のアカウント");
    admin.post(&close, &signed).is(422);
}

#[test]
fn failures_are_written_down_for_names_that_do_not_exist_and_forgotten_after_a_day() {
    use kanmon::schema::sign_in_failure;
    let app = TestApp::new();
    let count = || -> i64 {
        app.db
            .read(|conn| Ok(sign_in_failure::table.count().get_result(conn)?))
            .unwrap()
    };
    app.account("架空 花子", "hanako", Role::SafetyOfficer, None);
    let before = app.db.statements();
    fail(&app, "hanako", 1);
    let known = app.db.statements() - before;
    let before = app.db.statements();
    fail(&app, "nobody", 1);
    assert_eq!(app.db.statements() - before, known);
    // During a wait it takes as many.
    fail(&app, "hanako", 12);
    let before = app.db.statements();
    fail(&app, "hanako", 1);
    assert_eq!(app.db.statements() - before, known);
    assert_eq!(count(), 2);
    let digests: Vec<String> = app
        .db
        .read(|conn| {
            Ok(sign_in_failure::table
                .select(sign_in_failure::login_digest)
                .load(conn)?)
        })
        .unwrap();
    assert!(digests.iter().all(|digest| digest.len() == 64));
    app.clock
        .advance(TimeDelta::days(1) + TimeDelta::seconds(1));
    fail(&app, "somebody", 1);
    assert_eq!(count(), 1);
}

#[test]
fn ones_own_password_is_changed_with_the_old_one_and_ends_the_other_sessions() {
    let app = TestApp::new();
    app.account("架空 花子", "hanako", Role::SafetyOfficer, None);
    let at_browser = |password: &str| {
        let mut user = app.visitor();
        user.login = "hanako".to_owned();
        user.sign_in(password);
        user
    };
    let (mut here, mut elsewhere) = (at_browser(PASSWORD), at_browser(PASSWORD));
    let change = |user: &mut User, old: &str, new: &str, again: &str| -> Reply {
        let form = [
            ("old_password", old),
            ("new_password", new),
            ("new_password_again", again),
        ];
        user.post("/account/password", &form)
    };
    here.get("/account/password")
        .is(200)
        .says("パスワードを変える");
    change(&mut here, "wrong wrong wrong", NEW, NEW)
        .is(422)
        .says("いまのパスワードが違います")
        .holds("id=\"old_password-e\"");
    change(&mut here, PASSWORD, NEW, "other")
        .is(422)
        .says("二つの新しいパスワードが違います");
    change(&mut here, PASSWORD, PASSWORD, PASSWORD)
        .is(422)
        .says("同じです");
    change(
        &mut here,
        PASSWORD,
        "hanako-2026-hanako",
        "hanako-2026-hanako",
    )
    .is(422)
    .says("推測されやすい");
    change(&mut here, "", "", "").is(422);
    elsewhere.get("/").is(200);
    let stolen = here.clone();
    change(&mut here, PASSWORD, NEW, NEW).is(303);
    here.get("/account").is(200).says("パスワードを変えました");
    elsewhere.get("/").is(303);
    stolen.clone().get("/").is(303);
    assert_eq!(signs_in(&app, "hanako", PASSWORD), 422);
    at_browser(NEW).get("/").is(200);
}

#[test]
fn passwords_that_rest_on_names_places_or_products_are_refused_in_words() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.place("架空市立 Midori Hospital");
    let account = place.coordinator.account.clone();
    let words = app
        .db
        .read(|conn| strength::words_of(conn, &account))
        .unwrap();
    let refused = |password: &str, words: &[String]| match strength::strong_enough(password, words)
    {
        Err(Error::Invalid(errors)) => {
            let message = errors.on("new_password").unwrap();
            for lang in Lang::ALL {
                assert!(lang.knows(message.id), "{}", message.id);
                assert_ne!(lang.say(message), message.id);
            }
            true
        }
        Ok(()) => false,
        other => panic!("{other:?}"),
    };
    for weak in [
        "midorihospital",
        "Midori-Hospital1",
        "架空市立架空市立",
        "lunsumio-2026",
        "モスネツズマブ1",
        "passwordpassword",
        "aaaaaaaaaaaaaaaa",
        "abcdefghijklmnop",
        "qwertyuiop12",
        "1990-01-01",
        "ＭＩＤＯＲＩ－ｈｏｓｐｉｔａｌ９",
    ] {
        assert!(refused(weak, &words), "{weak}");
    }
    let login = &place.coordinator.login;
    assert!(refused(login, &words), "{login}");
    for fine in [
        NEW,
        "湖 に 浮かぶ 青い 三日月 と 狐",
        "correct horse battery",
    ] {
        assert!(!refused(fine, &words), "{fine}");
    }
    // It is the person's own words that make it weak.
    assert!(!refused("quincunx vermilion", &[]));
    let own = ["quincunx".to_owned(), "vermilion".to_owned()];
    assert!(refused("quincunx vermilion", &own));
    // Long and strange ones end soon and without a panic.
    for ugly in ["\u{202e}\0👩‍⚕️", "あ", ""] {
        let long = ugly.repeat(20_000);
        let _ = strength::strong_enough(&long, &words);
    }
}

#[test]
fn every_warning_of_the_estimate_has_its_sentence() {
    use zxcvbn::feedback::Warning as W;
    let all = [
        W::StraightRowsOfKeysAreEasyToGuess,
        W::ShortKeyboardPatternsAreEasyToGuess,
        W::RepeatsLikeAaaAreEasyToGuess,
        W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        W::ThisIsATop10Password,
        W::ThisIsATop100Password,
        W::ThisIsACommonPassword,
        W::ThisIsSimilarToACommonlyUsedPassword,
        W::SequencesLikeAbcAreEasyToGuess,
        W::RecentYearsAreEasyToGuess,
        W::AWordByItselfIsEasyToGuess,
        W::DatesAreOftenEasyToGuess,
        W::NamesAndSurnamesByThemselvesAreEasyToGuess,
        W::CommonNamesAndSurnamesAreEasyToGuess,
    ];
    for warning in all.into_iter().map(Some).chain([None]) {
        let id = strength::warning_id(warning);
        assert!(Lang::ALL.iter().all(|lang| lang.knows(id)), "{id}");
    }
}

#[test]
fn a_role_works_only_from_its_training_on() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let (_, account, _) = app.account("架空 花子", "hanako", Role::Representative, None);
    let untrained = account.clone();
    let second: MembershipId = app
        .db
        .write(&Actor::system("test"), move |tx| {
            let today = tx.today;
            accounts::grant(
                tx,
                &untrained,
                Role::DistributionOperator,
                None,
                today,
                None,
            )
        })
        .unwrap();
    let mut hanako = app.visitor();
    hanako.login = "hanako".to_owned();
    hanako.sign_in(PASSWORD);
    hanako.get("/membership").is(200).says_not("流通担当者");
    let choose = [("membership", second.as_str())];
    hanako.post("/membership", &choose).is(404);
    admin.get("/people").is(200).says("研修待ち");
    let path = format!("/people/{account}/training");
    let training = |day: &str| {
        Sheet::new()
            .put("training_membership", second.as_str())
            .day("trained_on", day)
            .put("trained_by", "架空 講師")
            .put("training_material", "第1版")
    };
    Sheet::new()
        .put("training_membership", second.as_str())
        .send(&mut admin, &path)
        .is(422);
    // Another person's page does not take it.
    let (_, other, _) = app.account("架空 次郎", "jiro", Role::Representative, None);
    training("2026-11-24")
        .send(&mut admin, &format!("/people/{other}/training"))
        .is(404);
    training("2026-11-24").taken(&mut admin, &path);
    hanako.post("/membership", &choose).is(303);
    // Only administrators record it.
    let (held, actor) = (
        second.clone(),
        Actor {
            role: Role::SafetyOfficer.as_str().to_owned(),
            ..Actor::system("test")
        },
    );
    let refusal = app.db.write(&actor, move |tx| {
        let training = accounts::Training {
            on: tx.today,
            by: String::new(),
            material: String::new(),
        };
        accounts::record_training(tx, &held, &training)
    });
    assert!(matches!(refusal, Err(Error::Forbidden)), "{refusal:?}");
}

#[test]
fn an_inspectors_time_is_boxed_and_ends_at_the_next_request() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let (_, account, own) = app.account("架空 花子", "hanako", Role::Representative, None);
    // An inspector holds no other role.
    admin.post(&format!("/memberships/{own}/end"), &[]).is(303);
    let path = format!("/people/{account}/memberships");
    let grant = |last: Option<&str>| {
        let sheet = Sheet::new()
            .put("role", "inspector")
            .day("first_day", "2026-11-24");
        match last {
            Some(last) => sheet.day("last_day", last),
            None => sheet,
        }
    };
    for (last, words) in [
        (None, "終わりの日が必要です"),
        (Some("2026-12-26"), "遠すぎます"),
        (Some("2026-11-23"), "より前です"),
    ] {
        let reply = grant(last).send(&mut admin, &path);
        reply.is(422).says(words).holds("id=\"last_day-e\"");
    }
    grant(Some("2026-12-25")).taken(&mut admin, &path);
    let mut inspector = app.user(Role::Inspector, None);
    inspector.get("/account-review").is(200);
    app.clock.advance(TimeDelta::days(31));
    inspector.login = inspector.login.clone();
    inspector.sign_in(PASSWORD);
    inspector.get("/account-review").is(200);
    // 2026-12-25 23:59 in Japan, and then the day after.
    let midnight: DateTime<Utc> = "2026-12-25T14:59:00Z".parse().unwrap();
    app.clock.move_to(midnight);
    inspector.sign_in(PASSWORD);
    app.clock.advance(TimeDelta::minutes(1));
    inspector.get("/account-review").is(403);
}

#[test]
fn the_database_itself_keeps_a_code_from_being_used_twice_and_a_training_from_being_moved() {
    use diesel::connection::SimpleConnection;
    let app = TestApp::new();
    let (account, code) = invited(&app, "hanako");
    first_sign_in(&mut app.visitor(), "hanako", &code, NEW).is(303);
    let mut admin = app.user(Role::Administrator, None);
    admin.post("/account-review", &[]).is(303);
    for (sql, guard) in [
        ("UPDATE entry_code SET used_at = NULL", "a code ends once"),
        ("UPDATE entry_code SET digest = 'x'", "a code ends once"),
        ("DELETE FROM entry_code", "a code ends once"),
        (
            "INSERT INTO entry_code (id, account_id, purpose, way, digest, issued_at, ends_at, known_from) \
             SELECT 'x', account_id, purpose, way, 'x', issued_at, ends_at, 1 FROM entry_code",
            "a code is issued with its audit row",
        ),
        (
            "UPDATE membership SET trained_on = '2020-01-01'",
            "a training is recorded once",
        ),
        (
            "UPDATE membership SET trained_on = NULL",
            "a training is recorded once",
        ),
        (
            "UPDATE account_review SET accounts = 0",
            "a review never changes",
        ),
        ("DELETE FROM account_review", "a review never changes"),
        (
            "INSERT INTO account_review (id, reviewed_on, reviewed_by, reviewed_name, accounts, remark, known_from, change_id) \
             SELECT 'x', reviewed_on, reviewed_by, reviewed_name, accounts, remark, 1, change_id FROM account_review",
            "a review is recorded by whoever made it",
        ),
    ] {
        let refused = app
            .db
            .exclusively(move |conn| Ok(conn.batch_execute(sql)?))
            .unwrap_err();
        assert!(refused.to_string().contains(guard), "{sql}: {refused}");
    }
    let verbs: Vec<String> = app
        .db
        .read(|conn| {
            Ok(audit::table
                .filter(audit::subject_id.eq(account.as_str()))
                .order(audit::seq)
                .select(audit::verb)
                .load(conn)?)
        })
        .unwrap();
    let told = ["account_created", "invitation_issued", "first_signed_in"];
    for verb in told {
        assert!(verbs.iter().any(|found| found == verb), "{verb}: {verbs:?}");
    }
    let sessions: i64 = app
        .db
        .read(|conn| Ok(session::table.count().get_result(conn)?))
        .unwrap();
    assert!(sessions > 0);
}

#[test]
fn ugly_attempts_from_one_address_end_in_too_many() {
    let app = TestApp::new();
    let mut visitor = app.visitor();
    let mut last = 0;
    for _ in 0..40 {
        last = visitor.post("/invitation", &[]).status;
    }
    assert_eq!(last, 429);
    visitor
        .post("/sign-in/reset", &[("login", "hanako")])
        .is(429);
}

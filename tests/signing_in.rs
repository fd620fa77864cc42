//! Who may come in, by what, and what happens to those who may not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use chrono::TimeDelta;
use kanmon::scope::Role;
use support::stage::{first_sign_in, on_paper};
use support::{PASSWORD, TestApp};

#[test]
fn a_wrong_password_and_an_unknown_name_have_the_same_answer() {
    let app = TestApp::new();
    app.account("架空 花子", "hanako", Role::SafetyOfficer, None);
    let mut visitor = app.visitor();
    let wrong = visitor.post(
        "/sign-in",
        &[("login", "hanako"), ("password", "not this one")],
    );
    let unknown = visitor.post(
        "/sign-in",
        &[("login", "nobody"), ("password", "not this one")],
    );
    wrong.is(422).says("ログイン名またはパスワードが違います");
    assert_eq!(wrong.body.replace("hanako", "nobody"), unknown.body);
    assert!(visitor.cookies.is_empty(), "a failure begins no session");
}

#[test]
fn signing_in_leads_to_where_one_wanted_to_go() {
    let app = TestApp::new();
    app.account("架空 花子", "hanako", Role::Administrator, None);
    let mut visitor = app.visitor();
    let sent = visitor.get("/people?after=x%20y");
    assert_eq!(
        (sent.status, sent.location()),
        (303, "/sign-in?next=%2Fpeople%3Fafter%3Dx%2520y")
    );
    visitor
        .get(sent.location())
        .is(200)
        .holds("name=\"next\" value=\"/people?after=x%20y\"");
    let form = [
        ("login", " HANAKO "),
        ("password", PASSWORD),
        ("next", "/people"),
    ];
    assert_eq!(
        visitor.post("/sign-in", &form).is(303).location(),
        "/people"
    );
    visitor
        .get("/people")
        .is(200)
        .says("架空 花子")
        .says("管理者");
}

#[test]
fn signing_in_never_leads_to_another_site() {
    let app = TestApp::new();
    app.account("架空 花子", "hanako", Role::Administrator, None);
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
    ] {
        let mut visitor = app.visitor();
        let form = [("login", "hanako"), ("password", PASSWORD), ("next", next)];
        assert_eq!(visitor.post("/sign-in", &form).is(303).location(), "/");
    }
}

#[test]
fn ten_failures_make_one_wait_but_not_for_ever() {
    let app = TestApp::new();
    app.account("架空 花子", "hanako", Role::SafetyOfficer, None);
    let mut visitor = app.visitor();
    let right = [("login", "hanako"), ("password", PASSWORD)];
    for _ in 0..10 {
        visitor
            .post("/sign-in", &[("login", "hanako"), ("password", "wrong")])
            .is(422);
    }
    visitor.post("/sign-in", &right).is(422).says("最長 15 分");
    app.clock.advance(TimeDelta::minutes(15));
    visitor.post("/sign-in", &right).is(303);
}

#[test]
fn an_ended_membership_acts_at_the_next_request() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let (_, account, membership) = app.account("架空 花子", "hanako", Role::Administrator, None);
    let mut other = app.visitor();
    other.login = "hanako".to_owned();
    other.sign_in(PASSWORD);
    other.get("/people").is(200);
    let page = admin.post_and_follow(&format!("/memberships/{membership}/end"), &[]);
    page.is(200).says("役割を終えました");
    other
        .get("/people")
        .is(403)
        .says("いま使える役割がありません");
    other.get("/people").is(303);
    admin
        .get(&format!("/people/{account}"))
        .is(200)
        .says("2026年11月23日(月)");
}

#[test]
fn an_administrator_cannot_end_the_own_administration() {
    let app = TestApp::new();
    let (.., membership) = app.account("架空 花子", "hanako", Role::Administrator, None);
    let mut admin = app.visitor();
    admin.login = "hanako".to_owned();
    admin.sign_in(PASSWORD);
    let reply = admin.post(&format!("/memberships/{membership}/end"), &[]);
    reply.is(422).says("ほかの管理者に頼んでください");
    admin.get("/people").is(200);
}

#[test]
fn a_change_that_does_not_come_from_our_pages_is_refused_as_a_page() {
    let app = TestApp::new();
    let mut visitor = app.visitor();
    let ours = format!("http://{}", app.address);
    for (headers, status) in [
        (vec![], 403),
        (vec![("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (
            vec![("sec-fetch-site", "cross-site"), ("origin", ours.as_str())],
            403,
        ),
        (vec![("origin", "https://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("origin", ours.as_str())], 422),
        (vec![("sec-fetch-site", "same-origin")], 422),
        (vec![("sec-fetch-site", "none")], 422),
    ] {
        let reply = visitor.send("POST", "/sign-in", &headers, Some("login=a&password=b"));
        reply.is(status);
        if status == 403 {
            reply
                .says("このサイトのページから送られたことを確かめられませんでした")
                .says("今日の対応へ");
        }
    }
}

#[test]
fn another_role_is_told_whose_page_it_is() {
    let app = TestApp::new();
    let mut officer = app.user(Role::SafetyOfficer, None);
    let reply = officer.get("/people");
    reply
        .is(403)
        .says("次の役割の人です：管理者")
        .says("架空 太郎（安全管理部門担当者）");
}

#[test]
fn unknown_and_ill_formed_ids_are_not_found() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    for id in [
        "x",
        "00000000-0000-0000-0000-000000000000",
        "%00",
        "..%2f",
        "1%27%20or%201=1",
    ] {
        admin
            .get(&format!("/people/{id}"))
            .is(404)
            .says("見つかりません");
    }
    admin
        .get("/no-such-page")
        .is(404)
        .says("見つかりません")
        .says("架空 太郎（管理者）");
    app.visitor()
        .get("/no-such-page")
        .is(404)
        .says("見つかりません");
}

#[test]
fn another_method_is_answered_with_a_page() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let reply = admin.send(
        "DELETE",
        "/people",
        &[("sec-fetch-site", "same-origin")],
        None,
    );
    reply.is(405).says("この操作はできません");
    admin.send("HEAD", "/people", &[], None).is(200);
}

#[test]
fn the_cookie_of_a_session_is_guarded() {
    let cookie = |app: &TestApp| {
        app.account("架空 花子", "hanako", Role::Administrator, None);
        let form = [("login", "hanako"), ("password", PASSWORD)];
        let reply = app.visitor().post("/sign-in", &form);
        let own = |(name, value): &&(String, String)| {
            name == "set-cookie" && !value.starts_with("kanmon-language")
        };
        reply.headers.iter().find(own).unwrap().1.clone()
    };
    let plain = cookie(&TestApp::new());
    assert!(plain.starts_with("kanmon="), "{plain}");
    assert!(
        plain.contains("HttpOnly") && plain.contains("SameSite=Lax"),
        "{plain}"
    );
    assert!(!plain.contains("Secure"), "{plain}");
    let https = TestApp::with(|config| {
        config.public_url.https = true;
        config.public_url.origin = "https://kanmon.example".to_owned();
    });
    let guarded = cookie(&https);
    assert!(guarded.starts_with("__Host-kanmon="), "{guarded}");
    assert!(
        guarded.contains("Secure") && guarded.contains("Path=/"),
        "{guarded}"
    );
    let reply = https.visitor().get("/sign-in");
    assert!(reply.header("strict-transport-security").is_some());
}

#[test]
fn every_page_carries_the_strict_headers() {
    let app = TestApp::new();
    for path in ["/sign-in", "/no-such-page", "/healthz"] {
        let reply = app.visitor().get(path);
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert!(reply.header("referrer-policy").is_some());
        assert!(!reply.body.contains("style=\""), "no inline styles");
    }
    let page = app.visitor().get("/sign-in");
    let sheet = page
        .body
        .split("href=\"")
        .find(|part| part.starts_with("/assets/style."))
        .unwrap();
    let sheet = app.visitor().get(sheet.split('"').next().unwrap());
    sheet.is(200);
    assert!(sheet.header("cache-control").unwrap().contains("immutable"));
    assert!(
        sheet
            .header("content-type")
            .unwrap()
            .starts_with("text/css")
    );
}

#[test]
fn a_session_ends_when_idle_and_after_its_day() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    for _ in 0..4 {
        app.clock.advance(TimeDelta::minutes(14));
        admin.get("/people").is(200);
    }
    app.clock.advance(TimeDelta::minutes(15));
    admin.get("/people").is(303);
    let mut admin = app.user(Role::Administrator, None);
    for _ in 0..59 {
        app.clock.advance(TimeDelta::minutes(10));
        admin.get("/people").is(200);
    }
    app.clock.advance(TimeDelta::minutes(10));
    admin.get("/people").is(303);
}

#[test]
fn signing_in_changes_the_key_and_signing_out_ends_the_session() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let before = admin.clone();
    let mut again = admin.clone();
    again.sign_in(PASSWORD);
    assert_ne!(again.cookies["kanmon"], before.cookies["kanmon"]);
    before.clone().get("/people").is(303);
    let stolen = again.clone();
    again.post("/sign-out", &[]).is(303);
    stolen.clone().get("/people").is(303);
    admin.cookies.clear();
    admin.get("/people").is(303);
}

#[test]
fn the_language_changes_and_stays() {
    let app = TestApp::new();
    let mut visitor = app.visitor();
    visitor
        .get("/sign-in")
        .is(200)
        .holds("<html lang=\"ja\">")
        .says("サインイン");
    let page = visitor.post_and_follow("/language", &[("language", "en"), ("back", "/sign-in")]);
    page.is(200).holds("<html lang=\"en\">").says("Sign in");
    let mut admin = app.user(Role::Administrator, None);
    admin.get("/people").holds("<html lang=\"ja\">");
    let page = admin.post_and_follow("/language", &[("language", "en"), ("back", "/people")]);
    page.is(200)
        .holds("<html lang=\"en\">")
        .says("administrator");
    admin.get("/no-such-page").is(404).says("Not found");
    let mut elsewhere = app.visitor();
    elsewhere.login = admin.login.clone();
    elsewhere.sign_in(PASSWORD);
    elsewhere.get("/people").holds("<html lang=\"en\">");
    let away = visitor.post(
        "/language",
        &[("language", "ja"), ("back", "//evil.example")],
    );
    assert_eq!(away.location(), "/");
}

#[test]
fn a_form_that_is_too_large_is_answered_with_a_page() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let long = "あ".repeat(70_000);
    admin
        .post("/people/new", &[("name", &long)])
        .is(413)
        .says("64 KB");
    let reply = admin.send(
        "POST",
        "/people/new",
        &[
            ("sec-fetch-site", "same-origin"),
            ("content-type", "text/plain"),
        ],
        Some("x"),
    );
    assert!(matches!(reply.status, 400 | 422), "{}", reply.status);
}

#[test]
fn a_name_with_nul_gets_a_message_beside_the_field_and_keeps_what_was_typed() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let form = [
        ("name", "架空\0次郎"),
        ("login", "jiro&<b>"),
        ("language", "en"),
        ("way", "paper"),
    ];
    let reply = admin.post("/people/new", &form);
    reply
        .is(422)
        .says("「氏名」に、改行や NUL などの使えない制御文字が含まれています")
        .says("入力を確かめてください（1 件）")
        .holds("href=\"#name\"")
        .holds("id=\"name-e\"")
        .holds("value=\"jiro&#38;&#60;b&#62;\"")
        .holds("value=\"en\" checked");
    assert!(reply.body.contains("<title>エラー：利用者を加える"));
}

#[test]
fn a_person_is_invited_as_typed_and_signs_in_once_there_is_a_role_and_a_training() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let name = "\u{fa19}田 𠮷彦 👩‍⚕️ Ｔ".to_owned();
    let form = [
        ("name", name.as_str()),
        ("login", "Kanda"),
        ("language", "ja"),
        ("way", "paper"),
    ];
    let made = admin.post("/people/new", &form);
    made.is(200).says(&name).says("使い切りの番号");
    let (account, code) = on_paper(&made);
    let password = "mizuumi ni ukabu aoi mikazuki";
    let mut kanda = app.visitor();
    let reply = first_sign_in(&mut kanda, "kanda", &code, password);
    reply.is(403).says("いま使える役割がありません");
    let signing = [("login", "kanda"), ("password", password)];
    kanda
        .post("/sign-in", &signing)
        .is(403)
        .says("いま使える役割がありません");
    let page = format!("/people/{account}");
    let mut grant = vec![
        ("role", "inspector"),
        ("first_day-y", "２０２６"),
        ("first_day-m", "１１"),
        ("first_day-d", "24"),
    ];
    let path = format!("{page}/memberships");
    admin
        .post(&path, &grant)
        .is(422)
        .says("終わりの日が必要です");
    grant.extend([
        ("last_day-y", "2026"),
        ("last_day-m", "12"),
        ("last_day-d", "24"),
    ]);
    let shown = admin.post_and_follow(&path, &grant);
    shown
        .is(200)
        .says("役割を与えました")
        .says("調査・監査閲覧者")
        .says("研修待ち");
    kanda
        .post("/sign-in", &signing)
        .is(403)
        .says("研修が記録された日から");
    let own = shown.body.split("name=\"training_membership\"").nth(1);
    let own = own.unwrap().split("value=\"");
    let own = own
        .filter_map(|part| part.get(..36))
        .find(|id| id.parse::<kanmon::ids::MembershipId>().is_ok())
        .unwrap();
    let mut training = vec![
        ("training_membership", own),
        ("trained_on-y", "2026"),
        ("trained_on-m", "11"),
        ("trained_on-d", "25"),
        ("trained_by", "架空 講師"),
        ("training_material", "第1版"),
    ];
    let path = format!("{page}/training");
    admin
        .post(&path, &training)
        .is(422)
        .says("まだ来ていません")
        .holds("value=\"架空 講師\"");
    training[3].1 = "24";
    admin
        .post_and_follow(&path, &training)
        .says("研修を記録しました");
    admin.post(&path, &training).is(409);
    kanda.post("/sign-in", &signing).is(303);
    kanda
        .get("/membership")
        .is(200)
        .says(&name)
        .says("いまの役割");
    let again = admin.post("/people/new", &form);
    again.is(422).says("「kanda」はすでに使われています");
}

#[test]
fn roles_that_do_not_go_together_are_refused_with_what_stands_against_them() {
    let app = TestApp::new();
    let mut admin = app.user(Role::Administrator, None);
    let (_, account, _) = app.account("架空 花子", "hanako", Role::Representative, None);
    let path = format!("/people/{account}/memberships");
    let mut grant = vec![
        ("role", "distribution_approver"),
        ("first_day-y", "2027"),
        ("first_day-m", "2"),
        ("first_day-d", "30"),
    ];
    admin
        .post(&path, &grant)
        .is(422)
        .says("「2027-2-30」は暦にありません。2 月は 28 日までです");
    grant[3].1 = "1";
    let reply = admin.post(&path, &grant);
    reply
        .is(422)
        .says("納入承認者は、同じ期間に持っている医薬情報担当者と兼ねることができません");
    reply
        .holds("value=\"distribution_approver\" selected")
        .holds("value=\"2027\"");
    grant[0].1 = "physician";
    admin.post(&path, &grant).is(422).says("施設が必要です");
    grant.push(("facility", "9910012345"));
    admin
        .post(&path, &grant)
        .is(422)
        .says("施設は見つかりません");
}

#[test]
fn several_people_act_at_once() {
    let app = TestApp::new();
    let mut admins: Vec<_> = (0..4)
        .map(|_| app.user(Role::Administrator, None))
        .collect();
    std::thread::scope(|scope| {
        for (at, admin) in admins.iter_mut().enumerate() {
            scope.spawn(move || {
                for turn in 0..5 {
                    let login = format!("new-{at}-{turn}");
                    let form = [
                        ("name", "架空 新"),
                        ("login", &login),
                        ("language", "ja"),
                        ("way", "paper"),
                    ];
                    admin.post("/people/new", &form).is(200);
                }
            });
        }
    });
    let page = admins[0].get("/people");
    assert_eq!(page.body.matches("架空 新").count(), 20);
}

#[test]
fn the_program_says_that_it_lives() {
    let app = TestApp::new();
    app.visitor().get("/healthz").is(200);
    app.visitor().get("/readyz").is(200);
    app.visitor().get("/version").is(200).holds("\"rules\":3");
}

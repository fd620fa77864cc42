//! The review of accounts: everybody is on it, it says what is odd, it leaves as a safe table, and that it was done is kept.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use chrono::TimeDelta;
use kanmon::scope::{Actor, Role};
use support::programme::Ground;
use support::{TestApp, boxed, trained};

#[test]
fn the_review_lists_everybody_with_roles_training_and_last_sign_in() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    ground.place("架空市立中央病院");
    let administrator = ground.someone("堀 健一", Role::Administrator, None);
    let mut admin = ground.at_browser(&app, &administrator);
    let form = [
        ("name", "招 かれた"),
        ("login", "maneki"),
        ("language", "ja"),
        ("way", "paper"),
    ];
    admin.post("/people/new", &form).is(200);
    let account = ground.operator.account.clone();
    ground
        .db
        .write(&Actor::system("test"), move |tx| {
            let today = tx.today;
            kanmon::accounts::grant(tx, &account, Role::DistributionApprover, None, today, None)
        })
        .unwrap();
    let page = admin.get("/account-review");
    page.is(200)
        .says("架空市立中央病院")
        .says("招 かれた")
        .says("招待中")
        .says("一度もない")
        .says("研修待ち")
        .says("2026年11月24日(火) 09:00")
        .says("棚卸しの記録はまだありません");
    // A quarter later everybody who did not come is pointed out, and the invitation has ended.
    app.clock.advance(TimeDelta::days(91));
    let mut admin = ground.at_browser(&app, &administrator);
    let page = admin.get("/account-review?all=yes");
    page.is(200).says("90 日以上サインインなし");
    let row = |name: &str| {
        let at = page.body.split("<tr>").find(|row| row.contains(name));
        at.unwrap_or_else(|| panic!("{name}")).to_owned()
    };
    assert!(!row("堀 健一").contains("90 日以上"), "just signed in");
    assert!(row("招 かれた").contains("90 日以上"));
    assert!(!row("招 かれた").contains("期限"));
}

#[test]
fn an_ended_role_stays_on_the_review() {
    let app = TestApp::new();
    let (.., own) = app.account("架空 花子", "hanako", Role::Representative, None);
    let mut admin = app.user(Role::Administrator, None);
    admin.post(&format!("/memberships/{own}/end"), &[]).is(303);
    let mut inspector = app.user(Role::Inspector, None);
    let page = inspector.get("/account-review");
    page.is(200).says("終了").says("医薬情報担当者");
    assert!(!page.body.contains("href=\"/people/"), "an inspector reads");
    inspector.post("/account-review", &[]).is(403);
}

#[test]
fn the_table_holds_one_row_a_role_and_no_formula() {
    let app = TestApp::new();
    for (at, name) in [
        "=cmd|' /C calc'!A0",
        "＝SUM(A1)",
        "－1",
        "＠x",
        "+1",
        "-1",
        "@x",
        "架空, \"花子\"",
    ]
    .iter()
    .enumerate()
    {
        app.account(name, &format!("login-{at}"), Role::Representative, None);
    }
    let mut inspector = app.user(Role::Inspector, None);
    let reply = inspector.get("/account-review.csv");
    reply.is(200);
    assert_eq!(
        reply.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    let text = reply.body.strip_prefix('\u{FEFF}').unwrap();
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 9);
    let begins_one = |cell: &str| cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    for row in &rows {
        assert!(row.iter().all(|cell| !begins_one(cell)), "{row:?}");
    }
    assert!(rows.iter().any(|row| &row[0] == "'＝SUM(A1)"));
    assert!(rows.iter().any(|row| &row[0] == "架空, \"花子\""));
    let own = rows.iter().find(|row| row[1].starts_with("inspector"));
    let own = own.unwrap();
    let boxed_until = boxed(Role::Inspector, support::day("2026-11-24")).unwrap();
    assert_eq!(own[9], boxed_until.to_string());
    assert_eq!(&own[10], "2026-11-24");
}

#[test]
fn that_a_review_was_done_is_kept_with_who_and_when() {
    let app = TestApp::new();
    app.account("架空 花子", "hanako", Role::Representative, None);
    let mut admin = app.user(Role::Administrator, None);
    let long = "長".repeat(1_001);
    admin
        .post("/account-review", &[("review_remark", &long)])
        .is(422)
        .holds("id=\"review_remark-e\"");
    let remark = [("review_remark", "一人の役割を終えた\r\n<b>")];
    admin
        .post_and_follow("/account-review", &remark)
        .is(200)
        .says("棚卸しを記録しました")
        .says("架空 太郎")
        .says("2 件のアカウント")
        .says("一人の役割を終えた");
    app.clock.advance(TimeDelta::days(1));
    let mut inspector = app.user(Role::Inspector, None);
    inspector
        .get("/account-review")
        .is(200)
        .says("2026年11月24日(火)")
        .says("2 件のアカウント");
}

#[test]
fn the_review_takes_as_many_statements_with_many_accounts_as_with_few() {
    let app = TestApp::new();
    let mut inspector = app.user(Role::Inspector, None);
    let hash = kanmon::accounts::hash(app.site.config.cost, support::PASSWORD).unwrap();
    let grow = |from: usize, to: usize| {
        let hash = hash.clone();
        app.db
            .write(&Actor::system("test"), move |tx| {
                for number in from..to {
                    let new = kanmon::accounts::NewAccount {
                        name: format!("架空 {number}"),
                        login: format!("login-{number}"),
                        language: kanmon::messages::Lang::Ja,
                    };
                    let (_, account) = kanmon::accounts::create_account(tx, &new, &hash)?;
                    let role = Role::Representative;
                    let today = tx.today;
                    let own = kanmon::accounts::grant(tx, &account, role, None, today, None)?;
                    trained(tx, &own, today)?;
                }
                Ok(())
            })
            .unwrap();
    };
    let mut count = |path: &str| {
        inspector.get(path).is(200);
        let before = app.db.statements();
        let reply = inspector.get(path);
        (
            app.db.statements() - before,
            reply.body.matches("架空 ").count(),
        )
    };
    let paths = [
        "/account-review",
        "/account-review?all=yes",
        "/account-review.csv",
    ];
    grow(0, 3);
    let few = paths.map(&mut count);
    grow(3, 120);
    let many = paths.map(&mut count);
    for (few, many) in few.iter().zip(&many) {
        assert_eq!(few.0, many.0);
        assert!(many.1 > few.1 + 40, "{few:?} {many:?}");
    }
}

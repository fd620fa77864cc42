//! Physicians through the pages: who may do what, what comes back when the typing is wrong, and once is once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use kanmon::facilities::{self, NewFacility};
use kanmon::ids::FacilityId;
use kanmon::programmes::{self, NewProgramme};
use kanmon::scope::{Actor, Role};
use support::{PASSWORD, TestApp, User};

struct Cast {
    app: TestApp,
    place: FacilityId,
    elsewhere: FacilityId,
}

fn cast() -> Cast {
    let app = TestApp::new();
    let (place, elsewhere) = app
        .db
        .write(&Actor::system("test"), |tx| {
            programmes::begin(
                tx,
                &NewProgramme {
                    code: "LUN-IV".to_owned(),
                    name_ja: "ルンスミオ点滴静注".to_owned(),
                    name_en: "Lunsumio".to_owned(),
                    manufacturer: "架空製薬".to_owned(),
                    demo: false,
                },
            )?;
            let mut add = |name: &str, code: &str| {
                let new = NewFacility {
                    name: name.to_owned(),
                    postal_code: String::new(),
                    address: String::new(),
                    prefecture: 0,
                    code: (code.to_owned(), String::new()),
                };
                facilities::add(tx, &new)
            };
            Ok((
                add("架空市立中央病院", "010000001")?,
                add("架空大学病院", "010000002")?,
            ))
        })
        .unwrap();
    Cast {
        app,
        place,
        elsewhere,
    }
}

/// A new physician as the form sends it.
fn typed(name: &str) -> Vec<(&str, &str)> {
    vec![
        ("person", "new"),
        ("name", name),
        ("department", "血液内科"),
        ("title", "部長"),
        ("first_day-y", "２０１９"),
        ("first_day-m", "4"),
        ("first_day-d", "1"),
        ("last_day-y", ""),
        ("last_day-m", ""),
        ("last_day-d", ""),
    ]
}

fn with<'a>(
    mut form: Vec<(&'a str, &'a str)>,
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    for (name, value) in changes {
        form.retain(|(found, _)| found != name);
        form.push((name, value));
    }
    form
}

fn naming(place: &FacilityId) -> String {
    format!("/facilities/{place}/physicians")
}

/// A physician who signed in and was named by the coordinator from the list of accounts.
fn physician(cast: &Cast) -> User {
    let mut physician = cast.app.user(Role::Physician, Some(&cast.place));
    let mut coordinator = cast.app.user(Role::FacilityCoordinator, Some(&cast.place));
    let form = coordinator.get(&format!("{}/new", naming(&cast.place)));
    let (_, after) = form
        .is(200)
        .body
        .split_once("name=\"person\" value=\"")
        .unwrap();
    let (person, _) = after.split_once('"').unwrap();
    let chosen = with(typed(""), &[("person", person)]);
    coordinator.post(&naming(&cast.place), &chosen).is(303);
    physician.get("/physicians").is(200).says("架空 太郎");
    physician
}

const STATEMENT: [(&str, &str); 5] = [
    ("experience", "yes"),
    ("meetings", "yes"),
    ("cooperation", "yes"),
    ("statement", "血液専門医、造血器腫瘍の診療 15 年"),
    ("password", PASSWORD),
];

fn sign(physician: &mut User) -> String {
    let signed = physician.post("/qualifications", &STATEMENT);
    signed.is(303).location().to_owned()
}

#[test]
fn a_coordinator_names_a_physician_and_the_name_stays_as_typed() {
    let cast = cast();
    let mut coordinator = cast.app.user(Role::FacilityCoordinator, Some(&cast.place));
    let form = coordinator.get(&format!("{}/new", naming(&cast.place)));
    form.is(200).says("架空市立中央病院").says("医師を加える");
    let name = "\u{FA19}崎 𠮷彦 ﾔﾏﾀﾞ 🩺";
    let named = coordinator.post_and_follow(&naming(&cast.place), &typed(name));
    named
        .is(200)
        .says(name)
        .says("医師を登録しました")
        .says("2019年4月1日(月)");
    named.says("未記録").says("満たさない");
    named.says("医師を登録しました（在籍 2019年4月1日(月)から）");
    coordinator.get("/physicians").is(200).says(name);
}

#[test]
fn wrong_typing_comes_back_with_its_errors_and_all_that_was_typed() {
    let cast = cast();
    let mut coordinator = cast.app.user(Role::FacilityCoordinator, Some(&cast.place));
    let mut wrong = |changes: &[(&'static str, &'static str)], says: &str| {
        let form = with(typed("仁科 亮"), changes);
        let reply = coordinator.post(&naming(&cast.place), &form);
        reply
            .is(422)
            .says(says)
            .holds("role=\"alert\"")
            .holds("value=\"血液内科\"");
        reply
    };
    wrong(&[("name", "　")], "「氏名」を入力してください");
    wrong(&[("name", "a\0b")], "制御文字");
    wrong(&[("name", "二\n行")], "制御文字");
    wrong(&[("person", "not-an-id")], "を選んでください");
    let impossible = [("first_day-m", "2"), ("first_day-d", "30")];
    wrong(&impossible, "暦にありません").holds("value=\"30\"");
    wrong(&[("first_day-y", "99999")], "1900 から 2200 まで");
    let backwards = [
        ("last_day-y", "2018"),
        ("last_day-m", "3"),
        ("last_day-d", "31"),
    ];
    wrong(&backwards, "終わりの日が始まりの日より前です");
    let long = "あ".repeat(101);
    let form = with(typed(&long), &[]);
    coordinator
        .post(&naming(&cast.place), &form)
        .is(422)
        .says("101 文字");
    coordinator
        .get("/physicians")
        .is(200)
        .says("まだ医師は登録されていません");
}

#[test]
fn naming_twice_names_once() {
    let cast = cast();
    let mut coordinator = cast.app.user(Role::FacilityCoordinator, Some(&cast.place));
    coordinator
        .post(&naming(&cast.place), &typed("仁科 亮"))
        .is(303);
    let again = coordinator.post(&naming(&cast.place), &typed("仁科 亮"));
    again.is(422).says("すでに登録されています");
    let list = coordinator.get("/physicians");
    assert_eq!(list.is(200).body.matches("仁科 亮").count(), 1);
}

#[test]
fn a_foreign_facility_and_its_physicians_are_not_there() {
    let cast = cast();
    let mut officer = cast.app.user(Role::SafetyOfficer, None);
    let named = officer.post(&naming(&cast.elsewhere), &typed("遠藤 学"));
    let page = named.is(303).location().to_owned();
    officer.get(&page).is(200).says("架空大学病院");
    let mut coordinator = cast.app.user(Role::FacilityCoordinator, Some(&cast.place));
    coordinator.get(&page).is(404);
    coordinator
        .get(&format!("{}/new", naming(&cast.elsewhere)))
        .is(404);
    coordinator
        .post(&naming(&cast.elsewhere), &typed("森 明"))
        .is(404);
    coordinator.get("/physicians").is(200).says_not("遠藤 学");
    coordinator.get("/physicians/nonsense").is(404);
    let mut inspector = cast.app.user(Role::Inspector, None);
    inspector.get(&page).is(200).says_not("在籍を終える");
    inspector
        .post(&naming(&cast.place), &typed("森 明"))
        .is(403);
    let mut administrator = cast.app.user(Role::Administrator, None);
    administrator.get("/physicians").is(403);
}

#[test]
fn a_post_is_ended_on_the_physicians_page() {
    let cast = cast();
    let mut officer = cast.app.user(Role::SafetyOfficer, None);
    let named = officer.post(&naming(&cast.place), &typed("仁科 亮"));
    let page = named.is(303).location().to_owned();
    let (_, after) = officer
        .get(&page)
        .body
        .split_once("?end=")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let post = after.split_once('#').unwrap().0.to_owned();
    officer
        .get(&format!("{page}?end={post}"))
        .is(200)
        .says("在籍の最後の日");
    let person = page.rsplit_once('/').unwrap().1;
    let form = |day| {
        vec![
            ("person", person),
            ("last_day-y", "2026"),
            ("last_day-m", "11"),
            ("last_day-d", day),
            ("reason", "他院へ異動"),
        ]
    };
    let address = format!("/affiliations/{post}/end");
    let wrong = officer.post(&address, &form("31"));
    wrong.is(422).says("暦にありません").says("他院へ異動");
    let unsaid = with(form("25"), &[("reason", " ")]);
    officer
        .post(&address, &unsaid)
        .is(422)
        .says("「理由」を入力してください");
    let ended = officer.post_and_follow(&address, &form("25"));
    ended
        .is(200)
        .says("2026年11月25日(水)")
        .says("理由「他院へ異動」");
    officer.post(&address, &form("25")).is(409);
}

#[test]
fn a_physician_signs_and_an_officer_accepts() {
    let cast = cast();
    let mut physician = physician(&cast);
    let form = physician.get("/qualifications/new");
    form.is(200)
        .says("造血器悪性腫瘍の治療について十分な知識・経験を有する医師");
    form.says("医薬情報担当者と対面やオンライン等による定期的な面談等が可能である医師");
    let page = sign(&mut physician);
    physician
        .get(&page)
        .is(200)
        .says("Q-0001")
        .says("審査待ち")
        .says_not("受理する");
    let mut officer = cast.app.user(Role::SafetyOfficer, None);
    officer
        .get("/physicians")
        .is(200)
        .says("審査を待つ申告")
        .says("Q-0001");
    officer.get(&page).is(200).says("署名して受理する");
    let accept = format!("{page}/acceptance");
    let unsigned = officer.post(&accept, &[("version", "1"), ("password", "wrong")]);
    unsigned.is(422).says("パスワード").says("審査待ち");
    let proven = [("version", "1"), ("password", PASSWORD)];
    officer
        .post(&accept, &[("version", "9"), ("password", PASSWORD)])
        .is(409);
    officer
        .post_and_follow(&accept, &proven)
        .is(200)
        .says("受理済み")
        .says("確かめて受理した");
    officer.post(&accept, &proven).is(409);
    physician
        .get("/physicians")
        .is(200)
        .says("満たす")
        .says("受理済み");
    // The physician takes it back; it acts at once.
    let withdrawal = format!("{page}/withdrawal");
    let reason = ("reason", "面談に応じられなくなった");
    let unsaid = [("version", "2"), ("reason", ""), ("password", PASSWORD)];
    physician
        .post(&withdrawal, &unsaid)
        .is(422)
        .says("「理由」");
    let taken = [("version", "2"), reason, ("password", PASSWORD)];
    physician
        .post_and_follow(&withdrawal, &taken)
        .is(200)
        .says("取り下げ")
        .says(reason.1);
    officer.get("/physicians").is(200).says("未記録");
}

#[test]
fn a_statement_needs_all_three_answers_and_the_right_password() {
    let cast = cast();
    let mut physician = physician(&cast);
    let mut wrong = |changes: &[(&'static str, &'static str)], says: &str| {
        let form = with(STATEMENT.to_vec(), changes);
        let reply = physician.post("/qualifications", &form);
        reply.is(422).says(says).says("造血器腫瘍の診療 15 年");
        assert!(
            !reply.body.contains(PASSWORD),
            "a password is never shown again"
        );
    };
    wrong(&[("meetings", "")], "に応じられますか」を選んでください");
    wrong(&[("experience", "maybe")], "を選んでください");
    wrong(&[("password", "")], "パスワード");
    wrong(&[("password", "not the password")], "パスワード");
    wrong(
        &[
            ("last_day-y", "2027"),
            ("last_day-m", "13"),
            ("last_day-d", "1"),
        ],
        "1 から 12 まで",
    );
    sign(&mut physician);
    physician.post("/qualifications", &STATEMENT).is(409);
    physician
        .get("/qualifications/new")
        .is(200)
        .says("Q-0001 が審査を待っています");
    physician.get("/qualifications/not-an-id").is(404);
}

#[test]
fn a_returned_statement_says_why_and_leads_to_a_new_one() {
    let cast = cast();
    let mut physician = physician(&cast);
    let page = sign(&mut physician);
    let mut officer = cast.app.user(Role::SafetyOfficer, None);
    let address = format!("{page}/return");
    officer
        .post(&address, &[("version", "1"), ("reason", "")])
        .is(422)
        .says("理由を入力");
    let returned = [("version", "1"), ("reason", "経験の年数を書いてください")];
    officer
        .post_and_follow(&address, &returned)
        .is(200)
        .says("差し戻し");
    physician
        .get(&page)
        .is(200)
        .says("経験の年数を書いてください");
    physician
        .get("/qualifications/new")
        .is(200)
        .says("署名して提出する");
    assert_ne!(sign(&mut physician), page);
}

#[test]
fn only_the_roles_of_the_access_table_sign_and_review() {
    let cast = cast();
    let mut physician = physician(&cast);
    let page = sign(&mut physician);
    let proven = [("version", "1"), ("password", PASSWORD)];
    for role in [
        Role::Representative,
        Role::DistributionApprover,
        Role::Inspector,
    ] {
        let mut user = cast.app.user(role, None);
        user.get(&page)
            .is(200)
            .says("Q-0001")
            .says_not("署名して受理する");
        user.post(&format!("{page}/acceptance"), &proven).is(403);
        user.post("/qualifications", &STATEMENT).is(403);
    }
    physician
        .post(&format!("{page}/acceptance"), &proven)
        .is(403);
    let mut stranger = cast.app.user(Role::Physician, Some(&cast.elsewhere));
    stranger.get(&page).is(404);
    stranger
        .get("/qualifications/new")
        .is(200)
        .says("まだ登録されていません");
    stranger
        .post("/qualifications", &STATEMENT)
        .is(422)
        .says("施設担当者に登録を頼んで");
    let withdraw = [("version", "1"), ("reason", "x"), ("password", PASSWORD)];
    stranger
        .post(&format!("{page}/withdrawal"), &withdraw)
        .is(404);
    let mut guest = cast.app.visitor();
    guest.get(&page).is(303);
}

#[test]
fn every_page_exists_in_english() {
    let cast = cast();
    let mut physician = physician(&cast);
    let page = sign(&mut physician);
    let mut officer = cast.app.user(Role::SafetyOfficer, None);
    for user in [&mut officer, &mut physician] {
        user.post("/language", &[("language", "en"), ("back", "/")])
            .is(303);
    }
    officer
        .get("/physicians")
        .is(200)
        .says("Statements waiting for review");
    officer
        .get(&page)
        .is(200)
        .says("Waiting for review")
        .says("Sign and accept");
    officer
        .get(&format!("{}/new", naming(&cast.place)))
        .is(200)
        .says("Add a physician");
    physician
        .get("/qualifications/new")
        .is(200)
        .says("is waiting for review");
}

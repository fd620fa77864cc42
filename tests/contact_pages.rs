//! Explanations and meetings through the pages: recorded in one form, refused with reasons, put right without a trace lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use kanmon::facilities::{self, NewFacility};
use kanmon::ids::{FacilityId, PersonId};
use kanmon::physicians::{Named, NewPhysician, name_physician};
use kanmon::programmes::{self, NewProgramme};
use kanmon::scope::{Actor, Role, Scope};
use support::{TestApp, User, day};

struct Cast {
    app: TestApp,
    place: FacilityId,
    elsewhere: FacilityId,
    /// In post at `place`, and at `elsewhere`.
    physician: String,
    stranger: String,
    representative: User,
}

fn cast() -> Cast {
    let app = TestApp::new();
    let (officer, ..) = app.account("安全 花子", "officer", Role::SafetyOfficer, None);
    let actor = Actor {
        person: Some(officer),
        account: None,
        name: "安全 花子".to_owned(),
        role: Role::SafetyOfficer.as_str().to_owned(),
    };
    let (place, elsewhere, physician, stranger) = app
        .db
        .write(&actor, |tx| {
            let new = NewProgramme {
                code: "LUN-IV".to_owned(),
                name_ja: "ルンスミオ点滴静注".to_owned(),
                name_en: "Lunsumio".to_owned(),
                manufacturer: "架空製薬".to_owned(),
                demo: false,
            };
            let scope = Scope::Programme(programmes::begin(tx, &new)?);
            let mut add = |name: &str, code: &str, physician: &str| {
                let place = facilities::add(
                    tx,
                    &NewFacility {
                        name: name.to_owned(),
                        postal_code: String::new(),
                        address: String::new(),
                        prefecture: 0,
                        code: (code.to_owned(), String::new()),
                    },
                )?;
                let new = NewPhysician {
                    who: Named::New(physician.to_owned()),
                    department: "血液内科".to_owned(),
                    title: String::new(),
                    first_day: day("2019-04-01"),
                    last_day: None,
                };
                let person = name_physician(tx, &scope, &place, &new)?.0;
                Ok::<(FacilityId, PersonId), kanmon::error::Error>((place, person))
            };
            let (place, physician) = add("架空市立中央病院", "010000001", "柏木 遥")?;
            let (elsewhere, stranger) = add("架空大学病院", "010000002", "遠藤 学")?;
            Ok((
                place,
                elsewhere,
                physician.to_string(),
                stranger.to_string(),
            ))
        })
        .unwrap();
    let representative = app.user(Role::Representative, None);
    Cast {
        app,
        place,
        elsewhere,
        physician,
        stranger,
        representative,
    }
}

fn address(place: &FacilityId) -> String {
    format!("/facilities/{place}/contacts")
}

fn meeting(physician: &str) -> Vec<(&str, &str)> {
    vec![
        ("kind", "meeting"),
        ("mode", "online"),
        ("starts_at-y", "2026"),
        ("starts_at-m", "11"),
        ("starts_at-d", "20"),
        ("starts_at-t", "１１：００"),
        ("ends_at", "11:30"),
        ("attendees", physician),
        ("others", "志村 理沙\r\n"),
        ("presenter_name", "大野 誠"),
        ("materials", "CRS 管理ガイダンス 第2版"),
        ("summary", "副作用の経過"),
    ]
}

fn briefing(physician: &str) -> Vec<(&str, &str)> {
    with(
        meeting(physician),
        &[
            ("kind", "briefing"),
            ("presenter", "manufacturer"),
            ("product", "yes"),
            ("safety_measures", "yes"),
        ],
    )
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

#[test]
fn a_meeting_is_recorded_with_one_short_form() {
    let mut cast = cast();
    let form = cast
        .representative
        .get(&format!("{}/new?kind=meeting", address(&cast.place)));
    // Today, the representative and the only physician stand there already.
    form.is(200)
        .holds("value=\"2026\"")
        .holds("value=\"架空 太郎\"");
    form.holds(&format!("value=\"{}\" checked", cast.physician));
    form.says_not("安全対策について説明しましたか");
    let sent = meeting(&cast.physician);
    let kept = cast
        .representative
        .post_and_follow(&address(&cast.place), &sent);
    kept.is(200)
        .says("M-0001")
        .says("2026年11月20日(金) 11:00")
        .says("11:30");
    kept.says("柏木 遥")
        .says("志村 理沙")
        .says("オンライン")
        .says("CRS 管理ガイダンス 第2版");
    kept.says("面談 M-0001 を記録しました（2026年11月20日(金)、柏木 遥、志村 理沙）");
    let list = cast.representative.get("/contacts?kind=meeting");
    list.is(200)
        .says("M-0001")
        .says("架空市立中央病院")
        .says("副作用の経過");
    cast.representative
        .get("/contacts?kind=briefing")
        .is(200)
        .says_not("M-0001");
}

#[test]
fn an_explanation_answers_both_topics() {
    let mut cast = cast();
    let form = cast
        .representative
        .get(&format!("{}/new?kind=briefing", address(&cast.place)));
    form.is(200)
        .says("製品および安全対策の事前説明を行った上で納入すること");
    let half = with(briefing(&cast.physician), &[("safety_measures", "")]);
    let wrong = cast.representative.post(&address(&cast.place), &half);
    wrong
        .is(422)
        .says("安全対策について説明しましたか」を選んでください");
    let sent = briefing(&cast.physician);
    let kept = cast
        .representative
        .post_and_follow(&address(&cast.place), &sent);
    kept.is(200).says("事前説明 B-0001").says("安全対策はい");
    let other = with(
        briefing(&cast.physician),
        &[("presenter", "not_recorded"), ("starts_at-t", "9:00")],
    );
    let wrong = cast.representative.post(&address(&cast.place), &other);
    wrong.is(422).says("「説明した会社」を選んでください");
    cast.representative
        .get("/contacts")
        .is(200)
        .says("製品・安全対策の両方");
}

#[test]
fn wrong_typing_comes_back_with_its_errors_and_all_that_was_typed() {
    let mut cast = cast();
    let (physician, stranger) = (cast.physician.clone(), cast.stranger.clone());
    let long = "あ".repeat(1001);
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("mode", "")], "「形式」を選んでください"),
        (&[("mode", "pigeon")], "「形式」を選んでください"),
        (
            &[("starts_at-m", "2"), ("starts_at-d", "30")],
            "暦にありません",
        ),
        (&[("starts_at-y", "12026")], "1900 から 2200 まで"),
        (&[("starts_at-t", "")], "時刻を 9:30 のように"),
        (&[("starts_at-t", "25:00")], "読み取れません"),
        (&[("ends_at", "10:59")], "始まりの時刻より後"),
        (&[("ends_at", "soon")], "読み取れません"),
        (
            &[
                ("starts_at-d", "24"),
                ("starts_at-t", "9:01"),
                ("ends_at", "9:30"),
            ],
            "まだ先の時刻です",
        ),
        (&[("presenter_name", "")], "氏名」を入力してください"),
        (&[("presenter_name", "a\0b")], "制御文字"),
        (&[("summary", long.as_str())], "1001 文字"),
        (&[("attendees", "not-an-id")], "を選んでください"),
        (
            &[("attendees", stranger.as_str())],
            "この施設に在籍していません",
        ),
        (&[("starts_at-y", "2018")], "この施設に在籍していません"),
    ];
    for (changes, says) in cases {
        let form = with(meeting(&physician), changes);
        let reply = cast.representative.post(&address(&cast.place), &form);
        reply
            .is(422)
            .says(says)
            .says("志村 理沙")
            .holds("role=\"alert\"");
    }
    let mut alone = meeting(&physician);
    alone.retain(|(name, _)| *name != "attendees");
    let reply = cast.representative.post(&address(&cast.place), &alone);
    reply.is(422).says("面談した医師を 1 名以上選んでください");
    cast.representative
        .get("/contacts")
        .is(200)
        .says("まだ記録はありません");
    let ugly = "神\u{FA19} ﾊﾝｶｸ 🩺 <b>&\"";
    let kept = with(meeting(&physician), &[("summary", ugly)]);
    let kept = cast
        .representative
        .post_and_follow(&address(&cast.place), &kept);
    kept.is(200).holds("神\u{FA19} ﾊﾝｶｸ 🩺 &#60;b&#62;");
}

#[test]
fn a_form_sent_twice_records_once() {
    let mut cast = cast();
    let sent = meeting(&cast.physician);
    cast.representative
        .post(&address(&cast.place), &sent)
        .is(303);
    let again = cast.representative.post(&address(&cast.place), &sent);
    again.is(422).says("M-0001 がすでにあります");
    let list = cast.representative.get("/contacts");
    assert_eq!(list.body.matches("M-0001").count(), 1);
    list.says_not("M-0002");
}

#[test]
fn a_wrong_record_is_ended_with_a_reason_and_replaced() {
    let mut cast = cast();
    let sent = meeting(&cast.physician);
    let page = cast.representative.post(&address(&cast.place), &sent);
    let page = page.is(303).location().to_owned();
    let open = cast.representative.get(&format!("{page}?correct=yes"));
    open.is(200)
        .says("訂正のしかた")
        .holds("value=\"11:00\"")
        .holds("value=\"大野 誠\"");
    let correction = format!("{page}/correction");
    let right = with(
        meeting(&cast.physician),
        &[
            ("mode", "telephone"),
            ("how", "replace"),
            ("reason", "形式の誤り"),
        ],
    );
    let unsaid = with(right.clone(), &[("reason", "")]);
    cast.representative
        .post(&correction, &unsaid)
        .is(422)
        .says("「理由」を入力してください");
    let undecided = with(right.clone(), &[("how", "")]);
    cast.representative
        .post(&correction, &undecided)
        .is(422)
        .says("「訂正のしかた」");
    let kept = cast.representative.post_and_follow(&correction, &right);
    kept.is(200).says("M-0002").says("電話");
    cast.representative.post(&correction, &right).is(409);
    let old = cast.representative.get(&page);
    old.is(200)
        .says("訂正された記録")
        .says("形式の誤り")
        .says_not("記録を訂正する");
    cast.representative
        .get("/contacts")
        .is(200)
        .says("M-0002")
        .says_not("M-0001");
    // What never took place is struck out, and nothing stands in its place.
    let list = cast.representative.get("/contacts").body;
    let (_, after) = list.split_once("class=\"ref\" href=\"").unwrap();
    let second = after.split_once('"').unwrap().0.to_owned();
    let strike = [("how", "strike"), ("reason", "行われていない")];
    let struck = cast
        .representative
        .post_and_follow(&format!("{second}/correction"), &strike);
    struck.is(200).says("行われていない");
    cast.representative
        .get("/contacts")
        .is(200)
        .says("まだ記録はありません");
}

#[test]
fn only_a_representative_records_and_a_foreign_facility_sees_nothing() {
    let mut cast = cast();
    let sent = meeting(&cast.physician);
    let page = cast.representative.post(&address(&cast.place), &sent);
    let page = page.is(303).location().to_owned();
    let mut coordinator = cast.app.user(Role::FacilityCoordinator, Some(&cast.place));
    coordinator
        .get(&page)
        .is(200)
        .says("M-0001")
        .says_not("記録を訂正する");
    coordinator.post(&address(&cast.place), &sent).is(403);
    let mut stranger = cast
        .app
        .user(Role::FacilityCoordinator, Some(&cast.elsewhere));
    stranger.get(&page).is(404);
    stranger.get("/contacts").is(200).says_not("M-0001");
    let mut inspector = cast.app.user(Role::Inspector, None);
    inspector
        .get(&page)
        .is(200)
        .says("M-0001")
        .says_not("記録を訂正する");
    inspector
        .post(&format!("{page}/correction"), &[("how", "strike")])
        .is(403);
    let nowhere = format!("/facilities/{}/contacts", cast.physician);
    cast.representative.get(&format!("{nowhere}/new")).is(404);
    cast.representative.post(&nowhere, &sent).is(404);
    cast.representative.get("/contacts/nonsense").is(404);
}

#[test]
fn the_list_goes_on_from_page_to_page() {
    let mut cast = cast();
    for number in 0..51 {
        let (of_month, minute) = (
            (number / 10 + 1).to_string(),
            format!("8:{:02}", number % 10),
        );
        let form = with(
            meeting(&cast.physician),
            &[("starts_at-d", &of_month), ("starts_at-t", &minute)],
        );
        let form: Vec<(&str, &str)> = form;
        cast.representative
            .post(&address(&cast.place), &form)
            .is(303);
    }
    let first = cast.representative.get("/contacts?kind=meeting");
    first
        .is(200)
        .says("M-0051")
        .says("M-0002")
        .says_not("M-0001");
    first.holds("href=\"/contacts?kind=meeting&#38;after=2\"");
    let second = cast.representative.get("/contacts?kind=meeting&after=2");
    second
        .is(200)
        .says("M-0001")
        .holds("href=\"/contacts?kind=meeting\"");
    let odd = cast
        .representative
        .get("/contacts?kind=%F0%9F%A9%BA&after=x");
    odd.is(200).says("M-0051");
}

#[test]
fn every_page_exists_in_english() {
    let mut cast = cast();
    cast.representative
        .post("/language", &[("language", "en"), ("back", "/")])
        .is(303);
    let form = cast
        .representative
        .get(&format!("{}/new?kind=briefing", address(&cast.place)));
    form.is(200)
        .says("Record an explanation before delivery")
        .says("Was the product explained?");
    let sent = briefing(&cast.physician);
    let kept = cast
        .representative
        .post_and_follow(&address(&cast.place), &sent);
    kept.is(200)
        .says("Explanation B-0001")
        .says("Online")
        .says_not("contacts-");
    cast.representative
        .get("/contacts")
        .is(200)
        .says("Product and safety measures");
}

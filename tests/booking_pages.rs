//! Booked meetings through the pages: typed on a telephone, refused with reasons, recorded with one touch.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use chrono::TimeDelta;
use kanmon::clock::start_of;
use kanmon::physicians::{self, Named, NewPhysician};
use kanmon::scope::Role;
use support::forms::{Sheet, between, version};
use support::programme::{Ground, Place};
use support::{Reply, TestApp, User, day};

struct Cast {
    app: TestApp,
    ground: Ground,
    place: Place,
    representative: User,
}

fn cast() -> Cast {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let representative = ground.at_browser(&app, &ground.representative);
    Cast {
        app,
        ground,
        place,
        representative,
    }
}

impl Cast {
    fn address(&self) -> String {
        format!("/facilities/{}/bookings", self.place.id)
    }

    fn book(&mut self) -> String {
        let (sheet, address) = (usual(&self.place), self.address());
        sheet.taken(&mut self.representative, &address)
    }

    fn to(&self, on: &str, hour: i64, minute: i64) {
        let at = start_of(day(on)) + TimeDelta::hours(hour) + TimeDelta::minutes(minute);
        self.app.clock.move_to(at);
    }
}

fn usual(place: &Place) -> Sheet {
    Sheet::new()
        .day("starts_at", "2026-12-01")
        .put("starts_at-t", "１０：００")
        .put("ends_at", "10:30")
        .put("mode", "face_to_face")
        .put("venue", "神\u{FA19}田 ﾋﾞﾙ 3F 🩺 <b>")
        .put("physicians", place.physician.person.as_str())
}

/// The same with other values in some fields.
fn with(place: &Place, changes: &[(&str, &str)]) -> Sheet {
    let kept: &[(&str, &str)] = &[
        ("starts_at-y", "2026"),
        ("starts_at-m", "12"),
        ("starts_at-d", "1"),
        ("starts_at-t", "10:00"),
        ("ends_at", "10:30"),
        ("mode", "face_to_face"),
        ("venue", "神\u{FA19}田 ﾋﾞﾙ 3F 🩺 <b>"),
        ("physicians", place.physician.person.as_str()),
    ];
    let mut sheet = Sheet::new();
    for (field, value) in kept {
        let changed = changes.iter().find(|(name, _)| name == field);
        sheet = sheet.put(field, changed.map_or(value, |(_, value)| value));
    }
    let more = changes
        .iter()
        .filter(|(name, _)| !kept.iter().any(|(field, _)| field == name));
    more.fold(sheet, |sheet, (field, value)| sheet.put(field, value))
}

fn main_of(page: &Reply) -> &str {
    between(&page.body, "<main", "</main>")
}

#[test]
fn a_meeting_is_booked_changed_and_cancelled() {
    let mut cast = cast();
    let address = cast.address();
    let form = cast.representative.get(&format!("{address}/new"));
    // The only physician is ticked already.
    form.is(200)
        .holds(&format!(
            "value=\"{}\" checked",
            cast.place.physician.person
        ))
        .says("その日 ※3 を満たす");
    let page = cast.book();
    let kept = cast.representative.get(&page);
    kept.is(200)
        .says("面談の予約 K-0001")
        .says("2026年12月1日(火) 10:00")
        .says("面談を予約しました。")
        .holds("神\u{FA19}田 ﾋﾞﾙ 3F 🩺 &#60;b&#62;")
        .says("面談 K-0001 を予約しました（2026年12月1日(火) 10:00、柏木 遥）");
    // Twice is once.
    assert_eq!(cast.book(), page);
    let list = cast.representative.get("/bookings");
    list.is(200)
        .says("K-0001")
        .says_not("K-0002")
        .says("架空市立中央病院");
    let form = cast.representative.get(&format!("{page}/change"));
    let of = version(&form);
    form.holds("value=\"10:00\"").holds("value=\"10:30\"");
    let moved = with(&cast.place, &[("starts_at-d", "２"), ("version", &of)]);
    let kept = moved.taken(&mut cast.representative, &format!("{page}/change"));
    let kept = cast.representative.get(&kept);
    kept.is(200)
        .says("2026年12月2日(水) 10:00")
        .says("前：2026年12月1日(火) 10:00 〜 ")
        .says("後：2026年12月2日(水) 10:00 〜 ");
    // A page that was open since before is told so.
    let stale = with(&cast.place, &[("starts_at-d", "3"), ("version", &of)]);
    stale
        .send(&mut cast.representative, &format!("{page}/change"))
        .is(409);
    let form = cast.representative.get(&format!("{page}/cancellation"));
    let of = version(&form);
    let cancel = |user: &mut User, reason: &str| {
        let sheet = Sheet::new().put("version", &of).put("reason", reason);
        sheet.send(user, &format!("{page}/cancellation"))
    };
    cancel(&mut cast.representative, "")
        .is(422)
        .says("取り消しの理由を入力してください");
    cancel(&mut cast.representative, "学会のため").is(303);
    cancel(&mut cast.representative, "学会のため").is(303);
    let kept = cast.representative.get(&page);
    kept.is(200)
        .says("取り消し")
        .says("学会のため")
        .says_not("予約を変更する");
    cast.representative.get(&format!("{page}/change")).is(409);
    cast.representative
        .get("/bookings")
        .is(200)
        .says_not("K-0001");
    cast.representative
        .get("/bookings?show=all")
        .is(200)
        .says("K-0001");
}

#[test]
fn ugly_typing_comes_back_with_its_errors_and_all_that_was_typed() {
    let mut cast = cast();
    let address = cast.address();
    let long = "会".repeat(101);
    let cases: &[(&[(&str, &str)], &str)] = &[
        (
            &[("starts_at-m", "2"), ("starts_at-d", "30")],
            "暦にありません",
        ),
        (&[("starts_at-t", "25:00")], "読み取れません"),
        (&[("starts_at-t", "")], "時刻を 9:30 のように"),
        (&[("starts_at-y", "")], "年が入力されていません"),
        (
            &[("starts_at-y", "2025")],
            "これからの日時を入力してください",
        ),
        (&[("starts_at-y", "2028")], "1 年より先です"),
        (&[("ends_at", "9:59")], "始まりの時刻より後"),
        (&[("ends_at", "ﾋﾙ")], "読み取れません"),
        (&[("mode", "pigeon")], "「形式」を選んでください"),
        (&[("venue", "a\0b")], "制御文字"),
        (&[("venue", long.as_str())], "101 文字"),
        (&[("physicians", "")], "名簿にありません"),
        (&[("physicians", "🩺")], "名簿にありません"),
        (
            &[("physicians", "00000000-0000-7000-8000-000000000000")],
            "名簿にありません",
        ),
    ];
    for (changes, says) in cases {
        let reply = with(&cast.place, changes).send(&mut cast.representative, &address);
        reply.is(422).says(says).holds("role=\"alert\"");
        if !changes.iter().any(|(field, _)| *field == "venue") {
            reply.holds("神\u{FA19}田 ﾋﾞﾙ 3F 🩺 &#60;b&#62;");
        }
        if !changes.iter().any(|(field, _)| field.starts_with("ends")) {
            reply.holds("value=\"10:30\"");
        }
    }
    let huge = "x".repeat(12 * 1024 * 1024);
    let reply = with(&cast.place, &[("venue", &huge)]).send(&mut cast.representative, &address);
    assert_eq!(reply.status, 413);
    cast.representative
        .get("/bookings?show=all")
        .is(200)
        .says("予約はありません");
}

#[test]
fn an_unqualified_or_removed_physician_is_named_and_nothing_is_lost() {
    let mut cast = cast();
    let address = cast.address();
    let id = cast.place.id.clone();
    let (other, post) = cast
        .ground
        .act(&cast.place.coordinator, move |tx, scope| {
            let new = NewPhysician {
                who: Named::New("久我 慎一".to_owned()),
                department: "血液内科".to_owned(),
                title: String::new(),
                first_day: day("2020-04-01"),
                last_day: None,
            };
            physicians::name_physician(tx, scope, &id, &new)
        })
        .unwrap();
    let typed = with(&cast.place, &[]).put("physicians", other.as_str());
    let asked = typed.send(&mut cast.representative, &address);
    asked
        .is(422)
        .says("久我 慎一 の ※3 の署名は、2026年12月1日(火)に有効な受理がありません")
        .holds("name=\"anyway\"")
        .holds(&format!("value=\"{other}\" checked"));
    let page = typed
        .put("anyway", "yes")
        .taken(&mut cast.representative, &address);
    cast.representative
        .get(&page)
        .is(200)
        .says("その日 ※3 を満たさない");
    cast.representative
        .get(&format!("{page}/change"))
        .is(200)
        .holds("name=\"anyway\" value=\"yes\" checked");
    cast.ground
        .act(&cast.ground.safety, move |tx, scope| {
            physicians::end_affiliation(tx, scope, &post, day("2026-11-30"), "異動")
        })
        .unwrap();
    cast.representative
        .get(&page)
        .is(200)
        .says("久我 慎一 は、面談の日には在籍していません");
    cast.representative
        .get("/bookings")
        .is(200)
        .says("久我 慎一 は在籍していない");
    let place = format!("/facilities/{}", cast.place.id);
    cast.representative
        .get(&place)
        .is(200)
        .says("久我 慎一 は在籍していない");
    let again = with(
        &cast.place,
        &[("starts_at-t", "14:00"), ("ends_at", "15:00")],
    );
    let again = again.put("physicians", other.as_str());
    let refused = again.send(&mut cast.representative, &address);
    refused
        .is(422)
        .says("久我 慎一 は 2026年12月1日(火)にこの施設に在籍していません")
        .holds(&format!("value=\"{other}\" checked"));
}

#[test]
fn a_booked_meeting_is_recorded_by_looking_at_it_and_pressing_one_button() {
    let mut cast = cast();
    let page = cast.book();
    let booking = page.rsplit('/').next().unwrap().to_owned();
    cast.representative
        .get(&page)
        .is(200)
        .says_not("面談を記録する");
    cast.to("2026-12-01", 10, 45);
    cast.representative.sign_in(support::PASSWORD);
    cast.representative
        .get("/")
        .is(200)
        .says("K-0001")
        .says("記録待ち");
    let kept = cast.representative.get(&page);
    kept.is(200).says("面談を記録する").says("記録待ち");
    let address = format!("/facilities/{}/contacts", cast.place.id);
    let quick = format!("{address}/new?kind=meeting&booking={booking}");
    let form = cast.representative.get(&quick);
    form.is(200).says("K-0001").says("10:00 〜 10:30");
    // Everything that must be given stands there already: none of it has to be touched.
    let sent: Vec<(String, String)> = filled(main_of(&form));
    let all: Vec<(&str, &str)> = sent.iter().map(|(a, b)| (&**a, &**b)).collect();
    let record = cast.representative.post(&address, &all);
    let record = record.is(303).location().to_owned();
    let record_page = cast.representative.get(&record);
    record_page
        .is(200)
        .says("2026年12月1日(火) 10:00")
        .says("柏木 遥")
        .says("大野 誠")
        .says("K-0001");
    cast.representative
        .get(&page)
        .is(200)
        .says("面談を記録済み")
        .says("M-00");
    // Sent twice it is recorded once, and the page of the form leads to the booking.
    let again = cast.representative.post(&address, &all);
    again.is(422).says("がすでにあります");
    cast.representative.get(&quick).is(303);
}

/// Name and value of every input that a browser would send as the page stands.
fn filled(html: &str) -> Vec<(String, String)> {
    let form = between(html, "<form class=\"measure fields\"", "</form>");
    let mut sent = Vec::new();
    for input in form.split("<input ").skip(1) {
        let input = input.split('>').next().unwrap();
        let value = |name: &str| {
            let (_, rest) = input.split_once(&format!("{name}=\""))?;
            Some(rest.split('"').next().unwrap().to_owned())
        };
        let choice = input.contains("type=\"radio\"") || input.contains("type=\"checkbox\"");
        if !choice || input.ends_with(" checked") {
            sent.push((
                value(" name").or(value("name")).unwrap(),
                value(" value").or(value("value")).unwrap(),
            ));
        }
    }
    sent
}

#[test]
fn a_meeting_that_ended_early_is_recorded_as_it_was_and_the_materials_of_last_time_are_offered() {
    let mut cast = cast();
    let address = format!("/facilities/{}/contacts", cast.place.id);
    let before = Sheet::new()
        .put("kind", "meeting")
        .put("mode", "online")
        .day("starts_at", "2026-11-21")
        .put("starts_at-t", "11:00")
        .put("ends_at", "11:30")
        .put("attendees", cast.place.physician.person.as_str())
        .put("presenter_name", "大野 誠")
        .put("materials", "CRS 管理ガイダンス 第3版");
    before.taken(&mut cast.representative, &address);
    let page = cast.book();
    let booking = page.rsplit('/').next().unwrap().to_owned();
    cast.to("2026-12-01", 10, 12);
    cast.representative.sign_in(support::PASSWORD);
    let quick = format!("{address}/new?kind=meeting&booking={booking}");
    let form = cast.representative.get(&quick);
    form.is(200)
        .says("10:00 〜 10:12")
        .says("前回と同じ資料を用いた")
        .says("CRS 管理ガイダンス 第3版");
    let mut sent = filled(main_of(&form));
    sent.push((
        "same_materials".to_owned(),
        "CRS 管理ガイダンス 第3版".to_owned(),
    ));
    let all: Vec<(&str, &str)> = sent.iter().map(|(a, b)| (&**a, &**b)).collect();
    let kept = cast.representative.post_and_follow(&address, &all);
    kept.is(200).says("10:12").says("CRS 管理ガイダンス 第3版");
}

#[test]
fn what_the_booking_says_can_be_put_right_and_a_booking_elsewhere_is_not_there() {
    let mut cast = cast();
    let page = cast.book();
    let booking = page.rsplit('/').next().unwrap().to_owned();
    cast.to("2026-12-01", 10, 45);
    cast.representative.sign_in(support::PASSWORD);
    let address = format!("/facilities/{}/contacts", cast.place.id);
    let form = cast
        .representative
        .get(&format!("{address}/new?kind=meeting&booking={booking}"));
    let mut sent = filled(main_of(&form));
    for (name, value) in &mut sent {
        if name == "ends_at" {
            "25:00".clone_into(value);
        }
    }
    let all: Vec<(&str, &str)> = sent.iter().map(|(a, b)| (&**a, &**b)).collect();
    let wrong = cast.representative.post(&address, &all);
    // The folded fields stand open where something in them is wrong.
    wrong
        .is(422)
        .says("読み取れません")
        .holds("<details open>")
        .says("K-0001");
    let other = cast.ground.all_ready("架空大学病院");
    let elsewhere = format!("/facilities/{}/contacts", other.id);
    cast.representative
        .get(&format!("{elsewhere}/new?kind=meeting&booking={booking}"))
        .is(404);
    for (name, value) in &mut sent {
        if name == "ends_at" {
            "10:30".clone_into(value);
        }
        if name == "attendees" {
            other.physician.person.as_str().clone_into(value);
        }
    }
    let all: Vec<(&str, &str)> = sent.iter().map(|(a, b)| (&**a, &**b)).collect();
    cast.representative.post(&elsewhere, &all).is(404);
}

#[test]
fn a_booking_is_taken_into_a_calendar_by_the_id_and_sequence_of_its_letters() {
    let mut cast = cast();
    let page = cast.book();
    let id = page.rsplit('/').next().unwrap().to_owned();
    let file = format!("{page}/meeting.ics");
    let entry = |user: &mut User| {
        let reply = user.get(&file);
        assert_eq!(
            reply.is(200).header("content-type"),
            Some("text/calendar; charset=utf-8")
        );
        // Long lines are folded.
        reply.body.replace("\r\n ", "")
    };
    let first = entry(&mut cast.representative);
    for line in [
        "METHOD:PUBLISH",
        "SEQUENCE:1",
        "DTSTART:20261201T010000Z",
        "DTEND:20261201T013000Z",
        &format!("UID:{id}@"),
        "神\u{FA19}田 ﾋﾞﾙ 3F 🩺 <b>",
    ] {
        assert!(first.contains(line), "{line} not in {first}");
    }
    let moved = with(&cast.place, &[("starts_at-d", "2"), ("version", "1")]);
    moved.taken(&mut cast.representative, &format!("{page}/change"));
    let mut own = cast.ground.at_browser(&cast.app, &cast.place.physician);
    let second = entry(&mut own);
    let uid = |text: &str| between(text, "UID:", "\r\n").to_owned();
    assert!(second.contains("SEQUENCE:2") && second.contains("DTSTART:20261202T010000Z"));
    assert_eq!(uid(&first), uid(&second));
    let cancelled = Sheet::new().put("version", "2").put("reason", "都合");
    cancelled.taken(&mut cast.representative, &format!("{page}/cancellation"));
    let third = entry(&mut own);
    assert!(third.contains("METHOD:CANCEL") && third.contains("STATUS:CANCELLED"));
    assert!(third.contains("SEQUENCE:3"), "{third}");
    let other = cast.ground.all_ready("架空大学病院");
    let mut foreign = cast.ground.at_browser(&cast.app, &other.coordinator);
    foreign.get(&file).is(404);
}

#[test]
fn a_facility_reads_its_own_bookings_and_changes_none() {
    let mut cast = cast();
    let page = cast.book();
    let other = cast.ground.all_ready("架空大学病院");
    let mut own = cast.ground.at_browser(&cast.app, &cast.place.coordinator);
    own.get(&page)
        .is(200)
        .says("K-0001")
        .says_not("予約を変更する");
    own.get("/bookings")
        .is(200)
        .says("K-0001")
        .says_not("面談の準備");
    own.get(&format!("{page}/change")).is(403);
    own.post(&format!("{page}/cancellation"), &[]).is(403);
    let mut physician = cast.ground.at_browser(&cast.app, &cast.place.physician);
    physician.get(&page).is(200).says("K-0001");
    let mut foreign = cast.ground.at_browser(&cast.app, &other.coordinator);
    foreign.get(&page).is(404);
    foreign.get("/bookings?show=all").is(200).says_not("K-0001");
    let mut inspector = cast.app.user(Role::Inspector, None);
    inspector.get(&page).is(200).says_not("予約を変更する");
    cast.representative.get("/bookings/nonsense").is(404);
    let nowhere = format!("/facilities/{}/bookings", cast.place.physician.person);
    cast.representative.get(&format!("{nowhere}/new")).is(404);
    usual(&cast.place)
        .send(&mut cast.representative, &nowhere)
        .is(404);
}

#[test]
fn a_sent_record_is_added_to_once_with_name_and_time() {
    let mut cast = cast();
    let contact = cast.ground.meet(&cast.place, day("2026-11-22"));
    let page = format!("/contacts/{contact}");
    cast.representative
        .get(&page)
        .is(200)
        .says("追記はありません");
    let add = format!("{page}/addendum");
    let words = "次回は検査部も同席\n神\u{FA19} ﾊﾝｶｸ 🩺 <b>";
    let said = [("addendum", words)];
    cast.representative.post(&add, &said).is(303);
    cast.representative.post(&add, &said).is(303);
    let kept = cast.representative.get(&page);
    kept.is(200)
        .says("2026年11月24日(火) 09:00")
        .holds("神\u{FA19} ﾊﾝｶｸ 🩺 &#60;b&#62;");
    assert_eq!(kept.body.matches("検査部").count(), 1);
    kept.says("に追記しました");
    let long = "あ".repeat(1001);
    for (wrong, says) in [
        ("", "追記の内容を入力"),
        ("a\0b", "制御文字"),
        (&long, "1001 文字"),
    ] {
        let reply = cast.representative.post(&add, &[("addendum", wrong)]);
        reply.is(422).says(says);
        if !wrong.contains('\0') {
            reply.holds(wrong);
        }
    }
    let mut own = cast.ground.at_browser(&cast.app, &cast.place.coordinator);
    own.get(&page).is(200).says("検査部").says_not("追記を残す");
    own.post(&add, &said).is(403);
}

#[test]
fn every_page_exists_in_english() {
    let mut cast = cast();
    let page = cast.book();
    cast.representative
        .post("/language", &[("language", "en"), ("back", "/")])
        .is(303);
    let address = cast.address();
    for (path, says) in [
        (page.clone(), "Booked meeting K-0001"),
        (format!("{page}/change"), "Change a booked meeting"),
        (format!("{page}/cancellation"), "Cancel the booking"),
        (format!("{address}/new"), "Book a meeting"),
        ("/bookings".to_owned(), "To be held or recorded"),
    ] {
        let shown = cast.representative.get(&path);
        shown.is(200).says(says);
        for id in ["bookings-", "booking-", "label-", "agenda-"] {
            let text = shown.text();
            assert!(!text.contains(id), "{path}: {id} in {text}");
        }
    }
}

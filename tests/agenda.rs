//! The agenda of a meeting: why it is due by house policy, what is open, what soon ends, and what is new.
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
use kanmon::contacts::{self, Attendee, Kind, Mode, NewContact, Presenter};
use kanmon::rules::facility::Limb;
use kanmon::rules::policy::PolicyVersion;
use kanmon::scope::Role;
use support::programme::{Evidence, Ground, Place};
use support::{TestApp, day};

fn stage() -> (TestApp, Ground) {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    (app, ground)
}

fn address(place: &Place) -> String {
    format!(
        "/physicians/{}/agenda?facility={}",
        place.physician.person, place.id
    )
}

fn used(ground: &Ground, place: &Place, on: &str, materials: &str) {
    let starts_at = start_of(day(on)) + TimeDelta::hours(13);
    let new = NewContact {
        kind: Kind::Meeting,
        mode: Mode::Online,
        presenter: Presenter::Manufacturer,
        presenter_name: "大野 誠".to_owned(),
        product: None,
        safety_measures: None,
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(20),
        materials: materials.to_owned(),
        summary: String::new(),
        attendees: vec![Attendee::Physician(place.physician.person.clone())],
    };
    let id = place.id.clone();
    ground
        .act(&ground.representative, move |tx, scope| {
            contacts::record(tx, scope, &id, &new)
        })
        .unwrap();
}

#[test]
fn it_says_why_a_meeting_is_due_and_that_this_is_house_policy() {
    let (app, ground) = stage();
    let place = ground.all_ready("架空市立中央病院");
    let mut representative = ground.at_browser(&app, &ground.representative);
    let page = representative.get(&address(&place));
    // Met on 2026-11-20; ninety days later is 2027-02-18.
    page.is(200)
        .says("面談の準備：柏木 遥")
        .says("2026年11月20日(金)")
        .says("2027年2月18日(木)")
        .says("あと 86 日")
        .says("面談の間隔は 90 日以内です")
        .says("通知は定期的な面談が可能であること（※3-2）を求め、間隔は定めていません")
        .says("満たしていない項目も、返した書類もありません")
        .says("60 日以内に終わるものはありません")
        .says("変わったことはありません");
    page.holds(&format!(
        "/bookings/new?physician={}",
        place.physician.person
    ));
    page.holds(&format!(
        "kind=meeting&physician={}",
        place.physician.person
    ));
    app.clock
        .move_to(start_of(day("2027-02-20")) + TimeDelta::hours(9));
    representative.sign_in(support::PASSWORD);
    representative
        .get(&address(&place))
        .is(200)
        .says("2 日過ぎています");
}

#[test]
fn it_gathers_what_is_open_returned_and_about_to_end() {
    let (app, ground) = stage();
    let hub = ground.all_ready("架空大学病院");
    let leaning = Evidence {
        care: kanmon::attestations::Care::None,
        partner: Some((hub.id.clone(), day("2026-04-01"), Some(day("2027-01-10")))),
        last_day_in_post: Some(day("2026-12-20")),
        tocilizumab: false,
        ..Evidence::default()
    };
    let place = ground.ready("架空市立中央病院", &leaning);
    let submitted = ground.submit(&place, &leaning);
    ground
        .act(&ground.safety, move |tx, scope| {
            let version = kanmon::attestations::get(tx.conn, scope, &submitted)?.version;
            kanmon::attestations::return_for_correction(
                tx,
                scope,
                &submitted,
                version,
                kanmon::attestations::Step::Tocilizumab,
                "時間外の体制が分かりません",
            )
        })
        .unwrap();
    let mut representative = ground.at_browser(&app, &ground.representative);
    let page = representative.get(&address(&place));
    page.is(200)
        .says("返却 要件確認 A-")
        .says("トシリズマブ")
        .says("2026年12月20日(日)")
        .says("在籍柏木 遥")
        .says("2027年1月10日(日)")
        .says("連携協定架空大学病院");
}

#[test]
fn it_shows_what_is_new_since_the_last_meeting() {
    let (app, ground) = stage();
    let place = ground.all_ready("架空市立中央病院");
    let other = ground.all_ready("架空大学病院");
    used(&ground, &place, "2026-11-21", "CRS 管理ガイダンス 第2版");
    used(
        &ground,
        &other,
        "2026-11-22",
        "CRS 管理ガイダンス 第2版、適正使用ガイド 第4版",
    );
    ground.report(&place, Limb::Tocilizumab);
    ground.adopt(&PolicyVersion {
        meeting_days: 60,
        ..PolicyVersion::initial(day("2026-12-01"))
    });
    let mut representative = ground.at_browser(&app, &ground.representative);
    let page = representative.get(&address(&place));
    page.is(200)
        .says("適正使用ガイド 第4版")
        .says("ほかで最後に用いた日： 2026年11月22日(日)")
        .says("第2版")
        .says("面談の間隔：90 日 → 60 日")
        .says("C-0001")
        .says_not("再確認の間隔：");
    let news = support::forms::between(&page.body, "id=\"news\"", "</main>");
    assert!(!news.contains("CRS 管理ガイダンス"), "{news}");
    // What is used elsewhere is not told to a facility.
    let mut physician = ground.at_browser(&app, &place.physician);
    physician
        .get(&address(&place))
        .is(200)
        .says("第2版")
        .says_not("適正使用ガイド");
    // Once it was used with this physician it is no news.
    app.clock
        .move_to(start_of(day("2026-11-25")) + TimeDelta::hours(9));
    used(&ground, &place, "2026-11-24", "適正使用ガイド 第4版");
    representative.sign_in(support::PASSWORD);
    representative
        .get(&address(&place))
        .is(200)
        .says_not("適正使用ガイド");
}

#[test]
fn a_physician_reads_their_own_agenda_and_no_other() {
    let (app, ground) = stage();
    let place = ground.all_ready("架空市立中央病院");
    let other = ground.all_ready("架空大学病院");
    let mut physician = ground.at_browser(&app, &place.physician);
    physician
        .get(&address(&place))
        .is(200)
        .says("柏木 遥")
        .says_not("面談を予約する");
    physician.get(&address(&other)).is(404);
    let elsewhere = format!(
        "/physicians/{}/agenda?facility={}",
        place.physician.person, other.id
    );
    physician.get(&elsewhere).is(404);
    let mut coordinator = ground.at_browser(&app, &place.coordinator);
    coordinator.get(&address(&place)).is(403);
    let mut inspector = app.user(Role::Inspector, None);
    inspector
        .get(&format!("/physicians/{}/agenda", place.physician.person))
        .is(200)
        .says_not("面談を予約する");
    inspector.get(&elsewhere).is(404);
    inspector
        .get(&format!("/physicians/{}/agenda", ground.safety.person))
        .is(404);
    physician
        .get(&format!("/physicians/{}", place.physician.person))
        .is(200)
        .says("面談の準備");
}

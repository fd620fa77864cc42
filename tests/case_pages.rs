//! Cases through the pages: forms with what people really type, errors beside their fields, and who may see what.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use kanmon::cases::{self, Entry};
use kanmon::ids::CaseId;
use kanmon::scope::Role;
use support::courses::{course, opened};
use support::programme::{Ground, Place};
use support::{TestApp, User};

struct Cast {
    app: TestApp,
    ground: Ground,
    place: Place,
    id: CaseId,
    user: User,
}

fn cast() -> Cast {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = opened(&ground, &place);
    let user = ground.at_browser(&app, &place.physician);
    Cast {
        app,
        ground,
        place,
        id,
        user,
    }
}

impl Cast {
    fn gathered(&self) -> cases::Gathered {
        let (scope, id) = (self.place.physician.scope.clone(), self.id.clone());
        self.ground
            .db
            .read(move |conn| cases::gather(conn, &scope, &id))
            .unwrap()
    }

    fn post(&mut self, part: &str, form: &[(&str, &str)]) -> support::Reply {
        let path = format!("/cases/{}/{part}", self.id);
        self.user.post(&path, form)
    }
}

fn dose<'a>(physician: &'a str, day: &'a str, time: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("version", "1"),
        ("cycle", "１"),
        ("day", "1"),
        ("mg", "１．０"),
        ("given", "in_full"),
        ("started-y", "２０２６"),
        ("started-m", "11"),
        ("started-d", day),
        ("started-t", time),
        ("physician", physician),
        ("rate_unit", "mL/h"),
    ]
}

#[test]
fn a_dose_typed_in_full_width_digits_is_recorded_exactly_and_only_once() {
    let mut cast = cast();
    let physician = cast.place.physician.person.to_string();
    let form = dose(&physician, "２３", "９：３０");
    cast.post("doses/new", &form).is(303);
    // The same page sent again is older than the case.
    cast.post("doses/new", &form).is(409);
    let doses = cast.gathered().facts.administrations;
    assert_eq!(doses.len(), 1);
    assert_eq!(doses[0].mg.to_string(), "1");
}

#[test]
fn what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays() {
    let mut cast = cast();
    let physician = cast.place.physician.person.to_string();
    for (day, time, said) in [
        ("31", "9:30", "11"),
        ("24", "23:59", "まだ先の時刻です"),
        ("23", "ｱｻ", "id=\"started-e\""),
    ] {
        let page = cast.post("doses/new", &dose(&physician, day, time));
        page.is(422).holds("id=\"started-e\"").holds(said);
        page.holds("value=\"１．０\"").holds("value=\"２０２６\"");
    }
    for typed in ["ｲﾁ", "1mg", "-1", "1.0000001", "\0", "<b>"] {
        let mut form = dose(&physician, "23", "9:30");
        form[3] = ("mg", typed);
        let page = cast.post("doses/new", &form);
        page.is(422).holds("id=\"mg-e\"");
        assert!(!page.body.contains("<b>1") && !page.body.contains('\0') || typed == "\0");
    }
    assert!(cast.gathered().facts.administrations.is_empty());
}

#[test]
fn a_count_without_its_unit_is_refused_and_never_guessed() {
    let mut cast = cast();
    let mut form = vec![
        ("version", "1"),
        ("taken-y", "2026"),
        ("taken-m", "11"),
        ("taken-d", "23"),
        ("taken-t", "8:00"),
        ("platelets", "１５．３"),
    ];
    cast.post("counts/new", &form)
        .is(422)
        .holds("id=\"platelets_unit-e\"");
    form.push(("platelets_unit", "10^4/uL"));
    cast.post("counts/new", &form).is(303);
    let counts = cast.gathered().facts.counts;
    assert_eq!(counts[0].platelets.unwrap().value.to_string(), "15.3");
}

#[test]
fn a_case_is_opened_without_a_name_and_found_by_its_number() {
    let mut cast = cast();
    let page = cast.user.get("/cases/new");
    page.is(200)
        .says("氏名・生年月日")
        .says("判断は医師が行います");
    cast.user
        .post("/cases/new", &[("course", "零")])
        .is(422)
        .holds("id=\"course-e\"");
    cast.user
        .post(
            "/cases/new",
            &[("course", "１"), ("therapy1_anti_cd20", "yes")],
        )
        .is(422)
        .holds("id=\"therapy1_kind-e\"");
    let form = [
        ("course", "１"),
        ("adult", "yes"),
        ("therapy1_kind", "standard"),
        ("others_given", "no"),
    ];
    cast.user.post("/cases/new", &form).is(303);
    let number = cast.gathered().case.number.to_lowercase();
    let found = cast.user.get(&format!("/cases?number={number}"));
    assert_eq!(found.is(303).location(), format!("/cases/{}", cast.id));
    cast.user
        .get("/cases?number=zzz")
        .is(200)
        .says("この施設にありません");
}

#[test]
fn a_wrong_record_is_ended_with_a_reason_and_stays_in_sight() {
    let mut cast = cast();
    let (id, reaction, _) = course(&cast.ground, &cast.place);
    cast.id = id;
    let version = cast.gathered().case.version.to_string();
    let part = format!("records/{reaction}/correction");
    let page = cast.user.get(&format!("/cases/{}/{part}", cast.id));
    page.is(200).holds("name=\"grades\"");
    let strike = [("version", version.as_str()), ("how", "strike")];
    cast.post(&part, &strike).is(422).holds("id=\"reason-e\"");
    let strike = [strike[0], strike[1], ("reason", "別の患者の記録")];
    cast.post(&part, &strike).is(303);
    cast.post(&part, &strike).is(409);
    let page = cast.user.get(&format!("/cases/{}/records", cast.id));
    page.is(200).says("別の患者の記録").says("S-0001");
    let held = cast.gathered().records;
    assert!(held.iter().all(|record| record.id != reaction));
    assert!(matches!(held[0].entry, Entry::Administration(_)));
}

#[test]
fn the_manufacturer_sees_tallies_and_acknowledges_what_was_reported() {
    let cast = cast();
    let (id, _, task) = course(&cast.ground, &cast.place);
    let mut officer = cast.ground.at_browser(&cast.app, &cast.ground.safety);
    let number = {
        let scope = cast.place.physician.scope.clone();
        let read = cast
            .ground
            .db
            .read(move |conn| cases::case(conn, &scope, &id));
        read.unwrap().number
    };
    let page = officer.get("/cases");
    page.is(200).says("架空市立中央病院").says_not(&number);
    officer.get("/").is(200).says("S-0001");
    officer.get("/safety-tasks").is(200).says(&number);
    let path = format!("/safety-tasks/{task}/acknowledgement");
    officer.get(&path).is(200);
    officer.post(&path, &[]).is(303);
    officer.post(&path, &[]).is(409);
    let mut inspector = cast.app.user(Role::Inspector, None);
    inspector
        .get("/safety-tasks?state=acknowledged")
        .is(200)
        .says("S-0001");
}

#[test]
fn a_course_goes_on_elsewhere_by_a_code_that_is_shown_once() {
    let mut cast = cast();
    let (id, ..) = course(&cast.ground, &cast.place);
    cast.id = id;
    let other = cast.ground.all_ready("架空大学病院");
    let version = cast.gathered().case.version.to_string();
    let page = cast.post("transfer", &[("version", &version), ("act", "offer")]);
    let body = page.is(200).body.clone();
    let (_, rest) = body.split_once("<strong class=\"nw\">").unwrap();
    let code = rest.split('<').next().unwrap().to_lowercase();
    let again = cast.user.get(&format!("/cases/{}/transfer", cast.id));
    assert!(!again.is(200).body.to_lowercase().contains(&code));
    let mut receiver = cast.ground.at_browser(&cast.app, &other.physician);
    receiver
        .post("/cases/continuation", &[("code", "ｱ")])
        .is(422)
        .holds("id=\"code-e\"");
    let page = receiver.post_and_follow("/cases/continuation", &[("code", &code)]);
    page.is(200).says("このとおりと確認する");
    receiver.get("/").is(200).says("引き継いだ記録を確認する");
}

#[test]
fn case_pages_that_are_turned_off_say_so_everywhere() {
    let app = TestApp::with(|config| config.cases = false);
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let (id, ..) = course(&ground, &place);
    let mut user = ground.at_browser(&app, &place.physician);
    for path in [
        "/cases".to_owned(),
        "/cases/new".to_owned(),
        format!("/cases/{id}/records"),
    ] {
        user.get(&path).is(404).says("停止しています");
    }
    user.post(&format!("/cases/{id}/closure"), &[("version", "5")])
        .is(404);
    let home = user.get("/");
    assert!(!home.is(200).body.contains("href=\"/cases"));
    let mut officer = ground.at_browser(&app, &ground.safety);
    officer.get("/safety-tasks").is(200).says("S-0001");
}

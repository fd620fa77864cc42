//! Facilities as their readers see them: found, judged afresh, and never another's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod places;
mod support;

use kanmon::scope::Role;
use places::World;

#[test]
fn a_search_finds_a_name_typed_in_half_width_kana() {
    let world = World::new();
    world.facility("架空サクラ病院", "991000001");
    world.facility("架空みどり病院", "991000002");
    let mut user = world.user(Role::Representative);
    let found = user.get("/facilities?q=%EF%BD%BB%EF%BD%B8%EF%BE%97"); // ｻｸﾗ
    found
        .is(200)
        .says("架空サクラ病院")
        .says_not("架空みどり病院");
    found.says("記録なし");
}

#[test]
fn a_search_finds_a_code_of_nine_or_ten_digits() {
    let world = World::new();
    world.facility("架空サクラ病院", "011234567");
    world.facility("架空みどり病院", "011234575");
    let mut user = world.user(Role::Inspector);
    for code in ["011234567", "0111234567"] {
        let found = user.get(&format!("/facilities?q={code}"));
        found
            .is(200)
            .says("架空サクラ病院")
            .says_not("架空みどり病院");
    }
    user.get("/facilities?q=zzzz")
        .is(200)
        .says("「zzzz」に当てはまる施設はありません");
}

#[test]
fn the_list_goes_on_where_the_page_before_ended() {
    let world = World::new();
    for number in 0..60 {
        world.facility(
            &format!("架空第{number:02}病院"),
            &format!("9910{number:05}"),
        );
    }
    let mut user = world.user(Role::Representative);
    let first = user.get("/facilities");
    first.is(200).says("架空第00病院").says("架空第49病院");
    first.says_not("架空第50病院");
    let next = first.body.split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    let second = user.get(&next);
    second.is(200).says("架空第50病院").says("架空第59病院");
    second.says_not("架空第49病院");
}

#[test]
fn a_foreign_facility_is_404() {
    let world = World::new();
    let own = world.facility("架空市立中央病院", "991000001");
    let other = world.facility("架空大学病院", "991000002");
    for role in [Role::FacilityCoordinator, Role::Physician] {
        let mut user = world.at(role, &own);
        user.get(&format!("/facilities/{own}")).is(200);
        let foreign = user.get(&format!("/facilities/{other}"));
        foreign.is(404).says_not("架空大学病院");
        user.get("/facilities?q=%E6%9E%B6%E7%A9%BA") // 架空
            .is(200)
            .says("架空市立中央病院")
            .says_not("架空大学病院");
    }
}

#[test]
fn a_facility_without_any_record_is_said_to_have_none() {
    let world = World::new();
    let place = world.facility("架空市立中央病院", "991000001");
    let mut user = world.user(Role::SafetyOfficer);
    let page = user.get(&format!("/facilities/{place}"));
    page.is(200)
        .says("記録なし")
        .says("まだ何も記録されていません");
}

#[test]
fn the_last_day_stands_beside_the_name() {
    let world = World::new();
    let place = world.facility("架空市立中央病院", "991000001");
    world.make_ready(&place, Some("2026-11-25"));
    world.order(&place);
    let mut user = world.user(Role::Representative);
    let page = user.get(&format!("/facilities/{place}"));
    page.is(200).says("2026年11月25日(水) まで納入できる");
    for part in [
        "柏木 遥",
        "※3-1 経験",
        "製品・安全対策の両方",
        "D-0001",
        "9911000001",
        "30 mg × 2",
    ] {
        page.says(part);
    }
    page.holds(&format!("/facilities/{place}/contacts/new"));
    page.says_not("注文する");
    user.get("/facilities?standing=lapsing")
        .is(200)
        .says("2026年11月25日(水) まで納入できる");
    user.get("/facilities?standing=unmet")
        .is(200)
        .says_not("架空市立中央病院");
    let mut coordinator = world.at(Role::FacilityCoordinator, &place);
    coordinator
        .get(&format!("/facilities/{place}"))
        .is(200)
        .says("要件確認を始める")
        .says("注文する")
        .says("体制変更を届け出る");
}

#[test]
fn a_facility_sees_of_its_partner_only_that_it_is_accepted() {
    let world = World::new();
    let clinic = world.facility("架空クリニック", "991000001");
    let hospital = world.facility("架空大学病院", "991000002");
    world.make_ready(&clinic, None);
    world.make_ready(&hospital, None);
    world.partner(&clinic, &hospital);
    let link = format!("/facilities/{hospital}");
    let mut own = world.at(Role::FacilityCoordinator, &clinic);
    let page = own.get(&format!("/facilities/{clinic}"));
    page.is(200).says("架空大学病院 受理済み");
    assert!(!page.body.contains(&link));
    let mut partner = world.at(Role::FacilityCoordinator, &hospital);
    partner.get(&link).is(200).says_not("架空クリニック");
    let mut staff = world.user(Role::SafetyOfficer);
    staff.get(&format!("/facilities/{clinic}")).holds(&link);
    staff.get(&link).is(200).says("架空クリニック");
}

#[test]
fn the_pages_take_as_many_statements_for_sixty_facilities_as_for_three() {
    let world = World::new();
    let mut user = world.user(Role::SafetyOfficer);
    let mut places = Vec::new();
    let mut counted = Vec::new();
    for number in 0..60 {
        let place = world.facility(
            &format!("架空第{number:02}病院"),
            &format!("9910{number:05}"),
        );
        world.make_ready(&place, Some("2026-12-10"));
        world.order(&place);
        places.push(place);
        if number == 2 || number == 59 {
            counted.push(
                [
                    "/facilities",
                    "/facilities?standing=met",
                    "/facilities?standing=lapsing",
                ]
                .map(|path| world.statements(&mut user, path)),
            );
        }
    }
    assert_eq!(counted[0], counted[1]);
    let one = format!("/facilities/{}", places[0]);
    let before = world.statements(&mut user, &one);
    for _ in 0..5 {
        world.order(&places[0]);
        world.make_ready(&places[0], None);
    }
    assert_eq!(before, world.statements(&mut user, &one));
}

#[test]
fn the_pages_read_in_english_too() {
    let world = World::new();
    let place = world.facility("架空市立中央病院", "991000001");
    world.make_ready(&place, Some("2026-11-25"));
    let mut user = world.user(Role::Representative);
    user.post("/language", &[("language", "en"), ("back", "/")]);
    for path in [
        "/",
        "/facilities",
        "/notice",
        &format!("/facilities/{place}"),
    ] {
        let page = user.get(path);
        page.is(200).holds("<html lang=\"en\">");
        for id in ["facilities-", "today-", "notice-page-"] {
            page.says_not(id);
        }
    }
    user.get(&format!("/facilities/{place}"))
        .says("May be delivered to until Wed 25 November 2026");
}

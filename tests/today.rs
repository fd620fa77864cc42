//! Today's work by role, and the page of what binds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod places;
mod support;

use kanmon::rules::notice;
use kanmon::scope::Role;
use places::World;

#[test]
fn every_role_has_a_page_that_says_where_nothing_waits() {
    let world = World::new();
    let place = world.facility("架空市立中央病院", "991000001");
    let said = [
        (
            Role::DistributionApprover,
            "承認を待っている納入はありません",
        ),
        (
            Role::DistributionOperator,
            "納入指示を待っている納入はありません",
        ),
        (
            Role::Representative,
            "期限が近い、または足りない面談・事前説明はありません",
        ),
        (Role::SafetyOfficer, "確認を待っている要件確認はありません"),
        (Role::Inspector, "記録はすべて読むことができ"),
        (Role::Administrator, "利用者を見る"),
    ];
    for (role, words) in said {
        world.user(role).get("/").is(200).says(words);
    }
    let mut physician = world.at(Role::Physician, &place);
    physician
        .get("/")
        .is(200)
        .says("まだどの施設の医師としても登録されていません");
    let mut coordinator = world.at(Role::FacilityCoordinator, &place);
    let page = coordinator.get("/");
    page.is(200).says("記録なし").says("要件確認を見る");
}

#[test]
fn an_approver_sees_the_verdict_in_short_and_the_oldest_first() {
    let world = World::new();
    let place = world.facility("架空市立中央病院", "991000001");
    world.make_ready(&place, None);
    let first = world.order(&place);
    world.order(&place);
    let mut approver = world.user(Role::DistributionApprover);
    let page = approver.get("/");
    page.is(200)
        .says("通知 4/4 満たす")
        .says("社内基準 5/5 満たす");
    page.holds("<a href=\"/deliveries?state=ordered\"><b>2</b>");
    assert!(page.body.find("D-0001").unwrap() < page.body.find("D-0002").unwrap());
    page.holds(&format!(
        "class=\"btn btn-first\" href=\"/deliveries/{first}\""
    ));
    assert_eq!(page.body.matches("btn-first").count(), 1);
}

#[test]
fn who_ordered_or_entered_is_told_that_they_may_not_approve() {
    let world = World::new();
    let place = world.facility("架空市立中央病院", "991000001");
    world.make_ready(&place, None);
    let mut approver = world.user(Role::DistributionApprover);
    let person = person_of(&world, &approver.login);
    world.order_by(&place, &person);
    approver.get("/").says("承認できません：あなたの注文です");
    let mut clerk = world.app.visitor();
    clerk.login = "clerk".to_owned();
    clerk.sign_in(support::PASSWORD);
    let page = clerk.get("/");
    page.is(200)
        .says("承認できません：根拠 A-")
        .says("をあなたが入力または受理");
}

fn person_of(world: &World, login: &str) -> kanmon::ids::PersonId {
    use diesel::prelude::*;
    use kanmon::schema::account;
    world
        .app
        .db
        .read(|conn| {
            Ok(account::table
                .filter(account::login.eq(login))
                .select(account::person_id)
                .get_result(conn)?)
        })
        .unwrap()
}

#[test]
fn a_facility_about_to_lapse_is_named_with_what_ends_and_what_it_stops() {
    let world = World::new();
    let place = world.facility("架空市立中央病院", "991000001");
    world.make_ready(&place, Some("2026-11-26"));
    world.order(&place);
    for role in [Role::DistributionApprover, Role::Representative] {
        let page = world.user(role).get("/");
        page.is(200).says("2026年11月26日(木)").says("あと 2 日");
        page.says("F-1.3").says("納入が止まります").says("1 件");
    }
    let mut coordinator = world.at(Role::FacilityCoordinator, &place);
    coordinator.get("/").says("2026年11月26日(木) まで満たす");
}

#[test]
fn a_representative_sees_what_was_never_explained() {
    let world = World::new();
    let place = world.facility("架空市立中央病院", "991000001");
    world.without_explanation(&place);
    let page = world.user(Role::Representative).get("/");
    page.is(200).says("製品と安全対策の事前説明");
    page.says_not("HP-3");
    page.holds(&format!("/facilities/{place}/contacts/new"));
}

#[test]
fn a_coordinator_sees_only_what_is_lacking_at_their_own_facility() {
    let world = World::new();
    let own = world.facility("架空市立中央病院", "991000001");
    let other = world.facility("架空大学病院", "991000002");
    world.without_explanation(&own);
    world.make_ready(&other, None);
    world.order(&other);
    let page = world.at(Role::FacilityCoordinator, &own).get("/");
    page.is(200)
        .says("製品と安全対策の事前説明")
        .says("納入できない");
    page.says_not("架空大学病院").says_not("D-0001");
}

#[test]
fn the_page_takes_as_many_statements_for_sixty_facilities_as_for_three() {
    let world = World::new();
    let mut users: Vec<_> = [
        Role::DistributionApprover,
        Role::DistributionOperator,
        Role::Representative,
        Role::SafetyOfficer,
        Role::Inspector,
    ]
    .map(|role| world.user(role))
    .into();
    let mut counted: Vec<Vec<u64>> = Vec::new();
    for number in 0..60 {
        let place = world.facility(
            &format!("架空第{number:02}病院"),
            &format!("9910{number:05}"),
        );
        match number % 3 {
            0 => world.without_explanation(&place),
            _ => drop(world.make_ready(&place, Some("2026-12-10"))),
        }
        world.order(&place);
        if number == 2 || number == 59 {
            let counts = users.iter_mut().map(|user| world.statements(user, "/"));
            counted.push(counts.collect());
        }
    }
    assert_eq!(counted[0], counted[1]);
}

#[test]
fn the_notice_is_shown_clause_by_clause_and_the_house_apart() {
    let world = World::new();
    let page = world.user(Role::Inspector).get("/notice");
    page.is(200);
    for clause in notice::editions()[0].clauses {
        page.holds(&format!("id=\"{}\"", clause.id));
        let first = clause.japanese.lines().next().unwrap();
        assert!(page.body.contains(&escaped(first)), "{}", clause.id);
    }
    page.holds("id=\"house\"")
        .says("通知ではありません")
        .says("社内基準 第1版");
    page.says("90 日").says("1 mg × 6・30 mg × 10 を超えるとき");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

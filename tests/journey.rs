//! From an empty programme to a received delivery, through the pages alone, as the people of both sides go it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use kanmon::scope::Role;
use support::Reply;
use support::forms::{Sheet, between, version};
use support::stage::{
    Answers, Member, Staff, Stage, approve, attest, contact, order, qualify, staff,
};

/// The row of the verdict card that answers a clause, and the words of its title.
fn row(page: &Reply, clause: &str, title: &str) -> String {
    let rows = page.body.split("<tr");
    rows.filter(|row| row.contains("<th scope=\"row\">"))
        .find(|row| {
            row.contains(&format!("<span class=\"nw\">{clause}</span>")) && row.contains(title)
        })
        .unwrap_or_else(|| panic!("no row of {clause} {title} in {}", page.body))
        .to_owned()
}

/// From an order that passes to what the facility has in its refrigerator.
fn deliver(stage: &Stage, staff: &mut Staff, coordinator: &mut Member, delivery: &str) {
    staff
        .approver
        .user
        .get(delivery)
        .is(200)
        .says("納入を承認する");
    let form = format!("{delivery}/approval");
    let wrong = [("version", "1"), ("password", "not the password")];
    staff.approver.user.post(&form, &wrong).is(422);
    approve(&mut staff.approver, delivery)
        .is(200)
        .says("承認しました")
        .says("承認済み");
    let operator = &mut staff.operator.user;
    let seen = version(&operator.get(&format!("{delivery}/release")));
    Sheet::new()
        .put("version", &seen)
        .day("last_day", "2026-11-27")
        .taken(operator, &format!("{delivery}/release"));
    operator
        .get(delivery)
        .is(200)
        .says("納入指示済み")
        .says("R-0001");
    let csv = operator.get(&format!("{delivery}/release.csv"));
    assert_eq!(csv.is(200).body.lines().count(), 3, "{}", csv.body);
    stage.move_to("2026-11-25", 10);
    staff.operator.next_day();
    let operator = &mut staff.operator.user;
    let seen = version(&operator.get(&format!("{delivery}/shipment")));
    let shipped = Sheet::new()
        .put("version", &seen)
        .day("arrives_on", "2026-11-26")
        .all(&[("lot_0", "K01A26"), ("quantity_0", "3")])
        .day("expires_0", "2028-03-31")
        .put("lot_2", "K30C14")
        .day("expires_2", "2028-03-31");
    // One vial less than ordered is not what was approved.
    let short = shipped.clone().put("quantity_2", "1");
    short
        .send(operator, &format!("{delivery}/shipment"))
        .is(422);
    let whole = shipped.put("quantity_2", "2");
    whole.taken(operator, &format!("{delivery}/shipment"));
    stage.move_to("2026-11-26", 15);
    coordinator.next_day();
    let seen = version(&coordinator.user.get(&format!("{delivery}/receipt")));
    Sheet::new()
        .put("version", &seen)
        .day("received_at", "2026-11-26")
        .all(&[
            ("received_at-t", "14:30"),
            ("quantity_0", "3"),
            ("quantity_1", "2"),
        ])
        .all(&[("intact", "yes"), ("lowest", "3.1"), ("highest", "5.8")])
        .taken(&mut coordinator.user, &format!("{delivery}/receipt"));
    let page = coordinator.user.get(delivery);
    page.is(200)
        .says("受領済み")
        .says("K01A26")
        .says("K30C14")
        .says("3.1 〜 5.8 °C")
        .says("納入できる")
        .says_not("逸脱 X-");
}

/// The limbs of clause 1(3) as a page shows them: clause, rule, and who can mend it.
const LIMBS: [(&str, &str, &str); 4] = [
    ("F-1.1", "24 時間の入院管理", "施設担当者"),
    ("F-1.2", "トシリズマブ", "施設担当者"),
    ("F-1.3", "医師", "施設担当者"),
    ("F-1.4", "説明", "医薬情報担当者"),
];

#[test]
fn a_facility_with_its_own_icu_goes_from_nothing_to_a_received_delivery() {
    let mut stage = Stage::open();
    let place = stage.facility("架空市立中央病院", "010000001");
    let mut staff = staff(&mut stage);
    let mut coordinator = stage.join(
        "志村 理沙",
        "shimura",
        Role::FacilityCoordinator,
        "010000001",
    );
    let mut physician = stage.join("柏木 遥", "kashiwagi", Role::Physician, "010000001");

    let delivery = order(&mut coordinator, &place);
    let page = coordinator.user.get(&delivery);
    page.is(200)
        .says("承認待ち")
        .says("納入できません")
        .says("電子添文");
    for (clause, title, owner) in LIMBS {
        let row = row(&page, clause, title);
        assert!(row.contains("is-unmet"), "{row}");
        let mend = row.split("<td").last().unwrap();
        assert!(mend.contains(&format!("<b>{owner}</b>")), "{row}");
        let remedy = between(mend, "<br>", "</div>");
        assert!(remedy.chars().count() > 5, "{row}");
        page.says("の原文").says(clause);
    }
    staff
        .approver
        .user
        .get(&delivery)
        .is(200)
        .says_not("納入を承認する");
    approve(&mut staff.approver, &delivery)
        .is(200)
        .says("要件を満たさないため、進めませんでした")
        .says("承認待ち");

    let icu = Answers {
        care: "icu",
        around_the_clock: "yes",
        partner: None,
    };
    let attestation = attest(&mut coordinator, &mut staff.safety, &place, &icu);
    coordinator.user.get(&attestation).is(200).says("受理");
    // Two limbs are proven, two are still open.
    let page = coordinator.user.get(&delivery);
    for (clause, title, met) in [("F-1.1", LIMBS[0].1, true), ("F-1.4", LIMBS[3].1, false)] {
        let row = row(&page, clause, title);
        assert_eq!(!row.contains("is-unmet"), met, "{row}");
        assert_eq!(row.contains("A-0001"), met, "{row}");
    }
    let person = qualify(&mut coordinator, &mut physician, &mut staff.safety, &place);
    contact(
        &mut staff.representative,
        &place,
        "briefing",
        "2026-11-19",
        &person,
    );
    contact(
        &mut staff.representative,
        &place,
        "meeting",
        "2026-11-20",
        &person,
    );
    let page = coordinator.user.get(&delivery);
    page.is(200).says("納入できる").says_not("納入できません");
    for (clause, title, _) in LIMBS {
        assert!(!row(&page, clause, title).contains("is-unmet"));
    }
    deliver(&stage, &mut staff, &mut coordinator, &delivery);
    stage.agrees();
}

#[test]
fn a_facility_without_an_icu_goes_the_same_way_through_its_partner() {
    let mut stage = Stage::open();
    let hub = stage.facility("架空大学病院", "010000002");
    let clinic = stage.facility("架空血液内科クリニック", "010000003");
    let mut staff = staff(&mut stage);
    let role = Role::FacilityCoordinator;
    let mut at_hub = stage.join("小出 真紀", "koide", role, "010000002");
    let mut at_clinic = stage.join("千野 明日香", "chino", role, "010000003");
    let mut physician = stage.join("葛西 尚", "kasai", Role::Physician, "010000003");

    let delivery = order(&mut at_clinic, &clinic);
    let alone = Answers {
        care: "none",
        around_the_clock: "no",
        partner: Some("010000002"),
    };
    let icu = Answers {
        care: "icu",
        around_the_clock: "yes",
        partner: None,
    };
    let of_the_hub = attest(&mut at_hub, &mut staff.safety, &hub, &icu);
    attest(&mut at_clinic, &mut staff.safety, &clinic, &alone);
    let person = qualify(&mut at_clinic, &mut physician, &mut staff.safety, &clinic);
    contact(
        &mut staff.representative,
        &clinic,
        "briefing",
        "2026-11-19",
        &person,
    );
    contact(
        &mut staff.representative,
        &clinic,
        "meeting",
        "2026-11-20",
        &person,
    );

    let page = at_clinic.user.get(&delivery);
    let admission = row(&page, "F-1.1", "24 時間の入院管理");
    assert!(
        !admission.contains("is-unmet") && admission.contains("架空大学病院"),
        "{admission}"
    );
    assert!(admission.contains("2027年3月31日"), "{admission}");
    // The partner's own attestation is not the clinic's to read.
    at_clinic.user.get(&of_the_hub).is(404);
    at_hub.user.get(&delivery).is(404);
    deliver(&stage, &mut staff, &mut at_clinic, &delivery);
    stage.agrees();
}

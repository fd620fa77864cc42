//! From an empty programme to a received delivery, through the pages alone, as the people of both sides go it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::path::Path;

use kanmon::clock::at_jst;
use kanmon::facilities::{self, NewFacility, imports};
use kanmon::ids::{FacilityId, ProgrammeId};
use kanmon::programmes::{self, NewProgramme};
use kanmon::scope::{Actor, Role};
use support::forms::{Sheet, between, version};
use support::{Reply, TestApp, User, day};

/// Somebody at a browser, with the password they were given.
struct Member {
    user: User,
    password: String,
}

/// A programme with an imported list and its first administrator; everything else happens on pages.
struct Stage {
    app: TestApp,
    programme: ProgrammeId,
    administrator: User,
}

impl Stage {
    fn open() -> Stage {
        let app = TestApp::new();
        let programme = app
            .db
            .write(&Actor::system("test"), |tx| {
                let new = NewProgramme {
                    code: "lunsumio-iv".to_owned(),
                    name_ja: "ルンスミオ点滴静注 納入管理".to_owned(),
                    name_en: "Lunsumio intravenous: delivery control".to_owned(),
                    manufacturer: "架空製薬株式会社".to_owned(),
                    demo: false,
                };
                programmes::begin(tx, &new)
            })
            .unwrap();
        let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/facilities/hokkaido.csv");
        let report = imports::run(&app.db, &list, false).unwrap();
        assert_eq!((report.lines, report.created, report.rejected), (12, 12, 0));
        let administrator = app.user(Role::Administrator, None);
        Stage {
            app,
            programme,
            administrator,
        }
    }

    /// No page enters a facility by hand. The real ones of the list stay what they are: the story is told of others.
    fn facility(&self, name: &str, code: &str) -> FacilityId {
        let new = NewFacility {
            name: name.to_owned(),
            postal_code: "000-0001".to_owned(),
            address: "架空県架空市1丁目1-1".to_owned(),
            prefecture: 0,
            code: (code.to_owned(), "1".to_owned()),
        };
        self.app
            .db
            .write(&Actor::system("test"), move |tx| facilities::add(tx, &new))
            .unwrap()
    }

    /// The administrator makes an account and gives it a role; the person signs in with the password shown once.
    fn join(&mut self, name: &str, login: &str, role: Role, code: &str) -> Member {
        let form = [("name", name), ("login", login), ("language", "ja")];
        let made = Sheet::new()
            .all(&form)
            .send(&mut self.administrator, "/people/new");
        made.is(200).says(name);
        let (_, after_login) = made.body.split_once(&format!("{login}</dd>")).unwrap();
        let password = between(after_login, "<dd class=\"nw\">", "</dd>").to_owned();
        let account = between(&made.body, "href=\"/people/", "\"").to_owned();
        let granted = Sheet::new()
            .put("role", role.as_str())
            .put("facility", code)
            .day("first_day", "2026-11-24")
            .taken(
                &mut self.administrator,
                &format!("/people/{account}/memberships"),
            );
        self.administrator.get(&granted).is(200).says(name);
        let mut user = self.app.visitor();
        user.login = login.to_owned();
        user.sign_in(&password);
        Member { user, password }
    }

    fn move_to(&self, day_text: &str, hour: u32) {
        let time = day(day_text).and_hms_opt(hour, 0, 0).unwrap();
        self.app.db.clock().move_to(at_jst(time));
    }

    /// Every stored answer agrees with a fresh one.
    fn agrees(&self) {
        let judged = self
            .app
            .db
            .read(|conn| kanmon::verdicts::replay(conn, |found| panic!("{found:?}")))
            .unwrap();
        assert!(judged > 10, "{judged}");
        let (seen, drifts) =
            kanmon::standings::rebuild(&self.app.db, &self.programme, false).unwrap();
        assert!(seen > 0 && drifts.is_empty(), "{drifts:?}");
    }
}

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

fn order(coordinator: &mut Member, place: &FacilityId) -> String {
    Sheet::new()
        .all(&[("quantity_1mg", "3"), ("quantity_30mg", "2")])
        .all(&[
            ("channel", "wholesaler"),
            ("wholesaler", "架空薬品株式会社"),
        ])
        .put("branch", "中央支店")
        .day("ships_on", "2026-11-25")
        .day("arrives_on", "2026-11-26")
        .taken(
            &mut coordinator.user,
            &format!("/facilities/{place}/deliveries"),
        )
}

fn save_step(coordinator: &mut Member, path: &str, step: &str, answers: Sheet) {
    let form = format!("{path}/steps/{step}");
    let version = version(&coordinator.user.get(&form));
    answers
        .put("version", &version)
        .taken(&mut coordinator.user, &form);
}

/// What a facility answers of itself.
struct Answers<'a> {
    care: &'a str,
    around_the_clock: &'a str,
    /// The partner's code, where there is one.
    partner: Option<&'a str>,
}

/// Fills in step by step, checks, signs, and has it accepted.
fn attest(
    coordinator: &mut Member,
    safety: &mut Member,
    place: &FacilityId,
    answers: &Answers,
) -> String {
    let path = Sheet::new().taken(
        &mut coordinator.user,
        &format!("/facilities/{place}/attestations"),
    );
    let sheet = || Sheet::new();
    save_step(
        coordinator,
        &path,
        "intensive_care",
        sheet().put("care", answers.care),
    );
    let beds = sheet()
        .put("around_the_clock", answers.around_the_clock)
        .put("inpatient_beds", "yes");
    save_step(coordinator, &path, "admission", beds);
    let ready = [("tocilizumab_ready", "yes"), ("test_results", "yes")];
    save_step(coordinator, &path, "tocilizumab", sheet().all(&ready));
    match answers.partner {
        None => save_step(
            coordinator,
            &path,
            "partner",
            sheet().put("partner_named", "no"),
        ),
        Some(code) => name_partner(coordinator, &path, code),
    }
    save_step(
        coordinator,
        &path,
        "guidance",
        sheet().put("guidance_version", "第2版"),
    );
    // Not all is answered yet, so that it cannot be signed.
    let seen = version(&coordinator.user.get(&format!("{path}/check")));
    let submission =
        |version: &str, password: &str| sheet().put("version", version).put("password", password);
    submission(&seen, &coordinator.password)
        .send(&mut coordinator.user, &format!("{path}/submission"))
        .is(422);
    save_step(
        coordinator,
        &path,
        "validity",
        sheet().day("valid_from", "2026-11-24"),
    );
    let check = coordinator.user.get(&format!("{path}/check"));
    check.is(200).says("第2版");
    let seen = version(&check);
    submission(&seen, "not the password")
        .send(&mut coordinator.user, &format!("{path}/submission"))
        .is(422);
    let form = submission(&seen, &coordinator.password);
    form.taken(&mut coordinator.user, &format!("{path}/submission"));
    let review = safety.user.get(&path);
    let form = submission(&version(&review), &safety.password);
    form.taken(&mut safety.user, &format!("{path}/acceptance"));
    path
}

/// The partner is named by its code and confirmed by the name that the code belongs to.
fn name_partner(coordinator: &mut Member, path: &str, code: &str) {
    let form = format!("{path}/steps/partner");
    let seen = version(&coordinator.user.get(&form));
    let answers = Sheet::new()
        .put("version", &seen)
        .put("partner_named", "yes")
        .put("partner_code", code)
        .put("agreement_ends", "yes")
        .all(&[
            ("states_icu", "yes"),
            ("states_admission", "yes"),
            ("states_tocilizumab", "yes"),
        ])
        .day("agreement_first_day", "2026-04-01")
        .day("agreement_last_day", "2027-03-31");
    let asked = answers.send(&mut coordinator.user, &form);
    asked.is(200).says("架空大学病院");
    let confirmed = between(&asked.body, "name=\"partner_confirmed\" value=\"", "\"").to_owned();
    answers
        .put("partner_confirmed", &confirmed)
        .taken(&mut coordinator.user, &form);
}

/// The coordinator names the physician, who signs their own statement; a safety officer accepts it.
fn qualify(
    coordinator: &mut Member,
    physician: &mut Member,
    safety: &mut Member,
    place: &FacilityId,
) -> String {
    let naming = format!("/facilities/{place}/physicians");
    let form = coordinator.user.get(&format!("{naming}/new"));
    let person = between(&form.is(200).body, "name=\"person\" value=\"", "\"").to_owned();
    Sheet::new()
        .all(&[
            ("person", person.as_str()),
            ("department", "血液内科"),
            ("title", "部長"),
        ])
        .day("first_day", "2019-04-01")
        .taken(&mut coordinator.user, &naming);
    physician
        .user
        .get("/qualifications/new")
        .is(200)
        .says("造血器悪性腫瘍");
    let statement = Sheet::new()
        .all(&[
            ("experience", "yes"),
            ("meetings", "yes"),
            ("cooperation", "yes"),
        ])
        .put("statement", "血液専門医、造血器悪性腫瘍の診療 15 年")
        .put("password", &physician.password)
        .taken(&mut physician.user, "/qualifications");
    let seen = version(&safety.user.get(&statement));
    Sheet::new()
        .put("version", &seen)
        .put("password", &safety.password)
        .taken(&mut safety.user, &format!("{statement}/acceptance"));
    person
}

fn contact(representative: &mut Member, place: &FacilityId, kind: &str, on: &str, physician: &str) {
    let briefing = [
        ("presenter", "manufacturer"),
        ("product", "yes"),
        ("safety_measures", "yes"),
    ];
    Sheet::new()
        .all(&[
            ("kind", kind),
            ("mode", "online"),
            ("presenter_name", "大野 誠"),
        ])
        .all(if kind == "briefing" { &briefing } else { &[] })
        .day("starts_at", on)
        .all(&[
            ("starts_at-t", "11:00"),
            ("ends_at", "11:30"),
            ("attendees", physician),
        ])
        .all(&[
            ("materials", "CRS 管理ガイダンス 第2版"),
            ("summary", "製品と安全対策"),
        ])
        .taken(
            &mut representative.user,
            &format!("/facilities/{place}/contacts"),
        );
}

/// Everybody of the manufacturer whom a delivery needs.
struct Staff {
    representative: Member,
    safety: Member,
    operator: Member,
    approver: Member,
}

fn staff(stage: &mut Stage) -> Staff {
    Staff {
        representative: stage.join("大野 誠", "ono", Role::Representative, ""),
        safety: stage.join("森下 恵", "morishita", Role::SafetyOfficer, ""),
        operator: stage.join("新川 直人", "shinkawa", Role::DistributionOperator, ""),
        approver: stage.join("大槻 由美", "otsuki", Role::DistributionApprover, ""),
    }
}

fn approve(approver: &mut Member, delivery: &str) -> Reply {
    let seen = version(&approver.user.get(&format!("{delivery}/approval")));
    let signed = Sheet::new()
        .put("version", &seen)
        .put("password", &approver.password);
    let next = signed.taken(&mut approver.user, &format!("{delivery}/approval"));
    approver.user.get(&next)
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
    let place = stage.facility("架空市立中央病院", "990000001");
    let mut staff = staff(&mut stage);
    let mut coordinator = stage.join(
        "志村 理沙",
        "shimura",
        Role::FacilityCoordinator,
        "990000001",
    );
    let mut physician = stage.join("柏木 遥", "kashiwagi", Role::Physician, "990000001");

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
        assert!(row.contains(&format!("（{clause}）の原文")), "{row}");
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
    let hub = stage.facility("架空大学病院", "990000002");
    let clinic = stage.facility("架空血液内科クリニック", "990000003");
    let mut staff = staff(&mut stage);
    let role = Role::FacilityCoordinator;
    let mut at_hub = stage.join("小出 真紀", "koide", role, "990000002");
    let mut at_clinic = stage.join("千野 明日香", "chino", role, "990000003");
    let mut physician = stage.join("葛西 尚", "kasai", Role::Physician, "990000003");

    let delivery = order(&mut at_clinic, &clinic);
    let alone = Answers {
        care: "none",
        around_the_clock: "no",
        partner: Some("990000002"),
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

//! A programme whose people do everything on pages: accounts, evidence, orders; each with a password of their own.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice
)]

use std::path::Path;

use kanmon::clock::at_jst;
use kanmon::facilities::{self, NewFacility, imports};
use kanmon::ids::{FacilityId, ProgrammeId};
use kanmon::programmes::{self, NewProgramme};
use kanmon::scope::{Actor, Role};

use super::forms::{Sheet, between, version};
use super::{Reply, TestApp, User, day};

/// Somebody at a browser, with the password they were given.
pub struct Member {
    pub user: User,
    pub password: String,
}

impl Member {
    /// A session lasts a working day.
    pub fn next_day(&mut self) {
        let password = self.password.clone();
        self.user.sign_in(&password);
    }
}

/// A programme with an imported list and its first administrator; everything else happens on pages.
pub struct Stage {
    pub app: TestApp,
    pub programme: ProgrammeId,
    pub administrator: User,
}

impl Stage {
    pub fn open() -> Stage {
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
    pub fn facility(&self, name: &str, code: &str) -> FacilityId {
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

    /// The administrator invites somebody on paper, gives them a role and records their training; the person chooses a
    /// password with the code that was shown once.
    pub fn join(&mut self, name: &str, login: &str, role: Role, code: &str) -> Member {
        let form = [
            ("name", name),
            ("login", login),
            ("language", "ja"),
            ("way", "paper"),
        ];
        let made = Sheet::new()
            .all(&form)
            .send(&mut self.administrator, "/people/new");
        made.is(200).says(name);
        let (account, single_use) = on_paper(&made);
        let page = format!("/people/{account}");
        let granted = Sheet::new()
            .put("role", role.as_str())
            .put("facility", code)
            .day("first_day", "2026-11-24")
            .taken(&mut self.administrator, &format!("{page}/memberships"));
        let waiting = self.administrator.get(&granted);
        waiting.is(200).says(name).says("研修待ち");
        let untrained = between(&waiting.body, "name=\"training_membership\"", "</select>");
        let membership = untrained
            .split("value=\"")
            .filter_map(|part| part.split('"').next())
            .find(|value| value.len() == 36)
            .unwrap();
        Sheet::new()
            .put("training_membership", membership)
            .day("trained_on", "2026-11-24")
            .put("trained_by", "架空 講師")
            .put("training_material", "研修資料 第1版")
            .taken(&mut self.administrator, &format!("{page}/training"));
        let mut user = self.app.visitor();
        user.login = login.to_owned();
        let password = "mizuumi ni ukabu aoi mikazuki";
        first_sign_in(&mut user, login, &single_use, password).is(303);
        Member {
            user,
            password: password.to_owned(),
        }
    }

    pub fn move_to(&self, day_text: &str, hour: u32) {
        let time = day(day_text).and_hms_opt(hour, 0, 0).unwrap();
        self.app.db.clock().move_to(at_jst(time));
    }

    /// Every stored answer agrees with a fresh one.
    pub fn agrees(&self) {
        let judged = self
            .app
            .db
            .read(|conn| kanmon::verdicts::replay(conn, |found| panic!("{found:?}")))
            .unwrap();
        assert!(judged >= 8, "{judged}");
        let (seen, drifts) =
            kanmon::standings::rebuild(&self.app.db, &self.programme, false).unwrap();
        assert!(seen > 0 && drifts.is_empty(), "{drifts:?}");
    }
}

/// The account and the code of an invitation that is to be printed.
#[track_caller]
pub fn on_paper(made: &Reply) -> (String, String) {
    let body = &made.is(200).body;
    let account = between(body, "class=\"btn btn-first\" href=\"/people/", "\"");
    let code = between(
        body,
        "<dt>使い切りの番号</dt><dd class=\"anywhere\">",
        "</dd>",
    );
    (account.to_owned(), code.to_owned())
}

/// Chooses a password with the code of an invitation.
pub fn first_sign_in(user: &mut User, login: &str, code: &str, password: &str) -> Reply {
    let form = [
        ("login", login),
        ("single_use_code", code),
        ("new_password", password),
        ("new_password_again", password),
        ("accepted", "yes"),
    ];
    user.post("/invitation", &form)
}

pub fn order(coordinator: &mut Member, place: &FacilityId) -> String {
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

pub fn save_step(coordinator: &mut Member, path: &str, step: &str, answers: Sheet) {
    let form = format!("{path}/steps/{step}");
    let version = version(&coordinator.user.get(&form));
    answers
        .put("version", &version)
        .taken(&mut coordinator.user, &form);
}

/// What a facility answers of itself.
pub struct Answers<'a> {
    pub care: &'a str,
    pub around_the_clock: &'a str,
    /// The partner's code, where there is one.
    pub partner: Option<&'a str>,
}

/// Fills in step by step, checks, signs, and has it accepted.
pub fn attest(
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
    let check = coordinator.user.get(&format!("{path}/check"));
    assert!(!check.is(200).body.contains("name=\"password\""));
    let seen = version(&coordinator.user.get(&format!("{path}/steps/validity")));
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
pub fn name_partner(coordinator: &mut Member, path: &str, code: &str) {
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
pub fn qualify(
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

pub fn contact(
    representative: &mut Member,
    place: &FacilityId,
    kind: &str,
    on: &str,
    physician: &str,
) {
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
pub struct Staff {
    pub representative: Member,
    pub safety: Member,
    pub operator: Member,
    pub approver: Member,
}

pub fn staff(stage: &mut Stage) -> Staff {
    Staff {
        representative: stage.join("大野 誠", "ono", Role::Representative, ""),
        safety: stage.join("森下 恵", "morishita", Role::SafetyOfficer, ""),
        operator: stage.join("新川 直人", "shinkawa", Role::DistributionOperator, ""),
        approver: stage.join("大槻 由美", "otsuki", Role::DistributionApprover, ""),
    }
}

pub fn approve(approver: &mut Member, delivery: &str) -> Reply {
    let seen = version(&approver.user.get(&format!("{delivery}/approval")));
    let signed = Sheet::new()
        .put("version", &seen)
        .put("password", &approver.password);
    let next = signed.taken(&mut approver.user, &format!("{delivery}/approval"));
    approver.user.get(&next)
}

//! Attestations through the pages: filled, signed, judged, withdrawn, and typed into in every ugly way.
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
use support::{PASSWORD, Reply, TestApp, User};

/// The programme with a clinic and a hospital, and whoever works with them.
struct Scene {
    app: TestApp,
    clinic: FacilityId,
    coordinator: User,
    officer: User,
}

const HOSPITAL_CODE: &str = "9910054321";

fn place(app: &TestApp, name: &'static str, code: &'static str) -> FacilityId {
    app.db
        .write(&Actor::system("test"), move |tx| {
            let new = NewFacility {
                name: name.to_owned(),
                postal_code: String::new(),
                address: String::new(),
                prefecture: 13,
                code: (code.to_owned(), "1".to_owned()),
            };
            facilities::add(tx, &new)
        })
        .unwrap()
}

fn scene() -> Scene {
    let app = TestApp::new();
    app.db
        .write(&Actor::system("test"), |tx| {
            let new = NewProgramme {
                code: "mosunetuzumab-iv".to_owned(),
                name_ja: "ルンスミオ点滴静注 納入管理".to_owned(),
                name_en: "Lunsumio IV deliveries".to_owned(),
                manufacturer: "架空製薬".to_owned(),
                demo: false,
            };
            programmes::begin(tx, &new)
        })
        .unwrap();
    let clinic = place(&app, "架空神\u{FA19}田クリニック", "130012345");
    place(&app, "架空大学医学部附属病院", "130054321");
    Scene {
        coordinator: app.user(Role::FacilityCoordinator, Some(&clinic)),
        officer: app.user(Role::SafetyOfficer, None),
        clinic,
        app,
    }
}

/// What a hidden field of the page holds.
#[track_caller]
fn hidden(page: &Reply, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let at = page
        .body
        .find(&mark)
        .unwrap_or_else(|| panic!("no {name} in {}", page.body));
    page.body[at + mark.len()..]
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

impl Scene {
    /// Begins an attestation and returns its address.
    fn start(&mut self) -> String {
        let path = format!("/facilities/{}/attestations", self.clinic);
        let reply = self.coordinator.post(&path, &[]);
        reply.is(303);
        reply.location().to_owned()
    }

    /// Opens a step and sends it as a browser would, with the version it was shown.
    fn step(&mut self, at: &str, step: &str, form: &[(&str, &str)]) -> Reply {
        let path = format!("{at}/steps/{step}");
        let page = self.coordinator.get(&path);
        let version = hidden(page.is(200), "version");
        let mut form = form.to_vec();
        form.push(("version", &version));
        self.coordinator.post(&path, &form)
    }

    /// Answers all that a facility with its own ICU has to.
    fn fill(&mut self, at: &str) {
        self.step(at, "intensive_care", &[("care", "icu")]).is(303);
        let admission = [("around_the_clock", "yes"), ("inpatient_beds", "yes")];
        self.step(at, "admission", &admission).is(303);
        let tocilizumab = [("tocilizumab_ready", "yes"), ("test_results", "yes")];
        self.step(at, "tocilizumab", &tocilizumab).is(303);
        let validity = [
            ("valid_from-y", "２０２６"),
            ("valid_from-m", "11"),
            ("valid_from-d", "1"),
        ];
        self.step(at, "validity", &validity).is(303);
    }

    fn signed(
        &mut self,
        who: Role,
        at: &str,
        page: &str,
        act: &str,
        more: &[(&str, &str)],
    ) -> Reply {
        let user = match who {
            Role::SafetyOfficer => &mut self.officer,
            _ => &mut self.coordinator,
        };
        let page = user.get(&format!("{at}{page}"));
        let version = hidden(page.is(200), "version");
        let mut form = more.to_vec();
        form.extend([("version", version.as_str()), ("password", PASSWORD)]);
        user.post(&format!("{at}/{act}"), &form)
    }

    fn submitted(&mut self) -> String {
        let at = self.start();
        self.fill(&at);
        self.signed(Role::FacilityCoordinator, &at, "/check", "submission", &[])
            .is(303);
        at
    }
}

#[test]
fn a_facility_fills_signs_and_is_accepted() {
    let mut scene = scene();
    let at = scene.start();
    let page = scene.coordinator.get(&at);
    page.is(200)
        .says("要件確認 A-0001")
        .says("6 項目のうち 0 項目が完了しています")
        .says("まだ進めません");
    let reply = scene.step(&at, "intensive_care", &[("care", "icu")]);
    assert_eq!(
        reply.is(303).location(),
        format!("{at}/steps/admission"),
        "on to the next"
    );
    scene.fill(&at);
    let check = scene.coordinator.get(&format!("{at}/check"));
    check
        .is(200)
        .says("ICU がある")
        .says("2026年11月1日(日)")
        .says("未回答");
    let reply = scene.signed(Role::FacilityCoordinator, &at, "/check", "submission", &[]);
    let page = scene.coordinator.get(reply.is(303).location());
    page.is(200).says("要件確認を提出しました").says("審査待ち");

    let page = scene.officer.get(&at);
    page.is(200)
        .says("架空神\u{FA19}田クリニック")
        .says("ICU 又は ICU と同等の設備を有する医療施設")
        .says("受理する")
        .says("差し戻す");
    let reply = scene.signed(Role::SafetyOfficer, &at, "", "acceptance", &[]);
    let page = scene.officer.get(reply.is(303).location());
    page.is(200)
        .says("受理しました")
        .says("A-0001 を受理しました");
    scene
        .coordinator
        .get("/attestations")
        .is(200)
        .says("A-0001")
        .says("受理");
}

#[test]
fn a_step_comes_back_with_its_reason_and_is_corrected() {
    let mut scene = scene();
    let at = scene.submitted();
    let version = hidden(&scene.officer.get(&at), "version");
    let path = format!("{at}/return");
    let empty = [
        ("version", version.as_str()),
        ("return_step", "admission"),
        ("return_reason", " "),
    ];
    let page = scene.officer.post(&path, &empty);
    page.is(422)
        .says("差し戻しの理由")
        .holds("href=\"#return_reason\"");
    let reason = "夜間の受入れを確かめてください。\u{1F691}<b>";
    let form = [
        ("version", version.as_str()),
        ("return_step", "admission"),
        ("return_reason", reason),
    ];
    scene.officer.post(&path, &form).is(303);
    let page = scene.coordinator.get(&at);
    page.is(200)
        .says("要修正")
        .says("夜間の受入れを確かめてください。");
    page.holds("&#60;b&#62;");
    let reply = scene.step(
        &at,
        "admission",
        &[("around_the_clock", "yes"), ("inpatient_beds", "no")],
    );
    assert_eq!(
        reply.is(303).location(),
        at,
        "nothing is left: back to the list"
    );
    scene
        .signed(Role::FacilityCoordinator, &at, "/check", "submission", &[])
        .is(303);
}

#[test]
fn a_partner_is_found_by_its_code_and_confirmed_by_its_name() {
    let mut scene = scene();
    let at = scene.start();
    let agreement = [
        ("partner_named", "yes"),
        ("partner_code", "９９１００５４３２１"),
        ("agreement_first_day-y", "2026"),
        ("agreement_first_day-m", "4"),
        ("agreement_first_day-d", "1"),
    ];
    let page = scene.step(&at, "partner", &agreement);
    page.is(422)
        .says("９９１００５４３２１")
        .holds("href=\"#partner_code\"");
    page.holds("value=\"2026\"");

    let mut agreement = agreement.to_vec();
    agreement[1] = ("partner_code", "１３１００５４３２１");
    let page = scene.step(&at, "partner", &agreement);
    page.is(200)
        .says("架空大学医学部附属病院")
        .says("まだ保存していません");
    assert!(scene.coordinator.get(&at).text().contains("未着手"));
    let confirmed = hidden(&page, "partner_confirmed");
    agreement.push(("partner_confirmed", &confirmed));
    scene.step(&at, "partner", &agreement).is(303);
    let page = scene.coordinator.get(&format!("{at}/steps/partner"));
    page.says("保存されている連携施設： 架空大学医学部附属病院")
        .holds("value=\"1310054321\"");

    agreement[1] = ("partner_code", "130012345");
    let own = scene.clinic.to_string();
    agreement[5] = ("partner_confirmed", &own);
    scene
        .step(&at, "partner", &agreement)
        .is(422)
        .says("自施設は選べません");
    let _ = HOSPITAL_CODE;
}

#[test]
fn ugly_input_is_kept_as_typed_and_named_beside_its_field() {
    let mut scene = scene();
    let at = scene.start();
    let impossible = [
        ("valid_from-y", "2027"),
        ("valid_from-m", "11"),
        ("valid_from-d", "31"),
    ];
    let page = scene.step(&at, "validity", &impossible);
    page.is(422)
        .says("入力を確かめてください（1 件）")
        .says("11 月は 30 日まで")
        .holds("href=\"#valid_from\"")
        .holds("value=\"31\"")
        .holds("<title>エラー：");
    for typed in ["第3版\0", "第3\u{7}版"] {
        let page = scene.step(&at, "guidance", &[("guidance_version", typed)]);
        page.is(422).holds("href=\"#guidance_version\"");
    }
    let rare = "神\u{FA19} ｶﾞｲﾀﾞﾝｽ \u{1F469}\u{200D}\u{2695}\u{FE0F} \"<>&";
    scene
        .step(&at, "guidance", &[("guidance_version", rare)])
        .is(303);
    let page = scene.coordinator.get(&format!("{at}/steps/guidance"));
    assert!(
        page.text().contains("版") && page.body.contains("神\u{FA19} ｶﾞｲﾀﾞﾝｽ"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("\"<>&\""), "escaped");

    let huge = "あ".repeat(4_000_000);
    let path = format!("{at}/steps/guidance");
    let form = format!("version=2&guidance_version={huge}");
    let headers = [("sec-fetch-site", "same-origin")];
    scene
        .coordinator
        .send("POST", &path, &headers, Some(&form))
        .is(413);
    for nonsense in [
        "care=icu",
        "version=x&care=icu",
        "version=99999999999&care=icu",
    ] {
        let path = format!("{at}/steps/intensive_care");
        let reply = scene
            .coordinator
            .send("POST", &path, &headers, Some(nonsense));
        reply.is(409);
    }
    let wrong_word = scene.step(&at, "admission", &[("around_the_clock", "maybe")]);
    wrong_word.is(422);
    for path in ["steps/nowhere", "steps/%00", "nothing"] {
        scene.coordinator.get(&format!("{at}/{path}")).is(404);
    }
    scene.coordinator.get("/attestations/not-an-id").is(404);
    scene
        .coordinator
        .get("/attestations?state=%00&after=9e99")
        .is(200);
}

#[test]
fn an_unanswered_form_is_saved_half_way_and_nothing_is_guessed() {
    let mut scene = scene();
    let at = scene.start();
    let reply = scene.step(
        &at,
        "admission",
        &[("around_the_clock", "no"), ("then", "list")],
    );
    assert_eq!(reply.is(303).location(), at);
    let page = scene.coordinator.get(&format!("{at}/steps/admission"));
    page.holds("id=\"around_the_clock-no\" name=\"around_the_clock\" value=\"no\" checked");
    assert_eq!(page.body.matches(" checked").count(), 1);
    scene
        .coordinator
        .get(&format!("{at}/check"))
        .is(200)
        .says("未回答")
        .says_not("署名して提出する");
}

#[test]
fn submitting_twice_submits_once() {
    let mut scene = scene();
    let at = scene.start();
    scene.fill(&at);
    let page = scene.coordinator.get(&format!("{at}/check"));
    let version = hidden(&page, "version");
    let form = [("version", version.as_str()), ("password", PASSWORD)];
    let path = format!("{at}/submission");
    scene.coordinator.post(&path, &form).is(303);
    let second = scene.coordinator.post(&path, &form);
    second
        .is(409)
        .says("ほかの人が先に変更しました")
        .says("審査待ち")
        .says("A-0001");
    second.holds(&format!("href=\"{at}\""));
    let again = scene.start();
    assert_eq!(at, again, "one attestation is under way");
}

#[test]
fn a_wrong_or_missing_password_signs_nothing() {
    let mut scene = scene();
    let at = scene.start();
    scene.fill(&at);
    let version = hidden(&scene.coordinator.get(&format!("{at}/check")), "version");
    for password in ["", "wrong wrong wrong"] {
        let form = [("version", version.as_str()), ("password", password)];
        let page = scene.coordinator.post(&format!("{at}/submission"), &form);
        page.is(422).holds("href=\"#password\"");
        assert!(
            !page.body.contains("wrong wrong"),
            "a password is never shown"
        );
    }
    scene.coordinator.get(&at).says("入力途中");
}

#[test]
fn two_people_at_one_step_lose_nothing() {
    let mut scene = scene();
    let at = scene.start();
    let path = format!("{at}/steps/admission");
    let version = hidden(&scene.coordinator.get(&path), "version");
    let mut colleague = scene
        .app
        .user(Role::FacilityCoordinator, Some(&scene.clinic));
    let no = [
        ("version", version.as_str()),
        ("around_the_clock", "no"),
        ("inpatient_beds", "no"),
    ];
    colleague.post(&path, &no).is(303);
    let yes = [
        ("version", version.as_str()),
        ("around_the_clock", "yes"),
        ("inpatient_beds", "yes"),
    ];
    let page = scene.coordinator.post(&path, &yes);
    page.is(409)
        .says("要件確認が更新されました")
        .says("あなたの入力はまだ保存されていません")
        .holds("value=\"yes\" checked");
    let mut yes = yes.to_vec();
    let current = hidden(&page, "version");
    yes[0] = ("version", &current);
    scene.coordinator.post(&path, &yes).is(303);
}

#[test]
fn another_facility_is_not_found_and_other_roles_are_refused() {
    let mut scene = scene();
    let at = scene.submitted();
    let other = place(&scene.app, "架空別の病院", "130099999");
    let mut stranger = scene.app.user(Role::FacilityCoordinator, Some(&other));
    for path in ["", "/check", "/steps/partner"] {
        stranger.get(&format!("{at}{path}")).is(404);
    }
    let form = [
        ("version", "6"),
        ("password", PASSWORD),
        ("withdrawal_reason", "x"),
    ];
    for act in ["steps/partner", "submission", "withdrawal"] {
        stranger.post(&format!("{at}/{act}"), &form).is(404);
    }
    let clinic = scene.clinic.clone();
    stranger
        .post(&format!("/facilities/{clinic}/attestations"), &[])
        .is(404);
    stranger
        .get(&format!("/facilities/{clinic}/changes/new"))
        .is(404);
    let change = [
        ("change_limb", "tocilizumab"),
        ("change_reason", "x"),
        ("change_from-y", "2026"),
        ("change_from-m", "11"),
        ("change_from-d", "24"),
    ];
    stranger
        .post(&format!("/facilities/{clinic}/changes"), &change)
        .is(404);
    stranger
        .get("/attestations")
        .is(200)
        .says_not("A-0001")
        .says_not("架空神");

    scene
        .coordinator
        .post(&format!("{at}/acceptance"), &form)
        .is(403);
    let mut inspector = scene.app.user(Role::Inspector, None);
    inspector
        .get(&at)
        .is(200)
        .says("ICU がある")
        .says_not("署名して受理する");
    inspector.post(&format!("{at}/acceptance"), &form).is(403);
    let mut physician = scene.app.user(Role::Physician, Some(&scene.clinic));
    physician.get(&at).is(200);
    physician.post(&format!("{at}/withdrawal"), &form).is(403);
}

#[test]
fn a_change_report_is_filed_once_and_shown_everywhere() {
    let mut scene = scene();
    let at = scene.submitted();
    scene
        .signed(Role::SafetyOfficer, &at, "", "acceptance", &[])
        .is(303);
    let path = format!("/facilities/{}/changes", scene.clinic);
    scene
        .coordinator
        .get(&format!("{path}/new"))
        .is(200)
        .says("体制変更を届け出る")
        .says("神\u{FA19}");
    let nothing = scene
        .coordinator
        .post(&path, &[("change_reason", "ICU 改修")]);
    nothing
        .is(422)
        .holds("href=\"#change_limb\"")
        .holds("href=\"#change_from\"")
        .says("ICU 改修");
    let form = [
        ("change_limb", "intensive_care"),
        ("change_reason", "ICU 改修"),
        ("change_from-y", "2026"),
        ("change_from-m", "11"),
        ("change_from-d", "24"),
    ];
    let page = scene.coordinator.post_and_follow(&path, &form);
    page.is(200)
        .says("届け出ました")
        .says("C-0001：2026年11月24日(火)から ICU または同等の設備 を満たしません");
    let page = scene.coordinator.post_and_follow(&path, &form);
    page.says_not("C-0002");
    scene
        .officer
        .get(&at)
        .is(200)
        .says("有効な体制変更の届出")
        .says("C-0001");
}

#[test]
fn withdrawn_evidence_says_why_and_cannot_be_withdrawn_twice() {
    let mut scene = scene();
    let at = scene.submitted();
    scene
        .signed(Role::SafetyOfficer, &at, "", "acceptance", &[])
        .is(303);
    let page = scene.signed(Role::FacilityCoordinator, &at, "", "withdrawal", &[]);
    page.is(422).holds("href=\"#withdrawal_reason\"");
    let reason = [(
        "withdrawal_reason",
        "別の病棟の答えでした。\r\n出し直します。",
    )];
    let reply = scene.signed(Role::FacilityCoordinator, &at, "", "withdrawal", &reason);
    let page = scene.coordinator.get(reply.is(303).location());
    page.is(200)
        .says("取り下げました")
        .says("別の病棟の答えでした。")
        .says_not("署名して取り下げる");
}

#[test]
fn english_pages_say_everything_in_english() {
    let mut scene = scene();
    let at = scene.submitted();
    for user in [&mut scene.coordinator, &mut scene.officer] {
        user.post("/language", &[("language", "en"), ("back", "/")])
            .is(303);
        user.get(&at)
            .is(200)
            .says("Waiting for review")
            .says("Own ICU");
        user.get("/attestations")
            .is(200)
            .says("Attestations")
            .says("A-0001");
    }
    let page = scene.officer.get(&at);
    page.holds("<p lang=\"ja\">")
        .says("a medical facility having an ICU");
    page.says("Signed and submitted A-0001.");
    let clinic = scene.clinic.clone();
    let form = scene
        .coordinator
        .get(&format!("/facilities/{clinic}/changes/new"));
    form.is(200)
        .says("Report a change")
        .says("First day on which it no longer holds");
}

//! Dosing checks through the pages: the next dose and another day, the start, decisions, resuming, leaving, and kept checks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use kanmon::cases::{self, Entry, NewCase, NewRecord};
use kanmon::ids::CaseId;
use kanmon::scope::Role;
use serde_json::{Value, json};
use support::programme::{Ground, Place};
use support::{Reply, TestApp, User};

struct Scene {
    app: TestApp,
    ground: Ground,
    place: Place,
    user: User,
}

fn scene() -> Scene {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let user = ground.at_browser(&app, &place.physician);
    Scene {
        app,
        ground,
        place,
        user,
    }
}

fn example() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/case.example.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

impl Scene {
    fn case(&self) -> CaseId {
        let eligibility = serde_json::from_value(example()["case"]["eligibility"].clone()).unwrap();
        let new = NewCase {
            course: 1,
            eligibility,
        };
        self.ground
            .act(&self.place.physician, move |tx, scope| {
                cases::open(tx, scope, &new)
            })
            .unwrap()
    }

    fn record(&self, case: &CaseId, entry: Entry) {
        let new = NewRecord {
            entry,
            physician: Some(self.place.physician.person.clone()),
            elsewhere: false,
        };
        let case = case.clone();
        self.ground
            .act(&self.place.physician, move |tx, scope| {
                let version = cases::case(tx.conn, scope, &case)?.version;
                cases::record(tx, scope, (&case, version), &new)
            })
            .unwrap();
    }

    fn dose(&self, case: &CaseId, (cycle, on, mg): (u32, u32, u32), started: &str) {
        let dose = json!({
            "step": {"cycle": cycle, "day": on}, "mg": mg, "given": "in_full",
            "started": {"instant": started}, "crs_followed": false, "inpatient": true
        });
        self.record(
            case,
            Entry::Administration(serde_json::from_value(dose).unwrap()),
        );
    }

    /// 1 mg on 2 November and 2 mg on 9 November: on the 24th it is fifteen days.
    fn late(&self) -> CaseId {
        let case = self.case();
        self.dose(&case, (1, 1, 1), "2026-11-02T01:00:00Z");
        self.dose(&case, (1, 8, 2), "2026-11-09T01:00:00Z");
        case
    }

    fn counts(&self, case: &CaseId) {
        let count = json!({
            "taken": "2026-11-23T22:40:00Z",
            "platelets": {"value": 112_000, "unit": "/mm3"},
            "neutrophils": {"value": 1420, "unit": "/mm3"}
        });
        self.record(case, Entry::Count(serde_json::from_value(count).unwrap()));
    }

    fn version(&self, case: &CaseId) -> String {
        let (scope, case) = (self.place.physician.scope.clone(), case.clone());
        let found = self.app.db.read(|conn| cases::case(conn, &scope, &case));
        found.unwrap().version.to_string()
    }
}

/// The dose in large type.
fn dose_of(page: &Reply) -> Option<&str> {
    let (_, rest) = page
        .body
        .split_once("<p class=\"dose\"><b><span class=\"nw\">")?;
    rest.split_once('<').map(|(dose, _)| dose)
}

/// The row of the window table that is marked.
fn marked(page: &Reply) -> String {
    let (_, table) = page.body.split_once("id=\"windows\"").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    let row = table.split("<tr>").find(|row| row.contains("here-first"));
    Reply {
        body: row.unwrap().to_owned(),
        ..page.clone()
    }
    .text()
}

/// All that is in order at the bedside on 24 November.
const READY: &[(&str, &str)] = &[
    ("asked_at-y", "2026"),
    ("asked_at-m", "11"),
    ("asked_at-d", "24"),
    ("asked_at-t", "11:00"),
    ("ordered_mg", "2"),
    ("vials_1mg", "2"),
    ("vials_30mg", "0"),
    ("steroid", "at"),
    ("steroid_at-y", "2026"),
    ("steroid_at-m", "11"),
    ("steroid_at-d", "24"),
    ("steroid_at-t", "10:00"),
    ("relief_needed", "no"),
    ("stay_setting", "inpatient"),
    ("consideration", "inpatient"),
    ("tocilizumab_checked", "yes"),
    ("physician_on_duty", "yes"),
    ("observation", "before_start"),
    ("guidance_here", "第2版"),
];

fn with<'a>(change: &[(&'a str, &'a str)], also: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = READY.iter().copied();
    let kept = kept.filter(|(name, _)| !change.iter().any(|(other, _)| other == name));
    kept.chain(change.iter().copied())
        .chain(also.iter().copied())
        .collect()
}

#[test]
fn the_page_of_a_case_answers_for_today() {
    let mut scene = scene();
    let case = scene.late();
    let page = scene.user.get(&format!("/cases/{case}"));
    page.is(200)
        .says("2026年11月24日(火)に投与するなら")
        .says("1 サイクル目 8 日目として")
        .says("1 mg × 2")
        .says("12月1日(火)")
        .says("判断は医師が行います")
        .says("次回（60 mg）の入院")
        .says("14 日目から 2 mg で再開")
        .says("確認の内訳");
    assert_eq!(dose_of(&page), Some("2 mg"));
    assert!(marked(&page).contains("14〜41 日"), "{}", marked(&page));
    assert!(!page.body.contains(" style="));
    page.says("該当 1 サイクル目 8 日目として")
        .holds("class=\"g-miss\"");
}

#[test]
fn a_week_later_flips_the_dose_at_day_14_and_at_day_42() {
    let mut scene = scene();
    let case = scene.late();
    for (on, dose) in [
        ("2026-11-22", "60 mg"),
        ("2026-11-23", "2 mg"),
        ("2026-12-20", "2 mg"),
        ("2026-12-21", "1 mg"),
    ] {
        let page = scene.user.get(&format!("/cases/{case}?on={on}"));
        assert_eq!(dose_of(page.is(200)), Some(dose), "{on}");
        assert!(marked(&page).contains(dose), "{on}: {}", marked(&page));
    }
    let page = scene.user.get(&format!(
        "/cases/{case}?asked_on-y=2026&asked_on-m=12&asked_on-d=21"
    ));
    assert_eq!(dose_of(page.is(200)), Some("1 mg"));
    for wrong in ["2026-02-30", "9999-01-01", "x"] {
        let page = scene.user.get(&format!("/cases/{case}?on={wrong}"));
        page.is(422).says("に投与するなら");
    }
}

#[test]
fn too_early_says_from_which_day_a_dose_is_due() {
    let mut scene = scene();
    let case = scene.case();
    scene.dose(&case, (1, 1, 1), "2026-11-23T01:00:00Z");
    let page = scene.user.get(&format!("/cases/{case}"));
    page.is(200)
        .says("2026年11月30日(月)から投与できます")
        .says("2026年11月30日(月)に投与するなら");
    assert_eq!(dose_of(&page), Some("2 mg"));
    let today = scene.user.get(&format!("/cases/{case}?on=2026-11-24"));
    assert_eq!(dose_of(today.is(200)), None);
}

#[test]
fn a_case_without_doses_begins_with_1_mg() {
    let mut scene = scene();
    let case = scene.case();
    let page = scene.user.get(&format!("/cases/{case}"));
    page.is(200).says("投与の記録はまだありません");
    assert_eq!(dose_of(&page), Some("1 mg"));
}

#[test]
fn where_the_notice_is_silent_no_dose_is_named() {
    let mut scene = scene();
    let case = scene.case();
    let dose = json!({
        "step": {"cycle": 1, "day": 1}, "mg": 1, "given": {"partly": "0.5"},
        "started": {"instant": "2026-11-16T01:00:00Z"}, "crs_followed": false
    });
    scene.record(
        &case,
        Entry::Administration(serde_json::from_value(dose).unwrap()),
    );
    let page = scene.user.get(&format!("/cases/{case}"));
    page.is(200).says("関門は用量を示しません");
    assert_eq!(dose_of(&page), None);
    page.says_not("使うバイアル").says_not("その次");
}

#[test]
fn nothing_recorded_is_answered_and_what_is_complete_may_start() {
    let mut scene = scene();
    let case = scene.late();
    scene.counts(&case);
    let path = format!("/cases/{case}/start");
    scene.user.get(&path).is(200).says("まだ開始できません");
    let ready = scene.user.post(&path, READY);
    ready
        .is(200)
        .says("開始できます")
        .says_not("まだ開始できません")
        .holds("value=\"第2版\"");
    let late = with(&[("steroid_at-t", "10:30")], &[]);
    scene
        .user
        .post(&path, &late)
        .is(200)
        .says("まだ開始できません");
    let wrong = with(&[("ordered_mg", "60")], &[]);
    scene
        .user
        .post(&path, &wrong)
        .is(200)
        .says("まだ開始できません");
    let typo = with(&[("ordered_mg", "二")], &[]);
    scene.user.post(&path, &typo).is(422).holds("value=\"二\"");
}

#[test]
fn a_decision_answers_a_guideline_and_never_a_firm_clause() {
    let mut scene = scene();
    let case = scene.late();
    let count = json!({
        "taken": "2026-11-23T22:40:00Z",
        "platelets": {"value": 112_000, "unit": "/mm3"},
        "neutrophils": {"value": 870, "unit": "/mm3"}
    });
    scene.record(&case, Entry::Count(serde_json::from_value(count).unwrap()));
    let path = format!("/cases/{case}/start");
    let page = scene.user.post(&path, READY);
    page.is(200)
        .says("まだ開始できません")
        .holds("value=\"neutrophils|NEUTROPHILS_BELOW_1000\"");
    let decision = [
        ("decided", "neutrophils|NEUTROPHILS_BELOW_1000"),
        ("because", "感染なく回復傾向のため"),
    ];
    scene
        .user
        .post(&path, &with(&[], &decision))
        .is(200)
        .says("検討した結果の記録があれば開始できます")
        .holds("value=\"感染なく回復傾向のため\"");
    let firm = [
        ("decided", "ordered_dose|DOSE_MISMATCH"),
        ("because", "理由"),
    ];
    scene
        .user
        .post(&path, &with(&[("ordered_mg", "60")], &firm))
        .is(200)
        .says("まだ開始できません");
    let page = scene.user.post(&path, &with(&[("ordered_mg", "60")], &[]));
    assert!(!page.body.contains("value=\"ordered_dose|"));
}

#[test]
fn an_interrupted_dose_is_resumed_after_recovery_at_the_rate_of_the_notice() {
    let mut scene = scene();
    let case = scene.case();
    let path = format!("/cases/{case}/resume");
    scene
        .user
        .get(&path)
        .is(200)
        .says("中断した投与の記録がありません");
    let dose = json!({
        "step": {"cycle": 1, "day": 1}, "mg": 1, "given": {"partly": "0.5"},
        "started": {"instant": "2026-11-23T20:00:00Z"},
        "interruptions": [{"at": "2026-11-23T21:00:00Z", "rate": {"value": 25, "unit": "mL/h"}}]
    });
    let crs = json!({
        "reaction": "crs", "scale": "ASTCT", "grades": [2],
        "onset": {"instant": "2026-11-23T21:00:00Z"},
        "recovered": {"instant": "2026-11-23T23:00:00Z"}
    });
    scene.record(
        &case,
        Entry::Administration(serde_json::from_value(dose).unwrap()),
    );
    scene.record(&case, Entry::Reaction(serde_json::from_value(crs).unwrap()));
    let at = [
        ("asked_at-y", "2026"),
        ("asked_at-m", "11"),
        ("asked_at-d", "24"),
        ("asked_at-t", "9:00"),
        ("planned_rate_unit", "ml"),
    ];
    let ask = |rate| {
        at.iter()
            .copied()
            .chain([("planned_rate", rate)])
            .collect::<Vec<_>>()
    };
    scene.user.get(&path).is(200);
    scene
        .user
        .post(&path, &ask("12.5"))
        .is(200)
        .says("再開できます");
    scene
        .user
        .post(&path, &ask("１２．６"))
        .is(200)
        .says("再開できません");
}

#[test]
fn the_first_60_mg_stays_48_hours_to_the_minute() {
    let mut scene = scene();
    let case = scene.case();
    scene.dose(&case, (1, 1, 1), "2026-11-08T01:00:00Z");
    scene.dose(&case, (1, 8, 2), "2026-11-15T01:00:00Z");
    scene.dose(&case, (1, 15, 60), "2026-11-22T01:00:00Z");
    let path = format!("/cases/{case}/discharge");
    scene.user.get(&path).is(200).says("まだ退院できません");
    let ask = |time| {
        [
            ("asked_at-y", "2026"),
            ("asked_at-m", "11"),
            ("asked_at-d", "24"),
            ("asked_at-t", time),
            ("ongoing_crs", "no"),
            ("instructed", "yes"),
        ]
    };
    scene
        .user
        .post(&path, &ask("9:59"))
        .is(200)
        .says("まだ退院できません");
    let page = scene.user.post(&path, &ask("10:00"));
    page.is(200)
        .says("通知が求める入院管理の時間を過ぎています");
}

#[test]
fn a_check_is_kept_and_read_again_as_it_was() {
    let mut scene = scene();
    let case = scene.late();
    let version = scene.version(&case);
    let form = [
        ("version", version.as_str()),
        ("asked_on-y", "2026"),
        ("asked_on-m", "12"),
        ("asked_on-d", "21"),
    ];
    let path = format!("/cases/{case}/checks");
    let kept = scene.user.post(&path, &form);
    kept.is(303);
    let place = kept.location().to_owned();
    let page = scene.user.get(&place);
    page.is(200)
        .says("V-")
        .says("2026年12月21日(月)に投与するなら");
    assert_eq!(dose_of(&page), Some("1 mg"));
    scene
        .user
        .get(&format!("/cases/{case}"))
        .is(200)
        .holds(&place);
    // What is recorded afterwards does not change it.
    scene.dose(&case, (1, 8, 2), "2026-11-24T00:00:00Z");
    assert_eq!(dose_of(&scene.user.get(&place)), Some("1 mg"));
    scene.user.post(&path, &form).is(409);
    let other = scene.late();
    let elsewhere = place.replace(case.as_str(), other.as_str());
    scene.user.get(&elsewhere).is(404);
    let start = format!("/cases/{other}/start");
    let version = scene.version(&other);
    let keep = with(&[], &[("version", version.as_str()), ("action", "keep")]);
    let page = scene.user.post_and_follow(&start, &keep);
    page.is(200).says("に開始してよいか");
}

#[test]
fn nobody_else_reads_a_case() {
    let mut scene = scene();
    let case = scene.late();
    let other = scene.ground.all_ready("架空大学病院");
    let mut foreign = scene.ground.at_browser(&scene.app, &other.physician);
    let mut officer = scene.app.user(Role::SafetyOfficer, None);
    for end in ["", "/start", "/resume", "/discharge"] {
        let path = format!("/cases/{case}{end}");
        foreign.get(&path).is(404);
        officer.get(&path).is(403);
        scene.user.get(&path).is(200);
    }
    foreign.post(&format!("/cases/{case}/checks"), &[]).is(404);
}

#[test]
fn where_cases_are_off_there_is_no_page() {
    let app = TestApp::with(|config| config.cases = false);
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let scene = Scene {
        user: ground.at_browser(&app, &place.physician),
        app,
        ground,
        place,
    };
    let case = scene.late();
    let mut user = scene.user.clone();
    user.get(&format!("/cases/{case}")).is(404);
    user.get(&format!("/cases/{case}/start")).is(404);
}

//! What was known when: the past is judged as it would have been then, stored answers are replayed, tampering shows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::process::{Command, Output};

use chrono::{DateTime, NaiveDate, Utc};
use kanmon::audit::{Known, known_at};
use kanmon::clock::start_of;
use kanmon::facilities::{self, NewFacility, imports, lists};
use kanmon::ids::{DeliveryId, FacilityId};
use kanmon::rules::facility::Limb;
use kanmon::scope::Actor;
use kanmon::verdicts::{self, Day};
use kanmon::{deliveries, standings};
use support::deliveries::done;
use support::programme::{Evidence, Ground, Place};
use support::raw::{drop_trigger, raw};
use support::{TestDb, day};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn known(ground: &Ground, instant: &str) -> Known {
    ground.db.read(|conn| known_at(conn, at(instant))).unwrap()
}

fn of_delivery(ground: &Ground, id: &DeliveryId, on: &str, known: Known) -> Vec<Day> {
    let scope = ground.staff();
    ground
        .db
        .read(|conn| deliveries::judge_on(conn, &scope, id, day(on), known))
        .unwrap()
        .1
}

fn of_facility(ground: &Ground, id: &FacilityId, on: NaiveDate, known: Known) -> Vec<Day> {
    ground
        .db
        .read(|conn| standings::judge(conn, &ground.programme, id, on, known))
        .unwrap()
        .1
}

fn codes(days: &[Day]) -> Vec<&'static str> {
    let findings = days.iter().flat_map(|day| &day.verdict.findings);
    findings
        .filter(|finding| finding.outcome > kanmon::rules::finding::Outcome::Consider)
        .map(|finding| finding.reason.code())
        .collect()
}

/// An explanation of the 19th that was recorded only on the 25th, and struck out again on the 26th.
struct Late {
    data: TestDb,
    ground: Ground,
    place: Place,
    delivery: DeliveryId,
}

const BEFORE: &str = "2026-11-25T02:59:59Z";
const MEANWHILE: &str = "2026-11-25T23:00:00Z";

fn late() -> Late {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let evidence = Evidence {
        explained_by: None,
        ..Evidence::default()
    };
    let place = ground.ready("架空市立中央病院", &evidence);
    let delivery = ground.ordered(&place);
    data.clock.move_to(at("2026-11-25T03:00:00Z"));
    let recorded = ground.brief(&place, &Evidence::default()).unwrap();
    data.clock.move_to(at("2026-11-26T03:00:00Z"));
    ground
        .act(&ground.representative, move |tx, scope| {
            kanmon::contacts::correct(tx, scope, &recorded, "別の施設の記録", None)
        })
        .unwrap();
    Late {
        data,
        ground,
        place,
        delivery,
    }
}

#[test]
fn what_was_recorded_later_does_not_count_for_an_earlier_instant() {
    let late = late();
    let ask = |known| of_delivery(&late.ground, &late.delivery, "2026-11-26", known);
    let missing = ["EXPLANATION_MISSING", "MISSING_DATA"];
    assert_eq!(codes(&ask(known(&late.ground, BEFORE))), missing);
    let meanwhile = ask(known(&late.ground, MEANWHILE));
    assert!(verdicts::permits(&meanwhile), "{:?}", codes(&meanwhile));
    assert_eq!(codes(&ask(Known::NOW)), missing);
    late.ground.agrees();
}

#[test]
fn a_past_day_is_judged_with_what_was_learnt_of_it_afterwards() {
    let late = late();
    // On the 24th nobody had recorded the explanation of the 19th; from the 25th on it is known to have been given.
    let on = day("2026-11-24");
    let ask = |known| codes(&of_facility(&late.ground, &late.place.id, on, known));
    assert!(ask(known(&late.ground, BEFORE)).contains(&"EXPLANATION_MISSING"));
    assert!(!ask(known(&late.ground, MEANWHILE)).contains(&"EXPLANATION_MISSING"));
    assert!(ask(Known::NOW).contains(&"EXPLANATION_MISSING"));
    // Before the attestation's own first day nothing spoke, whatever is known.
    let earlier = of_facility(
        &late.ground,
        &late.place.id,
        day("2026-11-23"),
        known(&late.ground, MEANWHILE),
    );
    assert!(codes(&earlier).contains(&"READINESS_NOT_YET_IN_FORCE"));
    // Before anything was recorded, nothing was known.
    let nothing = codes(&of_facility(
        &late.ground,
        &late.place.id,
        on,
        known(&late.ground, "2026-11-23T23:59:59Z"),
    ));
    assert!(
        nothing
            .iter()
            .all(|code| *code == "MISSING_DATA" || code.starts_with("EXPLANATION"))
    );
}

#[test]
fn every_kind_of_evidence_that_has_ceased_still_speaks_for_the_time_before() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let hub = ground.all_ready("架空大学病院");
    let leaning = Evidence {
        care: kanmon::attestations::Care::None,
        around_the_clock: false,
        partner: Some((hub.id.clone(), day("2026-04-01"), None)),
        ..Evidence::default()
    };
    let clinic = ground.ready("架空クリニック", &leaning);
    let instant = "2026-11-24T00:30:00Z";
    let on = day("2026-11-24");
    let before = |id: &FacilityId| of_facility(&ground, id, on, known(&ground, instant));
    let then = (before(&place.id), before(&clinic.id));
    assert!(verdicts::permits(&then.0) && verdicts::permits(&then.1));
    data.clock.move_to(at("2026-11-24T01:00:00Z"));
    ground.report(&place, Limb::Tocilizumab);
    ground.report(&hub, Limb::IntensiveCare);
    let person = place.physician.person.clone();
    ground
        .sign(&ground.safety, move |tx, scope, proof| {
            let today = tx.today;
            let found = kanmon::physicians::register::one(tx.conn, scope, &person, today)?;
            let row = &found.statements[0];
            kanmon::physicians::withdraw(tx, scope, &row.id, row.version, "誤り", proof)?;
            let post = found.posts[0].id.clone();
            let last = day("2026-11-23");
            kanmon::physicians::end_affiliation(tx, scope, &post, last, "異動")
        })
        .unwrap();
    let now = of_facility(&ground, &place.id, on, Known::NOW);
    assert!(codes(&now).contains(&"TOCILIZUMAB_NOT_READY"));
    assert!(!verdicts::permits(&of_facility(
        &ground,
        &clinic.id,
        on,
        Known::NOW
    )));
    assert_eq!((before(&place.id), before(&clinic.id)), then);
    // A later acceptance replaces attestation and partnership, and settles the report.
    data.clock.move_to(at("2026-11-24T02:00:00Z"));
    ground.attest(&clinic, &Evidence::default());
    assert!(verdicts::permits(&of_facility(
        &ground,
        &clinic.id,
        on,
        Known::NOW
    )));
    assert_eq!((before(&place.id), before(&clinic.id)), then);
    let between = of_facility(
        &ground,
        &clinic.id,
        on,
        known(&ground, "2026-11-24T01:30:00Z"),
    );
    assert!(!verdicts::permits(&between));
    ground.agrees();
}

fn kanmon(url: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kanmon"))
        .args(arguments)
        .env("DATABASE_URL", url)
        .output()
        .unwrap()
}

fn answered(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_command_line_judges_on_a_day_as_known_at_an_instant() {
    let late = late();
    let delivery = late.delivery.to_string();
    let ask = |instant: &str| {
        let words = ["--on", "2026-11-26", "--known-at", instant, "--json"];
        let arguments = [&["judge", "delivery", &delivery], &words[..]].concat();
        answered(&kanmon(&late.data.url, &arguments))
    };
    let before = ask(BEFORE);
    assert_eq!(before["permits"], false);
    assert_eq!(before["outcome"], "unmet");
    assert_eq!(before["on"], "2026-11-26");
    let meanwhile = ask("2026-11-26T08:00:00+09:00");
    assert_eq!(meanwhile["permits"], true, "{meanwhile}");
    let findings = meanwhile["findings"].as_array().unwrap();
    assert_eq!(findings.len(), kanmon::rules::gate::delivery_rules().len());
    let place = late.place.id.to_string();
    let words = ["judge", "facility", &place, "--on", "2026-11-24", "--json"];
    assert_eq!(answered(&kanmon(&late.data.url, &words))["permits"], false);
    assert!(kanmon(&late.data.url, &["replay"]).status.success());
}

#[test]
fn a_changed_finding_is_refused_and_where_the_guard_is_gone_replay_reports_it() {
    for changed in [
        "body = replace(body, '\"met\"', '\"unmet\"')",
        "outcome = 'unmet'",
        "code = 'TOCILIZUMAB_NOT_READY'",
        "until = '2026-11-30'",
    ] {
        let data = TestDb::new();
        let ground = Ground::begin(&data.db);
        let place = ground.all_ready("架空市立中央病院");
        let id = ground.approved(&place);
        let approval = ground.delivery(&id).approval.unwrap().verdict;
        ground.agrees();
        let sql = format!(
            "UPDATE finding SET {changed} WHERE verdict_id = '{approval}' AND rule = 'tocilizumab'"
        );
        assert!(raw(&data.db, &sql).unwrap_err().contains("guard: "));
        data.db
            .jot(|conn| drop_trigger(conn, ("finding_no_update", "finding")))
            .unwrap();
        raw(&data.db, &sql).unwrap();
        let (_, differences) = ground.replay();
        assert!(!differences.is_empty(), "nobody noticed: {changed}");
        assert!(
            differences
                .iter()
                .all(|found| found.verdict == approval.to_string()
                    && found.same_rules
                    && found.rules == ["tocilizumab"]),
            "{changed}: {differences:?}"
        );
        assert_eq!(kanmon(&data.url, &["replay"]).status.code(), Some(1));
    }
}

#[test]
fn a_changed_verdict_is_refused_and_where_the_guard_is_gone_replay_reports_it() {
    for changed in [
        "outcome = 'unmet'",
        "facts = replace(facts, '\"tocilizumab_ready\":true', '\"tocilizumab_ready\":false')",
        // Even a fact that no rule asked for.
        "facts = replace(facts, '第2版', '第3版')",
        "days = 1",
    ] {
        let data = TestDb::new();
        let ground = Ground::begin(&data.db);
        let place = ground.all_ready("架空市立中央病院");
        let id = ground.approved(&place);
        let approval = ground.delivery(&id).approval.unwrap().verdict;
        let sql = format!("UPDATE verdict SET {changed} WHERE id = '{approval}'");
        assert!(raw(&data.db, &sql).unwrap_err().contains("guard: "));
        data.db
            .jot(|conn| drop_trigger(conn, ("verdict_no_update", "verdict")))
            .unwrap();
        raw(&data.db, &sql).unwrap();
        let (_, differences) = ground.replay();
        let found: Vec<&str> = differences
            .iter()
            .map(|found| found.verdict.as_str())
            .collect();
        assert_eq!(found, [approval.as_str()], "{changed}");
    }
}

#[test]
fn replay_agrees_after_a_long_story() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let hub = ground.all_ready("架空大学病院");
    let leaning = Evidence {
        care: kanmon::attestations::Care::None,
        partner: Some((hub.id.clone(), day("2026-04-01"), Some(day("2027-01-31")))),
        ..Evidence::default()
    };
    let clinic = ground.ready("架空クリニック", &leaning);
    let id = ground.released(&clinic);
    data.clock.move_to(start_of(day("2026-11-25")));
    done(ground.ship(&id));
    data.clock.move_to(start_of(day("2026-11-26")));
    ground.receive(&id).unwrap();
    for month in [
        "2027-01-15",
        "2027-02-01",
        "2027-02-20",
        "2027-11-24",
        "2028-02-29",
    ] {
        ground.sweep_on(day(month));
        ground.agrees();
    }
}

/// A fictional facility in an official list's form.
fn list(rows: &[(&str, &str)]) -> Vec<u8> {
    let lines = rows.iter().map(|(code, name)| {
        let short = &code[2..];
        format!("{code},{short},{name},0010001,架空市１丁目１番\r\n")
    });
    lines.collect::<String>().into_bytes()
}

fn import(ground: &Ground, rows: &[(&str, &str)]) -> imports::Report {
    let read = lists::read_bytes(&list(rows), lists::Kind::Csv).unwrap();
    imports::bring_in(&ground.db, &read, false).unwrap()
}

#[test]
fn a_facility_renamed_by_a_newer_list_keeps_its_former_name() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let code = "019999991";
    assert_eq!(import(&ground, &[(code, "架空大学病院")]).created, 1);
    data.clock.move_to(at("2026-12-01T00:00:00Z"));
    let report = import(&ground, &[(code, "架空医療センター")]);
    assert_eq!((report.created, report.updated), (0, 1));
    let scope = ground.staff();
    let (found, former) = ground
        .db
        .read(|conn| {
            let code = facilities::codes::MedicalInstitutionCode::parse(code).unwrap();
            let found = facilities::find_by_code(conn, &code)?;
            let former = facilities::former(conn, &scope, &found.id)?;
            Ok((found, former))
        })
        .unwrap();
    assert_eq!(found.name, "架空医療センター");
    assert_eq!(former.len(), 1);
    assert_eq!(former[0].name, "架空大学病院");
    let renamed = known(&ground, "2026-12-01T00:00:00Z").0;
    assert!(former[0].known_from < former[0].known_to && former[0].known_to <= renamed);
    // The same list once more changes nothing.
    let again = import(&ground, &[(code, "架空医療センター")]);
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 1));
}

#[test]
fn stored_answers_keep_a_partners_former_name_and_the_import_leaves_no_standing_behind() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let new = NewFacility {
        name: "架空大学病院".to_owned(),
        postal_code: String::new(),
        address: String::new(),
        prefecture: 1,
        code: ("019999991".to_owned(), "1".to_owned()),
    };
    let hub = ground
        .db
        .write(&Actor::system("test"), move |tx| facilities::add(tx, &new))
        .unwrap();
    let leaning = Evidence {
        care: kanmon::attestations::Care::None,
        partner: Some((hub, day("2026-04-01"), None)),
        ..Evidence::default()
    };
    let clinic = ground.ready("架空クリニック", &leaning);
    let id = ground.approved(&clinic);
    let file = std::env::temp_dir().join(format!("kanmon_{}.csv", uuid::Uuid::now_v7().simple()));
    std::fs::write(&file, list(&[("019999991", "架空医療センター")])).unwrap();
    let words = ["import", "facilities", file.to_str().unwrap()];
    let imported = kanmon(&data.url, &words);
    std::fs::remove_file(&file).unwrap();
    assert!(imported.status.success(), "{imported:?}");
    let kept = ground.kept(&ground.delivery(&id).approval.unwrap().verdict);
    let said = serde_json::to_string(&kept.days[0].verdict.findings).unwrap();
    assert!(said.contains("架空大学病院") && !said.contains("架空医療センター"));
    let (_, drifts) = standings::rebuild(&ground.db, &ground.programme, false).unwrap();
    assert!(drifts.is_empty(), "{drifts:?}");
    ground.agrees();
}

//! Every clause of the notice has its rules (or says why it has none) and its tests, every reading is collected, and the
//! commands and the page show all of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod places;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use kanmon::rules::administration::{AdministrationFacts, Observation, administration};
use kanmon::rules::finding::Source;
use kanmon::rules::notice::register::{REGISTER, entry};
use kanmon::rules::notice::{Clause, editions};
use kanmon::rules::{gate, readings};
use kanmon::scope::Role;
use kanmon::vectors;
use places::World;
use serde_json::Value;

/// Rules whose tables are still being written: nothing is asked of their names yet.
const TO_COME: &[&str] = &[
    "adult",
    "indication",
    "prior_therapies",
    "fl_grade",
    "pathologist",
    "patient_explanation",
    "consent",
    "appropriateness",
    "physician_in_charge",
    "combination",
    "retreatment",
    "total_cycles",
    "end_of_cycle_8",
    "progression",
    "time_of_assessment",
    "steroid",
    "relief",
    "first_60mg_in_hospital",
    "admission_considered",
    "inpatient_after_grade_three",
    "stay_of_48_hours",
    "crs_at_leaving",
    "place_of_stay",
    "instruction",
    "previous_dose",
    "schedule",
    "restart",
    "place_in_course",
    "ordered_dose",
    "route",
    "vials",
    "course",
    "grading_scale",
    "reaction",
    "resumption",
    "resumption_rate",
    "recovery_72_hours",
    "rate_after_reaction",
    "grade_three_duration",
    "platelets",
    "neutrophils",
];

fn clauses() -> impl Iterator<Item = &'static Clause> {
    editions().iter().flat_map(|edition| edition.clauses)
}

/// Path from the root of the project, and text, of every file below a folder that ends so.
fn files(folder: &str, ends: &str) -> Vec<(String, String)> {
    fn gather(root: &Path, folder: &Path, ends: &str, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(root, &path, ends, found);
            } else if path.to_str().unwrap().ends_with(ends) {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    gather(root, &root.join(folder), ends, &mut found);
    found.sort();
    found
}

#[test]
fn every_clause_stands_in_the_register_once_in_the_order_of_the_notice() {
    let ids: Vec<&str> = clauses().map(|clause| clause.id).collect();
    let registered: Vec<&str> = REGISTER.iter().map(|entry| entry.clause).collect();
    assert_eq!(registered, ids);
}

#[test]
fn every_clause_has_a_rule_or_the_reason_for_having_none() {
    for entry in REGISTER {
        let rules: BTreeSet<&&str> = entry.rules().iter().collect();
        assert_eq!(
            rules.len(),
            entry.rules().len(),
            "{} names a rule twice",
            entry.clause
        );
        assert_ne!(
            entry.rules().is_empty(),
            entry.without_rule().is_none(),
            "{} needs a rule or a reason, not both",
            entry.clause
        );
    }
}

#[test]
fn every_clause_has_a_test_and_every_test_that_is_named_exists() {
    let mut sources = files("tests", ".rs");
    sources.extend(files("src", ".rs"));
    let mut missing = Vec::new();
    for entry in REGISTER {
        if vectors::of_clause(entry.clause).is_empty() && entry.tests.is_empty() {
            missing.push(format!("{} has no test", entry.clause));
        }
        for test in entry.tests {
            let declared = format!("fn {test}(");
            if !sources.iter().any(|(_, text)| text.contains(&declared)) {
                missing.push(format!("{}: there is no test {test}", entry.clause));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_rule_of_the_register_is_the_name_of_a_finding() {
    let rules = files("src/rules", ".rs");
    let named = |rule: &str| {
        let literal = format!("\"{rule}\"");
        let other = |(file, _): &&(String, String)| !file.ends_with("register.rs");
        rules
            .iter()
            .filter(other)
            .any(|(_, text)| text.contains(&literal))
    };
    let missing: BTreeSet<&&str> = REGISTER
        .iter()
        .flat_map(|entry| entry.rules())
        .filter(|rule| !named(rule) && !TO_COME.contains(rule))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_binds_at_the_site_cites_what_the_register_says() {
    let facts = AdministrationFacts {
        tocilizumab_ready: None,
        qualified_physician_on_duty: None,
        facility_qualified: None,
        crs_guidance_version: None,
        observation: Observation::NotRecorded,
    };
    for finding in administration(&facts).findings {
        for clause in &finding.clauses {
            let known = entry(clause).unwrap().rules();
            assert!(
                known.contains(&&*finding.rule),
                "{} of {clause}",
                finding.rule
            );
        }
    }
    let gate: Vec<&str> = gate::delivery_rules()
        .iter()
        .filter(|(_, source)| *source == Source::Notice)
        .map(|(rule, _)| *rule)
        .collect();
    for rule in gate {
        assert!(
            REGISTER.iter().any(|entry| entry.rules().contains(&rule)),
            "{rule}"
        );
    }
}

/// How often a text begins a paragraph of a comment with the tag, and whether the tag stands anywhere else.
fn tagged(text: &str) -> (usize, Vec<&str>) {
    let begins = |line: &&str| {
        let line = line.trim_start();
        let words = line.trim_start_matches(['/', '!']).trim_start();
        line.starts_with("//") && words.starts_with("READING:")
    };
    let count = text.lines().filter(begins).count();
    let elsewhere = text
        .lines()
        .filter(|line| line.contains("READING:") && !begins(line))
        .collect();
    (count, elsewhere)
}

/// The file that reads the tag writes it without meaning it.
const READER: &str = "src/rules/readings.rs";

#[test]
fn every_reading_of_the_sources_is_collected_and_none_is_empty() {
    let printed = json(&["readings", "--json"]);
    let all = printed["readings"].as_array().unwrap();
    let mut wrong = Vec::new();
    for (file, text) in files("src", ".rs") {
        if file == READER || file == "src/commands/notice.rs" {
            continue;
        }
        let (count, elsewhere) = tagged(&text);
        let name = file.strip_prefix("src/").unwrap();
        let found = all.iter().filter(|reading| reading["file"] == name).count();
        if found != count {
            wrong.push(format!("{file}: {count} readings, {found} collected"));
        }
        wrong.extend(elsewhere.iter().map(|line| format!("{file}: {line}")));
        if file.starts_with("src/rules/") && count > 0 {
            let listed = readings::SOURCES.iter().any(|(source, _)| *source == name);
            assert!(
                listed,
                "{file} has readings and is not in readings::SOURCES"
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(all.len() > 40, "{}", all.len());
    for reading in all {
        for key in ["file", "item", "text"] {
            assert_ne!(reading[key].as_str().unwrap().trim(), "", "{reading}");
        }
        assert!(reading["number"].as_u64().unwrap() > 0);
        assert!(reading["clauses"].is_array());
    }
}

fn run(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kanmon"))
        .args(words)
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn json(words: &[&str]) -> Value {
    serde_json::from_str(&run(words)).unwrap()
}

#[test]
fn the_clauses_are_printed_with_rules_tests_and_readings() {
    let printed = json(&["clauses", "--json"]);
    let edition = &printed["editions"][0];
    assert_eq!(edition["edition"], "2024-12-27");
    let all = edition["clauses"].as_array().unwrap();
    assert_eq!(all.len(), 77);
    for clause in all {
        let id = clause["id"].as_str().unwrap();
        let rules = clause["rules"].as_array().unwrap();
        assert_ne!(rules.is_empty(), clause["without_rule"].is_null(), "{id}");
        let vectors = clause["vectors"].as_object().unwrap();
        let tests = clause["tests"].as_array().unwrap();
        assert!(!vectors.is_empty() || !tests.is_empty(), "{id}");
        for key in ["number", "strength", "japanese", "english"] {
            assert!(!clause[key].as_str().unwrap().is_empty(), "{id} {key}");
        }
        assert!(clause["readings"].is_array(), "{id}");
    }
    let gate = all.iter().find(|clause| clause["id"] == "F-1.2").unwrap();
    assert_eq!(
        gate["rules"],
        serde_json::json!(["tocilizumab", "test_results"])
    );
    assert!(
        gate["vectors"]["gate"]
            .as_array()
            .unwrap()
            .contains(&"GT-010".into())
    );
    assert!(!gate["readings"].as_array().unwrap().is_empty());
    let text = run(&["clauses"]);
    let readings = run(&["readings"]);
    for clause in clauses() {
        assert!(
            text.contains(&format!("\n{} [", clause.id)),
            "{}",
            clause.id
        );
    }
    assert!(text.contains("  rules: tocilizumab, test_results\n"));
    assert!(readings.contains("\nrules/gate/site.rs\n") && readings.contains("\n   1. "));
}

/// The text of a page without its marks, and its spaces.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside && !c.is_whitespace() => text.push(c),
            _ => {}
        }
    }
    text
}

fn squeezed(text: &str) -> String {
    plain(text).replace('\'', "&#39;")
}

#[test]
fn the_page_of_the_notice_shows_each_clause_once_in_both_languages() {
    let world = World::new();
    let mut user = world.user(Role::Inspector);
    for lang in ["ja", "en"] {
        user.post("/language", &[("language", lang), ("back", "/notice")]);
        let page = user.get("/notice");
        page.is(200).holds(&format!("<html lang=\"{lang}\">"));
        for clause in clauses() {
            let anchor = format!("id=\"{}\"", clause.id);
            assert_eq!(page.body.matches(&anchor).count(), 1, "{lang} {anchor}");
            page.holds(&format!("href=\"#{}\"", clause.id));
            let entry = entry(clause.id).unwrap();
            for rule in entry.rules() {
                page.holds(&format!("<code>{rule}</code>"));
            }
            for id in vectors::of_clause(clause.id).values().flatten() {
                page.holds(&format!(">{id}</span>"));
            }
        }
        for raw in [
            "rule-",
            "notice-page-",
            "vector-kind-",
            "without-rule-",
            "table-",
        ] {
            let text = plain(&page.body);
            assert!(!text.contains(raw), "{lang} shows {raw}");
        }
        assert!(page.body.len() < 400_000, "{} bytes", page.body.len());
        // The sources are in English, and say so on every page.
        page.holds("<span lang=\"en\">");
    }
}

#[test]
fn the_tables_of_the_notice_are_shown_word_for_word() {
    let world = World::new();
    let page = world.user(Role::Inspector).get("/notice");
    let table = |id: &str| {
        let from = page.body.find(&format!("id=\"{id}\"")).unwrap();
        let end = page.body[from..].find("</ul>").unwrap();
        plain(&page.body[from..from + end])
    };
    let (reactions, restart) = (table("reactions-table"), table("restart-table"));
    for clause in clauses() {
        let text = squeezed(clause.japanese);
        if clause.id.starts_with("AE-") {
            assert!(reactions.contains(&text), "{}", clause.id);
        }
        if clause.id.starts_with("RS-") {
            assert!(restart.contains(&text), "{}", clause.id);
        }
    }
    page.says_not(">該当<");
}

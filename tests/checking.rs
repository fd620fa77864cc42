//! `kanmon check`: the published schema says what the command reads, and what cannot be read is named and never judged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use kanmon::rules::dosing::facts::CaseQuestion;
use serde_json::{Value, json};

fn document(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn example() -> Value {
    document("case.example.json")
}

fn schema() -> jsonschema::Validator {
    jsonschema::validator_for(&document("case.schema.json")).unwrap()
}

/// Runs `kanmon check -` without any database in sight.
fn check(input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kanmon"))
        .args(["check", "-"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its input may end before it is written.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// The example with the value at a path replaced; a path ends in a member or an index.
fn with(pointer: &str, value: Value) -> Value {
    let mut changed = example();
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match changed.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.insert(last.to_owned(), value);
        }
        Value::Array(items) => items[last.parse::<usize>().unwrap()] = value,
        other => panic!("{other}"),
    }
    changed
}

fn without(pointer: &str) -> Value {
    let mut changed = example();
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let members = changed
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    members.remove(last).unwrap();
    changed
}

#[test]
fn the_example_is_judged_and_says_which_dose_is_due() {
    assert!(schema().is_valid(&example()));
    let output = check(example().to_string().as_bytes());
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    // Fifteen days after 2 mg: 2 mg again, so the 60 mg of the file are refused.
    assert_eq!(printed["decision"], "BLOCK");
    assert_eq!(
        printed["advice"]["dose"],
        json!({"step": {"cycle": 1, "day": 8}, "mg": 2})
    );
    let unmet: Vec<&str> = printed["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["outcome"] == "unmet")
        .map(|finding| finding["reason"]["code"].as_str().unwrap())
        .collect();
    assert_eq!(unmet, ["DOSE_MISMATCH", "QUANTITY_MISMATCH"]);
}

#[test]
fn the_dose_that_is_due_may_begin() {
    let mut right = with("/act/mg", json!("2"));
    right["act"]["vials"] = json!({"of_1mg": 2, "of_30mg": 0});
    let output = check(format!("\u{feff}{right}").as_bytes());
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed["decision"], "ALLOW", "{printed:#}");
    assert_eq!(printed["permits"], true);
}

#[test]
fn a_malformed_case_is_refused_by_the_name_of_its_field() {
    let of = |pointer, value| with(pointer, value);
    let many = Value::Array(vec![example()["case"]["counts"][0].clone(); 100_000]);
    // What is wrong, the words that must name it, and whether the schema can see it too.
    let files: Vec<(Value, &str, bool)> = vec![
        (
            of("/weather", json!("fine")),
            "unknown field `weather`",
            true,
        ),
        (of("/case/name", json!("x")), "case", true),
        (
            of("/case/eligibility/birth_date", json!("1960-01-01")),
            "unknown field `birth_date`",
            true,
        ),
        (of("/act/dose", json!(2)), "unknown field `dose`", true),
        (of("/act/site/helipad", json!(true)), "helipad", true),
        (of("/act/ask", json!("guess")), "act", true),
        (without("/act/ask"), "ask", true),
        (
            of("/case/counts/0/platelets/unit", json!("mg/dL")),
            "case.counts[0].platelets.unit",
            true,
        ),
        (
            of("/case/counts/0/platelets/value", json!(-1)),
            "case.counts[0].platelets.value",
            true,
        ),
        (
            of("/case/counts/0/platelets/value", json!("１１")),
            "case.counts[0].platelets.value",
            true,
        ),
        (
            of("/case/counts/0/platelets/value", json!("NaN")),
            "case.counts[0].platelets.value",
            true,
        ),
        (
            without("/case/administrations/1/started"),
            "missing field `started`",
            true,
        ),
        (
            of("/case/administrations/1/started", json!("not_recorded")),
            "case.administrations[1].started must be recorded",
            false,
        ),
        (
            of(
                "/case/administrations/1/started",
                json!({"day": "2026-02-30"}),
            ),
            "case.administrations[1].started",
            false,
        ),
        (
            of(
                "/case/administrations/1/started",
                json!({"instant": "2096-01-01T00:00:00Z"}),
            ),
            "case.administrations[1].started lies in the future",
            false,
        ),
        (
            of(
                "/case/administrations/1/ended",
                json!("2026-11-09T09:59:59+09:00"),
            ),
            "case.administrations[1].ended lies before",
            false,
        ),
        (
            of("/case/administrations/1/mg", json!(0)),
            "case.administrations[1].mg is out of range",
            false,
        ),
        (
            of("/case/administrations/1/given", json!({"partly": 3})),
            "case.administrations[1].given is more",
            false,
        ),
        (
            of(
                "/case/administrations/1/step",
                json!({"cycle": 0, "day": 8}),
            ),
            "case.administrations[1].step",
            true,
        ),
        (
            of("/case/reactions/0/grades", json!([9])),
            "case.reactions[0].grades is out of range",
            true,
        ),
        (
            of("/case/reactions/0/onset", json!({"day": "2096-01-01"})),
            "case.reactions[0].onset lies in the future",
            false,
        ),
        (
            of("/case/reactions/0/reaction", json!("CRS")),
            "case.reactions[0].reaction",
            true,
        ),
        (
            of("/case/counts/0/taken", json!("2096-01-01T00:00:00Z")),
            "case.counts[0].taken lies in the future",
            false,
        ),
        (
            of("/case/counts/0/taken", json!("2026-11-16")),
            "case.counts[0].taken",
            false,
        ),
        (
            of("/case/counts", many),
            "case.counts has more than 400 records",
            true,
        ),
        (of("/format", json!(2)), "format must be 1", true),
        (
            of(
                "/act",
                json!({"ask": "resume", "at": "2026-11-09T13:00:00+09:00"}),
            ),
            "not interrupted",
            false,
        ),
    ];
    let schema = schema();
    for (file, named, seen_by_schema) in files {
        let output = check(file.to_string().as_bytes());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{named}: {said}");
        assert!(said.contains(named), "{named}: {said}");
        assert!(output.stdout.is_empty(), "{named}: a verdict was printed");
        if seen_by_schema {
            assert!(!schema.is_valid(&file), "{named}: the schema lets it pass");
        }
    }
}

#[test]
fn bytes_that_are_no_case_are_refused() {
    let nul = example().to_string().replacen('{', "{\u{0}", 1);
    let twice = example()
        .to_string()
        .replacen("\"format\":1", "\"format\":1,\"format\":1", 1);
    let files: [&[u8]; 7] = [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        &b"{".repeat(100_000),
        nul.as_bytes(),
        twice.as_bytes(),
    ];
    for bytes in files {
        let output = check(bytes);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        assert!(!output.stderr.is_empty());
    }
    let trailing = format!("{} {{}}", example());
    assert_eq!(check(trailing.as_bytes()).status.code(), Some(2));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_kanmon"))
        .args(["check", "no-such-case.json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("no-such-case.json")
    );
}

/// Every member that the schema lists is one that the program reads, and the other way round:
/// what the program writes of a question satisfies the schema.
#[test]
fn what_the_program_writes_satisfies_the_schema() {
    let question: CaseQuestion = serde_json::from_value(example()).unwrap();
    let written = serde_json::to_value(&question).unwrap();
    let schema = schema();
    let errors: Vec<String> = schema
        .iter_errors(&written)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(
        serde_json::from_value::<CaseQuestion>(written).unwrap(),
        question
    );
}

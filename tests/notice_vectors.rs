//! The notice's test vectors, one trial each: those of the project, or of the file that `NOTICE_VECTORS` names.
//!
//! A vector passes when the decision and every other expected field agree (`strict` and `literal` aside),
//! its reason is among the codes of the worst findings, and each of its clauses is cited by some finding.
//! An input that is absent is not under test: the satisfied baseline is supplied here and nowhere else.
//! An input that is null is missing. An unknown kind, field or word fails the trial.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::PathBuf;
use std::process::ExitCode;

use kanmon::rules::finding::Verdict;
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use serde_json::{Map, Value};

#[path = "notice_vectors/gate.rs"]
mod gate;
#[path = "notice_vectors/input.rs"]
mod input;
#[path = "notice_vectors/of_this_test.rs"]
mod of_this_test;
#[path = "notice_vectors/register.rs"]
mod register;

/// How the vectors of one kind are run.
enum Runner {
    Built(fn(&Vector) -> Result<Verdict, String>),
    /// The rules of this kind are not there yet: its vectors are listed as ignored, never as passed.
    NotBuilt,
}

/// Every kind of the vectors file. A kind that is not here fails.
const KINDS: [(&str, Runner); 9] = [
    ("gate", Runner::Built(gate::judge)),
    ("ae", Runner::NotBuilt),
    ("restart", Runner::NotBuilt),
    ("premedication", Runner::NotBuilt),
    ("eligibility", Runner::NotBuilt),
    ("regimen", Runner::NotBuilt),
    ("hospitalisation", Runner::NotBuilt),
    ("vials", Runner::NotBuilt),
    ("response", Runner::NotBuilt),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VectorFile {
    #[serde(rename = "meta")]
    _meta: Value,
    vectors: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    #[serde(rename = "id")]
    _id: String,
    kind: String,
    #[serde(rename = "title")]
    _title: String,
    input: Value,
    expected: Map<String, Value>,
    clauses: Vec<String>,
    /// Says how the expectation was found; it never decides an outcome.
    #[serde(rename = "basis")]
    _basis: String,
    #[serde(rename = "why")]
    _why: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let path = std::env::var_os("NOTICE_VECTORS").map_or_else(
        || {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/data/notice_vectors.json"
            ))
        },
        PathBuf::from,
    );
    let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
    let file = read.and_then(|text| {
        serde_json::from_str::<VectorFile>(&text).map_err(|error| error.to_string())
    });
    let mut trials = match file {
        Ok(file) if file.vectors.is_empty() => {
            vec![Trial::test("vectors_file", move || {
                Err(format!("{} has no vectors", path.display()).into())
            })]
        }
        Ok(file) => file.vectors.into_iter().map(trial).collect(),
        Err(error) => {
            vec![Trial::test("vectors_file", move || {
                Err(format!("{}: {error}", path.display()).into())
            })]
        }
    };
    trials.extend(of_this_test::trials());
    trials.extend(register::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(vector: Value) -> Trial {
    let word = |key: &str| {
        vector
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or("without")
            .to_owned()
    };
    let (id, kind) = (word("id"), word("kind"));
    let not_built = KINDS
        .iter()
        .any(|(known, runner)| *known == kind && matches!(runner, Runner::NotBuilt));
    let name = format!("{id} {}", word("title"));
    Trial::test(name, move || run(vector).map_err(Failed::from))
        .with_kind(kind)
        .with_ignored_flag(not_built)
}

fn run(vector: Value) -> Result<(), String> {
    let vector: Vector = serde_json::from_value(vector).map_err(|error| error.to_string())?;
    let (_, runner) = KINDS
        .iter()
        .find(|(kind, _)| *kind == vector.kind)
        .ok_or_else(|| format!("unknown kind {:?}", vector.kind))?;
    let verdict = match runner {
        Runner::Built(judge) => judge(&vector)?,
        Runner::NotBuilt => {
            return Err(format!(
                "the rules of kind {:?} are not built yet",
                vector.kind
            ));
        }
    };
    compare(&vector, &verdict)
}

/// What is expected of every kind. A kind with further expected fields adds them here, or they fail as unchecked.
fn compare(vector: &Vector, verdict: &Verdict) -> Result<(), String> {
    let shown = || {
        let finding = |finding: &kanmon::rules::finding::Finding| {
            format!(
                "\n  {} {} {:?}",
                finding.rule, finding.outcome, finding.reason
            )
        };
        verdict.findings.iter().map(finding).collect::<String>()
    };
    for (key, expected) in &vector.expected {
        match key.as_str() {
            "strict" | "literal" => {}
            "decision" => {
                let found = verdict.decision().as_str();
                if expected != found {
                    return Err(format!(
                        "decision is {found}, expected {expected}{}",
                        shown()
                    ));
                }
            }
            "reason" => {
                let worst = verdict
                    .findings
                    .iter()
                    .filter(|finding| Some(finding.outcome) == verdict.worst());
                let codes: Vec<_> = worst.map(|finding| finding.reason.code()).collect();
                if !codes.iter().any(|code| expected == code) {
                    return Err(format!(
                        "reason {expected} is not among {codes:?}{}",
                        shown()
                    ));
                }
            }
            other => {
                return Err(format!(
                    "expected field {other:?} is not checked for kind {:?}",
                    vector.kind
                ));
            }
        }
    }
    let cited = |clause: &String| {
        verdict
            .findings
            .iter()
            .any(|finding| finding.clauses.iter().any(|id| id == clause))
    };
    match vector.clauses.iter().find(|clause| !cited(clause)) {
        Some(clause) => Err(format!("clause {clause} is cited by no finding{}", shown())),
        None => Ok(()),
    }
}

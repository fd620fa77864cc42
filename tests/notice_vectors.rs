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

#[path = "notice_vectors/course_words.rs"]
mod course_words;
#[path = "notice_vectors/doses.rs"]
mod doses;
#[path = "notice_vectors/eligibility.rs"]
mod eligibility;
#[path = "notice_vectors/gate.rs"]
mod gate;
#[path = "notice_vectors/hospitalisation.rs"]
mod hospitalisation;
#[path = "notice_vectors/input.rs"]
mod input;
#[path = "notice_vectors/of_this_test.rs"]
mod of_this_test;
#[path = "notice_vectors/premedication.rs"]
mod premedication;
#[path = "notice_vectors/reactions.rs"]
mod reactions;
#[path = "notice_vectors/register.rs"]
mod register;
#[path = "notice_vectors/response.rs"]
mod response;
#[path = "notice_vectors/words.rs"]
mod words;

/// What a vector's input comes to.
pub struct Judged {
    /// The verdict of the rules.
    pub verdict: Verdict,
    /// The further expected fields of the kind, as computed: each one that a vector of the kind may expect.
    /// A field that the rules answer with nothing is null here.
    pub further: Map<String, Value>,
}

/// How the vectors of one kind are judged.
type Judge = fn(&Vector) -> Result<Judged, String>;

/// Every kind of the vectors file. A kind that is not here fails.
const KINDS: [(&str, Judge); 9] = [
    ("gate", gate::judge),
    ("ae", reactions::judge),
    ("restart", doses::restart),
    ("premedication", premedication::judge),
    ("eligibility", eligibility::judge),
    ("regimen", doses::regimen),
    ("hospitalisation", hospitalisation::judge),
    ("vials", doses::vials),
    ("response", response::judge),
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
    trials.extend(eligibility::trials());
    trials.extend(response::trials());
    trials.extend(premedication::trials());
    trials.extend(hospitalisation::trials());
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
    let name = format!("{id} {}", word("title"));
    Trial::test(name, move || run(vector).map_err(Failed::from)).with_kind(kind)
}

fn run(vector: Value) -> Result<(), String> {
    let vector: Vector = serde_json::from_value(vector).map_err(|error| error.to_string())?;
    let (_, judge) = KINDS
        .iter()
        .find(|(kind, _)| *kind == vector.kind)
        .ok_or_else(|| format!("unknown kind {:?}", vector.kind))?;
    compare(&vector, &judge(&vector)?)
}

/// Every expected field against what was computed; one that the kind's judge does not compute fails as unchecked.
fn compare(vector: &Vector, judged: &Judged) -> Result<(), String> {
    let verdict = &judged.verdict;
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
                let found = judged.further.get(other).ok_or_else(|| {
                    format!(
                        "expected field {other:?} is not checked for kind {:?}",
                        vector.kind
                    )
                })?;
                if expected != found {
                    return Err(format!(
                        "{other} is {found}, expected {expected}{}",
                        shown()
                    ));
                }
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

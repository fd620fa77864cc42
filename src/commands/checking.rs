//! A dosing check from the command line: a case as JSON in, its verdict as JSON out; nothing is stored.

use std::io::Read;
use std::process::ExitCode;

use kanmon::clock::Clock;
use kanmon::rules::dosing::facts::CaseQuestion;
use kanmon::rules::{RULES_VERSION, dosing, notice};
use serde_json::json;

use super::{Ending, Outcome};

/// More than any case needs; a larger file is some other file.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Reads a case from a file, or from standard input where the name is `-`, and prints the verdict.
pub fn check(file: &str) -> Ending {
    let question = read(file)?;
    let now = Clock::system().now();
    let problems = dosing::problems(&question, now);
    if !problems.is_empty() {
        let lines: Vec<String> = problems
            .iter()
            .take(20)
            .map(|problem| format!("{file}: {problem}"))
            .collect();
        return Err(Outcome::Usage(lines.join("\n")));
    }
    let verdict = dosing::check(&question);
    let edition = notice::edition_in_force(Clock::system().today());
    let printed = json!({
        "decision": verdict.decision().as_str(),
        "permits": verdict.permits(),
        "findings": verdict.findings,
        "advice": verdict.advice,
        "edition": edition.map(|edition| edition.id),
        "rules_version": RULES_VERSION,
        "note": "By this notice only; see the electronic package insert. The physician decides.",
    });
    println!("{}", serde_json::to_string_pretty(&printed)?);
    Ok(ExitCode::SUCCESS)
}

/// INVARIANT: what cannot be read whole is never judged in part.
fn read(file: &str) -> Result<CaseQuestion, Outcome> {
    let refused = |why: String| Outcome::Usage(format!("{file}: {why}"));
    let mut bytes = Vec::new();
    let limit = MOST_BYTES + 1;
    let read = if file == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|cause| refused(cause.to_string()))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Err(refused(format!("is larger than {MOST_BYTES} bytes")));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| refused("is not UTF-8".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = serde_json::Deserializer::from_str(text);
    let question = serde_path_to_error::deserialize(&mut reader).map_err(|cause| {
        let at = cause.path().to_string();
        refused(format!("{at}: {}", cause.inner()))
    })?;
    reader.end().map_err(|cause| refused(cause.to_string()))?;
    Ok(question)
}

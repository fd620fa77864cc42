//! The words of several kinds of vectors: a word that must be known, a place in a course, a path, an instant.

use chrono::{DateTime, Utc};
use kanmon::rules::dosing::course::{Path, Step};

use crate::input::Input;

/// A word that must be known: the baseline when absent, nothing when null.
pub fn word<T>(
    input: &Input<String>,
    baseline: T,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, String> {
    match input {
        Input::Absent => Ok(Some(baseline)),
        Input::Null => Ok(None),
        Input::Given(word) => read(word)
            .map(Some)
            .ok_or_else(|| format!("unknown word {word:?}")),
    }
}

/// Reads "C8D3".
pub fn read_step(text: &str) -> Result<Step, String> {
    text.strip_prefix('C')
        .and_then(|rest| rest.split_once('D'))
        .and_then(|(cycle, day)| Some(Step::new(cycle.parse().ok()?, day.parse().ok()?)))
        .ok_or_else(|| format!("{text:?} is no place in a course"))
}

/// "standard", "C1_restart", "restep_C3plus", "after_restep_C2"; "_repeated" in place of "_restart", or after a repeated step-up.
pub fn read_path(path: &Input<String>) -> Result<Path, String> {
    let Input::Given(word) = path else {
        return match path {
            Input::Null => Err("path is null".to_owned()),
            _ => Ok(Path::Standard),
        };
    };
    let cycle = |rest: &str| {
        let rest = rest.trim_end_matches("_repeated").trim_end_matches("plus");
        matches!(rest.strip_prefix('C').map(str::parse::<u32>), Some(Ok(2..)))
    };
    if word == "standard" {
        Ok(Path::Standard)
    } else if word.starts_with("C1") && (word.ends_with("_restart") || word.ends_with("_repeated"))
    {
        Ok(Path::CycleOneRepeated)
    } else if word.strip_prefix("restep_").is_some_and(cycle) {
        Ok(Path::ReStepUp)
    } else if word.strip_prefix("after_restep_").is_some_and(cycle) {
        Ok(Path::AfterReStepUp)
    } else {
        Err(format!("unknown path {word:?}"))
    }
}

/// Reads "2025-01-20T10:00+09:00", with or without seconds.
pub fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    ["%Y-%m-%dT%H:%M%:z", "%Y-%m-%dT%H:%M:%S%:z"]
        .iter()
        .find_map(|format| DateTime::parse_from_str(text, format).ok())
        .map(|instant| instant.with_timezone(&Utc))
        .ok_or_else(|| format!("{text:?} is no instant"))
}

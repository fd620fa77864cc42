//! The words of the vectors on a course: how it came to a cycle, the route, an instant.

use chrono::{DateTime, Utc};
use kanmon::rules::dosing::course::Path;
use kanmon::rules::dosing::regimen::{Detour, Route};

/// The delay that a path names: "restep_after_C2", "restep_C3", "restep_in_cycle" with its cycle, "C1D8_repeated", …
pub fn detour(word: Option<&str>, cycle: Option<u32>) -> Result<Option<Detour>, String> {
    let word = word.unwrap_or("standard");
    let unknown = || format!("unknown path {word:?}");
    let number = |text: &str| text.parse::<u32>().map_err(|_| unknown());
    let named = match word {
        "standard" => return Ok(None),
        "C1D1_repeated" => Detour::CycleOneDayOneAgain,
        "C1D8_repeated" => Detour::CycleOneDayEightAgain,
        "C1_restart" | "C1_repeated" | "C1_restarted" | "C1_restarted_after_C1D8" => {
            Detour::CycleOneAgain
        }
        "restep_after_C1D15" => Detour::ReStepUp { cycle: 2 },
        "restep_in_cycle" | "restep_C3plus" | "restep_after_C3plus" => Detour::ReStepUp {
            cycle: cycle.ok_or_else(unknown)?,
        },
        _ => match (
            word.strip_prefix("restep_after_C"),
            word.strip_prefix("restep_C"),
        ) {
            (Some(before), _) => Detour::ReStepUp {
                cycle: number(before)?.saturating_add(1),
            },
            (_, Some(cycle)) => Detour::ReStepUp {
                cycle: number(cycle)?,
            },
            _ => return Err(unknown()),
        },
    };
    Ok(Some(named))
}

/// How the course came to this cycle, by the path that the vector names.
pub fn path(word: Option<&str>, cycle: Option<u32>, restep: Option<u32>) -> Result<Path, String> {
    let word = word.unwrap_or("standard");
    if word.starts_with("after_restep") {
        return Ok(Path::AfterReStepUp);
    }
    let word = match word.strip_suffix("_repeated") {
        Some(again) if again.starts_with("restep") => again,
        Some(_) => return Ok(Path::CycleOneRepeated),
        None => word,
    };
    // A repeated step-up of a later cycle whose number is not named is that of the dose.
    let later = restep.or(cycle.filter(|cycle| *cycle > 2)).or(Some(3));
    Ok(match detour(Some(word), later)? {
        None => Path::Standard,
        Some(Detour::ReStepUp { cycle: stepped_up }) => match cycle {
            Some(cycle) if cycle == stepped_up => Path::ReStepUp,
            Some(cycle) if cycle > stepped_up => Path::AfterReStepUp,
            _ => Path::Standard,
        },
        Some(_) => Path::CycleOneRepeated,
    })
}

/// The route that a word names; an injection, a bolus or an unknown word is another one.
pub fn route(word: &str) -> Route {
    match word {
        "IV" | "IV_INFUSION" | "IV infusion" | "DIV" | "点滴静注" => Route::IvInfusion,
        _ => Route::Other,
    }
}

/// Reads "2025-01-06T16:00+09:00", with or without seconds.
pub fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    ["%Y-%m-%dT%H:%M%:z", "%Y-%m-%dT%H:%M:%S%:z"]
        .iter()
        .find_map(|form| DateTime::parse_from_str(text, form).ok())
        .map(|moment| moment.to_utc())
        .ok_or_else(|| format!("no instant: {text:?}"))
}

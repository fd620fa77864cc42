//! Bringing lists in, with a report by which every line is accounted for.

use std::path::Path;
use std::process::ExitCode;

use kanmon::facilities::{imports, lists};
use kanmon::programmes::holiday_lists;
use kanmon::{programmes, standings};

use super::{Ending, Outcome, open};

/// Remarks shown in words; all of them stand in the JSON report.
const SHOWN: usize = 20;

/// An official list of facilities.
pub fn facilities(url: &str, file: &Path, dry_run: bool, json: bool) -> Ending {
    let list = lists::read(file)
        .map_err(|cause| Outcome::Usage(format!("{}: {cause}", file.display())))?;
    let db = open(url)?;
    let report = imports::bring_in(&db, &list, dry_run)?;
    if !dry_run && report.updated > 0 {
        // A standing names the partner it leans on, so that a new name asks for it anew.
        if let Some(programme) = db.read(programmes::only)? {
            standings::rebuild(&db, &programme.id, true)?;
        }
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} lines: {} created, {} updated, {} unchanged, {} repeated, {} rejected; {} vanished{}",
        report.lines,
        report.created,
        report.updated,
        report.unchanged,
        report.repeated,
        report.rejected,
        report.vanished,
        if dry_run {
            " (dry run: nothing was written)"
        } else {
            ""
        },
    );
    if !report.prefectures_missing.is_empty() {
        println!("no facility of: {}", report.prefectures_missing.join(", "));
    }
    for remark in report.problems.iter().take(SHOWN) {
        println!("line {}, {}: {}", remark.line, remark.column, remark.reason);
    }
    if report.problems.len() > SHOWN {
        let more = report.problems.len() - SHOWN;
        println!("… and {more} more remarks; --json lists them all");
    }
    Ok(ExitCode::SUCCESS)
}

/// The Cabinet Office's list of public holidays.
pub fn holidays(url: &str, file: &Path, dry_run: bool, json: bool) -> Ending {
    let bytes = std::fs::read(file)
        .map_err(|cause| Outcome::Usage(format!("{}: {cause}", file.display())))?;
    let list = holiday_lists::read(&bytes);
    if list.holidays.is_empty() {
        return Err(Outcome::Usage(format!(
            "{}: no holiday can be read; a line looks like 2026/1/1,元日",
            file.display()
        )));
    }
    let report = holiday_lists::bring_in(&open(url)?, &list, dry_run)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{} lines: {} created, {} updated, {} unchanged, {} repeated, {} rejected; {} vanished{}",
        report.lines,
        report.created,
        report.updated,
        report.unchanged,
        report.repeated,
        report.rejected,
        report.vanished,
        if dry_run {
            " (dry run: nothing was written)"
        } else {
            ""
        },
    );
    for problem in report.problems.iter().take(SHOWN) {
        println!("line {}: {}", problem.line, problem.reason);
    }
    if report.problems.len() > SHOWN {
        let more = report.problems.len() - SHOWN;
        println!("… and {more} more remarks; --json lists them all");
    }
    Ok(ExitCode::SUCCESS)
}

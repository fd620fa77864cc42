//! Planning reminders from the command line, for cron: one line that says what is open and what was queued.

use std::process::ExitCode;

use chrono::NaiveDate;
use kanmon::reminders;

use super::{Ending, open, programme};

/// A day as it is typed on the command line.
pub fn day(typed: &str) -> Result<NaiveDate, String> {
    typed
        .parse()
        .map_err(|_| "this is no date; write it like 2026-11-24".to_owned())
}

/// Plans what is due on a day, today when none is named, into the outbox.
pub fn remind(url: &str, on: Option<NaiveDate>, json: bool) -> Ending {
    let db = open(url)?;
    let programme = programme(&db)?;
    let on = on.unwrap_or_else(|| db.clock().today());
    let planned = reminders::run(&db, &programme.id, on)?;
    if planned.holidays_end {
        eprintln!(
            "the public holidays are listed until 60 days from {on} at most: bring the next list in with \
             `kanmon import holidays FILE` (the Cabinet Office's syukujitsu.csv), or letters will go out on holidays"
        );
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&planned)?);
        return Ok(ExitCode::SUCCESS);
    }
    let kinds: Vec<String> = planned
        .kinds
        .iter()
        .map(|(kind, tally)| format!("{} {}/{}", kind.as_str(), tally.open, tally.queued))
        .collect();
    let kinds = match kinds.is_empty() {
        true => String::new(),
        false => format!(" (open/queued: {})", kinds.join(", ")),
    };
    println!(
        "{on}: {} matters open, {} letters queued{kinds}",
        planned.open, planned.queued
    );
    Ok(ExitCode::SUCCESS)
}

//! The notice on the command line: every clause with its rules and tests, and every reading for sign-off.

use std::process::ExitCode;

use kanmon::rules::notice::{self, Clause, register};
use kanmon::rules::readings::{self, Reading};
use kanmon::vectors;
use serde_json::{Value, json};

use super::{Ending, Outcome};

macro_rules! sources {
    ($($file:literal),+ $(,)?) => {
        [$(($file, include_str!(concat!("../", $file)))),+]
    };
}

/// The sources of the rooms with their paths: they too decide what a text leaves open. A test fails when one is not here.
const ROOMS: &[(&str, &str)] = &sources![
    "accounts/deputies.rs",
    "accounts/entry_codes.rs",
    "accounts/factor_losses.rs",
    "accounts/factors.rs",
    "accounts/mailboxes.rs",
    "accounts/memberships.rs",
    "accounts/reviews.rs",
    "attestations/answers.rs",
    "attestations/evidence.rs",
    "attestations/mod.rs",
    "cases/mod.rs",
    "cases/orders.rs",
    "cases/transfers.rs",
    "contacts/addenda.rs",
    "contacts/bookings.rs",
    "contacts/invitations.rs",
    "contacts/mod.rs",
    "contacts/store.rs",
    "deliveries/approvals.rs",
    "deliveries/deviations.rs",
    "deliveries/mod.rs",
    "facilities/codes.rs",
    "facilities/duties.rs",
    "facilities/imports.rs",
    "facilities/keys.rs",
    "facilities/lists.rs",
    "facilities/lists/columns.rs",
    "facilities/lists/source.rs",
    "house/changes.rs",
    "house/exceptions.rs",
    "house/preview.rs",
    "physicians/mod.rs",
    "physicians/posts.rs",
    "physicians/statement_pages.rs",
    "physicians/store.rs",
    "programmes/days_off.rs",
    "programmes/holiday_lists.rs",
    "reminders/courses.rs",
    "reminders/facts.rs",
    "reminders/matters.rs",
    "reminders/plan.rs",
    "reminders/planning.rs",
    "reminders/post.rs",
    "reminders/post/reading.rs",
    "standings/facts.rs",
];

/// Every clause of every edition with its rules, its tests and its readings.
pub fn clauses(json: bool) -> Ending {
    if json {
        let editions: Vec<Value> = notice::editions()
            .iter()
            .map(|edition| {
                let clauses: Vec<Value> = edition.clauses.iter().map(as_json).collect();
                json!({ "edition": edition.id, "document": edition.document, "clauses": clauses })
            })
            .collect();
        println!(
            "{}",
            serde_json::to_string_pretty(&json!({ "editions": editions }))?
        );
        return Ok(ExitCode::SUCCESS);
    }
    for edition in notice::editions() {
        println!("{} {}", edition.id, edition.document);
        for clause in edition.clauses {
            as_text(clause);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn of_clause(clause: &Clause) -> impl Iterator<Item = &'static Reading> {
    let id = clause.id;
    readings::of_the_rules()
        .iter()
        .filter(move |reading| reading.clauses.contains(&id))
}

fn entry(clause: &Clause) -> register::Entry {
    // A clause that the register does not know is shown with nothing, and a test fails.
    register::entry(clause.id)
        .copied()
        .unwrap_or(register::Entry {
            clause: clause.id,
            answered: register::Answered::By(&[]),
            tests: &[],
        })
}

fn as_json(clause: &Clause) -> Value {
    let entry = entry(clause);
    json!({
        "id": clause.id,
        "number": clause.number,
        "strength": clause.strength,
        "japanese": clause.japanese,
        "english": clause.english,
        "rules": entry.rules(),
        "without_rule": entry.without_rule().map(register::WithoutRule::as_str),
        "vectors": vectors::of_clause(clause.id),
        "tests": entry.tests,
        "readings": of_clause(clause).collect::<Vec<_>>(),
    })
}

fn as_text(clause: &Clause) {
    let entry = entry(clause);
    println!(
        "\n{} [{}] {}",
        clause.id,
        clause.strength.as_str(),
        clause.number
    );
    println!("  {}", clause.japanese.replace('\n', "\n  "));
    match entry.without_rule() {
        Some(why) => println!("  no rule: {}", why.as_str()),
        None => println!("  rules: {}", entry.rules().join(", ")),
    }
    let by_kind = vectors::of_clause(clause.id).iter();
    let vectors = by_kind.map(|(kind, ids)| format!("{kind} {}", ids.join(" ")));
    let tests: Vec<String> = vectors
        .chain(entry.tests.iter().map(|test| (*test).to_owned()))
        .collect();
    println!("  tests: {}", tests.join("; "));
    for reading in of_clause(clause) {
        println!(
            "  reading: {} {} #{}",
            reading.file, reading.item, reading.number
        );
    }
}

/// Every reading, file by file and item by item.
pub fn readings(json: bool) -> Ending {
    let rooms = ROOMS
        .iter()
        .flat_map(|(file, text)| readings::of_source(file, text));
    let all: Vec<Reading> = readings::of_the_rules()
        .iter()
        .cloned()
        .chain(rooms)
        .collect();
    if let Some(empty) = all.iter().find(|reading| reading.text.is_empty()) {
        return Err(Outcome::Failed(format!(
            "a reading in {} {} says nothing",
            empty.file, empty.item
        )));
    }
    if json {
        println!(
            "{}",
            serde_json::to_string_pretty(&json!({ "readings": all }))?
        );
        return Ok(ExitCode::SUCCESS);
    }
    let mut file = "";
    for (at, reading) in all.iter().enumerate() {
        if file != reading.file {
            println!("\n{}", reading.file);
            file = reading.file;
        }
        println!(
            "{:>4}. {} #{} [{}]\n      {}",
            at + 1,
            reading.item,
            reading.number,
            reading.clauses.join(", "),
            reading.text
        );
    }
    Ok(ExitCode::SUCCESS)
}

//! `kanmon dossier facility|delivery ID FOLDER`: all that is kept of it in one folder, signed as the log stands.

use std::path::Path;
use std::process::ExitCode;

use kanmon::dossiers::{self, About};
use kanmon::inspection::dossier::{self, Made};
use kanmon::scope::{Actor, Scope};

use super::auditing::signed;
use super::judging::{delivery_named, facility_named};
use super::{Ending, Outcome, open, programme};
use kanmon::config::KeyFile;

/// What is asked for, as it is typed.
pub enum Asked<'a> {
    Facility(&'a str),
    Delivery(&'a str),
}

/// Writes the dossier to a folder that is empty or not there yet.
pub fn make(url: &str, asked: &Asked<'_>, folder: &Path, key: &KeyFile) -> Ending {
    let db = open(url)?;
    let scope = Scope::Programme(programme(&db)?.id);
    let about = db.read(|conn| {
        Ok(match asked {
            Asked::Facility(text) => About::Facility(facility_named(conn, text)?),
            Asked::Delivery(text) => About::Delivery(delivery_named(conn, &scope, text)?),
        })
    })?;
    let filled = folder
        .read_dir()
        .is_ok_and(|mut found| found.next().is_some());
    if filled {
        let shown = folder.display();
        return Err(Outcome::Usage(format!("{shown} is not an empty folder")));
    }
    let within = scope.clone();
    let titled = db.write(&Actor::system("dossier"), move |tx| {
        dossiers::record_made(tx, &within, &about)
    })?;
    // The checkpoint comes after the row that says the dossier was made, so that it speaks of the whole export.
    signed(&db, key)?;
    let made = Made {
        by: "kanmon dossier".to_owned(),
        at: db.clock().now(),
    };
    let files = db.read(|conn| dossier::write(conn, &scope, &titled, &made, folder))?;
    println!(
        "{}: {} files written to {}",
        titled.title,
        files.len(),
        folder.display()
    );
    Ok(ExitCode::SUCCESS)
}

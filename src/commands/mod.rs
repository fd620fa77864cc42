//! What the commands share: how they end, and how they open a database.

pub mod admin;
pub mod auditing;
pub mod checking;
pub mod demo;
pub mod dossiers;
pub mod imports;
pub mod judging;
pub mod notice;
pub mod reminding;
pub mod sending;
pub mod serving;

use std::process::ExitCode;

use kanmon::clock::Clock;
use kanmon::db::{Db, Location};
use kanmon::error::Error;
use kanmon::programmes::{self, Programme};

/// How a command that could not do its work ends: the exit code says whose turn it is.
pub enum Outcome {
    /// 1: the work found something wrong.
    Failed(String),
    /// 2: the command or its input cannot be read.
    Usage(String),
    /// 78: a setting cannot be used; one line names the variable.
    Configuration(String),
}

impl Outcome {
    /// Says what is so and what to do, and turns into the exit code.
    pub fn explain(self) -> ExitCode {
        let (code, words) = match self {
            Outcome::Failed(words) => (1, words),
            Outcome::Usage(words) => (2, words),
            Outcome::Configuration(words) => (78, words),
        };
        eprintln!("{words}");
        ExitCode::from(code)
    }
}

impl From<Error> for Outcome {
    fn from(cause: Error) -> Outcome {
        match cause {
            Error::NotFound => Outcome::Usage("there is no such record; check the id".to_owned()),
            other => Outcome::Failed(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Outcome {
    fn from(cause: serde_json::Error) -> Outcome {
        Outcome::Failed(cause.to_string())
    }
}

/// How every command ends.
pub type Ending = Result<ExitCode, Outcome>;

/// Opens the database of a command, which must be migrated already.
pub fn open(url: &str) -> Result<Db, Outcome> {
    // Opening a SQLite file that is not there would make one, and a slip in its name would look like no data.
    if let Ok(Location::Sqlite(file)) = Location::parse(url)
        && !file.exists()
    {
        return Err(Outcome::Configuration(format!(
            "DATABASE_URL: there is no file {}; run `kanmon migrate` to make it",
            file.display()
        )));
    }
    let db = Db::open(url, Clock::system())
        .map_err(|cause| Outcome::Configuration(format!("DATABASE_URL: {cause}")))?;
    if kanmon::guards::is_pending(&db)? {
        return Err(Outcome::Configuration(
            "DATABASE_URL: the schema is not up to date; run `kanmon migrate` first".to_owned(),
        ));
    }
    Ok(db)
}

/// The programme that this database was made for.
pub fn programme(db: &Db) -> Result<Programme, Outcome> {
    db.read(programmes::only)?.ok_or_else(no_programme)
}

/// Nothing can be asked of a database in which no programme has begun.
pub fn no_programme() -> Outcome {
    Outcome::Failed("no programme has begun in this database; run `kanmon migrate`".to_owned())
}

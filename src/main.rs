//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kanmon::clock::Clock;
use kanmon::config::{Config, Settings};
use kanmon::db::Db;
use kanmon::web::Site;

/// Exit code for a setting that cannot be used.
const CONFIGURATION: u8 = 78;

#[derive(Parser)]
#[command(name = "kanmon", version, about)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages.
    Serve(Settings),
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .init();
    match Line::parse().command {
        Command::Serve(settings) => serve(&settings),
    }
}

fn serve(settings: &Settings) -> ExitCode {
    let config = match Config::check(settings, false) {
        Ok(config) => config,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(CONFIGURATION);
        }
    };
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let db = Db::open(&config.database_url, Clock::system())?;
    if kanmon::guards::is_pending(&db)? {
        kanmon::guards::migrate(&db)?;
    }
    let _lock = only_one(&db)?;
    let site = Site::new(db, config);
    Ok(kanmon::app::serve(site)?)
}

/// A second `serve` on one SQLite file would be a second writer; the lock ends with the process.
fn only_one(db: &Db) -> Result<Option<std::fs::File>, Box<dyn std::error::Error>> {
    let Some(file) = db.file() else {
        return Ok(None);
    };
    let mut path = file.as_os_str().to_owned();
    path.push(".serve.lock");
    let lock = std::fs::File::create(&path)?;
    if lock.try_lock().is_err() {
        let path = path.to_string_lossy();
        return Err(format!("another kanmon serve holds {path}; end it first").into());
    }
    Ok(Some(lock))
}

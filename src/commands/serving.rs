//! Serving the pages, and what runs beside them: the daily sweep, the planner, the sender of letters and the witness.

use std::process::ExitCode;
use std::time::Duration;

use kanmon::clock::Clock;
use kanmon::config::{Config, Settings};
use kanmon::db::Db;
use kanmon::web::Site;
use kanmon::{app, guards, programmes, standings};

use super::sending::Beside;
use super::{Ending, Outcome, admin};

/// How often standings whose day has passed are looked for. The sweep itself is quick when there are none.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Checks the settings and the database, and says what would be served.
pub fn check(settings: &Settings) -> Ending {
    let config = configured(settings)?;
    let db = Db::open(&config.database_url, Clock::system())
        .map_err(|cause| Outcome::Configuration(format!("DATABASE_URL: {cause}")))?;
    let pending = guards::is_pending(&db)?;
    refuse_demo(&db, pending)?;
    println!(
        "the settings can be used: pages at {}, letters go {} from {}, checkpoints to {}, {}",
        config.public_url.origin,
        config.mail.office,
        config.mail.from.email,
        checkpoints(&config),
        if pending {
            "schema to be migrated at the start"
        } else {
            "schema up to date"
        },
    );
    Ok(ExitCode::SUCCESS)
}

fn checkpoints(config: &Config) -> String {
    let file = config.checkpoints.file.display();
    match &config.checkpoints.mail_to {
        Some(to) => format!("{file} and daily to {}", to.email),
        None => file.to_string(),
    }
}

/// Serves until the process is asked to end.
pub fn serve(settings: &Settings) -> Ending {
    let config = configured(settings)?;
    let db = Db::open(&config.database_url, Clock::system())
        .map_err(|cause| Outcome::Configuration(format!("DATABASE_URL: {cause}")))?;
    let pending = guards::is_pending(&db)?;
    refuse_demo(&db, pending)?;
    if pending {
        guards::migrate(&db)?;
    }
    admin::begin(&db)?;
    run(db, config)
}

/// Serves a database that is ready.
pub fn run(db: Db, config: Config) -> Ending {
    let _lock = only_one(&db)?;
    start_sweep(db.clone())?;
    let beside = Beside::start(&db, &config)?;
    let served = app::serve(Site::new(db, config));
    beside.end();
    served.map_err(|cause| Outcome::Configuration(format!("BIND: {cause}")))?;
    Ok(ExitCode::SUCCESS)
}

fn configured(settings: &Settings) -> Result<Config, Outcome> {
    Config::check(settings, false).map_err(|problem| Outcome::Configuration(problem.to_string()))
}

/// Fictional content must never be taken for records.
fn refuse_demo(db: &Db, pending: bool) -> Result<(), Outcome> {
    if !pending && db.read(programmes::is_demo)? {
        return Err(Outcome::Configuration(
            "DATABASE_URL: this database holds the sample programme; `kanmon demo` serves it"
                .to_owned(),
        ));
    }
    Ok(())
}

/// A second `serve` on one SQLite file would be a second writer; the lock ends with the process.
fn only_one(db: &Db) -> Result<Option<std::fs::File>, Outcome> {
    let Some(file) = db.file() else {
        return Ok(None);
    };
    let mut path = file.as_os_str().to_owned();
    path.push(".serve.lock");
    let lock = std::fs::File::create(&path).map_err(|cause| {
        Outcome::Configuration(format!("DATABASE_URL: {}: {cause}", path.to_string_lossy()))
    })?;
    if lock.try_lock().is_err() {
        return Err(Outcome::Configuration(format!(
            "DATABASE_URL: another kanmon serves this file and holds {}; end it first",
            path.to_string_lossy()
        )));
    }
    Ok(Some(lock))
}

/// Renews what the passing of a day has changed, now and every ten minutes.
fn start_sweep(db: Db) -> Result<(), Outcome> {
    let sweep = move || {
        loop {
            match db.read(programmes::only) {
                Ok(Some(programme)) => match standings::sweep(&db, &programme.id) {
                    Ok(0) => {}
                    Ok(renewed) => tracing::info!(renewed, "standings swept"),
                    Err(cause) => {
                        tracing::error!(%cause, "the sweep failed and will be tried again")
                    }
                },
                Ok(None) => {}
                Err(cause) => tracing::error!(%cause, "the sweep cannot read the programme"),
            }
            std::thread::sleep(SWEEP_EVERY);
        }
    };
    std::thread::Builder::new()
        .name("kanmon-sweep".to_owned())
        .spawn(sweep)
        .map(|_| ())
        .map_err(|cause| Outcome::Failed(format!("the sweep cannot be started: {cause}")))
}

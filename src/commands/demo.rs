//! `kanmon demo`: a sample programme of fictional facilities in every state, and its pages.

mod acts;
mod cast;
mod courses;
mod story;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kanmon::clock::Clock;
use kanmon::config::Config;
use kanmon::db::Db;
use kanmon::{guards, programmes};

use super::{Ending, Outcome, serving};

/// The sample's file, in the folder where the command is run.
const FILE: &str = "kanmon-demo.db";

/// What of the demo can be set.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// The address to listen on.
    #[arg(long, env = "BIND", default_value = "127.0.0.1:8080")]
    bind: String,
    /// Another database than ./kanmon-demo.db.
    #[arg(long, env = "DEMO_DATABASE_URL")]
    database_url: Option<String>,
}

/// Makes the sample where there is none, prints address and accounts, and serves.
pub fn run(settings: &Settings, fresh: bool, prepare_only: bool) -> Ending {
    let url = settings
        .database_url
        .clone()
        .unwrap_or_else(|| format!("sqlite://{FILE}"));
    if fresh && settings.database_url.is_none() {
        remove_sample()?;
    }
    let config = configured(settings, &url)?;
    let db = prepare(&url)?;
    print!("{}", cast::programme_of_accounts(&config.public_url.origin));
    if prepare_only {
        return Ok(ExitCode::SUCCESS);
    }
    serving::run(db, config)
}

fn configured(settings: &Settings, url: &str) -> Result<Config, Outcome> {
    let all = kanmon::config::Settings {
        database_url: url.to_owned(),
        bind: settings.bind.clone(),
        public_url: None,
        secret_key: None,
        secret_key_file: None,
        cases: "on".to_owned(),
        mail: kanmon::config::MailSettings::default(),
        contact: kanmon::config::ContactSettings::default(),
        checkpoints: kanmon::config::CheckpointSettings::default(),
    };
    let mut config =
        Config::check(&all, true).map_err(|problem| Outcome::Configuration(problem.to_string()))?;
    // The sample's key proves nothing to anybody, so that it may lie beside the sample.
    config.checkpoints.key_file = config.checkpoints.file.with_extension("key");
    Ok(config)
}

/// Opens the sample; what somebody did in it stays, unless it was asked for anew.
fn prepare(url: &str) -> Result<Db, Outcome> {
    let now = Clock::system().now();
    let story = Db::open(url, Clock::set_to(now))
        .map_err(|cause| Outcome::Configuration(format!("DEMO_DATABASE_URL: {cause}")))?;
    if !guards::is_pending(&story)? && story.read(programmes::only)?.is_some() {
        if !story.read(programmes::is_demo)? {
            return Err(Outcome::Configuration(
                "DEMO_DATABASE_URL: this database holds a real programme; the sample is never mixed into it"
                    .to_owned(),
            ));
        }
    } else {
        guards::migrate(&story)?;
        story::tell(&story, now)?;
        programmes::days_off::seed(&story)?;
    }
    drop(story);
    Db::open(url, Clock::system()).map_err(Outcome::from)
}

/// Removes the sample's own files, after looking that they are the sample's.
fn remove_sample() -> Result<(), Outcome> {
    if !Path::new(FILE).exists() {
        return Ok(());
    }
    let db = Db::open(&format!("sqlite://{FILE}"), Clock::system())?;
    if !guards::is_pending(&db)? && !db.read(programmes::is_demo)? {
        return Err(Outcome::Failed(format!(
            "{FILE} holds no sample and is left alone"
        )));
    }
    drop(db);
    // The checkpoints of a sample that is gone would contradict the new one.
    let checkpoints = Path::new(FILE).with_file_name("kanmon-demo-checkpoints.txt");
    let own = ["", "-wal", "-shm", ".serve.lock"].map(|end| PathBuf::from(format!("{FILE}{end}")));
    for file in own.into_iter().chain([checkpoints]) {
        if file.exists() {
            std::fs::remove_file(&file)
                .map_err(|cause| Outcome::Failed(format!("{}: {cause}", file.display())))?;
        }
    }
    Ok(())
}

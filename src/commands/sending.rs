//! Sending letters: once for cron, and all the time beside the pages; and planning them, which goes before.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use kanmon::config::{BadSetting, Mail, MailSettings, PublicUrl};
use kanmon::db::Db;
use kanmon::error::Result;
use kanmon::ids::ProgrammeId;
use kanmon::programmes;
use kanmon::reminders::sending::{self, Sent};

use super::{Ending, Outcome, open};
use crate::Database;

/// How often the sender looks for letters that wait.
const SEND_EVERY: Duration = Duration::from_secs(3);
/// How often the plan is looked at. A run that finds nothing new writes nothing.
const PLAN_EVERY: Duration = Duration::from_secs(600);

/// What of sending can be set.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    #[command(flatten)]
    pub database: Database,
    /// The address on which `serve` listens; the pages' address follows from it where PUBLIC_URL is not set.
    #[arg(long, env = "BIND", default_value = "127.0.0.1:8080")]
    bind: String,
    /// The address under which people reach the pages; links are made from it alone.
    #[arg(long, env = "PUBLIC_URL")]
    public_url: Option<String>,
    #[command(flatten)]
    mail: MailSettings,
}

/// Sends all that waits, and says in one line what became of it. Safe beside `serve` and beside itself.
pub fn send(settings: &Settings) -> Ending {
    let mail =
        configured(settings).map_err(|problem| Outcome::Configuration(problem.to_string()))?;
    let db = open(&settings.database.database_url)?;
    let sent = sending::send(&db, &mail, &AtomicBool::new(false))?;
    println!("{}", in_words(&sent));
    Ok(if sent.dead > 0 || sent.unreachable.is_some() {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

fn configured(settings: &Settings) -> Result<Mail, BadSetting> {
    let (_, public_url) = PublicUrl::check(settings.public_url.as_deref(), &settings.bind)?;
    Mail::check(&settings.mail, &public_url)
}

fn in_words(sent: &Sent) -> String {
    let mut words = format!(
        "{} sent, {} to be tried again, {} dead; {} no longer due, {} overtaken, {} without a reader",
        sent.sent, sent.later, sent.dead, sent.lapsed, sent.overtaken, sent.unaddressed
    );
    if let Some((since, why)) = &sent.unreachable {
        let since = since.format("%Y-%m-%dT%H:%M:%SZ");
        words += &format!("; the mail server cannot be reached since {since}: {why}");
    }
    words
}

/// The sender and the planner beside the pages. Ending them lets a letter that is being handed in come to its end.
pub struct Beside {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Beside {
    pub fn start(db: &Db, mail: &Mail) -> Result<Beside, Outcome> {
        let mut beside = Beside {
            stop: Arc::default(),
            threads: Vec::new(),
        };
        let (own, mail, stop) = (db.clone(), mail.clone(), Arc::clone(&beside.stop));
        beside.run("kanmon-sender", SEND_EVERY, move || {
            send_what_waits(&own, &mail, &stop);
        })?;
        let own = db.clone();
        beside.run("kanmon-planner", PLAN_EVERY, move || plan_today(&own))?;
        Ok(beside)
    }

    fn run(
        &mut self,
        name: &str,
        every: Duration,
        work: impl Fn() + Send + 'static,
    ) -> Result<(), Outcome> {
        let stop = Arc::clone(&self.stop);
        let work = move || {
            while !stop.load(Ordering::SeqCst) {
                work();
                std::thread::park_timeout(every);
            }
        };
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(work)
            .map_err(|cause| Outcome::Failed(format!("{name} cannot be started: {cause}")))?;
        self.threads.push(thread);
        Ok(())
    }

    /// Stops both, and waits for the letter that is under way.
    pub fn end(self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads {
            thread.thread().unpark();
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

fn send_what_waits(db: &Db, mail: &Mail, stop: &AtomicBool) {
    let sent = match sending::is_resting(db) {
        Ok(true) => return,
        Ok(false) => sending::send(db, mail, stop),
        Err(cause) => Err(cause),
    };
    match sent {
        Ok(sent) if sent.is_idle() => {}
        Ok(sent) if sent.dead > 0 || sent.unreachable.is_some() => {
            tracing::error!("letters: {}", in_words(&sent));
        }
        Ok(sent) => tracing::info!("letters: {}", in_words(&sent)),
        Err(cause) => tracing::error!(%cause, "sending failed and will be tried again"),
    }
}

fn plan_today(db: &Db) {
    let planned = match db.read(programmes::only) {
        Ok(Some(programme)) => plan(db, &programme.id),
        Ok(None) => return,
        Err(cause) => Err(cause),
    };
    if let Err(cause) = planned {
        tracing::error!(%cause, "planning failed and will be tried again");
    }
}

/// Queues what is due today.
fn plan(_db: &Db, _programme: &ProgrammeId) -> Result<()> {
    // MERGE: kanmon::reminders::run(db, programme, db.clock().today()) goes here, and its figures into the log.
    Ok(())
}

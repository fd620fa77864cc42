//! Sending letters: once for cron, and all the time beside the pages; and planning them, which goes before.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::NaiveDate;
use kanmon::audit;
use kanmon::codes::CodeKey;
use kanmon::config::{self, BadSetting, Checkpoints, Config, Mail, MailSettings, PublicUrl};
use kanmon::db::Db;
use kanmon::error::Result;
use kanmon::programmes;
use kanmon::reminders;
use kanmon::reminders::sending::{self, Sent};
use kanmon::witness::{self, Witness};

use super::{Ending, Outcome, open};
use crate::Database;

/// How often the sender looks for letters that wait.
const SEND_EVERY: Duration = Duration::from_secs(3);
/// How often it is looked whether there is anything new to plan: another day, or a change in the log.
const PLAN_EVERY: Duration = Duration::from_secs(20);
/// How often it is looked whether the file of checkpoints lacks any, where no write of this process has woken the witness:
/// another process may have written, or the disk has room again.
const WITNESS_EVERY: Duration = Duration::from_secs(20);

/// What of sending can be set. It has no `Debug`, because it holds the secret.
#[derive(Clone, clap::Args)]
pub struct Settings {
    #[command(flatten)]
    pub database: Database,
    /// The address on which `serve` listens; the pages' address follows from it where PUBLIC_URL is not set.
    #[arg(long, env = "BIND", default_value = "127.0.0.1:8080")]
    bind: String,
    /// The address under which people reach the pages; links are made from it alone.
    #[arg(long, env = "PUBLIC_URL")]
    public_url: Option<String>,
    /// The secret of the pages: the codes of invitations and resets are made with it when their letters are written.
    #[arg(long, env = "SECRET_KEY", hide_env_values = true)]
    secret_key: Option<String>,
    /// A file that holds the secret instead.
    #[arg(long, env = "SECRET_KEY_FILE")]
    secret_key_file: Option<PathBuf>,
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
    let mut mail = Mail::check(&settings.mail, &public_url)?;
    let file = settings.secret_key_file.as_deref();
    let secret = config::secret(settings.secret_key.as_deref(), file)?;
    mail.codes = secret.as_ref().map(CodeKey::of);
    Ok(mail)
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

/// The sender, the planner and the witness beside the pages. Ending them lets a letter that is being handed in come to its
/// end, and the last checkpoint reach its file.
pub struct Beside {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Beside {
    pub fn start(db: &Db, config: &Config) -> Result<Beside, Outcome> {
        let Checkpoints {
            key_file,
            file,
            mail_to,
        } = config.checkpoints.clone();
        let secret = super::auditing::secret(&key_file)?;
        let mut beside = Beside {
            stop: Arc::default(),
            threads: Vec::new(),
        };
        let (own, mail, stop) = (db.clone(), config.mail.clone(), Arc::clone(&beside.stop));
        let to = mail_to.clone();
        beside.run("kanmon-sender", SEND_EVERY, move || {
            send_what_waits(&own, &mail, &stop);
            if let Some(to) = &to
                && let Err(cause) = witness::post::send(&own, &mail, to, &stop)
            {
                tracing::error!(%cause, "mailing the checkpoint failed and will be tried again");
            }
        })?;
        let (own, planned) = (db.clone(), Mutex::new(None));
        beside.run("kanmon-planner", PLAN_EVERY, move || {
            plan(&own, &planned);
            if mail_to.is_some()
                && let Err(cause) = witness::post::queue(&own, &secret)
            {
                tracing::error!(%cause, "queueing the checkpoint failed and will be tried again");
            }
        })?;
        beside.witness(db, Witness::new(db.clone(), secret, file))?;
        Ok(beside)
    }

    /// Looks after the file of checkpoints after each write, and once more when no write comes any more.
    fn witness(&mut self, db: &Db, mut witness: Witness) -> Result<(), Outcome> {
        let (stop, db) = (Arc::clone(&self.stop), db.clone());
        self.spawn("kanmon-witness", move || {
            db.wake(std::thread::current());
            loop {
                let is_last = stop.load(Ordering::SeqCst);
                // What is in the way is logged and shown already.
                let _ = witness.keep_up();
                if is_last {
                    return;
                }
                std::thread::park_timeout(WITNESS_EVERY);
            }
        })
    }

    fn run(
        &mut self,
        name: &str,
        every: Duration,
        work: impl Fn() + Send + 'static,
    ) -> Result<(), Outcome> {
        let stop = Arc::clone(&self.stop);
        self.spawn(name, move || {
            while !stop.load(Ordering::SeqCst) {
                work();
                std::thread::park_timeout(every);
            }
        })
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Outcome> {
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(work)
            .map_err(|cause| Outcome::Failed(format!("{name} cannot be started: {cause}")))?;
        self.threads.push(thread);
        Ok(())
    }

    /// Stops all of them, and waits for the letter and the checkpoint that are under way.
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

/// A day, and where the log stood on it.
type Moment = (NaiveDate, i64);

/// Queues what is due today, unless nothing has changed since the last time: what is due follows from the day and from
/// what is recorded.
fn plan(db: &Db, planned: &Mutex<Option<Moment>>) {
    let mut planned = planned.lock().unwrap_or_else(PoisonError::into_inner);
    match plan_anew(db, *planned) {
        Ok(moment) => *planned = moment,
        Err(cause) => tracing::error!(%cause, "planning failed and will be tried again"),
    }
}

fn plan_anew(db: &Db, before: Option<Moment>) -> Result<Option<Moment>> {
    let moment = Some((db.clock().today(), db.read(audit::head)?));
    let programme = db.read(programmes::only)?;
    let (Some(programme), true) = (programme, moment != before) else {
        return Ok(before);
    };
    let found = reminders::run(db, &programme.id, db.clock().today())?;
    if found.queued > 0 {
        tracing::info!(
            open = found.open,
            queued = found.queued,
            "reminders planned"
        );
    }
    if found.holidays_end {
        tracing::warn!(
            "the holidays that are listed end within sixty days; bring in the next list"
        );
    }
    Ok(moment)
}

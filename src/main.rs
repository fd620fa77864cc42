//! The command line: a contract that scripts rely on. Results on stdout, the log on stderr.

mod commands;

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Parser, Subcommand};
use kanmon::config::{KeyFile, Settings};

use commands::{
    Outcome, admin, auditing, checking, demo, dossiers, imports, judging, notice, reminding,
    sending, serving,
};

#[derive(Parser)]
#[command(name = "kanmon", version, about, long_about = None)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

/// Which database a command works on.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// sqlite://FILE or postgres://…
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://kanmon.db")]
    database_url: String,
}

/// The day and the knowledge to judge by.
#[derive(Args, Clone)]
pub struct Moment {
    /// The day to judge (JST); today when left out.
    #[arg(long)]
    on: Option<NaiveDate>,
    /// Judge by what was known at this instant, for example 2026-11-22T09:00:00+09:00.
    #[arg(long)]
    known_at: Option<DateTime<Utc>>,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// How an answer is printed.
#[derive(Args, Clone, Copy)]
pub struct Printed {
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a sample programme of fictional facilities from ./kanmon-demo.db.
    Demo {
        #[command(flatten)]
        settings: demo::Settings,
        /// Make the sample anew, even where one is there.
        #[arg(long)]
        fresh: bool,
        /// Make the sample and print its accounts without serving it.
        #[arg(long)]
        prepare_only: bool,
    },
    /// Serve the pages.
    Serve(Settings),
    /// Bring the schema and the guards up to date.
    Migrate(Database),
    /// Make the first administrator; the password is read from the first line of standard input.
    CreateAdmin {
        #[command(flatten)]
        database: Database,
        /// The name as it is printed beside what the person does.
        #[arg(long)]
        name: String,
        /// What the person signs in with.
        #[arg(long)]
        login: String,
    },
    /// Set a lost second factor aside where there are no two administrators to do it: its owner sets up another one at
    /// the next sign-in, and the password stays.
    ResetFactor {
        /// What the person signs in with.
        login: String,
        #[command(flatten)]
        database: Database,
    },
    /// Check the settings of `serve` and the database without serving.
    CheckConfig(Settings),
    /// Bring lists in.
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Check a dosing case by the notice: a case as JSON in, its verdict as JSON out (see docs/case.schema.json).
    Check {
        /// The file, or `-` for standard input.
        file: String,
    },
    /// Judge a facility's standing or a delivery.
    Judge {
        #[command(subcommand)]
        what: Judge,
    },
    /// All that is kept of one facility or one delivery, as a folder that opens offline and verifies by itself.
    Dossier {
        #[command(subcommand)]
        what: Dossier,
    },
    /// Every clause of the notice with its rules, its tests and its readings.
    Clauses(Printed),
    /// Every reading of what a text leaves open, for sign-off.
    Readings(Printed),
    /// Plan what is due on a day into the outbox; run twice, each letter is queued once.
    Remind {
        #[command(flatten)]
        database: Database,
        /// The day to plan for (JST), for example 2026-11-24; today when left out.
        #[arg(long, value_parser = reminding::day)]
        on: Option<NaiveDate>,
        /// Report in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Look after the stored standings.
    Standings {
        #[command(subcommand)]
        what: Standings,
    },
    /// Send the letters that wait; exit 1 when one was refused for good or the mail server cannot be reached.
    Send(sending::Settings),
    /// The audit log: whether it is whole, its signed checkpoints, proofs and export.
    Audit {
        #[command(subcommand)]
        what: Audit,
    },
    /// Judge every stored verdict again from its stored facts; exit 1 on a difference under the same rules.
    Replay(Database),
}

#[derive(Subcommand)]
enum Import {
    /// An official list of facilities: csv, csv.gz or xlsx; UTF-8 or CP932; with a header or without.
    Facilities {
        file: PathBuf,
        #[command(flatten)]
        database: Database,
        /// Report without writing.
        #[arg(long)]
        dry_run: bool,
        /// Report in JSON.
        #[arg(long)]
        json: bool,
    },
    /// The Cabinet Office's list of public holidays (syukujitsu.csv): CP932 or UTF-8; with a header or without.
    Holidays {
        file: PathBuf,
        #[command(flatten)]
        database: Database,
        /// Report without writing.
        #[arg(long)]
        dry_run: bool,
        /// Report in JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum Judge {
    /// A facility's gate without an order; ID is the internal id or the 医療機関コード.
    Facility {
        id: String,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        moment: Moment,
    },
    /// A delivery; ID is the internal id or the printed number (D-0001).
    Delivery {
        id: String,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        moment: Moment,
    },
    /// Everything that was shipped and would not pass with what is known today.
    WouldNotPass {
        #[command(flatten)]
        database: Database,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum Dossier {
    /// Of a facility; ID is the internal id or the 医療機関コード.
    Facility {
        id: String,
        /// A folder that is empty or not there yet.
        folder: PathBuf,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: kanmon::config::KeyFile,
    },
    /// Of a delivery; ID is the internal id or the printed number (D-0001).
    Delivery {
        id: String,
        /// A folder that is empty or not there yet.
        folder: PathBuf,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: kanmon::config::KeyFile,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// Look at every row, the head and every checkpoint; exit 1 on any damage.
    Verify {
        #[command(flatten)]
        database: Database,
        /// A verifying key known from outside (NAME+ID+KEY); otherwise the log's own word on its keys is taken.
        #[arg(long)]
        key: Vec<String>,
        /// A file with checkpoints kept outside.
        #[arg(long)]
        checkpoints: Vec<PathBuf>,
    },
    /// Sign the log as it stands and print the checkpoint.
    Checkpoint {
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: KeyFile,
    },
    /// Print the proof that one row (its id or sequence) is in the log.
    Prove {
        id: String,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: KeyFile,
    },
    /// Prove that the log of an older checkpoint is the beginning of that of a newer one, or of the log as it stands.
    Consistency {
        /// A file whose last note is the older checkpoint.
        old: PathBuf,
        /// A file whose last note is the newer one; the log is signed as it stands where it is left out.
        new: Option<PathBuf>,
        #[command(flatten)]
        database: Database,
        /// A verifying key known from outside (NAME+ID+KEY); otherwise the log's own word on its keys is taken.
        #[arg(long = "key")]
        keys: Vec<String>,
        #[command(flatten)]
        key: KeyFile,
    },
    /// Write rows, checkpoints and keys to a folder, for a verifier of another make (tools/verify_audit.py).
    Export {
        folder: PathBuf,
        #[command(flatten)]
        database: Database,
        #[command(flatten)]
        key: KeyFile,
    },
}

#[derive(Subcommand)]
enum Standings {
    /// Judge every stored standing afresh and mend those that differ; with --check only report, exit 1.
    Rebuild {
        #[command(flatten)]
        database: Database,
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .init();
    let outcome = match Line::parse().command {
        Command::Demo {
            settings,
            fresh,
            prepare_only,
        } => demo::run(&settings, fresh, prepare_only),
        Command::Serve(settings) => serving::serve(&settings),
        Command::Migrate(database) => admin::migrate(&database.database_url),
        Command::CreateAdmin {
            database,
            name,
            login,
        } => admin::create(&database.database_url, &name, &login),
        Command::ResetFactor { login, database } => {
            admin::reset_factor(&database.database_url, &login)
        }
        Command::CheckConfig(settings) => serving::check(&settings),
        Command::Import {
            what:
                Import::Facilities {
                    file,
                    database,
                    dry_run,
                    json,
                },
        } => imports::facilities(&database.database_url, &file, dry_run, json),
        Command::Import {
            what:
                Import::Holidays {
                    file,
                    database,
                    dry_run,
                    json,
                },
        } => imports::holidays(&database.database_url, &file, dry_run, json),
        Command::Remind { database, on, json } => {
            reminding::remind(&database.database_url, on, json)
        }
        Command::Check { file } => checking::check(&file),
        Command::Judge { what } => match what {
            Judge::Facility {
                id,
                database,
                moment,
            } => judging::facility(&database.database_url, &id, &moment),
            Judge::Delivery {
                id,
                database,
                moment,
            } => judging::delivery(&database.database_url, &id, &moment),
            Judge::WouldNotPass { database, json } => {
                judging::would_not_pass(&database.database_url, json)
            }
        },
        Command::Dossier { what } => match what {
            Dossier::Facility {
                id,
                folder,
                database,
                key,
            } => {
                let asked = dossiers::Asked::Facility(&id);
                dossiers::make(&database.database_url, &asked, &folder, &key)
            }
            Dossier::Delivery {
                id,
                folder,
                database,
                key,
            } => {
                let asked = dossiers::Asked::Delivery(&id);
                dossiers::make(&database.database_url, &asked, &folder, &key)
            }
        },
        Command::Clauses(printed) => notice::clauses(printed.json),
        Command::Readings(printed) => notice::readings(printed.json),
        Command::Standings {
            what: Standings::Rebuild { database, check },
        } => judging::rebuild(&database.database_url, check),
        Command::Send(settings) => sending::send(&settings),
        Command::Audit { what } => match what {
            Audit::Verify {
                database,
                key,
                checkpoints,
            } => auditing::verify(&database.database_url, &key, &checkpoints),
            Audit::Checkpoint { database, key } => {
                auditing::checkpoint(&database.database_url, &key)
            }
            Audit::Prove { id, database, key } => {
                auditing::prove(&database.database_url, &id, &key)
            }
            Audit::Consistency {
                old,
                new,
                database,
                keys,
                key,
            } => auditing::consistency(&database.database_url, (&old, new.as_deref()), &keys, &key),
            Audit::Export {
                folder,
                database,
                key,
            } => auditing::export(&database.database_url, &folder, &key),
        },
        Command::Replay(database) => judging::replay(&database.database_url),
    };
    outcome.unwrap_or_else(Outcome::explain)
}

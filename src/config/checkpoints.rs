//! Where checkpoints of the audit log go: the key that signs them, the file that keeps them, the address outside.

use std::path::{Path, PathBuf};

use lettre::message::Mailbox;

use super::{BadSetting, bad};
use crate::mailbox::mailbox;

/// The key that signs checkpoints, as it is typed.
#[derive(Debug, Clone, clap::Args)]
pub struct KeyFile {
    /// The file with the signing key, 32 bytes in hexadecimal; made with fresh chance where there is none. Keep it
    /// away from the database and its backups.
    #[arg(
        long,
        env = "CHECKPOINT_KEY_FILE",
        default_value = "kanmon-checkpoint.key"
    )]
    pub checkpoint_key_file: PathBuf,
}

/// Where checkpoints go, as it is typed.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckpointSettings {
    #[command(flatten)]
    pub key: KeyFile,
    /// The file to which a checkpoint is added after each signature and each shipment; beside the database where it is
    /// not set. Best on a disk that the operator of the database cannot write.
    #[arg(long, env = "CHECKPOINT_FILE")]
    pub checkpoint_file: Option<PathBuf>,
    /// An address outside the house to which a checkpoint is mailed once a day.
    #[arg(long, env = "CHECKPOINT_MAIL_TO")]
    pub checkpoint_mail_to: Option<String>,
}

impl Default for CheckpointSettings {
    fn default() -> CheckpointSettings {
        CheckpointSettings {
            key: KeyFile {
                checkpoint_key_file: PathBuf::from("kanmon-checkpoint.key"),
            },
            checkpoint_file: None,
            checkpoint_mail_to: None,
        }
    }
}

/// Where checkpoints go.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    pub key_file: PathBuf,
    pub file: PathBuf,
    pub mail_to: Option<Mailbox>,
}

impl Checkpoints {
    /// Checks the settings; files are looked at when they are used.
    pub fn check(
        settings: &CheckpointSettings,
        database_url: &str,
    ) -> Result<Checkpoints, BadSetting> {
        let file = settings.checkpoint_file.clone();
        if file
            .as_ref()
            .is_some_and(|file| file.as_os_str().is_empty())
        {
            return Err(bad("CHECKPOINT_FILE", "is empty; name a file"));
        }
        let mail_to = settings.checkpoint_mail_to.as_deref().map(|to| {
            mailbox(to).map_err(|why| {
                let problem = format!("{to:?} is not one address such as proof@example.com: {why}");
                bad("CHECKPOINT_MAIL_TO", problem)
            })
        });
        let (file, key_file) = (
            file.unwrap_or_else(|| beside(database_url)),
            settings.key.checkpoint_key_file.clone(),
        );
        let database = database_url.strip_prefix("sqlite://").map(Path::new);
        if file == key_file || database == Some(&file) {
            let problem = format!("{} is a file of its own use", file.display());
            return Err(bad("CHECKPOINT_FILE", problem));
        }
        Ok(Checkpoints {
            key_file,
            file,
            mail_to: mail_to.transpose()?,
        })
    }
}

/// `kanmon-checkpoints.txt` beside `kanmon.db`; in the folder of the process where the database is no file.
fn beside(database_url: &str) -> PathBuf {
    let file = database_url.strip_prefix("sqlite://").unwrap_or("kanmon");
    let file = Path::new(file);
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-checkpoints.txt"))
}

//! What the operator sets: read from flags or the environment, checked before anything starts.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use sha2::{Digest, Sha512};
use url::Url;

use crate::codes::CodeKey;

mod checkpoints;
mod contact;
mod mail;
mod pace;

pub use checkpoints::{CheckpointSettings, Checkpoints, KeyFile};
pub use contact::{Contact, ContactSettings};
pub use mail::{Mail, Office, Security, SmtpServer};
pub use pace::Pace;

/// The shortest secret that is taken.
const SECRET_CHARS: usize = 32;

/// The settings as they are typed, each with its variable.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// Where the data lives: sqlite://FILE or postgres://…
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://kanmon.db")]
    pub database_url: String,
    /// The address to listen on.
    #[arg(long, env = "BIND", default_value = "127.0.0.1:8080")]
    pub bind: String,
    /// The address under which people reach the pages; https:// unless it is a loopback address.
    #[arg(long, env = "PUBLIC_URL")]
    pub public_url: Option<String>,
    /// At least 32 characters of chance; sessions are signed and second factors sealed with it. Keep it: under another
    /// one everybody sets up the second factor anew.
    #[arg(long, env = "SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<String>,
    /// A file that holds the secret instead.
    #[arg(long, env = "SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,
    /// Whether the pages of cases and dosing checks are shown: on or off. An operator may first need a ruling on
    /// software as a medical device.
    #[arg(long, env = "CASES", default_value = "on")]
    pub cases: String,
    #[command(flatten)]
    pub mail: MailSettings,
    #[command(flatten)]
    pub contact: ContactSettings,
    #[command(flatten)]
    pub checkpoints: CheckpointSettings,
}

/// How letters leave, as it is typed.
#[derive(Clone, clap::Args)]
pub struct MailSettings {
    /// The mail server: smtps://USER:PASSWORD@HOST:465 (TLS) or smtp://USER:PASSWORD@HOST:587 (STARTTLS). Without
    /// it letters are written as files. smtp+plain://127.0.0.1:25 (no TLS) is for loopback addresses only.
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// The sender of every letter, for example "Kanmon <kanmon@example.com>"; needed with SMTP_URL.
    #[arg(long, env = "MAIL_FROM")]
    pub mail_from: Option<String>,
    /// A PEM file with the authority that signed the mail server's certificate, where the machine does not know it.
    #[arg(long, env = "SMTP_CA_FILE")]
    pub smtp_ca_file: Option<PathBuf>,
    /// The folder for letters where there is no mail server.
    #[arg(long, env = "OUTBOX", default_value = "outbox")]
    pub outbox: PathBuf,
    /// How long a sender may hold a letter before another takes it up, in seconds.
    #[arg(long, env = "MAIL_LEASE_SECONDS", default_value_t = 120)]
    pub mail_lease_seconds: u32,
}

impl fmt::Debug for MailSettings {
    /// Without SMTP_URL, which holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailSettings")
            .field("smtp_url", &self.smtp_url.as_ref().map(|_| "…"))
            .field("mail_from", &self.mail_from)
            .field("smtp_ca_file", &self.smtp_ca_file)
            .field("outbox", &self.outbox)
            .field("mail_lease_seconds", &self.mail_lease_seconds)
            .finish()
    }
}

impl Default for MailSettings {
    fn default() -> MailSettings {
        MailSettings {
            smtp_url: None,
            mail_from: None,
            smtp_ca_file: None,
            outbox: PathBuf::from("outbox"),
            mail_lease_seconds: 120,
        }
    }
}

/// A setting that cannot be used. The command line answers it with one line and exit code 78.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSetting {
    pub variable: &'static str,
    pub problem: String,
}

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.variable, self.problem)
    }
}

impl std::error::Error for BadSetting {}

fn bad(variable: &'static str, problem: impl Into<String>) -> BadSetting {
    BadSetting {
        variable,
        problem: problem.into(),
    }
}

/// The address of the pages as browsers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// Scheme, host and port, in lower case and without a slash at the end.
    pub origin: String,
    pub https: bool,
}

/// How costly it is to check a password (argon2id). The default is OWASP's; tests take less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Default for Cost {
    fn default() -> Cost {
        Cost {
            memory_kib: 19_456,
            passes: 2,
        }
    }
}

/// The checked settings of one installation.
#[derive(Clone)]
pub struct Config {
    pub database_url: String,
    pub bind: SocketAddr,
    pub public_url: PublicUrl,
    /// 64 bytes for signing, made from the secret.
    pub secret: [u8; 64],
    /// Whether this is the sample programme.
    pub demo: bool,
    /// Whether the pages of cases and dosing checks are shown.
    pub cases: bool,
    pub cost: Cost,
    /// Whether everybody needs a second factor: everywhere but in the sample programme.
    pub second_factor: bool,
    /// How letters leave.
    pub mail: Mail,
    /// Whom to tell of a weakness.
    pub contact: Option<Contact>,
    pub pace: Pace,
    /// Where checkpoints of the log go.
    pub checkpoints: Checkpoints,
}

impl Config {
    /// Checks the settings. The message names the variable and what it should be.
    pub fn check(settings: &Settings, demo: bool) -> Result<Config, BadSetting> {
        let schemes = ["sqlite://", "postgres://", "postgresql://"];
        if !schemes.iter().any(|s| settings.database_url.starts_with(s)) {
            return Err(bad(
                "DATABASE_URL",
                "begins with neither sqlite:// nor postgres://",
            ));
        }
        let (bind, public_url) = PublicUrl::check(settings.public_url.as_deref(), &settings.bind)?;
        let cases = match settings.cases.trim() {
            "on" => true,
            "off" => false,
            other => return Err(bad("CASES", format!("{other:?} is neither on nor off"))),
        };
        let file = settings.secret_key_file.as_deref();
        let secret = match secret(settings.secret_key.as_deref(), file)? {
            Some(secret) => secret,
            None if public_url.https => {
                return Err(bad(
                    "SECRET_KEY",
                    format!(
                        "set it (or SECRET_KEY_FILE) to at least {SECRET_CHARS} random characters"
                    ),
                ));
            }
            // On one's own machine a secret of this run will do: a restart signs everybody out.
            None => secret_of_this_run()?,
        };
        let mut mail = Mail::check(&settings.mail, &public_url)?;
        mail.codes = Some(CodeKey::of(&secret));
        Ok(Config {
            database_url: settings.database_url.clone(),
            bind,
            public_url,
            secret,
            demo,
            cases,
            cost: Cost::default(),
            second_factor: !demo,
            mail,
            contact: Contact::check(&settings.contact)?,
            pace: Pace::default(),
            checkpoints: Checkpoints::check(&settings.checkpoints, &settings.database_url)?,
        })
    }
}

impl Config {
    /// What makes the codes that letters carry.
    pub fn codes(&self) -> CodeKey {
        CodeKey::of(&self.secret)
    }
}

impl PublicUrl {
    /// The address to listen on and the address of the pages, which follows from the former on one's own machine.
    pub fn check(
        public_url: Option<&str>,
        bind: &str,
    ) -> Result<(SocketAddr, PublicUrl), BadSetting> {
        let bind: SocketAddr = bind.parse().map_err(|_| {
            bad(
                "BIND",
                format!("{bind:?} is no address and port such as 127.0.0.1:8080"),
            )
        })?;
        let public_url = match public_url {
            Some(url) => PublicUrl::parse(url)?,
            None if bind.ip().is_loopback() => PublicUrl {
                origin: format!("http://{bind}"),
                https: false,
            },
            None => {
                return Err(bad(
                    "PUBLIC_URL",
                    format!("must be set, because BIND {bind} is reachable from other machines"),
                ));
            }
        };
        Ok((bind, public_url))
    }

    /// The host without its port.
    pub fn host(&self) -> &str {
        host_of(&self.origin)
    }

    fn parse(url: &str) -> Result<PublicUrl, BadSetting> {
        let origin = url.trim().trim_end_matches('/').to_ascii_lowercase();
        let (https, host) = match (
            origin.strip_prefix("https://"),
            origin.strip_prefix("http://"),
        ) {
            (Some(host), _) => (true, host),
            (None, Some(host)) => (false, host),
            (None, None) => {
                return Err(bad(
                    "PUBLIC_URL",
                    format!("{url:?} does not begin with https://"),
                ));
            }
        };
        let odd = |c: char| "/\\?#@".contains(c) || c.is_whitespace() || c.is_control();
        let more_or_less = || {
            bad(
                "PUBLIC_URL",
                format!("{url:?} is more or less than a scheme, a host and a port"),
            )
        };
        if host.is_empty() || host.contains(odd) {
            return Err(more_or_less());
        }
        // As browsers say it in Origin and Host: a name in ASCII, and no port where it is the usual one.
        let read = Url::parse(&origin).map_err(|_| more_or_less())?;
        let origin = read.origin().ascii_serialization();
        if !https && !is_loopback(read.host_str().unwrap_or_default()) {
            return Err(bad(
                "PUBLIC_URL",
                format!("{url:?} must begin with https://; plain http is for loopback only"),
            ));
        }
        Ok(PublicUrl { origin, https })
    }
}

/// The host of an origin, without scheme and port; an IPv6 address keeps its brackets.
pub fn host_of(origin: &str) -> &str {
    let host = origin.rsplit("//").next().unwrap_or(origin);
    match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a host, with or without a port, is this machine itself.
pub fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// The secret of the settings, as 64 bytes; none where none is set.
pub fn secret(
    text: Option<&str>,
    file: Option<&std::path::Path>,
) -> Result<Option<[u8; 64]>, BadSetting> {
    let (variable, text) = match (text, file) {
        (Some(text), _) => ("SECRET_KEY", text.to_owned()),
        (None, Some(file)) => (
            "SECRET_KEY_FILE",
            std::fs::read_to_string(file).map_err(|cause| {
                bad(
                    "SECRET_KEY_FILE",
                    format!("{} cannot be read: {cause}", file.display()),
                )
            })?,
        ),
        (None, None) => return Ok(None),
    };
    let found = text.trim().chars().count();
    if found < SECRET_CHARS {
        return Err(bad(
            variable,
            format!("has {found} characters; at least {SECRET_CHARS} are needed"),
        ));
    }
    Ok(Some(Sha512::digest(text.trim().as_bytes()).into()))
}

fn secret_of_this_run() -> Result<[u8; 64], BadSetting> {
    let mut bytes = [0_u8; 64];
    getrandom::fill(&mut bytes).map_err(|cause| bad("SECRET_KEY", cause.to_string()))?;
    Ok(bytes)
}

//! How letters leave: the mail server or the folder, the sender, and how long one may be held; checked at the start.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::TimeDelta;
use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::{Host, Url};

use super::{BadSetting, MailSettings, PublicUrl, bad, is_loopback};
use crate::codes::CodeKey;
use crate::mailbox::mailbox;

/// The longest time a sender may hold a letter, in seconds.
const LONGEST_LEASE: u32 = 3_600;

/// How letters leave.
#[derive(Debug, Clone)]
pub struct Mail {
    pub office: Office,
    /// The sender of every letter.
    pub from: Mailbox,
    /// PUBLIC_URL's scheme, host and port. Links are made from it alone.
    pub origin: String,
    /// How long a sender may hold a letter before another takes it up.
    pub lease: TimeDelta,
    /// What makes the codes that letters carry; without it such letters are not sent.
    pub codes: Option<CodeKey>,
}

/// Where letters are handed in.
#[derive(Debug, Clone)]
pub enum Office {
    /// Letters become files of this folder.
    Folder(PathBuf),
    Smtp(SmtpServer),
}

/// A mail server and how it is spoken to.
#[derive(Clone)]
pub struct SmtpServer {
    /// A name of DNS, or an IP address (without brackets).
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password.
    pub login: Option<(String, String)>,
    /// The authority that signed the server's certificate, in PEM, beside those the machine knows.
    pub authority: Option<Vec<u8>>,
}

/// How the way to the mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS. A server that does not offer it gets neither password nor letter.
    StartTls,
    /// None; only on this machine itself.
    Plain,
}

impl fmt::Debug for SmtpServer {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpServer")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("user", &self.login.as_ref().map(|(user, _)| user))
            .field("authority", &self.authority.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Office {
    /// In a word for `check-config` and the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Office::Folder(folder) => write!(f, "as files to {}", folder.display()),
            Office::Smtp(server) => {
                let host = &server.host;
                let security = match server.security {
                    Security::Tls => "TLS",
                    Security::StartTls => "STARTTLS",
                    Security::Plain => "no TLS",
                };
                write!(f, "to the mail server {host}:{} ({security}", server.port)?;
                match &server.login {
                    Some((user, _)) => write!(f, ", as {user})"),
                    None => f.write_str(", without a login)"),
                }
            }
        }
    }
}

impl Mail {
    /// Checks the settings of mail alone; the address of the pages is checked already (`PublicUrl::check`).
    pub fn check(settings: &MailSettings, public_url: &PublicUrl) -> Result<Mail, BadSetting> {
        if !(1..=LONGEST_LEASE).contains(&settings.mail_lease_seconds) {
            return Err(bad(
                "MAIL_LEASE_SECONDS",
                format!(
                    "{} is not between 1 and {LONGEST_LEASE}",
                    settings.mail_lease_seconds
                ),
            ));
        }
        Ok(Mail {
            office: office(settings)?,
            from: sender(settings, public_url)?,
            origin: public_url.origin.clone(),
            lease: TimeDelta::seconds(i64::from(settings.mail_lease_seconds)),
            codes: None,
        })
    }
}

fn office(settings: &MailSettings) -> Result<Office, BadSetting> {
    let Some(url) = &settings.smtp_url else {
        if settings.outbox.as_os_str().is_empty() {
            return Err(bad("OUTBOX", "is empty; name a folder"));
        }
        return Ok(Office::Folder(settings.outbox.clone()));
    };
    let mut server = SmtpServer::from_str(url)?;
    if let Some(file) = &settings.smtp_ca_file {
        let bad_file = |cause: String| bad("SMTP_CA_FILE", format!("{}: {cause}", file.display()));
        let pem = std::fs::read(file).map_err(|cause| bad_file(cause.to_string()))?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        match certificates {
            Ok(certificates) if !certificates.is_empty() => server.authority = Some(pem),
            _ => return Err(bad_file("holds no certificate in PEM".to_owned())),
        }
    }
    Ok(Office::Smtp(server))
}

fn sender(settings: &MailSettings, public_url: &PublicUrl) -> Result<Mailbox, BadSetting> {
    match (&settings.mail_from, &settings.smtp_url) {
        (Some(from), _) => mailbox(from).map_err(|why| {
            bad(
                "MAIL_FROM",
                format!(
                    "{from:?} is not one sender such as \"Kanmon <kanmon@example.com>\": {why}"
                ),
            )
        }),
        (None, Some(_)) => Err(bad(
            "MAIL_FROM",
            "must be set with SMTP_URL, for example \"Kanmon <kanmon@example.com>\"",
        )),
        // Files of a folder go nowhere, so any sender will do.
        (None, None) => {
            let host = public_url.host();
            mailbox(&format!("Kanmon <kanmon@{host}>"))
                .or_else(|_| mailbox("Kanmon <kanmon@localhost>"))
                .map_err(|why| bad("MAIL_FROM", why.to_string()))
        }
    }
}

/// What SMTP_URL should look like; said with every problem, because the value itself holds a password and is not.
const SHAPE: &str = "it should be smtps://USER:PASSWORD@HOST:465 or smtp://USER:PASSWORD@HOST:587, \
with other characters of user and password than letters and digits as %XX";

fn bad_url(problem: &str) -> BadSetting {
    bad("SMTP_URL", format!("{problem}; {SHAPE}"))
}

impl FromStr for SmtpServer {
    type Err = BadSetting;

    /// Reads SMTP_URL.
    ///
    /// `smtps://` is TLS from the first byte (port 465), `smtp://` is STARTTLS (port 587) and never less. For a relay or
    /// a test on this machine itself there is `smtp+plain://127.0.0.1:25`, without TLS; any other host is refused.
    fn from_str(text: &str) -> Result<SmtpServer, BadSetting> {
        let url = Url::parse(text.trim())
            .map_err(|cause| bad_url(&format!("cannot be read ({cause})")))?;
        let (security, port) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp" => (Security::StartTls, 587),
            "smtp+plain" => (Security::Plain, 25),
            _ => return Err(bad_url("begins with neither smtps:// nor smtp://")),
        };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(bad_url("has more than a login, a host and a port"));
        }
        let host = url
            .host_str()
            .and_then(host)
            .ok_or_else(|| bad_url("has no host that can be looked up"))?;
        let here = host
            .parse()
            .map_or_else(|_| is_loopback(&host), |ip: IpAddr| ip.is_loopback());
        if security == Security::Plain && !here {
            return Err(bad_url(
                "asks for no TLS (smtp+plain), which is for loopback addresses only",
            ));
        }
        Ok(SmtpServer {
            host,
            port: url.port().unwrap_or(port),
            security,
            login: login(url.username(), url.password())?,
            authority: None,
        })
    }
}

/// The host in ASCII, without brackets.
fn host(text: &str) -> Option<String> {
    match Host::parse(text).ok()? {
        Host::Domain(name) => Some(name),
        Host::Ipv4(ip) => Some(IpAddr::V4(ip).to_string()),
        Host::Ipv6(ip) => Some(IpAddr::V6(ip).to_string()),
    }
}

fn login(user: &str, password: Option<&str>) -> Result<Option<(String, String)>, BadSetting> {
    let plain = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .ok()
            .map(String::from)
            .filter(|text| !text.contains(char::is_control))
            .ok_or_else(|| bad_url("has a login that is no text"))
    };
    match (user, password.unwrap_or("")) {
        ("", "") => Ok(None),
        ("", _) => Err(bad_url("has a password without a user")),
        (_, "") => Err(bad_url("has a user without a password")),
        (user, password) => Ok(Some((plain(user)?, plain(password)?))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn pages() -> PublicUrl {
        PublicUrl {
            origin: "https://kanmon.example.com".to_owned(),
            https: true,
        }
    }

    fn with(change: impl FnOnce(&mut MailSettings)) -> Result<Mail, BadSetting> {
        let mut settings = MailSettings::default();
        change(&mut settings);
        Mail::check(&settings, &pages())
    }

    fn server(url: &str) -> SmtpServer {
        url.parse().unwrap()
    }

    #[test]
    fn without_a_server_letters_become_files() {
        let mail = with(|_| {}).unwrap();
        assert!(matches!(&mail.office, Office::Folder(folder) if folder.ends_with("outbox")));
        assert_eq!(mail.from.to_string(), "Kanmon <kanmon@kanmon.example.com>");
        assert_eq!(mail.office.to_string(), "as files to outbox");
        assert_eq!(mail.lease, TimeDelta::seconds(120));
    }

    #[test]
    fn a_server_is_read_with_its_security_and_login() {
        let tls = server("smtps://kanmon:p%40ss%3Aw%2Ford%25@Mail.Example.com");
        assert_eq!((tls.host.as_str(), tls.port), ("mail.example.com", 465));
        assert_eq!(tls.security, Security::Tls);
        assert_eq!(tls.login, Some(("kanmon".into(), "p@ss:w/ord%".into())));
        let starttls = server("smtp://kanmon%40example.com:%E9%96%A2@mail.example.com/");
        assert_eq!(
            (starttls.security, starttls.port),
            (Security::StartTls, 587)
        );
        assert_eq!(
            starttls.login,
            Some(("kanmon@example.com".into(), "関".into()))
        );
        let plain = server("smtp+plain://[::1]:2525");
        assert_eq!((plain.host.as_str(), plain.port), ("::1", 2525));
        assert_eq!((plain.security, plain.login), (Security::Plain, None));
    }

    #[test]
    fn a_server_without_tls_must_be_this_machine() {
        for url in [
            "smtp+plain://mail.example.com",
            "smtp+plain://10.0.0.1:25",
            "smtp+plain://127.0.0.1.example.com",
        ] {
            let problem = SmtpServer::from_str(url).unwrap_err().problem;
            assert!(problem.contains("loopback"), "{url}: {problem}");
        }
    }

    #[test]
    fn a_url_that_cannot_be_used_is_refused_without_repeating_it() {
        for url in [
            "",
            "mail.example.com:587",
            "https://kanmon:secret1@mail.example.com",
            "smtp://kanmon:secret1@",
            "smtp://kanmon@mail.example.com",
            "smtp://:secret1@mail.example.com",
            "smtp://kanmon:secret1@mail.example.com:port",
            "smtp://kanmon:se#secret1@mail.example.com",
            "smtp://kanmon:se/secret1@mail.example.com",
            "smtp://kanmon:12/secret1@mail.example.com",
            "smtp://kanmon:12?secret1@mail.example.com",
            "smtp://kanmon:secret1@mail.example.com/inbox",
            "smtp://kanmon:secret1@mail.example.com?tls=none",
            "smtp://kanmon:secret1%00@mail.example.com",
            "smtp://kanmon:secret1%0D%0A@mail.example.com",
            "smtp://kanmon:secret1%FF@mail.example.com",
            "smtp://kanmon:secret1@mail%0d%0aexample.com",
        ] {
            let problem = SmtpServer::from_str(url)
                .err()
                .unwrap_or_else(|| panic!("{url} is taken"));
            assert_eq!(problem.variable, "SMTP_URL");
            assert!(!problem.to_string().contains("secret"), "{problem}");
        }
    }

    #[test]
    fn the_password_is_in_no_debug_output() {
        let settings = MailSettings {
            smtp_url: Some("smtps://kanmon:secret1@mail.example.com".to_owned()),
            mail_from: Some("kanmon@example.com".to_owned()),
            ..MailSettings::default()
        };
        let mail = Mail::check(&settings, &pages()).unwrap();
        for text in [
            format!("{settings:?}"),
            format!("{mail:?}"),
            mail.office.to_string(),
        ] {
            assert!(!text.contains("secret1"), "{text}");
            assert!(text.contains("mail.example.com") || text.contains("smtp_url"));
        }
        assert_eq!(
            mail.office.to_string(),
            "to the mail server mail.example.com:465 (TLS, as kanmon)"
        );
    }

    #[test]
    fn a_server_needs_one_sender() {
        let url = || Some("smtps://mail.example.com".to_owned());
        let missing = with(|s| s.smtp_url = url()).unwrap_err();
        assert_eq!(missing.variable, "MAIL_FROM");
        for from in [
            "",
            "Kanmon",
            "a@example.com, b@example.com",
            "a@example.com\r\nBcc: b@example.com",
        ] {
            let problem = with(|s| {
                s.smtp_url = url();
                s.mail_from = Some(from.to_owned());
            });
            assert_eq!(problem.unwrap_err().variable, "MAIL_FROM", "{from:?}");
        }
        let mail = with(|s| {
            s.smtp_url = url();
            s.mail_from = Some("関門 <kanmon@example.com>".to_owned());
        });
        assert_eq!(mail.unwrap().from.name.as_deref(), Some("関門"));
    }

    #[test]
    fn a_lease_is_between_a_second_and_an_hour() {
        for seconds in [0, 3_601, u32::MAX] {
            let problem = with(|s| s.mail_lease_seconds = seconds).unwrap_err();
            assert_eq!(problem.variable, "MAIL_LEASE_SECONDS");
        }
        for seconds in [1, 3_600] {
            assert!(with(|s| s.mail_lease_seconds = seconds).is_ok());
        }
    }

    #[test]
    fn a_file_without_a_certificate_is_no_authority() {
        for file in ["Cargo.toml", "no/such/file.pem"] {
            let problem = with(|s| {
                s.smtp_url = Some("smtps://mail.example.com".to_owned());
                s.mail_from = Some("kanmon@example.com".to_owned());
                s.smtp_ca_file = Some(PathBuf::from(file));
            });
            assert_eq!(problem.unwrap_err().variable, "SMTP_CA_FILE");
        }
    }

    #[test]
    fn an_outbox_has_a_name() {
        let problem = with(|s| s.outbox = PathBuf::new()).unwrap_err();
        assert_eq!(problem.variable, "OUTBOX");
    }
}

//! A mail server as a process of its own, with a certificate of an authority made for the occasion.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use kanmon::config::{Mail, Office, Security, SmtpServer};
use serde_json::Value;

use crate::letters::head;

pub const USER: &str = "kanmon@example.com";
pub const PASSWORD: &str = "通れ: open/sesame";

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A folder that goes away with its owner.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("kanmon-mail-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Who signs certificates.
pub struct Authority(Folder);

impl Authority {
    pub fn make() -> Authority {
        let folder = Folder::new();
        openssl(
            &folder.0,
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 \
             -subj /CN=Fictional-authority",
        );
        Authority(folder)
    }

    pub fn pem(&self) -> Vec<u8> {
        std::fs::read(self.0.file("ca.pem")).unwrap()
    }

    /// Signs a certificate for a host: `cert.pem` and `key.pem` of the folder.
    fn sign(&self, host: &str) {
        let folder = &self.0.0;
        let names = format!("subjectAltName=DNS:{host}\nbasicConstraints=CA:FALSE\n");
        std::fs::write(folder.join("names"), names).unwrap();
        openssl(
            folder,
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out asked.pem -subj /CN=server",
        );
        openssl(
            folder,
            "x509 -req -in asked.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out cert.pem",
        );
    }
}

fn openssl(folder: &Path, words: &str) {
    let done = Command::new("openssl")
        .args(words.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("openssl");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

pub struct Server {
    child: Child,
    authority: Authority,
    port: u16,
    security: Security,
}

impl Server {
    pub fn start(options: &[&str]) -> Server {
        Server::named("localhost", options)
    }

    /// With a certificate for this host.
    pub fn named(host: &str, options: &[&str]) -> Server {
        let authority = Authority::make();
        authority.sign(host);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/smtp_server.py");
        let mut command = Command::new(std::env::var_os("AIOSMTPD").unwrap());
        command.arg(script).args(options);
        for (option, file) in [
            ("--cert", "cert.pem"),
            ("--key", "key.pem"),
            ("--keep", "kept"),
        ] {
            command.arg(option).arg(authority.0.file(file));
        }
        command.args(["--user", USER, "--password", PASSWORD]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("AIOSMTPD names a Python");
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the server says its port");
        let security = match options {
            [_, "starttls", ..] => Security::StartTls,
            [_, "wrapped", ..] => Security::Tls,
            _ => Security::Plain,
        };
        Server {
            child,
            authority,
            port,
            security,
        }
    }

    pub fn mail(&self) -> Mail {
        self.mail_as(USER, PASSWORD)
    }

    pub fn mail_as(&self, user: &str, password: &str) -> Mail {
        let head = head();
        Mail {
            office: Office::Smtp(SmtpServer {
                host: "localhost".to_owned(),
                port: self.port,
                security: self.security,
                login: Some((user.to_owned(), password.to_owned())),
                authority: Some(self.authority.pem()),
            }),
            from: head.from,
            origin: head.origin,
            lease: TimeDelta::seconds(120),
            codes: None,
        }
    }

    /// The messages that were delivered, in their order.
    pub fn kept(&self) -> Vec<Value> {
        std::fs::read_to_string(self.authority.0.file("kept"))
            .unwrap_or_default()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! The application as tests use it: a fresh database, a clock that stands still, and people who act through pages.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::SimpleConnection;
use kanmon::accounts::{self, NewAccount, Training};
use kanmon::clock::Clock;
use kanmon::config::{Config, Cost, Settings};
use kanmon::db::{Db, Tx};
use kanmon::error::Error;
use kanmon::ids::{AccountId, FacilityId, MembershipId, PersonId};
use kanmon::messages::Lang;
use kanmon::scope::{Actor, Role};
use kanmon::web::Site;

pub mod courses;
pub mod deliveries;
pub mod forms;
pub mod house;
pub mod kept_letters;
pub mod programme;
pub mod raw;
pub mod records;
pub mod sink;
pub mod stage;

pub const PASSWORD: &str = "correct horse battery";

/// 2026-11-24 09:00 in Japan, the day of the mock pages.
pub fn now() -> DateTime<Utc> {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Records at once that somebody was trained for a role, as most tests are about something else.
pub fn trained(tx: &mut Tx<'_>, own: &MembershipId, on: NaiveDate) -> Result<(), Error> {
    let training = Training {
        on: on.min(tx.today),
        by: "架空 講師".to_owned(),
        material: "研修資料 第1版".to_owned(),
    };
    accounts::record_training(tx, own, &training).map(|_| ())
}

/// The last day that a role must have, if any: an inspector's time is boxed.
pub fn boxed(role: Role, first: NaiveDate) -> Option<NaiveDate> {
    let days = chrono::Days::new(accounts::memberships::INSPECTOR_DAYS);
    (role == Role::Inspector).then_some(first + days)
}

/// Where a test's data lives until it ends.
enum Place {
    File(PathBuf),
    Schema { url: String, name: String },
}

impl Drop for Place {
    fn drop(&mut self) {
        match self {
            Place::File(file) => {
                for end in ["", "-wal", "-shm"] {
                    let mut path = file.clone().into_os_string();
                    path.push(end);
                    let _ = std::fs::remove_file(path);
                }
            }
            Place::Schema { url, name } => {
                let _ = on_server(url, &format!("DROP SCHEMA IF EXISTS \"{name}\" CASCADE"));
            }
        }
    }
}

fn on_server(url: &str, sql: &str) -> Result<(), String> {
    use diesel::Connection;
    diesel::PgConnection::establish(url)
        .map_err(|cause| cause.to_string())?
        .batch_execute(sql)
        .map_err(|cause| cause.to_string())
}

fn place() -> (Place, String) {
    let name = format!("kanmon_{}", uuid::Uuid::now_v7().simple());
    match std::env::var("TEST_DATABASE_URL") {
        Ok(url) if url.starts_with("postgres") => {
            on_server(&url, &format!("CREATE SCHEMA \"{name}\"")).unwrap();
            let joint = if url.contains('?') { '&' } else { '?' };
            let own = format!("{url}{joint}options=-c%20search_path%3D{name}");
            (Place::Schema { url, name }, own)
        }
        _ => {
            let file = std::env::temp_dir().join(format!("{name}.db"));
            let url = format!("sqlite://{}", file.display());
            (Place::File(file), url)
        }
    }
}

/// A migrated database with a clock that stands at [`now`]; no pages.
pub struct TestDb {
    pub db: Db,
    pub clock: Clock,
    pub url: String,
    /// Where a key for checkpoints is made, if one is asked for.
    pub key_file: PathBuf,
    _place: Place,
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.key_file);
    }
}

impl TestDb {
    pub fn new() -> TestDb {
        let (place, url) = place();
        let clock = Clock::set_to(now());
        let db = Db::open(&url, clock.clone()).unwrap();
        kanmon::guards::migrate(&db).unwrap();
        TestDb {
            db,
            clock,
            url,
            key_file: std::env::temp_dir().join(format!("{}.key", uuid::Uuid::now_v7().simple())),
            _place: place,
        }
    }
}

/// The application on a port of its own. Dropping it stops the server and removes the data.
pub struct TestApp {
    pub db: Db,
    pub clock: Clock,
    pub address: SocketAddr,
    pub site: Site,
    server: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
    _data: TestDb,
}

impl TestApp {
    pub fn new() -> TestApp {
        TestApp::with(|_| {})
    }

    /// With other settings, for example another public address.
    pub fn with(change: impl FnOnce(&mut Config)) -> TestApp {
        TestApp::of(change, |_| {})
    }

    /// For tests that try to sign in more often from one address than anybody does.
    pub fn patient(change: impl FnOnce(&mut Config)) -> TestApp {
        TestApp::of(change, |site| {
            let many = std::num::NonZeroU32::MAX;
            let quota = governor::Quota::per_second(many);
            site.attempts = std::sync::Arc::new(governor::RateLimiter::keyed(quota));
        })
    }

    fn of(change: impl FnOnce(&mut Config), also: impl FnOnce(&mut Site)) -> TestApp {
        let data = TestDb::new();
        let settings = Settings {
            database_url: data.url.clone(),
            bind: "127.0.0.1:0".to_owned(),
            public_url: None,
            secret_key: Some("a secret of at least thirty-two characters".to_owned()),
            secret_key_file: None,
            cases: "on".to_owned(),
            mail: kanmon::config::MailSettings::default(),
            contact: kanmon::config::ContactSettings::default(),
            checkpoints: kanmon::config::CheckpointSettings::default(),
        };
        let mut config = Config::check(&settings, false).unwrap();
        config.cost = Cost {
            memory_kib: 8,
            passes: 1,
        };
        // Most tests are about something else; those of the second factor ask for it.
        config.second_factor = false;
        config.checkpoints.key_file = data.key_file.clone();
        change(&mut config);
        let mut site = Site::new(data.db.clone(), config);
        also(&mut site);
        let serving = site.clone();
        let (send, receive) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let (address, server) = kanmon::app::server(serving, Some(1)).unwrap();
                send.send((address, server.handle())).unwrap();
                server.await.unwrap();
            });
        });
        let (address, server) = receive.recv().unwrap();
        TestApp {
            db: data.db.clone(),
            clock: data.clock.clone(),
            address,
            site,
            server,
            thread: Some(thread),
            _data: data,
        }
    }

    /// The host that a browser names: that of the pages where it is set, else that of the port.
    pub fn host(&self) -> String {
        let origin = &self.site.config.public_url.origin;
        match origin.strip_prefix("https://") {
            Some(host) => host.to_owned(),
            None => self.address.to_string(),
        }
    }

    /// Somebody with an empty cookie jar.
    pub fn visitor(&self) -> User {
        User {
            address: self.address,
            host: self.host(),
            cookies: BTreeMap::new(),
            account: None,
            login: String::new(),
        }
    }

    /// Makes an account with one membership that began today, and signs in through the pages.
    pub fn user(&self, role: Role, facility: Option<&FacilityId>) -> User {
        let login = format!("{}-{}", role.as_str(), uuid::Uuid::now_v7().simple());
        let account = self.account("架空 太郎", &login, role, facility).1;
        let mut user = self.visitor();
        user.account = Some(account);
        user.login = login;
        user.sign_in(PASSWORD);
        user
    }

    /// Makes an account with one membership.
    pub fn account(
        &self,
        name: &str,
        login: &str,
        role: Role,
        facility: Option<&FacilityId>,
    ) -> (PersonId, AccountId, MembershipId) {
        let hash = accounts::hash(self.site.config.cost, PASSWORD).unwrap();
        let new = NewAccount {
            name: name.to_owned(),
            login: login.to_owned(),
            language: Lang::Ja,
        };
        let facility = facility.cloned();
        self.db
            .write(&Actor::system("test"), move |tx| {
                let (person, account) = accounts::create_account(tx, &new, &hash)?;
                let first = tx.today;
                let last = boxed(role, first);
                let own = accounts::grant(tx, &account, role, facility.as_ref(), first, last)?;
                trained(tx, &own, first)?;
                Ok((person, account, own))
            })
            .unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let stop = self.server.stop(false);
        actix_web::rt::System::new().block_on(stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// An answer as a browser sees it.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or("")
    }

    /// The text of the page, without its tags, spaces run together.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        text.replace("&#34;", "\"")
            .replace("&#39;", "'")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Reply {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    #[track_caller]
    pub fn says(&self, words: &str) -> &Reply {
        assert!(
            self.text().contains(words),
            "not {words:?} in:\n{}",
            self.text()
        );
        self
    }

    #[track_caller]
    pub fn says_not(&self, words: &str) -> &Reply {
        assert!(
            !self.text().contains(words),
            "{words:?} in:\n{}",
            self.text()
        );
        self
    }

    /// The HTML itself holds this.
    #[track_caller]
    pub fn holds(&self, html: &str) -> &Reply {
        assert!(self.body.contains(html), "not {html:?} in:\n{}", self.body);
        self
    }
}

/// A person at a browser: a cookie jar and an address.
#[derive(Debug, Clone)]
pub struct User {
    address: SocketAddr,
    host: String,
    pub cookies: BTreeMap<String, String>,
    pub account: Option<AccountId>,
    pub login: String,
}

impl User {
    #[track_caller]
    pub fn sign_in(&mut self, password: &str) {
        let login = self.login.clone();
        let reply = self.post("/sign-in", &[("login", &login), ("password", password)]);
        reply.is(303);
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], None)
    }

    /// Sends a form as our own pages do.
    pub fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let body = serde_html_form::to_string(form).unwrap();
        self.send(
            "POST",
            path,
            &[("sec-fetch-site", "same-origin")],
            Some(&body),
        )
    }

    /// Sends a form and follows the redirect that a change is answered with.
    #[track_caller]
    pub fn post_and_follow(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let reply = self.post(path, form);
        reply.is(303);
        let next = reply.location().to_owned();
        self.get(&next)
    }

    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Reply {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.host
        );
        if !self.cookies.is_empty() {
            let jar: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request += &format!("Cookie: {}\r\n", jar.join("; "));
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if let Some(body) = body {
            request += &format!(
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                body.len()
            );
        }
        request += "\r\n";
        request += body.unwrap_or("");
        let reply = exchange(self.address, request.as_bytes());
        for (name, value) in &reply.headers {
            if name == "set-cookie" {
                let pair = value.split(';').next().unwrap();
                let (name, content) = pair.split_once('=').unwrap();
                if value.contains("Max-Age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), content.to_owned());
                }
            }
        }
        reply
    }
}

/// Sends these bytes and reads the answer.
pub fn exchange(address: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // A server that refuses a large body may close before it has read it all.
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("an answer has a head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut body = bytes[end + 4..].to_vec();
    let is_chunked =
        |(name, value): &(String, String)| name == "transfer-encoding" && value == "chunked";
    if headers.iter().any(is_chunked) {
        body = unchunked(&body);
    }
    Reply {
        status: status.parse().unwrap(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&rest[..end]), 16).unwrap();
        if size == 0 {
            break;
        }
        whole.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 2 + size + 2..];
    }
    whole
}

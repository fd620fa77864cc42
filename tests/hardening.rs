//! What strangers, slow clients and other sites get, and what the log keeps to itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use kanmon::access::{self, TABLE};
use kanmon::config::{Contact, ContactSettings};
use kanmon::scope::Role;
use support::deliveries::{moved, rows};
use support::programme::{Ground, Place};
use support::raw::raw;
use support::records::{FORM, Records, records};
use support::{Reply, TestApp, User, exchange};

fn https() -> TestApp {
    TestApp::with(|config| {
        config.public_url.https = true;
        config.public_url.origin = "https://kanmon.example".to_owned();
    })
}

#[test]
fn only_our_own_host_is_answered() {
    let app = https();
    let ask = |line: &str, hosts: &[&str]| {
        let hosts: String = hosts.iter().map(|h| format!("Host: {h}\r\n")).collect();
        let request = format!("GET {line} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        exchange(app.address, request.as_bytes())
    };
    for own in ["kanmon.example", "KANMON.example", "kanmon.example:443"] {
        ask("/sign-in", &[own]).is(200);
    }
    let loopback = app.address.to_string();
    let refused: &[&[&str]] = &[
        &["evil.example"],
        &["kanmon.example.evil.example"],
        &["kanmon.example:8443"],
        &["kanmon.example@evil.example"],
        &["evil.example", "kanmon.example"],
        &["kanmon.example", "evil.example"],
        &[],
        &[""],
        &[&loopback],
    ];
    for hosts in refused {
        let reply = ask("/sign-in", hosts);
        assert!(
            matches!(reply.status, 400 | 421),
            "{hosts:?}: {}",
            reply.status
        );
        assert!(!reply.body.contains("evil"), "{hosts:?} is said back");
        assert!(reply.header("set-cookie").is_none(), "{hosts:?}");
    }
    ask("http://evil.example/sign-in", &["kanmon.example"]).is(421);
    // A watcher on the machine itself knows no other name; it learns nothing but that the program lives.
    ask("/healthz", &[&loopback]).is(200);
    ask("/healthz", &["evil.example"]).is(421);
}

#[test]
fn what_a_proxy_may_claim_is_not_believed() {
    let app = https();
    let mut admin = app.user(Role::Administrator, None);
    let claims = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-for", "203.0.113.7"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-url", "/healthz"),
        ("x-rewrite-url", "/healthz"),
        ("x-http-method-override", "POST"),
    ];
    for path in ["/people", "/people/new", "/", "/no-such-page"] {
        let plain = admin.send("GET", path, &[], None);
        let claimed = admin.send("GET", path, &claims, None);
        assert_eq!(plain.status, claimed.status, "{path}");
        assert_eq!(plain.body, claimed.body, "{path}");
    }
    let reply = app.visitor().send("GET", "/people", &claims, None);
    assert_eq!(reply.location(), "/sign-in?next=%2Fpeople");
}

/// Sends these bytes at once, then one more byte every 40 ms; gives how long the server let it, and what it said.
fn trickle(address: SocketAddr, at_once: &str, drop_by_drop: &str) -> (Duration, String) {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(40)))
        .unwrap();
    stream.write_all(at_once.as_bytes()).unwrap();
    let mut said = Vec::new();
    let mut bytes = drop_by_drop.bytes().cycle();
    while begun.elapsed() < Duration::from_secs(20) {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => said.extend_from_slice(&buffer[..read]),
            Err(cause)
                if matches!(
                    cause.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(_) => break,
        }
        if stream.write_all(&[bytes.next().unwrap()]).is_err() {
            break;
        }
    }
    (begun.elapsed(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_client_that_sends_drop_by_drop_is_cut_off_and_holds_up_nobody() {
    let app = TestApp::with(|config| {
        config.pace.head = Duration::from_millis(600);
        config.pace.body = Duration::from_millis(600);
        config.pace.idle = Duration::from_secs(1);
    });
    let (address, host) = (app.address, app.host());
    let post = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    let slow = [
        (
            format!("GET /sign-in HTTP/1.1\r\nHost: {host}\r\nX-Slow: "),
            "a",
        ),
        ("GET /sig".to_owned(), "n"),
        (format!("{post}Content-Length: 60000\r\n\r\nlogin="), "a"),
        (
            format!("{post}Transfer-Encoding: chunked\r\n\r\n"),
            "1\r\na\r\n",
        ),
    ];
    let slow: Vec<_> = slow
        .into_iter()
        .cycle()
        .take(24)
        .map(|(at_once, drops)| std::thread::spawn(move || trickle(address, &at_once, drops)))
        .collect();
    // One worker serves this application, and it has time for others all the while.
    let begun = Instant::now();
    let mut other = app.visitor();
    for _ in 0..20 {
        other.get("/sign-in").is(200);
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
    for client in slow {
        let (time, said) = client.join().unwrap();
        assert!(time < Duration::from_secs(8), "{time:?}: {said}");
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 408"),
            "{said}"
        );
    }
}

#[test]
fn nothing_is_read_that_is_larger_than_ours() {
    let app = TestApp::new();
    let host = app.host();
    let mut visitor = app.visitor();
    visitor
        .get(&format!("/sign-in?next={}", "a".repeat(3_000)))
        .is(200);
    visitor
        .get(&format!("/sign-in?next={}", "a".repeat(5_000)))
        .is(414);
    let many = vec![("a", "1"); 501];
    visitor.post("/sign-in", &many).is(413);
    visitor.post("/sign-in", &many[..500]).is(422);
    let post = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    // What says that it is large is not waited for.
    let begun = Instant::now();
    let claimed = format!("{post}Content-Length: 1000000000\r\n\r\nlogin=a");
    exchange(app.address, claimed.as_bytes()).is(413);
    assert!(begun.elapsed() < Duration::from_secs(5));
    // What does not say so is counted.
    let chunk = format!("2000\r\n{}\r\n", "a".repeat(0x2000));
    let chunked = format!(
        "{post}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
        chunk.repeat(9)
    );
    exchange(app.address, chunked.as_bytes()).is(413);
    let headers = format!(
        "GET /sign-in HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Large: {}\r\n\r\n",
        "a".repeat(300_000)
    );
    let reply = exchange(app.address, headers.as_bytes());
    assert!((400..500).contains(&reply.status), "{}", reply.status);
    visitor.get("/sign-in").is(200);
}

/// An application with one record of every kind, and people who may reach them.
struct World {
    app: TestApp,
    ground: Ground,
    place: Place,
    records: Records,
}

impl World {
    fn new() -> World {
        let app = TestApp::new();
        let ground = Ground::begin(&app.db);
        let place = ground.all_ready("架空市立中央病院");
        let records = records(&ground, &place, &ground.released(&place));
        World {
            app,
            ground,
            place,
            records,
        }
    }

    /// Somebody signed in, for each role.
    fn people(&self) -> Vec<(Role, User)> {
        let roles = Role::ALL.iter();
        roles
            .map(|role| {
                let who = match role {
                    Role::FacilityCoordinator => self.place.coordinator.clone(),
                    Role::Physician => self.place.physician.clone(),
                    role => self.ground.someone("問合 一", *role, None),
                };
                (*role, self.ground.at_browser(&self.app, &who))
            })
            .collect()
    }

    fn address(&self, path: &str) -> String {
        match path {
            "/assets/{name}" => kanmon::web::assets::url("style.css").to_owned(),
            path => self
                .records
                .address(path)
                .unwrap_or_else(|| path.to_owned()),
        }
    }
}

#[test]
fn no_form_of_another_site_changes_anything() {
    let world = World::new();
    let mut people = world.people();
    let body = serde_html_form::to_string(FORM).unwrap();
    let foreign: &[&[(&str, &str)]] = &[
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://127.0.0.1"),
        ],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("referer", "https://evil.example/")],
    ];
    let before = rows(&world.ground.db);
    let mut refused = 0;
    for row in TABLE.iter().filter(|row| row.method != "GET") {
        let (role, user) = people
            .iter_mut()
            .find(|(role, _)| row.roles().contains(role))
            .unwrap();
        for headers in foreign {
            let path = world.address(row.path);
            let reply = user.send("POST", &path, headers, Some(&body));
            assert_eq!(reply.status, 403, "{path} as {role:?} with {headers:?}");
            refused += 1;
        }
        for method in ["PUT", "PATCH", "DELETE"] {
            let own = [("sec-fetch-site", "same-origin")];
            let reply = user.send(method, &world.address(row.path), &own, Some(&body));
            assert!(matches!(reply.status, 404 | 405), "{method} {}", row.path);
        }
    }
    println!("{refused} forms of other sites refused");
    let moved = moved(&before, &rows(&world.ground.db));
    assert!(moved.is_empty(), "{moved:?}");
}

/// What a strict policy would stop: scripts, styles and handlers inside a page.
fn inline(html: &str) -> Option<String> {
    for tag in html.split('<').skip(1) {
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        let name: String = tag.chars().take_while(|c| !c.is_whitespace()).collect();
        if name == "style" || (name == "script" && !tag.contains(" src=")) {
            return Some(tag.to_owned());
        }
        // Attribute names stand outside of quotes.
        let outside: String = tag.split('"').step_by(2).collect();
        for word in outside.split_whitespace().skip(1) {
            let attribute = word.trim_end_matches('=');
            if attribute == "style" || (attribute.starts_with("on") && word.ends_with('=')) {
                return Some(tag.to_owned());
            }
        }
        if tag.contains("javascript:") {
            return Some(tag.to_owned());
        }
    }
    None
}

fn is_strict(reply: &Reply, name: &str) {
    let header = |header: &str| {
        reply
            .header(header)
            .unwrap_or_else(|| panic!("{name}: {header}"))
    };
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{name}: {policy}");
    assert!(
        policy.contains("frame-ancestors 'none'"),
        "{name}: {policy}"
    );
    assert!(!policy.contains("unsafe"), "{name}: {policy}");
    assert_eq!(header("x-frame-options"), "DENY", "{name}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{name}");
    assert_eq!(
        header("cross-origin-opener-policy"),
        "same-origin",
        "{name}"
    );
    assert_eq!(
        header("cross-origin-resource-policy"),
        "same-origin",
        "{name}"
    );
    assert_eq!(header("referrer-policy"), "same-origin", "{name}");
    assert!(
        header("permissions-policy").contains("geolocation=()"),
        "{name}"
    );
    let keeps = if name.contains("/assets/") {
        "public"
    } else {
        "no-store"
    };
    assert!(header("cache-control").starts_with(keeps), "{name}");
    assert!(reply.header("server").is_none() && reply.header("x-powered-by").is_none());
}

#[test]
fn every_page_is_strict_and_writes_no_script_or_style_of_its_own() {
    assert!(inline("<p style=\"color:red\">").is_some());
    assert!(inline("<script>alert(1)</script>").is_some());
    assert!(inline("<a href=\"/x\" onclick=\"go()\">").is_some());
    assert!(inline("<a href=\"javascript:go()\">").is_some());
    assert!(inline("<script src=\"/assets/a.js\"></script><td data-label=\"once=\">").is_none());
    let world = World::new();
    let mut people = world.people();
    let mut pages = 0;
    for row in TABLE.iter().filter(|row| row.method == "GET") {
        for (role, user) in &mut people {
            let path = world.address(row.path);
            let name = format!("{path} as {role:?}");
            let reply = user.get(&path);
            is_strict(&reply, &name);
            assert_eq!(inline(&reply.body), None, "{name}");
            pages += usize::from(reply.status == 200);
        }
    }
    println!("{pages} pages read");
    assert!(pages > 150, "{pages}");
}

#[test]
fn no_template_writes_script_or_style_inside_a_page() {
    fn walk(folder: &Path, seen: &mut usize) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // Readers of mail take styles from nowhere else.
            if path.is_dir() && !path.ends_with("mail") {
                walk(&path, seen);
            } else if path.extension().is_some_and(|end| end == "html") {
                let text = fs::read_to_string(&path).unwrap();
                assert_eq!(inline(&text), None, "{}", path.display());
                assert!(
                    !text.contains("|safe") && !text.contains("| safe"),
                    "{}",
                    path.display()
                );
                *seen += 1;
            }
        }
    }
    let mut seen = 0;
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"),
        &mut seen,
    );
    assert!(seen > 50, "{seen}");
}

static LOG: LazyLock<Mutex<Vec<u8>>> = LazyLock::new(Mutex::default);

/// Writes the log where the test can read it.
struct Kept;

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_holds_neither_secrets_nor_names() {
    tracing_subscriber::fmt()
        .with_writer(|| Kept)
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .init();
    let world = World::new();
    let mut people = world.people();
    let marks = [
        "himitsu-password-93",
        "mark-name-錠前",
        "mark-address-7",
        "9900112233",
        "mark@private.example",
    ];
    let fields = FORM.iter().map(|(name, _)| *name).chain([
        "login",
        "password",
        "factor",
        "new_password",
        "code",
        "note",
        "text",
        "place",
        "batch",
        "venue",
        "lot_number",
        "search",
        "back",
        "next",
    ]);
    let form: Vec<(&str, &str)> = fields.zip(marks.into_iter().cycle()).collect();
    for row in TABLE {
        for (role, user) in &mut people {
            if !row.roles().contains(role) || row.path == "/sign-out" {
                continue;
            }
            let path = world.address(row.path);
            match row.method {
                "GET" => user.get(&format!(
                    "{path}?q=mark-name-7&after=mark-name-7&lot=mark-name-7"
                )),
                _ => user.post(&path, &form),
            };
        }
    }
    // Something breaks while a name is on its way.
    raw(
        &world.ground.db,
        "ALTER TABLE contact RENAME TO contact_gone",
    )
    .unwrap();
    let (_, officer) = &mut people[1];
    let reply = officer.get("/contacts?after=mark-name-7");
    reply
        .is(500)
        .says("番号")
        .says_not("contact_gone")
        .says_not("no such table");
    let log = String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned();
    let failed: Vec<&str> = log.lines().filter(|line| line.contains("failed")).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    let request = failed[0].split("request=").nth(1).unwrap();
    let request = request.split_whitespace().next().unwrap();
    reply.says(request);
    let names = [
        "問合",
        "志村",
        "柏木",
        "架空市立中央病院",
        support::PASSWORD,
        "mark-",
        "himitsu",
    ];
    for secret in marks.iter().chain(&names) {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
    for (_, user) in &people {
        for cookie in user.cookies.values() {
            assert!(!log.contains(cookie.as_str()), "a cookie stands in the log");
        }
    }
}

#[test]
fn whom_to_tell_of_a_weakness_is_said_until_its_last_day() {
    let settings = |contact: Option<&str>, day: Option<&str>| ContactSettings {
        security_contact: contact.map(str::to_owned),
        security_expires: day.map(str::to_owned),
    };
    TestApp::new()
        .visitor()
        .get("/.well-known/security.txt")
        .is(404);
    let typed = settings(Some("mailto:security@kanmon.example"), Some("2026-11-30"));
    let contact = Contact::check(&typed).unwrap();
    let app = TestApp::with(|config| config.contact = contact);
    let reply = app.visitor().get("/.well-known/security.txt");
    reply.is(200);
    assert!(
        reply
            .header("content-type")
            .unwrap()
            .starts_with("text/plain")
    );
    assert!(
        reply
            .body
            .starts_with("Contact: mailto:security@kanmon.example\n")
    );
    assert!(
        reply.body.contains("\nExpires: 2026-11-30T15:00:00Z\n"),
        "{}",
        reply.body
    );
    app.clock.move_to("2026-11-30T14:59:59Z".parse().unwrap());
    app.visitor().get("/.well-known/security.txt").is(200);
    app.clock.move_to("2026-11-30T15:00:00Z".parse().unwrap());
    app.visitor().get("/.well-known/security.txt").is(404);
    assert_eq!(Contact::check(&settings(None, None)), Ok(None));
    let wrong = [
        (Some("mailto:a@b.example"), None, "SECURITY_EXPIRES"),
        (None, Some("2026-11-30"), "SECURITY_CONTACT"),
        (Some("a@b.example"), Some("2026-11-30"), "SECURITY_CONTACT"),
        (
            Some("mailto:a@b.example\nX: y"),
            Some("2026-11-30"),
            "SECURITY_CONTACT",
        ),
        (
            Some("mailto:a@b.example"),
            Some("30.11.2026"),
            "SECURITY_EXPIRES",
        ),
    ];
    for (contact, day, variable) in wrong {
        let refusal = Contact::check(&settings(contact, day)).unwrap_err();
        assert_eq!(refusal.variable, variable, "{contact:?} {day:?}");
    }
    app.visitor()
        .get("/robots.txt")
        .is(200)
        .holds("Disallow: /");
}

#[test]
fn an_address_without_a_row_is_not_served() {
    assert!(access::row("GET", "/people").is_some());
    assert!(access::row("DELETE", "/people").is_none());
    assert!(access::row("GET", "/people/").is_none());
    // A path that the router reads otherwise than the table would open a door beside the wall.
    let world = World::new();
    let mut people = world.people();
    let (_, representative) = &mut people[0];
    for path in [
        "/people/",
        "//people",
        "/people%2f",
        "/./people",
        "/PEOPLE",
        "/people;x",
        "/people/../people",
        "/%70eople",
    ] {
        let status = representative.get(path).status;
        assert!(matches!(status, 403 | 404), "{path}: {status}");
    }
}

//! Parsers of single texts: what is accepted prints as something that is accepted as the same.

use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::sync::LazyLock;

use kanmon::audit::tree::notes_in;
use kanmon::config::{PublicUrl, SmtpServer};
use kanmon::db::Location;
use kanmon::facilities::codes::{Gln, MedicalInstitutionCode, PointsTable, WholesalerCode};
use kanmon::facilities::keys;
use kanmon::ids::{CaseId, DeliveryId, FacilityId};
use kanmon::mail::read_reply;
use kanmon::mailbox;
use kanmon::merkle::{self, Frontier};
use kanmon::notes::{Checkpoint, Signatory, Verifier};

/// The longest answer to something refused, in characters.
const REFUSAL: usize = 600;

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A refusal says something, on one line and not at length.
fn says(refusal: impl Display) {
    let text = refusal.to_string();
    assert!(!text.trim().is_empty());
    assert!(text.chars().count() < REFUSAL, "{text}");
}

/// Parses, prints, and parses what was printed.
fn there_and_back<T, E>(text: &str) -> Option<T>
where
    T: FromStr<Err = E> + Display + PartialEq + Debug,
    E: Display + Debug,
{
    match text.parse::<T>() {
        Ok(value) => {
            assert_eq!(value.to_string().parse::<T>().unwrap(), value);
            Some(value)
        }
        Err(refusal) => {
            says(refusal);
            None
        }
    }
}

pub fn facility_code(bytes: &[u8]) -> bool {
    let text = lossy(bytes);
    let code = there_and_back::<MedicalInstitutionCode, _>(&text);
    if let Some(code) = &code {
        assert_eq!(code.key().len(), 9);
        assert_eq!(
            code.to_string().len(),
            9 + usize::from(code.points_table().is_some())
        );
    }
    let table = PointsTable::from_text(&text);
    if let Some(table) = table {
        assert_eq!(PointsTable::from_text(&table.to_string()), Some(table));
    }
    let beside = MedicalInstitutionCode::parse_beside(&text, None, table);
    if let Err(refusal) = &beside {
        says(refusal);
    }
    let gln = there_and_back::<Gln, _>(&text);
    let own = WholesalerCode::parse(&text);
    match &own {
        Ok(own) => {
            assert_eq!(WholesalerCode::parse(own.as_str()).as_ref(), Ok(own));
            assert!(own.as_str().chars().count() <= 40);
        }
        Err(refusal) => says(refusal),
    }
    code.is_some() || gln.is_some() || table.is_some()
}

pub fn search_key(bytes: &[u8]) -> bool {
    let text = lossy(bytes);
    let key = keys::search_key(&text);
    assert_eq!(
        keys::search_key(&key),
        key,
        "folding it again changes nothing"
    );
    assert!(key.chars().all(char::is_alphanumeric));
    // One character of a text may stand for eighteen (U+FDFA), and never for more.
    assert!(key.chars().count() <= 20 * text.chars().count() + 20);
    let grams = keys::grams(&key);
    assert!(grams.len() <= key.chars().count());
    assert!(grams.iter().all(|gram| key.contains(gram)));
    !key.is_empty()
}

pub fn mail_address(bytes: &[u8]) -> bool {
    let text = lossy(bytes);
    let one = mailbox::address(&text);
    match &one {
        Ok(address) => {
            let printed = address.to_string();
            assert!(printed.is_ascii() && printed.len() <= 254);
            assert_eq!(printed.matches('@').count(), 1);
            let beside = [',', ';', '<', '>', '"', '(', ')', '[', ']', '\\'];
            assert!(!printed.contains(beside) && !printed.contains(char::is_whitespace));
            assert!(!printed.contains(char::is_control));
            assert_eq!(mailbox::address(&printed).as_ref(), Ok(address));
        }
        Err(refusal) => says(refusal),
    }
    let named = mailbox::mailbox(&text);
    match &named {
        Ok(found) => {
            let name = found.name.clone().unwrap_or_default();
            assert!(!name.contains(char::is_control) && name.chars().count() <= 100);
            let printed = format!("{name} <{}>", found.email);
            assert_eq!(mailbox::mailbox(&printed).unwrap().email, found.email);
        }
        Err(refusal) => says(refusal),
    }
    let clean = mailbox::clean(&text, 60);
    assert!(clean.chars().count() <= 60 && !clean.contains(char::is_control));
    assert_eq!(mailbox::clean(&clean, 60), clean);
    one.is_ok() || named.is_ok()
}

pub fn public_url(bytes: &[u8]) -> bool {
    let text = lossy(bytes);
    match PublicUrl::check(Some(&text), "127.0.0.1:8080") {
        Ok((_, url)) => {
            // Browsers send this in Origin, so it is printed as they print it.
            let read = url::Url::parse(&url.origin).unwrap();
            assert_eq!(read.origin().ascii_serialization(), url.origin);
            assert_eq!(url.https, url.origin.starts_with("https://"));
            assert!(!url.host().is_empty());
            let again = PublicUrl::check(Some(&url.origin), "127.0.0.1:8080").unwrap();
            assert_eq!(again.1, url);
            true
        }
        Err(refusal) => {
            assert_eq!(refusal.variable, "PUBLIC_URL");
            assert!(!refusal.problem.trim().is_empty());
            // It quotes what was set, which the operator has just typed.
            assert!(refusal.problem.len() < 12 * text.len() + REFUSAL);
            bind(&text)
        }
    }
}

/// The address to listen on, typed in the place of the other.
fn bind(text: &str) -> bool {
    let found = PublicUrl::check(Some("https://kanmon.example.com"), text);
    match found {
        Ok((bind, _)) => {
            assert_eq!(bind.to_string().parse(), Ok(bind));
            true
        }
        Err(refusal) => {
            assert_eq!(refusal.variable, "BIND");
            false
        }
    }
}

pub fn smtp_url(bytes: &[u8]) -> bool {
    let text = lossy(bytes);
    match text.parse::<SmtpServer>() {
        Ok(server) => {
            assert!(!server.host.is_empty() && server.host.is_ascii());
            assert!(
                !server
                    .host
                    .contains(|c: char| c.is_whitespace() || c.is_control())
            );
            if let Some((user, password)) = &server.login {
                assert!(!user.is_empty() && !password.is_empty());
                assert!(!format!("{user}{password}").contains(char::is_control));
                // Whatever prints the server keeps the password to itself.
                let shown = format!("{server:?}");
                let elsewhere = user.contains(password) || server.host.contains(password);
                assert!(password.len() < 9 || elsewhere || !shown.contains(password.as_str()));
            }
            true
        }
        Err(refusal) => {
            assert_eq!(refusal.variable, "SMTP_URL");
            says(&refusal);
            false
        }
    }
}

pub fn database_url(bytes: &[u8]) -> bool {
    match Location::parse(&lossy(bytes)) {
        Ok(_) => true,
        Err(refusal) => {
            assert!(refusal.to_string().starts_with("DATABASE_URL"));
            says(refusal);
            false
        }
    }
}

pub fn record_id(bytes: &[u8]) -> bool {
    let text = lossy(bytes);
    let delivery: Option<DeliveryId> = text.parse().ok();
    if let Some(id) = &delivery {
        assert_eq!(id.as_str().len(), 36);
        assert_eq!(id.to_string().parse().ok().as_ref(), Some(id));
    }
    let others = (text.parse::<FacilityId>(), text.parse::<CaseId>());
    assert_eq!(
        (others.0.is_ok(), others.1.is_ok()),
        (delivery.is_some(), delivery.is_some())
    );
    delivery.is_some()
}

pub fn smtp_reply(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    match read_reply(&mut rest) {
        Ok(reply) => {
            let read = bytes.len() - rest.len();
            assert!(bytes[..read].ends_with(b"\n"), "it ends where a line ends");
            let words: usize = reply.message().map(str::len).sum();
            // A byte that is no UTF-8 is shown as three.
            assert!(words <= 3 * read && read <= 30_000);
            let code = reply.code().to_string();
            assert_eq!(code.as_bytes(), &bytes[..3]);
            true
        }
        Err(refusal) => {
            says(refusal);
            false
        }
    }
}

/// A size, a space and the hashes.
pub fn frontier(bytes: &[u8]) -> bool {
    let text = lossy(bytes);
    let (size, hashes) = text.split_once(' ').unwrap_or((&text, ""));
    let size: u64 = size.parse().unwrap_or(5);
    let Some(read) = Frontier::from_text(size, hashes) else {
        return false;
    };
    assert_eq!(read.size(), size);
    assert_eq!(read.to_text(), hashes.to_ascii_lowercase());
    let root = read.root();
    let mut grown = read.clone();
    grown.append(merkle::leaf(bytes));
    assert_ne!(grown.root(), root);
    true
}

pub fn checkpoint(bytes: &[u8]) -> bool {
    let text = lossy(bytes);
    match Checkpoint::parse(&text) {
        Ok(read) => {
            // What is printed is what was read, but for extensions.
            assert!(text.starts_with(&format!("{}\n{}\n", read.origin, read.size)));
            assert_eq!(Checkpoint::parse(&read.text()).unwrap(), read);
            true
        }
        Err(flaw) => {
            says(flaw);
            false
        }
    }
}

const TEXTS: [&str; 3] = [
    "kanmon/test\n3\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
    "kanmon/test\n4\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
    "神 😀\n\n— not a signature\n",
];

static OWN: LazyLock<Verifier> = LazyLock::new(|| signatory().verifier());

fn signatory() -> Signatory {
    Signatory::new("kanmon/test", &[3; 32]).unwrap()
}

pub fn verifier_key(bytes: &[u8]) -> bool {
    // Most seeds are cut short of a key, so that the whole one is put in where the text asks for it.
    let text = lossy(bytes).replace("AQ==", &OWN.to_string());
    let text = text.strip_prefix("kanmon/test+00000000+").unwrap_or(&text);
    match Verifier::parse(text) {
        Ok(key) => {
            assert_eq!(Verifier::parse(&key.to_string()).unwrap(), key);
            true
        }
        Err(flaw) => {
            says(flaw);
            false
        }
    }
}

/// INVARIANT: whatever is done to notes that were signed, only a text that was signed comes out.
pub fn signed_note(bytes: &[u8]) -> bool {
    let text = lossy(bytes);
    let notes = notes_in(&text);
    assert!(notes.iter().map(String::len).sum::<usize>() <= text.len());
    let mut opened = false;
    for note in notes.iter().map(String::as_str).chain([text.as_str()]) {
        match OWN.open(note) {
            Ok(read) => {
                assert!(TEXTS.contains(&read), "{read:?} was never signed");
                opened = true;
            }
            Err(flaw) => says(flaw),
        }
    }
    opened
}

/// The seeds of `signed_note`, made again with `cargo test --test parsers -- --ignored`.
#[test]
#[ignore = "writes seeds of the corpus"]
fn the_seeds_of_signed_notes_are_written() {
    let folder = crate::folder("signed_note");
    std::fs::create_dir_all(&folder).unwrap();
    let notes: Vec<String> = TEXTS
        .iter()
        .map(|text| signatory().sign(text).unwrap())
        .collect();
    for (number, note) in notes.iter().enumerate() {
        std::fs::write(folder.join(format!("note-{number}.txt")), note).unwrap();
    }
    std::fs::write(folder.join("two.txt"), notes[..2].concat()).unwrap();
}

//! Holds the house of ARCHITECTURE.md: imports point downward only, and each floor stays away from what is not its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Plumbing in the order in which one file may use another.
const PLUMBING: &[&str] = &[
    "clock",
    "ids",
    "error",
    "codes",
    "tables",
    "mailbox",
    "wording",
    "scope",
    "access",
    "schema",
    "config",
    "messages",
    "merkle",
    "notes",
    "db",
    "counters",
    "audit",
    "verdicts",
    "signatures",
    "outbox",
    "mail",
    "witness",
    "guards",
    "vectors",
];
/// Rooms in the order in which one may use another.
const ROOMS: &[&str] = &[
    "accounts",
    "programmes",
    "facilities",
    "standings",
    "house",
    "physicians",
    "contacts",
    "attestations",
    "cases",
    "deliveries",
    "reminders",
    "dossiers",
];
/// Pages that look across rooms.
const ACROSS: &[&str] = &[
    "today",
    "notice_pages",
    "letters",
    "proof_pages",
    "inspection",
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Rules,
    Plumbing(usize),
    Room(usize),
    Web,
    Pages(String),
    Top,
}

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(&root).unwrap().to_path_buf(), text))
        .collect()
}

/// Where a file lives.
fn place(path: &Path) -> Place {
    let parts: Vec<&str> = path.iter().map(|part| part.to_str().unwrap()).collect();
    let first = parts[0].trim_end_matches(".rs");
    if first == "rules" {
        return Place::Rules;
    }
    if let Some(at) = PLUMBING.iter().position(|name| *name == first) {
        return Place::Plumbing(at);
    }
    if first == "web" {
        return Place::Web;
    }
    if ACROSS.contains(&first) {
        return Place::Pages(first.to_owned());
    }
    if let Some(at) = ROOMS.iter().position(|name| *name == first) {
        let is_page = parts.get(1).is_some_and(|file| {
            let file = file.trim_end_matches(".rs");
            file == "pages" || file.ends_with("_pages")
        });
        return if is_page {
            Place::Pages(first.to_owned())
        } else {
            Place::Room(at)
        };
    }
    match first {
        "lib" | "main" | "app" | "commands" => Place::Top,
        other => panic!("src/{other} stands nowhere in ARCHITECTURE.md"),
    }
}

/// The first segment of every path through the crate that the code (not its comments or its tests) names.
fn imports(text: &str) -> Vec<String> {
    let code: String = text
        .split("#[cfg(test)]")
        .next()
        .unwrap()
        .lines()
        .map(|line| line.split("//").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = code[at + "crate::".len()..].trim_start();
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 && letter == ',' {
                    found.push(word.trim().to_owned());
                    word.clear();
                } else {
                    word.push(letter);
                }
            }
            found.push(word.trim().to_owned());
        } else {
            found.push(rest.to_owned());
        }
    }
    found
        .into_iter()
        .filter_map(|path| {
            let end = path
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
                .unwrap_or(path.len());
            let path = &path[..end];
            (!path.is_empty()).then(|| path.to_owned())
        })
        .collect()
}

fn may_import(from: &Place, path: &str) -> Result<(), String> {
    let mut parts = path.split("::");
    let first = parts.next().unwrap();
    let second = parts.next().unwrap_or("");
    // Macros live at the root of the crate.
    if matches!(first, "each" | "words") {
        return Ok(());
    }
    let rules = first == "rules";
    let plumbing = PLUMBING.iter().position(|name| *name == first);
    let room = ROOMS.iter().position(|name| *name == first);
    let page = ACROSS.contains(&first) || second == "pages" || second.ends_with("_pages");
    let ok = match from {
        Place::Rules => rules,
        Place::Plumbing(at) => rules || plumbing.is_some_and(|other| other <= *at),
        Place::Room(at) => {
            rules || plumbing.is_some() || (!page && room.is_some_and(|other| other <= *at))
        }
        Place::Web => {
            rules || plumbing.is_some() || first == "web" || (first == "accounts" && !page)
        }
        Place::Pages(own) => {
            rules
                || plumbing.is_some()
                || first == "web"
                || (room.is_some() && (!page || first == own))
        }
        Place::Top => true,
    };
    if ok {
        Ok(())
    } else {
        Err(format!("{from:?} imports {path}"))
    }
}

#[test]
fn imports_point_downward() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (path, text) in sources() {
        let from = place(&path);
        for import in imports(&text) {
            seen += 1;
            if let Err(why) = may_import(&from, &import) {
                wrong.push(format!("{}: {why}", path.display()));
            }
        }
    }
    assert!(seen > 100, "the test reads the code: {seen} imports");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words that a floor never writes.
#[test]
fn each_floor_stays_away_from_what_is_not_its_own() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let code: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        let forbidden: &[&str] = match place(&path) {
            Place::Rules => &[
                "diesel",
                "actix",
                "Utc::now",
                "SystemTime",
                "std::fs",
                "std::io",
            ],
            Place::Plumbing(_) => &["actix_web", "actix_session"],
            Place::Room(_) => &["actix_web", "actix_session", "askama", "<div", "<p>"],
            Place::Web => &[],
            Place::Pages(_) => &["diesel"],
            Place::Top => &[],
        };
        for word in forbidden {
            if code.iter().any(|line| line.contains(word)) {
                wrong.push(format!("{} writes {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_clock_asks_what_time_it_is() {
    let asking = [
        "Utc::now",
        "Local::now",
        "SystemTime::now",
        "now_v7",
        "Instant::now",
    ];
    for (path, text) in sources() {
        if path == Path::new("clock.rs") {
            continue;
        }
        for word in asking {
            assert!(
                !text.contains(word),
                "{} asks the time by {word}; use the clock",
                path.display()
            );
        }
    }
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    for (path, text) in sources() {
        if path == Path::new("lib.rs") {
            continue;
        }
        assert!(
            text.starts_with("//!"),
            "{} opens without a sentence",
            path.display()
        );
    }
}

#[test]
fn no_file_is_a_crowded_room() {
    let crowded: BTreeMap<_, _> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(path, lines)| *lines > 520 && path != Path::new("schema.rs"))
        .collect();
    assert!(crowded.is_empty(), "{crowded:?}");
}

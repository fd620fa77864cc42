//! Every sentence exists in both languages, with the same values, and every id that is used exists.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use kanmon::rules::finding::{Field, Outcome, Owner, PhysicianPoint, REASON_CODES, Sign, Topic};
use kanmon::rules::gate;
use kanmon::rules::notice::register::{REGISTER, WithoutRule};

fn walk(folder: &str, ends: &str) -> Vec<(PathBuf, String)> {
    fn gather(folder: &Path, ends: &str, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, ends, found);
            } else if path.to_str().unwrap().ends_with(ends) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    gather(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        ends,
        &mut found,
    );
    found
}

/// Id to the values it shows.
fn messages(lang: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for (path, text) in walk(&format!("locales/{lang}"), ".ftl") {
        let mut current = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((id, _)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
                current = id.to_owned();
                let twice = all.insert(current.clone(), BTreeSet::new()).is_some();
                assert!(
                    !twice,
                    "{id} is said twice; the second time in {}",
                    path.display()
                );
            }
            let values = line.match_indices('$').map(|(at, _)| {
                let rest = &line[at + 1..];
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
                rest[..end.unwrap_or(rest.len())].to_owned()
            });
            if let Some(known) = all.get_mut(&current) {
                known.extend(values);
            }
        }
    }
    all
}

#[test]
fn every_sentence_exists_in_both_languages_with_the_same_values() {
    let (ja, en) = (messages("ja"), messages("en"));
    let keys = |all: &BTreeMap<String, _>| all.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(
        keys(&ja).difference(&keys(&en)).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    assert_eq!(
        keys(&en).difference(&keys(&ja)).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    // English may name a month by its table where Japanese repeats the number, but never a value that is not given.
    for (id, values) in &en {
        assert!(
            values.is_subset(&ja[id]),
            "{id}: {values:?} against {:?}",
            ja[id]
        );
    }
}

#[test]
fn every_answer_of_the_rules_has_its_sentence() {
    let ja = messages("ja");
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    wanted.extend(
        REASON_CODES
            .iter()
            .map(|(_, name)| format!("reason-{name}")),
    );
    wanted.extend(Field::ALL.iter().map(|field| field.message_id().to_owned()));
    wanted.extend(Owner::ALL.iter().map(|owner| owner.message_id().to_owned()));
    wanted.extend(
        PhysicianPoint::ALL
            .iter()
            .map(|p| p.message_id().to_owned()),
    );
    wanted.extend(Topic::ALL.iter().map(|topic| topic.message_id().to_owned()));
    wanted.extend(Sign::ALL.iter().map(|sign| sign.message_id().to_owned()));
    wanted.extend(
        gate::delivery_rules()
            .iter()
            .map(|(rule, _)| format!("rule-{rule}")),
    );
    let rules = REGISTER.iter().flat_map(|entry| entry.rules());
    wanted.extend(rules.map(|rule| format!("rule-{rule}")));
    wanted.extend(WithoutRule::ALL.map(|why| why.message_id().to_owned()));
    wanted.extend(
        Outcome::ALL
            .iter()
            .map(|outcome| format!("outcome-{outcome}")),
    );
    let missing: Vec<_> = wanted.iter().filter(|id| !ja.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The string literals that follow a call which takes a message id.
fn ids_after(text: &str, calls: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for call in calls {
        for (at, _) in text.match_indices(call) {
            let rest = text[at + call.len()..].trim_start();
            if let Some(rest) = rest.strip_prefix('"') {
                let id = rest.split('"').next().unwrap();
                if !id.is_empty() && !id.contains('{') {
                    found.push(id.to_owned());
                }
            }
        }
    }
    found
}

const CALLS: &[&str] = &[
    "shell.t(",
    "shell.t1(",
    "shell.n(",
    "self.t(",
    "own.t(",
    "own.both(",
    "lang.t(",
    "Message::new(",
    "lang.fill(",
    "weave(",
    ".hint(",
    "shell(",
    "both(shell,",
    "noted(shell,",
    "Argument::Term(",
    "title:",
];

#[test]
fn every_id_that_is_used_exists() {
    let ja = messages("ja");
    let mut missing = BTreeSet::new();
    let sources = walk("src", ".rs")
        .into_iter()
        .chain(walk("templates", ".html"));
    for (path, text) in sources {
        if path
            .components()
            .any(|part| part.as_os_str() == "rules" || part.as_os_str() == "commands")
        {
            continue;
        }
        let code = |line: &&str| !line.trim_start().starts_with("//");
        let text: String = text.lines().filter(code).collect::<Vec<_>>().join("\n");
        let mut ids = ids_after(&text, CALLS);
        for call in ["shell.status(", "shell.badge(", ".choice("] {
            for (at, _) in text.match_indices(call) {
                let line = text[at..].lines().next().unwrap();
                let parts: Vec<&str> = line.split('"').collect();
                if parts.len() > 3 && parts[2].trim() == "," {
                    ids.push(parts[3].to_owned());
                }
            }
        }
        for (at, _) in text.match_indices("verb: \"") {
            let verb = text[at + 7..].split('"').next().unwrap();
            ids.push(format!("audit-{verb}"));
        }
        for sort in [
            "text", "number", "lines", "password", "date", "instant", "radios", "yes_no", "select",
            "check",
        ] {
            for name in ids_after(&text, &[&format!("input.{sort}(")]) {
                ids.push(format!("label-{}", name.replace('_', "-")));
            }
        }
        let name = path.display().to_string();
        missing.extend(
            ids.into_iter()
                .filter(|id| !ja.contains_key(id))
                .map(|id| format!("{id} in {name}")),
        );
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

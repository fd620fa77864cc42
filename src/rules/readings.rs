//! Every reading (what we decided where the notice leaves something open), collected from the comments where it stands.

use std::sync::LazyLock;

use super::{notice, policy};

/// One reading, ready for somebody's sign-off.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reading {
    /// The file it stands in, counted from `src/`.
    pub file: &'static str,
    /// What it is said of: a rule's function, a type, a field; `(file)` where it is said of all of the file.
    pub item: String,
    /// Its place among the readings of that item, from 1.
    pub number: usize,
    /// The clauses of the notice that it reads.
    pub clauses: Vec<&'static str>,
    /// The reading itself.
    pub text: String,
}

macro_rules! sources {
    ($($file:literal),+ $(,)?) => {
        &[$((concat!("rules/", $file), include_str!($file))),+]
    };
}

/// The sources of the rules with their paths. A test fails when a file with a reading is not here.
pub const SOURCES: &[(&str, &str)] = sources![
    "administration.rs",
    "briefing.rs",
    "dosing/admission.rs",
    "dosing/counts.rs",
    "dosing/course.rs",
    "dosing/decision.rs",
    "dosing/eligibility.rs",
    "dosing/eligibility/therapies.rs",
    "dosing/facts.rs",
    "dosing/history.rs",
    "dosing/mod.rs",
    "dosing/outlook.rs",
    "dosing/premedication.rs",
    "dosing/quantity.rs",
    "dosing/reactions.rs",
    "dosing/reactions/next_dose.rs",
    "dosing/reactions/resumption.rs",
    "dosing/reactions/table.rs",
    "dosing/reactions/wait.rs",
    "dosing/regimen.rs",
    "dosing/response.rs",
    "dosing/restart.rs",
    "dosing/stay.rs",
    "dosing/vials.rs",
    "facility.rs",
    "finding.rs",
    "finding/advice.rs",
    "finding/reason.rs",
    "finding/terms.rs",
    "gate.rs",
    "gate/exceptions.rs",
    "gate/house.rs",
    "gate/named.rs",
    "gate/question.rs",
    "gate/site.rs",
    "notice.rs",
    "physician.rs",
    "policy.rs",
];

static OF_THE_RULES: LazyLock<Vec<Reading>> = LazyLock::new(|| {
    SOURCES
        .iter()
        .flat_map(|(file, text)| of_source(file, text))
        .collect()
});

/// The readings of the rules, file by file.
#[must_use]
pub fn of_the_rules() -> &'static [Reading] {
    &OF_THE_RULES
}

/// The readings of one source file.
#[must_use]
pub fn of_source(file: &'static str, text: &str) -> Vec<Reading> {
    let mut reader = Reader::new(file);
    for line in text.lines() {
        reader.line(line);
    }
    reader.end_comment(None);
    reader.found
}

/// An item that is open around a line.
struct Enclosing {
    indent: usize,
    name: String,
    clauses: Vec<&'static str>,
}

/// Reads a source file line by line, and knows of Rust only what it needs: comments, items and how far they are indented.
struct Reader<'a> {
    file: &'static str,
    /// The lines of the comment being read, without their marks.
    comment: Vec<&'a str>,
    /// The mark of that comment: `//!`, `///` or `//`.
    mark: &'static str,
    enclosing: Vec<Enclosing>,
    of_file: Vec<&'static str>,
    /// Whether an attribute that spans lines is open.
    in_attribute: bool,
    found: Vec<Reading>,
}

const MARKS: [&str; 3] = ["//!", "///", "//"];
/// What a reading at the head of a file is said of.
const OF_THE_FILE: &str = "(file)";
/// The tags of the house; each begins a paragraph.
const TAGS: [&str; 2] = ["READING:", "INVARIANT:"];

impl<'a> Reader<'a> {
    fn new(file: &'static str) -> Self {
        Self {
            file,
            comment: Vec::new(),
            mark: "",
            enclosing: Vec::new(),
            of_file: Vec::new(),
            in_attribute: false,
            found: Vec::new(),
        }
    }

    fn line(&mut self, line: &'a str) {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        let commented = MARKS
            .into_iter()
            .find_map(|mark| Some((mark, code.strip_prefix(mark)?)));
        if let Some((mark, words)) = commented {
            if mark != self.mark {
                self.end_comment(None);
                self.mark = mark;
            }
            self.comment.push(words.trim());
        } else if self.in_attribute || code.starts_with("#[") {
            let attribute = code.split(" //").next().unwrap_or(code);
            self.in_attribute = !attribute.trim_end().ends_with(']');
        } else if code.is_empty() {
            self.end_comment(None);
        } else {
            while self
                .enclosing
                .last()
                .is_some_and(|open| open.indent >= indent)
            {
                self.enclosing.pop();
            }
            let declared = declared(code);
            let named = match (&declared, self.mark) {
                (Some(name), _) => Some(name.clone()),
                // A field or a variant has a doc comment; what follows another comment is no name.
                (None, "///") => first_name(code),
                (None, _) => None,
            };
            let clauses = self.end_comment(named);
            if let Some(name) = declared {
                self.enclosing.push(Enclosing {
                    indent,
                    name,
                    clauses,
                });
            }
        }
    }

    /// Keeps the readings of the comment that ended, and answers with the clauses it speaks of.
    fn end_comment(&mut self, item: Option<String>) -> Vec<&'static str> {
        let comment = std::mem::take(&mut self.comment);
        let mark = std::mem::take(&mut self.mark);
        let about: Vec<&str> = comment
            .iter()
            .copied()
            .take_while(|line| !line.is_empty() && tag(line).is_none())
            .collect();
        let mut clauses = named_in(&about.join(" "));
        if mark == "//!" {
            self.of_file.clone_from(&clauses);
        } else if clauses.is_empty() {
            let around = self.enclosing.iter().rev().map(|open| &open.clauses);
            clauses = around
                .chain([&self.of_file])
                .find(|known| !known.is_empty())
                .cloned()
                .unwrap_or_default();
        }
        let path: Vec<&str> = self
            .enclosing
            .iter()
            .map(|open| open.name.as_str())
            .collect();
        let named: Vec<&str> = path.into_iter().chain(item.as_deref()).collect();
        let item = match named.as_slice() {
            [] => OF_THE_FILE.to_owned(),
            named => named.join("::"),
        };
        let own = named_in(&about.join(" "));
        for text in readings_in(&comment) {
            let here = |reading: &&Reading| reading.item == item;
            let number = self.found.iter().filter(here).count() + 1;
            // A comment that names no clause is read by what the reading itself names, then by what stands around it.
            let by_itself = named_in(&text);
            let of_reading = if own.is_empty() && !by_itself.is_empty() {
                by_itself
            } else {
                clauses.clone()
            };
            self.found.push(Reading {
                file: self.file,
                item: item.clone(),
                number,
                clauses: of_reading,
                text,
            });
        }
        clauses
    }
}

/// The tag that a line of a comment begins with, and what follows it.
fn tag(line: &str) -> Option<(&'static str, &str)> {
    TAGS.into_iter()
        .find_map(|tag| Some((tag, line.strip_prefix(tag)?.trim_start())))
}

/// The readings of a comment: each from its tag to the next tag or empty line.
fn readings_in(comment: &[&str]) -> Vec<String> {
    let mut readings: Vec<String> = Vec::new();
    let mut open = false;
    for line in comment {
        match tag(line) {
            Some(("READING:", words)) => {
                readings.push(words.to_owned());
                open = true;
            }
            Some(_) => open = false,
            None if line.is_empty() => open = false,
            None => {
                if let Some(reading) = readings.last_mut().filter(|_| open) {
                    reading.push(' ');
                    reading.push_str(line);
                }
            }
        }
    }
    let plain = |text: String| text.replace("[`", "`").replace("`]", "`");
    readings.into_iter().map(plain).collect()
}

/// The name that a line of code declares with a keyword.
fn declared(code: &str) -> Option<String> {
    let mut words = code.split_whitespace();
    loop {
        match words.next()? {
            "pub" | "pub(crate)" | "pub(super)" | "async" | "unsafe" | "default" => {}
            "const" | "static" => {
                // `const fn` is a function.
                let rest = words.clone().next()?;
                if rest != "fn" {
                    return first_name(rest);
                }
            }
            "fn" | "struct" | "enum" | "type" | "trait" | "mod" => {
                return first_name(words.next()?);
            }
            word if word == "impl" || word.starts_with("impl<") => {
                let head = code.split('{').next()?;
                let of = head.rsplit(" for ").next()?;
                let of = of.strip_prefix("impl").unwrap_or(of).trim_start();
                let of = of.strip_prefix('<').map_or(of, |rest| {
                    rest.split_once('>')
                        .map_or(rest, |(_, after)| after.trim_start())
                });
                return first_name(of);
            }
            _ => return None,
        }
    }
}

/// The identifier that a line begins with, whatever its visibility.
fn first_name(code: &str) -> Option<String> {
    let code = ["pub(crate) ", "pub(super) ", "pub "]
        .into_iter()
        .find_map(|word| code.strip_prefix(word))
        .unwrap_or(code);
    let name: String = code
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!name.is_empty()).then_some(name)
}

/// The clauses that a text names, the notice's in their order and the house's after them: by id, by the notice's own
/// ※ signs, by what several ids begin with (AE-CRS-G1, RS-C2-6W), or else by a pattern (RS-*).
#[must_use]
pub fn named_in(text: &str) -> Vec<&'static str> {
    let part_of_id = |c: char| c.is_ascii_alphanumeric() || ".*-※".contains(c);
    let notice = notice::editions()
        .iter()
        .flat_map(|edition| edition.clauses);
    let house = policy::house_clauses().iter().map(|clause| clause.id);
    let ids: Vec<&'static str> = notice.map(|clause| clause.id).chain(house).collect();
    let mut named: Vec<&'static str> = Vec::new();
    for token in text.split(|c: char| !part_of_id(c)) {
        let token = token.trim_matches(['.', '-']).replace('※', "F-*");
        if !token.contains('-') {
            continue;
        }
        let kinds: [fn(&str, &str) -> bool; 3] = [|token, id| token == id, begins, matches_pattern];
        let of_kind = |is: &fn(&str, &str) -> bool| -> Vec<&'static str> {
            ids.iter().copied().filter(|id| is(&token, id)).collect()
        };
        let found = kinds.iter().map(of_kind).find(|found| !found.is_empty());
        named.extend(found.unwrap_or_default());
    }
    ids.into_iter().filter(|id| named.contains(id)).collect()
}

/// Whether an id is one of those that begin with a token: the token ends where a part of the id ends.
fn begins(token: &str, id: &str) -> bool {
    let digit = token.ends_with(|c: char| c.is_ascii_digit() || c == 'W');
    let rest = id.strip_prefix(token);
    digit && rest.is_some_and(|rest| rest.starts_with(|c: char| c == '-' || c.is_ascii_lowercase()))
}

/// Whether an id matches a token in which `*` stands for anything.
fn matches_pattern(token: &str, id: &str) -> bool {
    let Some((before, after)) = token.split_once('*') else {
        return false;
    };
    let Some(rest) = id.strip_prefix(before) else {
        return false;
    };
    // What follows the sign must end the id, whatever stands between.
    rest.ends_with(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "//! Where patients are (P-3a).\n\n/// P-5: at hand.\n///\n/// READING: on the day;\n/// \
        see [`thing`].\n/// READING: no number.\n///\n/// More.\n#[derive(\n    Debug,\n)]\npub(super) fn ready() {\n    \
        // READING: P-4 counts too.\n    let x = 1;\n}\n\nimpl<'a> Site<'a> {\n    /// INVARIANT: always.\n    /// \
        READING: as above.\n    pub const fn of(&self) {}\n}\n\npub struct Facts {\n    /// READING: F-*1 and ※3.\n    \
        pub beds: bool,\n}\n";

    #[test]
    fn readings_are_found_with_what_they_are_said_of() {
        let found = of_source("rules/sample.rs", SAMPLE);
        let seen: Vec<(&str, usize, &[&str], &str)> = found
            .iter()
            .map(|r| {
                (
                    r.item.as_str(),
                    r.number,
                    r.clauses.as_slice(),
                    r.text.as_str(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("ready", 1, &["P-5"][..], "on the day; see `thing`."),
                ("ready", 2, &["P-5"], "no number."),
                ("ready", 3, &["P-4"], "P-4 counts too."),
                ("Site::of", 1, &["P-3a"], "as above."),
                (
                    "Facts::beds",
                    1,
                    &["F-*1", "F-*3-1", "F-*3-2", "F-*3-3"],
                    "F-*1 and ※3."
                ),
            ]
        );
    }

    #[test]
    fn clauses_are_named_by_id_by_sign_by_pattern_and_by_what_they_begin_with() {
        assert_eq!(named_in("F-1.1, ※2 and F-1."), ["F-1", "F-1.1", "F-*2"]);
        assert_eq!(named_in("RS-C2-6W"), ["RS-C2-6W-a", "RS-C2-6W-b"]);
        assert_eq!(named_in("W-1"), ["W-1a", "W-1b"]);
        assert_eq!(
            named_in("AE-*-n1"),
            ["AE-CRS-G2-n1", "AE-CRS-G3-n1", "AE-ICANS-G3-n1"]
        );
        assert_eq!(named_in("a re-step-up of 2024-12-27, HP-1"), ["HP-1"]);
    }
}

//! The sentences of a letter: its ids filled with its values in the reader's language.

use crate::mailbox::clean;
use crate::messages::Lang;
use crate::outbox::{Body, Kind, Value};
use crate::rules::finding::Argument;

use super::{Matter, Unsendable};

/// The values that sentences of letters may name; others are left out.
pub const VALUES: &[&str] = &[
    "name", "due", "days", "starts", "venue", "with", "count", "place", "until",
];

/// The most characters of a value that somebody typed.
const VALUE_CHARS: usize = 200;

/// What stands where a typed value is empty.
const NOTHING: &str = "—";

/// The words of a kind that begin its subject line.
pub fn word(lang: Lang, kind: Kind) -> Result<String, Unsendable> {
    said(lang, &format!("letter-{}-subject", kind.as_str()), &[])
}

/// What is so.
pub fn lead(lang: Lang, matter: &Matter) -> Result<String, Unsendable> {
    let which = if matter.is_late() { "late" } else { "lead" };
    of(lang, matter, which)
}

/// What to do.
pub fn act(lang: Lang, matter: &Matter) -> Result<String, Unsendable> {
    of(lang, matter, "do")
}

/// How the meeting is called in a calendar.
pub fn meeting(lang: Lang, body: &Body) -> Result<String, Unsendable> {
    said(lang, "letter-meeting-summary", &values(body))
}

fn of(lang: Lang, matter: &Matter, which: &str) -> Result<String, Unsendable> {
    let id = format!("letter-{}-{which}", matter.kind.as_str());
    said(lang, &id, &values(&matter.body))
}

/// A sentence; one that does not exist, or names a value that is not there, is refused instead of sent.
pub fn said(
    lang: Lang,
    id: &str,
    values: &[(&'static str, Argument)],
) -> Result<String, Unsendable> {
    let said = lang.fill(id, values);
    if said == id {
        return Err(Unsendable::Sentence(id.to_owned()));
    }
    Ok(said)
}

fn values(body: &Body) -> Vec<(&'static str, Argument)> {
    let place = Argument::Text(typed(&body.place));
    let mut values = vec![("place", place)];
    for (name, value) in &body.values {
        let known = VALUES.iter().find(|known| *known == name);
        if let Some(name) = known.filter(|name| **name != "place") {
            values.push((name, argument(value)));
        }
    }
    values
}

fn argument(value: &Value) -> Argument {
    match value {
        Value::Text(text) => Argument::Text(typed(text)),
        Value::Number(number) => Argument::Number(*number),
        Value::Date(day) => Argument::Date(*day),
        Value::Instant(instant) => Argument::Instant(*instant),
        Value::Term(id) => Argument::Text(typed(id)),
    }
}

/// What somebody typed, on one line.
pub fn typed(text: &str) -> String {
    match clean(text, VALUE_CHARS) {
        text if text.is_empty() => NOTHING.to_owned(),
        text => text,
    }
}

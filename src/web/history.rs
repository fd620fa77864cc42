//! A record's history: audit rows as sentences, the same everywhere.

use askama::Template;
use serde_json::Value;

use super::page::{Html, Shell};
use crate::accounts::role_id;
use crate::audit::Row;
use crate::messages::Lang;
use crate::rules::finding::Argument;
use crate::scope::Role;

/// One thing that happened.
struct Line {
    at: Html,
    text: String,
    who: String,
    stops: bool,
}

#[derive(Template)]
#[template(path = "shared/history.html")]
struct HistoryHtml {
    lines: Vec<Line>,
    empty: String,
    /// What opens the lines beyond the latest.
    older: Option<String>,
}

/// Lines that stand open; those before them are folded.
const OPEN: usize = 8;

impl HistoryHtml {
    fn latest(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().take(OPEN)
    }

    fn earlier(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().skip(OPEN)
    }
}

/// The rows of `audit::history` as a list. The sentence of a row is the message `audit-VERB`; its details are the
/// values: dates and instants are written out, `term:ID` is the message ID, `before.x` is `$before_x`.
pub fn history(shell: &Shell, rows: &[Row]) -> Html {
    let lang = shell.lang;
    let lines = rows.iter().map(|row| Line {
        at: shell.instant(row.at),
        text: sentence(lang, row),
        who: who(lang, row),
        stops: matches!(
            row.verb.as_str(),
            "delivery_held" | "delivery_refused" | "delivery_stopped" | "deviation_recorded"
        ),
    });
    let page = HistoryHtml {
        lines: lines.collect(),
        older: (rows.len() > OPEN)
            .then(|| shell.n("history-older", rows.len().saturating_sub(OPEN))),
        empty: lang.t("history-empty"),
    };
    Html(page.render().unwrap_or_default())
}

/// What happened, in words. Where retention has deleted the details, the sentence without them.
pub fn sentence(lang: Lang, row: &Row) -> String {
    let mut values = Vec::new();
    if let Value::Object(detail) = &row.detail {
        for (name, value) in detail {
            flatten(lang, name, value, &mut values);
        }
    }
    lang.weave(&format!("audit-{}", row.verb), &values)
        .unwrap_or_else(|| {
            let verb = [("verb".to_owned(), row.verb.clone())];
            lang.weave("history-without-details", &verb)
                .unwrap_or_default()
        })
}

fn flatten(lang: Lang, name: &str, value: &Value, values: &mut Vec<(String, String)>) {
    if let Value::Object(inner) = value {
        for (part, value) in inner {
            flatten(lang, &format!("{name}_{part}"), value, values);
        }
    } else {
        values.push((name.to_owned(), words(lang, value)));
    }
}

fn words(lang: Lang, value: &Value) -> String {
    match value {
        Value::Null => lang.t("history-none"),
        Value::Bool(true) => lang.t("forms-yes"),
        Value::Bool(false) => lang.t("forms-no"),
        Value::Number(number) => number.to_string(),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(|value| words(lang, value)).collect();
            all.join(lang.comma())
        }
        Value::Object(_) => String::new(),
        Value::String(text) => {
            if let Some(id) = text.strip_prefix("term:") {
                return lang.t(id);
            }
            if let Ok(day) = text.parse() {
                return lang.value(&Argument::Date(day));
            }
            match text.parse() {
                Ok(at) => lang.value(&Argument::Instant(at)),
                Err(_) => text.clone(),
            }
        }
    }
}

/// Who did it: the role and the printed name.
pub fn who(lang: Lang, row: &Row) -> String {
    let role = match Role::from_word(&row.role) {
        Some(role) => role_id(role),
        None if row.role == "system" => "role-system",
        None => "role-account",
    };
    format!("{} {}", lang.t(role), row.person_name)
}

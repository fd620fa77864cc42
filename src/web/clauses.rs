//! Clauses as pages quote them: the notice's own words first, a translation below for readers of English, a link to each.

use super::page::{Html, Shell, escape};
use crate::messages::Lang;
use crate::rules::notice;

/// Whether any of these clauses (ids with spaces between) is marked.
pub fn marks<S: AsRef<str>>(marked: &[S], ids: &str) -> bool {
    ids.split_whitespace()
        .any(|id| marked.iter().any(|marked| marked.as_ref() == id))
}

/// A piece of the notice that is no clause, as a table's head: on English pages the original stands above.
pub fn both(shell: &Shell, id: &str) -> Html {
    let original = escape(&Lang::Ja.t(id));
    if shell.is_ja() {
        return Html(original);
    }
    let translated = escape(&shell.t(id));
    if original == translated {
        return Html(original);
    }
    Html(format!(
        "<span lang=\"ja\">{original}</span><span class=\"sub\">{translated}</span>"
    ))
}

/// The text of these clauses (ids with spaces between) as one cell of a table of the notice.
pub fn said(shell: &Shell, ids: &str) -> Html {
    let clauses: Vec<_> = ids.split_whitespace().filter_map(notice::clause).collect();
    let original: String = clauses
        .iter()
        .map(|clause| superscript(clause.japanese))
        .collect();
    let links: Vec<String> = ids.split_whitespace().map(link).collect();
    let links = format!("<span class=\"sub\">{}</span>", links.join(" "));
    if shell.is_ja() {
        return Html(format!("{original}{links}"));
    }
    let translated: Vec<String> = clauses
        .iter()
        .map(|clause| escape(clause.english))
        .collect();
    Html(format!(
        "<span lang=\"ja\">{original}</span><span class=\"sub\">{}</span>{links}",
        translated.join(" ")
    ))
}

/// A clause's id that leads to its text.
fn link(id: &str) -> String {
    let id = escape(id);
    format!("<a class=\"ref nw\" href=\"/notice#{id}\">{id}</a>")
}

/// The text of a clause with its note signs as the notice prints them.
fn superscript(text: &str) -> String {
    escape(text).replace("注2)", "<sup>注2)</sup>")
}

/// A reading, whose names of code stand between backticks.
pub fn with_code(text: &str) -> Html {
    let pieces = text.split('`').enumerate().map(|(at, piece)| {
        let piece = escape(piece);
        if at % 2 == 1 {
            format!("<code>{piece}</code>")
        } else {
            piece
        }
    });
    Html(pieces.collect())
}

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
    noted(shell, id, "")
}

/// The same with the sign of a note, as the notice prints it.
pub fn noted(shell: &Shell, id: &str, sign: &str) -> Html {
    let mut original = escape(&Lang::Ja.t(id));
    let translated = escape(&shell.t(id));
    let is_the_same = original == translated;
    if !sign.is_empty() {
        original = format!("{original}<sup lang=\"ja\">{}</sup>", escape(sign));
    }
    if shell.is_ja() || is_the_same {
        return Html(original);
    }
    Html(format!(
        "<span lang=\"ja\">{original}</span><span class=\"sub\">{translated}</span>"
    ))
}

/// The text of these clauses (ids with spaces between) as one cell of a table of the notice, and a link to each.
/// A clause whose id begins with `+` is only linked, because its text stands in the cell already.
pub fn said(shell: &Shell, ids: &str) -> Html {
    let clauses: Vec<_> = ids.split_whitespace().filter_map(notice::clause).collect();
    let original: String = clauses
        .iter()
        .map(|clause| superscript(clause.japanese))
        .collect();
    let links: Vec<String> = ids
        .split_whitespace()
        .map(|id| link(id.trim_start_matches('+')))
        .collect();
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use askama::Template;

    use super::*;
    use crate::web::nav::Nav;
    use crate::web::page::Desk;

    #[derive(Template)]
    #[template(path = "shared/restart_table.html")]
    struct Restart {
        shell: Shell,
        marked: Vec<&'static str>,
        marked_note: String,
    }

    #[derive(Template)]
    #[template(path = "shared/reactions_table.html")]
    struct Reactions {
        shell: Shell,
        marked: Vec<String>,
    }

    fn shell(lang: Lang) -> Shell {
        let desk = Desk::of_programme(None, lang);
        Shell::new(&desk, None, "notice-page-title", Nav::Notice, None)
    }

    #[test]
    fn the_row_that_applies_is_marked_with_its_note() {
        let table = |marked| Restart {
            shell: shell(Lang::Ja),
            marked,
            marked_note: "この症例は 15 日".to_owned(),
        };
        let html = table(vec!["RS-C1D8-2W6W", "D-1a"]).render().unwrap();
        assert_eq!(html.matches("該当").count(), 1);
        assert!(html.contains("2 週間以上 6 週間未満<span class=\"sub\">この症例は 15 日</span>"));
        assert!(html.contains(
            "<td class=\"here here-last\"><span class=\"tag tag-notice\">該当</span> 1 サイクル目 8"
        ));
        let both_halves = table(vec!["RS-C1D15-6W-a", "RS-C1D15-6W-b", "RS-N2"]);
        assert_eq!(both_halves.render().unwrap().matches("該当").count(), 2);
        let none = table(Vec::new()).render().unwrap();
        assert!(!none.contains("該当") && !none.contains("この症例") && !none.contains("here"));
    }

    #[test]
    fn a_row_of_the_reactions_is_marked_and_the_word_stands_in_the_cell_that_applies() {
        let table = |lang, marked: &[&str]| {
            let marked = marked.iter().map(|id| (*id).to_owned()).collect();
            let shell = shell(lang);
            Reactions { shell, marked }.render().unwrap()
        };
        let html = table(Lang::En, &["AE-CRS-G2-n1", "DN-2"]);
        assert_eq!(html.matches(">Applies<").count(), 1);
        assert_eq!(html.matches("class=\"here").count(), 3);
        let html = table(Lang::Ja, &["AE-ICANS-G3-ab", "AE-ICANS-G3-n1"]);
        assert_eq!(
            html.matches("該当").count(),
            2,
            "the merged cell, and the next dose"
        );
        assert!(!table(Lang::Ja, &[]).contains("here"));
        assert_eq!(table(Lang::Ja, &["AE-PLT"]).matches("該当").count(), 1);
    }

    #[test]
    fn names_of_code_stand_as_code_and_nothing_else_is_markup() {
        let shown = with_code("as `Consider`, <never> more").0;
        assert_eq!(shown, "as <code>Consider</code>, &lt;never&gt; more");
    }
}

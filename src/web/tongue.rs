//! Japanese on an English page: names and quotations are marked as Japanese, so that they are read aloud and drawn
//! as such wherever they come from.

/// Elements whose content is plain text to the browser: nothing can be marked inside them.
const PLAIN: [&str; 6] = ["title", "option", "textarea", "style", "script", "svg"];

/// An English page with each run of Japanese in an element of that language; any other page as it is.
pub(super) fn marked(html: String) -> String {
    let head: String = html.chars().take(200).collect();
    if !head.contains("<html lang=\"en\"") {
        return html;
    }
    let mut out = String::with_capacity(html.len().saturating_add(1024));
    let mut rest = html.as_str();
    // The element whose end is awaited because nothing inside it is to be marked, and how many of its name are open.
    let mut awaited: Option<(String, usize)> = None;
    while let Some((text, tail)) = rest.find('<').and_then(|at| rest.split_at_checked(at)) {
        text_of(text, awaited.is_some(), &mut out);
        let Some((inside, after)) = tail.split_once('>') else {
            out.push_str(tail);
            return out;
        };
        out.push_str(inside);
        out.push('>');
        awaited = follow(awaited, inside.trim_start_matches('<'));
        rest = after;
    }
    text_of(rest, awaited.is_some(), &mut out);
    out
}

/// What is awaited after a tag.
fn follow(awaited: Option<(String, usize)>, tag: &str) -> Option<(String, usize)> {
    let closes = tag.starts_with('/');
    let name = tag.trim_start_matches('/');
    let name = name
        .split(|c: char| c.is_whitespace() || c == '/')
        .next()
        .unwrap_or_default();
    match awaited {
        Some((waiting, open)) if waiting == name && closes => {
            (open > 1).then(|| (waiting, open.saturating_sub(1)))
        }
        Some((waiting, open)) if waiting == name && !tag.ends_with('/') => {
            Some((waiting, open.saturating_add(1)))
        }
        Some(waiting) => Some(waiting),
        None if closes || tag.ends_with('/') => None,
        None if PLAIN.contains(&name) || tag.contains("lang=\"ja\"") => Some((name.to_owned(), 1)),
        None => None,
    }
}

/// A piece of text, its runs of Japanese marked: from a Japanese sign to the last one before the next Latin letter.
fn text_of(text: &str, plain: bool, out: &mut String) {
    if plain || !text.chars().any(is_japanese) {
        out.push_str(text);
        return;
    }
    let mut run = String::new();
    let mut between = String::new();
    for sign in text.chars() {
        if is_japanese(sign) {
            run.push_str(&between);
            between.clear();
            run.push(sign);
        } else if run.is_empty() {
            out.push(sign);
        } else if sign.is_ascii_alphabetic() || "&;()<>,.:\n".contains(sign) {
            close(&mut run, &mut between, out);
            out.push(sign);
        } else {
            between.push(sign);
        }
    }
    close(&mut run, &mut between, out);
}

fn close(run: &mut String, between: &mut String, out: &mut String) {
    if !run.is_empty() {
        out.push_str("<span lang=\"ja\">");
        out.push_str(run);
        out.push_str("</span>");
    }
    out.push_str(between);
    run.clear();
    between.clear();
}

/// Kana and ideographs. Signs that English text quotes by themselves, such as ※, are not among them.
fn is_japanese(sign: char) -> bool {
    matches!(sign, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> String {
        format!("<!doctype html>\n<html lang=\"en\"><title>柏木</title><body>{body}")
    }

    #[test]
    fn a_name_in_a_sentence_is_marked() {
        assert_eq!(
            marked(page("<p>Met 柏木 遥 on 3 May (※3).</p>")),
            page("<p>Met <span lang=\"ja\">柏木 遥</span> on 3 May (※3).</p>")
        );
    }

    #[test]
    fn what_says_already_that_it_is_japanese_stays() {
        let body = "<b lang=\"ja\"><b>柏木</b> 遥</b><option>柏木</option>";
        assert_eq!(marked(page(body)), page(body));
        assert_eq!(
            marked(page(&format!("{body}<i>遥</i>"))),
            page(&format!("{body}<i><span lang=\"ja\">遥</span></i>"))
        );
    }

    #[test]
    fn a_japanese_page_is_left_alone() {
        let page = "<html lang=\"ja\"><p>柏木</p>".to_owned();
        assert_eq!(marked(page.clone()), page);
    }
}

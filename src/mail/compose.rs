//! Writing a letter out: a plain text with an HTML twin, its headers, and the calendar entries that travel with it.

use std::time::SystemTime;

use askama::Template;
use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, From, Header, HeaderName, HeaderValue, MessageId, To};
use lettre::message::{Attachment, Mailbox, Mailboxes, MultiPart, SinglePart};

use crate::mailbox::{address, clean, named};
use crate::messages::Lang;
use crate::rules::finding::Argument;

use super::calendar::{Invited, entry, method};
use super::speech::{act, lead, said, typed, word};
use super::{Letterhead, Matter, Parcel, Unsendable, Written};

/// The most characters of a subject line.
pub const SUBJECT_CHARS: usize = 30;

/// Where a reader chooses when letters come.
const PREFERENCES: &str = "/letters/preferences";

/// One thing that a digest holds.
struct Item {
    title: String,
    lead: String,
    link: String,
}

/// What both forms of a letter show.
struct Page {
    lang: &'static str,
    title: String,
    dear: Option<String>,
    lead: String,
    act: String,
    items: Vec<Item>,
    open: String,
    link: String,
    why: String,
    choose: String,
    preferences: String,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none")]
struct Plain<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    page: &'a Page,
}

/// Writes a letter out for one reader.
///
/// INVARIANT: the message has one recipient, the reader, and the same headers whatever a name, a place or a venue
/// holds; every link begins with the letterhead's origin.
pub fn compose(
    head: &Letterhead,
    lang: Lang,
    to: (&str, &str),
    letter: &Written,
    at: DateTime<Utc>,
) -> Result<Parcel, Unsendable> {
    let (name, typed_address) = to;
    let to = named(name, address(typed_address).map_err(Unsendable::Address)?);
    let page = page(head, lang, &to, letter)?;
    let builder = Message::builder()
        .raw_header(person::<From>("From", &head.from))
        .raw_header(person::<To>("To", &to))
        .subject(page.title.clone())
        .date(SystemTime::from(at))
        .header(MessageId::from(format!("<{}@{}>", letter.id, head.host())))
        .raw_header(fixed("Auto-Submitted", "auto-generated"))
        .raw_header(fixed("Content-Language", lang.as_str()))
        // Said outright, so that nothing is read back out of a header.
        .envelope(envelope(head, &to)?);
    let mut texts = MultiPart::alternative()
        .singlepart(SinglePart::plain(rendered(&Plain { page: &page })?))
        .singlepart(SinglePart::html(rendered(&Html { page: &page })?));
    let mut files = Vec::new();
    let matters = std::iter::once(&letter.matter).chain(&letter.bundled);
    for matter in matters {
        let Some(calendar) = &matter.body.calendar else {
            continue;
        };
        let invited = Invited {
            lang,
            to: Some(&to),
            at,
            lead: &lead(lang, matter)?,
            link: &link(head, &matter.body.path)?,
        };
        let text = entry(head, &invited, &matter.body, calendar)?;
        // A message invites to one meeting; those of a digest travel as files only.
        if letter.bundled.is_empty() {
            let kind = format!("text/calendar; method={}; charset=utf-8", method(calendar));
            texts = texts.singlepart(
                SinglePart::builder()
                    .header(content_type(&kind)?)
                    .body(text.clone()),
            );
        }
        files.push(text);
    }
    let message = if files.is_empty() {
        builder.multipart(texts)
    } else {
        builder.multipart(with_files(texts, files)?)
    };
    let message = message.map_err(|cause| Unsendable::Message(cause.to_string()))?;
    Ok(Parcel {
        id: letter.id.clone(),
        envelope: message.envelope().clone(),
        bytes: message.formatted(),
    })
}

/// What a letter says, as subject and plain text: for reading it here and for paper, with or without an address.
pub fn spoken(
    head: &Letterhead,
    lang: Lang,
    name: &str,
    letter: &Written,
) -> Result<(String, String), Unsendable> {
    let reader = named(name, head.from.email.clone());
    let page = page(head, lang, &reader, letter)?;
    let text = rendered(&Plain { page: &page })?;
    Ok((page.title, text))
}

/// The subject line: what the letter is about in the kind's words, and where, cut to `SUBJECT_CHARS`.
pub fn subject(lang: Lang, matter: &Matter) -> Result<String, Unsendable> {
    let word = word(lang, matter.kind)?;
    let mark = match lang {
        Lang::Ja => "：",
        Lang::En => ": ",
    };
    let taken = word.chars().count() + mark.chars().count();
    let place = clean(&matter.body.place, SUBJECT_CHARS.saturating_sub(taken));
    // "=?" begins an encoded word: a mail program would show what it hides instead of what was typed.
    let place = clean(
        &place.replace("=?", "= ?"),
        SUBJECT_CHARS.saturating_sub(taken),
    );
    Ok(if place.is_empty() {
        word
    } else {
        format!("{word}{mark}{place}")
    })
}

fn page(head: &Letterhead, lang: Lang, to: &Mailbox, letter: &Written) -> Result<Page, Unsendable> {
    let matter = &letter.matter;
    let items: Result<Vec<Item>, Unsendable> = letter
        .bundled
        .iter()
        .map(|matter| item(head, lang, matter))
        .collect();
    let dear = match &to.name {
        Some(name) => {
            let name = Argument::Text(name.clone());
            Some(said(lang, "letter-dear", &[("name", name)])?)
        }
        None => None,
    };
    let why = match matter.kind {
        kind if kind.is_safety() => "letter-why-safety",
        kind if kind.carries_a_code() => "letter-why-account",
        _ => "letter-why",
    };
    Ok(Page {
        lang: lang.as_str(),
        title: subject(lang, matter)?,
        dear,
        lead: lead(lang, matter)?,
        act: act(lang, matter)?,
        items: items?,
        open: said(lang, "letter-open", &[])?,
        link: link(head, &matter.body.path)?,
        why: said(lang, why, &[])?,
        choose: said(lang, "letter-choose", &[])?,
        preferences: link(head, PREFERENCES)?,
    })
}

fn item(head: &Letterhead, lang: Lang, matter: &Matter) -> Result<Item, Unsendable> {
    let word = word(lang, matter.kind)?;
    let place = typed(&matter.body.place);
    Ok(Item {
        title: match lang {
            Lang::Ja => format!("{word}：{place}"),
            Lang::En => format!("{word}: {place}"),
        },
        lead: lead(lang, matter)?,
        link: link(head, &matter.body.path)?,
    })
}

/// The address of a page of this installation.
fn link(head: &Letterhead, path: &str) -> Result<String, Unsendable> {
    let fine = path.starts_with('/')
        && !path.starts_with("//")
        && path
            .chars()
            .all(|c| c.is_ascii_graphic() && !"\\<>\"'`".contains(c));
    if !fine {
        return Err(Unsendable::Path(clean(path, 80)));
    }
    Ok(format!("{}{path}", head.origin))
}

fn with_files(texts: MultiPart, files: Vec<String>) -> Result<MultiPart, Unsendable> {
    let kind = content_type("application/ics; charset=utf-8")?;
    let mut parts = MultiPart::mixed().multipart(texts);
    for (at, text) in files.into_iter().enumerate() {
        let name = match at {
            0 => "meeting.ics".to_owned(),
            _ => format!("meeting-{}.ics", at + 1),
        };
        parts = parts.singlepart(Attachment::new(name).body(text, kind.clone()));
    }
    Ok(parts)
}

pub(super) fn envelope(head: &Letterhead, to: &Mailbox) -> Result<Envelope, Unsendable> {
    Envelope::new(Some(head.from.email.clone()), vec![to.email.clone()])
        .map_err(|cause| Unsendable::Message(cause.to_string()))
}

/// A header with one mailbox. lettre writes a name such as "Dr." without quotation marks, which is obsolete (RFC 5322,
/// 4.1) and which some programs cannot read.
pub(super) fn person<H: Header + std::convert::From<Mailboxes>>(
    header: &'static str,
    mailbox: &Mailbox,
) -> HeaderValue {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match &mailbox.name {
        Some(name) if name.contains('.') && name.chars().all(bare) => {
            HeaderValue::dangerous_new_pre_encoded(
                HeaderName::new_from_ascii_str(header),
                mailbox.to_string(),
                format!("\"{name}\"\r\n <{}>", mailbox.email),
            )
        }
        _ => H::from(Mailboxes::from(mailbox.clone())).display(),
    }
}

pub(super) fn fixed(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

pub(super) fn content_type(kind: &str) -> Result<ContentType, Unsendable> {
    ContentType::parse(kind).map_err(|cause| Unsendable::Message(cause.to_string()))
}

fn rendered(template: &impl Template) -> Result<String, Unsendable> {
    template
        .render()
        .map_err(|cause| Unsendable::Message(cause.to_string()))
}

//! A checkpoint as a message: plain text in both languages around the note, and the note once more as a file.

use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, Utc};
use lettre::Message;
use lettre::message::header::{From, MessageId, To};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use crate::ids::LetterId;
use crate::mailbox::clean;
use crate::messages::Lang;
use crate::rules::finding::Argument;

use super::compose::{content_type, envelope, fixed, person};
use super::speech::said;
use super::{Letterhead, Parcel, Unsendable};

/// What stands above and below the note.
const RULE: &str = "----------------------------------------";
/// The most characters of the programme's name.
const NAME_CHARS: usize = 100;

/// A note with what a reader outside needs to know of it.
#[derive(Debug, Clone)]
pub struct Note<'a> {
    /// Makes the Message-ID: the same day's note handed in twice is known as one.
    pub id: &'a LetterId,
    pub day: NaiveDate,
    pub size: i64,
    pub programme: &'a str,
    pub note: &'a str,
    /// The printed form of the key that verifies it.
    pub key: &'a str,
}

/// Writes a note out for an address outside.
///
/// INVARIANT: decoded, the text between the rules and the attached file are the note, byte for byte.
pub fn enclose(
    head: &Letterhead,
    to: &Mailbox,
    note: &Note<'_>,
    at: DateTime<Utc>,
) -> Result<Parcel, Unsendable> {
    let values = [
        ("day", Argument::Date(note.day)),
        ("size", Argument::Number(note.size)),
        (
            "programme",
            Argument::Text(clean(note.programme, NAME_CHARS)),
        ),
    ];
    let both = |id: &str| -> Result<String, Unsendable> {
        let lines: Result<Vec<String>, Unsendable> = Lang::ALL
            .iter()
            .map(|lang| said(*lang, id, &values))
            .collect();
        Ok(lines?.join("\n"))
    };
    let text = format!(
        "{}\n\n{RULE}\n{}{RULE}\n\n{}\n{}\n\n{}\n",
        both("checkpoint-mail-lead")?,
        note.note,
        both("checkpoint-mail-key")?,
        note.key,
        both("checkpoint-mail-how")?,
    );
    let name = format!("kanmon-checkpoint-{}.txt", note.day);
    let file = Attachment::new(name).body(
        note.note.as_bytes().to_vec(),
        content_type("text/plain; charset=utf-8")?,
    );
    let message = Message::builder()
        .raw_header(person::<From>("From", &head.from))
        .raw_header(person::<To>("To", to))
        .subject(said(Lang::En, "checkpoint-mail-subject", &values)?)
        .date(SystemTime::from(at))
        .header(MessageId::from(format!("<{}@{}>", note.id, head.host())))
        .raw_header(fixed("Auto-Submitted", "auto-generated"))
        .envelope(envelope(head, to)?)
        .multipart(
            MultiPart::mixed()
                .singlepart(SinglePart::plain(text))
                .singlepart(file),
        )
        .map_err(|cause| Unsendable::Message(cause.to_string()))?;
    Ok(Parcel {
        id: note.id.clone(),
        envelope: message.envelope().clone(),
        bytes: message.formatted(),
    })
}

//! Mail: a letter written in its reader's language, and the mail server or folder that takes it.
//!
//! INVARIANT: nothing here reads or writes the database, and nothing here is called inside a transaction.

use std::fmt;
use std::time::Duration;

use chrono::NaiveDate;

use lettre::address::Envelope;
use lettre::message::Mailbox;

use crate::config::{Mail, Office, host_of};
use crate::ids::LetterId;
use crate::outbox::{Body, Kind, Value};

pub mod calendar;
mod compose;
mod enclosed;
mod folder;
mod smtp;
mod speech;

pub use crate::mailbox::{BadAddress, address};
pub use compose::{SUBJECT_CHARS, compose, spoken, subject};
pub use enclosed::{Note, enclose};
pub use smtp::read_reply;

/// What every letter carries of the sender.
#[derive(Debug, Clone)]
pub struct Letterhead {
    pub from: Mailbox,
    /// Scheme, host and port of the pages; every link begins with it.
    pub origin: String,
}

impl Letterhead {
    pub fn of(mail: &Mail) -> Letterhead {
        Letterhead {
            from: mail.from.clone(),
            origin: mail.origin.clone(),
        }
    }

    /// What stands after the @ of ids that must never be another installation's.
    pub fn host(&self) -> &str {
        host_of(&self.origin)
    }
}

/// One thing that a letter tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    pub kind: Kind,
    /// Days since the deadline, below nought before it; of a changed meeting its version.
    pub stage: i32,
    pub body: Body,
}

impl Matter {
    /// What a letter tells on a day. A reminder counts its days then, because it may have waited since it was queued.
    pub fn on(
        day: NaiveDate,
        kind: Kind,
        (due_on, stage): (NaiveDate, i32),
        mut body: Body,
    ) -> Matter {
        if !kind.is_reminder() {
            return Matter { kind, stage, body };
        }
        let since = (day - due_on).num_days();
        if let Some(days) = body.values.get_mut("days") {
            *days = Value::Number(since.abs());
        }
        let stage = i32::try_from(since).unwrap_or(stage);
        Matter { kind, stage, body }
    }

    /// Whether the deadline has passed, so that the letter says since when instead of until when.
    pub fn is_late(&self) -> bool {
        self.kind.is_reminder() && self.stage > 0
    }
}

/// A letter before it has a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Makes the Message-ID, so that the same letter handed in twice is known as one.
    pub id: LetterId,
    pub matter: Matter,
    /// What a digest holds, in its order; nothing in any other letter.
    pub bundled: Vec<Matter>,
}

/// A letter as a mail server takes it.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub id: LetterId,
    /// One sender and one recipient.
    pub envelope: Envelope,
    /// The whole message in ASCII, each line ending in CR LF.
    pub bytes: Vec<u8>,
}

/// Why a letter cannot be written. It will not be writable later either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsendable {
    Address(BadAddress),
    /// A sentence is lacking, or a value that it names.
    Sentence(String),
    /// The page to act on is no path of this installation.
    Path(String),
    Message(String),
}

impl fmt::Display for Unsendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsendable::Address(why) => write!(f, "{why}"),
            Unsendable::Sentence(id) => write!(f, "the sentence {id} cannot be written"),
            Unsendable::Path(path) => write!(f, "{path:?} is no path"),
            Unsendable::Message(cause) => write!(f, "the message cannot be made: {cause}"),
        }
    }
}

impl std::error::Error for Unsendable {}

/// Nobody takes letters at the moment: the server cannot be reached, its certificate does not hold, or it refuses the
/// login. No letter's fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable(pub String);

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

/// What became of a letter that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The server took it, with its words; or the file's name.
    Taken(String),
    /// Not now (4xx), or it was handed in and no answer came: to be tried again, which counts.
    Later(String),
    /// Never (5xx).
    Never(String),
    /// The last word was no: nothing was delivered.
    Withheld,
    /// The line broke before the letter was handed in: no letter's fault.
    Unreachable(String),
}

/// An open way to the office. One is used for many letters.
pub enum Line {
    Folder(folder::Folder),
    Smtp(Box<smtp::Smtp>),
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Line::Folder(_) => "Line::Folder",
            Line::Smtp(_) => "Line::Smtp",
        })
    }
}

impl Office {
    /// Opens the way: connects, secures and logs in, or makes the folder.
    pub fn open(mail: &Mail) -> Result<Line, Unreachable> {
        match &mail.office {
            Office::Folder(folder) => folder::Folder::open(folder).map(Line::Folder),
            Office::Smtp(server) => {
                let hello = host_of(&mail.origin);
                smtp::Smtp::open(server, hello, patience(mail))
                    .map(|smtp| Line::Smtp(Box::new(smtp)))
            }
        }
    }
}

/// How long one step of the conversation may take: well below the lease, so that a letter whose last word was yes is
/// answered before another sender takes it up.
fn patience(mail: &Mail) -> Duration {
    let lease = mail.lease.to_std().unwrap_or(Duration::from_secs(1));
    (lease / 4).min(Duration::from_secs(30))
}

impl Line {
    /// Hands in one letter. `last_word` is asked when all of the letter but its end has been transmitted, immediately
    /// before the end; if it says no, nothing is delivered.
    ///
    /// After any answer the line may be used for the next letter; where it broke, it is opened again.
    pub fn send(&mut self, parcel: &Parcel, last_word: &mut dyn FnMut() -> bool) -> Answer {
        match self {
            Line::Folder(folder) => folder.send(parcel, last_word),
            Line::Smtp(smtp) => smtp.send(parcel, last_word),
        }
    }

    /// Takes leave of the server. A line that is dropped is closed as well, only less politely.
    pub fn close(self) {
        if let Line::Smtp(smtp) = self {
            smtp.close();
        }
    }
}

//! Contacts with a facility: explanations before delivery (事前説明) and meetings with a physician (面談).
//!
//! The two are different records: an explanation answers F-1.4, a meeting ※3-2 and the house's interval.

pub mod addenda;
pub mod agenda;
pub mod agenda_pages;
pub mod booking_pages;
pub mod bookings;
pub mod calendar_pages;
pub mod diary;
pub mod invitations;
pub mod pages;
pub mod record_pages;
pub mod register;
pub mod store;

use chrono::{DateTime, NaiveDate, Utc};

use crate::clock::{jst, jst_date};
use crate::ids::{ContactId, FacilityId, PersonId};

pub use store::{correct, record};

crate::words! {
    pub enum Kind {
        /// 事前説明.
        Briefing = "briefing",
        /// 面談.
        Meeting = "meeting",
    }
}

crate::words! {
    /// How it was held. The notice accepts every form (「対面やオンライン等」).
    pub enum Mode {
        FaceToFace = "face_to_face",
        Online = "online",
        Telephone = "telephone",
    }
}

crate::words! {
    /// Who explained. Only the manufacturer's own explanation answers F-1.4.
    pub enum Presenter {
        Manufacturer = "manufacturer",
        Wholesaler = "wholesaler",
        /// On paper of before, where nobody wrote it down.
        NotRecorded = "not_recorded",
    }
}

impl Mode {
    /// The message that names it.
    pub fn word(self) -> &'static str {
        match self {
            Mode::FaceToFace => "mode-face-to-face",
            Mode::Online => "mode-online",
            Mode::Telephone => "mode-telephone",
        }
    }
}

impl Presenter {
    /// The message that names it.
    pub fn word(self) -> &'static str {
        match self {
            Presenter::Manufacturer => "presenter-manufacturer",
            Presenter::Wholesaler => "presenter-wholesaler",
            Presenter::NotRecorded => "presenter-not-recorded",
        }
    }
}

/// Somebody who was there: a physician of the facility, or a name as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attendee {
    Physician(PersonId),
    Typed(String),
}

/// A contact to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContact {
    pub kind: Kind,
    pub mode: Mode,
    /// Of an explanation; a meeting is always with the manufacturer's representative.
    pub presenter: Presenter,
    pub presenter_name: String,
    /// Whether the product was explained; of an explanation only, and `None` where nobody noted it.
    pub product: Option<bool>,
    /// Whether the safety measures were explained; likewise.
    pub safety_measures: Option<bool>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// The materials used, with their version.
    pub materials: String,
    pub summary: String,
    pub attendees: Vec<Attendee>,
}

/// A contact as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub id: ContactId,
    pub number: i64,
    pub facility: FacilityId,
    pub facility_name: String,
    pub kind: Kind,
    pub mode: Mode,
    pub presenter: Presenter,
    pub presenter_name: String,
    pub product: Option<bool>,
    pub safety_measures: Option<bool>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub materials: String,
    pub summary: String,
    pub entered_by: PersonId,
    /// The audit sequences at which it became known and ceased to be held.
    pub known_from: i64,
    pub known_to: Option<i64>,
    pub attendees: Vec<(Option<PersonId>, String)>,
}

impl Contact {
    /// The printed number: B-0001 of an explanation, M-0002 of a meeting, in one series.
    pub fn label(&self) -> String {
        label(self.kind, self.number)
    }

    /// The day in Japan on which it was held.
    pub fn day(&self) -> NaiveDate {
        jst_date(self.starts_at)
    }

    pub fn is_briefing(&self) -> bool {
        self.kind == Kind::Briefing
    }

    /// The time of day in Japan at which it ended.
    pub fn ended(&self) -> String {
        let local = self.ends_at.with_timezone(&jst());
        local.format("%H:%M").to_string()
    }

    /// Both topics of an explanation: the message that names each, and whether it was explained.
    pub fn explained(&self) -> [(&'static str, Option<bool>); 2] {
        [
            ("topic-product", self.product),
            ("topic-safety-measures", self.safety_measures),
        ]
    }

    /// The message that sums both topics up.
    pub fn topics(&self) -> &'static str {
        match (self.product, self.safety_measures) {
            (Some(true), Some(true)) => "topics-both",
            (Some(true), Some(false)) => "topics-product-only",
            (Some(false), Some(true)) => "topics-safety-only",
            (Some(false), Some(false)) => "topics-neither",
            _ => "topics-incomplete",
        }
    }

    pub fn names(&self) -> Vec<&str> {
        self.attendees
            .iter()
            .map(|(_, name)| name.as_str())
            .collect()
    }
}

/// READING: both kinds share one series, so that a number means one record whatever letter stands before it.
pub fn label(kind: Kind, number: i64) -> String {
    let letter = match kind {
        Kind::Briefing => 'B',
        Kind::Meeting => 'M',
    };
    format!("{letter}-{number:04}")
}

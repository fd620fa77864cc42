//! The outbox: letters queued in the transaction of what they tell of, each once for its kind, subject, day and reader.
//!
//! A letter is kept as what it is about, not as text: it is written in the reader's language when it goes out.
//! INVARIANT: nothing here talks to a mail server; no mail leaves inside a transaction.

pub mod backoff;
pub mod leases;
pub mod line;
pub mod marks;
mod queueing;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, BookingId, FacilityId, ProgrammeId};

pub use leases::{Leased, lease};
pub use marks::{Outcome, mark};
pub use queueing::{addressees, queue};

crate::words! {
    /// What a letter is about. Its sentences are `letter-WORD-subject`,
    /// `letter-WORD-lead` (or `letter-WORD-late` once its day has passed) and `letter-WORD-do`.
    pub enum Kind {
        /// A meeting with a physician falls due, or is overdue.
        MeetingDue = "meeting_due",
        /// Accepted evidence is to be confirmed again, or reaches its own end.
        Reconfirmation = "reconfirmation",
        /// The agreement with a partner ends.
        AgreementEnding = "agreement_ending",
        /// A physician's post at a facility ends.
        PostEnding = "post_ending",
        /// An attestation or statement was returned and has not been answered.
        EvidenceReturned = "evidence_returned",
        /// An attestation or statement waits for review.
        ReviewWaiting = "review_waiting",
        /// An order waits for approval.
        OrderWaiting = "order_waiting",
        /// A delivery is on hold.
        DeliveryHeld = "delivery_held",
        /// A release nears its last day and has not been shipped.
        ReleaseEnding = "release_ending",
        /// Vials that a facility holds expire.
        LotExpiring = "lot_expiring",
        /// A reported reaction waits to be acknowledged.
        SafetyTask = "safety_task",
        /// A facility may not be delivered to while courses go on there.
        LapseMidCourse = "lapse_mid_course",
        MeetingBooked = "meeting_booked",
        MeetingChanged = "meeting_changed",
        MeetingCancelled = "meeting_cancelled",
        /// A code by which somebody signs in for the first time.
        Invitation = "invitation",
        /// A code by which somebody sets a new password.
        PasswordReset = "password_reset",
        /// One morning's letters in one.
        Digest = "digest",
    }
}

impl Kind {
    /// Whether it concerns safety: such a letter is neither switched off nor kept for the morning.
    pub fn is_safety(self) -> bool {
        matches!(self, Kind::SafetyTask | Kind::LapseMidCourse)
    }

    /// Whether it follows from the plan of reminders, and so is sent only while it is still due.
    pub fn is_reminder(self) -> bool {
        !matches!(
            self,
            Kind::MeetingBooked
                | Kind::MeetingChanged
                | Kind::MeetingCancelled
                | Kind::Invitation
                | Kind::PasswordReset
                | Kind::Digest
        )
    }

    /// Whether it carries a single-use code for the account itself: it goes out at once whatever its reader's habit, also
    /// to somebody who holds no role yet, and its code stands in what is sent and nowhere else.
    pub fn carries_a_code(self) -> bool {
        matches!(self, Kind::Invitation | Kind::PasswordReset)
    }
}

crate::words! {
    /// Where a letter stands.
    pub enum State {
        /// To be sent at `not_before`, or leased by a sender until `lease_until`.
        Waiting = "waiting",
        /// Goes out inside a digest.
        Bundled = "bundled",
        /// The mail server took it.
        Sent = "sent",
        /// The mail server refused it for good, or did not take it for days: somebody has to look.
        Dead = "dead",
        /// Somebody saw that it came back.
        Bounced = "bounced",
        /// Printed and handed over instead.
        Printed = "printed",
        /// The reader has no address: to be printed.
        Unaddressed = "unaddressed",
        /// The reader has switched such letters off.
        Silenced = "silenced",
        /// A later letter about the same says more.
        Overtaken = "overtaken",
        /// What it reminds of was done before it went out.
        Lapsed = "lapsed",
    }
}

crate::words! {
    /// When somebody wants letters.
    pub enum Habit {
        AtOnce = "at_once",
        /// Together, at eight in the morning.
        Digest = "digest",
        /// Not at all, but for safety.
        Off = "off",
    }
}

/// A value of a letter's sentences, written out in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Text(String),
    Number(i64),
    Date(NaiveDate),
    Instant(DateTime<Utc>),
    /// The id of a message that names it.
    Term(String),
}

/// A calendar entry that travels with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Stays the same over every change of the meeting.
    pub booking: BookingId,
    /// SEQUENCE: one more with every change.
    pub sequence: i32,
    /// METHOD is CANCEL, otherwise REQUEST.
    pub cancelled: bool,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Where, as typed.
    pub venue: String,
}

/// What a letter says, before it has a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The facility's name, for the subject line; the manufacturer's where it is about none.
    pub place: String,
    /// The values of its sentences.
    pub values: BTreeMap<String, Value>,
    /// The page on which to act: a path that begins with a slash.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
}

/// Whom a letter is for, with what decides how it goes out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Addressee {
    pub account: AccountId,
    /// Whether the account has an address.
    pub has_address: bool,
    pub habit: Habit,
}

/// A letter to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    pub kind: Kind,
    /// What it is about: the id of a record.
    pub subject: String,
    /// The day by which somebody has to act; for a letter about an event, its day.
    pub due_on: NaiveDate,
    /// Days from `due_on`: -14 two weeks before, 0 on the day, 7 a week after. For a changed meeting its version.
    pub stage: i32,
    pub to: Addressee,
    pub programme: ProgrammeId,
    pub facility: Option<FacilityId>,
    pub body: Body,
    /// Not to go out before.
    pub not_before: DateTime<Utc>,
}

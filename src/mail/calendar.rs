//! A meeting as a calendar entry (iCalendar, RFC 5545): UTC, with an id and a sequence that follow the booking.

use chrono::{DateTime, Utc};
use icalendar::{Component, Event, EventLike, EventStatus, Property};
use lettre::message::Mailbox;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::messages::Lang;
use crate::outbox::{Body, Calendar};

use super::speech::{meeting, typed};
use super::{Letterhead, Unsendable};

/// What made the entry.
const PRODID: &str = "-//Kanmon//Kanmon//EN";

/// What of an address is written otherwise in a `mailto:`.
const MAILTO: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'@')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'+')
    .remove(b'~')
    .remove(b'=');

/// The method of an entry, which its part of the message names as well.
pub fn method(calendar: &Calendar) -> &'static str {
    if calendar.cancelled {
        "CANCEL"
    } else {
        "REQUEST"
    }
}

/// Who gets an entry, and when it is written.
pub struct Invited<'a> {
    pub lang: Lang,
    /// Nobody in particular where it is fetched from a page instead of sent.
    pub to: Option<&'a Mailbox>,
    pub at: DateTime<Utc>,
    /// The letter's first sentence and its link.
    pub lead: &'a str,
    pub link: &'a str,
}

/// The entry as the text of an .ics file.
///
/// INVARIANT: the UID follows from the booking and the installation alone, so that a change or a cancellation finds
/// the entry it is about in every calendar.
pub fn entry(
    head: &Letterhead,
    invited: &Invited<'_>,
    body: &Body,
    calendar: &Calendar,
) -> Result<String, Unsendable> {
    let status = if calendar.cancelled {
        EventStatus::Cancelled
    } else {
        EventStatus::Confirmed
    };
    let sequence = u32::try_from(calendar.sequence).unwrap_or(0);
    let mut event = Event::new()
        .uid(&format!("{}@{}", calendar.booking, head.host()))
        .sequence(sequence)
        .timestamp(invited.at)
        .add_property("DTSTART", utc(calendar.starts_at))
        .add_property("DTEND", utc(calendar.ends_at))
        .summary(&meeting(invited.lang, body)?)
        .location(&typed(&calendar.venue))
        .description(&format!("{}\n{}", invited.lead, invited.link))
        .append_property(organizer(head))
        .status(status)
        .done();
    if let Some(to) = invited.to {
        event.append_multi_property(attendee(to));
    }
    // An entry that invites nobody is published.
    let how = match (invited.to, calendar.cancelled) {
        (None, false) => "PUBLISH",
        _ => method(calendar),
    };
    let mut file = icalendar::Calendar::empty();
    file.append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", PRODID))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", how))
        .push(event);
    (&file)
        .try_into()
        .map_err(|_| Unsendable::Message("the calendar entry cannot be written".to_owned()))
}

fn organizer(head: &Letterhead) -> Property {
    let mut organizer = Property::new("ORGANIZER", mailto(&head.from));
    if let Some(name) = common_name(&head.from) {
        organizer.add_parameter("CN", &name);
    }
    organizer
}

fn attendee(to: &Mailbox) -> Property {
    let mut attendee = Property::new("ATTENDEE", mailto(to));
    if let Some(name) = common_name(to) {
        attendee.add_parameter("CN", &name);
    }
    attendee
        .add_parameter("ROLE", "REQ-PARTICIPANT")
        .add_parameter("RSVP", "FALSE");
    attendee
}

/// A name as a parameter; a quotation mark cannot be written in one.
fn common_name(mailbox: &Mailbox) -> Option<String> {
    let name = mailbox.name.as_ref()?.replace('"', "'");
    (!name.is_empty()).then_some(name)
}

fn mailto(mailbox: &Mailbox) -> String {
    let address = mailbox.email.to_string();
    format!("mailto:{}", utf8_percent_encode(&address, MAILTO))
}

fn utc(instant: DateTime<Utc>) -> String {
    instant.format("%Y%m%dT%H%M%SZ").to_string()
}

//! A representative's booked meetings on today's page: what is over and not recorded, and what comes within a week.

use chrono::{DateTime, Utc};

use super::reads::Found;
use super::sections::section;
use super::{Cell, Head, Row, Section};
use crate::contacts::diary::Booking;
use crate::web::Shell;
use crate::web::page::Html;

pub(super) fn bookings(shell: &Shell, found: &Found, now: DateTime<Utc>) -> Section {
    let columns = [
        "contacts-when",
        "today-facility",
        "contacts-with",
        "today-state",
    ];
    let rows = found
        .bookings
        .iter()
        .map(|booking| row(shell, booking, now));
    let mut section = section(shell, "bookings", &columns, rows.collect());
    section.all = Some("/bookings".to_owned());
    section
}

fn row(shell: &Shell, booking: &Booking, now: DateTime<Utc>) -> Row {
    let page = format!("/bookings/{}", booking.id);
    let (icon, word) = match booking.is_unrecorded(&now) {
        true => ("soon", "booking-unrecorded"),
        false => booking.state.status(),
    };
    let mut state = vec![shell.status(icon, word)];
    if booking.misses_somebody() {
        let names = booking.leavers().join(shell.lang.comma());
        let words = shell.t1("bookings-left-short", "names", names);
        state.push(shell.status_text("unmet", words));
    }
    let (href, button) = match booking.has_begun(&now) {
        true => (
            format!(
                "/facilities/{}/contacts/new?kind=meeting&booking={}",
                booking.facility, booking.id
            ),
            shell.t("contacts-new-meeting"),
        ),
        false => (page.clone(), shell.t("today-do-see")),
    };
    Row {
        head: Head {
            href: page,
            name: shell.lang.instant(booking.starts_at),
            sub: Html(booking.label()),
        },
        cells: vec![
            Cell::Name {
                href: format!("/facilities/{}", booking.facility),
                name: booking.facility_name.clone(),
            },
            Cell::Text(booking.names().join(shell.lang.comma()), String::new()),
            Cell::Points(state),
        ],
        href,
        button,
        about: booking.label(),
    }
}

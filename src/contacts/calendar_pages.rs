//! A booked meeting as a file for a calendar: the entry of its letters, for whoever opens the page instead.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::bookings::State;
use super::{diary, invitations};
use crate::error::Error;
use crate::ids::BookingId;
use crate::mail::Letterhead;
use crate::mail::calendar::{self, Invited};
use crate::web::visitor::Readers;
use crate::web::{Answer, By, Id, Site};

/// GET /bookings/{id}/meeting.ics
pub async fn entry(site: Site, who: By<Readers>, Id(id): Id<BookingId>) -> Answer {
    let scope = who.scope.clone();
    let booking = site.read(move |conn| diary::one(conn, &scope, &id)).await?;
    let head = Letterhead::of(&site.config.mail);
    let body = invitations::body(&booking, booking.state == State::Cancelled);
    let meeting = body.calendar.as_ref().ok_or(Error::NotFound)?;
    let number = [("number", booking.label())].map(|(name, value)| (name.to_owned(), value));
    let title = who.lang.weave("bookings-one-title", &number);
    let invited = Invited {
        lang: who.lang,
        to: None,
        at: site.db.clock().now(),
        lead: &title.unwrap_or_default(),
        link: &format!("{}{}", head.origin, body.path),
    };
    let text = calendar::entry(&head, &invited, &body, meeting)
        .map_err(|cause| Error::broken("calendar entry", cause))?;
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}.ics\"", booking.label()),
        ))
        .body(text))
}

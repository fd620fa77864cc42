//! Letters of every kind with fictional values, as the rooms queue them.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use kanmon::ids::{BookingId, LetterId};
use kanmon::mail::{Letterhead, Matter, Written};
use kanmon::outbox::{Body, Calendar, Kind, Value};

/// A facility's name of sixty characters, with a form of 神 that must not be normalised.
pub const LONG_PLACE: &str = "学校法人\u{FA19}戸関門医科薬科大学附属海峡記念総合医療センター血液内科造血細胞移植外来化学療法部門東館第二外来診療棟分室";
pub const PLACE: &str = "関門海峡記念病院";
pub const VENUE: &str = "外来棟 3 階, 会議室; \"A\"\\B";

pub fn at() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 0, 30, 0).unwrap()
}

pub fn head() -> Letterhead {
    Letterhead {
        from: kanmon::mailbox::mailbox("関門 Kanmon <kanmon@example.com>").unwrap(),
        origin: "https://kanmon.example.com:8443".to_owned(),
    }
}

pub fn calendar(kind: Kind, booking: &BookingId) -> Option<Calendar> {
    let (sequence, cancelled) = match kind {
        Kind::MeetingBooked => (0, false),
        Kind::MeetingChanged => (1, false),
        Kind::MeetingCancelled => (2, true),
        _ => return None,
    };
    let starts_at = Utc.with_ymd_and_hms(2026, 12, 1, 1, 0, 0).unwrap();
    Some(Calendar {
        booking: booking.clone(),
        sequence,
        cancelled,
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(30),
        venue: VENUE.to_owned(),
    })
}

/// What a letter of this kind tells; late where the stage is above zero.
pub fn matter(kind: Kind, stage: i32, place: &str) -> Matter {
    let text = |text: &str| Value::Text(text.to_owned());
    let mut values = BTreeMap::new();
    values.insert("name".to_owned(), text("神\u{FA19} 太郎"));
    if kind.is_reminder() {
        let due = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        values.insert("due".to_owned(), Value::Date(due));
        values.insert("days".to_owned(), Value::Number(stage.abs().into()));
    } else if kind == Kind::Digest {
        values.insert("count".to_owned(), Value::Number(2));
    } else {
        let starts = Utc.with_ymd_and_hms(2026, 12, 1, 1, 0, 0).unwrap();
        values.insert("starts".to_owned(), Value::Instant(starts));
        values.insert("until".to_owned(), Value::Instant(starts));
        values.insert("venue".to_owned(), text(VENUE));
        values.insert("with".to_owned(), text("海峡 花子"));
    }
    Matter {
        kind,
        stage,
        body: Body {
            place: place.to_owned(),
            values,
            path: format!("/somewhere/{}", kind.as_str()),
            calendar: calendar(kind, &BookingId::fresh(at())),
        },
    }
}

pub fn written(kind: Kind, stage: i32, place: &str) -> Written {
    let bundled = if kind == Kind::Digest {
        vec![
            matter(Kind::MeetingDue, 7, PLACE),
            matter(Kind::LotExpiring, -7, PLACE),
            matter(Kind::MeetingBooked, 0, PLACE),
            matter(Kind::MeetingCancelled, 2, PLACE),
        ]
    } else {
        Vec::new()
    };
    Written {
        id: LetterId::fresh(at()),
        matter: matter(kind, stage, place),
        bundled,
    }
}

/// Every kind before its day, on it and after it, where it has one.
pub fn every_case() -> Vec<(Kind, i32)> {
    Kind::ALL
        .iter()
        .flat_map(|kind| {
            let stages: &[i32] = if kind.is_reminder() {
                &[-30, -1, 0, 1, 7]
            } else {
                &[0, 3]
            };
            stages.iter().map(|stage| (*kind, *stage))
        })
        .collect()
}

/// An .ics text as unfolded lines: the name of the property, its parameters, its value.
pub fn properties(ics: &str) -> Vec<(String, String, String)> {
    assert!(ics.ends_with("END:VCALENDAR\r\n"), "{ics}");
    for line in ics.split("\r\n") {
        assert!(!line.contains(['\r', '\n']), "{line:?}");
        // RFC 5545 would rather have 75 octets; the crate counts a fold's space to none of them.
        assert!(line.len() <= 76, "{line:?}");
    }
    let unfolded = ics.replace("\r\n ", "");
    unfolded
        .trim_end_matches("\r\n")
        .split("\r\n")
        .map(|line| {
            let mut quoted = false;
            let colon = line
                .find(|c| {
                    quoted ^= c == '"';
                    c == ':' && !quoted
                })
                .unwrap_or_else(|| panic!("{line:?}"));
            let (name, value) = (&line[..colon], &line[colon + 1..]);
            let (name, parameters) = name.split_once(';').unwrap_or((name, ""));
            (name.to_owned(), parameters.to_owned(), value.to_owned())
        })
        .collect()
}

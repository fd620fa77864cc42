//! Letters as they are written: every kind in both languages, read back by another parser, whatever names hold.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use kanmon::ids::{BookingId, LetterId};
use kanmon::mail::{self, Parcel, Unsendable, Written, compose};
use kanmon::messages::Lang;
use kanmon::outbox::{Kind, Value};
use mail_parser::{Message, MessageParser, MimeHeaders};

#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/letters.rs"]
mod letters;

use hostile::Chance;
use letters::{LONG_PLACE, PLACE, at, calendar, every_case, head, matter, properties, written};

/// The headers of every letter, in their order.
const HEADERS: [&str; 9] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
];

const TO: (&str, &str) = ("\u{FA19}谷 次郎", "jiro@example.com");

fn read(parcel: &Parcel) -> Message<'_> {
    MessageParser::default().parse(&parcel.bytes).unwrap()
}

/// The header lines as they travel: unfolded, strictly as RFC 5322 has them.
fn raw_headers(bytes: &[u8]) -> Vec<(String, String)> {
    assert!(bytes.is_ascii());
    let text = std::str::from_utf8(bytes).unwrap();
    let (headers, _) = text.split_once("\r\n\r\n").expect("a body");
    let mut found: Vec<(String, String)> = Vec::new();
    for line in headers.split("\r\n") {
        assert!(line.len() <= 998, "a line of {} characters", line.len());
        assert!(
            line.bytes()
                .all(|byte| byte == b'\t' || (32..127).contains(&byte)),
            "{line:?}"
        );
        if line.starts_with([' ', '\t']) {
            let last = found.last_mut().expect("a header before its fold");
            last.1.push_str(line);
            assert!(!line.trim().is_empty(), "a fold without words");
        } else {
            let (name, value) = line.split_once(": ").expect("a name and a value");
            found.push((name.to_owned(), value.to_owned()));
        }
    }
    found
}

fn names(headers: &[(String, String)]) -> Vec<&str> {
    headers.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn every_kind_is_written_in_both_languages_before_and_after_its_day() {
    for lang in [Lang::Ja, Lang::En] {
        for (kind, stage) in every_case() {
            let letter = written(kind, stage, LONG_PLACE);
            let parcel = compose(&head(), lang, TO, &letter, at()).unwrap();
            let case = format!("{kind:?} {stage} {lang:?}");
            let headers = raw_headers(&parcel.bytes);
            let fixed = names(&headers);
            assert_eq!(fixed, HEADERS, "{case}");

            let message = read(&parcel);
            let to: Vec<_> = message.to().unwrap().iter().collect();
            assert_eq!(to.len(), 1, "{case}");
            assert_eq!(to[0].address(), Some("jiro@example.com"), "{case}");
            assert_eq!(to[0].name(), Some(TO.0), "{case}: the name stays as typed");
            let from: Vec<_> = message.from().unwrap().iter().collect();
            assert_eq!(from.len(), 1);
            assert_eq!(from[0].address(), Some("kanmon@example.com"));
            assert_eq!(from[0].name(), Some("関門 Kanmon"));
            assert!(message.cc().is_none() && message.bcc().is_none());
            assert_eq!(
                message.message_id(),
                Some(format!("{}@kanmon.example.com", letter.id).as_str())
            );
            assert_eq!(message.date().unwrap().to_timestamp(), at().timestamp());
            let value = |name: &str| &headers.iter().find(|(n, _)| n == name).unwrap().1;
            assert_eq!(value("Auto-Submitted"), "auto-generated");
            assert_eq!(value("Content-Language"), lang.as_str());

            let subject = message.subject().unwrap();
            assert!(subject.chars().count() <= mail::SUBJECT_CHARS, "{subject}");
            assert!(subject.starts_with(&lang.t(&format!("letter-{}-subject", kind.as_str()))));
            assert!(subject.ends_with('…'), "{subject}: a cut name says so");
            assert!(subject.contains("学校法人\u{FA19}戸"), "{subject}");

            let text = message.body_text(0).unwrap();
            let html = message.body_html(0).unwrap();
            for body in [&text, &html] {
                let link = format!(
                    "https://kanmon.example.com:8443/somewhere/{}",
                    kind.as_str()
                );
                assert!(body.contains(&link), "{case}: {body}");
                assert!(body.contains("https://kanmon.example.com:8443/letters/preferences"));
                assert!(body.contains("\u{FA19}谷 次郎"), "{case}: {body}");
                if kind != Kind::Digest {
                    assert!(body.contains(LONG_PLACE), "{case}: {body}");
                }
                assert_eq!(
                    body.matches("://").count(),
                    body.matches(&head().origin).count()
                );
                assert!(!body.contains("letter-"), "{case}: {body}");
            }
            let tag = format!("<html lang=\"{}\">", lang.as_str());
            assert!(html.contains(&tag), "{case}: {html}");
            for remote in ["<img", "<script", "<link", "url(", "src="] {
                assert!(!html.contains(remote), "{case}: {html}");
            }
            assert!(message.parts.iter().all(|part| !part.is_encoding_problem));
        }
    }
}

#[test]
fn every_text_says_that_it_is_utf_8() {
    let letter = written(Kind::MeetingBooked, 0, PLACE);
    let parcel = compose(&head(), Lang::Ja, TO, &letter, at()).unwrap();
    let message = read(&parcel);
    let charsets: Vec<_> = message
        .parts
        .iter()
        .filter(|part| !part.is_multipart())
        .map(|part| {
            let kind = part.content_type().unwrap();
            let name = format!("{}/{}", kind.ctype(), kind.subtype().unwrap());
            (name, kind.attribute("charset").unwrap().to_owned())
        })
        .collect();
    let utf_8 = |name: &str| (name.to_owned(), "utf-8".to_owned());
    assert_eq!(
        charsets,
        [
            utf_8("text/plain"),
            utf_8("text/html"),
            utf_8("text/calendar"),
            utf_8("application/ics")
        ]
    );
}

#[test]
fn a_late_letter_says_since_when() {
    for (lang, late, early) in [
        (Lang::Ja, "7 日過ぎています", "あと 7 日"),
        (Lang::En, "7 days ago", "7 days left"),
    ] {
        let text = |stage| {
            let letter = written(Kind::MeetingDue, stage, PLACE);
            let parcel = compose(&head(), lang, TO, &letter, at()).unwrap();
            read(&parcel).body_text(0).unwrap().into_owned()
        };
        assert!(text(7).contains(late), "{}", text(7));
        assert!(text(-7).contains(early), "{}", text(-7));
    }
    // The stage of a changed meeting is its version; it is not late.
    assert!(!matter(Kind::MeetingChanged, 3, PLACE).is_late());
}

#[test]
fn a_safety_letter_says_no_more_than_that_a_report_waits() {
    let letter = written(Kind::SafetyTask, -1, PLACE);
    let parcel = compose(&head(), Lang::Ja, TO, &letter, at()).unwrap();
    let text = read(&parcel).body_text(0).unwrap().into_owned();
    assert!(text.contains("確認を待っています"), "{text}");
    assert!(text.contains("受け取り方の設定にかかわらず"), "{text}");
}

#[test]
fn a_name_with_a_dot_is_quoted() {
    for (name, line) in [
        ("Dr.", "\"Dr.\" <jiro@example.com>"),
        (".", "\".\" <jiro@example.com>"),
        ("A. B", "\"A. B\" <jiro@example.com>"),
        ("Jiro", "Jiro <jiro@example.com>"),
        ("", "jiro@example.com"),
    ] {
        let letter = written(Kind::OrderWaiting, -7, PLACE);
        let parcel = compose(&head(), Lang::En, (name, TO.1), &letter, at()).unwrap();
        let headers = raw_headers(&parcel.bytes);
        assert_eq!(headers[1], ("To".to_owned(), line.to_owned()));
    }
}

#[test]
fn a_digest_is_one_list_with_a_link_a_line() {
    let letter = written(Kind::Digest, 0, "製造元");
    for lang in [Lang::Ja, Lang::En] {
        let parcel = compose(&head(), lang, TO, &letter, at()).unwrap();
        let message = read(&parcel);
        for body in [message.body_text(0).unwrap(), message.body_html(0).unwrap()] {
            for matter in &letter.bundled {
                let link = format!("{}{}", head().origin, matter.body.path);
                assert_eq!(body.matches(&link).count(), 1, "{body}");
                let word = lang.t(&format!("letter-{}-subject", matter.kind.as_str()));
                assert!(body.contains(&word), "{body}");
            }
        }
        // Meetings travel as files: a message invites to one meeting only.
        let files: Vec<_> = message
            .attachments()
            .filter_map(|part| part.attachment_name().map(str::to_owned))
            .collect();
        assert_eq!(files, ["meeting.ics", "meeting-2.ics"]);
        let inline = message
            .parts
            .iter()
            .any(|part| part.is_content_type("text", "calendar"));
        assert!(!inline);
    }
}

#[test]
fn a_meeting_is_one_entry_through_its_changes() {
    let booking = BookingId::fresh(at());
    let mut ids = Vec::new();
    for (kind, method, status, sequence) in [
        (Kind::MeetingBooked, "REQUEST", "CONFIRMED", "0"),
        (Kind::MeetingChanged, "REQUEST", "CONFIRMED", "1"),
        (Kind::MeetingCancelled, "CANCEL", "CANCELLED", "2"),
    ] {
        let mut letter = written(kind, 0, LONG_PLACE);
        letter.matter.body.calendar = calendar(kind, &booking);
        let parcel = compose(&head(), Lang::Ja, TO, &letter, at()).unwrap();
        let message = read(&parcel);
        let part = |kind: (&str, &str)| {
            let part = message
                .parts
                .iter()
                .find(|part| part.is_content_type(kind.0, kind.1))
                .unwrap();
            (part, String::from_utf8(part.contents().to_vec()).unwrap())
        };
        let (alternative, ics) = part(("text", "calendar"));
        let named = alternative.content_type().unwrap().attribute("method");
        assert_eq!(named, Some(method));
        let (file, same) = part(("application", "ics"));
        assert_eq!(file.attachment_name(), Some("meeting.ics"));
        assert_eq!(ics, same);

        let found = properties(&ics);
        let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        let mut wanted = [
            "BEGIN",
            "VERSION",
            "PRODID",
            "CALSCALE",
            "METHOD",
            "BEGIN",
            "UID",
            "SEQUENCE",
            "DTSTAMP",
            "DTSTART",
            "DTEND",
            "SUMMARY",
            "LOCATION",
            "DESCRIPTION",
            "ORGANIZER",
            "ATTENDEE",
            "STATUS",
            "END",
            "END",
        ];
        wanted.sort_unstable();
        assert_eq!(sorted, wanted);
        let value = |name: &str| &found.iter().find(|(n, ..)| n == name).unwrap().2;
        assert_eq!(value("METHOD"), method);
        assert_eq!(value("STATUS"), status);
        assert_eq!(value("SEQUENCE"), sequence);
        assert_eq!(value("DTSTART"), "20261201T010000Z");
        assert_eq!(value("DTEND"), "20261201T013000Z");
        assert_eq!(value("DTSTAMP"), "20261124T003000Z");
        assert_eq!(value("ORGANIZER"), "mailto:kanmon@example.com");
        assert_eq!(value("ATTENDEE"), "mailto:jiro@example.com");
        assert_eq!(value("LOCATION"), r#"外来棟 3 階\, 会議室\; "A"\\B"#);
        assert!(value("SUMMARY").contains(LONG_PLACE));
        ids.push(value("UID").clone());
    }
    ids.dedup();
    assert_eq!(ids, [format!("{booking}@kanmon.example.com")]);
}

#[test]
fn a_hostile_venue_adds_no_property() {
    let mut letter = written(Kind::MeetingBooked, 0, "a\r\nATTENDEE:mailto:x@example.com");
    let calendar = letter.matter.body.calendar.as_mut().unwrap();
    calendar.venue = "b\r\nBEGIN:VALARM\rATTACH:https://example.com\nc\u{2028}d\u{85}e\\;,".into();
    let name = "x\":mailto:y@example.com;\r\nURL:https://example.com";
    let parcel = compose(&head(), Lang::En, (name, TO.1), &letter, at()).unwrap();
    let message = read(&parcel);
    let part = message
        .parts
        .iter()
        .find(|part| part.is_content_type("text", "calendar"))
        .unwrap();
    let ics = String::from_utf8(part.contents().to_vec()).unwrap();
    let found = properties(&ics);
    assert_eq!(found.len(), 19, "{ics}");
    let attendees: Vec<_> = found.iter().filter(|(n, ..)| n == "ATTENDEE").collect();
    assert_eq!(attendees.len(), 1);
    assert_eq!(attendees[0].2, "mailto:jiro@example.com");
}

#[test]
fn the_same_letter_keeps_its_message_id_and_a_resent_one_has_another() {
    let letter = written(Kind::OrderWaiting, -7, PLACE);
    let id = |letter: &Written, minutes| {
        let at = at() + chrono::TimeDelta::minutes(minutes);
        let parcel = compose(&head(), Lang::Ja, TO, letter, at).unwrap();
        read(&parcel).message_id().unwrap().to_owned()
    };
    assert_eq!(id(&letter, 0), id(&letter, 600));
    let resent = Written {
        id: LetterId::fresh(at()),
        ..letter.clone()
    };
    assert_ne!(id(&letter, 0), id(&resent, 0));
}

#[test]
fn a_letter_that_lacks_a_value_or_a_page_is_refused() {
    let mut letter = written(Kind::OrderWaiting, -7, PLACE);
    letter.matter.body.values.remove("due");
    let refused = compose(&head(), Lang::Ja, TO, &letter, at()).unwrap_err();
    assert!(matches!(refused, Unsendable::Sentence(_)), "{refused:?}");
    for path in [
        "",
        "somewhere",
        "//example.com/",
        "/a b",
        "/a\r\nb",
        "/<b>",
        "https://example.com",
    ] {
        let mut letter = written(Kind::OrderWaiting, -7, PLACE);
        letter.matter.body.path = path.to_owned();
        let refused = compose(&head(), Lang::Ja, TO, &letter, at()).unwrap_err();
        assert!(
            matches!(refused, Unsendable::Path(_)),
            "{path:?}: {refused:?}"
        );
    }
}

#[test]
fn the_words_of_a_subject_leave_room_for_the_place() {
    for kind in Kind::ALL {
        for (lang, most) in [(Lang::Ja, 10), (Lang::En, 14)] {
            let word = lang.t(&format!("letter-{}-subject", kind.as_str()));
            assert!(word.chars().count() <= most, "{word}");
            let subject = mail::subject(lang, &matter(*kind, 0, "短い病院")).unwrap();
            assert!(subject.ends_with("短い病院"), "{subject}");
        }
    }
}

#[test]
fn a_place_that_looks_like_an_encoded_word_is_shown_as_typed() {
    let letter = written(Kind::OrderWaiting, -7, "=?utf-8?q?=41?=");
    for (lang, subject) in [
        (Lang::Ja, "承認待ちの注文：= ?utf-8?q?=41?="),
        (Lang::En, "Order waiting: = ?utf-8?q?=41…"),
    ] {
        let parcel = compose(&head(), lang, TO, &letter, at()).unwrap();
        assert_eq!(read(&parcel).subject(), Some(subject));
    }
}

/// What became of the hostile cases.
#[derive(Default)]
struct Tally {
    written: usize,
    refused: usize,
}

fn hostile_cases(seed: u64, count: usize) -> Tally {
    let mut chance = Chance(seed);
    let mut tally = Tally::default();
    let kinds = [Kind::SafetyTask, Kind::MeetingBooked, Kind::OrderWaiting];
    let letters: Vec<Written> = kinds.iter().map(|kind| written(*kind, -1, PLACE)).collect();
    let head = head();
    for case in 0..count {
        let mut letter = letters[usize::from(case % 20 == 0)].clone();
        letter.matter.body.place = chance.text(5);
        let name = chance.text(6);
        let venue = chance.text(5);
        letter
            .matter
            .body
            .values
            .insert("name".into(), Value::Text(chance.text(4)));
        if let Some(calendar) = &mut letter.matter.body.calendar {
            calendar.venue = venue;
        }
        let typed = match chance.below(4) {
            0 => chance.text(5),
            1 => format!("taro{}@example.com", chance.text(2)),
            2 => format!("taro@example.com{}", chance.text(2)),
            _ => format!("taro{case}@example.com"),
        };
        let lang = [Lang::Ja, Lang::En][chance.below(2)];
        let parcel = match compose(&head, lang, (&name, &typed), &letter, at()) {
            Ok(parcel) => parcel,
            Err(Unsendable::Address(why)) => {
                assert!(!why.to_string().is_empty());
                tally.refused += 1;
                continue;
            }
            Err(other) => panic!("case {case} of {seed}: {other:?}: {name:?} {typed:?}"),
        };
        tally.written += 1;
        let about = || format!("case {case} of {seed}: {name:?} {typed:?}");
        let intended = mail::address(&typed).unwrap().to_string();
        assert!(
            typed.trim().to_lowercase().starts_with("taro") || typed.contains('@'),
            "{}",
            about()
        );
        let to: Vec<String> = parcel
            .envelope
            .to()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(to, [intended.as_str()], "{}", about());
        let headers = raw_headers(&parcel.bytes);
        assert_eq!(names(&headers), HEADERS, "{}", about());
        let message = MessageParser::default()
            .parse_headers(&parcel.bytes)
            .unwrap();
        assert_eq!(message.headers().len(), HEADERS.len(), "{}", about());
        let read: Vec<_> = message.to().unwrap().iter().collect();
        assert_eq!(read.len(), 1, "{}", about());
        assert_eq!(read[0].address(), Some(intended.as_str()), "{}", about());
        let shown = read[0].name().unwrap_or("");
        assert!(!shown.contains(char::is_control), "{}: {shown:?}", about());
        assert!(shown.chars().count() <= 100, "{}", about());
        let subject = message.subject().unwrap();
        assert!(
            subject.chars().count() <= mail::SUBJECT_CHARS,
            "{}",
            about()
        );
        assert!(
            !subject.contains(char::is_control),
            "{}: {subject:?}",
            about()
        );
        if case % 20 == 0 {
            let whole = read_calendar(&parcel);
            assert_eq!(properties(&whole).len(), 19, "{}", about());
        }
    }
    tally
}

fn read_calendar(parcel: &Parcel) -> String {
    let message = read(parcel);
    assert_eq!(message.parts.len(), 6);
    let part = message
        .parts
        .iter()
        .find(|part| part.is_content_type("text", "calendar"))
        .unwrap();
    String::from_utf8(part.contents().to_vec()).unwrap()
}

/// 100,000 of them, on as many threads as the machine has.
#[test]
fn no_hostile_name_or_address_adds_a_header_or_a_recipient() {
    const CASES: usize = 100_000;
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(1, 8));
    let each = CASES.div_ceil(threads);
    let working: Vec<_> = (0..threads)
        .map(|seed| std::thread::spawn(move || hostile_cases(seed as u64 + 1, each)))
        .collect();
    let mut sum = Tally::default();
    for thread in working {
        let tally = thread.join().unwrap();
        sum.written += tally.written;
        sum.refused += tally.refused;
    }
    assert!(sum.written + sum.refused >= CASES);
    assert!(sum.written > CASES / 4, "{} written", sum.written);
    assert!(sum.refused > CASES / 4, "{} refused", sum.refused);
}

#[test]
fn a_reminder_counts_its_days_on_the_day_it_goes_out() {
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let due = day("2026-12-01");
    for (on, late, days) in [
        ("2026-11-24", false, 7),
        ("2026-12-01", false, 0),
        ("2026-12-04", true, 3),
    ] {
        let queued = matter(Kind::MeetingDue, -14, PLACE);
        let told = kanmon::mail::Matter::on(day(on), queued.kind, (due, -14), queued.body);
        assert_eq!(told.is_late(), late, "{on}");
        let counted = kanmon::outbox::Value::Number(days);
        assert_eq!(told.body.values.get("days"), Some(&counted), "{on}");
    }
    // A meeting's letters count its changes, whatever the day.
    let changed = matter(Kind::MeetingChanged, 3, PLACE);
    let told = kanmon::mail::Matter::on(day("2027-01-01"), changed.kind, (due, 3), changed.body);
    assert_eq!((told.stage, told.is_late()), (3, false));
}

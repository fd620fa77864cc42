//! Forms: what was typed, kept as typed, and parsers that return typed values and collect every error.

use std::fmt;
use std::future::Future;
use std::ops::RangeInclusive;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization;

use super::Problem;
use crate::clock::at_jst;
use crate::error::{FieldErrors, Message};
use crate::rules::finding::Argument;

/// The largest form that is read.
pub(super) const LIMIT: usize = 64 * 1024;
/// The most fields that a form may have; ours stay far below.
const FIELDS: usize = 500;
/// Years that a date may lie in; anything else is a slip of the keyboard.
const YEARS: RangeInclusive<i64> = 1900..=2200;

/// A posted form. Give `T` `#[serde(default)]`, so that an absent field reads as empty.
#[derive(Debug, Clone, Copy)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let urlencoded = actix_web::HttpMessage::content_type(req)
            .eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let length = req
            .headers()
            .get("content-length")
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        let body = actix_web::web::Payload::from_request(req, payload);
        Box::pin(async move {
            if length.is_some_and(|length| length > LIMIT) {
                return Err(Problem::TooLarge);
            }
            let body = body.await.map_err(|_| Problem::NotAForm)?;
            let bytes: Bytes = body
                .to_bytes_limited(LIMIT)
                .await
                .map_err(|_| Problem::TooLarge)?
                .map_err(|_| Problem::NotAForm)?;
            if !urlencoded && !bytes.is_empty() {
                return Err(Problem::NotAForm);
            }
            Ok(Form(read(&bytes)?))
        })
    }
}

/// A form that was sent by GET: its values stand in the address, so that what it shows can be kept and sent on.
#[derive(Debug, Clone, Copy)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Asked<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(read(req.query_string().as_bytes()).map(Asked))
    }
}

/// Reads a form. The three inputs of a date are gathered under the name they share.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let pairs: Vec<(String, String)> =
        serde_html_form::from_bytes(bytes).map_err(|_| Problem::NotAForm)?;
    if pairs.len() > FIELDS {
        return Err(Problem::TooLarge);
    }
    let gathered: Vec<(String, String)> = pairs
        .into_iter()
        .map(|(name, value)| {
            let part = ["y", "m", "d", "t"].into_iter().find_map(|part| {
                let base = name.strip_suffix(part)?.strip_suffix('-')?;
                Some((base.to_owned(), part))
            });
            match part {
                Some((base, part)) => (base, format!("{part}{value}")),
                None => (name, value),
            }
        })
        .collect();
    let text = serde_html_form::to_string(&gathered).map_err(|_| Problem::NotAForm)?;
    serde_html_form::from_str(&text).map_err(|_| Problem::NotAForm)
}

/// A date as typed into three inputs, with a time of day where one is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ymd {
    pub y: String,
    pub m: String,
    pub d: String,
    /// `9:30`
    pub t: String,
}

impl Ymd {
    pub fn is_empty(&self) -> bool {
        [&self.y, &self.m, &self.d]
            .iter()
            .all(|text| trimmed(text).is_empty())
    }
}

impl From<NaiveDate> for Ymd {
    fn from(day: NaiveDate) -> Ymd {
        Ymd {
            y: day.year().to_string(),
            m: day.month().to_string(),
            d: day.day().to_string(),
            t: String::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Ymd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Ymd, D::Error> {
        struct Parts;
        impl<'de> Visitor<'de> for Parts {
            type Value = Ymd;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("year, month and day")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Ymd, A::Error> {
                let mut ymd = Ymd::default();
                while let Some(part) = parts.next_element::<String>()? {
                    let mut letters = part.chars();
                    let slot = match letters.next() {
                        Some('y') => &mut ymd.y,
                        Some('m') => &mut ymd.m,
                        Some('d') => &mut ymd.d,
                        Some('t') => &mut ymd.t,
                        _ => continue,
                    };
                    *slot = letters.collect();
                }
                Ok(ymd)
            }
        }
        deserializer.deserialize_seq(Parts)
    }
}

/// Trims spaces of both widths.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{3000}')
}

/// Digits of both widths as ASCII, and the Japanese comma and minus as theirs.
fn digits(text: &str) -> String {
    trimmed(text).nfkc().filter(|c| *c != ',').collect()
}

/// Parses fields and collects all that is wrong, in the order of the page. A value that is wrong comes back as
/// the type's default, so that the rest is still checked; `done` then refuses.
#[derive(Debug, Default)]
pub struct Fields(FieldErrors);

impl Fields {
    pub fn new() -> Fields {
        Fields::default()
    }

    pub fn add(&mut self, field: &str, message: Message) {
        self.0.add(field, message);
    }

    /// The value, unless anything was wrong.
    pub fn done<T>(self, value: T) -> Result<T, FieldErrors> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self.0)
        }
    }

    /// One line of text that must be given, kept as typed but for spaces around it.
    pub fn text(&mut self, field: &str, raw: &str, max: usize) -> String {
        let text = self.optional_text(field, raw, max);
        if text.is_none() && self.0.on(field).is_none() {
            self.add(field, Message::new("forms-required"));
        }
        text.unwrap_or_default()
    }

    /// One line of text that may be left empty.
    pub fn optional_text(&mut self, field: &str, raw: &str, max: usize) -> Option<String> {
        self.bounded(field, raw, max, false)
    }

    /// Several lines of text that must be given.
    pub fn lines(&mut self, field: &str, raw: &str, max: usize) -> String {
        let text = self.optional_lines(field, raw, max);
        if text.is_none() && self.0.on(field).is_none() {
            self.add(field, Message::new("forms-required"));
        }
        text.unwrap_or_default()
    }

    /// Several lines of text that may be left empty. Line ends become `\n`.
    pub fn optional_lines(&mut self, field: &str, raw: &str, max: usize) -> Option<String> {
        self.bounded(field, &raw.replace("\r\n", "\n"), max, true)
    }

    fn bounded(&mut self, field: &str, raw: &str, max: usize, lines: bool) -> Option<String> {
        let text = trimmed(raw);
        if text.is_empty() {
            return None;
        }
        if text
            .chars()
            .any(|c| c.is_control() && !(lines && c == '\n'))
        {
            self.add(field, Message::new("forms-control-character"));
            return None;
        }
        let found = text.chars().count();
        if found > max {
            let message = Message::new("forms-too-long")
                .with("found", count(found))
                .with("most", count(max));
            self.add(field, message);
            return None;
        }
        Some(text.to_owned())
    }

    /// A date that must be given.
    pub fn date(&mut self, field: &str, raw: &Ymd) -> NaiveDate {
        match self.optional_date(field, raw) {
            Some(day) => day,
            None => {
                if self.0.on(field).is_none() {
                    self.add(field, Message::new("forms-date-required"));
                }
                NaiveDate::default()
            }
        }
    }

    /// A date that may be left empty. The message names what is wrong with it.
    pub fn optional_date(&mut self, field: &str, raw: &Ymd) -> Option<NaiveDate> {
        if raw.is_empty() {
            return None;
        }
        match to_date(raw) {
            Ok(day) => Some(day),
            Err(message) => {
                self.add(field, message);
                None
            }
        }
    }

    /// A date and a time of day in Japan that must be given.
    pub fn instant(&mut self, field: &str, raw: &Ymd) -> DateTime<Utc> {
        let wrong = self.0.on(field).is_some();
        let day = self.date(field, raw);
        let typed = digits(&raw.t);
        let time = NaiveTime::parse_from_str(&typed, "%H:%M");
        if time.is_err() && !wrong && self.0.on(field).is_none() {
            let id = if typed.is_empty() {
                "forms-time-required"
            } else {
                "forms-time-impossible"
            };
            self.add(field, Message::new(id).with("typed", Argument::Text(typed)));
        }
        at_jst(day.and_time(time.unwrap_or_default()))
    }

    /// A whole number that must be given, within bounds.
    pub fn number(&mut self, field: &str, raw: &str, range: RangeInclusive<i64>) -> i64 {
        match self.optional_number(field, raw, range.clone()) {
            Some(number) => number,
            None => {
                if self.0.on(field).is_none() {
                    self.add(field, Message::new("forms-required"));
                }
                *range.start()
            }
        }
    }

    /// A whole number that may be left empty.
    pub fn optional_number(
        &mut self,
        field: &str,
        raw: &str,
        range: RangeInclusive<i64>,
    ) -> Option<i64> {
        let typed = digits(raw);
        if typed.is_empty() {
            return None;
        }
        let bounds = |message: Message| {
            message
                .with("typed", Argument::Text(trimmed(raw).to_owned()))
                .with("least", Argument::Number(*range.start()))
                .with("most", Argument::Number(*range.end()))
        };
        match typed.parse::<i64>() {
            Ok(number) if range.contains(&number) => Some(number),
            Ok(_) => {
                self.add(field, bounds(Message::new("forms-number-out-of-range")));
                None
            }
            Err(_) => {
                self.add(field, bounds(Message::new("forms-not-a-number")));
                None
            }
        }
    }

    /// A decimal number that may be left empty, within bounds; full-width digits and signs are read as well.
    pub fn optional_decimal(
        &mut self,
        field: &str,
        raw: &str,
        range: RangeInclusive<f64>,
    ) -> Option<f64> {
        let typed = digits(raw).replace('−', "-");
        if typed.is_empty() {
            return None;
        }
        let number = typed
            .parse::<f64>()
            .ok()
            .filter(|number| range.contains(number));
        if number.is_none() {
            let message = Message::new("forms-not-a-decimal")
                .with("typed", Argument::Text(trimmed(raw).to_owned()))
                .with("least", Argument::Text(range.start().to_string()))
                .with("most", Argument::Text(range.end().to_string()));
            self.add(field, message);
        }
        number
    }

    /// One of several words; `parse` knows them.
    pub fn choice<T>(
        &mut self,
        field: &str,
        raw: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let chosen = parse(raw);
        if chosen.is_none() {
            self.add(field, Message::new("forms-choose"));
        }
        chosen
    }

    /// Yes or no, one of which must be chosen.
    pub fn yes_no(&mut self, field: &str, raw: &str) -> bool {
        let word = |raw: &str| match raw {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        self.choice(field, raw, word).unwrap_or_default()
    }

    /// Yes, no, or not answered yet: for drafts.
    pub fn optional_yes_no(&mut self, field: &str, raw: &str) -> Option<bool> {
        if raw.is_empty() {
            return None;
        }
        Some(self.yes_no(field, raw))
    }
}

fn count(count: usize) -> Argument {
    Argument::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The typed value as it is quoted back: 2027年11月31日.
fn quoted(raw: &Ymd) -> Argument {
    let part = |text: &str| match trimmed(text) {
        "" => "—".to_owned(),
        text => text.to_owned(),
    };
    Argument::Text(format!(
        "{}-{}-{}",
        part(&raw.y),
        part(&raw.m),
        part(&raw.d)
    ))
}

fn to_date(raw: &Ymd) -> Result<NaiveDate, Message> {
    let part = |text: &str, name: &'static str| {
        let typed = digits(text);
        if typed.is_empty() {
            return Err(Message::new("forms-date-part-missing").with("part", Argument::Term(name)));
        }
        typed.parse::<i64>().map_err(|_| {
            Message::new("forms-date-part-not-a-number")
                .with("part", Argument::Term(name))
                .with("typed", Argument::Text(typed))
        })
    };
    let (y, m, d) = (
        part(&raw.y, "forms-year")?,
        part(&raw.m, "forms-month")?,
        part(&raw.d, "forms-day")?,
    );
    if !YEARS.contains(&y) {
        return Err(Message::new("forms-year-out-of-range")
            .with("typed", Argument::Text(y.to_string()))
            .with("least", Argument::Text(YEARS.start().to_string()))
            .with("most", Argument::Text(YEARS.end().to_string())));
    }
    if !(1..=12).contains(&m) {
        return Err(
            Message::new("forms-month-out-of-range").with("typed", Argument::Text(m.to_string()))
        );
    }
    let narrow = |number: i64| u32::try_from(number).unwrap_or(0);
    let (year, month) = (i32::try_from(y).unwrap_or(0), narrow(m));
    NaiveDate::from_ymd_opt(year, month, narrow(d)).ok_or_else(|| {
        let last = (28..=31)
            .rev()
            .find(|last| NaiveDate::from_ymd_opt(year, month, *last).is_some());
        Message::new("forms-date-impossible")
            .with("typed", quoted(raw))
            .with("month", Argument::Number(m))
            .with("last", Argument::Number(last.map_or(31, i64::from)))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn ymd(y: &str, m: &str, d: &str) -> Ymd {
        Ymd {
            y: y.to_owned(),
            m: m.to_owned(),
            d: d.to_owned(),
            t: "９：０５".to_owned(),
        }
    }

    #[test]
    fn digits_of_either_width_are_read() {
        let mut fields = Fields::new();
        let at = fields.instant("from", &ymd("２０２６", "11", " ２４　"));
        let number = fields.number("vials", "１,２００", 1..=5000);
        assert_eq!(at.to_rfc3339(), "2026-11-24T00:05:00+00:00");
        assert_eq!(fields.done(number), Ok(1200));
    }

    #[test]
    fn every_error_is_collected_and_says_what_is_wrong() {
        let mut fields = Fields::new();
        fields.text("name", "　 ", 10);
        fields.date("a", &ymd("2027", "11", "31"));
        fields.date("b", &ymd("2027", "13", "1"));
        fields.date("c", &ymd("20270", "1", "1"));
        fields.date("d", &ymd("2027", "", "1"));
        fields.date("e", &ymd("2027", "x", "1"));
        fields.number("n", "99999999999999999999", 1..=9);
        fields.text("long", "ああああ", 3);
        let ids: Vec<&str> = fields
            .done(())
            .unwrap_err()
            .0
            .iter()
            .map(|e| e.1.id)
            .collect();
        assert_eq!(
            ids,
            [
                "forms-required",
                "forms-date-impossible",
                "forms-month-out-of-range",
                "forms-year-out-of-range",
                "forms-date-part-missing",
                "forms-date-part-not-a-number",
                "forms-not-a-number",
                "forms-too-long"
            ]
        );
    }

    #[test]
    fn names_are_kept_as_typed() {
        let mut fields = Fields::new();
        let name = fields.text("name", "　\u{fa19}田 Ｔａｒｏ 👩‍⚕️ ", 100);
        assert_eq!(fields.done(name), Ok("\u{fa19}田 Ｔａｒｏ 👩‍⚕️".to_owned()));
    }
}

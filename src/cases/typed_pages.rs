//! What the forms of a case share: words of selects, dates with a time, exact decimals, as they are typed and read.

use chrono::{DateTime, Timelike, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use unicode_normalization::UnicodeNormalization;

use crate::clock::{jst, jst_date};
use crate::error::Message;
use crate::rules::briefing::Moment;
use crate::rules::dosing::quantity::Quantity;
use crate::rules::finding::Argument;
use crate::web::{Fields, Ymd};

/// The value that a word of a select stands for; the words are those of the rules.
pub fn meant<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// The word that stands for a value in a select.
pub fn word<T: Serialize>(value: &T) -> String {
    let word = serde_json::to_value(value).ok();
    let word = word.as_ref().and_then(|word| word.as_str());
    word.unwrap_or_default().to_owned()
}

/// Yes, no, or nobody recorded it.
pub fn answer(value: Option<bool>) -> String {
    match value {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => String::new(),
    }
}

/// Only a tick counts: an empty box is a no.
pub fn tick(value: bool) -> String {
    answer(value.then_some(true))
}

/// A date with the time of day in Japan.
pub fn typed_instant(at: DateTime<Utc>) -> Ymd {
    let local = at.with_timezone(&jst());
    Ymd {
        t: format!("{:02}:{:02}", local.hour(), local.minute()),
        ..Ymd::from(jst_date(at))
    }
}

pub fn typed_moment(moment: Moment) -> Ymd {
    match moment {
        Moment::Instant(at) => typed_instant(at),
        Moment::Day(day) => Ymd::from(day),
        Moment::NotRecorded => Ymd::default(),
    }
}

/// Nothing typed at all, not even a time.
pub fn is_blank(typed: &Ymd) -> bool {
    typed.is_empty() && typed.t.trim().is_empty()
}

/// An exact decimal with digits of either width; `1,200` is twelve hundred.
///
/// INVARIANT: a comma stands between thousands or the number is refused, because `1,5` would else be read as fifteen.
pub fn quantity(fields: &mut Fields, field: &str, raw: &str) -> Option<Quantity> {
    let typed: String = raw.nfkc().collect();
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let value = without_grouping(typed).and_then(|plain| plain.parse().ok());
    if value.is_none() {
        // What is quoted back is cut, because a whole page may have been pasted.
        let shown: String = raw
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(30)
            .collect();
        let message = Message::new("case-not-a-quantity").with("typed", Argument::Text(shown));
        fields.add(field, message);
    }
    value
}

/// The number without commas between its thousands; `None` where a comma stands elsewhere.
fn without_grouping(typed: &str) -> Option<String> {
    let (whole, places) = typed.split_once('.').unwrap_or((typed, ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().len();
    let grouped = whole.contains(',');
    let right = !grouped || ((1..=3).contains(&first) && groups.all(|group| group.len() == 3));
    (right && !places.contains(',')).then(|| typed.replace(',', ""))
}

pub fn instant(fields: &mut Fields, field: &str, raw: &Ymd) -> Option<DateTime<Utc>> {
    (!is_blank(raw)).then(|| fields.instant(field, raw))
}

/// An instant where a time of day was typed, a day where none was.
pub fn moment(fields: &mut Fields, field: &str, raw: &Ymd) -> Moment {
    if is_blank(raw) {
        Moment::NotRecorded
    } else if raw.t.trim().is_empty() {
        Moment::Day(fields.date(field, raw))
    } else {
        Moment::Instant(fields.instant(field, raw))
    }
}

pub fn optional_choice<T: DeserializeOwned>(
    fields: &mut Fields,
    field: &str,
    raw: &str,
) -> Option<T> {
    match raw {
        "" => None,
        raw => fields.choice(field, raw, meant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_stands_between_thousands_or_the_number_is_refused() {
        let plain = |typed| without_grouping(typed);
        for (typed, read) in [
            ("1,200", "1200"),
            ("12,345,678.5", "12345678.5"),
            ("0.99", "0.99"),
            ("1420", "1420"),
        ] {
            assert_eq!(plain(typed).as_deref(), Some(read));
        }
        for typed in [
            "1,5", "1,42", "1,4200", ",500", "1,,200", "1200,", "1234,567",
        ] {
            assert_eq!(plain(typed), None, "{typed}");
        }
    }
}

//! Fields of forms: what was typed becomes a value that prints as itself, or an error beside the field.

use chrono::{Datelike, NaiveDate};
use kanmon::error::{FieldErrors, Message};
use kanmon::messages::Lang;
use kanmon::rules::finding::Argument;
use kanmon::web::{Fields, Ymd};

/// The longest sentence that a form may answer with, in characters.
const SENTENCE: usize = 600;
const MOST: usize = 200;

/// What is wrong is said in both languages, about this field, and never at length.
fn said(errors: &FieldErrors, field: &str) {
    assert!(!errors.is_empty());
    for (named, message) in &errors.0 {
        assert_eq!(named, field);
        // The page adds the field's label.
        let label = Argument::Text("数量".to_owned());
        let message = message.clone().with("field", label);
        for lang in Lang::ALL {
            let text = lang.say(&message);
            assert!(!text.trim().is_empty() && text != message.id, "{message:?}");
            assert!(text.chars().count() < SENTENCE, "{text}");
        }
    }
}

fn parsed<T>(field: &str, parse: impl FnOnce(&mut Fields) -> T) -> Option<T> {
    let mut fields = Fields::new();
    let value = parse(&mut fields);
    match fields.done(value) {
        Ok(value) => Some(value),
        Err(errors) => {
            said(&errors, field);
            None
        }
    }
}

/// Year, month, day, time and something else, with bars between them.
pub fn typed_field(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.splitn(5, '|').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let typed = Ymd {
        y: next(),
        m: next(),
        d: next(),
        t: next(),
    };
    let raw = next();
    let day = parsed("on", |fields| fields.date("on", &typed));
    if let Some(day) = day {
        assert!((1900..=2200).contains(&day.year()));
        let again = parsed("on", |fields| fields.date("on", &Ymd::from(day)));
        assert_eq!(again, Some(day));
    }
    let optional = parsed("on", |fields| fields.optional_date("on", &typed));
    assert_eq!(optional.flatten(), day);
    let at = parsed("at", |fields| fields.instant("at", &typed));
    if let Some(at) = at {
        let local = at.with_timezone(&kanmon::clock::jst());
        assert_eq!(Some(local.date_naive()), day);
        let printed = Ymd {
            t: local.format("%H:%M").to_string(),
            ..Ymd::from(local.date_naive())
        };
        assert_eq!(
            parsed("at", |fields| fields.instant("at", &printed)),
            Some(at)
        );
    }
    let number = parsed("n", |fields| fields.number("n", &raw, -5..=5_000));
    if let Some(number) = number {
        assert!((-5..=5_000).contains(&number));
        let printed = number.to_string();
        let again = parsed("n", |fields| fields.number("n", &printed, -5..=5_000));
        assert_eq!(again, Some(number));
    }
    let decimal = parsed("x", |fields| {
        fields.optional_decimal("x", &raw, -50.0..=60.0)
    })
    .flatten();
    if let Some(decimal) = decimal {
        assert!((-50.0..=60.0).contains(&decimal));
        let printed = decimal.to_string();
        let again = parsed("x", |fields| {
            fields.optional_decimal("x", &printed, -50.0..=60.0)
        });
        assert_eq!(again, Some(Some(decimal)));
    }
    let line = parsed("text", |fields| fields.text("text", &raw, MOST));
    if let Some(line) = &line {
        assert!(!line.is_empty() && line.chars().count() <= MOST);
        assert!(!line.chars().any(char::is_control));
        assert!(raw.contains(line.as_str()), "kept as typed");
        let again = parsed("text", |fields| fields.text("text", line, MOST));
        assert_eq!(again.as_ref(), Some(line));
    }
    let lines = parsed("lines", |fields| fields.lines("lines", &raw, MOST));
    if let Some(lines) = &lines {
        assert!(!lines.chars().any(|c| c.is_control() && c != '\n'));
        let again = parsed("lines", |fields| fields.lines("lines", lines, MOST));
        assert_eq!(again.as_ref(), Some(lines));
    }
    let chosen = parsed("yes", |fields| fields.yes_no("yes", &typed.t));
    assert_eq!(chosen.is_some(), ["yes", "no"].contains(&typed.t.as_str()));
    day.is_some() || number.is_some() || decimal.is_some() || line.is_some()
}

/// What somebody typed stands in a sentence as it was typed, cut where it is long, and adds nothing else to it.
pub fn message_argument(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let shown: String = text.chars().take(80).collect();
    for lang in Lang::ALL {
        let message = Message::new("forms-not-a-number")
            .with("typed", Argument::Text(text.clone()))
            .with("field", Argument::Text("数量".to_owned()))
            .with("least", Argument::Number(i64::MIN))
            .with("most", Argument::Number(i64::MAX));
        let said = lang.say(&message);
        assert!(said.contains(&shown), "{said:?}");
        assert!(said.chars().count() < SENTENCE);
        let values = [
            ("person".to_owned(), text.clone()),
            ("login".to_owned(), text.clone()),
        ];
        let woven = lang.weave("audit-account_created", &values).unwrap();
        assert!(woven.matches(text.as_str()).count() >= 2);
        // An id that nobody wrote is no sentence of ours, and no reason to stop.
        let _ = lang.weave(&text, &values);
        let _ = Lang::from_word(&text);
        let day: Option<NaiveDate> = text.trim().parse().ok();
        if let Some(day) = day {
            assert!(!lang.date(day).is_empty() && !lang.era_date(day).is_empty());
        }
    }
    text.chars().count() <= 80
}

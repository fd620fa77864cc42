//! Sentences: message files in Japanese and English, looked up by id, filled with typed values.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc, Weekday};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid};

use crate::clock::jst;
use crate::error::Message;
use crate::rules::finding::Argument;

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "ja",
        // Isolation marks would end up in tables, copied codes and CSV.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static JA: LanguageIdentifier = langid!("ja");
static EN: LanguageIdentifier = langid!("en");

crate::words! {
    /// The languages every page exists in.
    pub enum Lang {
        Ja = "ja",
        En = "en",
    }
}

impl Lang {
    /// A sentence without values.
    pub fn t(self, id: &str) -> String {
        self.fill(id, &[])
    }

    /// A sentence with its values. An id without a sentence shows itself, and a test finds it.
    pub fn fill(self, id: &str, arguments: &[(&'static str, Argument)]) -> String {
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> = arguments
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    // A number stays one, so that a message can tell one from many.
                    Argument::Number(number) => FluentValue::from(*number),
                    other => FluentValue::from(self.value(other)),
                };
                (Cow::Borrowed(*name), value)
            })
            .collect();
        LOCALES
            .try_lookup_complete(
                self.id(),
                id,
                if values.is_empty() {
                    None
                } else {
                    Some(&values)
                },
            )
            .unwrap_or_else(|| id.to_owned())
    }

    /// A sentence that was named together with its values.
    pub fn say(self, message: &Message) -> String {
        self.fill(message.id, &message.arguments)
    }

    /// A sentence whose values are words already, under names that are known only at run time. None where the
    /// sentence does not exist or a value of it is lacking.
    pub fn weave(self, id: &str, values: &[(String, String)]) -> Option<String> {
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> = values
            .iter()
            .map(|(name, value)| (Cow::Owned(name.clone()), FluentValue::from(value.clone())))
            .collect();
        LOCALES.try_lookup_complete(self.id(), id, Some(&values))
    }

    pub fn knows(self, id: &str) -> bool {
        LOCALES.try_lookup(self.id(), id).is_some()
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Lang::Ja => &JA,
            Lang::En => &EN,
        }
    }

    /// A value in words.
    pub fn value(self, argument: &Argument) -> String {
        match argument {
            Argument::Date(day) => self.date(*day),
            Argument::Instant(instant) => self.instant(*instant),
            Argument::Number(number) => number.to_string(),
            Argument::Text(text) => text.clone(),
            Argument::Term(id) => self.t(id),
            Argument::Terms(ids) => {
                let words: Vec<String> = ids.iter().map(|id| self.t(id)).collect();
                words.join(self.comma())
            }
            Argument::Said(id, arguments) => self.fill(id, arguments),
            Argument::Named(named) => {
                let each: Vec<String> = named
                    .iter()
                    .map(|(name, ids)| {
                        let words: Vec<String> = ids.iter().map(|id| self.t(id)).collect();
                        match self {
                            Lang::Ja => format!("{name}（{}）", words.join("、")),
                            Lang::En => format!("{name} ({})", words.join(", ")),
                        }
                    })
                    .collect();
                each.join(self.comma())
            }
        }
    }

    /// What stands between the members of a list.
    pub fn comma(self) -> &'static str {
        match self {
            Lang::Ja => "、",
            Lang::En => ", ",
        }
    }

    /// 2026年11月22日(日), or Sun 22 November 2026.
    pub fn date(self, day: NaiveDate) -> String {
        match self {
            Lang::Ja => format!(
                "{}年{}月{}日({})",
                day.year(),
                day.month(),
                day.day(),
                self.weekday(day)
            ),
            Lang::En => format!(
                "{} {} {} {}",
                self.weekday(day),
                day.day(),
                month_name(day),
                day.year()
            ),
        }
    }

    /// The date without its year.
    pub fn short_date(self, day: NaiveDate) -> String {
        match self {
            Lang::Ja => format!("{}月{}日({})", day.month(), day.day(), self.weekday(day)),
            Lang::En => format!("{} {} {}", self.weekday(day), day.day(), month_name(day)),
        }
    }

    /// Date and time of day in Japan.
    pub fn instant(self, instant: DateTime<Utc>) -> String {
        let local = instant.with_timezone(&jst());
        format!(
            "{} {:02}:{:02}",
            self.date(local.date_naive()),
            local.hour(),
            local.minute()
        )
    }

    /// The date with the era, as on printed documents: 令和8年11月22日.
    pub fn era_date(self, day: NaiveDate) -> String {
        match self {
            // Every date Kanmon prints lies in 令和, which began on 2019-05-01.
            Lang::Ja if day.year() > 2019 => {
                format!("{}（令和{}年）", self.date(day), day.year() - 2018)
            }
            Lang::Ja | Lang::En => self.date(day),
        }
    }

    fn weekday(self, day: NaiveDate) -> &'static str {
        match (self, day.weekday()) {
            (Lang::Ja, Weekday::Mon) => "月",
            (Lang::Ja, Weekday::Tue) => "火",
            (Lang::Ja, Weekday::Wed) => "水",
            (Lang::Ja, Weekday::Thu) => "木",
            (Lang::Ja, Weekday::Fri) => "金",
            (Lang::Ja, Weekday::Sat) => "土",
            (Lang::Ja, Weekday::Sun) => "日",
            (Lang::En, Weekday::Mon) => "Mon",
            (Lang::En, Weekday::Tue) => "Tue",
            (Lang::En, Weekday::Wed) => "Wed",
            (Lang::En, Weekday::Thu) => "Thu",
            (Lang::En, Weekday::Fri) => "Fri",
            (Lang::En, Weekday::Sat) => "Sat",
            (Lang::En, Weekday::Sun) => "Sun",
        }
    }
}

fn month_name(day: NaiveDate) -> String {
    day.format("%B").to_string()
}

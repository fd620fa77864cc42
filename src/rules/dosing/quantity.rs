//! Measured values as exact decimals: doses in mg, rates, blood counts. Nothing is rounded, so a boundary is a boundary.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that was asked for, was asked for and not recorded, or was not asked for at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datum<T> {
    /// The act does not ask for it, as planning does not ask what was given.
    NotAsked,
    /// It is asked for and nobody recorded it; this never passes.
    Missing,
    /// It is recorded.
    Known(T),
}

impl<T> From<Option<T>> for Datum<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Self::Known)
    }
}

/// A non-negative decimal with at most six places, below 10^12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    millionths: u64,
}

const ONE: u64 = 1_000_000;
const LIMIT: u64 = 1_000_000_000_000;

/// What was read is no non-negative decimal with at most six places below 10^12.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAQuantity;

impl fmt::Display for NotAQuantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a decimal from 0 to below 1000000000000 with at most six places")
    }
}

impl std::error::Error for NotAQuantity {}

impl Quantity {
    /// A whole number.
    #[must_use]
    pub const fn whole(number: u32) -> Self {
        Self {
            millionths: number as u64 * ONE,
        }
    }

    /// Half of it; the last millionth is rounded down.
    #[must_use]
    pub const fn half(self) -> Self {
        Self {
            millionths: self.millionths / 2,
        }
    }

    /// This many times as much; what no longer fits is the greatest value, which exceeds every boundary.
    #[must_use]
    pub const fn times(self, factor: u32) -> Self {
        Self {
            millionths: self.millionths.saturating_mul(factor as u64),
        }
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn as_whole(self) -> Option<u32> {
        (self.millionths.is_multiple_of(ONE))
            .then(|| u32::try_from(self.millionths / ONE).ok())
            .flatten()
    }
}

impl FromStr for Quantity {
    type Err = NotAQuantity;

    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let places = places.trim_end_matches('0');
        if !digits(whole) || (text.contains('.') && !text.ends_with(|c: char| c.is_ascii_digit())) {
            return Err(NotAQuantity);
        }
        if !places.is_empty() && !digits(places) || places.len() > 6 {
            return Err(NotAQuantity);
        }
        let whole: u64 = whole.parse().map_err(|_| NotAQuantity)?;
        if whole >= LIMIT {
            return Err(NotAQuantity);
        }
        let millionths: u64 = format!("{places:0<6}").parse().map_err(|_| NotAQuantity)?;
        Ok(Self {
            millionths: whole * ONE + millionths,
        })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, places) = (self.millionths / ONE, self.millionths % ONE);
        if places == 0 {
            return write!(formatter, "{whole}");
        }
        let places = format!("{places:06}");
        write!(formatter, "{whole}.{}", places.trim_end_matches('0'))
    }
}

/// Written as text, so that no reader rounds it.
impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Read from a number or from text.
impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = Quantity;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter
                    .write_str("a decimal from 0 to below 1000000000000 with at most six places")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Quantity, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Quantity, E> {
                self.visit_str(&number.to_string())
            }

            /// The shortest text that reads back as the same number is the number as it was typed.
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Quantity, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Quantity, E> {
                text.parse()
                    .map_err(|NotAQuantity| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

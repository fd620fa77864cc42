//! An input of a vector: absent, null or given.

use serde::{Deserialize, Deserializer};

/// An input that may be absent (not under test), null (missing) or given.
#[derive(Clone, Default)]
pub enum Input<T> {
    #[default]
    Absent,
    Null,
    Given(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Given))
    }
}

impl<T> Input<T> {
    /// The value for the facts: the baseline when absent, nothing when null.
    pub fn or_baseline(self, baseline: T) -> Option<T> {
        match self {
            Self::Absent => Some(baseline),
            Self::Null => None,
            Self::Given(value) => Some(value),
        }
    }
}

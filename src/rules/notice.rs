//! What the notice says: its editions, the products it speaks of, and its clauses with quotation and translation.

mod dosage;
mod preamble;
mod precautions;
mod reactions;
pub mod register;
mod restart;
mod supply;
#[cfg(test)]
mod tests;
mod warnings;

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::finding::UnknownWord;

/// How firmly a clause is worded, which decides whether a recorded decision may deviate from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// No softening word: it bends for nobody.
    Firm,
    /// 目安・検討・考慮・必要に応じて・確立していない: a recorded decision may deviate.
    ///
    /// READING: the whole table of adverse reactions is a guideline, because its head (DN-2) says 「以下の基準を目安に…考慮すること」;
    /// the restart table is firm, because its head (DN-3) says 「以下のとおりとすること」.
    Guideline,
    /// Information, or a duty of somebody whom this software does not serve.
    Inform,
}

impl Strength {
    /// The word kept in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Firm => "firm",
            Self::Guideline => "guideline",
            Self::Inform => "inform",
        }
    }
}

/// One clause of the notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// The id by which findings cite it, for example "F-1.1".
    pub id: &'static str,
    /// Where it stands in the notice, for example "1(3) ※1".
    pub number: &'static str,
    /// The text itself. Superscripts of the source are written as the signs they stand for: ※1, 注2), mm³.
    pub japanese: &'static str,
    /// A translation for readers of English; the Japanese binds.
    pub english: &'static str,
    /// How firmly it is worded.
    pub strength: Strength,
}

/// A product of the notice (N0-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Product {
    /// ルンスミオ点滴静注 1 mg.
    #[serde(rename = "lunsumio_iv_1mg")]
    LunsumioIv1Mg,
    /// ルンスミオ点滴静注 30 mg.
    #[serde(rename = "lunsumio_iv_30mg")]
    LunsumioIv30Mg,
}

impl Product {
    /// Both products, the smaller first.
    pub const ALL: [Self; 2] = [Self::LunsumioIv1Mg, Self::LunsumioIv30Mg];

    /// The word kept in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LunsumioIv1Mg => "lunsumio_iv_1mg",
            Self::LunsumioIv30Mg => "lunsumio_iv_30mg",
        }
    }

    /// The name in the notice.
    #[must_use]
    pub const fn japanese_name(self) -> &'static str {
        match self {
            Self::LunsumioIv1Mg => "ルンスミオ点滴静注 1 mg",
            Self::LunsumioIv30Mg => "ルンスミオ点滴静注 30 mg",
        }
    }

    /// The name in English.
    #[must_use]
    pub const fn english_name(self) -> &'static str {
        match self {
            Self::LunsumioIv1Mg => "Lunsumio for Intravenous Infusion 1 mg",
            Self::LunsumioIv30Mg => "Lunsumio for Intravenous Infusion 30 mg",
        }
    }

    /// Milligrams of mosunetuzumab in one vial.
    #[must_use]
    pub const fn milligrams(self) -> u32 {
        match self {
            Self::LunsumioIv1Mg => 1,
            Self::LunsumioIv30Mg => 30,
        }
    }

    /// The id of the message that names the product.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::LunsumioIv1Mg => "product-lunsumio-iv-1mg",
            Self::LunsumioIv30Mg => "product-lunsumio-iv-30mg",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Product {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|product| product.as_str() == word)
            .ok_or_else(|| UnknownWord {
                expected: "product",
                found: word.to_owned(),
            })
    }
}

/// An edition of the notice, in force from its first day until a later edition begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// The day it was issued, as its id.
    pub id: &'static str,
    /// The document numbers.
    pub document: &'static str,
    /// The first day in force (Japanese calendar).
    pub first_day: NaiveDate,
    /// The products it speaks of; any other product has no rules here.
    pub products: &'static [Product],
    /// Its clauses, in the order of the notice.
    pub clauses: &'static [Clause],
}

/// The clauses of 2024-12-27, in the order of the notice, put together from one file a part.
static CLAUSES_OF_2024_12_27: LazyLock<Vec<Clause>> = LazyLock::new(|| {
    [
        preamble::CLAUSES,
        warnings::CLAUSES,
        dosage::CLAUSES,
        reactions::CLAUSES,
        restart::CLAUSES,
        precautions::CLAUSES,
        supply::CLAUSES,
    ]
    .concat()
});

static EDITIONS: LazyLock<Vec<Edition>> = LazyLock::new(|| {
    let first_day = NaiveDate::from_ymd_opt(2024, 12, 27);
    first_day
        .map(|first_day| Edition {
            id: "2024-12-27",
            document: "医薬薬審発1227第3号・医薬安発1227第1号",
            first_day,
            products: &Product::ALL,
            clauses: &CLAUSES_OF_2024_12_27,
        })
        .into_iter()
        .collect()
});

/// Every edition known, earliest first.
#[must_use]
pub fn editions() -> &'static [Edition] {
    &EDITIONS
}

/// The edition in force on a Japanese day; `None` before the first one.
#[must_use]
pub fn edition_in_force(on: NaiveDate) -> Option<&'static Edition> {
    editions().iter().rfind(|edition| edition.first_day <= on)
}

/// The clause with this id, in the latest edition that has it.
#[must_use]
pub fn clause(id: &str) -> Option<&'static Clause> {
    editions()
        .iter()
        .rev()
        .find_map(|edition| edition.clauses.iter().find(|clause| clause.id == id))
}

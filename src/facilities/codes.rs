//! The codes by which the outside world names a facility: 医療機関コード, GLN and a wholesaler's 得意先コード.
//!
//! A code is parsed from what people and lists write — full-width digits, spaces, hyphens — and
//! from then on is a value that cannot be malformed. Nothing here looks anything up.

mod prefectures;

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

pub use prefectures::Prefecture;

/// Longest 得意先コード, in characters. Wholesalers use 4 to 13; the rest is room.
pub const WHOLESALER_CODE_MAX: usize = 40;

/// How much of a value found is quoted back in a message, in characters.
const QUOTED_MAX: usize = 60;

/// Why a text is not the code it should be: what is so, the value found, the value needed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing but spaces and separators was given.
    #[error("the code is empty; give {needed}")]
    Empty { needed: &'static str },
    /// Something other than digits, spaces and separators was given.
    #[error("“{found}” is not a number; give {needed}")]
    NotDigits { found: String, needed: &'static str },
    /// The number of digits fits no known form.
    #[error("“{found}” has {digits} digits; give {needed}")]
    Length {
        found: String,
        digits: usize,
        needed: &'static str,
    },
    /// Eight digits: what a spreadsheet leaves of a 9-digit code of prefectures 01–09.
    #[error(
        "“{found}” has 8 digits, as when a spreadsheet drops the leading zero of a 9-digit code; store the column as text and give all 9 or 10 digits"
    )]
    LeadingZeroLost { found: String },
    /// The two prefecture digits are not 01–47.
    #[error("the prefecture number in “{found}” is {prefecture}; it must be 01 to 47")]
    Prefecture { found: String, prefecture: String },
    /// Seven digits alone may name a facility in each of the 47 prefectures.
    #[error(
        "“{found}” has 7 digits and so names no prefecture; give the prefecture, or the code with 9 or 10 digits"
    )]
    PrefectureNeeded { found: String },
    /// The code carries one prefecture and the text beside it another.
    #[error(
        "“{found}” belongs to prefecture {of_code}, but prefecture {given} is given beside it; correct one of the two"
    )]
    PrefectureDisagrees {
        found: String,
        of_code: Prefecture,
        given: Prefecture,
    },
    /// The code carries one 点数表 digit and the text beside it another.
    #[error(
        "“{found}” carries the 点数表 digit {of_code}, but {given} is given beside it; correct one of the two"
    )]
    PointsTableDisagrees {
        found: String,
        of_code: PointsTable,
        given: PointsTable,
    },
    /// The GS1 check digit is wrong, so at least one digit was mistyped.
    #[error("the check digit of GLN “{found}” should be {expected}; compare it with the source")]
    CheckDigit { found: String, expected: u8 },
    /// The text is longer than any such code.
    #[error("“{found}” has {characters} characters; give at most {limit}")]
    TooLong {
        found: String,
        characters: usize,
        limit: usize,
    },
    /// A control or invisible character stands inside the code.
    #[error("“{found}” contains a character that cannot be seen; type the code again")]
    Invisible { found: String },
}

impl CodeError {
    /// A stable name for logs, tests and scripts, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "code-empty",
            Self::NotDigits { .. } => "code-not-digits",
            Self::Length { .. } => "code-length",
            Self::LeadingZeroLost { .. } => "code-leading-zero-lost",
            Self::Prefecture { .. } => "code-prefecture",
            Self::PrefectureNeeded { .. } => "code-prefecture-needed",
            Self::PrefectureDisagrees { .. } => "code-prefecture-disagrees",
            Self::PointsTableDisagrees { .. } => "code-points-table-disagrees",
            Self::CheckDigit { .. } => "code-check-digit",
            Self::TooLong { .. } => "code-too-long",
            Self::Invisible { .. } => "code-invisible",
        }
    }
}

/// The 点数表番号: the third of the ten digits, saying under which fee schedule a place claims.
///
/// Known digits, after JP Core `JP_MedicalFeeScoreType_CS` (1, 3, 4 and 6 also in table 22 of the
/// ministry's electronic prescription format, OID 1.2.392.100495.20.1.22): 0 助産所, 1 医科,
/// 3 歯科, 4 調剤, 5 老人保健施設, 6 訪問看護ステーション. A hospital with both a medical and a
/// dental department has a code of its own for each. Unknown digits are kept, not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PointsTable(u8);

impl PointsTable {
    /// 医科, the only schedule under which the products are administered.
    pub const MEDICAL: Self = Self(1);

    /// The digit 0–9 as a 点数表番号, or `None` above 9.
    pub fn from_digit(digit: u8) -> Option<Self> {
        (digit <= 9).then_some(Self(digit))
    }

    /// The 点数表番号 meant by one digit (full-width too) or by its name (`医科`).
    pub fn from_text(text: &str) -> Option<Self> {
        if let Some(digits) = digits_of(text) {
            return digits.parse().ok().and_then(Self::from_digit);
        }
        let name = text.trim();
        (0..=9)
            .map(Self)
            .find(|table| table.name_ja().is_some_and(|known| known == name))
    }

    /// 0 to 9.
    pub fn digit(self) -> u8 {
        self.0
    }

    /// The schedule's Japanese name, or `None` for a digit without a published meaning.
    pub fn name_ja(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "助産所",
            1 => "医科",
            3 => "歯科",
            4 => "調剤",
            5 => "老人保健施設",
            6 => "訪問看護ステーション",
            _ => return None,
        })
    }

    /// The schedule's English name, or `None` for a digit without a published meaning.
    pub fn name_en(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "midwifery home",
            1 => "medical",
            3 => "dental",
            4 => "dispensing",
            5 => "geriatric health facility",
            6 => "home-visit nursing",
            _ => return None,
        })
    }
}

impl fmt::Display for PointsTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// 医療機関コード: prefecture (2 digits), 点数表番号 (1, when known) and number (7).
///
/// Shown and serialised with 10 digits when the 点数表番号 is known, else with 9. Two codes are
/// equal only when the 点数表番号 is equal too; [`MedicalInstitutionCode::key`] leaves it out.
///
/// READING: the last of the seven digits is a check digit (Luhn over all ten), but of the 91,181
/// codes in the health bureaus' lists of September 2024 31 % fail it with 点数表 1. It is never
/// verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MedicalInstitutionCode {
    prefecture: Prefecture,
    number: u32,
    points_table: Option<PointsTable>,
}

impl MedicalInstitutionCode {
    const NEEDED: &'static str = "a 医療機関コード of 10 digits (or 9, without the 点数表 digit)";

    /// Parses 10 or 9 digits; 7 digits are refused because they name no prefecture.
    ///
    /// Full-width digits, spaces, hyphens, commas, dots and middle dots are accepted.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        Self::parse_beside(text, None, None)
    }

    /// Parses 10, 9 or 7 digits, taking what the text lacks from the columns beside it.
    ///
    /// A prefecture or 点数表番号 that the code itself carries must agree with the one given.
    pub fn parse_beside(
        text: &str,
        prefecture: Option<Prefecture>,
        points_table: Option<PointsTable>,
    ) -> Result<Self, CodeError> {
        let digits = required_digits(text, Self::NEEDED)?;
        let found = || quoted(text);
        let (own_prefecture, own_table, number) = match digits.len() {
            10 => (digits.get(..2), digits.get(2..3), digits.get(3..)),
            9 => (digits.get(..2), None, digits.get(2..)),
            7 => (None, None, digits.get(..)),
            8 => return Err(CodeError::LeadingZeroLost { found: found() }),
            length => {
                return Err(CodeError::Length {
                    found: found(),
                    digits: length,
                    needed: Self::NEEDED,
                });
            }
        };
        let own_prefecture = own_prefecture
            .map(|two| {
                let number = two.parse().ok();
                number
                    .and_then(Prefecture::from_number)
                    .ok_or_else(|| CodeError::Prefecture {
                        found: found(),
                        prefecture: two.to_owned(),
                    })
            })
            .transpose()?;
        let own_table = own_table.and_then(PointsTable::from_text);
        if let (Some(of_code), Some(given)) = (own_prefecture, prefecture)
            && of_code != given
        {
            return Err(CodeError::PrefectureDisagrees {
                found: found(),
                of_code,
                given,
            });
        }
        if let (Some(of_code), Some(given)) = (own_table, points_table)
            && of_code != given
        {
            return Err(CodeError::PointsTableDisagrees {
                found: found(),
                of_code,
                given,
            });
        }
        let number = number.and_then(|seven| seven.parse().ok());
        match (own_prefecture.or(prefecture), number) {
            (Some(prefecture), Some(number)) => Ok(Self {
                prefecture,
                number,
                points_table: own_table.or(points_table),
            }),
            _ => Err(CodeError::PrefectureNeeded { found: found() }),
        }
    }

    /// The canonical key: 9 digits, prefecture and number. 医科 and 歯科 of one house may share it.
    pub fn key(&self) -> String {
        format!("{}{}", self.prefecture, self.number())
    }

    /// All 10 digits, or `None` while the 点数表番号 is not known.
    pub fn ten_digits(&self) -> Option<String> {
        self.points_table
            .map(|table| format!("{}{table}{}", self.prefecture, self.number()))
    }

    /// The last seven digits.
    pub fn number(&self) -> String {
        format!("{:07}", self.number)
    }

    pub fn prefecture(&self) -> Prefecture {
        self.prefecture
    }

    pub fn points_table(&self) -> Option<PointsTable> {
        self.points_table
    }

    /// Whether both codes carry a 点数表番号 and these differ, so that two places are meant
    /// although the 9 digits may be the same.
    pub fn told_apart_by_points_table(&self, other: &Self) -> bool {
        matches!((self.points_table, other.points_table), (Some(a), Some(b)) if a != b)
    }
}

impl fmt::Display for MedicalInstitutionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.prefecture)?;
        if let Some(table) = self.points_table {
            write!(f, "{table}")?;
        }
        write!(f, "{:07}", self.number)
    }
}

impl FromStr for MedicalInstitutionCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::parse(text)
    }
}

impl Serialize for MedicalInstitutionCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A Global Location Number: 13 digits, the last a GS1 check digit, which is verified.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Gln(String);

impl Gln {
    const NEEDED: &'static str = "a GLN of 13 digits";

    /// Parses 13 digits; full-width digits, spaces and hyphens are accepted.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let digits = required_digits(text, Self::NEEDED)?;
        if digits.len() != 13 {
            return Err(CodeError::Length {
                found: quoted(text),
                digits: digits.len(),
                needed: Self::NEEDED,
            });
        }
        // GS1 General Specifications 7.9: weights 1, 3, 1, 3 … from the left for 13 digits.
        let mut values = digits.bytes().map(|byte| byte.saturating_sub(b'0'));
        let sum: u32 = values
            .clone()
            .take(12)
            .zip([1, 3].into_iter().cycle())
            .map(|(digit, weight)| u32::from(digit) * weight)
            .sum();
        let expected = u8::try_from((10 - sum % 10) % 10).unwrap_or_default();
        if values.next_back() == Some(expected) {
            Ok(Self(digits))
        } else {
            Err(CodeError::CheckDigit {
                found: quoted(text),
                expected,
            })
        }
    }

    /// The 13 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Gln {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Gln {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::parse(text)
    }
}

/// A wholesaler's 得意先コード: free text, because every wholesaler makes its own.
///
/// Outer spaces are dropped and full-width ASCII is made half-width, so that a code typed either
/// way is found; letters keep their case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct WholesalerCode(String);

impl WholesalerCode {
    const NEEDED: &'static str = "the wholesaler's 得意先コード";

    /// Parses 1 to [`WHOLESALER_CODE_MAX`] visible characters.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let code: String = text.trim().chars().map(half_width).collect();
        let characters = code.chars().count();
        if code.is_empty() {
            Err(CodeError::Empty {
                needed: Self::NEEDED,
            })
        } else if characters > WHOLESALER_CODE_MAX {
            Err(CodeError::TooLong {
                found: quoted(text),
                characters,
                limit: WHOLESALER_CODE_MAX,
            })
        } else if code.chars().any(is_invisible) {
            Err(CodeError::Invisible {
                found: quoted(text),
            })
        } else {
            Ok(Self(code))
        }
    }

    /// The code as kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WholesalerCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The ASCII digits of a text that is made of digits (full-width too) and separators only;
/// `None` when it has any other character or no digit at all.
pub(super) fn digits_of(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len().min(16));
    for character in text.chars() {
        match half_width(character) {
            digit @ '0'..='9' => digits.push(digit),
            other if is_separator(other) => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}

fn required_digits(text: &str, needed: &'static str) -> Result<String, CodeError> {
    digits_of(text).ok_or_else(|| {
        if text.chars().map(half_width).all(is_separator) {
            CodeError::Empty { needed }
        } else {
            CodeError::NotDigits {
                found: quoted(text),
                needed,
            }
        }
    })
}

/// Full-width ASCII (U+FF01–U+FF5E) and the ideographic space as their half-width twins.
fn half_width(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        other => other,
    }
}

/// What people put between digits. The long-vowel mark and the kanji-like bars are there because
/// Japanese keyboards produce them for a hyphen; the apostrophe marks text in spreadsheets.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | ',' | '.' | '\'' | '・' | '･' | '、' | 'ー' | 'ｰ' | '−' | '─' | '━' | '\u{2010}'
                ..='\u{2015}'
        )
}

/// Whether a character cannot be seen: control characters, zero-width characters, marks that turn
/// the direction of text. Variation selectors are visible in effect, so they are not among these.
pub(super) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}'
                | '\u{2060}'..='\u{2069}' | '\u{FEFF}'
        )
}

/// A value found, short enough for a sentence and with invisible characters written out.
pub(super) fn quoted(text: &str) -> String {
    let trimmed = text.trim();
    let mut quoted = String::new();
    for character in trimmed.chars().take(QUOTED_MAX) {
        if is_invisible(character) {
            quoted.extend(character.escape_unicode());
        } else {
            quoted.push(character);
        }
    }
    if trimmed.chars().nth(QUOTED_MAX).is_some() {
        quoted.push('…');
    }
    quoted
}

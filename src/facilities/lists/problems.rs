//! What can be wrong with a list: with one line of it (a problem) or with the whole file (an error).
//!
//! Every sentence says what is so, the value found and what to do. Scripts rely on the short codes.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::super::codes::{CodeError, MedicalInstitutionCode};
use super::MAX_BYTES;
use super::columns::Column;
use super::source::Encoding;

/// One thing wrong with one line. Whether the line was kept is said by [`Problem::rejects`].
///
/// Serialised as `{"line", "column", "reason", "code"}`: `reason` is the English sentence, `code`
/// its stable name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line of a text file or row of a sheet, counted from 1, header and blank lines included.
    pub line: u64,
    /// What the column holds (`code`, `name`, …; see [`Column`]), `line` when it is the whole line.
    pub column: String,
    pub reason: ProblemReason,
}

impl Problem {
    /// Whether the line was left out because of this; otherwise it was kept in spite of it.
    pub fn rejects(&self) -> bool {
        self.reason.rejects()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}: {}", self.line, self.column, self.reason)
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Problem", 4)?;
        fields.serialize_field("line", &self.line)?;
        fields.serialize_field("column", &self.column)?;
        fields.serialize_field("reason", &self.reason.to_string())?;
        fields.serialize_field("code", self.reason.code())?;
        fields.end()
    }
}

/// Why a line was rejected, or kept with a flaw.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProblemReason {
    /// Rejected: the code cannot be read.
    #[error("{0}")]
    Code(#[from] CodeError),
    /// Rejected: nine digits among codes of ten.
    #[error(
        "“{found}” has 9 digits, but this list writes 10, so a leading zero may have been dropped; give all 10 digits"
    )]
    NineAmongTen { found: String },
    /// Rejected: a spreadsheet number, whose leading zeros are gone.
    #[error(
        "“{found}” is stored as a number, so a leading zero may be missing; store the column as text"
    )]
    CodeStoredAsNumber { found: String },
    /// Rejected: the prefecture column names none of the 47.
    #[error("“{found}” is not a prefecture; give its number 01 to 47 or its Japanese name")]
    UnknownPrefecture { found: String },
    /// Rejected: the 点数表 column holds no such digit.
    #[error("“{found}” is not a 点数表番号; give its digit")]
    UnknownPointsTable { found: String },
    /// Rejected: a record needs a name.
    #[error("the name is empty; give the facility's name")]
    NameEmpty,
    /// Rejected: the line ends before the column.
    #[error("the line has {found} columns where {needed} are needed; complete it")]
    TooFewColumns { found: usize, needed: usize },
    /// Rejected: longer than any real value.
    #[error("the value has {characters} characters, at most {limit} are kept; shorten it")]
    TooLong { characters: usize, limit: usize },
    /// Rejected: the value could not be kept as typed.
    #[error("“{found}” contains bytes that are not {encoding}; save the list again as UTF-8")]
    Undecodable { found: String, encoding: Encoding },
    /// Rejected: NUL, another control character, or a character of no width.
    #[error("“{found}” contains the invisible character {character}; type the value again")]
    Invisible { found: String, character: String },
    /// Rejected: a quotation mark is opened and not closed on the same line.
    #[error(
        "a quotation mark is not closed on this line near “{found}”; close it, and keep each record on one line"
    )]
    QuoteNotClosed { found: String },
    /// Rejected: the code was already used for something else.
    #[error(
        "code {code} was kept for “{first_name}” on line {first_line}, but here it is “{name}” with other particulars; {advice}"
    )]
    SameCodeDifferentFacility {
        code: MedicalInstitutionCode,
        first_line: u64,
        first_name: String,
        name: String,
        advice: SameCodeAdvice,
    },
    /// Kept without a postal code.
    #[error("“{found}” is not a postal code; give 7 digits, or leave it empty")]
    PostalCode { found: String },
    /// Kept under the code.
    #[error(
        "“{found}” is not the number at the end of code {code}, which was kept; correct one of the two"
    )]
    NumberDisagrees {
        found: String,
        code: MedicalInstitutionCode,
    },
    /// Kept without an address.
    #[error("the address is empty; give it if it is known")]
    AddressEmpty,
    /// Kept as typed.
    #[error(
        "“{found}” contains {characters}, a character private to the system that wrote the list (外字), which others show as a blank; replace it by the character meant"
    )]
    PrivateCharacter { found: String, characters: String },
    /// Nothing of this sheet was read.
    #[error("sheet “{sheet}” has no columns of a facility list and was not read")]
    SheetNotRead { sheet: String },
}

/// How to tell two facilities of one code apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameCodeAdvice {
    /// At least one of the two lines has no 点数表番号: 医科 and 歯科 of one house share 9 digits.
    GiveTenDigits,
    /// Both have the same one: one line is wrong or outdated.
    CorrectOne,
}

impl fmt::Display for SameCodeAdvice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GiveTenDigits => {
                "a 9-digit code may be both 医科 and 歯科: give the 10-digit code on both lines"
            }
            Self::CorrectOne => "remove or correct one of the two lines",
        })
    }
}

impl ProblemReason {
    /// A stable name for scripts and tests, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Code(error) => error.code(),
            Self::NineAmongTen { .. } => "code-nine-among-ten",
            Self::CodeStoredAsNumber { .. } => "code-stored-as-number",
            Self::UnknownPrefecture { .. } => "unknown-prefecture",
            Self::UnknownPointsTable { .. } => "unknown-points-table",
            Self::NameEmpty => "name-empty",
            Self::TooFewColumns { .. } => "too-few-columns",
            Self::TooLong { .. } => "too-long",
            Self::Undecodable { .. } => "undecodable",
            Self::Invisible { .. } => "invisible-character",
            Self::QuoteNotClosed { .. } => "quote-not-closed",
            Self::SameCodeDifferentFacility { .. } => "same-code-different-facility",
            Self::PostalCode { .. } => "postal-code",
            Self::NumberDisagrees { .. } => "number-disagrees",
            Self::AddressEmpty => "address-empty",
            Self::PrivateCharacter { .. } => "private-character",
            Self::SheetNotRead { .. } => "sheet-not-read",
        }
    }

    /// Whether a line with this problem is left out.
    pub fn rejects(&self) -> bool {
        !matches!(
            self,
            Self::PostalCode { .. }
                | Self::NumberDisagrees { .. }
                | Self::AddressEmpty
                | Self::PrivateCharacter { .. }
                | Self::SheetNotRead { .. }
        )
    }
}

/// Why a file gives no list at all. Nothing of it was read.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The file cannot be opened or read.
    #[error("{path} cannot be read ({cause}); check the name and the permissions")]
    Unreadable { path: String, cause: std::io::Error },
    #[error("the file is empty; give a facility list as csv, csv.gz or xlsx")]
    Empty,
    #[error("the file has a header and no line below it; give a list with at least one facility")]
    OnlyHeader,
    #[error("the file is {form}, not a facility list; save it as csv (UTF-8 or CP932) or xlsx")]
    UnsupportedForm { form: &'static str },
    #[error("the gzip file is damaged or cut short ({cause}); fetch it again")]
    DamagedGzip { cause: std::io::Error },
    #[error(
        "the workbook cannot be read ({cause}); open it in a spreadsheet program and save it again as xlsx, or as csv"
    )]
    DamagedWorkbook { cause: String },
    #[error("the file is more than {} MiB once unpacked; split it into smaller lists", MAX_BYTES >> 20)]
    TooLarge,
    #[error("the file has more than {limit} lines; split it into smaller lists")]
    TooManyLines { limit: usize },
    #[error(
        "no column for {} was found; the first line reads “{first_line}”. Give a header such as 医療機関コード,医療機関名称,郵便番号,所在地, or lines of 10- or 9-digit code, name, postal code and address, separated by commas",
        names(.missing)
    )]
    ColumnsMissing {
        missing: Vec<Column>,
        first_line: String,
    },
    #[error("the workbook holds facility lists on several sheets ({}); save each as a file of its own", .sheets.join(", "))]
    SeveralLists { sheets: Vec<String> },
}

impl ListError {
    /// A stable name for scripts and tests, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Empty => "empty",
            Self::OnlyHeader => "only-header",
            Self::UnsupportedForm { .. } => "unsupported-form",
            Self::DamagedGzip { .. } => "damaged-gzip",
            Self::DamagedWorkbook { .. } => "damaged-workbook",
            Self::TooLarge => "too-large",
            Self::TooManyLines { .. } => "too-many-lines",
            Self::ColumnsMissing { .. } => "columns-missing",
            Self::SeveralLists { .. } => "several-lists",
        }
    }
}

fn names(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    names.join(", ")
}

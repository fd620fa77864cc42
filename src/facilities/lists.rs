//! Reads an official facility list — csv, csv.gz or xlsx — into records, and accounts for every line.
//!
//! The health bureaus (地方厚生局) publish lists of insured medical institutions; collectors join
//! them, wholesalers and manufacturers pass them on. They repeat lines, come with and without a
//! header, in UTF-8 and CP932, through spreadsheets that drop leading zeros. What is good is kept,
//! what is not is reported with its line, and nothing disappears:
//! `lines = records + repeated + rejected`, with exactly one rejecting problem a rejected line.
//! Blank lines, the header and titles above it are not lines of the list.
//!
//! Limits: [`MAX_BYTES`] unpacked, [`MAX_LINES`] lines, [`MAX_CHARACTERS`] in a name or address,
//! and the first 64 columns of a sheet. Nothing here touches a database.

mod columns;
mod problems;
mod source;

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

use super::codes::{
    MedicalInstitutionCode, PointsTable, Prefecture, digits_of, is_invisible, quoted,
};

pub use columns::Column;
use columns::Columns;
pub use problems::{ListError, Problem, ProblemReason, SameCodeAdvice};
use source::Row;
pub use source::{Encoding, Kind};

/// The largest file, and the largest content of a packed one: 512 MiB (the country's list is 10).
pub const MAX_BYTES: usize = 512 << 20;

/// The most lines in one list. Japan has about 180,000 medical, dental and dispensing institutions.
pub const MAX_LINES: usize = 1_000_000;

/// The longest name or address, in characters. The longest real ones have 55 and 54.
pub const MAX_CHARACTERS: usize = 500;

/// One facility as the list gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedFacility {
    /// Line of a text file or row of a sheet, counted from 1.
    pub line: u64,
    pub code: MedicalInstitutionCode,
    /// As typed, without spaces before and after.
    pub name: String,
    /// `NNN-NNNN`, or `None` when it is empty or unreadable.
    pub postal_code: Option<String>,
    /// As typed, without spaces before and after; official lists leave out the prefecture.
    pub address: String,
}

impl ListedFacility {
    fn says_the_same_as(&self, other: &Self) -> bool {
        self.code == other.code
            && self.name == other.name
            && self.postal_code == other.postal_code
            && self.address == other.address
    }
}

/// A list read to its end.
#[derive(Debug, Clone)]
pub struct FacilityList {
    /// Lines that are neither blank nor header: `records + repeated + rejected`.
    pub lines: u64,
    /// In the order of the file. Two of them share a 9-digit key only if their 点数表 digits differ.
    pub records: Vec<ListedFacility>,
    /// Lines that repeat an earlier record exactly.
    pub repeated: u64,
    pub rejected: u64,
    /// In the order of the file; a kept line may have several, a rejected one has one that rejects.
    pub problems: Vec<Problem>,
    /// Prefectures of which the list has no record: it may be incomplete.
    pub prefectures_missing: Vec<Prefecture>,
    pub encoding: Encoding,
}

/// Reads the list in a file. Its kind is told by its first bytes, not by its name.
pub fn read(path: &Path) -> Result<FacilityList, ListError> {
    let unreadable = |cause| ListError::Unreadable {
        path: path.display().to_string(),
        cause,
    };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    read_bytes(&bytes, Kind::of(&bytes))
}

/// Reads the list in these bytes.
pub fn read_bytes(bytes: &[u8], kind: Kind) -> Result<FacilityList, ListError> {
    let sheets = source::sheets(bytes, kind)?;
    let mut lists = Vec::new();
    let mut others = Vec::new();
    for sheet in sheets {
        match columns::find(&sheet.rows) {
            Ok(columns) => lists.push((sheet, columns)),
            Err(missing) => others.push((sheet, missing)),
        }
    }
    if lists.len() > 1 {
        return Err(ListError::SeveralLists {
            sheets: lists.into_iter().map(|(sheet, _)| sheet.name).collect(),
        });
    }
    let Some((sheet, columns)) = lists.pop() else {
        let Some((sheet, missing)) = others.into_iter().next() else {
            return Err(ListError::Empty);
        };
        let cells = sheet.rows.first().map(|row| &row.cells);
        let first_line = cells.map(|cells| cells.iter().collect::<Vec<_>>().join(","));
        return Err(ListError::ColumnsMissing {
            missing,
            first_line: quoted(&first_line.unwrap_or_default()),
        });
    };
    let rows = sheet.rows.get(columns.first_row..).unwrap_or_default();
    if rows.is_empty() {
        return Err(ListError::OnlyHeader);
    }

    let mut reading = Reading::new(sheet.encoding);
    for (other, _) in others {
        reading.problems.push(Problem {
            line: 0,
            column: "sheet".to_owned(),
            reason: ProblemReason::SheetNotRead { sheet: other.name },
        });
    }
    for row in rows {
        reading.take(row, &columns);
    }
    Ok(reading.finish())
}

/// The state of reading: what was kept so far, and under which key.
struct Reading {
    encoding: Encoding,
    lines: u64,
    repeated: u64,
    rejected: u64,
    records: Vec<ListedFacility>,
    /// Indices of the records of one 9-digit key; at most ten, one a 点数表 digit.
    by_key: HashMap<(Prefecture, String), Vec<usize>>,
    problems: Vec<Problem>,
}

/// What a line that fails was found to be, and in which column.
type Rejection = (&'static str, ProblemReason);

impl Reading {
    fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            lines: 0,
            repeated: 0,
            rejected: 0,
            records: Vec::new(),
            by_key: HashMap::new(),
            problems: Vec::new(),
        }
    }

    fn take(&mut self, row: &Row, columns: &Columns) {
        self.lines += 1;
        let mut flaws = Vec::new();
        let outcome =
            record(row, columns, self.encoding, &mut flaws).and_then(|record| self.place(record));
        match outcome {
            Ok(Placed::Kept) => self.report(row.line, flaws),
            // The flaws of a repeated line were reported on the line it repeats.
            Ok(Placed::Repeated) => self.repeated += 1,
            Err(rejection) => {
                self.rejected += 1;
                self.report(row.line, vec![rejection]);
            }
        }
    }

    /// Keeps the record, unless its code is in use.
    ///
    /// READING: the first record of a code is kept. A later one that differs is a different
    /// facility, a change, or 歯科 beside 医科; which of these only a person or the 10-digit code
    /// can tell, so it is rejected and reported, never merged. Only when both codes carry 点数表
    /// digits and these differ are both kept.
    fn place(&mut self, record: ListedFacility) -> Result<Placed, Rejection> {
        let key = (record.code.prefecture(), record.code.number());
        let same_key = self.by_key.entry(key).or_default();
        for earlier in same_key.iter().filter_map(|index| self.records.get(*index)) {
            if earlier.says_the_same_as(&record) {
                return Ok(Placed::Repeated);
            }
        }
        let earlier = same_key
            .iter()
            .filter_map(|index| self.records.get(*index))
            .find(|earlier| !earlier.code.told_apart_by_points_table(&record.code));
        if let Some(earlier) = earlier {
            let same_table = record.code.points_table().is_some()
                && record.code.points_table() == earlier.code.points_table();
            let reason = ProblemReason::SameCodeDifferentFacility {
                code: record.code,
                first_line: earlier.line,
                first_name: quoted(&earlier.name),
                name: quoted(&record.name),
                advice: if same_table {
                    SameCodeAdvice::CorrectOne
                } else {
                    SameCodeAdvice::GiveTenDigits
                },
            };
            return Err((Column::Code.name(), reason));
        }
        same_key.push(self.records.len());
        self.records.push(record);
        Ok(Placed::Kept)
    }

    fn report(&mut self, line: u64, reasons: Vec<Rejection>) {
        let problems = reasons.into_iter().map(|(column, reason)| Problem {
            line,
            column: column.to_owned(),
            reason,
        });
        self.problems.extend(problems);
    }

    fn finish(self) -> FacilityList {
        let present = |prefecture: &Prefecture| {
            let mut codes = self.records.iter().map(|record| record.code);
            codes.any(|code| code.prefecture() == *prefecture)
        };
        FacilityList {
            prefectures_missing: Prefecture::all().filter(|p| !present(p)).collect(),
            lines: self.lines,
            records: self.records,
            repeated: self.repeated,
            rejected: self.rejected,
            problems: self.problems,
            encoding: self.encoding,
        }
    }
}

enum Placed {
    Kept,
    Repeated,
}

/// One line as a record, or why it is none. What is wrong but bearable is added to `flaws`.
fn record(
    row: &Row,
    columns: &Columns,
    encoding: Encoding,
    flaws: &mut Vec<Rejection>,
) -> Result<ListedFacility, Rejection> {
    legible(row, columns, encoding)?;
    let code = code(row, columns)?;
    let name = text(row, Column::Name, columns.name)?;
    let address = text(row, Column::Address, columns.address)?;
    if name.is_empty() {
        return Err((Column::Name.name(), ProblemReason::NameEmpty));
    }
    if address.is_empty() {
        flaws.push((Column::Address.name(), ProblemReason::AddressEmpty));
    }
    for (column, text) in [(Column::Name, &name), (Column::Address, &address)] {
        flaws.extend(private_characters(text).map(|reason| (column.name(), reason)));
    }
    flaws.extend(number_disagrees(row, columns, code));

    let typed = columns
        .postal_code
        .map_or("", |index| row.cell(index).trim());
    let postal_code = postal_code(typed);
    if postal_code.is_none() && !typed.is_empty() {
        let found = quoted(typed);
        flaws.push((
            Column::PostalCode.name(),
            ProblemReason::PostalCode { found },
        ));
    }
    Ok(ListedFacility {
        line: row.line,
        code,
        name,
        postal_code,
        address,
    })
}

/// Refuses a line of which something could not be kept as typed, or could not be seen.
fn legible(row: &Row, columns: &Columns, encoding: Encoding) -> Result<(), Rejection> {
    if row.quote_open {
        let around = row.cells.iter().find(|cell| cell.contains('"'));
        let found = quoted(around.or(row.cells.iter().next_back()).unwrap_or_default());
        return Err(("line", ProblemReason::QuoteNotClosed { found }));
    }
    for (column, index) in columns.read() {
        let cell = row.cell(index).trim();
        if cell.contains(char::REPLACEMENT_CHARACTER) {
            let found = quoted(cell);
            return Err((
                column.name(),
                ProblemReason::Undecodable { found, encoding },
            ));
        }
        if let Some(invisible) = cell.chars().find(|character| is_invisible(*character)) {
            let reason = ProblemReason::Invisible {
                found: quoted(cell),
                character: code_point(invisible),
            };
            return Err((column.name(), reason));
        }
    }
    let needed = columns.code.max(columns.name) + 1;
    let found = row.cells.len();
    if found < needed {
        return Err(("line", ProblemReason::TooFewColumns { found, needed }));
    }
    Ok(())
}

fn code(row: &Row, columns: &Columns) -> Result<MedicalInstitutionCode, Rejection> {
    let beside = |column: Option<usize>| {
        column
            .map(|index| row.cell(index).trim())
            .filter(|cell| !cell.is_empty())
    };
    let prefecture = beside(columns.prefecture)
        .map(|text| {
            Prefecture::from_text(text).ok_or_else(|| {
                let found = quoted(text);
                (
                    Column::Prefecture.name(),
                    ProblemReason::UnknownPrefecture { found },
                )
            })
        })
        .transpose()?;
    let points_table = beside(columns.points_table)
        .map(|text| {
            PointsTable::from_text(text).ok_or_else(|| {
                let found = quoted(text);
                (
                    Column::PointsTable.name(),
                    ProblemReason::UnknownPointsTable { found },
                )
            })
        })
        .transpose()?;

    let typed = row.cell(columns.code);
    let digits = digits_of(typed).unwrap_or_default();
    let unsure = |reason: fn(String) -> ProblemReason| (Column::Code.name(), reason(quoted(typed)));
    if row.is_number(columns.code) && digits.len() < 10 {
        // READING: a shorter code may be any other that lost its zero: 110112489 is Saitama's
        // 11-0112489 as well as Hokkaido's 01-1-0112489. Guessing would name the wrong hospital.
        return Err(unsure(|found| ProblemReason::CodeStoredAsNumber { found }));
    }
    if columns.writes_ten_digits && digits.len() == 9 && !digits.starts_with('0') {
        return Err(unsure(|found| ProblemReason::NineAmongTen { found }));
    }
    MedicalInstitutionCode::parse_beside(typed, prefecture, points_table)
        .map_err(|error| (Column::Code.name(), ProblemReason::Code(error)))
}

/// The text as typed, without outer spaces (U+3000 too).
fn text(row: &Row, column: Column, index: usize) -> Result<String, Rejection> {
    let text = row.cell(index).trim();
    let characters = text.chars().count();
    if characters > MAX_CHARACTERS {
        let reason = ProblemReason::TooLong {
            characters,
            limit: MAX_CHARACTERS,
        };
        return Err((column.name(), reason));
    }
    Ok(text.to_owned())
}

fn number_disagrees(
    row: &Row,
    columns: &Columns,
    code: MedicalInstitutionCode,
) -> Option<Rejection> {
    let typed = row.cell(columns.number?).trim();
    if typed.is_empty() || digits_of(typed) == Some(code.number()) {
        return None;
    }
    let found = quoted(typed);
    let reason = ProblemReason::NumberDisagrees { found, code };
    Some((Column::Number.name(), reason))
}

/// `NNN-NNNN` of seven digits however they are written, with or without 〒.
fn postal_code(typed: &str) -> Option<String> {
    let digits = digits_of(typed.trim_start_matches('〒'))?;
    let (area, place) = digits.split_at_checked(3)?;
    (place.len() == 4).then(|| format!("{area}-{place}"))
}

/// 外字: characters that only the system which wrote the list can show.
fn private_characters(text: &str) -> Option<ProblemReason> {
    let is_private = |character: &char| matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
    let characters: Vec<String> = text.chars().filter(is_private).map(code_point).collect();
    (!characters.is_empty()).then(|| ProblemReason::PrivateCharacter {
        found: quoted(text),
        characters: characters.join(" "),
    })
}

fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

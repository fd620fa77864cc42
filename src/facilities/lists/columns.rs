//! Which column of a list holds what: told by its header, else by the shape of its content.

use std::cmp::Reverse;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::super::codes::{MedicalInstitutionCode, digits_of};
use super::source::Row;

/// A header stands within the first rows; what is above it (a title, a date) is not part of the list.
const HEADER_WITHIN: usize = 10;

/// How many rows are looked at to tell a column by its content.
const SAMPLE: usize = 2_000;

/// What a column of a facility list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// 医療機関コード of 10 or 9 digits, or of 7 beside a prefecture.
    Code,
    /// The last 7 digits once more, compared with the code.
    Number,
    Name,
    PostalCode,
    Address,
    /// Number or Japanese name, needed when the code has 7 digits.
    Prefecture,
    PointsTable,
}

impl Column {
    /// The name used in problems.
    pub fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Number => "number",
            Self::Name => "name",
            Self::PostalCode => "postal_code",
            Self::Address => "address",
            Self::Prefecture => "prefecture",
            Self::PointsTable => "points_table",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Header names as they are compared: NFKC, lower case, without spaces and underscores.
/// Where a file has several of one kind, the one further up in its list is taken.
const HEADERS: &[(Column, &[&str])] = &[
    (
        Column::Code,
        &[
            "10桁コード",
            "医療機関コード(10桁)",
            "医療機関番号(10桁)",
            "保険医療機関コード(10桁)",
            "医療機関コード10桁",
            "医療機関コード",
            "医療機関番号",
            "保険医療機関コード",
            "保険医療機関番号",
            "医療機関コード(9桁)",
            "9桁コード",
            "medicalinstitutioncode",
            "施設コード",
            "コード",
            "code",
        ],
    ),
    (
        Column::Number,
        &[
            "7桁コード",
            "医療機関コード(7桁)",
            "医療機関番号(7桁)",
            "医療機関コード7桁",
            "number",
        ],
    ),
    (
        Column::Name,
        &[
            "医療機関名称",
            "医療機関名",
            "保険医療機関名称",
            "保険医療機関名",
            "施設名称",
            "施設名",
            "病院名",
            "名称",
            "facilityname",
            "name",
        ],
    ),
    (
        Column::PostalCode,
        &[
            "郵便番号",
            "医療機関所在地(郵便番号)",
            "〒",
            "postalcode",
            "zipcode",
            "zip",
        ],
    ),
    (
        Column::Address,
        &[
            "医療機関所在地(住所)",
            "医療機関所在地",
            "保険医療機関所在地",
            "施設所在地",
            "所在地",
            "住所",
            "address",
        ],
    ),
    (
        Column::Prefecture,
        &[
            "都道府県番号",
            "都道府県コード",
            "都道府県名",
            "都道府県",
            "prefecture",
        ],
    ),
    (
        Column::PointsTable,
        &["点数表番号", "点数表コード", "点数表", "pointstable"],
    ),
];

/// Where each thing stands, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub code: usize,
    pub name: usize,
    pub address: usize,
    pub number: Option<usize>,
    pub postal_code: Option<usize>,
    pub prefecture: Option<usize>,
    pub points_table: Option<usize>,
    /// Index of the first row below the header.
    pub first_row: usize,
    /// Whether the list writes codes with 10 digits, so that one of 9 has lost its leading zero.
    pub writes_ten_digits: bool,
}

impl Columns {
    /// Every column that is read, so that nothing unreadable is overlooked in it.
    pub fn read(&self) -> impl Iterator<Item = (Column, usize)> {
        [
            (Column::Code, Some(self.code)),
            (Column::Number, self.number),
            (Column::Name, Some(self.name)),
            (Column::PostalCode, self.postal_code),
            (Column::Address, Some(self.address)),
            (Column::Prefecture, self.prefecture),
            (Column::PointsTable, self.points_table),
        ]
        .into_iter()
        .filter_map(|(column, index)| index.map(|index| (column, index)))
    }
}

/// Finds the columns, or tells which of code, name and address are missing.
///
/// READING: below a header nothing is guessed. A list whose header names no facility name may well
/// have a column of persons, and the first column of text would be theirs.
pub(super) fn find(rows: &[Row]) -> Result<Columns, Vec<Column>> {
    let header = header_row(rows);
    let first_row = header.map_or(0, |index| index + 1);
    let header = header.and_then(|index| rows.get(index));
    let below = rows.get(first_row..).unwrap_or_default();
    let shapes = shapes(below);
    let headed = |column| header.and_then(|row| named(row, column, &shapes));
    let shaped = |fits: &dyn Fn(usize, &Shape) -> bool| match header {
        Some(_) => None,
        None => first(&shapes, fits),
    };

    let mut number = headed(Column::Number);
    let prefecture = headed(Column::Prefecture);
    let code = headed(Column::Code)
        .or_else(|| shaped(&|_, shape| shape.mostly(shape.code)))
        // Seven digits are a code where a column beside them names the prefecture.
        .or_else(|| prefecture.and(number.take()));
    let number = number.or_else(|| number_by_content(below, code, &shapes));
    let postal_code = headed(Column::PostalCode).or_else(|| {
        shaped(&|index, shape| shape.mostly(shape.seven) && ![code, number].contains(&Some(index)))
    });
    let address =
        headed(Column::Address).or_else(|| shaped(&|_, shape| shape.mostly(shape.address)));
    let name = headed(Column::Name)
        .or_else(|| shaped(&|index, shape| shape.mostly(shape.text) && address != Some(index)));

    match (code, name, address) {
        (Some(code), Some(name), Some(address)) => Ok(Columns {
            code,
            name,
            address,
            number,
            postal_code,
            prefecture,
            points_table: headed(Column::PointsTable),
            first_row,
            writes_ten_digits: header.is_some_and(|row| folded(row.cell(code)).contains("10桁"))
                || writes_ten_digits(below, code),
        }),
        _ => Err([
            (Column::Code, code),
            (Column::Name, name),
            (Column::Address, address),
        ]
        .into_iter()
        .filter_map(|(column, found)| found.is_none().then_some(column))
        .collect()),
    }
}

/// The first row that names a code (or a 7-digit number) and a facility's name or address.
fn header_row(rows: &[Row]) -> Option<usize> {
    rows.iter()
        .take(HEADER_WITHIN)
        .take_while(|row| !row.cells.iter().any(is_code))
        .position(|row| {
            let has = |column| row.cells.iter().any(|cell| rank(cell, column).is_some());
            (has(Column::Code) || has(Column::Number))
                && (has(Column::Name) || has(Column::Address))
        })
}

/// The column whose header names this kind; of several, the most specific name, and of several for
/// the code first the one with most whole codes.
fn named(header: &Row, column: Column, shapes: &[Shape]) -> Option<usize> {
    header
        .cells
        .iter()
        .enumerate()
        .filter_map(|(index, cell)| rank(cell, column).map(|rank| (index, rank)))
        .min_by_key(|(index, rank)| {
            // Of 医療機関コード and 医療機関番号, one may hold 7 digits and the other all.
            let whole = shapes.get(*index).filter(|_| column == Column::Code);
            let codes = whole.map_or(0, |shape| shape.code);
            (Reverse(codes), *rank, *index)
        })
        .map(|(index, _)| index)
}

fn rank(cell: &str, column: Column) -> Option<usize> {
    let name = folded(cell);
    let (_, names) = HEADERS.iter().find(|(known, _)| *known == column)?;
    names.iter().position(|known| *known == name)
}

fn folded(cell: &str) -> String {
    cell.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|character| !character.is_whitespace() && *character != '_')
        .collect()
}

/// How many of a column's sampled cells look like what.
#[derive(Debug, Clone, Default)]
struct Shape {
    filled: usize,
    code: usize,
    seven: usize,
    text: usize,
    address: usize,
}

impl Shape {
    fn mostly(&self, count: usize) -> bool {
        count > 0 && count * 2 >= self.filled
    }
}

fn shapes(rows: &[Row]) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Vec::new();
    for row in rows.iter().take(SAMPLE) {
        for (index, cell) in row
            .cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.is_empty())
        {
            if shapes.len() <= index {
                shapes.resize_with(index + 1, Shape::default);
            }
            let Some(shape) = shapes.get_mut(index) else {
                continue;
            };
            shape.filled += 1;
            if let Some(digits) = digits_of(cell) {
                shape.code += usize::from(is_code(cell));
                shape.seven += usize::from(digits.len() == 7);
            } else {
                shape.text += usize::from(cell.chars().any(char::is_alphabetic));
                shape.address += usize::from(is_address(cell));
            }
        }
    }
    shapes
}

/// Telephone numbers have ten digits too, but hyphens between them; a code is written in one piece.
fn is_code(cell: &str) -> bool {
    cell.trim().chars().all(char::is_numeric) && MedicalInstitutionCode::parse(cell).is_ok()
}

fn is_address(cell: &str) -> bool {
    cell.contains(['市', '区', '町', '村', '郡']) && cell.contains(char::is_numeric)
}

/// The column of seven digits that mostly repeats the end of the code; a postal code never does.
fn number_by_content(rows: &[Row], code: Option<usize>, shapes: &[Shape]) -> Option<usize> {
    let code = code?;
    first(shapes, |index, shape| {
        let repeats = rows.iter().take(SAMPLE).filter(|row| {
            let number = digits_of(row.cell(index)).filter(|digits| digits.len() == 7);
            let code = digits_of(row.cell(code)).filter(|digits| digits.len() > 7);
            matches!((number, code), (Some(number), Some(code)) if code.ends_with(&number))
        });
        index != code && shape.mostly(shape.seven) && shape.mostly(repeats.count())
    })
}

/// Tells a list of 10-digit codes, some of which a spreadsheet cut to 9, from a list of 9-digit ones.
///
/// READING: a 9-digit code that begins with 0 proves that the list writes 9; a 10-digit one speaks
/// for 10, but one typing error in a hundred lines is not taken for a habit.
fn writes_ten_digits(rows: &[Row], code: usize) -> bool {
    let (mut tens, mut nines, mut nines_with_zero) = (0_usize, 0_usize, 0_usize);
    for digits in rows.iter().filter_map(|row| digits_of(row.cell(code))) {
        tens += usize::from(digits.len() == 10);
        nines += usize::from(digits.len() == 9);
        nines_with_zero += usize::from(digits.len() == 9 && digits.starts_with('0'));
    }
    tens > nines_with_zero && tens * 100 >= nines
}

/// The first column whose shape fits.
fn first(shapes: &[Shape], fits: impl Fn(usize, &Shape) -> bool) -> Option<usize> {
    let mut columns = shapes.iter().enumerate();
    columns
        .find(|(index, shape)| fits(*index, shape))
        .map(|(index, _)| index)
}

//! From the bytes of a file to its rows: unpacking, encoding, separators, sheets.
//!
//! Nothing here knows what a facility is. All limits on size are enforced here.

use std::fmt;
use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};
use csv::StringRecord;
use encoding_rs::SHIFT_JIS;
use flate2::read::MultiGzDecoder;

use super::problems::ListError;
use super::{MAX_BYTES, MAX_LINES};

/// A sheet's columns beyond this are not read.
const MAX_COLUMNS: usize = 64;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Csv,
    CsvGz,
    Xlsx,
}

impl Kind {
    /// Tells the kind by the first bytes, because downloads often carry the wrong ending.
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.starts_with(&[0x1F, 0x8B]) {
            Self::CsvGz
        } else if bytes.starts_with(b"PK\x03\x04") {
            Self::Xlsx
        } else {
            Self::Csv
        }
    }
}

/// How a text file was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// Windows-31J, Microsoft's Shift_JIS.
    Cp932,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Cp932 => "CP932",
        })
    }
}

/// One line or row that is not blank.
#[derive(Debug)]
pub(super) struct Row {
    pub line: u64,
    pub cells: StringRecord,
    /// Bit n is set when the spreadsheet stores column n as a number.
    pub numbers: u64,
    /// Whether a quotation mark stays open at the end of the line.
    pub quote_open: bool,
}

impl Row {
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }

    pub fn is_number(&self, column: usize) -> bool {
        u32::try_from(column)
            .ok()
            .and_then(|column| self.numbers.checked_shr(column))
            .is_some_and(|bits| bits & 1 == 1)
    }
}

/// A text file, or one sheet of a workbook.
#[derive(Debug)]
pub(super) struct Sheet {
    pub name: String,
    pub encoding: Encoding,
    pub rows: Vec<Row>,
}

/// All sheets that hold anything; a text file is one sheet.
pub(super) fn sheets(bytes: &[u8], kind: Kind) -> Result<Vec<Sheet>, ListError> {
    if bytes.len() > MAX_BYTES {
        return Err(ListError::TooLarge);
    }
    let sheets = match kind {
        Kind::Csv => vec![text_sheet(bytes)?],
        Kind::CsvGz => vec![text_sheet(&unpacked(bytes, MAX_BYTES)?)?],
        Kind::Xlsx => workbook_sheets(bytes)?,
    };
    let sheets: Vec<Sheet> = sheets
        .into_iter()
        .filter(|sheet| !sheet.rows.is_empty())
        .collect();
    if sheets.is_empty() {
        return Err(ListError::Empty);
    }
    Ok(sheets)
}

fn unpacked(bytes: &[u8], limit: usize) -> Result<Vec<u8>, ListError> {
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(limit as u64 + 1)
        .read_to_end(&mut unpacked)
        .map_err(|cause| ListError::DamagedGzip { cause })?;
    if unpacked.len() > limit {
        return Err(ListError::TooLarge);
    }
    Ok(unpacked)
}

fn text_sheet(bytes: &[u8]) -> Result<Sheet, ListError> {
    if let Some(form) = unsupported_form(bytes) {
        return Err(ListError::UnsupportedForm { form });
    }
    let with_mark = bytes.strip_prefix(b"\xEF\xBB\xBF");
    let text = with_mark.unwrap_or(bytes);
    // A byte of CP932 or UTF-8 that reads as a line feed always is one, so lines can be cut first.
    let end = if text.contains(&b'\n') { b'\n' } else { b'\r' };
    let lines = || text.split(move |byte| *byte == end);
    let encoding = if with_mark.is_some() || std::str::from_utf8(text).is_ok() {
        Encoding::Utf8
    } else {
        likelier_encoding(lines())
    };

    let mut rows = Vec::new();
    for (line, bytes) in (1..).zip(lines()) {
        let decoded = match encoding {
            Encoding::Utf8 => String::from_utf8_lossy(bytes),
            Encoding::Cp932 => SHIFT_JIS.decode_without_bom_handling(bytes).0,
        };
        let text = decoded.strip_suffix('\r').unwrap_or(&decoded);
        let (cells, quote_open) = cells_of(text);
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MAX_LINES {
            return Err(ListError::TooManyLines { limit: MAX_LINES });
        }
        rows.push(Row {
            line,
            cells,
            numbers: 0,
            quote_open,
        });
    }
    Ok(Sheet {
        name: String::new(),
        encoding,
        rows,
    })
}

/// Names a form that is known not to be a csv file, by its first bytes or by being mostly not text.
fn unsupported_form(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: [(&[u8], &str); 8] = [
        (b"\xFF\xFE", "UTF-16 text"),
        (b"\xFE\xFF", "UTF-16 text"),
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook (xls)"),
        (b"PK\x03\x04", "a zip archive"),
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"\x1F\x8B", "a gzip file inside a gzip file"),
    ];
    let signature = SIGNATURES
        .into_iter()
        .find(|(start, _)| bytes.starts_with(start));
    if let Some((_, form)) = signature {
        return Some(form);
    }
    let sample = bytes.get(..64 * 1024).unwrap_or(bytes);
    let controls = sample
        .iter()
        .filter(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r'))
        .count();
    (controls > sample.len() / 10).then_some("binary data")
}

/// For bytes that are not UTF-8 throughout: the encoding that leaves fewer lines damaged.
fn likelier_encoding<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Encoding {
    let (mut not_utf8, mut not_cp932) = (0_u64, 0_u64);
    for line in lines {
        not_utf8 += u64::from(std::str::from_utf8(line).is_err());
        not_cp932 += u64::from(SHIFT_JIS.decode_without_bom_handling(line).1);
    }
    if not_utf8 < not_cp932 {
        Encoding::Utf8
    } else {
        Encoding::Cp932
    }
}

/// The cells of one line, and whether a quotation mark stays open at its end.
///
/// READING: one line is one record. A line break inside quotation marks is refused line by line,
/// because a single stray quotation mark would otherwise swallow the rest of the list unseen.
fn cells_of(line: &str) -> (StringRecord, bool) {
    if !line.contains('"') {
        return (line.split(',').collect(), false);
    }
    let mut cells = StringRecord::new();
    // Reading from memory what is valid UTF-8 cannot fail; a failure would leave the line blank.
    let read = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(line.len().max(64))
        .from_reader(line.as_bytes())
        .read_record(&mut cells);
    if read.is_err() {
        cells = StringRecord::from(vec![line]);
    }
    let marks = line.bytes().filter(|byte| *byte == b'"').count();
    (cells, marks % 2 == 1)
}

fn workbook_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, ListError> {
    refuse_bombs(bytes, MAX_BYTES)?;
    let damaged = |cause: calamine::XlsxError| ListError::DamagedWorkbook {
        cause: cause.to_string(),
    };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = workbook.sheet_names();
    let mut sheets = Vec::new();
    for name in names {
        // Cell by cell: a whole range would allocate every cell up to the last corner.
        let mut cells = match workbook.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            Err(calamine::XlsxError::WorksheetNotFound(_)) => continue,
            Err(cause) => return Err(damaged(cause)),
        };
        let mut rows: Vec<Row> = Vec::new();
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            let (text, is_number) = cell_text(cell.get_value());
            if column >= MAX_COLUMNS || text.trim().is_empty() {
                continue;
            }
            let line = u64::from(row) + 1;
            let out_of_order = rows.last().is_some_and(|last| {
                line < last.line || (line == last.line && column < last.cells.len())
            });
            if out_of_order {
                return Err(ListError::DamagedWorkbook {
                    cause: format!("sheet “{name}”, row {line}: the cells are out of order"),
                });
            }
            if rows.last().is_none_or(|last| last.line != line) {
                if rows.len() == MAX_LINES {
                    return Err(ListError::TooManyLines { limit: MAX_LINES });
                }
                rows.push(Row {
                    line,
                    cells: StringRecord::new(),
                    numbers: 0,
                    quote_open: false,
                });
            }
            if let Some(last) = rows.last_mut() {
                while last.cells.len() < column {
                    last.cells.push_field("");
                }
                last.cells.push_field(&text);
                last.numbers |= u64::from(is_number) << column;
            }
        }
        sheets.push(Sheet {
            name,
            encoding: Encoding::Utf8,
            rows,
        });
    }
    Ok(sheets)
}

/// The text of a cell as it would be typed, and whether it is stored as a number.
fn cell_text(value: &DataRef<'_>) -> (String, bool) {
    match value {
        DataRef::String(text) => (text.clone(), false),
        DataRef::SharedString(text) => ((*text).to_owned(), false),
        DataRef::Int(number) => (number.to_string(), true),
        // Whole numbers print without a fraction, which is how codes stored as numbers are read.
        DataRef::Float(number) => (number.to_string(), true),
        DataRef::Bool(value) => (value.to_string(), false),
        DataRef::DateTime(moment) => (moment.as_f64().to_string(), true),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), false),
        DataRef::Error(error) => (error.to_string(), false),
        DataRef::Empty => (String::new(), false),
    }
}

/// A workbook is a zip archive, whose parts are unpacked here once to count, and thrown away:
/// the sizes it states about itself need not be true.
fn refuse_bombs(bytes: &[u8], limit: usize) -> Result<(), ListError> {
    let damaged = |cause: String| ListError::DamagedWorkbook { cause };
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|cause| damaged(cause.to_string()))?;
    let mut left = limit as u64;
    for index in 0..archive.len() {
        let part = archive
            .by_index(index)
            .map_err(|cause| damaged(cause.to_string()))?;
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|cause| damaged(cause.to_string()))?;
        left = left.checked_sub(size).ok_or(ListError::TooLarge)?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_gzip_file_is_refused_once_it_unpacks_to_more_than_the_limit() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&[b'0'; 1000]).unwrap();
        let bytes = encoder.finish().unwrap();
        assert_eq!(unpacked(&bytes, 1000).unwrap().len(), 1000);
        assert!(matches!(unpacked(&bytes, 999), Err(ListError::TooLarge)));
        // Members in a row count together.
        let twice = [bytes.clone(), bytes].concat();
        assert!(matches!(unpacked(&twice, 1999), Err(ListError::TooLarge)));
    }

    #[test]
    fn a_workbook_is_refused_once_its_parts_together_exceed_the_limit() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for part in ["one", "two"] {
            let options = zip::write::SimpleFileOptions::default();
            archive.start_file(part, options).unwrap();
            archive.write_all(&[b'0'; 1000]).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(refuse_bombs(&bytes, 2000).is_ok());
        assert!(matches!(
            refuse_bombs(&bytes, 1999),
            Err(ListError::TooLarge)
        ));
    }
}

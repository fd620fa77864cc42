//! Tables for spreadsheet programs: CSV that opens as Japanese text, and cells that are never taken for a formula.

use crate::error::{Error, Result};

/// A cell that no spreadsheet program takes for a formula, in half or full width: one that begins like one is preceded
/// by an apostrophe (OWASP, CSV Injection).
pub fn formula_safe(cell: &str) -> String {
    let begins_one = |c: char| "=+-@\t\r＝＋－＠".contains(c);
    if cell.chars().next().is_some_and(begins_one) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A table as CSV with every cell made safe. The mark at its start lets spreadsheet programs read Japanese as UTF-8.
pub fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> Result<String> {
    let broken = |cause: csv::Error| Error::broken("table as CSV", cause);
    let mut table = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    for row in rows {
        table
            .write_record(row.iter().map(|cell| formula_safe(cell)))
            .map_err(broken)?;
    }
    let bytes = table
        .into_inner()
        .map_err(|cause| Error::broken("table as CSV", cause))?;
    String::from_utf8(bytes).map_err(|cause| Error::broken("table as CSV", cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_text_in_either_width() {
        for first in ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"] {
            let cell = format!("{first}1+1");
            assert_eq!(formula_safe(&cell), format!("'{cell}"));
        }
        for fine in ["", "架空市立中央病院", "1+1", "a=b", "'x", "ー", "３"] {
            assert_eq!(formula_safe(fine), fine);
        }
    }

    #[test]
    fn a_table_keeps_quotes_line_breaks_and_commas_inside_their_cells() {
        let rows = vec![vec!["a".to_owned(), "\"b\",\r\n=c".to_owned()]];
        assert_eq!(
            csv(rows).ok().as_deref(),
            Some("\u{FEFF}a,\"\"\"b\"\",\r\n=c\"\n")
        );
    }
}

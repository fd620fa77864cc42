//! Reads the Cabinet Office's list of public holidays (syukujitsu.csv), accounts for every line, and brings it in.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use encoding_rs::SHIFT_JIS;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::days_off;
use crate::db::Db;
use crate::error::Result;
use crate::scope::Actor;

/// The most characters of a holiday's name.
const LONG: usize = 200;

/// One holiday as the list gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedHoliday {
    pub day: NaiveDate,
    pub name: String,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub line: u64,
    pub reason: String,
}

/// A list that has been read: `lines = holidays + repeated + rejected`, with one problem a rejected line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HolidayList {
    pub lines: u64,
    pub holidays: Vec<ListedHoliday>,
    pub repeated: u64,
    pub rejected: u64,
    pub problems: Vec<Problem>,
}

/// What became of every line: `lines = created + updated + unchanged + repeated + rejected`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub lines: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub repeated: u64,
    pub rejected: u64,
    /// Listed holidays of the years that this list covers which it does not name. They stay until somebody removes them.
    pub vanished: u64,
    pub problems: Vec<Problem>,
}

/// Reads a list in UTF-8 (with a mark or without) or CP932.
///
/// READING: a first line whose first column holds no digit is a header. A day that comes twice with one name is a
/// repeated line; with another name, its later line is rejected, because nobody can say which name holds.
pub fn read(bytes: &[u8]) -> HolidayList {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => SHIFT_JIS.decode_without_bom_handling(bytes).0,
    };
    let mut list = HolidayList::default();
    let mut seen: HashMap<NaiveDate, String> = HashMap::new();
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    for (number, line) in (1..).zip(unified.split('\n')) {
        let cells = cells(line);
        let typed = cells.first().map_or("", String::as_str);
        let blank = cells.iter().all(String::is_empty);
        let header = number == 1 && !typed.nfkc().any(|c| c.is_ascii_digit());
        if blank || header {
            continue;
        }
        list.lines += 1;
        let name = cells.get(1).map_or("", String::as_str);
        match holiday(typed, name, &seen) {
            Ok(None) => list.repeated += 1,
            Ok(Some(holiday)) => {
                seen.insert(holiday.day, holiday.name.clone());
                list.holidays.push(holiday);
            }
            Err(reason) => {
                list.rejected += 1;
                list.problems.push(Problem {
                    line: number,
                    reason,
                });
            }
        }
    }
    list
}

fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(line.as_bytes());
    let record = reader.records().next().and_then(Result::ok);
    let cells = record.iter().flat_map(csv::StringRecord::iter);
    cells.map(|cell| cell.trim().to_owned()).collect()
}

/// One line, or none where the same was said before.
fn holiday(
    typed: &str,
    name: &str,
    seen: &HashMap<NaiveDate, String>,
) -> Result<Option<ListedHoliday>, String> {
    let day = date(typed).ok_or_else(|| {
        let typed: String = typed.chars().take(40).collect();
        format!("“{typed}” is no date; dates look like 2026/1/1")
    })?;
    if name.is_empty() {
        return Err(format!("the name of the holiday on {day} is missing"));
    }
    if name.chars().count() > LONG {
        return Err(format!(
            "the name of the holiday on {day} is longer than {LONG} characters"
        ));
    }
    match seen.get(&day) {
        Some(said) if said == name => Ok(None),
        Some(said) => Err(format!(
            "{day} stands above as {said}; two names for one day"
        )),
        None => Ok(Some(ListedHoliday {
            day,
            name: name.to_owned(),
        })),
    }
}

/// 2026/1/1, 2026-01-01 or 2026.1.1, also in full-width digits.
fn date(typed: &str) -> Option<NaiveDate> {
    let typed: String = typed.nfkc().collect();
    let mut parts = typed.split(['/', '-', '.']).map(str::trim);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    if parts.next().is_some() || year.len() != 4 || !plain(year) || !plain(month) || !plain(day) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Brings a list in. With `dry_run` nothing is written and the report is the same.
pub fn bring_in(db: &Db, list: &HolidayList, dry_run: bool) -> Result<Report> {
    let missing = db.read(|conn| vanished(conn, list))?;
    let changes = if dry_run {
        db.read(|conn| days_off::preview(conn, &list.holidays))?
    } else {
        let holidays = list.holidays.clone();
        db.write(&Actor::system("import holidays"), move |tx| {
            days_off::bring_in(tx, &holidays)
        })?
    };
    let mut problems = list.problems.clone();
    let gone = missing.iter().map(|(day, name)| Problem {
        line: 0,
        reason: format!("{day} {name} is listed and does not stand in this list; it stays until somebody removes it"),
    });
    problems.extend(gone);
    Ok(Report {
        lines: list.lines,
        created: changes.created,
        updated: changes.updated,
        unchanged: changes.unchanged,
        repeated: list.repeated,
        rejected: list.rejected,
        vanished: u64::try_from(missing.len()).unwrap_or(u64::MAX),
        problems,
    })
}

/// Holidays that are listed in the years of this list and that it does not name.
fn vanished(conn: &mut crate::db::AnyConn, list: &HolidayList) -> Result<Vec<(NaiveDate, String)>> {
    let named: std::collections::BTreeSet<NaiveDate> =
        list.holidays.iter().map(|holiday| holiday.day).collect();
    let (Some(first), Some(last)) = (named.first(), named.last()) else {
        return Ok(Vec::new());
    };
    let mut gone = Vec::new();
    for year in first.year()..=last.year() {
        // A year of which the list says nothing is not covered by it.
        if !named.iter().any(|day| day.year() == year) {
            continue;
        }
        let listed = days_off::list(conn, year)?;
        let holidays = listed
            .into_iter()
            .filter(|off| off.kind == days_off::Kind::Holiday && !named.contains(&off.day));
        gone.extend(holidays.map(|off| (off.day, off.name)));
    }
    Ok(gone)
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    const LIST: &str = "国民の祝日・休日月日,国民の祝日・休日名称\r\n2026/1/1,元日\r\n２０２６／１／１２,成人の日\r\n\
                        2026/1/1,元日\r\n2026/2/30,ない日\r\n2026/2/11,\r\n2026/1/1,新年\r\n\r\nx2026/1/3,何か\r\n";

    #[test]
    fn every_line_is_accounted_for_in_either_encoding() {
        let (cp932, ..) = SHIFT_JIS.encode(LIST);
        let marked = [b"\xEF\xBB\xBF".as_slice(), LIST.as_bytes()].concat();
        for bytes in [LIST.as_bytes(), &cp932, &marked] {
            let list = read(bytes);
            let days: Vec<_> = list
                .holidays
                .iter()
                .map(|one| one.day.to_string())
                .collect();
            assert_eq!(days, ["2026-01-01", "2026-01-12"]);
            assert_eq!(
                list.holidays.first().map(|one| one.name.as_str()),
                Some("元日")
            );
            let lines: Vec<u64> = list.problems.iter().map(|problem| problem.line).collect();
            assert_eq!(lines, [5, 6, 7, 9]);
            assert_eq!((list.lines, list.repeated, list.rejected), (7, 1, 4));
        }
    }

    #[test]
    fn a_list_without_a_header_loses_nothing() {
        let list = read("2026/1/1,元日\n2026/1/12,成人の日".as_bytes());
        assert_eq!((list.lines, list.holidays.len()), (2, 2));
    }

    #[test]
    fn any_bytes_are_accounted_for() {
        for seed in 0_u32..400 {
            let mut state = seed;
            let bytes: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let byte = state.to_be_bytes()[0];
                if byte < 160 {
                    b"2026/1/,\n\"x\r0 "[usize::from(byte % 14)]
                } else {
                    byte
                }
            })
            .take(200)
            .collect();
            let list = read(&bytes);
            let holidays = u64::try_from(list.holidays.len()).unwrap_or(0);
            assert_eq!(list.lines, holidays + list.repeated + list.rejected);
        }
    }
}

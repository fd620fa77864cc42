//! Days off: public holidays and days on which the company is closed, and the working days around them.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use diesel::prelude::*;
use serde_json::json;

use super::holiday_lists::{self, ListedHoliday};
use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Db, Tx};
use crate::each;
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::DayOffId;
use crate::rules::finding::Argument;
use crate::schema::day_off;
use crate::scope::{Actor, Role};
use crate::wording::{checked, required};

crate::words! {
    /// Why nobody works on a day.
    pub enum Kind {
        /// A public holiday (国民の祝日・休日).
        Holiday = "holiday",
        /// A day on which the company is closed.
        Closure = "closure",
    }
}

/// The most characters of a name or a reason.
const LONG: usize = 200;
/// How far a working day is searched for: no company is closed longer than this.
const SEARCH: usize = 400;
/// Rows of one statement.
const BATCH: usize = 1_000;
/// 国民の祝日に関する法律 (Act on National Holidays), in the form of the Cabinet Office's list (内閣府「国民の祝日」について).
const DELIVERED: &str = include_str!("holidays.csv");
/// Who keeps the days off.
const KEEPERS: &[Role] = &[Role::SafetyOfficer, Role::Administrator];

/// A day off as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct DayOff {
    pub id: DayOffId,
    pub day: NaiveDate,
    pub kind: Kind,
    pub name: String,
}

/// The days on which nobody works.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaysOff {
    days: BTreeSet<NaiveDate>,
    known_until: Option<i32>,
}

impl DaysOff {
    pub fn new(days: impl IntoIterator<Item = (NaiveDate, Kind)>) -> DaysOff {
        let mut off = DaysOff::default();
        for (day, kind) in days {
            off.days.insert(day);
            if kind == Kind::Holiday {
                off.known_until = off.known_until.max(Some(day.year()));
            }
        }
        off
    }

    /// Whether people work on a day: no Saturday, no Sunday and no day listed.
    pub fn works(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.days.contains(&day)
    }

    /// The last working day on or before a day; the day itself where none is found.
    pub fn on_or_before(&self, day: NaiveDate) -> NaiveDate {
        let mut days = std::iter::successors(Some(day), NaiveDate::pred_opt).take(SEARCH);
        days.find(|day| self.works(*day)).unwrap_or(day)
    }

    /// The first working day on or after a day; the day itself where none is found.
    pub fn on_or_after(&self, day: NaiveDate) -> NaiveDate {
        let mut days = std::iter::successors(Some(day), NaiveDate::succ_opt).take(SEARCH);
        days.find(|day| self.works(*day)).unwrap_or(day)
    }

    /// The last year of which holidays are listed.
    pub fn known_until(&self) -> Option<i32> {
        self.known_until
    }

    /// Whether the listed holidays end within some days of a day, or have ended: somebody has to bring a newer list in.
    pub fn ends_within(&self, on: NaiveDate, days: u64) -> bool {
        let last = self
            .known_until
            .and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
        let horizon = on.checked_add_days(chrono::Days::new(days)).unwrap_or(on);
        last.is_none_or(|last| last < horizon)
    }
}

/// All days off as they are known now.
pub fn known(conn: &mut AnyConn) -> Result<DaysOff> {
    let rows: Vec<(NaiveDate, Kind)> = day_off::table
        .filter(day_off::known_to.is_null())
        .select((day_off::day, day_off::kind))
        .load(conn)?;
    Ok(DaysOff::new(rows))
}

/// The days off of one year, in order.
pub fn list(conn: &mut AnyConn, year: i32) -> Result<Vec<DayOff>> {
    let (Some(first), Some(last)) = (
        NaiveDate::from_ymd_opt(year, 1, 1),
        NaiveDate::from_ymd_opt(year, 12, 31),
    ) else {
        return Ok(Vec::new());
    };
    Ok(day_off::table
        .filter(day_off::known_to.is_null())
        .filter(day_off::day.between(first, last))
        .order((day_off::day, day_off::kind))
        .select((day_off::id, day_off::day, day_off::kind, day_off::name))
        .load(conn)?)
}

/// Lists a day off.
///
/// # Errors
/// `Invalid` where it has no name, or is listed already as the same kind of day.
pub fn add(tx: &mut Tx<'_>, day: NaiveDate, kind: Kind, name: &str) -> Result<DayOffId> {
    tx.actor.acts_as(KEEPERS)?;
    let name = given("name", name, "days-off-name-missing")?;
    let listed: i64 = day_off::table
        .filter(day_off::known_to.is_null())
        .filter(day_off::day.eq(day))
        .filter(day_off::kind.eq(kind))
        .count()
        .get_result(tx.conn)?;
    if listed > 0 {
        let taken = Message::new("days-off-listed-already").with("day", Argument::Date(day));
        return Err(Error::invalid("day", taken));
    }
    let id = DayOffId::fresh(tx.now);
    let seq = tx.audit(Entry {
        verb: "day_off_added",
        subject: Subject::new("day_off", id.as_str()),
        programme: None,
        facility: None,
        detail: json!({ "day": day, "name": name, "kind": kind }),
    })?;
    insert(tx, &[(id.clone(), day, kind, name)], seq)?;
    Ok(id)
}

/// Takes a day off from the list, with the reason; its row ends.
///
/// # Errors
/// `Invalid` without a reason, `Stale` where it is no longer listed.
pub fn remove(tx: &mut Tx<'_>, id: &DayOffId, reason: &str) -> Result<()> {
    tx.actor.acts_as(KEEPERS)?;
    let reason = given("reason", reason, "days-off-reason-missing")?;
    type Row = (NaiveDate, String, Option<i64>);
    let (day, name, ended): Row = day_off::table
        .find(id)
        .select((day_off::day, day_off::name, day_off::known_to))
        .get_result(tx.conn)?;
    if ended.is_some() {
        return Err(Error::Stale);
    }
    let seq = tx.audit(Entry {
        verb: "day_off_removed",
        subject: Subject::new("day_off", id.as_str()),
        programme: None,
        facility: None,
        detail: json!({ "day": day, "name": name, "reason": reason }),
    })?;
    end(tx, std::slice::from_ref(id), seq)
}

/// What a list of holidays changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    pub created: u64,
    /// Listed under another name until now.
    pub updated: u64,
    pub unchanged: u64,
}

/// Brings holidays in. A second time nothing is written.
pub fn bring_in(tx: &mut Tx<'_>, listed: &[ListedHoliday]) -> Result<Changes> {
    let compared = compare(tx.conn, listed)?;
    let rows: Vec<_> = (compared.new.into_iter())
        .map(|(day, name)| (DayOffId::fresh(tx.now), day, Kind::Holiday, name))
        .collect();
    if !rows.is_empty() {
        let seq = tx.audit(Entry {
            verb: "holidays_imported",
            subject: Subject::new("import", tx.change.clone().as_str()),
            programme: None,
            facility: None,
            detail: json!({ "created": compared.changes.created, "updated": compared.changes.updated }),
        })?;
        end(tx, &compared.renamed, seq)?;
        insert(tx, &rows, seq)?;
    }
    Ok(compared.changes)
}

/// What bringing holidays in would change.
pub fn preview(conn: &mut AnyConn, listed: &[ListedHoliday]) -> Result<Changes> {
    Ok(compare(conn, listed)?.changes)
}

struct Compared {
    new: Vec<(NaiveDate, String)>,
    /// The rows that end because the same day comes with another name.
    renamed: Vec<DayOffId>,
    changes: Changes,
}

fn compare(conn: &mut AnyConn, listed: &[ListedHoliday]) -> Result<Compared> {
    type Row = (NaiveDate, (DayOffId, String));
    let known: Vec<Row> = day_off::table
        .filter(day_off::known_to.is_null())
        .filter(day_off::kind.eq(Kind::Holiday))
        .select((day_off::day, (day_off::id, day_off::name)))
        .load(conn)?;
    let known: std::collections::HashMap<_, _> = known.into_iter().collect();
    let mut compared = Compared {
        new: Vec::new(),
        renamed: Vec::new(),
        changes: Changes::default(),
    };
    for holiday in listed {
        match known.get(&holiday.day) {
            Some((_, name)) if *name == holiday.name => {
                compared.changes.unchanged += 1;
                continue;
            }
            Some((id, _)) => {
                compared.changes.updated += 1;
                compared.renamed.push(id.clone());
            }
            None => compared.changes.created += 1,
        }
        compared.new.push((holiday.day, holiday.name.clone()));
    }
    Ok(compared)
}

/// Lists the holidays that come with the program.
///
/// READING: a holiday that was listed once and taken from the list, or renamed, by somebody stays as they left it: only
/// days that were never listed are added.
pub fn seed(db: &Db) -> Result<u64> {
    let list = holiday_lists::read(DELIVERED.as_bytes());
    db.write(&Actor::system("migrate"), move |tx| {
        let ever: Vec<NaiveDate> = day_off::table
            .filter(day_off::kind.eq(Kind::Holiday))
            .select(day_off::day)
            .distinct()
            .load(tx.conn)?;
        let ever: BTreeSet<NaiveDate> = ever.into_iter().collect();
        let mut new = list.holidays.clone();
        new.retain(|holiday| !ever.contains(&holiday.day));
        Ok(bring_in(tx, &new)?.created)
    })
}

fn insert(tx: &mut Tx<'_>, rows: &[(DayOffId, NaiveDate, Kind, String)], seq: i64) -> Result<()> {
    for batch in rows.chunks(BATCH) {
        let row = |(id, day, kind, name): &(DayOffId, NaiveDate, Kind, String)| {
            (
                day_off::id.eq(id.clone()),
                day_off::day.eq(*day),
                day_off::kind.eq(*kind),
                day_off::name.eq(name.clone()),
                day_off::known_from.eq(seq),
            )
        };
        let values: Vec<_> = batch.iter().map(row).collect();
        each!(tx.conn, c => diesel::insert_into(day_off::table).values(&values).execute(c))?;
    }
    Ok(())
}

fn end(tx: &mut Tx<'_>, ids: &[DayOffId], seq: i64) -> Result<()> {
    for batch in ids.chunks(BATCH) {
        diesel::update(day_off::table.filter(day_off::id.eq_any(batch)))
            .set(day_off::known_to.eq(seq))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// A text that has to be there, in one line.
fn given(field: &str, typed: &str, missing: &'static str) -> Result<String> {
    let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut errors = FieldErrors::default();
    let text = required(&mut errors, field, &line, LONG, missing);
    checked(errors, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    fn delivered() -> DaysOff {
        let list = holiday_lists::read(DELIVERED.as_bytes());
        assert!(list.problems.is_empty(), "{:?}", list.problems);
        DaysOff::new(list.holidays.iter().map(|one| (one.day, Kind::Holiday)))
    }

    #[test]
    fn the_holidays_that_are_delivered_are_those_of_three_years() {
        let off = delivered();
        let of = |year: i32| off.days.iter().filter(|day| day.year() == year).count();
        assert_eq!((of(2025), of(2026), of(2027)), (19, 18, 17));
        assert_eq!(off.known_until(), Some(2027));
        for substitute in [
            "2025-02-24",
            "2025-05-06",
            "2025-11-24",
            "2026-05-06",
            "2026-09-22",
            "2027-03-22",
        ] {
            assert!(!off.works(day(substitute)), "{substitute}");
        }
    }

    #[test]
    fn golden_week_is_left_at_either_end() {
        let off = delivered();
        // Saturday 2 May to Wednesday 6 May 2026.
        assert_eq!(off.on_or_before(day("2026-05-06")), day("2026-05-01"));
        assert_eq!(off.on_or_after(day("2026-05-02")), day("2026-05-07"));
        assert_eq!(off.on_or_before(day("2026-05-07")), day("2026-05-07"));
    }

    #[test]
    fn closures_over_the_turn_of_the_year_join_the_holiday_between_them() {
        let listed = ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-04"];
        let closed = listed.map(|text| (day(text), Kind::Closure));
        let off = DaysOff::new(
            closed
                .into_iter()
                .chain([(day("2027-01-01"), Kind::Holiday)]),
        );
        assert_eq!(off.on_or_before(day("2027-01-03")), day("2026-12-28"));
        assert_eq!(off.on_or_after(day("2026-12-29")), day("2027-01-05"));
    }

    #[test]
    fn a_closure_says_nothing_of_which_holidays_are_known() {
        let off = DaysOff::new([
            (day("2026-11-23"), Kind::Holiday),
            (day("2030-12-31"), Kind::Closure),
        ]);
        assert_eq!(off.known_until(), Some(2026));
        assert!(!off.ends_within(day("2026-11-01"), 60));
        assert!(off.ends_within(day("2026-11-02"), 60));
        assert!(off.ends_within(day("2027-05-01"), 60));
        assert!(DaysOff::default().ends_within(day("2026-01-01"), 60));
    }

    #[test]
    fn the_ends_of_the_calendar_and_years_without_a_working_day_are_answered() {
        let off = delivered();
        for end in [NaiveDate::MIN, NaiveDate::MAX] {
            let _ = (
                off.on_or_before(end),
                off.on_or_after(end),
                off.ends_within(end, 60),
            );
        }
        let start = day("2026-01-01");
        let all = std::iter::successors(Some(start), NaiveDate::succ_opt).take(1000);
        let off = DaysOff::new(all.map(|day| (day, Kind::Closure)));
        assert_eq!(off.on_or_after(start), start);
    }
}

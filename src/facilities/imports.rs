//! Importing an official list: every line is accounted for, nothing is deleted, a second run changes nothing.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use super::lists::{self, FacilityList, ListedFacility, Problem};
use super::{NewFacility, store};
use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Db, Tx};
use crate::error::{Error, Result};
use crate::ids::FacilityId;
use crate::scope::Actor;

/// Lines written in one transaction: few enough that other writers wait little, many enough to be quick.
const CHUNK: usize = 2_000;

/// What became of a list, by the keys that scripts rely on (DESIGN §14).
/// INVARIANT: `lines` = `created` + `updated` + `unchanged` + `repeated` + `rejected`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    pub lines: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub repeated: u64,
    pub rejected: u64,
    /// Facilities of earlier lists, in prefectures that this list covers, that it no longer names. They stay.
    pub vanished: u64,
    pub problems: Vec<Remark>,
    /// Prefectures of which the list names no facility at all.
    pub prefectures_missing: Vec<String>,
}

/// One remark on a line; line 0 speaks of the file or of what it no longer holds.
#[derive(Debug, Clone, Serialize)]
pub struct Remark {
    pub line: u64,
    pub column: String,
    pub reason: String,
    pub code: String,
}

impl From<&Problem> for Remark {
    fn from(problem: &Problem) -> Remark {
        Remark {
            line: problem.line,
            column: problem.column.clone(),
            reason: problem.reason.to_string(),
            code: problem.reason.code().to_owned(),
        }
    }
}

/// Reads a list file and brings it in. With `dry_run` nothing is written and the report is the same.
pub fn run(db: &Db, file: &Path, dry_run: bool) -> Result<Report> {
    let list = lists::read(file).map_err(|cause| Error::broken("cannot read the list", cause))?;
    bring_in(db, &list, dry_run)
}

/// Brings a list in that has been read already.
pub fn bring_in(db: &Db, list: &FacilityList, dry_run: bool) -> Result<Report> {
    let mut report = Report {
        lines: list.lines,
        repeated: list.repeated,
        rejected: list.rejected,
        problems: list.problems.iter().map(Remark::from).collect(),
        prefectures_missing: list
            .prefectures_missing
            .iter()
            .map(|prefecture| prefecture.name_ja().to_owned())
            .collect(),
        ..Report::default()
    };
    let shared = Arc::new(shared_keys(list));
    for chunk in list.records.chunks(CHUNK) {
        let done = if dry_run {
            db.read(|conn| Ok(compare(conn, chunk, &shared)?.tally()))?
        } else {
            let (chunk, shared) = (chunk.to_vec(), Arc::clone(&shared));
            db.write(&Actor::system("import facilities"), move |tx| {
                write(tx, &chunk, &shared)
            })?
        };
        report.created += done.created;
        report.updated += done.updated;
        report.unchanged += done.unchanged;
        report.rejected += u64::try_from(done.unclear.len()).unwrap_or(u64::MAX);
        report.problems.extend(done.unclear);
    }
    let vanished = db.read(|conn| vanished(conn, list))?;
    report.vanished = u64::try_from(vanished.len()).unwrap_or(u64::MAX);
    report.problems.extend(vanished);
    Ok(report)
}

/// What a chunk asks for, compared with what is kept.
#[derive(Default)]
struct Compared {
    new: Vec<NewFacility>,
    changed: Vec<(store::Known, NewFacility)>,
    completed: Vec<(store::Known, String)>,
    unchanged: u64,
    unclear: Vec<Remark>,
}

#[derive(Default)]
struct Done {
    created: u64,
    updated: u64,
    unchanged: u64,
    unclear: Vec<Remark>,
}

impl Compared {
    fn tally(self) -> Done {
        let changed: HashSet<&FacilityId> = self
            .changed
            .iter()
            .map(|(known, _)| &known.facility.id)
            .collect();
        // A record whose code is completed and whose name changes is one updated line.
        let completed = self
            .completed
            .iter()
            .filter(|(known, _)| !changed.contains(&known.facility.id))
            .count();
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Done {
            created: count(self.new.len()),
            updated: count(self.changed.len() + completed),
            unchanged: self.unchanged,
            unclear: self.unclear,
        }
    }
}

/// The nine digits that several facilities of this list bear (医科 and 歯科), told apart by ten.
fn shared_keys(list: &FacilityList) -> HashSet<String> {
    let mut seen = HashSet::new();
    let keys = list.records.iter().map(|record| record.code.key());
    keys.filter(|key| !seen.insert(key.clone())).collect()
}

fn compare(
    conn: &mut AnyConn,
    chunk: &[ListedFacility],
    shared: &HashSet<String>,
) -> Result<Compared> {
    let keys: Vec<String> = chunk.iter().map(|record| record.code.key()).collect();
    let mut known: BTreeMap<String, Vec<store::Known>> = BTreeMap::new();
    for row in store::bearing(conn, &keys)? {
        known.entry(row.code.clone()).or_default().push(row);
    }
    let mut compared = Compared::default();
    for record in chunk {
        let new = listed(record);
        let bearers = known.get(&record.code.key()).map_or(&[][..], Vec::as_slice);
        match bearer(bearers, &new.code.1, shared.contains(&record.code.key())) {
            Bearer::None => compared.new.push(new),
            Bearer::Unclear => compared.unclear.push(Remark {
                line: record.line,
                column: "code".to_owned(),
                reason: format!(
                    "the nine digits {} belong to two facilities (医科 and 歯科 may share them), and which of them is \
                     meant or already known cannot be said; give the ten-digit code of each",
                    record.code.key()
                ),
                code: "code-of-two-facilities".to_owned(),
            }),
            Bearer::One(found) => {
                let completes = found.points_table.is_empty() && !new.code.1.is_empty();
                if completes {
                    compared.completed.push((found.clone(), new.code.1.clone()));
                }
                let same = found.facility.name == new.name
                    && found.facility.postal_code == new.postal_code
                    && found.facility.address == new.address
                    && found.facility.in_list;
                if !same {
                    compared.changed.push((found.clone(), new));
                } else if !completes {
                    compared.unchanged += 1;
                }
            }
        }
    }
    Ok(compared)
}

enum Bearer<'a> {
    None,
    One(&'a store::Known),
    Unclear,
}

/// Which of the facilities with the same nine digits a record means.
fn bearer<'a>(bearers: &'a [store::Known], points_table: &str, shared: bool) -> Bearer<'a> {
    let fits = |known: &&store::Known| {
        points_table.is_empty()
            || known.points_table.is_empty()
            || known.points_table == points_table
    };
    let exact = bearers
        .iter()
        .find(|known| known.points_table == points_table);
    if let (Some(known), false) = (exact, points_table.is_empty()) {
        return Bearer::One(known);
    }
    let mut fitting = bearers.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (None, _) => Bearer::None,
        // Two of the list share the digits: which of them the one known by nine digits is, nobody can say.
        (Some(known), None) if shared && known.points_table.is_empty() => Bearer::Unclear,
        (Some(known), None) => Bearer::One(known),
        (Some(_), Some(_)) => Bearer::Unclear,
    }
}

fn listed(record: &ListedFacility) -> NewFacility {
    NewFacility {
        name: record.name.clone(),
        postal_code: record.postal_code.clone().unwrap_or_default(),
        address: record.address.clone(),
        prefecture: i32::from(record.code.prefecture().number()),
        code: (
            record.code.key(),
            record
                .code
                .points_table()
                .map_or_else(String::new, |digit| digit.digit().to_string()),
        ),
    }
}

fn write(tx: &mut Tx<'_>, chunk: &[ListedFacility], shared: &HashSet<String>) -> Result<Done> {
    let compared = compare(tx.conn, chunk, shared)?;
    if !compared.new.is_empty() {
        let seq = tx.audit(Entry {
            verb: "facilities_imported",
            subject: Subject::new("import", tx.change.clone().as_str()),
            programme: None,
            facility: None,
            detail: json!({ "created": compared.new.len() }),
        })?;
        let rows: Vec<store::NewRow> = compared
            .new
            .iter()
            .map(|new| store::NewRow::of(&FacilityId::fresh(tx.now), new, true, seq))
            .collect();
        store::insert(tx, &rows)?;
    }
    for (known, new) in &compared.changed {
        let before = &known.facility;
        let seq = tx.audit(Entry {
            verb: "facility_changed",
            subject: Subject::new("facility", before.id.as_str()),
            programme: None,
            facility: Some(before.id.clone()),
            detail: json!({
                "before": { "name": before.name, "postal_code": before.postal_code, "address": before.address },
                "after": { "name": new.name, "postal_code": new.postal_code, "address": new.address },
                "name": new.name,
            }),
        })?;
        store::replace(tx, before, new, seq)?;
    }
    for (known, points_table) in &compared.completed {
        let seq = tx.audit(Entry {
            verb: "facility_code_completed",
            subject: Subject::new("facility", known.facility.id.as_str()),
            programme: None,
            facility: Some(known.facility.id.clone()),
            detail: json!({
                "before": { "code": store::printed(&known.code, &known.points_table) },
                "code": store::printed(&known.code, points_table),
            }),
        })?;
        store::complete_code(tx, known, points_table, seq)?;
    }
    Ok(compared.tally())
}

/// Listed facilities that this list no longer names, in the prefectures it covers.
/// READING: a list without a single facility of a prefecture says nothing about that prefecture.
fn vanished(conn: &mut AnyConn, list: &FacilityList) -> Result<Vec<Remark>> {
    let covered: HashSet<i32> = list
        .records
        .iter()
        .map(|record| i32::from(record.code.prefecture().number()))
        .collect();
    let named: HashSet<String> = list
        .records
        .iter()
        .map(|record| record.code.key())
        .collect();
    let (mut after, mut gone) = (String::new(), Vec::new());
    loop {
        let page = store::listed_after(conn, &after, 5_000)?;
        let Some(last) = page.last() else {
            return Ok(gone);
        };
        after.clone_from(&last.0);
        for (code, points_table, prefecture, name) in page {
            if covered.contains(&prefecture) && !named.contains(&code) {
                gone.push(Remark {
                    line: 0,
                    column: "code".to_owned(),
                    reason: format!(
                        "{} {name} stood in an earlier list and is not in this one; it stays and may have closed, \
                         merged or moved",
                        store::printed(&code, &points_table)
                    ),
                    code: "vanished".to_owned(),
                });
            }
        }
    }
}

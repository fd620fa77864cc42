//! How cases are kept and read back. INVARIANT: only a case's own facility reads it; whoever sees every facility
//! finds no case at all, and gets nothing but the tallies.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Case, Entry, Kind, NewRecord, Record, State};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{CaseId, CaseRecordId, FacilityId, PersonId};
use crate::rules::dosing::eligibility::EligibilityFacts;
use crate::rules::dosing::facts::CaseFacts;
use crate::rules::dosing::quantity::Quantity;
use crate::rules::dosing::vials::{Vials, vials_of};
use crate::schema::{case_file, case_record, facility, person};
use crate::scope::Scope;

/// Rows a page.
pub const PAGE: i64 = 50;

/// The facility whose cases may be read. INVARIANT: nobody reads cases of more than one.
pub(super) fn own(scope: &Scope) -> Result<&FacilityId> {
    scope.only().ok_or(Error::NotFound)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = case_file)]
struct CaseRow {
    id: CaseId,
    number: String,
    facility_id: FacilityId,
    state: State,
    version: i32,
    course: i32,
    parent_id: Option<CaseId>,
    opened_by: PersonId,
    opened_at: NaiveDateTime,
    known_from: i64,
}

impl From<CaseRow> for Case {
    fn from(row: CaseRow) -> Case {
        Case {
            id: row.id,
            number: row.number,
            facility: row.facility_id,
            state: row.state,
            version: row.version,
            course: u32::try_from(row.course).unwrap_or(1),
            parent: row.parent_id,
            opened_by: row.opened_by,
            opened_at: row.opened_at.and_utc(),
            known_from: row.known_from,
        }
    }
}

/// One case of the reader's own facility.
pub fn case(conn: &mut AnyConn, scope: &Scope, id: &CaseId) -> Result<Case> {
    let row: CaseRow = case_file::table
        .filter(case_file::id.eq(id))
        .filter(case_file::programme_id.eq(scope.programme()))
        .filter(case_file::facility_id.eq(own(scope)?))
        .select(CaseRow::as_select())
        .get_result(conn)?;
    Ok(row.into())
}

/// The case of a number as somebody typed it.
pub fn by_number(conn: &mut AnyConn, scope: &Scope, typed: &str) -> Result<Case> {
    let number = super::numbers::number_typed(typed).ok_or(Error::NotFound)?;
    let row: CaseRow = case_file::table
        .filter(case_file::number.eq(number))
        .filter(case_file::programme_id.eq(scope.programme()))
        .filter(case_file::facility_id.eq(own(scope)?))
        .select(CaseRow::as_select())
        .get_result(conn)?;
    Ok(row.into())
}

/// A page of the facility's cases in one state, or in any, latest first, from before a [`Case::known_from`]; and
/// from where the next page goes on.
pub fn list(
    conn: &mut AnyConn,
    scope: &Scope,
    state: Option<State>,
    before: Option<i64>,
) -> Result<(Vec<Case>, Option<i64>)> {
    let mut query = case_file::table
        .filter(case_file::programme_id.eq(scope.programme()))
        .filter(case_file::facility_id.eq(own(scope)?))
        .filter(case_file::known_from.lt(before.unwrap_or(i64::MAX)))
        .order(case_file::known_from.desc())
        .limit(PAGE + 1)
        .select(CaseRow::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(case_file::state.eq(state));
    }
    let rows: Vec<CaseRow> = query.load(conn)?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    let cases: Vec<Case> = rows.into_iter().take(page).map(Case::from).collect();
    let next = cases.last().map(|case| case.known_from);
    Ok((cases, next.filter(|_| more)))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = case_record)]
struct RecordRow {
    id: CaseRecordId,
    position: i32,
    kind: Kind,
    body: String,
    elsewhere: bool,
    confirmed: bool,
    physician_id: Option<PersonId>,
    entered_by: PersonId,
    replaces: Option<CaseRecordId>,
    known_from: i64,
    known_to: Option<i64>,
    end_reason: Option<String>,
}

fn assemble(conn: &mut AnyConn, rows: Vec<RecordRow>) -> Result<Vec<Record>> {
    let ids: Vec<&PersonId> = rows
        .iter()
        .flat_map(|row| row.physician_id.iter().chain([&row.entered_by]))
        .collect();
    let names: HashMap<PersonId, String> = person::table
        .filter(person::id.eq_any(ids))
        .select((person::id, person::name))
        .load::<(PersonId, String)>(conn)?
        .into_iter()
        .collect();
    rows.into_iter()
        .map(|row| {
            let named = |id: &PersonId| names.get(id).cloned().unwrap_or_default();
            Ok(Record {
                entry: Entry::read(row.kind, &row.body)?,
                physician: row.physician_id.map(|id| (id.clone(), named(&id))),
                entered_by: (row.entered_by.clone(), named(&row.entered_by)),
                id: row.id,
                position: row.position,
                elsewhere: row.elsewhere,
                confirmed: row.confirmed,
                replaces: row.replaces,
                known_from: row.known_from,
                known_to: row.known_to,
                end_reason: row.end_reason,
            })
        })
        .collect()
}

/// All that was ever recorded of a case, latest first, what was corrected since included.
pub fn records(conn: &mut AnyConn, scope: &Scope, id: &CaseId) -> Result<Vec<Record>> {
    let rows = case_record::table
        .filter(case_record::case_id.eq(id))
        .filter(case_record::programme_id.eq(scope.programme()))
        .filter(case_record::facility_id.eq(own(scope)?))
        .order(case_record::position.desc())
        .select(RecordRow::as_select())
        .load(conn)?;
    assemble(conn, rows)
}

/// A case with all that is held of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    pub case: Case,
    /// What the rules take. It does not depend on the order in which records were entered.
    pub facts: CaseFacts,
    /// The records that are held, as they happened; those without a time last.
    pub records: Vec<Record>,
}

impl Gathered {
    /// How many records another facility made that nobody here has confirmed yet.
    pub fn unconfirmed(&self) -> usize {
        let waiting = self.records.iter().filter(|record| !record.confirmed);
        waiting.count()
    }

    /// The record of this id, where it is held.
    pub fn record(&self, id: &CaseRecordId) -> Option<&Record> {
        self.records.iter().find(|record| record.id == *id)
    }
}

/// What is known of a patient of whom nothing was recorded.
pub(super) fn nothing_known() -> EligibilityFacts {
    EligibilityFacts {
        adult: None,
        diagnosis: None,
        status: None,
        therapies: None,
        fl_grade: None,
        pathologist_experienced: None,
        explained_efficacy: None,
        explained_risk: None,
        consent_by: None,
        consent_before_first_dose: None,
        appropriateness_recorded: None,
        physician_qualified: None,
        other_antineoplastics: None,
        combination_justified: false,
    }
}

/// What the rules take of a course, from what is held of it.
pub(super) fn facts<'a>(course: u32, held: impl Iterator<Item = &'a Entry>) -> CaseFacts {
    let mut facts = CaseFacts {
        course,
        eligibility: nothing_known(),
        administrations: Vec::new(),
        reactions: Vec::new(),
        counts: Vec::new(),
        responses: Vec::new(),
    };
    for entry in held {
        match entry {
            Entry::Administration(dose) => facts.administrations.push(dose.clone()),
            Entry::Reaction(episode) => facts.reactions.push(episode.clone()),
            Entry::Count(count) => facts.counts.push(*count),
            Entry::Response(assessment) => facts.responses.push(assessment.clone()),
            Entry::Eligibility(eligibility) => facts.eligibility = eligibility.clone(),
        }
    }
    facts
}

/// Gathers a case for the rules, in three statements.
pub fn gather(conn: &mut AnyConn, scope: &Scope, id: &CaseId) -> Result<Gathered> {
    let case = case(conn, scope, id)?;
    let rows = held(conn, id)?;
    let bodies: HashMap<CaseRecordId, String> = rows
        .iter()
        .map(|row| (row.id.clone(), row.body.clone()))
        .collect();
    let mut records = assemble(conn, rows)?;
    // The body decides between two of one instant, so that the order of entry has no say.
    records.sort_by_cached_key(|record| {
        let at = record.entry.occurred();
        (at.is_none(), at, bodies.get(&record.id).cloned())
    });
    let facts = facts(case.course, records.iter().map(|record| &record.entry));
    Ok(Gathered {
        case,
        facts,
        records,
    })
}

fn held(conn: &mut AnyConn, id: &CaseId) -> Result<Vec<RecordRow>> {
    Ok(case_record::table
        .filter(case_record::case_id.eq(id))
        .filter(case_record::known_to.is_null())
        .select(RecordRow::as_select())
        .load(conn)?)
}

/// What is held of a case, whoever's it is: for the one act by which a course goes on elsewhere.
pub(super) fn held_of(conn: &mut AnyConn, id: &CaseId) -> Result<Vec<(CaseRecordId, Entry)>> {
    let rows = held(conn, id)?;
    rows.into_iter()
        .map(|row| Ok((row.id, Entry::read(row.kind, &row.body)?)))
        .collect()
}

/// A case whoever's it is: for the one act by which a course goes on elsewhere.
pub(super) fn anybodys(conn: &mut AnyConn, id: &CaseId) -> Result<Case> {
    let row: CaseRow = case_file::table
        .find(id)
        .select(CaseRow::as_select())
        .get_result(conn)?;
    Ok(row.into())
}

/// Puts a case into its table, after its audit row.
pub(super) fn insert_case(tx: &mut Tx<'_>, scope: &Scope, case: &Case) -> Result<()> {
    diesel::insert_into(case_file::table)
        .values((
            case_file::id.eq(&case.id),
            case_file::number.eq(&case.number),
            case_file::programme_id.eq(scope.programme()),
            case_file::facility_id.eq(&case.facility),
            case_file::state.eq(case.state),
            case_file::version.eq(case.version),
            case_file::course.eq(i32::try_from(case.course).unwrap_or(i32::MAX)),
            case_file::parent_id.eq(&case.parent),
            case_file::opened_by.eq(&case.opened_by),
            case_file::opened_at.eq(case.opened_at.naive_utc()),
            case_file::known_from.eq(case.known_from),
            case_file::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether a number is taken already, by whichever facility.
pub(super) fn is_taken(conn: &mut AnyConn, number: &str) -> Result<bool> {
    let found: i64 = case_file::table
        .filter(case_file::number.eq(number))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// Moves a case to its next version, and to a state.
pub(super) fn move_on(tx: &mut Tx<'_>, case: &Case, state: State) -> Result<()> {
    diesel::update(case_file::table.find(&case.id))
        .set((
            case_file::state.eq(state),
            case_file::version.eq(case.version.saturating_add(1)),
            case_file::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The number of the last record of a case.
pub(super) fn last_position(conn: &mut AnyConn, id: &CaseId) -> Result<i32> {
    let last: Option<i32> = case_record::table
        .filter(case_record::case_id.eq(id))
        .select(diesel::dsl::max(case_record::position))
        .get_result(conn)?;
    Ok(last.unwrap_or(0))
}

/// How many records are held of a case.
pub(super) fn count_held(conn: &mut AnyConn, id: &CaseId) -> Result<i64> {
    Ok(case_record::table
        .filter(case_record::case_id.eq(id))
        .filter(case_record::known_to.is_null())
        .count()
        .get_result(conn)?)
}

/// A row to be put beside the others of its case.
pub(super) struct Placed<'a> {
    pub case: &'a Case,
    pub position: i32,
    pub confirmed: bool,
    pub replaces: Option<&'a CaseRecordId>,
    /// The audit sequence at which it becomes known.
    pub seq: i64,
}

pub(super) fn insert_record(
    tx: &mut Tx<'_>,
    scope: &Scope,
    new: &NewRecord,
    placed: &Placed<'_>,
) -> Result<CaseRecordId> {
    let id = CaseRecordId::fresh(tx.now);
    let by = tx.actor.person()?.clone();
    let occurred = new.entry.occurred().map(|at| at.naive_utc());
    diesel::insert_into(case_record::table)
        .values((
            (
                case_record::id.eq(&id),
                case_record::case_id.eq(&placed.case.id),
                case_record::position.eq(placed.position),
                case_record::programme_id.eq(scope.programme()),
                case_record::facility_id.eq(&placed.case.facility),
                case_record::kind.eq(new.entry.kind()),
                case_record::format.eq(Entry::FORMAT),
                case_record::body.eq(new.entry.body()?),
                case_record::occurred_at.eq(occurred),
                case_record::mg.eq(new.entry.mg().map(|mg| mg.to_string())),
            ),
            case_record::elsewhere.eq(new.elsewhere),
            case_record::confirmed.eq(placed.confirmed),
            case_record::physician_id.eq(&new.physician),
            case_record::entered_by.eq(&by),
            case_record::replaces.eq(placed.replaces),
            case_record::known_from.eq(placed.seq),
            case_record::change_id.eq(&tx.change),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Ends a record: from this audit sequence on it is no longer held.
pub(super) fn end_record(
    tx: &mut Tx<'_>,
    id: &CaseRecordId,
    seq: i64,
    reason: Option<&str>,
) -> Result<()> {
    let ended = diesel::update(
        case_record::table
            .find(id)
            .filter(case_record::known_to.is_null()),
    )
    .set((
        case_record::known_to.eq(seq),
        case_record::end_reason.eq(reason),
    ))
    .execute(tx.conn)?;
    if ended == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// All that the manufacturer and inspectors learn of the cases of a facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    pub facility: FacilityId,
    pub facility_name: String,
    /// How many cases are open.
    pub open: i64,
    /// The vials of the doses given there. A dose given in part has used its vials too.
    pub vials: Vials,
    /// Doses given there that no whole vials make.
    pub other_doses: i64,
}

/// How many cases are open and how many vials were given, facility by facility in the order of their ids.
pub fn tallies(conn: &mut AnyConn, scope: &Scope) -> Result<Vec<Tally>> {
    let mut cases = case_file::table
        .filter(case_file::programme_id.eq(scope.programme()))
        .filter(case_file::state.eq(State::Open))
        .group_by(case_file::facility_id)
        .select((case_file::facility_id, diesel::dsl::count_star()))
        .into_boxed();
    let mut doses = case_record::table
        .filter(case_record::programme_id.eq(scope.programme()))
        .filter(case_record::kind.eq(Kind::Administration))
        .filter(case_record::known_to.is_null())
        .filter(case_record::elsewhere.eq(false))
        .group_by((case_record::facility_id, case_record::mg))
        .select((
            case_record::facility_id,
            case_record::mg,
            diesel::dsl::count_star(),
        ))
        .into_boxed();
    if let Some(own) = scope.only() {
        cases = cases.filter(case_file::facility_id.eq(own.clone()));
        doses = doses.filter(case_record::facility_id.eq(own.clone()));
    }
    let mut tallies: BTreeMap<FacilityId, Tally> = BTreeMap::new();
    for (facility, open) in cases.load::<(FacilityId, i64)>(conn)? {
        of(&mut tallies, facility).open = open;
    }
    for (facility, mg, given) in doses.load::<(FacilityId, Option<String>, i64)>(conn)? {
        let whole = mg
            .and_then(|mg| mg.parse::<Quantity>().ok())
            .and_then(Quantity::as_whole);
        let tally = of(&mut tallies, facility);
        match whole.and_then(vials_of) {
            Some(each) => {
                let times = u32::try_from(given).unwrap_or(u32::MAX);
                let one = each.of_1mg.saturating_mul(times);
                let thirty = each.of_30mg.saturating_mul(times);
                tally.vials.of_1mg = tally.vials.of_1mg.saturating_add(one);
                tally.vials.of_30mg = tally.vials.of_30mg.saturating_add(thirty);
            }
            None => tally.other_doses = tally.other_doses.saturating_add(given),
        }
    }
    let names: Vec<(FacilityId, String)> = facility::table
        .filter(facility::id.eq_any(tallies.keys()))
        .select((facility::id, facility::name))
        .load(conn)?;
    for (id, name) in names {
        if let Some(tally) = tallies.get_mut(&id) {
            tally.facility_name = name;
        }
    }
    Ok(tallies.into_values().collect())
}

fn of(tallies: &mut BTreeMap<FacilityId, Tally>, facility: FacilityId) -> &mut Tally {
    tallies.entry(facility.clone()).or_insert_with(|| Tally {
        facility,
        facility_name: String::new(),
        open: 0,
        vials: Vials::default(),
        other_doses: 0,
    })
}

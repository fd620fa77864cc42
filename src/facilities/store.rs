//! How facilities are kept and found: current rows, their former names, their codes, and the index of their names.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{After, MEDICAL_INSTITUTION, NewFacility, keys, names};
use crate::db::{AnyConn, Tx};
use crate::each;
use crate::error::{Error, Result};
use crate::ids::{EvidenceId, FacilityId};
use crate::schema::{facility, facility_code, facility_history};
use crate::scope::Scope;

/// Rows a statement may carry, so that neither database runs out of bind parameters.
pub(super) const BATCH: usize = 2_000;

/// A facility as it is now.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = facility)]
pub struct Facility {
    pub id: FacilityId,
    pub name: String,
    pub name_key: String,
    pub postal_code: String,
    pub address: String,
    pub prefecture: i32,
    /// Whether an official list brought it.
    pub in_list: bool,
    /// The audit sequence at which it became known.
    pub known_from: i64,
}

/// One line of a list of facilities.
#[derive(Debug, Clone)]
pub struct Listed {
    pub facility: Facility,
    /// The codes of the present as they are printed.
    pub codes: Vec<String>,
}

/// A code with the days it holds for.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = facility_code)]
pub struct Code {
    pub system: String,
    pub code: String,
    pub points_table: String,
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    pub known_to: Option<i64>,
}

impl Code {
    /// Ten digits where the 点数表 digit is known, nine otherwise.
    pub fn printed(&self) -> String {
        printed(&self.code, &self.points_table)
    }
}

pub(super) fn printed(code: &str, points_table: &str) -> String {
    match code.split_at_checked(2) {
        Some((prefecture, rest)) if !points_table.is_empty() => {
            format!("{prefecture}{points_table}{rest}")
        }
        _ => code.to_owned(),
    }
}

/// What a facility was called before.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = facility_history)]
pub struct Former {
    pub name: String,
    pub postal_code: String,
    pub address: String,
    pub known_from: i64,
    pub known_to: i64,
}

/// A row to be written with its code and its index entries.
#[derive(Debug, Clone)]
pub(super) struct NewRow {
    id: FacilityId,
    name: String,
    name_key: String,
    postal_code: String,
    address: String,
    prefecture: i32,
    code: String,
    points_table: String,
    in_list: bool,
    seq: i64,
}

impl NewRow {
    pub(super) fn of(id: &FacilityId, new: &NewFacility, in_list: bool, seq: i64) -> NewRow {
        NewRow {
            id: id.clone(),
            name: new.name.clone(),
            name_key: keys::search_key(&new.name),
            postal_code: new.postal_code.clone(),
            address: new.address.clone(),
            prefecture: new.prefecture,
            code: new.code.0.clone(),
            points_table: new.code.1.clone(),
            in_list,
            seq,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = facility, treat_none_as_default_value = false)]
struct FacilityRow<'a> {
    id: &'a FacilityId,
    name: &'a str,
    name_key: &'a str,
    postal_code: &'a str,
    address: &'a str,
    prefecture: i32,
    in_list: bool,
    known_from: i64,
}

#[derive(Insertable)]
#[diesel(table_name = facility_code, treat_none_as_default_value = false)]
struct CodeRow<'a> {
    id: EvidenceId,
    facility_id: &'a FacilityId,
    system: &'static str,
    code: &'a str,
    points_table: &'a str,
    first_day: Option<NaiveDate>,
    known_from: i64,
}

/// Writes facilities with their codes and index entries.
pub(super) fn insert(tx: &mut Tx<'_>, rows: &[NewRow]) -> Result<()> {
    for part in rows.chunks(BATCH) {
        let facilities: Vec<FacilityRow<'_>> = part
            .iter()
            .map(|row| FacilityRow {
                id: &row.id,
                name: &row.name,
                name_key: &row.name_key,
                postal_code: &row.postal_code,
                address: &row.address,
                prefecture: row.prefecture,
                in_list: row.in_list,
                known_from: row.seq,
            })
            .collect();
        each!(tx.conn, c => diesel::insert_into(facility::table).values(&facilities).execute(c))?;
        let codes: Vec<CodeRow<'_>> = part
            .iter()
            .map(|row| CodeRow {
                id: EvidenceId::fresh(tx.now),
                facility_id: &row.id,
                system: MEDICAL_INSTITUTION,
                code: &row.code,
                points_table: &row.points_table,
                first_day: None,
                known_from: row.seq,
            })
            .collect();
        each!(tx.conn, c => diesel::insert_into(facility_code::table).values(&codes).execute(c))?;
    }
    let names: Vec<(&FacilityId, &str)> = rows
        .iter()
        .map(|row| (&row.id, row.name_key.as_str()))
        .collect();
    names::index(tx.conn, &names)
}

/// Facilities in the order of their search keys.
pub(super) fn in_order(
    conn: &mut AnyConn,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Facility>> {
    let mut query = facility::table
        .order((facility::name_key, facility::id))
        .limit(limit)
        .select(Facility::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(
            facility::name_key.ge(after.name_key.clone()).and(
                facility::name_key
                    .gt(after.name_key.clone())
                    .or(facility::id.gt(after.id.clone())),
            ),
        );
    }
    Ok(query.load(conn)?)
}

/// The facilities that bear this code now.
pub(super) fn with_code(conn: &mut AnyConn, code: &str) -> Result<Vec<FacilityId>> {
    Ok(facility_code::table
        .filter(facility_code::system.eq(MEDICAL_INSTITUTION))
        .filter(facility_code::code.eq(code))
        .filter(facility_code::known_to.is_null())
        .order(facility_code::known_from)
        .select(facility_code::facility_id)
        .load(conn)?)
}

/// The facility with this code, where exactly one bears it; nine digits that two bear find neither.
pub fn find_by_code(
    conn: &mut AnyConn,
    code: &super::codes::MedicalInstitutionCode,
) -> Result<Facility> {
    let points = code.points_table().map(|digit| digit.digit().to_string());
    let mut rows: Vec<(FacilityId, String)> = facility_code::table
        .filter(facility_code::system.eq(MEDICAL_INSTITUTION))
        .filter(facility_code::code.eq(code.key()))
        .filter(facility_code::known_to.is_null())
        .select((facility_code::facility_id, facility_code::points_table))
        .load(conn)?;
    if let Some(points) = points {
        rows.retain(|(_, known)| known.is_empty() || *known == points);
    }
    let (Some((id, _)), 1) = (rows.first(), rows.len()) else {
        return Err(Error::NotFound);
    };
    Ok(facility::table
        .find(id)
        .select(Facility::as_select())
        .get_result(conn)?)
}

pub(super) fn listed(conn: &mut AnyConn, ids: &[FacilityId]) -> Result<Vec<Listed>> {
    let found = facility::table
        .filter(facility::id.eq_any(ids))
        .order((facility::name_key, facility::id))
        .select(Facility::as_select())
        .load(conn)?;
    with_codes(conn, found)
}

pub(super) fn with_codes(conn: &mut AnyConn, found: Vec<Facility>) -> Result<Vec<Listed>> {
    let ids: Vec<&FacilityId> = found.iter().map(|row| &row.id).collect();
    let codes: Vec<(FacilityId, String, String)> = facility_code::table
        .filter(facility_code::facility_id.eq_any(ids))
        .filter(facility_code::system.eq(MEDICAL_INSTITUTION))
        .filter(facility_code::known_to.is_null())
        .order((facility_code::facility_id, facility_code::code))
        .select((
            facility_code::facility_id,
            facility_code::code,
            facility_code::points_table,
        ))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|facility| Listed {
            codes: codes
                .iter()
                .filter(|(id, ..)| *id == facility.id)
                .map(|(_, code, points)| printed(code, points))
                .collect(),
            facility,
        })
        .collect())
}

/// One facility.
pub fn get(conn: &mut AnyConn, scope: &Scope, id: &FacilityId) -> Result<Facility> {
    scope.admit(id)?;
    Ok(facility::table
        .find(id)
        .select(Facility::as_select())
        .get_result(conn)?)
}

/// The names of these facilities, for lists that show several.
pub fn named(conn: &mut AnyConn, ids: &[FacilityId]) -> Result<HashMap<FacilityId, String>> {
    Ok(facility::table
        .filter(facility::id.eq_any(ids))
        .select((facility::id, facility::name))
        .load::<(FacilityId, String)>(conn)?
        .into_iter()
        .collect())
}

/// The codes of one facility, those of the past included.
pub fn codes_of(conn: &mut AnyConn, scope: &Scope, id: &FacilityId) -> Result<Vec<Code>> {
    scope.admit(id)?;
    Ok(facility_code::table
        .filter(facility_code::facility_id.eq(id))
        .order((facility_code::system, facility_code::known_from))
        .select(Code::as_select())
        .load(conn)?)
}

/// What the facility was called before, oldest first.
pub fn former(conn: &mut AnyConn, scope: &Scope, id: &FacilityId) -> Result<Vec<Former>> {
    scope.admit(id)?;
    Ok(facility_history::table
        .filter(facility_history::facility_id.eq(id))
        .order(facility_history::known_from)
        .select(Former::as_select())
        .load(conn)?)
}

/// What a facility was called as known at a point of the log.
pub fn name_known(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &FacilityId,
    known: crate::audit::Known,
) -> Result<String> {
    let then: Option<String> = facility_history::table
        .filter(facility_history::facility_id.eq(id))
        .filter(facility_history::known_from.le(known.0))
        .filter(facility_history::known_to.gt(known.0))
        .select(facility_history::name)
        .first(conn)
        .optional()?;
    let now = get(conn, scope, id)?.name;
    Ok(then.unwrap_or(now))
}

/// A code as the import compares it.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Known {
    pub(super) code_id: EvidenceId,
    pub(super) code: String,
    pub(super) points_table: String,
    pub(super) facility: Facility,
}

/// The facilities that bear these codes now.
pub(super) fn bearing(conn: &mut AnyConn, codes: &[String]) -> Result<Vec<Known>> {
    Ok(facility_code::table
        .inner_join(facility::table)
        .filter(facility_code::system.eq(MEDICAL_INSTITUTION))
        .filter(facility_code::code.eq_any(codes))
        .filter(facility_code::known_to.is_null())
        .select((
            facility_code::id,
            facility_code::code,
            facility_code::points_table,
            Facility::as_select(),
        ))
        .load(conn)?)
}

/// The listed facilities of these prefectures whose codes come after one, in the order of codes.
pub(super) fn listed_after(
    conn: &mut AnyConn,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, String, i32, String)>> {
    Ok(facility_code::table
        .inner_join(facility::table)
        .filter(facility_code::system.eq(MEDICAL_INSTITUTION))
        .filter(facility_code::known_to.is_null())
        .filter(facility::in_list.eq(true))
        .filter(facility_code::code.gt(after))
        .order((facility_code::code, facility_code::id))
        .limit(limit)
        .select((
            facility_code::code,
            facility_code::points_table,
            facility::prefecture,
            facility::name,
        ))
        .load(conn)?)
}

/// Writes what a newer list says, and keeps what was known before.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    before: &Facility,
    new: &NewFacility,
    seq: i64,
) -> Result<()> {
    diesel::insert_into(facility_history::table)
        .values((
            facility_history::id.eq(EvidenceId::fresh(tx.now)),
            facility_history::facility_id.eq(&before.id),
            facility_history::name.eq(&before.name),
            facility_history::postal_code.eq(&before.postal_code),
            facility_history::address.eq(&before.address),
            facility_history::known_from.eq(before.known_from),
            facility_history::known_to.eq(seq),
        ))
        .execute(tx.conn)?;
    let name_key = keys::search_key(&new.name);
    diesel::update(facility::table.find(&before.id))
        .set((
            facility::name.eq(&new.name),
            facility::name_key.eq(&name_key),
            facility::postal_code.eq(&new.postal_code),
            facility::address.eq(&new.address),
            facility::in_list.eq(true),
            facility::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    if name_key != before.name_key {
        names::unindex(tx.conn, &before.id, &before.name_key)?;
        names::index(tx.conn, &[(&before.id, &name_key)])?;
    }
    Ok(())
}

/// Ends a nine-digit code and enters the ten-digit one that a list now gives.
pub(super) fn complete_code(
    tx: &mut Tx<'_>,
    known: &Known,
    points_table: &str,
    seq: i64,
) -> Result<()> {
    diesel::update(facility_code::table.find(&known.code_id))
        .set(facility_code::known_to.eq(seq))
        .execute(tx.conn)?;
    diesel::insert_into(facility_code::table)
        .values((
            facility_code::id.eq(EvidenceId::fresh(tx.now)),
            facility_code::facility_id.eq(&known.facility.id),
            facility_code::system.eq(MEDICAL_INSTITUTION),
            facility_code::code.eq(&known.code),
            facility_code::points_table.eq(points_table),
            facility_code::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    Ok(())
}

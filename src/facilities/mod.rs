//! Facilities: the places medicine can go to, their names and codes over time, and how they are found.

pub mod codes;
pub mod duties;
pub mod duty_pages;
pub mod imports;
pub mod keys;
pub mod lists;
mod names;
pub mod pages;
pub mod place_pages;
mod store;

use serde_json::json;

use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::error::Result;
use crate::ids::FacilityId;
use crate::scope::Scope;
use codes::MedicalInstitutionCode;

pub use store::{
    Code, Facility, Former, Listed, codes_of, find_by_code, former, get, name_known, named,
};

/// The code system of Japan's insured medical institutions.
pub const MEDICAL_INSTITUTION: &str = "medical_institution";

/// A facility entered by hand rather than imported.
#[derive(Debug, Clone)]
pub struct NewFacility {
    pub name: String,
    pub postal_code: String,
    pub address: String,
    /// 1–47; nought for a fictional place.
    pub prefecture: i32,
    /// The nine digits of prefecture and institution, and the 点数表 digit or nothing.
    pub code: (String, String),
}

/// Enters one facility.
pub fn add(tx: &mut Tx<'_>, new: &NewFacility) -> Result<FacilityId> {
    let id = FacilityId::fresh(tx.now);
    let seq = tx.audit(Entry {
        verb: "facility_added",
        subject: Subject::new("facility", id.as_str()),
        programme: None,
        facility: Some(id.clone()),
        detail: json!({ "name": new.name, "code": new.code.0 }),
    })?;
    let row = store::NewRow::of(&id, new, false, seq);
    store::insert(tx, std::slice::from_ref(&row))?;
    Ok(id)
}

/// A place in a list that is ordered by search key: the last row of the page before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    pub name_key: String,
    pub id: String,
}

/// Finds facilities by a piece of their name or by their code, in name order; an empty query lists all.
/// At most `limit` rows, found through an index whatever the number of facilities.
pub fn search(
    conn: &mut AnyConn,
    scope: &Scope,
    query: &str,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Listed>> {
    if let Some(own) = scope.only() {
        return store::listed(conn, std::slice::from_ref(own));
    }
    let query = query.trim();
    if let Ok(code) = MedicalInstitutionCode::parse(query) {
        let found = store::with_code(conn, &code.key())?;
        return store::listed(conn, &found);
    }
    let key = keys::search_key(query);
    let found = if key.is_empty() {
        store::in_order(conn, after, limit)?
    } else {
        names::matching(conn, &key, after, limit)?
    };
    store::with_codes(conn, found)
}

//! Programmes: the medicine that is delivered under conditions, and the versions of its house policy.

pub mod days_off;
pub mod holiday_lists;
mod store;

use serde_json::json;

use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{PersonId, PolicyId, ProgrammeId};
use crate::rules::policy::PolicyVersion;
use crate::scope::Role;

pub use store::{Programme, only, policies};

/// A programme to begin with its first house policy.
#[derive(Debug, Clone)]
pub struct NewProgramme {
    pub code: String,
    pub name_ja: String,
    pub name_en: String,
    pub manufacturer: String,
    /// Marks a database of fictional content, which `serve` refuses.
    pub demo: bool,
}

/// Begins a programme. Its first policy is the default one, in force from the first day of the notice.
pub fn begin(tx: &mut Tx<'_>, new: &NewProgramme) -> Result<ProgrammeId> {
    let id = ProgrammeId::fresh(tx.now);
    let seq = tx.audit(Entry {
        verb: "programme_begun",
        subject: Subject::new("programme", id.as_str()),
        programme: Some(id.clone()),
        facility: None,
        detail: json!({ "name": new.name_ja }),
    })?;
    store::insert(tx.conn, &id, new, seq)?;
    let first_day = crate::rules::notice::editions()
        .iter()
        .map(|edition| edition.first_day)
        .min()
        .unwrap_or(tx.today);
    // The first policy comes with the installation; every later one takes two people.
    let nobody = tx
        .actor
        .person
        .as_ref()
        .map_or_else(String::new, PersonId::to_string);
    store::insert_policy(
        tx.conn,
        &PolicyId::fresh(tx.now),
        &id,
        &PolicyVersion::initial(first_day),
        (&nobody, &nobody),
        seq,
    )?;
    Ok(id)
}

/// Adopts a version of the house policy that one person proposed and another confirms; `house::changes` has both sign it
/// first, and the database refuses a version without them.
///
/// # Errors
/// `Forbidden` where both are one person, `Invalid` where the version does not follow the last one or would
/// change days that have passed.
pub(crate) fn adopt_policy(
    tx: &mut Tx<'_>,
    programme: &ProgrammeId,
    policy: &PolicyVersion,
    proposed_by: &PersonId,
) -> Result<PolicyId> {
    tx.actor.acts_as(&[Role::SafetyOfficer])?;
    let confirmed_by = tx.actor.person()?.clone();
    if confirmed_by == *proposed_by {
        return Err(Error::Forbidden);
    }
    let known = policies(tx.conn, programme, crate::audit::Known::NOW)?;
    let latest = known.iter().map(|known| known.version).max().unwrap_or(0);
    if policy.version != latest + 1 {
        return Err(Error::Stale);
    }
    if policy.first_day < tx.today {
        return Err(Error::invalid(
            "first_day",
            crate::error::Message::new("policy-in-the-past"),
        ));
    }
    let id = PolicyId::fresh(tx.now);
    let seq = tx.audit(Entry {
        verb: "policy_adopted",
        subject: Subject::new("programme", programme.as_str()),
        programme: Some(programme.clone()),
        facility: None,
        detail: json!({ "version": policy.version, "first_day": policy.first_day }),
    })?;
    store::insert_policy(
        tx.conn,
        &id,
        programme,
        policy,
        (proposed_by.as_str(), confirmed_by.as_str()),
        seq,
    )?;
    // Every standing was judged without this version: the sweep takes them all again, a hundred at a time.
    store::make_due(tx, programme)?;
    Ok(id)
}

/// Whether this database holds fictional content.
pub fn is_demo(conn: &mut AnyConn) -> Result<bool> {
    Ok(only(conn)?.is_some_and(|programme| programme.demo))
}

//! How programmes and policies are kept.

use diesel::prelude::*;

use super::NewProgramme;
use crate::audit::Known;
use crate::db::{AnyConn, Tx};
use crate::error::Result;
use crate::ids::{PolicyId, ProgrammeId};
use crate::rules::policy::PolicyVersion;
use crate::schema::{policy_version, programme, standing};

/// A programme.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = programme)]
pub struct Programme {
    pub id: ProgrammeId,
    pub code: String,
    pub name_ja: String,
    pub name_en: String,
    pub manufacturer: String,
    pub demo: bool,
}

/// The programme of this installation, once it has begun.
pub fn only(conn: &mut AnyConn) -> Result<Option<Programme>> {
    Ok(programme::table
        .order(programme::known_from)
        .select(Programme::as_select())
        .first(conn)
        .optional()?)
}

pub(super) fn insert(
    conn: &mut AnyConn,
    id: &ProgrammeId,
    new: &NewProgramme,
    seq: i64,
) -> Result<()> {
    diesel::insert_into(programme::table)
        .values((
            programme::id.eq(id),
            programme::code.eq(&new.code),
            programme::name_ja.eq(&new.name_ja),
            programme::name_en.eq(&new.name_en),
            programme::manufacturer.eq(&new.manufacturer),
            programme::demo.eq(new.demo),
            programme::known_from.eq(seq),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_policy(
    conn: &mut AnyConn,
    id: &PolicyId,
    programme: &ProgrammeId,
    policy: &PolicyVersion,
    (proposed_by, confirmed_by): (&str, &str),
    seq: i64,
) -> Result<()> {
    diesel::insert_into(policy_version::table)
        .values((
            policy_version::id.eq(id),
            policy_version::programme_id.eq(programme),
            policy_version::version.eq(policy.version),
            policy_version::first_day.eq(policy.first_day),
            policy_version::body.eq(serde_json::to_string(policy)?),
            policy_version::proposed_by.eq(proposed_by),
            policy_version::confirmed_by.eq(confirmed_by),
            policy_version::known_from.eq(seq),
        ))
        .execute(conn)?;
    Ok(())
}

/// The versions of the house policy known by then, in order.
pub fn policies(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    known: Known,
) -> Result<Vec<PolicyVersion>> {
    let bodies: Vec<String> = policy_version::table
        .filter(policy_version::programme_id.eq(programme))
        .filter(policy_version::known_from.le(known.0))
        .order(policy_version::version)
        .select(policy_version::body)
        .load(conn)?;
    Ok(bodies
        .iter()
        .map(|body| serde_json::from_str(body))
        .collect::<Result<_, _>>()?)
}

/// Lets the sweep find every standing of the programme.
pub(super) fn make_due(tx: &mut Tx<'_>, programme: &ProgrammeId) -> Result<()> {
    diesel::update(standing::table.filter(standing::programme_id.eq(programme)))
        .set(standing::until.eq(tx.today.pred_opt()))
        .execute(tx.conn)?;
    Ok(())
}

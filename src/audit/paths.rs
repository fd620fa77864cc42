//! Paths through the log's tree: that a row is in it, and that it only grew, from a few hundred kept hashes.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::Serialize;

use super::tree::{Leafed, hash_of};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::merkle::{Hash, Known, Subtree};
use crate::schema::{audit, audit_detail, audit_head, audit_subtree};

/// Keeps the root of a full subtree, so that a proof reads a few hundred hashes of a log of millions.
pub fn keep_subtree(conn: &mut AnyConn, subtree: &Subtree) -> Result<()> {
    let (height, position) = columns(subtree.height, subtree.position);
    diesel::insert_into(audit_subtree::table)
        .values((
            audit_subtree::height.eq(height),
            audit_subtree::position.eq(position),
            audit_subtree::root.eq(hex::encode(subtree.root)),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn columns(height: u32, position: u64) -> (i32, i64) {
    let height = i32::try_from(height).unwrap_or(i32::MAX);
    (height, i64::try_from(position).unwrap_or(i64::MAX))
}

/// The hashes that prove the row at `index` of the first `size` rows, or that its first `index + 1` rows are their
/// beginning: two statements, whose rows grow with the logarithm of the log.
fn known(conn: &mut AnyConn, index: u64, size: u64) -> Result<Known> {
    let mut known = Known::default();
    let mut above = audit_subtree::table
        .select((
            audit_subtree::height,
            audit_subtree::position,
            audit_subtree::root,
        ))
        .filter(audit_subtree::height.lt(0))
        .into_boxed();
    let mut rows = audit::table
        .select((audit::seq, audit::leaf))
        .filter(audit::seq.lt(0))
        .into_boxed();
    for (height, ranges) in Known::needed(index, size) {
        for range in ranges {
            let (height, first) = columns(height, range.start);
            let (_, end) = columns(0, range.end);
            if height == 0 {
                rows = rows.or_filter(audit::seq.gt(first).and(audit::seq.le(end)));
            } else {
                above = above.or_filter(
                    audit_subtree::height
                        .eq(height)
                        .and(audit_subtree::position.ge(first))
                        .and(audit_subtree::position.lt(end)),
                );
            }
        }
    }
    let above: Vec<(i32, i64, String)> = above.load(conn)?;
    let rows: Vec<(i64, String)> = rows.load(conn)?;
    let rows = rows.into_iter().map(|(seq, leaf)| (0, seq - 1, leaf));
    for (height, position, root) in rows.chain(above) {
        known.keep(Subtree {
            height: u32::try_from(height).unwrap_or(0),
            position: u64::try_from(position).unwrap_or(u64::MAX),
            root: hash_of(&root)?,
        });
    }
    Ok(known)
}

/// The kept subtrees by their place.
pub fn subtrees(conn: &mut AnyConn) -> Result<HashMap<(i32, i64), String>> {
    let rows: Vec<(i32, i64, String)> = audit_subtree::table
        .select((
            audit_subtree::height,
            audit_subtree::position,
            audit_subtree::root,
        ))
        .load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(height, at, root)| ((height, at), root))
        .collect())
}

/// What shows to somebody else that a row is in the log of a checkpoint.
#[derive(Debug, Clone, Serialize)]
pub struct Inclusion {
    pub row: Leafed,
    /// The place of the row, counted from nought.
    pub index: u64,
    pub size: u64,
    /// The hashes beside it, from below.
    pub path: Vec<String>,
    pub root: String,
}

/// Proves the row with this id, or this sequence, within the first `size` rows: those of a checkpoint.
pub fn prove(conn: &mut AnyConn, id: &str, size: u64) -> Result<Inclusion> {
    let seq = match id.parse::<i64>() {
        Ok(seq) => seq,
        Err(_) => audit::table
            .filter(audit::id.eq(id))
            .select(audit::seq)
            .get_result(conn)?,
    };
    let index = seq
        .checked_sub(1)
        .and_then(|before| u64::try_from(before).ok())
        .filter(|index| *index < size)
        .ok_or(Error::NotFound)?;
    let row = leafed!()
        .filter(audit::seq.eq(seq))
        .get_result::<Leafed>(conn)?;
    let known = known(conn, index, size)?;
    let path = known.inclusion(index, size).ok_or(Error::NotFound)?;
    let root = known.root(0, size).ok_or(Error::NotFound)?;
    Ok(Inclusion {
        row,
        index,
        size,
        path: path.iter().map(hex::encode).collect(),
        root: hex::encode(root),
    })
}

/// The path that shows that the first `old` rows are the beginning of the first `new` ones. `None` where there are
/// fewer rows.
pub fn growth(conn: &mut AnyConn, old: u64, new: u64) -> Result<Option<Vec<Hash>>> {
    let rows: i64 = audit_head::table.select(audit_head::seq).get_result(conn)?;
    if old > new || new > u64::try_from(rows).unwrap_or(0) {
        return Ok(None);
    }
    let known = known(conn, old.saturating_sub(1), new)?;
    Ok(known.consistency(old, new))
}

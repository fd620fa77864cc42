//! The log read back as a tree: whether it is whole, and what proves a row of it to somebody who does not trust us.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;

use super::{Entry, Subject, leaf, paths, sha256};
use crate::db::{AnyConn, ForUpdate, Tx};
use crate::error::{Error, Result};
use crate::merkle::{Frontier, Hash, Subtree};
use crate::notes::{Checkpoint, Signatory, Verifier};
use crate::schema::{audit, audit_detail, audit_head, audit_subtree, checkpoint};

/// The verb of the row that records which key signs from then on.
const KEY_BEGUN: &str = "checkpoint_key_begun";
/// Rows of one read.
const PAGE: i64 = 5_000;

/// A row of the log with all that its leaf is made of, as it is exported.
#[derive(Debug, Clone, Serialize, Queryable)]
pub struct Leafed {
    pub seq: i64,
    pub id: String,
    pub change_id: String,
    #[serde(serialize_with = "instant")]
    pub at: NaiveDateTime,
    pub person_id: Option<String>,
    pub person_name: String,
    pub role: String,
    pub verb: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub programme_id: Option<String>,
    pub facility_id: Option<String>,
    pub detail_digest: String,
    pub leaf: String,
    /// Gone where retention has deleted the details; the digest stays.
    pub salt: Option<String>,
    pub detail: Option<String>,
}

fn instant<S: serde::Serializer>(at: &NaiveDateTime, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&at.and_utc().to_rfc3339())
}

impl Leafed {
    /// The leaf as the row's columns give it.
    pub fn hash(&self) -> Hash {
        leaf(&[
            &self.seq.to_string(),
            &self.id,
            &self.change_id,
            &self.at.and_utc().to_rfc3339(),
            self.person_id.as_deref().unwrap_or(""),
            &self.person_name,
            &self.role,
            &self.verb,
            &self.subject_kind,
            &self.subject_id,
            self.programme_id.as_deref().unwrap_or(""),
            self.facility_id.as_deref().unwrap_or(""),
            &self.detail_digest,
        ])
    }

    /// Whether the details, where they are still there, are those that were recorded.
    fn details_fit(&self) -> bool {
        match (&self.salt, &self.detail) {
            (Some(salt), Some(detail)) => {
                sha256(&[salt.as_bytes(), detail.as_bytes()]) == self.detail_digest
            }
            (None, None) => true,
            _ => false,
        }
    }
}

/// The rows after a sequence, in order, at most a page of them.
pub fn page(conn: &mut AnyConn, after: i64) -> Result<Vec<Leafed>> {
    Ok(leafed!()
        .filter(audit::seq.gt(after))
        .order(audit::seq)
        .limit(PAGE)
        .load(conn)?)
}

/// The stored leaves in order.
fn leaves(conn: &mut AnyConn) -> Result<Vec<Hash>> {
    let texts: Vec<String> = audit::table
        .order(audit::seq)
        .select(audit::leaf)
        .load(conn)?;
    texts.iter().map(|text| hash_of(text)).collect()
}

pub(super) fn hash_of(text: &str) -> Result<Hash> {
    let bytes = hex::decode(text).ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Error::Broken("a leaf of the audit log is not a hash".to_owned()))
}

/// Gives a log that was begun before it was a tree its frontier. A log that has one is left alone.
///
/// Runs in a transaction of its own and locks the head first, as every write does: no row comes in between.
pub fn take_root(conn: &mut AnyConn) -> Result<()> {
    conn.transaction(root_of_the_head)
}

fn root_of_the_head(conn: &mut AnyConn) -> Result<()> {
    let head = audit_head::table.select((audit_head::seq, audit_head::frontier));
    let (seq, text): (i64, String) = ForUpdate(head).get_result(conn)?;
    let kept: i64 = audit_subtree::table.count().get_result(conn)?;
    let is_small = u64::try_from(seq).unwrap_or(0) < Subtree::SMALLEST;
    if seq == 0 || (!text.is_empty() && (kept > 0 || is_small)) {
        return Ok(());
    }
    let mut frontier = Frontier::default();
    for leaf in leaves(conn)? {
        for subtree in frontier.append(leaf) {
            paths::keep_subtree(conn, &subtree)?;
        }
    }
    if text.is_empty() {
        diesel::update(audit_head::table)
            .set(audit_head::frontier.eq(frontier.to_text()))
            .execute(conn)?;
    }
    Ok(())
}

/// What is wrong with a log, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// The sequence of the row, or the size of the checkpoint.
    pub at: i64,
    pub what: &'static str,
}

/// What a look at the whole log found.
#[derive(Debug, Clone, Serialize)]
pub struct Examined {
    pub rows: i64,
    pub checkpoints: usize,
    pub root: String,
    pub damage: Vec<Damage>,
}

/// Looks at every row, the head and every checkpoint kept here or given from outside.
pub fn verify(
    conn: &mut AnyConn,
    verifiers: &[Verifier],
    from_outside: &[String],
) -> Result<Examined> {
    let mut notes: Vec<String> = checkpoint::table
        .order(checkpoint::size)
        .select(checkpoint::note)
        .load(conn)?;
    notes.extend(from_outside.iter().cloned());
    let mut damage = Vec::new();
    // By size, because every row asks for those of its own.
    let mut awaited: BTreeMap<u64, Vec<Hash>> = BTreeMap::new();
    for note in &notes {
        match opened(verifiers, note) {
            Some(known) => awaited.entry(known.size).or_default().push(known.root),
            None => damage.push(Damage {
                at: 0,
                what: "a checkpoint bears no signature that fits",
            }),
        }
    }
    let mut grown = Frontier::default();
    let mut kept = paths::subtrees(conn)?;
    check(&awaited, &grown, &mut damage);
    // From below the first row: one that was slipped in before it must be seen, too.
    let (mut cursor, mut last) = (i64::MIN, 0);
    loop {
        let rows = page(conn, cursor)?;
        let Some(end) = rows.last() else {
            break;
        };
        cursor = end.seq;
        for row in rows {
            let expected = last + 1;
            if row.seq != expected {
                damage.push(Damage {
                    at: expected,
                    what: "the row is missing",
                });
            }
            let hash = row.hash();
            if hex::encode(hash) != row.leaf {
                damage.push(Damage {
                    at: row.seq,
                    what: "the row does not fit its leaf",
                });
            }
            if !row.details_fit() {
                damage.push(Damage {
                    at: row.seq,
                    what: "the details are not those recorded",
                });
            }
            for subtree in grown.append(hash) {
                let place = paths::columns(subtree.height, subtree.position);
                if kept.remove(&place) != Some(hex::encode(subtree.root)) {
                    damage.push(Damage {
                        at: row.seq,
                        what: "the kept subtree that ends here is not that of its rows",
                    });
                }
            }
            check(&awaited, &grown, &mut damage);
            last = row.seq;
        }
    }
    let (seq, frontier): (i64, String) = audit_head::table
        .select((audit_head::seq, audit_head::frontier))
        .get_result(conn)?;
    if seq != last || frontier != grown.to_text() {
        damage.push(Damage {
            at: seq,
            what: "the head does not fit the rows",
        });
    }
    if !kept.is_empty() {
        damage.push(Damage {
            at: last,
            what: "a subtree is kept of rows that are not there",
        });
    }
    for (size, roots) in awaited.iter().filter(|(size, _)| **size > grown.size()) {
        for _ in roots {
            damage.push(Damage {
                at: i64::try_from(*size).unwrap_or(i64::MAX),
                what: "the log is shorter than a checkpoint says",
            });
        }
    }
    Ok(Examined {
        rows: i64::try_from(grown.size()).unwrap_or(i64::MAX),
        checkpoints: awaited.values().map(Vec::len).sum(),
        root: hex::encode(grown.root()),
        damage,
    })
}

/// The checkpoint of a note that one of these keys signed.
pub fn opened(verifiers: &[Verifier], note: &str) -> Option<Checkpoint> {
    let text = verifiers.iter().find_map(|key| key.open(note).ok())?;
    Checkpoint::parse(text).ok()
}

/// Compares the tree with the checkpoints of its size.
fn check(awaited: &BTreeMap<u64, Vec<Hash>>, grown: &Frontier, damage: &mut Vec<Damage>) {
    for root in awaited.get(&grown.size()).into_iter().flatten() {
        if *root != grown.root() {
            damage.push(Damage {
                at: i64::try_from(grown.size()).unwrap_or(i64::MAX),
                what: "the rows up to here are not those of the checkpoint",
            });
        }
    }
}

/// Signs the log as it stands and keeps the note; the same size is signed once.
pub fn sign_checkpoint(tx: &mut Tx<'_>, signatory: &Signatory) -> Result<String> {
    let size = tx.frontier.size();
    let kept: Option<String> = checkpoint::table
        .find(tx.seq)
        .select(checkpoint::note)
        .get_result(tx.conn)
        .optional()?;
    if let Some(note) = kept {
        return Ok(note);
    }
    let standing = Checkpoint {
        origin: signatory.verifier().name().to_owned(),
        size,
        root: tx.frontier.root(),
    };
    let note = signatory
        .sign(&standing.text())
        .map_err(|cause| Error::broken("checkpoint", cause))?;
    diesel::insert_into(checkpoint::table)
        .values((
            checkpoint::size.eq(tx.seq),
            checkpoint::note.eq(&note),
            checkpoint::at.eq(tx.now.naive_utc()),
        ))
        .execute(tx.conn)?;
    Ok(note)
}

/// The checkpoints kept here, oldest first, with the instant of each.
pub fn checkpoints(conn: &mut AnyConn) -> Result<Vec<(i64, String, DateTime<Utc>)>> {
    let rows: Vec<(i64, String, NaiveDateTime)> =
        checkpoint::table.order(checkpoint::size).load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(size, note, at)| (size, note, at.and_utc()))
        .collect())
}

/// The verbs after which a checkpoint leaves the house: each signature, and each shipment.
const WITNESSED: [&str; 2] = ["record_signed", "delivery_shipped"];

/// Where the log stands, and whether it holds something to be witnessed that no checkpoint covers. What stands up to
/// `looked` was looked through before.
pub fn awaiting(conn: &mut AnyConn, looked: i64) -> Result<(i64, bool)> {
    let head = super::head(conn)?;
    let covered: Option<i64> = checkpoint::table
        .select(diesel::dsl::max(checkpoint::size))
        .get_result(conn)?;
    let from = looked.max(covered.unwrap_or(0));
    let rows = audit::table
        .filter(audit::seq.gt(from))
        .filter(audit::verb.eq_any(WITNESSED));
    let due = diesel::select(diesel::dsl::exists(rows)).get_result(conn)?;
    Ok((head, due))
}

/// The notes kept here of more rows than these, in order.
pub fn notes_after(conn: &mut AnyConn, size: i64) -> Result<Vec<String>> {
    Ok(checkpoint::table
        .filter(checkpoint::size.gt(size))
        .order(checkpoint::size)
        .select(checkpoint::note)
        .load(conn)?)
}

/// The note kept here of so many rows.
pub fn note_of(conn: &mut AnyConn, size: i64) -> Result<Option<String>> {
    Ok(checkpoint::table
        .find(size)
        .select(checkpoint::note)
        .get_result(conn)
        .optional()?)
}

/// Records the key that signs from now on, unless it is the one that signed last: a rotation is part of the log.
pub fn know_key(tx: &mut Tx<'_>, key: &Verifier) -> Result<()> {
    if keys(tx.conn)?.last() == Some(key) {
        return Ok(());
    }
    tx.audit(Entry {
        verb: KEY_BEGUN,
        subject: Subject::new("log", key.name()),
        programme: None,
        facility: None,
        detail: json!({ "key": key.to_string() }),
    })?;
    Ok(())
}

/// The keys that the log says signed its checkpoints, oldest first.
pub fn keys(conn: &mut AnyConn) -> Result<Vec<Verifier>> {
    let details: Vec<String> = audit::table
        .inner_join(audit_detail::table.on(audit_detail::seq.eq(audit::seq)))
        .filter(audit::subject_kind.eq("log"))
        .filter(audit::verb.eq(KEY_BEGUN))
        .order(audit::seq)
        .select(audit_detail::detail)
        .load(conn)?;
    let key = |detail: String| -> Option<Verifier> {
        let detail: serde_json::Value = serde_json::from_str(&detail).ok()?;
        Verifier::parse(detail.get("key")?.as_str()?).ok()
    };
    Ok(details.into_iter().filter_map(key).collect())
}

/// The notes in a file that holds one after the other, each from its origin line to its last signature. A mail program
/// may have saved it with its own ends of lines.
pub fn notes_in(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let (mut notes, mut note, mut signed) = (Vec::new(), String::new(), false);
    for line in text.split_inclusive('\n') {
        let signature = line.starts_with("— ");
        if signed && !signature {
            notes.push(std::mem::take(&mut note));
            signed = false;
        }
        note.push_str(line);
        signed |= signature;
    }
    if !note.trim().is_empty() {
        notes.push(note);
    }
    notes
}

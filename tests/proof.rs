//! The audit log as a tree: whole after every change, and no row can be changed, removed, swapped or slipped in unseen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use diesel::connection::SimpleConnection;
use kanmon::audit::paths;
use kanmon::audit::tree::{self, Examined, Leafed};
use kanmon::audit::{Entry, Subject};
use kanmon::db::{AnyConn, Db};
use kanmon::error::Error;
use kanmon::merkle::{self, Hash};
use kanmon::notes::{Checkpoint, Signatory};
use kanmon::scope::Actor;
use serde_json::json;
use support::TestDb;
use support::programme::Ground;
use support::raw::drop_trigger;

fn signatory() -> Signatory {
    Signatory::new("kanmon/test", &[3; 32]).unwrap()
}

/// Signs the log as it stands.
fn checkpoint(db: &Db) -> String {
    db.write(&Actor::system("test"), |tx| {
        let own = signatory();
        tree::know_key(tx, &own.verifier())?;
        tree::sign_checkpoint(tx, &own)
    })
    .unwrap()
}

/// Lets the log grow by one row.
fn grow(db: &Db) {
    db.write(&Actor::system("test"), |tx| {
        tree::know_key(
            tx,
            &Signatory::new("kanmon/test", &[5; 32]).unwrap().verifier(),
        )
    })
    .unwrap();
}

fn verified(db: &Db, outside: &[String]) -> Examined {
    db.read(|conn| tree::verify(conn, &[signatory().verifier()], outside))
        .unwrap()
}

/// A log of `rows` rows whose details are of every sort.
fn log_of(rows: u32) -> TestDb {
    let data = TestDb::new();
    for first in (0..rows).step_by(100) {
        data.db
            .write(&Actor::system("神代 花子"), move |tx| {
                for n in first..(first + 100).min(rows) {
                    tx.audit(Entry {
                        verb: "facility_renamed",
                        subject: Subject::new("facility", &format!("subject-{n}")),
                        programme: None,
                        facility: None,
                        detail: json!({ "name": format!("架空病院 {n} 😀\n\"quoted\"") }),
                    })?;
                }
                Ok(())
            })
            .unwrap();
    }
    data
}

fn rows(db: &Db) -> Vec<Leafed> {
    db.read(|conn| {
        let mut all: Vec<Leafed> = Vec::new();
        loop {
            let last = all.last().map_or(0, |row| row.seq);
            let page = tree::page(conn, last)?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    })
    .unwrap()
}

#[test]
fn the_log_is_whole_after_real_work_and_its_checkpoints_hold() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let early = checkpoint(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    ground.ordered(&place);
    let late = checkpoint(&data.db);
    let found = verified(&data.db, &[early.clone(), late.clone()]);
    assert_eq!(found.damage, []);
    assert_eq!(
        found.checkpoints, 4,
        "two kept here, the same two from outside"
    );
    // The same log is signed once.
    assert_eq!(checkpoint(&data.db), late);
    // And the later tree begins with the earlier one.
    let leaves: Vec<Hash> = rows(&data.db).iter().map(Leafed::hash).collect();
    let read = |note: &str| {
        let own = signatory().verifier();
        Checkpoint::parse(own.open(note).unwrap()).unwrap()
    };
    let (early, late) = (read(&early), read(&late));
    let known: merkle::Known = leaves.into_iter().collect();
    let proof = known.consistency(early.size, late.size).unwrap();
    assert!(merkle::grew(
        early.size,
        &early.root,
        late.size,
        &late.root,
        &proof
    ));
}

#[test]
fn a_row_is_proved_to_whoever_has_a_checkpoint() {
    let data = log_of(37);
    let note = checkpoint(&data.db);
    let own = signatory().verifier();
    let known = Checkpoint::parse(own.open(&note).unwrap()).unwrap();
    // What comes after a checkpoint changes no proof for it, and is proved by none.
    let proved = rows(&data.db);
    grow(&data.db);
    for row in proved {
        let proof = data
            .db
            .read(|conn| paths::prove(conn, &row.id, known.size))
            .unwrap();
        let path: Vec<Hash> = proof
            .path
            .iter()
            .map(|text| hex::decode(text).unwrap().try_into().unwrap())
            .collect();
        let leaf = proof.row.hash();
        assert!(merkle::includes(
            &leaf,
            proof.index,
            known.size,
            &path,
            &known.root
        ));
        let mut other = proof.row.clone();
        other.person_name.push('x');
        assert!(!merkle::includes(
            &other.hash(),
            proof.index,
            known.size,
            &path,
            &known.root
        ));
    }
    let absent = data
        .db
        .read(|conn| paths::prove(conn, "no such row", known.size));
    assert!(matches!(absent, Err(Error::NotFound)), "{absent:?}");
    for beyond in [
        "0",
        "-1",
        "39",
        "9223372036854775807",
        "-9223372036854775808",
    ] {
        let absent = data.db.read(|conn| paths::prove(conn, beyond, known.size));
        assert!(
            matches!(absent, Err(Error::NotFound)),
            "{beyond}: {absent:?}"
        );
    }
}

/// Every text of a row that its leaf is made of.
fn fields(row: &mut Leafed) -> Vec<&mut String> {
    let mut all = vec![
        &mut row.id,
        &mut row.change_id,
        &mut row.person_name,
        &mut row.role,
        &mut row.verb,
        &mut row.subject_kind,
        &mut row.subject_id,
        &mut row.detail_digest,
    ];
    all.extend(row.person_id.as_mut());
    all.extend(row.programme_id.as_mut());
    all.extend(row.facility_id.as_mut());
    all
}

#[test]
fn every_flipped_bit_of_a_thousand_rows_changes_its_leaf() {
    let data = log_of(1_000);
    let (mut flips, mut unreadable) = (0_u64, 0_u64);
    for row in rows(&data.db) {
        let leaf = row.hash();
        assert_eq!(hex::encode(leaf), row.leaf);
        for field in 0..fields(&mut row.clone()).len() {
            let length = fields(&mut row.clone())[field].len();
            for bit in 0..length * 8 {
                let mut bent = row.clone();
                let text = &mut *fields(&mut bent).remove(field);
                let mut bytes = std::mem::take(text).into_bytes();
                bytes[bit / 8] ^= 1 << (bit % 8);
                // No database of text holds what is not UTF-8.
                let Ok(bytes) = String::from_utf8(bytes) else {
                    unreadable += 1;
                    continue;
                };
                *text = bytes;
                assert_ne!(
                    bent.hash(),
                    leaf,
                    "field {field}, bit {bit} of row {}",
                    row.seq
                );
                flips += 1;
            }
        }
        for bit in 0..63 {
            let mut bent = row.clone();
            bent.seq ^= 1 << bit;
            assert_ne!(bent.hash(), leaf);
            flips += 1;
        }
        for bit in 0..50 {
            let mut bent = row.clone();
            let micros = bent.at.and_utc().timestamp_micros() ^ (1 << bit);
            bent.at = chrono::DateTime::from_timestamp_micros(micros)
                .unwrap()
                .naive_utc();
            assert_ne!(
                bent.hash(),
                leaf,
                "bit {bit} of the instant of row {}",
                row.seq
            );
            flips += 1;
        }
    }
    assert!(
        flips > 1_000_000,
        "{flips} flips, {unreadable} gave no text"
    );
}

const TRIGGERS: [(&str, &str); 7] = [
    ("audit_subtree_no_update", "audit_subtree"),
    ("audit_subtree_no_delete", "audit_subtree"),
    ("checkpoint_no_update", "checkpoint"),
    ("audit_no_update", "audit"),
    ("audit_no_delete", "audit"),
    ("audit_in_order", "audit"),
    ("audit_detail_no_update", "audit_detail"),
];

/// What the whole verifier says after this was done to the database past its guards; all is taken back.
fn after(db: &Db, note: &str, sql: &str) -> Examined {
    let (note, sql) = (note.to_owned(), sql.to_owned());
    let (send, receive) = std::sync::mpsc::channel();
    let outcome: Result<(), Error> = db.jot(move |conn| {
        for trigger in TRIGGERS {
            drop_trigger(conn, trigger)?;
        }
        // Whoever drops triggers drops what ties the details to the log as well.
        conn.batch_execute(match conn {
            AnyConn::Sqlite(_) => "PRAGMA defer_foreign_keys = ON",
            AnyConn::Pg(_) => "ALTER TABLE audit_detail DROP CONSTRAINT audit_detail_seq_fkey",
        })?;
        conn.batch_execute(&sql)?;
        let found = tree::verify(conn, &[signatory().verifier()], std::slice::from_ref(&note))?;
        send.send(found).unwrap();
        Err(Error::Broken("taken back".to_owned()))
    });
    let taken_back = matches!(&outcome, Err(Error::Broken(words)) if words == "taken back");
    assert!(taken_back, "{outcome:?}");
    receive.recv().unwrap()
}

/// A generator that gives the same numbers on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }
}

#[test]
fn two_hundred_random_flips_are_found() {
    let data = log_of(120);
    let note = checkpoint(&data.db);
    let whole = rows(&data.db);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let columns = [
        "id",
        "change_id",
        "person_name",
        "role",
        "verb",
        "subject_kind",
        "subject_id",
        "detail_digest",
        "leaf",
    ];
    for _ in 0..200 {
        let row = &whole[dice.below(whole.len())];
        let column = columns[dice.below(columns.len())];
        let mut bent = row.clone();
        let text = match column {
            "leaf" => bent.leaf.clone(),
            "detail_digest" => bent.detail_digest.clone(),
            _ => {
                let at = columns.iter().position(|name| *name == column).unwrap();
                fields(&mut bent)[at].clone()
            }
        };
        let mut chars: Vec<char> = text.chars().collect();
        let at = dice.below(chars.len());
        let flipped = u32::from(chars[at]) ^ (1 << dice.below(5));
        let Some(flipped) = char::from_u32(flipped).filter(|c| !c.is_control()) else {
            continue;
        };
        chars[at] = flipped;
        let bent: String = chars.into_iter().collect();
        let bent = bent.replace('\'', "''");
        let sql = format!(
            "UPDATE audit SET {column} = '{bent}' WHERE seq = {}",
            row.seq
        );
        let found = after(&data.db, &note, &sql);
        assert!(!found.damage.is_empty(), "not seen: {sql}");
    }
    assert_eq!(verified(&data.db, &[note]).damage, [], "all was taken back");
}

#[test]
fn deleted_swapped_inserted_and_truncated_rows_are_found() {
    let data = log_of(60);
    let note = checkpoint(&data.db);
    let db = &data.db;
    let copied = "change_id, at, person_id, person_name, role, verb, subject_kind, subject_id, programme_id, \
                  facility_id, detail_digest, leaf FROM audit";
    let tampering = [
        "DELETE FROM audit_detail WHERE seq = 30; DELETE FROM audit WHERE seq = 30".to_owned(),
        // The same, with the gap closed.
        "DELETE FROM audit_detail WHERE seq = 61; DELETE FROM audit WHERE seq = 61; \
         UPDATE audit_head SET seq = 60"
            .to_owned(),
        "UPDATE audit SET seq = -1 WHERE seq = 20; UPDATE audit SET seq = 20 WHERE seq = 21; \
         UPDATE audit SET seq = 21 WHERE seq = -1"
            .to_owned(),
        format!("INSERT INTO audit SELECT 62, 'slipped in', {copied} WHERE seq = 61"),
        format!("INSERT INTO audit SELECT 0, 'slipped in', {copied} WHERE seq = 61"),
        "DELETE FROM audit_detail WHERE seq > 40; DELETE FROM audit WHERE seq > 40; \
         UPDATE audit_head SET seq = 40"
            .to_owned(),
        "UPDATE audit_detail SET detail = '{}' WHERE seq = 5".to_owned(),
        "UPDATE audit_head SET frontier = ''".to_owned(),
        "UPDATE audit_head SET seq = 1000".to_owned(),
        "UPDATE checkpoint SET note = 'kanmon/test'".to_owned(),
    ];
    for sql in tampering {
        let found = after(db, &note, &sql);
        assert!(!found.damage.is_empty(), "not seen: {sql}");
    }
    assert_eq!(verified(db, &[note]).damage, []);
}

/// A tamperer who writes the whole log anew, with leaves and frontier that fit, is caught only by what left the house.
#[test]
fn a_log_written_anew_does_not_fit_a_checkpoint_from_outside() {
    let data = log_of(30);
    let note = checkpoint(&data.db);
    let other = log_of(29);
    let forged = checkpoint(&other.db);
    assert_eq!(verified(&other.db, &[forged]).damage, []);
    let found = verified(&other.db, &[note]);
    assert!(!found.damage.is_empty());
}

#[test]
fn details_may_go_and_the_proof_stays() {
    let data = log_of(10);
    let note = checkpoint(&data.db);
    let found = after(&data.db, &note, "DELETE FROM audit_detail WHERE seq = 3");
    assert_eq!(found.damage, []);
}

#[test]
fn a_log_from_before_it_was_a_tree_takes_root_at_migration() {
    let data = log_of(25);
    data.db
        .jot(|conn| Ok(conn.batch_execute("UPDATE audit_head SET frontier = ''")?))
        .unwrap();
    let refused = data.db.write(&Actor::system("test"), |_| Ok(()));
    assert!(
        matches!(refused, Err(Error::Broken(_))),
        "a head that does not fit is not written to"
    );
    kanmon::guards::migrate(&data.db).unwrap();
    let note = checkpoint(&data.db);
    assert_eq!(verified(&data.db, &[note]).damage, []);
}

#[test]
fn kept_subtrees_prove_a_long_log_and_a_bent_one_is_found() {
    let data = log_of(700);
    let note = checkpoint(&data.db);
    let own = signatory().verifier();
    let known = Checkpoint::parse(own.open(&note).unwrap()).unwrap();
    let leaves: merkle::Known = rows(&data.db).iter().map(Leafed::hash).collect();
    for row in rows(&data.db).iter().step_by(37) {
        let before = data.db.statements();
        let proof = data
            .db
            .read(|conn| paths::prove(conn, &row.id, known.size))
            .unwrap();
        assert!(data.db.statements() - before < 8);
        let all = leaves.inclusion(proof.index, known.size).unwrap();
        let all: Vec<String> = all.iter().map(hex::encode).collect();
        assert_eq!(proof.path, all);
        let old = proof.index + 1;
        let grown = data.db.read(|conn| paths::growth(conn, old, known.size));
        assert_eq!(grown.unwrap(), leaves.consistency(old, known.size));
    }
    let kept = |db: &Db| {
        db.read(|conn| {
            use diesel::prelude::*;
            use kanmon::schema::audit_subtree;
            Ok(audit_subtree::table.count().get_result::<i64>(conn)?)
        })
        .unwrap()
    };
    assert_eq!(kept(&data.db), 2);
    for sql in [
        "UPDATE audit_subtree SET root = '00' WHERE position = 1",
        "DELETE FROM audit_subtree",
        "INSERT INTO audit_subtree (height, position, root) VALUES (8, 9, '00')",
    ] {
        assert!(!after(&data.db, &note, sql).damage.is_empty(), "{sql}");
    }
    // A log from before they were kept gets them at migration.
    data.db
        .jot(|conn| {
            drop_trigger(conn, ("audit_subtree_no_delete", "audit_subtree"))?;
            Ok(conn.batch_execute("DELETE FROM audit_subtree")?)
        })
        .unwrap();
    kanmon::guards::migrate(&data.db).unwrap();
    assert_eq!(kept(&data.db), 2);
    assert_eq!(verified(&data.db, &[note]).damage, []);
}

#[test]
fn another_key_is_recorded_and_the_old_notes_still_open() {
    let data = log_of(5);
    let first = checkpoint(&data.db);
    let second = Signatory::new("kanmon/test", &[4; 32]).unwrap();
    let key = second.verifier();
    data.db
        .write(&Actor::system("test"), move |tx| {
            tree::know_key(tx, &second.verifier())?;
            tree::know_key(tx, &second.verifier())?;
            tree::sign_checkpoint(tx, &second)
        })
        .unwrap();
    let keys = data.db.read(tree::keys).unwrap();
    assert_eq!(keys, [signatory().verifier(), key.clone()]);
    let found = data
        .db
        .read(|conn| tree::verify(conn, &keys, &[first]))
        .unwrap();
    assert_eq!(found.damage, []);
    let only_new = data
        .db
        .read(|conn| tree::verify(conn, &[key], &[]))
        .unwrap();
    assert_eq!(
        only_new.damage.len(),
        1,
        "the first note is not signed by the new key"
    );
}

#[test]
fn every_shipment_is_borne_out_by_the_log_and_a_forged_one_is_not() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.released(&place);
    support::deliveries::done(ground.ship(&id));
    let (seen, found) = data.db.read(kanmon::deliveries::proofs::unproved).unwrap();
    assert_eq!((seen, found), (1, vec![]));
    let forged = [
        (
            "shipment_no_update",
            "shipment",
            "UPDATE shipment SET arrives_on = '2030-01-01'",
        ),
        (
            "shipment_no_update",
            "shipment",
            "UPDATE shipment SET change_id = 'another'",
        ),
        (
            "verdict_no_update",
            "verdict",
            "UPDATE verdict SET facts = replace(facts, 'true', 'false')",
        ),
        (
            "finding_no_update",
            "finding",
            "UPDATE finding SET body = replace(body, 'met', 'unmet') WHERE position = 0",
        ),
    ];
    for (trigger, table, sql) in forged {
        let outcome: Result<(), Error> = data.db.jot(move |conn| {
            drop_trigger(conn, (trigger, table))?;
            conn.batch_execute(sql)?;
            let (_, found) = kanmon::deliveries::proofs::unproved(conn)?;
            assert_eq!(found.len(), 1, "{sql}");
            Err(Error::Broken("taken back".to_owned()))
        });
        assert!(
            matches!(&outcome, Err(Error::Broken(words)) if words == "taken back"),
            "{outcome:?}: {sql}"
        );
    }
}

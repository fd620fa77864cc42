//! `kanmon audit …`: whether the log is whole, its signed checkpoints, proofs of a row and of growth, and all for others.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kanmon::audit::proofs;
use kanmon::audit::{paths, tree};
use kanmon::config::KeyFile;
use kanmon::db::Db;
use kanmon::deliveries::proofs as shipments;
use kanmon::error::{Error, Result};
use kanmon::merkle;
use kanmon::notes::Verifier;
use kanmon::scope::Actor;
use kanmon::witness;
use serde::Serialize;
use serde_json::json;

use super::{Ending, Outcome, no_programme, open};

/// The secret key of a file, which is made where it is missing.
pub fn secret(file: &Path) -> Result<[u8; 32], Outcome> {
    witness::key::secret(file).map_err(|problem| {
        let file = file.display();
        Outcome::Configuration(format!("CHECKPOINT_KEY_FILE: {file}: {problem}"))
    })
}

/// Verifying keys given on the command line, or those that the log names, which prove less.
fn verifiers(db: &Db, keys: &[String]) -> Result<Vec<Verifier>, Outcome> {
    let mut verifiers = Vec::new();
    for key in keys {
        let known = Verifier::parse(key)
            .map_err(|cause| Outcome::Usage(format!("--key {key:?}: {cause}")))?;
        verifiers.push(known);
    }
    if verifiers.is_empty() {
        verifiers = db.read(tree::keys)?;
    }
    Ok(verifiers)
}

/// Looks at every row, the head and the checkpoints; exit 1 on any damage.
pub fn verify(url: &str, keys: &[String], notes: &[PathBuf]) -> Ending {
    let db = open(url)?;
    let verifiers = verifiers(&db, keys)?;
    let mut outside = Vec::new();
    for file in notes {
        let text = fs::read_to_string(file)
            .map_err(|cause| Outcome::Usage(format!("{}: {cause}", file.display())))?;
        outside.extend(tree::notes_in(&text));
    }
    let found = db.read(|conn| tree::verify(conn, &verifiers, &outside))?;
    for damage in &found.damage {
        println!("{}: {}", damage.at, damage.what);
    }
    let (seen, unproved) = db.read(shipments::unproved)?;
    for one in &unproved {
        println!("delivery {}: {}", one.delivery, one.what);
    }
    println!(
        "{seen} shipments, {} without a permitting verdict of the same transaction",
        unproved.len()
    );
    println!(
        "{} rows, {} checkpoints, root {}, {} damaged",
        found.rows,
        found.checkpoints,
        found.root,
        found.damage.len()
    );
    match found.damage.is_empty() && unproved.is_empty() {
        true => Ok(ExitCode::SUCCESS),
        false => Err(Outcome::Failed(
            "the audit log is not what it was".to_owned(),
        )),
    }
}

/// Signs the log as it stands and prints the note.
pub fn checkpoint(url: &str, key: &KeyFile) -> Ending {
    let db = open(url)?;
    print!("{}", signed(&db, key)?.0);
    Ok(ExitCode::SUCCESS)
}

/// The note, and how many rows it speaks of.
pub fn signed(db: &Db, key: &KeyFile) -> Result<(String, u64), Outcome> {
    let secret = secret(&key.checkpoint_key_file)?;
    witness::sign(db, &secret, &Actor::system("audit checkpoint"))?.ok_or_else(no_programme)
}

/// Prints the proof that one row is in the log, with a checkpoint of the log as it stands.
pub fn prove(url: &str, id: &str, key: &KeyFile) -> Ending {
    let db = open(url)?;
    // Rows that come after the checkpoint are not in its tree.
    let (checkpoint, size) = signed(&db, key)?;
    let given = db.read(|conn| proofs::given_in(conn, id, &checkpoint, size))?;
    println!("{}", serde_json::to_string_pretty(&given)?);
    Ok(ExitCode::SUCCESS)
}

/// Proves that the log of an older checkpoint is the beginning of that of a newer one, or of the log as it stands; exit 1
/// where it is not.
pub fn consistency(
    url: &str,
    (old, new): (&Path, Option<&Path>),
    keys: &[String],
    key: &KeyFile,
) -> Ending {
    let db = open(url)?;
    let old = last_note(old)?;
    let new = match new {
        Some(file) => last_note(file)?,
        None => signed(&db, key)?.0,
    };
    let verifiers = verifiers(&db, keys)?;
    let known = |which: &str, note: &str| {
        tree::opened(&verifiers, note).ok_or_else(|| {
            Outcome::Failed(format!(
                "the {which} checkpoint bears no signature that fits"
            ))
        })
    };
    let (before, after) = (known("older", &old)?, known("newer", &new)?);
    if before.origin != after.origin {
        return Err(Outcome::Failed(format!(
            "the checkpoints are of two logs: {} and {}",
            before.origin, after.origin
        )));
    }
    let path = db.read(|conn| paths::growth(conn, before.size, after.size))?;
    let path = path.ok_or_else(|| {
        Outcome::Failed(format!(
            "this log does not go from {} rows to {}",
            before.size, after.size
        ))
    })?;
    if !merkle::grew(before.size, &before.root, after.size, &after.root, &path) {
        return Err(Outcome::Failed(format!(
            "the log of {} rows is not the beginning of that of {} rows",
            before.size, after.size
        )));
    }
    let path: Vec<String> = path.iter().map(hex::encode).collect();
    let keys: Vec<String> = verifiers.iter().map(Verifier::to_string).collect();
    let whole = json!({ "old": old, "new": new, "path": path, "keys": keys });
    println!("{}", serde_json::to_string_pretty(&whole)?);
    Ok(ExitCode::SUCCESS)
}

/// The last note of a file.
fn last_note(file: &Path) -> Result<String, Outcome> {
    let unreadable = |cause: String| Outcome::Usage(format!("{}: {cause}", file.display()));
    let text = fs::read_to_string(file).map_err(|cause| unreadable(cause.to_string()))?;
    let last = tree::notes_in(&text).pop();
    last.ok_or_else(|| unreadable("holds no checkpoint".to_owned()))
}

/// Writes the log, its checkpoints and its keys to a folder, for a verifier that knows nothing of this program.
pub fn export(url: &str, folder: &Path, key: &KeyFile) -> Ending {
    let db = open(url)?;
    signed(&db, key)?;
    let bad = |cause: std::io::Error| Outcome::Usage(format!("{}: {cause}", folder.display()));
    fs::create_dir_all(folder).map_err(bad)?;
    let rows = db.read(|conn| {
        let mut out = lines(folder, "audit.jsonl")?;
        let (mut last, mut rows) = (i64::MIN, 0_u64);
        loop {
            let page = tree::page(conn, last)?;
            let Some(end) = page.last() else { break };
            last = end.seq;
            for row in &page {
                line(&mut out, row)?;
                rows += 1;
            }
        }
        out.flush().map_err(written)?;
        let mut out = lines(folder, "shipments.jsonl")?;
        let mut after = String::new();
        loop {
            let page = shipments::shipped(conn, &shipments::Whose::All, &after)?;
            let Some(end) = page.last() else { break };
            after.clone_from(&end.shipment);
            for one in &page {
                line(&mut out, one)?;
            }
        }
        out.flush().map_err(written)?;
        let mut out = lines(folder, "checkpoints.jsonl")?;
        for (size, note, at) in tree::checkpoints(conn)? {
            line(&mut out, &json!({ "size": size, "at": at, "note": note }))?;
        }
        out.flush().map_err(written)?;
        let mut out = lines(folder, "keys.txt")?;
        for key in tree::keys(conn)? {
            writeln!(out, "{key}").map_err(written)?;
        }
        out.flush().map_err(written)?;
        Ok(rows)
    })?;
    println!("{rows} rows written to {}", folder.display());
    Ok(ExitCode::SUCCESS)
}

type File = BufWriter<fs::File>;

fn lines(folder: &Path, name: &str) -> Result<File> {
    let file = fs::File::create(folder.join(name)).map_err(written)?;
    Ok(BufWriter::new(file))
}

fn written(cause: std::io::Error) -> Error {
    Error::broken("the export cannot be written", cause)
}

fn line(out: &mut File, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out).map_err(written)
}

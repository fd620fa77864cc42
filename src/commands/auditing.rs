//! `kanmon audit …`: whether the log is whole, its signed checkpoints, the proof of one row, and all of it for others.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kanmon::audit::tree;
use kanmon::db::Db;
use kanmon::deliveries::proofs;
use kanmon::error::{Error, Result};
use kanmon::notes::{Signatory, Verifier};
use kanmon::scope::Actor;
use serde::Serialize;
use serde_json::json;

use super::{Ending, Outcome, open, programme};

/// The key that signs checkpoints, and whose log it says it is.
#[derive(Debug, Clone, clap::Args)]
pub struct KeyFile {
    /// The file with the signing key, 32 bytes in hexadecimal; made with fresh chance where there is none. Keep it
    /// away from the database and its backups.
    #[arg(
        long,
        env = "CHECKPOINT_KEY_FILE",
        default_value = "kanmon-checkpoint.key"
    )]
    checkpoint_key_file: PathBuf,
}

impl KeyFile {
    fn signatory(&self, db: &Db) -> Result<Signatory, Outcome> {
        let file = &self.checkpoint_key_file;
        let bad = |problem: String| {
            Outcome::Configuration(format!(
                "CHECKPOINT_KEY_FILE: {}: {problem}",
                file.display()
            ))
        };
        if !file.exists() {
            make_key(file).map_err(|cause| bad(cause.to_string()))?;
        }
        let text = fs::read_to_string(file).map_err(|cause| bad(cause.to_string()))?;
        let secret = hex::decode(text.trim())
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| bad("is not 32 bytes in hexadecimal".to_owned()))?;
        let name = format!("kanmon/{}", programme(db)?.code);
        Signatory::new(&name, &secret).map_err(|cause| bad(cause.to_string()))
    }
}

/// A fresh key that only its owner may read. An existing file is never replaced.
fn make_key(file: &Path) -> std::io::Result<()> {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(file)?;
    writeln!(out, "{}", hex::encode(secret))?;
    out.sync_all()
}

/// Looks at every row, the head and the checkpoints; exit 1 on any damage.
pub fn verify(url: &str, keys: &[String], notes: &[PathBuf]) -> Ending {
    let db = open(url)?;
    let mut verifiers = Vec::new();
    for key in keys {
        let known = Verifier::parse(key)
            .map_err(|cause| Outcome::Usage(format!("--key {key:?}: {cause}")))?;
        verifiers.push(known);
    }
    // Without a key from outside, the log's own word on its keys has to do; it proves less.
    if verifiers.is_empty() {
        verifiers = db.read(tree::keys)?;
    }
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
    let (shipments, unproved) = db.read(proofs::unproved)?;
    for one in &unproved {
        println!("delivery {}: {}", one.delivery, one.what);
    }
    println!(
        "{shipments} shipments, {} without a permitting verdict of the same transaction",
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
    let signatory = key.signatory(db)?;
    Ok(db.write(&Actor::system("audit checkpoint"), move |tx| {
        tree::know_key(tx, &signatory.verifier())?;
        let note = tree::sign_checkpoint(tx, &signatory)?;
        Ok((note, u64::try_from(tx.seq).unwrap_or(0)))
    })?)
}

/// Prints the proof that one row is in the log, with a checkpoint of the log as it stands.
pub fn prove(url: &str, id: &str, key: &KeyFile) -> Ending {
    let db = open(url)?;
    // Rows that come after the checkpoint are not in its tree.
    let (note, size) = signed(&db, key)?;
    let proof = db.read(|conn| tree::prove(conn, id, size))?;
    let whole = json!({ "proof": proof, "checkpoint": note });
    println!("{}", serde_json::to_string_pretty(&whole)?);
    Ok(ExitCode::SUCCESS)
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
            let page = proofs::shipped(conn, &proofs::Whose::All, &after)?;
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

//! The witness: signs the log after each signature and each shipment, and puts every checkpoint where it outlives the
//! database: into a file, and once a day to an address outside.
//!
//! What is due follows from the log itself, so that nothing is lost between a commit and the file: a process that ended in
//! between catches up at its next start.

mod file;
pub mod key;
pub mod post;

use std::fmt;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::audit::tree;
use crate::db::{AnyConn, Db};
use crate::error::{Error, Result};
use crate::notes::{Signatory, Verifier};
use crate::outbox::marks::short;
use crate::schema::{programme, witness};
use crate::scope::Actor;

/// The one row of what is wrong.
const ONE: i32 = 1;

crate::words! {
    /// Why checkpoints do not reach the file.
    pub enum Trouble {
        /// The file cannot be written: a missing folder, a full disk, a right that is lacking.
        Unwritable = "unwritable",
        /// The file ends with a checkpoint that is not this log's.
        Foreign = "foreign",
        /// The database did not let a checkpoint be signed or read.
        Unsigned = "unsigned",
    }
}

/// What is in the way, with the system's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    pub trouble: Trouble,
    pub answer: String,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.trouble.as_str(), self.answer)
    }
}

impl Obstacle {
    fn new(trouble: Trouble, answer: impl fmt::Display) -> Obstacle {
        Obstacle {
            trouble,
            answer: short(&answer.to_string()),
        }
    }
}

impl From<Error> for Obstacle {
    fn from(cause: Error) -> Obstacle {
        Obstacle::new(Trouble::Unsigned, cause)
    }
}

/// Whose log it is that a key signs: the programme's. None where no programme has begun.
pub fn signatory(db: &Db, secret: &[u8; 32]) -> Result<Option<Signatory>> {
    let code: Option<String> = db.read(|conn| {
        Ok(programme::table
            .order(programme::id)
            .select(programme::code)
            .first(conn)
            .optional()?)
    })?;
    code.map(|code| Signatory::new(&format!("kanmon/{code}"), secret))
        .transpose()
        .map_err(|cause| Error::broken("checkpoint key", cause))
}

/// Signs the log as it stands, whether or not something is due: the note, and of how many rows it speaks. None where no
/// programme has begun.
pub fn sign(db: &Db, secret: &[u8; 32], actor: &Actor) -> Result<Option<(String, u64)>> {
    let Some(own) = signatory(db, secret)? else {
        return Ok(None);
    };
    let note = db.write(actor, move |tx| {
        tree::know_key(tx, &own.verifier())?;
        let note = tree::sign_checkpoint(tx, &own)?;
        Ok((note, u64::try_from(tx.seq).unwrap_or(0)))
    });
    note.map(Some)
}

/// Keeps the file of checkpoints up with the log.
pub struct Witness {
    db: Db,
    secret: [u8; 32],
    file: PathBuf,
    /// Up to where the log was looked through for what has to be witnessed.
    looked: i64,
    /// What was in the way last time; none known at the start.
    before: Option<Result<(), Obstacle>>,
}

impl Witness {
    pub fn new(db: Db, secret: [u8; 32], file: PathBuf) -> Witness {
        Witness {
            db,
            secret,
            file,
            looked: 0,
            before: None,
        }
    }

    /// Signs what has been signed or shipped since the last checkpoint, and adds to the file what it lacks. What is in the
    /// way is kept where the first page and the post room show it, and goes when the way is free.
    pub fn keep_up(&mut self) -> Result<(), Obstacle> {
        let outcome = self.look();
        if self.before.as_ref() != Some(&outcome) {
            match &outcome {
                Ok(()) => tracing::info!(file = %self.file.display(), "checkpoints are kept"),
                Err(obstacle) => {
                    tracing::error!(file = %self.file.display(), %obstacle, "checkpoints cannot be kept");
                }
            }
            let (now, known) = (self.db.clock().now(), outcome.clone().err());
            // Tried again with the next look, where the database is what is in the way.
            if let Err(cause) = self.db.jot(move |conn| remember(conn, now, known.as_ref())) {
                tracing::error!(%cause, "what is wrong with checkpoints cannot be recorded");
                return outcome;
            }
            self.before = Some(outcome.clone());
        }
        outcome
    }

    fn look(&mut self) -> Result<(), Obstacle> {
        let Some(own) = signatory(&self.db, &self.secret)? else {
            return Ok(());
        };
        let looked = self.looked;
        let (head, due) = self.db.read(|conn| tree::awaiting(conn, looked))?;
        let key = own.verifier();
        if due {
            sign(&self.db, &self.secret, &Actor::system("witness"))?;
        }
        self.looked = head;
        let mut keys = self.db.read(tree::keys)?;
        keys.push(key);
        file::add(&self.file, |last| self.missing(&keys, last))
    }

    /// The notes that come after the last one of the file, which must be one of this log's.
    fn missing(&self, keys: &[Verifier], last: Option<&str>) -> Result<Vec<String>, Obstacle> {
        let size = match last {
            None => -1,
            Some(note) => self.known(keys, note)?,
        };
        Ok(self.db.read(|conn| tree::notes_after(conn, size))?)
    }

    fn known(&self, keys: &[Verifier], note: &str) -> Result<i64, Obstacle> {
        let foreign = |why: &str| Obstacle::new(Trouble::Foreign, why);
        let outside =
            tree::opened(keys, note).ok_or_else(|| foreign("no known key signed its last note"))?;
        let size = i64::try_from(outside.size).unwrap_or(i64::MAX);
        let inside = self.db.read(|conn| tree::note_of(conn, size))?;
        let inside = inside.and_then(|note| tree::opened(keys, &note));
        match inside {
            Some(inside) if inside.root == outside.root => Ok(size),
            Some(_) => Err(foreign("its last note has another root")),
            None => Err(foreign(
                "its last note is of a log that this database has not",
            )),
        }
    }
}

/// What is wrong with the file of checkpoints, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    pub since: DateTime<Utc>,
    pub trouble: Trouble,
    pub answer: String,
}

/// What keeps checkpoints from the file at the moment.
pub fn failing(conn: &mut AnyConn) -> Result<Option<Failing>> {
    let (since, trouble, answer): (Option<NaiveDateTime>, Option<Trouble>, String) = witness::table
        .find(ONE)
        .select((witness::failing_since, witness::trouble, witness::answer))
        .get_result(conn)?;
    Ok(since.zip(trouble).map(|(since, trouble)| Failing {
        since: since.and_utc(),
        trouble,
        answer,
    }))
}

fn remember(conn: &mut AnyConn, now: DateTime<Utc>, obstacle: Option<&Obstacle>) -> Result<()> {
    let before = failing(conn)?;
    let since = obstacle.map(|_| before.map_or(now, |before| before.since).naive_utc());
    diesel::update(witness::table.find(ONE))
        .set((
            witness::failing_since.eq(since),
            witness::trouble.eq(obstacle.map(|obstacle| obstacle.trouble)),
            witness::answer.eq(obstacle.map_or("", |obstacle| obstacle.answer.as_str())),
        ))
        .execute(conn)?;
    Ok(())
}

//! Signed notes and checkpoints of the log, as C2SP specifies them (signed-note, tlog-checkpoint): text that anybody can
//! verify with the printed key and a small program of another make.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::merkle::Hash;

/// Ed25519 in the registry of signature types of C2SP signed-note.
const ED25519: u8 = 1;
/// A longer note than this is none of ours.
const LONGEST: usize = 64 * 1024;
/// The most signatures a note may bear.
const MOST_SIGNATURES: usize = 100;

/// Why a text is not a note that can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It is not a note at all.
    Malformed,
    /// It bears no signature by this key.
    Unsigned,
    /// It bears a signature in this key's name that does not fit the text.
    Forged,
    /// Its text is no checkpoint.
    NoCheckpoint,
    /// A key's name or its encoding is not one.
    NoKey,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flaw::Malformed => "this is not a signed note",
            Flaw::Unsigned => "the note bears no signature by this key",
            Flaw::Forged => "the signature does not fit the text",
            Flaw::NoCheckpoint => "the note's text is not a checkpoint: origin, size, root",
            Flaw::NoKey => "this is not a key",
        })
    }
}

impl std::error::Error for Flaw {}

/// A key that signs, under a name that says whose it is: a host name with a path, without spaces or plus signs.
pub struct Signatory {
    name: String,
    key: SigningKey,
}

impl Signatory {
    /// A key from its 32 secret bytes.
    ///
    /// # Errors
    /// `NoKey` where the name is empty or holds a space or a plus sign.
    pub fn new(name: &str, secret: &[u8; 32]) -> Result<Signatory, Flaw> {
        check_name(name)?;
        Ok(Signatory {
            name: name.to_owned(),
            key: SigningKey::from_bytes(secret),
        })
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier {
            name: self.name.clone(),
            key: self.key.verifying_key(),
        }
    }

    /// Signs a text, which must end with a line feed.
    ///
    /// # Errors
    /// `Malformed` where the text is empty, does not end with a line feed, or holds other control characters.
    pub fn sign(&self, text: &str) -> Result<String, Flaw> {
        check_text(text)?;
        let signature = self.key.sign(text.as_bytes());
        let mut bytes = self.verifier().id().to_vec();
        bytes.extend_from_slice(&signature.to_bytes());
        Ok(format!(
            "{text}\n— {} {}\n",
            self.name,
            STANDARD.encode(bytes)
        ))
    }
}

/// A key that verifies: its printed form is `NAME+ID+KEY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

impl Verifier {
    /// The first four bytes of SHA-256 over name, line feed, type and key.
    fn id(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', ED25519]);
        hash.update(self.key.as_bytes());
        let [a, b, c, d, ..]: Hash = hash.finalize().into();
        [a, b, c, d]
    }

    /// Whose key it is.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads the printed form.
    ///
    /// # Errors
    /// `NoKey` where it is not one, or its id does not fit.
    pub fn parse(text: &str) -> Result<Verifier, Flaw> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Flaw::NoKey);
        };
        check_name(name)?;
        let bytes = STANDARD.decode(key).map_err(|_| Flaw::NoKey)?;
        let Some((&ED25519, key)) = bytes.split_first() else {
            return Err(Flaw::NoKey);
        };
        let key: [u8; 32] = key.try_into().map_err(|_| Flaw::NoKey)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| Flaw::NoKey)?;
        let verifier = Verifier {
            name: name.to_owned(),
            key,
        };
        match id.eq_ignore_ascii_case(&hex::encode(verifier.id())) {
            true => Ok(verifier),
            false => Err(Flaw::NoKey),
        }
    }

    /// The text of a note that bears a signature by this key; signatures by other keys are passed over.
    ///
    /// # Errors
    /// `Malformed`, `Unsigned` or `Forged`.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, Flaw> {
        if note.len() > LONGEST {
            return Err(Flaw::Malformed);
        }
        let (before, signatures) = note.rsplit_once("\n\n").ok_or(Flaw::Malformed)?;
        // The text keeps the line feed that ends its last line.
        let text = note.get(..=before.len()).ok_or(Flaw::Malformed)?;
        check_text(text)?;
        let signatures = signatures.strip_suffix('\n').ok_or(Flaw::Malformed)?;
        let lines: Vec<&str> = signatures.split('\n').collect();
        if lines.len() > MOST_SIGNATURES {
            return Err(Flaw::Malformed);
        }
        let mut own = false;
        for line in lines {
            let (name, encoded) = line
                .strip_prefix("— ")
                .and_then(|rest| rest.split_once(' '))
                .ok_or(Flaw::Malformed)?;
            check_name(name).map_err(|_| Flaw::Malformed)?;
            let bytes = STANDARD.decode(encoded).map_err(|_| Flaw::Malformed)?;
            let (id, signature) = bytes.split_first_chunk::<4>().ok_or(Flaw::Malformed)?;
            if name != self.name || *id != self.id() {
                continue;
            }
            let signature: [u8; 64] = signature.try_into().map_err(|_| Flaw::Forged)?;
            let signature = Signature::from_bytes(&signature);
            self.key
                .verify_strict(text.as_bytes(), &signature)
                .map_err(|_| Flaw::Forged)?;
            own = true;
        }
        match own {
            true => Ok(text),
            false => Err(Flaw::Unsigned),
        }
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(
            f,
            "{}+{}+{}",
            self.name,
            hex::encode(self.id()),
            STANDARD.encode(bytes)
        )
    }
}

fn check_name(name: &str) -> Result<(), Flaw> {
    match name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+') {
        true => Err(Flaw::NoKey),
        false => Ok(()),
    }
}

/// INVARIANT: a note's text has no control characters but line feeds and ends with one, so that what is signed is what
/// is seen.
fn check_text(text: &str) -> Result<(), Flaw> {
    let hidden = |c: char| c.is_control() && c != '\n';
    match text.is_empty() || !text.ends_with('\n') || text.contains(hidden) {
        true => Err(Flaw::Malformed),
        false => Ok(()),
    }
}

/// How large a log was and what its root was: the text of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is.
    pub origin: String,
    /// How many rows it had.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The lines that are signed.
    #[must_use]
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.root);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// Reads the lines back; lines after the third are extensions and pass unread.
    ///
    /// # Errors
    /// `NoCheckpoint`.
    pub fn parse(text: &str) -> Result<Checkpoint, Flaw> {
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), Some(_)) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(Flaw::NoCheckpoint);
        };
        let number: u64 = size.parse().map_err(|_| Flaw::NoCheckpoint)?;
        // One number has one spelling: no plus sign, no noughts in front.
        if origin.is_empty() || number.to_string() != size {
            return Err(Flaw::NoCheckpoint);
        }
        let root = STANDARD.decode(root).map_err(|_| Flaw::NoCheckpoint)?;
        Ok(Checkpoint {
            origin: origin.to_owned(),
            size: number,
            root: root.try_into().map_err(|_| Flaw::NoCheckpoint)?,
        })
    }
}

#[cfg(test)]
mod tests;

//! Passwords: what is asked of them, how they are kept, and how one is checked without telling who exists.

use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};
use chrono::{DateTime, Utc};

use super::store::Credentials;
use crate::config::Cost;
use crate::error::{Error, Message, Result};
use crate::rules::finding::Argument;

const SHORTEST: usize = 12;
const LONGEST: usize = 256;
/// Letters of the passwords we make: none that is easily taken for another.
const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A password as it is kept: argon2id with its own salt and cost.
#[derive(Clone)]
pub struct Hashed(pub(super) String);

/// Checks what is asked of a new password and hashes it. Slow on purpose: never inside a write.
pub fn hash(cost: Cost, password: &str) -> Result<Hashed> {
    let length = password.chars().count();
    let problem = if length < SHORTEST {
        Some("accounts-password-too-short")
    } else if length > LONGEST {
        Some("accounts-password-too-long")
    } else if password.contains('\0') {
        Some("forms-control-character")
    } else {
        None
    };
    if let Some(id) = problem {
        let number = |count: usize| Argument::Number(i64::try_from(count).unwrap_or(i64::MAX));
        return Err(Error::invalid(
            "new_password",
            Message::new(id)
                .with("found", number(length))
                .with("least", number(SHORTEST))
                .with("most", number(LONGEST)),
        ));
    }
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|cause| Error::broken("random", cause))?;
    salted(cost, password, &salt).map(Hashed)
}

fn salted(cost: Cost, password: &str, salt: &[u8]) -> Result<String> {
    let broken = |cause: argon2::Error| Error::broken("password cost", cause);
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(broken)?;
    Argon2::from(params)
        .hash_password_with_salt(password.as_bytes(), salt)
        .map(|hash| hash.to_string())
        .map_err(|cause| Error::broken("password hash", cause))
}

/// The account, if the password is its own, it is open and no wait is running. The work is the same in every case.
pub(super) fn check(
    cost: Cost,
    found: Option<Credentials>,
    password: &str,
    now: DateTime<Utc>,
) -> Result<Option<Credentials>> {
    // A password beyond the limit cannot be right, and hashing a megabyte would be a favour to an attacker.
    let password: String = password.chars().take(LONGEST + 1).collect();
    let Some(found) = found else {
        salted(cost, &password, b"nobody has this.")?;
        return Ok(None);
    };
    let matches = Argon2::default()
        .verify_password(password.as_bytes(), found.password_hash.as_str())
        .is_ok();
    let waits = found.locked_until.is_some_and(|until| until > now);
    Ok((matches && found.active && !waits).then_some(found))
}

/// A password to begin with: five groups of four letters, about 115 bits.
pub fn generate() -> Result<String> {
    let mut password = String::new();
    while password.chars().count() < 24 {
        let mut byte = [0_u8; 1];
        getrandom::fill(&mut byte).map_err(|cause| Error::broken("random", cause))?;
        // Bytes beyond the letters are thrown away, so that every letter is equally likely.
        let letter = byte
            .first()
            .and_then(|byte| LETTERS.get(usize::from(byte & 0x3f)));
        if let Some(letter) = letter {
            if password.chars().count() % 5 == 4 {
                password.push('-');
            }
            password.push(char::from(*letter));
        }
    }
    Ok(password)
}

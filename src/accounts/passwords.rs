//! Passwords: what is asked of them, how they are kept, and how one is checked without telling who exists.

use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};

use super::store::Credentials;
use crate::config::Cost;
use crate::error::{Error, Message, Result};
use crate::rules::finding::Argument;

const SHORTEST: usize = 12;
const LONGEST: usize = 256;

/// A password as it is kept: argon2id with its own salt and cost.
#[derive(Clone)]
pub struct Hashed(pub(super) String);

/// Checks the length of a new password and hashes it. Slow on purpose: never inside a write. Whether it is easily
/// guessed is asked by the pages on which people choose one, see `strength`.
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

/// The account, if the password is its own and it is open. The work is the same in every case, as long as `for_nobody`
/// does as much as a check.
pub(super) fn check(
    found: Option<Credentials>,
    password: &str,
    for_nobody: impl FnOnce(&str) -> Result<()>,
) -> Result<Option<Credentials>> {
    // A password beyond the limit cannot be right, and hashing a megabyte would be a favour to an attacker.
    let password: String = password.chars().take(LONGEST + 1).collect();
    let Some(found) = found else {
        for_nobody(&password)?;
        return Ok(None);
    };
    let matches = Argon2::default()
        .verify_password(password.as_bytes(), found.password_hash.as_str())
        .is_ok();
    // Whoever was invited has a password of chance until the first sign-in, so that nothing matches it.
    Ok((matches && found.active).then_some(found))
}

/// What checking a password costs where there is no account to check it for.
pub(super) fn for_nobody(cost: Cost, password: &str) -> Result<()> {
    salted(cost, password, b"nobody has this.").map(|_| ())
}

/// A password that nobody knows, for an account whose person has not chosen one yet.
pub fn unknown(cost: Cost) -> Result<Hashed> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Error::broken("random", cause))?;
    hash(cost, &hex::encode(bytes))
}

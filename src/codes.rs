//! Codes that are typed once: how they are made, how they read after somebody typed them, and the digest that is kept.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};

/// Thirty-two signs, none of which is easily taken for another: no 0, 1, I or O. Five bits each.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// A hundred bits, so that guessing is hopeless whatever the limits.
const LENGTH: usize = 20;
/// The signs between two hyphens.
const GROUP: usize = 4;

/// Makes the codes that travel by mail, from the installation's secret.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeKey([u8; 64]);

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKey")
    }
}

impl CodeKey {
    pub fn of(secret: &[u8; 64]) -> CodeKey {
        CodeKey(*secret)
    }

    /// The code that belongs to an id. A letter waits in the outbox as what it is about; its code is made again from
    /// the id and the secret at the moment of writing, so that it lies in the database at no time. Who has the database
    /// alone learns no code, and who has the secret alone has none of the ids, which hold 74 bits of chance.
    pub fn code(&self, id: &str) -> Result<String> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0)
            .map_err(|cause| Error::broken("code key", cause))?;
        // Said apart from everything else that is made with the secret.
        mac.update(b"kanmon single-use code\0");
        mac.update(id.as_bytes());
        Ok(spelled(&mac.finalize().into_bytes()))
    }
}

/// A code of chance, for paper.
pub fn random() -> Result<String> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes).map_err(|cause| Error::broken("random", cause))?;
    Ok(spelled(&bytes))
}

/// `ABCD-EFGH-…`: the low five bits of each byte.
fn spelled(bytes: &[u8]) -> String {
    let mut code = String::new();
    for (at, byte) in bytes.iter().take(LENGTH).enumerate() {
        if at > 0 && at % GROUP == 0 {
            code.push('-');
        }
        let sign = SIGNS.get(usize::from(byte & 0x1f)).copied();
        code.push(char::from(sign.unwrap_or(b'2')));
    }
    code
}

/// What is kept of a code. It reads the same in either width and case, with or without hyphens and spaces.
pub fn digest(typed: &str) -> String {
    let plain: String = typed
        .chars()
        // Nobody types more; a megabyte is not normalised first.
        .take(200)
        .nfkc()
        // A Japanese keyboard types ー where a hyphen stands; neither counts.
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    hex::encode(Sha256::digest(plain.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_the_same_however_it_is_typed() {
        let code = "ABCD-EFGH-JKLM-NPQR-ST23";
        for typed in [
            "abcdefghjklmnpqrst23",
            " ABCD EFGH JKLM NPQR ST23 ",
            "ＡＢＣＤ－ＥＦＧＨ－ＪＫＬＭ－ＮＰＱＲ－ＳＴ２３",
            "ABCDーEFGH‐JKLM−NPQR―ST23\r\n",
        ] {
            assert_eq!(digest(typed), digest(code), "{typed}");
        }
        assert_ne!(digest("ABCD-EFGH-JKLM-NPQR-ST24"), digest(code));
    }

    #[test]
    fn the_code_of_an_id_is_the_same_each_time_and_another_with_another_secret() {
        let (one, other) = (CodeKey::of(&[1; 64]), CodeKey::of(&[2; 64]));
        assert_eq!(one.code("x").ok(), one.code("x").ok());
        assert_ne!(one.code("x").ok(), one.code("y").ok());
        assert_ne!(one.code("x").ok(), other.code("x").ok());
        assert_eq!(one.code("x").map(|code| code.len()).ok(), Some(24));
        assert_eq!(format!("{one:?}"), "CodeKey");
    }
}

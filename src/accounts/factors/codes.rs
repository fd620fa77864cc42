//! The codes themselves: how they are drawn, typed, grouped for reading, and made from a secret and the time.

use chrono::{DateTime, Utc};
use totp_rs::{Algorithm, Builder, Secret, Totp};
use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};

/// Digits of a code from an app, from a card and for recovery. They differ, so that a code says what it is; and all are
/// digits, because a telephone offers no letters where numbers are asked for.
pub const APP: usize = DIGITS as usize;
const DIGITS: u8 = 6;
pub const CARD: usize = 8;
pub const RECOVERY: usize = 16;
/// Seconds for which a code from an app holds.
const STEP_SECONDS: u64 = 30;
/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// No code is longer; what is typed beyond it is not read.
const LONGEST_TYPED: usize = 64;

/// A code as it is compared: digits of either width, without the spaces and hyphens they are printed with. None where
/// anything else was typed.
pub fn typed(raw: &str) -> Option<String> {
    if raw.chars().nth(LONGEST_TYPED).is_some() {
        return None;
    }
    let code: String = raw
        .nfkc()
        .filter(|c| !c.is_whitespace() && !"-‐‑–—−ー".contains(*c))
        .collect();
    let digits = !code.is_empty() && code.chars().all(|c| c.is_ascii_digit());
    digits.then_some(code)
}

/// So many digits by chance.
pub fn draw(digits: usize) -> Result<String> {
    let mut code = String::new();
    while code.len() < digits {
        let mut byte = [0_u8; 1];
        getrandom::fill(&mut byte).map_err(|cause| Error::broken("random", cause))?;
        // Bytes from 250 on are thrown away, so that every digit is equally likely.
        for byte in byte.into_iter().filter(|byte| *byte < 250) {
            code.push(char::from(b'0' + byte % 10));
        }
    }
    Ok(code)
}

/// In groups of four, as it is read and typed.
pub fn grouped(code: &str, between: char) -> String {
    let mut grouped = String::new();
    for (at, letter) in code.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            grouped.push(between);
        }
        grouped.push(letter);
    }
    grouped
}

/// A secret that an app and we share.
pub fn fresh_secret() -> Result<[u8; SECRET_BYTES]> {
    let mut secret = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut secret).map_err(|cause| Error::broken("random", cause))?;
    Ok(secret)
}

/// How the common apps make codes: RFC 6238 with SHA-1, six digits, thirty seconds; one step of drift each way.
pub fn totp(secret: &[u8], login: &str) -> Result<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(STEP_SECONDS)
        .with_skew(1)
        .with_secret(secret.to_vec())
        // A colon would end the name in the address that the app reads.
        .with_account_name(login.replace(':', " "))
        .with_issuer(Some("Kanmon"))
        .build()
        .map_err(|cause| Error::broken("second factor", cause))
}

/// The time step whose code this is.
pub fn step_of(totp: &Totp, code: &str, now: DateTime<Utc>) -> Option<i64> {
    let seconds = u64::try_from(now.timestamp()).ok()?;
    i64::try_from(totp.check(code, seconds)?).ok()
}

/// The secret as it is typed by hand: base32 in groups of four.
pub fn by_hand(secret: &[u8]) -> String {
    grouped(&Secret::from(secret).to_base32(), ' ')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_either_width_are_read_and_nothing_else_is() {
        assert_eq!(typed(" １２３ ４５６ ").unwrap(), "123456");
        assert_eq!(typed("1234-5678－９０").unwrap(), "1234567890");
        for wrong in [
            "",
            " ",
            "12a456",
            "123\u{0}456",
            "+12345",
            "١٢٣٤٥٦",
            "①②③④⑤⑥x",
        ] {
            assert_eq!(typed(wrong), None, "{wrong:?}");
        }
        assert_eq!(typed(&"1".repeat(65)), None);
        assert_eq!(typed(&"あ".repeat(1_000_000)), None);
    }

    #[test]
    fn codes_agree_with_the_vectors_of_rfc_6238() {
        // Appendix B of RFC 6238 prints eight digits; apps show the last six of them.
        let totp = totp(b"12345678901234567890", "a").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(
                step_of(&totp, code, at),
                Some(seconds / i64::try_from(STEP_SECONDS).unwrap())
            );
        }
    }

    #[test]
    fn codes_are_drawn_whole_and_read_in_groups() {
        let code = draw(RECOVERY).unwrap();
        assert_eq!(code.len(), RECOVERY);
        assert_eq!(typed(&grouped(&code, '-')).unwrap(), code);
        assert_eq!(grouped("12345678", ' '), "1234 5678");
    }
}

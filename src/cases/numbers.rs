//! What the program makes up itself: case numbers that say nothing of anybody, and the codes of a transfer.

use unicode_normalization::UnicodeNormalization;

use crate::audit::sha256;
use crate::error::{Error, Result};

/// What case numbers are made of: digits and consonants that no eye takes for one another and that spell no word.
/// Nineteen of them, a prime number, so that the check character finds every single wrong character and every
/// exchange of two neighbours.
const SYMBOLS: &[u8; 19] = b"2346789CDFHKMNPRTWX";
/// What codes are made of; a code is typed once from a printed page and needs chance more than beauty.
const CODE_SYMBOLS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a number before its check character.
const DRAWN: usize = 6;
/// Characters of a code: 80 bits.
const CODE: usize = 16;

/// As many random symbols of an alphabet, each as likely as another.
fn draw(symbols: &[u8], count: usize) -> Result<String> {
    let mut drawn = String::with_capacity(count);
    // Bytes beyond the last whole multiple would favour the first symbols.
    let fair = 256 - 256 % symbols.len().max(1);
    while drawn.len() < count {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|cause| Error::broken("random", cause))?;
        for byte in bytes.map(usize::from) {
            if let Some(symbol) = symbols.get(byte % symbols.len().max(1))
                && byte < fair
                && drawn.len() < count
            {
                drawn.push(char::from(*symbol));
            }
        }
    }
    Ok(drawn)
}

/// The check character: the values of the characters, each weighed by its place.
fn check(drawn: &str) -> Option<char> {
    let mut sum = 0;
    for (weight, letter) in (2..).zip(drawn.bytes()) {
        let value = SYMBOLS.iter().position(|symbol| *symbol == letter)?;
        sum += weight * value;
    }
    SYMBOLS
        .get(sum % SYMBOLS.len())
        .map(|symbol| char::from(*symbol))
}

fn printed(letters: &str) -> Option<String> {
    let (head, tail) = letters.split_at_checked(3)?;
    Some(format!("{head}-{tail}"))
}

/// A fresh number such as `9K4-22H7`. It follows from nothing, so that it tells nothing.
pub(super) fn number() -> Result<String> {
    let drawn = draw(SYMBOLS, DRAWN)?;
    check(&drawn)
        .and_then(|last| printed(&format!("{drawn}{last}")))
        .ok_or_else(|| Error::Broken("a case number cannot be made".to_owned()))
}

/// Letters and digits as they are meant: full-width and small ones too, without what stands between them.
fn plain(typed: &str) -> String {
    let letters = typed.nfkc().filter(|c| c.is_ascii_alphanumeric());
    letters.map(|c| c.to_ascii_uppercase()).take(64).collect()
}

/// A number as somebody typed it; none where a character is wrong, which the check character tells.
pub fn number_typed(typed: &str) -> Option<String> {
    let letters = plain(typed);
    let (drawn, last) = letters.split_at_checked(DRAWN)?;
    (check(drawn)?.to_string() == last).then(|| printed(&letters))?
}

/// A fresh one-time code, four by four characters.
pub(super) fn code() -> Result<String> {
    let drawn = draw(CODE_SYMBOLS, CODE)?;
    let mut code = String::with_capacity(CODE + 3);
    for (place, letter) in drawn.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(letter);
    }
    Ok(code)
}

/// What is kept of a code. Eighty bits of chance need no salt.
pub(super) fn code_hash(typed: &str) -> String {
    sha256(&[plain(typed).as_bytes()])
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic
)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_back_however_it_is_typed() {
        for _ in 0..200 {
            let number = number().unwrap();
            assert_eq!(number.len(), 8, "{number}");
            assert_eq!(number_typed(&number).unwrap(), number);
            let sloppy = format!(" {} ", number.replace('-', "").to_lowercase());
            assert_eq!(number_typed(&sloppy).unwrap(), number);
        }
        assert_eq!(number_typed(""), None);
        assert_eq!(number_typed("９９９"), None);
        assert_eq!(number_typed("症例-9K4-22H7-症例"), number_typed("9K422H7"));
    }

    #[test]
    fn one_wrong_character_and_two_exchanged_ones_are_found() {
        for _ in 0..20 {
            let number = number().unwrap().replace('-', "");
            for place in 0..number.len() {
                for symbol in SYMBOLS {
                    let mut other = number.clone().into_bytes();
                    other[place] = *symbol;
                    let other = String::from_utf8(other).unwrap();
                    assert_eq!(number_typed(&other).is_some(), other == number, "{other}");
                }
                let mut other = number.clone().into_bytes();
                other.swap(place, (place + 1) % number.len());
                let other = String::from_utf8(other).unwrap();
                if place + 1 < number.len() {
                    assert_eq!(number_typed(&other).is_some(), other == number, "{other}");
                }
            }
        }
    }

    #[test]
    fn a_code_is_known_again_however_it_is_typed() {
        let one = code().unwrap();
        assert_eq!(one.len(), 19);
        assert_eq!(
            code_hash(&one),
            code_hash(&one.to_lowercase().replace('-', " "))
        );
        assert_ne!(code_hash(&one), code_hash(&code().unwrap()));
    }
}

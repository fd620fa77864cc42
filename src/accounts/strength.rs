//! Whether a new password is easily guessed, by an estimate that knows the person, the places and the products.

use diesel::prelude::*;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::feedback::Warning;
use zxcvbn::{Score, zxcvbn};

use super::store;
use crate::db::AnyConn;
use crate::error::{Error, Message, Result};
use crate::ids::AccountId;
use crate::schema::{facility, membership, programme};

/// What of a password is estimated: the estimate takes long over long texts, and a hundred characters decide.
const ESTIMATED: usize = 100;
/// Words that are looked for; more would make the estimate slow for nothing.
const MOST_WORDS: usize = 200;
/// What everybody here thinks of first.
const WORDS: &[&str] = &[
    "kanmon",
    "関門",
    "lunsumio",
    "ルンスミオ",
    "mosunetuzumab",
    "モスネツズマブ",
    "password",
    "パスワード",
];

/// The words that a password of this account must not rest on: name, login, facilities, product and manufacturer, whole
/// and in parts.
pub fn words_of(conn: &mut AnyConn, account: &AccountId) -> Result<Vec<String>> {
    let own = store::account(conn, account)?;
    let places: Vec<String> = membership::table
        .inner_join(facility::table.on(facility::id.nullable().eq(membership::facility_id)))
        .filter(membership::account_id.eq(account))
        .order(membership::id)
        .limit(20)
        .select(facility::name)
        .load(conn)?;
    let products: Vec<(String, String, String)> = programme::table
        .order(programme::id)
        .limit(5)
        .select((
            programme::name_ja,
            programme::name_en,
            programme::manufacturer,
        ))
        .load(conn)?;
    let mut whole = vec![own.name, own.login];
    whole.extend(places);
    for (ja, en, manufacturer) in products {
        whole.extend([ja, en, manufacturer]);
    }
    Ok(with_parts(&whole))
}

/// Texts together with the words in them, and without the spaces between.
fn with_parts(whole: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for text in whole {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        let joined: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        words.extend(parts.map(ToOwned::to_owned));
        words.extend([joined, text.clone()]);
    }
    words.retain(|word| word.chars().count() > 1);
    words.sort();
    words.dedup();
    words
}

/// Refuses a password that is easily guessed, beside the field in which it was chosen. It has to be strong also without
/// the words that others know: the estimate by itself takes `name-place1` for three unrelated parts.
pub fn strong_enough(password: &str, words: &[String]) -> Result<()> {
    let estimated = folded(&password.chars().take(ESTIMATED).collect::<String>());
    let mut bad: Vec<String> = words.iter().take(MOST_WORDS).map(|w| folded(w)).collect();
    bad.extend(WORDS.iter().map(|word| folded(word)));
    let list: Vec<&str> = bad.iter().map(String::as_str).collect();
    let whole = zxcvbn(&estimated, &list);
    let problem = if whole.score() < Score::Three {
        warning_id(whole.feedback().and_then(|feedback| feedback.warning()))
    } else if zxcvbn(&without(&estimated, bad.clone()), &list).score() < Score::Three {
        warning_id(None)
    } else {
        return Ok(());
    };
    Err(Error::invalid("new_password", Message::new(problem)))
}

/// In one width and case.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// What is left of a text without these words, the longest taken out first. Two letters of the alphabet are in every
/// text; two signs of Japanese are a name.
fn without(text: &str, mut words: Vec<String>) -> String {
    words.retain(|word| match word.is_ascii() {
        true => word.len() > 2,
        false => word.chars().count() > 1,
    });
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words
        .iter()
        .fold(text.to_owned(), |rest, word| rest.replace(word, ""))
}

/// The message that says why a password is easily guessed.
pub fn warning_id(warning: Option<Warning>) -> &'static str {
    use Warning as W;
    match warning {
        Some(W::StraightRowsOfKeysAreEasyToGuess | W::ShortKeyboardPatternsAreEasyToGuess) => {
            "password-weak-keys"
        }
        Some(
            W::RepeatsLikeAaaAreEasyToGuess | W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        ) => "password-weak-repeats",
        Some(W::ThisIsATop10Password | W::ThisIsATop100Password | W::ThisIsACommonPassword) => {
            "password-weak-common"
        }
        Some(W::ThisIsSimilarToACommonlyUsedPassword) => "password-weak-similar",
        Some(W::SequencesLikeAbcAreEasyToGuess) => "password-weak-sequence",
        Some(W::RecentYearsAreEasyToGuess | W::DatesAreOftenEasyToGuess) => "password-weak-dates",
        Some(W::AWordByItselfIsEasyToGuess) => "password-weak-word",
        Some(
            W::NamesAndSurnamesByThemselvesAreEasyToGuess | W::CommonNamesAndSurnamesAreEasyToGuess,
        ) => "password-weak-names",
        // Among others where it rests on the person's own words, of which the estimate says nothing.
        None => "password-weak-own-words",
    }
}

//! Every parser takes any bytes: it does not panic, says no more than was typed, reads back what it has written, and
//! names what is wrong with what it refuses.
//!
//! Seeds stand in `tests/corpus/PARSER/`; inputs are made of them with a generator that begins anew in the same way
//! each time. `PARSER_INPUTS` says how many inputs each parser gets; without it a number that a test run can bear.
//! `PARSER_SEED` begins elsewhere. An input that breaks a parser is kept in the corpus, and every file of the corpus is
//! read in every run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod fields;
mod files;
mod pages;
mod pieces;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/hostile.rs"]
mod support_hostile;
mod texts;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use support_hostile::Chance;

/// Inputs of a parser that takes a few microseconds.
const INPUTS: usize = 20_000;

/// Takes any bytes, and says whether they were accepted.
type Parser = fn(&[u8]) -> bool;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name)
}

/// The files kept for a parser, by name.
fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder(name))
        .unwrap_or_else(|_| panic!("{name} has no seeds"))
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn number(variable: &str) -> Option<u64> {
    let said = std::env::var(variable).ok()?;
    Some(said.parse().expect("a number"))
}

/// Runs one parser; `weight` is how much more an input of it costs than one of the cheapest.
fn tried(name: &str, weight: usize, parser: Parser) {
    let seeds: Vec<Vec<u8>> = corpus(name).into_iter().map(|(_, bytes)| bytes).collect();
    let inputs = number("PARSER_INPUTS").map_or(INPUTS / weight, |n| usize::try_from(n).unwrap());
    let begin = number("PARSER_SEED").unwrap_or(5);
    // Each parser walks its own way, whatever the others do.
    let own = Sha256::digest(name.as_bytes());
    let own = u64::from_be_bytes(own[..8].try_into().unwrap());
    let mut chance = Chance(begin ^ own);
    let (mut accepted, mut refused) = (0_usize, 0_usize);
    for _ in 0..inputs {
        let input = pieces::input(&mut chance, &seeds);
        match catch_unwind(AssertUnwindSafe(|| parser(&input))) {
            Ok(true) => accepted += 1,
            Ok(false) => refused += 1,
            Err(_) => {
                let digest = Sha256::digest(&input);
                let kept = folder(name).join(format!(
                    "found-{:02x}{:02x}{:02x}",
                    digest[0], digest[1], digest[2]
                ));
                std::fs::write(&kept, &input).unwrap();
                panic!(
                    "{name} broke on {:?}; kept as {}",
                    String::from_utf8_lossy(&input[..input.len().min(400)]),
                    kept.display()
                );
            }
        }
    }
    pages::shut();
    println!("{name}: {inputs} inputs, {accepted} accepted, {refused} refused");
    assert!(
        inputs < 100 || (accepted > 0 && refused > 0),
        "{name}: {accepted} accepted, {refused} refused: one side was never tried"
    );
}

macro_rules! parsers {
    ($($test:ident: $name:literal, $weight:literal, $parser:path;)+) => {
        $(
            #[test]
            fn $test() {
                tried($name, $weight, $parser);
            }
        )+
        const PARSERS: &[(&str, Parser)] = &[$(($name, $parser)),+];
    };
}

parsers! {
    any_bytes_are_a_form_or_none: "form_body", 4, pages::form_body;
    any_cookie_is_a_stranger_s: "cookie", 40, pages::cookie;
    any_typing_is_a_value_or_an_error_beside_its_field: "typed_field", 2, fields::typed_field;
    any_words_fit_into_a_sentence: "message_argument", 2, fields::message_argument;
    any_text_is_a_facility_s_code_or_none: "facility_code", 1, texts::facility_code;
    any_name_has_a_key_that_rests: "search_key", 2, texts::search_key;
    any_text_is_one_mail_address_or_none: "mail_address", 1, texts::mail_address;
    any_text_is_an_address_of_pages_or_none: "public_url", 1, texts::public_url;
    any_text_is_a_mail_server_or_none: "smtp_url", 1, texts::smtp_url;
    any_text_is_a_database_or_none: "database_url", 1, texts::database_url;
    any_text_is_a_record_s_id_or_none: "record_id", 1, texts::record_id;
    any_bytes_are_a_reply_of_a_mail_server_or_none: "smtp_reply", 1, texts::smtp_reply;
    any_text_is_the_frontier_of_a_log_or_none: "frontier", 1, texts::frontier;
    any_text_is_a_checkpoint_or_none: "checkpoint", 1, texts::checkpoint;
    any_text_is_a_verifier_s_key_or_none: "verifier_key", 2, texts::verifier_key;
    nothing_but_what_was_signed_opens_as_a_note: "signed_note", 40, texts::signed_note;
    any_bytes_are_a_facility_list_or_none: "facility_list", 10, files::facility_list;
    any_bytes_are_a_workbook_of_facilities_or_none: "facility_workbook", 20, files::facility_workbook;
    any_bytes_are_accounted_for_as_holidays: "holiday_list", 4, files::holiday_list;
    any_bytes_are_a_case_that_is_judged_whole_or_none: "case_question", 20, files::case_question;
}

#[test]
fn every_file_of_the_corpus_is_read_again() {
    let known: BTreeSet<String> = PARSERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let kept: BTreeSet<String> = std::fs::read_dir(folder(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        known, kept,
        "every folder has its parser, and every parser its folder"
    );
    for (name, parser) in PARSERS {
        let files = corpus(name);
        assert!(!files.is_empty(), "{name}");
        for (file, bytes) in files {
            let outcome = catch_unwind(AssertUnwindSafe(|| parser(&bytes)));
            assert!(outcome.is_ok(), "{name}/{file} breaks its parser");
        }
    }
    pages::shut();
}

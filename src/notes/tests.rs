//! Notes of another make, every flipped bit, and bytes that are no note.

#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

/// The example of Go's `golang.org/x/mod/sumdb/note` documentation: an independent implementation of the same format.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETERS_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
then you don't know what your problem is.\n\
\n\
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn a_note_of_another_make_is_read() {
    let peter = Verifier::parse(PETER).unwrap();
    assert_eq!(peter.to_string(), PETER);
    assert!(
        peter
            .open(PETERS_NOTE)
            .unwrap()
            .ends_with("what your problem is.\n")
    );
}

fn signatory() -> Signatory {
    Signatory::new("kanmon.example/log", &[7; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        origin: "kanmon.example/log".to_owned(),
        size: 1_024,
        root: [9; 32],
    }
}

#[test]
fn what_is_signed_is_read_back() {
    let own = signatory();
    let note = own.sign(&checkpoint().text()).unwrap();
    let text = own.verifier().open(&note).unwrap();
    assert_eq!(Checkpoint::parse(text).unwrap(), checkpoint());
    let printed = own.verifier().to_string();
    assert_eq!(Verifier::parse(&printed).unwrap(), own.verifier());
}

#[test]
fn another_key_under_the_same_name_signs_nothing() {
    let note = Signatory::new("kanmon.example/log", &[8; 32])
        .unwrap()
        .sign(&checkpoint().text())
        .unwrap();
    assert_eq!(signatory().verifier().open(&note), Err(Flaw::Unsigned));
}

#[test]
fn every_flipped_bit_is_seen() {
    let own = signatory();
    let note = own.sign(&checkpoint().text()).unwrap();
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut bent = note.clone().into_bytes();
            if let Some(byte) = bent.get_mut(at) {
                *byte ^= 1 << bit;
            }
            if let Ok(bent) = String::from_utf8(bent) {
                assert!(
                    own.verifier().open(&bent).is_err(),
                    "bit {bit} of byte {at}"
                );
            }
        }
    }
}

#[test]
fn odd_checkpoints_are_none() {
    for text in [
        "",
        "\n1\nAAAA\n",
        "a\n01\nAAAA\n",
        "a\n+1\nAAAA\n",
        "a\n1\nAAAA\n",
        "a\n1\n",
        "a\n-1\nx\n",
    ] {
        assert_eq!(Checkpoint::parse(text), Err(Flaw::NoCheckpoint), "{text:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(text in ".{0,300}") {
        let _ = signatory().verifier().open(&text);
        let _ = Verifier::parse(&text);
        let _ = Checkpoint::parse(&text);
    }
}

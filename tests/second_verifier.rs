//! The second verifier, written in another language, against exported logs, whole and tampered with. Its trials run
//! where `VERIFIER_PYTHON` names a Python with the package `cryptography`, and are listed as ignored otherwise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::{Arguments, Failed, Trial};

/// A trial with the Python that is named.
type Looks = fn(&str) -> Result<(), Failed>;

fn main() {
    let python = std::env::var("VERIFIER_PYTHON").ok();
    let trials: [(&str, Looks); 3] = [
        (
            "the_second_verifier_reads_a_dossier_and_finds_a_changed_file",
            dossier,
        ),
        ("both_verifiers_agree_that_an_export_is_whole", whole),
        ("the_second_verifier_finds_every_change", tampered),
    ];
    let trials = trials.map(|(name, trial)| {
        let given = python.clone();
        Trial::test(name, move || trial(given.as_deref().unwrap_or("python3")))
            .with_ignored_flag(python.is_none())
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit();
}

/// A folder that goes when the trial ends.
struct Room(PathBuf);

impl Room {
    fn new() -> Room {
        let folder = std::env::temp_dir().join(format!("kanmon_{}", uuid::Uuid::now_v7().simple()));
        std::fs::create_dir(&folder).unwrap();
        Room(folder)
    }

    /// The sample programme's log, exported.
    fn exported(&self) -> PathBuf {
        self.kanmon(&["demo", "--prepare-only"]);
        self.kanmon(&["audit", "checkpoint"]);
        self.kanmon(&["audit", "export", "export"]);
        self.0.join("export")
    }

    fn kanmon(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_kanmon"))
            .args(arguments)
            .current_dir(&self.0)
            .env("DATABASE_URL", "sqlite://kanmon-demo.db")
            .env_remove("TEST_DATABASE_URL")
            .output()
            .unwrap();
        said(&output, arguments)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn said(output: &Output, arguments: &[&str]) -> String {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}\n{out}\n{log}");
    out
}

fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tools")
}

/// The line that sums a verifier's look up.
fn sum(text: &str) -> &str {
    text.lines().find(|line| line.contains(" rows, ")).unwrap()
}

fn whole(python: &str) -> Result<(), Failed> {
    let room = Room::new();
    let export = room.exported();
    let own = room.kanmon(&["audit", "verify"]);
    let key = std::fs::read_to_string(export.join("keys.txt")).unwrap();
    let program = tools().join("verify_audit.py");
    let arguments = [
        program.to_str().unwrap(),
        export.to_str().unwrap(),
        "--key",
        key.trim(),
    ];
    let output = Command::new(python).args(arguments).output().unwrap();
    let second = said(&output, &arguments);
    assert_eq!(sum(&own), sum(&second));
    Ok(())
}

fn dossier(python: &str) -> Result<(), Failed> {
    let room = Room::new();
    room.kanmon(&["demo", "--prepare-only"]);
    let program = tools().join("verify_audit.py");
    let look = |folder: &str| {
        let folder = room.0.join(folder);
        let arguments = [program.to_str().unwrap(), folder.to_str().unwrap()];
        Command::new(python).args(arguments).output().unwrap()
    };
    room.kanmon(&["dossier", "delivery", "D-0001", "delivery"]);
    let output = look("delivery");
    let words = said(&output, &["dossier"]);
    assert!(sum(&words).ends_with("0 damaged"), "{words}");
    assert!(
        words.contains("shipments of others were not looked at"),
        "{words}"
    );
    // One word of one page, and one shipment less.
    let page = room.0.join("delivery/verdicts.html");
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, text.replace("納入", "返品")).unwrap();
    std::fs::write(room.0.join("delivery/shipments.jsonl"), "").unwrap();
    let output = look("delivery");
    let words = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{words}");
    for sentence in [
        "verdicts.html: the file is not the one of the manifest",
        "the log knows a shipment that was not exported",
    ] {
        assert!(words.contains(sentence), "{words}");
    }
    Ok(())
}

fn tampered(python: &str) -> Result<(), Failed> {
    let room = Room::new();
    let export = room.exported();
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/tamper.py");
    let tools = tools();
    let arguments = [&driver, &export, &tools].map(|path| path.to_str().unwrap());
    let output = Command::new(python).args(arguments).output().unwrap();
    let words = said(&output, &arguments);
    assert!(words.contains("209 changes, 0 not seen"), "{words}");
    Ok(())
}

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
    let trials: [(&str, Looks); 4] = [
        (
            "the_second_verifier_reads_a_dossier_and_finds_a_changed_file",
            dossier,
        ),
        ("both_verifiers_agree_that_an_export_is_whole", whole),
        ("the_second_verifier_finds_every_change", tampered),
        ("it_checks_the_proof_of_a_row_and_of_growth_alone", alone),
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

/// What the second verifier says to a file, given the key.
fn look(python: &str, way: &str, file: &Path, key: &str) -> i32 {
    let output = Command::new(python)
        .arg(tools().join("verify_audit.py"))
        .args([way, file.to_str().unwrap(), "--key", key])
        .output()
        .unwrap();
    output.status.code().unwrap()
}

fn alone(python: &str) -> Result<(), Failed> {
    let room = Room::new();
    let export = room.exported();
    let key = std::fs::read_to_string(export.join("keys.txt")).unwrap();
    let key = key.trim();
    let first = room.0.join("first.txt");
    let kept = std::fs::read_to_string(export.join("checkpoints.jsonl")).unwrap();
    let row: serde_json::Value = serde_json::from_str(kept.lines().next().unwrap()).unwrap();
    std::fs::write(&first, row["note"].as_str().unwrap()).unwrap();
    // The log grows by a second key, of which the old notes know nothing.
    let (proof, growth) = (room.0.join("proof.json"), room.0.join("growth.json"));
    std::fs::write(&proof, room.kanmon(&["audit", "prove", "40"])).unwrap();
    std::fs::rename(
        room.0.join("kanmon-checkpoint.key"),
        room.0.join("former.key"),
    )
    .unwrap();
    let newer = room.0.join("newer.txt");
    std::fs::write(&newer, room.kanmon(&["audit", "checkpoint"])).unwrap();
    let grown = room.kanmon(&["audit", "consistency", "first.txt", "newer.txt"]);
    std::fs::write(&growth, &grown).unwrap();
    assert_eq!(look(python, "--proof", &proof, key), 0);
    let keys: serde_json::Value = serde_json::from_str(&grown).unwrap();
    let second = keys["keys"].as_array().unwrap().last().unwrap().clone();
    let second = second.as_str().unwrap();
    assert_ne!(second, key, "a key was made anew");
    // The newer note is signed by the newer key alone.
    assert_eq!(look(python, "--consistency", &growth, key), 1);
    let both = Command::new(python)
        .arg(tools().join("verify_audit.py"))
        .args(["--consistency", growth.to_str().unwrap()])
        .args(["--key", key, "--key", second])
        .output()
        .unwrap();
    said(&both, &["--consistency"]);
    // Every hash of either path counts, and so does every field of the row.
    let bent = room.0.join("bent.json");
    let mut tried = 0;
    for (way, file) in [("--proof", &proof), ("--consistency", &growth)] {
        let whole: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let path = match way {
            "--proof" => "/proof/path",
            _ => "/path",
        };
        let steps = whole.pointer(path).unwrap().as_array().unwrap().len();
        assert!(steps > 3);
        for at in 0..steps {
            let mut other = whole.clone();
            let hash = other.pointer_mut(&format!("{path}/{at}")).unwrap();
            *hash = serde_json::Value::String("00".repeat(32));
            std::fs::write(&bent, other.to_string()).unwrap();
            let output = Command::new(python)
                .arg(tools().join("verify_audit.py"))
                .args([way, bent.to_str().unwrap()])
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(1), "{way} {at}");
            tried += 1;
        }
    }
    let whole: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&proof).unwrap()).unwrap();
    for field in ["person_name", "verb", "detail", "change_id"] {
        let mut other = whole.clone();
        other["proof"]["row"][field] = "another".into();
        std::fs::write(&bent, other.to_string()).unwrap();
        assert_eq!(look(python, "--proof", &bent, key), 1, "{field}");
        tried += 1;
    }
    std::fs::write(&bent, "[]").unwrap();
    assert_eq!(look(python, "--proof", &bent, key), 2);
    assert!(tried > 10, "{tried}");
    Ok(())
}

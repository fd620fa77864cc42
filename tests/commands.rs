//! The command line as scripts use it: exit codes, what stands on stdout, and that nothing is made by a slip.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use support::TestDb;

/// A folder that is removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let path = std::env::temp_dir().join(format!("kanmon-cli-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn kanmon(folder: &Folder, database: &str, words: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kanmon"))
        .args(words)
        .current_dir(&folder.0)
        .env_clear()
        .env("DATABASE_URL", database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may end before it is written.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_new_installation_is_migrated_given_an_administrator_and_a_list() {
    let folder = Folder::new();
    let data = TestDb::new();
    let run = |words: &[&str], input: &str| kanmon(&folder, &data.url, words, input);
    for _ in 0..2 {
        let migrated = run(&["migrate"], "");
        assert_eq!(code(&migrated), 0, "{}", err(&migrated));
    }
    let admin = ["create-admin", "--name", "堀 健一", "--login", "hori"];
    let short = run(&admin, "short\n");
    assert_eq!(code(&short), 2, "{}", err(&short));
    let made = run(&admin, "correct horse battery staple\n");
    assert_eq!(code(&made), 0, "{}", err(&made));
    let twice = run(&admin, "correct horse battery staple\n");
    assert_eq!(code(&twice), 2, "one login, one account: {}", err(&twice));
    let nothing = run(&["reset-factor", "hori"], "");
    assert_eq!(code(&nothing), 2, "{}", err(&nothing));
    assert!(err(&nothing).contains("has no second factor"));
    let nobody = run(&["reset-factor", "nobody"], "");
    assert_eq!(code(&nobody), 2, "{}", err(&nobody));
    assert!(err(&nobody).contains("nobody signs in"));

    let list = folder.0.join("list.csv");
    std::fs::write(&list, include_str!("data/facilities/hokkaido.csv")).unwrap();
    let imported = run(&["import", "facilities", "list.csv", "--json"], "");
    assert_eq!(code(&imported), 0, "{}", err(&imported));
    let report: serde_json::Value = serde_json::from_str(&out(&imported)).unwrap();
    for key in [
        "lines",
        "created",
        "updated",
        "unchanged",
        "repeated",
        "rejected",
        "vanished",
        "problems",
    ] {
        assert!(report.get(key).is_some(), "{key} is missing: {report}");
    }
    let sum: u64 = ["created", "updated", "unchanged", "repeated", "rejected"]
        .iter()
        .map(|key| report[key].as_u64().unwrap())
        .sum();
    assert_eq!(report["lines"].as_u64().unwrap(), sum);

    let judged = run(&["judge", "facility", "010112489", "--json"], "");
    assert_eq!(code(&judged), 0, "{}", err(&judged));
    let verdict: serde_json::Value = serde_json::from_str(&out(&judged)).unwrap();
    assert_eq!(
        verdict["permits"], false,
        "nothing is proven of a facility that was only listed"
    );
    assert!(verdict["findings"].as_array().unwrap().len() >= 10);

    assert_eq!(code(&run(&["replay"], "")), 0);
    assert_eq!(code(&run(&["standings", "rebuild", "--check"], "")), 0);
}

#[test]
fn what_cannot_be_read_ends_with_two_and_a_setting_with_seventy_eight() {
    let folder = Folder::new();
    let data = TestDb::new();
    let run = |words: &[&str]| kanmon(&folder, &data.url, words, "");
    assert_eq!(code(&run(&["import", "facilities", "absent.csv"])), 2);
    std::fs::write(folder.0.join("junk.csv"), [0_u8, 159, 146, 150, 7]).unwrap();
    assert_eq!(code(&run(&["import", "facilities", "junk.csv"])), 2);
    assert_eq!(
        code(&run(&["judge", "facility", "not-a-code"])),
        1,
        "no programme has begun yet"
    );
    assert_eq!(code(&run(&["no-such-command"])), 2);
    for words in [
        &["migrate", "--help"][..],
        &["import", "facilities", "--help"],
        &["judge", "delivery", "--help"],
        &["--version"],
    ] {
        let helped = run(words);
        assert_eq!(
            (code(&helped), out(&helped).is_empty()),
            (0, false),
            "{words:?}"
        );
    }
    let nowhere = kanmon(&folder, "mysql://nowhere", &["replay"], "");
    assert_eq!(code(&nowhere), 78, "{}", err(&nowhere));
    assert!(err(&nowhere).contains("DATABASE_URL"), "{}", err(&nowhere));
    assert_eq!(
        err(&nowhere).trim().lines().count(),
        1,
        "one line names the variable"
    );
    let absent = kanmon(&folder, "sqlite://absent.db", &["replay"], "");
    assert_eq!(code(&absent), 78);
    assert!(!folder.0.join("absent.db").exists(), "a slip makes no file");
}

#[test]
fn the_sample_is_told_whole_and_never_taken_for_records() {
    let folder = Folder::new();
    let none = "sqlite://kanmon-demo.db";
    let told = kanmon(&folder, none, &["demo", "--prepare-only"], "");
    assert_eq!(code(&told), 0, "{}", err(&told));
    for login in [
        "mr",
        "safety",
        "operator",
        "approver",
        "admin",
        "inspector",
        "coordinator",
        "physician",
    ] {
        assert!(out(&told).contains(login), "{login} is printed");
    }
    let again = kanmon(&folder, none, &["demo", "--prepare-only"], "");
    assert_eq!(
        code(&again),
        0,
        "what is there is gone on with: {}",
        err(&again)
    );
    assert_eq!(code(&kanmon(&folder, none, &["replay"], "")), 0);
    let check = kanmon(&folder, none, &["standings", "rebuild", "--check"], "");
    assert_eq!(code(&check), 0, "{}", out(&check));
    for words in [["check-config"], ["serve"]] {
        let refused = kanmon(&folder, none, &words, "");
        assert_eq!(code(&refused), 78, "{words:?}: {}", err(&refused));
        assert!(
            err(&refused).contains("sample programme"),
            "{}",
            err(&refused)
        );
    }
    let held = kanmon(
        &folder,
        none,
        &["judge", "delivery", "D-0002", "--json"],
        "",
    );
    let verdict: serde_json::Value = serde_json::from_str(&out(&held)).unwrap();
    assert_eq!(verdict["permits"], false);
}

#[test]
fn check_config_says_where_letters_go_and_never_the_password() {
    let folder = Folder::new();
    let data = TestDb::new();
    let check = |words: &[&str]| {
        let words: Vec<&str> = [&["check-config"], words].concat();
        kanmon(&folder, &data.url, &words, "")
    };
    let files = check(&[]);
    assert_eq!(code(&files), 0, "{}", err(&files));
    assert!(out(&files).contains("letters go as files to outbox"));
    let from = ["--mail-from", "Kanmon <kanmon@example.com>"];
    let server = ["--smtp-url", "smtps://kanmon:secret1@mail.example.com"];
    let sent = check(&[server, from].concat());
    let said = "letters go to the mail server mail.example.com:465 (TLS, as kanmon) from kanmon@example.com";
    assert!(out(&sent).contains(said), "{} {}", out(&sent), err(&sent));
    for (words, variable) in [
        (&server[..], "MAIL_FROM"),
        (
            &["--smtp-url", "smtp+plain://kanmon:secret1@mail.example.com"],
            "SMTP_URL",
        ),
    ] {
        let refused = check(words);
        assert_eq!(code(&refused), 78);
        assert!(err(&refused).starts_with(variable), "{}", err(&refused));
        assert!(!err(&refused).contains("secret1"), "{}", err(&refused));
    }
    assert!(!(out(&sent) + &err(&sent)).contains("secret1"));
}

#[test]
fn reminders_are_planned_once_for_the_day_that_is_named() {
    let folder = Folder::new();
    let database = "sqlite://kanmon-demo.db";
    let run = |words: &[&str]| kanmon(&folder, database, words, "");
    assert_eq!(code(&run(&["demo", "--prepare-only"])), 0);
    for wrong in ["2026-02-30", "yesterday", "２０２６-11-24", ""] {
        let refused = run(&["remind", "--on", wrong]);
        assert_eq!(code(&refused), 2, "{wrong:?}");
        assert_eq!(out(&refused), "", "{wrong:?}");
    }
    let first = run(&["remind"]);
    assert_eq!(code(&first), 0, "{}", err(&first));
    assert!(
        !out(&first).contains(" 0 letters queued"),
        "{}",
        out(&first)
    );
    let again = run(&["remind"]);
    assert!(out(&again).contains(" 0 letters queued"), "{}", out(&again));
    let sent = run(&["send"]);
    assert_eq!(code(&sent), 0, "{}", err(&sent));
    let letters = std::fs::read_dir(folder.0.join("outbox")).unwrap().count();
    assert!(letters > 0, "{}", out(&sent));
    let json = run(&["remind", "--json"]);
    let planned: serde_json::Value = serde_json::from_str(&out(&json)).unwrap();
    assert_eq!(planned["queued"], 0);
}

#[test]
fn a_list_of_holidays_is_brought_in_line_by_line() {
    let folder = Folder::new();
    let data = TestDb::new();
    let run = |words: &[&str]| kanmon(&folder, &data.url, words, "");
    assert_eq!(code(&run(&["migrate"])), 0);
    let list = "国民の祝日・休日月日,国民の祝日・休日名称\n2028/1/1,元日\n２０２８/2/11,建国記念の日\n2028/2/30,ない日\n";
    std::fs::write(folder.0.join("list.csv"), list).unwrap();
    let words = ["import", "holidays", "list.csv", "--json"];
    let counted = |words: &[&str]| -> (i32, serde_json::Value) {
        let output = run(words);
        let json = serde_json::from_str(&out(&output));
        (
            code(&output),
            json.unwrap_or_else(|_| panic!("{}", err(&output))),
        )
    };
    let (_, dry) = counted(&[&words[..], &["--dry-run"]].concat());
    let (exit, first) = counted(&words);
    assert_eq!(exit, 0, "{first}");
    let figures = |json: &serde_json::Value| {
        ["lines", "created", "rejected"].map(|name| json[name].as_u64().unwrap())
    };
    assert_eq!((figures(&dry), figures(&first)), ([3, 2, 1], [3, 2, 1]));
    assert_eq!(first["problems"][0]["line"], 4, "{first}");
    let (_, again) = counted(&words);
    assert_eq!(figures(&again), [3, 0, 1], "{again}");
    let absent = run(&["import", "holidays", "no such file"]);
    assert_eq!(code(&absent), 2);
}

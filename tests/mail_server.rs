//! Letters through a mail server: the way there, what arrives, and what is refused.
//!
//! The trials with a real server (aiosmtpd) run when `AIOSMTPD` names a Python that has it (`AIOSMTPD=/usr/bin/python3`)
//! and are listed as ignored otherwise; those with a few lines of our own always run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::process::ExitCode;

use kanmon::config::{Mail, Office};
use kanmon::mail::{Answer, Line, Parcel, compose};
use kanmon::messages::Lang;
use kanmon::outbox::Kind;
use libtest_mimic::{Arguments, Trial};

#[path = "support/letters.rs"]
mod letters;
#[path = "mail_server/scripted.rs"]
mod scripted;
#[path = "mail_server/server.rs"]
mod server;

use letters::{PLACE, at, every_case, head, written};
use server::{Authority, Server, USER};

fn parcel(to: &str) -> Parcel {
    let letter = written(Kind::OrderWaiting, -7, PLACE);
    compose(&head(), Lang::Ja, ("海峡 花子", to), &letter, at()).unwrap()
}

fn send(line: &mut Line, to: &str) -> Answer {
    line.send(&parcel(to), &mut || true)
}

fn refused(mail: &Mail) -> String {
    match Office::open(mail) {
        Ok(_) => panic!("the line opens"),
        Err(why) => why.to_string(),
    }
}

fn every_kind_arrives() {
    let server = Server::start(&["--tls", "starttls"]);
    let mut line = Office::open(&server.mail()).unwrap();
    let mut sent = Vec::new();
    for lang in [Lang::Ja, Lang::En] {
        for (kind, stage) in every_case() {
            let letter = written(kind, stage, PLACE);
            let to = format!("reader{}@example.com", sent.len());
            let parcel = compose(&head(), lang, ("\u{FA19}谷, 次郎", &to), &letter, at()).unwrap();
            let answer = line.send(&parcel, &mut || true);
            assert_eq!(answer, Answer::Taken("250 2.0.0 kept".to_owned()));
            sent.push((lang, kind, letter.id.clone(), to, parcel));
        }
    }
    line.close();
    let kept = server.kept();
    assert_eq!(kept.len(), sent.len());
    for (kept, (lang, kind, id, to, parcel)) in kept.iter().zip(&sent) {
        assert_eq!(kept["from"], "kanmon@example.com");
        assert_eq!(kept["to"], serde_json::json!([to]));
        assert_eq!(kept["secure"], true);
        assert_eq!(kept["login"], true);
        assert_eq!(kept["defects"], serde_json::json!([]), "{kind:?}");
        assert_eq!(kept["raw"], hex::encode(&parcel.bytes), "{kind:?}");
        assert_eq!(
            kept["readers"],
            serde_json::json!([["\u{FA19}谷, 次郎", to]])
        );
        assert_eq!(
            kept["sender"],
            serde_json::json!([["関門 Kanmon", "kanmon@example.com"]])
        );
        let subject = kept["subject"].as_str().unwrap();
        let word = lang.t(&format!("letter-{}-subject", kind.as_str()));
        assert!(subject.starts_with(&word), "{subject}");
        let names: Vec<_> = kept["headers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|h| &h[0])
            .collect();
        assert_eq!(
            serde_json::json!(names),
            serde_json::json!([
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "Auto-Submitted",
                "Content-Language",
                "MIME-Version",
                "Content-Type"
            ])
        );
        assert_eq!(kept["headers"][4][1], format!("<{id}@kanmon.example.com>"));
        let parts = kept["parts"].as_array().unwrap();
        assert!(parts.iter().all(|part| part["charset"] == "utf-8"));
        assert_eq!(parts[0]["type"], "text/plain");
        assert_eq!(parts[1]["type"], "text/html");
        let link = format!(
            "https://kanmon.example.com:8443/somewhere/{}",
            kind.as_str()
        );
        for part in &parts[..2] {
            assert!(part["text"].as_str().unwrap().contains(&link));
        }
        let methods: Vec<_> = parts
            .iter()
            .filter_map(|part| part["method"].as_str())
            .collect();
        match kind {
            Kind::MeetingBooked | Kind::MeetingChanged => assert_eq!(methods, ["REQUEST"]),
            Kind::MeetingCancelled => assert_eq!(methods, ["CANCEL"]),
            _ => assert!(methods.is_empty()),
        }
        if let Some(part) = parts.iter().find(|part| part["type"] == "text/calendar") {
            letters::properties(part["text"].as_str().unwrap());
        }
    }
}

fn other_ways_to_the_server_work() {
    for options in [
        &["--tls", "wrapped"][..],
        &["--tls", "starttls", "--only-login"],
        &["--tls", "starttls", "--pipelining"],
        &["--tls", "none", "--pipelining"],
    ] {
        let server = Server::start(options);
        let mut line =
            Office::open(&server.mail()).unwrap_or_else(|why| panic!("{options:?} {why}"));
        for at in 0..3 {
            let answer = send(&mut line, &format!("reader{at}@example.com"));
            assert!(
                matches!(answer, Answer::Taken(_)),
                "{options:?}: {answer:?}"
            );
        }
        line.close();
        assert_eq!(server.kept().len(), 3, "{options:?}");
    }
}

fn a_wrong_password_sends_nothing() {
    for options in [
        &["--tls", "starttls"][..],
        &["--tls", "starttls", "--only-login"],
    ] {
        let server = Server::start(options);
        let why = refused(&server.mail_as(USER, "not the word"));
        assert!(why.contains("login (535)"), "{why}");
        assert!(!why.contains("not the word"), "{why}");
        assert!(server.kept().is_empty());
    }
}

fn a_login_that_is_missing_is_the_lines_fault() {
    let server = Server::start(&["--tls", "starttls"]);
    let mut mail = server.mail();
    if let Office::Smtp(smtp) = &mut mail.office {
        smtp.login = None;
    }
    let mut line = Office::open(&mail).unwrap();
    let answer = send(&mut line, "reader@example.com");
    assert!(
        matches!(&answer, Answer::Unreachable(why) if why.starts_with("530")),
        "{answer:?}"
    );
    assert!(server.kept().is_empty());
}

fn a_certificate_that_does_not_hold_is_refused() {
    for tls in ["starttls", "wrapped"] {
        let server = Server::start(&["--tls", tls]);
        let mut mail = server.mail();
        if let Office::Smtp(smtp) = &mut mail.office {
            smtp.authority = None;
        }
        let why = refused(&mail);
        assert!(why.contains("certificate"), "{why}");
        let stranger = Authority::make();
        if let Office::Smtp(smtp) = &mut mail.office {
            smtp.authority = Some(stranger.pem());
        }
        let why = refused(&mail);
        assert!(why.contains("certificate"), "{why}");
        assert!(server.kept().is_empty());
    }
    let elsewhere = Server::named("mail.example.org", &["--tls", "starttls"]);
    let why = refused(&elsewhere.mail());
    assert!(why.contains("certificate"), "{why}");
}

fn a_server_without_starttls_gets_nothing() {
    let server = Server::start(&["--tls", "none"]);
    let mut mail = server.mail();
    if let Office::Smtp(smtp) = &mut mail.office {
        smtp.security = kanmon::config::Security::StartTls;
    }
    let why = refused(&mail);
    assert!(why.contains("STARTTLS"), "{why}");
    assert!(server.kept().is_empty());
}

fn a_last_word_of_no_delivers_nothing() {
    for options in [
        &["--tls", "starttls"][..],
        &["--tls", "none", "--pipelining"],
    ] {
        let server = Server::start(options);
        let mut line = Office::open(&server.mail()).unwrap();
        let answer = line.send(&parcel("reader@example.com"), &mut || false);
        assert_eq!(answer, Answer::Withheld);
        assert!(server.kept().is_empty());
        // The line can be used for the next letter.
        assert!(matches!(
            send(&mut line, "next@example.com"),
            Answer::Taken(_)
        ));
        line.close();
        let kept = server.kept();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0]["to"][0], "next@example.com");
    }
}

fn answers_are_told_apart() {
    for options in [
        &["--tls", "starttls"][..],
        &["--tls", "none", "--pipelining"],
        &["--tls", "none"],
    ] {
        let server = Server::start(options);
        let mut line = Office::open(&server.mail()).unwrap();
        for round in 0..2 {
            let later = send(&mut line, "later@example.com");
            assert_eq!(
                later,
                Answer::Later("450 4.2.1 try later".into()),
                "{round}"
            );
            let never = send(&mut line, "never@example.com");
            assert_eq!(never, Answer::Never("550 5.1.1 no such mailbox".into()));
            let full = send(&mut line, "full@example.com");
            assert_eq!(full, Answer::Later("452 4.3.1 no room".into()));
            let spam = send(&mut line, "spam@example.com");
            assert_eq!(spam, Answer::Never("554 5.7.1 not taken".into()));
            let fine = send(&mut line, "fine@example.com");
            assert_eq!(fine, Answer::Taken("250 2.0.0 kept".into()));
        }
        assert_eq!(server.kept().len(), 2);
        let silent = send(&mut line, "silent@example.com");
        assert!(
            matches!(&silent, Answer::Later(why) if why.contains("not answered")),
            "{silent:?}"
        );
        assert!(matches!(
            send(&mut line, "fine@example.com"),
            Answer::Taken(_)
        ));
        line.close();
    }
}

fn a_conversation_that_the_server_ends_between_letters_is_begun_anew() {
    let server = Server::start(&["--tls", "starttls"]);
    let mut line = Office::open(&server.mail()).unwrap();
    for _ in 0..3 {
        assert!(matches!(
            send(&mut line, "last@example.com"),
            Answer::Taken(_)
        ));
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert_eq!(server.kept().len(), 3);
}

fn a_sender_who_is_refused_is_the_lines_fault() {
    let server = Server::start(&["--tls", "starttls", "--refuse-sender"]);
    let mut line = Office::open(&server.mail()).unwrap();
    let answer = send(&mut line, "reader@example.com");
    assert!(
        matches!(&answer, Answer::Unreachable(why) if why.starts_with("550")),
        "{answer:?}"
    );
}

/// The figure is for the eye; what is asserted is that no letter waits for a timer (40 ms) of the network.
fn letters_do_not_wait_for_each_other() {
    let server = Server::start(&["--tls", "starttls"]);
    let mut line = Office::open(&server.mail()).unwrap();
    let parcel = parcel("reader@example.com");
    let begun = std::time::Instant::now();
    for _ in 0..200 {
        assert!(matches!(line.send(&parcel, &mut || true), Answer::Taken(_)));
    }
    let each = begun.elapsed() / 200;
    eprintln!("a letter took {each:?}");
    assert!(each < std::time::Duration::from_millis(35), "{each:?}");
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let real: &[(&str, fn())] = &[
        ("every_kind_arrives", every_kind_arrives),
        (
            "other_ways_to_the_server_work",
            other_ways_to_the_server_work,
        ),
        (
            "a_wrong_password_sends_nothing",
            a_wrong_password_sends_nothing,
        ),
        (
            "a_login_that_is_missing_is_the_lines_fault",
            a_login_that_is_missing_is_the_lines_fault,
        ),
        (
            "a_certificate_that_does_not_hold_is_refused",
            a_certificate_that_does_not_hold_is_refused,
        ),
        (
            "a_server_without_starttls_gets_nothing",
            a_server_without_starttls_gets_nothing,
        ),
        (
            "a_last_word_of_no_delivers_nothing",
            a_last_word_of_no_delivers_nothing,
        ),
        ("answers_are_told_apart", answers_are_told_apart),
        (
            "a_conversation_that_the_server_ends_between_letters_is_begun_anew",
            a_conversation_that_the_server_ends_between_letters_is_begun_anew,
        ),
        (
            "a_sender_who_is_refused_is_the_lines_fault",
            a_sender_who_is_refused_is_the_lines_fault,
        ),
        (
            "letters_do_not_wait_for_each_other",
            letters_do_not_wait_for_each_other,
        ),
    ];
    let absent = std::env::var_os("AIOSMTPD").is_none();
    let mut trials: Vec<Trial> = real
        .iter()
        .map(|(name, run)| {
            let run = *run;
            Trial::test(*name, move || {
                run();
                Ok(())
            })
            .with_ignored_flag(absent)
        })
        .collect();
    trials.extend(scripted::ALL.iter().map(|(name, run)| {
        let run = *run;
        Trial::test(*name, move || {
            run();
            Ok(())
        })
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

//! `kanmon send` as cron uses it: one line, and an exit code that says whose turn it is.

use std::process::{Command, Output};

use kanmon::clock::Clock;
use kanmon::outbox::{Habit, State};

use crate::post::Post;
use crate::support::sink::{Says, Sink};

fn kanmon_send(post: &Post, settings: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kanmon"))
        .arg("send")
        .env_clear()
        .env("DATABASE_URL", &post.data.url)
        .env("PUBLIC_URL", "https://kanmon.example.jp")
        .env("MAIL_FROM", "Kanmon <kanmon@example.jp>")
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

fn code_and_line(output: &Output) -> (i32, String) {
    let line = String::from_utf8(output.stdout.clone()).unwrap();
    (output.status.code().unwrap(), line)
}

#[test]
fn the_command_says_in_one_line_what_became_of_the_letters() {
    let post = Post::starting_at(Clock::system().now());
    let who = post.reader("大野 誠", Habit::AtOnce);
    let url = {
        let sink = Sink::start();
        let url = sink.url();
        let (code, line) = code_and_line(&kanmon_send(&post, &[("SMTP_URL", &url)]));
        assert_eq!(code, 0);
        assert!(
            line.starts_with("0 sent, 0 to be tried again, 0 dead"),
            "{line}"
        );
        post.queue_booked(&who, &["a", "b"]);
        let (code, line) = code_and_line(&kanmon_send(&post, &[("SMTP_URL", &url)]));
        assert_eq!((code, line.lines().count()), (0, 1));
        assert!(line.starts_with("2 sent"), "{line}");
        post.queue_booked(&who, &["c"]);
        sink.says(Says::Never);
        let (code, line) = code_and_line(&kanmon_send(&post, &[("SMTP_URL", &url)]));
        assert_eq!(code, 1, "{line}");
        assert!(line.contains("1 dead"), "{line}");
        url
    };
    post.queue_booked(&who, &["d"]);
    let (code, line) = code_and_line(&kanmon_send(&post, &[("SMTP_URL", &url)]));
    assert_eq!(code, 1, "{line}");
    assert!(line.contains("cannot be reached since"), "{line}");
    assert_eq!(post.row("d").state, State::Waiting);
}

#[test]
fn the_command_names_the_setting_that_cannot_be_used() {
    let post = Post::new();
    for (variable, value) in [
        ("SMTP_URL", "http://example.jp"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_LEASE_SECONDS", "0"),
        ("PUBLIC_URL", "http://example.jp"),
        ("DATABASE_URL", "sqlite:///nowhere/at/all.db"),
    ] {
        let output = kanmon_send(&post, &[(variable, value)]);
        let words = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(78), "{variable}: {words}");
        assert!(words.contains(variable), "{words}");
    }
}

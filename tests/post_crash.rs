//! Senders that are killed: ten thousand letters, fifty kills, none lost, and at most one repeated for each kill.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

#[path = "outbox/post.rs"]
mod post;

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use diesel::dsl::count_star;
use diesel::prelude::*;
use kanmon::clock::Clock;
use kanmon::outbox::{Habit, State};
use kanmon::schema::{letter, letter_try};

use post::Post;
use support::programme::Who;
use support::sink::Sink;

const LETTERS: usize = 10_000;
const KILLS: usize = 50;
/// How long a killed sender's letters stay in its hands.
const LEASE_SECONDS: &str = "2";
const READERS: usize = 20;

/// Letters that wait now, by the machine's own clock: the senders are real processes.
fn waiting(letters: usize) -> Post {
    let post = Post::starting_at(Clock::system().now());
    let readers: Vec<Who> = (0..READERS)
        .map(|_| post.reader("大野 誠", Habit::AtOnce))
        .collect();
    let letters: Vec<_> = (0..letters)
        .map(|number| post.booked(&readers[number % READERS], &format!("meeting-{number}")))
        .collect();
    assert_eq!(post.queue(&letters), letters.len());
    post
}

fn sender(post: &Post, sink: &Sink) -> Child {
    Command::new(env!("CARGO_BIN_EXE_kanmon"))
        .arg("send")
        .env_clear()
        .env("DATABASE_URL", &post.data.url)
        .env("SMTP_URL", sink.url())
        .env("MAIL_FROM", "Kanmon <kanmon@example.jp>")
        .env("PUBLIC_URL", "https://kanmon.example.jp")
        .env("MAIL_LEASE_SECONDS", LEASE_SECONDS)
        .env("RUST_LOG", "warn")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn count(post: &Post, state: State) -> usize {
    let found: i64 = post
        .db
        .read(|conn| {
            Ok(letter::table
                .filter(letter::state.eq(state))
                .select(count_star())
                .get_result(conn)?)
        })
        .unwrap();
    usize::try_from(found).unwrap()
}

fn ended_well(output: &Output) {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(0), "{out}{err}");
}

/// Kills a sender in the midst of its letters. False where it had come to its end before.
fn killed_in_the_midst(post: &Post, sink: &Sink, after: usize, further: Duration) -> bool {
    let mut child = sender(post, sink);
    let goal = sink.count() + after;
    while sink.count() < goal {
        if child.try_wait().unwrap().is_some() {
            ended_well(&child.wait_with_output().unwrap());
            return false;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    // Somewhere within a letter: before its end, at its end, or before its commit.
    std::thread::sleep(further);
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

#[test]
fn fifty_kills_lose_no_letter_and_repeat_at_most_one_each() {
    let begun = Instant::now();
    let post = waiting(LETTERS);
    let sink = Sink::start();
    let mut kills = 0;
    let mut number = 0_u64;
    while kills < KILLS {
        number += 1;
        // Scattered without chance, so that a failure can be looked at again.
        let scattered = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let after = 20 + usize::try_from((scattered >> 40) % 300).unwrap();
        let further = Duration::from_micros((scattered >> 20) % 4_000);
        let before = count(&post, State::Sent);
        if killed_in_the_midst(&post, &sink, after, further) {
            kills += 1;
        } else {
            // All that is left is in the hands of those that were killed.
            std::thread::sleep(Duration::from_millis(500));
        }
        assert!(
            before < LETTERS,
            "the letters came to an end after {kills} kills; take fewer between two"
        );
    }
    while count(&post, State::Waiting) > 0 {
        ended_well(&sender(&post, &sink).wait_with_output().unwrap());
        std::thread::sleep(Duration::from_millis(200));
        assert!(
            begun.elapsed() < Duration::from_secs(400),
            "they come to an end"
        );
    }
    let taken = sink.by_message_id();
    let repeated = sink.count() - taken.len();
    println!(
        "{LETTERS} letters, {kills} kills: {} lost, {repeated} repeated; {:?}",
        LETTERS - taken.len(),
        begun.elapsed()
    );
    assert_eq!(taken.len(), LETTERS, "none is lost");
    assert_eq!(count(&post, State::Sent), LETTERS);
    assert!(repeated <= kills, "{repeated} repeated");
    let tries: i64 = post
        .db
        .read(|conn| Ok(letter_try::table.count().get_result(conn)?))
        .unwrap();
    assert_eq!(usize::try_from(tries).unwrap(), LETTERS);
}

#[test]
fn two_senders_at_once_send_each_letter_once() {
    const LETTERS: usize = 2_000;
    let post = waiting(LETTERS);
    let sink = Sink::start();
    let senders = [sender(&post, &sink), sender(&post, &sink)];
    let counts: Vec<usize> = senders
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            ended_well(&output);
            let words = String::from_utf8(output.stdout).unwrap();
            words.split(' ').next().unwrap().parse().unwrap()
        })
        .collect();
    println!("sent by each: {counts:?}");
    assert_eq!(counts.iter().sum::<usize>(), LETTERS);
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    assert_eq!(sink.by_message_id().len(), LETTERS);
    assert_eq!(sink.count(), LETTERS, "no letter twice");
}

//! Queueing: each letter once, in the way its reader wants.

use std::sync::Barrier;

use chrono::TimeDelta;
use kanmon::db::Db;
use kanmon::outbox::{self, Habit, Kind, Outcome, State, marks::Bundle};

use crate::post::Post;

#[test]
fn the_same_letter_is_queued_once() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::AtOnce);
    let one = post.letter(&who, Kind::MeetingDue, "a");
    assert_eq!(post.queue(&[one.clone(), one.clone()]), 1);
    assert_eq!(post.queue(std::slice::from_ref(&one)), 0);
    let mut later = one.clone();
    later.stage = 1;
    assert_eq!(post.queue(&[later]), 1, "another step is another letter");
    assert!(post.rows().iter().all(|row| row.state == State::Waiting));
}

#[test]
fn of_two_who_queue_the_same_letters_at_once_one_does() {
    let post = Post::new();
    let early = post.reader("大野 誠", Habit::AtOnce);
    let bundled = post.reader("森下 恵", Habit::Digest);
    let mut letters = Vec::new();
    for number in 0..30 {
        let subject = format!("s{number:02}");
        letters.push(post.letter(&early, Kind::MeetingDue, &subject));
        letters.push(post.letter(&bundled, Kind::MeetingDue, &subject));
    }
    // Another process on the same database: its own writer.
    let others: Vec<Db> = (0..3)
        .map(|_| Db::open(&post.data.url, post.clock.clone()).unwrap())
        .collect();
    let start = Barrier::new(others.len());
    let queued: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = others
            .iter()
            .enumerate()
            .map(|(number, db)| {
                let (start, now) = (&start, post.now());
                let mut letters = letters.clone();
                letters.rotate_left(number * 20);
                scope.spawn(move || {
                    start.wait();
                    db.jot(move |conn| outbox::queue(conn, now, &letters))
                        .unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|own| own.join().unwrap()).sum()
    });
    assert_eq!(queued, 60);
    assert_eq!(post.rows().len(), 61, "and one digest");
    let digest = post.digests().remove(0);
    let tied = post.rows();
    let tied = tied
        .iter()
        .filter(|row| row.digest.as_ref() == Some(&digest.id));
    assert_eq!(tied.count(), 30);
}

#[test]
fn a_reader_of_the_morning_gets_one_digest_at_eight() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::Digest);
    let letters = [
        post.letter(&who, Kind::MeetingDue, "a"),
        post.letter(&who, Kind::LotExpiring, "b"),
    ];
    assert_eq!(post.queue(&letters), 2);
    post.clock.advance(TimeDelta::hours(2));
    assert_eq!(post.queue_one(&who, Kind::MeetingDue, "c"), 1);
    let digests = post.digests();
    assert_eq!(digests.len(), 1);
    assert_eq!(digests[0].state, State::Waiting);
    assert_eq!(digests[0].subject, who.account.as_str());
    assert_eq!(digests[0].due_on.to_string(), "2026-11-25");
    // Eight o'clock in Japan.
    assert_eq!(digests[0].not_before.to_string(), "2026-11-24 23:00:00");
    for subject in ["a", "b", "c"] {
        let row = post.row(subject);
        assert_eq!(
            (row.state, row.digest),
            (State::Bundled, Some(digests[0].id.clone()))
        );
    }
    assert!(post.lease().is_empty(), "nothing leaves before eight");
    post.clock.move_to("2026-11-24T23:00:00Z".parse().unwrap());
    let leased = post.lease();
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].kind, Kind::Digest);
}

#[test]
fn no_empty_digest_is_made() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::Digest);
    post.queue_one(&who, Kind::MeetingDue, "a");
    // Three mornings later the plan finds the same letter again.
    let again = post.letter(&who, Kind::MeetingDue, "a");
    post.clock.advance(TimeDelta::days(3));
    assert_eq!(post.queue(&[again]), 0);
    assert_eq!(post.digests().len(), 1);
}

#[test]
fn what_is_queued_while_a_digest_is_on_its_way_goes_into_a_further_one() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::Digest);
    post.queue_one(&who, Kind::MeetingDue, "a");
    let evening = post.now();
    post.clock.move_to("2026-11-24T23:00:00Z".parse().unwrap());
    let digest = post.lease().remove(0);
    // The clock was wrong, and is turned back behind that morning.
    post.clock.move_to(evening);
    post.queue_one(&who, Kind::MeetingDue, "b");
    let carried = Bundle {
        carried: vec![post.row("a").id],
        ..Bundle::default()
    };
    let now = post.now();
    let sent = Outcome::Sent {
        to: "x@example.jp".to_owned(),
        answer: "250".to_owned(),
    };
    let marked = post
        .db
        .jot(move |conn| outbox::mark(conn, now, &digest, &sent, &carried))
        .unwrap();
    assert_eq!(marked, Some(State::Sent));
    post.queue_one(&who, Kind::MeetingDue, "c");
    let digests = post.digests();
    assert_eq!(digests.len(), 2, "{digests:?}");
    assert_eq!((digests[0].copy, digests[0].state), (0, State::Sent));
    assert_eq!((digests[1].copy, digests[1].state), (1, State::Waiting));
    assert_eq!(post.row("a").state, State::Sent);
    assert_eq!(post.row("a").sent_to.as_deref(), Some("x@example.jp"));
    for subject in ["b", "c"] {
        let row = post.row(subject);
        assert_eq!(
            (row.state, row.digest),
            (State::Bundled, Some(digests[1].id.clone()))
        );
    }
}

#[test]
fn a_safety_letter_ignores_habits_and_others_follow_them() {
    let post = Post::new();
    let off = post.reader("大野 誠", Habit::Off);
    let morning = post.reader("森下 恵", Habit::Digest);
    let nowhere = post.ground.second.clone();
    post.queue_one(&off, Kind::SafetyTask, "off-safety");
    post.queue_one(&off, Kind::MeetingDue, "off");
    post.queue_one(&morning, Kind::SafetyTask, "morning-safety");
    post.queue_one(&nowhere, Kind::SafetyTask, "nowhere");
    assert_eq!(post.row("off-safety").state, State::Waiting);
    assert_eq!(post.row("off").state, State::Silenced);
    assert_eq!(post.row("morning-safety").state, State::Waiting);
    assert_eq!(post.row("nowhere").state, State::Unaddressed);
    assert_eq!(post.to(&nowhere).habit, Habit::AtOnce);
    post.mailbox(&nowhere.account, "", Habit::Digest);
    assert!(!post.to(&nowhere).has_address, "an empty address is none");
}

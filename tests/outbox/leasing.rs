//! Leases and marks: one sender a letter, and no mark by one that has lost it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use kanmon::db::Db;
use kanmon::outbox::marks::Bundle;
use kanmon::outbox::{self, Habit, Kind, Leased, Outcome, State, line};
use kanmon::schema::letter;

use crate::post::{LEASE, Post};
use crate::support::raw::drop_trigger;

fn sent() -> Outcome {
    Outcome::Sent {
        to: "x@example.jp".to_owned(),
        answer: "250 ok".to_owned(),
    }
}

fn later() -> Outcome {
    Outcome::Later {
        to: "x@example.jp".to_owned(),
        answer: "450 not now\r\n".to_owned(),
    }
}

fn mark(post: &Post, leased: &Leased, outcome: Outcome) -> bool {
    let (now, leased) = (post.now(), leased.clone());
    post.db
        .jot(move |conn| outbox::mark(conn, now, &leased, &outcome, &Bundle::default()))
        .unwrap()
        .is_some()
}

#[test]
fn a_leased_letter_is_in_nobody_elses_hands_until_the_lease_is_over() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_one(&who, Kind::MeetingDue, "a");
    let first = post.lease();
    assert_eq!((first.len(), first[0].fence), (1, 1));
    assert!(post.lease().is_empty());
    post.clock.advance(LEASE);
    assert!(
        post.lease().is_empty(),
        "the last instant belongs to the lease"
    );
    post.clock.advance(TimeDelta::microseconds(1));
    let second = post.lease();
    assert_eq!((second.len(), second[0].fence), (1, 2));
    // Whoever had it first comes late.
    assert!(!mark(&post, &first[0], sent()));
    assert_eq!(post.row("a").state, State::Waiting);
    assert!(post.tries(&first[0].id).is_empty());
    assert!(mark(&post, &second[0], sent()));
    assert!(!mark(&post, &second[0], sent()), "what is sent stays sent");
    assert_eq!(post.row("a").state, State::Sent);
    assert_eq!(post.tries(&first[0].id), [(1, "sent".to_owned())]);
}

#[test]
fn senders_of_two_processes_never_hold_the_same_letter() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::AtOnce);
    let letters: Vec<_> = (0..200)
        .map(|number| post.letter(&who, Kind::MeetingDue, &format!("s{number}")))
        .collect();
    post.queue(&letters);
    let held: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let db = Db::open(&post.data.url, post.clock.clone()).unwrap();
                let now = post.now();
                scope.spawn(move || {
                    let mut held = Vec::new();
                    loop {
                        let some = outbox::lease(&db, now, LEASE, 7).unwrap();
                        if some.is_empty() {
                            return held;
                        }
                        held.extend(some.into_iter().map(|leased| leased.id));
                    }
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    let distinct: std::collections::HashSet<_> = held.iter().collect();
    assert_eq!((held.len(), distinct.len()), (200, 200));
}

#[test]
fn a_lease_can_be_held_on_to_and_given_back() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_one(&who, Kind::MeetingDue, "a");
    let leased = post.lease().remove(0);
    post.clock.advance(TimeDelta::seconds(100));
    let hold = |leased: &Leased| {
        let (now, held) = (post.now(), vec![(leased.id.clone(), leased.fence)]);
        post.db
            .jot(move |conn| outbox::leases::hold_on(conn, now, LEASE, &held))
            .unwrap()
    };
    let (until, held) = hold(&leased);
    assert_eq!((until, held.len()), (post.now() + LEASE, 1));
    post.clock.advance(TimeDelta::seconds(100));
    assert!(post.lease().is_empty(), "it was held on to");
    let back = vec![(leased.id.clone(), leased.fence)];
    post.db
        .jot(move |conn| outbox::leases::give_back(conn, &back))
        .unwrap();
    let next = post.lease().remove(0);
    assert_eq!(next.attempts, 0, "nothing was tried");
    assert!(hold(&leased).1.is_empty(), "another holds it now");
    let old = vec![(leased.id.clone(), leased.fence)];
    post.db
        .jot(move |conn| outbox::leases::give_back(conn, &old))
        .unwrap();
    assert!(
        post.lease().is_empty(),
        "nor can it be given back by the first"
    );
}

#[test]
fn a_clock_that_is_turned_back_a_year_holds_up_nothing_but_reminders_of_that_year() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::AtOnce);
    let truth = post.now();
    post.clock.advance(TimeDelta::days(365));
    for subject in ["leased", "tried", "reminder"] {
        post.queue_one(&who, Kind::MeetingDue, subject);
    }
    post.queue_one(&who, Kind::MeetingCancelled, "news");
    for leased in post.lease() {
        if leased.subject == "tried" {
            assert!(mark(&post, &leased, later()));
        }
    }
    post.clock.move_to(truth);
    // Queued at the right time, leased and tried at the wrong one.
    post.db
        .jot(move |conn| {
            drop_trigger(conn, ("letter_keeps_its_words", "letter"))?;
            let own = letter::table.filter(letter::subject.eq_any(["leased", "tried"]));
            diesel::update(own)
                .set(letter::queued_at.eq(truth.naive_utc()))
                .execute(conn)?;
            let own = letter::table.filter(letter::subject.eq("leased"));
            diesel::update(own)
                .set(letter::not_before.eq(truth.naive_utc()))
                .execute(conn)?;
            Ok(())
        })
        .unwrap();
    let mut found: Vec<String> = post.lease().into_iter().map(|one| one.subject).collect();
    found.sort();
    assert_eq!(found, ["leased", "news", "tried"]);
}

#[test]
fn another_senders_longer_lease_is_a_lease() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_one(&who, Kind::MeetingDue, "a");
    let long = TimeDelta::minutes(60);
    assert_eq!(
        outbox::lease(&post.db, post.now(), long, 20).unwrap().len(),
        1
    );
    let short = TimeDelta::seconds(2);
    assert!(
        outbox::lease(&post.db, post.now(), short, 20)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_letter_refused_for_now_waits_longer_each_time_and_dies_after_five_days() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_one(&who, Kind::MeetingDue, "a");
    let begin = post.now();
    let mut waits = Vec::new();
    let row = loop {
        let leased = post.lease().remove(0);
        assert!(mark(&post, &leased, later()));
        let row = post.row("a");
        if row.state == State::Dead {
            break row;
        }
        let next: DateTime<Utc> = row.not_before.and_utc();
        waits.push(next - post.now());
        assert!(post.lease().is_empty());
        post.clock.move_to(next);
    };
    for (number, wait) in waits.iter().enumerate() {
        let middle = (300_i64 << number.min(20)).min(6 * 3600);
        let seconds = wait.num_seconds();
        assert!(
            (middle * 4 / 5 - 1..=middle * 6 / 5 + 1).contains(&seconds),
            "{number}: {seconds}"
        );
    }
    let took = post.now() - begin;
    assert!((5..6).contains(&took.num_days()), "{took}");
    assert_eq!(row.answer, "450 not now");
    let tries = post.tries(&row.id);
    assert_eq!(tries.len(), waits.len() + 1);
    assert_eq!(tries.last().unwrap().1, "dead");
    post.clock.advance(TimeDelta::days(30));
    assert!(post.lease().is_empty());
}

#[test]
fn the_line_rests_longer_each_time_it_is_down_and_forgets_it_when_it_is_up() {
    let post = Post::new();
    let state = || post.db.read(line::state).unwrap();
    assert_eq!(state().down_since, None);
    let since = post.now();
    let mut last = TimeDelta::zero();
    for tries in 1..=8 {
        let now = post.now();
        post.db
            .jot(move |conn| line::down(conn, now, "connection refused\n"))
            .unwrap();
        let found = state();
        assert_eq!((found.down_since, found.tries), (Some(since), tries));
        assert_eq!(found.answer, "connection refused");
        let next = found.next_try.unwrap();
        assert!(found.rests_at(now) && !found.rests_at(next));
        assert!(
            !found.rests_at(now - TimeDelta::days(365)),
            "the clock was turned back"
        );
        last = next - now;
        post.clock.move_to(next);
    }
    assert!((12..=18).contains(&last.num_minutes()), "{last}");
    post.db.jot(line::up).unwrap();
    assert_eq!((state().down_since, state().tries), (None, 0));
}

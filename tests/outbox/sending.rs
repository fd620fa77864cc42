//! Sending to a mail server: what is taken, put off, refused, or not handed in at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::prelude::*;
use kanmon::accounts;
use kanmon::db::Db;
use kanmon::outbox::{self, Habit, Kind, State, line};
use kanmon::reminders::sending;
use kanmon::schema::{letter, post_line};
use kanmon::scope::{Actor, Role};

use crate::post::{LEASE, Post, mail_to};
use crate::support::raw::drop_trigger;
use crate::support::sink::{Says, Sink};

fn going() -> AtomicBool {
    AtomicBool::new(false)
}

#[test]
fn each_letter_that_waits_goes_out_once() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    let subjects: Vec<String> = (0..45).map(|number| format!("s{number}")).collect();
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    post.queue_booked(&who, &subjects);
    let sent = post.send(&sink);
    assert_eq!((sent.sent, sent.later, sent.dead), (45, 0, 0));
    let by_id = sink.by_message_id();
    assert_eq!(by_id.len(), 45);
    assert!(by_id.values().all(|times| *times == 1), "{by_id:?}");
    assert_eq!(
        sink.connections.load(Ordering::SeqCst),
        1,
        "one line for all"
    );
    let address = format!("{}@example.jp", who.login);
    for row in post.rows() {
        assert_eq!((row.state, row.attempts), (State::Sent, 1));
        assert_eq!(row.sent_to.as_deref(), Some(address.as_str()));
        assert!(row.answer.contains("taken"), "{}", row.answer);
        assert!(row.lease_until.is_none());
        assert!(
            sink.by_message_id()
                .keys()
                .any(|id| id.contains(row.id.as_str()))
        );
    }
    assert!(post.send(&sink).is_idle());
    assert_eq!(sink.count(), 45);
}

#[test]
fn a_letter_put_off_is_tried_again_under_the_same_message_id() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_booked(&who, &["a"]);
    sink.says(Says::NotNow);
    assert_eq!(post.send(&sink).later, 1);
    let row = post.row("a");
    assert_eq!((row.state, row.attempts), (State::Waiting, 1));
    assert!(row.answer.contains("not now"), "{}", row.answer);
    // It is taken, but the answer is lost on the way: nobody can know, so it goes out once more.
    sink.says(Says::TakesAndCloses);
    assert!(post.send(&sink).is_idle(), "not before its time");
    post.clock.move_to(row.not_before.and_utc());
    assert_eq!(post.send(&sink).later, 1);
    sink.says(Says::Takes);
    post.clock.move_to(post.row("a").not_before.and_utc());
    assert_eq!(post.send(&sink).sent, 1);
    let taken = sink.by_message_id();
    assert_eq!(taken.len(), 1, "{taken:?}");
    let tries: Vec<String> = post
        .tries(&row.id)
        .into_iter()
        .map(|(_, outcome)| outcome)
        .collect();
    assert_eq!(tries, ["later", "later", "sent"]);
}

#[test]
fn a_letter_refused_for_good_dies_alone() {
    let (post, sink) = (Post::new(), Sink::start());
    let well = post.reader("大野 誠", Habit::AtOnce);
    let gone = post.reader("森下 恵", Habit::AtOnce);
    let never = post.reader("堀 健一", Habit::AtOnce);
    post.queue_booked(&gone, &["gone"]);
    post.queue_booked(&never, &["never"]);
    post.queue_booked(&well, &["well"]);
    let (nobody, refused) = (gone.login.clone(), never.login.clone());
    sink.answers(move |to| {
        if to.starts_with(&nobody) {
            Says::NobodyThere
        } else if to.starts_with(&refused) {
            Says::Never
        } else {
            Says::Takes
        }
    });
    let sent = post.send(&sink);
    assert_eq!((sent.sent, sent.dead, sent.later), (1, 2, 0));
    assert!(post.row("gone").answer.contains("nobody there"));
    assert_eq!(post.row("never").state, State::Dead);
    assert_eq!(post.tries(&post.row("gone").id), [(1, "dead".to_owned())]);
    assert_eq!(post.row("well").state, State::Sent);
}

#[test]
fn a_line_that_is_down_is_no_letters_fault() {
    let post = Post::new();
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_booked(&who, &["a", "b"]);
    let away = {
        let sink = Sink::start();
        mail_to(&sink, 120)
    };
    // The sink of `away` is closed by now.
    let since = post.now();
    for _ in 0..40 {
        let sent = sending::send(&post.db, &away, &going()).unwrap();
        assert_eq!(sent.unreachable.as_ref().unwrap().0, since);
        assert_eq!((sent.sent, sent.later, sent.dead), (0, 0, 0));
        assert!(sending::is_resting(&post.db).unwrap());
        post.clock.advance(TimeDelta::hours(9));
        assert!(!sending::is_resting(&post.db).unwrap());
    }
    for subject in ["a", "b"] {
        let row = post.row(subject);
        assert_eq!((row.state, row.attempts), (State::Waiting, 0));
        assert!(row.lease_until.is_none(), "it was given back");
    }
    let down = post.db.read(line::state).unwrap();
    assert_eq!((down.down_since, down.tries), (Some(since), 40));
    assert!(!down.answer.is_empty());
    let sink = Sink::start();
    assert_eq!(post.send(&sink).sent, 2);
    assert_eq!(post.db.read(line::state).unwrap().down_since, None);
}

#[test]
fn a_letter_that_a_server_chokes_on_does_not_hold_up_the_others() {
    for chokes in [Says::ClosesAtOnce, Says::Closes] {
        let (post, sink) = (Post::new(), Sink::start());
        let choking = post.reader("森下 恵", Habit::AtOnce);
        let well = post.reader("大野 誠", Habit::AtOnce);
        post.queue_booked(&choking, &["choking"]);
        post.queue_booked(&well, &["a", "b"]);
        let login = choking.login.clone();
        sink.answers(move |to| {
            if to.starts_with(&login) {
                chokes
            } else {
                Says::Takes
            }
        });
        let sent = post.send(&sink);
        assert_eq!((sent.sent, sent.later), (2, 1), "{chokes:?}: {sent:?}");
        assert_eq!(sent.unreachable, None);
        assert_eq!(post.row("choking").attempts, 1);
    }
}

#[test]
fn a_server_that_breaks_off_over_every_letter_is_down() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_booked(&who, &["a", "b", "c", "d"]);
    sink.says(Says::ClosesAtOnce);
    let sent = post.send(&sink);
    assert!(sent.unreachable.is_some());
    assert_eq!((sent.sent, sent.later), (0, 1));
    sink.says(Says::Takes);
    assert_eq!(post.send(&sink).sent, 3);
}

#[test]
fn a_corrected_address_counts_at_the_next_try() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_booked(&who, &["a"]);
    sink.says(Says::NotNow);
    post.send(&sink);
    post.mailbox(&who.account, "right@example.jp", Habit::AtOnce);
    sink.says(Says::Takes);
    post.clock.advance(TimeDelta::minutes(10));
    assert_eq!(post.send(&sink).sent, 1);
    assert_eq!(post.row("a").sent_to.as_deref(), Some("right@example.jp"));
    assert_eq!(sink.taken()[0].to, ["right@example.jp"]);
}

#[test]
fn whoever_may_no_longer_read_gets_no_letter() {
    let (post, sink) = (Post::new(), Sink::start());
    let closed = post.reader("大野 誠", Habit::AtOnce);
    let nowhere = post.reader("森下 恵", Habit::AtOnce);
    let place = post.ground.place("架空市立中央病院");
    let elsewhere = post.ground.place("架空大学病院").coordinator;
    post.mailbox(&elsewhere.account, "elsewhere@example.jp", Habit::AtOnce);
    post.mailbox(&place.coordinator.account, "own@example.jp", Habit::AtOnce);
    post.queue_booked(&closed, &["closed"]);
    post.queue_booked(&nowhere, &["nowhere"]);
    for (who, subject) in [(&elsewhere, "elsewhere"), (&place.coordinator, "own")] {
        let mut letter = post.booked(who, subject);
        letter.facility = Some(place.id.clone());
        post.queue(&[letter]);
    }
    post.mailbox(&nowhere.account, "", Habit::AtOnce);
    let account = closed.account.clone();
    post.db
        .write(&Actor::system("test"), move |tx| {
            accounts::set_active(tx, &account, false)
        })
        .unwrap();
    let sent = post.send(&sink);
    assert_eq!((sent.sent, sent.unaddressed), (1, 3), "{sent:?}");
    assert_eq!(post.row("own").state, State::Sent);
    for (subject, why) in [
        ("closed", "closed"),
        ("nowhere", "no address"),
        ("elsewhere", "no role at this facility"),
    ] {
        let row = post.row(subject);
        assert_eq!((row.state, row.attempts), (State::Unaddressed, 0));
        assert!(row.answer.contains(why), "{}", row.answer);
    }
}

#[test]
fn a_digest_carries_what_is_still_to_be_said_and_its_letters_are_sent_with_it() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::Digest);
    post.queue_booked(&who, &["a", "b"]);
    let mut early = post.letter(&who, Kind::MeetingDue, "overtaken");
    early.stage = -7;
    let mut late = early.clone();
    late.stage = 0;
    late.to.habit = Habit::Off;
    post.queue(&[early, late]);
    post.clock.move_to("2026-11-24T23:00:00Z".parse().unwrap());
    sink.says(Says::NotNow);
    assert_eq!(post.send(&sink).later, 1);
    assert_eq!(post.row("a").state, State::Bundled, "not yet");
    sink.says(Says::Takes);
    post.clock.advance(TimeDelta::minutes(10));
    let sent = post.send(&sink);
    assert_eq!((sent.sent, sent.later), (1, 0), "one letter");
    assert_eq!(sink.count(), 1);
    for subject in ["a", "b"] {
        let row = post.row(subject);
        assert_eq!(row.state, State::Sent);
        assert_eq!(row.sent_to, post.digests()[0].sent_to);
    }
    let overtaken = post.rows();
    let overtaken = overtaken.iter().find(|row| row.state == State::Overtaken);
    assert_eq!(overtaken.unwrap().subject, "overtaken");
}

#[test]
fn a_digest_with_nothing_left_to_say_lapses() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::Digest);
    let mut early = post.letter(&who, Kind::MeetingDue, "a");
    early.stage = -7;
    let mut late = early.clone();
    late.stage = 0;
    late.to.habit = Habit::Off;
    post.queue(&[early, late]);
    post.clock.move_to("2026-11-24T23:00:00Z".parse().unwrap());
    let sent = post.send(&sink);
    assert_eq!((sent.sent, sent.lapsed), (0, 1));
    assert_eq!(post.digests()[0].state, State::Lapsed);
    assert_eq!(sink.count(), 0);
}

#[test]
fn letters_of_a_digest_that_is_refused_for_good_do_not_vanish_with_it() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::Digest);
    post.queue_booked(&who, &["a", "b"]);
    post.clock.move_to("2026-11-24T23:00:00Z".parse().unwrap());
    sink.says(Says::Never);
    assert_eq!(post.send(&sink).dead, 1);
    for subject in ["a", "b"] {
        let row = post.row(subject);
        assert_eq!(row.state, State::Dead);
        assert!(row.answer.contains("never"), "{}", row.answer);
    }
}

#[test]
fn a_later_step_overtakes_an_earlier_one() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    let mut early = post.letter(&who, Kind::MeetingDue, "a");
    early.stage = -7;
    let mut late = early.clone();
    late.stage = 0;
    late.to.habit = Habit::Off;
    post.queue(&[early, late]);
    let sent = post.send(&sink);
    assert_eq!((sent.sent, sent.overtaken), (0, 1), "{sent:?}");
    assert_eq!(sink.count(), 0);
}

#[test]
fn a_step_queued_by_a_wrong_clock_overtakes_nothing() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    let early = post.letter(&who, Kind::MeetingDue, "a");
    let mut late = early.clone();
    late.stage = 7;
    let truth = post.now();
    post.clock.advance(TimeDelta::days(30));
    post.queue(&[late]);
    post.clock.move_to(truth);
    post.queue(&[early]);
    let sent = post.send(&sink);
    assert_eq!(sent.overtaken, 0, "{sent:?}");
    assert_eq!(
        sent.sent + sent.lapsed,
        1,
        "it was asked whether it is still due"
    );
}

#[test]
fn a_step_planned_ahead_overtakes_nothing_before_its_day() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    let early = post.letter(&who, Kind::MeetingDue, "a");
    let mut late = early.clone();
    late.stage = 7;
    late.not_before = post.now() + TimeDelta::days(10);
    post.queue(&[early, late]);
    let sent = post.send(&sink);
    assert_eq!(sent.overtaken, 0, "{sent:?}");
    assert_eq!(
        sent.sent + sent.lapsed,
        1,
        "only the early one's day has come"
    );
}

#[test]
fn a_sender_that_was_too_slow_does_not_hand_in_what_another_has_taken_up() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_booked(&who, &["a", "b"]);
    let (clock, other) = (
        post.clock.clone(),
        Db::open(&post.data.url, post.clock.clone()).unwrap(),
    );
    let taken_up = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken_up);
    // While the first letter is on its way the lease runs out, and another sender comes.
    sink.answers(move |_| {
        if count.load(Ordering::SeqCst) == 0 {
            clock.advance(LEASE + TimeDelta::seconds(1));
            let leased = outbox::lease(&other, clock.now(), LEASE, 20).unwrap();
            count.store(leased.len(), Ordering::SeqCst);
        }
        Says::Takes
    });
    let sent = post.send(&sink);
    assert_eq!(taken_up.load(Ordering::SeqCst), 2);
    assert_eq!((sent.sent, sink.count()), (0, 0));
    assert!(
        post.rows()
            .iter()
            .all(|row| row.fence == 2 && row.lease_until.is_some())
    );
}

#[test]
fn a_sender_that_is_slow_but_alone_holds_on_to_its_letters() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_booked(&who, &["a", "b", "c", "d"]);
    let (clock, other) = (
        post.clock.clone(),
        Db::open(&post.data.url, post.clock.clone()).unwrap(),
    );
    // The server is asked twice a letter: for its reader, and once the text begins, when the sender is ahead already.
    let asked = AtomicUsize::new(0);
    sink.answers(move |_| {
        if asked.fetch_add(1, Ordering::SeqCst) % 2 == 1 {
            return Says::Takes;
        }
        clock.advance(TimeDelta::seconds(50));
        assert!(
            outbox::lease(&other, clock.now(), LEASE, 20)
                .unwrap()
                .is_empty()
        );
        Says::Takes
    });
    assert_eq!(post.send(&sink).sent, 4);
    assert_eq!(sink.count(), 4);
}

#[test]
fn a_sender_that_is_asked_to_stop_gives_back_what_it_has_not_handed_in() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_booked(&who, &["a", "b", "c", "d"]);
    let stop = Arc::new(going());
    let (asked, seen) = (Arc::clone(&stop), AtomicUsize::new(0));
    sink.answers(move |_| {
        // Each letter asks twice, at its recipient and at its text: this is the second letter.
        if seen.fetch_add(1, Ordering::SeqCst) == 2 {
            asked.store(true, Ordering::SeqCst);
        }
        Says::Takes
    });
    let sent = sending::send(&post.db, &mail_to(&sink, 120), &stop).unwrap();
    assert_eq!((sent.sent, sink.count()), (1, 1));
    let rows = post.rows();
    let waiting = rows.iter().filter(|row| row.state == State::Waiting);
    assert_eq!(waiting.filter(|row| row.lease_until.is_none()).count(), 3);
    sink.says(Says::Takes);
    assert_eq!(post.send(&sink).sent, 3);
}

#[test]
fn no_letter_leaves_inside_a_transaction() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_booked(&who, &["a", "b", "c"]);
    let other = Db::open(&post.data.url, post.clock.clone()).unwrap();
    let slowest = Arc::new(std::sync::Mutex::new(Duration::ZERO));
    let own = Arc::clone(&slowest);
    // While the server is being spoken to, everybody else can write, even the very rows.
    sink.answers(move |_| {
        let begun = Instant::now();
        other
            .jot(|conn| {
                diesel::update(post_line::table)
                    .set(post_line::tries.eq(post_line::tries))
                    .execute(conn)?;
                diesel::update(letter::table)
                    .set(letter::copy.eq(letter::copy))
                    .execute(conn)?;
                Ok(())
            })
            .unwrap();
        let mut slowest = own.lock().unwrap();
        *slowest = begun.elapsed().max(*slowest);
        Says::Takes
    });
    assert_eq!(post.send(&sink).sent, 3);
    let slowest = *slowest.lock().unwrap();
    assert!(slowest < Duration::from_secs(3), "{slowest:?}");
}

#[test]
fn a_server_that_does_not_answer_in_time_is_not_waited_for_longer_than_the_lease() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    post.queue_booked(&who, &["a"]);
    sink.says(Says::TakesLate(Duration::from_secs(20)));
    let begun = Instant::now();
    let sent = sending::send(&post.db, &mail_to(&sink, 4), &going()).unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!((sent.sent, sent.later), (0, 1));
}

#[test]
fn a_letter_that_cannot_be_written_is_dead_and_stops_no_other() {
    let (post, sink) = (Post::new(), Sink::start());
    let who = post.reader("大野 誠", Habit::AtOnce);
    let odd = post.ground.someone("森下 恵", Role::Representative, None);
    post.mailbox(&odd.account, "no address at all", Habit::AtOnce);
    post.queue_booked(&odd, &["odd"]);
    post.queue_booked(&who, &["broken", "well"]);
    post.db
        .jot(|conn| {
            drop_trigger(conn, ("letter_keeps_its_words", "letter"))?;
            diesel::update(letter::table.filter(letter::subject.eq("broken")))
                .set(letter::body.eq("{"))
                .execute(conn)?;
            Ok(())
        })
        .unwrap();
    let sent = post.send(&sink);
    assert_eq!((sent.sent, sent.dead), (1, 2), "{sent:?}");
    assert_eq!(post.row("well").state, State::Sent);
}

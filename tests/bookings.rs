//! Meetings that are booked: checked as a whole, told to whoever comes in the same transaction, and led to their record.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use kanmon::clock::start_of;
use kanmon::contacts::bookings::{self, NewBooking, State};
use kanmon::contacts::diary::{self, Booking};
use kanmon::contacts::{self, Attendee, Kind, Mode, NewContact, Presenter, addenda};
use kanmon::error::{Error, FieldErrors, Result};
use kanmon::ids::{BookingId, ContactId, PersonId};
use kanmon::outbox::{self, Body, Value};
use kanmon::physicians::{self, Named, NewPhysician};
use kanmon::schema::{affiliation, letter, mailbox};
use kanmon::scope::Role;
use support::programme::{Ground, Place, Who};
use support::raw::guarded;
use support::{TestDb, day};

fn stage() -> (TestDb, Ground, Place) {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    (data, ground, place)
}

/// The time of day in Japan.
fn at(on: &str, hour: i64, minute: i64) -> DateTime<Utc> {
    start_of(day(on)) + TimeDelta::hours(hour) + TimeDelta::minutes(minute)
}

fn usual(place: &Place) -> NewBooking {
    NewBooking {
        starts_at: at("2026-12-01", 10, 0),
        ends_at: at("2026-12-01", 10, 30),
        mode: Mode::FaceToFace,
        venue: "3 階 会議室".to_owned(),
        physicians: vec![place.physician.person.clone()],
        anyway: false,
    }
}

fn book_as(ground: &Ground, who: &Who, place: &Place, new: &NewBooking) -> Result<BookingId> {
    let (id, new) = (place.id.clone(), new.clone());
    ground.act(who, move |tx, scope| bookings::book(tx, scope, &id, &new))
}

fn book(ground: &Ground, place: &Place, new: &NewBooking) -> Result<BookingId> {
    book_as(ground, &ground.representative, place, new)
}

fn change(ground: &Ground, id: &BookingId, version: i32, new: &NewBooking) -> Result<()> {
    let (id, new) = (id.clone(), new.clone());
    ground.act(&ground.representative, move |tx, scope| {
        bookings::change(tx, scope, (&id, version), &new)
    })
}

fn cancel(ground: &Ground, id: &BookingId, version: i32, reason: &'static str) -> Result<()> {
    let id = id.clone();
    ground.act(&ground.representative, move |tx, scope| {
        bookings::cancel(tx, scope, (&id, version), reason)
    })
}

fn read(ground: &Ground, id: &BookingId) -> Booking {
    let scope = ground.staff();
    ground.db.read(|conn| diary::one(conn, &scope, id)).unwrap()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> FieldErrors {
    match outcome {
        Err(Error::Invalid(errors)) => errors,
        other => panic!("{other:?}"),
    }
}

/// Field and message of everything that is wrong.
#[track_caller]
fn faults<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<(String, &'static str)> {
    let errors = refused(outcome);
    errors
        .0
        .into_iter()
        .map(|(field, message)| (field, message.id))
        .collect()
}

/// A queued letter: kind, day, stage, account, state and body.
type Letter = (outbox::Kind, NaiveDate, i32, String, outbox::State, Body);

fn letters(ground: &Ground, id: &BookingId) -> Vec<Letter> {
    type Row = (outbox::Kind, NaiveDate, i32, String, outbox::State, String);
    let rows: Vec<Row> = ground
        .db
        .read(|conn| {
            Ok(letter::table
                .filter(letter::subject.eq(id.as_str()))
                .order((letter::stage, letter::kind, letter::account_id))
                .select((
                    letter::kind,
                    letter::due_on,
                    letter::stage,
                    letter::account_id,
                    letter::state,
                    letter::body,
                ))
                .load(conn)?)
        })
        .unwrap();
    rows.into_iter()
        .map(|(kind, due, stage, to, state, body)| {
            (
                kind,
                due,
                stage,
                to,
                state,
                serde_json::from_str(&body).unwrap(),
            )
        })
        .collect()
}

fn count(ground: &Ground) -> (i64, i64) {
    ground
        .db
        .read(|conn| {
            let bookings = kanmon::schema::booking::table.count().get_result(conn)?;
            Ok((bookings, letter::table.count().get_result(conn)?))
        })
        .unwrap()
}

fn has_address(ground: &Ground, who: &Who) {
    let account = who.account.clone();
    ground
        .db
        .write(&ground.safety.actor, move |tx| {
            let seq = tx.audit(kanmon::audit::Entry {
                verb: "signed_in",
                subject: kanmon::audit::Subject::new("account", account.as_str()),
                programme: None,
                facility: None,
                detail: serde_json::json!({}),
            })?;
            diesel::insert_into(mailbox::table)
                .values((
                    mailbox::account_id.eq(&account),
                    mailbox::address.eq("someone@example.test"),
                    mailbox::habit.eq(outbox::Habit::AtOnce),
                    mailbox::known_from.eq(seq),
                ))
                .execute(tx.conn)?;
            Ok(())
        })
        .unwrap();
}

/// Another physician of the place, without any statement.
fn second(ground: &Ground, place: &Place, name: &str) -> Who {
    let who = ground.someone(name, Role::Physician, Some(&place.id));
    let (id, person) = (place.id.clone(), who.person.clone());
    ground
        .act(&place.coordinator, move |tx, scope| {
            let new = NewPhysician {
                who: Named::Known(person.clone()),
                department: "血液内科".to_owned(),
                title: String::new(),
                first_day: day("2020-04-01"),
                last_day: None,
            };
            physicians::name_physician(tx, scope, &id, &new)
        })
        .unwrap();
    who
}

fn leaves(ground: &Ground, who: &PersonId, last_day: &str) {
    let (person, last) = (who.clone(), day(last_day));
    let post = ground
        .db
        .read(|conn| {
            Ok(affiliation::table
                .filter(affiliation::person_id.eq(&person))
                .filter(affiliation::known_to.is_null())
                .select(affiliation::id)
                .first(conn)?)
        })
        .unwrap();
    ground
        .act(&ground.safety, move |tx, scope| {
            physicians::end_affiliation(tx, scope, &post, last, "異動")
        })
        .unwrap();
}

#[test]
fn a_booking_tells_the_physician_and_the_representative_with_a_calendar_entry() {
    let (_data, ground, place) = stage();
    has_address(&ground, &place.physician);
    let id = book(&ground, &place, &usual(&place)).unwrap();
    let booked = read(&ground, &id);
    assert_eq!((booked.label().as_str(), booked.version), ("K-0001", 1));
    assert_eq!(booked.state, State::Booked);
    let told = letters(&ground, &id);
    assert_eq!(told.len(), 2);
    for (kind, due, stage, to, state, body) in &told {
        assert_eq!(*kind, outbox::Kind::MeetingBooked);
        assert_eq!((*due, *stage), (day("2026-12-01"), 1));
        let addressed = *to == place.physician.account.to_string();
        let expected = if addressed {
            outbox::State::Waiting
        } else {
            outbox::State::Unaddressed
        };
        assert_eq!(*state, expected);
        assert_eq!(body.place, "架空市立中央病院");
        assert_eq!(body.path, format!("/bookings/{id}"));
        assert_eq!(body.values["name"], Value::Text("柏木 遥".to_owned()));
        assert_eq!(body.values["with"], Value::Text("大野 誠".to_owned()));
        assert_eq!(
            body.values["starts"],
            Value::Instant(at("2026-12-01", 10, 0))
        );
        assert_eq!(body.values["venue"], Value::Text("3 階 会議室".to_owned()));
        let calendar = body.calendar.as_ref().unwrap();
        assert_eq!((&calendar.booking, calendar.sequence), (&id, 1));
        assert!(!calendar.cancelled);
        assert_eq!(calendar.ends_at, at("2026-12-01", 10, 30));
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_nothing_is_kept() {
    let (_data, ground, place) = stage();
    let removed = second(&ground, &place, "久我 慎一");
    leaves(&ground, &removed.person, "2026-11-20");
    let wrong = NewBooking {
        starts_at: at("2026-11-24", 9, 0),
        ends_at: at("2026-11-24", 9, 0),
        venue: "a\0b".to_owned(),
        physicians: vec![removed.person.clone()],
        ..usual(&place)
    };
    assert_eq!(
        faults(book(&ground, &place, &wrong)),
        [
            ("starts_at".to_owned(), "bookings-in-the-past"),
            ("ends_at".to_owned(), "contacts-ends-before-start"),
            ("venue".to_owned(), "forms-control-character"),
            ("physicians".to_owned(), "bookings-physician-not-in-post"),
        ]
    );
    let errors = refused(book(&ground, &place, &wrong));
    let said = kanmon::messages::Lang::Ja.say(errors.on("physicians").unwrap());
    assert!(said.contains("久我 慎一"), "{said}");
    assert_eq!(count(&ground), (0, 0));
}

#[test]
fn each_limit_of_a_booking_has_its_own_message() {
    let (_data, ground, place) = stage();
    let elsewhere = ground.all_ready("架空大学病院");
    let one = |change: &dyn Fn(&mut NewBooking)| {
        let mut new = usual(&place);
        change(&mut new);
        faults(book(&ground, &place, &new))
    };
    // The very moment is not to come; a second later is.
    let now = ground.db.clock().now();
    assert_eq!(
        one(&|new| (new.starts_at, new.ends_at) = (now, now + TimeDelta::minutes(1))),
        [("starts_at".to_owned(), "bookings-in-the-past")]
    );
    assert_eq!(
        one(&|new| {
            new.starts_at = at("2027-11-25", 10, 0);
            new.ends_at = at("2027-11-25", 11, 0);
        }),
        [("starts_at".to_owned(), "bookings-too-far-ahead")]
    );
    assert_eq!(
        one(&|new| new.ends_at = at("2026-12-02", 0, 0)),
        [("ends_at".to_owned(), "bookings-over-midnight")]
    );
    assert_eq!(
        one(&|new| new.physicians.clear()),
        [("physicians".to_owned(), "bookings-physician-missing")]
    );
    let stranger = elsewhere.physician.person.clone();
    assert_eq!(
        one(&|new| new.physicians = vec![stranger.clone()]),
        [("physicians".to_owned(), "bookings-physician-unknown")]
    );
    assert_eq!(
        one(&|new| new.venue = "会".repeat(101)),
        [("venue".to_owned(), "forms-too-long")]
    );
    assert_eq!(count(&ground), (0, 0));
    let soon = NewBooking {
        starts_at: now + TimeDelta::seconds(1),
        ends_at: now + TimeDelta::minutes(1),
        ..usual(&place)
    };
    book(&ground, &place, &soon).unwrap();
    let last = NewBooking {
        starts_at: at("2027-11-24", 10, 0),
        ends_at: at("2027-11-24", 11, 0),
        ..usual(&place)
    };
    book(&ground, &place, &last).unwrap();
}

#[test]
fn a_physician_without_an_accepted_statement_is_booked_knowingly_only() {
    let (_data, ground, place) = stage();
    let other = second(&ground, &place, "神\u{FA19}崎 𠮷彦");
    let mut new = usual(&place);
    new.physicians.push(other.person.clone());
    let errors = refused(book(&ground, &place, &new));
    assert_eq!(errors.0.len(), 1);
    let said = kanmon::messages::Lang::Ja.say(errors.on("anyway").unwrap());
    assert!(
        said.contains("神\u{FA19}崎 𠮷彦") && !said.contains("柏木"),
        "{said}"
    );
    new.anyway = true;
    let id = book(&ground, &place, &new).unwrap();
    assert_eq!(letters(&ground, &id).len(), 3);
    // A statement that is withdrawn before the day speaks no more.
    let statement = ground
        .db
        .read(|conn| {
            let scope = ground.staff();
            let found = physicians::register::one(
                conn,
                &scope,
                &place.physician.person,
                day("2026-11-24"),
            )?;
            Ok(found.held().unwrap().clone())
        })
        .unwrap();
    ground
        .sign(&ground.safety, move |tx, scope, proof| {
            physicians::withdraw(tx, scope, &statement.id, statement.version, "誤り", proof)
        })
        .unwrap();
    let later = NewBooking {
        starts_at: at("2026-12-02", 10, 0),
        ends_at: at("2026-12-02", 10, 30),
        ..usual(&place)
    };
    assert_eq!(
        faults(book(&ground, &place, &later)),
        [("anyway".to_owned(), "bookings-not-qualified")]
    );
}

#[test]
fn a_physician_who_leaves_before_the_day_is_refused_by_name_and_shown_where_booked_already() {
    let (_data, ground, place) = stage();
    let id = book(&ground, &place, &usual(&place)).unwrap();
    assert!(!read(&ground, &id).misses_somebody());
    leaves(&ground, &place.physician.person, "2026-11-30");
    assert_eq!(read(&ground, &id).leavers(), ["柏木 遥"]);
    let later = NewBooking {
        starts_at: at("2026-12-01", 11, 0),
        ends_at: at("2026-12-01", 11, 30),
        ..usual(&place)
    };
    assert_eq!(
        faults(book(&ground, &place, &later)),
        [("physicians".to_owned(), "bookings-physician-not-in-post")]
    );
    // On the last day in post the meeting can still be held.
    let on_the_last_day = NewBooking {
        starts_at: at("2026-11-30", 11, 0),
        ends_at: at("2026-11-30", 11, 30),
        ..usual(&place)
    };
    book(&ground, &place, &on_the_last_day).unwrap();
}

#[test]
fn one_representative_is_not_booked_twice_at_a_time_and_a_form_sent_twice_books_once() {
    let (_data, ground, place) = stage();
    let id = book(&ground, &place, &usual(&place)).unwrap();
    assert_eq!(book(&ground, &place, &usual(&place)).unwrap(), id);
    assert_eq!(count(&ground), (1, 2));
    let overlapping = |from: (i64, i64), to: (i64, i64)| NewBooking {
        starts_at: at("2026-12-01", from.0, from.1),
        ends_at: at("2026-12-01", to.0, to.1),
        ..usual(&place)
    };
    for (from, to) in [
        ((10, 29), (11, 0)),
        ((9, 0), (10, 1)),
        ((9, 0), (11, 0)),
        ((10, 10), (10, 20)),
    ] {
        let errors = refused(book(&ground, &place, &overlapping(from, to)));
        let said = kanmon::messages::Lang::En.say(errors.on("starts_at").unwrap());
        assert!(said.contains("K-0001"), "{said}");
    }
    // One after the other, and somebody else at the same time.
    book(&ground, &place, &overlapping((10, 30), (11, 0))).unwrap();
    let colleague = ground.someone("湯浅 礼", Role::Representative, None);
    book_as(&ground, &colleague, &place, &usual(&place)).unwrap();
    // What was cancelled keeps nobody from booking.
    cancel(&ground, &id, 1, "都合により").unwrap();
    book(&ground, &place, &usual(&place)).unwrap();
}

#[test]
fn a_change_raises_the_sequence_and_tells_each_what_concerns_them() {
    let (_data, ground, place) = stage();
    let (staying, leaving) = (&place.physician, second(&ground, &place, "久我 慎一"));
    let coming = second(&ground, &place, "入江 実");
    let mut new = usual(&place);
    new.anyway = true;
    new.physicians.push(leaving.person.clone());
    let id = book(&ground, &place, &new).unwrap();
    let moved = NewBooking {
        starts_at: at("2026-12-03", 15, 0),
        ends_at: at("2026-12-03", 15, 45),
        physicians: vec![staying.person.clone(), coming.person.clone()],
        ..new
    };
    change(&ground, &id, 1, &moved).unwrap();
    let now = read(&ground, &id);
    assert_eq!((now.version, now.starts_at), (2, at("2026-12-03", 15, 0)));
    assert_eq!(now.names(), ["柏木 遥", "入江 実"]);
    let told: Vec<Letter> = letters(&ground, &id)
        .into_iter()
        .filter(|(_, _, stage, ..)| *stage == 2)
        .collect();
    let of = |who: &Who| {
        let mine: Vec<&Letter> = told
            .iter()
            .filter(|(_, _, _, to, ..)| *to == who.account.to_string())
            .collect();
        assert_eq!(mine.len(), 1);
        (mine[0].0, mine[0].1, mine[0].5.calendar.clone().unwrap())
    };
    let (kind, on, entry) = of(staying);
    assert_eq!(
        (kind, on),
        (outbox::Kind::MeetingChanged, day("2026-12-03"))
    );
    assert_eq!(
        (entry.sequence, entry.cancelled, &entry.booking),
        (2, false, &id)
    );
    assert_eq!(of(&ground.representative).0, outbox::Kind::MeetingChanged);
    assert_eq!(of(&coming).0, outbox::Kind::MeetingBooked);
    let (kind, on, entry) = of(&leaving);
    // Whoever no longer comes hears of the meeting they know, with a higher sequence.
    assert_eq!(
        (kind, on),
        (outbox::Kind::MeetingCancelled, day("2026-12-01"))
    );
    assert_eq!((entry.sequence, entry.cancelled), (2, true));
    assert_eq!(entry.starts_at, at("2026-12-01", 10, 0));
    assert_eq!(told.len(), 4);
}

#[test]
fn a_stale_or_refused_change_changes_nothing_and_tells_nobody() {
    let (_data, ground, place) = stage();
    let id = book(&ground, &place, &usual(&place)).unwrap();
    let before = count(&ground);
    let late = NewBooking {
        starts_at: at("2026-11-23", 10, 0),
        ends_at: at("2026-11-23", 11, 0),
        ..usual(&place)
    };
    refused(change(&ground, &id, 1, &late));
    assert_eq!(count(&ground), before);
    // The same once more is no change.
    change(&ground, &id, 1, &usual(&place)).unwrap();
    assert_eq!((read(&ground, &id).version, count(&ground)), (1, before));
    let moved = NewBooking {
        venue: "オンライン".to_owned(),
        ..usual(&place)
    };
    change(&ground, &id, 1, &moved).unwrap();
    let after = count(&ground);
    // Sent twice it is done once; a form made before is refused.
    change(&ground, &id, 1, &moved).unwrap();
    assert_eq!((read(&ground, &id).version, count(&ground)), (2, after));
    let stale = change(&ground, &id, 1, &usual(&place));
    assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
    let stale = cancel(&ground, &id, 1, "都合");
    assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
    assert_eq!(count(&ground), after);
}

#[test]
fn a_cancellation_needs_a_reason_and_reaches_everybody_once() {
    let (_data, ground, place) = stage();
    let id = book(&ground, &place, &usual(&place)).unwrap();
    assert_eq!(
        faults(cancel(&ground, &id, 1, " ")),
        [("reason".to_owned(), "bookings-reason-missing")]
    );
    cancel(&ground, &id, 1, "学会のため").unwrap();
    cancel(&ground, &id, 1, "学会のため").unwrap();
    let now = read(&ground, &id);
    assert_eq!((now.state, now.version), (State::Cancelled, 2));
    let told = letters(&ground, &id);
    let cancelled: Vec<&Letter> = told
        .iter()
        .filter(|letter| letter.0 == outbox::Kind::MeetingCancelled)
        .collect();
    assert_eq!(cancelled.len(), 2);
    for (_, _, stage, _, _, body) in cancelled {
        let entry = body.calendar.as_ref().unwrap();
        assert_eq!((*stage, entry.sequence, entry.cancelled), (2, 2, true));
        assert!(!serde_json::to_string(body).unwrap().contains("学会"));
    }
    let again = change(&ground, &id, 2, &usual(&place));
    assert!(matches!(again, Err(Error::Stale)), "{again:?}");
}

fn held(place: &Place, starts_at: DateTime<Utc>) -> NewContact {
    NewContact {
        kind: Kind::Meeting,
        mode: Mode::FaceToFace,
        presenter: Presenter::Manufacturer,
        presenter_name: "大野 誠".to_owned(),
        product: None,
        safety_measures: None,
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(20),
        materials: String::new(),
        summary: String::new(),
        attendees: vec![Attendee::Physician(place.physician.person.clone())],
    }
}

fn record(ground: &Ground, id: &BookingId, place: &Place) -> Result<ContactId> {
    let (id, place_id) = (id.clone(), place.id.clone());
    let new = held(place, at("2026-12-01", 10, 0));
    ground.act(&ground.representative, move |tx, scope| {
        bookings::record_held(tx, scope, (&id, &place_id), &new)
    })
}

#[test]
fn a_recorded_meeting_is_held_and_its_booking_follows_the_correction() {
    let (data, ground, place) = stage();
    let id = book(&ground, &place, &usual(&place)).unwrap();
    refused(record(&ground, &id, &place));
    assert_eq!(read(&ground, &id).state, State::Booked);
    data.clock.move_to(at("2026-12-01", 12, 0));
    let contact = record(&ground, &id, &place).unwrap();
    let now = read(&ground, &id);
    assert_eq!(
        (now.state, now.contact.as_ref()),
        (State::Held, Some(&contact))
    );
    assert_eq!(
        faults(record(&ground, &id, &place)),
        [("starts_at".to_owned(), "contacts-recorded-already")]
    );
    let stale = change(&ground, &id, 1, &usual(&place));
    assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
    let right = held(&place, at("2026-12-01", 10, 5));
    let wrong = contact.clone();
    let right = ground
        .act(&ground.representative, move |tx, scope| {
            contacts::correct(tx, scope, &wrong, "時刻の誤り", Some(&right))
        })
        .unwrap()
        .unwrap();
    assert_eq!(read(&ground, &id).contact, Some(right.clone()));
    // What did not take place is to be recorded or cancelled; nobody is told of a meeting that is past.
    ground
        .act(&ground.representative, move |tx, scope| {
            contacts::correct(tx, scope, &right, "行われていない", None)
        })
        .unwrap();
    let now = read(&ground, &id);
    assert_eq!((now.state, now.contact), (State::Booked, None));
    let before = count(&ground);
    cancel(&ground, &id, 1, "行われなかった").unwrap();
    assert_eq!(count(&ground), before);
}

#[test]
fn only_a_representative_books_and_a_facility_sees_its_own_only() {
    let (_data, ground, place) = stage();
    let other = ground.all_ready("架空大学病院");
    for who in [
        &ground.safety,
        &ground.operator,
        &place.coordinator,
        &place.physician,
    ] {
        let refusal = book_as(&ground, who, &place, &usual(&place));
        assert!(matches!(refusal, Err(Error::Forbidden)), "{refusal:?}");
    }
    let id = book(&ground, &place, &usual(&place)).unwrap();
    let seen = |who: &Who| ground.db.read(|conn| diary::one(conn, &who.scope, &id));
    assert!(seen(&place.coordinator).is_ok());
    let hidden = seen(&other.coordinator);
    assert!(matches!(hidden, Err(Error::NotFound)), "{hidden:?}");
    let foreign = usual(&other);
    let hidden = book_as(&ground, &place.coordinator, &other, &foreign);
    assert!(matches!(hidden, Err(Error::NotFound)), "{hidden:?}");
}

#[test]
fn an_addendum_is_signed_added_once_and_leaves_the_record_alone() {
    let (_data, ground, place) = stage();
    let contact = ground.meet(&place, day("2026-11-22"));
    let before = ground
        .db
        .read(|conn| contacts::register::one(conn, &ground.staff(), &contact))
        .unwrap();
    let add = |who: &Who, words: &'static str| {
        let id = contact.clone();
        ground.act(who, move |tx, scope| addenda::add(tx, scope, &id, words))
    };
    add(&ground.representative, " 次回は検査部も同席 \r\n").unwrap();
    add(&ground.representative, "次回は検査部も同席").unwrap();
    add(&ground.safety, "次回は検査部も同席").unwrap();
    assert_eq!(
        faults(add(&ground.safety, "　")),
        [("addendum".to_owned(), "addendum-missing")]
    );
    assert_eq!(
        faults(add(&ground.safety, "a\0")),
        [("addendum".to_owned(), "forms-control-character")]
    );
    for who in [&ground.operator, &place.coordinator] {
        let refusal = add(who, "追記");
        assert!(matches!(refusal, Err(Error::Forbidden)), "{refusal:?}");
    }
    let added = ground.db.read(|conn| addenda::of(conn, &contact)).unwrap();
    let said: Vec<(&str, &str)> = added.iter().map(|one| (&*one.by, &*one.words)).collect();
    assert_eq!(
        said,
        [
            ("大野 誠", "次回は検査部も同席"),
            ("森下 恵", "次回は検査部も同席")
        ]
    );
    let after = ground
        .db
        .read(|conn| contacts::register::one(conn, &ground.staff(), &contact))
        .unwrap();
    assert_eq!(before, after);
    let wrong = contact.clone();
    ground
        .act(&ground.representative, move |tx, scope| {
            contacts::correct(tx, scope, &wrong, "誤り", None)
        })
        .unwrap();
    let stale = add(&ground.safety, "あとから");
    assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
}

#[test]
fn the_database_keeps_bookings_and_addenda() {
    let (data, ground, place) = stage();
    let id = book(&ground, &place, &usual(&place)).unwrap();
    let gone = NewBooking {
        starts_at: at("2026-12-02", 10, 0),
        ends_at: at("2026-12-02", 10, 30),
        ..usual(&place)
    };
    let gone = book(&ground, &place, &gone).unwrap();
    cancel(&ground, &gone, 1, "都合").unwrap();
    let contact = ground.meet(&place, day("2026-11-22"));
    let of = contact.clone();
    ground
        .act(&ground.representative, move |tx, scope| {
            addenda::add(tx, scope, &of, "追記")
        })
        .unwrap();
    // The last audit row is about something else.
    ground.meet(&place, day("2026-11-23"));
    let db = &data.db;
    let booking = [("booking_keeps_its_number", "booking")];
    for (words, sql) in [
        (
            "keeps its number",
            format!("UPDATE booking SET number = 99 WHERE id = '{id}'"),
        ),
        (
            "counts its changes",
            format!("UPDATE booking SET version = 7 WHERE id = '{id}'"),
        ),
        (
            "never changes",
            format!("UPDATE booking SET venue = 'x' WHERE id = '{gone}'"),
        ),
        (
            "names the record",
            format!("UPDATE booking SET state = 'held' WHERE id = '{id}'"),
        ),
        (
            "audit row",
            format!("UPDATE booking SET venue = 'x', change_id = 'x' WHERE id = '{id}'"),
        ),
    ] {
        guarded(db, &booking, words, &sql);
    }
    let physician = &place.physician.person;
    for (trigger, sql) in [
        (
            "booking_physician_with_its_booking",
            format!("INSERT INTO booking_physician VALUES ('{id}', 9, '{physician}')"),
        ),
        (
            "booking_physician_no_update",
            format!("UPDATE booking_physician SET position = 5 WHERE booking_id = '{id}'"),
        ),
        (
            "booking_physician_leaves_with_its_booking",
            format!("DELETE FROM booking_physician WHERE booking_id = '{id}'"),
        ),
    ] {
        guarded(
            db,
            &[(trigger, "booking_physician")],
            "with the booking only",
            &sql,
        );
    }
    support::raw::guarded_after(
        db,
        &[
            ("booking_no_delete", "booking"),
            (
                "booking_physician_leaves_with_its_booking",
                "booking_physician",
            ),
        ],
        "never removed",
        &format!("DELETE FROM booking_physician WHERE booking_id = '{id}';"),
        &format!("DELETE FROM booking WHERE id = '{id}'"),
    );
    guarded(
        db,
        &[("booking_starts_booked", "booking")],
        "starts as booked",
        &format!(
            "INSERT INTO booking SELECT 'other', 98, programme_id, facility_id, 'cancelled', version, starts_at, ends_at, \
             mode, venue, representative_id, booked_by, booked_at, contact_id, known_from, change_id FROM booking WHERE id = '{id}'"
        ),
    );
    for (trigger, sql) in [
        (
            "addendum_no_update",
            format!("UPDATE contact_addendum SET words = 'x' WHERE contact_id = '{contact}'"),
        ),
        (
            "addendum_no_delete",
            format!("DELETE FROM contact_addendum WHERE contact_id = '{contact}'"),
        ),
    ] {
        guarded(db, &[(trigger, "contact_addendum")], "never changes", &sql);
    }
    guarded(
        db,
        &[("addendum_with_its_audit", "contact_addendum")],
        "signed by",
        &format!(
            "INSERT INTO contact_addendum SELECT contact_id, 5, words, entered_by, 'somebody else', entered_at, known_from, \
             change_id FROM contact_addendum WHERE contact_id = '{contact}'"
        ),
    );
}

#[test]
fn the_diary_begins_with_what_waits_and_goes_on_page_by_page() {
    let (data, ground, place) = stage();
    for number in 0..52 {
        let starts_at = at("2026-12-01", 0, 10 * number);
        let new = NewBooking {
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(10),
            ..usual(&place)
        };
        book(&ground, &place, &new).unwrap();
    }
    data.clock.move_to(at("2026-12-01", 3, 0));
    let scope = ground.staff();
    let page = |after: Option<&BookingId>| {
        ground
            .db
            .read(|conn| diary::list(conn, &scope, diary::Which::Open, after))
            .unwrap()
    };
    let (first, next) = page(None);
    assert_eq!((first.len(), first[0].label().as_str()), (50, "K-0001"));
    let (second, last) = page(next.as_ref());
    let labels: Vec<String> = second.iter().map(Booking::label).collect();
    assert_eq!(
        (labels, last),
        (vec!["K-0051".to_owned(), "K-0052".to_owned()], None)
    );
    let all = ground
        .db
        .read(|conn| diary::list(conn, &scope, diary::Which::All, None))
        .unwrap();
    assert_eq!(all.0[0].label(), "K-0052");
}

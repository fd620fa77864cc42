//! Letters in every state, as the pages of the post room meet them.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use kanmon::accounts::mailboxes;
use kanmon::db::Db;
use kanmon::ids::{AccountId, FacilityId, LetterId};
use kanmon::outbox::{self, Addressee, Body, Habit, Kind, NewLetter, State, Value};
use kanmon::schema::{letter, letter_try};
use kanmon::scope::{Actor, Role};

use super::day;
use super::programme::{Ground, Place};

/// A letter that is due on 2026-12-08, two weeks before it.
pub fn new_letter(
    ground: &Ground,
    kind: Kind,
    subject: &str,
    to: &AccountId,
    place: Option<(&FacilityId, &str)>,
) -> NewLetter {
    let values = BTreeMap::from([
        ("name".to_owned(), Value::Text("柏木 遥".to_owned())),
        ("due".to_owned(), Value::Date(day("2026-12-08"))),
        ("days".to_owned(), Value::Number(14)),
    ]);
    NewLetter {
        kind,
        subject: subject.to_owned(),
        due_on: day("2026-12-08"),
        stage: -14,
        to: Addressee {
            account: to.clone(),
            has_address: true,
            habit: Habit::AtOnce,
        },
        programme: ground.programme.clone(),
        facility: place.map(|(id, _)| id.clone()),
        body: Body {
            place: place
                .map_or("架空製薬株式会社", |(_, name)| name)
                .to_owned(),
            values,
            path: "/physicians".to_owned(),
            calendar: None,
        },
        not_before: ground.db.clock().now(),
    }
}

/// Queues letters and gives them in the order of their ids.
pub fn queue(ground: &Ground, all: &[NewLetter]) -> Vec<LetterId> {
    let all = all.to_vec();
    let now = ground.db.clock().now();
    ground
        .db
        .jot(move |conn| {
            let known: Vec<LetterId> = letter::table.select(letter::id).load(conn)?;
            outbox::queue(conn, now, &all)?;
            let ids: Vec<LetterId> = letter::table
                .order(letter::id)
                .select(letter::id)
                .load(conn)?;
            Ok(ids.into_iter().filter(|id| !known.contains(id)).collect())
        })
        .unwrap()
}

/// A letter about a meeting to the coordinator of a facility, in a state.
pub fn letter_in(ground: &Ground, place: &Place, subject: &str, state: State) -> LetterId {
    let to = &place.coordinator.account;
    let at = Some((&place.id, place.name.as_str()));
    let new = new_letter(ground, Kind::MeetingDue, subject, to, at);
    let id = queue(ground, &[new]).remove(0);
    put(&ground.db, &id, state);
    id
}

/// Puts a letter into a state as the sender would.
pub fn put(db: &Db, id: &LetterId, state: State) {
    let id = id.clone();
    let ended = (state != State::Waiting).then(|| db.clock().now().naive_utc());
    let answer = match state {
        State::Sent => "250 2.0.0 Ok: queued as 4F1C2",
        State::Dead => "550 5.1.1 User unknown",
        _ => "",
    };
    let to = (state == State::Sent).then_some("shimura@example.jp");
    db.jot(move |conn| {
        diesel::update(letter::table.find(&id))
            .set((
                letter::state.eq(state),
                letter::ended_at.eq(ended),
                letter::answer.eq(answer),
                letter::sent_to.eq(to),
            ))
            .execute(conn)?;
        Ok(())
    })
    .unwrap();
}

/// Leases a letter until an instant.
pub fn lease(db: &Db, id: &LetterId, until: DateTime<Utc>) {
    let id = id.clone();
    db.jot(move |conn| {
        diesel::update(letter::table.find(&id))
            .set(letter::lease_until.eq(until.naive_utc()))
            .execute(conn)?;
        Ok(())
    })
    .unwrap();
}

/// Keeps an attempt to send.
pub fn tried(db: &Db, id: &LetterId, number: i32, outcome: &str, answer: &str) {
    let (id, outcome, answer) = (id.clone(), outcome.to_owned(), answer.to_owned());
    let at = db.clock().now().naive_utc();
    db.jot(move |conn| {
        diesel::insert_into(letter_try::table)
            .values((
                letter_try::letter_id.eq(&id),
                letter_try::number.eq(number),
                letter_try::at.eq(at),
                letter_try::outcome.eq(&outcome),
                letter_try::answer.eq(&answer),
            ))
            .execute(conn)?;
        Ok(())
    })
    .unwrap();
}

pub fn state_of(db: &Db, id: &LetterId) -> State {
    let id = id.clone();
    db.read(move |conn| {
        Ok(letter::table
            .find(&id)
            .select(letter::state)
            .get_result(conn)?)
    })
    .unwrap()
}

pub fn count(db: &Db) -> i64 {
    db.read(|conn| Ok(letter::table.count().get_result(conn)?))
        .unwrap()
}

/// Gives an account an address.
pub fn address(ground: &Ground, account: &AccountId, address: &str) {
    let (account, address) = (account.clone(), address.to_owned());
    let mut actor = Actor::system("test");
    actor.role = Role::Administrator.as_str().to_owned();
    ground
        .db
        .write(&actor, move |tx| {
            mailboxes::set(tx, &account, &address, Habit::AtOnce)
        })
        .unwrap();
}

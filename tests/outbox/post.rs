//! Readers with addresses and letters for them, for tests of the outbox.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use kanmon::clock::Clock;
use kanmon::config::{Mail, MailSettings, PublicUrl};
use kanmon::db::Db;
use kanmon::ids::{AccountId, LetterId};
use kanmon::outbox::{self, Addressee, Body, Habit, Kind, Leased, NewLetter, State, Value};
use kanmon::reminders::sending::{self, Sent};
use kanmon::schema::{letter, letter_try, mailbox};
use kanmon::scope::Role;

use crate::support::TestDb;
use crate::support::programme::{Ground, Who};
use crate::support::sink::Sink;

/// The lease of these tests.
pub const LEASE: TimeDelta = TimeDelta::seconds(120);

/// A programme whose people have addresses.
pub struct Post {
    pub ground: Ground,
    pub db: Db,
    pub clock: Clock,
    pub data: TestDb,
}

/// A letter's row as it stands.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    pub id: LetterId,
    pub kind: Kind,
    pub state: State,
    pub copy: i32,
    pub digest: Option<LetterId>,
    pub due_on: NaiveDate,
    pub not_before: chrono::NaiveDateTime,
    pub attempts: i32,
    pub fence: i64,
    pub lease_until: Option<chrono::NaiveDateTime>,
    pub sent_to: Option<String>,
    pub answer: String,
    pub subject: String,
}

impl Post {
    pub fn new() -> Post {
        Post::starting_at(crate::support::now())
    }

    /// With a clock that stands at another instant.
    pub fn starting_at(instant: DateTime<Utc>) -> Post {
        let data = TestDb::new();
        data.clock.move_to(instant);
        Post {
            ground: Ground::begin(&data.db),
            db: data.db.clone(),
            clock: data.clock.clone(),
            data,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A representative with an address.
    pub fn reader(&self, name: &str, habit: Habit) -> Who {
        let who = self.ground.someone(name, Role::Representative, None);
        self.mailbox(&who.account, &format!("{}@example.jp", who.login), habit);
        who
    }

    pub fn mailbox(&self, account: &AccountId, address: &str, habit: Habit) {
        let (account, address) = (account.clone(), address.to_owned());
        self.db
            .jot(move |conn| {
                let set = (
                    mailbox::address.eq(&address),
                    mailbox::habit.eq(habit),
                    mailbox::known_from.eq(1_i64),
                );
                let kept = diesel::update(mailbox::table.find(&account)).set(set);
                if kept.execute(conn)? == 0 {
                    diesel::insert_into(mailbox::table)
                        .values((mailbox::account_id.eq(&account), set))
                        .execute(conn)?;
                }
                Ok(())
            })
            .unwrap();
    }

    pub fn to(&self, who: &Who) -> Addressee {
        self.db
            .read(|conn| outbox::addressees(conn, std::slice::from_ref(&who.account)))
            .unwrap()
            .remove(0)
    }

    pub fn letter(&self, who: &Who, kind: Kind, subject: &str) -> NewLetter {
        let due_on = self.clock.today();
        NewLetter {
            kind,
            subject: subject.to_owned(),
            due_on,
            stage: 0,
            to: self.to(who),
            programme: self.ground.programme.clone(),
            facility: None,
            body: Body {
                place: "架空市立中央病院".to_owned(),
                values: BTreeMap::from([
                    ("name".to_owned(), Value::Text("柏木 遥".to_owned())),
                    ("due".to_owned(), Value::Date(due_on)),
                    ("days".to_owned(), Value::Number(0)),
                ]),
                path: "/".to_owned(),
                calendar: None,
            },
            not_before: self.now(),
        }
    }

    pub fn queue(&self, letters: &[NewLetter]) -> usize {
        let (now, letters) = (self.now(), letters.to_vec());
        self.db
            .jot(move |conn| outbox::queue(conn, now, &letters))
            .unwrap()
    }

    pub fn queue_one(&self, who: &Who, kind: Kind, subject: &str) -> usize {
        self.queue(&[self.letter(who, kind, subject)])
    }

    pub fn lease(&self) -> Vec<Leased> {
        outbox::lease(&self.db, self.now(), LEASE, 20).unwrap()
    }

    pub fn rows(&self) -> Vec<Row> {
        self.db
            .read(|conn| {
                Ok(letter::table
                    .order((letter::subject, letter::copy))
                    .select((
                        letter::id,
                        letter::kind,
                        letter::state,
                        letter::copy,
                        letter::digest_id,
                        letter::due_on,
                        letter::not_before,
                        letter::attempts,
                        letter::fence,
                        letter::lease_until,
                        letter::sent_to,
                        letter::answer,
                        letter::subject,
                    ))
                    .load(conn)?)
            })
            .unwrap()
    }

    pub fn row(&self, subject: &str) -> Row {
        let mut rows = self.rows();
        rows.retain(|row| row.subject == subject);
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.remove(0)
    }

    pub fn digests(&self) -> Vec<Row> {
        let mut rows = self.rows();
        rows.retain(|row| row.kind == Kind::Digest);
        rows
    }

    /// The tries of a letter: number and outcome.
    pub fn tries(&self, id: &LetterId) -> Vec<(i32, String)> {
        self.db
            .read(|conn| {
                Ok(letter_try::table
                    .filter(letter_try::letter_id.eq(id))
                    .order(letter_try::number)
                    .select((letter_try::number, letter_try::outcome))
                    .load(conn)?)
            })
            .unwrap()
    }
}

/// How letters leave to a sink.
pub fn mail_to(sink: &Sink, lease_seconds: u32) -> Mail {
    mail_to_address(sink.address, lease_seconds)
}

/// How letters leave to a mail server on this machine.
pub fn mail_to_address(address: SocketAddr, lease_seconds: u32) -> Mail {
    let settings = MailSettings {
        smtp_url: Some(format!("smtp+plain://{address}")),
        mail_from: Some("Kanmon <kanmon@example.jp>".to_owned()),
        mail_lease_seconds: lease_seconds,
        ..MailSettings::default()
    };
    let (_, public_url) =
        PublicUrl::check(Some("https://kanmon.example.jp"), "127.0.0.1:8080").unwrap();
    Mail::check(&settings, &public_url).unwrap()
}

impl Post {
    /// A letter about a meeting, which is sent whatever the plan says.
    pub fn booked(&self, who: &Who, subject: &str) -> NewLetter {
        let mut letter = self.letter(who, Kind::MeetingBooked, subject);
        letter.body.values = BTreeMap::from([
            ("name".to_owned(), Value::Text("柏木 遥".to_owned())),
            ("starts".to_owned(), Value::Instant(self.now())),
            ("venue".to_owned(), Value::Text("薬剤部".to_owned())),
            ("with".to_owned(), Value::Text("大野 誠".to_owned())),
        ]);
        letter
    }

    pub fn queue_booked(&self, who: &Who, subjects: &[&str]) {
        let letters: Vec<NewLetter> = subjects
            .iter()
            .map(|subject| self.booked(who, subject))
            .collect();
        assert_eq!(self.queue(&letters), subjects.len());
    }

    pub fn send(&self, sink: &Sink) -> Sent {
        sending::send(&self.db, &mail_to(sink, 120), &AtomicBool::new(false)).unwrap()
    }
}

//! Three years of letters for three hundred facilities: planning days missed, the mail server down for a fortnight,
//! restarts, a clock that jumps. Each due reminder goes out exactly once, none that was no longer due, none is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod oracle;
#[path = "../support/mod.rs"]
mod support;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use kanmon::clock::at_jst;
use kanmon::config::{Mail, MailSettings, PublicUrl};
use kanmon::db::Db;
use kanmon::ids::{AccountId, LetterId, ProgrammeId};
use kanmon::outbox::{Kind, State};
use kanmon::reminders::{self, sending};
use kanmon::schema::letter;
use oracle::{Fate, Key, Oracle};
use support::TestDb;
use support::sink::Sink;
use world::World;

const FACILITIES: u32 = 300;
const DAYS: i64 = 1_096;

fn mail(url: &str) -> Mail {
    let settings = MailSettings {
        smtp_url: Some(url.to_owned()),
        mail_from: Some("Kanmon <kanmon@example.jp>".to_owned()),
        mail_lease_seconds: 120,
        ..MailSettings::default()
    };
    let (_, url) = PublicUrl::check(Some("https://kanmon.example.jp"), "127.0.0.1:8080").unwrap();
    Mail::check(&settings, &url).unwrap()
}

/// The installation on a clock of its own, beside what is expected of it.
struct Years {
    data: TestDb,
    db: Db,
    programme: ProgrammeId,
    world: World,
    oracle: Oracle,
    sink: Sink,
    restarts: u32,
}

impl Years {
    fn begin() -> Years {
        let data = TestDb::new();
        data.clock
            .move_to(at_jst("2025-01-06T00:10:00".parse().unwrap()));
        let db = data.db.clone();
        let programme = world::programme(&db);
        kanmon::programmes::days_off::seed(&db).unwrap();
        let mut years = Years {
            world: World::new(programme.as_str(), FACILITIES),
            oracle: Oracle::default(),
            sink: Sink::start(),
            restarts: 0,
            data,
            db,
            programme,
        };
        world::unguarded(&years.db);
        years.write();
        years
    }

    fn write(&mut self) {
        let sql = self.world.written();
        if !sql.is_empty() {
            support::raw::raw(&self.db, &sql).unwrap();
        }
    }

    fn clock_to(&self, day: NaiveDate, time: &str) {
        let time = time.parse().unwrap();
        self.data.clock.move_to(at_jst(day.and_time(time)));
    }

    /// What a restart leaves: the database, and nothing in memory.
    fn restart(&mut self) {
        self.db = Db::open(&self.data.url, self.data.clock.clone()).unwrap();
        world::without_foreign_keys(&self.db);
        self.restarts += 1;
    }

    fn plan(&mut self, parts: i64) {
        let on = self.db.clock().today();
        let planned = reminders::run_in_parts(&self.db, &self.programme, on, parts).unwrap();
        let new = self.oracle.plan(&self.world, on, self.db.clock().now());
        assert_eq!(planned.queued, new, "letters new on {on}: {planned:?}");
    }

    fn send(&mut self, up: bool) {
        let mail = match up {
            true => mail(&self.sink.url()),
            // Nobody listens there.
            false => mail("smtp+plain://127.0.0.1:9"),
        };
        let now = self.db.clock().now();
        let sent = sending::send(&self.db, &mail, &AtomicBool::new(false)).unwrap();
        if up {
            let expected = self.oracle.send(&self.world, self.db.clock().today(), now);
            let found = (sent.sent, sent.overtaken, sent.lapsed);
            assert_eq!(
                found, expected,
                "sent, overtaken, lapsed at {now}: {sent:?}"
            );
            assert_eq!((sent.later, sent.dead), (0, 0));
        } else {
            assert_eq!(sent.sent, 0, "nobody took anything");
            // What it looked at before it found nobody there has ended, if it was no longer to be said.
            let on = self.db.clock().today();
            let verdicts = self.oracle.verdicts(&self.world, on, now);
            for (key, (_, state)) in rows(&self.db) {
                let fate = match state {
                    State::Lapsed => Fate::Lapsed,
                    State::Overtaken => Fate::Overtaken,
                    _ => continue,
                };
                if let Some(expected) = verdicts.get(&key) {
                    assert_eq!(*expected, fate, "{key:?}");
                    self.oracle.end(&key, fate);
                }
            }
        }
    }
}

type Row = (LetterId, Kind, String, NaiveDate, i32, AccountId, State);

fn rows(db: &Db) -> BTreeMap<Key, (String, State)> {
    let rows: Vec<Row> = db
        .read(|conn| {
            Ok(letter::table
                .select((
                    letter::id,
                    letter::kind,
                    letter::subject,
                    letter::due_on,
                    letter::stage,
                    letter::account_id,
                    letter::state,
                ))
                .load(conn)?)
        })
        .unwrap();
    rows.into_iter()
        .map(|(id, kind, subject, due, stage, account, state)| {
            let key = (
                kind.as_str().to_owned(),
                subject,
                due,
                stage,
                account.to_string(),
            );
            (key, (id.to_string(), state))
        })
        .collect()
}

#[test]
fn over_three_years_each_due_reminder_goes_out_once_and_none_is_lost() {
    let begun = Instant::now();
    let mut years = Years::begin();
    let first: NaiveDate = "2025-01-06".parse().unwrap();
    let mut dice = world::Dice::new(7);
    let mut planned = 0;
    for step in 0..DAYS {
        let today = first + TimeDelta::days(step);
        years.world.today = today;
        // The clock runs five days ahead for a day, and three days behind for two.
        let clock = match step {
            210 => today + TimeDelta::days(5),
            640 | 641 => today - TimeDelta::days(3),
            _ => today,
        };
        let up = !(400..414).contains(&step);
        if dice.chance(3) {
            years.restart();
        }
        years.clock_to(clock, "07:10:00");
        let missed = dice.chance(10) || (700..709).contains(&step);
        if !missed {
            let parts = if dice.chance(20) { 37 } else { 5_000 };
            years.plan(parts);
            planned += 1;
        }
        years.clock_to(clock, "08:30:00");
        years.world.live();
        years.write();
        years.clock_to(clock, "09:00:00");
        years.send(up);
        if step % 50 == 0 {
            // A second run on the same facts writes nothing.
            years.plan(5_000);
            let before = changes(&years.db);
            let again = reminders::run(&years.db, &years.programme, clock).unwrap();
            assert_eq!((again.queued, changes(&years.db)), (0, before));
        }
    }
    let rows = rows(&years.db);
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, (_, state)) in &rows {
        *states.entry(state.as_str()).or_default() += 1;
        let fate = years.oracle.letters.get(key).map(|letter| letter.fate);
        let expected = match state {
            State::Sent => Fate::Sent,
            State::Overtaken => Fate::Overtaken,
            State::Lapsed => Fate::Lapsed,
            State::Silenced => Fate::Silenced,
            State::Unaddressed => Fate::Unaddressed,
            State::Waiting => Fate::Waiting,
            other => panic!("{other:?}: {key:?}"),
        };
        assert_eq!(fate, Some(expected), "{key:?}");
    }
    assert_eq!(rows.len(), years.oracle.letters.len(), "none is lost");
    let taken = years.sink.by_message_id();
    let sent: BTreeSet<&str> = rows
        .values()
        .filter(|(_, state)| *state == State::Sent)
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(taken.len(), sent.len());
    assert!(taken.values().all(|times| *times == 1), "once each");
    let kinds: BTreeSet<&str> = rows
        .iter()
        .filter(|(_, (_, state))| *state == State::Sent)
        .map(|(key, _)| key.0.as_str())
        .collect();
    assert_eq!(kinds.len(), 11, "every kind of reminder: {kinds:?}");
    for state in ["overtaken", "lapsed", "silenced", "unaddressed"] {
        assert!(states.contains_key(state), "{state}: {states:?}");
    }
    years.oracle.nobody_was_forgotten();
    println!(
        "{planned} of {DAYS} days planned, {} restarts, {states:?}, {:?}",
        years.restarts,
        begun.elapsed()
    );
}

/// How many rows were written so far, as far as the database says.
fn changes(db: &Db) -> i64 {
    use diesel::sql_types::BigInt;
    db.jot(|conn| {
        let count = match conn {
            kanmon::db::AnyConn::Sqlite(_) => "CAST(total_changes() AS BIGINT)",
            kanmon::db::AnyConn::Pg(_) => "(SELECT COUNT(*) FROM letter)",
        };
        Ok(diesel::select(diesel::dsl::sql::<BigInt>(count)).get_result(conn)?)
    })
    .unwrap()
}

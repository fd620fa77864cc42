//! How long planning for a million physicians takes, beside its yardstick measured in the same run; it judges nothing.
//!
//! `cargo bench --bench planning` builds a SQLite database of fictional facilities (PLANNING_PHYSICIANS changes their
//! number), then takes turns: our run, which reads, plans, looks what is queued and queues the rest; and the yardstick,
//! which reads the same facts with the same statements and inserts the same rows in batches of the same size. It prints
//! the ratio of the medians, and that a second run writes nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use kanmon::clock::{Clock, at_jst};
use kanmon::db::{AnyConn, Db};
use kanmon::ids::ProgrammeId;
use kanmon::outbox::{Kind, State};
use kanmon::programmes::{self, NewProgramme, days_off};
use kanmon::reminders;
use kanmon::schema::letter;
use kanmon::scope::Actor;

/// Physicians at one facility.
const EACH: usize = 20;
const ROUNDS: usize = 3;
/// Rows of one insert; a round number below what SQLite takes.
const BATCH: usize = 1_000;

fn uid(sort: u32, number: usize) -> String {
    format!("00000000-{sort:04}-7000-8000-{number:012}")
}

fn main() {
    let physicians = std::env::var("PLANNING_PHYSICIANS")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(1_000_000_usize);
    let file = std::env::temp_dir().join(format!("kanmon-planning-{}.db", std::process::id()));
    let on: NaiveDate = "2026-11-24".parse().unwrap();
    let clock = Clock::set_to(at_jst("2026-11-24T06:00:00".parse().unwrap()));
    let begun = Instant::now();
    let db = Db::open(&format!("sqlite://{}", file.display()), clock).unwrap();
    let programme = build(&db, physicians);
    println!("{physicians} physicians built in {:.1?}", begun.elapsed());
    measure(&db, &programme, on);
    drop(db);
    remove(&file);
}

fn remove(file: &std::path::Path) {
    for end in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(end);
        let _ = std::fs::remove_file(PathBuf::from(path));
    }
}

fn raw(db: &Db, sql: String) {
    db.jot(move |conn| Ok(conn.batch_execute(&sql)?)).unwrap();
}

/// Facilities with a coordinator each and every tenth physician with an account; posts, statements and last meetings.
fn build(db: &Db, physicians: usize) -> ProgrammeId {
    kanmon::guards::migrate(db).unwrap();
    let programme = db
        .write(&Actor::system("bench"), |tx| {
            let new = NewProgramme {
                code: "lunsumio-iv".to_owned(),
                name_ja: "試験".to_owned(),
                name_en: "Bench".to_owned(),
                manufacturer: "架空製薬株式会社".to_owned(),
                demo: false,
            };
            programmes::begin(tx, &new)
        })
        .unwrap();
    days_off::seed(db).unwrap();
    unguarded(db);
    raw(db, people(0, "representative", "NULL"));
    raw(db, people(1, "safety_officer", "NULL"));
    let p = programme.as_str();
    let facilities = physicians / EACH;
    for part in (0..facilities).collect::<Vec<_>>().chunks(500) {
        let mut sql = String::new();
        for &place in part {
            let at = uid(1, place);
            sql.push_str(&format!(
                "INSERT INTO facility VALUES ('{at}', '架空第{place}病院', 'k', '', '', 13, 0, 1);\n"
            ));
            sql.push_str(&people(
                10 + place,
                "facility_coordinator",
                &format!("'{at}'"),
            ));
            sql.push_str(&format!(
                "INSERT INTO duty (id, programme_id, facility_id, account_id, first_day, known_from) \
                 VALUES ('{at}', '{p}', '{at}', '{}', '2024-01-01', 1);\n",
                uid(3, 0)
            ));
            for number in place * EACH..(place + 1) * EACH {
                sql.push_str(&physician(p, &at, number));
            }
        }
        raw(db, sql);
    }
    programme
}

/// Rows are made by the million here, past every verb, and thrown away again.
fn unguarded(db: &Db) {
    #[derive(QueryableByName)]
    struct Trigger {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let triggers: Vec<Trigger> = db
        .read(|conn| {
            let all = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
            Ok(diesel::sql_query(all).load(conn)?)
        })
        .unwrap();
    let drops = triggers
        .iter()
        .map(|one| format!("DROP TRIGGER {};", one.name));
    raw(db, drops.collect());
}

fn people(number: usize, role: &str, at: &str) -> String {
    let (person, account) = (uid(2, number), uid(3, number));
    format!(
        "INSERT INTO person VALUES ('{person}', '架空 {number}', 'k', 1);\n\
         INSERT INTO account (id, person_id, login, password_hash, language, active, known_from) \
         VALUES ('{account}', '{person}', 'u{number}', '', 'ja', 1, 1);\n\
         INSERT INTO membership (id, account_id, role, facility_id, first_day, known_from, trained_on) \
         VALUES ('{account}', '{account}', '{role}', {at}, '2020-01-01', 1, '2020-01-01');\n\
         INSERT INTO mailbox VALUES ('{account}', 'u{number}@example.jp', 'at_once', 1);\n"
    )
}

/// Met between today and half a year ago: about three in four are due within thirty days, or overdue.
fn physician(programme: &str, at: &str, number: usize) -> String {
    let person = uid(22, number);
    let met = "2026-11-24".parse::<NaiveDate>().unwrap()
        - chrono::TimeDelta::days(i64::try_from(number * 7 % 180).unwrap());
    let mut sql = format!(
        "INSERT INTO person VALUES ('{person}', '医師 {number}', 'k', 1);\n\
         INSERT INTO affiliation VALUES ('{}', '{person}', '{at}', '', '', '2024-01-01', NULL, '{person}', 1, NULL);\n\
         INSERT INTO qualification (id, number, programme_id, person_id, facility_id, state, version, experience, meetings, \
         cooperation, statement, first_day, submitted_by, submitted_at, known_from) VALUES ('{}', {number}, '{programme}', \
         '{person}', '{at}', 'accepted', 1, 1, 1, 1, '', '2024-01-01', '{person}', '2024-01-01 00:00:00', 1);\n\
         INSERT INTO contact (id, number, programme_id, facility_id, kind, mode, presenter, presenter_name, starts_at, ends_at, \
         materials, summary, entered_by, known_from) VALUES ('{}', {number}, '{programme}', '{at}', 'meeting', 'online', \
         'manufacturer', '', '{met} 01:00:00', '{met} 01:30:00', '', '', '{person}', 1);\n\
         INSERT INTO contact_attendee VALUES ('{}', 1, '{person}', '');\n",
        uid(8, number),
        uid(7, number),
        uid(12, number),
        uid(12, number),
    );
    if number.is_multiple_of(10) {
        let account = uid(33, number);
        sql.push_str(&format!(
            "INSERT INTO account (id, person_id, login, password_hash, language, active, known_from) \
             VALUES ('{account}', '{person}', 'p{number}', '', 'ja', 1, 1);\n\
             INSERT INTO membership (id, account_id, role, facility_id, first_day, known_from, trained_on) \
             VALUES ('{account}', '{account}', 'physician', '{at}', '2020-01-01', 1, '2020-01-01');\n"
        ));
    }
    sql
}

fn empty(db: &Db) {
    raw(db, "DELETE FROM letter".to_owned());
    db.exclusively(|conn| Ok(conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?))
        .unwrap();
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

fn measure(db: &Db, programme: &ProgrammeId, on: NaiveDate) {
    let (mut ours, mut theirs, mut second) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        empty(db);
        let begun = Instant::now();
        let planned = reminders::run(db, programme, on).unwrap();
        ours.push(begun.elapsed());
        let begun = Instant::now();
        let again = reminders::run(db, programme, on).unwrap();
        second.push(begun.elapsed());
        assert_eq!(again.queued, 0, "a second run writes nothing");
        let parts = rows(db);
        let letters: usize = parts.iter().map(Vec::len).sum();
        assert_eq!(letters, planned.queued);
        empty(db);
        let begun = Instant::now();
        let read = reminders::read_only(db, programme, on).unwrap();
        for part in parts {
            insert(db, part);
        }
        theirs.push(begun.elapsed());
        println!(
            "round {}: {} matters open, {letters} letters; planned in {:.2?}, again in {:.2?}; yardstick ({read} facts read) {:.2?}",
            round + 1,
            planned.open,
            ours[round],
            second[round],
            theirs[round],
        );
    }
    let (ours, theirs, second) = (median(ours), median(theirs), median(second));
    println!(
        "planning {:.2} times its yardstick ({ours:.2?} to {theirs:.2?}); a second run wrote 0 rows in {second:.2?}",
        ours.as_secs_f64() / theirs.as_secs_f64(),
    );
}

#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = letter, treat_none_as_default_value = false)]
struct Row {
    id: String,
    programme_id: String,
    kind: Kind,
    subject: String,
    due_on: NaiveDate,
    stage: i32,
    account_id: String,
    copy: i32,
    facility_id: Option<String>,
    body: String,
    state: State,
    queued_at: chrono::NaiveDateTime,
    not_before: chrono::NaiveDateTime,
    attempts: i32,
    fence: i64,
    answer: String,
}

/// The rows that were written, in the parts in which they were.
fn rows(db: &Db) -> Vec<Vec<Row>> {
    let all: Vec<Row> = db
        .read(|conn| {
            Ok(letter::table
                .order(letter::id)
                .select(<Row as Selectable<kanmon::db::MultiBackend>>::construct_selection())
                .load(conn)?)
        })
        .unwrap();
    all.chunks(5_000).map(<[Row]>::to_vec).collect()
}

fn insert(db: &Db, rows: Vec<Row>) {
    db.jot(move |conn| {
        for batch in rows.chunks(BATCH) {
            match conn {
                AnyConn::Sqlite(c) => diesel::insert_into(letter::table)
                    .values(batch)
                    .execute(c)?,
                AnyConn::Pg(c) => diesel::insert_into(letter::table)
                    .values(batch)
                    .execute(c)?,
            };
        }
        Ok(())
    })
    .unwrap();
}

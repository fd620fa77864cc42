//! Reminders from rows: a second run writes nothing, what is done is no longer due, days off are kept by the right people.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use kanmon::db::{AnyConn, Db};
use kanmon::error::Error;
use kanmon::ids::{FacilityId, LetterId};
use kanmon::outbox::{Kind, State};
use kanmon::programmes::days_off::{self, Kind as Off};
use kanmon::programmes::holiday_lists;
use kanmon::reminders::{self, Asked};
use kanmon::schema::{day_off, letter};
use support::programme::{Evidence, Ground, Place};
use support::{TestDb, day};

struct World {
    data: TestDb,
    ground: Ground,
}

impl World {
    fn new() -> World {
        let data = TestDb::new();
        let ground = Ground::begin(&data.db);
        World { data, ground }
    }

    fn place(&self, name: &str) -> Place {
        self.ground.ready(name, &Evidence::default())
    }

    fn plan(&self, on: &str) -> reminders::Planned {
        reminders::run(&self.data.db, &self.ground.programme, day(on)).unwrap()
    }

    fn letters(&self) -> Vec<Asked> {
        let rows: Vec<(LetterId, Kind, String, NaiveDate)> = self
            .data
            .db
            .read(|conn| {
                let all = (letter::id, letter::kind, letter::subject, letter::due_on);
                Ok(letter::table.order(letter::id).select(all).load(conn)?)
            })
            .unwrap();
        let asked = |(id, kind, subject, due_on)| Asked {
            id,
            kind,
            subject,
            due_on,
        };
        rows.into_iter().map(asked).collect()
    }

    fn still_due(&self, on: &str) -> HashSet<LetterId> {
        let (asked, programme) = (self.letters(), self.ground.programme.clone());
        self.data
            .db
            .read(|conn| reminders::still_due(conn, &programme, day(on), &asked))
            .unwrap()
    }
}

/// How many rows were written so far, as far as the database says.
fn version(db: &Db) -> i64 {
    use diesel::sql_types::BigInt;
    db.jot(|conn| {
        let count = match conn {
            AnyConn::Sqlite(_) => "CAST(total_changes() AS BIGINT)",
            AnyConn::Pg(_) => "(SELECT COUNT(*) FROM letter)",
        };
        Ok(diesel::select(diesel::dsl::sql::<BigInt>(count)).get_result(conn)?)
    })
    .unwrap()
}

#[test]
fn a_second_run_on_the_same_day_writes_nothing() {
    let world = World::new();
    world.place("架空中央病院");
    // Met on 2026-11-20: due on 2027-02-18.
    let planned = world.plan("2027-01-20");
    assert_eq!(planned.kinds[&Kind::MeetingDue].queued, 2);
    let (before, rows) = (version(&world.data.db), world.letters().len());
    let again = world.plan("2027-01-20");
    assert_eq!(again.queued, 0);
    assert_eq!(again.open, planned.open);
    assert_eq!(
        (version(&world.data.db), world.letters().len()),
        (before, rows)
    );
}

#[test]
fn the_number_of_statements_does_not_grow_with_the_facilities() {
    let world = World::new();
    let count = |on: &str| {
        let before = world.data.db.statements();
        world.plan(on);
        world.data.db.statements() - before
    };
    let asked = |on: &str| {
        let before = world.data.db.statements();
        world.still_due(on);
        world.data.db.statements() - before
    };
    world.place("架空第一病院");
    world.plan("2027-01-20");
    let (one, asked_one) = (count("2027-01-20"), asked("2027-01-20"));
    for name in ["架空第二病院", "架空第三病院", "架空第四病院"] {
        world.place(name);
    }
    world.plan("2027-01-20");
    assert_eq!((count("2027-01-20"), asked("2027-01-20")), (one, asked_one));
}

#[test]
fn what_was_done_or_moved_is_no_longer_due() {
    let world = World::new();
    let place = world.place("架空中央病院");
    world.plan("2027-01-20");
    let all = world.letters();
    let meetings: Vec<&Asked> = all
        .iter()
        .filter(|one| one.kind == Kind::MeetingDue)
        .collect();
    assert_eq!(meetings.len(), 2);
    let due = world.still_due("2027-01-20");
    assert_eq!(due.len(), all.len());
    // The facility's people leave: whoever has no role there any more is told of nothing.
    let account = place.physician.account.clone();
    world
        .data
        .db
        .jot(move |conn| {
            use kanmon::schema::membership;
            diesel::update(membership::table.filter(membership::account_id.eq(&account)))
                .set(membership::last_day.eq(day("2027-01-19")))
                .execute(conn)?;
            Ok(())
        })
        .unwrap();
    assert_eq!(world.still_due("2027-01-20").len(), all.len() - 1);
    // A meeting held since moves the day.
    world.data.clock.move_to(kanmon::clock::at_jst(
        "2027-01-20T12:00:00".parse().unwrap(),
    ));
    world.ground.meet(&place, day("2027-01-20"));
    let due = world.still_due("2027-01-20");
    assert!(meetings.iter().all(|one| !due.contains(&one.id)));
}

#[test]
fn a_letter_without_an_address_ends_once_what_it_reminds_of_is_done() {
    let world = World::new();
    let place = world.place("架空中央病院");
    world.plan("2027-01-20");
    let all = world.letters();
    assert!(!all.is_empty());
    let state_of = |one: &Asked| -> State {
        let id = one.id.clone();
        let state = move |conn: &mut AnyConn| {
            let kept = letter::table.find(&id).select(letter::state);
            Ok(kept.get_result(conn)?)
        };
        world.data.db.read(state).unwrap()
    };
    // Another day alone changes nothing.
    world.plan("2027-01-21");
    assert!(all.iter().all(|one| state_of(one) == State::Unaddressed));
    world.data.clock.move_to(kanmon::clock::at_jst(
        "2027-01-21T12:00:00".parse().unwrap(),
    ));
    world.ground.meet(&place, day("2027-01-21"));
    world.plan("2027-01-22");
    assert!(all.iter().all(|one| state_of(one) == State::Lapsed));
}

#[test]
fn letters_wait_until_seven_and_name_the_page_on_which_to_act() {
    let world = World::new();
    let place = world.place("架空中央病院");
    world.plan("2027-01-20");
    let rows: Vec<(
        Kind,
        chrono::NaiveDateTime,
        String,
        State,
        Option<FacilityId>,
    )> = world
        .data
        .db
        .read(|conn| {
            let all = (
                letter::kind,
                letter::not_before,
                letter::body,
                letter::state,
                letter::facility_id,
            );
            Ok(letter::table
                .filter(letter::kind.eq(Kind::MeetingDue))
                .select(all)
                .load(conn)?)
        })
        .unwrap();
    for (_, not_before, body, state, at) in rows {
        assert_eq!(not_before.to_string(), "2027-01-19 22:00:00");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["place"], place.name.as_str());
        assert_eq!(
            body["path"],
            format!("/physicians/{}/agenda", place.physician.person)
        );
        assert_eq!(body["values"]["days"]["number"], 29);
        assert_eq!(body["values"]["due"]["date"], "2027-02-18");
        assert_eq!((state, at), (State::Unaddressed, Some(place.id.clone())));
    }
}

#[test]
fn days_off_are_kept_by_safety_officers_with_a_reason_and_never_twice() {
    let world = World::new();
    let safety = world.ground.safety.clone();
    let add = |who: &support::programme::Who, on: &'static str, name: &'static str| {
        world.ground.act(who, move |tx, _| {
            days_off::add(tx, day(on), Off::Closure, name)
        })
    };
    let representative = world.ground.representative.clone();
    assert!(matches!(
        add(&representative, "2026-12-29", "年末休業"),
        Err(Error::Forbidden)
    ));
    assert!(matches!(
        add(&safety, "2026-12-29", " \n "),
        Err(Error::Invalid(_))
    ));
    let id = add(&safety, "2026-12-29", " 年末\n休業 ").unwrap();
    assert!(matches!(
        add(&safety, "2026-12-29", "もう一度"),
        Err(Error::Invalid(_))
    ));
    let listed = || {
        world
            .data
            .db
            .read(|conn| days_off::list(conn, 2026))
            .unwrap()
    };
    assert_eq!(listed()[0].name, "年末 休業");
    let remove = |reason: &'static str| {
        let id = id.clone();
        world
            .ground
            .act(&safety, move |tx, _| days_off::remove(tx, &id, reason))
    };
    assert!(matches!(remove(""), Err(Error::Invalid(_))));
    remove("営業することになった").unwrap();
    assert!(matches!(remove("もう一度"), Err(Error::Stale)));
    assert!(listed().is_empty());
    let rows: i64 = world
        .data
        .db
        .read(|conn| Ok(day_off::table.count().get_result(conn)?))
        .unwrap();
    assert_eq!(rows, 1, "the row stays");
}

#[test]
fn holidays_are_seeded_once_and_a_list_brought_in_twice_writes_nothing() {
    let world = World::new();
    let db = &world.data.db;
    assert_eq!(days_off::seed(db).unwrap(), 54);
    assert_eq!(days_off::seed(db).unwrap(), 0);
    let first = db.read(|conn| days_off::list(conn, 2026)).unwrap()[0].clone();
    let id = first.id.clone();
    world
        .ground
        .act(&world.ground.safety, move |tx, _| {
            days_off::remove(tx, &id, "試し")
        })
        .unwrap();
    assert_eq!(
        days_off::seed(db).unwrap(),
        0,
        "what was taken away stays away"
    );
    let list = holiday_lists::read("2026/1/1,元旦\n2028/1/1,元日\n2026/2/30,x".as_bytes());
    let dry = holiday_lists::bring_in(db, &list, true).unwrap();
    let report = holiday_lists::bring_in(db, &list, false).unwrap();
    assert_eq!(report, dry, "a dry run says the same");
    assert_eq!((report.lines, report.created, report.rejected), (3, 2, 1));
    assert_eq!(
        report.vanished, 17,
        "the rest of 2026 is not in this list and stays"
    );
    let before = version(db);
    let again = holiday_lists::bring_in(db, &list, false).unwrap();
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 2));
    assert_eq!(version(db), before);
    let known = db.read(days_off::known).unwrap();
    assert_eq!(known.known_until(), Some(2028));
    // Another name replaces the one that was listed.
    let list = holiday_lists::read("2026/1/1,元日".as_bytes());
    let renamed = holiday_lists::bring_in(db, &list, false).unwrap();
    assert_eq!((renamed.created, renamed.updated), (0, 1));
}

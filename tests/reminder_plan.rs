//! The plan of reminders: what is told of to whom on a day, at its boundaries, around days off, and over three years.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::str::FromStr;

use chrono::{Days, NaiveDate, Weekday};
use kanmon::outbox::{Addressee, Habit, Kind};
use kanmon::programmes::days_off::{DaysOff, Kind as Off};
use kanmon::programmes::holiday_lists;
use kanmon::reminders::matters::{self, Agreement, Facts, Lot, Physician, Ready, Release, Waiting};
use kanmon::reminders::plan::{Calendar, People, Reader, stages};
use kanmon::rules::facility::Span;
use kanmon::rules::policy::PolicyVersion;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id<T: FromStr<Err: Debug>>(number: u32) -> T {
    format!("00000000-0000-7000-8000-{number:012}")
        .parse()
        .unwrap()
}

fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    day + chrono::TimeDelta::days(days)
}

const PHYSICIAN: u32 = 1;
const COORDINATOR: u32 = 2;
const REPRESENTATIVE: u32 = 3;
const ANOTHER: u32 = 4;
const OFFICER: u32 = 5;
const APPROVER: u32 = 6;
const ORDERER: u32 = 7;
const OPERATOR: u32 = 8;
const PLACE: u32 = 100;
const PARTNER: u32 = 101;

/// From 2020 on, without an end.
const ALWAYS: &str = "2020-01-01";

fn always() -> Span {
    Span {
        first: day(ALWAYS),
        last: None,
    }
}

fn reader(number: u32) -> Reader {
    Reader {
        person: id(number),
        to: Addressee {
            account: id(number),
            has_address: true,
            habit: Habit::AtOnce,
        },
        days: always(),
    }
}

/// A physician, a coordinator, the representative who looks after the facility with another one beside, and staff.
fn people() -> People {
    People {
        officers: vec![reader(OFFICER)],
        approvers: vec![reader(APPROVER), reader(ORDERER)],
        operators: vec![reader(OPERATOR)],
        representatives: vec![reader(REPRESENTATIVE), reader(ANOTHER)],
        coordinators: [(id(PLACE), vec![reader(COORDINATOR)])].into(),
        physicians: [(id(PLACE), vec![reader(PHYSICIAN)])].into(),
        duties: [(id(PLACE), vec![(id(REPRESENTATIVE), always())])].into(),
        deputies: BTreeMap::new().into_iter().collect(),
    }
}

fn policy() -> PolicyVersion {
    PolicyVersion::initial(day("2024-12-27"))
}

fn holidays() -> DaysOff {
    let list = holiday_lists::read(include_bytes!("../src/programmes/holidays.csv"));
    DaysOff::new(list.holidays.iter().map(|one| (one.day, Off::Holiday)))
}

/// Kind word, day, stage and reader of every letter of a day.
type Told = (&'static str, NaiveDate, i32, u32);

struct World {
    facts: Facts,
    people: People,
    policy: PolicyVersion,
    off: DaysOff,
}

impl World {
    fn of(facts: Facts) -> World {
        World {
            facts,
            people: people(),
            policy: policy(),
            off: holidays(),
        }
    }

    fn told(&self, on: NaiveDate) -> Vec<Told> {
        let matters = matters::matters(&self.facts, &self.policy, on);
        let calendar = Calendar::new(&self.policy, &self.off);
        let letters = calendar.reminders(&matters, &self.people, on);
        let mut told: Vec<Told> = letters
            .iter()
            .map(|letter| {
                let account = letter.to.account.as_str();
                let number = account[account.len() - 12..].parse().unwrap();
                let kind = letter.matter.kind.as_str();
                (kind, letter.matter.due_on, letter.stage, number)
            })
            .collect();
        told.sort_unstable();
        told
    }

    /// Stage and readers on a day on which there is one matter at most.
    #[track_caller]
    fn is(&self, on: &str, stage: i32, readers: &[u32]) {
        let told = self.told(day(on));
        let found: Vec<(i32, u32)> = told.iter().map(|letter| (letter.2, letter.3)).collect();
        let wanted: Vec<(i32, u32)> = readers.iter().map(|reader| (stage, *reader)).collect();
        assert_eq!(found, wanted, "on {on}");
    }

    #[track_caller]
    fn nothing(&self, on: &str) {
        assert_eq!(self.told(day(on)), [], "on {on}");
    }

    /// Every day on which somebody is told something new, with the stage.
    fn days(&self, from: &str, to: &str, reader: u32) -> Vec<(String, i32)> {
        let (mut on, to) = (day(from), day(to));
        let mut seen = BTreeSet::new();
        let mut days = Vec::new();
        while on <= to {
            for letter in self
                .told(on)
                .into_iter()
                .filter(|letter| letter.3 == reader)
            {
                if seen.insert(letter) {
                    days.push((on.to_string(), letter.2));
                }
            }
            on = plus(on, 1);
        }
        days
    }
}

fn physician(since: &str, last: Option<&str>, met: Option<&str>) -> Physician {
    Physician {
        facility: id(PLACE),
        person: id(PHYSICIAN),
        name: "架空 太郎".to_owned(),
        posts: vec![Span {
            first: day(since),
            last: last.map(day),
        }],
        statement: Some(always()),
        met: met.map(day),
    }
}

fn meeting(met: Option<&str>) -> World {
    World::of(Facts {
        physicians: vec![physician("2026-01-05", None, met)],
        ..Facts::default()
    })
}

fn waiting(since: &str, person: Option<u32>) -> Vec<Waiting> {
    vec![Waiting {
        facility: id(PLACE),
        subject: "subject".to_owned(),
        label: "A-0001".to_owned(),
        path: "/attestations/1".to_owned(),
        since: day(since),
        person: person.map(id),
    }]
}

#[test]
fn a_meeting_is_told_of_ahead_to_physician_and_representative_and_late_to_deputy_and_officer() {
    // Met on Friday 2026-06-12: due on Thursday 2026-09-10.
    let mut world = meeting(Some("2026-06-12"));
    world.people.deputies = [(id(REPRESENTATIVE), vec![(id(ANOTHER), always())])].into();
    let both = [PHYSICIAN, REPRESENTATIVE];
    world.nothing("2026-08-09");
    // Thirty days before is 11 August, a holiday; the day before is a working day.
    world.is("2026-08-10", -30, &both);
    world.is("2026-08-26", -30, &both);
    world.is("2026-08-27", -14, &both);
    world.is("2026-09-03", -7, &both);
    world.is("2026-09-09", -1, &both);
    world.is("2026-09-10", -1, &both);
    world.is("2026-09-11", 1, &both);
    let told = world.told(day("2026-09-17"));
    let stages: Vec<(i32, u32)> = told.iter().map(|one| (one.2, one.3)).collect();
    assert_eq!(stages, [(1, PHYSICIAN), (1, REPRESENTATIVE), (7, ANOTHER)]);
    let told = world.told(day("2026-09-24"));
    let stages: Vec<(i32, u32)> = told.iter().map(|one| (one.2, one.3)).collect();
    assert_eq!(
        stages,
        [
            (1, PHYSICIAN),
            (1, REPRESENTATIVE),
            (7, ANOTHER),
            (14, OFFICER)
        ]
    );
}

#[test]
fn where_no_meeting_was_held_here_it_counts_from_the_first_day_of_the_unbroken_time_in_post() {
    let due = |world: &World| world.told(day("2026-04-01")).first().map(|one| one.1);
    let mut world = meeting(None);
    assert_eq!(due(&world), Some(day("2026-04-05")));
    // A meeting before this time in post does not count, one on its first day does.
    world.facts.physicians[0].met = Some(day("2026-01-04"));
    assert_eq!(due(&world), Some(day("2026-04-05")));
    world.facts.physicians[0].met = Some(day("2026-01-06"));
    assert_eq!(due(&world), Some(day("2026-04-06")));
    // An earlier post that this one follows at once is the same time in post.
    world.facts.physicians[0].met = None;
    world.facts.physicians[0].posts.push(Span {
        first: day("2026-01-01"),
        last: Some(day("2026-01-04")),
    });
    assert_eq!(due(&world), Some(day("2026-04-01")));
}

#[test]
fn a_physician_out_of_post_or_without_a_speaking_statement_is_no_matter() {
    let mut world = meeting(Some("2026-06-12"));
    world.is("2026-09-10", -1, &[PHYSICIAN, REPRESENTATIVE]);
    world.facts.physicians[0].statement = None;
    world.nothing("2026-09-10");
    world.facts.physicians[0].statement = Some(Span {
        first: day(ALWAYS),
        last: Some(day("2026-09-09")),
    });
    world.is("2026-09-09", -1, &[PHYSICIAN, REPRESENTATIVE]);
    world.nothing("2026-09-10");
    let mut world = meeting(Some("2026-06-12"));
    world.facts.physicians[0].posts[0].last = Some(day("2026-07-31"));
    world.nothing("2026-09-10");
    // Due only after the last day here.
    world.facts.physicians[0].posts[0].last = Some(day("2026-09-09"));
    let told = world.told(day("2026-09-08"));
    assert!(told.iter().all(|one| one.0 == "post_ending"), "{told:?}");
}

#[test]
fn a_physician_without_an_account_is_no_reader() {
    let mut world = meeting(Some("2026-06-12"));
    world.people.physicians.clear();
    world.is("2026-09-10", -1, &[REPRESENTATIVE]);
}

#[test]
fn where_nobody_looks_after_a_facility_on_the_day_every_representative_reads() {
    let mut world = meeting(Some("2026-06-12"));
    let duty = |last: &str| {
        let days = Span {
            first: day(ALWAYS),
            last: Some(day(last)),
        };
        [(id(PLACE), vec![(id(REPRESENTATIVE), days)])].into()
    };
    world.people.duties = duty("2026-09-10");
    world.is("2026-09-10", -1, &[PHYSICIAN, REPRESENTATIVE]);
    world.people.duties = duty("2026-09-09");
    world.is("2026-09-10", -1, &[PHYSICIAN, REPRESENTATIVE, ANOTHER]);
    // Whoever looks after it has left the role.
    world.people.duties = duty("2027-01-01");
    world.people.representatives[0].days.last = Some(day("2026-09-09"));
    world.is("2026-09-10", -1, &[PHYSICIAN, ANOTHER]);
}

#[test]
fn the_deputy_is_the_one_of_the_day_and_holds_the_role() {
    let mut world = meeting(Some("2026-06-12"));
    let deputies = |world: &World| -> Vec<i32> {
        let told = world.told(day("2026-09-17"));
        let own = told.iter().filter(|one| one.3 == ANOTHER);
        own.map(|one| one.2).collect()
    };
    assert_eq!(deputies(&world), [0_i32; 0], "none is named");
    let named = |first: &str, last: Option<&str>| {
        let days = Span {
            first: day(first),
            last: last.map(day),
        };
        [(id(REPRESENTATIVE), vec![(id(ANOTHER), days)])].into()
    };
    world.people.deputies = named("2026-09-01", None);
    assert_eq!(deputies(&world), [7]);
    world.people.deputies = named("2026-09-01", Some("2026-09-16"));
    assert_eq!(deputies(&world), [0_i32; 0], "no longer");
    world.people.deputies = named("2026-09-18", None);
    assert_eq!(deputies(&world), [0_i32; 0], "not yet");
    world.people.deputies = named("2026-09-01", None);
    world.people.representatives.truncate(1);
    assert_eq!(deputies(&world), [0_i32; 0], "no representative");
}

#[test]
fn evidence_is_confirmed_again_by_the_day_of_the_policy_or_its_own_earlier_one() {
    let ready = |accepted: &str, last: Option<&str>, known_from| Ready {
        facility: id(PLACE),
        attestation: id(50),
        label: "A-0001".to_owned(),
        accepted_on: day(accepted),
        last: last.map(day),
        known_from,
    };
    let mut world = World::of(Facts {
        ready: vec![ready("2025-11-26", None, 1)],
        ..Facts::default()
    });
    world.nothing("2026-10-25");
    // Twelve months end with 2026-11-25; thirty days before is Monday 26 October.
    world.is("2026-10-26", -30, &[COORDINATOR, REPRESENTATIVE]);
    world.is("2026-11-25", -1, &[COORDINATOR, REPRESENTATIVE]);
    world.is("2026-11-26", 1, &[COORDINATOR, REPRESENTATIVE]);
    world.facts.ready[0].last = Some(day("2026-10-30"));
    assert_eq!(world.told(day("2026-10-26"))[0].1, day("2026-10-30"));
    world.facts.ready[0].last = Some(day("2027-10-30"));
    assert_eq!(world.told(day("2026-10-26"))[0].1, day("2026-11-25"));
    // Accepted again: the earlier one is no matter.
    world.facts.ready.push(ready("2026-10-01", None, 2));
    world.nothing("2026-11-26");
}

#[test]
fn an_agreement_is_told_of_once_for_each_partner_and_only_where_it_ends() {
    let agreement = |last: Option<&str>| Agreement {
        facility: id(PLACE),
        partner: id(PARTNER),
        partner_name: "架空大学病院".to_owned(),
        last: last.map(day),
    };
    let mut world = World::of(Facts {
        agreements: vec![agreement(Some("2027-03-31"))],
        ..Facts::default()
    });
    world.nothing("2027-02-25");
    // Thirty days before is Monday 1 March.
    world.is("2027-03-01", -30, &[COORDINATOR, REPRESENTATIVE]);
    world.is("2027-04-01", 1, &[COORDINATOR, REPRESENTATIVE]);
    world.facts.agreements.push(agreement(Some("2026-12-31")));
    world.is("2027-03-01", -30, &[COORDINATOR, REPRESENTATIVE]);
    world.facts.agreements.push(agreement(None));
    world.nothing("2027-04-01");
}

#[test]
fn a_post_is_told_of_until_it_ends_unless_another_follows() {
    let mut world = World::of(Facts {
        physicians: vec![physician("2026-01-05", Some("2027-03-31"), None)],
        ..Facts::default()
    });
    world.facts.physicians[0].statement = None;
    world.is("2027-03-31", -1, &[COORDINATOR, REPRESENTATIVE]);
    world.nothing("2027-04-01");
    world.facts.physicians[0].posts.push(Span {
        first: day("2027-04-01"),
        last: None,
    });
    world.nothing("2027-03-31");
}

#[test]
fn what_was_returned_is_told_to_its_author_at_once_and_again_when_it_is_late() {
    let mut world = World::of(Facts {
        returned: waiting("2026-06-01", None),
        ..Facts::default()
    });
    world.is("2026-06-01", -7, &[COORDINATOR]);
    world.is("2026-06-07", -7, &[COORDINATOR]);
    world.is("2026-06-08", 0, &[COORDINATOR]);
    world.is("2026-06-09", 1, &[COORDINATOR]);
    world.facts.returned = waiting("2026-06-01", Some(PHYSICIAN));
    world.is("2026-06-09", 1, &[PHYSICIAN]);
    world.people.physicians.clear();
    world.is("2026-06-09", 1, &[COORDINATOR]);
}

#[test]
fn what_waits_for_review_or_approval_or_is_on_hold_is_told_once_it_may_wait_no_longer() {
    let mut world = World::of(Facts {
        reviews: waiting("2026-06-01", None),
        ..Facts::default()
    });
    world.nothing("2026-06-03");
    world.is("2026-06-04", 0, &[OFFICER]);
    world.is("2026-06-05", 1, &[OFFICER]);
    world.is("2026-06-18", 14, &[OFFICER]);
    world.facts = Facts {
        orders: waiting("2026-06-01", Some(ORDERER)),
        ..Facts::default()
    };
    world.nothing("2026-06-01");
    world.is("2026-06-02", 0, &[APPROVER]);
    world.facts = Facts {
        held: waiting("2026-06-01", Some(ORDERER)),
        ..Facts::default()
    };
    world.is("2026-06-02", 0, &[COORDINATOR, APPROVER, ORDERER, OPERATOR]);
}

#[test]
fn a_release_is_told_of_a_week_and_a_day_before_and_when_it_has_run_out() {
    let world = World::of(Facts {
        releases: vec![Release {
            facility: id(PLACE),
            delivery: id(60),
            label: "D-0001".to_owned(),
            last: day("2026-06-30"),
        }],
        ..Facts::default()
    });
    world.nothing("2026-06-22");
    world.is("2026-06-23", -7, &[OPERATOR]);
    world.is("2026-06-29", -1, &[OPERATOR]);
    world.is("2026-07-01", 1, &[OPERATOR]);
}

#[test]
fn a_lot_is_told_of_until_its_day() {
    let world = World::of(Facts {
        lots: vec![Lot {
            facility: id(PLACE),
            product: "lunsumio_1mg".to_owned(),
            lot: "L-1".to_owned(),
            expires_on: day("2026-06-30"),
        }],
        ..Facts::default()
    });
    world.is("2026-06-01", -30, &[COORDINATOR, OPERATOR]);
    world.is("2026-06-30", -1, &[COORDINATOR, OPERATOR]);
    world.nothing("2026-07-01");
}

#[test]
fn a_reaction_is_told_of_on_its_day_whether_anybody_works_or_not() {
    // Saturday 2 May 2026, in the middle of golden week.
    let world = World::of(Facts {
        tasks: waiting("2026-05-02", None),
        ..Facts::default()
    });
    world.is("2026-05-02", 0, &[OFFICER]);
    world.is("2026-05-03", 1, &[OFFICER]);
    world.is("2026-05-05", 3, &[OFFICER]);
    world.is("2026-05-16", 14, &[OFFICER]);
}

#[test]
fn what_is_due_in_golden_week_goes_out_before_it_and_what_is_late_after_it() {
    let world = World::of(Facts {
        ready: vec![Ready {
            facility: id(PLACE),
            attestation: id(50),
            label: "A-0001".to_owned(),
            // Due on Tuesday 5 May 2026.
            accepted_on: day("2025-05-06"),
            last: None,
            known_from: 1,
        }],
        ..Facts::default()
    });
    let days = world.days("2026-01-01", "2026-06-30", COORDINATOR);
    let days: Vec<(&str, i32)> = days
        .iter()
        .map(|(on, stage)| (on.as_str(), *stage))
        .collect();
    // Thirty days before is Sunday 5 April; seven before Tuesday 28; one before is 4 May.
    assert_eq!(
        days,
        [
            ("2026-04-03", -30),
            ("2026-04-21", -14),
            ("2026-04-28", -7),
            ("2026-05-01", -1),
            ("2026-05-07", 1)
        ]
    );
}

#[test]
fn over_the_turn_of_the_year_closures_move_letters_to_the_last_working_day() {
    let mut world = World::of(Facts {
        agreements: vec![Agreement {
            facility: id(PLACE),
            partner: id(PARTNER),
            partner_name: "架空大学病院".to_owned(),
            last: Some(day("2027-01-02")),
        }],
        ..Facts::default()
    });
    let closed = ["2026-12-29", "2026-12-30", "2026-12-31"].map(|text| (day(text), Off::Closure));
    world.off = DaysOff::new(
        closed
            .into_iter()
            .chain([(day("2027-01-01"), Off::Holiday)]),
    );
    let days = world.days("2026-11-15", "2027-01-31", COORDINATOR);
    let days: Vec<(&str, i32)> = days
        .iter()
        .map(|(on, stage)| (on.as_str(), *stage))
        .collect();
    assert_eq!(
        days,
        [
            ("2026-12-03", -30),
            ("2026-12-18", -14),
            // A week before is Saturday 26 December.
            ("2026-12-25", -7),
            // The day before is New Year's Day.
            ("2026-12-28", -1),
            ("2027-01-04", 1)
        ]
    );
}

#[test]
fn another_policy_moves_the_day_and_the_steps_from_its_first_day_on() {
    let mut world = meeting(Some("2026-06-12"));
    world.policy.meeting_days = 60;
    world.policy.reminder_days = vec![10];
    world.policy.reminders.late_days = vec![2, 4];
    world.policy.reminders.officer_days = 5;
    // Due on Tuesday 2026-08-11, a holiday; ten days before is a Saturday.
    let days = world.days("2026-07-01", "2026-09-30", PHYSICIAN);
    let days: Vec<(&str, i32)> = days
        .iter()
        .map(|(on, stage)| (on.as_str(), *stage))
        .collect();
    assert_eq!(
        days,
        [("2026-07-31", -10), ("2026-08-13", 2), ("2026-08-17", 4)]
    );
    let officer = world.days("2026-07-01", "2026-09-30", OFFICER);
    assert_eq!(officer, [("2026-08-17".to_owned(), 5)]);
    // The version in force is the one whose first day has come.
    let later = PolicyVersion {
        version: 2,
        first_day: day("2026-08-01"),
        ..world.policy.clone()
    };
    let versions = [policy(), later.clone()];
    let at = |on: &str| PolicyVersion::in_force(&versions, day(on)).unwrap().version;
    assert_eq!((at("2026-07-31"), at("2026-08-01")), (1, 2));
    assert_eq!(PolicyVersion::in_force(&versions, day("2024-12-26")), None);
}

#[test]
fn somebody_with_two_roles_gets_one_letter() {
    let mut world = World::of(Facts {
        held: waiting("2026-06-01", None),
        ..Facts::default()
    });
    world.people.operators.push(reader(APPROVER));
    world.is("2026-06-02", 0, &[COORDINATOR, APPROVER, ORDERER, OPERATOR]);
}

#[test]
fn the_ends_of_the_calendar_are_no_matter() {
    let mut world = meeting(None);
    for end in [NaiveDate::MIN, NaiveDate::MAX] {
        world.facts.physicians[0].posts[0].first = end;
        world.facts.returned = waiting("2026-06-01", None);
        world.facts.returned[0].since = end;
        world.facts.agreements = vec![Agreement {
            facility: id(PLACE),
            partner: id(PARTNER),
            partner_name: String::new(),
            last: Some(end),
        }];
        let _ = world.told(end);
        let _ = world.told(day("2026-06-01"));
    }
}

/// Facts with one matter of each kind, whose days lie within two months of a first day.
fn facts() -> impl Strategy<Value = Facts> {
    let base = day("2026-01-01");
    let near = move || (0_u64..700).prop_map(move |days| base + Days::new(days));
    (
        near(),
        proptest::option::of(near()),
        near(),
        near(),
        near(),
        proptest::option::of(near()),
    )
        .prop_map(|(since, met, ends, waits, accepted, last)| Facts {
            physicians: vec![Physician {
                facility: id(PLACE),
                person: id(PHYSICIAN),
                name: String::new(),
                posts: vec![Span { first: since, last }],
                statement: Some(always()),
                met,
            }],
            ready: vec![Ready {
                facility: id(PLACE),
                attestation: id(50),
                label: String::new(),
                accepted_on: accepted,
                last,
                known_from: 1,
            }],
            agreements: vec![Agreement {
                facility: id(PLACE),
                partner: id(PARTNER),
                partner_name: String::new(),
                last: Some(ends),
            }],
            returned: waiting(&waits.to_string(), None),
            reviews: waiting(&ends.to_string(), None),
            orders: waiting(&accepted.to_string(), Some(ORDERER)),
            held: waiting(&since.to_string(), None),
            releases: vec![Release {
                facility: id(PLACE),
                delivery: id(60),
                label: String::new(),
                last: waits,
            }],
            lots: vec![Lot {
                facility: id(PLACE),
                product: String::new(),
                lot: String::new(),
                expires_on: ends,
            }],
            tasks: waiting(&ends.to_string(), None),
            courses: waiting(&waits.to_string(), None),
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every day of three years is planned: no letter before its day, none of a settled matter, each stage once and in
    /// order, and none left out that had a working day of its own.
    #[test]
    fn every_stage_comes_once_in_order_and_never_early(facts in facts(), settled in 0_i64..1095, closed in 0_i64..1000) {
        let begin = day("2026-01-01");
        let mut world = World::of(facts);
        let closure = (0..12).map(|n| (plus(begin, closed + n), Off::Closure));
        let list = holiday_lists::read(include_bytes!("../src/programmes/holidays.csv"));
        let listed = list.holidays.iter().map(|one| (one.day, Off::Holiday));
        world.off = DaysOff::new(listed.chain(closure));
        let mut last: BTreeMap<(&str, NaiveDate, u32), i32> = BTreeMap::new();
        let mut open: BTreeSet<(&str, NaiveDate)> = BTreeSet::new();
        let calendar = Calendar::new(&world.policy, &world.off);
        for on in (0..1095).map(|n| plus(begin, n)) {
            if on == plus(begin, settled) {
                world.facts = Facts::default();
            }
            let matters = matters::matters(&world.facts, &world.policy, on);
            let still: BTreeSet<_> = matters.iter().map(|one| (one.kind.as_str(), one.due_on)).collect();
            open.extend(still.iter().copied());
            let told = world.told(on);
            let readers: BTreeSet<_> = told.iter().map(|one| (one.0, one.1, one.3)).collect();
            prop_assert_eq!(readers.len(), told.len(), "one current stage for a reader on {}", on);
            for (kind, due, stage, reader) in told {
                prop_assert!(still.contains(&(kind, due)), "{kind} is settled on {on}");
                let goes = calendar.goes_out(Kind::from_word(kind).unwrap(), due, stage).unwrap();
                prop_assert!(goes <= on, "{kind} at {stage} of {due} is told on {on}");
                if stage > 0 {
                    prop_assert!(on > due, "late before it is late");
                }
                let before = last.insert((kind, due, reader), stage);
                prop_assert!(before.is_none_or(|before| before <= stage), "{kind} goes back on {on}");
            }
        }
        prop_assert!(settled < 40 || !open.is_empty());
    }

    /// The going-out day is a working day unless it is about safety, never moves backwards with the stage, and a letter
    /// ahead keeps close to its day.
    #[test]
    fn a_going_out_day_is_a_working_day_in_order(due in 0_i64..1000, kind in 0_usize..12) {
        let (off, policy) = (holidays(), policy());
        let due = plus(day("2025-01-05"), due);
        let kind = Kind::ALL[kind];
        let calendar = Calendar::new(&policy, &off);
        let mut before = None;
        for stage in stages(kind, &policy) {
            let goes = calendar.goes_out(kind, due, stage.days).unwrap();
            let day = plus(due, stage.days.into());
            prop_assert!(before.is_none_or(|before| before <= goes));
            if kind.is_safety() {
                prop_assert_eq!(goes, day);
            } else {
                prop_assert!(off.works(goes));
                prop_assert!(!matches!(chrono::Datelike::weekday(&goes), Weekday::Sat | Weekday::Sun));
                let in_time = if stage.days <= 0 { goes <= day } else { goes >= day };
                prop_assert!(in_time);
                prop_assert!((goes - day).num_days().abs() <= 6, "{goes} for {day}");
            }
            before = Some(goes);
        }
    }
}

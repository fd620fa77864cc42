//! A programme that lives by the day: meetings, evidence, posts, deliveries and reactions come and go, kept once as the
//! test knows them and once as rows.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use diesel::connection::SimpleConnection;
use kanmon::db::{AnyConn, Db};
use kanmon::ids::ProgrammeId;
use kanmon::programmes::{self, NewProgramme};
use kanmon::rules::policy::PolicyVersion;
use kanmon::scope::Actor;

/// Numbers that look random and are the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % most
    }
    /// So many times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
    /// Once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

pub fn uid(sort: u32, number: u32) -> String {
    format!("00000000-{sort:04}-7000-8000-{number:012}")
}

pub fn programme(db: &Db) -> ProgrammeId {
    db.write(&Actor::system("test"), |tx| {
        let new = NewProgramme {
            code: "lunsumio-iv".to_owned(),
            name_ja: "試験".to_owned(),
            name_en: "Test".to_owned(),
            manufacturer: "架空製薬株式会社".to_owned(),
            demo: false,
        };
        programmes::begin(tx, &new)
    })
    .unwrap()
}

/// Takes the guards away: the world writes rows as they come, without signatures and verdicts.
pub fn unguarded(db: &Db) {
    db.exclusively(|conn| {
        match conn {
            AnyConn::Sqlite(sqlite) => {
                use diesel::prelude::*;
                let names: Vec<String> = diesel::dsl::sql::<diesel::sql_types::Text>(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger'",
                )
                .load(sqlite)?;
                for name in names {
                    sqlite.batch_execute(&format!("DROP TRIGGER {name}"))?;
                }
            }
            AnyConn::Pg(pg) => pg.batch_execute(
                "DO $$ DECLARE r record; BEGIN \
                 FOR r IN SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
                   JOIN pg_namespace n ON n.oid = c.relnamespace \
                   WHERE NOT t.tgisinternal AND n.nspname = current_schema() LOOP \
                   EXECUTE format('DROP TRIGGER %I ON %I', r.tgname, r.relname); END LOOP; \
                 FOR r IN SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
                   JOIN pg_namespace n ON n.oid = c.relnamespace \
                   WHERE k.contype = 'f' AND n.nspname = current_schema() LOOP \
                   EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', r.relname, r.conname); END LOOP; END $$;",
            )?,
        }
        Ok(())
    })
    .unwrap();
    without_foreign_keys(db);
}

/// A delivery here has neither verdict nor case behind it.
pub fn without_foreign_keys(db: &Db) {
    db.exclusively(|conn| {
        if let AnyConn::Sqlite(sqlite) = conn {
            sqlite.batch_execute("PRAGMA foreign_keys = OFF")?;
        }
        Ok(())
    })
    .unwrap();
}

/// Somebody who reads letters.
pub struct Person {
    pub account: String,
    pub person: String,
    /// The words of the habit; none without an address.
    pub habit: Option<&'static str>,
    pub role: &'static str,
    pub first: NaiveDate,
    pub last: Option<NaiveDate>,
}

pub struct Physician {
    pub place: u32,
    pub person: String,
    pub since: NaiveDate,
    pub last: Option<NaiveDate>,
    pub meetings: Vec<NaiveDate>,
    pub qualified: bool,
}

pub struct Ready {
    pub place: u32,
    pub accepted: NaiveDate,
    pub last: Option<NaiveDate>,
    row: u32,
}

pub struct Agreement {
    pub place: u32,
    pub partner: u32,
    pub last: NaiveDate,
    row: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    Submitted,
    Returned,
    Done,
}

/// An attestation, or the statement of a physician, on its way.
pub struct Paper {
    pub id: String,
    pub place: u32,
    pub stands: Stands,
    pub since: NaiveDate,
    /// The physician whose statement it is.
    pub person: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Goes {
    Ordered,
    Approved,
    Held,
    Released,
    Done,
}

pub struct Delivery {
    pub id: String,
    pub place: u32,
    pub goes: Goes,
    pub since: NaiveDate,
    pub release_last: NaiveDate,
    pub orderer: String,
    number: u32,
}

pub struct Lot {
    pub place: u32,
    pub lot: String,
    pub expires: NaiveDate,
}

pub struct Task {
    pub id: String,
    pub since: NaiveDate,
    pub open: bool,
}

pub struct World {
    programme: String,
    pub today: NaiveDate,
    dice: Dice,
    sql: String,
    next: u32,
    pub people: Vec<Person>,
    /// Where in `people` those of a place stand.
    pub at: BTreeMap<Option<u32>, Vec<usize>>,
    /// Facility, account of the representative, first and last day.
    pub duties: Vec<(u32, String, NaiveDate, Option<NaiveDate>)>,
    /// For whom, who, first and last day.
    pub deputies: Vec<(String, String, NaiveDate, Option<NaiveDate>)>,
    pub physicians: Vec<Physician>,
    pub ready: Vec<Ready>,
    pub agreements: Vec<Agreement>,
    pub papers: Vec<Paper>,
    pub deliveries: Vec<Delivery>,
    pub lots: Vec<Lot>,
    pub tasks: Vec<Task>,
    facilities: u32,
}

pub fn facility(number: u32) -> String {
    uid(1, number)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn quoted(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "NULL".to_owned(), |day| format!("'{day}'"))
}

impl World {
    pub fn new(programme: &str, facilities: u32) -> World {
        let mut world = World {
            programme: programme.to_owned(),
            today: day("2025-01-06"),
            dice: Dice::new(42),
            sql: String::new(),
            next: 10_000,
            people: Vec::new(),
            at: BTreeMap::new(),
            duties: Vec::new(),
            deputies: Vec::new(),
            physicians: Vec::new(),
            ready: Vec::new(),
            agreements: Vec::new(),
            papers: Vec::new(),
            deliveries: Vec::new(),
            lots: Vec::new(),
            tasks: Vec::new(),
            facilities,
        };
        world.policy();
        world.staff();
        for place in 0..facilities {
            world.place(place);
        }
        world
    }

    /// What there is to be written since the last time.
    pub fn written(&mut self) -> String {
        std::mem::take(&mut self.sql)
    }

    fn say(&mut self, statement: &str) {
        self.sql.push_str(statement);
        self.sql.push_str(";\n");
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn after(&self, days: u64) -> NaiveDate {
        self.today + Days::new(days)
    }

    /// Noon of today in Japan, where it is three in the morning at Greenwich.
    fn noon(&self) -> String {
        format!("{} 03:00:00", self.today)
    }

    /// From July 2026 a meeting is due after sixty days, and the officers hear after ten.
    fn policy(&mut self) {
        let mut second = PolicyVersion::initial(day("2026-07-01"));
        second.version = 2;
        second.meeting_days = 60;
        second.reminders.officer_days = 10;
        let body = serde_json::to_string(&second).unwrap();
        let (id, programme) = (uid(90, 2), self.programme.clone());
        self.say(&format!(
            "INSERT INTO policy_version (id, programme_id, version, first_day, body, proposed_by, confirmed_by, known_from) \
             VALUES ('{id}', '{programme}', 2, '2026-07-01', '{body}', '', '', 1)"
        ));
    }

    fn person(
        &mut self,
        role: &'static str,
        place: Option<u32>,
        habit: Option<&'static str>,
    ) -> usize {
        let number = self.number();
        let (person, account) = (uid(2, number), uid(3, number));
        self.say(&format!(
            "INSERT INTO person (id, name, name_key, known_from) VALUES ('{person}', '架空 {number}', 'k{number}', 1)"
        ));
        self.account(&person, &account, number, role, place, habit)
    }

    fn account(
        &mut self,
        person: &str,
        account: &str,
        number: u32,
        role: &'static str,
        place: Option<u32>,
        habit: Option<&'static str>,
    ) -> usize {
        let at = place.map_or_else(
            || "NULL".to_owned(),
            |place| format!("'{}'", facility(place)),
        );
        self.say(&format!(
            "INSERT INTO account (id, person_id, login, password_hash, language, active, known_from) \
             VALUES ('{account}', '{person}', 'u{number}', '', 'ja', TRUE, 1)"
        ));
        let first = day("2020-01-01");
        self.say(&format!(
            "INSERT INTO membership (id, account_id, role, facility_id, first_day, known_from, trained_on) \
             VALUES ('{}', '{account}', '{role}', {at}, '{first}', 1, '{first}')",
            uid(4, number)
        ));
        if let Some(habit) = habit {
            self.say(&format!(
                "INSERT INTO mailbox (account_id, address, habit, known_from) \
                 VALUES ('{account}', 'u{number}@example.jp', '{habit}', 1)"
            ));
        }
        self.at.entry(place).or_default().push(self.people.len());
        self.people.push(Person {
            account: account.to_owned(),
            person: person.to_owned(),
            habit,
            role,
            first,
            last: None,
        });
        self.people.len() - 1
    }

    fn staff(&mut self) {
        for _ in 0..2 {
            self.person("safety_officer", None, Some("at_once"));
            self.person("distribution_approver", None, Some("at_once"));
        }
        self.person("distribution_operator", None, Some("at_once"));
        for _ in 0..4 {
            self.person("representative", None, Some("at_once"));
        }
        // The first representative is stood in for all the time, the second in 2026, the third never.
        let own: Vec<String> = self
            .people
            .iter()
            .filter(|one| one.role == "representative")
            .map(|one| one.account.clone())
            .collect();
        let named = [
            (0, day("2025-01-01"), None),
            (1, day("2026-01-01"), Some(day("2026-12-31"))),
        ];
        for (who, first, last) in named {
            let (id, account, deputy) = (uid(5, who), &own[who as usize], &own[3]);
            let statement = format!(
                "INSERT INTO deputy (id, account_id, deputy_id, first_day, last_day, known_from) \
                 VALUES ('{id}', '{account}', '{deputy}', '{first}', {}, 1)",
                quoted(last)
            );
            self.deputies
                .push((account.clone(), deputy.clone(), first, last));
            self.say(&statement);
        }
    }

    fn place(&mut self, place: u32) {
        let id = facility(place);
        self.say(&format!(
            "INSERT INTO facility (id, name, name_key, postal_code, address, prefecture, in_list, known_from) \
             VALUES ('{id}', '架空第{place}病院', 'k{place}', '', '', 13, FALSE, 1)"
        ));
        let habit = match place % 20 {
            0 => None,
            1 => Some("off"),
            _ => Some("at_once"),
        };
        self.person("facility_coordinator", Some(place), habit);
        // A few are looked after by nobody, and a few only until the end of 2025.
        let last = place.is_multiple_of(15).then(|| day("2025-12-31"));
        if !place.is_multiple_of(50) {
            let own: Vec<&Person> = (self.people.iter())
                .filter(|one| one.role == "representative")
                .collect();
            let account = own[place as usize % 3].account.clone();
            let (programme, first) = (self.programme.clone(), day("2024-01-01"));
            self.say(&format!(
                "INSERT INTO duty (id, programme_id, facility_id, account_id, first_day, last_day, known_from) \
                 VALUES ('{}', '{programme}', '{id}', '{account}', '{first}', {}, 1)",
                uid(6, place),
                quoted(last)
            ));
            self.duties.push((place, account, first, last));
        }
        let since = day("2024-10-01") + Days::new(self.dice.below(90));
        self.physician(place, since);
        let accepted = day("2024-03-01") + Days::new(self.dice.below(300));
        self.ready(place, accepted);
        if place.is_multiple_of(3) {
            let last = day("2025-03-01") + Days::new(self.dice.below(700));
            self.agreement(place, last);
        }
    }

    fn physician(&mut self, place: u32, since: NaiveDate) {
        let number = self.number();
        let person = uid(2, number);
        self.say(&format!(
            "INSERT INTO person (id, name, name_key, known_from) VALUES ('{person}', '医師 {number}', 'k{number}', 1)"
        ));
        if number.is_multiple_of(2) {
            let account = uid(3, number);
            self.account(
                &person,
                &account,
                number,
                "physician",
                Some(place),
                Some("at_once"),
            );
        }
        let qualified = self.dice.chance(95);
        self.post(place, &person, since, None);
        let (id, programme) = (uid(7, number), self.programme.clone());
        let known = if qualified { "1" } else { "NULL" };
        let state = if qualified { "accepted" } else { "withdrawn" };
        self.say(&format!(
            "INSERT INTO qualification (id, number, programme_id, person_id, facility_id, state, version, experience, meetings, \
             cooperation, statement, first_day, submitted_by, submitted_at, known_from) VALUES ('{id}', {number}, '{programme}', \
             '{person}', '{}', '{state}', 1, TRUE, TRUE, TRUE, '', '{since}', '{person}', '2024-01-01 00:00:00', {known})",
            facility(place)
        ));
        self.physicians.push(Physician {
            place,
            person,
            since,
            last: None,
            meetings: Vec::new(),
            qualified,
        });
    }

    fn post(&mut self, place: u32, person: &str, first: NaiveDate, last: Option<NaiveDate>) {
        let id = uid(8, self.number());
        self.say(&format!(
            "INSERT INTO affiliation (id, person_id, facility_id, department, title, first_day, last_day, entered_by, known_from) \
             VALUES ('{id}', '{person}', '{}', '', '', '{first}', {}, '{person}', 1)",
            facility(place),
            quoted(last)
        ));
    }

    fn paper(&mut self, id: &str, number: u32, place: u32, state: &str) {
        let (programme, noon) = (self.programme.clone(), self.noon());
        let reviewed = if state == "submitted" {
            "NULL".to_owned()
        } else {
            format!("'{noon}'")
        };
        self.say(&format!(
            "INSERT INTO attestation (id, number, programme_id, facility_id, state, version, answers, started_by, started_at, \
             submitted_at, reviewed_at) VALUES ('{id}', {number}, '{programme}', '{}', '{state}', 1, '{{}}', 'x', '{noon}', \
             '{noon}', {reviewed})",
            facility(place)
        ));
    }

    fn ready(&mut self, place: u32, accepted: NaiveDate) {
        let number = self.number();
        let attestation = uid(9, number);
        self.paper(&attestation, number, place, "accepted");
        let last = (self.dice.chance(10)).then(|| accepted + Days::new(150));
        let programme = self.programme.clone();
        self.say(&format!(
            "INSERT INTO readiness (id, programme_id, facility_id, attestation_id, first_day, last_day, accepted_on, entered_by, \
             accepted_by, known_from) VALUES ('{}', '{programme}', '{}', '{attestation}', '{accepted}', {}, '{accepted}', 'x', 'x', 1)",
            uid(10, number),
            facility(place),
            quoted(last)
        ));
        self.ready.retain(|ready| ready.place != place);
        self.ready.push(Ready {
            place,
            accepted,
            last,
            row: number,
        });
    }

    fn agreement(&mut self, place: u32, last: NaiveDate) {
        let number = self.number();
        let partner = (place + 1) % self.facilities;
        let programme = self.programme.clone();
        let attestation = uid(9, number);
        self.say(&format!(
            "INSERT INTO partnership (id, programme_id, facility_id, partner_id, attestation_id, agreement_first_day, \
             agreement_last_day, entered_by, accepted_by, known_from) VALUES ('{}', '{programme}', '{}', '{}', '{attestation}', \
             '2024-01-01', '{last}', 'x', 'x', 1)",
            uid(11, number),
            facility(place),
            facility(partner)
        ));
        self.agreements.retain(|known| known.place != place);
        self.agreements.push(Agreement {
            place,
            partner,
            last,
            row: number,
        });
    }

    /// A day in the life of the programme.
    pub fn live(&mut self) {
        self.meet();
        self.confirm();
        self.agree();
        self.come_and_go();
        self.review();
        self.deliver();
        self.react();
    }

    /// Most meetings are held shortly before they begin to be due; some fall due and some are late.
    fn meet(&mut self) {
        for at in 0..self.physicians.len() {
            let physician = &self.physicians[at];
            if physician.last.is_some_and(|last| last < self.today) || physician.since > self.today
            {
                continue;
            }
            let last = physician.meetings.last().copied();
            let since = (self.today - last.unwrap_or(physician.since)).num_days();
            let percent = match since {
                ..45 => 0,
                45..60 => 13,
                60..76 => 5,
                76..92 => 6,
                _ => 5,
            };
            if !self.dice.chance(percent) {
                continue;
            }
            let number = self.number();
            let (place, person) = (
                self.physicians[at].place,
                self.physicians[at].person.clone(),
            );
            let (id, programme, noon) = (uid(12, number), self.programme.clone(), self.noon());
            let end = format!("{} 03:30:00", self.today);
            self.say(&format!(
                "INSERT INTO contact (id, number, programme_id, facility_id, kind, mode, presenter, presenter_name, starts_at, \
                 ends_at, materials, summary, entered_by, known_from) VALUES ('{id}', {number}, '{programme}', '{}', 'meeting', \
                 'online', 'manufacturer', '', '{noon}', '{end}', '', '', 'x', 1)",
                facility(place)
            ));
            self.say(&format!(
                "INSERT INTO contact_attendee (contact_id, position, person_id, name) VALUES ('{id}', 1, '{person}', '')"
            ));
            self.physicians[at].meetings.push(self.today);
        }
    }

    fn confirm(&mut self) {
        let today = self.today;
        let due: Vec<(u32, u32)> = (self.ready.iter())
            .filter(|ready| (today - ready.accepted).num_days() > 330)
            .map(|ready| (ready.place, ready.row))
            .collect();
        for (place, row) in due {
            if self.dice.chance(5) {
                let id = uid(10, row);
                self.say(&format!(
                    "UPDATE readiness SET known_to = 1 WHERE id = '{id}'"
                ));
                self.ready(place, today);
            }
        }
    }

    fn agree(&mut self) {
        let today = self.today;
        let due: Vec<(u32, u32)> = (self.agreements.iter())
            .filter(|known| (known.last - today).num_days() < 20)
            .map(|known| (known.place, known.row))
            .collect();
        for (place, row) in due {
            if self.dice.chance(4) {
                let id = uid(11, row);
                self.say(&format!(
                    "UPDATE partnership SET known_to = 1 WHERE id = '{id}'"
                ));
                let last = self.after(200 + self.dice.0 % 300);
                self.agreement(place, last);
            }
        }
    }

    /// Somebody gives notice, and somebody comes.
    fn come_and_go(&mut self) {
        if !self.dice.chance(15) {
            return;
        }
        let at = self.dice.below(self.physicians.len() as u64) as usize;
        if self.physicians[at].last.is_some() {
            return;
        }
        let last = self.after(5 + self.dice.0 % 60);
        let physician = &self.physicians[at];
        let (place, person, first) = (physician.place, physician.person.clone(), physician.since);
        self.say(&format!(
            "UPDATE affiliation SET known_to = 1 WHERE person_id = '{person}' AND known_to IS NULL"
        ));
        self.post(place, &person, first, Some(last));
        self.physicians[at].last = Some(last);
        let next = self.after(self.dice.0 % 20);
        self.physician(place, next);
    }

    /// Attestations and statements are submitted, returned, answered and accepted.
    fn review(&mut self) {
        let noon = self.noon();
        for at in 0..self.papers.len() {
            let turn = self.dice.chance(18);
            let again = self.dice.chance(40);
            let paper = &mut self.papers[at];
            if !turn || paper.stands == Stands::Done {
                continue;
            }
            let statement = paper.person.is_some();
            let (stands, word) = match paper.stands {
                Stands::Submitted if again => (Stands::Returned, "returned"),
                // A statement that was returned is answered by another one.
                Stands::Returned if !statement => (Stands::Submitted, "submitted"),
                Stands::Returned => (Stands::Done, "returned"),
                _ => (Stands::Done, "withdrawn"),
            };
            paper.stands = stands;
            paper.since = self.today;
            let (id, place, person) = (paper.id.clone(), paper.place, paper.person.clone());
            let table = if statement {
                "qualification"
            } else {
                "attestation"
            };
            let at = if word == "submitted" {
                "submitted_at"
            } else {
                "reviewed_at"
            };
            let answered = statement && stands == Stands::Done && word == "returned";
            if answered {
                self.statement(place, &person.unwrap());
            } else {
                self.say(&format!(
                    "UPDATE {table} SET state = '{word}', {at} = '{noon}' WHERE id = '{id}'"
                ));
            }
        }
        if self.dice.once_in(4) {
            let number = self.number();
            let (id, place) = (
                uid(9, number),
                self.dice.below(self.facilities.into()) as u32,
            );
            self.paper(&id, number, place, "submitted");
            self.papers.push(Paper {
                id,
                place,
                stands: Stands::Submitted,
                since: self.today,
                person: None,
            });
        }
        if self.dice.once_in(6) {
            let at = self.dice.below(self.physicians.len() as u64) as usize;
            let (place, person) = (
                self.physicians[at].place,
                self.physicians[at].person.clone(),
            );
            let pending = self.papers.iter().any(|paper| {
                paper.person.as_ref() == Some(&person) && paper.stands != Stands::Done
            });
            if !pending {
                self.statement(place, &person);
            }
        }
    }

    fn statement(&mut self, place: u32, person: &str) {
        let number = self.number();
        let (id, programme, noon) = (uid(7, number), self.programme.clone(), self.noon());
        self.say(&format!(
            "INSERT INTO qualification (id, number, programme_id, person_id, facility_id, state, version, statement, first_day, \
             submitted_by, submitted_at) VALUES ('{id}', {number}, '{programme}', '{person}', '{}', 'submitted', 1, '', '{}', \
             '{person}', '{noon}')",
            facility(place),
            self.today
        ));
        self.papers.push(Paper {
            id,
            place,
            stands: Stands::Submitted,
            since: self.today,
            person: Some(person.to_owned()),
        });
    }

    fn deliver(&mut self) {
        let (today, noon) = (self.today, self.noon());
        for at in 0..self.deliveries.len() {
            let (turn, held) = (self.dice.chance(25), self.dice.chance(25));
            let delivery = &mut self.deliveries[at];
            if !turn || delivery.goes == Goes::Done {
                continue;
            }
            let (id, number, place) = (delivery.id.clone(), delivery.number, delivery.place);
            delivery.since = today;
            (delivery.goes, _) = match delivery.goes {
                Goes::Ordered => (Goes::Approved, ()),
                Goes::Approved if held => (Goes::Held, ()),
                Goes::Held => (Goes::Approved, ()),
                Goes::Approved => (Goes::Released, ()),
                Goes::Released | Goes::Done => (Goes::Done, ()),
            };
            match delivery.goes {
                Goes::Held => self.say(&format!(
                    "UPDATE delivery SET state = 'held', held_at = '{noon}' WHERE id = '{id}'"
                )),
                Goes::Released => {
                    let last = today + Days::new(u64::from(number % 12));
                    self.deliveries[at].release_last = last;
                    let release = uid(14, number);
                    self.say(&format!(
                        "INSERT INTO release_order (id, number, delivery_id, approval_id, last_day, person_id, at, change_id) \
                         VALUES ('{release}', {number}, '{id}', '{id}', '{last}', 'x', '{noon}', 'x')"
                    ));
                    self.say(&format!(
                        "UPDATE delivery SET state = 'released', release_id = '{release}' WHERE id = '{id}'"
                    ));
                }
                Goes::Done => {
                    let (shipment, lot) = (uid(15, number), format!("L{}", number % 7));
                    let expires = today + Days::new(20 + u64::from(number % 7) * 10);
                    self.say(&format!(
                        "INSERT INTO shipment (id, delivery_id, verdict_id, release_id, shipped_on, arrives_on, person_id, at, \
                         change_id) VALUES ('{shipment}', '{id}', '{id}', '{id}', '{today}', '{today}', 'x', '{noon}', 'x')"
                    ));
                    self.say(&format!(
                        "INSERT INTO shipment_lot (shipment_id, position, product, lot, expires_on, quantity) \
                         VALUES ('{shipment}', 1, 'lunsumio_1mg', '{lot}', '{expires}', 2)"
                    ));
                    self.say(&format!(
                        "UPDATE delivery SET state = 'received' WHERE id = '{id}'"
                    ));
                    self.lots.push(Lot {
                        place,
                        lot,
                        expires,
                    });
                }
                Goes::Approved => {
                    self.say(&format!(
                        "UPDATE delivery SET state = 'approved' WHERE id = '{id}'"
                    ));
                }
                Goes::Ordered => {}
            }
        }
        if self.dice.once_in(4) {
            let number = self.number();
            let place = self.dice.below(self.facilities.into()) as u32;
            let own = (self.people.iter()).filter(|one| one.role == "distribution_approver");
            // Every other order was taken by somebody who approves others.
            let own: Vec<&Person> = own.collect();
            let orderer = match number % 2 {
                0 => own[0].person.clone(),
                _ => uid(2, 1),
            };
            let (id, programme) = (uid(13, number), self.programme.clone());
            self.say(&format!(
                "INSERT INTO delivery (id, number, programme_id, facility_id, channel, wholesaler, branch, state, version, ships_on, \
                 arrives_on, ordered_by, ordered_at, verdict_id, change_id) VALUES ('{id}', {number}, '{programme}', '{}', 'direct', \
                 '', '', 'ordered', 1, '{today}', '{today}', '{orderer}', '{noon}', '{id}', 'x')",
                facility(place)
            ));
            self.deliveries.push(Delivery {
                id,
                place,
                goes: Goes::Ordered,
                since: today,
                release_last: today,
                orderer,
                number,
            });
        }
    }

    fn react(&mut self) {
        let noon = self.noon();
        for at in 0..self.tasks.len() {
            if self.tasks[at].open && self.dice.chance(30) {
                self.tasks[at].open = false;
                let id = self.tasks[at].id.clone();
                self.say(&format!(
                    "UPDATE safety_task SET acknowledged_by = 'x', acknowledged_at = '{noon}' WHERE id = '{id}'"
                ));
            }
        }
        if self.dice.once_in(12) {
            let number = self.number();
            let place = self.dice.below(self.facilities.into()) as u32;
            let (id, programme) = (uid(16, number), self.programme.clone());
            self.say(&format!(
                "INSERT INTO safety_task (id, number, programme_id, facility_id, case_id, case_number, record_id, reaction, aware_at, \
                 reported_by, reported_at, known_from, change_id) VALUES ('{id}', {number}, '{programme}', '{}', 'x', 'x', '{id}', \
                 'crs', '{noon}', 'x', '{noon}', 1, 'x')",
                facility(place)
            ));
            self.tasks.push(Task {
                id,
                since: self.today,
                open: true,
            });
        }
    }
}

//! What is expected of the letters, worked out by the day in the simplest way, without a line of the plan.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};

use crate::world::{Goes, Person, Stands, World, facility};

/// Kind, subject, day, stage, account.
pub type Key = (String, String, NaiveDate, i32, String);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Waiting,
    Sent,
    Overtaken,
    Lapsed,
    Silenced,
    Unaddressed,
}

pub struct Letter {
    pub fate: Fate,
    not_before: DateTime<Utc>,
    queued: DateTime<Utc>,
}

#[derive(Default)]
pub struct Oracle {
    pub letters: BTreeMap<Key, Letter>,
    waiting: BTreeSet<Key>,
    /// Matters that were open and late for long, with somebody who could have read of it.
    long_late: BTreeSet<(String, String, NaiveDate)>,
    off: BTreeSet<NaiveDate>,
}

/// Something open, with those who act on it.
struct Open<'a> {
    kind: &'static str,
    subject: String,
    due: NaiveDate,
    readers: Vec<&'a Person>,
    /// Those of the manufacturer's among them.
    staff: &'static [&'static str],
    orderer: Option<String>,
}

fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    day + TimeDelta::days(days)
}

fn on_duty<'a>(world: &'a World, role: &str, place: Option<u32>, on: NaiveDate) -> Vec<&'a Person> {
    let there = world.at.get(&place).into_iter().flatten();
    let holds = |one: &&Person| {
        one.role == role && one.first <= on && one.last.is_none_or(|last| on <= last)
    };
    there.map(|at| &world.people[*at]).filter(holds).collect()
}

fn representatives(world: &World, place: u32, on: NaiveDate) -> Vec<&Person> {
    let all = on_duty(world, "representative", None, on);
    let named: Vec<&Person> = all
        .iter()
        .copied()
        .filter(|one| {
            world.duties.iter().any(|(at, account, first, last)| {
                *at == place
                    && *account == one.account
                    && *first <= on
                    && last.is_none_or(|last| on <= last)
            })
        })
        .collect();
    if named.is_empty() { all } else { named }
}

fn open(world: &World, on: NaiveDate) -> Vec<Open<'_>> {
    let meeting_days = if on >= "2026-07-01".parse().unwrap() {
        60
    } else {
        90
    };
    let officers = || on_duty(world, "safety_officer", None, on);
    let operators = || on_duty(world, "distribution_operator", None, on);
    let coordinators = |place| on_duty(world, "facility_coordinator", Some(place), on);
    let around = |place| {
        let mut readers = coordinators(place);
        readers.extend(representatives(world, place, on));
        readers
    };
    let mut all = Vec::new();
    let mut add = |kind, subject: String, due, readers, staff, orderer| {
        all.push(Open {
            kind,
            subject,
            due,
            readers,
            staff,
            orderer,
        });
    };
    for one in &world.physicians {
        let at = format!("{}@{}", facility(one.place), one.person);
        if one.last.is_some_and(|last| last >= on) {
            add(
                "post_ending",
                at.clone(),
                one.last.unwrap(),
                around(one.place),
                &["representative"][..],
                None,
            );
        }
        let in_post = one.since <= on && one.last.is_none_or(|last| on <= last);
        if !in_post || !one.qualified {
            continue;
        }
        let met = one.meetings.iter().filter(|day| **day <= on).max();
        let due = plus(*met.unwrap_or(&one.since), meeting_days);
        if one.last.is_some_and(|last| last < due) {
            continue;
        }
        let mut readers = on_duty(world, "physician", Some(one.place), on);
        readers.retain(|reader| reader.person == one.person);
        readers.extend(representatives(world, one.place, on));
        add(
            "meeting_due",
            at,
            due,
            readers,
            &["representative"][..],
            None,
        );
    }
    for one in &world.ready {
        // Twelve months end on the day before the same date; nobody accepted anything on a 29 February here.
        let year = one
            .accepted
            .with_year(one.accepted.year() + 1)
            .unwrap_or_else(|| NaiveDate::from_ymd_opt(one.accepted.year() + 1, 2, 28).unwrap());
        let due = one
            .last
            .map_or(plus(year, -1), |last| last.min(plus(year, -1)));
        add(
            "reconfirmation",
            facility(one.place),
            due,
            around(one.place),
            &["representative"][..],
            None,
        );
    }
    for one in &world.agreements {
        let subject = format!("{}@{}", facility(one.place), facility(one.partner));
        add(
            "agreement_ending",
            subject,
            one.last,
            around(one.place),
            &["representative"][..],
            None,
        );
    }
    for one in &world.papers {
        match one.stands {
            Stands::Submitted => {
                add(
                    "review_waiting",
                    one.id.clone(),
                    plus(one.since, 3),
                    officers(),
                    &["safety_officer"][..],
                    None,
                );
            }
            Stands::Returned => {
                let mut readers = on_duty(world, "physician", Some(one.place), on);
                readers.retain(|reader| Some(&reader.person) == one.person.as_ref());
                if readers.is_empty() {
                    readers = coordinators(one.place);
                }
                add(
                    "evidence_returned",
                    one.id.clone(),
                    plus(one.since, 7),
                    readers,
                    &[][..],
                    None,
                );
            }
            Stands::Done => {}
        }
    }
    for one in &world.deliveries {
        let orderer = Some(one.orderer.clone());
        let approvers = || on_duty(world, "distribution_approver", None, on);
        match one.goes {
            Goes::Ordered => {
                let mut readers = approvers();
                readers.retain(|reader| reader.person != one.orderer);
                add(
                    "order_waiting",
                    one.id.clone(),
                    plus(one.since, 1),
                    readers,
                    &["distribution_approver"][..],
                    orderer,
                );
            }
            Goes::Held => {
                let mut readers = coordinators(one.place);
                readers.extend(approvers());
                readers.extend(operators());
                let staff = &["distribution_approver", "distribution_operator"][..];
                add(
                    "delivery_held",
                    one.id.clone(),
                    plus(one.since, 1),
                    readers,
                    staff,
                    None,
                );
            }
            Goes::Released => {
                add(
                    "release_ending",
                    one.id.clone(),
                    one.release_last,
                    operators(),
                    &["distribution_operator"][..],
                    None,
                );
            }
            Goes::Approved | Goes::Done => {}
        }
    }
    let mut lots = BTreeSet::new();
    for one in &world.lots {
        if one.expires >= on && lots.insert((one.place, &one.lot, one.expires)) {
            let mut readers = coordinators(one.place);
            readers.extend(operators());
            let subject = format!("{}@lunsumio_1mg@{}", facility(one.place), one.lot);
            add(
                "lot_expiring",
                subject,
                one.expires,
                readers,
                &["distribution_operator"][..],
                None,
            );
        }
    }
    for one in world.tasks.iter().filter(|one| one.open) {
        add(
            "safety_task",
            one.id.clone(),
            one.since,
            officers(),
            &["safety_officer"][..],
            None,
        );
    }
    all
}

fn deputies<'a>(world: &'a World, matter: &Open<'a>, on: NaiveDate) -> Vec<&'a Person> {
    let mut found = Vec::new();
    for reader in matter
        .readers
        .iter()
        .filter(|one| matter.staff.contains(&one.role))
    {
        for (whom, deputy, first, last) in &world.deputies {
            let now = *first <= on && last.is_none_or(|last| on <= last);
            if *whom == reader.account && now {
                let own = on_duty(world, reader.role, None, on);
                found.extend(own.into_iter().filter(|one| one.account == *deputy));
            }
        }
    }
    found
}

/// Every step of a kind, with who reads it: "readers", "deputies" or "officers".
fn steps(kind: &str, on: NaiveDate) -> Vec<(i32, &'static str)> {
    let officers = if on >= "2026-07-01".parse().unwrap() {
        10
    } else {
        14
    };
    let ahead: &[i32] = match kind {
        "meeting_due" | "reconfirmation" | "agreement_ending" | "post_ending" | "lot_expiring" => {
            &[-30, -14, -7, -1]
        }
        "release_ending" => &[-7, -1],
        "evidence_returned" => &[-7, 0],
        "safety_task" => &[0, 1, 3],
        _ => &[0],
    };
    let mut all: Vec<(i32, &str)> = ahead.iter().map(|days| (*days, "readers")).collect();
    if kind != "post_ending" && kind != "lot_expiring" {
        if kind != "safety_task" {
            all.push((1, "readers"));
        }
        all.push((7, "deputies"));
        all.push((officers, "officers"));
    }
    all
}

/// Which of these letters are about something that is open on a day, and for somebody whom it concerns.
fn concerned(world: &World, on: NaiveDate, asked: &[&Key]) -> BTreeSet<Key> {
    let all = open(world, on);
    let subjects: BTreeSet<&str> = asked.iter().map(|key| key.1.as_str()).collect();
    let mut due: BTreeMap<(String, String, NaiveDate), BTreeSet<String>> = BTreeMap::new();
    for matter in all
        .iter()
        .filter(|one| subjects.contains(one.subject.as_str()))
    {
        let account = |one: &&Person| one.account.clone();
        let mut readers: BTreeSet<String> = matter.readers.iter().map(account).collect();
        if steps(matter.kind, on)
            .iter()
            .any(|step| step.1 == "deputies")
        {
            readers.extend(deputies(world, matter, on).iter().map(account));
            let officers = on_duty(world, "safety_officer", None, on);
            readers.extend(officers.iter().map(account));
        }
        let key = (matter.kind.to_owned(), matter.subject.clone(), matter.due);
        due.insert(key, readers);
    }
    let open = |key: &&&Key| {
        due.get(&(key.0.clone(), key.1.clone(), key.2))
            .is_some_and(|readers| readers.contains(&key.4))
    };
    asked
        .iter()
        .filter(open)
        .map(|key| (*key).clone())
        .collect()
}

impl Oracle {
    fn works(&mut self, day: NaiveDate) -> bool {
        if self.off.is_empty() {
            for line in include_str!("../../src/programmes/holidays.csv")
                .lines()
                .skip(1)
            {
                let date = line.split(',').next().unwrap();
                self.off
                    .insert(NaiveDate::parse_from_str(date, "%Y/%m/%d").unwrap());
            }
        }
        day.weekday() != Weekday::Sat && day.weekday() != Weekday::Sun && !self.off.contains(&day)
    }

    fn goes_out(&mut self, kind: &str, due: NaiveDate, stage: i32) -> NaiveDate {
        let mut day = plus(due, stage.into());
        while kind != "safety_task" && !self.works(day) {
            day = plus(day, if stage <= 0 { -1 } else { 1 });
        }
        day
    }

    /// What planning on a day adds. Returns how many letters are new.
    pub fn plan(&mut self, world: &World, on: NaiveDate, now: DateTime<Utc>) -> usize {
        let seven = (on.and_hms_opt(7, 0, 0).unwrap() - TimeDelta::hours(9)).and_utc();
        let mut new = 0;
        for matter in open(world, on) {
            let mut current: BTreeMap<String, (i32, Option<&'static str>)> = BTreeMap::new();
            for (stage, whom) in steps(matter.kind, on) {
                // No row of days off is longer than a fortnight.
                if plus(matter.due, i64::from(stage) - 15) > on
                    || self.goes_out(matter.kind, matter.due, stage) > on
                {
                    continue;
                }
                let readers = match whom {
                    "readers" => matter.readers.clone(),
                    "deputies" => {
                        let mut found = deputies(world, &matter, on);
                        found.retain(|one| matter.orderer.as_ref() != Some(&one.person));
                        found
                    }
                    _ => on_duty(world, "safety_officer", None, on),
                };
                for reader in readers {
                    let known = current
                        .entry(reader.account.clone())
                        .or_insert((stage, reader.habit));
                    known.0 = known.0.max(stage);
                }
            }
            if plus(matter.due, 60) < on
                && !matter.readers.is_empty()
                && matter.kind == "meeting_due"
            {
                self.long_late
                    .insert((matter.kind.to_owned(), matter.subject.clone(), matter.due));
            }
            for (account, (stage, habit)) in current {
                let key = (
                    matter.kind.to_owned(),
                    matter.subject.clone(),
                    matter.due,
                    stage,
                    account,
                );
                if self.letters.contains_key(&key) {
                    continue;
                }
                let safety = matter.kind == "safety_task";
                let fate = match habit {
                    None => Fate::Unaddressed,
                    Some("off") if !safety => Fate::Silenced,
                    Some(_) => Fate::Waiting,
                };
                let not_before = if safety { now } else { seven.max(now) };
                if fate == Fate::Waiting {
                    self.waiting.insert(key.clone());
                }
                let letter = Letter {
                    fate,
                    not_before,
                    queued: now,
                };
                self.letters.insert(key, letter);
                new += 1;
            }
        }
        self.settle_unaddressed(world, on);
        new
    }

    /// What found no address on an earlier day and is done by now needs nobody to print it.
    fn settle_unaddressed(&mut self, world: &World, on: NaiveDate) {
        let begins = (on.and_hms_opt(0, 0, 0).unwrap() - TimeDelta::hours(9)).and_utc();
        let kept = |letter: &Letter| letter.fate == Fate::Unaddressed && letter.queued < begins;
        let asked: Vec<&Key> = self
            .letters
            .iter()
            .filter(|(_, letter)| kept(letter))
            .map(|(key, _)| key)
            .collect();
        if asked.is_empty() {
            return;
        }
        let due = concerned(world, on, &asked);
        let done: Vec<Key> = asked
            .into_iter()
            .filter(|key| !due.contains(*key))
            .cloned()
            .collect();
        for key in done {
            self.end(&key, Fate::Lapsed);
        }
    }

    /// What becomes of the letters that wait, if they are looked at now.
    pub fn verdicts(
        &self,
        world: &World,
        on: NaiveDate,
        now: DateTime<Utc>,
    ) -> BTreeMap<Key, Fate> {
        let waits = |key: &&Key| self.letters[*key].not_before <= now;
        let waiting: Vec<&Key> = self.waiting.iter().filter(waits).collect();
        if waiting.is_empty() {
            return BTreeMap::new();
        }
        let due = concerned(world, on, &waiting);
        let mut verdicts = BTreeMap::new();
        for key in waiting {
            let (kind, subject, day, stage, account) = key;
            let next = (
                kind.clone(),
                subject.clone(),
                *day,
                stage + 1,
                String::new(),
            );
            let end = (kind.clone(), subject.clone(), *day, i32::MAX, String::new());
            let later = self
                .letters
                .range(next..end)
                .any(|(other, _)| other.4 == *account);
            let fate = if later {
                Fate::Overtaken
            } else if due.contains(key) {
                Fate::Sent
            } else {
                Fate::Lapsed
            };
            verdicts.insert(key.clone(), fate);
        }
        verdicts
    }

    /// A letter has ended like this.
    pub fn end(&mut self, key: &Key, fate: Fate) {
        self.waiting.remove(key);
        self.letters.get_mut(key).unwrap().fate = fate;
    }

    /// What a reachable mail server is given. Returns how many are sent, overtaken, and no longer due.
    pub fn send(
        &mut self,
        world: &World,
        on: NaiveDate,
        now: DateTime<Utc>,
    ) -> (usize, usize, usize) {
        let (mut sent, mut overtaken, mut lapsed) = (0, 0, 0);
        for (key, fate) in self.verdicts(world, on, now) {
            match fate {
                Fate::Sent => sent += 1,
                Fate::Overtaken => overtaken += 1,
                _ => lapsed += 1,
            }
            self.end(&key, fate);
        }
        (sent, overtaken, lapsed)
    }

    /// A meeting that stayed overdue for two months was told of late at least once, whatever was in the way.
    pub fn nobody_was_forgotten(&self) {
        for (kind, subject, due) in &self.long_late {
            let told = self.letters.iter().any(|(key, letter)| {
                key.0 == *kind
                    && key.1 == *subject
                    && key.2 == *due
                    && key.3 > 0
                    && letter.fate == Fate::Sent
            });
            assert!(told, "{kind} {subject} of {due}");
        }
    }
}

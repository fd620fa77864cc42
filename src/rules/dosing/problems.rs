//! What makes a case file unreadable as a course: times that cannot be, amounts that cannot be, too much of it.

use std::fmt;

use chrono::{DateTime, Utc};

use super::course::Step;
use super::facts::{Act, Administration, CaseFacts, CaseQuestion, Episode, Given};
use super::quantity::Quantity;
use crate::rules::briefing::{Moment, japanese_day};

/// More records of one kind than any course has.
pub const MOST_RECORDS: usize = 400;

/// What is wrong with a field of a case file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Of another format than this version reads.
    Format,
    /// More records than any course has.
    TooMany,
    /// Out of its range.
    OutOfRange,
    /// Nothing was recorded where a record cannot be without.
    NotRecorded,
    /// Later than now.
    InTheFuture,
    /// Before what it follows.
    OutOfOrder,
    /// More than the dose intended.
    MoreThanIntended,
    /// Nothing stands interrupted.
    NotInterrupted,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = match self {
            Self::Format => return write!(formatter, "must be {}", CaseQuestion::FORMAT),
            Self::TooMany => return write!(formatter, "has more than {MOST_RECORDS} records"),
            Self::OutOfRange => "is out of range",
            Self::NotRecorded => "must be recorded",
            Self::InTheFuture => "lies in the future",
            Self::OutOfOrder => "lies before what it follows",
            Self::MoreThanIntended => "is more than the dose intended, or nothing",
            Self::NotInterrupted => "asks to resume an administration that is not interrupted",
        };
        formatter.write_str(said)
    }
}

/// One field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its path in the file, for example `case.administrations[2].started`.
    pub field: String,
    /// What is wrong.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.field, self.fault)
    }
}

struct Faults {
    now: DateTime<Utc>,
    found: Vec<Problem>,
}

impl Faults {
    fn add(&mut self, field: String, fault: Fault) {
        self.found.push(Problem { field, fault });
    }

    fn unless(&mut self, holds: bool, field: impl FnOnce() -> String, fault: Fault) {
        if !holds {
            self.add(field(), fault);
        }
    }

    fn past(&mut self, instant: DateTime<Utc>, field: impl FnOnce() -> String) {
        self.unless(instant <= self.now, field, Fault::InTheFuture);
    }

    fn past_moment(&mut self, moment: Moment, field: impl FnOnce() -> String) {
        let is_past = match moment {
            Moment::Instant(instant) => instant <= self.now,
            Moment::Day(day) => day <= japanese_day(self.now),
            Moment::NotRecorded => true,
        };
        self.unless(is_past, field, Fault::InTheFuture);
    }

    /// A record list short enough to be looked at; otherwise nothing of it is.
    fn few<'a, T>(&mut self, list: &'a [T], field: &str) -> &'a [T] {
        if list.len() > MOST_RECORDS {
            self.add(field.to_owned(), Fault::TooMany);
            return &[];
        }
        list
    }
}

/// Everything that makes the question unanswerable, at an instant; empty when it can be asked.
#[must_use]
pub fn problems(question: &CaseQuestion, now: DateTime<Utc>) -> Vec<Problem> {
    let mut faults = Faults {
        now,
        found: Vec::new(),
    };
    faults.unless(
        question.format == CaseQuestion::FORMAT,
        || "format".to_owned(),
        Fault::Format,
    );
    of_case(&mut faults, &question.case);
    of_act(&mut faults, question);
    faults.found
}

fn of_case(faults: &mut Faults, case: &CaseFacts) {
    let in_range = (1..=9).contains(&case.course);
    faults.unless(in_range, || "case.course".to_owned(), Fault::OutOfRange);
    if let Some(therapies) = &case.eligibility.therapies {
        faults.few(therapies, "case.eligibility.therapies");
    }
    if let Some(drugs) = &case.eligibility.other_antineoplastics {
        faults.few(drugs, "case.eligibility.other_antineoplastics");
    }
    let given = faults.few(&case.administrations, "case.administrations");
    for (at, row) in given.iter().enumerate() {
        of_administration(faults, at, row);
    }
    let reactions = faults.few(&case.reactions, "case.reactions");
    for (at, row) in reactions.iter().enumerate() {
        of_episode(faults, at, row);
    }
    let counts = faults.few(&case.counts, "case.counts");
    for (at, row) in counts.iter().enumerate() {
        faults.past(row.taken, || format!("case.counts[{at}].taken"));
    }
    let responses = faults.few(&case.responses, "case.responses");
    for (at, row) in responses.iter().enumerate() {
        faults.past_moment(Moment::Day(row.on), || format!("case.responses[{at}].on"));
        if let Some(step) = row.at {
            in_course(faults, step, || format!("case.responses[{at}].at"));
        }
    }
}

fn in_course(faults: &mut Faults, step: Step, field: impl FnOnce() -> String) {
    let is_place = (1..=99).contains(&step.cycle) && (1..=21).contains(&step.day);
    faults.unless(is_place, field, Fault::OutOfRange);
}

fn of_administration(faults: &mut Faults, at: usize, row: &Administration) {
    let field = |name: &str| format!("case.administrations[{at}].{name}");
    in_course(faults, row.step, || field("step"));
    let is_dose = row.mg > Quantity::whole(0) && row.mg <= Quantity::whole(1000);
    faults.unless(is_dose, || field("mg"), Fault::OutOfRange);
    if let Given::Partly(given) = row.given {
        let is_part = given > Quantity::whole(0) && given <= row.mg;
        faults.unless(is_part, || field("given"), Fault::MoreThanIntended);
    }
    let has_day = row.started != Moment::NotRecorded;
    faults.unless(has_day, || field("started"), Fault::NotRecorded);
    faults.past_moment(row.started, || field("started"));
    let mut before = match row.started {
        Moment::Instant(instant) => Some(instant),
        _ => None,
    };
    for (nth, row) in faults
        .few(&row.interruptions, &field("interruptions"))
        .iter()
        .enumerate()
    {
        for (name, instant) in [("at", Some(row.at)), ("resumed", row.resumed)] {
            let Some(instant) = instant else { continue };
            let name = || field(&format!("interruptions[{nth}].{name}"));
            faults.past(instant, name);
            let follows = before.is_none_or(|before| before <= instant);
            faults.unless(follows, name, Fault::OutOfOrder);
            before = Some(instant);
        }
    }
    if let Some(ended) = row.ended {
        faults.past(ended, || field("ended"));
        let follows = before.is_none_or(|before| before <= ended);
        faults.unless(follows, || field("ended"), Fault::OutOfOrder);
    }
}

fn of_episode(faults: &mut Faults, at: usize, row: &Episode) {
    let field = |name: &str| format!("case.reactions[{at}].{name}");
    let are_grades = row.grades.iter().all(|grade| (1..=5).contains(grade));
    faults.unless(are_grades, || field("grades"), Fault::OutOfRange);
    faults.few(&row.grades, &field("grades"));
    let moments = [
        ("onset", row.onset),
        ("recovered", row.recovered),
        ("recovered_to_grade_one", row.recovered_to_grade_one),
        ("grade_three_from", row.grade_three_from),
        ("grade_three_to", row.grade_three_to),
    ];
    for (name, moment) in moments {
        faults.past_moment(moment, || field(name));
        let follows = match (row.onset, moment) {
            (Moment::Instant(onset), Moment::Instant(instant)) => onset <= instant,
            (onset, moment) => onset
                .day()
                .zip(moment.day())
                .is_none_or(|(onset, day)| onset <= day),
        };
        faults.unless(follows, || field(name), Fault::OutOfOrder);
    }
}

fn of_act(faults: &mut Faults, question: &CaseQuestion) {
    let last = question
        .case
        .administrations
        .iter()
        .max_by_key(|row| row.started.day());
    match &question.act {
        Act::Resume { .. } => {
            let is_interrupted = last.is_some_and(|row| {
                row.ended.is_none()
                    && row
                        .interruptions
                        .iter()
                        .any(|interruption| interruption.resumed.is_none())
            });
            faults.unless(is_interrupted, || "act".to_owned(), Fault::NotInterrupted);
        }
        Act::Start(start) => {
            faults.few(&start.decisions, "act.decisions");
        }
        Act::NextDose { .. } | Act::Discharge { .. } => {}
    }
}

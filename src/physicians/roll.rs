//! The roll of a facility: how each physician stands there on a day, point by point of ※3, in one row.

use chrono::{NaiveDate, TimeDelta};

use super::{Physician, Post, Qualification};
use crate::error::Message;
use crate::ids::FacilityId;
use crate::rules::finding::{Argument, Outcome, Reason};
use crate::rules::physician as rules;

/// The clauses of the three points, in the order of the notice.
pub const CLAUSES: [&str; 3] = ["F-*3-1", "F-*3-2", "F-*3-3"];
/// What a row calls "soon": the earliest of the house's reminders.
const SOON: TimeDelta = TimeDelta::days(30);

/// How one point of ※3 stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    Met,
    Unmet,
    /// The physician answered "yes"; the statement waits for review.
    Waiting,
    /// Nothing on file answers it.
    Missing,
}

impl Point {
    pub fn icon(self) -> &'static str {
        match self {
            Point::Met => "met",
            Point::Unmet => "unmet",
            Point::Waiting => "todo",
            Point::Missing => "open",
        }
    }

    /// The message that names it.
    pub fn word(self) -> &'static str {
        match self {
            Point::Met => "point-met",
            Point::Unmet => "point-unmet",
            Point::Waiting => "point-waiting",
            Point::Missing => "point-missing",
        }
    }
}

/// A physician at one facility on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub physician: Physician,
    /// The post that the row is about: the one of that day, or else the latest.
    pub post: Post,
    /// ※3-1, ※3-2, ※3-3.
    pub points: [Point; 3],
    /// Whether this physician alone satisfies F-1.3 on the day.
    pub qualified: bool,
    /// The last day on which that stays so as far as is known.
    pub until: Option<NaiveDate>,
}

impl Row {
    /// What to say where it is met today and known to lapse within a month.
    pub fn lapsing(&self, today: NaiveDate) -> Option<Message> {
        let soon = today.checked_add_signed(SOON).unwrap_or(today);
        let until = self
            .until
            .filter(|until| self.qualified && *until <= soon)?;
        Some(Message::new("physicians-met-until").with("date", Argument::Date(until)))
    }

    pub fn has_left(&self, today: NaiveDate) -> bool {
        self.post.span.has_ended_by(today)
    }
}

/// The rows of a facility on a day: those in post or to come first, those who left last.
pub fn rows(physicians: Vec<Physician>, place: &FacilityId, today: NaiveDate) -> Vec<Row> {
    let mut rows: Vec<Row> = physicians
        .into_iter()
        .filter_map(|physician| row(physician, place, today))
        .collect();
    rows.sort_by_key(|row| row.has_left(today));
    rows
}

/// The row of one physician at one facility, where there is a post.
pub fn row(physician: Physician, place: &FacilityId, today: NaiveDate) -> Option<Row> {
    let post = physician
        .posts
        .iter()
        .filter(|post| post.facility == *place)
        .max_by_key(|post| (post.span.contains(today), post.span.first))?
        .clone();
    let facts = physician.facts(place);
    let finding = rules::qualification(&facts, today);
    Some(Row {
        points: points(&physician, today),
        qualified: finding.outcome == Outcome::Met,
        until: finding.until,
        physician,
        post,
    })
}

/// The three points of a physician on a day, wherever they are in post.
pub fn points(physician: &Physician, today: NaiveDate) -> [Point; 3] {
    let verdict = rules::standing(&physician.statement_facts(), today);
    let pending = physician.statements.iter().find(|row| row.is_pending());
    CLAUSES.map(|clause| {
        let finding = verdict
            .findings
            .iter()
            .find(|finding| finding.clauses.iter().any(|cited| cited == clause));
        match finding {
            Some(finding) if finding.outcome == Outcome::Met => Point::Met,
            Some(finding) if !matches!(finding.reason, Reason::MissingData { .. }) => Point::Unmet,
            _ => match pending.and_then(|row| answer(row, clause)) {
                Some(true) => Point::Waiting,
                Some(false) | None => Point::Missing,
            },
        }
    })
}

fn answer(row: &Qualification, clause: &str) -> Option<bool> {
    let mut answers = row.answers().into_iter();
    answers.find(|(of, _)| *of == clause)?.1
}

//! What is recorded of a course: the rules' own types, with the bounds that a record keeps to.

use chrono::{DateTime, NaiveDate, Utc};

use crate::clock::{jst_date, start_of};
use crate::error::{Error, FieldErrors, Message, Result};
use crate::rules::briefing::Moment;
use crate::rules::dosing::eligibility::EligibilityFacts;
use crate::rules::dosing::facts::{
    Act, Administration, Assessment, BloodCount, CaseQuestion, Decision, Episode, Given,
};
use crate::rules::dosing::quantity::Quantity;
use crate::rules::finding::Argument;

/// The most items of a list inside one record.
const MOST_ITEMS: usize = 40;
/// The most characters of a name of a medicine, a rule or a code; and of a reason.
const SHORT: usize = 100;
const LONG: usize = 1000;

crate::words! {
    /// What a record is about.
    pub enum Kind {
        Administration = "administration",
        Reaction = "reaction",
        Count = "count",
        Response = "response",
        /// Who is treated and on what ground; a case holds one at a time.
        Eligibility = "eligibility",
    }
}

impl Kind {
    /// The message that names it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Administration => "case-kind-administration",
            Kind::Reaction => "case-kind-reaction",
            Kind::Count => "case-kind-count",
            Kind::Response => "case-kind-response",
            Kind::Eligibility => "case-kind-eligibility",
        }
    }
}

/// One thing that is recorded of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Administration(Administration),
    Reaction(Episode),
    Count(BloodCount),
    Response(Assessment),
    Eligibility(EligibilityFacts),
}

impl Entry {
    /// The format in which bodies are written today.
    pub const FORMAT: i32 = CaseQuestion::FORMAT as i32;

    pub fn kind(&self) -> Kind {
        match self {
            Entry::Administration(_) => Kind::Administration,
            Entry::Reaction(_) => Kind::Reaction,
            Entry::Count(_) => Kind::Count,
            Entry::Response(_) => Kind::Response,
            Entry::Eligibility(_) => Kind::Eligibility,
        }
    }

    pub(super) fn body(&self) -> Result<String> {
        Ok(match self {
            Entry::Administration(body) => serde_json::to_string(body)?,
            Entry::Reaction(body) => serde_json::to_string(body)?,
            Entry::Count(body) => serde_json::to_string(body)?,
            Entry::Response(body) => serde_json::to_string(body)?,
            Entry::Eligibility(body) => serde_json::to_string(body)?,
        })
    }

    pub(super) fn read(kind: Kind, body: &str) -> Result<Entry> {
        Ok(match kind {
            Kind::Administration => Entry::Administration(serde_json::from_str(body)?),
            Kind::Reaction => Entry::Reaction(serde_json::from_str(body)?),
            Kind::Count => Entry::Count(serde_json::from_str(body)?),
            Kind::Response => Entry::Response(serde_json::from_str(body)?),
            Kind::Eligibility => Entry::Eligibility(serde_json::from_str(body)?),
        })
    }

    /// When it happened, as exactly as it is known; the beginning of the day where only that is.
    pub fn occurred(&self) -> Option<DateTime<Utc>> {
        match self {
            Entry::Administration(dose) => beginning(dose.started),
            Entry::Reaction(episode) => beginning(episode.onset),
            Entry::Count(count) => Some(count.taken),
            Entry::Response(assessment) => Some(start_of(assessment.on)),
            Entry::Eligibility(_) => None,
        }
    }

    /// The dose intended, which the tallies count vials by.
    pub(super) fn mg(&self) -> Option<Quantity> {
        match self {
            Entry::Administration(dose) => Some(dose.mg),
            _ => None,
        }
    }

    /// Notes what cannot be so. Whether it is what the notice asks is the rules' question, never this one.
    pub(super) fn check(&self, errors: &mut FieldErrors, now: DateTime<Utc>) {
        let mut times = Times { errors, now };
        match self {
            Entry::Administration(dose) => dose_errors(&mut times, dose),
            Entry::Reaction(episode) => {
                times.moment("onset", episode.onset);
                times.moment("recovered", episode.recovered);
                times.moment("recovered_to_grade_one", episode.recovered_to_grade_one);
                times.moment("grade_three_from", episode.grade_three_from);
                times.moment("grade_three_to", episode.grade_three_to);
                times.follows("recovered", episode.onset, episode.recovered);
                let (from, to) = (episode.grade_three_from, episode.grade_three_to);
                times.follows("grade_three_to", from, to);
                times.most("grades", episode.grades.len());
                if episode.grades.iter().any(|grade| !(1..=5).contains(grade)) {
                    times.errors.add("grades", Message::new("cases-grade"));
                }
            }
            Entry::Count(count) => {
                times.instant("taken", count.taken);
                if count.platelets.is_none() && count.neutrophils.is_none() {
                    let nothing = Message::new("cases-count-missing");
                    times.errors.add("platelets", nothing);
                }
            }
            Entry::Response(assessment) => times.day("on", assessment.on),
            Entry::Eligibility(facts) => {
                times.most("therapies", facts.therapies.as_ref().map_or(0, Vec::len));
                let others = facts.other_antineoplastics.as_deref().unwrap_or_default();
                times.most("other_antineoplastics", others.len());
                for other in others {
                    times.text("other_antineoplastics", other, SHORT);
                }
            }
        }
    }
}

fn dose_errors(times: &mut Times<'_>, dose: &Administration) {
    times.moment("started", dose.started);
    if dose.mg == Quantity::whole(0) {
        times.errors.add("mg", Message::new("cases-dose-missing"));
    }
    if matches!(dose.given, Given::Partly(given) if given > dose.mg) {
        let message = Message::new("cases-given-exceeds");
        times.errors.add("given", message);
    }
    if let Some(ended) = dose.ended {
        times.instant("ended", ended);
        times.follows("ended", dose.started, Moment::Instant(ended));
    }
    times.most("interruptions", dose.interruptions.len());
    for interruption in &dose.interruptions {
        let at = Moment::Instant(interruption.at);
        times.moment("interruptions", at);
        times.follows("interruptions", dose.started, at);
        if let Some(ended) = dose.ended {
            times.follows("interruptions", at, Moment::Instant(ended));
        }
        if let Some(resumed) = interruption.resumed {
            times.instant("interruptions", resumed);
            times.follows("interruptions", at, Moment::Instant(resumed));
        }
    }
}

/// The first instant that a moment may mean.
fn beginning(moment: Moment) -> Option<DateTime<Utc>> {
    match moment {
        Moment::Instant(at) => Some(at),
        Moment::Day(day) => Some(start_of(day)),
        Moment::NotRecorded => None,
    }
}

/// The day before which nothing of this medicine can have happened; earlier years are slips of the keyboard.
fn earliest() -> NaiveDate {
    NaiveDate::from_ymd_opt(2010, 1, 1).unwrap_or(NaiveDate::MIN)
}

/// Times as they are checked: none in the future, none before the medicine was, none before what it follows.
struct Times<'a> {
    errors: &'a mut FieldErrors,
    now: DateTime<Utc>,
}

impl Times<'_> {
    fn moment(&mut self, field: &str, moment: Moment) {
        match moment {
            Moment::Instant(at) => self.instant(field, at),
            Moment::Day(day) => self.day(field, day),
            Moment::NotRecorded => {}
        }
    }

    fn instant(&mut self, field: &str, at: DateTime<Utc>) {
        if at > self.now {
            self.future(field);
        } else if at < start_of(earliest()) {
            self.errors.add(field, Message::new("cases-too-early"));
        }
    }

    fn day(&mut self, field: &str, day: NaiveDate) {
        if day > jst_date(self.now) {
            self.future(field);
        } else if day < earliest() {
            self.errors.add(field, Message::new("cases-too-early"));
        }
    }

    fn future(&mut self, field: &str) {
        let now = Argument::Instant(self.now);
        let message = Message::new("cases-in-the-future").with("now", now);
        self.errors.add(field, message);
    }

    /// Compares instants where both are known, and days otherwise.
    fn follows(&mut self, field: &str, before: Moment, after: Moment) {
        let wrong = match (before, after) {
            (Moment::Instant(before), Moment::Instant(after)) => after < before,
            _ => before.day().zip(after.day()).is_some_and(|(b, a)| a < b),
        };
        if wrong {
            self.errors.add(field, Message::new("cases-out-of-order"));
        }
    }

    fn most(&mut self, field: &str, found: usize) {
        if found > MOST_ITEMS {
            let message = Message::new("cases-too-many").with("most", number(MOST_ITEMS));
            self.errors.add(field, message);
        }
    }

    fn text(&mut self, field: &str, text: &str, most: usize) {
        let found = text.chars().count();
        if text.chars().any(char::is_control) {
            let message = Message::new("forms-control-character");
            self.errors.add(field, message);
        } else if found > most {
            let message = Message::new("forms-too-long")
                .with("most", number(most))
                .with("found", number(found));
            self.errors.add(field, message);
        }
    }
}

fn number(count: usize) -> Argument {
    Argument::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The longest time ahead that a check looks. Two years is ours; no course of 17 cycles takes longer.
const AHEAD: chrono::TimeDelta = chrono::TimeDelta::days(731);

/// Refuses an act that no page would ask about: a slip of the year, or more words than a decision needs.
pub(super) fn check_act(act: &Act, now: DateTime<Utc>) -> Result<()> {
    let mut errors = FieldErrors::default();
    let until = now.checked_add_signed(AHEAD).unwrap_or(now);
    let mut times = Times {
        errors: &mut errors,
        now: until,
    };
    let none: &[Decision] = &[];
    let decisions = match act {
        Act::NextDose { on } => {
            times.day("on", *on);
            none
        }
        Act::Start(start) => {
            times.instant("at", start.at);
            &start.decisions
        }
        Act::Resume { at, decisions, .. } => {
            times.instant("at", *at);
            decisions
        }
        Act::Discharge { at, .. } => {
            times.instant("at", *at);
            none
        }
    };
    times.most("decisions", decisions.len());
    for decision in decisions {
        times.text("decisions", &decision.rule, SHORT);
        times.text("decisions", &decision.code, SHORT);
        times.text("decisions", &decision.because, LONG);
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

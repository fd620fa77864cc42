//! What an order that names cases may know of them: the vials that are due, and the clauses that are open.
//!
//! INVARIANT: no clinical detail leaves this file; a case is answered for by its number, vials and clauses alone.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Entry, Kind, State, number_typed, store};
use crate::db::AnyConn;
use crate::error::{Error, FieldErrors, Message, Result};
use crate::ids::{CaseId, FacilityId, ProgrammeId};
use crate::rules::dosing;
use crate::rules::dosing::course::PlannedDose;
use crate::rules::dosing::eligibility::eligibility;
use crate::rules::dosing::facts::{Act, CaseFacts, CaseQuestion};
use crate::rules::dosing::regimen::{CYCLES_BEFORE_THE_RESPONSE, CYCLES_IN_ALL, sequence};
use crate::rules::dosing::vials::Vials;
use crate::rules::finding::{Argument, Outcome};
use crate::rules::gate::NamedCase;
use crate::schema::{case_file, case_record};

/// The most doses that an order may name of one case. Ours: the first cycle and the dose after it.
pub const MOST_DOSES: i32 = 4;

/// A case that an order names, and for how many doses that are due from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub case: CaseId,
    pub doses: i32,
    /// The day the goods arrive.
    pub on: NaiveDate,
}

/// Finds the cases of the facility that orders by their numbers as they were typed, and answers for each of them.
///
/// # Errors
/// `Invalid` for a number that is no case of this facility, whosever it may be, for a case that nobody may judge now,
/// for one named twice, and for no dose or too many.
pub fn for_order(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facility: &FacilityId,
    named: &[(String, i32)],
    on: NaiveDate,
) -> Result<Vec<(Wanted, NamedCase)>> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let typed: Vec<String> = named.iter().filter_map(|(n, _)| number_typed(n)).collect();
    let found: HashMap<String, CaseId> = case_file::table
        .filter(case_file::number.eq_any(&typed))
        .filter(case_file::programme_id.eq(programme))
        .filter(case_file::facility_id.eq(facility))
        .select((case_file::number, case_file::id))
        .load::<(String, CaseId)>(conn)?
        .into_iter()
        .collect();
    let mut errors = FieldErrors::default();
    let mut refuse = |why, typed: &str| {
        let typed = Argument::Text(typed.trim().to_owned());
        errors.add("cases", Message::new(why).with("number", typed));
    };
    let mut wanted: Vec<Wanted> = Vec::new();
    for (number, doses) in named {
        let Some(case) = number_typed(number).and_then(|number| found.get(&number)) else {
            refuse("order-case-unknown", number);
            continue;
        };
        if wanted.iter().any(|other| other.case == *case) {
            refuse("order-case-twice", number);
        } else if !(1..=MOST_DOSES).contains(doses) {
            refuse("order-case-doses", number);
        }
        wanted.push(Wanted {
            case: case.clone(),
            doses: *doses,
            on,
        });
    }
    let files = files(conn, &wanted)?;
    for one in &wanted {
        match files.get(&one.case) {
            Some(file) if file.may_be_judged() => {}
            file => refuse(
                "order-case-not-open",
                file.map_or("", |file| file.number.as_str()),
            ),
        }
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let named = wanted
        .iter()
        .filter_map(|one| files.get(&one.case).map(|file| file.named(one)))
        .collect::<Vec<_>>();
    Ok(wanted.into_iter().zip(named).collect())
}

/// Answers afresh for cases that orders name, each as its file stands now, in two statements.
///
/// READING: for a case that has ended, or whose records wait to be confirmed, no dose is due; nothing is held against
/// it that its own file does not say.
pub fn answer(conn: &mut AnyConn, wanted: &[Wanted]) -> Result<Vec<NamedCase>> {
    let files = files(conn, wanted)?;
    wanted
        .iter()
        .map(|one| {
            let file = files.get(&one.case).ok_or(Error::NotFound)?;
            Ok(file.named(one))
        })
        .collect()
}

/// A case as its facility keeps it. It is not read outside of this file.
struct File {
    number: String,
    state: State,
    confirmed: bool,
    facts: CaseFacts,
}

impl File {
    fn may_be_judged(&self) -> bool {
        self.state == State::Open && self.confirmed
    }

    fn named(&self, wanted: &Wanted) -> NamedCase {
        let doses = match self.may_be_judged() {
            true => doses_due(&self.facts, wanted.on, wanted.doses),
            false => Vec::new(),
        };
        NamedCase {
            number: self.number.clone(),
            due: (!doses.is_empty()).then(|| Vials::of_doses(&doses)),
            open: open_clauses(&self.facts),
        }
    }
}

/// The clauses of the indication that the file does not satisfy, the first of each finding.
fn open_clauses(facts: &CaseFacts) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    let verdict = eligibility(&facts.eligibility);
    for finding in verdict.findings {
        if finding.outcome <= Outcome::Consider {
            continue;
        }
        let clause = finding.clauses.first().map(ToString::to_string);
        if let Some(clause) = clause.filter(|clause| !open.contains(clause)) {
            open.push(clause);
        }
    }
    open
}

/// The next doses from a day on, as many as are wanted and as the tables name.
///
/// READING: goods that arrive before a dose may be given are meant for the first later day on which one is due.
fn doses_due(facts: &CaseFacts, on: NaiveDate, wanted: i32) -> Vec<PlannedDose> {
    let windows = dosing::outlook(facts);
    let later = windows
        .iter()
        .filter(|window| window.last.is_none_or(|last| last >= on));
    let due = later
        .filter(|window| window.dose.is_some())
        .map(|window| window.first.max(on))
        .next();
    let day = match due {
        Some(day) => day,
        // Nothing was given yet: the first dose is due on any day.
        None if windows.is_empty() => on,
        None => return Vec::new(),
    };
    let verdict = dosing::check(&CaseQuestion {
        format: CaseQuestion::FORMAT,
        case: facts.clone(),
        act: Act::NextDose { on: day },
    });
    let advice = verdict.advice;
    let mut doses: Vec<PlannedDose> = advice.dose.into_iter().collect();
    doses.extend(advice.following);
    // What the row does not spell out is the regimen, up to the next decision of D-1b.
    if let (Some(last), None) = (doses.last().copied(), advice.then_decision) {
        let until = match last.step.cycle <= CYCLES_BEFORE_THE_RESPONSE {
            true => CYCLES_BEFORE_THE_RESPONSE,
            false => CYCLES_IN_ALL,
        };
        let rest = sequence(last.step.cycle, until, None);
        doses.extend(rest.into_iter().filter(|dose| dose.step > last.step));
    }
    doses.truncate(usize::try_from(wanted).unwrap_or(0));
    doses
}

fn files(conn: &mut AnyConn, wanted: &[Wanted]) -> Result<HashMap<CaseId, File>> {
    let ids: BTreeSet<&str> = wanted.iter().map(|one| one.case.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let rows: Vec<(CaseId, String, State, i32)> = case_file::table
        .filter(case_file::id.eq_any(&ids))
        .select((
            case_file::id,
            case_file::number,
            case_file::state,
            case_file::course,
        ))
        .load(conn)?;
    let records: Vec<(CaseId, Kind, String, bool)> = case_record::table
        .filter(case_record::case_id.eq_any(&ids))
        .filter(case_record::known_to.is_null())
        .select((
            case_record::case_id,
            case_record::kind,
            case_record::body,
            case_record::confirmed,
        ))
        .load(conn)?;
    let mut of: HashMap<CaseId, (Vec<(Kind, String)>, bool)> = HashMap::new();
    for (case, kind, body, confirmed) in records {
        let (bodies, all) = of.entry(case).or_insert_with(|| (Vec::new(), true));
        bodies.push((kind, body));
        *all &= confirmed;
    }
    rows.into_iter()
        .map(|(id, number, state, course)| {
            let (bodies, confirmed) = of.remove(&id).unwrap_or_default();
            let mut entries = bodies
                .into_iter()
                .map(|(kind, body)| Ok((Entry::read(kind, &body)?, body)))
                .collect::<Result<Vec<(Entry, String)>>>()?;
            entries.sort_by_cached_key(|(entry, body)| {
                let at = entry.occurred();
                (at.is_none(), at, body.clone())
            });
            let course = u32::try_from(course).unwrap_or(1);
            let entries = entries.iter().map(|(entry, _)| entry);
            let facts = store::facts(course, entries);
            Ok((
                id,
                File {
                    number,
                    state,
                    confirmed,
                    facts,
                },
            ))
        })
        .collect()
}

//! Judging from the command line: a facility or a delivery on a day, as known at an instant; and judging again.

use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use kanmon::audit::{self, Known};
use kanmon::db::{AnyConn, Db};
use kanmon::deliveries::hindsight::{self, Doubted};
use kanmon::error::{Error, Result};
use kanmon::facilities::{self, codes::MedicalInstitutionCode};
use kanmon::ids::{DeliveryId, FacilityId};
use kanmon::messages::Lang;
use kanmon::scope::Scope;
use kanmon::standings::label;
use kanmon::verdicts::{self, Day, Question};
use kanmon::{deliveries, standings};
use serde_json::json;

use super::{Ending, Outcome, open, programme};
use crate::Moment;

/// What was known, in the words of the question.
fn known(conn: &mut AnyConn, at: Option<DateTime<Utc>>) -> Result<Known> {
    at.map_or(Ok(Known::NOW), |instant| audit::known_at(conn, instant))
}

/// A facility's gate without an order.
pub fn facility(url: &str, id: &str, moment: &Moment) -> Ending {
    let db = open(url)?;
    let programme = programme(&db)?.id;
    let on = moment.on.unwrap_or_else(|| db.clock().today());
    let (question, days) = db.read(|conn| {
        let facility = facility_named(conn, id)?;
        facilities::get(conn, &Scope::Programme(programme.clone()), &facility)?;
        let known = known(conn, moment.known_at)?;
        standings::judge(conn, &programme, &facility, on, known)
    })?;
    answer(id, on, &question, &days, moment)
}

/// A delivery with its order.
pub fn delivery(url: &str, id: &str, moment: &Moment) -> Ending {
    let db = open(url)?;
    let scope = Scope::Programme(programme(&db)?.id);
    let (on, question, days) = db.read(|conn| {
        let delivery = delivery_named(conn, &scope, id)?;
        let row = deliveries::detail(conn, &scope, &delivery)?.row;
        let on = moment.on.unwrap_or(row.arrives_on);
        let known = known(conn, moment.known_at)?;
        let (question, days) = deliveries::judge_on(conn, &scope, &delivery, on, known)?;
        Ok((on, question, days))
    })?;
    answer(id, on, &question, &days, moment)
}

/// The facility with this id or code.
pub fn facility_named(conn: &mut AnyConn, text: &str) -> Result<FacilityId> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let code = MedicalInstitutionCode::parse(text).map_err(|_| Error::NotFound)?;
    Ok(facilities::find_by_code(conn, &code)?.id)
}

/// The delivery with this id or printed number.
pub fn delivery_named(conn: &mut AnyConn, scope: &Scope, text: &str) -> Result<DeliveryId> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let number: i64 = text
        .trim_start_matches("D-")
        .parse()
        .map_err(|_| Error::NotFound)?;
    let (rows, _) = deliveries::list(conn, scope, &[], None, number - 1, 1)?;
    rows.into_iter()
        .find(|row| row.number == number)
        .map(|row| row.id)
        .ok_or(Error::NotFound)
}

/// Prints the verdict. It says of itself that it rests on the notice alone.
fn answer(id: &str, on: NaiveDate, question: &Question, days: &[Day], moment: &Moment) -> Ending {
    let findings: Vec<_> = days.iter().flat_map(|day| &day.verdict.findings).collect();
    let permits = verdicts::permits(days);
    if moment.json {
        let printed = json!({
            "id": id,
            "on": on,
            "known_at": moment.known_at,
            "permits": permits,
            "outcome": verdicts::worst(days).as_str(),
            "edition": question.edition(),
            "rules_version": kanmon::rules::RULES_VERSION,
            "findings": findings,
        });
        println!("{}", serde_json::to_string_pretty(&printed)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{id} on {on}: {}",
        if permits {
            "may be delivered"
        } else {
            "may not be delivered"
        }
    );
    for finding in findings {
        println!(
            "  {:<12} {:<20} {} [{}]{}",
            finding.outcome.as_str(),
            finding.rule,
            Lang::En.fill(finding.reason.message_id(), &finding.reason.arguments()),
            finding.clauses.join(", "),
            finding
                .until
                .map_or_else(String::new, |until| format!(" until {until}")),
        );
    }
    println!("By this notice only; see the electronic package insert.");
    Ok(ExitCode::SUCCESS)
}

/// Judges everything that was shipped again, with what is known today, and prints what would not pass.
pub fn would_not_pass(url: &str, json: bool) -> Ending {
    let db = open(url)?;
    let scope = Scope::Programme(programme(&db)?.id);
    let (mut seen, mut after, mut printed) = (0, None, Vec::new());
    loop {
        let looked = db.read(|conn| hindsight::look(conn, &scope, after.as_ref()))?;
        seen += looked.seen;
        for row in &looked.doubted {
            if json {
                printed.push(doubted(row));
            } else {
                print_doubted(row);
            }
        }
        match looked.next {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    if json {
        let whole = json!({ "judged": seen, "would_not_pass": printed });
        println!("{}", serde_json::to_string_pretty(&whole)?);
    } else {
        println!("{seen} shipments judged again with what is known today");
    }
    Ok(ExitCode::SUCCESS)
}

fn doubted(row: &Doubted) -> serde_json::Value {
    let changes = row.changes.iter().map(|change| {
        let since = change.since.iter().map(|row| {
            json!({ "seq": row.seq, "at": row.at, "verb": row.verb, "subject": row.subject_id })
        });
        json!({
            "day": change.day,
            "before": change.before,
            "now": change.now,
            "since": since.collect::<Vec<_>>(),
        })
    });
    json!({
        "id": row.id,
        "number": label("D", row.number),
        "facility": row.facility,
        "first": row.shipped_on,
        "last": row.arrives_on,
        "changes": changes.collect::<Vec<_>>(),
    })
}

fn print_doubted(row: &Doubted) {
    println!(
        "{} {}: shipped {}, arrival {}",
        label("D", row.number),
        row.facility_name,
        row.shipped_on,
        row.arrives_on
    );
    for change in &row.changes {
        let reason = &change.now.reason;
        println!(
            "  {} {:<20} {}",
            change.day,
            change.now.rule,
            Lang::En.fill(reason.message_id(), &reason.arguments())
        );
        for since in &change.since {
            println!("    row {} at {}: {}", since.seq, since.at, since.verb);
        }
    }
}

/// Judges every stored standing afresh.
pub fn rebuild(url: &str, check: bool) -> Ending {
    let db: Db = open(url)?;
    let programme = programme(&db)?.id;
    let (seen, drifts) = standings::rebuild(&db, &programme, !check)?;
    for drift in &drifts {
        println!(
            "{}: stored {}, judged {}",
            drift.facility, drift.stored, drift.judged
        );
    }
    println!("{seen} standings, {} differed", drifts.len());
    if check && !drifts.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Judges every stored verdict again from its stored facts.
pub fn replay(url: &str) -> Ending {
    let db = open(url)?;
    let (mut errors, mut changed) = (0_u64, 0_u64);
    let judged = db.read(|conn| {
        verdicts::replay(conn, |difference| {
            let rules = difference.rules.join(", ");
            if difference.same_rules {
                errors += 1;
                println!(
                    "V-{}: differs under the same rules: {rules}",
                    difference.number
                );
            } else {
                changed += 1;
                println!(
                    "V-{}: answered otherwise since rules version {}: {rules}",
                    difference.number, difference.rules_version
                );
            }
        })
    })?;
    println!(
        "{judged} verdicts, {errors} differ under the same rules, {changed} answers changed since"
    );
    if errors > 0 {
        return Err(Outcome::Failed(
            "stored verdicts differ from their facts under the same rules".to_owned(),
        ));
    }
    Ok(ExitCode::SUCCESS)
}

//! What the house policy, deviations and interrupted courses ask of safety officers and approvers, as rows of today's page.

use chrono::NaiveDate;

use super::gate_rows::since;
use super::reads::{Found, Halted};
use super::sections::section;
use super::{Cell, Head, ROWS, Row, Section};
use crate::clock::jst_date;
use crate::deliveries::Deviated;
use crate::house::{Exception, Proposal};
use crate::rules::finding::Argument;
use crate::web::Shell;

/// Exceptions that wait for the second signature, the oldest first.
pub(super) fn exceptions(shell: &Shell, found: &Found) -> Section {
    let columns = [
        "today-record",
        "today-facility",
        "today-requirement",
        "today-last-day",
    ];
    let rows = found.exceptions.iter().map(|row| exception(shell, row));
    let mut section = section(shell, "exceptions", &columns, rows.collect());
    section.all = Some("/exceptions".to_owned());
    section
}

fn exception(shell: &Shell, row: &Exception) -> Row {
    let href = format!("/exceptions/{}", row.id);
    Row {
        head: Head {
            href: href.clone(),
            name: row.label(),
            sub: since(shell, jst_date(row.asked.at), "today-asked"),
        },
        cells: vec![
            place(&row.facility.to_string(), &row.facility_name),
            Cell::Text(shell.t(&format!("rule-{}", row.rule)), String::new()),
            Cell::Day(row.last_day),
        ],
        href,
        button: shell.t("today-do-decide"),
        about: row.label(),
    }
}

fn place(facility: &str, name: &str) -> Cell {
    Cell::Name {
        href: format!("/facilities/{facility}"),
        name: name.to_owned(),
    }
}

/// Open deviations, the oldest first.
pub(super) fn deviations(shell: &Shell, found: &Found) -> Section {
    let columns = ["today-record", "today-facility", "today-reason"];
    let rows = found.deviations.iter().map(|row| deviation(shell, row));
    let mut section = section(shell, "deviations", &columns, rows.collect());
    section.all = Some("/deviations".to_owned());
    section
}

fn deviation(shell: &Shell, row: &Deviated) -> Row {
    let href = format!("/deviations/{}", row.id);
    Row {
        head: Head {
            href: href.clone(),
            name: row.label(),
            sub: since(shell, jst_date(row.at), "today-reported"),
        },
        cells: vec![
            place(&row.facility.to_string(), &row.facility_name),
            Cell::Text(shell.t(&row.word()), row.delivery_label()),
        ],
        href,
        button: shell.t("today-do-close"),
        about: row.label(),
    }
}

/// Changes of the house policy that wait for another safety officer.
pub(super) fn proposals(shell: &Shell, found: &Found) -> Section {
    let columns = [
        "today-record",
        "today-first-day",
        "today-by",
        "today-reason",
    ];
    let rows = found.proposals.iter().map(|row| proposal(shell, row));
    let mut section = section(shell, "proposals", &columns, rows.collect());
    section.all = Some("/policy".to_owned());
    section
}

fn proposal(shell: &Shell, row: &Proposal) -> Row {
    let href = format!("/policy/proposals/{}", row.id);
    Row {
        head: Head {
            href: href.clone(),
            name: row.label(),
            sub: since(shell, jst_date(row.drawn.at), "today-asked"),
        },
        cells: vec![
            Cell::Day(row.policy.first_day),
            Cell::Text(row.drawn.name.clone(), String::new()),
            Cell::Text(row.drawn.reason.clone(), String::new()),
        ],
        href,
        button: shell.t("today-do-decide"),
        about: row.label(),
    }
}

/// Facilities that may not be delivered to while courses go on there: how many courses, and nothing else of them.
pub(super) fn halted(shell: &Shell, found: &Found, today: NaiveDate) -> Section {
    let columns = ["today-facility", "today-since", "today-courses-under-way"];
    let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let rows = found.halted.iter().take(shown);
    let rows = rows.map(|row| halted_row(shell, row, today));
    let mut section = section(shell, "halted", &columns, rows.collect());
    section.all = Some("/facilities?standing=unmet".to_owned());
    section
}

fn halted_row(shell: &Shell, row: &Halted, today: NaiveDate) -> Row {
    let href = format!("/facilities/{}", row.facility);
    let days = today.signed_duration_since(row.since).num_days();
    let days = shell
        .lang
        .fill("today-halted-days", &[("count", Argument::Number(days))]);
    Row {
        head: Head {
            href: href.clone(),
            name: row.name.clone(),
            sub: shell.status("unmet", "today-halted-state"),
        },
        cells: vec![
            Cell::Text(shell.lang.date(row.since), days),
            Cell::Text(shell.n("today-halted-courses", row.courses), String::new()),
        ],
        href,
        button: shell.t("today-do-facility"),
        about: row.name.clone(),
    }
}

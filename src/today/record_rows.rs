//! Records as rows of today's page: contacts that are due, what waits for review, and what is one's own to do.

use chrono::NaiveDate;

use super::gate_rows::since;
use super::reads::{Found, Own, soon};
use super::sections::section;
use super::{Cell, Head, ROWS, Row, Section};
use crate::attestations::{self, Listed, State as Attested};
use crate::clock::jst_date;
use crate::physicians::{Physician, Qualification, roll};
use crate::rules::finding::{Argument, Finding, Outcome};
use crate::standings::Answered;
use crate::web::Shell;
use crate::web::card;
use crate::web::page::Html;

/// Meetings and explanations that are due, overdue or missing.
pub(super) fn contacts(shell: &Shell, found: &Found, today: NaiveDate) -> Section {
    let columns = [
        "today-facility",
        "today-requirement",
        "today-state",
        "today-how",
    ];
    let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let rows = found
        .contacts
        .iter()
        .take(shown)
        .map(|answer| contact_row(shell, answer, today));
    section(shell, "contacts", &columns, rows.collect())
}

fn contact_row(shell: &Shell, answer: &Answered, today: NaiveDate) -> Row {
    let finding = &answer.finding;
    let place = format!("/facilities/{}", answer.facility);
    let due = match finding.until {
        Some(last) if finding.outcome == Outcome::Met && last >= today => {
            let day = shell.lang.date(last);
            shell.status_text("soon", shell.t1("today-due-by", "day", day))
        }
        _ if finding.outcome == Outcome::Met => shell.status("unmet", "today-lapsed"),
        _ => card::outcome(shell, finding),
    };
    Row {
        head: Head {
            href: place.clone(),
            name: answer.name.clone(),
            sub: Html(String::new()),
        },
        cells: vec![
            Cell::Text(requirement(shell, finding), String::new()),
            Cell::Points(vec![due]),
            mend(shell, finding),
        ],
        href: format!("{place}/contacts/new"),
        button: shell.t("today-do-contact"),
        about: answer.name.clone(),
    }
}

/// The clause and the name of a requirement.
fn requirement(shell: &Shell, finding: &Finding) -> String {
    let clause = finding.clauses.first().map_or("", |clause| clause);
    format!("{clause} {}", shell.t(&format!("rule-{}", finding.rule)))
}

/// What is so, and what to do about it.
fn mend(shell: &Shell, finding: &Finding) -> Cell {
    let remedy = finding.reason.remedy_id();
    let remedy = remedy.map(|id| shell.lang.fill(id, &finding.reason.arguments()));
    Cell::Text(
        card::reason(shell.lang, &finding.reason),
        remedy.unwrap_or_default(),
    )
}

pub(super) fn attestations(shell: &Shell, found: &Found) -> Section {
    let columns = ["today-record", "today-facility", "today-submitted"];
    let rows = found.attestations.iter().map(|row| Row {
        head: Head {
            href: format!("/attestations/{}", row.id),
            name: attestations::label(row.number),
            sub: Html(String::new()),
        },
        cells: vec![
            Cell::Name {
                href: format!("/facilities/{}", row.facility.id),
                name: row.facility.name.clone(),
            },
            Cell::Day(jst_date(row.submitted_at.unwrap_or(row.started_at))),
        ],
        href: format!("/attestations/{}", row.id),
        button: shell.t("today-do-review"),
        about: attestations::label(row.number),
    });
    let mut section = section(shell, "attestations", &columns, rows.collect());
    section.all = Some("/attestations?state=submitted".to_owned());
    section
}

pub(super) fn statements(shell: &Shell, found: &Found) -> Section {
    let columns = [
        "today-record",
        "today-physician",
        "today-facility",
        "today-submitted",
    ];
    let row = |row: &Qualification| Row {
        head: Head {
            href: format!("/qualifications/{}", row.id),
            name: row.label(),
            sub: Html(String::new()),
        },
        cells: vec![
            Cell::Name {
                href: format!("/physicians/{}", row.person),
                name: row.name.clone(),
            },
            Cell::Name {
                href: format!("/facilities/{}", row.facility),
                name: row.facility_name.clone(),
            },
            Cell::Day(jst_date(row.submitted_at)),
        ],
        href: format!("/qualifications/{}", row.id),
        button: shell.t("today-do-review"),
        about: row.label(),
    };
    let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let rows = found.statements.iter().take(shown).map(row);
    let mut section = section(shell, "statements", &columns, rows.collect());
    section.all = Some("/physicians".to_owned());
    section
}

/// What a facility itself has to do: requirements that are not met or end soon, and attestations under way.
pub(super) fn of_facility(shell: &Shell, own: &Own, today: NaiveDate) -> Vec<Section> {
    let worst = card::worst_of_each_rule(&own.days);
    let by = soon(today);
    let pressing = worst.iter().filter(|(_, finding)| {
        finding.outcome > Outcome::Met || finding.until.is_some_and(|last| last <= by)
    });
    let rows = pressing.map(|(_, finding)| own_row(shell, own, finding));
    let columns = ["today-requirement", "today-state", "today-how"];
    let requirements = section(shell, "requirements", &columns, rows.collect());
    let columns = ["today-record", "today-state", "today-begun"];
    let rows = own
        .attestations
        .iter()
        .map(|row| own_attestation(shell, row));
    vec![
        section(shell, "own-attestations", &columns, rows.collect()),
        requirements,
    ]
}

fn own_row(shell: &Shell, own: &Own, finding: &Finding) -> Row {
    let place = format!("/facilities/{}", own.facility);
    let (part, button) = match finding.rule.as_ref() {
        "qualified_physician" => ("physicians", "today-do-physicians"),
        "explanation" | "explanation_age" | "meeting" => ("contacts", "today-do-contacts"),
        _ => ("attestations", "today-do-attestations"),
    };
    let href = format!("{place}#{part}");
    let state = match finding.until {
        Some(last) if finding.outcome == Outcome::Met => {
            let day = shell.lang.date(last);
            shell.status_text("soon", shell.t1("today-met-until", "day", day))
        }
        _ => card::outcome(shell, finding),
    };
    Row {
        head: Head {
            href: href.clone(),
            name: requirement(shell, finding),
            sub: Html(String::new()),
        },
        cells: vec![Cell::Points(vec![state]), mend(shell, finding)],
        href,
        button: shell.t(button),
        about: requirement(shell, finding),
    }
}

fn own_attestation(shell: &Shell, row: &Listed) -> Row {
    let (icon, word, button) = match row.state {
        Attested::Returned => ("fix", "today-returned", "today-do-correct"),
        Attested::Submitted => ("soon", "today-under-review", "today-do-see"),
        _ => ("draft", "today-draft", "today-do-continue"),
    };
    let href = format!("/attestations/{}", row.id);
    Row {
        head: Head {
            href: href.clone(),
            name: attestations::label(row.number),
            sub: Html(String::new()),
        },
        cells: vec![
            Cell::Points(vec![shell.status(icon, word)]),
            Cell::Day(jst_date(row.started_at)),
        ],
        href,
        button: shell.t(button),
        about: attestations::label(row.number),
    }
}

/// A physician's own statement on ※3: how each is doing, or that none was ever signed.
pub(super) fn physician(shell: &Shell, own: Option<&Physician>, today: NaiveDate) -> Section {
    let columns = ["today-record", "today-state", "today-points"];
    let Some(own) = own else {
        let mut section = section(shell, "own-statement", &columns, Vec::new());
        section.empty = shell.t("today-not-named");
        return section;
    };
    let points = roll::points(own, today);
    let points: Vec<Html> = points
        .iter()
        .zip(["today-point-1", "today-point-2", "today-point-3"])
        .map(|(point, id)| shell.status_text(point.icon(), point_said(shell, *point, id)))
        .collect();
    let row = |href: String, name: String, sub: Html, state: Html, button: &str| Row {
        head: Head {
            href: href.clone(),
            name,
            sub,
        },
        cells: vec![Cell::Points(vec![state]), Cell::Points(points.clone())],
        href,
        button: shell.t(button),
        about: shell.t("today-statement"),
    };
    let rows = match own.latest() {
        None => vec![row(
            "/qualifications/new".to_owned(),
            shell.t("today-statement"),
            Html(String::new()),
            shell.status("open", "today-not-signed"),
            "today-do-sign",
        )],
        Some(latest) => {
            let day = jst_date(latest.submitted_at);
            let (icon, word, button) = statement_state(latest);
            vec![row(
                format!("/qualifications/{}", latest.id),
                latest.label(),
                since(shell, day, "today-signed"),
                shell.status(icon, word),
                button,
            )]
        }
    };
    section(shell, "own-statement", &columns, rows)
}

/// A point of ※3 and how it stands, in words: the icon alone says too little.
fn point_said(shell: &Shell, point: roll::Point, id: &str) -> String {
    let state = match point {
        roll::Point::Met => "today-point-met",
        roll::Point::Unmet => "today-point-unmet",
        roll::Point::Waiting => "today-under-review",
        roll::Point::Missing => "today-point-missing",
    };
    let values = [
        ("point", Argument::Text(shell.t(id))),
        ("state", Argument::Text(shell.t(state))),
    ];
    shell.lang.fill("today-point", &values)
}

fn statement_state(row: &Qualification) -> (&'static str, &'static str, &'static str) {
    use crate::physicians::State::{Accepted, Returned, Submitted, Withdrawn};
    match row.state {
        Submitted => ("soon", "today-under-review", "today-do-see"),
        Accepted => ("met", "today-accepted", "today-do-see"),
        Returned => ("fix", "today-returned", "today-do-correct"),
        Withdrawn => ("unmet", "today-withdrawn", "today-do-see"),
    }
}

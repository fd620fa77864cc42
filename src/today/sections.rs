//! Today's page put together: which sections and numbers each role is shown.

use chrono::NaiveDate;

use super::gate_rows::{self, said, since};
use super::reads::{Found, Going, Lapse, Own};
use super::{Cell, Desk, Head, ROWS, Row, Section, Tally};
use crate::attestations::{self, Listed, State as Attested};
use crate::clock::jst_date;
use crate::deliveries::State;
use crate::physicians::{Physician, Qualification, roll};
use crate::rules::finding::{Argument, Finding, Outcome, Source};
use crate::scope::Role;
use crate::standings::Answered;
use crate::verdicts;
use crate::web::Shell;
use crate::web::card;
use crate::web::page::Html;

/// The sections of a role, in the order of urgency.
pub(super) fn sections(shell: &Shell, desk: &Desk, found: &Found) -> Vec<Section> {
    let today = desk.today;
    match desk.role {
        Role::DistributionApprover => vec![
            waiting(shell, found),
            held(shell, found),
            lapsing(shell, found, today),
        ],
        Role::DistributionOperator => {
            let arrives = |going: &Going| going.row.arrives_on;
            let ships = |going: &Going| going.row.ships_on;
            vec![
                steps(shell, &found.approved, (State::Approved, ships), today),
                steps(shell, &found.released, (State::Released, ships), today),
                steps(shell, &found.shipped, (State::Shipped, arrives), today),
            ]
        }
        Role::Representative => vec![contacts(shell, found, today), lapsing(shell, found, today)],
        Role::SafetyOfficer => vec![
            attestations(shell, found),
            statements(shell, found),
            held(shell, found),
        ],
        Role::FacilityCoordinator => found
            .own
            .iter()
            .flat_map(|own| of_facility(shell, own))
            .chain([under_way(shell, found, today)])
            .collect(),
        Role::Physician => vec![physician(shell, found.physician.as_ref(), today)],
        Role::Inspector | Role::Administrator => Vec::new(),
    }
}

/// The numbers at the head: from counters, or of a list that was read whole.
pub(super) fn tallies(shell: &Shell, desk: &Desk, found: &Found) -> Vec<Tally> {
    let state = |state: State| Tally {
        href: format!("/deliveries?state={}", state.as_str()),
        label: shell.t(&state.word()),
        count: found.states.get(state.as_str()).copied().unwrap_or(0),
        more: false,
    };
    let outcome = |outcome: Outcome| {
        let word = outcome.as_str();
        Tally {
            href: format!("/facilities?standing={word}"),
            label: shell.t(&format!("today-facilities-{word}")),
            count: found.outcomes.get(word).copied().unwrap_or(0),
            more: false,
        }
    };
    let lapsing = || {
        of_list(
            shell,
            "/facilities?standing=lapsing",
            "today-lapsing",
            found.lapsing.len(),
        )
    };
    let to_review = || Tally {
        href: "/attestations?state=submitted".to_owned(),
        label: shell.t("today-attestations"),
        count: found.to_review,
        more: false,
    };
    match desk.role {
        Role::DistributionApprover => {
            vec![state(State::Ordered), state(State::Held), lapsing()]
        }
        Role::DistributionOperator => [
            State::Approved,
            State::Released,
            State::Shipped,
            State::Held,
        ]
        .map(state)
        .into(),
        Role::Representative => vec![
            of_list(shell, "#contacts", "today-contacts", found.contacts.len()),
            lapsing(),
            outcome(Outcome::Unmet),
        ],
        Role::SafetyOfficer => vec![
            to_review(),
            of_list(
                shell,
                "/physicians",
                "today-statements",
                found.statements.len(),
            ),
            state(State::Held),
            outcome(Outcome::Unmet),
        ],
        Role::Inspector => {
            let states = State::ALL.iter().copied().map(state);
            states
                .chain(Outcome::ALL.map(outcome))
                .chain([to_review()])
                .collect()
        }
        Role::FacilityCoordinator | Role::Physician | Role::Administrator => Vec::new(),
    }
}

fn of_list(shell: &Shell, href: &str, label: &str, count: usize) -> Tally {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    Tally {
        href: href.to_owned(),
        label: shell.t(label),
        count: count.min(ROWS),
        more: count > ROWS,
    }
}

/// A facility's own standing, for its coordinator.
pub(super) fn badge(shell: &Shell, desk: &Desk, found: &Found) -> Option<Html> {
    let own = found.own.as_ref()?;
    if !own.recorded {
        return Some(shell.badge("open", "today-no-record"));
    }
    if !verdicts::permits(&own.days) {
        return Some(shell.badge("unmet", "verdict-not-allowed"));
    }
    Some(match own.until {
        Some(last) => {
            let icon = if last <= super::reads::soon(desk.today) {
                "soon"
            } else {
                "met"
            };
            let day = shell.lang.date(last);
            shell.badge_text(icon, shell.t1("today-permitted-until", "day", day))
        }
        None => shell.badge("met", "verdict-allowed"),
    })
}

/// A section with its columns; the last holds the button.
fn section(shell: &Shell, id: &'static str, columns: &[&str], rows: Vec<Row>) -> Section {
    Section {
        id,
        title: shell.t(&format!("today-{id}")),
        all: None,
        columns: columns.iter().map(|column| shell.t(column)).collect(),
        rows,
        empty: shell.t(&format!("today-{id}-none")),
    }
}

fn waiting(shell: &Shell, found: &Found) -> Section {
    let columns = [
        "today-delivery",
        "today-facility",
        "today-quantity",
        "today-arrives",
        "today-summary",
    ];
    let rows = found
        .waiting
        .iter()
        .map(|judged| gate_rows::waiting(shell, judged));
    let mut section = section(shell, "waiting", &columns, rows.collect());
    section.all = Some("/deliveries?state=ordered".to_owned());
    section
}

fn held(shell: &Shell, found: &Found) -> Section {
    let columns = [
        "today-delivery",
        "today-facility",
        "today-reason",
        "today-who",
    ];
    let rows = found
        .held
        .iter()
        .map(|judged| gate_rows::held(shell, judged));
    let mut section = section(shell, "held", &columns, rows.collect());
    section.all = Some("/deliveries?state=held".to_owned());
    section
}

/// Deliveries in one state, with the step that comes next and the day it is due.
fn steps(
    shell: &Shell,
    list: &[Going],
    (state, due): (State, fn(&Going) -> NaiveDate),
    today: NaiveDate,
) -> Section {
    let (id, step, column) = match state {
        State::Approved => ("to-release", ("release", "today-do-release"), "today-ships"),
        State::Released => ("to-ship", ("shipment", "today-do-ship"), "today-ships"),
        _ => (
            "to-receive",
            ("receipt", "today-do-receive"),
            "today-arrives",
        ),
    };
    let columns = [
        "today-delivery",
        "today-facility",
        "today-quantity",
        column,
        "today-state",
    ];
    let rows = list
        .iter()
        .map(|going| gate_rows::going(shell, going, step, due(going), today));
    let mut section = section(shell, id, &columns, rows.collect());
    section.all = Some(format!("/deliveries?state={}", state.as_str()));
    section
}

fn under_way(shell: &Shell, found: &Found, today: NaiveDate) -> Section {
    let columns = [
        "today-delivery",
        "today-facility",
        "today-quantity",
        "today-arrives",
        "today-state",
    ];
    let rows = found.under_way.iter().map(|going| {
        let step = match going.row.state {
            State::Shipped => ("receipt", "today-do-receive"),
            _ => ("", "today-do-see"),
        };
        gate_rows::going(shell, going, step, going.row.arrives_on, today)
    });
    let mut section = section(shell, "under-way", &columns, rows.collect());
    section.all = Some("/deliveries".to_owned());
    section
}

fn lapsing(shell: &Shell, found: &Found, today: NaiveDate) -> Section {
    let columns = [
        "today-last-day",
        "today-facility",
        "today-what-ends",
        "today-affected",
        "today-then",
    ];
    let rows = found
        .lapsing
        .iter()
        .map(|lapse| lapse_row(shell, lapse, today));
    let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let mut section = section(shell, "lapsing", &columns, rows.take(shown).collect());
    section.all = Some("/facilities?standing=lapsing".to_owned());
    section
}

fn lapse_row(shell: &Shell, lapse: &Lapse, today: NaiveDate) -> Row {
    let href = format!("/facilities/{}", lapse.standing.facility);
    let left = lapse.last.signed_duration_since(today).num_days();
    let sub = match left {
        ..0 => shell.status("unmet", "today-lapsed"),
        left => shell.status_text("soon", shell.n("today-days-left", left)),
    };
    let notice = lapse
        .ends
        .iter()
        .any(|finding| finding.source == Source::Notice);
    let then = if notice {
        "today-then-stops"
    } else {
        "today-then-house"
    };
    let deliveries = Argument::Number(lapse.deliveries);
    Row {
        head: Head {
            href: href.clone(),
            name: shell.lang.date(lapse.last),
            sub,
        },
        cells: vec![
            Cell::Name {
                href: href.clone(),
                name: lapse.name.clone(),
            },
            Cell::Lines(
                lapse
                    .ends
                    .iter()
                    .map(|finding| said(shell, finding))
                    .collect(),
            ),
            Cell::Count {
                href: format!("{href}#deliveries"),
                count: lapse.deliveries,
                label: shell
                    .lang
                    .fill("today-affected-count", &[("count", deliveries)]),
            },
            Cell::Text(shell.t(then), String::new()),
        ],
        href,
        button: shell.t("today-do-facility"),
    }
}

/// Meetings and explanations that are due, overdue or missing.
fn contacts(shell: &Shell, found: &Found, today: NaiveDate) -> Section {
    let columns = [
        "today-facility",
        "today-requirement",
        "today-state",
        "today-how",
    ];
    let rows = found
        .contacts
        .iter()
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

fn attestations(shell: &Shell, found: &Found) -> Section {
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
    });
    let mut section = section(shell, "attestations", &columns, rows.collect());
    section.all = Some("/attestations?state=submitted".to_owned());
    section
}

fn statements(shell: &Shell, found: &Found) -> Section {
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
    };
    let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let rows = found.statements.iter().take(shown).map(row);
    let mut section = section(shell, "statements", &columns, rows.collect());
    section.all = Some("/physicians".to_owned());
    section
}

/// What a facility itself has to do: requirements that are not met, and attestations under way.
fn of_facility(shell: &Shell, own: &Own) -> Vec<Section> {
    let worst = card::worst_of_each_rule(&own.days);
    let unmet = worst
        .iter()
        .filter(|(_, finding)| finding.outcome > Outcome::Met);
    let rows = unmet.map(|(_, finding)| own_row(shell, own, finding));
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
    Row {
        head: Head {
            href: href.clone(),
            name: requirement(shell, finding),
            sub: Html(String::new()),
        },
        cells: vec![
            Cell::Points(vec![card::outcome(shell, finding)]),
            mend(shell, finding),
        ],
        href,
        button: shell.t(button),
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
    }
}

/// A physician's own statement on ※3: how each is doing, or that none was ever signed.
fn physician(shell: &Shell, own: Option<&Physician>, today: NaiveDate) -> Section {
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
        .map(|(point, id)| shell.status(point.icon(), id))
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

fn statement_state(row: &Qualification) -> (&'static str, &'static str, &'static str) {
    use crate::physicians::State::{Accepted, Returned, Submitted, Withdrawn};
    match row.state {
        Submitted => ("soon", "today-under-review", "today-do-see"),
        Accepted => ("met", "today-accepted", "today-do-see"),
        Returned => ("fix", "today-returned", "today-do-correct"),
        Withdrawn => ("unmet", "today-withdrawn", "today-do-see"),
    }
}

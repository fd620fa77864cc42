//! Today's page put together: which sections and numbers each role is shown.

use chrono::NaiveDate;

use super::booking_rows::bookings;
use super::case_rows;
use super::gate_rows::{self, said};
use super::house_rows;
use super::reads::{Found, Going, Lapse};
use super::record_rows::{attestations, contacts, of_facility, physician, statements};
use super::{Cell, Desk, Head, ROWS, Row, Section, Tally};
use crate::deliveries::State;
use crate::rules::finding::{Argument, Outcome, Source};
use crate::scope::Role;
use crate::verdicts;
use crate::web::Shell;
use crate::web::page::Html;

/// The sections of a role, in the order of urgency.
pub(super) fn sections(shell: &Shell, desk: &Desk, found: &Found) -> Vec<Section> {
    let mut all = of_role(shell, desk, found);
    if desk.cases && crate::cases::KEEPERS.contains(&desk.role) {
        all.push(case_rows::courses(shell, found, desk.today));
    }
    all
}

fn of_role(shell: &Shell, desk: &Desk, found: &Found) -> Vec<Section> {
    let today = desk.today;
    match desk.role {
        Role::DistributionApprover => vec![
            waiting(shell, found),
            house_rows::exceptions(shell, found),
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
        Role::Representative => vec![
            contacts(shell, found, today),
            bookings(shell, found, desk.now),
            lapsing(shell, found, today),
        ],
        Role::SafetyOfficer => vec![
            case_rows::tasks(shell, found),
            house_rows::halted(shell, found, today),
            attestations(shell, found),
            statements(shell, found),
            house_rows::deviations(shell, found),
            house_rows::proposals(shell, found),
            held(shell, found),
        ],
        Role::FacilityCoordinator => found
            .own
            .iter()
            .flat_map(|own| of_facility(shell, own, today))
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
pub(super) fn section(
    shell: &Shell,
    id: &'static str,
    columns: &[&str],
    rows: Vec<Row>,
) -> Section {
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
            _ if found.asked.contains(&going.row.id) => ("", "today-do-answer"),
            State::Held => ("", "today-do-reason"),
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
        about: lapse.name.clone(),
    }
}

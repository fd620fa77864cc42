//! 今日の対応: what waits for this reader, oldest first, one button a row, every number a link to its list.

mod booking_rows;
mod case_rows;
mod gate_rows;
mod house_rows;
mod reads;
mod record_rows;
mod sections;

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use crate::ids::{AccountId, FacilityId, PersonId};
use crate::reminders::post::Alarms;
use crate::scope::{Role, Scope};
use crate::web::page::Html;
use crate::web::{Answer, Anyone, By, Nav, Shell, Site, show};

/// Rows of a section; the rest is one link away.
const ROWS: i64 = 20;

/// Who looks, and when: what decides which sections are read.
#[derive(Clone)]
struct Desk {
    role: Role,
    scope: Scope,
    person: PersonId,
    account: AccountId,
    facility: Option<FacilityId>,
    today: NaiveDate,
    now: DateTime<Utc>,
    /// Whether cases are shown.
    cases: bool,
}

/// One number at the head of the page and the list it leads to.
struct Tally {
    href: String,
    label: String,
    count: i64,
    /// Whether there are more than were read.
    more: bool,
}

/// What one cell of a row shows.
enum Cell {
    /// A name, with the page it leads to.
    Name {
        href: String,
        name: String,
    },
    /// Short texts, one a line.
    Lines(Vec<String>),
    Day(NaiveDate),
    /// Icon and words, one a line.
    Points(Vec<Html>),
    /// A sentence, and a smaller one under it.
    Text(String, String),
    /// A number that leads to its list.
    Count {
        href: String,
        count: i64,
        label: String,
    },
}

/// The first cell of a row: what it is about.
struct Head {
    href: String,
    name: String,
    /// A smaller line: since when, or how long still.
    sub: Html,
}

struct Row {
    head: Head,
    cells: Vec<Cell>,
    /// The one button: where it leads, what it says, and about whom or what, for those who hear it alone.
    href: String,
    button: String,
    about: String,
}

/// One list of things to do.
struct Section {
    id: &'static str,
    title: String,
    /// The whole list, where this shows only its beginning.
    all: Option<String>,
    /// Over the columns, the last of which holds the button.
    columns: Vec<String>,
    rows: Vec<Row>,
    /// What is said where nothing waits.
    empty: String,
}

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage {
    shell: Shell,
    tallies: Vec<Tally>,
    sections: Vec<Section>,
    /// What is wrong with the post, for those who see to it.
    alarms: Alarms,
    /// What stands over the sections: a facility's own standing.
    badge: Option<Html>,
    /// A sentence for a role that has no list of its own here, and where it leads.
    pointer: Option<(&'static str, &'static str, &'static str)>,
}

/// GET /
pub async fn today(site: Site, who: By<Anyone>) -> Answer {
    let clock = site.db.clock();
    let desk = Desk {
        role: who.role,
        scope: who.scope.clone(),
        person: who.person.clone(),
        account: who.account.clone(),
        facility: who.facility.clone(),
        today: clock.today(),
        now: clock.now(),
        cases: site.config.cases,
    };
    let reader = desk.clone();
    let found = site.read(move |conn| reads::read(conn, &reader)).await?;
    let shell = who.shell("nav-today", Nav::Today);
    let page = TodayPage {
        tallies: sections::tallies(&shell, &desk, &found),
        badge: sections::badge(&shell, &desk, &found),
        sections: sections::sections(&shell, &desk, &found),
        pointer: pointer(desk.role),
        alarms: found.alarms,
        shell,
    };
    show(page)
}

fn pointer(role: Role) -> Option<(&'static str, &'static str, &'static str)> {
    match role {
        Role::Administrator => Some(("today-administrator", "/people", "today-go-people")),
        Role::Inspector => Some(("today-inspector", "/facilities", "today-go-facilities")),
        _ => None,
    }
}

impl TodayPage {
    /// Whether a row's button is the page's filled one: that of the oldest thing to do.
    fn is_first(&self, section: &Section, row: &usize) -> bool {
        let first = self.sections.iter().find(|one| !one.rows.is_empty());
        *row == 0 && first.is_some_and(|first| first.id == section.id)
    }
}

impl Section {
    /// The name of a column, for rows that stand under one another on a narrow screen.
    fn label(&self, column: &usize) -> &str {
        self.columns.get(*column).map_or("", String::as_str)
    }
}

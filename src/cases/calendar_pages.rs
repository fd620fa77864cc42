//! The calendar of a course as a drawing: weeks as rows, doses as marks, and where the dose due changes.
//!
//! The layout is a pure function, so that it can be tried with any dates; the window table beside it says the same in words.

use askama::Template;
use chrono::{Datelike, Days, NaiveDate};

use crate::messages::Lang;
use crate::rules::dosing::Window;
use crate::rules::finding::{Argument, Outcome};
use crate::web::Shell;
use crate::web::page::Html;

/// The most weeks drawn. Ours: six weeks and what stands around them fit an A4 page.
pub const MOST_WEEKS: u64 = 12;
/// How many weeks before the previous dose are drawn at most.
const WEEKS_BEFORE: u64 = 5;
/// How many days after the last boundary are drawn.
const DAYS_AFTER: u64 = 14;

const LEFT: i32 = 4;
const TOP: i32 = 30;
const WIDTH: i32 = 48;
const HEIGHT: i32 = 50;
/// What one line of words above a row takes.
const STRIP: i32 = 20;

/// What happens on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// A dose was given.
    Given(String),
    /// It would be given.
    Due(String),
    /// It had been planned and was not given.
    Missed(String),
    /// In hospital after the start of the first 60 mg.
    Stay,
}

/// What is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// The days of the doses given, with their milligrams.
    pub given: Vec<(NaiveDate, String)>,
    /// The dose asked about and those that follow it.
    pub due: Vec<(NaiveDate, String)>,
    /// The dose that had been planned and was not given.
    pub missed: Option<(NaiveDate, String)>,
    /// The days on which the patient is in hospital, beside the day of the dose.
    pub stay: Vec<NaiveDate>,
    /// The days since the previous dose, cut where the answer changes.
    pub windows: Vec<Window>,
    /// The day of the previous dose.
    pub previous: Option<NaiveDate>,
    pub today: Option<NaiveDate>,
    /// The day asked about.
    pub asked: Option<NaiveDate>,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub day: NaiveDate,
    pub x: i32,
    pub y: i32,
    /// How the day is shaded: `g-a` as planned, `g-b` and `g-c` restarts; empty where no dose is named.
    pub shade: &'static str,
    /// Whether the month is named with the day.
    pub with_month: bool,
    pub is_today: bool,
    pub mark: Option<Mark>,
}

impl Cell {
    fn middle(&self) -> i32 {
        self.x.saturating_add(WIDTH / 2)
    }

    fn right(&self, by: i32) -> i32 {
        self.x.saturating_add(by)
    }

    fn below(&self, by: i32) -> i32 {
        self.y.saturating_add(by)
    }
}

/// Where the answer changes: a line before the day, and words above its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub day: NaiveDate,
    /// Calendar days since the previous dose.
    pub days: i64,
    pub window: Window,
    /// Where the line turns: the left edge of the day, its top and its foot.
    pub x: i32,
    pub y: i32,
    /// The foot of its words.
    pub words: i32,
}

impl Edge {
    /// The line, from the right end of the row to the left end of the next one.
    fn path(&self) -> String {
        let (left, right) = (LEFT, LEFT.saturating_add(WIDTH * 7));
        let foot = self.y.saturating_add(HEIGHT);
        if self.x == left {
            format!("M{left} {}H{right}", self.y)
        } else {
            format!("M{left} {foot}H{}V{}H{right}", self.x, self.y)
        }
    }
}

/// A calendar with every place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub height: i32,
    pub cells: Vec<Cell>,
    pub edges: Vec<Edge>,
}

fn monday_of(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))
}

/// The Mondays of the first and the last week drawn.
fn weeks(picture: &Picture) -> Option<(NaiveDate, NaiveDate)> {
    let due = picture.due.iter().map(|(day, _)| *day);
    let given = picture.given.iter().map(|(day, _)| *day);
    let centre = picture.previous.or(picture.asked).or(picture.today)?;
    let before = centre.checked_sub_days(Days::new(WEEKS_BEFORE * 7))?;
    let first = given
        .filter(|day| *day >= before)
        .chain(picture.previous)
        .chain(picture.asked)
        .min()
        .unwrap_or(centre);
    let boundary = picture.windows.iter().map(|window| window.first).max();
    let last = boundary
        .and_then(|day| day.checked_add_days(Days::new(DAYS_AFTER)))
        .into_iter()
        .chain(picture.asked)
        .chain(due.take(2))
        .chain([centre])
        .max()
        .unwrap_or(centre);
    let (first, last) = (monday_of(first)?, monday_of(last)?);
    let span = Days::new((MOST_WEEKS - 1) * 7);
    if first.checked_add_days(span).is_none_or(|most| last <= most) {
        return Some((first, last));
    }
    // The day asked about is always in sight; else the later weeks are left out.
    let asked = picture.asked.and_then(monday_of).unwrap_or(first);
    let most = first.checked_add_days(span)?;
    if asked <= most {
        Some((first, most))
    } else {
        Some((asked.checked_sub_days(span)?, asked))
    }
}

/// Lays the calendar out; nothing where nothing is known that has a day.
pub fn layout(picture: &Picture) -> Option<Calendar> {
    let (first, last_monday) = weeks(picture)?;
    let shades = shades(&picture.windows);
    let mut calendar = Calendar {
        first,
        last: last_monday.checked_add_days(Days::new(6))?,
        height: 0,
        cells: Vec::new(),
        edges: Vec::new(),
    };
    let mut y = TOP;
    let mut monday = first;
    let mut month = None;
    while monday <= last_monday {
        let sunday = monday.checked_add_days(Days::new(6))?;
        let inside = |day: NaiveDate| monday <= day && day <= sunday;
        let changes: Vec<&Window> = picture
            .windows
            .iter()
            .skip(1)
            .filter(|window| inside(window.first))
            .collect();
        for window in changes {
            y = y.saturating_add(STRIP);
            let column = i32::try_from(window.first.weekday().num_days_from_monday()).unwrap_or(0);
            calendar.edges.push(Edge {
                day: window.first,
                days: picture
                    .previous
                    .map_or(0, |before| (window.first - before).num_days()),
                window: window.clone(),
                x: LEFT.saturating_add(WIDTH * column),
                y,
                words: y.saturating_sub(6),
            });
        }
        // Several changes in one week: every line stands at the row itself.
        for edge in calendar.edges.iter_mut().filter(|edge| inside(edge.day)) {
            edge.y = y;
        }
        for column in 0..7_i32 {
            let ahead = Days::new(u64::try_from(column).unwrap_or(0));
            let day = monday.checked_add_days(ahead)?;
            calendar.cells.push(Cell {
                day,
                x: LEFT.saturating_add(WIDTH * column),
                y,
                shade: shade_on(&picture.windows, &shades, day),
                with_month: month != Some(day.month()),
                is_today: picture.today == Some(day),
                mark: mark_on(picture, day),
            });
            month = Some(day.month());
        }
        y = y.saturating_add(HEIGHT);
        monday = monday.checked_add_days(Days::new(7))?;
    }
    calendar.height = y.saturating_add(6);
    Some(calendar)
}

/// A shade for each window: the planned dose, then the first restart, then any later one.
fn shades(windows: &[Window]) -> Vec<&'static str> {
    let mut restarts = 0_u32;
    windows
        .iter()
        .map(|window| match (&window.dose, window.as_planned) {
            (None, _) => "",
            (Some(_), true) => "g-a",
            (Some(_), false) => {
                restarts = restarts.saturating_add(1);
                if restarts == 1 { "g-b" } else { "g-c" }
            }
        })
        .collect()
}

/// Whether a day lies in a window.
pub fn covers(window: &Window, day: NaiveDate) -> bool {
    window.first <= day && window.last.is_none_or(|last| day <= last)
}

fn shade_on(windows: &[Window], shades: &[&'static str], day: NaiveDate) -> &'static str {
    let at = windows.iter().position(|window| covers(window, day));
    at.and_then(|at| shades.get(at)).copied().unwrap_or("")
}

fn mark_on(picture: &Picture, day: NaiveDate) -> Option<Mark> {
    let of = |all: &[(NaiveDate, String)]| {
        let found = all.iter().find(|(on, _)| *on == day);
        found.map(|(_, mg)| mg.clone())
    };
    let missed = picture.missed.as_ref().filter(|(on, _)| *on == day);
    of(&picture.given)
        .map(Mark::Given)
        .or_else(|| of(&picture.due).map(Mark::Due))
        .or_else(|| missed.map(|(_, mg)| Mark::Missed(mg.clone())))
        .or_else(|| picture.stay.contains(&day).then_some(Mark::Stay))
}

/// What is due in a window, in words: `予定の 60 mg`, `2 mg で再開`, or why no dose is named.
pub fn due_in(lang: Lang, window: &Window) -> String {
    match (&window.dose, window.as_planned) {
        (Some(dose), as_planned) => {
            let id = if as_planned {
                "checks-window-planned"
            } else {
                "checks-window-restart"
            };
            lang.fill(id, &[("mg", Argument::Number(dose.mg.into()))])
        }
        (None, _) if window.outcome == Outcome::Undetermined => lang.t("checks-window-silent"),
        (None, _) => lang.t("checks-window-none"),
    }
}

#[derive(Template)]
#[template(path = "cases/calendar.html")]
struct CalendarHtml<'a> {
    shell: &'a Shell,
    picture: &'a Picture,
    calendar: &'a Calendar,
    weekdays: Vec<(i32, String)>,
}

impl CalendarHtml<'_> {
    fn label(&self, cell: &Cell) -> String {
        let (month, day) = (cell.day.month(), cell.day.day());
        let values = [
            ("month", Argument::Number(month.into())),
            ("day", Argument::Number(day.into())),
        ];
        let id = match (cell.is_today, cell.with_month) {
            (true, _) => "checks-cal-today",
            (false, true) => "checks-cal-first",
            (false, false) => return day.to_string(),
        };
        self.shell.lang.fill(id, &values)
    }

    fn said(&self, edge: &Edge) -> String {
        let values = [
            ("days", Argument::Number(edge.days)),
            ("due", Argument::Text(due_in(self.shell.lang, &edge.window))),
        ];
        self.shell.lang.fill("checks-cal-edge", &values)
    }

    fn days(&self, all: &[(NaiveDate, String)]) -> String {
        let lang = self.shell.lang;
        let each: Vec<String> = all
            .iter()
            .filter(|(day, _)| self.calendar.first <= *day && *day <= self.calendar.last)
            .map(|(day, mg)| {
                let values = [
                    ("day", Argument::Text(lang.short_date(*day))),
                    ("mg", Argument::Text(mg.clone())),
                ];
                lang.fill("checks-cal-dose", &values)
            })
            .collect();
        each.join(lang.comma())
    }

    fn title(&self) -> String {
        let values = [
            ("first", Argument::Date(self.calendar.first)),
            ("last", Argument::Date(self.calendar.last)),
        ];
        self.shell.lang.fill("checks-cal-title", &values)
    }

    /// The whole drawing in sentences.
    fn described(&self) -> String {
        let lang = self.shell.lang;
        let said = |id: &'static str, days: String| {
            (!days.is_empty()).then(|| lang.fill(id, &[("days", Argument::Text(days))]))
        };
        let missed: Vec<_> = self.picture.missed.iter().cloned().collect();
        let sentences = [
            said("checks-cal-given", self.days(&self.picture.given)),
            said("checks-cal-missed", self.days(&missed)),
            said("checks-cal-due", self.days(&self.picture.due)),
        ];
        let edges = self.calendar.edges.iter().map(|edge| {
            let values = [
                ("day", Argument::Text(lang.short_date(edge.day))),
                ("due", Argument::Text(due_in(lang, &edge.window))),
            ];
            lang.fill("checks-cal-from", &values)
        });
        let all: Vec<String> = sentences.into_iter().flatten().chain(edges).collect();
        all.join(" ")
    }
}

/// The drawing; empty where nothing is known that has a day.
pub fn calendar(shell: &Shell, picture: &Picture) -> Html {
    let Some(calendar) = layout(picture) else {
        return Html::default();
    };
    let words = shell.t("checks-weekdays");
    let weekdays = (0_i32..)
        .zip(words.split_whitespace())
        .map(|(column, word)| (LEFT + WIDTH / 2 + WIDTH * column, word.to_owned()))
        .collect();
    let page = CalendarHtml {
        shell,
        picture,
        calendar: &calendar,
        weekdays,
    };
    Html(page.render().unwrap_or_default())
}

//! Courses and reported reactions as rows of today's page.

use chrono::NaiveDate;

use super::gate_rows::since;
use super::reads::Found;
use super::sections::section;
use super::{Cell, Head, ROWS, Row, Section};
use crate::cases::{Course, SafetyTask};
use crate::clock::jst_date;
use crate::web::Shell;
use crate::web::page::Html;

/// Reactions that wait to be acknowledged, the oldest first.
pub(super) fn tasks(shell: &Shell, found: &Found) -> Section {
    let columns = [
        "safety-task",
        "today-facility",
        "label-reaction",
        "label-aware-at",
    ];
    let rows = found.tasks.iter().map(|task| task_row(shell, task));
    let mut section = section(shell, "safety", &columns, rows.collect());
    section.all = Some("/safety-tasks".to_owned());
    section
}

fn task_row(shell: &Shell, task: &SafetyTask) -> Row {
    let href = format!("/safety-tasks/{}/acknowledgement", task.id);
    let grade = match task.grade {
        Some(grade) => format!("Grade {grade}"),
        None => shell.t("safety-no-grade"),
    };
    Row {
        head: Head {
            href: href.clone(),
            name: task.label(),
            sub: since(shell, jst_date(task.reported_at), "today-reported"),
        },
        cells: vec![
            Cell::Name {
                href: format!("/facilities/{}", task.facility),
                name: task.facility_name.clone(),
            },
            Cell::Text(shell.t(task.reaction.message_id()), grade),
            Cell::Text(shell.lang.instant(task.aware_at), String::new()),
        ],
        href,
        button: shell.t("safety-acknowledge-do"),
        about: task.label(),
    }
}

/// Open cases: what waits to be confirmed first, then by the day on which the next dose is due.
pub(super) fn courses(shell: &Shell, found: &Found, today: NaiveDate) -> Section {
    let columns = ["case-number", "case-last-dose", "case-next-due"];
    let mut sorted: Vec<&Course> = found.courses.iter().collect();
    sorted.sort_by_key(|course| (course.unconfirmed == 0, course.due.is_none(), course.due));
    let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let rows = sorted.into_iter().take(shown);
    let rows = rows.map(|course| course_row(shell, course, today));
    let mut section = section(shell, "courses", &columns, rows.collect());
    section.all = Some("/cases?state=open".to_owned());
    section
}

fn course_row(shell: &Shell, course: &Course, today: NaiveDate) -> Row {
    let own = format!("/cases/{}", course.case.id);
    let last = match &course.last {
        Some((step, mg, day)) => {
            let day = day.map_or_else(String::new, |day| shell.lang.date(day));
            Cell::Text(format!("{step} {mg} mg"), day)
        }
        None => Cell::Text(shell.t("case-no-dose"), String::new()),
    };
    let due = match course.due {
        Some(day) if day < today => {
            let day = shell.lang.date(day);
            Cell::Points(vec![
                shell.status_text("soon", shell.t1("today-dose-past", "day", day)),
            ])
        }
        Some(day) => Cell::Day(day),
        None => Cell::Text(shell.t("case-see-case"), String::new()),
    };
    let (href, button, due) = match course.unconfirmed {
        0 => (own.clone(), "today-do-course", due),
        count => {
            let words = shell.n("case-unconfirmed-count", count);
            let waiting = Cell::Points(vec![shell.status_text("todo", words)]);
            (format!("{own}/records"), "today-do-confirm", waiting)
        }
    };
    Row {
        head: Head {
            href: own,
            name: course.case.number.clone(),
            sub: Html(String::new()),
        },
        cells: vec![last, due],
        href,
        button: shell.t(button),
        about: course.case.number.clone(),
    }
}

//! The layout of a course's calendar: which weeks, which marks, and where the dose changes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use chrono::NaiveDate;
use kanmon::cases::calendar_pages::{MOST_WEEKS, Mark, Picture, layout};
use kanmon::rules::dosing::Window;
use kanmon::rules::dosing::course::PlannedDose;
use kanmon::rules::finding::Outcome;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn window(first: &str, last: Option<&str>, mg: Option<u32>, as_planned: bool) -> Window {
    Window {
        first: day(first),
        last: last.map(day),
        outcome: Outcome::Met,
        dose: mg.map(|mg| PlannedDose::new(1, 8, mg)),
        as_planned,
        code: String::new(),
        clauses: Vec::new(),
    }
}

fn picture() -> Picture {
    Picture {
        given: vec![
            (day("2026-11-02"), "1 mg".to_owned()),
            (day("2026-11-09"), "2 mg".to_owned()),
        ],
        due: vec![(day("2026-11-24"), "2 mg".to_owned())],
        missed: Some((day("2026-11-16"), "60 mg".to_owned())),
        stay: vec![day("2026-12-02")],
        windows: vec![
            window("2026-11-10", Some("2026-11-15"), None, false),
            window("2026-11-16", Some("2026-11-22"), Some(60), true),
            window("2026-11-23", Some("2026-12-20"), Some(2), false),
            window("2026-12-21", None, Some(1), false),
        ],
        previous: Some(day("2026-11-09")),
        today: Some(day("2026-11-24")),
        asked: Some(day("2026-11-24")),
    }
}

#[test]
fn the_calendar_runs_from_the_first_dose_to_two_weeks_after_the_last_boundary() {
    let calendar = layout(&picture()).unwrap();
    assert_eq!(
        (calendar.first, calendar.last),
        (day("2026-11-02"), day("2027-01-10"))
    );
    assert_eq!(calendar.cells.len(), 70);
    let on = |text: &str| {
        calendar
            .cells
            .iter()
            .find(|cell| cell.day == day(text))
            .unwrap()
    };
    assert_eq!(on("2026-11-02").mark, Some(Mark::Given("1 mg".to_owned())));
    assert_eq!(
        on("2026-11-16").mark,
        Some(Mark::Missed("60 mg".to_owned()))
    );
    assert_eq!(on("2026-11-24").mark, Some(Mark::Due("2 mg".to_owned())));
    assert_eq!(on("2026-12-02").mark, Some(Mark::Stay));
    assert!(on("2026-11-24").is_today);
    let shades = ["2026-11-15", "2026-11-22", "2026-11-23", "2026-12-21"];
    assert_eq!(shades.map(|text| on(text).shade), ["", "g-a", "g-b", "g-c"]);
    let days: Vec<i64> = calendar.edges.iter().map(|edge| edge.days).collect();
    assert_eq!(days, [7, 14, 42]);
    // Words stand in a strip of their own, above the row they speak of.
    for edge in &calendar.edges {
        assert_eq!(on(&edge.day.to_string()).y, edge.y);
        assert!(
            calendar
                .cells
                .iter()
                .all(|cell| { cell.y + 50 <= edge.words - 10 || cell.y >= edge.words })
        );
    }
}

#[test]
fn a_far_day_stays_in_sight_and_no_date_breaks_the_calendar() {
    let far = Picture {
        asked: Some(day("2028-11-24")),
        ..picture()
    };
    let calendar = layout(&far).unwrap();
    assert!(
        calendar
            .cells
            .iter()
            .any(|cell| cell.day == day("2028-11-24"))
    );
    let most = usize::try_from(MOST_WEEKS * 7).unwrap();
    assert_eq!(calendar.cells.len(), most);
    for edge in [chrono::NaiveDate::MIN, chrono::NaiveDate::MAX] {
        for asked in [Some(edge), None] {
            let extreme = Picture {
                asked,
                previous: Some(edge),
                today: Some(edge),
                given: vec![(edge, "1 mg".to_owned())],
                ..Picture::default()
            };
            let _ = layout(&extreme);
        }
    }
    assert_eq!(layout(&Picture::default()), None);
}

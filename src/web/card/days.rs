//! 日ごとの判定: the grid of a verdict over several days, adjacent days with the same answers as one column.

use askama::Template;
use chrono::NaiveDate;

use super::word;
use crate::rules::finding::{Finding, Source};
use crate::verdicts::Day;
use crate::web::page::{Html, Shell};

/// Adjacent days with the same answers, shown as one column.
struct Stretch {
    first: NaiveDate,
    last: NaiveDate,
    /// The words under the dates: what happens on them.
    note: String,
}

/// One row of the grid: a limb of the notice, or the house policy as a whole, with its answer day by day.
struct Limb {
    clause: String,
    cells: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "shared/days.html")]
struct DaysHtml<'a> {
    shell: &'a Shell,
    stretches: Vec<Stretch>,
    limbs: Vec<Limb>,
}

/// 日ごとの判定. `first` and `last` are the messages over the first and the last day, or empty.
pub fn days(shell: &Shell, days: &[Day], first: &str, last: &str) -> Html {
    let mut names: Vec<String> = Vec::new();
    let all = days.iter().flat_map(|day| &day.verdict.findings);
    for finding in all {
        let name = limb(finding);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let answers = |day: &Day| -> Vec<_> { names.iter().map(|name| cell(day, name)).collect() };
    let mut columns: Vec<(Stretch, Vec<_>)> = Vec::new();
    for day in days {
        let cells = answers(day);
        match columns.last_mut() {
            Some((stretch, known)) if *known == cells => stretch.last = day.day,
            _ => columns.push((
                Stretch {
                    first: day.day,
                    last: day.day,
                    note: String::new(),
                },
                cells,
            )),
        }
    }
    let ends = [first, last].map(|id| (!id.is_empty()).then(|| shell.t(id)));
    let [first, last] = ends;
    match columns.as_slice() {
        // Of one day the card says everything already.
        [] => return Html::default(),
        [_] if days.len() == 1 => return Html::default(),
        [(only, _)] => {
            let (first, last) = (only.first, only.last);
            let through = shell.t("verdict-through");
            let all = [first, last].map(|day| shell.lang.short_date(day));
            let same = shell.t1("days-same", "days", all.join(&through));
            return Html(format!("<p class=\"measure\">{same}</p>"));
        }
        _ => {}
    }
    if let (Some((column, _)), Some(last)) = (columns.last_mut(), last) {
        column.note = last;
    }
    if let (Some((column, _)), Some(first)) = (columns.first_mut(), first) {
        column.note = first;
    }
    let limbs = names.into_iter().enumerate().map(|(at, name)| Limb {
        clause: name,
        cells: columns
            .iter()
            .filter_map(|(_, cells)| cells.get(at).copied())
            .collect(),
    });
    let page = DaysHtml {
        shell,
        limbs: limbs.collect(),
        stretches: columns.into_iter().map(|(stretch, _)| stretch).collect(),
    };
    Html(page.render().unwrap_or_default())
}

/// The first clause of a rule of the notice; every rule of the house stands in one row.
fn limb(finding: &Finding) -> String {
    match finding.source {
        Source::House => String::new(),
        Source::Notice => finding
            .clauses
            .first()
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

fn cell(day: &Day, name: &str) -> (&'static str, &'static str) {
    let own = day.verdict.findings.iter().filter(|f| limb(f) == name);
    own.max_by_key(|finding| finding.outcome)
        .map_or(("open", "outcome-missing"), |f| word(f.outcome, &f.reason))
}

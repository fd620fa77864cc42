//! Deliveries and findings as rows of today's page: what the gate says now in a line or two, and who mends it.

use chrono::NaiveDate;

use super::reads::{Going, Hand, Judged};
use super::{Cell, Head, Row};
use crate::clock::jst_date;
use crate::rules::finding::{Argument, Finding, Outcome, Source};
use crate::verdicts;
use crate::web::Shell;
use crate::web::card;
use crate::web::page::Html;

/// Findings that are spelt out in one row; the delivery's own page has them all.
const SPELT: usize = 3;
/// The limbs of F-1, all of which are required.
const LIMBS: [&str; 4] = ["F-1.1", "F-1.2", "F-1.3", "F-1.4"];

/// A line under a name: a day and a word for it.
pub(super) fn since(shell: &Shell, day: NaiveDate, word: &str) -> Html {
    Html(shell.t1(word, "day", shell.lang.short_date(day)))
}

fn ordered_on(shell: &Shell, going: &Going) -> Html {
    let day = jst_date(going.row.ordered_at.and_utc());
    since(shell, day, "today-ordered")
}

fn address(going: &Going) -> String {
    format!("/deliveries/{}", going.row.id)
}

fn place(going: &Going) -> Cell {
    Cell::Name {
        href: format!("/facilities/{}", going.row.facility),
        name: going.row.facility_name.clone(),
    }
}

fn quantities(going: &Going) -> Cell {
    let line = |line: &crate::deliveries::Line| {
        format!(
            "{} ×\u{a0}{}",
            line.product_short().replace(' ', "\u{a0}"),
            line.quantity
        )
    };
    Cell::Lines(going.lines.iter().map(line).collect())
}

/// One that waits for approval.
pub(super) fn waiting(shell: &Shell, judged: &Judged) -> Row {
    let going = &judged.going;
    let barred = !matches!(judged.hand, Hand::None);
    Row {
        head: Head {
            href: address(going),
            name: going.number(),
            sub: ordered_on(shell, going),
        },
        cells: vec![
            place(going),
            quantities(going),
            Cell::Day(going.row.arrives_on),
            Cell::Points(summary(shell, judged)),
        ],
        href: address(going),
        button: shell.t(if barred {
            "today-do-see"
        } else {
            "today-do-check"
        }),
        about: going.number(),
    }
}

/// One on hold: what still stops it now, and who mends that.
pub(super) fn held(shell: &Shell, judged: &Judged) -> Row {
    let going = &judged.going;
    let since_day = going.row.held_at.unwrap_or(going.row.ordered_at);
    let obstacles = obstacles(judged);
    let mut reasons: Vec<Html> = spelt(shell, &obstacles);
    if obstacles.is_empty() {
        reasons.push(shell.status("met", "today-passes-again"));
    }
    Row {
        head: Head {
            href: address(going),
            name: going.number(),
            sub: since(shell, jst_date(since_day.and_utc()), "today-held-since"),
        },
        cells: vec![
            place(going),
            Cell::Points(reasons),
            Cell::Lines(owners(shell, &obstacles)),
        ],
        href: address(going),
        button: shell.t("today-do-reason"),
        about: going.number(),
    }
}

/// One that goes its way: released, shipped or received next.
pub(super) fn going(
    shell: &Shell,
    going: &Going,
    step: (&str, &str),
    due: NaiveDate,
    today: NaiveDate,
) -> Row {
    let (noun, button) = step;
    let mut points = vec![shell.status(going.row.state.icon(), &going.row.state.word())];
    if due < today {
        points.push(shell.status("soon", "today-past"));
    }
    Row {
        head: Head {
            href: address(going),
            name: going.number(),
            sub: ordered_on(shell, going),
        },
        cells: vec![
            place(going),
            quantities(going),
            Cell::Day(due),
            Cell::Points(points),
        ],
        href: match noun {
            "" => address(going),
            noun => format!("{}/{noun}", address(going)),
        },
        button: shell.t(button),
        about: going.number(),
    }
}

/// 通知 4/4・社内基準 4/4, and what is not met.
fn summary(shell: &Shell, judged: &Judged) -> Vec<Html> {
    let findings: Vec<&Finding> = card::worst_of_each_rule(&judged.days)
        .into_iter()
        .map(|(_, finding)| finding)
        .collect();
    let mut points = Vec::new();
    match &judged.hand {
        Hand::None => {}
        Hand::Ordered => points.push(shell.status("lock", "today-you-ordered")),
        Hand::Evidence(labels) => {
            let labels = labels.join(shell.lang.comma());
            points
                .push(shell.status_text("lock", shell.t1("today-you-entered", "records", labels)));
        }
    }
    points.push(limbs(shell, &findings));
    let house = findings.iter().filter(|f| f.source == Source::House);
    let met = house.clone().filter(|f| f.outcome == Outcome::Met).count();
    let worst = house.clone().map(|finding| finding.outcome).max();
    points.push(score(shell, "today-house", (met, house.count()), worst));
    let unmet: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| finding.outcome > Outcome::Met)
        .cloned()
        .collect();
    points.extend(spelt(shell, &unmet));
    points
}

/// How many limbs of F-1 hold. One that several rules answer holds when all of them do, and one that none answers
/// does not.
fn limbs(shell: &Shell, findings: &[&Finding]) -> Html {
    let holds = |limb: &str| {
        let cites = |finding: &&&Finding| {
            finding.source == Source::Notice && finding.clauses.iter().any(|cited| cited == limb)
        };
        let worst = findings.iter().filter(cites).map(|finding| finding.outcome);
        worst
            .max()
            .is_some_and(|outcome| outcome <= Outcome::Consider)
    };
    let met = LIMBS.iter().filter(|limb| holds(limb)).count();
    let worst = if met == LIMBS.len() {
        Outcome::Met
    } else {
        Outcome::Unmet
    };
    score(shell, "today-notice", (met, LIMBS.len()), Some(worst))
}

/// How many of all hold, with the icon of the worst; where nothing was asked, nothing holds.
fn score(shell: &Shell, id: &str, (met, all): (usize, usize), worst: Option<Outcome>) -> Html {
    let number = |count: usize| Argument::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let values = [("met", number(met)), ("all", number(all))];
    let icon = card::icon(worst.unwrap_or(Outcome::Unmet));
    shell.status_text(icon, shell.lang.fill(id, &values))
}

fn obstacles(judged: &Judged) -> Vec<Finding> {
    if verdicts::permits(&judged.days) {
        return Vec::new();
    }
    card::worst_of_each_rule(&judged.days)
        .into_iter()
        .filter(|(_, finding)| finding.outcome > Outcome::Consider)
        .map(|(_, finding)| finding.clone())
        .collect()
}

/// The first findings with clause and reason, and how many more there are.
fn spelt(shell: &Shell, findings: &[Finding]) -> Vec<Html> {
    let mut points: Vec<Html> = findings
        .iter()
        .take(SPELT)
        .map(|finding| shell.status_text(card::icon(finding.outcome), said(shell, finding)))
        .collect();
    let more = findings.len().saturating_sub(SPELT);
    if more > 0 {
        points.push(shell.status_text("open", shell.n("today-and-more", more)));
    }
    points
}

/// A finding in one line: its clause, marked where it is the house's, and its reason.
pub(super) fn said(shell: &Shell, finding: &Finding) -> String {
    let clause = finding.clauses.first().map_or("", |clause| clause);
    let values = [
        ("clause", Argument::Text(clause.to_owned())),
        (
            "reason",
            Argument::Text(card::reason(shell.lang, &finding.reason)),
        ),
    ];
    let id = match finding.source {
        Source::Notice => "today-finding-notice",
        Source::House => "today-finding-house",
    };
    shell.lang.fill(id, &values)
}

/// Who can mend these, each once.
pub(super) fn owners(shell: &Shell, findings: &[Finding]) -> Vec<String> {
    let mut owners: Vec<String> = Vec::new();
    for owner in findings.iter().flat_map(|finding| finding.reason.owners()) {
        let name = shell.t(owner.message_id());
        if !owners.contains(&name) {
            owners.push(name);
        }
    }
    owners
}

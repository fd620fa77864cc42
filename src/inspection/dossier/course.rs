//! The pages of a dossier that show what happened: deliveries with their steps, signatures, letters, the history.

use askama::Template;

use super::{Own, begin, end, is_full, put, table};
use crate::accounts::role_id;
use crate::db::AnyConn;
use crate::deliveries::{Line, ListedDelivery};
use crate::dossiers::folder::Folder;
use crate::dossiers::records::{self, Posted, Signed, Step, What};
use crate::error::Result;
use crate::messages::Lang;
use crate::reminders::post;
use crate::scope::{Role, Scope};
use crate::standings::label;
use crate::web::history::{sentence, who};

struct DeliveryRow {
    id: String,
    number: String,
    state: String,
    ordered: String,
    lines: String,
    days: String,
    steps: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "dossier/deliveries.html")]
struct DeliveriesPart<'a> {
    own: &'a Own<'a>,
    rows: Vec<DeliveryRow>,
}

pub(super) fn deliveries_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "deliveries.html")?;
    let mut after = 0;
    loop {
        let (found, steps) = records::deliveries_after(conn, scope, own.of, after)?;
        let Some((last, _)) = found.last() else { break };
        after = last.number;
        let more = is_full(found.len());
        let rows = found.iter();
        let rows = rows.map(|(row, lines)| delivery_row(own, row, lines, &steps));
        let rows = rows.collect();
        put(&mut page, &DeliveriesPart { own, rows })?;
        if !more {
            break;
        }
    }
    if after == 0 {
        put(&mut page, &Nothing { own })?;
    }
    end(folder, page)
}

fn delivery_row(
    own: &Own<'_>,
    row: &ListedDelivery,
    lines: &[Line],
    steps: &[Step],
) -> DeliveryRow {
    let lang = own.lang;
    let steps = steps.iter().filter(|step| step.delivery == row.id);
    let lines = lines
        .iter()
        .map(|line| format!("{} × {}", line.product_short(), line.quantity));
    DeliveryRow {
        id: row.id.to_string(),
        number: label("D", row.number),
        state: lang.t(&row.state.word()),
        ordered: lang.instant(row.ordered_at.and_utc()),
        lines: lines.collect::<Vec<_>>().join(lang.comma()),
        days: format!(
            "{} 〜 {}",
            lang.date(row.ships_on),
            lang.date(row.arrives_on)
        ),
        steps: steps
            .map(|step| {
                (
                    lang.instant(step.at),
                    what(lang, &step.what),
                    step.by.clone(),
                )
            })
            .collect(),
    }
}

fn what(lang: Lang, what: &What) -> String {
    let joined = |id: &str, rest: String| format!("{} {rest}", lang.t(id)).trim_end().to_owned();
    match what {
        What::Approved {
            first,
            last,
            reason,
        } => {
            let days = format!("{} 〜 {} {reason}", lang.date(*first), lang.date(*last));
            joined("dossier-approved", days)
        }
        What::Released { number, last_day } => {
            let until = format!("{} 〜 {}", label("R", *number), lang.date(*last_day));
            joined("dossier-released", until)
        }
        What::Shipped { first, last, lots } => {
            let lots = lots
                .iter()
                .map(|(product, lot, quantity)| format!("{product} {lot} × {quantity}"));
            let lots: Vec<String> = lots.collect();
            let days = format!("{} 〜 {}", lang.date(*first), lang.date(*last));
            joined("dossier-shipped", format!("{days} {}", lots.join("、")))
        }
        What::Received {
            at,
            condition,
            celsius,
            remarks,
        } => {
            let celsius = celsius.map_or_else(String::new, |(lowest, highest)| {
                format!(" {lowest} 〜 {highest} °C")
            });
            let condition = lang.t(&format!("delivery-condition-{condition}"));
            let rest = format!("{} {condition}{celsius} {remarks}", lang.instant(*at));
            joined("dossier-received", rest)
        }
        What::Deviated { number, kind } => {
            let words = lang.t(&format!("delivery-deviation-{}", kind.replace('_', "-")));
            joined(
                "dossier-deviation",
                format!("{} {words}", label("X", *number)),
            )
        }
    }
}

/// Said on a page that shows no record.
#[derive(Template)]
#[template(path = "dossier/nothing.html")]
struct Nothing<'a> {
    own: &'a Own<'a>,
}

/// Writes a list a page of rows at a time. `read` gives the rows after a mark, and the mark of the last of them.
fn listing(
    own: &Own<'_>,
    folder: &mut Folder,
    (file, names): (&str, &[&str]),
    mut read: impl FnMut(&str) -> Result<(Vec<Vec<String>>, Option<String>)>,
) -> Result<()> {
    let mut page = begin(own, folder, file)?;
    let mut after = String::new();
    loop {
        let (rows, last) = read(&after)?;
        let Some(last) = last else { break };
        after = last;
        let more = is_full(rows.len());
        put(&mut page, &table(own, names, rows))?;
        if !more {
            break;
        }
    }
    if after.is_empty() {
        put(&mut page, &Nothing { own })?;
    }
    end(folder, page)
}

pub(super) fn signatures_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let names = [
        "dossier-at",
        "dossier-by",
        "dossier-meaning",
        "dossier-record",
        "dossier-digest",
        "dossier-row",
    ];
    listing(own, folder, ("signatures.html", &names), |after| {
        let found = records::signatures_after(conn, scope, own.of, after)?;
        let last = found.last().map(|row| row.id.to_string());
        let rows = found.iter().map(|row| signature_row(own.lang, row));
        Ok((rows.collect(), last))
    })
}

fn signature_row(lang: Lang, row: &Signed) -> Vec<String> {
    let role = Role::from_word(&row.role).map(|role| lang.t(role_id(role)));
    let kind = row.record_kind.replace('_', "-");
    vec![
        lang.instant(row.at.and_utc()),
        format!("{} {}", role.unwrap_or_default(), row.name),
        lang.t(row.meaning.term()),
        format!("{} {}", lang.t(&format!("log-kind-{kind}")), row.record_id),
        row.digest.clone(),
        row.known_from.to_string(),
    ]
}

pub(super) fn letters_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let names = [
        "dossier-letter",
        "dossier-reader",
        "dossier-due",
        "dossier-letter-state",
        "dossier-queued",
        "dossier-ended",
    ];
    listing(own, folder, ("letters.html", &names), |after| {
        let found = records::letters_after(conn, scope, own.of, after)?;
        let last = found.last().map(|row| row.id.to_string());
        let rows = found.iter().map(|row| letter_row(own.lang, row));
        Ok((rows.collect(), last))
    })
}

fn letter_row(lang: Lang, row: &Posted) -> Vec<String> {
    let ended = row.ended_at.map(|at| lang.instant(at.and_utc()));
    vec![
        lang.t(&post::kind_id(row.kind)),
        row.reader.clone(),
        lang.date(row.due_on),
        lang.t(&post::state_id(row.state)),
        lang.instant(row.queued_at.and_utc()),
        ended.unwrap_or_default(),
    ]
}

pub(super) fn history_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "history.html")?;
    let names = ["log-seq", "log-at", "log-what", "log-who"];
    let (lang, mut before) = (own.lang, None);
    loop {
        let found = records::history_before(conn, scope, own.of, before)?;
        let Some(last) = found.last() else { break };
        before = Some(last.seq);
        let more = i64::try_from(found.len()).is_ok_and(|found| found >= records::ROWS);
        let rows = found.iter().filter(|row| !records::is_of_a_case(row));
        let rows = rows.map(|row| {
            vec![
                row.seq.to_string(),
                lang.instant(row.at),
                sentence(lang, row),
                who(lang, row),
            ]
        });
        put(&mut page, &table(own, &names, rows.collect()))?;
        if !more {
            break;
        }
    }
    end(folder, page)
}

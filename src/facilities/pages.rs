//! How facilities are found: the list by name, by code, by standing, and by the day on which a standing lapses.

use std::collections::HashMap;

use actix_web::web::Query;
use askama::Template;
use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;

use super::{After, Listed, search, store};
use crate::counters;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::FacilityId;
use crate::rules::finding::{Argument, Outcome};
use crate::scope::Scope;
use crate::standings::{self, Standing};
use crate::web::page::{Html, encode};
use crate::web::visitor::Readers;
use crate::web::{Answer, By, Nav, Pager, Shell, Site, show};

/// How many days ahead a lapse is called near: the earliest of the house's reminders.
pub const SOON: i64 = 30;

/// What is looked for, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    /// An outcome, or `lapsing`.
    standing: String,
    after: String,
}

/// Which facilities are listed.
#[derive(Debug, Clone)]
enum Choice {
    Named(String),
    Standing(Outcome),
    Lapsing,
}

impl ListQuery {
    fn choice(&self) -> Choice {
        match self.standing.as_str() {
            "lapsing" => Choice::Lapsing,
            word => match word.parse() {
                Ok(outcome) => Choice::Standing(outcome),
                Err(_) => Choice::Named(self.q.clone()),
            },
        }
    }

    /// The key of the row shown last: two parts in name order and by day of lapse, one by standing.
    fn after(&self) -> Option<(&str, &str)> {
        self.after.rsplit_once(' ')
    }
}

/// One facility in the list.
struct Row {
    listed: Listed,
    standing: Option<Standing>,
    /// What the next page begins after, if this row is the last.
    key: String,
}

/// A link that filters the list, with how many it finds where that is known without counting.
struct Chip {
    href: String,
    label: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "facilities/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Row>,
    query: String,
    chips: Vec<Chip>,
    /// Whether more than one facility may be seen, so that there is something to look for.
    searches: bool,
    today: NaiveDate,
    pager: Pager,
}

/// GET /facilities
pub async fn list(site: Site, who: By<Readers>, query: Query<ListQuery>) -> Answer {
    let (scope, asked, today) = (who.scope.clone(), query.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let rows = rows(conn, &scope, &asked, today)?;
        Ok((rows, tallies(conn, &scope)?))
    });
    let (mut rows, tallies) = found.await?;
    let shell = who.shell("facilities-title", Nav::Facilities);
    let path = path(&query);
    let pager = Pager::cut(&mut rows, &path, !query.after.is_empty(), |row| {
        row.key.clone()
    });
    show(ListPage {
        chips: chips(&shell, &query, &tallies),
        query: query.q.clone(),
        searches: who.scope.only().is_none(),
        shell,
        rows,
        today,
        pager,
    })
}

/// The address of the list with its filters, ready for another parameter.
fn path(query: &ListQuery) -> String {
    match query.choice() {
        Choice::Named(name) if name.trim().is_empty() => "/facilities?".to_owned(),
        Choice::Named(name) => format!("/facilities?q={}&", encode(&name)),
        Choice::Standing(_) | Choice::Lapsing => {
            format!("/facilities?standing={}&", encode(&query.standing))
        }
    }
}

fn rows(
    conn: &mut AnyConn,
    scope: &Scope,
    query: &ListQuery,
    today: NaiveDate,
) -> Result<Vec<Row>> {
    let limit = Pager::SIZE + 1;
    match query.choice() {
        Choice::Named(name) => {
            let after = query.after().map(|(name_key, id)| After {
                name_key: name_key.to_owned(),
                id: id.to_owned(),
            });
            let found = search(conn, scope, &name, after.as_ref(), limit)?;
            with_standings(conn, scope, found)
        }
        Choice::Standing(outcome) => {
            let after: Option<FacilityId> = query.after.parse().ok();
            let found = standings::outcomes(conn, scope, outcome, after.as_ref(), limit)?;
            with_places(conn, found, |standing| standing.facility.to_string())
        }
        Choice::Lapsing => {
            let after = query
                .after()
                .and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
            let by = soon(today);
            let found = standings::lapsing_after(conn, scope, by, after.as_ref(), limit)?;
            with_places(conn, found, |standing| {
                let last = standing.permitted_until.unwrap_or(today);
                format!("{last} {}", standing.facility)
            })
        }
    }
}

fn with_standings(conn: &mut AnyConn, scope: &Scope, found: Vec<Listed>) -> Result<Vec<Row>> {
    let ids: Vec<FacilityId> = found.iter().map(|row| row.facility.id.clone()).collect();
    let mut standings: HashMap<FacilityId, Standing> = standings::of(conn, scope, &ids)?
        .into_iter()
        .map(|standing| (standing.facility.clone(), standing))
        .collect();
    let row = |listed: Listed| Row {
        standing: standings.remove(&listed.facility.id),
        key: format!("{} {}", listed.facility.name_key, listed.facility.id),
        listed,
    };
    Ok(found.into_iter().map(row).collect())
}

fn with_places(
    conn: &mut AnyConn,
    found: Vec<(String, Standing)>,
    key: impl Fn(&Standing) -> String,
) -> Result<Vec<Row>> {
    let ids: Vec<FacilityId> = found
        .iter()
        .map(|(_, standing)| standing.facility.clone())
        .collect();
    let mut places: HashMap<FacilityId, Listed> = store::listed(conn, &ids)?
        .into_iter()
        .map(|listed| (listed.facility.id.clone(), listed))
        .collect();
    let row = |(_, standing): (String, Standing)| {
        Some(Row {
            listed: places.remove(&standing.facility)?,
            key: key(&standing),
            standing: Some(standing),
        })
    };
    Ok(found.into_iter().filter_map(row).collect())
}

/// How many facilities stand at each outcome; unknown to those who see one facility.
fn tallies(conn: &mut AnyConn, scope: &Scope) -> Result<Vec<(Outcome, i64)>> {
    if scope.only().is_some() {
        return Ok(Vec::new());
    }
    let names = Outcome::ALL.map(|outcome| standings::tally(scope.programme(), outcome));
    let counted = counters::read(conn, &names)?;
    Ok(Outcome::ALL.into_iter().zip(counted).collect())
}

fn chips(shell: &Shell, query: &ListQuery, tallies: &[(Outcome, i64)]) -> Vec<Chip> {
    let chip = |word: &str, label: String| Chip {
        href: match word {
            "" => "/facilities".to_owned(),
            word => format!("/facilities?standing={word}"),
        },
        label,
        current: query.standing == word && query.q.trim().is_empty(),
    };
    if tallies.is_empty() {
        return Vec::new();
    }
    let mut chips = vec![
        chip("", shell.t("facilities-all")),
        chip("lapsing", shell.n("facilities-lapsing", SOON)),
    ];
    chips.extend(tallies.iter().map(|(outcome, count)| {
        let word = outcome.as_str();
        let label = shell.t(&format!("facilities-standing-{word}"));
        let arguments = [
            ("standing", Argument::Text(label)),
            ("count", Argument::Number(*count)),
        ];
        chip(word, shell.lang.fill("facilities-counted", &arguments))
    }));
    chips
}

/// The last day that is called near.
pub fn soon(today: NaiveDate) -> NaiveDate {
    TimeDelta::try_days(SOON)
        .and_then(|days| today.checked_add_signed(days))
        .unwrap_or(today)
}

/// Icon and words for how a facility stands on a day; nothing on record is said so, and is no "no".
pub(super) fn badge(
    shell: &Shell,
    standing: Option<(Outcome, Option<NaiveDate>)>,
    today: NaiveDate,
) -> (&'static str, String) {
    let Some((outcome, until)) = standing else {
        return ("open", shell.t("facilities-no-record"));
    };
    let permits = outcome <= Outcome::Consider && until.is_none_or(|last| today <= last);
    match (permits, until) {
        (true, Some(last)) => {
            let icon = if last <= soon(today) { "soon" } else { "met" };
            let day = shell.lang.date(last);
            (icon, shell.t1("facilities-permitted-until", "day", day))
        }
        (true, None) if outcome == Outcome::Met => ("met", shell.t("facilities-standing-met")),
        (true, None) => ("consider", shell.t("facilities-standing-consider")),
        (false, _) if outcome == Outcome::Undetermined => {
            ("open", shell.t("facilities-standing-undetermined"))
        }
        (false, _) => ("unmet", shell.t("facilities-standing-unmet")),
    }
}

impl ListPage {
    fn badge(&self, row: &Row) -> Html {
        let standing = row.standing.as_ref();
        let standing = standing.map(|standing| (standing.outcome, standing.permitted_until));
        let (icon, words) = badge(&self.shell, standing, self.today);
        self.shell.status_text(icon, words)
    }
}

//! The list of cases: a facility's own with their numbers, and for everybody else nothing but tallies.

use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use super::{Case, Course, KEEPERS, PAGE, State, Tally, by_number, courses, tallies};
use crate::error::Error;
use crate::web::visitor::Readers;
use crate::web::{Answer, By, Nav, Pager, Shell, Site, see_other, show};

/// The frame of a page about one case.
pub(super) fn case_shell<R>(who: &By<R>, title: &str, case: &Case) -> Shell {
    who.shell(title, Nav::Cases)
        .crumb("/cases", "nav-cases")
        .crumb_named(&format!("/cases/{}", case.id), case.number.clone())
}

impl State {
    /// The icon and colour of its status.
    pub(super) fn icon(self) -> &'static str {
        match self {
            State::Open => "todo",
            State::Closed => "met",
            State::ContinuedElsewhere => "lock",
        }
    }
}

#[derive(Template)]
#[template(path = "cases/list.html")]
struct ListPage {
    shell: Shell,
    courses: Vec<Course>,
    state: Option<State>,
    /// What was searched for and not found.
    sought: Option<String>,
    pager: Pager,
}

impl ListPage {
    fn shows(&self, state: &State) -> bool {
        self.state == Some(*state)
    }
}

#[derive(Template)]
#[template(path = "cases/tallies.html")]
struct TalliesPage {
    shell: Shell,
    tallies: Vec<Tally>,
    may_see_tasks: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Which {
    state: String,
    before: String,
    number: String,
}

/// GET /cases; `?number=` leads to the case of a number that was typed.
pub async fn list(site: Site, who: By<Readers>, query: Query<Which>) -> Answer {
    let scope = who.scope.clone();
    if !who.is(KEEPERS) {
        let tallies = site.read(move |conn| tallies(conn, &scope)).await?;
        return show(TalliesPage {
            shell: who.shell("case-tallies-title", Nav::Cases),
            tallies,
            may_see_tasks: who.is(super::safety_pages::READERS),
        });
    }
    let sought = query.number.trim().to_owned();
    if !sought.is_empty() {
        let (scope, typed) = (scope.clone(), sought.clone());
        let found = site
            .read(move |conn| match by_number(conn, &scope, &typed) {
                Ok(case) => Ok(Some(case)),
                Err(Error::NotFound) => Ok(None),
                Err(other) => Err(other),
            })
            .await?;
        if let Some(case) = found {
            return see_other(&format!("/cases/{}", case.id));
        }
    }
    let (state, before) = (
        State::from_word(&query.state),
        query.before.parse::<i64>().ok(),
    );
    let found = site.read(move |conn| {
        let (cases, next) = super::list(conn, &scope, state, before)?;
        Ok((courses(conn, &scope, cases)?, next))
    });
    let (courses, next) = found.await?;
    show(ListPage {
        shell: who.shell("nav-cases", Nav::Cases),
        courses,
        state,
        sought: Some(sought).filter(|sought| !sought.is_empty()),
        pager: pager(state, before, next),
    })
}

fn pager(state: Option<State>, before: Option<i64>, next: Option<i64>) -> Pager {
    let (all, further) = match state {
        Some(state) => {
            let all = format!("/cases?state={}", state.as_str());
            (all.clone(), format!("{all}&before="))
        }
        None => ("/cases".to_owned(), "/cases?before=".to_owned()),
    };
    Pager {
        first: before.map(|_| all),
        next: next.map(|known_from| format!("{further}{known_from}")),
        size: PAGE,
    }
}

//! The review of accounts as a list, as a table for spreadsheet programs, and as a record that it was done.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Query;
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::reviews::{self, Review, Reviewed};
use super::{Membership, role_id};
use crate::clock::{jst, jst_date};
use crate::error::{FieldErrors, Message};
use crate::tables;
use crate::web::visitor::Reviewers;
use crate::web::{
    Administrator, Answer, By, Fields, Form, Nav, Pager, Problem, Shell, Site, or_again, see_other,
    show, show_again,
};

/// Reviews shown above the list.
const LATEST: i64 = 5;

#[derive(Template)]
#[template(path = "accounts/review.html")]
struct ReviewPage {
    shell: Shell,
    rows: Vec<Reviewed>,
    latest: Vec<Review>,
    pager: Pager,
    /// Whether all accounts stand on this page, for paper.
    whole: bool,
    /// Whether the reader may record a review.
    records: bool,
    remark: String,
    errors: FieldErrors,
    today: NaiveDate,
    now: DateTime<Utc>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    after: String,
    /// `yes` for every account on one page.
    all: String,
}

async fn page<R: crate::web::visitor::Roles>(
    site: &Site,
    who: &By<R>,
    which: Which,
    (remark, errors): (String, FieldErrors),
) -> Result<ReviewPage, Problem> {
    let now = site.db.clock().now();
    let whole = which.all == "yes";
    let after = which.after;
    let later = !after.is_empty();
    let limit = (!whole).then_some(Pager::SIZE + 1);
    let found = site.read(move |conn| {
        let key = after.rsplit_once(' ').filter(|_| !whole);
        let rows = reviews::accounts(conn, now, key, limit)?;
        Ok((rows, reviews::latest(conn, LATEST)?))
    });
    let (mut rows, latest) = found.await?;
    let pager = match whole {
        true => Pager::default(),
        false => Pager::cut(&mut rows, "/account-review?", later, |row| {
            format!("{} {}", row.key, row.account)
        }),
    };
    let mut shell = who.shell("review-title", Nav::People);
    shell.wrong = !errors.is_empty();
    Ok(ReviewPage {
        shell,
        rows,
        latest,
        pager,
        whole,
        records: who.is(&[crate::scope::Role::Administrator]),
        remark,
        errors,
        today: jst_date(now),
        now,
    })
}

/// GET /account-review
pub async fn review(site: Site, who: By<Reviewers>, query: Query<Which>) -> Answer {
    let nothing = (String::new(), FieldErrors::default());
    show(page(&site, &who, query.into_inner(), nothing).await?)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RemarkForm {
    review_remark: String,
}

/// POST /account-review: that all accounts were gone through today.
pub async fn record(site: Site, who: By<Administrator>, Form(form): Form<RemarkForm>) -> Answer {
    let mut fields = Fields::new();
    let remark = fields.optional_lines("review_remark", &form.review_remark, 1_000);
    let outcome = match fields.done(remark.unwrap_or_default()) {
        Ok(remark) => {
            site.write(&who, move |tx| reviews::record(tx, &remark))
                .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("review-recorded"));
            see_other("/account-review")
        }
        Err(errors) => {
            let typed = (form.review_remark, errors);
            show_again(page(&site, &who, Which::default(), typed).await?)
        }
    }
}

/// GET /account-review.csv: one row a role, and one for an account that never had any.
pub async fn table(site: Site, who: By<Reviewers>) -> Answer {
    let now = site.db.clock().now();
    let rows = site
        .read(move |conn| reviews::accounts(conn, now, None, None))
        .await?;
    let head = [
        "name",
        "login",
        "account",
        "last_sign_in",
        "unused",
        "invitation_until",
        "role",
        "place",
        "first_day",
        "last_day",
        "trained_on",
        "role_state",
    ];
    let head = head.iter().map(ToString::to_string).collect();
    let shell = who.shell("review-title", Nav::People);
    let lines = rows.iter().flat_map(|row| lines(&shell, row, now));
    let text = tables::csv(std::iter::once(head).chain(lines))?;
    let name = format!("account-review-{}", jst_date(now));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ))
        .body(text))
}

fn lines(shell: &Shell, row: &Reviewed, now: DateTime<Utc>) -> Vec<Vec<String>> {
    let at = |instant: DateTime<Utc>| {
        let local = instant.with_timezone(&jst());
        local.format("%Y-%m-%d %H:%M").to_string()
    };
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let own = vec![
        row.name.clone(),
        row.login.clone(),
        shell.t(state_word(row)),
        row.signed_in_at.map(at).unwrap_or_default(),
        shell.t(match row.is_unused(&now) {
            true => "forms-yes",
            false => "forms-no",
        }),
        row.invitation
            .as_ref()
            .map(|code| at(code.ends_at))
            .unwrap_or_default(),
    ];
    let role = |held: &Membership| {
        let place = held.place.clone();
        vec![
            shell.t(role_id(held.role)),
            place.unwrap_or_else(|| shell.t("accounts-manufacturer")),
            held.first_day.to_string(),
            day(held.last_day),
            day(held.trained_on),
            shell.t(held_word(held, jst_date(now))),
        ]
    };
    if row.memberships.is_empty() {
        return vec![[own, vec![String::new(); 6]].concat()];
    }
    let roles = row.memberships.iter().map(role);
    roles.map(|role| [own.clone(), role].concat()).collect()
}

/// The message that says how an account stands.
fn state_word(row: &Reviewed) -> &'static str {
    match (row.active, row.awaited) {
        (false, _) => "people-closed",
        (true, true) => "people-invited",
        (true, false) => "people-open",
    }
}

/// The message that says how a role stands on a day.
fn held_word(held: &Membership, today: NaiveDate) -> &'static str {
    if held.has_ended_by(&today) {
        "review-role-ended"
    } else if held.trained_on.is_none() {
        "training-waiting"
    } else if held.holds_on(&today) {
        "review-role-held"
    } else {
        "review-role-ahead"
    }
}

impl ReviewPage {
    fn state(&self, row: &Reviewed) -> crate::web::page::Html {
        let icon = match (row.active, row.awaited) {
            (false, _) => "lock",
            (true, true) => "todo",
            (true, false) => "met",
        };
        self.shell.status(icon, state_word(row))
    }

    fn held(&self, held: &Membership) -> crate::web::page::Html {
        let word = held_word(held, self.today);
        let icon = match word {
            "review-role-ended" => "lock",
            "training-waiting" => "todo",
            "review-role-held" => "met",
            _ => "open",
        };
        self.shell.status(icon, word)
    }
}

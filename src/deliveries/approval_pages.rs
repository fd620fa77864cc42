//! How several orders are approved at once: the list of those that pass now, ticked and signed together.

use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use super::{Approvals, MOST_AT_ONCE, Offered, State, approve_listed, offers, these};
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Message};
use crate::ids::DeliveryId;
use crate::rules::finding::{Argument, Finding};
use crate::standings::holds::Pending;
use crate::web::card;
use crate::web::{
    Answer, Approver, By, Form, Nav, Pager, Problem, Shell, Site, or_again, see_other, show,
    show_again,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    after: i64,
    /// Numbers of the deliveries that were signed for last, as `12,13`.
    listed: String,
}

/// What was ticked, each as the delivery's id and the version that was shown.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ApprovalsForm {
    chosen: Vec<String>,
    password: String,
    factor: String,
}

impl ApprovalsForm {
    fn listed(&self) -> Result<Vec<(DeliveryId, i32)>, Problem> {
        let read = |chosen: &String| {
            let (id, version) = chosen.split_once('.')?;
            Some((id.parse().ok()?, version.parse().ok()?))
        };
        let listed: Option<Vec<(DeliveryId, i32)>> = self.chosen.iter().map(read).collect();
        listed.ok_or(Problem::NotAForm)
    }
}

#[derive(Template)]
#[template(path = "deliveries/approvals.html")]
struct ApprovalsPage {
    shell: Shell,
    rows: Vec<Offered>,
    /// What became of the list that was signed last.
    listed: Vec<Pending>,
    /// What moved on between the page and the signature.
    moved: Vec<Pending>,
    stale: bool,
    form: ApprovalsForm,
    errors: FieldErrors,
    pager: Pager,
}

impl ApprovalsPage {
    fn value(&self, row: &Pending) -> String {
        format!("{}.{}", row.id, row.version)
    }

    fn is_chosen(&self, row: &Pending) -> bool {
        self.form.chosen.contains(&self.value(row))
    }

    fn may_sign(&self) -> bool {
        self.rows
            .iter()
            .any(|offered| offered.considered.is_empty())
    }

    fn reason_of(&self, finding: &Finding) -> String {
        card::reason(self.shell.lang, &finding.reason)
    }
}

/// What is shown beside the orders that are offered.
#[derive(Default)]
struct Beside {
    after: i64,
    numbers: Vec<i64>,
    /// What was ticked, where the list is older than its records.
    stale: Option<Vec<(DeliveryId, i32)>>,
    form: ApprovalsForm,
    errors: FieldErrors,
}

async fn page(site: &Site, who: &By<Approver>, beside: Beside) -> Result<ApprovalsPage, Problem> {
    let (scope, person) = (who.scope.clone(), who.person.clone());
    let moment = (site.db.clock().today(), site.db.clock().now());
    let Beside {
        after,
        numbers,
        stale,
        form,
        errors,
    } = beside;
    let ticked = stale.clone().unwrap_or_default();
    let (offers, listed, moved) = site
        .read(move |conn| {
            let offers = offers(conn, &scope, &person, moment, after)?;
            let listed = these(conn, &scope, &[], &numbers)?;
            let ids: Vec<DeliveryId> = ticked.iter().map(|(id, _)| id.clone()).collect();
            let mut moved = these(conn, &scope, &ids, &[])?;
            moved.retain(|row| {
                let shown = ticked.iter().find(|(id, _)| *id == row.id);
                row.state != State::Ordered || shown.is_none_or(|(_, seen)| *seen != row.version)
            });
            Ok((offers, listed, moved))
        })
        .await?;
    let shell = who
        .shell("approvals-title", Nav::Deliveries)
        .crumb("/deliveries", "nav-deliveries");
    let next = offers.next;
    Ok(ApprovalsPage {
        shell,
        rows: offers.rows,
        listed,
        moved,
        stale: stale.is_some(),
        form,
        errors,
        pager: Pager {
            first: (after > 0).then(|| "/deliveries/approvals".to_owned()),
            next: next.map(|after| format!("/deliveries/approvals?after={after}")),
            size: Pager::SIZE,
        },
    })
}

/// GET /deliveries/approvals
pub async fn list(
    site: Site,
    who: By<Approver>,
    query: actix_web::web::Query<ListQuery>,
) -> Answer {
    let numbers = query.listed.split(',');
    let beside = Beside {
        after: query.after,
        numbers: numbers
            .filter_map(|number| number.parse().ok())
            .take(MOST_AT_ONCE)
            .collect(),
        ..Beside::default()
    };
    show(page(&site, &who, beside).await?)
}

/// POST /deliveries/approvals
pub async fn approve(site: Site, who: By<Approver>, Form(form): Form<ApprovalsForm>) -> Answer {
    let listed = form.listed()?;
    let outcome = async {
        if listed.is_empty() {
            let message = Message::new("approvals-none-chosen");
            return Err(FieldErrors::one("chosen", message).into());
        }
        let proof = site.prove(&who, (&form.password, &form.factor)).await?;
        let (scope, listed) = (who.scope.clone(), listed.clone());
        let verb = move |tx: &mut Tx<'_>| approve_listed(tx, &scope, &listed, &proof);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    if matches!(outcome, Err(Problem::Room(Error::Stale))) {
        let beside = Beside {
            stale: Some(listed),
            ..Beside::default()
        };
        let mut answer = show(page(&site, &who, beside).await?)?;
        *answer.status_mut() = StatusCode::CONFLICT;
        return Ok(answer);
    }
    match or_again(outcome)? {
        Ok(done) => {
            who.flash(said(&done));
            let numbers = done.approved.iter().chain(&done.refused);
            let numbers: Vec<String> = numbers.map(ToString::to_string).collect();
            see_other(&format!(
                "/deliveries/approvals?listed={}",
                numbers.join(",")
            ))
        }
        Err(errors) => {
            let beside = Beside {
                form: ApprovalsForm {
                    chosen: form.chosen,
                    ..ApprovalsForm::default()
                },
                errors,
                ..Beside::default()
            };
            show_again(page(&site, &who, beside).await?)
        }
    }
}

fn said(done: &Approvals) -> Message {
    let count = |numbers: &[i64]| Argument::Number(i64::try_from(numbers.len()).unwrap_or(0));
    let id = match done.refused.is_empty() {
        true => "approvals-done",
        false => "approvals-done-in-part",
    };
    Message::new(id)
        .with("approved", count(&done.approved))
        .with("refused", count(&done.refused))
}

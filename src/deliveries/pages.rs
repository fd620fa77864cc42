//! How deliveries are seen: the list, one delivery with its verdict day by day, and what its reader may do.

use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;
use serde::Deserialize;

use super::{Delivery, Deviation, Judged, Line, ListedDelivery, State, detail, list};
use crate::audit::{self, Row};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::DeliveryId;
use crate::messages::Lang;
use crate::rules::finding::{Finding, Outcome};
use crate::rules::gate::NamedCase;
use crate::scope::{Role, Scope};
use crate::signatures::Signed;
use crate::standings::{holds, label};
use crate::tables;
use crate::verdicts::{self, Day, Kept};
use crate::web::card::{self, Occasion};
use crate::web::history::history;
use crate::web::page::Html;
use crate::web::signed::signatures;
use crate::web::visitor::{LooksBack, LooksBackOrApproves, Readers, Roles, StaffAndInspector};
use crate::web::{Answer, By, Id, Nav, Pager, Shell, Site, show};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    state: String,
    after: i64,
}

#[derive(Template)]
#[template(path = "deliveries/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<(ListedDelivery, Vec<Line>)>,
    state: String,
    pager: Pager,
}

/// GET /deliveries
pub async fn index(
    site: Site,
    who: By<Readers>,
    query: actix_web::web::Query<ListQuery>,
) -> Answer {
    let scope = who.scope.clone();
    let states: Vec<State> = State::from_word(&query.state).into_iter().collect();
    let after = query.after;
    let (mut rows, lines) = site
        .read(move |conn| list(conn, &scope, &states, None, after, Pager::SIZE + 1))
        .await?;
    let state = State::from_word(&query.state).map_or("", State::as_str);
    let path = format!("/deliveries?state={state}&");
    let pager = Pager::cut(&mut rows, &path, after > 0, |row| row.number.to_string());
    show(ListPage {
        shell: who.shell("deliveries-title", Nav::Deliveries),
        rows: super::beside_lines(rows, &lines),
        state: state.to_owned(),
        pager,
    })
}

/// What has changed since the approval: a rule, how it was answered then, how it is now.
pub struct Changed {
    pub rule: String,
    pub before: Option<Finding>,
    pub now: Finding,
}

#[derive(Template)]
#[template(path = "deliveries/show.html")]
struct DeliveryPage {
    shell: Shell,
    delivery: Delivery,
    /// The cases that the order names: number, vials and open clauses, and never more.
    cases: Vec<NamedCase>,
    number: String,
    card: Html,
    grid: Html,
    days: Vec<Day>,
    permits: bool,
    changed: Vec<Changed>,
    actions: Vec<Action>,
    signed: Html,
    history: Html,
}

/// Something the reader may do now.
pub struct Action {
    /// The noun in the address, which also names the button's message.
    pub step: &'static str,
    pub class: &'static str,
}

struct Seen {
    delivery: Delivery,
    cases: Vec<NamedCase>,
    /// The fresh answer while the delivery is open; the kept one afterwards.
    days: Vec<Day>,
    occasion: Occasion,
    approved: Option<Kept>,
    signed: Vec<Signed>,
    history: Vec<Row>,
    mine: bool,
}

/// GET /deliveries/{id}
pub async fn show_one(site: Site, who: By<Readers>, Id(id): Id<DeliveryId>) -> Answer {
    let (scope, person) = (who.scope.clone(), who.actor().person.clone());
    let clock = site.db.clock().clone();
    let moment = (clock.today(), clock.now());
    let seen = site
        .read(move |conn| see(conn, &scope, &id, moment, person.as_ref()))
        .await?;
    let number = label("D", seen.delivery.row.number);
    let shell = who
        .shell("deliveries-title", Nav::Deliveries)
        .titled(number.clone())
        .crumb("/", "nav-today")
        .crumb("/deliveries", "nav-deliveries");
    let permits = verdicts::permits(&seen.days);
    let actions = actions(who.role, &seen, permits);
    let page = DeliveryPage {
        card: card::card(&shell, "v", "delivery-verdict", &seen.days, &seen.occasion),
        grid: card::days(&shell, &seen.days, "delivery-ships", "delivery-arrives"),
        changed: changed(seen.approved.as_ref(), &seen.days),
        signed: signatures(&shell, &seen.signed),
        history: history(&shell, &seen.history),
        shell,
        number,
        permits,
        actions,
        days: seen.days,
        cases: seen.cases,
        delivery: seen.delivery,
    };
    show(page)
}

fn see(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &DeliveryId,
    moment: (chrono::NaiveDate, chrono::DateTime<chrono::Utc>),
    person: Option<&crate::ids::PersonId>,
) -> Result<Seen> {
    let delivery = detail(conn, scope, id)?;
    let mut mine = person == Some(&delivery.ordered_by);
    let (mut days, question, occasion) = if is_open(delivery.row.state) {
        let judged: Judged = super::judge(conn, scope.programme(), &delivery.row, moment)?;
        let findings = judged.days.iter().flat_map(|day| &day.verdict.findings);
        mine |= person.is_some_and(|person| judged.gathered.hands_on(findings).contains(person));
        let occasion = Occasion {
            judged_at: Some(moment.1),
            edition: Some(judged.question.edition().to_owned()),
            ..Occasion::default()
        };
        (judged.days, judged.question, occasion)
    } else {
        let kept = verdicts::get(conn, scope, &delivery.verdict)?;
        let occasion = Occasion::of(&kept);
        let asked = kept.asked.gate().ok_or(Error::NotFound)?;
        (kept.days, asked.clone(), occasion)
    };
    if scope.only().is_some() {
        verdicts::hide_partners(&question.facts, &mut days);
    }
    let approved = match (&delivery.approval, delivery.row.state) {
        (Some(approval), State::Held) => Some(verdicts::get(conn, scope, &approval.verdict)?),
        _ => None,
    };
    let mut records = vec![id.to_string()];
    records.extend(delivery.deviations.iter().map(|one| one.id.to_string()));
    let history = audit::history(conn, scope, &records, 100)?;
    let cases = question.order.map_or_else(Vec::new, |order| order.cases);
    Ok(Seen {
        signed: super::signed(conn, &delivery)?,
        delivery,
        cases,
        days,
        occasion,
        approved,
        history,
        mine,
    })
}

/// Whether the gate still has a say.
fn is_open(state: State) -> bool {
    super::OPEN.contains(&state)
}

/// What this role may do with a delivery in this state; the first is the page's one filled button.
fn actions(role: Role, seen: &Seen, permits: bool) -> Vec<Action> {
    use State::{Approved, Held, Ordered, Released, Shipped};
    let state = seen.delivery.row.state;
    let open = is_open(state);
    let orders = matches!(role, Role::FacilityCoordinator | Role::DistributionOperator);
    let approver = role == Role::DistributionApprover;
    let operator = role == Role::DistributionOperator;
    let stops = approver || role == Role::SafetyOfficer;
    let waiting = matches!(state, Ordered | Held);
    let possible = [
        ("approval", approver && waiting && permits && !seen.mine),
        ("release", operator && state == Approved),
        ("shipment", operator && state == Released),
        ("receipt", orders && state == Shipped),
        ("schedule", orders && open),
        ("hold", stops && matches!(state, Approved | Released)),
        ("refusal", approver && open && !seen.mine),
        ("cancellation", orders && open),
    ];
    let possible = possible.into_iter().filter(|(_, may)| *may);
    possible
        .enumerate()
        .map(|(position, (step, _))| Action {
            step,
            class: match (position, step) {
                (_, "hold" | "refusal" | "cancellation") => "btn btn-stop",
                (0, _) => "btn btn-first",
                _ => "btn",
            },
        })
        .collect()
}

fn changed(approved: Option<&Kept>, now: &[Day]) -> Vec<Changed> {
    let Some(approved) = approved else {
        return Vec::new();
    };
    let before = card::worst_of_each_rule(&approved.days);
    card::worst_of_each_rule(now)
        .into_iter()
        .filter_map(|(_, now)| {
            let before = before.iter().find(|(_, finding)| finding.rule == now.rule);
            let same = before.is_some_and(|(_, before)| {
                before.outcome == now.outcome && before.reason == now.reason
            });
            (!same).then(|| Changed {
                rule: rule_message(now),
                before: before.map(|(_, finding)| (*finding).clone()),
                now: now.clone(),
            })
        })
        .collect()
}

/// The message that names a rule.
pub fn rule_message(finding: &Finding) -> String {
    format!("rule-{}", finding.rule)
}

/// Lots are followed across facilities, which facility people do not see.
fn may_follow_lots(shell: &Shell) -> bool {
    let visitor = shell.visitor.as_ref();
    visitor.is_some_and(|visitor| !visitor.role.is_at_facility())
}

/// Whether the reader is one of these.
fn is(shell: &Shell, roles: &[Role]) -> bool {
    let visitor = shell.visitor.as_ref();
    visitor.is_some_and(|visitor| visitor.is(roles))
}

impl DeliveryPage {
    /// Whether the reader may ask what was known when.
    fn looks_back(&self) -> bool {
        is(&self.shell, LooksBack::ROLES)
    }

    fn may_follow_lots(&self) -> bool {
        may_follow_lots(&self.shell)
    }

    /// How deviations are looked into is the manufacturer's to read.
    fn may_follow_deviations(&self) -> bool {
        let visitor = self.shell.visitor.as_ref();
        visitor.is_some_and(|visitor| visitor.is(StaffAndInspector::ROLES))
    }

    /// The findings that keep the delivery back.
    fn obstacles(&self) -> Vec<Finding> {
        card::worst_of_each_rule(&self.days)
            .into_iter()
            .filter(|(_, finding)| finding.outcome > Outcome::Consider)
            .map(|(_, finding)| finding.clone())
            .collect()
    }

    fn outcome(&self, finding: &Finding) -> Html {
        card::outcome(&self.shell, finding)
    }

    /// Icon of the record's state.
    fn state_icon(&self) -> &'static str {
        self.delivery.row.state.icon()
    }

    fn state_word(&self) -> String {
        self.delivery.row.state.word()
    }

    fn is_open(&self) -> bool {
        is_open(self.delivery.row.state)
    }

    /// A finding's reason in words.
    fn reason(&self, finding: &Finding) -> String {
        card::reason(self.shell.lang, &finding.reason)
    }

    /// The last day before the first on which the delivery does not pass, if it passes on any.
    fn passing_until(&self) -> Option<String> {
        let passing = self.days.iter().take_while(|day| day.verdict.permits());
        passing.last().map(|day| self.shell.lang.date(day.day))
    }

    /// The first day on which the delivery does not pass.
    fn failing_day(&self) -> Option<String> {
        self.days
            .iter()
            .find(|day| !day.verdict.permits())
            .map(|day| self.shell.lang.date(day.day))
    }
}

/// The day in Japan an order was placed.
fn order_day(row: &ListedDelivery) -> chrono::NaiveDate {
    crate::clock::jst_date(row.ordered_at.and_utc())
}

impl ListPage {
    fn may_approve(&self) -> bool {
        let visitor = self.shell.visitor.as_ref();
        visitor.is_some_and(|visitor| visitor.role == Role::DistributionApprover)
    }

    /// Whether the reader may see what would not pass with what is known today.
    fn may_doubt(&self) -> bool {
        is(&self.shell, LooksBackOrApproves::ROLES)
    }

    fn may_follow_lots(&self) -> bool {
        may_follow_lots(&self.shell)
    }

    fn states(&self) -> &'static [State] {
        State::ALL
    }
}

/// Icon of a deviation: one that is closed stands out no more.
pub fn deviation_icon(deviation: &Deviation) -> &'static str {
    match deviation.closed_at {
        Some(_) => "met",
        None => "unmet",
    }
}

/// A printed number, for templates.
pub fn numbered(letter: &str, number: &i64) -> String {
    label(letter, *number)
}

/// A product's name; one that no edition knows shows its own word.
pub fn product(lang: &Lang, word: &str) -> String {
    match holds::product_named(word) {
        crate::rules::gate::OrderedProduct::Known(product) => lang.t(product.message_id()),
        crate::rules::gate::OrderedProduct::Unknown(word) => word,
    }
}

/// GET /deliveries/{id}/release.csv — the release as a row for the wholesaler's system.
pub async fn release_csv(site: Site, who: By<StaffAndInspector>, Id(id): Id<DeliveryId>) -> Answer {
    let scope = who.scope.clone();
    let delivery = site.read(move |conn| detail(conn, &scope, &id)).await?;
    let (name, text) = release_rows(&delivery)?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ))
        .body(text))
}

/// One row a product: release, delivery, facility, product, vials, last day, wholesaler.
fn release_rows(delivery: &Delivery) -> Result<(String, String)> {
    let release = delivery.release.as_ref().ok_or(Error::NotFound)?;
    let number = label("R", release.number);
    let head = [
        "release",
        "delivery",
        "facility",
        "product",
        "vials",
        "last_day",
        "wholesaler",
        "branch",
    ];
    let lines = delivery.lines.iter().map(|line| {
        vec![
            number.clone(),
            label("D", delivery.row.number),
            delivery.facility_name.clone(),
            line.product.clone(),
            line.quantity.to_string(),
            release.last_day.to_string(),
            delivery.wholesaler.clone(),
            delivery.branch.clone(),
        ]
    });
    let head = head.iter().map(ToString::to_string).collect();
    let text = tables::csv(std::iter::once(head).chain(lines))?;
    Ok((number, text))
}

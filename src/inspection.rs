//! What an inspector looks at: what left without a cause, what would not leave today, what was known when, and the log.

pub mod as_known;
pub mod dossier;
pub mod download;
pub mod log;

use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use crate::audit::browsing::{self, Standing};
use crate::deliveries::hindsight::{self, Change, Doubted};
use crate::deliveries::proofs;
use crate::ids::{DeliveryId, ShipmentId};
use crate::rules::finding::{Finding, Source};
use crate::standings::label;
use crate::web::card;
use crate::web::history::{sentence, who as by};
use crate::web::page::{Html, encode};
use crate::web::visitor::{LooksBack, LooksBackOrApproves};
use crate::web::{Answer, By, Nav, Pager, Shell, Site, show};

#[derive(Template)]
#[template(path = "inspection/start.html")]
struct StartPage {
    shell: Shell,
    log: Standing,
}

/// GET /inspection
pub async fn start(site: Site, who: By<LooksBack>) -> Answer {
    let log = site.read(browsing::standing).await?;
    let shell = who
        .shell("inspection-title", Nav::Inspection)
        .crumb("/", "nav-today");
    show(StartPage { shell, log })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Further {
    after: String,
}

#[derive(Template)]
#[template(path = "inspection/shipments.html")]
struct ShipmentsPage {
    shell: Shell,
    seen: u64,
    /// The delivery, and what the log says against it.
    unproved: Vec<(DeliveryId, &'static str)>,
    pager: Pager,
}

/// GET /inspection/shipments — whether the log bears out every shipment, a page of them at a time.
pub async fn shipments(site: Site, who: By<LooksBack>, query: Query<Further>) -> Answer {
    let after = query.after.clone();
    let looked = site.read(move |conn| proofs::look(conn, &after)).await?;
    let unproved = looked.unproved.into_iter();
    show(ShipmentsPage {
        shell: shell(&who, "inspection-shipments"),
        seen: looked.seen,
        unproved: unproved
            .filter_map(|one| Some((one.delivery.parse().ok()?, one.what.term())))
            .collect(),
        pager: pager(
            "/inspection/shipments",
            &query.after,
            looked.next.as_deref(),
        ),
    })
}

#[derive(Template)]
#[template(path = "inspection/would_not_pass.html")]
struct HindsightPage {
    shell: Shell,
    seen: usize,
    doubted: Vec<Doubted>,
    /// Whether the reader may ask what was known when.
    looks_back: bool,
    pager: Pager,
}

/// GET /inspection/would-not-pass
pub async fn would_not_pass(
    site: Site,
    who: By<LooksBackOrApproves>,
    query: Query<Further>,
) -> Answer {
    let (scope, after) = (who.scope.clone(), query.after.parse::<ShipmentId>().ok());
    let looked = site
        .read(move |conn| hindsight::look(conn, &scope, after.as_ref()))
        .await?;
    let looks_back = who.is(<LooksBack as crate::web::visitor::Roles>::ROLES);
    show(HindsightPage {
        shell: shell(&who, "inspection-would-not-pass"),
        seen: looked.seen,
        doubted: looked.doubted,
        looks_back,
        pager: pager(
            "/inspection/would-not-pass",
            &query.after,
            looked.next.as_ref().map(ShipmentId::as_str),
        ),
    })
}

/// The frame of a page below the first one.
fn shell<R: crate::web::visitor::Roles>(who: &By<R>, title: &str) -> Shell {
    let shell = who.shell(title, Nav::Inspection).crumb("/", "nav-today");
    match who.is(<LooksBack as crate::web::visitor::Roles>::ROLES) {
        true => shell.crumb("/inspection", "nav-inspection"),
        false => shell,
    }
}

fn pager(path: &str, after: &str, next: Option<&str>) -> Pager {
    Pager {
        first: (!after.is_empty()).then(|| path.to_owned()),
        next: next.map(|next| format!("{path}?after={}", encode(next))),
        size: hindsight::PAGE,
    }
}

impl HindsightPage {
    fn number(&self, row: &Doubted) -> String {
        label("D", row.number)
    }

    fn rule(&self, finding: &Finding) -> String {
        self.shell.t(&format!("rule-{}", finding.rule))
    }

    fn is_house(&self, finding: &Finding) -> bool {
        finding.source == Source::House
    }

    fn outcome(&self, finding: &Finding) -> Html {
        card::outcome(&self.shell, finding)
    }

    fn reason(&self, finding: &Finding) -> String {
        card::reason(self.shell.lang, &finding.reason)
    }

    /// What was recorded since, as sentences with the instant and who did it.
    fn since(&self, change: &Change) -> Vec<(Html, String, String)> {
        let lang = self.shell.lang;
        let rows = change.since.iter();
        rows.map(|row| {
            (
                self.shell.instant(row.at),
                sentence(lang, row),
                by(lang, row),
            )
        })
        .collect()
    }

    /// Where the same delivery is asked again for one of its days.
    fn asked(&self, row: &Doubted, change: &Change) -> String {
        use chrono::Datelike;
        let day = change.day;
        format!(
            "/deliveries/{}/as-known?on-y={}&on-m={}&on-d={}",
            row.id,
            day.year(),
            day.month(),
            day.day()
        )
    }
}

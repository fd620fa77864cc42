//! How a lot is followed: every facility that received it, for a hold or a recall.

use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use super::{Consignee, consignees};
use crate::error::FieldErrors;
use crate::web::visitor::StaffAndInspector;
use crate::web::{Answer, By, Fields, Nav, Pager, Shell, Site, page, show};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LotQuery {
    lot: String,
    after: i64,
}

#[derive(Template)]
#[template(path = "deliveries/lot.html")]
struct LotPage {
    shell: Shell,
    /// What was asked for, as typed.
    lot: String,
    rows: Vec<Consignee>,
    errors: FieldErrors,
    pager: Pager,
}

/// GET /lots
pub async fn lot(site: Site, who: By<StaffAndInspector>, Query(query): Query<LotQuery>) -> Answer {
    let mut fields = Fields::new();
    let asked = fields.optional_text("lot", &query.lot, 30);
    let errors = fields.done(()).err().unwrap_or_default();
    let (scope, after) = (who.scope.clone(), query.after);
    let mut rows = match asked {
        None => Vec::new(),
        Some(lot) => {
            site.read(move |conn| consignees(conn, &scope, &lot, after, Pager::SIZE + 1))
                .await?
        }
    };
    let path = format!("/lots?lot={}&", page::encode(&query.lot));
    let pager = Pager::cut(&mut rows, &path, after > 0, |row| row.number.to_string());
    show(LotPage {
        shell: who
            .shell("lots-title", Nav::Deliveries)
            .crumb("/deliveries", "nav-deliveries"),
        lot: query.lot,
        rows,
        errors,
        pager,
    })
}

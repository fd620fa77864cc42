//! The certificate of a delivery's verdict (納入可否判定): the clause table it was approved or shipped on, the signatures
//! and the proof, on A4.

use askama::Template;

use super::{Delivery, detail};
use crate::audit::proofs::{self, Logged};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::DeliveryId;
use crate::scope::Scope;
use crate::signatures::Signed;
use crate::standings::label;
use crate::verdicts::{self, Kept};
use crate::web::card::{self, Occasion};
use crate::web::page::Html;
use crate::web::proof::proof;
use crate::web::signed::signatures;
use crate::web::visitor::Readers;
use crate::web::{Answer, By, Id, Nav, Shell, Site, show};

#[derive(Template)]
#[template(path = "deliveries/certificate.html")]
struct CertificatePage {
    shell: Shell,
    delivery: Delivery,
    number: String,
    card: Html,
    signed: Html,
    proof: Html,
}

struct Seen {
    delivery: Delivery,
    verdict: Kept,
    signed: Vec<Signed>,
    rows: Vec<Logged>,
}

/// GET /deliveries/{id}/certificate
pub async fn certificate(site: Site, who: By<Readers>, Id(id): Id<DeliveryId>) -> Answer {
    let scope = who.scope.clone();
    let seen = site.read(move |conn| see(conn, &scope, &id)).await?;
    let number = label("D", seen.delivery.row.number);
    let shell = who
        .shell("certificate-delivery-title", Nav::Deliveries)
        .crumb("/deliveries", "nav-deliveries")
        .crumb_named(
            &format!("/deliveries/{}", seen.delivery.row.id),
            number.clone(),
        );
    let occasion = Occasion::of(&seen.verdict);
    let days = &seen.verdict.days;
    show(CertificatePage {
        card: card::card(&shell, "v", "delivery-verdict", days, &occasion),
        signed: signatures(&shell, &seen.signed),
        proof: proof(&shell, &site.config.public_url.origin, &seen.rows),
        shell,
        number,
        delivery: seen.delivery,
    })
}

/// A shipped delivery is certified by the verdict it left on, one that was approved by that of its approval.
fn see(conn: &mut AnyConn, scope: &Scope, id: &DeliveryId) -> Result<Seen> {
    let delivery = detail(conn, scope, id)?;
    let approval = delivery.approval.as_ref().ok_or(Error::NotFound)?;
    let shipment = delivery.shipment.as_ref();
    let verdict = shipment.map_or(&approval.verdict, |shipment| &shipment.verdict);
    let mut verdict = verdicts::get(conn, scope, verdict)?;
    let question = verdict.asked.gate().ok_or(Error::NotFound)?.clone();
    if scope.only().is_some() {
        verdicts::hide_partners(&question.facts, &mut verdict.days);
    }
    let verbs = ["delivery_approved", "delivery_shipped"];
    Ok(Seen {
        signed: super::signed(conn, &delivery)?,
        rows: proofs::logged(conn, id.as_str(), &verbs)?,
        verdict,
        delivery,
    })
}

impl CertificatePage {
    fn state(&self) -> Html {
        let state = self.delivery.row.state;
        self.shell.badge(state.icon(), &state.word())
    }

    fn product(&self, word: &str) -> String {
        super::pages::product(&self.shell.lang, word)
    }
}

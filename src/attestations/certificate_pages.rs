//! The certificate of an accepted attestation: its answers beside the clauses, its signatures, and its proof, on A4.

use askama::Template;

use super::pages::{frame, seen, state_icon, state_term};
use super::{Attestation, Section, sheet};
use crate::audit::proofs;
use crate::error::Error;
use crate::ids::AttestationId;
use crate::web::page::Html;
use crate::web::proof::proof;
use crate::web::signed::signatures;
use crate::web::visitor::Readers;
use crate::web::{Answer, By, Id, Shell, Site, show};

#[derive(Template)]
#[template(path = "attestations/certificate.html")]
struct CertificatePage {
    shell: Shell,
    found: Attestation,
    sections: Vec<Section>,
    editable: bool,
    signed: Html,
    proof: Html,
}

/// GET /attestations/{id}/certificate
pub async fn certificate(site: Site, who: By<Readers>, Id(id): Id<AttestationId>) -> Answer {
    let seen = seen(&site, &who, &id).await?;
    let found = seen.found;
    if !found.state.was_accepted() {
        return Err(Error::NotFound.into());
    }
    let rows = site
        .read(move |conn| proofs::logged(conn, id.as_str(), &["attestation_accepted"]))
        .await?;
    let shell = frame(&who, &found);
    let above = shell.title.clone();
    let shell = shell.crumb_named(&format!("/attestations/{}", found.id), above);
    let title = shell.t("certificate-attestation-title");
    let shell = shell.titled(title);
    show(CertificatePage {
        sections: sheet::sheet(shell.lang, &found),
        editable: false,
        signed: signatures(&shell, &seen.signed),
        proof: proof(&shell, &site.config.public_url.origin, &rows),
        shell,
        found,
    })
}

impl CertificatePage {
    fn state(&self) -> Html {
        let state = &self.found.state;
        self.shell.badge(state_icon(state), state_term(state))
    }
}

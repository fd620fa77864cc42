//! The certificate of an accepted statement on ※3: the three answers, the signatures and the proof, on A4.

use askama::Template;

use super::statement_pages::{Asked, answered};
use super::{Qualification, register};
use crate::audit::proofs;
use crate::error::Error;
use crate::ids::QualificationId;
use crate::web::page::Html;
use crate::web::proof::proof;
use crate::web::signed::signatures;
use crate::web::visitor::Readers;
use crate::web::{Answer, By, Id, Nav, Shell, Site, show};

#[derive(Template)]
#[template(path = "physicians/certificate.html")]
struct CertificatePage {
    shell: Shell,
    row: Qualification,
    points: Vec<Asked>,
    signed: Html,
    proof: Html,
}

/// GET /qualifications/{id}/certificate
///
/// Whoever knows of a statement from another facility, where its physician is in post as well, gets no certificate of it:
/// its rows of the log are that facility's.
pub async fn certificate(site: Site, who: By<Readers>, Id(id): Id<QualificationId>) -> Answer {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let row = register::statement(conn, &scope, &id, today)?;
        scope.admit(&row.facility)?;
        if row.known_from.is_none() {
            return Err(Error::NotFound);
        }
        let signed = super::signed(conn, &row)?;
        let rows = proofs::logged(conn, id.as_str(), &["qualification_accepted"])?;
        Ok((row, signed, rows))
    });
    let (row, signed, rows) = found.await?;
    let shell = who
        .shell("certificate-statement-title", Nav::Physicians)
        .crumb("/physicians", "physicians-title")
        .crumb_named(&format!("/qualifications/{}", row.id), row.label());
    show(CertificatePage {
        points: answered(&row),
        signed: signatures(&shell, &signed),
        proof: proof(&shell, &site.config.public_url.origin, &rows),
        shell,
        row,
    })
}

//! The proof of one row of the log, for whoever may see the record that the row is about; to read and to take away.

use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;

use crate::audit::proofs::{self, Found, Given};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::ids::AuditId;
use crate::scope::Scope;
use crate::web::history::sentence;
use crate::web::visitor::Readers;
use crate::web::{Answer, By, Id, Nav, Shell, Site, show};
use crate::{attestations, deliveries, physicians};

#[derive(Template)]
#[template(path = "proof.html")]
struct ProofPage {
    shell: Shell,
    found: Found,
    sentence: String,
    /// None until a checkpoint covers the row.
    given: Option<Given>,
    /// The record that the row is about.
    record: String,
}

/// GET /proofs/{id}
pub async fn page(site: Site, who: By<Readers>, Id(id): Id<AuditId>) -> Answer {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let (found, record) = see(conn, &scope, &id, today)?;
        let given = match found.logged.covered {
            Some(_) => Some(proofs::given(conn, &found.logged)?),
            None => None,
        };
        Ok((found, record, given))
    });
    let (found, record, given) = found.await?;
    let shell = who.shell("proof-title", Nav::None);
    show(ProofPage {
        sentence: sentence(shell.lang, &found.row),
        shell,
        found,
        given,
        record,
    })
}

/// GET /proofs/{id}/inclusion.json — what `tools/verify_audit.py --proof` reads.
pub async fn inclusion(site: Site, who: By<Readers>, Id(id): Id<AuditId>) -> Answer {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let (found, _) = see(conn, &scope, &id, today)?;
        Ok((found.logged.seq, proofs::given(conn, &found.logged)?))
    });
    let (seq, given) = found.await?;
    let text = serde_json::to_string_pretty(&given).map_err(Error::from)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"kanmon-proof-{seq}.json\""),
        ))
        .body(text))
}

/// The row with the address of its record, if the reader may see that record.
fn see(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &AuditId,
    today: chrono::NaiveDate,
) -> Result<(Found, String)> {
    let found = proofs::row(conn, scope, id)?;
    let subject = found.subject.as_str();
    let known = |_| Error::NotFound;
    let room = match found.kind.as_str() {
        attestations::SUBJECT => {
            attestations::get(conn, scope, &subject.parse().map_err(known)?)?;
            "attestations"
        }
        physicians::SUBJECT => {
            let id = subject.parse().map_err(known)?;
            physicians::register::statement(conn, scope, &id, today)?;
            "qualifications"
        }
        "delivery" => {
            deliveries::detail(conn, scope, &subject.parse().map_err(known)?)?;
            "deliveries"
        }
        _ => return Err(Error::NotFound),
    };
    let record = format!("/{room}/{subject}");
    Ok((found, record))
}

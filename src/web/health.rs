//! What a watcher asks: is the program up, can it work, which version is it.

use actix_web::HttpResponse;
use serde_json::json;

use super::{Open, Site};
use crate::audit;

/// GET /healthz: the program answers.
pub async fn healthz(_: Open) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// GET /readyz: the database answers too.
pub async fn readyz(site: Site, _: Open) -> HttpResponse {
    match site.read(audit::head).await {
        Ok(_) => HttpResponse::Ok()
            .content_type("text/plain")
            .body("ready\n"),
        Err(_) => HttpResponse::ServiceUnavailable()
            .content_type("text/plain")
            .body("the database does not answer\n"),
    }
}

/// GET /version
pub async fn version(_: Open) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "name": "kanmon",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": crate::rules::RULES_VERSION,
        "edition": crate::rules::notice::editions().last().map(|edition| edition.id),
    }))
}

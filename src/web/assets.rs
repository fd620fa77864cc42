//! Style sheets and pictures inside the binary, each under a name that changes with its content; texts for visitors that are programs.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use chrono::SecondsFormat;

use super::{Answer, Open, Problem, Site};
use crate::audit::sha256;
use crate::error::Error;

#[derive(rust_embed::RustEmbed)]
#[folder = "assets/"]
struct Files;

struct Asset {
    bytes: Vec<u8>,
    kind: String,
}

static BY_NAME: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|file| {
            let bytes = Files::get(&file)?.data.into_owned();
            let kind = mime_guess::from_path(file.as_ref())
                .first_or_octet_stream()
                .to_string();
            let kind = if kind.starts_with("text/") {
                format!("{kind}; charset=utf-8")
            } else {
                kind
            };
            Some((hashed(&file, &bytes), Asset { bytes, kind }))
        })
        .collect()
});

static URLS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|file| {
            let bytes = Files::get(&file)?.data;
            Some((
                file.to_string(),
                format!("/assets/{}", hashed(&file, &bytes)),
            ))
        })
        .collect()
});

/// `style.css` with its content's digest: `style.0f3a….css`.
fn hashed(file: &str, bytes: &[u8]) -> String {
    let digest: String = sha256(&[bytes]).chars().take(12).collect();
    match file.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{digest}.{extension}"),
        None => format!("{file}.{digest}"),
    }
}

/// Where a file is served.
pub fn url(file: &str) -> &'static str {
    URLS.get(file).map_or("/assets/missing", String::as_str)
}

/// GET /assets/{name}
pub async fn asset(name: web::Path<String>, _: Open) -> Answer {
    let found = BY_NAME
        .get(name.as_str())
        .ok_or_else(|| Problem::from(Error::NotFound))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, found.kind.as_str()))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(found.bytes.as_slice()))
}

/// GET /robots.txt
pub async fn robots(_: Open) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(Files::get("robots.txt").map_or_else(Vec::new, |file| file.data.into_owned()))
}

/// GET /.well-known/security.txt: whom to tell of a weakness (RFC 9116). Nothing where the operator names nobody, and
/// nothing once the contact's last day has passed: a stale address would swallow reports.
pub async fn security_txt(site: Site, _: Open) -> Answer {
    let contact = site.config.contact.as_ref();
    let contact = contact.filter(|contact| site.db.clock().now() < contact.expires);
    let contact = contact.ok_or_else(|| Problem::from(Error::NotFound))?;
    let text = format!(
        "Contact: {}\nExpires: {}\nPreferred-Languages: ja, en\nCanonical: {}/.well-known/security.txt\n",
        contact.uri,
        contact.expires.to_rfc3339_opts(SecondsFormat::Secs, true),
        site.config.public_url.origin,
    );
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text))
}

//! What a request may be: for our own host, no longer than an address of ours, with a body that comes whole and soon.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use actix_web::body::{BodyStream, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, HOST};
use actix_web::middleware::Next;
use actix_web::rt::time::{sleep, timeout};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{Error, HttpMessage, rt};

use super::forms::LIMIT;
use super::{Problem, of};
use crate::config::{PublicUrl, is_loopback};

/// The longest path and query in bytes; ours stay far below.
const ADDRESS: usize = 4096;
/// What a watcher on the machine itself may ask under the machine's own name.
const HEALTH: &[&str] = &["/healthz", "/readyz", "/version"];

/// How long the rest of a refused body is held; see [`bounded`].
const HELD: Duration = Duration::from_secs(10);

/// The middleware. It reads the body before anything else happens: whoever sends slowly holds no worker, no session
/// and no database, and no answer waits for what was not read.
pub async fn bounded(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    let payload = req.take_payload();
    let is_empty = matches!(payload, Payload::None);
    let mut body = Box::pin(BodyStream::new(payload));
    match check(&req, &mut body).await {
        Ok(whole) => {
            if !whole.is_empty() {
                req.set_payload(whole.into());
            }
            Ok(next.call(req).await?.map_into_left_body())
        }
        Err(problem) => {
            // The server reads a body that was let go to its end, however long its sender takes, but closes the
            // connection on one that somebody still holds.
            if !is_empty {
                rt::spawn(async move {
                    sleep(HELD).await;
                    drop(body);
                });
            }
            Ok(req.error_response(problem).map_into_right_body())
        }
    }
}

type Body = Pin<Box<BodyStream<Payload>>>;

async fn check(req: &ServiceRequest, body: &mut Body) -> Result<Bytes, Problem> {
    let config = of(req.request())?.config;
    if !is_for_us(req, &config.public_url) {
        return Err(Problem::NotOurHost);
    }
    let here = req.uri().path_and_query();
    if here.is_some_and(|here| here.as_str().len() > ADDRESS) {
        return Err(Problem::LongAddress);
    }
    let length = req.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > LIMIT) {
        return Err(Problem::TooLarge);
    }
    let whole = timeout(config.pace.body, whole(body)).await;
    whole.map_err(|_| Problem::TooSlow)?
}

async fn whole(body: &mut Body) -> Result<Bytes, Problem> {
    let mut whole = BytesMut::new();
    while let Some(part) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
        let part = part.map_err(|_| Problem::NotAForm)?;
        if whole.len() + part.len() > LIMIT {
            return Err(Problem::TooLarge);
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole.freeze())
}

/// Whether the request names the host of our pages, and names it once. What a proxy adds (X-Forwarded-…) is not
/// looked at here or anywhere.
fn is_for_us(req: &ServiceRequest, ours: &PublicUrl) -> bool {
    let mut hosts = req.headers().get_all(HOST);
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let Ok(host) = host.to_str() else {
        return false;
    };
    // A request line may name a host, too.
    let named = req.uri().authority().map(|authority| authority.as_str());
    [Some(host), named]
        .into_iter()
        .flatten()
        .all(|host| is_ours(host, req.path(), ours))
}

fn is_ours(host: &str, path: &str, ours: &PublicUrl) -> bool {
    let host = host.to_ascii_lowercase();
    let authority = ours.origin.rsplit("//").next().unwrap_or_default();
    // Browsers leave the usual port out; others may name it.
    let usual = if ours.https { ":443" } else { ":80" };
    if host == authority || host.strip_suffix(usual) == Some(authority) {
        return true;
    }
    // On one's own machine the port may be forwarded.
    is_loopback(&host) && (is_loopback(authority) || HEALTH.contains(&path))
}

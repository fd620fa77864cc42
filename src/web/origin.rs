//! Refuses requests that change something unless the browser says that they come from our own pages.

use actix_web::Error;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HOST, ORIGIN};
use actix_web::middleware::Next;

use super::{Problem, Site};
use crate::config::is_loopback;

/// The middleware. A request with neither header comes from no browser of this century and is refused.
pub async fn same_origin(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    if req.method().is_safe() || comes_from_us(&req) {
        return Ok(next.call(req).await?.map_into_left_body());
    }
    Ok(req.error_response(Problem::CrossSite).map_into_right_body())
}

fn comes_from_us(req: &ServiceRequest) -> bool {
    let header = |name: &str| {
        req.headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if let Some(site) = header("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = header(ORIGIN.as_str()) else {
        return false;
    };
    let ours = req
        .app_data::<Site>()
        .is_some_and(|site| origin.eq_ignore_ascii_case(&site.config.public_url.origin));
    // On one's own machine the port may be forwarded: there the Host header stands for the address of the pages.
    let host = header(HOST.as_str()).filter(|host| is_loopback(host));
    ours || host.is_some_and(|host| origin.eq_ignore_ascii_case(&format!("http://{host}")))
}

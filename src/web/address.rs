//! Identifiers in addresses: one that is ill-formed is answered like one that nobody has.

use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::Problem;
use crate::error::Error;

/// An identifier from the address, `{id}`. One that is ill-formed is answered like one that nobody has.
#[derive(Debug, Clone)]
pub struct Id<T>(pub T);

/// A second identifier from the address, `{part}`.
#[derive(Debug, Clone)]
pub struct Part<T>(pub T);

fn from_path<T: FromStr>(req: &HttpRequest, name: &str) -> Result<T, Problem> {
    req.match_info()
        .get(name)
        .and_then(|text| text.parse().ok())
        .ok_or(Problem::Room(Error::NotFound))
}

impl<T: FromStr> FromRequest for Id<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(from_path(req, "id").map(Id))
    }
}

impl<T: FromStr> FromRequest for Part<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(from_path(req, "part").map(Part))
    }
}

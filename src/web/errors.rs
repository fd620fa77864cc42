//! What goes wrong, as a page in the reader's language that offers a way onward.

use std::fmt;
use std::rc::Rc;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::BlockingError;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError};
use askama::Template;

use super::page::{Desk, Shell, encode, send};
use super::visitor::Visitor;
use super::{Guest, Nav, Site};
use crate::accounts::role_id;
use crate::error::{Error, FieldErrors};
use crate::messages::Lang;
use crate::scope::Role;

/// What a handler answers.
pub type Answer = Result<HttpResponse, Problem>;

/// Why there is no page.
#[derive(Debug)]
pub enum Problem {
    /// What a verb or a read said.
    Room(Error),
    /// Nobody is signed in; afterwards the reader comes back to this address.
    SignIn(Option<String>),
    /// The account has no membership that holds today.
    NoRoleToday(Lang),
    /// The page is for these roles.
    WrongRole(Vec<Role>),
    /// The request does not come from our pages.
    CrossSite,
    /// The form is larger than any of ours.
    TooLarge,
    /// The request is no form of ours.
    NotAForm,
    /// Too many sign-ins from one address.
    TooMany,
    /// The operator has turned the pages of cases off.
    CasesOff,
    /// The request names another host than that of our pages.
    NotOurHost,
    /// The address is longer than any of ours.
    LongAddress,
    /// The body did not come in time.
    TooSlow,
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Problem::Room(Error::NotFound) | Problem::CasesOff => StatusCode::NOT_FOUND,
            Problem::Room(Error::Forbidden)
            | Problem::WrongRole(_)
            | Problem::NoRoleToday(_)
            | Problem::CrossSite => StatusCode::FORBIDDEN,
            Problem::Room(Error::Stale) => StatusCode::CONFLICT,
            Problem::Room(Error::Invalid(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::NotAForm => StatusCode::BAD_REQUEST,
            Problem::Room(Error::Busy) => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Room(Error::Broken(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            Problem::SignIn(_) => StatusCode::SEE_OTHER,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Problem::NotOurHost => StatusCode::MISDIRECTED_REQUEST,
            Problem::LongAddress => StatusCode::URI_TOO_LONG,
            Problem::TooSlow => StatusCode::REQUEST_TIMEOUT,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Room(error) => error.fmt(f),
            other => write!(f, "{other:?}"),
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    /// Plain; the middleware below puts the page in its place, because only there the reader is known.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        match self {
            Problem::SignIn(next) => {
                let next = next.as_deref().filter(|next| *next != "/");
                let to = next.map_or_else(
                    || "/sign-in".to_owned(),
                    |next| format!("/sign-in?next={}", encode(next)),
                );
                HttpResponse::SeeOther()
                    .insert_header((header::LOCATION, to))
                    .finish()
            }
            other => HttpResponse::new(other.status()),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        Problem::Room(error)
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Problem {
        Problem::Room(Error::Invalid(errors))
    }
}

impl From<BlockingError> for Problem {
    fn from(cause: BlockingError) -> Problem {
        Problem::Room(Error::broken("worker", cause))
    }
}

/// Takes the errors that a form is shown again for out of all that may have gone wrong.
pub fn or_again<T>(outcome: Result<T, Problem>) -> Result<Result<T, FieldErrors>, Problem> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Problem::Room(Error::Invalid(errors))) => Ok(Err(errors)),
        Err(other) => Err(other),
    }
}

/// The same where a verb names its field otherwise than the form does.
pub fn or_again_as<T>(
    outcome: Result<T, Problem>,
    field: &str,
) -> Result<Result<T, FieldErrors>, Problem> {
    Ok(or_again(outcome)?.map_err(|errors| {
        let named = errors.0.into_iter();
        FieldErrors(
            named
                .map(|(_, message)| (field.to_owned(), message))
                .collect(),
        )
    }))
}

/// The record that an address for a change belongs to: `/deliveries/7/approval` is about `/deliveries/7`.
pub(super) fn record_of(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((record, _)) if !record.is_empty() => record.to_owned(),
        _ => "/".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "shared/problem.html")]
struct ProblemPage {
    shell: Shell,
    text: String,
    errors: FieldErrors,
    request: Option<String>,
    way: (String, String),
}

/// The middleware: answers without a page get one.
pub async fn pages(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, actix_web::Error> {
    let res = next.call(req).await?;
    let status = res.status();
    let is_page = res.headers().contains_key(header::CONTENT_TYPE)
        && res
            .response()
            .error()
            .is_none_or(|error| error.as_error::<Problem>().is_none());
    if !(status.is_client_error() || status.is_server_error()) || is_page {
        return Ok(res.map_into_left_body());
    }
    let page = {
        let error = res.response().error();
        let problem = error.and_then(|error| error.as_error::<Problem>());
        render(&res, status, problem, error.map(ToString::to_string))
    };
    let (req, old) = res.into_parts();
    let Ok(mut page) = page else {
        return Ok(ServiceResponse::new(req, old).map_into_left_body());
    };
    for (name, value) in old.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    Ok(ServiceResponse::new(req, page).map_into_right_body())
}

fn render<B>(
    res: &ServiceResponse<B>,
    status: StatusCode,
    problem: Option<&Problem>,
    cause: Option<String>,
) -> Answer {
    let req = res.request();
    let visitor = req.extensions().get::<Rc<Visitor>>().cloned();
    let desk = req.extensions().get::<Desk>().cloned();
    let mut desk = desk.unwrap_or_else(|| Desk::of_request(req));
    if let Some(Problem::NoRoleToday(lang)) = problem {
        desk.lang = *lang;
    }
    let lang = desk.lang;
    let request = status.is_server_error().then(|| {
        let id: String = crate::ids::fresh(desk.now());
        tracing::error!(request = %id, path = %req.path(), status = status.as_u16(), cause, "failed");
        id
    });
    let (title, text) = words(status, problem, lang);
    let way = match problem {
        Some(Problem::Room(Error::Stale | Error::Invalid(_) | Error::Busy)) => {
            (desk.here.clone(), lang.t("errors-to-the-record"))
        }
        Some(Problem::NoRoleToday(_)) => ("/sign-in".to_owned(), lang.t("errors-to-sign-in")),
        _ => ("/".to_owned(), lang.t("errors-to-the-start")),
    };
    let errors = match problem {
        Some(Problem::Room(Error::Invalid(errors))) => errors.clone(),
        _ => FieldErrors::default(),
    };
    let page = ProblemPage {
        shell: Shell::new(&desk, visitor, title, Nav::None, None),
        text,
        errors,
        request,
        way,
    };
    send(status, &page)
}

fn words(status: StatusCode, problem: Option<&Problem>, lang: Lang) -> (&'static str, String) {
    let (title, text) = match problem {
        Some(Problem::WrongRole(roles)) => {
            let roles: Vec<String> = roles.iter().map(|role| lang.t(role_id(*role))).collect();
            let roles = [("roles".to_owned(), roles.join(lang.comma()))];
            let text = lang.weave("errors-wrong-role", &roles);
            return ("errors-forbidden-title", text.unwrap_or_default());
        }
        Some(Problem::NoRoleToday(_)) => ("errors-no-role-title", "errors-no-role"),
        Some(Problem::CasesOff) => ("errors-cases-off-title", "errors-cases-off"),
        Some(Problem::CrossSite) => ("errors-cross-site-title", "errors-cross-site"),
        _ => match status.as_u16() {
            400 => ("errors-bad-request-title", "errors-bad-request"),
            403 => ("errors-forbidden-title", "errors-forbidden"),
            404 => ("errors-not-found-title", "errors-not-found"),
            405 => ("errors-method-title", "errors-method"),
            408 => ("errors-too-slow-title", "errors-too-slow"),
            409 => ("errors-stale-title", "errors-stale"),
            413 => ("errors-too-large-title", "errors-too-large"),
            414 => ("errors-long-address-title", "errors-long-address"),
            421 => ("errors-other-host-title", "errors-other-host"),
            422 => ("errors-invalid-title", "errors-invalid"),
            429 => ("errors-too-many-title", "errors-too-many"),
            503 => ("errors-busy-title", "errors-busy"),
            _ => ("errors-broken-title", "errors-broken"),
        },
    };
    (title, lang.t(text))
}

/// Every address that is none of ours.
pub async fn not_found(_: Site, _: Guest) -> Answer {
    Err(Error::NotFound.into())
}

/// What every address of cases answers while the operator has turned them off.
pub async fn cases_off(_: Site, _: Guest) -> Answer {
    Err(Problem::CasesOff)
}

/// The title of a form that came back says so first, whichever page it is.
pub(super) fn wrong_title(html: String) -> String {
    let lang = match html.contains("<html lang=\"en\"") {
        true => Lang::En,
        false => Lang::Ja,
    };
    let said = format!("<title>{}", lang.t("forms-error"));
    if html.contains(&said) {
        return html;
    }
    html.replacen("<title>", &said, 1)
}

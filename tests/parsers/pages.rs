//! What a browser sends: bodies of forms through the extractor that every page uses, and cookies through the whole
//! application.

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use actix_web::http::header::HeaderValue;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{FromRequest, ResponseError};
use kanmon::deliveries::approval_pages::ApprovalsForm;
use kanmon::deliveries::step_pages::StepForm;
use kanmon::scope::Role;
use kanmon::web::{Form, Problem, Ymd};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::support::TestApp;

/// A form with a field of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Everything {
    version: i32,
    text: String,
    list: Vec<String>,
    on: Ymd,
}

/// A body that is there already needs no waiting.
fn at_once<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("the form does not end");
}

fn sent<T: DeserializeOwned + 'static>(body: &[u8]) -> Option<T> {
    let (request, mut payload) = TestRequest::post()
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(body.to_vec())
        .to_http_parts();
    match at_once(Form::<T>::from_request(&request, &mut payload)) {
        Ok(Form(form)) => Some(form),
        Err(refusal) => {
            assert!(
                matches!(refusal, Problem::NotAForm | Problem::TooLarge),
                "{refusal:?}"
            );
            assert!(refusal.status_code().is_client_error());
            assert!(body.len() > 64 * 1024 || matches!(refusal, Problem::NotAForm));
            None
        }
    }
}

pub fn form_body(bytes: &[u8]) -> bool {
    let read = sent::<Everything>(bytes);
    if let Some(form) = &read {
        let list = form.list.iter().map(|one| ("list", one.as_str()));
        let version = form.version.to_string();
        let own = [
            ("version", version.as_str()),
            ("text", &form.text),
            ("on-y", &form.on.y),
            ("on-m", &form.on.m),
            ("on-d", &form.on.d),
            ("on-t", &form.on.t),
        ];
        let fields: Vec<(&str, &str)> = own.into_iter().chain(list).collect();
        let body = serde_html_form::to_string(fields).unwrap();
        // What was short may grow beyond the limit where every byte of it is escaped.
        if body.len() <= 64 * 1024 {
            assert_eq!(sent::<Everything>(body.as_bytes()).as_ref(), Some(form));
        }
    }
    let step = sent::<StepForm>(bytes);
    let list = sent::<ApprovalsForm>(bytes);
    read.is_some() || step.is_some() || list.is_some()
}

/// Asks with a cookie: the status and address of the first page, and the language of the page to sign in.
type Asked = Box<dyn Fn(&HeaderValue) -> (u16, String, bool)>;

struct Door {
    /// The cookie of somebody who is signed in.
    session: String,
    ask: Asked,
    _app: TestApp,
}

thread_local! {
    static DOOR: RefCell<Option<Door>> = const { RefCell::new(None) };
}

fn door() -> Door {
    let app = TestApp::new();
    let user = app.user(Role::Inspector, None);
    let session = user.cookies["kanmon"].clone();
    let system = actix_web::rt::System::new();
    let service = system.block_on(init_service(kanmon::app::app(app.site.clone())));
    let host = app.address.to_string();
    let ask: Asked = Box::new(move |cookie| {
        let request = |path: &str| {
            TestRequest::get()
                .uri(path)
                .insert_header(("host", host.clone()))
                .insert_header(("cookie", cookie.clone()))
                .to_request()
        };
        system.block_on(async {
            let first = try_call_service(&service, request("/")).await.unwrap();
            let to = first.headers().get("location");
            let to = to.map_or("", |to| to.to_str().unwrap()).to_owned();
            let page = try_call_service(&service, request("/sign-in"))
                .await
                .unwrap();
            let english = page.headers().contains_key("content-type") && {
                let body = actix_web::test::read_body(page).await;
                String::from_utf8_lossy(&body).contains("<html lang=\"en\"")
            };
            (first.status().as_u16(), to, english)
        })
    });
    Door {
        session,
        ask,
        _app: app,
    }
}

/// Closes the application that this thread opened, if it did.
pub fn shut() {
    drop(DOOR.take());
}

/// `SESSION` in a cookie stands for one that is signed in, `BROKEN` for the same with one letter changed.
pub fn cookie(bytes: &[u8]) -> bool {
    DOOR.with_borrow_mut(|door_of_thread| {
        let door = door_of_thread.get_or_insert_with(door);
        let mut broken = door.session.clone().into_bytes();
        let at = bytes.len() % broken.len();
        broken[at] = if broken[at] == b'x' { b'y' } else { b'x' };
        let own = lossless(bytes, b"SESSION", door.session.as_bytes());
        let own = lossless(&own, b"BROKEN", &broken);
        let Ok(cookie) = HeaderValue::from_bytes(&own) else {
            return false;
        };
        let (status, to, english) = (door.ask)(&cookie);
        let whole = own
            .windows(door.session.len())
            .any(|part| part == door.session.as_bytes());
        if whole {
            assert!(matches!(status, 200 | 303), "{status}");
        } else {
            // Whoever brings no cookie of ours is shown the way in.
            assert_eq!((status, to.as_str()), (303, "/sign-in"));
        }
        english || status == 200
    })
}

fn lossless(bytes: &[u8], word: &[u8], by: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(word.len()).position(|part| part == word) {
        whole.extend_from_slice(&rest[..at]);
        whole.extend_from_slice(by);
        rest = &rest[at + word.len()..];
    }
    whole.extend_from_slice(rest);
    whole
}

//! The access table: every address says who may use it, and nobody else gets in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::collections::BTreeSet;

use actix_web::http::Method;
use kanmon::scope::Role;
use kanmon::web::visitor::Who;
use support::TestApp;

/// What anybody may ask for without signing in. Anything added to the application and not here fails the test.
const OPEN: &[&str] = &[
    "GET /assets/{name}",
    "GET /healthz",
    "GET /invitation",
    "GET /readyz",
    "GET /reset",
    "GET /robots.txt",
    "GET /sign-in",
    "GET /sign-in/reset",
    "GET /version",
    "POST /invitation",
    "POST /language",
    "POST /reset",
    "POST /sign-in",
    "POST /sign-in/reset",
    "POST /sign-out",
];

fn address(path: &str) -> String {
    path.replace("/steps/{part}", "/steps/admission")
        .replace("{id}", "00000000-0000-0000-0000-000000000000")
        .replace("{part}", "00000000-0000-0000-0000-000000000000")
        .replace("{name}", "style.css")
}

#[test]
fn only_the_listed_addresses_are_open() {
    let open: BTreeSet<String> = kanmon::app::routes()
        .iter()
        .filter(|route| route.who == Who::Everybody)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(open, OPEN.iter().map(ToString::to_string).collect());
}

#[test]
fn nobody_gets_in_without_signing_in_or_by_another_role() {
    let app = TestApp::new();
    let mut stranger = app.visitor();
    let manufacturer = Role::ALL.iter().filter(|role| !role.is_at_facility());
    let mut users: Vec<_> = manufacturer
        .map(|role| (*role, app.user(*role, None)))
        .collect();
    for route in kanmon::app::routes() {
        let Who::Only(roles) = route.who else {
            continue;
        };
        let path = address(route.path);
        let name = format!("{} {path}", route.method);
        let ask = |user: &mut support::User| {
            if route.method == Method::GET {
                user.get(&path)
            } else {
                user.post(&path, &[])
            }
        };
        let reply = ask(&mut stranger);
        assert_eq!(reply.status, 303, "{name}");
        assert!(reply.location().starts_with("/sign-in"), "{name}");
        for (role, user) in &mut users {
            let reply = ask(user);
            if roles.contains(role) {
                assert_ne!(reply.status, 403, "{name} as {role:?}: {}", reply.text());
            } else {
                assert_eq!(reply.status, 403, "{name} as {role:?}");
            }
            assert!(reply.status < 500, "{name} as {role:?}: {}", reply.text());
        }
    }
}

//! People with second factors, as they act through the pages.

use chrono::{DateTime, TimeDelta, Utc};
use kanmon::accounts::factors::codes::totp;
use kanmon::ids::AccountId;
use kanmon::scope::Role;

use crate::support::{PASSWORD, Reply, TestApp, User};

/// The application as it is outside the sample.
pub fn app() -> TestApp {
    TestApp::with(|config| config.second_factor = true)
}

/// Somebody with an app and recovery codes.
pub struct Person {
    pub user: User,
    pub account: AccountId,
    pub secret: Vec<u8>,
    pub recovery: Vec<String>,
}

/// What stands between two marks of a page.
pub fn between<'a>(body: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = body
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from:?} in {body}"));
    rest.split_once(to).unwrap().0
}

/// The secret that an enrolment page shows for typing by hand.
pub fn secret_of(page: &Reply) -> Vec<u8> {
    let shown = between(&page.body, "class=\"secret\">", "<");
    let letters: String = shown.chars().filter(|c| !c.is_whitespace()).collect();
    totp_rs::Secret::try_from_base32(letters)
        .unwrap()
        .as_bytes()
        .to_vec()
}

/// The codes that a page shows once.
pub fn codes_of(page: &Reply) -> Vec<String> {
    let list = between(&page.body, "<ol class=\"codes\">", "</ol>");
    list.split("<li><span class=\"nw\">")
        .skip(1)
        .map(|item| item.split('<').next().unwrap().to_owned())
        .collect()
}

/// What an app shows at an instant.
pub fn code_at(secret: &[u8], at: DateTime<Utc>) -> String {
    let seconds = u64::try_from(at.timestamp()).unwrap();
    totp(secret, "").unwrap().generate(seconds).to_string()
}

/// Right password, and nothing more yet.
pub fn half(app: &TestApp, login: &str) -> User {
    let mut user = app.visitor();
    user.login = login.to_owned();
    user.sign_in(PASSWORD);
    user
}

pub fn second(user: &mut User, code: &str) -> Reply {
    user.post("/sign-in/second", &[("factor", code)])
}

impl Person {
    pub fn code(&self, app: &TestApp) -> String {
        code_at(&self.secret, app.clock.now())
    }

    /// The code of the next step, because a code is taken once.
    pub fn next_code(&self, app: &TestApp) -> String {
        app.clock.advance(TimeDelta::seconds(30));
        self.code(app)
    }

    /// Signs in once more, at another browser.
    pub fn again(&self, app: &TestApp) -> User {
        let mut user = half(app, &self.user.login);
        let reply = second(&mut user, &self.next_code(app));
        assert_eq!(reply.is(303).location(), "/");
        user
    }
}

/// Sets up an app for an account that is there.
pub fn enrol(app: &TestApp, login: &str, account: &AccountId) -> Person {
    let mut user = half(app, login);
    let page = user.get("/sign-in/factor");
    let secret = secret_of(page.is(200));
    let code = code_at(&secret, app.clock.now());
    let page = user.post("/sign-in/factor", &[("factor", &code)]);
    let recovery = codes_of(page.is(200));
    user.account = Some(account.clone());
    Person {
        user,
        account: account.clone(),
        secret,
        recovery,
    }
}

/// Somebody new of the manufacturer with an app.
pub fn person(app: &TestApp, login: &str, role: Role) -> Person {
    let (_, account, _) = app.account("架空 花子", login, role, None);
    enrol(app, login, &account)
}

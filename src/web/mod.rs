//! Floor 3: what every page shares — the site, who asks, forms, the frame of a page, errors and headers.
//!
//! A page looks like this (`accounts/pages.rs` is the living example):
//!
//! ```text
//! /// GET /facilities/{id}/note
//! #[derive(Template)]
//! #[template(path = "facilities/note.html")]   // {% extends "shared/layout.html" %}{% block main %}…
//! struct NotePage { shell: Shell, form: NoteForm, errors: FieldErrors }
//!
//! #[derive(Default, Deserialize)]
//! #[serde(default)]
//! pub struct NoteForm { text: String, from: Ymd }   // strings as typed; Ymd is three inputs from-y, from-m, from-d
//!
//! pub async fn note_form(site: Site, who: By<Staff>, Id(id): Id<FacilityId>) -> Answer {
//!     let scope = who.scope.clone();
//!     let facility = site.read(move |conn| store::get(conn, &scope, &id)).await?;
//!     show(NotePage { shell: who.shell("note-title", Nav::Facilities).crumb("/facilities", "nav-facilities"), … })
//! }
//!
//! pub async fn note(site: Site, who: By<Staff>, Id(id): Id<FacilityId>, Form(form): Form<NoteForm>) -> Answer {
//!     let outcome = match form.check() {               // collects every error with `Fields`
//!         Ok(new) => site.write(&who, move |tx| facilities::note(tx, &id, &new)).await,
//!         Err(errors) => Err(errors.into()),
//!     };
//!     match or_again(outcome)? {                        // Err(FieldErrors) is the form once more, all else a Problem
//!         Ok(_) => { who.flash(Message::new("note-kept")); see_other(&format!("/facilities/{id}")) }
//!         Err(errors) => show_again(NotePage { form, errors, … }),   // 422
//!     }
//! }
//! ```
//!
//! Then add the page to the list in `app.rs`: `get("/facilities/{id}/note", pages::note_form)`. A handler without
//! `By<…>`, `Guest` (signed in or not) or `Open` does not compile there. In a template: `{{ shell.t("id") }}`, `{{ shell.date(day) }}`,
//! `{{ shell.status("met", "outcome-met") }}`, `{% let input = shell.input(errors) %}`,
//! `{{ input.text("text", form.text) }}` (label `label-text`), `{{ input.date("from", form.from) }}`,
//! `{{ input.password("password") }}` for a signature, `{% include "shared/pager.html" %}`. In the handler,
//! `card::card`, `card::days`, `signed::signatures` and `history::history` return ready HTML for a field of the template struct.
//! Field names end in none of `-y`, `-m`, `-d`, `-t`: those are the parts of a date.

pub mod address;
pub mod assets;
pub mod card;
pub mod clauses;
pub mod errors;
pub mod forms;
pub mod headers;
pub mod health;
pub mod history;
pub mod inputs;
pub mod limits;
pub mod links;
mod nav;
pub mod origin;
pub mod page;
pub mod proof;
pub mod qr;
pub mod session;
pub mod signed;
mod signing;
mod tongue;
pub mod visitor;

use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::accounts;
use crate::accounts::factors::Keys;
use crate::config::Config;
use crate::db::{AnyConn, Db, Tx};
use crate::error::Result;
use crate::scope::Actor;
use crate::signatures::Proof;

pub use address::{Id, Part};
pub use errors::{Answer, Problem, or_again, or_again_as};
pub use forms::{Asked, Fields, Form, Ymd};
pub use nav::Nav;
pub use page::{Pager, Shell, see_other, show, show_again};
pub use visitor::{
    Administrator, Anyone, Approver, By, CanOrder, Coordinator, FacilityPeople, Guest, Inspector,
    Open, Operator, PhysicianRole, Representative, SafetyOfficer, Staff, StaffAndInspector,
    Visitor,
};

/// What every request of one installation shares. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    pub db: Db,
    pub config: Arc<Config>,
    /// How often one address may try to sign in.
    pub attempts: Arc<session::Attempts>,
    /// Held while a dossier is made: one at a time is enough work beside the pages.
    pub making: Arc<Mutex<()>>,
}

impl Site {
    pub fn new(db: Db, config: Config) -> Site {
        Site {
            db,
            config: Arc::new(config),
            attempts: Arc::new(session::attempts()),
            making: Arc::default(),
        }
    }

    /// Reads in one snapshot, away from the threads that answer requests.
    pub async fn read<T, F>(&self, read: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConn) -> Result<T> + Send + 'static,
    {
        let db = self.db.clone();
        self.block(move || db.read(read)).await
    }

    /// Runs a verb as the one who asks. The closure may be run again and has no effect outside of `tx`.
    pub async fn write<T, F>(&self, who: &impl AsRef<Actor>, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (db, actor) = (self.db.clone(), who.as_ref().clone());
        self.block(move || db.write(&actor, work)).await
    }

    /// Checks what the one who asks entered to sign: the password, and the second factor at the first signing of a
    /// session and after a quarter of an hour without one. Slow on purpose, and so before the write.
    pub async fn prove<R>(
        &self,
        who: &By<R>,
        (password, factor): (&str, &str),
    ) -> Result<Proof, Problem> {
        let due = session::factor_is_due(who.session(), self.db.clock().now());
        self.proven(who, (password, factor), due).await
    }

    /// The same, with the second factor whenever it was last shown: for acts that change what signing in asks for.
    pub async fn prove_both<R>(
        &self,
        who: &By<R>,
        (password, factor): (&str, &str),
    ) -> Result<Proof, Problem> {
        self.proven(who, (password, factor), true).await
    }

    async fn proven<R>(
        &self,
        who: &By<R>,
        (password, factor): (&str, &str),
        due: bool,
    ) -> Result<Proof, Problem> {
        let (db, cost, account) = (self.db.clone(), self.config.cost, who.account.clone());
        let (password, factor) = (password.to_owned(), factor.to_owned());
        let keys = match due && self.config.second_factor {
            true => Some(self.keys()?),
            false => None,
        };
        let stepped_up = keys.is_some();
        let proof = self.block(move || match keys {
            Some(keys) => accounts::prove_both(&db, (cost, &keys), &account, (&password, &factor)),
            None => accounts::prove(&db, cost, &account, &password),
        });
        let proof = proof.await?;
        session::mark_proved(who.session(), self.db.clock().now());
        if stepped_up {
            // A key that was known before the step up is worth nothing after it.
            who.session().renew();
        }
        Ok(proof)
    }

    /// The keys of second factors.
    pub fn keys(&self) -> Result<Keys, Problem> {
        Ok(Keys::of(&self.config.secret)?)
    }

    /// Slow work that is no query: checking a password, reading a file.
    pub async fn block<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T> + Send + 'static,
    {
        Ok(web::block(work).await??)
    }
}

impl FromRequest for Site {
    type Error = Problem;
    type Future = Ready<Result<Site, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(of(req))
    }
}

/// The site of a request.
pub(crate) fn of(req: &HttpRequest) -> Result<Site, Problem> {
    req.app_data::<Site>()
        .cloned()
        .ok_or_else(|| Problem::from(crate::error::Error::Broken("no site".to_owned())))
}

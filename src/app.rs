//! Every address in one list, each behind its row of the access table; the program and the tests build the same application from it.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::guard::{self, Guard};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, FromRequest, Handler, Responder, web};

use crate::access::{self, Row};
use crate::accounts::{
    self, account_review_pages, closure_pages, entry_pages, factor_pages, invitation_pages,
    letter_pages, loss_pages, membership_pages, own_pages, password_pages, preference_pages,
};
use crate::attestations::{self, change_pages, review_pages};
use crate::cases::{self, bedside_pages, check_pages};
use crate::contacts::{self, agenda_pages, booking_pages, calendar_pages, record_pages};
use crate::deliveries::{self, deviation_pages, step_pages};
use crate::facilities::{self, duty_pages};
use crate::house::{exception_pages, policy_pages, proposal_pages};
use crate::inspection;
use crate::letters;
use crate::notice_pages;
use crate::physicians;
use crate::proof_pages;
use crate::today;
use crate::web::visitor::{self, Asks, Who};
use crate::web::{Site, assets, errors, headers, health, limits, origin, session};

/// One address: method, path, who may, and what answers.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    /// Who may, as the signature of the handler says.
    pub who: Who,
    /// Who may, as the access table says. Without a row the address is not served.
    pub row: Option<&'static Row>,
    route: actix_web::Route,
}

/// Every address of the application.
pub fn routes() -> Vec<Route> {
    vec![
        get("/healthz", health::healthz),
        get("/readyz", health::readyz),
        get("/version", health::version),
        get("/robots.txt", assets::robots),
        get("/.well-known/security.txt", assets::security_txt),
        get("/assets/{name}", assets::asset),
        get("/sign-in", accounts::pages::sign_in_form),
        post("/sign-in", accounts::pages::sign_in),
        get("/sign-in/second", factor_pages::second_form),
        post("/sign-in/second", factor_pages::second),
        get("/sign-in/factor", factor_pages::setup_form),
        post("/sign-in/factor", factor_pages::setup),
        post("/sign-out", accounts::pages::sign_out),
        post("/language", accounts::pages::language),
        get("/membership", membership_pages::memberships),
        post("/membership", membership_pages::act_as),
        get("/account", own_pages::account),
        post("/account/sessions", own_pages::end_sessions),
        get("/account/factor", own_pages::replace_form),
        post("/account/factor", own_pages::replace),
        get("/account/recovery", own_pages::recovery_form),
        post("/account/recovery", own_pages::recovery),
        get("/people/{id}/closure", closure_pages::form),
        post("/people/{id}/closure", closure_pages::close),
        post("/people/{id}/reopening", closure_pages::reopen),
        get("/people/{id}/factor", loss_pages::factor),
        post("/people/{id}/factor/card", loss_pages::give_card),
        post("/people/{id}/factor/loss", loss_pages::ask),
        post("/people/{id}/factor/loss/confirmation", loss_pages::confirm),
        post("/people/{id}/factor/loss/withdrawal", loss_pages::withdraw),
        get("/people", accounts::pages::people),
        // How somebody gets in for the first time, or again.
        get("/invitation", entry_pages::invitation_form),
        post("/invitation", entry_pages::first_sign_in),
        get("/sign-in/reset", entry_pages::request_form),
        post("/sign-in/reset", entry_pages::request),
        get("/reset", entry_pages::reset_form),
        post("/reset", entry_pages::reset),
        get("/account/password", password_pages::form),
        post("/account/password", password_pages::change),
        get("/account-review", account_review_pages::review),
        get("/account-review.csv", account_review_pages::table),
        post("/account-review", account_review_pages::record),
        get("/people/new", invitation_pages::person_form),
        post("/people/new", invitation_pages::create_person),
        post("/people/{id}/invitation", invitation_pages::invite),
        post(
            "/people/{id}/invitation/revocation",
            invitation_pages::revoke,
        ),
        post("/people/{id}/reset", invitation_pages::print_reset),
        post("/people/{id}/training", membership_pages::record_training),
        get("/people/{id}", accounts::pages::person),
        post("/people/{id}/memberships", accounts::pages::grant),
        post("/memberships/{id}/end", accounts::pages::end),
        get("/attestations", attestations::pages::list),
        get("/attestations/{id}", attestations::pages::one),
        get(
            "/attestations/{id}/steps/{part}",
            attestations::step_pages::form,
        ),
        post(
            "/attestations/{id}/steps/{part}",
            attestations::step_pages::save,
        ),
        get("/attestations/{id}/check", attestations::pages::check),
        post("/attestations/{id}/submission", attestations::pages::submit),
        post("/attestations/{id}/acceptance", review_pages::accept),
        post("/attestations/{id}/return", review_pages::send_back),
        post("/attestations/{id}/withdrawal", review_pages::withdraw),
        post("/facilities/{id}/attestations", attestations::pages::start),
        get("/facilities/{id}/changes/new", change_pages::form),
        post("/facilities/{id}/changes", change_pages::report),
        get("/physicians", physicians::pages::list),
        get("/physicians/{id}", physicians::pages::physician),
        get(
            "/facilities/{id}/physicians/new",
            physicians::pages::new_form,
        ),
        post("/facilities/{id}/physicians", physicians::pages::name),
        post("/affiliations/{id}/end", physicians::pages::end),
        get("/qualifications/new", physicians::statement_pages::new_form),
        post("/qualifications", physicians::statement_pages::submit),
        get(
            "/qualifications/{id}",
            physicians::statement_pages::statement,
        ),
        post(
            "/qualifications/{id}/acceptance",
            physicians::statement_pages::accept,
        ),
        post(
            "/qualifications/{id}/return",
            physicians::statement_pages::return_for_correction,
        ),
        post(
            "/qualifications/{id}/withdrawal",
            physicians::statement_pages::withdraw,
        ),
        get("/contacts", contacts::pages::list),
        get("/contacts/{id}", contacts::pages::contact),
        get("/facilities/{id}/contacts/new", record_pages::new_form),
        post("/facilities/{id}/contacts", record_pages::record),
        post("/contacts/{id}/correction", contacts::pages::correct),
        post("/contacts/{id}/addendum", contacts::pages::add),
        get("/physicians/{id}/agenda", agenda_pages::agenda),
        get("/bookings", booking_pages::list),
        get("/facilities/{id}/bookings/new", booking_pages::new_form),
        post("/facilities/{id}/bookings", booking_pages::book),
        get("/bookings/{id}", booking_pages::booking),
        get("/bookings/{id}/meeting.ics", calendar_pages::entry),
        get("/bookings/{id}/change", booking_pages::change_form),
        post("/bookings/{id}/change", booking_pages::change),
        get(
            "/bookings/{id}/cancellation",
            booking_pages::cancellation_form,
        ),
        post("/bookings/{id}/cancellation", booking_pages::cancel),
        get("/cases", cases::pages::list),
        get("/cases/new", cases::eligibility_pages::new_form),
        post("/cases/new", cases::eligibility_pages::open),
        get(
            "/cases/continuation",
            cases::transfer_pages::continuation_form,
        ),
        post("/cases/continuation", cases::transfer_pages::continue_here),
        get("/cases/{id}/eligibility", cases::eligibility_pages::form),
        post("/cases/{id}/eligibility", cases::eligibility_pages::change),
        get("/cases/{id}/doses/new", cases::entry_pages::dose_form),
        post("/cases/{id}/doses/new", cases::entry_pages::dose),
        get(
            "/cases/{id}/reactions/new",
            cases::entry_pages::reaction_form,
        ),
        post("/cases/{id}/reactions/new", cases::entry_pages::reaction),
        get("/cases/{id}/counts/new", cases::entry_pages::count_form),
        post("/cases/{id}/counts/new", cases::entry_pages::count),
        get(
            "/cases/{id}/responses/new",
            cases::entry_pages::response_form,
        ),
        post("/cases/{id}/responses/new", cases::entry_pages::response),
        get("/cases/{id}/records", cases::record_pages::records),
        get(
            "/cases/{id}/records/{part}/correction",
            cases::record_pages::correction_form,
        ),
        post(
            "/cases/{id}/records/{part}/correction",
            cases::record_pages::correct,
        ),
        get(
            "/cases/{id}/records/{part}/report",
            cases::safety_pages::report_form,
        ),
        post(
            "/cases/{id}/records/{part}/report",
            cases::safety_pages::report,
        ),
        post(
            "/cases/{id}/records/{part}/confirmation",
            cases::record_pages::confirm,
        ),
        get("/cases/{id}/closure", cases::transfer_pages::closure_form),
        post("/cases/{id}/closure", cases::transfer_pages::close),
        get("/cases/{id}/transfer", cases::transfer_pages::transfer_form),
        post("/cases/{id}/transfer", cases::transfer_pages::transfer),
        get("/safety-tasks", cases::safety_pages::tasks),
        get(
            "/safety-tasks/{id}/acknowledgement",
            cases::safety_pages::acknowledgement_form,
        ),
        post(
            "/safety-tasks/{id}/acknowledgement",
            cases::safety_pages::acknowledge,
        ),
        get("/", today::today),
        get("/notice", notice_pages::notice),
        get("/facilities", facilities::pages::list),
        get("/facilities/{id}", facilities::place_pages::show_one),
        get("/lots", deliveries::lot_pages::lot),
        get("/deliveries", deliveries::pages::index),
        get(
            "/facilities/{id}/deliveries/new",
            deliveries::order_pages::new,
        ),
        post(
            "/facilities/{id}/deliveries",
            deliveries::order_pages::create,
        ),
        get("/deliveries/approvals", deliveries::approval_pages::list),
        post("/deliveries/approvals", deliveries::approval_pages::approve),
        get("/deliveries/{id}", deliveries::pages::show_one),
        get(
            "/deliveries/{id}/release.csv",
            deliveries::pages::release_csv,
        ),
        get("/deliveries/{id}/approval", step_pages::approval_page),
        post("/deliveries/{id}/approval", step_pages::post_approval),
        get("/deliveries/{id}/refusal", step_pages::refusal_page),
        post("/deliveries/{id}/refusal", step_pages::post_refusal),
        get(
            "/deliveries/{id}/cancellation",
            step_pages::cancellation_page,
        ),
        post(
            "/deliveries/{id}/cancellation",
            step_pages::post_cancellation,
        ),
        get("/deliveries/{id}/hold", step_pages::hold_page),
        post("/deliveries/{id}/hold", step_pages::post_hold),
        get("/deliveries/{id}/schedule", step_pages::schedule_page),
        post("/deliveries/{id}/schedule", step_pages::post_schedule),
        get("/deliveries/{id}/release", step_pages::release_page),
        post("/deliveries/{id}/release", step_pages::post_release),
        get("/deliveries/{id}/shipment", step_pages::shipment_page),
        post("/deliveries/{id}/shipment", step_pages::post_shipment),
        get("/deliveries/{id}/receipt", step_pages::receipt_page),
        post("/deliveries/{id}/receipt", step_pages::post_receipt),
        get("/deviations", deviation_pages::list),
        get("/deviations/{id}", deviation_pages::one),
        post("/deviations/{id}/closure", deviation_pages::post_closure),
        // The house policy: bent by an exception, changed by a version, each by two.
        get("/exceptions", exception_pages::list),
        get("/exceptions/{id}", exception_pages::one),
        post("/exceptions/{id}/confirmation", exception_pages::confirm),
        post("/exceptions/{id}/refusal", exception_pages::decline),
        post("/exceptions/{id}/withdrawal", exception_pages::withdraw),
        post("/exceptions/{id}/end", exception_pages::end),
        get("/facilities/{id}/exceptions/new", exception_pages::ask_form),
        post("/facilities/{id}/exceptions", exception_pages::ask),
        get("/policy", policy_pages::policy),
        get("/policy/proposals/new", proposal_pages::new_form),
        post("/policy/proposals", proposal_pages::draw_up),
        get("/policy/proposals/{id}", proposal_pages::one),
        post("/policy/proposals/{id}/proposal", proposal_pages::propose),
        post(
            "/policy/proposals/{id}/confirmation",
            proposal_pages::confirm,
        ),
        post("/policy/proposals/{id}/refusal", proposal_pages::decline),
        post(
            "/policy/proposals/{id}/withdrawal",
            proposal_pages::withdraw,
        ),
        // The post room: letters, who gets them and where, and the days on which nobody works.
        get("/letters", letters::list),
        get("/letters/{id}", letters::one),
        get("/letters/{id}/print", letters::paper::print),
        post("/letters/{id}/resend", letters::acts::resend),
        post("/letters/{id}/bounce", letters::acts::bounce),
        post("/letters/{id}/printed", letters::acts::printed),
        get("/letters/preferences", preference_pages::form),
        post("/letters/preferences", preference_pages::save),
        post("/letters/deputies", preference_pages::name_deputy),
        post("/deputies/{id}/end", letter_pages::end_deputy),
        post("/people/{id}/mailbox", letter_pages::set_mailbox),
        post("/people/{id}/deputies", letter_pages::name_deputy),
        post("/people/{id}/duties", letter_pages::assign_duty),
        get("/facilities/{id}/duties", duty_pages::form),
        post("/facilities/{id}/duties", duty_pages::assign),
        post("/duties/{id}/end", duty_pages::end),
        get("/days-off", letters::days_off::list),
        post("/days-off", letters::days_off::add),
        post("/days-off/{id}/removal", letters::days_off::remove),
        // Certificates, and the proof of a row that they lead to.
        get(
            "/attestations/{id}/certificate",
            attestations::certificate_pages::certificate,
        ),
        get(
            "/qualifications/{id}/certificate",
            physicians::certificate_pages::certificate,
        ),
        get(
            "/deliveries/{id}/certificate",
            deliveries::certificate_pages::certificate,
        ),
        get("/proofs/{id}", proof_pages::page),
        get("/proofs/{id}/inclusion.json", proof_pages::inclusion),
        // What is looked back at.
        get("/inspection", inspection::start),
        get("/inspection/shipments", inspection::shipments),
        get("/inspection/would-not-pass", inspection::would_not_pass),
        get("/facilities/{id}/as-known", inspection::as_known::facility),
        get("/deliveries/{id}/as-known", inspection::as_known::delivery),
        get(
            "/facilities/{id}/dossier.zip",
            inspection::download::facility,
        ),
        get(
            "/deliveries/{id}/dossier.zip",
            inspection::download::delivery,
        ),
        get("/audit", inspection::log::log),
        // The page of a case and its dosing checks.
        get("/cases/{id}", check_pages::show_one),
        post("/cases/{id}/checks", check_pages::keep),
        get("/cases/{id}/checks/{part}", check_pages::kept),
        get("/cases/{id}/start", bedside_pages::start),
        post("/cases/{id}/start", bedside_pages::post_start),
        get("/cases/{id}/resume", bedside_pages::resume),
        post("/cases/{id}/resume", bedside_pages::post_resume),
        get("/cases/{id}/discharge", bedside_pages::discharge),
        post("/cases/{id}/discharge", bedside_pages::post_discharge),
    ]
}

/// A page that is read.
fn get<F, A>(path: &'static str, handler: F) -> Route
where
    F: Handler<A>,
    A: FromRequest + Asks + 'static,
    F::Output: Responder + 'static,
{
    route(Method::GET, path, handler)
}

/// A form that is sent.
fn post<F, A>(path: &'static str, handler: F) -> Route
where
    F: Handler<A>,
    A: FromRequest + Asks + 'static,
    F::Output: Responder + 'static,
{
    route(Method::POST, path, handler)
}

fn route<F, A>(method: Method, path: &'static str, handler: F) -> Route
where
    F: Handler<A>,
    A: FromRequest + Asks + 'static,
    F::Output: Responder + 'static,
{
    // INVARIANT: no handler without `By<…>`, `Guest` or `Open` compiles.
    const {
        assert!(
            A::WHO.is_some(),
            "a handler takes By<…>, Guest or Open, so that who may is said"
        );
    };
    let who = A::WHO.unwrap_or(Who::Only(&[]));
    let guard: Box<dyn Guard> = if method == Method::GET {
        Box::new(guard::Any(guard::Get()).or(guard::Head()))
    } else {
        Box::new(guard::Method(method.clone()))
    };
    let row = access::row(method.as_str(), path);
    let mut route = web::route()
        .guard(guard::fn_guard(move |context| guard.check(context)))
        .to(handler);
    if let Some(row) = row {
        route = route.wrap(from_fn(move |req: ServiceRequest, next: Next<BoxBody>| {
            visitor::admit(row, req, next)
        }));
    }
    Route {
        method,
        path,
        who,
        row,
        route,
    }
}

/// The addresses that the access table does not know. They are never served, and `serve` does not start.
pub fn without_a_row() -> Vec<String> {
    let mut unknown = routes();
    unknown.retain(|route| route.row.is_none());
    let name = |route: &Route| format!("{} {}", route.method, route.path);
    unknown.iter().map(name).collect()
}

/// Paths in the order they are tried: `/people/new` before `/people/{id}`.
fn order(path: &str) -> Vec<(bool, &str)> {
    path.split('/')
        .map(|part| (part.starts_with('{'), part))
        .collect()
}

/// The application.
pub fn app(
    site: Site,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let mut all = routes();
    // INVARIANT: what stands in no row of the access table is not there.
    all.retain(|route| route.row.is_some());
    all.sort_by(|a, b| order(a.path).cmp(&order(b.path)));
    let off = !site.config.cases;
    let mut resources: Vec<(&'static str, actix_web::Resource)> = Vec::new();
    for entry in all {
        let resource = match resources.pop() {
            Some((path, resource)) if path == entry.path => resource,
            other => {
                resources.extend(other);
                web::resource(entry.path)
            }
        };
        resources.push((entry.path, resource.route(entry.route)));
    }
    let sessions = session::middleware(&site);
    let mut app = App::new()
        .app_data(site)
        .default_service(web::to(errors::not_found));
    for (path, resource) in resources {
        // The one place that asks whether cases are shown; the tasks of the safety officer stay readable.
        app = match off && path.split('/').nth(1) == Some("cases") {
            true => app.service(web::resource(path).to(errors::cases_off)),
            false => app.service(resource),
        };
    }
    app.wrap(from_fn(origin::same_origin))
        .wrap(sessions)
        .wrap(from_fn(limits::bounded))
        .wrap(from_fn(errors::pages))
        .wrap(from_fn(headers::strict))
}

/// The server and the address where it listens. With a number of workers it is held by a test: it then leaves the
/// signals of the process alone.
pub fn server(site: Site, workers: Option<usize>) -> std::io::Result<(SocketAddr, Server)> {
    let unknown = without_a_row();
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        return Err(std::io::Error::other(format!(
            "no row in the access table for {unknown}"
        )));
    }
    let (bind, pace) = (site.config.bind, site.config.pace);
    let mut server = actix_web::HttpServer::new(move || app(site.clone()))
        .tcp_nodelay(true)
        .client_request_timeout(pace.head)
        .client_disconnect_timeout(Duration::from_secs(1))
        .keep_alive(pace.idle)
        .max_connections(pace.connections)
        .shutdown_timeout(20);
    if let Some(workers) = workers {
        server = server.workers(workers).disable_signals();
    }
    let server = server.bind(bind)?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    Ok((address, server.run()))
}

/// Serves until the process is asked to end, then lets running requests finish.
pub fn serve(site: Site) -> std::io::Result<()> {
    let url = site.config.public_url.origin.clone();
    actix_web::rt::System::new().block_on(async move {
        let (address, server) = server(site, None)?;
        tracing::info!(%address, %url, "serving");
        server.await
    })
}

//! Every address in one list, with who may use it; the program and the tests build the same application from it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::guard::{self, Guard};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{App, FromRequest, Handler, Responder, web};

use crate::accounts::{self, letter_pages, membership_pages, preference_pages};
use crate::attestations::{self, change_pages, review_pages};
use crate::cases::{self, bedside_pages, check_pages};
use crate::contacts::{self, agenda_pages, booking_pages, calendar_pages, record_pages};
use crate::deliveries::{self, step_pages};
use crate::facilities::{self, duty_pages};
use crate::letters;
use crate::notice_pages;
use crate::physicians;
use crate::today;
use crate::web::visitor::{Asks, Who};
use crate::web::{Site, assets, errors, headers, health, origin, session};

/// One address: method, path, who may, and what answers.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    route: actix_web::Route,
}

/// Every address of the application.
pub fn routes() -> Vec<Route> {
    vec![
        get("/healthz", health::healthz),
        get("/readyz", health::readyz),
        get("/version", health::version),
        get("/robots.txt", assets::robots),
        get("/assets/{name}", assets::asset),
        get("/sign-in", accounts::pages::sign_in_form),
        post("/sign-in", accounts::pages::sign_in),
        post("/sign-out", accounts::pages::sign_out),
        post("/language", accounts::pages::language),
        get("/membership", membership_pages::memberships),
        post("/membership", membership_pages::act_as),
        get("/people", accounts::pages::people),
        get("/people/new", accounts::pages::person_form),
        post("/people/new", accounts::pages::create_person),
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
    Route {
        method,
        path,
        who,
        route: web::route()
            .guard(guard::fn_guard(move |context| guard.check(context)))
            .to(handler),
    }
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
        .wrap(from_fn(errors::pages))
        .wrap(from_fn(headers::strict))
}

/// Serves until the process is asked to end, then lets running requests finish.
pub fn serve(site: Site) -> std::io::Result<()> {
    let address = site.config.bind;
    let url = site.config.public_url.origin.clone();
    actix_web::rt::System::new().block_on(async move {
        let server = actix_web::HttpServer::new(move || app(site.clone()))
            .shutdown_timeout(20)
            .bind(address)?;
        tracing::info!(%address, %url, "serving");
        server.run().await
    })
}

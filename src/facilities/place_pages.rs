//! One facility as it is seen: whether medicine may go there today and why, and the records that this rests on.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use super::duties::{self, Duty};
use super::pages::badge;
use super::{Code, Facility, Former, MEDICAL_INSTITUTION, store};
use crate::attestations::{self, Report};
use crate::audit::{self, Known};
use crate::contacts::diary::{self, Booking};
use crate::contacts::{self, Contact, Kind, Presenter};
use crate::db::AnyConn;
use crate::deliveries::{self, Line, ListedDelivery};
use crate::error::Result;
use crate::ids::FacilityId;
use crate::physicians::{register, roll};
use crate::rules::facility::Partnership;
use crate::rules::finding::{Outcome, Reason, Source};
use crate::rules::gate::{self, GateFacts};
use crate::rules::policy::PolicyVersion;
use crate::scope::{Role, Scope};
use crate::standings::{self, Relying, label};
use crate::verdicts::{self, Day};
use crate::web::card::{self, Occasion};
use crate::web::history::history;
use crate::web::page::Html;
use crate::web::visitor::{LooksBack, Readers, Roles};
use crate::web::{Answer, By, Id, Nav, Shell, Site, show};

/// Rows of each table of the page; the whole is one link away.
const LATEST: i64 = 10;
/// Lines of the facility's history.
const HISTORY: i64 = 30;
/// The records whose history a reader of the facility may read. Cases are not among them: they are the facility's own.
const KINDS: [&str; 10] = [
    "facility",
    "attestation",
    "change_report",
    "person",
    "qualification",
    "contact",
    "booking",
    "delivery",
    "exception",
    "deviation",
];

/// Something the reader may do here.
struct Action {
    href: String,
    label: &'static str,
    /// Whether it changes something at once and is therefore sent, not followed.
    sends: bool,
}

/// A partner as this reader may know it.
struct Partner {
    id: String,
    name: String,
    /// Whether it is accepted today, and until when; a dependent sees no more of its partner.
    accepted: bool,
    until: Option<NaiveDate>,
}

/// What is read for the page.
struct Seen {
    facility: Facility,
    codes: Vec<Code>,
    former: Vec<Former>,
    /// Who looks after it.
    duties: Vec<Duty>,
    /// Whether anything was ever recorded.
    recorded: bool,
    facts: GateFacts,
    days: Vec<Day>,
    physicians: Vec<roll::Row>,
    contacts: Vec<Contact>,
    bookings: Vec<Booking>,
    attestations: Vec<attestations::Listed>,
    reports: Vec<Report>,
    deliveries: Vec<(ListedDelivery, Vec<Line>)>,
    relying: Vec<Relying>,
    history: Vec<audit::Row>,
}

#[derive(Template)]
#[template(path = "facilities/show.html")]
struct PlacePage {
    shell: Shell,
    seen: Seen,
    badge: Html,
    card: Html,
    partners: Vec<Partner>,
    history: Html,
    actions: Vec<Action>,
    /// Whether the reader may open the records of other facilities.
    wide: bool,
    /// Whether the reader says who looks after it.
    may_assign: bool,
    /// Rules of the house that do not hold today and from which this reader may ask for an exception, with their names.
    bendable: Vec<(String, String)>,
    /// Whether the reader records meetings.
    records: bool,
    /// Whether the reader may ask what was known when.
    looks_back: bool,
    today: NaiveDate,
}

/// GET /facilities/{id}
pub async fn show_one(site: Site, who: By<Readers>, Id(id): Id<FacilityId>) -> Answer {
    let scope = who.scope.clone();
    let clock = site.db.clock().clone();
    let (today, now) = (clock.today(), clock.now());
    let seen = site.read(move |conn| see(conn, &scope, &id, today)).await?;
    let shell = who
        .shell("facilities-title", Nav::Facilities)
        .crumb("/", "nav-today")
        .crumb("/facilities", "nav-facilities")
        .titled(&seen.facility.name);
    let wide = who.scope.only().is_none();
    show(page(shell, seen, who.role, wide, (today, now)))
}

fn page(
    shell: Shell,
    seen: Seen,
    role: Role,
    wide: bool,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> PlacePage {
    let until = gate::permitted_until(&seen.facts, today);
    let standing = seen.recorded.then(|| (verdicts::worst(&seen.days), until));
    let (icon, words) = badge(&shell, standing, today);
    let occasion = Occasion {
        judged_at: Some(now),
        edition: crate::rules::notice::edition_in_force(today).map(|edition| edition.id.to_owned()),
        policy: PolicyVersion::in_force(&seen.facts.policies, today).map(|policy| policy.version),
        ..Occasion::default()
    };
    PlacePage {
        badge: shell.badge_text(icon, words),
        card: card::card(&shell, "v", "facilities-verdict", &seen.days, &occasion),
        partners: partners(&seen.facts, today),
        history: history(&shell, &seen.history),
        actions: actions(role, &seen),
        records: role == Role::Representative,
        bendable: bendable(&shell, role, &seen.days),
        looks_back: LooksBack::ROLES.contains(&role),
        shell,
        seen,
        wide,
        may_assign: duties::ASSIGN.contains(&role),
        today,
    }
}

fn see(conn: &mut AnyConn, scope: &Scope, id: &FacilityId, today: NaiveDate) -> Result<Seen> {
    let facility = store::get(conn, scope, id)?;
    let (question, mut days) = standings::judge(conn, scope.programme(), id, today, Known::NOW)?;
    if scope.only().is_some() {
        verdicts::hide_partners(&question.facts, &mut days);
    }
    let physicians = register::of_facility(conn, scope, id, today)?;
    let (deliveries, lines) = deliveries::latest(conn, scope, id, LATEST)?;
    let mut attested = attestations::of_facility(conn, scope, id, None)?.rows;
    attested.truncate(usize::try_from(LATEST).unwrap_or(usize::MAX));
    Ok(Seen {
        codes: store::codes_of(conn, scope, id)?,
        former: store::former(conn, scope, id)?,
        duties: duties::of_facility(conn, scope, id, today)?,
        recorded: standings::one(conn, scope, id)?.is_some(),
        facts: question.facts,
        days,
        physicians: roll::rows(physicians, id, today),
        contacts: contacts::register::of_facility(conn, scope, id, LATEST)?,
        bookings: diary::of_facility(conn, scope, id, LATEST)?,
        attestations: attested,
        reports: attestations::standing_reports(conn, scope, id)?,
        deliveries: deliveries::beside_lines(deliveries, &lines),
        relying: standings::relying(conn, scope, id)?,
        history: audit::of_facility(conn, scope, id, &KINDS, HISTORY)?,
        facility,
    })
}

/// What a safety officer may ask an exception from: what is late or too much, not what nobody recorded.
fn bendable(shell: &Shell, role: Role, days: &[Day]) -> Vec<(String, String)> {
    if role != Role::SafetyOfficer {
        return Vec::new();
    }
    let findings = days.iter().flat_map(|day| &day.verdict.findings);
    let unmet = findings.filter(|finding| {
        finding.source == Source::House
            && finding.outcome == Outcome::Unmet
            && !matches!(finding.reason, Reason::MissingData { .. })
    });
    unmet
        .map(|finding| {
            let rule = finding.rule.to_string();
            let name = shell.t(&format!("rule-{rule}"));
            (rule, name)
        })
        .collect()
}

/// Each partner once, by the agreement that reaches furthest.
fn partners(facts: &GateFacts, today: NaiveDate) -> Vec<Partner> {
    let mut partners: Vec<Partner> = Vec::new();
    for row in &facts.partnerships {
        let new = partner(row, today);
        match partners.iter_mut().find(|known| known.id == new.id) {
            None => partners.push(new),
            Some(known) if !known.accepted && new.accepted => *known = new,
            Some(_) => {}
        }
    }
    partners
}

/// Accepted while the agreement lasts, the partner's own attestation (if there is one) speaks, and nothing of it
/// was taken back.
fn partner(row: &Partnership, today: NaiveDate) -> Partner {
    let agreed = row.agreement.filter(|span| span.contains(today));
    let speaking = row.own.iter().find(|ready| ready.span.contains(today));
    let taken_back = row.own_changes.iter().any(|change| change.from <= today);
    let own_ended = !row.own.is_empty() && speaking.is_none();
    let ends = [
        row.agreement.and_then(|span| span.last),
        speaking.and_then(|ready| ready.span.last),
    ];
    Partner {
        id: row.partner_id.clone(),
        name: row.partner.clone(),
        accepted: agreed.is_some() && !own_ended && !taken_back,
        until: ends.into_iter().flatten().min(),
    }
}

/// What this role may do at a facility; the first is the page's one filled button.
fn actions(role: Role, seen: &Seen) -> Vec<Action> {
    use Role::{DistributionOperator, FacilityCoordinator, Representative, SafetyOfficer};
    let id = &seen.facility.id;
    let open = seen
        .attestations
        .iter()
        .find(|row| row.state.is_open_to_answers());
    let attest = match open {
        Some(row) => action(
            format!("/attestations/{}", row.id),
            "facilities-do-continue",
        ),
        None => Action {
            sends: true,
            ..action(
                format!("/facilities/{id}/attestations"),
                "facilities-do-attest",
            )
        },
    };
    let at = |rest: &str, label| action(format!("/facilities/{id}/{rest}"), label);
    let possible = [
        (role == FacilityCoordinator, attest),
        (
            role == Representative,
            at("contacts/new", "facilities-do-contact"),
        ),
        (
            role == Representative,
            at("bookings/new", "bookings-book-do"),
        ),
        (
            matches!(role, FacilityCoordinator | DistributionOperator),
            at("deliveries/new", "facilities-do-order"),
        ),
        (
            matches!(role, FacilityCoordinator | Representative | SafetyOfficer),
            at("physicians/new", "facilities-do-physician"),
        ),
        (
            matches!(role, FacilityCoordinator | SafetyOfficer),
            at("changes/new", "facilities-do-change"),
        ),
    ];
    let possible = possible.into_iter().filter(|(may, _)| *may);
    possible.map(|(_, action)| action).collect()
}

fn action(href: String, label: &'static str) -> Action {
    Action {
        href,
        label,
        sends: false,
    }
}

impl PlacePage {
    /// The codes of one system as they hold now, or those of before.
    fn codes(&self, current: bool) -> Vec<&Code> {
        let own = self.seen.codes.iter();
        own.filter(|code| code.known_to.is_none() == current)
            .collect()
    }

    /// The message that names a code system; a system without one shows its word.
    fn system(&self, code: &Code) -> String {
        match code.system.as_str() {
            MEDICAL_INSTITUTION => self.shell.t("facilities-code"),
            "wholesaler_customer" => self.shell.t("facilities-code-wholesaler"),
            other => other.to_owned(),
        }
    }

    fn number(&self, row: &ListedDelivery) -> String {
        label("D", row.number)
    }

    fn attestation(&self, row: &attestations::Listed) -> Html {
        use attestations::State;
        let (icon, word) = match row.state {
            State::Draft => ("draft", "facilities-attestation-draft"),
            State::Submitted => ("soon", "facilities-attestation-submitted"),
            State::Returned => ("fix", "facilities-attestation-returned"),
            State::Accepted => ("met", "facilities-attestation-accepted"),
            State::Superseded => ("open", "facilities-attestation-superseded"),
            State::Withdrawn => ("unmet", "facilities-attestation-withdrawn"),
        };
        self.shell.status(icon, word)
    }

    /// Whether a physician alone satisfies F-1.3, and until when.
    fn physician(&self, row: &roll::Row) -> Html {
        let shell = &self.shell;
        match (row.qualified, row.until) {
            (true, Some(until)) if until <= super::pages::soon(self.today) => {
                let day = shell.lang.short_date(until);
                shell.status_text("soon", shell.t1("facilities-physician-until", "day", day))
            }
            (true, _) => shell.status("met", "facilities-physician-qualified"),
            (false, _) if row.has_left(self.today) => {
                shell.status("open", "facilities-physician-left")
            }
            (false, _) => shell.status("unmet", "facilities-physician-not-qualified"),
        }
    }

    fn point(&self, point: &roll::Point) -> Html {
        let word = match point {
            roll::Point::Met => "facilities-point-met",
            roll::Point::Unmet => "facilities-point-unmet",
            roll::Point::Waiting => "facilities-point-waiting",
            roll::Point::Missing => "facilities-point-missing",
        };
        self.shell.status(point.icon(), word)
    }

    fn is_briefing(&self, contact: &Contact) -> bool {
        contact.kind == Kind::Briefing
    }

    fn mode(&self, contact: &Contact) -> String {
        let mode = contact.mode.as_str();
        self.shell.t(&format!("facilities-mode-{mode}"))
    }

    /// What an explanation was about: F-1.4 asks for both.
    fn topics(&self, contact: &Contact) -> String {
        let id = match (contact.product, contact.safety_measures) {
            (Some(true), Some(true)) => "facilities-topics-both",
            (Some(true), _) => "facilities-topics-product",
            (_, Some(true)) => "facilities-topics-safety",
            _ => "facilities-topics-none",
        };
        self.shell.t(id)
    }

    fn names(&self, contact: &Contact) -> String {
        contact.names().join(self.shell.lang.comma())
    }

    /// Whether somebody other than the manufacturer explained, which does not answer F-1.4.
    fn by_others(&self, contact: &Contact) -> bool {
        self.is_briefing(contact) && contact.presenter != Presenter::Manufacturer
    }

    fn report(&self, report: &Report) -> String {
        use crate::rules::facility::Limb;
        let id = match report.limb {
            Limb::IntensiveCare => "facilities-limb-intensive-care",
            Limb::Admission24h => "facilities-limb-admission",
            Limb::InpatientBeds => "facilities-limb-beds",
            Limb::Tocilizumab => "facilities-limb-tocilizumab",
            Limb::TestResults => "facilities-limb-test-results",
        };
        self.shell.t(id)
    }

    fn report_label(&self, report: &Report) -> String {
        attestations::report_label(report.number)
    }

    fn attestation_label(&self, row: &attestations::Listed) -> String {
        attestations::label(row.number)
    }
}

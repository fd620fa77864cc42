//! The agenda of a meeting: why it is due, what is open, what soon lapses, and what has changed since the last one.

use actix_web::web::Query;
use askama::Template;
use chrono::{Days, NaiveDate};
use serde::Deserialize;

use super::agenda::{self, Due};
use super::diary::{self, Booking};
use crate::attestations;
use crate::audit::{self, Known};
use crate::clock::jst_date;
use crate::db::AnyConn;
use crate::deliveries;
use crate::error::{Error, Result};
use crate::facilities;
use crate::ids::{FacilityId, PersonId};
use crate::messages::Lang;
use crate::physicians::register as physicians;
use crate::physicians::{Physician, State as Stated};
use crate::rules::finding::{Argument, Finding, Outcome, Source};
use crate::rules::gate::{GateFacts, OrderedProduct};
use crate::rules::notice::{self, Edition};
use crate::rules::policy::{PartnerBasis, PolicyVersion};
use crate::scope::{Role, Scope};
use crate::standings;
use crate::standings::holds::product_named;
use crate::verdicts::{self, Day};
use crate::web::history::history;
use crate::web::page::Html;
use crate::web::visitor::Roles;
use crate::web::{Answer, By, Id, Nav, Shell, Site, card, show};

/// How far ahead a lapse belongs on the agenda.
const AHEAD: Days = Days::new(60);
/// Bookings and reports shown.
const MOST: i64 = 30;

/// Those who prepare a meeting, and the physician whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Preparing;

impl Roles for Preparing {
    const ROLES: &'static [Role] = &[
        Role::Representative,
        Role::SafetyOfficer,
        Role::Inspector,
        Role::Physician,
    ];
}

/// A requirement that is not met, or has to be thought about.
struct Open {
    clause: String,
    house: bool,
    title: String,
    status: Html,
    reason: String,
    remedy: String,
}

/// What was sent back and waits for an answer.
struct Returned {
    href: String,
    label: String,
    reason: Option<String>,
}

/// What ends within the next weeks.
struct Lapse {
    last: NaiveDate,
    /// What ends, in words, and whose it is.
    what: String,
    of: String,
}

/// A version of the house policy with the figures that it changes.
struct NewPolicy {
    version: i32,
    first_day: NaiveDate,
    changes: Vec<(String, String, String)>,
}

/// What is read for the page.
struct Seen {
    physician: Physician,
    place: FacilityId,
    facility: String,
    facts: GateFacts,
    days: Vec<Day>,
    due: Option<Due>,
    bookings: Vec<Booking>,
    returned: Vec<attestations::Listed>,
    reconfirm: Option<NaiveDate>,
    lots: Vec<deliveries::Sent>,
    materials: Vec<(String, NaiveDate)>,
    reports: Vec<audit::Row>,
    /// From which day on something is new.
    since: NaiveDate,
}

#[derive(Template)]
#[template(path = "contacts/agenda.html")]
struct AgendaPage {
    shell: Shell,
    seen: Seen,
    /// The other facilities at which this physician is or was in post.
    elsewhere: Vec<(FacilityId, String)>,
    open: Vec<Open>,
    returned: Vec<Returned>,
    lapsing: Vec<Lapse>,
    editions: Vec<&'static Edition>,
    policies: Vec<NewPolicy>,
    reports: Option<Html>,
    /// Whether this reader books and records.
    records: bool,
    today: NaiveDate,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct At {
    facility: String,
}

/// GET /physicians/{id}/agenda; `?facility=` says at which facility, where there are several.
pub async fn agenda(
    site: Site,
    who: By<Preparing>,
    Id(id): Id<PersonId>,
    query: Query<At>,
) -> Answer {
    if who.role == Role::Physician && who.person != id {
        return Err(Error::NotFound.into());
    }
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let asked = query.facility.clone();
    let seen = site.read(move |conn| see(conn, &scope, &id, &asked, today));
    let seen = seen.await?;
    let shell = who
        .shell("agenda-title", Nav::Physicians)
        .crumb("/physicians", "physicians-title")
        .crumb_named(
            &format!("/physicians/{}", seen.physician.person),
            &seen.physician.name,
        );
    show(page(shell, seen, who.role, today))
}

fn see(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &PersonId,
    asked: &str,
    today: NaiveDate,
) -> Result<Seen> {
    let physician = physicians::one(conn, scope, id, today)?;
    let place = place(&physician, asked, today)?;
    let facility = facilities::get(conn, scope, &place)?.name;
    let programme = scope.programme();
    let (question, mut days) = standings::judge(conn, programme, &place, today, Known::NOW)?;
    if scope.only().is_some() {
        verdicts::hide_partners(&question.facts, &mut days);
    }
    let due = agenda::due(&question.facts, id, today);
    let begun = physician.posts.iter().filter(|post| post.facility == place);
    let begun = begun.map(|post| post.span.first).max().unwrap_or(today);
    let last = due.as_ref().and_then(|due| due.last);
    let since = last.unwrap_or(begun);
    let mut returned = attestations::of_facility(conn, scope, &place, None)?.rows;
    returned.retain(|row| row.state == attestations::State::Returned);
    let mut bookings = diary::of_facility(conn, scope, &place, MOST)?;
    bookings.retain(|one| one.physicians.iter().any(|coming| coming.person == *id));
    let confirmed = attestations::confirmed(conn, scope, &place, today)?;
    let mut reports = audit::of_facility(conn, scope, &place, &["change_report"], MOST)?;
    reports.retain(|row| jst_date(row.at) >= since);
    let lots = (today, ahead_of(today));
    Ok(Seen {
        lots: deliveries::expiring(conn, scope, &place, lots, MOST)?,
        materials: agenda::new_materials(conn, scope, id, since)?,
        facts: question.facts,
        reconfirm: confirmed.and_then(|row| row.due),
        physician,
        place,
        facility,
        days,
        due,
        bookings,
        returned,
        reports,
        since,
    })
}

/// The facility that is asked about, or the one at which the physician is in post today.
fn place(physician: &Physician, asked: &str, today: NaiveDate) -> Result<FacilityId> {
    let mut posts = physician.posts.iter();
    let found = match asked {
        "" => posts.max_by_key(|post| (post.span.contains(today), post.span.first)),
        asked => posts.find(|post| post.facility.as_str() == asked),
    };
    found
        .map(|post| post.facility.clone())
        .ok_or(Error::NotFound)
}

fn page(shell: Shell, seen: Seen, role: Role, today: NaiveDate) -> AgendaPage {
    let mut elsewhere: Vec<(FacilityId, String)> = Vec::new();
    for post in &seen.physician.posts {
        let known = elsewhere.iter().any(|(id, _)| *id == post.facility);
        if post.facility != seen.place && !known {
            elsewhere.push((post.facility.clone(), post.facility_name.clone()));
        }
    }
    let findings = card::worst_of_each_rule(&seen.days);
    let pressing = findings
        .iter()
        .filter(|(_, finding)| finding.outcome > Outcome::Met);
    AgendaPage {
        open: pressing.map(|(_, finding)| open(&shell, finding)).collect(),
        returned: returned(&shell, &seen),
        lapsing: lapsing(&shell, &seen, today),
        editions: notice::editions()
            .iter()
            .filter(|edition| edition.first_day > seen.since)
            .collect(),
        policies: policies(shell.lang, &seen.facts.policies, seen.since),
        reports: (!seen.reports.is_empty()).then(|| history(&shell, &seen.reports)),
        records: role == Role::Representative,
        shell,
        seen,
        elsewhere,
        today,
    }
}

fn open(shell: &Shell, finding: &Finding) -> Open {
    let remedy = finding.reason.remedy_id();
    let remedy = remedy.map(|id| shell.lang.fill(id, &finding.reason.arguments()));
    Open {
        clause: finding
            .clauses
            .first()
            .map_or_else(String::new, ToString::to_string),
        house: finding.source == Source::House,
        title: shell.t(&format!("rule-{}", finding.rule)),
        status: card::outcome(shell, finding),
        reason: card::reason(shell.lang, &finding.reason),
        remedy: remedy.unwrap_or_default(),
    }
}

fn returned(shell: &Shell, seen: &Seen) -> Vec<Returned> {
    let attested = seen.returned.iter().map(|row| Returned {
        href: format!("/attestations/{}", row.id),
        label: shell.t1(
            "agenda-returned-attestation",
            "number",
            attestations::label(row.number),
        ),
        reason: None,
    });
    // A statement that was answered by a later one is no open question.
    let latest = seen.physician.latest();
    let stated = latest.filter(|row| row.state == Stated::Returned);
    let stated = stated.map(|row| Returned {
        href: format!("/qualifications/{}", row.id),
        label: shell.t1("agenda-returned-statement", "number", row.label()),
        reason: row.reason.clone(),
    });
    attested.chain(stated).collect()
}

fn ahead_of(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(AHEAD).unwrap_or(today)
}

/// What ends from today within sixty days, the earliest first.
fn lapsing(shell: &Shell, seen: &Seen, today: NaiveDate) -> Vec<Lapse> {
    let by = ahead_of(today);
    let mut found: Vec<(Option<NaiveDate>, String, String)> = Vec::new();
    for (_, finding) in card::worst_of_each_rule(&seen.days) {
        if finding.outcome <= Outcome::Consider {
            let title = shell.t(&format!("rule-{}", finding.rule));
            let what = shell.t1("agenda-lapse-requirement", "rule", title);
            found.push((finding.until, what, finding.clauses.join(" ")));
        }
    }
    for row in &seen.facts.partnerships {
        let last = row.agreement.and_then(|span| span.last);
        found.push((last, shell.t("agenda-lapse-agreement"), row.partner.clone()));
    }
    for post in &seen.physician.posts {
        if post.facility == seen.place {
            let name = seen.physician.name.clone();
            found.push((post.span.last, shell.t("agenda-lapse-post"), name));
        }
    }
    if let Some(held) = seen.physician.held() {
        let what = shell.t("agenda-lapse-statement");
        found.push((held.span.last, what, held.label()));
    }
    for sent in &seen.lots {
        let what = shell.t1("agenda-lapse-lot", "lot", &sent.lot);
        let product = match product_named(&sent.product) {
            OrderedProduct::Known(product) => shell.t(product.message_id()),
            OrderedProduct::Unknown(word) => word,
        };
        found.push((Some(sent.expires_on), what, product));
    }
    let reconfirm = shell.t("agenda-lapse-reconfirm");
    found.push((seen.reconfirm, reconfirm, String::new()));
    let mut lapsing: Vec<Lapse> = found
        .into_iter()
        .filter_map(|(last, what, of)| {
            let last = last.filter(|last| (today..=by).contains(last))?;
            Some(Lapse { last, what, of })
        })
        .collect();
    lapsing.sort_by_key(|lapse| lapse.last);
    lapsing
}

/// The versions of the house policy that begin after a day, with what each changes.
fn policies(lang: Lang, all: &[PolicyVersion], since: NaiveDate) -> Vec<NewPolicy> {
    let mut all: Vec<&PolicyVersion> = all.iter().collect();
    all.sort_by_key(|policy| policy.version);
    let pairs = all.iter().zip(all.iter().skip(1));
    pairs
        .filter(|(_, new)| new.first_day > since)
        .map(|(old, new)| NewPolicy {
            version: new.version,
            first_day: new.first_day,
            changes: figures(lang, old)
                .into_iter()
                .zip(figures(lang, new))
                .filter(|((_, before), (_, after))| before != after)
                .map(|((name, before), (_, after))| (name, before, after))
                .collect(),
        })
        .collect()
}

/// The figures of a version, each with its name.
fn figures(lang: Lang, policy: &PolicyVersion) -> Vec<(String, String)> {
    let number = |id: &str, count: i64| lang.fill(id, &[("count", Argument::Number(count))]);
    let days: Vec<String> = policy.reminder_days.iter().map(u32::to_string).collect();
    let basis = match policy.partner_basis {
        PartnerBasis::OwnAttestation => "agenda-basis-own",
        PartnerBasis::Agreement => "agenda-basis-agreement",
        PartnerBasis::Either => "agenda-basis-either",
    };
    [
        (
            "agenda-figure-reconfirm",
            number("agenda-months", policy.reconfirm_months.into()),
        ),
        (
            "agenda-figure-meeting",
            number("agenda-days", policy.meeting_days),
        ),
        (
            "agenda-figure-explanation",
            number("agenda-months", policy.explanation_months.into()),
        ),
        (
            "agenda-figure-order-1mg",
            number("agenda-vials", policy.order_1mg.into()),
        ),
        (
            "agenda-figure-order-30mg",
            number("agenda-vials", policy.order_30mg.into()),
        ),
        ("agenda-figure-partner", lang.t(basis)),
        ("agenda-figure-reminders", days.join(lang.comma())),
    ]
    .into_iter()
    .map(|(name, figure)| (lang.t(name), figure))
    .collect()
}

impl AgendaPage {
    /// How many days are left, or since how many it is overdue; and the icon for it.
    fn countdown(&self, due: &Due) -> Html {
        match due.days_left(self.today) {
            None => self.shell.status("open", "agenda-no-date"),
            Some(left) if left < 0 => {
                let late = left.saturating_abs();
                self.shell
                    .status_text("unmet", self.shell.n("agenda-late", late))
            }
            Some(left) if left <= 30 => self
                .shell
                .status_text("soon", self.shell.n("agenda-left", left)),
            Some(left) => self
                .shell
                .status_text("met", self.shell.n("agenda-left", left)),
        }
    }

    /// What the rule says of this physician, in words.
    fn why(&self, due: &Due) -> String {
        card::reason(self.shell.lang, &due.finding.reason)
    }

    /// The number of days in house policy.
    fn interval(&self, due: &Due) -> String {
        self.shell.n("agenda-interval", due.policy.meeting_days)
    }

    fn nothing_new(&self) -> bool {
        self.editions.is_empty()
            && self.policies.is_empty()
            && self.seen.materials.is_empty()
            && self.reports.is_none()
    }
}

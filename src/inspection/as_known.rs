//! "As known at": the verdict on a facility or a delivery as it would have been at an instant, and what is known today.

use std::collections::BTreeMap;

use askama::Template;
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use serde::Deserialize;

use crate::audit::{Known, known_at};
use crate::clock::{jst, jst_date};
use crate::db::AnyConn;
use crate::error::{FieldErrors, Message, Result};
use crate::ids::{DeliveryId, FacilityId};
use crate::messages::Lang;
use crate::rules::briefing::Moment;
use crate::rules::facility::Span;
use crate::rules::finding::{Evidence, EvidenceKind, Finding, Source};
use crate::rules::gate::GateFacts;
use crate::scope::Scope;
use crate::standings::label;
use crate::verdicts::{Day, Question};
use crate::web::card::{self, Occasion};
use crate::web::page::Html;
use crate::web::visitor::LooksBack;
use crate::web::{Answer, Asked, By, Fields, Id, Nav, Shell, Site, Ymd, links, show, show_again};
use crate::{deliveries, facilities, standings};

/// The day that is judged and the instant it is judged as known at, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AskedFor {
    on: Ymd,
    known: Ymd,
}

/// What is asked about.
#[derive(Clone)]
enum About {
    Facility(FacilityId),
    Delivery(DeliveryId),
}

/// What was and is known of it.
struct Seen {
    /// The name or number, and what the facility was called then.
    name: String,
    then_called: String,
    /// The last row of the log that counts.
    seq: i64,
    then: (Question, Vec<Day>),
    today: (Question, Vec<Day>),
}

/// A rule whose answer differs.
struct Differs {
    rule: String,
    house: bool,
    then: Html,
    then_reason: String,
    today: Html,
    today_reason: String,
}

/// A record, what it said then and what it says today; nothing where it was not known.
struct Record {
    kind: &'static str,
    label: String,
    href: Option<String>,
    then: Vec<String>,
    today: Vec<String>,
}

impl Record {
    fn differs(&self) -> bool {
        self.then != self.today
    }
}

#[derive(Template)]
#[template(path = "inspection/as_known.html")]
struct AsKnownPage {
    shell: Shell,
    name: String,
    /// What the facility was called then, where that is another name than today's.
    then_called: Option<String>,
    /// The page of the record, and where the form is sent.
    record: String,
    form: AskedFor,
    errors: FieldErrors,
    answer: Option<Asking>,
}

/// The answer, where the question could be read.
struct Asking {
    on: NaiveDate,
    at: DateTime<Utc>,
    seq: i64,
    card: Html,
    then: Html,
    today: Html,
    differs: Vec<Differs>,
    records: Vec<Record>,
}

/// GET /facilities/{id}/as-known
pub async fn facility(
    site: Site,
    who: By<LooksBack>,
    Id(id): Id<FacilityId>,
    Asked(form): Asked<AskedFor>,
) -> Answer {
    let scope = who.scope.clone();
    let asked = id.clone();
    let place = site
        .read(move |conn| facilities::get(conn, &scope, &asked))
        .await?;
    let shell = who
        .shell("as-known-title", Nav::Facilities)
        .crumb("/facilities", "nav-facilities")
        .crumb_named(&format!("/facilities/{id}"), &place.name);
    let record = format!("/facilities/{id}");
    page(
        &site,
        &who,
        shell,
        (About::Facility(id), record, None),
        form,
    )
    .await
}

/// GET /deliveries/{id}/as-known
pub async fn delivery(
    site: Site,
    who: By<LooksBack>,
    Id(id): Id<DeliveryId>,
    Asked(form): Asked<AskedFor>,
) -> Answer {
    let scope = who.scope.clone();
    let asked = id.clone();
    let row = site
        .read(move |conn| deliveries::pending(conn, &scope, &asked))
        .await?
        .0;
    let shell = who
        .shell("as-known-title", Nav::Deliveries)
        .crumb("/deliveries", "nav-deliveries")
        .crumb_named(&format!("/deliveries/{id}"), label("D", row.number));
    let record = format!("/deliveries/{id}");
    let on = Some(row.arrives_on);
    page(&site, &who, shell, (About::Delivery(id), record, on), form).await
}

async fn page(
    site: &Site,
    who: &By<LooksBack>,
    shell: Shell,
    (about, record, on): (About, String, Option<NaiveDate>),
    mut form: AskedFor,
) -> Answer {
    let clock = site.db.clock();
    let (today, now) = (clock.today(), clock.now());
    if form.on.is_empty() {
        form.on = on.unwrap_or(today).into();
    }
    // Nothing typed asks what is known at this moment, to the second; what is typed ends with its minute's beginning.
    let untyped = form.known.is_empty();
    if untyped {
        form.known = typed(now);
    }
    let mut fields = Fields::new();
    let on = fields.date("on", &form.on);
    let mut at = fields.instant("known", &form.known);
    if at > now {
        fields.add("known", Message::new("as-known-in-the-future"));
    }
    if untyped {
        at = now;
    }
    let errors = match fields.done(()) {
        Ok(()) => FieldErrors::default(),
        Err(errors) => errors,
    };
    let wrong = !errors.is_empty();
    let scope = who.scope.clone();
    // Where the question cannot be read, the name of the record is still shown with the form.
    let moment = if wrong { (today, now) } else { (on, at) };
    let seen = site
        .read(move |conn| see(conn, &scope, &about, moment))
        .await?;
    let page = AsKnownPage {
        then_called: (seen.then_called != seen.name && !wrong && record.starts_with("/facilities"))
            .then(|| seen.then_called.clone()),
        name: seen.name.clone(),
        answer: (!wrong).then(|| asking(&shell, &seen, (on, at))),
        shell,
        record,
        form,
        errors,
    };
    if wrong { show_again(page) } else { show(page) }
}

/// An instant as it would be typed, to the minute.
fn typed(at: DateTime<Utc>) -> Ymd {
    let local = at.with_timezone(&jst());
    Ymd {
        t: format!("{}:{:02}", local.hour(), local.minute()),
        ..jst_date(at).into()
    }
}

fn see(
    conn: &mut AnyConn,
    scope: &Scope,
    about: &About,
    (on, at): (NaiveDate, DateTime<Utc>),
) -> Result<Seen> {
    let known = known_at(conn, at)?;
    match about {
        About::Facility(id) => Ok(Seen {
            name: facilities::get(conn, scope, id)?.name,
            then_called: facilities::name_known(conn, scope, id, known)?,
            seq: known.0,
            then: standings::judge(conn, scope.programme(), id, on, known)?,
            today: standings::judge(conn, scope.programme(), id, on, Known::NOW)?,
        }),
        About::Delivery(id) => {
            let (row, _) = deliveries::pending(conn, scope, id)?;
            Ok(Seen {
                name: label("D", row.number),
                then_called: facilities::name_known(conn, scope, &row.facility, known)?,
                seq: known.0,
                then: deliveries::judge_on(conn, scope, id, on, known)?,
                today: deliveries::judge_on(conn, scope, id, on, Known::NOW)?,
            })
        }
    }
}

fn asking(shell: &Shell, seen: &Seen, (on, at): (NaiveDate, DateTime<Utc>)) -> Asking {
    let occasion = Occasion {
        edition: Some(seen.then.0.edition().to_owned()),
        ..Occasion::default()
    };
    let badge = |days: &[Day]| {
        let (icon, word) = card::overall(days, false);
        shell.badge(icon, word)
    };
    Asking {
        on,
        at,
        seq: seen.seq,
        card: card::card(shell, "v", "as-known-verdict", &seen.then.1, &occasion),
        then: badge(&seen.then.1),
        today: badge(&seen.today.1),
        differs: differs(shell, &seen.then.1, &seen.today.1),
        records: records(shell.lang, &seen.then.0.facts, &seen.today.0.facts),
    }
}

fn differs(shell: &Shell, then: &[Day], today: &[Day]) -> Vec<Differs> {
    let today = card::worst_of_each_rule(today);
    let reason = |finding: &Finding| card::reason(shell.lang, &finding.reason);
    card::worst_of_each_rule(then)
        .into_iter()
        .filter_map(|(_, then)| {
            let (_, now) = today
                .iter()
                .find(|(_, finding)| finding.rule == then.rule)?;
            let same = now.outcome == then.outcome && now.reason == then.reason;
            (!same).then(|| Differs {
                rule: shell.t(&format!("rule-{}", then.rule)),
                house: then.source == Source::House,
                then: card::outcome(shell, then),
                then_reason: reason(then),
                today: card::outcome(shell, now),
                today_reason: reason(now),
            })
        })
        .collect()
}

/// Every record that was known then or is known today, those that differ first.
fn records(lang: Lang, then: &GateFacts, today: &GateFacts) -> Vec<Record> {
    let mut all: BTreeMap<(EvidenceKind, String, String), Record> = BTreeMap::new();
    for (facts, is_then) in [(then, true), (today, false)] {
        for (evidence, says) in told(lang, facts) {
            let key = (evidence.kind, evidence.label.clone(), evidence.id.clone());
            let record = all.entry(key).or_insert_with(|| Record {
                kind: kind(evidence.kind),
                label: evidence.label.clone(),
                href: links::evidence(evidence),
                then: Vec::new(),
                today: Vec::new(),
            });
            match is_then {
                true => record.then.push(says),
                false => record.today.push(says),
            }
        }
    }
    let mut all: Vec<Record> = all.into_values().collect();
    all.sort_by_key(|record| !record.differs());
    all
}

/// Each piece of evidence with what it says of its days.
fn told(lang: Lang, facts: &GateFacts) -> Vec<(&Evidence, String)> {
    let mut told: Vec<(&Evidence, String)> = Vec::new();
    let from = |day: NaiveDate| format!("{} 〜", lang.date(day));
    for row in &facts.readiness {
        told.push((&row.evidence, span(lang, row.span)));
    }
    for row in &facts.changes {
        told.push((&row.evidence, from(row.from)));
    }
    for row in &facts.partnerships {
        let days = row
            .agreement
            .map_or_else(String::new, |days| span(lang, days));
        told.push((&row.evidence, format!("{} {days}", row.partner)));
        for own in &row.own {
            let days = span(lang, own.span);
            told.push((&own.evidence, format!("{} {days}", row.partner)));
        }
        for change in &row.own_changes {
            let days = from(change.from);
            told.push((&change.evidence, format!("{} {days}", row.partner)));
        }
    }
    for physician in &facts.physicians {
        for post in &physician.affiliations {
            told.push((&post.evidence, span(lang, post.span)));
        }
        if let Some(statement) = &physician.qualification {
            let days = span(lang, statement.span);
            told.push((&statement.evidence, format!("{} {days}", physician.name)));
        }
        for meeting in &physician.meetings {
            let day = lang.date(meeting.at);
            told.push((&meeting.evidence, format!("{} {day}", physician.name)));
        }
    }
    for row in &facts.explanations {
        let ended = match row.ended {
            Moment::Instant(at) => lang.instant(at),
            Moment::Day(day) => lang.date(day),
            Moment::NotRecorded => String::new(),
        };
        told.push((&row.evidence, ended));
    }
    told
}

fn span(lang: Lang, span: Span) -> String {
    let last = span.last.map_or_else(String::new, |day| lang.date(day));
    format!("{} 〜 {last}", lang.date(span.first))
        .trim_end()
        .to_owned()
}

/// The message that names a kind of evidence.
pub fn kind(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Attestation => "inspection-kind-attestation",
        EvidenceKind::ChangeReport => "inspection-kind-change-report",
        EvidenceKind::Partnership => "inspection-kind-partnership",
        EvidenceKind::Qualification => "inspection-kind-statement",
        EvidenceKind::Affiliation => "inspection-kind-post",
        EvidenceKind::Briefing => "inspection-kind-briefing",
        EvidenceKind::Meeting => "inspection-kind-meeting",
        EvidenceKind::Policy => "inspection-kind-policy",
        EvidenceKind::Exception => "inspection-kind-exception",
        EvidenceKind::Order => "inspection-kind-order",
    }
}

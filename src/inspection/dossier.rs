//! The pages of a dossier: a folder that opens offline in a browser, without script, with the proofs beside it.
//!
//! Every page is written to its file part by part, so that a facility of many years takes no more memory than a page.

use std::collections::BTreeSet;
use std::path::Path;

use askama::Template;
use chrono::{DateTime, Utc};

use super::as_known::kind;
use crate::accounts::role_id;
use crate::attestations::{self, Attestation, sheet};
use crate::audit::browsing::{self, Standing};
use crate::db::AnyConn;
use crate::deliveries::{Line, ListedDelivery};
use crate::dossiers::evidence::{self, Evidence, Kept};
use crate::dossiers::folder::{Folder, Page};
use crate::dossiers::records::{self, Posted, Signed, Step, What};
use crate::dossiers::{Titled, proof};
use crate::error::{Error, Result};
use crate::messages::Lang;
use crate::reminders::post;
use crate::rules::finding::{Finding, Outcome, Source};
use crate::rules::{notice, policy};
use crate::scope::{Role, Scope};
use crate::standings::label;
use crate::verdicts::{self, Kept as Verdict};
use crate::web::card;
use crate::web::history::{sentence, who};
use crate::web::page::{Html, escape};

/// Who made it, and when.
#[derive(Debug, Clone)]
pub struct Made {
    pub by: String,
    pub at: DateTime<Utc>,
}

/// The pages in their order, with the message that names each.
const PAGES: [(&str, &str); 8] = [
    ("index.html", "dossier-title"),
    ("evidence.html", "dossier-evidence"),
    ("attestations.html", "dossier-attestations"),
    ("deliveries.html", "dossier-deliveries"),
    ("verdicts.html", "dossier-verdicts"),
    ("signatures.html", "dossier-signatures"),
    ("letters.html", "dossier-letters"),
    ("history.html", "dossier-history"),
];

const STYLE: &str = include_str!("../../templates/dossier/style.css");
const FOOT: &str = "</main>\n</body>\n</html>\n";

/// What every page of one dossier knows.
struct Own<'a> {
    of: &'a Titled,
    made: &'a Made,
    lang: Lang,
}

impl Own<'_> {
    fn t(&self, id: &str) -> String {
        self.lang.t(id)
    }

    /// A heading in Japanese with the English beside it.
    fn both(&self, id: &str) -> Html {
        let (ja, en) = (escape(&Lang::Ja.t(id)), escape(&Lang::En.t(id)));
        Html(format!("{ja} <span class=\"en\" lang=\"en\">{en}</span>"))
    }
}

/// Writes the whole dossier into an empty folder and returns the names of its files.
pub fn write(
    conn: &mut AnyConn,
    scope: &Scope,
    of: &Titled,
    made: &Made,
    path: &Path,
) -> Result<Vec<String>> {
    let own = Own {
        of,
        made,
        lang: Lang::Ja,
    };
    let mut kept = evidence::of(conn, scope, &of.facility)?;
    // Of one delivery only what its verdicts rest on is shown.
    let rests = match of.only() {
        Some(_) => Some(proof::resting_on(conn, scope, of)?),
        None => None,
    };
    if let Some(rests) = &rests {
        kept.rows.retain(|row| rests.contains(&row.id));
    }
    let mut folder = Folder::begin(path)?;
    index(conn, scope, &own, &mut folder)?;
    evidence_page(&own, &kept, &mut folder)?;
    attestations_page(conn, scope, (&own, rests.as_ref()), &mut folder)?;
    deliveries_page(conn, scope, &own, &mut folder)?;
    verdicts_page(conn, scope, &own, &mut folder)?;
    signatures_page(conn, scope, &own, &mut folder)?;
    letters_page(conn, scope, &own, &mut folder)?;
    history_page(conn, scope, &own, &mut folder)?;
    let mut style = folder.file("style.css")?;
    style.text(STYLE)?;
    folder.close(style)?;
    let shown = kept.rows.into_iter().map(|row| row.id).collect();
    proof::write(conn, scope, of, shown, &mut folder)?;
    folder.finish()
}

fn put(page: &mut Page, part: &impl Template) -> Result<()> {
    Template::write_into(part, page).map_err(|cause| Error::broken("a page of the dossier", cause))
}

#[derive(Template)]
#[template(path = "dossier/head.html")]
struct Head {
    title: String,
    about: String,
    heading: Html,
    contents: String,
    pages: Vec<(&'static str, String, bool)>,
}

/// Begins the page with this file name.
fn begin(own: &Own<'_>, folder: &Folder, file: &str) -> Result<Page> {
    let named = PAGES.iter().find(|(name, _)| *name == file);
    let id = named.map_or("dossier-title", |(_, id)| *id);
    let mut page = folder.file(file)?;
    let head = Head {
        title: own.t(id),
        about: match own.of.only() {
            Some(_) => format!("{} {}", own.of.title, own.of.facility_name),
            None => own.of.title.clone(),
        },
        heading: own.both(id),
        contents: own.t("dossier-contents"),
        pages: PAGES
            .iter()
            .map(|(name, id)| (*name, own.t(id), *name == file))
            .collect(),
    };
    put(&mut page, &head)?;
    Ok(page)
}

fn end(folder: &mut Folder, mut page: Page) -> Result<()> {
    page.text(FOOT)?;
    folder.close(page)
}

#[derive(Template)]
#[template(path = "dossier/index.html")]
struct IndexPart<'a> {
    own: &'a Own<'a>,
    kind: &'static str,
    made_at: String,
    log: Standing,
    /// The instant of the last checkpoint.
    signed_at: String,
    cases: i64,
    files: Vec<(&'static str, String)>,
}

fn index(conn: &mut AnyConn, scope: &Scope, own: &Own<'_>, folder: &mut Folder) -> Result<()> {
    let mut page = begin(own, folder, "index.html")?;
    let files = PAGES.iter().skip(1);
    let log = browsing::standing(conn)?;
    let part = IndexPart {
        own,
        kind: match own.of.only() {
            Some(_) => "dossier-of-delivery",
            None => "dossier-of-facility",
        },
        made_at: own.lang.instant(own.made.at),
        signed_at: log
            .checkpoint
            .map_or_else(String::new, |(_, at)| own.lang.instant(at)),
        log,
        cases: records::cases(conn, scope, own.of)?,
        files: files.map(|(file, id)| (*file, own.t(id))).collect(),
    };
    put(&mut page, &part)?;
    end(folder, page)
}

/// A row of evidence in words.
struct EvidenceRow {
    id: String,
    label: String,
    kind: &'static str,
    says: Vec<(Html, String)>,
    hands: String,
    known_from: String,
    known_to: String,
}

#[derive(Template)]
#[template(path = "dossier/evidence.html")]
struct EvidencePart<'a> {
    own: &'a Own<'a>,
    rows: Vec<EvidenceRow>,
}

fn evidence_page(own: &Own<'_>, kept: &Evidence, folder: &mut Folder) -> Result<()> {
    let mut page = begin(own, folder, "evidence.html")?;
    let rows = kept.rows.iter().map(|row| evidence_row(own, kept, row));
    let rows = rows.collect();
    put(&mut page, &EvidencePart { own, rows })?;
    end(folder, page)
}

fn evidence_row(own: &Own<'_>, all: &Evidence, row: &Kept) -> EvidenceRow {
    let lang = own.lang;
    let at = |seq: Option<i64>| {
        let seq = seq?;
        let at = all.instants.get(&seq).map(|at| lang.instant(*at));
        Some(format!("{} ({seq})", at.unwrap_or_default()))
    };
    let mut hands: Vec<&str> = Vec::new();
    for person in &row.hands {
        let name = all.people.get(person).map_or("", String::as_str);
        if !hands.contains(&name) {
            hands.push(name);
        }
    }
    EvidenceRow {
        id: row.id.clone(),
        label: row.label.clone(),
        kind: kind(row.kind),
        says: row
            .says
            .iter()
            .map(|(id, value)| (own.both(id), lang.value(value)))
            .collect(),
        hands: hands.join(lang.comma()),
        known_from: at(row.known_from).unwrap_or_else(|| lang.t("dossier-never-in-force")),
        known_to: at(row.known_to).unwrap_or_else(|| lang.t("dossier-still-known")),
    }
}

/// One step of an attestation: its questions with the answers, and the clauses they stand for.
struct Asked {
    title: String,
    lines: Vec<(String, Option<String>)>,
    clauses: Vec<(&'static str, &'static str)>,
}

struct Sheet {
    id: String,
    label: String,
    state: String,
    people: String,
    reason: Option<String>,
    parts: Vec<Asked>,
}

#[derive(Template)]
#[template(path = "dossier/attestations.html")]
struct AttestationsPart<'a> {
    own: &'a Own<'a>,
    rows: Vec<Sheet>,
}

fn attestations_page(
    conn: &mut AnyConn,
    scope: &Scope,
    (own, rests): (&Own<'_>, Option<&BTreeSet<String>>),
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "attestations.html")?;
    let mut after = 0;
    loop {
        let place = &own.of.facility;
        let found = attestations::submitted_after(conn, scope, place, after, records::PAGE)?;
        let Some(last) = found.last() else { break };
        after = last.number;
        let more = is_full(found.len());
        let wanted = found
            .iter()
            .filter(|row| rests.is_none_or(|rests| rests.contains(row.id.as_str())));
        let rows = wanted.map(|row| sheet_of(own, row)).collect();
        put(&mut page, &AttestationsPart { own, rows })?;
        if !more {
            break;
        }
    }
    end(folder, page)
}

fn sheet_of(own: &Own<'_>, row: &Attestation) -> Sheet {
    let lang = own.lang;
    let acts = [&row.submitted, &row.reviewed];
    let people = acts.into_iter().flatten();
    let people = people.map(|(who, at)| format!("{} {}", lang.instant(*at), who.name));
    let parts = sheet(lang, row).into_iter().map(|section| Asked {
        title: lang.t(section.step.term()),
        lines: section
            .lines
            .into_iter()
            .map(|line| (line.question, line.answer))
            .collect(),
        clauses: section
            .clauses
            .iter()
            .map(|clause| (clause.id, clause.japanese))
            .collect(),
    });
    Sheet {
        id: row.id.to_string(),
        label: row.label(),
        state: lang.t(&format!("facilities-attestation-{}", row.state.as_str())),
        people: people.collect::<Vec<_>>().join(lang.comma()),
        reason: row.return_reason.clone(),
        parts: parts.collect(),
    }
}

struct DeliveryRow {
    id: String,
    number: String,
    state: String,
    ordered: String,
    lines: String,
    days: String,
    steps: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "dossier/deliveries.html")]
struct DeliveriesPart<'a> {
    own: &'a Own<'a>,
    rows: Vec<DeliveryRow>,
}

fn deliveries_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "deliveries.html")?;
    let mut after = 0;
    loop {
        let (found, steps) = records::deliveries_after(conn, scope, own.of, after)?;
        let Some((last, _)) = found.last() else { break };
        after = last.number;
        let more = is_full(found.len());
        let rows = found.iter();
        let rows = rows.map(|(row, lines)| delivery_row(own, row, lines, &steps));
        let rows = rows.collect();
        put(&mut page, &DeliveriesPart { own, rows })?;
        if !more {
            break;
        }
    }
    end(folder, page)
}

fn delivery_row(
    own: &Own<'_>,
    row: &ListedDelivery,
    lines: &[Line],
    steps: &[Step],
) -> DeliveryRow {
    let lang = own.lang;
    let steps = steps.iter().filter(|step| step.delivery == row.id);
    let lines = lines
        .iter()
        .map(|line| format!("{} × {}", line.product_short(), line.quantity));
    DeliveryRow {
        id: row.id.to_string(),
        number: label("D", row.number),
        state: lang.t(&row.state.word()),
        ordered: lang.instant(row.ordered_at.and_utc()),
        lines: lines.collect::<Vec<_>>().join(lang.comma()),
        days: format!(
            "{} 〜 {}",
            lang.date(row.ships_on),
            lang.date(row.arrives_on)
        ),
        steps: steps
            .map(|step| {
                (
                    lang.instant(step.at),
                    what(lang, &step.what),
                    step.by.clone(),
                )
            })
            .collect(),
    }
}

fn what(lang: Lang, what: &What) -> String {
    let joined = |id: &str, rest: String| format!("{} {rest}", lang.t(id)).trim_end().to_owned();
    match what {
        What::Approved {
            first,
            last,
            reason,
        } => {
            let days = format!("{} 〜 {} {reason}", lang.date(*first), lang.date(*last));
            joined("dossier-approved", days)
        }
        What::Released { number, last_day } => {
            let until = format!("{} 〜 {}", label("R", *number), lang.date(*last_day));
            joined("dossier-released", until)
        }
        What::Shipped { first, last, lots } => {
            let lots = lots
                .iter()
                .map(|(product, lot, quantity)| format!("{product} {lot} × {quantity}"));
            let lots: Vec<String> = lots.collect();
            let days = format!("{} 〜 {}", lang.date(*first), lang.date(*last));
            joined("dossier-shipped", format!("{days} {}", lots.join("、")))
        }
        What::Received {
            at,
            condition,
            celsius,
            remarks,
        } => {
            let celsius = celsius.map_or_else(String::new, |(lowest, highest)| {
                format!(" {lowest} 〜 {highest} °C")
            });
            let condition = lang.t(&format!("delivery-condition-{condition}"));
            let rest = format!("{} {condition}{celsius} {remarks}", lang.instant(*at));
            joined("dossier-received", rest)
        }
        What::Deviated { number, kind } => {
            let words = lang.t(&format!("delivery-deviation-{}", kind.replace('_', "-")));
            joined(
                "dossier-deviation",
                format!("{} {words}", label("X", *number)),
            )
        }
    }
}

struct FindingRow {
    class: &'static str,
    day: String,
    rule: String,
    source: String,
    clauses: Vec<&'static str>,
    outcome: String,
    reason: String,
    evidence: String,
    until: String,
}

struct VerdictRow {
    number: String,
    purpose: String,
    class: &'static str,
    outcome: String,
    made: String,
    findings: Vec<FindingRow>,
}

#[derive(Template)]
#[template(path = "dossier/verdicts.html")]
struct VerdictsPart<'a> {
    own: &'a Own<'a>,
    rows: Vec<VerdictRow>,
}

/// Id, whether it is of the house, the text, the same in English.
type Quoted = (&'static str, bool, &'static str, &'static str);

#[derive(Template)]
#[template(path = "dossier/clauses.html")]
struct ClausesPart<'a> {
    own: &'a Own<'a>,
    rows: Vec<Quoted>,
}

fn verdicts_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "verdicts.html")?;
    let (mut after, mut cited) = (0, BTreeSet::new());
    loop {
        let found = records::verdicts_after(conn, scope, own.of, after)?;
        let Some(last) = found.last() else { break };
        after = last.number;
        // One after the other: the findings of a page of verdicts in words take many times what they take as kept.
        for kept in &found {
            let rows = vec![verdict_row(own.lang, kept)];
            let clauses = rows.iter().flat_map(|row| &row.findings);
            cited.extend(clauses.flat_map(|finding| finding.clauses.iter().copied()));
            put(&mut page, &VerdictsPart { own, rows })?;
        }
        if !is_full(found.len()) {
            break;
        }
    }
    let rows = cited.into_iter().filter_map(quoted).collect();
    put(&mut page, &ClausesPart { own, rows })?;
    end(folder, page)
}

/// The id of a clause as the notice or the house policy holds it.
fn clause_id(id: &str) -> Option<&'static str> {
    let own = notice::clause(id).map(|clause| clause.id);
    own.or_else(|| policy::house_clause(id).map(|clause| clause.id))
}

fn quoted(id: &'static str) -> Option<Quoted> {
    match (notice::clause(id), policy::house_clause(id)) {
        (Some(clause), _) => Some((id, false, clause.japanese, clause.english)),
        (None, Some(clause)) => Some((id, true, clause.japanese, clause.english)),
        (None, None) => None,
    }
}

fn verdict_row(lang: Lang, kept: &Verdict) -> VerdictRow {
    let permits = verdicts::permits(&kept.days);
    let (_, outcome) = card::overall(&kept.days, false);
    let findings = kept.days.iter().flat_map(|day| {
        let findings = day.verdict.findings.iter();
        findings.map(|finding| finding_row(lang, lang.date(day.day), finding))
    });
    let versions = [
        ("edition", kept.edition.clone()),
        ("policy", kept.policy_version.to_string()),
        ("rules", kept.rules_version.to_string()),
    ];
    let versions: Vec<(String, String)> = versions
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let versions = lang.weave("dossier-versions", &versions);
    VerdictRow {
        number: format!("V-{:05}", kept.number),
        purpose: lang.t(&format!("dossier-purpose-{}", kept.purpose.as_str())),
        class: if permits { "yes" } else { "no" },
        outcome: lang.t(outcome),
        made: format!("{} {}", lang.instant(kept.at), versions.unwrap_or_default()),
        findings: findings.collect(),
    }
}

fn finding_row(lang: Lang, day: String, finding: &Finding) -> FindingRow {
    let mut evidence: Vec<&str> = Vec::new();
    for one in &finding.evidence {
        if !evidence.contains(&one.label.as_str()) {
            evidence.push(&one.label);
        }
    }
    FindingRow {
        class: match finding.outcome {
            Outcome::Met | Outcome::Consider => "yes",
            Outcome::Undetermined | Outcome::Unmet => "no",
        },
        day,
        rule: lang.t(&format!("rule-{}", finding.rule)),
        source: lang.t(match finding.source {
            Source::Notice => "verdict-notice",
            Source::House => "verdict-house",
        }),
        clauses: finding
            .clauses
            .iter()
            .filter_map(|id| clause_id(id))
            .collect(),
        outcome: lang.t(card::outcome_id(finding.outcome)),
        reason: card::reason(lang, &finding.reason),
        evidence: evidence.join(lang.comma()),
        until: finding
            .until
            .map_or_else(|| lang.t("no-stated-end"), |day| lang.date(day)),
    }
}

#[derive(Template)]
#[template(path = "dossier/table.html")]
struct TablePart {
    names: Vec<Html>,
    rows: Vec<Vec<String>>,
}

/// A table of a page of records; its head is repeated for each, so that none stands without one.
fn table(own: &Own<'_>, names: &[&str], rows: Vec<Vec<String>>) -> TablePart {
    TablePart {
        names: names.iter().map(|id| own.both(id)).collect(),
        rows,
    }
}

fn is_full(found: usize) -> bool {
    i64::try_from(found).is_ok_and(|found| found >= records::PAGE)
}

fn signatures_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "signatures.html")?;
    let names = [
        "dossier-at",
        "dossier-by",
        "dossier-meaning",
        "dossier-record",
        "dossier-digest",
        "dossier-row",
    ];
    let mut after = String::new();
    loop {
        let found = records::signatures_after(conn, scope, own.of, &after)?;
        let Some(last) = found.last() else { break };
        after = last.id.to_string();
        let more = is_full(found.len());
        let rows = found.iter().map(|row| signature_row(own.lang, row));
        put(&mut page, &table(own, &names, rows.collect()))?;
        if !more {
            break;
        }
    }
    end(folder, page)
}

fn signature_row(lang: Lang, row: &Signed) -> Vec<String> {
    let role = Role::from_word(&row.role).map(|role| lang.t(role_id(role)));
    let kind = row.record_kind.replace('_', "-");
    vec![
        lang.instant(row.at.and_utc()),
        format!("{} {}", role.unwrap_or_default(), row.name),
        lang.t(row.meaning.term()),
        format!("{} {}", lang.t(&format!("log-kind-{kind}")), row.record_id),
        row.digest.clone(),
        row.known_from.to_string(),
    ]
}

fn letters_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "letters.html")?;
    let names = [
        "dossier-letter",
        "dossier-reader",
        "dossier-due",
        "dossier-letter-state",
        "dossier-queued",
        "dossier-ended",
    ];
    let mut after = String::new();
    loop {
        let found = records::letters_after(conn, scope, own.of, &after)?;
        let Some(last) = found.last() else { break };
        after = last.id.to_string();
        let more = is_full(found.len());
        let rows = found.iter().map(|row| letter_row(own.lang, row));
        put(&mut page, &table(own, &names, rows.collect()))?;
        if !more {
            break;
        }
    }
    end(folder, page)
}

fn letter_row(lang: Lang, row: &Posted) -> Vec<String> {
    let ended = row.ended_at.map(|at| lang.instant(at.and_utc()));
    vec![
        lang.t(&post::kind_id(row.kind)),
        row.reader.clone(),
        lang.date(row.due_on),
        lang.t(&post::state_id(row.state)),
        lang.instant(row.queued_at.and_utc()),
        ended.unwrap_or_default(),
    ]
}

fn history_page(
    conn: &mut AnyConn,
    scope: &Scope,
    own: &Own<'_>,
    folder: &mut Folder,
) -> Result<()> {
    let mut page = begin(own, folder, "history.html")?;
    let names = ["log-seq", "log-at", "log-what", "log-who"];
    let (lang, mut before) = (own.lang, None);
    loop {
        let found = records::history_before(conn, scope, own.of, before)?;
        let Some(last) = found.last() else { break };
        before = Some(last.seq);
        let more = i64::try_from(found.len()).is_ok_and(|found| found >= records::ROWS);
        let rows = found.iter().filter(|row| !records::is_of_a_case(row));
        let rows = rows.map(|row| {
            vec![
                row.seq.to_string(),
                lang.instant(row.at),
                sentence(lang, row),
                who(lang, row),
            ]
        });
        put(&mut page, &table(own, &names, rows.collect()))?;
        if !more {
            break;
        }
    }
    end(folder, page)
}

//! The verdict card and the grid of days: one form for every answer, on a delivery or on a dose, on every page.

mod days;

use askama::Template;
use chrono::NaiveDate;

use super::links;
use super::page::{Html, Shell};
use crate::messages::Lang;
use crate::rules::finding::{Argument, Finding, Outcome, Reason, Source};
use crate::rules::{notice, policy};
use crate::verdicts::{Day, Kind, permits, worst};

pub use days::days;

/// The clauses of one source, quoted together under a row.
struct Quote {
    head: String,
    house: bool,
    clauses: Vec<Quoted>,
}

struct Quoted {
    id: &'static str,
    text: &'static str,
    translation: Option<&'static str>,
}

/// The record a row rests on.
struct Rests {
    label: String,
    href: Option<String>,
}

/// One requirement with its answer: the worst of the judged days.
struct Row {
    clause: String,
    title: String,
    outcome: Outcome,
    day: Option<NaiveDate>,
    reason: String,
    evidence: Vec<Rests>,
    until: Option<NaiveDate>,
    owners: Vec<String>,
    remedy: Option<String>,
    quotes: Vec<Quote>,
}

impl Row {
    fn is_unmet(&self) -> bool {
        self.outcome == Outcome::Unmet
    }

    /// Whether the clause stands open under the row.
    fn is_open(&self) -> bool {
        self.outcome >= Outcome::Undetermined
    }
}

/// What the head of the card says about when and for which days it was judged.
#[derive(Debug, Clone, Default)]
pub struct Occasion {
    /// The printed number, for example `V-20931`.
    pub number: Option<String>,
    pub judged_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The house policy's version.
    pub policy: Option<i32>,
    /// The rules' version, where it is not today's.
    pub rules: Option<i32>,
    /// The clause of the notice's edition.
    pub edition: Option<String>,
    /// Whether a dose was asked about, and not a delivery.
    pub of_dose: bool,
}

impl Occasion {
    /// That of a kept verdict.
    pub fn of(kept: &crate::verdicts::Kept) -> Occasion {
        Occasion {
            number: Some(format!("V-{:05}", kept.number)),
            judged_at: Some(kept.at),
            policy: Some(kept.policy_version),
            rules: Some(kept.rules_version),
            edition: Some(kept.edition.clone()),
            of_dose: kept.kind == Kind::Case,
        }
    }
}

#[derive(Template)]
#[template(path = "shared/verdict.html")]
struct CardHtml<'a> {
    shell: &'a Shell,
    title: String,
    id: &'a str,
    occasion: &'a Occasion,
    days: &'a [Day],
    overall: (&'static str, &'static str),
    counts: Vec<(&'static str, String)>,
    notice: Vec<Row>,
    house: Vec<Row>,
}

/// Icon of an outcome.
pub fn icon(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "met",
        Outcome::Consider => "consider",
        Outcome::Undetermined => "open",
        Outcome::Unmet => "unmet",
    }
}

/// The message that names an outcome.
pub fn outcome_id(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "outcome-met",
        Outcome::Consider => "outcome-consider",
        Outcome::Undetermined => "outcome-undetermined",
        Outcome::Unmet => "outcome-unmet",
    }
}

/// Icon and word for what a finding comes to; what nobody recorded is called so.
fn word(outcome: Outcome, reason: &Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::MissingData { .. } => ("open", "outcome-missing"),
        _ => (icon(outcome), outcome_id(outcome)),
    }
}

/// Icon and word for the whole answer, on a delivery or on a dose.
pub fn overall(days: &[Day], of_dose: bool) -> (&'static str, &'static str) {
    match (permits(days), worst(days), of_dose) {
        (true, Outcome::Met, false) => ("met", "verdict-allowed"),
        (true, Outcome::Met, true) => ("met", "verdict-dose-allowed"),
        (true, _, false) => ("consider", "verdict-allowed-after-consideration"),
        (true, _, true) => ("consider", "verdict-dose-allowed-after-consideration"),
        (false, Outcome::Undetermined, _) => ("open", "verdict-undetermined"),
        (false, _, false) => ("unmet", "verdict-not-allowed"),
        (false, _, true) => ("unmet", "verdict-dose-not-allowed"),
    }
}

/// A reason in words.
pub fn reason(lang: Lang, reason: &Reason) -> String {
    lang.fill(reason.message_id(), &reason.arguments())
}

/// The verdict card. `id` is the id of its heading, `title` the message that heads it.
pub fn card(shell: &Shell, id: &str, title: &str, days: &[Day], occasion: &Occasion) -> Html {
    let findings = worst_of_each_rule(days);
    let several = days.len() > 1;
    let rows = |source: Source| {
        let own = findings.iter().filter(|(_, f)| f.source == source);
        own.map(|(day, finding)| row(shell.lang, *day, finding, several))
            .collect::<Vec<Row>>()
    };
    let page = CardHtml {
        shell,
        title: shell.t(title),
        id,
        occasion,
        days,
        overall: overall(days, occasion.of_dose),
        counts: counts(shell.lang, &findings),
        notice: rows(Source::Notice),
        house: rows(Source::House),
    };
    Html(page.render().unwrap_or_default())
}

/// Of every rule the worst answer, on the first day it is that bad, in the order of the rules.
pub fn worst_of_each_rule(days: &[Day]) -> Vec<(NaiveDate, &Finding)> {
    let mut worst: Vec<(NaiveDate, &Finding)> = Vec::new();
    for day in days {
        for finding in &day.verdict.findings {
            match worst.iter_mut().find(|(_, f)| f.rule == finding.rule) {
                None => worst.push((day.day, finding)),
                Some(known) if known.1.outcome < finding.outcome => *known = (day.day, finding),
                Some(_) => {}
            }
        }
    }
    worst
}

fn counts(lang: Lang, findings: &[(NaiveDate, &Finding)]) -> Vec<(&'static str, String)> {
    Outcome::ALL
        .into_iter()
        .filter_map(|outcome| {
            let of = |source: Source| {
                let same = findings
                    .iter()
                    .filter(|(_, f)| f.outcome == outcome && f.source == source);
                i64::try_from(same.count()).unwrap_or(i64::MAX)
            };
            let (notice, house) = (of(Source::Notice), of(Source::House));
            if notice + house == 0 {
                return None;
            }
            let arguments = [
                ("outcome", Argument::Term(outcome_id(outcome))),
                ("count", Argument::Number(notice + house)),
                ("notice", Argument::Number(notice)),
                ("house", Argument::Number(house)),
            ];
            Some((icon(outcome), lang.fill("verdict-count", &arguments)))
        })
        .collect()
}

fn row(lang: Lang, day: NaiveDate, finding: &Finding, several: bool) -> Row {
    let unmet = finding.outcome > Outcome::Met;
    Row {
        clause: finding
            .clauses
            .first()
            .map(ToString::to_string)
            .unwrap_or_default(),
        title: lang.t(&format!("rule-{}", finding.rule)),
        outcome: finding.outcome,
        day: (several && unmet).then_some(day),
        reason: reason(lang, &finding.reason),
        evidence: rests(finding),
        until: finding.until,
        owners: finding
            .reason
            .owners()
            .iter()
            .map(|owner| lang.t(owner.message_id()))
            .collect(),
        remedy: finding
            .reason
            .remedy_id()
            .map(|id| lang.fill(id, &finding.reason.arguments())),
        quotes: quotes(lang, finding),
    }
}

/// The records a finding rests on, each once: an agreement carries the number of the attestation it came with.
fn rests(finding: &Finding) -> Vec<Rests> {
    let mut all: Vec<Rests> = Vec::new();
    for evidence in &finding.evidence {
        let href = links::evidence(evidence);
        match all.iter_mut().find(|known| known.label == evidence.label) {
            None => all.push(Rests {
                label: evidence.label.clone(),
                href,
            }),
            Some(known) => known.href = known.href.take().or(href),
        }
    }
    all
}

/// What a finding cites: the notice's own words in one place, the house policy's in another.
fn quotes(lang: Lang, finding: &Finding) -> Vec<Quote> {
    let cited = || finding.clauses.iter();
    let clauses: Vec<_> = cited().filter_map(|id| notice::clause(id)).collect();
    let ids: Vec<&str> = clauses.iter().map(|clause| clause.id).collect();
    let numbers = numbers(clauses.iter().map(|clause| clause.number), lang.comma());
    let values = [(
        "number".to_owned(),
        match lang {
            Lang::Ja => numbers,
            // The headings of the notice are Japanese; its clauses are named by their ids.
            Lang::En => ids.join(lang.comma()),
        },
    )];
    let of_notice = Quote {
        head: lang
            .weave("verdict-quote-notice", &values)
            .unwrap_or_default(),
        house: false,
        clauses: clauses
            .iter()
            .map(|clause| Quoted {
                id: clause.id,
                text: clause.japanese,
                translation: (lang == Lang::En).then_some(clause.english),
            })
            .collect(),
    };
    let clauses: Vec<_> = cited().filter_map(|id| policy::house_clause(id)).collect();
    let ids: Vec<&str> = clauses.iter().map(|clause| clause.id).collect();
    let id = [("id".to_owned(), ids.join(lang.comma()))];
    let of_house = Quote {
        head: lang.weave("verdict-quote-house", &id).unwrap_or_default(),
        house: true,
        clauses: clauses
            .iter()
            .map(|clause| Quoted {
                id: clause.id,
                text: match lang {
                    Lang::Ja => clause.japanese,
                    Lang::En => clause.english,
                },
                translation: None,
            })
            .collect(),
    };
    let all = match finding.source {
        Source::Notice => [of_notice, of_house],
        Source::House => [of_house, of_notice],
    };
    let quoted = |quote: &Quote| !quote.clauses.is_empty();
    all.into_iter().filter(quoted).collect()
}

/// `1(3)・※1・※2` for clauses that stand under one number, each number once.
fn numbers<'a>(all: impl Iterator<Item = &'a str>, comma: &str) -> String {
    let mut known: Vec<(&str, Vec<&str>)> = Vec::new();
    for number in all {
        let (head, tail) = number.split_once(' ').unwrap_or((number, ""));
        let own = match known.iter().position(|(other, _)| *other == head) {
            Some(at) => known.get_mut(at),
            None => {
                known.push((head, Vec::new()));
                known.last_mut()
            }
        };
        if let Some((_, tails)) = own
            && !tails.contains(&tail)
        {
            tails.push(tail);
        }
    }
    let said = known.into_iter().map(|(head, tails)| {
        // A note of the notice (※) is named; a heading under a number is not: the quotation says its clause.
        let notes = tails.into_iter().filter(|tail| tail.starts_with('※'));
        let all: Vec<&str> = std::iter::once(head).chain(notes).collect();
        all.join("・")
    });
    said.collect::<Vec<String>>().join(comma)
}

/// The outcome of one finding, as icon and word.
pub fn outcome(shell: &Shell, finding: &Finding) -> Html {
    let (icon, id) = word(finding.outcome, &finding.reason);
    shell.status(icon, id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::rules::gate::{self, GateFacts};
    use crate::web::Nav;
    use crate::web::page::Desk;

    fn shown(lang: Lang) -> (String, String) {
        let facts = GateFacts {
            format: GateFacts::FORMAT,
            readiness: Vec::new(),
            changes: Vec::new(),
            partnerships: Vec::new(),
            physicians: Vec::new(),
            explanations: Vec::new(),
            policies: Vec::new(),
            exceptions: Vec::new(),
        };
        let judged: Vec<Day> = ["2026-11-24", "2026-11-25"]
            .into_iter()
            .map(|day| {
                let day = day.parse().unwrap();
                let verdict = gate::standing(&facts, day);
                Day { day, verdict }
            })
            .collect();
        let desk = Desk::of_programme(None, lang);
        let shell = Shell::new(&desk, None, "app-name", Nav::None, None);
        let card = card(&shell, "v", "verdict-title", &judged, &Occasion::default());
        (card.0, days(&shell, &judged, "", "").0)
    }

    #[test]
    fn a_card_shows_every_requirement_with_its_clause_and_who_can_mend_it() {
        let (card, grid) = shown(Lang::Ja);
        for words in [
            "納入できない",
            "満たさない",
            "24 時間の入院管理",
            "通知 1(3)・※3 の原文",
            "社内基準 HP-1",
            "施設担当者",
            "電子添文",
            "11月24日(火)",
        ] {
            assert!(card.contains(words), "{words} in {card}");
        }
        assert!(
            grid.contains("11月24日(火)〜11月25日(水) は、どの日も"),
            "{grid}"
        );
        assert!(!card.contains("reason-") && !card.contains("remedy-"));
    }

    #[test]
    fn an_english_card_keeps_the_binding_text_and_says_that_it_is_japanese() {
        let (card, _) = shown(Lang::En);
        assert!(card.contains("</b> 24 時間体制で"));
        assert!(card.contains("Hospitalisation possible 24 h a day"));
        assert!(card.contains("May not be delivered"));
    }
}

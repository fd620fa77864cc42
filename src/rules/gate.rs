//! May this delivery arrive? The rules of the notice and of the house, in order; every rule answers, always.

mod exceptions;
mod house;
mod named;
mod question;
mod site;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use self::question::{Question, boundaries};
use super::briefing::{self, ExplanationFacts};
use super::facility::{ChangeReport, Partnership, Readiness};
use super::finding::{Answer, Decision, Field, Finding, Outcome, Reason, Source, Verdict};
use super::notice::{self, Product};
use super::physician::{self, PhysicianFacts};
use super::policy::PolicyVersion;

pub use self::exceptions::HouseException;
pub use self::named::NamedCase;

/// Everything known of one facility, in whatever order: what has ended, what holds, what is still to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateFacts {
    /// The format of these facts: [`Self::FORMAT`] when they are written today.
    pub format: u16,
    /// The facility's accepted attestations, without those that were withdrawn or superseded.
    pub readiness: Vec<Readiness>,
    /// The facility's change reports, without those that a later acceptance settled.
    pub changes: Vec<ChangeReport>,
    /// The facility's partnerships.
    pub partnerships: Vec<Partnership>,
    /// The physicians named by the facility.
    pub physicians: Vec<PhysicianFacts>,
    /// The explanations given to the facility.
    pub explanations: Vec<ExplanationFacts>,
    /// The versions of the house policy: the one with the latest first day that has come is in force.
    pub policies: Vec<PolicyVersion>,
    /// Exceptions from the house policy. Facts without any are stored as they were before there could be some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<HouseException>,
}

impl GateFacts {
    /// The format written by this version of the rules.
    pub const FORMAT: u16 = 1;
}

/// A product as ordered: one that an edition of the notice knows, or whatever else was typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OrderedProduct {
    /// A product of the notice.
    Known(Product),
    /// Any other product code.
    Unknown(String),
}

impl From<String> for OrderedProduct {
    /// Reads a product code: the notice's own, or anything else as typed.
    fn from(code: String) -> Self {
        code.parse().map_or(Self::Unknown(code), Self::Known)
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OrderLine {
    /// What is ordered.
    pub product: OrderedProduct,
    /// How many vials.
    pub quantity: u32,
}

/// Where the goods go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// To the facility whose facts are judged.
    OrderedFacility,
    /// To another place.
    Other {
        /// Its name, as typed.
        name: String,
        /// Whether it satisfies F-1 itself; `None` when nobody knows, which never passes.
        qualified: Option<bool>,
    },
}

/// The order that is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFacts {
    /// What is ordered.
    pub lines: Vec<OrderLine>,
    /// The cases it is ordered for, where it names any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<NamedCase>,
    /// Where the goods go.
    pub destination: Destination,
}

/// When the goods arrive (納入).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The Japanese day that is judged.
    pub on: NaiveDate,
    /// The instant before which the goods cannot arrive: the later of 00:00 Japanese time of that day and the instant of judging.
    pub not_before: DateTime<Utc>,
}

/// One rule: its name, whose it is, what it cites, and the function of that name.
struct Rule {
    name: &'static str,
    source: Source,
    clauses: &'static [&'static str],
    answer: fn(&Question) -> Answer,
    /// Whether it can be asked without an order.
    of_standing: bool,
}

impl Rule {
    const fn notice(
        name: &'static str,
        clauses: &'static [&'static str],
        answer: fn(&Question) -> Answer,
    ) -> Self {
        Self {
            name,
            source: Source::Notice,
            clauses,
            answer,
            of_standing: true,
        }
    }

    const fn house(
        name: &'static str,
        clauses: &'static [&'static str],
        answer: fn(&Question) -> Answer,
    ) -> Self {
        Self {
            source: Source::House,
            ..Self::notice(name, clauses, answer)
        }
    }

    /// The rule asks about the order itself.
    const fn of_order(self) -> Self {
        Self {
            of_standing: false,
            ..self
        }
    }

    /// The rule's answer, bent where an exception from the house policy is in force.
    fn answered(&self, question: &Question) -> Answer {
        let answer = (self.answer)(question);
        exceptions::bent((self.name, self.source), question, answer)
    }

    fn finding(&self, question: &Question, boundaries: &BTreeSet<NaiveDate>) -> Finding {
        Finding::dated(
            self.name,
            self.source,
            self.clauses,
            question.on,
            boundaries,
            |day| self.answered(&question.moved_to(day)),
        )
    }
}

/// The rules in the order of the verdict: the notice first, the house after it.
const RULES: [Rule; 14] = [
    Rule::notice("product", &["N0-2"], product).of_order(),
    Rule::notice("destination", &["F-1"], destination),
    Rule::notice(
        "admission",
        &["F-1.1", "F-*1", "F-*2", "N1-1-2"],
        site::admission,
    ),
    Rule::notice("tocilizumab", &["F-1.2", "P-5"], site::tocilizumab),
    Rule::notice("test_results", &["F-1.2"], site::test_results),
    Rule::notice(
        "qualified_physician",
        physician::CLAUSES,
        qualified_physician,
    ),
    Rule::notice("explanation", &["F-1.4"], explanation),
    Rule::notice(
        "inpatient_site",
        &["P-3b", "F-1.1", "F-*2"],
        site::inpatient_site,
    ),
    Rule::notice(
        "named_cases",
        named::ELIGIBILITY_CLAUSES,
        named::named_cases,
    )
    .of_order(),
    Rule::house("reconfirmation", &["HP-1"], house::reconfirmation),
    Rule::house("meeting", &["HP-2"], house::meeting),
    Rule::house(
        "explanation_age",
        &["HP-3", "F-1.4"],
        house::explanation_age,
    ),
    Rule::house("order_quantity", &["HP-4"], house::order_quantity).of_order(),
    Rule::house("case_vials", &["HP-5"], named::case_vials).of_order(),
];

/// The verdict on a delivery: one finding of every rule of [`delivery_rules`], in that order.
#[must_use]
pub fn delivery(facts: &GateFacts, order: &OrderFacts, arrival: &Arrival) -> Verdict {
    judged(&Question::delivery(facts, order, arrival), |_| true)
}

/// The gate without an order: one finding of every rule of [`standing_rules`], in that order.
#[must_use]
pub fn standing(facts: &GateFacts, on: NaiveDate) -> Verdict {
    judged(&Question::standing(facts, on), |rule| rule.of_standing)
}

/// The last day on which the gate without an order keeps permitting if nothing new is recorded;
/// `None` when it does not permit on the day, or when no end is known.
///
/// A finding's own `until` may come earlier: it also ends when only the reason changes, as from one physician to another.
#[must_use]
pub fn permitted_until(facts: &GateFacts, on: NaiveDate) -> Option<NaiveDate> {
    let permits = |day: NaiveDate| {
        let question = Question::standing(facts, day);
        let asked = RULES.iter().filter(|rule| rule.of_standing);
        Decision::from(
            asked
                .map(|rule| rule.answered(&question).outcome)
                .max()
                .unwrap_or(Outcome::Unmet),
        ) <= Decision::Warn
    };
    if !permits(on) {
        return None;
    }
    let later = (Bound::Excluded(on), Bound::Unbounded);
    boundaries(facts)
        .range(later)
        .find(|day| !permits(**day))
        .and_then(NaiveDate::pred_opt)
}

fn judged(question: &Question, asked: impl Fn(&Rule) -> bool) -> Verdict {
    let boundaries = boundaries(question.facts);
    let rules = RULES.iter().filter(|rule| asked(rule));
    Verdict::new(
        rules
            .map(|rule| rule.finding(question, &boundaries))
            .collect(),
    )
}

/// The names and sources of the rules that judge a delivery, in order.
#[must_use]
pub fn delivery_rules() -> &'static [(&'static str, Source)] {
    static NAMES: LazyLock<Vec<(&'static str, Source)>> =
        LazyLock::new(|| RULES.iter().map(|rule| (rule.name, rule.source)).collect());
    &NAMES
}

/// The names and sources of the rules that judge a standing, in order.
#[must_use]
pub fn standing_rules() -> &'static [(&'static str, Source)] {
    static NAMES: LazyLock<Vec<(&'static str, Source)>> = LazyLock::new(|| {
        RULES
            .iter()
            .filter(|rule| rule.of_standing)
            .map(|rule| (rule.name, rule.source))
            .collect()
    });
    &NAMES
}

/// N0-2: the products ordered are those of the notice.
///
/// 「モスネツズマブ（遺伝子組換え）製剤（販売名：ルンスミオ点滴静注 1 mg、同点滴静注 30 mg、以下「本剤」という。）」
///
/// READING: any other presentation, such as the later subcutaneous one, has no rules here and is refused, never judged by these;
/// so is every product before the first day of the edition.
fn product(question: &Question) -> Answer {
    let lines = question
        .order
        .map_or(&[][..], |order| order.lines.as_slice());
    let edition = notice::edition_in_force(question.on);
    let has_rules = |product: &OrderedProduct| match product {
        OrderedProduct::Known(product) => {
            edition.is_some_and(|edition| edition.products.contains(product))
        }
        OrderedProduct::Unknown(_) => false,
    };
    // An unknown product comes before a known one, whatever the order of the lines.
    let without_rules = lines
        .iter()
        .map(|line| &line.product)
        .filter(|product| !has_rules(product))
        .max();
    match without_rules {
        Some(product) => Answer::unmet(Reason::NoRulesLoaded {
            product: product.clone(),
        }),
        None if lines.is_empty() => Answer::missing(Field::OrderLines),
        None => Answer::met(Reason::ProductsCovered {}),
    }
}

/// F-1: the goods go to the facility that satisfies the conditions.
///
/// 「…医師要件を満たす医師※3 のいる施設に対して…納入すること。」
///
/// READING: the conditions attach to the facility that receives the goods; a partner that receives them must satisfy F-1 itself.
/// READING: where no attestation of the facility was ever accepted, nothing is proven and the delivery is refused.
fn destination(question: &Question) -> Answer {
    let elsewhere = question
        .order
        .map_or(&Destination::OrderedFacility, |order| &order.destination);
    let on_file = question.facts.readiness.iter().min();
    match (elsewhere, on_file) {
        (
            Destination::Other {
                name,
                qualified: Some(false),
            },
            _,
        ) => Answer::unmet(Reason::DestinationNotQualified {
            destination: name.clone(),
        }),
        (
            Destination::Other {
                qualified: None, ..
            },
            _,
        ) => Answer::missing(Field::DestinationQualified),
        (_, None) => Answer::missing(Field::Readiness),
        (
            Destination::Other {
                name,
                qualified: Some(true),
            },
            Some(_),
        ) => Answer::met(Reason::DestinationQualified {
            destination: name.clone(),
        }),
        (Destination::OrderedFacility, Some(row)) => {
            Answer::met(Reason::DestinationHasEvidence {}).resting_on([&row.evidence])
        }
    }
}

/// F-1.3, ※3: see [`physician::qualified_physician`].
fn qualified_physician(question: &Question) -> Answer {
    physician::qualified_physician(&question.facts.physicians, question.on)
}

/// F-1.4: see [`briefing::explanation`].
fn explanation(question: &Question) -> Answer {
    briefing::explanation(
        &question.facts.explanations,
        question.on,
        question.not_before(),
    )
}

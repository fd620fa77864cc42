//! What binds: the notice clause by clause in its own words, each with its rules, its tests and its readings, and the
//! house policy, marked as the house's own.

use askama::Template;
use chrono::NaiveDate;

use crate::audit::Known;
use crate::programmes;
use crate::rules::finding::Argument;
use crate::rules::notice::register::{self, WithoutRule};
use crate::rules::notice::{self, Clause, Edition, Strength};
use crate::rules::policy::{self, HouseClause, PartnerBasis, PolicyVersion};
use crate::rules::readings::{self, Reading};
use crate::vectors::{self, Kinds};
use crate::web::visitor::Roles;
use crate::web::{Answer, Anyone, By, Nav, Shell, Site, StaffAndInspector, show};

/// The parts of the notice as its numbers name them, and the messages that say them in another language. A longer
/// name stands before the one it begins with.
const PARTS: &[(&str, &str)] = &[
    ("事務連絡", "notice-page-part-letter"),
    ("前文", "notice-page-part-preamble"),
    ("承認条件", "notice-page-part-conditions"),
    ("警告", "notice-page-part-warnings"),
    (
        "効能又は効果に関連する注意",
        "notice-page-part-indication-notes",
    ),
    ("効能又は効果", "notice-page-part-indications"),
    (
        "用法及び用量に関連する注意",
        "notice-page-part-dosage-notes",
    ),
    ("用法及び用量", "notice-page-part-dosage"),
    ("重要な基本的注意", "notice-page-part-precautions"),
];

/// Clauses that stand together under one number.
struct Part {
    number: &'static str,
    /// The anchor: that of its first clause.
    id: &'static str,
    /// The name in the reader's language, where that is not the notice's own.
    gloss: Option<String>,
    clauses: Vec<Quoted>,
}

/// A clause with what answers it, what tries that, and how it is read.
struct Quoted {
    clause: &'static Clause,
    rules: &'static [&'static str],
    without_rule: Option<WithoutRule>,
    vectors: &'static Kinds,
    tests: &'static [&'static str],
    readings: Vec<&'static Reading>,
}

impl Quoted {
    fn of(clause: &'static Clause) -> Quoted {
        let entry = register::entry(clause.id);
        let of_clause = |reading: &&Reading| reading.clauses.contains(&clause.id);
        Quoted {
            clause,
            rules: entry.map_or(&[], register::Entry::rules),
            without_rule: entry.and_then(register::Entry::without_rule),
            vectors: vectors::of_clause(clause.id),
            tests: entry.map_or(&[], |entry| entry.tests),
            readings: readings::of_the_rules().iter().filter(of_clause).collect(),
        }
    }

    /// How many tests try the clause.
    fn tried(&self) -> usize {
        self.vectors.values().map(Vec::len).sum::<usize>() + self.tests.len()
    }

    /// The table of the notice that stands before the clause.
    fn table(&self) -> Option<Table> {
        match self.clause.id {
            "AE-CRS-G1-a" => Some(Table::Reactions),
            "RS-C1D1-2W" => Some(Table::Restart),
            _ => None,
        }
    }
}

/// The two tables of the notice.
#[derive(Clone, Copy)]
enum Table {
    Reactions,
    Restart,
}

/// A version of the house policy, and whether it is in force, to come or past.
struct Version {
    policy: PolicyVersion,
    when: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage {
    shell: Shell,
    edition: Option<&'static Edition>,
    parts: Vec<Part>,
    /// What was read without a clause of the notice to hold it to.
    other_readings: Vec<&'static Reading>,
    /// For the tables, which mark the rows that apply: none here.
    marked: [&'static str; 0],
    marked_note: &'static str,
    house: &'static [HouseClause],
    in_force: Option<PolicyVersion>,
    versions: Vec<Version>,
    /// Whether the reader may follow how the house policy is changed and bent.
    follows_policy: bool,
}

/// GET /notice
pub async fn notice(site: Site, who: By<Anyone>) -> Answer {
    let scope = who.scope.clone();
    let today = site.db.clock().today();
    let policies = site
        .read(move |conn| programmes::policies(conn, scope.programme(), Known::NOW))
        .await?;
    let shell = who.shell("notice-page-title", Nav::Notice);
    let edition = notice::edition_in_force(today);
    let in_force = PolicyVersion::in_force(&policies, today).cloned();
    show(NoticePage {
        parts: edition.map_or_else(Vec::new, |edition| parts(&shell, edition)),
        other_readings: edition.map_or_else(Vec::new, other_readings),
        marked: [],
        marked_note: "",
        edition,
        house: policy::house_clauses(),
        versions: versions(policies, in_force.as_ref(), today),
        follows_policy: who.is(StaffAndInspector::ROLES),
        in_force,
        shell,
    })
}

/// Every version, latest first.
fn versions(
    policies: Vec<PolicyVersion>,
    in_force: Option<&PolicyVersion>,
    today: NaiveDate,
) -> Vec<Version> {
    let version = |policy: PolicyVersion| Version {
        when: if in_force.map(|now| now.version) == Some(policy.version) {
            ("met", "notice-page-in-force")
        } else if policy.first_day > today {
            ("soon", "notice-page-to-come")
        } else {
            ("open", "notice-page-past")
        },
        policy,
    };
    let mut versions: Vec<Version> = policies.into_iter().map(version).collect();
    versions.reverse();
    versions
}

fn parts(shell: &Shell, edition: &'static Edition) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for clause in edition.clauses {
        match parts.last_mut() {
            Some(part) if part.number == clause.number => part.clauses.push(Quoted::of(clause)),
            _ => parts.push(Part {
                number: clause.number,
                id: clause.id,
                gloss: gloss(shell, clause.number),
                clauses: vec![Quoted::of(clause)],
            }),
        }
    }
    parts
}

fn other_readings(edition: &'static Edition) -> Vec<&'static Reading> {
    let of_edition = |id: &&str| edition.clauses.iter().any(|clause| clause.id == *id);
    let readings = readings::of_the_rules().iter();
    readings
        .filter(|reading| !reading.clauses.iter().any(&of_edition))
        .collect()
}

/// A part's name on a page that is not in Japanese.
fn gloss(shell: &Shell, number: &str) -> Option<String> {
    if shell.is_ja() {
        return None;
    }
    let known = PARTS.iter().find(|(name, _)| number.contains(name));
    known.map(|(_, id)| shell.t(id))
}

impl NoticePage {
    fn strength(&self, clause: &Clause) -> String {
        self.shell.t(&format!(
            "notice-page-strength-{}",
            clause.strength.as_str()
        ))
    }

    fn rule(&self, rule: &str) -> String {
        self.shell.t(&format!("rule-{rule}"))
    }

    fn kind(&self, kind: &str) -> String {
        self.shell.t(&format!("vector-kind-{kind}"))
    }

    fn is_firm(&self, clause: &Clause) -> bool {
        clause.strength == Strength::Firm
    }

    /// The house's text in the reader's language.
    fn text(&self, clause: &HouseClause) -> &'static str {
        if self.shell.is_ja() {
            clause.japanese
        } else {
            clause.english
        }
    }

    /// The figure that a version sets for a clause of the house.
    fn figure(&self, policy: &PolicyVersion, clause: &HouseClause) -> String {
        let count = |number: u32| ("count", Argument::Number(i64::from(number)));
        match clause.id {
            "HP-1" => self.shell.lang.fill(
                "notice-page-figure-months",
                &[count(policy.reconfirm_months)],
            ),
            "HP-2" => self.shell.n("notice-page-figure-days", policy.meeting_days),
            "HP-3" => self.shell.lang.fill(
                "notice-page-figure-months",
                &[count(policy.explanation_months)],
            ),
            "HP-4" => self.shell.lang.fill(
                "notice-page-figure-vials",
                &[
                    ("small", Argument::Number(i64::from(policy.order_1mg))),
                    ("large", Argument::Number(i64::from(policy.order_30mg))),
                ],
            ),
            _ => String::new(),
        }
    }

    fn basis(&self, policy: &PolicyVersion) -> String {
        self.shell.t(match policy.partner_basis {
            PartnerBasis::OwnAttestation => "notice-page-basis-attestation",
            PartnerBasis::Agreement => "notice-page-basis-agreement",
            PartnerBasis::Either => "notice-page-basis-either",
        })
    }

    fn reminders(&self, policy: &PolicyVersion) -> String {
        let days: Vec<String> = policy.reminder_days.iter().map(u32::to_string).collect();
        let days = days.join(self.shell.lang.comma());
        self.shell.t1("notice-page-reminder-days", "days", days)
    }
}

//! The house policy as it is seen: every version with its figures in words, and what is on its way.

use actix_web::web::Query;
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::changes::{Proposal, ProposalState};
use super::proposals;
use crate::audit::Known;
use crate::messages::Lang;
use crate::programmes;
use crate::rules::finding::Argument;
use crate::rules::policy::{PartnerBasis, PolicyVersion};
use crate::scope::Role;
use crate::web::page::Html;
use crate::web::{Answer, By, Nav, Pager, Shell, Site, StaffAndInspector, show};

/// One figure of a policy in words.
pub struct Figure {
    /// The clause of the house policy, where it has one.
    pub clause: &'static str,
    pub what: String,
    pub words: String,
}

/// Every figure of a version, in words, in one order for all versions.
pub fn figures(shell: &Shell, policy: &PolicyVersion) -> Vec<Figure> {
    let count = |id: &str, number: i64| shell.lang.fill(id, &[("count", Argument::Number(number))]);
    let vials = shell.lang.fill(
        "notice-page-figure-vials",
        &[
            ("small", Argument::Number(policy.order_1mg.into())),
            ("large", Argument::Number(policy.order_30mg.into())),
        ],
    );
    let basis = shell.t(match policy.partner_basis {
        PartnerBasis::OwnAttestation => "notice-page-basis-attestation",
        PartnerBasis::Agreement => "notice-page-basis-agreement",
        PartnerBasis::Either => "notice-page-basis-either",
    });
    let before =
        |days: &[u32]| shell.t1("lead-times-days-before", "days", listed(shell.lang, days));
    let after = |days: &[u32]| shell.t1("lead-times-days-after", "days", listed(shell.lang, days));
    let within = |days: u32| match days {
        0 => shell.t("lead-times-same-day"),
        days => shell.t1("lead-times-within", "days", days),
    };
    let house = &policy.reminders;
    let months = |number: u32| count("notice-page-figure-months", number.into());
    let all = [
        (
            "HP-1",
            "rule-reconfirmation",
            months(policy.reconfirm_months),
        ),
        (
            "HP-2",
            "rule-meeting",
            count("notice-page-figure-days", policy.meeting_days),
        ),
        (
            "HP-3",
            "rule-explanation_age",
            months(policy.explanation_months),
        ),
        ("HP-4", "rule-order_quantity", vials),
        ("", "notice-page-partner", basis),
        ("", "lead-times-before", before(&policy.reminder_days)),
        ("", "lead-times-release", before(&house.release_days)),
        ("", "lead-times-late", after(&house.late_days)),
        ("", "lead-times-deputy", after(&[house.deputy_days])),
        ("", "lead-times-officer", after(&[house.officer_days])),
        ("", "lead-times-review", within(house.review_days)),
        ("", "lead-times-order", within(house.order_days)),
        ("", "lead-times-hold", within(house.hold_days)),
        ("", "lead-times-answer", within(house.answer_days)),
        ("", "lead-times-safety", within(house.safety_days)),
        ("", "policy-safety-repeat", after(&house.safety_repeat_days)),
    ];
    all.into_iter()
        .map(|(clause, what, words)| Figure {
            clause,
            what: shell.t(what),
            words,
        })
        .collect()
}

/// Days as they are listed: 30, 14, 7, 1.
pub fn listed(lang: Lang, days: &[u32]) -> String {
    let each: Vec<String> = days.iter().map(ToString::to_string).collect();
    each.join(lang.comma())
}

/// Icon and word of how far a change has come.
pub fn state(state: ProposalState) -> (&'static str, &'static str) {
    match state {
        ProposalState::Drawn => ("draft", "policy-state-drawn"),
        ProposalState::Proposed => ("todo", "policy-state-proposed"),
        ProposalState::Confirmed => ("met", "policy-state-confirmed"),
        ProposalState::Declined => ("unmet", "policy-state-declined"),
        ProposalState::Withdrawn => ("open", "policy-state-withdrawn"),
    }
}

/// A version, who signed it, and whether it is in force, to come or past.
struct Version {
    policy: PolicyVersion,
    when: (&'static str, &'static str),
    figures: Vec<Figure>,
    signed: Option<Proposal>,
}

#[derive(Template)]
#[template(path = "house/policy.html")]
struct PolicyPage {
    shell: Shell,
    versions: Vec<Version>,
    under_way: Vec<Proposal>,
    decided: Vec<Proposal>,
    may_propose: bool,
    pager: Pager,
}

/// Where the list of decided changes goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Later {
    after: String,
}

/// Changes that nobody decided yet.
const UNDER_WAY: [ProposalState; 2] = [ProposalState::Drawn, ProposalState::Proposed];
/// Changes that came to nothing; those adopted stand with their versions.
const UNDONE: [ProposalState; 2] = [ProposalState::Declined, ProposalState::Withdrawn];

/// GET /policy
pub async fn policy(site: Site, who: By<StaffAndInspector>, query: Query<Later>) -> Answer {
    let after: i64 = query.after.parse().unwrap_or(0);
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let read = site.read(move |conn| {
        let policies = programmes::policies(conn, scope.programme(), Known::NOW)?;
        let under_way = proposals::list(conn, &scope, &UNDER_WAY, 0, Pager::SIZE)?;
        let undone = proposals::list(conn, &scope, &UNDONE, after, Pager::SIZE + 1)?;
        let signed = proposals::list(conn, &scope, &[ProposalState::Confirmed], 0, i64::MAX)?;
        Ok((policies, under_way, undone, signed))
    });
    let (policies, under_way, mut decided, signed) = read.await?;
    let number = |row: &Proposal| row.number.to_string();
    let pager = Pager::cut(&mut decided, "/policy?", after > 0, number);
    let shell = who
        .shell("policy-title", Nav::Notice)
        .crumb("/notice", "nav-notice");
    show(PolicyPage {
        versions: versions(&shell, policies, &signed, today),
        may_propose: who.is(&[Role::SafetyOfficer]),
        shell,
        under_way,
        decided,
        pager,
    })
}

/// Every version, latest first.
fn versions(
    shell: &Shell,
    policies: Vec<PolicyVersion>,
    signed: &[Proposal],
    today: NaiveDate,
) -> Vec<Version> {
    let now = PolicyVersion::in_force(&policies, today).map(|policy| policy.version);
    let version = |policy: PolicyVersion| Version {
        when: if now == Some(policy.version) {
            ("met", "notice-page-in-force")
        } else if policy.first_day > today {
            ("soon", "notice-page-to-come")
        } else {
            ("open", "notice-page-past")
        },
        figures: figures(shell, &policy),
        signed: signed
            .iter()
            .find(|proposal| proposal.policy.version == policy.version)
            .cloned(),
        policy,
    };
    policies.into_iter().rev().map(version).collect()
}

impl PolicyPage {
    fn state(&self, proposal: &Proposal) -> Html {
        let (icon, word) = state(proposal.state);
        self.shell.status(icon, word)
    }
}

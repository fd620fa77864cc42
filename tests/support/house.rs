//! The house policy as tests bend and change it: exceptions and versions with their two signatures.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use kanmon::error::Result;
use kanmon::house::preview::Counts;
use kanmon::house::{Exception, NewException, changes, exceptions, register};
use kanmon::ids::{ExceptionId, ProposalId};
use kanmon::rules::policy::PolicyVersion;
use kanmon::scope::Role;

use super::day;
use super::programme::{Evidence, Ground, Place, Who};

/// Everything as the notice wants it, and the last meeting four months ago.
pub fn unmet_long_ago() -> Evidence {
    Evidence {
        met_on: day("2026-07-20"),
        ..Evidence::default()
    }
}

pub fn from_meetings(place: &Place, last: &str) -> NewException {
    NewException {
        facility: place.id.clone(),
        rule: "meeting".to_owned(),
        first_day: day("2026-11-24"),
        last_day: day(last),
        reason: "担当医師の長期休暇のため、12 月に面談する。".to_owned(),
    }
}

impl Ground {
    pub fn ask_as(&self, who: &Who, new: &NewException) -> Result<ExceptionId> {
        let new = new.clone();
        self.sign(who, move |tx, scope, proof| {
            exceptions::ask(tx, scope, &new, proof)
        })
    }

    pub fn ask(&self, new: &NewException) -> ExceptionId {
        self.ask_as(&self.safety, new).unwrap()
    }

    pub fn confirm_as(&self, who: &Who, id: &ExceptionId) -> Result<()> {
        let id = id.clone();
        self.sign(who, move |tx, scope, proof| {
            exceptions::confirm(tx, scope, &id, proof)
        })
    }

    /// Asked for and confirmed.
    pub fn bend(&self, new: &NewException) -> ExceptionId {
        let id = self.ask(new);
        self.confirm_as(&self.second, &id).unwrap();
        id
    }

    pub fn end_exception(&self, who: &Who, id: &ExceptionId) -> Result<()> {
        let id = id.clone();
        self.act(who, move |tx, scope| {
            exceptions::end(tx, scope, &id, "面談が済んだため。")
        })
    }

    pub fn exception(&self, id: &ExceptionId) -> Exception {
        let scope = self.staff();
        self.db
            .read(|conn| register::one(conn, &scope, id))
            .unwrap()
    }

    pub fn draw_up_as(&self, who: &Who, policy: &PolicyVersion) -> Result<ProposalId> {
        let policy = policy.clone();
        self.act(who, move |tx, scope| {
            changes::draw_up(tx, scope, &policy, "面談の間隔を見直す。")
        })
    }

    pub fn propose_as(&self, who: &Who, id: &ProposalId) -> Result<()> {
        let id = id.clone();
        self.sign(who, move |tx, scope, proof| {
            changes::propose(tx, scope, &id, &Counts::default(), proof)
        })
    }

    pub fn confirm_policy_as(&self, who: &Who, id: &ProposalId) -> Result<()> {
        let id = id.clone();
        self.sign(who, move |tx, scope, proof| {
            changes::confirm(tx, scope, &id, &Counts::default(), proof)
        })
    }

    /// Proposed by the safety officer and confirmed by another.
    pub fn adopt(&self, policy: &PolicyVersion) -> ProposalId {
        let id = self.draw_up_as(&self.safety, policy).unwrap();
        self.propose_as(&self.safety, &id).unwrap();
        let other = self.someone("野村 聡", Role::SafetyOfficer, None);
        self.confirm_policy_as(&other, &id).unwrap();
        id
    }
}

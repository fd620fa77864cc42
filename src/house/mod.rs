//! The house policy (社内基準) as it is kept: bent by an exception and changed by a new version, each by two people who sign.
//!
//! What it asks is in `rules/policy.rs` and `rules/gate/house.rs`; what an exception does to an answer, in
//! `rules/gate/exceptions.rs`. A clause of the notice is set aside by nobody: the verb refuses it here, the rules
//! leave such an exception without effect, and the database refuses the row.

pub mod changes;
pub mod exception_pages;
pub mod exceptions;
pub mod policy_pages;
pub mod preview;
pub mod proposal_pages;
pub mod proposals;
pub mod register;

pub use changes::{Proposal, ProposalState};
pub use exceptions::{Exception, NewException, Phase};

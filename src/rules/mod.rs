//! Floor 0: the notice as pure functions — facts and a day go in, findings come out.
//!
//! Nothing here asks what time it is, reads a file or knows a database.
//! A requirement that is not met is a value ([`finding::Outcome::Unmet`]), never an error.
//!
//! | file | answers |
//! |---|---|
//! | [`notice`] | what the notice says, clause by clause, and which rules answer each |
//! | [`readings`] | what we decided where it leaves something open |
//! | [`finding`] | what an answer looks like |
//! | [`facility`] | where a deteriorating patient is admitted and treated |
//! | [`physician`] | who meets all three points of ※3 |
//! | [`briefing`] | whether product and safety measures were explained before the delivery |
//! | [`policy`] | what the manufacturer asks beyond the notice (house policy) |
//! | [`gate`] | may this delivery arrive? |
//! | [`administration`] | what binds at the site on the dosing day |
//! | [`dosing`] | which dose is due, and what goes with it |

pub mod administration;
pub mod briefing;
pub mod dosing;
pub mod facility;
pub mod finding;
pub mod gate;
pub mod notice;
pub mod physician;
pub mod policy;
pub mod readings;

/// The version of the answers this code gives, raised whenever the same facts may be answered differently.
///
/// A stored verdict carries it, so that `replay` can tell a changed rule from a broken record.
///
/// 2: a delivery is also asked about the cases that its order names.
///
/// 3: what the house policy asks and does not hold is to be considered while an exception from it is in force.
pub const RULES_VERSION: i32 = 3;

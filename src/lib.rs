#![doc = include_str!("../ARCHITECTURE.md")]

// Floor 0: the notice as pure functions.
pub mod rules;

// Floor 1: plumbing, one file each.
pub mod audit;
pub mod clock;
pub mod counters;
pub mod db;
pub mod error;
pub mod guards;
pub mod ids;
pub mod messages;
pub mod schema;
pub mod scope;
pub mod signatures;
pub mod verdicts;

// Floor 2: the rooms' records and verbs, each importing only earlier ones.
pub mod attestations;
pub mod deliveries;
pub mod facilities;
pub mod programmes;
pub mod standings;

//! Cases on a database: who may do what, who reads what, and that nothing recorded is rewritten.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

#[path = "cases/checks.rs"]
mod checks;
#[path = "cases/ground.rs"]
mod ground;
#[path = "cases/keeping.rs"]
mod keeping;
#[path = "cases/rewriting.rs"]
mod rewriting;
#[path = "cases/safety.rs"]
mod safety;
#[path = "cases/transfers.rs"]
mod transfers;
#[path = "cases/walls.rs"]
mod walls;

//! The outbox: each letter once, to one sender at a time, and none lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod command;
mod leasing;
mod post;
mod queueing;
mod sending;
#[path = "../support/mod.rs"]
mod support;

//! The second factor: setting it up, showing it, signing with it, losing it; and the sessions it opens.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "../support/mod.rs"]
mod support;

mod ground;
mod losing;
mod sessions;
mod showing;
mod signing;

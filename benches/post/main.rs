//! How fast letters are, each figure beside its yardstick measured in the same minute; it judges nothing.
//!
//! `cargo bench --bench post` prints medians of ratios. With AIOSMTPD naming a python that has aiosmtpd, letters also
//! go to that server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../../tests/outbox/post.rs"]
mod post;
#[path = "../../tests/support/mod.rs"]
mod support;

mod sending;

fn main() {
    sending::measure();
}

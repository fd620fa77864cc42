//! Letters through a real mail server.
fn main() {}

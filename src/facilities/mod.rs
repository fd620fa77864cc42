//! The place medicine goes to; here only the keys it is found by, until the room lands.

pub mod keys;

//! x
pub mod codes; pub mod keys; pub mod lists;

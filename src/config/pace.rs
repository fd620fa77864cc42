//! How long, and how many at once, clients may keep the program waiting.

use std::time::Duration;

/// The limits of connections. None of them is a setting: behind a proxy and without one, the same hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// From the first byte of a request to the end of its headers.
    pub head: Duration,
    /// From the end of the headers to the end of the body.
    pub body: Duration,
    /// Between two requests on one connection.
    pub idle: Duration,
    /// For each worker; there is one worker a processor.
    pub connections: usize,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            head: Duration::from_secs(10),
            body: Duration::from_secs(20),
            idle: Duration::from_secs(15),
            connections: 2_048,
        }
    }
}

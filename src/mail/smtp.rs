//! A mail server: connected, secured, logged in, and handed letters one after another.

use std::time::Duration;

use crate::config::SmtpServer;

use super::{Answer, Parcel, Unreachable};

/// An open line to a mail server.
pub struct Smtp {}

impl Smtp {
    pub fn open(_: &SmtpServer, _: &str, _: Duration) -> Result<Smtp, Unreachable> {
        Err(Unreachable("not built yet".to_owned()))
    }

    pub fn send(&mut self, _: &Parcel, _: &mut dyn FnMut() -> bool) -> Answer {
        Answer::Unreachable("not built yet".to_owned())
    }

    pub fn close(self) {}
}

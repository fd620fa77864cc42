//! Forms as a person fills them in on our pages, field by field.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::string_slice)]

use super::{Reply, User};

/// A form under the pen.
#[derive(Debug, Clone, Default)]
pub struct Sheet(Vec<(String, String)>);

impl Sheet {
    pub fn new() -> Sheet {
        Sheet::default()
    }

    pub fn put(mut self, field: &str, value: &str) -> Sheet {
        self.0.push((field.to_owned(), value.to_owned()));
        self
    }

    pub fn all(mut self, fields: &[(&str, &str)]) -> Sheet {
        for (field, value) in fields {
            self = self.put(field, value);
        }
        self
    }

    /// A date in its three fields, as `2026-11-25`.
    pub fn day(self, field: &str, day: &str) -> Sheet {
        let parts: Vec<&str> = day.split('-').collect();
        let [y, m, d] = parts[..] else {
            panic!("{day} is no date")
        };
        self.put(&format!("{field}-y"), y)
            .put(&format!("{field}-m"), m)
            .put(&format!("{field}-d"), d)
    }

    pub fn send(&self, user: &mut User, path: &str) -> Reply {
        let form: Vec<(&str, &str)> = self
            .0
            .iter()
            .map(|(field, value)| (field.as_str(), value.as_str()))
            .collect();
        user.post(path, &form)
    }

    /// Sends what must be taken, and gives the address that it leads to.
    #[track_caller]
    pub fn taken(&self, user: &mut User, path: &str) -> String {
        let reply = self.send(user, path);
        reply.is(303).location().to_owned()
    }
}

/// What a page says between two pieces of its HTML.
#[track_caller]
pub fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split_once(after).unwrap().0
}

/// The version of the record that a form was made for.
#[track_caller]
pub fn version(page: &Reply) -> String {
    between(&page.is(200).body, "name=\"version\" value=\"", "\"").to_owned()
}

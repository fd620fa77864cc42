//! The signatures on a record, the same everywhere: printed name, time in Japan, meaning, and whether they still fit.

use askama::Template;

use super::page::{Html, Shell};
use crate::accounts::role_id;
use crate::scope::Role;
use crate::signatures::{Fit, Signed};

#[derive(Template)]
#[template(path = "shared/signatures.html")]
struct SignaturesHtml<'a> {
    shell: &'a Shell,
    signed: &'a [Signed],
}

/// The signatures on one record, oldest first. One that no longer fits says so in words.
pub fn signatures(shell: &Shell, signed: &[Signed]) -> Html {
    let page = SignaturesHtml { shell, signed };
    Html(page.render().unwrap_or_default())
}

impl SignaturesHtml<'_> {
    fn is_broken(&self) -> bool {
        self.signed.iter().any(|one| one.fit == Fit::Broken)
    }

    fn role(&self, one: &Signed) -> String {
        let role = Role::from_word(&one.role);
        role.map_or_else(String::new, |role| self.shell.t(role_id(role)))
    }

    fn fit(&self, one: &Signed) -> Html {
        match one.fit {
            Fit::Fits => self.shell.status("met", "signed-fits"),
            Fit::Former => self.shell.status("todo", "signed-former"),
            Fit::Broken => self.shell.status("unmet", "signed-broken"),
        }
    }
}

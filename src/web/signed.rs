//! The signatures on a record, the same everywhere: printed name, time in Japan, meaning, and whether they still fit.

use askama::Template;

use super::page::{Html, Shell};
use crate::accounts::role_id;
use crate::rules::finding::Argument;
use crate::scope::Role;
use crate::signatures::{Fit, Signed, Together};

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
        self.signed.iter().any(|one| {
            one.fit == Fit::Broken || one.together.as_ref().is_some_and(|list| !list.whole)
        })
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

    /// That a signature was one of a list, and which.
    fn together(&self, together: &Together) -> String {
        let id = match together.whole {
            true => "signed-together",
            false => "signed-together-broken",
        };
        let records = i64::try_from(together.records).unwrap_or(i64::MAX);
        let values = [
            ("count", Argument::Number(records)),
            ("batch", Argument::Text(together.batch.clone())),
        ];
        self.shell.lang.fill(id, &values)
    }
}

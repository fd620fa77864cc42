//! What a page asks for where something is signed or proven: the password, and the second factor where one is due.

use super::page::{Html, Shell};
use crate::error::FieldErrors;

impl Shell {
    /// What a signature asks for: the password, and the code of the second factor where one is due.
    pub fn signing(&self, errors: &FieldErrors) -> Html {
        let hint = match self.prompt.is_some() && self.factor_is_due {
            true => "signing-both-hint",
            false => "signing-hint",
        };
        self.proving(errors, hint, self.factor_is_due)
    }

    /// The same for an act that is no signature and always asks for both.
    pub fn proving_both(&self, errors: &FieldErrors) -> Html {
        self.proving(errors, "proving-hint", true)
    }

    /// The second factor alone, for a form that asks for the password under a name of its own.
    pub fn factor(&self, errors: &FieldErrors) -> Html {
        let code = self.prompt.map(|prompt| self.input(errors).code(prompt));
        Html(code.map_or_else(String::new, |code| code.to_string()))
    }

    fn proving(&self, errors: &FieldErrors, hint: &str, with_factor: bool) -> Html {
        let input = self.input(errors);
        let password = input.password("password").hint(hint).width("w-12");
        match self.prompt.filter(|_| with_factor) {
            Some(prompt) => Html(format!("{password}{}", input.code(prompt))),
            None => Html(password.to_string()),
        }
    }
}

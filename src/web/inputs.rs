//! Inputs of forms as values that draw themselves: label, hint, error beside the field, what was typed.

use std::fmt;

use askama::Template;

use super::forms::Ymd;
use super::page::Html;
use crate::accounts::factors::Prompt;
use crate::error::{FieldErrors, Message};
use crate::messages::Lang;
use crate::rules::finding::Argument;

/// Makes the inputs of one form.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    lang: Lang,
    errors: &'a FieldErrors,
}

/// What sort of input is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Password,
    Lines,
    Date,
    Instant,
    Radios,
    Select,
    Check,
}

/// One value that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// One input. It is written into a template as it is; the methods before that change how it looks.
#[derive(Debug, Clone, Template)]
#[template(path = "shared/fields.html")]
pub struct FieldHtml {
    lang: Lang,
    sort: Sort,
    name: String,
    label: String,
    hint: Option<String>,
    wrong: Option<String>,
    value: String,
    ymd: Ymd,
    choices: Vec<Choice>,
    width: &'static str,
    required: bool,
    numeric: bool,
    autocomplete: &'static str,
}

impl askama::filters::HtmlSafe for FieldHtml {}

/// The label of a field: the message `label-` + its name, with hyphens.
fn label_of(lang: Lang, field: &str) -> String {
    lang.t(&format!("label-{}", field.replace('_', "-")))
}

/// An error in words. It may name its field as `{ $field }`.
pub fn told(lang: Lang, field: &str, message: &Message) -> String {
    let mut message = message.clone();
    message
        .arguments
        .push(("field", Argument::Text(label_of(lang, field))));
    lang.say(&message)
}

impl<'a> Input<'a> {
    pub(super) fn new(lang: Lang, errors: &'a FieldErrors) -> Input<'a> {
        Input { lang, errors }
    }

    fn field(&self, sort: Sort, name: &str, value: &str) -> FieldHtml {
        FieldHtml {
            lang: self.lang,
            sort,
            name: name.to_owned(),
            label: label_of(self.lang, name),
            hint: None,
            wrong: self
                .errors
                .on(name)
                .map(|message| told(self.lang, name, message)),
            value: value.to_owned(),
            ymd: Ymd::default(),
            choices: Vec::new(),
            width: "w-24",
            required: true,
            numeric: false,
            autocomplete: "off",
        }
    }

    /// One line of text.
    pub fn text(&self, name: &str, typed: &str) -> FieldHtml {
        self.field(Sort::Text, name, typed)
    }

    /// A whole number.
    pub fn number(&self, name: &str, typed: &str) -> FieldHtml {
        let mut field = self.field(Sort::Text, name, typed);
        (field.numeric, field.width) = (true, "w-4");
        field
    }

    /// Several lines of text.
    pub fn lines(&self, name: &str, typed: &str) -> FieldHtml {
        self.field(Sort::Lines, name, typed)
    }

    /// A password; never shown again. For a signature the field is called `password`.
    pub fn password(&self, name: &str) -> FieldHtml {
        let mut field = self.field(Sort::Password, name, "");
        field.autocomplete = "current-password";
        field
    }

    /// The code of a second factor, never shown again; the hint says which.
    pub fn code(&self, prompt: Prompt) -> FieldHtml {
        let mut field = self.field(Sort::Text, "factor", "");
        (field.numeric, field.width, field.autocomplete) = (true, "w-12", "one-time-code");
        field.hint = Some(match prompt {
            Prompt::App => self.lang.t("factors-hint-app"),
            Prompt::Card(number) => self.lang.fill(
                "factors-hint-card",
                &[("number", Argument::Number(number.into()))],
            ),
            Prompt::CardUsedUp => self.lang.t("factors-hint-card-used-up"),
        });
        field
    }

    /// A date in three inputs.
    pub fn date(&self, name: &str, typed: &Ymd) -> FieldHtml {
        let mut field = self.field(Sort::Date, name, "");
        field.ymd = typed.clone();
        field
    }

    /// A date in three inputs and a time of day.
    pub fn instant(&self, name: &str, typed: &Ymd) -> FieldHtml {
        let mut field = self.field(Sort::Instant, name, "");
        field.ymd = typed.clone();
        field
    }

    /// One of a few, all in sight. Choices are added with [`FieldHtml::choice`].
    pub fn radios(&self, name: &str, typed: &str) -> FieldHtml {
        self.field(Sort::Radios, name, typed)
    }

    /// Yes or no.
    pub fn yes_no(&self, name: &str, typed: &str) -> FieldHtml {
        self.radios(name, typed)
            .choice("yes", "forms-yes")
            .choice("no", "forms-no")
    }

    /// One of many, folded away.
    pub fn select(&self, name: &str, typed: &str) -> FieldHtml {
        self.field(Sort::Select, name, typed)
    }

    /// A box to tick; it posts `yes`.
    pub fn check(&self, name: &str, typed: &str) -> FieldHtml {
        let mut field = self.field(Sort::Check, name, typed);
        field.required = false;
        field
    }
}

impl FieldHtml {
    /// The field may be left empty.
    #[must_use]
    pub fn optional(mut self) -> FieldHtml {
        self.required = false;
        self
    }

    /// A message shown between label and input.
    #[must_use]
    pub fn hint(mut self, id: &str) -> FieldHtml {
        self.hint = Some(self.lang.t(id));
        self
    }

    /// Another label than `label-NAME`, in words. Errors still name the field by its own label.
    #[must_use]
    pub fn labelled(mut self, label: impl fmt::Display) -> FieldHtml {
        self.label = label.to_string();
        self
    }

    /// `w-2`, `w-4`, `w-12` or `w-24`.
    #[must_use]
    pub fn width(mut self, width: &'static str) -> FieldHtml {
        self.width = width;
        self
    }

    /// What a browser may fill in: `username`, `new-password`, `one-time-code` …
    #[must_use]
    pub fn autocomplete(mut self, word: &'static str) -> FieldHtml {
        self.autocomplete = word;
        self
    }

    /// A value to choose, with the message that names it.
    #[must_use]
    pub fn choice(self, value: &str, label: &str) -> FieldHtml {
        let label = self.lang.t(label);
        self.choice_named(value, label)
    }

    /// A value to choose that is called by a name.
    #[must_use]
    pub fn choice_named(mut self, value: &str, label: impl fmt::Display) -> FieldHtml {
        let chosen = self.value == value;
        self.choices.push(Choice {
            value: value.to_owned(),
            label: label.to_string(),
            chosen,
        });
        self
    }

    /// Several values to choose, each with the words that name it.
    #[must_use]
    pub fn choices(self, all: &[(String, String)]) -> FieldHtml {
        all.iter().fold(self, |field, (value, label)| {
            field.choice_named(value, label)
        })
    }

    fn t(&self, id: &str) -> String {
        self.lang.t(id)
    }

    /// The ids of hint and error, for `aria-describedby`.
    fn described(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-h", self.name));
        let wrong = self.wrong.as_ref().map(|_| format!("{}-e", self.name));
        let ids: Vec<String> = hint.into_iter().chain(wrong).collect();
        ids.join(" ")
    }

    fn is_many(&self) -> bool {
        matches!(self.sort, Sort::Date | Sort::Instant | Sort::Radios)
    }
}

#[derive(Template)]
#[template(path = "shared/errors.html")]
struct Summary {
    title: String,
    errors: Vec<(String, String)>,
}

/// The list of all that is wrong, each a link to its field.
pub(super) fn summary(lang: Lang, errors: &FieldErrors) -> Html {
    if errors.is_empty() {
        return Html(String::new());
    }
    let count = i64::try_from(errors.0.len()).unwrap_or(i64::MAX);
    let page = Summary {
        title: lang.fill("forms-summary", &[("count", Argument::Number(count))]),
        errors: errors
            .0
            .iter()
            .map(|(field, message)| (field.clone(), told(lang, field, message)))
            .collect(),
    };
    Html(page.render().unwrap_or_default())
}

//! What can go wrong, in words that say what is so and what to do; free of the web.

use crate::rules::finding::Argument;

/// A sentence from the message files with its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: &'static str,
    pub arguments: Vec<(&'static str, Argument)>,
}

impl Message {
    pub fn new(id: &'static str) -> Message {
        Message {
            id,
            arguments: Vec::new(),
        }
    }

    /// Adds a value; text is cut at 80 characters, so that a page never repeats a megabyte back.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Argument) -> Message {
        let value = match value {
            Argument::Text(text) if text.chars().count() > 80 => {
                Argument::Text(text.chars().take(80).chain(['…']).collect())
            }
            other => other,
        };
        self.arguments.push((name, value));
        self
    }
}

/// What is wrong with a form, field by field, in the order of the page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldErrors(pub Vec<(String, Message)>);

impl FieldErrors {
    pub fn one(field: &str, message: Message) -> FieldErrors {
        FieldErrors(vec![(field.to_owned(), message)])
    }

    pub fn add(&mut self, field: &str, message: Message) {
        self.0.push((field.to_owned(), message));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn on(&self, field: &str) -> Option<&Message> {
        self.0
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, message)| message)
    }
}

/// Every way in which a verb or a read can fail. A clause that is not met is not among them: it is an answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such record")]
    NotFound,
    #[error("this role may not do that")]
    Forbidden,
    #[error("the record has changed since it was read")]
    Stale,
    #[error("the input has errors: {0:?}")]
    Invalid(FieldErrors),
    #[error("the database is busy; try again")]
    Busy,
    #[error("{0}")]
    Broken(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn invalid(field: &str, message: Message) -> Error {
        Error::Invalid(FieldErrors::one(field, message))
    }

    /// An unexpected failure with what was being done.
    pub fn broken(doing: &str, cause: impl std::fmt::Display) -> Error {
        Error::Broken(format!("{doing}: {cause}"))
    }
}

impl From<diesel::result::Error> for Error {
    fn from(cause: diesel::result::Error) -> Error {
        use diesel::result::{DatabaseErrorKind, Error as Cause};
        match &cause {
            Cause::NotFound => Error::NotFound,
            Cause::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Error::Busy,
            // Both have been undone whole and may be run again.
            Cause::DatabaseError(_, facts)
                if facts.message().contains("database is locked")
                    || facts.message().contains("deadlock detected") =>
            {
                Error::Busy
            }
            _ => Error::Broken(format!("database: {cause}")),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Error {
        Error::broken("stored JSON", cause)
    }
}

/// How a verb that judges ends: done, or refused with the verdict that was kept. A refusal commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling<T> {
    Done(T),
    Refused(crate::ids::VerdictId),
}

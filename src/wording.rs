//! What people type into short fields: kept as typed, and refused when empty, too long or unprintable.

use crate::error::{FieldErrors, Message};
use crate::rules::finding::Argument;

/// The most characters of a name, a department or a title.
pub const SHORT: usize = 100;
/// The most characters of a statement, a summary or a reason.
pub const LONG: usize = 1000;

/// The text without the space around it, line ends as one character. An error is noted under the field's name.
///
/// Characters stay as typed: normalising would turn 神 (U+FA19) into another character.
pub fn optional(errors: &mut FieldErrors, field: &str, typed: &str, most: usize) -> String {
    let text = typed.trim().replace("\r\n", "\n");
    let length = text.chars().count();
    if length > most {
        let (most, length) = (number(most), number(length));
        errors.add(
            field,
            Message::new("forms-too-long")
                .with("most", most)
                .with("found", length),
        );
    } else if text.chars().any(|c| c.is_control() && c != '\n') {
        // NUL and its like cannot be printed, and PostgreSQL cannot keep them.
        errors.add(field, Message::new("forms-control-character"));
    }
    text
}

/// The same for a text that must be there; `missing` is the sentence that asks for it.
pub fn required(
    errors: &mut FieldErrors,
    field: &str,
    typed: &str,
    most: usize,
    missing: &'static str,
) -> String {
    let text = optional(errors, field, typed, most);
    if text.is_empty() {
        errors.add(field, Message::new(missing));
    }
    text
}

/// The text in one line: a name cannot be broken.
pub fn one_line(errors: &mut FieldErrors, field: &str, text: &str) {
    if text.contains('\n') {
        errors.add(field, Message::new("forms-control-character"));
    }
}

fn number(count: usize) -> Argument {
    Argument::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// What was checked, or the errors found on the way.
pub fn checked<T>(errors: FieldErrors, value: T) -> crate::error::Result<T> {
    if errors.is_empty() {
        Ok(value)
    } else {
        Err(crate::error::Error::Invalid(errors))
    }
}

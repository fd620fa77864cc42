//! A QR code as a picture inside the page: made here, so that no secret leaves for a service that draws it.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

use super::page::{Html, escape};
use crate::error::{Error, Result};

/// The quiet zone that readers need around a code, in modules.
const QUIET: usize = 4;

/// A text as a QR code; `title` says in words what it is.
pub fn picture(text: &str, title: &str) -> Result<Html> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|cause| Error::broken("QR code", cause))?;
    let (width, side) = (code.width(), code.width() + 2 * QUIET);
    let mut path = String::new();
    for (at, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            // Writing to a String cannot fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Ok(Html(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{}\" \
         shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
         <path d=\"{path}\" fill=\"#000\"/></svg>",
        escape(title)
    )))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::picture;

    #[test]
    fn a_code_is_drawn_within_its_quiet_zone_and_titled_safely() {
        let html = picture("otpauth://totp/Kanmon:a?secret=B", "<b>")
            .unwrap()
            .0;
        assert!(html.contains("aria-label=\"&lt;b&gt;\""));
        assert!(html.contains("M4 4h1v1h-1z"), "the corner mark begins here");
        assert!(!html.contains("M3 ") && !html.contains("style="));
        assert!(picture(&"x".repeat(10_000), "").is_err());
    }
}

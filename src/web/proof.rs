//! What proves a record on paper: its rows of the log, the checkpoint that covers them, and a QR code that names both.

use askama::Template;
use qrcode::{EcLevel, QrCode};

use super::page::{Html, Shell};
use crate::audit::proofs::{Covering, Logged};

/// White around a code, in modules, without which readers do not find it (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

#[derive(Template)]
#[template(path = "shared/proof.html")]
struct ProofHtml<'a> {
    shell: &'a Shell,
    origin: &'a str,
    rows: &'a [Logged],
}

/// The proof of a record's rows, for a certificate. `origin` is that of the pages; links begin with it.
pub fn proof(shell: &Shell, origin: &str, rows: &[Logged]) -> Html {
    let page = ProofHtml {
        shell,
        origin,
        rows,
    };
    Html(page.render().unwrap_or_default())
}

impl ProofHtml<'_> {
    fn address(&self, row: &Logged) -> String {
        format!("{}/proofs/{}", self.origin, row.id)
    }

    fn words(&self, row: &Logged) -> String {
        self.shell
            .t(&format!("proof-of-{}", row.verb.replace('_', "-")))
    }

    fn code(&self, row: &Logged, covered: &Covering) -> Html {
        let label = self.shell.t("proof-code");
        qr(&said(row, covered, &self.address(row)), &label)
    }
}

/// What a QR code says of a row. INVARIANT: no name of anybody, because whoever holds the paper may read it.
fn said(row: &Logged, covered: &Covering, address: &str) -> String {
    format!(
        "kanmon:audit {}\nleaf {}\nsize {}\nroot {}\n{address}",
        row.id, row.leaf, covered.size, covered.root
    )
}

/// A QR code as a drawing without any style of its own; nothing where the text is too long for one.
fn qr(text: &str, label: &str) -> Html {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return Html::default();
    };
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut dark = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            dark.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Html(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" shape-rendering=\"crispEdges\" focusable=\"false\">\
         <title>{}</title><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{dark}\" fill=\"#000\"/></svg>",
        super::page::escape(label)
    ))
}

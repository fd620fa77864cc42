//! What proves a record on paper: its rows of the log, the checkpoint that covers them, and a QR code that names both.

use askama::Template;

use super::page::{Html, Shell};
use super::qr;
use crate::audit::proofs::{Covering, Logged};

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
        // A text that is too long for a code is left to the words beside it.
        qr::picture(&said(row, covered, &self.address(row)), &label).unwrap_or_default()
    }
}

/// What a QR code says of a row. INVARIANT: no name of anybody, because whoever holds the paper may read it.
fn said(row: &Logged, covered: &Covering, address: &str) -> String {
    format!(
        "kanmon:audit {}\nleaf {}\nsize {}\nroot {}\n{address}",
        row.id, row.leaf, covered.size, covered.root
    )
}

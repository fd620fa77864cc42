//! The pages of a dossier: a folder that opens offline in a browser, without script, with the proofs beside it.
//!
//! Every page is written to its file part by part, so that a facility of many years takes no more memory than a page.

mod course;
mod evidence;
mod verdicts;

use std::path::Path;

use askama::Template;
use chrono::{DateTime, Utc};

use self::course::{deliveries_page, history_page, letters_page, signatures_page};
use self::evidence::{attestations_page, evidence_page};
use self::verdicts::verdicts_page;
use crate::audit::browsing::{self, Standing};
use crate::db::AnyConn;
use crate::dossiers::folder::{Folder, Page};
use crate::dossiers::{Titled, evidence as kept_evidence, proof, records};
use crate::error::{Error, Result};
use crate::messages::Lang;
use crate::scope::Scope;
use crate::web::page::{Html, escape};

/// Who made it, and when.
#[derive(Debug, Clone)]
pub struct Made {
    pub by: String,
    pub at: DateTime<Utc>,
}

/// The pages in their order, with the message that names each.
const PAGES: [(&str, &str); 8] = [
    ("index.html", "dossier-title"),
    ("evidence.html", "dossier-evidence"),
    ("attestations.html", "dossier-attestations"),
    ("deliveries.html", "dossier-deliveries"),
    ("verdicts.html", "dossier-verdicts"),
    ("signatures.html", "dossier-signatures"),
    ("letters.html", "dossier-letters"),
    ("history.html", "dossier-history"),
];

const STYLE: &str = include_str!("../../templates/dossier/style.css");
const FOOT: &str = "</main>\n</body>\n</html>\n";

/// What every page of one dossier knows.
struct Own<'a> {
    of: &'a Titled,
    made: &'a Made,
    lang: Lang,
}

impl Own<'_> {
    fn t(&self, id: &str) -> String {
        self.lang.t(id)
    }

    /// A heading in Japanese with the English beside it.
    fn both(&self, id: &str) -> Html {
        let (ja, en) = (escape(&Lang::Ja.t(id)), escape(&Lang::En.t(id)));
        Html(format!("{ja} <span class=\"en\" lang=\"en\">{en}</span>"))
    }
}

/// Writes the whole dossier into an empty folder and returns the names of its files.
pub fn write(
    conn: &mut AnyConn,
    scope: &Scope,
    of: &Titled,
    made: &Made,
    path: &Path,
) -> Result<Vec<String>> {
    let own = Own {
        of,
        made,
        lang: Lang::Ja,
    };
    let mut kept = kept_evidence::of(conn, scope, &of.facility)?;
    // Of one delivery only what its verdicts rest on is shown.
    let rests = match of.only() {
        Some(_) => Some(proof::resting_on(conn, scope, of)?),
        None => None,
    };
    if let Some(rests) = &rests {
        kept.rows.retain(|row| rests.contains(&row.id));
    }
    let mut folder = Folder::begin(path)?;
    index(conn, scope, &own, &mut folder)?;
    evidence_page(&own, &kept, &mut folder)?;
    attestations_page(conn, scope, (&own, rests.as_ref()), &mut folder)?;
    deliveries_page(conn, scope, &own, &mut folder)?;
    verdicts_page(conn, scope, &own, &mut folder)?;
    signatures_page(conn, scope, &own, &mut folder)?;
    letters_page(conn, scope, &own, &mut folder)?;
    history_page(conn, scope, &own, &mut folder)?;
    let mut style = folder.file("style.css")?;
    style.text(STYLE)?;
    folder.close(style)?;
    let shown = kept.rows.into_iter().map(|row| row.id).collect();
    proof::write(conn, scope, of, shown, &mut folder)?;
    folder.finish()
}

fn put(page: &mut Page, part: &impl Template) -> Result<()> {
    Template::write_into(part, page).map_err(|cause| Error::broken("a page of the dossier", cause))
}

#[derive(Template)]
#[template(path = "dossier/head.html")]
struct Head {
    title: String,
    about: String,
    heading: Html,
    contents: String,
    pages: Vec<(&'static str, String, bool)>,
}

/// Begins the page with this file name.
fn begin(own: &Own<'_>, folder: &Folder, file: &str) -> Result<Page> {
    let named = PAGES.iter().find(|(name, _)| *name == file);
    let id = named.map_or("dossier-title", |(_, id)| *id);
    let mut page = folder.file(file)?;
    let head = Head {
        title: own.t(id),
        about: match own.of.only() {
            Some(_) => format!("{} {}", own.of.title, own.of.facility_name),
            None => own.of.title.clone(),
        },
        heading: own.both(id),
        contents: own.t("dossier-contents"),
        pages: PAGES
            .iter()
            .map(|(name, id)| (*name, own.t(id), *name == file))
            .collect(),
    };
    put(&mut page, &head)?;
    Ok(page)
}

fn end(folder: &mut Folder, mut page: Page) -> Result<()> {
    page.text(FOOT)?;
    folder.close(page)
}

#[derive(Template)]
#[template(path = "dossier/index.html")]
struct IndexPart<'a> {
    own: &'a Own<'a>,
    kind: &'static str,
    made_at: String,
    log: Standing,
    /// The instant of the last checkpoint.
    signed_at: String,
    cases: i64,
    files: Vec<(&'static str, String)>,
}

fn index(conn: &mut AnyConn, scope: &Scope, own: &Own<'_>, folder: &mut Folder) -> Result<()> {
    let mut page = begin(own, folder, "index.html")?;
    let files = PAGES.iter().skip(1);
    let log = browsing::standing(conn)?;
    let part = IndexPart {
        own,
        kind: match own.of.only() {
            Some(_) => "dossier-of-delivery",
            None => "dossier-of-facility",
        },
        made_at: own.lang.instant(own.made.at),
        signed_at: log
            .checkpoint
            .map_or_else(String::new, |(_, at)| own.lang.instant(at)),
        log,
        cases: records::cases(conn, scope, own.of)?,
        files: files.map(|(file, id)| (*file, own.t(id))).collect(),
    };
    put(&mut page, &part)?;
    end(folder, page)
}

#[derive(Template)]
#[template(path = "dossier/table.html")]
struct TablePart {
    names: Vec<Html>,
    rows: Vec<Vec<String>>,
}

/// A table of a page of records; its head is repeated for each, so that none stands without one.
fn table(own: &Own<'_>, names: &[&str], rows: Vec<Vec<String>>) -> TablePart {
    TablePart {
        names: names.iter().map(|id| own.both(id)).collect(),
        rows,
    }
}

fn is_full(found: usize) -> bool {
    i64::try_from(found).is_ok_and(|found| found >= records::PAGE)
}

//! The frame of every page: its head, where it stands, what was just done; and how pages and redirects are sent.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use actix_session::Session;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use super::inputs::Input;
use super::nav::{ENTRIES, Nav};
use super::session::factor_is_due;
use super::visitor::Visitor;
use super::{Answer, Problem, assets};
use crate::access::{self, Reach};
use crate::accounts::factors::Prompt;
use crate::accounts::store::Programme;
use crate::clock::jst;
use crate::error::{Error, FieldErrors, Message};
use crate::messages::Lang;
use crate::rules::finding::Argument;

/// The cookie that remembers the language of somebody who is not signed in.
pub const LANGUAGE_COOKIE: &str = "kanmon-language";
const FLASH: &str = "flash";

/// What a page needs to know about the request it answers, apart from who asks.
#[derive(Debug, Clone)]
pub struct Desk {
    pub lang: Lang,
    /// Path and query, for coming back here after a change of language or role.
    pub here: String,
    demo: bool,
    cases: bool,
    now: DateTime<Utc>,
    programme: String,
    /// The second factor of the one who asks; none in the sample.
    prompt: Option<Prompt>,
}

impl Desk {
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub(super) fn of_programme(programme: Option<&Programme>, lang: Lang) -> Desk {
        let name = programme.map(|programme| match lang {
            Lang::Ja => programme.name_ja.clone(),
            Lang::En => programme.name_en.clone(),
        });
        Desk {
            lang,
            here: "/".to_owned(),
            demo: false,
            cases: false,
            now: DateTime::UNIX_EPOCH,
            programme: name.unwrap_or_default(),
            prompt: None,
        }
    }

    pub(super) fn asking(mut self, prompt: Option<Prompt>) -> Desk {
        self.prompt = prompt;
        self
    }

    /// For somebody who is not signed in: Japanese, unless another language was chosen on this browser.
    pub(super) fn of_request(req: &HttpRequest) -> Desk {
        let chosen = req.cookie(LANGUAGE_COOKIE);
        let lang = chosen.and_then(|cookie| Lang::from_word(cookie.value()));
        Desk::of_programme(None, lang.unwrap_or(Lang::Ja)).at(req)
    }

    pub(super) fn at(mut self, req: &HttpRequest) -> Desk {
        if let Ok(site) = super::of(req) {
            self.demo = site.config.demo;
            self.cases = site.config.cases;
            self.now = site.db.clock().now();
        }
        let here = req.uri().path_and_query().map(ToString::to_string);
        // What a form was sent to is no page: coming back leads to the record it belongs to.
        self.here = if req.method().is_safe() {
            here.unwrap_or_default()
        } else {
            super::errors::record_of(req.path())
        };
        self
    }
}

/// One link of the navigation or of the crumbs.
#[derive(Debug, Clone)]
pub struct Link {
    pub href: String,
    pub label: String,
    pub current: bool,
}

/// The frame. Templates extend `shared/layout.html` and keep one of these in a field named `shell`.
#[derive(Debug, Clone)]
pub struct Shell {
    pub lang: Lang,
    pub visitor: Option<Rc<Visitor>>,
    pub title: String,
    pub nav: Vec<Link>,
    pub crumbs: Vec<Link>,
    pub flash: Option<String>,
    pub demo: bool,
    pub here: String,
    pub programme: String,
    pub now: DateTime<Utc>,
    /// Set where the page is a form that came back with errors.
    pub wrong: bool,
    pub(super) prompt: Option<Prompt>,
    pub(super) factor_is_due: bool,
}

impl Shell {
    /// `title` is a message id; a title made of a name is set with [`Shell::titled`].
    pub(super) fn new(
        desk: &Desk,
        visitor: Option<Rc<Visitor>>,
        title: &str,
        nav: Nav,
        session: Option<&Session>,
    ) -> Shell {
        let lang = desk.lang;
        let role = visitor.as_ref().map(|visitor| visitor.role);
        let nav = ENTRIES
            .iter()
            .filter(|(.., roles)| role.is_some_and(|role| roles.contains(&role)))
            .filter(|(entry, ..)| desk.cases || *entry != Nav::Cases)
            .map(|(entry, href, label, _)| Link {
                href: (*href).to_owned(),
                label: lang.t(label),
                current: *entry == nav,
            })
            .collect();
        Shell {
            lang,
            visitor,
            title: lang.t(title),
            nav,
            crumbs: Vec::new(),
            flash: session.and_then(|session| take_flash(session, lang)),
            demo: desk.demo,
            here: desk.here.clone(),
            programme: desk.programme.clone(),
            now: desk.now,
            wrong: false,
            prompt: desk.prompt,
            factor_is_due: session.is_none_or(|session| factor_is_due(session, desk.now)),
        }
    }

    /// A title that is no message: a record's number or name.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Shell {
        self.title = title.into();
        self
    }

    /// A page above this one; the page's own title is added by the layout.
    #[must_use]
    pub fn crumb(self, href: &str, label: &str) -> Shell {
        let label = self.lang.t(label);
        self.crumb_named(href, label)
    }

    /// A page above this one that is called by a name.
    #[must_use]
    pub fn crumb_named(mut self, href: &str, label: impl Into<String>) -> Shell {
        self.crumbs.push(Link {
            href: href.to_owned(),
            label: label.into(),
            current: false,
        });
        self
    }

    /// A sentence without values.
    pub fn t(&self, id: &str) -> String {
        self.lang.t(id)
    }

    /// A sentence with one value that is text.
    pub fn t1(&self, id: &str, name: &'static str, value: impl fmt::Display) -> String {
        self.lang
            .fill(id, &[(name, Argument::Text(value.to_string()))])
    }

    /// A sentence with one count.
    pub fn n(&self, id: &str, count: impl fmt::Display) -> String {
        let count = count.to_string().parse().unwrap_or(i64::MAX);
        self.lang.fill(id, &[("count", Argument::Number(count))])
    }

    pub fn say(&self, message: &Message) -> String {
        self.lang.say(message)
    }

    /// `2026年11月22日(日)` in a `time` element.
    pub fn date(&self, day: impl Peel<NaiveDate>) -> Html {
        let day = day.peel();
        Html(format!(
            "<time datetime=\"{day}\">{}</time>",
            self.lang.date(day)
        ))
    }

    /// The date without its year.
    pub fn short_date(&self, day: impl Peel<NaiveDate>) -> Html {
        let day = day.peel();
        let text = self.lang.short_date(day);
        Html(format!("<time datetime=\"{day}\">{text}</time>"))
    }

    /// Date and time of day in Japan.
    pub fn instant(&self, at: impl Peel<DateTime<Utc>>) -> Html {
        let at = at.peel();
        let machine = at
            .with_timezone(&jst())
            .to_rfc3339_opts(SecondsFormat::Secs, false);
        let text = self.lang.instant(at);
        Html(format!("<time datetime=\"{machine}\">{text}</time>"))
    }

    /// Icon, word and colour: `kind` is met, consider, unmet, open, hold, soon, todo, draft, fix or lock.
    pub fn status(&self, kind: &str, word: &str) -> Html {
        status(kind, &self.lang.t(word), false)
    }

    /// The same with words that are there already.
    pub fn status_text(&self, kind: &str, words: impl fmt::Display) -> Html {
        status(kind, &words.to_string(), false)
    }

    /// The status of a whole record, in a frame beside its name.
    pub fn badge(&self, kind: &str, word: &str) -> Html {
        status(kind, &self.lang.t(word), true)
    }

    pub fn badge_text(&self, kind: &str, words: impl fmt::Display) -> Html {
        status(kind, &words.to_string(), true)
    }

    /// The inputs of a form with its errors.
    pub fn input<'a>(&self, errors: &'a FieldErrors) -> Input<'a> {
        Input::new(self.lang, errors)
    }

    /// Whether the reader of this page may follow a link to an address of ours: no page offers what would be refused.
    pub fn may(&self, address: impl AsRef<str>) -> bool {
        let row = access::reached("GET", address.as_ref());
        row.is_some_and(|row| match &self.visitor {
            Some(visitor) => row.reach(visitor.role) != Reach::No,
            None => row.is_open(),
        })
    }

    /// The summary of a form's errors, each a link to its field; nothing where there are none.
    pub fn errors(&self, errors: &FieldErrors) -> Html {
        super::inputs::summary(self.lang, errors)
    }

    pub fn asset(&self, file: &str) -> &'static str {
        assets::url(file)
    }

    pub fn other_lang(&self) -> Lang {
        match self.lang {
            Lang::Ja => Lang::En,
            Lang::En => Lang::Ja,
        }
    }

    /// Today in Japan with the era, for paper.
    pub fn printed(&self) -> String {
        self.lang.era_date(crate::clock::jst_date(self.now))
    }

    pub fn is_ja(&self) -> bool {
        self.lang == Lang::Ja
    }
}

/// A value behind any number of references, because templates pass references to what they were given.
pub trait Peel<T> {
    fn peel(&self) -> T;
}

impl Peel<NaiveDate> for NaiveDate {
    fn peel(&self) -> NaiveDate {
        *self
    }
}

impl Peel<DateTime<Utc>> for DateTime<Utc> {
    fn peel(&self) -> DateTime<Utc> {
        *self
    }
}

impl<T, U: Peel<T>> Peel<T> for &U {
    fn peel(&self) -> T {
        (**self).peel()
    }
}

/// Text that is HTML already and is not escaped again.
#[derive(Debug, Clone, Default)]
pub struct Html(pub String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

/// Text as it may stand in HTML.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// The colours that go with each icon.
fn status(kind: &str, words: &str, badge: bool) -> Html {
    let class = match kind {
        "met" => "st-met",
        "consider" | "soon" => "st-consider",
        "unmet" | "hold" | "fix" => "st-unmet",
        _ => "st-open",
    };
    let badge = if badge { " badge" } else { "" };
    Html(format!(
        "<span class=\"st {class}{badge}\"><svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\">\
         <use href=\"#i-{}\"/></svg><span>{}</span></span>",
        escape(kind),
        escape(words)
    ))
}

/// Keyset paging: where the next page begins, if there is one.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// The address of the first page, where this is a later one.
    pub first: Option<String>,
    pub next: Option<String>,
    pub size: i64,
}

impl Pager {
    /// Rows on one page.
    pub const SIZE: i64 = 50;

    /// Cuts the one row too many that was read to see whether there is a next page. `key` names the last row
    /// shown; `path` is the list's address with its filters, up to `?` or `&`, for example `/people?` .
    pub fn cut<T>(rows: &mut Vec<T>, path: &str, later: bool, key: impl Fn(&T) -> String) -> Pager {
        let size = usize::try_from(Self::SIZE).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|row| {
            let after = encode(&key(row));
            format!("{path}after={after}")
        });
        let first = later.then(|| path.trim_end_matches(['?', '&']).to_owned());
        Pager {
            first,
            next,
            size: Self::SIZE,
        }
    }
}

/// Percent-encodes a value of a query.
pub fn encode(value: &str) -> String {
    use std::fmt::Write;
    value.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// A page.
pub fn show(page: impl Template) -> Answer {
    send(StatusCode::OK, &page)
}

/// A form once more, with its errors.
pub fn show_again(page: impl Template) -> Answer {
    send(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

pub(super) fn send(status: StatusCode, page: &impl Template) -> Answer {
    let html = page
        .render()
        .map_err(|cause| Problem::from(Error::broken("page", cause)))?;
    let html = match status {
        StatusCode::UNPROCESSABLE_ENTITY => super::errors::wrong_title(html),
        _ => html,
    };
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(super::tongue::marked(html)))
}

/// After a change: on to a page, by GET.
pub fn see_other(path: &str) -> Answer {
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .finish())
}

/// A path of our own to go on to, or the start page: an address elsewhere is never followed.
pub fn own_path(path: &str) -> &str {
    let safe = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\r', '\n', '\t', '\0']);
    if safe { path } else { "/" }
}

/// Keeps a message for the next page: its id, and its values in words of either language.
pub(super) fn flash(session: &Session, message: &Message) {
    let told: Vec<(Lang, String)> = Lang::ALL
        .iter()
        .map(|lang| (*lang, lang.say(message)))
        .collect();
    if let Err(cause) = session.insert(FLASH, told) {
        tracing::error!(%cause, "message for the next page not kept");
    }
}

fn take_flash(session: &Session, lang: Lang) -> Option<String> {
    session.remove(FLASH).and_then(|text| {
        let told: Vec<(Lang, String)> = serde_json::from_str(&text).ok()?;
        let told: HashMap<Lang, String> = told.into_iter().collect();
        told.get(&lang).cloned()
    })
}

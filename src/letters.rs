//! The post room: every letter with its state and the mail server's answer.

pub mod acts;
pub mod days_off;
pub mod paper;

use actix_web::web::Query;
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::audit;
use crate::db::AnyConn;
use crate::error::{FieldErrors, Result};
use crate::ids::LetterId;
use crate::outbox::{Kind, State};
use crate::reminders::post::{self, Alarms, Letter, Sight, Try, Which};
use crate::rules::finding::Argument;
use crate::scope::Scope;
use crate::web::history::history;
use crate::web::page::{Html, own_path};
use crate::web::visitor::Roles;
use crate::web::{Answer, Anyone, By, Id, Nav, Pager, Problem, Shell, Site, show};

/// Lines of a letter's history.
const HISTORY: i64 = 30;

/// What is looked for, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    state: String,
    /// The kind.
    about: String,
    /// `yes` for letters that need somebody.
    needing: String,
    after: String,
}

impl Filter {
    fn which(&self) -> Which {
        Which {
            state: State::from_word(&self.state),
            kind: Kind::from_word(&self.about),
            needing: self.needing == "yes",
        }
    }

    /// The address of the list with its filters, ready for another parameter.
    fn path(&self) -> String {
        let which = self.which();
        let mut path = "/letters?".to_owned();
        if which.needing {
            path.push_str("needing=yes&");
        } else if let Some(state) = which.state {
            path.push_str(&format!("state={}&", state.as_str()));
        }
        if let Some(kind) = which.kind {
            path.push_str(&format!("about={}&", kind.as_str()));
        }
        path
    }
}

#[derive(Template)]
#[template(path = "letters/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Letter>,
    filter: Filter,
    states: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    errors: FieldErrors,
    /// Whether more than the own letters are seen.
    wide: bool,
    alarms: Alarms,
    pager: Pager,
}

/// GET /letters
pub async fn list(site: Site, who: By<Anyone>, query: Query<Filter>) -> Answer {
    let sight = sight(&who);
    let wide = sight.is_wide();
    let filter = query.into_inner();
    let (which, after) = (filter.which(), filter.after.clone());
    let alarmed = alarmed(&who);
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let rows = post::list(conn, &sight, &which, &after, Pager::SIZE + 1)?;
        Ok((rows, alarms(conn, alarmed, &scope, today)?))
    });
    let (mut rows, alarms) = found.await?;
    let later = !filter.after.is_empty();
    let pager = Pager::cut(&mut rows, &filter.path(), later, |row| row.key(&which));
    let shell = who.shell("letters-title", Nav::Letters);
    let states = State::ALL.iter().map(|state| {
        let word = shell.t(&post::state_id(*state));
        (state.as_str().to_owned(), word)
    });
    let kinds = Kind::ALL.iter().map(|kind| {
        let word = shell.t(&post::kind_id(*kind));
        (kind.as_str().to_owned(), word)
    });
    show(ListPage {
        states: states.collect(),
        kinds: kinds.collect(),
        shell,
        rows,
        filter,
        errors: FieldErrors::default(),
        wide,
        alarms,
        pager,
    })
}

fn sight<R: Roles>(who: &By<R>) -> Sight {
    Sight::of(who.role, &who.scope, &who.account)
}

/// Whether this reader is told what is wrong with the post.
fn alarmed<R: Roles>(who: &By<R>) -> bool {
    who.is(post::KEEPERS)
}

/// What is wrong with the post, for those who are told of it.
fn alarms(conn: &mut AnyConn, told: bool, scope: &Scope, today: NaiveDate) -> Result<Alarms> {
    match told {
        true => post::alarms(conn, scope.programme(), today),
        false => Ok(Alarms::default()),
    }
}

/// Icon, word and colour of a state.
fn badge(shell: &Shell, state: State) -> Html {
    shell.status_text(icon(state), shell.t(&post::state_id(state)))
}

fn icon(state: State) -> &'static str {
    match state {
        State::Waiting | State::Bundled => "todo",
        State::Sent | State::Printed => "met",
        State::Dead => "unmet",
        State::Bounced => "fix",
        State::Unaddressed => "consider",
        State::Silenced | State::Overtaken | State::Lapsed => "open",
    }
}

/// How far a letter's day is from the day by which somebody has to act.
fn when(shell: &Shell, letter: &Letter) -> String {
    if !letter.kind.is_reminder() {
        return String::new();
    }
    let days = |count: i32| [("count", Argument::Number(i64::from(count.unsigned_abs())))];
    match letter.stage {
        0 => shell.t("letters-on-the-day"),
        before if before < 0 => shell.lang.fill("letters-days-before", &days(before)),
        after => shell.lang.fill("letters-days-after", &days(after)),
    }
}

impl ListPage {
    fn state(&self, row: &Letter) -> Html {
        badge(&self.shell, row.state)
    }

    fn kind(&self, row: &Letter) -> String {
        self.shell.t(&post::kind_id(row.kind))
    }

    fn when(&self, row: &Letter) -> String {
        when(&self.shell, row)
    }

    /// Whether no filter is chosen.
    fn is_all(&self) -> bool {
        self.filter.which() == Which::default()
    }
}

/// What is read for one letter.
struct Seen {
    letter: Letter,
    tries: Vec<Try>,
    copies: Vec<Letter>,
    bundle: Vec<Letter>,
    history: Vec<audit::Row>,
}

#[derive(Template)]
#[template(path = "letters/letter.html")]
struct LetterPage {
    shell: Shell,
    seen: Seen,
    badge: Html,
    written: paper::Written,
    history: Html,
    alarms: Alarms,
    /// What may be done with it by this reader.
    acts: Acts,
    reason: String,
    errors: FieldErrors,
}

/// The acts that a letter in its state allows.
#[derive(Debug, Clone, Copy, Default)]
struct Acts {
    resend: bool,
    bounce: bool,
    printed: bool,
}

impl Acts {
    fn of(letter: &Letter) -> Acts {
        use State::{Bounced, Dead, Printed, Sent, Unaddressed, Waiting};
        let state = letter.state;
        let single = letter.kind != Kind::Digest;
        Acts {
            resend: single && matches!(state, Sent | Dead | Bounced | Printed | Unaddressed),
            bounce: state == Sent,
            printed: matches!(state, Dead | Bounced | Unaddressed) || (single && state == Waiting),
        }
    }

    fn any(&self) -> bool {
        self.resend || self.bounce || self.printed
    }
}

fn see(conn: &mut AnyConn, scope: &Scope, sight: &Sight, id: &LetterId) -> Result<Seen> {
    let letter = post::one(conn, sight, id)?;
    Ok(Seen {
        tries: post::tries(conn, id)?,
        copies: post::copies(conn, sight, &letter)?,
        bundle: post::bundle(conn, sight, id)?,
        history: audit::history(conn, scope, &[id.to_string()], HISTORY)?,
        letter,
    })
}

async fn page<R: Roles>(
    site: &Site,
    who: &By<R>,
    id: LetterId,
    (reason, errors): (String, FieldErrors),
) -> Result<LetterPage, Problem> {
    let (sight, scope) = (sight(who), who.scope.clone());
    let (alarmed, today) = (alarmed(who), site.db.clock().today());
    let found = site.read(move |conn| {
        let alarms = alarms(conn, alarmed, &scope, today)?;
        Ok((see(conn, &scope, &sight, &id)?, alarms))
    });
    let (seen, alarms) = found.await?;
    let mut shell = who
        .shell("letters-title", Nav::Letters)
        .crumb("/letters", "letters-title");
    shell = {
        let title = shell.t(&post::kind_id(seen.letter.kind));
        shell.titled(title)
    };
    shell.wrong = !errors.is_empty();
    Ok(LetterPage {
        badge: shell.badge_text(
            icon(seen.letter.state),
            shell.t(&post::state_id(seen.letter.state)),
        ),
        written: paper::written(site, &seen.letter, &seen.bundle),
        history: history(&shell, &seen.history),
        alarms,
        acts: match who.is(post::KEEPERS) {
            true => Acts::of(&seen.letter),
            false => Acts::default(),
        },
        shell,
        seen,
        reason,
        errors,
    })
}

/// GET /letters/{id}
pub async fn one(site: Site, who: By<Anyone>, Id(id): Id<LetterId>) -> Answer {
    let nothing = (String::new(), FieldErrors::default());
    show(page(&site, &who, id, nothing).await?)
}

impl LetterPage {
    fn kind(&self, row: &Letter) -> String {
        self.shell.t(&post::kind_id(row.kind))
    }

    fn state(&self, row: &Letter) -> Html {
        badge(&self.shell, row.state)
    }

    fn when(&self, row: &Letter) -> String {
        when(&self.shell, row)
    }

    /// The page that the letter leads to; an address elsewhere is never followed.
    fn about(&self) -> &str {
        own_path(&self.seen.letter.body.path)
    }

    /// How an attempt went.
    fn outcome(&self, attempt: &Try) -> Html {
        let (icon, word) = match attempt.outcome.as_str() {
            "sent" => ("met", "letters-try-sent"),
            "later" => ("soon", "letters-try-later"),
            "dead" => ("unmet", "letters-try-dead"),
            _ => ("open", "letters-try-ended"),
        };
        self.shell.status(icon, word)
    }

    /// The button of the page that is filled: what is asked for first.
    fn first(&self) -> &'static str {
        match self.seen.letter.state {
            State::Unaddressed => "printed",
            _ if self.acts.resend => "resend",
            _ => "printed",
        }
    }
}

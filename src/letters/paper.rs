//! A letter on paper: its words as they are sent, with the facility's address and today's date.

use askama::Template;

use super::sight;
use crate::accounts::store::{current_programme, memberships_of};
use crate::clock::jst_date;
use crate::facilities::{self, Facility};
use crate::ids::{FacilityId, LetterId};
use crate::mail::{self, Letterhead, Matter};
use crate::outbox::Value;
use crate::reminders::post::{self, Letter};
use crate::scope::Scope;
use crate::web::{Answer, Anyone, By, Id, Nav, Shell, Site, show};

/// What a letter says, in its reader's language.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub subject: String,
    pub text: String,
    pub message_id: String,
}

/// A letter written out as it was sent, or as it would be sent today. One whose values do not make its sentences shows the values.
pub(super) fn written(site: &Site, letter: &Letter, bundle: &[Letter]) -> Written {
    let head = Letterhead::of(&site.config.mail);
    let today = site.db.clock().today();
    let day = letter.ended_at.map_or(today, jst_date);
    let matter = |one: &Letter| {
        let from_deadline = (one.due_on, one.stage);
        Matter::on(day, one.kind, from_deadline, one.body.clone())
    };
    let whole = mail::Written {
        id: letter.id.clone(),
        matter: matter(letter),
        bundled: bundle.iter().map(&matter).collect(),
    };
    let message_id = format!("<{}@{}>", letter.id, head.host());
    let (subject, text) = mail::spoken(&head, letter.lang, &letter.reader, &whole)
        .unwrap_or_else(|_| (letter.body.place.clone(), bare(letter)));
    Written {
        subject,
        text,
        message_id,
    }
}

/// The values of a letter, one a line.
fn bare(letter: &Letter) -> String {
    let values = letter.body.values.iter().map(|(name, value)| {
        let value = match value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Date(day) => letter.lang.date(*day),
            Value::Instant(at) => letter.lang.instant(*at),
            Value::Term(id) => letter.lang.t(id),
        };
        format!("{name}: {value}\n")
    });
    values.collect()
}

#[derive(Template)]
#[template(path = "letters/print.html")]
struct PrintPage {
    shell: Shell,
    letter: Letter,
    /// The facility whose people the reader belongs to.
    place: Option<Facility>,
    written: Written,
    sender: String,
}

/// GET /letters/{id}/print
pub async fn print(site: Site, who: By<Anyone>, Id(id): Id<LetterId>) -> Answer {
    let (sight, programme) = (sight(&who), who.scope.programme().clone());
    let found = site.read(move |conn| {
        let letter = post::one(conn, &sight, &id)?;
        let bundle = post::bundle(conn, &sight, &id)?;
        let all = Scope::Programme(programme);
        let own = memberships_of(conn, std::slice::from_ref(&letter.account))?;
        // What is told to the manufacturer's people about a facility does not go to the facility's address.
        let at = |facility: &FacilityId| own.iter().any(|m| m.facility.as_ref() == Some(facility));
        let place = match letter.facility.as_ref().filter(|facility| at(facility)) {
            Some(facility) => Some(facilities::get(conn, &all, facility)?),
            None => None,
        };
        let programme = current_programme(conn)?;
        let sender = programme.map(|programme| programme.manufacturer);
        Ok((letter, bundle, place, sender))
    });
    let (letter, bundle, place, sender) = found.await?;
    let shell = who
        .shell("letters-print-title", Nav::Letters)
        .crumb("/letters", "letters-title")
        .crumb_named(&format!("/letters/{}", letter.id), kind(&who, &letter));
    show(PrintPage {
        written: written(&site, &letter, &bundle),
        shell,
        letter,
        place,
        sender: sender.unwrap_or_default(),
    })
}

fn kind(who: &By<Anyone>, letter: &Letter) -> String {
    who.lang.t(&post::kind_id(letter.kind))
}

impl PrintPage {
    /// The words without what is said below every mail: how to switch it off.
    fn words(&self) -> &str {
        let text = self.written.text.as_str();
        text.split_once("\n-- \n").map_or(text, |(words, _)| words)
    }

    /// The date of the paper, in the language of the letter.
    fn dated(&self) -> String {
        let today = crate::clock::jst_date(self.shell.now);
        self.letter.lang.era_date(today)
    }
}

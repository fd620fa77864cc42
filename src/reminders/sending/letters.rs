//! Leased letters looked at once more before they go: is it still due, has a later one overtaken it, and who reads it.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;

use crate::clock::jst_date;
use crate::codes::CodeKey;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{AccountId, FacilityId, LetterId, ProgrammeId};
use crate::mail::{self, Letterhead, Matter, Parcel, Unsendable, Written};
use crate::outbox::marks::Bundle;
use crate::outbox::{Body, Kind, Leased, Outcome, State, Value};
use crate::reminders::{Asked, still_due};
use crate::schema::letter;

use super::readers::{Reader, readers};

/// How far the clocks of two machines may be apart.
const CLOCKS_APART: TimeDelta = TimeDelta::hours(1);
/// Longer than a letter that was put off waits for its next try.
const PUT_OFF: TimeDelta = TimeDelta::hours(12);

/// A letter that ends here, and how.
pub type End = (Leased, Outcome, Bundle);

/// What is to be done with a leased letter.
pub enum Fate {
    Goes(Box<Letter>),
    Ends(Box<End>),
}

/// A letter to be written.
pub struct Letter {
    leased: Leased,
    reader: Reader,
    address: String,
    written: Written,
    bundle: Bundle,
}

/// A letter in its reader's language, to be handed over.
pub struct Ready {
    pub leased: Leased,
    pub to: String,
    pub parcel: Parcel,
    pub bundle: Bundle,
}

/// A letter inside a digest.
#[derive(Queryable)]
struct Bundled {
    id: LetterId,
    digest: Option<LetterId>,
    programme: ProgrammeId,
    kind: Kind,
    subject: String,
    due_on: NaiveDate,
    stage: i32,
    facility: Option<FacilityId>,
    body: String,
}

/// What of letters no longer needs to be said.
struct Said {
    overtaken: HashSet<LetterId>,
    lapsed: HashSet<LetterId>,
}

impl Said {
    fn state_of(&self, id: &LetterId) -> Option<State> {
        if self.overtaken.contains(id) {
            Some(State::Overtaken)
        } else if self.lapsed.contains(id) {
            Some(State::Lapsed)
        } else {
            None
        }
    }
}

/// Looks at leased letters in a number of statements that does not grow with them.
pub fn look(conn: &mut AnyConn, now: DateTime<Utc>, batch: Vec<Leased>) -> Result<Vec<Fate>> {
    let today = jst_date(now);
    let accounts: Vec<AccountId> = batch.iter().map(|one| one.account.clone()).collect();
    let readers = readers(conn, today, &accounts)?;
    let digests: Vec<&LetterId> = batch
        .iter()
        .filter(|one| one.kind == Kind::Digest)
        .map(|one| &one.id)
        .collect();
    let mut bundled = bundled(conn, &digests)?;
    let said = said(conn, now, &batch, bundled.values().flatten())?;
    Ok(batch
        .into_iter()
        .map(|leased| {
            let inside = bundled.remove(&leased.id).unwrap_or_default();
            fate(leased, inside, &readers, &said, now)
        })
        .collect())
}

fn bundled(conn: &mut AnyConn, digests: &[&LetterId]) -> Result<HashMap<LetterId, Vec<Bundled>>> {
    let mut found: HashMap<LetterId, Vec<Bundled>> = HashMap::new();
    if digests.is_empty() {
        return Ok(found);
    }
    let rows: Vec<Bundled> = letter::table
        .filter(letter::digest_id.eq_any(digests.iter().copied()))
        .filter(letter::state.eq(State::Bundled))
        .order((letter::due_on, letter::kind, letter::id))
        .select((
            letter::id,
            letter::digest_id,
            letter::programme_id,
            letter::kind,
            letter::subject,
            letter::due_on,
            letter::stage,
            letter::facility_id,
            letter::body,
        ))
        .load(conn)?;
    for row in rows {
        if let Some(digest) = row.digest.clone() {
            found.entry(digest).or_default().push(row);
        }
    }
    Ok(found)
}

fn said<'a>(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    batch: &[Leased],
    bundled: impl Iterator<Item = &'a Bundled>,
) -> Result<Said> {
    let mut asked: BTreeMap<ProgrammeId, Vec<Asked>> = BTreeMap::new();
    for one in batch.iter().filter(|one| one.kind.is_reminder()) {
        asked.entry(one.programme.clone()).or_default().push(Asked {
            id: one.id.clone(),
            kind: one.kind,
            subject: one.subject.clone(),
            due_on: one.due_on,
        });
    }
    for one in bundled.filter(|one| one.kind.is_reminder()) {
        asked.entry(one.programme.clone()).or_default().push(Asked {
            id: one.id.clone(),
            kind: one.kind,
            subject: one.subject.clone(),
            due_on: one.due_on,
        });
    }
    let ids: Vec<&LetterId> = asked.values().flatten().map(|one| &one.id).collect();
    let overtaken = overtaken(conn, now, &ids)?;
    let mut lapsed: HashSet<LetterId> = ids.into_iter().cloned().collect();
    for (programme, letters) in &asked {
        for id in still_due(conn, programme, jst_date(now), letters)? {
            lapsed.remove(&id);
        }
    }
    Ok(Said { overtaken, lapsed })
}

/// Which letters a later step of the same matter, for the same reader, has overtaken. A step that was queued by a clock
/// which has been turned back since, or that was planned ahead for a day to come, has overtaken nothing until it went out.
fn overtaken(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    ids: &[&LetterId],
) -> Result<HashSet<LetterId>> {
    /// Letters of one statement.
    const BATCH: usize = 1_000;
    let mut found = HashSet::new();
    let next = diesel::alias!(letter as next_letter);
    let ahead = now.checked_add_signed(CLOCKS_APART).unwrap_or(now);
    let soon = now.checked_add_signed(PUT_OFF).unwrap_or(now);
    for some in ids.chunks(BATCH) {
        let rows: Vec<LetterId> = letter::table
            .inner_join(
                next.on(next
                    .field(letter::kind)
                    .eq(letter::kind)
                    .and(next.field(letter::subject).eq(letter::subject))
                    .and(next.field(letter::due_on).eq(letter::due_on))
                    .and(next.field(letter::account_id).eq(letter::account_id))
                    .and(next.field(letter::stage).gt(letter::stage))
                    .and(
                        next.field(letter::queued_at)
                            .le(ahead.naive_utc())
                            .and(next.field(letter::not_before).le(soon.naive_utc()))
                            .or(next.field(letter::sent_to).is_not_null()),
                    )),
            )
            .filter(letter::id.eq_any(some.iter().copied()))
            .select(letter::id)
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

fn fate(
    leased: Leased,
    inside: Vec<Bundled>,
    readers: &HashMap<AccountId, Reader>,
    said: &Said,
    now: DateTime<Utc>,
) -> Fate {
    let today = jst_date(now);
    let ends = |leased, state, answer: &str, bundle| {
        let answer = answer.to_owned();
        Fate::Ends(Box::new((leased, Outcome::Ended { state, answer }, bundle)))
    };
    let everything = Bundle {
        carried: inside.iter().map(|one| one.id.clone()).collect(),
        left_out: Vec::new(),
    };
    if let Some(state) = said.state_of(&leased.id) {
        return ends(leased, state, "", everything);
    }
    let Some(reader) = readers.get(&leased.account) else {
        let why = "there is no such account";
        return ends(leased, State::Unaddressed, why, everything);
    };
    // What is told to an account about itself reaches it before it holds any role.
    let barred = match leased.kind.carries_a_code() {
        true => reader.is_closed(),
        false => reader.is_barred_from(leased.facility.as_ref()),
    };
    if let Some(why) = barred {
        return ends(leased, State::Unaddressed, why, everything);
    }
    let Some(address) = reader.address.clone() else {
        let why = "the account has no address";
        return ends(leased, State::Unaddressed, why, everything);
    };
    let Ok(mut body) = serde_json::from_str::<Body>(&leased.body) else {
        return unreadable(leased, everything);
    };
    if let Some(Value::Instant(until)) = body.values.get("until")
        && *until <= now
    {
        return ends(leased, State::Lapsed, "", everything);
    }
    let (bundled, bundle) = contents(inside, reader, said, today);
    if leased.kind == Kind::Digest {
        let Ok(count @ 1..) = i64::try_from(bundled.len()) else {
            return ends(leased, State::Lapsed, "", bundle);
        };
        body.values.insert("count".to_owned(), Value::Number(count));
    }
    Fate::Goes(Box::new(Letter {
        written: Written {
            id: leased.id.clone(),
            matter: Matter::on(today, leased.kind, (leased.due_on, leased.stage), body),
            bundled,
        },
        reader: reader.clone(),
        address,
        leased,
        bundle,
    }))
}

fn unreadable(leased: Leased, bundle: Bundle) -> Fate {
    let outcome = Outcome::Dead {
        to: String::new(),
        answer: "what the letter is about cannot be read".to_owned(),
    };
    Fate::Ends(Box::new((leased, outcome, bundle)))
}

/// What a digest says, and what it leaves out.
fn contents(
    inside: Vec<Bundled>,
    reader: &Reader,
    said: &Said,
    today: NaiveDate,
) -> (Vec<Matter>, Bundle) {
    let mut matters = Vec::new();
    let mut bundle = Bundle::default();
    for one in inside {
        let barred = reader.is_barred_from(one.facility.as_ref());
        let state = said
            .state_of(&one.id)
            .or(barred.map(|_| State::Unaddressed));
        match (state, serde_json::from_str::<Body>(&one.body)) {
            (Some(state), _) => bundle.left_out.push((one.id, state)),
            (None, Err(_)) => bundle.left_out.push((one.id, State::Dead)),
            (None, Ok(body)) => {
                let from_deadline = (one.due_on, one.stage);
                matters.push(Matter::on(today, one.kind, from_deadline, body));
                bundle.carried.push(one.id);
            }
        }
    }
    (matters, bundle)
}

impl Letter {
    /// Puts the code into the link of a letter that carries one.
    fn with_code(&mut self, codes: Option<&CodeKey>) -> Result<(), Unsendable> {
        if !self.leased.kind.carries_a_code() {
            return Ok(());
        }
        let code = match codes {
            None => Err("SECRET_KEY is not set where letters are sent".to_owned()),
            Some(codes) => codes
                .code(&self.leased.subject)
                .map_err(|cause| cause.to_string()),
        };
        let code = code.map_err(Unsendable::Message)?;
        let path = &mut self.written.matter.body.path;
        path.push_str("?code=");
        path.push_str(&code);
        Ok(())
    }

    /// Writes the letter in its reader's language. One that cannot be written ends here: it could not be written
    /// later either.
    ///
    /// INVARIANT: this is the only place where a letter has its code: neither the outbox nor the post room shows it.
    pub fn write(
        mut self,
        head: &Letterhead,
        codes: Option<&CodeKey>,
        now: DateTime<Utc>,
    ) -> Result<Ready, Box<End>> {
        let with_code = self.with_code(codes);
        let to = (self.reader.name.as_str(), self.address.as_str());
        let written =
            with_code.and_then(|()| mail::compose(head, self.reader.lang, to, &self.written, now));
        match written {
            Ok(parcel) => Ok(Ready {
                leased: self.leased,
                to: self.address,
                parcel,
                bundle: self.bundle,
            }),
            Err(cause) => {
                let outcome = Outcome::Dead {
                    to: self.address,
                    answer: cause.to_string(),
                };
                Err(Box::new((self.leased, outcome, self.bundle)))
            }
        }
    }
}

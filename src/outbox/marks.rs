//! Marks: what became of a letter that a sender held, written only while it still holds it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{Kind, Leased, State, backoff};
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::LetterId;
use crate::schema::{letter, letter_try};

/// The most that is kept of an answer.
const ANSWER_CHARS: usize = 500;
/// Letters of one statement.
const BATCH: usize = 1_000;

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server took it for this address.
    Sent { to: String, answer: String },
    /// The mail server did not take it for the time being: it is tried again, for days.
    Later { to: String, answer: String },
    /// The mail server refused it, or it cannot be written: somebody has to look.
    Dead { to: String, answer: String },
    /// It ends without having been handed over, in this state and for this reason.
    Ended { state: State, answer: String },
}

/// What a digest carried, and which of its letters were left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Written into the digest.
    pub carried: Vec<LetterId>,
    /// Not written into it, with the state in which each of them ends.
    pub left_out: Vec<(LetterId, State)>,
}

/// Writes what became of a letter and returns its state; none where another sender has it by now, and then nothing is
/// written.
pub fn mark(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    leased: &Leased,
    outcome: &Outcome,
    bundle: &Bundle,
) -> Result<Option<State>> {
    let outcome = outcome.clone().with_patience(leased, now);
    let attempts = leased.attempts + i32::from(outcome.counts());
    let state = outcome.state();
    let ended = (state != State::Waiting).then(|| now.naive_utc());
    let held = letter::table
        .find(&leased.id)
        .filter(letter::fence.eq(leased.fence))
        .filter(letter::state.eq(State::Waiting));
    let marked = diesel::update(held)
        .set((
            letter::state.eq(state),
            letter::attempts.eq(attempts),
            letter::lease_until.eq(None::<NaiveDateTime>),
            letter::ended_at.eq(ended),
            letter::sent_to.eq(outcome.sent_to()),
            letter::answer.eq(short(outcome.answer())),
        ))
        .execute(conn)?;
    if marked == 0 {
        return Ok(None);
    }
    if state == State::Waiting {
        let wait = backoff::letter_wait(attempts, backoff::chance());
        let again = now.checked_add_signed(wait).unwrap_or(now);
        diesel::update(letter::table.find(&leased.id))
            .set(letter::not_before.eq(again.naive_utc()))
            .execute(conn)?;
    }
    if outcome.counts() {
        diesel::insert_into(letter_try::table)
            .values((
                letter_try::letter_id.eq(&leased.id),
                letter_try::number.eq(attempts),
                letter_try::at.eq(now.naive_utc()),
                letter_try::outcome.eq(outcome.word()),
                letter_try::answer.eq(short(outcome.answer())),
            ))
            .execute(conn)?;
    }
    if leased.kind == Kind::Digest && state != State::Waiting {
        close_bundle(conn, now, leased, &outcome, bundle)?;
    }
    Ok(Some(state))
}

/// Ends letters that found no address and remind of what is done since. One that somebody has printed meanwhile stays.
pub fn lapse_unaddressed(conn: &mut AnyConn, now: DateTime<Utc>, ids: &[LetterId]) -> Result<()> {
    for some in ids.chunks(BATCH) {
        let idle = letter::table
            .filter(letter::id.eq_any(some))
            .filter(letter::state.eq(State::Unaddressed));
        diesel::update(idle)
            .set((
                letter::state.eq(State::Lapsed),
                letter::ended_at.eq(now.naive_utc()),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// A digest's letters end with it: sent with what was taken, and where it died or had no address each of them, so
/// that none is lost from sight.
fn close_bundle(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    digest: &Leased,
    outcome: &Outcome,
    bundle: &Bundle,
) -> Result<()> {
    let to = outcome.sent_to();
    let answer = short(outcome.answer());
    let mut groups: BTreeMap<State, Vec<&LetterId>> = BTreeMap::new();
    for (id, state) in &bundle.left_out {
        groups.entry(*state).or_default().push(id);
    }
    end(
        conn,
        now,
        digest,
        &bundle.carried.iter().collect::<Vec<_>>(),
        (outcome.state(), to, &answer),
    )?;
    for (state, letters) in groups {
        end(conn, now, digest, &letters, (state, None, ""))?;
    }
    Ok(())
}

/// Ends letters of one digest in a state, with the address they went to and an answer.
fn end(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    digest: &Leased,
    letters: &[&LetterId],
    (state, to, answer): (State, Option<&str>, &str),
) -> Result<()> {
    for some in letters.chunks(BATCH) {
        let tied = letter::table
            .filter(letter::id.eq_any(some.iter().copied()))
            .filter(letter::digest_id.eq(&digest.id))
            .filter(letter::state.eq(State::Bundled));
        diesel::update(tied)
            .set((
                letter::state.eq(state),
                letter::ended_at.eq(now.naive_utc()),
                letter::sent_to.eq(to),
                letter::answer.eq(answer),
            ))
            .execute(conn)?;
    }
    Ok(())
}

impl Outcome {
    /// A letter that has been tried for days is given up.
    fn with_patience(self, leased: &Leased, now: DateTime<Utc>) -> Outcome {
        match self {
            Outcome::Later { to, answer }
                if backoff::is_given_up(
                    leased.attempts + 1,
                    leased.first_try.unwrap_or(now),
                    now,
                ) =>
            {
                Outcome::Dead { to, answer }
            }
            other => other,
        }
    }

    fn counts(&self) -> bool {
        !matches!(self, Outcome::Ended { .. })
    }

    fn state(&self) -> State {
        match self {
            Outcome::Sent { .. } => State::Sent,
            Outcome::Later { .. } => State::Waiting,
            Outcome::Dead { .. } => State::Dead,
            Outcome::Ended { state, .. } => *state,
        }
    }

    /// The word for a try.
    fn word(&self) -> &'static str {
        match self {
            Outcome::Sent { .. } => "sent",
            Outcome::Later { .. } => "later",
            Outcome::Dead { .. } => "dead",
            Outcome::Ended { .. } => "ended",
        }
    }

    /// The address that it went to.
    fn sent_to(&self) -> Option<&str> {
        match self {
            Outcome::Sent { to, .. } => Some(to),
            _ => None,
        }
    }

    fn answer(&self) -> &str {
        match self {
            Outcome::Sent { answer, .. }
            | Outcome::Later { answer, .. }
            | Outcome::Dead { answer, .. }
            | Outcome::Ended { answer, .. } => answer,
        }
    }
}

/// An answer as it is kept: a mail server may say anything, at any length.
pub fn short(answer: &str) -> String {
    answer
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(ANSWER_CHARS)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn an_answer_is_kept_short_and_without_control_characters() {
        assert_eq!(
            short("250 2.0.0\r\nOk\u{0}\u{1b}[31m\r\n"),
            "250 2.0.0  Ok  [31m"
        );
        assert_eq!(short(&"あ".repeat(10_000)).chars().count(), 500);
    }
}

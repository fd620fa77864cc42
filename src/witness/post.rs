//! The checkpoint of each day, mailed to an address outside. That address is no account's, so that it is no letter of the
//! post room: it has no reader whose role could end, no language, nothing to switch off.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use lettre::message::Mailbox;

use super::signatory;
use crate::audit::tree;
use crate::config::{Mail, Office};
use crate::db::{AnyConn, Db};
use crate::error::Result;
use crate::ids::LetterId;
use crate::mail::{Answer, Letterhead, Note, Unreachable, enclose};
use crate::outbox::backoff::{chance, letter_wait, longest_letter_wait};
use crate::outbox::marks::short;
use crate::schema::{checkpoint, checkpoint_mail, programme};
use crate::scope::Actor;

/// Signs the log and queues today's checkpoint; a second call on the same Japanese day queues nothing.
pub fn queue(db: &Db, secret: &[u8; 32]) -> Result<bool> {
    let today = db.clock().today();
    if db.read(|conn| is_queued(conn, today))? {
        return Ok(false);
    }
    let Some(own) = signatory(db, secret)? else {
        return Ok(false);
    };
    db.write(&Actor::system("checkpoint mail"), move |tx| {
        if is_queued(tx.conn, tx.today)? {
            return Ok(false);
        }
        tree::know_key(tx, &own.verifier())?;
        tree::sign_checkpoint(tx, &own)?;
        diesel::insert_into(checkpoint_mail::table)
            .values((
                checkpoint_mail::day.eq(tx.today),
                checkpoint_mail::id.eq(LetterId::fresh(tx.now)),
                checkpoint_mail::size.eq(tx.seq),
                checkpoint_mail::key.eq(own.verifier().to_string()),
                checkpoint_mail::attempts.eq(0),
                checkpoint_mail::answer.eq(""),
            ))
            .execute(tx.conn)?;
        Ok(true)
    })
}

fn is_queued(conn: &mut AnyConn, day: NaiveDate) -> Result<bool> {
    let rows = checkpoint_mail::table.filter(checkpoint_mail::day.eq(day));
    Ok(diesel::select(exists(rows)).get_result(conn)?)
}

/// A day's checkpoint that has not been mailed.
struct Waiting {
    day: NaiveDate,
    id: LetterId,
    key: String,
    note: String,
    programme: String,
    size: i64,
    attempts: i32,
    held_until: Option<NaiveDateTime>,
    answer: String,
}

/// The latest day's, if it has not been mailed; an earlier one proves nothing that the latest does not.
fn waiting(conn: &mut AnyConn) -> Result<Option<Waiting>> {
    type Row = (
        NaiveDate,
        LetterId,
        String,
        String,
        i64,
        i32,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
        String,
    );
    let latest: Option<Row> = checkpoint_mail::table
        .inner_join(checkpoint::table.on(checkpoint::size.eq(checkpoint_mail::size)))
        .order(checkpoint_mail::day.desc())
        .select((
            checkpoint_mail::day,
            checkpoint_mail::id,
            checkpoint_mail::key,
            checkpoint::note,
            checkpoint_mail::size,
            checkpoint_mail::attempts,
            checkpoint_mail::held_until,
            checkpoint_mail::sent_at,
            checkpoint_mail::answer,
        ))
        .first(conn)
        .optional()?;
    let Some((day, id, key, note, size, attempts, held_until, None, answer)) = latest else {
        return Ok(None);
    };
    let programme: Option<String> = programme::table
        .order(programme::id)
        .select(programme::name_ja)
        .first(conn)
        .optional()?;
    Ok(Some(Waiting {
        day,
        id,
        key,
        note,
        programme: programme.unwrap_or_default(),
        size,
        attempts,
        held_until,
        answer,
    }))
}

impl Waiting {
    /// Whether another sender has it, or it is not yet to be tried again. A hold that reaches further than any wait was
    /// set before the clock was turned back.
    fn is_held(&self, now: DateTime<Utc>) -> bool {
        self.held_until.is_some_and(|until| {
            let left = until.and_utc() - now;
            left > TimeDelta::zero() && left <= longest_letter_wait()
        })
    }
}

/// Mails the checkpoint that waits, if one does and nobody else holds it. Returns whether it went out.
pub fn send(db: &Db, mail: &Mail, to: &Mailbox, stop: &AtomicBool) -> Result<bool> {
    let now = db.clock().now();
    let found = db.read(waiting)?.filter(|waiting| !waiting.is_held(now));
    let Some(found) = found else { return Ok(false) };
    let (day, attempts, until) = (found.day, found.attempts + 1, now + mail.lease);
    let is_ours = db.jot(move |conn| {
        let free = checkpoint_mail::table
            .filter(checkpoint_mail::day.eq(day))
            .filter(checkpoint_mail::attempts.eq(attempts - 1))
            .filter(checkpoint_mail::sent_at.is_null());
        let held = diesel::update(free)
            .set((
                checkpoint_mail::attempts.eq(attempts),
                checkpoint_mail::held_until.eq(until.naive_utc()),
            ))
            .execute(conn)?;
        Ok(held == 1)
    })?;
    if !is_ours {
        return Ok(false);
    }
    let answer = hand_in(mail, to, &found, now, stop);
    let sent = matches!(&answer, Answer::Taken(_));
    let words = match answer {
        Answer::Taken(words)
        | Answer::Later(words)
        | Answer::Never(words)
        | Answer::Unreachable(words) => short(&words),
        Answer::Withheld => String::new(),
    };
    if !sent {
        tracing::error!(%day, answer = %words, "the checkpoint of the day was not mailed and will be tried again");
    }
    let (now, address) = (db.clock().now(), to.email.to_string());
    db.jot(move |conn| {
        let own = checkpoint_mail::table
            .filter(checkpoint_mail::day.eq(day))
            .filter(checkpoint_mail::attempts.eq(attempts))
            .filter(checkpoint_mail::sent_at.is_null());
        let next = now + letter_wait(attempts, chance());
        diesel::update(own)
            .set((
                checkpoint_mail::held_until.eq((!sent).then(|| next.naive_utc())),
                checkpoint_mail::sent_at.eq(sent.then(|| now.naive_utc())),
                checkpoint_mail::sent_to.eq(sent.then(|| address.clone())),
                checkpoint_mail::answer.eq(&words),
            ))
            .execute(conn)?;
        Ok(sent)
    })
}

fn hand_in(
    mail: &Mail,
    to: &Mailbox,
    found: &Waiting,
    now: DateTime<Utc>,
    stop: &AtomicBool,
) -> Answer {
    let note = Note {
        id: &found.id,
        day: found.day,
        size: found.size,
        programme: &found.programme,
        note: &found.note,
        key: &found.key,
    };
    let parcel = match enclose(&Letterhead::of(mail), to, &note, now) {
        Ok(parcel) => parcel,
        Err(cause) => return Answer::Never(cause.to_string()),
    };
    let mut line = match Office::open(mail) {
        Ok(line) => line,
        Err(Unreachable(why)) => return Answer::Unreachable(why),
    };
    let answer = line.send(&parcel, &mut || !stop.load(Ordering::SeqCst));
    line.close();
    answer
}

/// A day's checkpoint that was tried in vain, with the last answer.
pub fn failing(conn: &mut AnyConn) -> Result<Option<(NaiveDate, String)>> {
    let found = waiting(conn)?.filter(|found| !found.answer.is_empty());
    Ok(found.map(|found| (found.day, found.answer)))
}

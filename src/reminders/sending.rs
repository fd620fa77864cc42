//! Sending: a few letters at a time are leased, looked at once more, written in their readers' language and handed over.
//!
//! INVARIANT: the server has taken at most one letter that is not yet committed as sent, because the last word of each
//! waits for the commit of the one before. So a sender that is killed repeats one letter at most and loses none.

mod keeper;
mod letters;
mod readers;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::{Mail, Office};
use crate::db::Db;
use crate::error::Result;
use crate::ids::LetterId;
use crate::mail::{Answer, Letterhead, Line, Unreachable};
use crate::outbox::marks::Bundle;
use crate::outbox::{self, Leased, Outcome, State, leases, line};

use keeper::Keeper;
use letters::{Fate, Ready};

/// Letters in the hands of one sender.
const BATCH: i64 = 20;
/// Letters in a row over which the line may break before it counts as down. One letter that a server chokes on does
/// not hold up the others.
const BREAKS: u32 = 2;

/// What one round of sending did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    pub sent: usize,
    /// Refused for the time being.
    pub later: usize,
    pub dead: usize,
    /// Ended without having been handed over.
    pub unaddressed: usize,
    pub overtaken: usize,
    pub lapsed: usize,
    /// Since when the mail server cannot be reached, and why.
    pub unreachable: Option<(DateTime<Utc>, String)>,
}

impl Sent {
    fn count(&mut self, state: State) {
        match state {
            State::Sent => self.sent += 1,
            State::Waiting => self.later += 1,
            State::Dead => self.dead += 1,
            State::Overtaken => self.overtaken += 1,
            State::Lapsed => self.lapsed += 1,
            _ => self.unaddressed += 1,
        }
    }

    /// Whether nothing happened at all.
    pub fn is_idle(&self) -> bool {
        *self == Sent::default()
    }
}

/// Whether the line was down when it was last tried, and is not to be tried yet.
pub fn is_resting(db: &Db) -> Result<bool> {
    let now = db.clock().now();
    Ok(db.read(line::state)?.rests_at(now))
}

/// Sends all that waits, until nothing is due, the mail server cannot be reached, or `stop` is set.
pub fn send(db: &Db, mail: &Mail, stop: &AtomicBool) -> Result<Sent> {
    std::thread::scope(|scope| {
        let keeper = Keeper::start(db, scope)?;
        let mut sender = Sender {
            db,
            mail,
            head: Letterhead::of(mail),
            stop,
            keeper,
            line: None,
            is_down: db.read(line::state)?.down_since.is_some(),
            breaks: 0,
            held: Held::new(mail.lease),
            sent: Sent::default(),
        };
        sender.run()?;
        Ok(sender.sent)
    })
}

/// The letters in hand that have not been tried, and until when.
struct Held {
    length: TimeDelta,
    until: DateTime<Utc>,
    letters: Vec<(LetterId, i64)>,
}

impl Held {
    fn new(length: TimeDelta) -> Held {
        Held {
            length,
            until: DateTime::UNIX_EPOCH,
            letters: Vec::new(),
        }
    }

    fn drop_letter(&mut self, id: &LetterId) {
        self.letters.retain(|(held, _)| held != id);
    }

    /// Whether a letter is held long enough for the server's answer to its end; the lease is renewed by then if need be.
    fn is_firm(&mut self, db: &Db, id: &LetterId) -> Result<bool> {
        let now = db.clock().now();
        if leases::left(self.until, now, self.length) < self.length / 2 {
            let (length, letters) = (self.length, self.letters.clone());
            let (until, own): (DateTime<Utc>, HashSet<LetterId>) =
                db.jot(move |conn| leases::hold_on(conn, now, length, &letters))?;
            self.until = until;
            self.letters.retain(|(held, _)| own.contains(held));
        }
        let now = db.clock().now();
        Ok(self.letters.iter().any(|(held, _)| held == id)
            && leases::left(self.until, now, self.length) >= self.length / 4)
    }
}

struct Sender<'a> {
    db: &'a Db,
    mail: &'a Mail,
    head: Letterhead,
    stop: &'a AtomicBool,
    keeper: Keeper,
    line: Option<Line>,
    /// Whether the line is on record as down.
    is_down: bool,
    breaks: u32,
    held: Held,
    sent: Sent,
}

/// Whether there is a way on after a letter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Onward {
    Next,
    Stop,
}

impl Sender<'_> {
    fn run(&mut self) -> Result<()> {
        let outcome = self.batches();
        // What was not tried is free for the next sender at once; what was handed in is committed in any case.
        let settled = self.settle();
        let back = std::mem::take(&mut self.held.letters);
        if !back.is_empty() {
            self.db.jot(move |conn| leases::give_back(conn, &back))?;
        }
        if let Some(line) = self.line.take() {
            line.close();
        }
        outcome.and(settled)
    }

    fn batches(&mut self) -> Result<()> {
        while !self.stop.load(Ordering::SeqCst) {
            let now = self.db.clock().now();
            let batch = outbox::lease(self.db, now, self.held.length, BATCH)?;
            let Some(first) = batch.first() else {
                return Ok(());
            };
            self.held.until = first.lease_until;
            self.held.letters = batch
                .iter()
                .map(|leased| (leased.id.clone(), leased.fence))
                .collect();
            let ready = self.sorted(batch)?;
            for letter in ready {
                if self.hand_over(letter)? == Onward::Stop {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Looks at the leased letters once more: what ends here is marked at once, the others are ready to go.
    fn sorted(&mut self, batch: Vec<Leased>) -> Result<Vec<Ready>> {
        let now = self.db.clock().now();
        let fates = self.db.read(|conn| letters::look(conn, now, batch))?;
        let mut ready = Vec::new();
        let mut ended = Vec::new();
        for fate in fates {
            match fate {
                Fate::Goes(letter) => match letter.write(&self.head, self.mail.codes.as_ref(), now)
                {
                    Ok(letter) => ready.push(letter),
                    Err(end) => ended.push(*end),
                },
                Fate::Ends(end) => ended.push(*end),
            }
        }
        if ended.is_empty() {
            return Ok(ready);
        }
        for (leased, ..) in &ended {
            self.held.drop_letter(&leased.id);
        }
        let states = self.db.jot(move |conn| {
            let mut states = Vec::new();
            for (leased, outcome, bundle) in &ended {
                states.push(outbox::mark(conn, now, leased, outcome, bundle)?);
            }
            Ok(states)
        })?;
        for state in states.into_iter().flatten() {
            self.sent.count(state);
        }
        Ok(ready)
    }

    fn hand_over(&mut self, letter: Ready) -> Result<Onward> {
        let mut line = match self.open() {
            Ok(line) => line,
            Err(Unreachable(why)) => return self.is_unreachable(&why),
        };
        let mut trouble = None;
        let answer = line.send(
            &letter.parcel,
            &mut || match self.last_word(&letter.leased.id) {
                Ok(word) => word,
                Err(cause) => {
                    trouble = Some(cause);
                    false
                }
            },
        );
        self.line = Some(line);
        if let Some(cause) = trouble {
            return Err(cause);
        }
        let to = letter.to.clone();
        let outcome = match answer {
            Answer::Taken(answer) => Outcome::Sent { to, answer },
            Answer::Later(answer) => Outcome::Later { to, answer },
            Answer::Never(answer) => Outcome::Dead { to, answer },
            Answer::Withheld => return Ok(self.withheld(&letter)),
            Answer::Unreachable(why) => {
                self.line = None;
                self.breaks += 1;
                if self.breaks >= BREAKS {
                    return self.is_unreachable(&why);
                }
                // A server that still answers broke off over this letter; one that does not is down.
                match self.open() {
                    Ok(line) => self.line = Some(line),
                    Err(Unreachable(why)) => return self.is_unreachable(&why),
                }
                self.commit(
                    letter.leased,
                    Outcome::Later { to, answer: why },
                    letter.bundle,
                )?;
                return Ok(Onward::Next);
            }
        };
        self.breaks = 0;
        self.is_reached()?;
        self.commit(letter.leased, outcome, letter.bundle)?;
        Ok(Onward::Next)
    }

    fn open(&mut self) -> Result<Line, Unreachable> {
        match self.line.take() {
            Some(line) => Ok(line),
            None => Office::open(self.mail),
        }
    }

    /// Asked when all of a letter but its end is transmitted.
    fn last_word(&mut self, id: &LetterId) -> Result<bool> {
        self.settle()?;
        if self.stop.load(Ordering::SeqCst) {
            return Ok(false);
        }
        self.held.is_firm(self.db, id)
    }

    /// The last word was no: another sender has the letter by now, or this one is to stop.
    fn withheld(&mut self, letter: &Ready) -> Onward {
        if self.stop.load(Ordering::SeqCst) {
            return Onward::Stop;
        }
        tracing::warn!(letter = %letter.leased.id, "the lease was over before the letter was handed in");
        self.held.drop_letter(&letter.leased.id);
        Onward::Next
    }

    /// Commits what became of a letter, while the next one is already being transmitted.
    fn commit(&mut self, leased: Leased, outcome: Outcome, bundle: Bundle) -> Result<()> {
        self.settle()?;
        self.held.drop_letter(&leased.id);
        self.keeper.keep(leased, outcome, bundle)
    }

    fn settle(&mut self) -> Result<()> {
        if let Some(state) = self.keeper.settled()? {
            self.sent.count(state);
        }
        Ok(())
    }

    fn is_reached(&mut self) -> Result<()> {
        if self.is_down {
            self.db.jot(line::up)?;
            self.is_down = false;
        }
        Ok(())
    }

    fn is_unreachable(&mut self, why: &str) -> Result<Onward> {
        let (now, reason) = (self.db.clock().now(), why.to_owned());
        let since = self.db.jot(move |conn| line::down(conn, now, &reason))?;
        self.sent.unreachable = Some((since, outbox::marks::short(why)));
        Ok(Onward::Stop)
    }
}

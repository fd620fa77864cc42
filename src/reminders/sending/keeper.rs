//! The keeper commits what became of one letter on a thread of its own, while the next one is being transmitted.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::outbox::marks::Bundle;
use crate::outbox::{self, Leased, Outcome, State};

type Job = (Leased, Outcome, Bundle);

/// Commits one letter at a time. It ends when this value is dropped.
pub struct Keeper {
    jobs: SyncSender<Job>,
    done: Receiver<Result<Option<State>>>,
    is_busy: bool,
}

impl Keeper {
    pub fn start<'scope>(db: &Db, scope: &'scope Scope<'scope, '_>) -> Result<Keeper> {
        let (jobs, ordered) = sync_channel::<Job>(1);
        let (reply, done) = sync_channel(1);
        let db = db.clone();
        std::thread::Builder::new()
            .name("kanmon-keeper".to_owned())
            .spawn_scoped(scope, move || {
                while let Ok((leased, outcome, bundle)) = ordered.recv() {
                    let now = db.clock().now();
                    let kept =
                        db.jot(move |conn| outbox::mark(conn, now, &leased, &outcome, &bundle));
                    if reply.send(kept).is_err() {
                        return;
                    }
                }
            })
            .map_err(|cause| Error::broken("cannot start the keeper of letters", cause))?;
        Ok(Keeper {
            jobs,
            done,
            is_busy: false,
        })
    }

    /// Begins to commit; the one before must have been settled.
    pub fn keep(&mut self, leased: Leased, outcome: Outcome, bundle: Bundle) -> Result<()> {
        self.jobs
            .send((leased, outcome, bundle))
            .map_err(|_| gone())?;
        self.is_busy = true;
        Ok(())
    }

    /// Waits until the commit under way is durable. Returns the letter's state, where this sender still held it.
    pub fn settled(&mut self) -> Result<Option<State>> {
        if !self.is_busy {
            return Ok(None);
        }
        self.is_busy = false;
        self.done.recv().map_err(|_| gone())?
    }
}

fn gone() -> Error {
    Error::Broken("the keeper of letters has ended".to_owned())
}

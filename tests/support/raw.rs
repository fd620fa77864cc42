//! SQL past every verb, as somebody with the database in their hands would write it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use diesel::connection::SimpleConnection;
use kanmon::db::{AnyConn, Db};
use kanmon::error::{Error, Result};

/// A trigger and the table it stands on.
pub type Trigger = (&'static str, &'static str);

/// Runs SQL in one transaction; gives the refusal.
pub fn raw(db: &Db, sql: &str) -> Result<(), String> {
    let sql = sql.to_owned();
    db.jot(move |conn| Ok(conn.batch_execute(&sql)?))
        .map_err(|cause| cause.to_string())
}

pub fn drop_trigger(conn: &mut AnyConn, (trigger, table): Trigger) -> Result<()> {
    let sql = match conn {
        AnyConn::Sqlite(_) => format!("DROP TRIGGER {trigger}"),
        AnyConn::Pg(_) => format!("DROP TRIGGER {trigger} ON {table}"),
    };
    Ok(conn.batch_execute(&sql)?)
}

/// Runs SQL without these triggers and takes it all back; gives the refusal of whatever else stands in the way.
pub fn without(db: &Db, triggers: &[Trigger], sql: &str) -> Result<(), String> {
    const PASSED: &str = "passed and taken back";
    let (triggers, sql) = (triggers.to_vec(), sql.to_owned());
    let outcome: Result<()> = db.jot(move |conn| {
        for trigger in &triggers {
            drop_trigger(conn, *trigger)?;
        }
        conn.batch_execute(&sql)?;
        Err(Error::Broken(PASSED.to_owned()))
    });
    match outcome {
        Err(Error::Broken(words)) if words == PASSED => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

/// The database refuses this in these words, and would not without the triggers.
#[track_caller]
pub fn guarded(db: &Db, triggers: &[Trigger], words: &str, sql: &str) {
    guarded_after(db, triggers, words, "", sql);
}

/// The same; `before` clears out of the way what else would stand in it once the triggers are gone.
#[track_caller]
pub fn guarded_after(db: &Db, triggers: &[Trigger], words: &str, before: &str, sql: &str) {
    let refusal = raw(db, sql).expect_err(&format!("the database let this pass: {sql}"));
    assert!(
        refusal.contains("guard: ") && refusal.contains(words),
        "{refusal}\n{sql}"
    );
    if let Err(other) = without(db, triggers, &format!("{before}{sql}")) {
        panic!("not only {triggers:?} refuse this: {other}\n{sql}");
    }
}

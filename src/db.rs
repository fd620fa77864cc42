//! The two databases behind one type: many readers, one writer at a time, and what a write carries with it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::Thread;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::{
    AnsiTransactionManager, Connection, InstrumentationEvent, SimpleConnection, TransactionManager,
};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection};
use diesel::sqlite::SqliteConnection;

use crate::clock::{Clock, jst_date};
use crate::error::{Error, Result};
use crate::ids::ChangeId;
use crate::merkle::Frontier;
use crate::schema::audit_head;
use crate::scope::Actor;

/// SQLite before this version can corrupt a write-ahead log; Kanmon brings its own and checks it.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Connections that read.
const CONNECTIONS: u32 = 8;
/// Connections that write on PostgreSQL.
const WRITERS: u32 = 4;
/// How often a write that lost a race inside PostgreSQL is run again.
const TRIES: u32 = 4;

/// A connection to either database. The same queries run on both.
#[derive(diesel::MultiConnection)]
pub enum AnyConn {
    Pg(PgConnection),
    Sqlite(SqliteConnection),
}

/// Runs one expression with the inner connection, for the few statements that diesel types per database.
#[macro_export]
macro_rules! each {
    ($conn:expr, $c:ident => $body:expr) => {
        match &mut *$conn {
            $crate::db::AnyConn::Pg($c) => $body,
            $crate::db::AnyConn::Sqlite($c) => $body,
        }
    };
}

/// A query that locks the rows it reads where the database has row locks.
#[derive(Debug, Clone, Copy)]
pub struct ForUpdate<Q>(pub Q);

impl<Q: Query> Query for ForUpdate<Q> {
    type SqlType = Q::SqlType;
}
impl<Q> QueryId for ForUpdate<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q> RunQueryDsl<AnyConn> for ForUpdate<Q> {}
impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for ForUpdate<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        if matches!(out.backend(), MultiBackend::Pg(_)) {
            out.push_sql(" FOR UPDATE");
        }
        Ok(())
    }
}

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Location {
    /// Reads DATABASE_URL: `sqlite://FILE` or `postgres://…`.
    pub fn parse(url: &str) -> Result<Location> {
        if let Some(file) = url.strip_prefix("sqlite://") {
            if file.is_empty() {
                return Err(Error::Broken(
                    "DATABASE_URL names no file after sqlite://".to_owned(),
                ));
            }
            return Ok(Location::Sqlite(PathBuf::from(file)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Location::Postgres(url.to_owned()));
        }
        Err(Error::Broken(
            "DATABASE_URL starts with neither sqlite:// nor postgres://".to_owned(),
        ))
    }
}

/// Opens connections to one location and counts the statements they run.
#[derive(Debug, Clone)]
struct Opener {
    location: Location,
    statements: Arc<AtomicU64>,
}

impl Opener {
    fn open(&self) -> Result<AnyConn, diesel::r2d2::Error> {
        let connection = match &self.location {
            Location::Sqlite(file) => {
                SqliteConnection::establish(&file.to_string_lossy()).map(AnyConn::Sqlite)
            }
            Location::Postgres(url) => PgConnection::establish(url).map(AnyConn::Pg),
        };
        let mut connection = connection.map_err(diesel::r2d2::Error::ConnectionError)?;
        if let AnyConn::Sqlite(sqlite) = &mut connection {
            // Without recursive triggers a row put in the place of another (REPLACE) goes past the guards on DELETE.
            sqlite
                .batch_execute(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
                     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; \
                     PRAGMA recursive_triggers = ON;",
                )
                .map_err(diesel::r2d2::Error::QueryError)?;
        }
        let statements = Arc::clone(&self.statements);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                statements.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(connection)
    }
}

impl ManageConnection for Opener {
    type Connection = AnyConn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConn, Self::Error> {
        self.open()
    }
    fn is_valid(&self, connection: &mut AnyConn) -> Result<(), Self::Error> {
        match connection {
            AnyConn::Pg(c) => c.ping(),
            AnyConn::Sqlite(c) => c.ping(),
        }
        .map_err(diesel::r2d2::Error::QueryError)
    }
    fn has_broken(&self, connection: &mut AnyConn) -> bool {
        match connection {
            AnyConn::Pg(c) => c.is_broken(),
            AnyConn::Sqlite(c) => c.is_broken(),
        }
    }
}

type Job = Box<dyn FnOnce(&mut AnyConn) + Send>;

/// Who writes: one thread on SQLite; on PostgreSQL a few connections that queue at the head of the audit log.
#[derive(Clone)]
enum Writer {
    Thread(mpsc::SyncSender<Job>),
    Pool(Pool<Opener>),
}

fn pool(opener: Opener, size: u32) -> Result<Pool<Opener>> {
    let checks = matches!(opener.location, Location::Postgres(_));
    Pool::builder()
        .max_size(size)
        .min_idle(Some(0))
        .test_on_check_out(checks)
        .build(opener)
        .map_err(|cause| Error::broken("cannot open the database", cause))
}

/// The database of one installation. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    readers: Pool<Opener>,
    writer: Writer,
    clock: Clock,
    statements: Arc<AtomicU64>,
    location: Location,
    /// Who wants to be woken after each write.
    watcher: Arc<OnceLock<Thread>>,
}

/// A write under way. INVARIANT: everything it does is undone unless its closure returns `Ok`, and the closure
/// may be run again, so it has no effect outside of this value.
pub struct Tx<'a> {
    pub conn: &'a mut AnyConn,
    /// The instant of the action; never before that of an earlier one.
    pub now: DateTime<Utc>,
    /// The date in Japan at that instant.
    pub today: NaiveDate,
    pub change: ChangeId,
    pub actor: Actor,
    /// The sequence of the latest audit row, this write's own included.
    pub seq: i64,
    /// The log as a tree, this write's own rows included.
    pub(crate) frontier: Frontier,
}

impl Db {
    /// Connects and checks what the design demands of the database; it does not migrate.
    pub fn open(url: &str, clock: Clock) -> Result<Db> {
        let location = Location::parse(url)?;
        let statements = Arc::new(AtomicU64::new(0));
        let opener = Opener {
            location: location.clone(),
            statements: Arc::clone(&statements),
        };
        // One connection by hand first: its error names the real cause.
        let mut first = opener
            .open()
            .map_err(|cause| Error::broken("cannot open the database", cause))?;
        let writer = match &mut first {
            AnyConn::Sqlite(sqlite) => {
                check_sqlite(sqlite)?;
                Writer::Thread(start_writer(first, opener.clone())?)
            }
            // Writers wait for one another at the head of the audit log; in a pool of their own they never
            // take the last connection from a reader.
            AnyConn::Pg(_) => Writer::Pool(pool(opener.clone(), WRITERS)?),
        };
        let readers = pool(opener, CONNECTIONS)?;
        Ok(Db {
            readers,
            writer,
            clock,
            statements,
            location,
            watcher: Arc::default(),
        })
    }

    /// Wakes this thread after each write of this process that is committed; one may ask. It looks at the log itself:
    /// being woken says only that there may be something new.
    pub fn wake(&self, watcher: Thread) {
        // Whoever asked first is woken already.
        let _ = self.watcher.set(watcher);
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The file of a SQLite database.
    pub fn file(&self) -> Option<&Path> {
        match &self.location {
            Location::Sqlite(file) => Some(file),
            Location::Postgres(_) => None,
        }
    }

    /// How many statements have run since the start; tests hold pages to a constant number.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Reads in one snapshot: what the closure sees does not change under it.
    pub fn read<T>(&self, read: impl FnOnce(&mut AnyConn) -> Result<T>) -> Result<T> {
        let mut connection = self.readers.get().map_err(|_| Error::Busy)?;
        let conn = &mut *connection;
        begin(
            conn,
            "BEGIN",
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        )?;
        let answer = read(conn);
        type Tm = <AnyConn as Connection>::TransactionManager;
        // A read has nothing to lose: rolling back ends the snapshot even where a statement failed.
        let _ = Tm::rollback_transaction(conn);
        answer
    }

    /// Judges, changes, signs and records in one transaction, behind every write that came before.
    pub fn write<T, F>(&self, actor: &Actor, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (clock, actor) = (self.clock.clone(), actor.clone());
        let value = self.on_writer(move |conn| {
            again(|| transaction(conn, |conn| audited(conn, &clock, &actor, &mut work)))
        })?;
        if let Some(watcher) = self.watcher.get() {
            watcher.unpark();
        }
        Ok(value)
    }

    /// Writes what needs no audit row (sessions, drafts in typing, failed sign-ins), without waiting at the head
    /// of the audit log.
    pub fn jot<T, F>(&self, mut work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut AnyConn) -> Result<T> + Send + 'static,
    {
        self.on_writer(move |conn| again(|| transaction(conn, &mut work)))
    }

    /// Runs schema changes and other work that manages its own transactions.
    pub fn exclusively<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.on_writer(work)
    }

    fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let writer = match &self.writer {
            Writer::Thread(writer) => writer,
            Writer::Pool(pool) => {
                let mut connection = pool.get().map_err(|_| Error::Busy)?;
                return work(&mut connection);
            }
        };
        let (reply, answer) = mpsc::sync_channel(1);
        let job: Job = Box::new(move |conn| {
            // The asker may have gone away; what was committed stays committed.
            let _ = reply.send(work(conn));
        });
        writer.send(job).map_err(|_| Error::Busy)?;
        answer.recv().map_err(|_| Error::Busy)?
    }
}

fn check_sqlite(sqlite: &mut SqliteConnection) -> Result<()> {
    // The library is linked in, so this asks the code that will do the writing.
    let text: String = diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>(
        "sqlite_version()",
    ))
    .get_result(sqlite)?;
    let mut parts = text.split('.').map(|part| part.parse::<i32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let version = next() * 1_000_000 + next() * 1_000 + next();
    if version < OLDEST_SQLITE {
        return Err(Error::Broken(format!(
            "SQLite {text} can corrupt its log; 3.51.3 or newer is needed"
        )));
    }
    Ok(())
}

fn start_writer(mut connection: AnyConn, opener: Opener) -> Result<mpsc::SyncSender<Job>> {
    let (sender, jobs) = mpsc::sync_channel::<Job>(256);
    std::thread::Builder::new()
        .name("kanmon-writer".to_owned())
        .spawn(move || {
            while let Ok(job) = jobs.recv() {
                // A panic in one job must not end the writer for all others.
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    job(&mut connection);
                }));
                // A panic, or a rollback that the database had done already, leaves the connection inside a
                // transaction; a fresh one takes its place, and closing the old one undoes what it held.
                if opener.has_broken(&mut connection) {
                    match opener.open() {
                        Ok(fresh) => connection = fresh,
                        Err(cause) => tracing::error!(%cause, "the writer cannot reconnect"),
                    }
                }
            }
        })
        .map_err(|cause| Error::broken("cannot start the writer", cause))?;
    Ok(sender)
}

fn begin(conn: &mut AnyConn, sqlite: &str, postgres: &str) -> Result<()> {
    match conn {
        AnyConn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, sqlite)?,
        AnyConn::Pg(c) => AnsiTransactionManager::begin_transaction_sql(c, postgres)?,
    }
    Ok(())
}

fn transaction<T>(conn: &mut AnyConn, work: impl FnOnce(&mut AnyConn) -> Result<T>) -> Result<T> {
    type Tm = <AnyConn as Connection>::TransactionManager;
    begin(conn, "BEGIN IMMEDIATE", "BEGIN")?;
    match work(conn) {
        Ok(value) => {
            Tm::commit_transaction(conn)?;
            Ok(value)
        }
        Err(cause) => {
            let _ = Tm::rollback_transaction(conn);
            Err(cause)
        }
    }
}

/// Runs a write again when it lost a race that the database resolved against it.
fn again<T>(mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    for _ in 1..TRIES {
        match attempt() {
            Err(Error::Busy) => {}
            other => return other,
        }
    }
    attempt()
}

fn audited<T>(
    conn: &mut AnyConn,
    clock: &Clock,
    actor: &Actor,
    work: &mut impl FnMut(&mut Tx<'_>) -> Result<T>,
) -> Result<T> {
    // Locking the head first makes every later statement see all that was committed before it.
    let (seq, at, frontier): (i64, chrono::NaiveDateTime, String) = ForUpdate(
        audit_head::table.select((audit_head::seq, audit_head::at, audit_head::frontier)),
    )
    .get_result(conn)?;
    let frontier = u64::try_from(seq)
        .ok()
        .and_then(|size| Frontier::from_text(size, &frontier))
        .ok_or_else(|| {
            Error::Broken(format!(
                "the head of the audit log does not fit its {seq} rows; run `kanmon audit verify`"
            ))
        })?;
    let now = clock.now().max(at.and_utc());
    let mut tx = Tx {
        conn,
        now,
        today: jst_date(now),
        change: ChangeId::fresh(now),
        actor: actor.clone(),
        seq,
        frontier,
    };
    let value = work(&mut tx)?;
    let (ended, frontier) = (tx.seq, tx.frontier.to_text());
    if ended > seq {
        diesel::update(audit_head::table)
            .set((
                audit_head::seq.eq(ended),
                audit_head::at.eq(now.naive_utc()),
                audit_head::frontier.eq(frontier),
            ))
            .execute(conn)?;
    }
    Ok(value)
}

//! The database as the last guard: triggers that refuse what no verb would do, and the schema they stand on.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::audit;
use crate::db::{AnyConn, Db};
use crate::error::{Error, Result};
use crate::verdicts;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
const SQLITE: &str = include_str!("sqlite.sql");
const POSTGRES: &str = include_str!("postgres.sql");
/// What stands between two statements of a guard file.
const END: &str = "\n--;\n";

/// Brings the schema up to date, then the guards and the list of the gate's rules that they read.
/// Returns the names of the migrations that were run.
pub fn migrate(db: &Db) -> Result<Vec<String>> {
    db.exclusively(|conn| {
        let ran = conn
            .run_pending_migrations(MIGRATIONS)
            .map_err(|cause| Error::broken("migration", cause))?
            .iter()
            .map(ToString::to_string)
            .collect();
        let guards = match conn {
            AnyConn::Sqlite(_) => SQLITE,
            AnyConn::Pg(_) => POSTGRES,
        };
        for statement in guards.split(END) {
            conn.batch_execute(statement)?;
        }
        audit::tree::take_root(conn)?;
        verdicts::register_rules(conn)?;
        Ok(ran)
    })
}

/// Whether a migration of this program has not been run on this database.
pub fn is_pending(db: &Db) -> Result<bool> {
    db.exclusively(|conn| {
        conn.has_pending_migration(MIGRATIONS)
            .map_err(|cause| Error::broken("migration", cause))
    })
}

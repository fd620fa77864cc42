//! A fresh database with a programme, facilities and people who act, for tests of the rooms below the pages.
#![allow(dead_code)] // each test file uses a part of it

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use kanmon::accounts::{self, NewAccount, Training};
use kanmon::audit::{Entry, Subject};
use kanmon::clock::{Clock, at_jst};
use kanmon::config::Cost;
use kanmon::db::{AnyConn, Db, Tx};
use kanmon::error::{Error, Result};
use kanmon::guards::migrate;
use kanmon::ids::{AccountId, FacilityId, PersonId, ProgrammeId};
use kanmon::messages::Lang;
use kanmon::physicians::posts::name_physician;
use kanmon::physicians::{Named, NewPhysician};
use kanmon::schema::{facility, programme};
use kanmon::scope::{Actor, Role, Scope};
use kanmon::signatures::Proof;

const PASSWORD: &str = "correct horse battery";
const COST: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};
static NUMBER: AtomicU32 = AtomicU32::new(0);

pub struct House {
    pub db: Db,
    pub programme: ProgrammeId,
    file: Option<PathBuf>,
    schema: Option<(String, String)>,
}

#[derive(Clone)]
pub struct Who {
    pub person: PersonId,
    pub account: AccountId,
    pub name: String,
    pub role: Role,
    pub facility: Option<FacilityId>,
}

/// Tuesday 24 November 2026, 09:00 in Japan.
pub fn start() -> DateTime<Utc> {
    at(2026, 11, 24, 9, 0)
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A time of day in Japan.
pub fn at(year: i32, month: u32, of_month: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    at_jst(
        day(year, month, of_month)
            .and_hms_opt(hour, minute, 0)
            .unwrap(),
    )
}

impl House {
    pub fn new() -> House {
        let name = format!(
            "people_{}_{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let (url, file, schema) = match std::env::var("TEST_DATABASE_URL") {
            Ok(server) => {
                let mut admin = diesel::PgConnection::establish(&server).unwrap();
                admin
                    .batch_execute(&format!("CREATE SCHEMA {name}"))
                    .unwrap();
                let join = if server.contains('?') { '&' } else { '?' };
                let url = format!("{server}{join}options=-c%20search_path%3D{name}");
                (url, None, Some((server, name)))
            }
            Err(_) => {
                let file = std::env::temp_dir().join(format!("{name}.db"));
                (format!("sqlite://{}", file.display()), Some(file), None)
            }
        };
        let db = Db::open(&url, Clock::set_to(start())).unwrap();
        migrate(&db).unwrap();
        let programme = db.write(&Actor::system("test"), add_programme).unwrap();
        House {
            db,
            programme,
            file,
            schema,
        }
    }

    pub fn facility(&self, name: &str) -> FacilityId {
        let name = name.to_owned();
        self.db
            .write(&Actor::system("test"), move |tx| add_facility(tx, &name))
            .unwrap()
    }

    /// A person with an account and one role.
    pub fn person(&self, name: &str, role: Role, place: Option<&FacilityId>) -> Who {
        let login = format!("{}@example.jp", NUMBER.fetch_add(1, Ordering::Relaxed));
        let new = NewAccount {
            name: name.to_owned(),
            login,
            language: Lang::Ja,
        };
        let hashed = accounts::hash(COST, PASSWORD).unwrap();
        let held = place.cloned();
        let (person, account) = self
            .db
            .write(&Actor::system("test"), move |tx| {
                let made = accounts::create_account(tx, &new, &hashed)?;
                let first = match role {
                    // An inspector's time is boxed.
                    Role::Inspector => tx.today,
                    _ => day(2020, 1, 1),
                };
                let days = chrono::Days::new(accounts::memberships::INSPECTOR_DAYS);
                let last = (role == Role::Inspector).then_some(first + days);
                let own = accounts::grant(tx, &made.1, role, held.as_ref(), first, last)?;
                let training = Training {
                    on: first,
                    by: "架空 講師".to_owned(),
                    material: "研修資料 第1版".to_owned(),
                };
                accounts::record_training(tx, &own, &training)?;
                Ok(made)
            })
            .unwrap();
        Who {
            person,
            account,
            name: name.to_owned(),
            role,
            facility: place.cloned(),
        }
    }

    /// A physician with an account who is in post at the facility since 2019.
    pub fn physician(&self, name: &str, place: &FacilityId) -> Who {
        let physician = self.person(name, Role::Physician, Some(place));
        self.post(&physician.person, place);
        physician
    }

    pub fn post(&self, person: &PersonId, place: &FacilityId) {
        let officer = self.person("安全 花子", Role::SafetyOfficer, None);
        let (place, person) = (place.clone(), person.clone());
        self.act(&officer, move |tx, scope| {
            let new = NewPhysician {
                who: Named::Known(person.clone()),
                department: "血液内科".to_owned(),
                title: "部長".to_owned(),
                first_day: day(2019, 4, 1),
                last_day: None,
            };
            name_physician(tx, scope, &place, &new)
        })
        .unwrap();
    }

    pub fn scope(&self, who: &Who) -> Scope {
        match &who.facility {
            None => Scope::Programme(self.programme.clone()),
            Some(own) => Scope::Facility(self.programme.clone(), own.clone()),
        }
    }

    pub fn act<T: Send + 'static>(
        &self,
        who: &Who,
        mut work: impl FnMut(&mut Tx<'_>, &Scope) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let scope = self.scope(who);
        let actor = Actor {
            person: Some(who.person.clone()),
            account: Some(who.account.clone()),
            name: who.name.clone(),
            role: who.role.as_str().to_owned(),
        };
        self.db.write(&actor, move |tx| work(tx, &scope))
    }

    pub fn see<T>(
        &self,
        who: &Who,
        read: impl FnOnce(&mut AnyConn, &Scope) -> Result<T>,
    ) -> Result<T> {
        let scope = self.scope(who);
        self.db.read(|conn| read(conn, &scope))
    }

    pub fn proof(&self, who: &Who) -> Proof {
        accounts::prove(&self.db, COST, &who.account, PASSWORD).unwrap()
    }

    /// Runs SQL past every verb, as somebody with the database in their hands would; gives the refusal.
    pub fn raw(&self, sql: &str) -> Result<(), String> {
        let sql = sql.to_owned();
        self.db
            .exclusively(move |conn| Ok(conn.batch_execute(&sql)?))
            .map_err(|cause: Error| cause.to_string())
    }

    pub fn count(&self, table: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let sql = format!("SELECT count(*) AS n FROM {table}");
        self.db
            .read(|conn| Ok(diesel::sql_query(sql).get_result::<Count>(conn)?))
            .unwrap()
            .n
    }

    pub fn advance(&self, days: i64) {
        self.db.clock().advance(TimeDelta::days(days));
    }

    pub fn today(&self) -> NaiveDate {
        self.db.clock().today()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", file.display()));
            }
        }
        if let Some((server, name)) = &self.schema
            && let Ok(mut admin) = diesel::PgConnection::establish(server)
        {
            let _ = admin.batch_execute(&format!("DROP SCHEMA {name} CASCADE"));
        }
    }
}

fn add_programme(tx: &mut Tx<'_>) -> Result<ProgrammeId> {
    let id = ProgrammeId::fresh(tx.now);
    let seq = tx.audit(entry("programme", id.as_str()))?;
    diesel::insert_into(programme::table)
        .values((
            programme::id.eq(&id),
            programme::code.eq("LUN-IV"),
            programme::name_ja.eq("ルンスミオ点滴静注"),
            programme::name_en.eq("Lunsumio for intravenous infusion"),
            programme::manufacturer.eq("架空製薬"),
            programme::demo.eq(false),
            programme::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

fn add_facility(tx: &mut Tx<'_>, name: &str) -> Result<FacilityId> {
    let id = FacilityId::fresh(tx.now);
    let seq = tx.audit(entry("facility", id.as_str()))?;
    diesel::insert_into(facility::table)
        .values((
            facility::id.eq(&id),
            facility::name.eq(name),
            facility::name_key.eq(name),
            facility::postal_code.eq(""),
            facility::address.eq(""),
            facility::prefecture.eq(13),
            facility::in_list.eq(true),
            facility::known_from.eq(seq),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

fn entry(kind: &'static str, id: &str) -> Entry {
    Entry {
        verb: "placed",
        subject: Subject::new(kind, id),
        programme: None,
        facility: None,
        detail: serde_json::Value::Null,
    }
}

//! A database of its own for each test, with people, a clinic and a hospital.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{NaiveDate, TimeZone, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use kanmon::accounts::{self, NewAccount};
use kanmon::attestations::*;
use kanmon::audit::{Entry, Subject};
use kanmon::clock::Clock;
use kanmon::config::Cost;
use kanmon::db::{Db, Tx};
use kanmon::error::Result;
use kanmon::guards;
use kanmon::ids::{AccountId, AttestationId, FacilityId, ProgrammeId};
use kanmon::messages::Lang;
use kanmon::schema::{facility, programme};
use kanmon::scope::{Actor, Role, Scope};
use kanmon::signatures::Proof;

/// Tests sign often; nobody attacks these passwords.
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};
const PASSWORD: &str = "correct horse battery";

/// A database of its own, gone at the end of the test.
#[derive(Clone)]
pub struct Ground {
    pub db: Db,
    pub programme: ProgrammeId,
    pub clinic: FacilityId,
    pub hospital: FacilityId,
    _gone: Arc<Gone>,
}

enum Gone {
    File(PathBuf),
    Schema(String, String),
}

impl Drop for Gone {
    fn drop(&mut self) {
        match self {
            Gone::File(directory) => drop(std::fs::remove_dir_all(directory)),
            Gone::Schema(url, name) => {
                if let Ok(mut admin) = PgConnection::establish(url) {
                    let _ = admin.batch_execute(&format!("DROP SCHEMA {name} CASCADE"));
                }
            }
        }
    }
}

/// One person with an account, in one role.
#[derive(Clone)]
pub struct Who {
    pub account: AccountId,
    pub actor: Actor,
}

impl Who {
    pub fn now_as(&self, role: Role) -> Who {
        let mut other = self.clone();
        other.actor.role = role.as_str().to_owned();
        other
    }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn database() -> (String, Gone) {
    let name = format!("att_{}", uuid::Uuid::now_v7().simple());
    if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
        let mut admin = PgConnection::establish(&url).unwrap();
        admin
            .batch_execute(&format!("CREATE SCHEMA {name}"))
            .unwrap();
        let mark = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{mark}options=-csearch_path%3D{name}");
        return (own, Gone::Schema(url, name));
    }
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("kanmon.db");
    (
        format!("sqlite://{}", file.display()),
        Gone::File(directory),
    )
}

impl Ground {
    pub fn new() -> Ground {
        let (url, gone) = database();
        let noon = Utc.with_ymd_and_hms(2026, 11, 22, 3, 0, 0).unwrap();
        let db = Db::open(&url, Clock::set_to(noon)).unwrap();
        guards::migrate(&db).unwrap();
        let id = ProgrammeId::fresh(noon);
        let made = id.clone();
        db.write(&Actor::system("test"), move |tx| {
            let seq = note(tx)?;
            diesel::insert_into(programme::table)
                .values((
                    programme::id.eq(&made),
                    programme::code.eq("mosunetuzumab-iv"),
                    programme::name_ja.eq("ルンスミオ"),
                    programme::name_en.eq("Lunsumio"),
                    programme::manufacturer.eq("架空製薬"),
                    programme::demo.eq(true),
                    programme::known_from.eq(seq),
                ))
                .execute(tx.conn)?;
            Ok(())
        })
        .unwrap();
        let mut ground = Ground {
            clinic: FacilityId::fresh(noon),
            hospital: FacilityId::fresh(noon),
            db,
            programme: id,
            _gone: Arc::new(gone),
        };
        ground.clinic = ground.facility("架空神\u{FA19}田クリニック");
        ground.hospital = ground.facility("架空大学医学部附属病院");
        ground
    }

    pub fn facility(&self, name: &'static str) -> FacilityId {
        let id = FacilityId::fresh(self.db.clock().now());
        let made = id.clone();
        self.db
            .write(&Actor::system("test"), move |tx| {
                let seq = note(tx)?;
                diesel::insert_into(facility::table)
                    .values((
                        facility::id.eq(&made),
                        facility::name.eq(name),
                        facility::name_key.eq(name),
                        facility::postal_code.eq(""),
                        facility::address.eq(""),
                        facility::prefecture.eq(13),
                        facility::in_list.eq(true),
                        facility::known_from.eq(seq),
                    ))
                    .execute(tx.conn)?;
                Ok(())
            })
            .unwrap();
        id
    }

    pub fn someone(&self, name: &'static str, role: Role) -> Who {
        let new = NewAccount {
            name: name.to_owned(),
            login: uuid::Uuid::now_v7().to_string(),
            language: Lang::Ja,
        };
        let password = accounts::hash(CHEAP, PASSWORD).unwrap();
        let (person, account) = self
            .db
            .write(&Actor::system("test"), move |tx| {
                accounts::create_account(tx, &new, &password)
            })
            .unwrap();
        let actor = Actor {
            person: Some(person),
            account: Some(account.clone()),
            name: name.to_owned(),
            role: role.as_str().to_owned(),
        };
        Who { account, actor }
    }

    pub fn coordinator(&self) -> Who {
        self.someone("志村 理沙", Role::FacilityCoordinator)
    }

    pub fn officer(&self) -> Who {
        self.someone("森下 恵", Role::SafetyOfficer)
    }

    pub fn clinic_scope(&self) -> Scope {
        Scope::Facility(self.programme.clone(), self.clinic.clone())
    }

    pub fn staff(&self) -> Scope {
        Scope::Programme(self.programme.clone())
    }

    /// The scope that goes with the role.
    pub fn scope_of(&self, who: &Who) -> Scope {
        match Role::from_word(&who.actor.role) {
            Some(role) if role.is_at_facility() => self.clinic_scope(),
            _ => self.staff(),
        }
    }

    pub fn proof(&self, who: &Who) -> Proof {
        accounts::prove(&self.db, CHEAP, &who.account, PASSWORD).unwrap()
    }

    pub fn start(&self, who: &Who) -> AttestationId {
        let (scope, programme) = (self.scope_of(who), self.programme.clone());
        let clinic = self.clinic.clone();
        self.db
            .write(&who.actor, move |tx| start(tx, &scope, &programme, &clinic))
            .unwrap()
    }

    pub fn get(&self, id: &AttestationId) -> Attestation {
        self.db.read(|conn| get(conn, &self.staff(), id)).unwrap()
    }

    pub fn save_as_of(
        &self,
        who: &Who,
        id: &AttestationId,
        version: i32,
        part: Part,
    ) -> Result<()> {
        let (scope, id) = (self.scope_of(who), id.clone());
        self.db.write(&who.actor, move |tx| {
            save_step(tx, &scope, &id, version, &part)
        })
    }

    pub fn save(&self, who: &Who, id: &AttestationId, part: Part) -> Result<()> {
        self.save_as_of(who, id, self.get(id).version, part)
    }

    pub fn submit(&self, who: &Who, id: &AttestationId) -> Result<()> {
        self.submit_as_of(who, id, self.get(id).version)
    }

    pub fn submit_as_of(&self, who: &Who, id: &AttestationId, version: i32) -> Result<()> {
        let (scope, id, proof) = (self.scope_of(who), id.clone(), self.proof(who));
        self.db.write(&who.actor, move |tx| {
            submit(tx, &scope, &id, version, &proof)
        })
    }

    pub fn accept(&self, who: &Who, id: &AttestationId) -> Result<()> {
        let (scope, id, proof) = (self.scope_of(who), id.clone(), self.proof(who));
        let version = self.get(&id).version;
        self.db.write(&who.actor, move |tx| {
            accept(tx, &scope, &id, version, &proof)
        })
    }

    pub fn send_back(
        &self,
        who: &Who,
        id: &AttestationId,
        step: Step,
        reason: &'static str,
    ) -> Result<()> {
        let (scope, id) = (self.scope_of(who), id.clone());
        let version = self.get(&id).version;
        self.db.write(&who.actor, move |tx| {
            return_for_correction(tx, &scope, &id, version, step, reason)
        })
    }

    pub fn withdraw(&self, who: &Who, id: &AttestationId, reason: &'static str) -> Result<()> {
        let (scope, id, proof) = (self.scope_of(who), id.clone(), self.proof(who));
        let version = self.get(&id).version;
        self.db.write(&who.actor, move |tx| {
            withdraw(tx, &scope, &id, version, reason, &proof)
        })
    }

    pub fn report(
        &self,
        who: &Who,
        from: &str,
        reason: &'static str,
    ) -> Result<kanmon::ids::EvidenceId> {
        let (scope, programme) = (self.scope_of(who), self.programme.clone());
        let (clinic, from) = (self.clinic.clone(), day(from));
        self.db.write(&who.actor, move |tx| {
            let limb = kanmon::rules::facility::Limb::IntensiveCare;
            report_change(tx, &scope, &programme, &clinic, limb, from, reason)
        })
    }

    /// Answers everything: an own ICU around the clock, from a first day on.
    pub fn fill(&self, who: &Who, id: &AttestationId, first_day: &str) {
        for part in [
            icu(),
            admission(true, true),
            Part::Tocilizumab(TocilizumabAnswer {
                ready_24h: Some(true),
                test_results_24h: Some(true),
            }),
            from(first_day),
        ] {
            self.save(who, id, part).unwrap();
        }
    }

    /// A filled and submitted attestation.
    pub fn submitted(&self, who: &Who, first_day: &str) -> AttestationId {
        let id = self.start(who);
        self.fill(who, &id, first_day);
        self.submit(who, &id).unwrap();
        id
    }

    /// An accepted attestation.
    pub fn accepted(&self, first_day: &str) -> AttestationId {
        let id = self.submitted(&self.coordinator(), first_day);
        self.accept(&self.officer(), &id).unwrap();
        id
    }

    pub fn partner(&self) -> PartnerAnswer {
        PartnerAnswer {
            named: Some(true),
            facility: Some(self.hospital.clone()),
            agreement_first_day: Some(day("2026-04-01")),
            agreement_ends: Some(true),
            agreement_last_day: Some(day("2027-03-31")),
            states_icu: Some(true),
            states_admission_24h: Some(true),
            states_tocilizumab: Some(true),
        }
    }
}

fn note(tx: &mut Tx<'_>) -> Result<i64> {
    tx.audit(Entry {
        verb: "test_ground",
        subject: Subject::new("test", "ground"),
        programme: None,
        facility: None,
        detail: serde_json::json!({}),
    })
}

pub fn icu() -> Part {
    Part::IntensiveCare(IntensiveCareAnswer {
        care: Some(Care::Icu),
        stated_on: None,
    })
}

pub fn admission(around_the_clock: bool, beds: bool) -> Part {
    Part::Admission(AdmissionAnswer {
        around_the_clock: Some(around_the_clock),
        inpatient_beds: Some(beds),
    })
}

pub fn from(first_day: &str) -> Part {
    Part::Validity(ValidityAnswer {
        first_day: Some(day(first_day)),
        last_day: None,
    })
}

//! Attestations on a database: who may do what, what becomes evidence, and that nothing is rewritten.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod fixture {
    use std::path::PathBuf;
    use std::sync::Arc;

    use chrono::{NaiveDate, TimeZone, Utc};
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use kanmon::attestations::*;
    use kanmon::audit::{Entry, Subject};
    use kanmon::clock::Clock;
    use kanmon::db::{Db, Tx};
    use kanmon::error::Result;
    use kanmon::guards;
    use kanmon::ids::{AccountId, AttestationId, FacilityId, PersonId, ProgrammeId};
    use kanmon::schema::{account, facility, person, programme};
    use kanmon::scope::{Actor, Role, Scope};
    use kanmon::signatures::Proof;

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
        pub person: PersonId,
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
            let now = self.db.clock().now();
            let (person, account) = (PersonId::fresh(now), AccountId::fresh(now));
            let ids = (person.clone(), account.clone());
            self.db
                .write(&Actor::system("test"), move |tx| {
                    let seq = note(tx)?;
                    diesel::insert_into(person::table)
                        .values((
                            person::id.eq(&ids.0),
                            person::name.eq(name),
                            person::name_key.eq(name),
                            person::known_from.eq(seq),
                        ))
                        .execute(tx.conn)?;
                    diesel::insert_into(account::table)
                        .values((
                            account::id.eq(&ids.1),
                            account::person_id.eq(&ids.0),
                            account::login.eq(ids.1.as_str()),
                            account::password_hash.eq("none"),
                            account::language.eq("ja"),
                            account::failures.eq(0),
                            account::active.eq(true),
                            account::known_from.eq(seq),
                        ))
                        .execute(tx.conn)?;
                    Ok(())
                })
                .unwrap();
            let actor = Actor {
                person: Some(person.clone()),
                account: Some(account.clone()),
                name: name.to_owned(),
                role: role.as_str().to_owned(),
            };
            Who {
                person,
                account,
                actor,
            }
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
            super::proof(who)
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
}

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use fixture::{Ground, Who, admission, day, from, icu};
use kanmon::attestations::*;
use kanmon::db::AnyConn;
use kanmon::error::Error;
use kanmon::ids::FacilityId;
use kanmon::schema::{audit, change_report, partnership, readiness};
use kanmon::scope::{Role, Scope};
use kanmon::signatures::Proof;

fn proof(who: &Who) -> Proof {
    Proof::of(&who.account, &who.person)
}

/// A row of readiness as these tests look at it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
struct Ready {
    id: String,
    attestation: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    intensive_care: Option<String>,
    inpatient_beds: Option<bool>,
    entered_by: String,
    accepted_by: String,
    known_from: i64,
    known_to: Option<i64>,
}

fn readiness_rows(ground: &Ground) -> Vec<Ready> {
    ground
        .db
        .read(|conn| {
            Ok(readiness::table
                .order((readiness::known_from, readiness::first_day))
                .select((
                    readiness::id,
                    readiness::attestation_id,
                    readiness::first_day,
                    readiness::last_day,
                    readiness::intensive_care,
                    readiness::inpatient_beds,
                    readiness::entered_by,
                    readiness::accepted_by,
                    readiness::known_from,
                    readiness::known_to,
                ))
                .load(conn)?)
        })
        .unwrap()
}

/// The readiness that speaks on a day, as known now.
fn speaking(ground: &Ground, on: &str) -> Vec<Ready> {
    let on = day(on);
    readiness_rows(ground)
        .into_iter()
        .filter(|row| row.known_to.is_none())
        .filter(|row| row.first_day <= on && row.last_day.is_none_or(|last| on <= last))
        .collect()
}

fn fields(error: Result<(), Error>) -> Vec<String> {
    match error {
        Err(Error::Invalid(errors)) => errors.0.into_iter().map(|(field, _)| field).collect(),
        other => panic!("expected field errors, found {other:?}"),
    }
}

#[test]
fn an_answer_left_open_is_not_a_no() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    let half = AdmissionAnswer {
        around_the_clock: Some(true),
        inpatient_beds: None,
    };
    ground.save(&who, &id, Part::Admission(half)).unwrap();

    let found = ground.get(&id);
    assert_eq!(found.answers.admission.inpatient_beds, None);
    let progress = found.progress();
    assert!(progress.contains(&(Step::Admission, Progress::InProgress)));
    assert!(progress.contains(&(Step::Tocilizumab, Progress::NotStarted)));
    assert_eq!(
        fields(ground.submit(&who, &id)),
        [
            "intensive_care",
            "admission",
            "tocilizumab",
            "partner",
            "validity"
        ]
    );

    ground.save(&who, &id, admission(true, false)).unwrap();
    let progress = ground.get(&id).progress();
    assert!(
        progress.contains(&(Step::Admission, Progress::Complete)),
        "a no is an answer"
    );
}

#[test]
fn an_optional_step_left_open_stays_open_in_the_evidence() {
    let ground = Ground::new();
    ground.accepted("2026-11-01");
    let version: Option<String> = ground
        .db
        .read(|conn| {
            Ok(readiness::table
                .select(readiness::crs_guidance_version)
                .first(conn)?)
        })
        .unwrap();
    assert_eq!(version, None);
}

#[test]
fn a_facility_without_intensive_care_names_a_partner() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    ground.fill(&who, &id, "2026-11-01");
    let none = IntensiveCareAnswer {
        care: Some(Care::None),
        stated_on: None,
    };
    ground.save(&who, &id, Part::IntensiveCare(none)).unwrap();
    assert_eq!(fields(ground.submit(&who, &id)), ["partner"]);

    let mut partner = ground.partner();
    partner.agreement_ends = None;
    partner.agreement_last_day = None;
    ground
        .save(&who, &id, Part::Partner(partner.clone()))
        .unwrap();
    assert_eq!(
        fields(ground.submit(&who, &id)),
        ["partner"],
        "an end nobody spoke of is open"
    );

    partner.agreement_ends = Some(false);
    ground.save(&who, &id, Part::Partner(partner)).unwrap();
    ground.submit(&who, &id).unwrap();
    ground.accept(&ground.officer(), &id).unwrap();
    let row: (String, Option<NaiveDate>, Option<bool>) = ground
        .db
        .read(|conn| {
            Ok(partnership::table
                .select((
                    partnership::partner_id,
                    partnership::agreement_last_day,
                    partnership::states_tocilizumab,
                ))
                .first(conn)?)
        })
        .unwrap();
    assert_eq!(row, (ground.hospital.to_string(), None, Some(true)));
    assert_eq!(
        ground.get(&id).partner.unwrap().name,
        "架空大学医学部附属病院"
    );
}

#[test]
fn equivalence_to_an_icu_needs_the_date_of_its_statement() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    let equivalent = |stated_on| {
        Part::IntensiveCare(IntensiveCareAnswer {
            care: Some(Care::Equivalent),
            stated_on,
        })
    };
    ground.save(&who, &id, equivalent(None)).unwrap();
    let undated = (Step::IntensiveCare, Progress::InProgress);
    assert!(ground.get(&id).progress().contains(&undated));
    ground
        .save(&who, &id, equivalent(Some(day("2026-10-01"))))
        .unwrap();
    let dated = (Step::IntensiveCare, Progress::Complete);
    assert!(ground.get(&id).progress().contains(&dated));
    ground.save(&who, &id, icu()).unwrap();
    assert_eq!(ground.get(&id).answers.intensive_care.stated_on, None);
}

#[test]
fn nobody_accepts_what_they_submitted() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.submitted(&who, "2026-11-01");
    let same_person = who.now_as(Role::SafetyOfficer);
    assert!(matches!(
        ground.accept(&same_person, &id),
        Err(Error::Forbidden)
    ));
    assert_eq!(ground.get(&id).state, State::Submitted);
    assert!(readiness_rows(&ground).is_empty());
}

#[test]
fn nobody_accepts_what_they_filled_for_another_to_submit() {
    let ground = Ground::new();
    let (filler, signer) = (ground.coordinator(), ground.coordinator());
    let id = ground.start(&signer);
    ground.fill(&filler, &id, "2026-11-01");
    ground.submit(&signer, &id).unwrap();
    let same_person = filler.now_as(Role::SafetyOfficer);
    assert!(matches!(
        ground.accept(&same_person, &id),
        Err(Error::Forbidden)
    ));
    ground.accept(&ground.officer(), &id).unwrap();
}

#[test]
fn only_the_roles_of_the_work_do_it() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.submitted(&who, "2026-11-01");
    for role in [Role::Representative, Role::Administrator, Role::Inspector] {
        let other = ground.someone("別人", role);
        assert!(
            matches!(ground.accept(&other, &id), Err(Error::Forbidden)),
            "{role:?}"
        );
        let back = ground.send_back(&other, &id, Step::Partner, "x");
        assert!(matches!(back, Err(Error::Forbidden)), "{role:?}");
        let report = ground.report(&other, "2026-11-22", "x");
        assert!(matches!(report, Err(Error::Forbidden)), "{role:?}");
    }
    let physician = ground.someone("柏木", Role::Physician);
    assert!(matches!(
        ground.save(&physician, &id, icu()),
        Err(Error::Forbidden)
    ));
}

#[test]
fn a_stale_page_loses_nothing_and_says_so() {
    let ground = Ground::new();
    let (first, second) = (ground.coordinator(), ground.coordinator());
    let id = ground.start(&first);
    let seen = ground.get(&id).version;
    ground.save_as_of(&first, &id, seen, icu()).unwrap();
    let late = ground.save_as_of(&second, &id, seen, admission(true, true));
    assert!(matches!(late, Err(Error::Stale)));
    let found = ground.get(&id);
    assert_eq!(found.answers.intensive_care.care, Some(Care::Icu));
    assert_eq!(found.answers.admission, AdmissionAnswer::default());
}

#[test]
fn submitting_at_once_from_many_pages_submits_once() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    ground.fill(&who, &id, "2026-11-01");
    let version = ground.get(&id).version;
    let attempts: Vec<_> = (0..8)
        .map(|_| {
            let (ground, who, id) = (ground.clone(), who.clone(), id.clone());
            std::thread::spawn(move || ground.submit_as_of(&who, &id, version))
        })
        .collect();
    let answers: Vec<_> = attempts.into_iter().map(|a| a.join().unwrap()).collect();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let stale = |answer: &&Result<(), Error>| matches!(answer, Err(Error::Stale));
    assert_eq!(answers.iter().filter(stale).count(), 7);
    let signed = ground
        .db
        .read(|conn| kanmon::signatures::on(conn, SUBJECT, id.as_str()));
    assert_eq!(signed.unwrap().len(), 1);
    let waiting = ground.db.read(|conn| waiting(conn, &ground.programme));
    assert_eq!(waiting.unwrap(), 1);
}

#[test]
fn starting_twice_begins_one() {
    let ground = Ground::new();
    let who = ground.coordinator();
    assert_eq!(ground.start(&who), ground.start(&ground.coordinator()));
    let all = ground
        .db
        .read(|conn| list(conn, &ground.staff(), None, None))
        .unwrap();
    assert_eq!(all.rows.len(), 1);
    assert_eq!(label(all.rows[0].number), "A-0001");
}

#[test]
fn a_signature_binds_the_answers_shown_and_the_log_keeps_them() {
    let ground = Ground::new();
    let id = ground.submitted(&ground.coordinator(), "2026-11-01");
    let seen = ground.get(&id).canonical().unwrap();
    let signed = ground
        .db
        .read(|conn| kanmon::signatures::on(conn, SUBJECT, id.as_str()));
    let digest = kanmon::audit::sha256(&[seen.as_bytes()]);
    assert_eq!(signed.unwrap()[0].digest, digest);
    let history = ground
        .db
        .read(|conn| kanmon::audit::history(conn, &ground.staff(), &[id.to_string()], 1))
        .unwrap();
    assert_eq!(history[0].verb, "attestation_submitted");
    assert_eq!(history[0].detail["signed"], seen);
}

#[test]
fn a_returned_step_is_to_correct_until_it_is_saved() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.submitted(&who, "2026-11-01");
    let officer = ground.officer();
    assert_eq!(
        fields(ground.send_back(&officer, &id, Step::Admission, " \u{3000} ")),
        ["reason"]
    );
    ground
        .send_back(
            &officer,
            &id,
            Step::Admission,
            "病床の数を確かめてください。\u{1F691}",
        )
        .unwrap();
    let found = ground.get(&id);
    assert_eq!(found.state, State::Returned);
    assert!(
        found
            .progress()
            .contains(&(Step::Admission, Progress::ToCorrect))
    );
    assert_eq!(
        found.return_reason.as_deref(),
        Some("病床の数を確かめてください。\u{1F691}")
    );
    assert_eq!(fields(ground.submit(&who, &id)), ["admission"]);
    assert!(matches!(ground.accept(&officer, &id), Err(Error::Stale)));

    ground.save(&who, &id, admission(true, false)).unwrap();
    ground.submit(&who, &id).unwrap();
    ground.accept(&officer, &id).unwrap();
    assert_eq!(readiness_rows(&ground)[0].inpatient_beds, Some(false));
    assert_eq!(
        ground
            .db
            .read(|conn| waiting(conn, &ground.programme))
            .unwrap(),
        0
    );
}

#[test]
fn submitted_answers_cannot_be_changed() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.submitted(&who, "2026-11-01");
    assert!(matches!(
        ground.save(&who, &id, admission(false, false)),
        Err(Error::Stale)
    ));
}

#[test]
fn a_new_acceptance_ends_the_old_evidence_without_rewriting_it() {
    let ground = Ground::new();
    let old = ground.accepted("2026-04-01");
    let before = readiness_rows(&ground);
    ground.db.clock().advance(TimeDelta::days(1));
    let new = ground.accepted("2026-11-20");

    let rows = readiness_rows(&ground);
    let ended = rows.iter().find(|row| row.id == before[0].id).unwrap();
    let expected = Ready {
        known_to: ended.known_to,
        ..before[0].clone()
    };
    assert_eq!(ended, &expected, "only its end was written");
    let accepted_at = rows
        .iter()
        .find(|row| row.attestation == new.to_string())
        .unwrap();
    assert_eq!(ended.known_to, Some(accepted_at.known_from));

    // Each day is spoken for by one attestation: the old one up to the day before the new one's first.
    for (on, by) in [
        ("2026-04-01", &old),
        ("2026-11-19", &old),
        ("2026-11-20", &new),
    ] {
        let speaking = speaking(&ground, on);
        assert_eq!(speaking.len(), 1, "{on}");
        assert_eq!(speaking[0].attestation, by.to_string(), "{on}");
    }
    let rest = speaking(&ground, "2026-11-19").remove(0);
    assert_eq!(rest.entered_by, before[0].entered_by);
    assert_eq!(rest.accepted_by, before[0].accepted_by);
    assert_eq!(ground.get(&old).state, State::Superseded);

    let rewritten = ground.db.exclusively(|conn| {
        let row = readiness::table.filter(readiness::known_to.is_null());
        Ok(diesel::update(row)
            .set(readiness::first_day.eq(day("2020-01-01")))
            .execute(conn)?)
    });
    assert!(format!("{rewritten:?}").contains("guard: evidence is never rewritten"));
}

#[test]
fn an_acceptance_for_days_ahead_leaves_no_gap_before_them() {
    let ground = Ground::new();
    let old = ground.accepted("2026-04-01");
    let new = ground.accepted("2026-12-15");
    assert_eq!(
        speaking(&ground, "2026-12-14")[0].attestation,
        old.to_string()
    );
    assert_eq!(
        speaking(&ground, "2026-12-15")[0].attestation,
        new.to_string()
    );
}

#[test]
fn an_agreement_confirmed_unchanged_leaves_one_row_and_a_changed_one_keeps_its_past() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let accept_with = |partner: PartnerAnswer| {
        let id = ground.start(&who);
        ground.fill(&who, &id, "2026-11-10");
        ground.save(&who, &id, Part::Partner(partner)).unwrap();
        ground.submit(&who, &id).unwrap();
        ground.accept(&ground.officer(), &id).unwrap();
    };
    let known = |conn: &mut AnyConn| -> Result<Vec<(Option<bool>, Option<NaiveDate>)>, Error> {
        Ok(partnership::table
            .filter(partnership::known_to.is_null())
            .order(partnership::agreement_last_day)
            .select((partnership::states_icu, partnership::agreement_last_day))
            .load(conn)?)
    };
    accept_with(ground.partner());
    accept_with(ground.partner());
    let last = Some(day("2027-03-31"));
    assert_eq!(ground.db.read(known).unwrap(), [(Some(true), last)]);

    accept_with(PartnerAnswer {
        states_icu: Some(false),
        ..ground.partner()
    });
    let before = Some(day("2026-11-09"));
    assert_eq!(
        ground.db.read(known).unwrap(),
        [(Some(true), before), (Some(false), last)]
    );
}

#[test]
fn a_change_report_takes_effect_at_once() {
    let ground = Ground::new();
    ground.accepted("2026-04-01");
    let who = ground.coordinator();
    let id = ground
        .report(&who, "2026-11-22", "ICU の改修工事のため")
        .unwrap();
    let again = ground
        .report(&who, "2026-11-22", "ICU の改修工事のため")
        .unwrap();
    assert_eq!(id, again, "the same report sent twice is one");
    let row: (String, i64, Option<i64>) = ground
        .db
        .read(|conn| {
            Ok(change_report::table
                .select((
                    change_report::limb,
                    change_report::known_from,
                    change_report::known_to,
                ))
                .get_result(conn)?)
        })
        .unwrap();
    let head = ground.db.read(kanmon::audit::head).unwrap();
    assert_eq!(row, ("intensive_care".to_owned(), head, None));
}

#[test]
fn an_acceptance_answers_the_reports_its_signer_knew_of_and_no_other() {
    let ground = Ground::new();
    let who = ground.coordinator();
    ground.accepted("2026-04-01");
    let known = ground.report(&who, "2026-11-20", "ICU 閉鎖").unwrap();
    let ahead = ground.report(&who, "2026-12-01", "年末の閉鎖").unwrap();
    let id = ground.submitted(&who, "2026-11-21");
    let later = ground.report(&who, "2026-11-20", "ICU 閉鎖").unwrap();
    assert_ne!(
        known, later,
        "while answers are under review a second report is no repetition"
    );
    ground.accept(&ground.officer(), &id).unwrap();
    let standing: Vec<_> = ground
        .db
        .read(|conn| standing_reports(conn, &ground.clinic_scope(), &ground.clinic))
        .unwrap()
        .into_iter()
        .map(|report| report.id)
        .collect();
    assert_eq!(standing, [later, ahead]);
}

#[test]
fn days_between_a_report_and_the_new_first_day_do_not_become_good_again() {
    let ground = Ground::new();
    let old = ground.accepted("2026-04-01");
    ground
        .report(&ground.coordinator(), "2026-11-10", "ICU 閉鎖")
        .unwrap();
    ground.accepted("2026-11-20");
    assert_eq!(
        speaking(&ground, "2026-11-09")[0].attestation,
        old.to_string()
    );
    assert!(speaking(&ground, "2026-11-10").is_empty());
    assert!(speaking(&ground, "2026-11-19").is_empty());
    assert_eq!(speaking(&ground, "2026-11-20").len(), 1);
}

#[test]
fn a_withdrawal_ends_all_that_rests_on_it_and_brings_nothing_back() {
    let ground = Ground::new();
    let old = ground.accepted("2026-04-01");
    let new = ground.accepted("2026-11-10");
    let officer = ground.officer();
    assert_eq!(fields(ground.withdraw(&officer, &new, "")), ["reason"]);
    ground
        .withdraw(&officer, &new, "署名者が別人だった")
        .unwrap();
    assert_eq!(ground.get(&new).state, State::Withdrawn);
    assert!(speaking(&ground, "2026-11-10").is_empty());
    assert_eq!(
        speaking(&ground, "2026-11-09").len(),
        1,
        "the old one still speaks for its days"
    );
    ground
        .withdraw(&ground.coordinator(), &old, "誤りがあった")
        .unwrap();
    assert!(speaking(&ground, "2026-11-09").is_empty());
    assert!(matches!(
        ground.withdraw(&officer, &old, "二度目"),
        Err(Error::Stale)
    ));
}

#[test]
fn no_facility_sees_another() {
    let ground = Ground::new();
    let id = ground.submitted(&ground.coordinator(), "2026-11-01");
    let foreign = Scope::Facility(ground.programme.clone(), ground.hospital.clone());
    let missing = |answer: Result<(), Error>| matches!(answer, Err(Error::NotFound));
    let db = &ground.db;
    assert!(missing(db.read(|conn| get(conn, &foreign, &id)).map(drop)));
    assert!(missing(
        db.read(|conn| of_facility(conn, &foreign, &ground.clinic, None))
            .map(drop)
    ));
    assert!(missing(
        db.read(|conn| standing_reports(conn, &foreign, &ground.clinic))
            .map(drop)
    ));
    assert!(
        db.read(|conn| list(conn, &foreign, None, None))
            .unwrap()
            .rows
            .is_empty()
    );

    let stranger = ground.someone("他院 太郎", Role::FacilityCoordinator);
    let version = ground.get(&id).version;
    let write = |work: fn(
        &mut kanmon::db::Tx<'_>,
        &Scope,
        &Ground,
        &kanmon::ids::AttestationId,
        i32,
        &Proof,
    ) -> Result<(), Error>| {
        let (scope, ground, id) = (foreign.clone(), ground.clone(), id.clone());
        let proof = proof(&stranger);
        db.write(&stranger.actor, move |tx| {
            work(tx, &scope, &ground, &id, version, &proof)
        })
    };
    assert!(missing(write(|tx, scope, _, id, version, _| save_step(
        tx,
        scope,
        id,
        version,
        &icu()
    ))));
    assert!(missing(write(|tx, scope, _, id, version, proof| submit(
        tx, scope, id, version, proof
    ))));
    assert!(missing(write(|tx, scope, _, id, version, proof| withdraw(
        tx, scope, id, version, "x", proof
    ))));
    assert!(missing(write(|tx, scope, ground, _, _, _| start(
        tx,
        scope,
        &ground.programme,
        &ground.clinic
    )
    .map(drop))));
    assert!(missing(write(|tx, scope, ground, _, _, _| {
        let limb = kanmon::rules::facility::Limb::Tocilizumab;
        report_change(
            tx,
            scope,
            &ground.programme,
            &ground.clinic,
            limb,
            day("2026-11-22"),
            "x",
        )
        .map(drop)
    })));
}

#[test]
fn a_partner_is_another_facility_that_exists_for_days_in_order() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    let with = |change: fn(&Ground, &mut PartnerAnswer)| {
        let mut partner = ground.partner();
        change(&ground, &mut partner);
        ground.save(&who, &id, Part::Partner(partner))
    };
    assert_eq!(
        fields(with(|ground, p| p.facility = Some(ground.clinic.clone()))),
        ["partner_code"]
    );
    assert_eq!(
        fields(with(
            |ground, p| p.facility = Some(FacilityId::fresh(ground.db.clock().now()))
        )),
        ["partner_code"]
    );
    assert_eq!(
        fields(with(|_, p| p.agreement_last_day = Some(day("2026-03-31")))),
        ["agreement_last_day"]
    );
    with(|_, p| p.agreement_last_day = p.agreement_first_day).unwrap();
    let backwards = ValidityAnswer {
        first_day: Some(day("2026-11-02")),
        last_day: Some(day("2026-11-01")),
    };
    assert_eq!(
        fields(ground.save(&who, &id, Part::Validity(backwards))),
        ["last_day"]
    );
    assert_eq!(
        fields(ground.save(&who, &id, from("0026-11-02"))),
        ["first_day"]
    );
}

#[test]
fn hidden_characters_are_refused_and_rare_ones_kept_as_typed() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    let version = |text: &str| {
        Part::Guidance(GuidanceAnswer {
            version: Some(text.to_owned()),
        })
    };
    assert_eq!(
        fields(ground.save(&who, &id, version("第3\0版"))),
        ["version"]
    );
    assert_eq!(
        fields(ground.save(&who, &id, version(&"版".repeat(101)))),
        ["version"]
    );
    let rare = "第3版 神\u{FA19} ｶﾞｲﾀﾞﾝｽ \u{1F469}\u{200D}\u{2695}\u{FE0F}";
    ground
        .save(&who, &id, version(&format!(" {rare} ")))
        .unwrap();
    assert_eq!(
        ground.get(&id).answers.guidance.version.as_deref(),
        Some(rare)
    );
}

#[test]
fn a_reconfirmation_begins_with_the_answers_accepted_last() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let first = ground.start(&who);
    ground.fill(&who, &first, "2026-04-01");
    ground
        .save(&who, &first, Part::Partner(ground.partner()))
        .unwrap();
    ground.submit(&who, &first).unwrap();
    ground.accept(&ground.officer(), &first).unwrap();
    ground.db.clock().advance(TimeDelta::days(150));

    let next = ground.get(&ground.start(&who));
    assert_eq!(next.answers.intensive_care.care, Some(Care::Icu));
    assert_eq!(
        next.answers.validity,
        ValidityAnswer::default(),
        "the days are given anew"
    );
    assert_eq!(next.answers.partner.facility, Some(ground.hospital.clone()));
    assert_eq!(
        next.answers.partner.agreement_last_day, None,
        "an ended agreement is asked for again"
    );
    assert_eq!(next.unfinished(), [Step::Partner, Step::Validity]);
}

#[test]
fn lists_page_by_number_with_a_constant_number_of_statements() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let officer = ground.officer();
    for _ in 0..PAGE + 3 {
        let id = ground.submitted(&who, "2026-11-01");
        ground.accept(&officer, &id).unwrap();
    }
    let scope = ground.staff();
    let before = ground.db.statements();
    let first = ground
        .db
        .read(|conn| list(conn, &scope, None, None))
        .unwrap();
    let cost = ground.db.statements() - before;
    assert!(cost <= 4, "{cost} statements");
    assert_eq!(first.rows.len(), 50);
    let rest = ground
        .db
        .read(|conn| list(conn, &scope, None, first.next))
        .unwrap();
    assert_eq!(rest.rows.len(), 3);
    assert_eq!(rest.next, None);
    let accepted = ground
        .db
        .read(|conn| list(conn, &scope, Some(State::Accepted), None))
        .unwrap();
    assert_eq!(
        accepted.rows.len(),
        1,
        "each acceptance supersedes the one before"
    );
}

#[test]
fn answers_of_a_later_format_are_an_error_and_missing_ones_are_open() {
    assert!(matches!(
        Answers::parse(r#"{"format":2}"#),
        Err(Error::Broken(_))
    ));
    assert_eq!(
        Answers::parse(r#"{"format":1}"#).unwrap(),
        Answers::default()
    );
    assert!(Answers::parse(r#"{"format":1,"admission":{"inpatient_beds":"no"}}"#).is_err());
}

#[test]
fn every_change_of_an_attestation_stands_in_the_log() {
    let ground = Ground::new();
    let id = ground.accepted("2026-11-01");
    ground.withdraw(&ground.officer(), &id, "試し").unwrap();
    let mut verbs: Vec<String> = ground
        .db
        .read(|conn| {
            Ok(audit::table
                .filter(audit::subject_id.eq(id.as_str()))
                .filter(audit::facility_id.eq(ground.clinic.as_str()))
                .filter(audit::programme_id.eq(ground.programme.as_str()))
                .order(audit::seq)
                .select(audit::verb)
                .load(conn)?)
        })
        .unwrap();
    verbs.dedup();
    assert_eq!(
        verbs,
        [
            "attestation_started",
            "attestation_step_saved",
            "attestation_submitted",
            "attestation_accepted",
            "attestation_withdrawn",
        ]
    );
}

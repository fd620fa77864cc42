//! A programme under way: people of every role, fictional facilities made ready through the verbs, and deliveries.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{NaiveDate, TimeDelta};
use kanmon::accounts::store::memberships_of;
use kanmon::accounts::{self, NewAccount};
use kanmon::attestations::{
    self, AdmissionAnswer, Care, GuidanceAnswer, IntensiveCareAnswer, Part, PartnerAnswer,
    TocilizumabAnswer, ValidityAnswer,
};
use kanmon::clock::start_of;
use kanmon::config::Cost;
use kanmon::contacts::{self, Attendee, Kind, Mode, NewContact, Presenter};
use kanmon::db::{Db, Tx};
use kanmon::error::Result;
use kanmon::facilities::{self, NewFacility};
use kanmon::ids::{
    AccountId, AttestationId, ContactId, FacilityId, MembershipId, PersonId, ProgrammeId,
};
use kanmon::messages::Lang;
use kanmon::physicians::{self, Named, NewPhysician, NewStatement};
use kanmon::programmes::{self, NewProgramme};
use kanmon::scope::{Actor, Role, Scope};
use kanmon::signatures::Proof;

use super::{PASSWORD, TestApp, User, day};

/// Tests sign often; nobody attacks these passwords.
const CHEAP: Cost = Cost {
    memory_kib: 8,
    passes: 1,
};

static NUMBER: AtomicU32 = AtomicU32::new(1);

/// Somebody who acts in one role.
#[derive(Clone)]
pub struct Who {
    pub person: PersonId,
    pub account: AccountId,
    pub login: String,
    pub actor: Actor,
    pub scope: Scope,
}

/// A facility with people of its own.
#[derive(Clone)]
pub struct Place {
    pub id: FacilityId,
    pub name: String,
    /// The nine digits of its code.
    pub code: String,
    pub coordinator: Who,
    pub physician: Who,
}

/// What a facility can show. Every field is as the notice wants it, until a test takes one away.
#[derive(Clone)]
pub struct Evidence {
    pub care: Care,
    pub around_the_clock: bool,
    pub beds: bool,
    pub tocilizumab: bool,
    pub laboratory: bool,
    /// Partner, first and last day of the agreement.
    pub partner: Option<(FacilityId, NaiveDate, Option<NaiveDate>)>,
    pub experience: bool,
    pub meetings: bool,
    pub cooperation: bool,
    /// The physician's last day in post.
    pub last_day_in_post: Option<NaiveDate>,
    pub named: bool,
    pub explained_by: Option<Presenter>,
    pub explained_safety: bool,
    pub explained_on: NaiveDate,
    pub met_on: NaiveDate,
    /// The attestation's own last day.
    pub valid_until: Option<NaiveDate>,
}

impl Default for Evidence {
    fn default() -> Evidence {
        Evidence {
            care: Care::Icu,
            around_the_clock: true,
            beds: true,
            tocilizumab: true,
            laboratory: true,
            partner: None,
            experience: true,
            meetings: true,
            cooperation: true,
            last_day_in_post: None,
            named: true,
            explained_by: Some(Presenter::Manufacturer),
            explained_safety: true,
            explained_on: day("2026-11-19"),
            met_on: day("2026-11-20"),
            valid_until: None,
        }
    }
}

/// The programme and its manufacturer's people.
#[derive(Clone)]
pub struct Ground {
    pub db: Db,
    pub programme: ProgrammeId,
    pub representative: Who,
    pub safety: Who,
    pub operator: Who,
    pub approver: Who,
    pub second: Who,
}

impl Ground {
    /// Begins the programme in a fresh database.
    pub fn begin(db: &Db) -> Ground {
        let programme = db
            .write(&Actor::system("test"), |tx| {
                let new = NewProgramme {
                    code: "lunsumio-iv".to_owned(),
                    name_ja: "ルンスミオ点滴静注 納入管理".to_owned(),
                    name_en: "Lunsumio intravenous: delivery control".to_owned(),
                    manufacturer: "架空製薬株式会社".to_owned(),
                    demo: false,
                };
                programmes::begin(tx, &new)
            })
            .unwrap();
        let staff = |name: &str, role| someone(db, &programme, name, role, None);
        Ground {
            representative: staff("大野 誠", Role::Representative),
            safety: staff("森下 恵", Role::SafetyOfficer),
            operator: staff("新川 直人", Role::DistributionOperator),
            approver: staff("大槻 由美", Role::DistributionApprover),
            second: staff("梶原 透", Role::DistributionApprover),
            db: db.clone(),
            programme,
        }
    }

    pub fn today(&self) -> NaiveDate {
        self.db.clock().today()
    }

    pub fn staff(&self) -> Scope {
        Scope::Programme(self.programme.clone())
    }

    pub fn someone(&self, name: &str, role: Role, facility: Option<&FacilityId>) -> Who {
        someone(&self.db, &self.programme, name, role, facility)
    }

    /// The same person in another role, by a further membership of the same account.
    pub fn also(&self, who: &Who, role: Role) -> Who {
        let account = who.account.clone();
        self.db
            .write(&Actor::system("test"), move |tx| {
                let today = tx.today;
                let own = accounts::grant(tx, &account, role, None, today, None)?;
                super::trained(tx, &own, today)
            })
            .unwrap();
        let mut other = who.clone();
        other.actor.role = role.as_str().to_owned();
        other.scope = self.staff();
        other
    }

    /// The first membership of somebody's account.
    pub fn membership_of(&self, who: &Who) -> MembershipId {
        let account = [who.account.clone()];
        let held = self.db.read(|conn| memberships_of(conn, &account));
        held.unwrap()[0].id.clone()
    }

    /// What somebody does as themselves.
    pub fn act<T: Send + 'static>(
        &self,
        who: &Who,
        mut work: impl FnMut(&mut Tx<'_>, &Scope) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let scope = who.scope.clone();
        self.db.write(&who.actor, move |tx| work(tx, &scope))
    }

    pub fn proof(&self, who: &Who) -> Proof {
        accounts::prove(&self.db, CHEAP, &who.account, PASSWORD).unwrap()
    }

    /// What somebody does and signs.
    pub fn sign<T: Send + 'static>(
        &self,
        who: &Who,
        mut work: impl FnMut(&mut Tx<'_>, &Scope, &Proof) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (scope, proof) = (who.scope.clone(), self.proof(who));
        self.db
            .write(&who.actor, move |tx| work(tx, &scope, &proof))
    }

    /// Signs in through the pages.
    pub fn at_browser(&self, app: &TestApp, who: &Who) -> User {
        let mut user = app.visitor();
        user.login.clone_from(&who.login);
        user.sign_in(PASSWORD);
        user
    }

    /// A fictional facility with a coordinator and a physician, and nothing proven.
    pub fn place(&self, name: &str) -> Place {
        let code = format!("99{:07}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let new = NewFacility {
            name: name.to_owned(),
            postal_code: String::new(),
            address: "架空県架空市1丁目1-1".to_owned(),
            prefecture: 0,
            code: (code.clone(), "1".to_owned()),
        };
        let id = self
            .db
            .write(&Actor::system("test"), move |tx| facilities::add(tx, &new))
            .unwrap();
        Place {
            coordinator: self.someone("志村 理沙", Role::FacilityCoordinator, Some(&id)),
            physician: self.someone("柏木 遥", Role::Physician, Some(&id)),
            name: name.to_owned(),
            code,
            id,
        }
    }

    /// A facility that has shown all this.
    pub fn ready(&self, name: &str, evidence: &Evidence) -> Place {
        let place = self.place(name);
        self.name(&place, evidence);
        self.state(&place, evidence);
        self.attest(&place, evidence);
        self.brief(&place, evidence);
        if evidence.named {
            self.meet(&place, evidence.met_on);
        }
        place
    }

    /// A facility that has all the notice asks for.
    pub fn all_ready(&self, name: &str) -> Place {
        self.ready(name, &Evidence::default())
    }

    /// The coordinator names the facility's physician.
    pub fn name(&self, place: &Place, evidence: &Evidence) {
        if !evidence.named {
            return;
        }
        let new = NewPhysician {
            who: Named::Known(place.physician.person.clone()),
            department: "血液内科".to_owned(),
            title: "部長".to_owned(),
            first_day: day("2019-04-01"),
            last_day: evidence.last_day_in_post,
        };
        let id = place.id.clone();
        self.act(&place.coordinator, move |tx, scope| {
            physicians::name_physician(tx, scope, &id, &new)
        })
        .unwrap();
    }

    /// The physician signs the three points of ※3, and the safety officer accepts them.
    pub fn state(&self, place: &Place, evidence: &Evidence) {
        if !evidence.named {
            return;
        }
        let new = NewStatement {
            experience: Some(evidence.experience),
            meetings: Some(evidence.meetings),
            cooperation: Some(evidence.cooperation),
            statement: "造血器悪性腫瘍の診療 12 年".to_owned(),
            first_day: None,
            last_day: None,
        };
        let id = place.id.clone();
        let statement = self
            .sign(&place.physician, move |tx, scope, proof| {
                physicians::submit(tx, scope, &id, &new, proof)
            })
            .unwrap();
        self.sign(&self.safety, move |tx, scope, proof| {
            physicians::accept(tx, scope, &statement, 1, proof)
        })
        .unwrap();
    }

    /// The coordinator fills in every step and signs; nobody has accepted it yet.
    pub fn submit(&self, place: &Place, evidence: &Evidence) -> AttestationId {
        let (id, programme) = (place.id.clone(), self.programme.clone());
        let parts = parts(self.today(), evidence);
        let made = self
            .act(&place.coordinator, move |tx, scope| {
                let made = attestations::start(tx, scope, &programme, &id)?;
                for part in &parts {
                    let version = attestations::get(tx.conn, scope, &made)?.version;
                    attestations::save_step(tx, scope, &made, version, part)?;
                }
                Ok(made)
            })
            .unwrap();
        let submitted = made.clone();
        self.sign(&place.coordinator, move |tx, scope, proof| {
            let version = attestations::get(tx.conn, scope, &submitted)?.version;
            attestations::submit(tx, scope, &submitted, version, proof)
        })
        .unwrap();
        made
    }

    pub fn accept(&self, who: &Who, attestation: &AttestationId) {
        let attestation = attestation.clone();
        self.sign(who, move |tx, scope, proof| {
            let version = attestations::get(tx.conn, scope, &attestation)?.version;
            attestations::accept(tx, scope, &attestation, version, proof)
        })
        .unwrap();
    }

    pub fn attest(&self, place: &Place, evidence: &Evidence) -> AttestationId {
        let made = self.submit(place, evidence);
        self.accept(&self.safety, &made);
        made
    }

    pub fn withdraw(&self, who: &Who, attestation: &AttestationId) {
        let attestation = attestation.clone();
        self.sign(who, move |tx, scope, proof| {
            let version = attestations::get(tx.conn, scope, &attestation)?.version;
            let reason = "転記の誤り";
            attestations::withdraw(tx, scope, &attestation, version, reason, proof)
        })
        .unwrap();
    }

    pub fn report(&self, place: &Place, limb: kanmon::rules::facility::Limb) {
        let (id, programme) = (place.id.clone(), self.programme.clone());
        self.act(&place.coordinator, move |tx, scope| {
            let from = tx.today;
            let reason = "改修工事のため";
            attestations::report_change(tx, scope, &programme, &id, limb, from, reason)
        })
        .unwrap();
    }

    pub fn brief(&self, place: &Place, evidence: &Evidence) -> Option<ContactId> {
        let presenter = evidence.explained_by?;
        let starts_at = start_of(evidence.explained_on) + TimeDelta::hours(15);
        let new = NewContact {
            kind: Kind::Briefing,
            mode: Mode::FaceToFace,
            presenter,
            presenter_name: "大野 誠".to_owned(),
            product: Some(true),
            safety_measures: Some(evidence.explained_safety),
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(45),
            materials: "CRS 管理ガイダンス 第2版".to_owned(),
            summary: "製品と安全対策".to_owned(),
            attendees: vec![Attendee::Typed("志村 理沙".to_owned())],
        };
        Some(self.record(&self.representative, place, new))
    }

    pub fn meet(&self, place: &Place, on: NaiveDate) -> ContactId {
        let starts_at = start_of(on) + TimeDelta::hours(8);
        let new = NewContact {
            kind: Kind::Meeting,
            mode: Mode::Online,
            presenter: Presenter::Manufacturer,
            presenter_name: "大野 誠".to_owned(),
            product: None,
            safety_measures: None,
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(20),
            materials: String::new(),
            summary: "副作用の経過".to_owned(),
            attendees: vec![Attendee::Physician(place.physician.person.clone())],
        };
        self.record(&self.representative, place, new)
    }

    fn record(&self, who: &Who, place: &Place, new: NewContact) -> ContactId {
        let id = place.id.clone();
        self.act(who, move |tx, scope| contacts::record(tx, scope, &id, &new))
            .unwrap()
    }

    /// Moves to nine o'clock in the morning of a day and renews what the days have changed.
    pub fn sweep_on(&self, day: NaiveDate) -> usize {
        self.db.clock().move_to(start_of(day) + TimeDelta::hours(9));
        kanmon::standings::sweep(&self.db, &self.programme).unwrap()
    }
}

fn someone(
    db: &Db,
    programme: &ProgrammeId,
    name: &str,
    role: Role,
    facility: Option<&FacilityId>,
) -> Who {
    let login = format!("{}-{}", role.as_str(), uuid::Uuid::now_v7().simple());
    let new = NewAccount {
        name: name.to_owned(),
        login: login.clone(),
        language: Lang::Ja,
    };
    let hashed = accounts::hash(CHEAP, PASSWORD).unwrap();
    let place = facility.cloned();
    let (person, account) = db
        .write(&Actor::system("test"), move |tx| {
            let (person, account) = accounts::create_account(tx, &new, &hashed)?;
            let today = tx.today;
            let last = super::boxed(role, today);
            let own = accounts::grant(tx, &account, role, place.as_ref(), today, last)?;
            super::trained(tx, &own, today)?;
            Ok((person, account))
        })
        .unwrap();
    let scope = match facility {
        Some(facility) => Scope::Facility(programme.clone(), facility.clone()),
        None => Scope::Programme(programme.clone()),
    };
    let actor = Actor {
        person: Some(person.clone()),
        account: Some(account.clone()),
        name: name.to_owned(),
        role: role.as_str().to_owned(),
    };
    Who {
        person,
        account,
        login,
        actor,
        scope,
    }
}

fn parts(today: NaiveDate, evidence: &Evidence) -> Vec<Part> {
    let partner = evidence.partner.as_ref();
    vec![
        Part::IntensiveCare(IntensiveCareAnswer {
            care: Some(evidence.care),
            stated_on: None,
        }),
        Part::Admission(AdmissionAnswer {
            around_the_clock: Some(evidence.around_the_clock),
            inpatient_beds: Some(evidence.beds),
        }),
        Part::Tocilizumab(TocilizumabAnswer {
            ready_24h: Some(evidence.tocilizumab),
            test_results_24h: Some(evidence.laboratory),
        }),
        Part::Partner(PartnerAnswer {
            named: Some(partner.is_some()),
            facility: partner.map(|(id, ..)| id.clone()),
            agreement_first_day: partner.map(|(_, first, _)| *first),
            agreement_ends: partner.map(|(.., last)| last.is_some()),
            agreement_last_day: partner.and_then(|(.., last)| *last),
            states_icu: partner.map(|_| true),
            states_admission_24h: partner.map(|_| true),
            states_tocilizumab: partner.map(|_| true),
        }),
        Part::Guidance(GuidanceAnswer {
            version: Some("第2版".to_owned()),
        }),
        Part::Validity(ValidityAnswer {
            first_day: Some(today),
            last_day: evidence.valid_until,
        }),
    ]
}

//! A programme with facilities whose evidence is in order, for tests of the pages that look across rooms.
#![allow(dead_code)]

use diesel::connection::SimpleConnection;
use kanmon::audit::{Entry, Subject};
use kanmon::deliveries::{self, Channel, NewOrder};
use kanmon::facilities::{self, NewFacility};
use kanmon::ids::{self, DeliveryId, FacilityId, PersonId, ProgrammeId};
use kanmon::programmes::{self, NewProgramme};
use kanmon::scope::{Actor, Role, Scope};
use kanmon::standings;

use crate::support::{TestApp, User, day};

pub struct World {
    pub app: TestApp,
    pub programme: ProgrammeId,
    /// Somebody who entered all evidence, and is an approver now.
    pub clerk: PersonId,
    pub clerk_name: &'static str,
}

impl World {
    pub fn new() -> World {
        let app = TestApp::new();
        let programme = app
            .db
            .write(&Actor::system("test"), |tx| {
                programmes::begin(
                    tx,
                    &NewProgramme {
                        code: "mosunetuzumab-iv".to_owned(),
                        name_ja: "ルンスミオ点滴静注 納入管理".to_owned(),
                        name_en: "Lunsumio".to_owned(),
                        manufacturer: "架空製薬株式会社".to_owned(),
                        demo: true,
                    },
                )
            })
            .unwrap();
        let clerk = app
            .account("記録 係", "clerk", Role::DistributionApprover, None)
            .0;
        World {
            app,
            programme,
            clerk,
            clerk_name: "記録 係",
        }
    }

    pub fn user(&self, role: Role) -> User {
        self.app.user(role, None)
    }

    pub fn at(&self, role: Role, facility: &FacilityId) -> User {
        self.app.user(role, Some(facility))
    }

    pub fn facility(&self, name: &str, code: &str) -> FacilityId {
        let new = NewFacility {
            name: name.to_owned(),
            postal_code: "000-0001".to_owned(),
            address: "架空県架空市中央 1-1".to_owned(),
            prefecture: 0,
            code: (code.to_owned(), "1".to_owned()),
        };
        self.app
            .db
            .write(&Actor::system("test"), move |tx| facilities::add(tx, &new))
            .unwrap()
    }

    /// Attested, with a qualified physician in post until a day, a meeting and an explanation. Returns the physician.
    pub fn make_ready(&self, facility: &FacilityId, post_ends: Option<&str>) -> String {
        self.evidence(facility, post_ends, true)
    }

    /// The same without an explanation.
    pub fn without_explanation(&self, facility: &FacilityId) {
        self.evidence(facility, None, false);
    }

    fn evidence(&self, facility: &FacilityId, post_ends: Option<&str>, explained: bool) -> String {
        let (programme, place) = (self.programme.clone(), facility.clone());
        let clerk = self.clerk.clone();
        let last = post_ends.map_or("NULL".to_owned(), |day| format!("'{day}'"));
        self.app
            .db
            .write(&Actor::system("test"), move |tx| {
                let seq = tx.audit(Entry {
                    verb: "attestation_accepted",
                    subject: Subject::new("facility", place.as_str()),
                    programme: Some(programme.clone()),
                    facility: Some(place.clone()),
                    detail: serde_json::json!({ "number": "A-0001" }),
                })?;
                let fresh: Vec<String> = (0..7).map(|_| ids::fresh(tx.now)).collect();
                let [att, ready, person, post, statement, meeting, briefing] = &fresh[..] else {
                    unreachable!()
                };
                let briefing = if explained {
                    format!(
                        "INSERT INTO contact (id, number, programme_id, facility_id, kind, mode, presenter, presenter_name, product, safety_measures, starts_at, ends_at, materials, summary, entered_by, known_from) VALUES
                         ('{briefing}', {seq}2, '{programme}', '{place}', 'briefing', 'face_to_face', 'manufacturer', '大野 誠', TRUE, TRUE, '2026-06-03 06:00:00', '2026-06-03 07:00:00', '', '', '{clerk}', {seq});"
                    )
                } else {
                    String::new()
                };
                tx.conn.batch_execute(&format!(
                    "INSERT INTO attestation (id, number, programme_id, facility_id, state, version, answers, started_by, started_at) VALUES
                     ('{att}', {seq}, '{programme}', '{place}', 'accepted', 1, '{{}}', '{clerk}', '2026-01-05 00:00:00');
                     INSERT INTO readiness (id, programme_id, facility_id, attestation_id, first_day, accepted_on, intensive_care, admission_24h, inpatient_beds, tocilizumab_ready, test_results_available, crs_guidance_version, entered_by, accepted_by, known_from) VALUES
                     ('{ready}', '{programme}', '{place}', '{att}', '2026-01-05', '2026-06-05', 'icu', TRUE, TRUE, TRUE, TRUE, '2', '{clerk}', '{clerk}', {seq});
                     INSERT INTO person (id, name, name_key, known_from) VALUES ('{person}', '柏木 遥', '柏木遥', {seq});
                     INSERT INTO affiliation (id, person_id, facility_id, department, title, first_day, last_day, entered_by, known_from) VALUES
                     ('{post}', '{person}', '{place}', '血液内科', '部長', '2019-04-01', {last}, '{clerk}', {seq});
                     INSERT INTO qualification (id, number, programme_id, person_id, facility_id, state, version, experience, meetings, cooperation, statement, first_day, submitted_by, submitted_at, known_from) VALUES
                     ('{statement}', {seq}, '{programme}', '{person}', '{place}', 'accepted', 1, TRUE, TRUE, TRUE, '', '2026-01-05', '{person}', '2026-01-05 00:00:00', {seq});
                     INSERT INTO contact (id, number, programme_id, facility_id, kind, mode, presenter, presenter_name, starts_at, ends_at, materials, summary, entered_by, known_from) VALUES
                     ('{meeting}', {seq}1, '{programme}', '{place}', 'meeting', 'online', 'manufacturer', '大野 誠', '2026-11-14 02:00:00', '2026-11-14 03:00:00', '', '', '{clerk}', {seq});
                     INSERT INTO contact_attendee (contact_id, position, person_id, name) VALUES ('{meeting}', 0, '{person}', '柏木 遥');
                     {briefing}"
                ))?;
                standings::renew(tx, &programme, std::slice::from_ref(&place))?;
                Ok(person.clone())
            })
            .unwrap()
    }

    /// Names one facility as the partner of another, by an agreement.
    pub fn partner(&self, of: &FacilityId, partner: &FacilityId) {
        let (programme, of, partner) = (self.programme.clone(), of.clone(), partner.clone());
        let clerk = self.clerk.clone();
        self.app
            .db
            .write(&Actor::system("test"), move |tx| {
                let seq = tx.audit(Entry {
                    verb: "attestation_accepted",
                    subject: Subject::new("facility", of.as_str()),
                    programme: Some(programme.clone()),
                    facility: Some(of.clone()),
                    detail: serde_json::json!({ "number": "A-0002" }),
                })?;
                let (att, id) = (ids::fresh(tx.now), ids::fresh(tx.now));
                tx.conn.batch_execute(&format!(
                    "INSERT INTO attestation (id, number, programme_id, facility_id, state, version, answers, started_by, started_at) VALUES
                     ('{att}', {seq}, '{programme}', '{of}', 'accepted', 1, '{{}}', '{clerk}', '2026-01-05 00:00:00');
                     INSERT INTO partnership (id, programme_id, facility_id, partner_id, attestation_id, agreement_first_day, agreement_last_day, states_icu, states_admission_24h, states_tocilizumab, entered_by, accepted_by, known_from) VALUES
                     ('{id}', '{programme}', '{of}', '{partner}', '{att}', '2026-01-05', '2027-03-31', TRUE, TRUE, TRUE, '{clerk}', '{clerk}', {seq})"
                ))?;
                standings::renew(tx, &programme, std::slice::from_ref(&of))
            })
            .unwrap()
    }

    /// An order entered by the clerk.
    pub fn order(&self, facility: &FacilityId) -> DeliveryId {
        self.order_by(facility, &self.clerk)
    }

    pub fn order_by(&self, facility: &FacilityId, person: &PersonId) -> DeliveryId {
        let scope = Scope::Programme(self.programme.clone());
        let programme = self.programme.clone();
        let new = NewOrder {
            facility: facility.clone(),
            channel: Channel::Direct,
            wholesaler: String::new(),
            branch: String::new(),
            lines: vec![("lunsumio_iv_30mg".to_owned(), 2)],
            cases: Vec::new(),
            ships_on: day("2026-11-25"),
            arrives_on: day("2026-11-26"),
        };
        let actor = Actor {
            person: Some(person.clone()),
            account: None,
            name: self.clerk_name.to_owned(),
            role: Role::DistributionOperator.as_str().to_owned(),
        };
        self.app
            .db
            .write(&actor, move |tx| {
                deliveries::order(tx, &scope, &programme, &new)
            })
            .unwrap()
    }

    /// The statements that one request takes.
    pub fn statements(&self, user: &mut User, path: &str) -> u64 {
        let before = self.app.db.statements();
        user.get(path).is(200);
        self.app.db.statements() - before
    }
}

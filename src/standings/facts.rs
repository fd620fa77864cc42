//! The one place that gathers evidence across rooms: set-based, as known at a point of the audit log.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::audit::Known;
use crate::clock::jst_date;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{
    AttestationId, ContactId, EvidenceId, FacilityId, PersonId, ProgrammeId, QualificationId,
};
use crate::programmes;
use crate::rules::briefing::{ExplanationFacts, Moment, Presenter};
use crate::rules::facility::{
    ChangeReport, IntensiveCare, Limb, PartnerStatement, Partnership, Readiness, Span,
};
use crate::rules::finding::{Evidence, EvidenceKind};
use crate::rules::gate::GateFacts;
use crate::rules::physician::{Affiliation, Meeting, MeetingMode, PhysicianFacts, Qualification};
use crate::schema::{
    affiliation, attestation, change_report, contact, contact_attendee, facility, partnership,
    person, qualification, readiness,
};

/// What is known of one facility, and whose hands each piece of evidence went through.
#[derive(Debug, Clone)]
pub struct Gathered {
    pub facts: GateFacts,
    /// Evidence id → the persons who entered or accepted it.
    pub hands: BTreeMap<String, BTreeSet<PersonId>>,
}

/// Rows of this table that were known by then and had not yet ceased to be.
macro_rules! known {
    ($table:ident, $known:expr) => {
        $table::known_from
            .le($known.0)
            .and($table::known_to.is_null().or($table::known_to.gt($known.0)))
    };
}

/// Gathers the facts of many facilities with a constant number of statements.
pub fn gather(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facilities: &[FacilityId],
    known: Known,
) -> Result<HashMap<FacilityId, Gathered>> {
    let policies = programmes::policies(conn, programme, known)?;
    let partnerships = partnerships(conn, programme, facilities, known)?;
    let mut places: Vec<FacilityId> = facilities.to_vec();
    places.extend(partnerships.iter().map(|row| row.partner_id.clone()));
    places.sort();
    places.dedup();

    let mut gathered: HashMap<FacilityId, Gathered> = facilities
        .iter()
        .map(|id| {
            let facts = GateFacts {
                format: GateFacts::FORMAT,
                readiness: Vec::new(),
                changes: Vec::new(),
                partnerships: Vec::new(),
                physicians: Vec::new(),
                explanations: Vec::new(),
                policies: policies.clone(),
            };
            let hands = BTreeMap::new();
            (id.clone(), Gathered { facts, hands })
        })
        .collect();

    let readiness = all_readiness(conn, programme, &places, known)?;
    let changes = all_changes(conn, programme, &places, known)?;
    for (place, row, hands) in &readiness {
        if let Some(found) = gathered.get_mut(place) {
            found.facts.readiness.push(row.clone());
            found.touched(&row.evidence, hands);
        }
    }
    for (place, row, hands) in &changes {
        if let Some(found) = gathered.get_mut(place) {
            found.facts.changes.push(row.clone());
            found.touched(&row.evidence, hands);
        }
    }
    for row in partnerships {
        let Some(found) = gathered.get_mut(&row.facility_id) else {
            continue;
        };
        let evidence = Evidence {
            kind: EvidenceKind::Partnership,
            id: row.attestation_id.to_string(),
            label: label("A", row.number),
        };
        found.touched(&evidence, &[row.entered_by, row.accepted_by]);
        let mut own = Vec::new();
        for (_, ready, hands) in readiness
            .iter()
            .filter(|(place, ..)| *place == row.partner_id)
        {
            found.touched(&ready.evidence, hands);
            own.push(ready.clone());
        }
        let mut own_changes = Vec::new();
        for (_, change, hands) in changes
            .iter()
            .filter(|(place, ..)| *place == row.partner_id)
        {
            found.touched(&change.evidence, hands);
            own_changes.push(change.clone());
        }
        found.facts.partnerships.push(Partnership {
            evidence,
            partner: row.partner,
            partner_id: row.partner_id.to_string(),
            agreement: row.agreement_first_day.map(|first| Span {
                first,
                last: row.agreement_last_day,
            }),
            stated: PartnerStatement {
                icu: row.states_icu,
                admission_24h: row.states_admission_24h,
                tocilizumab_ready: row.states_tocilizumab,
            },
            own,
            own_changes,
        });
    }
    physicians(conn, programme, facilities, known, &mut gathered)?;
    explanations(conn, programme, facilities, known, &mut gathered)?;
    Ok(gathered)
}

impl Gathered {
    fn touched(&mut self, evidence: &Evidence, hands: &[PersonId]) {
        self.hands
            .entry(evidence.id.clone())
            .or_default()
            .extend(hands.iter().cloned());
    }

    /// Everybody who entered or accepted a piece of evidence that these findings rest on.
    pub fn hands_on<'a>(
        &'a self,
        findings: impl Iterator<Item = &'a crate::rules::finding::Finding>,
    ) -> BTreeSet<&'a PersonId> {
        findings
            .flat_map(|finding| &finding.evidence)
            .filter_map(|evidence| self.hands.get(&evidence.id))
            .flatten()
            .collect()
    }
}

/// A printed number: a letter and at least four digits.
pub fn label(letter: &str, number: i64) -> String {
    format!("{letter}-{number:04}")
}

#[derive(Queryable)]
struct PartnershipRow {
    facility_id: FacilityId,
    partner_id: FacilityId,
    partner: String,
    attestation_id: AttestationId,
    number: i64,
    agreement_first_day: Option<NaiveDate>,
    agreement_last_day: Option<NaiveDate>,
    states_icu: Option<bool>,
    states_admission_24h: Option<bool>,
    states_tocilizumab: Option<bool>,
    entered_by: PersonId,
    accepted_by: PersonId,
}

fn partnerships(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facilities: &[FacilityId],
    known: Known,
) -> Result<Vec<PartnershipRow>> {
    Ok(partnership::table
        .inner_join(facility::table.on(facility::id.eq(partnership::partner_id)))
        .inner_join(attestation::table.on(attestation::id.eq(partnership::attestation_id)))
        .filter(partnership::programme_id.eq(programme))
        .filter(partnership::facility_id.eq_any(facilities))
        .filter(known!(partnership, known))
        .order((partnership::known_from, partnership::id))
        .select((
            partnership::facility_id,
            partnership::partner_id,
            facility::name,
            partnership::attestation_id,
            attestation::number,
            partnership::agreement_first_day,
            partnership::agreement_last_day,
            partnership::states_icu,
            partnership::states_admission_24h,
            partnership::states_tocilizumab,
            partnership::entered_by,
            partnership::accepted_by,
        ))
        .load(conn)?)
}

#[derive(Queryable)]
struct ReadinessRow {
    facility_id: FacilityId,
    attestation_id: AttestationId,
    number: i64,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    accepted_on: NaiveDate,
    intensive_care: Option<String>,
    icu_stated_on: Option<NaiveDate>,
    admission_24h: Option<bool>,
    inpatient_beds: Option<bool>,
    tocilizumab_ready: Option<bool>,
    test_results_available: Option<bool>,
    crs_guidance_version: Option<String>,
    entered_by: PersonId,
    accepted_by: PersonId,
}

type WithHands<T> = (FacilityId, T, Vec<PersonId>);

fn all_readiness(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    places: &[FacilityId],
    known: Known,
) -> Result<Vec<WithHands<Readiness>>> {
    let rows: Vec<ReadinessRow> = readiness::table
        .inner_join(attestation::table.on(attestation::id.eq(readiness::attestation_id)))
        .filter(readiness::programme_id.eq(programme))
        .filter(readiness::facility_id.eq_any(places))
        .filter(known!(readiness, known))
        .order((readiness::known_from, readiness::id))
        .select((
            readiness::facility_id,
            readiness::attestation_id,
            attestation::number,
            readiness::first_day,
            readiness::last_day,
            readiness::accepted_on,
            readiness::intensive_care,
            readiness::icu_stated_on,
            readiness::admission_24h,
            readiness::inpatient_beds,
            readiness::tocilizumab_ready,
            readiness::test_results_available,
            readiness::crs_guidance_version,
            readiness::entered_by,
            readiness::accepted_by,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let care = match row.intensive_care.as_deref() {
                Some("icu") => Some(IntensiveCare::Icu),
                Some("equivalent") => Some(IntensiveCare::Equivalent {
                    stated_on: row.icu_stated_on,
                }),
                Some("none") => Some(IntensiveCare::None),
                // An unknown word proves nothing, like no answer.
                Some(_) | None => None,
            };
            let ready = Readiness {
                evidence: Evidence {
                    kind: EvidenceKind::Attestation,
                    id: row.attestation_id.to_string(),
                    label: label("A", row.number),
                },
                span: Span {
                    first: row.first_day,
                    last: row.last_day,
                },
                accepted_on: row.accepted_on,
                intensive_care: care,
                admission_24h: row.admission_24h,
                inpatient_beds: row.inpatient_beds,
                tocilizumab_ready: row.tocilizumab_ready,
                test_results_available: row.test_results_available,
                crs_guidance_version: row.crs_guidance_version,
            };
            (
                row.facility_id,
                ready,
                vec![row.entered_by, row.accepted_by],
            )
        })
        .collect())
}

fn all_changes(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    places: &[FacilityId],
    known: Known,
) -> Result<Vec<WithHands<ChangeReport>>> {
    type Row = (FacilityId, EvidenceId, i64, String, NaiveDate, PersonId);
    let rows: Vec<Row> = change_report::table
        .filter(change_report::programme_id.eq(programme))
        .filter(change_report::facility_id.eq_any(places))
        .filter(known!(change_report, known))
        .order((change_report::known_from, change_report::id))
        .select((
            change_report::facility_id,
            change_report::id,
            change_report::number,
            change_report::limb,
            change_report::from_day,
            change_report::entered_by,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(place, id, number, limb, from, entered_by)| {
            let limb: Limb = serde_json::from_value(serde_json::Value::String(limb))?;
            let evidence = Evidence {
                kind: EvidenceKind::ChangeReport,
                id: id.to_string(),
                label: label("C", number),
            };
            Ok((
                place,
                ChangeReport {
                    evidence,
                    limb,
                    from,
                },
                vec![entered_by],
            ))
        })
        .collect()
}

#[derive(Queryable)]
struct AffiliationRow {
    facility_id: FacilityId,
    id: EvidenceId,
    person_id: PersonId,
    name: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    entered_by: PersonId,
}

#[derive(Queryable)]
struct QualificationRow {
    id: QualificationId,
    number: i64,
    person_id: PersonId,
    experience: Option<bool>,
    meetings: Option<bool>,
    cooperation: Option<bool>,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    submitted_by: PersonId,
    reviewed_by: Option<PersonId>,
}

type MeetingRow = (
    FacilityId,
    PersonId,
    ContactId,
    i64,
    NaiveDateTime,
    String,
    PersonId,
);

fn physicians(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facilities: &[FacilityId],
    known: Known,
    gathered: &mut HashMap<FacilityId, Gathered>,
) -> Result<()> {
    let posts: Vec<AffiliationRow> = affiliation::table
        .inner_join(person::table.on(person::id.eq(affiliation::person_id)))
        .filter(affiliation::facility_id.eq_any(facilities))
        .filter(known!(affiliation, known))
        .order((affiliation::known_from, affiliation::id))
        .select((
            affiliation::facility_id,
            affiliation::id,
            affiliation::person_id,
            person::name,
            affiliation::first_day,
            affiliation::last_day,
            affiliation::entered_by,
        ))
        .load(conn)?;
    let people: BTreeSet<&PersonId> = posts.iter().map(|row| &row.person_id).collect();
    let people: Vec<&PersonId> = people.into_iter().collect();
    let statements: Vec<QualificationRow> = qualification::table
        .filter(qualification::programme_id.eq(programme))
        .filter(qualification::person_id.eq_any(people))
        .filter(qualification::known_from.le(known.0))
        .filter(
            qualification::known_to
                .is_null()
                .or(qualification::known_to.gt(known.0)),
        )
        .order((qualification::known_from, qualification::id))
        .select((
            qualification::id,
            qualification::number,
            qualification::person_id,
            qualification::experience,
            qualification::meetings,
            qualification::cooperation,
            qualification::first_day,
            qualification::last_day,
            qualification::submitted_by,
            qualification::reviewed_by,
        ))
        .load(conn)?;
    let held: Vec<MeetingRow> = contact::table
        .inner_join(contact_attendee::table)
        .filter(contact::programme_id.eq(programme))
        .filter(contact::facility_id.eq_any(facilities))
        .filter(contact::kind.eq("meeting"))
        .filter(contact_attendee::person_id.is_not_null())
        .filter(known!(contact, known))
        .order((contact::number, contact_attendee::position))
        .select((
            contact::facility_id,
            contact_attendee::person_id.assume_not_null(),
            contact::id,
            contact::number,
            contact::starts_at,
            contact::mode,
            contact::entered_by,
        ))
        .load(conn)?;
    for post in posts {
        let Some(found) = gathered.get_mut(&post.facility_id) else {
            continue;
        };
        let evidence = Evidence {
            kind: EvidenceKind::Affiliation,
            id: post.id.to_string(),
            label: post.name.clone(),
        };
        found.touched(&evidence, &[post.entered_by]);
        let span = Span {
            first: post.first_day,
            last: post.last_day,
        };
        let affiliation = Affiliation { evidence, span };
        let person = post.person_id.to_string();
        if let Some(known) = found
            .facts
            .physicians
            .iter_mut()
            .find(|physician| physician.person_id == person)
        {
            known.affiliations.push(affiliation);
            continue;
        }
        let mut physician = PhysicianFacts {
            person_id: person,
            name: post.name,
            qualification: None,
            affiliations: vec![affiliation],
            meetings: Vec::new(),
        };
        for row in statements
            .iter()
            .filter(|row| row.person_id == post.person_id)
        {
            let statement = qualified(row);
            let hands: Vec<PersonId> = std::iter::once(row.submitted_by.clone())
                .chain(row.reviewed_by.clone())
                .collect();
            found.touched(&statement.evidence, &hands);
            physician.qualification = Some(statement);
        }
        for (_, _, id, number, at, mode, entered_by) in held
            .iter()
            .filter(|row| row.0 == post.facility_id && row.1 == post.person_id)
        {
            let evidence = Evidence {
                kind: EvidenceKind::Meeting,
                id: id.to_string(),
                label: label("M", *number),
            };
            found.touched(&evidence, std::slice::from_ref(entered_by));
            physician.meetings.push(Meeting {
                evidence,
                at: jst_date(at.and_utc()),
                mode: match mode.as_str() {
                    "face_to_face" => MeetingMode::FaceToFace,
                    "online" => MeetingMode::Online,
                    _ => MeetingMode::Other,
                },
            });
        }
        found.facts.physicians.push(physician);
    }
    Ok(())
}

fn qualified(row: &QualificationRow) -> Qualification {
    Qualification {
        evidence: Evidence {
            kind: EvidenceKind::Qualification,
            id: row.id.to_string(),
            label: label("Q", row.number),
        },
        span: Span {
            first: row.first_day,
            last: row.last_day,
        },
        experience: row.experience,
        meetings: row.meetings,
        cooperation: row.cooperation,
    }
}

fn explanations(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facilities: &[FacilityId],
    known: Known,
    gathered: &mut HashMap<FacilityId, Gathered>,
) -> Result<()> {
    type Row = (
        FacilityId,
        ContactId,
        i64,
        String,
        Option<bool>,
        Option<bool>,
        NaiveDateTime,
        PersonId,
    );
    let rows: Vec<Row> = contact::table
        .filter(contact::programme_id.eq(programme))
        .filter(contact::facility_id.eq_any(facilities))
        .filter(contact::kind.eq("briefing"))
        .filter(known!(contact, known))
        .order(contact::number)
        .select((
            contact::facility_id,
            contact::id,
            contact::number,
            contact::presenter,
            contact::product,
            contact::safety_measures,
            contact::ends_at,
            contact::entered_by,
        ))
        .load(conn)?;
    for (place, id, number, presenter, product, safety_measures, ends_at, entered_by) in rows {
        let Some(found) = gathered.get_mut(&place) else {
            continue;
        };
        let evidence = Evidence {
            kind: EvidenceKind::Briefing,
            id: id.to_string(),
            label: label("B", number),
        };
        found.touched(&evidence, &[entered_by]);
        found.facts.explanations.push(ExplanationFacts {
            evidence,
            by: match presenter.as_str() {
                "manufacturer" => Presenter::Manufacturer,
                "wholesaler" => Presenter::Wholesaler,
                _ => Presenter::NotRecorded,
            },
            product,
            safety_measures,
            ended: Moment::Instant(ends_at.and_utc()),
        });
    }
    Ok(())
}

//! The evidence that people bring: physicians with their posts, statements and meetings, and the explanations.

use std::collections::{BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::facts::{Gathered, known, label};
use crate::audit::Known;
use crate::clock::jst_date;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{ContactId, EvidenceId, FacilityId, PersonId, ProgrammeId, QualificationId};
use crate::rules::briefing::{ExplanationFacts, Moment, Presenter};
use crate::rules::facility::Span;
use crate::rules::finding::{Evidence, EvidenceKind};
use crate::rules::physician::{Affiliation, Meeting, MeetingMode, PhysicianFacts, Qualification};
use crate::schema::{affiliation, contact, contact_attendee, person, qualification};

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

pub(super) fn physicians(
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

pub(super) fn explanations(
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

//! The evidence of one facility as it is kept: every row that was ever in force, with when it became known and ceased to be.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::attestations::limb_term;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{AttestationId, ContactId, FacilityId, PersonId};
use crate::rules::finding::{Argument, EvidenceKind};
use crate::schema::{
    affiliation, attestation, audit, change_report, contact, contact_attendee, facility,
    partnership, person, qualification, readiness,
};
use crate::scope::Scope;
use crate::standings::label;

/// One row of evidence.
#[derive(Debug, Clone)]
pub struct Kept {
    pub kind: EvidenceKind,
    pub label: String,
    /// The record that a finding names.
    pub id: String,
    /// What it says: the message that names each value, and the value.
    pub says: Vec<(&'static str, Argument)>,
    /// Who brought it and who accepted it.
    pub hands: Vec<PersonId>,
    pub known_from: Option<i64>,
    pub known_to: Option<i64>,
}

/// The rows, the names of the people in them and the instants of the sequences.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub rows: Vec<Kept>,
    pub people: HashMap<PersonId, String>,
    pub instants: HashMap<i64, DateTime<Utc>>,
}

/// Everything that was ever in force at a facility.
pub fn of(conn: &mut AnyConn, scope: &Scope, place: &FacilityId) -> Result<Evidence> {
    scope.admit(place)?;
    let mut rows = ready(conn, scope, place)?;
    rows.extend(partners(conn, scope, place)?);
    rows.extend(reports(conn, scope, place)?);
    rows.extend(posts(conn, place)?);
    rows.extend(statements(conn, scope, place)?);
    rows.extend(contacts(conn, scope, place)?);
    let hands: BTreeSet<&PersonId> = rows.iter().flat_map(|row| &row.hands).collect();
    let hands: Vec<&PersonId> = hands.into_iter().collect();
    let people: Vec<(PersonId, String)> = person::table
        .filter(person::id.eq_any(hands))
        .select((person::id, person::name))
        .load(conn)?;
    let sequences: BTreeSet<i64> = rows
        .iter()
        .flat_map(|row| [row.known_from, row.known_to])
        .flatten()
        .collect();
    let sequences: Vec<i64> = sequences.into_iter().collect();
    let mut instants = HashMap::new();
    // No database takes any number of values at once.
    for part in sequences.chunks(10_000) {
        let found: Vec<(i64, NaiveDateTime)> = audit::table
            .filter(audit::seq.eq_any(part))
            .select((audit::seq, audit::at))
            .load(conn)?;
        instants.extend(found.into_iter().map(|(seq, at)| (seq, at.and_utc())));
    }
    Ok(Evidence {
        rows,
        people: people.into_iter().collect(),
        instants,
    })
}

fn yes_no(answer: Option<bool>) -> Argument {
    Argument::Term(match answer {
        Some(true) => "forms-yes",
        Some(false) => "forms-no",
        None => "history-none",
    })
}

/// A last day; none is an open end.
fn last(day: Option<NaiveDate>) -> Argument {
    day.map_or(Argument::Term("no-stated-end"), Argument::Date)
}

fn first(day: Option<NaiveDate>) -> Argument {
    day.map_or(Argument::Term("history-none"), Argument::Date)
}

#[derive(Queryable)]
struct ReadyRow {
    attestation: AttestationId,
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
    known_from: i64,
    known_to: Option<i64>,
}

fn ready(conn: &mut AnyConn, scope: &Scope, place: &FacilityId) -> Result<Vec<Kept>> {
    let rows: Vec<ReadyRow> = readiness::table
        .inner_join(attestation::table.on(attestation::id.eq(readiness::attestation_id)))
        .filter(readiness::programme_id.eq(scope.programme()))
        .filter(readiness::facility_id.eq(place))
        .order((readiness::known_from, readiness::id))
        .select((
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
            readiness::known_from,
            readiness::known_to,
        ))
        .load(conn)?;
    let care = |word: Option<&str>| match word {
        Some("icu") => "attestation-care-icu",
        Some("equivalent") => "attestation-care-equivalent",
        Some("none") => "attestation-care-none",
        Some(_) | None => "history-none",
    };
    Ok(rows
        .into_iter()
        .map(|row| Kept {
            kind: EvidenceKind::Attestation,
            label: label("A", row.number),
            id: row.attestation.to_string(),
            says: vec![
                ("dossier-first-day", Argument::Date(row.first_day)),
                ("dossier-last-day", last(row.last_day)),
                ("dossier-accepted-on", Argument::Date(row.accepted_on)),
                (
                    "label-care",
                    Argument::Term(care(row.intensive_care.as_deref())),
                ),
                ("label-stated-on", first(row.icu_stated_on)),
                ("label-around-the-clock", yes_no(row.admission_24h)),
                ("label-inpatient-beds", yes_no(row.inpatient_beds)),
                ("label-tocilizumab-ready", yes_no(row.tocilizumab_ready)),
                ("label-test-results", yes_no(row.test_results_available)),
                (
                    "label-guidance-version",
                    Argument::Text(row.crs_guidance_version.unwrap_or_default()),
                ),
            ],
            hands: vec![row.entered_by, row.accepted_by],
            known_from: Some(row.known_from),
            known_to: row.known_to,
        })
        .collect())
}

#[derive(Queryable)]
struct PartnerRow {
    attestation: AttestationId,
    number: i64,
    partner: String,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    icu: Option<bool>,
    admission_24h: Option<bool>,
    tocilizumab: Option<bool>,
    entered_by: PersonId,
    accepted_by: PersonId,
    known_from: i64,
    known_to: Option<i64>,
}

fn partners(conn: &mut AnyConn, scope: &Scope, place: &FacilityId) -> Result<Vec<Kept>> {
    let rows: Vec<PartnerRow> = partnership::table
        .inner_join(facility::table.on(facility::id.eq(partnership::partner_id)))
        .inner_join(attestation::table.on(attestation::id.eq(partnership::attestation_id)))
        .filter(partnership::programme_id.eq(scope.programme()))
        .filter(partnership::facility_id.eq(place))
        .order((partnership::known_from, partnership::id))
        .select((
            partnership::attestation_id,
            attestation::number,
            facility::name,
            partnership::agreement_first_day,
            partnership::agreement_last_day,
            partnership::states_icu,
            partnership::states_admission_24h,
            partnership::states_tocilizumab,
            partnership::entered_by,
            partnership::accepted_by,
            partnership::known_from,
            partnership::known_to,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Kept {
            kind: EvidenceKind::Partnership,
            label: label("A", row.number),
            id: row.attestation.to_string(),
            says: vec![
                ("dossier-partner", Argument::Text(row.partner)),
                ("dossier-first-day", first(row.first_day)),
                ("dossier-last-day", last(row.last_day)),
                ("label-states-icu", yes_no(row.icu)),
                ("label-states-admission", yes_no(row.admission_24h)),
                ("label-states-tocilizumab", yes_no(row.tocilizumab)),
            ],
            hands: vec![row.entered_by, row.accepted_by],
            known_from: Some(row.known_from),
            known_to: row.known_to,
        })
        .collect())
}

fn reports(conn: &mut AnyConn, scope: &Scope, place: &FacilityId) -> Result<Vec<Kept>> {
    type Row = (
        String,
        i64,
        String,
        NaiveDate,
        String,
        PersonId,
        i64,
        Option<i64>,
    );
    let rows: Vec<Row> = change_report::table
        .filter(change_report::programme_id.eq(scope.programme()))
        .filter(change_report::facility_id.eq(place))
        .order(change_report::number)
        .select((
            change_report::id,
            change_report::number,
            change_report::limb,
            change_report::from_day,
            change_report::reason,
            change_report::entered_by,
            change_report::known_from,
            change_report::known_to,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(
            |(id, number, limb, from, reason, by, known_from, known_to)| Kept {
                kind: EvidenceKind::ChangeReport,
                label: label("C", number),
                id,
                says: vec![
                    (
                        "dossier-limb",
                        match crate::attestations::limb(&limb) {
                            Some(limb) => Argument::Term(limb_term(limb)),
                            None => Argument::Text(limb),
                        },
                    ),
                    ("dossier-first-day", Argument::Date(from)),
                    ("dossier-reason", Argument::Text(reason)),
                ],
                hands: vec![by],
                known_from: Some(known_from),
                known_to,
            },
        )
        .collect())
}

fn posts(conn: &mut AnyConn, place: &FacilityId) -> Result<Vec<Kept>> {
    type Row = (
        String,
        String,
        String,
        String,
        NaiveDate,
        Option<NaiveDate>,
        PersonId,
        i64,
        Option<i64>,
    );
    let rows: Vec<Row> = affiliation::table
        .inner_join(person::table.on(person::id.eq(affiliation::person_id)))
        .filter(affiliation::facility_id.eq(place))
        .order((affiliation::known_from, affiliation::id))
        .select((
            affiliation::id,
            person::name,
            affiliation::department,
            affiliation::title,
            affiliation::first_day,
            affiliation::last_day,
            affiliation::entered_by,
            affiliation::known_from,
            affiliation::known_to,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(
            |(id, name, department, title, from, until, by, known_from, known_to)| Kept {
                kind: EvidenceKind::Affiliation,
                label: name,
                id,
                says: vec![
                    (
                        "dossier-post",
                        Argument::Text(format!("{department} {title}").trim().to_owned()),
                    ),
                    ("dossier-first-day", Argument::Date(from)),
                    ("dossier-last-day", last(until)),
                ],
                hands: vec![by],
                known_from: Some(known_from),
                known_to,
            },
        )
        .collect())
}

#[derive(Queryable)]
struct StatementRow {
    id: String,
    number: i64,
    name: String,
    experience: Option<bool>,
    meetings: Option<bool>,
    cooperation: Option<bool>,
    statement: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    submitted_by: PersonId,
    reviewed_by: Option<PersonId>,
    reason: Option<String>,
    known_from: Option<i64>,
    known_to: Option<i64>,
}

fn statements(conn: &mut AnyConn, scope: &Scope, place: &FacilityId) -> Result<Vec<Kept>> {
    let rows: Vec<StatementRow> = qualification::table
        .inner_join(person::table.on(person::id.eq(qualification::person_id)))
        .filter(qualification::programme_id.eq(scope.programme()))
        .filter(qualification::facility_id.eq(place))
        .order(qualification::number)
        .select((
            qualification::id,
            qualification::number,
            person::name,
            qualification::experience,
            qualification::meetings,
            qualification::cooperation,
            qualification::statement,
            qualification::first_day,
            qualification::last_day,
            qualification::submitted_by,
            qualification::reviewed_by,
            qualification::return_reason,
            qualification::known_from,
            qualification::known_to,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Kept {
            kind: EvidenceKind::Qualification,
            label: label("Q", row.number),
            id: row.id,
            says: vec![
                ("dossier-physician", Argument::Text(row.name)),
                ("dossier-point-1", yes_no(row.experience)),
                ("dossier-point-2", yes_no(row.meetings)),
                ("dossier-point-3", yes_no(row.cooperation)),
                ("dossier-statement", Argument::Text(row.statement)),
                ("dossier-first-day", Argument::Date(row.first_day)),
                ("dossier-last-day", last(row.last_day)),
                (
                    "dossier-reason",
                    Argument::Text(row.reason.unwrap_or_default()),
                ),
            ],
            hands: std::iter::once(row.submitted_by)
                .chain(row.reviewed_by)
                .collect(),
            known_from: row.known_from,
            known_to: row.known_to,
        })
        .collect())
}

#[derive(Queryable)]
struct ContactRow {
    id: ContactId,
    number: i64,
    kind: String,
    mode: String,
    presenter_name: String,
    product: Option<bool>,
    safety_measures: Option<bool>,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    materials: String,
    summary: String,
    entered_by: PersonId,
    known_from: i64,
    known_to: Option<i64>,
}

fn contacts(conn: &mut AnyConn, scope: &Scope, place: &FacilityId) -> Result<Vec<Kept>> {
    let own = || {
        contact::table
            .filter(contact::programme_id.eq(scope.programme()))
            .filter(contact::facility_id.eq(place))
    };
    let rows: Vec<ContactRow> = own()
        .order(contact::number)
        .select((
            contact::id,
            contact::number,
            contact::kind,
            contact::mode,
            contact::presenter_name,
            contact::product,
            contact::safety_measures,
            contact::starts_at,
            contact::ends_at,
            contact::materials,
            contact::summary,
            contact::entered_by,
            contact::known_from,
            contact::known_to,
        ))
        .load(conn)?;
    let there: Vec<(ContactId, String)> = contact_attendee::table
        .filter(contact_attendee::contact_id.eq_any(own().select(contact::id)))
        .order((contact_attendee::contact_id, contact_attendee::position))
        .select((contact_attendee::contact_id, contact_attendee::name))
        .load(conn)?;
    let mut attended: BTreeMap<ContactId, Vec<String>> = BTreeMap::new();
    for (id, name) in there {
        attended.entry(id).or_default().push(name);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let briefing = row.kind == "briefing";
            let mut says = vec![
                ("dossier-from", Argument::Instant(row.starts_at.and_utc())),
                ("dossier-to", Argument::Instant(row.ends_at.and_utc())),
                (
                    "dossier-mode",
                    Argument::Term(match row.mode.as_str() {
                        "face_to_face" => "facilities-mode-face_to_face",
                        "online" => "facilities-mode-online",
                        _ => "facilities-mode-telephone",
                    }),
                ),
                ("dossier-presenter", Argument::Text(row.presenter_name)),
                (
                    "dossier-attendees",
                    Argument::Text(attended.remove(&row.id).unwrap_or_default().join("、")),
                ),
            ];
            if briefing {
                says.push(("dossier-of-product", yes_no(row.product)));
                says.push(("dossier-of-safety", yes_no(row.safety_measures)));
            }
            says.push(("dossier-materials", Argument::Text(row.materials)));
            says.push(("dossier-summary", Argument::Text(row.summary)));
            Kept {
                kind: match briefing {
                    true => EvidenceKind::Briefing,
                    false => EvidenceKind::Meeting,
                },
                label: label(if briefing { "B" } else { "M" }, row.number),
                id: row.id.to_string(),
                says,
                hands: vec![row.entered_by],
                known_from: Some(row.known_from),
                known_to: row.known_to,
            }
        })
        .collect())
}

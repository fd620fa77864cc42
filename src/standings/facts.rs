//! The one place that gathers evidence across rooms: set-based, as known at a point of the audit log.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::people;
use crate::audit::Known;
use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{AttestationId, EvidenceId, ExceptionId, FacilityId, PersonId, ProgrammeId};
use crate::programmes;
use crate::rules::facility::{
    ChangeReport, IntensiveCare, Limb, PartnerStatement, Partnership, Readiness, Span,
};
use crate::rules::finding::{Evidence, EvidenceKind};
use crate::rules::gate::{GateFacts, HouseException};
use crate::schema::{
    attestation, change_report, facility, house_exception, partnership, readiness,
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
pub(super) use known;

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
                exceptions: Vec::new(),
            };
            let hands = BTreeMap::new();
            (id.clone(), Gathered { facts, hands })
        })
        .collect();

    let readiness = all_readiness(conn, programme, &places, known)?;
    let changes = all_changes(conn, programme, &places, known)?;
    let partners: BTreeSet<FacilityId> = partnerships
        .iter()
        .map(|row| row.partner_id.clone())
        .collect();
    let recorded = ever_recorded(conn, programme, partners, known)?;
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
            own_recorded: recorded.contains(&row.partner_id),
        });
    }
    people::physicians(conn, programme, facilities, known, &mut gathered)?;
    people::explanations(conn, programme, facilities, known, &mut gathered)?;
    exceptions(conn, programme, facilities, known, &mut gathered)?;
    Ok(gathered)
}

impl Gathered {
    pub(super) fn touched(&mut self, evidence: &Evidence, hands: &[PersonId]) {
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

/// The exceptions from the house policy that carry both signatures.
///
/// READING: who asked for an exception brought what the delivery rests on, and does not approve it. The approver who
/// confirmed it took the same decision that an approval takes, and may; both are recorded with their reasons.
fn exceptions(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    facilities: &[FacilityId],
    known: Known,
    gathered: &mut HashMap<FacilityId, Gathered>,
) -> Result<()> {
    type Row = (
        FacilityId,
        ExceptionId,
        i64,
        String,
        NaiveDate,
        NaiveDate,
        PersonId,
    );
    let rows: Vec<Row> = house_exception::table
        .filter(house_exception::programme_id.eq(programme))
        .filter(house_exception::facility_id.eq_any(facilities))
        .filter(known!(house_exception, known))
        .order(house_exception::number)
        .select((
            house_exception::facility_id,
            house_exception::id,
            house_exception::number,
            house_exception::rule,
            house_exception::first_day,
            house_exception::last_day,
            house_exception::asked_by,
        ))
        .load(conn)?;
    for (place, id, number, rule, first, last, asked_by) in rows {
        let Some(found) = gathered.get_mut(&place) else {
            continue;
        };
        let evidence = Evidence {
            kind: EvidenceKind::Exception,
            id: id.to_string(),
            label: label("E", number),
        };
        found.touched(&evidence, &[asked_by]);
        found.facts.exceptions.push(HouseException {
            last,
            first,
            rule,
            evidence,
        });
    }
    Ok(())
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

/// Which of these places ever had a record of their own by then, also one that was withdrawn or settled since.
fn ever_recorded(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    places: BTreeSet<FacilityId>,
    known: Known,
) -> Result<BTreeSet<FacilityId>> {
    let places: Vec<FacilityId> = places.into_iter().collect();
    let mut recorded: Vec<FacilityId> = readiness::table
        .filter(readiness::programme_id.eq(programme))
        .filter(readiness::facility_id.eq_any(&places))
        .filter(readiness::known_from.le(known.0))
        .select(readiness::facility_id)
        .distinct()
        .load(conn)?;
    let reported: Vec<FacilityId> = change_report::table
        .filter(change_report::programme_id.eq(programme))
        .filter(change_report::facility_id.eq_any(&places))
        .filter(change_report::known_from.le(known.0))
        .select(change_report::facility_id)
        .distinct()
        .load(conn)?;
    recorded.extend(reported);
    Ok(recorded.into_iter().collect())
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
    started_by: PersonId,
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
            attestation::started_by,
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
                vec![row.entered_by, row.accepted_by, row.started_by],
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

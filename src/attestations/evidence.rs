//! What an acceptance puts in force and what it ends: rows of evidence that begin and end but are never rewritten.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::answers::{Care, PartnerAnswer};
use super::store::{self, Attestation, Place};
use crate::audit::Known;
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{AttestationId, EvidenceId, FacilityId, PersonId, ProgrammeId};
use crate::programmes;
use crate::rules::facility::Limb;
use crate::schema::{attestation, change_report, facility, partnership, readiness};
use crate::scope::Scope;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = readiness)]
struct ReadinessRow {
    id: EvidenceId,
    programme_id: ProgrammeId,
    facility_id: FacilityId,
    attestation_id: AttestationId,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    accepted_on: NaiveDate,
    intensive_care: Option<Care>,
    icu_stated_on: Option<NaiveDate>,
    admission_24h: Option<bool>,
    inpatient_beds: Option<bool>,
    tocilizumab_ready: Option<bool>,
    test_results_available: Option<bool>,
    crs_guidance_version: Option<String>,
    entered_by: PersonId,
    accepted_by: PersonId,
    known_from: i64,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = partnership)]
struct PartnershipRow {
    id: EvidenceId,
    programme_id: ProgrammeId,
    facility_id: FacilityId,
    partner_id: FacilityId,
    attestation_id: AttestationId,
    agreement_first_day: Option<NaiveDate>,
    agreement_last_day: Option<NaiveDate>,
    states_icu: Option<bool>,
    states_admission_24h: Option<bool>,
    states_tocilizumab: Option<bool>,
    entered_by: PersonId,
    accepted_by: PersonId,
    known_from: i64,
}

/// Puts the answers in force from audit sequence `seq` on, and ends what they take the place of.
///
/// READING: a new acceptance speaks from its own first good day. For the days before, what was known stays known:
/// the earlier row is ended and known on as a row of the same attestation, people and answers that ends the day
/// before. So a delivery of last week is still judged by last week's evidence, and no gap opens before a first day
/// that lies ahead.
pub(super) fn put_in_force(tx: &mut Tx<'_>, accepted: &Attestation, seq: i64) -> Result<()> {
    let first_day = accepted.answers.validity.first_day.ok_or(Error::Stale)?;
    let entered_by = accepted
        .submitted
        .as_ref()
        .ok_or(Error::Stale)?
        .0
        .id
        .clone();
    let submitted = store::submitted_seq(tx.conn, &accepted.id)?;
    let contradicted = end_reports(tx, accepted, submitted, seq)?;
    end_readiness(
        tx,
        accepted,
        contradicted.map_or(first_day, |day| day.min(first_day)),
        seq,
    )?;
    end_partnerships(tx, accepted, first_day, seq)?;
    let answers = &accepted.answers;
    let accepted_by = tx.actor.person()?.clone();
    let ready = ReadinessRow {
        id: EvidenceId::fresh(tx.now),
        programme_id: accepted.programme.clone(),
        facility_id: accepted.facility.id.clone(),
        attestation_id: accepted.id.clone(),
        first_day,
        last_day: answers.validity.last_day,
        accepted_on: tx.today,
        intensive_care: answers.intensive_care.care,
        icu_stated_on: answers.intensive_care.stated_on,
        admission_24h: answers.admission.around_the_clock,
        inpatient_beds: answers.admission.inpatient_beds,
        tocilizumab_ready: answers.tocilizumab.ready_24h,
        test_results_available: answers.tocilizumab.test_results_24h,
        crs_guidance_version: answers.guidance.version.clone(),
        entered_by: entered_by.clone(),
        accepted_by: accepted_by.clone(),
        known_from: seq,
    };
    diesel::insert_into(readiness::table)
        .values(&ready)
        .execute(tx.conn)?;
    if let Some(partner_id) = named_partner(&answers.partner) {
        let row = PartnershipRow {
            id: EvidenceId::fresh(tx.now),
            programme_id: ready.programme_id,
            facility_id: ready.facility_id,
            partner_id,
            attestation_id: ready.attestation_id,
            agreement_first_day: answers.partner.agreement_first_day,
            agreement_last_day: answers.partner.agreement_last_day,
            states_icu: answers.partner.states_icu,
            states_admission_24h: answers.partner.states_admission_24h,
            states_tocilizumab: answers.partner.states_tocilizumab,
            entered_by,
            accepted_by,
            known_from: seq,
        };
        diesel::insert_into(partnership::table)
            .values(&row)
            .execute(tx.conn)?;
    }
    Ok(())
}

fn named_partner(answer: &PartnerAnswer) -> Option<FacilityId> {
    answer
        .facility
        .clone()
        .filter(|_| answer.named == Some(true))
}

/// Ends the change reports that the acceptance answers, and returns the first day that one of them took back.
///
/// READING: only what the signer could have known of is answered: a report made after the submission stays in force,
/// and so does one whose first day lies after the day of acceptance, because the answers speak of the present and a
/// contradiction announced for the future has not been taken back.
fn end_reports(
    tx: &mut Tx<'_>,
    accepted: &Attestation,
    submitted: i64,
    seq: i64,
) -> Result<Option<NaiveDate>> {
    let answered: Vec<(EvidenceId, NaiveDate)> = change_report::table
        .filter(change_report::programme_id.eq(&accepted.programme))
        .filter(change_report::facility_id.eq(&accepted.facility.id))
        .filter(change_report::known_to.is_null())
        .filter(change_report::from_day.le(tx.today))
        .filter(change_report::known_from.lt(submitted))
        .select((change_report::id, change_report::from_day))
        .load(tx.conn)?;
    let ids: Vec<&EvidenceId> = answered.iter().map(|(id, _)| id).collect();
    diesel::update(change_report::table.filter(change_report::id.eq_any(ids)))
        .set(change_report::known_to.eq(seq))
        .execute(tx.conn)?;
    Ok(answered.iter().map(|(_, from)| *from).min())
}

/// Ends readiness from a day on.
///
/// READING: where a change report took something back before the new first good day, the earlier attestation is
/// known on only until the day before the report's: the days between stay unproven rather than good again.
fn end_readiness(tx: &mut Tx<'_>, accepted: &Attestation, from: NaiveDate, seq: i64) -> Result<()> {
    let rows: Vec<ReadinessRow> = readiness::table
        .filter(readiness::programme_id.eq(&accepted.programme))
        .filter(readiness::facility_id.eq(&accepted.facility.id))
        .filter(readiness::known_to.is_null())
        .filter(
            readiness::last_day
                .is_null()
                .or(readiness::last_day.ge(from)),
        )
        .select(ReadinessRow::as_select())
        .load(tx.conn)?;
    let ids: Vec<&EvidenceId> = rows.iter().map(|row| &row.id).collect();
    diesel::update(readiness::table.filter(readiness::id.eq_any(ids)))
        .set(readiness::known_to.eq(seq))
        .execute(tx.conn)?;
    for row in rows.into_iter().filter(|row| row.first_day < from) {
        let rest = ReadinessRow {
            id: EvidenceId::fresh(tx.now),
            last_day: from.pred_opt(),
            known_from: seq,
            ..row
        };
        diesel::insert_into(readiness::table)
            .values(&rest)
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Ends partnerships from a day on. An agreement that is confirmed with the same partner and the same statements
/// speaks for the earlier days itself and leaves no remainder.
fn end_partnerships(
    tx: &mut Tx<'_>,
    accepted: &Attestation,
    from: NaiveDate,
    seq: i64,
) -> Result<()> {
    let rows: Vec<PartnershipRow> = partnership::table
        .filter(partnership::programme_id.eq(&accepted.programme))
        .filter(partnership::facility_id.eq(&accepted.facility.id))
        .filter(partnership::known_to.is_null())
        .filter(
            partnership::agreement_last_day
                .is_null()
                .or(partnership::agreement_last_day.ge(from)),
        )
        .select(PartnershipRow::as_select())
        .load(tx.conn)?;
    let ids: Vec<&EvidenceId> = rows.iter().map(|row| &row.id).collect();
    diesel::update(partnership::table.filter(partnership::id.eq_any(ids)))
        .set(partnership::known_to.eq(seq))
        .execute(tx.conn)?;
    for row in rows {
        let begins_before = row.agreement_first_day.is_some_and(|first| first < from);
        if !begins_before || says_the_same(&row, &accepted.answers.partner) {
            continue;
        }
        let rest = PartnershipRow {
            id: EvidenceId::fresh(tx.now),
            agreement_last_day: from.pred_opt(),
            known_from: seq,
            ..row
        };
        diesel::insert_into(partnership::table)
            .values(&rest)
            .execute(tx.conn)?;
    }
    Ok(())
}

fn says_the_same(row: &PartnershipRow, answer: &PartnerAnswer) -> bool {
    named_partner(answer).as_ref() == Some(&row.partner_id)
        && answer.agreement_first_day.is_some()
        && answer.agreement_first_day <= row.agreement_first_day
        && answer
            .agreement_last_day
            .is_none_or(|last| row.agreement_first_day <= Some(last))
        && answer.states_icu == row.states_icu
        && answer.states_admission_24h == row.states_admission_24h
        && answer.states_tocilizumab == row.states_tocilizumab
}

/// Ends everything that rests on one attestation.
pub(super) fn withdraw(conn: &mut AnyConn, id: &AttestationId, seq: i64) -> Result<()> {
    let ready = readiness::table
        .filter(readiness::attestation_id.eq(id))
        .filter(readiness::known_to.is_null());
    diesel::update(ready)
        .set(readiness::known_to.eq(seq))
        .execute(conn)?;
    let partners = partnership::table
        .filter(partnership::attestation_id.eq(id))
        .filter(partnership::known_to.is_null());
    diesel::update(partners)
        .set(partnership::known_to.eq(seq))
        .execute(conn)?;
    Ok(())
}

/// A facility's report that a limb no longer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub id: EvidenceId,
    pub number: i64,
    pub facility: Place,
    pub limb: Limb,
    pub from_day: NaiveDate,
    pub reason: String,
    pub known_from: i64,
}

/// The word by which a limb is kept: the one by which the rules write it in facts.
pub(super) fn limb_word(limb: Limb) -> Result<String> {
    match serde_json::to_value(limb)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(Error::Broken(format!("a limb is kept as {other}"))),
    }
}

/// The name of a limb in the message files.
pub fn limb_term(limb: Limb) -> &'static str {
    match limb {
        Limb::IntensiveCare => "attestation-limb-intensive-care",
        Limb::Admission24h => "attestation-limb-admission",
        Limb::InpatientBeds => "attestation-limb-beds",
        Limb::Tocilizumab => "attestation-limb-tocilizumab",
        Limb::TestResults => "attestation-limb-test-results",
    }
}

/// The limb of a stored or submitted word.
pub fn limb(word: &str) -> Option<Limb> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

pub(super) fn insert_report(tx: &mut Tx<'_>, programme: &ProgrammeId, new: &Report) -> Result<()> {
    diesel::insert_into(change_report::table)
        .values((
            change_report::id.eq(&new.id),
            change_report::number.eq(new.number),
            change_report::programme_id.eq(programme),
            change_report::facility_id.eq(&new.facility.id),
            change_report::limb.eq(limb_word(new.limb)?),
            change_report::from_day.eq(new.from_day),
            change_report::reason.eq(&new.reason),
            change_report::entered_by.eq(tx.actor.person()?.clone()),
            change_report::known_from.eq(new.known_from),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A report in force that says exactly the same.
pub(super) fn same_report(
    conn: &mut AnyConn,
    (programme, place): (&ProgrammeId, &FacilityId),
    limb: Limb,
    from_day: NaiveDate,
    reason: &str,
) -> Result<Option<EvidenceId>> {
    Ok(change_report::table
        .filter(change_report::programme_id.eq(programme))
        .filter(change_report::facility_id.eq(place))
        .filter(change_report::limb.eq(limb_word(limb)?))
        .filter(change_report::from_day.eq(from_day))
        .filter(change_report::reason.eq(reason))
        .filter(change_report::known_to.is_null())
        .select(change_report::id)
        .first(conn)
        .optional()?)
}

/// The acceptance that a facility's evidence rests on, and until when house policy lets it stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    pub id: AttestationId,
    pub number: i64,
    pub accepted_on: NaiveDate,
    /// The last day before re-confirmation is due by house policy (HP-1); the notice sets none.
    pub due: Option<NaiveDate>,
}

/// The latest acceptance of a facility that nobody withdrew.
pub fn confirmed(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    today: NaiveDate,
) -> Result<Option<Confirmed>> {
    scope.admit(place)?;
    let latest: Option<(AttestationId, i64, NaiveDate)> = readiness::table
        .inner_join(attestation::table.on(attestation::id.eq(readiness::attestation_id)))
        .filter(readiness::programme_id.eq(scope.programme()))
        .filter(readiness::facility_id.eq(place))
        .filter(readiness::known_to.is_null())
        .order((readiness::accepted_on.desc(), attestation::number.desc()))
        .select((attestation::id, attestation::number, readiness::accepted_on))
        .first(conn)
        .optional()?;
    let Some((id, number, accepted_on)) = latest else {
        return Ok(None);
    };
    let policies = programmes::policies(conn, scope.programme(), Known::NOW)?;
    let policy = policies
        .iter()
        .filter(|policy| policy.first_day <= today)
        .max_by_key(|policy| (policy.first_day, policy.version));
    Ok(Some(Confirmed {
        id,
        number,
        accepted_on,
        due: policy.and_then(|policy| policy.last_day_confirmed(accepted_on)),
    }))
}

/// The change reports of a facility that no acceptance has answered, the latest first.
pub fn standing_reports(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
) -> Result<Vec<Report>> {
    scope.admit(place)?;
    type Row = (EvidenceId, i64, String, String, NaiveDate, String, i64);
    let rows: Vec<Row> = change_report::table
        .inner_join(facility::table.on(facility::id.eq(change_report::facility_id)))
        .filter(change_report::programme_id.eq(scope.programme()))
        .filter(change_report::facility_id.eq(place))
        .filter(change_report::known_to.is_null())
        .order(change_report::number.desc())
        .select((
            change_report::id,
            change_report::number,
            facility::name,
            change_report::limb,
            change_report::from_day,
            change_report::reason,
            change_report::known_from,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, number, name, word, from_day, reason, known_from)| {
            let limb = limb(&word)
                .ok_or_else(|| Error::Broken(format!("change report {id} names limb {word:?}")))?;
            Ok(Report {
                id,
                number,
                facility: Place {
                    id: place.clone(),
                    name,
                },
                limb,
                from_day,
                reason,
                known_from,
            })
        })
        .collect()
}

//! The only place that reads for reminders across rooms: set-based, a range of facilities at a time.
//!
//! INVARIANT: the number of statements for a range does not depend on the number of its rows.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::max;
use diesel::prelude::*;

use super::courses;
use super::goods::{deliveries, lots, tasks};
use super::matters::{Agreement, Facts, Physician, Ready, Waiting};
use crate::attestations::State as Attested;
use crate::clock::{jst_date, start_of};
use crate::db::{AnyConn, MultiBackend};
use crate::error::Result;
use crate::ids::{AttestationId, FacilityId, PersonId, ProgrammeId, QualificationId};
use crate::outbox::Kind;
use crate::physicians::State as Stated;
use crate::rules::facility::Span;
use crate::schema::{
    affiliation, attestation, contact, contact_attendee, facility, partnership, person,
    qualification, readiness,
};
use crate::standings::label;

/// Facilities of one statement; SQLite takes 32766 values in one.
const BATCH: usize = 10_000;

/// Which facilities a statement is about.
#[derive(Debug, Clone)]
pub enum Part {
    /// Those after one id, up to and with another where there is one.
    Range {
        after: String,
        to: Option<FacilityId>,
    },
    Places(Vec<FacilityId>),
}

/// Restricts a query to a part; the query becomes boxed.
macro_rules! within {
    ($query:expr, $column:expr, $part:expr) => {{
        let query = $query.into_boxed::<MultiBackend>();
        match $part {
            Part::Range {
                after,
                to: Some(to),
            } => query
                .filter($column.gt(after.clone()))
                .filter($column.le(to.to_string())),
            Part::Range { after, to: None } => query.filter($column.gt(after.clone())),
            Part::Places(places) => {
                let places: Vec<String> = places.iter().map(FacilityId::to_string).collect();
                query.filter($column.eq_any(places))
            }
        }
    }};
}
pub(super) use within;

/// Rows of the programme, in a form that no index begins with: a range of facilities is what SQLite is to look up,
/// and it would take an index by programme, which holds every row, for the better one.
macro_rules! of_programme {
    ($table:ident, $programme:expr) => {
        $table::programme_id.concat("").eq($programme.to_string())
    };
}
pub(super) use of_programme;

/// Where a part of about so many posts ends, after a facility; none where fewer are left.
pub fn end_of_part(conn: &mut AnyConn, after: &str, posts: i64) -> Result<Option<FacilityId>> {
    Ok(affiliation::table
        .filter(affiliation::facility_id.gt(after))
        .order(affiliation::facility_id)
        .offset(posts)
        .limit(1)
        .select(affiliation::facility_id)
        .first(conn)
        .optional()?)
}

/// The facts of these kinds, as they stand on a day.
pub fn read(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    part: &Part,
    on: NaiveDate,
    kinds: &BTreeSet<Kind>,
) -> Result<Facts> {
    let asks = |wanted: &[Kind]| wanted.iter().any(|kind| kinds.contains(kind));
    let mut facts = Facts::default();
    let mut statements = Vec::new();
    if asks(&[
        Kind::MeetingDue,
        Kind::EvidenceReturned,
        Kind::ReviewWaiting,
    ]) {
        statements = self::statements(conn, programme, part)?;
    }
    if asks(&[Kind::MeetingDue, Kind::PostEnding]) {
        facts.physicians = physicians(conn, part, &statements)?;
    }
    if asks(&[Kind::MeetingDue]) {
        meetings(conn, programme, part, on, &mut facts.physicians)?;
    }
    if asks(&[Kind::EvidenceReturned, Kind::ReviewWaiting]) {
        papers(conn, programme, part, &mut facts)?;
        of_statements(&statements, part, &mut facts);
    }
    if asks(&[Kind::Reconfirmation]) {
        facts.ready = ready(conn, programme, part)?;
    }
    if asks(&[Kind::AgreementEnding]) {
        facts.agreements = agreements(conn, programme, part)?;
    }
    if asks(&[Kind::OrderWaiting, Kind::DeliveryHeld, Kind::ReleaseEnding]) {
        deliveries(conn, programme, part, &mut facts)?;
    }
    if asks(&[Kind::LotExpiring]) {
        facts.lots = lots(conn, programme, part, on)?;
    }
    if asks(&[Kind::SafetyTask]) {
        facts.tasks = tasks(conn, programme, part)?;
    }
    if asks(&[Kind::LapseMidCourse]) {
        facts.courses = courses::waiting(conn, programme, part)?;
    }
    Ok(facts)
}

fn physicians(
    conn: &mut AnyConn,
    part: &Part,
    statements: &[StatementRow],
) -> Result<Vec<Physician>> {
    type Row = (FacilityId, PersonId, String, NaiveDate, Option<NaiveDate>);
    let posts = affiliation::table
        .inner_join(person::table.on(person::id.eq(affiliation::person_id)))
        .filter(affiliation::known_to.is_null())
        .select((
            affiliation::facility_id,
            affiliation::person_id,
            person::name,
            affiliation::first_day,
            affiliation::last_day,
        ));
    let posts: Vec<Row> = within!(posts, affiliation::facility_id, part).load(conn)?;
    let mut spoken: HashMap<&PersonId, Span> = HashMap::new();
    for row in statements.iter().filter(|row| row.speaks_for_all()) {
        spoken.insert(&row.person, row.span());
    }
    let mut found: HashMap<(FacilityId, PersonId), Physician> = HashMap::new();
    for (facility, person, name, first, last) in posts {
        let span = Span { first, last };
        let known = found.entry((facility, person));
        let physician = known.or_insert_with_key(|(facility, person)| Physician {
            facility: facility.clone(),
            person: person.clone(),
            name,
            posts: Vec::new(),
            statement: spoken.get(person).copied(),
            met: None,
        });
        physician.posts.push(span);
    }
    Ok(found.into_values().collect())
}

/// The latest meeting of each, on or before the day in Japan.
fn meetings(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    part: &Part,
    on: NaiveDate,
    physicians: &mut [Physician],
) -> Result<()> {
    type Row = (FacilityId, PersonId, Option<NaiveDateTime>);
    let end = start_of(on.succ_opt().unwrap_or(on)).naive_utc();
    let held = contact::table
        .inner_join(contact_attendee::table)
        .filter(of_programme!(contact, programme))
        .filter(contact::kind.eq("meeting"))
        .filter(contact::known_to.is_null())
        .filter(contact::starts_at.lt(end))
        .filter(contact_attendee::person_id.is_not_null())
        .group_by((contact::facility_id, contact_attendee::person_id))
        .select((
            contact::facility_id,
            contact_attendee::person_id.assume_not_null(),
            max(contact::starts_at),
        ));
    let held: Vec<Row> = within!(held, contact::facility_id, part).load(conn)?;
    let met: HashMap<(FacilityId, PersonId), NaiveDate> = held
        .into_iter()
        .filter_map(|(place, person, at)| Some(((place, person), jst_date(at?.and_utc()))))
        .collect();
    for physician in physicians {
        let who = (physician.facility.clone(), physician.person.clone());
        physician.met = met.get(&who).copied();
    }
    Ok(())
}

#[derive(Queryable)]
struct StatementRow {
    id: QualificationId,
    number: i64,
    person: PersonId,
    facility: FacilityId,
    state: Stated,
    points: (Option<bool>, Option<bool>, Option<bool>),
    first: NaiveDate,
    last: Option<NaiveDate>,
    submitted_at: NaiveDateTime,
    reviewed_at: Option<NaiveDateTime>,
    known: (Option<i64>, Option<i64>),
}

impl StatementRow {
    fn speaks_for_all(&self) -> bool {
        let held = self.known.0.is_some() && self.known.1.is_none();
        held && self.points == (Some(true), Some(true), Some(true))
    }
    fn span(&self) -> Span {
        Span {
            first: self.first,
            last: self.last,
        }
    }
}

/// Every statement of the physicians who are named at these facilities, wherever they signed it.
fn statements(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    part: &Part,
) -> Result<Vec<StatementRow>> {
    let rows = affiliation::table
        .inner_join(qualification::table.on(qualification::person_id.eq(affiliation::person_id)))
        .filter(affiliation::known_to.is_null())
        .filter(of_programme!(qualification, programme))
        .select((
            qualification::id,
            qualification::number,
            qualification::person_id,
            qualification::facility_id,
            qualification::state,
            (
                qualification::experience,
                qualification::meetings,
                qualification::cooperation,
            ),
            qualification::first_day,
            qualification::last_day,
            qualification::submitted_at,
            qualification::reviewed_at,
            (qualification::known_from, qualification::known_to),
        ));
    Ok(within!(rows, affiliation::facility_id, part).load(conn)?)
}

/// Statements that wait for review, or for an answer.
///
/// READING: a returned statement is answered by a later one of the same physician, wherever it is signed.
fn of_statements(rows: &[StatementRow], part: &Part, facts: &mut Facts) {
    let mut latest: HashMap<&PersonId, i64> = HashMap::new();
    for row in rows {
        let number = latest.entry(&row.person).or_insert(row.number);
        *number = row.number.max(*number);
    }
    // Somebody with several posts comes once for each, and a statement may have been signed at another facility.
    let mut seen = HashSet::new();
    for row in rows {
        let waits = match row.state {
            Stated::Submitted => true,
            Stated::Returned => latest.get(&row.person) == Some(&row.number),
            Stated::Accepted | Stated::Withdrawn => false,
        };
        if !waits || !part.holds(&row.facility) || !seen.insert(&row.id) {
            continue;
        }
        let since = match row.state {
            Stated::Returned => row.reviewed_at.unwrap_or(row.submitted_at),
            _ => row.submitted_at,
        };
        let waiting = Waiting {
            facility: row.facility.clone(),
            subject: row.id.to_string(),
            label: label("Q", row.number),
            path: format!("/qualifications/{}", row.id),
            since: jst_date(since.and_utc()),
            person: Some(row.person.clone()),
        };
        match row.state {
            Stated::Returned => facts.returned.push(waiting),
            _ => facts.reviews.push(waiting),
        }
    }
}

impl Part {
    /// READING: a statement waits at the facility where it was signed, while its physician is named there.
    fn holds(&self, place: &FacilityId) -> bool {
        match self {
            Part::Range { after, to } => {
                place.as_str() > after.as_str() && to.as_ref().is_none_or(|to| place <= to)
            }
            Part::Places(places) => places.contains(place),
        }
    }
}

/// Attestations that wait for review, or for an answer.
fn papers(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    part: &Part,
    facts: &mut Facts,
) -> Result<()> {
    type Row = (
        AttestationId,
        i64,
        FacilityId,
        Attested,
        NaiveDateTime,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
    );
    let rows = attestation::table
        .filter(of_programme!(attestation, programme))
        .filter(attestation::state.eq_any([Attested::Submitted, Attested::Returned]))
        .select((
            attestation::id,
            attestation::number,
            attestation::facility_id,
            attestation::state,
            attestation::started_at,
            attestation::submitted_at,
            attestation::reviewed_at,
        ));
    let rows: Vec<Row> = within!(rows, attestation::facility_id, part).load(conn)?;
    for (id, number, facility, state, started, submitted, reviewed) in rows {
        let returned = state == Attested::Returned;
        let since = match returned {
            true => reviewed.or(submitted),
            false => submitted,
        };
        let waiting = Waiting {
            facility,
            subject: id.to_string(),
            label: label("A", number),
            path: format!("/attestations/{id}"),
            since: jst_date(since.unwrap_or(started).and_utc()),
            person: None,
        };
        match returned {
            true => facts.returned.push(waiting),
            false => facts.reviews.push(waiting),
        }
    }
    Ok(())
}

fn ready(conn: &mut AnyConn, programme: &ProgrammeId, part: &Part) -> Result<Vec<Ready>> {
    type Row = (
        FacilityId,
        AttestationId,
        i64,
        NaiveDate,
        Option<NaiveDate>,
        i64,
    );
    let rows = readiness::table
        .inner_join(attestation::table.on(attestation::id.eq(readiness::attestation_id)))
        .filter(readiness::programme_id.eq(programme.to_string()))
        .filter(readiness::known_to.is_null())
        .select((
            readiness::facility_id,
            readiness::attestation_id,
            attestation::number,
            readiness::accepted_on,
            readiness::last_day,
            readiness::known_from,
        ));
    let rows: Vec<Row> = within!(rows, readiness::facility_id, part).load(conn)?;
    let row = |(facility, attestation, number, accepted_on, last, known_from)| Ready {
        facility,
        attestation,
        label: label("A", number),
        accepted_on,
        last,
        known_from,
    };
    Ok(rows.into_iter().map(row).collect())
}

fn agreements(conn: &mut AnyConn, programme: &ProgrammeId, part: &Part) -> Result<Vec<Agreement>> {
    type Row = (FacilityId, FacilityId, String, Option<NaiveDate>);
    let rows = partnership::table
        .inner_join(facility::table.on(facility::id.eq(partnership::partner_id)))
        .filter(partnership::programme_id.eq(programme.to_string()))
        .filter(partnership::known_to.is_null())
        .filter(partnership::agreement_first_day.is_not_null())
        .select((
            partnership::facility_id,
            partnership::partner_id,
            facility::name,
            partnership::agreement_last_day,
        ));
    let rows: Vec<Row> = within!(rows, partnership::facility_id, part).load(conn)?;
    let row = |(facility, partner, partner_name, last)| Agreement {
        facility,
        partner,
        partner_name,
        last,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The names of facilities.
pub fn names(
    conn: &mut AnyConn,
    places: &BTreeSet<&FacilityId>,
) -> Result<HashMap<FacilityId, String>> {
    let places: Vec<&FacilityId> = places.iter().copied().collect();
    let mut found = HashMap::with_capacity(places.len());
    for batch in places.chunks(BATCH) {
        let rows: Vec<(FacilityId, String)> = facility::table
            .filter(facility::id.eq_any(batch.iter().copied()))
            .select((facility::id, facility::name))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

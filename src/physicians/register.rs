//! Physicians read back: their posts and statements, each as far as the reader may see, a constant number of queries.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{Physician, Post, Qualification, State};
use crate::db::AnyConn;
use crate::error::{Error, Result};
use crate::facilities::keys::search_key;
use crate::ids::{EvidenceId, FacilityId, PersonId, ProgrammeId, QualificationId};
use crate::rules::facility::Span;
use crate::schema::{account, affiliation, facility, membership, person, qualification};
use crate::scope::{Role, Scope};

/// Rows a page.
pub const PAGE: i64 = 50;

type PostRow = (
    PersonId,
    EvidenceId,
    FacilityId,
    String,
    String,
    String,
    NaiveDate,
    Option<NaiveDate>,
);

#[derive(Queryable)]
struct StatementRow {
    id: QualificationId,
    number: i64,
    programme: ProgrammeId,
    person: PersonId,
    name: String,
    facility: FacilityId,
    facility_name: String,
    state: State,
    version: i32,
    experience: Option<bool>,
    meetings: Option<bool>,
    cooperation: Option<bool>,
    statement: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    submitted_by: PersonId,
    submitted_at: NaiveDateTime,
    reviewed_at: Option<NaiveDateTime>,
    reason: Option<String>,
    known_from: Option<i64>,
    known_to: Option<i64>,
}

impl From<StatementRow> for Qualification {
    fn from(row: StatementRow) -> Qualification {
        Qualification {
            id: row.id,
            number: row.number,
            programme: row.programme,
            person: row.person,
            name: row.name,
            facility: row.facility,
            facility_name: row.facility_name,
            state: row.state,
            version: row.version,
            experience: row.experience,
            meetings: row.meetings,
            cooperation: row.cooperation,
            statement: row.statement,
            span: Span {
                first: row.first_day,
                last: row.last_day,
            },
            submitted_by: row.submitted_by,
            submitted_at: row.submitted_at.and_utc(),
            reviewed_at: row.reviewed_at.map(|at| at.and_utc()),
            reason: row.reason,
            known_from: row.known_from,
            known_to: row.known_to,
        }
    }
}

/// A statement with its physician's and its facility's name; filtered and ordered by the reader.
macro_rules! statements {
    () => {
        qualification::table
            .inner_join(person::table.on(person::id.eq(qualification::person_id)))
            .inner_join(facility::table.on(facility::id.eq(qualification::facility_id)))
            .select((
                qualification::id,
                qualification::number,
                qualification::programme_id,
                qualification::person_id,
                person::name,
                qualification::facility_id,
                facility::name,
                qualification::state,
                qualification::version,
                qualification::experience,
                qualification::meetings,
                qualification::cooperation,
                qualification::statement,
                qualification::first_day,
                qualification::last_day,
                qualification::submitted_by,
                qualification::submitted_at,
                qualification::reviewed_at,
                qualification::return_reason,
                qualification::known_from,
                qualification::known_to,
            ))
    };
}

/// The physicians of a facility, those who left included, in name order.
pub fn of_facility(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    today: NaiveDate,
) -> Result<Vec<Physician>> {
    scope.admit(place)?;
    let named = affiliation::table
        .filter(affiliation::facility_id.eq(place))
        .filter(affiliation::known_to.is_null())
        .select(affiliation::person_id);
    let people: Vec<(PersonId, String)> = person::table
        .filter(person::id.eq_any(named))
        .order((person::name_key, person::id))
        .select((person::id, person::name))
        .load(conn)?;
    let mut physicians = assemble(conn, scope, people, today)?;
    for physician in &mut physicians {
        // Also a reader who sees every facility asked about this one.
        physician.posts.retain(|post| post.facility == *place);
    }
    Ok(physicians)
}

/// One physician across all the facilities that the reader sees.
pub fn one(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &PersonId,
    today: NaiveDate,
) -> Result<Physician> {
    let who: (PersonId, String) = person::table
        .filter(person::id.eq(id))
        .select((person::id, person::name))
        .get_result(conn)?;
    let found = assemble(conn, scope, vec![who], today)?;
    // Who was never named as a physician here is no physician to this reader.
    let found = found.into_iter().next().ok_or(Error::NotFound)?;
    match found.posts.is_empty() {
        true => Err(Error::NotFound),
        false => Ok(found),
    }
}

/// A page of physicians in the order of their search keys, from after the given one.
pub fn list(
    conn: &mut AnyConn,
    scope: &Scope,
    after: Option<&PersonId>,
    today: NaiveDate,
) -> Result<(Vec<Physician>, Option<PersonId>)> {
    let from: Option<(String, PersonId)> = match after {
        None => None,
        Some(id) => person::table
            .filter(person::id.eq(id))
            .select((person::name_key, person::id))
            .get_result(conn)
            .optional()?,
    };
    let (key, id) = match from {
        None => (String::new(), String::new()),
        Some((key, id)) => (key, id.to_string()),
    };
    let further = person::name_key
        .gt(key.clone())
        .or(person::name_key.eq(key).and(person::id.gt(id)));
    let page = person::table
        .filter(further)
        .order((person::name_key, person::id))
        .limit(PAGE + 1)
        .select((person::id, person::name))
        .into_boxed();
    let posts = affiliation::table.filter(affiliation::known_to.is_null());
    let mut people: Vec<(PersonId, String)> = match scope.only() {
        None => page.filter(diesel::dsl::exists(
            posts.filter(affiliation::person_id.eq(person::id)),
        )),
        Some(own) => page.filter(
            person::id.eq_any(
                posts
                    .filter(affiliation::facility_id.eq(own))
                    .select(affiliation::person_id),
            ),
        ),
    }
    .load(conn)?;
    let more = people.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    people.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = match more {
        true => people.last().map(|(id, _)| id.clone()),
        false => None,
    };
    Ok((assemble(conn, scope, people, today)?, next))
}

/// One statement, with the reason to show or hide it.
pub fn statement(
    conn: &mut AnyConn,
    scope: &Scope,
    id: &QualificationId,
    today: NaiveDate,
) -> Result<Qualification> {
    let row: StatementRow = statements!()
        .filter(qualification::id.eq(id))
        .get_result(conn)?;
    let row = Qualification::from(row);
    if row.programme != *scope.programme() {
        return Err(Error::NotFound);
    }
    let physician = assemble(conn, scope, vec![(row.person.clone(), row.name)], today)?;
    // `assemble` alone decides which statements a reader sees.
    physician
        .into_iter()
        .flat_map(|physician| physician.statements)
        .find(|seen| seen.id == *id)
        .ok_or(Error::NotFound)
}

/// The statements that wait for review, oldest first, from after a number.
pub fn waiting(conn: &mut AnyConn, scope: &Scope, after: i64) -> Result<Vec<Qualification>> {
    let mut query = statements!()
        .filter(qualification::programme_id.eq(scope.programme()))
        .filter(qualification::state.eq(State::Submitted))
        .filter(qualification::number.gt(after))
        .order(qualification::number)
        .limit(PAGE)
        .into_boxed();
    if let Some(own) = scope.only() {
        query = query.filter(qualification::facility_id.eq(own));
    }
    let rows: Vec<StatementRow> = query.load(conn)?;
    Ok(rows.into_iter().map(Qualification::from).collect())
}

/// Persons who could be named at a facility instead of typing a name: those with an account as its physician, and for
/// a reader who sees every facility also physicians named elsewhere whose name begins with what is searched.
pub fn candidates(
    conn: &mut AnyConn,
    scope: &Scope,
    place: &FacilityId,
    search: &str,
    today: NaiveDate,
) -> Result<Vec<Physician>> {
    scope.admit(place)?;
    let here = affiliation::table
        .filter(affiliation::facility_id.eq(place))
        .filter(affiliation::known_to.is_null())
        .select(affiliation::person_id);
    let invited = account::table
        .inner_join(membership::table.on(membership::account_id.eq(account::id)))
        .filter(membership::facility_id.eq(place))
        .filter(membership::role.eq(Role::Physician))
        .select(account::person_id);
    let mut found: Vec<(PersonId, String)> = person::table
        .filter(person::id.eq_any(invited))
        .filter(person::id.ne_all(here))
        .order((person::name_key, person::id))
        .limit(PAGE)
        .select((person::id, person::name))
        .load(conn)?;
    let key = search_key(search);
    if scope.only().is_none() && !key.is_empty() {
        let elsewhere = affiliation::table
            .filter(affiliation::known_to.is_null())
            .select(affiliation::person_id);
        let known: Vec<(PersonId, String)> = person::table
            .filter(person::id.eq_any(elsewhere))
            .filter(person::id.ne_all(here))
            // A key holds letters and digits only, so nothing in it is a wildcard.
            .filter(person::name_key.like(format!("{key}%")))
            .order((person::name_key, person::id))
            .limit(PAGE)
            .select((person::id, person::name))
            .load(conn)?;
        for person in known {
            if !found.contains(&person) {
                found.push(person);
            }
        }
    }
    // Posts tell two physicians of one name apart.
    assemble(conn, scope, found, today)
}

/// The facilities at which a person is or was in post.
pub fn facilities_of(conn: &mut AnyConn, person: &PersonId) -> Result<Vec<FacilityId>> {
    Ok(affiliation::table
        .filter(affiliation::person_id.eq(person))
        .filter(affiliation::known_to.is_null())
        .select(affiliation::facility_id)
        .distinct()
        .order(affiliation::facility_id)
        .load(conn)?)
}

/// The persons in post at a facility on a day.
pub fn in_post(
    conn: &mut AnyConn,
    place: &FacilityId,
    day: NaiveDate,
) -> Result<Vec<(PersonId, String)>> {
    let posts = affiliation::table
        .filter(affiliation::facility_id.eq(place))
        .filter(affiliation::known_to.is_null())
        .filter(affiliation::first_day.le(day))
        .filter(
            affiliation::last_day
                .is_null()
                .or(affiliation::last_day.ge(day)),
        )
        .select(affiliation::person_id);
    Ok(person::table
        .filter(person::id.eq_any(posts))
        .order((person::name_key, person::id))
        .select((person::id, person::name))
        .load(conn)?)
}

/// Adds to each person the posts and statements that the reader sees.
///
/// INVARIANT: a facility sees its own posts only, and of statements those signed there and those of a person who is
/// in post there on the day, because its gate rests on them; never at which other facility they were signed.
fn assemble(
    conn: &mut AnyConn,
    scope: &Scope,
    people: Vec<(PersonId, String)>,
    today: NaiveDate,
) -> Result<Vec<Physician>> {
    let ids: Vec<PersonId> = people.iter().map(|(id, _)| id.clone()).collect();
    let posts: Vec<PostRow> = affiliation::table
        .inner_join(facility::table.on(facility::id.eq(affiliation::facility_id)))
        .filter(affiliation::person_id.eq_any(&ids))
        .filter(affiliation::known_to.is_null())
        .order((affiliation::first_day, affiliation::id))
        .select((
            affiliation::person_id,
            affiliation::id,
            affiliation::facility_id,
            facility::name,
            affiliation::department,
            affiliation::title,
            affiliation::first_day,
            affiliation::last_day,
        ))
        .load(conn)?;
    let rows: Vec<StatementRow> = statements!()
        .filter(qualification::person_id.eq_any(&ids))
        .filter(qualification::programme_id.eq(scope.programme()))
        .order(qualification::number.desc())
        .load(conn)?;
    let mut physicians: Vec<Physician> = people
        .into_iter()
        .map(|(person, name)| Physician {
            person,
            name,
            posts: Vec::new(),
            statements: Vec::new(),
        })
        .collect();
    for physician in &mut physicians {
        physician.posts = posts
            .iter()
            .filter(|row| row.0 == physician.person && scope.sees(&row.2))
            .map(|row| post(row.clone()))
            .collect();
    }
    for row in rows {
        let mut row = Qualification::from(row);
        let Some(physician) = physicians
            .iter_mut()
            .find(|found| found.person == row.person)
        else {
            continue;
        };
        let serves_here = || {
            let mut posts = physician.posts.iter();
            posts.any(|post| !post.span.has_ended_by(today))
        };
        if !scope.sees(&row.facility) {
            if !serves_here() {
                continue;
            }
            row.facility_name = String::new();
        }
        physician.statements.push(row);
    }
    Ok(physicians)
}

fn post(row: PostRow) -> Post {
    let (_, id, facility, facility_name, department, title, first, last) = row;
    Post {
        id,
        facility,
        facility_name,
        department,
        title,
        span: Span { first, last },
    }
}

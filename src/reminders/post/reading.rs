//! Letters as they are read: the list, one letter with what became of it, and what needs somebody.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{AccountId, FacilityId, LetterId, ProgrammeId};
use crate::messages::Lang;
use crate::outbox::{Body, Kind, State};
use crate::schema::{account, facility, letter, letter_try, membership, person};
use crate::scope::{Role, Scope};

/// The states in which a letter needs somebody.
pub const NEEDING: &[State] = &[State::Dead, State::Bounced, State::Unaddressed];

/// Which letters somebody may read.
///
/// READING: safety officers, administrators, inspectors and representatives read every letter of the programme, but
/// representatives none about a reported reaction that is not theirs. Operators and approvers read those to themselves. A facility
/// reads what was written to its own people about itself: what the manufacturer's people are told of it is theirs.
#[derive(Debug, Clone)]
pub enum Sight {
    All {
        programme: ProgrammeId,
        reader: AccountId,
        /// Kinds of which only the own ones are read.
        hidden: Vec<Kind>,
    },
    Own {
        programme: ProgrammeId,
        reader: AccountId,
    },
    Facility {
        programme: ProgrammeId,
        facility: FacilityId,
        reader: AccountId,
    },
}

impl Sight {
    pub fn of(role: Role, scope: &Scope, reader: &AccountId) -> Sight {
        let (programme, reader) = (scope.programme().clone(), reader.clone());
        if let Some(facility) = scope.only().cloned() {
            return Sight::Facility {
                programme,
                facility,
                reader,
            };
        }
        match role {
            Role::SafetyOfficer | Role::Administrator | Role::Inspector => Sight::All {
                programme,
                reader,
                hidden: Vec::new(),
            },
            Role::Representative => Sight::All {
                programme,
                reader,
                hidden: vec![Kind::SafetyTask, Kind::LapseMidCourse],
            },
            _ => Sight::Own { programme, reader },
        }
    }

    /// Whether it reaches beyond one's own letters and those of one's own facility.
    pub fn is_wide(&self) -> bool {
        matches!(self, Sight::All { .. })
    }
}

/// Which letters are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Which {
    pub state: Option<State>,
    pub kind: Option<Kind>,
    /// Only those that need somebody; for those who see all letters.
    pub needing: bool,
}

/// A letter as it is read.
#[derive(Debug, Clone)]
pub struct Letter {
    pub id: LetterId,
    pub programme: ProgrammeId,
    pub kind: Kind,
    pub subject: String,
    pub due_on: NaiveDate,
    pub stage: i32,
    pub account: AccountId,
    /// The reader's name and language.
    pub reader: String,
    pub lang: Lang,
    pub copy: i32,
    pub facility: Option<FacilityId>,
    pub place: Option<String>,
    pub body: Body,
    pub state: State,
    pub digest: Option<LetterId>,
    pub queued_at: DateTime<Utc>,
    pub not_before: DateTime<Utc>,
    pub attempts: i32,
    pub lease_until: Option<DateTime<Utc>>,
    pub sent_to: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
    /// The last answer of the mail server, or why it came back.
    pub answer: String,
}

#[derive(Queryable)]
struct Row {
    id: LetterId,
    programme: ProgrammeId,
    kind: Kind,
    subject: String,
    due_on: NaiveDate,
    stage: i32,
    account: AccountId,
    reader: String,
    lang: Lang,
    copy: i32,
    facility: Option<FacilityId>,
    place: Option<String>,
    body: String,
    state: State,
    digest: Option<LetterId>,
    queued_at: NaiveDateTime,
    not_before: NaiveDateTime,
    attempts: i32,
    lease_until: Option<NaiveDateTime>,
    sent_to: Option<String>,
    ended_at: Option<NaiveDateTime>,
    answer: String,
}

impl Row {
    /// A body that cannot be read is shown as an empty one: it hides no other letter.
    fn read(self) -> Letter {
        let unread = Body {
            place: String::new(),
            values: BTreeMap::new(),
            path: "/".to_owned(),
            calendar: None,
        };
        Letter {
            body: serde_json::from_str(&self.body).unwrap_or(unread),
            id: self.id,
            programme: self.programme,
            kind: self.kind,
            subject: self.subject,
            due_on: self.due_on,
            stage: self.stage,
            account: self.account,
            reader: self.reader,
            lang: self.lang,
            copy: self.copy,
            facility: self.facility,
            place: self.place,
            state: self.state,
            digest: self.digest,
            queued_at: self.queued_at.and_utc(),
            not_before: self.not_before.and_utc(),
            attempts: self.attempts,
            lease_until: self.lease_until.map(|at| at.and_utc()),
            sent_to: self.sent_to,
            ended_at: self.ended_at.map(|at| at.and_utc()),
            answer: self.answer,
        }
    }
}

/// Letters with their reader and facility.
macro_rules! letters {
    () => {
        letter::table
            .inner_join(account::table.on(account::id.eq(letter::account_id)))
            .inner_join(person::table.on(person::id.eq(account::person_id)))
            .left_join(facility::table.on(facility::id.nullable().eq(letter::facility_id)))
            .select((
                letter::id,
                letter::programme_id,
                letter::kind,
                letter::subject,
                letter::due_on,
                letter::stage,
                letter::account_id,
                person::name,
                account::language,
                letter::copy,
                letter::facility_id,
                facility::name.nullable(),
                letter::body,
                letter::state,
                letter::digest_id,
                letter::queued_at,
                letter::not_before,
                letter::attempts,
                letter::lease_until,
                letter::sent_to,
                letter::ended_at,
                letter::answer,
            ))
    };
}

/// Narrows a query to what may be read.
macro_rules! seen {
    ($query:expr, $sight:expr) => {
        match $sight {
            Sight::All {
                programme,
                reader,
                hidden,
            } => {
                let all = $query.filter(letter::programme_id.eq(programme));
                match hidden.is_empty() {
                    true => all,
                    false => all.filter(
                        letter::kind
                            .ne_all(hidden)
                            .or(letter::account_id.eq(reader)),
                    ),
                }
            }
            Sight::Own { programme, reader } => $query
                .filter(letter::programme_id.eq(programme))
                .filter(letter::account_id.eq(reader)),
            Sight::Facility {
                programme,
                facility,
                reader,
            } => {
                let own = membership::table
                    .filter(membership::facility_id.eq(facility))
                    .select(membership::account_id);
                $query.filter(letter::programme_id.eq(programme)).filter(
                    letter::facility_id
                        .eq(facility)
                        .and(letter::account_id.eq_any(own))
                        .or(letter::facility_id
                            .is_null()
                            .and(letter::account_id.eq(reader))),
                )
            }
        }
    };
}

/// A letter about the same, to the same reader, that says more: of a later day of its plan, or a later copy.
macro_rules! says_more {
    ($later:ident) => {
        $later
            .filter($later.field(letter::kind).eq(letter::kind))
            .filter($later.field(letter::subject).eq(letter::subject))
            .filter($later.field(letter::due_on).eq(letter::due_on))
            .filter($later.field(letter::account_id).eq(letter::account_id))
            .filter(
                $later.field(letter::stage).gt(letter::stage).or($later
                    .field(letter::stage)
                    .eq(letter::stage)
                    .and($later.field(letter::copy).gt(letter::copy))),
            )
    };
}

pub(super) use says_more;

fn read(rows: Vec<Row>) -> Vec<Letter> {
    rows.into_iter().map(Row::read).collect()
}

impl Letter {
    /// What the next page of a list begins after, if this is the last row of one.
    pub fn key(&self, which: &Which) -> String {
        match which.is_by_day() {
            true => format!("{} {}", self.not_before.naive_utc(), self.id),
            false => self.id.to_string(),
        }
    }
}

impl Which {
    /// A list of one state runs along the index of states, by when a letter may go out; any other along the ids, which
    /// sort by when it was queued.
    fn is_by_day(&self) -> bool {
        self.needing || self.state.is_some()
    }

    /// The key of the last row of the page before; one that is none begins at the beginning.
    fn after(&self, key: &str) -> Option<(NaiveDateTime, LetterId)> {
        match self.is_by_day() {
            true => {
                let (at, id) = key.rsplit_once(' ')?;
                let at = NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S%.f").ok()?;
                Some((at, id.parse().ok()?))
            }
            false => Some((NaiveDateTime::default(), key.parse().ok()?)),
        }
    }
}

/// A page of letters, latest first, from after a key. Neither counts nor sorts the whole table.
pub fn list(
    conn: &mut AnyConn,
    sight: &Sight,
    which: &Which,
    key: &str,
    limit: i64,
) -> Result<Vec<Letter>> {
    if which.needing && sight.is_wide() {
        return needing(conn, sight, which, key, limit);
    }
    let mut query = seen!(letters!().limit(limit).into_boxed(), sight);
    if let Some(kind) = which.kind {
        query = query.filter(letter::kind.eq(kind));
    }
    let after = which.after(key);
    query = match (which.state, after) {
        (Some(state), after) => {
            query = query.filter(letter::state.eq(state));
            if let Some((at, id)) = after {
                query = query
                    .filter(letter::not_before.le(at))
                    .filter(letter::not_before.lt(at).or(letter::id.lt(id)));
            }
            query.order((letter::not_before.desc(), letter::id.desc()))
        }
        (None, Some((_, id))) => query
            .filter(letter::id.lt(id))
            .order((letter::id.desc(), letter::not_before.desc())),
        (None, None) => query.order((letter::id.desc(), letter::not_before.desc())),
    };
    Ok(read(query.load(conn)?))
}

/// Letters that need somebody: one statement a state, each along its index.
fn needing(
    conn: &mut AnyConn,
    sight: &Sight,
    which: &Which,
    key: &str,
    limit: i64,
) -> Result<Vec<Letter>> {
    let Sight::All {
        programme,
        reader,
        hidden,
    } = sight
    else {
        return Ok(Vec::new());
    };
    let kinds: Vec<Kind> = match which.kind {
        Some(kind) => vec![kind],
        None => Kind::ALL.to_vec(),
    };
    let after = which.after(key);
    // Later than any letter: without a key the list begins with the latest.
    let far = NaiveDate::from_ymd_opt(9999, 1, 1).unwrap_or_default();
    let (at, id) = match after {
        Some((at, id)) => (at, id.to_string()),
        None => (far.and_time(NaiveTime::MIN), String::new()),
    };
    let mut all = Vec::new();
    for state in NEEDING {
        let later = diesel::alias!(letter as later);
        let rows: Vec<Row> = letters!()
            .filter(letter::programme_id.eq(programme))
            .filter(letter::state.eq(state))
            .filter(letter::kind.eq_any(&kinds))
            .filter(
                letter::kind
                    .ne_all(hidden)
                    .or(letter::account_id.eq(reader)),
            )
            .filter(letter::not_before.le(at))
            .filter(letter::not_before.lt(at).or(letter::id.lt(&id)))
            .filter(not(exists(says_more!(later))))
            .order((letter::not_before.desc(), letter::id.desc()))
            .limit(limit)
            .load(conn)?;
        all.extend(read(rows));
    }
    all.sort_by(|a, b| (b.not_before, &b.id).cmp(&(a.not_before, &a.id)));
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// One letter. What may not be read is answered like what does not exist.
pub fn one(conn: &mut AnyConn, sight: &Sight, id: &LetterId) -> Result<Letter> {
    let query = seen!(letters!().filter(letter::id.eq(id)).into_boxed(), sight);
    let row: Row = query.get_result(conn)?;
    Ok(row.read())
}

/// The other copies of a letter, first to last.
pub fn copies(conn: &mut AnyConn, sight: &Sight, of: &Letter) -> Result<Vec<Letter>> {
    let same = letters!()
        .filter(letter::kind.eq(of.kind))
        .filter(letter::subject.eq(&of.subject))
        .filter(letter::due_on.eq(of.due_on))
        .filter(letter::stage.eq(of.stage))
        .filter(letter::account_id.eq(&of.account))
        .filter(letter::id.ne(&of.id))
        .order(letter::copy)
        .limit(50)
        .into_boxed();
    Ok(read(seen!(same, sight).load(conn)?))
}

/// The letters that a digest holds.
pub fn bundle(conn: &mut AnyConn, sight: &Sight, digest: &LetterId) -> Result<Vec<Letter>> {
    let held = letters!()
        .filter(letter::digest_id.eq(digest))
        .order(letter::id)
        .limit(200)
        .into_boxed();
    Ok(read(seen!(held, sight).load(conn)?))
}

/// An attempt to hand a letter over, with what the mail server answered.
#[derive(Debug, Clone)]
pub struct Try {
    pub number: i32,
    pub at: DateTime<Utc>,
    /// The sender's word for how it went.
    pub outcome: String,
    pub answer: String,
}

/// The latest attempts of a letter, latest first.
pub fn tries(conn: &mut AnyConn, id: &LetterId) -> Result<Vec<Try>> {
    let rows: Vec<(i32, NaiveDateTime, String, String)> = letter_try::table
        .filter(letter_try::letter_id.eq(id))
        .order(letter_try::number.desc())
        .limit(100)
        .select((
            letter_try::number,
            letter_try::at,
            letter_try::outcome,
            letter_try::answer,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(number, at, outcome, answer)| Try {
            number,
            at: at.and_utc(),
            outcome,
            answer,
        })
        .collect())
}

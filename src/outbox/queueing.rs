//! Queueing: a letter's row is written in the transaction of what it tells of; those for the morning are tied to a digest.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Date, Nullable, Text};

use super::{Addressee, Body, Habit, Kind, NewLetter, State, Value};
use crate::clock::{at_jst, jst_date};
use crate::db::{AnyConn, ForUpdate};
use crate::error::{Error, Result};
use crate::ids::{AccountId, LetterId, ProgrammeId};
use crate::schema::{letter, mailbox, programme};

/// Rows of one statement; SQLite takes 32766 values in one.
const BATCH: usize = 1_000;
/// How often the digest of a morning is looked for again when others write at the same time.
const TRIES: u32 = 5;
/// The page that a digest leads to: what needs the reader's action.
const TODAY: &str = "/";

/// A letter's key and the other columns it begins with.
macro_rules! row {
    ($id:expr, $now:expr, $new:expr, $state:expr, $copy:expr, $not_before:expr) => {
        (
            letter::id.eq($id),
            letter::programme_id.eq(&$new.programme),
            letter::kind.eq($new.kind),
            letter::subject.eq(&$new.subject),
            letter::due_on.eq($new.due_on),
            letter::stage.eq($new.stage),
            letter::account_id.eq(&$new.to.account),
            letter::copy.eq($copy),
            letter::facility_id.eq($new.facility.as_ref()),
            letter::body.eq(serde_json::to_string(&$new.body)?),
            letter::state.eq($state),
            letter::queued_at.eq($now.naive_utc()),
            letter::not_before.eq($not_before.naive_utc()),
            letter::attempts.eq(0),
            letter::fence.eq(0_i64),
            letter::answer.eq(""),
        )
    };
}

/// How accounts want their letters, in the order asked. An account without a mailbox has no address.
pub fn addressees(conn: &mut AnyConn, accounts: &[AccountId]) -> Result<Vec<Addressee>> {
    let mut known: HashMap<AccountId, (String, Habit)> = HashMap::new();
    for some in accounts.chunks(10 * BATCH) {
        let rows: Vec<(AccountId, String, Habit)> = mailbox::table
            .filter(mailbox::account_id.eq_any(some))
            .select((mailbox::account_id, mailbox::address, mailbox::habit))
            .load(conn)?;
        known.extend(
            rows.into_iter()
                .map(|(account, address, habit)| (account, (address, habit))),
        );
    }
    Ok(accounts
        .iter()
        .map(|account| {
            let mailbox = known.get(account);
            Addressee {
                account: account.clone(),
                has_address: mailbox.is_some_and(|(address, _)| !address.trim().is_empty()),
                habit: mailbox.map_or(Habit::AtOnce, |(_, habit)| *habit),
            }
        })
        .collect())
}

/// Queues letters, each once: one whose kind, subject, day, stage and reader are queued already is left out.
/// Returns how many are new; digests, which only carry others, are not counted.
pub fn queue(conn: &mut AnyConn, now: DateTime<Utc>, letters: &[NewLetter]) -> Result<usize> {
    let mut ordered: Vec<&NewLetter> = letters.iter().collect();
    // Two writers that insert the same keys in one order wait for one another instead of blocking each other.
    ordered.sort_by(|one, other| key(one).cmp(&key(other)));
    let (bundled, single): (Vec<&NewLetter>, Vec<&NewLetter>) = ordered
        .into_iter()
        .partition(|new| State::at_queueing(new.kind, &new.to) == State::Bundled);
    let mut queued = 0;
    for batch in single.chunks(BATCH) {
        queued += insert(conn, now, batch)?;
    }
    for batch in bundled.chunks(BATCH) {
        queued += bundle(conn, now, batch)?;
    }
    Ok(queued)
}

fn key(new: &NewLetter) -> (Kind, &str, NaiveDate, i32, &AccountId) {
    (
        new.kind,
        &new.subject,
        new.due_on,
        new.stage,
        &new.to.account,
    )
}

fn insert(conn: &mut AnyConn, now: DateTime<Utc>, batch: &[&NewLetter]) -> Result<usize> {
    let mut rows = Vec::with_capacity(batch.len());
    for new in batch {
        let state = State::at_queueing(new.kind, &new.to);
        let not_before = new.not_before.max(now);
        rows.push(row!(LetterId::fresh(now), now, new, state, 0, not_before));
    }
    Ok(crate::each!(conn, c => diesel::insert_into(letter::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(c))?)
}

/// The letters of one morning.
#[derive(Default)]
struct Morning {
    readers: BTreeMap<AccountId, ProgrammeId>,
    letters: Vec<LetterId>,
}

/// Queues letters for readers who want them in the morning, and ties the new ones to the digests of their mornings.
fn bundle(conn: &mut AnyConn, now: DateTime<Utc>, batch: &[&NewLetter]) -> Result<usize> {
    let mut rows = Vec::with_capacity(batch.len());
    let mut by_id: HashMap<LetterId, &NewLetter> = HashMap::new();
    for new in batch {
        let id = LetterId::fresh(now);
        let not_before = new.not_before.max(now);
        rows.push(row!(id.clone(), now, new, State::Bundled, 0, not_before));
        by_id.insert(id, new);
    }
    let fresh: Vec<LetterId> = crate::each!(conn, c => diesel::insert_into(letter::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .returning(letter::id)
        .get_results(c))?;
    let mut mornings: BTreeMap<DateTime<Utc>, Morning> = BTreeMap::new();
    for id in &fresh {
        let Some(new) = by_id.get(id) else { continue };
        let morning = mornings
            .entry(next_morning(now, new.not_before))
            .or_default();
        let reader = (new.to.account.clone(), new.programme.clone());
        morning.readers.extend([reader]);
        morning.letters.push(id.clone());
    }
    for (at, morning) in mornings {
        tie(conn, now, at, &morning)?;
    }
    Ok(fresh.len())
}

/// The first eight o'clock in Japan strictly after an instant and not before another.
pub(super) fn next_morning(now: DateTime<Utc>, not_before: DateTime<Utc>) -> DateTime<Utc> {
    let eight = NaiveTime::MIN + chrono::TimeDelta::hours(8);
    let mut day = jst_date(now.max(not_before));
    loop {
        let morning = at_jst(day.and_time(eight));
        let Some(next) = day.checked_add_days(Days::new(1)) else {
            return morning;
        };
        if morning > now && morning >= not_before {
            return morning;
        }
        day = next;
    }
}

/// Ties letters to their readers' open digests of a morning, which are made where there are none.
///
/// INVARIANT: a letter is tied only to a digest that no sender holds, under a lock of its row: what a sender has read
/// into a digest is all that the digest carries. Where the morning's digest has left, a further copy goes out.
fn tie(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    at: DateTime<Utc>,
    Morning { readers, letters }: &Morning,
) -> Result<()> {
    let day = jst_date(at);
    let subjects: Vec<&str> = readers.keys().map(AccountId::as_str).collect();
    for _ in 0..TRIES {
        let digests = letter::table
            .filter(letter::kind.eq(Kind::Digest))
            .filter(letter::subject.eq_any(&subjects))
            .filter(letter::due_on.eq(day))
            .filter(letter::state.eq(State::Waiting))
            .filter(letter::lease_until.is_null())
            .order((letter::not_before, letter::id))
            .select(letter::account_id);
        let open: HashSet<AccountId> = ForUpdate(digests)
            .load::<AccountId>(conn)?
            .into_iter()
            .collect();
        let missing: Vec<(&AccountId, &ProgrammeId)> = readers
            .iter()
            .filter(|(account, _)| !open.contains(*account))
            .collect();
        if missing.is_empty() {
            let digest = diesel::dsl::sql::<Nullable<Text>>(
                "(SELECT max(d.id) FROM letter d WHERE d.kind = 'digest' AND d.state = 'waiting' \
                 AND d.lease_until IS NULL AND d.subject = letter.account_id AND d.due_on = ",
            )
            .bind::<Date, _>(day)
            .sql(")");
            diesel::update(letter::table.filter(letter::id.eq_any(letters)))
                .set(letter::digest_id.eq(digest))
                .execute(conn)?;
            return Ok(());
        }
        open_digests(conn, now, at, &missing)?;
    }
    Err(Error::Busy)
}

fn open_digests(
    conn: &mut AnyConn,
    now: DateTime<Utc>,
    morning: DateTime<Utc>,
    readers: &[(&AccountId, &ProgrammeId)],
) -> Result<()> {
    let day = jst_date(morning);
    let subjects: Vec<&str> = readers
        .iter()
        .map(|(account, _)| account.as_str())
        .collect();
    let gone: HashMap<String, Option<i32>> = letter::table
        .filter(letter::kind.eq(Kind::Digest))
        .filter(letter::subject.eq_any(&subjects))
        .filter(letter::due_on.eq(day))
        .group_by(letter::subject)
        .select((letter::subject, diesel::dsl::max(letter::copy)))
        .load(conn)?
        .into_iter()
        .collect();
    let places: HashMap<ProgrammeId, String> = programme::table
        .select((programme::id, programme::manufacturer))
        .load(conn)?
        .into_iter()
        .collect();
    let digests: Vec<(NewLetter, i32)> = readers
        .iter()
        .map(|(account, programme)| {
            let copy = gone.get(account.as_str()).copied().flatten();
            let place = places.get(*programme).cloned().unwrap_or_default();
            let digest = digest_for(account, programme, place, morning);
            (digest, copy.map_or(0, |copy| copy + 1))
        })
        .collect();
    let mut rows = Vec::with_capacity(digests.len());
    for (new, copy) in &digests {
        let id = LetterId::fresh(now);
        rows.push(row!(id, now, new, State::Waiting, *copy, morning));
    }
    crate::each!(conn, c => diesel::insert_into(letter::table)
        .values(&rows)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

fn digest_for(
    account: &AccountId,
    programme: &ProgrammeId,
    place: String,
    morning: DateTime<Utc>,
) -> NewLetter {
    NewLetter {
        kind: Kind::Digest,
        subject: account.to_string(),
        due_on: jst_date(morning),
        stage: 0,
        to: Addressee {
            account: account.clone(),
            has_address: true,
            habit: Habit::Digest,
        },
        programme: programme.clone(),
        facility: None,
        body: Body {
            place,
            // How many it carries is counted when it goes out.
            values: BTreeMap::from([("count".to_owned(), Value::Number(0))]),
            path: TODAY.to_owned(),
            calendar: None,
        },
        not_before: morning,
    }
}

impl State {
    fn at_queueing(kind: Kind, to: &Addressee) -> State {
        match (
            to.has_address,
            kind.is_safety() || kind.carries_a_code(),
            to.habit,
        ) {
            (false, _, _) => State::Unaddressed,
            (true, true, _) | (true, false, Habit::AtOnce) => State::Waiting,
            (true, false, Habit::Digest) => State::Bundled,
            (true, false, Habit::Off) => State::Silenced,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_morning_is_the_next_eight_o_clock_in_japan_strictly_after_now() {
        // Midnight in Japan.
        let day = at_jst(chrono::NaiveDateTime::default());
        let hours = |hours: i64| day + chrono::TimeDelta::hours(hours);
        let second = chrono::TimeDelta::seconds(1);
        assert_eq!(next_morning(hours(0), hours(0)), hours(8));
        assert_eq!(next_morning(hours(8) - second, hours(0)), hours(8));
        assert_eq!(next_morning(hours(8), hours(0)), hours(32));
        assert_eq!(next_morning(hours(23), hours(0)), hours(32));
        assert_eq!(next_morning(hours(1), hours(8)), hours(8));
        assert_eq!(next_morning(hours(1), hours(8) + second), hours(32));
    }
}

//! Who could read a letter on a day: accounts with their roles, who looks after which facility, and who stands in.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::facts::{Part, within};
use super::plan::{People, Reader};
use crate::db::{AnyConn, MultiBackend};
use crate::error::Result;
use crate::ids::{AccountId, FacilityId, PersonId, ProgrammeId};
use crate::outbox::{Addressee, Habit};
use crate::rules::facility::Span;
use crate::schema::{account, deputy, duty, mailbox, membership};
use crate::scope::Role;

type Days = (NaiveDate, Option<NaiveDate>);
type Row = (
    Role,
    Option<FacilityId>,
    AccountId,
    PersonId,
    Days,
    (Option<String>, Option<Habit>),
);

/// Memberships of open accounts that hold on a day.
macro_rules! holding {
    ($on:expr) => {
        membership::table
            .inner_join(account::table.on(account::id.eq(membership::account_id)))
            .left_join(mailbox::table.on(mailbox::account_id.eq(membership::account_id)))
            .filter(account::active.eq(true))
            .filter(membership::first_day.le($on))
            .filter(membership::trained_on.le($on))
            .filter(
                membership::last_day
                    .is_null()
                    .or(membership::last_day.ge($on)),
            )
            .select((
                membership::role,
                membership::facility_id,
                account::id,
                account::person_id,
                (membership::first_day, membership::last_day),
                (mailbox::address.nullable(), mailbox::habit.nullable()),
            ))
    };
}

fn span((first, last): Days) -> Span {
    Span { first, last }
}

/// The manufacturer's people and their deputies; they are few and read once.
pub fn staff(conn: &mut AnyConn, on: NaiveDate) -> Result<People> {
    let rows: Vec<Row> = holding!(on)
        .filter(membership::facility_id.is_null())
        .order(account::id)
        .load(conn)?;
    let mut people = People::default();
    people.take(rows);
    type Deputy = (AccountId, AccountId, Days);
    let deputies: Vec<Deputy> = deputy::table
        .filter(deputy::known_to.is_null())
        .filter(deputy::first_day.le(on))
        .filter(deputy::last_day.is_null().or(deputy::last_day.ge(on)))
        .select((
            deputy::account_id,
            deputy::deputy_id,
            (deputy::first_day, deputy::last_day),
        ))
        .load(conn)?;
    for (account, other, days) in deputies {
        let known = people.deputies.entry(account).or_default();
        known.push((other, span(days)));
    }
    Ok(people)
}

/// The people of some facilities, and who looks after those, in the place of those of others.
pub fn at_facilities(
    conn: &mut AnyConn,
    programme: &ProgrammeId,
    part: &Part,
    on: NaiveDate,
    people: &mut People,
) -> Result<()> {
    people.coordinators.clear();
    people.physicians.clear();
    people.duties.clear();
    let rows = holding!(on).filter(membership::facility_id.is_not_null());
    let rows: Vec<Row> = within!(rows, membership::facility_id, part).load(conn)?;
    people.take(rows);
    let duties = duty::table
        .filter(duty::programme_id.eq(programme.to_string()))
        .filter(duty::known_to.is_null())
        .filter(duty::first_day.le(on))
        .filter(duty::last_day.is_null().or(duty::last_day.ge(on)))
        .select((
            duty::facility_id,
            duty::account_id,
            (duty::first_day, duty::last_day),
        ));
    let duties: Vec<(FacilityId, AccountId, Days)> =
        within!(duties, duty::facility_id, part).load(conn)?;
    for (place, account, days) in duties {
        let known = people.duties.entry(place).or_default();
        known.push((account, span(days)));
    }
    Ok(())
}

impl People {
    fn take(&mut self, rows: Vec<Row>) {
        for (role, place, account, person, days, (address, habit)) in rows {
            let reader = Reader {
                person,
                to: Addressee {
                    account,
                    has_address: address.is_some_and(|address| !address.is_empty()),
                    habit: habit.unwrap_or(Habit::AtOnce),
                },
                days: span(days),
            };
            match role {
                Role::SafetyOfficer => self.officers.push(reader),
                Role::DistributionApprover => self.approvers.push(reader),
                Role::DistributionOperator => self.operators.push(reader),
                Role::Representative => self.representatives.push(reader),
                Role::FacilityCoordinator => {
                    if let Some(place) = place {
                        self.coordinators.entry(place).or_default().push(reader);
                    }
                }
                Role::Physician => {
                    if let Some(place) = place {
                        self.physicians.entry(place).or_default().push(reader);
                    }
                }
                Role::Administrator | Role::Inspector => {}
            }
        }
    }
}

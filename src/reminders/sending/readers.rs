//! The readers of leased letters as they are at this moment: name, language, address, and what they may still see.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{AccountId, FacilityId};
use crate::messages::Lang;
use crate::schema::{account, mailbox, membership, person};
use crate::scope::Role;

/// Somebody to whom letters go.
#[derive(Debug, Clone)]
pub struct Reader {
    pub name: String,
    pub lang: Lang,
    pub address: Option<String>,
    active: bool,
    /// Roles held today, with the facility where one is held at one.
    roles: Vec<(Role, Option<FacilityId>)>,
}

impl Reader {
    /// Why no letter at all goes to this reader; none where one may go.
    pub fn is_closed(&self) -> Option<&'static str> {
        (!self.active).then_some("the account is closed")
    }

    /// Why no letter about a facility goes to this reader; none where it may go. A page that somebody may no longer
    /// open is not pointed out to them.
    pub fn is_barred_from(&self, facility: Option<&FacilityId>) -> Option<&'static str> {
        if let Some(why) = self.is_closed() {
            return Some(why);
        }
        if self.roles.is_empty() {
            return Some("the account holds no role today");
        }
        let sees = self
            .roles
            .iter()
            .any(|(_, own)| own.is_none() || facility.is_none() || own.as_ref() == facility);
        if !sees {
            return Some("the account holds no role at this facility today");
        }
        None
    }
}

/// The readers with these accounts on a day, in two statements.
pub fn readers(
    conn: &mut AnyConn,
    today: NaiveDate,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Reader>> {
    type Row = (AccountId, String, Lang, bool, Option<String>);
    let rows: Vec<Row> = account::table
        .inner_join(person::table.on(person::id.eq(account::person_id)))
        .left_join(mailbox::table.on(mailbox::account_id.eq(account::id)))
        .filter(account::id.eq_any(accounts))
        .select((
            account::id,
            person::name,
            account::language,
            account::active,
            mailbox::address.nullable(),
        ))
        .load(conn)?;
    let held: Vec<(AccountId, Role, Option<FacilityId>)> = membership::table
        .filter(membership::account_id.eq_any(accounts))
        .filter(membership::first_day.le(today))
        .filter(membership::trained_on.le(today))
        .filter(
            membership::last_day
                .is_null()
                .or(membership::last_day.ge(today).assume_not_null()),
        )
        .select((
            membership::account_id,
            membership::role,
            membership::facility_id,
        ))
        .load(conn)?;
    let mut readers: HashMap<AccountId, Reader> = rows
        .into_iter()
        .map(|(id, name, lang, active, address)| {
            let address = address.filter(|address| !address.trim().is_empty());
            let reader = Reader {
                name,
                lang,
                address,
                active,
                roles: Vec::new(),
            };
            (id, reader)
        })
        .collect();
    for (account, role, facility) in held {
        if let Some(reader) = readers.get_mut(&account) {
            reader.roles.push((role, facility));
        }
    }
    Ok(readers)
}

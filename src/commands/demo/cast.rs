//! Who plays in the sample: one account a role, and what each of them does as themselves.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use kanmon::accounts::memberships::INSPECTOR_DAYS;
use kanmon::accounts::{self, NewAccount, Training, mailboxes, passwords};
use kanmon::config::Cost;
use kanmon::db::{Db, Tx};
use kanmon::error::{Error, Result};
use kanmon::ids::{AccountId, FacilityId, PersonId, ProgrammeId};
use kanmon::messages::Lang;
use kanmon::outbox::Habit;
use kanmon::scope::{Actor, Role, Scope};
use kanmon::signatures::Proof;

/// One password for every sample account; it opens nothing but the sample.
pub const PASSWORD: &str = "kanmon-demo-2026";

/// Login, name and role of the accounts that the command prints.
const PRINTED: &[(&str, &str, Role)] = &[
    ("mr", "大野 誠", Role::Representative),
    ("safety", "森下 恵", Role::SafetyOfficer),
    ("operator", "新川 直人", Role::DistributionOperator),
    ("approver", "大槻 由美", Role::DistributionApprover),
    ("approver2", "梶原 透", Role::DistributionApprover),
    ("admin", "堀 健一", Role::Administrator),
    ("inspector", "南 薫", Role::Inspector),
    ("coordinator", "志村 理沙", Role::FacilityCoordinator),
    ("physician", "柏木 遥", Role::Physician),
];

/// The list of accounts as it is printed at the start.
pub fn programme_of_accounts(address: &str) -> String {
    let mut text = format!(
        "Sample programme (fictional facilities and people): {address}\n\
         Password of every account: {PASSWORD}\n"
    );
    for (login, name, role) in PRINTED {
        text.push_str(&format!("  {login:<12} {name}  {}\n", role.as_str()));
    }
    text.push_str(
        "Every other facility has a coordinator and a physician of its own: see 「人と役割」 as admin.\n",
    );
    text
}

/// Somebody who acts in the sample.
#[derive(Clone)]
pub struct Player {
    pub person: PersonId,
    pub account: AccountId,
    pub actor: Actor,
    pub scope: Scope,
}

/// The stage: the database, and who has come on.
pub struct Stage<'a> {
    pub db: &'a Db,
    pub programme: ProgrammeId,
    players: BTreeMap<String, Player>,
}

impl<'a> Stage<'a> {
    /// The manufacturer's people, from their first day on.
    pub fn open(db: &'a Db, programme: ProgrammeId) -> Result<Stage<'a>> {
        let mut stage = Stage {
            db,
            programme,
            players: BTreeMap::new(),
        };
        let at_first = |role: &Role| !role.is_at_facility() && *role != Role::Inspector;
        for (login, name, role) in PRINTED.iter().filter(|(_, _, role)| at_first(role)) {
            stage.join(login, name, *role, None)?;
        }
        Ok(stage)
    }

    /// The inspectors come at the end, because their time is boxed.
    pub fn inspectors(&mut self) -> Result<()> {
        for (login, name, role) in PRINTED
            .iter()
            .filter(|(_, _, role)| *role == Role::Inspector)
        {
            self.join(login, name, *role, None)?;
        }
        Ok(())
    }

    /// Gives somebody an account and a role.
    pub fn join(
        &mut self,
        login: &str,
        name: &str,
        role: Role,
        facility: Option<&FacilityId>,
    ) -> Result<()> {
        // The sample's password is public, so that its hash need not be costly.
        let cost = Cost {
            memory_kib: 256,
            passes: 1,
        };
        let hashed = passwords::hash(cost, PASSWORD)?;
        let new = NewAccount {
            name: name.to_owned(),
            login: login.to_owned(),
            language: Lang::Ja,
        };
        let place = facility.cloned();
        let (person, account) = self.db.write(&Actor::system("demo"), move |tx| {
            let (person, account) = accounts::create_account(tx, &new, &hashed)?;
            let today = tx.today;
            // An inspector's time is boxed.
            let last = (role == Role::Inspector).then_some(today + Days::new(INSPECTOR_DAYS));
            let own = accounts::grant(tx, &account, role, place.as_ref(), today, last)?;
            let training = Training {
                on: today,
                by: "架空研修センター".to_owned(),
                material: "見本の研修資料 第1版".to_owned(),
            };
            accounts::record_training(tx, &own, &training)?;
            Ok((person, account))
        })?;
        let scope = match facility {
            Some(facility) => Scope::Facility(self.programme.clone(), facility.clone()),
            None => Scope::Programme(self.programme.clone()),
        };
        let actor = Actor {
            person: Some(person.clone()),
            account: Some(account.clone()),
            name: name.to_owned(),
            role: role.as_str().to_owned(),
        };
        let (own, address) = (account.clone(), format!("{login}@example.jp"));
        self.db.write(&actor, move |tx| {
            mailboxes::set(tx, &own, &address, Habit::AtOnce)
        })?;
        let player = Player {
            person,
            account,
            actor,
            scope,
        };
        self.players.insert(login.to_owned(), player);
        Ok(())
    }

    pub fn player(&self, login: &str) -> Result<Player> {
        self.players.get(login).cloned().ok_or(Error::NotFound)
    }

    /// What somebody does as themselves.
    pub fn act<T, F>(&self, login: &str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>, &Scope) -> Result<T> + Send + 'static,
    {
        let player = self.player(login)?;
        self.db
            .write(&player.actor, move |tx| work(tx, &player.scope))
    }

    /// What somebody does and signs.
    pub fn sign<T, F>(&self, login: &str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>, &Scope, &Proof) -> Result<T> + Send + 'static,
    {
        let player = self.player(login)?;
        let proof = accounts::prove(self.db, Cost::default(), &player.account, PASSWORD)?;
        self.db
            .write(&player.actor, move |tx| work(tx, &player.scope, &proof))
    }

    /// Moves the story on to nine o'clock in the morning of a day, and renews what the days have changed.
    pub fn day(&self, day: NaiveDate) -> Result<()> {
        let morning = kanmon::clock::start_of(day) + chrono::TimeDelta::hours(9);
        self.db.clock().move_to(morning);
        kanmon::standings::sweep(self.db, &self.programme)?;
        Ok(())
    }
}

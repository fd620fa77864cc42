//! The plan of reminders: which matter is told of to whom on a day, by the house policy's stages and the working days.
//!
//! Pure: it asks neither the clock nor the database. INVARIANT: on a day each matter has at most one current stage for
//! each reader, and a later day never has an earlier one.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, TimeDelta};

use super::matters::Matter;
use crate::ids::{AccountId, FacilityId, PersonId};
use crate::outbox::{Addressee, Kind};
use crate::programmes::days_off::DaysOff;
use crate::rules::facility::Span;
use crate::rules::policy::PolicyVersion;

/// For whom a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    /// Those who have to act.
    Readers,
    /// Who stands in for those of them who are the manufacturer's.
    Deputies,
    /// The safety officers.
    Officers,
}

/// A step of a matter's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stage {
    /// Days from its day.
    pub days: i32,
    pub whom: Whom,
}

/// A group of readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Desk {
    /// The physician it is about.
    Physician,
    /// The physician whose own statement it is, otherwise the facility's coordinators.
    Author,
    Coordinators,
    /// Those who look after the facility.
    Representatives,
    Officers,
    Approvers,
    Operators,
}

/// The stages of a kind of matter, earliest first.
///
/// READING: what ends is told of ahead, on the policy's days; what waits is told of on its day, when it begins to be late.
/// READING: a returned attestation or statement is told of at once as well, so that its author learns of it.
/// READING: a lapse while courses go on is told of on the days of a reported reaction, until it is mended.
/// READING: a post that ended and a lot that expired are not late: nothing is to be done about them any more.
pub fn stages(kind: Kind, policy: &PolicyVersion) -> Vec<Stage> {
    let house = &policy.reminders;
    let after = |days: &u32| i32::try_from(*days).unwrap_or(i32::MAX);
    let before = |days: &u32| -after(days);
    let (ahead, late): (Vec<i32>, bool) = match kind {
        Kind::MeetingDue | Kind::Reconfirmation | Kind::AgreementEnding => {
            (policy.reminder_days.iter().map(before).collect(), true)
        }
        Kind::PostEnding | Kind::LotExpiring => {
            (policy.reminder_days.iter().map(before).collect(), false)
        }
        Kind::ReleaseEnding => (house.release_days.iter().map(before).collect(), true),
        Kind::EvidenceReturned => (vec![before(&house.answer_days), 0], true),
        Kind::ReviewWaiting | Kind::OrderWaiting | Kind::DeliveryHeld => (vec![0], true),
        Kind::SafetyTask | Kind::LapseMidCourse => {
            (house.safety_repeat_days.iter().map(after).collect(), true)
        }
        Kind::MeetingBooked
        | Kind::MeetingChanged
        | Kind::MeetingCancelled
        | Kind::Invitation
        | Kind::PasswordReset
        | Kind::Digest => (Vec::new(), false),
    };
    let stage = |whom| move |days| Stage { days, whom };
    let mut all: Vec<Stage> = ahead.into_iter().map(stage(Whom::Readers)).collect();
    if late {
        // A matter of safety is told of again on days of its own.
        if !kind.is_safety() {
            all.extend(house.late_days.iter().map(after).map(stage(Whom::Readers)));
        }
        all.push(stage(Whom::Deputies)(after(&house.deputy_days)));
        all.push(stage(Whom::Officers)(after(&house.officer_days)));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Who has to act.
///
/// READING: what is on hold is told to operators, approvers and the facility: the facility waits for the goods, and what
/// lifts a hold is mostly its own evidence.
fn desks(kind: Kind) -> &'static [Desk] {
    match kind {
        Kind::MeetingDue => &[Desk::Physician, Desk::Representatives],
        Kind::Reconfirmation | Kind::AgreementEnding | Kind::PostEnding => {
            &[Desk::Coordinators, Desk::Representatives]
        }
        Kind::EvidenceReturned => &[Desk::Author],
        Kind::ReviewWaiting | Kind::SafetyTask | Kind::LapseMidCourse => &[Desk::Officers],
        Kind::OrderWaiting => &[Desk::Approvers],
        Kind::DeliveryHeld => &[Desk::Operators, Desk::Approvers, Desk::Coordinators],
        Kind::ReleaseEnding => &[Desk::Operators],
        Kind::LotExpiring => &[Desk::Coordinators, Desk::Operators],
        Kind::MeetingBooked
        | Kind::MeetingChanged
        | Kind::MeetingCancelled
        | Kind::Invitation
        | Kind::PasswordReset
        | Kind::Digest => &[],
    }
}

/// Somebody with an open account who holds a role on some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub person: PersonId,
    pub to: Addressee,
    pub days: Span,
}

/// Who could read a letter.
#[derive(Debug, Clone, Default)]
pub struct People {
    pub officers: Vec<Reader>,
    pub approvers: Vec<Reader>,
    pub operators: Vec<Reader>,
    pub representatives: Vec<Reader>,
    pub coordinators: HashMap<FacilityId, Vec<Reader>>,
    /// By facility: those physicians who have an account.
    pub physicians: HashMap<FacilityId, Vec<Reader>>,
    /// Which representatives look after a facility, and on which days.
    pub duties: HashMap<FacilityId, Vec<(AccountId, Span)>>,
    /// Who stands in for whom, and on which days.
    pub deputies: HashMap<AccountId, Vec<(AccountId, Span)>>,
}

impl People {
    fn at<'a>(
        all: &'a HashMap<FacilityId, Vec<Reader>>,
        matter: &Matter,
    ) -> impl Iterator<Item = &'a Reader> {
        all.get(&matter.facility).into_iter().flatten()
    }

    /// The physician it is about, where they have an account; without one the representative speaks to them.
    fn physician<'a>(&'a self, matter: &Matter, on: NaiveDate) -> Option<&'a Reader> {
        let person = matter.person.as_ref()?;
        Self::at(&self.physicians, matter)
            .find(|reader| reader.person == *person && reader.days.contains(on))
    }

    /// READING: who looks after the facility on the day; where nobody does, or none of them is representative any more,
    /// every representative, so that no letter is without a reader.
    fn representatives<'a>(&'a self, matter: &Matter, on: NaiveDate) -> Vec<&'a Reader> {
        let duties = self.duties.get(&matter.facility).into_iter().flatten();
        let named: Vec<&AccountId> = duties
            .filter(|(_, days)| days.contains(on))
            .map(|(account, _)| account)
            .collect();
        let today = || {
            self.representatives
                .iter()
                .filter(|one| one.days.contains(on))
        };
        let own: Vec<&Reader> = today()
            .filter(|one| named.contains(&&one.to.account))
            .collect();
        match own.is_empty() {
            true => today().collect(),
            false => own,
        }
    }

    fn desk<'a>(&'a self, desk: Desk, matter: &Matter, on: NaiveDate) -> Vec<&'a Reader> {
        let mut readers: Vec<&Reader> = match desk {
            Desk::Physician => self.physician(matter, on).into_iter().collect(),
            Desk::Author => match self.physician(matter, on) {
                Some(author) => vec![author],
                None => Self::at(&self.coordinators, matter).collect(),
            },
            Desk::Coordinators => Self::at(&self.coordinators, matter).collect(),
            Desk::Representatives => self.representatives(matter, on),
            Desk::Officers => self.officers.iter().collect(),
            Desk::Approvers => {
                // Nobody approves what they ordered.
                let other = |one: &&Reader| {
                    matter.kind != Kind::OrderWaiting || matter.person.as_ref() != Some(&one.person)
                };
                self.approvers.iter().filter(other).collect()
            }
            Desk::Operators => self.operators.iter().collect(),
        };
        readers.retain(|reader| reader.days.contains(on));
        readers
    }

    /// Who stands in at a desk of the manufacturer.
    ///
    /// READING: a deputy hears of a matter only while they hold the same role themselves; otherwise they could not act.
    fn deputies<'a>(&'a self, desk: Desk, matter: &Matter, on: NaiveDate) -> Vec<&'a Reader> {
        let role = match desk {
            Desk::Physician | Desk::Author | Desk::Coordinators => return Vec::new(),
            Desk::Representatives => &self.representatives,
            Desk::Officers => &self.officers,
            Desk::Approvers => &self.approvers,
            Desk::Operators => &self.operators,
        };
        let readers = self.desk(desk, matter, on);
        let named: Vec<&AccountId> = readers
            .iter()
            .filter_map(|reader| self.deputies.get(&reader.to.account))
            .flatten()
            .filter(|(_, days)| days.contains(on))
            .map(|(deputy, _)| deputy)
            .collect();
        let ordered = |one: &Reader| {
            matter.kind == Kind::OrderWaiting && matter.person.as_ref() == Some(&one.person)
        };
        role.iter()
            .filter(|one| one.days.contains(on) && named.contains(&&one.to.account))
            .filter(|one| !ordered(one))
            .collect()
    }

    /// Who hears of a matter at a stage for these.
    pub fn readers<'a>(&'a self, matter: &Matter, whom: Whom, on: NaiveDate) -> Vec<&'a Reader> {
        let desks = desks(matter.kind).iter();
        match whom {
            Whom::Readers => desks
                .flat_map(|desk| self.desk(*desk, matter, on))
                .collect(),
            Whom::Deputies => desks
                .flat_map(|desk| self.deputies(*desk, matter, on))
                .collect(),
            Whom::Officers => self.desk(Desk::Officers, matter, on),
        }
    }
}

/// A letter that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminder<'a> {
    pub matter: &'a Matter,
    pub stage: i32,
    pub to: &'a Addressee,
}

/// The house policy of a day with its stages, and the days on which nobody works.
pub struct Calendar<'a> {
    stages: BTreeMap<Kind, Vec<Stage>>,
    off: &'a DaysOff,
}

impl<'a> Calendar<'a> {
    pub fn new(policy: &PolicyVersion, off: &'a DaysOff) -> Calendar<'a> {
        let of = |kind: &Kind| (*kind, stages(*kind, policy));
        Calendar {
            stages: Kind::ALL.iter().map(of).collect(),
            off,
        }
    }

    /// The day on which the letters of a stage go out; `None` beyond the calendar.
    ///
    /// What is due on a day off goes out the working day before, but a letter that says late never before it is late.
    /// READING: a reported reaction is told of on its day, whether anybody works or not.
    pub fn goes_out(&self, kind: Kind, due_on: NaiveDate, stage: i32) -> Option<NaiveDate> {
        let day = due_on.checked_add_signed(TimeDelta::try_days(stage.into())?)?;
        Some(match kind.is_safety() {
            true => day,
            false if stage <= 0 => self.off.on_or_before(day),
            false => self.off.on_or_after(day),
        })
    }

    /// What is due on a day: for each matter and reader the latest stage whose day has come.
    ///
    /// READING: what came up after its day, or was not planned on it, goes out with the next planning, also on a day off.
    pub fn reminders<'m>(
        &self,
        matters: &'m [Matter],
        people: &'m People,
        on: NaiveDate,
    ) -> Vec<Reminder<'m>> {
        let mut all = Vec::new();
        for matter in matters {
            let stages = self.stages.get(&matter.kind).map_or(&[][..], Vec::as_slice);
            let come = stages.iter().take_while(|stage| {
                let day = self.goes_out(matter.kind, matter.due_on, stage.days);
                day.is_some_and(|day| day <= on)
            });
            let begin = all.len();
            let mut asked: Vec<Whom> = Vec::new();
            // Latest first: who has a later stage is not told of an earlier one, and who reads one stage reads
            // every other for the same group.
            for stage in come.collect::<Vec<_>>().into_iter().rev() {
                if asked.contains(&stage.whom) {
                    continue;
                }
                asked.push(stage.whom);
                for reader in people.readers(matter, stage.whom, on) {
                    let told = all.iter().skip(begin);
                    let mut told = told.map(|letter: &Reminder<'_>| &letter.to.account);
                    if !told.any(|account| *account == reader.to.account) {
                        all.push(Reminder {
                            matter,
                            stage: stage.days,
                            to: &reader.to,
                        });
                    }
                }
            }
        }
        all
    }

    /// Whether somebody is among those who may be told of a matter on a day, at whatever stage.
    pub fn concerns(
        &self,
        matter: &Matter,
        people: &People,
        account: &AccountId,
        on: NaiveDate,
    ) -> bool {
        let stages = self.stages.get(&matter.kind).map_or(&[][..], Vec::as_slice);
        let whom = |whom| stages.iter().any(|stage| stage.whom == whom);
        [Whom::Readers, Whom::Deputies, Whom::Officers]
            .into_iter()
            .filter(|group| whom(*group))
            .flat_map(|group| people.readers(matter, group, on))
            .any(|reader| reader.to.account == *account)
    }
}

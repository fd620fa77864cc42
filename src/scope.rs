//! Who is asking: the roles, what a reader may see, and who is named as the author of a change.

use crate::ids::{AccountId, FacilityId, PersonId, ProgrammeId};

crate::words! {
    /// What a membership lets a person do.
    pub enum Role {
        Representative = "representative",
        SafetyOfficer = "safety_officer",
        DistributionOperator = "distribution_operator",
        DistributionApprover = "distribution_approver",
        Administrator = "administrator",
        Inspector = "inspector",
        FacilityCoordinator = "facility_coordinator",
        Physician = "physician",
    }
}

impl Role {
    /// Whether the role is held at a facility, and so sees that facility only.
    pub fn is_at_facility(self) -> bool {
        matches!(self, Role::FacilityCoordinator | Role::Physician)
    }

    /// Whether one person may hold both roles: nobody is representative together with safety officer
    /// or approver (DESIGN: separation of those who bring evidence from those who judge it), an
    /// administrator, who gives out roles, judges and approves nothing, and an inspector, who reads what everybody
    /// did and at every facility, is nothing else beside it.
    pub fn goes_with(self, other: Role) -> bool {
        use Role::{Administrator, DistributionApprover, Inspector, Representative, SafetyOfficer};
        if (self == Inspector) != (other == Inspector) {
            return false;
        }
        let pair = |a, b| (self == a && other == b) || (self == b && other == a);
        !(pair(Representative, SafetyOfficer)
            || pair(Representative, DistributionApprover)
            || pair(Administrator, SafetyOfficer)
            || pair(Administrator, DistributionApprover))
    }
}

/// What a read may see. Every read of a room's store takes one, so that no page can forget it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Manufacturer staff and inspectors: every facility of the programme.
    Programme(ProgrammeId),
    /// Facility people: their own facility only.
    Facility(ProgrammeId, FacilityId),
}

impl Scope {
    pub fn programme(&self) -> &ProgrammeId {
        match self {
            Scope::Programme(programme) | Scope::Facility(programme, _) => programme,
        }
    }

    /// The one facility that may be seen, or none where all may.
    pub fn only(&self) -> Option<&FacilityId> {
        match self {
            Scope::Programme(_) => None,
            Scope::Facility(_, facility) => Some(facility),
        }
    }

    pub fn sees(&self, facility: &FacilityId) -> bool {
        self.only().is_none_or(|own| own == facility)
    }

    /// A foreign record is answered like one that does not exist.
    pub fn admit(&self, facility: &FacilityId) -> Result<(), crate::error::Error> {
        if self.sees(facility) {
            Ok(())
        } else {
            Err(crate::error::Error::NotFound)
        }
    }
}

/// The role of what the program does by itself.
const SYSTEM: &str = "system";

/// The author of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub person: Option<PersonId>,
    pub account: Option<AccountId>,
    /// The name as it is printed beside what was done.
    pub name: String,
    /// The role word, or `system` for what the program does by itself.
    pub role: String,
}

impl Actor {
    /// The program itself: the daily sweep, an import, an installation command.
    pub fn system(name: &str) -> Actor {
        Actor {
            person: None,
            account: None,
            name: name.to_owned(),
            role: SYSTEM.to_owned(),
        }
    }

    /// Refuses whoever acts in another role.
    /// INVARIANT: every verb asks, so that no page and no command can open it to another role.
    pub fn acts_as(&self, roles: &[Role]) -> Result<(), crate::error::Error> {
        if roles.iter().any(|role| role.as_str() == self.role) {
            Ok(())
        } else {
            Err(crate::error::Error::Forbidden)
        }
    }

    /// Refuses everybody but the program itself.
    pub fn acts_as_the_program(&self) -> Result<(), crate::error::Error> {
        match self.role == SYSTEM {
            true => Ok(()),
            false => Err(crate::error::Error::Forbidden),
        }
    }

    /// The person, where one must be named.
    pub fn person(&self) -> Result<&PersonId, crate::error::Error> {
        self.person.as_ref().ok_or(crate::error::Error::Forbidden)
    }
}

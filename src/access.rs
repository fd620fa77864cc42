//! Who may use which address, and whose records they find behind it: one row a route, one letter a role.
//!
//! The router looks every route up here (`app.rs`) and refuses before a page is asked; what a request may see, its
//! [`Scope`](crate::scope::Scope), is derived from the same letter. A route without a row is not served.
//! Handlers say their roles once more in their signature (`By<…>`), and `tests/access.rs` compares both, then asks
//! every route as every role about its own and about another facility's records.

use crate::ids::{FacilityId, ProgrammeId};
use crate::scope::{Role, Scope};

/// How far a role reaches at one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    No,
    /// The page itself, and no record but what belongs to the account: sign-in, language, letters to oneself.
    Desk,
    /// The records of the facility where the role is held.
    Own,
    /// The records of every facility of the programme.
    All,
}

/// One address and who may use it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    /// Somebody who is not signed in.
    pub nobody: Reach,
    /// In the order of [`Role::ALL`].
    reaches: [Reach; 8],
}

impl Row {
    pub fn reach(&self, role: Role) -> Reach {
        let mut all = Role::ALL.iter().zip(self.reaches);
        all.find(|(other, _)| **other == role)
            .map_or(Reach::No, |(_, reach)| reach)
    }

    /// Whether nobody needs to sign in.
    pub fn is_open(&self) -> bool {
        self.nobody != Reach::No
    }

    /// The roles that may, in the order of [`Role::ALL`].
    pub fn roles(&self) -> Vec<Role> {
        let mut roles = Role::ALL.to_vec();
        roles.retain(|role| self.reach(*role) != Reach::No);
        roles
    }

    /// What may be seen behind this address.
    /// INVARIANT: only `A` opens the programme, and never to a role that is held at a facility.
    pub fn scope(
        &self,
        role: Role,
        programme: &ProgrammeId,
        facility: Option<&FacilityId>,
    ) -> Option<Scope> {
        match (self.reach(role), facility) {
            (Reach::All, None) if !role.is_at_facility() => {
                Some(Scope::Programme(programme.clone()))
            }
            (Reach::Own, Some(own)) => Some(Scope::Facility(programme.clone(), own.clone())),
            _ => None,
        }
    }
}

/// The row of an address.
pub fn row(method: &str, path: &str) -> Option<&'static Row> {
    TABLE
        .iter()
        .find(|row| row.method == method && row.path == path)
}

/// The row that an address as it stands in a link reaches; of two that fit, the one with fewer placeholders.
pub fn reached(method: &str, address: &str) -> Option<&'static Row> {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let fits = |row: &&Row| {
        let mut parts = row.path.split('/').zip(path.split('/'));
        row.method == method
            && row.path.split('/').count() == path.split('/').count()
            && parts.all(|(asked, given)| asked.starts_with('{') || asked == given)
    };
    let placeholders = |row: &&Row| row.path.matches('{').count();
    TABLE.iter().filter(fits).min_by_key(placeholders)
}

macro_rules! reach {
    (.) => {
        Reach::No
    };
    (s) => {
        Reach::Desk
    };
    (o) => {
        Reach::Own
    };
    (A) => {
        Reach::All
    };
}

macro_rules! table {
    ($($method:ident $path:literal [$nobody:tt $($cell:tt)+])+) => {
        &[$(Row {
            method: stringify!($method),
            path: $path,
            nobody: reach!($nobody),
            reaches: [$(reach!($cell)),+],
        }),+]
    };
}

/// Every address.
///
/// Columns: **n** nobody (not signed in) · **R** representative, **S** safety officer, **O** distribution operator,
/// **A** distribution approver · **D** administrator, **I** inspector · **C** facility coordinator, **P** physician.
///
/// Letters: `A` all facilities of the programme, `o` the own facility only, `s` one's own desk: no records but
/// those of one's own account, `.` refused.
#[rustfmt::skip]
pub const TABLE: &[Row] = table! {
    //                                              n  R S O A  D I  C P
    // What anybody may ask.
    GET  "/healthz"                                [s  s s s s  s s  s s]
    GET  "/readyz"                                 [s  s s s s  s s  s s]
    GET  "/version"                                [s  s s s s  s s  s s]
    GET  "/robots.txt"                             [s  s s s s  s s  s s]
    GET  "/.well-known/security.txt"               [s  s s s s  s s  s s]
    GET  "/assets/{name}"                          [s  s s s s  s s  s s]
    GET  "/sign-in"                                [s  s s s s  s s  s s]
    POST "/sign-in"                                [s  s s s s  s s  s s]
    GET  "/sign-in/second"                         [s  s s s s  s s  s s]
    POST "/sign-in/second"                         [s  s s s s  s s  s s]
    GET  "/sign-in/factor"                         [s  s s s s  s s  s s]
    POST "/sign-in/factor"                         [s  s s s s  s s  s s]
    GET  "/invitation"                             [s  s s s s  s s  s s]
    POST "/invitation"                             [s  s s s s  s s  s s]
    GET  "/sign-in/reset"                          [s  s s s s  s s  s s]
    POST "/sign-in/reset"                          [s  s s s s  s s  s s]
    GET  "/reset"                                  [s  s s s s  s s  s s]
    POST "/reset"                                  [s  s s s s  s s  s s]
    POST "/sign-out"                               [s  s s s s  s s  s s]
    POST "/language"                               [s  s s s s  s s  s s]
    // One's own desk.
    GET  "/membership"                             [.  s s s s  s s  s s]
    POST "/membership"                             [.  s s s s  s s  s s]
    // People and their roles.
    GET  "/people"                                 [.  . . . .  A .  . .]
    GET  "/people/new"                             [.  . . . .  A .  . .]
    POST "/people/new"                             [.  . . . .  A .  . .]
    GET  "/people/{id}"                            [.  . . . .  A .  . .]
    POST "/people/{id}/memberships"                [.  . . . .  A .  . .]
    POST "/memberships/{id}/end"                   [.  . . . .  A .  . .]
    // Evidence of a facility.
    GET  "/attestations"                           [.  A A A A  . A  o o]
    GET  "/attestations/{id}"                      [.  A A A A  . A  o o]
    GET  "/attestations/{id}/steps/{part}"         [.  . . . .  . .  o .]
    POST "/attestations/{id}/steps/{part}"         [.  . . . .  . .  o .]
    GET  "/attestations/{id}/check"                [.  . . . .  . .  o .]
    POST "/attestations/{id}/submission"           [.  . . . .  . .  o .]
    POST "/attestations/{id}/acceptance"           [.  . A . .  . .  . .]
    POST "/attestations/{id}/return"               [.  . A . .  . .  . .]
    POST "/attestations/{id}/withdrawal"           [.  . A . .  . .  o .]
    GET  "/attestations/{id}/certificate"         [.  A A A A  . A  o o]
    POST "/facilities/{id}/attestations"           [.  . . . .  . .  o .]
    GET  "/facilities/{id}/changes/new"            [.  . A . .  . .  o .]
    POST "/facilities/{id}/changes"                [.  . A . .  . .  o .]
    // Physicians.
    GET  "/physicians"                             [.  A A A A  . A  o o]
    GET  "/physicians/{id}"                        [.  A A A A  . A  o o]
    GET  "/facilities/{id}/physicians/new"         [.  A A . .  . .  o .]
    POST "/facilities/{id}/physicians"             [.  A A . .  . .  o .]
    POST "/affiliations/{id}/end"                  [.  A A . .  . .  o .]
    GET  "/qualifications/new"                     [.  . . . .  . .  . o]
    POST "/qualifications"                         [.  . . . .  . .  . o]
    GET  "/qualifications/{id}"                    [.  A A A A  . A  o o]
    POST "/qualifications/{id}/acceptance"         [.  . A . .  . .  . .]
    POST "/qualifications/{id}/return"             [.  . A . .  . .  . .]
    POST "/qualifications/{id}/withdrawal"         [.  . A . .  . .  . o]
    GET  "/qualifications/{id}/certificate"       [.  A A A A  . A  o o]
    // Explanations, meetings, bookings.
    GET  "/contacts"                               [.  A A A A  . A  o o]
    GET  "/contacts/{id}"                          [.  A A A A  . A  o o]
    GET  "/facilities/{id}/contacts/new"           [.  A . . .  . .  . .]
    POST "/facilities/{id}/contacts"               [.  A . . .  . .  . .]
    POST "/contacts/{id}/correction"               [.  A A . .  . .  . .]
    POST "/contacts/{id}/addendum"                 [.  A A . .  . .  . .]
    GET  "/physicians/{id}/agenda"                 [.  A A . .  . A  . o]
    GET  "/bookings"                               [.  A A A A  . A  o o]
    GET  "/facilities/{id}/bookings/new"           [.  A . . .  . .  . .]
    POST "/facilities/{id}/bookings"               [.  A . . .  . .  . .]
    GET  "/bookings/{id}"                          [.  A A A A  . A  o o]
    GET  "/bookings/{id}/meeting.ics"              [.  A A A A  . A  o o]
    GET  "/bookings/{id}/change"                   [.  A . . .  . .  . .]
    POST "/bookings/{id}/change"                   [.  A . . .  . .  . .]
    GET  "/bookings/{id}/cancellation"             [.  A . . .  . .  . .]
    POST "/bookings/{id}/cancellation"             [.  A . . .  . .  . .]
    // Cases: the facility's own.
    GET  "/cases"                                  [.  A A A A  . A  o o]
    GET  "/cases/new"                              [.  . . . .  . .  o o]
    POST "/cases/new"                              [.  . . . .  . .  o o]
    GET  "/cases/continuation"                     [.  . . . .  . .  o o]
    POST "/cases/continuation"                     [.  . . . .  . .  o o]
    GET  "/cases/{id}/eligibility"                 [.  . . . .  . .  o o]
    POST "/cases/{id}/eligibility"                 [.  . . . .  . .  o o]
    GET  "/cases/{id}/doses/new"                   [.  . . . .  . .  o o]
    POST "/cases/{id}/doses/new"                   [.  . . . .  . .  o o]
    GET  "/cases/{id}/reactions/new"               [.  . . . .  . .  o o]
    POST "/cases/{id}/reactions/new"               [.  . . . .  . .  o o]
    GET  "/cases/{id}/counts/new"                  [.  . . . .  . .  o o]
    POST "/cases/{id}/counts/new"                  [.  . . . .  . .  o o]
    GET  "/cases/{id}/responses/new"               [.  . . . .  . .  o o]
    POST "/cases/{id}/responses/new"               [.  . . . .  . .  o o]
    GET  "/cases/{id}/records"                     [.  . . . .  . .  o o]
    GET  "/cases/{id}/records/{part}/correction"   [.  . . . .  . .  o o]
    POST "/cases/{id}/records/{part}/correction"   [.  . . . .  . .  o o]
    GET  "/cases/{id}/records/{part}/report"       [.  . . . .  . .  o o]
    POST "/cases/{id}/records/{part}/report"       [.  . . . .  . .  o o]
    POST "/cases/{id}/records/{part}/confirmation" [.  . . . .  . .  o o]
    GET  "/cases/{id}/closure"                     [.  . . . .  . .  o o]
    POST "/cases/{id}/closure"                     [.  . . . .  . .  o o]
    GET  "/cases/{id}/transfer"                    [.  . . . .  . .  o o]
    POST "/cases/{id}/transfer"                    [.  . . . .  . .  o o]
    // Reactions that hospitals report.
    GET  "/safety-tasks"                           [.  . A . .  . A  . .]
    GET  "/safety-tasks/{id}/acknowledgement"      [.  . A . .  . .  . .]
    POST "/safety-tasks/{id}/acknowledgement"      [.  . A . .  . .  . .]
    // What everybody reads.
    GET  "/"                                       [.  A A A A  A A  o o]
    GET  "/notice"                                 [.  A A A A  A A  o o]
    GET  "/facilities"                             [.  A A A A  . A  o o]
    GET  "/facilities/{id}"                        [.  A A A A  . A  o o]
    // Deliveries.
    GET  "/lots"                                   [.  A A A A  . A  . .]
    GET  "/deliveries"                             [.  A A A A  . A  o o]
    GET  "/deliveries/approvals"                   [.  . . . A  . .  . .]
    POST "/deliveries/approvals"                   [.  . . . A  . .  . .]
    GET  "/facilities/{id}/deliveries/new"         [.  . . A .  . .  o .]
    POST "/facilities/{id}/deliveries"             [.  . . A .  . .  o .]
    GET  "/deliveries/{id}"                        [.  A A A A  . A  o o]
    GET  "/deliveries/{id}/release.csv"            [.  A A A A  . A  . .]
    GET  "/deliveries/{id}/certificate"           [.  A A A A  . A  o o]
    GET  "/deliveries/{id}/approval"               [.  . . . A  . .  . .]
    POST "/deliveries/{id}/approval"               [.  . . . A  . .  . .]
    GET  "/deliveries/{id}/refusal"                [.  . . . A  . .  . .]
    POST "/deliveries/{id}/refusal"                [.  . . . A  . .  . .]
    GET  "/deliveries/{id}/cancellation"           [.  . . A .  . .  o .]
    POST "/deliveries/{id}/cancellation"           [.  . . A .  . .  o .]
    GET  "/deliveries/{id}/hold"                   [.  . A . A  . .  . .]
    POST "/deliveries/{id}/hold"                   [.  . A . A  . .  . .]
    GET  "/deliveries/{id}/schedule"               [.  . . A .  . .  o .]
    POST "/deliveries/{id}/schedule"               [.  . . A .  . .  o .]
    GET  "/deliveries/{id}/release"                [.  . . A .  . .  . .]
    POST "/deliveries/{id}/release"                [.  . . A .  . .  . .]
    GET  "/deliveries/{id}/shipment"               [.  . . A .  . .  . .]
    POST "/deliveries/{id}/shipment"               [.  . . A .  . .  . .]
    GET  "/deliveries/{id}/receipt"                [.  . . A .  . .  o .]
    POST "/deliveries/{id}/receipt"                [.  . . A .  . .  o .]
    // House policy, its exceptions and changes, and deviations.
    GET  "/deviations"                             [.  A A A A  . A  . .]
    GET  "/deviations/{id}"                        [.  A A A A  . A  . .]
    POST "/deviations/{id}/closure"                [.  . A . .  . .  . .]
    GET  "/exceptions"                             [.  A A A A  . A  o o]
    GET  "/exceptions/{id}"                        [.  A A A A  . A  o o]
    POST "/exceptions/{id}/confirmation"           [.  . . . A  . .  . .]
    POST "/exceptions/{id}/refusal"                [.  . . . A  . .  . .]
    POST "/exceptions/{id}/withdrawal"             [.  . A . .  . .  . .]
    POST "/exceptions/{id}/end"                    [.  . A . A  . .  . .]
    GET  "/facilities/{id}/exceptions/new"         [.  . A . .  . .  . .]
    POST "/facilities/{id}/exceptions"             [.  . A . .  . .  . .]
    GET  "/policy"                                 [.  A A A A  . A  . .]
    GET  "/policy/proposals/new"                   [.  . A . .  . .  . .]
    POST "/policy/proposals"                       [.  . A . .  . .  . .]
    GET  "/policy/proposals/{id}"                  [.  A A A A  . A  . .]
    POST "/policy/proposals/{id}/proposal"         [.  . A . .  . .  . .]
    POST "/policy/proposals/{id}/confirmation"     [.  . A . .  . .  . .]
    POST "/policy/proposals/{id}/refusal"          [.  . A . .  . .  . .]
    POST "/policy/proposals/{id}/withdrawal"       [.  . A . .  . .  . .]
    // What is looked back at.
    GET  "/inspection"                             [.  . A . .  . A  . .]
    GET  "/inspection/shipments"                   [.  . A . .  . A  . .]
    GET  "/inspection/would-not-pass"              [.  . A . A  . A  . .]
    GET  "/facilities/{id}/as-known"               [.  . A . .  . A  . .]
    GET  "/deliveries/{id}/as-known"               [.  . A . .  . A  . .]
    GET  "/facilities/{id}/dossier.zip"            [.  . A . .  . A  . .]
    GET  "/deliveries/{id}/dossier.zip"            [.  . A . .  . A  . .]
    GET  "/audit"                                  [.  . A . .  . A  . .]
    // The own account, and the second factors of others.
    GET  "/account"                                [.  s s s s  s s  s s]
    POST "/account/sessions"                       [.  s s s s  s s  s s]
    GET  "/account/factor"                         [.  s s s s  s s  s s]
    POST "/account/factor"                         [.  s s s s  s s  s s]
    GET  "/account/recovery"                       [.  s s s s  s s  s s]
    POST "/account/recovery"                       [.  s s s s  s s  s s]
    GET  "/people/{id}/closure"                    [.  . . . .  A .  . .]
    POST "/people/{id}/closure"                    [.  . . . .  A .  . .]
    POST "/people/{id}/reopening"                  [.  . . . .  A .  . .]
    GET  "/people/{id}/factor"                     [.  . . . .  A .  . .]
    POST "/people/{id}/factor/card"                [.  . . . .  A .  . .]
    POST "/people/{id}/factor/loss"                [.  . . . .  A .  . .]
    POST "/people/{id}/factor/loss/confirmation"   [.  . . . .  A .  . .]
    POST "/people/{id}/factor/loss/withdrawal"     [.  . . . .  A .  . .]
    // The review of accounts, and how others get in.
    GET  "/account/password"                       [.  s s s s  s s  s s]
    POST "/account/password"                       [.  s s s s  s s  s s]
    GET  "/account-review"                         [.  . . . .  A A  . .]
    GET  "/account-review.csv"                     [.  . . . .  A A  . .]
    POST "/account-review"                         [.  . . . .  A .  . .]
    POST "/people/{id}/invitation"                 [.  . . . .  A .  . .]
    POST "/people/{id}/invitation/revocation"      [.  . . . .  A .  . .]
    POST "/people/{id}/reset"                      [.  . . . .  A .  . .]
    POST "/people/{id}/training"                   [.  . . . .  A .  . .]
    // The log's proof of one row.
    GET  "/proofs/{id}"                            [.  A A A A  . A  o o]
    GET  "/proofs/{id}/inclusion.json"             [.  A A A A  . A  o o]
    // The post room.
    GET  "/letters"                                [.  A A s s  A A  o o]
    GET  "/letters/{id}"                           [.  A A s s  A A  o o]
    GET  "/letters/{id}/print"                     [.  A A s s  A A  o o]
    POST "/letters/{id}/resend"                    [.  . A . .  A .  . .]
    POST "/letters/{id}/bounce"                    [.  . A . .  A .  . .]
    POST "/letters/{id}/printed"                   [.  . A . .  A .  . .]
    GET  "/letters/preferences"                    [.  s s s s  s s  s s]
    POST "/letters/preferences"                    [.  s s s s  s s  s s]
    POST "/letters/deputies"                       [.  s s s s  . .  . .]
    POST "/deputies/{id}/end"                      [.  s s s s  A .  . .]
    POST "/people/{id}/mailbox"                    [.  . . . .  A .  . .]
    POST "/people/{id}/deputies"                   [.  . . . .  A .  . .]
    POST "/people/{id}/duties"                     [.  . . . .  A .  . .]
    GET  "/facilities/{id}/duties"                 [.  . A . .  A .  . .]
    POST "/facilities/{id}/duties"                 [.  . A . .  A .  . .]
    POST "/duties/{id}/end"                        [.  . A . .  A .  . .]
    GET  "/days-off"                               [.  A A A A  A A  . .]
    POST "/days-off"                               [.  . A . .  A .  . .]
    POST "/days-off/{id}/removal"                  [.  . A . .  A .  . .]
    GET  "/cases/{id}"                             [.  . . . .  . .  o o]
    POST "/cases/{id}/checks"                      [.  . . . .  . .  o o]
    GET  "/cases/{id}/checks/{part}"               [.  . . . .  . .  o o]
    GET  "/cases/{id}/start"                       [.  . . . .  . .  o o]
    POST "/cases/{id}/start"                       [.  . . . .  . .  o o]
    GET  "/cases/{id}/resume"                      [.  . . . .  . .  o o]
    POST "/cases/{id}/resume"                      [.  . . . .  . .  o o]
    GET  "/cases/{id}/discharge"                   [.  . . . .  . .  o o]
    POST "/cases/{id}/discharge"                   [.  . . . .  . .  o o]
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_address_has_one_row() {
        let mut seen = BTreeSet::new();
        for row in TABLE {
            assert!(seen.insert((row.method, row.path)), "{row:?}");
            assert!(matches!(row.method, "GET" | "POST"), "{row:?}");
        }
    }

    #[test]
    fn no_facility_role_reaches_another_facility_and_nobody_reaches_records() {
        for row in TABLE {
            assert!(matches!(row.nobody, Reach::No | Reach::Desk), "{row:?}");
            for role in Role::ALL {
                let reach = row.reach(*role);
                if row.is_open() {
                    assert_eq!(reach, Reach::Desk, "open to all or to none: {row:?}");
                }
                let wrong = match role.is_at_facility() {
                    true => Reach::All,
                    false => Reach::Own,
                };
                assert_ne!(reach, wrong, "{role:?}: {row:?}");
            }
        }
    }

    #[test]
    fn an_inspector_changes_nothing_but_the_own_desk() {
        for row in TABLE.iter().filter(|row| row.method == "POST") {
            let reach = row.reach(Role::Inspector);
            assert!(matches!(reach, Reach::No | Reach::Desk), "{row:?}");
        }
    }

    #[test]
    fn an_administrator_reads_no_evidence_and_judges_nothing() {
        let judging = [
            "acceptance",
            "return",
            "withdrawal",
            "approval",
            "refusal",
            "release",
            "shipment",
        ];
        for row in TABLE {
            let last = row.path.rsplit('/').next();
            // Of people it is the administrator who decides.
            let judges = last.is_some_and(|last| judging.contains(&last))
                && !row.path.starts_with("/people");
            let evidence = [
                "/attestations",
                "/qualifications",
                "/deliveries",
                "/cases",
                "/contacts",
            ]
            .iter()
            .any(|kind| row.path.starts_with(kind));
            if judges || evidence {
                assert_eq!(row.reach(Role::Administrator), Reach::No, "{row:?}");
            }
        }
    }
}

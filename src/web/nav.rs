//! The main navigation: where it leads, and which roles are shown the way.

use super::visitor::{self, Roles};
use crate::scope::Role;

/// The entries of the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    None,
    Today,
    Deliveries,
    Facilities,
    Attestations,
    Physicians,
    Contacts,
    Cases,
    Letters,
    Notice,
    Inspection,
    People,
}

/// Address, label and readers of each entry, in the order they are shown.
pub(super) const ENTRIES: &[(Nav, &str, &str, &[Role])] = &[
    (Nav::Today, "/", "nav-today", visitor::Anyone::ROLES),
    (
        Nav::Deliveries,
        "/deliveries",
        "nav-deliveries",
        visitor::Readers::ROLES,
    ),
    (
        Nav::Facilities,
        "/facilities",
        "nav-facilities",
        visitor::Readers::ROLES,
    ),
    (
        Nav::Attestations,
        "/attestations",
        "nav-attestations",
        visitor::Readers::ROLES,
    ),
    (
        Nav::Physicians,
        "/physicians",
        "nav-physicians",
        visitor::Readers::ROLES,
    ),
    (
        Nav::Contacts,
        "/contacts",
        "nav-contacts",
        visitor::StaffAndInspector::ROLES,
    ),
    (Nav::Cases, "/cases", "nav-cases", visitor::Readers::ROLES),
    (
        Nav::Letters,
        "/letters",
        "nav-letters",
        visitor::Anyone::ROLES,
    ),
    (Nav::Notice, "/notice", "nav-notice", visitor::Anyone::ROLES),
    (
        Nav::Inspection,
        "/inspection",
        "nav-inspection",
        visitor::LooksBack::ROLES,
    ),
    (
        Nav::People,
        "/people",
        "nav-people",
        visitor::Administrator::ROLES,
    ),
    (
        Nav::People,
        "/account-review",
        "review-title",
        visitor::Inspector::ROLES,
    ),
];

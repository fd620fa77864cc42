//! The roles that somebody may act in today, and which of them they act in.

use askama::Template;
use serde::Deserialize;

use super::{Membership, role_id};
use crate::error::{Error, Message};
use crate::ids::MembershipId;
use crate::rules::finding::Argument;
use crate::web::{Answer, Anyone, By, Form, Nav, Shell, see_other, session, show};

#[derive(Template)]
#[template(path = "accounts/membership.html")]
struct MembershipPage {
    shell: Shell,
    memberships: Vec<Membership>,
    current: MembershipId,
    manufacturer: String,
}

/// GET /membership: the roles that this account may act in today.
pub async fn memberships(who: By<Anyone>) -> Answer {
    let shell = who.shell("membership-title", Nav::None);
    show(MembershipPage {
        manufacturer: shell.t("accounts-manufacturer"),
        shell,
        memberships: who.memberships.clone(),
        current: who.membership.clone(),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct MembershipForm {
    membership: String,
}

/// POST /membership
pub async fn act_as(who: By<Anyone>, Form(form): Form<MembershipForm>) -> Answer {
    let mut own = who.memberships.iter();
    let chosen = own.find(|membership| membership.id.as_str() == form.membership);
    let chosen = chosen.ok_or(Error::NotFound)?;
    session::act_as(who.session(), &chosen.id);
    let role = Argument::Term(role_id(chosen.role));
    who.flash(Message::new("membership-now").with("role", role));
    see_other("/")
}

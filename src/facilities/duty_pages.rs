//! Who looks after a facility: the page on which representatives are given to it.

use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::duties::{self, Duty};
use super::{Facility, store};
use crate::error::{FieldErrors, Message};
use crate::ids::{AccountId, DutyId, FacilityId};
use crate::web::page::own_path;
use crate::web::visitor::Keepers;
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Problem, Shell, Site, Ymd, or_again, see_other, show,
    show_again,
};

#[derive(Template)]
#[template(path = "facilities/duties.html")]
struct DutiesPage {
    shell: Shell,
    facility: Facility,
    duties: Vec<Duty>,
    representatives: Vec<(String, String)>,
    form: DutyForm,
    errors: FieldErrors,
    today: NaiveDate,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DutyForm {
    representative: String,
    duty_first_day: Ymd,
    duty_last_day: Ymd,
}

async fn page(
    site: &Site,
    who: &By<Keepers>,
    id: FacilityId,
    (form, errors): (DutyForm, FieldErrors),
) -> Result<DutiesPage, Problem> {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        Ok((
            store::get(conn, &scope, &id)?,
            duties::of_facility(conn, &scope, &id, today)?,
            duties::representatives(conn, today)?,
        ))
    });
    let (facility, duties, representatives) = found.await?;
    let mut shell = who.shell("duties-title", Nav::Facilities);
    // An administrator reads no evidence, and so has no page of the facility to go back to.
    if who.is(&[crate::scope::Role::SafetyOfficer]) {
        shell = shell
            .crumb("/facilities", "nav-facilities")
            .crumb_named(&format!("/facilities/{}", facility.id), &facility.name);
    }
    shell.wrong = !errors.is_empty();
    Ok(DutiesPage {
        shell,
        facility,
        duties,
        representatives: representatives
            .into_iter()
            .map(|(id, name)| (id.to_string(), name))
            .collect(),
        form,
        errors,
        today,
    })
}

/// GET /facilities/{id}/duties
pub async fn form(site: Site, who: By<Keepers>, Id(id): Id<FacilityId>) -> Answer {
    let form = DutyForm {
        duty_first_day: site.db.clock().today().into(),
        ..DutyForm::default()
    };
    show(page(&site, &who, id, (form, FieldErrors::default())).await?)
}

/// POST /facilities/{id}/duties
pub async fn assign(
    site: Site,
    who: By<Keepers>,
    Id(id): Id<FacilityId>,
    Form(form): Form<DutyForm>,
) -> Answer {
    let mut fields = Fields::new();
    let chosen = fields.choice("representative", &form.representative, |id| {
        id.parse::<AccountId>().ok()
    });
    let first = fields.date("duty_first_day", &form.duty_first_day);
    let last = fields.optional_date("duty_last_day", &form.duty_last_day);
    let outcome = match (fields.done(()), chosen) {
        (Ok(()), Some(chosen)) => {
            let (scope, place) = (who.scope.clone(), id.clone());
            site.write(&who, move |tx| {
                duties::assign(tx, &scope, &place, &chosen, first, last)
            })
            .await
        }
        (Err(errors), _) => Err(errors.into()),
        (Ok(()), None) => {
            Err(FieldErrors::one("representative", Message::new("forms-choose")).into())
        }
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("duties-assigned"));
            see_other(&format!("/facilities/{id}/duties"))
        }
        Err(errors) => show_again(page(&site, &who, id, (form, errors)).await?),
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BackForm {
    back: String,
}

/// POST /duties/{id}/end: from today on.
pub async fn end(
    site: Site,
    who: By<Keepers>,
    Id(id): Id<DutyId>,
    Form(form): Form<BackForm>,
) -> Answer {
    let scope = who.scope.clone();
    let ended = site.write(&who, move |tx| duties::end(tx, &scope, &id));
    let (_, place) = ended.await?;
    who.flash(Message::new("duties-ended"));
    match own_path(&form.back) {
        "/" => see_other(&format!("/facilities/{place}/duties")),
        back => see_other(back),
    }
}

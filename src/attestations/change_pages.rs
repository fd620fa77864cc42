//! The report that something at a facility no longer holds (体制変更の届出), as a form.

use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::{limb, limb_term};
use crate::error::{FieldErrors, Message};
use crate::facilities::{self, Facility};
use crate::ids::FacilityId;
use crate::rules::facility::Limb;
use crate::web::visitor::ChangeReporter;
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Problem, Shell, Site, Ymd, or_again, see_other, show,
    show_again,
};

/// What can be reported, by the words that the rules know it by.
const LIMBS: [(&str, Limb); 5] = [
    ("intensive_care", Limb::IntensiveCare),
    ("admission24h", Limb::Admission24h),
    ("inpatient_beds", Limb::InpatientBeds),
    ("tocilizumab", Limb::Tocilizumab),
    ("test_results", Limb::TestResults),
];

/// What is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    change_limb: String,
    change_from: Ymd,
    change_reason: String,
}

impl ChangeForm {
    fn check(&self) -> Result<(Limb, NaiveDate, String), FieldErrors> {
        let mut fields = Fields::new();
        let limb = fields.choice("change_limb", &self.change_limb, limb);
        let from = fields.date("change_from", &self.change_from);
        let reason = fields.lines("change_reason", &self.change_reason, 1000);
        fields.done((limb.unwrap_or(Limb::IntensiveCare), from, reason))
    }
}

#[derive(Template)]
#[template(path = "attestations/change.html")]
struct ChangePage {
    shell: Shell,
    facility: Facility,
    limbs: Vec<(String, String)>,
    form: ChangeForm,
    errors: FieldErrors,
}

async fn page(
    site: &Site,
    who: &By<ChangeReporter>,
    id: &FacilityId,
    form: ChangeForm,
    errors: FieldErrors,
) -> Result<ChangePage, Problem> {
    let (scope, id) = (who.scope.clone(), id.clone());
    let facility = site
        .read(move |conn| facilities::get(conn, &scope, &id))
        .await?;
    let mut shell = who
        .shell("attestation-change-title", Nav::Attestations)
        .crumb("/attestations", "attestations-title");
    shell.wrong = !errors.is_empty();
    let named = |(word, limb): &(&str, Limb)| ((*word).to_owned(), shell.t(limb_term(*limb)));
    Ok(ChangePage {
        limbs: LIMBS.iter().map(named).collect(),
        shell,
        facility,
        form,
        errors,
    })
}

/// GET /facilities/{id}/changes/new
pub async fn form(site: Site, who: By<ChangeReporter>, Id(id): Id<FacilityId>) -> Answer {
    let form = ChangeForm {
        change_from: site.db.clock().today().into(),
        ..ChangeForm::default()
    };
    show(page(&site, &who, &id, form, FieldErrors::default()).await?)
}

/// POST /facilities/{id}/changes
pub async fn report(
    site: Site,
    who: By<ChangeReporter>,
    Id(id): Id<FacilityId>,
    Form(form): Form<ChangeForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok((limb, from, reason)) => {
            let (scope, id) = (who.scope.clone(), id.clone());
            site.write(&who, move |tx| {
                let programme = scope.programme();
                super::report_change(tx, &scope, programme, &id, limb, from, &reason)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("attestation-change-reported"));
            see_other("/attestations")
        }
        Err(errors) => show_again(page(&site, &who, &id, form, errors).await?),
    }
}

//! How an order is taken: one form a facility, and its answer is the delivery with its verdict.

use askama::Template;
use serde::Deserialize;

use super::{Channel, NewOrder, order};
use crate::cases::MOST_DOSES;
use crate::error::{FieldErrors, Message};
use crate::facilities;
use crate::ids::FacilityId;
use crate::rules::notice::Product;
use crate::web::{
    Answer, By, CanOrder, Fields, Form, Id, Nav, Shell, Site, Ymd, or_again, see_other, show,
    show_again,
};

/// The most vials of one product that an order may name; more is a slip of the keyboard.
const MOST_VIALS: i64 = 999;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OrderForm {
    quantity_1mg: String,
    quantity_30mg: String,
    ships_on: Ymd,
    arrives_on: Ymd,
    channel: String,
    wholesaler: String,
    branch: String,
    case_0: String,
    case_1: String,
    case_2: String,
    case_3: String,
    doses_0: String,
    doses_1: String,
    doses_2: String,
    doses_3: String,
}

#[derive(Template)]
#[template(path = "deliveries/order.html")]
struct OrderPage {
    shell: Shell,
    facility: facilities::Facility,
    form: OrderForm,
    errors: FieldErrors,
    /// Whether cases are kept here at all.
    cases: bool,
}

impl OrderForm {
    /// The rows for cases: the names of their two fields, and what was typed.
    fn rows(&self) -> [(String, &str, String, &str); 4] {
        fn row<'a>(at: u8, case: &'a str, doses: &'a str) -> (String, &'a str, String, &'a str) {
            (format!("case_{at}"), case, format!("doses_{at}"), doses)
        }
        [
            row(0, &self.case_0, &self.doses_0),
            row(1, &self.case_1, &self.doses_1),
            row(2, &self.case_2, &self.doses_2),
            row(3, &self.case_3, &self.doses_3),
        ]
    }

    /// The cases that are named; a row that is left empty names none.
    fn cases(&self, fields: &mut Fields) -> Vec<(String, i32)> {
        let filled = self
            .rows()
            .into_iter()
            .filter(|(_, case, _, doses)| !(case.trim().is_empty() && doses.trim().is_empty()));
        let named = filled.map(|(case_field, case, doses_field, doses)| {
            let case = fields.text(&case_field, case, 20);
            let doses = fields.number(&doses_field, doses, 1..=MOST_DOSES.into());
            (case, i32::try_from(doses).unwrap_or(0))
        });
        named.collect()
    }

    fn check(&self, facility: &FacilityId, with_cases: bool) -> Result<NewOrder, FieldErrors> {
        let mut fields = Fields::new();
        let vials = |fields: &mut Fields, field: &str, raw: &str| {
            fields
                .optional_number(field, raw, 0..=MOST_VIALS)
                .unwrap_or(0)
        };
        let one = vials(&mut fields, "quantity_1mg", &self.quantity_1mg);
        let thirty = vials(&mut fields, "quantity_30mg", &self.quantity_30mg);
        let ships_on = fields.date("ships_on", &self.ships_on);
        let arrives_on = fields.date("arrives_on", &self.arrives_on);
        let channel = fields.choice("channel", &self.channel, Channel::from_word);
        let wholesaler = fields.optional_text("wholesaler", &self.wholesaler, 80);
        let branch = fields.optional_text("branch", &self.branch, 80);
        let cases = match with_cases {
            true => self.cases(&mut fields),
            false => Vec::new(),
        };
        let lines = [
            (Product::LunsumioIv1Mg, one),
            (Product::LunsumioIv30Mg, thirty),
        ]
        .into_iter()
        .filter(|(_, vials)| *vials > 0)
        .map(|(product, vials)| {
            (
                product.as_str().to_owned(),
                i32::try_from(vials).unwrap_or(0),
            )
        })
        .collect();
        fields.done(NewOrder {
            facility: facility.clone(),
            channel: channel.unwrap_or(Channel::Direct),
            wholesaler: wholesaler.unwrap_or_default(),
            branch: branch.unwrap_or_default(),
            lines,
            cases,
            ships_on,
            arrives_on,
        })
    }
}

async fn page(
    site: &Site,
    who: &By<CanOrder>,
    id: FacilityId,
    form: OrderForm,
    errors: FieldErrors,
) -> Result<OrderPage, crate::web::Problem> {
    let scope = who.scope.clone();
    let facility = site
        .read(move |conn| facilities::get(conn, &scope, &id))
        .await?;
    let shell = who
        .shell("delivery-new", Nav::Deliveries)
        .crumb("/facilities", "nav-facilities")
        .crumb_named(
            &format!("/facilities/{}", facility.id),
            facility.name.clone(),
        );
    Ok(OrderPage {
        shell,
        facility,
        form,
        errors,
        cases: site.config.cases,
    })
}

/// GET /facilities/{id}/deliveries/new
pub async fn new(site: Site, who: By<CanOrder>, Id(id): Id<FacilityId>) -> Answer {
    let form = OrderForm {
        channel: Channel::Wholesaler.as_str().to_owned(),
        ..OrderForm::default()
    };
    show(page(&site, &who, id, form, FieldErrors::default()).await?)
}

/// POST /facilities/{id}/deliveries
pub async fn create(
    site: Site,
    who: By<CanOrder>,
    Id(id): Id<FacilityId>,
    Form(form): Form<OrderForm>,
) -> Answer {
    let (scope, facility) = (who.scope.clone(), id.clone());
    let outcome = match form.check(&id, site.config.cases) {
        Ok(new) => {
            let programme = scope.programme().clone();
            site.write(&who, move |tx| {
                facilities::get(tx.conn, &scope, &facility)?;
                order(tx, &scope, &programme, &new)
            })
            .await
        }
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(delivery) => {
            who.flash(Message::new("delivery-ordered"));
            see_other(&format!("/deliveries/{delivery}"))
        }
        Err(errors) => show_again(page(&site, &who, id, form, errors).await?),
    }
}

//! How an order is taken: one form a facility, and its answer is the delivery with its verdict.

use askama::Template;
use serde::Deserialize;

use super::{Channel, NewOrder, order};
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
}

#[derive(Template)]
#[template(path = "deliveries/order.html")]
struct OrderPage {
    shell: Shell,
    facility: facilities::Facility,
    form: OrderForm,
    errors: FieldErrors,
}

impl OrderForm {
    fn check(&self, facility: &FacilityId) -> Result<NewOrder, FieldErrors> {
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
    let outcome = match form.check(&id) {
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

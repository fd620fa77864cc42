//! How a delivery is moved: one page a step with what it needs, each answered by the delivery itself.

use askama::Template;
use serde::Deserialize;

use super::pages::product;
use super::{
    Delivery, ReceiptLine, ReceivedGoods, ShippedLot, approve, cancel, detail, hold, receive,
    refuse, release, reschedule, ship,
};
use crate::db::Tx;
use crate::error::{FieldErrors, Message, Ruling};
use crate::ids::DeliveryId;
use crate::rules::finding::Finding;
use crate::standings::label;
use crate::verdicts;
use crate::web::card;
use crate::web::visitor::{Roles, SafetyOrApprover};
use crate::web::{
    Answer, Approver, By, CanOrder, Fields, Form, Id, Nav, Operator, Problem, Shell, Site, Ymd,
    or_again, see_other, show, show_again,
};

/// Rows for lots a page offers; two a product.
pub const LOT_ROWS: usize = 4;
/// The longest reason that is kept, in characters.
const REASON_MAX: usize = 500;

/// Everything any step asks for; each step reads its own fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StepForm {
    /// The version of the record that the page showed.
    version: i32,
    reason: String,
    password: String,
    factor: String,
    ships_on: Ymd,
    arrives_on: Ymd,
    last_day: Ymd,
    lot_0: String,
    lot_1: String,
    lot_2: String,
    lot_3: String,
    expires_0: Ymd,
    expires_1: Ymd,
    expires_2: Ymd,
    expires_3: Ymd,
    quantity_0: String,
    quantity_1: String,
    quantity_2: String,
    quantity_3: String,
    received_at: Ymd,
    intact: String,
    lowest: String,
    highest: String,
    remarks: String,
}

impl StepForm {
    fn lots(&self) -> [(&str, &Ymd, &str); LOT_ROWS] {
        [
            (&self.lot_0, &self.expires_0, &self.quantity_0),
            (&self.lot_1, &self.expires_1, &self.quantity_1),
            (&self.lot_2, &self.expires_2, &self.quantity_2),
            (&self.lot_3, &self.expires_3, &self.quantity_3),
        ]
    }
}

/// A row for one lot: which input it is, of which product, what was typed.
struct LotRow {
    index: usize,
    product: String,
    lot: String,
    expires: Ymd,
    quantity: String,
}

#[derive(Template)]
#[template(path = "deliveries/step.html")]
struct StepPage {
    shell: Shell,
    step: &'static str,
    delivery: Delivery,
    number: String,
    considered: Vec<Finding>,
    lots: Vec<LotRow>,
    form: StepForm,
    errors: FieldErrors,
}

impl StepPage {
    fn signs(&self) -> bool {
        matches!(self.step, "approval" | "refusal")
    }

    fn needs_reason(&self) -> bool {
        matches!(self.step, "refusal" | "cancellation" | "hold")
            || (self.step == "approval" && !self.considered.is_empty())
    }

    fn reason_of(&self, finding: &Finding) -> String {
        card::reason(self.shell.lang, &finding.reason)
    }
}

/// What a step's page shows: the record as it is now, and the form as it was typed.
async fn page<R: Roles>(
    site: &Site,
    who: &By<R>,
    id: &DeliveryId,
    step: &'static str,
    form: Option<StepForm>,
    errors: FieldErrors,
) -> Result<StepPage, Problem> {
    let (scope, id, clock) = (who.scope.clone(), id.clone(), site.db.clock().clone());
    let (delivery, days) = site
        .read(move |conn| {
            let delivery = detail(conn, &scope, &id)?;
            let moment = (clock.today(), clock.now());
            let judged = super::judge(conn, scope.programme(), &delivery.row, moment)?;
            Ok((delivery, judged.days))
        })
        .await?;
    let number = label("D", delivery.row.number);
    let form = form.unwrap_or_else(|| StepForm {
        version: delivery.row.version,
        ships_on: delivery.row.ships_on.into(),
        arrives_on: delivery.row.arrives_on.into(),
        last_day: delivery.row.arrives_on.into(),
        ..StepForm::default()
    });
    let shell = who
        .shell(title(step), Nav::Deliveries)
        .crumb("/deliveries", "nav-deliveries")
        .crumb_named(&format!("/deliveries/{}", delivery.row.id), number.clone());
    Ok(StepPage {
        lots: lot_rows(&shell, step, &delivery, &form),
        considered: verdicts::considerations(&days),
        shell,
        step,
        number,
        delivery,
        form,
        errors,
    })
}

fn title(step: &str) -> &'static str {
    match step {
        "approval" => "delivery-do-approval",
        "refusal" => "delivery-do-refusal",
        "cancellation" => "delivery-do-cancellation",
        "hold" => "delivery-do-hold",
        "schedule" => "delivery-do-schedule",
        "release" => "delivery-do-release",
        "shipment" => "delivery-do-shipment",
        _ => "delivery-do-receipt",
    }
}

/// At shipment two rows a product are offered; at receipt one for each lot that was sent.
fn lot_rows(shell: &Shell, step: &str, delivery: &Delivery, form: &StepForm) -> Vec<LotRow> {
    let typed = form.lots();
    let row = |index: usize, product: String, lot: Option<&str>| {
        typed
            .get(index)
            .map(|(typed_lot, expires, quantity)| LotRow {
                index,
                product,
                lot: lot.map_or_else(|| (*typed_lot).to_owned(), ToOwned::to_owned),
                expires: (*expires).clone(),
                quantity: (*quantity).to_owned(),
            })
    };
    match (step, &delivery.shipment) {
        ("shipment", _) => delivery
            .lines
            .iter()
            .enumerate()
            .flat_map(|(at, line)| [(2 * at, line), (2 * at + 1, line)])
            .filter_map(|(index, line)| row(index, product(&shell.lang, &line.product), None))
            .collect(),
        ("receipt", Some(shipment)) => shipment
            .lots
            .iter()
            .enumerate()
            .filter_map(|(index, lot)| {
                row(index, product(&shell.lang, &lot.product), Some(&lot.lot))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Ends a step: back to the delivery with what was done, or the form once more with what is wrong.
async fn finish<R: Roles, T>(
    (site, who): (&Site, &By<R>),
    (id, step, form): (&DeliveryId, &'static str, StepForm),
    outcome: Result<Ruling<T>, Problem>,
) -> Answer {
    match or_again(outcome)? {
        Ok(ruling) => {
            let refused = matches!(ruling, Ruling::Refused(_));
            let word = if refused {
                "delivery-gate-refused"
            } else {
                done(step)
            };
            who.flash(Message::new(word));
            see_other(&format!("/deliveries/{id}"))
        }
        Err(errors) => show_again(page(site, who, id, step, Some(form), errors).await?),
    }
}

fn done(step: &str) -> &'static str {
    match step {
        "approval" => "delivery-approved",
        "refusal" => "delivery-refused",
        "cancellation" => "delivery-cancelled",
        "hold" => "delivery-held",
        "schedule" => "delivery-rescheduled",
        "release" => "delivery-released",
        "shipment" => "delivery-shipped",
        _ => "delivery-received",
    }
}

/// The page of each step, for those who may take it.
macro_rules! step_page {
    ($($(#[$doc:meta])* $name:ident: $role:ty = $step:literal;)+) => {$(
        $(#[$doc])*
        pub async fn $name(site: Site, who: By<$role>, Id(id): Id<DeliveryId>) -> Answer {
            show(page(&site, &who, &id, $step, None, FieldErrors::default()).await?)
        }
    )+};
}

step_page! {
    /// GET /deliveries/{id}/approval
    approval_page: Approver = "approval";
    /// GET /deliveries/{id}/refusal
    refusal_page: Approver = "refusal";
    /// GET /deliveries/{id}/cancellation
    cancellation_page: CanOrder = "cancellation";
    /// GET /deliveries/{id}/hold
    hold_page: SafetyOrApprover = "hold";
    /// GET /deliveries/{id}/schedule
    schedule_page: CanOrder = "schedule";
    /// GET /deliveries/{id}/release
    release_page: Operator = "release";
    /// GET /deliveries/{id}/shipment
    shipment_page: Operator = "shipment";
    /// GET /deliveries/{id}/receipt
    receipt_page: CanOrder = "receipt";
}

type Posted = (Id<DeliveryId>, Form<StepForm>);

impl StepForm {
    /// The reason that a step is recorded with.
    fn given_reason(&self) -> Result<String, FieldErrors> {
        let mut fields = Fields::new();
        let reason = fields.lines("reason", &self.reason, REASON_MAX);
        fields.done(reason)
    }

    /// The reason for going on where something is to be considered; the verb asks for it.
    fn reason_to_go_on(&self) -> Result<String, FieldErrors> {
        let mut fields = Fields::new();
        let reason = fields.optional_lines("reason", &self.reason, REASON_MAX);
        fields.done(reason.unwrap_or_default())
    }

    fn days(&self) -> Result<(chrono::NaiveDate, chrono::NaiveDate), FieldErrors> {
        let mut fields = Fields::new();
        let days = (
            fields.date("ships_on", &self.ships_on),
            fields.date("arrives_on", &self.arrives_on),
        );
        fields.done(days)
    }

    fn release_day(&self) -> Result<chrono::NaiveDate, FieldErrors> {
        let mut fields = Fields::new();
        let last_day = fields.date("last_day", &self.last_day);
        fields.done(last_day)
    }
}

/// POST /deliveries/{id}/approval
pub async fn post_approval(site: Site, who: By<Approver>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), (id.clone(), form.version));
    let outcome = async {
        let reason = form.reason_to_go_on()?;
        let proof = site.prove(&who, (&form.password, &form.factor)).await?;
        let verb = move |tx: &mut Tx<'_>| approve(tx, &scope, (&at.0, at.1), &reason, &proof);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, "approval", form), outcome).await
}

/// POST /deliveries/{id}/refusal
pub async fn post_refusal(site: Site, who: By<Approver>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), (id.clone(), form.version));
    let outcome = async {
        let reason = form.given_reason()?;
        let proof = site.prove(&who, (&form.password, &form.factor)).await?;
        let verb = move |tx: &mut Tx<'_>| refuse(tx, &scope, (&at.0, at.1), &reason, &proof);
        site.write(&who, verb).await.map(Ruling::Done)
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, "refusal", form), outcome).await
}

/// POST /deliveries/{id}/cancellation
pub async fn post_cancellation(
    site: Site,
    who: By<CanOrder>,
    (Id(id), Form(form)): Posted,
) -> Answer {
    let (scope, at) = (who.scope.clone(), (id.clone(), form.version));
    let outcome = async {
        let reason = form.given_reason()?;
        let verb = move |tx: &mut Tx<'_>| cancel(tx, &scope, (&at.0, at.1), &reason);
        site.write(&who, verb).await.map(Ruling::Done)
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, "cancellation", form), outcome).await
}

/// POST /deliveries/{id}/hold
pub async fn post_hold(
    site: Site,
    who: By<SafetyOrApprover>,
    (Id(id), Form(form)): Posted,
) -> Answer {
    let (scope, at) = (who.scope.clone(), (id.clone(), form.version));
    let outcome = async {
        let reason = form.given_reason()?;
        let verb = move |tx: &mut Tx<'_>| hold(tx, &scope, (&at.0, at.1), &reason);
        site.write(&who, verb).await.map(Ruling::Done)
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, "hold", form), outcome).await
}

/// POST /deliveries/{id}/schedule
pub async fn post_schedule(site: Site, who: By<CanOrder>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), (id.clone(), form.version));
    let outcome = async {
        let days = form.days()?;
        let verb = move |tx: &mut Tx<'_>| reschedule(tx, &scope, (&at.0, at.1), days);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, "schedule", form), outcome).await
}

/// POST /deliveries/{id}/release
pub async fn post_release(site: Site, who: By<Operator>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), (id.clone(), form.version));
    let outcome = async {
        let last_day = form.release_day()?;
        let verb = move |tx: &mut Tx<'_>| release(tx, &scope, (&at.0, at.1), last_day);
        site.write(&who, verb).await.map(Ruling::Done)
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, "release", form), outcome).await
}

/// The record that a form's rows belong to.
async fn record<R: Roles>(site: &Site, who: &By<R>, id: &DeliveryId) -> Result<Delivery, Problem> {
    let (scope, id) = (who.scope.clone(), id.clone());
    site.read(move |conn| detail(conn, &scope, &id)).await
}

/// POST /deliveries/{id}/shipment
pub async fn post_shipment(site: Site, who: By<Operator>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), (id.clone(), form.version));
    let delivery = record(&site, &who, &id).await?;
    let outcome = async {
        let (arrives_on, lots) = shipped(&form, &delivery)?;
        let verb = move |tx: &mut Tx<'_>| ship(tx, &scope, (&at.0, at.1), arrives_on, &lots);
        site.write(&who, verb).await
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, "shipment", form), outcome).await
}

fn shipped(
    form: &StepForm,
    delivery: &Delivery,
) -> Result<(chrono::NaiveDate, Vec<ShippedLot>), FieldErrors> {
    let mut fields = Fields::new();
    let arrives_on = fields.date("arrives_on", &form.arrives_on);
    let mut lots = Vec::new();
    for (index, (lot, expires, quantity)) in form.lots().into_iter().enumerate() {
        let Some(line) = delivery.lines.get(index / 2) else {
            continue;
        };
        let untouched = lot.trim().is_empty() && quantity.trim().is_empty() && expires.is_empty();
        // The second row of a product is for a second lot; the first must be filled in.
        if untouched && index % 2 == 1 {
            continue;
        }
        // In the order of the page, which is the order of the errors above it.
        let lot = fields.text(&format!("lot_{index}"), lot, 30);
        let expires_on = fields.date(&format!("expires_{index}"), expires);
        let quantity = fields.number(&format!("quantity_{index}"), quantity, 1..=999);
        lots.push(ShippedLot {
            product: line.product.clone(),
            lot,
            expires_on,
            quantity: i32::try_from(quantity).unwrap_or(0),
        });
    }
    fields.done((arrives_on, lots))
}

/// POST /deliveries/{id}/receipt
pub async fn post_receipt(site: Site, who: By<CanOrder>, (Id(id), Form(form)): Posted) -> Answer {
    let (scope, at) = (who.scope.clone(), (id.clone(), form.version));
    let delivery = record(&site, &who, &id).await?;
    let outcome = async {
        let goods = received(&form, &delivery)?;
        let verb = move |tx: &mut Tx<'_>| receive(tx, &scope, (&at.0, at.1), &goods);
        site.write(&who, verb).await.map(Ruling::Done)
    };
    let outcome = outcome.await;
    finish((&site, &who), (&id, "receipt", form), outcome).await
}

fn received(form: &StepForm, delivery: &Delivery) -> Result<ReceivedGoods, FieldErrors> {
    let mut fields = Fields::new();
    let at = fields.instant("received_at", &form.received_at);
    let intact = fields.yes_no("intact", &form.intact);
    let lowest = fields.optional_decimal("lowest", &form.lowest, -50.0..=60.0);
    let highest = fields.optional_decimal("highest", &form.highest, -50.0..=60.0);
    let remarks = fields.optional_lines("remarks", &form.remarks, 500);
    let sent = delivery.shipment.iter().flat_map(|shipment| &shipment.lots);
    let lines = sent
        .zip(form.lots())
        .enumerate()
        .map(|(index, (lot, (.., quantity)))| ReceiptLine {
            product: lot.product.clone(),
            lot: lot.lot.clone(),
            quantity: i32::try_from(fields.number(&format!("quantity_{index}"), quantity, 0..=999))
                .unwrap_or(0),
        })
        .collect();
    let celsius = match (lowest, highest) {
        (Some(lowest), Some(highest)) if lowest <= highest => Some((lowest, highest)),
        (None, None) => None,
        _ => {
            fields.add("lowest", Message::new("receipt-both-temperatures"));
            None
        }
    };
    fields.done(ReceivedGoods {
        at,
        intact,
        celsius,
        remarks: remarks.unwrap_or_default(),
        lines,
    })
}

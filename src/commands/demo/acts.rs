//! What the people of the sample do: attest, sign, meet, order, approve, ship — each by the verb a page would call.

use chrono::{Days, NaiveDate, TimeDelta};
use kanmon::attestations::{
    self, AdmissionAnswer, Care, GuidanceAnswer, IntensiveCareAnswer, Part, PartnerAnswer,
    TocilizumabAnswer, ValidityAnswer,
};
use kanmon::clock::start_of;
use kanmon::contacts::bookings::{self, NewBooking};
use kanmon::contacts::{self, Attendee, Kind, Mode, NewContact, Presenter};
use kanmon::deliveries::{self, Channel, NewOrder, ReceiptLine, ReceivedGoods, ShippedLot};
use kanmon::error::{Error, Result, Ruling};
use kanmon::ids::{AttestationId, DeliveryId, FacilityId};
use kanmon::physicians::{self, Named, NewPhysician, NewStatement};
use kanmon::standings::holds::Pending;

use super::cast::Stage;

/// A place of the sample with its own coordinator and physician.
pub struct Place {
    pub key: &'static str,
    pub name: &'static str,
    pub coordinator: (String, &'static str),
    pub physician: (String, &'static str),
    pub id: FacilityId,
}

/// What a facility can do, as it attests.
#[derive(Clone, Copy)]
pub struct Ability {
    pub icu: bool,
    pub around_the_clock: bool,
    pub beds: bool,
    pub tocilizumab: bool,
    pub laboratory: bool,
}

pub const ALL: Ability = Ability {
    icu: true,
    around_the_clock: true,
    beds: true,
    tocilizumab: true,
    laboratory: true,
};

/// The coordinator names the facility's physician.
pub fn name(
    stage: &Stage<'_>,
    place: &Place,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
) -> Result<()> {
    let new = NewPhysician {
        who: Named::Known(stage.player(&place.physician.0)?.person),
        department: "血液内科".to_owned(),
        title: "部長".to_owned(),
        first_day,
        last_day,
    };
    let id = place.id.clone();
    stage.act(&place.coordinator.0, move |tx, scope| {
        physicians::name_physician(tx, scope, &id, &new)
    })?;
    Ok(())
}

/// The physician signs the three points of ※3, and the safety officer accepts them.
pub fn state(stage: &Stage<'_>, place: &Place) -> Result<()> {
    let new = NewStatement {
        experience: Some(true),
        meetings: Some(true),
        cooperation: Some(true),
        statement: "造血器悪性腫瘍の診療に 10 年以上従事".to_owned(),
        first_day: None,
        last_day: None,
    };
    let id = place.id.clone();
    let statement = stage.sign(&place.physician.0, move |tx, scope, proof| {
        physicians::submit(tx, scope, &id, &new, proof)
    })?;
    stage.sign("safety", move |tx, scope, proof| {
        physicians::accept(tx, scope, &statement, 1, proof)
    })
}

pub type Leaning<'p> = Option<(&'p Place, NaiveDate, Option<NaiveDate>)>;

/// The coordinator fills in every step and signs.
pub fn submit(
    stage: &Stage<'_>,
    place: &Place,
    able: Ability,
    partner: Leaning<'_>,
) -> Result<AttestationId> {
    let (id, programme) = (place.id.clone(), stage.programme.clone());
    let parts = parts(stage.db.clock().today(), able, partner);
    let attestation = stage.act(&place.coordinator.0, move |tx, scope| {
        let attestation = attestations::start(tx, scope, &programme, &id)?;
        for part in &parts {
            let version = attestations::get(tx.conn, scope, &attestation)?.version;
            attestations::save_step(tx, scope, &attestation, version, part)?;
        }
        Ok(attestation)
    })?;
    let submitted = attestation.clone();
    stage.sign(&place.coordinator.0, move |tx, scope, proof| {
        let version = attestations::get(tx.conn, scope, &submitted)?.version;
        attestations::submit(tx, scope, &submitted, version, proof)
    })?;
    Ok(attestation)
}

pub fn attest(stage: &Stage<'_>, place: &Place, able: Ability, partner: Leaning<'_>) -> Result<()> {
    let attestation = submit(stage, place, able, partner)?;
    stage.sign("safety", move |tx, scope, proof| {
        let version = attestations::get(tx.conn, scope, &attestation)?.version;
        attestations::accept(tx, scope, &attestation, version, proof)
    })
}

pub fn parts(today: NaiveDate, able: Ability, partner: Leaning<'_>) -> Vec<Part> {
    vec![
        Part::IntensiveCare(IntensiveCareAnswer {
            care: Some(if able.icu { Care::Icu } else { Care::None }),
            stated_on: None,
        }),
        Part::Admission(AdmissionAnswer {
            around_the_clock: Some(able.around_the_clock),
            inpatient_beds: Some(able.beds),
        }),
        Part::Tocilizumab(TocilizumabAnswer {
            ready_24h: Some(able.tocilizumab),
            test_results_24h: Some(able.laboratory),
        }),
        Part::Partner(PartnerAnswer {
            named: Some(partner.is_some()),
            facility: partner.map(|(place, ..)| place.id.clone()),
            agreement_first_day: partner.map(|(_, first, _)| first),
            agreement_ends: partner.map(|(.., last)| last.is_some()),
            agreement_last_day: partner.and_then(|(.., last)| last),
            states_icu: partner.map(|_| true),
            states_admission_24h: partner.map(|_| true),
            states_tocilizumab: partner.map(|_| true),
        }),
        Part::Guidance(GuidanceAnswer {
            version: Some("第2版".to_owned()),
        }),
        Part::Validity(ValidityAnswer {
            first_day: Some(today),
            last_day: None,
        }),
    ]
}

pub fn brief(stage: &Stage<'_>, place: &Place, day: NaiveDate, both: bool) -> Result<()> {
    let starts_at = start_of(day) + TimeDelta::hours(15);
    let new = NewContact {
        kind: Kind::Briefing,
        mode: Mode::FaceToFace,
        presenter: Presenter::Manufacturer,
        presenter_name: "大野 誠".to_owned(),
        product: Some(true),
        safety_measures: Some(both),
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(45),
        materials: "製品情報概要 第3版、CRS 管理ガイダンス 第2版".to_owned(),
        summary: "製品と安全対策の両方".to_owned(),
        attendees: vec![Attendee::Typed(place.coordinator.1.to_owned())],
    };
    record(stage, place, new)
}

pub fn meet(stage: &Stage<'_>, place: &Place, day: NaiveDate) -> Result<()> {
    let starts_at = start_of(day) + TimeDelta::hours(8);
    let physician = stage.player(&place.physician.0)?.person;
    let new = NewContact {
        kind: Kind::Meeting,
        mode: Mode::Online,
        presenter: Presenter::Manufacturer,
        presenter_name: "大野 誠".to_owned(),
        product: None,
        safety_measures: None,
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(20),
        materials: String::new(),
        summary: format!("{}：副作用の経過、次回供給", place.name),
        attendees: vec![Attendee::Physician(physician)],
    };
    record(stage, place, new)
}

/// The representative meets the physician of every place that has named one.
pub fn meet_all(stage: &Stage<'_>, places: &[Place], day: NaiveDate) -> Result<()> {
    stage.day(day)?;
    let unnamed = ["north", "west", "review", "returned"];
    for place in places.iter().filter(|place| !unnamed.contains(&place.key)) {
        meet(stage, place, day)?;
    }
    Ok(())
}

/// The representative books the next meeting with a place's physician.
pub fn book(stage: &Stage<'_>, place: &Place, day: NaiveDate, venue: &str) -> Result<()> {
    let starts_at = start_of(day) + TimeDelta::hours(14);
    let new = NewBooking {
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(30),
        mode: Mode::FaceToFace,
        venue: venue.to_owned(),
        physicians: vec![stage.player(&place.physician.0)?.person],
        anyway: false,
    };
    let id = place.id.clone();
    stage.act("mr", move |tx, scope| bookings::book(tx, scope, &id, &new))?;
    Ok(())
}

pub fn record(stage: &Stage<'_>, place: &Place, new: NewContact) -> Result<()> {
    let id = place.id.clone();
    stage.act("mr", move |tx, scope| {
        contacts::record(tx, scope, &id, &new)
    })?;
    Ok(())
}

pub fn order(
    stage: &Stage<'_>,
    place: &Place,
    (one, thirty): (i32, i32),
    ships_on: NaiveDate,
    arrives_on: NaiveDate,
) -> Result<DeliveryId> {
    let lines = [("lunsumio_iv_1mg", one), ("lunsumio_iv_30mg", thirty)];
    let new = NewOrder {
        facility: place.id.clone(),
        channel: Channel::Wholesaler,
        wholesaler: "架空薬品株式会社".to_owned(),
        branch: "中央支店".to_owned(),
        lines: lines
            .into_iter()
            .filter(|(_, vials)| *vials > 0)
            .map(|(product, vials)| (product.to_owned(), vials))
            .collect(),
        cases: Vec::new(),
        ships_on,
        arrives_on,
    };
    let programme = stage.programme.clone();
    stage.act(&place.coordinator.0, move |tx, scope| {
        deliveries::order(tx, scope, &programme, &new)
    })
}

pub fn pending(stage: &Stage<'_>, id: &DeliveryId) -> Result<Pending> {
    let scope = stage.player("operator")?.scope;
    Ok(stage
        .db
        .read(|conn| deliveries::detail(conn, &scope, id))?
        .row)
}

pub fn approve(stage: &Stage<'_>, id: &DeliveryId, reason: &'static str) -> Result<()> {
    let row = pending(stage, id)?;
    let ruling = stage.sign("approver", move |tx, scope, proof| {
        deliveries::approve(tx, scope, (&row.id, row.version), reason, proof)
    })?;
    match ruling {
        Ruling::Done(_) => Ok(()),
        // The story is told so that this passes; a gate that says otherwise is a fault in the story.
        Ruling::Refused(_) => Err(Error::Broken(format!("the sample's {id} does not pass"))),
    }
}

pub fn release(stage: &Stage<'_>, id: &DeliveryId, last_day: NaiveDate) -> Result<()> {
    let row = pending(stage, id)?;
    stage.act("operator", move |tx, scope| {
        deliveries::release(tx, scope, (&row.id, row.version), last_day)
    })?;
    Ok(())
}

pub fn ship(
    stage: &Stage<'_>,
    id: &DeliveryId,
    arrives_on: NaiveDate,
    lots: &[(&'static str, i32); 2],
) -> Result<()> {
    let row = pending(stage, id)?;
    let products = ["lunsumio_iv_1mg", "lunsumio_iv_30mg"];
    let lots: Vec<ShippedLot> = products
        .into_iter()
        .zip(lots)
        .map(|(product, (lot, quantity))| ShippedLot {
            product: product.to_owned(),
            lot: (*lot).to_owned(),
            expires_on: ahead_of(arrives_on, 600),
            quantity: *quantity,
        })
        .collect();
    stage.act("operator", move |tx, scope| {
        deliveries::ship(tx, scope, (&row.id, row.version), arrives_on, &lots)
    })?;
    Ok(())
}

pub fn receive(stage: &Stage<'_>, id: &DeliveryId) -> Result<()> {
    let row = pending(stage, id)?;
    let goods = ReceivedGoods {
        at: stage.db.clock().now(),
        intact: true,
        celsius: Some((3.1, 5.8)),
        remarks: String::new(),
        lines: [
            ("lunsumio_iv_1mg", "K01A26", 3),
            ("lunsumio_iv_30mg", "K30C14", 2),
        ]
        .into_iter()
        .map(|(product, lot, quantity)| ReceiptLine {
            product: product.to_owned(),
            lot: lot.to_owned(),
            quantity,
        })
        .collect(),
    };
    stage.act("operator", move |tx, scope| {
        deliveries::receive(tx, scope, (&row.id, row.version), &goods)
    })
}

/// A number of days later.
pub fn ahead_of(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

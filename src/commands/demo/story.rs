//! What has happened in the sample: a year of attestations, meetings and deliveries, told by the verbs themselves.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use kanmon::attestations::{
    self, AdmissionAnswer, Care, GuidanceAnswer, IntensiveCareAnswer, Part, PartnerAnswer, Step,
    TocilizumabAnswer, ValidityAnswer,
};
use kanmon::clock::{jst_date, start_of};
use kanmon::contacts::{self, Attendee, Kind, Mode, NewContact, Presenter};
use kanmon::db::Db;
use kanmon::deliveries::{self, Channel, NewOrder, ReceiptLine, ReceivedGoods, ShippedLot};
use kanmon::error::{Error, Result};
use kanmon::facilities::{self, NewFacility};
use kanmon::ids::{AttestationId, DeliveryId, FacilityId};
use kanmon::physicians::{self, Named, NewPhysician, NewStatement};
use kanmon::programmes;
use kanmon::rules::facility::Limb;
use kanmon::scope::{Actor, Role};
use kanmon::standings::holds::Pending;

use super::cast::Stage;
use crate::commands::admin::lunsumio;

/// A place of the sample with its own coordinator and physician.
struct Place {
    key: &'static str,
    name: &'static str,
    coordinator: (String, &'static str),
    physician: (String, &'static str),
    id: FacilityId,
}

/// What a facility can do, as it attests.
#[derive(Clone, Copy)]
struct Ability {
    icu: bool,
    around_the_clock: bool,
    beds: bool,
    tocilizumab: bool,
    laboratory: bool,
}

const ALL: Ability = Ability {
    icu: true,
    around_the_clock: true,
    beds: true,
    tocilizumab: true,
    laboratory: true,
};

/// Tells the whole story up to now.
pub fn tell(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let today = jst_date(now);
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let ahead = |days: u64| today.checked_add_days(Days::new(days)).unwrap_or(today);
    db.clock().move_to(start_of(ago(420)) + TimeDelta::hours(9));
    let programme = db.write(&Actor::system("demo"), |tx| {
        programmes::begin(tx, &lunsumio(true))
    })?;
    let mut stage = Stage::open(db, programme)?;
    let places = places(&mut stage)?;
    let at = |key: &str| {
        places
            .iter()
            .find(|place| place.key == key)
            .ok_or(Error::NotFound)
    };
    let (hub, central, green, cancer) = (at("hub")?, at("central")?, at("green")?, at("cancer")?);

    // 大学病院: everything of its own; others lean on it.
    stage.day(ago(400))?;
    name(&stage, hub, ago(2000), None)?;
    state(&stage, hub)?;
    name(&stage, cancer, ago(1500), None)?;
    stage.day(ago(385))?;
    brief(&stage, cancer, ago(386), true)?;
    state(&stage, cancer)?;

    stage.day(ago(300))?;
    attest(&stage, hub, ALL, None)?;
    brief(&stage, hub, ago(301), true)?;
    attest(&stage, cancer, ALL, None)?;
    stage.day(ago(290))?;
    // 中央病院 leans on it, with an agreement that lasts; its one physician leaves in three days.
    name(&stage, central, ago(2600), Some(ahead(3)))?;
    state(&stage, central)?;
    let leaning = Ability {
        icu: false,
        around_the_clock: false,
        ..ALL
    };
    attest(
        &stage,
        central,
        leaning,
        Some((hub, ago(300), Some(ahead(120)))),
    )?;
    brief(&stage, central, ago(291), true)?;

    for key in ["green", "harbour", "clinic", "memorial", "south", "east"] {
        let place = at(key)?;
        name(&stage, place, ago(1200), None)?;
        state(&stage, place)?;
        if key != "south" {
            brief(&stage, place, ago(291), true)?;
        }
    }
    attest(&stage, green, ALL, None)?;
    let no_night = Ability {
        around_the_clock: false,
        ..ALL
    };
    attest(&stage, at("harbour")?, no_night, None)?;
    let no_beds = Ability {
        beds: false,
        ..leaning
    };
    attest(
        &stage,
        at("clinic")?,
        no_beds,
        Some((hub, ago(300), Some(ahead(20)))),
    )?;
    let none_ready = Ability {
        tocilizumab: false,
        ..ALL
    };
    attest(&stage, at("memorial")?, none_ready, None)?;
    attest(&stage, at("south")?, ALL, None)?;
    attest(&stage, at("east")?, ALL, None)?;
    let north = at("north")?;
    attest(&stage, north, ALL, None)?;
    brief(&stage, north, ago(291), true)?;

    // A delivery that went all the way.
    stage.day(ago(200))?;
    let first = order(&stage, hub, (3, 2), ago(198), ago(197))?;
    approve(&stage, &first, "")?;
    release(&stage, &first, ago(195))?;
    stage.day(ago(198))?;
    ship(&stage, &first, ago(197), &[("K01A26", 3), ("K30C14", 2)])?;
    stage.day(ago(197))?;
    receive(&stage, &first)?;

    // Meetings are held, the last of them within the house's ninety days.
    for days in [180, 100, 20] {
        stage.day(ago(days))?;
        for key in [
            "hub", "central", "green", "cancer", "harbour", "clinic", "memorial", "south", "east",
        ] {
            meet(&stage, at(key)?, ago(days))?;
        }
    }

    // What is under way now.
    stage.day(ago(6))?;
    let held = order(&stage, central, (3, 2), today, ahead(2))?;
    let waiting = order(&stage, green, (3, 2), ahead(1), ahead(2))?;
    let large = order(&stage, cancer, (0, 12), ahead(1), ahead(2))?;
    order(&stage, at("memorial")?, (3, 2), ahead(1), ahead(2))?;
    order(&stage, at("clinic")?, (0, 4), ahead(2), ahead(3))?;
    let stopped = order(&stage, at("east")?, (3, 2), ahead(1), ahead(2))?;
    stage.day(ago(4))?;
    approve(&stage, &held, "")?;
    release(&stage, &held, ahead(3))?;
    approve(&stage, &stopped, "")?;
    stage.day(ago(2))?;
    // The arrival slips by two days, past the last day of the only qualified physician.
    let row = pending(&stage, &held)?;
    stage.act("operator", move |tx, scope| {
        deliveries::reschedule(
            tx,
            scope,
            (&row.id, row.version),
            (ahead_of(tx.today, 2), ahead_of(tx.today, 6)),
        )
    })?;
    // 東病院 reports that its ICU is closed.
    let (east, programme) = (at("east")?.id.clone(), stage.programme.clone());
    stage.act(&at("east")?.coordinator.0, move |tx, scope| {
        let today = tx.today;
        attestations::report_change(
            tx,
            scope,
            &programme,
            &east,
            Limb::IntensiveCare,
            today,
            "改修工事のため ICU を休止",
        )
    })?;
    let released = order(&stage, hub, (0, 1), today, ahead(1))?;
    approve(&stage, &released, "")?;
    release(&stage, &released, ahead(3))?;
    let _ = (waiting, large);

    // One attestation waits for review, one was returned, one is being filled in.
    stage.day(ago(1))?;
    submit(&stage, at("review")?, ALL, None)?;
    let returned = submit(&stage, at("returned")?, ALL, None)?;
    stage.act("safety", move |tx, scope| {
        let version = attestations::get(tx.conn, scope, &returned)?.version;
        attestations::return_for_correction(
            tx,
            scope,
            &returned,
            version,
            Step::Tocilizumab,
            "夜間の検査体制が分かりません。検査室の時間外対応を記入してください。",
        )
    })?;
    db.clock().move_to(now);
    kanmon::standings::sweep(db, &stage.programme)?;
    Ok(())
}

fn ahead_of(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The places, each with people of its own. Prefecture 99 does not exist, so that no code is a real one.
fn places(stage: &mut Stage<'_>) -> Result<Vec<Place>> {
    let names: [(&str, &str, &str, &str); 13] = [
        ("central", "架空市立中央病院", "志村 理沙", "柏木 遥"),
        ("hub", "架空大学医学部附属病院", "小出 真紀", "三枝 崇"),
        ("green", "架空県立みどり病院", "沢田 洋子", "久我 慎一"),
        ("cancer", "架空がんセンター", "土屋 大輔", "有馬 玲"),
        ("harbour", "架空港湾病院", "羽田 優", "入江 実"),
        ("clinic", "架空血液内科クリニック", "千野 明日香", "葛西 尚"),
        ("memorial", "架空第一記念病院", "久保田 学", "中条 梓"),
        ("north", "架空北病院", "北川 望", "神崎 𠮷彦"),
        ("south", "架空南病院", "南雲 司", "日下 みのり"),
        ("east", "架空東病院", "東野 薫", "朝倉 光"),
        ("west", "架空西病院", "西尾 翠", "夕部 恭"),
        ("review", "架空湖畔病院", "水嶋 蓮", "浅見 透子"),
        ("returned", "架空高原病院", "高木 昭", "峰 かおり"),
    ];
    let mut places = Vec::new();
    for (number, (key, name, coordinator, physician)) in (1_u32..).zip(names) {
        let new = NewFacility {
            name: name.to_owned(),
            postal_code: format!("000-{number:04}"),
            address: format!("架空県架空市{number}丁目1-1"),
            prefecture: 0,
            code: (format!("99{number:07}"), "1".to_owned()),
        };
        let id = stage
            .db
            .write(&Actor::system("demo"), move |tx| facilities::add(tx, &new))?;
        let login = |role: &str| match key {
            "central" => role.to_owned(),
            _ => format!("{role}-{key}"),
        };
        let place = Place {
            key,
            name,
            coordinator: (login("coordinator"), coordinator),
            physician: (login("physician"), physician),
            id,
        };
        let at = Some(&place.id);
        stage.join(
            &place.coordinator.0,
            coordinator,
            Role::FacilityCoordinator,
            at,
        )?;
        stage.join(&place.physician.0, physician, Role::Physician, at)?;
        places.push(place);
    }
    Ok(places)
}

/// The coordinator names the facility's physician.
fn name(
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
fn state(stage: &Stage<'_>, place: &Place) -> Result<()> {
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

type Leaning<'p> = Option<(&'p Place, NaiveDate, Option<NaiveDate>)>;

/// The coordinator fills in every step and signs.
fn submit(
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

fn attest(stage: &Stage<'_>, place: &Place, able: Ability, partner: Leaning<'_>) -> Result<()> {
    let attestation = submit(stage, place, able, partner)?;
    stage.sign("safety", move |tx, scope, proof| {
        let version = attestations::get(tx.conn, scope, &attestation)?.version;
        attestations::accept(tx, scope, &attestation, version, proof)
    })
}

fn parts(today: NaiveDate, able: Ability, partner: Leaning<'_>) -> Vec<Part> {
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

fn brief(stage: &Stage<'_>, place: &Place, day: NaiveDate, both: bool) -> Result<()> {
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

fn meet(stage: &Stage<'_>, place: &Place, day: NaiveDate) -> Result<()> {
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

fn record(stage: &Stage<'_>, place: &Place, new: NewContact) -> Result<()> {
    let id = place.id.clone();
    stage.act("mr", move |tx, scope| {
        contacts::record(tx, scope, &id, &new)
    })?;
    Ok(())
}

fn order(
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
        ships_on,
        arrives_on,
    };
    let programme = stage.programme.clone();
    stage.act(&place.coordinator.0, move |tx, scope| {
        deliveries::order(tx, scope, &programme, &new)
    })
}

fn pending(stage: &Stage<'_>, id: &DeliveryId) -> Result<Pending> {
    let scope = stage.player("operator")?.scope;
    Ok(stage
        .db
        .read(|conn| deliveries::detail(conn, &scope, id))?
        .row)
}

fn approve(stage: &Stage<'_>, id: &DeliveryId, reason: &'static str) -> Result<()> {
    let row = pending(stage, id)?;
    stage.sign("approver", move |tx, scope, proof| {
        deliveries::approve(tx, scope, (&row.id, row.version), reason, proof)
    })?;
    Ok(())
}

fn release(stage: &Stage<'_>, id: &DeliveryId, last_day: NaiveDate) -> Result<()> {
    let row = pending(stage, id)?;
    stage.act("operator", move |tx, scope| {
        deliveries::release(tx, scope, (&row.id, row.version), last_day)
    })?;
    Ok(())
}

fn ship(
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

fn receive(stage: &Stage<'_>, id: &DeliveryId) -> Result<()> {
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

//! What has happened in the sample: a year of attestations, meetings and deliveries, told by the verbs themselves.

use chrono::{DateTime, Days, TimeDelta, Utc};
use kanmon::attestations::{self, Step};
use kanmon::clock::{jst_date, start_of};
use kanmon::db::Db;
use kanmon::deliveries;
use kanmon::error::{Error, Result};
use kanmon::facilities::{self, NewFacility, duties};
use kanmon::programmes;
use kanmon::rules::facility::Limb;
use kanmon::scope::{Actor, Role};

use super::acts::{
    ALL, Ability, Place, ahead_of, approve, attest, book, brief, meet_all, name, order, pending,
    receive, release, ship, state, submit,
};
use super::cast::Stage;
use crate::commands::admin::lunsumio;

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

    // Meetings are held, each within the house's ninety days of the one before.
    for days in [280, 205] {
        meet_all(&stage, &places, ago(days))?;
    }

    // A delivery that went all the way.
    stage.day(ago(200))?;
    let first = order(&stage, hub, (3, 2), ago(198), ago(197))?;
    approve(&stage, &first, "")?;
    release(&stage, &first, ago(195))?;
    stage.day(ago(198))?;
    ship(&stage, &first, ago(197), &[("K01A26", 3), ("K30C14", 2)])?;
    stage.day(ago(197))?;
    receive(&stage, &first)?;

    for days in [180, 100, 20] {
        meet_all(&stage, &places, ago(days))?;
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

    // The next meetings: one comes tomorrow; the other was held yesterday and waits to be recorded.
    book(&stage, green, ago(1), "薬剤部 面談室")?;
    book(&stage, central, ahead(1), "3 階 会議室")?;

    // One attestation waits for review, one was returned, one is being filled in.
    stage.day(ago(1))?;
    submit(&stage, at("review")?, ALL, None)?;
    let returned = submit(&stage, at("returned")?, ALL, None)?;
    super::courses::tell(&stage, central)?;
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
    stage.inspectors()?;
    kanmon::standings::sweep(db, &stage.programme)?;
    Ok(())
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
        look_after(stage, &place)?;
        places.push(place);
    }
    Ok(places)
}

/// The representative looks after the facility.
fn look_after(stage: &Stage<'_>, place: &Place) -> Result<()> {
    let (id, who) = (place.id.clone(), stage.player("mr")?.account);
    stage.act("safety", move |tx, scope| {
        let today = tx.today;
        duties::assign(tx, scope, &id, &who, today, None)
    })?;
    Ok(())
}

//! Explanations and meetings below the pages: what may be recorded, by whom, and how a wrong record is put right.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod people;

use chrono::{DateTime, Utc};
use kanmon::contacts::{Attendee, Kind, Mode, NewContact, Presenter, register, store};
use kanmon::error::{Error, Result};
use kanmon::ids::{ContactId, FacilityId};
use kanmon::scope::Role;

use people::{House, Who, at};

struct Cast {
    house: House,
    place: FacilityId,
    elsewhere: FacilityId,
    physician: Who,
    representative: Who,
}

fn cast() -> Cast {
    let house = House::new();
    let place = house.facility("架空市立中央病院");
    let elsewhere = house.facility("架空大学医学部附属病院");
    let physician = house.physician("柏木 遥", &place);
    let representative = house.person("大野 誠", Role::Representative, None);
    Cast {
        house,
        place,
        elsewhere,
        physician,
        representative,
    }
}

fn meeting(physician: &Who) -> NewContact {
    NewContact {
        kind: Kind::Meeting,
        mode: Mode::Online,
        presenter: Presenter::Manufacturer,
        presenter_name: "大野 誠".to_owned(),
        product: None,
        safety_measures: None,
        starts_at: at(2026, 11, 20, 11, 0),
        ends_at: at(2026, 11, 20, 11, 30),
        materials: String::new(),
        summary: "副作用の経過、次回供給".to_owned(),
        attendees: vec![Attendee::Physician(physician.person.clone())],
    }
}

fn briefing(physician: &Who) -> NewContact {
    NewContact {
        kind: Kind::Briefing,
        mode: Mode::FaceToFace,
        product: Some(true),
        safety_measures: Some(true),
        materials: "製品情報 第3版、CRS 管理ガイダンス 第2版".to_owned(),
        attendees: vec![
            Attendee::Physician(physician.person.clone()),
            Attendee::Typed("志村 理沙".to_owned()),
            Attendee::Typed("　".to_owned()),
        ],
        ..meeting(physician)
    }
}

fn record(house: &House, who: &Who, place: &FacilityId, new: &NewContact) -> Result<ContactId> {
    let (place, new) = (place.clone(), new.clone());
    house.act(who, move |tx, scope| store::record(tx, scope, &place, &new))
}

fn correct(
    house: &House,
    who: &Who,
    id: &ContactId,
    reason: &'static str,
    right: Option<&NewContact>,
) -> Result<Option<ContactId>> {
    let (id, right) = (id.clone(), right.cloned());
    house.act(who, move |tx, scope| {
        store::correct(tx, scope, &id, reason, right.as_ref())
    })
}

fn refused_on(answer: Result<ContactId>, field: &str) {
    match answer {
        Err(Error::Invalid(errors)) => {
            assert!(errors.on(field).is_some(), "{field}: {errors:?}");
        }
        other => panic!("{field}: {other:?}"),
    }
}

fn between(new: NewContact, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> NewContact {
    NewContact {
        starts_at,
        ends_at,
        ..new
    }
}

#[test]
fn briefings_and_meetings_share_one_series_of_numbers() {
    let cast = cast();
    let (rep, place) = (&cast.representative, &cast.place);
    record(&cast.house, rep, place, &briefing(&cast.physician)).unwrap();
    record(&cast.house, rep, place, &meeting(&cast.physician)).unwrap();
    let rows = cast
        .house
        .see(rep, |conn, scope| {
            register::of_facility(conn, scope, place, 20)
        })
        .unwrap();
    let labels: Vec<String> = rows.iter().map(|row| row.label()).collect();
    assert_eq!(labels, ["M-0002", "B-0001"]);
    assert_eq!(rows[1].names(), ["柏木 遥", "志村 理沙"]);
    assert_eq!(rows[1].attendees[1].0, None);
    assert_eq!(rows[1].entered_by, rep.person);
}

#[test]
fn a_meeting_in_the_future_is_refused() {
    let cast = cast();
    let try_it = |starts, ends, field| {
        let new = between(meeting(&cast.physician), starts, ends);
        refused_on(
            record(&cast.house, &cast.representative, &cast.place, &new),
            field,
        );
    };
    // The clock stands at 09:00 on the 24th.
    try_it(at(2026, 11, 24, 9, 1), at(2026, 11, 24, 9, 30), "starts_at");
    try_it(at(2026, 11, 24, 8, 30), at(2026, 11, 24, 9, 1), "ends_at");
    try_it(at(2026, 11, 24, 8, 30), at(2026, 11, 24, 8, 30), "ends_at");
    try_it(at(2026, 11, 24, 8, 30), at(2026, 11, 24, 8, 0), "ends_at");
    assert_eq!(cast.house.count("contact"), 0);
}

#[test]
fn a_meeting_without_a_physician_of_the_facility_is_refused() {
    let cast = cast();
    let stranger = cast.house.physician("遠藤 学", &cast.elsewhere);
    let with = |attendees| NewContact {
        attendees,
        ..meeting(&cast.physician)
    };
    for attendees in [
        vec![],
        vec![Attendee::Typed("志村 理沙".to_owned())],
        vec![Attendee::Physician(stranger.person.clone())],
        vec![
            Attendee::Physician(stranger.person.clone()),
            Attendee::Physician(cast.physician.person.clone()),
        ],
    ] {
        let new = with(attendees);
        refused_on(
            record(&cast.house, &cast.representative, &cast.place, &new),
            "attendees",
        );
    }
    // In post today, but not yet on that day.
    let long_ago = between(
        meeting(&cast.physician),
        at(2018, 4, 1, 10, 0),
        at(2018, 4, 1, 10, 30),
    );
    refused_on(
        record(&cast.house, &cast.representative, &cast.place, &long_ago),
        "attendees",
    );
}

#[test]
fn a_briefing_needs_somebody_who_heard_it_and_somebody_who_gave_it() {
    let cast = cast();
    let nobody = NewContact {
        attendees: vec![Attendee::Typed(" ".to_owned())],
        ..briefing(&cast.physician)
    };
    refused_on(
        record(&cast.house, &cast.representative, &cast.place, &nobody),
        "attendees",
    );
    let unsaid = NewContact {
        presenter_name: "　".to_owned(),
        ..briefing(&cast.physician)
    };
    refused_on(
        record(&cast.house, &cast.representative, &cast.place, &unsaid),
        "presenter_name",
    );
    let unanswered = NewContact {
        product: None,
        ..briefing(&cast.physician)
    };
    let id = record(&cast.house, &cast.representative, &cast.place, &unanswered).unwrap();
    let kept = cast
        .house
        .see(&cast.representative, |conn, scope| {
            register::one(conn, scope, &id)
        })
        .unwrap();
    assert_eq!((kept.product, kept.safety_measures), (None, Some(true)));
}

#[test]
fn a_record_sent_twice_is_kept_once() {
    let cast = cast();
    let new = meeting(&cast.physician);
    record(&cast.house, &cast.representative, &cast.place, &new).unwrap();
    refused_on(
        record(&cast.house, &cast.representative, &cast.place, &new),
        "starts_at",
    );
    assert_eq!(cast.house.count("contact"), 1);
}

#[test]
fn only_a_representative_records_and_a_facility_sees_its_own() {
    let cast = cast();
    let new = meeting(&cast.physician);
    let coordinator = cast
        .house
        .person("志村 理沙", Role::FacilityCoordinator, Some(&cast.place));
    let stranger = cast.house.person(
        "外来 薬子",
        Role::FacilityCoordinator,
        Some(&cast.elsewhere),
    );
    for (who, expected) in [
        (&coordinator, "Forbidden"),
        (&stranger, "NotFound"),
        (&cast.physician, "Forbidden"),
    ] {
        let answer = record(&cast.house, who, &cast.place, &new);
        assert_eq!(format!("{:?}", answer.unwrap_err()), expected);
    }
    let id = record(&cast.house, &cast.representative, &cast.place, &new).unwrap();
    let read = |who: &Who| {
        cast.house
            .see(who, |conn, scope| register::one(conn, scope, &id))
    };
    assert!(read(&coordinator).is_ok());
    assert!(matches!(read(&stranger), Err(Error::NotFound)));
    let list = |who: &Who| {
        cast.house
            .see(who, |conn, scope| register::list(conn, scope, None, None))
            .unwrap()
            .0
    };
    assert_eq!((list(&coordinator).len(), list(&stranger).len()), (1, 0));
}

#[test]
fn a_corrected_record_is_ended_and_replaced() {
    let cast = cast();
    let (house, rep) = (&cast.house, &cast.representative);
    let wrong = record(house, rep, &cast.place, &meeting(&cast.physician)).unwrap();
    let right = NewContact {
        mode: Mode::Telephone,
        ..meeting(&cast.physician)
    };
    assert!(matches!(
        correct(house, rep, &wrong, " ", Some(&right)),
        Err(Error::Invalid(_))
    ));
    let other_kind = briefing(&cast.physician);
    assert!(matches!(
        correct(house, rep, &wrong, "形式の誤り", Some(&other_kind)),
        Err(Error::Invalid(_))
    ));
    let kept = correct(house, rep, &wrong, "形式の誤り", Some(&right)).unwrap();
    assert!(matches!(
        correct(house, rep, &wrong, "形式の誤り", Some(&right)),
        Err(Error::Stale)
    ));
    let read = |id: &ContactId| {
        house
            .see(rep, |conn, scope| register::one(conn, scope, id))
            .unwrap()
    };
    assert!(read(&wrong).known_to.is_some());
    let kept = read(&kept.unwrap());
    assert_eq!(
        (kept.label().as_str(), kept.mode),
        ("M-0002", Mode::Telephone)
    );
    let listed = house
        .see(rep, |conn, scope| {
            register::of_facility(conn, scope, &cast.place, 9)
        })
        .unwrap();
    assert_eq!(listed.len(), 1);
    // What never took place is ended with nothing in its place.
    assert_eq!(
        correct(house, rep, &kept.id, "行われていない", None).unwrap(),
        None
    );
}

#[test]
fn a_contact_cannot_be_rewritten_even_by_raw_sql() {
    let cast = cast();
    record(
        &cast.house,
        &cast.representative,
        &cast.place,
        &briefing(&cast.physician),
    )
    .unwrap();
    for sql in [
        "UPDATE contact SET summary = 'x'",
        "UPDATE contact SET ends_at = starts_at, known_to = known_from",
        "UPDATE contact SET product = NULL, known_to = known_from",
        "DELETE FROM contact",
        "UPDATE contact_attendee SET name = 'x'",
        "DELETE FROM contact_attendee",
        "INSERT INTO contact_attendee (contact_id, position, name) SELECT id, 9, 'x' FROM contact",
    ] {
        let refusal = cast.house.raw(sql).expect_err(sql);
        assert!(
            refusal.contains("guard: evidence is never rewritten"),
            "{sql}: {refusal}"
        );
    }
}

#[test]
fn the_list_is_paged_by_number_and_costs_the_same_however_long() {
    let cast = cast();
    let list = |kind, before| {
        let count = cast.house.db.statements();
        let page = cast
            .house
            .see(&cast.representative, |conn, scope| {
                register::list(conn, scope, kind, before)
            })
            .unwrap();
        (page.0, page.1, cast.house.db.statements() - count)
    };
    let few = list(None, None).2;
    for number in 0..60 {
        let starts = at(2026, 9, 1, 9, 0) + chrono::TimeDelta::hours(number);
        let ends = starts + chrono::TimeDelta::minutes(30);
        let new = match number % 10 {
            0 => briefing(&cast.physician),
            _ => meeting(&cast.physician),
        };
        let new = between(new, starts, ends);
        record(&cast.house, &cast.representative, &cast.place, &new).unwrap();
    }
    let (first, next, many) = list(None, None);
    assert_eq!((first.len(), next, many), (50, Some(11), few));
    let (rest, end, _) = list(None, next);
    assert_eq!((rest.len(), end), (10, None));
    assert_eq!(list(Some(Kind::Briefing), None).0.len(), 6);
}

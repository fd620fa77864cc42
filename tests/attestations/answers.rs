//! What is answered, what is left open, and what cannot be answered.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use kanmon::attestations::*;
use kanmon::error::Error;
use kanmon::ids::FacilityId;
use kanmon::schema::{partnership, readiness};

use super::fields;
use super::ground::{Ground, admission, day, from, icu};

#[test]
fn an_answer_left_open_is_not_a_no() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    let half = AdmissionAnswer {
        around_the_clock: Some(true),
        inpatient_beds: None,
    };
    ground.save(&who, &id, Part::Admission(half)).unwrap();

    let found = ground.get(&id);
    assert_eq!(found.answers.admission.inpatient_beds, None);
    let progress = found.progress();
    assert!(progress.contains(&(Step::Admission, Progress::InProgress)));
    assert!(progress.contains(&(Step::Tocilizumab, Progress::NotStarted)));
    assert_eq!(
        fields(ground.submit(&who, &id)),
        [
            "intensive_care",
            "admission",
            "tocilizumab",
            "partner",
            "validity"
        ]
    );

    ground.save(&who, &id, admission(true, false)).unwrap();
    let progress = ground.get(&id).progress();
    assert!(
        progress.contains(&(Step::Admission, Progress::Complete)),
        "a no is an answer"
    );
}

#[test]
fn an_optional_step_left_open_stays_open_in_the_evidence() {
    let ground = Ground::new();
    ground.accepted("2026-11-01");
    let version: Option<String> = ground
        .db
        .read(|conn| {
            Ok(readiness::table
                .select(readiness::crs_guidance_version)
                .first(conn)?)
        })
        .unwrap();
    assert_eq!(version, None);
}

#[test]
fn a_facility_without_intensive_care_names_a_partner() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    ground.fill(&who, &id, "2026-11-01");
    let none = IntensiveCareAnswer {
        care: Some(Care::None),
        stated_on: None,
    };
    ground.save(&who, &id, Part::IntensiveCare(none)).unwrap();
    assert_eq!(fields(ground.submit(&who, &id)), ["partner"]);

    let mut partner = ground.partner();
    partner.agreement_ends = None;
    partner.agreement_last_day = None;
    ground
        .save(&who, &id, Part::Partner(partner.clone()))
        .unwrap();
    assert_eq!(
        fields(ground.submit(&who, &id)),
        ["partner"],
        "an end nobody spoke of is open"
    );

    partner.agreement_ends = Some(false);
    ground.save(&who, &id, Part::Partner(partner)).unwrap();
    ground.submit(&who, &id).unwrap();
    ground.accept(&ground.officer(), &id).unwrap();
    let row: (String, Option<NaiveDate>, Option<bool>) = ground
        .db
        .read(|conn| {
            Ok(partnership::table
                .select((
                    partnership::partner_id,
                    partnership::agreement_last_day,
                    partnership::states_tocilizumab,
                ))
                .first(conn)?)
        })
        .unwrap();
    assert_eq!(row, (ground.hospital.to_string(), None, Some(true)));
    assert_eq!(
        ground.get(&id).partner.unwrap().name,
        "架空大学医学部附属病院"
    );
}

#[test]
fn equivalence_to_an_icu_needs_the_date_of_its_statement() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    let equivalent = |stated_on| {
        Part::IntensiveCare(IntensiveCareAnswer {
            care: Some(Care::Equivalent),
            stated_on,
        })
    };
    ground.save(&who, &id, equivalent(None)).unwrap();
    let undated = (Step::IntensiveCare, Progress::InProgress);
    assert!(ground.get(&id).progress().contains(&undated));
    ground
        .save(&who, &id, equivalent(Some(day("2026-10-01"))))
        .unwrap();
    let dated = (Step::IntensiveCare, Progress::Complete);
    assert!(ground.get(&id).progress().contains(&dated));
    ground.save(&who, &id, icu()).unwrap();
    assert_eq!(ground.get(&id).answers.intensive_care.stated_on, None);
}

#[test]
fn a_partner_is_another_facility_that_exists_for_days_in_order() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    let with = |change: fn(&Ground, &mut PartnerAnswer)| {
        let mut partner = ground.partner();
        change(&ground, &mut partner);
        ground.save(&who, &id, Part::Partner(partner))
    };
    assert_eq!(
        fields(with(|ground, p| p.facility = Some(ground.clinic.clone()))),
        ["partner_code"]
    );
    assert_eq!(
        fields(with(
            |ground, p| p.facility = Some(FacilityId::fresh(ground.db.clock().now()))
        )),
        ["partner_code"]
    );
    assert_eq!(
        fields(with(|_, p| p.agreement_last_day = Some(day("2026-03-31")))),
        ["agreement_last_day"]
    );
    with(|_, p| p.agreement_last_day = p.agreement_first_day).unwrap();
    let backwards = ValidityAnswer {
        first_day: Some(day("2026-11-02")),
        last_day: Some(day("2026-11-01")),
    };
    assert_eq!(
        fields(ground.save(&who, &id, Part::Validity(backwards))),
        ["valid_until"]
    );
    assert_eq!(
        fields(ground.save(&who, &id, from("0026-11-02"))),
        ["valid_from"]
    );
}

#[test]
fn hidden_characters_are_refused_and_rare_ones_kept_as_typed() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    let version = |text: &str| {
        Part::Guidance(GuidanceAnswer {
            version: Some(text.to_owned()),
        })
    };
    assert_eq!(
        fields(ground.save(&who, &id, version("第3\0版"))),
        ["guidance_version"]
    );
    assert_eq!(
        fields(ground.save(&who, &id, version(&"版".repeat(101)))),
        ["guidance_version"]
    );
    let rare = "第3版 神\u{FA19} ｶﾞｲﾀﾞﾝｽ \u{1F469}\u{200D}\u{2695}\u{FE0F}";
    ground
        .save(&who, &id, version(&format!(" {rare} ")))
        .unwrap();
    assert_eq!(
        ground.get(&id).answers.guidance.version.as_deref(),
        Some(rare)
    );
}

#[test]
fn a_reconfirmation_begins_with_the_answers_accepted_last() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let first = ground.start(&who);
    ground.fill(&who, &first, "2026-04-01");
    ground
        .save(&who, &first, Part::Partner(ground.partner()))
        .unwrap();
    ground.submit(&who, &first).unwrap();
    ground.accept(&ground.officer(), &first).unwrap();
    ground.db.clock().advance(TimeDelta::days(150));

    let next = ground.get(&ground.start(&who));
    assert_eq!(next.answers.intensive_care.care, Some(Care::Icu));
    assert_eq!(
        next.answers.validity,
        ValidityAnswer::default(),
        "the days are given anew"
    );
    assert_eq!(next.answers.partner.facility, Some(ground.hospital.clone()));
    assert_eq!(
        next.answers.partner.agreement_last_day, None,
        "an ended agreement is asked for again"
    );
    assert_eq!(next.unfinished(), [Step::Partner, Step::Validity]);
}

#[test]
fn answers_of_a_later_format_are_an_error_and_missing_ones_are_open() {
    assert!(matches!(
        Answers::parse(r#"{"format":2}"#),
        Err(Error::Broken(_))
    ));
    assert_eq!(
        Answers::parse(r#"{"format":1}"#).unwrap(),
        Answers::default()
    );
    assert!(Answers::parse(r#"{"format":1,"admission":{"inpatient_beds":"no"}}"#).is_err());
}

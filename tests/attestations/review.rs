//! From draft to acceptance: who may, in which order, and what the log keeps.

use diesel::prelude::*;
use kanmon::attestations::*;
use kanmon::error::Error;
use kanmon::schema::audit;
use kanmon::scope::Role;

use super::ground::{Ground, admission, icu};
use super::{fields, readiness_rows};

#[test]
fn nobody_accepts_what_they_submitted() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.submitted(&who, "2026-11-01");
    let same_person = who.now_as(Role::SafetyOfficer);
    assert!(matches!(
        ground.accept(&same_person, &id),
        Err(Error::Forbidden)
    ));
    assert_eq!(ground.get(&id).state, State::Submitted);
    assert!(readiness_rows(&ground).is_empty());
}

#[test]
fn nobody_accepts_what_they_filled_for_another_to_submit() {
    let ground = Ground::new();
    let (filler, signer) = (ground.coordinator(), ground.coordinator());
    let id = ground.start(&signer);
    ground.fill(&filler, &id, "2026-11-01");
    ground.submit(&signer, &id).unwrap();
    let same_person = filler.now_as(Role::SafetyOfficer);
    assert!(matches!(
        ground.accept(&same_person, &id),
        Err(Error::Forbidden)
    ));
    ground.accept(&ground.officer(), &id).unwrap();
}

#[test]
fn a_stale_page_loses_nothing_and_says_so() {
    let ground = Ground::new();
    let (first, second) = (ground.coordinator(), ground.coordinator());
    let id = ground.start(&first);
    let seen = ground.get(&id).version;
    ground.save_as_of(&first, &id, seen, icu()).unwrap();
    let late = ground.save_as_of(&second, &id, seen, admission(true, true));
    assert!(matches!(late, Err(Error::Stale)));
    let found = ground.get(&id);
    assert_eq!(found.answers.intensive_care.care, Some(Care::Icu));
    assert_eq!(found.answers.admission, AdmissionAnswer::default());
}

#[test]
fn submitting_at_once_from_many_pages_submits_once() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.start(&who);
    ground.fill(&who, &id, "2026-11-01");
    let version = ground.get(&id).version;
    let attempts: Vec<_> = (0..8)
        .map(|_| {
            let (ground, who, id) = (ground.clone(), who.clone(), id.clone());
            std::thread::spawn(move || ground.submit_as_of(&who, &id, version))
        })
        .collect();
    let answers: Vec<_> = attempts.into_iter().map(|a| a.join().unwrap()).collect();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let stale = |answer: &&Result<(), Error>| matches!(answer, Err(Error::Stale));
    assert_eq!(answers.iter().filter(stale).count(), 7);
    let signed = ground
        .db
        .read(|conn| kanmon::signatures::on(conn, SUBJECT, id.as_str()));
    assert_eq!(signed.unwrap().len(), 1);
    let waiting = ground.db.read(|conn| waiting(conn, &ground.programme));
    assert_eq!(waiting.unwrap(), 1);
}

#[test]
fn starting_twice_begins_one() {
    let ground = Ground::new();
    let who = ground.coordinator();
    assert_eq!(ground.start(&who), ground.start(&ground.coordinator()));
    let all = ground
        .db
        .read(|conn| list(conn, &ground.staff(), None, None))
        .unwrap();
    assert_eq!(all.rows.len(), 1);
    assert_eq!(label(all.rows[0].number), "A-0001");
}

#[test]
fn a_signature_binds_the_answers_shown_and_the_log_keeps_them() {
    let ground = Ground::new();
    let id = ground.submitted(&ground.coordinator(), "2026-11-01");
    let seen = ground.get(&id).canonical().unwrap();
    let signed = ground
        .db
        .read(|conn| kanmon::signatures::on(conn, SUBJECT, id.as_str()));
    let digest = kanmon::audit::sha256(&[seen.as_bytes()]);
    assert_eq!(signed.unwrap()[0].digest, digest);
    let history = ground
        .db
        .read(|conn| kanmon::audit::history(conn, &ground.staff(), &[id.to_string()], 1))
        .unwrap();
    assert_eq!(history[0].verb, "attestation_submitted");
    assert_eq!(history[0].detail["signed"], seen);
}

#[test]
fn a_returned_step_is_to_correct_until_it_is_saved() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.submitted(&who, "2026-11-01");
    let officer = ground.officer();
    assert_eq!(
        fields(ground.send_back(&officer, &id, Step::Admission, " \u{3000} ")),
        ["return_reason"]
    );
    ground
        .send_back(
            &officer,
            &id,
            Step::Admission,
            "病床の数を確かめてください。\u{1F691}",
        )
        .unwrap();
    let found = ground.get(&id);
    assert_eq!(found.state, State::Returned);
    assert!(
        found
            .progress()
            .contains(&(Step::Admission, Progress::ToCorrect))
    );
    assert_eq!(
        found.return_reason.as_deref(),
        Some("病床の数を確かめてください。\u{1F691}")
    );
    assert_eq!(fields(ground.submit(&who, &id)), ["admission"]);
    assert!(matches!(ground.accept(&officer, &id), Err(Error::Stale)));

    ground.save(&who, &id, admission(true, false)).unwrap();
    ground.submit(&who, &id).unwrap();
    ground.accept(&officer, &id).unwrap();
    assert_eq!(readiness_rows(&ground)[0].inpatient_beds, Some(false));
    assert_eq!(
        ground
            .db
            .read(|conn| waiting(conn, &ground.programme))
            .unwrap(),
        0
    );
}

#[test]
fn submitted_answers_cannot_be_changed() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.submitted(&who, "2026-11-01");
    assert!(matches!(
        ground.save(&who, &id, admission(false, false)),
        Err(Error::Stale)
    ));
}

#[test]
fn every_change_of_an_attestation_stands_in_the_log() {
    let ground = Ground::new();
    let id = ground.accepted("2026-11-01");
    ground.withdraw(&ground.officer(), &id, "試し").unwrap();
    let mut verbs: Vec<String> = ground
        .db
        .read(|conn| {
            Ok(audit::table
                .filter(audit::subject_id.eq(id.as_str()))
                .filter(audit::facility_id.eq(ground.clinic.as_str()))
                .filter(audit::programme_id.eq(ground.programme.as_str()))
                .order(audit::seq)
                .select(audit::verb)
                .load(conn)?)
        })
        .unwrap();
    verbs.dedup();
    assert_eq!(
        verbs,
        [
            "attestation_started",
            "attestation_step_saved",
            "attestation_submitted",
            "attestation_accepted",
            "attestation_withdrawn",
        ]
    );
}

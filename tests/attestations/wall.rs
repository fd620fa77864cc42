//! Who sees and does what.

use kanmon::attestations::*;
use kanmon::error::Error;
use kanmon::scope::{Role, Scope};
use kanmon::signatures::Proof;

use super::ground::{Ground, day, icu};

#[test]
fn only_the_roles_of_the_work_do_it() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let id = ground.submitted(&who, "2026-11-01");
    for role in [Role::Representative, Role::Administrator, Role::Inspector] {
        let other = ground.someone("別人", role);
        assert!(
            matches!(ground.accept(&other, &id), Err(Error::Forbidden)),
            "{role:?}"
        );
        let back = ground.send_back(&other, &id, Step::Partner, "x");
        assert!(matches!(back, Err(Error::Forbidden)), "{role:?}");
        let report = ground.report(&other, "2026-11-22", "x");
        assert!(matches!(report, Err(Error::Forbidden)), "{role:?}");
    }
    let physician = ground.someone("柏木", Role::Physician);
    assert!(matches!(
        ground.save(&physician, &id, icu()),
        Err(Error::Forbidden)
    ));
}

/// A verb as a stranger tries it.
type Verb = fn(
    &mut kanmon::db::Tx<'_>,
    &Scope,
    &Ground,
    &kanmon::ids::AttestationId,
    i32,
    &Proof,
) -> Result<(), Error>;

#[test]
fn no_facility_sees_another() {
    let ground = Ground::new();
    let id = ground.submitted(&ground.coordinator(), "2026-11-01");
    let foreign = Scope::Facility(ground.programme.clone(), ground.hospital.clone());
    let missing = |answer: Result<(), Error>| matches!(answer, Err(Error::NotFound));
    let db = &ground.db;
    assert!(missing(db.read(|conn| get(conn, &foreign, &id)).map(drop)));
    assert!(missing(
        db.read(|conn| of_facility(conn, &foreign, &ground.clinic, None))
            .map(drop)
    ));
    assert!(missing(
        db.read(|conn| standing_reports(conn, &foreign, &ground.clinic))
            .map(drop)
    ));
    assert!(
        db.read(|conn| list(conn, &foreign, None, None))
            .unwrap()
            .rows
            .is_empty()
    );

    let stranger = ground.someone("他院 太郎", Role::FacilityCoordinator);
    let version = ground.get(&id).version;
    let write = |work: Verb| {
        let (scope, ground, id) = (foreign.clone(), ground.clone(), id.clone());
        let proof = ground.proof(&stranger);
        db.write(&stranger.actor, move |tx| {
            work(tx, &scope, &ground, &id, version, &proof)
        })
    };
    assert!(missing(write(|tx, scope, _, id, version, _| save_step(
        tx,
        scope,
        id,
        version,
        &icu()
    ))));
    assert!(missing(write(|tx, scope, _, id, version, proof| submit(
        tx, scope, id, version, proof
    ))));
    assert!(missing(write(|tx, scope, _, id, version, proof| withdraw(
        tx, scope, id, version, "x", proof
    ))));
    assert!(missing(write(|tx, scope, ground, _, _, _| start(
        tx,
        scope,
        &ground.programme,
        &ground.clinic
    )
    .map(drop))));
    assert!(missing(write(|tx, scope, ground, _, _, _| {
        let limb = kanmon::rules::facility::Limb::Tocilizumab;
        report_change(
            tx,
            scope,
            &ground.programme,
            &ground.clinic,
            limb,
            day("2026-11-22"),
            "x",
        )
        .map(drop)
    })));
}

#[test]
fn lists_page_by_number_with_a_constant_number_of_statements() {
    let ground = Ground::new();
    let who = ground.coordinator();
    let officer = ground.officer();
    for _ in 0..PAGE + 3 {
        let id = ground.submitted(&who, "2026-11-01");
        ground.accept(&officer, &id).unwrap();
    }
    let scope = ground.staff();
    let before = ground.db.statements();
    let first = ground
        .db
        .read(|conn| list(conn, &scope, None, None))
        .unwrap();
    let cost = ground.db.statements() - before;
    assert!(cost <= 4, "{cost} statements");
    assert_eq!(first.rows.len(), 50);
    let rest = ground
        .db
        .read(|conn| list(conn, &scope, None, first.next))
        .unwrap();
    assert_eq!(rest.rows.len(), 3);
    assert_eq!(rest.next, None);
    let accepted = ground
        .db
        .read(|conn| list(conn, &scope, Some(State::Accepted), None))
        .unwrap();
    assert_eq!(
        accepted.rows.len(),
        1,
        "each acceptance supersedes the one before"
    );
}

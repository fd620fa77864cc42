//! Who acts on cases, and what everybody but their own facility learns of them.

use diesel::prelude::*;
use kanmon::cases::{self, NewCase};
use kanmon::error::{Error, Result};
use kanmon::rules::dosing::facts::Act;
use kanmon::rules::dosing::vials::vials_of;
use kanmon::schema::{audit, audit_detail};
use kanmon::scope::{Role, Scope};

use super::ground::{Ward, blood, dose, eligible, given, noted};
use crate::support::day;

const VERBS: [&str; 9] = [
    "open",
    "record",
    "correct",
    "change_eligibility",
    "close",
    "keep_check",
    "offer",
    "withdraw",
    "report",
];

/// Does one verb with everything as it should be, but for who does it.
fn attempt(ward: &Ward, verb: &'static str, who: &crate::support::programme::Who) -> Result<()> {
    let records = ward.gathered().records;
    let reaction = records
        .iter()
        .find(|one| one.entry.kind() == cases::Kind::Reaction)
        .unwrap()
        .id
        .clone();
    let count = records
        .iter()
        .find(|one| one.entry.kind() == cases::Kind::Count)
        .unwrap()
        .id
        .clone();
    let (case, version) = (ward.case.clone(), ward.case().version);
    ward.ground.act(who, move |tx, scope| {
        let at = (&case, version);
        match verb {
            "open" => {
                let new = NewCase {
                    course: 1,
                    eligibility: eligible(),
                };
                cases::open(tx, scope, &new).map(|_| ())
            }
            "record" => cases::record(tx, scope, at, &noted(blood(1))).map(|_| ()),
            "correct" => cases::correct(tx, scope, at, &count, "理由", None).map(|_| ()),
            "change_eligibility" => {
                cases::change_eligibility(tx, scope, at, &eligible()).map(|_| ())
            }
            "close" => cases::close(tx, scope, at),
            "keep_check" => {
                let act = Act::NextDose {
                    on: day("2026-12-01"),
                };
                cases::keep_check(tx, scope, at, &act).map(|_| ())
            }
            "offer" => cases::offer_transfer(tx, scope, at).map(|_| ()),
            "withdraw" => cases::withdraw_transfer(tx, scope, at),
            _ => {
                let aware = tx.now;
                cases::report_reaction(tx, scope, at, &reaction, aware).map(|_| ())
            }
        }
    })
}

#[test]
fn only_physicians_and_coordinators_keep_cases() {
    let ward = Ward::new();
    ward.week();
    let others = Role::ALL
        .iter()
        .filter(|role| !cases::KEEPERS.contains(role));
    for role in others {
        let who = ward.ground.someone("架空 太郎", *role, None);
        for verb in VERBS {
            let ended = attempt(&ward, verb, &who);
            assert!(
                matches!(ended, Err(Error::Forbidden)),
                "{verb} as {role:?}: {ended:?}"
            );
        }
        let ended = ward
            .ground
            .act(&who, |tx, scope| cases::accept_transfer(tx, scope, "X"));
        assert!(matches!(ended, Err(Error::Forbidden)), "{ended:?}");
    }
}

#[test]
fn another_facility_finds_no_such_case() {
    let ward = Ward::new();
    ward.week();
    let other = ward.ground.all_ready("架空クリニック");
    for verb in VERBS.iter().filter(|verb| **verb != "open") {
        let ended = attempt(&ward, verb, &other.physician);
        assert!(matches!(ended, Err(Error::NotFound)), "{verb}: {ended:?}");
    }
    for verb in VERBS {
        if verb != "open" && verb != "close" {
            attempt(&ward, verb, &ward.place.coordinator).unwrap();
        }
    }
    nobody_reads(&ward, &other.coordinator.scope);
}

fn nobody_reads(ward: &Ward, scope: &Scope) {
    let number = ward.case().number;
    ward.data
        .db
        .read(|conn| {
            let none = |found: Result<()>| assert!(matches!(found, Err(Error::NotFound)));
            none(cases::case(conn, scope, &ward.case).map(|_| ()));
            none(cases::by_number(conn, scope, &number).map(|_| ()));
            none(cases::gather(conn, scope, &ward.case).map(|_| ()));
            none(cases::unconfirmed(conn, scope, &ward.case).map(|_| ()));
            let listed = cases::list(conn, scope, None, None);
            let records = cases::records(conn, scope, &ward.case);
            let tasks = cases::tasks_of(conn, scope, &ward.case);
            let offered = cases::offered(conn, scope, &ward.case);
            let kept = cases::kept_checks(conn, scope, &ward.case, 10);
            match scope {
                Scope::Programme(_) => {
                    none(listed.map(|_| ()));
                    none(records.map(|_| ()));
                    none(tasks.map(|_| ()));
                    none(offered.map(|_| ()));
                    none(kept.map(|_| ()));
                }
                Scope::Facility(..) => {
                    assert!(listed?.0.is_empty());
                    assert!(records?.is_empty());
                    assert!(tasks?.is_empty());
                    assert!(offered?.is_none());
                    assert!(kept?.is_empty());
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_manufacturer_and_inspectors_learn_vials_and_counts_only() {
    let ward = Ward::new();
    ward.week();
    ward.record(&given(&ward.place, dose(1, 15, 60, 9)))
        .unwrap();
    let mut foreign = given(&ward.place, dose(1, 15, 60, 8));
    foreign.elsewhere = true;
    ward.record(&foreign).unwrap();
    for role in [Role::SafetyOfficer, Role::Representative, Role::Inspector] {
        let who = ward.ground.someone("架空 太郎", role, None);
        nobody_reads(&ward, &who.scope);
        let tallies = ward
            .data
            .db
            .read(|conn| cases::tallies(conn, &who.scope))
            .unwrap();
        assert_eq!(tallies.len(), 1);
        let tally = &tallies[0];
        assert_eq!(tally.facility_name, "架空市立中央病院");
        assert_eq!(
            (tally.facility.clone(), tally.open),
            (ward.place.id.clone(), 1)
        );
        // The doses given here, whatever whole vials make them.
        let doses = [1, 2, 60].map(vials_of);
        let made = doses.iter().flatten();
        let vials = made.fold((0, 0), |sum, one| (sum.0 + one.of_1mg, sum.1 + one.of_30mg));
        assert_eq!((tally.vials.of_1mg, tally.vials.of_30mg), vials);
        let unmade = doses.iter().filter(|one| one.is_none()).count();
        assert_eq!(usize::try_from(tally.other_doses).unwrap(), unmade);
    }
    let other = ward.ground.all_ready("架空クリニック");
    let tallies = ward
        .data
        .db
        .read(|conn| cases::tallies(conn, &other.coordinator.scope))
        .unwrap();
    assert!(tallies.is_empty(), "{tallies:?}");
}

#[test]
fn the_log_carries_numbers_and_nothing_of_the_course() {
    let ward = Ward::new();
    ward.week();
    for verb in VERBS {
        if verb != "close" {
            attempt(&ward, verb, &ward.place.coordinator).unwrap();
        }
    }
    attempt(&ward, "close", &ward.place.coordinator).unwrap();
    let rows: Vec<(String, String)> = ward
        .data
        .db
        .read(|conn| {
            Ok(audit::table
                .inner_join(audit_detail::table.on(audit_detail::seq.eq(audit::seq)))
                .filter(audit::subject_kind.eq_any(["case", "safety_task"]))
                .select((audit::verb, audit_detail::detail))
                .load(conn)?)
        })
        .unwrap();
    assert!(rows.len() >= 12, "{rows:?}");
    for (verb, detail) in rows {
        let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
        for (name, value) in detail.as_object().unwrap() {
            let harmless = match name.as_str() {
                "number" | "case" => value.as_str().is_some_and(|text| {
                    cases::number_typed(text).is_some() || text.starts_with("S-")
                }),
                "record" => value.is_null() || value.is_i64(),
                _ => false,
            };
            assert!(harmless, "{verb}: {name} {value}");
        }
    }
}

//! What the database refuses to somebody who writes SQL past the program.

use kanmon::cases;

use super::ground::Ward;
use crate::support::raw::guarded;

#[test]
fn records_of_a_case_are_not_rewritten_or_removed() {
    let ward = Ward::new();
    let ids = ward.week();
    let db = &ward.data.db;
    let one = format!("WHERE id = '{}'", ids[0]);
    let words = "a case record is never rewritten";
    let both = [
        ("case_record_only_ends", "case_record"),
        ("case_record_keeps_its_words", "case_record"),
    ];
    let end = "known_to = (SELECT max(seq) FROM audit)";
    for rewritten in [
        "body = '{}'",
        "occurred_at = NULL",
        "mg = '60'",
        "elsewhere = NOT elsewhere",
        "confirmed = NOT confirmed",
        "physician_id = NULL",
        "kind = 'count'",
        "known_from = known_from - 1",
        "position = 99",
    ] {
        guarded(
            db,
            &both,
            words,
            &format!("UPDATE case_record SET {rewritten} {one}"),
        );
        guarded(
            db,
            &both[1..],
            words,
            &format!("UPDATE case_record SET {rewritten}, {end} {one}"),
        );
    }
    guarded(
        db,
        &[("case_record_no_delete", "case_record")],
        words,
        &format!("DELETE FROM case_record {one}"),
    );
    let (case, version, wrong) = (ward.case.clone(), ward.case().version, ids[0].clone());
    ward.ground
        .act(&ward.place.physician, move |tx, scope| {
            cases::correct(tx, scope, (&case, version), &wrong, "転記の誤り", None)
        })
        .unwrap();
    for again in ["known_to = NULL", "end_reason = '別の理由'"] {
        guarded(
            db,
            &both[..1],
            words,
            &format!("UPDATE case_record SET {again} {one}"),
        );
    }
}

#[test]
fn a_record_goes_to_a_case_of_its_facility_with_an_audit_row() {
    let ward = Ward::new();
    let ids = ward.week();
    let other = ward.ground.all_ready("架空クリニック");
    let copy = |facility: &str, change: &str| {
        format!(
            "INSERT INTO case_record SELECT 'forged', case_id, 99, programme_id, {facility}, kind, format, body, \
             occurred_at, mg, elsewhere, confirmed, physician_id, entered_by, replaces, known_from, known_to, \
             end_reason, {change} FROM case_record WHERE id = '{}'",
            ids[0]
        )
    };
    let guard = [("case_record_of_its_case", "case_record")];
    let db = &ward.data.db;
    let foreign = format!("'{}'", other.id);
    guarded(
        db,
        &guard,
        "belongs to the facility of its case",
        &copy(&foreign, "change_id"),
    );
    guarded(
        db,
        &guard,
        "audit row of the same change",
        &copy("facility_id", "'nobody'"),
    );
}

#[test]
fn a_case_keeps_its_number_and_does_not_begin_again() {
    let ward = Ward::new();
    let db = &ward.data.db;
    let guard = [("case_file_moves_on", "case_file")];
    for kept in [
        "number = 'X'",
        "course = 2",
        "opened_at = '2020-01-01 00:00:00'",
    ] {
        guarded(
            db,
            &guard,
            "keeps its number",
            &format!("UPDATE case_file SET {kept}"),
        );
    }
    guarded(
        db,
        &guard,
        "audit row of the same change",
        "UPDATE case_file SET version = 7, change_id = 'nobody'",
    );
    guarded(
        db,
        &[
            ("case_file_no_delete", "case_file"),
            ("case_record_no_delete", "case_record"),
        ],
        "never",
        "DELETE FROM case_record; DELETE FROM case_file",
    );
    let (case, version) = (ward.case.clone(), ward.case().version);
    ward.ground
        .act(&ward.place.physician, move |tx, scope| {
            cases::close(tx, scope, (&case, version))
        })
        .unwrap();
    guarded(
        db,
        &guard,
        "does not begin again",
        "UPDATE case_file SET state = 'open'",
    );
}

#[test]
fn a_safety_task_and_a_code_are_not_rewritten() {
    let ward = Ward::new();
    let ids = ward.week();
    let (case, version) = (ward.case.clone(), ward.case().version);
    let task = ward
        .ground
        .act(&ward.place.physician, move |tx, scope| {
            cases::offer_transfer(tx, scope, (&case, version))?;
            let aware = tx.now;
            cases::report_reaction(tx, scope, (&case, version), &ids[1], aware)
        })
        .unwrap();
    let db = &ward.data.db;
    let guard = [("safety_task_acknowledged_once", "safety_task")];
    for kept in ["grade = 5", "aware_at = '2026-01-01 00:00:00'"] {
        guarded(
            db,
            &guard,
            "a safety task never changes",
            &format!("UPDATE safety_task SET {kept}"),
        );
    }
    ward.ground
        .act(&ward.ground.safety, move |tx, scope| {
            cases::acknowledge_task(tx, scope, &task)
        })
        .unwrap();
    guarded(
        db,
        &guard,
        "acknowledged once",
        "UPDATE safety_task SET acknowledged_at = '2026-01-01 00:00:00'",
    );
    guarded(
        db,
        &[("safety_task_no_delete", "safety_task")],
        "a safety task never changes",
        "DELETE FROM safety_task",
    );
    let guard = [("case_transfer_once", "case_transfer")];
    guarded(
        db,
        &guard,
        "keeps its words",
        "UPDATE case_transfer SET expires_at = '2036-01-01 00:00:00'",
    );
    guarded(
        db,
        &guard,
        "used once",
        "UPDATE case_transfer SET state = 'accepted'",
    );
    guarded(
        db,
        &[("case_transfer_no_delete", "case_transfer")],
        "keeps its words",
        "DELETE FROM case_transfer",
    );
}

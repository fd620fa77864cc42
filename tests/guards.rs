//! What the database refuses to somebody who writes SQL past the program, and that it is the guards that refuse it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use diesel::prelude::*;
use kanmon::db::AnyConn;
use kanmon::ids::DeliveryId;
use kanmon::rules::facility::Limb;
use support::deliveries::done;
use support::programme::{Evidence, Ground, Place};
use support::raw::{drop_trigger, guarded, guarded_after, raw, without};
use support::{TestDb, day};

fn ground() -> (TestDb, Ground, Place) {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    (data, ground, place)
}

const NEVER_CHANGE: &str = "never change";

#[test]
fn audit_rows_are_not_changed_removed_or_slipped_in() {
    let (data, ground, place) = ground();
    // The last row is that of an order, to which no other row points.
    ground.ordered(&place);
    let db = &data.db;
    let audit = |trigger| [(trigger, "audit")];
    guarded(
        db,
        &audit("audit_no_update"),
        NEVER_CHANGE,
        "UPDATE audit SET person_name = 'somebody else' WHERE seq = 1",
    );
    guarded_after(
        db,
        &audit("audit_no_delete"),
        NEVER_CHANGE,
        "DELETE FROM audit_detail WHERE seq = (SELECT max(seq) FROM audit);",
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
    );
    guarded(
        db,
        &audit("audit_in_order"),
        "follow one another",
        "INSERT INTO audit SELECT seq + 2, 'slipped in', change_id, at, person_id, person_name, role, verb, \
         subject_kind, subject_id, programme_id, facility_id, detail_digest, leaf FROM audit \
         WHERE seq = (SELECT max(seq) FROM audit)",
    );
    guarded(
        db,
        &[("audit_detail_no_update", "audit_detail")],
        NEVER_CHANGE,
        "UPDATE audit_detail SET detail = '{}' WHERE seq = 1",
    );
}

#[test]
fn verdicts_findings_and_signatures_are_not_changed_or_removed() {
    let (data, ground, place) = ground();
    let id = ground.approved(&place);
    let db = &data.db;
    // The verdict of the order, to which nothing points any more once the delivery is approved.
    let order = format!("(SELECT id FROM verdict WHERE subject_id = '{id}' AND purpose = 'order')");
    guarded(
        db,
        &[("verdict_no_update", "verdict")],
        NEVER_CHANGE,
        &format!("UPDATE verdict SET outcome = 'unmet' WHERE id = {order}"),
    );
    guarded_after(
        db,
        &[
            ("verdict_no_delete", "verdict"),
            ("finding_no_delete", "finding"),
        ],
        NEVER_CHANGE,
        &format!("DELETE FROM finding WHERE verdict_id = {order};"),
        &format!("DELETE FROM verdict WHERE id = {order}"),
    );
    guarded(
        db,
        &[("finding_no_update", "finding")],
        NEVER_CHANGE,
        &format!("UPDATE finding SET outcome = 'unmet' WHERE verdict_id = {order}"),
    );
    guarded(
        db,
        &[("finding_no_delete", "finding")],
        NEVER_CHANGE,
        &format!("DELETE FROM finding WHERE verdict_id = {order} AND position = 0"),
    );
    guarded(
        db,
        &[("signature_no_update", "signature")],
        NEVER_CHANGE,
        "UPDATE signature SET person_name = 'somebody else'",
    );
    guarded(
        db,
        &[("signature_no_delete", "signature")],
        NEVER_CHANGE,
        "DELETE FROM signature WHERE meaning = 'statement'",
    );
    guarded(
        db,
        &[("finding_with_its_verdict", "finding")],
        NEVER_CHANGE,
        &format!(
            "INSERT INTO finding SELECT f.verdict_id, 999, f.day, 'added', f.source, f.outcome, f.code, f.body, f.until \
             FROM finding f JOIN approval a ON a.verdict_id = f.verdict_id WHERE a.delivery_id = '{id}' AND f.position = 0"
        ),
    );
}

#[test]
fn a_row_put_in_the_place_of_another_is_refused_like_an_update() {
    let (data, ground, place) = ground();
    let id = ground.approved(&place);
    let db = &data.db;
    let finding = format!(
        "INTO finding SELECT verdict_id, position, day, rule, source, 'unmet', code, body, until FROM finding \
         WHERE verdict_id = (SELECT id FROM verdict WHERE subject_id = '{id}' AND purpose = 'order') AND position = 0"
    );
    guarded(
        db,
        &[("finding_no_update", "finding")],
        NEVER_CHANGE,
        &format!(
            "INSERT {finding} ON CONFLICT (verdict_id, position) DO UPDATE SET outcome = 'unmet'"
        ),
    );
    if db.file().is_none() {
        return;
    }
    // SQLite's own way: the old row goes without a DELETE.
    guarded(
        db,
        &[("finding_no_delete", "finding")],
        NEVER_CHANGE,
        &format!("INSERT OR REPLACE {finding}"),
    );
    guarded(
        db,
        &[("signature_no_delete", "signature")],
        NEVER_CHANGE,
        "INSERT OR REPLACE INTO signature SELECT id, person_id, 'somebody else', account_id, role, meaning, record_kind, \
         record_id, digest, at, change_id, known_from, method, batch FROM signature WHERE meaning = 'statement'",
    );
    guarded(
        db,
        &[("readiness_no_delete", "readiness")],
        "never rewritten",
        "INSERT OR REPLACE INTO readiness SELECT * FROM readiness",
    );
}

#[test]
fn a_delivery_starts_as_ordered_with_a_verdict_of_its_own() {
    let (data, ground, place) = ground();
    let id = ground.ordered(&place);
    let copy = |new: &str, state: &str, change: &str| {
        format!(
            "INSERT INTO delivery SELECT '{new}', number + 100, programme_id, facility_id, channel, wholesaler, branch, \
             '{state}', version, ships_on, arrives_on, ordered_by, ordered_at, verdict_id, approval_id, release_id, \
             held_at, {change} FROM delivery WHERE id = '{id}'"
        )
    };
    let guard = [("delivery_starts_ordered", "delivery")];
    for state in ["approved", "released", "held", "shipped", "received"] {
        guarded(
            &data.db,
            &guard,
            "starts as ordered",
            &copy("new", state, "change_id"),
        );
    }
    // The verdict is that of the other delivery.
    guarded(
        &data.db,
        &guard,
        "starts as ordered",
        &copy("new", "ordered", "change_id"),
    );
    guarded_after(
        &data.db,
        &[
            ("delivery_no_delete", "delivery"),
            ("delivery_line_no_delete", "delivery_line"),
        ],
        "never deleted",
        "DELETE FROM delivery_line;",
        &format!("DELETE FROM delivery WHERE id = '{id}'"),
    );
}

#[test]
fn a_delivery_does_not_move_without_the_row_of_its_step() {
    let (data, ground, place) = ground();
    let db = &data.db;
    let guard = [("delivery_moves_with_cause", "delivery")];
    let to = |id: &DeliveryId, set: &str| format!("UPDATE delivery SET {set} WHERE id = '{id}'");
    let ordered = ground.ordered(&place);
    let cannot = "this state cannot follow that one";
    for (set, words) in [
        ("state = 'approved'", "approved needs its approval"),
        ("state = 'released'", cannot),
        ("state = 'held'", cannot),
        ("state = 'shipped'", cannot),
        ("state = 'received'", cannot),
        (
            "state = 'cancelled', change_id = 'nobody'",
            "audit row of the same change",
        ),
        (
            "ordered_by = (SELECT max(p.id) FROM person p WHERE p.id <> ordered_by)",
            "keeps its facility",
        ),
        ("number = 999", "keeps its facility"),
    ] {
        guarded(db, &guard, words, &to(&ordered, set));
    }
    let id = ground.approved(&place);
    guarded(
        db,
        &guard,
        "released needs its release",
        &to(&id, "state = 'released'"),
    );
    guarded(db, &guard, cannot, &to(&id, "state = 'shipped'"));
    ground.release(&id).unwrap();
    guarded(
        db,
        &guard,
        "shipped needs its shipment",
        &to(&id, "state = 'shipped'"),
    );
    guarded(db, &guard, cannot, &to(&id, "state = 'ordered'"));
    ground.report(&place, Limb::IntensiveCare);
    // Held: neither the former approval nor the former release makes it go on.
    guarded(
        db,
        &guard,
        "approval of the same change",
        &to(&id, "state = 'approved'"),
    );
    guarded(db, &guard, cannot, &to(&id, "state = 'released'"));
    guarded(db, &guard, cannot, &to(&id, "state = 'shipped'"));
    ground.attest(&place, &Evidence::default());
    done(ground.approve(&id));
    ground.release(&id).unwrap();
    ground
        .db
        .clock()
        .move_to(kanmon::clock::start_of(day("2026-11-25")));
    done(ground.ship(&id));
    guarded(
        db,
        &guard,
        "received needs its receipt",
        &to(&id, "state = 'received'"),
    );
    guarded(db, &guard, cannot, &to(&id, "state = 'held'"));
}

#[test]
fn an_order_is_not_rewritten() {
    let (data, ground, place) = ground();
    let id = ground.approved(&place);
    let words = "an order is never rewritten";
    let line = |trigger| [(trigger, "delivery_line")];
    guarded(
        &data.db,
        &line("delivery_line_no_update"),
        words,
        &format!("UPDATE delivery_line SET quantity = 300 WHERE delivery_id = '{id}'"),
    );
    guarded(
        &data.db,
        &line("delivery_line_no_delete"),
        words,
        &format!("DELETE FROM delivery_line WHERE delivery_id = '{id}'"),
    );
    guarded(
        &data.db,
        &line("delivery_line_with_its_order"),
        words,
        &format!("INSERT INTO delivery_line VALUES ('{id}', 9, 'lunsumio_iv_30mg', 9)"),
    );
}

#[test]
fn approvals_releases_shipments_lots_and_receipts_are_not_changed_or_removed() {
    let (data, ground, place) = ground();
    let id = ground.released(&place);
    ground
        .db
        .clock()
        .move_to(kanmon::clock::start_of(day("2026-11-25")));
    done(ground.ship(&id));
    ground.receive(&id).unwrap();
    for (table, update) in [
        ("approval", "arrives_on = '2027-03-31'"),
        ("release_order", "last_day = '2027-03-31'"),
        ("shipment", "arrives_on = '2027-03-31'"),
        ("shipment_lot", "lot = 'X'"),
        ("receipt", "condition = 'damaged'"),
        ("receipt_line", "quantity = 1"),
    ] {
        let trigger = |end: &str| -> &'static str { format!("{table}_{end}").leak() };
        let (no_update, no_delete) = (trigger("no_update"), trigger("no_delete"));
        guarded(
            &data.db,
            &[(no_update, table)],
            NEVER_CHANGE,
            &format!("UPDATE {table} SET {update}"),
        );
        let refusal = raw(&data.db, &format!("DELETE FROM {table}")).unwrap_err();
        assert!(refusal.contains(NEVER_CHANGE), "{refusal}");
        // Without the guard a foreign key may refuse it still, in other words.
        let next = without(
            &data.db,
            &[(no_delete, table)],
            &format!("DELETE FROM {table}"),
        );
        let other = next.err().unwrap_or_default();
        assert!(!other.contains("guard: "), "{other}");
    }
    guarded(
        &data.db,
        &[("shipment_lot_with_its_shipment", "shipment_lot")],
        NEVER_CHANGE,
        "INSERT INTO shipment_lot SELECT shipment_id, 9, product, 'LATER', expires_on, 1 FROM shipment_lot WHERE position = 0",
    );
    guarded(
        &data.db,
        &[("receipt_line_with_its_receipt", "receipt_line")],
        NEVER_CHANGE,
        "INSERT INTO receipt_line SELECT receipt_id, 9, product, 'LATER', 1 FROM receipt_line WHERE position = 0",
    );
}

#[test]
fn evidence_is_not_rewritten_not_even_while_it_ends() {
    let (data, ground, hub) = ground();
    let evidence = Evidence {
        care: kanmon::attestations::Care::None,
        partner: Some((hub.id.clone(), day("2026-04-01"), Some(day("2027-03-31")))),
        ..Evidence::default()
    };
    let clinic = ground.ready("架空クリニック", &evidence);
    ground.report(&clinic, Limb::InpatientBeds);
    for (table, rewritten) in [
        ("readiness", "tocilizumab_ready = NOT tocilizumab_ready"),
        ("partnership", "agreement_last_day = '2029-03-31'"),
        ("change_report", "limb = 'test_results'"),
        ("affiliation", "last_day = '2029-03-31'"),
        ("contact", "safety_measures = NOT safety_measures"),
    ] {
        let name = |end: &str| -> &'static str { format!("{table}_{end}").leak() };
        let both = [(name("only_ends"), table), (name("keeps_its_words"), table)];
        let words = "evidence is never rewritten";
        guarded(
            &data.db,
            &both,
            words,
            &format!("UPDATE {table} SET {rewritten}"),
        );
        // Ending a row is no occasion to change what it said.
        let ending = "known_to = (SELECT max(seq) FROM audit)";
        guarded(
            &data.db,
            &both[1..],
            words,
            &format!("UPDATE {table} SET {rewritten}, {ending}"),
        );
        guarded(
            &data.db,
            &both,
            words,
            &format!("UPDATE {table} SET known_from = known_from - 1, {ending}"),
        );
        let refusal = raw(&data.db, &format!("DELETE FROM {table}")).unwrap_err();
        assert!(refusal.contains(words), "{refusal}");
    }
    guarded(
        &data.db,
        &[("qualification_moves_on", "qualification")],
        "a signed statement never changes",
        "UPDATE qualification SET experience = NOT experience",
    );
    guarded(
        &data.db,
        &[("contact_attendee_no_update", "contact_attendee")],
        "never rewritten",
        "UPDATE contact_attendee SET name = 'somebody else'",
    );
}

#[test]
fn duties_deputies_and_days_off_end_and_never_vanish() {
    let (data, ground, place) = ground();
    let delivery = ground.released(&place);
    support::records::records(&ground, &place, &delivery);
    for (table, words, rewritten) in [
        (
            "duty",
            "a duty ends and is never rewritten",
            "first_day = '2020-01-01'",
        ),
        (
            "deputy",
            "a deputy ends and is never rewritten",
            "last_day = '2020-01-01'",
        ),
        (
            "day_off",
            "a day off ends and is never rewritten",
            "name = 'another'",
        ),
    ] {
        let name = |end: &str| -> &'static str { format!("{table}_{end}").leak() };
        let both = [(name("only_ends"), table), (name("keeps_its_words"), table)];
        let ending = "known_to = (SELECT max(seq) FROM audit)";
        guarded(
            &data.db,
            &both,
            words,
            &format!("UPDATE {table} SET {rewritten}"),
        );
        guarded(
            &data.db,
            &both[1..],
            words,
            &format!("UPDATE {table} SET {rewritten}, {ending}"),
        );
        // A row that ended does not come back.
        raw(&data.db, &format!("UPDATE {table} SET {ending}")).unwrap();
        guarded(
            &data.db,
            &both[..1],
            words,
            &format!("UPDATE {table} SET known_to = NULL"),
        );
        guarded(
            &data.db,
            &[(name("no_delete"), table)],
            words,
            &format!("DELETE FROM {table}"),
        );
    }
}

#[test]
fn a_mailbox_is_changed_and_never_removed() {
    let (data, ground, place) = ground();
    support::kept_letters::address(&ground, &place.coordinator.account, "shimura@example.jp");
    let words = "a mailbox is changed and never removed";
    guarded(
        &data.db,
        &[("mailbox_stays_with_its_account", "mailbox")],
        words,
        &format!(
            "UPDATE mailbox SET account_id = '{}'",
            ground.safety.account
        ),
    );
    guarded(
        &data.db,
        &[("mailbox_no_delete", "mailbox")],
        words,
        "DELETE FROM mailbox",
    );
}

#[test]
fn a_letter_keeps_its_words_and_what_became_of_it() {
    use kanmon::outbox::State;
    let (data, ground, place) = ground();
    let id = support::kept_letters::letter_in(&ground, &place, "m", State::Sent);
    let other = format!("'{}'", ground.safety.account);
    for set in [
        "kind = 'safety_task'",
        "subject = 'another'",
        "due_on = '2027-01-01'",
        "stage = 7",
        &format!("account_id = {other}"),
        "copy = 9",
        "programme_id = 'another'",
        "facility_id = NULL",
        "body = '{}'",
        "queued_at = '2020-01-01 00:00:00'",
    ] {
        let sql = format!("UPDATE letter SET {set}");
        let refusal = raw(&data.db, &sql).unwrap_err();
        assert!(refusal.contains("a letter keeps its words"), "{refusal}");
        let guard = [("letter_keeps_its_words", "letter")];
        // Without the guard a foreign key may refuse it still, in other words.
        let next = without(&data.db, &guard, &sql).err().unwrap_or_default();
        assert!(!next.contains("guard: "), "{next}");
    }
    for state in State::ALL {
        let sql = format!("UPDATE letter SET state = '{}'", state.as_str());
        match state {
            State::Sent | State::Bounced | State::Printed => {
                without(&data.db, &[], &sql).unwrap();
            }
            _ => guarded(
                &data.db,
                &[("letter_sent_is_sent", "letter")],
                "only comes back or is printed",
                &sql,
            ),
        }
    }
    guarded(
        &data.db,
        &[("letter_no_delete", "letter")],
        "letters are never deleted",
        "DELETE FROM letter",
    );
    support::kept_letters::tried(&data.db, &id, 1, "sent", "250 Ok");
    for (trigger, sql) in [
        (
            "letter_try_no_update",
            "UPDATE letter_try SET answer = 'another'",
        ),
        ("letter_try_no_delete", "DELETE FROM letter_try"),
    ] {
        guarded(
            &data.db,
            &[(trigger, "letter_try")],
            "attempts to send never change",
            sql,
        );
    }
}

#[derive(QueryableByName)]
struct Trigger {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

#[test]
fn migrating_again_puts_every_guard_back_on_both_databases() {
    let data = TestDb::new();
    let names = |conn: &mut AnyConn| -> kanmon::error::Result<Vec<String>> {
        let sql = match conn {
            AnyConn::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
            }
            AnyConn::Pg(_) => {
                "SELECT CAST(tgname AS TEXT) AS name FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid \
                 WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace ORDER BY 1"
            }
        };
        let rows: Vec<Trigger> = diesel::sql_query(sql).load(conn)?;
        let mut names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
        names.sort();
        Ok(names)
    };
    let before = data.db.read(names).unwrap();
    let mut listed: Vec<String> = include_str!("../src/guards/sqlite.sql")
        .lines()
        .filter_map(|line| line.strip_prefix("CREATE TRIGGER "))
        .map(|rest| rest.split(' ').next().unwrap().to_owned())
        .collect();
    listed.sort();
    assert_eq!(
        before, listed,
        "both databases have the guards of the one list"
    );
    data.db
        .jot(|conn| drop_trigger(conn, ("audit_no_update", "audit")))
        .unwrap();
    assert_ne!(data.db.read(names).unwrap(), before);
    kanmon::guards::migrate(&data.db).unwrap();
    assert_eq!(data.db.read(names).unwrap(), before);
}

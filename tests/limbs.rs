//! Each limb of the gate taken away alone stops approval and shipment, keeps its verdict, and moves nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use kanmon::attestations::Care;
use kanmon::contacts::Presenter;
use kanmon::deliveries::{self, NewOrder, State};
use kanmon::error::{Error, Ruling};
use kanmon::ids::DeliveryId;
use kanmon::rules::facility::Limb;
use kanmon::verdicts::Purpose;
use support::deliveries::{done, head, moved, obstacles, refused, rows, usual, verbs_after};
use support::programme::{Evidence, Ground, Place};
use support::{TestApp, TestDb, day};

/// What is taken away, and the code and clause by which the verdict names it.
type Without = (&'static str, fn(&mut Evidence), &'static str, &'static str);

#[rustfmt::skip]
const WITHOUT: &[Without] = &[
    ("ICU", |e| e.care = Care::None, "NO_24H_ADMISSION_WITH_ICU", "F-1.1"),
    ("24 h", |e| e.around_the_clock = false, "NO_24H_ADMISSION_WITH_ICU", "F-1.1"),
    ("tocilizumab", |e| e.tocilizumab = false, "TOCILIZUMAB_NOT_READY", "F-1.2"),
    ("laboratory", |e| e.laboratory = false, "TEST_RESULTS_NOT_OBTAINABLE", "F-1.2"),
    ("※3-1", |e| e.experience = false, "PHYSICIAN_REQUIREMENT", "F-*3-1"),
    ("※3-2", |e| e.meetings = false, "PHYSICIAN_REQUIREMENT", "F-*3-2"),
    ("※3-3", |e| e.cooperation = false, "PHYSICIAN_REQUIREMENT", "F-*3-3"),
    ("post", |e| e.last_day_in_post = Some(day("2026-11-24")), "PHYSICIAN_REQUIREMENT", "F-1.3"),
    ("post on the way", |e| e.last_day_in_post = Some(day("2026-11-25")), "PHYSICIAN_REQUIREMENT", "F-1.3"),
    ("a name", |e| e.named = false, "MISSING_DATA", "F-1.3"),
    ("explanation", |e| e.explained_by = None, "EXPLANATION_MISSING", "F-1.4"),
    ("safety measures", |e| e.explained_safety = false, "EXPLANATION_INCOMPLETE", "F-1.4"),
    ("manufacturer", |e| e.explained_by = Some(Presenter::Wholesaler), "EXPLANATION_NOT_BY_MAH", "F-1.4"),
    ("validity on the way", |e| e.valid_until = Some(day("2026-11-25")), "READINESS_ENDED", "F-1.1"),
];

/// What a refused step may write: its verdict with findings, audit rows, and numbers taken from counters.
fn only_the_refusal_is_written(before: &std::collections::BTreeMap<String, i64>, ground: &Ground) {
    let mut moved = moved(before, &rows(&ground.db));
    assert_eq!(moved.remove("verdict"), Some(1));
    assert!(moved.remove("finding").is_some_and(|n| n >= 12));
    assert!(moved.remove("audit").is_some_and(|n| n >= 1));
    moved.remove("audit_detail");
    moved.remove("counter");
    assert!(moved.is_empty(), "{moved:?}");
}

fn names_it(
    ground: &Ground,
    id: &DeliveryId,
    verdict: &kanmon::ids::VerdictId,
    code: &str,
    clause: &str,
) {
    let kept = ground.kept(verdict);
    assert_eq!(kept.subject, id.to_string());
    let found = obstacles(&kept);
    assert!(
        found.iter().any(|finding| finding.reason.code() == code
            && finding.clauses.iter().any(|cited| cited == clause)),
        "{code} {clause} not in {found:?}"
    );
    assert_eq!(ground.delivery(id).verdict, *verdict);
}

#[test]
fn an_order_that_lacks_one_limb_stays_ordered_and_is_not_approved() {
    for (name, take, code, clause) in WITHOUT {
        let data = TestDb::new();
        let ground = Ground::begin(&data.db);
        let mut evidence = Evidence::default();
        take(&mut evidence);
        let place = ground.ready("架空市立中央病院", &evidence);
        let id = ground.ordered(&place);
        let (before, seq) = (rows(&ground.db), head(&ground.db));
        let row = ground.delivery(&id).row;
        let verdict = refused(ground.approve(&id));
        names_it(&ground, &id, &verdict, code, clause);
        assert_eq!(ground.kept(&verdict).purpose, Purpose::Approval, "{name}");
        let after = ground.delivery(&id).row;
        assert_eq!((after.state, after.version), (State::Ordered, row.version));
        assert_eq!(
            verbs_after(&ground.db, seq),
            ["verdict_kept", "delivery_stopped"],
            "{name}"
        );
        only_the_refusal_is_written(&before, &ground);
        ground.agrees();
    }
}

/// Ways in which a facility loses a limb after its delivery was released.
type Loss = (
    &'static str,
    fn(&Ground, &Place),
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const LOST: &[Loss] = &[
    ("ICU closed", |g, p| g.report(p, Limb::IntensiveCare), "NO_24H_ADMISSION_WITH_ICU", "F-1.1"),
    ("nights closed", |g, p| g.report(p, Limb::Admission24h), "NO_24H_ADMISSION_WITH_ICU", "F-1.1"),
    ("tocilizumab gone", |g, p| g.report(p, Limb::Tocilizumab), "TOCILIZUMAB_NOT_READY", "F-1.2"),
    ("laboratory closed", |g, p| g.report(p, Limb::TestResults), "TEST_RESULTS_NOT_OBTAINABLE", "F-1.2"),
    ("attestation withdrawn", withdraw_attestation, "MISSING_DATA", "F-1.1"),
    ("statement withdrawn", withdraw_statement, "MISSING_DATA", "F-1.3"),
    ("physician leaves today", |g, p| end_post(g, p), "PHYSICIAN_REQUIREMENT", "F-1.3"),
    ("explanation struck out", strike_out_explanation, "EXPLANATION_MISSING", "F-1.4"),
];

fn withdraw_attestation(ground: &Ground, place: &Place) {
    let scope = ground.staff();
    let all = ground
        .db
        .read(|conn| kanmon::attestations::of_facility(conn, &scope, &place.id, None))
        .unwrap();
    ground.withdraw(&ground.safety, &all.rows[0].id);
}

fn withdraw_statement(ground: &Ground, place: &Place) {
    let person = place.physician.person.clone();
    ground
        .sign(&ground.safety, move |tx, scope, proof| {
            let today = tx.today;
            let found = kanmon::physicians::register::one(tx.conn, scope, &person, today)?;
            let row = &found.statements[0];
            let reason = "経験の記載に誤り";
            kanmon::physicians::withdraw(tx, scope, &row.id, row.version, reason, proof)
        })
        .unwrap();
}

fn end_post(ground: &Ground, place: &Place) {
    let person = place.physician.person.clone();
    ground
        .act(&place.coordinator, move |tx, scope| {
            let today = tx.today;
            let found = kanmon::physicians::register::one(tx.conn, scope, &person, today)?;
            let post = found.posts[0].id.clone();
            kanmon::physicians::end_affiliation(tx, scope, &post, today, "他院へ異動")
        })
        .unwrap();
}

fn strike_out_explanation(ground: &Ground, place: &Place) {
    let place = place.id.clone();
    ground
        .act(&ground.representative, move |tx, scope| {
            let all = kanmon::contacts::register::of_facility(tx.conn, scope, &place, 10)?;
            let wrong = all
                .into_iter()
                .find(|contact| contact.is_briefing())
                .unwrap();
            kanmon::contacts::correct(tx, scope, &wrong.id, "別の施設の記録", None)
        })
        .unwrap();
}

#[test]
fn a_released_delivery_is_held_by_the_change_that_takes_a_limb_away() {
    for (name, lose, code, clause) in LOST {
        let data = TestDb::new();
        let ground = Ground::begin(&data.db);
        let place = ground.all_ready("架空市立中央病院");
        let id = ground.released(&place);
        let before = rows(&ground.db);
        lose(&ground, &place);
        let held = ground.delivery(&id);
        assert_eq!(held.row.state, State::Held, "{name}");
        assert!(held.held_at.is_some());
        names_it(&ground, &id, &held.verdict, code, clause);
        assert_eq!(
            ground.kept(&held.verdict).purpose,
            Purpose::Change,
            "{name}"
        );
        let moved = moved(&before, &rows(&ground.db));
        for step in [
            "delivery",
            "approval",
            "release_order",
            "shipment",
            "receipt",
        ] {
            assert_eq!(moved.get(step), None, "{name}: {step}");
        }
        // Neither release nor shipment starts from a held delivery, and approval refuses while it lasts.
        assert!(matches!(ground.ship(&id), Err(Error::Stale)), "{name}");
        assert!(matches!(ground.release(&id), Err(Error::Stale)), "{name}");
        let verdict = refused(ground.approve(&id));
        names_it(&ground, &id, &verdict, code, clause);
        assert_eq!(ground.state_of(&id), State::Held);
        ground.agrees();
    }
}

/// Evidence that ceases behind the back of every verb, so that nothing is held and the shipment itself must find it.
const CEASED: &[(&str, &str, &str, &str)] = &[
    ("post", "affiliation", "MISSING_DATA", "F-1.3"),
    ("readiness", "readiness", "MISSING_DATA", "F-1.1"),
    ("explanation", "contact", "EXPLANATION_MISSING", "F-1.4"),
];

#[test]
fn a_shipment_judges_afresh_even_where_nothing_was_held() {
    for (name, table, code, clause) in CEASED {
        let data = TestDb::new();
        let ground = Ground::begin(&data.db);
        let id = ground.released(&ground.all_ready("架空市立中央病院"));
        let ceased = format!(
            "UPDATE {table} SET known_to = (SELECT max(seq) FROM audit) WHERE known_to IS NULL"
        );
        support::raw::raw(&ground.db, &ceased).unwrap();
        assert_eq!(ground.state_of(&id), State::Released, "{name}");
        let (before, seq) = (rows(&ground.db), head(&ground.db));
        let verdict = refused(ground.ship(&id));
        names_it(&ground, &id, &verdict, code, clause);
        assert_eq!(ground.kept(&verdict).purpose, Purpose::Shipment, "{name}");
        assert_eq!(ground.state_of(&id), State::Held, "{name}");
        assert_eq!(
            verbs_after(&ground.db, seq),
            ["verdict_kept", "delivery_stopped", "delivery_held"],
            "{name}"
        );
        only_the_refusal_is_written(&before, &ground);
    }
}

#[test]
fn the_sweep_holds_a_delivery_whose_last_physician_has_left() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let evidence = Evidence {
        last_day_in_post: Some(day("2026-11-26")),
        ..Evidence::default()
    };
    let place = ground.ready("架空市立中央病院", &evidence);
    let id = ground.released(&place);
    // The last day in post is still a good day.
    ground.sweep_on(day("2026-11-26"));
    assert_eq!(ground.state_of(&id), State::Released);
    assert_eq!(ground.sweep_on(day("2026-11-27")), 1);
    let held = ground.delivery(&id);
    assert_eq!(held.row.state, State::Held);
    names_it(
        &ground,
        &id,
        &held.verdict,
        "PHYSICIAN_REQUIREMENT",
        "F-1.3",
    );
    ground.agrees();
}

fn leaning(ground: &Ground, hub: &Place, last: Option<&str>) -> Place {
    let evidence = Evidence {
        care: Care::None,
        around_the_clock: false,
        partner: Some((hub.id.clone(), day("2026-04-01"), last.map(day))),
        ..Evidence::default()
    };
    ground.ready("架空クリニック", &evidence)
}

#[test]
fn an_agreement_that_ends_before_the_arrival_stops_the_order() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let hub = ground.all_ready("架空大学病院");
    let clinic = leaning(&ground, &hub, Some("2026-11-25"));
    let id = ground.ordered(&clinic);
    let verdict = refused(ground.approve(&id));
    names_it(&ground, &id, &verdict, "PARTNERSHIP_LAPSED", "F-1.1");
    // The day of shipment alone would have passed: the arrival is what is asked.
    let kept = ground.kept(&verdict);
    assert_eq!(kept.days.len(), 2);
    assert!(kept.days[0].verdict.permits());
    assert!(!kept.days[1].verdict.permits());
}

#[test]
fn a_partner_that_lapses_between_approval_and_arrival_holds_the_dependants_delivery() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let hub = ground.all_ready("架空大学病院");
    let clinic = leaning(&ground, &hub, None);
    let other = ground.all_ready("架空がんセンター");
    let id = ground.released(&clinic);
    let untouched = ground.released(&other);
    ground.report(&hub, Limb::IntensiveCare);
    let held = ground.delivery(&id);
    assert_eq!(held.row.state, State::Held);
    names_it(
        &ground,
        &id,
        &held.verdict,
        "NO_24H_ADMISSION_WITH_ICU",
        "F-1.1",
    );
    assert_eq!(ground.state_of(&untouched), State::Released);
    ground.agrees();
}

#[test]
fn an_agreement_that_ends_on_the_way_is_found_by_the_sweep() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let hub = ground.all_ready("架空大学病院");
    let clinic = leaning(&ground, &hub, Some("2026-11-26"));
    let id = ground.released(&clinic);
    ground.sweep_on(day("2026-11-27"));
    let held = ground.delivery(&id);
    assert_eq!(held.row.state, State::Held);
    names_it(&ground, &id, &held.verdict, "PARTNERSHIP_LAPSED", "F-1.1");
}

#[test]
fn only_a_new_approval_releases_a_held_delivery() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.released(&place);
    let first = ground.delivery(&id).approval.unwrap().id;
    ground.report(&place, Limb::IntensiveCare);
    // The ICU opens again, by a new attestation.
    ground.attest(&place, &Evidence::default());
    assert_eq!(ground.state_of(&id), State::Held);
    assert!(matches!(ground.ship(&id), Err(Error::Stale)));
    assert!(matches!(ground.release(&id), Err(Error::Stale)));
    done(ground.approve(&id));
    let again = ground.delivery(&id);
    assert_eq!(again.row.state, State::Approved);
    assert_ne!(again.approval.unwrap().id, first);
    // The former release has gone with the former approval.
    assert!(again.release.is_none());
    assert!(matches!(ground.ship(&id), Err(Error::Stale)));
    ground.release(&id).unwrap();
    done(ground.ship(&id));
    ground.agrees();
}

#[test]
fn the_page_of_a_held_delivery_names_what_changed_since_the_approval() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.released(&place);
    let mut approver = ground.at_browser(&app, &ground.approver);
    let path = format!("/deliveries/{id}");
    approver.get(&path).is(200).says_not("承認後に変わったこと");
    ground.report(&place, Limb::IntensiveCare);
    let page = approver.get(&path);
    page.is(200)
        .says("保留")
        .says("承認後に変わったこと")
        .says("C-0001");
    let (_, table) = page.body.split_once("id=\"diff\"").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    assert!(table.contains("24 時間の入院管理"), "{table}");
    assert!(!table.contains("事前説明"), "{table}");
    page.says_not("納入を承認する");
    ground.attest(&place, &Evidence::default());
    approver
        .get(&path)
        .is(200)
        .says("いまは要件を満たしています")
        .says("納入を承認する");
}

fn large(place: &Place) -> NewOrder {
    NewOrder {
        lines: vec![
            ("lunsumio_iv_1mg".to_owned(), 7),
            ("lunsumio_iv_30mg".to_owned(), 2),
        ],
        ..usual(place)
    }
}

fn ship_large(
    ground: &Ground,
    id: &DeliveryId,
) -> kanmon::error::Result<Ruling<kanmon::ids::VerdictId>> {
    let row = ground.delivery(id).row;
    let mut lots = support::deliveries::lots(row.arrives_on);
    lots[0].quantity = 7;
    ground.act(&ground.operator, move |tx, scope| {
        deliveries::ship(tx, scope, (&row.id, row.version), row.arrives_on, &lots)
    })
}

#[test]
fn what_is_to_be_considered_is_acknowledged_at_approval_and_shipment_reuses_it() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.order(&place.coordinator, large(&place));
    let before = rows(&ground.db);
    match ground.approve(&id) {
        Err(Error::Invalid(errors)) => assert!(errors.on("reason").is_some()),
        other => panic!("{other:?}"),
    }
    assert_eq!(moved(&before, &rows(&ground.db)).len(), 0);
    let version = ground.delivery(&id).row.version;
    let reason = "新規患者 2 名の初回サイクル";
    done(ground.approve_as_of(&ground.approver, &id, version, reason));
    assert_eq!(ground.delivery(&id).approval.unwrap().reason, reason);
    ground.release(&id).unwrap();
    done(ship_large(&ground, &id));
    assert_eq!(ground.state_of(&id), State::Shipped);
    ground.agrees();
}

#[test]
fn a_new_reason_to_consider_asks_for_a_new_approval_at_shipment() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.order(&place.coordinator, large(&place));
    let version = ground.delivery(&id).row.version;
    done(ground.approve_as_of(&ground.approver, &id, version, "初回サイクル"));
    ground.release(&id).unwrap();
    // The beds for the first 60 mg close: the notice lets the delivery go on, after consideration.
    ground.report(&place, Limb::InpatientBeds);
    assert_eq!(ground.state_of(&id), State::Released);
    let (before, seq) = (rows(&ground.db), head(&ground.db));
    let verdict = refused(ship_large(&ground, &id));
    assert!(obstacles(&ground.kept(&verdict)).is_empty());
    assert_eq!(ground.state_of(&id), State::Held);
    assert_eq!(
        verbs_after(&ground.db, seq),
        ["verdict_kept", "delivery_stopped", "delivery_held"]
    );
    only_the_refusal_is_written(&before, &ground);
    let version = ground.delivery(&id).row.version;
    let reason = "初回サイクル。初回の 60 mg は大学病院で開始";
    done(ground.approve_as_of(&ground.second, &id, version, reason));
    ground.release(&id).unwrap();
    done(ship_large(&ground, &id));
}

//! Several orders approved by one signing: each judged by itself, all named by one digest, and nothing signed that was
//! not shown.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use diesel::prelude::*;
use kanmon::deliveries::{self, NewOrder, State};
use kanmon::ids::DeliveryId;
use kanmon::schema::{approval, audit, audit_detail, signature, verdict};
use kanmon::scope::Role;
use kanmon::signatures;
use sha2::{Digest, Sha256};
use support::deliveries::{done, moved, rows, usual, verbs_after};
use support::programme::{Evidence, Ground, Place};
use support::raw::{guarded, raw};
use support::{PASSWORD, Reply, TestApp, User, day};

const PAGE: &str = "/deliveries/approvals";

fn tick(id: &DeliveryId, version: i32) -> String {
    format!("{id}.{version}")
}

fn sign(user: &mut User, ticked: &[String], password: &str) -> Reply {
    let mut form: Vec<(&str, &str)> = ticked.iter().map(|one| ("chosen", one.as_str())).collect();
    form.push(("password", password));
    user.post(PAGE, &form)
}

/// What the page offers to tick.
fn offered(page: &Reply) -> BTreeSet<String> {
    let boxes = page.body.split("name=\"chosen\" value=\"").skip(1);
    boxes
        .map(|rest| rest.split_once('"').unwrap().0.to_owned())
        .collect()
}

fn set(ticks: &[String]) -> BTreeSet<String> {
    ticks.iter().cloned().collect()
}

/// Record, digest, batch and change of every signature under an approval.
fn approvals(ground: &Ground) -> Vec<(String, String, Option<String>, String)> {
    ground
        .db
        .read(|conn| {
            Ok(signature::table
                .filter(signature::meaning.eq("approval"))
                .order(signature::known_from)
                .select((
                    signature::record_id,
                    signature::digest,
                    signature::batch,
                    signature::change_id,
                ))
                .load(conn)?)
        })
        .unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of a list as somebody else would work it out.
fn digest_of(signed: &[(String, String, Option<String>, String)]) -> String {
    let mut lines: Vec<String> = signed
        .iter()
        .map(|(id, digest, ..)| format!("delivery {id} {digest}\n"))
        .collect();
    lines.sort();
    hex(&Sha256::digest(lines.concat()))
}

fn much(place: &Place) -> NewOrder {
    NewOrder {
        lines: vec![("lunsumio_iv_1mg".to_owned(), 7)],
        ..usual(place)
    }
}

#[test]
fn a_ticked_list_is_approved_by_one_signing_and_every_signature_names_it() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let (near, far) = (
        ground.all_ready("架空市立中央病院"),
        ground.all_ready("架空大学病院"),
    );
    let ids: Vec<DeliveryId> = [&near, &far, &near, &far]
        .map(|place| ground.ordered(place))
        .into();
    let ticks: Vec<String> = ids.iter().map(|id| tick(id, 1)).collect();
    let mut user = ground.at_browser(&app, &ground.approver);
    user.get("/deliveries")
        .is(200)
        .holds("href=\"/deliveries/approvals\"");
    let page = user.get(PAGE);
    page.is(200).says("架空市立中央病院").says("架空大学病院");
    page.says("2026年11月25日").says("2026年11月26日");
    assert_eq!(offered(&page), set(&ticks));
    let before = support::deliveries::head(&app.db);
    // In the order in which they were clicked, which is not the order of the digest.
    let chosen = [&ticks[2], &ticks[0], &ticks[1]].map(Clone::clone);
    let reply = sign(&mut user, &chosen, PASSWORD);
    reply.is(303);
    let next = reply.location().to_owned();
    let after = user.get(&next);
    after.is(200).says("3 件を承認しました").says("D-0003");
    assert_eq!(offered(&after), set(&ticks[3..]));
    for id in &ids[..3] {
        assert_eq!(ground.state_of(id), State::Approved);
    }
    assert_eq!(ground.state_of(&ids[3]), State::Ordered);

    let signed = approvals(&ground);
    assert_eq!(signed.len(), 3);
    let batch = digest_of(&signed);
    assert!(signed.iter().all(|row| row.2.as_ref() == Some(&batch)));
    assert!(
        signed.iter().all(|row| row.3 == signed[0].3),
        "one transaction"
    );
    assert_eq!(
        signed
            .iter()
            .map(|row| &row.1)
            .collect::<BTreeSet<_>>()
            .len(),
        3
    );
    let (details, verdicts, judged): (Vec<String>, Vec<String>, i64) = app
        .db
        .read(|conn| {
            let details = audit::table
                .inner_join(audit_detail::table.on(audit_detail::seq.eq(audit::seq)))
                .filter(audit::seq.gt(before))
                .filter(audit::verb.eq("record_signed"))
                .select(audit_detail::detail)
                .load(conn)?;
            let verdicts = approval::table.select(approval::verdict_id).load(conn)?;
            let judged = verdict::table
                .filter(verdict::purpose.eq("approval"))
                .filter(verdict::change_id.eq(&signed[0].3))
                .count()
                .get_result(conn)?;
            Ok((details, verdicts, judged))
        })
        .unwrap();
    assert_eq!(details.len(), 3);
    assert!(details.iter().all(|text| text.contains(&batch)));
    let verdicts: BTreeSet<String> = verdicts.into_iter().collect();
    assert_eq!(
        (verdicts.len(), judged),
        (3, 3),
        "each on a verdict of its own"
    );
    // The record says it to whoever reads it, at the facility, too.
    let mut coordinator = ground.at_browser(&app, &near.coordinator);
    let shown = coordinator.get(&format!("/deliveries/{}", ids[0]));
    shown
        .is(200)
        .says("大槻 由美")
        .says("3 件の一覧の 1 件")
        .says(&batch);
    user.post("/language", &[("language", "en"), ("back", "/")]);
    let shown = user.get(&format!("/deliveries/{}", ids[1]));
    shown.is(200).says("one of 3");
    for id in &ids[..3] {
        ground.release(id).unwrap();
    }
    ground.agrees();
}

#[test]
fn one_that_moved_on_since_the_page_was_opened_leaves_everything_unsigned() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let ids = [(); 3].map(|()| ground.ordered(&place));
    let ticks = ids.each_ref().map(|id| tick(id, 1));
    let mut user = ground.at_browser(&app, &ground.approver);
    assert_eq!(offered(&user.get(PAGE)), set(&ticks));
    let later = ids[1].clone();
    done(ground.act(&ground.operator, move |tx, scope| {
        let days = (day("2026-11-25"), day("2026-11-27"));
        deliveries::reschedule(tx, scope, (&later, 1), days)
    }));
    let before = rows(&app.db);
    let reply = sign(&mut user, &ticks, PASSWORD);
    reply.is(409).says("何も承認されていません").says("D-0002");
    let banner = reply.body.split("banner-consider").nth(1).unwrap();
    let banner = banner.split("</section>").next().unwrap();
    assert!(banner.contains(ids[1].as_str()) && !banner.contains(ids[0].as_str()));
    assert_eq!(moved(&before, &rows(&app.db)).get("signature"), None);
    assert!(approvals(&ground).is_empty());
    // The page that came back is the list as it is now, with nothing ticked.
    let now = [&ticks[0], &tick(&ids[1], 2), &ticks[2]].map(Clone::clone);
    assert_eq!(offered(&reply), set(&now));
    assert!(!reply.body.contains(" checked"));
    sign(&mut user, &now, PASSWORD).is(303);
    assert_eq!(approvals(&ground).len(), 3);
}

#[test]
fn a_list_sent_twice_is_signed_once() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    for _ in 0..3 {
        let ticks = [(); 3].map(|()| tick(&ground.ordered(&place), 1));
        let before = approvals(&ground).len();
        let start = Barrier::new(3);
        let mut users = [&ground.approver, &ground.approver, &ground.second]
            .map(|who| ground.at_browser(&app, who));
        let mut statuses: Vec<u16> = thread::scope(|scope| {
            let sent: Vec<_> = users
                .iter_mut()
                .map(|user| {
                    let (ticks, start) = (&ticks, &start);
                    scope.spawn(move || {
                        start.wait();
                        sign(user, ticks, PASSWORD).status
                    })
                })
                .collect();
            sent.into_iter().map(|one| one.join().unwrap()).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409, 409]);
        assert_eq!(approvals(&ground).len(), before + 3);
    }
}

#[test]
fn one_whose_evidence_lapses_before_the_signature_is_refused_by_itself() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let steady = ground.all_ready("架空市立中央病院");
    let fading = ground.place("架空大学病院");
    let evidence = Evidence::default();
    ground.name(&fading, &evidence);
    ground.state(&fading, &evidence);
    let attestation = ground.attest(&fading, &evidence);
    ground.brief(&fading, &evidence);
    ground.meet(&fading, evidence.met_on);
    let ids = [&steady, &fading, &steady].map(|place| ground.ordered(place));
    let ticks = ids.each_ref().map(|id| tick(id, 1));
    let mut user = ground.at_browser(&app, &ground.approver);
    assert_eq!(offered(&user.get(PAGE)), set(&ticks));
    ground.withdraw(&ground.safety, &attestation);
    let head = support::deliveries::head(&app.db);
    let reply = sign(&mut user, &ticks, PASSWORD);
    reply.is(303);
    let next = reply.location().to_owned();
    let page = user.get(&next);
    page.says("2 件を承認しました")
        .says("1 件は要件を満たさない");
    page.says("D-0002").says("承認待ち");
    assert_eq!(ground.state_of(&ids[0]), State::Approved);
    assert_eq!(ground.state_of(&ids[1]), State::Ordered);
    assert_eq!(ground.state_of(&ids[2]), State::Approved);
    let signed = approvals(&ground);
    let recorded: BTreeSet<&str> = signed.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(recorded, [ids[0].as_str(), ids[2].as_str()].into());
    assert_eq!(
        signed[0].2,
        Some(digest_of(&signed)),
        "the list is what was signed"
    );
    let verbs = verbs_after(&app.db, head);
    let count = |verb: &str| verbs.iter().filter(|found| *found == verb).count();
    assert_eq!(
        (
            count("delivery_approved"),
            count("delivery_stopped"),
            count("verdict_kept")
        ),
        (2, 1, 3)
    );
    // Where none passes any more, each is refused with its verdict and nothing is signed.
    let alone = sign(&mut user, &ticks[1..2], PASSWORD);
    alone.is(303);
    assert_eq!(approvals(&ground).len(), 2);
    ground.agrees();
}

#[test]
fn whoever_ordered_or_entered_the_evidence_neither_sees_nor_signs_it_in_a_list() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let doubled = ground.also(&ground.approver, Role::DistributionOperator);
    let own = ground.order(&doubled, usual(&place));
    let other = ground.ordered(&place);
    // The approver, acting as a safety officer, accepted what the second facility attests.
    let reviewed = ground.place("架空大学病院");
    let evidence = Evidence::default();
    ground.name(&reviewed, &evidence);
    ground.state(&reviewed, &evidence);
    let submitted = ground.submit(&reviewed, &evidence);
    let officer = ground.also(&ground.approver, Role::SafetyOfficer);
    ground.accept(&officer, &submitted);
    ground.brief(&reviewed, &evidence);
    ground.meet(&reviewed, evidence.met_on);
    let judged = ground.ordered(&reviewed);
    let mut second = ground.at_browser(&app, &ground.second);
    let ticks = [&own, &other, &judged].map(|id| tick(id, 1));
    assert_eq!(
        offered(&second.get(PAGE)),
        set(&ticks),
        "another may approve all"
    );
    let mut user = app.visitor();
    user.login.clone_from(&ground.approver.login);
    user.sign_in(PASSWORD);
    take_role(&mut user, Role::DistributionApprover);
    assert_eq!(offered(&user.get(PAGE)), set(&ticks[1..2]));
    let before = rows(&app.db);
    for forged in [&ticks[..2], &ticks[1..]] {
        sign(&mut user, forged, PASSWORD).is(403);
    }
    let mut grown = moved(&before, &rows(&app.db));
    grown.remove("session");
    assert!(grown.is_empty(), "{grown:?}");
    assert_eq!(ground.state_of(&other), State::Ordered);
}

/// Acts in another of one's roles, if it is not the one already acted in.
fn take_role(user: &mut User, role: Role) {
    let page = user.get("/membership");
    let name = kanmon::messages::Lang::Ja.t(kanmon::accounts::role_id(role));
    let (_, own) = page.body.split_once(&format!("<b>{name}</b>")).unwrap();
    let own = own.split("</li>").next().unwrap();
    if let Some((_, rest)) = own.split_once("name=\"membership\" value=\"") {
        let id = rest.split_once('"').unwrap().0.to_owned();
        user.post("/membership", &[("membership", &id)]).is(303);
    }
}

#[test]
fn what_needs_a_reason_is_left_to_its_own_page() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let plain = ground.ordered(&place);
    let large = ground.order(&place.coordinator, much(&place));
    let mut user = ground.at_browser(&app, &ground.approver);
    let page = user.get(PAGE);
    assert_eq!(offered(&page), set(&[tick(&plain, 1)]));
    page.says("理由を入力して承認する");
    page.holds(&format!("href=\"/deliveries/{large}/approval\""));
    let forged = sign(&mut user, &[tick(&plain, 1), tick(&large, 1)], PASSWORD);
    forged.is(422).says("D-0002").says("検討");
    assert!(approvals(&ground).is_empty());
    assert_eq!(ground.state_of(&plain), State::Ordered);
}

#[test]
fn a_list_typed_wrong_signs_nothing_and_says_what_is_wrong() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.ordered(&place);
    let held = ground.approved(&place);
    let stopped = held.clone();
    ground
        .act(&ground.safety, move |tx, scope| {
            deliveries::hold(tx, scope, (&stopped, 2), "確認のため")
        })
        .unwrap();
    let signed = approvals(&ground).len();
    let mut user = ground.at_browser(&app, &ground.approver);
    let page = user.get(PAGE);
    assert_eq!(
        offered(&page),
        set(&[tick(&id, 1)]),
        "what is on hold has its own page"
    );
    let before = rows(&app.db);
    sign(&mut user, &[], PASSWORD).is(422).says("1 件以上");
    let wrong = sign(&mut user, &[tick(&id, 1)], "not the password");
    wrong.is(422);
    assert!(
        wrong.body.contains(" checked"),
        "what was ticked stays ticked"
    );
    for garbage in ["", "1", ".", "x.1", "神.１", "\0"] {
        sign(&mut user, &[garbage.to_owned()], PASSWORD).is(400);
    }
    let unknown: DeliveryId = "00000000-0000-7000-8000-000000000000".parse().unwrap();
    sign(&mut user, &[tick(&id, 1), tick(&unknown, 1)], PASSWORD).is(404);
    sign(&mut user, &[tick(&id, 1), tick(&id, 2)], PASSWORD).is(409);
    sign(&mut user, &[tick(&held, 3)], PASSWORD)
        .is(409)
        .says("保留");
    let many: Vec<String> = (0..51).map(|n| tick(&unknown, n)).collect();
    sign(&mut user, &many, PASSWORD).is(422).says("50");
    let mut grown = moved(&before, &rows(&app.db));
    grown.remove("session");
    grown.remove("sign_in_failure");
    assert!(grown.is_empty(), "{grown:?}");
    // The same tick twice is one delivery.
    sign(&mut user, &[tick(&id, 1), tick(&id, 1)], PASSWORD).is(303);
    assert_eq!(approvals(&ground).len(), signed + 1);
}

#[test]
fn the_days_that_pass_between_page_and_signature_stop_the_list() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let id = ground.ordered(&place);
    ground
        .db
        .clock()
        .move_to(kanmon::clock::start_of(day("2026-11-27")));
    let mut user = ground.at_browser(&app, &ground.approver);
    let page = user.get(PAGE);
    assert!(offered(&page).is_empty(), "its arrival has passed");
    sign(&mut user, &[tick(&id, 1)], PASSWORD).is(422);
    assert!(approvals(&ground).is_empty());
}

#[test]
fn a_list_that_no_longer_fits_its_digest_says_so() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let ids = [(); 2].map(|()| ground.ordered(&place));
    let ticks = ids.each_ref().map(|id| tick(id, 1));
    let mut user = ground.at_browser(&app, &ground.approver);
    sign(&mut user, &ticks, PASSWORD).is(303);
    let seen = |id: &DeliveryId| {
        let on = app
            .db
            .read(|conn| signatures::on(conn, "delivery", id.as_str()))
            .unwrap();
        on[0].together.clone().unwrap()
    };
    assert_eq!((seen(&ids[0]).records, seen(&ids[0]).whole), (2, true));
    // The database lets no signature of another change into the list; one slipped in as of the same is seen.
    let slip = |id: u8, change: &str| {
        format!(
            "INSERT INTO signature (id, person_id, person_name, account_id, role, meaning, record_kind, record_id, digest, at, change_id, known_from, batch) \
             SELECT '00000000-0000-7000-8000-00000000000{id}', person_id, person_name, account_id, role, meaning, record_kind, 'another', digest, at, {change}, known_from, batch \
             FROM signature WHERE batch IS NOT NULL ORDER BY id LIMIT 1"
        )
    };
    guarded(
        &app.db,
        &[("signature_joins_no_list", "signature")],
        "of one person and change",
        &slip(1, "'another'"),
    );
    raw(&app.db, &slip(2, "change_id")).unwrap();
    assert_eq!((seen(&ids[0]).records, seen(&ids[1]).whole), (3, false));
    user.get(&format!("/deliveries/{}", ids[0]))
        .is(200)
        .says("一致しません");
}

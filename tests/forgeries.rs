//! Approvals and shipments forged in SQL: a complete forgery shows that the test can pass, each flaw is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use kanmon::ids::DeliveryId;
use support::TestDb;
use support::deliveries::done;
use support::programme::Ground;
use support::raw::{guarded, raw, without};

/// What is forged, in SQL expressions; each test spoils one of them.
#[derive(Clone)]
struct Forgery {
    /// The delivery that the forged step is for.
    delivery: String,
    /// The verdict that is copied.
    model: String,
    purpose: &'static str,
    subject: String,
    change: &'static str,
    first_day: &'static str,
    last_day: &'static str,
    days: &'static str,
    /// Which findings of the model are copied, and how they are answered.
    findings: &'static str,
    outcome: &'static str,
    /// Of an approval: who, and the signature's person, change, record and meaning.
    person: String,
    signer: String,
    signed_change: &'static str,
    signed_record: String,
    meaning: &'static str,
}

impl Forgery {
    fn verdict(&self) -> String {
        let Forgery {
            model,
            purpose,
            subject,
            change,
            first_day,
            last_day,
            days,
            findings,
            outcome,
            ..
        } = self;
        format!(
            "INSERT INTO verdict SELECT 'forged-v', number + 1000, kind, '{purpose}', programme_id, facility_id, '{subject}', \
             {first_day}, {last_day}, {days}, not_before, known_seq, at, '{change}', edition, policy_version, rules_version, \
             facts_format, facts, outcome, digest FROM verdict WHERE id = '{model}'; \
             INSERT INTO finding SELECT 'forged-v', position, day, rule, source, {outcome}, code, body, until FROM finding \
             WHERE verdict_id = '{model}' AND {findings};"
        )
    }

    fn approval(&self) -> String {
        let Forgery {
            delivery,
            person,
            signer,
            signed_change,
            signed_record,
            meaning,
            ..
        } = self;
        format!(
            "{verdict} \
             INSERT INTO signature SELECT 'forged-s', {signer}, person_name, account_id, role, '{meaning}', record_kind, \
             '{signed_record}', digest, at, '{signed_change}', known_from, method, NULL FROM signature WHERE meaning = 'approval'; \
             INSERT INTO approval SELECT 'forged-a', '{delivery}', 'forged-v', {person}, acknowledged, reason, ships_on, \
             arrives_on, at, 'forged-s', 'forged' FROM approval",
            verdict = self.verdict(),
        )
    }

    fn shipment(&self) -> String {
        format!(
            "{verdict} \
             INSERT INTO shipment SELECT 'forged-x', '{delivery}', 'forged-v', coalesce(d.release_id, r.id), d.ships_on, \
             d.arrives_on, r.person_id, r.at, 'forged' FROM delivery d JOIN release_order r ON r.number = 1 \
             WHERE d.id = '{delivery}'",
            verdict = self.verdict(),
            delivery = self.delivery,
        )
    }
}

struct Scene {
    data: TestDb,
    ground: Ground,
    approved: DeliveryId,
    ordered: DeliveryId,
    forgery: Forgery,
}

/// One delivery approved by the verbs, whose verdict and signature are copied; one that is still ordered.
fn scene() -> Scene {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    let approved = ground.approved(&place);
    let ordered = ground.ordered(&place);
    let model = ground.delivery(&approved).approval.unwrap().verdict;
    let forgery = Forgery {
        delivery: ordered.to_string(),
        model: model.to_string(),
        purpose: "approval",
        subject: ordered.to_string(),
        change: "forged",
        first_day: "first_day",
        last_day: "last_day",
        days: "days",
        findings: "rule <> ''",
        outcome: "outcome",
        person: "person_id".to_owned(),
        signer: "person_id".to_owned(),
        signed_change: "forged",
        signed_record: ordered.to_string(),
        meaning: "approval",
    };
    Scene {
        data,
        ground,
        approved,
        ordered,
        forgery,
    }
}

/// One thing wrong with a forged verdict.
type Flaw = fn(&mut Forgery);

const FLAWS: &[(&str, Flaw)] = &[
    ("of another change", |f| f.change = "another"),
    ("made for another occasion", |f| f.purpose = "order"),
    ("beginning after the shipment", |f| f.first_day = "last_day"),
    ("ending before the arrival", |f| f.last_day = "first_day"),
    ("without a rule", |f| f.findings = "rule <> 'admission'"),
    ("without a rule on one day", |f| {
        f.findings = "NOT (rule = 'admission' AND position > 12)";
    }),
    ("of too few days", |f| {
        f.findings = "day = (SELECT first_day FROM verdict v WHERE v.id = verdict_id)";
    }),
    ("that says it is of too few days", |f| {
        f.findings = "day = (SELECT first_day FROM verdict v WHERE v.id = verdict_id)";
        f.days = "1";
    }),
    ("without any finding", |f| {
        f.findings = "rule = ''";
        f.days = "0";
    }),
    ("with an unmet finding", |f| {
        f.outcome = "CASE WHEN rule = 'tocilizumab' THEN 'unmet' ELSE outcome END";
    }),
    ("with an undetermined finding", |f| {
        f.outcome = "CASE WHEN rule = 'admission' THEN 'undetermined' ELSE outcome END";
    }),
    ("with an unmet finding of the house", |f| {
        f.outcome = "CASE WHEN rule = 'meeting' THEN 'unmet' ELSE outcome END";
    }),
];

const NO_VERDICT: &str = "complete permitting verdict";

#[test]
fn a_forged_approval_needs_a_complete_permitting_verdict_of_its_own() {
    let scene = scene();
    let guard = [("approval_needs_permit", "approval")];
    // A forgery with everything right passes, so that what is refused below is refused for its flaw.
    let sound = scene.forgery.approval();
    without(&scene.data.db, &[], &sound).unwrap();
    for (name, spoil) in FLAWS {
        let mut flawed = scene.forgery.clone();
        spoil(&mut flawed);
        println!("a verdict {name}");
        guarded(&scene.data.db, &guard, NO_VERDICT, &flawed.approval());
    }
    let mut foreign = scene.forgery.clone();
    foreign.subject = scene.approved.to_string();
    guarded(&scene.data.db, &guard, NO_VERDICT, &foreign.approval());
}

#[test]
fn a_forged_approval_needs_another_persons_own_signature() {
    let scene = scene();
    let guard = [("approval_needs_permit", "approval")];
    let orderer = format!(
        "(SELECT ordered_by FROM delivery WHERE id = '{}')",
        scene.ordered
    );
    let mut own = scene.forgery.clone();
    (own.person, own.signer) = (orderer.clone(), orderer.clone());
    guarded(
        &scene.data.db,
        &guard,
        "nobody approves what they ordered",
        &own.approval(),
    );
    let unsigned = "needs a signature of the same person and change";
    let flaws: [&dyn Fn(&mut Forgery); 4] = [
        &|f| f.signer.clone_from(&orderer),
        &|f| f.signed_change = "another",
        &|f| f.signed_record = scene.approved.to_string(),
        &|f| f.meaning = "refusal",
    ];
    for spoil in flaws {
        let mut flawed = scene.forgery.clone();
        spoil(&mut flawed);
        guarded(&scene.data.db, &guard, unsigned, &flawed.approval());
    }
    let mut twice = scene.forgery.clone();
    for id in [
        &mut twice.delivery,
        &mut twice.subject,
        &mut twice.signed_record,
    ] {
        *id = scene.approved.to_string();
    }
    guarded(
        &scene.data.db,
        &guard,
        "needs an ordered or held delivery",
        &twice.approval(),
    );
}

#[test]
fn a_forged_shipment_needs_a_release_and_a_complete_permitting_verdict_of_its_own() {
    let scene = scene();
    let guard = [("shipment_needs_permit", "shipment")];
    let db = &scene.data.db;
    let shipment = |id: &DeliveryId| {
        let mut forgery = scene.forgery.clone();
        forgery.delivery = id.to_string();
        forgery.subject = id.to_string();
        forgery.purpose = "shipment";
        forgery
    };
    // Another delivery's release stands; this one is ordered, then approved, and has none.
    scene.ground.release(&scene.approved).unwrap();
    let unreleased = "needs the delivery's standing release";
    guarded(db, &guard, unreleased, &shipment(&scene.ordered).shipment());
    done(scene.ground.approve(&scene.ordered));
    guarded(db, &guard, unreleased, &shipment(&scene.ordered).shipment());
    let sound = shipment(&scene.approved);
    without(db, &[], &sound.shipment()).unwrap();
    for (name, spoil) in FLAWS {
        let mut flawed = sound.clone();
        spoil(&mut flawed);
        println!("a verdict {name}");
        guarded(db, &guard, NO_VERDICT, &flawed.shipment());
    }
    let mut foreign = sound.clone();
    foreign.subject = scene.ordered.to_string();
    guarded(db, &guard, NO_VERDICT, &foreign.shipment());
    // Once shipped, it is not shipped again, with whatever verdict.
    scene
        .ground
        .db
        .clock()
        .move_to(kanmon::clock::start_of(support::day("2026-11-25")));
    done(scene.ground.ship(&scene.approved));
    let refusal = raw(db, &sound.shipment()).unwrap_err();
    assert!(refusal.contains("guard: "), "{refusal}");
    let refusal = without(db, &guard, &sound.shipment()).unwrap_err();
    assert!(refusal.to_lowercase().contains("unique"), "{refusal}");
}

#[test]
fn a_forged_release_needs_the_standing_approval() {
    let scene = scene();
    let release = format!(
        "INSERT INTO release_order SELECT 'forged-r', 999, '{}', id, '2027-03-31', person_id, at, 'forged' FROM approval",
        scene.ordered
    );
    guarded(
        &scene.data.db,
        &[("release_needs_approval", "release_order")],
        "standing approval",
        &release,
    );
}

//! Looking back: what was known when, what would not pass with what is known today, and the log as it is read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use kanmon::audit::browsing::{self, Which};
use kanmon::audit::tree;
use kanmon::deliveries::hindsight::{self, Looked};
use kanmon::dossiers::{self, About};
use kanmon::facilities::{self, NewFacility, imports, lists};
use kanmon::ids::{DeliveryId, FacilityId};
use kanmon::inspection::dossier::Made;
use kanmon::messages::Lang;
use kanmon::rules::facility::Limb;
use kanmon::scope::{Actor, Role};
use kanmon::verdicts;
use serde_json::Value;
use support::deliveries::done;
use support::programme::{Evidence, Ground, Place};
use support::raw::drop_trigger;
use support::{TestApp, TestDb, day};

/// Ordered, approved, released and shipped on the 24th, to arrive on the 26th.
fn shipped(ground: &Ground, place: &Place) -> DeliveryId {
    let id = ground.released(place);
    done(ground.ship(&id));
    id
}

fn look(ground: &Ground) -> Looked {
    let scope = ground.staff();
    ground
        .db
        .read(|conn| hindsight::look(conn, &scope, None))
        .unwrap()
}

fn doubted(ground: &Ground) -> Vec<DeliveryId> {
    let looked = look(ground);
    let mut all: Vec<_> = looked.doubted.into_iter().map(|row| row.id).collect();
    all.sort();
    all
}

/// A fictional facility with a code that an official list could hold.
fn coded(ground: &Ground, name: &str) -> FacilityId {
    let new = NewFacility {
        name: name.to_owned(),
        postal_code: String::new(),
        address: String::new(),
        prefecture: 1,
        code: (CODE.to_owned(), "1".to_owned()),
    };
    ground
        .db
        .write(&Actor::system("test"), move |tx| facilities::add(tx, &new))
        .unwrap()
}

const CODE: &str = "019999991";

/// The rules that fail now, and the verbs of the log that say since when.
fn told(looked: &Looked) -> Vec<(String, Vec<String>)> {
    let changes = looked.doubted.iter().flat_map(|row| &row.changes);
    let verbs = |rows: &[kanmon::audit::Row]| rows.iter().map(|row| row.verb.clone()).collect();
    changes
        .map(|change| (change.now.rule.to_string(), verbs(&change.since)))
        .collect()
}

#[test]
fn exactly_what_lost_its_evidence_after_the_shipment_would_not_pass_today() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let places: Vec<Place> = (0..4)
        .map(|number| ground.place(&format!("架空第{number}病院")))
        .collect();
    let attested: Vec<_> = places
        .iter()
        .map(|place| {
            ground.name(place, &Evidence::default());
            ground.state(place, &Evidence::default());
            ground.brief(place, &Evidence::default());
            ground.meet(place, day("2026-11-20"));
            ground.attest(place, &Evidence::default())
        })
        .collect();
    let left: Vec<_> = places.iter().map(|place| shipped(&ground, place)).collect();
    let looked = look(&ground);
    assert_eq!((looked.seen, looked.doubted.len()), (4, 0));

    data.clock.advance(chrono::TimeDelta::hours(3));
    // Withdrawn: it no longer speaks for the day of the shipment.
    ground.withdraw(&ground.safety, &attested[0]);
    // Taken back from today on, which is the day the goods left.
    ground.report(&places[1], Limb::Tocilizumab);
    // Confirmed anew, and stated anew: what was replaced still speaks for its own days.
    data.clock.advance(chrono::TimeDelta::days(2));
    ground.attest(&places[2], &Evidence::default());
    ground.state(&places[2], &Evidence::default());

    let looked = look(&ground);
    let mut lost = vec![left[0].clone(), left[1].clone()];
    lost.sort();
    assert_eq!(doubted(&ground), lost);
    let told = told(&looked);
    for (rule, verb) in [
        ("destination", "attestation_withdrawn"),
        ("tocilizumab", "change_reported"),
    ] {
        let names =
            |(name, verbs): &(_, Vec<String>)| name == rule && verbs.contains(&verb.to_owned());
        assert!(told.iter().any(names), "{rule}: {told:?}");
    }
    assert!(looked.next.is_none());
}

#[test]
fn a_statement_that_was_withdrawn_or_a_contact_that_was_struck_is_named_with_its_row() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.place("架空市立中央病院");
    ground.name(&place, &Evidence::default());
    ground.state(&place, &Evidence::default());
    let explained = ground.brief(&place, &Evidence::default()).unwrap();
    ground.meet(&place, day("2026-11-20"));
    ground.attest(&place, &Evidence::default());
    let id = shipped(&ground, &place);
    data.clock.advance(chrono::TimeDelta::hours(1));
    ground
        .act(&ground.representative.clone(), move |tx, scope| {
            kanmon::contacts::correct(tx, scope, &explained, "別の施設の記録", None)
        })
        .unwrap();
    let looked = look(&ground);
    assert_eq!(doubted(&ground), [id]);
    let told = told(&looked);
    assert_eq!(
        told,
        [
            (
                "explanation".to_owned(),
                vec!["contact_corrected".to_owned()]
            ),
            (
                "explanation_age".to_owned(),
                vec!["contact_corrected".to_owned()]
            ),
        ]
    );
}

#[test]
fn the_page_lists_it_with_its_reason_and_a_received_delivery_is_judged_for_the_day_it_came() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.place("架空市立中央病院");
    ground.name(&place, &Evidence::default());
    ground.state(&place, &Evidence::default());
    ground.brief(&place, &Evidence::default());
    ground.meet(&place, day("2026-11-20"));
    let attested = ground.attest(&place, &Evidence::default());
    let id = shipped(&ground, &place);
    app.clock.advance(chrono::TimeDelta::hours(1));
    ground.receive(&id).unwrap();
    app.clock.advance(chrono::TimeDelta::days(2));
    // Taken back only after the goods were there: they are not judged for days on which they no longer travelled.
    ground.report(&place, Limb::Tocilizumab);
    assert_eq!(doubted(&ground), []);
    ground.withdraw(&ground.safety, &attested);
    let number = kanmon::standings::label("D", ground.delivery(&id).row.number);
    for role in [
        Role::Inspector,
        Role::SafetyOfficer,
        Role::DistributionApprover,
    ] {
        let mut user = app.user(role, None);
        let page = user.get("/inspection/would-not-pass");
        page.is(200).says(&number).says("今なら通りません");
    }
    let mut operator = app.user(Role::DistributionOperator, None);
    operator.get("/inspection/would-not-pass").is(403);
}

#[test]
fn the_page_as_known_agrees_with_the_verb_and_names_what_differs() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let delivery = ground.ordered(&place);
    let before = app.clock.now();
    app.clock.advance(chrono::TimeDelta::hours(2));
    ground.report(&place, Limb::Tocilizumab);
    app.clock.advance(chrono::TimeDelta::hours(2));
    let mut inspector = app.user(Role::Inspector, None);
    let minute = before + chrono::TimeDelta::minutes(1);
    let local = minute.with_timezone(&kanmon::clock::jst());
    let then = format!(
        "on-y=2026&on-m=11&on-d=26&known-y={}&known-m={}&known-d={}&known-t={}",
        local.format("%Y"),
        local.format("%m"),
        local.format("%d"),
        local.format("%H:%M")
    );
    for path in [
        format!("/facilities/{}/as-known", place.id),
        format!("/deliveries/{delivery}/as-known"),
    ] {
        let page = inspector.get(&format!("{path}?{then}"));
        let page = page.is(200).text();
        // Then it passed, today it does not, and the record that came in between says so.
        let (head, rest) = page.split_once("答えの違い").unwrap();
        assert!(
            head.contains("納入できる") && head.contains("納入できない"),
            "{head}"
        );
        assert!(rest.contains("トシリズマブ") && rest.contains("まだ知られていませんでした"));
        // Nothing typed asks for what is known now.
        let page = inspector.get(&path);
        page.is(200)
            .says("今日知られている内容による答えと同じです");
        let page = inspector.get(&format!(
            "{path}?known-y=2199&known-m=1&known-d=1&known-t=9:00"
        ));
        assert_eq!(page.status, 422);
        page.says("これから先の時点");
    }
    let scope = ground.staff();
    let judged = |known| {
        ground
            .db
            .read(|conn| {
                kanmon::deliveries::judge_on(conn, &scope, &delivery, day("2026-11-26"), known)
            })
            .unwrap()
            .1
    };
    let known = ground
        .db
        .read(|conn| kanmon::audit::known_at(conn, minute))
        .unwrap();
    assert!(verdicts::permits(&judged(known)));
    assert!(!verdicts::permits(&judged(kanmon::audit::Known::NOW)));
}

#[test]
fn a_former_name_is_shown_for_the_time_when_it_was_the_name() {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = coded(&ground, "架空市立中央病院");
    let before = ground
        .db
        .read(|conn| kanmon::audit::known_at(conn, data.clock.now()))
        .unwrap();
    data.clock.advance(chrono::TimeDelta::hours(1));
    let list = format!("{CODE},9999991,架空市立総合医療センター,0010001,架空市１丁目１番\r\n");
    let read = lists::read_bytes(list.as_bytes(), lists::Kind::Csv).unwrap();
    imports::bring_in(&ground.db, &read, false).unwrap();
    let scope = ground.staff();
    let name = |known| {
        ground
            .db
            .read(|conn| kanmon::facilities::name_known(conn, &scope, &place, known))
            .unwrap()
    };
    assert_eq!(name(before), "架空市立中央病院");
    assert_eq!(name(kanmon::audit::Known::NOW), "架空市立総合医療センター");
}

#[test]
fn the_log_is_read_whole_page_by_page_and_by_each_filter() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let other = ground.all_ready("架空大学病院");
    let scope = ground.staff();
    let head = support::deliveries::head(&ground.db);
    let mut inspector = app.user(Role::Inspector, None);
    // Every row once, from the newest to the first.
    let (mut seen, mut before) = (Vec::new(), Some(head + 1));
    while let Some(from) = before {
        let rows = ground
            .db
            .read(|conn| browsing::browse(conn, &scope, &Which::default(), Some(from), 20))
            .unwrap();
        seen.extend(rows.iter().map(|row| row.seq));
        before = rows.last().map(|row| row.seq);
    }
    let all: Vec<i64> = (1..=head).rev().collect();
    assert_eq!(seen, all);
    let page = inspector.get("/audit");
    page.is(200).says("架空大学病院").holds("/audit?after=");
    let only = inspector.get(&format!("/audit?facility={}", place.id));
    only.is(200)
        .says("架空市立中央病院")
        .says_not("架空大学病院");
    coded(&ground, "架空市立南病院");
    let by_code = inspector.get(&format!("/audit?facility={CODE}"));
    by_code
        .is(200)
        .says("架空市立南病院")
        .says_not("架空大学病院");
    let person = inspector.get(&format!("/audit?person={}", other.physician.person));
    person
        .is(200)
        .says("さんの操作だけ")
        .says_not("架空市立中央病院");
    let kind = inspector.get("/audit?about=contact");
    kind.is(200).says("面談・説明").says_not("要件確認を");
    inspector
        .get("/audit?on-y=2020&on-m=1&on-d=1")
        .is(200)
        .says("条件に合う記録はありません");
    // What is no facility finds nothing, rather than everything.
    inspector
        .get("/audit?facility=unknown")
        .is(200)
        .says("条件に合う記録はありません");
    let mut approver = app.user(Role::DistributionApprover, None);
    approver.get("/audit").is(403);
}

#[test]
fn the_shipments_are_borne_out_and_what_is_not_is_said_in_words() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    shipped(&ground, &place);
    let mut inspector = app.user(Role::Inspector, None);
    inspector
        .get("/inspection/shipments")
        .is(200)
        .says("見た 1 件の出荷はすべて裏付けられています");
    let page = inspector.get("/inspection");
    page.is(200).holds("/inspection/would-not-pass");
    let dropped = app.db.jot(|conn| {
        drop_trigger(conn, ("shipment_no_update", "shipment"))?;
        drop_trigger(conn, ("verdict_no_update", "verdict"))
    });
    dropped.unwrap();
    for (sql, words) in [
        (
            "UPDATE shipment SET change_id = 'another'",
            "別の処理で記録されています",
        ),
        (
            "UPDATE shipment SET arrives_on = '2030-01-01', change_id = \
             (SELECT change_id FROM verdict WHERE verdict.id = shipment.verdict_id)",
            "日についてのものではありません",
        ),
        (
            "UPDATE verdict SET facts = replace(facts, 'true', 'false'); \
             UPDATE shipment SET arrives_on = '2026-11-26'",
            "記録されたものと一致しません",
        ),
    ] {
        app.db
            .jot(move |conn| Ok(conn.batch_execute(sql)?))
            .unwrap();
        inspector
            .get("/inspection/shipments")
            .is(200)
            .says_not("すべて裏付けられています")
            .says(words);
    }
}

/// Every kind that a row of the log can be about is named in both languages and can be looked for.
#[test]
fn every_kind_of_record_in_the_log_has_a_name() {
    fn sources(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => sources(&path, found),
                false => found.push(std::fs::read_to_string(&path).unwrap_or_default()),
            }
        }
    }
    let mut texts = Vec::new();
    sources(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut texts,
    );
    let mut kinds = std::collections::BTreeSet::new();
    for text in texts.iter().filter(|text| text.contains("Subject::new(")) {
        for mark in [
            "Subject::new(\"",
            "const RECORD: &str = \"",
            "const SUBJECT: &str = \"",
        ] {
            let named = text
                .split(mark)
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap());
            kinds.extend(named.map(ToString::to_string));
        }
    }
    assert!(kinds.len() >= 20, "{kinds:?}");
    for kind in &kinds {
        assert!(
            kanmon::inspection::log::KINDS.contains(&kind.as_str()),
            "{kind}"
        );
        let id = format!("log-kind-{}", kind.replace('_', "-"));
        assert!(Lang::ALL.iter().all(|lang| lang.knows(&id)), "{id}");
    }
}

/// A folder that goes when the test ends.
struct Room(PathBuf);

impl Room {
    fn new() -> Room {
        let folder = std::env::temp_dir().join(format!("kanmon_{}", uuid::Uuid::now_v7().simple()));
        std::fs::create_dir(&folder).unwrap();
        Room(folder)
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join("dossier").join(name)).unwrap()
    }

    /// All files by their names.
    fn files(&self) -> BTreeMap<String, String> {
        let entries = std::fs::read_dir(self.0.join("dossier")).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| (name.clone(), self.file(&name)))
            .collect()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn dossier(ground: &Ground, about: &About) -> Room {
    let room = Room::new();
    let scope = ground.staff();
    let (asked, within) = (about.clone(), scope.clone());
    let inspector = ground.someone("南 薫", Role::Inspector, None);
    let titled = ground
        .db
        .write(&inspector.actor, move |tx| {
            dossiers::record_made(tx, &within, &asked)
        })
        .unwrap();
    let signatory = kanmon::notes::Signatory::new("kanmon/test", &[7; 32]).unwrap();
    ground
        .db
        .write(&Actor::system("test"), move |tx| {
            tree::know_key(tx, &signatory.verifier())?;
            tree::sign_checkpoint(tx, &signatory)
        })
        .unwrap();
    let made = Made {
        by: "南 薫".to_owned(),
        at: ground.db.clock().now(),
    };
    let folder = room.0.join("dossier");
    ground
        .db
        .read(|conn| kanmon::inspection::dossier::write(conn, &scope, &titled, &made, &folder))
        .unwrap();
    room
}

const FIELDS: [&str; 13] = [
    "seq",
    "id",
    "change_id",
    "at",
    "person_id",
    "person_name",
    "role",
    "verb",
    "subject_kind",
    "subject_id",
    "programme_id",
    "facility_id",
    "detail_digest",
];

/// The tree over exported rows, by the columns alone, and whether every detail that is there fits its digest.
fn whole(lines: &str) -> kanmon::merkle::Frontier {
    let mut tree = kanmon::merkle::Frontier::default();
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let mut contents = Vec::new();
        for field in FIELDS {
            let text = match &row[field] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            contents.extend_from_slice(&u64::try_from(text.len()).unwrap().to_be_bytes());
            contents.extend_from_slice(text.as_bytes());
        }
        let leaf = kanmon::merkle::leaf(&contents);
        assert_eq!(hex::encode(leaf), row["leaf"].as_str().unwrap());
        assert_eq!(row["salt"].is_null(), row["detail"].is_null());
        if let (Some(salt), Some(detail)) = (row["salt"].as_str(), row["detail"].as_str()) {
            let digest = kanmon::audit::sha256(&[salt.as_bytes(), detail.as_bytes()]);
            assert_eq!(digest, row["detail_digest"].as_str().unwrap());
        }
        tree.append(leaf);
    }
    tree
}

/// Two facilities with a delivery each and a course of treatment at the first.
struct Two {
    data: TestDb,
    ground: Ground,
    own: Place,
    other: Place,
    delivery: DeliveryId,
    case: String,
}

fn two(name: &str) -> Two {
    let data = TestDb::new();
    let ground = Ground::begin(&data.db);
    let own = ground.all_ready(name);
    let other = ground.all_ready("架空大学病院");
    let delivery = shipped(&ground, &own);
    shipped(&ground, &other);
    let (case, ..) = support::courses::course(&ground, &own);
    let scope = kanmon::scope::Scope::Facility(ground.programme.clone(), own.id.clone());
    let case = ground
        .db
        .read(|conn| kanmon::cases::case(conn, &scope, &case))
        .unwrap()
        .number;
    Two {
        data,
        ground,
        own,
        other,
        delivery,
        case,
    }
}

#[test]
fn a_dossier_holds_the_whole_log_and_nothing_that_another_facility_recorded() {
    let two = two("架空市立中央病院");
    for about in [
        About::Facility(two.own.id.clone()),
        About::Delivery(two.delivery.clone()),
    ] {
        let room = dossier(&two.ground, &about);
        let files = room.files();
        // Whole: the tree over the rows is that of the checkpoint of this size.
        let tree = whole(&files["audit.jsonl"]);
        let last: Value =
            serde_json::from_str(files["checkpoints.jsonl"].lines().last().unwrap()).unwrap();
        assert_eq!(last["size"].as_u64(), Some(tree.size()));
        let key = kanmon::notes::Verifier::parse(files["keys.txt"].trim()).unwrap();
        let note = key.open(last["note"].as_str().unwrap()).unwrap();
        let known = kanmon::notes::Checkpoint::parse(note).unwrap();
        assert_eq!(known.root, tree.root());
        // Nothing of others, and of cases their number alone.
        let (mut kept, mut left_out) = (0, 0);
        for line in files["audit.jsonl"].lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            let of_other = row["facility_id"].as_str() == Some(two.other.id.as_str());
            let of_case = ["case", "case_transfer", "safety_task"]
                .contains(&row["subject_kind"].as_str().unwrap());
            assert!(!(of_other || of_case) || row["detail"].is_null(), "{line}");
            match row["detail"].is_null() {
                true => left_out += 1,
                false => kept += 1,
            }
        }
        assert!(kept > 5 && left_out > 5, "{kept} {left_out}");
        for (name, text) in &files {
            assert!(!text.contains("架空大学病院"), "{name}");
            assert!(!text.contains(&two.case), "{name}");
        }
        assert!(!files["shipments.jsonl"].contains(two.other.id.as_str()));
        assert_eq!(files["shipments.jsonl"].lines().count(), 1);
        // What it is for is there.
        for (name, words) in [
            ("index.html", "架空市立中央病院"),
            ("evidence.html", "A-0001"),
            ("attestations.html", "ICU がある"),
            ("deliveries.html", "K01A26"),
            ("verdicts.html", "24 時間体制で"),
            ("signatures.html", "納入を承認した"),
            ("history.html", "出荷しました"),
        ] {
            assert!(files[name].contains(words), "{name} lacks {words}");
        }
        // The manifest names every other file with its hash.
        let listed: BTreeMap<&str, &str> = files["MANIFEST"]
            .lines()
            .map(|line| line.split_once("  ").unwrap())
            .map(|(hash, name)| (name, hash))
            .collect();
        for (name, text) in files.iter().filter(|(name, _)| *name != "MANIFEST") {
            assert_eq!(
                listed[name.as_str()],
                kanmon::audit::sha256(&[text.as_bytes()])
            );
        }
        assert_eq!(listed.len() + 1, files.len());
        two.data.clock.advance(chrono::TimeDelta::minutes(1));
    }
}

/// What the pages of a dossier are made of.
const ELEMENTS: [&str; 33] = [
    "!DOCTYPE",
    "html",
    "head",
    "meta",
    "title",
    "link",
    "body",
    "nav",
    "ul",
    "li",
    "a",
    "main",
    "h1",
    "h2",
    "h3",
    "p",
    "dl",
    "dt",
    "dd",
    "pre",
    "small",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "section",
    "blockquote",
    "b",
    "br",
    "span",
    "em",
];

#[test]
fn the_pages_of_a_dossier_stand_alone_whatever_a_name_holds() {
    let hostile = "<script>alert(1)</script>\"'&<img src=x onerror=a>";
    let two = two(hostile);
    let room = dossier(&two.ground, &About::Facility(two.own.id.clone()));
    let files = room.files();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        for word in ["http:", "https:", "href=\"/", "style=\""] {
            assert!(!text.contains(word), "{name} holds {word}");
        }
        // Nothing but plain elements, and no attribute that acts.
        for tag in text.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            let element = tag
                .trim_start_matches('/')
                .split_whitespace()
                .next()
                .unwrap();
            assert!(ELEMENTS.contains(&element), "{name} holds <{tag}>");
            assert!(
                !tag.contains(" on") && !tag.contains(" src"),
                "{name}: <{tag}>"
            );
        }
        assert!(
            text.contains("&#60;script") || text.contains("&lt;script"),
            "{name}"
        );
        // Every link leads to a file of the folder, or to a place on the same page.
        for (at, _) in text.match_indices("href=\"") {
            let target = text[at + 6..].split('"').next().unwrap();
            match target.strip_prefix('#') {
                Some(id) => assert!(text.contains(&format!("id=\"{id}\"")), "{name}: {target}"),
                None => assert!(files.contains_key(target), "{name}: {target}"),
            }
        }
    }
}

#[test]
fn a_dossier_is_given_to_those_who_look_back_and_the_log_names_them() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let delivery = shipped(&ground, &place);
    let before = support::deliveries::head(&app.db);
    let paths = [
        format!("/facilities/{}/dossier.zip", place.id),
        format!("/deliveries/{delivery}/dossier.zip"),
    ];
    for path in &paths {
        let mut inspector = app.user(Role::Inspector, None);
        let reply = inspector.get(path);
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some("application/zip"));
        assert!(reply.body.starts_with("PK"));
        // What leaves can be verified: a checkpoint covers the log with the row that says it was made.
        let (notes, head) = app
            .db
            .read(|conn| Ok((tree::checkpoints(conn)?, kanmon::audit::head(conn)?)))
            .unwrap();
        assert_eq!(notes.last().unwrap().0, head);
        assert!(reply.body.contains("/MANIFEST") && reply.body.contains("/index.html"));
        for role in [Role::DistributionApprover, Role::Representative] {
            app.user(role, None).get(path).is(403);
        }
    }
    let verbs = support::deliveries::verbs_after(&app.db, before);
    let made = verbs.iter().filter(|verb| *verb == "dossier_made");
    assert_eq!(made.count(), 2);
    // Two at once are too many.
    let alone = app.site.making.lock().unwrap();
    let mut inspector = app.user(Role::Inspector, None);
    assert_eq!(inspector.get(&paths[0]).status, 503);
    drop(alone);
    assert_eq!(inspector.get(&paths[0]).status, 200);
}

//! Pages and verbs ask the database as often with many records as with few: no query per row, no forgotten page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::collections::BTreeMap;

use diesel::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::http::Method;
use kanmon::access::TABLE;
use kanmon::config::Contact;
use kanmon::contacts::{Kind, Mode, NewContact, Presenter};
use kanmon::db::Db;
use kanmon::deliveries::{NewOrder, State};
use kanmon::outbox::State as LetterState;
use kanmon::physicians::{Named, NewPhysician};
use kanmon::scope::Role;
use kanmon::web::visitor::Who as May;
use support::deliveries::{done, usual};
use support::kept_letters::letter_in;
use support::programme::{Evidence, Ground, Place, Who};
use support::records::{Records, records};
use support::{TestApp, User, day};

const MANY: usize = 60;

/// No two contacts of a test are at the same time.
static CONTACT: AtomicU32 = AtomicU32::new(1);

fn today(place: &Place) -> NewOrder {
    NewOrder {
        ships_on: day("2026-11-24"),
        arrives_on: day("2026-11-25"),
        ..usual(place)
    }
}

/// Records of every kind: at one facility, and beyond it.
fn grow(ground: &Ground, place: &Place, from: usize, to: usize) {
    for number in from..to {
        let other = ground.place(&format!("架空第{number}病院"));
        ground.order(&other.coordinator, today(&other));
        ground.submit(&other, &Evidence::default());
        name(ground, place, &format!("医師 {number}"));
        meet(ground, place);
        support::records::booked(ground, place);
        support::courses::course(ground, place);
        for state in [LetterState::Dead, LetterState::Sent] {
            let subject = format!("{number} {}", state.as_str());
            letter_in(ground, place, &subject, state);
        }
        look_after(ground, place, number);
        let id = ground.order(&place.coordinator, today(place));
        // Some go on, so that a change of evidence has deliveries to judge.
        if number % 2 == 0 {
            done(ground.approve(&id));
        }
    }
}

/// One more representative, a copy of a letter and a deputy after the other.
fn look_after(ground: &Ground, place: &Place, number: usize) {
    let more = ground.someone(&format!("担当 {number}"), Role::Representative, None);
    let (id, who) = (place.id.clone(), more.account.clone());
    let first = day("2027-01-01") + chrono::Days::new(u64::try_from(number).unwrap());
    let officer = ground.safety.clone();
    ground
        .act(&officer, move |tx, scope| {
            kanmon::facilities::duties::assign(tx, scope, &id, &who, first, None)
        })
        .unwrap();
    let (own, stands_in) = (ground.representative.account.clone(), more.account);
    ground
        .act(&ground.representative.clone(), move |tx, _| {
            kanmon::accounts::deputies::name_deputy(tx, &own, &stands_in, first, Some(first))
        })
        .unwrap();
}

fn name(ground: &Ground, place: &Place, name: &str) {
    let (id, name) = (place.id.clone(), name.to_owned());
    ground
        .act(&place.coordinator, move |tx, scope| {
            let new = NewPhysician {
                who: Named::New(name.clone()),
                department: "血液内科".to_owned(),
                title: String::new(),
                first_day: day("2020-04-01"),
                last_day: None,
            };
            kanmon::physicians::name_physician(tx, scope, &id, &new)
        })
        .unwrap();
}

fn meet(ground: &Ground, place: &Place) {
    let minutes = i64::from(CONTACT.fetch_add(1, Ordering::Relaxed));
    let starts_at =
        kanmon::clock::start_of(day("2026-11-20")) + chrono::TimeDelta::minutes(minutes);
    let new = NewContact {
        kind: Kind::Meeting,
        mode: Mode::Telephone,
        presenter: Presenter::Manufacturer,
        presenter_name: "大野 誠".to_owned(),
        product: None,
        safety_measures: None,
        starts_at,
        ends_at: starts_at + chrono::TimeDelta::minutes(10),
        materials: String::new(),
        summary: "次回供給".to_owned(),
        attendees: vec![kanmon::contacts::Attendee::Physician(
            place.physician.person.clone(),
        )],
    };
    let id = place.id.clone();
    ground
        .act(&ground.representative, move |tx, scope| {
            kanmon::contacts::record(tx, scope, &id, &new)
        })
        .unwrap();
}

fn address(path: &str, records: &Records, asset: &str) -> String {
    records
        .address(path)
        .unwrap_or_else(|| path.replace("{name}", asset))
}

/// The name of an asset, which holds the digest of its content.
fn asset(app: &TestApp) -> String {
    let page = app.visitor().get("/sign-in").body;
    let (_, rest) = page.split_once("/assets/").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

type Users = Vec<(Role, User)>;

fn users(app: &TestApp, ground: &Ground, place: &Place) -> Users {
    let administrator = ground.someone("堀 健一", Role::Administrator, None);
    let inspector = ground.someone("南 薫", Role::Inspector, None);
    let all: [(Role, &Who); 8] = [
        (Role::Representative, &ground.representative),
        (Role::SafetyOfficer, &ground.safety),
        (Role::DistributionOperator, &ground.operator),
        (Role::DistributionApprover, &ground.approver),
        (Role::Administrator, &administrator),
        (Role::Inspector, &inspector),
        (Role::FacilityCoordinator, &place.coordinator),
        (Role::Physician, &place.physician),
    ];
    all.into_iter()
        .map(|(role, who)| (role, ground.at_browser(app, who)))
        .collect()
}

/// How many statements each page takes for each role that may see it.
fn pages(app: &TestApp, users: &mut Users, records: &Records) -> BTreeMap<String, (u16, u64)> {
    let mut counted = BTreeMap::new();
    let asset = asset(app);
    for route in kanmon::app::routes() {
        if route.method != Method::GET {
            continue;
        }
        let path = address(route.path, records, &asset);
        for (role, user) in users.iter_mut() {
            let may = match route.who {
                May::Everybody => *role == Role::Inspector,
                May::Only(roles) => roles.contains(role),
            };
            if !may {
                continue;
            }
            // Once before, so that nothing is counted that only a first look asks for.
            user.get(&path);
            let (kept, before) = (subtrees(&app.db), app.db.statements());
            let status = user.get(&path).status;
            let all = app.db.statements() - before;
            let name = format!("{} as {}", route.path, role.as_str());
            // They read their own letters, and this one is the facility's.
            let others = [Role::DistributionOperator, Role::DistributionApprover];
            let hidden = route.path.starts_with("/letters/{id}") && others.contains(role);
            assert_eq!(status == 404, hidden, "{name}");
            assert!(status < 400 || hidden, "{name}: {status}");
            // Every 256th row of the log keeps the root of a full subtree, whoever happens to write it.
            counted.insert(name, (status, all - (subtrees(&app.db) - kept)));
        }
    }
    counted
}

#[test]
fn every_page_takes_as_many_statements_with_many_records_as_with_few() {
    let contact = Contact {
        uri: "mailto:security@kanmon.example".to_owned(),
        expires: support::now() + chrono::TimeDelta::days(1),
    };
    let app = TestApp::with(|config| config.contact = Some(contact));
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let delivery = ground.released(&place);
    grow(&ground, &place, 0, 3);
    let records = records(&ground, &place, &delivery);
    let mut users = users(&app, &ground, &place);
    let few = pages(&app, &mut users, &records);
    grow(&ground, &place, 3, MANY);
    let many = pages(&app, &mut users, &records);
    // An open page once, every other one for each role that may.
    let pages = TABLE.iter().filter(|row| row.method == "GET");
    let asked = pages.map(|row| if row.is_open() { 1 } else { row.roles().len() });
    assert_eq!(few.len(), asked.sum::<usize>());
    for (name, counted) in &few {
        let (_, statements) = counted;
        assert_eq!(many[name], *counted, "{name}");
        // A dossier is eight pages and a log in one.
        let most = if name.contains("dossier.zip") { 80 } else { 60 };
        assert!(*statements <= most, "{name} takes {statements} statements");
    }
    // The lists do hold more than before, or nothing was measured.
    let officer = &mut users[1].1;
    for (list, row) in [
        ("/deliveries", "D-00"),
        ("/attestations", "A-00"),
        ("/contacts", "M-00"),
        ("/physicians", "医師 "),
        ("/bookings", "K-00"),
    ] {
        let page = officer.get(list);
        assert!(page.is(200).body.matches(row).count() >= 20, "{list}");
    }
}

/// How many roots of full subtrees the log has kept.
fn subtrees(db: &Db) -> u64 {
    let kept: i64 = db
        .read(|conn| {
            let rows = kanmon::schema::audit_subtree::table.count();
            Ok(rows.get_result(conn)?)
        })
        .unwrap();
    u64::try_from(kept).unwrap()
}

/// What one whole way from the order to the receipt takes, verb by verb.
fn verbs(ground: &Ground, place: &Place) -> BTreeMap<&'static str, u64> {
    let mut counted = BTreeMap::new();
    let mut count = |name, work: &mut dyn FnMut()| {
        let kept = subtrees(&ground.db);
        let before = ground.db.statements();
        work();
        let all = ground.db.statements() - before;
        // Every 256th row of the log keeps the root of a full subtree, whoever happens to write it.
        counted.insert(name, all - (subtrees(&ground.db) - kept));
    };
    let mut id = None;
    count("order", &mut || {
        id = Some(ground.order(&place.coordinator, today(place)));
    });
    let id = id.unwrap();
    count("approve", &mut || {
        done(ground.approve(&id));
    });
    count("release", &mut || {
        ground.release(&id).unwrap();
    });
    count("ship", &mut || {
        done(ground.ship(&id));
    });
    count("receive", &mut || ground.receive(&id).unwrap());
    assert_eq!(ground.state_of(&id), State::Received);
    count("meet", &mut || meet(ground, place));
    count("brief", &mut || {
        let days = chrono::Days::new(CONTACT.fetch_add(1, Ordering::Relaxed).into());
        let evidence = Evidence {
            explained_on: day("2026-11-18") - days,
            ..Evidence::default()
        };
        ground.brief(place, &evidence);
    });
    count("name a physician", &mut || {
        name(ground, place, &uuid::Uuid::now_v7().to_string());
    });
    count("attest and accept", &mut || {
        ground.attest(place, &Evidence::default());
    });
    count("sweep", &mut || {
        kanmon::standings::sweep(&ground.db, &ground.programme).unwrap();
    });
    counted
}

#[test]
fn every_verb_takes_as_many_statements_with_many_records_as_with_few() {
    let data = support::TestDb::new();
    let ground = Ground::begin(&data.db);
    let place = ground.all_ready("架空市立中央病院");
    grow(&ground, &place, 0, 3);
    verbs(&ground, &place);
    let few = verbs(&ground, &place);
    grow(&ground, &place, 3, MANY);
    let many = verbs(&ground, &place);
    assert_eq!(few, many);
}

/// A hub that others lean on: a change of its evidence renews all of them at once.
#[test]
fn renewing_dependants_costs_writes_for_those_that_changed_and_no_reads_for_the_others() {
    let data = support::TestDb::new();
    let ground = Ground::begin(&data.db);
    let hub = ground.all_ready("架空大学病院");
    let lean = |number: usize| {
        let evidence = Evidence {
            care: kanmon::attestations::Care::None,
            partner: Some((hub.id.clone(), day("2026-04-01"), None)),
            named: false,
            explained_by: None,
            ..Evidence::default()
        };
        ground.ready(&format!("架空第{number}クリニック"), &evidence);
    };
    let renew = || {
        let before = ground.db.statements();
        let (programme, hub) = (ground.programme.clone(), hub.id.clone());
        ground
            .db
            .write(&kanmon::scope::Actor::system("test"), move |tx| {
                kanmon::standings::renew(tx, &programme, std::slice::from_ref(&hub))
            })
            .unwrap();
        ground.db.statements() - before
    };
    lean(0);
    lean(1);
    lean(2);
    let few = renew();
    (3..20).for_each(lean);
    let many = renew();
    // Nothing changed, so that each standing only moves its day: one write a facility, and no read of its own.
    assert_eq!(many - few, 17, "{few} {many}");
}

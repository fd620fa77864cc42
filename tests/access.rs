//! The access table: every route asked as nobody and as each role, about the own and about another facility's record.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use kanmon::access::{self, Reach, Row, TABLE};
use kanmon::accounts::store::memberships_of;
use kanmon::accounts::{self, deputies};
use kanmon::app::Route;
use kanmon::config::Contact;
use kanmon::db::Tx;
use kanmon::outbox::Kind;
use kanmon::scope::{Actor, Role};
use kanmon::web::visitor::Who as May;
use support::kept_letters::{new_letter, queue};
use support::programme::{Ground, Place, Who};
use support::records::{FORM, Records, records};
use support::{Reply, TestApp, User};

/// What anybody may ask for without signing in. Anything opened in the table and not here fails the test.
const OPEN: &[&str] = &[
    "GET /.well-known/security.txt",
    "GET /assets/{name}",
    "GET /healthz",
    "GET /invitation",
    "GET /readyz",
    "GET /reset",
    "GET /robots.txt",
    "GET /sign-in",
    "GET /sign-in/factor",
    "GET /sign-in/reset",
    "GET /sign-in/second",
    "GET /version",
    "POST /invitation",
    "POST /language",
    "POST /reset",
    "POST /sign-in",
    "POST /sign-in/factor",
    "POST /sign-in/reset",
    "POST /sign-in/second",
    "POST /sign-out",
];

#[test]
fn only_the_listed_addresses_are_open() {
    let open: BTreeSet<String> = TABLE
        .iter()
        .filter(|row| row.is_open())
        .map(|row| format!("{} {}", row.method, row.path))
        .collect();
    assert_eq!(open, OPEN.iter().map(ToString::to_string).collect());
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    assert_eq!(kanmon::app::without_a_row(), Vec::<String>::new());
    let routes: BTreeSet<_> = kanmon::app::routes()
        .iter()
        .map(|route| (route.method.to_string(), route.path))
        .collect();
    for row in TABLE {
        let known = routes.contains(&(row.method.to_owned(), row.path));
        assert!(known, "nothing answers {} {}", row.method, row.path);
    }
    assert_eq!(routes.len(), TABLE.len());
}

#[test]
fn each_handler_says_the_same_as_the_table() {
    let mut wrong = Vec::new();
    for route in kanmon::app::routes() {
        let row = route.row.expect("a row");
        let same = match route.who {
            May::Everybody => row.is_open(),
            May::Only(roles) => {
                let said: BTreeSet<Role> = roles.iter().copied().collect();
                !row.is_open() && said == row.roles().into_iter().collect()
            }
        };
        if !same {
            wrong.push(format!(
                "{} {}: {:?} in the signature, {:?} in the table",
                route.method,
                route.path,
                route.who,
                row.roles()
            ));
        }
    }
    let count = wrong.len();
    assert!(wrong.is_empty(), "{count} differ:\n{}", wrong.join("\n"));
}

/// Somebody who asks; nobody is somebody too.
struct Asker {
    role: Option<Role>,
    who: Option<Who>,
    membership: String,
    /// Records of the own account: a letter to it, a deputy of it.
    desk: BTreeMap<&'static str, String>,
    user: User,
}

impl Asker {
    fn name(&self) -> &'static str {
        self.role.map_or("nobody", Role::as_str)
    }

    fn reach(&self, row: &Row) -> Reach {
        self.role.map_or(row.nobody, |role| row.reach(role))
    }
}

struct World {
    app: TestApp,
    ground: Ground,
    own: Place,
    other: Place,
}

impl World {
    fn new() -> World {
        let contact = Contact {
            uri: "mailto:security@kanmon.example".to_owned(),
            expires: support::now() + chrono::TimeDelta::days(1),
        };
        let app = TestApp::patient(|config| config.contact = Some(contact));
        let ground = Ground::begin(&app.db);
        let own = ground.all_ready("架空市立中央病院");
        let other = ground.all_ready("架空大学病院");
        World {
            app,
            ground,
            own,
            other,
        }
    }

    fn records(&self, place: &Place) -> Records {
        records(&self.ground, place, &self.ground.released(place))
    }

    /// What belongs to an account and to nobody else.
    fn desk(&self, role: Role, who: &Who) -> BTreeMap<&'static str, String> {
        let ground = &self.ground;
        let new = new_letter(ground, Kind::MeetingDue, role.as_str(), &who.account, None);
        let letter = queue(ground, &[new]).remove(0);
        let mut desk = BTreeMap::from([("letters", letter.to_string())]);
        if deputies::ROLES.contains(&role) {
            let other = ground.someone("代理 二", role, None);
            let (own, stands_in) = (who.account.clone(), other.account);
            let named = ground.act(who, move |tx, _| {
                let today = tx.today;
                deputies::name_deputy(tx, &own, &stands_in, today, None)
            });
            desk.insert("deputies", named.unwrap().to_string());
        }
        desk
    }

    fn askers(&self) -> Vec<Asker> {
        let nobody = Asker {
            role: None,
            who: None,
            membership: String::new(),
            desk: BTreeMap::new(),
            user: self.app.visitor(),
        };
        let somebody = Role::ALL.iter().map(|role| {
            let who = match role {
                // Those whose letters, statements and cases the records are.
                Role::FacilityCoordinator => self.own.coordinator.clone(),
                Role::Physician => self.own.physician.clone(),
                role => self.ground.someone("問合 一", *role, None),
            };
            Asker {
                role: Some(*role),
                user: self.ground.at_browser(&self.app, &who),
                membership: self.ground.membership_of(&who).to_string(),
                desk: self.desk(*role, &who),
                who: Some(who),
            }
        });
        std::iter::once(nobody).chain(somebody).collect()
    }
}

fn ask(user: &mut User, method: &Method, path: &str, form: &[(&str, &str)]) -> Reply {
    match *method {
        Method::GET => user.get(path),
        _ => user.post(path, form),
    }
}

/// What the answer means for the wall, whatever else it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answered {
    SignIn,
    Refused,
    Absent,
    In,
    Broken,
}

fn answered(reply: &Reply) -> Answered {
    match reply.status {
        303 if reply.location().starts_with("/sign-in") => Answered::SignIn,
        403 => Answered::Refused,
        404 => Answered::Absent,
        // Shown, done, or judged by what the record is and what was typed: the wall is passed.
        200 | 303 | 400 | 409 | 422 => Answered::In,
        _ => Answered::Broken,
    }
}

/// What the table says that one who reaches so far is answered about their own record or somebody else's.
fn expected(reach: Reach, signed_in: bool, others: bool) -> Answered {
    match reach {
        Reach::No if signed_in => Answered::Refused,
        Reach::No => Answered::SignIn,
        Reach::Own | Reach::Desk if others => Answered::Absent,
        Reach::Desk | Reach::Own | Reach::All => Answered::In,
    }
}

/// The address of a record for one who asks: on the desk their own, elsewhere that of the facility.
fn address(route: &Route, asker: &Asker, reach: Reach, mine: &Records) -> Option<String> {
    let mut own = mine.address(route.path)?;
    if reach == Reach::Desk {
        let kind = route.path.split('/').nth(1).unwrap();
        own = route.path.replace("{id}", &asker.desk[kind]);
    }
    Some(own)
}

/// Addresses that name no record get what they need to be answered at all.
fn plain(route: &Route, asker: &Asker) -> (String, Vec<(String, String)>) {
    let path = match route.path {
        "/assets/{name}" => kanmon::web::assets::url("style.css").to_owned(),
        path => path.to_owned(),
    };
    let form = match (route.path, &asker.who) {
        ("/account/sessions", Some(_)) => vec![("session".to_owned(), "others".to_owned())],
        ("/membership", Some(_)) => vec![("membership".to_owned(), asker.membership.clone())],
        _ => Vec::new(),
    };
    (path, form)
}

#[test]
fn every_route_answers_every_role_as_the_table_says() {
    let world = World::new();
    let mut askers = world.askers();
    let (mut mine, mut foreign) = (world.records(&world.own), world.records(&world.other));
    let mut tally: BTreeMap<Answered, usize> = BTreeMap::new();
    let mut surprises = Vec::new();
    let (mut combinations, mut requests) = (0, 0);
    for route in kanmon::app::routes() {
        let row = access::row(route.method.as_str(), route.path).expect("a row");
        let names_a_record = mine.address(route.path).is_some();
        for asker in &mut askers {
            let reach = asker.reach(row);
            for others in [false, true] {
                // What names no record is no other facility's either.
                if others && !names_a_record {
                    continue;
                }
                combinations += 1;
                let address = match others {
                    true => foreign.address(route.path),
                    false => address(&route, asker, reach, &mine),
                };
                let (path, mut form) = match address {
                    Some(path) => (path, Vec::new()),
                    None => plain(&route, asker),
                };
                if route.path == "/affiliations/{id}/end" {
                    let records = if others { &foreign } else { &mine };
                    form = vec![("person".to_owned(), records.ids["physicians"].clone())];
                }
                let short: Vec<(&str, &str)> = form
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                let want = match (route.path, asker.role) {
                    // That is what a sign-out leads to, and the second step where nobody has taken the first.
                    ("/sign-out" | "/sign-in/second", _) | ("/sign-in/factor", None) => {
                        Answered::SignIn
                    }
                    _ => expected(reach, asker.role.is_some(), others),
                };
                // A form that is in order is refused like an empty one where the wall stands.
                let full = want != Answered::In && route.method != Method::GET;
                let forms = [Some(&short[..]), full.then_some(FORM)];
                for form in forms.into_iter().flatten() {
                    let reply = ask(&mut asker.user, &route.method, &path, form);
                    requests += 1;
                    let got = answered(&reply);
                    *tally.entry(got).or_default() += 1;
                    if got != want {
                        surprises.push(format!(
                            "{} {} as {} ({}): {} {got:?}, the table says {want:?}",
                            route.method,
                            route.path,
                            asker.name(),
                            if others { "other" } else { "own" },
                            reply.status,
                        ));
                    }
                    // What was changed by the one is made anew for the next.
                    if names_a_record
                        && got == Answered::In
                        && reply.status == 303
                        && route.method != Method::GET
                    {
                        match others {
                            true => foreign = world.records(&world.other),
                            false => mine = world.records(&world.own),
                        }
                    }
                }
            }
            if let (Some(who), "/sign-out") = (&asker.who, route.path) {
                asker.user = world.ground.at_browser(&world.app, who);
            }
        }
    }
    println!("{combinations} combinations in {requests} requests: {tally:?}");
    let count = surprises.len();
    assert!(count == 0, "{count} surprises:\n{}", surprises.join("\n"));
    let records = TABLE.iter().filter(|row| row.path.contains("{id}")).count();
    assert_eq!(combinations, 9 * (TABLE.len() + records));
}

/// The router asks the table first: a handler could not have known yet that the number is none and the form is none.
#[test]
fn the_wall_stands_before_anything_is_read() {
    let world = World::new();
    let mut asked = 0;
    for asker in &mut world.askers() {
        for row in TABLE.iter().filter(|row| row.path.contains("{id}")) {
            if asker.reach(row) != Reach::No {
                continue;
            }
            let path = row
                .path
                .replace("{id}", "no-number")
                .replace("{part}", "nothing");
            let reply = match row.method {
                "GET" => asker.user.get(&path),
                _ => {
                    let ours = [("sec-fetch-site", "same-origin")];
                    asker.user.send("POST", &path, &ours, Some("%%%=&&=;%zz"))
                }
            };
            let want = expected(Reach::No, asker.role.is_some(), false);
            let name = format!("{} {path} as {}", row.method, asker.name());
            assert_eq!(answered(&reply), want, "{name}: {}", reply.status);
            asked += 1;
        }
    }
    println!("{asked} asked with nonsense");
    assert!(asked > 400, "{asked}");
}

#[test]
fn roles_that_do_not_go_together_are_refused_in_either_order_and_only_while_both_would_hold() {
    use Role::{Administrator, DistributionApprover, Inspector, Representative, SafetyOfficer};
    let apart = [
        (Representative, SafetyOfficer),
        (Representative, DistributionApprover),
        (Administrator, SafetyOfficer),
        (Administrator, DistributionApprover),
    ];
    let world = World::new();
    let (today, days) = (world.ground.today(), chrono::Days::new(10));
    let mut refused = 0;
    for first in Role::ALL {
        for second in Role::ALL.iter().filter(|second| *second != first) {
            let pairs = [(*first, *second), (*second, *first)];
            let alone = *first == Inspector || *second == Inspector;
            let forbidden = alone || pairs.iter().any(|pair| apart.contains(pair));
            assert_eq!(first.goes_with(*second), !forbidden, "{first:?} {second:?}");
            let place = |role: &Role| role.is_at_facility().then(|| world.own.id.clone());
            let who = world
                .ground
                .someone("兼任 三", *first, place(first).as_ref());
            let (account, role, at) = (who.account, *second, place(second));
            let grant = |from: chrono::NaiveDate, to: Option<chrono::NaiveDate>| {
                let (account, at) = (account.clone(), at.clone());
                let system = Actor::system("test");
                let to = to.or(support::boxed(role, from));
                world.ground.db.write(&system, move |tx| {
                    accounts::grant(tx, &account, role, at.as_ref(), from, to)
                })
            };
            let both = grant(today + days, None);
            assert_eq!(both.is_err(), forbidden, "{first:?} {second:?}: {both:?}");
            refused += usize::from(both.is_err());
            if forbidden {
                // Roles that follow each other do not meet: the first ends before the second begins.
                let own = world
                    .ground
                    .db
                    .read(|conn| memberships_of(conn, std::slice::from_ref(&account)));
                let own = own.unwrap()[0].id.clone();
                let (admin, last) = (Actor::system("test"), today);
                let end = move |tx: &mut Tx<'_>| accounts::end_membership(tx, &own, last);
                world.ground.db.write(&admin, end).unwrap();
                grant(today, None).unwrap_err();
                grant(today + days, None).unwrap();
            }
        }
    }
    println!("{refused} grants refused");
    assert_eq!(refused, 22);
}

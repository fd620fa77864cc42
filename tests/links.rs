//! No page offers what its reader may not do: every link and every form of every page leads somewhere for them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use std::collections::{BTreeSet, VecDeque};

use kanmon::access::{self, Reach};
use kanmon::scope::Role;
use support::programme::Ground;
use support::records::records;
use support::{TestApp, User};

/// What the attributes of this name hold, in order.
fn attributes(html: &str, name: &str) -> Vec<String> {
    let opening = format!(" {name}=\"");
    html.split(&opening)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"))
        .map(|value| value.replace("&amp;", "&"))
        .collect()
}

/// An address without what tells one record of a kind from another.
fn kind_of(path: &str) -> String {
    path.split('/')
        .map(|part| {
            if part.len() == 36 && part.contains('-') {
                "{id}"
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// An address of a kind, with the names of what is asked for.
fn sort_of(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap());
    format!("{}?{}", kind_of(path), names.collect::<Vec<_>>().join("&"))
}

fn walk(role: Role, user: &mut User) -> (usize, Vec<String>) {
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let (mut seen, mut wrong) = (BTreeSet::<String>::new(), Vec::new());
    while let Some(link) = waiting.pop_front() {
        let address = link.split('#').next().unwrap().to_owned();
        // Of pages of one kind a few are enough: what a page offers also depends on the record's state.
        let sort = sort_of(&address);
        let alike = seen.iter().filter(|known| sort_of(known) == sort).count();
        if alike >= 4 || !seen.insert(address.clone()) {
            continue;
        }
        let mut page = user.get(&address);
        // A page may lead on, but not back to where one signs in.
        if page.status == 303 && !page.location().starts_with("/sign-in") {
            let next = page.location().to_owned();
            page = user.get(&next);
        }
        if page.status != 200 {
            wrong.push(format!("{role:?}: {address} answers {}", page.status));
            continue;
        }
        for form in page.body.split("<form").skip(1) {
            let head = format!(" {}", form.split('>').next().unwrap());
            let action = attributes(&head, "action").pop().unwrap_or_default();
            let method = match attributes(&head, "method").first().map(String::as_str) {
                Some("post") => "POST",
                _ => "GET",
            };
            let row = access::reached(method, &action);
            if row.is_none_or(|row| row.reach(role) == Reach::No) {
                wrong.push(format!(
                    "{role:?}: {address} has a form for {method} {action}"
                ));
            }
        }
        let own = |link: &String| link.starts_with('/') && !link.starts_with("/assets/");
        waiting.extend(attributes(&page.body, "href").into_iter().filter(own));
    }
    (seen.len(), wrong)
}

#[test]
fn every_link_and_every_form_leads_somewhere_for_its_reader() {
    let app = TestApp::new();
    let ground = Ground::begin(&app.db);
    let place = ground.all_ready("架空市立中央病院");
    let released = ground.released(&place);
    records(&ground, &place, &released);
    ground.ordered(&place);
    let bare = ground.place("架空がんセンター");
    ground.submit(&bare, &support::programme::Evidence::default());
    let admin = ground.someone("堀 健一", Role::Administrator, None);
    let inspector = ground.someone("南 薫", Role::Inspector, None);
    let everybody = [
        (Role::Representative, &ground.representative),
        (Role::SafetyOfficer, &ground.safety),
        (Role::DistributionOperator, &ground.operator),
        (Role::DistributionApprover, &ground.approver),
        (Role::Administrator, &admin),
        (Role::Inspector, &inspector),
        (Role::FacilityCoordinator, &place.coordinator),
        (Role::Physician, &place.physician),
        (Role::FacilityCoordinator, &bare.coordinator),
    ];
    let (mut pages, mut wrong) = (0, Vec::new());
    for (role, who) in everybody {
        let mut user = ground.at_browser(&app, who);
        let (seen, found) = walk(role, &mut user);
        assert!(seen >= 10, "{role:?}: {seen}");
        pages += seen;
        wrong.extend(found);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{pages} pages looked at");
    assert!(pages >= 250, "{pages}");
}

//! The post room: who reads which letter, what may be done with one in each state, and what is told of the post.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod support;

use chrono::TimeDelta;
use kanmon::ids::LetterId;
use kanmon::outbox::{Kind, State};
use kanmon::scope::Role;
use support::forms::between;
use support::kept_letters::{
    address, count, lease, letter_in, new_letter, put, queue, state_of, tried,
};
use support::programme::{Ground, Place, Who};
use support::{Reply, TestApp, User};

struct Room {
    app: TestApp,
    ground: Ground,
    place: Place,
}

impl Room {
    fn new() -> Room {
        let app = TestApp::new();
        let ground = Ground::begin(&app.db);
        let place = ground.place("架空市立中央病院");
        address(&ground, &place.coordinator.account, "shimura@example.jp");
        Room { app, ground, place }
    }

    fn letter(&self, subject: &str, state: State) -> LetterId {
        letter_in(&self.ground, &self.place, subject, state)
    }

    fn user(&self, who: &Who) -> User {
        self.ground.at_browser(&self.app, who)
    }

    fn safety(&self) -> User {
        self.user(&self.ground.safety)
    }

    fn state(&self, id: &LetterId) -> State {
        state_of(&self.app.db, id)
    }
}

fn act(user: &mut User, id: &LetterId, what: &str, seen: State) -> Reply {
    let form = [("state", seen.as_str()), ("bounce_reason", "宛先不明")];
    user.post(&format!("/letters/{id}/{what}"), &form)
}

#[test]
fn every_act_in_every_state_is_taken_or_refused_in_words() {
    let room = Room::new();
    let mut safety = room.safety();
    use State::{Bounced, Dead, Printed, Sent, Unaddressed, Waiting};
    for state in State::ALL.iter().copied() {
        for what in ["resend", "bounce", "printed"] {
            let id = room.letter(&format!("{} {what}", state.as_str()), state);
            let before = count(&room.app.db);
            let taken = match what {
                "resend" => matches!(state, Sent | Dead | Bounced | Printed | Unaddressed),
                "bounce" => state == Sent,
                _ => matches!(state, Dead | Bounced | Unaddressed | Waiting),
            };
            let page = safety.get(&format!("/letters/{id}"));
            let offered = page.is(200).body.contains(&format!("{id}/{what}\""));
            assert_eq!(offered, taken, "{what} of {state:?} is offered");
            let reply = act(&mut safety, &id, what, state);
            let name = format!("{what} of {state:?}: {}", reply.text());
            assert_eq!(reply.status, if taken { 303 } else { 422 }, "{name}");
            let after = match (taken, what) {
                (true, "bounce") => Bounced,
                (true, "printed") => Printed,
                _ => state,
            };
            assert_eq!(room.state(&id), after, "{name}");
            let copies = count(&room.app.db) - before;
            assert_eq!(copies, i64::from(taken && what == "resend"), "{name}");
            if !taken {
                reply.holds("role=\"alert\"");
            }
        }
    }
}

#[test]
fn a_letter_sent_again_is_a_copy_and_a_form_sent_twice_sends_once() {
    let room = Room::new();
    let id = room.letter("m", State::Dead);
    let mut safety = room.safety();
    let reply = act(&mut safety, &id, "resend", State::Dead);
    let copy = reply.is(303).location().to_owned();
    safety
        .get(&copy)
        .is(200)
        .says("再送 1 回目")
        .says("送信待ち");
    let again = act(&mut safety, &id, "resend", State::Dead);
    again.is(422).says("二通目は送りません");
    assert_eq!(count(&room.app.db), 2);
    // Once the copy has gone out, there may be another.
    let copy: LetterId = copy.rsplit('/').next().unwrap().parse().unwrap();
    put(&room.app.db, &copy, State::Sent);
    act(&mut safety, &copy, "resend", State::Sent).is(303);
    safety.get(&format!("/letters/{id}")).says("再送 2 回目");
}

#[test]
fn two_who_press_at_once_make_one_copy() {
    let room = Room::new();
    let id = room.letter("m", State::Dead);
    let outcomes: Vec<u16> = std::thread::scope(|scope| {
        let hands: Vec<_> = (0..4)
            .map(|_| {
                let (mut user, id) = (room.safety(), id.clone());
                scope.spawn(move || act(&mut user, &id, "resend", State::Dead).status)
            })
            .collect();
        hands.into_iter().map(|hand| hand.join().unwrap()).collect()
    });
    let done = outcomes.iter().filter(|status| **status == 303).count();
    assert_eq!(done, 1, "{outcomes:?}");
    assert_eq!(count(&room.app.db), 2);
}

#[test]
fn a_page_that_is_no_longer_so_leads_back_to_the_letter() {
    let room = Room::new();
    let id = room.letter("m", State::Sent);
    let mut safety = room.safety();
    act(&mut safety, &id, "bounce", State::Sent).is(303);
    for (what, seen) in [("bounce", State::Sent), ("printed", State::Dead)] {
        let stale = act(&mut safety, &id, what, seen);
        stale.is(409).holds(&format!("href=\"/letters/{id}\""));
    }
    let reply = safety.post(&format!("/letters/{id}/resend"), &[("state", "\u{0}神")]);
    reply.is(409);
    assert_eq!(room.state(&id), State::Bounced);
    let page = safety.get(&format!("/letters/{id}"));
    page.is(200).says("返ってきたと記録しました：「宛先不明」");
}

#[test]
fn what_is_being_handed_over_is_not_printed_meanwhile() {
    let room = Room::new();
    let id = room.letter("m", State::Waiting);
    let now = room.app.db.clock().now();
    lease(&room.app.db, &id, now + TimeDelta::minutes(2));
    let mut safety = room.safety();
    let reply = act(&mut safety, &id, "printed", State::Waiting);
    reply.is(422).says("数分後にもう一度");
    assert_eq!(room.state(&id), State::Waiting);
    lease(&room.app.db, &id, now - TimeDelta::seconds(1));
    act(&mut safety, &id, "printed", State::Waiting).is(303);
    assert_eq!(room.state(&id), State::Printed);
}

#[test]
fn without_an_address_nothing_is_sent_again() {
    let room = Room::new();
    let id = room.letter("m", State::Unaddressed);
    address(&room.ground, &room.place.coordinator.account, "");
    let mut safety = room.safety();
    let reply = act(&mut safety, &id, "resend", State::Unaddressed);
    reply.is(422).says("メールアドレスが登録されていません");
    assert_eq!(count(&room.app.db), 1);
}

#[test]
fn only_those_who_keep_letters_act_on_them() {
    let room = Room::new();
    let id = room.letter("m", State::Sent);
    let inspector = room.ground.someone("南 薫", Role::Inspector, None);
    let administrator = room.ground.someone("堀 健一", Role::Administrator, None);
    for who in [
        &room.ground.representative,
        &inspector,
        &room.place.coordinator,
    ] {
        let mut user = room.user(who);
        let page = user.get(&format!("/letters/{id}"));
        page.is(200).says_not("もう一度送る");
        for what in ["resend", "bounce", "printed"] {
            act(&mut user, &id, what, State::Sent).is(403);
        }
    }
    let mut administrator = room.user(&administrator);
    act(&mut administrator, &id, "bounce", State::Sent).is(303);
}

#[test]
fn a_reason_is_asked_for_and_kept_short() {
    let room = Room::new();
    let id = room.letter("m", State::Sent);
    let mut safety = room.safety();
    let long = "神".repeat(301);
    for reason in ["", "　 ", "a\u{0}b", "a\r\nb", &long] {
        let form = [("state", "sent"), ("bounce_reason", reason)];
        safety.post(&format!("/letters/{id}/bounce"), &form).is(422);
    }
    let huge = "x".repeat(10 * 1024 * 1024);
    let form = [("state", "sent"), ("bounce_reason", huge.as_str())];
    safety.post(&format!("/letters/{id}/bounce"), &form).is(413);
    assert_eq!(room.state(&id), State::Sent);
}

#[test]
fn a_facility_reads_what_its_own_people_were_told_and_nothing_else() {
    let room = Room::new();
    let other = room.ground.place("架空大学病院");
    let at = Some((&room.place.id, room.place.name.as_str()));
    let about = |to: &Who, subject: &str| {
        new_letter(&room.ground, Kind::MeetingDue, subject, &to.account, at)
    };
    let own = queue(&room.ground, &[about(&room.place.coordinator, "own")]).remove(0);
    let theirs = queue(&room.ground, &[about(&room.ground.representative, "mr")]).remove(0);
    let foreign = letter_in(&room.ground, &other, "foreign", State::Sent);
    let mut physician = room.user(&room.place.physician);
    physician.get(&format!("/letters/{own}")).is(200);
    for hidden in [&theirs, &foreign] {
        for page in ["", "/print"] {
            physician.get(&format!("/letters/{hidden}{page}")).is(404);
        }
    }
    let list = physician.get("/letters");
    list.is(200).says_not("架空大学病院");
    assert_eq!(list.body.matches("href=\"/letters/0").count(), 1);
    // An approver has letters of their own only; a representative all but those on reactions.
    let task = new_letter(
        &room.ground,
        Kind::SafetyTask,
        "task",
        &room.ground.safety.account,
        at,
    );
    let task = queue(&room.ground, &[task]).remove(0);
    let mut approver = room.user(&room.ground.approver);
    approver.get(&format!("/letters/{own}")).is(404);
    let mut representative = room.user(&room.ground.representative);
    representative.get(&format!("/letters/{own}")).is(200);
    representative.get(&format!("/letters/{task}")).is(404);
    representative
        .get("/letters")
        .is(200)
        .says_not("安全性課題 架空");
    room.safety().get(&format!("/letters/{task}")).is(200);
}

#[test]
fn a_letter_shows_its_words_its_attempts_and_where_it_went() {
    let room = Room::new();
    let id = room.letter("m", State::Sent);
    tried(&room.app.db, &id, 1, "later", "451 4.7.1 Greylisted <神>");
    tried(&room.app.db, &id, 2, "sent", "250 2.0.0 Ok");
    let mut safety = room.safety();
    safety.post("/language", &[("language", "en"), ("back", "/")]);
    let page = safety.get(&format!("/letters/{id}"));
    page.is(200)
        .says("柏木 遥")
        .says("shimura@example.jp")
        .says(&format!("{id}@"))
        .says("Tried again later")
        .says("451 4.7.1 Greylisted &#60;神&#62;");
    // The words are the reader's, whatever the language of whoever looks.
    page.holds("class=\"letter\" lang=\"ja\"");
    let paper = safety.get(&format!("/letters/{id}/print"));
    paper
        .is(200)
        .says("架空県架空市1丁目1-1")
        .says("志村 理沙 様")
        .says("令和8年");
}

#[test]
fn the_list_is_cut_into_pages_that_hold_each_letter_once() {
    let room = Room::new();
    let at = Some((&room.place.id, room.place.name.as_str()));
    let to = &room.place.coordinator.account;
    let all: Vec<_> = (0..120)
        .map(|number| {
            let subject = format!("m{number}");
            new_letter(&room.ground, Kind::MeetingDue, &subject, to, at)
        })
        .collect();
    for id in queue(&room.ground, &all) {
        put(&room.app.db, &id, State::Dead);
    }
    let mut safety = room.safety();
    for filter in [
        "",
        "?state=dead",
        "?needing=yes",
        "?about=meeting_due",
        "?state=dead&about=meeting_due",
    ] {
        let mut seen = std::collections::BTreeSet::new();
        let mut next = format!("/letters{filter}");
        let mut pages = 0;
        loop {
            let page = safety.get(&next);
            pages += 1;
            for part in page.is(200).body.split("<a href=\"/letters/").skip(1) {
                let id = part.split('"').next().unwrap();
                if id.starts_with('0') {
                    assert!(seen.insert(id.to_owned()), "{filter}: {id} twice");
                }
            }
            if !page.body.contains("rel=\"next\"") {
                break;
            }
            next = between(&page.body, "rel=\"next\" href=\"", "\"").replace("&amp;", "&");
            next = next.replace("&#38;", "&");
        }
        assert_eq!((seen.len(), pages), (120, 3), "{filter}");
    }
    // Nothing that is typed into the address is an error.
    for odd in [
        "?after=x",
        "?state=dead&after=%00",
        "?about=%E7%A5%9E",
        "?after=a%20b",
    ] {
        safety.get(&format!("/letters{odd}")).is(200);
    }
}

#[test]
fn what_needs_somebody_is_told_until_somebody_saw_to_it() {
    let room = Room::new();
    let mut safety = room.safety();
    safety.get("/").is(200).says_not("届いていないメール");
    let id = room.letter("m", State::Dead);
    room.letter("n", State::Sent);
    for page in ["/", "/letters", "/days-off"] {
        safety
            .get(page)
            .is(200)
            .says("届いていないメールが 1 通あります");
    }
    safety
        .get(&format!("/letters/{id}"))
        .says("届いていないメールが 1 通");
    // Whoever does not see to it is not told.
    let mut representative = room.user(&room.ground.representative);
    representative
        .get("/letters")
        .says_not("届いていないメール");
    act(&mut safety, &id, "resend", State::Dead).is(303);
    safety.get("/letters").says_not("届いていないメール");
    for number in 0..25 {
        room.letter(&format!("x{number}"), State::Unaddressed);
    }
    safety.get("/").says("20 通より多くあります");
}

#[test]
fn a_letter_that_cannot_be_read_hides_no_other() {
    let room = Room::new();
    let mut new = new_letter(
        &room.ground,
        Kind::MeetingDue,
        "m",
        &room.place.coordinator.account,
        None,
    );
    // Values that make no sentence of this kind, and a path that leads elsewhere.
    new.body.values.clear();
    new.body.path = "//example.com/".to_owned();
    let odd = queue(&room.ground, &[new]).remove(0);
    let id = room.letter("n", State::Sent);
    let mut safety = room.safety();
    let list = safety.get("/letters");
    list.is(200).holds(odd.as_str()).holds(id.as_str());
    for page in ["", "/print"] {
        let shown = safety.get(&format!("/letters/{odd}{page}"));
        assert!(!shown.is(200).body.contains("//example.com"));
    }
}

#[test]
fn a_line_that_is_down_is_told_with_its_hour() {
    let room = Room::new();
    room.app
        .db
        .jot(|conn| {
            use diesel::prelude::*;
            use kanmon::schema::post_line;
            let at = support::now().naive_utc();
            diesel::update(post_line::table)
                .set((
                    post_line::down_since.eq(at),
                    post_line::answer.eq("connection refused"),
                ))
                .execute(conn)?;
            Ok(())
        })
        .unwrap();
    let mut safety = room.safety();
    for page in ["/", "/letters"] {
        safety
            .get(page)
            .is(200)
            .says("メールサーバーにつながりません")
            .says("connection refused")
            .says("2026年11月24日(火) 09:00");
    }
}

#[test]
fn days_off_are_listed_added_and_removed_with_a_reason() {
    let room = Room::new();
    let mut safety = room.safety();
    let day = |name: &str| {
        support::forms::Sheet::new()
            .day("off_day", "2026-12-29")
            .put("off_kind", "closure")
            .put("off_name", name)
    };
    let at = day("年末休業 \u{fa19}").taken(&mut safety, "/days-off");
    assert_eq!(at, "/days-off?year=2026");
    let page = safety.get(&at);
    page.is(200)
        .says("年末休業 \u{fa19}")
        .says("2026年12月29日");
    day("年末休業")
        .send(&mut safety, "/days-off")
        .is(422)
        .says("すでに休日です");
    for name in ["", "a\u{0}", &"神".repeat(101)] {
        day(name).send(&mut safety, "/days-off").is(422);
    }
    let (_, row) = page.body.split_once("2026-12-29").unwrap();
    let id = between(row, "/days-off/", "/removal").to_owned();
    let path = format!("/days-off/{id}/removal");
    safety.post(&path, &[("year", "2026")]).is(422);
    let form = [("reason", "営業日にする"), ("year", "2026")];
    safety.post(&path, &form).is(303);
    safety.post(&path, &form).is(409);
    safety.get(&at).says_not("年末休業");
    let mut representative = room.user(&room.ground.representative);
    let page = representative.get("/days-off?year=99999999999999999999");
    page.is(200)
        .says_not("休日に加える")
        .says("30、14、7、1 日前");
    day("x").send(&mut representative, "/days-off").is(403);
    room.user(&room.place.coordinator).get("/days-off").is(403);
}

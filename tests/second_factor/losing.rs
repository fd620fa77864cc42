//! A lost second factor is set aside by two administrators, or at the command line.

use kanmon::accounts::factor_losses;
use kanmon::accounts::factors;
use kanmon::error::Error;
use kanmon::scope::{Actor, Role};

use crate::ground::{Person, app, between, enrol, half, person, second};
use crate::support::raw::{guarded, raw};
use crate::support::{PASSWORD, Reply, TestApp};

fn sign(app: &TestApp, admin: &mut Person, path: &str, fields: &[(&str, &str)]) -> Reply {
    let code = admin.next_code(app);
    let mut form = vec![("password", PASSWORD), ("factor", code.as_str())];
    form.extend(fields);
    admin.user.post(path, &form)
}

fn ask(app: &TestApp, admin: &mut Person, of: &Person) -> Reply {
    let path = format!("/people/{}/factor/loss", of.account);
    let fields = [
        ("reason", "機種変更で消えた"),
        ("identified", "上長と対面で"),
    ];
    sign(app, admin, &path, &fields)
}

fn confirm(app: &TestApp, admin: &mut Person, of: &Person) -> Reply {
    let page = admin.user.get(&format!("/people/{}/factor", of.account));
    let loss = match page.body.contains("name=\"loss\"") {
        true => between(&page.body, "name=\"loss\" value=\"", "\"").to_owned(),
        false => String::new(),
    };
    let path = format!("/people/{}/factor/loss/confirmation", of.account);
    sign(app, admin, &path, &[("loss", &loss)])
}

#[test]
fn two_administrators_set_a_factor_aside_and_its_owner_enrols_anew() {
    let app = app();
    let mut one = person(&app, "one", Role::Administrator);
    let mut two = person(&app, "two", Role::Administrator);
    let mut owner = person(&app, "owner", Role::SafetyOfficer);
    owner.user.get("/deliveries").is(200);
    let page = one.user.get(&format!("/people/{}/factor", owner.account));
    page.is(200).says("認証アプリ").says("管理者二人が必要です");
    // A reason and how the person was identified are asked for.
    let path = format!("/people/{}/factor/loss", owner.account);
    sign(
        &app,
        &mut one,
        &path,
        &[("reason", "x"), ("identified", " ")],
    )
    .is(422)
    .holds("id=\"identified-e\"");
    ask(&app, &mut one, &owner).is(303);
    // Nothing has happened yet, and whoever asked is not the second.
    owner.user.get("/deliveries").is(200);
    let page = one.user.get(&format!("/people/{}/factor", owner.account));
    page.is(200)
        .says("申し出た人は確かめられません")
        .says_not("確かめて無効にする");
    confirm(&app, &mut one, &owner).is(403);
    owner.user.get("/deliveries").is(200);
    two.user
        .get(&format!("/people/{}/factor", owner.account))
        .is(200)
        .says("機種変更で消えた")
        .says("上長と対面で")
        .says("確かめて無効にする");
    confirm(&app, &mut two, &owner).is(303);
    // Sessions have ended; old codes and recovery codes are void; the password is still the password.
    owner.user.get("/deliveries").is(303);
    let mut again = half(&app, "owner");
    let sent = second(&mut again, &owner.recovery[0]);
    assert_eq!(sent.is(303).location(), "/sign-in/factor");
    let renewed = enrol(&app, "owner", &owner.account);
    renewed.user.clone().get("/deliveries").is(200);
    second(&mut half(&app, "owner"), &owner.next_code(&app)).is(422);
    second(&mut half(&app, "owner"), &owner.recovery[0]).is(422);
    second(&mut half(&app, "owner"), &renewed.code(&app)).is(303);
    // The log names both.
    let history: Vec<(String, String)> = app
        .db
        .read(|conn| {
            use diesel::prelude::*;
            use kanmon::schema::audit;
            Ok(audit::table
                .filter(audit::verb.like("factor_loss%"))
                .order(audit::seq)
                .select((audit::verb, audit::subject_id))
                .load(conn)?)
        })
        .unwrap();
    let of = owner.account.to_string();
    assert_eq!(
        history,
        [
            ("factor_loss_asked".to_owned(), of.clone()),
            ("factor_loss_confirmed".to_owned(), of)
        ]
    );
}

#[test]
fn nobody_sets_the_own_factor_aside_and_no_other_role_anybodys() {
    let app = app();
    let mut one = person(&app, "one", Role::Administrator);
    let mut two = person(&app, "two", Role::Administrator);
    let mut officer = person(&app, "officer", Role::SafetyOfficer);
    let own = Person {
        user: one.user.clone(),
        account: one.account.clone(),
        secret: one.secret.clone(),
        recovery: Vec::new(),
    };
    ask(&app, &mut one, &own).is(403);
    ask(&app, &mut officer, &own).is(403);
    ask(&app, &mut two, &own).is(303);
    // The owner, an administrator too, does not confirm what another asked.
    let page = one.user.get(&format!("/people/{}/factor", own.account));
    page.is(200)
        .says("自分の二つ目の確認は、ここでは扱えません");
    confirm(&app, &mut one, &own).is(409);
    let loss = app
        .db
        .read(|conn| factor_losses::open_of(conn, &own.account))
        .unwrap()
        .unwrap();
    let (account, actor) = (own.account.clone(), actor(&app, &one, Role::Administrator));
    let refused = app.db.write(&actor, move |tx| {
        factor_losses::confirm(tx, &account, &loss.id)
    });
    assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    one.user.get("/people").is(200);
}

fn actor(app: &TestApp, who: &Person, role: Role) -> Actor {
    let account = who.account.clone();
    let found = app
        .db
        .read(|conn| kanmon::accounts::store::account(conn, &account))
        .unwrap();
    Actor {
        person: Some(found.person),
        account: Some(found.id),
        name: found.name,
        role: role.as_str().to_owned(),
    }
}

#[test]
fn a_request_about_an_earlier_factor_ends_no_later_one() {
    let app = app();
    let mut one = person(&app, "one", Role::Administrator);
    let mut two = person(&app, "two", Role::Administrator);
    let owner = person(&app, "owner", Role::SafetyOfficer);
    ask(&app, &mut one, &owner).is(303);
    app.db
        .write(&Actor::system("reset-factor"), |tx| {
            factor_losses::reset_at_command_line(tx, " OWNER ")
        })
        .unwrap();
    let mut renewed = enrol(&app, "owner", &owner.account);
    confirm(&app, &mut two, &owner).is(409);
    renewed.user.get("/deliveries").is(200);
    // The stale request can be taken back, and another one made.
    let page = two.user.get(&format!("/people/{}/factor", owner.account));
    let loss = between(&page.body, "name=\"loss\" value=\"", "\"");
    let path = format!("/people/{}/factor/loss/withdrawal", owner.account);
    two.user.post(&path, &[("loss", loss)]).is(303);
    two.user.post(&path, &[("loss", loss)]).is(409);
    two.user.post(&path, &[("loss", "\0")]).is(409);
    ask(&app, &mut two, &owner).is(303);
}

#[test]
fn a_house_with_one_administrator_is_told_of_the_command_line() {
    let app = app();
    let mut one = person(&app, "one", Role::Administrator);
    let mut owner = person(&app, "owner", Role::SafetyOfficer);
    one.user
        .get(&format!("/people/{}/factor", owner.account))
        .is(200)
        .says("kanmon reset-factor owner");
    app.db
        .write(&Actor::system("reset-factor"), |tx| {
            factor_losses::reset_at_command_line(tx, "owner")
        })
        .unwrap();
    owner.user.get("/deliveries").is(303);
    let held = app
        .db
        .read(|conn| factors::held(conn, &owner.account))
        .unwrap();
    assert!(held.is_none());
    for (login, nothing) in [("owner", true), ("nobody", false)] {
        let refused = app.db.write(&Actor::system("reset-factor"), move |tx| {
            factor_losses::reset_at_command_line(tx, login)
        });
        match nothing {
            true => assert!(matches!(refused, Err(Error::Stale))),
            false => assert!(matches!(refused, Err(Error::NotFound))),
        }
    }
}

#[test]
fn the_database_wants_two_persons_too() {
    let app = app();
    let mut one = person(&app, "one", Role::Administrator);
    let owner = person(&app, "owner", Role::SafetyOfficer);
    ask(&app, &mut one, &owner).is(303);
    let sql = |by: &str| {
        format!(
            "UPDATE factor_loss SET state = 'confirmed', ended_by = {by}, known_to = (SELECT max(seq) FROM audit)"
        )
    };
    let two = &[("factor_loss_two_persons", "factor_loss")];
    guarded(&app.db, two, "set aside by two", &sql("asked_by"));
    let own = format!(
        "(SELECT person_id FROM account WHERE id = '{}')",
        owner.account
    );
    guarded(&app.db, two, "set aside by two", &sql(&own));
    guarded(
        &app.db,
        two,
        "only ends",
        "UPDATE factor_loss SET reason = 'another'",
    );
    guarded(
        &app.db,
        &[("factor_loss_no_delete", "factor_loss")],
        "only ends",
        "DELETE FROM factor_loss",
    );
    raw(
        &app.db,
        "UPDATE factor_loss SET state = 'withdrawn', ended_by = asked_by, known_to = known_from",
    )
    .unwrap();
    guarded(
        &app.db,
        &[("factor_loss_asked_by_another", "factor_loss")],
        "another's",
        "INSERT INTO factor_loss SELECT 'forged', account_id, reason, identified, \
         (SELECT person_id FROM account WHERE id = account_id), asked_name, asked_at, known_from, 'asked', NULL, NULL \
         FROM factor_loss",
    );
}

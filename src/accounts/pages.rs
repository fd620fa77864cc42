//! Signing in and out, language and role, and the administrator's pages on people and their memberships.

use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::web::Query;
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::entry_codes::{self, OpenCode, Purpose};
use super::letter_pages::{DutyForm, LettersOf};
use super::membership_pages::TrainingForm;
use super::preference_pages::{DeputyForm, MailboxForm};
use super::{Account, Membership, SignedIn, factor_pages, name_key, role_id, sessions, store};
use crate::audit;
use crate::clock::jst_date;
use crate::error::{Error, FieldErrors, Message};
use crate::ids::{AccountId, FacilityId, MembershipId};
use crate::messages::Lang;
use crate::scope::Role;
use crate::signatures::Method;
use crate::web::history::history;
use crate::web::page::{Html, LANGUAGE_COOKIE, own_path};
use crate::web::{
    Administrator, Answer, By, Fields, Form, Guest, Id, Nav, Pager, Problem, Shell, Site, Ymd,
    or_again, see_other, session, show, show_again,
};

/// Lines of a person's history.
const HISTORY: i64 = 100;

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    shell: Shell,
    form: SignInForm,
    errors: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    login: String,
    password: String,
    next: String,
}

/// GET /sign-in
pub async fn sign_in_form(guest: Guest, query: Query<SignInForm>) -> Answer {
    let next = own_path(&query.next).to_owned();
    if guest.visitor.is_some() {
        return see_other(&next);
    }
    show(SignInPage {
        shell: guest.shell("sign-in-title"),
        form: SignInForm {
            next,
            ..SignInForm::default()
        },
        errors: FieldErrors::default(),
    })
}

/// POST /sign-in
pub async fn sign_in(
    site: Site,
    guest: Guest,
    req: HttpRequest,
    Form(form): Form<SignInForm>,
) -> Answer {
    session::attempt(&site, &req)?;
    let (db, cost) = (site.db.clone(), site.config.cost);
    let (login, password) = (form.login.clone(), form.password.clone());
    let outcome = site.block(move || super::sign_in(&db, cost, &login, &password));
    match or_again(outcome.await)? {
        Ok(person) => enter(&site, &guest, &person, &form.next).await,
        Err(errors) => {
            let shell = guest.form("sign-in-title", &errors);
            let form = SignInForm {
                password: String::new(),
                ..form
            };
            show_again(SignInPage {
                shell,
                form,
                errors,
            })
        }
    }
}

/// Lets in somebody whose password was right: at once in the sample, elsewhere half, until the second factor is shown.
pub(super) async fn enter(site: &Site, guest: &Guest, person: &SignedIn, next: &str) -> Answer {
    if person.memberships.is_empty() {
        return Err(Problem::NoRoleToday(person.language));
    }
    if site.config.second_factor {
        return factor_pages::halfway(site, guest, person, next);
    }
    factor_pages::let_in(site, guest, &person.account, next, Method::Password).await
}

/// POST /sign-out: a session that is being renewed at this moment ends too.
pub async fn sign_out(site: Site, guest: Guest) -> Answer {
    let own = session::own(guest.session());
    if let (Some(visitor), Some(own)) = (&guest.visitor, own) {
        let (db, account) = (site.db.clone(), visitor.account.clone());
        site.block(move || db.jot(move |conn| sessions::end_one(conn, &account, &own)))
            .await?;
    }
    guest.session().purge();
    see_other("/sign-in")
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LanguageForm {
    language: String,
    back: String,
}

/// POST /language
pub async fn language(site: Site, guest: Guest, Form(form): Form<LanguageForm>) -> Answer {
    let lang = Lang::from_word(&form.language).unwrap_or(Lang::Ja);
    if let Some(visitor) = &guest.visitor {
        let (db, account) = (site.db.clone(), visitor.account.clone());
        site.block(move || db.jot(move |conn| store::set_language(conn, &account, lang)))
            .await?;
    }
    remember(see_other(own_path(&form.back)), lang, &site)
}

/// Remembers the language on this browser, for the pages before the next sign-in.
pub(super) fn remember(answer: Answer, lang: Lang, site: &Site) -> Answer {
    let mut answer = answer?;
    let cookie = Cookie::build(LANGUAGE_COOKIE, lang.as_str())
        .path("/")
        .http_only(true)
        .secure(site.config.public_url.https)
        .same_site(SameSite::Lax)
        .max_age(actix_web::cookie::time::Duration::days(365))
        .finish();
    answer
        .add_cookie(&cookie)
        .map_err(|cause| Error::broken("cookie", cause))?;
    Ok(answer)
}

/// One person in the list.
struct PersonRow {
    key: String,
    account: Account,
    memberships: Vec<Membership>,
}

#[derive(Template)]
#[template(path = "accounts/people.html")]
struct PeoplePage {
    shell: Shell,
    people: Vec<PersonRow>,
    pager: Pager,
    today: NaiveDate,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct After {
    after: String,
}

/// GET /people
pub async fn people(site: Site, who: By<Administrator>, query: Query<After>) -> Answer {
    let after = query.after.clone();
    let later = !after.is_empty();
    let rows = site.read(move |conn| {
        let key = after.rsplit_once(' ');
        store::list(conn, key, Pager::SIZE + 1)
    });
    let mut people: Vec<PersonRow> = rows
        .await?
        .into_iter()
        .map(|(key, account, memberships)| PersonRow {
            key,
            account,
            memberships,
        })
        .collect();
    let pager = Pager::cut(&mut people, "/people?", later, |row| {
        format!("{} {}", row.key, row.account.id)
    });
    show(PeoplePage {
        shell: who.shell("people-title", Nav::People),
        people,
        pager,
        today: site.db.clock().today(),
    })
}

#[derive(Template)]
#[template(path = "accounts/person.html")]
pub(super) struct PersonPage {
    shell: Shell,
    account: Account,
    memberships: Vec<Membership>,
    roles: Vec<(String, String)>,
    form: GrantForm,
    /// The roles that wait for a training.
    untrained: Vec<(String, String)>,
    training: TrainingForm,
    invitation: Option<OpenCode>,
    letters: LettersOf,
    history: Html,
    errors: FieldErrors,
    today: NaiveDate,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct GrantForm {
    role: String,
    facility: String,
    first_day: Ymd,
    last_day: Ymd,
}

/// What was asked for: the role, the facility as typed, first and last day.
type Asked = (Role, Option<String>, NaiveDate, Option<NaiveDate>);

impl GrantForm {
    fn check(&self) -> Result<Asked, FieldErrors> {
        let mut fields = Fields::new();
        let role = fields.choice("role", &self.role, Role::from_word);
        let facility = fields.optional_text("facility", &self.facility, 40);
        let first_day = fields.date("first_day", &self.first_day);
        let last_day = fields.optional_date("last_day", &self.last_day);
        let role = role.unwrap_or(Role::Inspector);
        fields.done((role, facility, first_day, last_day))
    }
}

/// GET /people/{id}
pub async fn person(site: Site, who: By<Administrator>, Id(id): Id<AccountId>) -> Answer {
    show(person_page(&site, &who, id, Typed::default()).await?)
}

/// What was typed into one of the forms of a person's page.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) grant: Option<GrantForm>,
    pub(super) training: Option<TrainingForm>,
    pub(super) mailbox: Option<MailboxForm>,
    pub(super) deputy: Option<DeputyForm>,
    pub(super) duty: Option<DutyForm>,
    pub(super) errors: FieldErrors,
}

pub(super) async fn person_page(
    site: &Site,
    who: &By<Administrator>,
    id: AccountId,
    typed: Typed,
) -> Result<PersonPage, Problem> {
    let now = site.db.clock().now();
    let today = jst_date(now);
    let form = typed.grant.unwrap_or_else(|| GrantForm {
        first_day: today.into(),
        ..GrantForm::default()
    });
    let forms = (typed.mailbox, typed.deputy, typed.duty);
    let errors = typed.errors;
    let scope = who.scope.clone();
    let found = site.read(move |conn| {
        let account = store::account(conn, &id)?;
        let memberships = store::memberships_of(conn, std::slice::from_ref(&id))?;
        let letters = LettersOf::read(conn, &id, &memberships, today, forms)?;
        let open = entry_codes::open_of(conn, std::slice::from_ref(&id), now)?;
        let invited = |code: &OpenCode| code.purpose == Purpose::Invitation;
        Ok((
            memberships,
            account,
            letters,
            open.into_iter().find(invited),
            audit::history(conn, &scope, &[id.to_string()], HISTORY)?,
        ))
    });
    let (memberships, account, letters, invitation, rows) = found.await?;
    let mut shell = who
        .shell("people-title", Nav::People)
        .crumb("/people", "people-title")
        .titled(&account.name);
    shell.wrong = !errors.is_empty();
    let word = |role: &Role| (role.as_str().to_owned(), shell.t(role_id(*role)));
    let waits = |held: &&Membership| held.awaits_training(&today);
    let named = |held: &Membership| {
        let role = shell.t(role_id(held.role));
        let name = match &held.place {
            Some(place) => format!("{role} — {place}"),
            None => role,
        };
        (held.id.to_string(), name)
    };
    Ok(PersonPage {
        roles: Role::ALL.iter().map(word).collect(),
        history: history(&shell, &rows),
        untrained: memberships.iter().filter(waits).map(named).collect(),
        training: typed.training.unwrap_or_else(|| TrainingForm::on(today)),
        invitation,
        shell,
        account,
        memberships,
        form,
        letters,
        errors,
        today,
    })
}

/// POST /people/{id}/memberships
pub async fn grant(
    site: Site,
    who: By<Administrator>,
    Id(id): Id<AccountId>,
    Form(form): Form<GrantForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok(asked) => give(&site, &who, id.clone(), asked).await,
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("membership-granted"));
            see_other(&format!("/people/{id}"))
        }
        Err(errors) => {
            let typed = Typed {
                grant: Some(form),
                errors,
                ..Typed::default()
            };
            show_again(person_page(&site, &who, id, typed).await?)
        }
    }
}

async fn give(
    site: &Site,
    who: &By<Administrator>,
    id: AccountId,
    (role, facility, first, last): Asked,
) -> Result<MembershipId, Problem> {
    site.write(who, move |tx| {
        let place = match &facility {
            Some(typed) => Some(facility_of(tx.conn, typed)?),
            None => None,
        };
        super::grant(tx, &id, role, place.as_ref(), first, last)
    })
    .await
}

/// The facility that is meant by an identifier or by a code, typed in digits of either width.
pub(super) fn facility_of(
    conn: &mut crate::db::AnyConn,
    typed: &str,
) -> crate::error::Result<FacilityId> {
    let typed = name_key(typed);
    if let Ok(id) = FacilityId::from_str(&typed) {
        return Ok(id);
    }
    let code: String = typed.chars().filter(|c| *c != '-').collect();
    let mut found = store::facilities_by_code(conn, &code)?;
    match (found.pop(), found.pop()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Error::invalid(
            "facility",
            Message::new("accounts-no-facility"),
        )),
        (Some(_), Some(_)) => Err(Error::invalid(
            "facility",
            Message::new("accounts-ambiguous-facility"),
        )),
    }
}

/// POST /memberships/{id}/end: it acts at the holder's next request.
pub async fn end(site: Site, who: By<Administrator>, Id(id): Id<MembershipId>) -> Answer {
    let account = site.write(&who, move |tx| {
        let yesterday = tx.today.pred_opt().unwrap_or(tx.today);
        super::end_membership(tx, &id, yesterday)
    });
    let account = account.await?;
    who.flash(Message::new("membership-ended"));
    see_other(&format!("/people/{account}"))
}

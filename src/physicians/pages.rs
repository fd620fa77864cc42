//! Physicians as they are seen: the list, one physician across facilities, naming one, and the end of a post.

use actix_web::web::Query;
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use super::roll::{self, Point, Row};
use super::{Named, NewPhysician, Physician, Post, Qualification, register};
use crate::audit;
use crate::error::{Error, FieldErrors, Message};
use crate::facilities;
use crate::ids::{EvidenceId, FacilityId, PersonId};
use crate::scope::Role;
use crate::web::visitor::{Readers, Roles};
use crate::web::{
    Answer, By, Fields, Form, Id, Nav, Pager, Problem, Shell, Site, Ymd, or_again, see_other, show,
    show_again,
};

/// The most lines of a record's history.
pub(super) const HISTORY: i64 = 100;

/// Those who name physicians and end their posts.
#[derive(Debug, Clone, Copy)]
pub struct Naming;

impl Roles for Naming {
    const ROLES: &'static [Role] = super::posts::NAMES;
}

/// One physician in the list.
struct ListRow {
    physician: Physician,
    points: [Point; 3],
}

#[derive(Template)]
#[template(path = "physicians/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<ListRow>,
    /// What waits for this reader's review.
    waiting: Vec<Qualification>,
    /// What a physician may do here: sign.
    signs: bool,
    /// The facility at which this reader may name physicians.
    names_at: Option<FacilityId>,
    pager: Pager,
    today: NaiveDate,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct After {
    after: String,
}

/// GET /physicians
pub async fn list(site: Site, who: By<Readers>, query: Query<After>) -> Answer {
    let today = site.db.clock().today();
    let after: Option<PersonId> = query.after.parse().ok();
    let later = after.is_some();
    let (rows, next, waiting) = listed(&site, &who, after, today).await?;
    show(ListPage {
        shell: who.shell("physicians-title", Nav::Physicians),
        rows: rows.into_iter().map(|row| list_row(row, today)).collect(),
        waiting,
        signs: who.role == Role::Physician,
        names_at: who.facility.clone().filter(|_| names(&who)),
        pager: pager(next, later),
        today,
    })
}

/// Physicians, the next page's beginning, and what waits for review.
type Listed = (Vec<Physician>, Option<PersonId>, Vec<Qualification>);

async fn listed(
    site: &Site,
    who: &By<Readers>,
    after: Option<PersonId>,
    today: NaiveDate,
) -> Result<Listed, Problem> {
    let scope = who.scope.clone();
    let reviews = who.role == Role::SafetyOfficer && after.is_none();
    site.read(move |conn| {
        let (rows, next) = register::list(conn, &scope, after.as_ref(), today)?;
        let waiting = match reviews {
            true => register::waiting(conn, &scope, 0)?,
            false => Vec::new(),
        };
        Ok((rows, next, waiting))
    })
    .await
}

fn list_row(physician: Physician, today: NaiveDate) -> ListRow {
    let points = roll::points(&physician, today);
    ListRow { physician, points }
}

fn pager(next: Option<PersonId>, later: bool) -> Pager {
    Pager {
        first: later.then(|| "/physicians".to_owned()),
        next: next.map(|id| format!("/physicians?after={id}")),
        size: register::PAGE,
    }
}

fn names<R>(who: &By<R>) -> bool {
    who.is(Naming::ROLES)
}

#[derive(Template)]
#[template(path = "physicians/physician.html")]
struct PhysicianPage {
    shell: Shell,
    physician: Physician,
    /// A row for each facility.
    rows: Vec<Row>,
    /// Whether this is the physician who reads, and may sign.
    own: bool,
    /// Whether this reader may see the agenda of a meeting.
    prepares: bool,
    /// Whether this reader may end posts.
    names: bool,
    /// The post whose end is being typed.
    ending: Option<Post>,
    history: Vec<audit::Row>,
    form: EndForm,
    errors: FieldErrors,
    today: NaiveDate,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Ending {
    end: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EndForm {
    person: String,
    last_day: Ymd,
    reason: String,
}

impl EndForm {
    fn check(&self) -> Result<(NaiveDate, String), FieldErrors> {
        let mut fields = Fields::new();
        let last_day = fields.date("last_day", &self.last_day);
        let reason = fields.lines("reason", &self.reason, crate::wording::LONG);
        fields.done((last_day, reason))
    }
}

/// GET /physicians/{id}; `?end=POST` opens the form that ends a post.
pub async fn physician(
    site: Site,
    who: By<Readers>,
    Id(id): Id<PersonId>,
    query: Query<Ending>,
) -> Answer {
    let ending = query.end.parse().ok();
    let form = EndForm::default();
    show(physician_page(&site, &who, id, ending, form, FieldErrors::default()).await?)
}

async fn physician_page<R>(
    site: &Site,
    who: &By<R>,
    id: PersonId,
    ending: Option<EvidenceId>,
    form: EndForm,
    errors: FieldErrors,
) -> Result<PhysicianPage, Problem> {
    let (scope, today) = (who.scope.clone(), site.db.clock().today());
    let found = site.read(move |conn| {
        let physician = register::one(conn, &scope, &id, today)?;
        let statements = physician.statements.iter().map(|row| row.id.to_string());
        let about: Vec<String> = statements.chain([id.to_string()]).collect();
        let history = audit::history(conn, &scope, &about, HISTORY)?;
        Ok((physician, history))
    });
    let (physician, history) = found.await?;
    let mut places: Vec<&FacilityId> = physician.posts.iter().map(|post| &post.facility).collect();
    places.sort();
    places.dedup();
    let rows = places
        .into_iter()
        .filter_map(|place| roll::row(physician.clone(), place, today));
    let names = names(who);
    let mut posts = physician.posts.iter().filter(|_| names);
    let ending = posts.find(|post| Some(&post.id) == ending.as_ref());
    let mut shell = who
        .shell("physicians-title", Nav::Physicians)
        .crumb("/physicians", "physicians-title")
        .titled(&physician.name);
    shell.wrong = !errors.is_empty();
    Ok(PhysicianPage {
        rows: rows.collect(),
        ending: ending.cloned(),
        history,
        own: who.role == Role::Physician && who.person == physician.person,
        prepares: who.is(&[Role::Representative, Role::SafetyOfficer, Role::Inspector])
            || who.role == Role::Physician && who.person == physician.person,
        shell,
        physician,
        names,
        form,
        errors,
        today,
    })
}

/// POST /affiliations/{id}/end
pub async fn end(
    site: Site,
    who: By<Naming>,
    Id(post): Id<EvidenceId>,
    Form(form): Form<EndForm>,
) -> Answer {
    let person: PersonId = form.person.parse().map_err(|_| Error::NotFound)?;
    let outcome = match form.check() {
        Ok(asked) => end_post(&site, &who, post.clone(), asked).await,
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(_) => {
            who.flash(Message::new("physicians-post-ended"));
            see_other(&format!("/physicians/{person}"))
        }
        Err(errors) => {
            show_again(physician_page(&site, &who, person, Some(post), form, errors).await?)
        }
    }
}

async fn end_post(
    site: &Site,
    who: &By<Naming>,
    post: EvidenceId,
    (last_day, reason): (NaiveDate, String),
) -> Result<EvidenceId, Problem> {
    let scope = who.scope.clone();
    site.write(who, move |tx| {
        super::end_affiliation(tx, &scope, &post, last_day, &reason)
    })
    .await
}

#[derive(Template)]
#[template(path = "physicians/new.html")]
struct NewPage {
    shell: Shell,
    place: FacilityId,
    facility: String,
    /// Persons who could be meant, each with an id.
    candidates: Vec<(String, String)>,
    /// Whether this reader may look for physicians named elsewhere.
    searches: bool,
    form: NewForm,
    errors: FieldErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NewForm {
    /// `new`, or the id of a person who is known.
    person: String,
    name: String,
    department: String,
    title: String,
    first_day: Ymd,
    last_day: Ymd,
    search: String,
}

impl NewForm {
    fn check(&self) -> Result<NewPhysician, FieldErrors> {
        let mut fields = Fields::new();
        let who = match self.person.as_str() {
            "" | "new" => Named::New(fields.text("name", &self.name, crate::wording::SHORT)),
            id => match id.parse() {
                Ok(id) => Named::Known(id),
                Err(_) => {
                    fields.add("person", Message::new("forms-choose"));
                    Named::New(String::new())
                }
            },
        };
        let short = crate::wording::SHORT;
        let department = fields.optional_text("department", &self.department, short);
        let title = fields.optional_text("title", &self.title, short);
        let first_day = fields.date("first_day", &self.first_day);
        let last_day = fields.optional_date("last_day", &self.last_day);
        fields.done(NewPhysician {
            who,
            department: department.unwrap_or_default(),
            title: title.unwrap_or_default(),
            first_day,
            last_day,
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Search {
    search: String,
}

/// GET /facilities/{id}/physicians/new
pub async fn new_form(
    site: Site,
    who: By<Naming>,
    Id(place): Id<FacilityId>,
    query: Query<Search>,
) -> Answer {
    let form = NewForm {
        search: query.search.clone(),
        ..NewForm::default()
    };
    show(new_page(&site, &who, place, form, FieldErrors::default()).await?)
}

async fn new_page(
    site: &Site,
    who: &By<Naming>,
    place: FacilityId,
    form: NewForm,
    errors: FieldErrors,
) -> Result<NewPage, Problem> {
    let (scope, id, search) = (who.scope.clone(), place.clone(), form.search.clone());
    let today = site.db.clock().today();
    let found = site.read(move |conn| {
        let facility = facilities::get(conn, &scope, &id)?;
        Ok((
            facility.name,
            register::candidates(conn, &scope, &id, &search, today)?,
        ))
    });
    let (facility, candidates) = found.await?;
    let mut shell = who
        .shell("physicians-new-title", Nav::Physicians)
        .crumb("/facilities", "nav-facilities")
        .crumb_named(&format!("/facilities/{place}"), &facility);
    shell.wrong = !errors.is_empty();
    let candidates = candidates.iter().map(candidate);
    Ok(NewPage {
        candidates: candidates.collect(),
        searches: who.facility.is_none(),
        shell,
        place,
        facility,
        form,
        errors,
    })
}

/// A person to choose, with where they are in post.
fn candidate(physician: &Physician) -> (String, String) {
    let posts = physician.posts.iter();
    let posts: Vec<String> = posts
        .map(|post| format!("{} {}", post.facility_name, post.department))
        .collect();
    let label = match posts.is_empty() {
        true => physician.name.clone(),
        false => format!("{}（{}）", physician.name, posts.join("、")),
    };
    (physician.person.to_string(), label)
}

/// POST /facilities/{id}/physicians
pub async fn name(
    site: Site,
    who: By<Naming>,
    Id(place): Id<FacilityId>,
    Form(form): Form<NewForm>,
) -> Answer {
    let outcome = match form.check() {
        Ok(new) => name_one(&site, &who, place.clone(), new).await,
        Err(errors) => Err(errors.into()),
    };
    match or_again(outcome)? {
        Ok(person) => {
            who.flash(Message::new("physicians-named"));
            see_other(&format!("/physicians/{person}"))
        }
        Err(errors) => show_again(new_page(&site, &who, place, form, errors).await?),
    }
}

async fn name_one(
    site: &Site,
    who: &By<Naming>,
    place: FacilityId,
    new: NewPhysician,
) -> Result<PersonId, Problem> {
    let scope = who.scope.clone();
    let named = site.write(who, move |tx| {
        super::name_physician(tx, &scope, &place, &new)
    });
    Ok(named.await?.0)
}

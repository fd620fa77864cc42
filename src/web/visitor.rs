//! Who asks: the access table stands before every page, a page that may change or show anything takes `By<Role>`, and
//! there is no other way to a `Visitor`.

use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;

use actix_session::{Session, SessionExt};
use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::page::{Desk, Shell};
use super::{Nav, Problem, Site, session};
use crate::access::{Reach, Row};
use crate::accounts::{Membership, Standing, factors, role_id, store};
use crate::error::{FieldErrors, Message};
use crate::ids::{AccountId, FacilityId, MembershipId, PersonId};
use crate::messages::Lang;
use crate::scope::{Actor, Role, Scope};

/// Somebody who is signed in, by one membership that holds today. It is looked up anew for every request, so that
/// an ended membership or a closed account acts at the next one.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub account: AccountId,
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub membership: MembershipId,
    pub facility: Option<FacilityId>,
    /// The manufacturer, or the facility where the role is held.
    pub organisation: String,
    pub scope: Scope,
    pub lang: Lang,
    /// Every membership that holds today, this one included.
    pub memberships: Vec<Membership>,
    actor: Actor,
}

impl Visitor {
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// The message that names the role.
    pub fn role_id(&self) -> &'static str {
        role_id(self.role)
    }

    pub fn is(&self, roles: &[Role]) -> bool {
        roles.contains(&self.role)
    }

    fn new(
        standing: Standing,
        chosen: Option<&MembershipId>,
        row: Option<&Row>,
    ) -> Option<(Visitor, Desk)> {
        let Standing {
            account,
            memberships,
            programme,
        } = standing;
        let own = memberships
            .iter()
            .find(|membership| Some(&membership.id) == chosen)
            .or_else(|| memberships.first())?
            .clone();
        // Where no programme is kept yet, an id that no row has.
        let kept = programme.as_ref().map(|programme| programme.id.clone());
        let kept = kept.or_else(|| NONE.parse().ok())?;
        let scope = row.and_then(|row| row.scope(own.role, &kept, own.facility.as_ref()));
        let scope = scope.or_else(|| Some(Scope::Facility(kept, NONE.parse().ok()?)))?;
        let desk = Desk::of_programme(programme.as_ref(), account.language);
        let manufacturer = programme.map(|p| p.manufacturer).unwrap_or_default();
        let visitor = Visitor {
            actor: Actor {
                person: Some(account.person.clone()),
                account: Some(account.id.clone()),
                name: account.name.clone(),
                role: own.role.as_str().to_owned(),
            },
            account: account.id,
            person: account.person,
            name: account.name,
            role: own.role,
            membership: own.id,
            organisation: own.place.unwrap_or(manufacturer),
            facility: own.facility,
            scope,
            lang: account.language,
            memberships,
        };
        Some((visitor, desk))
    }
}

/// The id of nothing: whoever may see no record behind an address is given it as their facility.
const NONE: &str = "00000000-0000-0000-0000-000000000000";

impl AsRef<Actor> for Visitor {
    fn as_ref(&self) -> &Actor {
        &self.actor
    }
}

/// The one who asks, if anybody is signed in; looked up once a request.
async fn look_up(req: HttpRequest) -> Result<(Option<Rc<Visitor>>, Desk), Problem> {
    let site = super::of(&req)?;
    let session = req.get_session();
    if let Some(known) = req.extensions().get::<Rc<Visitor>>().cloned() {
        let desk = req.extensions().get::<Desk>().cloned();
        return Ok((Some(known), desk.unwrap_or_else(|| Desk::of_request(&req))));
    }
    session::note_device(&session, &req);
    let Some((account, chosen)) = session::whose(&session) else {
        return Ok((None, Desk::of_request(&req)));
    };
    let (today, second_factor) = (site.db.clock().today(), site.config.second_factor);
    let found = site.read(move |conn| {
        let Some(standing) = store::standing(conn, &account, today)? else {
            return Ok(None);
        };
        if !second_factor {
            return Ok(Some((standing, None)));
        }
        // INVARIANT: whose factor was set aside is nobody, whatever their session says.
        let prompt = factors::prompt(conn, &account)?;
        Ok(prompt.map(|prompt| (standing, Some(prompt))))
    });
    let Some((standing, prompt)) = found.await? else {
        session.purge();
        return Ok((None, Desk::of_request(&req)));
    };
    let lang = standing.account.language;
    let row = req.extensions().get::<&'static Row>().copied();
    let Some((visitor, desk)) = Visitor::new(standing, chosen.as_ref(), row) else {
        session.purge();
        return Err(Problem::NoRoleToday(lang));
    };
    let (visitor, desk) = (Rc::new(visitor), desk.at(&req).asking(prompt));
    req.extensions_mut().insert(Rc::clone(&visitor));
    req.extensions_mut().insert(desk.clone());
    Ok((Some(visitor), desk))
}

/// Stands before the page of every address: whoever the access table does not let in gets no further, and the
/// scope of everybody else is that of their letter in the table.
pub async fn admit(
    row: &'static Row,
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    req.extensions_mut().insert(row);
    if !row.is_open()
        && let Err(problem) = let_in(row, req.request().clone()).await
    {
        return Ok(req.error_response(problem));
    }
    next.call(req).await
}

async fn let_in(row: &Row, req: HttpRequest) -> Result<(), Problem> {
    let next = coming_back(&req);
    let (visitor, _) = look_up(req).await?;
    let visitor = visitor.ok_or(Problem::SignIn(next))?;
    match row.reach(visitor.role) {
        Reach::No => Err(Problem::WrongRole(row.roles())),
        Reach::Desk | Reach::Own | Reach::All => Ok(()),
    }
}

/// Where signing in leads: back to the page that was asked for, never to what a form was sent to.
fn coming_back(req: &HttpRequest) -> Option<String> {
    let here = req.uri().path_and_query().map(ToString::to_string);
    here.filter(|_| req.method().is_safe())
}

/// A set of roles, one type each, so that a handler's signature says who may.
pub trait Roles: 'static {
    const ROLES: &'static [Role];
}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = [$($role:ident),+ $(,)?];)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Roles for $name {
            const ROLES: &'static [Role] = &[$(Role::$role),+];
        }
    )+};
}

roles! {
    /// Everybody who is signed in.
    Anyone = [Representative, SafetyOfficer, DistributionOperator, DistributionApprover, Administrator, Inspector, FacilityCoordinator, Physician];
    /// Those at the manufacturer who work with evidence and deliveries; not the administrator, not inspectors.
    Staff = [Representative, SafetyOfficer, DistributionOperator, DistributionApprover];
    /// Staff, and inspectors who read the same and change nothing.
    StaffAndInspector = [Representative, SafetyOfficer, DistributionOperator, DistributionApprover, Inspector];
    Representative = [Representative];
    SafetyOfficer = [SafetyOfficer];
    /// Those who read what hospitals report of reactions.
    SafetyReaders = [SafetyOfficer, Inspector];
    Operator = [DistributionOperator];
    Approver = [DistributionApprover];
    Administrator = [Administrator];
    Inspector = [Inspector];
    Coordinator = [FacilityCoordinator];
    PhysicianRole = [Physician];
    /// Those at a facility.
    FacilityPeople = [FacilityCoordinator, Physician];
    /// Facilities order; operators enter what arrives by FAX or telephone.
    CanOrder = [FacilityCoordinator, DistributionOperator];
    /// Those who report that something at a facility no longer holds: the facility, or whoever heard of it.
    ChangeReporter = [FacilityCoordinator, SafetyOfficer];
    /// Staff and facility people: whoever deals with one facility's evidence.
    StaffAndFacility = [Representative, SafetyOfficer, DistributionOperator, DistributionApprover, FacilityCoordinator, Physician];
    /// Everybody but the administrator, who sees no evidence.
    Readers = [Representative, SafetyOfficer, DistributionOperator, DistributionApprover, Inspector, FacilityCoordinator, Physician];
    /// Those who enter or judge attestations.
    RepresentativeOrSafety = [Representative, SafetyOfficer];
    /// Those who keep letters, duties and days off.
    Keepers = [SafetyOfficer, Administrator];
    /// Staff, and administrators who act for them when they are away.
    StaffOrAdministrator = [Representative, SafetyOfficer, DistributionOperator, DistributionApprover, Administrator];
    /// Those who go through all accounts.
    Reviewers = [Administrator, Inspector];
    /// Everybody who is not at a facility.
    NotAtFacility = [Representative, SafetyOfficer, DistributionOperator, DistributionApprover, Administrator, Inspector];
    /// Those who look back at what was known and done: the authority, internal quality assurance, safety.
    LooksBack = [SafetyOfficer, Inspector];
    /// They, and whoever approved what is looked back at.
    LooksBackOrApproves = [SafetyOfficer, DistributionApprover, Inspector];
    /// The two signatures under an exception from house policy.
    SafetyOrApprover = [SafetyOfficer, DistributionApprover];
}

/// The visitor, who holds one of `R`'s roles.
pub struct By<R> {
    visitor: Rc<Visitor>,
    desk: Desk,
    session: Session,
    roles: PhantomData<R>,
}

impl<R> Deref for By<R> {
    type Target = Visitor;
    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

impl<R> AsRef<Actor> for By<R> {
    fn as_ref(&self) -> &Actor {
        &self.visitor.actor
    }
}

impl<R> By<R> {
    /// The frame of a page, with the message kept for it by the last action.
    pub fn shell(&self, title: &str, nav: Nav) -> Shell {
        let visitor = Some(Rc::clone(&self.visitor));
        Shell::new(&self.desk, visitor, title, nav, Some(&self.session))
    }

    /// What the next page says was done.
    pub fn flash(&self, message: Message) {
        super::page::flash(&self.session, &message);
    }

    pub fn session(&self) -> &Session {
        &self.session
    }
}

type Boxed<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

impl<R: Roles> FromRequest for By<R> {
    type Error = Problem;
    type Future = Boxed<By<R>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (req, session) = (req.clone(), req.get_session());
        let next = coming_back(&req);
        Box::pin(async move {
            let (visitor, desk) = look_up(req).await?;
            let visitor = visitor.ok_or(Problem::SignIn(next))?;
            // The router has asked the access table already; this one cannot be forgotten either.
            if !R::ROLES.contains(&visitor.role) {
                return Err(Problem::WrongRole(R::ROLES.to_vec()));
            }
            Ok(By {
                visitor,
                desk,
                session,
                roles: PhantomData,
            })
        })
    }
}

/// A page for those who are signed in and those who are not: it shows a frame and knows nobody's records.
pub struct Guest {
    pub visitor: Option<Rc<Visitor>>,
    pub desk: Desk,
    session: Session,
}

impl Guest {
    pub fn lang(&self) -> Lang {
        self.desk.lang
    }

    /// The frame of a form, which says in its title when it came back with errors.
    pub fn form(&self, title: &str, errors: &FieldErrors) -> Shell {
        let mut shell = self.shell(title);
        shell.wrong = !errors.is_empty();
        shell
    }

    pub fn shell(&self, title: &str) -> Shell {
        Shell::new(
            &self.desk,
            self.visitor.clone(),
            title,
            Nav::None,
            Some(&self.session),
        )
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the next page says was done.
    pub fn flash(&self, message: &Message) {
        super::page::flash(&self.session, message);
    }
}

impl FromRequest for Guest {
    type Error = Problem;
    type Future = Boxed<Guest>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (req, session) = (req.clone(), req.get_session());
        Box::pin(async move {
            let (visitor, desk) = look_up(req).await?;
            Ok(Guest {
                visitor,
                desk,
                session,
            })
        })
    }
}

/// Says that an address is open to everybody: health, style sheets. Nobody is looked up.
#[derive(Debug, Clone, Copy)]
pub struct Open;

impl FromRequest for Open {
    type Error = Problem;
    type Future = Ready<Result<Open, Problem>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Open))
    }
}

/// What an extractor says about who may: roles, everybody, or nothing.
pub trait Asks {
    const WHO: Option<Who> = None;
}

/// Who may use an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Everybody,
    Only(&'static [Role]),
}

impl<R: Roles> Asks for By<R> {
    const WHO: Option<Who> = Some(Who::Only(R::ROLES));
}
impl Asks for Guest {
    const WHO: Option<Who> = Some(Who::Everybody);
}
impl Asks for Open {
    const WHO: Option<Who> = Some(Who::Everybody);
}
impl Asks for Site {}
impl Asks for HttpRequest {}
impl Asks for Session {}
impl Asks for actix_web::web::Payload {}
impl<T> Asks for super::Form<T> {}
impl<T> Asks for super::Asked<T> {}
impl<T> Asks for super::Id<T> {}
impl<T> Asks for super::Part<T> {}
impl<T> Asks for actix_web::web::Path<T> {}
impl<T> Asks for actix_web::web::Query<T> {}

macro_rules! asks {
    ($($name:ident)+) => {
        impl<$($name: Asks),+> Asks for ($($name,)+) {
            const WHO: Option<Who> = {
                let mut who = None;
                $(if who.is_none() { who = $name::WHO; })+
                who
            };
        }
    };
}
asks!(A);
asks!(A B);
asks!(A B C);
asks!(A B C D);
asks!(A B C D E);
asks!(A B C D E F);

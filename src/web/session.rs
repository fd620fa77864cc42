//! Sessions: a signed key in a cookie, its digest and the state in our own table.

use std::collections::HashMap;
use std::net::IpAddr;

use actix_session::config::{BrowserSession, CookieContentSecurity, SessionLifecycle};
use actix_session::storage::{
    LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key,
};
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use actix_web::{HttpRequest, web};
use chrono::{DateTime, TimeDelta, Utc};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::{Problem, Site};
use crate::accounts::sessions::{self, State};
use crate::audit::sha256;
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{AccountId, MembershipId, SessionId};

/// A session that nobody used for this long has ended.
const IDLE: TimeDelta = TimeDelta::minutes(15);
/// A session ends after this long however busy it was.
const ABSOLUTE: TimeDelta = TimeDelta::hours(10);
/// Use is written down no more often than this, so that reading pages writes little.
const GRAIN: TimeDelta = TimeDelta::minutes(1);

/// Limits sign-in attempts by address.
pub type Attempts = DefaultKeyedRateLimiter<IpAddr>;

/// Thirty attempts at once, then one every two seconds: enough for a ward behind one address, not for guessing.
pub fn attempts() -> Attempts {
    let burst = std::num::NonZeroU32::new(30).unwrap_or(std::num::NonZeroU32::MIN);
    let quota = Quota::with_period(std::time::Duration::from_secs(2))
        .unwrap_or_else(|| Quota::per_second(burst))
        .allow_burst(burst);
    RateLimiter::keyed(quota)
}

/// Counts a try to sign in against the address it comes from.
pub fn attempt(site: &Site, req: &HttpRequest) -> Result<(), Problem> {
    let address = req.peer_addr().map(|address| address.ip());
    match address.is_some_and(|address| site.attempts.check_key(&address).is_err()) {
        true => Err(Problem::TooMany),
        false => Ok(()),
    }
}

/// The name of the session's cookie: with the prefix that browsers enforce where the pages are https.
pub fn cookie_name(config: &Config) -> &'static str {
    if config.public_url.https {
        "__Host-kanmon"
    } else {
        "kanmon"
    }
}

/// The middleware that brings a session to every page.
pub fn middleware(site: &Site) -> SessionMiddleware<Rows> {
    let rows = Rows {
        db: site.db.clone(),
    };
    SessionMiddleware::builder(rows, Key::from(&site.config.secret))
        .cookie_name(cookie_name(&site.config).to_owned())
        .cookie_secure(site.config.public_url.https)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(SessionLifecycle::BrowserSession(
            BrowserSession::default().state_ttl(Duration::minutes(IDLE.num_minutes())),
        ))
        .build()
}

/// What the middleware keeps: names and values, each value as JSON.
type Values = HashMap<String, String>;

/// The sessions of our database. The key itself is stored nowhere, only its digest.
pub struct Rows {
    db: Db,
}

fn digest(key: &SessionKey) -> String {
    sha256(&[key.as_ref().as_bytes()])
}

fn ends(born: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    (now + IDLE).min(born + ABSOLUTE)
}

fn value(values: &Values, name: &str) -> Option<String> {
    serde_json::from_str(values.get(name)?).ok()
}

/// What of a session stands in columns of its own.
fn columns(values: &Values) -> Result<State> {
    let account = |name| value(values, name).and_then(|id| id.parse::<AccountId>().ok());
    let signed_in = account(ACCOUNT);
    Ok(State {
        signed_in: signed_in.is_some(),
        account: signed_in.or_else(|| account(WAITING)),
        text: serde_json::to_string(values)?,
        agent: value(values, AGENT).unwrap_or_default(),
        address: value(values, ADDRESS).unwrap_or_default(),
    })
}

impl Rows {
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Db) -> Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let db = self.db.clone();
        Ok(web::block(move || work(&db)).await??)
    }
}

impl SessionStore for Rows {
    async fn load(&self, key: &SessionKey) -> Result<Option<Values>, LoadError> {
        let key = digest(key);
        let load = move |db: &Db| {
            let now = db.clock().now();
            let Some(kept) = db.read(|conn| sessions::session(conn, &key))? else {
                return Ok(None);
            };
            if kept.until <= now {
                return Ok(None);
            }
            let values: Values = serde_json::from_str(&kept.state)?;
            let fresh = ends(kept.born, now);
            if fresh - kept.until >= GRAIN {
                db.jot(move |conn| sessions::extend(conn, &key, (now, fresh)))?;
            }
            Ok(Some(values))
        };
        self.run(load).await.map_err(LoadError::Other)
    }

    /// A session that carries its identifier already changes its key and stays the same session: a new key gives it no
    /// new hours. Where it was ended meanwhile, nobody's session takes its place.
    async fn save(&self, values: Values, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        let hash = digest(&key);
        let save = move |db: &Db| {
            let now = db.clock().now();
            db.jot(move |conn| {
                let own = value(&values, OWN).and_then(|id| id.parse::<SessionId>().ok());
                let known = match &own {
                    Some(id) => sessions::by_id(conn, id)?,
                    None => None,
                };
                if let Some(kept) = known.filter(|kept| ends(kept.born, now) > now) {
                    let span = (now, ends(kept.born, now));
                    return sessions::change(conn, &kept.id, &hash, &columns(&values)?, span);
                }
                sessions::sweep_sessions(conn, now)?;
                let id = SessionId::fresh(now);
                let mut fresh = match own {
                    Some(_) => Values::new(),
                    None => values.clone(),
                };
                fresh.insert(OWN.to_owned(), serde_json::to_string(&id)?);
                let span = (now, ends(now, now));
                sessions::begin(conn, &hash, &id, &columns(&fresh)?, span)
            })
        };
        self.run(save).await.map_err(SaveError::Other)?;
        Ok(key)
    }

    async fn update(
        &self,
        key: SessionKey,
        values: Values,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let hash = digest(&key);
        let update = move |db: &Db| {
            let now = db.clock().now();
            db.jot(move |conn| {
                // A session that was ended or has changed its key meanwhile stays as it is.
                let kept = sessions::session(conn, &hash)?;
                let Some(kept) = kept.filter(|kept| kept.until > now) else {
                    return Ok(());
                };
                let span = (now, ends(kept.born, now));
                sessions::change(conn, &kept.id, &hash, &columns(&values)?, span)
            })
        };
        self.run(update).await.map_err(UpdateError::Other)?;
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> anyhow::Result<()> {
        // `load` has already written down that the session is in use.
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> anyhow::Result<()> {
        let key = digest(key);
        self.run(move |db| {
            let now = db.clock().now();
            db.jot(move |conn| sessions::retire_key(conn, &key, now))
        })
        .await
    }
}

const ACCOUNT: &str = "account";
const MEMBERSHIP: &str = "membership";
/// Whose password was right while the second factor is still to be shown. No other name stands for an account, so that a
/// half-open session is nobody's.
const WAITING: &str = "waiting";
const NEXT: &str = "next";
const OWN: &str = "session";
const AGENT: &str = "agent";
const ADDRESS: &str = "address";
const PROVED: &str = "proved";
const PENDING: &str = "pending";

/// After this long without a proof the next signature asks for the second factor again.
const PROOF_LASTS: TimeDelta = TimeDelta::minutes(15);

/// Begins a signed-in session under a new key, so that a key known from before is worth nothing.
pub fn begin(session: &Session, account: &AccountId, membership: Option<&MembershipId>) {
    session.clear();
    session.renew();
    put(session, ACCOUNT, account.as_str());
    if let Some(membership) = membership {
        act_as(session, membership);
    }
}

/// Begins a half-open session: the password was right, and the second factor is still to be shown.
pub fn wait(session: &Session, account: &AccountId, next: &str) {
    session.clear();
    session.renew();
    put(session, WAITING, account.as_str());
    put(session, NEXT, next);
}

/// Whose second factor a half-open session waits for, and where they want to go.
pub fn waiting(session: &Session) -> Option<(AccountId, String)> {
    Some((take_id(session, WAITING)?, text(session, NEXT)?))
}

/// Chooses the membership by which the account acts from now on.
pub fn act_as(session: &Session, membership: &MembershipId) {
    put(session, MEMBERSHIP, membership.as_str());
}

/// The account that is signed in, and the membership it chose.
pub fn whose(session: &Session) -> Option<(AccountId, Option<MembershipId>)> {
    Some((take_id(session, ACCOUNT)?, take_id(session, MEMBERSHIP)))
}

/// The identifier of this session.
pub fn own(session: &Session) -> Option<SessionId> {
    take_id(session, OWN)
}

/// Writes down from where a session is used, once, so that its owner knows it again in the list.
pub(super) fn note_device(session: &Session, req: &HttpRequest) {
    let known = [ACCOUNT, WAITING]
        .iter()
        .any(|name| text(session, name).is_some());
    if !known || text(session, AGENT).is_some() {
        return;
    }
    let agent = req.headers().get("user-agent");
    let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or("");
    put(session, AGENT, &device(agent));
    let address = req.peer_addr().map(|address| address.ip().to_string());
    put(session, ADDRESS, &address.unwrap_or_default());
}

/// Browser and system in a few words; empty where neither is one of the common ones.
fn device(agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        let mut known = known.iter();
        known
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    // The order matters: most browsers also call themselves by the names of older ones.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Macintosh", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    let words: Vec<&str> = browser.into_iter().chain(system).collect();
    words.join(" / ")
}

/// Remembers that the one who asks has just shown who they are.
pub(super) fn mark_proved(session: &Session, now: DateTime<Utc>) {
    put(session, PROVED, &now.to_rfc3339());
}

/// Whether a signature asks for the second factor: at the first signing of a session, and after a quarter of an hour
/// without one.
pub fn factor_is_due(session: &Session, now: DateTime<Utc>) -> bool {
    let proved = text(session, PROVED).and_then(|at| DateTime::parse_from_rfc3339(&at).ok());
    proved.is_none_or(|at| now.signed_duration_since(at) >= PROOF_LASTS)
}

/// A second factor that is being set up, sealed, while its first code is awaited.
pub fn pending(session: &Session) -> Option<String> {
    text(session, PENDING)
}

pub fn set_pending(session: &Session, sealed: &str) {
    put(session, PENDING, sealed);
}

pub fn drop_pending(session: &Session) {
    session.remove(PENDING);
}

fn text(session: &Session, key: &str) -> Option<String> {
    session.get::<String>(key).ok().flatten()
}

fn take_id<T: std::str::FromStr>(session: &Session, key: &str) -> Option<T> {
    text(session, key)?.parse().ok()
}

fn put(session: &Session, key: &str, value: &str) {
    // Text always serialises; should it ever not, the session stays without it and its owner signs in again.
    if let Err(cause) = session.insert(key, value) {
        tracing::error!(%cause, "session value not kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart_although_they_borrow_names() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(device(chrome), "Chrome / Windows");
        assert_eq!(device(&format!("{chrome} Edg/142.0.0.0")), "Edge / Windows");
        assert_eq!(
            device(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1"
            ),
            "Safari / iPhone"
        );
        assert_eq!(device("curl/8"), "");
        assert_eq!(device("\u{0}<script>"), "");
    }
}

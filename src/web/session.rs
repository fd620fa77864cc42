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
use actix_web::web;
use chrono::{DateTime, TimeDelta, Utc};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::{Deserialize, Serialize};

use super::Site;
use crate::accounts::sessions;
use crate::audit::sha256;
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{AccountId, MembershipId};

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

#[derive(Serialize, Deserialize)]
struct Kept {
    born: DateTime<Utc>,
    state: HashMap<String, String>,
}

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
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        let key = digest(key);
        let load = move |db: &Db| {
            let now = db.clock().now();
            let Some((text, until)) = db.read(|conn| sessions::session(conn, &key))? else {
                return Ok(None);
            };
            if until <= now {
                return Ok(None);
            }
            let kept: Kept = serde_json::from_str(&text)?;
            let fresh = ends(kept.born, now);
            if fresh - until >= GRAIN {
                db.jot(move |conn| sessions::extend_session(conn, &key, fresh))?;
            }
            Ok(Some(kept.state))
        };
        self.run(load).await.map_err(LoadError::Other)
    }

    async fn save(
        &self,
        state: HashMap<String, String>,
        _: &Duration,
    ) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        let hash = digest(&key);
        let save = move |db: &Db| {
            let now = db.clock().now();
            let text = serde_json::to_string(&Kept { born: now, state })?;
            db.jot(move |conn| {
                sessions::sweep_sessions(conn, now)?;
                sessions::keep_session(conn, &hash, &text, ends(now, now))
            })
        };
        self.run(save).await.map_err(SaveError::Other)?;
        Ok(key)
    }

    async fn update(
        &self,
        key: SessionKey,
        state: HashMap<String, String>,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let hash = digest(&key);
        let update = move |db: &Db| {
            let now = db.clock().now();
            db.jot(move |conn| {
                // A session that was signed out meanwhile stays ended.
                let Some((text, _)) = sessions::session(conn, &hash)? else {
                    return Ok(());
                };
                let born = serde_json::from_str::<Kept>(&text)?.born;
                let state = state.clone();
                let text = serde_json::to_string(&Kept { born, state })?;
                sessions::keep_session(conn, &hash, &text, ends(born, now))
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
        self.run(move |db| db.jot(move |conn| sessions::end_session(conn, &key)))
            .await
    }
}

const ACCOUNT: &str = "account";
const MEMBERSHIP: &str = "membership";

/// Begins a signed-in session under a new key, so that a key known from before is worth nothing.
pub fn begin(session: &Session, account: &AccountId, membership: Option<&MembershipId>) {
    session.clear();
    session.renew();
    put(session, ACCOUNT, &account.to_string());
    if let Some(membership) = membership {
        act_as(session, membership);
    }
}

/// Chooses the membership by which the account acts from now on.
pub fn act_as(session: &Session, membership: &MembershipId) {
    put(session, MEMBERSHIP, &membership.to_string());
}

/// The account that is signed in, and the membership it chose.
pub fn whose(session: &Session) -> Option<(AccountId, Option<MembershipId>)> {
    let account: AccountId = session.get::<String>(ACCOUNT).ok()??.parse().ok()?;
    let membership = session.get::<String>(MEMBERSHIP).ok().flatten();
    Some((account, membership.and_then(|id| id.parse().ok())))
}

fn put(session: &Session, key: &str, value: &str) {
    // Text always serialises; should it ever not, the session stays without it and its owner signs in again.
    if let Err(cause) = session.insert(key, value) {
        tracing::error!(%cause, "session value not kept");
    }
}

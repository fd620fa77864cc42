//! Whom to tell of a weakness, as `/.well-known/security.txt` says it (RFC 9116).

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{BadSetting, bad};
use crate::clock::start_of;

/// Whom to tell of a weakness, as it is typed.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ContactSettings {
    /// Whom to tell of a weakness: mailto:, https: or tel:. Shown in /.well-known/security.txt.
    #[arg(long, env = "SECURITY_CONTACT")]
    pub security_contact: Option<String>,
    /// The last day (YYYY-MM-DD, in Japan) on which the contact is good; within a year, because a contact that
    /// nobody looks after is worse than none.
    #[arg(long, env = "SECURITY_EXPIRES")]
    pub security_expires: Option<String>,
}

/// Whom to tell, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub uri: String,
    /// The instant after the last good day.
    pub expires: DateTime<Utc>,
}

impl Contact {
    /// None where nothing is set; one without the other cannot be used.
    pub fn check(settings: &ContactSettings) -> Result<Option<Contact>, BadSetting> {
        let (uri, day) = match (&settings.security_contact, &settings.security_expires) {
            (None, None) => return Ok(None),
            (Some(uri), Some(day)) => (uri.trim(), day.trim()),
            (Some(_), None) => {
                return Err(bad("SECURITY_EXPIRES", "is needed beside SECURITY_CONTACT"));
            }
            (None, Some(_)) => {
                return Err(bad("SECURITY_CONTACT", "is needed beside SECURITY_EXPIRES"));
            }
        };
        let known = ["mailto:", "https://", "tel:"];
        let is_uri = |uri: &str| uri.chars().all(|c| c.is_ascii_graphic());
        if !known.iter().any(|scheme| uri.starts_with(scheme)) || !is_uri(uri) {
            return Err(bad(
                "SECURITY_CONTACT",
                format!("{uri:?} is none of mailto:, https:// and tel:, in ASCII"),
            ));
        }
        let last: Option<NaiveDate> = day.parse().ok();
        let after = last.and_then(|day| day.checked_add_days(Days::new(1)));
        let after = after.ok_or_else(|| {
            let problem = format!("{day:?} is no day such as 2027-03-31");
            bad("SECURITY_EXPIRES", problem)
        })?;
        Ok(Some(Contact {
            uri: uri.to_owned(),
            expires: start_of(after),
        }))
    }
}

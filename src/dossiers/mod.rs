//! Dossiers: all that is kept of one facility or one delivery, read out for somebody who checks it elsewhere.
//!
//! What they look like is written by the pages that look across rooms; here is what goes into them.

pub mod evidence;
pub mod folder;
pub mod proof;
pub mod records;

use serde_json::json;

use crate::audit::{Entry, Subject};
use crate::db::{AnyConn, Tx};
use crate::deliveries;
use crate::error::Result;
use crate::facilities;
use crate::ids::{DeliveryId, FacilityId, fresh};
use crate::scope::{Role, Scope};
use crate::standings::label;

/// What a dossier is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Facility(FacilityId),
    Delivery(DeliveryId),
}

/// Who is given one: those who look back.
const MAKERS: &[Role] = &[Role::SafetyOfficer, Role::Inspector];

/// What a dossier is called, and whose facility it is about.
#[derive(Debug, Clone)]
pub struct Titled {
    pub about: About,
    /// The facility's name, or the delivery's number.
    pub title: String,
    pub facility: FacilityId,
    pub facility_name: String,
    /// The delivery's number in the series, where it is about one.
    pub number: Option<i64>,
}

impl Titled {
    /// The word that says which kind of record it is about.
    pub fn kind(&self) -> &'static str {
        match self.about {
            About::Facility(_) => "facility",
            About::Delivery(_) => "delivery",
        }
    }

    /// The id of what it is about.
    pub fn id(&self) -> &str {
        match &self.about {
            About::Facility(id) => id.as_str(),
            About::Delivery(id) => id.as_str(),
        }
    }

    /// The delivery, where it is about one.
    pub fn only(&self) -> Option<&DeliveryId> {
        match &self.about {
            About::Facility(_) => None,
            About::Delivery(id) => Some(id),
        }
    }
}

/// Looks up what a dossier is about; what the reader may not see is not found.
pub fn titled(conn: &mut AnyConn, scope: &Scope, about: &About) -> Result<Titled> {
    let (number, facility) = match about {
        About::Facility(id) => (None, id.clone()),
        About::Delivery(id) => {
            let (row, _) = deliveries::pending(conn, scope, id)?;
            (Some(row.number), row.facility)
        }
    };
    let name = facilities::get(conn, scope, &facility)?.name;
    Ok(Titled {
        about: about.clone(),
        title: number.map_or_else(|| name.clone(), |number| label("D", number)),
        facility,
        facility_name: name,
        number,
    })
}

/// Records that a dossier is made: whoever takes so much with them is named in the log.
pub fn record_made(tx: &mut Tx<'_>, scope: &Scope, about: &About) -> Result<Titled> {
    // The command line has no person; whoever runs it holds the database itself.
    if tx.actor.person.is_some() {
        tx.actor.acts_as(MAKERS)?;
    }
    let titled = titled(tx.conn, scope, about)?;
    // A record of its own: what is looked into is no business of those who read the facility's or delivery's history.
    tx.audit(Entry {
        verb: "dossier_made",
        subject: Subject::new("dossier", &fresh(tx.now)),
        programme: Some(scope.programme().clone()),
        facility: Some(titled.facility.clone()),
        detail: json!({ "about": titled.title, "kind": titled.kind(), "id": titled.id() }),
    })?;
    Ok(titled)
}

//! One physician across facilities: the posts held, and the signed statement on the three points of ※3.
//!
//! A post (在籍) belongs to a facility; a statement belongs to the person and counts wherever that person is in post.
//!
//! READING: ※3 speaks of the physician, not of the place, so that one accepted statement answers for every
//! facility at which its physician is in post; being there is asked of each facility by itself (F-1.3).

pub mod certificate_pages;
pub mod pages;
pub mod posts;
pub mod register;
pub mod roll;
pub mod statement_pages;
pub mod store;

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::AnyConn;
use crate::error::Result;
use crate::ids::{EvidenceId, FacilityId, PersonId, ProgrammeId, QualificationId};
use crate::rules::facility::Span;
use crate::rules::finding::{Evidence, EvidenceKind};
use crate::rules::physician as rules;
use crate::signatures::{self, Meaning, Signed};

pub use posts::{end_affiliation, name_physician};
pub use store::{accept, return_for_correction, submit, withdraw};

/// The kind under which audit and signatures name a statement.
pub const SUBJECT: &str = "qualification";

crate::words! {
    /// How far a statement has come. One that a later statement replaced stays `accepted` and is no longer held.
    pub enum State {
        Submitted = "submitted",
        Accepted = "accepted",
        Returned = "returned",
        Withdrawn = "withdrawn",
    }
}

/// Who is named: somebody new, or a person who is already known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    New(String),
    Known(PersonId),
}

/// A physician to be named at a facility, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPhysician {
    pub who: Named,
    pub department: String,
    pub title: String,
    pub first_day: NaiveDate,
    /// The last day in post, where it is known beforehand.
    pub last_day: Option<NaiveDate>,
}

/// The three answers of ※3 as a physician gives them. `None` means that nobody answered, which is not "no".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatement {
    pub experience: Option<bool>,
    pub meetings: Option<bool>,
    pub cooperation: Option<bool>,
    /// The experience in words.
    pub statement: String,
    /// The first good day; the day of signing where none is given.
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
}

/// A time in post at one facility (在籍).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub id: EvidenceId,
    pub facility: FacilityId,
    pub facility_name: String,
    pub department: String,
    pub title: String,
    pub span: Span,
}

/// A statement on ※3 as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qualification {
    pub id: QualificationId,
    pub number: i64,
    pub programme: ProgrammeId,
    pub person: PersonId,
    pub name: String,
    pub facility: FacilityId,
    pub facility_name: String,
    pub state: State,
    pub version: i32,
    pub experience: Option<bool>,
    pub meetings: Option<bool>,
    pub cooperation: Option<bool>,
    pub statement: String,
    pub span: Span,
    pub submitted_by: PersonId,
    pub submitted_at: DateTime<Utc>,
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Why it was returned or withdrawn.
    pub reason: Option<String>,
    /// The audit sequences at which it was accepted and ceased to be held.
    pub known_from: Option<i64>,
    pub known_to: Option<i64>,
}

impl State {
    /// The message that names it.
    pub fn word(self) -> &'static str {
        match self {
            State::Submitted => "statement-submitted",
            State::Accepted => "statement-accepted",
            State::Returned => "statement-returned",
            State::Withdrawn => "statement-withdrawn",
        }
    }
}

impl Qualification {
    /// The icon and the message of its state, one that was replaced told apart from one that is held.
    pub fn status(&self) -> (&'static str, &'static str) {
        match self.state {
            State::Accepted if !self.is_held() => ("open", "statement-replaced"),
            State::Accepted => ("met", self.state.word()),
            State::Submitted => ("todo", self.state.word()),
            State::Returned => ("fix", self.state.word()),
            State::Withdrawn => ("unmet", self.state.word()),
        }
    }

    /// The three answers, each with the clause it answers.
    pub fn answers(&self) -> [(&'static str, Option<bool>); 3] {
        let [experience, meetings, cooperation] = roll::CLAUSES;
        [
            (experience, self.experience),
            (meetings, self.meetings),
            (cooperation, self.cooperation),
        ]
    }

    /// The printed number, for example Q-0012.
    pub fn label(&self) -> String {
        crate::standings::label("Q", self.number)
    }

    /// Whether the gate rests on it: accepted, and neither replaced nor withdrawn since.
    pub fn is_held(&self) -> bool {
        self.known_from.is_some() && self.known_to.is_none()
    }

    pub fn is_pending(&self) -> bool {
        self.state == State::Submitted
    }

    /// The text that a withdrawal binds.
    pub(super) fn canonical_withdrawn(&self, reason: &str) -> String {
        let reason = serde_json::json!({ "withdrawn": reason });
        format!("{}\n{reason}", self.canonical())
    }

    /// What was shown and is signed.
    pub fn canonical(&self) -> String {
        serde_json::json!({
            "number": self.label(),
            "person": self.person,
            "name": self.name,
            "facility": self.facility,
            "programme": self.programme,
            "experience": self.experience,
            "meetings": self.meetings,
            "cooperation": self.cooperation,
            "statement": self.statement,
            "first_day": self.span.first,
            "last_day": self.span.last,
        })
        .to_string()
    }
}

/// The signatures on a statement, each beside the statement as it is now.
pub fn signed(conn: &mut AnyConn, row: &Qualification) -> Result<Vec<Signed>> {
    let signatures = signatures::on(conn, SUBJECT, row.id.as_str())?;
    let reason = row.reason.as_deref().unwrap_or_default();
    let (canonical, withdrawn) = (row.canonical(), row.canonical_withdrawn(reason));
    let shown = signatures.into_iter().map(|one| match one.meaning {
        Meaning::Withdrawal => one.against(Some(&withdrawn)),
        _ => one.against(Some(&canonical)),
    });
    Ok(shown.collect())
}

/// A physician with the posts and statements that the reader may see, posts in order of their first day and
/// statements newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Physician {
    pub person: PersonId,
    pub name: String,
    pub posts: Vec<Post>,
    pub statements: Vec<Qualification>,
}

impl Physician {
    /// The statement that the gate rests on.
    pub fn held(&self) -> Option<&Qualification> {
        self.statements.iter().find(|row| row.is_held())
    }

    pub fn latest(&self) -> Option<&Qualification> {
        self.statements.first()
    }

    /// What the rules ask about this physician at one facility.
    pub fn facts(&self, facility: &FacilityId) -> rules::PhysicianFacts {
        let posts = self.posts.iter().filter(|post| post.facility == *facility);
        let affiliations = posts.map(|post| rules::Affiliation {
            evidence: Evidence {
                kind: EvidenceKind::Affiliation,
                id: post.id.to_string(),
                label: self.name.clone(),
            },
            span: post.span,
        });
        rules::PhysicianFacts {
            affiliations: affiliations.collect(),
            ..self.statement_facts()
        }
    }

    /// The held statement alone, wherever the physician is in post.
    fn statement_facts(&self) -> rules::PhysicianFacts {
        let qualification = self.held().map(|held| rules::Qualification {
            evidence: Evidence {
                kind: EvidenceKind::Qualification,
                id: held.id.to_string(),
                label: held.label(),
            },
            span: held.span,
            experience: held.experience,
            meetings: held.meetings,
            cooperation: held.cooperation,
        });
        rules::PhysicianFacts {
            person_id: self.person.to_string(),
            name: self.name.clone(),
            qualification,
            affiliations: Vec::new(),
            meetings: Vec::new(),
        }
    }
}

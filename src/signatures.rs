//! Signatures: who signed what, when and meaning what, bound to the digest of the record that was shown.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use crate::audit::{Entry, Subject, sha256};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, PersonId, SignatureId};
use crate::schema::signature;

crate::words! {
    /// What a signature says.
    pub enum Meaning {
        /// The answers are true.
        Attestation = "attestation",
        /// The physician's own statement on the three points of ※3.
        Statement = "statement",
        Acceptance = "acceptance",
        Approval = "approval",
        Refusal = "refusal",
        Withdrawal = "withdrawal",
        /// A version of the house policy: proposed by one, confirmed by another.
        PolicyChange = "policy_change",
        /// An exception from one rule of the house policy.
        Exception = "exception",
        /// A deviation was looked into and is closed.
        DeviationClosure = "deviation_closure",
    }
}

impl Meaning {
    /// The message that says what the signature means.
    #[must_use]
    pub fn term(&self) -> &'static str {
        match self {
            Meaning::Attestation => "signed-attestation",
            Meaning::Statement => "signed-statement",
            Meaning::Acceptance => "signed-acceptance",
            Meaning::Approval => "signed-approval",
            Meaning::Refusal => "signed-refusal",
            Meaning::Withdrawal => "signed-withdrawal",
            Meaning::PolicyChange => "signed-policy-change",
            Meaning::Exception => "signed-exception",
            Meaning::DeviationClosure => "signed-deviation-closure",
        }
    }
}

crate::words! {
    /// By what a signer showed who they are.
    pub enum Method {
        /// The password: within a quarter of an hour of an earlier proof in the same session, and in the sample.
        Password = "password",
        PasswordAndFactor = "password_and_factor",
    }
}

/// Proof that the person at the keyboard entered their password for this one act, and by `method` whether their
/// second factor too. Only `accounts` makes it, before the write begins, because checking a password is slow on purpose.
#[derive(Debug, Clone)]
pub struct Proof {
    pub(crate) account: AccountId,
    pub(crate) person: PersonId,
    pub(crate) method: Method,
}

/// Signs a record: `canonical` is the text of what was shown.
pub fn sign(
    tx: &mut Tx<'_>,
    proof: &Proof,
    meaning: Meaning,
    record: (&'static str, &str),
    canonical: &str,
) -> Result<SignatureId> {
    // INVARIANT: a proof signs only for the person it was given by.
    if tx.actor.person.as_ref() != Some(&proof.person) {
        return Err(Error::Forbidden);
    }
    let id = SignatureId::fresh(tx.now);
    let digest = sha256(&[canonical.as_bytes()]);
    diesel::insert_into(signature::table)
        .values((
            signature::id.eq(&id),
            signature::person_id.eq(&proof.person),
            signature::person_name.eq(&tx.actor.name),
            signature::account_id.eq(&proof.account),
            signature::role.eq(&tx.actor.role),
            signature::meaning.eq(meaning),
            signature::record_kind.eq(record.0),
            signature::record_id.eq(record.1),
            signature::digest.eq(&digest),
            signature::at.eq(tx.now.naive_utc()),
            signature::change_id.eq(&tx.change),
            signature::known_from.eq(tx.seq),
            signature::method.eq(proof.method),
        ))
        .execute(tx.conn)?;
    // INVARIANT: the log holds the digest of every signed record.
    tx.audit(Entry {
        verb: "record_signed",
        subject: Subject::new("signature", id.as_str()),
        programme: None,
        facility: None,
        detail: json!({
            "kind": record.0,
            "record": record.1,
            "meaning": meaning,
            "method": proof.method,
            "digest": digest,
        }),
    })?;
    Ok(id)
}

/// A signature as it is shown: printed name, instant, meaning.
#[derive(Debug, Clone)]
pub struct Signed {
    pub name: String,
    pub role: String,
    pub meaning: Meaning,
    pub at: DateTime<Utc>,
    pub digest: String,
    pub method: Method,
}

/// The signatures on one record, oldest first.
pub fn on(conn: &mut AnyConn, kind: &str, id: &str) -> Result<Vec<Signed>> {
    let rows: Vec<(String, String, Meaning, NaiveDateTime, String, Method)> = signature::table
        .filter(signature::record_kind.eq(kind))
        .filter(signature::record_id.eq(id))
        .order(signature::known_from)
        .select((
            signature::person_name,
            signature::role,
            signature::meaning,
            signature::at,
            signature::digest,
            signature::method,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(name, role, meaning, at, digest, method)| Signed {
            name,
            role,
            meaning,
            at: at.and_utc(),
            digest,
            method,
        })
        .collect())
}

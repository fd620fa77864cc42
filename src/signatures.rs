//! Signatures: who signed what, when and meaning what, bound to the digest of the record that was shown.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

use crate::audit::{Entry, Subject, sha256};
use crate::db::{AnyConn, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, ChangeId, PersonId, SignatureId};
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

impl Method {
    /// The message that says by what it was signed.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Method::Password => "signed-by-password",
            Method::PasswordAndFactor => "signed-by-both",
        }
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

/// Records that one signing covers together: a line for each with its kind, its id and the digest of what is signed of
/// it. The digest over the lines in their order stands on every signature of the list, so that none can be added to
/// it or taken from it afterwards.
#[derive(Debug, Clone, Default)]
pub struct Batch(BTreeSet<String>);

impl Batch {
    /// A list of records, each with its canonical text.
    pub fn of<'a>(records: impl Iterator<Item = ((&'static str, &'a str), &'a str)>) -> Batch {
        let line = |(record, canonical): ((&'static str, &str), &str)| {
            line(record, &sha256(&[canonical.as_bytes()]))
        };
        Batch(records.map(line).collect())
    }

    /// The digest that the list is known by.
    pub fn digest(&self) -> String {
        let lines: Vec<&[u8]> = self.0.iter().map(String::as_bytes).collect();
        sha256(&lines)
    }
}

fn line((kind, id): (&str, &str), digest: &str) -> String {
    format!("{kind} {id} {digest}\n")
}

/// Signs a record: `canonical` is the text of what was shown.
pub fn sign(
    tx: &mut Tx<'_>,
    proof: &Proof,
    meaning: Meaning,
    record: (&'static str, &str),
    canonical: &str,
) -> Result<SignatureId> {
    sign_listed(tx, proof, meaning, record, canonical, None)
}

/// Signs a record as one of a list, or by itself.
pub fn sign_listed(
    tx: &mut Tx<'_>,
    proof: &Proof,
    meaning: Meaning,
    record: (&'static str, &str),
    canonical: &str,
    batch: Option<&Batch>,
) -> Result<SignatureId> {
    // INVARIANT: a proof signs only for the person it was given by.
    if tx.actor.person.as_ref() != Some(&proof.person) {
        return Err(Error::Forbidden);
    }
    let id = SignatureId::fresh(tx.now);
    let digest = sha256(&[canonical.as_bytes()]);
    // INVARIANT: whatever is signed with a list is in the list, as it is signed.
    if batch.is_some_and(|batch| !batch.0.contains(&line(record, &digest))) {
        return Err(Error::Broken(format!(
            "{} {} is signed with a list that it is not in",
            record.0, record.1
        )));
    }
    let batch = batch.map(Batch::digest);
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
            signature::batch.eq(&batch),
        ))
        .execute(tx.conn)?;
    // INVARIANT: the log holds the digest of every signed record.
    let mut detail = json!({
        "kind": record.0,
        "record": record.1,
        "meaning": meaning,
        "method": proof.method,
        "digest": digest,
    });
    if let (Some(batch), Some(said)) = (batch, detail.as_object_mut()) {
        said.insert("batch".to_owned(), batch.into());
    }
    tx.audit(Entry {
        verb: "record_signed",
        subject: Subject::new("signature", id.as_str()),
        programme: None,
        facility: None,
        detail,
    })?;
    Ok(id)
}

/// Whether a signature still fits the record it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The record is what was signed.
    Fits,
    /// An earlier version was signed, which the log keeps as it was; the record has moved on as it may.
    Former,
    /// The record is no longer what was signed.
    Broken,
}

/// A signature as it is kept. It is shown only beside the record as it is now: see [`Signature::against`].
#[derive(Debug, Clone)]
pub struct Signature {
    pub id: SignatureId,
    pub meaning: Meaning,
    pub change: ChangeId,
    name: String,
    role: String,
    at: DateTime<Utc>,
    pub digest: String,
    pub method: Method,
    pub together: Option<Together>,
}

/// A signature as it is shown: printed name, instant, meaning, and whether the record is still what was signed.
#[derive(Debug, Clone)]
pub struct Signed {
    pub name: String,
    pub role: String,
    pub meaning: Meaning,
    pub at: DateTime<Utc>,
    pub digest: String,
    pub method: Method,
    pub fit: Fit,
    /// The list it was signed in, where one signing covered several records.
    pub together: Option<Together>,
}

/// A list that was signed at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    pub batch: String,
    /// How many records it has.
    pub records: usize,
    /// Whether the digest still is that of its signatures: none added, none taken away, none changed.
    pub whole: bool,
}

impl Signature {
    /// Compares it with what the record says now, made by the function that made the text which was signed. `None`
    /// where the record no longer has what was signed.
    #[must_use]
    pub fn against(self, canonical: Option<&str>) -> Signed {
        let fit = match canonical.is_some_and(|text| self.is_of(text)) {
            true => Fit::Fits,
            false => Fit::Broken,
        };
        self.shown(fit)
    }

    /// Compares it with an earlier version of the record, as the log keeps it.
    #[must_use]
    pub fn against_former(self, logged: Option<&str>) -> Signed {
        let fit = match logged.is_some_and(|text| self.is_of(text)) {
            true => Fit::Former,
            false => Fit::Broken,
        };
        self.shown(fit)
    }

    fn is_of(&self, canonical: &str) -> bool {
        sha256(&[canonical.as_bytes()]) == self.digest
    }

    fn shown(self, fit: Fit) -> Signed {
        Signed {
            name: self.name,
            role: self.role,
            meaning: self.meaning,
            at: self.at,
            digest: self.digest,
            method: self.method,
            fit,
            together: self.together,
        }
    }
}

/// The signatures on one record, oldest first.
pub fn on(conn: &mut AnyConn, kind: &str, id: &str) -> Result<Vec<Signature>> {
    type Row = (
        SignatureId,
        Meaning,
        ChangeId,
        String,
        String,
        NaiveDateTime,
        String,
        Method,
        Option<String>,
    );
    let rows: Vec<Row> = signature::table
        .filter(signature::record_kind.eq(kind))
        .filter(signature::record_id.eq(id))
        .order(signature::known_from)
        .select((
            signature::id,
            signature::meaning,
            signature::change_id,
            signature::person_name,
            signature::role,
            signature::at,
            signature::digest,
            signature::method,
            signature::batch,
        ))
        .load(conn)?;
    let batches: BTreeSet<String> = rows.iter().filter_map(|row| row.8.clone()).collect();
    let lists = lists(conn, &batches)?;
    Ok(rows
        .into_iter()
        .map(
            |(id, meaning, change, name, role, at, digest, method, batch)| Signature {
                id,
                meaning,
                change,
                name,
                role,
                at: at.and_utc(),
                digest,
                method,
                together: batch.map(|batch| {
                    let found = lists.get(&batch);
                    Together {
                        records: found.map_or(0, |found| found.0.len()),
                        whole: found.is_some_and(|found| found.digest() == batch),
                        batch,
                    }
                }),
            },
        )
        .collect())
}

/// The signatures on one record of which all that can be signed is one text, each beside that text as it is now.
pub fn beside(conn: &mut AnyConn, record: (&str, &str), canonical: &str) -> Result<Vec<Signed>> {
    let found = on(conn, record.0, record.1)?;
    let shown = found.into_iter().map(|one| one.against(Some(canonical)));
    Ok(shown.collect())
}

/// The lists of these digests as their signatures now give them.
fn lists(conn: &mut AnyConn, batches: &BTreeSet<String>) -> Result<HashMap<String, Batch>> {
    if batches.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Option<String>, String, String, String)> = signature::table
        .filter(signature::batch.eq_any(batches))
        .select((
            signature::batch,
            signature::record_kind,
            signature::record_id,
            signature::digest,
        ))
        .load(conn)?;
    let mut lists: HashMap<String, Batch> = HashMap::new();
    for (batch, kind, id, digest) in rows {
        let list = lists.entry(batch.unwrap_or_default()).or_default();
        list.0.insert(line((&kind, &id), &digest));
    }
    Ok(lists)
}

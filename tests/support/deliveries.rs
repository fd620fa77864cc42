//! Deliveries as tests move them: order, approval, release, shipment and receipt through the verbs.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use kanmon::db::{AnyConn, Db};
use kanmon::deliveries::{
    self, Channel, Delivery, NewOrder, ReceiptLine, ReceivedGoods, ShippedLot, State,
};
use kanmon::error::Result;
use kanmon::error::Ruling;
use kanmon::ids::{DeliveryId, ReleaseId, VerdictId};
use kanmon::rules::finding::Finding;
use kanmon::verdicts::{self, Kept};

use super::day;
use super::programme::{Ground, Place, Who};

/// The lots of the usual order.
pub fn lots(arrives_on: NaiveDate) -> Vec<ShippedLot> {
    let lot = |product: &str, lot: &str, quantity| ShippedLot {
        product: product.to_owned(),
        lot: lot.to_owned(),
        expires_on: arrives_on + chrono::Days::new(600),
        quantity,
    };
    vec![
        lot("lunsumio_iv_1mg", "K01A26", 3),
        lot("lunsumio_iv_30mg", "K30C14", 2),
    ]
}

/// The usual order: shipped tomorrow, there the day after.
pub fn usual(place: &Place) -> NewOrder {
    NewOrder {
        facility: place.id.clone(),
        channel: Channel::Wholesaler,
        wholesaler: "架空薬品株式会社".to_owned(),
        branch: "中央支店".to_owned(),
        lines: vec![
            ("lunsumio_iv_1mg".to_owned(), 3),
            ("lunsumio_iv_30mg".to_owned(), 2),
        ],
        cases: Vec::new(),
        ships_on: day("2026-11-25"),
        arrives_on: day("2026-11-26"),
    }
}

impl Ground {
    pub fn order(&self, who: &Who, new: NewOrder) -> DeliveryId {
        let programme = self.programme.clone();
        self.act(who, move |tx, scope| {
            deliveries::order(tx, scope, &programme, &new)
        })
        .unwrap()
    }

    /// The usual order by the facility's coordinator.
    pub fn ordered(&self, place: &Place) -> DeliveryId {
        self.order(&place.coordinator, usual(place))
    }

    pub fn delivery(&self, id: &DeliveryId) -> Delivery {
        let scope = self.staff();
        self.db
            .read(|conn| deliveries::detail(conn, &scope, id))
            .unwrap()
    }

    pub fn state_of(&self, id: &DeliveryId) -> State {
        self.delivery(id).row.state
    }

    pub fn approve_as_of(
        &self,
        who: &Who,
        id: &DeliveryId,
        version: i32,
        reason: &str,
    ) -> Result<Ruling<VerdictId>> {
        let (id, reason) = (id.clone(), reason.to_owned());
        self.sign(who, move |tx, scope, proof| {
            deliveries::approve(tx, scope, (&id, version), &reason, proof)
        })
    }

    pub fn approve(&self, id: &DeliveryId) -> Result<Ruling<VerdictId>> {
        let version = self.delivery(id).row.version;
        self.approve_as_of(&self.approver, id, version, "")
    }

    pub fn release(&self, id: &DeliveryId) -> Result<ReleaseId> {
        let row = self.delivery(id).row;
        self.act(&self.operator, move |tx, scope| {
            let last = row.arrives_on;
            deliveries::release(tx, scope, (&row.id, row.version), last)
        })
    }

    pub fn ship(&self, id: &DeliveryId) -> Result<Ruling<VerdictId>> {
        let row = self.delivery(id).row;
        self.act(&self.operator, move |tx, scope| {
            let lots = lots(row.arrives_on);
            deliveries::ship(tx, scope, (&row.id, row.version), row.arrives_on, &lots)
        })
    }

    pub fn receive(&self, id: &DeliveryId) -> Result<()> {
        let row = self.delivery(id).row;
        self.act(&self.operator, move |tx, scope| {
            let lines = lots(row.arrives_on).into_iter();
            let goods = ReceivedGoods {
                at: tx.now,
                intact: true,
                celsius: Some((3.1, 5.8)),
                remarks: String::new(),
                lines: lines
                    .map(|lot| ReceiptLine {
                        product: lot.product,
                        lot: lot.lot,
                        quantity: lot.quantity,
                    })
                    .collect(),
            };
            deliveries::receive(tx, scope, (&row.id, row.version), &goods)
        })
    }

    /// Ordered and approved.
    pub fn approved(&self, place: &Place) -> DeliveryId {
        let id = self.ordered(place);
        done(self.approve(&id));
        id
    }

    /// Ordered, approved and released.
    pub fn released(&self, place: &Place) -> DeliveryId {
        let id = self.approved(place);
        self.release(&id).unwrap();
        id
    }

    pub fn kept(&self, id: &VerdictId) -> Kept {
        let scope = self.staff();
        self.db
            .read(|conn| verdicts::get(conn, &scope, id))
            .unwrap()
    }

    /// The stored verdicts that today's rules do not answer in the same way, and how many were judged.
    pub fn replay(&self) -> (u64, Vec<verdicts::Difference>) {
        self.db
            .read(|conn| {
                let mut found = Vec::new();
                let judged = verdicts::replay(conn, |difference| found.push(difference))?;
                Ok((judged, found))
            })
            .unwrap()
    }

    /// Every stored verdict and standing agrees with a fresh judgement.
    #[track_caller]
    pub fn agrees(&self) {
        let (judged, differences) = self.replay();
        assert!(judged > 0);
        assert!(differences.is_empty(), "{differences:?}");
        let (seen, drifts) = kanmon::standings::rebuild(&self.db, &self.programme, false).unwrap();
        assert!(seen > 0);
        assert!(drifts.is_empty(), "{drifts:?}");
    }
}

/// A step that the gate let pass.
#[track_caller]
pub fn done<T: std::fmt::Debug>(ruling: Result<Ruling<T>>) -> T {
    match ruling.unwrap() {
        Ruling::Done(value) => value,
        Ruling::Refused(verdict) => panic!("refused with verdict {verdict}"),
    }
}

/// A step that the gate refused.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(ruling: Result<Ruling<T>>) -> VerdictId {
    match ruling.unwrap() {
        Ruling::Refused(verdict) => verdict,
        Ruling::Done(value) => panic!("done: {value:?}"),
    }
}

/// The findings of a kept verdict that keep a delivery back.
pub fn obstacles(kept: &Kept) -> Vec<Finding> {
    let findings = kept.days.iter().flat_map(|day| &day.verdict.findings);
    findings
        .filter(|finding| finding.outcome > kanmon::rules::finding::Outcome::Consider)
        .cloned()
        .collect()
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many rows every table of the database holds.
pub fn rows(db: &Db) -> BTreeMap<String, i64> {
    db.read(|conn| {
        let tables: Vec<Named> = diesel::sql_query(match conn {
            AnyConn::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            AnyConn::Pg(_) => "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema()",
        })
        .load(conn)?;
        let each: Vec<String> = tables
            .iter()
            .map(|table| format!("SELECT '{0}' AS name, count(*) AS n FROM \"{0}\"", table.name))
            .collect();
        let counts: Vec<Counted> = diesel::sql_query(each.join(" UNION ALL ")).load(conn)?;
        Ok(counts.into_iter().map(|row| (row.name, row.n)).collect())
    })
    .unwrap()
}

/// By how many rows each table grew or shrank.
pub fn moved(
    before: &BTreeMap<String, i64>,
    after: &BTreeMap<String, i64>,
) -> BTreeMap<String, i64> {
    after
        .iter()
        .map(|(name, n)| (name.clone(), n - before.get(name).copied().unwrap_or(0)))
        .filter(|(_, by)| *by != 0)
        .collect()
}

/// Verbs of the audit rows after a sequence.
pub fn verbs_after(db: &Db, seq: i64) -> Vec<String> {
    use kanmon::schema::audit;
    db.read(|conn| {
        Ok(audit::table
            .filter(audit::seq.gt(seq))
            .order(audit::seq)
            .select(audit::verb)
            .load(conn)?)
    })
    .unwrap()
}

pub fn head(db: &Db) -> i64 {
    db.read(kanmon::audit::head).unwrap()
}

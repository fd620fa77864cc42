//! What holds of the gate for all facts: every rule answers, `until` is true, the order of records does not matter,
//! worse evidence never opens it, and no date makes it panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use chrono::{DateTime, Days, NaiveDate, Utc};
use kanmon::rules::briefing::{Moment, start_of};
use kanmon::rules::facility::{IntensiveCare, Span};
use kanmon::rules::finding::{Evidence, EvidenceKind, Finding, Outcome, Reason, Source, Verdict};
use kanmon::rules::gate::{
    Arrival, Destination, GateFacts, HouseException, OrderFacts, OrderLine, OrderedProduct,
    delivery, delivery_rules, permitted_until, standing, standing_rules,
};
use kanmon::rules::notice::Product;
use kanmon::rules::physician::{self, Meeting, MeetingMode};
use proptest::prelude::*;

use self::facts::{HORIZON, WAYS, arrival, base, day, facts, good_facts, order, physician, worsen};

#[path = "gate_properties/facts.rs"]
mod facts;

/// Whether two findings say the same, evidence compared as a set.
fn same(left: &Verdict, right: &Verdict) -> bool {
    let key = |finding: &Finding| {
        let mut finding = finding.clone();
        finding.evidence.sort();
        finding
    };
    left.findings
        .iter()
        .map(key)
        .eq(right.findings.iter().map(key))
}

/// Compares every `until` of the first verdict with judging each following day.
fn until_is_true(on: NaiveDate, judge: impl Fn(NaiveDate) -> Verdict) -> Result<(), TestCaseError> {
    let days: Vec<(NaiveDate, Verdict)> = (0..HORIZON)
        .map(|days| on + Days::new(days))
        .map(|day| (day, judge(day)))
        .collect();
    for (index, finding) in days[0].1.findings.iter().enumerate() {
        let first_change = days.iter().find(|(_, verdict)| {
            let later = &verdict.findings[index];
            (later.outcome, &later.reason) != (finding.outcome, &finding.reason)
        });
        let expected = first_change.and_then(|(day, _)| day.pred_opt());
        prop_assert_eq!(
            finding.until,
            expected,
            "{} on {}: {:?}",
            finding.rule,
            on,
            finding.reason
        );
    }
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn until_of_a_standing_is_what_judging_day_by_day_finds(facts in facts(), on in day()) {
        until_is_true(on, |day| standing(&facts, day))?;
    }

    #[test]
    fn until_of_a_delivery_is_what_judging_day_by_day_finds(facts in facts(), order in order(), arrival in arrival()) {
        until_is_true(arrival.on, |day| {
            let later = Arrival { on: day, not_before: arrival.not_before.max(start_of(day)) };
            delivery(&facts, &order, &later)
        })?;
    }

    #[test]
    fn permission_lasts_as_long_as_judging_day_by_day_finds(mut facts in facts(), on in day(), worse in 0..WAYS) {
        if on.to_string().ends_with('1') {
            facts = good_facts();
            worsen(&mut facts, worse, 0, true);
        }
        let permits = |day| standing(&facts, day).permits();
        let first_refusal = (0..HORIZON * 2).map(|days| on + Days::new(days)).find(|day| !permits(*day));
        let expected = first_refusal.filter(|day| *day != on).and_then(|day| day.pred_opt());
        prop_assert_eq!(permitted_until(&facts, on), expected);
    }

    #[test]
    fn until_of_a_physician_is_what_judging_day_by_day_finds(physician in physician(), on in day()) {
        until_is_true(on, |day| physician::standing(&physician, day))?;
        until_is_true(on, |day| Verdict::new(vec![physician::qualification(&physician, day)]))?;
    }
}

proptest! {
    #![proptest_config(config(1024))]

    #[test]
    fn every_rule_answers_always(facts in facts(), order in order(), arrival in arrival()) {
        let names = |verdict: &Verdict| -> Vec<_> {
            verdict.findings.iter().map(|finding| (finding.rule.to_string(), finding.source)).collect()
        };
        let listed = |rules: &[(&'static str, _)]| -> Vec<_> {
            rules.iter().map(|(name, source)| ((*name).to_owned(), *source)).collect()
        };
        prop_assert_eq!(names(&delivery(&facts, &order, &arrival)), listed(delivery_rules()));
        prop_assert_eq!(names(&standing(&facts, arrival.on)), listed(standing_rules()));
    }

    #[test]
    fn facts_and_verdicts_read_back_from_json(facts in facts(), order in order(), arrival in arrival()) {
        let verdict = delivery(&facts, &order, &arrival);
        let reread: GateFacts = serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
        let reordered: OrderFacts = serde_json::from_str(&serde_json::to_string(&order).unwrap()).unwrap();
        let rearrived: Arrival = serde_json::from_str(&serde_json::to_string(&arrival).unwrap()).unwrap();
        prop_assert_eq!(&reread, &facts);
        prop_assert_eq!(&reordered, &order);
        prop_assert_eq!(&delivery(&reread, &reordered, &rearrived), &verdict);
        let restored: Verdict = serde_json::from_str(&serde_json::to_string(&verdict).unwrap()).unwrap();
        prop_assert_eq!(restored, verdict);
    }

    #[test]
    fn the_order_of_records_does_not_matter(facts in facts(), order in order(), arrival in arrival()) {
        let mut turned = facts.clone();
        turned.readiness.reverse();
        turned.changes.reverse();
        turned.partnerships.reverse();
        turned.physicians.reverse();
        turned.explanations.reverse();
        turned.policies.reverse();
        turned.exceptions.reverse();
        turned.partnerships.iter_mut().for_each(|row| {
            row.own.reverse();
            row.own_changes.reverse();
        });
        turned.physicians.iter_mut().for_each(|row| {
            row.affiliations.reverse();
            row.meetings.reverse();
        });
        let mut turned_order = order.clone();
        turned_order.lines.reverse();
        prop_assert!(same(&delivery(&facts, &order, &arrival), &delivery(&turned, &turned_order, &arrival)));
    }

    /// What an exception names may be a rule of the notice: that sets nothing aside.
    #[test]
    fn no_exception_changes_what_the_notice_asks(facts in facts(), order in order(), arrival in arrival()) {
        let mut firm = facts.clone();
        firm.exceptions.clear();
        let (bent, firm) = (delivery(&facts, &order, &arrival), delivery(&firm, &order, &arrival));
        let stopped = firm.findings.iter().any(|f| f.source == Source::Notice && f.outcome > Outcome::Consider);
        prop_assert!(!stopped || !bent.permits());
        for (with, without) in bent.findings.iter().zip(&firm.findings) {
            if with.source == Source::Notice {
                prop_assert_eq!(with, without);
                continue;
            }
            let same = (with.outcome, &with.reason) == (without.outcome, &without.reason);
            let set_aside = matches!(&with.reason, Reason::HouseException { because, .. } if **because == without.reason);
            let late = without.outcome == Outcome::Unmet && !matches!(without.reason, Reason::MissingData { .. });
            prop_assert!(same || (set_aside && late && with.outcome == Outcome::Consider), "{:?} {:?}", with, without);
        }
    }

    /// Records that may speak against the facility (a second attestation, a partner's own) are not removed:
    /// taking back bad news is not a worse fact.
    #[test]
    fn worse_evidence_never_opens_the_gate(
        facts in facts(), spoilt in any::<bool>(), on in day(),
        first in 0..WAYS, second in 0..WAYS, which in 0..60usize, none in any::<bool>(),
    ) {
        let mut before = if spoilt { good_facts() } else { facts };
        if spoilt {
            worsen(&mut before, first, which / 3, none);
        }
        before.readiness.truncate(1);
        before.partnerships.iter_mut().for_each(|row| row.own.truncate(1));
        before.physicians.iter_mut().for_each(|row| row.affiliations.truncate(1));
        let mut after = before.clone();
        worsen(&mut after, second, which, none);
        prop_assert!(standing(&before, on).permits() || !standing(&after, on).permits(), "way {second}");
    }
}

#[test]
fn good_facts_permit_and_every_way_of_spoiling_them_shows() {
    let on = base() + Days::new(5);
    assert!(standing(&good_facts(), on).permits());
    // Clearing meetings is no loss where the affiliation is recent; the agreement's own words are silent beside the partner's.
    for way in (0..WAYS).filter(|way| ![4, 10].contains(way)) {
        let mut facts = good_facts();
        worsen(&mut facts, way, 2, false);
        assert!(!standing(&facts, on).permits(), "way {way}");
    }
}

#[test]
fn an_exception_lets_a_late_meeting_through_on_its_days_and_no_other() {
    let mut facts = good_facts();
    facts.policies[0].meeting_days = 1;
    let evidence = Evidence {
        kind: EvidenceKind::Exception,
        id: "1".to_owned(),
        label: "E-1".to_owned(),
    };
    let (first, last) = (base() + Days::new(5), base() + Days::new(9));
    facts.exceptions.push(HouseException {
        last,
        first,
        rule: "meeting".to_owned(),
        evidence,
    });
    let permits = |day| standing(&facts, day).permits();
    let through: Vec<u64> = (0..15)
        .filter(|days| permits(base() + Days::new(*days)))
        .collect();
    // On the day of the explanation itself its order is not proven; that is of the notice and stays.
    assert_eq!(through, [1, 5, 6, 7, 8, 9]);
    assert_eq!(permitted_until(&facts, first), Some(last));
}

#[test]
fn no_date_makes_a_rule_panic() {
    let extremes = [
        NaiveDate::MIN,
        NaiveDate::MIN.succ_opt().unwrap(),
        NaiveDate::MAX.pred_opt().unwrap(),
        NaiveDate::MAX,
    ];
    let instants = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC];
    for first in extremes {
        for last in extremes {
            let mut facts = good_facts();
            facts.readiness[0].span = Span {
                first,
                last: Some(last),
            };
            facts.readiness[0].accepted_on = first;
            facts.readiness[0].intensive_care = Some(IntensiveCare::Equivalent {
                stated_on: Some(last),
            });
            facts.partnerships[0].agreement = Some(Span {
                first,
                last: Some(last),
            });
            let person = &mut facts.physicians[0];
            person.affiliations[0].span = Span {
                first,
                last: Some(last),
            };
            person.qualification.as_mut().unwrap().span = Span {
                first: last,
                last: Some(first),
            };
            let met = Evidence {
                kind: EvidenceKind::Meeting,
                id: "m".to_owned(),
                label: "m".to_owned(),
            };
            person.meetings.push(Meeting {
                evidence: met,
                at: last,
                mode: MeetingMode::Other,
            });
            for (months, days) in [(0, 0), (12, 90), (u32::MAX, i64::MAX), (1, i64::MIN)] {
                facts.policies[0].first_day = first;
                facts.policies[0].reconfirm_months = months;
                facts.policies[0].explanation_months = months;
                facts.policies[0].meeting_days = days;
                for on in extremes {
                    for not_before in instants {
                        facts.explanations[0].ended = Moment::Instant(not_before);
                        let line = OrderLine {
                            product: OrderedProduct::Known(Product::LunsumioIv1Mg),
                            quantity: u32::MAX,
                        };
                        let order = OrderFacts {
                            cases: Vec::new(),
                            lines: vec![line.clone(), line],
                            destination: Destination::OrderedFacility,
                        };
                        assert_eq!(
                            delivery(&facts, &order, &Arrival { on, not_before })
                                .findings
                                .len(),
                            14
                        );
                        facts.explanations[0].ended = Moment::Day(last);
                        assert_eq!(standing(&facts, on).findings.len(), 10);
                        assert!(permitted_until(&facts, on).is_none_or(|until| on <= until));
                        assert_eq!(
                            physician::standing(&facts.physicians[0], on).findings.len(),
                            4
                        );
                    }
                }
            }
        }
    }
}

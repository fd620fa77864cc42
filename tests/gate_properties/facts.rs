//! Facts of every kind, good and bad, with dates close enough together that they meet.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use kanmon::rules::briefing::{ExplanationFacts, Moment, Presenter, start_of};
use kanmon::rules::facility::{
    ChangeReport, IntensiveCare, Limb, PartnerStatement, Partnership, Readiness, Span,
};
use kanmon::rules::finding::{Evidence, EvidenceKind};
use kanmon::rules::gate::{
    Arrival, Destination, GateFacts, HouseException, OrderFacts, OrderLine, OrderedProduct,
    delivery_rules,
};
use kanmon::rules::notice::Product;
use kanmon::rules::physician::{Affiliation, Meeting, MeetingMode, PhysicianFacts, Qualification};
use kanmon::rules::policy::{PartnerBasis, PolicyVersion};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Dates lie within so many days, and periods are short enough that everything has ended by the horizon.
pub const DATES: u64 = 120;
pub const HORIZON: u64 = 280;

pub fn base() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

pub fn day() -> impl Strategy<Value = NaiveDate> {
    (0..DATES).prop_map(|days| base() + Days::new(days))
}

/// Mostly yes, so that many cases permit.
pub fn answer() -> impl Strategy<Value = Option<bool>> {
    prop_oneof![8 => Just(Some(true)), 1 => Just(Some(false)), 1 => Just(None)]
}

pub fn evidence(kind: EvidenceKind) -> impl Strategy<Value = Evidence> {
    (0..1000u32).prop_map(move |id| Evidence {
        kind,
        id: id.to_string(),
        label: format!("E-{id}"),
    })
}

pub fn span() -> impl Strategy<Value = Span> {
    let open = prop_oneof![Just(base()), day()].prop_map(|first| Span { first, last: None });
    let closed = (day(), 0..DATES).prop_map(|(first, days)| Span {
        first,
        last: Some(first + Days::new(days)),
    });
    prop_oneof![2 => open, 1 => closed]
}

pub fn intensive_care() -> impl Strategy<Value = Option<IntensiveCare>> {
    prop_oneof![
        4 => Just(Some(IntensiveCare::Icu)),
        2 => option::of(day()).prop_map(|stated_on| Some(IntensiveCare::Equivalent { stated_on })),
        1 => Just(Some(IntensiveCare::None)),
        1 => Just(None),
    ]
}

pub fn readiness() -> impl Strategy<Value = Readiness> {
    (
        evidence(EvidenceKind::Attestation),
        span(),
        day(),
        intensive_care(),
        (answer(), answer(), answer(), answer()),
    )
        .prop_map(
            |(
                evidence,
                span,
                accepted_on,
                intensive_care,
                (admission, beds, tocilizumab, tests),
            )| Readiness {
                evidence,
                span,
                accepted_on,
                intensive_care,
                admission_24h: admission,
                inpatient_beds: beds,
                tocilizumab_ready: tocilizumab,
                test_results_available: tests,
                crs_guidance_version: None,
            },
        )
}

pub fn limb() -> impl Strategy<Value = Limb> {
    prop_oneof![
        Just(Limb::IntensiveCare),
        Just(Limb::Admission24h),
        Just(Limb::InpatientBeds),
        Just(Limb::Tocilizumab),
        Just(Limb::TestResults),
    ]
}

pub fn change() -> impl Strategy<Value = ChangeReport> {
    (evidence(EvidenceKind::ChangeReport), limb(), day()).prop_map(|(evidence, limb, from)| {
        ChangeReport {
            evidence,
            limb,
            from,
        }
    })
}

pub fn few_changes() -> impl Strategy<Value = Vec<ChangeReport>> {
    prop_oneof![3 => Just(Vec::new()), 1 => vec(change(), 1..3)]
}

pub fn partnership() -> impl Strategy<Value = Partnership> {
    let own = prop_oneof![2 => Just(Vec::new()), 1 => vec(readiness(), 1..3)];
    (
        evidence(EvidenceKind::Partnership),
        0..3u8,
        option::weighted(0.9, span()),
        (answer(), answer(), answer()),
        own,
        few_changes(),
    )
        .prop_map(
            |(
                evidence,
                partner,
                agreement,
                (icu, admission_24h, tocilizumab_ready),
                own,
                own_changes,
            )| {
                Partnership {
                    evidence,
                    partner: format!("partner {partner}"),
                    partner_id: partner.to_string(),
                    agreement,
                    stated: PartnerStatement {
                        icu,
                        admission_24h,
                        tocilizumab_ready,
                    },
                    own,
                    own_changes,
                    own_recorded: false,
                }
            },
        )
}

pub fn physician() -> impl Strategy<Value = PhysicianFacts> {
    let qualification = (
        evidence(EvidenceKind::Qualification),
        span(),
        answer(),
        answer(),
        answer(),
    )
        .prop_map(
            |(evidence, span, experience, meetings, cooperation)| Qualification {
                evidence,
                span,
                experience,
                meetings,
                cooperation,
            },
        );
    let affiliation = (evidence(EvidenceKind::Affiliation), span())
        .prop_map(|(evidence, span)| Affiliation { evidence, span });
    let meeting = (evidence(EvidenceKind::Meeting), day()).prop_map(|(evidence, at)| Meeting {
        evidence,
        at,
        mode: MeetingMode::Online,
    });
    (
        0..5u8,
        option::weighted(0.9, qualification),
        vec(affiliation, 0..3),
        vec(meeting, 0..4),
    )
        .prop_map(
            |(id, qualification, affiliations, meetings)| PhysicianFacts {
                person_id: id.to_string(),
                name: format!("physician {id}"),
                qualification,
                affiliations,
                meetings,
            },
        )
}

pub fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (day(), 0..24i64).prop_map(|(day, hours)| start_of(day) + TimeDelta::hours(hours))
}

pub fn explanation() -> impl Strategy<Value = ExplanationFacts> {
    let by = prop_oneof![
        8 => Just(Presenter::Manufacturer),
        1 => Just(Presenter::Wholesaler),
        1 => Just(Presenter::NotRecorded),
    ];
    let ended = prop_oneof![
        4 => instant().prop_map(Moment::Instant),
        2 => day().prop_map(Moment::Day),
        1 => Just(Moment::NotRecorded),
    ];
    (
        evidence(EvidenceKind::Briefing),
        by,
        answer(),
        answer(),
        ended,
    )
        .prop_map(
            |(evidence, by, product, safety_measures, ended)| ExplanationFacts {
                evidence,
                by,
                product,
                safety_measures,
                ended,
            },
        )
}

pub fn policies() -> impl Strategy<Value = Vec<PolicyVersion>> {
    let basis = prop_oneof![
        Just(PartnerBasis::Either),
        Just(PartnerBasis::Agreement),
        Just(PartnerBasis::OwnAttestation)
    ];
    let policy = (
        1..4i32,
        prop_oneof![Just(base()), day()],
        1..4u32,
        1..90i64,
        1..4u32,
        basis,
    )
        .prop_map(
            |(
                version,
                first_day,
                reconfirm_months,
                meeting_days,
                explanation_months,
                partner_basis,
            )| PolicyVersion {
                version,
                reconfirm_months,
                meeting_days,
                explanation_months,
                partner_basis,
                ..PolicyVersion::initial(first_day)
            },
        );
    vec(policy, 0..3)
}

/// Exceptions from any rule by name, those of the notice among them, which no verb would write.
fn exceptions() -> impl Strategy<Value = Vec<HouseException>> {
    let names: Vec<&str> = delivery_rules().iter().map(|(name, _)| *name).collect();
    let rule = proptest::sample::select(names).prop_map(ToOwned::to_owned);
    let exception =
        (rule, day(), 0..90u64, 0..9u32).prop_map(|(rule, first, days, id)| HouseException {
            last: first + Days::new(days),
            first,
            rule,
            evidence: Evidence {
                kind: EvidenceKind::Exception,
                id: id.to_string(),
                label: format!("E-{id}"),
            },
        });
    vec(exception, 0..4)
}

pub fn facts() -> impl Strategy<Value = GateFacts> {
    (
        vec(readiness(), 0..3),
        few_changes(),
        vec(partnership(), 0..3),
        vec(physician(), 0..4),
        vec(explanation(), 0..4),
        policies(),
        exceptions(),
    )
        .prop_map(
            |(readiness, changes, partnerships, physicians, explanations, policies, exceptions)| {
                GateFacts {
                    format: GateFacts::FORMAT,
                    readiness,
                    changes,
                    partnerships,
                    physicians,
                    explanations,
                    policies,
                    exceptions,
                }
            },
        )
}

pub fn order() -> impl Strategy<Value = OrderFacts> {
    let product = prop_oneof![
        4 => Just(OrderedProduct::Known(Product::LunsumioIv1Mg)),
        4 => Just(OrderedProduct::Known(Product::LunsumioIv30Mg)),
        1 => Just(OrderedProduct::Unknown("lunsumio_sc_45mg".to_owned())),
    ];
    let destination = prop_oneof![
        3 => Just(Destination::OrderedFacility),
        1 => answer().prop_map(|qualified| Destination::Other { name: "elsewhere".to_owned(), qualified }),
    ];
    let line = (product, 0..12u32).prop_map(|(product, quantity)| OrderLine { product, quantity });
    (vec(line, 0..4), destination).prop_map(|(lines, destination)| OrderFacts {
        lines,
        destination,
        cases: Vec::new(),
    })
}

pub fn arrival() -> impl Strategy<Value = Arrival> {
    (day(), 0..24i64).prop_map(|(on, hours)| Arrival {
        on,
        not_before: start_of(on) + TimeDelta::hours(hours),
    })
}

/// Facts that permit on the first day, and go on to be spoilt.
pub fn good_facts() -> GateFacts {
    let evidence = |kind| Evidence {
        kind,
        id: "1".to_owned(),
        label: "E-1".to_owned(),
    };
    let always = Span {
        first: base(),
        last: None,
    };
    let ready = |intensive_care, admission_24h| Readiness {
        evidence: evidence(EvidenceKind::Attestation),
        span: always,
        accepted_on: base(),
        intensive_care: Some(intensive_care),
        admission_24h: Some(admission_24h),
        inpatient_beds: Some(true),
        tocilizumab_ready: Some(true),
        test_results_available: Some(true),
        crs_guidance_version: None,
    };
    GateFacts {
        format: GateFacts::FORMAT,
        readiness: vec![ready(IntensiveCare::None, false)],
        changes: Vec::new(),
        partnerships: vec![Partnership {
            evidence: evidence(EvidenceKind::Partnership),
            partner: "partner".to_owned(),
            partner_id: "p".to_owned(),
            agreement: Some(always),
            stated: PartnerStatement {
                icu: Some(true),
                admission_24h: Some(true),
                tocilizumab_ready: Some(true),
            },
            own: vec![ready(IntensiveCare::Icu, true)],
            own_changes: Vec::new(),
            own_recorded: false,
        }],
        physicians: vec![PhysicianFacts {
            person_id: "1".to_owned(),
            name: "physician".to_owned(),
            qualification: Some(Qualification {
                evidence: evidence(EvidenceKind::Qualification),
                span: always,
                experience: Some(true),
                meetings: Some(true),
                cooperation: Some(true),
            }),
            affiliations: vec![Affiliation {
                evidence: evidence(EvidenceKind::Affiliation),
                span: always,
            }],
            meetings: Vec::new(),
        }],
        explanations: vec![ExplanationFacts {
            evidence: evidence(EvidenceKind::Briefing),
            by: Presenter::Manufacturer,
            product: Some(true),
            safety_measures: Some(true),
            ended: Moment::Day(base()),
        }],
        policies: vec![PolicyVersion::initial(base())],
        exceptions: Vec::new(),
    }
}

/// Makes one fact worse. Only the direction matters: nothing here may be good news to any rule.
pub fn worsen(facts: &mut GateFacts, what: usize, which: usize, none: bool) {
    fn at<T>(rows: &mut [T], which: usize) -> Option<&mut T> {
        let count = rows.len().max(1);
        rows.get_mut(which % count)
    }
    fn remove<T>(rows: &mut Vec<T>, which: usize) {
        if !rows.is_empty() {
            rows.remove(which % rows.len());
        }
    }
    fn spoil_row(row: &mut Readiness, which: usize, worse: Option<bool>) {
        match which % 5 {
            0 => row.intensive_care = worse.map(|_| IntensiveCare::None),
            1 => row.admission_24h = worse,
            2 => row.test_results_available = worse,
            3 => row.tocilizumab_ready = worse,
            _ => row.span.last = Some(row.span.first),
        }
    }
    let worse = if none { None } else { Some(false) };
    match what {
        0 => facts.readiness.clear(),
        1 => facts
            .readiness
            .iter_mut()
            .for_each(|row| spoil_row(row, which, worse)),
        2 => remove(&mut facts.partnerships, which),
        3 => at(&mut facts.partnerships, which)
            .into_iter()
            .for_each(|row| row.agreement = None),
        4 => at(&mut facts.partnerships, which)
            .into_iter()
            .for_each(|row| {
                row.stated = PartnerStatement {
                    icu: worse,
                    admission_24h: worse,
                    tocilizumab_ready: worse,
                };
            }),
        5 => at(&mut facts.partnerships, which)
            .into_iter()
            .flat_map(|row| &mut row.own)
            .for_each(|row| spoil_row(row, which, worse)),
        6 => remove(&mut facts.physicians, which),
        7 => at(&mut facts.physicians, which)
            .into_iter()
            .for_each(|row| {
                if let Some(qualification) = &mut row.qualification {
                    match which % 3 {
                        0 => qualification.experience = worse,
                        1 => qualification.meetings = worse,
                        _ => qualification.cooperation = worse,
                    }
                }
            }),
        8 => at(&mut facts.physicians, which)
            .into_iter()
            .for_each(|row| row.qualification = None),
        9 => at(&mut facts.physicians, which)
            .into_iter()
            .for_each(|row| row.affiliations.clear()),
        10 => at(&mut facts.physicians, which)
            .into_iter()
            .for_each(|row| row.meetings.clear()),
        11 => remove(&mut facts.explanations, which),
        12 => at(&mut facts.explanations, which)
            .into_iter()
            .for_each(|row| row.product = worse),
        13 => at(&mut facts.explanations, which)
            .into_iter()
            .for_each(|row| row.safety_measures = worse),
        14 => at(&mut facts.explanations, which)
            .into_iter()
            .for_each(|row| row.ended = Moment::NotRecorded),
        15 => at(&mut facts.explanations, which)
            .into_iter()
            .for_each(|row| row.by = Presenter::Wholesaler),
        16 => facts.policies.clear(),
        _ => {
            let limbs = [
                Limb::IntensiveCare,
                Limb::Admission24h,
                Limb::Tocilizumab,
                Limb::TestResults,
            ];
            facts.changes.push(ChangeReport {
                evidence: Evidence {
                    kind: EvidenceKind::ChangeReport,
                    id: "C".to_owned(),
                    label: "C".to_owned(),
                },
                limb: limbs[which % limbs.len()],
                from: base(),
            });
        }
    }
}

/// How many ways [`worsen`] knows.
pub const WAYS: usize = 18;

//! The vectors of kind `gate`: their inputs as facts, with the satisfied baseline for whatever is not under test.

use chrono::{DateTime, NaiveDate, Utc};
use kanmon::rules::administration::{AdministrationFacts, Observation, administration};
use kanmon::rules::briefing::{ExplanationFacts, Moment, Presenter, japanese_day, start_of};
use kanmon::rules::facility::{IntensiveCare, PartnerStatement, Partnership, Readiness, Span};
use kanmon::rules::finding::{Evidence, EvidenceKind, Sign, Verdict};
use kanmon::rules::gate::{
    Arrival, Destination, GateFacts, OrderFacts, OrderLine, OrderedProduct, delivery,
};
use kanmon::rules::notice::Product;
use kanmon::rules::physician::{Affiliation, Meeting, MeetingMode, PhysicianFacts, Qualification};
use kanmon::rules::policy::PolicyVersion;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::input::Input;
use crate::{Judged, Vector};

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct DeliveryInput {
    delivery_at: Option<String>,
    own: Input<OwnInput>,
    partner: Input<PartnerInput>,
    physician: Input<PhysicianInput>,
    physicians: Input<Vec<PhysicianInput>>,
    explanation: Input<ExplanationInput>,
    deliver_to: Input<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct OwnInput {
    icu: Input<bool>,
    icu_claim: Input<String>,
    admission_24h: Input<bool>,
    inpatient_beds: Input<bool>,
    tocilizumab_ready: Input<bool>,
    lab_results_available: Input<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct PartnerInput {
    exists: Input<bool>,
    icu: Input<bool>,
    admission_24h: Input<bool>,
    agreement_valid_until: Input<NaiveDate>,
    tocilizumab_ready: Input<bool>,
    qualified: Input<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct PhysicianInput {
    id: Option<String>,
    haem_malignancy_experience: Input<bool>,
    mr_meetings: Input<bool>,
    safety_cooperation: Input<bool>,
    in_post: Input<bool>,
    mr_meeting_mode: Input<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct ExplanationInput {
    by: Input<String>,
    product: Input<bool>,
    safety_measures: Input<bool>,
    at: Input<String>,
    /// The form is free: no rule reads it.
    #[serde(rename = "mode")]
    _mode: Input<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct AdministrationInput {
    tocilizumab_ready: Input<bool>,
    qualified_physician_on_duty: Input<bool>,
    facility_qualified: Input<bool>,
    crs_guidance_version: Input<String>,
    observation: Input<Vec<Sign>>,
}

/// The verdict on a vector of kind `gate`: a delivery, or an administration at the site.
pub fn judge(vector: &Vector) -> Result<Judged, String> {
    // The tag is taken off first, because serde does not refuse unknown fields beside a tag.
    let mut input = vector.input.clone();
    let check = input
        .as_object_mut()
        .and_then(|fields| fields.remove("check"));
    let verdict = match check.as_ref().and_then(Value::as_str) {
        Some("delivery") => {
            deliver(serde_json::from_value(input).map_err(|error| error.to_string())?)?
        }
        Some("administration") => {
            administer(serde_json::from_value(input).map_err(|error| error.to_string())?)
        }
        _ => return Err(format!("unknown check {check:?}")),
    };
    Ok(Judged {
        verdict,
        further: Map::new(),
    })
}

/// A day before every vector: what is satisfied has been so since then.
fn long_ago() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap()
}

fn evidence(kind: EvidenceKind, label: &str) -> Evidence {
    Evidence {
        kind,
        id: label.to_owned(),
        label: label.to_owned(),
    }
}

/// Reads "2025-04-01T09:00+09:00", with or without seconds, or a bare day.
fn moment(text: &str) -> Result<Moment, String> {
    let instant = ["%Y-%m-%dT%H:%M%:z", "%Y-%m-%dT%H:%M:%S%:z"]
        .iter()
        .find_map(|format| DateTime::parse_from_str(text, format).ok());
    match (instant, text.parse()) {
        (Some(instant), _) => Ok(Moment::Instant(instant.with_timezone(&Utc))),
        (None, Ok(day)) => Ok(Moment::Day(day)),
        (None, Err(_)) => Err(format!("{text:?} is neither an instant nor a day")),
    }
}

/// A delivery of which nothing but the day is under test.
pub fn delivered_on(day: &str) -> Result<Verdict, String> {
    deliver(DeliveryInput {
        delivery_at: Some(day.to_owned()),
        ..Default::default()
    })
}

fn deliver(input: DeliveryInput) -> Result<Verdict, String> {
    let arrival_text = input
        .delivery_at
        .ok_or("delivery_at is needed: no delivery is judged without its day")?;
    let arrival = match moment(&arrival_text)? {
        Moment::Instant(instant) => Arrival {
            on: japanese_day(instant),
            not_before: instant,
        },
        Moment::Day(day) => Arrival {
            on: day,
            not_before: start_of(day),
        },
        Moment::NotRecorded => return Err("delivery_at is not recorded".to_owned()),
    };
    let (destination, partnerships) = match input.partner {
        Input::Absent => (Some(true), Vec::new()),
        Input::Null => (None, vec![partnership(PartnerInput::default(), true)?]),
        Input::Given(PartnerInput {
            exists: Input::Given(false),
            qualified,
            ..
        }) => (qualified.or_baseline(true), Vec::new()),
        Input::Given(mut partner) => {
            let qualified = std::mem::take(&mut partner.qualified).or_baseline(true);
            let unknown = matches!(partner.exists, Input::Null);
            (qualified, vec![partnership(partner, unknown)?])
        }
    };
    let named = match (input.physician, input.physicians) {
        (Input::Absent, Input::Absent) => vec![PhysicianInput::default()],
        (one, several) => {
            let one = if let Input::Given(physician) = one {
                Some(physician)
            } else {
                None
            };
            let several = if let Input::Given(physicians) = several {
                physicians
            } else {
                Vec::new()
            };
            one.into_iter().chain(several).collect()
        }
    };
    let facts = GateFacts {
        format: GateFacts::FORMAT,
        readiness: input
            .own
            .or_baseline(OwnInput::default())
            .map(|own| readiness(own, arrival.on))
            .transpose()?
            .into_iter()
            .collect(),
        changes: Vec::new(),
        partnerships,
        physicians: named
            .into_iter()
            .map(|physician| physician_facts(physician, arrival.on))
            .collect::<Result<_, _>>()?,
        explanations: input
            .explanation
            .or_baseline(ExplanationInput::default())
            .map(|explanation| explanation_facts(explanation, arrival.on))
            .transpose()?
            .into_iter()
            .collect(),
        policies: vec![PolicyVersion::initial(long_ago())],
        exceptions: Vec::new(),
    };
    let elsewhere = |qualified| Destination::Other {
        name: "partner".to_owned(),
        qualified,
    };
    let destination = match input.deliver_to {
        Input::Absent => Destination::OrderedFacility,
        Input::Given(place) if place == "OWN" => Destination::OrderedFacility,
        Input::Given(place) if place == "PARTNER" => elsewhere(destination),
        Input::Given(place) => return Err(format!("unknown deliver_to {place:?}")),
        Input::Null => elsewhere(None),
    };
    let line = |product, quantity| OrderLine {
        product: OrderedProduct::Known(product),
        quantity,
    };
    let lines = vec![
        line(Product::LunsumioIv1Mg, 3),
        line(Product::LunsumioIv30Mg, 2),
    ];
    Ok(delivery(
        &facts,
        &OrderFacts {
            lines,
            destination,
            cases: Vec::new(),
        },
        &arrival,
    ))
}

fn readiness(own: OwnInput, on: NaiveDate) -> Result<Readiness, String> {
    let claimed = match own.icu_claim {
        Input::Absent | Input::Null => None,
        Input::Given(claim) if claim == "EQUIVALENT_WITHOUT_EVIDENCE" => {
            Some(IntensiveCare::Equivalent { stated_on: None })
        }
        Input::Given(claim) => return Err(format!("unknown icu_claim {claim:?}")),
    };
    let intensive_care = match own.icu {
        Input::Absent => claimed.or(Some(IntensiveCare::Icu)),
        Input::Null => claimed,
        Input::Given(true) => Some(IntensiveCare::Icu),
        Input::Given(false) => claimed.or(Some(IntensiveCare::None)),
    };
    Ok(Readiness {
        evidence: evidence(EvidenceKind::Attestation, "own"),
        span: Span {
            first: long_ago(),
            last: None,
        },
        accepted_on: on,
        intensive_care,
        admission_24h: own.admission_24h.or_baseline(true),
        inpatient_beds: own.inpatient_beds.or_baseline(true),
        tocilizumab_ready: own.tocilizumab_ready.or_baseline(true),
        test_results_available: own.lab_results_available.or_baseline(true),
        crs_guidance_version: Some("baseline".to_owned()),
    })
}

/// A partner that agreed, or one of which nothing is recorded.
fn partnership(partner: PartnerInput, nothing_recorded: bool) -> Result<Partnership, String> {
    let agreement = match partner.agreement_valid_until {
        Input::Absent => Some(Span {
            first: long_ago(),
            last: None,
        }),
        Input::Null => None,
        Input::Given(last) => Some(Span {
            first: long_ago().min(last),
            last: Some(last),
        }),
    };
    let stated = PartnerStatement {
        icu: partner.icu.or_baseline(true),
        admission_24h: partner.admission_24h.or_baseline(true),
        tocilizumab_ready: partner.tocilizumab_ready.or_baseline(true),
    };
    Ok(Partnership {
        evidence: evidence(EvidenceKind::Partnership, "partner"),
        partner: "partner".to_owned(),
        partner_id: "partner".to_owned(),
        agreement: agreement.filter(|_| !nothing_recorded),
        stated: if nothing_recorded {
            PartnerStatement::default()
        } else {
            stated
        },
        own: Vec::new(),
        own_changes: Vec::new(),
        own_recorded: false,
    })
}

fn physician_facts(physician: PhysicianInput, on: NaiveDate) -> Result<PhysicianFacts, String> {
    let mode = match physician.mr_meeting_mode {
        Input::Absent | Input::Null => MeetingMode::Other,
        Input::Given(mode) if mode == "ONLINE_ONLY" => MeetingMode::Online,
        Input::Given(mode) if mode == "FACE_TO_FACE" => MeetingMode::FaceToFace,
        Input::Given(mode) => return Err(format!("unknown mr_meeting_mode {mode:?}")),
    };
    let last = match physician.in_post {
        Input::Given(false) => Some(on.pred_opt()),
        Input::Absent | Input::Given(true) => Some(None),
        Input::Null => None,
    };
    let name = physician.id.unwrap_or_else(|| "baseline".to_owned());
    let affiliation = |last| Affiliation {
        evidence: evidence(EvidenceKind::Affiliation, &name),
        span: Span {
            first: long_ago(),
            last,
        },
    };
    Ok(PhysicianFacts {
        person_id: name.clone(),
        qualification: Some(Qualification {
            evidence: evidence(EvidenceKind::Qualification, &name),
            span: Span {
                first: long_ago(),
                last: None,
            },
            experience: physician.haem_malignancy_experience.or_baseline(true),
            meetings: physician.mr_meetings.or_baseline(true),
            cooperation: physician.safety_cooperation.or_baseline(true),
        }),
        affiliations: last.map(affiliation).into_iter().collect(),
        meetings: vec![Meeting {
            evidence: evidence(EvidenceKind::Meeting, &name),
            at: on,
            mode,
        }],
        name,
    })
}

fn explanation_facts(
    explanation: ExplanationInput,
    on: NaiveDate,
) -> Result<ExplanationFacts, String> {
    let by = match explanation.by {
        Input::Absent => Presenter::Manufacturer,
        Input::Null => Presenter::NotRecorded,
        Input::Given(by) if by == "MAH" => Presenter::Manufacturer,
        Input::Given(by) if by == "WHOLESALER" => Presenter::Wholesaler,
        Input::Given(by) => return Err(format!("unknown presenter {by:?}")),
    };
    Ok(ExplanationFacts {
        evidence: evidence(EvidenceKind::Briefing, "explanation"),
        by,
        product: explanation.product.or_baseline(true),
        safety_measures: explanation.safety_measures.or_baseline(true),
        ended: match explanation.at {
            Input::Absent => on.pred_opt().map_or(Moment::NotRecorded, Moment::Day),
            Input::Null => Moment::NotRecorded,
            Input::Given(text) => moment(&text)?,
        },
    })
}

fn administer(input: AdministrationInput) -> Verdict {
    administration(&AdministrationFacts {
        tocilizumab_ready: input.tocilizumab_ready.or_baseline(true),
        qualified_physician_on_duty: input.qualified_physician_on_duty.or_baseline(true),
        facility_qualified: input.facility_qualified.or_baseline(true),
        crs_guidance_version: input
            .crs_guidance_version
            .or_baseline("baseline".to_owned()),
        observation: match input.observation {
            Input::Absent => Observation::BeforeStart,
            Input::Null => Observation::NotRecorded,
            Input::Given(signs) => Observation::Recorded(signs.into_iter().collect()),
        },
    })
}

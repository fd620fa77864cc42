//! The notice's test vectors, one trial each: those of the project, or of the file that `NOTICE_VECTORS` names.
//!
//! A vector passes when the decision and every other expected field agree (`strict` and `literal` aside),
//! its reason is among the codes of the worst findings, and each of its clauses is cited by some finding.
//! An input that is absent is not under test: the satisfied baseline is supplied here and nowhere else.
//! An input that is null is missing. An unknown kind, field or word fails the trial.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use kanmon::rules::administration::{AdministrationFacts, Observation, administration};
use kanmon::rules::briefing::{ExplanationFacts, Moment, Presenter, japanese_day, start_of};
use kanmon::rules::facility::{IntensiveCare, PartnerStatement, Partnership, Readiness, Span};
use kanmon::rules::finding::{Evidence, EvidenceKind, Sign, Verdict};
use kanmon::rules::gate::{
    Arrival, Destination, GateFacts, OrderFacts, OrderLine, OrderedProduct, delivery, delivery_rules,
};
use kanmon::rules::notice::Product;
use kanmon::rules::physician::{Affiliation, Meeting, MeetingMode, PhysicianFacts, Qualification};
use kanmon::rules::policy::PolicyVersion;
use libtest_mimic::{Arguments, Failed, Trial};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

/// How the vectors of one kind are run.
enum Runner {
    Built(fn(&Vector) -> Result<Verdict, String>),
    /// The rules of this kind are not there yet: its vectors are listed as ignored, never as passed.
    NotBuilt,
}

/// Every kind of the vectors file. A kind that is not here fails.
const KINDS: [(&str, Runner); 9] = [
    ("gate", Runner::Built(gate)),
    ("ae", Runner::NotBuilt),
    ("restart", Runner::NotBuilt),
    ("premedication", Runner::NotBuilt),
    ("eligibility", Runner::NotBuilt),
    ("regimen", Runner::NotBuilt),
    ("hospitalisation", Runner::NotBuilt),
    ("vials", Runner::NotBuilt),
    ("response", Runner::NotBuilt),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VectorFile {
    #[serde(rename = "meta")]
    _meta: Value,
    vectors: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    #[serde(rename = "id")]
    _id: String,
    kind: String,
    #[serde(rename = "title")]
    _title: String,
    input: Value,
    expected: Map<String, Value>,
    clauses: Vec<String>,
    /// Says how the expectation was found; it never decides an outcome.
    #[serde(rename = "basis")]
    _basis: String,
    #[serde(rename = "why")]
    _why: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let path = std::env::var_os("NOTICE_VECTORS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/notice_vectors.json")),
        PathBuf::from,
    );
    let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
    let file = read.and_then(|text| serde_json::from_str::<VectorFile>(&text).map_err(|error| error.to_string()));
    let mut trials = match file {
        Ok(file) if file.vectors.is_empty() => {
            vec![Trial::test("vectors_file", move || Err(format!("{} has no vectors", path.display()).into()))]
        }
        Ok(file) => file.vectors.into_iter().map(trial).collect(),
        Err(error) => {
            vec![Trial::test("vectors_file", move || Err(format!("{}: {error}", path.display()).into()))]
        }
    };
    trials.extend(trials_of_this_test());
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(vector: Value) -> Trial {
    let word = |key: &str| vector.get(key).and_then(Value::as_str).unwrap_or("without").to_owned();
    let (id, kind) = (word("id"), word("kind"));
    let not_built = KINDS.iter().any(|(known, runner)| *known == kind && matches!(runner, Runner::NotBuilt));
    let name = format!("{id} {}", word("title"));
    Trial::test(name, move || run(vector).map_err(Failed::from)).with_kind(kind).with_ignored_flag(not_built)
}

fn run(vector: Value) -> Result<(), String> {
    let vector: Vector = serde_json::from_value(vector).map_err(|error| error.to_string())?;
    let (_, runner) = KINDS
        .iter()
        .find(|(kind, _)| *kind == vector.kind)
        .ok_or_else(|| format!("unknown kind {:?}", vector.kind))?;
    let verdict = match runner {
        Runner::Built(judge) => judge(&vector)?,
        Runner::NotBuilt => return Err(format!("the rules of kind {:?} are not built yet", vector.kind)),
    };
    compare(&vector, &verdict)
}

/// What is expected of every kind. A kind with further expected fields adds them here, or they fail as unchecked.
fn compare(vector: &Vector, verdict: &Verdict) -> Result<(), String> {
    let shown = || {
        let finding = |finding: &kanmon::rules::finding::Finding| {
            format!("\n  {} {} {:?}", finding.rule, finding.outcome, finding.reason)
        };
        verdict.findings.iter().map(finding).collect::<String>()
    };
    for (key, expected) in &vector.expected {
        match key.as_str() {
            "strict" | "literal" => {}
            "decision" => {
                let found = verdict.decision().as_str();
                if expected != found {
                    return Err(format!("decision is {found}, expected {expected}{}", shown()));
                }
            }
            "reason" => {
                let worst = verdict.findings.iter().filter(|finding| Some(finding.outcome) == verdict.worst());
                let codes: Vec<_> = worst.map(|finding| finding.reason.code()).collect();
                if !codes.iter().any(|code| expected == code) {
                    return Err(format!("reason {expected} is not among {codes:?}{}", shown()));
                }
            }
            other => return Err(format!("expected field {other:?} is not checked for kind {:?}", vector.kind)),
        }
    }
    let cited = |clause: &String| verdict.findings.iter().any(|finding| finding.clauses.iter().any(|id| id == clause));
    match vector.clauses.iter().find(|clause| !cited(clause)) {
        Some(clause) => Err(format!("clause {clause} is cited by no finding{}", shown())),
        None => Ok(()),
    }
}

/// An input that may be absent (not under test), null (missing) or given.
#[derive(Default)]
enum Input<T> {
    #[default]
    Absent,
    Null,
    Given(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Given))
    }
}

impl<T> Input<T> {
    /// The value for the facts: the baseline when absent, nothing when null.
    fn or_baseline(self, baseline: T) -> Option<T> {
        match self {
            Self::Absent => Some(baseline),
            Self::Null => None,
            Self::Given(value) => Some(value),
        }
    }
}

#[derive(Deserialize)]
#[serde(tag = "check", rename_all = "snake_case", deny_unknown_fields)]
enum GateInput {
    Delivery(Box<DeliveryInput>),
    Administration(AdministrationInput),
}

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

fn gate(vector: &Vector) -> Result<Verdict, String> {
    // serde does not refuse unknown fields beside an internal tag, so the tag is taken off first.
    let mut input = vector.input.clone();
    let check = input.as_object_mut().and_then(|fields| fields.remove("check"));
    match check.as_ref().and_then(Value::as_str) {
        Some("delivery") => deliver(serde_json::from_value(input).map_err(|error| error.to_string())?),
        Some("administration") => {
            Ok(administer(serde_json::from_value(input).map_err(|error| error.to_string())?))
        }
        _ => Err(format!("unknown check {check:?}")),
    }
}

/// A day before every vector: what is satisfied has been so since then.
fn long_ago() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap()
}

fn evidence(kind: EvidenceKind, label: &str) -> Evidence {
    Evidence { kind, id: label.to_owned(), label: label.to_owned() }
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

fn deliver(input: DeliveryInput) -> Result<Verdict, String> {
    let arrival_text = input.delivery_at.ok_or("delivery_at is needed: no delivery is judged without its day")?;
    let arrival = match moment(&arrival_text)? {
        Moment::Instant(instant) => Arrival { on: japanese_day(instant), not_before: instant },
        Moment::Day(day) => Arrival { on: day, not_before: start_of(day) },
        Moment::NotRecorded => return Err("delivery_at is not recorded".to_owned()),
    };
    let (destination, partnerships) = match input.partner {
        Input::Absent => (Some(true), Vec::new()),
        Input::Null => (None, vec![partnership(PartnerInput::default(), true)?]),
        Input::Given(PartnerInput { exists: Input::Given(false), qualified, .. }) => {
            (qualified.or_baseline(true), Vec::new())
        }
        Input::Given(mut partner) => {
            let qualified = std::mem::take(&mut partner.qualified).or_baseline(true);
            let unknown = matches!(partner.exists, Input::Null);
            (qualified, vec![partnership(partner, unknown)?])
        }
    };
    let named = match (input.physician, input.physicians) {
        (Input::Absent, Input::Absent) => vec![PhysicianInput::default()],
        (one, several) => {
            let one = if let Input::Given(physician) = one { Some(physician) } else { None };
            let several = if let Input::Given(physicians) = several { physicians } else { Vec::new() };
            one.into_iter().chain(several).collect()
        }
    };
    let facts = GateFacts {
        format: GateFacts::FORMAT,
        readiness: input.own.or_baseline(OwnInput::default()).map(|own| readiness(own, arrival.on)).transpose()?.into_iter().collect(),
        changes: Vec::new(),
        partnerships,
        physicians: named.into_iter().map(|physician| physician_facts(physician, arrival.on)).collect::<Result<_, _>>()?,
        explanations: input
            .explanation
            .or_baseline(ExplanationInput::default())
            .map(|explanation| explanation_facts(explanation, arrival.on))
            .transpose()?
            .into_iter()
            .collect(),
        policies: vec![PolicyVersion::initial(long_ago())],
    };
    let elsewhere = |qualified| Destination::Other { name: "partner".to_owned(), qualified };
    let destination = match input.deliver_to {
        Input::Absent => Destination::OrderedFacility,
        Input::Given(place) if place == "OWN" => Destination::OrderedFacility,
        Input::Given(place) if place == "PARTNER" => elsewhere(destination),
        Input::Given(place) => return Err(format!("unknown deliver_to {place:?}")),
        Input::Null => elsewhere(None),
    };
    let line = |product, quantity| OrderLine { product: OrderedProduct::Known(product), quantity };
    let lines = vec![line(Product::LunsumioIv1Mg, 3), line(Product::LunsumioIv30Mg, 2)];
    Ok(delivery(&facts, &OrderFacts { lines, destination }, &arrival))
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
        span: Span { first: long_ago(), last: None },
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
        Input::Absent => Some(Span { first: long_ago(), last: None }),
        Input::Null => None,
        Input::Given(last) => Some(Span { first: long_ago().min(last), last: Some(last) }),
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
        stated: if nothing_recorded { PartnerStatement::default() } else { stated },
        own: Vec::new(),
        own_changes: Vec::new(),
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
        span: Span { first: long_ago(), last },
    };
    Ok(PhysicianFacts {
        person_id: name.clone(),
        qualification: Some(Qualification {
            evidence: evidence(EvidenceKind::Qualification, &name),
            span: Span { first: long_ago(), last: None },
            experience: physician.haem_malignancy_experience.or_baseline(true),
            meetings: physician.mr_meetings.or_baseline(true),
            cooperation: physician.safety_cooperation.or_baseline(true),
        }),
        affiliations: last.map(affiliation).into_iter().collect(),
        meetings: vec![Meeting { evidence: evidence(EvidenceKind::Meeting, &name), at: on, mode }],
        name,
    })
}

fn explanation_facts(explanation: ExplanationInput, on: NaiveDate) -> Result<ExplanationFacts, String> {
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
        crs_guidance_version: input.crs_guidance_version.or_baseline("baseline".to_owned()),
        observation: match input.observation {
            Input::Absent => Observation::BeforeStart,
            Input::Null => Observation::NotRecorded,
            Input::Given(signs) => Observation::Recorded(signs.into_iter().collect()),
        },
    })
}

/// Trials of this test itself: what must fail fails, and inputs that the sample does not hold are answered well.
fn trials_of_this_test() -> Vec<Trial> {
    let own = |input: Value| {
        json!({
            "id": "T", "kind": "gate", "title": "t", "input": input,
            "expected": {"decision": "ALLOW"}, "clauses": [], "basis": "LITERAL"
        })
    };
    let delivered = |changes: Value| {
        let mut input = json!({"check": "delivery", "delivery_at": "2025-04-01T09:00+09:00"});
        input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        input
    };
    let expecting = move |changes: Value, decision: &str, reason: &str, clauses: Value| {
        let mut vector = own(delivered(changes));
        vector["expected"] = json!({"decision": decision, "reason": reason});
        vector["clauses"] = clauses;
        vector
    };
    let changed = move |key: &str, value: Value| {
        let mut vector = own(delivered(json!({})));
        vector[key] = value;
        vector
    };
    let refused = |name: &str, vector: Value, because: &'static str| {
        Trial::test(name, move || match run(vector) {
            Err(error) if error.contains(because) => Ok(()),
            Err(error) => Err(format!("fails for another reason: {error}").into()),
            Ok(()) => Err("passes".into()),
        })
        .with_kind("self")
    };
    let answered = |name: &str, vector: Value| {
        Trial::test(name, move || run(vector).map_err(Failed::from)).with_kind("self")
    };
    let no_icu = || json!({"icu": false, "admission_24h": false});
    let missing = |name: &str, changes: Value, clauses: Value| {
        answered(name, expecting(changes, "BLOCK", "MISSING_DATA", clauses))
    };
    let blocked = |name: &str, changes: Value, reason: &str, clauses: Value| {
        answered(name, expecting(changes, "BLOCK", reason, clauses))
    };
    vec![
        answered("the_baseline_is_satisfied", changed("clauses", json!(["F-1", "F-1.1", "F-1.2", "F-1.3", "F-1.4"]))),
        Trial::test("a_delivery_is_judged_by_every_rule", || {
            let verdict = deliver(DeliveryInput { delivery_at: Some("2025-04-01".to_owned()), ..Default::default() });
            let rules: Vec<String> = verdict?.findings.iter().map(|finding| finding.rule.to_string()).collect();
            let expected: Vec<&str> = delivery_rules().iter().map(|(name, _)| *name).collect();
            if rules == expected { Ok(()) } else { Err(format!("{rules:?}").into()) }
        })
        .with_kind("self"),
        refused("an_unknown_kind_fails", changed("kind", json!("weather")), "unknown kind"),
        refused("an_unknown_field_of_a_vector_fails", changed("mood", json!("good")), "unknown field"),
        refused("an_unknown_input_fails", own(delivered(json!({"weather": "fine"}))), "unknown field"),
        refused("an_unknown_nested_input_fails", own(delivered(json!({"own": {"helipad": true}}))), "unknown field"),
        refused("an_unknown_check_fails", own(json!({"check": "storage"})), "unknown check"),
        refused("an_unchecked_expectation_fails", changed("expected", json!({"dose_mg": 30})), "is not checked"),
        refused("a_wrong_decision_fails", changed("expected", json!({"decision": "BLOCK"})), "decision is ALLOW"),
        refused("an_uncited_clause_fails", changed("clauses", json!(["D-1a"])), "cited by no finding"),
        blocked("no_icu_and_no_partner", json!({"own": no_icu(), "partner": {"exists": false}}), "NO_24H_ADMISSION_WITH_ICU", json!(["F-1.1", "F-*1"])),
        blocked("a_partner_without_icu", json!({"own": no_icu(), "partner": {"icu": false}}), "NO_24H_ADMISSION_WITH_ICU", json!(["F-1.1", "F-*2"])),
        blocked("a_partner_without_night_admission", json!({"own": no_icu(), "partner": {"admission_24h": false}}), "NO_24H_ADMISSION_WITH_ICU", json!(["F-1.1", "F-*2"])),
        blocked("no_tocilizumab_anywhere", json!({"own": {"tocilizumab_ready": false}}), "TOCILIZUMAB_NOT_READY", json!(["F-1.2"])),
        blocked("a_physician_who_cannot_meet", json!({"physician": {"mr_meetings": false}}), "PHYSICIAN_REQUIREMENT", json!(["F-1.3", "F-*3-2"])),
        blocked("a_physician_who_left", json!({"physician": {"in_post": false}}), "PHYSICIAN_REQUIREMENT", json!(["F-1.3"])),
        blocked("delivery_to_a_partner_not_qualified", json!({"partner": {"qualified": false}, "deliver_to": "PARTNER"}), "DESTINATION_NOT_QUALIFIED", json!(["F-1"])),
        missing("a_partner_without_agreement", json!({"own": no_icu(), "partner": {"agreement_valid_until": null}}), json!(["F-1.1", "F-*2"])),
        missing("a_partner_of_whom_nothing_is_known", json!({"own": no_icu(), "partner": null}), json!(["F-*2"])),
        missing("a_partner_whose_icu_is_not_recorded", json!({"own": no_icu(), "partner": {"icu": null}}), json!(["F-*2"])),
        missing("a_partner_whose_tocilizumab_is_not_recorded", json!({"own": no_icu(), "partner": {"tocilizumab_ready": null}}), json!(["F-1.2"])),
        missing("an_icu_not_recorded", json!({"own": {"icu": null}}), json!(["F-*1"])),
        missing("night_admission_not_recorded", json!({"own": {"admission_24h": null}}), json!(["F-1.1"])),
        missing("beds_not_recorded", json!({"own": {"inpatient_beds": null}}), json!(["P-3b"])),
        missing("tocilizumab_not_recorded", json!({"own": {"tocilizumab_ready": null}}), json!(["F-1.2", "P-5"])),
        missing("test_results_not_recorded", json!({"own": {"lab_results_available": null}}), json!(["F-1.2"])),
        missing("no_physician_named", json!({"physician": null}), json!(["F-1.3"])),
        missing("experience_not_recorded", json!({"physician": {"haem_malignancy_experience": null}}), json!(["F-*3-1"])),
        missing("meetings_not_recorded", json!({"physician": {"mr_meetings": null}}), json!(["F-*3-2"])),
        missing("cooperation_not_recorded", json!({"physician": {"safety_cooperation": null}}), json!(["F-*3-3"])),
        missing("post_not_recorded", json!({"physician": {"in_post": null}}), json!(["F-1.3"])),
        missing("presenter_not_recorded", json!({"explanation": {"by": null}}), json!(["F-1.4"])),
        missing("product_topic_not_recorded", json!({"explanation": {"product": null}}), json!(["F-1.4"])),
        missing("safety_topic_not_recorded", json!({"explanation": {"safety_measures": null}}), json!(["F-1.4"])),
        missing("explanation_time_not_recorded", json!({"explanation": {"at": null}}), json!(["F-1.4"])),
        missing("destination_not_known", json!({"partner": {"qualified": null}, "deliver_to": "PARTNER"}), json!(["F-1"])),
    ]
}

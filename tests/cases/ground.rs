//! A facility with a case, and records of every kind.

use chrono::{DateTime, TimeDelta, Utc};
use kanmon::cases::{self, Case, Entry, Gathered, NewCase, NewRecord};
use kanmon::error::{Error, Result};
use kanmon::ids::{CaseId, CaseRecordId};
use kanmon::rules::briefing::Moment;
use kanmon::rules::dosing::counts::CountUnit;
use kanmon::rules::dosing::course::Step;
use kanmon::rules::dosing::eligibility::{
    AntiCd20, ConsentBy, Diagnosis, DiseaseStatus, EligibilityFacts, FlGrade, PriorTherapy,
    TherapyKind, TherapyOutcome,
};
use kanmon::rules::dosing::facts::{Administration, Assessment, BloodCount, Count, Episode, Given};
use kanmon::rules::dosing::quantity::Quantity;
use kanmon::rules::dosing::reactions::Scale;
use kanmon::rules::dosing::response::Response;
use kanmon::rules::finding::Reaction;

use crate::support::programme::{Ground, Place, Who};
use crate::support::{TestDb, day, now};

pub fn eligible() -> EligibilityFacts {
    EligibilityFacts {
        adult: Some(true),
        diagnosis: Some(Diagnosis::FollicularLymphoma),
        status: Some(DiseaseStatus::Relapsed),
        therapies: Some(vec![
            PriorTherapy {
                kind: TherapyKind::Standard,
                anti_cd20: Some(AntiCd20::Yes),
                outcome: Some(TherapyOutcome::Relapse),
            };
            2
        ]),
        fl_grade: Some(FlGrade::Two),
        pathologist_experienced: Some(true),
        explained_efficacy: Some(true),
        explained_risk: Some(true),
        consent_by: Some(ConsentBy::Patient),
        consent_before_first_dose: Some(true),
        appropriateness_recorded: Some(true),
        physician_qualified: Some(true),
        other_antineoplastics: Some(Vec::new()),
        combination_justified: false,
    }
}

/// So many hours before the test's present.
pub fn ago(hours: i64) -> DateTime<Utc> {
    now() - TimeDelta::hours(hours)
}

pub fn dose(cycle: u32, on: u32, mg: u32, hours: i64) -> Administration {
    Administration {
        step: Step::new(cycle, on),
        mg: Quantity::whole(mg),
        given: Given::InFull,
        started: Moment::Instant(ago(hours)),
        ended: Some(ago(hours - 4)),
        rate: None,
        interruptions: Vec::new(),
        inpatient: Some(true),
        crs_followed: Some(false),
    }
}

pub fn crs(grades: &[u32], hours: i64) -> Entry {
    Entry::Reaction(Episode {
        reaction: Reaction::Crs,
        scale: Some(Scale::Astct),
        grades: grades.to_vec(),
        onset: Moment::Instant(ago(hours)),
        recurred_after_resumption: false,
        recovered: Moment::NotRecorded,
        recovered_to_grade_one: Moment::NotRecorded,
        grade_three_from: Moment::NotRecorded,
        grade_three_to: Moment::NotRecorded,
    })
}

pub fn blood(hours: i64) -> Entry {
    Entry::Count(BloodCount {
        taken: ago(hours),
        platelets: Some(Count {
            value: Quantity::whole(120),
            unit: Some(CountUnit::ThousandPerMicrolitre),
        }),
        neutrophils: None,
        transfused_within_72h: false,
        growth_factor: false,
    })
}

pub fn response() -> Entry {
    Entry::Response(Assessment {
        on: day("2026-11-20"),
        response: Response::Pr,
        end_of_cycle_8: false,
        at: None,
    })
}

/// The records of a first week, as they happened.
pub fn course(place: &Place) -> Vec<NewRecord> {
    vec![
        given(place, dose(1, 1, 1, 24 * 8)),
        noted(crs(&[1], 24 * 7)),
        given(place, dose(1, 8, 2, 24)),
        noted(blood(30)),
        noted(response()),
    ]
}

pub fn given(place: &Place, dose: Administration) -> NewRecord {
    NewRecord {
        entry: Entry::Administration(dose),
        physician: Some(place.physician.person.clone()),
        elsewhere: false,
    }
}

pub fn noted(entry: Entry) -> NewRecord {
    NewRecord {
        entry,
        physician: None,
        elsewhere: false,
    }
}

/// A facility of a programme, with an open case of which nothing is recorded yet.
pub struct Ward {
    pub data: TestDb,
    pub ground: Ground,
    pub place: Place,
    pub case: CaseId,
}

impl Ward {
    pub fn new() -> Ward {
        let data = TestDb::new();
        let ground = Ground::begin(&data.db);
        let place = ground.all_ready("架空市立中央病院");
        let case = open(&ground, &place.physician).unwrap();
        Ward {
            data,
            ground,
            place,
            case,
        }
    }

    pub fn gathered(&self) -> Gathered {
        gathered(&self.ground, &self.place.physician, &self.case).unwrap()
    }

    pub fn case(&self) -> Case {
        self.gathered().case
    }

    pub fn record(&self, new: &NewRecord) -> Result<CaseRecordId> {
        record(&self.ground, &self.place.physician, &self.case, new)
    }

    /// Records a whole first week and returns the ids in that order.
    pub fn week(&self) -> Vec<CaseRecordId> {
        let records = course(&self.place);
        let made = records.iter().map(|new| self.record(new).unwrap());
        made.collect()
    }
}

pub fn open(ground: &Ground, who: &Who) -> Result<CaseId> {
    ground.act(who, |tx, scope| {
        let new = NewCase {
            course: 1,
            eligibility: eligible(),
        };
        cases::open(tx, scope, &new)
    })
}

pub fn gathered(ground: &Ground, who: &Who, case: &CaseId) -> Result<Gathered> {
    let scope = who.scope.clone();
    ground.db.read(|conn| cases::gather(conn, &scope, case))
}

/// Records as somebody who has seen the latest version.
pub fn record(ground: &Ground, who: &Who, case: &CaseId, new: &NewRecord) -> Result<CaseRecordId> {
    let version = gathered(ground, who, case)?.case.version;
    let (case, new) = (case.clone(), new.clone());
    ground.act(who, move |tx, scope| {
        cases::record(tx, scope, (&case, version), &new)
    })
}

/// The message of an input that was refused, and its field.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<(String, &'static str)> {
    match outcome {
        Err(Error::Invalid(errors)) => errors
            .0
            .into_iter()
            .map(|(field, message)| (field, message.id))
            .collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[track_caller]
pub fn one_error<T: std::fmt::Debug>(outcome: Result<T>, field: &str, id: &str) {
    let errors = refused(outcome);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!((errors[0].0.as_str(), errors[0].1), (field, id));
}

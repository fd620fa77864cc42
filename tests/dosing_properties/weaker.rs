//! Facts in order for each table, and for each of their fields what is worse than that.

use chrono::{DateTime, TimeDelta, Utc};
use kanmon::rules::briefing::Moment;
use kanmon::rules::dosing::admission::{
    AdmissionFacts, ConsiderationRecord, DischargeFacts, First60, Setting,
};
use kanmon::rules::dosing::counts::{CountFacts, CountUnit};
use kanmon::rules::dosing::course::{Path, Step};
use kanmon::rules::dosing::eligibility::{
    AntiCd20, Diagnosis, DiseaseStatus, EligibilityFacts, FlGrade, PriorTherapy, TherapyKind,
    TherapyOutcome,
};
use kanmon::rules::dosing::facts::{Count, Given};
use kanmon::rules::dosing::premedication::{PremedicationFacts, PreviousCrs, Relief, SteroidGiven};
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::dosing::reactions::{
    NextDoseFacts, RateFacts, ReactionFacts, ResumptionFacts, Scale,
};
use kanmon::rules::dosing::regimen::{DoseFacts, Route};
use kanmon::rules::dosing::response::{Response, ResponseFacts};
use kanmon::rules::dosing::restart::{PreviousDose, RestartFacts};
use kanmon::rules::finding::Reaction;

/// One field made worse. Two of the same field are never both made, because the later one would undo the earlier.
pub type Worse<F> = (&'static str, fn(&mut F));

/// An instant that the examples turn around.
pub fn noon() -> DateTime<Utc> {
    "2025-03-20T03:00:00Z".parse().expect("an instant")
}

/// So many minutes before [`noon`].
pub fn before_noon(minutes: i64) -> Moment {
    Moment::Instant(noon() - TimeDelta::minutes(minutes))
}

/// A patient whom the indication covers.
pub fn patient() -> EligibilityFacts {
    let therapy = |anti_cd20| PriorTherapy {
        kind: TherapyKind::Standard,
        anti_cd20: Some(anti_cd20),
        outcome: Some(TherapyOutcome::Relapse),
    };
    EligibilityFacts {
        adult: Some(true),
        diagnosis: Some(Diagnosis::FollicularLymphoma),
        status: Some(DiseaseStatus::Refractory),
        therapies: Some(vec![therapy(AntiCd20::Yes), therapy(AntiCd20::No)]),
        fl_grade: Some(FlGrade::ThreeA),
        pathologist_experienced: Some(true),
        explained_efficacy: Some(true),
        explained_risk: Some(true),
        consent_by: Some(kanmon::rules::dosing::eligibility::ConsentBy::Family),
        consent_before_first_dose: Some(true),
        appropriateness_recorded: Some(true),
        physician_qualified: Some(true),
        other_antineoplastics: Some(Vec::new()),
        combination_justified: false,
    }
}

fn each_therapy(facts: &mut EligibilityFacts, change: impl Fn(&mut PriorTherapy)) {
    facts.therapies.iter_mut().flatten().for_each(change);
}

/// What is worse for a patient.
pub const OF_A_PATIENT: &[Worse<EligibilityFacts>] = &[
    ("adult", |facts| facts.adult = Some(false)),
    ("adult", |facts| facts.adult = None),
    ("diagnosis", |facts| {
        facts.diagnosis = Some(Diagnosis::Other)
    }),
    ("diagnosis", |facts| facts.diagnosis = None),
    ("status", |facts| {
        facts.status = Some(DiseaseStatus::Neither)
    }),
    ("status", |facts| facts.status = None),
    ("therapies", |facts| facts.therapies = None),
    ("therapies", |facts| facts.therapies = Some(Vec::new())),
    ("therapies", |facts| {
        facts.therapies.iter_mut().for_each(|list| list.truncate(1))
    }),
    ("kind", |facts| {
        each_therapy(facts, |one| one.kind = TherapyKind::Doubtful)
    }),
    ("anti-CD20", |facts| {
        each_therapy(facts, |one| one.anti_cd20 = Some(AntiCd20::No))
    }),
    ("anti-CD20", |facts| {
        each_therapy(facts, |one| one.anti_cd20 = Some(AntiCd20::BispecificOnly));
    }),
    ("anti-CD20", |facts| {
        each_therapy(facts, |one| one.anti_cd20 = None)
    }),
    ("outcome", |facts| {
        each_therapy(facts, |one| {
            one.outcome = Some(TherapyOutcome::StillEffective)
        });
    }),
    ("outcome", |facts| {
        each_therapy(facts, |one| {
            one.outcome = Some(TherapyOutcome::StoppedForIntolerance)
        });
    }),
    ("outcome", |facts| {
        each_therapy(facts, |one| one.outcome = None)
    }),
    ("grade", |facts| facts.fl_grade = Some(FlGrade::ThreeB)),
    ("grade", |facts| facts.fl_grade = Some(FlGrade::Three)),
    ("grade", |facts| facts.fl_grade = Some(FlGrade::Ungraded)),
    ("grade", |facts| facts.fl_grade = None),
    ("pathologist", |facts| {
        facts.pathologist_experienced = Some(false)
    }),
    ("pathologist", |facts| facts.pathologist_experienced = None),
    ("efficacy", |facts| facts.explained_efficacy = Some(false)),
    ("efficacy", |facts| facts.explained_efficacy = None),
    ("risk", |facts| facts.explained_risk = Some(false)),
    ("risk", |facts| facts.explained_risk = None),
    ("consent", |facts| facts.consent_by = None),
    ("time of consent", |facts| {
        facts.consent_before_first_dose = Some(false)
    }),
    ("time of consent", |facts| {
        facts.consent_before_first_dose = None
    }),
    ("appropriateness", |facts| {
        facts.appropriateness_recorded = Some(false)
    }),
    ("appropriateness", |facts| {
        facts.appropriateness_recorded = None
    }),
    ("physician", |facts| facts.physician_qualified = Some(false)),
    ("physician", |facts| facts.physician_qualified = None),
    ("drugs", |facts| facts.other_antineoplastics = None),
    ("drugs", |facts| {
        facts.other_antineoplastics = Some(vec!["lenalidomide".to_owned()])
    }),
];

/// A dose of the regimen as ordered.
pub const DOSE: DoseFacts = DoseFacts {
    cycle: Datum::Known(2),
    day: Datum::Known(1),
    path: Path::Standard,
    ordered: Datum::Known(Quantity::whole(60)),
    route: Datum::Known(Route::IvInfusion),
};

/// What is worse for a dose.
pub const OF_A_DOSE: &[Worse<DoseFacts>] = &[
    ("cycle", |facts| facts.cycle = Datum::Missing),
    ("cycle", |facts| facts.cycle = Datum::Known(0)),
    ("day", |facts| facts.day = Datum::Missing),
    ("day", |facts| facts.day = Datum::Known(2)),
    ("ordered", |facts| facts.ordered = Datum::Missing),
    ("ordered", |facts| {
        facts.ordered = Datum::Known(Quantity::whole(30))
    }),
    ("route", |facts| facts.route = Datum::Missing),
    ("route", |facts| facts.route = Datum::Known(Route::Other)),
];

/// A planned dose on its day.
pub const INTERVAL: RestartFacts = RestartFacts {
    previous: Some(PreviousDose {
        step: Step::new(1, 15),
        mg: Quantity::whole(60),
        given: Given::InFull,
        path: Path::Standard,
    }),
    interval: Some(7),
    since_day_one: None,
    on: None,
};

fn previous(facts: &mut RestartFacts, change: impl Fn(&mut PreviousDose)) {
    facts.previous.iter_mut().for_each(change);
}

/// What is worse for an interval. After a dose of the wrong amount no spacing is known, so it is one field with the interval.
pub const OF_AN_INTERVAL: &[Worse<RestartFacts>] = &[
    ("interval", |facts| facts.interval = None),
    ("interval", |facts| facts.interval = Some(-1)),
    ("interval", |facts| facts.interval = Some(6)),
    ("given", |facts| {
        previous(facts, |one| one.given = Given::NotRecorded)
    }),
    ("given", |facts| {
        previous(facts, |one| one.given = Given::Partly(Quantity::whole(20)))
    }),
    ("interval", |facts| {
        previous(facts, |one| one.mg = Quantity::whole(30))
    }),
];

/// Cycle 9 after a partial response.
pub const COURSE: ResponseFacts = ResponseFacts {
    cycle: 9,
    course: 1,
    end_of_cycle_8: Some(Response::Pr),
    assessed_at: Some(Step::new(8, 21)),
    interim: None,
};

/// What is worse for a course.
pub const OF_A_COURSE: &[Worse<ResponseFacts>] = &[
    ("cycle", |facts| facts.cycle = 18),
    ("response", |facts| facts.end_of_cycle_8 = None),
    ("response", |facts| {
        facts.end_of_cycle_8 = Some(Response::Cr)
    }),
    ("response", |facts| {
        facts.end_of_cycle_8 = Some(Response::Pd)
    }),
    ("response", |facts| {
        facts.end_of_cycle_8 = Some(Response::Ne)
    }),
    ("response", |facts| {
        facts.end_of_cycle_8 = Some(Response::Other)
    }),
    ("assessed", |facts| {
        facts.assessed_at = Some(Step::new(8, 3))
    }),
    ("interim", |facts| facts.interim = Some(Response::Pd)),
];

/// A dose with everything given before it.
pub const PREMEDICATED: PremedicationFacts = PremedicationFacts {
    step: Step::new(3, 1),
    path: Path::Standard,
    previous_crs: PreviousCrs::Recorded(true),
    steroid: SteroidGiven::Yes(Some(60)),
    relief: Relief {
        needed: Datum::Known(true),
        antipyretic: Datum::Known(45),
        antihistamine: Datum::Known(45),
    },
};

/// What is worse for premedication.
pub const OF_PREMEDICATION: &[Worse<PremedicationFacts>] = &[
    ("previous", |facts| {
        facts.previous_crs = PreviousCrs::NotRecorded
    }),
    ("steroid", |facts| facts.steroid = SteroidGiven::No),
    ("steroid", |facts| facts.steroid = SteroidGiven::Yes(None)),
    ("steroid", |facts| {
        facts.steroid = SteroidGiven::Yes(Some(59))
    }),
    ("steroid", |facts| {
        facts.steroid = SteroidGiven::Yes(Some(-1))
    }),
    ("steroid", |facts| {
        facts.steroid = SteroidGiven::Yes(Some(240))
    }),
    ("antipyretic", |facts| {
        facts.relief.antipyretic = Datum::Known(29)
    }),
    ("antipyretic", |facts| {
        facts.relief.antipyretic = Datum::Missing
    }),
    ("antihistamine", |facts| {
        facts.relief.antihistamine = Datum::Known(61)
    }),
    ("antihistamine", |facts| {
        facts.relief.antihistamine = Datum::Missing
    }),
];

/// The first 60 mg, in hospital.
pub fn in_hospital(first_60mg: First60, step: Step, path: Path) -> AdmissionFacts {
    AdmissionFacts {
        step,
        mg: Quantity::whole(60),
        path,
        first_60mg,
        setting: Datum::Known(Setting::Inpatient),
        admitted: Some(noon() - TimeDelta::hours(1)),
        start: Some(noon()),
        consideration: Datum::Known(ConsiderationRecord::Inpatient),
        last_crs_grade: 0,
    }
}

/// What is worse for the setting of a dose.
pub const OF_A_SETTING: &[Worse<AdmissionFacts>] = &[
    ("setting", |facts| {
        facts.setting = Datum::Known(Setting::Outpatient)
    }),
    ("setting", |facts| facts.setting = Datum::Missing),
    ("admitted", |facts| {
        facts.admitted = Some(noon() + TimeDelta::minutes(1))
    }),
    ("consideration", |facts| {
        facts.consideration = Datum::Missing
    }),
    ("grade", |facts| facts.last_crs_grade = 3),
];

/// A patient who may leave.
pub fn leaving() -> DischargeFacts {
    DischargeFacts {
        first_60mg: true,
        start: Some(noon() - TimeDelta::hours(48)),
        leaving: noon(),
        ongoing_crs: Some(false),
        instructed: Some(true),
        elsewhere: false,
    }
}

/// What is worse for a patient who would leave.
pub const OF_LEAVING: &[Worse<DischargeFacts>] = &[
    ("start", |facts| facts.start = None),
    ("start", |facts| {
        facts.start = Some(noon() - TimeDelta::hours(47))
    }),
    ("ongoing", |facts| facts.ongoing_crs = Some(true)),
    ("ongoing", |facts| facts.ongoing_crs = None),
    ("instructed", |facts| facts.instructed = Some(false)),
    ("instructed", |facts| facts.instructed = None),
    ("elsewhere", |facts| facts.elsewhere = true),
];

/// A reaction of this grade and none before.
pub fn episode(reaction: Reaction, grade: u32) -> ReactionFacts {
    ReactionFacts {
        reaction,
        scale: Datum::Known(Scale::Astct),
        grades: vec![grade],
        earlier_grade_three: Some(false),
        earlier_grade_four: false,
    }
}

/// An administration that may go on, and the next dose that may begin.
pub fn acts() -> (ResumptionFacts, NextDoseFacts) {
    let resumption = ResumptionFacts {
        at: noon(),
        recovered: Some(true),
        current_grade: Some(1),
        recovered_to_grade_one: before_noon(72 * 60),
        rates: Some((Quantity::whole(1), Quantity::whole(2))),
        recurred_after_resumption: false,
    };
    let next = NextDoseFacts {
        at: noon(),
        recovered: before_noon(72 * 60),
        current_grade: Some(0),
        recovered_to_grade_one: before_noon(80 * 60),
        grade_three: Datum::Known((before_noon(400 * 60), before_noon(300 * 60))),
        rate: RateFacts::SameDose(resumption.rates),
        rate_reason_recorded: false,
        continuation_recorded: false,
    };
    (resumption, next)
}

/// A reaction with what is asked of an act after it.
pub type After<T> = (ReactionFacts, T);

/// What is worse for going on.
pub const OF_RESUMING: &[Worse<After<ResumptionFacts>>] = &[
    ("scale", |(facts, _)| facts.scale = Datum::Missing),
    ("scale", |(facts, _)| {
        facts.scale = Datum::Known(Scale::Other)
    }),
    ("grades", |(facts, _)| facts.grades.clear()),
    ("grades", |(facts, _)| facts.grades.push(4)),
    ("earlier three", |(facts, _)| {
        facts.earlier_grade_three = Some(true)
    }),
    ("earlier three", |(facts, _)| {
        facts.earlier_grade_three = None
    }),
    ("earlier four", |(facts, _)| facts.earlier_grade_four = true),
    ("recovered", |(_, now)| now.recovered = Some(false)),
    ("recovered", |(_, now)| now.recovered = None),
    ("current", |(_, now)| now.current_grade = Some(2)),
    ("current", |(_, now)| now.current_grade = None),
    ("to one", |(_, now)| {
        now.recovered_to_grade_one = Moment::NotRecorded
    }),
    ("to one", |(_, now)| {
        now.recovered_to_grade_one = before_noon(71 * 60 + 59)
    }),
    ("rates", |(_, now)| now.rates = None),
    ("rates", |(_, now)| {
        now.rates = Some((Quantity::whole(3), Quantity::whole(2)))
    }),
    ("recurred", |(_, now)| now.recurred_after_resumption = true),
];

/// What is worse for the next dose. The grade now and the recovery are one field: a grade now explains why none is recorded.
pub const OF_A_NEXT_DOSE: &[Worse<After<NextDoseFacts>>] = &[
    ("scale", |(facts, _)| facts.scale = Datum::Missing),
    ("scale", |(facts, _)| {
        facts.scale = Datum::Known(Scale::Other)
    }),
    ("grades", |(facts, _)| facts.grades.clear()),
    ("grades", |(facts, _)| facts.grades.push(4)),
    ("earlier three", |(facts, _)| {
        facts.earlier_grade_three = Some(true)
    }),
    ("earlier three", |(facts, _)| {
        facts.earlier_grade_three = None
    }),
    ("earlier four", |(facts, _)| facts.earlier_grade_four = true),
    ("recovered", |(_, now)| now.recovered = Moment::NotRecorded),
    ("recovered", |(_, now)| {
        now.recovered = before_noon(71 * 60 + 59)
    }),
    ("recovered", |(_, now)| {
        now.recovered = before_noon(0).day().map_or(now.recovered, Moment::Day)
    }),
    ("recovered", |(_, now)| now.current_grade = Some(1)),
    ("recovered", |(_, now)| now.current_grade = Some(2)),
    ("to one", |(_, now)| {
        now.recovered_to_grade_one = Moment::NotRecorded
    }),
    ("three", |(_, now)| now.grade_three = Datum::Missing),
    ("three", |(_, now)| {
        now.grade_three = Datum::Known((before_noon(500 * 60), before_noon(60)))
    }),
    ("rate", |(_, now)| now.rate = RateFacts::SameDose(None)),
    ("rate", |(_, now)| now.rate = RateFacts::OtherDose),
    ("rate", |(_, now)| {
        now.rate = RateFacts::TwoRates {
            planned: None,
            lowest: Quantity::whole(1),
        };
    }),
];

/// A count of whole cells per mm³.
pub fn per_mm3(number: u32) -> Datum<Count> {
    Datum::Known(Count {
        value: Quantity::whole(number),
        unit: Some(CountUnit::PerMm3),
    })
}

/// Counts exactly at both limits.
pub fn blood() -> CountFacts {
    CountFacts {
        platelets: per_mm3(50_000),
        neutrophils: per_mm3(1_000),
        before_first_dose: false,
        transfused_within_72h: false,
        growth_factor: false,
    }
}

const UNITLESS: Datum<Count> = Datum::Known(Count {
    value: Quantity::whole(90_000),
    unit: None,
});

/// What is worse for counts.
pub const OF_BLOOD: &[Worse<CountFacts>] = &[
    ("platelets", |facts| facts.platelets = per_mm3(49_999)),
    ("platelets", |facts| facts.platelets = UNITLESS),
    ("platelets", |facts| facts.platelets = Datum::Missing),
    ("neutrophils", |facts| facts.neutrophils = per_mm3(999)),
    ("neutrophils", |facts| facts.neutrophils = UNITLESS),
    ("neutrophils", |facts| facts.neutrophils = Datum::Missing),
    ("transfused", |facts| facts.transfused_within_72h = true),
    ("growth factor", |facts| facts.growth_factor = true),
];

//! One physician: the three points of ※3, and being in post.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::facility::{Held, Span};
use super::finding::{
    Answer, Evidence, Field, Finding, PhysicianGap, PhysicianPoint, Reason, Source, Verdict,
};

/// A physician's signed statement on the three points of ※3. `None` means that nobody answered, and never passes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Qualification {
    /// The statement.
    pub evidence: Evidence,
    /// Its days.
    pub span: Span,
    /// ※3-1: sufficient knowledge and experience in treating haematological malignancies.
    pub experience: Option<bool>,
    /// ※3-2: able to meet the representative regularly, face to face or online.
    pub meetings: Option<bool>,
    /// ※3-3: able to cooperate with the safety measures the manufacturer asks for.
    pub cooperation: Option<bool>,
}

/// A physician's time in post at the facility that is judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Affiliation {
    /// The record of it.
    pub evidence: Evidence,
    /// Its days; the last one is the last day in post.
    pub span: Span,
}

/// How a meeting was held. The notice accepts every form (「対面やオンライン等」).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingMode {
    /// 対面.
    FaceToFace,
    /// オンライン.
    Online,
    /// By telephone or otherwise (「等」).
    Other,
}

/// A meeting (面談) of the physician with the representative. It is not an explanation before delivery.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Meeting {
    /// The record of it.
    pub evidence: Evidence,
    /// The Japanese day on which it was held.
    pub at: NaiveDate,
    /// How it was held.
    pub mode: MeetingMode,
}

/// All that is known of one physician at one facility.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PhysicianFacts {
    /// The person's internal id.
    pub person_id: String,
    /// The person's name, as typed.
    pub name: String,
    /// The accepted statement on ※3.
    pub qualification: Option<Qualification>,
    /// The times in post at this facility.
    pub affiliations: Vec<Affiliation>,
    /// The meetings held.
    pub meetings: Vec<Meeting>,
}

impl PhysicianFacts {
    /// The first day of the time in post that contains the day; times that follow each other without a gap count as one.
    #[must_use]
    pub fn affiliated_since(&self, on: NaiveDate) -> Option<NaiveDate> {
        let mut since = self
            .spans()
            .filter(|span| span.contains(on))
            .map(|span| span.first)
            .min()?;
        // Each round moves to an earlier affiliation, so there are at most as many rounds as affiliations.
        while let Some(earlier) = since.pred_opt().and_then(|eve| {
            self.spans()
                .filter(|span| span.contains(eve))
                .map(|span| span.first)
                .min()
        }) {
            since = earlier;
        }
        Some(since)
    }

    fn spans(&self) -> impl Iterator<Item = &Span> {
        self.affiliations
            .iter()
            .map(|affiliation| &affiliation.span)
    }

    /// The affiliation that contains the day and lasts longest; otherwise the one that began last before it.
    fn affiliation(&self, on: NaiveDate) -> Option<&Affiliation> {
        let current = self
            .affiliations
            .iter()
            .filter(|affiliation| affiliation.span.contains(on));
        let begun = self
            .affiliations
            .iter()
            .filter(|affiliation| affiliation.span.first <= on);
        current
            .max_by_key(|row| (row.span.last.is_none(), row.span.last, *row))
            .or_else(|| begun.max_by_key(|row| (row.span.first, *row)))
    }

    /// The last day on which statement and post both last as far as is known now.
    fn qualified_until(&self, on: NaiveDate) -> Option<NaiveDate> {
        let statement = self
            .qualification
            .as_ref()
            .and_then(|qualification| qualification.span.last);
        let post = self
            .affiliation(on)
            .and_then(|affiliation| affiliation.span.last);
        [statement, post].into_iter().flatten().min()
    }

    fn evidence(&self, on: NaiveDate) -> Vec<&Evidence> {
        let statement = self
            .qualification
            .iter()
            .map(|qualification| &qualification.evidence);
        statement
            .chain(
                self.affiliation(on)
                    .map(|affiliation| &affiliation.evidence),
            )
            .collect()
    }

    /// Whether one point is proven of this person on the day.
    fn point(&self, point: PhysicianPoint, on: NaiveDate) -> Held {
        let missing = |field| Held::Unproven(Reason::MissingData { field });
        if point == PhysicianPoint::Post {
            return match self.affiliations.is_empty() {
                true => missing(Field::PhysicianAffiliation),
                false if self.spans().any(|span| span.contains(on)) => Held::Yes,
                false => Held::No,
            };
        }
        let Some(qualification) = &self.qualification else {
            return missing(Field::PhysicianQualification);
        };
        if !qualification.span.contains(on) {
            return Held::No;
        }
        let (answer, field) = match point {
            PhysicianPoint::Experience => (qualification.experience, Field::PhysicianExperience),
            PhysicianPoint::Meetings => (qualification.meetings, Field::PhysicianMeetings),
            PhysicianPoint::Cooperation | PhysicianPoint::Post => {
                (qualification.cooperation, Field::PhysicianCooperation)
            }
        };
        match answer {
            Some(true) => Held::Yes,
            Some(false) => Held::No,
            None => missing(field),
        }
    }

    /// Whether this person alone satisfies F-1.3 on the day.
    pub(crate) fn qualifies(&self, on: NaiveDate) -> bool {
        PhysicianPoint::ALL
            .iter()
            .all(|point| self.point(*point, on) == Held::Yes)
    }

    fn gap(&self, on: NaiveDate) -> PhysicianGap {
        let lacking = PhysicianPoint::ALL
            .iter()
            .copied()
            .filter(|point| self.point(*point, on) != Held::Yes);
        PhysicianGap {
            physician: self.name.clone(),
            lacking: lacking.collect(),
        }
    }
}

/// The clauses that F-1.3 rests on.
pub(crate) const CLAUSES: &[&str] = &["F-1.3", "F-*3-1", "F-*3-2", "F-*3-3"];

/// F-1.3, ※3: one named physician who meets all three points and is in post on the day.
///
/// 「医師要件を満たす医師※3 のいる施設」
/// 「※3 ・造血器悪性腫瘍の治療について十分な知識・経験を有する医師」
/// 「・医薬情報担当者と対面やオンライン等による定期的な面談等が可能である医師」
/// 「・製造販売業者が依頼する本剤の安全対策に協力が可能である医師」
///
/// READING: 「医師要件を満たす医師」 is one person meeting all three points; two physicians are never added together.
/// READING: 「のいる施設」: in post on the day of the delivery, the last day in post included.
/// READING: ※3-2 asks that meetings are possible, in whatever form (「対面やオンライン等」); an overdue meeting is house policy,
/// refusing or being unable to meet is not.
pub(crate) fn qualified_physician(physicians: &[PhysicianFacts], on: NaiveDate) -> Answer {
    let qualified = physicians
        .iter()
        .filter(|physician| physician.qualifies(on))
        .min_by_key(|physician| {
            // Who stays qualified longest speaks, so that the finding is good for as long as it can be.
            let until = physician.qualified_until(on);
            (until.is_some(), Reverse(until), *physician)
        });
    if let Some(physician) = qualified {
        return Answer::met(Reason::QualifiedPhysicianInPost {
            physician: physician.name.clone(),
        })
        .resting_on(physician.evidence(on));
    }
    let distance = |physician: &PhysicianFacts| -> (usize, usize) {
        let held = || {
            PhysicianPoint::ALL
                .iter()
                .map(|point| physician.point(*point, on))
        };
        let refused = held().filter(|held| *held == Held::No).count();
        (refused, held().filter(|held| *held != Held::Yes).count())
    };
    let mut nearest_first: Vec<&PhysicianFacts> = physicians.iter().collect();
    nearest_first.sort_by_key(|physician| (distance(physician), *physician));
    let evidence: Vec<&Evidence> = nearest_first
        .iter()
        .flat_map(|physician| physician.evidence(on))
        .collect();
    let reason = match nearest_first.first() {
        None => Reason::MissingData {
            field: Field::Physician,
        },
        Some(nearest) => {
            missing_datum(nearest, on).unwrap_or_else(|| Reason::PhysicianRequirement {
                physicians: nearest_first
                    .iter()
                    .map(|physician| physician.gap(on))
                    .collect(),
            })
        }
    };
    Answer::unmet(reason).resting_on(evidence)
}

/// The datum whose absence alone keeps this physician from qualifying; `None` when a point is refused.
fn missing_datum(physician: &PhysicianFacts, on: NaiveDate) -> Option<Reason> {
    let mut first = None;
    for point in PhysicianPoint::ALL {
        match physician.point(*point, on) {
            Held::Yes => {}
            Held::No => return None,
            Held::Unproven(reason) => first = first.or(Some(reason)),
        }
    }
    first
}

/// Whether one physician alone satisfies F-1.3 on the day, with the last day on which that answer stands.
#[must_use]
pub fn qualification(facts: &PhysicianFacts, on: NaiveDate) -> Finding {
    Finding::dated(
        "qualified_physician",
        Source::Notice,
        CLAUSES,
        on,
        &boundaries(facts),
        |day| qualified_physician(std::slice::from_ref(facts), day),
    )
}

/// One physician point by point: a finding each for ※3-1, ※3-2, ※3-3 and for being in post.
#[must_use]
pub fn standing(facts: &PhysicianFacts, on: NaiveDate) -> Verdict {
    let boundaries = boundaries(facts);
    let rules = [
        (
            "haematological_experience",
            PhysicianPoint::Experience,
            "F-*3-1",
        ),
        ("regular_meetings", PhysicianPoint::Meetings, "F-*3-2"),
        ("safety_cooperation", PhysicianPoint::Cooperation, "F-*3-3"),
        ("in_post", PhysicianPoint::Post, "F-1.3"),
    ];
    let finding = |(rule, point, clause): (&'static str, PhysicianPoint, &'static str)| {
        Finding::dated(rule, Source::Notice, &[clause], on, &boundaries, |day| {
            point_of(facts, point, day)
        })
    };
    Verdict::new(rules.into_iter().map(finding).collect())
}

/// One point of one physician: ※3-1 「十分な知識・経験」, ※3-2 「定期的な面談等が可能」, ※3-3 「安全対策に協力が可能」, and 「のいる施設」.
fn point_of(facts: &PhysicianFacts, point: PhysicianPoint, on: NaiveDate) -> Answer {
    let evidence = facts.evidence(on);
    match facts.point(point, on) {
        Held::Yes => Answer::met(Reason::PhysicianPointProven { point }),
        Held::Unproven(reason) => Answer::unmet(reason),
        Held::No => {
            let gap = PhysicianGap {
                physician: facts.name.clone(),
                lacking: vec![point],
            };
            Answer::unmet(Reason::PhysicianRequirement {
                physicians: vec![gap],
            })
        }
    }
    .resting_on(evidence)
}

fn boundaries(facts: &PhysicianFacts) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    collect_boundaries(&mut days, facts);
    days
}

/// Adds every day on which an answer about this physician's qualification or meetings held may change.
pub(crate) fn collect_boundaries(days: &mut BTreeSet<NaiveDate>, facts: &PhysicianFacts) {
    let statement = facts
        .qualification
        .iter()
        .map(|qualification| &qualification.span);
    for span in statement.chain(facts.spans()) {
        span.collect_boundaries(days);
    }
    days.extend(facts.meetings.iter().map(|meeting| meeting.at));
}

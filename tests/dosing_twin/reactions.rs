//! The rows of the table of reactions (DN-2) once more, and every onset held against them.

use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::dosing::reactions::{ReactionFacts, Scale, onset, recurrence};
use kanmon::rules::finding::{Action, Reaction, Resumption};

use crate::answer::{ANY, Expected, Say, Tally};

/// The row of the table that an episode belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// Nobody recorded a grade.
    Ungraded,
    /// There was no reaction.
    Nothing,
    /// CRS Grade 1 or 2.
    Crs(u32),
    /// CRS Grade 3 for the first time.
    CrsThree,
    /// ICANS Grade 1, which has no row.
    IcansOne,
    /// ICANS Grade 2.
    IcansTwo,
    /// ICANS Grade 3 for the first time.
    IcansThree,
    /// Grade 3 again within one episode.
    ThreeAgain(Reaction),
    /// Grade 3, and nobody recorded whether it is the first.
    ThreeOfUnknownNumber,
    /// Grade3（再発） Grade 4.
    Discontinue,
    /// Grade 4 at an earlier dose.
    DiscontinuedBefore,
    /// No row.
    Silent(&'static str),
}

/// Whether Grade 3 was left and came back.
fn came_back(grades: &[u32]) -> bool {
    let threes = grades.iter().enumerate().filter(|(_, grade)| **grade == 3);
    let places: Vec<usize> = threes.map(|(place, _)| place).collect();
    places.windows(2).any(|pair| pair[1] - pair[0] > 1)
}

/// The row of an episode: its grade is its highest.
pub fn row(facts: &ReactionFacts) -> Row {
    let crs = match facts.reaction {
        Reaction::Crs => true,
        Reaction::Icans => false,
        Reaction::Hlh => return Row::Silent("HLH_ACTION_NOT_STATED"),
        Reaction::Other => return Row::Silent("EVENT_NOT_IN_NOTICE"),
    };
    if facts.earlier_grade_four {
        return Row::DiscontinuedBefore;
    }
    let Some(grade) = facts.grades.iter().copied().max() else {
        return Row::Ungraded;
    };
    match (grade, crs) {
        (0, _) => Row::Nothing,
        (1 | 2, true) => Row::Crs(grade),
        (1, false) => Row::IcansOne,
        (2, false) => Row::IcansTwo,
        (3, _) => match facts.earlier_grade_three {
            Some(true) => Row::Discontinue,
            None => Row::ThreeOfUnknownNumber,
            Some(false) if came_back(&facts.grades) => Row::ThreeAgain(facts.reaction),
            Some(false) if crs => Row::CrsThree,
            Some(false) => Row::IcansThree,
        },
        _ => Row::Discontinue,
    }
}

/// Gradeは…ASTCT コンセンサスに準じる (注): a grade by another scale is no grade of this table.
pub fn by_another_scale(facts: &ReactionFacts) -> Option<Expected> {
    let mut says = Expected::default();
    match facts.scale {
        _ if matches!(facts.reaction, Reaction::Hlh | Reaction::Other) => return None,
        Datum::Known(Scale::Astct) => return None,
        Datum::Known(Scale::Other) => says.line(Say::Stop, "SCALE_NOT_ASTCT"),
        Datum::Missing | Datum::NotAsked => says.line(Say::Stop, "MISSING_DATA"),
    }
    Some(says)
}

/// 発現時の対応.
fn at_onset(facts: &ReactionFacts, running: bool) -> Expected {
    if let Some(says) = by_another_scale(facts) {
        return says;
    }
    let mut says = Expected::default();
    let resumption = match row(facts) {
        Row::Ungraded => return missing(says),
        Row::Nothing => return says,
        Row::IcansOne => {
            says.line(Say::Refer, "ICANS_G1_NOT_STATED");
            return says;
        }
        Row::Silent(code) => {
            says.line(Say::Refer, code);
            return says;
        }
        Row::ThreeAgain(_) => {
            says.line(Say::Refer, "RECURRENCE_WITHIN_EPISODE_NOT_STATED");
            return says;
        }
        Row::ThreeOfUnknownNumber => return missing(says),
        Row::Discontinue => {
            says.line(Say::Stop, "DISCONTINUE_PERMANENTLY");
            says.action = Some(Action::DiscontinuePermanently);
            return says;
        }
        Row::DiscontinuedBefore => {
            says.line(Say::Stop, ANY);
            return says;
        }
        Row::Crs(1) => Resumption::AfterRecovery {
            max_fraction: Quantity::whole(1),
        },
        Row::Crs(_) => Resumption::AfterRecovery {
            max_fraction: "0.5".parse().expect("a half"),
        },
        Row::CrsThree => Resumption::NotPermitted,
        Row::IcansTwo | Row::IcansThree => Resumption::After72hAtGradeOne,
    };
    if running {
        says.line(Say::Stop, "INTERRUPT_AND_TREAT");
    } else {
        says.line(Say::Weigh, "TREAT_AFTER_INFUSION");
    }
    says.action = Some(if running {
        Action::InterruptAndTreat
    } else {
        Action::Treat
    });
    says.resumption = running.then_some(resumption);
    says
}

fn missing(mut says: Expected) -> Expected {
    says.line(Say::Stop, "MISSING_DATA");
    says
}

/// 投与再開後に症状が再発した場合: written for CRS Grade 1 and 2 only.
fn when_it_came_back(facts: &ReactionFacts) -> Expected {
    let mut says = at_onset(facts, true);
    if says.resumption.is_some() {
        says.resumption = match row(facts) {
            Row::Crs(_) | Row::CrsThree => Some(Resumption::NotPermitted),
            _ => None,
        };
    }
    says
}

/// Every sequence of up to three grades, and none.
fn sequences() -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new()];
    for length in 1..=3_u32 {
        for number in 0..6_u32.pow(length) {
            all.push(
                (0..length)
                    .map(|place| number / 6_u32.pow(place) % 6)
                    .collect(),
            );
        }
    }
    all
}

/// Every reaction with every sequence of grades at onset, and when it came back after a resumption.
pub fn every_onset(_: u32, tally: &mut Tally) {
    let scales = [
        Datum::NotAsked,
        Datum::Known(Scale::Astct),
        Datum::Missing,
        Datum::Known(Scale::Other),
    ];
    for reaction in [
        Reaction::Crs,
        Reaction::Icans,
        Reaction::Hlh,
        Reaction::Other,
    ] {
        let silent = matches!(reaction, Reaction::Hlh | Reaction::Other);
        for grades in sequences() {
            for scale in scales.into_iter().take(if silent { 1 } else { 4 }) {
                for (earlier_grade_three, earlier_grade_four) in [Some(false), Some(true), None]
                    .into_iter()
                    .flat_map(|g| [(g, false), (g, true)])
                {
                    let facts = ReactionFacts {
                        reaction,
                        scale,
                        grades: grades.clone(),
                        earlier_grade_three,
                        earlier_grade_four,
                    };
                    if earlier_grade_four && (silent || facts.grades.iter().all(|g| *g == 0)) {
                        continue;
                    }
                    for running in [true, false] {
                        let says = at_onset(&facts, running);
                        tally.case(&says, &onset(&facts, running), || {
                            format!("onset, running {running}, {facts:?}")
                        });
                    }
                    if facts.grades.iter().any(|grade| *grade > 0) {
                        let says = when_it_came_back(&facts);
                        tally.case(&says, &recurrence(&facts), || {
                            format!("recurrence {facts:?}")
                        });
                    }
                }
            }
        }
    }
}

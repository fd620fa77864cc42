//! The table of reactions (副作用) as literal data, and which of its rows an episode falls under.

use crate::rules::finding::{Answer, Field, Reaction, Reason};

use super::{ReactionFacts, Scale};
use crate::rules::dosing::quantity::Datum;

/// Which grades a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Band {
    /// Grade 1.
    One,
    /// Grade 2.
    Two,
    /// Grade 3 that is not 再発.
    ThreeFirst,
    /// 「Grade3（再発） Grade 4」: one cell, two alternatives.
    ThreeAgainOrFour,
}

/// What the cell of onset says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Onset {
    /// 「投与を中断し、適切な処置を行うこと。」
    InterruptAndTreat,
    /// 「本剤の投与を中止すること。」
    Discontinue,
}

/// What the cell of onset says of resuming the same administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resume {
    /// 「症状が回復した場合は、中断時の投与速度で投与を再開することができる。」
    AtFullRate,
    /// 「症状が回復した場合は、中断時の半分以下の投与速度で投与を再開することができる。」
    AtHalfRate,
    /// 「Grade1 まで回復した場合は、回復から 72 時間以上経過していることを確認し、投与を再開することができる。」
    After72hAtGradeOne,
    /// 「再開はしないこと。」
    Never,
    /// The drug is discontinued, so nothing is resumed.
    Discontinued,
}

/// What the cell of the next dose says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// 「症状が回復してから 72 時間以上経過していることを確認し、投与すること。」
    After72h,
    /// The cell is empty, because treatment ends.
    Never,
}

/// One row of the table: the reading of each cell beside the clauses it stands on.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) reaction: Reaction,
    pub(super) band: Band,
    pub(super) onset: (Onset, &'static [&'static str]),
    pub(super) resume: (Resume, &'static [&'static str]),
    /// 「投与再開後に症状が再発した場合は、投与を中断し、再開しないこと。」, where the row says so.
    pub(super) recurrence: &'static [&'static str],
    pub(super) next: (Next, &'static [&'static str]),
    /// 「前回投与時の半分以下の投与速度とする」, where the row says so.
    pub(super) half_rate: &'static [&'static str],
    /// 「Grade3 の症状が 7 日を超えて継続する場合」, where the row says so.
    pub(super) seven_days: &'static [&'static str],
}

/// DN-2, AE-CRS-*, AE-ICANS-*: the rows of サイトカイン放出症候群 and 免疫エフェクター細胞関連神経毒性症候群.
///
/// | 副作用 | 程度 | 発現時 | 次回投与時 |
/// |---|---|---|---|
/// | CRS | Grade 1 | 「投与を中断し、適切な処置を行うこと。症状が回復した場合は、中断時の投与速度で投与を再開することができる。投与再開後に症状が再発した場合は、投与を中断し、再開しないこと。」 | 「症状が回復してから 72 時間以上経過していることを確認し、投与すること。」 |
/// | | Grade 2 | 「投与を中断し、適切な処置を行うこと。症状が回復した場合は、中断時の半分以下の投与速度で投与を再開することができる。投与再開後に症状が再発した場合は、投与を中断し、再開しないこと。」 | 「症状が回復してから 72 時間以上経過していることを確認し、投与すること。前回投与時の半分以下の投与速度とすることを検討する。」 |
/// | | Grade 3 | 「投与を中断し、適切な処置を行うこと。再開はしないこと。」 | 「症状が回復してから 72 時間以上経過していることを確認し、投与すること。前回投与時の半分以下の投与速度とし、入院にて行うことを検討する。」 |
/// | | Grade3（再発） Grade 4 | 「本剤の投与を中止すること。」 | |
/// | ICANS | Grade 2 | 「投与を中断し、適切な処置を行うこと。Grade1 まで回復した場合は、回復から 72 時間以上経過していることを確認し、投与を再開することができる。」 | 「症状が回復してから 72 時間以上経過していることを確認し、投与すること。」 |
/// | | Grade 3 | | 「症状が回復してから 72 時間以上経過していることを確認し、投与すること。Grade3 の症状が 7 日を超えて継続する場合は、本剤の投与中止を検討すること。」 |
/// | | Grade3（再発） Grade 4 | 「本剤の投与を中止すること。」 | |
///
/// READING: the empty cell of ICANS Grade 3 is merged with the one above it; else Grade 3 would be less restricted than Grade 2.
#[rustfmt::skip]
pub(super) static TABLE: [Row; 7] = [
    Row {
        reaction: Reaction::Crs, band: Band::One,
        onset: (Onset::InterruptAndTreat, &["AE-CRS-G1-a"]),
        resume: (Resume::AtFullRate, &["AE-CRS-G1-b"]), recurrence: &["AE-CRS-G1-c"],
        next: (Next::After72h, &["AE-CRS-G1-n"]), half_rate: &[], seven_days: &[],
    },
    Row {
        reaction: Reaction::Crs, band: Band::Two,
        onset: (Onset::InterruptAndTreat, &["AE-CRS-G2-a"]),
        resume: (Resume::AtHalfRate, &["AE-CRS-G2-b"]), recurrence: &["AE-CRS-G2-c"],
        next: (Next::After72h, &["AE-CRS-G2-n1"]), half_rate: &["AE-CRS-G2-n2"], seven_days: &[],
    },
    Row {
        reaction: Reaction::Crs, band: Band::ThreeFirst,
        onset: (Onset::InterruptAndTreat, &["AE-CRS-G3-a"]),
        resume: (Resume::Never, &["AE-CRS-G3-b"]), recurrence: &[],
        next: (Next::After72h, &["AE-CRS-G3-n1"]), half_rate: &["AE-CRS-G3-n2"], seven_days: &[],
    },
    Row {
        reaction: Reaction::Crs, band: Band::ThreeAgainOrFour,
        onset: (Onset::Discontinue, &["AE-CRS-G3R4"]),
        resume: (Resume::Discontinued, &["AE-CRS-G3R4"]), recurrence: &[],
        next: (Next::Never, &["AE-CRS-G3R4"]), half_rate: &[], seven_days: &[],
    },
    Row {
        reaction: Reaction::Icans, band: Band::Two,
        onset: (Onset::InterruptAndTreat, &["AE-ICANS-G2-a"]),
        resume: (Resume::After72hAtGradeOne, &["AE-ICANS-G2-b"]), recurrence: &[],
        next: (Next::After72h, &["AE-ICANS-G2-n"]), half_rate: &[], seven_days: &[],
    },
    Row {
        reaction: Reaction::Icans, band: Band::ThreeFirst,
        onset: (Onset::InterruptAndTreat, &["AE-ICANS-G3-ab"]),
        resume: (Resume::After72hAtGradeOne, &["AE-ICANS-G3-ab"]), recurrence: &[],
        next: (Next::After72h, &["AE-ICANS-G3-n1"]), half_rate: &[], seven_days: &["AE-ICANS-G3-n2"],
    },
    Row {
        reaction: Reaction::Icans, band: Band::ThreeAgainOrFour,
        onset: (Onset::Discontinue, &["AE-ICANS-G3R4"]),
        resume: (Resume::Discontinued, &["AE-ICANS-G3R4"]), recurrence: &[],
        next: (Next::Never, &["AE-ICANS-G3R4"]), half_rate: &[], seven_days: &[],
    },
];

/// Where an episode stands in the table.
#[derive(Debug)]
pub(super) enum Place {
    /// In this row.
    In(&'static Row),
    /// In the first row, or in the second one (Grade 3 again) if coming back within one episode is 再発.
    Between(&'static Row, &'static Row),
    /// The table speaks of the reaction, but what is on file does not tell the row: every rule answers so.
    Unknown(Answer, Vec<&'static str>),
    /// The notice says nothing on it; the clauses are those nearest to it.
    Silent(Reason, Vec<&'static str>),
    /// There was no such reaction.
    Nothing,
}

impl ReactionFacts {
    /// The highest grade of the episode; what exceeds the scale is its highest grade.
    ///
    /// READING: the grade of an episode is its highest one, so Grade 2 that becomes Grade 3 is Grade 3.
    pub(super) fn grade(&self) -> Option<u32> {
        self.grades.iter().map(|grade| (*grade).min(4)).max()
    }

    /// Whether Grade 3 was seen again after the episode had come below it.
    fn third_grade_returned(&self) -> bool {
        let after_the_first = self.grades.iter().skip_while(|grade| **grade < 3);
        after_the_first
            .skip_while(|grade| **grade >= 3)
            .any(|grade| *grade >= 3)
    }

    /// The row of this episode.
    ///
    /// READING: 「再発」 is Grade 3 of the same reaction at a later dose of this drug; whether coming back within
    /// one episode is one too is not stated. Grade 1 that comes back after a resumption is none.
    /// READING: after a reaction that ended the treatment, a milder one later does not open it again.
    /// READING: a grade by another scale is not read at all; it is to be graded again by ASTCT.
    pub(super) fn place(&self) -> Place {
        if self.reaction == Reaction::Hlh {
            return Place::Silent(Reason::HlhActionNotStated {}, vec!["W-2b"]);
        }
        let (Some(first), Some(ended)) =
            (self.row(Band::ThreeFirst), self.row(Band::ThreeAgainOrFour))
        else {
            return Place::Silent(Reason::EventNotInNotice {}, vec!["N1-2b", "DN-2"]);
        };
        if self.earlier_grade_four {
            return Place::In(ended);
        }
        let unknown = |answer| Place::Unknown(answer, vec!["DN-2", "AE-NOTE"]);
        match self.scale {
            Datum::Known(Scale::Astct) => {}
            Datum::Known(Scale::Other) => return unknown(Answer::unmet(Reason::ScaleNotAstct {})),
            Datum::Missing | Datum::NotAsked => {
                return unknown(Answer::missing(Field::GradingScale));
            }
        }
        let Some(grade) = self.grade() else {
            return unknown(Answer::missing(Field::ReactionGrade));
        };
        match (grade, self.earlier_grade_three) {
            (0, _) => Place::Nothing,
            (1, _) => self.row(Band::One).map_or_else(
                || Place::Silent(Reason::IcansG1NotStated {}, vec!["DN-2", "AE-ICANS-G2-a"]),
                Place::In,
            ),
            // Both reactions have a row for Grade 2; without one its next graver row would hold.
            (2, _) => Place::In(self.row(Band::Two).unwrap_or(first)),
            (3, Some(false)) if self.third_grade_returned() => Place::Between(first, ended),
            (3, Some(false)) => Place::In(first),
            (3, None) => {
                let cells = [first.onset.1, first.resume.1, first.next.1, ended.onset.1];
                let clauses = ["DN-2"].into_iter().chain(cells.concat()).collect();
                Place::Unknown(Answer::missing(Field::EarlierGradeThree), clauses)
            }
            _ => Place::In(ended),
        }
    }

    fn row(&self, band: Band) -> Option<&'static Row> {
        TABLE
            .iter()
            .find(|row| row.reaction == self.reaction && row.band == band)
    }
}

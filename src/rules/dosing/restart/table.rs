//! The table of restarting after a delay (DN-3) as rows, beside the planned doses that stand above each row.

use self::Ruling::{Planned, Reading, Row as ByRow, Silent};
use crate::rules::dosing::course::{Path, PlannedDose, SIX_WEEKS, Step, TWO_WEEKS};
use crate::rules::finding::SteroidBasis;

/// A dose that a row speaks of: how many cycles after that of the previous dose, which day, how many milligrams.
type Slot = (u32, u32, u32);

/// The doses of which a row speaks as the previous one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Previous {
    cycles: (u32, u32),
    day: u32,
    mg: u32,
    /// Whether its cycle began with 1 mg and 2 mg again. Cycle 1 always begins so, and never counts as this.
    stepped_up: bool,
}

const fn previous(first: u32, last: u32, day: u32, mg: u32, stepped_up: bool) -> Previous {
    Previous {
        cycles: (first, last),
        day,
        mg,
        stepped_up,
    }
}

impl Previous {
    fn is_of_cycle(&self, step: Step, path: Path) -> bool {
        let stepped_up = path == Path::ReStepUp && step.cycle > 1;
        (self.cycles.0..=self.cycles.1).contains(&step.cycle) && self.stepped_up == stepped_up
    }
}

/// How a row rules.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruling {
    /// The dose planned.
    Planned,
    /// The dose of the row.
    Row,
    /// The dose of the row, which is matched by its label only.
    Reading,
    /// No row has this previous dose: the dose is not stated.
    Silent,
}

/// One row: after this dose, from this many calendar days on (until the next row of the same dose).
pub(super) struct Row {
    pub(super) after: Previous,
    /// The first calendar day of the row. That of the first row of a dose is the day of the regimen: before it, the next dose is early.
    pub(super) from: i64,
    pub(super) ruling: Ruling,
    today: Slot,
    then: &'static [Slot],
    pub(super) clauses: &'static [&'static str],
    pub(super) steroid: Option<SteroidBasis>,
}

const fn row(
    after: Previous,
    from: i64,
    ruling: Ruling,
    today: Slot,
    then: &'static [Slot],
    clauses: &'static [&'static str],
    steroid: Option<SteroidBasis>,
) -> Row {
    Row {
        after,
        from,
        ruling,
        today,
        then,
        clauses,
        steroid,
    }
}

impl Row {
    /// The dose of today, after a dose of this cycle.
    pub(super) fn today(&self, cycle: u32) -> PlannedDose {
        placed(self.today, cycle)
    }

    /// What follows today's dose.
    pub(super) fn then(&self, cycle: u32) -> impl Iterator<Item = PlannedDose> {
        self.then.iter().map(move |slot| placed(*slot, cycle))
    }
}

fn placed((later, day, mg): Slot, cycle: u32) -> PlannedDose {
    PlannedDose::new(cycle.saturating_add(later), day, mg)
}

const ANY: u32 = u32::MAX;
const C1D1: Previous = previous(1, 1, 1, 1, false);
const C1D8: Previous = previous(1, 1, 8, 2, false);
const C1D15: Previous = previous(1, 1, 15, 60, false);
const C2: Previous = previous(2, 2, 1, 60, false);
const C3P: Previous = previous(3, ANY, 1, 30, false);
const RE2D1: Previous = previous(2, 2, 1, 1, true);
const RE2D8: Previous = previous(2, 2, 8, 2, true);
const RE2D15: Previous = previous(2, 2, 15, 60, true);
const RE3D1: Previous = previous(3, 3, 1, 1, true);
const RE3D8: Previous = previous(3, 3, 8, 2, true);
const RE3D15: Previous = previous(3, 3, 15, 30, true);
const RE4PD1: Previous = previous(4, ANY, 1, 1, true);
const RE4PD8: Previous = previous(4, ANY, 8, 2, true);
const RE4PD15: Previous = previous(4, ANY, 15, 30, true);

/// DN-1a names cycle 2 without its days.
const DN1A: Option<SteroidBasis> = Some(SteroidBasis::CyclesOneAndTwo);
const N2: Option<SteroidBasis> = Some(SteroidBasis::ReStepUp);

/// DN-3: the table, with notes 1 (the planned doses) and 2 (the corticosteroid), and the steps within a row's own cycle.
///
/// 「本剤投与延期後の再開時の投与方法に関しては、サイトカイン放出症候群を予防するために、以下のとおりとすること。」
/// 「1 サイクル目 1 日目として、1 mg で投与を再開すること。」「1 サイクル目 8 日目として、2 mg で投与を再開すること。」
/// 「1 サイクル目として、1 日目に 1 mg、8 日目に 2 mg、15 日目に 60 mg で投与を再開すること。」
/// 「2 サイクル目として、1 日目に 1 mg、8 日目に 2 mg、15 日目に 60 mg で投与を再開すること。」「3 サイクル目以降は、1 日目に 30 mg を投与すること。」
/// 「3 サイクル目として、1 日目に 1 mg、8 日目に 2 mg、15 日目に 30 mg で投与を再開すること注2)。」「4 サイクル目以降は、1 日目に 30 mg を投与すること。」
/// 「1 日目に 1 mg、8 日目に 2 mg、15 日目に 30 mg で投与を再開し注2)、その後は 1 日目に 30 mg を投与すること。」
/// 「前回投与日からの期間が上記より短い場合は、予定されていた用量で投与を再開する。」
///
/// The columns: previous dose, from day, ruling, today and then as (cycles later, day, mg), clauses, corticosteroid.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row(C1D1,    7,         Planned, (0, 8, 2),   &[(0, 15, 60)],                       &["D-1a", "RS-N1", "RS-C1D1-2W"],                   None),
    row(C1D1,    TWO_WEEKS, ByRow,   (0, 1, 1),   &[(0, 8, 2), (0, 15, 60)],            &["RS-C1D1-2W"],                                    None),
    row(C1D8,    7,         Planned, (0, 15, 60), &[(1, 1, 60)],                        &["D-1a", "RS-N1", "RS-C1D8-2W6W", "RS-C1D8-6W"],   None),
    row(C1D8,    TWO_WEEKS, ByRow,   (0, 8, 2),   &[(0, 15, 60)],                       &["RS-C1D8-2W6W"],                                  None),
    row(C1D8,    SIX_WEEKS, ByRow,   (0, 1, 1),   &[(0, 8, 2), (0, 15, 60)],            &["RS-C1D8-6W"],                                    None),
    row(C1D15,   7,         Planned, (1, 1, 60),  &[(2, 1, 30)],                        &["D-1a", "RS-N1", "RS-C1D15-6W-a"],                None),
    row(C1D15,   SIX_WEEKS, ByRow,   (1, 1, 1),   &[(1, 8, 2), (1, 15, 60), (2, 1, 30)], &["RS-C1D15-6W-a", "RS-C1D15-6W-b", "DN-1a"],      DN1A),
    row(C2,      21,        Planned, (1, 1, 30),  &[(2, 1, 30)],                        &["D-1a", "RS-N1", "RS-C2-6W-a"],                   None),
    row(C2,      SIX_WEEKS, ByRow,   (1, 1, 1),   &[(1, 8, 2), (1, 15, 30), (2, 1, 30)], &["RS-C2-6W-a", "RS-C2-6W-b", "RS-N2"],            N2),
    row(C3P,     21,        Planned, (1, 1, 30),  &[(2, 1, 30)],                        &["D-1a", "RS-N1", "RS-C3P-6W"],                    None),
    row(C3P,     SIX_WEEKS, ByRow,   (1, 1, 1),   &[(1, 8, 2), (1, 15, 30), (2, 1, 30)], &["RS-C3P-6W", "RS-N2"],                           N2),

    row(RE2D1,   7,         ByRow,   (0, 8, 2),   &[(0, 15, 60), (1, 1, 30)],           &["RS-C1D15-6W-a", "RS-C1D15-6W-b", "DN-1a"],       DN1A),
    row(RE2D1,   8,         Silent,  (0, 8, 2),   &[],                                  &["RS-C1D15-6W-a"],                                 None),
    row(RE2D8,   7,         ByRow,   (0, 15, 60), &[(1, 1, 30)],                        &["RS-C1D15-6W-a", "RS-C1D15-6W-b", "DN-1a"],       DN1A),
    row(RE2D8,   8,         Silent,  (0, 15, 60), &[],                                  &["RS-C1D15-6W-a"],                                 None),
    row(RE2D15,  7,         Planned, (1, 1, 30),  &[(2, 1, 30)],                        &["D-1a", "RS-N1", "RS-C1D15-6W-b", "RS-C2-6W-a"],  None),
    row(RE2D15,  SIX_WEEKS, Reading, (1, 1, 1),   &[(1, 8, 2), (1, 15, 30), (2, 1, 30)], &["RS-C2-6W-a", "RS-C2-6W-b", "RS-N2"],            N2),
    row(RE3D1,   7,         ByRow,   (0, 8, 2),   &[(0, 15, 30), (1, 1, 30)],           &["RS-C2-6W-a", "RS-C2-6W-b", "RS-N2"],             N2),
    row(RE3D1,   8,         Silent,  (0, 8, 2),   &[],                                  &["RS-C2-6W-a"],                                    None),
    row(RE3D8,   7,         ByRow,   (0, 15, 30), &[(1, 1, 30)],                        &["RS-C2-6W-a", "RS-C2-6W-b", "RS-N2"],             N2),
    row(RE3D8,   8,         Silent,  (0, 15, 30), &[],                                  &["RS-C2-6W-a"],                                    None),
    row(RE3D15,  7,         Planned, (1, 1, 30),  &[(2, 1, 30)],                        &["D-1a", "RS-N1", "RS-C3P-6W", "RS-C2-6W-b"],      None),
    row(RE3D15,  SIX_WEEKS, Reading, (1, 1, 1),   &[(1, 8, 2), (1, 15, 30), (2, 1, 30)], &["RS-C3P-6W", "RS-N2"],                           N2),
    row(RE4PD1,  7,         ByRow,   (0, 8, 2),   &[(0, 15, 30), (1, 1, 30)],           &["RS-C3P-6W", "RS-N2"],                            N2),
    row(RE4PD1,  8,         Silent,  (0, 8, 2),   &[],                                  &["RS-C3P-6W"],                                     None),
    row(RE4PD8,  7,         ByRow,   (0, 15, 30), &[(1, 1, 30)],                        &["RS-C3P-6W", "RS-N2"],                            N2),
    row(RE4PD8,  8,         Silent,  (0, 15, 30), &[],                                  &["RS-C3P-6W"],                                     None),
    row(RE4PD15, 7,         Planned, (1, 1, 30),  &[(2, 1, 30)],                        &["D-1a", "RS-N1", "RS-C3P-6W"],                    None),
    row(RE4PD15, SIX_WEEKS, Reading, (1, 1, 1),   &[(1, 8, 2), (1, 15, 30), (2, 1, 30)], &["RS-C3P-6W", "RS-N2"],                           N2),
];

/// The rows after one dose. The first is that of the dose on its day.
pub(super) struct RowsOf {
    first: &'static Row,
}

impl RowsOf {
    /// The rows after a dose of so many milligrams; `None` when no row has it.
    pub(super) fn dose(step: Step, path: Path, mg: u32) -> Option<Self> {
        ROWS.iter()
            .find(|row| {
                row.after.is_of_cycle(step, path) && (row.after.day, row.after.mg) == (step.day, mg)
            })
            .map(|first| Self { first })
    }

    /// After how many calendar days the regimen has the next dose.
    pub(super) const fn scheduled(&self) -> i64 {
        self.first.from
    }

    /// On which day counted from 0 at day 1 of the previous dose's cycle the regimen has the next dose.
    pub(super) const fn offset(&self) -> i64 {
        self.first.after.day as i64 - 1 + self.first.from
    }

    /// The row after this many calendar days; the planned one while the next dose is early.
    pub(super) fn after_days(&self, days: i64) -> &'static Row {
        ROWS.iter()
            .rfind(|row| row.after == self.first.after && row.from <= days)
            .unwrap_or(self.first)
    }
}

/// The clauses of the rows that speak of the previous dose's cycle: none of them has the dose that was given.
pub(super) fn clauses_of_cycle(step: Step, path: Path) -> Vec<&'static str> {
    let mut clauses: Vec<&'static str> = ROWS
        .iter()
        .filter(|row| row.after.is_of_cycle(step, path))
        .flat_map(|row| row.clauses.iter().copied())
        .filter(|id| id.starts_with("RS-C"))
        .collect();
    clauses.sort_unstable();
    clauses.dedup();
    clauses
}

//! The blood counts before a dose (AE-PLT, AE-ANC) once more.

use kanmon::rules::dosing::counts::{CountFacts, CountUnit, counts};
use kanmon::rules::dosing::facts::Count;
use kanmon::rules::dosing::quantity::{Datum, Quantity};
use kanmon::rules::finding::Action;

use crate::answer::{ANY, Expected, Say, Tally};

/// Every unit, and how many of it one /mm³ has as a power of ten; the last one is no unit.
const UNITS: [(Option<CountUnit>, u32); 6] = [
    (Some(CountUnit::PerMm3), 0),
    (Some(CountUnit::PerMicrolitre), 0),
    (Some(CountUnit::ThousandPerMicrolitre), 3),
    (Some(CountUnit::TenThousandPerMicrolitre), 4),
    (Some(CountUnit::BillionPerLitre), 3),
    (None, 0),
];

/// A count as a table cell: not asked, missing, or so many millionths of its unit.
#[derive(Clone, Copy)]
enum Cell {
    NotAsked,
    Missing,
    Of { millionths: u64, unit: usize },
}

/// The words of one of the two rows.
struct Limit {
    per_mm3: u128,
    below: &'static str,
    supported: &'static str,
}

const PLATELETS: Limit = Limit {
    per_mm3: 50_000,
    below: "PLATELETS_BELOW_50000",
    supported: "TRANSFUSION_SUPPORTED_COUNT_NOT_STATED",
};

const NEUTROPHILS: Limit = Limit {
    per_mm3: 1_000,
    below: "NEUTROPHILS_BELOW_1000",
    supported: "GROWTH_FACTOR_SUPPORTED_COUNT_NOT_STATED",
};

fn row(limit: &Limit, cell: Cell, first: bool, supported: bool, says: &mut Expected) {
    let (millionths, unit) = match cell {
        Cell::NotAsked => return,
        Cell::Missing => return says.line(Say::Stop, "MISSING_DATA"),
        Cell::Of { unit: 5, .. } => return says.line(Say::Stop, "UNIT_MISSING"),
        Cell::Of { millionths, unit } => (u128::from(millionths), unit),
    };
    let (_, power) = UNITS[unit];
    if millionths * 10_u128.pow(power) >= limit.per_mm3 * 1_000_000 {
        if supported {
            says.line(Say::Weigh, limit.supported);
        }
    } else if first {
        says.line(Say::Refer, "BASELINE_CYTOPENIA_NOT_STATED");
    } else {
        says.line(Say::Stop, limit.below);
        says.action = Some(Action::Withhold);
    }
}

fn datum(cell: Cell) -> Datum<Count> {
    match cell {
        Cell::NotAsked => Datum::NotAsked,
        Cell::Missing => Datum::Missing,
        Cell::Of { millionths, unit } => {
            let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
            let value: Quantity = text.parse().expect("a quantity");
            Datum::Known(Count {
                value,
                unit: UNITS[unit].0,
            })
        }
    }
}

/// Values of a unit around both limits: whole steps of the unit's usual last place, and the least step there is.
fn values(limit: &Limit, unit: usize) -> Vec<u64> {
    let (_, power) = UNITS[unit];
    let at = u64::try_from(limit.per_mm3).expect("small") * 1_000_000 / 10_u64.pow(power);
    let mut values = vec![0, 1, at / 2, at * 2, at * 1_000, 600_000_000];
    for step in [1, 10_000, 100_000, 1_000_000] {
        for times in 1..=30 {
            values.push(at.saturating_sub(step * times));
            values.push(at + step * (times - 1));
        }
    }
    values
}

/// Every unit with values around both limits, alone and together, with every flag.
pub fn every_count(part: u32, tally: &mut Tally) {
    let unit = usize::try_from(part).expect("small");
    let cells = |limit: &Limit| {
        let known = values(limit, unit)
            .into_iter()
            .map(move |millionths| Cell::Of { millionths, unit });
        [Cell::NotAsked, Cell::Missing]
            .into_iter()
            .chain(known)
            .collect::<Vec<_>>()
    };
    let few = |cells: &[Cell]| cells.iter().copied().take(12).collect::<Vec<_>>();
    let (platelets, neutrophils) = (cells(&PLATELETS), cells(&NEUTROPHILS));
    for (many, others, swapped) in [
        (&platelets, few(&neutrophils), false),
        (&neutrophils, few(&platelets), true),
    ] {
        for (one, other) in many
            .iter()
            .flat_map(|one| others.iter().map(move |other| (*one, *other)))
        {
            if matches!((one, other), (Cell::NotAsked, Cell::NotAsked)) {
                continue;
            }
            let (platelets, neutrophils) = if swapped { (other, one) } else { (one, other) };
            let (platelet_count, neutrophil_count) = (datum(platelets), datum(neutrophils));
            for flags in 0..8 {
                let facts = CountFacts {
                    platelets: platelet_count,
                    neutrophils: neutrophil_count,
                    before_first_dose: flags & 1 != 0,
                    transfused_within_72h: flags & 2 != 0,
                    growth_factor: flags & 4 != 0,
                };
                let first = facts.before_first_dose;
                let mut says = Expected::default();
                says.line(Say::Go, ANY);
                row(
                    &PLATELETS,
                    platelets,
                    first,
                    facts.transfused_within_72h,
                    &mut says,
                );
                row(
                    &NEUTROPHILS,
                    neutrophils,
                    first,
                    facts.growth_factor,
                    &mut says,
                );
                tally.case(&says, &counts(&facts), || format!("{facts:?}"));
            }
        }
    }
}

//! Whole vials of 1 mg and 30 mg for a dose and for a course.

use serde::{Deserialize, Serialize};

use super::course::PlannedDose;
use crate::rules::finding::{Advice, Answer, Field, Finding, Reason, Verdict};

/// The milligrams in a vial of the larger product.
const LARGER_VIAL_MG: u32 = 30;

/// Whole vials of the two products.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Vials {
    /// Vials of 1 mg.
    pub of_1mg: u32,
    /// Vials of 30 mg.
    pub of_30mg: u32,
}

impl Vials {
    /// The milligrams in them.
    #[must_use]
    pub const fn total_mg(self) -> u64 {
        self.of_1mg as u64 + self.of_30mg as u64 * LARGER_VIAL_MG as u64
    }

    /// The vials that make these doses, each from whole vials of its own.
    #[must_use]
    pub fn of_doses(doses: &[PlannedDose]) -> Self {
        doses
            .iter()
            .filter_map(|dose| vials_of(dose.mg))
            .fold(Self::default(), |sum, vials| Self {
                of_1mg: sum.of_1mg.saturating_add(vials.of_1mg),
                of_30mg: sum.of_30mg.saturating_add(vials.of_30mg),
            })
    }
}

/// The fewest vials that make a dose; `None` of no dose.
#[must_use]
pub const fn vials_of(mg: u32) -> Option<Vials> {
    if mg == 0 {
        return None;
    }
    Some(Vials {
        of_1mg: mg % LARGER_VIAL_MG,
        of_30mg: mg / LARGER_VIAL_MG,
    })
}

/// The verdict on the vials prepared for a dose: rule `vials`; advice: the vials that make it.
#[must_use]
pub fn prepared(mg: u32, vials: Option<Vials>) -> Verdict {
    Verdict {
        findings: vec![Finding::of_notice(
            "vials",
            ["N0-2", "D-1a"],
            self::vials(mg, vials),
        )],
        advice: Advice {
            vials: vials_of(mg),
            ..Advice::default()
        },
    }
}

/// N0-2, D-1a: the vials prepared make the dose.
///
/// 「販売名：ルンスミオ点滴静注 1 mg、同点滴静注 30 mg」
///
/// READING: whole vials only, the fewest that make the dose; which product makes which dose is arithmetic, not a sentence of the
/// notice. The right amount from other vials (thirty of 1 mg for 30 mg) is therefore to be considered, and only another amount
/// is refused. A 30 mg vial never makes 1 mg or 2 mg, because no vial is used in part.
fn vials(mg: u32, prepared: Option<Vials>) -> Answer {
    let Some(prepared) = prepared else {
        return Answer::missing(Field::VialsPrepared);
    };
    let (vials_1mg, vials_30mg) = (prepared.of_1mg, prepared.of_30mg);
    if vials_of(mg) == Some(prepared) {
        return Answer::met(Reason::VialsAsComputed {
            vials_1mg,
            vials_30mg,
        });
    }
    if mg > 0 && prepared.total_mg() == u64::from(mg) {
        return Answer::consider(Reason::UnusualVialCombination {
            vials_1mg,
            vials_30mg,
        });
    }
    Answer::unmet(Reason::QuantityMismatch {
        vials_1mg,
        vials_30mg,
    })
}

#[cfg(test)]
mod tests {
    use super::{Vials, prepared, vials_of};
    use crate::rules::dosing::regimen::sequence;
    use crate::rules::finding::Decision;

    fn vials(of_1mg: u32, of_30mg: u32) -> Vials {
        Vials { of_1mg, of_30mg }
    }

    #[test]
    fn each_dose_of_the_table_is_made_from_whole_vials() {
        let made = [1, 2, 30, 60].map(vials_of);
        let expected = [vials(1, 0), vials(2, 0), vials(0, 1), vials(0, 2)].map(Some);
        assert_eq!(made, expected);
        assert_eq!(vials_of(0), None);
    }

    #[test]
    fn eight_cycles_take_three_small_and_ten_large_vials() {
        let needed = Vials::of_doses(&sequence(1, 8, None));
        assert_eq!(needed, vials(3, 10));
        assert_eq!(needed.total_mg(), 303);
    }

    #[test]
    fn sixty_milligrams_from_one_large_and_thirty_small_vials_are_unusual_and_one_less_is_refused()
    {
        let decision = |prepared_vials| prepared(60, prepared_vials).decision();
        assert_eq!(decision(Some(vials(0, 2))), Decision::Allow);
        assert_eq!(decision(Some(vials(30, 1))), Decision::Warn);
        assert_eq!(decision(Some(vials(60, 0))), Decision::Warn);
        assert_eq!(decision(Some(vials(29, 1))), Decision::Block);
        assert_eq!(decision(Some(vials(u32::MAX, u32::MAX))), Decision::Block);
        assert_eq!(decision(None), Decision::Block);
    }

    #[test]
    fn a_large_vial_never_makes_a_small_dose() {
        assert_eq!(prepared(2, Some(vials(0, 1))).decision(), Decision::Block);
        assert_eq!(prepared(1, Some(vials(1, 1))).decision(), Decision::Block);
    }

    #[test]
    fn no_dose_needs_no_vials_and_none_pass_for_it() {
        assert_eq!(prepared(0, Some(vials(0, 0))).decision(), Decision::Block);
        assert_eq!(prepared(0, None).advice.vials, None);
    }
}

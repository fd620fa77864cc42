//! What an order that names cases is asked: may these patients be treated, and do the vials fit what is due for them?

use serde::{Deserialize, Serialize};

use super::question::Question;
use crate::rules::dosing::vials::Vials;
use crate::rules::finding::{Answer, Reason};
use crate::rules::gate::OrderedProduct;
use crate::rules::notice::Product;

/// A case that an order names, as far as the manufacturer may see it: its number, vials, and the clauses that are open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NamedCase {
    /// The number that Kanmon gave it.
    pub number: String,
    /// The vials of the doses it is ordered for; `None` where the tables name no dose.
    pub due: Option<Vials>,
    /// The clauses of the indication that its file does not satisfy; no clinical detail.
    pub open: Vec<String>,
}

/// The clauses of the indication that a named case may leave open.
pub(super) const ELIGIBILITY_CLAUSES: &[&str] =
    &["I-1", "IN-1", "IN-2", "W-1a", "W-1b", "D-1a", "DN-4"];

fn named<'a>(question: &Question<'a>) -> &'a [NamedCase] {
    question.order.map_or(&[], |order| order.cases.as_slice())
}

/// I-1, IN-1, IN-2, W-1a, W-1b, D-1a, DN-4: who the goods are for, where the order names cases.
///
/// 「本剤による治療は、抗 CD20 モノクローナル抗体製剤を含む少なくとも2つの標準的な治療が無効又は治療後に再発した患者を対象とすること。」
///
/// READING: eligibility governs the administration, not the delivery, and F-1 does not speak of it. An order that names a case
/// whose file does not satisfy it is held with a question to the facility, cited as that clause and never as F-1.
/// An order need not name any case.
pub(super) fn named_cases(question: &Question) -> Answer {
    let cases = named(question);
    let mut open: Vec<String> = cases
        .iter()
        .filter(|case| !case.open.is_empty())
        .map(|case| format!("{} ({})", case.number, case.open.join(", ")))
        .collect();
    open.sort_unstable();
    if !open.is_empty() {
        Answer::unmet(Reason::NamedCaseOpen {
            cases: open.join("; "),
        })
    } else if cases.is_empty() {
        Answer::met(Reason::NoCaseNamed {})
    } else {
        Answer::met(Reason::NamedCasesEligible {
            count: u32::try_from(cases.len()).unwrap_or(u32::MAX),
        })
    }
}

/// HP-5: the vials ordered are those due for the cases named.
///
/// 「社内基準：注文が症例を挙げるときは、その投与に要るバイアル数と注文数の違いを検討し記録する。」
///
/// READING: a case for which the tables name no dose adds no vials, and the arithmetic says so.
pub(super) fn case_vials(question: &Question) -> Answer {
    let cases = named(question);
    if cases.is_empty() {
        return Answer::met(Reason::NoCaseNamed {});
    }
    let ordered = |product: Product| -> u64 {
        question
            .order
            .map_or(&[][..], |order| order.lines.as_slice())
            .iter()
            .filter(|line| line.product == OrderedProduct::Known(product))
            .fold(0, |sum, line| sum.saturating_add(u64::from(line.quantity)))
    };
    let due = |of: fn(&Vials) -> u32| -> u64 {
        cases
            .iter()
            .filter_map(|case| case.due.as_ref())
            .fold(0, |sum, vials| sum.saturating_add(u64::from(of(vials))))
    };
    let (vials_1mg, vials_30mg) = (
        ordered(Product::LunsumioIv1Mg),
        ordered(Product::LunsumioIv30Mg),
    );
    let (due_1mg, due_30mg) = (due(|vials| vials.of_1mg), due(|vials| vials.of_30mg));
    if (vials_1mg, vials_30mg) == (due_1mg, due_30mg) {
        return Answer::met(Reason::CaseVialsFit {
            vials_1mg,
            vials_30mg,
        });
    }
    let mut arithmetic: Vec<String> = cases
        .iter()
        .map(|case| match case.due {
            Some(vials) => format!(
                "{}: 1 mg × {} + 30 mg × {}",
                case.number, vials.of_1mg, vials.of_30mg
            ),
            None => format!("{}: —", case.number),
        })
        .collect();
    arithmetic.sort_unstable();
    Answer::consider(Reason::CaseVialsDiffer {
        vials_1mg,
        vials_30mg,
        due_1mg,
        due_30mg,
        arithmetic: arithmetic.join("; "),
    })
}

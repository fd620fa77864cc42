//! The clauses of dosage (用法及び用量) and premedication (前投与).

use super::{Clause, Strength};

pub(super) const CLAUSES: &[Clause] = &[
    Clause {
        id: "D-1a",
        number: "1(2) 用法及び用量",
        japanese: "通常、成人にはモスネツズマブ（遺伝子組換え）として、21日間を1サイクルとし、1サイクル目は1日目に1 mg、8日目に2 mg、15日目に60 mg、2サイクル目は1日目に60 mg、3サイクル目以降は1日目に30 mgを8サイクルまで点滴静注する。",
        english: "Usually, for adults, with 21 days as one cycle, mosunetuzumab is infused intravenously at 1 mg on day 1, 2 mg on day 8 and 60 mg on day 15 of cycle 1, 60 mg on day 1 of cycle 2, and 30 mg on day 1 of cycle 3 onwards, up to 8 cycles.",
        strength: Strength::Firm,
    },
    Clause {
        id: "D-1b",
        number: "1(2) 用法及び用量",
        japanese: "8サイクル終了時に、完全奏効が得られた患者は投与を終了し、また、病勢安定又は部分奏効が得られた患者は、計 17 サイクルまで投与を継続する。",
        english: "At the end of cycle 8, patients with a complete response end administration; patients with stable disease or partial response continue administration up to a total of 17 cycles.",
        strength: Strength::Firm,
    },
    Clause {
        id: "DN-1a",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "本剤投与によるサイトカイン放出症候群があらわれることがあるので、1サイクル目（1、8及び15日目）及び2サイクル目については、本剤投与の60分前に、副腎皮質ホルモン剤を前投与すること。",
        english: "Because CRS may occur with this drug, in cycle 1 (days 1, 8 and 15) and in cycle 2, premedicate with a corticosteroid 60 minutes before administration.",
        strength: Strength::Firm,
    },
    Clause {
        id: "DN-1b",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "3サイクル目以降は、本剤の前回投与後にサイトカイン放出症候群があらわれた患者には、サイトカイン放出症候群があらわれなくなるまで、副腎皮質ホルモン剤を前投与すること。",
        english: "From cycle 3 onwards, for patients in whom CRS occurred after the previous administration of this drug, premedicate with a corticosteroid until CRS no longer occurs.",
        strength: Strength::Firm,
    },
    Clause {
        id: "DN-1c",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "また、サイクルによらず、本剤投与の30～60分前に、必要に応じて解熱鎮痛剤や抗ヒスタミン剤を前投与すること。",
        english: "Also, regardless of cycle, premedicate as needed with antipyretic analgesics, antihistamines, etc. 30 to 60 minutes before administration.",
        strength: Strength::Guideline,
    },
];

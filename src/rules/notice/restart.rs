//! The clauses of the table of restarting after a delay (投与延期後の再開), row by row, with its head, and of combination.

use super::{Clause, Strength};

pub(super) const CLAUSES: &[Clause] = &[
    Clause {
        id: "DN-3",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "本剤投与延期後の再開時の投与方法に関しては、サイトカイン放出症候群を予防するために、以下のとおりとすること。",
        english: "For the method of administration when restarting after a delay of this drug, to prevent CRS, proceed as follows.",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-C1D1-2W",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "1 サイクル目 1 日目として、1 mg で投与を再開すること。",
        english: "Last dose cycle 1 day 1 1 mg, >=2 weeks: restart with 1 mg as cycle 1 day 1.",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-C1D8-2W6W",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "1 サイクル目 8 日目として、2 mg で投与を再開すること。",
        english: "Last dose cycle 1 day 8 2 mg, >=2 weeks and <6 weeks: restart with 2 mg as cycle 1 day 8.",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-C1D8-6W",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "1 サイクル目として、1 日目に 1 mg、8 日目に 2 mg、15 日目に 60 mg で投与を再開すること。",
        english: "Last dose cycle 1 day 8 2 mg, >=6 weeks: restart as cycle 1 with 1 mg day 1, 2 mg day 8, 60 mg day 15.",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-C1D15-6W-a",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "2 サイクル目として、1 日目に 1 mg、8 日目に 2 mg、15 日目に 60 mg で投与を再開すること。",
        english: "Last dose cycle 1 day 15 60 mg, >=6 weeks: restart as cycle 2 with 1 mg day 1, 2 mg day 8, 60 mg day 15.",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-C1D15-6W-b",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "3 サイクル目以降は、1 日目に 30 mg を投与すること。",
        english: "... then from cycle 3 onwards 30 mg on day 1.",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-C2-6W-a",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "3 サイクル目として、1 日目に 1 mg、8 日目に 2 mg、15 日目に 30 mg で投与を再開すること注2)。",
        english: "Last dose cycle 2 60 mg, >=6 weeks: restart as cycle 3 with 1 mg day 1, 2 mg day 8, 30 mg day 15 (note 2).",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-C2-6W-b",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "4 サイクル目以降は、1 日目に 30 mg を投与すること。",
        english: "... then from cycle 4 onwards 30 mg on day 1.",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-C3P-6W",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "1 日目に 1 mg、8 日目に 2 mg、15 日目に 30 mg で投与を再開し注2)、その後は 1 日目に 30 mg を投与すること。",
        english: "Last dose 30 mg in cycle 3 or later, >=6 weeks: restart with 1 mg day 1, 2 mg day 8, 30 mg day 15 (note 2), thereafter 30 mg on day 1.",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-N1",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "前回投与日からの期間が上記より短い場合は、予定されていた用量で投与を再開する。",
        english: "If the period from the previous administration date is shorter than above, restart with the dose that had been planned.",
        strength: Strength::Firm,
    },
    Clause {
        id: "RS-N2",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "1、8、15日目については、本剤投与の60分前に、副腎皮質ホルモン剤を前投与すること。",
        english: "On days 1, 8 and 15, premedicate with a corticosteroid 60 minutes before administration.",
        strength: Strength::Firm,
    },
    Clause {
        id: "DN-4",
        number: "1(2) 用法及び用量に関連する注意",
        japanese: "他の抗悪性腫瘍剤との併用について、有効性及び安全性は確立していない。",
        english: "Efficacy and safety of combination with other antineoplastic agents have not been established.",
        strength: Strength::Guideline,
    },
];

//! The clauses of what 1(3) asks before a delivery (納入), limb by limb.

use super::{Clause, Strength};

pub(super) const CLAUSES: &[Clause] = &[
    Clause {
        id: "F-1",
        number: "1(3)",
        japanese: "本剤については、使用患者に状態悪化等があった場合、24 時間体制で自施設※1 又は連携施設※2 において入院管理が可能、かつ必要な検査の結果が得られ次第速やかに、トシリズマブによる抗サイトカイン療法等の対応が可能な体制が整っており、医師要件を満たす医師※3 のいる施設に対して、製造販売業者から製品および安全対策の事前説明を行った上で納入すること。",
        english: "This drug shall be delivered, after prior explanation by the MAH of the product and of the safety measures, to facilities where, when a treated patient deteriorates etc., hospitalisation is possible around the clock at the own facility*1 or a partner facility*2 AND a system is in place allowing anti-cytokine therapy with tocilizumab etc. promptly once the necessary test results are available, and which have a physician*3 meeting the physician requirements.",
        strength: Strength::Firm,
    },
    Clause {
        id: "F-1.1",
        number: "1(3)",
        japanese: "24 時間体制で自施設※1 又は連携施設※2 において入院管理が可能",
        english: "Hospitalisation possible 24 h a day at the own or a partner facility.",
        strength: Strength::Firm,
    },
    Clause {
        id: "F-1.2",
        number: "1(3)",
        japanese: "必要な検査の結果が得られ次第速やかに、トシリズマブによる抗サイトカイン療法等の対応が可能な体制が整っており",
        english: "System in place for prompt anti-cytokine therapy with tocilizumab etc. once the necessary test results are available.",
        strength: Strength::Firm,
    },
    Clause {
        id: "F-1.3",
        number: "1(3)",
        japanese: "医師要件を満たす医師※3 のいる施設",
        english: "A facility with a physician meeting the requirements.",
        strength: Strength::Firm,
    },
    Clause {
        id: "F-1.4",
        number: "1(3)",
        japanese: "製造販売業者から製品および安全対策の事前説明を行った上で納入すること",
        english: "Deliver after prior explanation of product AND safety measures by the MAH.",
        strength: Strength::Firm,
    },
    Clause {
        id: "F-*1",
        number: "1(3) ※1",
        japanese: "ICU 又は ICU と同等の設備を有する医療施設",
        english: "(own facility) a medical facility having an ICU or equipment equivalent to an ICU.",
        strength: Strength::Firm,
    },
    Clause {
        id: "F-*2",
        number: "1(3) ※2",
        japanese: "ICU 又は ICU と同等の設備を有する医療施設と連携している医療施設",
        english: "(partner facility) a medical facility that is in partnership with a medical facility having an ICU or equivalent equipment.",
        strength: Strength::Firm,
    },
    Clause {
        id: "F-*3-1",
        number: "1(3) ※3",
        japanese: "造血器悪性腫瘍の治療について十分な知識・経験を有する医師",
        english: "Physician with sufficient knowledge and experience in treating haematological malignancies.",
        strength: Strength::Firm,
    },
    Clause {
        id: "F-*3-2",
        number: "1(3) ※3",
        japanese: "医薬情報担当者と対面やオンライン等による定期的な面談等が可能である医師",
        english: "Physician able to have regular meetings with the medical representative (MR), face-to-face, online etc.",
        strength: Strength::Firm,
    },
    Clause {
        id: "F-*3-3",
        number: "1(3) ※3",
        japanese: "製造販売業者が依頼する本剤の安全対策に協力が可能である医師",
        english: "Physician able to cooperate with the safety measures for this drug requested by the MAH.",
        strength: Strength::Firm,
    },
];

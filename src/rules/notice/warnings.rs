//! The clauses of the warnings (警告), the indication (効能又は効果) and its precautions.

use super::{Clause, Strength};

pub(super) const CLAUSES: &[Clause] = &[
    Clause {
        id: "W-1a",
        number: "1(2) 警告",
        japanese: "本剤は、緊急時に十分対応できる医療施設において、造血器悪性腫瘍の治療に対して、十分な知識・経験を持つ医師のもとで、本剤の投与が適切と判断される症例についてのみ投与すること。",
        english: "Administer this drug only at medical facilities able to respond adequately to emergencies, under a physician with sufficient knowledge and experience in treating haematological malignancies, and only in cases in which its administration is judged appropriate.",
        strength: Strength::Firm,
    },
    Clause {
        id: "W-1b",
        number: "1(2) 警告",
        japanese: "また、治療開始に先立ち、患者又はその家族に有効性及び危険性を十分に説明し、同意を得てから投与すること。",
        english: "Before starting treatment, explain efficacy and risks fully to the patient or the patient's family, and administer only after obtaining consent.",
        strength: Strength::Firm,
    },
    Clause {
        id: "W-2a",
        number: "1(2) 警告",
        japanese: "重度のサイトカイン放出症候群があらわれることがある。",
        english: "Severe CRS may occur.",
        strength: Strength::Inform,
    },
    Clause {
        id: "W-2b",
        number: "1(2) 警告",
        japanese: "また、血球貪食性リンパ組織球症があらわれることがあり、死亡に至る例が報告されている。",
        english: "Haemophagocytic lymphohistiocytosis (HLH) may also occur, and fatal cases have been reported.",
        strength: Strength::Inform,
    },
    Clause {
        id: "W-2c",
        number: "1(2) 警告",
        japanese: "特に治療初期は入院管理等の適切な体制下で本剤の投与を行うこと。",
        english: "Particularly in the early phase of treatment, administer this drug under an appropriate system such as hospitalisation.",
        strength: Strength::Guideline,
    },
    Clause {
        id: "W-2d",
        number: "1(2) 警告",
        japanese: "サイトカイン放出症候群に対する前投与薬の投与等の予防的措置を行うとともに、観察を十分に行い、異常が認められた場合には、製造販売業者が提供するサイトカイン放出症候群管理ガイダンス等に従い、適切な処置を行うこと。",
        english: "Take preventive measures against CRS such as premedication, observe sufficiently and, if an abnormality is found, treat appropriately following the CRS management guidance provided by the MAH, etc.",
        strength: Strength::Firm,
    },
    Clause {
        id: "I-1",
        number: "1(2) 効能又は効果",
        japanese: "再発又は難治性の濾胞性リンパ腫",
        english: "Relapsed or refractory follicular lymphoma.",
        strength: Strength::Firm,
    },
    Clause {
        id: "IN-1",
        number: "1(2) 効能又は効果に関連する注意",
        japanese: "本剤による治療は、抗 CD20 モノクローナル抗体製剤を含む少なくとも2つの標準的な治療が無効又は治療後に再発した患者を対象とすること。",
        english: "Treatment with this drug is for patients in whom at least two standard treatments, including an anti-CD20 monoclonal antibody product, were ineffective or who relapsed after treatment.",
        strength: Strength::Firm,
    },
    Clause {
        id: "IN-2",
        number: "1(2) 効能又は効果に関連する注意",
        japanese: "十分な経験を有する病理医により、Grade 1～3A と診断された患者に投与すること。",
        english: "Administer to patients diagnosed as Grade 1 to 3A by a pathologist with sufficient experience.",
        strength: Strength::Firm,
    },
];

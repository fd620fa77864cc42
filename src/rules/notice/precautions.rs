//! The clauses of the important precautions (重要な基本的注意).

use super::{Clause, Strength};

pub(super) const CLAUSES: &[Clause] = &[
    Clause {
        id: "P-0",
        number: "1(2) 重要な基本的注意",
        japanese: "サイトカイン放出症候群があらわれることがあるので、本剤の投与にあたっては、以下の事項に注意すること。",
        english: "Because CRS may occur, pay attention to the following when administering this drug.",
        strength: Strength::Inform,
    },
    Clause {
        id: "P-1",
        number: "1(2) 重要な基本的注意",
        japanese: "サイトカイン放出症候群に対する前投与等の予防的措置を行うこと。",
        english: "Take preventive measures against CRS such as premedication.",
        strength: Strength::Firm,
    },
    Clause {
        id: "P-2",
        number: "1(2) 重要な基本的注意",
        japanese: "本剤の投与中は、発熱、悪寒、低血圧、頻脈、低酸素症、頭痛等について、観察を十分に行うこと。",
        english: "During administration, observe sufficiently for fever, chills, hypotension, tachycardia, hypoxia, headache, etc.",
        strength: Strength::Guideline,
    },
    Clause {
        id: "P-3a",
        number: "1(2) 重要な基本的注意",
        japanese: "サイトカイン放出症候群は投与初期に多く認められることから、1 サイクル目の各投与後には患者の状態に応じて入院管理を検討すること。",
        english: "Since CRS is frequent early in treatment, consider hospitalisation according to the patient's condition after each administration of cycle 1.",
        strength: Strength::Guideline,
    },
    Clause {
        id: "P-3b",
        number: "1(2) 重要な基本的注意",
        japanese: "ただし、少なくとも初回の 60mg 投与開始後 48 時間は必ず入院管理とすること。",
        english: "However, hospitalisation is mandatory at least for 48 hours after the START of the first 60 mg administration.",
        strength: Strength::Firm,
    },
    Clause {
        id: "P-4",
        number: "1(2) 重要な基本的注意",
        japanese: "サイトカイン放出症候群が疑われる症状があらわれた場合には、速やかに医療機関を受診するよう患者を指導すること。",
        english: "Instruct patients to see a medical institution promptly if symptoms suspicious of CRS appear.",
        strength: Strength::Firm,
    },
    Clause {
        id: "P-5",
        number: "1(2) 重要な基本的注意",
        japanese: "緊急時に備えてトシリズマブ（遺伝子組換え）を速やかに使用できるように準備しておくこと。",
        english: "Keep tocilizumab (genetical recombination) ready for prompt use in an emergency.",
        strength: Strength::Firm,
    },
];

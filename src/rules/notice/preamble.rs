//! The clauses of the covering letter, the preamble, the approval conditions and the introduction.

use super::{Clause, Strength};

pub(super) const CLAUSES: &[Clause] = &[
    Clause {
        id: "N0-1",
        number: "事務連絡",
        japanese: "今般、標記について、別添写しのとおり都道府県、保健所設置市及び特別区の衛生主管部（局）長宛て通知しましたので、御了知の上、関係者への周知方よろしく申し上げます。",
        english: "We have notified the heads of the health departments of prefectures, cities with public health centres and special wards as in the attached copy; please take note and make it known to those concerned.",
        strength: Strength::Inform,
    },
    Clause {
        id: "N0-2",
        number: "前文",
        japanese: "モスネツズマブ（遺伝子組換え）製剤（販売名：ルンスミオ点滴静注 1 mg、同点滴静注 30 mg、以下「本剤」という。）については、本日、「再発又は難治性の濾胞性リンパ腫」を「効能又は効果」として、承認されたところです。",
        english: "Mosunetuzumab (genetical recombination) products (brand names Lunsumio for Intravenous Infusion 1 mg and 30 mg; hereafter 'this drug') were approved today for 'relapsed or refractory follicular lymphoma'.",
        strength: Strength::Firm,
    },
    Clause {
        id: "N0-3",
        number: "前文",
        japanese: "本剤は重度のサイトカイン放出症候群があらわれることがあることから、その使用にあたっては、特に下記の点について留意されるよう、貴管下の医療機関に対する周知をお願いします。",
        english: "Because severe cytokine release syndrome (CRS) may occur with this drug, please inform the medical institutions under your jurisdiction so that particular attention is paid to the points below in its use.",
        strength: Strength::Inform,
    },
    Clause {
        id: "N0-4",
        number: "前文",
        japanese: "なお、本通知の写しについて、別記の関係団体宛てに連絡するので、念のため申し添えます。",
        english: "For reference, a copy of this notice is being sent to the related organisations listed in the annex.",
        strength: Strength::Inform,
    },
    Clause {
        id: "N1-1",
        number: "1(1)",
        japanese: "本剤については、承認に際し、以下の条件が付されている。",
        english: "The following conditions are attached to the approval of this drug.",
        strength: Strength::Inform,
    },
    Clause {
        id: "N1-1-1",
        number: "1(1) 承認条件 1",
        japanese: "医薬品リスク管理計画を策定の上、適切に実施すること。",
        english: "Formulate a risk management plan (RMP) and implement it appropriately.",
        strength: Strength::Inform,
    },
    Clause {
        id: "N1-1-2",
        number: "1(1) 承認条件 2",
        japanese: "緊急時に十分対応できる医療施設において、造血器悪性腫瘍に関する十分な知識・経験を持つ医師のもとで、サイトカイン放出症候群の管理等の適切な対応がなされる体制下で本剤が投与されるよう、製造販売にあたって必要な措置を講じること。",
        english: "In marketing, take the necessary measures so that this drug is administered at medical facilities able to respond adequately to emergencies, under physicians with sufficient knowledge and experience of haematological malignancies, and within a system in which CRS management and other appropriate responses are carried out.",
        strength: Strength::Firm,
    },
    Clause {
        id: "N1-2a",
        number: "1(2)",
        japanese: "サイトカイン放出症候群に関する「警告」、「効能又は効果」、「効能又は効果に関連する注意」、「用法及び用量」、「用法及び用量に関連する注意」、「重要な基本的注意」は以下のとおりであるので、特段の留意をお願いしたい。",
        english: "The CRS-related 'Warnings', 'Indications', 'Precautions concerning indications', 'Dosage and administration', 'Precautions concerning dosage and administration' and 'Important precautions' are as follows; please pay special attention to them.",
        strength: Strength::Inform,
    },
    Clause {
        id: "N1-2b",
        number: "1(2)",
        japanese: "なお、その他の使用上の注意については、電子化された添付文書を参照されたい。",
        english: "For other precautions, see the electronic package insert.",
        strength: Strength::Inform,
    },
];

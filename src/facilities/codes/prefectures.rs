//! The 47 prefectures, which every 医療機関コード begins with.

use std::fmt;

use serde::{Serialize, Serializer};

use super::digits_of;

/// The names of the 47 prefectures in the order of their numbers (JIS X 0401).
#[rustfmt::skip] // a table is read in rows
const PREFECTURES: [(&str, &str); 47] = [
    ("北海道", "Hokkaido"), ("青森県", "Aomori"), ("岩手県", "Iwate"), ("宮城県", "Miyagi"),
    ("秋田県", "Akita"), ("山形県", "Yamagata"), ("福島県", "Fukushima"), ("茨城県", "Ibaraki"),
    ("栃木県", "Tochigi"), ("群馬県", "Gunma"), ("埼玉県", "Saitama"), ("千葉県", "Chiba"),
    ("東京都", "Tokyo"), ("神奈川県", "Kanagawa"), ("新潟県", "Niigata"), ("富山県", "Toyama"),
    ("石川県", "Ishikawa"), ("福井県", "Fukui"), ("山梨県", "Yamanashi"), ("長野県", "Nagano"),
    ("岐阜県", "Gifu"), ("静岡県", "Shizuoka"), ("愛知県", "Aichi"), ("三重県", "Mie"),
    ("滋賀県", "Shiga"), ("京都府", "Kyoto"), ("大阪府", "Osaka"), ("兵庫県", "Hyogo"),
    ("奈良県", "Nara"), ("和歌山県", "Wakayama"), ("鳥取県", "Tottori"), ("島根県", "Shimane"),
    ("岡山県", "Okayama"), ("広島県", "Hiroshima"), ("山口県", "Yamaguchi"), ("徳島県", "Tokushima"),
    ("香川県", "Kagawa"), ("愛媛県", "Ehime"), ("高知県", "Kochi"), ("福岡県", "Fukuoka"),
    ("佐賀県", "Saga"), ("長崎県", "Nagasaki"), ("熊本県", "Kumamoto"), ("大分県", "Oita"),
    ("宮崎県", "Miyazaki"), ("鹿児島県", "Kagoshima"), ("沖縄県", "Okinawa"),
];

/// A prefecture by its number, 01 to 47 (JIS X 0401). Shown and serialised as two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefecture(u8);

impl Prefecture {
    /// The prefecture with this number, or `None` outside 1–47.
    pub fn from_number(number: u8) -> Option<Self> {
        (1..=47).contains(&number).then_some(Self(number))
    }

    /// The prefecture meant by a number (`1`, `01`, `０１`) or a Japanese name (`東京都`, `東京`).
    pub fn from_text(text: &str) -> Option<Self> {
        if let Some(digits) = digits_of(text) {
            return (digits.len() <= 2)
                .then(|| digits.parse().ok().and_then(Self::from_number))
                .flatten();
        }
        let name = text.trim();
        Self::all().find(|prefecture| {
            let full = prefecture.name_ja();
            name == full
                || (name.chars().count() > 1 && full.strip_suffix(['都', '府', '県']) == Some(name))
        })
    }

    /// All 47, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=47).map(Self)
    }

    /// 1 to 47.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The Japanese name with its suffix: `東京都`.
    pub fn name_ja(self) -> &'static str {
        self.names().0
    }

    /// The English name without a suffix: `Tokyo`.
    pub fn name_en(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        // INVARIANT: only from_number and all make a Prefecture, so the number is 1 to 47.
        PREFECTURES
            .get(usize::from(self.0).saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }
}

impl fmt::Display for Prefecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl Serialize for Prefecture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

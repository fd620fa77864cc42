//! Search keys: one folded form of a name, so that it is found however it is typed.
//!
//! Names themselves are stored as typed; only the key is normalised, and nobody is ever shown it.
//! The same folding is applied to a name and to what is searched for. A key may fold two different
//! names into one: that costs a longer list of hits, never a wrong facility.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// Characters that people and registers write in more than one way: first the form kept, then the
/// forms found instead of it.
///
/// Sources: the old and new forms of the 常用漢字表, the characters that Windows-31J carries twice
/// (NEC/IBM extensions such as 髙 and 﨑), and the variants met in names of the health bureaus'
/// lists of September 2024 (髙 299 times, 﨑 257, 澤 466, 龍 201, 條 172, 醫 129 …).
/// Compatibility ideographs such as 神 (U+FA19) need no line: NFKC maps them.
///
/// READING: 斉, 斎 and their old forms 齊, 齋 are two different characters, yet bearers and lists
/// swap them; likewise 島 and 嶋. For searching they count as one.
#[rustfmt::skip] // a table is read in rows
const VARIANTS: &[&str] = &[
    "高髙", "崎﨑嵜碕", "浜濵濱", "辺邉邊", "斉齋齊斎", "沢澤", "国國", "広廣", "桜櫻", "真眞",
    "恵惠", "栄榮", "寿壽", "実實", "円圓", "学學", "会會", "医醫毉", "蔵藏", "曽曾", "富冨",
    "峰峯", "万萬", "黒黑", "静靜", "館舘", "柳栁桺", "松柗枩", "桑桒", "吉𠮷", "清淸", "増增",
    "徳德", "弥彌", "穂穗", "瀬瀨", "条條", "応應", "単單", "竜龍", "滝瀧", "島嶋嶌", "薮藪",
    "槙槇", "凜凛", "渕淵", "桧檜", "壷壺", "頼賴", "亀龜", "関關", "鉄鐵", "塩鹽", "豊豐", "芸藝",
    "摂攝", "鴎鷗", "郷鄕", "浅淺", "歯齒", "体體", "薬藥", "与與", "仏佛", "伝傳", "価價", "区區",
    "県縣", "縦縱", "総總", "声聲", "処處", "号號", "旧舊", "舎舍", "荘莊", "萊莱", "諌諫", "売賣",
    "遥遙", "遅遲", "釈釋", "錬鍊", "鎮鎭", "隠隱", "双雙", "霊靈", "駅驛", "鶏鷄", "麦麥", "黄黃",
    "点點", "発發", "礼禮", "稲稻", "経經", "絵繪", "聡聰", "台臺", "児兒", "来來", "労勞", "図圖",
    "尭堯", "奥奧", "寛寬", "宝寶", "将將", "巌巖", "巣巢", "庁廳", "戸戶", "戻戾", "抜拔", "拡擴",
    "数數", "昼晝", "暁曉", "横橫", "歩步", "残殘", "気氣", "温溫", "満滿", "渋澁澀", "済濟",
    "炉爐", "狭狹", "独獨", "瓶甁", "画畫", "当當", "痴癡", "尽盡", "秘祕", "禅禪", "並竝", "粋粹",
    "糸絲", "続續", "鴬鶯", "鹸鹼", "欅﨔", "臈﨟", "篭籠",
];

static KEPT_FORM: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let groups = VARIANTS.iter().filter_map(|group| {
        let mut forms = group.chars();
        forms
            .next()
            .map(|kept| forms.map(move |found| (found, kept)))
    });
    groups.flatten().collect()
});

/// The search key of a name, an address or what a person types into a search box.
///
/// NFKC (so half-width kana, full-width letters and digits, ㈱ and compatibility ideographs become
/// their plain forms), then letter by letter: lower case, katakana and small kana to full-size
/// hiragana, character variants to one form, and everything that is not a letter or a digit
/// dropped — spaces, ・, every hyphen and dash, the long-vowel mark ー, brackets, 外字 of the private
/// use area, variation selectors. The result may be empty. Applying it twice changes nothing.
pub fn search_key(text: &str) -> String {
    let mut key = folded(text);
    loop {
        // Dropping a character can bring two together that NFKC would compose; so until it rests.
        let again = folded(&key);
        if again == key {
            return key;
        }
        key = again;
    }
}

/// The bigrams of a [`search_key`], each once, in order of first appearance.
///
/// A key of one character gives that character; an empty key gives nothing. The store keeps an
/// inverted index of these: a name contains a searched text only if it has all of its bigrams.
pub fn grams(key: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let pairs = key.chars().zip(key.chars().skip(1));
    let mut grams: Vec<String> = pairs
        .filter(|pair| seen.insert(*pair))
        .map(|(first, second)| String::from_iter([first, second]))
        .collect();
    if grams.is_empty() {
        grams.extend(key.chars().next().map(String::from));
    }
    grams
}

fn folded(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphanumeric() && !is_long_vowel(*character))
        .map(|character| one_variant(full_size_hiragana(character)))
        .collect()
}

/// ー counts as a letter in Unicode, but lists write it for a hyphen and a hyphen for it.
fn is_long_vowel(character: char) -> bool {
    matches!(character, 'ー' | 'ｰ')
}

/// Katakana as hiragana, small kana as full-size: キャノン and キヤノン, 霞ヶ関 and 霞ケ関 are one.
fn full_size_hiragana(character: char) -> char {
    let hiragana = match character {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => {
            char::from_u32(u32::from(character) - 0x60).unwrap_or(character)
        }
        other => other,
    };
    match hiragana {
        'ぁ' => 'あ',
        'ぃ' => 'い',
        'ぅ' => 'う',
        'ぇ' => 'え',
        'ぉ' => 'お',
        'っ' => 'つ',
        'ゃ' => 'や',
        'ゅ' => 'ゆ',
        'ょ' => 'よ',
        'ゎ' => 'わ',
        'ゕ' => 'か',
        'ゖ' => 'け',
        'ゐ' => 'い',
        'ゑ' => 'え',
        other => other,
    }
}

fn one_variant(character: char) -> char {
    // Everything below U+3400 is kana, Latin or digits: no need to read the table.
    if character < '\u{3400}' {
        return character;
    }
    KEPT_FORM.get(&character).copied().unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_variants_folds_in_one_step() {
        for (found, kept) in KEPT_FORM.iter() {
            assert_ne!(found, kept);
            assert!(!KEPT_FORM.contains_key(kept), "{kept} is itself a variant");
            assert_eq!(
                found.nfkc().next(),
                Some(*found),
                "NFKC maps {found} already"
            );
        }
        let listed: usize = VARIANTS.iter().map(|group| group.chars().count() - 1).sum();
        assert_eq!(listed, KEPT_FORM.len(), "a character is listed twice");
    }
}

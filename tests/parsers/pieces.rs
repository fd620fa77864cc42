//! Inputs as they come: seeds of the corpus, bent, cut, joined and sprinkled with what real keyboards and files hold.

use crate::support_hostile::Chance;

/// No input is longer; forms and notes end at this size as well.
const MOST: usize = 96 * 1024;

const PIECES: &[&[u8]] = &[
    b"",
    b"\0",
    b"\r\n",
    b"\n",
    b"\r",
    b"\t",
    b" ",
    b",",
    b";",
    b":",
    b".",
    b"-",
    b"+",
    b"=",
    b"&",
    b"%",
    b"%00",
    b"%FF",
    b"%E7%A5",
    b"|",
    b"/",
    b"\\",
    b"'",
    b"\"",
    b"\"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b"@",
    b"#",
    b"?",
    b"0",
    b"-1",
    b"00",
    b"9",
    b"99999999999999999999",
    b"-9223372036854775808",
    b"1e308",
    b"1e-999",
    b"NaN",
    b"inf",
    b"0x1f",
    b"null",
    b"true",
    b"yes",
    b"no",
    b"2026",
    b"13",
    b"31",
    b"24:00",
    b"T24:00:00Z",
    b"-0000-00-00",
    b"+262143-12-31",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xC0\x80",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    b"\x80",
    b"\xFF",
    // 髙, 神 and half-width kana in CP932.
    b"\xFB\xFC",
    b"\x90_",
    b"\xB6\xC5",
    b"\x81",
    "０１２３４５６７８９".as_bytes(),
    "ｶﾅﾞﾟ".as_bytes(),
    "ー−‐－―".as_bytes(),
    "神".as_bytes(),
    "\u{FA19}".as_bytes(),
    "髙﨑".as_bytes(),
    "が".as_bytes(),
    "か\u{3099}".as_bytes(),
    "👩‍⚕️".as_bytes(),
    "\u{3000}".as_bytes(),
    "\u{A0}".as_bytes(),
    "\u{200B}".as_bytes(),
    "\u{202E}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{2068}".as_bytes(),
    "\u{FEFF}".as_bytes(),
    "\u{FFFD}".as_bytes(),
    "\u{E000}".as_bytes(),
    "\u{10FFFF}".as_bytes(),
    "٣".as_bytes(),
    "Ⅳ㈱㍻".as_bytes(),
    "ﬃ".as_bytes(),
    "İß".as_bytes(),
    "＝＋－＠，．：／".as_bytes(),
    "〒".as_bytes(),
    "医療機関コード".as_bytes(),
    "北海道".as_bytes(),
    "— ".as_bytes(),
    b"\n\n",
    b"SESSION",
    b"BROKEN",
];

/// One input out of these seeds.
pub fn input(chance: &mut Chance, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = match chance.below(20) {
        0 => Vec::new(),
        1 => {
            let length = chance.below(65);
            (0..length).map(|_| byte(chance)).collect()
        }
        2 => {
            let count = chance.below(12);
            (0..count)
                .flat_map(|_| PIECES[chance.below(PIECES.len())].to_vec())
                .collect()
        }
        _ => seeds[chance.below(seeds.len())].clone(),
    };
    for _ in 0..chance.below(5) {
        bend(chance, &mut bytes, seeds);
    }
    bytes.truncate(MOST);
    bytes
}

fn byte(chance: &mut Chance) -> u8 {
    u8::try_from(chance.below(256)).unwrap()
}

/// A place in the bytes, their end included.
fn place(chance: &mut Chance, bytes: &[u8]) -> usize {
    chance.below(bytes.len() + 1)
}

/// A part of the bytes, short more often than long.
fn part(chance: &mut Chance, bytes: &[u8]) -> std::ops::Range<usize> {
    let from = place(chance, bytes);
    let most = match chance.below(4) {
        0 => bytes.len() - from,
        _ => (bytes.len() - from).min(8),
    };
    from..from + chance.below(most + 1)
}

fn bend(chance: &mut Chance, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    match chance.below(10) {
        0 | 1 if !bytes.is_empty() => {
            let at = chance.below(bytes.len());
            bytes[at] ^= 1 << chance.below(8);
        }
        2 if !bytes.is_empty() => {
            let at = chance.below(bytes.len());
            bytes[at] = byte(chance);
        }
        3 => {
            let at = place(chance, bytes);
            bytes.truncate(at);
        }
        4 => {
            let other = &seeds[chance.below(seeds.len())];
            let (at, from) = (place(chance, bytes), place(chance, other));
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        5 => {
            let gone = part(chance, bytes);
            bytes.drain(gone);
        }
        6 => {
            let again = part(chance, bytes);
            let copy = bytes[again].to_vec();
            let at = place(chance, bytes);
            bytes.splice(at..at, copy);
        }
        7 => {
            let away = part(chance, bytes);
            let piece = PIECES[chance.below(PIECES.len())];
            bytes.splice(away, piece.iter().copied());
        }
        _ => {
            let at = place(chance, bytes);
            let times = match chance.below(400) {
                0 => 3_000,
                1..=8 => 40,
                _ => 1,
            };
            let piece = PIECES[chance.below(PIECES.len())].repeat(times);
            bytes.splice(at..at, piece);
        }
    }
}

//! Texts that somebody might type to make a letter say more, or go further, than it should.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

/// Chance that is the same in every run (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    /// Up to this many pieces.
    pub fn text(&mut self, most: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.below(most + 1) {
            match self.below(1_000) {
                0 => text.push_str(&"長".repeat(10_000)),
                1 => text.push_str(&"x".repeat(10_000)),
                2..=150 => text.extend(char::from_u32(
                    u32::try_from(self.below(0x11_0000)).unwrap(),
                )),
                151..=250 => text.extend(char::from_u32(u32::try_from(self.below(0x100)).unwrap())),
                _ => text.push_str(HOSTILE[self.below(HOSTILE.len())]),
            }
        }
        text
    }
}

const HOSTILE: &[&str] = &[
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\t",
    " ",
    "  ",
    "\r\n ",
    "\r\n\r\n",
    ",",
    ";",
    ":",
    "<",
    ">",
    "\"",
    "\\",
    "\\\"",
    "(",
    ")",
    "[",
    "]",
    "@",
    ".",
    "..",
    "%",
    "%0d%0a",
    "=",
    "=?",
    "?=",
    "\u{7f}",
    "\u{1b}",
    "\u{85}",
    "\u{a0}",
    "\u{200b}",
    "\u{200d}",
    "\u{200f}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\u{fe0f}",
    "\u{e0100}",
    "\u{e0041}",
    "\u{3000}",
    "\u{fa19}",
    "神",
    "が",
    "👩‍⚕️",
    "＠",
    "，",
    "．",
    "Bcc: x@example.com",
    "\r\nBcc: x@example.com",
    "\r\nBcc: x@example.com\r\n",
    "\nTo: y@example.com\n",
    "\r\nSubject: other",
    "\r\nContent-Type: text/html\r\n\r\n<b>",
    "\r\n.\r\nMAIL FROM:<x@example.com>\r\n",
    "=?utf-8?q?=0D=0ABcc:_x=40example.com?=",
    "=?utf-8?b?DQpCY2M6IHhAZXhhbXBsZS5jb20=?=",
    "=?iso-2022-jp?b?GyRC?=",
    "taro@example.com",
    "<taro@example.com>",
    "taro@example.com, x@example.com",
    "group:x@example.com;",
    "undisclosed-recipients:;",
    "\"x@example.com\"",
    "x@example.com,",
    "@example.com",
    "taro",
    "太郎",
    "example.com",
    "例え.jp",
    "xn--",
    "[192.0.2.1]",
    "a",
    "é",
    "-",
    "+",
    "'",
    "`",
    "$",
    "&",
    "#",
];

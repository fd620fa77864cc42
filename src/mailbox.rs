//! An address as somebody types it: read, or refused with what is wrong with it.

use std::fmt;

use lettre::Address;
use lettre::message::Mailbox;

use crate::error::Message;

/// The longest address a mail server takes (RFC 5321).
const ADDRESS_BYTES: usize = 254;
/// What of a name is shown beside an address.
const NAME_CHARS: usize = 100;

/// Why a text is no address that a letter can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadAddress {
    Empty,
    TooLong,
    /// Full-width letters, as a Japanese keyboard types them.
    FullWidth,
    /// More than one recipient, or something beside the address.
    Several,
    /// A line break or another character that no address holds.
    Unprintable,
    /// There is not exactly one @ with something on either side.
    At,
    /// What stands before the @.
    Local,
    /// What stands after the @.
    Domain,
}

impl BadAddress {
    pub const ALL: &'static [BadAddress] = &[
        BadAddress::Empty,
        BadAddress::TooLong,
        BadAddress::FullWidth,
        BadAddress::Several,
        BadAddress::Unprintable,
        BadAddress::At,
        BadAddress::Local,
        BadAddress::Domain,
    ];

    pub fn message_id(self) -> &'static str {
        match self {
            BadAddress::Empty => "address-empty",
            BadAddress::TooLong => "address-too-long",
            BadAddress::FullWidth => "address-full-width",
            BadAddress::Several => "address-several",
            BadAddress::Unprintable => "address-unprintable",
            BadAddress::At => "address-at",
            BadAddress::Local => "address-local",
            BadAddress::Domain => "address-domain",
        }
    }

    /// The sentence for the form.
    pub fn message(self) -> Message {
        Message::new(self.message_id())
    }
}

impl fmt::Display for BadAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadAddress::Empty => "there is no address",
            BadAddress::TooLong => "the address is longer than 254 characters",
            BadAddress::FullWidth => "the address has full-width letters",
            BadAddress::Several => "there is more than one address, or more than the address",
            BadAddress::Unprintable => {
                "the address has a line break or another character that no address holds"
            }
            BadAddress::At => "the address has not exactly one @ with something on either side",
            BadAddress::Local => {
                "what stands before the @ has characters that mail servers do not take"
            }
            BadAddress::Domain => "what stands after the @ is no domain name",
        })
    }
}

impl std::error::Error for BadAddress {}

/// The address in a text: `name@domain`, with white space around it at most.
///
/// Before the @ only what every mail server takes is taken: ASCII letters, digits and the usual signs, unquoted. After
/// it stands a name of DNS; an internationalised one (例え.jp) is turned into its ASCII form (xn--…), so that no server
/// on the way needs SMTPUTF8. Address literals ([192.0.2.1]) are refused.
///
/// INVARIANT: what is returned is ASCII without white space, control characters, quotes, brackets, commas or
/// semicolons, so it names one recipient wherever it is written.
pub fn address(typed: &str) -> Result<Address, BadAddress> {
    let text = typed.trim_matches([' ', '\t', '\u{3000}']);
    if text.is_empty() {
        return Err(BadAddress::Empty);
    }
    if text.len() > ADDRESS_BYTES {
        return Err(BadAddress::TooLong);
    }
    if text.chars().any(is_full_width) {
        return Err(BadAddress::FullWidth);
    }
    if text.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err(BadAddress::Unprintable);
    }
    if text.contains([',', ';', '<', '>', '"', '(', ')']) || text.contains(char::is_whitespace) {
        return Err(BadAddress::Several);
    }
    let (local, domain) = match text.split_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() => (local, domain),
        _ => return Err(BadAddress::At),
    };
    if domain.contains('@') {
        return Err(BadAddress::At);
    }
    if !is_dot_atom(local) {
        return Err(BadAddress::Local);
    }
    let domain = ascii_domain(domain).ok_or(BadAddress::Domain)?;
    let address = format!("{local}@{domain}");
    if address.len() > ADDRESS_BYTES {
        return Err(BadAddress::TooLong);
    }
    address
        .parse()
        .map_err(|cause: lettre::address::AddressError| match cause {
            lettre::address::AddressError::InvalidUser => BadAddress::Local,
            _ => BadAddress::Domain,
        })
}

/// A name with an address, `Kanmon <kanmon@example.com>`, or an address alone.
pub fn mailbox(typed: &str) -> Result<Mailbox, BadAddress> {
    let text = typed.trim();
    let Some((name, rest)) = text.strip_suffix('>').and_then(|t| t.rsplit_once('<')) else {
        return Ok(Mailbox::new(None, address(text)?));
    };
    let name = name.trim().trim_matches('"');
    if name.contains(['<', '>', '@', ',', ';', '"']) {
        return Err(BadAddress::Several);
    }
    let name = clean(name, NAME_CHARS);
    Ok(Mailbox::new(
        (!name.is_empty()).then_some(name),
        address(rest)?,
    ))
}

/// A reader's name beside their address: as typed, but for what has no place in a header.
pub fn named(name: &str, address: Address) -> Mailbox {
    let name = clean(name, NAME_CHARS);
    Mailbox::new((!name.is_empty()).then_some(name), address)
}

/// A text on one line: control characters, line and paragraph separators and marks that turn the direction of writing
/// become single spaces or nothing; everything else, rare forms of characters too (神, U+FA19), stays as typed.
/// What is longer than `most` characters ends in "…".
pub fn clean(text: &str, most: usize) -> String {
    let mut kept = String::new();
    let mut count = 0;
    let mut gap = false;
    for c in text.chars() {
        if c == ' ' || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            gap = count > 0;
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        let more = usize::from(gap) + 1;
        if count + more > most {
            return clipped(&kept, most);
        }
        if gap {
            kept.push(' ');
        }
        kept.push(c);
        count += more;
        gap = false;
    }
    kept
}

/// The text with its last character given up for "…" where it fills the space.
fn clipped(kept: &str, most: usize) -> String {
    let kept: String = kept.chars().take(most.saturating_sub(1)).collect();
    if most == 0 {
        return kept;
    }
    format!("{}…", kept.trim_end())
}

/// Marks that are not seen but change how what follows is read.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{061C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

fn is_full_width(c: char) -> bool {
    matches!(
        c,
        '\u{FF01}'..='\u{FF5E}' | '\u{3000}' | '\u{3002}' | '\u{FF61}'
    )
}

/// Words of RFC 5322's atext with single dots between them.
fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|word| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
    })
}

/// A name of DNS in ASCII. One word alone is a typing error, but for this machine itself.
fn ascii_domain(domain: &str) -> Option<String> {
    let Ok(url::Host::Domain(name)) = url::Host::parse(domain) else {
        return None;
    };
    let fine = name.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    });
    let top = name.rsplit('.').next().unwrap_or("");
    let known = name.contains('.') && !top.chars().all(|c| c.is_ascii_digit());
    (fine && (known || name == "localhost")).then_some(name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_without_the_space_around_it() {
        for (typed, read) in [
            ("taro@example.com", "taro@example.com"),
            (
                " taro.kato+kanmon@mail.example.com\u{3000}",
                "taro.kato+kanmon@mail.example.com",
            ),
            ("o'neill@EXAMPLE.com", "o'neill@example.com"),
            ("taro@例え.jp", "taro@xn--r8jz45g.jp"),
            ("kanmon@localhost", "kanmon@localhost"),
        ] {
            assert_eq!(address(typed).unwrap().to_string(), read);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_by_what_is_wrong_with_it() {
        use BadAddress::*;
        let long = format!("{}@example.com", "a".repeat(250));
        for (typed, why) in [
            ("  ", Empty),
            (long.as_str(), TooLong),
            ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", FullWidth),
            ("taro@example。com", FullWidth),
            ("taro@example.com, jiro@example.com", Several),
            ("taro@example.com;jiro@example.com", Several),
            ("Taro <taro@example.com>", Several),
            ("taro@example.com jiro@example.com", Several),
            ("taro@example.com\r\nBcc: jiro@example.com", Unprintable),
            ("taro\0@example.com", Unprintable),
            ("\u{202E}taro@example.com", Unprintable),
            ("taro@exa\u{2028}mple.com", Several),
            ("taro.example.com", At),
            ("@example.com", At),
            ("taro@@example.com", At),
            ("taro@jiro@example.com", At),
            ("太郎@example.com", Local),
            ("taro..kato@example.com", Local),
            ("taro.@example.com", Local),
            ("taro@example", Domain),
            ("taro@-example.com", Domain),
            ("taro@[192.0.2.1]", Domain),
            ("taro@192.0.2.1", Domain),
            ("taro@exa_mple.com", Domain),
            ("taro@exa%0d%0ample.com", Domain),
        ] {
            assert_eq!(address(typed), Err(why), "{typed:?}");
        }
    }

    #[test]
    fn a_mailbox_is_one_name_and_one_address() {
        let read = mailbox("\"関門 Kanmon\" <kanmon@example.com>").unwrap();
        assert_eq!(read.name.as_deref(), Some("関門 Kanmon"));
        assert_eq!(read.email.to_string(), "kanmon@example.com");
        assert_eq!(mailbox("kanmon@example.com").unwrap().name, None);
        for typed in [
            "a@example.com, Kanmon <b@example.com>",
            "Kanmon <a@example.com> <b@example.com>",
            "Kanmon <a@example.com>, b@example.com",
            "Kanmon",
            "",
        ] {
            assert!(mailbox(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn a_name_stays_as_typed_on_one_line() {
        assert_eq!(clean("\u{FA19}戸　大学", 100), "\u{FA19}戸　大学");
        assert_eq!(
            clean("a\r\nBcc: x@example.com", 100),
            "a Bcc: x@example.com"
        );
        assert_eq!(clean(" \u{202E}a\u{2028}b\0 ", 100), "a b");
        assert_eq!(clean("12345", 5), "12345");
        assert_eq!(clean("123456", 5), "1234…");
        assert_eq!(clean("1234 6", 5), "1234…");
        assert_eq!(clean("123 56", 5), "123…");
        assert_eq!(clean("1", 0), "");
    }
}

//! A mail server: connected, secured, logged in, and handed letters one after another.

use std::fmt::Display;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use rustls::ClientConfig;

use crate::config::{Security, SmtpServer};
use crate::mailbox::clean;

use super::{Answer, Parcel, Unreachable};
use wire::Wire;
pub use wire::read_reply;

mod wire;

/// What of a server's words is kept.
const ANSWER_CHARS: usize = 300;
/// The exchanges of a login; LOGIN takes two.
const CHALLENGES: usize = 4;
/// How long to wait for a goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// A line to a mail server.
pub struct Smtp {
    server: SmtpServer,
    hello: ClientId,
    patience: Duration,
    tls: Option<Arc<ClientConfig>>,
    /// None where the line broke; the next letter opens it again.
    talk: Option<Talk>,
}

/// A conversation that is past its login.
struct Talk {
    wire: Wire,
    /// Whether commands may be sent before the replies to earlier ones are read (RFC 2920).
    pipelining: bool,
    /// Whether a letter was begun in it; the server may have ended it since.
    used: bool,
}

/// How the beginning of a letter ended: the server waits for its text, or does not.
enum Beginning {
    Open,
    /// Refused; `over` where the server waits for a text nevertheless, so that only cutting the wire is safe.
    Refused {
        answer: Answer,
        over: bool,
    },
    Broken(String),
}

impl Smtp {
    pub fn open(server: &SmtpServer, hello: &str, patience: Duration) -> Result<Smtp, Unreachable> {
        let tls = match server.security {
            Security::Plain => None,
            Security::Tls | Security::StartTls => {
                let trust = wire::trust(server).map_err(|cause| Unreachable(cause.to_string()))?;
                Some(trust)
            }
        };
        let mut smtp = Smtp {
            server: server.clone(),
            hello: client(hello),
            patience,
            tls,
            talk: None,
        };
        smtp.talk = Some(smtp.connect()?);
        Ok(smtp)
    }

    /// Connects, secures and logs in.
    ///
    /// INVARIANT: neither password nor letter leaves before TLS stands, unless the setting names this machine itself.
    fn connect(&self) -> Result<Talk, Unreachable> {
        let fail = |doing: &str, cause: &dyn Display| {
            let (host, port) = (&self.server.host, self.server.port);
            Unreachable(clean(
                &format!("{host}:{port}: {doing}: {cause}"),
                ANSWER_CHARS,
            ))
        };
        let mut wire = Wire::connect(&self.server, self.patience)
            .map_err(|cause| fail("cannot be reached", &cause))?;
        if let (Security::Tls, Some(tls)) = (self.server.security, &self.tls) {
            wire = wire
                .secured(&self.server.host, tls.clone())
                .map_err(|cause| fail("TLS", &cause))?;
        }
        let greeting = wire.reply().map_err(|cause| fail("greeting", &cause))?;
        if code(&greeting) != 220 {
            return Err(fail("greeting", &words(&greeting)));
        }
        let mut offers = self.hello(&mut wire).map_err(|why| fail("EHLO", &why))?;
        if let (Security::StartTls, Some(tls)) = (self.server.security, &self.tls) {
            if !offers.iter().any(|offer| offer == "STARTTLS") {
                return Err(fail(
                    "STARTTLS",
                    &"is not offered, and nothing is sent without",
                ));
            }
            match asked(&mut wire, Starttls) {
                Ok(reply) if code(&reply) == 220 => {}
                Ok(reply) => return Err(fail("STARTTLS", &words(&reply))),
                Err(cause) => return Err(fail("STARTTLS", &cause)),
            }
            wire = wire
                .secured(&self.server.host, tls.clone())
                .map_err(|cause| fail("TLS", &cause))?;
            // What was offered before TLS counts no more.
            offers = self.hello(&mut wire).map_err(|why| fail("EHLO", &why))?;
        }
        if let Some((user, password)) = &self.server.login {
            let credentials = Credentials::new(user.clone(), password.clone());
            log_in(&mut wire, &offers, &credentials).map_err(|why| fail("login", &why))?;
        }
        Ok(Talk {
            wire,
            pipelining: offers.iter().any(|offer| offer == "PIPELINING"),
            used: false,
        })
    }

    /// Says who calls, and hears what the server offers: one line each, in capitals.
    fn hello(&self, wire: &mut Wire) -> Result<Vec<String>, String> {
        match asked(wire, Ehlo::new(self.hello.clone())) {
            Ok(reply) if reply.is_positive() => Ok(reply
                .message()
                .skip(1)
                .map(|line| line.trim().to_ascii_uppercase())
                .collect()),
            Ok(reply) => Err(words(&reply)),
            Err(cause) => Err(cause.to_string()),
        }
    }

    /// Hands in one letter; see `Line::send`.
    pub fn send(&mut self, parcel: &Parcel, last_word: &mut dyn FnMut() -> bool) -> Answer {
        let mut talk = match self.talk.take() {
            Some(talk) => talk,
            None => match self.connect() {
                Ok(talk) => talk,
                Err(why) => return Answer::Unreachable(why.0),
            },
        };
        let mut beginning = talk.begin(parcel);
        if matches!(beginning, Beginning::Broken(_)) && talk.used {
            // A server may end a conversation between two letters; that is no fault of the line.
            talk = match self.connect() {
                Ok(talk) => talk,
                Err(why) => return Answer::Unreachable(why.0),
            };
            beginning = talk.begin(parcel);
        }
        talk.used = true;
        match beginning {
            Beginning::Broken(why) => Answer::Unreachable(why),
            Beginning::Refused { answer, over } => {
                // Unless it is ready for another letter, the conversation ends here.
                if !over && asked(&mut talk.wire, Rset).is_ok_and(|reply| reply.is_positive()) {
                    self.talk = Some(talk);
                }
                answer
            }
            Beginning::Open => self.text(talk, parcel, last_word),
        }
    }

    /// Sends the text, asks for the last word, and ends the message.
    fn text(
        &mut self,
        mut talk: Talk,
        parcel: &Parcel,
        last_word: &mut dyn FnMut() -> bool,
    ) -> Answer {
        if let Err(cause) = talk.wire.write(&stuffed(&parcel.bytes)) {
            return Answer::Unreachable(said(&cause));
        }
        if !last_word() {
            // INVARIANT: the wire is cut before the message has ended, so the server discards it (RFC 5321, 4.1.1.4).
            drop(talk);
            return Answer::Withheld;
        }
        let end = talk.wire.write(b".\r\n").and_then(|()| talk.wire.reply());
        let reply = match end {
            Ok(reply) => reply,
            // It may have been taken. That counts as a try: a server that always falls silent here must not be sent the
            // same letter for ever.
            Err(cause) => {
                return Answer::Later(format!("handed in, but not answered: {}", said(&cause)));
            }
        };
        match code(&reply) {
            421 => Answer::Unreachable(words(&reply)),
            200..=299 => {
                self.talk = Some(talk);
                Answer::Taken(words(&reply))
            }
            _ => {
                self.talk = Some(talk);
                refused(&reply)
            }
        }
    }

    pub fn close(mut self) {
        if let Some(mut talk) = self.talk.take() {
            talk.wire.hurry(GOODBYE);
            let _ = asked(&mut talk.wire, Quit);
        }
    }
}

impl Talk {
    /// MAIL, RCPT and DATA.
    fn begin(&mut self, parcel: &Parcel) -> Beginning {
        let Some(to) = parcel.envelope.to().first() else {
            return Beginning::Refused {
                answer: Answer::Never("the letter has no recipient".to_owned()),
                over: false,
            };
        };
        let commands = [
            Mail::new(parcel.envelope.from().cloned(), Vec::new()).to_string(),
            Rcpt::new(to.clone(), Vec::new()).to_string(),
            Data.to_string(),
        ];
        match self.replies(&commands) {
            Ok(replies) => beginning(&replies),
            Err(cause) => Beginning::Broken(said(&cause)),
        }
    }

    /// The replies to the commands, in their order; without pipelining only as far as the first that is negative.
    fn replies(&mut self, commands: &[String]) -> io::Result<Vec<Response>> {
        if self.pipelining {
            self.wire.write(commands.concat().as_bytes())?;
            return commands.iter().map(|_| self.wire.reply()).collect();
        }
        let mut replies = Vec::new();
        for command in commands {
            let reply = asked(&mut self.wire, command)?;
            let go_on = reply.is_positive();
            replies.push(reply);
            if !go_on {
                break;
            }
        }
        Ok(replies)
    }
}

/// What the replies to MAIL, RCPT and DATA come to.
fn beginning(replies: &[Response]) -> Beginning {
    let refusal = replies.iter().position(|reply| !reply.is_positive());
    let waits = replies.get(2).is_some_and(|reply| code(reply) == 354);
    let Some((at, reply)) = refusal.and_then(|at| Some((at, replies.get(at)?))) else {
        return if waits {
            Beginning::Open
        } else {
            Beginning::Broken("the server answers DATA with something else".to_owned())
        };
    };
    // A server that refuses the sender, asks for a login or is about to stop would answer any letter so.
    let any_letter = match code(reply) {
        421 | 530 | 535 | 538 => true,
        number => at == 0 && number >= 500,
    };
    if any_letter {
        return Beginning::Broken(words(reply));
    }
    Beginning::Refused {
        answer: refused(reply),
        over: waits,
    }
}

/// A refusal of this letter: for now, or for good.
fn refused(reply: &Response) -> Answer {
    if code(reply) < 500 {
        Answer::Later(words(reply))
    } else {
        Answer::Never(words(reply))
    }
}

fn log_in(wire: &mut Wire, offers: &[String], credentials: &Credentials) -> Result<(), String> {
    let offered: Vec<&str> = offers
        .iter()
        .filter_map(|offer| offer.strip_prefix("AUTH"))
        .flat_map(|rest| rest.split([' ', '=']))
        .collect();
    let mechanism = [Mechanism::Plain, Mechanism::Login]
        .into_iter()
        .find(|mechanism| offered.contains(&mechanism.to_string().as_str()))
        .ok_or("the server offers neither PLAIN nor LOGIN")?;
    // Of the server's words only the code is kept: they may repeat what was sent.
    let broken = |_| "the login broke off".to_owned();
    let auth = Auth::new(mechanism, credentials.clone(), None).map_err(|_| "no login")?;
    let mut reply = asked(wire, auth).map_err(broken)?;
    for _ in 0..CHALLENGES {
        if code(&reply) != 334 {
            break;
        }
        let answer = Auth::new_from_response(mechanism, credentials.clone(), &reply)
            .map_err(|_| "the server asks for something else")?;
        reply = asked(wire, answer).map_err(broken)?;
    }
    match code(&reply) {
        235 => Ok(()),
        number => Err(format!("the server refuses the login ({number})")),
    }
}

/// One command and its reply.
fn asked(wire: &mut Wire, command: impl Display) -> io::Result<Response> {
    wire.write(command.to_string().as_bytes())?;
    wire.reply()
}

fn code(reply: &Response) -> u16 {
    reply.code().into()
}

/// A reply on one line.
fn words(reply: &Response) -> String {
    let lines: Vec<&str> = reply.message().collect();
    clean(
        &format!("{} {}", code(reply), lines.join(" ")),
        ANSWER_CHARS,
    )
}

fn said(cause: &io::Error) -> String {
    clean(&cause.to_string(), ANSWER_CHARS)
}

/// Who calls: the host of the pages.
fn client(host: &str) -> ClientId {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse() {
        Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

/// The text as it travels: a line that begins with a dot gets another, and the last line ends.
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_a_dot_does_not_end_the_message() {
        assert_eq!(stuffed(b"a\r\n.\r\nb"), b"a\r\n..\r\nb\r\n");
        assert_eq!(stuffed(b".a\r\n"), b"..a\r\n");
        assert_eq!(stuffed(b""), b"\r\n");
    }

    #[test]
    fn a_caller_is_named_as_smtp_asks() {
        assert_eq!(
            client("kanmon.example.com").to_string(),
            "kanmon.example.com"
        );
        assert_eq!(client("127.0.0.1").to_string(), "[127.0.0.1]");
        assert_eq!(client("[::1]").to_string(), "[IPv6:::1]");
    }
}

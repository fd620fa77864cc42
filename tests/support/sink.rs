//! A mail server of one's own on the loopback: it takes letters, counts them by Message-ID and answers as it is told.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A letter as it was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    pub message_id: String,
    pub to: Vec<String>,
    pub text: String,
}

/// What the server says to a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// 250 after the final dot.
    Takes,
    /// 450 after the final dot.
    NotNow,
    /// 550 after the final dot.
    Never,
    /// 550 to the recipient.
    NobodyThere,
    /// Closes instead of hearing who the letter is for.
    ClosesAtOnce,
    /// Closes in the middle of the letter.
    Closes,
    /// Takes it, and closes before it says so.
    TakesAndCloses,
    /// Takes it, and says nothing for a while.
    TakesLate(Duration),
}

type Rule = Box<dyn Fn(&str) -> Says + Send + Sync>;

/// The server. Dropping it closes it; its connections end with their clients.
pub struct Sink {
    pub address: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
    rule: Arc<Mutex<Rule>>,
    stop: Arc<AtomicBool>,
    pub connections: Arc<std::sync::atomic::AtomicUsize>,
}

impl Sink {
    pub fn start() -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sink = Sink {
            address: listener.local_addr().unwrap(),
            taken: Arc::default(),
            rule: Arc::new(Mutex::new(Box::new(|_| Says::Takes))),
            stop: Arc::default(),
            connections: Arc::default(),
        };
        let (taken, rule, stop) = (sink.taken.clone(), sink.rule.clone(), sink.stop.clone());
        let connections = sink.connections.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (taken, rule) = (taken.clone(), rule.clone());
                connections.fetch_add(1, Ordering::SeqCst);
                // A client that goes away in the middle is no error here.
                std::thread::spawn(move || stream.map(|stream| talk(stream, &taken, &rule)));
            }
        });
        sink
    }

    /// From now on it answers by this rule, which is given the recipient.
    pub fn answers(&self, rule: impl Fn(&str) -> Says + Send + Sync + 'static) {
        *self.rule.lock().unwrap() = Box::new(rule);
    }

    pub fn says(&self, says: Says) {
        self.answers(move |_| says);
    }

    pub fn url(&self) -> String {
        format!("smtp+plain://{}", self.address)
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }

    /// Forgets what it has taken.
    pub fn forget(&self) {
        self.taken.lock().unwrap().clear();
    }

    /// How often each letter was taken.
    pub fn by_message_id(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for letter in self.taken.lock().unwrap().iter() {
            *counts.entry(letter.message_id.clone()).or_insert(0) += 1;
        }
        counts
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn address(line: &str) -> String {
    let open = line.find('<').map_or(0, |at| at + 1);
    let close = line.rfind('>').unwrap_or(line.len());
    line[open..close].to_owned()
}

fn talk(stream: TcpStream, taken: &Mutex<Vec<Taken>>, rule: &Mutex<Rule>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::with_capacity(64 * 1024, stream);
    let mut replies: Vec<u8> = b"220 sink.example ESMTP\r\n".to_vec();
    let mut to: Vec<String> = Vec::new();
    let mut line = Vec::new();
    loop {
        // Answers to commands that came together leave together.
        if !lines.buffer().contains(&b'\n') {
            out.write_all(&replies)?;
            replies.clear();
        }
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let command = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = command
            .split([' ', ':'])
            .next()
            .unwrap()
            .to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                replies.extend_from_slice(
                    b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                );
            }
            "RCPT" => {
                let who = address(&command);
                match (rule.lock().unwrap())(&who) {
                    Says::ClosesAtOnce => return Ok(()),
                    Says::NobodyThere => replies.extend_from_slice(b"550 5.1.1 nobody there\r\n"),
                    _ => {
                        to.push(who);
                        replies.extend_from_slice(b"250 2.1.5 ok\r\n");
                    }
                }
            }
            "MAIL" | "RSET" => {
                to.clear();
                replies.extend_from_slice(b"250 2.0.0 ok\r\n");
            }
            "HELO" | "NOOP" => replies.extend_from_slice(b"250 2.0.0 ok\r\n"),
            "DATA" if to.is_empty() => replies.extend_from_slice(b"503 5.5.1 for whom?\r\n"),
            "DATA" => {
                out.write_all(&replies)?;
                replies.clear();
                out.write_all(b"354 go on\r\n")?;
                let says = (rule.lock().unwrap())(&to[0]);
                if says == Says::Closes {
                    return Ok(());
                }
                let Some(text) = letter(&mut lines)? else {
                    return Ok(());
                };
                let reply: &[u8] = match says {
                    Says::NotNow => b"450 4.2.1 not now\r\n",
                    Says::Never => b"550 5.7.1 never\r\n",
                    _ => {
                        let message_id = header(&text, "message-id");
                        let to = std::mem::take(&mut to);
                        taken.lock().unwrap().push(Taken {
                            message_id,
                            to,
                            text,
                        });
                        b"250 2.0.0 taken\r\n"
                    }
                };
                match says {
                    Says::TakesAndCloses => return Ok(()),
                    Says::TakesLate(wait) => std::thread::sleep(wait),
                    _ => {}
                }
                replies.extend_from_slice(reply);
            }
            "QUIT" => {
                replies.extend_from_slice(b"221 2.0.0 bye\r\n");
                out.write_all(&replies)?;
                return Ok(());
            }
            _ => replies.extend_from_slice(b"502 5.5.2 what?\r\n"),
        }
    }
}

/// A letter up to its final dot; none where the client went away before it.
fn letter(lines: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut text = Vec::new();
    loop {
        let from = text.len();
        if lines.read_until(b'\n', &mut text)? == 0 {
            return Ok(None);
        }
        if &text[from..] == b".\r\n" {
            text.truncate(from);
            return Ok(Some(String::from_utf8_lossy(&text).into_owned()));
        }
        if text[from] == b'.' {
            text.remove(from);
        }
    }
}

/// The first header of this name.
pub fn header(text: &str, name: &str) -> String {
    text.lines()
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            let (found, value) = line.split_once(':')?;
            (found.eq_ignore_ascii_case(name)).then(|| value.trim().to_owned())
        })
        .unwrap_or_default()
}

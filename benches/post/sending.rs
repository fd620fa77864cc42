//! Sending beside a raw pipelined client that writes the same messages to the same server.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use kanmon::outbox::Habit;
use kanmon::reminders::sending::send;

use crate::post::{Post, mail_to_address};
use crate::support::sink::Sink;

/// Letters of one measurement.
const LETTERS: usize = 2_000;
/// Pairs of measurements; each pair is one ratio.
const PAIRS: usize = 7;

/// A mail server that is not ours: Debian's and PyPI's aiosmtpd.
struct Aiosmtpd {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

/// Whether the server keeps what it takes. One that says 250 is responsible for the letter (RFC 5321, 6.1), so that it
/// writes it to its disk first, as our sender writes that it was taken; one that forgets shows what that costs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Server {
    Keeps,
    Forgets,
}

const SERVER: &str = r#"
import asyncio, sys
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

class Forgets:
    async def handle_DATA(self, server, session, envelope):
        return "250 taken"

async def main():
    sink = Mailbox(sys.argv[1]) if sys.argv[2] == "keeps" else Forgets()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink.example"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"#;

impl Aiosmtpd {
    fn start(python: &str, server: Server) -> Aiosmtpd {
        // Where the database of a measurement lies, too: both pay the same for a write.
        let folder = std::env::temp_dir().join(format!("mail_{}", uuid::Uuid::now_v7().simple()));
        let keeps = match server {
            Server::Keeps => "keeps",
            Server::Forgets => "forgets",
        };
        let mut child = Command::new(python)
            .args(["-c", SERVER, folder.to_str().unwrap(), keeps])
            .stdout(Stdio::piped())
            .spawn()
            .expect("AIOSMTPD names a python");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port: u16 = line.trim().parse().expect("aiosmtpd is installed there");
        Aiosmtpd {
            child,
            folder,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        }
    }
}

impl Drop for Aiosmtpd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn measure() {
    let sink = Sink::start();
    let messages = messages(&sink);
    println!(
        "sending: {LETTERS} letters of {} bytes, SQLite file, one line over loopback; medians of {PAIRS} pairs",
        messages[0].1.len()
    );
    compare("our own sink, which forgets", sink.address, &messages);
    match std::env::var("AIOSMTPD") {
        Ok(python) => {
            for (name, server) in [
                ("aiosmtpd that keeps what it takes (Maildir)", Server::Keeps),
                ("aiosmtpd that forgets it", Server::Forgets),
            ] {
                let server = Aiosmtpd::start(&python, server);
                compare(name, server.address, &messages);
            }
        }
        Err(_) => println!("  aiosmtpd: AIOSMTPD names no python, left out"),
    }
}

/// The messages as our sender writes them: recipient and text.
fn messages(sink: &Sink) -> Vec<(String, String)> {
    let (post, sent) = run(sink.address);
    assert!(sent > 0.0);
    drop(post);
    let messages = sink.taken();
    sink.forget();
    messages
        .into_iter()
        .map(|mut taken| (taken.to.remove(0), taken.text))
        .collect()
}

fn compare(name: &str, address: SocketAddr, messages: &[(String, String)]) {
    let mut ratios = Vec::new();
    let (mut ours, mut raws) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        // Whoever goes first may find a colder machine: they take turns.
        let (own, raw) = if pair % 2 == 0 {
            let own = run(address).1;
            (own, raw(address, messages))
        } else {
            let raw = raw(address, messages);
            (run(address).1, raw)
        };
        ratios.push(own / raw);
        ours.push(own);
        raws.push(raw);
    }
    println!(
        "  {name}: ours {:.0} letters/s, raw pipelined client {:.0}/s, ratio {:.2} (from {:.2} to {:.2})",
        median(&mut ours),
        median(&mut raws),
        median(&mut ratios),
        ratios[0],
        ratios[PAIRS - 1],
    );
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn rate(begun: Instant) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let letters = LETTERS as f64;
    letters / begun.elapsed().as_secs_f64()
}

/// Letters a second of our sender: from leasing them to the last commit.
fn run(address: SocketAddr) -> (Post, f64) {
    let post = Post::new();
    let readers: Vec<_> = (0..20)
        .map(|_| post.reader("大野 誠", Habit::AtOnce))
        .collect();
    let letters: Vec<_> = (0..LETTERS)
        .map(|number| post.booked(&readers[number % 20], &format!("meeting-{number}")))
        .collect();
    post.queue(&letters);
    let mail = mail_to_address(address, 120);
    let begun = Instant::now();
    let sent = send(&post.db, &mail, &AtomicBool::new(false)).unwrap();
    let rate = rate(begun);
    assert_eq!(sent.sent, LETTERS, "{sent:?}");
    (post, rate)
}

/// Letters a second of a client that writes as much as it may before it reads: the end of one message and the
/// beginning of the next together (RFC 2920).
fn raw(address: SocketAddr, messages: &[(String, String)]) -> f64 {
    let begun = Instant::now();
    let mut out = TcpStream::connect(address).unwrap();
    out.set_nodelay(true).unwrap();
    let mut replies = BufReader::new(out.try_clone().unwrap());
    let mut expect = |code: &str| {
        let mut line = String::new();
        loop {
            line.clear();
            replies.read_line(&mut line).unwrap();
            assert!(line.starts_with(code), "{line}");
            if line.as_bytes()[3] == b' ' {
                return;
            }
        }
    };
    expect("220");
    out.write_all(b"EHLO bench.example\r\n").unwrap();
    expect("250");
    for (number, (to, text)) in messages.iter().enumerate() {
        let mut bytes = String::new();
        if number > 0 {
            bytes += ".\r\n";
        }
        bytes += &format!("MAIL FROM:<kanmon@example.jp>\r\nRCPT TO:<{to}>\r\nDATA\r\n");
        out.write_all(bytes.as_bytes()).unwrap();
        if number > 0 {
            expect("250");
        }
        expect("250");
        expect("250");
        expect("354");
        out.write_all(text.as_bytes()).unwrap();
    }
    out.write_all(b".\r\n").unwrap();
    expect("250");
    rate(begun)
}

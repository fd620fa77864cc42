//! A mail server of a few lines, to see what travels when, and what becomes of answers that no good server gives.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::TimeDelta;
use kanmon::config::{Mail, Office, Security, SmtpServer};
use kanmon::mail::Answer;

use crate::letters::head;
use crate::server::Folder;
use crate::{parcel, refused, send};

pub const ALL: &[(&str, fn())] = &[
    (
        "the_last_word_is_asked_when_all_but_the_end_has_arrived",
        the_last_word_is_asked_when_all_but_the_end_has_arrived,
    ),
    (
        "what_a_server_says_before_tls_is_not_believed",
        what_a_server_says_before_tls_is_not_believed,
    ),
    (
        "a_server_that_says_nothing_is_given_up_in_time",
        a_server_that_says_nothing_is_given_up_in_time,
    ),
    (
        "answers_that_are_no_smtp_break_the_line_only",
        answers_that_are_no_smtp_break_the_line_only,
    ),
    (
        "nobody_listening_is_unreachable",
        nobody_listening_is_unreachable,
    ),
    (
        "a_folder_takes_a_letter_whole_or_not_at_all",
        a_folder_takes_a_letter_whole_or_not_at_all,
    ),
];

type Script = fn(TcpStream, Arc<Mutex<Vec<u8>>>);

/// Serves one caller by a script.
fn serve(script: Script) -> (u16, Arc<Mutex<Vec<u8>>>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = heard.clone();
    let thread = std::thread::spawn(move || script(listener.accept().unwrap().0, ears));
    (port, heard, thread)
}

fn mail(port: u16, security: Security, lease: i64) -> Mail {
    let head = head();
    Mail {
        office: Office::Smtp(SmtpServer {
            host: "127.0.0.1".to_owned(),
            port,
            security,
            login: None,
            authority: None,
        }),
        from: head.from,
        origin: head.origin,
        lease: TimeDelta::seconds(lease),
        codes: None,
    }
}

/// Takes every message, and notes each byte of it as it comes.
fn patient(mut stream: TcpStream, heard: Arc<Mutex<Vec<u8>>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    stream.write_all(b"220 here\r\n").unwrap();
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if line != "DATA\r\n" {
            // A bare code is an answer too.
            stream.write_all(b"250\r\n").unwrap();
            continue;
        }
        stream.write_all(b"354 go on\r\n").unwrap();
        let mut byte = [0];
        loop {
            if reader.read(&mut byte).unwrap_or(0) == 0 {
                return;
            }
            let mut heard = heard.lock().unwrap();
            heard.push(byte[0]);
            if heard.ends_with(b"\r\n.\r\n") {
                break;
            }
        }
        stream.write_all(b"250 taken\r\n").unwrap();
    }
}

fn the_last_word_is_asked_when_all_but_the_end_has_arrived() {
    let (port, heard, thread) = serve(patient);
    let mut line = Office::open(&mail(port, Security::Plain, 120)).unwrap();
    let parcel = parcel("reader@example.com");
    let mut asked = 0;
    let answer = line.send(&parcel, &mut || {
        asked += 1;
        // What was sent is on its way; give it time to arrive.
        for _ in 0..200 {
            if heard.lock().unwrap().len() >= parcel.bytes.len() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(*heard.lock().unwrap(), parcel.bytes, "all, and no end");
        true
    });
    assert_eq!(answer, Answer::Taken("250 taken".to_owned()));
    assert_eq!(asked, 1);
    line.close();
    thread.join().unwrap();
    let mut whole = parcel.bytes.clone();
    whole.extend_from_slice(b".\r\n");
    assert_eq!(*heard.lock().unwrap(), whole);

    let (port, heard, thread) = serve(patient);
    let mut line = Office::open(&mail(port, Security::Plain, 120)).unwrap();
    assert_eq!(line.send(&parcel, &mut || false), Answer::Withheld);
    thread.join().unwrap();
    assert_eq!(*heard.lock().unwrap(), parcel.bytes, "the end never came");
}

fn what_a_server_says_before_tls_is_not_believed() {
    let (port, _, thread) = serve(|mut stream, _| {
        stream.write_all(b"220 here\r\n").unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        stream.write_all(b"250-here\r\n250 STARTTLS\r\n").unwrap();
        reader.read_line(&mut line).unwrap();
        // An attacker on the way adds an answer that would be read after TLS has begun.
        stream
            .write_all(b"220 go on\r\n250-here\r\n250 AUTH PLAIN\r\n")
            .unwrap();
        let mut rest = Vec::new();
        let _ = reader.read_to_end(&mut rest);
        assert!(rest.is_empty(), "nothing follows: {rest:?}");
    });
    let why = refused(&mail(port, Security::StartTls, 120));
    assert!(why.contains("before TLS"), "{why}");
    thread.join().unwrap();
}

fn a_server_that_says_nothing_is_given_up_in_time() {
    let (port, _, thread) = serve(|mut stream, _| {
        // A drop now and then does not make it a greeting.
        while stream.write_all(b"2").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let begun = std::time::Instant::now();
    let why = refused(&mail(port, Security::Plain, 2));
    assert!(why.contains("in time"), "{why}");
    assert!(begun.elapsed() < Duration::from_secs(2));
    thread.join().unwrap();
}

fn answers_that_are_no_smtp_break_the_line_only() {
    for greeting in [
        "HTTP/1.1 400 Bad Request\r\n",
        "\r\n",
        "220\n",
        "999 what\r\n",
        "220 \u{1b}[2J\0\r\n",
        "554 not today\r\n",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            stream.write_all(greeting.as_bytes()).unwrap();
            stream.write_all(b"250 \r\n250- \r\n250 x\r\n").unwrap();
        });
        let answer = match Office::open(&mail(port, Security::Plain, 120)) {
            Ok(mut line) => send(&mut line, "reader@example.com"),
            Err(why) => Answer::Unreachable(why.to_string()),
        };
        assert!(
            matches!(answer, Answer::Unreachable(_)),
            "{greeting:?}: {answer:?}"
        );
        thread.join().unwrap();
    }
}

fn nobody_listening_is_unreachable() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let why = refused(&mail(port, Security::StartTls, 120));
    assert!(why.contains("cannot be reached"), "{why}");
}

fn a_folder_takes_a_letter_whole_or_not_at_all() {
    let folder = Folder::new();
    let path = folder.file("out/box");
    let head = head();
    let mail = Mail {
        office: Office::Folder(path.clone()),
        from: head.from,
        origin: head.origin,
        lease: TimeDelta::seconds(120),
        codes: None,
    };
    let mut line = Office::open(&mail).unwrap();
    let files = || -> Vec<String> {
        let entries = std::fs::read_dir(&path).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let parcel = parcel("reader@example.com");
    assert_eq!(line.send(&parcel, &mut || false), Answer::Withheld);
    assert!(files().is_empty());
    let name = format!("{}.eml", parcel.id);
    for _ in 0..2 {
        assert_eq!(
            line.send(&parcel, &mut || true),
            Answer::Taken(name.clone())
        );
        assert_eq!(files(), [name.as_str()]);
    }
    assert_eq!(std::fs::read(path.join(&name)).unwrap(), parcel.bytes);
}

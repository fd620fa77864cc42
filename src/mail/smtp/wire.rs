//! The wire to a mail server: a socket, TLS over it, bytes out and replies in, each step within its time.
//!
//! lettre's own connection ends every message by itself, waits for a reply to each command and leaves small writes to
//! Nagle's algorithm; a last word before the end, pipelining and speed need the wire in our own hands. The commands
//! and the replies are lettre's.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::response::Response;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::clock::Deadline;
use crate::config::SmtpServer;

/// The longest line of a reply, and the most of a reply: more than any server says.
const LINE_BYTES: u64 = 2_000;
const REPLY_BYTES: usize = 20_000;
/// The addresses of a server that are tried.
const ADDRESSES: usize = 4;

/// A socket whose every read and write ends by the deadline of the present step.
struct Timed {
    socket: TcpStream,
    until: Deadline,
}

impl Timed {
    fn left(&self) -> io::Result<Duration> {
        self.until
            .left()
            .ok_or_else(|| io::Error::new(io::ErrorKind::TimedOut, "no answer in time"))
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(buffer).map_err(in_time)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes).map_err(in_time)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// A timeout of a socket shows as "would block"; say what it is.
fn in_time(cause: io::Error) -> io::Error {
    match cause.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            io::Error::new(io::ErrorKind::TimedOut, "no answer in time")
        }
        _ => cause,
    }
}

enum Stream {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Stream {
    fn timed(&mut self) -> &mut Timed {
        match self {
            Stream::Plain(timed) => timed,
            Stream::Tls(tls) => &mut tls.sock,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(timed) => timed.read(buffer),
            Stream::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(timed) => timed.write(bytes),
            Stream::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(timed) => timed.flush(),
            Stream::Tls(tls) => tls.flush(),
        }
    }
}

/// A connection to a mail server. Dropped, it is cut: a message that has not ended is never delivered.
pub struct Wire {
    stream: BufReader<Stream>,
    patience: Duration,
}

impl Wire {
    /// Connects without TLS.
    pub fn connect(server: &SmtpServer, patience: Duration) -> io::Result<Wire> {
        let mut problem = io::Error::other("the name has no address");
        let addresses = (server.host.as_str(), server.port).to_socket_addrs()?;
        for address in addresses.take(ADDRESSES) {
            match TcpStream::connect_timeout(&address, patience) {
                Ok(socket) => {
                    socket.set_nodelay(true)?;
                    let until = Deadline::after(patience);
                    let stream = Stream::Plain(Timed { socket, until });
                    return Ok(Wire {
                        stream: BufReader::new(stream),
                        patience,
                    });
                }
                Err(cause) => problem = in_time(cause),
            }
        }
        Err(problem)
    }

    /// Goes over to TLS, and ends the connection where the certificate does not hold.
    pub fn secured(self, host: &str, config: Arc<ClientConfig>) -> io::Result<Wire> {
        // What was sent before TLS could be anybody's and must not be read as the server's (CVE-2011-0411 and its like).
        if !self.stream.buffer().is_empty() {
            return Err(io::Error::other("the server spoke before TLS began"));
        }
        let Stream::Plain(mut timed) = self.stream.into_inner() else {
            return Err(io::Error::other("TLS has begun already"));
        };
        timed.until = Deadline::after(self.patience);
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| io::Error::other("the host is no name that a certificate can hold"))?;
        let mut connection = ClientConnection::new(config, name).map_err(io::Error::other)?;
        while connection.is_handshaking() {
            connection.complete_io(&mut timed)?;
        }
        let tls = StreamOwned::new(connection, timed);
        Ok(Wire {
            stream: BufReader::new(Stream::Tls(Box::new(tls))),
            patience: self.patience,
        })
    }

    /// From now on steps end sooner.
    pub fn hurry(&mut self, patience: Duration) {
        self.patience = self.patience.min(patience);
    }

    /// Sends bytes as they are; a step of its own.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let until = Deadline::after(self.patience);
        let stream = self.stream.get_mut();
        stream.timed().until = until;
        stream.write_all(bytes)?;
        stream.flush()
    }

    /// Waits for one reply; a step of its own.
    pub fn reply(&mut self) -> io::Result<Response> {
        self.stream.get_mut().timed().until = Deadline::after(self.patience);
        read_reply(&mut self.stream)
    }
}

/// Reads one reply and nothing after it.
///
/// # Errors
/// Where the reply does not end, is longer than any server says, or is none of SMTP.
pub fn read_reply(from: &mut impl BufRead) -> io::Result<Response> {
    let mut text = String::new();
    loop {
        let line = line(from)?;
        text.push_str(&line);
        // "250-" goes on, "250 " and a bare "250" end.
        if line.as_bytes().get(3) != Some(&b'-') {
            break;
        }
        if text.len() > REPLY_BYTES {
            return Err(io::Error::other("the reply does not end"));
        }
    }
    text.parse()
        .map_err(|_| io::Error::other("the reply is none of SMTP"))
}

/// A line with its end; a bare code gets the space that follows one.
fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    let read = from.take(LINE_BYTES).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the server ended the connection",
        ));
    }
    if line.last() != Some(&b'\n') {
        return Err(io::Error::other("a line of the reply does not end"));
    }
    let line = String::from_utf8_lossy(&line);
    let line = line.trim_end_matches(['\r', '\n']);
    let gap = if line.len() == 3 { " " } else { "" };
    Ok(format!("{line}{gap}\r\n"))
}

/// What is trusted: the authorities that the machine knows, and the operator's own. At least TLS 1.2.
pub fn trust(server: &SmtpServer) -> Result<Arc<ClientConfig>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = &server.authority {
        let own = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok);
        roots.add_parsable_certificates(own);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

//! The secret key in its own file: read, or made with fresh chance where there is none.

use std::fs;
use std::io::Write;
use std::path::Path;

/// The 32 secret bytes of a key file, which is made where it is missing.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn secret(file: &Path) -> Result<[u8; 32], String> {
    if !file.exists() {
        make(file).map_err(|cause| cause.to_string())?;
    }
    let text = fs::read_to_string(file).map_err(|cause| cause.to_string())?;
    hex::decode(text.trim())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .ok_or_else(|| "is not 32 bytes in hexadecimal".to_owned())
}

/// A fresh key that only its owner may read. An existing file is never replaced.
fn make(file: &Path) -> std::io::Result<()> {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(file)?;
    writeln!(out, "{}", hex::encode(secret))?;
    out.sync_all()
}

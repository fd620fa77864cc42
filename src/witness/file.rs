//! The file of checkpoints: notes one after the other, only ever added to, and on the disk before anybody relies on them.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::{Obstacle, Trouble};
use crate::audit::tree;

/// As much of the end of the file as surely holds its last note.
const TAIL: u64 = 128 * 1024;

/// How a line of a signature begins (C2SP signed-note).
const SIGNATURE: &[u8] = "— ".as_bytes();

/// Adds what `missing` names once it has been told the last whole note of the file.
///
/// INVARIANT: the file holds whole notes. One that was cut off, by a full disk or a crash, is taken away before it is
/// written again; whoever writes holds the file's lock. Nothing else is ever taken away: what is no beginning of the note
/// that comes next is somebody else's, and the file is left alone.
pub fn add(
    path: &Path,
    missing: impl FnOnce(Option<&str>) -> Result<Vec<String>, Obstacle>,
) -> Result<(), Obstacle> {
    let unwritable = |cause: std::io::Error| {
        Obstacle::new(Trouble::Unwritable, format!("{}: {cause}", path.display()))
    };
    let is_new = !path.exists();
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)
        .map_err(unwritable)?;
    file.lock().map_err(unwritable)?;
    let end = end(&mut file).map_err(unwritable)?;
    let notes = missing(end.last.as_deref())?;
    if !notes
        .first()
        .map_or(&b""[..], |note| note.as_bytes())
        .starts_with(&end.half)
    {
        let why = "it ends with something that is no checkpoint of this log";
        return Err(Obstacle::new(Trouble::Foreign, why));
    }
    let notes = notes.concat();
    if notes.is_empty() {
        return Ok(());
    }
    write(&mut file, end.whole, &notes).map_err(unwritable)?;
    if is_new {
        settle(path).map_err(unwritable)?;
    }
    Ok(())
}

/// How a file ends.
struct End {
    /// The last whole note.
    last: Option<String>,
    /// The length of the file up to its end, in bytes.
    whole: u64,
    /// What follows it.
    half: Vec<u8>,
}

fn end(file: &mut File) -> std::io::Result<End> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length.min(TAIL)).read_to_end(&mut bytes)?;
    // A note is whole with the line of its last signature. Bytes are counted, because what was cut off may end within
    // a character.
    let (mut at, mut whole) = (0, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line.starts_with(SIGNATURE) && line.ends_with(b"\n") {
            whole = at;
        }
    }
    let half = bytes.split_off(whole);
    // The first characters of the tail may be cut; only its end is looked at.
    let last = tree::notes_in(&String::from_utf8_lossy(&bytes)).pop();
    Ok(End {
        last,
        whole: start.saturating_add(u64::try_from(whole).unwrap_or(0)),
        half,
    })
}

fn write(file: &mut File, whole: u64, notes: &str) -> std::io::Result<()> {
    if file.metadata()?.len() > whole {
        file.set_len(whole)?;
    }
    let written = file
        .write_all(notes.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a note is taken away at once where that is possible, otherwise before the next one.
        let _ = file.set_len(whole);
    }
    written
}

/// Brings the name of a new file to the disk, too.
fn settle(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ONE: &str = "kanmon/x\n1\nAAAA\n\n— kanmon/x BBBB\n";
    const TWO: &str = "kanmon/x\n2\nCCCC\n\n— kanmon/x DDDD\n";

    #[test]
    fn a_note_that_was_cut_off_is_taken_away_before_the_next_one() {
        let own = format!("kanmon_notes_{}", std::process::id());
        let path = std::env::temp_dir().join(own);
        add(&path, |last| {
            assert_eq!(last, None);
            Ok(vec![ONE.to_owned()])
        })
        .unwrap();
        for length in 0..TWO.len() {
            // A disk that is full does not wait for the end of a character.
            let half = TWO.as_bytes().get(..length).unwrap();
            std::fs::write(&path, [ONE.as_bytes(), half].concat()).unwrap();
            add(&path, |last| {
                assert_eq!(last, Some(ONE), "{length}");
                Ok(vec![TWO.to_owned()])
            })
            .unwrap();
            assert_eq!(
                std::fs::read_to_string(&path).unwrap(),
                format!("{ONE}{TWO}")
            );
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_of_something_else_is_left_as_it_is() {
        let own = format!("kanmon_other_{}", std::process::id());
        let path = std::env::temp_dir().join(own);
        for text in ["3f".repeat(32), format!("{ONE}a line of somebody's own\n")] {
            std::fs::write(&path, &text).unwrap();
            let refused = add(&path, |_| Ok(vec![TWO.to_owned()])).unwrap_err();
            assert_eq!(refused.trouble, Trouble::Foreign);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        std::fs::remove_file(&path).unwrap();
    }
}

//! The file of checkpoints: notes one after the other, only ever added to, and on the disk before anybody relies on them.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::{Obstacle, Trouble};
use crate::audit::tree;

/// As much of the end of the file as surely holds its last note.
const TAIL: u64 = 128 * 1024;

/// Adds what `missing` names once it has been told the last whole note of the file.
///
/// INVARIANT: the file holds whole notes. One that was cut off, by a full disk or a crash, is taken away before the next
/// is written; whoever writes holds the file's lock.
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
    let (last, whole) = end(&mut file).map_err(unwritable)?;
    let notes = missing(last.as_deref())?.concat();
    if notes.is_empty() {
        return Ok(());
    }
    write(&mut file, whole, &notes).map_err(unwritable)?;
    if is_new {
        settle(path).map_err(unwritable)?;
    }
    Ok(())
}

/// The last whole note, and the length of the file up to its end.
fn end(file: &mut File) -> std::io::Result<(Option<String>, u64)> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    file.take(TAIL).read_to_end(&mut bytes)?;
    // The first characters may be cut; only the end is looked at.
    let text = String::from_utf8_lossy(&bytes);
    let mut notes = tree::notes_in(&text);
    let is_whole = |note: &String| note.ends_with('\n') && note.contains("\n\n— ");
    let cut = match notes.last() {
        Some(note) if !is_whole(note) => note.len(),
        _ => 0,
    };
    if cut > 0 {
        notes.pop();
    }
    let cut = u64::try_from(cut).unwrap_or(0);
    Ok((notes.pop(), length.saturating_sub(cut)))
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
            let Some(half) = TWO.get(..length) else {
                continue;
            };
            std::fs::write(&path, format!("{ONE}{half}")).unwrap();
            add(&path, |last| {
                assert_eq!(last, Some(ONE), "{half:?}");
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
}

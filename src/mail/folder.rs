//! The folder that takes letters where there is no mail server: one file a letter.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Answer, Parcel, Unreachable};

/// A folder that exists and can be written.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder where it is not there yet.
    pub fn open(path: &Path) -> Result<Folder, Unreachable> {
        fs::create_dir_all(path)
            .map_err(|cause| Unreachable(format!("{}: {cause}", path.display())))?;
        Ok(Folder {
            path: path.to_path_buf(),
        })
    }

    /// Writes the letter beside its place and moves it there after the last word, so that a file is whole or not there.
    /// The name is the letter's id: the same letter handed in twice is one file.
    pub fn send(&mut self, parcel: &Parcel, last_word: &mut dyn FnMut() -> bool) -> Answer {
        let name = format!("{}.eml", parcel.id);
        let beside = self.path.join(format!(".{name}.part"));
        if let Err(cause) = write(&beside, &parcel.bytes) {
            return Answer::Unreachable(format!("{}: {cause}", beside.display()));
        }
        if !last_word() {
            // A leftover is overwritten by the next try.
            let _ = fs::remove_file(&beside);
            return Answer::Withheld;
        }
        let file = self.path.join(&name);
        match fs::rename(&beside, &file) {
            Ok(()) => Answer::Taken(name),
            Err(cause) => Answer::Unreachable(format!("{}: {cause}", file.display())),
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

//! The folder of a dossier: each file hashed as it is written, a manifest at the end, and all of it in one ZIP.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::error::{Error, Result};

const MANIFEST: &str = "MANIFEST";

/// A folder that is being filled.
pub struct Folder {
    path: PathBuf,
    /// Name and SHA-256 of each file that is whole.
    files: Vec<(String, String)>,
}

/// A file of it that is being written.
pub struct Page {
    name: String,
    out: BufWriter<File>,
    hash: Sha256,
}

fn failed(cause: io::Error) -> Error {
    Error::broken("the dossier cannot be written", cause)
}

impl Folder {
    /// Begins a folder, which must not hold anything yet: nothing of another dossier may stay beside the manifest.
    pub fn begin(path: &Path) -> Result<Folder> {
        fs::create_dir_all(path).map_err(failed)?;
        if fs::read_dir(path).map_err(failed)?.next().is_some() {
            let shown = path.display();
            return Err(Error::Broken(format!("{shown} is not an empty folder")));
        }
        Ok(Folder {
            path: path.to_owned(),
            files: Vec::new(),
        })
    }

    /// Begins a file.
    pub fn file(&self, name: &str) -> Result<Page> {
        let file = File::create_new(self.path.join(name)).map_err(failed)?;
        Ok(Page {
            name: name.to_owned(),
            out: BufWriter::new(file),
            hash: Sha256::new(),
        })
    }

    /// Ends a file and keeps its hash for the manifest.
    pub fn close(&mut self, mut page: Page) -> Result<()> {
        page.out.flush().map_err(failed)?;
        self.files
            .push((page.name, hex::encode(page.hash.finalize())));
        Ok(())
    }

    /// Writes the manifest, in the form that `sha256sum -c` reads.
    pub fn finish(mut self) -> Result<Vec<String>> {
        self.files.sort();
        let lines: String = self
            .files
            .iter()
            .map(|(name, hash)| format!("{hash}  {name}\n"))
            .collect();
        fs::write(self.path.join(MANIFEST), lines).map_err(failed)?;
        let names = self.files.into_iter().map(|(name, _)| name);
        Ok(names.chain([MANIFEST.to_owned()]).collect())
    }
}

impl Page {
    pub fn text(&mut self, text: &str) -> Result<()> {
        self.write_all(text.as_bytes()).map_err(failed)
    }

    /// One value as JSON on a line of its own.
    pub fn line(&mut self, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string(value)?;
        self.text(&text)?;
        self.text("\n")
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write_all(bytes)?;
        self.hash.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A place on disk that is gone when this is dropped.
pub struct Passing(PathBuf);

impl Passing {
    /// A fresh folder that only its owner may read.
    pub fn folder(now: DateTime<Utc>) -> Result<Passing> {
        let path = std::env::temp_dir().join(format!("kanmon-dossier-{}", crate::ids::fresh(now)));
        let mut maker = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
        maker.create(&path).map_err(failed)?;
        Ok(Passing(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        if let Err(cause) = fs::remove_dir_all(&self.0) {
            tracing::error!(%cause, "a dossier stays on disk");
        }
    }
}

/// Packs these files of a folder into one ZIP beside them, file by file.
pub fn pack(folder: &Path, names: &[String], into: &Path, top: &str) -> Result<()> {
    let broken =
        |cause: zip::result::ZipError| Error::broken("the dossier cannot be packed", cause);
    let mut zip = ZipWriter::new(File::create_new(into).map_err(failed)?);
    for name in names {
        let options = SimpleFileOptions::default().large_file(true);
        zip.start_file(format!("{top}/{name}"), options)
            .map_err(broken)?;
        let mut file = BufReader::new(File::open(folder.join(name)).map_err(failed)?);
        io::copy(&mut file, &mut zip).map_err(failed)?;
    }
    zip.finish().map_err(broken)?.flush().map_err(failed)
}

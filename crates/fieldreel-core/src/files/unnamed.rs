//! Unnamed files, which Linux removes when the process that has them open ends.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat};

use super::temporary::TemporaryName;

/// The target of every placeholder, which is a symbolic link. The target only has to exist.
const PLACEHOLDER_TARGET: &str = "/proc/self";
/// The age from which on a placeholder is stale. Placeholders exist for milliseconds.
const STALE_AGE: Duration = Duration::from_secs(60);

/// An unnamed file.
#[derive(Debug)]
pub(crate) struct UnnamedFile(File);

impl UnnamedFile {
    /// Creates an unnamed file on the file system of `directory`.
    ///
    /// # Errors
    /// An I/O error if the file system does not support unnamed files or /proc is not mounted.
    pub(crate) fn create(directory: &Path, mode: u32) -> io::Result<Self> {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        let file = rustix::fs::open(directory, flags, Mode::from_raw_mode(mode))?;
        let file = Self(File::from(file));
        let [original, linked] = [file.0.metadata()?, fs::metadata(file.proc_link())?];
        if (original.dev(), original.ino()) != (linked.dev(), linked.ino()) {
            return Err(ErrorKind::Unsupported.into());
        }
        Ok(file)
    }

    /// Returns the link in /proc by which the file can be opened again.
    fn proc_link(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()))
    }

    pub(crate) fn open(&self) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(self.proc_link())
    }

    /// Calls a library that opens the file by a path.
    ///
    /// HDF5 opens the link in /proc, and then resolves its text to locate external files, which
    /// fails if that path does not exist. The text is a name that the kernel made up, in the
    /// directory of the file. A symbolic link exists at that path during the call.
    pub(crate) fn with_path<T>(&self, open: impl FnOnce(&Path) -> T) -> io::Result<T> {
        let link = self.proc_link();
        let link_text = fs::read_link(&link)?;
        let placeholder =
            TemporaryName::create_at(link_text, |path| symlink(PLACEHOLDER_TARGET, path))?;
        let opened = open(&link);
        drop(placeholder);
        Ok(opened)
    }

    /// Links the file to a path, which must be free.
    pub(crate) fn link_to(&self, path: &Path) -> io::Result<()> {
        let flags = AtFlags::SYMLINK_FOLLOW;
        Ok(linkat(CWD, self.proc_link(), CWD, path, flags)?)
    }
}

/// Returns true if a directory entry is a placeholder of a process that was killed while the
/// placeholder existed.
pub(crate) fn is_stale_placeholder(path: &Path, name: &str) -> bool {
    if !(name.starts_with('#') && name.ends_with(" (deleted)")) {
        return false;
    }
    let age = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    let age = age.ok().and_then(|since| since.elapsed().ok());
    age.is_some_and(|age| age > STALE_AGE)
        && fs::read_link(path).is_ok_and(|target| target == Path::new(PLACEHOLDER_TARGET))
}

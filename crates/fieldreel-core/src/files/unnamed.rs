//! Files without a name, which Linux removes with the process that has them open.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat};

use super::temporary::Name;

/// The target of a placeholder. It need only exist.
const PLACEHOLDER: &str = "/proc/self";
/// A placeholder is there for milliseconds.
const STALE: Duration = Duration::from_secs(60);

/// A file without a name.
#[derive(Debug)]
pub(crate) struct Unnamed(File);

impl Unnamed {
    /// Creates a file on the file system of `folder`.
    ///
    /// # Errors
    /// The system's, if the file system has no such files or /proc is not there.
    pub(crate) fn create(folder: &Path, mode: u32) -> io::Result<Self> {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        let file = rustix::fs::open(folder, flags, Mode::from_raw_mode(mode))?;
        let file = Self(File::from(file));
        let [own, linked] = [file.0.metadata()?, fs::metadata(file.link())?];
        if (own.dev(), own.ino()) != (linked.dev(), linked.ino()) {
            return Err(ErrorKind::Unsupported.into());
        }
        Ok(file)
    }

    /// The link in /proc by which the file can be opened once more.
    fn link(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()))
    }

    pub(crate) fn open(&self) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open(self.link())
    }

    /// Calls a library that opens the file by a path.
    ///
    /// HDF5 opens it through the link, then resolves the link's text, for external files, and fails if nothing is there. The
    /// text is a name of the kernel's in the folder of the file; a symbolic link stands there meanwhile.
    pub(crate) fn with_path<T>(&self, open: impl FnOnce(&Path) -> T) -> io::Result<T> {
        let link = self.link();
        let text = fs::read_link(&link)?;
        let placeholder = Name::exactly(text, |path| symlink(PLACEHOLDER, path))?;
        let opened = open(&link);
        drop(placeholder);
        Ok(opened)
    }

    /// Gives the file a name that is free.
    pub(crate) fn name(&self, path: &Path) -> io::Result<()> {
        let flags = AtFlags::SYMLINK_FOLLOW;
        Ok(linkat(CWD, self.link(), CWD, path, flags)?)
    }
}

/// Returns whether an entry of a folder is a placeholder of a process that was killed in the moment that it was there.
pub(crate) fn is_stale_placeholder(path: &Path, name: &str) -> bool {
    if !(name.starts_with('#') && name.ends_with(" (deleted)")) {
        return false;
    }
    let age = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    let age = age.ok().and_then(|since| since.elapsed().ok());
    age.is_some_and(|age| age > STALE)
        && fs::read_link(path).is_ok_and(|target| target == Path::new(PLACEHOLDER))
}

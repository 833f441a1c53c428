//! Names that are there only while a file is written.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, TempPath};

use super::destination::folder_of;

/// The names that are there now.
static NAMES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The end of a temporary name.
const SUFFIX: &str = ".partial";
/// The longest part of a destination's name that a temporary one repeats: file systems allow 255 bytes.
const MAX_NAME: usize = 100;

/// Removes the temporary names of all unfinished files of this process, and keeps others from appearing: for a program that
/// a signal tells to end, just before it ends. Afterward nothing can be written through this module.
///
/// A thread may call this, a signal handler itself may not.
pub fn abandon() {
    let names = lock();
    for name in names.iter() {
        remove(name);
    }
    // Whoever makes or renames a file now waits until the process has ended.
    std::mem::forget(names);
}

/// Removes a file, or a folder and what is in it.
fn remove(path: &Path) {
    if std::fs::remove_file(path).is_err() {
        let _ = std::fs::remove_dir_all(path);
    }
}

/// Runs `make` unless files are abandoned.
#[cfg(target_os = "linux")]
pub(crate) fn unless_abandoned<T>(make: impl FnOnce() -> T) -> T {
    let _names = lock();
    make()
}

fn lock() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A name that is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Name(Option<TempPath>);

impl Name {
    /// Makes something under a temporary name beside `place`.
    pub(crate) fn beside<T>(
        place: &Path,
        mut make: impl FnMut(&Path) -> io::Result<T>,
    ) -> io::Result<(Self, T)> {
        let mut names = lock();
        let prefix = prefix_of(place, Some(std::process::id()));
        let made = Builder::new()
            .prefix(&prefix)
            .suffix(SUFFIX)
            .make_in(folder_of(place), |path| make(path))?;
        let (made, path) = made.into_parts();
        names.insert(path.to_path_buf());
        Ok((Self(Some(path)), made))
    }

    /// Makes something under this name, which must be free.
    #[cfg(target_os = "linux")]
    pub(crate) fn exactly(
        path: PathBuf,
        make: impl FnOnce(&Path) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut names = lock();
        make(&path)?;
        names.insert(path.clone());
        TempPath::try_from_path(path).map(|path| Self(Some(path)))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    /// Renames the file to `place`, over what is there.
    pub(crate) fn rename(mut self, place: &Path) -> io::Result<()> {
        let mut names = lock();
        let Some(path) = self.0.take() else {
            return Ok(());
        };
        names.remove(&*path);
        path.persist(place).map_err(|failed| failed.error)
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        let mut names = lock();
        if let Some(path) = self.0.take() {
            names.remove(&*path);
        }
    }
}

/// A folder for files on their way, which is removed with all that is in it when this is dropped or
/// [abandoned](super::abandon), or else by the next process that makes one in the same place.
#[derive(Debug)]
pub struct TemporaryDirectory(PathBuf);

impl TemporaryDirectory {
    /// Makes an empty folder in another.
    ///
    /// # Errors
    /// The system's, if `folder` is not there or cannot be written.
    pub fn create_in(folder: &Path) -> io::Result<Self> {
        let place = folder.join("folder");
        remove_stale(&place);
        let mut names = lock();
        let made = Builder::new()
            .prefix(&prefix_of(&place, Some(std::process::id())))
            .suffix(SUFFIX)
            .tempdir_in(folder)?;
        let path = made.keep();
        names.insert(path.clone());
        Ok(Self(path))
    }

    /// Returns the folder's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryDirectory {
    fn drop(&mut self) {
        let mut names = lock();
        remove(&self.0);
        names.remove(&self.0);
    }
}

/// Returns the prefix of the temporary names beside `place` of a process of this machine, or of any.
fn prefix_of(place: &Path, process: Option<u32>) -> String {
    let name = place.file_name().unwrap_or(OsStr::new("file"));
    let mut name = name.to_string_lossy().into_owned();
    name.truncate(name.floor_char_boundary(MAX_NAME));
    let machine = machine();
    match process {
        Some(process) => format!(".{name}.fieldreel-{machine}-{process}-"),
        None => format!(".{name}.fieldreel-{machine}-"),
    }
}

/// The machine's name, at most 64 bytes: processes of other machines may write into the same folder.
#[cfg(unix)]
fn machine() -> String {
    let name = rustix::system::uname();
    let name = name.nodename().to_string_lossy();
    name.chars()
        .map(|c| if c == '/' { '_' } else { c })
        .take(64)
        .collect()
}

#[cfg(not(unix))]
fn machine() -> String {
    String::new()
}

/// Removes what processes left beside `place` that were killed while they wrote it. What cannot be read or removed stays.
#[cfg(unix)]
pub(crate) fn remove_stale(place: &Path) {
    let prefix = prefix_of(place, None);
    let Ok(entries) = std::fs::read_dir(folder_of(place)) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let rest = name.strip_prefix(&prefix);
        let process = rest.and_then(|rest| {
            let (process, _) = rest.strip_suffix(SUFFIX)?.split_once('-')?;
            rustix::process::Pid::from_raw(process.parse().ok()?)
        });
        let is_stale = match process {
            Some(process) => {
                rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH)
            }
            None => is_stale_placeholder(&entry.path(), &name),
        };
        if is_stale {
            remove(&entry.path());
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn remove_stale(_: &Path) {}

#[cfg(target_os = "linux")]
use super::unnamed::is_stale_placeholder;

#[cfg(all(unix, not(target_os = "linux")))]
fn is_stale_placeholder(_: &Path, _: &str) -> bool {
    false
}

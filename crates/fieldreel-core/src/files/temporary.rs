//! Temporary names and directories, which exist only while files are written.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, TempPath};

use super::destination::parent_directory;

/// The temporary paths of this process that exist now.
static TEMPORARY_PATHS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The suffix of temporary names.
const SUFFIX: &str = ".partial";
/// The maximum number of bytes of the destination's name in a temporary name. File systems allow
/// 255 bytes for a name.
const MAX_NAME_BYTES: usize = 100;

/// Removes all unfinished files of this process.
///
/// A program that a signal terminates calls this just before it exits. Afterward, no file can be
/// created or committed: threads that try to do so block until the process ends.
///
/// This may be called by any thread, but not within a signal handler.
///
/// ```
/// use fieldreel_core::files::{TemporaryDirectory, remove_unfinished};
///
/// # let parent = tempfile::tempdir()?;
/// let directory = TemporaryDirectory::create_in(parent.path())?;
/// remove_unfinished();
/// assert!(!directory.path().exists());
/// # parent.close()?;
/// std::process::exit(0);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn remove_unfinished() {
    let paths = lock();
    for path in paths.iter() {
        remove(path);
    }
    // Never unlock: other threads that create or rename a file wait until the process has ended.
    std::mem::forget(paths);
}

/// Removes a file, or a directory with its contents.
fn remove(path: &Path) {
    if std::fs::remove_file(path).is_err() {
        let _ = std::fs::remove_dir_all(path);
    }
}

/// Runs `action` while [`remove_unfinished`] waits. Blocks forever if `remove_unfinished` was
/// called before.
#[cfg(target_os = "linux")]
pub(crate) fn with_lock<T>(action: impl FnOnce() -> T) -> T {
    let _paths = lock();
    action()
}

fn lock() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    TEMPORARY_PATHS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// A temporary name of a file, which is removed on drop.
#[derive(Debug)]
pub(crate) struct TemporaryName(Option<TempPath>);

impl TemporaryName {
    /// Calls `create` with a new temporary path in the directory of `destination`.
    pub(crate) fn create_beside<T>(
        destination: &Path,
        mut create: impl FnMut(&Path) -> io::Result<T>,
    ) -> io::Result<(Self, T)> {
        let mut paths = lock();
        let prefix = temporary_prefix(destination, Some(std::process::id()));
        let created = Builder::new()
            .prefix(&prefix)
            .suffix(SUFFIX)
            .make_in(parent_directory(destination), |path| create(path))?;
        let (file, path) = created.into_parts();
        paths.insert(path.to_path_buf());
        Ok((Self(Some(path)), file))
    }

    /// Calls `create` with this path, which must be free.
    #[cfg(target_os = "linux")]
    pub(crate) fn create_at(
        path: PathBuf,
        create: impl FnOnce(&Path) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut paths = lock();
        create(&path)?;
        paths.insert(path.clone());
        TempPath::try_from_path(path).map(|path| Self(Some(path)))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    /// Renames the file to `destination`, replacing any existing file.
    pub(crate) fn rename(mut self, destination: &Path) -> io::Result<()> {
        let mut paths = lock();
        let Some(path) = self.0.take() else {
            return Ok(());
        };
        paths.remove(&*path);
        path.persist(destination).map_err(|error| error.error)
    }
}

impl Drop for TemporaryName {
    fn drop(&mut self) {
        let mut paths = lock();
        if let Some(path) = self.0.take() {
            paths.remove(&*path);
        }
    }
}

/// A directory for temporary files, which is removed with its contents on drop.
///
/// [`remove_unfinished`] removes it as well. If the process is killed, the next process that
/// creates a temporary directory in the same directory removes it.
///
/// ```
/// use fieldreel_core::files::TemporaryDirectory;
///
/// # let parent = tempfile::tempdir()?;
/// # let parent = parent.path();
/// let directory = TemporaryDirectory::create_in(parent)?;
/// std::fs::write(directory.path().join("frames"), b"0")?;
/// drop(directory);
/// assert_eq!(std::fs::read_dir(parent)?.count(), 0);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TemporaryDirectory(PathBuf);

impl TemporaryDirectory {
    /// Creates an empty temporary directory in another directory.
    ///
    /// # Errors
    /// An I/O error if `parent` is missing or read-only.
    pub fn create_in(parent: &Path) -> io::Result<Self> {
        // The last component only becomes a part of the temporary name.
        let destination = parent.join("folder");
        remove_stale(&destination);
        let mut paths = lock();
        let created = Builder::new()
            .prefix(&temporary_prefix(&destination, Some(std::process::id())))
            .suffix(SUFFIX)
            .tempdir_in(parent)?;
        let path = created.keep();
        paths.insert(path.clone());
        Ok(Self(path))
    }

    /// Returns the path of the directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryDirectory {
    fn drop(&mut self) {
        let mut paths = lock();
        remove(&self.0);
        paths.remove(&self.0);
    }
}

/// A folder with a temporary name beside its destination, which is removed with its contents on
/// drop.
#[derive(Debug)]
pub(crate) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Creates an empty folder.
    pub(crate) fn create_beside(destination: &Path) -> io::Result<Self> {
        let mut paths = lock();
        let prefix = temporary_prefix(destination, Some(std::process::id()));
        let created = Builder::new()
            .prefix(&prefix)
            .suffix(SUFFIX)
            .make_in(parent_directory(destination), |path| {
                std::fs::create_dir(path)
            })?;
        let path = created.into_temp_path().keep()?;
        paths.insert(path.clone());
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in the folder, and creates the folders that contain it. Blocks forever if
    /// [`remove_unfinished`] was called, so that nothing is created after the folder was removed.
    pub(crate) fn write(&self, name: &Path, bytes: &[u8]) -> io::Result<()> {
        let _paths = lock();
        let path = self.0.join(name);
        std::fs::create_dir_all(parent_directory(&path))?;
        std::fs::write(path, bytes)
    }

    /// Renames the folder to `destination`, where nothing may exist but an empty folder.
    pub(crate) fn rename(self, destination: &Path) -> io::Result<()> {
        let mut paths = lock();
        std::fs::rename(&self.0, destination)?;
        paths.remove(&self.0);
        drop(paths);
        // The temporary path is free now.
        std::mem::forget(self);
        Ok(())
    }

    /// Renames the folder to `destination`, and removes the folder that exists there.
    pub(crate) fn replace(self, destination: &Path) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{CWD, RenameFlags, renameat_with};

            let paths = lock();
            let exchanged = renameat_with(CWD, &self.0, CWD, destination, RenameFlags::EXCHANGE);
            drop(paths);
            if exchanged.is_ok() {
                // The temporary path is now that of the old folder, which `drop` removes.
                return Ok(());
            }
        }
        self.replace_in_two_steps(destination)
    }

    /// Renames the existing folder before this one gets its name.
    pub(crate) fn replace_in_two_steps(self, destination: &Path) -> io::Result<()> {
        let mut replaced = self.0.clone().into_os_string();
        replaced.push(".replaced");
        let replaced = PathBuf::from(replaced);
        let mut paths = lock();
        std::fs::rename(destination, &replaced)?;
        if let Err(error) = std::fs::rename(&self.0, destination) {
            std::fs::rename(&replaced, destination)?;
            return Err(error);
        }
        paths.remove(&self.0);
        remove(&replaced);
        drop(paths);
        std::mem::forget(self);
        Ok(())
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let mut paths = lock();
        remove(&self.0);
        paths.remove(&self.0);
    }
}

/// Returns the prefix of the temporary names that a process gives to files for `destination`, or
/// without a process, the common prefix of all processes of this machine.
fn temporary_prefix(destination: &Path, process: Option<u32>) -> String {
    let name = destination.file_name().unwrap_or(OsStr::new("file"));
    let mut name = name.to_string_lossy().into_owned();
    let mut length = name.len().min(MAX_NAME_BYTES);
    while !name.is_char_boundary(length) {
        length -= 1;
    }
    name.truncate(length);
    let machine = machine_name();
    match process {
        Some(process) => format!(".{name}.fieldreel-{machine}-{process}-"),
        None => format!(".{name}.fieldreel-{machine}-"),
    }
}

/// Returns the name of the machine, at most 64 characters. Processes of other machines may write
/// to the same directory.
#[cfg(unix)]
fn machine_name() -> String {
    let name = rustix::system::uname();
    let name = name.nodename().to_string_lossy();
    name.chars()
        .map(|c| if c == '/' { '_' } else { c })
        .take(64)
        .collect()
}

#[cfg(not(unix))]
fn machine_name() -> String {
    String::new()
}

/// Removes the temporary files for `destination` of processes that were killed.
///
/// Errors are ignored: files that cannot be removed stay.
#[cfg(unix)]
pub(crate) fn remove_stale(destination: &Path) {
    let prefix = temporary_prefix(destination, None);
    let Ok(entries) = std::fs::read_dir(parent_directory(destination)) else {
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
            Some(process) => has_ended(process),
            None => is_stale_placeholder(&entry.path(), &name),
        };
        if is_stale {
            remove(&entry.path());
        }
    }
}

/// Returns whether a process has ended. On Linux, this includes one whose parent has not waited for
/// it yet, which signals still reach.
#[cfg(unix)]
fn has_ended(process: rustix::process::Pid) -> bool {
    if rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH) {
        return true;
    }
    let status = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
    // The state follows the name of the program, which is in parentheses and may contain any
    // character.
    let state = status.ok().and_then(|status| {
        let (_, fields) = status.rsplit_once(") ")?;
        fields.chars().next()
    });
    matches!(state, Some('Z' | 'X'))
}

#[cfg(not(unix))]
pub(crate) fn remove_stale(_: &Path) {}

#[cfg(target_os = "linux")]
use super::unnamed::is_stale_placeholder;

#[cfg(all(unix, not(target_os = "linux")))]
fn is_stale_placeholder(_: &Path, _: &str) -> bool {
    false
}

//! Folders that get their name when they are complete.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::destination::{check_writable, follow_symlinks};
use super::temporary::{TemporaryFolder, remove_stale};

/// A folder that is written beside its destination and gets its name on [`commit`](Self::commit).
///
/// Dropping it before that deletes it with its contents, and so does
/// [`remove_unfinished`](super::remove_unfinished).
///
/// ```
/// use fieldreel_core::files::PendingFolder;
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("wind.zarr");
/// let pending = PendingFolder::create(&path, |_| Ok(()))?;
/// pending.write("zarr.json", b"{}")?;
/// assert!(!path.exists());
/// pending.commit()?;
/// assert_eq!(std::fs::read(path.join("zarr.json"))?, b"{}");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct PendingFolder {
    temporary: TemporaryFolder,
    /// The destination without symbolic links.
    resolved: PathBuf,
    destination: PathBuf,
}

impl PendingFolder {
    /// Creates an empty folder. `check_replaceable` is called with a folder that exists at the
    /// destination, and returns an error if the folder must not be replaced.
    ///
    /// # Errors
    /// [`ErrorKind::NotADirectory`] if `destination` exists and is not a folder;
    /// [`ErrorKind::InvalidInput`] if it has no name, such as `/` or `..`; the error of
    /// `check_replaceable`; any I/O error if the parent folder is missing or read-only, or the
    /// existing folder is read-only.
    pub fn create(
        destination: &Path,
        check_replaceable: impl FnOnce(&Path) -> io::Result<()>,
    ) -> io::Result<Self> {
        let resolved = follow_symlinks(destination)?;
        if resolved.file_name().is_none() {
            let problem = "the path has no name that a folder could get";
            return Err(io::Error::new(ErrorKind::InvalidInput, problem));
        }
        match fs::symlink_metadata(&resolved) {
            Ok(metadata) if metadata.is_dir() => {
                check_replaceable(&resolved)?;
                check_writable(&resolved)?;
            }
            Ok(_) => return Err(ErrorKind::NotADirectory.into()),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        remove_stale(&resolved);
        Ok(Self {
            temporary: TemporaryFolder::create_beside(&resolved)?,
            resolved,
            destination: destination.to_path_buf(),
        })
    }

    /// Writes a file in the folder, and creates the folders that contain it. `name` is the path of
    /// the file within the folder. Several threads may write files.
    ///
    /// After [`remove_unfinished`](super::remove_unfinished), this blocks until the process ends.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if `name` is not a path within the folder; any I/O error.
    pub fn write(&self, name: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
        let name = name.as_ref();
        let is_normal = |part: Component<'_>| matches!(part, Component::Normal(_));
        match name.components().all(is_normal) {
            true => self.temporary.write(name, bytes),
            false => Err(ErrorKind::InvalidInput.into()),
        }
    }

    /// Returns the path that the folder was created for, by which messages name the folder.
    #[must_use]
    pub fn destination(&self) -> &Path {
        &self.destination
    }

    /// Writes the contents to the disk and gives the folder its name.
    ///
    /// An existing folder is replaced as a whole, and its permissions are kept. On Linux, both
    /// folders are exchanged in one step. Elsewhere, and on file systems that cannot exchange
    /// folders, the existing folder is first renamed; its name then ends in `.replaced`, and it
    /// remains under that name if the process is killed between the two steps.
    ///
    /// # Errors
    /// Any I/O error; the existing folder is then unchanged, and nothing else is left behind.
    pub fn commit(self) -> io::Result<()> {
        // Sync before replacing the old folder: after a power failure, the name may exist without
        // the contents.
        sync(self.temporary.path())?;
        match fs::symlink_metadata(&self.resolved) {
            Ok(metadata) if metadata.is_dir() => {
                fs::set_permissions(self.temporary.path(), metadata.permissions())?;
                self.temporary.replace(&self.resolved)
            }
            Ok(_) => Err(ErrorKind::NotADirectory.into()),
            Err(_) => self.temporary.rename(&self.resolved),
        }
    }
}

/// Writes everything in a folder to the disk.
#[cfg(target_os = "linux")]
fn sync(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(fs::File::open(folder)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => sync(&path)?,
            false => fs::File::open(path)?.sync_data()?,
        }
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn write(path: &Path, text: &str) -> io::Result<()> {
        let pending = PendingFolder::create(path, |_| Ok(()))?;
        pending.write("c/0", text.as_bytes())?;
        assert!(pending.write("../0", b"").is_err() && pending.write("/0", b"").is_err());
        pending.commit()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_is_created_and_replaced_as_a_whole() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a.zarr");
        write(&path, "first").unwrap();
        fs::write(path.join("other"), "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
        write(&path, "second").unwrap();
        assert_eq!(fs::read(path.join("c/0")).unwrap(), b"second");
        assert_eq!(names(&path), ["c"]);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o750);
        assert_eq!(names(parent.path()), ["a.zarr"]);
    }

    #[test]
    fn a_link_is_followed() {
        let parent = tempfile::tempdir().unwrap();
        let (path, link) = (parent.path().join("a.zarr"), parent.path().join("link"));
        symlink("a.zarr", &link).unwrap();
        write(&link, "first").unwrap();
        write(&link, "second").unwrap();
        assert_eq!(fs::read(path.join("c/0")).unwrap(), b"second");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn what_must_not_be_replaced_stays() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("photos");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("a.jpg"), "a").unwrap();
        let refused = PendingFolder::create(&path, |_| Err(ErrorKind::AlreadyExists.into()));
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(names(&path), ["a.jpg"]);

        let file = parent.path().join("file");
        fs::write(&file, "f").unwrap();
        let refused = write(&file, "folder").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotADirectory);
        assert_eq!(fs::read(&file).unwrap(), b"f");
        assert_eq!(
            write(Path::new("/"), "").unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
        assert_eq!(names(parent.path()), ["file", "photos"]);
    }

    #[test]
    fn a_folder_that_is_dropped_leaves_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a.zarr");
        write(&path, "first").unwrap();
        let pending = PendingFolder::create(&path, |_| Ok(())).unwrap();
        pending.write("half", b"h").unwrap();
        assert_eq!(pending.destination(), path);
        drop(pending);
        assert_eq!(names(parent.path()), ["a.zarr"]);
        assert_eq!(fs::read(path.join("c/0")).unwrap(), b"first");
    }

    #[test]
    fn the_fallback_without_exchange_replaces_a_folder() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a.zarr");
        write(&path, "first").unwrap();
        let pending = PendingFolder::create(&path, |_| Ok(())).unwrap();
        pending.write("new", b"n").unwrap();
        pending.temporary.replace_in_two_steps(&path).unwrap();
        assert_eq!(names(&path), ["new"]);
        assert_eq!(names(parent.path()), ["a.zarr"]);
    }
}

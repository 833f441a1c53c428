//! The directory of the output, which gets its name when it is complete.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ndarray::ArrayView3;

use crate::Error;

/// A writer of the frames of one tile.
pub trait Writer {
    /// Writes the next frames, axis order `(time, y, x)`.
    ///
    /// # Errors
    /// [`Error::Zarr`] or [`Error::Reel`] if the frames cannot be encoded or written.
    fn write(&mut self, frames: ArrayView3<'_, f32>) -> Result<(), Error>;

    /// Completes the files of the tile.
    ///
    /// # Errors
    /// [`Error::Zarr`] or [`Error::Reel`] if they cannot be written.
    fn finish(self: Box<Self>) -> Result<(), Error>;
}

/// A directory that is called `NAME.partial` until all processes have written their parts.
///
/// The functions that change the file system are for one of the processes.
#[derive(Clone, Debug)]
pub struct Output {
    path: PathBuf,
    partial: PathBuf,
}

impl Output {
    /// Names the output, and creates nothing.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let mut partial = OsString::from(path);
        partial.push(".partial");
        Self {
            path: path.to_owned(),
            partial: partial.into(),
        }
    }

    /// Returns the directory that is being written.
    #[must_use]
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Checks that neither the output nor an unfinished one exists.
    ///
    /// # Errors
    /// [`Error::Exists`] if one exists.
    pub fn check_absent(&self) -> Result<(), Error> {
        match [&self.path, &self.partial]
            .into_iter()
            .find(|path| path.symlink_metadata().is_ok())
        {
            Some(path) => Err(Error::Exists { path: path.clone() }),
            None => Ok(()),
        }
    }

    /// Creates the directory that is being written.
    ///
    /// # Errors
    /// [`Error::Exists`] if the output or an unfinished one exists; [`Error::Io`] if the directory
    /// cannot be created.
    pub fn create(&self) -> Result<(), Error> {
        self.check_absent()?;
        fs::create_dir(&self.partial).map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => Error::Exists {
                path: self.partial.clone(),
            },
            _ => Error::io(&self.partial)(source),
        })
    }

    /// Gives the complete directory its name.
    ///
    /// # Errors
    /// [`Error::Exists`] if the output exists by now; [`Error::Io`] if the directory cannot be
    /// renamed.
    pub fn finish(&self) -> Result<(), Error> {
        if self.path.symlink_metadata().is_ok() {
            return Err(Error::Exists {
                path: self.path.clone(),
            });
        }
        fs::rename(&self.partial, &self.path).map_err(Error::io(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_output_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let output = Output::new(&folder.path().join("height.zarr"));
        output.create().unwrap();
        assert!(matches!(output.create(), Err(Error::Exists { .. })));
        fs::write(output.partial().join("part"), "new").unwrap();
        output.finish().unwrap();
        let part = folder.path().join("height.zarr/part");
        assert_eq!(fs::read_to_string(&part).unwrap(), "new");
        assert!(matches!(output.check_absent(), Err(Error::Exists { .. })));

        fs::create_dir(output.partial()).unwrap();
        assert!(matches!(output.finish(), Err(Error::Exists { .. })));
        assert_eq!(fs::read_to_string(&part).unwrap(), "new");
    }

    #[test]
    fn a_directory_that_cannot_be_created_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let output = Output::new(&folder.path().join("missing/height.zarr"));
        let error = output.create().unwrap_err();
        assert!(
            error.to_string().contains("missing/height.zarr.partial"),
            "{error}"
        );
    }
}

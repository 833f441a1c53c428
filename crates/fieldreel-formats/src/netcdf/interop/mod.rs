//! Conversion of fields from and to open files of the `netcdf` crate.
//!
//! All access goes through the public interface of the crate, so a file may be open for writing,
//! in memory, or deleted. Variables are decoded by the code of
//! [`read_netcdf`](super::read_netcdf), and fields are laid out by the code of
//! [`write_netcdf`](super::write_netcdf).

mod attributes;
mod filter;
mod read;
mod write;

use std::path::Path;

use ::netcdf::{File, FileMut, Variable, VariableMut};

use super::plan;
use super::read::{read_field, resolve_groups};
use crate::{DEFAULT_LIMITS, Field, FormatError, LibraryError, Limits, NetcdfOptions, Result};
pub use filter::put_filter;

/// Conversion from and to files of the [`netcdf`](https://docs.rs/netcdf/0.12) crate, with the
/// feature `netcdf-crate`.
impl Field {
    /// Reads a variable of an open file with its coordinates and attributes, under
    /// [`DEFAULT_LIMITS`].
    ///
    /// `variable` is a name, or `/group/name`. The result is the same as that of
    /// [`read_netcdf`](crate::read_netcdf), which documents the treatment of types, missing
    /// values, packing and coordinates.
    ///
    /// ```
    /// use fieldreel_formats::Field;
    ///
    /// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/navy_winds_uwnd.nc");
    /// let file = netcdf::open(sample)?;
    /// let wind = Field::from_netcdf(&file, "UWND")?;
    /// assert_eq!(wind.shape(), [60, 73, 144]);
    /// assert_eq!(wind.coordinates.len(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`FormatError::VariableNotFound`], [`FormatError::NotNumeric`]: the file has no such
    ///   variable, or it is not numeric.
    /// - [`FormatError::InexactInteger`]: an integer has no exact `f64`.
    /// - [`FormatError::Damaged`]: `scale_factor` or `add_offset` is not one finite number.
    /// - [`FormatError::TooLarge`]: the values exceed the limits. Attributes are not limited,
    ///   because the `netcdf` crate does not expose their lengths.
    /// - [`FormatError::Io`]: there is not enough memory for the values.
    /// - [`FormatError::Library`]: netcdf-c returned an error.
    ///
    /// # Panics
    ///
    /// The `netcdf` crate panics if the name of a variable, dimension, attribute or user-defined
    /// type that it accesses is not UTF-8. Use [`read_netcdf`](crate::read_netcdf) for untrusted
    /// files.
    pub fn from_netcdf(file: &File, variable: &str) -> Result<Self> {
        Self::from_netcdf_with(file, variable, &DEFAULT_LIMITS)
    }

    /// Reads a variable of an open file as [`from_netcdf`](Self::from_netcdf) does, under other
    /// limits.
    ///
    /// # Errors
    ///
    /// The errors of [`from_netcdf`](Self::from_netcdf).
    ///
    /// # Panics
    ///
    /// The panics of [`from_netcdf`](Self::from_netcdf).
    pub fn from_netcdf_with(file: &File, variable: &str, limits: &Limits) -> Result<Self> {
        let file = read::CrateFile::new(file);
        let (parents, name) = match variable.trim_start_matches('/').rsplit_once('/') {
            Some((parents, name)) => (Some(parents), name),
            None => (None, variable.trim_start_matches('/')),
        };
        let parents = parents.into_iter().flat_map(|parents| parents.split('/'));
        let groups = resolve_groups(&file, parents).unwrap_or_default();
        let found = match groups.last() {
            Some(group) => file.find(group, name),
            None => None,
        };
        match found {
            Some(found) => read_field(&found, (&file, &groups), file.path(), limits),
            None => Err(FormatError::VariableNotFound {
                path: file.path().to_path_buf(),
                variable: variable.to_owned(),
                available: file.names(),
            }),
        }
    }

    /// Writes the field into an open file, with its coordinates and attributes, compressed by
    /// deflate at level 4 with shuffle.
    ///
    /// The variable and its values are the same as those of [`write_netcdf`](crate::write_netcdf).
    /// Existing dimensions, coordinates and file attributes are left unchanged, so that several
    /// fields can share them; an unlimited dimension without values takes the length of the
    /// field's dimension. Classic files support neither chunks nor compression, so these options
    /// are ignored for them.
    ///
    /// ```
    /// use fieldreel_formats::Field;
    /// use ndarray::Array3;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let mut file = netcdf::create(folder.path().join("winds.nc"))?;
    /// for name in ["u", "v"] {
    ///     let values = Array3::<f32>::zeros((2, 3, 4)).into_dyn();
    ///     let field = Field::new(name, values, &["time", "y", "x"])?;
    ///     field.put_netcdf(&mut file)?;
    /// }
    /// assert_eq!(Field::from_netcdf(&file, "v")?.shape(), [2, 3, 4]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// After an error, the file may contain some of the field's dimensions and variables.
    ///
    /// - [`FormatError::ShapeMismatch`]: dimensions or coordinates disagree with the values, or
    ///   the file has a dimension of the same name and another length.
    /// - [`FormatError::CoordinateConflict`]: the file has a coordinate of the same name with
    ///   other values or dimensions.
    /// - [`FormatError::InvalidOption`]: a name contains NUL or `/`, or is longer than NetCDF
    ///   allows.
    /// - [`FormatError::Library`]: netcdf-c returned an error, for example for a variable that
    ///   exists, or a type that classic files do not support.
    ///
    /// # Panics
    ///
    /// The panics of [`from_netcdf`](Self::from_netcdf), if the file has a coordinate of the same
    /// name.
    pub fn put_netcdf(&self, file: &mut FileMut) -> Result<()> {
        self.put_netcdf_with(file, &NetcdfOptions::default())
    }

    /// Writes the field into an open file as [`put_netcdf`](Self::put_netcdf) does, with the
    /// storage set by a function.
    ///
    /// `set_storage` is called with the field's variable after the definition and before values
    /// are written. The variable then has chunks of about 4 MiB and no compression. `set_storage`
    /// can set chunks, compression, a filter or the byte order with the functions of the `netcdf`
    /// crate.
    ///
    /// ```
    /// use fieldreel_formats::{Field, FormatError};
    /// use ndarray::Array3;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let mut file = netcdf::create(folder.path().join("wind.nc"))?;
    /// let values = Array3::<f32>::zeros((2, 3, 4)).into_dyn();
    /// let wind = Field::new("wind", values, &["time", "y", "x"])?;
    /// wind.put_netcdf_through(&mut file, |variable| {
    ///     variable.set_chunking(&[1, 3, 4])?;
    ///     variable.set_compression(9, true)?;
    ///     Ok::<(), Box<dyn std::error::Error>>(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`put_netcdf`](Self::put_netcdf), and the error of `set_storage`.
    ///
    /// # Panics
    ///
    /// The panics of [`put_netcdf`](Self::put_netcdf).
    pub fn put_netcdf_through<E: From<FormatError>>(
        &self,
        file: &mut FileMut,
        set_storage: impl FnOnce(&mut VariableMut<'_>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let options = NetcdfOptions::uncompressed();
        plan::check(self, &options)?;
        let (mut set_storage, mut storage_error) = (Some(set_storage), None);
        let mut set_once =
            |variable: &mut VariableMut<'_>| match set_storage.take().map(|set| set(variable)) {
                Some(Err(error)) => {
                    storage_error = Some(error);
                    Err(FormatError::FilterRefused)
                }
                Some(Ok(())) | None => Ok(()),
            };
        let mut sink = write::CrateFileSink::new(file).with_storage(&self.name, &mut set_once);
        let put = plan::write_field(&mut sink, self, &options);
        drop(sink);
        match storage_error {
            Some(error) => Err(error),
            None => Ok(put?),
        }
    }

    /// Writes the field into an open file as [`put_netcdf`](Self::put_netcdf) does, with another
    /// compression.
    ///
    /// # Errors
    ///
    /// The errors of [`put_netcdf`](Self::put_netcdf), and [`FormatError::InvalidOption`] for a
    /// level above 9.
    ///
    /// # Panics
    ///
    /// The panics of [`put_netcdf`](Self::put_netcdf).
    pub fn put_netcdf_with(&self, file: &mut FileMut, options: &NetcdfOptions) -> Result<()> {
        plan::check(self, options)?;
        plan::write_field(&mut write::CrateFileSink::new(file), self, options)
    }
}

/// Reads a variable of the `netcdf` crate, under [`DEFAULT_LIMITS`], without coordinates and file
/// attributes, because a variable does not lead to its file. [`Field::from_netcdf`] reads them
/// too.
///
/// ```
/// use fieldreel_formats::Field;
///
/// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/navy_winds_uwnd.nc");
/// let file = netcdf::open(sample)?;
/// let variable = file.variable("UWND").ok_or("no UWND")?;
/// let wind = Field::try_from(&variable)?;
/// assert_eq!(wind.units(), Some("M/S"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<&Variable<'_>> for Field {
    type Error = FormatError;

    /// Reads the field. The errors and panics are those of [`Field::from_netcdf`], but errors lack
    /// the path of the file.
    fn try_from(variable: &Variable<'_>) -> Result<Self> {
        let path = Path::new(UNNAMED);
        let variable = read::CrateVariable::without_file(variable, path);
        read_field(&variable, (read::UnknownFile, &[]), path, &DEFAULT_LIMITS)
    }
}

/// The path in errors, if the path of the file is unknown.
const UNNAMED: &str = "(open NetCDF file)";

/// Returns a function that converts an error of the `netcdf` crate.
fn crate_error(
    path: &Path,
    action: impl Into<String>,
) -> impl FnOnce(::netcdf::Error) -> FormatError {
    let (path, action) = (path.to_path_buf(), action.into());
    move |error| {
        let (library, code) = match &error {
            ::netcdf::Error::Netcdf(code) => ("netcdf-c", *code),
            _ => ("netcdf", 0),
        };
        FormatError::Library {
            path,
            action,
            source: LibraryError {
                library,
                code,
                message: error.to_string(),
            },
        }
    }
}

/// Returns true if the `netcdf` crate handles a name without a panic. The crate unwraps the error
/// of netcdf-c for a name that is too long, which may happen after Unicode composition, and copies
/// a name with a NUL into a shorter buffer. The `/` separates groups.
fn is_safe_name(name: &str) -> bool {
    const MAX_BYTES: usize = netcdf_sys::NC_MAX_NAME as usize;
    // Composition at most triples the number of bytes.
    let max_bytes = if name.is_ascii() {
        MAX_BYTES
    } else {
        MAX_BYTES / 3
    };
    !name.is_empty() && name.len() <= max_bytes && !name.contains(['\0', '/'])
}

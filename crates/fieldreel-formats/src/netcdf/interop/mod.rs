//! Fields from and into open files of the `netcdf` crate.
//!
//! All goes through the crate's own interface, so a file may be open for writing, in memory, or without a name any more. What it
//! gives is decoded by the code that [`read_netcdf`](super::read_netcdf) uses, and what it is given is planned by that of
//! [`write_netcdf`](super::write_netcdf).

mod attributes;
mod filter;
mod read;
mod write;

use std::path::Path;

use ::netcdf::{File, FileMut, Variable, VariableMut};

use super::plan;
use super::read::{field, groups_of};
use crate::{DEFAULT_LIMITS, Field, FormatError, LibraryError, Limits, NetcdfOptions, Result};
pub use filter::put_filter;

/// Conversions from and into files of the [`netcdf`](https://docs.rs/netcdf/0.12) crate, with the feature `netcdf-crate`.
impl Field {
    /// Reads a variable of an open file with its coordinates and attributes, under [`DEFAULT_LIMITS`].
    ///
    /// `variable` is a name, or `/group/name`. The field is the one that [`read_netcdf`](crate::read_netcdf) reads, which
    /// says how types, missing values, packing and coordinates are treated.
    ///
    /// ```
    /// use fieldreel_formats::Field;
    ///
    /// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/navy_winds_uwnd.nc");
    /// let file = netcdf::open(sample)?;
    /// let wind = Field::from_netcdf(&file, "UWND")?;
    /// assert_eq!(wind.shape(), [60, 73, 144]);
    /// assert_eq!(wind.coordinates.len(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`FormatError::VariableNotFound`], [`FormatError::NotNumeric`].
    /// - [`FormatError::InexactInteger`]: an integer has no exact `f64`.
    /// - [`FormatError::Damaged`]: `scale_factor` or `add_offset` is not one finite number.
    /// - [`FormatError::TooLarge`]: the values are over the limits. Attributes are as large as the file has them: the `netcdf`
    ///   crate does not tell their lengths.
    /// - [`FormatError::Io`]: there is no memory for the values.
    /// - [`FormatError::Library`]: netcdf-c fails to read.
    ///
    /// # Panics
    ///
    /// The `netcdf` crate panics by itself where a variable, a dimension, an attribute or a user-defined type that is looked at
    /// has a name that is not UTF-8. [`read_netcdf`](crate::read_netcdf) reads files from strangers.
    pub fn from_netcdf(file: &File, variable: &str) -> Result<Self> {
        Self::from_netcdf_with(file, variable, &DEFAULT_LIMITS)
    }

    /// Reads a variable of an open file as [`from_netcdf`](Self::from_netcdf) does, under other limits.
    ///
    /// # Errors
    ///
    /// As [`from_netcdf`](Self::from_netcdf).
    ///
    /// # Panics
    ///
    /// As [`from_netcdf`](Self::from_netcdf).
    pub fn from_netcdf_with(file: &File, variable: &str, limits: &Limits) -> Result<Self> {
        let file = read::Reader::of(file);
        let (parents, name) = match variable.trim_start_matches('/').rsplit_once('/') {
            Some((parents, name)) => (Some(parents), name),
            None => (None, variable.trim_start_matches('/')),
        };
        let parents = parents.into_iter().flat_map(|parents| parents.split('/'));
        let groups = groups_of(&file, parents).unwrap_or_default();
        let found = match groups.last() {
            Some(group) => file.find(group, name),
            None => None,
        };
        match found {
            Some(found) => field(&found, (&file, &groups), file.path(), limits),
            None => Err(FormatError::VariableNotFound {
                path: file.path().to_path_buf(),
                variable: variable.to_owned(),
                available: file.names(),
            }),
        }
    }

    /// Writes the field into an open file, with its coordinates and attributes, deflated at level 4 with shuffle.
    ///
    /// The variable and its values are those that [`write_netcdf`](crate::write_netcdf) writes. Dimensions, coordinates and
    /// attributes of the file that are already there stay as they are, so several fields can share them; an unlimited dimension
    /// without values takes the length of the field's. Classic files hold neither chunks nor compression, and get none.
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
    /// After an error, the file may have some of the field's dimensions and variables.
    ///
    /// - [`FormatError::ShapeMismatch`]: dimensions or coordinates disagree with the values, or the file has a dimension of the
    ///   same name and another length.
    /// - [`FormatError::CoordinateConflict`]: the file has a coordinate of the same name and other values.
    /// - [`FormatError::InvalidOption`]: a name with a NUL or a `/`, or longer than NetCDF's names.
    /// - [`FormatError::Library`]: netcdf-c refuses, such as a variable that is there, or a type that a classic file has not.
    ///
    /// # Panics
    ///
    /// As [`from_netcdf`](Self::from_netcdf), where the file has a coordinate of the same name.
    pub fn put_netcdf(&self, file: &mut FileMut) -> Result<()> {
        self.put_netcdf_with(file, &NetcdfOptions::default())
    }

    /// Writes the field into an open file as [`put_netcdf`](Self::put_netcdf) does, stored as a function says.
    ///
    /// `store` is called with the field's variable once it is defined, in chunks of about 4 MiB and without compression, and
    /// before it has values: it can set chunks, compression, a filter or the byte order by the `netcdf` crate's own functions.
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
    /// As [`put_netcdf`](Self::put_netcdf), and the error of `store`.
    ///
    /// # Panics
    ///
    /// As [`put_netcdf`](Self::put_netcdf).
    pub fn put_netcdf_through<E: From<FormatError>>(
        &self,
        file: &mut FileMut,
        store: impl FnOnce(&mut VariableMut<'_>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let options = NetcdfOptions::uncompressed();
        plan::check(self, &options)?;
        let (mut store, mut refused) = (Some(store), None);
        let mut once = |variable: &mut VariableMut<'_>| match store.take().map(|s| s(variable)) {
            Some(Err(error)) => {
                refused = Some(error);
                Err(FormatError::FilterRefused)
            }
            Some(Ok(())) | None => Ok(()),
        };
        let mut writer = write::Writer::of(file).storing(&self.name, &mut once);
        let put = plan::put(&mut writer, self, &options);
        drop(writer);
        match refused {
            Some(error) => Err(error),
            None => Ok(put?),
        }
    }

    /// Writes the field into an open file as [`put_netcdf`](Self::put_netcdf) does, with another compression.
    ///
    /// # Errors
    ///
    /// As [`put_netcdf`](Self::put_netcdf); [`FormatError::InvalidOption`] for a level over 9.
    ///
    /// # Panics
    ///
    /// As [`put_netcdf`](Self::put_netcdf).
    pub fn put_netcdf_with(&self, file: &mut FileMut, options: &NetcdfOptions) -> Result<()> {
        plan::check(self, options)?;
        plan::put(&mut write::Writer::of(file), self, options)
    }
}

/// Reads a variable of the `netcdf` crate, under [`DEFAULT_LIMITS`], without coordinates and without the attributes of its file:
/// a variable does not lead to them. [`Field::from_netcdf`] reads all.
///
/// ```
/// use fieldreel_formats::Field;
///
/// let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/navy_winds_uwnd.nc");
/// let file = netcdf::open(sample)?;
/// let variable = file.variable("UWND").ok_or("no UWND")?;
/// let wind = Field::try_from(&variable)?;
/// assert_eq!(wind.units(), Some("M/S"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<&Variable<'_>> for Field {
    type Error = FormatError;

    /// Fails, and panics, as [`Field::from_netcdf`] does. Errors cannot tell the file's path.
    fn try_from(variable: &Variable<'_>) -> Result<Self> {
        let path = Path::new(UNNAMED);
        let variable = read::Stored::alone(variable, path);
        field(&variable, (read::Nothing, &[]), path, &DEFAULT_LIMITS)
    }
}

/// The path of a file in errors, where it cannot be told.
const UNNAMED: &str = "(open NetCDF file)";

/// An error of the `netcdf` crate as this crate's.
fn refused(path: &Path, action: impl Into<String>) -> impl FnOnce(::netcdf::Error) -> FormatError {
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

/// Returns whether the `netcdf` crate can be asked for a name without a panic: it unwraps the error of netcdf-c for one that is
/// too long, as composed characters may become, and copies one with a NUL into a shorter place. `/` is between groups.
fn is_name(name: &str) -> bool {
    const LONGEST: usize = netcdf_sys::NC_MAX_NAME as usize;
    // Composition makes at most three times as many bytes.
    let longest = if name.is_ascii() {
        LONGEST
    } else {
        LONGEST / 3
    };
    !name.is_empty() && name.len() <= longest && !name.contains(['\0', '/'])
}

//! Summaries of compressed and decompressed files.

use std::fmt;

use fieldreel_formats::VariableStorage;
use fieldreel_formats::dataset::{DatasetSource, VariableRole, VariableType};
use fieldreel_reel::Criterion;

use super::output::ChunkOutput;
use crate::Error;

/// The summary of a file that was compressed or decompressed.
///
/// See the example of [`compress_dataset`](super::compress_dataset).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DatasetSummary {
    /// The summaries of the variables, in the order of the file.
    pub variables: Vec<VariableSummary>,
    /// The size of the input in bytes: of the file, or of all files of a Zarr store.
    pub input_bytes: u64,
    /// The size of the output in bytes: of the file, or of all files of a Zarr store.
    pub output_bytes: u64,
}

/// The summary of a variable of a [`DatasetSummary`].
///
/// See the example of [`compress_dataset`](super::compress_dataset).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VariableSummary {
    /// The name of the variable; `/group/name` in a group.
    pub name: String,
    /// The lengths of the dimensions, slowest first.
    pub shape: Vec<usize>,
    /// The type of the values.
    pub kind: VariableType,
    /// The fidelity of the values.
    pub fidelity: Fidelity,
    /// The form in which the values are stored.
    pub storage: StorageKind,
    /// The size of the values in memory in bytes. A string counts as a pointer.
    pub bytes: u64,
    /// The size of the values in the output file in bytes.
    pub stored_bytes: u64,
}

/// The form in which the values of a variable are stored in a file.
///
/// ```
/// use fieldreel::dataset::StorageKind;
/// use fieldreel::formats::VariableStorage;
///
/// let storage = VariableStorage::Deflate { level: 4, chunk: vec![24, 60, 90] };
/// assert_eq!(StorageKind::from(&storage), StorageKind::Deflate);
/// assert_eq!(StorageKind::Segments.to_string(), "segments");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum StorageKind {
    /// Uncompressed.
    Plain,
    /// Compressed by HDF5's shuffle and deflate.
    Deflate,
    /// Compressed by zstd.
    Zstd,
    /// Compressed as segments: in NetCDF-4 by the HDF5 filter of fieldreel, in Zarr by its codec.
    Segments,
}

impl fmt::Display for StorageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Plain => "plain",
            Self::Deflate => "deflate",
            Self::Zstd => "zstd",
            Self::Segments => "segments",
        })
    }
}

#[cfg(feature = "zarr")]
impl From<&fieldreel_formats::ZarrStorage> for StorageKind {
    fn from(storage: &fieldreel_formats::ZarrStorage) -> Self {
        use fieldreel_formats::ZarrStorage;
        match storage {
            ZarrStorage::Encoded { .. } => Self::Segments,
            ZarrStorage::Zstd { .. } => Self::Zstd,
            _ => Self::Plain,
        }
    }
}

impl From<&VariableStorage> for StorageKind {
    fn from(storage: &VariableStorage) -> Self {
        match storage {
            VariableStorage::Filter { .. } => Self::Segments,
            VariableStorage::Deflate { .. } => Self::Deflate,
            _ => Self::Plain,
        }
    }
}

/// The fidelity of the values of a variable in the output file.
///
/// See the example of [`compress_dataset`](super::compress_dataset).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Fidelity {
    /// The values are lossless.
    Exact {
        /// The reason why no bound applies.
        reason: ExactReason,
    },
    /// The values are within a bound.
    Bounded {
        /// The requested error bound or target.
        criterion: Criterion,
        /// The largest error of a value, measured on the decoded values, in the unit of the
        /// variable.
        max_abs: f64,
    },
}

/// The reason why a variable is stored losslessly.
///
/// ```
/// use fieldreel::dataset::{ExactReason, VariableRole};
///
/// assert_eq!(ExactReason::Role(VariableRole::Coordinate).to_string(), "coordinate");
/// assert_eq!(ExactReason::Offset.to_string(), "packed with an offset");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ExactReason {
    /// No bound is set for the variable, and there is no default bound.
    NotSelected,
    /// [`DatasetOptions::with_lossless`](super::DatasetOptions::with_lossless) matches the
    /// variable.
    Requested,
    /// The values are not numbers.
    NotNumeric,
    /// The variable has no dimensions.
    Scalar,
    /// The variable has more than eight dimensions.
    TooManyDimensions,
    /// The values are integers without a `scale_factor`, and no bound is set for the exact name of
    /// the variable. Such integers may be counts or categories.
    Integer,
    /// The variable is packed, and the default bound does not apply to packed variables.
    Packed,
    /// The output is Zarr, and the attribute `_Unsigned` says that the values are unsigned although
    /// their type is signed. Segments have unsigned values, which the Zarr codec does not convert.
    SignedType,
    /// The variable is packed with an `add_offset`, and the bound is pointwise-relative.
    Offset,
    /// The variable is not data, and no bound is set for its exact name.
    Role(VariableRole),
    /// The default bound would save fewer bytes than the attributes that record the loss take.
    Small,
    /// The file was decompressed.
    Decompressed,
}

impl DatasetSummary {
    /// Returns the total size of the values in bytes, in memory and in the output file.
    ///
    /// ```
    /// use fieldreel::ErrorBound;
    /// use fieldreel::dataset::{DatasetOptions, compress_dataset};
    /// # use fieldreel::formats::{Field, NetcdfOptions, write_netcdf};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let [input, output] = ["rain.nc", "compressed.nc"].map(|name| folder.path().join(name));
    /// # let rain = ndarray::Array3::from_shape_fn((12, 30, 40), |(t, y, x)| (t * y + x) as f32);
    /// # let field = Field::new("rain", rain.into_dyn(), &["time", "y", "x"])?;
    /// # write_netcdf(&input, &field, &NetcdfOptions::uncompressed())?;
    /// // The file `input` has one variable of 12×30×40 values of type `f32`.
    /// let options = DatasetOptions::new(ErrorBound::Absolute(0.5));
    /// let (bytes, stored_bytes) = compress_dataset(&input, &output, &options)?.total_bytes();
    /// assert_eq!(bytes, 4 * 12 * 30 * 40);
    /// assert!(stored_bytes < bytes / 8);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn total_bytes(&self) -> (u64, u64) {
        let sum = |bytes: fn(&VariableSummary) -> u64| self.variables.iter().map(bytes).sum();
        (
            sum(|variable| variable.bytes),
            sum(|variable| variable.stored_bytes),
        )
    }
}

impl fmt::Display for ExactReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSelected => f.write_str("no bound"),
            Self::Requested => f.write_str("requested"),
            Self::NotNumeric => f.write_str("not numeric"),
            Self::Scalar => f.write_str("scalar"),
            Self::TooManyDimensions => f.write_str("more than 8 dimensions"),
            Self::Integer => f.write_str("integer"),
            Self::Packed => f.write_str("packed"),
            Self::SignedType => f.write_str("unsigned values of a signed type"),
            Self::Offset => f.write_str("packed with an offset"),
            Self::Role(role) => role.fmt(f),
            Self::Small => f.write_str("small"),
            Self::Decompressed => f.write_str("decompressed"),
        }
    }
}

/// Returns the summaries of all variables after they are written. `fidelity` returns the fidelity
/// of a variable, given its number.
pub(super) fn summarize_variables(
    source: &dyn DatasetSource,
    chunks: &mut ChunkOutput,
    fidelity: impl Fn(usize) -> Fidelity,
) -> Result<Vec<VariableSummary>, Error> {
    let schema = source.schema();
    let variables = schema.variables.iter().enumerate();
    variables
        .map(|(number, variable)| {
            let shape = schema.shape(variable);
            Ok(VariableSummary {
                name: schema.full_name(variable),
                kind: variable.kind,
                fidelity: fidelity(number),
                storage: chunks.storage(number),
                bytes: shape.iter().product::<usize>() as u64 * variable.kind.bytes() as u64,
                stored_bytes: chunks.stored_bytes(number)?,
                shape,
            })
        })
        .collect()
}

//! Scientific fields in and out of NetCDF and GRIB files.
//!
//! A [`Field`] is a variable with all that gives it meaning: values of any rank in single or double
//! precision, dimension names, coordinates, attributes, and how missing points are marked. Missing
//! points are NaN in memory, whatever the file used.
//!
//! | feature | default | C library | what |
//! |---|---|---|---|
//! | `netcdf` | yes | netcdf-c | `read_netcdf`, `list_variables`, `write_netcdf` |
//! | `grib` | yes | ecCodes | `read_grib`, `list_parameters`, `write_grib`, `GribDataset`, `write_grib_dataset` |
//! | `netcdf-crate` | no | netcdf-c | `Field::from_netcdf`, `Field::put_netcdf`, `netcdf::put_filter`, for open files of the [`netcdf`](https://docs.rs/netcdf/0.12) crate |
//! | `eccodes-crate` | no | ecCodes | `Field::from_eccodes`, for messages of the [`eccodes`](https://docs.rs/eccodes/0.14) crate |
//!
//! Without features, [`Field`] and its views compile with no C library at all.
//!
//! ```
//! use fieldreel_formats::{Field, FrameView};
//! use ndarray::Array4;
//!
//! // Two months of five levels of 3×4 points, as ten frames of 3×4.
//! let values = Array4::<f32>::zeros((2, 5, 3, 4)).into_dyn();
//! let field = Field::new("TEMP", values, &["time", "level", "y", "x"])?;
//! let frames = field.as_frames(&FrameView::FoldLeading)?;
//! assert_eq!(frames.shape(), [10, 3, 4]);
//! # Ok::<(), fieldreel_formats::FormatError>(())
//! ```
//!
//! Files are input from strangers: sizes are checked against [`Limits`] before they are
//! allocated, and damage is a [`FormatError`], not a panic. Both C libraries are used under a lock of
//! the process, so calls from several threads wait for each other.

pub mod dataset;
mod error;
pub mod field;
#[cfg(feature = "grib")]
pub mod grib;
mod limits;
#[cfg(feature = "netcdf")]
pub mod netcdf;

/// Entry points of the workspace's fuzz targets: the parsers of this crate's own, on bytes. Not part
/// of the API.
#[doc(hidden)]
pub mod fuzzing {
    #[cfg(feature = "grib")]
    pub use crate::grib::fuzz_framing;
    #[cfg(feature = "netcdf")]
    pub use crate::netcdf::fuzz_classic_header;
}

#[cfg(feature = "netcdf")]
pub use self::netcdf::{
    ChunkReader, ChunkWriter, NetcdfCompression, NetcdfDataset, NetcdfOptions, NetcdfWriter,
    Storage, VariableInfo, list_variables, read_netcdf, read_netcdf_with, register_filter,
    write_netcdf,
};
pub use error::{ErrorKind, FormatError, LibraryError, Result};
pub use field::{
    AttributeValue, Attributes, Coordinate, Dimension, Field, FieldValues, FrameView, Frames,
    Missing, NumericArray, Packing,
};
pub use fieldreel_core::{Dtype, Limits, Scalar};
#[cfg(feature = "grib")]
pub use grib::{
    GribDataset, GribGrid, GribOptions, GribPacking, GribSelection, GribSummary, list_parameters,
    read_grib, read_grib_with, write_grib, write_grib_dataset,
};
pub use limits::DEFAULT_LIMITS;
